//! A gitleaks configuration's tables as they were written.
//!
//! gitleaks takes keys in any case, one value where a list belongs, a number in quotes, and passes over keys that it does
//! not know. All of that is so here too, but for the last: such a key is noted. (Source: viper and mapstructure with
//! weak typing, as gitleaks 8.30 calls them.)
//!
//! *Invariant:* nothing is judged here but types; a note never replaces an error.

use super::super::document::Document;
use super::super::error::PolicyError;
use super::super::suggest::nearest;
use super::note::{Note, Notes};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

type Text = Spanned<String>;
type Value<'v> = Spanned<DeValue<'v>>;

/// A whole file.
#[derive(Debug, Default)]
pub(super) struct RawConfig {
    pub(super) extend: RawExtend,
    pub(super) min_version: Option<Text>,
    pub(super) rules: Vec<RawRule>,
    pub(super) lists: Vec<RawList>,
}

/// `[extend]`.
#[derive(Debug, Default)]
pub(super) struct RawExtend {
    pub(super) path: Option<Text>,
    pub(super) url: Option<Text>,
    pub(super) use_default: Option<Spanned<bool>>,
    pub(super) disabled: Vec<Text>,
}

/// One `[[rules]]`.
#[derive(Debug, Default)]
pub(super) struct RawRule {
    pub(super) span: Range<usize>,
    pub(super) id: Option<Text>,
    pub(super) description: Option<Text>,
    pub(super) regex: Option<Text>,
    pub(super) path: Option<Text>,
    pub(super) group: Option<Spanned<u64>>,
    pub(super) entropy: Option<Spanned<f64>>,
    pub(super) keywords: Vec<Text>,
    pub(super) tags: Vec<Text>,
    pub(super) skip_report: Option<Spanned<bool>>,
    pub(super) required: Vec<RawNeed>,
    pub(super) lists: Vec<RawList>,
}

/// One `[[rules.required]]`.
#[derive(Debug, Default)]
pub(super) struct RawNeed {
    pub(super) span: Range<usize>,
    pub(super) id: Option<Text>,
    pub(super) lines: Option<Spanned<u64>>,
    pub(super) columns: Option<Spanned<u64>>,
}

/// One allowlist, of a rule or of all.
#[derive(Debug, Default)]
pub(super) struct RawList {
    pub(super) span: Range<usize>,
    pub(super) condition: Option<Text>,
    pub(super) commits: Vec<Text>,
    pub(super) paths: Vec<Text>,
    pub(super) regexes: Vec<Text>,
    pub(super) target: Option<Text>,
    pub(super) stopwords: Vec<Text>,
    pub(super) targets: Vec<Text>,
}

/// Reads a document; what gitleaks passes over is noted.
pub(super) struct Reader<'d> {
    pub(super) doc: &'d Document,
    pub(super) notes: &'d mut Notes,
}

