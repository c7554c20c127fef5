//! Files and lines in which addresses of people are meant to be public: authors, change logs, package manifests,
//! trailers of commits.
//!
//! *Invariant:* an exemption is for addresses alone (and a few cards in tests of gateways), and by name alone; a name that
//! also says "data" (`AUTHORS.csv`) has none, and a caller that does not know the name gets none.

/// What a file's name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// Addresses in it are its authors'.
    Authors,
    /// A patch or a mailbox of patches: lines of its header name authors, its other lines are content.
    Patch,
    /// Under a folder for tests or documents.
    TestOrDocument,
    /// Code in such a folder that speaks with a payment gateway: its test cards are charged there.
    GatewayTest,
    /// Nothing.
    Ordinary,
}

/// What the name of `path` says; `None` is a name that is not known.
pub(super) fn by_name(path: Option<&[u8]>) -> Named {
    let Some(path) = path else { return Named::Ordinary };
    let path = path.to_ascii_lowercase();
    let name = path.rsplit(|b| *b == b'/').next().unwrap_or_default();
    if MANIFESTS.contains(&name) || (!says_data(name) && is_authors(name)) {
        return Named::Authors;
    }
    if name.ends_with(b".patch") || name.ends_with(b".diff") {
        return Named::Patch;
    }
    let is_below = path.split(|b| *b == b'/').any(|part| TEST_FOLDERS.contains(&part));
    let is_test = is_below || TEST_NAMES.iter().any(|part| memchr::memmem::find(name, part).is_some());
    let is_code = CODE_SUFFIXES.iter().any(|suffix| name.ends_with(suffix));
    if is_test && is_code && GATEWAYS.iter().any(|word| memchr::memmem::find(&path, word).is_some()) {
        return Named::GatewayTest;
    }
    if is_below { Named::TestOrDocument } else { Named::Ordinary }
}

/// How tests are called wherever they stand.
const TEST_NAMES: &[&[u8]] = &[b"_test.", b"_spec.", b".test.", b".spec."];

/// What paths of code for payment gateways hold.
const GATEWAYS: &[&[u8]] = &[b"gateway", b"payment", b"acquirer", b"merchant"];

/// Code, in the languages of shops and their payment libraries.
const CODE_SUFFIXES: &[&[u8]] = &[
    b".rb",
    b".py",
    b".java",
    b".kt",
    b".js",
    b".jsx",
    b".ts",
    b".tsx",
    b".mjs",
    b".php",
    b".go",
    b".cs",
    b".rs",
    b".swift",
    b".m",
    b".scala",
    b".ex",
    b".exs",
    b".dart",
    b".feature",
];

