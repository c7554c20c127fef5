//! Objects by id: the incoming store over the existing one.
//!
//! git tells a hook in its environment where pushed objects lie until they are accepted; gix looks at none of those
//! variables and resolves nested relative alternates against the wrong folder. So the object directories are listed
//! here, and each one's packs and loose objects are opened by themselves: no alternates, no replacements, no refreshing.

use super::alternates::ObjectDirs;
use gix::ObjectId;
use gix::hash::{Kind as HashKind, oid};
use gix::objs::{Data, Kind};
use gix::odb::pack::cache::lru::MemoryCappedHashmap;
use gix::odb::{loose, pack};
use once_cell::sync::OnceCell;
use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Why an object store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A directory cannot be listed or a file not be read.
    #[error("cannot read {path}", path = path.display())]
    Io {
        /// The directory or file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A pack or its index is damaged.
    #[error("cannot open the pack {path}", path = path.display())]
    Pack {
        /// The pack's index.
        path: PathBuf,
        /// Why.
        #[source]
        source: gix::Error,
    },
    /// A directory that git named is not there.
    #[error("there is no object directory {path}", path = path.display())]
    NoDirectory {
        /// The directory.
        path: PathBuf,
    },
    /// More alternates than anybody has.
    #[error("the object store has more than {most} alternates")]
    TooManyAlternates {
        /// The bound.
        most: usize,
    },
    /// A line of an alternates file cannot be parsed.
    #[error("cannot parse the alternates in {path}", path = path.display())]
    Alternates {
        /// The file.
        path: PathBuf,
    },
}

/// An object as read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loaded<'a> {
    /// Its kind.
    pub kind: Kind,
    /// Its raw content.
    pub data: &'a [u8],
}

/// Bounds of what one push makes leakgate read, from the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The largest object, in bytes.
    pub object_bytes: usize,
    /// How deep folders may lie; git itself stops at 2048 (`core.maxTreeDepth`, since git 2.43).
    pub tree_depth: usize,
    /// How many tags may name one another.
    pub tag_depth: usize,
    /// How many changed paths are looked at one by one. Ten nested folders of ten entries each, all alike, make ten
    /// thousand million paths out of eleven objects.
    pub paths: usize,
}

/// All object directories, opened.
pub struct Store {
    incoming: Vec<Dir>,
    existing: Vec<Dir>,
    hash: HashKind,
    bounds: Bounds,
}

struct Dir {
    path: PathBuf,
    packs: Vec<pack::Bundle>,
    /// Packs that appeared after the first listing (a repack by another process), listed once, on the first miss.
    late: OnceCell<Vec<pack::Bundle>>,
    loose: loose::Store,
}

/// A cursor over a [`Store`] with buffers and caches of its own; one a thread.
pub struct Reader<'s> {
    store: &'s Store,
    inflate: gix::zlib::Inflate,
    cache: MemoryCappedHashmap,
}

/// Pack cache of one reader, in bytes: long delta chains are decoded once, not once an object.
const CACHE_BYTES: usize = 32 << 20;

impl Store {
    /// Opens every pack and loose store of `dirs`.
    ///
    /// # Errors
    /// When a directory cannot be listed or a pack not be opened.
    pub fn open(dirs: &ObjectDirs, hash: HashKind, bounds: Bounds) -> Result<Self, StoreError> {
        let object_bytes = bounds.object_bytes;
        let open = |paths: &[PathBuf]| -> Result<Vec<Dir>, StoreError> {
            paths.iter().map(|path| Dir::open(path, hash, object_bytes)).collect()
        };
        Ok(Self { incoming: open(&dirs.incoming)?, existing: open(&dirs.existing)?, hash, bounds })
    }

    /// The kind of ids.
    #[must_use]
    pub fn hash(&self) -> HashKind {
        self.hash
    }

    /// The bounds of reading.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// A cursor for one thread.
    #[must_use]
    pub fn reader(&self) -> Reader<'_> {
        Reader { store: self, inflate: gix::zlib::Inflate::default(), cache: MemoryCappedHashmap::new(CACHE_BYTES) }
    }

    /// Whether the repository had the object before this push, reachable or not.
    #[must_use]
    pub fn existed(&self, id: &oid) -> bool {
        self.existing.iter().any(|dir| dir.contains(id))
    }

    /// Whether `data` of `kind` is what `id` names.
    ///
    /// # Errors
    /// When it is not, or when hashing finds a known collision attack.
    pub fn verify(&self, id: &ObjectId, kind: Kind, data: &[u8]) -> Result<(), super::ObjectError> {
        match Data::new(data, kind, self.hash).verify_checksum(id) {
            Ok(_) => Ok(()),
            Err(source) => Err(super::ObjectError::Hash { id: *id, source }),
        }
    }

    /// The directories of pushed objects.
    pub(super) fn incoming_dirs(&self) -> impl Iterator<Item = (&Path, &[pack::Bundle], &loose::Store)> {
        self.incoming.iter().map(|dir| (dir.path.as_path(), dir.packs.as_slice(), &dir.loose))
    }
}

impl Dir {
    fn open(path: &Path, hash: HashKind, object_bytes: usize) -> Result<Self, StoreError> {
        let options = loose::Options { alloc_limit_bytes: Some(object_bytes), ..Default::default() };
        Ok(Self {
            path: path.to_owned(),
            packs: packs_in(path, hash, object_bytes, &HashSet::new())?,
            late: OnceCell::new(),
            loose: loose::Store::at_opts(path, hash, options),
        })
    }

