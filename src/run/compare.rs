//! From the policy's `[exact]` to the tables that the judge asks.

use super::now;
use crate::exact::{Exact, Sources};
use crate::policy::Policy;

/// The organisation's own customers; none when the policy names no table.
pub(super) fn exact(policy: &Policy) -> Option<Exact> {
    let of = &policy.exact;
    if of.tables.is_empty() {
        return None;
    }
    let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    Some(Exact::new(Sources {
        tables: of.tables.clone(),
        keys: of.keys.clone(),
        now: now(),
        emails: count(of.emails),
        numbers: count(of.numbers),
        own_domains: policy.customer.own_domains.clone(),
    }))
}
