//! Where a push goes: real pushes to hosts of the world whose names lead to a server on this machine.

use crate::customer::people::people;
use crate::harness::{Call, Done, Local, Payload, Rng, Server, github_token};
use crate::transport::{http, ssh};
use std::fs;

const POLICY: &str = "[remote]\n\
    inside = [\"git.corp.example\", \"github.com/acme-internal/**\"]\n\
    public = [\"github.com/acme-oss/**\"]\n\
    outside = [\"github.com/**\", \"file://**\"]\n\
    [markers]\npackages = [\"jp.co.acme\"]\n";

/// A work tree with the hook and `policy`, which stays out of every commit, and an http server that answers to any name.
struct Away {
    local: Local,
    port: u16,
}

impl Away {
    fn new(policy: &str) -> Self {
        let local = Local::new(&["pre-push"]);
        let port = http::start(&local.stage);
        local.stage.work.write(".git/info/exclude", ".leakgate.toml\n").write(".leakgate.toml", policy);
        // For git's own curl: these names are this machine, whatever the DNS says.
        for host in ["github.com", "git.corp.example"] {
            local.stage.work.git(&["config", "--add", "http.curloptResolve", &format!("{host}:{port}:127.0.0.1")]);
        }
        Self { local, port }
    }

    /// A URL of the server by the name `host`, whose `path` is the server's folder.
    fn url(&self, host: &str, path: &str) -> String {
        let home = self.local.stage.home();
        if let Some((owner, _)) = path.rsplit_once('/') {
            fs::create_dir_all(home.join(owner)).unwrap();
        }
        if !home.join(path).exists() {
            std::os::unix::fs::symlink(self.local.stage.server.path(), home.join(path)).unwrap();
        }
        format!("http://{host}:{}/{path}", self.port)
    }

    fn push(&self, url: &str) -> Done {
        self.local.stage.work.git(&["config", "remote.origin.url", url]);
        self.local.git("push -q --force origin main")
    }

    /// Pushes, which must be stopped with nothing stored; what was said, on one line.
    fn stopped(&self, url: &str) -> String {
        let before = self.local.stage.server.snapshot();
        let done = self.push(url);
        assert_eq!(self.local.stage.server.snapshot(), before);
        said(&done)
    }
}

fn said(done: &Done) -> String {
    done.undone();
    done.out.both().split_whitespace().filter(|word| !matches!(*word, "hint:" | "|")).collect::<Vec<_>>().join(" ")
}

/// Thirty files of the past and a key in one of them, as the contractor's repository had it for five years.
fn t_connect(away: &Away) -> String {
    let work = &away.local.stage.work;
    for n in 0..30 {
        work.write(&format!("site/page{n}.php"), format!("<?php echo {n};\n"));
    }
    let key = github_token(&mut Rng::named("data server"));
    work.write("site/config.php", format!("<?php $data_server_key = '{key}';\n")).commit("Site");
    work.write("site/config.php", "<?php $data_server_key = getenv('KEY');\n").commit("Later");
    key
}

#[test]
fn a_key_on_its_way_outside_is_refused_for_both() {
    let away = Away::new(POLICY);
    let key = t_connect(&away);
    let text = away.stopped(&away.url("github.com", "subcontractor/site.git"));
    assert!(text.contains("refused this push: outside remote, 1 secret"), "{text}");
    assert!(
        text.contains("1) a remote outside the organisation (remote-outside) remote origin url http://github.com:")
    );
    assert!(text.contains("policy remote.outside has \"github.com/**\""), "{text}");
    assert!(text.contains("2) ") && text.contains("site/config.php") && !text.contains(&key), "{text}");
}

#[test]
fn the_same_key_on_its_way_inside_is_refused_alone() {
    let away = Away::new(POLICY);
    t_connect(&away);
    for (host, path) in [("git.corp.example", "site.git"), ("github.com", "Acme-Internal/site.git")] {
        let text = away.stopped(&away.url(host, path));
        assert!(text.contains("refused this push: 1 secret") && !text.contains("remote-outside"), "{text}");
    }
}

#[test]
fn harmless_code_is_refused_outside_and_with_a_marker_where_the_organisation_publishes() {
    let away = Away::new(POLICY);
    away.local.stage.work.write("A.java", "package jp.co.acme.site;\n").commit("Add");
    let outside = away.stopped(&away.url("github.com", "ada/site.git"));
    assert!(outside.contains("refused this push: outside remote, 1 marker"), "{outside}");
    let published = away.stopped(&away.url("github.com", "acme-oss/site.git"));
    assert!(published.contains("refused this push: 1 marker") && published.contains("(marker-package)"), "{published}");
    away.push(&away.url("github.com", "acme-internal/site.git")).accepted();
    let clean = Away::new(POLICY);
    clean.local.stage.work.write("A.java", "package org.example.site;\n").commit("Add");
    clean.push(&clean.url("github.com", "acme-oss/site.git")).accepted();
}

