//! The report of a trial, for a rule's author.

use super::WIDTH;
use super::trial::{Fault, Report, Tried, Which};
use crate::report::{shorten, wrap};
use crate::text::printable;

/// The words, and whether all rules pass.
#[derive(Debug)]
pub struct Score {
    /// For standard output, at most 80 columns wide.
    pub text: String,
    /// Whether every rule does what it says.
    pub passes: bool,
}

/// Words the report: each rule of a file on trial, and of all rules only those that fail.
#[must_use]
pub fn score(report: &Report<'_>, which: Which) -> Score {
    let mut lines: Vec<String> = Vec::new();
    for one in &report.tried {
        if which == Which::OnTrial || !one.faults.is_empty() {
            lines.extend(rule(one));
        }
    }
    if !lines.is_empty() {
        lines.push(String::new());
    }
    let failed = report.tried.iter().filter(|one| !one.faults.is_empty()).count();
    let warnings: usize = report.tried.iter().map(|one| one.warnings.len()).sum();
    lines.push(format!("{}: {failed} failed, {}", count(report.tried.len(), "rule"), count(warnings, "warning")));
    if warnings > 0 && which == Which::All {
        lines.push("name a rule's file to see its warnings".to_owned());
    }
    let text: String = lines.iter().map(|line| line.trim_end().to_owned() + "\n").collect();
    Score { text, passes: failed == 0 }
}

fn rule(one: &Tried<'_>) -> Vec<String> {
    let spec = &one.rule.spec;
    let state = if one.faults.is_empty() { "ok  " } else { "FAIL" };
    let [examples, counter] = [("example", &spec.examples), ("counter-example", &spec.counter_examples)]
        .map(|(noun, all)| count(all.len(), noun));
    let origin = printable(one.rule.origin.as_bytes());
    let mut lines = vec![format!("{state} {} ({examples}, {counter})", spec.id)];
    if !one.faults.is_empty() {
        lines.push(format!("     {}", shorten(&origin, WIDTH - 5)));
    }
    for fault in &one.faults {
        let (template, what) = match fault {
            Fault::Missed { template, why } => (template, format!("the example is not found: {why}")),
            Fault::Found { template, by } if spec.id == **by => (template, "the counter-example is found".to_owned()),
            Fault::Found { template, by } => (template, format!("the counter-example is found, by `{by}`")),
            Fault::Intrudes { template, of } => (template, format!("it finds the counter-example of `{of}`")),
        };
        lines.extend(said("-", &what, Some(template)));
    }
    for (template, by) in &one.covered {
        lines.extend(said("note:", &format!("`{by}`, which is more specific, takes the example"), Some(template)));
    }
    for warning in &one.warnings {
        lines.extend(said("warning:", warning, None));
    }
    lines
}

fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// A sentence, and the template that it is about on a line of its own.
fn said(mark: &str, what: &str, template: Option<&String>) -> Vec<String> {
    let text = printable(format!("{mark} {what}").as_bytes());
    let mut lines: Vec<String> = wrap(&text, WIDTH - 7)
        .into_iter()
        .enumerate()
        .map(|(n, line)| if n == 0 { format!("     {line}") } else { format!("       {line}") })
        .collect();
    lines.extend(template.map(|it| format!("         {}", shorten(&printable(it.as_bytes()), WIDTH - 9))));
    lines
}
