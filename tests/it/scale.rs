//! Pushes of a size that makes other gates give up: judged all the same.

use crate::harness::{History, Payload, Stage};
use std::fmt::Write as _;
use std::thread;

cases! {
    one_bad_reference_among_three_thousand_is_refused(s, p) {
        p.named("x.ini");
        let head = s.work.id("HEAD");
        s.work.write("x.ini", p.line()).commit("X");
        let bad = s.work.id("HEAD");
        let mut input = String::new();
        for n in 0..3000 {
            writeln!(input, "create refs/heads/r/{n} {}", if n == 2711 { &bad } else { &head }).unwrap();
        }
        s.work.feed(&["update-ref", "--stdin"], input.as_bytes());
        "origin refs/heads/r/*:refs/heads/r/*"
    }

    a_server_with_thirty_thousand_references_works(s, p) {
        p.named("x.ini");
        let head = s.work.id("HEAD");
        let mut packed = String::from("# pack-refs with: peeled fully-peeled sorted \n");
        for n in 0..30_000 {
            writeln!(packed, "{head} refs/pull/{n:06}/head").unwrap();
        }
        s.server.append("packed-refs", packed);
        s.work.write("x.ini", p.line()).commit("X");
    }

    one_bad_commit_among_two_thousand_is_refused(s, p) {
        p.named("dir7/f777.txt");
        let mut history = History::new();
        let mut parent = s.work.id("HEAD");
        for n in 0..2000 {
            let text = if n == 777 { p.line() } else { format!("line {n}\n").repeat(30) };
            parent = history.commit("long", 1_750_000_100 + n, &[parent], &[(format!("dir{}/f{n}.txt", n % 10), text.into())]);
        }
        s.work.import(history.bytes());
        "origin long:refs/heads/main"
    }

    one_bad_file_among_ten_thousand_is_refused(s, p) {
        p.named("d42/f8442.txt");
        let mut history = History::new();
        let head = s.work.id("HEAD");
        let files: Vec<_> = (0..10_000)
            .map(|n| (format!("d{}/f{n}.txt", n % 100), if n == 8442 { p.line() } else { format!("file {n}\n") }.into_bytes()))
            .collect();
        history.commit("many", 1_750_000_100, &[head], &files);
        s.work.import(history.bytes());
        "origin many:refs/heads/main"
    }

    a_file_below_two_thousand_folders_is_refused(s, p) {
        let mut history = History::new();
        let head = s.work.id("HEAD");
        history.commit("deep", 1_750_000_100, &[head], &[(format!("{}x.ini", "d/".repeat(1900)), p.line().into_bytes())]);
        s.work.import(history.bytes());
        "origin deep:refs/heads/main"
    }

    a_secret_behind_sixty_nested_tags_is_refused(s, p) {
        p.named("x.ini");
        s.work.write("x.ini", p.line()).commit("X").run("tag -a -m t t0");
        for n in 1..60 {
            s.work.git(&["tag", "-a", "-m", "t", &format!("t{n}"), &format!("t{}", n - 1)]);
        }
        "origin t59"
    }
}

#[test]
fn a_tree_that_names_itself_a_billion_times_ends_in_a_verdict() {
    let (stage, payload) = (Stage::new(), Payload::new("bomb", true));
    let blob = stage.work.blob(payload.line());
    let names: Vec<String> = (0..10).map(|n| format!("n{n}")).collect();
    let mut inner = blob;
    for level in 0..9 {
        let (mode, kind) = if level == 0 { ("100644", "blob") } else { ("40000", "tree") };
        let entries: Vec<(&str, &str, &str, &[u8])> =
            names.iter().map(|name| (mode, kind, inner.as_str(), name.as_bytes())).collect();
        inner = stage.work.tree(&entries);
    }
    let commit = stage.work.commit_tree(&inner, &[], "A billion paths");
    stage.push(&format!("origin {commit}:refs/heads/bomb")).stopped(&payload);
}

#[test]
fn eight_pushes_at_once_each_get_their_own_verdict() {
    let stage = Stage::new();
    let clones: Vec<_> = (0..8).map(|n| stage.clone_as(&format!("clone{n}"), &[])).collect();
    thread::scope(|scope| {
        for (n, clone) in clones.iter().enumerate() {
            scope.spawn(move || {
                let payload = Payload::new(&format!("parallel {n}"), n % 2 == 1);
                clone.write("x.ini", payload.line()).commit("X");
                let branch = format!("HEAD:refs/heads/b{n}");
                let out = clone.try_git(&["push", "-q", "origin", &branch]);
                assert_eq!(out.code == Some(0), n % 2 == 0, "clone {n}: {}", out.both());
            });
        }
    });
    let refs = stage.server.git(&["for-each-ref", "--format=%(refname:short)", "refs/heads"]);
    assert_eq!(refs, "b0\nb2\nb4\nb6\nmain");
    assert!(stage.server.snapshot().leftovers.is_empty());
}
