//! Living with the gate: exceptions, baseline, comments, actions, a dry run, locks and the bypass, by real pushes.

use crate::harness::{Call, Out, Pushed, Stage, binary, shell_quote};

mod bypass;
mod keep;
mod soften;

/// `leakgate` with `args` in the stage's work tree.
pub fn leakgate(stage: &Stage, args: &[&str]) -> Out {
    Call::new(stage.home(), stage.work.path(), args).run(b"")
}

/// The fingerprint that a refusal shows.
pub fn fingerprint(text: &str) -> String {
    let at = text.find("fingerprint ").unwrap_or_else(|| panic!("no fingerprint: {text}"));
    text[at + 12..].chars().take_while(char::is_ascii_hexdigit).collect()
}

/// A push that was let through with a word about it.
pub fn let_through<'p>(pushed: &'p Pushed, word: &str) -> &'p Pushed {
    assert_eq!((pushed.code, pushed.hook_code), (Some(0), Some(0)), "{}", pushed.stderr);
    assert!(pushed.text().contains(word), "{}", pushed.text());
    pushed
}

/// A hook that runs the binary as `user`, as a host would say it; its exit code is noted.
pub fn as_user(stage: &Stage, variable: &str, user: &str) -> String {
    let note = shell_quote(&stage.home().join("hook-code"));
    let set = if user.is_empty() { String::new() } else { format!("{variable}={user} ") };
    format!(
        "#!/bin/sh\nunset GL_USERNAME\n{set}{} pre-receive\ncode=$?\necho $code >{note}\nexit $code\n",
        shell_quote(&binary())
    )
}
