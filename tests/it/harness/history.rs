//! Long histories as a `git fast-import` stream: thousands of commits in one process.

use std::fmt::Write as _;

/// A stream being written.
#[derive(Debug, Default)]
pub struct History {
    text: Vec<u8>,
    mark: usize,
}

impl History {
    /// An empty stream.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a commit on `branch` with `parents` (marks or names; none: a root) that sets `files`; returns its mark.
    pub fn commit(&mut self, branch: &str, time: i64, parents: &[String], files: &[(String, Vec<u8>)]) -> String {
        self.mark += 1;
        let message = format!("Change {}", self.mark);
        let mut head = String::new();
        writeln!(head, "commit refs/heads/{branch}\nmark :{}", self.mark).unwrap();
        writeln!(head, "committer Ada Example <ada@example.com> {time} +0000\ndata {}\n{message}", message.len())
            .unwrap();
        for (n, parent) in parents.iter().enumerate() {
            writeln!(head, "{} {parent}", if n == 0 { "from" } else { "merge" }).unwrap();
        }
        self.text.extend_from_slice(head.as_bytes());
        for (path, bytes) in files {
            if path == "\0" {
                self.text.extend_from_slice(b"deleteall\n");
                continue;
            }
            self.text.extend_from_slice(format!("M 100644 inline {path}\ndata {}\n", bytes.len()).as_bytes());
            self.text.extend_from_slice(bytes);
            self.text.push(b'\n');
        }
        self.text.push(b'\n');
        format!(":{}", self.mark)
    }

    /// As [`Self::commit`], with `files` as the whole tree.
    pub fn commit_tree(&mut self, branch: &str, time: i64, parents: &[String], files: &[(String, Vec<u8>)]) -> String {
        self.reset(branch);
        let all = [("\0".to_owned(), Vec::new())];
        self.commit(branch, time, parents, &[all.as_slice(), files].concat())
    }

    /// Points `branch` nowhere first, so that its next commit without parents is a root.
    pub fn reset(&mut self, branch: &str) {
        self.text.extend_from_slice(format!("reset refs/heads/{branch}\n\n").as_bytes());
    }

    /// The stream.
    pub fn bytes(&self) -> &[u8] {
        &self.text
    }
}
