//! gitleaks' allowlists: what lets a finding pass by its commit, its path, its words.
//!
//! Apart from the policy's own `[[allow]]`, whose criteria must all hold and which has a reason: here one criterion of a
//! list is enough unless it says otherwise, and a pattern may look at the match or the line instead of the secret.

use super::Text;
use super::Unicode;
use super::borrowed::lower;
use super::pattern::{Pattern, PatternError};
use aho_corasick::AhoCorasick;
use once_cell::sync::OnceCell;

/// One allowlist as it was written; patterns of one kind are joined.
#[derive(Clone, Debug)]
pub struct ExceptionSpec {
    /// How many criteria must hold.
    pub holds: Holds,
    /// Full ids in lower case.
    pub commits: Vec<String>,
    /// On the path.
    pub paths: Option<(Text, Unicode)>,
    /// On what `target` says.
    pub regexes: Option<(Text, Unicode)>,
    /// What the patterns look at.
    pub target: Target,
    /// Parts of the secret, in lower case.
    pub stopwords: Vec<String>,
    /// `file:line`, fit for a terminal.
    pub origin: String,
}

/// How many of the criteria that a list gives must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// One.
    Any,
    /// All.
    All,
}

/// What a list's patterns look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The secret.
    Secret,
    /// The whole match.
    Match,
    /// The lines that the match touches.
    Line,
}

/// An allowlist, its patterns compiled on first need.
#[derive(Debug)]
pub struct Exception {
    /// What it says.
    pub spec: ExceptionSpec,
    paths: Option<Pattern>,
    regexes: Option<Pattern>,
    stopwords: OnceCell<Option<AhoCorasick>>,
}

/// What there is to see of a finding.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// The secret.
    pub secret: &'a [u8],
    /// The match that it is in.
    pub matched: &'a [u8],
    /// The lines that the match touches.
    pub lines: &'a [u8],
    /// The path, where there is one.
    pub path: Option<&'a [u8]>,
    /// The commit's id, where there is one.
    pub commit: Option<&'a str>,
}

impl Exception {
    /// Makes `spec` ready; nothing is compiled yet.
    #[must_use]
    pub fn new(spec: ExceptionSpec) -> Self {
        let pattern =
            |it: &Option<(Text, Unicode)>| it.as_ref().map(|(text, unicode)| Pattern::new(text.clone(), *unicode));
        Self { paths: pattern(&spec.paths), regexes: pattern(&spec.regexes), stopwords: OnceCell::new(), spec }
    }

    /// Whether what is seen passes.
    ///
    /// # Errors
    /// When a pattern does not compile.
    pub fn pardons(&self, seen: &Sight<'_>) -> Result<bool, PatternError> {
        let has_commit =
            || seen.commit.is_some_and(|id| self.spec.commits.iter().any(|known| known.eq_ignore_ascii_case(id)));
        let target = match self.spec.target {
            Target::Secret => seen.secret,
            Target::Match => seen.matched,
            Target::Line => seen.lines,
        };
        let mut criteria = Vec::with_capacity(4);
        if !self.spec.commits.is_empty() {
            criteria.push(has_commit());
        }
        if let Some(paths) = &self.paths {
            criteria.push(matches(paths, seen.path.unwrap_or_default())?);
        }
        if let Some(regexes) = &self.regexes {
            criteria.push(matches(regexes, target)?);
        }
        if !self.spec.stopwords.is_empty() {
            criteria.push(self.has_stopword(seen.secret));
        }
        Ok(match self.spec.holds {
            Holds::Any => criteria.contains(&true),
            Holds::All => !criteria.is_empty() && !criteria.contains(&false),
        })
    }

    /// Compiles everything, to find out what does not.
    ///
    /// # Errors
    /// When a pattern does not compile.
    pub fn compile(&self) -> Result<(), PatternError> {
        for pattern in self.paths.iter().chain(&self.regexes) {
            pattern.regex()?;
        }
        Ok(())
    }

