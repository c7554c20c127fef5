//! The automata that read words of names in one pass: all of them in a name or a line, those of few identifiers in a text.
//!
//! Apart from `field`, which says what a name means: this says how a word must stand to be one.
//!
//! *Invariant:* works on raw bytes; case folding and the dropping of separators act byte by byte on words and names
//! alike, so a CP932 trail byte in the ASCII range changes the same way on both sides.

use super::field::{Field, Fields};
use super::id::{Id, Ids};
use super::words::{CONTAINED, ENCODED, TOKENS};
use aho_corasick::automaton::Automaton;
use aho_corasick::dfa::DFA;
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Anchored, MatchKind, StartKind};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// Whether a short word must be written in capitals.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Capitals {
    /// It must.
    Needed,
    /// Or be the whole name.
    Named,
    /// It need not.
    Any,
}

/// What the words in `bytes` announce.
pub(super) fn mentioned(bytes: &[u8], capitals: Capitals) -> Fields {
    let mut found = Fields::default();
    read(bytes, capitals, &mut |field| {
        found.insert(field);
        false
    });
    // An address of a machine is none of a person.
    if found.contains(Field::Address) {
        let flat: Vec<u8> = bytes.iter().filter_map(|b| flatten(*b)).collect();
        if flat.windows(6).any(|w| w == b"ipaddr") || flat.windows(7).any(|w| w == b"macaddr") {
            found.remove(Field::Address);
        }
    }
    found
}

/// Lower case, without the separators that differ between spellings of one name; `None` drops the byte.
pub(super) fn flatten(b: u8) -> Option<u8> {
    match b {
        b' ' | b'_' | b'-' | b'.' | b'"' | b'\'' | b'[' | b']' | b'`' | b'/' | b'\\' | b'*' => None,
        b => Some(b.to_ascii_lowercase()),
    }
}

/// [`flatten`] of every byte: it is asked at every byte of whole texts.
static FLAT: LazyLock<[Option<u8>; 256]> = LazyLock::new(|| std::array::from_fn(|b| flatten(b as u8)));

/// Hands the field of each word in `bytes` to `take` until it says enough. One pass, nothing is copied: the bytes that
/// [`flatten`] drops are skipped by the automaton.
fn read(bytes: &[u8], capitals: Capitals, take: &mut dyn FnMut(Field) -> bool) {
    if let Some(words) = WORDS.as_ref() {
        follow(words, bytes, capitals, take);
    }
}

/// Whether the text has a word that names one of `wanted`, anywhere. May say yes for nothing.
pub(super) fn names_ids(text: &[u8], wanted: Ids) -> bool {
    let mut named = false;
    let mut take = |field: Field| {
        named = field.ids().meets(wanted);
        named
    };
    match few(wanted) {
        Some(few) => follow(&few.words, text, Capitals::Any, &mut take),
        None => read(text, Capitals::Any, &mut take),
    }
    named
}

fn follow(words: &Words<impl Automaton>, bytes: &[u8], capitals: Capitals, take: &mut dyn FnMut(Field) -> bool) {
    let automaton = &words.automaton;
    let Ok(start) = automaton.start_state(Anchored::No) else { return };
    let flat = &*FLAT;
    let mut state = start;
    for (at, b) in bytes.iter().enumerate() {
        let Some(b) = flat.get(usize::from(*b)).copied().flatten() else { continue };
        state = automaton.next_state(Anchored::No, state, b);
        if !automaton.is_special(state) || !automaton.is_match(state) {
            continue;
        }
        for index in 0..automaton.match_len(state) {
            let pattern = automaton.match_pattern(state, index);
            let len = automaton.pattern_len(pattern);
            let Some((field, kind)) = words.meanings.get(pattern.as_usize()) else { continue };
            let stands = match kind {
                Word::Contained => true,
                Word::Token => is_token(bytes, at + 1, len),
                Word::Capital => {
                    let written = (at + 1).checked_sub(len).and_then(|from| bytes.get(from..=at)).unwrap_or_default();
                    let fits = match capitals {
                        Capitals::Any => true,
                        Capitals::Named => bytes.len() == len || written.iter().all(u8::is_ascii_uppercase),
                        Capitals::Needed => written.iter().all(u8::is_ascii_uppercase),
                    };
                    fits && is_token(bytes, at + 1, len)
                }
            };
            if stands && take(*field) {
                return;
            }
        }
    }
}

