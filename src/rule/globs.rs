//! Path patterns, with the meaning that people know from `.gitignore`.
//!
//! `*.md` matches at any depth, `/build` and `docs/api` from the root, `vendor/` all below a folder of that name, `**`
//! any number of folders; what matches a folder matches all below it. `{a,b}` is a choice. There is no `!`.
//!
//! *Invariant:* paths are bytes as git has them; no file system is asked, and case counts.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use std::borrow::Cow;
use std::path::Path;

/// A list of path patterns of which one must match.
#[derive(Clone, Debug)]
pub struct PathGlobs {
    set: GlobSet,
}

/// A pattern that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the path pattern `{pattern}` does not work: {why}")]
pub struct GlobError {
    /// The pattern as written.
    pub pattern: String,
    /// What is wrong with it.
    pub why: String,
}

/// Paths that have nothing in common: what matches all of them matches everything.
const UNLIKE: [&str; 4] = ["a", "src/Main.java", ".x/9/_.~", "Z-0/q/w/e.tar.gz"];

impl PathGlobs {
    /// Compiles `patterns`.
    ///
    /// # Errors
    /// Names the first pattern that is empty, begins with `!`, or is no glob.
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Result<Self, GlobError> {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            for form in forms(pattern)? {
                set.add(glob(pattern, &form)?);
            }
        }
        let set =
            set.build().map_err(|e| GlobError { pattern: "(all together)".to_owned(), why: e.kind().to_string() })?;
        Ok(Self { set })
    }

    /// Whether one of the patterns matches `path`.
    #[must_use]
    pub fn matches(&self, path: &[u8]) -> bool {
        self.set.is_match(as_path(path))
    }

    /// Whether the patterns leave no path out.
    #[must_use]
    pub fn match_everything(&self) -> bool {
        UNLIKE.iter().all(|path| self.matches(path.as_bytes()))
    }
}

/// The globs that a `.gitignore`-like pattern stands for: the name itself, and all below it.
fn forms(pattern: &str) -> Result<Vec<String>, GlobError> {
    let wrong = |why: &str| GlobError { pattern: pattern.to_owned(), why: why.to_owned() };
    if pattern.starts_with('!') {
        return Err(wrong("there is no `!`; name the paths that you mean"));
    }
    let stem = pattern.trim_end_matches('/');
    let anchored = stem.trim_start_matches('/');
    if anchored.is_empty() {
        return Err(wrong("it is empty"));
    }
    let root = if stem.contains('/') { "" } else { "**/" };
    let below = format!("{root}{anchored}/**");
    match stem.len() == pattern.len() {
        true => Ok(vec![format!("{root}{anchored}"), below]),
        false => Ok(vec![below]),
    }
}

#[cfg(unix)]
fn as_path(bytes: &[u8]) -> Cow<'_, Path> {
    use std::os::unix::ffi::OsStrExt;
    Cow::Borrowed(Path::new(std::ffi::OsStr::from_bytes(bytes)))
}

#[cfg(not(unix))]
fn as_path(bytes: &[u8]) -> Cow<'_, Path> {
    Cow::Owned(String::from_utf8_lossy(bytes).into_owned().into())
}

fn glob(pattern: &str, form: &str) -> Result<Glob, GlobError> {
    GlobBuilder::new(form)
        .literal_separator(true)
        .backslash_escape(true)
        .build()
        .map_err(|e| GlobError { pattern: pattern.to_owned(), why: e.kind().to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        PathGlobs::new([pattern]).unwrap().matches(path.as_bytes())
    }

    #[test]
    fn a_pattern_without_a_slash_matches_at_any_depth() {
        assert!(matches("*.md", "README.md"));
        assert!(matches("*.md", "docs/a/b.md"));
        assert!(!matches("*.md", "b.md5"));
        assert!(matches("vendor", "a/vendor/b.c"));
        assert!(!matches("vendor", "a/vendors/b.c"));
    }

    #[test]
    fn a_pattern_with_a_slash_matches_from_the_root() {
        assert!(matches("docs/api", "docs/api/x.html"));
        assert!(matches("/build", "build/x"));
        assert!(!matches("/build", "a/build/x"));
        assert!(!matches("docs/*.md", "docs/a/b.md"));
        assert!(matches("docs/**/*.md", "docs/a/b/c.md"));
        assert!(matches("docs/**/*.md", "docs/c.md"));
        assert!(!matches("docs/*.md", "x/docs/a.md"));
    }

    #[test]
    fn a_trailing_slash_means_a_folder() {
        assert!(matches("tests/", "a/tests/x"));
        assert!(!matches("tests/", "a/tests"));
    }

    #[test]
    fn any_byte_may_stand_in_a_path() {
        let globs = PathGlobs::new(["data/*"]).unwrap();
        assert!(globs.matches(b"data/\xff\n\x1b"));
        assert!(PathGlobs::new(["顧客/*.csv"]).unwrap().matches("顧客/a.csv".as_bytes()));
    }

    #[test]
    fn an_empty_or_negated_or_broken_pattern_is_refused_by_name() {
        for (pattern, why) in [("", "empty"), ("/", "empty"), ("!a", "no `!`"), ("a[", "character class")] {
            let error = PathGlobs::new(["ok", pattern]).unwrap_err().to_string();
            assert!(error.contains(&format!("`{pattern}`")) && error.contains(why), "{error}");
        }
    }

    #[test]
    fn what_leaves_nothing_out_is_recognised() {
        for everything in ["**", "*", "**/*", "/**", "/*", "**/**/*", "{*,a}", "[!/]*", "?*"] {
            assert!(PathGlobs::new([everything]).unwrap().match_everything(), "{everything}");
        }
        for some in ["*.*", "src/**", "a", "**/tests/**"] {
            assert!(!PathGlobs::new([some]).unwrap().match_everything(), "{some}");
        }
    }
}
