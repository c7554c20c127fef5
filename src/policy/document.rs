//! A policy file's text, its tables, and the place of anything in it.

use super::error::{Fault, PolicyError, remedy, tame, translated, window};
use super::layer::{self, Guard, LayerFile};
use crate::text::LineIndex;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// One policy file's text under the name that messages use.
#[derive(Debug)]
pub(super) struct Document {
    /// Fit for a terminal.
    pub(super) name: String,
    text: Cow<'static, str>,
    index: OnceCell<LineIndex>,
    /// Where paths in it begin.
    pub(super) folder: PathBuf,
    /// Whether the owners of files that it names are checked.
    pub(super) guard: Guard,
    /// The folder that files which it names must not lie outside of; none: anywhere.
    pub(super) bounds: Option<PathBuf>,
}

impl Document {
    pub(super) fn new(name: String, text: impl Into<Cow<'static, str>>) -> Self {
        let (index, folder) = (OnceCell::new(), PathBuf::new());
        Self { name, text: text.into(), index, folder, guard: Guard::Unchecked, bounds: None }
    }

    /// The document at `path`, which is trusted as `guard` says.
    pub(super) fn at(path: &Path, guard: Guard, text: String) -> Self {
        let folder = path.parent().map_or_else(PathBuf::new, Path::to_path_buf);
        Self { folder, guard, ..Self::new(layer::shown(path), text) }
    }

    /// The document of a layer.
    pub(super) fn of(layer: &LayerFile, text: String) -> Self {
        Self { bounds: layer.bounds().map(Path::to_path_buf), ..Self::at(&layer.path, layer.guard, text) }
    }

    pub(super) fn text(&self) -> &str {
        // A byte order mark is no part of the first key.
        self.text.strip_prefix('\u{feff}').unwrap_or(&self.text)
    }

    /// Reads the text as `T`'s tables.
    pub(super) fn parse<T: DeserializeOwned>(&self) -> Result<T, PolicyError> {
        toml::from_str(&self.text).map_err(|error| self.toml_fault(error))
    }

    /// The error for text that is no TOML.
    pub(super) fn toml_fault(&self, mut error: toml::de::Error) -> PolicyError {
        let span = error.span().unwrap_or(0..0);
        let message = error.message().to_owned();
        // Without its input the error prints the key's path alone: there is no other way to ask for it.
        error.set_input(None);
        let shown = error.to_string();
        let table = shown.lines().last().and_then(|l| l.strip_prefix("in `")?.strip_suffix('`')).unwrap_or_default();
        let unknown = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
        let key = match (table, unknown) {
            (table, None) => table.to_owned(),
            ("", Some(key)) => key.to_owned(),
            (table, Some(key)) => format!("{table}.{key}"),
        };
        self.fault(span, &key, &translated(&message), &remedy(&message))
    }

    /// The error for the bytes at `span`, which belong to `key`.
    pub(super) fn fault(&self, span: Range<usize>, key: &str, problem: &str, remedy: &str) -> PolicyError {
        let text = self.text.as_bytes();
        let index = LineIndex::new(text);
        let place = index.place(span.start);
        let number = index.lines_of(&(span.start..span.start)).start;
        let column = usize::try_from(place.column).unwrap_or(usize::MAX).saturating_sub(1);
        let (before, after) = index.line(text, number).split_at_checked(column).unwrap_or_default();
        let (line, before) = window(before, after.trim_ascii_end());
        PolicyError::Fault(Box::new(Fault {
            file: self.name.clone(),
            place,
            key: tame(key),
            problem: tame(problem),
            remedy: tame(remedy),
            line,
            before,
        }))
    }

    /// The error for a value that has a place of its own.
    pub(super) fn wrong<T>(&self, value: &Spanned<T>, key: &str, problem: &str, remedy: &str) -> PolicyError {
        self.fault(value.span(), key, problem, remedy)
    }

