//! The cases: one for each row of the table of goals.

use crate::inputs::{self, Push, ancestor, commit, git, import, push, push_to, source};
use crate::measure::Job;
use crate::report::{Case, Goal};
use crate::tools;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const READING: &str = "git rev-list | cat-file";

/// One staged line in a work tree of `files` files.
pub fn staged(place: &Path, files: usize) -> Case {
    let bare = inputs::history(&place.join("bare"), 1, files);
    git(place, &["clone", "-q", bare.to_str().expect("UTF-8"), "work"]);
    let work = place.join("work");
    let path = work.join("src/m0/f0.rs");
    fs::write(&path, [source(0, 60), source(99, 1)].concat()).expect("a file");
    git(&work, &["add", "src/m0/f0.rs"]);
    let mut goals = vec![Goal::Ratio(2.0)];
    goals.extend((files <= 1000).then_some(Goal::Seconds(0.008)));
    Case {
        name: format!("pre-commit, one staged line, {files} files"),
        goals,
        measured_by: "git diff --cached",
        yardstick: Job::new("git", &work, ["diff", "--cached", "--quiet"]),
        contenders: tools::staged(&work),
    }
}

/// One small commit into `commits` commits and `tags` tags.
pub fn one_commit(place: &Path, commits: usize, tags: usize) -> Case {
    let repo = inputs::bare(&place.join("repo"));
    import(&repo, |out| {
        for number in 0..commits {
            let path = format!("d{}/f{}", number % 10, number % 100);
            commit(out, number, &[(path, format!("line {number}\n").into_bytes())]);
        }
        commit(out, commits, &[("src/new.rs".to_owned(), source(7, 20))]);
    });
    let old = git(&repo, &["rev-parse", "main^"]);
    let server = inputs::bare(&place.join("server"));
    let new = git(&repo, &["rev-parse", "main"]);
    let line = git(&repo, &["rev-list", "main^"]);
    let ids: Vec<&str> = line.lines().collect();
    let mut refs = String::from("# pack-refs with: peeled fully-peeled sorted \n");
    writeln!(refs, "{old} refs/heads/main").expect("text");
    for n in 0..tags {
        let id = ids.get(n * ids.len() / tags.max(1)).expect("an id");
        writeln!(refs, "{id} refs/tags/t{n:07}").expect("text");
    }
    fs::write(server.join("packed-refs"), refs).expect("references");
    inputs::fill(&repo, &old, &server);
    git(&server, &["commit-graph", "write", "--reachable"]);
    let pushed = push_to(server, place, &repo, Some(&old), &new);
    let mut contenders = vec![tools::receive(&pushed, &[])];
    contenders.extend(tools::receiving_peers(&pushed));
    Case {
        name: format!("pre-receive, one small commit, {commits} commits and {tags} tags"),
        goals: vec![Goal::Seconds(0.02)],
        measured_by: "git rev-list",
        yardstick: tools::listing(&pushed),
        contenders,
    }
}

/// The last `commits` commits of a real repository, or all of them.
pub fn real(place: &Path, repo: &Path, commits: Option<usize>) -> Option<Case> {
    let head = git(repo, &["rev-parse", "HEAD"]);
    let old = match commits {
        Some(commits) => Some(ancestor(repo, &head, commits)?),
        None => None,
    };
    let pushed = push(place, repo, old.as_deref(), &head);
    let goal = match commits {
        Some(1) => vec![Goal::Ratio(0.5), Goal::Seconds(0.003)],
        Some(_) => vec![Goal::Ratio(0.35)],
        None => vec![Goal::Ratio(0.5)],
    };
    let mut contenders = vec![tools::receive(&pushed, &[])];
    contenders.extend(tools::receiving_peers(&pushed));
    let seen = tools::commits_seen(&pushed);
    let name = repo.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let own = seen.first().map(|(_, count)| *count);
    assert_eq!(own, Some(pushed.commits), "{name}: leakgate saw other commits than git");
    let others: Vec<String> = seen.iter().skip(1).map(|(peer, count)| format!("{peer} {count}")).collect();
    Some(Case {
        name: format!("pre-receive, {name}: {} commits (git and leakgate; {})", pushed.commits, others.join(", ")),
        goals: goal,
        measured_by: READING,
        yardstick: tools::reading(&pushed),
        contenders,
    })
}

