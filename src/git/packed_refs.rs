//! The format of `packed-refs`: a line a reference, sometimes followed by the object behind a tag.
//!
//! Read strictly, as git does: a line that is neither is an error with its number, never skipped. Read in blocks that
//! stay in a core's cache: with a hundred thousand references the file has megabytes, and every push of one commit reads
//! it.
//!
//! *Invariant:* nothing here decides which references count; `refs` does.

use super::hex::id_of;
use super::loose_refs::is_gone;
use super::refs::RefsError;
use bstr::{BStr, ByteSlice};
use gix::ObjectId;
use gix::hash::Kind;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Bytes that are read at once; more where a single line is longer.
const BLOCK: usize = 128 << 10;

/// A `packed-refs` file that is being read.
#[derive(Debug)]
pub(super) struct PackedFile {
    path: PathBuf,
    hash: Kind,
    file: File,
    /// What is read and not yet handed out lies from `from` to `to`.
    buffer: Vec<u8>,
    from: usize,
    to: usize,
    /// Lines that were handed out, and their bytes.
    lines: usize,
    bytes: usize,
    /// How much of the file is still to be read, as its size said when it was opened.
    left: u64,
}

impl PackedFile {
    /// Opens the file at `path`; none if there is none.
    pub(super) fn open(path: &Path, hash: Kind) -> Result<Option<Self>, RefsError> {
        let failed = |source| RefsError::Read { path: path.to_owned(), source };
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if is_gone(&error) => return Ok(None),
            Err(source) => return Err(failed(source)),
        };
        let left = file.metadata().map_err(failed)?.len();
        let buffer = vec![0; BLOCK];
        Ok(Some(Self { path: path.to_owned(), hash, file, buffer, from: 0, to: 0, lines: 0, bytes: 0, left }))
    }

    /// Hands the references of the next block to `each`; whether there was one.
    pub(super) fn next(&mut self, mut each: impl FnMut(Packed<'_>)) -> Result<bool, RefsError> {
        let Some(end) = self.fill()? else { return Ok(false) };
        let block = self.buffer.get(self.from..end).unwrap_or_default();
        for packed in packed_refs(block, self.hash, self.lines == 0) {
            match packed {
                Ok(packed) => each(packed),
                Err(line) => return Err(RefsError::Packed { path: self.path.clone(), line: self.lines + line }),
            }
        }
        self.lines += memchr::memchr_iter(b'\n', block).count();
        self.bytes += block.len();
        self.from = end;
        Ok(true)
    }

    /// About how many lines are still to come, and their bytes, if they are as long as those before.
    pub(super) fn remaining(&self) -> (usize, usize) {
        let rest = usize::try_from(self.left).unwrap_or(usize::MAX).saturating_add(self.to - self.from);
        (self.lines.saturating_mul(rest) / self.bytes.max(1), rest)
    }

    /// Reads on until there is a whole reference, with what stands behind it: the end of the last one, none at the
    /// file's end.
    fn fill(&mut self) -> Result<Option<usize>, RefsError> {
        self.buffer.copy_within(self.from..self.to, 0);
        (self.from, self.to) = (0, self.to - self.from);
        loop {
            if self.to == self.buffer.len() {
                self.buffer.resize(self.buffer.len() * 2, 0);
            }
            let room = self.buffer.get_mut(self.to..).unwrap_or_default();
            let read = match self.file.read(room) {
                Ok(read) => read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(source) => return Err(RefsError::Read { path: self.path.clone(), source }),
            };
            self.left = self.left.saturating_sub(read as u64);
            self.to += read;
            let content = self.buffer.get(..self.to).unwrap_or_default();
            match read {
                0 => return Ok((self.to > 0).then_some(self.to)),
                _ => match last_start(content) {
                    0 => {}
                    end => return Ok(Some(end)),
                },
            }
        }
    }
}

