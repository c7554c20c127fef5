//! Every row: its vectors, its check digits, and that the sweep leads to it.
//!
//! No value stands here as a text of its own that would count: bodies are put together at run time.

use super::*;
use crate::customer::{Bulk, Thresholds, survey};
use proptest::prelude::*;

fn row(id: &str) -> &'static Identifier {
    Id::named(id).unwrap_or_else(|| panic!("{id}")).row()
}

/// A value as its check sees it.
fn bare(value: &str) -> Vec<u8> {
    value.bytes().filter(|b| b.is_ascii_alphanumeric() || *b == b'<').map(|b| b.to_ascii_uppercase()).collect()
}

#[test]
fn rows_fit_a_set_and_are_all_reached() {
    assert!(Id::all().count() <= MOST);
    for id in Id::all() {
        assert!(shape::is_reached(id.row()), "{}: the sweep leads to no layout", id.row().id);
        assert_eq!(Id::named(id.row().id), Some(id), "an id stands once");
        assert!(!id.row().column || id.row().check.is_some(), "{}", id.row().id);
    }
}

/// A small generator (an LCG of 64 bits, high half); the same seed gives the same values.
struct Rng(u64);

impl Rng {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn of(&mut self, letters: &str) -> char {
        let at = usize::try_from(self.below(letters.len() as u64)).unwrap();
        char::from(letters.as_bytes()[at])
    }
}

const DIGITS: &str = "0123456789";
const LETTERS: &str = "ABCDEFGHJKMNPRTUVWXY";

/// How fresh values of each row are made: `d` and `a` are a random digit and letter, `?` is tried out until the check is
/// right, all else stands for itself.
const MAKERS: &[(&str, &str)] = &[
    ("iban", "DE??dddddddddddddddddd"),
    ("vin", "1HGdaddd?adddddd4"),
    ("jp-my-number", "3dddddddddd?"),
    ("jp-driving-licence", "30dddddddd?2"),
    ("jp-corporate-number", "?d4d7ddd5dddd"),
    ("jp-passport", "Tadd4d7dd"),
    ("jp-residence-card", "aadd3d8dddaa"),
    ("jp-bank-account", "0ddd-1dd-d4d8ddd"),
    ("us-social-security-number", "4dd-3d-6ddd"),
    ("us-taxpayer-id", "9dd-7d-5ddd"),
    ("us-employer-id", "2d-5ddddd3"),
    ("us-medicare-number", concat!("1aa4a", "a5aa73")),
    ("us-provider-number", "15dddd3dd?"),
    ("ca-social-insurance-number", "4ddddddd?"),
    ("br-cpf", "4dddddddd??"),
    ("br-cnpj", "4d5dddd30001??"),
    ("mx-curp", "BOXW750820HNERXNd?"),
    ("mx-rfc", "GODE851231aa?"),
    ("cl-rut", "1ddddddd-?"),
    ("ar-cuit", "20dddddddd?"),
    ("uk-national-insurance-number", "AEdd4d7dC"),
    ("uk-nhs-number", "4dddddddd?"),
    ("ie-pps", "2dddddd?"),
    ("de-tax-id", "dddddddddd?"),
    ("at-svnr", "4d2?150581"),
    ("ch-ahv", "756.dddd.dddd.d?"),
    ("fr-nir", "2850578dddddd??"),
    ("es-dni", "4ddddddd?"),
    ("es-nie", "Xddddddd?"),
    ("pt-nif", "2ddddddd?"),
    ("it-codice-fiscale", "aaaaaa85T10Addd?"),
    ("be-national-number", "850730ddd??"),
    ("nl-bsn", "2ddddddd?"),
    ("se-personnummer", "850730-ddd?"),
    ("fi-hetu", "130752-4dd?"),
    ("no-fodselsnummer", "130785ddd??"),
    ("dk-cpr", "130785-4ddd"),
    ("pl-pesel", "850713dddd?"),
    ("cz-rodne-cislo", "755713/ddd?"),
    ("ro-cnp", "285071312ddd?"),
    ("gr-amka", "130785dddd?"),
    ("in-aadhaar", "4dddddddddd?"),
    ("in-pan", "aaaPad4d7a"),
    ("cn-resident-id", "110105194912dddd??"),
    ("kr-rrn", "850713-1ddddd?"),
    ("tw-national-id", "A1ddddddd?"),
    ("hk-id", "Gdddddd(?)"),
    ("sg-nric", "S7dddddd?"),
    ("th-pid", "1ddddddddddd?"),
    ("au-tax-file-number", "8ddddddd?"),
    ("au-medicare", "2ddddddd?1"),
    ("au-business-number", "53ddddddd??"),
    ("za-id", "850713dddd08?"),
    ("tr-tckn", "4dddddddd??"),
    ("il-id", "3ddddddd?"),
    ("imei", "35dddddddddddd?"),
    ("iccid", "8981dddddddddddddd?"),
    ("mac-address", "3C:22:hh:hh:hh:hh"),
];

