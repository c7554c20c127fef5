//! Where a push may go: the organisation's own hosts, those where it publishes, and all others.
//!
//! The leak that this tool exists for began with a push to a contractor's public repository; every host is as good as
//! the next for git. Only `pre-push` knows where a push goes. Of the patterns that match, the one that says most counts.
//!
//! *Invariant:* as long as no list names anything, nothing is said about any remote; from the first name on, what no
//! list names is outside unless the policy says otherwise.

use super::document::Document;
use super::error::PolicyError;
use super::strict::{Strict, WireStrict};
use crate::push::address::{Address, Transport, host_of};
use crate::rule::PathGlobs;
use serde::Deserialize;
use toml::Spanned;

/// What a remote is to the organisation. In the order of what wins between patterns that say equally much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Its own.
    Inside,
    /// Where it publishes on purpose.
    Public,
    /// Not its own.
    Outside,
}

/// What becomes of a push to the outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnOutside {
    /// It is refused.
    Reject,
    /// It passes with a warning if its content does, by the strict rules.
    Warn,
    /// It passes if its content does, by the strict rules.
    Strict,
}

/// What becomes of a push to a URL with a credential in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnCredential {
    /// It is refused.
    Reject,
    /// It passes with a warning.
    Warn,
    /// It passes.
    Allow,
}

/// Where a push may go.
#[derive(Clone, Debug)]
pub struct Remote {
    patterns: Vec<Pattern>,
    default: Class,
    /// What becomes of a push to the outside.
    pub on_outside: OnOutside,
    /// What becomes of a push to a URL with a credential in it.
    pub credentials: OnCredential,
    /// Whether ssh is asked which host its configuration makes of a name.
    pub resolve_ssh: bool,
    /// What counts in content that does not stay inside.
    pub strict: Strict,
}

/// What the policy says about one remote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// What it is.
    pub class: Class,
    /// The words of the policy that say so, such as `remote.outside has "github.com/**"`.
    pub by: String,
}

/// One member of a list.
#[derive(Clone, Debug)]
struct Pattern {
    class: Class,
    text: String,
    globs: PathGlobs,
    /// A pattern with a port is for that port alone.
    port: Option<u16>,
    /// How much it says: its characters but wildcards.
    weight: usize,
}

/// `[remote]` as TOML has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireRemote {
    inside: Option<Vec<Spanned<String>>>,
    public: Option<Vec<Spanned<String>>>,
    outside: Option<Vec<Spanned<String>>>,
    default: Option<Class>,
    on_outside: Option<OnOutside>,
    credentials: Option<OnCredential>,
    resolve_ssh: Option<bool>,
    strict: Option<WireStrict>,
}

impl Class {
    /// The list that names such remotes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Public => "public",
            Self::Outside => "outside",
        }
    }
}

impl Remote {
    /// What holds when no file says otherwise: a push may go anywhere, but not to a URL with a credential in it.
    #[must_use]
    pub fn standard() -> Self {
        Self {
            patterns: Vec::new(),
            default: Class::Outside,
            on_outside: OnOutside::Reject,
            credentials: OnCredential::Reject,
            resolve_ssh: true,
            strict: Strict::standard(),
        }
    }

    /// Takes over what a file sets; lists are added to those of earlier files.
    pub(super) fn apply(&mut self, doc: &Document, wire: &WireRemote) -> Result<(), PolicyError> {
        let lists = [(Class::Inside, &wire.inside), (Class::Public, &wire.public), (Class::Outside, &wire.outside)];
        for (class, list) in lists {
            for text in list.iter().flatten() {
                self.patterns.push(Pattern::read(doc, class, text)?);
            }
        }
        self.default = wire.default.unwrap_or(self.default);
        self.on_outside = wire.on_outside.unwrap_or(self.on_outside);
        self.credentials = wire.credentials.unwrap_or(self.credentials);
        self.resolve_ssh = wire.resolve_ssh.unwrap_or(self.resolve_ssh);
        match &wire.strict {
            Some(strict) => self.strict.apply(doc, strict),
            None => Ok(()),
        }
    }

    /// Whether the policy says anything about remotes.
    #[must_use]
    pub fn is_in_force(&self) -> bool {
        !self.patterns.is_empty()
    }

