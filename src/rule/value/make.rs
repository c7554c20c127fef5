//! What a value is made of: counts of its bytes by class.

/// Counts by class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Make {
    pub(super) lower: usize,
    pub(super) upper: usize,
    pub(super) digit: usize,
    /// Printable ASCII that is no letter, digit or blank.
    pub(super) symbol: usize,
    /// Blanks, control bytes, anything beyond ASCII.
    pub(super) other: usize,
    pub(super) len: usize,
    pub(super) distinct: usize,
}

impl Make {
    pub(super) fn of(value: &[u8]) -> Self {
        let mut make = Self { len: value.len(), ..Self::default() };
        let mut seen = [false; 256];
        for byte in value {
            match byte {
                b'a'..=b'z' => make.lower += 1,
                b'A'..=b'Z' => make.upper += 1,
                b'0'..=b'9' => make.digit += 1,
                b'!'..=b'~' => make.symbol += 1,
                _ => make.other += 1,
            }
            if let Some(flag) = seen.get_mut(usize::from(*byte)) {
                *flag = true;
            }
        }
        make.distinct = seen.iter().filter(|flag| **flag).count();
        make
    }

    pub(super) fn letters(&self) -> usize {
        self.lower + self.upper
    }

    /// How many of the four classes there are.
    pub(super) fn classes(&self) -> usize {
        [self.lower, self.upper, self.digit, self.symbol].iter().filter(|count| **count > 0).count()
    }
}
