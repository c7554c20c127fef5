//! A rule that somebody wrote, checked before a push depends on it.
//!
//! The embedded packs are vetted by this crate's tests with the same function and trusted at run time, where they are
//! constants: compiling all patterns would take longer than most pushes. For the same reason a pattern is compiled here
//! only if nothing less tells that it compiles: every error that there is in it is one of the policy, at every push.

use super::criteria::{is_id, match_every_value, path_globs, value_patterns};
use super::document::Document;
use super::error::{PolicyError, regex_complaint};
use super::spec::{keywords_of, named_of, spec, unicode};
use super::{named, wire};
use crate::rule::{ExampleError, RuleSpec, SIZE_LIMIT, Sound, expand, reach, sound};
use regex::bytes::{Regex, RegexBuilder};
use toml::Spanned;

/// The shortest keyword in bytes: a shorter one is in nearly every file, and every one of them would be searched.
const SHORTEST_KEYWORD: usize = 3;
/// The shortest stopword in bytes: a shorter one is in most secrets by chance.
const SHORTEST_STOPWORD: usize = 3;
/// Bits a byte.
const ENTROPY: std::ops::RangeInclusive<f64> = 0.0..=8.0;

/// How a rule is checked when it loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vetting {
    /// Every key is checked, and that the pattern compiles.
    Full,
    /// The same, but for what `leakgate rules test` tells its author rule by rule: whether the examples match.
    Trial,
}

/// Makes a rule of its table, which is checked through.
pub(super) fn check(doc: &Document, wire: &wire::Rule, vetting: Vetting) -> Result<RuleSpec, PolicyError> {
    let vet = Vet { doc, wire };
    let pattern = vet.all()?;
    if vetting == Vetting::Full && !wire.examples.is_empty() {
        vet.examples()?;
    }
    // A rule with names has an empty pattern, which reaches nowhere.
    Ok(spec(wire, &doc.name, pattern.map_or(Some(0), |pattern| pattern.reach)))
}

/// One rule under examination.
pub(super) struct Vet<'a> {
    doc: &'a Document,
    pub(super) wire: &'a wire::Rule,
}

