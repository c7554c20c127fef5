//! A tree against any number of parent trees at once: what is in none of them.

use super::object::ObjectError;
use super::store::Reader;
use bstr::{BStr, BString, ByteSlice};
use gix::ObjectId;
use gix::objs::tree::{EntryRef, name_order};
use gix::objs::{Kind, TreeRefIter};
use std::cmp::Ordering;
use std::collections::HashSet;

/// Why trees cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// A tree cannot be read.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// A tree's bytes are no tree.
    #[error("tree {id} cannot be parsed")]
    Malformed {
        /// The tree.
        id: ObjectId,
        /// Why.
        #[source]
        source: gix::Error,
    },
    /// Folders in folders without end.
    #[error("folders lie more than {most} deep below tree {id} (limits.tree_depth)")]
    Depth {
        /// The tree that is too deep.
        id: ObjectId,
        /// The bound.
        most: usize,
    },
    /// More paths than are looked at.
    #[error("more than {most} changed paths hold something to look at (limits.paths_per_push)")]
    Paths {
        /// The bound.
        most: usize,
    },
}

/// What a tree entry holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// A file.
    File,
    /// A symbolic link, its content the target.
    Symlink,
    /// A folder; reported for its name only, its entries follow by themselves.
    Folder,
    /// A submodule; its commit is not in this repository, only its name counts.
    Submodule,
}

impl EntryKind {
    /// Whether its object is content: a file or a link.
    #[must_use]
    pub fn is_content(self) -> bool {
        matches!(self, Self::File | Self::Symlink)
    }
}

/// An entry of the new tree that no parent has with the same object at the same path.
#[derive(Debug)]
pub struct Entry<'a> {
    /// The whole path.
    pub path: &'a BStr,
    /// Its last part.
    pub name: &'a BStr,
    /// What it is.
    pub kind: EntryKind,
    /// Its object.
    pub id: ObjectId,
    /// The file or link at the same path in each parent, where there is one.
    pub parents: &'a [Option<ObjectId>],
    /// How many parents have anything of that name there.
    pub named_in: usize,
}

/// Pairs of a tree and its parents that were compared already: the entries below are the same wherever they lie, but
/// below a few folders.
///
/// Ten trees of ten entries each, nested, make ten thousand million paths out of ten objects; each is compared once.
#[derive(Debug, Default)]
pub struct Seen {
    compared: HashSet<(Vec<ObjectId>, usize)>,
    /// Folders, each with those above it, below which the same entries mean something else; ASCII lower case.
    apart: Vec<BString>,
}

impl Seen {
    /// None yet; what lies below a folder of `apart` (`jp`, `jp/co`) is compared once there and once elsewhere.
    #[must_use]
    pub fn apart_below(apart: Vec<BString>) -> Self {
        Self { compared: HashSet::new(), apart }
    }

    /// Whether these trees are compared here for the first time.
    fn is_new(&mut self, folder: &Folder) -> bool {
        let ends = |chain: &&BString| {
            let start = folder.path.len().checked_sub(chain.len());
            start.is_some_and(|start| {
                folder.path.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(chain))
                    && start.checked_sub(1).is_none_or(|at| folder.path.get(at) == Some(&b'/'))
            })
        };
        let place = self.apart.iter().filter(ends).map(|chain| chain.len()).max();
        let mut key = vec![folder.id];
        key.extend(folder.parents.iter().map(|id| id.unwrap_or(ObjectId::null(folder.id.kind()))));
        self.compared.insert((key, place.unwrap_or(0)))
    }
}

