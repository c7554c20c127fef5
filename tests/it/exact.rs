//! The organisation's own customers: tables built from a list, and pushes that hold one of them.

use crate::harness::{Call, Out, Pushed, Stage};
use leakgate::exact::{FirstRow, Key, Plan, Region, build};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

const RECORDS: u64 = 4_000;

fn email(n: u64) -> String {
    format!("k{n}@qwertz-{}.co.jp", n % 97)
}

fn number(n: u64) -> String {
    format!("TC{:08}", (n + 1) * 7_368_787 % 100_000_000)
}

fn row(n: u64) -> String {
    format!("{},{}\n", number(n), email(n))
}

fn list(records: u64) -> String {
    "お客様管理番号,メールアドレス\n".to_owned() + &(0..records).map(row).collect::<String>()
}

/// A server whose policy names a table of made-up customers.
struct Shop {
    stage: Stage,
}

impl Shop {
    fn new() -> Self {
        let shop = Self { stage: Stage::new() };
        shop.ok(&["key", "customers.key"], "");
        shop.ok(&["build", "--key", "customers.key", "--out", "customers.lgfp"], &list(RECORDS));
        shop.policy(&["customers.lgfp"], &["customers.key"]);
        shop
    }

    fn path(&self, name: &str) -> PathBuf {
        self.stage.home().join(name)
    }

    fn policy(&self, tables: &[&str], keys: &[&str]) {
        let all = |names: &[&str]| -> Vec<PathBuf> { names.iter().map(|name| self.path(name)).collect() };
        let text = format!("[exact]\ntables = {:?}\nkeys = {:?}\n", all(tables), all(keys));
        self.stage.server.policy(&text);
    }

    fn call(&self, args: &[&str], stdin: &str) -> Out {
        let args = [&["fingerprint"], args].concat();
        Call::new(self.stage.home(), self.stage.home(), &args).run(stdin.as_bytes())
    }

    fn ok(&self, args: &[&str], stdin: &str) -> String {
        let out = self.call(args, stdin);
        assert_eq!(out.code, Some(0), "{args:?}: {}", out.both());
        out.text()
    }

    fn fails(&self, args: &[&str], stdin: &str) -> String {
        let out = self.call(args, stdin);
        assert_eq!(out.code, Some(2), "{args:?}: {}", out.both());
        out.both()
    }

    fn push(&self, path: &str, content: impl AsRef<[u8]>) -> Pushed {
        self.stage.work.write(path, content).commit("Change a file");
        self.stage.push("origin HEAD:refs/heads/main")
    }
}

/// Fails unless the hook ended with `code` and its text names `what` and no value.
fn stopped(pushed: &Pushed, code: i32, what: &str) {
    pushed.check_stopped(code, &[]).unwrap_or_else(|why| panic!("{why}\n{}", pushed.stderr));
    assert!(pushed.shows(what), "{what}\n{}", pushed.stderr);
    assert!(!pushed.text().contains("qwertz-"), "{}", pushed.stderr);
    assert!((0..10).all(|n| !pushed.text().contains(&number(n)[2..8])), "{}", pushed.stderr);
}

fn landed(pushed: &Pushed) {
    assert_eq!((pushed.code, pushed.hook_code), (Some(0), Some(0)), "{}", pushed.stderr);
}

#[test]
fn one_record_is_refused_one_address_warned_of_and_a_number_among_orders_passes() {
    let shop = Shop::new();
    let pair = format!("// called {} about {}\n", email(7), number(7));
    stopped(&shop.push("src/a.js", pair), 1, "a real customer's record");
    shop.stage.work.run("reset -q --hard origin/main");

    let foreign = shop.push("src/a.js", format!("// called {} about {}\n", email(7), number(8)));
    landed(&foreign);
    assert!(foreign.shows("warning: leakgate accepts this push") && foreign.shows("k***@q***"), "{}", foreign.text());

    let orders: String = (0..300u64).map(|n| format!("{},{:08}\n", n, (n + 1) * 9_371_387 % 100_000_000)).collect();
    let alone = shop.push("orders.csv", format!("order_id,total\n{},1\n{orders}", number(9)));
    landed(&alone);
    assert_eq!(alone.text(), "");
}

#[test]
fn a_record_is_found_in_an_archive_and_in_utf_16_and_where_an_old_line_is_completed() {
    let shop = Shop::new();
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(row(3).encode_utf16()).flat_map(u16::to_le_bytes).collect();
    stopped(&shop.push("a.txt", utf16), 1, "customer-record");
    shop.stage.work.run("reset -q --hard origin/main");
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut zipped, row(3).as_bytes()).unwrap();
    stopped(&shop.push("a.gz", zipped.finish().unwrap()), 1, "customer-record");
    shop.stage.work.run("reset -q --hard origin/main");
    landed(&shop.push("note.txt", format!("ask {}\n", email(5))));
    stopped(&shop.push("note.txt", format!("ask {}\nnumber {}\n", email(5), number(5))), 1, "customer-record");
    shop.stage.work.run("reset -q --hard origin/main");
    // The record was there before: the next line is not to blame.
    shop.stage.work.write("old.csv", row(6)).commit("Old");
    shop.stage.publish("main");
    landed(&shop.push("old.csv", format!("{}more\n", row(6))));
}

