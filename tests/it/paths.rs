//! Secrets in names, behind odd trees, and behind settings that make other tools look away.

use crate::harness::{Payload, Stage, twin};

/// Commits `names` through the index alone: names that no file system need be able to hold.
fn index(s: &Stage, entries: &[(&str, &str, &[u8])]) {
    let mut input = Vec::new();
    for (mode, id, name) in entries {
        input.extend_from_slice(format!("{mode} {id}\t").as_bytes());
        input.extend_from_slice(name);
        input.push(0);
    }
    s.work.feed(&["update-index", "-z", "--add", "--index-info"], &input);
    s.work.run("commit -q -m Index");
}

/// The leak in a file with an odd name.
fn odd(s: &Stage, p: &Payload, name: &[u8]) {
    index(s, &[("100644", &s.work.blob(p.line()), name)]);
}

fn commit_of(s: &Stage, tree: &str) -> String {
    let commit = s.work.commit_tree(tree, &[&s.work.id("HEAD")], "By hand");
    format!("origin {commit}:refs/heads/main")
}

cases! {
    a_secret_in_a_file_s_name_is_refused(s, p) {
        s.work.write(&format!("keys/k_{}.txt", p.value()), "text\n").commit("Name");
    }

    a_secret_in_the_name_of_an_empty_file_is_refused(s, p) {
        s.work.write(&p.value(), "").commit("Name");
    }

    a_secret_in_a_folder_s_name_is_refused(s, p) {
        s.work.write(&format!("a/{}/b/c.txt", p.value()), "text\n").commit("Name");
    }

    a_file_renamed_to_a_secret_is_refused(s, p) {
        s.work.git(&["mv", "README.md", &p.value()]);
        s.work.commit("Rename");
    }

    a_secret_in_a_submodule_s_path_is_refused(s, p) {
        index(s, &[("160000", &s.work.id("HEAD"), p.value().as_bytes())]);
    }

    a_secret_in_a_symbolic_link_s_target_is_refused(s, p) {
        p.named("l");
        s.work.link("l", &format!("../conf/{}", p.value())).commit("Link");
    }

    a_secret_in_a_submodule_s_address_is_refused(s, p) {
        p.named(".gitmodules");
        // Any password in an address is a secret: the twin has none.
        let user = if p.leaks() { format!("bot:{}@", p.value()) } else { String::new() };
        s.work.write(".gitmodules", format!("[submodule \"x\"]\n\tpath = x\n\turl = https://{user}git.example.com/x.git\n")).commit("Sub");
    }

    a_path_with_a_line_end_and_an_escape_sequence_is_shown_escaped(s, p) {
        odd(s, p, b"a\nb\"c\x1b[2J\x07.ini");
    }

    a_path_that_turns_text_around_is_shown_escaped(s, p) {
        odd(s, p, "a\u{202e}ini.b\u{200b}\u{feff}\u{9b}31m.ini".as_bytes());
    }

    a_path_in_another_encoding_is_shown_escaped(s, p) {
        odd(s, p, b"k\xff\x9b\x31my.ini");
    }

    an_author_s_and_a_message_s_escape_sequences_are_not_obeyed(s, p) {
        p.named("x.ini");
        s.work.write("x.ini", p.line());
        s.work.commit_with(&[("GIT_AUTHOR_NAME", "A\x1b[2J\x07\u{202e}")], "Tune \x1b]0;pwned\x07 \u{202e}x\u{9b}2J\rerased");
    }

    a_path_that_imitates_a_diff_s_header_is_refused(s, p) {
        odd(s, p, b"x b/x b/dev/null");
    }

    a_path_that_looks_like_an_option_is_refused(s, p) {
        p.named("--output=x");
        odd(s, p, b"--output=x");
    }

    a_path_of_sixty_kilobytes_is_refused(s, p) {
        odd(s, p, &b"n".repeat(60_000));
    }

    a_wide_path_is_broken_over_lines(s, p) {
        odd(s, p, "お客様管理番号一覧/".repeat(12).trim_end_matches('/').as_bytes());
    }

    a_file_below_four_hundred_folders_is_refused(s, p) {
        odd(s, p, format!("{}x.ini", "d/".repeat(400)).as_bytes());
    }

    paths_that_differ_only_in_case_are_both_read(s, p) {
        p.named("readme.md");
        odd(s, p, b"readme.md");
    }

    a_tree_with_the_same_name_twice_is_read_through(s, p) {
        let (clean, bad) = (s.work.blob("text\n"), s.work.blob(p.line()));
        commit_of(s, &s.work.raw_tree(&[("100644", &clean, b"x"), ("100644", &bad, b"x")]))
    }

    a_tree_with_the_same_name_twice_the_other_way_round_is_read_through(s, p) {
        let (clean, bad) = (s.work.blob("text\n"), s.work.blob(p.line()));
        commit_of(s, &s.work.raw_tree(&[("100644", &bad, b"x"), ("100644", &clean, b"x")]))
    }

    a_tree_in_the_wrong_order_is_read_through(s, p) {
        p.named("z.ini");
        let (clean, bad) = (s.work.blob("text\n"), s.work.blob(p.line()));
        commit_of(s, &s.work.raw_tree(&[("100644", &bad, b"z.ini"), ("100644", &clean, b"a"), ("100644", &clean, b"README.md")]))
    }

    a_mode_that_git_no_longer_writes_is_read(s, p) {
        p.named("x.ini");
        let bad = s.work.blob(p.line());
        commit_of(s, &s.work.raw_tree(&[("100664", &bad, b"x.ini")]))
    }

    a_file_called_like_git_s_own_folder_is_read(s, p) {
        let bad = s.work.blob(p.line());
        let inner = s.work.raw_tree(&[("100644", &bad, b"config")]);
        commit_of(s, &s.work.raw_tree(&[("40000", &inner, b".git"), ("100644", &bad, b"..")]))
    }

    attributes_that_switch_diffs_off_hide_nothing(s, p) {
        p.named("x.ini");
        s.work.write(".gitattributes", "* -diff -text binary\n").write("x.ini", p.line()).commit("Attributes");
    }

    attributes_that_are_on_the_server_already_hide_nothing(s, p) {
        p.named("x.ini");
        s.server.append("info/attributes", "* -diff binary\n");
        s.work.write(".gitattributes", "* -diff\n").commit("Attributes");
        s.publish("main");
        s.work.write("x.ini", p.line()).commit("X");
    }

    attributes_that_leave_files_out_of_exports_hide_nothing(s, p) {
        p.named("x.ini");
        s.work.write(".gitattributes", "x.ini export-ignore\n").write("x.ini", p.line()).commit("Attributes");
    }

    attributes_that_claim_another_encoding_hide_nothing(s, p) {
        p.named("x.ini");
        index(s, &[
            ("100644", &s.work.blob("*.ini working-tree-encoding=UTF-16 filter=lfs\n"), b".gitattributes"),
            ("100644", &s.work.blob(p.line()), b"x.ini"),
        ]);
    }

    a_threshold_for_big_files_hides_nothing(s, p) {
        p.named("x.ini");
        s.server.config("core.bigFileThreshold", "100");
        s.work.write("x.ini", format!("{}{}", "words\n".repeat(100), p.line())).commit("Big");
    }

    settings_of_the_server_s_diffs_hide_nothing(s, p) {
        p.named("x.ini");
        for (key, value) in [
            ("diff.external", "true"), ("diff.noprefix", "true"), ("log.diffMerges", "off"), ("color.ui", "always"),
            ("format.pretty", "%H"), ("diff.ignoreSubmodules", "all"), ("core.quotePath", "false"), ("diff.renames", "copies"),
        ] {
            s.server.config(key, value);
        }
        s.work.write("x.ini", p.line()).commit("X");
    }

    push_options_that_ask_to_be_skipped_are_refused(s, p) {
        p.named("x.ini");
        s.server.config("receive.advertisePushOptions", "true");
        s.work.write("x.ini", p.line()).commit("X");
        "-o secret_push_protection.skip_all -o breakglass -o leakgate.skip -o leakgate.allow=* origin HEAD:refs/heads/main"
    }
}

