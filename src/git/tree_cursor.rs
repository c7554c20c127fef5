//! Reading parents' trees in step with something sorted: the index, or another tree.
//!
//! A cursor keeps a tree's bytes and an offset, so that a stack of them needs no borrow of one another and walks need
//! no recursion: how deep a tree goes is the pusher's choice.
//!
//! *Invariant:* a tree that is missing or cannot be parsed is an error, never an empty tree.

use bstr::{BString, ByteSlice};
use gix::ObjectId;
use gix::hash::Kind;
use gix::objs::tree::{EntryKind, name_order};
use gix::objs::{CommitRefIter, Find, Kind as ObjectKind, TreeRefIter};
use std::cmp::Ordering;

/// The longest path that git takes, in bytes.
pub(super) const MAX_PATH: usize = 4096;

/// Why a tree could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// The object store failed.
    #[error("reading the object {id}")]
    Read {
        /// Which object.
        id: ObjectId,
        /// Why.
        #[source]
        source: gix::Error,
    },
    /// No store has the object.
    #[error("the object {0} is missing")]
    Missing(ObjectId),
    /// The object is something else, or broken.
    #[error("the object {0} is not a tree")]
    NotATree(ObjectId),
    /// Directories nest deeper than git's paths go.
    #[error("a path in the tree {0} has more than {MAX_PATH} bytes")]
    TooLong(ObjectId),
}

/// An entry of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Item<'a> {
    pub(super) name: &'a [u8],
    pub(super) kind: EntryKind,
    pub(super) id: ObjectId,
}

/// What is looked for under a name; a submodule is neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Tree,
    Blob,
}

/// A tree, read in its order.
pub(super) struct Cursor {
    id: ObjectId,
    data: Vec<u8>,
    at: usize,
}

impl Cursor {
    /// Reads the tree `id`.
    pub(super) fn open(odb: &impl Find, id: ObjectId) -> Result<Self, TreeError> {
        let mut data = Vec::new();
        // git knows the empty tree without having it.
        if !id.is_empty_tree() && read(odb, id, &mut data)? != ObjectKind::Tree {
            return Err(TreeError::NotATree(id));
        }
        Ok(Self { id, data, at: 0 })
    }

    /// A tree without entries: what a parent has that lacks the directory.
    pub(super) fn empty(hash: Kind) -> Self {
        Self { id: ObjectId::empty_tree(hash), data: Vec::new(), at: 0 }
    }

    /// Where the cursor stands; `None` at the end.
    pub(super) fn peek(&self) -> Result<Option<Item<'_>>, TreeError> {
        let rest = self.data.get(self.at..).unwrap_or_default();
        match TreeRefIter::from_bytes(rest, self.id.kind()).next().transpose() {
            Ok(entry) => {
                Ok(entry.map(|entry| Item { name: entry.filename, kind: entry.mode.kind(), id: entry.oid.to_owned() }))
            }
            Err(_) => Err(TreeError::NotATree(self.id)),
        }
    }

    /// One entry on: `<mode> <name>`, a NUL byte, the id's bytes.
    pub(super) fn advance(&mut self) {
        let rest = self.data.get(self.at..).unwrap_or_default();
        let head = rest.find_byte(0).unwrap_or(rest.len());
        self.at += head + 1 + self.id.kind().len_in_bytes();
    }

    /// The id of what is `wanted` under `name`, for names in a tree's order; entries before it are passed over.
    pub(super) fn seek(&mut self, name: &[u8], wanted: Wanted) -> Result<Option<ObjectId>, TreeError> {
        while let Some(item) = self.peek()? {
            match name_order(item.name, item.kind == EntryKind::Tree, name, wanted == Wanted::Tree) {
                Ordering::Less => self.advance(),
                Ordering::Equal => return Ok((item.kind != EntryKind::Commit).then_some(item.id)),
                Ordering::Greater => break,
            }
        }
        Ok(None)
    }
}

/// Cursors for `trees`; those that are `None` have no entries.
pub(super) fn open_all(odb: &impl Find, trees: &[Option<ObjectId>], hash: Kind) -> Result<Vec<Cursor>, TreeError> {
    trees.iter().map(|tree| tree.map_or_else(|| Ok(Cursor::empty(hash)), |id| Cursor::open(odb, id))).collect()
}

/// What each of `cursors` has under `name`.
pub(super) fn seek_all(
    cursors: &mut [Cursor],
    name: &[u8],
    wanted: Wanted,
) -> Result<Vec<Option<ObjectId>>, TreeError> {
    cursors.iter_mut().map(|cursor| cursor.seek(name, wanted)).collect()
}

/// The tree of the commit `id`, or `id` itself if it is a tree.
pub(super) fn root_tree(odb: &impl Find, id: ObjectId) -> Result<ObjectId, TreeError> {
    let mut data = Vec::new();
    if id.is_empty_tree() {
        return Ok(id);
    }
    match read(odb, id, &mut data)? {
        ObjectKind::Tree => Ok(id),
        ObjectKind::Commit => {
            CommitRefIter::from_bytes(&data, id.kind()).tree_id().map_err(|source| TreeError::Read { id, source })
        }
        ObjectKind::Blob | ObjectKind::Tag => Err(TreeError::NotATree(id)),
    }
}

fn read(odb: &impl Find, id: ObjectId, data: &mut Vec<u8>) -> Result<ObjectKind, TreeError> {
    match odb.try_find(&id, data) {
        Ok(Some(object)) => Ok(object.kind),
        Ok(None) => Err(TreeError::Missing(id)),
        Err(source) => Err(TreeError::Read { id, source }),
    }
}

/// A blob of a tree: path, id, kind, and the blob at the same path in each parent.
pub(super) type Added = (BString, ObjectId, EntryKind, Vec<Option<ObjectId>>);

/// The blobs below the tree `id`, at the path `prefix` (with its slash), that differ from those in all of `parents`'
/// trees; sorted by path. Without recursion; paths are bounded, and so is the depth.
pub(super) fn added_below(
    odb: &impl Find,
    id: ObjectId,
    parents: Vec<Option<ObjectId>>,
    prefix: BString,
) -> Result<Vec<Added>, TreeError> {
    let mut found = Vec::new();
    let mut open = vec![(id, parents, prefix)];
    while let Some((id, parents, prefix)) = open.pop() {
        let mut cursors = open_all(odb, &parents, id.kind())?;
        let mut tree = Cursor::open(odb, id)?;
        while let Some(item) = tree.peek()? {
            let mut path = prefix.clone();
            path.extend_from_slice(item.name);
            if path.len() > MAX_PATH {
                return Err(TreeError::TooLong(id));
            }
            if item.kind == EntryKind::Tree {
                path.push(b'/');
                let below = seek_all(&mut cursors, item.name, Wanted::Tree)?;
                if !below.contains(&Some(item.id)) {
                    open.push((item.id, below, path));
                }
            } else if item.kind != EntryKind::Commit {
                let blobs = seek_all(&mut cursors, item.name, Wanted::Blob)?;
                if !blobs.contains(&Some(item.id)) {
                    found.push((path, item.id, item.kind, blobs));
                }
            }
            tree.advance();
        }
    }
    found.sort_by(|(a, ..), (b, ..)| a.cmp(b));
    Ok(found)
}
