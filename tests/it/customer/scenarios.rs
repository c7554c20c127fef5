//! Each a real push: refused with the file's name and without a value, or accepted without a word.

use super::people::{CP932_HEADER, Person, luhn, my_number_digit, pairs, people, rows, sqlite, utf16, workbook};
use crate::deep::{Zip, base64, gzip, zip};
use crate::harness::{Payload, Pushed, Rng, Stage};
use std::fmt::Write as _;

/// Pushes one file on top of what the server has, and takes it back if it was refused.
fn push(stage: &Stage, path: &str, bytes: impl AsRef<[u8]>) -> Pushed {
    stage.work.write(path, bytes.as_ref()).commit("Add a file");
    let pushed = stage.push("origin main");
    if pushed.code != Some(0) {
        stage.work.run("reset -q --hard HEAD~1");
    }
    pushed
}

fn accepted(pushed: &Pushed) {
    pushed.accepted();
}

fn refused(pushed: &Pushed, path: &str, people: &[Person]) {
    pushed.refused_naming(&Payload::new("customer", false), path);
    let shown = people.iter().flat_map(|p| [&p.email, &p.number, &p.phone]).find(|value| pushed.shows(value));
    assert_eq!(shown, None, "a value is shown:\n{}", pushed.stderr);
    let wide = pushed.text().lines().find(|line| line.chars().count() > 72).map(str::to_owned);
    assert_eq!(wide, None, "wider than 80 columns with git's `remote: `");
}

/// Six thousand rows, past the 4,096 at which counting ends: more change the time, not the answer.
#[test]
fn a_customer_list_is_refused_in_six_wrappings_and_counted_to_the_cap() {
    let people = people("wrapped", 6_000);
    let header = "お客様管理番号,メールアドレス\n";
    let text = header.to_owned() + &pairs(&people);
    let cp932 = [CP932_HEADER, pairs(&people).replace('\n', "\r\n").as_bytes()].concat();
    let titles = vec!["お客様管理番号".to_owned(), "メールアドレス".to_owned()];
    let cells = people.iter().map(|p| vec![p.number.clone(), p.email.clone()]);
    let stage = Stage::new();
    for (path, bytes) in [
        ("list.csv", text.clone().into_bytes()),
        ("list-932.csv", cp932),
        ("list.txt", utf16(&text)),
        ("list.csv.gz", gzip(text.as_bytes())),
        ("list.xlsx", workbook(&[titles].into_iter().chain(cells).collect::<Vec<_>>())),
        ("list.zip", zip(&[("list.csv", text.as_bytes())], Zip::Deflated)),
    ] {
        let pushed = push(&stage, path, bytes);
        refused(&pushed, path, &people);
        assert!(pushed.shows("4096 or more distinct"), "{}", pushed.stderr);
    }
}

#[test]
fn ten_rows_and_five_are_refused_and_three_are_not() {
    let stage = Stage::new();
    for (count, leaks) in [(10, true), (5, true), (3, false)] {
        let people = people("few", count);
        let pushed =
            push(&stage, "few.csv", rows("email,customer_id\n", &people, |p| format!("{},{}", p.email, p.number)));
        if leaks { refused(&pushed, "few.csv", &people) } else { accepted(&pushed) }
    }
}

#[test]
fn a_list_that_grows_a_few_rows_at_a_time_is_refused_when_it_is_one() {
    let stage = Stage::new();
    let customers = people("grows", 99);
    let first = rows("email,customer_id\n", &customers, |p| format!("{},{}", p.email, p.number));
    refused(&push(&stage, "grows.csv", first), "grows.csv", &customers);
    let people = people("grows bare", 120);
    for part in 1..=5 {
        let so_far = &people[..part * 24];
        let pushed = push(&stage, "grows.txt", rows("", so_far, |p| p.email.clone()));
        if part == 5 { refused(&pushed, "grows.txt", so_far) } else { accepted(&pushed) }
    }
}

#[test]
fn a_list_cut_into_files_is_refused_by_its_sum() {
    let people = people("cut", 320);
    for (files, leaks) in [(7, false), (8, true)] {
        let stage = Stage::new();
        for (n, part) in people.chunks(40).take(files).enumerate() {
            stage.work.write(&format!("region/part-{n}.txt"), rows("", part, |p| p.email.clone()));
        }
        stage.work.commit("Regions");
        let pushed = stage.push("origin main");
        if leaks {
            refused(&pushed, "region/part-0.txt", &people)
        } else {
            accepted(&pushed)
        }
        assert_eq!(pushed.shows("320 distinct") && pushed.shows("customer-data-in-push"), leaks, "{}", pushed.stderr);
    }
}

