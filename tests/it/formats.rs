//! The formats for other programs: valid by their schemas, right about places, and without a value.

use crate::harness::{Payload, Stage, run};
use crate::scan::scan;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A work tree with a secret in every kind of place, under names that no format may stumble over.
fn planted(payload: &Payload) -> Stage {
    let stage = Stage::new();
    let line = format!("ключ = \"\u{1f600}\"; note = \"{}\"\n", payload.value());
    stage.work.write("a b/<script>&\"'.ini", format!("first\n{line}"));
    stage.work.write(&format!("name-{}.txt", payload.nth(1)), "nothing\n");
    stage.work.write("b64.txt", format!("note: {}\n", base64(payload.line().as_bytes())));
    stage.work.write("bad\u{1b}[2J\u{202e}.ini", payload.line());
    stage.work.commit(&format!("Add {} <b>&", payload.nth(2)));
    stage
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, b| bits << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for n in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * n) & 63) as usize];
            out.push(if n <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

fn told(stage: &Stage, payload: &Payload, format: &str, args: &[&str]) -> String {
    let mut all = vec!["--format", format];
    all.extend_from_slice(args);
    let out = scan(stage, &all, b"");
    assert_eq!(out.code, Some(1), "{}", out.both());
    let text = out.text();
    for secret in payload.secrets() {
        let shown = secret.as_bytes().windows(4).find(|run| text.as_bytes().windows(4).any(|at| at == *run));
        assert!(shown.is_none(), "{shown:?} of a secret in {text}");
    }
    assert!(!text.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'), "{text}");
    text
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The schema `name`, if `tests/schema/fetch` has put it there; CI must have it.
fn schema(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/schemas").join(name);
    if !path.is_file() {
        eprintln!("not validated: no {}; tests/schema/fetch puts it there", path.display());
        return None;
    }
    Some(path)
}

fn validate_json(text: &str, name: &str) {
    let Some(schema) = schema(name) else { return };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schema/validate.py");
    let mut command = Command::new("python3");
    if run(command.args(["-c", "import jsonschema"]), b"").code != Some(0) {
        eprintln!("not validated: python3 has no jsonschema; tests/schema/fetch installs it");
        return;
    }
    let mut command = Command::new("python3");
    let out = run(command.arg(script).arg(schema), text.as_bytes());
    assert_eq!(out.code, Some(0), "{}\n{text}", out.both());
}

#[test]
fn sarif_is_valid_and_points_at_the_value() {
    let payload = Payload::new("sarif", true);
    let stage = planted(&payload);
    let text = told(&stage, &payload, "sarif", &["--all"]);
    validate_json(&text, "sarif-2.1.0.json");
    let log = json(&text);
    let run = &log["runs"][0];
    assert_eq!((&log["version"], &run["columnKind"]), (&"2.1.0".into(), &"utf16CodeUnits".into()));
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let results = run["results"].as_array().unwrap();
    let at = |uri: &str| {
        let found =
            results.iter().find(|result| result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri);
        found.unwrap_or_else(|| panic!("no {uri} in {text}"))
    };
    let result = at("a%20b/%3Cscript%3E%26%22%27.ini");
    // Seven characters before the smile, which is two units, and the quotes.
    let region = &result["locations"][0]["physicalLocation"]["region"];
    let start = "ключ = \"\u{1f600}\"; note = \"".encode_utf16().count() as u64 + 1;
    assert_eq!((region["startLine"].as_u64(), region["endLine"].as_u64()), (Some(2), Some(2)));
    assert_eq!(region["startColumn"].as_u64(), Some(start));
    assert_eq!(region["endColumn"].as_u64(), Some(start + payload.value().len() as u64));
    assert_eq!((&result["level"], &result["properties"]["security-severity"]), (&"error".into(), &"9.5".into()));
    let print = result["partialFingerprints"]["leakgate/v1"].as_str().unwrap();
    assert_eq!(print.len(), 16);
    assert_eq!(at("bad%1B%5B2J%E2%80%AE.ini")["partialFingerprints"]["leakgate/v1"], print);
    let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
    assert_eq!(rule["id"], result["ruleId"]);
    assert!(rule["helpUri"].as_str().is_some_and(|page| page.starts_with("https://")), "{rule}");
    assert!(rule["properties"]["security-severity"].is_string() && rule["help"]["text"].is_string(), "{rule}");
    assert!(results.len() >= 5, "{text}");
}

#[test]
fn what_could_not_be_read_is_no_success_in_any_format() {
    let payload = Payload::new("formats unread", false);
    let stage = Stage::new();
    let mut zip = b"7z\xbc\xaf\x27\x1c\0\x04".to_vec();
    zip.extend_from_slice(&[7; 64]);
    stage.work.write("x.7z", zip).commit("Add an archive");
    let told = |format: &str| {
        let out = scan(&stage, &["--format", format, "HEAD~1..HEAD"], b"");
        assert_eq!(out.code, Some(2), "{}", out.both());
        out.text()
    };
    let sarif = told("sarif");
    validate_json(&sarif, "sarif-2.1.0.json");
    let invocation = &json(&sarif)["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["toolExecutionNotifications"].as_array().map(Vec::len), Some(1));
    assert_eq!(json(&told("gitlab"))["scan"]["status"], "failure");
    assert!(told("junit").contains("errors=\"1\""));
    assert_eq!(json(&told("json"))[0]["kind"], "unreadable");
    drop(payload);
}

#[test]
fn junit_is_valid_with_and_without_findings() {
    let payload = Payload::new("junit", true);
    let stage = planted(&payload);
    let found = told(&stage, &payload, "junit", &["--all"]);
    let clean = scan(&stage, &["--format", "junit", "README.md"], b"");
    assert_eq!(clean.code, Some(0));
    assert!(clean.text().contains("tests=\"1\" failures=\"0\" errors=\"0\""), "{}", clean.text());
    assert!(found.contains("a b/&lt;script&gt;&amp;&quot;"), "{found}");
    assert!(!found.contains("<script"), "{found}");
    let Some(schema) = schema("junit.xsd") else { return };
    for text in [found, clean.text()] {
        let mut command = Command::new("xmllint");
        let xmllint = command.args(["--noout", "--nonet", "--schema"]).arg(&schema).arg("-");
        if Command::new("xmllint").arg("--version").output().is_err() {
            eprintln!("not validated: no xmllint; tests/schema/fetch installs it");
            return;
        }
        let out = run(xmllint, text.as_bytes());
        assert_eq!(out.code, Some(0), "{}\n{text}", out.both());
    }
}

/// GitLab's schema is in no package; what it requires of a secret detection report (security report schemas 15.0 to
/// 15.2) is asked for here one by one.
#[test]
fn gitlab_s_report_has_what_its_schema_requires() {
    let payload = Payload::new("gitlab", true);
    let stage = planted(&payload);
    let text = told(&stage, &payload, "gitlab", &["--all"]);
    let report = json(&text);
    let is_version = |text: &str| text.split('.').count() == 3 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    assert!(report["version"].as_str().is_some_and(is_version), "{text}");
    for tool in ["analyzer", "scanner"] {
        let tool = &report["scan"][tool];
        for key in ["id", "name", "version"] {
            assert!(tool[key].as_str().is_some_and(|text| !text.is_empty()), "{text}");
        }
        assert!(tool["vendor"]["name"].is_string(), "{text}");
    }
    for key in ["start_time", "end_time"] {
        let time = report["scan"][key].as_str().unwrap();
        assert!(time.len() == 19 && time.as_bytes()[10] == b'T' && !time.ends_with('Z'), "{time}");
    }
    assert_eq!((&report["scan"]["type"], &report["scan"]["status"]), (&"secret_detection".into(), &"success".into()));
    let all = report["vulnerabilities"].as_array().unwrap();
    let mut ids = std::collections::BTreeSet::new();
    for it in all {
        assert!(ids.insert(it["id"].as_str().unwrap()), "two of one id: {it}");
        assert!(it["name"].as_str().is_some_and(|name| name.chars().count() <= 255));
        assert!(["Low", "Medium", "High", "Critical"].contains(&it["severity"].as_str().unwrap()));
        let identifier = &it["identifiers"][0];
        assert!(["type", "name", "value"].iter().all(|key| identifier[key].is_string()), "{it}");
        let location = &it["location"];
        assert!(location["commit"]["sha"].as_str().is_some_and(|id| !id.is_empty()), "{it}");
        assert!(location["start_line"].as_u64() >= Some(1) && location["end_line"].as_u64() >= Some(1), "{it}");
        assert!(it["links"].as_array().unwrap().iter().all(|it| it["url"].as_str().unwrap().starts_with("https://")));
        assert!(it["details"].as_object().unwrap().values().all(|it| it["name"].is_string() && it["type"] == "text"));
        assert!(it.get("raw_source_code_extract").is_none(), "{it}");
    }
    assert!(all.len() >= 5, "{text}");
}

#[test]
fn json_is_the_lines_as_one_list() {
    let payload = Payload::new("json", true);
    let stage = planted(&payload);
    let list = json(&told(&stage, &payload, "json", &["a b"]));
    let lines: Vec<Value> = told(&stage, &payload, "jsonl", &["a b"]).lines().map(json).collect();
    assert_eq!(list, Value::Array(lines));
    assert_eq!(scan(&stage, &["--format", "json", "README.md"], b"").text(), "[]");
}
