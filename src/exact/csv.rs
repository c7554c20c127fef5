//! Reads a list row by row: RFC 4180, with any of the usual delimiters, and nothing of it is kept.
//!
//! Bytes, not text: addresses and numbers stand in CP932 and EUC-JP as they do in UTF-8, and a delimiter or a quote is
//! never the second half of a letter there (CP932 trail bytes begin at 0x40).
//!
//! *Invariant:* one row is in memory at a time, and it is overwritten before it is given back.

use super::error::ExactError;
use super::key::{Source, wipe};
use std::io::BufRead;
use std::ops::Range;

/// A longer row is no row: a quote was never closed.
const ROW_MAX: usize = 1 << 20;

/// One row: its bytes and its cells.
#[derive(Default)]
pub(super) struct Row {
    bytes: Vec<u8>,
    cells: Vec<Range<usize>>,
}

impl Row {
    /// Its cells.
    pub(super) fn cells(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.cells.iter().map(|cell| self.bytes.get(cell.clone()).unwrap_or_default())
    }

    /// The cell at `index`; empty where there is none.
    pub(super) fn cell(&self, index: usize) -> &[u8] {
        self.cells.get(index).and_then(|cell| self.bytes.get(cell.clone())).unwrap_or_default()
    }

    fn clear(&mut self) {
        wipe(&mut self.bytes);
        self.bytes.clear();
        self.cells.clear();
    }
}

impl Drop for Row {
    fn drop(&mut self) {
        wipe(&mut self.bytes);
    }
}

/// Reads rows.
pub(super) struct Rows<R> {
    input: R,
    delimiter: u8,
    line: Vec<u8>,
    first: bool,
    source: Source,
}

impl<R: BufRead> Rows<R> {
    /// Rows of `input`; `source` takes in all that is read. Without `delimiter` the first row tells it.
    pub(super) fn new(input: R, delimiter: Option<u8>, source: Source) -> Self {
        Self { input, delimiter: delimiter.unwrap_or(0), line: Vec::new(), first: true, source }
    }

    /// The digest of all that was read.
    pub(super) fn digest(&self) -> [u8; 16] {
        self.source.digest()
    }

    /// Reads the next row into `row`; false at the end. Empty lines are no rows.
    pub(super) fn next(&mut self, row: &mut Row) -> Result<bool, ExactError> {
        loop {
            row.clear();
            if !self.line()? {
                return Ok(false);
            }
            if self.first {
                self.first = false;
                self.begin()?;
            }
            if !self.line.iter().all(u8::is_ascii_whitespace) {
                break;
            }
        }
        self.cut(row)?;
        Ok(true)
    }

    /// Reads one line with its end.
    fn line(&mut self) -> Result<bool, ExactError> {
        wipe(&mut self.line);
        self.line.clear();
        self.more()
    }

    fn more(&mut self) -> Result<bool, ExactError> {
        let before = self.line.len();
        self.input.read_until(b'\n', &mut self.line).map_err(ExactError::Stdin)?;
        let read = self.line.get(before..).unwrap_or_default();
        self.source.update(read);
        if self.line.len() > ROW_MAX {
            let remedy = "close the quote, or check that this is a CSV file";
            return Err(ExactError::list("a row of the list is longer than 1 MiB", remedy));
        }
        Ok(!read.is_empty())
    }

    fn begin(&mut self) -> Result<(), ExactError> {
        if self.line.starts_with(b"\xff\xfe") || self.line.starts_with(b"\xfe\xff") || self.line.contains(&0) {
            let remedy = "give it as UTF-8, for example through `iconv -f UTF-16 -t UTF-8`";
            return Err(ExactError::list("the list is in UTF-16 or no text", remedy));
        }
        if self.line.starts_with(b"\xef\xbb\xbf") {
            self.line.drain(..3);
        }
        if self.delimiter == 0 {
            let count = |delimiter: &u8| self.line.iter().filter(|b| *b == delimiter).count();
            self.delimiter = [b'|', b';', b'\t', b','].into_iter().max_by_key(count).unwrap_or(b',');
        }
        Ok(())
    }

