//! Rules that know a secret by the name beside it: one reader of names and values for all of them.
//!
//! A keyword was seen; around it lies an identifier, at its right a value. A rule with `value` takes the value when it has
//! the service's form and the identifier says that it is a key; a rule with `look` takes what looks like a secret.
//!
//! *Invariant:* linear time and a window of less than 4 kB a keyword, whatever the text.

mod bridge;
mod column;
mod cursor;
mod label;
mod markup;
mod notebook;
mod operator;
mod place;
mod service;
mod spec;
mod telling;
mod url;
mod words;

pub use notebook::in_code_cell;
pub use place::Stands;
pub use spec::{AskSpec, Look, NamedSpec, PARAMETER, TELLING};

use super::pattern::PatternError;
use super::value::{Strength, is_uuid, strength};
use bridge::{Form, Value};
use service::Service;
use std::ops::Range;
use telling::Telling;

/// What a rule asks, ready to run.
#[derive(Debug)]
pub enum Ask {
    /// A service's value.
    Form(Box<Service>),
    /// What looks like a secret.
    Look(Look),
}

impl Ask {
    /// Makes the rule's question ready; nothing is compiled yet.
    #[must_use]
    pub fn new(spec: NamedSpec) -> Self {
        match spec.ask {
            AskSpec::Form(value) => Self::Form(Box::new(Service::new(spec.words, value))),
            AskSpec::Look(look) => Self::Look(look),
        }
    }

    /// The pattern that a value of the form `value` must match as a whole.
    #[must_use]
    pub fn pattern(value: &str) -> String {
        service::framed(value)
    }

    /// The least bytes that a value of the form `value` can have; 0 for a form that does not parse.
    #[must_use]
    pub fn least(value: &str) -> usize {
        service::least(value)
    }
}

/// A value found beside a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// From the identifier to the end of the value.
    pub whole: Range<usize>,
    /// The value.
    pub secret: Range<usize>,
    /// Where it counts.
    pub stands: Stands,
}

/// Reads a text for all named rules; remembers the last identifier, which several keywords of several rules may share.
#[derive(Debug)]
pub struct Reader<'t> {
    text: &'t [u8],
    last: Option<(Range<usize>, Range<usize>, Option<Value>)>,
    /// How many columns may still be read.
    columns: usize,
}

impl<'t> Reader<'t> {
    /// A reader of `text`.
    #[must_use]
    pub fn new(text: &'t [u8]) -> Self {
        Self { text, last: None, columns: COLUMNS }
    }

    /// The identifier around `hit`, and the value at its right.
    fn at(&mut self, hit: &Range<usize>) -> Option<(Range<usize>, Range<usize>, Option<Value>)> {
        if let Some(last) = self.last.as_ref().filter(|(ident, _, _)| ident.start <= hit.start && hit.end <= ident.end)
        {
            return Some(last.clone());
        }
        let ident = label::around(self.text, hit)?.ident;
        let mut label = ident.clone();
        let mut found = bridge::value(self.text, &ident);
        if found.is_none()
            && let Some(end) = label::words_behind(self.text, ident.end)
        {
            label.end = end;
            found = bridge::value(self.text, &label);
        }
        let read = (ident, label, found);
        self.last = Some(read.clone());
        Some(read)
    }

    /// The answer to a rule's question at `hit`, where one of its names stands.
    ///
    /// # Errors
    /// When the rule's pattern does not compile.
    pub fn ask(&mut self, hit: &Range<usize>, ask: &Ask) -> Result<Option<Pair>, PatternError> {
        match ask {
            Ask::Form(service) => self.of_service(hit, service),
            Ask::Look(look) => Ok(self.looking(hit, *look)),
        }
    }

