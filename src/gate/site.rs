//! The repository that a hook runs in: found, opened, and what it knows already.

use crate::gate::error::Error;
use crate::git::{
    Bounds, IdSet, Known, ObjectDirs, ObjectId, Places, RefIds, RefTips, RepoFacts, Store, discover_git_dir,
    split_alternates,
};
use crate::hook_env::HookEnv;
use crate::policy::Limits;
use crate::push::HexId;
use std::path::{Path, PathBuf};

/// A repository, opened.
pub struct Site {
    /// Its objects.
    pub store: Store,
    /// What it has now.
    pub known: Known,
    /// Its formats and places.
    pub facts: RepoFacts,
    /// What becomes of objects that were read and that nothing reaches.
    pub unreached: Unreached,
}

/// What becomes of objects that lie with the new ones and that no new reference reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreached {
    /// They would be stored: they are judged.
    Judged,
    /// They are no part of the history that was asked for.
    Ignored,
}

/// Where the repository lies: `GIT_DIR` if git says so, else the first one at or above `start`.
///
/// # Errors
/// When there is none, or it cannot be understood.
pub fn locate(env: &HookEnv, start: &Path) -> Result<RepoFacts, Error> {
    if let Some(backend) = &env.reference_backend {
        return Err(Error::ReferenceBackend { backend: backend.to_string_lossy().into_owned() });
    }
    let (git_dir, work_tree) = match &env.git_dir {
        Some(dir) => (start.join(dir), env.work_tree.clone()),
        None => match discover_git_dir(start).map_err(Error::Discover)? {
            Some(found) => found,
            None => return Err(Error::NoRepository { start: start.to_owned() }),
        },
    };
    RepoFacts::read(&Places {
        git_dir: &git_dir,
        common_dir: env.common_dir.as_deref(),
        work_tree: work_tree.as_deref(),
        shallow_file: env.shallow_file.as_deref(),
    })
    .map_err(Error::Config)
}

impl Site {
    /// Opens the repository of `facts` as a hook on a server sees it: everything is known that those of its references
    /// name which `counts` lets count.
    ///
    /// # Errors
    /// When its objects or references cannot be read.
    pub fn open(
        facts: RepoFacts,
        env: &HookEnv,
        limits: &Limits,
        counts: &dyn Fn(&[u8]) -> bool,
    ) -> Result<Self, Error> {
        // A detached HEAD reaches commits too; in a work tree of its own HEAD lies there.
        let RefIds { ids: mut tips, head, .. } = RefIds::read(&facts, counts).map_err(Error::Refs)?;
        tips.extend(head);
        let mut site = Self::with_known(facts, env, limits, tips)?;
        site.known.likely.extend(head);
        Ok(site)
    }

    /// Opens the repository of `facts` with only the commits that `remote` is known to have: its remote-tracking
    /// references and the ids that it just told (`told`).
    ///
    /// # Errors
    /// When its objects or references cannot be read.
    pub fn open_for_remote(
        facts: RepoFacts,
        env: &HookEnv,
        limits: &Limits,
        remote: &str,
        told: &[ObjectId],
    ) -> Result<Self, Error> {
        let refs = RefTips::read(&facts.common_dir, facts.ref_storage, facts.hash).map_err(Error::Refs)?;
        let prefix = format!("refs/remotes/{remote}/");
        let mut tips = refs.tips_under(&[&prefix]);
        tips.extend(told);
        Self::with_known(facts, env, limits, tips)
    }

    /// Opens the repository of `facts` with nothing known but `tips`.
    ///
    /// # Errors
    /// When its objects cannot be read.
    pub fn with_known(facts: RepoFacts, env: &HookEnv, limits: &Limits, tips: IdSet) -> Result<Self, Error> {
        let dirs = object_dirs(&facts, env)?;
        Self::with_dirs(facts, &dirs, limits, tips)
    }

    /// Opens the repository of `facts` as if all of it had just been sent: everything is new, and is read in the order
    /// of the packs.
    ///
    /// # Errors
    /// When its objects cannot be read.
    pub fn whole(facts: RepoFacts, env: &HookEnv, limits: &Limits) -> Result<Self, Error> {
        let dirs = object_dirs(&facts, env)?;
        let all = ObjectDirs { incoming: [dirs.incoming, dirs.existing].concat(), existing: Vec::new() };
        Self::with_dirs(facts, &all, limits, IdSet::default())
    }

    fn with_dirs(facts: RepoFacts, dirs: &ObjectDirs, limits: &Limits, tips: IdSet) -> Result<Self, Error> {
        let store = Store::open(dirs, facts.hash, bounds(limits)).map_err(Error::Store)?;
        let known = Known { tips, likely: Vec::new(), shallow: facts.shallow.iter().copied().collect() };
        Ok(Self { store, known, facts, unreached: Unreached::Judged })
    }

    /// Takes what the pusher says that branches were as a hint where to look first, if references do name it.
    pub fn expect(&mut self, old: &[ObjectId]) {
        let known = &mut self.known;
        known.likely.extend(old.iter().filter(|id| known.tips.contains(*id)));
        known.likely.sort_unstable();
        known.likely.dedup();
    }

    /// Reads an id that git or the user wrote.
    ///
    /// # Errors
    /// When it is of the other hash than the repository's.
    pub fn id(&self, hex: &HexId) -> Result<ObjectId, Error> {
        id_of(&self.facts, hex)
    }
}

/// Reads an id that git or the user wrote.
///
/// # Errors
/// When it is of the other hash than the repository's.
pub fn id_of(facts: &RepoFacts, hex: &HexId) -> Result<ObjectId, Error> {
    match ObjectId::from_hex(hex.as_str().as_bytes()) {
        Ok(id) if id.kind() == facts.hash => Ok(id),
        Ok(_) | Err(_) => Err(Error::ForeignId { id: hex.as_str().to_owned() }),
    }
}

/// Where objects lie. While a push waits for its verdict, `GIT_QUARANTINE_PATH` and `GIT_OBJECT_DIRECTORY` name the
/// folder of what was sent, and `GIT_ALTERNATE_OBJECT_DIRECTORIES` the repository's own.
fn object_dirs(facts: &RepoFacts, env: &HookEnv) -> Result<ObjectDirs, Error> {
    let mut incoming: Vec<PathBuf> = Vec::new();
    let mut existing: Vec<PathBuf> = vec![facts.common_dir.join("objects")];
    match (&env.quarantine, &env.object_dir) {
        (Some(quarantine), object_dir) => {
            incoming.push(quarantine.clone());
            incoming.extend(object_dir.clone());
        }
        (None, Some(object_dir)) => existing.insert(0, object_dir.clone()),
        (None, None) => {}
    }
    let alternates = env.alternates.as_ref().map(|list| split_alternates(list)).unwrap_or_default();
    ObjectDirs::with_alternates(incoming, existing, alternates).map_err(Error::Store)
}

/// The policy's limits as the object store wants them; what does not fit in memory's addresses is no bound there.
fn bounds(limits: &Limits) -> Bounds {
    let size = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    Bounds {
        object_bytes: size(limits.object_bytes),
        tree_depth: size(limits.tree_depth),
        tag_depth: size(limits.tag_depth),
        paths: size(limits.paths_per_push),
    }
}
