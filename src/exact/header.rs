//! What a table says about itself, in bytes.
//!
//! *Invariant:* the header is sealed with the key and read as a whole before anything else is believed; a version, a
//! spelling or a length that this program does not know is an error.

use super::key::{Key, KeyId};
use super::norm::{Kind, NORM};

/// The first bytes: a letter beyond ASCII and both kinds of line ends, so that a transfer as text breaks them.
const MAGIC: [u8; 8] = *b"\xb1LGFP\r\n\x1a";
/// The version of the layout.
const FORMAT: u16 = 1;
/// Magic, format, norm, length.
pub(super) const FIXED: usize = 16;
/// A longer header is damage.
pub(super) const HEADER_MAX: usize = 1 << 16;
/// Bytes of the header's seal.
const SEAL: usize = 32;

/// Whether a value of a field is looked up alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alone {
    /// It is.
    Counts,
    /// Only together with another value of its record: alone it would meet too many ordinary numbers.
    PairOnly,
}

/// The form of a field's numbers: nothing else is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The shortest, without separators.
    pub min: u8,
    /// The longest.
    pub max: u8,
    /// The letters that all begin with.
    pub prefix: String,
}

/// One field of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name, such as `email`.
    pub name: String,
    /// What its values are.
    pub kind: Kind,
    /// Whether they count alone.
    pub alone: Alone,
    /// Their form.
    pub shape: Shape,
    /// How many different ones there are.
    pub values: u64,
    /// Of how many numbers of that form one is somebody's: between 0 and 1; 0 for fields without such a space.
    pub density: f64,
}

/// What a table says about itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// The key it was made with.
    pub key: KeyId,
    /// Random to whoever has no key; binds the blocks to this table.
    pub table: [u8; 16],
    /// The region of telephone numbers.
    pub region: String,
    /// The fields.
    pub fields: Vec<Field>,
    /// The pairs of fields that are in the table, by their places in `fields`.
    pub pairs: Vec<(u8, u8)>,
    /// Records that were read into it.
    pub records: u64,
    /// Fingerprints in it.
    pub entries: u64,
    /// When it was made, in seconds since 1970.
    pub created: u64,
    /// From when on it is not used any more, in seconds since 1970; none: never.
    pub expires: Option<u64>,
    /// A keyed digest of the list.
    pub source: [u8; 16],
    /// As many of the first bits of a fingerprint choose its block.
    pub bits: u8,
}

/// Why a header is not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// It is not a table.
    Magic,
    /// It is one of another version.
    Version(String),
    /// Its seal or its form is wrong.
    Damaged,
}

impl Header {
    /// The number of blocks.
    #[must_use]
    pub fn blocks(&self) -> u64 {
        1 << self.bits
    }

    /// Bytes of an entry in a block: the bits that the block does not say.
    pub(super) fn width(&self) -> usize {
        (64 - usize::from(self.bits)).div_ceil(8)
    }

    /// The header as bytes, sealed.
    pub(super) fn encoded(&self, key: &Key) -> Vec<u8> {
        let mut body = Vec::new();
        body.extend(self.key.0);
        body.extend(self.table);
        text(&mut body, &self.region);
        body.push(small(self.fields.len()));
        for field in &self.fields {
            text(&mut body, &field.name);
            body.push(Kind::ALL.iter().position(|kind| *kind == field.kind).map_or(u8::MAX, small));
            body.push(u8::from(field.alone == Alone::PairOnly));
            body.extend([field.shape.min, field.shape.max]);
            text(&mut body, &field.shape.prefix);
            body.extend(field.values.to_be_bytes());
            body.extend(field.density.to_bits().to_be_bytes());
        }
        body.push(small(self.pairs.len()));
        body.extend(self.pairs.iter().flat_map(|(a, b)| [*a, *b]));
        for number in [self.records, self.entries, self.created, self.expires.unwrap_or(0)] {
            body.extend(number.to_be_bytes());
        }
        body.extend(self.source);
        body.push(self.bits);
        let length = u32::try_from(FIXED + body.len() + SEAL).map_or(u32::MAX, |len| len);
        let mut out = [&MAGIC[..], &FORMAT.to_be_bytes(), &NORM.to_be_bytes(), &length.to_be_bytes(), &body].concat();
        let seal: [u8; SEAL] = key.seal(&[b"header", &out]);
        out.extend(seal);
        out
    }

