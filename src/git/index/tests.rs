//! git itself is the oracle: what `diff-index` sees, after changes of every kind.

use super::*;
use crate::git::test_repo::TestRepo;
use std::collections::{BTreeMap, BTreeSet};

type Entries = BTreeSet<(String, String, bool)>;

fn hash_of(repo: &TestRepo) -> Kind {
    if repo.git(&["rev-parse", "--show-object-format"]) == "sha256" { Kind::Sha256 } else { Kind::Sha1 }
}

fn ours(repo: &TestRepo, parents: &[ObjectId]) -> Result<Vec<Staged>, IndexError> {
    let hash = hash_of(repo);
    let objects = repo.git_dir().join("objects");
    let odb = gix::odb::at_opts(objects, hash, None::<(ObjectId, ObjectId)>, Default::default()).unwrap();
    staged(&repo.git_dir().join("index"), hash, parents, &odb)
}

fn by_us(repo: &TestRepo, parents: &[ObjectId]) -> Entries {
    let staged = ours(repo, parents).unwrap();
    let entries: Entries =
        staged.iter().map(|s| (s.path.to_string(), s.id.to_string(), s.kind == BlobKind::Symlink)).collect();
    assert_eq!(entries.len(), staged.len(), "nothing twice");
    entries
}

/// Path, id and whether it is a link, of each entry whose blob git sees differ from `parent`.
fn against(repo: &TestRepo, parent: ObjectId) -> Entries {
    let raw = repo.git(&["diff-index", "--cached", "--raw", "--no-renames", "--no-abbrev", "-z", &parent.to_string()]);
    let fields: Vec<_> = raw.split_terminator('\0').collect();
    let mut entries = Entries::new();
    for pair in fields.chunks(2) {
        let words: Vec<_> = pair[0].trim_start_matches(':').split(' ').collect();
        let (mode, old, new) = (words[1], words[2], words[3]);
        // A changed mode alone brings no content; deletions and submodules neither.
        let old_is_blob = words[0] != "160000";
        if mode != "000000" && mode != "160000" && !(old == new && old_is_blob) {
            entries.insert((pair[1].to_owned(), new.to_owned(), mode == "120000"));
        }
    }
    entries
}

fn against_all(repo: &TestRepo, parents: &[ObjectId]) -> Entries {
    parents.iter().map(|parent| against(repo, *parent)).reduce(|a, b| &a & &b).unwrap()
}

/// A small generator with a fixed seed: failures can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn path(&mut self) -> String {
        let names = ["a", "a.b", "a0", "b", "\u{e4}", "c c"];
        let depth = 1 + self.below(3);
        let parts: Vec<_> = (0..depth).map(|_| names[self.below(6) as usize]).collect();
        parts.join("/")
    }
}

/// Stages random changes through `update-index`, which resolves conflicts of files and directories itself.
fn edit(repo: &TestRepo, random: &mut Random, edits: usize) {
    let blobs: Vec<_> = (0..6).map(|n| repo.git_with_input(&["hash-object", "-w", "--stdin"], &[n])).collect();
    let mut input = String::new();
    for _ in 0..edits {
        let (path, blob) = (random.path(), &blobs[random.below(6) as usize]);
        let mode = ["0", "0", "120000", "100755", "160000", "100644", "100644", "100644"][random.below(8) as usize];
        input.push_str(&format!("{mode} {blob}\t{path}\n"));
    }
    repo.git_with_input(&["update-index", "--add", "--replace", "--index-info"], input.as_bytes());
}

#[test]
fn random_changes_are_those_that_git_sees() {
    for (format, version) in [("sha1", "2"), ("sha256", "2"), ("sha1", "4"), ("sha256", "4")] {
        let repo = TestRepo::init(&["--object-format", format]);
        repo.git(&["config", "index.version", version]);
        let mut random = Random(version.len() as u64 + format.len() as u64);
        for round in 0..6 {
            edit(&repo, &mut random, 12);
            let head = if round == 0 { ObjectId::empty_tree(hash_of(&repo)) } else { repo.id("HEAD") };
            assert_eq!(by_us(&repo, &[head]), against(&repo, head), "{format} {version} round {round}");
            repo.commit("round");
            assert!(by_us(&repo, &[repo.id("HEAD")]).is_empty());
        }
        let parents = [repo.id("HEAD~2"), repo.id("HEAD~4")];
        edit(&repo, &mut random, 12);
        assert_eq!(by_us(&repo, &parents), against_all(&repo, &parents));
    }
}

