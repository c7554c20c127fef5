//! Where a push may go, by what which side says.

use super::*;
use crate::policy::LayerFile;
use crate::policy::testing::{error, load, put, with, with_all};
use std::path::Path;

const MINE: &str = "[remote]\ninside = ['git.corp.example', 'github.com/acme-internal/**', '*.lab.corp.example/x']\n\
    public = ['github.com/acme-oss/**']\noutside = ['github.com/**', 'file://**', 'git.corp.example/attic/**']\n";

fn class(policy: &str, url: &str) -> Class {
    with(policy).unwrap().remote.ruling(&Address::read(url.as_bytes(), Path::new("/w"))).unwrap().class
}

#[test]
fn without_a_list_nothing_is_said_about_any_remote() {
    let silent = with("[remote]\ndefault = 'outside'").unwrap().remote;
    assert_eq!(silent.ruling(&Address::read(b"https://github.com/a/b", Path::new("/"))), None);
}

#[test]
fn the_pattern_that_says_most_counts() {
    for (url, expected) in [
        ("git@git.corp.example:a/b.git", Class::Inside),
        ("ssh://git@git.corp.example:7999/a/b.git", Class::Inside),
        ("https://git.corp.example/attic/old", Class::Outside),
        ("git@github.com:Acme-Internal/site", Class::Inside),
        ("git@github.com:acme-internal-2/site", Class::Outside),
        ("git@github.com:acme-internal/../evil/site", Class::Outside),
        ("https://github.com/acme-oss/lib", Class::Public),
        ("https://github.com/subcontractor/site", Class::Outside),
        ("https://a.lab.corp.example/x", Class::Inside),
        ("https://a.b.lab.corp.example/x/y", Class::Inside),
        ("https://lab.corp.example/x", Class::Outside),
        ("https://git.corp.example.evil.example/a", Class::Outside),
        ("/srv/git/a.git", Class::Outside),
        ("ext::ssh git.corp.example %S a", Class::Outside),
    ] {
        assert_eq!(class(MINE, url), expected, "{url}");
    }
}

#[test]
fn no_way_to_write_a_path_makes_it_count_as_inside() {
    for url in [
        "git@github.com:acme-internal/../evil/site",
        "git@github.com:evil/x/../../acme-internal/site",
        "https://github.com/evil%2f..%2facme-internal/site",
        "https://github.com/acme-internal%2f..%2fevil/site",
        "https://github.com/acme-internal/%2e%2e/evil/site",
        "https://github.com/acme-internal/%252e%252e/evil/site",
        "https://github.com/acme-internal/..;x=1/evil/site",
        "https://github.com/acme-internal/..\\evil/site",
        "https://github.com//acme-internal/..//evil/site",
        "https://github.com/./acme-internal/../evil/site",
        "https://github.com/evil/../../acme-internal/../evil",
        "https://GitHub.com./acme-internal/../evil/site",
        "https://git.corp.example:443@github.com/evil/site",
        "https://git.corp.example%2f@github.com/evil/site",
        "https://github.com?@git.corp.example/site",
        "https://github.com#@git.corp.example/site",
        "https://git.corp.example.evil.example/a",
        "https://git.corp.example%2eevil.example/a",
        "https://evil.example%2f.git.corp.example/a",
        "https://git.corp.exampl\u{435}/a",
        "git@evil.example:git.corp.example/a",
        "[git.corp.example:22@evil.example]:a",
        "ssh://git.corp.example%40evil.example/a",
        "https://github.com/acme-in\u{212a}ernal/site",
    ] {
        assert_eq!(class(MINE, url), Class::Outside, "{url}");
    }
    // And the signs that change nothing.
    for url in [
        "https://GIT.corp.EXAMPLE./a/../b",
        "ssh://git@git.corp.example//a/./b.git/",
        "https://github.com//ACME-internal/x/..;y/%41",
        "https://github.com/acme-internal/a%20b/c",
    ] {
        assert_eq!(class(MINE, url), Class::Inside, "{url}");
    }
    let helper = "[remote]\ninside = ['codecommit::eu-central-1://acme/**']";
    assert_eq!(class(helper, "codecommit::eu-central-1://acme/shop"), Class::Inside);
    for url in ["codecommit::eu-central-1://acme/../evil", "codecommit::eu-central-1://acme/%2e%2e/evil"] {
        assert_eq!(class(helper, url), Class::Outside, "{url}");
    }
    assert_eq!(class("[remote]\ninside = ['h.example/k/**']", "https://h.example/\u{212a}/a"), Class::Outside);
}

#[test]
fn who_says_equally_much_goes_by_the_stricter() {
    let both = "[remote]\ninside = ['h.example/**']\noutside = ['h.example/**']";
    assert_eq!(class(both, "https://h.example/a"), Class::Outside);
}

#[test]
fn the_default_is_for_hosts_and_not_for_helpers() {
    let open = "[remote]\ndefault = 'inside'\noutside = ['github.com']\ninside = ['codecommit::**']";
    assert_eq!(class(open, "git@elsewhere.example:a"), Class::Inside);
    assert_eq!(class(open, "ext::sh -c x"), Class::Outside);
    assert_eq!(class(open, "codecommit::eu-central-1://Repo"), Class::Inside);
    assert_eq!(class("[remote]\npublic = ['a.example']", "b.example:a"), Class::Outside);
}

