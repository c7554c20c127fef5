//! Every row: its vectors, its check digits, and that the sweep leads to it.
//!
//! No value stands here as a text of its own that would count: bodies are put together at run time.

use super::*;
use crate::customer::{Bulk, Thresholds, survey};

fn row(id: &str) -> &'static Identifier {
    Id::named(id).unwrap_or_else(|| panic!("{id}")).row()
}

/// A value as its check sees it.
fn bare(value: &str) -> Vec<u8> {
    value.bytes().filter(|b| b.is_ascii_alphanumeric() || *b == b'<').map(|b| b.to_ascii_uppercase()).collect()
}

/// Vectors of the specification: an identifier, two values that its check takes, two that it does not. `|` is put
/// inside a value so that it is none here.
const VECTORS: &[(&str, [&str; 2], [&str; 2])] = &[
    ("vin", ["1M8GDM9AX|KP042788", "1ZZTEST09|00000001"], ["1M8GDM9A1|KP042788", "1M8GDM9AX|KPO42788"]),
    ("jp-my-number", ["12345678|9018", "99999999|9996"], ["12345678|9012", "99999999|9999"]),
    ("jp-corporate-number", ["700001205|0002", "870011000|5901"], ["700001205|0003", "070011000|5901"]),
    ("jp-driving-licence", ["30450000|0150", "97589999|9950"], ["30450000|0140", "99450000|0150"]),
    ("jp-passport", ["TK123|4567", "ZZ000|0001"], ["T1234|5678", "TI123|4567"]),
    ("jp-residence-card", ["AB1234|5678CD", "ZZ0000|0001ZZ"], ["AB123|4567CD", "A1234|5678CD"]),
    (
        "passport-mrz",
        ["L898902C36UTO7408122F|1204159ZE184226B<<<<<10", "ZZ00000011UTO9901018<|4901013<<<<<<<<<<<<<<02"],
        ["L898902C37UTO7408122F|1204159ZE184226B<<<<<10", "ZZ00000011UTO9901018<|4901013<<<<<<<<<<<<<<03"],
    ),
    ("jp-bank-account", ["0001-001-1|234567", "9900-018-0|000001"], ["0000-001-1|234567", "0001-001-0|000000"]),
    ("jp-vehicle-frame", ["ZZW99-900|0001", "ZZZ999-000|0001"], ["CVE-2020-1|2345", "99999-000|0001"]),
    ("bic", ["DEUT|DEFF", "BOTK|JPJT"], ["DEUT|ZZFF", "DEUT|DEF"]),
    ("us-social-security-number", ["899-99|-9998", "898-99|-9999"], ["666-12|-3456", "666-99|-9998"]),
    ("us-taxpayer-id", ["900-70|-0000", "999-50|-0001"], ["900-93|-0000", "800-70|-0000"]),
    ("us-employer-id", ["12-3|456789", "98-7|654321"], ["07-1|234567", "00-1|234567"]),
    ("us-bank-routing", ["02100|0021", "01100|0015"], ["02100|0020", "99000|0000"]),
    ("uk-national-insurance-number", ["AB123|456C", "AA000|000A"], ["QQ123|456C", "BG123|456A"]),
    ("uk-nhs-number", ["94347|65919", "99901|23454"], ["94347|65918", "99901|23455"]),
    ("de-tax-id", ["860957|42719", "470368|92816"], ["860957|42710", "123456|78903"]),
    ("fr-nir", ["2951099126|11193", "1000199999|99980"], ["2951099126|11194", "2951399126|11190"]),
    ("es-dni", ["12345|678Z", "99999|999R"], ["12345|678A", "99999|999T"]),
    ("es-nie", ["X1234|567L", "Z0000|000M"], ["X1234|567A", "W1234|567L"]),
    ("it-codice-fiscale", ["RSSMRA85T|10A562S", "ZZZZZZ00A|01Z999O"], ["RSSMRA85T|10A562T", "RSSMRA85T|99A562S"]),
    ("nl-bsn", ["11122|2333", "12345|6782"], ["12345|6789", "00000|0000"]),
    ("pl-pesel", ["440514|01359", "995231|00005"], ["440514|01358", "440513|01359"]),
    ("se-personnummer", ["19121212-|1212", "811228-|9874"], ["811228-|9873", "811328-|9874"]),
    ("fi-hetu", ["131052-|308T", "010100A|900F"], ["131052-|308U", "310200A|900F"]),
    ("in-aadhaar", ["234123|412346", "999999|990019"], ["234123|412347", "123412|341234"]),
    ("in-pan", ["AAAPL|1234C", "ZZZCZ|9999Z"], ["ABCDE|1234F", "AAAP|1234C"]),
    ("cn-resident-id", ["11010519491|231002X", "11010520990|1010004"], ["11010519491|2310021", "11010519491|3310028"]),
    ("kr-rrn", ["991231-|3000002", "991231-|4123458"], ["991231-|3000003", "991331-|3000000"]),
    ("tw-national-id", ["A1234|56789", "A2000|00003"], ["A1234|56788", "A3234|56789"]),
    ("sg-nric", ["S1234|567D", "M1234|567K"], ["S1234|567A", "G9999|999X"]),
    ("au-tax-file-number", ["12345|6782", "87654|3210"], ["12345|6789", "87654|3211"]),
    ("au-medicare", ["21234|56701", "60000|00061"], ["21234|56711", "11234|56701"]),
    ("au-business-number", ["518247|53556", "530040|85616"], ["518247|53557", "100546|25816"]),
    ("ca-social-insurance-number", ["90000|0001", "99999|9998"], ["04645|4286", "12345|6789"]),
    ("br-cpf", ["111444|77735", "123456|78909"], ["123456|78900", "111111|11112"]),
    ("br-cnpj", ["112223330|00181", "12ABC3450|1DE35"], ["112223330|00180", "12ABC3450|1DE36"]),
    ("mx-curp", ["BOXW310820|HNERXN09", "XAXX991231|HNEXXX09"], ["BOXW310820|HNERXN08", "BOXW311320|HNERXN09"]),
    ("mx-rfc", ["GODE5612|31GR8", "XAXX9912|31XX2"], ["GODE5612|31GR9", "GODE5613|31GR8"]),
    ("cl-rut", ["99999990|-5", "99999900|-K"], ["99999990|-4", "99999900|-0"]),
    ("ar-cuit", ["209999|99999", "309999|99995"], ["209999|99990", "999999|99999"]),
    ("za-id", ["8001015|009087", "9901010|000081"], ["8001015|009088", "8013015|009087"]),
    ("tr-tckn", ["100000|00146", "123456|78950"], ["123456|78901", "012345|67890"]),
    ("il-id", ["12345|6782", "00000|0018"], ["12345|6789", "00000|0019"]),
    ("imei", ["49015420|3237518", "35000000|0000014"], ["49015420|3237517", "49015420|323751"]),
    ("iccid", ["8981100000|000000002", "8991101200|003204514"], ["8981100000|000000000", "7981100000|000000002"]),
    ("mac-address", ["00:00:5E:|AA:53:01", "3C:22:FB:|91:0A:7D"], ["00:00:5E:|00:53", "00:00:5E:|00:53:01"]),
];

