//! Decides which part of the file that `commit-msg` gets will be stored as the commit's message.
//!
//! The file holds more than the message: git's own comment lines and, with `commit -v`, the diff, whose removed lines
//! may well be old secrets. git tidies the file only after the hook, by `commit.cleanup` and by whether an editor was
//! used (it then leaves `GIT_EDITOR=:` out of the hook's environment). The rules here are those of `cleanup_message`
//! in git's `sequencer.c`, `wt_status_locate_end` in `wt-status.c` and `strbuf_stripspace` in `strbuf.c`, held against
//! git itself by the tests.
//!
//! What a hook cannot see is `-v` and `--cleanup` on the command line. `-v` shows in the file: then git's own cut line
//! with a diff below it ends the file, and everything below the first cut line goes. In every other shape a cut line
//! is taken for typed, and what is below is kept. A `--cleanup` that keeps more than the configuration says is not
//! seen; the server judges the message as it was stored.
//!
//! Bytes are left as they are; git itself rewrites a message that is not UTF-8 as if it were Latin-1.
//!
//! *Invariant:* nothing is left out that git, given these settings, would store; in doubt a line stays.

use super::cleanup::{CleanupSetting, CommentPrefix, Editor, MessageSettings};
use bstr::ByteSlice;

/// git's cut line after the comment prefix and a space.
const SCISSORS: &[u8] = b"------------------------ >8 ------------------------\n";

/// What git chooses from for `core.commentChar=auto` (`adjust_comment_line_char` in `builtin/commit.c`).
const AUTO_PREFIXES: &[u8] = b"#;@!$%^&|:";

/// What will be stored of a message file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The message's bytes.
    pub text: Vec<u8>,
    /// Pairs (offset in `text`, offset in the file), ascending, the first at 0 of `text`; up to the next pair both grow
    /// alike.
    pub points: Vec<(usize, usize)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cleanup {
    Strip,
    Whitespace,
    Verbatim,
    Scissors,
}

impl Cleanup {
    /// git's `get_cleanup_mode`.
    fn of(setting: CleanupSetting, editor: Editor) -> Self {
        match (setting, editor) {
            (CleanupSetting::Verbatim, _) => Self::Verbatim,
            (CleanupSetting::Strip, _) | (CleanupSetting::Default, Editor::Used) => Self::Strip,
            (CleanupSetting::Scissors, Editor::Used) => Self::Scissors,
            (CleanupSetting::Whitespace, _) | (CleanupSetting::Default | CleanupSetting::Scissors, Editor::Skipped) => {
                Self::Whitespace
            }
        }
    }
}

/// The part of the message file `raw` that git will store.
#[must_use]
pub fn as_stored(raw: &[u8], settings: &MessageSettings, editor: Editor) -> Stored {
    let cleanup = Cleanup::of(settings.cleanup, editor);
    let prefix: Option<Vec<u8>> = match &settings.comment {
        CommentPrefix::Text(text) => Some(text.to_vec()),
        CommentPrefix::Auto => chosen_by_git(raw, editor).map(|prefix| vec![prefix]),
    };
    let Some(prefix) = prefix.as_deref().filter(|prefix| !prefix.is_empty()) else {
        return if cleanup == Cleanup::Verbatim { verbatim(raw) } else { tidied(raw, None) };
    };
    let cuts = cleanup == Cleanup::Scissors || is_verbose(raw, prefix, editor);
    let end = if cuts { first_cut(raw, prefix).unwrap_or(raw.len()) } else { raw.len() };
    let kept = raw.get(..end).unwrap_or(raw);
    match cleanup {
        Cleanup::Verbatim => verbatim(kept),
        Cleanup::Strip => tidied(kept, Some(prefix)),
        Cleanup::Whitespace | Cleanup::Scissors => tidied(kept, None),
    }
}

fn verbatim(kept: &[u8]) -> Stored {
    Stored { text: kept.to_vec(), points: vec![(0, 0)] }
}