#[test]
fn people_who_are_named_for_what_they_wrote_pass() {
    let people = people("authors", 1_271);
    let credit = |p: &Person| format!("{} <{}>", p.name, p.email);
    let stage = Stage::new();
    let lock = rows("{\"packages\": [\n", &people[..90], |p| {
        format!("{{\"name\": \"a/b\", \"authors\": [{{\"name\": \"{}\", \"email\": \"{}\"}}]}},", p.name, p.email)
    });
    for (path, text) in [
        ("AUTHORS", rows("", &people, credit)),
        ("composer.lock", lock + "]}\n"),
        (".mailmap", rows("", &people[..300], credit)),
        ("0001-fix.patch", rows("", &people[..300], |p| format!("Signed-off-by: {}", credit(p)))),
    ] {
        push(&stage, path, text).accepted();
    }
    let named = rows("", &people[..50], |p| format!("{},{}", p.email, p.phone));
    refused(&push(&stage, "AUTHORS.csv", named), "AUTHORS.csv", &people[..50]);
}

#[test]
fn values_kept_for_examples_pass_in_any_number() {
    let mut text = String::from("email,phone,account,host\n");
    for n in 0..500 {
        writeln!(text, "user{n}@example.com,202-555-01{:02},111122223333,192.0.2.{}", n % 100, n % 256).unwrap();
    }
    let cards = ["4111 1111 1111 1111", "4242 4242 4242 4242", "5555 5555 5555 4444", "3782 822463 10005"];
    cards.iter().for_each(|card| writeln!(text, "credit card: {card}").unwrap());
    push(&Stage::new(), "tests/fixtures.csv", text).accepted();
}

#[test]
fn one_number_beside_its_word_is_refused_and_the_same_digits_alone_are_not() {
    let mut rng = Rng::named("numbers");
    let body = format!("4{}", rng.string(b"23567", 14));
    let card = format!("{body}{}", luhn(&body));
    let body = rng.string(b"3579", 11);
    let mine = format!("{body}{}", my_number_digit(&body));
    let social = format!("{}-{}-{}", "899", rng.string(b"3579", 2), rng.string(b"2468", 4));
    let stage = Stage::new();
    for (path, text, value) in [
        ("card.yml", format!("card_number: {card}\n"), &card),
        ("mine.txt", format!("マイナンバー: {mine}\n"), &mine),
        ("social.json", format!("{{\"ssn\": \"{social}\"}}\n"), &social),
    ] {
        let pushed = push(&stage, path, text);
        refused(&pushed, path, &[]);
        assert!(!pushed.shows(value), "{}", pushed.stderr);
    }
    push(&stage, "floats.txt", format!("0.{card} 1.5e3\n")).accepted();
    push(&stage, "mine.txt", format!("{mine}\n")).accepted();
    let nine: String = (0..1_000).map(|_| format!("899{}\n", rng.string(b"0123456789", 6))).collect();
    push(&stage, "nine.txt", nine).accepted();
}

#[test]
fn exports_as_they_leaked_before_are_refused() {
    let leads = people("leads", 3_000);
    let json = rows("[\n", &leads, |p| format!("  {{\"name\": \"{}\", \"email\": \"{}\"}},", p.name, p.email)) + "]\n";
    let claims = people("claims", 200);
    let claim = |p: &Person| format!("NM1*IL*1*KASHI*ICHIGO****MI*{}~\nDMG*D8*{}*F~", p.number, p.born);
    let dealer = people("dealer", 50);
    let titles = ["氏名", "住所", "電話番号"].map(str::to_owned).to_vec();
    let cells = dealer.iter().map(|p| vec![p.name.clone(), p.address.clone(), p.phone.clone()]);
    let book = workbook(&[titles].into_iter().chain(cells).collect::<Vec<_>>());
    let stored = people("stored", 300);
    let shown = people("shown", 20);
    let output: String = shown
        .iter()
        .enumerate()
        .map(|(n, p)| format!("      \"{n:<4}{:>28}{:>14}\\n\",\n", p.email, p.number))
        .collect();
    let notebook = format!(
        "{{\"cells\": [{{\"outputs\": [{{\"data\": {{\"text/plain\": [\n      \"{:>32}{:>14}\\n\",\n{output}      \"\"\n]}}}}]}}], \"nbformat\": 4}}\n",
        "email", "customer_id"
    );
    let stage = Stage::new();
    for (path, bytes, people) in [
        ("leads.json", json.into_bytes(), &leads),
        ("claims.edi", rows("ISA*00*~\n", &claims, claim).into_bytes(), &claims),
        ("dealer.xlsx", book, &dealer),
        ("db/development.sqlite3", sqlite(&stored), &stored),
        ("analysis.ipynb", notebook.into_bytes(), &shown),
    ] {
        refused(&push(&stage, path, bytes), path, people);
    }
}

