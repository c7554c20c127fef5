//! The table in `config/rules/README.md` is what the binary says.

use super::Desk;

const BEGIN: &str = "<!-- what `leakgate rules table` prints -->\n";
const END: &str = "<!-- end of the table -->\n";

#[test]
fn the_table_in_the_readme_is_what_the_binary_prints() {
    let readme = include_str!("../../../config/rules/README.md");
    let shown = readme.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END)).map(|(table, _)| table.trim());
    let out = Desk::new().rules(&["table"]);
    assert_eq!(out.code, Some(0), "{}", out.both());
    assert_eq!(
        shown,
        Some(out.text().trim()),
        "to renew it, put the output of `cargo run -q -- rules table` between the two comments of config/rules/README.md"
    );
}

#[test]
fn the_table_adds_up_and_names_every_pack() {
    let table = Desk::new().rules(&["table"]).text();
    let cells = |line: &str| -> Vec<String> { line.split('|').map(|cell| cell.trim().replace('*', "")).collect() };
    let rows: Vec<Vec<String>> = table.lines().skip(2).map(cells).collect();
    let (total, groups) = rows.split_last().unwrap();
    for column in [2, 3] {
        let number = |row: &Vec<String>| row[column].parse::<usize>().unwrap();
        assert_eq!(groups.iter().map(number).sum::<usize>(), number(total), "{table}");
        assert!(number(total) > 0, "{table}");
    }
    for pack in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/config/rules")).unwrap() {
        let path = pack.unwrap().path();
        if path.extension().is_some_and(|end| end == "toml") {
            let name = path.file_stem().unwrap().to_str().unwrap();
            assert!(groups.iter().any(|row| row[1] == name), "{name} is not in\n{table}");
        }
    }
}

#[test]
fn no_policy_of_the_machine_or_of_the_work_tree_changes_the_table() {
    let desk = Desk::new();
    let plain = desk.rules(&["table"]).text();
    crate::harness::run(std::process::Command::new("git").args(["init", "-q"]).current_dir(desk.path()), b"");
    desk.put(".leakgate.toml", "disable = ['github-pat']\n");
    assert_eq!(desk.rules(&["table"]).text(), plain);
}