    /// Cuts the line into cells; a quoted cell takes more lines if it has to.
    fn cut(&mut self, row: &mut Row) -> Result<(), ExactError> {
        let mut at = 0;
        loop {
            let start = row.bytes.len();
            at = match self.line.get(at) {
                Some(b'"') => self.quoted(at + 1, row)?,
                _ => self.plain(at, row),
            };
            row.cells.push(start..row.bytes.len());
            match self.line.get(at) {
                Some(b) if *b == self.delimiter => at += 1,
                Some(_) | None => return Ok(()),
            }
        }
    }

    fn plain(&self, from: usize, row: &mut Row) -> usize {
        let rest = self.line.get(from..).unwrap_or_default();
        let end = rest.iter().position(|b| *b == self.delimiter || *b == b'\n').unwrap_or(rest.len());
        let cell = rest.get(..end).unwrap_or_default();
        row.bytes.extend(cell.strip_suffix(b"\r").unwrap_or(cell));
        from + end
    }

    fn quoted(&mut self, from: usize, row: &mut Row) -> Result<usize, ExactError> {
        let mut at = from;
        loop {
            match (self.line.get(at).copied(), self.line.get(at + 1).copied()) {
                (Some(b'"'), Some(b'"')) => {
                    row.bytes.push(b'"');
                    at += 2;
                }
                // Whatever follows the closing quote up to the delimiter belongs to nobody.
                (Some(b'"'), _) => {
                    let rest = self.line.get(at + 1..).unwrap_or_default();
                    let skip = rest.iter().position(|b| *b == self.delimiter || *b == b'\n').unwrap_or(rest.len());
                    return Ok(at + 1 + skip);
                }
                (Some(b), _) => {
                    row.bytes.push(b);
                    at += 1;
                }
                (None, _) if self.more()? => {}
                (None, _) => {
                    let remedy = "close the quote in the last row";
                    return Err(ExactError::list("the list ends inside a quoted cell", remedy));
                }
            }
        }
    }
}

impl<R> Drop for Rows<R> {
    fn drop(&mut self) {
        wipe(&mut self.line);
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use proptest::prelude::*;

    fn read(text: &[u8]) -> Result<Vec<Vec<String>>, ExactError> {
        let dir = tempfile::tempdir().unwrap();
        let key = samples::key(dir.path(), "k");
        let mut rows = Rows::new(text, None, key.source());
        let (mut row, mut out) = (Row::default(), Vec::new());
        while rows.next(&mut row)? {
            out.push(row.cells().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect());
        }
        Ok(out)
    }

    #[test]
    fn rows_and_cells_are_those_of_rfc_4180() {
        let text = b"\xef\xbb\xbfa,b\r\n\"x, \"\"y\"\"\r\nz\",\r\n\r\n,last";
        assert_eq!(read(text).unwrap(), [vec!["a", "b"], vec!["x, \"y\"\r\nz", ""], vec!["", "last"]]);
        assert_eq!(read(b"a\tb,c\td\n1\t2\t3\n").unwrap()[1], ["1", "2", "3"]);
        assert_eq!(read(b"a;b\n1,5;2\n").unwrap()[1], ["1,5", "2"]);
        assert_eq!(read(b"").unwrap(), Vec::<Vec<String>>::new());
    }

    #[test]
    fn what_is_no_list_is_an_error() {
        for (text, why) in
            [(&b"a,\"b\n1,2\n"[..], "inside a quoted cell"), (b"\xff\xfea\0", "UTF-16"), (b"a\0b\n", "UTF-16")]
        {
            assert!(read(text).unwrap_err().to_string().contains(why));
        }
        let long = [b"a,\"".as_slice(), &vec![b'x'; ROW_MAX]].concat();
        assert!(read(&long).unwrap_err().to_string().contains("longer than 1 MiB"));
    }

    proptest! {
        #[test]
        fn what_was_quoted_comes_back(cells in proptest::collection::vec("[a-z,\"\r\n ;|\t]{0,12}", 1..6)) {
            let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            let text = format!("h,h,h,h,h,h,h\n{}\n", quoted.join(","));
            prop_assert_eq!(&read(text.as_bytes()).unwrap()[1], &cells);
        }
    }
}
