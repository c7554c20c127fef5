//! The word that was meant, for a word that is not known.

/// The known word nearest to `word`, if it is near: at most a third of its characters differ.
#[must_use]
pub fn nearest<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let most = word.chars().count().div_ceil(3);
    known.into_iter().map(|k| (distance(word, k), k)).filter(|(d, _)| *d <= most).min().map(|(_, k)| k)
}

/// How many characters to insert, delete or change to make `a` of `b` (Levenshtein), a row at a time.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        let mut left = i + 1;
        next.push(left);
        for ((y, corner), above) in b.iter().zip(&row).zip(row.iter().skip(1)) {
            left = (above + 1).min(left + 1).min(corner + usize::from(x != *y));
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_nonsense_finds_none() {
        let known = ["regex", "keywords", "github-pat", "gitlab-pat"];
        assert_eq!(nearest("regexp", known), Some("regex"));
        assert_eq!(nearest("keyword", known), Some("keywords"));
        assert_eq!(nearest("github-pta", known), Some("github-pat"));
        assert_eq!(nearest("zzz", known), None);
        assert_eq!(nearest("", known), None);
    }

    #[test]
    fn the_distance_is_levenshteins() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
    }
}
