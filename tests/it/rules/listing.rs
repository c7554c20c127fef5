//! `leakgate rules list` and `show`: what is looked for, what is switched off, and by whom.

use super::{Desk, sound};
use serde_json::Value;

const MINE: &str = "
[[rules]]
id = 'shop-api-key'
description = 'API key of the shop'
regex = 'shop_[0-9a-z]{32}'
keywords = ['shop_']
opens = 'the shop'
revoke = 'https://shop.example/keys'
tags = ['shop']
examples = ['key = shop_{{lownum:32}}']
counter_examples = ['key = shop_{{lownum:31}}']
";

fn rows(desk: &Desk, args: &[&str]) -> Vec<Value> {
    let out = desk.rules(&[&["list", "--format", "jsonl"], args].concat());
    assert_eq!(out.code, Some(0), "{}", out.both());
    out.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn row(desk: &Desk, args: &[&str], id: &str) -> Value {
    rows(desk, args).into_iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("no {id}"))
}

#[test]
fn every_rule_has_one_line_and_all_are_counted() {
    let desk = Desk::new();
    let text = desk.rules(&["list"]).text();
    sound(&text);
    let all = rows(&desk, &[]);
    assert!(all.len() > 300, "{}", all.len());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), all.len() + 2, "the rules, an empty line and the counts");
    for (line, row) in lines.iter().zip(&all) {
        let words: Vec<&str> = line.trim_start_matches(['-', '+', ' ']).split_whitespace().collect();
        assert_eq!(
            words[..3],
            [row["id"].as_str(), row["severity"].as_str(), row["group"].as_str()].map(Option::unwrap)
        );
        assert_eq!(line.starts_with('-'), row["on"] == false, "{line}");
        assert_eq!(line.get(1..2) == Some("+"), !row["check"].is_null(), "{line}");
    }
    let last = lines.last().unwrap();
    assert!(last.starts_with(&format!("{} rules in ", all.len())) && last.contains("0 switched off"), "{last}");
    for coded in ["customer-dump", "payment-card", "iban"] {
        assert!(all.iter().any(|row| row["id"] == coded && row["kind"] == "customer-data" && row["pattern"].is_null()));
    }
}

#[test]
fn a_tag_and_a_group_choose() {
    let desk = Desk::new();
    let github = rows(&desk, &["--tag", "github"]);
    assert!(github.len() > 2 && github.iter().all(|row| row["tags"].as_array().unwrap().contains(&"github".into())));
    let hosts = rows(&desk, &["--group", "code-hosts"]);
    assert!(hosts.len() > 5 && hosts.iter().all(|row| row["group"] == "code-hosts"));
    let both = rows(&desk, &["--group", "code-hosts", "--tag", "github"]);
    assert!(!both.is_empty() && both.len() <= github.len().min(hosts.len()));
    assert_eq!(rows(&desk, &["--group", "customer-data"]).len(), 74);
    let text = desk.rules(&["list", "--tag", "github"]).text();
    assert!(text.contains(&format!("\n{} rules in ", github.len())), "{text}");
}

#[test]
fn what_is_switched_off_by_id_or_tag_says_so_and_by_whom() {
    let desk = Desk::new();
    desk.put("p.toml", "disable = ['github-pat',\n  'tag:stripe']\n[customer]\nenabled = false\n");
    let github = row(&desk, &["--policy", "p.toml"], "github-pat");
    assert_eq!((&github["on"], github["off_by"].as_str()), (&Value::Bool(false), Some("p.toml:1")));
    for stripe in rows(&desk, &["--policy", "p.toml", "--tag", "stripe"]) {
        assert_eq!((&stripe["on"], stripe["off_by"].as_str()), (&Value::Bool(false), Some("p.toml:2")), "{stripe}");
    }
    assert_eq!(row(&desk, &["--policy", "p.toml"], "iban")["on"], false);
    assert_eq!(row(&desk, &["--policy", "p.toml"], "gitlab-pat")["on"], true);
    let text = desk.rules(&["list", "--policy", "p.toml"]).text();
    assert!(text.lines().any(|line| line.starts_with('-') && line.contains(" github-pat ")), "{text}");
    let page = desk.rules(&["show", "github-pat", "--policy", "p.toml"]).text();
    assert!(page.contains("off, by p.toml:1"), "{page}");
}

