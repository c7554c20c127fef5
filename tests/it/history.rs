//! Whole histories: by value, since when, still in HEAD or not; on a page; of many repositories; once only.

use crate::harness::{Call, Out, Payload, Stage};
use crate::scan::scan;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A history in which one value is copied and still there, and another came and went.
fn told() -> (Stage, Payload) {
    let (stage, payload) = (Stage::new(), Payload::new("told", true));
    stage.work.write("a.ini", payload.line()).commit("One");
    stage.work.write("dir/b.ini", format!("x\nother = {}\n", payload.value())).commit("A copy");
    stage.work.remove("a.ini").write("gone.ini", format!("note = {}\n", payload.nth(1))).commit("Two");
    stage.work.remove("gone.ini").commit("Gone");
    stage.work.run("mv dir moved").commit("Moved");
    (stage, payload)
}

fn clean_text(out: &Out, payload: &Payload) -> String {
    let text = out.both();
    for secret in payload.secrets() {
        assert!(!secret.as_bytes().windows(4).any(|run| text.as_bytes().windows(4).any(|at| at == run)), "{text}");
    }
    assert!(!text.contains('\r') && !text.contains('\u{1b}'), "a bar where there is no terminal: {text}");
    text
}

/// What was said, without where its lines were broken.
fn flat(out: &Out) -> String {
    out.both().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_value_is_listed_once_with_its_places_and_whether_head_has_it() {
    let (stage, payload) = told();
    let out = scan(&stage, &["--all", "--by-finding"], b"");
    assert_eq!(out.code, Some(1), "{}", out.both());
    let text = clean_text(&out, &payload);
    assert_eq!(text.matches("fingerprint").count(), 2, "{text}");
    let (first, second) = text.split_once("\n2) ").unwrap();
    assert!(
        first.contains("still in HEAD") && first.contains("a.ini:1:9") && first.contains("dir/b.ini:2:9"),
        "{text}"
    );
    assert!(second.contains("in the history alone") && second.contains("gone.ini:1:8"), "{text}");
    assert!(first.contains("since   2025-06-15"), "{text}");
}

#[test]
fn the_lines_for_programs_say_when_and_whether_head_has_it() {
    let (stage, _) = told();
    let out = scan(&stage, &["--all", "--format", "jsonl"], b"");
    let lines: Vec<Value> = out.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3, "{}", out.both());
    for line in &lines {
        let here = line["repository"].as_str().is_some_and(|name| name.ends_with("/work"));
        assert!(here && line["time"].as_i64() > Some(1_750_000_000), "{line}");
        assert_eq!(line["in_head"], line["path"] != "gone.ini", "{line}");
    }
}

#[test]
fn a_file_s_name_counts_as_there_while_it_is() {
    let (stage, payload) = (Stage::new(), Payload::new("names there", true));
    let (kept, gone) = (format!("k-{}.txt", payload.value()), format!("g-{}.txt", payload.nth(1)));
    stage.work.write(&kept, "x\n").write(&gone, "x\n").commit("A");
    stage.work.remove(&gone).commit("B");
    let out = scan(&stage, &["--all", "--format", "jsonl"], b"");
    let lines: Vec<Value> = out.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let heads: Vec<bool> = lines.iter().map(|line| line["in_head"].as_bool().unwrap()).collect();
    assert_eq!(heads.iter().filter(|head| **head).count(), 1, "{lines:?}");
}

#[test]
fn the_page_stands_alone_and_shows_no_value() {
    let (stage, payload) = told();
    let page = stage.home().join("report.html");
    let out = scan(&stage, &["--all", "--report", page.to_str().unwrap()], b"");
    assert_eq!(out.code, Some(1), "{}", out.both());
    assert_eq!(clean_text(&out, &payload).trim(), "1 repository; 2 values at 3 places, 1 of them still in HEAD");
    let html = fs::read_to_string(&page).unwrap();
    for secret in payload.secrets() {
        assert!(!secret.as_bytes().windows(4).any(|run| html.as_bytes().windows(4).any(|at| at == run)));
    }
    assert!(html.starts_with("<!DOCTYPE html>") && html.contains("default-src 'none'") && !html.contains("<script"));
    assert!(html.contains("gone.ini:1:8") && html.contains("<svg") && html.contains("in HEAD"));
    let nowhere = scan(&stage, &["--all", "--report", "/no/such/folder/r.html"], b"");
    assert_eq!(nowhere.code, Some(2), "{}", nowhere.both());
    assert!(flat(&nowhere).contains("cannot write /no/such/folder/r.html"), "{}", nowhere.both());
}