/// git's `strbuf_stripspace`: no white space at line ends, no empty lines at either end, one between paragraphs, no
/// line that opens with `comment`.
fn tidied(kept: &[u8], comment: Option<&[u8]>) -> Stored {
    let mut stored = Stored { text: Vec::with_capacity(kept.len() + 1), points: Vec::new() };
    let (mut blank, mut at) = (false, 0);
    for line in kept.split_inclusive(|byte| *byte == b'\n') {
        let start = at;
        at += line.len();
        if comment.is_some_and(|comment| line.starts_with(comment)) {
            continue;
        }
        let content = line.trim_end_with(|c| matches!(c, ' ' | '\t' | '\n' | '\r'));
        if content.is_empty() {
            blank = true;
            continue;
        }
        if blank && !stored.text.is_empty() {
            stored.text.push(b'\n');
        }
        blank = false;
        stored.points.push((stored.text.len(), start));
        stored.text.extend_from_slice(content);
        stored.text.push(b'\n');
    }
    if stored.points.is_empty() {
        stored.points.push((0, 0));
    }
    stored
}

/// The offset of the first cut line. git looks for it in a C string, so not past a NUL byte, and wants its newline.
fn first_cut(raw: &[u8], prefix: &[u8]) -> Option<usize> {
    cut_lines(raw, prefix).next()
}

fn cut_lines<'r>(raw: &'r [u8], prefix: &'r [u8]) -> impl Iterator<Item = usize> + 'r {
    let text = raw.split_str(b"\0").next().unwrap_or(raw);
    memchr::memmem::find_iter(text, SCISSORS).filter_map(move |at| {
        let start = at.checked_sub(prefix.len() + 1)?;
        let line = text.get(start..at)?;
        let opens = line.strip_suffix(b" ") == Some(prefix);
        let at_line_start = start == 0 || text.get(start - 1) == Some(&b'\n');
        (opens && at_line_start).then_some(start)
    })
}

/// Whether the file ends as only `commit -v` writes it: cut line, git's explanation as comments, a diff, and after the
/// last comment line a diff again (`-vv` writes two). A file that was saved from `commit -v` and comes back by
/// `-e -F` has git's comments after that diff instead, and is then stored with it.
fn is_verbose(raw: &[u8], prefix: &[u8], editor: Editor) -> bool {
    if editor == Editor::Skipped {
        return false;
    }
    let Some(below) = below_last_cut(raw, prefix) else { return false };
    let (mut comments, mut diff_follows) = (0_usize, false);
    for line in below.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(prefix) {
            comments += 1;
            diff_follows = false;
        } else if is_diff_start(line) {
            diff_follows = true;
        } else if !diff_follows {
            return false;
        }
    }
    comments > 0 && diff_follows
}

fn is_diff_start(line: &[u8]) -> bool {
    // The second with `diff.submodule=log`.
    line.starts_with(b"diff --git ") || line.starts_with(b"Submodule ")
}

fn below_last_cut<'r>(raw: &'r [u8], prefix: &[u8]) -> Option<&'r [u8]> {
    let cut = cut_lines(raw, prefix).last()?;
    raw.get(cut + prefix.len() + 1 + SCISSORS.len()..)
}

