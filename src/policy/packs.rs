//! The policy and the rule packs that are part of the binary: the gate works where no file is installed.

/// The default policy; its comments are the policy's documentation.
pub(super) const DEFAULTS: (&str, &str) =
    ("config/leakgate.toml (built in)", include_str!("../../config/leakgate.toml"));

/// Name and text of each embedded rule pack, in the order in which their rules are tried.
pub(super) const PACKS: &[(&str, &str)] = &[
    ("config/rules/ai.toml (built in)", include_str!("../../config/rules/ai.toml")),
    ("config/rules/ci.toml (built in)", include_str!("../../config/rules/ci.toml")),
    ("config/rules/cloud.toml (built in)", include_str!("../../config/rules/cloud.toml")),
    ("config/rules/code-hosts.toml (built in)", include_str!("../../config/rules/code-hosts.toml")),
    ("config/rules/databases.toml (built in)", include_str!("../../config/rules/databases.toml")),
    ("config/rules/hosting.toml (built in)", include_str!("../../config/rules/hosting.toml")),
    ("config/rules/identity.toml (built in)", include_str!("../../config/rules/identity.toml")),
    ("config/rules/key-files.toml (built in)", include_str!("../../config/rules/key-files.toml")),
    ("config/rules/messaging.toml (built in)", include_str!("../../config/rules/messaging.toml")),
    ("config/rules/observability.toml (built in)", include_str!("../../config/rules/observability.toml")),
    ("config/rules/payment.toml (built in)", include_str!("../../config/rules/payment.toml")),
    ("config/rules/private-keys.toml (built in)", include_str!("../../config/rules/private-keys.toml")),
    ("config/rules/registries.toml (built in)", include_str!("../../config/rules/registries.toml")),
    ("config/rules/saas.toml (built in)", include_str!("../../config/rules/saas.toml")),
    ("config/rules/web.toml (built in)", include_str!("../../config/rules/web.toml")),
    ("config/rules/generic.toml (built in)", include_str!("../../config/rules/generic.toml")),
];

/// Rule ids that findings can have beside those of the packs: what code finds, not a pattern. An `[[allow]]` entry may
/// name them.
pub const CODE_RULES: &[&str] = &[
    "customer-dump",
    "customer-email-list",
    "customer-phone-list",
    "customer-number-list",
    "payment-card",
    "jp-my-number",
    "jp-driving-licence",
    "us-social-security-number",
    "iban",
    "unreadable-encrypted",
    "unreadable-unsupported",
    "unreadable-over-limit",
    "unreadable-broken",
];

#[cfg(test)]
mod tests {
    use super::super::testing::today;
    use super::super::{CustomerData, Limits, Policy, PolicyError, Unreadable, load, testing};
    use super::*;
    use crate::rule::{RuleSpec, expand, shannon};
    use regex::bytes::{Regex, RegexBuilder};

    /// A pack that lets the defaults load while there is nothing else to load.
    const ONE: &[(&str, &str)] = &[(
        "one.toml",
        "[[rules]]\nid = 'zz-one'\ndescription = 'd'\nregex = 'zz_one_[a-z]{9}'\nkeywords = ['zz_one_']\n",
    )];

    fn with_defaults(text: &'static str) -> Result<Policy, PolicyError> {
        load(ONE, ("config/leakgate.toml", text), &[], today())
    }