impl Vet<'_> {
    fn all(&self) -> Result<Option<Sound>, PolicyError> {
        self.names()?;
        self.keywords()?;
        named::vet(self)?;
        let pattern =
            self.wire.regex.as_ref().map(|regex| self.pattern(regex.get_ref(), regex, "regex")).transpose()?;
        self.group(pattern)?;
        self.entropy()?;
        self.exceptions()?;
        self.templates()?;
        Ok(pattern)
    }

    /// The error at `value`, under the rule's key `key`.
    pub(super) fn wrong<T>(&self, value: &Spanned<T>, key: &str, problem: &str, remedy: &str) -> PolicyError {
        self.doc.wrong(value, &format!("rules.{key}"), problem, remedy)
    }

    fn names(&self) -> Result<(), PolicyError> {
        let remedy = "use lower-case letters, digits and single hyphens, at most 64, such as \"acme-deploy-key\"";
        let named = std::iter::once((&self.wire.id, "id")).chain(self.wire.tags.iter().map(|tag| (tag, "tags")));
        for (name, key) in named {
            if !is_id(name.get_ref()) {
                return Err(self.wrong(name, key, &format!("`{}` is not a name for it", name.get_ref()), remedy));
            }
        }
        match self.wire.description.get_ref().trim().is_empty() {
            false => Ok(()),
            true => Err(self.wrong(&self.wire.description, "description", "it is empty", "say what the value is")),
        }
    }

    fn keywords(&self) -> Result<(), PolicyError> {
        let Some(keywords) = &self.wire.keywords else { return Ok(()) };
        let remedy = "name a literal of at least 3 bytes that every match holds: files without it are never searched";
        if keywords.get_ref().is_empty() {
            return Err(self.wrong(keywords, "keywords", "there is none", remedy));
        }
        match keywords.get_ref().iter().find(|word| word.len() < SHORTEST_KEYWORD) {
            Some(word) => Err(self.wrong(keywords, "keywords", &format!("`{word}` is too short"), remedy)),
            None => Ok(()),
        }
    }

    /// What `text` is as a pattern: by its parts, or compiled if they do not say whether that goes well.
    pub(super) fn pattern<T>(&self, text: &str, source: &Spanned<T>, key: &str) -> Result<Sound, PolicyError> {
        let unicode = unicode(self.wire);
        if let Some(sound) = sound(text, unicode) {
            return Ok(sound);
        }
        let regex = self.compile(text, source, key)?;
        match regex.is_match(b"") {
            false => Ok(Sound { groups: regex.captures_len().saturating_sub(1), reach: reach(text, unicode) }),
            true => Err(self.wrong(source, key, "the pattern matches nothing at all", "let it need at least one byte")),
        }
    }

    fn compile<T>(&self, text: &str, source: &Spanned<T>, key: &str) -> Result<Regex, PolicyError> {
        RegexBuilder::new(text).unicode(self.wire.unicode).size_limit(SIZE_LIMIT).build().map_err(|e| {
            let problem = format!("the pattern does not compile: {}", regex_complaint(&e));
            let remedy = "correct it; the syntax is that of Rust's regex crate: no look-around, no back-references, \
                          ASCII classes unless `unicode = true`";
            self.wrong(source, key, &problem, remedy)
        })
    }

    fn group(&self, pattern: Option<Sound>) -> Result<(), PolicyError> {
        let groups = pattern.map_or(0, |pattern| pattern.groups);
        match &self.wire.secret_group {
            Some(group) if *group.get_ref() > groups => {
                let problem = format!("the pattern has {groups} groups, not {}", group.get_ref());
                Err(self.wrong(group, "secret_group", &problem, "give a group's number, or 0 for the whole match"))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn entropy(&self) -> Result<(), PolicyError> {
        match &self.wire.entropy {
            Some(bits) if !ENTROPY.contains(bits.get_ref()) => {
                let problem = format!("{} is out of range", bits.get_ref());
                Err(self.wrong(
                    bits,
                    "entropy",
                    &problem,
                    "give bits a byte from 0.0 to 8.0; random letters have 3 to 5",
                ))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// What makes a match none must not make all matches none.
    fn exceptions(&self) -> Result<(), PolicyError> {
        if let Some(paths) = &self.wire.paths {
            path_globs(self.doc, paths, "rules.paths")?;
        }
        if let Some(paths) = &self.wire.exclude_paths {
            let globs = path_globs(self.doc, paths, "rules.exclude_paths")?;
            if globs.match_everything() {
                return Err(self.never(paths, "exclude_paths"));
            }
        }
        if let Some(patterns) = &self.wire.allow {
            let compiled = value_patterns(self.doc, patterns, "rules.allow")?;
            if match_every_value(&compiled) {
                return Err(self.never(patterns, "allow"));
            }
        }
        match self.wire.stopwords.iter().find(|word| word.get_ref().len() < SHORTEST_STOPWORD) {
            Some(word) => {
                let remedy = "give at least 3 bytes: a shorter one is in most secrets by chance";
                Err(self.wrong(word, "stopwords", &format!("`{}` is too short", word.get_ref()), remedy))
            }
            None => Ok(()),
        }
    }

    fn never<T>(&self, value: &Spanned<T>, key: &str) -> PolicyError {
        let remedy = "narrow it, or name the rule under `disable` if it is not wanted";
        self.wrong(value, key, "it matches everything: the rule would never find anything", remedy)
    }

    fn template(&self, template: &Spanned<String>, key: &str, error: &ExampleError) -> PolicyError {
        self.wrong(template, key, &error.to_string(), "correct the class or the length, as in {{alnum:36}}")
    }

    fn templates(&self) -> Result<(), PolicyError> {
        let counter = self.wire.counter_examples.iter().map(|template| (template, "counter_examples"));
        for (template, key) in self.wire.examples.iter().map(|template| (template, "examples")).chain(counter) {
            expand(template.get_ref(), 1).map_err(|e| self.template(template, key, &e))?;
        }
        Ok(())
    }

    /// An example that the rule misses shows a mistake that a push would only show by passing.
    fn examples(&self) -> Result<(), PolicyError> {
        let regex = self.wire.regex.as_ref().map(|regex| self.compile(regex.get_ref(), regex, "regex")).transpose()?;
        for template in &self.wire.examples {
            let text = expand(template.get_ref(), 1).map_err(|e| self.template(template, "examples", &e))?;
            let lower = text.to_ascii_lowercase();
            let has_keyword = keywords_of(self.wire).iter().any(|k| lower.contains(k));
            let beside = named_of(self.wire).map(|spec| named::finds(&spec, &text));
            let matched = regex.as_ref().map(|regex| regex.is_match(text.as_bytes()));
            let problem = match (matched.or(beside), has_keyword) {
                (Some(true), true) => continue,
                (Some(true), false) => "no keyword is in this example",
                _ if regex.is_some() => "the pattern does not match this example",
                _ => "the rule does not find its value in this example",
            };
            return Err(self.wrong(template, "examples", problem, "correct the example or the rule"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, specs, with};
    use crate::rule::{Scope, Unicode};
    use crate::text::{Kind, Severity};

    /// A sound rule with one line more, or with another value for a key that it has.
    fn rule(lines: &str) -> String {
        let mut all = vec!["id = 'mine'", "description = 'd'", "regex = 'xyz_([0-9]+)'", "keywords = ['xyz']"];
        let keys: Vec<&str> = lines.lines().map(|line| line.split(' ').next().unwrap()).collect();
        all.retain(|line| !keys.contains(&line.split(' ').next().unwrap()));
        format!("[[rules]]\n{lines}\n{}\n", all.join("\n"))
    }

    fn refused(lines: &str, start: &str) {
        let message = error(&rule(lines));
        assert!(message.starts_with(start), "{message}");
    }

    #[test]
    fn a_rule_gets_its_defaults() {
        let spec = specs(with(&rule("")).unwrap()).pop().unwrap();
        assert_eq!((spec.scope, spec.severity, spec.kind), (Scope::Everywhere, Severity::High, Kind::Secret));
        assert_eq!((spec.unicode, spec.secret_group, spec.entropy), (Unicode::No, None, None));
    }

    #[test]
    fn a_rule_keeps_what_its_table_says() {
        let text = rule(
            "keywords = ['XyZ']\nsecret_group = 1\nentropy = 3\npaths = ['*.c']\nexclude_paths = ['/a']\nscope = 'plain'\n\
             severity = 'low'\nkind = 'customer-data'\nallow = ['^1$']\nstopwords = ['000']\nunicode = true\n\
             check = 'luhn'\ntags = ['t']\nopens = 'o'\nrevoke = 'r'\nsource = 's'\nexamples = ['xyz_{{digit:4}}']\n\
             counter_examples = ['xyz_']",
        );
        let spec = specs(with(&text).unwrap()).pop().unwrap();
        assert_eq!(spec.keywords, ["xyz"]);
        assert_eq!((spec.scope, spec.severity, spec.kind), (Scope::Plain, Severity::Low, Kind::CustomerData));
        assert_eq!((spec.unicode, spec.secret_group, spec.entropy), (Unicode::Yes, Some(1), Some(3.0)));
        assert_eq!(
            [&spec.paths, &spec.exclude_paths, &spec.allow, &spec.stopwords],
            [&["*.c"], &["/a"], &["^1$"], &["000"]]
        );
        assert_eq!([&spec.tags, &spec.examples, &spec.counter_examples], [&["t"], &["xyz_{{digit:4}}"], &["xyz_"]]);
        let texts = [spec.check, spec.opens, spec.revoke, spec.source].map(Option::unwrap);
        assert_eq!(texts, ["luhn", "o", "r", "s"]);
    }

    #[test]
    fn an_id_is_kebab_case_and_at_most_64_bytes() {
        for wrong in ["", "Mine", "a_b", "-a", "a-", "a--b", "a b", "ä"] {
            refused(&format!("id = '{wrong}'"), &format!("p0.toml:2:6: rules.id: `{wrong}` is not a name"));
        }
        assert!(with(&rule(&format!("id = '{}'", "a".repeat(63)))).is_ok());
        assert!(with(&rule(&format!("id = '{}'", "a".repeat(64)))).is_ok());
        refused(&format!("id = '{}'", "a".repeat(65)), "p0.toml:2:6: rules.id: ");
    }

    #[test]
    fn tags_and_descriptions_say_something() {
        refused("tags = ['ok', 'Not ok']", "p0.toml:2:15: rules.tags: `Not ok` is not a name");
        refused("description = ' '", "p0.toml:2:15: rules.description: it is empty");
    }

    #[test]
    fn a_keyword_has_at_least_three_bytes() {
        refused("keywords = []", "p0.toml:2:12: rules.keywords: there is none");
        refused("keywords = ['xyz', 'xy']", "p0.toml:2:12: rules.keywords: `xy` is too short");
        assert!(with(&rule("keywords = ['xyz']")).is_ok());
    }

    #[test]
    fn a_pattern_that_does_not_compile_is_named_with_the_reason() {
        refused("regex = 'xyz('", "p0.toml:2:9: rules.regex: the pattern does not compile: unclosed group");
        refused("regex = 'xyz(?=a)'", "p0.toml:2:9: rules.regex: the pattern does not compile: look-around");
        refused("regex = 'xyz\\pL'", "p0.toml:2:9: rules.regex: the pattern does not compile: Unicode");
        assert!(with(&rule("regex = 'xyz\\pL'\nunicode = true")).is_ok());
    }

    #[test]
    fn a_pattern_that_takes_too_much_memory_is_refused() {
        refused(
            "regex = 'xyz(?:[a-z]{900}){900}'",
            "p0.toml:2:9: rules.regex: the pattern does not compile: it takes more",
        );
    }

    #[test]
    fn a_pattern_that_matches_the_empty_text_is_refused() {
        refused("regex = '(xyz)*'", "p0.toml:2:9: rules.regex: the pattern matches nothing at all");
    }

    #[test]
    fn the_secret_group_lies_within_the_groups() {
        assert!(with(&rule("secret_group = 0")).is_ok() && with(&rule("secret_group = 1")).is_ok());
        refused("secret_group = 2", "p0.toml:2:16: rules.secret_group: the pattern has 1 groups, not 2");
        refused("secret_group = -1", "p0.toml:2:16: rules.secret_group: ");
    }

    #[test]
    fn entropy_lies_between_0_and_8() {
        assert!(with(&rule("entropy = 0.0")).is_ok() && with(&rule("entropy = 8.0")).is_ok());
        for wrong in ["-0.1", "8.1", "nan"] {
            refused(&format!("entropy = {wrong}"), "p0.toml:2:11: rules.entropy: ");
        }
    }

    #[test]
    fn path_patterns_are_globs() {
        refused("paths = ['ok', 'a[']", "p0.toml:2:16: rules.paths: the path pattern `a[` does not work");
        refused("exclude_paths = ['!a']", "p0.toml:2:18: rules.exclude_paths: the path pattern `!a` does not work");
        refused("paths = []", "p0.toml:2:9: rules.paths: the list is empty");
    }

    #[test]
    fn what_would_silence_the_rule_is_refused() {
        refused("exclude_paths = ['**']", "p0.toml:2:17: rules.exclude_paths: it matches everything");
        refused("allow = ['.*']", "p0.toml:2:9: rules.allow: it matches everything");
        refused("allow = ['[a-z]', '[A-Z]']", "p0.toml:2:9: rules.allow: it matches everything");
        refused("allow = ['a(']", "p0.toml:2:10: rules.allow: the pattern does not compile");
        refused("stopwords = ['key', 'e']", "p0.toml:2:21: rules.stopwords: `e` is too short");
    }

    #[test]
    fn an_unknown_word_for_a_choice_is_named() {
        refused("severity = 'hgih'", "p0.toml:2:12: rules.severity: unknown variant `hgih`");
        refused("kind = 'customer'", "p0.toml:2:8: rules.kind: unknown variant `customer`");
        refused("scope = 'all'", "p0.toml:2:9: rules.scope: unknown variant `all`");
    }

    #[test]
    fn an_example_must_match_and_hold_a_keyword() {
        refused(
            "examples = ['xyz_1', 'xyz_a']",
            "p0.toml:2:22: rules.examples: the pattern does not match this example",
        );
        refused(
            "keywords = ['else']\nexamples = ['xyz_1']",
            "p0.toml:3:13: rules.examples: no keyword is in this example",
        );
        refused("examples = ['{{digits:3}}']", "p0.toml:2:13: rules.examples: unknown class `digits`");
        refused("counter_examples = ['{{hex:8193}}']", "p0.toml:2:21: rules.counter_examples: `8193` characters");
    }
}
