//! The message of the commit being made: what git will keep of it counts, and nothing else.

use super::both;
use crate::harness::{Call, Done, Local, Payload, run};
use std::fs;

/// Commits with `text` as an editor would leave it, with `config` set.
fn edited(local: &Local, text: &str, config: &[(&str, &str)]) -> Done {
    let work = &local.stage.work;
    work.append("README.md", "More.\n");
    fs::write(local.stage.home().join("text"), text).unwrap();
    for (key, value) in config {
        work.git(&["config", key, value]);
    }
    let editor = local.stage.home().join("editor");
    // Keeps what git put there for the author to read, as an author does.
    fs::write(
        &editor,
        format!("#!/bin/sh\ncat '{0}/text' \"$1\" >'{0}/all' && cat '{0}/all' >\"$1\"\n", local.stage.home().display()),
    )
    .unwrap();
    run(std::process::Command::new("chmod").arg("755").arg(&editor), b"");
    local.git_args(&["-c", &format!("core.editor={}", editor.display()), "commit", "-q", "-a"])
}

#[test]
fn a_secret_in_the_message_is_refused() {
    both("message", |p| {
        let local = Local::new(&["commit-msg"]);
        local.stage.work.append("README.md", "More.\n");
        local.git_args(&["commit", "-q", "-a", "-m", &format!("Tune\n\nWith {} for now.", p.value())]).judged(p);
    });
}

#[test]
fn comments_in_a_message_count_only_where_git_keeps_them() {
    let p = Payload::new("comments", true);
    let text = format!("Tune\n\n# {}\n", p.value());
    edited(&Local::new(&["commit-msg"]), &text, &[]).accepted();
    edited(&Local::new(&["commit-msg"]), &text, &[("commit.cleanup", "strip")]).accepted();
    for kept in ["verbatim", "whitespace", "scissors"] {
        edited(&Local::new(&["commit-msg"]), &text, &[("commit.cleanup", kept)]).refused(&p);
    }
    edited(&Local::new(&["commit-msg"]), &text, &[("core.commentChar", ";")]).refused(&p);
    let text = format!("Tune\n\n; {}\n", p.value());
    edited(&Local::new(&["commit-msg"]), &text, &[("core.commentChar", ";")]).accepted();
}

#[test]
fn a_comment_line_given_on_the_command_line_is_part_of_the_message() {
    let p = Payload::new("given comment", true);
    let local = Local::new(&["commit-msg"]);
    local.stage.work.append("README.md", "More.\n");
    local.git_args(&["commit", "-q", "-a", "-m", &format!("Tune\n\n# {}", p.value())]).refused(&p);
}

#[test]
fn what_lies_below_the_scissors_is_no_part_of_the_message() {
    let p = Payload::new("scissors", true);
    let local = Local::new(&["commit-msg"]);
    local.stage.work.write("old.ini", format!("a = 1\n{}", p.line())).commit("Old");
    local.stage.work.write("old.ini", format!("a = 2\n{}", p.line()));
    local.stage.work.git(&["config", "commit.verbose", "true"]);
    edited(&local, "Tune\n", &[]).accepted();
    let local = Local::new(&["commit-msg"]);
    let above = format!("Tune {}\n", p.value());
    edited(&local, &above, &[("commit.cleanup", "scissors")]).refused(&p);
}

#[test]
fn a_message_file_that_is_not_there_is_undecided() {
    let local = Local::new(&[]);
    let out = Call::new(local.stage.home(), local.stage.work.path(), &["commit-msg", "no-such-file"]).run(b"");
    assert_eq!(out.code, Some(2), "{}", out.both());
}
