//! The rules that are part of the binary: the gate works where no file is installed.
//!
//! The build script packed the rules of `config/rules/*.toml` into bytes that are unpacked where they lie, rule by rule
//! and only when a rule is needed: no TOML, no copy. The default policy
//! (`config/leakgate.toml`) needs no reading at all: a test holds its values against those in the code.

use super::{PolicyError, Source, SourceState};
use crate::rule::{Packed, RuleSpec};
use once_cell::sync::OnceCell;

/// A file that the build script wrote.
macro_rules! packed {
    ($name:literal) => {
        include_bytes!(concat!(env!("OUT_DIR"), "/", $name))
    };
}

/// The rules of all embedded packs as the build script packed them, in the order in which they are tried.
pub(super) static PACKED: Packed = Packed {
    groups: packed!("groups"),
    rules: packed!("rules"),
    ends: packed!("ends"),
    by_id: packed!("by-id"),
    everywhere: packed!("everywhere"),
    services: packed!("services"),
    notices: packed!("notices"),
    papers: packed!("papers"),
    unpacked: OnceCell::new(),
};

/// The same rules, unpacked, with all that they say.
pub(super) fn documented() -> Result<Vec<RuleSpec>, PolicyError> {
    PACKED.documented().map_err(PolicyError::Embedded)
}

/// The default policy: what holds where no file says otherwise, with a comment about every key.
pub const DEFAULT_POLICY: &str = include_str!("../../config/leakgate.toml");

/// The name of the default policy in lists of files.
pub(super) const DEFAULTS: &str = "config/leakgate.toml (built in)";

/// What messages call the embedded pack `group`.
pub(super) fn name(group: &str) -> String {
    format!("config/rules/{group}.toml{BUILT_IN}")
}

/// How such a name ends.
pub(super) const BUILT_IN: &str = " (built in)";

/// The packs called in `groups`, with the numbers of their rules, and the default policy, as files that are in force.
pub(super) fn sources(groups: Vec<(&str, usize)>) -> Vec<Source> {
    let all = groups.into_iter().map(|(group, rules)| (name(group), rules)).chain([(DEFAULTS.to_owned(), 0)]);
    all.map(|(name, rules)| Source { name, state: SourceState::InForce { rules, allows: 0 } }).collect()
}

/// Rule ids that findings can have beside those of the packs: what code finds, not a pattern. An `[[allow]]` entry may
/// name them.
pub const CODE_RULES: &[&str] = &[
    "customer-dump",
    "customer-email-list",
    "customer-phone-list",
    "customer-number-list",
    "payment-card",
    "location-trace",
    "customer-data-in-push",
    "customer-record",
    "customer-known-addresses",
    "customer-known-numbers",
    "iban",
    "vin",
    "passport-mrz",
    "bic",
    "jp-my-number",
    "jp-driving-licence",
    "jp-corporate-number",
    "jp-passport",
    "jp-residence-card",
    "jp-bank-account",
    "jp-vehicle-frame",
    "jp-number-plate",
    "us-social-security-number",
    "us-taxpayer-id",
    "us-employer-id",
    "us-bank-routing",
    "us-medicare-number",
    "us-provider-number",
    "ca-social-insurance-number",
    "br-cpf",
    "br-cnpj",
    "mx-curp",
    "mx-rfc",
    "cl-rut",
    "ar-cuit",
    "uk-national-insurance-number",
    "uk-nhs-number",
    "ie-pps",
    "de-tax-id",
    "at-svnr",
    "ch-ahv",
    "fr-nir",
    "es-dni",
    "es-nie",
    "pt-nif",
    "it-codice-fiscale",
    "be-national-number",
    "nl-bsn",
    "se-personnummer",
    "fi-hetu",
    "no-fodselsnummer",
    "dk-cpr",
    "pl-pesel",
    "cz-rodne-cislo",
    "ro-cnp",
    "gr-amka",
    "in-aadhaar",
    "in-pan",
    "cn-resident-id",
    "kr-rrn",
    "tw-national-id",
    "hk-id",
    "sg-nric",
    "th-pid",
    "au-tax-file-number",
    "au-medicare",
    "au-business-number",
    "za-id",
    "tr-tckn",
    "il-id",
    "imei",
    "iccid",
    "mac-address",
    "terminal-id",
    "unreadable-encrypted",
    "unreadable-unsupported",
    "unreadable-over-limit",
    "unreadable-broken",
];

#[cfg(test)]
mod tests {
    use super::super::{CustomerData, Document, Limits, Unreadable, rules as checks, spec, testing, wire};
    use super::*;
    use crate::policy::LayerFile;
    use crate::rule::{RuleSet, Rules, reach};
    use std::collections::HashSet;

    const TEXT: &str = DEFAULT_POLICY;

