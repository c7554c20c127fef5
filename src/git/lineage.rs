//! One commit against its parents: what it adds, and what was there before under another name.

use super::object::{CommitHeader, commit_header};
use super::store::Reader;
use super::tree::{self, Entry, Seen, TreeError, Visit};
use bstr::BString;
use gix::ObjectId;
use gix::objs::Kind;
use std::collections::HashSet;

/// The trees of a commit's parents. Parents that a shallow boundary cuts off were taken out of `header` by the walk.
///
/// # Errors
/// When a parent is missing or is no commit.
pub fn parent_trees(reader: &mut Reader<'_>, header: &CommitHeader) -> Result<Vec<ObjectId>, TreeError> {
    trees_of(reader, &header.parents)
}

/// The trees of `commits`.
///
/// # Errors
/// When one is missing or is no commit.
pub fn trees_of(reader: &mut Reader<'_>, commits: &[ObjectId]) -> Result<Vec<ObjectId>, TreeError> {
    let mut buffer = Vec::new();
    let mut trees = Vec::with_capacity(commits.len());
    for commit in commits {
        let raw = reader.get_kind(commit, Kind::Commit, &mut buffer)?;
        trees.push(commit_header(commit, raw)?.tree);
    }
    Ok(trees)
}

/// Calls `each` for every entry that the commit has and no parent has at the same path.
///
/// # Errors
/// When a tree or a parent cannot be read.
pub fn changes(
    reader: &mut Reader<'_>,
    header: &CommitHeader,
    visit: Visit<'_>,
    each: &mut dyn FnMut(Entry<'_>),
) -> Result<(), TreeError> {
    let parents = parent_trees(reader, header)?;
    tree::diff(reader, header.tree, &parents, visit, each)
}

/// The files of the trees `before` whose path `now` no longer has: what a file may have been renamed from.
///
/// # Errors
/// When a tree cannot be read.
pub fn removed(reader: &mut Reader<'_>, before: &[ObjectId], now: ObjectId) -> Result<Vec<ObjectId>, TreeError> {
    let mut gone = Vec::new();
    let mut seen = Seen::default();
    for tree in before {
        tree::diff(reader, *tree, &[now], Visit::Once(&mut seen), &mut |entry| {
            if entry.kind.is_content() && entry.named_in == 0 {
                gone.push(entry.id);
            }
        })?;
    }
    gone.sort_unstable();
    gone.dedup();
    Ok(gone)
}

/// The files of the trees `before` whose path is not in `now`, likewise.
///
/// # Errors
/// When a tree cannot be read, or there are too many paths.
pub fn removed_paths(
    reader: &mut Reader<'_>,
    before: &[ObjectId],
    now: &HashSet<BString>,
) -> Result<Vec<ObjectId>, TreeError> {
    let mut gone = Vec::new();
    let mut count = 0;
    for tree in before {
        tree::diff(reader, *tree, &[], Visit::Every(&mut count), &mut |entry| {
            if entry.kind.is_content() && !now.contains(entry.path) {
                gone.push(entry.id);
            }
        })?;
    }
    gone.sort_unstable();
    gone.dedup();
    Ok(gone)
}

/// Those of `wanted` that one of the trees holds under any name: a copied or renamed file adds nothing.
///
/// # Errors
/// When a tree cannot be read.
pub fn held(
    reader: &mut Reader<'_>,
    trees: &[ObjectId],
    wanted: &HashSet<ObjectId>,
) -> Result<HashSet<ObjectId>, TreeError> {
    let mut held = HashSet::new();
    let mut seen = Seen::default();
    for tree in trees {
        tree::diff(reader, *tree, &[], Visit::Once(&mut seen), &mut |entry| {
            // A submodule of that id holds nothing.
            if entry.kind.is_content() && wanted.contains(&entry.id) {
                held.insert(entry.id);
            }
        })?;
    }
    Ok(held)
}
