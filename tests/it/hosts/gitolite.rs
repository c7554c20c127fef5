//! gitolite 3 itself, set up as its page says, with leakgate installed as ours says, over ssh.

use crate::harness::{Isolation, Out, Payload, binary, run};
use crate::transport::ssh;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// An account with gitolite, and its administrator's key.
struct Gitolite {
    home: TempDir,
}

impl Gitolite {
    fn new() -> Self {
        let it = Self { home: TempDir::new().unwrap() };
        for key in ["host", "ada"] {
            it.run("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", it.at(key).to_str().unwrap()]);
        }
        // The daemon wants this folder when it runs as root; a package's service makes it elsewhere.
        drop(fs::create_dir_all("/run/sshd"));
        fs::create_dir(it.at(".ssh")).unwrap();
        it.run("gitolite", &["setup", "-pk", it.at("ada.pub").to_str().unwrap()]);
        let home = it.home.path().display();
        let path = std::env::var("PATH").unwrap();
        let config = format!(
            "HostKey {home}/host\nAuthorizedKeysFile {home}/.ssh/authorized_keys\nPidFile none\nStrictModes no\nUsePAM no\n\
             PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n\
             SetEnv PATH=\"{path}\" HOME={home} LC_ALL=C GIT_CONFIG_NOSYSTEM=1\n"
        );
        fs::write(it.at("sshd.conf"), config).unwrap();
        it
    }

    fn at(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.isolated(self.home.path()).env_remove("GIT_CONFIG_GLOBAL").env("USER", "git");
        command
    }

    fn run(&self, program: &str, args: &[&str]) -> Out {
        let out = run(self.command(program).args(args), b"");
        assert_eq!(out.code, Some(0), "{program} {args:?}: {}", out.both());
        out
    }

    /// git as Ada runs it in `folder`, over ssh to this account: a daemon of its own on a pipe.
    fn ada(&self, folder: &Path, args: &[&str]) -> Out {
        let account = run(Command::new("id").arg("-un"), b"").text();
        let daemon = format!("{} -i -f {}", ssh::program().unwrap().display(), self.at("sshd.conf").display());
        let ssh = format!(
            "ssh -F /dev/null -l {account} -i '{}' -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=no -o \
             UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o 'ProxyCommand={daemon}'",
            self.at("ada").display()
        );
        let mut git = self.command("git");
        git.env("GIT_SSH_COMMAND", ssh).env("GIT_CONFIG_GLOBAL", "/dev/null").current_dir(folder).args(args);
        run(&mut git, b"")
    }

    fn worked(&self, folder: &Path, args: &[&str]) -> String {
        let out = self.ada(folder, args);
        assert_eq!(out.code, Some(0), "{args:?}: {}", out.both());
        out.both()
    }

    /// Commits `text` as `file` in `folder` and pushes `what`.
    fn push(&self, folder: &Path, file: &str, text: &str, what: &str) -> Out {
        fs::create_dir_all(folder.join(file).parent().unwrap()).unwrap();
        fs::write(folder.join(file), text).unwrap();
        self.worked(folder, &["add", "-A"]);
        self.worked(folder, &["commit", "-q", "-m", "Change"]);
        self.ada(folder, &["push", "-q", "origin", what])
    }
}

#[test]
fn gitolite_over_ssh_refuses_a_secret_and_keeps_its_own_rules() {
    let gitolite = ["/usr/bin/gitolite", "/usr/local/bin/gitolite"].iter().any(|path| Path::new(path).exists());
    if !gitolite || ssh::program().is_none() {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "install gitolite3 and openssh-server");
        return eprintln!("skipped: no gitolite or no sshd on this machine");
    }
    let host = Gitolite::new();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("install.sh");
    let (bin, prefix) = (binary(), host.at("opt"));
    let args = ["--bin", bin.to_str().unwrap(), "--prefix", prefix.to_str().unwrap(), "--server", "--global"];
    host.run(script.to_str().unwrap(), &args);

    let top = host.home.path();
    let admin = host.at("admin");
    host.worked(top, &["clone", "-q", "gitolite:gitolite-admin", "admin"]);
    let rules = "repo gitolite-admin\n    RW+ = ada\nrepo shop\n    - refs/heads/locked = ada\n    RW+ = ada\n";
    let out = host.push(&admin, "conf/gitolite.conf", rules, "HEAD");
    assert_eq!(out.code, Some(0), "the admin repository's own hooks still run: {}", out.both());

    // Made by that push, after the installation.
    let shop = host.at("shop");
    host.worked(top, &["clone", "-q", "gitolite:shop", "shop"]);
    let out = host.push(&shop, "a.txt", "a\n", "HEAD:refs/heads/main");
    assert_eq!(out.code, Some(0), "{}", out.both());

    let p = Payload::new("gitolite", true);
    let out = host.push(&shop, "deploy.ini", &p.line(), "HEAD:refs/heads/main");
    let text = out.both();
    assert_ne!(out.code, Some(0), "{text}");
    assert!(text.contains("refused this push: 1 secret") && text.contains("deploy.ini"), "{text}");
    assert!(text.contains("by ada to shop over ssh (gitolite)"), "{text}");
    assert!(!text.contains(&p.value()), "{text}");

    host.worked(&shop, &["reset", "-q", "--hard", "HEAD~1"]);
    let out = host.push(&shop, "b.txt", "b\n", "HEAD:refs/heads/locked");
    assert!(out.both().contains("DENIED"), "gitolite's rules for branches hold: {}", out.both());
    assert_eq!(host.ada(&shop, &["push", "-q", "origin", "HEAD:refs/heads/main"]).code, Some(0));
}
