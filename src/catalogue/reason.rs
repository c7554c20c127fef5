//! Why a rule does not find its own example: the first of its conditions that fails.
//!
//! *Invariant:* only words. Whether the rule finds it was decided by the engine; this is asked when it did not.

use crate::rule::{Ask, NamedSpec, Pattern, Reader, Rule, RuleSetError, RuleSpec, Text, is_placeholder, shannon};

/// One sentence, without a stop.
pub(super) fn why(spec: &RuleSpec, rule: &Rule, text: &str) -> Result<String, RuleSetError> {
    if let Some(named) = &spec.named {
        return beside(spec, named, text);
    }
    let regex = rule.regex()?;
    let group = rule.group(regex.captures_len());
    let mut said = None;
    for groups in regex.captures_iter(text.as_bytes()) {
        let Some(whole) = groups.get(0) else { continue };
        let secret = groups.get(group).unwrap_or(whole).as_bytes();
        let doubt = doubt(spec, secret).or_else(|| lacking(spec, whole.as_bytes(), text));
        said = said.or(doubt);
        if said.is_some() {
            break;
        }
    }
    Ok(match (said, regex.is_match(text.as_bytes())) {
        (Some(why), _) => why,
        (None, false) => "the pattern does not match it".to_owned(),
        (None, true) if !spec.paths.is_empty() => "no path could be made that `paths` takes".to_owned(),
        (None, true) => "another rule takes a longer value at the same place".to_owned(),
    })
}

/// As [`why`], for a rule that knows its value by the name beside it.
fn beside(spec: &RuleSpec, named: &NamedSpec, text: &str) -> Result<String, RuleSetError> {
    let (ask, mut reader) = (Ask::new(named.clone()), Reader::new(text.as_bytes()));
    let lower = text.to_ascii_lowercase();
    let mut seen = false;
    for word in &spec.keywords {
        for (at, found) in lower.match_indices(&**word) {
            seen = true;
            let range = at..at + found.len();
            let beside = match reader.ask(&range, &ask) {
                Ok(beside) => beside,
                Err(_said_elsewhere) => continue,
            };
            let Some(pair) = beside.or_else(|| reader.below(&range, &ask).pop()) else { continue };
            let secret = text.as_bytes().get(pair.secret).unwrap_or_default();
            return Ok(doubt(spec, secret)
                .or_else(|| spec.check.as_ref().map(|name| format!("the check `{name}` turns its value down")))
                .unwrap_or_else(|| "another rule takes the value, or the file's name makes it harmless".to_owned()));
        }
    }
    Ok(match seen {
        false => format!("none of its names is in it ({})", named.names.join(", ")),
        true => "no value of its form is assigned to its name, with one of its words in the name".to_owned(),
    })
}

/// What speaks against the value, in the order in which the engine asks.
fn doubt(spec: &RuleSpec, secret: &[u8]) -> Option<String> {
    let lower = secret.to_ascii_lowercase();
    let has = |word: &&Text| memchr::memmem::find(&lower, word.to_ascii_lowercase().as_bytes()).is_some();
    let bits = shannon(secret);
    if let Some(least) = spec.entropy.filter(|least| bits < *least) {
        return Some(format!("its value has too little entropy: {bits:.2} bits a byte, and `entropy` is {least}"));
    }
    if is_placeholder(secret) {
        return Some("its value looks like a placeholder".to_owned());
    }
    if let Some(word) = spec.stopwords.iter().find(has) {
        return Some(format!("its value holds the stopword `{word}`"));
    }
    let allows = |source: &&Text| {
        Pattern::new((*source).clone(), spec.unicode).regex().is_ok_and(|pattern| pattern.is_match(secret))
    };
    if let Some(pattern) = spec.allow.iter().find(allows) {
        return Some(format!("its value matches `{pattern}` of `allow`"));
    }
    None
}

/// What is left when the value is sound: the keyword, or the check in code.
fn lacking(spec: &RuleSpec, whole: &[u8], text: &str) -> Option<String> {
    let holds = |text: &[u8]| {
        let lower = text.to_ascii_lowercase();
        spec.keywords.iter().any(|word| memchr::memmem::find(&lower, word.as_bytes()).is_some())
    };
    if !holds(text.as_bytes()) {
        return Some(format!("no keyword is in it ({})", spec.keywords.join(", ")));
    }
    if !holds(whole) {
        return Some("a keyword is in it, but not in what the pattern matches".to_owned());
    }
    spec.check.as_ref().map(|name| format!("the check `{name}` turns its value down"))
}
