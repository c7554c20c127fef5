//! The message when leakgate could not decide: never "found", always what stood in the way and what became of the push.

use super::layout::{WIDTH, error, hint, labelled, shorten};
use super::{Context, HookKind};
use crate::text::printable;
use std::error::Error;

/// How many causes are followed: a chain is short unless it is broken.
const CAUSES: usize = 16;
/// The whole chain's columns.
const CHAIN: usize = 20 * WIDTH;
/// How many lines of an error that shows the place.
const DRAWING: usize = 12;
/// How many hints, and how wide each.
const HINTS: usize = 8;
const HINT: usize = 4 * WIDTH;

/// The whole message, with its final line end: the cause chain, what became of the push, and `hints`.
///
/// At most 72 columns wide and 4 KiB long (more only if the texts are not ASCII, then at most 8 KiB).
#[must_use]
pub fn undecided(error_: &dyn Error, hints: &[String], context: &Context<'_>) -> String {
    let chain = chain(error_);
    let (first, drawing) = chain.split_once('\n').unwrap_or((&chain, ""));
    let first = shorten(&without_credentials(&printable(first.as_bytes())), CHAIN);
    let doing = match context.hook {
        HookKind::Scan => "could not finish this scan".to_owned(),
        HookKind::PreReceive
        | HookKind::Update
        | HookKind::PrePush
        | HookKind::PreCommit
        | HookKind::PreMergeCommit
        | HookKind::CommitMsg => format!("could not check {}", context.hook.what()),
    };
    let outcome = context.hook.outcome_under(context.mode);
    let mut lines = labelled(&format!("leakgate {doing}: {first}; {outcome}"), context.mode);
    lines.extend(drawn(drawing, WIDTH));
    advised(lines, hints)
}

/// The message when a question about the rules has no answer: the cause chain and `hints`. Nothing was to be judged.
#[must_use]
pub fn complaint(error_: &dyn Error, hints: &[String]) -> String {
    let chain = chain(error_);
    let (first, drawing) = chain.split_once('\n').unwrap_or((&chain, ""));
    let mut lines = error(&without_credentials(&printable(first.as_bytes())));
    lines.extend(drawn(drawing, 2 * WIDTH));
    advised(lines, hints)
}

/// The rest of an error of several lines: a policy's fault shows the line and points at the place in it.
fn drawn(drawing: &str, width: usize) -> impl Iterator<Item = String> {
    let lines = drawing.lines().take(DRAWING);
    lines.map(move |line| shorten(&without_credentials(&printable(line.as_bytes())), width))
}

fn advised(mut lines: Vec<String>, hints: &[String]) -> String {
    let hints = hints.iter().take(HINTS).map(|text| without_credentials(&printable(text.as_bytes())));
    lines.extend(hints.flat_map(|text| hint(&shorten(&text, HINT))));
    lines.iter().map(|line| printable(line.trim_end().as_bytes()) + "\n").collect()
}

/// The error and its sources in one line without credentials, for records; as long as they are.
#[must_use]
pub fn told(error: &dyn Error) -> String {
    without_credentials(&printable(chain(error).as_bytes()))
}

/// The error and its sources, outermost first; a source that the text before already ends with is not said twice.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    for _ in 0..CAUSES {
        let Some(error) = cause else { break };
        let next = error.to_string();
        if !text.ends_with(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = error.source();
    }
    text
}

/// `https://user:token@host` without what stands before the `@`: an error may quote the push URL.
fn without_credentials(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        out.push_str(before);
        out.push_str("://");
        let authority = after.find(|c: char| c == '/' || c.is_whitespace()).unwrap_or(after.len());
        let (authority, tail) = after.split_at(authority);
        match authority.rsplit_once('@') {
            Some((_, host)) => {
                out.push_str("****@");
                out.push_str(host);
            }
            None => out.push_str(authority),
        }
        rest = tail;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::super::layout::columns;
    use super::super::samples::context;
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Layer {
        text: String,
        #[source]
        below: Option<Box<Layer>>,
    }

    fn layers(texts: &[&str]) -> Layer {
        let mut below = None;
        for text in texts.iter().rev() {
            below = Some(Box::new(Layer { text: (*text).to_owned(), below }));
        }
        *below.unwrap()
    }

    #[test]
    fn a_fault_that_is_drawn_stays_drawn() {
        let fault = "/etc/leakgate/policy.toml: parse error at line 2\n  |\n2 | verion = 1\n  | ^^^^^^\nunknown field";
        let text = undecided(&layers(&[fault]), &["run leakgate policy check".to_owned()], &context(HookKind::Update));
        assert!(text.contains("\n  |\n2 | verion = 1\n  | ^^^^^^\nunknown field\nhint: "), "{text}");
        assert!(!text.contains("\\n"), "{text}");
        assert!(text.lines().all(|line| columns(line) <= WIDTH), "{text}");
        let many = format!("policy.toml: fault{}", "\n| \u{1b}[2J".repeat(100));
        let text = undecided(&layers(&[&many]), &[], &context(HookKind::Update));
        assert!(text.lines().count() < 20 && !text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn the_chain_of_causes_and_the_outcome_are_said_once() {
        let error = layers(&["cannot read blob 12ab", "object store: not found", "not found"]);
        let text = undecided(&error, &["run leakgate doctor".to_owned()], &context(HookKind::PreReceive));
        let one_line = text.replace("\n       ", " ");
        assert_eq!(
            one_line,
            "error: leakgate could not check this push: cannot read blob 12ab: object store: not found; nothing was \
             stored\nhint: run leakgate doctor\n"
        );
        let text = undecided(&error, &[], &context(HookKind::CommitMsg)).replace("\n       ", " ");
        assert!(text.contains("could not check this commit message: "), "{text}");
        assert!(text.ends_with("nothing was committed\n"), "{text}");
    }

    #[test]
    fn a_hostile_error_is_bounded_sanitised_and_rid_of_credentials() {
        let long = format!("cannot open \x1b[2J\u{202e}https://u:TOPSECRET@host/x {}", "顧客/".repeat(20_000));
        let error = layers(&[&long]);
        let hints = vec!["see ssh://me:TOPSECRET@host and ".repeat(300); 50];
        let text = undecided(&error, &hints, &context(HookKind::PrePush));
        assert!(text.len() <= 8 << 10, "{}", text.len());
        assert!(text.lines().all(|line| columns(line) <= WIDTH), "{text}");
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()) && !text.contains('\u{202e}'), "{text}");
        assert!(!text.contains("TOPSECRET"), "{text}");
        assert!(text.contains("nothing was pushed"), "{text}");
    }

    #[test]
    fn only_what_stands_before_the_host_goes() {
        assert_eq!(without_credentials("a https://h/p@q b://x@y"), "a https://h/p@q b://****@y");
        assert_eq!(without_credentials("no url @ all"), "no url @ all");
    }
}