/// A value of a row, other for each seed.
fn value(id: &str, seed: u64) -> String {
    let maker = MAKERS.iter().find(|(row, _)| *row == id).unwrap_or_else(|| panic!("{id}")).1;
    let mut rng = Rng(seed * 7_919 + 17);
    loop {
        let made: String = maker
            .chars()
            .map(|c| match c {
                'd' => rng.of(DIGITS),
                'a' => rng.of(LETTERS),
                'h' => rng.of("0123456789ABCDEF"),
                c => c,
            })
            .collect();
        let open: Vec<usize> = made.match_indices('?').map(|(at, _)| at).collect();
        let found = (0..36usize.pow(u32::try_from(open.len()).unwrap())).find_map(|mut number| {
            let mut tried = made.clone().into_bytes();
            for at in &open {
                tried[*at] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number % 36];
                number /= 36;
            }
            row(id).accepts(&bare(std::str::from_utf8(&tried).unwrap())).then(|| String::from_utf8(tried).unwrap())
        });
        if let Some(found) = found {
            return found;
        }
    }
}

fn judged(text: &str, choice: Choice) -> Vec<Bulk> {
    survey(text.as_bytes(), None, &|_| true, &Thresholds { choice, ..Thresholds::standard() })
}

fn rules(text: &str, choice: Choice) -> Vec<&'static str> {
    judged(text, choice).iter().map(|bulk| bulk.class.as_str()).collect()
}

/// All packs.
fn everything() -> Choice {
    let mut choice = Choice::standard();
    packs().into_iter().for_each(|pack| assert!(choice.add_pack(pack), "{pack}"));
    choice
}

/// The first word of a row as people write it.
fn word(row: &Identifier) -> &'static str {
    row.tokens.first().or(row.words.first()).or(row.capitals.first()).unwrap()
}

/// Enough values of a row for its limit, each beside its word.
fn named(id: &str, layout: impl Fn(&str, &str) -> String) -> String {
    let row = row(id);
    let limit = row.named.map_or(1, |limit| limit.file) as u64;
    (0..limit).map(|seed| layout(word(row), &value(id, seed)) + "\n").collect()
}

fn has_values(row: &Identifier) -> bool {
    MAKERS.iter().any(|(id, _)| *id == row.id)
}

#[test]
fn every_identifier_is_found_beside_a_word_for_it_and_not_without() {
    for row in Id::all().map(Id::row).filter(|row| has_values(row) && row.named.is_some()) {
        let mut choice = Choice::standard();
        choice.add_pack(row.pack.as_str());
        let layouts: [fn(&str, &str) -> String; 5] = [
            |word, value| format!("{word}: {value}"),
            |word, value| format!("  \"{word}\": \"{value}\","),
            |word, value| format!("<{}>{value}</{}>", word.replace(' ', "_"), word.replace(' ', "_")),
            |word, value| format!("the customer's {word} is {value}."),
            |word, value| format!("{value} ({word})"),
        ];
        for layout in layouts {
            let text = named(row.id, layout);
            assert!(rules(&text, choice.clone()).contains(&row.id), "{text}");
        }
        let alone = format!("const SEED = {};", value(row.id, 1));
        assert!(row.bare.is_some() || rules(&alone, choice.clone()).is_empty(), "{alone}");
    }
}

