//! When values came in, as a picture: a bar a month (or a quarter, or a year), stacked by severity, in plain SVG.

use super::Leak;
use super::group::{SEVERITIES, rank};
use super::page::grouped;
use crate::text::clock::civil;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The most bars: more are thinner than the space between them.
const BARS: i64 = 48;
const WIDTH: i64 = 960;
const HEIGHT: i64 = 190;
const LEFT: i64 = 44;
const TOP: i64 = 10;
const BOTTOM: i64 = 26;
/// The first year of a clock that may be right: there was no git before 2005, but there was history to import.
const FIRST_YEAR: u64 = 1980;

/// The picture, or nothing where no value has a date. `now`: later dates are of clocks that are wrong.
pub(super) fn plot(leaks: &[Leak<'_>], now: u64) -> Option<String> {
    let mut months: BTreeMap<i64, [u64; SEVERITIES.len()]> = BTreeMap::new();
    for leak in leaks {
        if let Some(month) = leak.since.and_then(|since| month_of(since, now))
            && let Some(count) = months.entry(month).or_default().get_mut(rank(&leak.first.severity))
        {
            *count += 1;
        }
    }
    let (first, last) = (*months.first_key_value()?.0, *months.last_key_value()?.0);
    let step = [1, 3, 12].into_iter().find(|step| (last.div_euclid(*step) - first.div_euclid(*step)) < BARS);
    let step = step.unwrap_or(12 * ((last - first) / (12 * BARS) + 1));
    let (from, to) = (first.div_euclid(step), last.div_euclid(step));
    let mut bars: BTreeMap<i64, [u64; SEVERITIES.len()]> = (from..=to).map(|bar| (bar, Default::default())).collect();
    for (month, counts) in months {
        if let Some(bar) = bars.get_mut(&month.div_euclid(step)) {
            bar.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
    }
    Some(drawn(&bars, step))
}

fn month_of(since: i64, now: u64) -> Option<i64> {
    const DAY: u64 = 86_400;
    let seconds = match u64::try_from(since) {
        Ok(seconds) if seconds <= now.saturating_add(DAY) => seconds,
        Ok(_) | Err(_) => return None,
    };
    let (year, month, _) = civil(seconds);
    let months = (year >= FIRST_YEAR).then(|| year * 12 + month - 1)?;
    match i64::try_from(months) {
        Ok(months) => Some(months),
        Err(_) => None,
    }
}

fn drawn(bars: &BTreeMap<i64, [u64; SEVERITIES.len()]>, step: i64) -> String {
    let most = bars.values().map(|counts| counts.iter().sum::<u64>()).max().unwrap_or(1).max(1);
    let ceiling = i64::try_from(nice(most)).unwrap_or(i64::MAX / HEIGHT);
    let floor = HEIGHT - BOTTOM;
    let height = |count: u64| i64::try_from(count).unwrap_or(ceiling).min(ceiling) * (floor - TOP) / ceiling;
    let count = i64::try_from(bars.len()).unwrap_or(BARS).max(1);
    let slot = (WIDTH - LEFT) / count;
    let width = (slot * 3 / 4).clamp(2, 56);
    let mut out = format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"New values over time\">");
    for part in 0..=2 {
        let y = floor - (floor - TOP) * part / 2;
        let label = grouped(u64::try_from(ceiling * part / 2).unwrap_or(0));
        put(&mut out, format_args!("<line class=\"grid\" x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{y}\" y2=\"{y}\"/>"));
        if part != 1 || ceiling % 2 == 0 {
            put(
                &mut out,
                format_args!(
                    "<text class=\"axis\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{label}</text>",
                    LEFT - 8,
                    y + 4
                ),
            );
        }
    }
    let every = (count / 8).max(1);
    for (number, (bar, counts)) in (0..).zip(bars) {
        let x = LEFT + number * slot + (slot - width) / 2;
        let name = name(*bar, step);
        put(&mut out, format_args!("<g><title>{name}: {}</title>", told(counts)));
        let mut y = floor;
        for (severity, count) in SEVERITIES.iter().zip(counts).rev().filter(|(_, count)| **count > 0) {
            let tall = height(*count).max(1);
            y -= tall;
            put(
                &mut out,
                format_args!("<rect class=\"{severity}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{tall}\"/>"),
            );
        }
        out.push_str("</g>");
        if number % every == 0 {
            let middle = x + width / 2;
            put(
                &mut out,
                format_args!(
                    "<text class=\"axis\" x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{name}</text>",
                    HEIGHT - 8
                ),
            );
        }
    }
    out + "</svg>"
}

fn told(counts: &[u64]) -> String {
    let parts: Vec<String> = SEVERITIES
        .iter()
        .zip(counts)
        .filter(|(_, count)| **count > 0)
        .map(|(severity, count)| format!("{} {severity}", grouped(*count)))
        .collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

fn name(bar: i64, step: i64) -> String {
    let month = bar * step;
    let year = month.div_euclid(12);
    match step {
        1 => format!("{year}-{:02}", month.rem_euclid(12) + 1),
        3 => format!("{year} Q{}", month.rem_euclid(12) / 3 + 1),
        _ => year.to_string(),
    }
}

/// The next number that an axis may end with: 1, 2, 4, 6 or 8 and zeros.
fn nice(most: u64) -> u64 {
    let mut unit: u64 = 1;
    loop {
        if let Some(factor) = [1, 2, 4, 6, 8, 10].into_iter().find(|factor| unit.saturating_mul(*factor) >= most) {
            return unit.saturating_mul(factor);
        }
        unit = unit.saturating_mul(10);
    }
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a `String` cannot fail.
    if out.write_fmt(text).is_err() {
        out.push('?');
    }
}
