//! The page: one file, no script, nothing loaded from anywhere; to be looked at, printed, and passed on.
//!
//! *Invariant:* paths and titles come from attackers. Everything is escaped on its way in, and the page's own policy
//! (`Content-Security-Policy`) forbids scripts besides, so that a hole in the one is no hole yet.

use super::bars::{bars, folder};
use super::group::{SEVERITIES, rank};
use super::page::{date, escaped, grouped, plural, shown, size};
use super::plot::plot;
use super::{Leak, Results, Sighting};
use crate::text::clock;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const STYLE: &str = include_str!("style.css");
/// Values shown with all that is known of them, and in one line each beyond that: a page that no browser opens shows
/// nothing.
const DETAILED: usize = 2_000;
const LISTED: usize = 20_000;
/// Places listed for one value.
const PLACES: usize = 12;
/// Repositories listed one by one.
const REPOSITORIES: usize = 500;

/// The whole page about `results`, whose values are `leaks`; `now` in seconds since 1970.
#[must_use]
pub fn html(results: &Results, leaks: &[Leak<'_>], now: u64) -> String {
    let mut out = String::with_capacity(64 << 10);
    let title = match results.repositories.as_slice() {
        [one] => shown(&one.repository),
        all => plural(all.len(), "repository"),
    };
    put(
        &mut out,
        format_args!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
             base-uri 'none'; form-action 'none'\"><meta name=\"referrer\" content=\"no-referrer\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>Leaks in {title}</title><style>{STYLE}</style>\
             </head><body><main><header><p class=\"brand\">leakgate</p><h1>Leaks in {title}</h1><p class=\"when\">{} UTC, leakgate {}</p></header>",
            clock::second(now).replace('T', " "),
            env!("CARGO_PKG_VERSION"),
        ),
    );
    cards(&mut out, results, leaks);
    incomplete(&mut out, results);
    if leaks.is_empty() {
        out.push_str("<section class=\"panel empty\"><h2>Nothing was found</h2><p>All that could be read was read, in every commit.</p></section>");
    } else {
        overview(&mut out, results, leaks, now);
        list(&mut out, leaks, results.repositories.len() > 1);
    }
    repositories(&mut out, results);
    out.push_str(
        "<footer><p>Values are masked; a fingerprint is the same wherever the value lies. Taking a value out of the \
         latest files does not take it out of the history: revoke first, then rewrite, then tell everybody who has a \
         clone. Dates are those of the commits, by the clocks of the machines that made them.</p></footer></main></body></html>\n",
    );
    out
}