#[test]
fn many_repositories_make_one_report_and_a_broken_one_is_named() {
    let (stage, payload) = told();
    let other = Stage::new();
    let broken = stage.home().join("broken.git");
    fs::create_dir(&broken).unwrap();
    let results = stage.home().join("results");
    let args = |page: &str| -> Vec<String> {
        ["scan", "--all", "--jobs", "2", "--results", results.to_str().unwrap(), "--report", page]
            .into_iter()
            .chain([stage.work.path(), other.work.path(), &broken].map(|path| path.to_str().unwrap()))
            .map(str::to_owned)
            .collect()
    };
    let page = stage.home().join("report.html");
    let call = |page: &Path| {
        let args = args(page.to_str().unwrap());
        Call::new(stage.home(), stage.home(), &args.iter().map(String::as_str).collect::<Vec<_>>()).run(b"")
    };
    let out = call(&page);
    assert_eq!(out.code, Some(2), "{}", out.both());
    let text = clean_text(&out, &payload);
    assert!(
        text.contains("3 repositories, 1 of them not scanned; 2 values at 3 places, 1 of them still in HEAD"),
        "{text}"
    );
    assert!(text.contains("broken.git"), "{text}");
    assert!(fs::read_to_string(&page).unwrap().contains("Not everything was read"));

    // What has not changed is not scanned again: the kept results are believed, word for word.
    let kept: Vec<_> = fs::read_dir(&results).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(kept.len(), 3);
    let of_stage = kept.iter().find(|file| fs::read_to_string(file).unwrap().contains("gone.ini")).unwrap();
    let marked = fs::read_to_string(of_stage).unwrap().replace("gone.ini", "kept.ini");
    fs::write(of_stage, &marked).unwrap();
    call(&page);
    assert!(fs::read_to_string(&page).unwrap().contains("kept.ini"));
    // A new commit, or a file that was cut off, makes them stale.
    fs::write(of_stage, &marked[..marked.len() - 9]).unwrap();
    call(&page);
    assert!(!fs::read_to_string(&page).unwrap().contains("kept.ini"));
    fs::write(of_stage, &marked).unwrap();
    stage.work.write("new.txt", "new\n").commit("New");
    call(&page);
    assert!(!fs::read_to_string(&page).unwrap().contains("kept.ini"));

    // The same page from the files alone, as a cluster's jobs leave them.
    let report = Call::new(stage.home(), stage.home(), &["report", results.to_str().unwrap()]).run(b"");
    assert_eq!(report.code, Some(2), "{}", String::from_utf8_lossy(&report.stderr));
    assert!(report.text().contains("gone.ini:1:8") && report.text().contains("broken.git"));
    let wrong =
        Call::new(stage.home(), stage.home(), &["report", stage.work.path().join("README.md").to_str().unwrap()]);
    let wrong = wrong.run(b"");
    assert_eq!(wrong.code, Some(2), "{}", wrong.both());
    assert!(flat(&wrong).contains("not of a scan's results"), "{}", wrong.both());
}

#[test]
fn a_clean_history_is_a_calm_page() {
    let stage = Stage::new();
    let page = stage.home().join("report.html");
    let out = scan(&stage, &["--all", "--report", page.to_str().unwrap()], b"");
    assert_eq!(out.code, Some(0), "{}", out.both());
    assert!(fs::read_to_string(&page).unwrap().contains("Nothing was found"));
    assert_eq!(scan(&stage, &["--all", "--by-finding"], b"").both(), "");
}

#[test]
fn the_names_of_branches_and_tags_are_part_of_a_history() {
    let (stage, payload) = (Stage::new(), Payload::new("reference names", true));
    let results = stage.home().join("results");
    let kept = |stage: &Stage| {
        let work = stage.work.path().to_str().unwrap();
        let args = ["scan", "--all", "--results", results.to_str().unwrap(), "--format", "jsonl", work];
        let out = Call::new(stage.home(), stage.home(), &args).run(b"");
        out.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>()
    };
    assert!(kept(&stage).is_empty());
    let (branch, tag) = (format!("fix-{}", payload.value()), format!("v1-{}", payload.nth(1)));
    stage.work.git(&["branch", &branch]);
    stage.work.git(&["tag", &tag]);
    let out = scan(&stage, &["--all", "--by-finding"], b"");
    assert_eq!(out.code, Some(1), "{}", out.both());
    let text = clean_text(&out, &payload);
    assert_eq!((text.matches("refs/heads/fix-").count(), text.matches("refs/tags/v1-").count()), (1, 1), "{text}");
    assert_eq!(text.matches(", still there\n").count(), 2, "a name is there while it is: {text}");
    // The same commits by other names are other results.
    let lines = kept(&stage);
    assert_eq!(lines.len(), 2, "{lines:?}");
    for line in &lines {
        assert_eq!(
            (&line["subject"], &line["path"], &line["commit"]),
            (&"ref-name".into(), &Value::Null, &Value::Null)
        );
        assert!(line["ref"].as_str().is_some_and(|name| name.starts_with("refs/")), "{line}");
    }
    stage.work.git(&["pack-refs", "--all"]);
    assert_eq!(scan(&stage, &["--all"], b"").code, Some(1));
    stage.work.git(&["branch", "-D", &branch]);
    stage.work.git(&["tag", "-d", &tag]);
    assert_eq!(scan(&stage, &["--all"], b"").code, Some(0));
}

