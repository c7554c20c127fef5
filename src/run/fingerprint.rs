//! `leakgate fingerprint …`: from a job to a table, and the words about it.
//!
//! *Invariant:* what is printed holds counts, names of columns and masked values, never a value.

use super::{Done, now, printed};
use crate::cli::{Depth, How, Job};
use crate::exact::{
    Alone, Built, Exact, ExactError, Header, Key, Kind, NORM, Plan, Sources, Table, build, clock, merge, normal,
};
use crate::report;
use crate::text::printable;
use crate::verdict::ExitStatus;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// A longer line of `test`, `forget` or `--exclude` is no value, in bytes.
const LINE_MAX: usize = 1 << 20;

/// Does `job`.
pub(super) fn run(job: &Job) -> Done {
    let done = match job {
        Job::Key { file } => make_key(file),
        Job::Build { out, key, how } => build_table(out, key, how),
        Job::Test { tables, keys } => test(tables, keys),
        Job::Stat { table, keys, depth } => stat(table, keys, *depth),
        Job::Forget { table, key, field } => forget(table, key, field),
        Job::Merge { tables, out, key } => join(tables, out, key),
        Job::Rotate { table, key, next, next_key } => rotate(table, key, next, next_key),
    };
    done.unwrap_or_else(|error| Done {
        out: String::new(),
        err: report::complaint(&error, &[error.hint()]),
        status: ExitStatus::Undecided,
    })
}

fn make_key(file: &Path) -> Result<Done, ExactError> {
    let key = Key::make(file)?;
    Ok(printed(format!(
        "made the key {} in {}\n\
         It belongs on the server alone: whoever has it and a table can try out all\n\
         numbers of eight digits in a minute. Its owner must be the user that runs the\n\
         hook. Without it a table says nothing, also to you: keep a copy where you\n\
         keep the server's other secrets, or build the tables again when it is lost.\n",
        key.id(),
        shown(file)
    )))
}

fn build_table(out: &Path, key: &Path, how: &How) -> Result<Done, ExactError> {
    let key = Key::read(key)?;
    let created = now();
    let mut exclude = Vec::new();
    for path in &how.exclude {
        let file = std::fs::File::open(path);
        let file = file.map_err(|source| ExactError::File { doing: "read", path: shown(path), source })?;
        each_line(&mut BufReader::new(file), &mut |line| {
            // A list of excluded people may be one of addresses, or have more columns.
            exclude.extend(line.split(|b| matches!(b, b',' | b';' | b'\t')).map(|it| it.trim_ascii().to_vec()));
            Ok(())
        })?;
    }
    let plan = Plan {
        fields: how.fields.clone(),
        pair_only: how.pair_only.clone(),
        pairs: how.pairs.clone(),
        exclude,
        own_domains: how.own_domains.clone(),
        region: how.region,
        delimiter: how.delimiter,
        first_row: how.first_row,
        created,
        expires: how.expires.as_deref().map(|text| expiry(text, created)).transpose()?,
        least: how.least,
        bad_percent: how.bad_percent,
    };
    let built = build(std::io::stdin().lock(), out, &key, &plan)?;
    Ok(printed(told(&built, out)))
}

fn expiry(text: &str, now: u64) -> Result<u64, ExactError> {
    const SECONDS_A_DAY: u64 = 86_400;
    let days = match text.parse::<u64>() {
        Ok(days) => days.checked_mul(SECONDS_A_DAY).and_then(|seconds| seconds.checked_add(now)),
        Err(_not_a_number) => clock::end_of_day(text),
    };
    days.filter(|end| *end > now).ok_or_else(|| ExactError::List {
        why: format!("`{}` is no day to come", printable(text.as_bytes())),
        remedy: "give a day as YYYY-MM-DD, or a number of days, such as 3".to_owned(),
    })
}

fn told(built: &Built, out: &Path) -> String {
    let counts = &built.counts;
    let mut said = format!("{}\n", shown(out));
    let mut line = |label: &str, text: String| {
        // Writing to a string cannot fail.
        if let Err(_never) = writeln!(said, "  {label:<9} {text}") {}
    };
    line("rows", format!("{} read, {} bad, {} records kept", counts.rows, counts.bad, built.header.records));
    line("rows out", format!("{} of own domains, {} excluded", counts.own, counts.excluded));
    line("values out", format!("{} too short or of another form, {} reserved", counts.short, counts.reserved));
    for (field, (again, density)) in built.header.fields.iter().zip(&built.fields) {
        let alone = match (field.alone, field.kind) {
            (Alone::Counts, _) => "counts alone",
            (Alone::PairOnly, Kind::Text) => "in pairs only",
            (Alone::PairOnly, _) => "in pairs only: alone it would meet ordinary numbers",
        };
        line(&field.name, format!("{} different, {again} more than once; {alone}", field.values));
        if let Some(density) = density {
            let check = if density.checked { " with a right check digit" } else { "" };
            let share = density.density * 100.0;
            line("", format!("{share:.2} % of all such numbers{check}; {:.1e} a push by chance", density.by_chance));
        }
    }
    facts(&built.header, built.size, &mut line);
    said
}

