//! Where a push goes, read from the URL that git hands to `pre-push`, in one form for all ways to write it.
//!
//! git has done its rewriting before (`insteadOf`, `pushInsteadOf`, `pushurl`); what is left are scp's short form, the
//! schemes, ports, user names, capitals, `.git` and escapes, and the names that one host has for its doors. How the text
//! is taken apart follows git's `connect.c` and `url.c`, and curl for http.
//!
//! *Invariant:* what stands before the `@` and behind the `?` is never part of what can be shown.

use crate::text::{Secret, printable, punycode};
use std::path::{Component, Path, PathBuf};

/// How git gets there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// A folder of this machine, or one that is mounted.
    Local,
    /// ssh: the host may be an alias of the user's configuration.
    Ssh,
    /// Another of git's own: http, https, git, ftp.
    Net(String),
    /// A program of its own (`ext::`, or a scheme that git leaves to `git-remote-NAME`): nobody but it knows where to.
    Helper(String),
}

/// Where a push goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// How.
    pub transport: Transport,
    /// In small letters and in the DNS' own; empty for folders and helpers.
    pub host: String,
    /// The port, the transport's own if none was written.
    pub port: Option<u16>,
    /// Without `/` at either end and without `.git`; a folder's whole path; what a helper was given.
    pub path: String,
    /// The path before `..` was taken out of it; a folder's from the root on.
    pub written: String,
    /// The user's name, when nothing says that it is a credential.
    pub user: Option<String>,
    /// A password or token that stands in the URL.
    pub credential: Option<Secret>,
}

/// Names under which hosts answer where a firewall lets only https through, and what they are.
/// GitHub, GitLab and Atlassian, "SSH over the HTTPS port"; Azure DevOps, "Use SSH key authentication".
const DOORS: [(&str, &str); 4] = [
    ("ssh.github.com", "github.com"),
    ("altssh.gitlab.com", "gitlab.com"),
    ("altssh.bitbucket.org", "bitbucket.org"),
    ("ssh.dev.azure.com", "dev.azure.com"),
];
/// From so many characters on a user name with letters and digits is a token: hosts take one without a password.
const TOKEN: usize = 20;

