//! Tables of made-up customers: built, asked, damaged, searched.

use super::samples::{NOW, built, email, key, list, number, phone, plan, table};
use super::*;
use proptest::prelude::*;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tempfile::tempdir;

fn sources(tables: Vec<PathBuf>, keys: Vec<PathBuf>) -> Sources {
    Sources { tables, keys, now: NOW, emails: 3, numbers: 3, own_domains: Vec::new() }
}

fn exact(table: Table) -> Exact {
    Exact::of(vec![table], sources(Vec::new(), Vec::new()))
}

fn known(exact: &Exact, text: &str) -> Vec<(What, bool, usize)> {
    let found = exact.known(text.as_bytes(), Some(b"a.txt"), &|_| true).unwrap();
    found.into_iter().map(|it| (it.what, it.stops, it.distinct)).collect()
}

#[test]
fn a_table_knows_its_values_and_pairs_and_no_others() {
    let dir = tempdir().unwrap();
    let key = key(dir.path(), "k");
    for records in [1, 2, 300, 5_000] {
        let table = table(dir.path(), &key, &list(records), &plan());
        table.verify().unwrap();
        assert_eq!(table.header().records, records);
        for n in (0..records).step_by(7) {
            let (mail, no) = (email(n), number(n));
            assert!(table.knows("email", mail.as_bytes()).unwrap() && table.knows("customer", no.as_bytes()).unwrap());
            assert!(table.knows_pair(("email", mail.as_bytes()), ("customer", no.as_bytes())).unwrap());
            let other = number((n + 1) % records);
            let foreign = table.knows_pair(("email", mail.as_bytes()), ("customer", other.as_bytes())).unwrap();
            assert_eq!(foreign, records == 1);
            assert!(!table.knows("email", email(n + records).as_bytes()).unwrap());
            assert!(!table.knows("customer", mail.as_bytes()).unwrap() && !table.knows("x", no.as_bytes()).unwrap());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn every_value_of_a_list_is_found_however_it_is_written(
        values in proptest::collection::btree_set(1_000_000_000u64..9_999_999_999, 1..60),
    ) {
        let dir = tempdir().unwrap();
        let key = key(dir.path(), "k");
        let rows: String = values.iter().map(|n| format!("AB{n},Kunde{n}@Qwertz.DE\n")).collect();
        let table = table(dir.path(), &key, &format!("customer_no;e-mail\n{}", rows.replace(',', ";")), &plan());
        for n in values.iter().filter(|n| !crate::customer::candidates::is_placeholder(n.to_string().as_bytes())) {
            let digits = n.to_string();
            let written = format!("ab-{}-{}", &digits[..5], &digits[5..]);
            let spelled = normal(Kind::Number, written.as_bytes(), table.region()).unwrap();
            prop_assert!(table.knows("customer", &spelled).unwrap());
            let (mail, foreign) = (format!("kunde{n}@qwertz.de"), format!("AB{}", n + (1 << 40)));
            prop_assert!(table.knows("email", mail.as_bytes()).unwrap());
            prop_assert!(!table.knows("customer", foreign.as_bytes()).unwrap());
        }
    }
}

/// Opens and asks; the error, if there is one.
fn trouble(path: &Path, keys: &[Key]) -> Option<ExactError> {
    let table = match Table::open(path, keys, NOW) {
        Ok(table) => table,
        Err(error) => return Some(error),
    };
    table.verify().err()
}

#[test]
fn every_changed_byte_is_noticed_and_every_lost_one() {
    let dir = tempdir().unwrap();
    let key = key(dir.path(), "k");
    let path = built(dir.path(), &key, &list(40), &plan());
    let whole = fs::read(&path).unwrap();
    let keys = [key];
    assert!(trouble(&path, &keys).is_none());
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x10;
        fs::write(&path, &damaged).unwrap();
        assert!(trouble(&path, &keys).is_some(), "byte {at} of {}", whole.len());
    }
    for len in (0..whole.len()).step_by(13).chain([whole.len() - 1]) {
        fs::write(&path, &whole[..len]).unwrap();
        let Err(error) = Table::open(&path, &keys, NOW) else { panic!("{len}") };
        assert!(!error.hint().is_empty(), "{error}");
    }
    fs::write(&path, [whole.as_slice(), b"x"].concat()).unwrap();
    assert!(Table::open(&path, &keys, NOW).is_err());
}

#[test]
fn a_block_in_the_place_of_another_is_damage_and_not_an_absence() {
    let dir = tempdir().unwrap();
    let key = key(dir.path(), "k");
    let path = built(dir.path(), &key, &list(2_000), &plan());
    let table = Table::open(&path, std::slice::from_ref(&key), NOW).unwrap();
    assert!(table.header().blocks() >= 4, "{}", table.header().blocks());
    let index = fs::metadata(&path).unwrap().len() - {
        let header = table.header();
        header.entries * header.width() as u64 + header.blocks() * 16 + (header.blocks() + 1) * 8
    };
    // The index leads to the wrong, but whole, block.
    let mut bytes = fs::read(&path).unwrap();
    let index = usize::try_from(index).unwrap();
    let (first, second) = (bytes[index..index + 16].to_vec(), bytes[index + 8..index + 24].to_vec());
    assert_ne!(first, second);
    bytes[index..index + 16].copy_from_slice(&second);
    fs::write(&path, &bytes).unwrap();
    let error = trouble(&path, &[key]).unwrap().to_string();
    assert!(error.contains("it is damaged (block 0 of"), "{error}");
}

#[test]
fn a_table_of_another_key_expired_open_to_all_or_no_table_is_refused() {
    let dir = tempdir().unwrap();
    let (mine, other) = (key(dir.path(), "a"), key(dir.path(), "b"));
    let with_end = Plan { expires: Some(NOW + 100), ..plan() };
    let path = built(dir.path(), &mine, &list(10), &with_end);
    let keys = [mine];
    let said = |keys: &[Key], now| Table::open(&path, keys, now).err().map(|error| error.to_string());
    assert!(said(&keys, NOW + 99).is_none());
    assert!(said(&keys, NOW + 100).unwrap().contains("it expired on 2025-06-15"));
    assert!(said(std::slice::from_ref(&other), NOW).unwrap().contains("was made with the key"));
    assert!(said(&[other, keys[0].clone()], NOW).is_none());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(said(&keys, NOW).unwrap().contains("others can read or change it (its mode is 0644)"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(said(&keys, NOW).is_none());
    fs::write(&path, "id,email\n").unwrap();
    assert!(said(&keys, NOW).unwrap().contains("no table of fingerprints"));
    fs::remove_file(&path).unwrap();
    assert!(said(&keys, NOW).unwrap().starts_with("cannot read `"));
}

#[test]
fn a_new_table_takes_the_place_of_the_old_one_whole_and_stays_private() {
    let dir = tempdir().unwrap();
    let key = key(dir.path(), "k");
    let path = built(dir.path(), &key, &list(10), &plan());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let old = fs::read(&path).unwrap();
    // What makes no table leaves the old one, and nothing beside it.
    for (list, plan) in [
        (String::new(), plan()),
        ("お客様番号,メールアドレス\n".to_owned(), plan()),
        (list(5), Plan { least: 6, ..plan() }),
        ("email\nnobody\nnothing\n".to_owned(), plan()),
        ("a,b\n1,2\n".to_owned(), plan()),
    ] {
        assert!(build(list.as_bytes(), &path, &key, &plan).is_err(), "{list}");
        assert_eq!(fs::read(&path).unwrap(), old);
    }
    built(dir.path(), &key, &list(20), &plan());
    assert_eq!(mode(&path), 0o640);
    let names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn a_table_holds_nothing_of_its_list() {
    let dir = tempdir().unwrap();
    let key = key(dir.path(), "k");
    let path = built(dir.path(), &key, &list(500), &plan());
    let bytes = fs::read(&path).unwrap();
    for n in 0..500 {
        for value in [email(n), number(n), phone(n)] {
            for part in value.as_bytes().windows(6).take(3) {
                assert!(!bytes.windows(6).any(|it| it == part), "{value}");
            }
        }
    }
}

#[test]
fn a_list_says_what_was_left_out() {
    let dir = tempdir().unwrap();
    let key = key(dir.path(), "k");
    let rows = "TC73920184,hana@qwertz.de\nTC73920185,a@example.com\nTC73920186,x@mail.kaisha.co.jp\nTC73920187,qa@qwertz.de\n\
                12,short@qwertz.de\nTC73920188,nonsense@\nTC73920189\n,\n\"TC73920184\",\"HANA@qwertz.de\"\n";
    let list = format!(
        "customer_id,email\n{rows}{}",
        (0..200).map(|n| format!("{},{}\n", number(n), email(n))).collect::<String>()
    );
    let plan = Plan { exclude: vec![b"QA@qwertz.de".to_vec()], ..plan() };
    let path = dir.path().join("t");
    let built = build(list.as_bytes(), &path, &key, &plan).unwrap();
    let counts = built.counts;
    assert_eq!((counts.rows, counts.bad, counts.own, counts.excluded), (209, 1, 1, 1));
    assert_eq!((counts.short, counts.reserved), (2, 1));
    assert_eq!((built.fields[0].0, built.fields[1].0), (1, 1), "{:?}", built.fields);
    let table = Table::open(&path, &[key], NOW).unwrap();
    let knows = |field: &str, value: &str| table.knows(field, value.as_bytes()).unwrap();
    assert!(knows("email", "hana@qwertz.de") && knows("customer", "TC73920188") && knows("email", "short@qwertz.de"));
    assert!(!knows("email", "a@example.com") && !knows("email", "qa@qwertz.de") && !knows("customer", "TC73920187"));
    assert!(!knows("customer", "TC73920186"));
}

#[test]
fn a_pair_stops_alone_an_address_is_worth_a_look_and_a_number_nothing() {
    let dir = tempdir().unwrap();
    let key = key(dir.path(), "k");
    let exact = exact(table(dir.path(), &key, &list(3_000), &plan()));
    let record = [(What::Record, true, 1)];
    assert_eq!(known(&exact, &format!("{},x,{}", email(7), number(7))), record);
    assert_eq!(known(&exact, &format!("{}\n\n\n{}", email(7), number(7))), record, "three lines apart");
    assert_eq!(known(&exact, &format!("{{\n \"tel\": \"{}\",\n \"no\": \"{}\"\n}}", phone(7), number(7))), record);
    assert_eq!(known(&exact, &format!("姓7 名 <{}>", email(7))), record, "a name beside its address");
    assert_eq!(known(&exact, &format!("{}\n\n\n\n{}", email(7), number(7))), [(What::Emails, false, 1)]);
    assert_eq!(known(&exact, &format!("{},{}", email(7), number(8))), [(What::Emails, false, 1)]);
    assert_eq!(known(&exact, &format!("{} {}", number(7), number(8))), []);
    assert_eq!(known(&exact, &format!("{} {} {}", number(7), number(8), number(9))), [(What::Numbers, true, 3)]);
    assert_eq!(known(&exact, &format!("{}\n{}\n{}", email(1), email(2), email(3))), [(What::Emails, true, 3)]);
    assert_eq!(known(&exact, &format!("{0}\n{0}\n{0}", email(1))), [(What::Emails, false, 1)]);
    let tagged = email(7).replace('@', "+news@");
    assert_eq!(known(&exact, &format!("{},{}", tagged.to_uppercase(), number(7))), record);
    assert_eq!(known(&exact, &list(200)), [(What::Record, true, 200)]);
    assert_eq!(known(&exact, "someone@qwertz-7.co.jp, TC11335577"), []);
}

#[test]
fn authors_may_be_customers_but_not_with_their_numbers() {
    let dir = tempdir().unwrap();
    let key = key(dir.path(), "k");
    let exact = exact(table(dir.path(), &key, &list(100), &plan()));
    let authors: String = (0..9).map(|n| format!("姓{n} 名 <{}>\n", email(n))).collect();
    let found = |path: &str, text: &str| exact.known(text.as_bytes(), Some(path.as_bytes()), &|_| true).unwrap();
    assert_eq!(found("AUTHORS", &authors), []);
    assert_eq!(found("x.txt", &format!("Signed-off-by: 姓1 名 <{}>\n", email(1))), []);
    assert_eq!(found("AUTHORS.csv", &authors)[0].what, What::Record);
    assert_eq!(found("AUTHORS", &format!("{}: {}", email(1), number(1)))[0].what, What::Record);
}

#[test]
fn only_new_lines_count_and_half_a_pair_is_enough() {
    let dir = tempdir().unwrap();
    let key = key(dir.path(), "k");
    let exact = exact(table(dir.path(), &key, &list(100), &plan()));
    let text = format!("{}\n{}\nx\n", email(1), number(1));
    let with = |new: &[usize]| exact.known(text.as_bytes(), None, &|line| new.contains(&line)).unwrap();
    assert_eq!((with(&[0]).len(), with(&[1]).len(), with(&[2]).len()), (1, 1, 0));
    assert_eq!(with(&[1])[0].what, What::Record);
}

#[test]
fn a_dense_field_counts_in_pairs_and_not_alone() {
    let dir = tempdir().unwrap();
    let key = key(dir.path(), "k");
    let bare = |n: u64| number(n).trim_start_matches("TC").to_owned();
    let rows: String = (0..3_000).map(|n| format!("{},{}\n", bare(n), email(n))).collect();
    let table = table(dir.path(), &key, &format!("customer_no,email\n{rows}"), &plan());
    assert_eq!(table.header().fields[0].alone, Alone::PairOnly);
    let exact = exact(table);
    assert_eq!(known(&exact, &format!("customer no {} {} {}", bare(1), bare(2), bare(3))), []);
    assert_eq!(known(&exact, &format!("{} {}", bare(1), email(1))), [(What::Record, true, 1)]);
}

#[test]
fn fields_that_never_count_alone_still_make_a_record_on_one_line() {
    let dir = tempdir().unwrap();
    let key = key(dir.path(), "k");
    let plan = Plan { pair_only: vec!["customer".to_owned(), "phone".to_owned()], ..plan() };
    let rows: String = (0..500).map(|n| format!("{},{}\n", number(n), phone(n))).collect();
    let exact = exact(table(dir.path(), &key, &format!("customer_no,tel\n{rows}"), &plan));
    assert_eq!(known(&exact, &format!("{} {}", number(3), phone(3))), [(What::Record, true, 1)]);
    assert_eq!(known(&exact, &format!("{} {}", number(3), phone(4))), []);
}

#[test]
fn who_is_forgotten_is_forgotten_with_all_pairs_and_until_the_next_build() {
    let dir = tempdir().unwrap();
    let key = key(dir.path(), "k");
    let mut table = table(dir.path(), &key, &list(100), &plan());
    assert_eq!(table.forget("email", &[email(1).into_bytes()]).unwrap(), 1);
    assert_eq!(table.forget("email", &[email(1).into_bytes()]).unwrap(), 0);
    let path = dir.path().join("t.lgfp");
    let again = Table::open(&path, std::slice::from_ref(&key), NOW).unwrap();
    let exact_now = exact(again);
    let row = |n: u64| format!("{},{}\n", email(n), number(n));
    assert_eq!(known(&exact_now, &row(1)), []);
    assert_eq!(known(&exact_now, &row(2)), [(What::Record, true, 1)]);
    let beside = dir.path().join("t.lgfp.forgotten");
    let mut bytes = fs::read(&beside).unwrap();
    bytes[9] ^= 1;
    fs::write(&beside, &bytes).unwrap();
    assert!(Table::open(&path, std::slice::from_ref(&key), NOW).err().unwrap().to_string().contains("damaged"));
    built(dir.path(), &key, &list(100), &plan());
    assert!(!beside.exists());
    assert_eq!(known(&exact(Table::open(&path, &[key], NOW).unwrap()), &row(1)), [(What::Record, true, 1)]);
}

#[test]
fn merged_tables_know_what_each_knew() {
    let dir = tempdir().unwrap();
    let (mine, other) = (key(dir.path(), "a"), key(dir.path(), "b"));
    let build_at = |name: &str, key: &Key, list: &str, plan: &Plan| {
        let path = dir.path().join(name);
        build(list.as_bytes(), &path, key, plan).unwrap();
        Table::open(&path, std::slice::from_ref(key), NOW).unwrap()
    };
    let rows = |range: std::ops::Range<u64>| range.map(|n| format!("{},{}\n", email(n), number(n))).collect::<String>();
    let mut first = build_at("1", &mine, &list(900), &Plan { expires: Some(NOW + 50), ..plan() });
    let second = build_at("2", &mine, &format!("email,customer_no\n{}", rows(800..2_000)), &plan());
    first.forget("email", &[email(5).into_bytes()]).unwrap();
    let target = dir.path().join("m");
    let (header, size) = merge(&[first, second], &target, NOW).unwrap();
    assert_eq!((header.records, header.expires), (2_100, Some(NOW + 50)));
    assert_eq!(size, fs::metadata(&target).unwrap().len());
    let joined = Table::open(&target, std::slice::from_ref(&mine), NOW).unwrap();
    joined.verify().unwrap();
    let exact = exact(joined);
    let row = |n: u64| format!("{},{}\n", email(n), number(n));
    for n in [0, 850, 1_999] {
        assert_eq!(known(&exact, &row(n)), [(What::Record, true, 1)], "{n}");
    }
    assert_eq!((known(&exact, &row(5)), known(&exact, &row(2_000))), (vec![], vec![]));
    let foreign = build_at("3", &other, &list(10), &plan());
    let mine = Table::open(&target, &[mine], NOW).unwrap();
    assert!(merge(&[mine, foreign], &dir.path().join("n"), NOW).is_err());
}

#[test]
fn two_tables_of_two_keys_are_both_asked_and_one_that_is_wrong_stops_all() {
    let dir = tempdir().unwrap();
    let (old, new) = (key(dir.path(), "old"), key(dir.path(), "new"));
    let rows = |n: u64| format!("email,customer_no\n{},{}\n", email(n), number(n));
    let place = |name: &str| dir.path().join(name);
    build(rows(1).as_bytes(), &place("1"), &old, &plan()).unwrap();
    build(rows(2).as_bytes(), &place("2"), &new, &plan()).unwrap();
    let both = Exact::new(sources(vec![place("1"), place("2")], vec![place("old"), place("new")]));
    for n in [1, 2] {
        assert_eq!(known(&both, &rows(n)), [(What::Record, true, 1)]);
    }
    let one_key = Exact::new(sources(vec![place("1"), place("2")], vec![place("new")]));
    assert!(one_key.known(rows(2).as_bytes(), None, &|_| true).is_err());
    assert!(one_key.known(b"nothing to compare", None, &|_| true).is_ok(), "nothing is opened without a candidate");
}
