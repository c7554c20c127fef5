//! A daemon of one's own on the loopback, with keys and a configuration made for one test.

use crate::harness::{Isolation, Stage, run};
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

/// The daemon's program, where it is installed.
pub fn program() -> Option<PathBuf> {
    ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd", "/usr/bin/sshd"]
        .iter()
        .map(PathBuf::from)
        .find(|path| path.is_file())
}

/// A running daemon; ends with the value.
pub struct Daemon {
    home: TempDir,
    port: u16,
    child: Child,
}

impl Daemon {
    /// Makes keys and starts the daemon on a free port.
    pub fn start() -> Self {
        let home = TempDir::new().unwrap();
        for key in ["host", "user"] {
            let mut command = Command::new("ssh-keygen");
            command.isolated(home.path()).args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(home.path().join(key));
            let out = run(&mut command, b"");
            assert_eq!(out.code, Some(0), "ssh-keygen: {}", out.both());
        }
        // The daemon wants this folder when it runs as root; a package's service makes it elsewhere.
        drop(fs::create_dir_all("/run/sshd"));
        for _ in 0..5 {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            fs::write(home.path().join("config"), config(&home, port)).unwrap();
            let log = fs::File::create(home.path().join("log")).unwrap();
            let mut command = Command::new(program().unwrap());
            command.isolated(home.path()).args(["-D", "-e", "-f"]).arg(home.path().join("config"));
            let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
            for _ in 0..200 {
                if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    return Self { home, port, child };
                }
                if child.try_wait().unwrap().is_some() {
                    break;
                }
                thread::sleep(Duration::from_millis(20));
            }
            drop(child.kill());
            child.wait().unwrap();
        }
        panic!("sshd does not start: {}", fs::read_to_string(home.path().join("log")).unwrap());
    }

    /// A command for ssh whose configuration makes the host `host` of `alias`; whatever the host, it comes here.
    pub fn alias(&self, alias: &str, host: &str) -> String {
        let user = run(Command::new("id").arg("-un"), b"").text();
        let (file, home) = (self.home.path().join(format!("alias-{host}")), self.home.path().display());
        // A daemon of its own on the pipe, so that no name has to be looked up and nothing goes over a network.
        let daemon = format!("{} -i -f {home}/config", program().unwrap().display());
        let text = format!(
            "Host {alias}\n  HostName {host}\n  User {user}\n  IdentityFile {home}/user\n  IdentitiesOnly yes\n  BatchMode yes\n  \
             StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n  LogLevel ERROR\n  ProxyCommand {daemon}\n"
        );
        fs::write(&file, text).unwrap();
        format!("ssh -F '{}'", file.display())
    }

    /// What the client has to be told to come here.
    pub fn route(&self, stage: &Stage) -> Vec<(String, String)> {
        let user = run(Command::new("id").arg("-un"), b"").text();
        let ssh = format!(
            "ssh -F /dev/null -p {} -i '{}' -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR",
            self.port,
            self.home.path().join("user").display()
        );
        let url = format!("ssh://{user}@127.0.0.1:{}{}", self.port, stage.server.path().display());
        vec![("core.sshCommand".into(), ssh), ("remote.origin.url".into(), url)]
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn config(home: &TempDir, port: u16) -> String {
    let home = home.path().display();
    let path = std::env::var("PATH").unwrap();
    format!(
        "ListenAddress 127.0.0.1\nPort {port}\nHostKey {home}/host\nAuthorizedKeysFile {home}/user.pub\nPidFile none\n\
         StrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n\
         SetEnv PATH=\"{path}\" HOME={home} LC_ALL=C GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null\n"
    )
}
