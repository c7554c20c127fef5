//! The build script: packs the rules of `config/rules/*.toml` into the bytes that the binary holds, so that a run parses
//! no TOML for them. It lies beside what it reads; `src` stays the program's own modules.
//!
//! What a table may say, which rule it stands for and how a rule looks is read from the program's own files, which are
//! included here, and whatever derives `Serialize` is packed. So a new key needs no edit in this folder.
//!
//! *Invariant:* only what no rule can be made of is refused here. Whether a rule is sound (its pattern compiles, its
//! examples match) is for the tests: to compile all patterns unoptimised would make every build wait.
#![allow(dead_code, unused_imports, reason = "the included files serve the program, not this script alone")]

#[path = "../../src/rule/named/spec.rs"]
mod rule_named;
#[path = "../../src/rule/rarest.rs"]
mod rule_rarest;
#[path = "../../src/rule/reach.rs"]
mod rule_reach;
#[path = "../../src/rule/records.rs"]
mod rule_records;
#[path = "../../src/rule/spec.rs"]
mod rule_spec;
#[path = "../../src/rule/text.rs"]
mod rule_text;
#[path = "../../src/text/severity.rs"]
mod severity;
#[path = "../../src/policy/spec.rs"]
mod spec;
#[path = "../../src/policy/wire.rs"]
mod wire;

/// The program's `rule`, as far as the included files name it.
mod rule {
    pub use crate::rule_named::{AskSpec, Look, NamedSpec, PARAMETER, TELLING};
    pub use crate::rule_rarest::Rarest;
    pub use crate::rule_reach::reach;
    pub use crate::rule_spec::{RuleSpec, Scope, Unicode};
    pub use crate::rule_text::Text;
}

/// The program's `text`, as far as the included files name it.
mod text {
    pub use crate::severity::{Kind, Severity};
}

use flate2::Compression;
use flate2::write::ZlibEncoder;
use rule::RuleSpec;
use rule_spec::{Notice, Papers};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The folder of the packs, from the repository's root.
const PACKS: &str = "config/rules";
/// The pack whose rules are tried after all others: anybody's secrets, not a certain issuer's.
const LAST: &str = "generic";