    /// Keys whose examples name files, which a test has not.
    const FILES: [&str; 4] = ["extend", "default_config", "ignore", "baseline"];

    /// The default file with its examples in force: an example replaces the line for the same key above it.
    fn with_examples() -> String {
        let mut out: Vec<&str> = Vec::new();
        let mut table = 0;
        for line in TEXT.lines() {
            let Some(example) = line.strip_prefix("#: ") else {
                if line.starts_with('[') {
                    table = out.len();
                }
                out.push(line);
                continue;
            };
            if FILES.iter().any(|key| example.starts_with(&format!("{key} = "))) {
                continue;
            }
            if example.starts_with('[') {
                table = out.len();
            } else if let Some((key, _)) = example.split_once(" = ") {
                let start = format!("{key} = ");
                let old = out.iter().skip(table).position(|l| l.starts_with(&start)).map(|at| at + table);
                old.map(|at| out.remove(at));
            }
            out.push(example);
        }
        out.join("\n")
    }

    #[test]
    fn the_default_file_says_what_holds_without_it() {
        let with_file = testing::with(TEXT).unwrap();
        let without = testing::with("").unwrap();
        assert_eq!((with_file.limits, with_file.unreadable), (Limits::standard(), Unreadable::standard()));
        assert_eq!((with_file.customer, with_file.contact), (CustomerData::standard(), None));
        assert_eq!((with_file.rules, with_file.allow.len()), (without.rules, 0));
    }

    #[test]
    fn the_default_file_loads_with_every_example_in_force() {
        let policy = testing::with(&with_examples()).unwrap();
        assert_eq!(policy.allow.len(), 2);
        assert_eq!(policy.rules.len(), 6, "the example that is switched off is switched on again");
        assert!(policy.contact.is_some() && policy.limits.time_seconds.is_some());
        assert_ne!(policy.unreadable.broken, Unreadable::standard().broken);
    }

    #[test]
    fn the_default_file_describes_every_key_and_gives_an_example_of_it() {
        // The reader's own list of the keys: what it says is expected where an unknown one stands.
        for table in [
            "",
            "[limits]\n",
            "[unreadable]\n",
            "[customer]\n",
            "[exact]\n",
            "[markers]\n",
            "[audit]\n",
            "[remote]\n",
            "[remote.strict]\n",
            "[gitleaks]\n",
            "[comments]\n",
            "[baseline]\n",
            "[bypass]\n",
            "[[action]]\n",
            "[[customer.identifier]]\n",
            "[[customer.number]]\n",
            "[[rules]]\n",
            "[[allow]]\n",
        ] {
            let message = testing::raw_error(&format!("{table}no-such-key = 1"));
            let keys: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
            assert!(!keys.is_empty(), "{message}");
            for key in keys {
                let is_table = matches!(
                    key,
                    "limits"
                        | "unreadable"
                        | "customer"
                        | "exact"
                        | "markers"
                        | "audit"
                        | "action"
                        | "remote"
                        | "strict"
                        | "gitleaks"
                        | "comments"
                        | "baseline"
                        | "bypass"
                        | "rules"
                        | "allow"
                        | "number"
                        | "identifier"
                );
                // `check` has no example: it names code, and `override` needs another rule.
                let has_example =
                    TEXT.lines().any(|l| l.strip_prefix("#: ").is_some_and(|e| e.starts_with(&format!("{key} = "))));
                let is_described = TEXT.lines().any(|l| l.starts_with("# ") && l.contains(key));
                assert!(is_described || is_table, "{table}{key} is not described");
                assert!(has_example || is_table || matches!(key, "check" | "override"), "{table}{key} has no example");
            }
        }
    }

    #[test]
    fn the_default_file_has_the_ranges_of_the_limits() {
        for limit in Limits::ranges() {
            let digits = limit.range.end().to_string();
            let plain = TEXT.replace('_', "");
            let name = limit.name.replace('_', "");
            let from = plain.find(&format!("# {name}:")).unwrap();
            let until = from + plain[from..].find("#:").unwrap();
            assert!(plain[from..until].contains(&format!("At most {digits}")), "{}", limit.name);
        }
    }

