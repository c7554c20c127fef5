//! The part of a keyword by which it is looked for.
//!
//! The rarer the part, the fewer places of a text are looked at twice: `_key` stands in fewer of them than `the_`.

/// The shortest keyword in bytes.
pub const SHORTEST: usize = 3;

/// The rarest four bytes of a keyword, and eight bytes around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rarest {
    /// The four bytes, folded; of a keyword of three bytes, these and a zero.
    pub four: u32,
    /// How many bytes of the keyword come before them.
    pub before: usize,
    /// Up to eight bytes of the keyword that hold the four, folded.
    pub window: u64,
    /// Which bits of `window` count.
    pub mask: u64,
    /// How many bytes of `window` come before the four.
    pub back: usize,
}

impl Rarest {
    /// None when `word` is too short to be looked for.
    #[must_use]
    pub fn of(word: &[u8]) -> Option<Self> {
        if word.len() < SHORTEST {
            return None;
        }
        Self::at(word, place(word))
    }

    /// The part of `word` that begins `before` bytes behind its start; none when there is none so far behind.
    #[must_use]
    pub fn at(word: &[u8], before: usize) -> Option<Self> {
        if before >= word.len() {
            return None;
        }
        let from = before.min(word.len().saturating_sub(8));
        let folded = |bytes: &[u8]| bytes.iter().rev().fold(0, |sum, b| sum << 8 | u64::from(b | 0x20));
        let window = word.get(from..)?;
        let window = window.get(..8).unwrap_or(window);
        let part = word.get(before..)?;
        Some(Self {
            four: folded(part.get(..4).unwrap_or(part)) as u32,
            before,
            window: folded(window),
            mask: u64::MAX >> (64 - 8 * window.len()),
            back: before - from,
        })
    }
}

/// Where the rarest four bytes begin: the sum over their three pairs says how rare they are. 0 in a shorter word.
fn place(word: &[u8]) -> usize {
    let (mut best, mut before) = (0, 0);
    // The two pairs before this one, and the class of its first byte.
    let (mut first, mut second, mut class) = (0, 0, 0);
    for (at, byte) in word.iter().enumerate() {
        let row = PAIRS.get(class);
        class = CLASSES.get(usize::from(*byte)).copied().map_or(0, usize::from);
        let third = row.and_then(|row| row.get(class)).map_or(0, |rarity| u32::from(*rarity));
        if at >= 3 && first + second + third > best {
            (best, before) = (first + second + third, at - 3);
        }
        (first, second) = (second, third);
    }
    before
}

/// The class of each byte: `a` to `z` in any case, digits, everything else.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const CLASSES: [u8; 256] = {
    let mut classes = [27; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 | 0x20 {
            letter @ b'a'..=b'z' => letter - b'a',
            b'0'..=b'9' => 26,
            _ => 27,
        };
        byte += 1;
    }
    classes
};

/// How rarely one class follows another in source text: `a` often, `z` hardly ever, each letter about two thirds of a
/// bit. Counted in the files of twenty popular projects.
static PAIRS: [[u8; 28]; 28] = [
    *b"kihholiqiqmfgfqirggejkmljopl",
    *b"gglmemojgiofmogoojjlfpnphomj",
    *b"gojofoqfjqhhoqdnqhkfiqqplpol",
    *b"gklidmnognpklmhlpjimiooolqoh",
    *b"ilhhljlomrqijfnkkefgmkkilqqh",
    *b"gnnmiinpekpjllfopgkjgpoqjqmi",
    *b"immndjjigopjljinpghjhnopmoph",
    *b"fnnndpppfpolmofmmjlgipppopoj",
    *b"jkghiiisqqohhefjpjgfpjsmsktm",
    *b"fllkelllklkljlfjjlglhllmlmil",
    *b"illldmkmgnmllkhkolglhmlomnnh",
    *b"fmlielnpfrofnngmrohiglpsjrrj",
    *b"ekmmdooofppkhkfgnojljopolppj",
    *b"gohggjgoiqllmjhmpogejlpqmqsi",
    *b"kjihnjkrknjhgdiiseihgkjoopsk",
    *b"fpmjepokhqmgnpfgqeigipqnlpqk",
    *b"kkmmlmlmmmmglklkmmkmbmmmlllk",
    *b"gnjiemjqfrkljignriigjkpsjqsi",
    *b"jpimenojhrmllmihnogeionslqsh",
    *b"gojnfnoffrqlmlgksgiiipnoirqi",
    *b"ihijfmkriqpghflhrfgfpqpoopro",
    *b"dnlodonofpolmognnnmnmlopnoml",
    *b"fmmnfnngeoomniflnhimnninmooi",
    *b"imglhlnmhnnlimkfmlkdmnnlknmh",
    *b"kljmiknolonjiiieokhinmloknog",
    *b"flkldlklglllikglkkllikkliilk",
    *b"jkjjjknloknmmnnlmnmlnlnlnmgh",
    *b"jlikkkmmjookkkkjpkjimllqqqnf",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn part(word: &str) -> String {
        let part = Rarest::of(word.as_bytes()).unwrap();
        String::from_utf8(part.four.to_le_bytes().to_vec()).unwrap()
    }

    #[test]
    fn the_rarest_part_leads() {
        for (word, four) in [("theqxzthe", "qxzt"), ("THEQXZTHE", "qxzt"), ("the_the5", "the5"), ("key", "key\0")] {
            assert_eq!(part(word), four, "{word}");
        }
    }

    #[test]
    fn the_part_and_the_window_lie_in_the_keyword() {
        for word in ["abc", "abcd", "ab_c5", "abcdefgh", "the_qxzj_of_all", "qxzj_is_first", "the_last_is_qxzj"] {
            let rarest = Rarest::of(word.as_bytes()).unwrap();
            let folded: Vec<u8> = word.bytes().map(|b| b | 0x20).collect();
            let from = rarest.before - rarest.back;
            let end = folded.len().min(from + 8);
            assert_eq!(rarest.window.to_le_bytes()[..end - from], folded[from..end], "{word}");
            assert_eq!(rarest.mask.count_ones() as usize, 8 * (end - from), "{word}");
            let four = &folded[rarest.before..folded.len().min(rarest.before + 4)];
            assert_eq!(rarest.four.to_le_bytes()[..four.len()], *four, "{word}");
            assert!(rarest.back + four.len() <= 8, "{word}");
        }
        assert_eq!(Rarest::of(b"ab"), None);
    }
}
