//! A value is found whatever surrounds it and whatever it is wrapped in, and is not found when its check is wrong.
//!
//! The values are made of the rules' own examples, with other random letters in every case.

use super::coats::{COATS, Coat};
use super::kinds::{BUILT, Kind, kinds};
use crate::harness::Rng;
use leakgate::policy::{Date, LayerFile, Policy};
use leakgate::rule::{RuleSet, RuleSpec, expand};
use leakgate::scan::{Limits, scan};
use proptest::prelude::*;
use std::sync::LazyLock;

static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| kinds(1));

/// What may stand right before a value.
const BEFORE: [&str; 38] = [
    "",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\"",
    "'",
    "`",
    "(",
    "[",
    "{",
    "<",
    ">",
    ",",
    ";",
    ":",
    "=",
    "==",
    "=>",
    ":=",
    "->",
    "|",
    "key=",
    "key =\t",
    "\"key\": \"",
    "key: ",
    "'key' => '",
    "--token ",
    "--token=",
    "x-token: ",
    "<key>",
    "<a href='",
    "token(",
    "[0]=",
    "f\"",
    "r'",
    "#",
    "\u{3000}",
];
/// And right behind it.
const AFTER: [&str; 26] = [
    "", " ", "\t", "\n", "\r\n", "\"", "'", "`", ")", "]", "}", ">", "<", ",", ";", ":", "|", "\";", "',", "\")",
    "</key>", " # note", " // note", "\"\r\n", "\\n\"", "\u{3000}",
];

/// The kind with a value of another seed.
fn fresh(kind: &Kind, seed: u64) -> Kind {
    let example = expand(&BUILT.rules[kind.number].spec.examples[0], seed).unwrap();
    let secret = BUILT.values(kind.number, example.as_bytes()).into_iter().next();
    // One value in very many is turned down (a run of letters, too little entropy): the first one will do then.
    let Some(secret) = secret else { return kind.clone() };
    let text = if kind.is_bare { String::from_utf8(secret.clone()).unwrap() } else { example };
    Kind { text, secret, ..kind.clone() }
}

fn found(kind: &Kind, blob: &[u8]) -> bool {
    BUILT.finds(kind.number, &kind.secret, blob)
}

/// A setting with the value, among others.
fn setting(kind: &Kind) -> String {
    format!("first = some words\n\n{}\n\nlast = other words\n", kind.text)
}

