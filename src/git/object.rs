//! What the walk needs of a commit or a tag, parsed leniently: whatever else is odd in them is scanned, not trusted.

use gix::ObjectId;
use gix::objs::Kind;

/// Why an object cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// No object directory has it.
    #[error("object {id} is missing")]
    Missing {
        /// The object.
        id: ObjectId,
    },
    /// It is there and cannot be read.
    #[error("object {id} cannot be read")]
    Read {
        /// The object.
        id: ObjectId,
        /// Why.
        #[source]
        source: gix::Error,
    },
    /// Its content is not what its name says.
    #[error("object {id} does not have the content that its id names")]
    Hash {
        /// The object.
        id: ObjectId,
        /// Why.
        #[source]
        source: gix::Error,
    },
    /// It is of another kind than what refers to it says.
    #[error("object {id} is a {is}, where a {wanted} was expected")]
    Kind {
        /// The object.
        id: ObjectId,
        /// What it is.
        is: Kind,
        /// What it should be.
        wanted: Kind,
    },
    /// Its header does not name what it must.
    #[error("{kind} {id} has no valid `{field}` line")]
    Header {
        /// The object.
        id: ObjectId,
        /// `commit` or `tag`.
        kind: &'static str,
        /// The missing field.
        field: &'static str,
    },
    /// Tags of tags without end.
    #[error("more than {most} tags lead to object {id} (limits.tag_depth)")]
    TagDepth {
        /// Where the chain was left.
        id: ObjectId,
        /// The bound.
        most: usize,
    },
    /// The stores cannot be listed again.
    #[error("the object store cannot be read")]
    Store(#[source] super::StoreError),
}

/// The links of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitHeader {
    /// Its tree.
    pub tree: ObjectId,
    /// Its parents, as recorded in it (no grafts).
    pub parents: Vec<ObjectId>,
    /// The committer's clock in seconds since 1970; 0 when it cannot be read. Only orders the walk, decides nothing.
    pub seconds: i64,
}

/// The link of a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagHeader {
    /// What it points at.
    pub target: ObjectId,
}

/// Reads the links of the commit `id` from its raw content: `tree`, then any number of `parent` lines, as git does.
///
/// # Errors
/// When it does not begin with a `tree` line, or a `parent` line holds no id.
pub fn commit_header(id: &ObjectId, raw: &[u8]) -> Result<CommitHeader, ObjectError> {
    let header = |field| ObjectError::Header { id: *id, kind: "commit", field };
    let mut lines = raw.split(|b| *b == b'\n').peekable();
    let tree = lines.next().and_then(|line| id_after(line, b"tree ")).ok_or_else(|| header("tree"))?;
    let mut parents = Vec::new();
    while let Some(line) = lines.next_if(|line| line.starts_with(b"parent ")) {
        parents.push(id_after(line, b"parent ").ok_or_else(|| header("parent"))?);
    }
    let committer = lines.take_while(|line| !line.is_empty()).find(|line| line.starts_with(b"committer "));
    Ok(CommitHeader { tree, parents, seconds: committer.map_or(0, seconds_of) })
}

/// Reads what the tag `id` points at from its raw content.
///
/// # Errors
/// When it does not begin with an `object` line.
pub fn tag_header(id: &ObjectId, raw: &[u8]) -> Result<TagHeader, ObjectError> {
    let line = raw.split(|b| *b == b'\n').next().unwrap_or_default();
    match id_after(line, b"object ") {
        Some(target) => Ok(TagHeader { target }),
        None => Err(ObjectError::Header { id: *id, kind: "tag", field: "object" }),
    }
}

/// The id that `hex` spells, if it spells one.
#[must_use]
pub fn id_from_hex(hex: &str) -> Option<ObjectId> {
    id_after(hex.as_bytes(), b"")
}

fn id_after(line: &[u8], prefix: &[u8]) -> Option<ObjectId> {
    match ObjectId::from_hex(line.strip_prefix(prefix)?) {
        Ok(id) => Some(id),
        Err(_not_hex) => None,
    }
}

/// `… <mail> 1234567890 +0100`: the number after the last `>`.
fn seconds_of(line: &[u8]) -> i64 {
    let after = line.iter().rposition(|b| *b == b'>').and_then(|at| line.get(at + 1..)).unwrap_or_default();
    let digits = after.iter().skip_while(|b| **b == b' ').take_while(|b| b.is_ascii_digit());
    digits.fold(0_i64, |n, b| n.saturating_mul(10).saturating_add(i64::from(b - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(byte: u8) -> ObjectId {
        ObjectId::from_hex(&[byte; 40]).unwrap()
    }

    #[test]
    fn links_are_read_whatever_the_rest_looks_like() {
        let raw = format!(
            "tree {}\nparent {}\nparent {}\nauthor x\ncommitter C <c@d> 1700000000 +0000\n\nhi",
            id(b'a'),
            id(b'b'),
            id(b'c')
        );
        let header = commit_header(&id(b'1'), raw.as_bytes()).unwrap();
        assert_eq!(header, CommitHeader { tree: id(b'a'), parents: vec![id(b'b'), id(b'c')], seconds: 1_700_000_000 });
    }

    #[test]
    fn a_parent_that_is_no_id_is_an_error_and_a_parent_line_in_the_message_is_none() {
        let bad = format!("tree {}\nparent xyz\n\n", id(b'a'));
        assert!(commit_header(&id(b'1'), bad.as_bytes()).is_err());
        let message = format!("tree {}\nauthor a\n\nparent {}\n", id(b'a'), id(b'b'));
        assert!(commit_header(&id(b'1'), message.as_bytes()).unwrap().parents.is_empty());
        assert!(commit_header(&id(b'1'), b"").is_err());
        assert!(tag_header(&id(b'1'), b"type commit\n").is_err());
    }
}