    /// `file:line` of `span`, to name an entry by.
    pub(super) fn line_of(&self, span: &Range<usize>) -> String {
        // Once for all entries of a file: there may be thousands.
        let line = self.index.get_or_init(|| LineIndex::new(self.text.as_bytes())).place(span.start).line;
        format!("{}:{line}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, with};

    #[test]
    fn an_unknown_key_is_named_with_its_place_and_the_key_that_was_meant() {
        let message = error("# head\n[limits]\nobject_byte = 3\n");
        assert!(message.starts_with("p0.toml:3:1: limits.object_byte: unknown key `object_byte`"), "{message}");
        assert!(message.ends_with("\n    object_byte = 3\n    ^\n  did you mean `object_bytes`?"), "{message}");
        assert!(error("contakt = 'x'").starts_with("p0.toml:1:1: contakt: unknown key"));
        assert!(error("[[rules]]\nid = 'a'\nregexp = 'x'").starts_with("p0.toml:3:1: rules.regexp: unknown key"));
        assert!(error("[[allow]]\nreasons = 'a'").starts_with("p0.toml:2:1: allow.reasons: unknown key"));
        assert!(error("[unreadable]\nbrokn = 'block'").starts_with("p0.toml:2:1: unreadable.brokn: unknown key"));
        assert!(error("[customer]\nemails = 3").starts_with("p0.toml:2:1: customer.emails: unknown key"));
    }

    #[test]
    fn a_value_of_the_wrong_type_is_named_in_the_words_of_toml() {
        for (text, start) in [
            (
                "[limits]\ntag_depth = 'a'",
                "p0.toml:2:13: limits.tag_depth: it is the string \"a\", expected a whole number",
            ),
            ("[[allow]]\nreason = 3", "p0.toml:2:10: allow.reason: it is the integer `3`, expected a string"),
            ("disable = 'a'", "p0.toml:1:11: disable: it is the string \"a\", expected a list in [ ]"),
            ("[unreadable]\nbroken = 'alow'", "p0.toml:2:10: unreadable.broken: unknown variant `alow`"),
            ("[[rules]]\nid = 'a'", "p0.toml:1:1: rules: there is no `description`"),
        ] {
            assert!(error(text).starts_with(start), "{}", error(text));
        }
        assert!(error("[rules]\nid = 'x'").contains("double brackets"));
    }

    #[test]
    fn broken_toml_shows_the_line_and_the_column() {
        assert_eq!(
            error("contact = 'x'\ndisable = [\n"),
            "p0.toml:2:12: unclosed array, expected `]`\n    disable = [\n               ^\n  \
             correct the TOML here; config/leakgate.toml shows the form of every key"
        );
        assert!(error("contact = 'a'\ncontact = 'b'").starts_with("p0.toml:2:1: "));
        assert!(error("contact = 'a").starts_with("p0.toml:1:"));
    }

    #[test]
    fn no_escape_sequence_of_a_file_reaches_the_terminal() {
        let message = error("contact = '\u{202e}x'\n# \u{1b}[2J\ny = 1");
        assert!(!message.contains('\u{1b}') && !message.contains('\u{202e}'), "{message}");
        let message = error("'\u{202e}y' = 1");
        assert!(!message.contains('\u{202e}') && message.contains("\\u{202e}"), "{message}");
    }

    #[test]
    fn every_message_fits_on_a_screen() {
        let long = "x".repeat(5_000);
        for text in
            [format!("{long} = 1"), format!("contact = '{long}'"), format!("disable = ['{long}']"), "[rules]".into()]
        {
            let message = error(&text);
            assert!(message.lines().count() <= 6 && message.len() < 1_500, "{message}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_error() {
        assert!(with("\u{feff}contact = 'x'").is_ok());
    }

    #[test]
    fn a_file_that_ends_anywhere_loads_or_says_where_it_broke() {
        let text = include_str!("../../config/leakgate.toml").replace("#: ", "");
        for end in (0..text.len()).step_by(61).filter(|end| text.is_char_boundary(*end)) {
            if with(&text[..end]).is_err() {
                let message = error(&text[..end]);
                let line = message.strip_prefix("p0.toml:").unwrap().split(':').next().unwrap().parse::<usize>();
                assert!(line.unwrap() <= text[..end].lines().count() + 1, "{message}");
            }
        }
    }
}