#[test]
fn a_list_in_a_table_of_a_document_in_base64_or_of_births_is_refused() {
    let people = people("documents", 40);
    let cell = |text: &str| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
    let row = |p: &Person| format!("<w:tr>{}{}{}</w:tr>", cell(&p.number), cell(&p.name), cell(&p.phone));
    let head = format!("<w:tr>{}{}{}</w:tr>", cell("顧客番号"), cell("氏名"), cell("電話番号"));
    let table: String = people.iter().map(row).collect();
    let document = format!("<w:document><w:body><w:tbl>{head}{table}</w:tbl></w:body></w:document>");
    let mail = rows("e-mail,customer number\n", &people, |p| format!("{},{}", p.email, p.number));
    let attached = format!("Content-Transfer-Encoding: base64\n\n{}\n", base64(mail.as_bytes()));
    let born = rows("氏名,生年月日\n", &people, |p| {
        format!("{},{}-{}-{}", p.name, &p.born[..4], &p.born[4..6], &p.born[6..])
    });
    let stage = Stage::new();
    refused(
        &push(&stage, "list.docx", zip(&[("word/document.xml", document.as_bytes())], Zip::Deflated)),
        "list.docx",
        &people,
    );
    refused(&push(&stage, "mail.eml", attached), "mail.eml", &people);
    refused(&push(&stage, "births.csv", born), "births.csv", &people);
}

#[test]
fn where_vehicles_were_is_refused_and_a_map_is_not() {
    let place = |n: usize| (format!("35.{:06}", n * 37 + 100_003), format!("139.{:06}", n * 91 + 200_009));
    let trace: String = (0..200)
        .map(|n| {
            let (lat, lon) = place(n);
            format!("ZZW99-{:07},{lat},{lon},2031-01-02T{:02}:{:02}:00Z\n", n % 3, n / 60, n % 60)
        })
        .collect();
    let map: String = (0..500).map(|n| format!("<trkpt lat=\"{}\" lon=\"{}\"/>\n", place(n).0, place(n).1)).collect();
    let stage = Stage::new();
    refused(&push(&stage, "trips.csv", "車台番号,緯度,経度,日時\n".to_owned() + &trace), "trips.csv", &[]);
    push(&stage, "route.gpx", format!("<gpx><trk><trkseg>\n{map}</trkseg></trk></gpx>\n")).accepted();
}

/// Ten megabytes: what is in it decides, and a push of seven hundred would outlast the rest of the suite.
#[test]
fn ordinary_source_passes() {
    let mut rng = Rng::named("source");
    let stage = Stage::new();
    for n in 0..40 {
        let line = |rng: &mut Rng| {
            let (name, other) = (rng.string(b"abcdefgh_", 8), rng.string(b"klmnopq", 6));
            format!(
                "    let {name} = {other}.map(|it| it.{name}({}, \"{other}\"))?; // @{name} {}\n",
                rng.below(9_999),
                rng.below(99_999_999)
            )
        };
        let text: String = (0..3_000).map(|_| line(&mut rng)).collect();
        stage.work.write(&format!("src/part{n}.rs"), text);
    }
    stage.work.commit("Source");
    stage.push("origin main").accepted();
}

#[test]
fn letters_that_end_in_ascii_signs_hide_and_show_nothing() {
    let text = b"\x95\x5c\x8e\xa6|\x83\x7c\x81\x5b\x83\x67,\x94\x5c@\x83\x40,\x83\x5c\x81\x5b\x83\x58\r\n".repeat(500);
    push(&Stage::new(), "manual.txt", text).accepted();
}

#[test]
fn a_list_behind_a_password_cannot_be_read_and_is_refused() {
    let mut bytes = zip(&[("list.csv", pairs(&people("locked", 20)).as_bytes())], Zip::Stored);
    let central = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    bytes[6] |= 1;
    bytes[central + 8] |= 1;
    let pushed = push(&Stage::new(), "list.zip", bytes);
    pushed.refused_naming(&Payload::new("locked", false), "unreadable-encrypted");
}
