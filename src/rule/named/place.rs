//! In which files a value stands as a secret: a weak one in configuration only, a strong one anywhere.
//!
//! Apart from the scan, which sees bytes and no path: the mark travels with the match to where the path is known.

/// Where a match counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stands {
    /// In every file: a specific format, or a random value too strong to be an example.
    Everywhere,
    /// In every file but a manual's pages.
    OutsideManuals,
    /// In every file but examples, documentation and the code of tests; in a test's configuration as well.
    OutsideExamples,
    /// In every file but tests, examples and documentation.
    OutsideTests,
    /// In configuration files and scripts, in notes, and in text without a path.
    Unquoted,
    /// In configuration files and scripts only.
    Configuration,
}

/// What a path says about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Configuration,
    /// Configuration of a test: often of a real account on a real sandbox.
    Fixture,
    Test,
    /// A page of a manual: prose in a folder of documentation, where keys stand to show what one looks like.
    Manual,
    /// A page of prose outside any manual: what a project says of itself.
    Page,
    /// A text that is neither code nor a page: notes.
    Notes,
    /// A notebook: code, prose and what the code printed.
    Notebook,
    Code,
}

/// How many folders above a file are looked at where the path is absolute: a checkout below `/tmp/test` is no test.
const NEAR: usize = 4;

impl Stands {
    /// Whether a match counts in the file at `path`; none: text without a path, such as a message. Of a notebook
    /// `in_code_cell` says whether the match stands in its code.
    #[must_use]
    pub fn at(self, path: Option<&[u8]>, in_code_cell: impl FnOnce() -> bool) -> bool {
        let kind = match path.map(kind) {
            Some(Kind::Notebook) => Some(if in_code_cell() { Kind::Code } else { Kind::Test }),
            kind => kind,
        };
        match self {
            Self::Everywhere => true,
            Self::OutsideManuals => kind != Some(Kind::Manual),
            Self::OutsideExamples => !matches!(kind, Some(Kind::Test | Kind::Manual)),
            Self::OutsideTests => !matches!(kind, Some(Kind::Test | Kind::Manual | Kind::Page | Kind::Fixture)),
            Self::Unquoted => {
                matches!(kind, None | Some(Kind::Configuration | Kind::Fixture | Kind::Page | Kind::Notes))
            }
            Self::Configuration => kind == Some(Kind::Configuration),
        }
    }
}

