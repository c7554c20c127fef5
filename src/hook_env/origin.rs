//! Who pushes, to which repository and by which way, as each git server tells its hooks.
//!
//! For the message and the audit log: an administrator who is asked about a refusal needs these three.
//!
//! *Invariant:* told, never trusted. A pusher may have a hand in some of them (a name, on a server that hands variables
//! on), so no check depends on one; only the form of a message does.

use crate::text::printable;

/// The software that the hook runs under, by the variables that it sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Host {
    /// git alone: ssh, `git http-backend`, a local path.
    #[default]
    Plain,
    /// gitolite 3.
    Gitolite,
    /// Gitea or Forgejo, which set the same variables.
    Gitea,
    /// GitLab.
    GitLab,
    /// GitHub Enterprise Server.
    GitHub,
    /// Bitbucket Data Center.
    Bitbucket,
    /// Gerrit, through the shim in `hooks/gerrit`.
    Gerrit,
}

/// Who pushes where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// What the hook runs under.
    pub host: Host,
    /// The account.
    pub user: Option<String>,
    /// The repository's name on that host.
    pub repository: Option<String>,
    /// `ssh`, `http`, `web` ...
    pub protocol: Option<String>,
    /// The network address that the push came from.
    pub address: Option<String>,
}

/// The longest value that is kept, in characters: names are shorter, and a message must fit.
const LONGEST: usize = 100;

impl Host {
    /// Its name for people; none for git alone.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Gitolite => Some("gitolite"),
            Self::Gitea => Some("Gitea"),
            Self::GitLab => Some("GitLab"),
            Self::GitHub => Some("GitHub Enterprise Server"),
            Self::Bitbucket => Some("Bitbucket"),
            Self::Gerrit => Some("Gerrit"),
        }
    }
}

impl Host {
    /// The word for it in records.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Plain => "git",
            Self::Gitolite => "gitolite",
            Self::Gitea => "gitea",
            Self::GitLab => "gitlab",
            Self::GitHub => "github",
            Self::Bitbucket => "bitbucket",
            Self::Gerrit => "gerrit",
        }
    }
}

impl Origin {
    /// Reads the variables with `var`, which gives none for an empty one.
    pub(super) fn read(var: &dyn Fn(&str) -> Option<String>) -> Self {
        let var = |name: &str| var(name).map(|value| tame(&value));
        let ways = [Self::gitlab, Self::gitea, Self::gitolite, Self::github, Self::bitbucket, Self::gerrit];
        ways.iter().find_map(|way| way(&var)).unwrap_or_else(|| Self::plain(&var))
    }

    /// For a browser's page instead of a terminal: GitLab shows such a push's lines only when they are marked.
    #[must_use]
    pub fn is_gitlab_web(&self) -> bool {
        self.host == Host::GitLab && self.protocol.as_deref() == Some("web")
    }

    /// `ada to group/shop over ssh (GitLab)`; none when nobody said who or where.
    #[must_use]
    pub fn told(&self) -> Option<String> {
        if self.user.is_none() && self.repository.is_none() {
            return None;
        }
        let parts = [
            self.user.clone(),
            self.repository.as_ref().map(|it| format!("to {it}")),
            self.protocol.as_ref().map(|it| format!("over {it}")),
            self.host.name().map(|it| format!("({it})")),
        ];
        Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }

    /// docs.gitlab.com, "Git server hooks", environment variables; `GL_ID` is set for every push and is no name.
    fn gitlab(var: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let id = var("GL_ID")?;
        let repository = var("GL_PROJECT_PATH").or_else(|| var("GL_REPOSITORY"));
        let user = var("GL_USERNAME").or(Some(id));
        Some(Self { host: Host::GitLab, user, repository, protocol: var("GL_PROTOCOL"), address: None })
    }