fn says_data(name: &[u8]) -> bool {
    DATA_SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

fn is_authors(name: &[u8]) -> bool {
    let stem = name.strip_prefix(b".").unwrap_or(name);
    AUTHOR_STEMS.iter().any(|author| {
        stem.strip_prefix(*author).is_some_and(|rest| rest.first().is_none_or(|b| !b.is_ascii_alphanumeric()))
    }) || AUTHOR_SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

const DATA_SUFFIXES: &[&[u8]] =
    &[b".csv", b".tsv", b".json", b".jsonl", b".ndjson", b".sql", b".xlsx", b".xls", b".db"];

/// Names whose whole content is such a list, whatever their suffix.
const MANIFESTS: &[&[u8]] = &[
    b"package.json",
    b"package-lock.json",
    b"npm-shrinkwrap.json",
    b"composer.json",
    b"installed.json",
    b"bower.json",
    b"codemeta.json",
    b".zenodo.json",
    b"plugin.json",
    b"metadata.json",
    b"manifest.json",
    b"contributors.json",
];

/// A name that begins with one of these and then ends, or goes on with a dot, a dash or an underscore.
const AUTHOR_STEMS: &[&[u8]] = &[
    b"authors",
    b"author",
    b"contributors",
    b"contributor",
    b"contributing",
    b"credits",
    b"thanks",
    b"maintainers",
    b"maintainer",
    b"committers",
    b"owners",
    b"codeowners",
    b"mailmap",
    b"changelog",
    b"changes",
    b"news",
    b"history",
    b"copyright",
    b"copying",
    b"license",
    b"licenses",
    b"licence",
    b"notice",
    b"all-contributorsrc",
    b"citation",
    b"acknowledgements",
    b"acknowledgments",
    b"patrons",
    b"backers",
    b"sponsors",
    b"release-notes",
    b"releasenotes",
    b"third-party-notices",
    b"thirdpartynotices",
    b"third_party_notices",
    b"mailing-lists",
    b"metadata",
    b"pkg-info",
    b"readme",
    b"public_suffix_list",
    // Lock files under another name: copies, and those with the marks of a conflict.
    b"composer-lock",
    b"composer.lock",
    b"package-lock",
    b"pnpm-lock",
    b"yarn.lock",
    b"poetry.lock",
    b"cargo.lock",
    b"gemfile.lock",
];

const AUTHOR_SUFFIXES: &[&[u8]] = &[
    b".lock",
    b".gemspec",
    b".nuspec",
    b".podspec",
    b".spec",
    b".po",
    b".pot",
    b".cabal",
    b".spdx",
    b".cdx.json",
    b".spdx.json",
    b"changelog",
    b"changelog.md",
    b"changelog.txt",
    b".changes",
    b".dsc",
    b"pom.xml",
    b".opam",
    b"setup.py",
    b"setup.cfg",
    b"pyproject.toml",
    b"cargo.toml",
    b"description",
    b".ebuild",
    b".metainfo.xml",
    b".asc",
    b"copyright",
];

const TEST_FOLDERS: &[&[u8]] = &[
    b"test",
    b"tests",
    b"spec",
    b"specs",
    b"fixture",
    b"fixtures",
    b"testdata",
    b"doc",
    b"docs",
    b"example",
    b"examples",
    b"__tests__",
    b"man",
];

/// Whether a line is a trailer of a commit message (`Signed-off-by:`, `Co-authored-by:`, `Reported-and-tested-by:`).
pub(super) fn is_trailer(line: &[u8]) -> bool {
    let line = trim(line);
    let Some(colon) = line.iter().take(48).position(|b| *b == b':') else { return false };
    let (key, value) = line.split_at(colon);
    let key = key.to_ascii_lowercase();
    key.ends_with(b"-by") && value.starts_with(b": ") && key.iter().all(|b| b.is_ascii_lowercase() || *b == b'-')
}

/// Whether a line of a patch file names the people of a mail or commit.
pub(super) fn is_patch_header(line: &[u8]) -> bool {
    ["from:", "to:", "cc:", "author:", "commit:", "reply-to:", "sender:", "# user", "from "]
        .iter()
        .any(|key| line.get(..key.len()).is_some_and(|head| head.eq_ignore_ascii_case(key.as_bytes())))
}

/// Whether the line that begins at `start` names the author or committer of a commit as `git log` does: squashed
/// commits carry such logs in their messages.
pub(super) fn is_logged(text: &[u8], start: usize) -> bool {
    let keys: [&[u8]; 2] = [b"Author: ", b"Commit: "];
    let line = trim(text.get(start..).unwrap_or_default());
    if !keys.iter().any(|key| line.starts_with(key)) {
        return false;
    }
    let above = text.get(start.saturating_sub(LOG_HEAD)..start).unwrap_or_default();
    let mut above = above.rsplit(|b| *b == b'\n').skip(1).take(LOG_LINES).map(trim);
    above.any(|line| {
        let id = line.strip_prefix(b"commit ").unwrap_or_default();
        id.iter().take_while(|b| b.is_ascii_hexdigit()).count() >= 7
    })
}

/// Lines and bytes between the line `commit …` and the last that names a person.
const LOG_LINES: usize = 4;
const LOG_HEAD: usize = 400;

/// Whether a line is the name of a certificate's owner or issuer as tools print it above the certificate (RFC 4514's
/// attributes): bundles of authorities hold theirs, with addresses.
pub(super) fn is_certificate_name(line: &[u8]) -> bool {
    let line = trim(line);
    let value = [&b"subject"[..], b"issuer"].iter().find_map(|key| {
        let head = line.get(..key.len()).filter(|head| head.eq_ignore_ascii_case(key))?;
        line.get(head.len()..)?.strip_prefix(b":").or_else(|| line.get(head.len()..)?.strip_prefix(b"="))
    });
    let attributes: [&[u8]; 3] = [b"O=", b"OU=", b"CN="];
    let compact: Vec<u8> = value.unwrap_or_default().iter().copied().filter(|b| *b != b' ').collect();
    attributes.iter().filter(|key| memchr::memmem::find(&compact, key).is_some()).count() >= 2
}

/// Without indentation, comment signs, quotation and diff signs.
fn trim(line: &[u8]) -> &[u8] {
    let skip = line.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'>' | b'+' | b'-' | b'#' | b'*' | b'/')).count();
    line.get(skip..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_authors_are_known_by_name_unless_the_name_says_data() {
        for name in [
            "AUTHORS",
            "src/AUTHORS.md",
            ".mailmap",
            "composer.lock",
            "CHANGELOG.md",
            "ChangeLog-2011",
            "debian/copyright",
            "fixtures/composer-lock-conflict.txt",
            "yarn.lock.orig",
        ] {
            assert_eq!(by_name(Some(name.as_bytes())), Named::Authors, "{name}");
        }
        for name in ["AUTHORS.csv", "contributors.sql", "newsletter.txt", "historyview.rb", "authors.xlsx"] {
            assert_eq!(by_name(Some(name.as_bytes())), Named::Ordinary, "{name}");
        }
        assert_eq!(by_name(Some(b"spec/fixtures/a.yml")), Named::TestOrDocument);
        assert_eq!(by_name(Some(b"test/unit/gateways/a_test.rb")), Named::GatewayTest);
        assert_eq!(by_name(Some(b"test/models/customer_test.rb")), Named::TestOrDocument);
        assert_eq!(by_name(Some(b"lib/gateways/a.rb")), Named::Ordinary);
        assert_eq!(by_name(None), Named::Ordinary);
    }

    #[test]
    fn trailers_are_known_in_any_quotation() {
        assert!(is_trailer(b"    Signed-off-by: A B <a@qwertz.de>"));
        assert!(is_trailer(b"> Reported-and-tested-by: A <a@qwertz.de>"));
        assert!(!is_trailer(b"stand-by a@qwertz.de") && !is_trailer(b"email: a@qwertz.de"));
        let log = b"squash\n\ncommit 0a1b2c3d\nMerge: 1 2\nAuthor: A <a@qwertz.de>\nCommit: B <b@qwertz.de>\n";
        let at = |key: &[u8]| memchr::memmem::find(log, key).unwrap();
        assert!(is_logged(log, at(b"Author")) && is_logged(log, at(b"Commit:")) && !is_logged(log, at(b"Merge")));
        assert!(!is_logged(b"commit it\nAuthor: A <a@qwertz.de>\n", 10));
        assert!(is_certificate_name(b"# Issuer: C=ZA, O=Kestrel, OU = Roots, CN=a/emailAddress=a@qwertz.de"));
        assert!(!is_certificate_name(b"Subject: O=hello a@qwertz.de") && !is_certificate_name(b"O=a, CN=b"));
        assert!(is_patch_header(b"From: A <a@qwertz.de>") && !is_patch_header(b"+a@qwertz.de"));
    }
}
