//! Secrets in what a commit says about itself: message, names, headers.

/// A commit object by hand: the tree of HEAD, `headers` after the committer, `message`.
fn commit_object(s: &crate::harness::Stage, author: &str, headers: &str, message: &str) -> String {
    let (tree, parent) = (s.work.id("HEAD^{tree}"), s.work.id("HEAD"));
    let who = "Ada Example <ada@example.com> 1750000500 +0000";
    let author = if author.is_empty() { who } else { author };
    s.work.object(
        "commit",
        format!("tree {tree}\nparent {parent}\nauthor {author}\ncommitter {who}\n{headers}\n{message}\n"),
    )
}

cases! {
    a_secret_in_a_commit_message_is_refused(s, p) {
        s.work.append("README.md", "More.\n").commit(&format!("Tune\n\nUse {} for now.", p.value()));
    }

    a_secret_in_the_subject_of_a_commit_is_refused(s, p) {
        s.work.append("README.md", "More.\n").commit(&format!("Use {}", p.value()));
    }

    a_secret_in_the_message_of_an_empty_commit_is_refused(s, p) {
        s.work.commit(&p.line());
    }

    a_secret_in_the_message_of_a_merge_is_refused(s, p) {
        s.work.branch("side", "main").write("side.txt", "side\n").commit("Side").checkout("main");
        s.work.git(&["merge", "-q", "--no-ff", "side", "-m", &p.line()]);
    }

    a_secret_in_an_author_s_name_is_refused(s, p) {
        s.work.commit_with(&[("GIT_AUTHOR_NAME", &p.value())], "Tune");
    }

    a_secret_in_an_author_s_address_is_refused(s, p) {
        s.work.commit_with(&[("GIT_AUTHOR_EMAIL", &format!("{}@example.com", p.value()))], "Tune");
    }

    a_secret_in_a_committer_s_name_is_refused(s, p) {
        s.work.commit_with(&[("GIT_COMMITTER_NAME", &p.value())], "Tune");
    }

    a_secret_in_a_committer_s_address_is_refused(s, p) {
        s.work.commit_with(&[("GIT_COMMITTER_EMAIL", &p.value())], "Tune");
    }

    a_secret_in_an_unknown_header_is_refused(s, p) {
        let commit = commit_object(s, "", &format!("x-note {}\n", p.value()), "Tune");
        format!("origin {commit}:refs/heads/main")
    }

    a_secret_in_a_folded_header_is_refused(s, p) {
        let commit = commit_object(s, "", &format!("x-note one\n two {}\n three\n", p.value()), "Tune");
        format!("origin {commit}:refs/heads/main")
    }

    a_secret_in_a_signature_header_is_refused(s, p) {
        let header = format!("gpgsig -----BEGIN SIGNATURE-----\n {}\n -----END SIGNATURE-----\n", p.value());
        let commit = commit_object(s, "", &header, "Tune");
        format!("origin {commit}:refs/heads/main")
    }

    a_secret_in_an_embedded_tag_is_refused(s, p) {
        let head = s.work.id("HEAD");
        let header = format!("mergetag object {head}\n type commit\n tag v1\n tagger A <a@example.com> 1750000000 +0000\n \n {}\n", p.value());
        let commit = commit_object(s, "", &header, "Tune");
        format!("origin {commit}:refs/heads/main")
    }

    a_secret_after_a_nul_in_a_message_is_refused(s, p) {
        let commit = commit_object(s, "", "", &format!("Tune\n\nnothing here\0{}", p.value()));
        format!("origin {commit}:refs/heads/main")
    }

    a_bogus_encoding_header_hides_no_file(s, p) {
        p.named("x.ini");
        let blob = s.work.blob(p.line());
        let tree = s.work.tree(&[("100644", "blob", &blob, b"x.ini")]);
        let who = "Ada Example <ada@example.com> 1750000500 +0000";
        let commit = s.work.object("commit", format!("tree {tree}\nauthor {who}\ncommitter {who}\nencoding x-no-such\n\nTune \u{ff}\n"));
        format!("origin {commit}:refs/heads/odd")
    }

    a_bad_author_line_hides_no_file(s, p) {
        p.named("x.ini");
        let blob = s.work.blob(p.line());
        let tree = s.work.tree(&[("100644", "blob", &blob, b"x.ini")]);
        let commit = s.work.object("commit", format!("tree {tree}\nauthor nobody <<>x> not a date\ncommitter A <a@example.com> 1 +0\n\nTune\n"));
        format!("origin {commit}:refs/heads/odd")
    }

    a_message_in_utf_16_hides_nothing(s, p) {
        let text: String = p.value().chars().flat_map(|c| [c, '\0']).collect();
        let commit = commit_object(s, "", "encoding UTF-16LE\n", &text);
        format!("origin {commit}:refs/heads/main")
    }

    a_message_that_imitates_a_diff_is_refused(s, p) {
        let fake = format!("Tune\n\ndiff --git a/x b/x\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-{}", p.value());
        s.work.append("README.md", "More.\n").git(&["commit", "-q", "-a", "--cleanup=verbatim", "-m", &fake]);
    }

    a_message_that_asks_to_be_skipped_is_refused(s, p) {
        p.named("x.ini");
        s.work.write("x.ini", p.line()).commit("Tune [skip secret push protection] [skip ci] [leakgate skip]");
    }
}