#[test]
fn an_index_without_a_parent_is_new_as_a_whole_and_without_a_file_empty() {
    let repo = TestRepo::init(&[]);
    assert!(by_us(&repo, &[]).is_empty());
    repo.write("a/b", "one");
    repo.write("c", "two");
    repo.git(&["add", "."]);
    let paths: Vec<_> = by_us(&repo, &[]).into_iter().map(|(path, ..)| path).collect();
    assert_eq!(paths, ["a/b", "c"]);
    assert_eq!(ours(&repo, &[]).unwrap()[0].parents, []);
}

#[test]
fn in_a_merge_only_what_no_parent_has_is_new() {
    let repo = TestRepo::init(&[]);
    for name in ["same/x", "main/x", "side/x", "both/x"] {
        repo.write(name, "base");
    }
    repo.git(&["add", "."]);
    repo.commit("base");
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.write("side/x", "of the side");
    repo.write("side/new", "of the side");
    repo.git(&["add", "."]);
    let side = repo.commit("side");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("main/x", "of main");
    repo.git(&["add", "."]);
    let main = repo.commit("main");
    repo.git(&["merge", "-q", "--no-commit", "side"]);
    assert!(by_us(&repo, &[main, side]).is_empty());
    assert_eq!(by_us(&repo, &[main]).len(), 2);

    repo.write("both/x", "of neither");
    repo.write("side/x", "of neither");
    repo.git(&["add", "."]);
    let found = ours(&repo, &[main, side]).unwrap();
    let by_path: BTreeMap<_, _> = found.iter().map(|s| (s.path.to_string(), &s.parents)).collect();
    let blobs = |path: &str| vec![Some(repo.id(&format!("main:{path}"))), Some(repo.id(&format!("side:{path}")))];
    assert_eq!(by_path.len(), 2);
    assert_eq!(*by_path["side/x"], blobs("side/x"));
    assert_eq!(*by_path["both/x"], blobs("both/x"));
}

#[test]
fn each_side_of_a_conflict_is_delivered_unless_a_parent_has_it() {
    let repo = TestRepo::init(&[]);
    let commit = |branch: &str, content: &str| {
        repo.git(&["checkout", "-q", "-B", branch, "main"]);
        repo.write("d/f", content);
        repo.git(&["add", "."]);
        repo.commit(branch)
    };
    repo.commit("empty");
    repo.write("d/f", "base");
    repo.git(&["add", "."]);
    repo.commit("base");
    let side = commit("side", "of the side");
    let own = commit("own", "of its own");
    assert!(!repo.command().args(["merge", "-q", "side"]).output().unwrap().status.success());
    let found = ours(&repo, &[own, side]).unwrap();
    assert_eq!(found.len(), 1, "the base differs from both");
    assert_eq!((found[0].state, found[0].id), (EntryState::Conflicted, repo.id("main:d/f")));
    assert_eq!(ours(&repo, &[]).unwrap().len(), 3);
}

#[test]
fn an_entry_that_is_only_intended_is_left_out_until_it_has_content() {
    let repo = TestRepo::init(&[]);
    let head = repo.commit("empty");
    repo.write("d/later", "content");
    repo.write("d/now", "content");
    repo.git(&["add", "-N", "d/later"]);
    repo.git(&["add", "d/now"]);
    assert_eq!(by_us(&repo, &[head]).len(), 1);
    repo.git(&["add", "d/later"]);
    assert_eq!(by_us(&repo, &[head]).len(), 2);
}