    /// Name and text of each pack in the folder.
    fn folder() -> Vec<(String, String)> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config/rules");
        let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let packs = paths.filter(|path| path.extension().is_some_and(|end| end == "toml"));
        packs
            .map(|path| {
                let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
                (name, std::fs::read_to_string(path).unwrap())
            })
            .collect()
    }

    #[test]
    fn the_embedded_rules_are_those_of_the_folder() {
        let mut packs = folder();
        packs.sort();
        let (last, first): (Vec<_>, Vec<_>) = packs.into_iter().partition(|(name, _)| name == "generic");
        let mut expected = Vec::new();
        for (name, text) in first.into_iter().chain(last) {
            let pack: wire::Pack = toml::from_str(&text).unwrap();
            expected.extend(pack.rules.iter().map(|rule| {
                let wire = rule.get_ref();
                spec::spec(wire, &name, reach(&spec::pattern_of(wire), spec::unicode(wire)))
            }));
        }
        let embedded = documented().unwrap();
        assert_eq!(embedded.len(), expected.len());
        for (embedded, expected) in embedded.iter().zip(&expected) {
            assert_eq!(embedded, expected);
        }
        assert_eq!(sources(PACKED.groups().collect()).len(), folder().len() + 1);
        let groups: Vec<&str> = PACKED.groups().map(|(name, _)| name).collect();
        assert!(embedded.iter().enumerate().all(|(number, rule)| rule.group == PACKED.group(number)), "{groups:?}");
    }

    #[test]
    fn every_embedded_rule_passes_the_checks_of_a_foreign_one() {
        let mut wrong = Vec::new();
        for (name, text) in folder() {
            let doc = Document::new(super::name(&name), text);
            let pack: wire::Pack = doc.parse().unwrap();
            let checked = pack.rules.iter().map(|rule| checks::check(&doc, rule.get_ref(), checks::Vetting::Full));
            wrong.extend(checked.filter_map(Result::err).map(|error| error.to_string()));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// Every keyword of every rule, a service's beside a word that tells of a key.
    fn all_keywords(rules: &[RuleSpec]) -> String {
        rules.iter().flat_map(|rule| &rule.keywords).map(|word| format!("{word}_api_key\n")).collect()
    }

    fn hits(set: &RuleSet, text: &str) -> Vec<(String, usize, usize)> {
        let mut hits = Vec::new();
        set.keywords_in(text.as_bytes(), |hit| {
            hits.push((set.get(hit.rule).unwrap().id().to_owned(), hit.start, hit.end))
        });
        hits.sort_unstable();
        hits
    }

    #[test]
    fn the_keywords_that_were_laid_out_are_those_of_the_rules() {
        let embedded = documented().unwrap();
        let text = all_keywords(&embedded);
        let expected = hits(&RuleSet::new(&embedded).unwrap(), &text);
        let seen: HashSet<&str> = expected.iter().map(|(id, _, _)| id.as_str()).collect();
        assert!(seen.len() == embedded.len() && expected.len() > text.lines().count());
        assert_eq!(hits(&RuleSet::of(&Rules::all(&PACKED)).unwrap(), &text), expected);
    }

    #[test]
    fn rules_switched_off_replaced_and_added_change_what_the_packed_ones_find() {
        let mine = "description = 'd'\nregex = 'acmekey[0-9]'\nkeywords = ['acmekey', 'ghp_']\n";
        let file = format!(
            "disable = ['github-pat', 'tag:payment']\n\n[[rules]]\nid = 'mine'\n{mine}\n[[rules]]\nid = 'gitlab-pat'\n\
             override = true\n{mine}",
        );
        let dir = tempfile::tempdir().unwrap();
        let layer = LayerFile::command_line(&testing::put(dir.path(), "p.toml", &file));
        let policy = super::super::Policy::load(&[layer], testing::today()).unwrap();
        let specs = testing::specs(policy.clone());
        let ids: Vec<&str> = specs.iter().map(|spec| &*spec.id).collect();
        assert!(ids.last() == Some(&"mine") && ids.contains(&"gitlab-pat") && !ids.contains(&"github-pat"));
        let text = all_keywords(&documented().unwrap()) + "acmekey";
        let set = RuleSet::of(&policy.rules).unwrap();
        let found = hits(&set, &text);
        assert_eq!(found, hits(&RuleSet::new(&specs).unwrap(), &text));
        assert!(found.iter().filter(|(id, _, _)| id == "gitlab-pat").count() >= 2, "the override has other keywords");
        let numbers: Vec<String> = (0..set.len()).map(|number| set.get(number).unwrap().id().to_owned()).collect();
        assert_eq!(numbers, ids);
        assert!(set.get(set.len()).is_err());
    }

    #[test]
    fn a_rule_is_found_by_its_id_and_says_in_a_refusal_what_its_file_says() {
        let embedded = documented().unwrap();
        let set = RuleSet::of(&Rules::all(&PACKED)).unwrap();
        for (number, spec) in embedded.iter().enumerate().step_by(97) {
            assert_eq!(PACKED.position(&spec.id), Some(number));
            let info = set.get(number).unwrap().info().unwrap();
            let told = (info.id.as_str(), info.description.as_str(), info.opens.as_deref(), info.revoke.as_deref());
            assert_eq!(told, (&*spec.id, &*spec.description, spec.opens.as_deref(), spec.revoke.as_deref()));
        }
        assert_eq!((PACKED.position(""), PACKED.position("no-such-rule"), PACKED.position("~")), (None, None, None));
    }
}