    /// Whether `bytes`, of which there are few, could be the first of a table.
    pub(super) fn begins(bytes: &[u8]) -> bool {
        !bytes.is_empty() && bytes.iter().zip(MAGIC).all(|(byte, magic)| *byte == magic)
    }

    /// How long the header is that begins with `fixed`.
    pub(super) fn length(fixed: &[u8; FIXED]) -> Result<usize, Broken> {
        let mut bytes = Bytes(fixed);
        if bytes.take(8) != Some(&MAGIC) {
            return Err(Broken::Magic);
        }
        let (format, norm) = (bytes.number::<2>(), bytes.number::<2>());
        if format != Some(u64::from(FORMAT)) || norm != Some(u64::from(NORM)) {
            let said = |version: Option<u64>| version.unwrap_or(0);
            return Err(Broken::Version(format!("layout {}, spelling {}", said(format), said(norm))));
        }
        let length = bytes.number::<4>().and_then(as_size).filter(|len| (FIXED + SEAL..=HEADER_MAX).contains(len));
        length.ok_or(Broken::Damaged)
    }

    /// The id of the key that the header names; believed only once the header's seal is.
    pub(super) fn key_of(whole: &[u8]) -> Option<KeyId> {
        let id = whole.get(FIXED..FIXED + 8)?;
        Some(KeyId(<[u8; 8]>::try_from(id).map_or([0; 8], |id| id)))
    }

    /// Reads a whole header and its seal.
    pub(super) fn decoded(whole: &[u8], key: &Key) -> Result<Self, Broken> {
        let split = whole.len().checked_sub(SEAL).ok_or(Broken::Damaged)?;
        let (told, seal) = whole.split_at_checked(split).ok_or(Broken::Damaged)?;
        let expected: [u8; SEAL] = key.seal(&[b"header", told]);
        if seal != expected {
            return Err(Broken::Damaged);
        }
        Bytes(told.get(FIXED..).unwrap_or_default()).header().ok_or(Broken::Damaged)
    }
}

fn text(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes().get(..text.len().min(255)).unwrap_or_default();
    out.push(small(bytes.len()));
    out.extend(bytes);
}

fn small(n: usize) -> u8 {
    u8::try_from(n).map_or(u8::MAX, |n| n)
}

fn as_size(n: u64) -> Option<usize> {
    match usize::try_from(n) {
        Ok(n) => Some(n),
        Err(_larger) => None,
    }
}

/// What is still to be read.
struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    fn take(&mut self, len: usize) -> Option<&'b [u8]> {
        let (head, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(head)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.first_chunk::<N>().copied()
    }

    fn number<const N: usize>(&mut self) -> Option<u64> {
        Some(self.take(N)?.iter().fold(0, |n, b| n << 8 | u64::from(*b)))
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn text(&mut self) -> Option<String> {
        let length = self.byte()?;
        std::str::from_utf8(self.take(usize::from(length))?).map_or(None, |text| Some(text.to_owned()))
    }

    fn field(&mut self) -> Option<Field> {
        Some(Field {
            name: self.text()?,
            kind: *Kind::ALL.get(usize::from(self.byte()?))?,
            alone: if self.byte()? == 0 { Alone::Counts } else { Alone::PairOnly },
            shape: Shape { min: self.byte()?, max: self.byte()?, prefix: self.text()? },
            values: self.number::<8>()?,
            density: f64::from_bits(self.number::<8>()?),
        })
    }

    fn header(mut self) -> Option<Header> {
        let (key, table, region) = (KeyId(self.array()?), self.array()?, self.text()?);
        let count = self.byte()?;
        let fields: Vec<Field> = (0..count).map(|_| self.field()).collect::<Option<_>>()?;
        let count = self.byte()?;
        let pairs: Vec<(u8, u8)> = (0..count).map(|_| Some((self.byte()?, self.byte()?))).collect::<Option<_>>()?;
        let (records, entries) = (self.number::<8>()?, self.number::<8>()?);
        let (created, expires) = (self.number::<8>()?, Some(self.number::<8>()?).filter(|at| *at > 0));
        let (source, bits) = (self.array()?, self.byte()?);
        let known = pairs.iter().all(|(a, b)| usize::from(*a.max(b)) < fields.len()) && bits <= 32;
        (known && self.0.is_empty()).then_some(Header {
            key,
            table,
            region,
            fields,
            pairs,
            records,
            entries,
            created,
            expires,
            source,
            bits,
        })
    }
}