    /// What `address` is; nothing while no list names anything.
    #[must_use]
    pub fn ruling(&self, address: &Address) -> Option<Ruling> {
        if !self.is_in_force() {
            return None;
        }
        let canonical = fold(&address.canonical(), &address.transport);
        let matching = self.patterns.iter().filter(|pattern| {
            pattern.port.is_none_or(|port| address.port == Some(port)) && pattern.globs.matches(canonical.as_bytes())
        });
        let ruling = match (matching.max_by_key(|pattern| (pattern.weight, pattern.class)), &address.transport) {
            (Some(Pattern { class, text, .. }), _) => {
                Ruling { class: *class, by: format!("remote.{} has \"{text}\"", class.name()) }
            }
            // Where a helper sends it only the helper knows, so that no default can stand for it.
            (None, Transport::Helper(name)) => Ruling {
                class: Class::Outside,
                by: format!("nobody knows where `{name}::` leads, and no list names it"),
            },
            (None, Transport::Local | Transport::Ssh | Transport::Net(_)) => {
                let by = format!("no list names it, and remote.default is \"{}\"", self.default.name());
                Ruling { class: self.default, by }
            }
        };
        Some(ruling)
    }
}

/// Forges tell no owners apart by capitals alone; folders may.
fn fold(canonical: &str, transport: &Transport) -> String {
    match transport {
        Transport::Local => canonical.to_owned(),
        Transport::Ssh | Transport::Net(_) | Transport::Helper(_) => canonical.to_lowercase(),
    }
}

impl Pattern {
    fn read(doc: &Document, class: Class, text: &Spanned<String>) -> Result<Self, PolicyError> {
        let key = format!("remote.{}", class.name());
        let written = text.get_ref().trim();
        let remedy =
            "give a host and a path, such as \"github.com/acme/**\", \"*.corp.example\" or \"file:///srv/git/**\"";
        let wrong = |problem: &str| doc.wrong(text, &key, problem, remedy);
        let (form, port) = match (written.strip_prefix("file://"), written.split_once("::")) {
            (Some(path), _) => (format!("file:/{}", path.trim_start_matches('/')), None),
            (None, Some((helper, rest))) if !helper.contains(['/', '[']) => {
                (format!("{helper}::{rest}").to_lowercase(), None)
            }
            (None, _) if written.contains("://") => return Err(wrong("it has a scheme, which makes no difference")),
            (None, _) if written.contains('@') => return Err(wrong("it has a user, which makes no difference")),
            (None, _) => host_form(written),
        };
        if written.trim_matches('/').is_empty() || form.starts_with('/') || form.contains(char::is_whitespace) {
            return Err(wrong(&format!("`{written}` names no host")));
        }
        // Anchored: a pattern without `/` is a host and all on it, not any folder of that name.
        let globs = PathGlobs::new([format!("/{form}").as_str()]).map_err(|error| wrong(&error.to_string()))?;
        let weight = form.chars().filter(|c| !"*?{}[]\\,!".contains(*c)).count();
        Ok(Self { class, text: written.to_owned(), globs, port, weight })
    }
}

