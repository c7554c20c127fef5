//! Numbers that states, banks and networks give, pushed: with their words, in columns, alone, one for each pack.
//!
//! No value stands here: each is made by its formula, since the repository passes its own gate.

use crate::harness::{Payload, Pushed, Rng, Stage};

/// Pushes one file under a policy.
fn push(stage: &Stage, policy: &str, path: &str, text: &str) -> Pushed {
    stage.server.policy(policy);
    stage.work.write(path, text).commit("Add");
    let pushed = stage.push("origin main");
    stage.work.run("reset -q --hard HEAD~1");
    pushed
}

fn refused(text: &str, policy: &str, rule: &str) {
    let stage = Stage::new();
    let pushed = push(&stage, policy, "data/people.txt", text);
    pushed.refused(&Payload::new("identifiers", false));
    assert!(pushed.shows(&format!("({rule})")), "{rule}: {}\n{text}", pushed.stderr);
}

fn accepted(text: &str, policy: &str) {
    let stage = Stage::new();
    let pushed = push(&stage, policy, "data/people.txt", text);
    assert_eq!(pushed.code, Some(0), "{}\n{text}", pushed.stderr);
}

fn digits(rng: &mut Rng, len: usize) -> String {
    rng.string(b"0123456789", len)
}

/// The digits of `body`, each times its weight, summed.
fn sum(body: &str, weights: &[usize]) -> usize {
    body.bytes().zip(weights.iter().cycle()).map(|(b, weight)| usize::from(b - b'0') * weight).sum()
}

