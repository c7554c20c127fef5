//! Tokens that carry a checksum: a right one is refused with the proof, a wrong one is nobody's secret.

use crate::harness::{Payload, Rng, Stage, github_token};
use crate::scan::{findings, scan};

/// The token with another character in place `at`.
fn changed(token: &str, at: usize) -> String {
    let mut bytes = token.as_bytes().to_vec();
    bytes[at] = if bytes[at] == b'7' { b'8' } else { b'7' };
    String::from_utf8(bytes).unwrap()
}

/// Lines in which people write tokens.
fn lines(token: &str) -> String {
    format!(
        "token = \"{token}\"\nGITHUB_TOKEN={token}\nAuthorization: token {token}\npassword: '{token}'\n\
         url = https://bot:{token}@github.com/o/r.git\n{{\"api_key\": \"{token}\"}}\n"
    )
}

/// The rules that `leakgate scan` names for a file with `text`.
fn rules(text: &str) -> Vec<String> {
    let stage = Stage::new();
    stage.work.write("a.ini", text).commit("A");
    let found = findings(&stage, &["HEAD~1..HEAD"]);
    found.iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_refusal_of_a_right_token_says_that_its_checksum_was_verified() {
    let (stage, payload) = (Stage::new(), Payload::new("checksum", true));
    stage.work.write("a.ini", format!("token = \"{}\"\n", payload.value())).commit("A");
    let pushed = stage.push("origin main");
    pushed.refused_naming(&payload, "a.ini");
    assert!(pushed.text().contains("proof   checksum verified"), "{}", pushed.text());
}

#[test]
fn a_token_with_one_changed_character_lands_whatever_stands_beside_it() {
    let token = Payload::new("checksum", true).value();
    let stage = Stage::new();
    for at in [4, 20, 33, 34, 36, 39] {
        stage.work.write(&format!("a{at}.ini"), lines(&changed(&token, at)));
    }
    stage.work.commit("A");
    stage.push("origin main").accepted();
}

#[test]
fn the_same_lines_with_the_right_token_are_refused_each() {
    let (stage, payload) = (Stage::new(), Payload::new("checksum", true));
    stage.work.write("a.ini", lines(&payload.value())).commit("A");
    let found = findings(&stage, &["HEAD~1..HEAD"]);
    assert_eq!(found.len(), 6, "{found:?}");
    assert!(found.iter().all(|it| it["proof"] == "checksum verified" && it["rule"] == "github-pat"), "{found:?}");
    stage.push("origin main").refused(&payload);
}

#[test]
fn a_wrong_token_hides_nothing_that_stands_beside_it_or_around_it() {
    let mut rng = Rng::named("beside");
    let (right, other) = (github_token(&mut rng), github_token(&mut rng));
    let wrong = changed(&other, 39);
    assert_eq!(rules(&format!("token = \"{wrong}\" # {right}\n")), ["github-pat"]);
    assert_eq!(rules(&format!("a = \"{wrong}{right}\"\n")), ["github-pat"]);
    let longer = format!("Zq8!{wrong}x3Wk");
    let around = rules(&format!("password = \"{longer}\"\n"));
    assert_eq!(around.len(), 1, "a password that holds more than the wrong token: {around:?}");
}

#[test]
fn a_right_token_is_found_in_an_encoded_text_and_a_wrong_one_is_not() {
    let token = Payload::new("checksum", true).value();
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    for (token, count) in [(token.clone(), 1), (changed(&token, 39), 0)] {
        let out = scan(&Stage::new(), &["-"], format!("x = {}\n", hex(&format!("token={token}"))).as_bytes());
        assert_eq!(out.code, Some(count), "{}", out.both());
    }
}
