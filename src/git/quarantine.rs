//! Every object that a push has brought, read in the order in which that is cheapest.
//!
//! A pack is decoded once along its delta tree: three to ten times cheaper than asking for its objects by id, because no
//! base is inflated twice.

use super::store::Store;
use gix::ObjectId;
use gix::hash::oid;
use gix::objs::Kind;
use gix::odb::{loose, pack};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// A pack above this size is decoded on all cores; below it a thread costs more than it saves. What comes out of a pack is
/// ten times its size, and a scan of that costs far more than decoding it.
const PARALLEL_FROM: usize = 32 << 10;

/// Why the pushed objects cannot all be read.
#[derive(Debug, thiserror::Error)]
pub enum SentError<E: std::error::Error + 'static> {
    /// A pack cannot be decoded, or holds an object over the limit.
    #[error("cannot read every object of the pushed pack {path}", path = path.display())]
    Pack {
        /// Its index.
        path: PathBuf,
        /// Why.
        #[source]
        source: gix::Error,
    },
    /// A loose object cannot be read.
    #[error("cannot read the pushed loose objects in {path}", path = path.display())]
    Loose {
        /// The object directory.
        path: PathBuf,
        /// Why.
        #[source]
        source: gix::Error,
    },
    /// A loose object was listed and is gone.
    #[error("the pushed object {id} vanished while it was read")]
    Vanished {
        /// The object.
        id: ObjectId,
    },
    /// The visitor refused to go on.
    #[error(transparent)]
    Visit(E),
}

/// A visit to one pushed object: its id, kind and content.
pub trait Sent<E>: FnMut(&oid, Kind, &[u8]) -> Result<(), E> + Send + Clone {}
impl<E, F: FnMut(&oid, Kind, &[u8]) -> Result<(), E> + Send + Clone> Sent<E> for F {}

/// Calls `visit` for every object in the incoming directories of `store`; each thread has a clone of it.
///
/// # Errors
/// When an object cannot be read, or as soon as a visit fails.
pub fn sent<E: std::error::Error + Send + 'static>(store: &Store, visit: impl Sent<E>) -> Result<(), SentError<E>> {
    for (path, packs, loose) in store.incoming_dirs() {
        for pack in packs {
            decode_pack(pack, store, visit.clone())?;
        }
        read_loose(path.to_owned(), loose, visit.clone())?;
    }
    Ok(())
}

fn decode_pack<E: std::error::Error + Send + 'static>(
    pack: &pack::Bundle,
    store: &Store,
    mut visit: impl Sent<E>,
) -> Result<(), SentError<E>> {
    let index = &pack.index;
    let broken = |source| SentError::Pack { path: index.path().to_owned(), source };
    let mut entries: Vec<(u64, u32)> =
        (0..index.num_objects()).map(|at| (index.pack_offset_at_index(at), at)).collect();
    entries.sort_unstable();
    check_entries(pack, &entries).map_err(broken)?;
    let never = AtomicBool::new(false);
    let tree = pack::cache::delta::Tree::from_offsets_in_pack(
        pack.pack.path(),
        entries.into_iter(),
        &|entry: &(u64, u32)| entry.0,
        &|id| Ok(index.lookup(id).map(|at| index.pack_offset_at_index(at))),
        &mut gix::progress::Discard,
        &never,
        store.hash(),
    )
    .map_err(broken)?;
    let failed: Mutex<Option<E>> = Mutex::new(None);
    let stop = AtomicBool::new(false);
    let threads = if pack.pack.data_len() >= PARALLEL_FROM { None } else { Some(1) };
    let (failed_at, stop_at) = (&failed, &stop);
    let result = tree.traverse(
        |range, data: &pack::data::File| data.entry_slice(range),
        &pack.pack,
        pack.pack.pack_end() as u64,
        move |entry: &mut (u64, u32), _progress, context| {
            let Some(kind) = context.entry.header.as_kind() else {
                return Err(stopped("a delta was handed out undecoded"));
            };
            visit(index.oid_at_index(entry.1), kind, context.decompressed).map_err(|error| {
                stop_at.store(true, Ordering::Relaxed);
                keep_first(failed_at, error);
                stopped("the scan stopped")
            })
        },
        pack::cache::delta::traverse::Options {
            object_progress: Box::new(gix::progress::Discard),
            size_progress: &mut gix::progress::Discard,
            thread_limit: threads,
            should_interrupt: &stop,
            object_hash: store.hash(),
            alloc_limit_bytes: Some(store.bounds().object_bytes),
        },
    );
    let first = match failed.into_inner() {
        Ok(first) => first,
        Err(poisoned) => poisoned.into_inner(),
    };
    match (first, result) {
        (Some(error), _) => Err(SentError::Visit(error)),
        (None, Err(source)) => Err(broken(source)),
        (None, Ok(_)) => Ok(()),
    }
}

/// Compares each entry of the pack, as it lies there, with its checksum in the index.
///
/// Nothing else covers an entry's first bytes: a bit that flips on the disk after git has hashed the objects makes a file
/// a folder, and what is read as a folder is not searched for secrets. As fast as reading, unlike hashing what comes out.
fn check_entries(pack: &pack::Bundle, entries: &[(u64, u32)]) -> Result<(), gix::Error> {
    let ends = entries.iter().skip(1).map(|(offset, _)| *offset).chain([pack.pack.pack_end() as u64]);
    for ((offset, at), end) in entries.iter().zip(ends) {
        let Some(said) = pack.index.crc32_at_index(*at) else { continue };
        let length = usize::try_from(end.saturating_sub(*offset)).map_err(gix::Error::from_error)?;
        if pack.pack.entry_slice(*offset..end).is_none() || pack.pack.entry_crc32(*offset, length) != said {
            return Err(stopped("an entry is not what its checksum says"));
        }
    }
    Ok(())
}

fn stopped(why: &'static str) -> gix::Error {
    gix::Error::from_error(gix::error::message(why))
}

fn keep_first<E>(slot: &Mutex<Option<E>>, error: E) {
    let mut slot = match slot.lock() {
        Ok(slot) => slot,
        Err(poisoned) => poisoned.into_inner(),
    };
    slot.get_or_insert(error);
}

fn read_loose<E: std::error::Error + 'static>(
    path: PathBuf,
    loose: &loose::Store,
    mut visit: impl Sent<E>,
) -> Result<(), SentError<E>> {
    let mut buffer = Vec::new();
    for id in loose.iter() {
        let broken = |source| SentError::Loose { path: path.clone(), source };
        let id = id.map_err(|error| broken(gix::Error::from_error(error)))?;
        match loose.try_find(&id, &mut buffer).map_err(broken)? {
            Some(object) => visit(&id, object.kind, object.data).map_err(SentError::Visit)?,
            None => return Err(SentError::Vanished { id }),
        }
    }
    Ok(())
}
