//! Rules with names instead of a pattern, checked when they load.

use super::error::PolicyError;
use super::rules::Vet;
use super::spec::keywords_of_names;
use crate::rule::{Ask, NamedSpec, Reader};

/// The shortest name in bytes, separators left out: a shorter one is in nearly every file.
const SHORTEST_NAME: usize = 3;
/// The shortest word in bytes.
const SHORTEST_WORD: usize = 2;
/// The shortest value in bytes that a pattern may take: a shorter one stands beside every name.
const SHORTEST_VALUE: usize = 6;

/// Whether a rule of `spec` finds a value in `text`.
pub(super) fn finds(spec: &NamedSpec, text: &str) -> bool {
    let ask = Ask::new(spec.clone());
    let mut reader = Reader::new(text.as_bytes());
    let lower = text.to_ascii_lowercase();
    keywords_of_names(&spec.names).iter().any(|word| {
        lower.match_indices(word.as_str()).any(|(at, _)| match reader.ask(&(at..at + word.len()), &ask) {
            Ok(Some(_)) => true,
            Ok(None) => !reader.below(&(at..at + word.len()), &ask).is_empty(),
            // The pattern was vetted before.
            Err(_) => false,
        })
    })
}

/// Checks the keys of a rule with names, and that a rule has one form only.
pub(super) fn vet(vet: &Vet<'_>) -> Result<(), PolicyError> {
    let wire = vet.wire;
    let Some(names) = &wire.names else {
        if let Some(value) = &wire.value {
            return Err(vet.wrong(value, "value", "it has no `names` to stand beside", "give `names`, or `regex`"));
        }
        if let Some(words) = &wire.words {
            return Err(vet.wrong(words, "words", "it has no `names` to stand beside", "give `names`, or delete it"));
        }
        return match (&wire.regex, &wire.keywords) {
            (Some(_), Some(_)) => Ok(()),
            (None, _) => {
                Err(vet.wrong(&wire.id, "id", "there is no `regex`", "give `regex` and `keywords`, or `names`"))
            }
            (Some(regex), None) => Err(vet.wrong(regex, "regex", "there is no `keywords`", "give `keywords`")),
        };
    };
    if let Some(regex) = &wire.regex {
        return Err(vet.wrong(regex, "regex", "the rule has `names` as well", "give one of them"));
    }
    if let Some(keywords) = &wire.keywords {
        return Err(vet.wrong(keywords, "keywords", "the rule has `names`, which are its keywords", "delete it"));
    }
    let short = |name: &&String| name.bytes().filter(|b| *b != b'-').count() < SHORTEST_NAME;
    let remedy = "give at least 3 letters or digits: files without any name are never searched";
    if names.get_ref().is_empty() {
        return Err(vet.wrong(names, "names", "there is none", remedy));
    }
    if let Some(name) = names.get_ref().iter().find(short) {
        return Err(vet.wrong(names, "names", &format!("`{name}` is too short"), remedy));
    }
    if let Some(words) = &wire.words
        && let Some(word) = words.get_ref().iter().find(|word| word.len() < SHORTEST_WORD)
    {
        return Err(vet.wrong(words, "words", &format!("`{word}` is too short"), "give at least 2 letters"));
    }
    value(vet, names)
}

