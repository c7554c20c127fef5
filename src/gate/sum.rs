//! What the files of a push hold together: a list cut into files, none of which is one.
//!
//! Apart from `judge`, which sees one blob at a time.

use super::judge::{About, fingerprint};
use crate::customer::{Class, Crowd, IN_PUSH, Thresholds};
use crate::text::{Finding, Kind, Place, RuleInfo, Severity, Subject, Value};
use bstr::BString;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Files named in the finding.
const NAMED: usize = 3;

/// What one text adds to the sum, and where it lies.
#[derive(Clone, Debug)]
pub struct Part {
    crowd: Crowd,
    subject: Subject,
    title: Option<BString>,
    path: Option<BString>,
}

impl Part {
    /// The values of a text in `about`.
    #[must_use]
    pub fn new(crowd: Crowd, about: &About<'_>) -> Self {
        let path = about.path.map(BString::from);
        Self { crowd, subject: about.subject.clone(), title: about.title.map(BString::from), path }
    }
}

/// The sum so far. Values are counted once, however many commits a file with them has.
#[derive(Debug, Default)]
pub struct Sum {
    crowd: Crowd,
    first: Option<(Subject, Option<BString>)>,
    files: BTreeSet<BString>,
}

impl Sum {
    /// Adds a text's values.
    pub fn add(&mut self, part: Part) {
        self.crowd.join(part.crowd);
        self.first.get_or_insert((part.subject, part.title));
        self.files.extend(part.path);
    }

    /// The finding, if there is too much in all.
    #[must_use]
    pub fn finding(&self, thresholds: &Thresholds) -> Option<Finding> {
        let (class, distinct) = self.crowd.excess(thresholds)?;
        let (subject, title) = self.first.clone()?;
        let place = Place { line: 1, column: 1 };
        let named = self.files.iter().take(NAMED).map(|path| (place, path.to_string()));
        Some(Finding {
            fingerprint: fingerprint(
                IN_PUSH,
                self.files.iter().flat_map(|path| path.as_slice()).copied().collect::<Vec<u8>>().as_slice(),
            ),
            rule: Arc::new(rule(class, self.files.len())),
            value: Value::Bulk { distinct, samples: named.collect(), hidden: Vec::new() },
            subject,
            title,
            place,
            extent: None,
            via: Vec::new(),
            member: None,
            proof: None,
            beneath: Vec::new(),
        })
    }
}

fn rule(class: Class, files: usize) -> RuleInfo {
    RuleInfo {
        id: IN_PUSH.to_owned(),
        description: format!("{} over {files} files of this push", class.description()),
        severity: Severity::Critical,
        kind: Kind::CustomerData,
        opens: None,
        revoke: None,
    }
}
