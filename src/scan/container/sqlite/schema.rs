//! The rows of `sqlite_schema`: which tables there are, where they begin, and what their columns are called.

use super::record::Value;

/// A table.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: Vec<u8>,
    /// The page at which its tree begins.
    pub root: u32,
    /// Its columns' names in the order in which rows hold them.
    pub columns: Vec<Vec<u8>>,
}

/// Words that begin a constraint of the table where a column's name could stand.
const CONSTRAINTS: [&[u8]; 5] = [b"constraint", b"primary", b"unique", b"check", b"foreign"];

/// The table that a row (type, name, table, root page, statement) describes; none for indexes, views and triggers.
pub fn table(row: &[Value]) -> Option<Table> {
    let [Value::Text(kind), Value::Text(name), _, Value::Number(root), rest @ ..] = row else { return None };
    let root: u32 = match root.parse() {
        Ok(root) if root > 1 && kind == b"table" => root,
        Ok(_) | Err(_) => return None,
    };
    let columns = match rest {
        [Value::Text(statement), ..] => columns(statement),
        _ => Vec::new(),
    };
    Some(Table { name: name.clone(), root, columns })
}

/// The columns of `CREATE TABLE name (…)`.
fn columns(statement: &[u8]) -> Vec<Vec<u8>> {
    let Some(open) = list_start(statement) else { return Vec::new() };
    let list = statement.get(open + 1..).unwrap_or_default();
    parts(list).into_iter().filter_map(first_word).collect()
}

/// The first parenthesis that is not part of the table's quoted name.
fn list_start(statement: &[u8]) -> Option<usize> {
    let mut quote = None;
    statement.iter().position(|byte| match (quote, *byte) {
        (Some(end), byte) => {
            if byte == end {
                quote = None;
            }
            false
        }
        (None, b'"' | b'\'' | b'`') => {
            quote = Some(*byte);
            false
        }
        (None, b'[') => {
            quote = Some(b']');
            false
        }
        (None, byte) => byte == b'(',
    })
}

/// What stands between the commas outside of parentheses and quotes, to the parenthesis that closes the list.
fn parts(list: &[u8]) -> Vec<&[u8]> {
    let (mut depth, mut quote, mut start) = (0_usize, None, 0);
    let mut out = Vec::new();
    for (at, byte) in list.iter().enumerate() {
        match (quote, *byte) {
            (Some(end), byte) if byte == end => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'' | b'`') => quote = Some(*byte),
            (None, b'[') => quote = Some(b']'),
            (None, b'(') => depth += 1,
            (None, b')') if depth > 0 => depth -= 1,
            (None, b')') => {
                out.extend(list.get(start..at));
                return out;
            }
            (None, b',') if depth == 0 => {
                out.extend(list.get(start..at));
                start = at + 1;
            }
            (None, _) => {}
        }
    }
    out
}

/// A column's name without its quotes; none for a constraint.
fn first_word(part: &[u8]) -> Option<Vec<u8>> {
    let part = part.trim_ascii();
    let close = match part.first()? {
        b'"' => b'"',
        b'\'' => b'\'',
        b'`' => b'`',
        b'[' => b']',
        _ => {
            let word = part.split(u8::is_ascii_whitespace).next()?;
            return (!CONSTRAINTS.contains(&word.to_ascii_lowercase().as_slice())).then(|| word.to_vec());
        }
    };
    part.get(1..)?.split(|byte| *byte == close).next().map(<[u8]>::to_vec)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_in_order_without_constraints() {
        let statement = b"CREATE TABLE \"a (b\" (id INTEGER PRIMARY KEY, \"api key\" TEXT DEFAULT (1, 2), [x y] int,\n\
                          `q` text, 'r' , price DECIMAL(10,2), UNIQUE (id, q), CONSTRAINT c CHECK (id > 0))";
        let names = columns(statement);
        let names: Vec<String> = names.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        assert_eq!(names, ["id", "api key", "x y", "q", "r", "price"]);
    }

    #[test]
    fn only_tables_with_a_page_are_read() {
        let row = |kind: &str, root: &str| {
            let text = |text: &str| Value::Text(text.as_bytes().to_vec());
            [text(kind), text("t"), text("t"), Value::Number(root.to_owned()), text("CREATE TABLE t (a)")]
        };
        assert_eq!(table(&row("table", "2")).map(|table| table.columns), Some(vec![b"a".to_vec()]));
        assert_eq!(table(&row("index", "3")), None);
        assert_eq!(table(&row("table", "0")), None, "a virtual table");
        assert_eq!(table(&row("table", "1")), None, "the schema itself");
    }
}
