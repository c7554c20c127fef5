//! Words by which an organisation knows its own code: what holds one must not leave.
//!
//! A reverse-domain package name told the world whose source it was when 70 files of a bank's contractor stood on a
//! public host. Each list becomes one rule; whether a push leaves is for the caller to say.

use super::document::Document;
use super::error::PolicyError;
use super::layer::Whose;
use crate::rule::{RuleSpec, Scope, Unicode, reach};
use crate::text::{Kind, Severity, japanese};
use serde::Deserialize;
use toml::Spanned;

/// The rules that the lists become.
pub(super) const RULES: [&str; 3] = ["marker-text", MARKER_PACKAGE, "marker-host"];
/// The rule of packages, whose names folders have as well.
pub const MARKER_PACKAGE: &str = "marker-package";

/// The shortest and the longest marker, in bytes: a shorter one stands in everybody's code.
const LENGTH: std::ops::RangeInclusive<usize> = 4..=200;
/// What may stand before and behind a package's name, and a host's.
const AROUND_PACKAGE: [&str; 2] = [r"(?:(?m:^)|[^A-Za-z0-9.-]|[^A-Za-z0-9]\.)", r"(?:[^A-Za-z0-9]|(?m:$))"];
const AROUND_HOST: [&str; 2] = [r"(?:(?m:^)|[^A-Za-z0-9_-])", r"(?:[^A-Za-z0-9_-]|(?m:$))"];
/// Labels of a host before the suffix that is known.
const LABELS: &str = r"(?:[A-Za-z0-9_-]{1,63}\.){0,6}";

/// Where markers are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// In what `pre-push` sends away, to any remote that is not inside.
    PrePush,
    /// In every hook, and in a scan.
    Everywhere,
}

/// What must not leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markers {
    /// Texts; ASCII case ignored, any blanks between the words.
    pub texts: Vec<String>,
    /// Reverse-domain names such as `jp.co.acme`, as a package, a path or a namespace.
    pub packages: Vec<String>,
    /// Internal hosts, and those below them.
    pub hosts: Vec<String>,
    /// Where.
    pub reach: Reach,
    /// Whether somebody else than a work tree's file names any.
    pub are_own: bool,
}

/// `[markers]` as TOML has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireMarkers {
    texts: Option<Vec<Spanned<String>>>,
    packages: Option<Vec<Spanned<String>>>,
    hosts: Option<Vec<Spanned<String>>>,
    apply: Option<Reach>,
}

impl Markers {
    /// None.
    pub(super) fn standard() -> Self {
        Self { texts: Vec::new(), packages: Vec::new(), hosts: Vec::new(), reach: Reach::PrePush, are_own: false }
    }

    /// Adds what a file names. A later file takes none away.
    pub(super) fn apply(&mut self, doc: &Document, wire: &WireMarkers, whose: Whose) -> Result<(), PolicyError> {
        let names =
            [&wire.texts, &wire.packages, &wire.hosts].iter().any(|list| list.iter().flatten().next().is_some());
        self.are_own |= names && whose != Whose::WorkTree;
        for text in wire.texts.iter().flatten() {
            let words = text.get_ref().split_whitespace().any(|word| word.len() >= 3);
            let sound = words && LENGTH.contains(&text.get_ref().trim().len());
            let remedy = "give 4 to 200 bytes with a word of at least 3: a shorter one stands in everybody's files";
            self.texts.push(sound_or(doc, text, "markers.texts", sound, remedy)?);
        }
        for name in wire.packages.iter().flatten() {
            let remedy = "give a reverse-domain name of two parts or more, such as \"jp.co.acme\"";
            self.packages.push(sound_or(doc, name, "markers.packages", is_dotted(name.get_ref()), remedy)?);
        }
        for host in wire.hosts.iter().flatten() {
            let remedy = "give a host or a domain, such as \"corp.acme.example\"; those below it are included";
            self.hosts.push(sound_or(doc, host, "markers.hosts", is_dotted(host.get_ref()), remedy)?);
        }
        self.reach = wire.apply.unwrap_or(self.reach);
        Ok(())
    }

    /// The rules, one for each list that names something.
    #[must_use]
    pub fn rules(&self) -> Vec<RuleSpec> {
        let lists = [
            ("text that must not leave", ["", ""], self.texts.iter().map(|it| of_text(it)).collect::<Vec<_>>()),
            (
                "package name that must not leave",
                AROUND_PACKAGE,
                self.packages.iter().map(|it| of_package(it)).collect(),
            ),
            ("internal host that must not leave", AROUND_HOST, self.hosts.iter().map(|it| of_host(it)).collect()),
        ];
        let rules = RULES.into_iter().zip(lists).filter(|(_, (_, _, list))| !list.is_empty());
        rules.map(|(id, (description, around, list))| rule(id, description, around, list)).collect()
    }
}

fn sound_or(
    doc: &Document,
    value: &Spanned<String>,
    key: &str,
    sound: bool,
    remedy: &str,
) -> Result<String, PolicyError> {
    match sound {
        true => Ok(value.get_ref().trim().to_owned()),
        false => Err(doc.wrong(value, key, &format!("`{}` is no marker", value.get_ref()), remedy)),
    }
}

fn is_dotted(name: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    name.contains('.') && LENGTH.contains(&name.len()) && name.split('.').all(is_part)
}

/// A pattern and the literals of which each match has one, in UTF-8 and in older encodings.
struct Marker {
    pattern: String,
    keywords: Vec<String>,
    encoded: Vec<Vec<u8>>,
}

/// Blanks between words, and the ideographic one in UTF-8, CP932 and EUC-JP.
const BLANKS: &str = r"(?:\s|\xe3\x80\x80|\x81@|\xa1\xa1){1,8}";

