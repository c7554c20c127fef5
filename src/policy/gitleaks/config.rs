//! A configuration checked and put together with what it extends, by gitleaks' rules of who wins.
//!
//! A rule of the file and one of the same id in what it extends become one: texts, numbers and patterns of the file win,
//! lists add up, and what the file says of `required` and `skipReport` is lost. Allowlists add up.
//!
//! *Invariant:* what gitleaks refuses is refused here, with the place.

use super::super::document::Document;
use super::super::error::PolicyError;
use super::note::{Note, Notes};
use super::raw::{RawConfig, RawList, RawRule};
use super::re2::{Translated, join, translate};
use crate::rule::{Exception, ExceptionSpec, Holds, Need, Target, Text};
use regex_syntax::ParserBuilder;
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::Spanned;

/// A rule, perhaps one that only says how it differs from the one that it extends.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) description: String,
    pub(super) regex: Option<Translated>,
    /// How many groups the pattern has.
    pub(super) groups: u64,
    pub(super) path: Option<Translated>,
    pub(super) group: u64,
    pub(super) entropy: f64,
    pub(super) keywords: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) skip_report: bool,
    pub(super) needs: Vec<Need>,
    pub(super) lists: Vec<Arc<Exception>>,
    /// `file:line`, fit for a terminal.
    pub(super) origin: String,
}

/// All that one file and those that it extends say together.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// By id.
    pub(super) rules: BTreeMap<String, Rule>,
    /// For all rules.
    pub(super) lists: Vec<Arc<Exception>>,
    /// For all rules from gitleaks: what its own default configuration says for all.
    pub(super) lists_of_default: Vec<Arc<Exception>>,
    /// For the rule of this id.
    pub(super) targeted: Vec<(Spanned<String>, Arc<Exception>)>,
    /// The default configuration is extended, and leakgate's own rules stand for it.
    pub(super) stand_in: Option<StandIn>,
}

/// gitleaks' default rules, for which leakgate's own stand.
#[derive(Debug, Default)]
pub(super) struct StandIn {
    /// Those that are not wanted, and the place that says so.
    pub(super) disabled: Vec<(String, String)>,
}

/// Checks what stands in one file.
pub(super) fn check(doc: &Document, raw: &RawConfig) -> Result<Config, PolicyError> {
    let mut config = Config::default();
    for rule in &raw.rules {
        let rule = check_rule(doc, rule)?;
        config.rules.insert(rule.id.clone(), rule);
    }
    for need in raw.rules.iter().flat_map(|rule| &rule.required) {
        let id = need.id.as_ref().map_or("", |id| id.get_ref());
        if !config.rules.contains_key(id) {
            let problem = format!("this file has no rule `{id}`");
            let remedy = "gitleaks refuses it as well: correct the id, or write the rule into this file";
            return Err(doc.fault(need.span.clone(), "rules.required.id", &problem, remedy));
        }
    }
    for raw in &raw.lists {
        let list = exception(doc, raw)?;
        match raw.targets.is_empty() {
            true => config.lists.push(list),
            false => config.targeted.extend(raw.targets.iter().map(|id| (id.clone(), Arc::clone(&list)))),
        }
    }
    Ok(config)
}