#[test]
fn three_addresses_are_refused_and_authors_are_not() {
    let shop = Shop::new();
    let three: String = (1..4).map(|n| format!("{}\n", email(n))).collect();
    stopped(&shop.push("testers.txt", &three), 1, "customer-known-addresses");
    shop.stage.work.run("reset -q --hard origin/main");
    landed(&shop.push("AUTHORS", &three));
    let message = format!("Change\n\nSigned-off-by: K <{}>", email(1));
    shop.stage.work.write("x", "y\n").run("add -A");
    shop.stage.work.git(&["commit", "-q", "-m", &message]);
    landed(&shop.stage.push("origin HEAD:refs/heads/main"));
}

#[test]
fn a_table_that_cannot_be_used_refuses_and_says_why() {
    let shop = Shop::new();
    let table = shop.path("customers.lgfp");
    let whole = fs::read(&table).unwrap();
    let refused = |why: &str| {
        let pushed = shop.push("a.txt", row(1));
        stopped(&pushed, 2, why);
        shop.stage.work.run("reset -q --hard origin/main");
    };
    fs::write(&table, &whole[..whole.len() - 1]).unwrap();
    refused("it is cut short");
    fs::write(&table, &whole[..100]).unwrap();
    refused("it is cut short");
    let mut flipped = whole.clone();
    flipped[700..].iter_mut().step_by(100).for_each(|byte| *byte ^= 1);
    fs::write(&table, &flipped).unwrap();
    refused("it is damaged");
    fs::remove_file(&table).unwrap();
    refused("cannot read");
    fs::write(&table, &whole).unwrap();
    fs::set_permissions(&table, fs::Permissions::from_mode(0o604)).unwrap();
    refused("others can read or change it");
    fs::set_permissions(&table, fs::Permissions::from_mode(0o600)).unwrap();
    shop.ok(&["key", "other.key"], "");
    shop.policy(&["customers.lgfp"], &["other.key"]);
    refused("it was made with the key");
    fs::set_permissions(shop.path("customers.key"), fs::Permissions::from_mode(0o440)).unwrap();
    shop.policy(&["customers.lgfp"], &["customers.key"]);
    refused("others can read or change it");
    fs::set_permissions(shop.path("customers.key"), fs::Permissions::from_mode(0o400)).unwrap();
    stopped(&shop.push("a.txt", row(1)), 1, "customer-record");
}

#[test]
fn an_expired_table_refuses_until_there_is_a_new_one() {
    let shop = Shop::new();
    let args = ["build", "--key", "customers.key", "--out", "customers.lgfp", "--expires"];
    for wrong in ["2020-01-01", "0", "tomorrow", "2030-02-31"] {
        assert!(shop.fails(&[&args[..], &[wrong]].concat(), &list(9)).contains("no day to come"), "{wrong}");
    }
    let said = shop.ok(&[&args[..], &["2"]].concat(), &list(9));
    assert!(said.contains("expires 20"), "{said}");
    let stat = shop.ok(&["stat", "customers.lgfp", "--key", "customers.key", "--verify"], "");
    assert!(stat.contains("records   9") && stat.contains("every block is as it was written"), "{stat}");
    landed(&shop.push("a.txt", row(10)));
    // The command makes no table that has expired: the library does.
    let plan = Plan {
        fields: Vec::new(),
        pair_only: Vec::new(),
        pairs: Vec::new(),
        exclude: Vec::new(),
        own_domains: Vec::new(),
        region: Region::named("JP").unwrap(),
        delimiter: None,
        first_row: FirstRow::Names,
        created: 1_000_000_000,
        expires: Some(1_000_100_000),
        least: 1,
        bad_percent: 5,
    };
    let key = Key::read(&shop.path("customers.key")).unwrap();
    build(list(9).as_bytes(), &shop.path("customers.lgfp"), &key, &plan).unwrap();
    stopped(&shop.push("b.txt", row(11)), 2, "it expired on 2001-09-10");
    let stat = shop.call(&["stat", "customers.lgfp", "--key", "customers.key"], "");
    assert!(stat.code == Some(1) && stat.both().contains("warning: the table has expired"), "{}", stat.both());
}

