//! What the parts cost that every byte of a push may go through, each by itself, on one core.
//!
//! `cargo bench --bench micro [-- NAME]` times them on text that is generated alike each time: the keywords' pass, the
//! rules' patterns, each family of decoders, the survey for customer data, the lines that a parent had, and look-ups in
//! a table of customers. Here a change of one part shows; what it means for a push, `hooks` says, and which rule is the
//! dear one on real folders, `stages`.

#![allow(clippy::disallowed_methods, reason = "only the crate itself leaves the environment to hook_env")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "it stops when something is not as it should")]

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use leakgate::customer::{self, Thresholds};
use leakgate::exact::{FirstRow, Key, Plan, Region, Table};
use leakgate::gate::before::Before;
use leakgate::policy::{Date, Policy};
use leakgate::rule::RuleSet;
use leakgate::scan::{Form, View, decode, matches};
use std::fmt::Write as _;
use std::sync::LazyLock;

/// Bytes of each text: more than a core's own cache, less than a disturbance lasts.
const SIZE: usize = 1 << 20;
/// Records of the table of customers.
const RECORDS: u64 = 100_000;
/// Look-ups that are timed together.
const LOOKUPS: u64 = 1_000;

static RULES: LazyLock<RuleSet> = LazyLock::new(|| {
    let policy = Policy::load(&[], Date::parse("2026-01-01").unwrap()).expect("the default policy");
    RuleSet::of(&policy.rules).expect("the default rules")
});

fn main() {
    inputs_are_what_they_are_called();
    divan::main();
}

/// Else a number would be about something else than its line says.
fn inputs_are_what_they_are_called() {
    for (name, line) in SOURCE {
        let found = matches(&RULES, text(line).as_bytes(), Form::Plain).expect("patterns that compile");
        assert!(found.is_empty(), "{name}: {} findings", found.len());
    }
    for (kinds, views) in [(&ENCODED[..], decode::encoded as fn(&[u8]) -> Vec<View>), (&DISGUISED, decode::disguised)] {
        for (name, line) in kinds {
            assert_eq!(views(text(*line).as_bytes()).is_empty(), *name == "none", "{name}");
        }
    }
}