#[test]
fn a_header_over_a_column_names_its_cells() {
    for row in Id::all().map(Id::row).filter(|row| has_values(row) && row.named.is_some()) {
        let mut choice = Choice::standard();
        choice.add_pack(row.pack.as_str());
        let limit = row.named.map_or(1, |limit| limit.file).max(2) as u64;
        let rows: String = (0..limit).map(|seed| format!("x{seed},{},y\n", value(row.id, seed))).collect();
        let text = format!("name,{},note\n{rows}", word(row));
        assert!(rules(&text, choice.clone()).contains(&row.id), "{text}");
        let table = format!("INSERT INTO t (a, {}, b) VALUES\n", word(row).replace(' ', "_"));
        let tuples: Vec<String> = (0..limit).map(|seed| format!("('x', '{}', 'y')", value(row.id, seed))).collect();
        let text = table + &tuples.join(",\n") + ";\n";
        assert!(rules(&text, choice).contains(&row.id), "{text}");
    }
}

/// Rows with a check that lets some changed digits pass, and why.
const LENIENT: &[(&str, &str)] = &[
    ("jp-my-number", "two rests give the digit 0"),
    ("jp-driving-licence", "two rests give 0 and 1 each, and how often it was issued anew is not checked"),
    ("jp-corporate-number", "modulo 9 takes a 9 for a 0"),
    ("us-medicare-number", "no check digit"),
    ("br-cpf", "two rests give the digit 0"),
    ("br-cnpj", "two rests give the digit 0"),
    ("mx-curp", "even weights modulo 10"),
    ("mx-rfc", "one weight is 11, modulo 11"),
    ("ar-cuit", "two rests give the digit 9"),
    ("pt-nif", "two rests give the digit 0"),
    ("be-national-number", "two centuries have a check of their own each"),
    ("cz-rodne-cislo", "two rests give the digit 0"),
    ("ro-cnp", "two rests give the digit 1"),
    ("tw-national-id", "even weights modulo 10"),
    ("th-pid", "two rests give 0 and 1 each"),
    ("au-medicare", "the card's issue is not checked"),
    ("dk-cpr", "none is kept since 2007"),
    ("kr-rrn", "none is kept since 2020"),
];

