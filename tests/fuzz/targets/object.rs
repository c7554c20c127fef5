//! Commits, tags and trees as a pusher can make them by hand.
#![no_main]

use leakgate::git::{ObjectId, commit_header, tag_header, tree_names};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let ids = [ObjectId::null(leakgate::git::HashKind::Sha1), ObjectId::null(leakgate::git::HashKind::Sha256)];
    for id in ids {
        let commit = commit_header(&id, data).err().map(|error| error.to_string());
        let tag = tag_header(&id, data).err().map(|error| error.to_string());
        let mut names = 0;
        let tree = tree_names(&id, data, &mut |name| {
            names += 1;
            assert!(name.len() <= data.len());
        });
        // A blank, a zero and an id, be mode and name as empty as they are.
        assert!(names * (id.as_bytes().len() + 2) <= data.len(), "{names} names in {} bytes", data.len());
        for message in [commit, tag, tree.err().map(|error| error.to_string())].into_iter().flatten() {
            assert!(!message.chars().any(char::is_control), "{message:?}");
        }
    }
});
