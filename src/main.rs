//! leakgate: refuses pushes and commits that add secrets or customer data.

use leakgate::cli;
use leakgate::gate::error::Error;
use leakgate::report::HookKind;
use leakgate::run::{self, Done};
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let done = match cli::parse(std::env::args_os()) {
        Ok(command) => run::run(command),
        Err(error) => run::undecided(&Error::Usage(error.to_string()), HookKind::Scan),
    };
    say(&done);
    ExitCode::from(done.status.code())
}

/// The verdict stands whether or not anybody reads the words: a closed terminal, a full disk or a client that went away
/// must neither accept nor refuse a push.
fn say(done: &Done) {
    let printed = std::io::stdout().write_all(done.out.as_bytes()).and_then(|()| std::io::stdout().flush());
    let said = std::io::stderr().write_all(done.err.as_bytes());
    match (printed, said) {
        (Ok(()), Ok(())) => {}
        (Err(_unheard), _) | (_, Err(_unheard)) => {}
    }
}