#[test]
fn a_bare_value_is_found_behind_and_before_every_delimiter() {
    let mut wrong = Vec::new();
    for kind in KINDS.iter().filter(|kind| kind.is_bare) {
        let around = BEFORE.iter().map(|before| (*before, "")).chain(AFTER.iter().map(|after| ("", *after)));
        let missed = around.filter(|(before, after)| !found(kind, format!("{before}{}{after}", kind.text).as_bytes()));
        wrong.extend(missed.map(|(before, after)| format!("{} between {before:?} and {after:?}", kind.id)));
    }
    assert!(wrong.is_empty(), "{} missed:\n{}", wrong.len(), wrong.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn a_bare_value_is_found_between_any_delimiters(
        pick in any::<prop::sample::Index>(), seed in 0_u64..1_000, before in prop::sample::select(&BEFORE[..]),
        after in prop::sample::select(&AFTER[..]),
    ) {
        let bare: Vec<Kind> = KINDS.iter().filter(|kind| kind.is_bare).cloned().collect();
        let kind = fresh(pick.get(&bare), seed);
        let text = format!("{before}{}{after}", kind.text);
        prop_assert!(found(&kind, text.as_bytes()), "{}: {:?}", kind.id, text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn a_value_with_its_words_is_found_between_any_lines(
        pick in any::<prop::sample::Index>(), seed in 0_u64..1_000, lead in "([a-z0-9 ,;.]{0,40}\r?\n){0,3}", tail in "(\r?\n[ -~]{0,40}){0,3}",
    ) {
        let kind = fresh(pick.get(&KINDS), seed);
        let text = format!("{lead}{}{tail}", kind.text);
        prop_assert!(found(&kind, text.as_bytes()), "{}: {:?}", kind.id, text);
    }

    #[test]
    fn a_value_is_found_among_bytes_that_are_no_text(
        pick in any::<prop::sample::Index>(), seed in 0_u64..1_000, length in 1_usize..400, text in any::<bool>(),
    ) {
        let kind = fresh(pick.get(&KINDS), seed);
        let mut rng = Rng::named(&format!("{seed}"));
        // Half of the bytes NUL, as in a program's data; the value stands between NULs, as strings there do.
        let mut noise = || -> Vec<u8> { rng.bytes(length).into_iter().map(|b| if b < 128 { 0 } else { b }).collect() };
        let blob = match text {
            true => [noise(), b"\n".to_vec(), kind.text.clone().into_bytes(), b"\n\0".to_vec(), noise()].concat(),
            false => [noise(), b"\0".to_vec(), kind.text.clone().into_bytes(), b"\0".to_vec(), noise()].concat(),
        };
        prop_assume!(kind.is_bare || text);
        prop_assert!(found(&kind, &blob), "{}: {:?}", kind.id, String::from_utf8_lossy(&blob));
    }
}

#[test]
fn a_value_is_found_in_the_middle_of_a_line_of_two_hundred_kilobytes() {
    let fillers = ["x ", "a=1;", "{\"k\":[0,1,2]},", "lorem ipsum, "];
    let mut groups: Vec<&str> = Vec::new();
    for kind in KINDS.iter().filter(|kind| kind.is_bare) {
        // Two of each group: reading much takes its time.
        if groups.iter().filter(|group| **group == kind.group).count() >= 2 {
            continue;
        }
        let filler = fillers[groups.len() % fillers.len()];
        let filler = filler.repeat(100_000_usize.div_ceil(filler.len()));
        groups.push(&kind.group);
        let line = format!("{filler}\"{}\";{filler}", kind.text);
        assert!(line.len() > 200_000 && found(kind, line.as_bytes()), "{} in {filler:.20}", kind.id);
    }
    assert!(groups.len() > 15, "{groups:?}");
}

#[test]
fn a_value_is_found_in_every_coat() {
    let mut wrong = Vec::new();
    for (n, kind) in KINDS.iter().enumerate() {
        for (m, coat) in COATS.iter().enumerate() {
            // To start a program takes its time.
            let skipped = coat.name == "xz" && n % 8 != m % 8;
            if skipped || !(kind.is_decoded || coat.is_plain()) {
                continue;
            }
            if !found(kind, &(coat.put_on)(setting(kind).as_bytes())) {
                wrong.push(format!("{} in {}", kind.id, coat.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} missed:\n{}", wrong.len(), wrong.join("\n"));
}

/// All pairs that can be worn over one another.
fn pairs() -> Vec<(&'static Coat, &'static Coat)> {
    let all = COATS.iter().flat_map(|outer| COATS.iter().map(move |inner| (outer, inner)));
    all.filter(|(outer, inner)| outer.fits_over(inner) && (outer.name != "xz" || inner.name == "gzip")).collect()
}

#[test]
fn a_value_is_found_in_every_coat_over_every_other() {
    let deep: Vec<&Kind> = KINDS.iter().filter(|kind| kind.is_bare && kind.is_decoded).collect();
    let mut wrong = Vec::new();
    for (n, (outer, inner)) in pairs().into_iter().enumerate() {
        // Every kind has its turn, over the pairs.
        let kind = deep[n * 7 % deep.len()];
        let blob = (outer.put_on)(&(inner.put_on)(setting(kind).as_bytes()));
        if !found(kind, &blob) {
            wrong.push(format!("{} in {} in {}", kind.id, inner.name, outer.name));
        }
    }
    assert!(wrong.is_empty(), "{} of {} missed:\n{}", wrong.len(), pairs().len(), wrong.join("\n"));
}

/// A rule with a check, so that the property below has one to hold whatever is built in.
const CARD: &str = "[[rules]]\nid = 'zz-card'\ndescription = 'd'\nregex = '\\bzz-([0-9]{16})\\b'\nkeywords = ['zz-']\ncheck = 'luhn'\n";

/// Checks that a value's last character does not decide: of a structure, of a part, of base64 or base32 with spare bits at
/// its end, and of a sum whose making the vendor keeps to itself.
const STRUCTURES: [&str; 13] = [
    "jwt",
    "pypi",
    "pem",
    "aws",
    "discord",
    "secp256k1",
    "basic",
    "basic-header",
    "sentry",
    "onepassword",
    "azure",
    "likely-crc",
    "nkey",
];

#[test]
fn a_value_with_one_character_of_its_check_changed_is_not_found() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("p.toml");
    std::fs::write(&file, CARD).unwrap();
    let today = Date::parse("2025-06-15").unwrap();
    let known = Policy::list(&[LayerFile::command_line(&file)], &[], today).unwrap();
    let rules: Vec<RuleSpec> = known.rules.into_iter().map(|rule| rule.spec).collect();
    let set = RuleSet::new(&rules).unwrap();
    let mut held = 0;
    for (number, spec) in rules.iter().enumerate() {
        let Some(check) = spec.check.as_deref().filter(|check| !STRUCTURES.contains(check)) else { continue };
        // Of a format with older generations only the values that are made with their check show anything.
        let template = match spec.examples.iter().find(|template| is_sealed(template)) {
            Some(template) => template,
            None if spec.examples.is_empty() => "zz-{{digit:16}}",
            None => continue,
        };
        let values = |text: &str| values(&set, number, text);
        // Values by chance right: one number in ten has a right check digit.
        let right = (0..400).map(|seed| expand(template, seed).unwrap()).find(|text| !values(text).is_empty());
        let right = right.unwrap_or_else(|| panic!("{} finds none of its examples", spec.id));
        let secret = String::from_utf8(values(&right)[0].clone()).unwrap();
        let at = right.find(&secret).unwrap() + secret.rfind(|c: char| c.is_ascii_alphanumeric()).unwrap();
        for other in others(right.as_bytes()[at]) {
            let mut wrong = right.clone().into_bytes();
            wrong[at] = other;
            let wrong = String::from_utf8(wrong).unwrap();
            assert!(values(&wrong).is_empty(), "{} ({check}) finds {wrong:?} as well as {right:?}", spec.id);
            held += 1;
        }
    }
    assert!(held >= 9, "nothing was changed");
}

/// Whether a template makes a value with its check.
fn is_sealed(template: &str) -> bool {
    const PLAIN: [&str; 12] =
        ["digit", "lower", "upper", "alpha", "alnum", "upnum", "lownum", "hex", "HEX", "base32", "base64", "base64url"];
    template.split("{{").skip(1).filter_map(|part| part.split_once(':')).any(|(class, _)| !PLAIN.contains(&class))
}

/// The other characters that could stand for this one.
fn others(byte: u8) -> Vec<u8> {
    let class = match byte {
        b'0'..=b'9' => b'0'..=b'9',
        b'a'..=b'f' => b'a'..=b'f',
        b'A'..=b'F' => b'A'..=b'F',
        b'g'..=b'z' => b'g'..=b'z',
        _ => b'G'..=b'Z',
    };
    class.filter(|other| *other != byte).collect()
}

fn values(set: &RuleSet, number: usize, text: &str) -> Vec<Vec<u8>> {
    let limits = Limits { decode_depth: 0, container_depth: 0, decompressed_bytes: 0, members: 0 };
    let mut values = Vec::new();
    scan(set, limits, text.as_bytes(), &mut |_, candidates| {
        values.extend(candidates.into_iter().filter(|it| it.rule == number).map(|it| it.secret));
    })
    .unwrap();
    values
}
