//! What a work tree's own file cannot say.
//!
//! `.leakgate.toml` carries a repository's exceptions to everybody who clones it, and so it comes from whoever may commit
//! there: a contractor, a stranger whose branch a CI job scans. Its word counts for the repository's content, as far as no
//! lock holds it. It does not count for the machine: where that writes, what it opens, where its user's work may go.
//!
//! *Invariant:* such a word is an error, never passed over: whoever wrote it would believe in it.

use super::document::Document;
use super::error::PolicyError;
use super::layer::{LayerFile, Whose};
use super::settings::{Plain, Setting, defaults, settings};

const ELSEWHERE: &str = "write it into /etc/leakgate/leakgate.toml, or into the served repository's own file";
const OWN: &str = "write it into /etc/leakgate/leakgate.toml or ~/.config/leakgate/leakgate.toml";

/// Refuses what the file of `layer` cannot say.
pub(super) fn check(doc: &Document, layer: &LayerFile) -> Result<(), PolicyError> {
    if layer.whose == Whose::Keeper {
        return Ok(());
    }
    for setting in settings(doc)? {
        if let Some((problem, remedy)) = objection(layer.whose, &setting)? {
            return Err(doc.fault(setting.span.clone(), &setting.key, problem, remedy));
        }
    }
    Ok(())
}

fn objection(whose: Whose, setting: &Setting) -> Result<Option<(&'static str, &'static str)>, PolicyError> {
    let section = setting.key.split('.').next().unwrap_or_default();
    let is_text = |wanted: &str| matches!(&setting.value, Plain::Text(text) if text == wanted);
    Ok(match (setting.key.as_str(), section, whose) {
        // An audit log of a path's choosing appends to any file of the user.
        (_, "audit", Whose::Person) => Some(("a person's own file cannot say where decisions are recorded", ELSEWHERE)),
        (_, "audit", _) => Some(("a work tree's file cannot say where decisions are recorded", ELSEWHERE)),
        (_, _, Whose::Person | Whose::Keeper) => None,
        (_, "bypass", Whose::WorkTree) => Some(("a work tree's file cannot say who may let what through", ELSEWHERE)),
        ("exact.tables" | "exact.keys", _, Whose::WorkTree) => {
            Some(("a work tree's file cannot say which customers are compared with", ELSEWHERE))
        }
        // A credential in a URL stands in the clone's own configuration: it is its owner's, not the repository's.
        ("remote.credentials", _, Whose::WorkTree) if !is_text("reject") => Some((TIGHTEN, OWN)),
        ("remote.resolve_ssh", _, Whose::WorkTree) if setting.value != Plain::Bool(true) => Some((TIGHTEN, OWN)),
        ("remote.strict", _, Whose::WorkTree) if !lowers(&setting.value)? => Some((TIGHTEN, OWN)),
        (_, _, Whose::WorkTree) => None,
    })
}

const TIGHTEN: &str = "a work tree's file can only tighten this";

/// Whether no number of `[remote.strict]` is over its default.
fn lowers(table: &Plain) -> Result<bool, PolicyError> {
    let all = defaults()?;
    let default = all.iter().find(|setting| setting.key == "remote.strict").map(|setting| &setting.value);
    Ok(match (table, default) {
        (Plain::Table(table), Some(Plain::Table(default))) => table.iter().all(|(key, value)| {
            matches!((value, default.get(key)), (Plain::Number(new), Some(Plain::Number(old))) if new <= old)
        }),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{load, put};
    use super::*;
    use std::fs;
    use std::path::Path;

    fn from(layer: fn(&Path) -> LayerFile, text: &str) -> Result<(), String> {
        let dir = tempfile::tempdir().unwrap();
        put(dir.path(), ".leakgate.toml", text);
        put(dir.path(), "leakgate.toml", text);
        load(&[layer(dir.path())]).map(drop).map_err(|error| error.to_string())
    }

    #[test]
    fn a_clone_brings_no_word_about_the_machine() {
        for text in [
            "[audit]\nfile = '/home/ada/.ssh/authorized_keys'",
            "audit = { unwritten = 'allow' }",
            "audit.syslog = '/run/x'",
            "[bypass]\nusers = ['*']",
            "[exact]\ntables = []",
            "[exact]\ntables = ['/a']\nkeys = ['/k']",
            "[remote]\ncredentials = 'allow'",
            "remote.credentials = 'warn'",
            "'remote' = { resolve_ssh = false }",
            "[remote.strict]\nvalues_per_file = 21",
            "[remote]\nstrict = { ibans = 2, dump_score = 1.0 }",
        ] {
            let message = from(LayerFile::work_tree, text).unwrap_err();
            assert!(message.contains("a work tree's file can"), "{text}: {message}");
            assert_eq!(from(LayerFile::repository, text), Ok(()), "{text}");
        }
        for text in [
            "[remote]\ncredentials = 'reject'\nresolve_ssh = true\n[remote.strict]\nibans = 1\nvalues_per_file = 3",
            "[exact]\nemails = 1",
        ] {
            assert_eq!(from(LayerFile::work_tree, text), Ok(()), "{text}");
        }
    }

    #[test]
    fn a_person_may_say_more_but_not_where_the_machine_records() {
        assert!(from(LayerFile::developer, "[audit]\nfile = '/a'").unwrap_err().contains("a person's own file"));
        assert_eq!(from(LayerFile::developer, "[remote]\ncredentials = 'allow'"), Ok(()));
    }

    #[test]
    fn a_clone_shows_no_line_of_a_file_elsewhere() {
        let (dir, secret) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let elsewhere = put(secret.path(), "credentials", "aws_key = hunter2 is here\n").display().to_string();
        let top = dir.path();
        std::os::unix::fs::symlink(&elsewhere, top.join("link")).unwrap();
        put(top, "chain.toml", &format!("[extend]\npath = '{elsewhere}'"));
        for text in [
            format!("extend = '{elsewhere}'"),
            "extend = 'link'".to_owned(),
            "extend = 'chain.toml'".to_owned(),
            format!("gitleaks.default_config = '{elsewhere}'"),
            "gitleaks.ignore = ['link']".to_owned(),
            format!("gitleaks.baseline = ['{elsewhere}']"),
            "baseline.file = 'link'".to_owned(),
        ] {
            put(top, ".leakgate.toml", &text);
            let message = load(&[LayerFile::work_tree(top)]).unwrap_err().to_string();
            assert!(message.contains("cannot lead out of the work tree"), "{text}: {message}");
            assert!(!message.contains("hunter2"), "{text}: {message}");
        }
        fs::remove_file(top.join(".leakgate.toml")).unwrap();
        std::os::unix::fs::symlink(&elsewhere, top.join(".leakgate.toml")).unwrap();
        let message = load(&[LayerFile::work_tree(top)]).unwrap_err().to_string();
        assert!(message.contains("cannot lead out of the work tree") && !message.contains("hunter2"), "{message}");
    }

    #[test]
    fn a_clone_may_name_what_lies_in_it() {
        let dir = tempfile::tempdir().unwrap();
        put(dir.path(), "b", "# leakgate baseline 1\n");
        put(dir.path(), ".leakgate.toml", "baseline.file = './b'");
        assert!(load(&[LayerFile::work_tree(dir.path())]).is_ok());
    }
}
