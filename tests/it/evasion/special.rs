//! What the ledger's vocabulary has no words for, by name.

use super::steps::Scene;
use crate::harness::Server;
use std::fs;

/// Does what `name` says.
pub fn call(name: &str, scene: &mut Scene<'_>) {
    match name {
        "fork-has-it" => fork_has_it(scene),
        "bundle" => bundle(scene),
        "shallow-work" => shallow_work(scene),
        _ => panic!("no function is called {name:?}"),
    }
}

/// A fork holds the pushed commit, and the server borrows from the fork: nothing of it is sent.
fn fork_has_it(scene: &Scene<'_>) {
    let fork = Server::init(scene.stage.home(), "fork.git", &[]);
    scene.stage.work.git(&["push", "-q", fork.path().to_str().unwrap(), "HEAD:refs/heads/main"]);
    scene.stage.server.append("objects/info/alternates", "../../fork.git/objects\n");
}

/// `a.bundle`: a branch with the secret, in a file.
fn bundle(scene: &Scene<'_>) {
    let work = &scene.stage.work;
    work.branch("hidden", "main").write("x.ini", scene.payload.line()).commit("X");
    work.run("bundle create -q ../a.bundle hidden").checkout("main");
    work.write("a.bundle", fs::read(scene.stage.home().join("a.bundle")).unwrap()).commit("Bundle");
}

/// The work tree's history ends at its first commit's child.
fn shallow_work(scene: &Scene<'_>) {
    let boundary = scene.stage.work.id("HEAD~1");
    scene.stage.work.write(".git/shallow", format!("{boundary}\n"));
}
