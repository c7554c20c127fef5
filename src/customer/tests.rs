//! Whole texts: dumps in every format that people export, and the files that must pass.
//!
//! All values are made at run time by a seeded generator; none belongs to anybody.

use super::card::luhn;
use super::*;
use std::fmt::Write as _;

/// A small generator (an LCG of 64 bits, high half); the same seed gives the same people.
pub(super) struct Rng(pub(super) u64);

impl Rng {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn digits(&mut self, n: usize) -> String {
        (0..n).map(|_| char::from(b'0' + u8::try_from(self.below(10)).unwrap())).collect()
    }

    fn letters(&mut self, n: usize) -> String {
        (0..n).map(|_| char::from(b'a' + u8::try_from(self.below(26)).unwrap())).collect()
    }
}

#[derive(Clone)]
pub(super) struct Person {
    pub(super) email: String,
    pub(super) number: String,
    pub(super) name: String,
    pub(super) phone: String,
    pub(super) born: String,
}

pub(super) fn people(count: usize) -> Vec<Person> {
    let mut rng = Rng(7);
    (0..count)
        .map(|_| Person {
            email: format!("{}{}@{}.co.jp", rng.letters(5), rng.digits(2), rng.letters(8)),
            number: format!("{}{}", 1 + rng.below(9), rng.digits(7)),
            name: format!("{} {}", rng.letters(5), rng.letters(6)),
            phone: format!("090-{}{}-{}", 1 + rng.below(9), rng.digits(3), rng.digits(4)),
            born: format!("19{}-0{}-1{}", 50 + rng.below(49), 1 + rng.below(9), rng.below(10)),
        })
        .collect()
}

pub(super) fn all(text: &[u8], path: Option<&str>) -> Vec<Bulk> {
    survey(text, path.map(str::as_bytes), &|_| true, &Thresholds::standard())
}

fn rules(text: &str) -> Vec<&'static str> {
    all(text.as_bytes(), None).iter().map(|bulk| bulk.class.as_str()).collect()
}

/// The rows of `people`, each by `row`, after `head`, joined by `gap`.
pub(super) fn dump(head: &str, people: &[Person], gap: &str, row: impl Fn(&Person) -> String) -> String {
    head.to_owned() + &people.iter().map(row).collect::<Vec<_>>().join(gap) + "\n"
}

fn pair(p: &Person) -> String {
    format!("{},{}", p.email, p.number)
}