const IGNORED_ELSEWHERE: [&str; 14] = [
    "package-lock.json",
    "go.sum",
    "yarn.lock",
    "node_modules/x/index.js",
    "vendor/x/x.go",
    "logo.svg",
    "app.min.js",
    "paper.pdf",
    "photo.jpg",
    "tests/fixtures/key.txt",
    "docs/example.md",
    "target/debug/x.d",
    "CHANGELOG.md",
    ".env.example",
];

#[test]
fn no_path_is_too_harmless_to_be_read() {
    // In two halves, because a message names only so many.
    for half in IGNORED_ELSEWHERE.chunks(7) {
        twin(&format!("harmless paths {}", half[0]), |s, p| {
            for (n, path) in half.iter().enumerate() {
                s.work.write(path, format!("x = \"{}\"\n", p.nth(n)));
                p.named(path);
            }
            s.work.git(&["add", "-f", "."]);
            s.work.commit("Paths");
        });
    }
}

#[test]
fn settings_of_scanners_in_the_pushed_commits_count_for_nothing() {
    let allow_all = "[allowlist]\nregexes = ['''.*''']\npaths = ['''.*''']\n";
    twin("pushed settings", |s, p| {
        p.named("x.ini");
        for path in [".leakgate.toml", "leakgate.toml", ".gitleaks.toml", ".betterleaks.toml"] {
            s.work.write(path, allow_all);
        }
        for path in [".gitallowed", ".secretsignore", ".gitleaksignore", ".leakgateignore", ".leakgate-baseline.json"] {
            s.work.write(path, ".*\n*\n");
        }
        s.work
            .write(".talismanrc", "fileignoreconfig:\n- filename: '*'\n")
            .write(".github/secret_scanning.yml", "paths-ignore:\n  - '**'\n");
        s.work.commit("Settings").write("x.ini", p.line()).commit("X");
    });
}

#[test]
fn remarks_beside_a_secret_count_for_nothing() {
    for remark in [
        "gitleaks:allow",
        "leakgate:allow",
        "leakgate: ignore",
        "pragma: allowlist secret",
        "trufflehog:ignore",
        "ggignore",
        "nosec",
        "noqa",
        "betterleaks:allow",
        "kingfisher:ignore",
    ] {
        twin(remark, |s, p| {
            p.named("x.py");
            let line = p.line();
            s.work
                .write(
                    "x.py",
                    format!("# {remark}\n# pragma: allowlist nextline secret\n{}  # {remark}\n", line.trim_end()),
                )
                .commit("X");
        });
    }
}
