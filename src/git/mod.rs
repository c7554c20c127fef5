//! The only place that names gix: object stores, walk, tree diff, index, references.
//!
//! *Invariant:* replace refs, grafts, the commit-graph, attributes and the repository's diff settings never change what
//! is read: objects are read raw, by id.

mod alternates;
mod config;
mod config_file;
mod count;
mod discover;
mod head;
mod hex;
mod index;
mod lineage;
mod loose_refs;
mod message_config;
mod object;
mod objects;
mod packed_refs;
mod quarantine;
mod ref_ids;
mod refs;
mod reftable;
mod store;
mod table;
#[cfg(test)]
mod test_repo;
mod tree;
mod tree_cursor;
mod walk;

pub use alternates::{ObjectDirs, split_alternates};
pub use config::{ConfigError, Places, RefStorage, RepoFacts};
pub use count::count_objects;
pub use discover::{DiscoverError, discover_git_dir};
pub use head::{head_commit, merge_heads};
pub use index::{BlobKind, EntryState, IndexError, Staged, index_paths, staged};
pub use lineage::{changes, held, parent_trees, removed, removed_paths, trees_of};
pub use message_config::{UserConfig, message_settings, parse_parameters};
pub use object::{CommitHeader, ObjectError, TagHeader, commit_header, id_from_hex, tag_header};
pub use objects::Objects;
pub use quarantine::{Sent, SentError, sent};
pub use ref_ids::RefIds;
pub use refs::{RefTips, RefsError};
pub use store::{Bounds, Loaded, Reader, Store, StoreError};
pub use tree::{Entry, EntryKind, Seen, TreeError, Visit, diff as diff_trees, names as tree_names};
pub use walk::{Known, Walked, walk};

pub use gix::ObjectId;
/// A set of ids, which are random enough to be their own hashes.
pub type IdSet = gix::hashtable::HashSet<ObjectId>;
pub use gix::hash::Kind as HashKind;
pub use gix::hash::oid as Oid;
pub use gix::objs::Kind as ObjectKind;
