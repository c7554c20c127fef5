//! Who pushes, to what, and by which way: each host says it in variables of its own.
//!
//! Apart from the places in the parent, because these words are for the message and the audit log alone.
//!
//! *Invariant:* nothing here decides anything. Over a network the host sets these variables and a client cannot; a person
//! with an account on the machine itself can set any of them, and then acts as that account anyway.

use crate::text::printable;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;

/// The longest value that is kept, in characters: names come from outside, and an audit record is one write.
const LONGEST: usize = 256;

/// The software that serves the repository.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Host {
    /// git alone: over ssh, http or the file system.
    #[default]
    Plain,
    /// gitolite.
    Gitolite,
    /// Gitea, Forgejo.
    Gitea,
    /// GitLab.
    GitLab,
    /// GitHub Enterprise Server.
    GitHub,
    /// Bitbucket Data Center.
    Bitbucket,
    /// Soft Serve.
    SoftServe,
}

impl Host {
    /// The word for it in records.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "git",
            Self::Gitolite => "gitolite",
            Self::Gitea => "gitea",
            Self::GitLab => "gitlab",
            Self::GitHub => "github",
            Self::Bitbucket => "bitbucket",
            Self::SoftServe => "soft-serve",
        }
    }
}

/// What the host says about a push. Every text is fit for a terminal and has at most 256 characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pusher {
    /// Which host it is.
    pub host: Host,
    /// Who pushes, by the host's name for the person; on plain git the account.
    pub user: Option<String>,
    /// The repository, as the host calls it; none on plain git, where its folder is its name.
    pub repository: Option<String>,
    /// `ssh`, `http`, `web` (an edit or a merge in the host's pages) or `file`.
    pub protocol: Option<String>,
    /// The address from which the push came.
    pub address: Option<String>,
    /// The key that opened the connection, as the host names it.
    pub key: Option<String>,
}

/// Asks for one variable.
type Var<'a> = &'a dyn Fn(&str) -> Option<OsString>;

impl Pusher {
    /// Reads the variables that `var` knows. Which host sets which: their own documentation and source, and for plain git,
    /// gitolite and http-backend what was seen in a running hook.
    pub(super) fn read(var: Var<'_>) -> Self {
        let host = host(var);
        let text = |name: &str| var(name).map(|value| tame(value.as_bytes()));
        let first = |names: &[&str]| names.iter().find_map(|name| text(name));
        let joined = |owner: &str, name: &str| {
            let name = text(name)?;
            Some(text(owner).map_or(name.clone(), |owner| format!("{owner}/{name}")))
        };
        let (user, repository) = match host {
            Host::Plain => (first(&["REMOTE_USER", "LOGNAME", "USER"]), None),
            Host::Gitolite => (text("GL_USER"), text("GL_REPO")),
            Host::Gitea => (text("GITEA_PUSHER_NAME"), joined("GITEA_REPO_USER_NAME", "GITEA_REPO_NAME")),
            Host::GitLab => (first(&["GL_USERNAME", "GL_ID"]), first(&["GL_PROJECT_PATH", "GL_REPOSITORY"])),
            Host::GitHub => (text("GITHUB_USER_LOGIN"), text("GITHUB_REPO_NAME")),
            Host::Bitbucket => (text("BB_USER_NAME"), joined("BB_PROJECT_KEY", "BB_REPO_SLUG")),
            Host::SoftServe => (text("SOFT_SERVE_USERNAME"), text("SOFT_SERVE_REPO_NAME")),
        };
        let ssh = text("SSH_CONNECTION").or_else(|| text("SSH_CLIENT"));
        let from_ssh = ssh.as_deref().and_then(|ssh| ssh.split(' ').next()).map(str::to_owned);
        let keys = ["GITHUB_PUBLIC_KEY_FINGERPRINT", "GITEA_DEPLOY_KEY_ID", "GITEA_KEY_ID", "SOFT_SERVE_PUBLIC_KEY"];
        // Gitea sets `0` where there is none.
        let key = keys.iter().filter_map(|name| text(name)).find(|key| key != "0");
        Self {
            host,
            user,
            repository,
            protocol: Some(protocol(host, var).unwrap_or_else(|| "file".to_owned())),
            address: first(&["GITHUB_USER_IP", "REMOTE_ADDR"]).or(from_ssh),
            key,
        }
    }
}

/// gitolite and GitLab both begin with `GL_`; each has names that the other lacks.
fn host(var: Var<'_>) -> Host {
    let has = |names: &[&str]| names.iter().any(|name| var(name).is_some());
    match () {
        () if has(&["GL_PROJECT_PATH", "GL_REPOSITORY", "GITALY_HOOKS_PAYLOAD"]) => Host::GitLab,
        () if has(&["GL_REPO", "GL_LIBDIR"]) => Host::Gitolite,
        () if has(&["GITEA_REPO_NAME", "GITEA_PUSHER_NAME"]) => Host::Gitea,
        () if has(&["GITHUB_REPO_NAME", "GITHUB_USER_LOGIN"]) => Host::GitHub,
        () if has(&["BB_REPO_SLUG", "BB_HOOK_TYPE"]) => Host::Bitbucket,
        () if has(&["SOFT_SERVE_REPO_NAME"]) => Host::SoftServe,
        () => Host::Plain,
    }
}