#[test]
fn a_fresh_history_of_the_organisation_s_code_is_refused_outside() {
    let away = Away::new(
        "[remote]\ninside = ['git.corp.example']\non_outside = 'strict'\n[markers]\npackages = ['jp.co.acme']\n",
    );
    let work = &away.local.stage.work;
    work.orphan("fresh");
    for n in 0..70 {
        work.write(&format!("src/C{n}.java"), format!("package jp.co.acme.bank;\nclass C{n} {{}}\n"));
    }
    work.commit("My work").run("branch -f -M main");
    let text = away.stopped(&away.url("github.com", "ada/portfolio.git"));
    assert!(text.contains("refused this push: 1 marker in 70 places"), "{text}");
}

#[test]
fn settings_with_a_token_on_their_way_to_somebody_s_own_repository_are_refused() {
    let away = Away::new("");
    let token = github_token(&mut Rng::named("personal"));
    away.local.stage.work.write(".env", format!("GITHUB_TOKEN={token}\n")).commit("Env");
    let text = away.stopped(&away.url("github.com", "ada/dotfiles.git"));
    assert!(text.contains("refused this push: 1 secret") && text.contains(".env:1:14"), "{text}");
}

#[test]
fn a_rewritten_url_and_a_second_push_url_count_as_what_they_are() {
    let away = Away::new(POLICY);
    let work = &away.local.stage.work;
    work.write("a.txt", "a\n").commit("Add");
    let outside = away.url("github.com", "ada/site.git");
    let inside = away.url("git.corp.example", "site.git");
    for key in ["insteadOf", "pushInsteadOf"] {
        work.git(&["config", &format!("url.{outside}.{key}"), "corp:site"]);
        let text = away.stopped("corp:site");
        assert!(text.contains("outside remote") && text.contains("github.com"), "{key}: {text}");
        work.git(&["config", "--unset", &format!("url.{outside}.{key}")]);
    }
    let other = Server::init(away.local.stage.home(), "mirror.git", &[]);
    other.config("http.receivepack", "true");
    let before = other.snapshot();
    work.git(&["config", "remote.origin.pushurl", &inside]);
    work.git(&["config", "--add", "remote.origin.pushurl", &away.url("github.com", "mirror.git")]);
    let done = away.push(&inside);
    // git runs the hook once for each URL; the first push stands.
    assert!(said(&done).contains("outside remote") && said(&done).contains("github.com"), "{}", said(&done));
    assert_eq!(other.snapshot(), before);
    assert_eq!(away.local.stage.server.git(&["rev-parse", "main"]), work.id("HEAD"));
}

#[test]
fn a_token_in_a_push_url_is_refused_and_never_shown() {
    let token = github_token(&mut Rng::named("in a url"));
    let p = Payload::new("in a url", false);
    for policy in ["", POLICY] {
        let away = Away::new(policy);
        away.local.stage.work.write("a.txt", p.line()).commit("Add");
        let plain = away.url("github.com", "acme-internal/site.git");
        let url = plain.replace("://", &format!("://ada:{token}@"));
        for done in [away.push(&url), away.local.git_args(&["push", "-q", &url, "main"])] {
            // git itself names the remote without the password when it says that the push failed.
            let text = said(&done);
            assert!(text.contains("refused this push: credential in the remote's URL"), "{text}");
            assert!(text.contains("(remote-credential)") && text.contains("ghp**** (40 bytes)"), "{text}");
            let shown = done.out.both();
            assert!(
                token.as_bytes().windows(4).all(|run| !shown.as_bytes().windows(4).any(|seen| seen == run)),
                "{shown}"
            );
        }
        away.push(&plain).accepted();
    }
}

#[test]
fn without_a_list_a_push_may_go_anywhere_and_ssh_is_not_asked() {
    let away = Away::new("");
    away.local.stage.work.write("a.txt", "a\n").commit("Add");
    away.push(&away.url("github.com", "ada/site.git")).accepted();
    let call = Call::new(away.local.stage.home(), away.local.stage.work.path(), &["pre-push", "o", "git@work:x/y"]);
    let input = format!("refs/heads/main {} refs/heads/main {}\n", away.local.stage.work.id("HEAD"), "0".repeat(40));
    let out = call.env("GIT_SSH_COMMAND", "false").run(input.as_bytes());
    assert_eq!((out.code, out.both()), (Some(0), String::new()));
}