    fn contains(&self, id: &oid) -> bool {
        self.packs.iter().any(|pack| pack.index.lookup(id).is_some()) || self.loose.contains(id)
    }

    fn late(&self, hash: HashKind, object_bytes: usize) -> Result<&[pack::Bundle], StoreError> {
        let known: HashSet<PathBuf> = self.packs.iter().map(|pack| pack.index.path().to_owned()).collect();
        self.late.get_or_try_init(|| packs_in(&self.path, hash, object_bytes, &known)).map(Vec::as_slice)
    }
}

/// Opens the packs below `objects` whose index is not in `known`. An index without its pack is a pack that is being
/// deleted or written; its objects count as missing.
fn packs_in(
    objects: &Path,
    hash: HashKind,
    object_bytes: usize,
    known: &HashSet<PathBuf>,
) -> Result<Vec<pack::Bundle>, StoreError> {
    let folder = objects.join("pack");
    let listing = match fs::read_dir(&folder) {
        Ok(listing) => listing,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(StoreError::Io { path: folder, source }),
    };
    let mut paths = Vec::new();
    for entry in listing {
        let path = entry.map_err(|source| StoreError::Io { path: folder.clone(), source })?.path();
        if path.extension().is_some_and(|ext| ext == "idx") && path.with_extension("pack").exists() {
            paths.push(path);
        }
    }
    paths.retain(|path| !known.contains(path));
    paths.sort();
    paths.into_iter().map(|path| open_pack(path, hash, object_bytes)).collect()
}

fn open_pack(path: PathBuf, hash: HashKind, object_bytes: usize) -> Result<pack::Bundle, StoreError> {
    let mut bundle = match pack::Bundle::at(&path, hash) {
        Ok(bundle) => bundle,
        Err(source) => return Err(StoreError::Pack { path, source }),
    };
    bundle.pack = bundle.pack.with_alloc_limit_bytes(Some(object_bytes));
    Ok(bundle)
}

impl<'s> Reader<'s> {
    /// The store read from.
    #[must_use]
    pub fn store(&self) -> &'s Store {
        self.store
    }

    /// Reads an object into `buffer`; none when no directory has it, even after looking for new packs once.
    ///
    /// # Errors
    /// When the object is there and cannot be read.
    pub fn find<'b>(&mut self, id: &oid, buffer: &'b mut Vec<u8>) -> Result<Option<Loaded<'b>>, super::ObjectError> {
        let kind = match self.find_kind(id, buffer)? {
            Some(kind) => Some(kind),
            None => self.find_late(id, buffer)?,
        };
        Ok(kind.map(|kind| Loaded { kind, data: buffer.as_slice() }))
    }

    fn find_kind(&mut self, id: &oid, buffer: &mut Vec<u8>) -> Result<Option<Kind>, super::ObjectError> {
        let store = self.store;
        for dir in store.incoming.iter().chain(&store.existing) {
            for pack in &dir.packs {
                if let Some(kind) = self.in_pack(pack, id, buffer)? {
                    return Ok(Some(kind));
                }
            }
            let found = dir.loose.try_find(id, buffer).map(|found| found.map(|data| data.kind));
            match found {
                Ok(Some(kind)) => return Ok(Some(kind)),
                Ok(None) => {}
                Err(source) => return Err(super::ObjectError::Read { id: id.to_owned(), source }),
            }
        }
        Ok(None)
    }

    /// Another process may have repacked since the listing: the loose file or old pack is gone, a new pack has it.
    fn find_late(&mut self, id: &oid, buffer: &mut Vec<u8>) -> Result<Option<Kind>, super::ObjectError> {
        let store = self.store;
        for dir in &store.existing {
            for pack in dir.late(store.hash, store.bounds.object_bytes).map_err(super::ObjectError::Store)? {
                if let Some(kind) = self.in_pack(pack, id, buffer)? {
                    return Ok(Some(kind));
                }
            }
        }
        Ok(None)
    }

    fn in_pack(
        &mut self,
        pack: &pack::Bundle,
        id: &oid,
        buffer: &mut Vec<u8>,
    ) -> Result<Option<Kind>, super::ObjectError> {
        match pack.find(id, buffer, &mut self.inflate, &mut self.cache) {
            Ok(found) => Ok(found.map(|(data, _)| data.kind)),
            Err(source) => Err(super::ObjectError::Read { id: id.to_owned(), source }),
        }
    }

    /// Reads an object that must be there.
    ///
    /// # Errors
    /// When it is missing or cannot be read.
    pub fn get<'b>(&mut self, id: &ObjectId, buffer: &'b mut Vec<u8>) -> Result<Loaded<'b>, super::ObjectError> {
        match self.find(id, buffer)? {
            Some(loaded) => Ok(loaded),
            None => Err(super::ObjectError::Missing { id: *id }),
        }
    }

    /// Reads an object that must be there and of `kind`.
    ///
    /// # Errors
    /// When it is missing, cannot be read, or is something else.
    pub fn get_kind<'b>(
        &mut self,
        id: &ObjectId,
        kind: Kind,
        buffer: &'b mut Vec<u8>,
    ) -> Result<&'b [u8], super::ObjectError> {
        let loaded = self.get(id, buffer)?;
        match loaded.kind == kind {
            true => Ok(loaded.data),
            false => Err(super::ObjectError::Kind { id: *id, is: loaded.kind, wanted: kind }),
        }
    }
}