impl Address {
    /// Reads `url`; `here` is the folder that a relative path begins in.
    #[must_use]
    pub fn read(url: &[u8], here: &Path) -> Self {
        let url = String::from_utf8_lossy(url);
        let scheme_end = url.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c))).unwrap_or(url.len());
        let (scheme, rest) = url.split_at(scheme_end);
        match (scheme, rest.strip_prefix("::"), rest.strip_prefix("://")) {
            ("", ..) => Self::short(&url, here),
            (helper, Some(rest), _) => Self::by_helper(helper, rest),
            (scheme, _, Some(rest)) => Self::of_scheme(&scheme.to_ascii_lowercase(), rest, here),
            _ => Self::short(&url, here),
        }
    }

    /// The form that a policy's patterns are compared with: `host/path`, `file:/path`, `helper::rest`.
    #[must_use]
    pub fn canonical(&self) -> String {
        match &self.transport {
            Transport::Local => format!("file:{}", self.path),
            Transport::Helper(name) => format!("{name}::{}", self.path),
            Transport::Ssh | Transport::Net(_) => format!("{}/{}", self.host, self.path),
        }
    }

    /// All that a server may make of the path: as it is resolved here, as it was written, and with what some take for
    /// separators, segments or escapes of their own. The last one is [`Self::canonical`].
    #[must_use]
    pub fn readings(&self) -> Vec<String> {
        let mut readings = match self.transport {
            // The file system knows.
            Transport::Local => Vec::new(),
            Transport::Ssh | Transport::Net(_) => {
                let paths = [self.written.clone(), resolved(&as_lax_servers_read(&self.written))];
                paths.into_iter().map(|path| Self { path, ..self.clone() }.canonical()).collect()
            }
            Transport::Helper(_) => {
                let path = resolved(&decoded(&self.path));
                vec![Self { path, ..self.clone() }.canonical()]
            }
        };
        readings.push(self.canonical());
        readings
    }

    /// For people: without user and credential, fit for a terminal.
    #[must_use]
    pub fn shown(&self) -> String {
        let port = self.port.filter(|port| Some(*port) != own_port(&self.transport));
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let text = match &self.transport {
            Transport::Local => self.path.clone(),
            // What a helper was given may be a command line with anything in it.
            Transport::Helper(name) => format!("{name}::..."),
            Transport::Ssh => format!("ssh://{}{port}/{}", self.host, self.path),
            Transport::Net(scheme) => format!("{scheme}://{}{port}/{}", self.host, self.path),
        };
        let text = match self.credential.as_ref().map(|secret| String::from_utf8_lossy(secret.expose())) {
            Some(secret) => text.replace(secret.as_ref(), "****"),
            None => text,
        };
        printable(text.as_bytes())
    }

    /// The same place under the host and port that ssh really connects to.
    #[must_use]
    pub fn at(self, host: &str, port: Option<u16>) -> Self {
        Self { host: host_of(host), port: port.or(self.port), ..self }.through_door()
    }

    /// `host:path` or `user@host:path` or `[host:port]:path`; a folder when a `/` comes before the `:`, or none does.
    fn short(url: &str, here: &Path) -> Self {
        let bracket = url.find("@[").map_or(0, |at| at + 1);
        let closed = url.get(bracket..).filter(|rest| rest.starts_with('[')).and_then(|rest| rest.find(']'));
        let from = closed.map_or(0, |end| bracket + end);
        let colon = url.get(from..).and_then(|rest| rest.find(':')).map(|at| from + at);
        let slash = url.find('/');
        match colon {
            Some(colon) if slash.is_none_or(|slash| slash > colon || slash < from) => {
                let (authority, path) = url.split_at(colon);
                let (login, host) = split_login(authority);
                let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
                // `[host:port]` is scp's way to say a port; `[::1]` is an address.
                let (host, port) = match inner {
                    Some(inner) if inner.matches(':').count() == 1 => split_port(inner),
                    _ => (host, None),
                };
                Self::net(Transport::Ssh, login, host, port, path.trim_start_matches(':'))
            }
            _ => Self::local(url, here),
        }
    }

    fn local(path: &str, here: &Path) -> Self {
        let whole = here.join(path);
        let path = plain(&whole).to_string_lossy().into_owned();
        let path = without_git(&path).to_owned();
        let written = whole.to_string_lossy().into_owned();
        let (host, port, user, credential) = (String::new(), None, None, None);
        Self { transport: Transport::Local, host, port, path, written, user, credential }
    }

    fn by_helper(name: &str, rest: &str) -> Self {
        // Many helpers take a URL in turn: its credential is one, too.
        let inner = rest.contains("://").then(|| Self::read(rest.as_bytes(), Path::new("/")));
        let credential = inner.and_then(|inner| inner.credential);
        let (transport, path) = (Transport::Helper(name.to_ascii_lowercase()), rest.to_owned());
        let written = path.clone();
        Self { transport, host: String::new(), port: None, path, written, user: None, credential }
    }

    fn of_scheme(scheme: &str, rest: &str, here: &Path) -> Self {
        let transport = match scheme {
            "file" => return Self::local(&format!("/{}", decoded(rest)), here),
            "ssh" | "git+ssh" | "ssh+git" => Transport::Ssh,
            "http" | "https" | "git" | "ftp" | "ftps" => Transport::Net(scheme.to_owned()),
            other => return Self::by_helper(other, rest),
        };
        // git decodes what it connects to itself before it looks for the host; curl looks first.
        let rest = if matches!(transport, Transport::Ssh) || scheme == "git" { decoded(rest) } else { rest.to_owned() };
        let ends: &[char] = if scheme.starts_with("http") { &['/', '?', '#'] } else { &['/'] };
        let (authority, path) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
        let (login, host) = split_login(authority);
        let (host, port) = split_port(host);
        let (path, query) = match (scheme.starts_with("http"), path.find(['?', '#'])) {
            (true, Some(at)) => path.split_at(at),
            (_, None) | (false, _) => (path, ""),
        };
        let address = Self::net(transport, login, &decoded(host), port, &decoded(path));
        match (address.credential.is_none(), secret_in_query(query)) {
            (true, Some(secret)) => Self { credential: Some(secret), ..address },
            _ => address,
        }
    }

    fn net(transport: Transport, login: Option<&str>, host: &str, port: Option<u16>, path: &str) -> Self {
        let port = port.or_else(|| own_port(&transport));
        let (user, credential) = match login.map(|login| login.split_once(':').unwrap_or((login, ""))) {
            Some((user, password)) if !password.is_empty() => (Some(decoded(user)), Some(decoded(password))),
            Some((user, _)) if is_token(&decoded(user)) => (None, Some(decoded(user))),
            Some((user, _)) if !user.is_empty() => (Some(decoded(user)), None),
            Some(_) | None => (None, None),
        };
        let credential = credential.map(|text| Secret::new(text.as_bytes()));
        let written = tidy(path);
        let path = tidy(&resolved(path));
        Self { transport, host: host_of(host), port, path, written, user, credential }.through_door()
    }

    /// A host by its front door.
    fn through_door(mut self) -> Self {
        if let Some((door, host)) = DOORS.iter().find(|(door, _)| *door == self.host) {
            self.host = (*host).to_owned();
            self.port = own_port(&self.transport);
            for path in [&mut self.path, &mut self.written] {
                if let Some(rest) = path.strip_prefix("v3/").filter(|_| door.ends_with("azure.com")) {
                    *path = rest.to_owned();
                }
            }
        }
        if self.host == "dev.azure.com" {
            self.path = self.path.replacen("/_git/", "/", 1);
            self.written = self.written.replacen("/_git/", "/", 1);
        }
        self
    }
}

