//! What the person can do about a finding: one command by where it lies, and the steps around it said once.

use super::Mask;
use super::layout::columns;
use super::subject::short;
use crate::text::{Kind, Subject};
use std::collections::HashSet;

/// A path longer than this would break the command over two lines; the person knows the file from the line above.
const PATH_COLUMNS: usize = 36;

/// The pushed tips' ids; a set, as one push may bring a million of them.
pub(super) type Tips<'a> = HashSet<&'a str>;

/// The way out, by where the value lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fix {
    /// It is staged only.
    Unstage,
    /// In a file of the last commit.
    Amend,
    /// In a file of an older commit.
    Rebase,
    /// In the last commit's message or people.
    AmendCommit,
    /// In an older commit's message or people.
    RebaseCommit,
    /// In a tag.
    Retag,
    /// In the name of a branch or tag.
    Rename,
    /// In an object that no pushed branch needs.
    Drop,
    /// In the message being written.
    Rewrite,
    /// In a file that git doesn't hold.
    Remove,
}

impl Fix {
    /// What helps for `subject`. A commit that isn't known as a tip counts as older: a rebase works for both.
    pub(super) fn of(subject: &Subject, tips: &Tips<'_>) -> Self {
        let last = |commit: &String| tips.contains(commit.as_str());
        match subject {
            Subject::File { commit, .. } | Subject::Symlink { commit, .. } | Subject::FileName { commit, .. } => {
                if last(commit) { Self::Amend } else { Self::Rebase }
            }
            Subject::Commit { commit, .. } => {
                if last(commit) {
                    Self::AmendCommit
                } else {
                    Self::RebaseCommit
                }
            }
            Subject::Tag { .. } => Self::Retag,
            Subject::RefName(_) => Self::Rename,
            Subject::Object { .. } => Self::Drop,
            Subject::Staged { .. } => Self::Unstage,
            Subject::Message => Self::Rewrite,
            Subject::Disk { .. } | Subject::Stdin => Self::Remove,
        }
    }

    /// The command or the deed, for one finding.
    pub(super) fn line(self, subject: &Subject, kind: Kind, mask: &Mask) -> String {
        let commit = subject.commit().map(short).unwrap_or_default();
        let path = || typed(subject, mask);
        match (self, kind) {
            (Self::Unstage, _) => format!("git restore --staged -- {}", path()),
            (Self::Amend, Kind::Secret | Kind::Marker) => "take it out, git add -u, git commit --amend".to_owned(),
            (Self::Amend, Kind::CustomerData) => format!("git rm --cached -- {}; git commit --amend", path()),
            (Self::Rebase, _) => format!("git rebase -i {commit}^ and \"edit\" that commit"),
            (Self::AmendCommit, _) => format!("git commit --amend{}", people(subject)),
            (Self::RebaseCommit, _) => match people(subject) {
                "" => format!("git rebase -i {commit}^ and \"reword\" that commit"),
                reset => format!("git rebase -i {commit}^, \"edit\" that commit: git commit --amend{reset}"),
            },
            (Self::Retag, _) => "make the tag anew: git tag -f -a NAME".to_owned(),
            (Self::Rename, _) => "push it under another name: git branch -m NEW".to_owned(),
            (Self::Drop, _) => "delete the tag or reference that names it".to_owned(),
            (Self::Rewrite, _) => "commit again with a message without it".to_owned(),
            (Self::Remove, _) => "take it out of the file".to_owned(),
        }
    }

    /// What the command alone does not say, once a message.
    pub(super) fn explained(self) -> Option<&'static str> {
        match self {
            Self::Unstage => Some("take the value out of the staged file and git add it again, or leave the file out"),
            Self::Rebase => Some(
                "when the rebase stops: take it out, git add -u, git commit --amend, git rebase --continue (for the \
                 first commit of all: git rebase -i --root)",
            ),
            Self::Amend
            | Self::AmendCommit
            | Self::RebaseCommit
            | Self::Retag
            | Self::Rename
            | Self::Drop
            | Self::Rewrite
            | Self::Remove => None,
        }
    }

    /// Whether the value sits in history, where a later commit cannot remove it.
    pub(super) fn is_history(self) -> bool {
        matches!(self, Self::Amend | Self::Rebase)
    }
}

fn people(subject: &Subject) -> &'static str {
    if matches!(subject, Subject::Commit { part: "author" | "committer", .. }) { " --reset-author" } else { "" }
}

/// The subject's path as it can be typed from any folder, or a placeholder where that is not safe: masked, escaped,
/// long, or with characters that a shell or a git pathspec would take for more than themselves.
fn typed(subject: &Subject, mask: &Mask) -> String {
    let Some(path) = subject.path() else { return "FILE".to_owned() };
    // With the slash that stands before it: it may be a secret's first byte.
    let rooted = [b"/", path.as_slice()].concat();
    let shown = mask.text(&rooted);
    let plain = |c: char| c.is_alphanumeric() || "/._-+=@,".contains(c);
    match shown.as_bytes() == rooted && columns(&shown) <= PATH_COLUMNS + 1 {
        true if shown.chars().all(plain) => format!(":{shown}"),
        true if shown.chars().all(|c| plain(c) || " ()#&~%".contains(c)) => format!("':{shown}'"),
        _ => "FILE".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::file;
    use super::*;

    fn line(subject: &Subject, kind: Kind, tips: &[String]) -> String {
        let tips = tips.iter().map(String::as_str).collect();
        Fix::of(subject, &tips).line(subject, kind, &Mask::default())
    }

    #[test]
    fn the_last_commit_is_amended_and_an_older_one_rebased() {
        let subject = file("a.txt");
        assert_eq!(line(&subject, Kind::Secret, &[]), "git rebase -i 0123456789^ and \"edit\" that commit");
        let tips = [subject.commit().unwrap().to_owned()];
        assert_eq!(line(&subject, Kind::Secret, &tips), "take it out, git add -u, git commit --amend");
        assert_eq!(line(&subject, Kind::CustomerData, &tips), "git rm --cached -- :/a.txt; git commit --amend");
    }

    #[test]
    fn only_a_harmless_path_becomes_part_of_a_command() {
        let staged = |path: &str| line(&Subject::Staged { path: path.into() }, Kind::Secret, &[]);
        assert_eq!(staged("src/a-b.rs"), "git restore --staged -- :/src/a-b.rs");
        assert_eq!(staged("my file.txt"), "git restore --staged -- ':/my file.txt'");
        for hostile in ["a';rm x;'", "$(id)", "a\nb", "*.txt", "`id`", &"x".repeat(99)] {
            assert_eq!(staged(hostile), "git restore --staged -- FILE", "{hostile}");
        }
    }

    #[test]
    fn an_author_is_reset_and_a_message_reworded() {
        let commit = |part| Subject::Commit { commit: "ab".repeat(20), part };
        assert_eq!(line(&commit("message"), Kind::Secret, &[]), "git rebase -i ababababab^ and \"reword\" that commit");
        assert!(line(&commit("author"), Kind::Secret, &[]).ends_with("--reset-author"));
        assert_eq!(line(&commit("message"), Kind::Secret, &["ab".repeat(20)]), "git commit --amend");
    }
}
