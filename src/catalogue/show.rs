//! Everything that a rule says, in words.

use super::coded::{self, Coded};
use super::{Unknown, WIDTH};
use crate::customer::{Identifier, Limit, Mode};
use crate::policy::{Known, Listed, State, Switch};
use crate::report::{columns, fold, wrap};
use crate::rule::{AskSpec, Look, NamedSpec, RuleSpec, Scope, TELLING, Text, Unicode, expand};
use crate::text::{Kind, printable};

/// Where a field's text begins.
const FIELD: usize = 17;
/// The most lines that one example takes: some are whole private keys.
const EXAMPLE: usize = 6;

/// The page on the rule `id`.
///
/// # Errors
/// When there is none.
pub fn show(known: &Known, id: &str) -> Result<String, Unknown> {
    if let Some(listed) = known.rules.iter().find(|listed| listed.spec.id == id) {
        return Ok(page(listed));
    }
    match coded::all().find(|it| it.id == id) {
        Some(it) => Ok(code_page(it, known.customer)),
        None => Err(Unknown::id(id, known)),
    }
}

fn page(listed: &Listed) -> String {
    let spec = &listed.spec;
    let mut page = Page::titled(&spec.id, &spec.description);
    page.words("opens", spec.opens.as_deref().unwrap_or("(the rule does not say)"));
    page.whole("how to revoke", spec.revoke.as_deref().unwrap_or("(the rule does not say)"));
    page.whole("format", spec.source.as_deref().unwrap_or("(the rule does not say)"));
    page.words("severity", spec.severity.as_str());
    page.words("kind", if spec.kind == Kind::Secret { "secret" } else { "customer data" });
    page.words("group", &listed.group);
    page.list("tags", &spec.tags);
    page.whole("defined in", &listed.origin);
    match &listed.state {
        State::On => page.words("state", "on"),
        State::Off { by } => page.whole("state", &format!("off, by {by}")),
    }
    page.heading("How it is found");
    matching(&mut page, spec);
    page.heading("Examples, with made-up values");
    spec.examples.iter().for_each(|template| page.example(template));
    page.heading("What it does not take");
    spec.counter_examples.iter().for_each(|template| page.example(template));
    page.finished()
}

fn matching(page: &mut Page, spec: &RuleSpec) {
    match &spec.named {
        Some(named) => beside(page, named),
        None => pattern(page, spec),
    }
    if let Some(bits) = spec.entropy {
        page.words("entropy", &format!("at least {bits} bits a byte"));
    }
    page.words("check", &spec.check.as_deref().map_or("none: the form alone".to_owned(), check));
    if !spec.stopwords.is_empty() {
        page.list("not with", &spec.stopwords);
    }
    spec.allow.iter().for_each(|pattern| page.whole("not like", pattern));
    spec.paths.iter().for_each(|glob| page.whole("only in", glob));
    spec.exclude_paths.iter().for_each(|glob| page.whole("not in", glob));
    let scope = match spec.scope {
        Scope::Everywhere => "text as it stands, decoded and unpacked",
        Scope::Plain => "text as it stands, also in archives; not in what is decoded",
    };
    page.words("looked for in", scope);
    if spec.unicode == Unicode::Yes {
        page.words("letters", "classes and case by Unicode");
    }
}

fn pattern(page: &mut Page, spec: &RuleSpec) {
    page.list("keywords", &spec.keywords);
    page.whole("pattern", &spec.regex);
    let value = match spec.secret_group {
        None => "the pattern's first group, or all that it matches if it has none".to_owned(),
        Some(0) => "all that the pattern matches".to_owned(),
        Some(group) => format!("the pattern's group {group}"),
    };
    page.words("value", &value);
}

/// A rule that knows its value by the name beside it.
fn beside(page: &mut Page, named: &NamedSpec) {
    page.list("names", &named.names);
    let usual = || TELLING.iter().map(|word| Text::from(*word)).collect();
    match &named.ask {
        AskSpec::Form(form) => {
            page.list("with one of", &named.words.clone().unwrap_or_else(usual));
            page.whole("value", form);
        }
        AskSpec::Look(Look::Password) => page.words("value", "what looks like a password"),
        AskSpec::Look(Look::Token) => page.words("value", "what looks like a key or token"),
    }
}