#[test]
fn a_marker_in_a_branch_s_name_is_found_where_markers_hold_everywhere() {
    let stage = Stage::new();
    stage.work.git(&["branch", "topic/Acme-Confidential"]);
    stage.work.write("p.toml", "[markers]\ntexts = ['Acme-Confidential']\napply = 'everywhere'\n");
    let out = scan(&stage, &["--all", "--policy", "p.toml"], b"");
    assert_eq!(out.code, Some(1), "{}", out.both());
    assert!(flat(&out).contains("refs/heads/topic/"), "{}", out.both());
}

#[test]
fn without_a_commit_at_head_nothing_is_said_of_what_it_holds() {
    let (stage, payload) = told();
    stage.work.run("symbolic-ref HEAD refs/heads/unborn");
    let page = stage.home().join("report.html");
    let out = scan(&stage, &["--all", "--report", page.to_str().unwrap()], b"");
    let text = clean_text(&out, &payload);
    assert_eq!(text.trim(), "1 repository; 2 values at 3 places; HEAD has no commit: what is still there is not known");
    let html = fs::read_to_string(&page).unwrap();
    assert!(html.contains("HEAD names a branch without a commit"), "{html}");
    assert!(!html.contains("still in HEAD</span>") && !html.contains("in the history alone (2)"), "{html}");
    let text = clean_text(&scan(&stage, &["--all", "--by-finding"], b""), &payload);
    assert!(!text.contains("in the history alone") && !text.contains("in HEAD"), "{text}");
    let out = scan(&stage, &["--all", "--format", "jsonl"], b"");
    let lines: Vec<Value> = out.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() == 3 && lines.iter().all(|line| line["in_head"].is_null()), "{lines:?}");
}

/// The block of README's that begins with `begin` and holds `word`.
fn recipe(begin: &str, word: &str) -> String {
    let readme = include_str!("../../README.md");
    let block = readme.split("```").find(|block| block.starts_with(begin) && block.contains(word)).unwrap();
    block[begin.len()..].to_owned()
}

#[test]
fn the_jobs_of_a_cluster_share_the_repositories_and_leave_one_page() {
    let (stage, payload) = told();
    let other = Stage::new();
    let shared = stage.home().join("shared");
    fs::create_dir(&shared).unwrap();
    let list = format!("{}\n{}\n", stage.work.path().display(), other.work.path().display());
    fs::write(shared.join("repositories.txt"), list).unwrap();
    let bin = stage.home().join("bin");
    fs::create_dir(&bin).unwrap();
    std::os::unix::fs::symlink(crate::harness::binary(), bin.join("leakgate")).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let kubernetes = recipe("yaml", "JOB_COMPLETION_INDEX");
    let pod = kubernetes.split_once("            - |\n").unwrap().1.split_once("          volumeMounts").unwrap().0;
    let slurm = recipe("sh", "SLURM_ARRAY_TASK_ID");
    let shells: [&[&str]; 2] = [&["sh"], &["busybox", "sh"]];
    for (number, (script, index)) in
        [(slurm.as_str(), "SLURM_ARRAY_TASK_ID"), (pod, "JOB_COMPLETION_INDEX")].iter().enumerate()
    {
        for shell in shells {
            let folder = format!("results-{number}-{}", shell.len());
            let script = script.replace("/shared/results", &format!("/shared/{folder}"));
            let script = script.replace("/shared/", &format!("{}/", shared.display()));
            // More jobs than repositories: those that have nothing to do do nothing.
            for task in ["0", "1", "2", "19"] {
                let mut command = std::process::Command::new(shell[0]);
                crate::harness::Isolation::isolated(&mut command, stage.home());
                command.args(&shell[1..]).args(["-c", &script]).env("PATH", &path).env(index, task);
                let out = crate::harness::run(command.current_dir(stage.home()), b"");
                assert_eq!(out.code, Some(0), "{index}={task} {shell:?}: {}", out.both());
            }
            let results = shared.join(folder);
            let report = Call::new(stage.home(), stage.home(), &["report", results.to_str().unwrap(), "--by-finding"]);
            let out = report.run(b"");
            assert_eq!(out.code, Some(1), "{}", out.both());
            assert_eq!(clean_text(&out, &payload).matches("fingerprint").count(), 2, "{}", out.both());
        }
    }
}