fn main() -> ExitCode {
    let done = prepare();
    let mut out = io::stdout();
    let told = match &done {
        // A folder that is named here is looked through with all its files.
        Ok(()) => writeln!(out, "cargo::rerun-if-changed={PACKS}"),
        Err(mistake) => mistake.lines().try_for_each(|line| writeln!(out, "cargo::error={line}")),
    };
    if done.is_ok() && told.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn prepare() -> Result<(), String> {
    let mut rules: Vec<RuleSpec> = Vec::new();
    for (group, path) in packs()? {
        let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        for rule in read(&group, &text).map_err(|mistake| format!("{PACKS}/{group}.toml:{mistake}"))? {
            if let Some(first) = rules.iter().find(|first| first.id == rule.id) {
                return Err(format!(
                    "{PACKS}/{group}.toml: rule `{}` stands in {PACKS}/{}.toml too",
                    rule.id, first.group
                ));
            }
            rules.push(rule);
        }
    }
    rules_of(&rules)?;
    keywords_of(&rules)?;
    let notices = rules.iter().map(|rule| pack(&Notice::of(rule))).collect::<Result<Vec<_>, _>>()?;
    let papers = rules.iter().map(|rule| pack(&Papers::of(rule))).collect::<Result<Vec<_>, _>>()?;
    write("notices", &compressed(&notices.concat())?)?;
    write("papers", &compressed(&papers.concat())?)
}

/// What a run needs of each rule, where each ends, their order by id, and their groups.
fn rules_of(rules: &[RuleSpec]) -> Result<(), String> {
    let (mut packed, mut ends, mut groups) = (Vec::new(), Vec::new(), String::new());
    for rule in rules {
        packed.extend(pack(rule)?);
        ends.push(packed.len());
    }
    for group in rules.chunk_by(|a, b| a.group == b.group) {
        groups.extend(group.first().map(|rule| format!("{} {}\n", rule.group, group.len())));
    }
    let mut by_id: Vec<(&str, usize)> = rules.iter().enumerate().map(|(number, rule)| (&*rule.id, number)).collect();
    by_id.sort_unstable();
    write("groups", groups.as_bytes())?;
    write("rules", &packed)?;
    write("ends", &table(ends)?)?;
    write("by-id", &table(by_id.into_iter().map(|(_, number)| number))?)
}

/// The keywords: those of rules that need a telling word apart, and that word with the number behind the last rule's.
fn keywords_of(rules: &[RuleSpec]) -> Result<(), String> {
    let words: Vec<rule::Text> =
        rule::TELLING.iter().chain([&rule::PARAMETER]).map(|word| rule::Text::from(*word)).collect();
    let needs = |rule: &RuleSpec| rule.named.as_ref().is_some_and(rule::NamedSpec::needs_telling);
    let (services, free): (Vec<_>, Vec<_>) = rules.iter().enumerate().partition(|(_, rule)| needs(rule));
    let slice = |(number, rule): &(usize, &'_ RuleSpec)| (*number, rule.keywords.clone());
    let mut free: Vec<_> = free.iter().map(slice).collect();
    free.push((rules.len(), words));
    let services: Vec<_> = services.iter().map(slice).collect();
    for (name, list) in [("everywhere", free), ("services", services)] {
        let words = list.iter().flat_map(|(number, words)| words.iter().map(|word| (*number, word.as_bytes())));
        write(name, &rule_records::records(words))?;
    }
    Ok(())
}

fn pack(value: &impl serde::Serialize) -> Result<Vec<u8>, String> {
    postcard::to_stdvec(value).map_err(|e| format!("{PACKS}: cannot be packed: {e}"))
}

fn compressed(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut out = ZlibEncoder::new(Vec::new(), Compression::best());
    out.write_all(bytes).and_then(|()| out.finish()).map_err(|e| format!("{PACKS}: cannot be compressed: {e}"))
}

/// Numbers of four bytes, the low one first.
fn table(numbers: impl IntoIterator<Item = usize>) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    for number in numbers {
        let number = u32::try_from(number).map_err(|e| format!("{PACKS}: too large to be packed: {e}"))?;
        out.extend(number.to_le_bytes());
    }
    Ok(out)
}

fn write(name: &str, bytes: &[u8]) -> Result<(), String> {
    let target = target()?.join(name);
    fs::write(&target, bytes).map_err(|e| format!("{}: {e}", target.display()))
}

/// Name and path of each pack, in the order in which their rules are tried.
fn packs() -> Result<Vec<(String, PathBuf)>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(PACKS);
    let wrong = |e: io::Error| format!("{}: {e}", folder.display());
    let mut packs = Vec::new();
    for entry in fs::read_dir(&folder).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        if path.extension().is_some_and(|end| end == "toml") {
            let name = path.file_stem().and_then(|name| name.to_str());
            let name = name.ok_or_else(|| format!("{}: the name is no UTF-8", path.display()))?;
            packs.push((name.to_owned(), path));
        }
    }
    packs.sort_by_key(|(name, _)| (name == LAST, name.clone()));
    Ok(packs)
}

/// The rules of one pack, or the line, the rule and what is wrong with it.
fn read(group: &str, text: &str) -> Result<Vec<RuleSpec>, String> {
    let pack: wire::Pack = toml::from_str(text).map_err(|e| {
        let start = e.span().map_or(0, |span| span.start);
        let line = text.get(..start).map_or(0, |before| before.matches('\n').count()) + 1;
        format!("{line}: rule {}: {}", rule_at(text, start), e.message())
    })?;
    let made = pack.rules.iter().map(|rule| {
        let wire = rule.get_ref();
        let made = spec::spec(wire, group, rule::reach(&spec::pattern_of(wire), spec::unicode(wire)));
        match (made.regex.is_empty() && made.named.is_none()) || made.keywords.is_empty() {
            true => Err(format!(" rule `{}` lacks a pattern or keywords", made.id)),
            false => Ok(made),
        }
    });
    made.collect()
}

/// The id in the table that holds the byte at `start`, quoted as it is.
fn rule_at(text: &str, start: usize) -> &str {
    const HEAD: &str = "[[rules]]";
    // A table's own span begins with its head.
    let begin = text.get(..start.saturating_add(HEAD.len())).unwrap_or(text).rfind(HEAD).unwrap_or(0);
    let mut lines = text.get(begin..).unwrap_or_default().lines().skip(1).take_while(|line| *line != HEAD);
    let id = lines.find_map(|line| line.strip_prefix("id")?.trim_start().strip_prefix('='));
    id.map_or("without an id", str::trim)
}

#[expect(clippy::disallowed_methods, reason = "cargo names the folder to a build script in this way alone")]
fn target() -> Result<PathBuf, String> {
    std::env::var_os("OUT_DIR").map(PathBuf::from).ok_or_else(|| "cargo names no OUT_DIR".to_owned())
}