fn value(vet: &Vet<'_>, names: &toml::Spanned<Vec<String>>) -> Result<(), PolicyError> {
    match (&vet.wire.value, vet.wire.look) {
        (Some(value), Some(_)) => Err(vet.wrong(value, "value", "the rule has `look` as well", "give one of them")),
        (None, None) => Err(vet.wrong(names, "names", "there is no `value`", "give `value`, or `look`")),
        (None, Some(_)) => Ok(()),
        (Some(value), None) => {
            let text = value.get_ref();
            vet.pattern(text, value, "value")?;
            vet.pattern(&Ask::pattern(text), value, "value")?;
            let short = Ask::least(text) < SHORTEST_VALUE;
            match short {
                true => {
                    let problem = format!("it takes values of less than {SHORTEST_VALUE} bytes");
                    Err(vet.wrong(value, "value", &problem, "give the length that the service issues"))
                }
                false => Ok(()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, specs, with};
    use super::*;

    fn rule(lines: &str) -> String {
        format!("[[rules]]\nid = 'mine'\ndescription = 'd'\n{lines}\n")
    }

    fn refused(lines: &str, start: &str) {
        let message = error(&rule(lines));
        assert!(message.starts_with(start), "{message}");
    }

    fn named(lines: &str) -> NamedSpec {
        specs(with(&rule(lines)).unwrap()).pop().unwrap().named.unwrap()
    }

    #[test]
    fn a_rule_has_a_pattern_or_names() {
        refused("", "p0.toml:2:6: rules.id: there is no `regex`");
        refused("regex = 'xyz_[0-9]+'", "p0.toml:4:9: rules.regex: there is no `keywords`");
        refused(
            "regex = 'xyz_[0-9]+'\nnames = ['acme']\nvalue = '[a-f]{32}'",
            "p0.toml:4:9: rules.regex: the rule has `names`",
        );
        refused(
            "keywords = ['xyz']\nnames = ['acme']\nvalue = '[a-f]{32}'",
            "p0.toml:4:12: rules.keywords: the rule has",
        );
        refused("value = '[a-f]{32}'", "p0.toml:4:9: rules.value: it has no `names`");
        refused("words = ['key']\nregex = 'x'\nkeywords = ['xyz']", "p0.toml:4:9: rules.words: it has no `names`");
    }

    #[test]
    fn names_stand_beside_a_value_or_a_look() {
        refused("names = ['acme']", "p0.toml:4:9: rules.names: there is no `value`");
        refused(
            "names = ['acme']\nvalue = '[a-f]{32}'\nlook = 'token'",
            "p0.toml:5:9: rules.value: the rule has `look`",
        );
        assert_eq!(named("names = ['acme']\nvalue = '[a-f]{32}'").words, None);
        assert_eq!(named("names = ['acme']\nvalue = '[a-f]{32}'\nwords = ['Key']").words, Some(vec!["key".into()]));
    }

    #[test]
    fn names_and_words_have_a_least_length() {
        refused("names = []\nlook = 'token'", "p0.toml:4:9: rules.names: there is none");
        refused("names = ['a-b']\nlook = 'token'", "p0.toml:4:9: rules.names: `a-b` is too short");
        assert_eq!(named("names = ['a-bc']\nlook = 'token'").names, ["a-bc"]);
        refused("names = ['acme']\nlook = 'token'\nwords = ['k']", "p0.toml:6:9: rules.words: `k` is too short");
    }

    #[test]
    fn a_value_compiles_and_is_not_nearly_nothing() {
        refused("names = ['acme']\nvalue = 'a('", "p0.toml:5:9: rules.value: the pattern does not compile");
        refused("names = ['acme']\nvalue = '[a-f]*'", "p0.toml:5:9: rules.value: ");
        refused(
            "names = ['acme']\nvalue = '[a-f0-9]{5,9}'",
            "p0.toml:5:9: rules.value: it takes values of less than 6",
        );
        assert!(with(&rule("names = ['acme']\nvalue = '[a-f0-9]{6,9}'")).is_ok());
    }

    #[test]
    fn an_example_is_found_by_the_name_beside_the_value() {
        let ok = "names = ['open-acme']\nvalue = '[0-9a-f]{32}'\nexamples = ['OPENACME_API_KEY={{hex:32}}']";
        assert!(with(&rule(ok)).is_ok());
        let wrong = "names = ['open-acme']\nvalue = '[0-9a-f]{32}'\nexamples = ['OPENACME_ICON={{hex:32}}']";
        refused(wrong, "p0.toml:6:13: rules.examples: the rule does not find its value in this example");
    }
}