fn protocol(host: Host, var: Var<'_>) -> Option<String> {
    let is = |name: &str, wanted: &[u8]| var(name).is_some_and(|value| value.as_bytes() == wanted);
    let web = match host {
        Host::GitLab => return var("GL_PROTOCOL").map(|value| tame(value.as_bytes())),
        // The pages push through the same hooks, with a command that no client can send.
        Host::Gitea => is("GITEA_INTERNAL_PUSH", b"true") || is("SSH_ORIGINAL_COMMAND", b"gitea-internal"),
        Host::GitHub => var("GITHUB_VIA").is_some(),
        Host::Bitbucket => is("BB_HOOK_TRIGGER_ID", b"pull-request-merge") || is("BB_HOOK_TRIGGER_ID", b"file-edit"),
        Host::Plain | Host::Gitolite | Host::SoftServe => false,
    };
    let word = match () {
        () if web => "web",
        () if ["SSH_CONNECTION", "SSH_CLIENT", "SSH_ORIGINAL_COMMAND"].iter().any(|name| var(name).is_some()) => "ssh",
        () if ["REQUEST_METHOD", "REMOTE_ADDR"].iter().any(|name| var(name).is_some()) => "http",
        () => return None,
    };
    Some(word.to_owned())
}

fn tame(value: &[u8]) -> String {
    printable(value).chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(set: &[(&str, &str)]) -> Pusher {
        Pusher::read(&|name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value)))
    }

    fn told(set: &[(&str, &str)]) -> (Host, String, String, String) {
        let pusher = read(set);
        let or = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        (pusher.host, or(pusher.user), or(pusher.repository), or(pusher.protocol))
    }

    #[test]
    fn each_host_says_it_in_its_own_words() {
        let ssh = ("SSH_CONNECTION", "192.0.2.7 4242 192.0.2.1 22");
        for (set, host, user, repository, protocol) in [
            (&[("LOGNAME", "ada")][..], Host::Plain, "ada", "-", "file"),
            (&[("USER", "git"), ssh], Host::Plain, "git", "-", "ssh"),
            (&[("REMOTE_USER", "ada"), ("REQUEST_METHOD", "POST")], Host::Plain, "ada", "-", "http"),
            (&[("GL_USER", "ada"), ("GL_REPO", "shop"), ("USER", "git"), ssh], Host::Gitolite, "ada", "shop", "ssh"),
            (
                &[("GL_ID", "user-7"), ("GL_PROJECT_PATH", "a/shop"), ("GL_PROTOCOL", "web")],
                Host::GitLab,
                "user-7",
                "a/shop",
                "web",
            ),
            (
                &[("GL_USERNAME", "ada"), ("GL_REPOSITORY", "project-3"), ("GL_PROTOCOL", "http")],
                Host::GitLab,
                "ada",
                "project-3",
                "http",
            ),
            (
                &[("GITEA_REPO_USER_NAME", "a"), ("GITEA_REPO_NAME", "shop"), ("GITEA_PUSHER_NAME", "ada"), ssh],
                Host::Gitea,
                "ada",
                "a/shop",
                "ssh",
            ),
            (
                &[("GITEA_REPO_NAME", "shop"), ("SSH_ORIGINAL_COMMAND", "gitea-internal")],
                Host::Gitea,
                "-",
                "shop",
                "web",
            ),
            (
                &[("GITHUB_USER_LOGIN", "ada"), ("GITHUB_REPO_NAME", "a/shop"), ("GITHUB_VIA", "blob edit")],
                Host::GitHub,
                "ada",
                "a/shop",
                "web",
            ),
            (
                &[("BB_USER_NAME", "ada"), ("BB_PROJECT_KEY", "A"), ("BB_REPO_SLUG", "shop"), ssh],
                Host::Bitbucket,
                "ada",
                "A/shop",
                "ssh",
            ),
            (
                &[("SOFT_SERVE_USERNAME", "ada"), ("SOFT_SERVE_REPO_NAME", "shop"), ssh],
                Host::SoftServe,
                "ada",
                "shop",
                "ssh",
            ),
        ] {
            let expected = (host, user.to_owned(), repository.to_owned(), protocol.to_owned());
            assert_eq!(told(set), expected, "{set:?}");
        }
    }

    #[test]
    fn the_address_and_the_key_are_the_connection_s() {
        let pusher = read(&[("SSH_CONNECTION", "192.0.2.7 4242 192.0.2.1 22"), ("GITEA_KEY_ID", "12")]);
        assert_eq!((pusher.address.as_deref(), pusher.key.as_deref()), (Some("192.0.2.7"), Some("12")));
        let pusher = read(&[("GITEA_DEPLOY_KEY_ID", "0"), ("GITEA_KEY_ID", "0"), ("REMOTE_ADDR", "2001:db8::1")]);
        assert_eq!((pusher.address.as_deref(), pusher.key), (Some("2001:db8::1"), None));
    }

    #[test]
    fn no_name_is_endless_or_obeyed_by_a_terminal() {
        let long = format!("\u{1b}[2J{}", "x".repeat(9_000));
        let user = read(&[("LOGNAME", &long)]).user.unwrap();
        assert!(user.starts_with("\\x1b[2J") && user.chars().count() == LONGEST, "{user}");
    }
}
