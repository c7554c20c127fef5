//! What every help text has: a width that fits, its exit status, and the policy.

use super::*;

const ALL: [&str; 16] = [
    OVERVIEW,
    PRE_RECEIVE,
    UPDATE,
    PRE_PUSH,
    PRE_COMMIT,
    PRE_MERGE_COMMIT,
    COMMIT_MSG,
    SCAN,
    REPORT,
    RULES,
    GITLEAKS,
    ALLOW,
    BASELINE,
    POLICY,
    FINGERPRINT,
    DOCTOR,
];

#[test]
fn every_text_fits_a_terminal_and_says_exit_status_and_policy() {
    for text in ALL {
        assert!(text.lines().all(|line| line.len() <= 80 && line.trim_end() == line), "{text}");
        assert!(text.is_ascii() && text.ends_with('\n') && !text.ends_with("\n\n"), "{text}");
        assert!(text.contains("Exit status:") && text.contains("--policy"), "{text}");
    }
}

#[test]
fn the_overview_names_every_command_that_has_a_text() {
    for text in ALL.iter().skip(1) {
        let name = text.split_whitespace().nth(2).unwrap();
        assert!(OVERVIEW.lines().any(|line| line.split_whitespace().next() == Some(name)), "{name}");
    }
}
