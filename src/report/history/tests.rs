//! What the listing and the page say, and that nothing from a push becomes more than text in them.

use super::samples::{results, sighting};
use super::*;

const NOW: u64 = 1_760_000_000;

#[test]
fn one_value_is_told_once_with_all_its_places() {
    let mut all = vec![sighting("a", 1, "x/b.ini", 300), sighting("a", 1, "x/a.ini", 100), sighting("b", 2, "c", 200)];
    all[0].in_head = Some(true);
    let leaks = leaks(&all);
    assert_eq!(leaks.len(), 2);
    assert_eq!((leaks[0].since, leaks[0].last, leaks[0].in_head), (Some(100), Some(300), Some(true)));
    assert_eq!(leaks[0].first.path.as_deref(), Some("x/a.ini"));
    let text = by_finding(&leaks);
    assert!(text.starts_with("1) key of a (a), high, still in HEAD\n   value   abc**** (40 bytes)"), "{text}");
    assert!(text.contains("   places  2 places\n     1970-01-01 0000000000 x/a.ini:3:7\n"), "{text}");
    assert!(text.contains("2) key of b (b), medium, in the history alone"), "{text}");
}

#[test]
fn nothing_of_a_push_is_markup_or_a_control_character() {
    let evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u{1b}[2J\u{202e}";
    let mut it = sighting("a", 1, evil, 100);
    for field in [&mut it.title, &mut it.member, &mut it.opens, &mut it.proof, &mut it.commit] {
        *field = Some(evil.to_owned());
    }
    it.revoke = Some(format!("https://example.org/{evil}"));
    let mut other = it.clone();
    other.fingerprint = evil.to_owned();
    other.rule = evil.to_owned();
    other.description = evil.to_owned();
    other.severity = evil.to_owned();
    other.revoke = Some("javascript:alert(1)".to_owned());
    let mut results = results(vec![it, other]);
    results.repositories[0].repository = evil.to_owned();
    results.repositories[0].error = Some(evil.to_owned());
    let page = html(&results, &leaks(&results.sightings), NOW);
    for wrong in ["<script", "<img", "onerror=alert(1)>", "\u{1b}", "\u{202e}", "href=\"javascript"] {
        assert!(!page.contains(wrong), "{wrong}");
    }
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;"), "{page}");
    assert!(page.contains("default-src 'none'") && !page.contains("src=\"") && !page.contains("url("));
    let text = by_finding(&leaks(&results.sightings));
    assert!(!text.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'), "{text}");
}

#[test]
fn the_page_is_bounded_however_much_was_found() {
    let many: Vec<Sighting> = (0..30_000)
        .map(|n| {
            sighting(
                &format!("rule-{}", n % 17),
                n,
                &format!("src/{}/{n}.ini", n % 40),
                1_600_000_000 + n as i64 * 5_000,
            )
        })
        .collect();
    let results = results(many);
    let page = html(&results, &leaks(&results.sightings), NOW);
    assert!(page.len() < 12_000_000, "{}", page.len());
    assert_eq!(page.matches("<details class=\"leak").count(), 2_000);
    assert!(page.contains("10,000 more values are not on this page"));
    assert!(page.contains("<b>30,000</b>"));
}

#[test]
fn dates_that_cannot_be_are_not_drawn() {
    let all = [sighting("a", 1, "x", -5), sighting("a", 2, "x", 4_000_000_000), sighting("a", 4, "x", 0)];
    let leaks = leaks(&all);
    assert_eq!(plot::plot(&leaks, NOW), None);
    let all = [sighting("a", 1, "x", 1_000_000_000), sighting("a", 2, "x", 1_759_000_000)];
    let picture = plot::plot(&super::leaks(&all), NOW).unwrap();
    assert!(picture.contains("<title>2001: 1 high</title>") && picture.contains("<title>2025: 1 medium</title>"));
    assert_eq!(picture.matches("<rect").count(), 2);
}

#[test]
fn results_that_were_cut_off_are_an_error() {
    let summary = Summary { kind: "repository".to_owned(), places: 2, ..Summary::default() }.line();
    let found = "{\"rule\":\"a\",\"kind\":\"secret\",\"fingerprint\":\"1\"}";
    let read = |text: &str| Results::default().read(text).map_err(|error| error.to_string());
    assert_eq!(read(&format!("{summary}\n{found}\n{found}\n{summary}\n{found}\n{found}")), Ok(()));
    assert!(read(&format!("{summary}\n{found}\n")).unwrap_err().contains("1 findings are missing"));
    assert!(read(&format!("{summary}\n{found}\n{summary}")).unwrap_err().starts_with("line 3"));
    assert!(read(&format!("{summary}\n{found}\n{{\"rule\"")).is_err());
    assert!(read(found).unwrap_err().contains("belongs to no repository"));
    assert_eq!(read(""), Ok(()));
}

#[test]
fn numbers_and_sizes_read_well() {
    assert_eq!((page::grouped(0), page::grouped(1_234_567)), ("0".to_owned(), "1,234,567".to_owned()));
    assert_eq!((page::plural(1, "place"), page::plural(2, "repository")), ("1 place".into(), "2 repositories".into()));
    assert_eq!((page::size(999), page::size(1_250_000)), ("999 B".to_owned(), "1.2 MB".to_owned()));
}