    fn has_stopword(&self, secret: &[u8]) -> bool {
        let secret = lower(secret);
        // An automaton for 1,500 words; were there too many for one, they would be looked for one by one.
        match self.stopwords.get_or_init(|| automaton(&self.spec.stopwords)) {
            Some(words) => words.is_match(&secret),
            None => self.spec.stopwords.iter().any(|word| memchr::memmem::find(&secret, word.as_bytes()).is_some()),
        }
    }
}

fn automaton(words: &[String]) -> Option<AhoCorasick> {
    match AhoCorasick::new(words) {
        Ok(automaton) => Some(automaton),
        Err(_) => None,
    }
}

/// Nothing is nothing that a pattern could let pass.
fn matches(pattern: &Pattern, text: &[u8]) -> Result<bool, PatternError> {
    Ok(!text.is_empty() && pattern.regex()?.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> ExceptionSpec {
        let (holds, target, origin) = (Holds::Any, Target::Secret, String::new());
        ExceptionSpec { holds, commits: Vec::new(), paths: None, regexes: None, target, stopwords: Vec::new(), origin }
    }

    fn pattern(text: &'static str) -> Option<(Text, Unicode)> {
        Some((text.into(), Unicode::No))
    }

    const SEEN: Sight<'static> = Sight {
        secret: b"SeCrEt",
        matched: b"key=SeCrEt",
        lines: b"the key=SeCrEt here",
        path: Some(b"src/a.c"),
        commit: Some("abcdef"),
    };

    fn pardons(spec: ExceptionSpec, seen: &Sight<'_>) -> bool {
        Exception::new(spec).pardons(seen).unwrap()
    }

    #[test]
    fn one_criterion_is_enough_unless_all_are_asked_for() {
        let both = ExceptionSpec { paths: pattern("^src/"), stopwords: vec!["xyz".into()], ..spec() };
        assert!(pardons(both.clone(), &SEEN));
        let all = ExceptionSpec { holds: Holds::All, ..both };
        assert!(!pardons(all.clone(), &SEEN));
        assert!(pardons(ExceptionSpec { stopwords: vec!["secret".into()], ..all.clone() }, &SEEN));
        assert!(pardons(ExceptionSpec { stopwords: Vec::new(), ..all.clone() }, &SEEN));
        assert!(!pardons(ExceptionSpec { commits: vec!["012345".into()], stopwords: Vec::new(), ..all }, &SEEN));
        assert!(pardons(ExceptionSpec { commits: vec!["ABCDEF".into()], ..spec() }, &SEEN));
    }

    #[test]
    fn patterns_look_at_what_they_are_told_to() {
        for (target, text, is_seen) in [
            (Target::Secret, "^S", true),
            (Target::Secret, "key", false),
            (Target::Match, "^key", true),
            (Target::Match, "the", false),
            (Target::Line, "^the.*here$", true),
        ] {
            let spec = ExceptionSpec { regexes: pattern(text), target, ..spec() };
            assert_eq!(pardons(spec, &SEEN), is_seen, "{text}");
        }
    }

    #[test]
    fn stopwords_are_parts_of_the_secret_in_any_case() {
        assert!(pardons(ExceptionSpec { stopwords: vec!["ecre".into()], ..spec() }, &SEEN));
        assert!(!pardons(ExceptionSpec { stopwords: vec!["key".into()], ..spec() }, &SEEN));
    }

    #[test]
    fn what_is_not_there_lets_nothing_pass() {
        let nothing = Sight { secret: b"", matched: b"", lines: b"", path: None, commit: None };
        for it in [
            ExceptionSpec { paths: pattern(""), ..spec() },
            ExceptionSpec { regexes: pattern(".*"), ..spec() },
            ExceptionSpec { commits: vec![String::new()], ..spec() },
            ExceptionSpec { holds: Holds::All, ..spec() },
        ] {
            assert!(!pardons(it, &nothing));
        }
    }
}
