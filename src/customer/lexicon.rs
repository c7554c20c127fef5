//! The automaton that reads all words of all names in one pass.
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
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

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
pub(super) const fn flatten(b: u8) -> Option<u8> {
    match b {
        b' ' | b'_' | b'-' | b'.' | b'"' | b'\'' | b'[' | b']' | b'`' | b'/' | b'\\' | b'*' => None,
        b => Some(b.to_ascii_lowercase()),
    }
}

/// [`flatten`] of every byte: it is asked at every byte of whole texts.
static FLAT: [Option<u8>; 256] = {
    let mut flat = [None; 256];
    let mut b = 0;
    while b < 256 {
        flat[b] = flatten(b as u8);
        b += 1;
    }
    flat
};

/// A text of this many bytes or more is read as a whole, and counted; shorter ones are names and lines.
const WHOLE: usize = 1 << 10;
/// After so many bytes of whole texts, the automaton with a row for each state pays: it is read three times as fast, and
/// takes some 20 ms and MB that a small push does not have to spare.
const MANY: usize = 8 << 20;
static SEEN: AtomicUsize = AtomicUsize::new(0);

/// Hands the field of each word in `bytes` to `take` until it says enough. One pass, nothing is copied: the bytes that
/// [`flatten`] drops are skipped by the automaton.
pub(super) fn read(bytes: &[u8], capitals: Capitals, take: &mut dyn FnMut(Field) -> bool) {
    let Some(words) = WORDS.as_ref() else { return };
    let is_whole = bytes.len() >= WHOLE;
    if is_whole
        && SEEN.fetch_add(bytes.len(), Ordering::Relaxed) > MANY
        && let Some(fast) = FAST.as_ref()
    {
        return follow(fast, words, bytes, capitals, take);
    }
    follow(&words.automaton, words, bytes, capitals, take);
}

fn follow(
    automaton: &impl Automaton,
    words: &Words,
    bytes: &[u8],
    capitals: Capitals,
    take: &mut dyn FnMut(Field) -> bool,
) {
    let Ok(start) = automaton.start_state(Anchored::No) else { return };
    let mut state = start;
    for (at, b) in bytes.iter().enumerate() {
        let Some(b) = FLAT.get(usize::from(*b)).copied().flatten() else { continue };
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

struct Words {
    automaton: NFA,
    meanings: Vec<(Field, Word)>,
}

/// The same words, for much text.
static FAST: LazyLock<Option<DFA>> = LazyLock::new(|| {
    let (patterns, _) = patterns();
    DFA::builder().match_kind(MatchKind::Standard).start_kind(StartKind::Unanchored).build(&patterns).map_or(None, Some)
});

/// Built once a process, when the first value asks for words (a few milliseconds). A failure to build is a defect that
/// the tests would show; no name is known then.
static WORDS: LazyLock<Option<Words>> = LazyLock::new(|| {
    let (patterns, meanings) = patterns();
    let built = NFA::builder().match_kind(MatchKind::Standard).build(&patterns);
    let Ok(automaton) = built else { return None };
    Some(Words { automaton, meanings })
});

/// All words as they are looked for, and what each means.
fn patterns() -> (Vec<Vec<u8>>, Vec<(Field, Word)>) {
    let mut meanings = Vec::new();
    let mut patterns: Vec<Vec<u8>> = Vec::new();
    let mut add = |field: Field, word: &[u8], kind: Word| {
        meanings.push((field, kind));
        patterns.push(word.iter().filter_map(|b| flatten(*b)).collect());
    };
    all_words().for_each(|(field, word)| add(field, word, Word::Contained));
    for (field, tokens) in TOKENS {
        tokens.iter().for_each(|token| add(*field, token.as_bytes(), Word::Token));
    }
    for id in Id::all() {
        let (row, field) = (id.row(), Field::Ids(Ids::of(id)));
        for word in row.words {
            spellings(word).iter().for_each(|word| add(field, word, Word::Contained));
        }
        row.encoded.iter().for_each(|word| add(field, word, Word::Contained));
        row.tokens.iter().for_each(|token| add(field, token.as_bytes(), Word::Token));
        row.capitals.iter().for_each(|token| add(field, token.as_bytes(), Word::Capital));
    }
    (patterns, meanings)
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
    fn both_automata_read_the_same() {
        let words = WORDS.as_ref().unwrap();
        let all: Vec<Vec<u8>> = patterns().0;
        let text = all.join(&b" x_"[..]);
        let read_by = |automaton: &dyn Fn(&mut dyn FnMut(Field) -> bool)| {
            let mut fields = Vec::new();
            automaton(&mut |field| {
                fields.push(format!("{field:?}"));
                false
            });
            fields
        };
        let fast = read_by(&|take| follow(FAST.as_ref().unwrap(), words, &text, Capitals::Any, take));
        let slow = read_by(&|take| follow(&words.automaton, words, &text, Capitals::Any, take));
        assert!(fast.len() >= all.len() / 2, "{} of {}", fast.len(), all.len());
        assert_eq!(fast, slow);
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