#[test]
fn five_thousand_files_split_and_sparse_indexes_are_read() {
    let repo = TestRepo::init(&[]);
    let mut import = String::from("commit refs/heads/main\ncommitter n <n@example.org> 0 +0000\ndata 0\n");
    for n in 0..5000 {
        let content = format!("{n}");
        import.push_str(&format!("M 644 inline d{}/e{}/f{n}\ndata {}\n{content}\n", n % 17, n % 23, content.len()));
    }
    repo.git_with_input(&["fast-import", "--quiet"], import.as_bytes());
    repo.git(&["read-tree", "HEAD"]);
    let head = repo.id("HEAD");
    assert!(by_us(&repo, &[head]).is_empty());
    repo.write("d3/e3/f3", "changed");
    repo.git(&["add", "d3/e3/f3"]);
    assert_eq!(by_us(&repo, &[head]).len(), 1);

    repo.git(&["update-index", "--split-index"]);
    repo.write("d4/e4/f4", "changed");
    repo.git(&["add", "d4/e4/f4"]);
    assert_eq!(by_us(&repo, &[head]), against(&repo, head));
    assert_eq!(by_us(&repo, &[head]).len(), 2);
    repo.git(&["update-index", "--no-split-index"]);
    let second = repo.commit("second");

    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "d5"]);
    assert!(repo.git(&["ls-files", "--sparse", "--stage"]).contains("040000"), "git made it sparse");
    repo.write("d5/e5/f5", "changed");
    repo.git(&["add", "d5/e5/f5"]);
    assert_eq!(by_us(&repo, &[second]), against(&repo, second));
    assert_eq!(by_us(&repo, &[second]).len(), 1);
    // Against an older parent the collapsed directories differ and are looked into (git's diff-index does not).
    let paths: Vec<_> = by_us(&repo, &[head]).into_iter().map(|(path, ..)| path).collect();
    assert_eq!(paths, ["d3/e3/f3", "d4/e4/f4", "d5/e5/f5"]);
    assert_eq!(by_us(&repo, &[]).len(), 5000);
}

#[test]
fn a_broken_index_or_a_missing_tree_is_an_error() {
    let repo = TestRepo::init(&[]);
    repo.write("d/f", "content");
    repo.git(&["add", "."]);
    let head = repo.commit("one");
    repo.write("d/g", "content");
    repo.git(&["add", "."]);
    let tree = repo.id("HEAD:d").to_string();
    let blob = repo.id("HEAD:d/f");
    let object = repo.git_dir().join("objects").join(&tree[..2]).join(&tree[2..]);
    let content = std::fs::read(&object).unwrap();
    std::fs::remove_file(&object).unwrap();
    assert!(matches!(ours(&repo, &[head]), Err(IndexError::Tree(TreeError::Missing(_)))));
    std::fs::write(&object, &content[..content.len() / 2]).unwrap();
    assert!(ours(&repo, &[head]).is_err());
    assert!(ours(&repo, &[blob]).is_err(), "a blob is no parent");

    let index = std::fs::read(repo.git_dir().join("index")).unwrap();
    for cut in [0, 4, 20, 60, index.len() - 25] {
        repo.write(".git/index", &index[..cut]);
        assert!(ours(&repo, &[]).is_err(), "{cut}");
    }
}

#[test]
fn an_unchanged_directory_is_not_read() {
    let repo = TestRepo::init(&[]);
    repo.write("changed/f", "one");
    repo.write("unchanged/f", "one more");
    repo.git(&["add", "."]);
    let head = repo.commit("one");
    let tree = repo.id("HEAD:unchanged").to_string();
    std::fs::remove_file(repo.git_dir().join("objects").join(&tree[..2]).join(&tree[2..])).unwrap();
    repo.write("changed/f", "two");
    repo.git(&["add", "changed"]);
    assert_eq!(by_us(&repo, &[head]).len(), 1);
}

#[test]
fn directories_as_deep_as_paths_can_be_are_walked() {
    let repo = TestRepo::init(&[]);
    let blob = repo.git_with_input(&["hash-object", "-w", "--stdin"], b"x");
    let add = |name: &str| {
        let path = format!("{}{name}", "a/".repeat(1000));
        repo.git(&["update-index", "--add", "--cacheinfo", &format!("100644,{blob},{path}")]);
    };
    add("f");
    let head = repo.commit("deep");
    add("g");
    assert_eq!(by_us(&repo, &[head]).len(), 1);
}

#[test]
fn no_damaged_byte_of_an_index_panics() {
    let repo = TestRepo::init(&["--object-format", "sha256"]);
    for name in ["a/b/c", "a/d", "e"] {
        repo.write(name, name);
    }
    repo.git(&["add", "."]);
    let head = repo.commit("one");
    let objects = repo.git_dir().join("objects");
    let odb = gix::odb::at_opts(objects, Kind::Sha256, None::<(ObjectId, ObjectId)>, Default::default()).unwrap();
    let path = repo.git_dir().join("index");
    let index = std::fs::read(&path).unwrap();
    for at in 0..index.len() {
        for flip in [0x01, 0x80] {
            let mut damaged = index.clone();
            damaged[at] ^= flip;
            std::fs::write(&path, &damaged).unwrap();
            // Whatever comes out, it comes out.
            drop(staged(&path, Kind::Sha256, &[head], &odb));
        }
    }
}
