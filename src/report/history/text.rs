//! The listing by finding, for a terminal or a log.

use super::page::{date, grouped, plural};
use super::{Leak, Results};
use crate::text::printable;

/// Places listed for one value; all are counted.
const PLACES: usize = 20;

/// A paragraph for each value, the most urgent first.
#[must_use]
pub fn by_finding(leaks: &[Leak<'_>]) -> String {
    let several = leaks.iter().flat_map(|leak| &leak.repositories).collect::<std::collections::BTreeSet<_>>().len() > 1;
    let mut out = String::new();
    for (number, leak) in leaks.iter().enumerate() {
        let it = leak.first;
        let still = leak.whereabouts();
        push(&mut out, &format!("{}) {} ({}), {}, {still}", number + 1, it.description, it.rule, it.severity));
        push(&mut out, &format!("   value   {}, fingerprint {}", it.masked(), it.fingerprint));
        push(&mut out, &format!("   since   {}, last added {}", date(leak.since), date(leak.last)));
        for (label, text) in [("proof", &it.proof), ("opens", &it.opens), ("revoke", &it.revoke)] {
            if let Some(text) = text {
                push(&mut out, &format!("   {label:<8}{text}"));
            }
        }
        push(&mut out, &format!("   places  {}", plural(leak.places.len(), "place")));
        for place in leak.places.iter().take(PLACES) {
            let commit: String = place.commit.as_deref().unwrap_or_default().chars().take(10).collect();
            let repository = if several { format!("{}: ", place.repository) } else { String::new() };
            let head = place.still().map(|still| format!(" ({still})")).unwrap_or_default();
            push(&mut out, &format!("     {} {commit} {repository}{}{head}", date(place.time), place.location()));
        }
        if leak.places.len() > PLACES {
            push(&mut out, &format!("     ... and {} more", grouped((leak.places.len() - PLACES) as u64)));
        }
        out.push('\n');
    }
    out
}

/// The numbers alone, in one line.
#[must_use]
pub fn counted(results: &Results, leaks: &[Leak<'_>]) -> String {
    let failed = results.repositories.iter().filter(|it| it.error.is_some()).count();
    let failed = if failed > 0 { format!(", {} of them not scanned", grouped(failed as u64)) } else { String::new() };
    let in_head = leaks.iter().filter(|leak| leak.in_head == Some(true)).count();
    let unborn = results.repositories.iter().filter(|it| it.unborn && it.places > 0).count();
    let unknown = "HEAD has no commit: what is still there is not known";
    let still = match unborn {
        0 => format!(", {} of them still in HEAD", grouped(in_head as u64)),
        all if all == results.repositories.len() => format!("; {unknown}"),
        some => {
            let of = plural(some, "repository");
            format!(", {} of them still in HEAD; in {of} {unknown}", grouped(in_head as u64))
        }
    };
    format!(
        "{}{failed}; {} at {}{still}\n",
        plural(results.repositories.len(), "repository"),
        plural(leaks.len(), "value"),
        plural(results.sightings.len(), "place"),
    )
}

fn push(out: &mut String, line: &str) {
    out.push_str(printable(line.as_bytes()).trim_end());
    out.push('\n');
}