    /// The values below a rule's name at `hit`, where the text is a table with names in its first line.
    pub fn below(&mut self, hit: &Range<usize>, ask: &Ask) -> Vec<Pair> {
        let Ask::Look(look) = ask else { return Vec::new() };
        let Some(column) = column::column(self.text, hit, *look, &mut self.columns) else { return Vec::new() };
        let noun = hit.start - column.name.start..hit.end - column.name.start;
        let name = self.text.get(column.name.clone()).unwrap_or_default();
        let Some(telling) = telling::telling(name, &noun, b"", *look) else { return Vec::new() };
        let of = |(secret, strength): (Range<usize>, Strength)| {
            let stands = match (strength, telling) {
                (Strength::Weak, Telling::Sure) if column.has_accounts => Stands::OutsideTests,
                _ => stands(strength, telling, Form::Firm)?,
            };
            // The row alone: a new row is new below an old header.
            Some(Pair { whole: secret.clone(), secret, stands })
        };
        column.values.into_iter().filter_map(of).collect()
    }

    fn looking(&mut self, hit: &Range<usize>, look: Look) -> Option<Pair> {
        let (ident, label, found) = self.at(hit)?;
        let value = found?;
        let name = self.text.get(ident.clone())?;
        let noun = hit.start.checked_sub(ident.start)?..hit.end.checked_sub(ident.start)?;
        let behind = self.text.get(ident.end..label.end).unwrap_or_default();
        let telling = telling::telling(name, &noun, behind, look)?;
        let bytes = self.text.get(value.range.clone())?;
        let strength = match is_uuid(bytes) {
            true if label::in_comment(self.text, ident.start) => None,
            true => Some(if is_strict(name.get(..noun.end)?) { Strength::Fair } else { Strength::Weak }),
            false => strength(bytes, look),
        }?;
        let mut stands = stands(strength, telling, value.form)?;
        // People's words with a number, in quotes, beside a name that says whose password it is: `mail_password`.
        let between = self.text.get(ident.end..value.range.start).unwrap_or_default();
        let is_call = ident.start.checked_sub(2).and_then(|at| self.text.get(at)) == Some(&b'(');
        let is_listed = between.contains(&b'\n') || (between.contains(&b',') && !is_call);
        let is_ascribed = look == Look::Password && says_whose(name, &noun) && bytes.len() >= MADE_UP && !is_listed;
        if stands == Stands::Configuration && strength == Strength::Weak && value.form == Form::Firm && is_ascribed {
            stands = Stands::OutsideTests;
        }
        // An address that a test takes apart, and what its author says of a value.
        if label::in_address(self.text, &value.range) || label::called_fake(self.text, ident.start) {
            stands = stands.max(Stands::OutsideTests);
        }
        // Sessions' tokens fill the code of tests; what opens a service is called a key, a secret, or is longer.
        if bytes.len() < SESSION && name.get(noun.clone()).is_some_and(|noun| noun.eq_ignore_ascii_case(b"token")) {
            stands = stands.max(Stands::OutsideTests);
        }
        // An example in a description of code; a long token is none, wherever it stands.
        if bytes.len() < LONG && label::in_description(self.text, ident.start) {
            stands = stands.max(Stands::Configuration);
        }
        Some(Pair { whole: ident.start..value.range.end, secret: value.range, stands })
    }

    fn of_service(&mut self, hit: &Range<usize>, service: &Service) -> Result<Option<Pair>, PatternError> {
        if let Some(pair) = self.assigned(hit, service)? {
            return Ok(Some(pair));
        }
        for (name, value) in url::parameters(self.text, hit) {
            if (service.is_told_by(&[name]) || name.eq_ignore_ascii_case(PARAMETER.as_bytes()))
                && let Some(secret) = service.fits(self.text, &value)?
            {
                return Ok(Some(Pair { whole: hit.start..secret.end, secret, stands: Stands::Everywhere }));
            }
        }
        Ok(None)
    }

