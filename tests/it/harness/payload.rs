//! What a push carries: a secret made for this run, or harmless text in its place.

use super::Rng;
use flate2::Crc;
use std::cell::RefCell;

const ALNUM: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// As long as a token, and nothing that anyone could take for one.
const HARMLESS: [&str; 4] = [
    "an_ordinary_value_of_forty_letters_or_so",
    "some_other_words_that_mean_nothing_at_al",
    "the_quick_brown_fox_jumps_over_a_lazy_on",
    "what_a_reader_sees_here_opens_no_doorway",
];

/// A leak or its benign twin, and what the refusal has to name.
pub struct Payload {
    leaking: bool,
    rng: RefCell<Rng>,
    values: RefCell<Vec<String>>,
    secrets: RefCell<Vec<String>>,
    names: RefCell<Vec<String>>,
}

impl Payload {
    /// A payload whose values follow from `name`: leaks when `leaking`, harmless text otherwise.
    pub fn new(name: &str, leaking: bool) -> Self {
        let rng = RefCell::new(Rng::named(name));
        Self { leaking, rng, values: RefCell::default(), secrets: RefCell::default(), names: RefCell::default() }
    }

    /// True when the push must be refused.
    pub fn leaks(&self) -> bool {
        self.leaking
    }

    /// The value: always the same one, a GitHub token with a correct checksum or forty harmless letters.
    pub fn value(&self) -> String {
        self.nth(0)
    }

    /// The `n`-th value, for pushes with several.
    pub fn nth(&self, n: usize) -> String {
        while self.values.borrow().len() <= n {
            let at = self.values.borrow().len();
            let value =
                if self.leaking { github_token(&mut self.rng.borrow_mut()) } else { HARMLESS[at % 4].to_owned() };
            if self.leaking {
                self.secrets.borrow_mut().push(value.clone());
            }
            self.values.borrow_mut().push(value);
        }
        self.values.borrow()[n].clone()
    }

    /// A line of a settings file with the value in it.
    pub fn line(&self) -> String {
        format!("note = \"{}\"\n", self.value())
    }

    /// An AWS access key: id and secret, or two harmless texts.
    pub fn aws(&self) -> (String, String) {
        if !self.leaking {
            return ("see-the-vault".to_owned(), "ask-the-operations-team".to_owned());
        }
        let mut rng = self.rng.borrow_mut();
        let id = format!("AK{}{}", "IA", rng.string(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16));
        let secret = guarded(&mut rng, |rng| {
            rng.string(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 40)
        });
        self.secrets.borrow_mut().extend([id.clone(), secret.clone()]);
        (id, secret)
    }

    /// Asks that the refusal name `what`, such as the file's path.
    pub fn named(&self, what: &str) {
        self.names.borrow_mut().push(what.to_owned());
    }

    /// What the refusal has to name.
    pub fn names(&self) -> Vec<String> {
        self.names.borrow().clone()
    }

    /// All secrets handed out.
    pub fn secrets(&self) -> Vec<String> {
        self.secrets.borrow().clone()
    }
}

/// A token as GitHub makes them: 30 random characters and the base-62 CRC-32 of these.
pub fn github_token(rng: &mut Rng) -> String {
    let body = guarded(rng, |rng| {
        let body = rng.string(ALNUM, 30);
        let mut crc = Crc::new();
        crc.update(body.as_bytes());
        format!("{body}{}", base62(crc.sum()))
    });
    format!("gh{}{body}", "p_")
}

/// Draws until no four characters in a row could be a word or a hexadecimal id: what the tests look for in a message is
/// then never there by chance.
fn guarded(rng: &mut Rng, draw: impl Fn(&mut Rng) -> String) -> String {
    loop {
        let text = draw(rng);
        let odd = |run: &[u8]| {
            run.iter().any(|b| UPPER.contains(b)) && run.iter().any(|b| !UPPER.contains(b))
                || run.iter().all(|b| b"GJKQVWXYZ".contains(b))
        };
        if text.as_bytes().windows(4).all(odd) {
            return text;
        }
    }
}

fn base62(mut number: u32) -> String {
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = ALNUM[(number % 62) as usize];
        number /= 62;
    }
    String::from_utf8(digits.to_vec()).unwrap()
}
