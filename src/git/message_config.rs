//! The settings by which git tidies a commit message: from all layers of the configuration, the user's too.
//!
//! Apart from the repository's facts because here a mistake costs less (the server judges the stored message) and
//! git's rules are wider: user and system files, includes, `git -c`.
//!
//! *Invariant:* no look at the environment; it says which files are the user's and comes in as a parameter.

use super::config::{ConfigError, RepoFacts};
use super::config_file::ConfigFile;
use crate::push::cleanup::{CleanupSetting, CommentPrefix, MessageSettings};
use bstr::{BStr, BString, ByteSlice};
use gix::config::Source;
use gix::config::file::includes::{self, conditional};
use gix::config::file::init::Options;
use gix::config::path::interpolate;
use std::path::{Path, PathBuf};

/// What the environment says about configuration outside the repository.
#[derive(Clone, Debug, Default)]
pub struct UserConfig {
    /// The files to read before the repository's, in this order; those that are missing have no settings.
    pub files: Vec<PathBuf>,
    /// The home directory, for `~/` in includes.
    pub home: Option<PathBuf>,
    /// Keys and values of `git -c` and `GIT_CONFIG_COUNT`, which count more than any file.
    pub overrides: Vec<(BString, BString)>,
}

impl UserConfig {
    /// git's usual files: the system's, `$XDG_CONFIG_HOME/git/config` (or `~/.config/git/config`), `~/.gitconfig`.
    #[must_use]
    pub fn usual(system: Option<&Path>, xdg_config_home: Option<&Path>, home: Option<&Path>) -> Self {
        let xdg = xdg_config_home.filter(|dir| !dir.as_os_str().is_empty()).map(Path::to_owned);
        let xdg = xdg.or_else(|| home.map(|home| home.join(".config")));
        let mut files: Vec<PathBuf> = system.map(Path::to_owned).into_iter().collect();
        files.extend(xdg.map(|dir| dir.join("git").join("config")));
        files.extend(home.map(|home| home.join(".gitconfig")));
        Self { files, home: home.map(Path::to_owned), overrides: Vec::new() }
    }
}

/// Reads how messages are tidied in the repository of `facts`.
///
/// # Errors
///
/// When a file cannot be read or parsed, or a setting has a value that git would refuse.
pub fn message_settings(facts: &RepoFacts, user: &UserConfig) -> Result<MessageSettings, ConfigError> {
    let options = Options {
        includes: includes::Options::follow(
            // No `~user/`: a look at the user database is not for a hook.
            interpolate::Context { git_install_dir: None, home_dir: user.home.as_deref(), home_for_user: None },
            conditional::Context { git_dir: Some(&facts.git_dir), branch_name: None },
        ),
        ..Options::default()
    };
    let own = facts.git_dir.join("config.worktree");
    let own = facts.worktree_config.then_some((&own, Source::Worktree));
    let common = facts.common_dir.join("config");
    let files = user.files.iter().map(|path| (path, Source::User)).chain([(&common, Source::Local)]).chain(own);

    let (mut cleanup, mut comment) = (None, None);
    for (path, source) in files {
        let file = ConfigFile::read(path, source, options)?;
        cleanup = file.last("commit", &["cleanup"])?.or(cleanup);
        comment = file.last("core", &["commentchar", "commentstring"])?.or(comment);
    }
    for (key, value) in &user.overrides {
        if key.eq_ignore_ascii_case(b"commit.cleanup") {
            cleanup = Some(value.clone());
        } else if key.eq_ignore_ascii_case(b"core.commentchar") || key.eq_ignore_ascii_case(b"core.commentstring") {
            comment = Some(value.clone());
        }
    }
    Ok(MessageSettings { cleanup: cleanup_setting(cleanup)?, comment: comment_prefix(comment)? })
}

fn cleanup_setting(value: Option<BString>) -> Result<CleanupSetting, ConfigError> {
    let Some(value) = value else { return Ok(CleanupSetting::Default) };
    CleanupSetting::from_name(&value).ok_or(ConfigError::Value { key: "commit.cleanup".into(), value })
}

fn comment_prefix(value: Option<BString>) -> Result<CommentPrefix, ConfigError> {
    let Some(value) = value else { return Ok(CommentPrefix::Text("#".into())) };
    if value.eq_ignore_ascii_case(b"auto") {
        return Ok(CommentPrefix::Auto);
    }
    if value.is_empty() || value.contains(&b'\n') {
        return Err(ConfigError::Value { key: "core.commentChar".into(), value });
    }
    Ok(CommentPrefix::Text(value))
}

/// The settings that git hands to its hooks in `GIT_CONFIG_PARAMETERS`: `'key'='value'`, a key without value as
/// `'key'=`, from git before 2.31 as `'key=value'`; separated by blanks, quoted for a shell.
///
/// # Errors
///
/// When the text is not of that form.
pub fn parse_parameters(text: &BStr) -> Result<Vec<(BString, BString)>, ConfigError> {
    let broken = || ConfigError::Value { key: "GIT_CONFIG_PARAMETERS".into(), value: text.to_owned() };
    let (mut settings, mut rest) = (Vec::new(), text.trim_start());
    while !rest.is_empty() {
        let (first, after) = unquoted(rest).ok_or_else(broken)?;
        rest = after;
        if let Some(after) = after.strip_prefix(b"=") {
            let (value, after) = match after.first() {
                None | Some(b' ') => (BString::from("true"), after),
                Some(_) => unquoted(after).ok_or_else(broken)?,
            };
            settings.push((first, value));
            rest = after;
        } else {
            match first.split_once_str("=") {
                Some((key, value)) => settings.push((key.into(), value.into())),
                None => settings.push((first, "true".into())),
            }
        }
        if !rest.is_empty() && !rest.starts_with(b" ") {
            return Err(broken());
        }
        rest = rest.trim_start();
    }
    Ok(settings)
}