    /// Source of Gitea, `modules/repository/env.go`. What is done in the browser comes as a push of the server's own.
    fn gitea(var: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let name = var("GITEA_REPO_NAME")?;
        let repository = var("GITEA_REPO_USER_NAME").map_or_else(|| name.clone(), |owner| format!("{owner}/{name}"));
        let web = var("SSH_ORIGINAL_COMMAND").is_some_and(|command| command == "gitea-internal");
        let protocol = if web { "web" } else { way(var).unwrap_or("http") };
        let user = var("GITEA_PUSHER_NAME").or_else(|| var("GITEA_DEPLOY_KEY_ID").map(|id| format!("deploy key {id}")));
        let (repository, protocol) = (Some(repository), Some(protocol.to_owned()));
        Some(Self { host: Host::Gitea, user, repository, protocol, address: address(var) })
    }

    /// gitolite.com, "environment variables"; `GL_USER` also comes with `gitolite-shell` behind http.
    fn gitolite(var: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let (user, repository) = (var("GL_USER")?, var("GL_REPO")?);
        let protocol = way(var).map(str::to_owned);
        let (user, repository) = (Some(user), Some(repository));
        Some(Self { host: Host::Gitolite, user, repository, protocol, address: address(var) })
    }

    /// docs.github.com, "Creating a pre-receive hook script", environment variables.
    fn github(var: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let (user, repository) = (var("GITHUB_USER_LOGIN"), var("GITHUB_REPO_NAME"));
        if user.is_none() && repository.is_none() {
            return None;
        }
        let key = || var("GITHUB_PUBLIC_KEY_FINGERPRINT").map(|_| "ssh".to_owned());
        let protocol = var("GITHUB_VIA").or_else(key);
        Some(Self { host: Host::GitHub, user, repository, protocol, address: var("GITHUB_USER_IP") })
    }

    /// confluence.atlassian.com, "Using hook scripts", environment variables.
    fn bitbucket(var: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let (project, slug) = (var("BB_PROJECT_KEY")?, var("BB_REPO_SLUG")?);
        let dry = var("BB_IS_DRY_RUN").is_some_and(|it| it == "true");
        let trigger = var("BB_HOOK_TRIGGER_ID").filter(|it| it != "push");
        let protocol = if dry { Some("dry run".to_owned()) } else { trigger };
        let (user, repository) = (var("BB_USER_NAME"), Some(format!("{project}/{slug}")));
        Some(Self { host: Host::Bitbucket, user, repository, protocol, address: None })
    }

    /// Gerrit gives its hooks arguments and no variables; our shim passes the two that matter on.
    fn gerrit(var: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let repository = var("LEAKGATE_GERRIT_PROJECT")?;
        let (user, repository) = (var("LEAKGATE_GERRIT_UPLOADER"), Some(repository));
        Some(Self { host: Host::Gerrit, user, repository, protocol: None, address: None })
    }

    /// The web server's user (RFC 3875), else the account that sshd let in.
    fn plain(var: &dyn Fn(&str) -> Option<String>) -> Self {
        let protocol = way(var);
        let user = match protocol {
            Some("http") => var("REMOTE_USER"),
            Some(_) => var("USER").or_else(|| var("LOGNAME")),
            None => None,
        };
        Self { host: Host::Plain, user, repository: None, protocol: protocol.map(str::to_owned), address: address(var) }
    }
}

fn way(var: &dyn Fn(&str) -> Option<String>) -> Option<&'static str> {
    match (var("REQUEST_METHOD"), var("SSH_CONNECTION")) {
        (Some(_), _) => Some("http"),
        (None, Some(_)) => Some("ssh"),
        (None, None) => None,
    }
}

fn address(var: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let ssh = || var("SSH_CONNECTION").and_then(|text| text.split(' ').next().map(str::to_owned));
    match var("REQUEST_METHOD") {
        Some(_) => var("REMOTE_ADDR"),
        None => ssh(),
    }
}