/// Folders of tests.
const TEST_FOLDERS: &[&str] = &[
    "test",
    "tests",
    "spec",
    "specs",
    "__tests__",
    "testing",
    "testdata",
    "test-data",
    "test_data",
    "fixtures",
    "fixture",
    "testsuite",
    "integrationtest",
    "unittest",
    "unit",
    "javatest",
    "smoke-test",
    "e2e",
    "cypress",
    "dockertest",
    "inttest",
    "systemtest",
    "acceptance",
    "factories",
    "testing_support",
    "test_support",
    "test-support",
];
/// Folders of examples, documentation, translations, recordings and foreign code.
const EXAMPLE_FOLDERS: &[&str] = &[
    "mock",
    "mocks",
    "__mocks__",
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "demos",
    "doc",
    "docs",
    "documentation",
    "i18n",
    "locale",
    "locales",
    "lang",
    "languages",
    "translations",
    "translation",
    "localization",
    "localisation",
    "l10n",
    "nls",
    "_locales",
    "stubs",
    "snippets",
    "tutorial",
    "tutorials",
    "cassettes",
    "vcr",
    "snapshots",
    "__snapshots__",
    "node_modules",
    "vendor",
    "third_party",
];
const TEST_ENDINGS: &[&str] = &[
    ".md",
    ".mdx",
    ".rst",
    ".adoc",
    ".asciidoc",
    ".po",
    ".pot",
    ".snap",
    ".map",
    ".svg",
    ".lock",
    ".min.js",
    ".min.css",
    ".html",
    ".htm",
    ".example",
    ".sample",
    ".dist",
    ".sum",
    "package-lock.json",
    "pnpm-lock.yaml",
    ".feature",
    ".patch",
    ".diff",
];
/// Folders of manuals, and the endings of their pages.
const MANUAL_FOLDERS: &[&str] = &["doc", "docs", "documentation", "guides", "tutorial", "tutorials", "website"];
const MANUAL_ENDINGS: &[&str] = &[
    ".md",
    ".mdx",
    ".rst",
    ".adoc",
    ".asciidoc",
    ".html",
    ".htm",
    ".textile",
    ".org",
    ".wiki",
    ".mediawiki",
    ".creole",
];
/// Prose outside a manual: a README, a wiki, notes.
const PAGE_ENDINGS: &[&str] = &[".md", ".mdx", ".rst", ".adoc", ".asciidoc"];
const NOTE_ENDINGS: &[&str] = &[".txt", ".org", ".wiki", ".mediawiki", ".textile", ".creole"];
/// What generators of documentation make to search it: all pages once more.
const INDEXES: &[&str] = &["search_index.json", "searchindex.js", "search-index.json", "search-index.js"];
/// A file that is called `secrets` or `credentials` is configuration, but for the code that handles them.
const CODE_ENDINGS: &[&str] = &[
    ".java", ".kt", ".scala", ".cs", ".go", ".rs", ".py", ".rb", ".php", ".js", ".jsx", ".mjs", ".ts", ".tsx", ".vue",
    ".swift", ".m", ".c", ".h", ".cc", ".cpp", ".hpp", ".dart", ".ex", ".pl", ".lua",
];
const CONFIG_ENDINGS: &[&str] = &[
    ".env",
    ".properties",
    ".ini",
    ".cfg",
    ".cnf",
    ".conf",
    ".config",
    ".yml",
    ".yaml",
    ".toml",
    ".tfvars",
    ".tf",
    ".hcl",
    ".sh",
    ".bash",
    ".zsh",
    ".fish",
    ".bat",
    ".cmd",
    ".ps1",
    ".psm1",
    ".xml",
    ".json",
    ".plist",
    ".service",
    ".mk",
    ".dockerfile",
    ".envrc",
    ".credentials",
    "credentials",
    ".nix",
    "rc",
    ".profile",
    ".bash_history",
    ".zsh_history",
    ".bash_profile",
    ".netrc",
    ".pgpass",
    ".s3cfg",
    ".boto",
    ".ovpn",
    ".csh",
    ".reg",
    ".inc",
    ".settings",
    ".secret",
    ".secrets",
    ".tpl",
    ".j2",
    ".groovy",
    ".gradle",
];
const CONFIG_STARTS: &[&str] = &[
    ".env",
    "dockerfile",
    "containerfile",
    "makefile",
    "jenkinsfile",
    "vagrantfile",
    "procfile",
    "docker-compose",
    "secret",
    "credential",
    "password",
];

fn kind(path: &[u8]) -> Kind {
    let lower = path.to_ascii_lowercase();
    let mut parts: Vec<&[u8]> = lower.split(|b| matches!(b, b'/' | b'\\')).collect();
    let absolute = parts.first().is_some_and(|part| part.is_empty());
    let name = parts.pop().unwrap_or_default();
    let near = if absolute { NEAR } else { usize::MAX };
    let is = |list: &[&str], part: &[u8]| list.iter().any(|it| it.as_bytes() == part);
    let original = path.rsplit(|b| matches!(b, b'/' | b'\\')).next().unwrap_or_default();
    let below = |list: &[&str]| parts.iter().rev().take(near).any(|part| is(list, part));
    let test = below(TEST_FOLDERS);
    let ends = |list: &[&str]| list.iter().any(|end| name.ends_with(end.as_bytes()));
    if is(INDEXES, name) || (ends(MANUAL_ENDINGS) && below(MANUAL_FOLDERS)) {
        return Kind::Manual;
    }
    if !test && ends(PAGE_ENDINGS) && !below(EXAMPLE_FOLDERS) && !is_test_name(name, original) {
        return Kind::Page;
    }
    if below(EXAMPLE_FOLDERS) || ends(TEST_ENDINGS) || is_test_name(name, original) {
        return Kind::Test;
    }
    if !test && name.ends_with(b".ipynb") {
        return Kind::Notebook;
    }
    let starts = CONFIG_STARTS.iter().any(|start| name.starts_with(start.as_bytes()));
    let config = ends(CONFIG_ENDINGS) || (starts && !ends(CODE_ENDINGS));
    match (test, config) {
        (true, true) => Kind::Fixture,
        (true, false) => Kind::Test,
        (false, true) => Kind::Configuration,
        (false, false) if ends(NOTE_ENDINGS) && name != b"cmakelists.txt" => Kind::Notes,
        (false, false) => Kind::Code,
    }
}

