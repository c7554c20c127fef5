//! Where a push may go: the organisation's own hosts, those where it publishes, and all others.
//!
//! The leak that this tool exists for began with a push to a contractor's public repository; every host is as good as
//! the next for git. Only `pre-push` knows where a push goes. Of the patterns that match, the one that says most counts.
//!
//! A work tree's own file may have come with a clone, whose author may be the one to whom nothing is to be sent. So its
//! lists stand apart from those of the machine and the person, each decides alone, and the stricter decision holds.
//!
//! *Invariant:* as long as no list names anything, nothing is said about any remote; from the first name on, what no
//! list names is outside unless the policy says otherwise.

use super::document::Document;
use super::error::PolicyError;
use super::layer::Whose;
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
///
/// In the order of strictness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnOutside {
    /// It passes if its content does, by the strict rules.
    Strict,
    /// It passes with a warning if its content does, by the strict rules.
    Warn,
    /// It is refused.
    Reject,
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
    /// The word of the machine's keeper and of the person.
    own: Side,
    /// That of the work tree.
    committed: Side,
    /// What becomes of a push to a URL with a credential in it.
    pub credentials: OnCredential,
    /// Whether ssh is asked which host its configuration makes of a name.
    pub resolve_ssh: bool,
    own_strict: Strict,
    committed_strict: Strict,
}

/// What one side says of where a push may go.
#[derive(Clone, Debug, Default)]
struct Side {
    patterns: Vec<Pattern>,
    default: Option<Class>,
    on_outside: Option<OnOutside>,
}

/// What the policy says about one remote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// What it is.
    pub class: Class,
    /// The words of the policy that say so, such as `remote.outside has "github.com/**"`.
    pub by: String,
    /// What becomes of a push there if it is outside.
    pub on_outside: OnOutside,
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
            own: Side::default(),
            committed: Side::default(),
            credentials: OnCredential::Reject,
            resolve_ssh: true,
            own_strict: Strict::standard(),
            committed_strict: Strict::standard(),
        }
    }

    /// Takes over what a file sets; lists are added to those of earlier files of the same side.
    pub(super) fn apply(&mut self, doc: &Document, wire: &WireRemote, whose: Whose) -> Result<(), PolicyError> {
        let (side, strict) = match whose {
            Whose::Keeper | Whose::Person => (&mut self.own, &mut self.own_strict),
            Whose::WorkTree => (&mut self.committed, &mut self.committed_strict),
        };
        let lists = [(Class::Inside, &wire.inside), (Class::Public, &wire.public), (Class::Outside, &wire.outside)];
        for (class, list) in lists {
            for text in list.iter().flatten() {
                side.patterns.push(Pattern::read(doc, class, text)?);
            }
        }
        side.default = wire.default.or(side.default);
        side.on_outside = wire.on_outside.or(side.on_outside);
        self.credentials = wire.credentials.unwrap_or(self.credentials);
        self.resolve_ssh = wire.resolve_ssh.unwrap_or(self.resolve_ssh);
        match &wire.strict {
            Some(wire) => strict.apply(doc, wire),
            None => Ok(()),
        }
    }

    /// Whether the policy says anything about remotes.
    #[must_use]
    pub fn is_in_force(&self) -> bool {
        self.is_own_in_force() || !self.committed.patterns.is_empty()
    }

    /// Whether somebody else than the work tree says anything about remotes.
    #[must_use]
    pub fn is_own_in_force(&self) -> bool {
        !self.own.patterns.is_empty()
    }

    /// What counts in content that does not stay inside.
    #[must_use]
    pub fn strict(&self) -> Strict {
        // A work tree's numbers are never over the defaults: one that it does not give is no word against a higher one.
        self.own_strict.lowered_by(&self.committed_strict)
    }

    /// What `address` is, by the strictest of its readings; nothing while no list names anything.
    #[must_use]
    pub fn ruling(&self, address: &Address) -> Option<Ruling> {
        let default = self.own.default.unwrap_or(Class::Outside);
        let on_outside = self.own.on_outside.unwrap_or(OnOutside::Reject);
        let of = |side: &Side, reading: &str| side.ruling(address, reading, default, on_outside);
        let readings = address.readings();
        // Of equals the last one: the side that does not come from a clone, and the reading that is shown.
        let rulings = readings.iter().flat_map(|it| of(&self.committed, it).into_iter().chain(of(&self.own, it)));
        rulings.max_by_key(Ruling::strictness)
    }
}

impl Ruling {
    /// The greater, the less it allows.
    #[must_use]
    pub fn strictness(&self) -> (Class, Option<OnOutside>) {
        match self.class {
            Class::Outside => (self.class, Some(self.on_outside)),
            Class::Inside | Class::Public => (self.class, None),
        }
    }
}

impl Side {
    fn ruling(&self, address: &Address, reading: &str, default: Class, on_outside: OnOutside) -> Option<Ruling> {
        if self.patterns.is_empty() {
            return None;
        }
        let on_outside = self.on_outside.unwrap_or(on_outside);
        let canonical = fold(reading, &address.transport);
        let matching = self.patterns.iter().filter(|pattern| {
            pattern.port.is_none_or(|port| address.port == Some(port)) && pattern.globs.matches(canonical.as_bytes())
        });
        let ruling = match (matching.max_by_key(|pattern| (pattern.weight, pattern.class)), &address.transport) {
            (Some(Pattern { class, text, .. }), _) => {
                Ruling { class: *class, by: format!("remote.{} has \"{text}\"", class.name()), on_outside }
            }
            // Where a helper sends it only the helper knows, so that no default can stand for it.
            (None, Transport::Helper(name)) => Ruling {
                class: Class::Outside,
                by: format!("nobody knows where `{name}::` leads, and no list names it"),
                on_outside,
            },
            (None, Transport::Local | Transport::Ssh | Transport::Net(_)) => {
                let class = self.default.unwrap_or(default);
                let by = format!("no list names it, and remote.default is \"{}\"", class.name());
                Ruling { class, by, on_outside }
            }
        };
        Some(ruling)
    }
}

/// Forges tell no owners apart by capitals alone; folders may.
fn fold(canonical: &str, transport: &Transport) -> String {
    // Not the kelvin's sign, whose small letter is ASCII's `k`: no server takes the one for the other.
    match transport {
        Transport::Local => canonical.to_owned(),
        Transport::Ssh | Transport::Net(_) | Transport::Helper(_) => {
            let parts = canonical.split('\u{212a}').map(str::to_lowercase);
            parts.collect::<Vec<_>>().join("\u{212a}")
        }
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
mod tests;
