//! `leakgate fingerprint …`: what is to be done with a table of fingerprints.

use super::{Command, UsageError};
use crate::exact::{FirstRow, Region, Wanted};
use crate::report::help;
use lexopt::{Arg, Parser, ValueExt};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// Make a key.
    Key {
        /// Where; nothing may be there.
        file: PathBuf,
    },
    /// Make a table of the list on standard input.
    Build {
        /// Where.
        out: PathBuf,
        /// With which key.
        key: PathBuf,
        /// How.
        how: Box<How>,
    },
    /// Say of each line on standard input whether the tables know it.
    Test {
        /// The tables.
        tables: Vec<PathBuf>,
        /// Their keys.
        keys: Vec<PathBuf>,
    },
    /// Say what a table says about itself.
    Stat {
        /// The table.
        table: PathBuf,
        /// The keys that it may be of.
        keys: Vec<PathBuf>,
        /// Whether all of it is read.
        depth: Depth,
    },
    /// Let the values on standard input count no more.
    Forget {
        /// The table.
        table: PathBuf,
        /// Its key.
        key: PathBuf,
        /// Of which field the values are.
        field: String,
    },
    /// Join tables of one key.
    Merge {
        /// The tables.
        tables: Vec<PathBuf>,
        /// Where to.
        out: PathBuf,
        /// Their key.
        key: PathBuf,
    },
    /// Lead from one key to the next.
    Rotate {
        /// The table in use.
        table: PathBuf,
        /// Its key.
        key: PathBuf,
        /// The table to come.
        next: PathBuf,
        /// Its key.
        next_key: PathBuf,
    },
}

/// How much of a table is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Its header.
    Header,
    /// All.
    Whole,
}

/// How a table is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct How {
    /// Fields and their columns.
    pub fields: Vec<Wanted>,
    /// Fields that never count alone.
    pub pair_only: Vec<String>,
    /// The pairs to keep.
    pub pairs: Vec<(String, String)>,
    /// Files with values to leave out.
    pub exclude: Vec<PathBuf>,
    /// Mail domains to leave out.
    pub own_domains: Vec<String>,
    /// The region of telephone numbers.
    pub region: Region,
    /// The delimiter, if it is told.
    pub delimiter: Option<u8>,
    /// What the first row is.
    pub first_row: FirstRow,
    /// `YYYY-MM-DD`, or a number of days.
    pub expires: Option<String>,
    /// The least number of records.
    pub least: u64,
    /// The most bad rows of a hundred.
    pub bad_percent: u64,
}

/// Bad rows of a hundred that are let pass, as in other products' indexers.
const BAD_PERCENT: u64 = 5;

const TAKES: &str =
    "one of: key FILE, build, test TABLE..., stat TABLE, forget TABLE, merge TABLE..., rotate TABLE NEXT-TABLE";

/// The options of all jobs, before it is known which one it is.
struct Given {
    words: Vec<OsString>,
    keys: Vec<PathBuf>,
    next_key: Option<PathBuf>,
    out: Option<PathBuf>,
    field: Vec<String>,
    depth: Depth,
    how: How,
    /// The first option that only `build` has.
    of_build: Option<&'static str>,
}

pub(super) fn parse(mut parser: Parser) -> Result<Command, UsageError> {
    let mut given = Given {
        words: Vec::new(),
        keys: Vec::new(),
        next_key: None,
        out: None,
        field: Vec::new(),
        depth: Depth::Header,
        how: how()?,
        of_build: None,
    };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Print(help::FINGERPRINT)),
            Arg::Long("key") => given.keys.push(parser.value()?.into()),
            Arg::Long("next-key") => given.next_key = Some(parser.value()?.into()),
            Arg::Long("out") => given.out = Some(parser.value()?.into()),
            Arg::Long("field") => given.field.push(parser.value()?.string()?),
            Arg::Long("verify") => given.depth = Depth::Whole,
            Arg::Long(option) if BUILD.contains(&option) => {
                let option = BUILD.iter().find(|it| **it == option).copied().unwrap_or_default();
                given.of_build = Some(option);
                build_option(option, &mut parser, &mut given.how)?;
            }
            Arg::Value(word) => given.words.push(word),
            other @ (Arg::Short(_) | Arg::Long(_)) => return Err(other.unexpected().into()),
        }
    }
    given.job().map(Command::Fingerprint)
}

const BUILD: [&str; 10] =
    ["pair-only", "pair", "exclude", "own-domain", "region", "delimiter", "no-header", "expires", "least", "bad"];

fn how() -> Result<How, UsageError> {
    let region = Region::named("JP").ok_or(UsageError::Arity { command: "fingerprint", takes: "a known region" })?;
    Ok(How {
        fields: Vec::new(),
        pair_only: Vec::new(),
        pairs: Vec::new(),
        exclude: Vec::new(),
        own_domains: Vec::new(),
        region,
        delimiter: None,
        first_row: FirstRow::Names,
        expires: None,
        least: 1,
        bad_percent: BAD_PERCENT,
    })
}