impl Config {
    /// Puts this over `base`, but for the rules of it that are `disabled`.
    pub(super) fn over(&mut self, base: Self, disabled: &[Spanned<String>], doc: &Document, notes: &mut Notes) {
        let mut stand_in = base.stand_in;
        for id in disabled.iter().filter(|id| !base.rules.contains_key(id.get_ref())) {
            match &mut stand_in {
                Some(stand_in) => stand_in.disabled.push((id.get_ref().clone(), doc.line_of(&id.span()))),
                None => {
                    let what =
                        format!("`extend.disabledRules` names `{}`, which what it extends has not", id.get_ref());
                    notes.push(Note::at(doc, &id.span(), &what));
                }
            }
        }
        self.stand_in = stand_in;
        for (id, rule) in base.rules {
            if disabled.iter().any(|it| *it.get_ref() == id) {
                continue;
            }
            match self.rules.remove(&id) {
                Some(mine) => {
                    if mine.skip_report || !mine.needs.is_empty() {
                        let what = format!(
                            "`required` and `skipReport` of `{id}` are lost over the extended rule, as in gitleaks"
                        );
                        notes.push(Note { at: mine.origin.clone(), what });
                    }
                    self.rules.insert(id, rule.under(mine));
                }
                None => drop(self.rules.insert(id, rule)),
            }
        }
        self.lists.extend(base.lists);
        self.lists_of_default.extend(base.lists_of_default);
        // gitleaks looks for `targetRules` in the outermost file only.
        for (id, list) in base.targeted {
            let what = format!("gitleaks has no eye for `targetRules` in a file that is extended (`{}`)", id.get_ref());
            notes.push(Note { at: list.spec.origin.clone(), what });
        }
    }
}

impl Rule {
    /// This, changed by what `over` says.
    fn under(mut self, over: Self) -> Self {
        if !over.description.is_empty() {
            self.description = over.description;
        }
        if over.entropy != 0.0 {
            self.entropy = over.entropy;
        }
        if over.group != 0 {
            self.group = over.group;
        }
        if over.regex.is_some() {
            (self.regex, self.groups) = (over.regex, over.groups);
        }
        self.path = over.path.or(self.path);
        self.tags.extend(over.tags);
        self.keywords.extend(over.keywords);
        self.lists.extend(over.lists);
        self.origin = over.origin;
        self
    }
}

fn check_rule(doc: &Document, raw: &RawRule) -> Result<Rule, PolicyError> {
    let at_rule = |key: &str, problem: &str, remedy: &str| doc.fault(raw.span.clone(), key, problem, remedy);
    let id = raw.id.as_ref().map_or("", |id| id.get_ref()).to_owned();
    if id.trim().is_empty() {
        return Err(at_rule("rules.id", "the rule has no id", "gitleaks refuses it as well: give it one"));
    }
    let given = |text: &Option<Spanned<String>>| text.clone().filter(|text| !text.get_ref().is_empty());
    let regex = given(&raw.regex).map(|text| pattern(doc, &text, "rules.regex")).transpose()?;
    let path = given(&raw.path).map(|text| pattern(doc, &text, "rules.path")).transpose()?;
    let mut needs = Vec::new();
    for need in &raw.required {
        let id = need.id.as_ref().map_or("", |id| id.get_ref()).to_owned();
        if id.is_empty() {
            let remedy = "gitleaks refuses it as well: name a rule of this file";
            return Err(doc.fault(need.span.clone(), "rules.required.id", "there is no id", remedy));
        }
        let number = |it: &Option<Spanned<u64>>| it.as_ref().map(|it| *it.get_ref());
        needs.push(Need { id, lines: number(&need.lines), columns: number(&need.columns) });
    }
    let groups = regex.as_ref().map_or(0, |(_, groups)| *groups);
    if let (Some(group), Some(_)) = (&raw.group, &regex)
        && *group.get_ref() > groups
    {
        let problem = format!("the pattern has {groups} groups, not {}", group.get_ref());
        return Err(doc.wrong(group, "rules.secretGroup", &problem, "gitleaks refuses it as well: correct it"));
    }
    Ok(Rule {
        id,
        description: raw.description.as_ref().map_or("", |text| text.get_ref().trim()).to_owned(),
        regex: regex.map(|(regex, _)| regex),
        groups,
        path: path.map(|(path, _)| path),
        group: raw.group.as_ref().map_or(0, |group| *group.get_ref()),
        entropy: raw.entropy.as_ref().map_or(0.0, |bits| *bits.get_ref()),
        keywords: raw.keywords.iter().map(|word| word.get_ref().to_lowercase()).collect(),
        tags: raw.tags.iter().map(|tag| tag.get_ref().clone()).collect(),
        skip_report: raw.skip_report.as_ref().is_some_and(|yes| *yes.get_ref()),
        needs,
        lists: raw.lists.iter().map(|list| exception(doc, list)).collect::<Result<_, _>>()?,
        origin: doc.line_of(&raw.id.as_ref().map_or(raw.span.clone(), Spanned::span)),
    })
}