type Format = (&'static str, fn(&[Person]) -> String);

/// Customer number and address, in each format in which a database is exported.
const FORMATS: &[Format] = &[
    ("csv", |p| dump("email,customer_id\n", p, "\n", pair)),
    ("csv cr lf", |p| dump("email,customer_id\r\n", p, "\r\n", pair)),
    ("csv cr", |p| dump("email,customer_id\r", p, "\r", pair)),
    ("quoted csv", |p| dump("\"E-Mail\",\"Customer No.\"\n", p, "\n", |p| format!("\"{}\",\"{}\"", p.email, p.number))),
    ("tsv", |p| dump("mail\tKundennummer\n", p, "\n", |p| format!("{}\t{}", p.email, p.number))),
    ("semicolons", |p| dump("courriel;numéro client\n", p, "\n", |p| format!("{};{}", p.email, p.number))),
    ("pipes", |p| {
        dump("| correo | número de cliente |\n|---|---|\n", p, "\n", |p| format!("| {} | {} |", p.email, p.number))
    }),
    ("json lines", |p| dump("", p, "\n", |p| format!(r#"{{"email":"{}","customerId":{}}}"#, p.email, p.number))),
    ("json on one line", |p| {
        dump("[", p, ", ", |p| format!(r#"{{"email": "{}", "customer_no": "{}"}}"#, p.email, p.number))
    }),
    ("pretty json", |p| {
        dump("[\n", p, ",\n", |p| {
            format!("  {{\n    \"email\": \"{}\",\n    \"customerNumber\": \"{}\"\n  }}", p.email, p.number)
        })
    }),
    ("php array", |p| dump("", p, ",\n", |p| format!("['email' => '{}', 'member_no' => '{}']", p.email, p.number))),
    ("yaml", |p| dump("customers:\n", p, "\n", |p| format!("  - email: {}\n    customer_no: {}", p.email, p.number))),
    ("xml", |p| {
        dump("<all>\n", p, "\n", |p| format!("<c><email>{}</email><customerNo>{}</customerNo></c>", p.email, p.number))
    }),
    ("vcard", |p| {
        dump("", p, "\n", |p| {
            format!("BEGIN:VCARD\nFN:{}\nEMAIL;TYPE=INTERNET:{}\nTEL;TYPE=CELL:{}\nEND:VCARD", p.name, p.email, p.phone)
        })
    }),
    ("inserts", |p| {
        dump("", p, "\n", |p| format!("INSERT INTO c (email, customer_id) VALUES ('{}', '{}');", p.email, p.number))
    }),
    ("one insert", |p| {
        dump("INSERT INTO c (email, customer_id) VALUES\n", p, ",\n", |p| format!("('{}', {})", p.email, p.number))
    }),
    ("mysqldump", |p| {
        let table = "CREATE TABLE `c` (\n  `id` int NOT NULL,\n  `email` varchar(255),\n  `customer_no` char(8)\n);\n";
        dump(&format!("{table}INSERT INTO `c` VALUES "), p, ",", |p| format!("(1,'{}','{}')", p.email, p.number))
    }),
    ("copy", |p| {
        dump("COPY public.c (email, customer_no) FROM stdin;\n", p, "\n", |p| format!("{}\t{}", p.email, p.number))
            + "\\.\n"
    }),
];

#[test]
fn five_rows_of_address_and_number_are_a_dump_in_every_format() {
    for (name, format) in FORMATS {
        for count in [5, 10, 20, 100] {
            let text = format(&people(count));
            let found = all(text.as_bytes(), None);
            let dump = found.iter().find(|bulk| bulk.class == Class::Dump);
            let dump = dump.unwrap_or_else(|| panic!("{name}, {count} rows: {found:?}\n{text}"));
            assert_eq!((dump.distinct, dump.weight), (count, Weight::Reject), "{name}");
        }
    }
}

#[test]
fn three_rows_are_not_yet_a_dump_and_five_are_more_than_a_warning() {
    let three = dump("email,customer_id\n", &people(3), "\n", pair);
    assert_eq!(all(three.as_bytes(), None), []);
    let five = dump("email,customer_id\n", &people(5), "\n", pair);
    assert!(all(five.as_bytes(), None)[0].score >= 5.0);
}

/// `メールアドレス,お客様管理番号` in three encodings.
fn t_connect() -> [Vec<u8>; 3] {
    let cp932: &[u8] =
        b"\x83\x81\x81[\x83\x8b\x83A\x83h\x83\x8c\x83X,\x82\xa8\x8bq\x97l\x8a\xc7\x97\x9d\x94\xd4\x8d\x86\r\n";
    let euc: &[u8] = b"\xa5\xe1\xa1\xbc\xa5\xeb\xa5\xa2\xa5\xc9\xa5\xec\xa5\xb9,\xa4\xaa\xb5\xd2\xcd\xcd\xb4\xc9\xcd\xfd\xc8\xd6\xb9\xe6\n";
    ["メールアドレス,お客様管理番号\n".as_bytes().to_vec(), cp932.to_vec(), euc.to_vec()]
}

#[test]
fn addresses_with_customer_management_numbers_are_found_in_utf8_cp932_and_euc_jp() {
    for head in t_connect() {
        for count in [5, 6, 50, 500] {
            let text = [head.clone(), dump("", &people(count), "\n", pair).into_bytes()].concat();
            let found = all(&text, None);
            assert_eq!((found[0].class, found[0].distinct), (Class::Dump, count));
        }
    }
}

#[test]
fn customer_numbers_alone_are_found_under_their_header() {
    let rows = dump("顧客番号,氏名\n", &people(30), "\n", |p| format!("{},{}", p.number, p.name));
    let found = all(rows.as_bytes(), None);
    assert_eq!((found[0].class, found[0].distinct), (Class::Dump, 30));
    let bare = dump("seed,weight\n", &people(300), "\n", |p| format!("{},{}", p.number, p.name));
    assert_eq!(all(bare.as_bytes(), None), []);
}

#[test]
fn names_with_addresses_and_telephones_are_found_without_an_email() {
    let rows = dump("氏名,住所,電話番号,生年月日\n", &people(50), "\n", |p| {
        format!("{},東京都{}区{},{},{}", p.name, &p.name[..3], &p.number[..3], p.phone.replace('-', ""), p.born)
    });
    assert_eq!(rules(&rows), ["customer-dump"]);
}

#[test]
fn times_and_notes_in_the_cells_do_not_hide_the_columns() {
    let rows = dump("email,customer_id,created,updated,note\n", &people(5), "\n", |p| {
        format!("{},2031-01-01T10:00:00Z,2031-01-02 11:00:00,\"tel: none, fax: none\"", pair(p))
    });
    assert_eq!(rules(&rows), ["customer-dump"]);
}

#[test]
fn a_header_ends_with_its_table() {
    let prose = "no comma\nor two, or, three\nagain\nthe end\nso, the Hague was quiet\n\n";
    let text = format!("name,address\nx,somewhere\n{}", prose.repeat(40));
    let tally = count(text.as_bytes(), exempt::Named::Ordinary, &|_| true, &Thresholds::standard());
    assert_eq!(tally.added().supporting, [0, 0, 1, 0, 0]);
}

#[test]
fn rows_without_a_header_are_found_by_their_second_class() {
    let rows = dump("", &people(10), "\n", |p| format!("{},{},{},{}", p.number, p.name, p.email, p.phone));
    assert_eq!(rules(&rows), ["customer-dump"]);
}

#[test]
fn a_hundred_bare_addresses_are_a_list_and_fifty_are_not() {
    let list = |count| dump("", &people(count), "\n", |p| p.email.clone());
    assert_eq!(rules(&list(100)), ["customer-email-list"]);
    assert_eq!(rules(&list(99)), Vec::<&str>::new());
}

#[test]
fn values_on_old_lines_do_not_count_until_the_list_has_grown_by_ten() {
    let text = dump("", &people(120), "\n", |p| p.email.clone());
    let judged = |from: usize| survey(text.as_bytes(), None, &|line| line >= from, &Thresholds::standard());
    assert_eq!(judged(120), [], "nothing added");
    assert_eq!(judged(115), [], "five added to a list that was there");
    assert_eq!(judged(96).first().map(|bulk| bulk.distinct), Some(120), "the whole list counts");
    assert!(judged(96)[0].samples.iter().all(|sample| sample.span.start > 96 * 10), "samples are of added lines");
}

#[test]
fn the_header_of_a_file_that_grows_names_the_added_rows() {
    let text = dump("email,customer_id\n", &people(40), "\n", pair);
    let found = survey(text.as_bytes(), None, &|line| line > 35, &Thresholds::standard());
    assert_eq!((found[0].class, found[0].distinct), (Class::Dump, 5));
}

#[test]
fn lists_of_authors_pass_by_name_and_not_when_the_name_says_data() {
    let list = dump("", &people(1_271), "\n", |p| format!("{} <{}>", p.name, p.email));
    for name in ["AUTHORS", "composer.lock", ".mailmap", "CHANGELOG.md"] {
        assert_eq!(all(list.as_bytes(), Some(name)), [], "{name}");
    }
    assert_eq!(all(list.as_bytes(), Some("AUTHORS.csv")).len(), 1);
    assert_eq!(all(list.as_bytes(), None).len(), 1);
    let rows = dump("", &people(50), "\n", |p| format!("{},{}", p.email, p.phone));
    assert_eq!(all(rows.as_bytes(), Some("AUTHORS.csv"))[0].class, Class::Dump);
    assert_eq!(all(rows.as_bytes(), Some("AUTHORS"))[0].class, Class::Dump, "a second class voids it");
}

#[test]
fn trailers_of_commits_in_a_patch_pass() {
    let text = dump("", &people(300), "\n", |p| format!("From: {0} <{1}>\nSigned-off-by: {0} <{1}>", p.name, p.email));
    assert_eq!(all(text.as_bytes(), Some("0001-x.patch")), []);
    let rows = dump("", &people(50), "\n", |p| format!("+{},{}", p.email, p.phone));
    assert_eq!(all(rows.as_bytes(), Some("0001-x.patch"))[0].class, Class::Dump, "added rows are content");
}

#[test]
fn specimens_and_reserved_values_pass_in_any_number() {
    let mut text = String::from("email,phone,id\n");
    for n in 100..600 {
        writeln!(text, "user{n}@example.com,202-555-0{n:03},000{n}").unwrap();
    }
    for n in 0..500 {
        writeln!(text, "host 192.0.2.{} account 111122223333 {} 2147483648", n % 255, 1_700_000_000 + n).unwrap();
    }
    for card in specimen::SPECIMENS {
        writeln!(text, "credit card: {card}").unwrap();
    }
    assert_eq!(rules(&text), Vec::<&str>::new());
}

#[test]
fn employees_are_no_customers() {
    let text =
        dump("email,customer_id\n", &people(200), "\n", |p| format!("{}@kaisha.co.jp,x", p.name.replace(' ', ".")));
    let mut own = Thresholds::standard();
    own.own_domains.push("kaisha.co.jp".to_owned());
    assert_eq!(survey(text.as_bytes(), None, &|_| true, &own), []);
    assert_eq!(all(text.as_bytes(), None).len(), 1);
}

/// A number of sixteen digits in Visa's range with a right check digit.
pub(super) fn card(rng: &mut Rng) -> String {
    loop {
        let body = format!("4{}", rng.digits(14));
        let whole = (0..10).map(|check| format!("{body}{check}")).find(|n| luhn(n.as_bytes())).unwrap();
        if !number::is_placeholder(whole.as_bytes()) {
            return whole;
        }
    }
}

#[test]
fn one_card_beside_a_word_is_rejected_and_the_same_digits_in_a_table_pass() {
    let mut rng = Rng(3);
    let one = card(&mut rng);
    let spaced = format!("{} {} {} {}", &one[..4], &one[4..8], &one[8..12], &one[12..]);
    for text in [
        format!("card_number: {one}"),
        format!("\"cardNumber\": \"{one}\""),
        format!("クレジットカード {spaced}"),
        format!("Kreditkarte: {spaced}, gültig 12/29"),
        format!("pay?card={one}&x=1"),
        format!("no,card no,name\n1,{one},x\n2,{},y\n", card(&mut rng)),
    ] {
        assert_eq!(rules(&text), ["payment-card"], "{text}");
    }
    for text in [
        format!("0.{one}, 1.5e3"),
        format!("x = {one};"),
        format!("card 0x{one}"),
        format!("discard {one}"),
        format!("card: {one}1234"),
    ] {
        assert_eq!(rules(&text), Vec::<&str>::new(), "{text}");
    }
}

#[test]
fn three_bare_cards_are_rejected_unless_chance_explains_them() {
    let mut rng = Rng(4);
    let cards: Vec<String> = (0..3).map(|_| card(&mut rng)).collect();
    assert_eq!(rules(&cards.join("\n")), ["payment-card"]);
    assert_eq!(rules(&cards[..2].join("\n")), Vec::<&str>::new());
    let table: Vec<String> = (0..300).map(|_| format!("1{}", rng.digits(15))).chain(cards).collect();
    assert_eq!(rules(&table.join("\n")), Vec::<&str>::new());
}

#[test]
fn one_number_of_a_state_counts_beside_its_word_alone() {
    assert_eq!(rules(concat!("マイナンバー: 99999999", "9996")), ["jp-my-number"]);
    assert_eq!(rules(concat!("99999999", "9996")), Vec::<&str>::new());
    assert_eq!(rules(concat!("{\"ssn\": \"899-99", "-9998\"}")), ["us-social-security-number"]);
    assert_eq!(rules(concat!("運転免許証番号 30450000", "0150")), ["jp-driving-licence"]);
    let mut rng = Rng(5);
    let nine: Vec<String> = (0..1_000).map(|_| format!("899{}", rng.digits(6))).collect();
    assert_eq!(rules(&nine.join("\n")), Vec::<&str>::new());
}

#[test]
fn a_column_under_a_header_names_the_numbers_of_a_state() {
    assert_eq!(rules(&"name,個人番号\nx,N\ny,N\n".replace('N', concat!("99999999", "9996"))), ["jp-my-number"]);
}

#[test]
fn warnings_are_returned_only_on_request() {
    let list = dump("", &people(60), "\n", |p| p.email.clone());
    assert_eq!(all(list.as_bytes(), None), []);
    let warning = Thresholds { warn_score: Some(3.5), ..Thresholds::standard() };
    let found = survey(list.as_bytes(), None, &|_| true, &warning);
    assert_eq!((found[0].weight, found[0].class), (Weight::Warn, Class::Email));
}

#[test]
fn letters_of_cp932_that_end_in_ascii_punctuation_are_harmless() {
    let text = [b"\x95\x5c|\x83\x7c,\x94\x5c@\x83\x40\r\n".as_slice(); 500].concat();
    assert_eq!(all(&text, None), []);
}

#[test]
fn a_sample_shows_no_four_bytes_in_a_row_of_what_identifies() {
    let rows =
        dump("email,phone,customer_id\n", &people(50), "\n", |p| format!("{},{},{}", p.email, p.phone, p.number));
    let mut rng = Rng(6);
    let text = format!("{rows}card: {}\nssn: 899-99-9998\n", card(&mut rng));
    let found = all(text.as_bytes(), None);
    assert!(found.len() >= 3);
    for bulk in &found {
        assert_eq!(bulk.samples.len(), bulk.hidden.len());
        for (sample, hidden) in bulk.samples.iter().zip(&bulk.hidden) {
            assert!(text.as_bytes()[sample.span.clone()].starts_with(hidden));
            let masked = sample.masked.as_bytes();
            assert!(hidden.windows(4).all(|four| !masked.windows(4).any(|shown| shown == four)), "{}", sample.masked);
        }
        assert!(!bulk.hidden.iter().any(|hidden| bulk.reason.contains(&*String::from_utf8_lossy(hidden))));
    }
}

#[test]
fn counting_ends_at_the_cap_and_says_so() {
    let text = dump("email,customer_id\n", &people(5_000), "\n", pair);
    let found = all(text.as_bytes(), None);
    assert_eq!(found[0].distinct, 4_096);
    assert!(found[0].reason.contains("4096 or more"), "{}", found[0].reason);
}

#[test]
fn lines_end_as_everywhere_else() {
    for text in ["", "a", "a\n", "a\nb\r\nc\rd", "\n\n", "\r\n\r", "a\r\n"] {
        let index = crate::text::LineIndex::new(text.as_bytes());
        let ranges: Vec<_> = lines(text.as_bytes()).collect();
        assert_eq!(ranges.len(), index.count(), "{text:?}");
        for (number, range) in ranges.iter().enumerate() {
            let with_end = index.line(text.as_bytes(), number);
            assert!(with_end.starts_with(&text.as_bytes()[range.clone()]), "{text:?}");
        }
    }
}

#[test]
fn a_label_in_two_parts_on_two_lines_names_a_number() {
    let mut rng = Rng(8);
    let text = format!("{{\"card\": {{\n  \"number\": \"{}\"\n}}}}\n", card(&mut rng));
    let found = all(text.as_bytes(), None);
    assert!(found.iter().any(|bulk| bulk.class == Class::Card), "{found:?}");
}