fn cards(out: &mut String, results: &Results, leaks: &[Leak<'_>]) {
    let in_head = leaks.iter().filter(|leak| leak.in_head == Some(true)).count();
    let is_known = leaks.is_empty() || leaks.iter().any(|leak| leak.in_head.is_some());
    let worst = leaks.iter().filter(|leak| rank(&leak.first.severity) <= 1).count();
    let commits = results.repositories.iter().map(|it| it.commits).sum();
    let bytes = results.repositories.iter().map(|it| it.bytes).sum();
    let since = leaks.iter().filter_map(|leak| leak.since).filter(|since| *since > 0).min();
    let card = |out: &mut String, class: &str, number: &str, label: &str| {
        put(out, format_args!("<div class=\"card {class}\"><b>{number}</b><span>{label}</span></div>"));
    };
    out.push_str("<section class=\"cards\">");
    let count = |number: usize| grouped(number as u64);
    card(out, "", &count(leaks.len()), "values found");
    match is_known {
        true => card(out, if in_head > 0 { "alarm" } else { "calm" }, &count(in_head), "still in HEAD"),
        false => card(out, "", "?", "in HEAD, which has no commit"),
    }
    card(out, "", &count(worst), "high or critical");
    card(out, "", &count(results.sightings.len()), "places");
    card(out, "", &grouped(commits), &format!("commits, {}", size(bytes)));
    if leaks.is_empty() {
        card(out, "calm", "none", "found");
    } else {
        card(out, "", &date(since), "the first");
    }
    out.push_str("</section>");
}

/// What is not known is said before what is.
fn incomplete(out: &mut String, results: &Results) {
    let failed: Vec<_> = results.repositories.iter().filter(|it| it.error.is_some()).collect();
    let unread: usize = results.repositories.iter().map(|it| it.unread).sum();
    let unborn = results.repositories.iter().filter(|it| it.unborn && it.places > 0).count();
    if unborn > 0 {
        let repositories = plural(unborn, "repository");
        put(
            out,
            format_args!(
                "<section class=\"panel warn\"><h2>What is still there is not known</h2><p>HEAD names a branch without a \
                 commit in {repositories}, so that there are no latest files to look in: <code>git symbolic-ref HEAD \
                 refs/heads/BRANCH</code> sets it.</p></section>"
            ),
        );
    }
    if failed.is_empty() && unread == 0 {
        return;
    }
    out.push_str("<section class=\"panel warn\"><h2>Not everything was read</h2>");
    if unread > 0 {
        put(
            out,
            format_args!(
                "<p>{} could not be read through: encrypted, damaged, or over a limit.</p>",
                plural(unread, "file")
            ),
        );
    }
    if !failed.is_empty() {
        put(out, format_args!("<p>{} could not be scanned:</p><ul>", plural(failed.len(), "repository")));
        for it in failed.iter().take(REPOSITORIES) {
            let why = it.error.as_deref().unwrap_or_default();
            put(out, format_args!("<li><code>{}</code> {}</li>", shown(&it.repository), shown(why)));
        }
        out.push_str("</ul>");
    }
    out.push_str("</section>");
}

fn overview(out: &mut String, results: &Results, leaks: &[Leak<'_>], now: u64) {
    if let Some(plot) = plot(leaks, now) {
        out.push_str("<section class=\"panel\"><h2>When they came in</h2><p class=\"legend\">");
        for severity in SEVERITIES {
            put(out, format_args!("<span><i class=\"{severity}\"></i>{severity}</span>"));
        }
        put(out, format_args!("</p><div class=\"plot\">{plot}</div></section>"));
    }
    out.push_str("<div class=\"pair\">");
    out.push_str(&bars("By rule", leaks, |leak| vec![leak.first.description.clone()]));
    out.push_str(&bars("By folder", leaks, |leak| vec![folder(leak)]));
    out.push_str("</div>");
    if results.repositories.len() > 1 {
        out.push_str(&bars("By repository", leaks, |leak| leak.repositories.iter().map(ToString::to_string).collect()));
    }
}

fn list(out: &mut String, leaks: &[Leak<'_>], several: bool) {
    let count = |keep: &dyn Fn(&Leak<'_>) -> bool| grouped(leaks.iter().filter(|leak| keep(leak)).count() as u64);
    put(
        out,
        format_args!(
            "<section class=\"found\"><h2>What was found</h2><fieldset class=\"filter\"><legend>Show</legend>\
             <label><input type=\"radio\" name=\"where\" checked>everything</label>\
             <label><input type=\"radio\" name=\"where\" id=\"only-head\">still in HEAD ({})</label>\
             <label><input type=\"radio\" name=\"where\" id=\"only-past\">in the history alone ({})</label>",
            count(&|leak| leak.in_head == Some(true)),
            count(&|leak| leak.in_head == Some(false)),
        ),
    );
    for severity in SEVERITIES {
        let number = count(&|leak| leak.first.severity == severity);
        if number != "0" {
            put(
                out,
                format_args!(
                    "<label><input type=\"checkbox\" id=\"show-{severity}\" checked>{severity} ({number})</label>"
                ),
            );
        }
    }
    out.push_str("</fieldset>");
    for leak in leaks.iter().take(DETAILED) {
        detailed(out, leak, several);
    }
    if leaks.len() > DETAILED {
        rest(out, leaks);
    }
    out.push_str("</section>");
}

/// What the filter goes by.
fn classes(leak: &Leak<'_>) -> String {
    let severity = SEVERITIES.get(rank(&leak.first.severity)).copied().unwrap_or("low");
    let still = match leak.in_head {
        Some(true) => "head",
        Some(false) => "past",
        None => "unknown",
    };
    format!("{severity} {still}")
}

fn detailed(out: &mut String, leak: &Leak<'_>, several: bool) {
    let it = leak.first;
    let still = leak.places.iter().find_map(|place| place.still());
    let head = still.map(|still| format!("<em class=\"badge\">{still}</em>")).unwrap_or_default();
    put(
        out,
        format_args!(
            "<details class=\"leak {}\"><summary><i class=\"dot\"></i><span class=\"what\">{}</span>{head}\
             <code class=\"where\">{}</code><span class=\"since\">{}</span></summary><div class=\"body\"><dl>",
            classes(leak),
            shown(&it.description),
            shown(&it.location()),
            date(leak.since),
        ),
    );
    let mut row = |name: &str, value: &str| put(out, format_args!("<dt>{name}</dt><dd>{value}</dd>"));
    row("Value", &format!("<code>{}</code>", shown(&it.masked())));
    row("Rule", &format!("<code>{}</code>, {}", escaped(&it.rule), escaped(&it.severity)));
    row("Fingerprint", &format!("<code>{}</code>", escaped(&it.fingerprint)));
    if !it.via.is_empty() {
        row("Form", &shown(&it.via.iter().rev().map(String::as_str).collect::<Vec<_>>().join(" in ")));
    }
    if let Some(proof) = &it.proof {
        row("Proof", &shown(proof));
    }
    if let Some(opens) = &it.opens {
        row("Opens", &shown(opens));
    }
    row("Revoke", &revoke(it));
    row("Since", &format!("{}, last added {}", date(leak.since), date(leak.last)));
    put(out, format_args!("</dl><h3>{}</h3><table class=\"places\">", plural(leak.places.len(), "place")));
    for place in leak.places.iter().take(PLACES) {
        place_row(out, place, several);
    }
    if leak.places.len() > PLACES {
        put(
            out,
            format_args!("<tr><td colspan=\"3\">and {} more</td></tr>", grouped((leak.places.len() - PLACES) as u64)),
        );
    }
    out.push_str("</table></div></details>");
}

/// A link only to where a rule's author may have meant one to lead.
fn revoke(it: &Sighting) -> String {
    match &it.revoke {
        Some(page) if page.starts_with("https://") => {
            let page = escaped(page);
            format!("<a href=\"{page}\" rel=\"noopener noreferrer\">{page}</a>")
        }
        Some(page) => shown(page),
        None if it.kind == "customer-data" => {
            "cannot be revoked: take it out, pass it on to nobody, tell your privacy officer".to_owned()
        }
        None => "where it was issued".to_owned(),
    }
}

fn place_row(out: &mut String, place: &Sighting, several: bool) {
    let commit: String = place.commit.as_deref().unwrap_or_default().chars().take(10).collect();
    let head = place.still().map(|still| format!(" <em class=\"badge\">{still}</em>")).unwrap_or_default();
    let repository = match several {
        true => format!("<span class=\"repository\">{}</span> ", shown(&place.repository)),
        false => String::new(),
    };
    let member = place.member.as_ref().map(|member| format!(" <span class=\"member\">in it {}</span>", shown(member)));
    put(
        out,
        format_args!(
            "<tr><td>{}</td><td><code>{}</code></td><td>{repository}<code>{}</code>{}{head}<small>{}</small></td></tr>",
            date(place.time),
            escaped(&commit),
            shown(&place.location()),
            member.unwrap_or_default(),
            shown(place.title.as_deref().unwrap_or_default()),
        ),
    );
}

/// The others in one line each, gathered by rule.
fn rest(out: &mut String, leaks: &[Leak<'_>]) {
    let mut by_rule: BTreeMap<(usize, &str), Vec<&Leak<'_>>> = BTreeMap::new();
    for leak in leaks.iter().take(LISTED).skip(DETAILED) {
        by_rule.entry((rank(&leak.first.severity), &leak.first.description)).or_default().push(leak);
    }
    put(
        out,
        format_args!(
            "<h3 class=\"more\">{}, in one line each</h3>",
            plural(leaks.len().min(LISTED) - DETAILED, "more value").replace("more values", "more")
        ),
    );
    for ((_, name), leaks) in by_rule {
        put(
            out,
            format_args!(
                "<details class=\"many\"><summary>{} <span class=\"since\">{}</span></summary><table class=\"lines\">",
                shown(name),
                grouped(leaks.len() as u64)
            ),
        );
        for leak in leaks {
            let it = leak.first;
            put(
                out,
                format_args!(
                    "<tr class=\"leak {}\"><td>{}</td><td><code>{}</code></td><td><code>{}</code></td></tr>",
                    classes(leak),
                    date(leak.since),
                    shown(&it.masked()),
                    shown(&it.location()),
                ),
            );
        }
        out.push_str("</table></details>");
    }
    if leaks.len() > LISTED {
        put(
            out,
            format_args!(
                "<p class=\"more\">{} are not on this page; the results that it was made from have all of them.</p>",
                plural(leaks.len() - LISTED, "more value")
            ),
        );
    }
}

fn repositories(out: &mut String, results: &Results) {
    if results.repositories.len() < 2 {
        return;
    }
    let mut all: Vec<_> = results.repositories.iter().collect();
    all.sort_by(|a, b| (b.places, &a.repository).cmp(&(a.places, &b.repository)));
    put(
        out,
        format_args!(
            "<details class=\"panel fleet\"><summary><h2>{}</h2></summary><table class=\"lines\"><tr><th>Repository</th><th class=\"n\">Places</th><th class=\"n\">Commits</th><th class=\"n\">Read</th><th class=\"n\">Seconds</th></tr>",
            plural(all.len(), "repository")
        ),
    );
    for it in all.iter().take(REPOSITORIES) {
        let state = if it.error.is_some() { " <em class=\"badge\">not scanned</em>" } else { "" };
        put(
            out,
            format_args!(
                "<tr><td><code>{}</code>{state}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
                shown(&it.repository),
                grouped(it.places as u64),
                grouped(it.commits),
                size(it.bytes),
                grouped(it.ended.saturating_sub(it.began)),
            ),
        );
    }
    if all.len() > REPOSITORIES {
        put(
            out,
            format_args!("<tr><td colspan=\"5\">and {} more</td></tr>", grouped((all.len() - REPOSITORIES) as u64)),
        );
    }
    out.push_str("</table></details>");
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a `String` cannot fail.
    if out.write_fmt(text).is_err() {
        out.push('?');
    }
}
