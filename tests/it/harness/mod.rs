//! What the tests stand on: repositories in a folder of their own, a hook that is really run, pushes that are measured.
//!
//! *Invariant:* nothing outside a test's folder is read or written, no setting of the person who runs the tests counts,
//! and no command runs for ever.

mod bin;
mod call;
mod history;
mod local;
mod payload;
mod pkt;
mod process;
mod pushed;
mod rng;
mod server;
mod stage;
mod text;
mod work;

pub use bin::{binary, shell_quote};
pub use call::Call;
pub use history::History;
pub use local::{Done, Local};
pub use payload::{Payload, github_token};
pub use pkt::Command as RefCommand;
pub use process::{Isolation, Out, run};
pub use pushed::Pushed;
pub use rng::Rng;
pub use server::{Hook, Server, Snapshot};
pub use stage::{Push, Stage, twin, twin_on};
pub use text::{check_text, width};
pub use work::Work;

/// Names pushes, each a test that runs twice: `a_name(stage, payload) { prepare; what to push }`.
///
/// The block's value says what is pushed: `()` the current branch as `main`; a text: the words after
/// `git push`; a [`Pushed`]: it was pushed already.
macro_rules! cases {
    ($($(#[$meta:meta])* $name:ident($stage:ident, $payload:ident) $body:block)*) => { $(
        $(#[$meta])*
        #[test]
        fn $name() {
            $crate::harness::twin(stringify!($name), |$stage, $payload| $body);
        }
    )* };
}

/// Names files by how a value is hidden in them: `a_name("path", value) { the file's bytes }`, pushed twice.
macro_rules! files {
    ($($(#[$meta:meta])* $name:ident($path:expr, $value:ident) $body:block)*) => { $(
        $(#[$meta])*
        #[test]
        fn $name() {
            $crate::harness::twin(stringify!($name), |stage, payload| {
                let $value: &str = &payload.value();
                let bytes: Vec<u8> = Vec::from($body);
                payload.named($path);
                stage.work.write($path, bytes).commit("Add a file");
            });
        }
    )* };
}

/// Names pushes that must land although there is a leak on the server: `a_name(stage, old) { prepare; what to push }`.
macro_rules! lands {
    ($($(#[$meta:meta])* $name:ident($stage:ident, $old:ident) $body:block)*) => { $(
        $(#[$meta])*
        #[test]
        fn $name() {
            let $stage = &$crate::harness::Stage::new();
            let $old = &$crate::harness::Payload::new(stringify!($name), true);
            let pushed = $crate::harness::Push::push($body, $stage);
            assert_eq!(pushed.hook_code, Some(0), "the hook did not accept:\n{}", pushed.stderr);
            pushed.accepted();
        }
    )* };
}
