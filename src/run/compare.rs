//! From the policy's `[exact]` to the tables that the judge asks.

use super::now;
use crate::exact::{Exact, Sources};
use crate::policy::Policy;
use std::error::Error as _;
use std::path::PathBuf;

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

/// What keeps the tables from being asked, and the first of them.
pub(super) fn fault(policy: &Policy) -> Option<(PathBuf, String)> {
    let error = exact(policy)?.tables().err()?;
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    Some((policy.exact.tables.first()?.clone(), format!("{error}{cause}")))
}
