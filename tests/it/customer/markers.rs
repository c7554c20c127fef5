//! Words by which an organisation knows its own code, on their way out.

use crate::harness::Local;

const POLICY: &str =
    "[markers]\ntexts = ['Acme Confidential']\npackages = ['jp.co.acme']\nhosts = ['corp.acme.co.jp']\n";

#[test]
fn a_marker_is_refused_on_its_way_out_and_nowhere_else() {
    for (name, content) in [
        ("A.java", "package jp.co.acme.salary;\n"),
        ("licence.txt", "ACME confidential, 2026\n"),
        ("proxy.conf", "upstream https://git.corp.acme.co.jp/x\n"),
        ("pom.xml", "<source>src/main/java/jp/co/acme</source>\n"),
    ] {
        let local = Local::new(&["pre-commit", "pre-push"]);
        local.stage.work.write(".leakgate.toml", POLICY);
        // The policy stays out of the commit: it names the markers itself.
        local.stage.work.write(name, content).run(&format!("add {name}"));
        let commit = local.git("commit -q -m Add");
        assert_eq!(commit.out.code, Some(0), "{name}: {}", commit.out.text());
        let before = local.stage.server.snapshot();
        let push = local.git("push -q origin main");
        let text = push.out.both();
        assert_eq!(push.hook_code, Some(1), "{name}: {text}");
        assert!(text.contains("refused this push: 1 marker") && text.contains("(marker-"), "{text}");
        assert!(text.contains("inside"), "{text}");
        assert_eq!(local.stage.server.snapshot(), before);
    }
}

#[test]
fn other_code_leaves() {
    let local = Local::new(&["pre-push"]);
    local.stage.work.write(".leakgate.toml", "[markers]\npackages = ['jp.co.acme']\n");
    local.stage.work.write("A.java", "package jp.co.acmegroup.site; // Acme, confidentially\n").run("add A.java");
    local.stage.work.run("commit -q -m Add");
    let push = local.git("push -q origin main");
    assert_eq!(push.out.code, Some(0), "{}", push.out.both());
}

/// A work tree whose `pre-push` knows the package `jp.co.acme`.
fn knowing() -> Local {
    let local = Local::new(&["pre-push"]);
    local.stage.work.write(".leakgate.toml", "[markers]\npackages = ['jp.co.acme']\n");
    local
}

#[test]
fn a_package_that_is_folders_is_refused_whatever_the_files_say() {
    for path in ["src/main/java/jp/co/acme/Main.java", "jp/co/acme/x", "lib/jp/co/Acme/a.txt", "src/jp/co/acme.py"] {
        let local = knowing();
        local.stage.work.write(path, "nothing of it in here\n").run("add -f -- .").run("reset -q .leakgate.toml");
        local.stage.work.run("commit -q -m Add");
        let push = local.git("push -q origin main");
        let text = push.out.both();
        assert_eq!(push.hook_code, Some(1), "{path}: {text}");
        assert!(text.contains("1 marker") && text.contains("(marker-package"), "{path}: {text}");
    }
}

#[test]
fn folders_that_become_a_package_by_a_rename_above_them_are_refused() {
    let local = knowing();
    let work = &local.stage.work;
    work.write("a/co/acme/x", "one\n").run("add a").run("commit -q -m One");
    work.run("mv a jp").run("commit -q -m Two");
    let push = local.git("push -q origin main");
    assert_eq!(push.hook_code, Some(1), "{}", push.out.both());
}

#[test]
fn folders_of_another_package_leave() {
    let local = knowing();
    let work = &local.stage.work;
    work.write("jp/co/acmegroup/A.java", "1\n").write("co/acme/B.java", "2\n").write("jp/acme/co/C.java", "3\n");
    work.run("add jp co").run("commit -q -m Add");
    let push = local.git("push -q origin main");
    assert_eq!(push.hook_code, Some(0), "{}", push.out.both());
}

#[test]
fn a_text_in_the_encodings_of_older_files_is_refused() {
    // 社外秘 in CP932 and in EUC-JP, as an editor of that time saves it.
    for text in [&b"// \x8e\xd0\x8aO\x94\xe9\n"[..], b"<!-- \xbc\xd2\xb3\xb0\xc8\xeb -->\n"] {
        let local = Local::new(&["pre-push"]);
        local.stage.work.write(".leakgate.toml", "[markers]\ntexts = ['社外秘']\n");
        local.stage.work.write("design.txt", text).run("add design.txt").run("commit -q -m Add");
        let push = local.git("push -q origin main");
        let said = push.out.both();
        assert_eq!(push.hook_code, Some(1), "{said}");
        assert!(said.contains("1 marker") && said.contains("(marker-text"), "{said}");
    }
}