/// `host:port/path` as what is compared: the host in the DNS' own form where it holds no wildcard, and the port apart.
fn host_form(written: &str) -> (String, Option<u16>) {
    let path_at = written.find('/').unwrap_or(written.len());
    let (authority, path) = written.split_at(path_at);
    let (host, port) = match authority.rsplit_once(':').map(|(host, port)| (host, port.parse::<u16>())) {
        Some((host, Ok(port))) if !host.contains(':') || host.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let host = match host.contains(['*', '?', '{', '[']) {
        // A glob takes `[::1]` for one of the characters in it.
        true => host.to_lowercase().replace('[', "\\[").replace(']', "\\]"),
        false => host_of(host),
    };
    let path = path.to_lowercase();
    let path = path.trim_end_matches('/');
    (format!("{host}{}", path.strip_suffix(".git").unwrap_or(path)), port)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, with, with_all};
    use super::*;
    use std::path::Path;

    const MINE: &str = "[remote]\ninside = ['git.corp.example', 'github.com/acme-internal/**', '*.lab.corp.example/x']\n\
        public = ['github.com/acme-oss/**']\noutside = ['github.com/**', 'file://**', 'git.corp.example/attic/**']\n";

    fn class(policy: &str, url: &str) -> Class {
        with(policy).unwrap().remote.ruling(&Address::read(url.as_bytes(), Path::new("/w"))).unwrap().class
    }

    #[test]
    fn without_a_list_nothing_is_said_about_any_remote() {
        let silent = with("[remote]\ndefault = 'outside'").unwrap().remote;
        assert_eq!(silent.ruling(&Address::read(b"https://github.com/a/b", Path::new("/"))), None);
    }

    #[test]
    fn the_pattern_that_says_most_counts() {
        for (url, expected) in [
            ("git@git.corp.example:a/b.git", Class::Inside),
            ("ssh://git@git.corp.example:7999/a/b.git", Class::Inside),
            ("https://git.corp.example/attic/old", Class::Outside),
            ("git@github.com:Acme-Internal/site", Class::Inside),
            ("git@github.com:acme-internal-2/site", Class::Outside),
            ("git@github.com:acme-internal/../evil/site", Class::Outside),
            ("https://github.com/acme-oss/lib", Class::Public),
            ("https://github.com/subcontractor/site", Class::Outside),
            ("https://a.lab.corp.example/x", Class::Inside),
            ("https://a.b.lab.corp.example/x/y", Class::Inside),
            ("https://lab.corp.example/x", Class::Outside),
            ("https://git.corp.example.evil.example/a", Class::Outside),
            ("/srv/git/a.git", Class::Outside),
            ("ext::ssh git.corp.example %S a", Class::Outside),
        ] {
            assert_eq!(class(MINE, url), expected, "{url}");
        }
    }

    #[test]
    fn who_says_equally_much_goes_by_the_stricter() {
        let both = "[remote]\ninside = ['h.example/**']\noutside = ['h.example/**']";
        assert_eq!(class(both, "https://h.example/a"), Class::Outside);
    }

    #[test]
    fn the_default_is_for_hosts_and_not_for_helpers() {
        let open = "[remote]\ndefault = 'inside'\noutside = ['github.com']\ninside = ['codecommit::**']";
        assert_eq!(class(open, "git@elsewhere.example:a"), Class::Inside);
        assert_eq!(class(open, "ext::sh -c x"), Class::Outside);
        assert_eq!(class(open, "codecommit::eu-central-1://Repo"), Class::Inside);
        assert_eq!(class("[remote]\npublic = ['a.example']", "b.example:a"), Class::Outside);
    }

    #[test]
    fn a_port_in_a_pattern_counts_and_so_do_names_beyond_ascii() {
        let odd = "[remote]\ninside = ['git.corp.example:2222', 'bücher.example', '[::1]', '[::2]:22/a']";
        assert_eq!(class(odd, "ssh://git.corp.example:2222/a"), Class::Inside);
        assert_eq!(class(odd, "ssh://git.corp.example/a"), Class::Outside);
        assert_eq!(class(odd, "https://xn--bcher-kva.example/a"), Class::Inside);
        assert_eq!(class(odd, "ssh://[::1]:9/a"), Class::Inside);
        assert_eq!(class(odd, "ssh://[::2]/a/b"), Class::Inside);
        assert_eq!(class(odd, "ssh://[::2]:9/a/b"), Class::Outside);
    }

    #[test]
    fn folders_tell_capitals_apart() {
        let local = "[remote]\ninside = ['file:///srv/Git/**']";
        assert_eq!(class(local, "/srv/Git/a.git"), Class::Inside);
        assert_eq!(class(local, "/srv/git/a.git"), Class::Outside);
    }

    #[test]
    fn lists_are_added_and_words_replaced() {
        let remote = with_all(&[MINE, "[remote]\ninside = ['b.example']\non_outside = 'warn'"]).unwrap().remote;
        assert_eq!((remote.patterns.len(), remote.on_outside), (8, OnOutside::Warn));
    }

    #[test]
    fn what_is_no_pattern_is_an_error_with_its_place() {
        for (text, why) in [
            ("https://github.com/**", "it has a scheme"),
            ("git@github.com", "it has a user"),
            ("", "names no host"),
            ("/", "names no host"),
            ("a b", "names no host"),
            ("a.example/{b", "does not work"),
        ] {
            let message = error(&format!("[remote]\ninside = ['{text}']"));
            assert!(message.starts_with("p0.toml:2:11: remote.inside: ") && message.contains(why), "{message}");
        }
        assert!(error("[remote]\ndefault = 'deny'").contains("unknown variant `deny`"));
    }
}