fn facts(header: &Header, size: u64, line: &mut dyn FnMut(&str, String)) {
    let name = |at: u8| header.fields.get(usize::from(at)).map_or("", |field| field.name.as_str());
    let pairs: Vec<String> = header.pairs.iter().map(|(a, b)| format!("{}+{}", name(*a), name(*b))).collect();
    line("pairs", if pairs.is_empty() { "none".to_owned() } else { pairs.join(", ") });
    line("entries", format!("{} in {} blocks, {size} bytes", header.entries, header.blocks()));
    line("key", format!("{}, spelling {NORM}, region {}", header.key, header.region));
    let until = header.expires.map_or("never".to_owned(), clock::day);
    line("made", format!("{}, expires {until}", clock::day(header.created)));
}

fn stat(path: &Path, keys: &[PathBuf], depth: Depth) -> Result<Done, ExactError> {
    let table = Table::open_expired(path, &read_keys(keys)?)?;
    let size = std::fs::metadata(path).map(|it| it.len());
    let size = size.map_err(|source| ExactError::File { doing: "read", path: shown(path), source })?;
    let header = table.header();
    let mut said = format!("{}\n", shown(path));
    let mut line = |label: &str, text: String| {
        if let Err(_never) = writeln!(said, "  {label:<9} {text}") {}
    };
    line("records", header.records.to_string());
    for field in &header.fields {
        let alone = if field.alone == Alone::Counts { "counts alone" } else { "in pairs only" };
        let kind = field.kind.as_str();
        let form = match field.kind {
            Kind::Number => {
                format!(", {} to {} characters, begin `{}`", field.shape.min, field.shape.max, field.shape.prefix)
            }
            Kind::Email | Kind::Phone | Kind::Text => String::new(),
        };
        line(&field.name, format!("{kind}{form}, {} different, {alone}", field.values));
    }
    facts(header, size, &mut line);
    line("forgotten", table.forgotten().to_string());
    if depth == Depth::Whole {
        table.verify()?;
        line("verified", "every block is as it was written".to_owned());
    }
    let mut done = printed(said);
    if header.expires.is_some_and(|end| now() >= end) {
        done.err = "warning: the table has expired: hooks that use it refuse everything\n".to_owned();
        done.status = ExitStatus::Rejected;
    }
    Ok(done)
}

fn test(tables: &[PathBuf], keys: &[PathBuf]) -> Result<Done, ExactError> {
    let sources = Sources {
        tables: tables.to_vec(),
        keys: keys.to_vec(),
        now: now(),
        emails: 1,
        numbers: 1,
        own_domains: Vec::new(),
    };
    let exact = Exact::new(sources);
    // Wrong tables are said before the first line is read.
    exact.tables()?;
    let (mut out, mut known) = (String::new(), false);
    each_line(&mut std::io::stdin().lock(), &mut |line| {
        let found = exact.known(line, None, &|_| true)?;
        known |= !found.is_empty();
        let said: Vec<String> = found
            .iter()
            .map(|it| {
                let samples: Vec<&str> = it.samples.iter().map(|sample| sample.masked.as_str()).collect();
                format!("{} ({}): {}", it.what.description(), it.fields, samples.join(", "))
            })
            .collect();
        out += &if said.is_empty() { "no\n".to_owned() } else { format!("yes  {}\n", said.join("; ")) };
        Ok(())
    })?;
    let mut done = printed(out);
    if known {
        done.status = ExitStatus::Rejected;
    }
    Ok(done)
}