    /// The default file with its examples in force: an example replaces the line for the same key above it.
    fn with_examples() -> String {
        let mut out: Vec<&str> = Vec::new();
        let mut table = 0;
        for line in DEFAULTS.1.lines() {
            let Some(example) = line.strip_prefix("#: ") else {
                if line.starts_with('[') {
                    table = out.len();
                }
                out.push(line);
                continue;
            };
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
        let with_file = with_defaults(DEFAULTS.1).unwrap();
        let without = with_defaults("").unwrap();
        assert_eq!((with_file.limits, with_file.unreadable), (Limits::standard(), Unreadable::standard()));
        assert_eq!((with_file.customer, with_file.contact), (CustomerData::standard(), None));
        assert_eq!((with_file.rules, with_file.allow.len()), (without.rules, 0));
    }

    #[test]
    fn the_default_file_loads_with_every_example_in_force() {
        let text: &'static str = with_examples().leak();
        let policy = with_defaults(text).unwrap();
        assert_eq!(policy.allow.len(), 2);
        assert_eq!(policy.rules.len(), 3, "the example that is switched off is switched on again");
        assert!(policy.contact.is_some() && policy.limits.time_seconds.is_some());
        assert_ne!(policy.unreadable.broken, Unreadable::standard().broken);
    }

    #[test]
    fn the_default_file_describes_every_key_and_gives_an_example_of_it() {
        // The reader's own list of the keys: what it says is expected where an unknown one stands.
        for table in
            ["", "[limits]\n", "[unreadable]\n", "[customer]\n", "[[customer.number]]\n", "[[rules]]\n", "[[allow]]\n"]
        {
            let message = testing::raw_error(&format!("{table}no-such-key = 1"));
            let keys: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
            assert!(keys.len() > 2, "{message}");
            for key in keys {
                let is_table = matches!(key, "limits" | "unreadable" | "customer" | "rules" | "allow" | "number");
                // `check` has no example: it names code, and `override` needs another rule.
                let has_example = DEFAULTS
                    .1
                    .lines()
                    .any(|l| l.strip_prefix("#: ").is_some_and(|e| e.starts_with(&format!("{key} = "))));
                let is_described = DEFAULTS.1.lines().any(|l| l.starts_with("# ") && l.contains(key));
                assert!(is_described || is_table, "{table}{key} is not described");
                assert!(has_example || is_table || matches!(key, "check" | "override"), "{table}{key} has no example");
            }
        }
    }

    #[test]
    fn the_default_file_has_the_ranges_of_the_limits() {
        for limit in Limits::ranges() {
            let digits = limit.range.end().to_string();
            let plain = DEFAULTS.1.replace('_', "");
            let name = limit.name.replace('_', "");
            let from = plain.find(&format!("# {name}:")).unwrap();
            let until = from + plain[from..].find("#:").unwrap();
            assert!(plain[from..until].contains(&format!("At most {digits}")), "{}", limit.name);
        }
    }

    #[test]
    fn every_pack_in_the_folder_is_embedded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/config/rules");
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(PACKS.iter().any(|(pack, _)| pack.contains(&name)), "{name} is not in PACKS");
        }
    }

    #[test]
    fn every_embedded_rule_passes_the_checks_of_a_foreign_one() {
        for (name, text) in PACKS {
            let doc = super::super::Document::new((*name).to_owned(), *text);
            let pack: super::super::wire::Pack = doc.parse().unwrap();
            let mut merge = super::super::Merge::default();
            merge.add(&doc, &pack.rules, super::super::Vetting::Full).unwrap_or_else(|e| panic!("{e}"));
        }
    }

    fn rules() -> Vec<RuleSpec> {
        if PACKS.is_empty() { Vec::new() } else { load(PACKS, DEFAULTS, &[], today()).unwrap().rules }
    }

    fn compiled(spec: &RuleSpec) -> Regex {
        let unicode = spec.unicode == crate::rule::Unicode::Yes;
        RegexBuilder::new(&spec.regex).unicode(unicode).size_limit(10 << 20).build().unwrap()
    }

    /// Whether `text` holds a value that the rule's words, pattern, entropy, stopwords and exceptions call a secret.
    fn fires(spec: &RuleSpec, regex: &Regex, text: &str) -> bool {
        let lower = text.to_lowercase();
        let exceptions: Vec<Regex> =
            spec.allow.iter().map(|p| RegexBuilder::new(p).unicode(false).build().unwrap()).collect();
        spec.keywords.iter().any(|word| lower.contains(word.as_str()))
            && regex.captures_iter(text.as_bytes()).any(|found| {
                let group = spec.secret_group.unwrap_or(1);
                let secret = found.get(group).or_else(|| found.get(0)).unwrap().as_bytes();
                let folded = String::from_utf8_lossy(secret).to_lowercase();
                spec.entropy.is_none_or(|least| shannon(secret) >= least)
                    && !spec.stopwords.iter().any(|word| folded.contains(&word.to_lowercase()))
                    && !exceptions.iter().any(|p| p.is_match(secret))
            })
    }

    #[test]
    fn every_embedded_rule_finds_its_examples_and_not_its_counter_examples() {
        for spec in rules() {
            let regex = compiled(&spec);
            assert!(!spec.examples.is_empty(), "{} has no example", spec.id);
            for template in &spec.examples {
                for seed in 0..8 {
                    let text = expand(template, seed).unwrap();
                    assert!(fires(&spec, &regex, &text), "{} misses {text:?}", spec.id);
                }
            }
            for template in &spec.counter_examples {
                let text = expand(template, 1).unwrap();
                // A check in code may be what turns a counter-example down.
                assert!(spec.check.is_some() || !fires(&spec, &regex, &text), "{} finds {text:?}", spec.id);
            }
        }
    }
}
