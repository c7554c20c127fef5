//! What counts more or less by where it stands: names with dates of birth, lists of telephones, and lines that name
//! people in public on purpose.

use super::tests::{Person, Rng, all, card, dump, people};
use super::*;

fn classes(text: &str, path: &str) -> Vec<Class> {
    all(text.as_bytes(), Some(path)).iter().map(|bulk| bulk.class).collect()
}

/// The people, born on days that differ.
fn born(count: usize) -> Vec<Person> {
    let mut people = people(count);
    for (n, person) in people.iter_mut().enumerate() {
        person.born = format!("{}-{:02}-{:02}", 1950 + n, 1 + n % 12, 1 + n % 28);
    }
    people
}

#[test]
fn ten_names_with_dates_of_birth_are_a_dump_in_any_form_and_nine_are_not() {
    type Form = fn(&[Person]) -> String;
    let forms: [Form; 6] = [
        |p| dump("name,date_of_birth\n", p, "\n", |p| format!("{},{}", p.name, p.born)),
        |p| dump("氏名\t生年月日\n", p, "\n", |p| format!("{}\t{}", p.name, p.born.replace('-', "/"))),
        |p| {
            dump("Name;Geburtsdatum\n", p, "\n", |p| {
                let mut parts: Vec<&str> = p.born.split('-').collect();
                parts.reverse();
                format!("{};{}", p.name, parts.join("."))
            })
        },
        |p| dump("氏名,生年月日\n", p, "\n", |p| format!("{},{}年1月2日", p.name, &p.born[..4])),
        |p| dump("", p, "\n", |p| format!(r#"{{"full_name": "{}", "dob": "{}"}}"#, p.name, p.born)),
        |p| dump("INSERT INTO p (name, birth_date) VALUES\n", p, ",\n", |p| format!("('{}', '{}')", p.name, p.born)),
    ];
    for form in forms {
        let text = form(&born(10));
        assert_eq!(classes(&text, "export/people.txt"), [Class::Dump], "{text}");
        assert_eq!(classes(&text, "spec/people.txt"), [], "{text}");
        assert_eq!(classes(&form(&born(20)), "spec/people.txt"), [Class::Dump], "{text}");
        assert_eq!(classes(&form(&born(9)), "export/people.txt"), [], "{text}");
    }
    // Dates of anything else, and births without a name.
    let releases = dump("name,released\n", &born(60), "\n", |p| format!("{},{}", p.name, p.born));
    let nameless = dump("id,dob\n", &born(60), "\n", |p| format!("{},{}", &p.number[..3], p.born));
    for text in [releases, nameless] {
        assert_eq!(classes(&text, "data/table.csv"), [], "{text}");
    }
}

#[test]
fn fifty_telephone_numbers_are_a_list_and_fewer_are_not() {
    let text = |count| dump("", &people(count), "\n", |p| format!("call {} now", p.phone));
    assert_eq!(classes(&text(50), "notes.txt"), [Class::Phone]);
    assert_eq!(classes(&text(49), "notes.txt"), []);
}

#[test]
fn authors_in_a_squashed_log_and_owners_of_certificates_are_public() {
    let people = people(120);
    let log = dump("Squash\n", &people, "\n", |p| {
        format!("commit {}0\nAuthor: {} <{}>\nDate: today\n\n    fix", p.number, p.name, p.email)
    });
    let bundle = dump("", &people, "\n", |p| {
        format!("Issuer: C=ZA, O=Kestrel, CN={}/emailAddress={}\n-----BEGIN CERTIFICATE-----", p.name, p.email)
    });
    for text in [log, bundle] {
        assert_eq!(classes(&text, "notes.txt"), [], "{text}");
        let list = text.replace("Author: ", "Mail: ").replace("Issuer: ", "Row: ");
        assert!(!classes(&list, "notes.txt").is_empty(), "{list}");
    }
}

#[test]
fn a_few_cards_in_the_code_of_a_test_are_a_gateway_s() {
    let mut rng = Rng(7);
    let lines: Vec<String> = (0..10).map(|_| format!("credit_card('{}')\n", card(&mut rng))).collect();
    for path in ["test/unit/gateways/acme_test.rb", "src/test/java/PaymentTest.java"] {
        assert_eq!(classes(&lines[..9].concat(), path), [], "{path}");
        assert_eq!(classes(&lines.concat(), path), [Class::Card], "{path}");
    }
    for path in ["lib/gateways/acme.rb", "test/models/customer_test.rb", "test/gateways/cards.csv"] {
        assert_eq!(classes(&lines[0], path), [Class::Card], "{path}");
    }
}