/// Where the last line begins that may be a reference: whether it is whole and what stands behind it is not known yet.
fn last_start(content: &[u8]) -> usize {
    let mut end = content.len();
    loop {
        let before = content.get(..end).unwrap_or_default();
        let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        // A line that has not begun yet may be the object behind the tag before.
        if start == 0 || content.get(start).is_some_and(|first| *first != b'^') {
            return start;
        }
        end = start - 1;
    }
}

/// What the reference called `wanted` names, of those in the file at `path`. Only its line is read: there may be a hundred
/// thousand.
pub(super) fn packed_ref(path: &Path, hash: Kind, wanted: &BStr) -> Result<Option<ObjectId>, RefsError> {
    let content = match std::fs::read(path) {
        Ok(content) => content,
        Err(error) if is_gone(&error) => return Ok(None),
        Err(source) => return Err(RefsError::Read { path: path.to_owned(), source }),
    };
    find(&content, hash, wanted).map_err(|line| RefsError::Packed { path: path.to_owned(), line })
}

/// The same in the content of such a file; the number of the line, if that is none.
fn find(content: &[u8], hash: Kind, wanted: &BStr) -> Result<Option<ObjectId>, usize> {
    let end = [b" ", wanted.as_bytes(), b"\n"].concat();
    for at in memchr::memmem::find_iter(content, &end) {
        let start = memchr::memrchr(b'\n', content.get(..at).unwrap_or_default()).map_or(0, |newline| newline + 1);
        let line = content.get(start..at + end.len()).unwrap_or_default();
        match packed_line(line, hash) {
            Some((name, id)) if name == wanted && !wanted.contains(&0) => return Ok(Some(id)),
            // A name in the first line, which lists what the file has.
            _ if start == 0 && line.starts_with(b"#") => {}
            _ => return Err(memchr::memchr_iter(b'\n', content.get(..at).unwrap_or_default()).count() + 1),
        }
    }
    Ok(None)
}

/// Name, id, and the id behind a tag.
pub(super) type Packed<'a> = (&'a BStr, ObjectId, Option<ObjectId>);

/// The references in a part of a `packed-refs` file, which may be its beginning; the number of a line in it that is none
/// as an error.
pub(super) fn packed_refs(
    content: &[u8],
    hash: Kind,
    is_first: bool,
) -> impl Iterator<Item = Result<Packed<'_>, usize>> {
    let (mut rest, mut number) = (content, 0);
    if let (true, (line, behind)) = (is_first, split(content))
        && line.starts_with(b"# pack-refs with:")
        && line.ends_with(b"\n")
    {
        (rest, number) = (behind, 1);
    }
    // Asked once for all: nearly no file has one.
    let has_nul = memchr::memchr(0, content).is_some();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (line, behind) = split(rest);
        (rest, number) = (behind, number + 1);
        let packed = packed_line(line, hash).filter(|(name, _)| !has_nul || !name.contains(&0));
        let Some((name, id)) = packed else { return Some(Err(number)) };
        if rest.first() != Some(&b'^') {
            return Some(Ok((name, id, None)));
        }
        let (line, behind) = split(rest);
        (rest, number) = (behind, number + 1);
        match line.strip_prefix(b"^").and_then(|line| line.strip_suffix(b"\n")).and_then(|hex| id_of(hex, hash)) {
            Some(peeled) => Some(Ok((name, id, Some(peeled)))),
            None => Some(Err(number)),
        }
    })
}

/// The first line with its newline, if it has one, and the rest.
fn split(content: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr(b'\n', content).map_or(content.len(), |at| at + 1);
    content.split_at_checked(end).unwrap_or((content, &[]))
}