impl Reader<'_> {
    pub(super) fn config(&mut self, text: &str) -> Result<RawConfig, PolicyError> {
        let table = DeTable::parse(text).map_err(|error| self.doc.toml_fault(error))?;
        let mut config = RawConfig::default();
        let (mut single, mut several) = (None, false);
        for (key, value) in table.get_ref() {
            match lower(key).as_str() {
                "title" | "description" => {}
                "minversion" => config.min_version = Some(self.text(value, "minVersion")?),
                "extend" => config.extend = self.extend(value)?,
                "rules" => config.rules = self.tables(value, "rules", &mut |it, value| it.rule(value))?,
                "allowlist" => {
                    single = Some(value.span());
                    config.lists.extend(self.tables(value, "allowlist", &mut |it, value| it.list(value, "allowlist"))?);
                }
                "allowlists" => {
                    several = true;
                    let lists = self.tables(value, "allowlists", &mut |it, value| it.list(value, "allowlists"))?;
                    config.lists.extend(lists);
                }
                _ => self.unknown(key, "", &["title", "description", "minVersion", "extend", "rules", "allowlists"]),
            }
        }
        self.not_both(single, several, "allowlist")?;
        Ok(config)
    }

    fn extend(&mut self, value: &Value<'_>) -> Result<RawExtend, PolicyError> {
        let mut extend = RawExtend::default();
        for (key, value) in self.table(value, "extend")? {
            match lower(key).as_str() {
                "path" => extend.path = Some(self.text(value, "extend.path")?),
                "url" => extend.url = Some(self.text(value, "extend.url")?),
                "usedefault" => extend.use_default = Some(self.switch(value, "extend.useDefault")?),
                "disabledrules" => extend.disabled = self.texts(value, "extend.disabledRules")?,
                _ => self.unknown(key, "extend.", &["path", "url", "useDefault", "disabledRules"]),
            }
        }
        Ok(extend)
    }

    fn rule(&mut self, value: &Value<'_>) -> Result<RawRule, PolicyError> {
        let mut rule = RawRule { span: value.span(), ..RawRule::default() };
        let (mut single, mut several) = (None, false);
        for (key, value) in self.table(value, "rules")? {
            match lower(key).as_str() {
                "id" => rule.id = Some(self.text(value, "rules.id")?),
                "description" => rule.description = Some(self.text(value, "rules.description")?),
                "regex" => rule.regex = Some(self.text(value, "rules.regex")?),
                "path" => rule.path = Some(self.text(value, "rules.path")?),
                "secretgroup" => rule.group = Some(self.whole(value, "rules.secretGroup")?),
                "entropy" => rule.entropy = Some(self.number(value, "rules.entropy")?),
                "keywords" => rule.keywords = self.texts(value, "rules.keywords")?,
                "tags" => rule.tags = self.texts(value, "rules.tags")?,
                "skipreport" => rule.skip_report = Some(self.switch(value, "rules.skipReport")?),
                "required" => rule.required = self.tables(value, "rules.required", &mut |it, value| it.need(value))?,
                "allowlist" => {
                    single = Some(value.span());
                    let key = "rules.allowlist";
                    rule.lists.extend(self.tables(value, key, &mut |it, value| it.list(value, key))?);
                }
                "allowlists" => {
                    several = true;
                    let key = "rules.allowlists";
                    rule.lists.extend(self.tables(value, key, &mut |it, value| it.list(value, key))?);
                }
                _ => self.unknown(key, "rules.", &RULE_KEYS),
            }
        }
        self.not_both(single, several, "rules.allowlist")?;
        Ok(rule)
    }

    fn need(&mut self, value: &Value<'_>) -> Result<RawNeed, PolicyError> {
        let mut need = RawNeed { span: value.span(), ..RawNeed::default() };
        for (key, value) in self.table(value, "rules.required")? {
            match lower(key).as_str() {
                "id" => need.id = Some(self.text(value, "rules.required.id")?),
                "withinlines" => need.lines = Some(self.whole(value, "rules.required.withinLines")?),
                "withincolumns" => need.columns = Some(self.whole(value, "rules.required.withinColumns")?),
                _ => self.unknown(key, "rules.required.", &["id", "withinLines", "withinColumns"]),
            }
        }
        Ok(need)
    }

    fn list(&mut self, value: &Value<'_>, of: &str) -> Result<RawList, PolicyError> {
        let mut list = RawList { span: value.span(), ..RawList::default() };
        for (key, value) in self.table(value, of)? {
            let name = |key: &str| format!("{of}.{key}");
            match lower(key).as_str() {
                "description" => {}
                "condition" => list.condition = Some(self.text(value, &name("condition"))?),
                "commits" => list.commits = self.texts(value, &name("commits"))?,
                "paths" => list.paths = self.texts(value, &name("paths"))?,
                "regexes" => list.regexes = self.texts(value, &name("regexes"))?,
                "regextarget" => list.target = Some(self.text(value, &name("regexTarget"))?),
                "stopwords" => list.stopwords = self.texts(value, &name("stopwords"))?,
                "targetrules" if !of.starts_with("rules.") => list.targets = self.texts(value, &name("targetRules"))?,
                _ => self.unknown(key, &format!("{of}."), &LIST_KEYS),
            }
        }
        Ok(list)
    }

    /// The old form with one table and the new one with several exclude one another, as in gitleaks.
    fn not_both(&self, single: Option<Range<usize>>, several: bool, key: &str) -> Result<(), PolicyError> {
        match single {
            Some(span) if several => {
                let problem = format!("there is `[[{key}s]]` as well, and gitleaks takes only one of the two");
                Err(self.doc.fault(span, key, &problem, &format!("move it into `[[{key}s]]`")))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn unknown(&mut self, key: &Spanned<std::borrow::Cow<'_, str>>, table: &str, known: &[&str]) {
        let name = key.get_ref();
        let hint = nearest(&lower(key), known.iter().copied())
            .map_or_else(String::new, |it| format!("; did you mean `{it}`?"));
        let what = format!("`{table}{name}` is no key of gitleaks, which passes over it too{hint}");
        self.notes.push(Note::at(self.doc, &key.span(), &what));
    }
}

const RULE_KEYS: [&str; 11] = [
    "id",
    "description",
    "regex",
    "path",
    "secretGroup",
    "entropy",
    "keywords",
    "tags",
    "skipReport",
    "required",
    "allowlists",
];
const LIST_KEYS: [&str; 8] =
    ["description", "condition", "commits", "paths", "regexes", "regexTarget", "stopwords", "targetRules"];

/// Values by type.
impl Reader<'_> {
    fn wrong(&self, value: &Value<'_>, key: &str, expected: &str) -> PolicyError {
        let problem = format!("it is the {}, expected {expected}", value.get_ref().type_str());
        self.doc.fault(value.span(), key, &problem, "gitleaks refuses it as well: correct it")
    }

    fn table<'v>(&self, value: &'v Value<'v>, key: &str) -> Result<&'v DeTable<'v>, PolicyError> {
        value.get_ref().as_table().ok_or_else(|| self.wrong(value, key, "a table"))
    }

    /// Several tables, or one.
    fn tables<T>(
        &mut self,
        value: &Value<'_>,
        key: &str,
        each: &mut dyn FnMut(&mut Self, &Value<'_>) -> Result<T, PolicyError>,
    ) -> Result<Vec<T>, PolicyError> {
        match value.get_ref() {
            DeValue::Array(list) => list.iter().map(|value| each(self, value)).collect(),
            DeValue::Table(_) => Ok(vec![each(self, value)?]),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => Err(self.wrong(value, key, "a table")),
        }
    }

    fn text(&self, value: &Value<'_>, key: &str) -> Result<Text, PolicyError> {
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.as_str().to_owned(),
            DeValue::Float(number) => number.as_str().to_owned(),
            DeValue::Boolean(yes) => u8::from(*yes).to_string(),
            DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
                return Err(self.wrong(value, key, "a string"));
            }
        };
        Ok(Spanned::new(value.span(), text))
    }

    /// A list; one string is a list that commas divide.
    fn texts(&self, value: &Value<'_>, key: &str) -> Result<Vec<Text>, PolicyError> {
        match value.get_ref().as_array() {
            Some(list) => list.iter().map(|value| self.text(value, key)).collect(),
            None => {
                let whole = self.text(value, key)?;
                let parts = whole.get_ref().split(',').filter(|_| !whole.get_ref().is_empty());
                Ok(parts.map(|part| Spanned::new(whole.span(), part.to_owned())).collect())
            }
        }
    }

    fn parsed<T: std::str::FromStr>(
        &self,
        value: &Value<'_>,
        key: &str,
        expected: &str,
    ) -> Result<Spanned<T>, PolicyError> {
        let text = self.text(value, key)?;
        let plain = text.get_ref().replace('_', "");
        match plain.parse() {
            Ok(number) => Ok(Spanned::new(text.span(), number)),
            Err(_) => Err(self.wrong(value, key, expected)),
        }
    }

    fn whole(&self, value: &Value<'_>, key: &str) -> Result<Spanned<u64>, PolicyError> {
        self.parsed(value, key, "a whole number from 0 on")
    }

    fn number(&self, value: &Value<'_>, key: &str) -> Result<Spanned<f64>, PolicyError> {
        self.parsed(value, key, "a number")
    }

    fn switch(&self, value: &Value<'_>, key: &str) -> Result<Spanned<bool>, PolicyError> {
        let text = self.text(value, key)?;
        match text.get_ref().to_ascii_lowercase().as_str() {
            "1" | "t" | "true" => Ok(Spanned::new(text.span(), true)),
            "0" | "f" | "false" | "" => Ok(Spanned::new(text.span(), false)),
            _ => Err(self.wrong(value, key, "true or false")),
        }
    }
}

fn lower(key: &Spanned<std::borrow::Cow<'_, str>>) -> String {
    key.get_ref().to_lowercase()
}