/// How a text is called, and a line of it.
type Kind = (&'static str, fn(&mut Dice) -> String);

/// Source code as most is: nothing to tell, words that tell of secrets, and what nearly is one.
const SOURCE: [Kind; 3] = [("clean", clean), ("telling words", telling), ("near misses", near)];
/// A family of decoders each, in a line of source in between.
const ENCODED: [Kind; 10] = [
    ("none", clean),
    ("base64", |dice| format!("data: {}", base64(&words(dice, 9)))),
    ("base32", |dice| format!("data: {}", base32(&words(dice, 9)))),
    ("hexadecimal", |dice| format!("data: {}", bytes(&words(dice, 9), "", 16))),
    ("decimal", |dice| format!("data = [{}]", bytes(&words(dice, 4), ", ", 10))),
    ("percent", |dice| format!("data={}", bytes(&words(dice, 5), "%", 16))),
    ("escapes", |dice| format!("data = \"{}\"", bytes(&words(dice, 5), "\\x", 16))),
    ("character references", |dice| format!("<p>{}</p>", bytes(&words(dice, 5), "&#x", 16).replace('&', ";&"))),
    ("quoted-printable", |dice| format!("data: {}=", bytes(&words(dice, 3), "=", 16))),
    ("ascii85", |dice| format!("<~{}~>", ascii85(&words(dice, 9)))),
];
/// A family of disguises each.
const DISGUISED: [Kind; 6] = [
    ("none", clean),
    ("joined", |dice| format!("data = \"{}\" + \"{}\" + \"{}\"", word(dice), word(dice), word(dice))),
    ("broken lines", |dice| format!("data = \"{}\\\n  {}\"", words(dice, 4), words(dice, 4))),
    ("hidden characters", |dice| format!("data = \"{}\u{200b}{}\"", word(dice), word(dice))),
    ("terminal sequences", |dice| format!("data = {}\u{1b}[1m{}\u{1b}[0m", word(dice), word(dice))),
    ("look-alikes", |dice| format!("data = \"{}\u{430}{}\"", word(dice), word(dice))),
];

fn names(kinds: &'static [Kind]) -> impl Iterator<Item = &'static str> {
    kinds.iter().map(|(name, _)| *name)
}

/// Times `what` on the text called `name`.
fn on<T>(bencher: Bencher<'_, '_>, kinds: &[Kind], name: &str, what: impl Fn(&[u8]) -> T + Sync) {
    let (_, line) = kinds.iter().find(|kind| kind.0 == name).expect("a text of this name");
    let text = text(*line);
    bencher.counter(BytesCount::of_slice(text.as_bytes())).bench(|| what(black_box(text.as_bytes())));
}

#[divan::bench(args = names(&SOURCE))]
fn prefilter(bencher: Bencher<'_, '_>, name: &str) {
    let rules = &*RULES;
    on(bencher, &SOURCE, name, |text| {
        let mut hits = 0;
        rules.keywords_in(text, |_| hits += 1);
        hits
    });
}

/// With the prefilter before it, without which no pattern runs.
#[divan::bench(args = names(&SOURCE))]
fn prefilter_and_patterns(bencher: Bencher<'_, '_>, name: &str) {
    let rules = &*RULES;
    on(bencher, &SOURCE, name, |text| matches(rules, text, Form::Plain).expect("patterns that compile").len());
}

#[divan::bench(args = names(&ENCODED))]
fn encoded(bencher: Bencher<'_, '_>, name: &str) {
    on(bencher, &ENCODED, name, decode::encoded);
}

#[divan::bench(args = names(&DISGUISED))]
fn disguised(bencher: Bencher<'_, '_>, name: &str) {
    on(bencher, &DISGUISED, name, decode::disguised);
}

#[divan::bench]
fn utf16(bencher: Bencher<'_, '_>) {
    let text: Vec<u8> = text(clean).encode_utf16().flat_map(u16::to_le_bytes).collect();
    bencher.counter(BytesCount::of_slice(&text)).bench(|| decode::text(black_box(&text)).expect("it is UTF-16"));
}

/// The search for lists of people.
#[divan::bench(args = ["clean", "records"])]
fn customer_data(bencher: Bencher<'_, '_>, name: &str) {
    let kinds: [Kind; 2] = [("clean", clean), ("records", record)];
    let thresholds = Thresholds::standard();
    on(bencher, &kinds, name, |text| customer::survey(text, None, &|_| true, &thresholds));
}

/// The line diff: which lines a parent had.
mod lines {
    use super::{Before, Bencher, BytesCount, black_box, clean, text};

    #[divan::bench]
    fn of_a_parent(bencher: Bencher<'_, '_>) {
        let parent = text(clean);
        bencher.counter(BytesCount::of_str(&parent)).bench(|| {
            let mut before = Before::default();
            before.learn(black_box(parent.as_bytes()));
            before
        });
    }

    #[divan::bench]
    fn of_a_change(bencher: Bencher<'_, '_>) {
        let parent = text(clean);
        let mut before = Before::default();
        before.learn(parent.as_bytes());
        // Every tenth line is another one.
        let changed = |(number, line): (usize, &str)| format!("{line}{}\n", if number % 10 == 0 { " " } else { "" });
        let change: String = parent.lines().enumerate().map(changed).collect();
        bencher.counter(BytesCount::of_str(&change)).bench(|| {
            let lines = black_box(change.as_bytes()).split_inclusive(|byte| *byte == b'\n');
            lines.filter(|line| !before.has_line(line)).count()
        });
    }
}

/// Look-ups in a table of customers.
mod table {
    use super::{Bencher, FirstRow, ItemsCount, Key, LOOKUPS, Plan, RECORDS, Region, Table, black_box};

    /// The table, open, in a folder that is gone with it.
    fn table() -> (Table, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let (key, path) = (Key::make(&folder.path().join("k")).expect("a key"), folder.path().join("t.lgfp"));
        let list: String = (0..RECORDS).map(email).fold("mail_address\n".to_owned(), |all, mail| all + &mail + "\n");
        let plan = Plan {
            fields: Vec::new(),
            pair_only: Vec::new(),
            pairs: Vec::new(),
            exclude: Vec::new(),
            own_domains: Vec::new(),
            region: Region::named("JP").expect("a region"),
            delimiter: Some(b','),
            first_row: FirstRow::Names,
            created: 1,
            expires: None,
            least: 1,
            bad_percent: 0,
        };
        leakgate::exact::build(list.as_bytes(), &path, &key, &plan).expect("a table");
        (Table::open(&path, &[key], 1).expect("a whole table"), folder)
    }

    #[divan::bench(args = ["absent", "present"])]
    fn look_up(bencher: Bencher<'_, '_>, which: &str) {
        let (table, _folder) = table();
        let from = if which == "present" { 0 } else { RECORDS };
        let values: Vec<String> = (0..LOOKUPS).map(|n| email(from + n * 7_919 % RECORDS)).collect();
        bencher.counter(ItemsCount::new(values.len())).bench(|| {
            let known = |value: &&String| table.knows("email", black_box(value.as_bytes())).expect("a whole table");
            values.iter().filter(known).count()
        });
    }

    /// Spread, so that neither order nor length tells anything.
    fn email(n: u64) -> String {
        format!("{:x}{n}@qwertz-{}.co.jp", n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24, n % 9_973)
    }
}

/// Numbers that are the same in each run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).expect("less than `sides`")
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of.get(self.roll(of.len())).copied().unwrap_or_default()
    }
}

