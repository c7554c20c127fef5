//! What is remembered of earlier versions of a file changes nothing that is found in a later one.

use crate::harness::{Payload, Rng, Stage};
use crate::rules::kinds::BUILT;
use leakgate::customer::{Earlier, Glanced, Thresholds, first_look};
use leakgate::rule::expand;
use leakgate::scan::{Limits, Matched, Step, scan_while};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

const LIMITS: Limits = Limits { decode_depth: 3, container_depth: 4, decompressed_bytes: 1 << 20, members: 64 };

/// Every candidate in `text`: rule, value, place.
fn found(text: &[u8], matched: Option<&Matched>) -> BTreeSet<(String, Vec<u8>, usize)> {
    let mut found = BTreeSet::new();
    let unread = scan_while(&BUILT.set, LIMITS, text, matched, &mut |_, step| {
        if let Step::Matched(candidates) = step {
            let id = |rule: usize| BUILT.set.get(rule).unwrap().id().to_owned();
            found.extend(candidates.into_iter().map(|it| (id(it.rule), it.secret, it.span.start)));
        }
        ControlFlow::Continue(())
    });
    assert!(unread.is_ok());
    found
}

/// A line of code, a part of a list, or one of the lines of a rule's example; seldom what breaks a value over lines.
fn line(rng: &mut Rng) -> String {
    let number = rng.below(1 << 30);
    match rng.below(16) {
        0 => {
            let rule = &BUILT.rules[rng.below(BUILT.rules.len())];
            let examples = &rule.spec.examples;
            expand(&examples[rng.below(examples.len())], number as u64).unwrap()
        }
        1 => {
            let rule = &BUILT.rules[rng.below(BUILT.rules.len())];
            let text = expand(&rule.spec.examples[0], number as u64).unwrap();
            // A part of one: another version may have the rest.
            let at = rng.below(text.len() + 1);
            text.char_indices().take_while(|(start, _)| *start < at).map(|(_, letter)| letter).collect()
        }
        2 => format!("{},{}@mail.test,{}", number, number % 97, 1_000_000 + number),
        3 => format!("    \"id\": {number}, \"tel\": \"+81 3-{}-{}\",", 1000 + number % 9000, 1000 + number % 8999),
        4 => ["customer_id,tel,note", "password", "key:", "token =", "\"", "api_key: |", "'''"][number % 7].into(),
        5 => String::new(),
        _ => format!("    let value{} = call({number}, other_{});", number % 89, number % 17),
    }
}

/// The lines of a version, after some are put in, taken out, replaced or moved.
fn edited(lines: &[String], rng: &mut Rng) -> Vec<String> {
    let mut lines = lines.to_vec();
    for _ in 0..=rng.below(3) {
        let at = rng.below(lines.len());
        match rng.below(4) {
            0 => lines.insert(at, line(rng)),
            1 => drop(lines.remove(at)),
            2 => lines[at] = line(rng),
            _ => {
                let moved = lines.remove(at);
                lines.insert(rng.below(lines.len()), moved);
            }
        }
    }
    lines
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn nothing_is_lost_in_the_next_version_of_a_file(seed in any::<u64>()) {
        let mut rng = Rng::named(&seed.to_string());
        let matched = Matched::new(0).unwrap();
        let glanced = Glanced::default();
        let thresholds = Thresholds::standard();
        let mut lines: Vec<String> = (0..200).map(|_| line(&mut rng)).collect();
        for version in 0..12 {
            let text = lines.join("\n") + "\n";
            let bytes = text.as_bytes();
            prop_assert_eq!(found(bytes, Some(&matched)), found(bytes, None), "version {}: {}", version, text);
            let pieces = matched.pieces(bytes).unwrap();
            let earlier = Earlier { pieces: &pieces, glanced: &glanced };
            let told = |it: &(Vec<leakgate::customer::Bulk>, Option<leakgate::customer::Crowd>)| format!("{it:?}");
            let (with, without) = (first_look(bytes, &thresholds, Some(earlier)), first_look(bytes, &thresholds, None));
            prop_assert_eq!(told(&with), told(&without), "version {}: {}", version, text);
            lines = edited(&lines, &mut rng);
        }
    }
}

/// Code of some kilobytes, with what is given on lines of its own at the places given.
fn module(put: &[(usize, &str)]) -> String {
    let mut lines: Vec<String> =
        (0..400).map(|n| format!("    let value{n} = other.call({}, \"name{n}\");", n * n)).collect();
    for (at, line) in put.iter().rev() {
        lines.insert(*at, (*line).to_owned());
    }
    lines.join("\n") + "\n"
}

