//! The printed report: one line an observation, wrapped at 80 columns, problems counted.
//!
//! *Invariant:* an observation becomes a problem only here, so the exit status and the printed text cannot disagree.

use std::io::{self, Write};

const WIDTH: usize = 80;
const INDENT: usize = 11;

/// Where observations go.
pub struct Sheet<'a> {
    out: &'a mut dyn Write,
    problems: usize,
}

impl<'a> Sheet<'a> {
    /// An empty report that prints to `out`.
    pub fn new(out: &'a mut dyn Write) -> Self {
        Self { out, problems: 0 }
    }

    /// How many problems were printed.
    pub fn problems(&self) -> usize {
        self.problems
    }

    /// Starts the part about one repository.
    pub fn title(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    /// Something is as it should be.
    pub fn good(&mut self, text: &str) -> io::Result<()> {
        self.line("ok", text)
    }

    /// Something worth knowing that leaves the gate shut.
    pub fn note(&mut self, text: &str) -> io::Result<()> {
        self.line("note", text)
    }

    /// Something that opens the gate, or blocks everyone; and what to do.
    pub fn problem(&mut self, text: &str, remedy: &str) -> io::Result<()> {
        self.problems += 1;
        self.line("PROBLEM", text)?;
        self.line("   do:", remedy)
    }

    fn line(&mut self, label: &str, text: &str) -> io::Result<()> {
        let lead = format!("  {label:<9}");
        self.out.write_all(wrap(&lead, text).as_bytes())
    }
}

/// `text` after `lead`, broken at spaces so that lines stay within [`WIDTH`]; a longer word stays whole.
fn wrap(lead: &str, text: &str) -> String {
    let mut out = lead.to_owned();
    let mut column = INDENT;
    for (i, word) in text.split(' ').enumerate() {
        let len = word.chars().count();
        if i > 0 && column + 1 + len > WIDTH {
            out.push('\n');
            out.push_str(&" ".repeat(INDENT));
            column = INDENT;
        } else if i > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += len;
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_within_eighty_columns_and_lose_nothing() {
        let text = "word ".repeat(60) + &"x".repeat(100);
        let wrapped = wrap("  note     ", &text);
        assert!(wrapped.lines().all(|line| line.len() <= 80 || line.trim_start().starts_with("xx")));
        let words: Vec<&str> = wrapped.split_whitespace().skip(1).collect();
        assert_eq!(words, text.split_whitespace().collect::<Vec<_>>());
    }

    #[test]
    fn every_problem_is_counted() {
        let mut out = Vec::new();
        let mut sheet = Sheet::new(&mut out);
        sheet.good("a").unwrap();
        sheet.note("b").unwrap();
        sheet.problem("c", "d").unwrap();
        assert_eq!(sheet.problems(), 1);
        assert_eq!(String::from_utf8(out).unwrap(), "  ok       a\n  note     b\n  PROBLEM  c\n     do:   d\n");
    }
}