/// Whether the `len` bytes before `end` are a whole word: nothing was dropped between them, no letter goes on before or
/// after; a capital begins a new word.
fn is_token(bytes: &[u8], end: usize, len: usize) -> bool {
    let Some(start) = end.checked_sub(len) else { return false };
    let written = bytes.get(start..end).unwrap_or_default();
    let whole = written.iter().all(|b| flatten(*b).is_some());
    let at = |at: Option<usize>| at.and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    let (before, after) = (at(start.checked_sub(1)), at(Some(end)));
    let (first, last) = (at(Some(start)), at(end.checked_sub(1)));
    // Capitals stand alone among the letters of other scripts, which have no blanks.
    let capitals = first.is_ascii_uppercase() && last.is_ascii_uppercase();
    let letter = |b: u8| b.is_ascii_alphabetic() || (b >= 0x80 && !capitals);
    let begins = !letter(before) || (before.is_ascii_lowercase() && first.is_ascii_uppercase());
    let ends = !letter(after) || (last.is_ascii_lowercase() && after.is_ascii_uppercase());
    whole && begins && ends
}

/// How a word must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// Anywhere in a name.
    Contained,
    /// Alone.
    Token,
    /// Alone, and in capitals.
    Capital,
}

struct Words<A> {
    automaton: A,
    meanings: Vec<(Field, Word)>,
}

/// The words of some identifiers.
struct Few {
    ids: Ids,
    words: Words<DFA>,
}

/// The identifiers that texts were read for so far: a push asks for few, and the same again. Their words make an automaton
/// with a row for each state in about a millisecond; it reads a text ten times as fast as that of all words, for which such
/// a one would take 20 ms and MB.
static FEW: RwLock<Option<Arc<Few>>> = RwLock::new(None);

/// The words of `wanted`, perhaps among others.
fn few(wanted: Ids) -> Option<Arc<Few>> {
    let known = FEW.read().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(few) = known.as_ref().filter(|few| wanted.without(few.ids).is_empty()) {
        return Some(Arc::clone(few));
    }
    let ids = known.map_or(wanted, |few| few.ids.with(wanted));
    let few = Arc::new(Few { ids, words: words_of(ids)? });
    *FEW.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&few));
    Some(few)
}

fn words_of(ids: Ids) -> Option<Words<DFA>> {
    let (patterns, meanings): (Vec<_>, Vec<_>) = patterns().filter(|(_, (field, _))| field.ids().meets(ids)).unzip();
    let mut builder = DFA::builder();
    match builder.match_kind(MatchKind::Standard).start_kind(StartKind::Unanchored).build(&patterns) {
        Ok(automaton) => Some(Words { automaton, meanings }),
        // Too many words for it: then all are read by the other one.
        Err(_too_large) => None,
    }
}

/// Built once a process, when the first value asks for words (a few milliseconds). A failure to build is a defect that
/// the tests would show; no name is known then.
static WORDS: LazyLock<Option<Words<NFA>>> = LazyLock::new(|| {
    let (patterns, meanings): (Vec<_>, Vec<_>) = patterns().unzip();
    let built = NFA::builder().match_kind(MatchKind::Standard).build(&patterns);
    let Ok(automaton) = built else { return None };
    Some(Words { automaton, meanings })
});

/// All words as they are looked for, and what each means.
fn patterns() -> impl Iterator<Item = (Vec<u8>, (Field, Word))> {
    let contained = all_words().map(|(field, word)| (field, word.to_vec(), Word::Contained));
    let tokens = TOKENS.iter().flat_map(|(field, tokens)| tokens.iter().map(|token| (*field, *token)));
    let tokens = tokens.map(|(field, token)| (field, token.as_bytes().to_vec(), Word::Token));
    let ids = Id::all().flat_map(|id| {
        let (row, field) = (id.row(), Field::Ids(Ids::of(id)));
        let spelled = row.words.iter().flat_map(|word| spellings(word));
        let contained = spelled.chain(row.encoded.iter().map(|word| word.to_vec()));
        let contained = contained.map(move |word| (field, word, Word::Contained));
        let tokens = row.tokens.iter().map(move |token| (field, token.as_bytes().to_vec(), Word::Token));
        let capitals = row.capitals.iter().map(move |token| (field, token.as_bytes().to_vec(), Word::Capital));
        contained.chain(tokens).chain(capitals)
    });
    let all = contained.chain(tokens).chain(ids);
    all.map(|(field, word, kind)| (word.iter().filter_map(|b| flatten(*b)).collect(), (field, kind)))
}

