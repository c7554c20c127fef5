//! People drawn at run time for the table of formats: their values by formula, their names and columns in five languages.
//!
//! None of them belongs to anybody.

/// A small generator (an LCG of 64 bits, high half); the same seed gives the same people.
pub(super) struct Rng(u64);

impl Rng {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn digits(&mut self, n: usize) -> String {
        (0..n).map(|_| char::from(b'0' + u8::try_from(self.below(10)).unwrap())).collect()
    }

    fn letters(&mut self, n: usize) -> String {
        (0..n).map(|_| char::from(b'a' + u8::try_from(self.below(26)).unwrap())).collect()
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Column {
    Number,
    Name,
    Email,
    Phone,
    Born,
    Address,
}

use Column::{Address, Born, Email, Name, Number, Phone};

/// The selections of columns that leaked before: a full export, T-Connect's, Dropbox's, a car dealer's.
pub(super) const EXPORTS: &[&[Column]] =
    &[&[Number, Name, Email, Phone, Born], &[Email, Number], &[Name, Email], &[Name, Address, Phone]];

/// A language: its name, the labels of the columns, family and given names.
pub(super) struct Language(
    pub(super) &'static str,
    [&'static str; 6],
    &'static [&'static str],
    &'static [&'static str],
);

pub(super) const LANGUAGES: &[Language] = &[
    Language(
        "en",
        ["Customer ID", "Name", "Email", "Phone", "Date of Birth", "Address"],
        &["Ash", "Birch", "Rowan"],
        &["Ivy", "Hazel"],
    ),
    Language(
        "ja",
        ["お客様管理番号", "氏名", "メールアドレス", "電話番号", "生年月日", "住所"],
        &["樫村", "楡井", "欅田"],
        &["苺", "林檎"],
    ),
    Language(
        "de",
        ["Kundennummer", "Name", "E-Mail", "Telefon", "Geburtsdatum", "Anschrift"],
        &["Buchenauer", "Ährenfeld"],
        &["Jörn", "Käthe"],
    ),
    Language(
        "fr",
        ["numéro client", "Nom", "Courriel", "Téléphone", "Date de naissance", "Adresse"],
        &["Duchêne", "Lefrêne"],
        &["Zoé", "Noël"],
    ),
    Language(
        "es",
        ["número de cliente", "Nombre", "Correo electrónico", "Teléfono", "Fecha de nacimiento", "Dirección"],
        &["Robleda", "Nogués"],
        &["Íñigo", "Inés"],
    ),
];

/// Labels and rows.
pub(super) struct Table {
    pub(super) columns: &'static [Column],
    pub(super) labels: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(columns: &'static [Column], language: &Language, count: usize) -> Self {
        let mut rng = Rng(count as u64 * 31 + language.0.len() as u64);
        let labels = columns.iter().map(|column| language.1[*column as usize].to_owned()).collect();
        let rows =
            (0..count).map(|_| columns.iter().map(|column| value(*column, language, &mut rng)).collect()).collect();
        Self { columns, labels, rows }
    }

    /// Labels as identifiers.
    pub(super) fn keys(&self) -> Vec<String> {
        self.labels.iter().map(|label| label.to_lowercase().replace([' ', '-'], "_")).collect()
    }

    /// `head`, each row by `row` from keys and cells, joined by `gap`, and `tail`.
    pub(super) fn written(
        &self,
        head: &str,
        gap: &str,
        tail: &str,
        row: impl Fn(&[(String, String)]) -> String,
    ) -> String {
        let keys = self.keys();
        let pairs = |cells: &Vec<String>| keys.iter().cloned().zip(cells.iter().cloned()).collect::<Vec<_>>();
        let rows: Vec<String> = self.rows.iter().map(|cells| row(&pairs(cells))).collect();
        format!("{head}{}{tail}", rows.join(gap))
    }

    pub(super) fn get(&self, row: &[String], wanted: Column) -> Option<String> {
        let at = self.columns.iter().position(|column| *column == wanted)?;
        row.get(at).cloned()
    }
}

fn value(column: Column, language: &Language, rng: &mut Rng) -> String {
    let place = rng.pick(&["Kastanienallee", "rue des Tilleuls", "calle del Olmo", "Poplar Lane"]);
    match (column, language.0) {
        (Number, _) => format!("{}{}", 1 + rng.below(9), rng.digits(7)),
        (Name, "ja") => format!("{} {}", rng.pick(language.2), rng.pick(language.3)),
        (Name, _) => format!("{} {}", rng.pick(language.3), rng.pick(language.2)),
        (Email, _) => {
            format!(
                "{}{}@{}.{}",
                rng.letters(5),
                rng.digits(2),
                rng.letters(8),
                rng.pick(&["co.jp", "de", "fr", "es", "com"])
            )
        }
        (Phone, "ja") => format!("090-{}{}-{}", 1 + rng.below(9), rng.digits(3), rng.digits(4)),
        (Phone, "de") => format!("+49 17{} {}{}", rng.below(9), 2 + rng.below(8), rng.digits(6)),
        (Phone, "fr") => format!("06 {} {} {} {}", rng.digits(2), rng.digits(2), rng.digits(2), rng.digits(2)),
        (Phone, "es") => format!("6{} {} {}", rng.digits(2), rng.digits(3), rng.digits(3)),
        (Phone, _) => format!(
            "({}{}) {}{}-{}",
            2 + rng.below(7),
            30 + rng.below(60),
            2 + rng.below(7),
            20 + rng.below(70),
            rng.digits(4)
        ),
        (Born, _) => format!("19{}-0{}-1{}", 50 + rng.below(49), 1 + rng.below(9), rng.below(10)),
        (Address, "ja") => format!(
            "東京都{}区{}-{}-{}",
            rng.pick(&["楓", "柊"]),
            1 + rng.below(9),
            1 + rng.below(99),
            1 + rng.below(99)
        ),
        (Address, _) => format!("{} {place}", 1 + rng.below(400)),
    }
}