#[test]
fn what_becomes_of_a_push_outside_is_the_policy_s_word() {
    let people = people("strict", 30);
    for (word, code, warns) in [("reject", 1, false), ("warn", 0, true), ("strict", 0, false)] {
        let away = Away::new(&format!("[remote]\ninside = ['git.corp.example']\non_outside = '{word}'\n"));
        away.local.stage.work.write("a.txt", "a\n").commit("Add");
        let done = away.push(&away.url("github.com", "ada/site.git"));
        assert_eq!(done.hook_code, Some(code), "{word}: {}", done.out.both());
        assert_eq!(done.out.both().contains("warning: leakgate lets this push leave"), warns, "{}", done.out.both());
        // Thirty addresses alone are below what is refused inside, and above what is outside.
        let list: String = people.iter().map(|p| format!("{}\n", p.email)).collect();
        away.local.stage.work.write("list.txt", list).commit("List");
        let text = away.stopped(&away.url("github.com", "ada/site.git"));
        assert!(text.contains("1 customer list"), "{word}: {text}");
        away.push(&away.url("git.corp.example", "site.git")).accepted();
    }
}

#[test]
fn nothing_goes_outside_by_a_deletion_or_a_push_of_nothing() {
    let away = Away::new(POLICY);
    away.local.stage.work.run("push -q --no-verify origin main:refs/heads/gone");
    let url = away.url("github.com", "ada/site.git");
    away.local.stage.work.git(&["config", "remote.origin.url", &url]);
    away.local.git("push -q origin :gone").accepted();
    away.local.git("push -q origin main").accepted();
}

#[test]
fn a_folder_is_a_remote_like_any_other() {
    let away = Away::new(POLICY);
    away.local.stage.work.write("a.txt", "a\n").commit("Add");
    let server = away.local.stage.server.path().to_str().unwrap().to_owned();
    for url in [server.as_str(), "../server.git", &format!("file://{server}")] {
        assert!(away.stopped(url).contains("policy remote.outside has \"file://**\""), "{url}");
    }
    let own =
        format!("[remote]\ninside = ['file://{}/**']\n", fs::canonicalize(away.local.stage.home()).unwrap().display());
    away.local.stage.work.write(".leakgate.toml", own);
    away.push("../server.git").accepted();
}

#[test]
fn a_folder_is_where_git_finds_it_and_not_where_its_name_seems_to_be() {
    let away = Away::new("");
    let home = fs::canonicalize(away.local.stage.home()).unwrap();
    let policy = format!("[remote]\ninside = ['file://{}/inside/**']\n", home.display());
    away.local.stage.work.write(".leakgate.toml", policy).write("a.txt", "a\n").commit("Add");
    for folder in ["inside/site.git", "inside/pair", "elsewhere/deep"] {
        fs::create_dir_all(home.join(folder)).unwrap();
    }
    let link = |to: &str, at: &str| std::os::unix::fs::symlink(home.join(to), home.join(at)).unwrap();
    link("server.git", "elsewhere/site.git");
    link("elsewhere/deep", "inside/link");
    link("server.git", "inside/pair.git");
    for path in ["inside/link/../site.git", "inside/link/../site", "inside/pair.git", "inside/pair"] {
        let text = away.stopped(home.join(path).to_str().unwrap());
        assert!(text.contains("remote.default is \"outside\""), "{path}: {text}");
    }
}

#[test]
fn a_policy_that_came_with_the_clone_opens_no_way_out() {
    let away = Away::new("");
    let (work, own) = (&away.local.stage.work, away.local.stage.home().join(".config/leakgate"));
    fs::create_dir_all(&own).unwrap();
    fs::write(own.join("leakgate.toml"), POLICY).unwrap();
    work.write("A.java", "package jp.co.acme.site;\n").commit("Add");
    for committed in [
        "[remote]\ninside = ['github.com/subcontractor/**']\n",
        "[remote]\npublic = ['github.com/subcontractor/site']\n",
        "[remote]\ndefault = 'inside'\non_outside = 'strict'\n",
        "dry_run = true\n",
    ] {
        work.write(".leakgate.toml", committed);
        let text = away.stopped(&away.url("github.com", "subcontractor/site.git"));
        assert!(text.contains("refused this push: outside remote, 1 marker"), "{committed}: {text}");
    }
    for committed in ["[audit]\nfile = '/tmp/x'\n", "[remote]\ncredentials = 'allow'\n"] {
        work.write(".leakgate.toml", committed);
        let text = away.stopped(&away.url("git.corp.example", "site.git"));
        assert!(text.contains("a work tree's file can"), "{committed}: {text}");
    }
}