fn build_option(option: &str, parser: &mut Parser, how: &mut How) -> Result<(), UsageError> {
    let text = |parser: &mut Parser| -> Result<String, UsageError> { Ok(parser.value()?.string()?) };
    match option {
        "no-header" => how.first_row = FirstRow::Record,
        "pair-only" => how.pair_only.push(text(parser)?),
        "pair" => {
            let pair = text(parser)?;
            let (a, b) = pair.split_once('+').ok_or_else(|| bad("--pair", "write it as email+customer"))?;
            how.pairs.push((a.to_owned(), b.to_owned()));
        }
        "exclude" => how.exclude.push(parser.value()?.into()),
        "own-domain" => how.own_domains.push(text(parser)?.to_ascii_lowercase()),
        "region" => {
            let region = text(parser)?;
            let known = || format!("the regions are {}", Region::names().collect::<Vec<_>>().join(" "));
            how.region = Region::named(&region).ok_or_else(|| bad("--region", &known()))?;
        }
        "delimiter" => match text(parser)?.as_bytes() {
            b"tab" | b"\\t" => how.delimiter = Some(b'\t'),
            [one] if one.is_ascii_punctuation() || *one == b'\t' => how.delimiter = Some(*one),
            _ => return Err(bad("--delimiter", "give one character, or `tab`")),
        },
        "expires" => how.expires = Some(text(parser)?),
        "least" => how.least = parser.value()?.parse()?,
        "bad" => how.bad_percent = parser.value()?.parse()?,
        _ => {}
    }
    Ok(())
}

fn bad(option: &'static str, why: &str) -> UsageError {
    UsageError::Argument(lexopt::Error::Custom(format!("{option}: {why}").into()))
}

impl Given {
    fn job(self) -> Result<Job, UsageError> {
        let arity = |takes| UsageError::Arity { command: "fingerprint", takes };
        let mut words = self.words.into_iter();
        let what = words.next().ok_or(arity(TAKES))?;
        let rest: Vec<PathBuf> = words.map(PathBuf::from).collect();
        if let (Some(_), true) = (self.of_build, what != "build") {
            return Err(arity("--region, --exclude and the like with build only"));
        }
        let one_key = || match self.keys.as_slice() {
            [key] => Ok(key.clone()),
            _ => Err(arity("--key FILE, once")),
        };
        let out = || self.out.clone().ok_or(arity("--out FILE"));
        match (what.as_bytes(), rest.as_slice()) {
            (b"key", [file]) => Ok(Job::Key { file: file.clone() }),
            (b"build", []) => {
                let fields = self.field.iter().map(|it| Wanted::parse(it).map_err(|why| bad("--field", &why)));
                let fields = fields.collect::<Result<_, _>>()?;
                Ok(Job::Build { out: out()?, key: one_key()?, how: Box::new(How { fields, ..self.how }) })
            }
            (b"test", [_, ..]) if !self.keys.is_empty() => Ok(Job::Test { tables: rest, keys: self.keys }),
            (b"stat", [table]) if !self.keys.is_empty() => {
                Ok(Job::Stat { table: table.clone(), keys: self.keys, depth: self.depth })
            }
            (b"forget", [table]) => match self.field.as_slice() {
                [field] => Ok(Job::Forget { table: table.clone(), key: one_key()?, field: field.clone() }),
                _ => Err(arity("--field NAME, once, with forget")),
            },
            (b"merge", [_, _, ..]) => Ok(Job::Merge { out: out()?, key: one_key()?, tables: rest }),
            (b"rotate", [table, next]) => {
                let next_key = self.next_key.clone().ok_or(arity("--next-key FILE with rotate"))?;
                Ok(Job::Rotate { table: table.clone(), key: one_key()?, next: next.clone(), next_key })
            }
            (b"test" | b"stat", [_, ..]) => Err(arity("--key FILE")),
            _ => Err(arity(TAKES)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn job(args: &[&str]) -> Result<Job, UsageError> {
        let parsed = parse(["leakgate", "fingerprint"].iter().chain(args).map(OsString::from))?;
        let Command::Fingerprint(job) = parsed else { panic!("{parsed:?}") };
        Ok(job)
    }

    #[test]
    fn each_job_has_its_own_words() {
        assert_eq!(job(&["key", "k"]).unwrap(), Job::Key { file: "k".into() });
        let built = job(&["build", "--key", "k", "--out", "t", "--field", "email=#2", "--pair", "email+customer"]);
        let Ok(Job::Build { out, key, how }) = built else { panic!("{built:?}") };
        assert_eq!((out, key), ("t".into(), "k".into()));
        assert_eq!((how.fields.len(), how.pairs.len(), how.bad_percent), (1, 1, 5));
        assert!(matches!(job(&["test", "t", "u", "--key", "k", "--key", "l"]), Ok(Job::Test { tables, keys })
            if tables.len() == 2 && keys.len() == 2));
        assert!(matches!(job(&["stat", "t", "--verify", "--key", "k"]), Ok(Job::Stat { depth: Depth::Whole, .. })));
        assert!(matches!(job(&["forget", "t", "--key", "k", "--field", "email"]), Ok(Job::Forget { .. })));
        assert!(matches!(job(&["merge", "t", "u", "--key", "k", "--out", "v"]), Ok(Job::Merge { .. })));
        assert!(matches!(job(&["rotate", "t", "u", "--key", "k", "--next-key", "l"]), Ok(Job::Rotate { .. })));
    }

    #[test]
    fn other_words_are_errors() {
        for wrong in [
            &[][..],
            &["frob"],
            &["key"],
            &["build", "--key", "k"],
            &["build", "--out", "t"],
            &["build", "t", "--key", "k", "--out", "t"],
            &["build", "--key", "k", "--out", "t", "--field", "x=y"],
            &["build", "--key", "k", "--out", "t", "--region", "XX"],
            &["build", "--key", "k", "--out", "t", "--delimiter", "ab"],
            &["build", "--key", "k", "--out", "t", "--least", "-1"],
            &["test", "--key", "k"],
            &["test", "t"],
            &["stat", "t", "u", "--key", "k"],
            &["stat", "t", "--key", "k", "--region", "JP"],
            &["forget", "t", "--key", "k"],
            &["merge", "t", "--key", "k", "--out", "v"],
            &["rotate", "t", "u", "--key", "k"],
        ] {
            assert!(job(wrong).is_err(), "{wrong:?}");
        }
    }
}
