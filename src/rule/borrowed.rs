//! Rules written for gitleaks: what they ask beyond a pattern, with gitleaks' meaning of it.
//!
//! A keyword may stand anywhere in the text, not only in the match. The secret is the first group that is not empty,
//! read from the match by itself. Its entropy must be above the bound, not at it. Some rules only help others, some are
//! about a path alone. (Source: `detect/detect.go` of gitleaks 8.30.)
//!
//! *Invariant:* no placeholder, no check and no other judgement of leakgate's own is asked here: such a rule finds what
//! it finds there.

use super::exception::Exception;
use super::pattern::{Pattern, PatternError};
use super::{Text, Unicode};
use regex::bytes::Regex;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// What a rule from gitleaks is, beside the fields that it shares with every rule.
#[derive(Clone, Debug)]
pub struct Borrowed {
    /// gitleaks' own id.
    pub id: String,
    /// Any of them must stand in the text, in lower case; none: every text is tried.
    pub keywords: Vec<String>,
    /// A pattern on the path, and whether its classes are Unicode's.
    pub path: Option<(Text, Unicode)>,
    /// What it looks at.
    pub looks: Looks,
    /// The secret's entropy in bits must be above it; 0: any.
    pub entropy: f64,
    /// The group that is the secret; 0: the first that is not empty.
    pub group: usize,
    /// Other rules that must have found something near it.
    pub needs: Vec<Need>,
    /// Whether what it finds is reported.
    pub report: Report,
}

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looks {
    /// At texts.
    Text,
    /// At a file's path, whatever the file holds.
    Path,
}

/// Whether findings are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// They are.
    Yes,
    /// They only help other rules.
    No,
}

/// A rule that must have found something as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// gitleaks' id of it.
    pub id: String,
    /// At most this many lines away.
    pub lines: Option<u64>,
    /// At most this many columns away.
    pub columns: Option<u64>,
}

/// All that a policy takes over from gitleaks, for the rules that are made ready.
#[derive(Clone, Debug, Default)]
pub struct Borrowings {
    /// By the rule's id here.
    pub rules: HashMap<String, Arc<Borrowed>>,
    /// What lets findings pass, by the rule's id here.
    pub unless: HashMap<String, Vec<Arc<Exception>>>,
    /// What lets findings of all rules for secrets pass.
    pub unless_any: Vec<Arc<Exception>>,
}

/// A [`Borrowed`] in a rule that is ready.
#[derive(Debug)]
pub struct Ready {
    /// What it is.
    pub spec: Arc<Borrowed>,
    path: Option<Pattern>,
    /// The numbers of the rules in [`Borrowed::needs`], in their order; none: there is no such rule any more.
    pub needs: Vec<Option<usize>>,
}

impl Ready {
    pub(super) fn new(spec: &Arc<Borrowed>) -> Self {
        let path = spec.path.as_ref().map(|(source, unicode)| Pattern::new(source.clone(), *unicode));
        Self { spec: Arc::clone(spec), path, needs: Vec::new() }
    }

    /// Whether the rule is for `path`.
    ///
    /// # Errors
    /// When its pattern does not compile.
    pub fn takes_path(&self, path: Option<&[u8]>) -> Result<bool, PatternError> {
        match (&self.path, path) {
            (None, _) => Ok(true),
            (Some(pattern), Some(path)) => Ok(pattern.regex()?.is_match(path)),
            (Some(_), None) => Ok(false),
        }
    }

    /// Whether one of the keywords stands in `text`, or there is none.
    #[must_use]
    pub fn is_called_in(&self, text: &[u8]) -> bool {
        let words = &self.spec.keywords;
        if words.is_empty() {
            return true;
        }
        let lower = lower(text);
        words.iter().any(|word| memchr::memmem::find(&lower, word.as_bytes()).is_some())
    }