    fn assigned(&mut self, hit: &Range<usize>, service: &Service) -> Result<Option<Pair>, PatternError> {
        let Some((ident, label, Some(value))) = self.at(hit) else { return Ok(None) };
        let Some(secret) = service.fits(self.text, &value.range)? else { return Ok(None) };
        let start = label::words_before(self.text, ident.start).start;
        let parts = [self.text.get(start..hit.start), self.text.get(hit.end..label.end)].map(Option::unwrap_or_default);
        let told = service.is_told_by(&parts);
        Ok(told.then_some(Pair { whole: ident.start..secret.end, secret, stands: Stands::Everywhere }))
    }
}

/// Whether a name has a word besides the noun; a letter such as that of `f.password` is none.
fn says_whose(name: &[u8], noun: &Range<usize>) -> bool {
    let sides = [name.get(..noun.start), name.get(noun.end..)].map(Option::unwrap_or_default);
    sides.iter().any(|side| side.split(|b| !b.is_ascii_alphanumeric() && *b < 0x80).any(|word| word.len() > 1))
}

/// How many columns of one table are read, each anew for each rule and word that its name has.
const COLUMNS: usize = 64;
/// From so many bytes on words and a number are taken for a password in code.
const MADE_UP: usize = 8;
/// From so many bytes on a token stands in tests as well.
const SESSION: usize = 36;
/// From so many bytes on a value in a description is taken for what it looks like.
const LONG: usize = 32;

/// Names beside which even a UUID is a key, at the end of a longer one or alone.
fn is_strict(name: &[u8]) -> bool {
    let letters: Vec<u8> = name.iter().filter(|b| b.is_ascii_alphabetic()).map(u8::to_ascii_lowercase).collect();
    [
        &b"apikey"[..],
        b"clientsecret",
        b"secretkey",
        b"secret",
        b"accesskey",
        b"appsecret",
        b"appkey",
        b"licensekey",
        b"authtoken",
        b"accesstoken",
        b"apitoken",
        b"signingkey",
        b"encryptionkey",
        b"privatekey",
        b"merchantkey",
        b"servicekey",
    ]
    .iter()
    .any(|noun| letters.ends_with(noun))
}