/// Fit for a terminal, one line, and not too long.
fn tame(value: &str) -> String {
    printable(value.chars().take(LONGEST).collect::<String>().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(set: &[(&str, &str)]) -> Origin {
        let find = |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Origin::read(&find)
    }

    #[test]
    fn each_host_is_known_by_its_own_variables() {
        let ssh = ("SSH_CONNECTION", "192.0.2.7 1 192.0.2.1 22");
        for (set, told) in [
            (
                &[
                    ("GL_ID", "user-7"),
                    ("GL_USERNAME", "ada"),
                    ("GL_PROJECT_PATH", "group/shop"),
                    ("GL_PROTOCOL", "ssh"),
                ][..],
                "ada to group/shop over ssh (GitLab)",
            ),
            (&[("GL_ID", "key-7"), ("GL_REPOSITORY", "project-3")], "key-7 to project-3 (GitLab)"),
            (&[("GL_USER", "ada"), ("GL_REPO", "shop"), ssh], "ada to shop over ssh (gitolite)"),
            (
                &[("GITEA_REPO_NAME", "shop"), ("GITEA_REPO_USER_NAME", "acme"), ("GITEA_PUSHER_NAME", "ada")],
                "ada to acme/shop over http (Gitea)",
            ),
            (
                &[
                    ("GITEA_REPO_NAME", "shop"),
                    ("SSH_ORIGINAL_COMMAND", "gitea-internal"),
                    ("GITEA_PUSHER_NAME", "ada"),
                ],
                "ada to shop over web (Gitea)",
            ),
            (
                &[("GITEA_REPO_NAME", "shop"), ("GITEA_DEPLOY_KEY_ID", "4"), ssh],
                "deploy key 4 to shop over ssh (Gitea)",
            ),
            (
                &[
                    ("GITHUB_USER_LOGIN", "ada"),
                    ("GITHUB_REPO_NAME", "acme/shop"),
                    ("GITHUB_VIA", "pull request merge"),
                ],
                "ada to acme/shop over pull request merge (GitHub Enterprise Server)",
            ),
            (
                &[
                    ("BB_USER_NAME", "ada"),
                    ("BB_PROJECT_KEY", "AC"),
                    ("BB_REPO_SLUG", "shop"),
                    ("BB_HOOK_TRIGGER_ID", "push"),
                ],
                "ada to AC/shop (Bitbucket)",
            ),
            (&[("LEAKGATE_GERRIT_PROJECT", "shop"), ("LEAKGATE_GERRIT_UPLOADER", "ada")], "ada to shop (Gerrit)"),
            (&[("REQUEST_METHOD", "POST"), ("REMOTE_USER", "ada")], "ada over http"),
            (&[("USER", "git"), ssh], "git over ssh"),
        ] {
            assert_eq!(origin(set).told().as_deref(), Some(told));
        }
        assert_eq!(origin(&[("USER", "ada")]), Origin::default());
        assert_eq!(origin(&[]).told(), None);
        assert_eq!(origin(&[ssh]).address.as_deref(), Some("192.0.2.7"));
    }

    #[test]
    fn only_gitlab_s_own_pages_want_marked_lines() {
        assert!(origin(&[("GL_ID", "user-7"), ("GL_PROTOCOL", "web")]).is_gitlab_web());
        assert!(!origin(&[("GL_ID", "user-7"), ("GL_PROTOCOL", "http")]).is_gitlab_web());
        assert!(!origin(&[("GL_PROTOCOL", "web")]).is_gitlab_web());
    }

    #[test]
    fn a_hostile_name_stays_one_short_line() {
        let long = format!("\u{1b}[2J\n{}", "x".repeat(1_000));
        let told = origin(&[("GL_ID", "user-7"), ("GL_USERNAME", &long)]).told().unwrap();
        assert!(told.len() < 150 && !told.contains(['\n', '\u{1b}']), "{told}");
    }
}
