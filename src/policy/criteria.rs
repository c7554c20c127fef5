//! The names and lists of rules and exceptions, checked one member at a time, and whether they leave anything to find.

use super::Date;
use super::document::Document;
use super::error::{PolicyError, regex_complaint};
use super::suggest::nearest;
use crate::rule::{PathGlobs, SIZE_LIMIT, expand};
use globset::{Glob, GlobMatcher};
use regex::bytes::{Regex, RegexBuilder};
use toml::Spanned;

type Texts = Vec<Spanned<String>>;

/// The longest rule id in bytes: it stands in every message.
const LONGEST_ID: usize = 64;

/// Whether `id` is kebab-case: lower-case words and digits with single hyphens between.
pub(super) fn is_id(id: &str) -> bool {
    id.len() <= LONGEST_ID
        && id
            .split('-')
            .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
}

/// An empty list matches nothing, so the entry would be dead; its author meant something.
fn nonempty(doc: &Document, texts: &Spanned<Texts>, key: &str) -> Result<(), PolicyError> {
    match texts.get_ref().is_empty() {
        false => Ok(()),
        true => Err(doc.wrong(texts, key, "the list is empty", "name something, or delete the line")),
    }
}

/// Reads the last day of validity, in quotes or as a TOML date.
pub(super) fn expiry(doc: &Document, wire: &Spanned<toml::Value>) -> Result<Date, PolicyError> {
    let value = wire.get_ref();
    let text = match (value.as_str(), value.as_datetime()) {
        (Some(text), _) => text.to_owned(),
        (None, Some(day)) => day.to_string(),
        (None, None) => format!("a {}", value.type_str()),
    };
    Date::parse(&text).map_err(|error| {
        doc.wrong(wire, "allow.expires", &error.to_string(), "give the last day of validity as \"YYYY-MM-DD\"")
    })
}

/// Compiles patterns on rule ids, each of which must match a rule that exists.
pub(super) fn rule_globs(
    doc: &Document,
    rules: &Spanned<Texts>,
    known: &[&str],
    key: &str,
) -> Result<Vec<GlobMatcher>, PolicyError> {
    nonempty(doc, rules, key)?;
    let mut globs = Vec::with_capacity(rules.get_ref().len());
    for rule in rules.get_ref() {
        let pattern = rule.get_ref();
        let is_plain =
            pattern.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'*'));
        let remedy = "write a rule's id, or a part of one with `*`, such as \"aws-*\"";
        let wrong = |problem: &str, remedy: &str| doc.wrong(rule, key, problem, remedy);
        if !is_plain || pattern.is_empty() {
            return Err(wrong(&format!("`{pattern}` is no rule id"), remedy));
        }
        let glob = Glob::new(pattern).map_err(|e| wrong(&e.kind().to_string(), remedy))?.compile_matcher();
        if !known.iter().any(|id| glob.is_match(id)) {
            let remedy = match nearest(pattern, known.iter().copied()) {
                Some(id) => format!("did you mean `{id}`?"),
                None => "`leakgate doctor` lists the rules".to_owned(),
            };
            return Err(wrong(&format!("no rule is called `{pattern}`"), &remedy));
        }
        globs.push(glob);
    }
    Ok(globs)
}

/// Compiles path patterns; the error stands at the one that does not work.
pub(super) fn path_globs(doc: &Document, paths: &Spanned<Texts>, key: &str) -> Result<PathGlobs, PolicyError> {
    nonempty(doc, paths, key)?;
    PathGlobs::new(paths.get_ref().iter().map(|p| p.get_ref().as_str())).map_err(|e| {
        let faulty = paths.get_ref().iter().find(|p| *p.get_ref() == e.pattern);
        let span = faulty.map_or(paths.span(), Spanned::span);
        doc.fault(span, key, &e.to_string(), "write patterns as in .gitignore, such as \"docs/**/*.md\"")
    })
}

/// Checks fingerprints of findings.
pub(super) fn fingerprints(doc: &Document, all: &Spanned<Texts>) -> Result<Vec<String>, PolicyError> {
    nonempty(doc, all, "allow.fingerprints")?;
    all.get_ref().iter().map(|f| hexadecimal(doc, f, "allow.fingerprints", &[16])).collect()
}

/// Checks full commit ids.
pub(super) fn commits(doc: &Document, all: &Spanned<Texts>) -> Result<Vec<String>, PolicyError> {
    nonempty(doc, all, "allow.commits")?;
    all.get_ref().iter().map(|c| hexadecimal(doc, c, "allow.commits", &[40, 64])).collect()
}

fn hexadecimal(doc: &Document, text: &Spanned<String>, key: &str, lengths: &[usize]) -> Result<String, PolicyError> {
    let digits = text.get_ref();
    let is_hex = digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if is_hex && lengths.contains(&digits.len()) {
        return Ok(digits.clone());
    }
    let lengths: Vec<String> = lengths.iter().map(usize::to_string).collect();
    let problem = format!("`{digits}` is not {} lower-case hex digits", lengths.join(" or "));
    Err(doc.wrong(text, key, &problem, "copy it in full from the message that refused the push"))
}

/// Compiles patterns on a secret.
pub(super) fn value_patterns(doc: &Document, all: &Spanned<Texts>, key: &str) -> Result<Vec<Regex>, PolicyError> {
    nonempty(doc, all, key)?;
    all.get_ref().iter().map(|pattern| value_pattern(doc, pattern, key)).collect()
}

/// Compiles one pattern on a secret: bytes, ASCII classes, anywhere in the secret unless anchored.
fn value_pattern(doc: &Document, pattern: &Spanned<String>, key: &str) -> Result<Regex, PolicyError> {
    RegexBuilder::new(pattern.get_ref()).unicode(false).size_limit(SIZE_LIMIT).build().map_err(|e| {
        let problem = format!("the pattern does not compile: {}", regex_complaint(&e));
        doc.wrong(pattern, key, &problem, "correct it; the syntax is that of Rust's regex crate (no look-around)")
    })
}

/// Rule ids that have nothing in common.
const UNLIKE_IDS: [&str; 3] = ["a", "x9-y", "github-pat"];

/// Whether patterns on rule ids leave no rule out.
pub(super) fn match_every_rule(globs: &[GlobMatcher]) -> bool {
    UNLIKE_IDS.iter().all(|id| globs.iter().any(|glob| glob.is_match(id)))
}

/// The shapes of most generated secrets; made when they are needed, since a scanner would take them for real ones.
const SHAPES: [&str; 4] = ["{{alnum:20}}", "{{hex:32}}", "{{upnum:20}}", "{{base64url:43}}"];

/// Whether patterns on a secret leave no generated secret out: `.*`, but also `[0-9]`.
pub(super) fn match_every_value(patterns: &[Regex]) -> bool {
    SHAPES.iter().all(|shape| match expand(shape, 1) {
        Ok(value) => patterns.iter().any(|pattern| pattern.is_match(value.as_bytes())),
        // Does not happen; an exception that cannot be judged is not granted.
        Err(_) => true,
    })
}