/// A word as files have it: in UTF-8, with its accents in capitals, and in Latin-1 if that has its letters.
fn spellings(word: &str) -> Vec<Vec<u8>> {
    if word.is_ascii() {
        return vec![word.as_bytes().to_vec()];
    }
    let capitals = word.to_uppercase();
    let latin = |word: &str| word.chars().map(|c| u8::try_from(u32::from(c))).collect::<Result<Vec<u8>, _>>();
    let mut all = vec![word.as_bytes().to_vec(), capitals.as_bytes().to_vec()];
    all.extend([latin(word), latin(&capitals)].into_iter().flatten());
    all.dedup();
    all
}

/// The words built in that count anywhere in a name.
pub(super) fn all_words() -> impl Iterator<Item = (Field, &'static [u8])> {
    let plain = CONTAINED.iter().flat_map(|(field, words)| words.iter().map(|word| (*field, word.as_bytes())));
    plain.chain(ENCODED.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_automaton_is_built_and_no_word_is_empty() {
        let words = WORDS.as_ref().unwrap();
        assert!((0..words.meanings.len()).all(|n| words.automaton.pattern_len(aho_corasick::PatternID::must(n)) >= 2));
    }

    #[test]
    fn the_automaton_of_few_words_reads_them_as_that_of_all_does() {
        let text = patterns().map(|(word, _)| word).collect::<Vec<_>>().join(&b" x_"[..]);
        for some in [2, 7, 1000] {
            let ids: Ids = Id::all().step_by(some).collect();
            let (mut fast, mut slow) = (Vec::new(), Vec::new());
            let keep = |into: &mut Vec<String>, field: Field| {
                into.extend(field.ids().meets(ids).then(|| format!("{field:?}")));
                false
            };
            follow(&words_of(ids).unwrap(), &text, Capitals::Any, &mut |field| keep(&mut fast, field));
            follow(WORDS.as_ref().unwrap(), &text, Capitals::Any, &mut |field| keep(&mut slow, field));
            assert!(!fast.is_empty());
            assert_eq!(fast, slow);
        }
    }

    #[test]
    fn whole_texts_are_read_for_what_is_asked_and_no_more() {
        let all: Vec<Id> = Id::all().collect();
        let (_, card) = all_words().find(|(field, _)| *field == Field::Card).unwrap();
        assert!(names_ids(card, Ids::CARD) && !names_ids(b"nothing", Ids::CARD));
        for pair in all.windows(2) {
            let word = pair[0].row().words.first().map(|word| word.as_bytes().to_vec());
            let Some(word) = word else { continue };
            assert!(names_ids(&word, Ids::of(pair[0])));
            assert!(names_ids(&word, Ids::of(pair[0]).with(Ids::of(pair[1]))));
        }
        assert!(!names_ids(b"nothing of that", all.into_iter().collect()));
    }

    #[test]
    fn short_words_stand_alone_and_some_in_capitals() {
        let ids = |text: &str| !mentioned(text.as_bytes(), Capitals::Needed).ids().is_empty();
        assert!(ids("SIN: 1") && !ids("sin(x)") && !ids("using") && !ids("SINUS"));
        assert!(ids("cpf = 1") && ids("customerCpf") && ids("CPF_1") && !ids("scpfx"));
        assert!(
            !mentioned(b"sin", Capitals::Named).ids().is_empty()
                && mentioned(b"sinus", Capitals::Named).ids().is_empty()
        );
        assert!(ids("SÉCURITÉ SOCIALE") && !mentioned(b"s\xe9curit\xe9 sociale", Capitals::Needed).ids().is_empty());
    }
}
