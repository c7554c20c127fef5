//! Names and values in the syntaxes that people use: how many are found, how many harmless twins stay silent.
//!
//! Secrets are made when the test runs; each syntax is one file with the name that such a file has.

use crate::harness::{Rng, Stage};
use crate::scan::findings;
use std::collections::BTreeSet;

const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGIT: &[u8] = b"0123456789";
const HEX: &[u8] = b"0123456789abcdef";

/// File name and line; `@@` stands for the value.
const PASSWORDS: &[(&str, &str)] = &[
    ("a.py", "password = \"@@\""),
    ("a.js", "const dbPassword = '@@';"),
    ("a.ts", "private password: string = \"@@\";"),
    ("a.java", "String dbPassword = \"@@\";"),
    ("b.java", "config.setPassword(\"@@\");"),
    ("c.java", "props.put(\"password\", \"@@\");"),
    ("a.go", "dbPassword := \"@@\""),
    ("a.rs", "let password: &str = \"@@\";"),
    ("a.rb", "  :password => \"@@\","),
    ("a.php", "$db['password'] = '@@';"),
    ("b.php", "$p = getenv('DB_PASSWORD') ?: '@@';"),
    ("a.cs", "var password = @\"@@\";"),
    ("b.cs", "\"Server=db;User Id=sa;Password=@@;Encrypt=true\""),
    ("a.vb", "Dim password As String = \"@@\""),
    ("a.kt", "val dbPassword: String = \"@@\""),
    ("a.R", "password <- \"@@\""),
    ("a.pl", "my $password = \"@@\";"),
    ("a.c", "#define DB_PASSWORD \"@@\""),
    ("b.py", "os.environ.get(\"DB_PASSWORD\", \"@@\")"),
    ("c.py", "connect(\"db\", user=\"x\", passwd=\"@@\")"),
    ("b.js", "process.env.DB_PASSWORD || '@@'"),
    ("c.js", "{ \"k\": \"{\\\"password\\\":\\\"@@\\\"}\" }"),
    ("a.json", "{\"name\": \"DB_PASSWORD\", \"value\": \"@@\"}"),
    ("a.yml", "password: @@"),
    ("b.yml", "- name: DB_PASSWORD\n  value: @@"),
    ("c.yml", "  - MYSQL_ROOT_PASSWORD=@@"),
    ("d.yml", "password: |\n  @@"),
    ("e.yml", "password: ${DB_PASSWORD:@@}"),
    ("f.yml", "passwort: @@"),
    (".env", "DB_PASSWORD=@@"),
    ("a.properties", "spring.datasource.password=@@"),
    ("a.ini", "password = @@"),
    ("a.tf", "  password = \"@@\""),
    ("Dockerfile", "ENV DB_PASSWORD @@"),
    ("Makefile", "PASSWORD ?= @@"),
    ("a.sh", "export PGPASSWORD=@@"),
    ("b.sh", "mysql --password=@@ -h db"),
    ("c.sh", "tool --password @@"),
    ("a.ps1", "$password = \"@@\""),
    ("a.bat", "set DB_PASSWORD=@@"),
    ("a.xml", "<password>@@</password>"),
    ("b.xml", "<user name=\"a\" password=\"@@\"/>"),
    ("c.xml", "<add key=\"Password\" value=\"@@\" />"),
    ("d.xml", "<entry key=\"password\">@@</entry>"),
    ("a.plist", "<key>Password</key>\n<string>@@</string>"),
    ("a.conf", "requirepass @@"),
    ("a.sql", "ALTER USER app IDENTIFIED BY '@@';"),
];
const TOKENS: &[(&str, &str)] = &[
    ("a.py", "api_key = \"@@\""),
    ("b.py", "headers = {\"X-Auth-Token\": \"@@\"}"),
    ("a.java", "private static final String SECRET_KEY = \"@@\";"),
    ("a.go", "AccessToken: \"@@\","),
    ("a.php", "define('API_KEY', '@@');"),
    ("a.json", "\"clientSecret\": \"@@\""),
    ("b.json", "[\"--api-key\", \"@@\"]"),
    ("a.yml", "client-secret: @@"),
    (".env", "API_KEY=@@"),
    ("a.sh", "curl -H \"X-Api-Key: @@\" https://h"),
    ("b.sh", "deploy --token @@"),
    ("c.sh", "curl \"https://h/v1?access_token=@@\""),
    ("a.tfvars", "api_token = \"@@\""),
    ("a.xml", "<apiKey>@@</apiKey>"),
    ("b.xml", "<string name=\"api_key\">@@</string>"),
    ("README.md", "API_KEY=@@"),
    ("a.rb", "ENV[\"API_KEY\"] || \"@@\""),
];
/// What stands beside such names and is no secret.
const HARMLESS: &[&str] = &[
    "changeme",
    "your-password-here",
    "${DB_PASSWORD}",
    "getPassword",
    "config.password",
    "/run/secrets/db",
    "correcthorsebattery",
    "Passw0rd",
    "IdentifierExpression2",
    "com.acme.app.Token2",
    "2024-01-31",
    "sha256WithRSAEncryption",
    "MyTestPassword1",
    "passwordField2",
];
/// Values of each syntax.
const ROUNDS: usize = 4;