/// `<id> <name>` and a newline: git refuses a file whose last line has none.
fn packed_line(line: &[u8], hash: Kind) -> Option<(&BStr, ObjectId)> {
    let (hex, rest) = line.split_at_checked(hash.len_in_hex())?;
    let name = rest.strip_prefix(b" ")?.strip_suffix(b"\n")?;
    let id = id_of(hex, hash)?;
    (!name.is_empty()).then(|| (name.as_bstr(), id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_reference_is_found_by_its_whole_name_alone() {
        let (a, b) = ("1".repeat(40), "2".repeat(40));
        let content = format!(
            "# pack-refs with: peeled fully-peeled sorted \n{a} refs/heads/main\n{b} refs/heads/main2\n^{a}\n\
             {a} refs/x refs/heads/side\nshort refs/heads/broken\n"
        );
        let found = |name: &str| find(content.as_bytes(), Kind::Sha1, name.into());
        assert_eq!(found("refs/heads/main"), Ok(Some(ObjectId::from_hex(a.as_bytes()).unwrap())));
        assert_eq!(found("refs/heads/main2"), Ok(Some(ObjectId::from_hex(b.as_bytes()).unwrap())));
        for none in ["refs/heads/mai", "heads/main", "main", "refs/heads"] {
            assert_eq!(found(none), Ok(None), "{none}");
        }
        assert_eq!(found("sorted "), Ok(None));
        assert_eq!((found("refs/heads/side"), found("refs/heads/broken")), (Err(5), Err(6)));
    }

    #[test]
    fn a_file_of_many_blocks_is_read_to_its_last_line_wherever_the_blocks_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("packed-refs");
        let ids = ["1".repeat(40), "2".repeat(40)];
        // Lines of all lengths, one of them longer than a block, and objects behind every third.
        let names = (0..9_000_usize).map(|n| match n {
            5_000 => "x".repeat(3 * BLOCK),
            n => format!("{n}{}", "y".repeat(n % 61)),
        });
        let mut content = "# pack-refs with: peeled fully-peeled sorted \n".to_owned();
        let mut wanted = Vec::new();
        for (n, name) in names.enumerate() {
            let peeled = (n % 3 == 0).then(|| ids[1].clone());
            content += &format!("{} refs/tags/{name}\n", ids[0]);
            content += &peeled.as_ref().map_or_else(String::new, |id| format!("^{id}\n"));
            wanted.push((format!("refs/tags/{name}"), ids[0].clone(), peeled));
        }
        assert!(content.len() > 4 * BLOCK);
        std::fs::write(&path, &content).unwrap();
        let read = |path: &Path| {
            let mut file = PackedFile::open(path, Kind::Sha1)?.unwrap();
            let (mut all, mut guess) = (Vec::new(), None);
            while file.next(|(name, id, peeled)| {
                all.push((name.to_string(), id.to_string(), peeled.map(|id| id.to_string())));
            })? {
                guess = guess.or(Some(file.remaining().0));
            }
            Ok::<_, RefsError>((all, guess))
        };
        let (all, guess) = read(&path).unwrap();
        assert!(all == wanted, "{} of {}", all.len(), wanted.len());
        assert!((2_000..100_000).contains(&guess.unwrap()), "{guess:?}");

        let lines = content.lines().count();
        for (broken, at) in [
            (format!("{content}oops\n"), lines + 1),
            (format!("{content}{} refs/heads/x", ids[0]), lines + 1),
            (format!("{content}{} refs/heads/x\n^{}\n^{}\n", ids[0], ids[1], ids[1]), lines + 3),
            (content.replace("refs/tags/8998", "refs/tags/8998\n#"), lines),
        ] {
            std::fs::write(&path, &broken).unwrap();
            let error = read(&path).unwrap_err();
            let RefsError::Packed { line: named, .. } = error else { panic!("{error}") };
            assert_eq!(named, at);
        }
        for (content, count) in [("", 0), ("# pack-refs with: \n", 0)] {
            std::fs::write(&path, content).unwrap();
            assert_eq!(read(&path).unwrap().0.len(), count);
        }
        assert!(PackedFile::open(&folder.path().join("none"), Kind::Sha1).unwrap().is_none());
    }
}
