//! The rules that are part of the binary: the gate works where no file is installed.
//!
//! The build script packed the rules of `config/rules/*.toml` into bytes that are unpacked where they lie: no TOML, no
//! copy, and no pointers, of which a position-independent program pays for each one at its start. The default policy
//! (`config/leakgate.toml`) needs no reading at all: a test holds its values against those in the code.

use super::{PolicyError, Source, SourceState};
use crate::rule::{Papers, RuleSpec};
use flate2::read::ZlibDecoder;
use std::io::Read as _;

/// The rules of all embedded packs as the build script packed them.
static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/packs"));

/// The rules of all embedded packs, in the order in which they are tried.
pub(super) fn rules() -> Result<Vec<RuleSpec>, PolicyError> {
    postcard::from_bytes(PACKED).map_err(PolicyError::Embedded)
}

/// What only people ask of those rules, in the same order.
static PAPERS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/papers"));

/// The same rules with their examples and sources.
pub(super) fn documented() -> Result<Vec<RuleSpec>, PolicyError> {
    let mut packed = Vec::new();
    ZlibDecoder::new(PAPERS).read_to_end(&mut packed).map_err(PolicyError::Papers)?;
    let papers: Vec<Papers> = postcard::from_bytes(&packed).map_err(PolicyError::Embedded)?;
    let mut rules = rules()?;
    rules.iter_mut().zip(papers).for_each(|(rule, papers)| papers.give(rule));
    Ok(rules)
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

/// The packs of `rules` and the default policy, as files that are in force.
pub(super) fn sources(rules: &[RuleSpec]) -> Vec<Source> {
    let packs =
        rules.chunk_by(|a, b| a.group == b.group).filter_map(|pack| Some((name(&pack.first()?.group), pack.len())));
    let all = packs.chain([(DEFAULTS.to_owned(), 0)]);
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
            expected.extend(pack.rules.iter().map(|rule| spec::spec(rule.get_ref(), &name)));
        }
        let embedded = documented().unwrap();
        assert_eq!(embedded.len(), expected.len());
        for (embedded, expected) in embedded.iter().zip(&expected) {
            assert_eq!(embedded, expected);
        }
        assert_eq!(sources(&embedded).len(), folder().len() + 1);
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
}