fn own_port(transport: &Transport) -> Option<u16> {
    match transport {
        Transport::Ssh => Some(22),
        Transport::Net(scheme) => match scheme.as_str() {
            "https" => Some(443),
            "http" => Some(80),
            "git" => Some(9418),
            _ => None,
        },
        Transport::Local | Transport::Helper(_) => None,
    }
}

/// What stands before the last `@`, and what behind it.
fn split_login(authority: &str) -> (Option<&str>, &str) {
    match authority.rsplit_once('@') {
        Some((login, host)) => (Some(login), host),
        None => (None, authority),
    }
}

fn split_port(host: &str) -> (&str, Option<u16>) {
    match host.rsplit_once(':') {
        Some((name, "")) if !name.contains(':') => (name, None),
        Some((name, port)) if name.ends_with(']') || !name.contains(':') => match port.parse() {
            Ok(port) => (name, Some(port)),
            Err(_) => (host, None),
        },
        Some(_) | None => (host, None),
    }
}

/// A host as the DNS has it: small letters, `xn--`, no `www.` and no dot at its end.
#[must_use]
pub fn host_of(host: &str) -> String {
    let small = host.to_lowercase();
    let small = small.trim_end_matches('.');
    let labels: Option<Vec<String>> = small.split(['.', '。']).map(punycode::label).collect();
    // What is no name of the DNS (`[::1]`, an alias with `_`) stays as it is.
    let name = labels.map_or_else(|| small.to_owned(), |labels| labels.join("."));
    name.strip_prefix("www.").map(str::to_owned).unwrap_or(name)
}

fn without_git(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.strip_suffix(".git").unwrap_or(path).trim_end_matches('/')
}

/// Without `/` at either end or doubled, without `.`, and without `.git`.
fn tidy(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    without_git(&parts.join("/")).to_owned()
}

/// With `..` taken out; empty segments stay, as in `scheme://`, and name no folder to go back from.
fn resolved(path: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            ".." => while out.pop().is_some_and(str::is_empty) {},
            "." => {}
            name => out.push(name),
        }
    }
    out.join("/")
}

/// Decoded once more than the protocol says; `\` as Windows takes it; `;` and what is behind it as servers for Java do.
fn as_lax_servers_read(path: &str) -> String {
    let path = decoded(path).replace('\\', "/");
    let parts: Vec<&str> = path.split('/').map(|part| part.split(';').next().unwrap_or(part)).collect();
    parts.join("/")
}

/// Without `.`, `..` and doubled `/`.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::from("/");
    for part in path.components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::Normal(name) => out.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    out
}

/// With `%41` as `A`; what is no escape stays.
fn decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let byte = match (first, after) {
            (b'%', [high, low, ..]) => hex_digit(*high).zip(hex_digit(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        out.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

fn is_token(user: &str) -> bool {
    let has = |what: fn(&char) -> bool| user.chars().any(|c| what(&c));
    user.chars().count() >= TOKEN
        && has(char::is_ascii_digit)
        && has(char::is_ascii_alphabetic)
        && user.chars().all(|c| c.is_ascii_alphanumeric() || "_-~=+/".contains(c))
}

fn secret_in_query(query: &str) -> Option<Secret> {
    let words = ["token", "key", "secret", "pass", "pwd", "auth", "sig"];
    let pairs = query.trim_start_matches(['?', '#']).split(['&', ';']).filter_map(|pair| pair.split_once('='));
    let mut named = pairs.filter(|(name, value)| {
        let name = name.to_ascii_lowercase();
        !value.is_empty() && words.iter().any(|word| name.contains(word))
    });
    named.next().map(|(_, value)| Secret::new(decoded(value).as_bytes()))
}

#[cfg(test)]
mod tests;