fn luhn(body: &str) -> String {
    let place = |(n, b): (usize, u8)| {
        let digit = usize::from(b - b'0') * if n % 2 == 0 { 2 } else { 1 };
        digit / 10 + digit % 10
    };
    let sum: usize = body.bytes().rev().enumerate().map(place).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

fn my_number(rng: &mut Rng) -> String {
    let body = format!("{}{}", 3 + rng.below(6), digits(rng, 10));
    let rest = sum(&body, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    format!("{body}{}", if rest <= 1 { 0 } else { 11 - rest })
}

fn card(rng: &mut Rng) -> String {
    luhn(&format!("4{}8{}", digits(rng, 7), digits(rng, 6)))
}

#[test]
fn a_card_beside_its_word_is_refused_and_in_a_table_of_numbers_it_passes() {
    let card = card(&mut Rng::named("card"));
    refused(&format!("card_number: {card}\n"), "", "payment-card");
    accepted(&format!("const WEIGHTS: [f64; 3] = [0.{card}, 1.{card}, 2.5e-{}];\n", &card[..2]), "");
}

#[test]
fn a_column_of_my_numbers_without_a_header_is_refused_and_account_numbers_are_not() {
    let mut rng = Rng::named("column");
    let column: String = (0..20).map(|n| format!("{n},{},x\n", my_number(&mut rng))).collect();
    refused(&column, "", "jp-my-number");
    let wrong = |right: String| format!("{}{}", &right[..11], (right[11..].parse::<usize>().unwrap() + 3) % 10);
    let mut accounts: Vec<String> = (0..18).map(|_| wrong(my_number(&mut rng))).collect();
    accounts.extend([my_number(&mut rng), my_number(&mut rng)]);
    accepted(&accounts.join("\n"), "");
}

#[test]
fn my_number_beside_its_word_is_refused_and_alone_it_passes() {
    let number = my_number(&mut Rng::named("alone"));
    refused(&format!("マイナンバー: {number}\n"), "", "jp-my-number");
    accepted(&format!("{number}\n"), "");
}

#[test]
fn a_social_security_number_under_its_key_is_refused_and_a_thousand_numbers_of_nine_digits_pass() {
    let mut rng = Rng::named("social");
    refused(
        &format!("{{\"ssn\": \"4{}-3{}-6{}\"}}\n", digits(&mut rng, 2), digits(&mut rng, 1), digits(&mut rng, 3)),
        "",
        "us-social-security-number",
    );
    let numbers: String = (0..1_000).map(|_| format!("{}\n", digits(&mut rng, 9))).collect();
    accepted(&numbers, "");
    accepted(&numbers, ALL);
}

const ALL: &str =
    "[customer]\npacks = ['japan', 'eu', 'uk', 'americas', 'asia-pacific', 'africa-middle-east', 'telematics']\n";

/// One of each pack: its rule, its word, a value.
fn one_of_each_pack() -> Vec<(&'static str, &'static str, String)> {
    let mut rng = Rng::named("packs");
    let rng = &mut rng;
    let letter = |body: String| {
        let number: usize = body.parse().unwrap();
        format!("{body}{}", char::from(b"TRWAGMYFPDXBNJZSQVHLCKE"[number % 23]))
    };
    let dni = letter(format!("4{}", digits(rng, 7)));
    let cpf = {
        let body = format!("4{}", digits(rng, 8));
        let first = sum(&body, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10;
        let second = sum(&format!("{body}{first}"), &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10;
        format!("{}.{}.{}-{first}{second}", &body[..3], &body[3..6], &body[6..])
    };
    let resident = {
        let body = format!("110105194912{}{}", 10 + rng.below(18), digits(rng, 3));
        let rest = sum(&body, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11;
        format!("{body}{}", char::from(b"10X98765432"[rest]))
    };
    let nhs = loop {
        let body = format!("4{}", digits(rng, 8));
        let check = (11 - sum(&body, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11;
        if check < 10 {
            break format!("{} {} {}{check}", &body[..3], &body[3..6], &body[6..]);
        }
    };
    vec![
        ("jp-residence-card", "在留カード番号", format!("AB{}4{}CD", digits(rng, 4), digits(rng, 3))),
        ("es-dni", "DNI", dni),
        ("uk-nhs-number", "NHS number", nhs),
        ("br-cpf", "CPF", cpf),
        ("cn-resident-id", "身份证号", resident),
        ("za-id", "ID number", luhn(&format!("850713{}08", digits(rng, 4)))),
    ]
}

#[test]
fn of_each_pack_one_value_beside_its_word_is_refused_whether_the_pack_is_on_or_not() {
    for (rule, word, value) in one_of_each_pack() {
        refused(&format!("{word}: {value}\n"), "", rule);
        refused(&format!("name,{word},note\nx,{value},y\n"), ALL, rule);
        accepted(&format!("{word}: {value}\n"), &format!("[[customer.identifier]]\nid = '{rule}'\naction = 'off'\n"));
    }
    let mut rng = Rng::named("handsets");
    let handsets: String = (0..5).map(|_| format!("imei={}\n", luhn(&format!("35{}", digits(&mut rng, 12))))).collect();
    refused(&handsets, "", "imei");
}

#[test]
fn the_numbers_that_an_organisation_describes_are_refused_with_their_prefix_or_their_word() {
    let policy = "[[customer.number]]\nname = 'membership'\nprefix = 'TC'\ndigits = 9\ncheck = 'luhn'\n\
                  [[customer.number]]\nname = 'contract'\ndigits = '10-12'\ncheck = 'iso7064-11-10'\nwords = ['vertrag']\nthreshold = 2\n";
    let mut rng = Rng::named("members");
    let members: Vec<String> = (0..10).map(|_| format!("see TC{}", luhn(&digits(&mut rng, 8)))).collect();
    refused(&members.join("\n"), policy, "customer-number-list");
    accepted(&members[1..].join("\n"), policy);
    accepted(&members.join("\n"), "");
    let contract = |rng: &mut Rng| {
        let body = format!("7{}", digits(rng, 9));
        let product = body.bytes().fold(10, |product, b| match (usize::from(b - b'0') + product) % 10 {
            0 => 20 % 11,
            sum => sum * 2 % 11,
        });
        format!("{body}{}", (11 - product) % 10)
    };
    let contracts: Vec<String> = (0..2).map(|_| contract(&mut rng)).collect();
    refused(&format!("Vertrag {} und Vertrag {}\n", contracts[0], contracts[1]), policy, "customer-number-list");
    accepted(&format!("{}\n{}\n", contracts[0], contracts[1]), policy);
}