/// The character that git took for `auto`, where the file proves it: git's own cut line ends the file, followed by
/// nothing but comments of the same character, or as `-v` writes it.
fn chosen_by_git(raw: &[u8], editor: Editor) -> Option<u8> {
    if editor == Editor::Skipped {
        return None;
    }
    AUTO_PREFIXES.iter().copied().find(|prefix| {
        let prefix = &[*prefix];
        let only_comments = below_last_cut(raw, prefix).is_some_and(|below| {
            !below.is_empty() && below.split_inclusive(|byte| *byte == b'\n').all(|line| line.starts_with(prefix))
        });
        only_comments || is_verbose(raw, prefix, editor)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;
    use std::process::{Command, Stdio};

    const CUT: &str = "------------------------ >8 ------------------------";

    /// A repository whose `commit-msg` hook keeps the file that it got.
    struct Commits {
        dir: tempfile::TempDir,
        count: u32,
    }

    struct Case<'a> {
        message: &'a [u8],
        cleanup: &'a str,
        comment: &'a str,
        editor: Editor,
        flags: &'a [&'a str],
    }

    impl Commits {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let this = Self { dir, count: 0 };
            assert!(this.git().args(["init", "-q", "."]).status().unwrap().success());
            this.write(".git/hooks/commit-msg", b"#!/bin/sh\ncp \"$1\" saved\nprintf %s \"$GIT_EDITOR\" > editor\n");
            let hook = this.dir.path().join(".git/hooks/commit-msg");
            std::fs::set_permissions(hook, std::fs::Permissions::from_mode(0o755)).unwrap();
            this
        }

        fn git(&self) -> Command {
            let mut git = Command::new("git");
            for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_CONFIG_PARAMETERS"]
            {
                git.env_remove(name);
            }
            git.current_dir(self.dir.path()).stderr(Stdio::null()).stdin(Stdio::null());
            git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("LC_ALL", "C");
            git.args(["-c", "user.name=n", "-c", "user.email=n@example.org"]);
            git
        }

        fn write(&self, name: &str, content: &[u8]) {
            std::fs::write(self.dir.path().join(name), content).unwrap();
        }

        fn read(&self, name: impl AsRef<Path>) -> Vec<u8> {
            std::fs::read(self.dir.path().join(name)).unwrap()
        }

        /// Commits a change as `case` says: what the hook got, what was stored, and what we say would be.
        fn commit(&mut self, case: &Case<'_>) -> (Vec<u8>, Vec<u8>, Stored) {
            self.count += 1;
            self.write("f", format!("content {}\n", self.count).as_bytes());
            assert!(self.git().args(["add", "f"]).status().unwrap().success());
            let mut git = self.git();
            git.arg("-c").arg(format!("core.commentChar={}", case.comment));
            git.args(["commit", "-q", "--allow-empty-message"]).args(case.flags);
            if case.cleanup != "default" {
                git.arg(format!("--cleanup={}", case.cleanup));
            }
            let typed = self.dir.path().join("typed");
            std::fs::write(&typed, case.message).unwrap();
            match case.editor {
                Editor::Skipped => git.arg("-F").arg(&typed),
                Editor::Used => git.env("GIT_EDITOR", "f() { cat typed \"$1\" >new; cat new >\"$1\"; }; f"),
            };
            let done = git.status().unwrap();
            assert!(done.success(), "git commit for {:?}", case.message.as_bstr());
            let raw = self.read("saved");
            assert_eq!(self.read("editor") == b":", case.editor == Editor::Skipped);
            let commit =
                self.git().args(["cat-file", "commit", "HEAD"]).stderr(Stdio::inherit()).output().unwrap().stdout;
            let (_, stored) = commit.split_once_str("\n\n").unwrap();
            let ours = as_stored(&raw, &settings(case.cleanup, case.comment), case.editor);
            (raw, stored.to_vec(), ours)
        }
    }

    fn settings(cleanup: &str, comment: &str) -> MessageSettings {
        let comment = if comment == "auto" { CommentPrefix::Auto } else { CommentPrefix::Text(comment.into()) };
        MessageSettings { cleanup: CleanupSetting::from_name(cleanup.as_bytes()).unwrap(), comment }
    }

    fn messages() -> Vec<Vec<u8>> {
        let explained = "# Do not modify or remove the line above.\n# Everything below it will be ignored.\n";
        let diff = "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-old\n+new\n";
        vec![
            b"subject\n".to_vec(),
            b"\n\n  subject  \t\r\n\n\n\nbody\x0c \n#comment\n # not a comment\n\n#\n\nend\n\n".to_vec(),
            b"no newline at the end  ".to_vec(),
            b"#only\n#comments\n".to_vec(),
            b"; semicolon\nx\n;; y\n// z\n".to_vec(),
            format!("typed cut\n# {CUT}\nbelow\n# {CUT} \n").into_bytes(),
            format!("# {CUT}\nbelow at once\n").into_bytes(),
            format!("not a cut\n# {CUT} x\n #  {CUT}\n#{CUT}\nabove\r\n# {CUT}\r\nbelow\n").into_bytes(),
            format!("saved from -v\n# {CUT}\n{explained}{diff}").into_bytes(),
            format!("merge\n\n# {CUT}\n{explained}#\n# Conflicts:\n#\tfile\n").into_bytes(),
            "caf\u{e9}\u{a0}\n#\u{ff}\n\u{a0}\n".into(),
        ]
    }

    #[test]
    fn what_is_stored_is_what_git_stores_in_every_mode() {
        let mut commits = Commits::new();
        for cleanup in ["default", "strip", "whitespace", "verbatim", "scissors"] {
            for editor in [Editor::Used, Editor::Skipped] {
                for message in messages() {
                    let case = Case { message: &message, cleanup, comment: "#", editor, flags: &[] };
                    let (raw, git, ours) = commits.commit(&case);
                    assert_eq!(ours.text.as_bstr(), git.as_bstr(), "{cleanup} {editor:?} {}", raw.as_bstr());
                }
            }
        }
    }

    #[test]
    fn the_diff_of_a_verbose_commit_is_not_part_of_its_message() {
        let mut commits = Commits::new();
        for cleanup in ["default", "whitespace", "verbatim", "scissors"] {
            for flags in [&["-v"] as &[&str], &["-v", "-v"]] {
                for message in messages() {
                    let case = Case { message: &message, cleanup, comment: "#", editor: Editor::Used, flags };
                    let (raw, git, ours) = commits.commit(&case);
                    assert!(raw.contains_str("\ndiff --git "));
                    assert_eq!(ours.text.as_bstr(), git.as_bstr(), "{cleanup} {flags:?} {}", raw.as_bstr());
                }
            }
        }
    }

    #[test]
    fn other_comment_prefixes_are_followed() {
        let mut commits = Commits::new();
        for (cleanup, comment) in [("default", ";"), ("default", "//"), ("scissors", "//"), ("strip", "%%")] {
            for flags in [&[] as &[&str], &["-v"]] {
                for message in messages() {
                    let message = message.replace("#", comment);
                    let case = Case { message: &message, cleanup, comment, editor: Editor::Used, flags };
                    let (raw, git, ours) = commits.commit(&case);
                    assert_eq!(ours.text.as_bstr(), git.as_bstr(), "{cleanup} {comment} {}", raw.as_bstr());
                }
            }
        }
    }

    #[test]
    fn an_automatic_comment_prefix_never_costs_a_stored_line() {
        let mut commits = Commits::new();
        for (cleanup, flags) in
            [("default", &[] as &[&str]), ("default", &["-v"]), ("scissors", &[]), ("scissors", &["-v"])]
        {
            for message in messages() {
                let case = Case { message: &message, cleanup, comment: "auto", editor: Editor::Used, flags };
                let (raw, git, ours) = commits.commit(&case);
                let lines: Vec<_> = ours.text.lines().collect();
                assert!(git.lines().all(|line| lines.contains(&line)), "{cleanup} {flags:?} {}", raw.as_bstr());
                if !flags.is_empty() {
                    assert_eq!(ours.text.as_bstr(), git.as_bstr(), "{cleanup} {}", raw.as_bstr());
                }
            }
        }
    }

    #[test]
    fn a_verbose_message_that_comes_back_without_v_keeps_its_diff() {
        let mut commits = Commits::new();
        let saved = messages().swap_remove(8);
        let case = Case {
            message: &saved,
            cleanup: "default",
            comment: "#",
            editor: Editor::Used,
            flags: &["-e", "-F", "typed"],
        };
        let (_, git, ours) = commits.commit(&case);
        assert!(git.contains_str("\n-old\n"));
        assert_eq!(ours.text.as_bstr(), git.as_bstr());
    }

    #[test]
    fn a_place_in_the_message_leads_back_to_the_file() {
        let raw = b"\n\n#c\nfirst \n\n\n#c\nsecond\n";
        let stored = as_stored(raw, &settings("strip", "#"), Editor::Skipped);
        assert_eq!(stored.text.as_bstr(), b"first\n\nsecond\n".as_bstr());
        assert_eq!(stored.points, [(0, 5), (7, 17)]);
    }

    proptest! {
        #[test]
        fn each_line_of_the_message_is_a_line_of_the_file(lines in prop::collection::vec("[#; >8-]{0,3}[a-c \r\0]{0,3}", 0..20)) {
            let raw = lines.join("\n").into_bytes();
            for cleanup in ["strip", "whitespace", "scissors"] {
                let stored = as_stored(&raw, &settings(cleanup, "#"), Editor::Used);
                for pair in stored.points.windows(2) {
                    prop_assert!(pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1);
                }
                for (in_text, in_file) in stored.points.iter().copied() {
                    let line = stored.text.get(in_text..).unwrap().lines().next().unwrap_or_default();
                    prop_assert!(raw.get(in_file..).unwrap().starts_with(line));
                }
            }
        }
    }
}