/// The last thousand commits of a generated history of small changes, and the same with ten times the rules.
pub fn generated(place: &Path, commits: usize, rules: usize) -> [Case; 2] {
    let repo = inputs::history(&place.join("repo"), commits + 100, 1000);
    let old = git(&repo, &["rev-parse", &format!("main~{commits}")]);
    let new = git(&repo, &["rev-parse", "main"]);
    let pushed = push(place, &repo, Some(&old), &new);
    assert_eq!(tools::commits_seen(&pushed).first().map(|it| it.1), Some(commits), "leakgate saw other commits");
    let policy = place.join("many.toml");
    fs::write(&policy, many_rules(rules)).expect("a policy");
    let mut contenders = vec![tools::receive(&pushed, &[])];
    contenders.extend(tools::receiving_peers(&pushed));
    let more = tools::receive(&pushed, &["--policy", policy.to_str().expect("UTF-8")]);
    [
        Case {
            name: format!("pre-receive, generated: {commits} commits of one line, 1000 files"),
            goals: vec![Goal::Ratio(0.35)],
            measured_by: READING,
            yardstick: tools::reading(&pushed),
            contenders,
        },
        Case {
            name: format!("the same with {rules} more rules, by leakgate without them"),
            goals: vec![Goal::Ratio(1.3)],
            measured_by: "the default rules",
            yardstick: tools::receive(&pushed, &[]).job,
            contenders: vec![more],
        },
    ]
}

/// Rules such as an organisation has for its own tokens: a prefix of its own each, and a pattern behind it.
fn many_rules(count: usize) -> String {
    let mut text = String::new();
    for n in 0..count {
        let letters: String = (0..5).map(|at| char::from(b'a' + (n / 26_usize.pow(at) % 26) as u8)).collect();
        writeln!(
            text,
            "[[rules]]\nid = \"own-{n}\"\ndescription = \"own token {n}\"\nseverity = \"high\"\nkeywords = [\"q{letters}_\"]\n\
             regex = '\\b(q{letters}_[a-z0-9]{{{}}})\\b'",
            20 + n % 20
        )
        .expect("text");
    }
    text
}

/// `refs` new references over a hundred new commits.
pub fn many_refs(place: &Path, refs: usize) -> Case {
    let repo = inputs::history(&place.join("repo"), 200, 100);
    let new = git(&repo, &["rev-parse", "main"]);
    let old = git(&repo, &["rev-parse", "main~100"]);
    let pushed = push(place, &repo, Some(&old), &new);
    let line = git(&repo, &["rev-list", &new, &format!("^{old}")]);
    let zero = "0".repeat(new.len());
    let mut input = String::new();
    for (n, id) in line.lines().cycle().take(refs).enumerate() {
        writeln!(input, "{zero} {id} refs/heads/r/{n:06}").expect("text");
    }
    fs::write(&pushed.input, input).expect("the input");
    simple(format!("pre-receive, {refs} references in one push"), vec![Goal::Seconds(1.5)], &pushed)
}

/// One commit of `files` files.
pub fn many_files(place: &Path, files: usize) -> Case {
    let repo = inputs::bare(&place.join("repo"));
    import(&repo, |out| {
        let all: Vec<_> = (0..files).map(|n| (format!("src/m{}/f{n}.rs", n / 100), source(n as u64, 20))).collect();
        commit(out, 0, &all);
    });
    let new = git(&repo, &["rev-parse", "main"]);
    let pushed = push(place, &repo, None, &new);
    simple(format!("pre-receive, {files} files in one commit"), vec![Goal::Above(3.0)], &pushed)
}

/// One blob of so many MB of text.
pub fn big_blob(place: &Path, megabytes: usize) -> Case {
    let repo = inputs::bare(&place.join("repo"));
    let block = source(1, 25_000);
    let text: Vec<u8> = block.iter().copied().cycle().take(megabytes * 1_000_000).collect();
    import(&repo, |out| commit(out, 0, &[("big.txt".to_owned(), text)]));
    let new = git(&repo, &["rev-parse", "main"]);
    let pushed = push(place, &repo, None, &new);
    let goal = Goal::Above(megabytes as f64 / 1000.0);
    simple(format!("pre-receive, one blob of {megabytes} MB"), vec![goal], &pushed)
}

fn simple(name: String, goals: Vec<Goal>, pushed: &Push) -> Case {
    let contenders = vec![tools::receive(pushed, &[])];
    Case { name, goals, measured_by: READING, yardstick: tools::reading(pushed), contenders }
}

/// `update`, called for a branch that is deleted: start-up and nothing else.
pub fn deletion(place: &Path) -> Case {
    let repo = inputs::history(&place.join("repo"), 2, 10);
    let old = git(&repo, &["rev-parse", "main"]);
    let zero = "0".repeat(old.len());
    let job = Job::new(tools::leakgate(), &repo, ["update", "refs/heads/gone", &old, &zero])
        .with_env(&[("GIT_DIR".to_owned(), ".".into())]);
    Case {
        name: "update, a deletion: start-up".to_owned(),
        goals: vec![Goal::Seconds(0.003)],
        measured_by: "git rev-parse",
        yardstick: Job::new("git", &repo, ["rev-parse", "HEAD"]),
        contenders: vec![tools::Contender { name: "leakgate", job }],
    }
}