#[test]
fn the_vectors_pass_or_fail() {
    for (id, right, wrong) in VECTORS {
        let check = |value: &str| (row(id).valid)(&bare(&value.replace('|', "")));
        for value in right {
            assert!(check(value), "{id} {value}");
        }
        for value in wrong {
            assert!(!check(value), "{id} {value}");
        }
    }
    let plate = |text: &str| japan::is_plate(text.as_bytes());
    assert!(plate("品川 330 あ 12-34") && plate("横浜 500 さ ・・・1"));
    assert!(!plate("品川 A あ 12-34") && !plate("330 12-34"));
    let mac = |text: &str| telematics::mac_at(text.as_bytes(), 0).is_some();
    assert!(mac("00:00:5E:00:53:01") && mac("00-00-5E-00-53-FF"));
    assert!(!mac("00:00:5E:00:53") && !mac("00:00-5E:00:53:01"));
    let iban = row("iban").valid;
    assert!(!iban(b"DE89370400440532013000"), "an example");
    assert_eq!(sums::rest_97(b"WEST12345698765432GB82".iter().copied()), 1);
    assert_eq!(sums::rest_97(b"370400440532013000DE89".iter().copied()), 1);
    assert!(!iban(b"DE88370400440532013000") && !iban(b"DE8937040044053201300"));
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

#[test]
fn a_wrong_check_digit_is_nothing() {
    for row in Id::all().map(Id::row).filter(|row| has_values(row)) {
        let maker = MAKERS.iter().find(|(id, _)| *id == row.id).unwrap().1;
        // Denmark keeps no check digit and Korea's new numbers have none; the date stands for them.
        let Some(at) = maker.rfind('?').filter(|_| !matches!(row.id, "kr-rrn" | "dk-cpr")) else { continue };
        for seed in 0..40 {
            let right = value(row.id, seed);
            assert!(row.accepts(&bare(&right)), "{right}");
            let mut wrong = right.clone().into_bytes();
            wrong[at] = match wrong[at] {
                b'9' => b'0',
                b'Z' => b'A',
                b => b + 1,
            };
            assert!(!(row.valid)(&bare(std::str::from_utf8(&wrong).unwrap())), "{} {right}", row.id);
        }
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