#[test]
fn a_port_in_a_pattern_counts_and_so_do_names_beyond_ascii() {
    let odd = "[remote]\ninside = ['git.corp.example:2222', 'bücher.example', '[::1]', '[::2]:22/a']";
    assert_eq!(class(odd, "ssh://git.corp.example:2222/a"), Class::Inside);
    assert_eq!(class(odd, "ssh://git.corp.example/a"), Class::Outside);
    assert_eq!(class(odd, "https://xn--bcher-kva.example/a"), Class::Inside);
    assert_eq!(class(odd, "ssh://[::1]:9/a"), Class::Inside);
    assert_eq!(class(odd, "ssh://[::2]/a/b"), Class::Inside);
    assert_eq!(class(odd, "ssh://[::2]:9/a/b"), Class::Outside);
}

#[test]
fn folders_tell_capitals_apart() {
    let local = "[remote]\ninside = ['file:///srv/Git/**']";
    assert_eq!(class(local, "/srv/Git/a.git"), Class::Inside);
    assert_eq!(class(local, "/srv/git/a.git"), Class::Outside);
}

#[test]
fn lists_are_added_and_words_replaced() {
    let remote = with_all(&[MINE, "[remote]\ninside = ['b.example']\non_outside = 'warn'"]).unwrap().remote;
    assert_eq!((remote.own.patterns.len(), remote.own.on_outside), (8, Some(OnOutside::Warn)));
}

/// What holds of `url` when the machine says `own`, a work tree `committed`, and then a person `person`.
fn together(own: &str, committed: &str, person: &str, url: &str) -> Ruling {
    let dirs = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let [machine, top, home] = dirs.each_ref().map(tempfile::TempDir::path);
    put(machine, "leakgate.toml", &format!("[remote]\n{own}"));
    put(top, ".leakgate.toml", &format!("[remote]\n{committed}"));
    put(home, "leakgate.toml", &format!("[remote]\n{person}"));
    let layers = [LayerFile::system(machine), LayerFile::work_tree(top), LayerFile::developer(home)];
    load(&layers).unwrap().remote.ruling(&Address::read(url.as_bytes(), Path::new("/w"))).unwrap()
}

#[test]
fn a_clone_cannot_bring_its_own_inside() {
    let (inside, outside) = ("inside = ['git.corp.example']", "outside = ['github.com/**']");
    let url = "https://github.com/subcontractor/site";
    for (own, committed, person) in [
        (inside, "inside = ['github.com/subcontractor/**']", ""),
        ("", "inside = ['github.com/subcontractor/site']", outside),
        (inside, "public = ['github.com/subcontractor/**']", ""),
        (inside, "default = 'inside'", ""),
        (inside, "default = 'inside'\ninside = ['x.example']", ""),
        (inside, "on_outside = 'strict'", ""),
        (outside, "on_outside = 'strict'\noutside = ['github.com/subcontractor/**']", ""),
    ] {
        let ruling = together(own, committed, person, url);
        assert_eq!((ruling.class, ruling.on_outside), (Class::Outside, OnOutside::Reject), "{own} {committed}");
    }
}

#[test]
fn a_clone_may_tighten_and_may_speak_where_nobody_else_does() {
    let mine = "inside = ['git.corp.example']\ndefault = 'inside'\non_outside = 'warn'";
    let ruling = together(mine, "outside = ['git.corp.example/attic']", "", "https://git.corp.example/attic/a");
    assert_eq!((ruling.class, ruling.on_outside), (Class::Outside, OnOutside::Warn));
    assert_eq!(ruling.by, "remote.outside has \"git.corp.example/attic\"");
    let alone = "inside = ['a.example']\non_outside = 'warn'";
    assert_eq!(together("", alone, "", "https://a.example/x").class, Class::Inside);
    assert_eq!(together("", alone, "", "https://b.example/x").on_outside, OnOutside::Warn);
}

#[test]
fn a_clone_only_lowers_what_counts_outside() {
    let dir = tempfile::tempdir().unwrap();
    put(dir.path(), "leakgate.toml", "[remote.strict]\nvalues_per_file = 50\nibans = 3");
    put(dir.path(), ".leakgate.toml", "[remote.strict]\nvalues_per_file = 5");
    let strict = load(&[LayerFile::system(dir.path()), LayerFile::work_tree(dir.path())]).unwrap().remote.strict();
    assert_eq!((strict.values_per_file, strict.ibans), (5, 3));
}

#[test]
fn what_is_no_pattern_is_an_error_with_its_place() {
    for (text, why) in [
        ("https://github.com/**", "it has a scheme"),
        ("git@github.com", "it has a user"),
        ("", "names no host"),
        ("/", "names no host"),
        ("a b", "names no host"),
        ("a.example/{b", "does not work"),
    ] {
        let message = error(&format!("[remote]\ninside = ['{text}']"));
        assert!(message.starts_with("p0.toml:2:11: remote.inside: ") && message.contains(why), "{message}");
    }
    assert!(error("[remote]\ndefault = 'deny'").contains("unknown variant `deny`"));
}