fn exception(doc: &Document, raw: &RawList) -> Result<Arc<Exception>, PolicyError> {
    let texts = |list: &[Spanned<String>]| list.iter().map(|it| it.get_ref().to_lowercase()).collect::<Vec<_>>();
    if raw.commits.is_empty() && raw.paths.is_empty() && raw.regexes.is_empty() && raw.stopwords.is_empty() {
        let remedy = "gitleaks refuses it as well: give it `commits`, `paths`, `regexes` or `stopwords`, or delete it";
        return Err(doc.fault(raw.span.clone(), "allowlist", "it has no criterion", remedy));
    }
    let holds = match raw.condition.as_ref().map(|word| word.get_ref().to_uppercase()).as_deref() {
        None | Some("" | "OR" | "||") => Holds::Any,
        Some("AND" | "&&") => Holds::All,
        Some(other) => {
            let problem = format!("`{other}` is no condition");
            let span = raw.condition.as_ref().map_or(raw.span.clone(), Spanned::span);
            return Err(doc.fault(span, "allowlist.condition", &problem, "write AND or OR"));
        }
    };
    let target = match raw.target.as_ref().map(|word| word.get_ref().as_str()) {
        None | Some("" | "secret") => Target::Secret,
        Some("match") => Target::Match,
        Some("line") => Target::Line,
        Some(other) => {
            let problem = format!("`{other}` is no target");
            let span = raw.target.as_ref().map_or(raw.span.clone(), Spanned::span);
            return Err(doc.fault(span, "allowlist.regexTarget", &problem, "write secret, match or line"));
        }
    };
    let joined = |list: &[Spanned<String>], key: &str| -> Result<_, PolicyError> {
        let each = list.iter().map(|it| Ok(pattern(doc, it, key)?.0)).collect::<Result<Vec<_>, PolicyError>>()?;
        let joined = (!each.is_empty()).then(|| join(&each));
        Ok(joined.map(|it| (Text::from(it.pattern), it.unicode)))
    };
    let spec = ExceptionSpec {
        holds,
        commits: texts(&raw.commits).iter().map(|id| id.trim().to_owned()).collect(),
        paths: joined(&raw.paths, "allowlist.paths")?,
        regexes: joined(&raw.regexes, "allowlist.regexes")?,
        target,
        stopwords: texts(&raw.stopwords),
        origin: doc.line_of(&raw.span),
    };
    Ok(Arc::new(Exception::new(spec)))
}

/// A pattern translated and parsed, and how many groups it has. It is compiled when something is to be matched: all of
/// gitleaks' own would take 40 ms at each push.
fn pattern(doc: &Document, text: &Spanned<String>, key: &str) -> Result<(Translated, u64), PolicyError> {
    let remedy = "leakgate runs RE2's syntax, as gitleaks does, and refuses a pattern that it cannot: correct it";
    let wrong = |why: &str| doc.wrong(text, key, &format!("the pattern does not compile: {why}"), remedy);
    let translated = translate(text.get_ref()).map_err(|why| wrong(&why))?;
    let unicode = translated.unicode == crate::rule::Unicode::Yes;
    let parsed = ParserBuilder::new().unicode(unicode).utf8(false).build().parse(&translated.pattern);
    let hir = parsed.map_err(|error| {
        let text = error.to_string();
        wrong(text.lines().last().unwrap_or_default().trim_start_matches("error: "))
    })?;
    let groups = hir.properties().explicit_captures_len();
    Ok((translated, u64::try_from(groups).unwrap_or(u64::MAX)))
}
