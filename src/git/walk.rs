//! Which commits and tags are new: reachable from the pushed tips and from no reference that the repository has now.
//!
//! `<old>` on stdin plays no part: the client writes it. Neither does mere existence: an object left by a deleted branch
//! or uploaded earlier is new when a reference comes to name it. But a commit that the existing store does not even hold
//! cannot be reachable from an existing reference: in `pre-receive` that settles nearly every push without looking at any
//! old commit.

use super::object::{CommitHeader, ObjectError, commit_header, tag_header};
use super::store::Reader;
use gix::ObjectId;
use gix::hashtable::HashSet as IdSet;
use gix::objs::Kind;
use std::collections::{BinaryHeap, HashMap, HashSet};

/// What the repository has now.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The ids that its references name: commits, tags, anything.
    pub tips: IdSet<ObjectId>,
    /// Those of `tips` that a push is likely to be based on: HEAD, the branches that it updates.
    pub likely: Vec<ObjectId>,
    /// Commits whose parents it does not have and must not be looked for.
    pub shallow: HashSet<ObjectId>,
}

/// What is new.
#[derive(Clone, Debug, Default)]
pub struct Walked {
    /// New commits, by committer date and id.
    pub commits: Vec<(ObjectId, CommitHeader)>,
    /// New tag objects.
    pub tags: Vec<ObjectId>,
    /// Trees and blobs that a pushed reference or a new tag names directly.
    pub named: Vec<(ObjectId, Kind)>,
}

/// How much older than the oldest unproven commit an old one may claim to be and still be followed, in seconds: clocks
/// of different machines differ by less than a day.
const CLOCK_SLACK: i64 = 86_400;
/// How many old commits are followed beyond that, against clocks that are wrong by years. A commit that would have been
/// proven old only after these is judged as new: more is scanned than needed, never less.
const SLOP: usize = 2_000;

/// Finds the new commits and tags of `tips`.
///
/// # Errors
/// When an object that must be new cannot be read or is missing.
pub fn walk(reader: &mut Reader<'_>, tips: &[ObjectId], known: &Known) -> Result<Walked, ObjectError> {
    let mut walk = Walk { reader, known, buffer: Vec::new(), new: HashMap::new(), unproven: Vec::new() };
    let mut out = Walked::default();
    let starts = walk.peel(tips, &mut out)?;
    walk.proven_new(starts)?;
    if !walk.unproven.is_empty() {
        walk.unproven_new()?;
    }
    out.commits = walk.new.into_iter().collect();
    out.commits.sort_by(|(id_a, a), (id_b, b)| (a.seconds, id_a).cmp(&(b.seconds, id_b)));
    Ok(out)
}

struct Walk<'r, 's> {
    reader: &'r mut Reader<'s>,
    known: &'r Known,
    buffer: Vec<u8>,
    new: HashMap<ObjectId, CommitHeader>,
    /// Commits that the existing store holds and no reference names directly: perhaps old.
    unproven: Vec<ObjectId>,
}

impl Walk<'_, '_> {
    /// Follows tags to what they name. Ids are digests, so tags cannot form a loop; a long chain is bounded.
    fn peel(&mut self, tips: &[ObjectId], out: &mut Walked) -> Result<Vec<ObjectId>, ObjectError> {
        let mut commits = Vec::new();
        let mut seen = HashSet::new();
        let most = self.reader.store().bounds().tag_depth;
        let mut todo: Vec<(ObjectId, usize)> = tips.iter().rev().map(|id| (*id, 0)).collect();
        while let Some((id, depth)) = todo.pop() {
            if depth > most {
                return Err(ObjectError::TagDepth { id, most });
            }
            if self.known.tips.contains(&id) || !seen.insert(id) {
                continue;
            }
            let loaded = self.reader.get(&id, &mut self.buffer)?;
            match loaded.kind {
                Kind::Commit => commits.push(id),
                Kind::Tag => {
                    todo.push((tag_header(&id, loaded.data)?.target, depth + 1));
                    out.tags.push(id);
                }
                kind @ (Kind::Tree | Kind::Blob) => out.named.push((id, kind)),
            }
        }
        Ok(commits)
    }

    fn proven_new(&mut self, starts: Vec<ObjectId>) -> Result<(), ObjectError> {
        let mut todo = starts;
        let mut seen: HashSet<ObjectId> = todo.iter().copied().collect();
        while let Some(id) = todo.pop() {
            if self.known.tips.contains(&id) {
                continue;
            }
            if self.reader.store().existed(&id) {
                self.unproven.push(id);
                continue;
            }
            let header = self.commit(&id)?;
            todo.extend(header.parents.iter().filter(|parent| seen.insert(**parent)));
            self.new.insert(id, header);
        }
        Ok(())
    }

