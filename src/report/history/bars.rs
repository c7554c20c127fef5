//! The longest rows of a count, as bars: by rule, by folder, by repository.

use super::Leak;
use super::group::{SEVERITIES, rank};
use super::page::{grouped, shown};
use std::collections::HashMap;
use std::fmt::Write as _;

/// Rows shown; the rest is summed up in one.
const ROWS: usize = 12;
/// Folders from the top that name a place in a repository.
const DEPTH: usize = 2;

type Counts = [u64; SEVERITIES.len()];

/// Counts `leaks` by what `name` makes of each, and draws the rows.
pub(super) fn bars<'a>(title: &str, leaks: &'a [Leak<'a>], name: impl Fn(&'a Leak<'a>) -> Vec<String>) -> String {
    let mut rows: HashMap<String, Counts> = HashMap::new();
    for leak in leaks {
        for name in name(leak) {
            if let Some(count) = rows.entry(name).or_default().get_mut(rank(&leak.first.severity)) {
                *count += 1;
            }
        }
    }
    let mut rows: Vec<(String, Counts)> = rows.into_iter().collect();
    rows.sort_by(|a, b| (sum(&b.1), &a.0).cmp(&(sum(&a.1), &b.0)));
    let rest = rows.split_off(rows.len().min(ROWS));
    let most = rows.iter().map(|(_, counts)| sum(counts)).max().unwrap_or(1).max(1);
    let mut out = format!("<section class=\"panel\"><h2>{title}</h2><table class=\"bars\">");
    for (name, counts) in &rows {
        let name = shown(name);
        put(
            &mut out,
            format_args!("<tr><th scope=\"row\" title=\"{name}\">{name}</th><td class=\"bar\"><span class=\"track\">"),
        );
        for (severity, count) in SEVERITIES.iter().zip(counts).filter(|(_, count)| **count > 0) {
            // In thousandths of the longest row, so that no row disappears.
            let width = (*count * 1_000 / most).max(4);
            put(&mut out, format_args!("<i class=\"{severity}\" style=\"width:{}.{}%\"></i>", width / 10, width % 10));
        }
        put(&mut out, format_args!("</span></td><td class=\"n\">{}</td></tr>", grouped(sum(counts))));
    }
    if !rest.is_empty() {
        let total: u64 = rest.iter().map(|(_, counts)| sum(counts)).sum();
        let more = grouped(rest.len() as u64);
        put(
            &mut out,
            format_args!(
                "<tr class=\"rest\"><th>and {more} more</th><td></td><td class=\"n\">{}</td></tr>",
                grouped(total)
            ),
        );
    }
    out + "</table></section>"
}

/// The folder that a value's first place lies in; what is in no file has a name in parentheses.
pub(super) fn folder(leak: &Leak<'_>) -> String {
    let Some(path) = &leak.first.path else {
        return match leak.first.subject.as_str() {
            "commit" => "(commit messages and headers)".to_owned(),
            "tag" => "(tags)".to_owned(),
            "ref-name" => "(names of branches and tags)".to_owned(),
            _ => "(objects without a name)".to_owned(),
        };
    };
    let parts: Vec<&str> = path.split('/').collect();
    let folders = parts.len().saturating_sub(1).min(DEPTH);
    match parts.get(..folders) {
        Some([]) | None => "(top)".to_owned(),
        Some(folders) => folders.join("/") + "/",
    }
}

fn sum(counts: &Counts) -> u64 {
    counts.iter().sum()
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a `String` cannot fail.
    if out.write_fmt(text).is_err() {
        out.push('?');
    }
}