/// The value with another digit at its n-th digit; none if it has fewer.
fn changed(value: &str, nth: usize, by: u8) -> Option<String> {
    let digits: Vec<usize> = value.match_indices(|c: char| c.is_ascii_digit()).map(|(at, _)| at).collect();
    let at = *digits.get(nth)?;
    let mut bytes = value.as_bytes().to_vec();
    bytes[at] = (bytes[at] - b'0' + by) % 10 + b'0';
    Some(String::from_utf8(bytes).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn every_row_takes_a_right_value_and_no_changed_one(seed in 0u64..1 << 40, nth in 0usize..20, by in 1u8..10) {
        for row in Id::all().map(Id::row).filter(|row| has_values(row)) {
            let right = value(row.id, seed);
            prop_assert!((row.valid)(&bare(&right)), "{} {right}", row.id);
            let strict = row.check.is_some() && LENIENT.iter().all(|(id, _)| *id != row.id);
            let Some(wrong) = changed(&right, nth % 12, by).filter(|_| strict) else { continue };
            prop_assert!(!(row.valid)(&bare(&wrong)), "{} {right} {wrong}", row.id);
        }
    }
}

#[test]
fn lenient_checks_find_most_changed_digits_and_every_wrong_check_digit() {
    for row in Id::all().map(Id::row).filter(|row| has_values(row) && row.check.is_some()) {
        let maker = MAKERS.iter().find(|(id, _)| *id == row.id).unwrap().1;
        // Denmark keeps no check digit and Korea's new numbers have none; the date stands for them.
        let Some(at) = maker.rfind('?').filter(|_| !matches!(row.id, "kr-rrn" | "dk-cpr")) else { continue };
        let (mut tried, mut taken) = (0, 0);
        for seed in 0..12 {
            let right = value(row.id, seed);
            for (nth, by) in (0..20).flat_map(|nth| (1..10).map(move |by| (nth, by))) {
                let Some(wrong) = changed(&right, nth, by) else { continue };
                tried += 1;
                taken += usize::from((row.valid)(&bare(&wrong)));
            }
            let mut wrong = right.clone().into_bytes();
            wrong[at] = match wrong[at] {
                b'9' => b'0',
                b'Z' => b'A',
                b => b + 1,
            };
            assert!(!(row.valid)(&bare(std::str::from_utf8(&wrong).unwrap())), "{} {right}", row.id);
        }
        assert!(taken * 4 < tried, "{}: {taken} of {tried} changed values are taken", row.id);
        let lenient = LENIENT.iter().any(|(id, _)| *id == row.id);
        assert!(lenient || taken == 0, "{}: {taken} of {tried}", row.id);
    }
}

#[test]
fn ten_values_of_a_column_need_no_word_and_no_header() {
    for row in Id::all().map(Id::row).filter(|row| row.column) {
        let values: Vec<String> = (0..20).map(|seed| value(row.id, seed)).collect();
        let of = |line: fn(&String) -> String| values.iter().map(line).collect::<String>();
        for text in [
            of(|value| format!("{value}\n")),
            of(|value| format!("x,{value},1\n")),
            of(|value| format!("{{\"n\": \"{value}\", \"k\": 1}}\n")),
            of(|value| format!("- {value}\n")),
            of(|value| format!("<a>{value}</a>\n")),
            format!("[{}]", values.join(", ")),
        ] {
            let found = rules(&text, everything());
            assert_eq!(found.len(), 1, "{} {found:?}\n{text}", row.id);
        }
        let found = rules(&of(|value| format!("{value}\n")), everything());
        // Some share their form and their check: nine digits by Luhn are Canada's and Israel's.
        let same = |id: &str| self::row(id).check.map(|check| &check[..8]) == row.check.map(|check| &check[..8]);
        assert!(found[0] == row.id || same(found[0]), "{found:?} for {}", row.id);
        let text = of(|value| format!("{value}\n"));
        let default = row.usual == Mode::Full;
        assert_eq!(!rules(&text, Choice::standard()).is_empty(), default, "{}: a pack, not the default", row.id);
    }
}

#[test]
fn a_column_of_other_numbers_is_none() {
    let mut rng = Rng(11);
    for len in 9..=15 {
        let number = |rng: &mut Rng| (0..len).map(|_| rng.of(DIGITS)).collect::<String>();
        let text: String = (0..400).map(|_| number(&mut rng) + "\n").collect();
        assert_eq!(rules(&text, everything()), Vec::<&str>::new(), "{len}");
    }
    let accounts: Vec<String> = (0..18).map(|n| format!("1{}{}", 11 + n, 222_233_334u64 + n * 7)).collect();
    let two = [value("jp-my-number", 1), value("jp-my-number", 2)];
    assert_eq!(rules(&[&accounts[..], &two[..]].concat().join("\n"), everything()), Vec::<&str>::new());
}

#[test]
fn some_count_by_themselves_where_their_pack_is_on() {
    for row in Id::all().map(Id::row).filter(|row| row.bare.is_some() && has_values(row)) {
        let limit = row.bare.unwrap().file as u64;
        let text: String = (0..limit).map(|seed| format!("see {} there\n", value(row.id, seed))).collect();
        assert!(rules(&text, everything()).contains(&row.id), "{text}");
        if limit > 1 {
            let fewer: String = text.lines().skip(1).map(|line| format!("{line}\n")).collect();
            assert!(!rules(&fewer, everything()).contains(&row.id), "{fewer}");
        }
    }
}

#[test]
fn published_examples_never_count() {
    for row in Id::all().map(Id::row) {
        for specimen in row.specimens {
            let text = format!("{}: {specimen}\n", word(row)).repeat(row.named.map_or(1, |limit| limit.file));
            assert!(!rules(&text, everything()).contains(&row.id), "{text}");
        }
    }
}

#[test]
fn words_of_japan_are_read_in_cp932_and_euc_jp() {
    for row in Id::all().map(Id::row).filter(|row| !row.encoded.is_empty() && has_values(row)) {
        let Some(limit) = row.named else { continue };
        for word in row.encoded {
            let lines = (0..limit.file as u64)
                .flat_map(|seed| [*word, b" : ", value(row.id, seed).as_bytes(), b"\r\n"].concat());
            let text: Vec<u8> = lines.collect();
            let thresholds = Thresholds { choice: everything(), ..Thresholds::standard() };
            let found = survey(&text, None, &|_| true, &thresholds);
            assert!(found.iter().any(|bulk| bulk.class.as_str() == row.id), "{} {word:x?}", row.id);
        }
    }
}