fn forget(path: &Path, key: &Path, field: &str) -> Result<Done, ExactError> {
    let mut table = Table::open_expired(path, &[Key::read(key)?])?;
    let known = table.header().fields.iter().find(|known| known.name == field);
    let Some(known) = known.map(|known| (known.name.clone(), known.kind)) else {
        let names: Vec<&str> = table.header().fields.iter().map(|field| field.name.as_str()).collect();
        return Err(ExactError::List {
            why: format!("the table has no field `{}`", printable(field.as_bytes())),
            remedy: format!("its fields are {}", names.join(", ")),
        });
    };
    let (mut values, mut wrong) = (Vec::new(), 0usize);
    each_line(&mut std::io::stdin().lock(), &mut |line| {
        match normal(known.1, line.trim_ascii(), table.region()) {
            Some(value) => values.push(value),
            None if line.trim_ascii().is_empty() => {}
            None => wrong += 1,
        }
        Ok(())
    })?;
    if values.is_empty() || wrong > 0 {
        return Err(ExactError::List {
            why: format!("{wrong} lines are no {}, {} are; nothing was forgotten", known.1.as_str(), values.len()),
            remedy: "give one value a line on standard input".to_owned(),
        });
    }
    let new = table.forget(&known.0, &values)?;
    Ok(printed(format!(
        "forgot {} values of {} ({new} entries are new); hooks know it from now on\n\
         Take the person out of the list as well: the next build starts from there.\n",
        values.len(),
        known.0
    )))
}

fn join(paths: &[PathBuf], out: &Path, key: &Path) -> Result<Done, ExactError> {
    let keys = [Key::read(key)?];
    let tables: Vec<Table> = paths.iter().map(|path| Table::open(path, &keys, now())).collect::<Result<_, _>>()?;
    let (header, size) = merge(&tables, out, now())?;
    let mut said = format!("{}\n", shown(out));
    facts(&header, size, &mut |label, text| if let Err(_never) = writeln!(said, "  {label:<9} {text}") {});
    Ok(printed(said))
}

/// Fingerprints cannot be turned into those of another key: this says which step of building anew comes next.
fn rotate(path: &Path, key: &Path, next: &Path, next_key: &Path) -> Result<Done, ExactError> {
    let old = Table::open_expired(path, &[Key::read(key)?])?;
    if !next_key.exists() {
        let made = Key::make(next_key)?;
        return Ok(printed(format!(
            "made the next key, {}, in {}\n{}",
            made.id(),
            shown(next_key),
            step(next, next_key)
        )));
    }
    let new_key = Key::read(next_key)?;
    if new_key.id() == old.key().id() {
        return Err(ExactError::List {
            why: "both keys are the same one".to_owned(),
            remedy: "name a file for --next-key that does not exist: it will be made".to_owned(),
        });
    }
    if !next.exists() {
        return Ok(printed(step(next, next_key)));
    }
    let new = Table::open(next, &[new_key], now())?;
    new.verify()?;
    let names = |table: &Table| -> Vec<String> { table.header().fields.iter().map(|it| it.name.clone()).collect() };
    let missing: Vec<String> = names(&old).into_iter().filter(|name| !names(&new).contains(name)).collect();
    let (before, after) = (old.header().records, new.header().records);
    if !missing.is_empty() || after.saturating_mul(10) < before.saturating_mul(9) {
        return Err(ExactError::List {
            why: format!(
                "the next table has {after} records instead of {before}, and lacks the fields: {}",
                missing.join(", ")
            ),
            remedy: "build it again from the whole list with the same fields".to_owned(),
        });
    }
    Ok(printed(format!(
        "both tables are whole: {before} records before, {after} now\n\
         1. in the policy, while both are in use:\n\
         \x20    [exact]\n\
         \x20    tables = [{:?}, {:?}]\n\
         \x20    keys = [{:?}, {:?}]\n\
         2. when every server has the next table: name it and its key alone\n\
         3. remove {} and destroy {}:\n\
         \x20  without its key no old copy of the table says anything\n",
        path,
        next,
        key,
        next_key,
        shown(path),
        shown(key)
    )))
}

fn step(next: &Path, next_key: &Path) -> String {
    format!(
        "next: build the table anew, with the options of the one in use, from the list:\n\
         \x20 ... | leakgate fingerprint build --key {} --out {} ...\n\
         then run this command again; until then the table in use stays in use\n",
        shown(next_key),
        shown(next)
    )
}

fn read_keys(paths: &[PathBuf]) -> Result<Vec<Key>, ExactError> {
    paths.iter().map(|path| Key::read(path)).collect()
}

/// Hands each line of `input` to `take`, without its end; the buffer is one line long.
fn each_line(input: &mut dyn BufRead, take: &mut dyn FnMut(&[u8]) -> Result<(), ExactError>) -> Result<(), ExactError> {
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line).map_err(ExactError::Stdin)? > 0 {
        if line.len() > LINE_MAX {
            return Err(ExactError::List {
                why: "a line is longer than 1 MiB".to_owned(),
                remedy: "give one value or one row a line".to_owned(),
            });
        }
        take(line.trim_ascii_end())?;
        line.clear();
    }
    Ok(())
}

fn shown(path: &Path) -> String {
    printable(path.as_os_str().as_encoded_bytes())
}
