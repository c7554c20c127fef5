//! How far a pattern's match can stretch. Apart from the pattern because the build script asks it of the embedded rules.

use crate::rule::Unicode;
use regex_syntax::hir::{Hir, Look};

/// The longest match of `pattern` in bytes; none when there is no bound, or when the pattern asks for the text's very
/// start or end (a part of the text would then answer differently from the whole).
#[must_use]
pub fn reach(pattern: &str, unicode: Unicode) -> Option<usize> {
    // A pattern that does not parse has no reach; compiling it names the error.
    parse(pattern, unicode).map_or(None, |hir| reach_of(&hir))
}

/// The same of a pattern that was taken apart.
pub(super) fn reach_of(hir: &Hir) -> Option<usize> {
    let looks = hir.properties().look_set();
    match looks.contains(Look::Start) || looks.contains(Look::End) {
        true => None,
        false => hir.properties().maximum_len(),
    }
}

/// What `pattern` is made of.
///
/// # Errors
/// When it does not parse.
pub(super) fn parse(pattern: &str, unicode: Unicode) -> Result<Hir, Box<regex_syntax::Error>> {
    let mut builder = regex_syntax::ParserBuilder::new();
    builder.unicode(unicode == Unicode::Yes).utf8(false).build().parse(pattern).map_err(Box::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_reaches_as_far_as_its_longest_match() {
        assert_eq!(reach("a{2,7}b?", Unicode::No), Some(8));
        assert_eq!(reach(r"\ba(?:bc|d)$?\b", Unicode::No), None);
        assert_eq!(reach(r"(?m)^abc\b", Unicode::No), Some(3));
        assert_eq!(reach(".", Unicode::Yes), Some(4));
    }

    #[test]
    fn what_has_no_bound_or_is_no_pattern_has_no_reach() {
        for pattern in ["a+", "a(", "^a", "a$", r"\Aa", r"a\z"] {
            assert_eq!(reach(pattern, Unicode::No), None, "{pattern}");
        }
    }
}