#[test]
fn an_override_and_a_rule_of_one_s_own_are_listed_with_file_and_line() {
    let desk = Desk::new();
    let again = MINE.replace("'shop-api-key'", "'github-pat'\noverride = true");
    desk.put("p.toml", &format!("{MINE}{again}"));
    let mine = row(&desk, &["--policy", "p.toml"], "shop-api-key");
    assert_eq!((mine["origin"].as_str(), mine["group"].as_str()), (Some("p.toml:3"), Some("p")));
    let other = row(&desk, &["--policy", "p.toml"], "github-pat");
    assert_eq!(other["pattern"], "shop_[0-9a-z]{32}");
    assert!(other["origin"].as_str().unwrap().starts_with("p.toml:"), "{other}");
    assert_eq!(rows(&desk, &["--policy", "p.toml"]).len(), rows(&desk, &[]).len() + 1);
}

#[test]
fn the_work_tree_s_policy_counts_where_one_stands() {
    let desk = Desk::new();
    crate::harness::run(std::process::Command::new("git").args(["init", "-q"]).current_dir(desk.path()), b"");
    desk.put(".leakgate.toml", "disable = ['github-pat']\n");
    assert_eq!(row(&desk, &[], "github-pat")["on"], false);
}

#[test]
fn a_page_says_everything_that_a_rule_says() {
    let desk = Desk::new();
    let extra = "entropy = 3.5\nstopwords = ['zzz']\nallow = ['^shop_0']\npaths = ['*.env']\nexclude_paths = ['/docs/']\n\
                 source = 'https://shop.example/format'\nscope = 'plain'\nseverity = 'low'\n";
    desk.put("p.toml", &format!("{MINE}{extra}"));
    let out = desk.rules(&["show", "shop-api-key", "--policy", "p.toml"]);
    let page = out.text();
    sound(&page);
    for said in [
        "shop-api-key: API key of the shop",
        "the shop\n",
        "https://shop.example/keys",
        "https://shop.example/format",
        "low",
        "shop_[0-9a-z]{32}",
        "at least 3.5 bits",
        "zzz",
        "^shop_0",
        "*.env",
        "/docs/",
        "p.toml:3",
        "not in what is decoded",
    ] {
        assert!(page.contains(said), "{said} is missing in\n{page}");
    }
    assert!(!page.contains("{{"), "the templates are not expanded:\n{page}");
    let examples = regex::Regex::new("- key = shop_[0-9a-z]{32}\n(?s:.*)- key = shop_[0-9a-z]{31}$").unwrap();
    assert!(examples.is_match(&page), "{page}");
}

#[test]
fn every_rule_has_a_page_within_eighty_columns() {
    let known = super::kinds::known();
    for rule in &known.rules {
        let page = leakgate::catalogue::show(&known, &rule.spec.id).unwrap();
        sound(&page);
        assert!(page.contains("built in"), "{page}");
    }
    let card = Desk::new().rules(&["show", "payment-card"]).text();
    assert!(card.contains("Luhn") && card.contains("customer data"), "{card}");
}

#[test]
fn what_is_not_there_is_named_with_what_was_meant() {
    let desk = Desk::new();
    for (args, meant) in [
        (&["show", "github-pta"][..], "`github-pat`"),
        (&["show", "ibam"], "`iban`"),
        (&["list", "--tag", "githb"], "`github`"),
        (&["list", "--group", "code-host"], "`code-hosts`"),
        (&["show", "zzzzzzzz"], "rules list"),
    ] {
        let out = desk.rules(args);
        assert_eq!(out.code, Some(2), "{args:?}");
        assert!(out.stdout.is_empty() && out.both().contains(meant), "{args:?}: {}", out.both());
    }
}

#[test]
fn a_question_that_is_none_or_a_policy_with_a_mistake_is_an_error() {
    let desk = Desk::new();
    desk.put("p.toml", "disable = ['github-pta']\n");
    for args in [
        &[][..],
        &["frob"],
        &["list", "x"],
        &["list", "--format", "xml"],
        &["list", "--policy", "p.toml"],
        &["list", "--policy", "missing.toml"],
        &["show"],
        &["table", "--tag", "x"],
    ] {
        let out = desk.rules(args);
        assert_eq!(out.code, Some(2), "{args:?}: {}", out.both());
        assert!(out.stdout.is_empty() && !out.stderr.is_empty(), "{args:?}");
    }
    let said = desk.rules(&["list", "--policy", "p.toml"]).both();
    assert!(said.contains("p.toml:1:12") && said.contains("did you mean `github-pat`?"), "{said}");
    assert!(!said.contains("\\n"), "{said}");
    let help = desk.rules(&["--help"]);
    assert!(help.code == Some(0) && help.text().contains("leakgate rules test"), "{}", help.both());
}