#[test]
fn who_is_forgotten_passes_at_once() {
    let shop = Shop::new();
    let field = ["forget", "customers.lgfp", "--key", "customers.key", "--field"];
    assert!(shop.fails(&[&field[..], &["mail"]].concat(), "x").contains("its fields are customer, email"));
    assert!(shop.fails(&[&field[..], &["email"]].concat(), "nobody\n").contains("nothing was forgotten"));
    let said = shop.ok(&[&field[..], &["email"]].concat(), &email(7));
    assert!(said.contains("forgot 1 values") && !said.contains("qwertz"), "{said}");
    let test = ["test", "customers.lgfp", "--key", "customers.key"];
    let out = shop.call(&test, &format!("{}{}nothing\n", row(7), row(8)));
    let lines: Vec<String> = out.text().lines().map(str::to_owned).collect();
    assert_eq!((out.code, lines.len()), (Some(1), 3), "{}", out.both());
    assert!(
        lines[0].starts_with("yes  real customers' numbers (customer)")
            && lines[1].starts_with("yes  a real customer's record")
            && lines[2] == "no",
        "{lines:?}"
    );
    assert!(!out.both().contains("qwertz") && !out.both().contains("TC"), "{}", out.both());
    landed(&shop.push("a.txt", row(7)));
    stopped(&shop.push("a.txt", row(8)), 1, "customer-record");
}

#[test]
fn two_tables_are_both_asked_while_keys_rotate() {
    let shop = Shop::new();
    let rotate = ["rotate", "customers.lgfp", "next.lgfp", "--key", "customers.key", "--next-key", "next.key"];
    assert!(shop.ok(&rotate, "").contains("made the next key"));
    assert!(shop.ok(&rotate, "").starts_with("next: build the table anew"));
    let build = ["build", "--key", "next.key", "--out", "next.lgfp"];
    shop.ok(&build, &list(10));
    assert!(shop.fails(&rotate, "").contains("10 records instead of 4000"));
    let later: String = (1..RECORDS + 1).map(row).collect();
    shop.ok(&build, &format!("お客様管理番号,メールアドレス\n{later}"));
    assert!(shop.ok(&rotate, "").contains("while both are in use"));
    shop.policy(&["customers.lgfp", "next.lgfp"], &["customers.key", "next.key"]);
    for n in [0, RECORDS] {
        stopped(&shop.push("a.txt", row(n)), 1, "customer-record");
        shop.stage.work.run("reset -q --hard origin/main");
    }
    let merged = shop.fails(&["merge", "customers.lgfp", "next.lgfp", "--key", "next.key", "--out", "m.lgfp"], "");
    assert!(merged.contains("it was made with the key"), "{merged}");
}

#[test]
fn keys_and_tables_are_private_and_nothing_of_the_list_is_written_or_said() {
    let shop = Shop::new();
    let mode = |name: &str| fs::metadata(shop.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("customers.key"), mode("customers.lgfp")), (0o400, 0o600));
    assert!(shop.fails(&["key", "customers.key"], "").contains("File exists"));
    let dense: String = (0..3_000).map(|n| format!("{},{}\n", &number(n)[2..], email(n))).collect();
    let build = ["build", "--key", "customers.key", "--out", "t"];
    let said = shop.ok(&build, &format!("customer_no,email\n{dense}"));
    assert!(said.contains("in pairs only: alone it would meet ordinary numbers"), "{said}");
    assert!(said.contains("3000 read, 0 bad") && !said.contains("qwertz"), "{said}");
    let error = shop.fails(&build, &row(1).repeat(3));
    assert!(error.contains("looks like a record") && !error.contains("qwertz"), "{error}");
    assert!(shop.fails(&[&build[..], &["--least", "10"]].concat(), &list(9)).contains("10 at least are expected"));
    let examples: String = (0..9).map(|n| format!("a{n}@example.com\n")).collect();
    assert!(shop.fails(&build, &format!("email\n{examples}")).contains("none of the list's 9 records has a value"));
    for entry in fs::read_dir(shop.stage.home()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            assert!(!bytes.windows(7).any(|part| part == b"qwertz-"), "{}", path.display());
        }
    }
}

#[test]
fn a_deletion_is_compared_with_nothing() {
    let shop = Shop::new();
    shop.stage.work.branch("old", "main");
    shop.stage.publish("old");
    fs::remove_file(shop.path("customers.lgfp")).unwrap();
    landed(&shop.stage.push("origin :refs/heads/old"));
}

#[test]
fn doctor_sees_a_table_that_would_refuse_every_push() {
    let shop = Shop::new();
    let doctor = || shop.stage.server.call(&["doctor", shop.stage.server.path().to_str().unwrap()]).run(b"");
    let before = doctor().both();
    assert!(!before.contains("customers.lgfp"), "{before}");
    fs::write(shop.path("customers.lgfp"), "").unwrap();
    let after = doctor();
    assert!(after.code == Some(1) && after.both().contains("no table of fingerprints"), "{}", after.both());
}