fn stands(strength: Strength, telling: Telling, form: Form) -> Option<Stands> {
    Some(match (strength, telling, form) {
        // A random value beside a sure name is somebody's, on a page of a manual as well.
        (Strength::Strong, Telling::Sure, _) => Stands::Everywhere,
        (Strength::Strong, Telling::Loose, _) => Stands::OutsideManuals,
        (Strength::Strong, Telling::Vague, _) => Stands::OutsideTests,
        (Strength::Fair, Telling::Sure, Form::Firm) => Stands::OutsideExamples,
        (Strength::Fair, Telling::Sure, Form::Bare) => Stands::Unquoted,
        (Strength::Fair, Telling::Loose | Telling::Vague, _) | (Strength::Weak, Telling::Sure, _) => {
            Stands::Configuration
        }
        (Strength::Weak, Telling::Loose | Telling::Vague, _) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::expand;

    /// What a rule for Acme's maps finds in `line`, where `@@` stands for 32 hexadecimal digits.
    fn found(line: &str) -> bool {
        let value = expand("{{hex:32}}", 1).unwrap();
        let text = line.replace("@@", &value);
        let ask = Ask::new(NamedSpec { names: Vec::new(), words: None, ask: AskSpec::Form("[0-9a-f]{32}".into()) });
        let mut reader = Reader::new(text.as_bytes());
        let lower = text.to_ascii_lowercase();
        ["acmemaps", "acme_maps", "acme-maps", "acme.maps", "acme maps"].iter().any(|name| {
            lower.match_indices(name).any(|(at, name)| {
                let pair = reader.ask(&(at..at + name.len()), &ask).unwrap();
                pair.is_some_and(|pair| text[pair.secret] == value && pair.stands == Stands::Everywhere)
            })
        })
    }

    #[test]
    fn a_service_s_key_is_found_in_any_syntax() {
        for line in [
            "ACME_MAPS_API_KEY=@@",
            "acmeMapsKey: \"@@\",",
            "\"acme-maps-token\": \"@@\"",
            "{\\\"acmeMapsKey\\\":\\\"@@\\\"}",
            "<acmemaps-key>@@</acmemaps-key>",
            "--acme-maps-key @@",
            "acme.maps.secret=@@",
            "buildConfigField \"String\", \"ACME_MAPS_KEY\", \"\\\"@@\\\"\"",
            "<key>AcmeMapsKey</key>\n<string>@@</string>",
            "Acme Maps API key: @@",
            "API key for Acme Maps: @@",
            "getenv('ACME_MAPS_KEY') ?: '@@'",
            "- name: ACME_MAPS_TOKEN\n  value: @@",
            "https://api.acmemaps.io/v1?q=x&appid=@@",
            "https://acmemaps.io/v1?api_key=@@&x=1",
        ] {
            assert!(found(line), "{line}");
        }
    }

    #[test]
    fn another_value_or_another_name_is_not() {
        for line in [
            "acme_maps_icon_digest = \"@@\"",
            "acme_maps_key = \"@@00\"",
            "acme_maps_key = \"00@@\"",
            "acme_design_key = \"@@\"",
            "acme_maps_design = \"@@\"",
            "https://acmemaps.io/v1?etag=@@",
            "see acme maps and the key, then @@",
            "<link>https://x.io/acme-maps-keys</link><guid>@@</guid>",
        ] {
            assert!(!found(line), "{line}");
        }
    }

    #[test]
    fn only_a_random_value_beside_a_sure_name_counts_on_every_page() {
        let random = |line: &str| {
            let text = line.replace("@@", &expand("{{alnum:40}}", 7).unwrap());
            let noun = text.to_ascii_lowercase().find("secret").unwrap();
            let pair = Reader::new(text.as_bytes()).ask(&(noun..noun + 6), &Ask::Look(Look::Token)).unwrap();
            pair.map(|pair| pair.stands)
        };
        assert_eq!(random("client_secret = \"@@\""), Some(Stands::Everywhere));
        assert_eq!(random("client_secret_acme = \"@@\""), Some(Stands::OutsideManuals));
        assert_eq!(random("test_client_secret = \"@@\""), Some(Stands::OutsideTests));
        assert_eq!(random("client_secret_url = \"@@\""), None);
    }

    #[test]
    fn words_and_a_number_are_a_password_beside_a_name_that_says_whose() {
        let stands = |line: &str| {
            let text = line.replace("@@", concat!("winterHarbour", "840"));
            let noun = text.to_ascii_lowercase().find("pass").unwrap();
            let pair = Reader::new(text.as_bytes()).ask(&(noun..noun + 4), &Ask::Look(Look::Password)).unwrap();
            pair.map(|pair| pair.stands)
        };
        for line in ["$mail_pass = '@@';", "os.Setenv(\"DB_PASS\", \"@@\")", ".withBindPass(\"@@\")"] {
            assert_eq!(stands(line), Some(Stands::OutsideTests), "{line}");
        }
        for line in ["pass = '@@'", "[\"x\", \".pg_pass\", \"@@\"]", "db_pass = @@", "f.pass \"@@\"", "p_pass = '@@'"] {
            assert_eq!(stands(line), Some(Stands::Configuration), "{line}");
        }
    }

    #[test]
    fn keywords_in_a_row_cost_no_more_than_a_window_each() {
        let text = "pass=".repeat(50_000);
        let mut reader = Reader::new(text.as_bytes());
        let found = (0..50_000).filter(|at| {
            let start = at * 5;
            reader.ask(&(start..start + 4), &Ask::Look(Look::Password)).unwrap().is_some()
        });
        assert_eq!(found.count(), 0);
    }
}