fn check(name: &str) -> String {
    match name {
        "luhn" => "luhn: the check digit of ISO/IEC 7812-1 must be right".to_owned(),
        name => format!("{name}: computed offline; a value that fails it is no finding"),
    }
}

fn code_page(it: Coded, customer: Switch) -> String {
    let mut page = Page::titled(it.id, it.description());
    page.words("opens", "nothing: it is somebody's personal data, and cannot be revoked");
    page.words("severity", it.severity());
    page.words("kind", "customer data");
    page.words("group", coded::GROUP);
    page.words("defined in", "code (built in)");
    page.words("state", if customer == Switch::On { "on" } else { "off, by `customer.enabled`" });
    page.heading("How it is found");
    page.words("counted", "distinct values in one file; [customer] in the policy says from how many on");
    page.words("check", it.check().unwrap_or("none: the form and what stands beside it"));
    if let Some(row) = it.row() {
        identifier(&mut page, row);
    }
    page.finished()
}

/// What a row of the table of identifiers says.
fn identifier(page: &mut Page, row: &Identifier) {
    let countries = row.countries.join(", ");
    page.words("pack", &format!("{} {countries}", row.pack.as_str()));
    page.words(
        "looked for",
        match row.usual {
            Mode::Off => "where its pack is on",
            Mode::Words => "beside a word for it or in a column that is named so; where its pack is on, alone, too",
            Mode::Full => "beside a word for it or in a column that is named so, and alone",
        },
    );
    page.words("words", &row.hot_words().join(", "));
    let enough = |limit: Option<Limit>, never: &str| {
        limit.map_or(never.to_owned(), |limit| format!("{} in one file, {} in one push", limit.file, limit.push))
    };
    page.words("beside a word", &enough(row.named, "never alone: one more class in a dump"));
    page.words("by itself", &enough(row.bare, "never"));
    page.words("as a column", if row.column { "ten values, of which eight pass the check" } else { "never" });
}

/// Lines of at most 80 columns.
struct Page {
    lines: Vec<String>,
}

impl Page {
    fn titled(id: &str, description: &str) -> Self {
        let title = printable(format!("{id}: {description}").as_bytes());
        let mut lines = wrap(&title, WIDTH);
        lines.push(String::new());
        Self { lines }
    }

    fn heading(&mut self, text: &str) {
        self.lines.push(String::new());
        self.lines.push(text.to_owned());
    }

    /// A field that breaks at spaces.
    fn words(&mut self, label: &str, text: &str) {
        self.field(label, wrap(&printable(text.as_bytes()), WIDTH - FIELD));
    }

    /// A field that breaks anywhere: a pattern, an address, a path.
    fn whole(&mut self, label: &str, text: &str) {
        self.field(label, fold(&printable(text.as_bytes()), WIDTH - FIELD));
    }

    fn list(&mut self, label: &str, all: &[Text]) {
        let all = if all.is_empty() { "none".to_owned() } else { all.join(", ") };
        self.words(label, &all);
    }

    fn field(&mut self, label: &str, lines: Vec<String>) {
        let room = FIELD - 2;
        for (n, line) in lines.into_iter().enumerate() {
            let label = if n == 0 { label } else { "" };
            self.lines.push(format!("  {label:<room$}{line}").trim_end().to_owned());
        }
    }

    fn example(&mut self, template: &str) {
        // A template that does not expand is shown as it stands; `rules test` says what is wrong with it.
        let text = expand(template, 1).unwrap_or_else(|_| template.to_owned());
        let shown = text.lines().map(|line| printable(line.as_bytes()));
        let mut lines: Vec<String> = shown.flat_map(|line| fold(&line, WIDTH - 4)).collect();
        if lines.len() > EXAMPLE {
            lines.truncate(EXAMPLE - 1);
            lines.push("...".to_owned());
        }
        for (n, line) in lines.iter().enumerate() {
            let mark = if n == 0 { "- " } else { "  " };
            self.lines.push(format!("  {mark}{line}").trim_end().to_owned());
        }
    }

    fn finished(self) -> String {
        debug_assert!(self.lines.iter().all(|line| columns(line) <= WIDTH));
        self.lines.join("\n") + "\n"
    }
}