    /// Paints what the references reach and what the unproven commits reach, newest first, until every unproven commit
    /// is painted old or nothing that could still reach one is left.
    ///
    /// First from the likely tips alone: a branch begins at some commit of the main line, and to read the commits of a
    /// hundred thousand tags takes longer than the rest of the hook. That is given up after as many commits as there are
    /// tips, so that it never costs more than it can save.
    fn unproven_new(&mut self) -> Result<(), ObjectError> {
        let mut paint = Paint::default();
        for id in std::mem::take(&mut self.unproven) {
            let header = self.commit(&id)?;
            paint.add(id, header, Colour::New);
        }
        let known = self.known;
        self.paint_old(&mut paint, known.likely.iter())?;
        self.paint(&mut paint, known.tips.len())?;
        if paint.candidates > 0 {
            self.paint_old(&mut paint, known.tips.iter())?;
            self.paint(&mut paint, usize::MAX)?;
        }
        let new = paint.nodes.into_iter().filter(|(_, node)| node.colour == Colour::New);
        self.new.extend(new.map(|(id, node)| (id, node.header)));
        Ok(())
    }

    fn paint_old<'t>(
        &mut self,
        paint: &mut Paint,
        tips: impl Iterator<Item = &'t ObjectId>,
    ) -> Result<(), ObjectError> {
        for tip in tips {
            if let Some((id, header)) = self.old_commit(*tip)? {
                paint.add(id, header, Colour::Old);
            }
        }
        Ok(())
    }

    /// Hands colours on, through `most` commits; what is left in the heap can be gone on with.
    fn paint(&mut self, paint: &mut Paint, most: usize) -> Result<(), ObjectError> {
        let mut slop = SLOP;
        let mut count = 0;
        while let Some((seconds, id)) = paint.heap.peek().copied() {
            count += 1;
            if paint.candidates == 0 || count > most || !paint.worth_following(seconds, &mut slop) {
                break;
            }
            paint.heap.pop();
            let Some(node) = paint.nodes.get_mut(&id) else { continue };
            if node.done.replace(node.colour) == Some(node.colour) {
                continue;
            }
            if node.colour == Colour::New {
                paint.new_in_heap -= 1;
            }
            let colour = node.colour;
            for parent in node.header.parents.clone() {
                self.reach(paint, parent, colour)?;
            }
        }
        Ok(())
    }

    fn reach(&mut self, paint: &mut Paint, id: ObjectId, colour: Colour) -> Result<(), ObjectError> {
        if paint.repaint(&id, colour) {
            return Ok(());
        }
        match colour {
            Colour::New => {
                let header = self.commit(&id)?;
                paint.add(id, header, Colour::New);
            }
            Colour::Old => {
                if let Some((id, header)) = self.old_commit(id)? {
                    paint.add(id, header, Colour::Old);
                }
            }
        }
        Ok(())
    }

    fn commit(&mut self, id: &ObjectId) -> Result<CommitHeader, ObjectError> {
        let raw = self.reader.get_kind(id, Kind::Commit, &mut self.buffer)?;
        let mut header = commit_header(id, raw)?;
        if self.known.shallow.contains(id) {
            header.parents.clear();
        }
        Ok(header)
    }

    /// The commit that a reference's value leads to. A reference that leads nowhere makes nothing known; it is not this
    /// push's fault and stops nothing.
    fn old_commit(&mut self, mut id: ObjectId) -> Result<Option<(ObjectId, CommitHeader)>, ObjectError> {
        loop {
            let Some(loaded) = self.reader.find(&id, &mut self.buffer)? else { return Ok(None) };
            match loaded.kind {
                Kind::Tag => id = tag_header(&id, loaded.data)?.target,
                Kind::Commit => return self.commit(&id).map(|header| Some((id, header))),
                Kind::Tree | Kind::Blob => return Ok(None),
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Colour {
    New,
    Old,
}

struct Node {
    header: CommitHeader,
    colour: Colour,
    /// The colour that was handed to the parents, if any was.
    done: Option<Colour>,
}

#[derive(Default)]
struct Paint {
    nodes: HashMap<ObjectId, Node>,
    heap: BinaryHeap<(i64, ObjectId)>,
    /// How many nodes are new.
    candidates: usize,
    /// How many new nodes wait in the heap.
    new_in_heap: usize,
    /// The least date of a new node.
    oldest_new: i64,
}

impl Paint {
    fn add(&mut self, id: ObjectId, header: CommitHeader, colour: Colour) {
        if self.repaint(&id, colour) {
            return;
        }
        self.heap.push((header.seconds, id));
        if colour == Colour::New {
            self.oldest_new = if self.candidates == 0 { header.seconds } else { self.oldest_new.min(header.seconds) };
            self.candidates += 1;
            self.new_in_heap += 1;
        }
        self.nodes.insert(id, Node { header, colour, done: None });
    }

    /// Hands `colour` to a commit that was met before; old wins. False when it was not met.
    fn repaint(&mut self, id: &ObjectId, colour: Colour) -> bool {
        let Some(node) = self.nodes.get_mut(id) else { return false };
        if colour == Colour::Old && node.colour == Colour::New {
            node.colour = Colour::Old;
            self.candidates -= 1;
            if node.done.is_none() {
                self.new_in_heap -= 1;
            }
            self.heap.push((node.header.seconds, *id));
        }
        true
    }

    /// While new commits wait, everything is followed; then only what may still reach one.
    fn worth_following(&self, seconds: i64, slop: &mut usize) -> bool {
        if self.new_in_heap > 0 || seconds >= self.oldest_new.saturating_sub(CLOCK_SLACK) {
            return true;
        }
        *slop = slop.saturating_sub(1);
        *slop > 0
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_repo::TestRepo;
    use super::super::{Bounds, ObjectDirs, Store};
    use super::*;
    use std::collections::BTreeSet;
    use std::fmt::Write as _;

    fn next(state: &mut u64, below: usize) -> usize {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) as usize % below
    }

    /// A history of 80 commits with random parents, the newest near the end.
    fn random_history(repo: &TestRepo, state: &mut u64) -> Vec<ObjectId> {
        let mut stream = String::new();
        for n in 1..=80 {
            write!(
                stream,
                "commit refs/heads/c{n}\nmark :{n}\ncommitter A <a@b> {} +0000\ndata 0\n",
                1_700_000_000 + n
            )
            .unwrap();
            let parents: BTreeSet<usize> =
                (0..next(state, 3)).map(|_| 1 + next(state, n)).filter(|it| *it < n).rev().collect();
            for (at, parent) in parents.iter().enumerate() {
                writeln!(stream, "{} :{parent}", if at == 0 { "from" } else { "merge" }).unwrap();
            }
            stream.push('\n');
        }
        repo.git_with_input(&["fast-import", "--quiet"], stream.as_bytes());
        (1..=80).map(|n| repo.id(&format!("c{n}"))).collect()
    }

    #[test]
    fn whichever_tips_are_likely_the_new_commits_are_those_of_git() {
        let (repo, mut state) = (TestRepo::init(&[]), 7);
        let commits = random_history(&repo, &mut state);
        let objects = repo.git_dir().join("objects");
        let bounds = Bounds { object_bytes: 1 << 20, tree_depth: 9, tag_depth: 9, paths: 99 };
        // All of them exist: none is proven new by its absence.
        let dirs = ObjectDirs { incoming: Vec::new(), existing: vec![objects] };
        let store = Store::open(&dirs, gix::hash::Kind::Sha1, bounds).unwrap();
        let mut some_new = 0;
        for _ in 0..60 {
            let mut pick = |count: usize| -> Vec<ObjectId> {
                (0..count).map(|_| commits[next(&mut state, commits.len())]).collect()
            };
            let (tips, pushed) = (pick(12), pick(2));
            let likely: Vec<ObjectId> = tips.iter().copied().take(next(&mut state, 13)).collect();
            let known = Known { tips: tips.iter().copied().collect(), likely, shallow: HashSet::new() };
            let walked = walk(&mut store.reader(), &pushed, &known).unwrap();
            let own: BTreeSet<String> = walked.commits.iter().map(|(id, _)| id.to_string()).collect();
            let mut args = vec!["rev-list".to_owned()];
            args.extend(pushed.iter().map(ToString::to_string));
            args.extend(tips.iter().map(|id| format!("^{id}")));
            let listed = repo.git(&args.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!(own, listed.lines().map(str::to_owned).collect(), "{args:?}, likely {:?}", known.likely);
            some_new += own.len();
        }
        assert!(some_new > 100);
    }
}
