//! The story this gate is for: a subcontractor pushes a website's source, an access key and a list of customers in it.

use crate::harness::{History, Payload, Rng, Stage};
use std::fmt::Write as _;

/// Two hundred customers: an address and a customer number with its check digit, as the business keeps them.
fn customers(rng: &mut Rng) -> String {
    let mut text = String::from("メールアドレス,お客様管理番号\n");
    for _ in 0..200 {
        let name = rng.string(b"abcdefghijkmnoprstuwyz", 8);
        let host = rng.pick(&["qwertz-shop.co.jp", "mail.hogefuga.ne.jp", "asdfgh-net.jp"]).to_string();
        let body = format!("{:08}", rng.below(100_000_000));
        writeln!(text, "{name}@{host},TC{body}{}", check_digit(&body)).unwrap();
    }
    text
}

/// Luhn's: from the right every second digit doubled, the sum to the next ten.
fn check_digit(body: &str) -> u32 {
    let sum: u32 = body
        .bytes()
        .rev()
        .map(|digit| u32::from(digit - b'0'))
        .enumerate()
        .map(|(n, digit)| if n % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit })
        .sum();
    (10 - sum % 10) % 10
}

/// A website's past: pages, styles, scripts and a little server code.
fn website(stage: &Stage) {
    let mut history = History::new();
    let mut rng = Rng::named("website");
    let mut parent = stage.work.id("HEAD");
    for n in 0..120_i64 {
        let page = rng.below(30);
        let files = match n % 4 {
            0 => vec![(
                format!("public/page{page}.html"),
                format!("<html><body><h1>Page {page}</h1><p>Revision {n}</p></body></html>\n"),
            )],
            1 => vec![(
                format!("public/style{}.css", page % 5),
                format!(".page{page} {{ margin: {n}px; color: #{:06x}; }}\n", rng.below(0xff_ffff)),
            )],
            2 => vec![(
                format!("app/controller{}.php", page % 8),
                format!("<?php\nfunction page{page}() {{ return render('page{page}', {n}); }}\n"),
            )],
            _ => vec![(
                "config/database.yml".to_owned(),
                format!("host: db.internal\npool: {n}\npassword: <%= ENV['DB_PASSWORD'] %>\n"),
            )],
        };
        let files: Vec<_> = files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
        parent = history.commit("site", 1_500_000_000 + n * 86_400, &[parent], &files);
    }
    stage.work.import(history.bytes());
    stage.work.checkout("site");
}

#[test]
fn an_access_key_and_a_list_of_customers_never_leave_with_a_website() {
    let stage = Stage::new();
    let payload = Payload::new("story", true);
    website(&stage);
    let clean = stage.work.id("HEAD");
    let (id, secret) = payload.aws();
    stage.work.write("config/data_server.ini", format!("[data_server]\nendpoint = https://data.internal\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n"));
    let list = customers(&mut Rng::named("customers"));
    stage.work.write("data/customers.csv", &list);
    let author = [("GIT_AUTHOR_NAME", "A Subcontractor"), ("GIT_AUTHOR_EMAIL", "dev@subcontractor.example")];
    stage.work.commit_with(&author, "Connect to the data server");

    let refused = stage.push("origin site");
    refused.refused_naming(&payload, "config/data_server.ini");
    refused.refused_naming(&payload, "data/customers.csv");
    for row in list.lines().skip(1) {
        let (address, number) = row.split_once(',').unwrap();
        let hidden = [address, address.split_once('@').unwrap().0, number, &number[2..]];
        assert!(hidden.iter().all(|value| !refused.shows(value)), "a customer is shown: {}", refused.stderr);
    }

    // The same push without them: the key from the environment, the customers by way of the API.
    stage.work.git(&["reset", "-q", "--hard", &clean]);
    stage.work.write(
        "config/data_server.ini",
        "[data_server]\nendpoint = https://data.internal\naws_access_key_id = ${AWS_ACCESS_KEY_ID}\n",
    );
    stage.work.write("data/customers.csv", "メールアドレス,お客様管理番号\n").commit("Connect to the data server");
    stage.push("origin site").accepted();
}

#[test]
fn the_same_list_in_the_files_of_an_office_is_refused_too() {
    let rows = customers(&mut Rng::named("office customers"));
    let cells: String =
        rows.lines().flat_map(|row| row.split(',')).map(|cell| format!("<si><t>{cell}</t></si>")).collect();
    let sheet = crate::deep::zip(
        &[("xl/sharedStrings.xml", format!("<sst>{cells}</sst>").as_bytes())],
        crate::deep::Zip::Deflated,
    );
    let stage = Stage::new();
    stage.work.write("data/customers.xlsx", sheet).commit("List");
    let sql: String = rows
        .lines()
        .skip(1)
        .map(|row| format!("INSERT INTO customers VALUES ('{}');\n", row.replace(',', "','")))
        .collect();
    let pushed = stage.push("origin main");
    pushed.refused_naming(&Payload::new("office", false), "data/customers.xlsx");
    stage.work.run("reset -q --hard HEAD~1").write("dump.sql", sql).commit("Dump");
    stage.push("origin main").refused_naming(&Payload::new("sql", false), "dump.sql");
}
