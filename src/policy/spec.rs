//! The rule that a table stands for, once it is known to be sound.
//!
//! *Invariant:* no file, no error, no regex engine: the build script makes the embedded packs' rules with this same file.

use super::wire;
use crate::rule::{AskSpec, NamedSpec, RuleSpec, Text, Unicode};
use toml::Spanned;

/// The rule of `wire`, which stands in `group`; a match of its pattern stretches as far as `reach`, which is not asked
/// here because whoever vetted the pattern knows it.
pub(super) fn spec(wire: &wire::Rule, group: &str, reach: Option<usize>) -> RuleSpec {
    let unicode = unicode(wire);
    RuleSpec {
        id: text(&wire.id),
        group: group.to_owned().into(),
        description: text(&wire.description),
        reach,
        regex: pattern_of(wire).into(),
        named: named_of(wire),
        keywords: keywords_of(wire).into_iter().map(Text::from).collect(),
        encoded: Vec::new(),
        secret_group: wire.secret_group.as_ref().map(|group| *group.get_ref()),
        entropy: wire.entropy.as_ref().map(|bits| *bits.get_ref()),
        paths: optional(wire.paths.as_ref()),
        exclude_paths: optional(wire.exclude_paths.as_ref()),
        scope: wire.scope.into(),
        severity: wire.severity.into(),
        kind: wire.kind.into(),
        allow: optional(wire.allow.as_ref()),
        stopwords: wire.stopwords.iter().map(|word| word.get_ref().to_ascii_lowercase().into()).collect(),
        unicode,
        check: wire.check.clone().map(Text::from),
        tags: texts(&wire.tags),
        opens: wire.opens.clone().map(Text::from),
        revoke: wire.revoke.clone().map(Text::from),
        source: wire.source.clone().map(Text::from),
        examples: texts(&wire.examples),
        counter_examples: texts(&wire.counter_examples),
        yields: false,
    }
}

fn text(wire: &Spanned<String>) -> Text {
    wire.get_ref().clone().into()
}

fn texts(wire: &[Spanned<String>]) -> Vec<Text> {
    wire.iter().map(text).collect()
}

fn optional(wire: Option<&Spanned<Vec<Spanned<String>>>>) -> Vec<Text> {
    wire.map_or_else(Vec::new, |list| texts(list.get_ref()))
}

/// The pattern; empty: the rule has names.
pub(super) fn pattern_of(wire: &wire::Rule) -> String {
    wire.regex.as_ref().map_or_else(String::new, |regex| regex.get_ref().clone())
}

/// What the rule asks of the value beside its names; none: it has a pattern.
pub(super) fn named_of(wire: &wire::Rule) -> Option<NamedSpec> {
    let lower = |list: &Spanned<Vec<String>>| list.get_ref().iter().map(|it| it.to_lowercase().into()).collect();
    let ask = match (&wire.value, wire.look) {
        (Some(value), _) => AskSpec::Form(text(value)),
        (None, Some(look)) => AskSpec::Look(look.into()),
        (None, None) => return None,
    };
    Some(NamedSpec { names: lower(wire.names.as_ref()?), words: wire.words.as_ref().map(lower), ask })
}

/// The literals that a name can begin an identifier with.
pub(super) fn keywords_of_names(names: &[impl AsRef<str>]) -> Vec<String> {
    let separators = ["", "_", "-", ".", " "];
    names.iter().flat_map(|name| separators.map(|separator| name.as_ref().replace('-', separator))).collect()
}

/// The words that lead to the rule, in lower case, each once. ASCII only: bytes are compared, and a pattern's `É` is no
/// `é`.
pub(super) fn keywords_of(wire: &wire::Rule) -> Vec<String> {
    let all: Vec<String> = match (&wire.keywords, &wire.names) {
        (Some(keywords), _) => keywords.get_ref().clone(),
        (None, Some(names)) => keywords_of_names(names.get_ref()),
        (None, None) => Vec::new(),
    };
    let mut once: Vec<String> = Vec::with_capacity(all.len());
    for word in all {
        let word = word.to_ascii_lowercase();
        if !once.contains(&word) {
            once.push(word);
        }
    }
    once
}

/// Whether the pattern's classes are Unicode's.
pub(super) fn unicode(wire: &wire::Rule) -> Unicode {
    if wire.unicode { Unicode::Yes } else { Unicode::No }
}
