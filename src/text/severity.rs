//! How bad a finding is, and of which half of the mission. Apart from findings because the build script needs it too.

use serde::{Deserialize, Serialize};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// Worth a look.
    Low,
    /// Harmful together with something else.
    Medium,
    /// Opens something.
    High,
    /// Opens everything, or is a person's data.
    Critical,
}

impl Severity {
    /// The word used in policies and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// Which half of the mission a rule belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// Something that opens a door.
    Secret,
    /// Somebody's personal data.
    CustomerData,
    /// A word by which an organisation knows what is its own.
    Marker,
}