fn of_text(text: &str) -> Marker {
    let words: Vec<&str> = text.split_whitespace().collect();
    let longest = words.iter().copied().max_by_key(|word| word.len()).unwrap_or(text);
    let escaped: Vec<String> = words.iter().map(|word| regex::escape(word)).collect();
    let mut patterns = vec![escaped.join(BLANKS)];
    // The spellings of all words in one encoding, then in the next; a word of ASCII is the same in each.
    patterns.extend(japanese::legacy(&words.join(" ")).iter().map(|spelling| {
        let words = spelling.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        words
            .map(|word| word.iter().map(|byte| format!(r"\x{byte:02x}")).collect::<String>())
            .collect::<Vec<_>>()
            .join(BLANKS)
    }));
    Marker {
        pattern: format!("(?:{})", patterns.join("|")),
        keywords: vec![longest.to_ascii_lowercase()],
        encoded: japanese::legacy(longest),
    }
}

fn of_package(name: &str) -> Marker {
    let parts: Vec<String> = name.split('.').map(regex::escape).collect();
    let separators = [".", "/", r"\", "::", "_"];
    let pattern = parts.join(r"(?:[./\\_]|::)");
    // A name of three parts may mix them; what no keyword has is a name that no tool writes.
    let keywords = separators.map(|separator| name.replace('.', separator).to_ascii_lowercase());
    Marker { pattern, keywords: keywords.into(), encoded: Vec::new() }
}

fn of_host(host: &str) -> Marker {
    let pattern = format!("{LABELS}{}", regex::escape(host));
    Marker { pattern, keywords: vec![host.to_ascii_lowercase()], encoded: Vec::new() }
}

fn rule(id: &'static str, description: &'static str, around: [&str; 2], list: Vec<Marker>) -> RuleSpec {
    let patterns: Vec<&str> = list.iter().map(|marker| marker.pattern.as_str()).collect();
    let [before, behind] = around;
    let regex = format!("(?i:{before}({}){behind})", patterns.join("|"));
    RuleSpec {
        id: id.into(),
        group: "markers".into(),
        description: description.into(),
        reach: reach(&regex, Unicode::No),
        regex: regex.into(),
        named: None,
        keywords: list.iter().flat_map(|marker| marker.keywords.iter().cloned().map(Into::into)).collect(),
        encoded: list.iter().flat_map(|marker| marker.encoded.iter().cloned()).collect(),
        secret_group: None,
        entropy: None,
        paths: Vec::new(),
        exclude_paths: Vec::new(),
        scope: Scope::Everywhere,
        severity: Severity::High,
        kind: Kind::Marker,
        allow: Vec::new(),
        stopwords: Vec::new(),
        unicode: Unicode::No,
        check: None,
        tags: vec!["marker".into()],
        opens: None,
        revoke: None,
        source: None,
        examples: Vec::new(),
        counter_examples: Vec::new(),
        yields: false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, with, with_all};
    use super::*;
    use crate::rule::RuleSet;
    use crate::scan::{Form, matches};

    const MINE: &str =
        "[markers]\ntexts = ['Acme Confidential', '社外秘']\npackages = ['jp.co.acme']\nhosts = ['corp.acme.co.jp']";

    fn found(text: impl AsRef<[u8]>) -> Vec<String> {
        let specs = with(MINE).unwrap().markers.rules();
        let rules = RuleSet::new(&specs).unwrap();
        let found = matches(&rules, text.as_ref(), Form::Plain).unwrap();
        found.iter().map(|it| rules.get(it.rule).unwrap().id().to_owned()).collect()
    }

    #[test]
    fn a_marker_is_found_as_people_write_it() {
        for text in ["// ACME  CONFIDENTIAL", "acme\nconfidential", "【社外秘】設計書"] {
            assert_eq!(found(text), ["marker-text"], "{text}");
        }
        for text in [&b"\x8e\xd0\x8aO\x94\xe9\x81F\x90\xdd\x8cv"[..], b"<p>\xbc\xd2\xb3\xb0\xc8\xeb</p>"] {
            assert_eq!(found(text), ["marker-text"], "in CP932 and EUC-JP: {text:?}");
        }
        for text in [
            "package jp.co.acme.site;",
            "import static jp.co.acme.A.b;",
            "src/main/java/jp/co/acme/A.java",
            r"jp\co\acme\A.java",
            "use jp::co::acme;",
            "Java_jp_co_acme_Native_run",
            "jp.co.Acme",
        ] {
            assert_eq!(found(text), ["marker-package"], "{text}");
        }
        for text in ["https://git.corp.acme.co.jp/x", "corp.acme.co.jp", "ldap.eu.Corp.Acme.co.jp:389"] {
            assert_eq!(found(text), ["marker-host"], "{text}");
        }
    }

    #[test]
    fn another_name_is_not() {
        for text in
            ["acmeconfidential", "jp.co.acmegroup.x", "xjp.co.acme", "my.jp.co.acme.x", "notcorp.acme.co.jp", "acme"]
        {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn files_add_and_none_takes_away() {
        let later = "[markers]\npackages = ['com.acme']\napply = 'everywhere'";
        let markers = with_all(&[MINE, later]).unwrap().markers;
        assert_eq!((markers.packages.len(), markers.hosts.len(), markers.reach), (2, 1, Reach::Everywhere));
        assert!(with("").unwrap().markers.rules().is_empty());
    }

    #[test]
    fn what_would_be_found_everywhere_is_no_marker() {
        assert!(error("[markers]\ntexts = ['a b c d']").starts_with("p0.toml:2:10: markers.texts: `a b c d` is no"));
        assert!(error("[markers]\npackages = ['acme']").contains("reverse-domain"));
        assert!(error("[markers]\nhosts = ['https://a.b']").contains("a host or a domain"));
    }
}