/// Which folders a comparison enters.
#[derive(Debug)]
pub enum Visit<'a> {
    /// Those that were not compared with the same parents before, under whatever path they lie.
    Once(&'a mut Seen),
    /// Every one, however often the same lies under other paths; counts the entries, up to the bound of a push.
    Every(&'a mut usize),
}

struct Folder {
    path: BString,
    depth: usize,
    id: ObjectId,
    parents: Vec<Option<ObjectId>>,
}

/// Calls `each` for every entry of `tree` that differs from all `parents`.
///
/// # Errors
/// When a tree cannot be read, folders are nested too deep, or there are too many paths.
pub fn diff(
    reader: &mut Reader<'_>,
    tree: ObjectId,
    parents: &[ObjectId],
    mut visit: Visit<'_>,
    each: &mut dyn FnMut(Entry<'_>),
) -> Result<(), TreeError> {
    let bounds = reader.store().bounds();
    if parents.contains(&tree) {
        return Ok(());
    }
    let mut buffers: Vec<Vec<u8>> = Vec::new();
    let root = parents.iter().map(|id| Some(*id)).collect();
    let mut todo = vec![Folder { path: BString::default(), depth: 0, id: tree, parents: root }];
    while let Some(folder) = todo.pop() {
        if folder.depth > bounds.tree_depth {
            return Err(TreeError::Depth { id: tree, most: bounds.tree_depth });
        }
        match &mut visit {
            Visit::Once(seen) => {
                if !seen.is_new(&folder) {
                    continue;
                }
                compare(reader, &folder, &mut buffers, &mut todo, each)?;
            }
            Visit::Every(count) => {
                if **count > bounds.paths {
                    return Err(TreeError::Paths { most: bounds.paths });
                }
                compare(reader, &folder, &mut buffers, &mut todo, &mut |entry| {
                    **count += 1;
                    each(entry);
                })?;
            }
        }
    }
    Ok(())
}

fn compare(
    reader: &mut Reader<'_>,
    folder: &Folder,
    buffers: &mut Vec<Vec<u8>>,
    todo: &mut Vec<Folder>,
    each: &mut dyn FnMut(Entry<'_>),
) -> Result<(), TreeError> {
    buffers.resize_with(folder.parents.len() + 1, Vec::new);
    let Some((new, old)) = buffers.split_first_mut() else { return Ok(()) };
    reader.get_kind(&folder.id, Kind::Tree, new)?;
    for (parent, buffer) in folder.parents.iter().zip(old.iter_mut()) {
        match parent {
            Some(id) => {
                reader.get_kind(id, Kind::Tree, buffer)?;
            }
            None => buffer.clear(),
        }
    }
    let hash = folder.id.kind();
    let mut sides = Vec::with_capacity(old.len());
    for (parent, buffer) in folder.parents.iter().zip(old.iter()) {
        sides.push(Side::new(parent.unwrap_or(folder.id), TreeRefIter::from_bytes(buffer, hash))?);
    }
    let mut ids = vec![None; sides.len()];
    let mut trees = vec![None; sides.len()];
    let mut path = folder.path.clone();
    for entry in TreeRefIter::from_bytes(new, hash) {
        let entry = entry.map_err(|source| TreeError::Malformed { id: folder.id, source })?;
        let mut named_in = 0;
        let mut same = false;
        for ((side, id), tree) in sides.iter_mut().zip(ids.iter_mut()).zip(trees.iter_mut()) {
            (*id, *tree) = (None, None);
            let Some(old) = side.seek(&entry)? else { continue };
            named_in += 1;
            // A submodule's id is whatever its committer wrote, also the id of a blob that is to come later: it makes no
            // file old.
            same |= old.oid == entry.oid && old.mode.is_commit() == entry.mode.is_commit();
            match (old.mode.is_tree(), old.mode.is_commit()) {
                (true, _) => *tree = Some(old.oid.to_owned()),
                (_, true) => {}
                _ => *id = Some(old.oid.to_owned()),
            }
        }
        if same {
            continue;
        }
        path.truncate(folder.path.len());
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(entry.filename);
        let id = entry.oid.to_owned();
        if entry.mode.is_tree() {
            todo.push(Folder { path: path.clone(), depth: folder.depth + 1, id, parents: trees.clone() });
        }
        let (kind, name) = (kind_of(&entry), entry.filename);
        each(Entry { path: path.as_bstr(), name, kind, id, parents: &ids, named_in });
    }
    Ok(())
}

fn kind_of(entry: &EntryRef<'_>) -> EntryKind {
    match (entry.mode.is_tree(), entry.mode.is_commit(), entry.mode.is_link()) {
        (true, _, _) => EntryKind::Folder,
        (_, true, _) => EntryKind::Submodule,
        (_, _, true) => EntryKind::Symlink,
        _ => EntryKind::File,
    }
}

/// One parent's tree, read along with the new one. In a tree that is not sorted (git stores those too) an entry may be
/// passed by; it then counts as new, never as old.
struct Side<'a> {
    id: ObjectId,
    entries: TreeRefIter<'a>,
    current: Option<EntryRef<'a>>,
}

impl<'a> Side<'a> {
    fn new(id: ObjectId, entries: TreeRefIter<'a>) -> Result<Self, TreeError> {
        let mut side = Self { id, entries, current: None };
        side.advance()?;
        Ok(side)
    }

    fn advance(&mut self) -> Result<(), TreeError> {
        let next = self.entries.next().transpose();
        self.current = next.map_err(|source| TreeError::Malformed { id: self.id, source })?;
        Ok(())
    }

    /// The entry of the same name; git sorts a folder as if its name ended in `/`, so a file that became a folder is
    /// another place in the order and counts as another name.
    fn seek(&mut self, wanted: &EntryRef<'_>) -> Result<Option<EntryRef<'a>>, TreeError> {
        while let Some(entry) = self.current {
            match name_order(entry.filename, entry.mode.is_tree(), wanted.filename, wanted.mode.is_tree()) {
                Ordering::Less => self.advance()?,
                Ordering::Equal => return Ok(Some(entry)),
                Ordering::Greater => return Ok(None),
            }
        }
        Ok(None)
    }
}

/// Calls `each` with the name of every entry of the raw tree `data`.
///
/// # Errors
/// When it is no tree.
pub fn names(id: &ObjectId, data: &[u8], each: &mut dyn FnMut(&BStr)) -> Result<(), TreeError> {
    for entry in TreeRefIter::from_bytes(data, id.kind()) {
        let entry = entry.map_err(|source| TreeError::Malformed { id: *id, source })?;
        each(entry.filename);
    }
    Ok(())
}
