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
