//! What makes a rule slow, blind or of little help to the person whose push it stops.

use crate::rule::{Rule, RuleSetError, RuleSpec, samples};

/// A keyword of fewer bytes is in many files that have nothing to do with the rule.
const GOOD_KEYWORD: usize = 4;
/// How many texts are made of a pattern to see whether all of them hold a keyword.
const SAMPLES: u64 = 64;

/// One sentence for each.
pub(super) fn warnings(spec: &RuleSpec, rule: &Rule) -> Result<Vec<String>, RuleSetError> {
    let mut said = Vec::new();
    if spec.examples.is_empty() {
        said.push("it has no example: nothing shows that it finds anything".to_owned());
    }
    if spec.counter_examples.is_empty() {
        said.push("it has no counter-example: nothing shows that it leaves anything alone".to_owned());
    }
    if let Some(text) = unreachable(spec, rule)? {
        said.push(format!("the pattern takes `{text}`, which holds no keyword and is never searched"));
    }
    if spec.named.is_none() && rule.reach().is_none() {
        said.push(
            "the pattern has no longest match (a repetition without an upper bound, or the text's start or end): each \
             file with a keyword is searched as a whole"
                .to_owned(),
        );
    }
    if let Some(word) = spec.keywords.iter().find(|word| word.len() < GOOD_KEYWORD) {
        said.push(format!("the keyword `{word}` is short: it is in many files, and each is searched"));
    }
    if spec.opens.is_none() {
        said.push("`opens` is missing: the refusal cannot say what is at stake".to_owned());
    }
    if spec.revoke.is_none() {
        said.push("`revoke` is missing: the refusal cannot say where to revoke it".to_owned());
    }
    Ok(said)
}

/// A text that the pattern takes and that no keyword leads to.
fn unreachable(spec: &RuleSpec, rule: &Rule) -> Result<Option<String>, RuleSetError> {
    // A rule with names has no pattern to go beyond them.
    if spec.named.is_some() {
        return Ok(None);
    }
    let texts = samples(&spec.regex, spec.unicode, rule.regex()?, SAMPLES);
    let lost = texts.into_iter().find(|text| {
        let lower = text.to_ascii_lowercase();
        !spec.keywords.iter().any(|word| memchr::memmem::find(&lower, word.as_bytes()).is_some())
    });
    Ok(lost.map(|text| String::from_utf8_lossy(&text).chars().take(60).collect()))
}