/// One shell-quoted word at the start of `text` and what follows: parts in single quotes, joined by `\'` and `\!`.
fn unquoted(text: &[u8]) -> Option<(BString, &[u8])> {
    let mut word = BString::default();
    let mut rest = text.strip_prefix(b"'")?;
    loop {
        let (inside, after) = rest.split_once_str("'")?;
        word.extend_from_slice(inside);
        let escaped = match after {
            [b'\\', escaped @ (b'\'' | b'!'), b'\'', ..] => *escaped,
            _ => return Some((word, after)),
        };
        word.push(escaped);
        rest = after.get(3..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::super::config::Places;
    use super::super::test_repo::TestRepo;
    use super::*;

    fn settings(repo: &TestRepo, user: &UserConfig) -> Result<MessageSettings, ConfigError> {
        let git_dir = repo.git_dir();
        let places = Places { git_dir: &git_dir, common_dir: None, work_tree: None, shallow_file: None };
        message_settings(&RepoFacts::read(&places).unwrap(), user)
    }

    fn text(prefix: &str) -> CommentPrefix {
        CommentPrefix::Text(prefix.into())
    }

    #[test]
    fn each_layer_counts_more_than_the_one_before() {
        let repo = TestRepo::init(&[]);
        let home = repo.path().join("home");
        let mut user = UserConfig::usual(Some(&home.join("system")), None, Some(&home));
        let default = MessageSettings { cleanup: CleanupSetting::Default, comment: text("#") };
        assert_eq!(settings(&repo, &user).unwrap(), default);

        repo.write("home/system", "[core]\ncommentChar = ;\n[commit]\ncleanup = strip\n");
        repo.write("home/.config/git/config", "[core]\ncommentString = //\n");
        let found = settings(&repo, &user).unwrap();
        assert_eq!(found, MessageSettings { cleanup: CleanupSetting::Strip, comment: text("//") });

        repo.write("home/.gitconfig", "[include]\npath = ~/more\n[includeIf \"gitdir:/nowhere/\"]\npath = ~/less\n");
        repo.write("home/more", "[Core]\ncommentchar = \"%\"\n");
        repo.write("home/less", "[core]\ncommentChar = \"!\"\n");
        assert_eq!(settings(&repo, &user).unwrap().comment, text("%"));

        repo.git(&["config", "core.commentChar", "auto"]);
        repo.git(&["config", "commit.cleanup", "verbatim"]);
        let found = settings(&repo, &user).unwrap();
        assert_eq!(found, MessageSettings { cleanup: CleanupSetting::Verbatim, comment: CommentPrefix::Auto });

        user.overrides = vec![("Commit.Cleanup".into(), "scissors".into()), ("core.commentString".into(), "::".into())];
        let found = settings(&repo, &user).unwrap();
        assert_eq!(found, MessageSettings { cleanup: CleanupSetting::Scissors, comment: text("::") });
    }

    #[test]
    fn a_setting_that_git_refuses_is_an_error() {
        for set in [
            "[commit]\ncleanup = tidy",
            "[core]\ncommentChar =",
            "[core]\ncommentChar",
            "[core]\ncommentChar = \"a\\nb\"",
            "[x",
        ] {
            let repo = TestRepo::init(&[]);
            repo.write("home/.gitconfig", set);
            let user = UserConfig::usual(None, None, Some(&repo.path().join("home")));
            assert!(settings(&repo, &user).is_err(), "{set}");
        }
    }

    #[test]
    fn the_settings_of_the_command_line_are_read_as_git_passes_them_on() {
        let repo = TestRepo::init(&[]);
        repo.git(&["config", "alias.show-them", "!printf %s \"$GIT_CONFIG_PARAMETERS\""]);
        let passed =
            repo.git(&["-c", "core.commentChar=it's!", "-c", "a.b", "-c", "a.c=", "-c", "a.d=x=y z", "show-them"]);
        let expected = [("core.commentchar", "it's!"), ("a.b", "true"), ("a.c", ""), ("a.d", "x=y z")];
        let found = parse_parameters(passed.as_str().into()).unwrap();
        assert_eq!(found.len(), expected.len(), "{passed}");
        for ((key, value), (expected_key, expected_value)) in found.iter().zip(expected) {
            assert!(key.eq_ignore_ascii_case(expected_key.as_bytes()), "{passed}");
            assert_eq!(value, expected_value);
        }
        assert_eq!(
            parse_parameters("'a.b=c' 'd.e'".into()).unwrap(),
            [("a.b".into(), "c".into()), ("d.e".into(), "true".into())]
        );
        for broken in ["a", "'a", "'a'x", "'a'='b", "'a'='b'x", "'a'\\'"] {
            assert!(parse_parameters(broken.into()).is_err(), "{broken}");
        }
    }
}
