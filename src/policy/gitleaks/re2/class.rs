//! What stands in square brackets. Go has no classes in classes, no intersections, and takes `-` and `[` for themselves
//! nearly everywhere; so each member is read here by Go's grammar and written so that it cannot be taken otherwise.

use super::{PERL, Work, push_literal};

/// The names between `[:` and `:]` that both know.
const NAMED: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word",
    "xdigit",
];

/// A member of a class.
enum Member {
    One(char),
    Set(String),
}

/// Reads the class whose `[` was just read, and writes it.
pub(super) fn class(work: &mut Work<'_>) -> Result<(), String> {
    work.out.push('[');
    if work.rest.next_if(|(_, c)| *c == '^').is_some() {
        work.out.push('^');
    }
    let mut first = true;
    loop {
        match work.rest.peek() {
            None => return Err("a `[` is not closed".to_owned()),
            Some((_, ']')) if !first => {
                work.rest.next();
                work.out.push(']');
                return Ok(());
            }
            Some(_) => {}
        }
        first = false;
        match member(work)? {
            Member::Set(set) => work.out.push_str(&set),
            Member::One(low) => range(work, low)?,
        }
    }
}

/// `low`, or the range that begins with it. `[a-]` is two characters.
fn range(work: &mut Work<'_>, low: char) -> Result<(), String> {
    let mut ahead = work.rest.clone();
    let dash = ahead.next().is_some_and(|(_, c)| c == '-');
    let closed = ahead.next().is_none_or(|(_, c)| c == ']');
    put(work, low);
    if !dash || closed {
        return Ok(());
    }
    work.rest.next();
    match member(work)? {
        Member::One(high) if high >= low => {
            work.out.push('-');
            put(work, high);
            Ok(())
        }
        Member::One(high) => Err(format!("the range {low}-{high} runs backwards")),
        Member::Set(_) => Err(format!("a range from {low} to a whole class")),
    }
}

fn put(work: &mut Work<'_>, c: char) {
    work.wide |= !c.is_ascii();
    push_literal(&mut work.out, c);
}

fn member(work: &mut Work<'_>) -> Result<Member, String> {
    let Some((at, c)) = work.rest.next() else { return Err("a `[` is not closed".to_owned()) };
    match c {
        '[' if work.rest.peek().is_some_and(|(_, c)| *c == ':') => {
            Ok(named(work, at)?.map_or(Member::One('['), Member::Set))
        }
        '\\' => escaped(work, at),
        c => Ok(Member::One(c)),
    }
}

/// `[:alpha:]`; without its end, the bracket is one.
fn named(work: &mut Work<'_>, at: usize) -> Result<Option<String>, String> {
    let Some((name, _)) = work.text.get(at + 2..).and_then(|rest| rest.split_once(":]")) else { return Ok(None) };
    if !NAMED.contains(&name.strip_prefix('^').unwrap_or(name)) {
        return Err(format!("there is no class `[:{name}:]`"));
    }
    for _ in 0..name.chars().count() + 3 {
        work.rest.next();
    }
    Ok(Some(format!("[:{name}:]")))
}

fn escaped(work: &mut Work<'_>, at: usize) -> Result<Member, String> {
    let Some((_, c)) = work.rest.next() else { return Err("it ends in a backslash".to_owned()) };
    let perl = |c: char| PERL.iter().find(|(name, _)| *name == c).map(|(_, set)| *set);
    Ok(match c {
        'p' | 'P' => Member::Set(work.property(c)?),
        c => match (perl(c), perl(c.to_ascii_lowercase())) {
            (Some(set), _) => Member::Set(set.to_owned()),
            (None, Some(set)) => Member::Set(format!("[^{set}]")),
            (None, None) => Member::One(work.character(c, at)?),
        },
    })
}