/// Nine lines of plain source, then one of `line`, until there are [`SIZE`] bytes.
fn text(line: fn(&mut Dice) -> String) -> String {
    let dice = &mut Dice(1);
    let mut text = String::with_capacity(SIZE + 4096);
    while text.len() < SIZE {
        (0..9).for_each(|_| text += &clean(dice));
        text += &line(dice);
        text.push('\n');
    }
    text
}

fn word(dice: &mut Dice) -> &'static str {
    dice.pick(&[
        "index", "buffer", "length", "render", "widget", "column", "parser", "result", "offset", "handle", "matrix",
        "thread", "branch", "packet", "colour", "window",
    ])
}

fn words(dice: &mut Dice, count: usize) -> String {
    (0..count).map(|_| word(dice)).collect::<Vec<_>>().join(" ")
}

fn clean(dice: &mut Dice) -> String {
    let (a, b, n) = (word(dice), word(dice), dice.roll(1000));
    match dice.roll(5) {
        0 => format!("    let {a}_{b} = {b}.{a}({n});\n"),
        1 => format!("    // The {a} of a {b} that is not yet in the {}.\n", word(dice)),
        2 => format!("    if {a}.{b} > {n} {{\n"),
        3 => format!("        return {a}.map(|{b}| {b} + {n});\n    }}\n"),
        _ => format!("fn {a}_of_{b}_{n}({b}: &{}) -> usize {{\n", word(dice)),
    }
}

/// What names and services are called where secrets stand, and none beside it.
fn telling(dice: &mut Dice) -> String {
    let names = ["password", "secret", "token", "api_key", "access_key", "private_key", "authorization", "credential"];
    let (name, service) = (dice.pick(&names), dice.pick(&["aws", "github", "slack", "stripe", "azure", "heroku"]));
    match dice.roll(3) {
        0 => format!("    let {name} = config.{service}_{name}();"),
        1 => format!("    // The {name} of {service} comes from its vault."),
        _ => format!("    fn {service}_{name}(&self) -> &{name} {{"),
    }
}

/// The head of a token, and then too little of it: a pattern runs, and finds nothing.
fn near(dice: &mut Dice) -> String {
    let head = dice.pick(&["ghp", "glpat", "AKIA", "xoxb", "sk_live", "npm", "AIza", "eyJhbGciOi", "SG"]);
    let joint = dice.pick(&["_", "-", "."]);
    format!("    check(\"{head}{joint}{}{}\")", word(dice), dice.roll(100))
}

/// A row of people: the dice are cast for all of it.
fn record(dice: &mut Dice) -> String {
    let (a, b, n) = (word(dice), word(dice), dice.roll(1_000_000));
    format!("{n},{a}.{b}{n}@qwertz-{}.co.jp,090-{:04}-{:04}", n % 977, dice.roll(10_000), dice.roll(10_000))
}

/// The bytes of `text` as numbers, `mark` before each.
fn bytes(text: &str, mark: &str, radix: u32) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        match radix {
            16 => write!(all, "{mark}{byte:02x}"),
            _ => write!(all, "{}{byte}", if all.is_empty() { "" } else { mark }),
        }
        .expect("a text takes all");
        all
    })
}

/// Groups of bits as digits.
fn digits(text: &str, bits: u32, alphabet: &str) -> String {
    let (mut held, mut kept, mut out) = (0_u32, 0_u32, String::new());
    for byte in text.bytes() {
        (held, kept) = ((held << 8) | u32::from(byte), kept + 8);
        while kept >= bits {
            kept -= bits;
            out.extend(alphabet.chars().nth(((held >> kept) & ((1 << bits) - 1)) as usize));
            held &= (1 << kept) - 1;
        }
    }
    out
}

fn base64(text: &str) -> String {
    digits(text, 6, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
}

fn base32(text: &str) -> String {
    digits(text, 5, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
}

fn ascii85(text: &str) -> String {
    let of = |four: &[u8]| four.iter().fold(0_u32, |all, byte| (all << 8) | u32::from(*byte));
    let digit = |value: u32, place: u32| char::from_u32(33 + value / 85_u32.pow(place) % 85).expect("below 118");
    text.as_bytes().chunks_exact(4).flat_map(|four| (0..5).rev().map(move |place| digit(of(four), place))).collect()
}
