//! Doing what an entry says: files, commits, objects by hand, settings of the server, and in the end the push.

use super::entry::{Evasion, Step};
use super::template::{Names, fill, fill_text};
use super::{forms, special};
use crate::harness::{Payload, Push as _, Pushed, RefCommand, Stage, run};

/// What an entry's steps work on.
pub struct Scene<'a> {
    /// The server and the work tree.
    pub stage: &'a Stage,
    /// The secret or its harmless twin.
    pub payload: &'a Payload,
    /// What the texts may name.
    pub names: Names,
}

impl<'a> Scene<'a> {
    /// A scene before its first step.
    pub fn new(entry: &Evasion, stage: &'a Stage, payload: &'a Payload) -> Self {
        let value = payload.value();
        let lined = format!("a first line of some words\nnote = \"{value}\"\na last line of some words\n");
        let mut names = Names::new();
        for (name, text) in [("value", &value), ("line", &payload.line()), ("lined", &lined)] {
            names.insert(name.into(), text.clone().into_bytes());
        }
        for (name, (leak, twin)) in &entry.differ {
            let text = fill(if payload.leaks() { leak } else { twin }, &names);
            names.insert(name.clone(), text);
        }
        let mut scene = Self { stage, payload, names };
        if !entry.unborn {
            scene.keep("head", &stage.work.id("HEAD"));
            scene.keep("head-tree", &stage.work.id("HEAD^{tree}"));
        }
        scene
    }

    /// Does all that stands before the push.
    pub fn prepare(&mut self, entry: &Evasion) {
        for step in &entry.steps {
            self.step(step);
        }
        if let (Some(path), Some(text)) = (&entry.file, &entry.text) {
            let bytes = self.dressed(text, &entry.coats);
            self.stage.work.write(&self.text(path), bytes).commit("Add a file");
        }
    }

    /// Pushes.
    pub fn push(&self, entry: &Evasion) -> Pushed {
        if let [name, new, objects @ ..] = entry.by_hand.as_slice() {
            let (old, new) = (self.claimed(name), self.text(new));
            let ids: Vec<String> = objects.iter().flat_map(|id| self.objects(&self.text(id))).collect();
            let pack = self.stage.pack(&ids.iter().map(String::as_str).collect::<Vec<_>>());
            return self.stage.push_raw(&[RefCommand { old, new, name: name.clone() }], &pack);
        }
        if entry.push.is_empty() {
            return ().push(self.stage);
        }
        self.push_words(&entry.push)
    }

    /// What a reference is now, or nothing.
    fn claimed(&self, name: &str) -> String {
        let out = self.stage.server.try_git(&["rev-parse", "-q", "--verify", name], b"").text();
        if out.is_empty() { "0".repeat(40) } else { out }
    }

    /// The objects behind a word: an id, or all that a range such as `head..new` adds.
    fn objects(&self, word: &str) -> Vec<String> {
        if word.contains("..") {
            let list = self.stage.work.git(&["rev-list", "--objects", "--no-object-names", word]);
            list.lines().map(str::to_owned).collect()
        } else {
            vec![word.to_owned()]
        }
    }

    fn push_words(&self, words: &[String]) -> Pushed {
        let words: Vec<String> = words.iter().map(|word| self.text(word)).collect();
        let all: Vec<&str> = ["push"].into_iter().chain(words.iter().map(String::as_str)).collect();
        self.stage.push_from(&self.stage.work, &all)
    }

    fn step(&mut self, step: &Step) {
        let text = step.text.as_deref().unwrap_or_default();
        if !step.git.is_empty() {
            self.git(step, text);
        } else if !step.server.is_empty() {
            let args: Vec<String> = step.server.iter().map(|word| self.text(word)).collect();
            self.stage.server.git(&args.iter().map(String::as_str).collect::<Vec<_>>());
        } else if let Some(message) = &step.commit {
            let env: Vec<(&str, String)> =
                step.env.iter().map(|(key, value)| (key.as_str(), self.text(value))).collect();
            let env: Vec<(&str, &str)> = env.iter().map(|(key, value)| (*key, value.as_str())).collect();
            self.stage.work.commit_with(&env, &self.text(message));
            self.keep_if(step, &self.stage.work.id("HEAD"));
        } else if let Some(path) = &step.write {
            self.stage.work.write(&self.text(path), self.dressed(text, &step.coats));
        } else if let Some(path) = &step.append {
            self.stage.server.append(&self.text(path), self.dressed(text, &step.coats));
        } else if let Some(kind) = &step.object {
            let id = self.stage.work.object(kind, self.dressed(text, &step.coats));
            self.keep_if(step, &id);
        } else if !step.tree.is_empty() {
            let id = self.tree(&step.tree);
            self.keep_if(step, &id);
        } else if let Some(name) = &step.set {
            let bytes = self.dressed(text, &step.coats);
            self.names.insert(name.clone(), bytes);
        } else if let Some(path) = &step.link {
            self.stage.work.link(path, &self.text(text));
        } else if let Some(refs) = &step.publish {
            self.stage.publish(&self.text(refs));
        } else if !step.push.is_empty() {
            self.push_words(&step.push).accepted();
        } else if let Some(name) = &step.call {
            special::call(name, self);
        } else {
            panic!("a step without a verb: {step:?}");
        }
    }

    fn git(&mut self, step: &Step, text: &str) {
        let args: Vec<String> = step.git.iter().map(|word| self.text(word)).collect();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let mut command = self.stage.work.command(&args);
        command.envs(step.env.iter().map(|(key, value)| (key, self.text(value))));
        let out = run(&mut command, &self.dressed(text, &step.coats));
        assert!(step.may_fail || out.code == Some(0), "git {args:?}: {}", out.both());
        self.keep_if(step, &out.text());
    }

    fn tree(&self, entries: &[(String, String, String)]) -> String {
        let entries: Vec<(&str, String, Vec<u8>)> =
            entries.iter().map(|(mode, id, name)| (mode.as_str(), self.text(id), fill(name, &self.names))).collect();
        let entries: Vec<(&str, &str, &[u8])> =
            entries.iter().map(|(mode, id, name)| (*mode, id.as_str(), name.as_slice())).collect();
        self.stage.work.raw_tree(&entries)
    }

    /// `text` filled in and dressed.
    fn dressed(&self, text: &str, coats: &[String]) -> Vec<u8> {
        coats.iter().fold(fill(text, &self.names), |bytes, coat| forms::apply(&self.text(coat), &bytes))
    }

    /// `text` filled in.
    pub fn text(&self, text: &str) -> String {
        fill_text(text, &self.names)
    }

    fn keep_if(&mut self, step: &Step, value: &str) {
        if let Some(name) = &step.keep {
            self.keep(name, value);
        }
    }

    /// Gives `value` a name.
    pub fn keep(&mut self, name: &str, value: &str) {
        self.names.insert(name.into(), value.into());
    }
}