/// Pushes the versions of one file as commits of their own; what leaks is refused, and its harmless twin lands.
fn judged(versions: &[String], payload: &Payload) {
    let stage = Stage::new();
    for (number, version) in versions.iter().enumerate() {
        stage.work.write("src/lib.rs", version).commit(&format!("Version {number}"));
    }
    let pushed = stage.push("origin main");
    if payload.leaks() {
        pushed.refused(payload)
    } else {
        pushed.accepted()
    };
}

#[test]
fn a_leak_in_the_last_of_many_versions_of_a_file_is_refused() {
    for leaking in [true, false] {
        let payload = Payload::new("versions", leaking);
        let mut versions: Vec<String> = (0..30).map(|n| module(&[(10 * n, "    // something new")])).collect();
        versions.push(module(&[(200, &payload.line())]));
        versions.push(module(&[(210, "    // and gone again")]));
        judged(&versions, &payload);
    }
}

#[test]
fn a_leak_whose_parts_come_together_in_a_later_version_is_refused() {
    for leaking in [true, false] {
        let payload = Payload::new("versions", leaking);
        let value = payload.value();
        let (head, tail) = value.split_at(value.len() / 2);
        let (head, tail) = (format!("    join(\"{head}\" +"), format!("    \"{tail}\")"));
        let far = [module(&[(100, &head), (300, &tail)]), module(&[(100, &head), (100, &tail)])];
        let between =
            [module(&[(100, &head), (100, "    no();"), (100, &tail)]), module(&[(100, &head), (100, &tail)])];
        // The name in one version, its value in the next.
        let name = module(&[(100, "    github_token ="), (100, "    none();")]);
        let named = [name, module(&[(100, "    github_token ="), (100, &format!("    \"{value}\";"))])];
        for versions in [far, between, named] {
            judged(&versions, &payload);
        }
    }
}

#[test]
fn a_list_of_customers_that_grows_from_version_to_version_is_refused() {
    let mut rng = Rng::named("versions");
    let row = |n: usize, rng: &mut Rng| {
        format!(
            "{},{}{n}@{}.jp,{}",
            7_000_000 + 31 * n,
            rng.string(b"abcdefgh", 7),
            rng.string(b"klmnopr", 8),
            rng.below(90)
        )
    };
    let mut rows: Vec<String> = vec!["customer_id,email,age".to_owned()];
    let mut versions = Vec::new();
    for part in 0..12 {
        rows.extend((0..20).map(|n| row(20 * part + n, &mut rng)));
        versions.push(rows.join("\n") + "\n");
    }
    let stage = Stage::new();
    for (number, version) in versions.iter().enumerate() {
        stage.work.write("data/list.txt", version).commit(&format!("Part {number}"));
    }
    let payload = Payload::new("versions", true);
    stage.push("origin main").refused(&payload);
}

#[test]
fn a_recording_that_grows_is_read_from_its_beginning() {
    for leaking in [true, false] {
        let payload = Payload::new("versions", leaking);
        let event = |n: usize, text: &str| format!("[{}.{:06}, \"o\", \"{text}\"]\n", n / 9, 7 * n);
        let head = "{\"version\": 2, \"width\": 80, \"height\": 24}\n".to_owned();
        let first = head + &(0..400).map(|n| event(n, ["l", "s ", "-l "][n % 3])).collect::<String>();
        let typed: String = payload.value().chars().enumerate().map(|(n, c)| event(400 + n, &c.to_string())).collect();
        judged(&[first.clone(), first + &typed], &payload);
    }
}

#[test]
fn a_match_over_many_lines_is_found_when_its_last_line_comes() {
    let examples = BUILT.rules.iter().flat_map(|rule| &rule.spec.examples);
    let long = examples.map(|example| expand(example, 7).unwrap()).filter(|text| text.lines().count() > 4);
    let mut tried = 0;
    for text in long {
        let (head, _) = text.trim_end().rsplit_once('\n').unwrap();
        for before in 0..12 {
            let matched = Matched::new(0).unwrap();
            let around = |text: &str| [&module(&[])[..400 * before], "\n", text, "\n", &module(&[])].concat();
            let (first, second) = (around(head), around(&text));
            found(first.as_bytes(), Some(&matched));
            assert_eq!(found(second.as_bytes(), Some(&matched)), found(second.as_bytes(), None), "{second}");
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
}