/// `test_x.py`, `x_test.go`, `x.spec.ts`, `XTest.java`, `XTests.cs`, `conftest.py`.
fn is_test_name(lower: &[u8], original: &[u8]) -> bool {
    let stem = lower.split(|b| *b == b'.').next().unwrap_or_default();
    let inner = [
        &b".test."[..],
        b".spec.",
        b".tests.",
        b".example",
        b".sample",
        b".cy.",
        b"-test.",
        b"-spec.",
        b"_test.",
        b"_spec.",
        b"_tests.",
    ];
    let humps = [&b"Test."[..], b"Tests.", b"TestCase.", b"IT.", b"Spec.", b"TestData."];
    stem.starts_with(b"test_")
        || stem.starts_with(b"test-")
        || stem == b"conftest"
        || inner.iter().any(|part| memchr::memmem::find(lower, part).is_some())
        || humps.iter().any(|part| memchr::memmem::find(original, part).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_what_a_file_is_for() {
        for path in [
            "src/test/java/A.java",
            "a/user_test.go",
            "web/login.spec.ts",
            "tests/README.md",
            "core/lib/testing_support/factories/user.rb",
            "examples/README.md",
            "src/UserTest.java",
            "docs/a.yml",
            ".env.example",
        ] {
            assert_eq!(kind(path.as_bytes()), Kind::Test, "{path}");
        }
        for path in ["test/fixtures.yml", "src/test/resources/application.properties"] {
            assert_eq!(kind(path.as_bytes()), Kind::Fixture, "{path}");
        }
        for path in [".env", "deploy/values.yaml", "Dockerfile.prod", "app.properties", ".bashrc", "prod.tfvars"] {
            assert_eq!(kind(path.as_bytes()), Kind::Configuration, "{path}");
        }
        assert_eq!(["README.md", "wiki/Servers.md"].map(|path| kind(path.as_bytes())), [Kind::Page; 2]);
        assert_eq!(["notes.txt", "ops/servers.org"].map(|path| kind(path.as_bytes())), [Kind::Notes; 2]);
        assert_eq!(kind(b"load.ipynb"), Kind::Notebook);
        assert_eq!(["CMakeLists.txt", "tests/a.ipynb"].map(|path| kind(path.as_bytes())), [Kind::Code, Kind::Test]);
        for path in ["docs/config.rst", "guides/a.md", "guides/b.textile", "site/search/search_index.json"] {
            assert_eq!(kind(path.as_bytes()), Kind::Manual, "{path}");
        }
        for path in [
            "src/Credentials.java",
            "lib/password.rb",
            "src/main.rs",
            "app/latest.py",
            "contest/a.c",
            "/tmp/test/a/b/c/d/e.php",
        ] {
            assert_eq!(kind(path.as_bytes()), Kind::Code, "{path}");
        }
    }

    #[test]
    fn the_weaker_a_value_the_fewer_the_files() {
        let files: [Option<&[u8]>; 6] =
            [Some(b".env"), None, Some(b"a.c"), Some(b"test/a.yml"), Some(b"test/a.c"), Some(b"docs/a.md")];
        let counts = |stands: Stands| files.map(|path| stands.at(path, || false));
        assert_eq!(counts(Stands::Everywhere), [true, true, true, true, true, true]);
        assert_eq!(counts(Stands::OutsideManuals), [true, true, true, true, true, false]);
        assert_eq!(counts(Stands::OutsideExamples), [true, true, true, true, false, false]);
        assert_eq!(counts(Stands::OutsideTests), [true, true, true, false, false, false]);
        assert_eq!(counts(Stands::Unquoted), [true, true, false, true, false, false]);
        assert_eq!(counts(Stands::Configuration), [true, false, false, false, false, false]);
    }
}
