//! What the decoders' tests share: random tokens, ordinary texts, slow inputs.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

/// A random token that looks like one but is none.
pub fn token() -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut token = String::from("fake_");
    let state = RandomState::new();
    for index in 0..36_u32 {
        let pick = state.hash_one(index) as usize % LETTERS.len();
        token.push(char::from(LETTERS[pick]));
    }
    token
}

/// Whether `text` contains `part`.
pub fn contains(text: &[u8], part: &str) -> bool {
    memchr::memmem::find(text, part.as_bytes()).is_some()
}

/// Whether one of `views` contains `part`, or a view of a view does, up to `depth`.
pub fn deep_contains(views: &[crate::scan::View], part: &str, depth: usize) -> bool {
    views.iter().any(|view| {
        contains(&view.bytes, part) || depth > 0 && deep_contains(&super::encoded(&view.bytes), part, depth - 1)
    })
}

/// How long `work` takes on `size` bytes of `pattern`.
pub fn time_of(pattern: &[u8], size: usize, work: impl Fn(&[u8])) -> Duration {
    let input: Vec<u8> = pattern.iter().copied().cycle().take(size).collect();
    let start = Instant::now();
    work(&input);
    start.elapsed()
}

/// Ordinary Japanese prose, with the Latin letters and digits of both widths that occur in it.
pub const JAPANESE: &str = "　吾輩は猫である。名前はまだ無い。２０２４年４月１日、ＪＲ東日本のＩＣカードで東京駅まで行った。\n\
    サーバーのＣＰＵ使用率は８０％、ＯＳはLinuxです。USBケーブル（Type-C）を3本買いました。\n\
    お問い合わせは平日１０：００〜１８：００。第１章・第２章を参照。AIとIoTの時代。\n";

/// Ordinary Russian prose with Latin words in it.
pub const RUSSIAN: &str = "Сервер работает под управлением Linux, версия 5.10. Файл config.yaml лежит в каталоге etc.\n\
    USB-кабель и HDMI-разъём. В 2024 году было 12 релизов; см. раздел 3а и приложение B.\n\
    Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему.\n";

/// Ordinary Greek prose.
pub const GREEK: &str =
    "Ο διακομιστής τρέχει Linux και το αρχείο config.yaml βρίσκεται στον φάκελο etc. Η έκδοση 5.10.\n";

/// Ordinary source code.
pub const SOURCE: &str = r#"//! Finds the longest common prefix of two paths, see https://example.com/docs/some/long/path/index.html.
use std::collections::BTreeMap;
const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// Returns 100 % of `left` where `a & b` hold, with the width {:>5} or %5.2f%%.
pub fn longest_common_prefix<'a>(left: &'a [u8], right: &[u8]) -> Option<&'a [u8]> {
    let length = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    println!("prefix of {length} bytes\n");
    let names = ["first_name", "last_name", 'x', "some/very/long/path/to/a/file_name.rs"];
    if length == 0 && names.is_empty() || left.len() <= 16 {
        return None; // ------------------------------------------------------------------
    }
    let text = format!("{}-{}", "alpha", "beta");
    left.get(..length)
        .filter(|prefix| !prefix.is_empty())
}
"#;

/// A line as a minifier writes it.
pub const MINIFIED: &str = r##"!function(e,t){"use strict";var n=10,r=20,i={width:"100%",color:"#ff00aa"};for(var o=0;o<n;o++)if(e[o]===t&&o!==r)return e.push("<div class='"+i.color+"'>"),i.width+=o%2?"a":"b";return/^[\w.-]+$/.test(e)?t(e.replace(/\s+/g," ").split(","),"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"):null}(window,document.querySelectorAll("input[type=text]"));"##;