    /// The secret in `whole`, a match in `text`, if it is random enough.
    ///
    /// The groups are those of the match read by itself, as gitleaks reads them: what `\b`, `^` and `$` say at its ends
    /// may differ. Where it does not match by itself, all of it is the secret.
    #[must_use]
    pub fn secret(&self, regex: &Regex, text: &[u8], whole: &Range<usize>) -> Option<Range<usize>> {
        let matched = text.get(whole.clone())?;
        let groups = regex.captures(matched);
        let group = match (&groups, self.spec.group) {
            (None, _) => None,
            (Some(groups), 0) => groups.iter().skip(1).flatten().find(|group| !group.is_empty()),
            (Some(groups), number) if groups.len() > 1 => groups.get(number),
            (Some(_), _) => None,
        };
        let secret = group.map_or(0..matched.len(), |group| group.range());
        let bytes = matched.get(secret.clone())?;
        let random = self.spec.entropy == 0.0 || entropy(bytes) > self.spec.entropy;
        random.then(|| whole.start + secret.start..whole.start + secret.end)
    }
}

/// ASCII letters in lower case, and those of other alphabets where there are any.
pub(super) fn lower(text: &[u8]) -> Vec<u8> {
    match text.is_ascii() {
        true => text.to_ascii_lowercase(),
        false => String::from_utf8_lossy(text).to_lowercase().into_bytes(),
    }
}

/// Shannon's entropy as gitleaks counts it: characters, but shares of the bytes.
fn entropy(bytes: &[u8]) -> f64 {
    let mut counts: HashMap<char, u32> = HashMap::new();
    for c in String::from_utf8_lossy(bytes).chars() {
        *counts.entry(c).or_insert(0) += 1;
    }
    let total = bytes.len() as f64;
    counts.values().map(|count| f64::from(*count) / total).map(|share| -share * share.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready(group: usize, entropy: f64, keywords: &[&str]) -> Ready {
        let keywords = keywords.iter().map(|it| (*it).to_owned()).collect();
        let (looks, report) = (Looks::Text, Report::Yes);
        let needs = Vec::new();
        Ready::new(&Arc::new(Borrowed { id: "a".into(), keywords, path: None, looks, entropy, group, needs, report }))
    }

    #[test]
    fn the_secret_is_the_first_group_that_is_not_empty() {
        let regex = Regex::new("k=(x*)(y+)?(z*)").unwrap();
        let text = b"  k=yyz ";
        assert_eq!(ready(0, 0.0, &[]).secret(&regex, text, &(2..7)), Some(4..6));
        assert_eq!(ready(3, 0.0, &[]).secret(&regex, text, &(2..7)), Some(6..7));
        assert_eq!(ready(0, 0.0, &[]).secret(&Regex::new("k=y+z").unwrap(), text, &(2..7)), Some(2..7));
    }

    #[test]
    fn groups_are_those_of_the_match_by_itself() {
        // In the text the word goes on before it, in the match it does not.
        let regex = Regex::new(r"\b(ab)|b(c)").unwrap();
        assert_eq!(ready(0, 0.0, &[]).secret(&regex, b"xbc", &(1..3)), Some(2..3));
        let bound = Regex::new(r"\Bb(c)").unwrap();
        assert_eq!(ready(0, 0.0, &[]).secret(&bound, b"xbc", &(1..3)), Some(1..3));
    }

    #[test]
    fn entropy_must_be_above_its_bound() {
        let regex = Regex::new("[a-d]+").unwrap();
        assert_eq!(ready(0, 2.0, &[]).secret(&regex, b"abcd", &(0..4)), None);
        assert_eq!(ready(0, 1.99, &[]).secret(&regex, b"abcd", &(0..4)), Some(0..4));
        assert!((entropy("éé".as_bytes()) - 0.5).abs() < 1e-9, "two characters of four bytes");
    }

    #[test]
    fn a_keyword_of_any_length_calls_the_rule() {
        assert!(ready(0, 0.0, &["k"]).is_called_in(b"a K b") && !ready(0, 0.0, &["k"]).is_called_in(b"abc"));
        assert!(ready(0, 0.0, &["ключ"]).is_called_in("КЛЮЧ".as_bytes()) && ready(0, 0.0, &[]).is_called_in(b""));
    }
}