#[test]
fn a_credential_in_the_url_is_masked_and_the_message_says_where_to_change_that() {
    let away = Away::new("");
    let token = github_token(&mut Rng::named("push url"));
    away.local.stage.work.write("a.txt", "a\n").commit("Add");
    let url = away.url("git.corp.example", "site.git").replace("http://", &format!("http://ada:{token}@"));
    let text = away.stopped(&url);
    assert!(text.contains("1) a credential in the push URL (remote-credential)") && !text.contains(&token), "{text}");
    assert!(text.contains("remote.credentials") && text.contains(".config/leakgate/leakgate.toml"), "{text}");
}

/// What the hook says about `url` with `ssh` in ssh's place.
fn asked(url: &str, ssh: &str) -> (Option<i32>, String) {
    let local = Local::new(&[]);
    local.stage.work.write(".leakgate.toml", POLICY);
    let input = format!("refs/heads/main {} refs/heads/main {}\n", local.stage.work.id("HEAD"), "0".repeat(40));
    let call = Call::new(local.stage.home(), local.stage.work.path(), &["pre-push", "origin", url]);
    let out = call.env("GIT_SSH_COMMAND", ssh).run(input.as_bytes());
    let text = out.both().split_whitespace().filter(|word| *word != "hint:").collect::<Vec<_>>().join(" ");
    (out.code, text)
}

#[test]
fn a_host_that_ssh_does_not_explain_is_undecided_and_a_helper_is_outside() {
    let (code, text) = asked("git@git.corp.example:x/y", "printf 'hostname git.corp.example\\n#'");
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = asked("git@git.corp.example:x/y", "false");
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("cannot tell which host git.corp.example is") && text.contains("named no host"), "{text}");
    assert!(text.contains("nothing was pushed") && text.contains("resolve_ssh"), "{text}");
    let (code, text) = asked("ext::sh -c 'cat secret'", "true");
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("nobody knows where `ext::` leads") && !text.contains("cat secret"), "{text}");
    let (code, text) = asked("https://nobody.example/x", "true");
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("no list names it, and remote.default is \"outside\""), "{text}");
}

#[test]
fn an_alias_of_ssh_counts_as_the_host_that_it_is() {
    let Some(daemon) = ssh::program().map(|_| ssh::Daemon::start()) else {
        return eprintln!("skipped: no sshd on this machine");
    };
    let local = Local::new(&["pre-push"]);
    let work = &local.stage.work;
    work.write(".git/info/exclude", ".leakgate.toml\n")
        .write(".leakgate.toml", POLICY)
        .write("a.txt", "a\n")
        .commit("Add");
    let folder = local.stage.server.path().display().to_string();
    for (host, code) in [("github.com", 1), ("git.corp.example", 0)] {
        work.git(&["config", "core.sshCommand", &daemon.alias("work", host)]);
        work.git(&["config", "remote.origin.url", &format!("work:{folder}")]);
        let before = local.stage.server.snapshot();
        let done = local.git("push -q origin main");
        let text = done.out.both();
        assert_eq!(done.hook_code, Some(code), "{host}: {text}");
        assert_eq!(local.stage.server.snapshot() == before, code == 1, "{text}");
        assert_eq!(text.contains("ssh's configuration makes github.com of work"), code == 1, "{text}");
    }
}

#[test]
fn doctor_says_what_each_remote_is() {
    let local = Local::new(&["pre-push"]);
    let (work, token) = (&local.stage.work, github_token(&mut Rng::named("doctor")));
    work.write(".leakgate.toml", POLICY);
    for (name, url) in [
        ("own", "https://git.corp.example/site.git".to_owned()),
        ("mirror", "https://github.com/ada/site".to_owned()),
        ("oss", format!("https://ada:{token}@github.com/acme-oss/lib")),
        ("work", "git@work:x/y".to_owned()),
        ("short", "corp:site".to_owned()),
    ] {
        work.git(&["remote", "add", name, &url]);
    }
    work.git(&["config", "url.https://github.com/.pushInsteadOf", "corp:"]);
    let call = Call::new(local.stage.home(), work.path(), &["doctor"]);
    let out = call.env("GIT_SSH_COMMAND", "printf 'hostname github.com\\n#'").run(b"");
    let text = out.both().split_whitespace().collect::<Vec<_>>().join(" ");
    for line in [
        "ok remote own: https://git.corp.example/site, inside (remote.inside has \"git.corp.example\")",
        "note remote mirror: a push is refused: https://github.com/ada/site, outside (remote.outside has \"github.com/**\")",
        "https://github.com/acme-oss/lib, public (remote.public has \"github.com/acme-oss/**\"); a credential stands in its URL",
        "ssh://github.com/x/y (ssh's work), outside",
        "note remote short: a push is refused: https://github.com/site, outside",
    ] {
        assert!(text.contains(line), "{line}\n{}", out.both());
    }
    assert!(!out.both().contains(&token));
}