fn password(rng: &mut Rng) -> String {
    let [lower, digit, upper] = [(LOWER, 4), (DIGIT, 3), (UPPER, 3)].map(|(of, n)| rng.string(of, n));
    match rng.below(3) {
        0 => format!("{lower}{digit}{upper}!"),
        1 => format!("{upper}{lower}{digit}{}", rng.string(LOWER, 3)),
        _ => rng.string(&[LOWER, UPPER, DIGIT].concat(), 12) + "7#",
    }
}

fn token(rng: &mut Rng) -> String {
    match rng.below(2) {
        0 => rng.string(HEX, 40),
        _ => rng.string(&[LOWER, UPPER, DIGIT].concat(), 32),
    }
}

/// How many of the files, one for each syntax and round, have a finding of a rule whose name begins with `rule`.
fn found(syntaxes: &[(&str, &str)], rule: &str, mut value: impl FnMut() -> String) -> usize {
    let stage = Stage::new();
    for round in 0..ROUNDS {
        for (at, (name, line)) in syntaxes.iter().enumerate() {
            stage.work.write(&format!("{at}-{round}/{name}"), format!("first\n{}\n", line.replace("@@", &value())));
        }
    }
    stage.work.commit("A");
    let folders: BTreeSet<String> = findings(&stage, &["HEAD~1..HEAD"])
        .iter()
        .filter(|finding| finding["rule"].as_str().is_some_and(|id| id.starts_with(rule)))
        .map(|finding| finding["path"].as_str().unwrap().split('/').next().unwrap().to_owned())
        .collect();
    folders.len()
}

#[test]
fn nine_of_ten_passwords_are_found_in_any_syntax() {
    let mut rng = Rng::named("named passwords");
    let found = found(PASSWORDS, "", || password(&mut rng));
    assert!(found * 10 >= PASSWORDS.len() * ROUNDS * 9, "{found} of {}", PASSWORDS.len() * ROUNDS);
}

#[test]
fn nine_of_ten_tokens_are_found_in_any_syntax() {
    let mut rng = Rng::named("named tokens");
    let found = found(TOKENS, "", || token(&mut rng));
    assert!(found * 10 >= TOKENS.len() * ROUNDS * 9, "{found} of {}", TOKENS.len() * ROUNDS);
}

#[test]
fn what_is_no_secret_stays_silent_in_every_syntax() {
    let mut values = HARMLESS.iter().cycle();
    assert_eq!(found(PASSWORDS, "generic-", || (*values.next().unwrap()).to_owned()), 0);
    assert_eq!(found(TOKENS, "generic-", || (*values.next().unwrap()).to_owned()), 0);
}

#[test]
fn a_random_password_on_a_page_of_the_manual_is_refused() {
    let mut rng = Rng::named("manual");
    for (page, line) in [
        ("docs/setup.md", "    DB_PASSWORD=@@"),
        ("doc/guide.rst", "    password: \"@@\""),
        ("docs/api.md", "api_key = '@@'"),
    ] {
        let stage = Stage::new();
        let secret = rng.string(&[LOWER, UPPER, DIGIT].concat(), 32);
        stage.work.write(page, format!("# Setup\n\n{}\n", line.replace("@@", &secret)));
        stage.work.commit("A");
        assert_eq!(stage.push("origin main").check_stopped(1, &[secret]), Ok(()), "{page}");
    }
}

#[test]
fn what_a_page_of_the_manual_shows_as_an_example_lands() {
    let stage = Stage::new();
    let lines = "    DB_PASSWORD=change-me\n    token: abc123def456\n    api_key = 'YOUR_API_KEY'\n";
    stage.work.write("docs/setup.md", format!("# Setup\n\n{lines}"));
    stage.work.commit("A");
    stage.push("origin main").accepted();
}

#[test]
fn a_row_of_credentials_below_an_old_header_is_refused() {
    let mut rng = Rng::named("columns");
    let stage = Stage::new();
    stage.work.write("accounts.csv", "url,username,password\nhttps://intra.acme-works.io,,\n");
    stage.work.commit("A");
    stage.push("origin main").accepted();
    let secret = password(&mut rng);
    stage.work.append("accounts.csv", format!("https://wiki.acme-works.io,bob,{secret}\n"));
    stage.work.commit("B");
    let pushed = stage.push("origin main");
    assert_eq!(pushed.check_stopped(1, &[secret]), Ok(()));
    assert!(pushed.shows("accounts.csv:3"), "{}", pushed.stderr);
}

#[test]
fn a_password_in_a_notebook_is_refused_in_code_and_not_in_what_the_code_printed() {
    let mut rng = Rng::named("notebook");
    let notebook = |source: &str, output: &str| {
        format!(
            "{{\"cells\": [{{\"cell_type\": \"code\", \"execution_count\": 1, \"metadata\": {{}},\n \
             \"outputs\": [{{\"name\": \"stdout\", \"output_type\": \"stream\", \"text\": [\"{output}\"]}}],\n \
             \"source\": [\"{source}\"]}}], \"metadata\": {{}}, \"nbformat\": 4, \"nbformat_minor\": 5}}\n"
        )
    };
    let (secret, made_up) = (password(&mut rng), "harbour12");
    let stage = Stage::new();
    stage.work.write("a.ipynb", notebook("connect(db)", &format!("password = '{made_up}'")));
    stage.work.commit("A");
    stage.push("origin main").accepted();
    stage.work.write("a.ipynb", notebook(&format!("db_password = '{secret}'"), "connected"));
    stage.work.commit("B");
    assert_eq!(stage.push("origin main").check_stopped(1, &[secret]), Ok(()));
}
