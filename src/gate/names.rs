//! Names of files, folders and references: text that a push adds as well.

use super::before::Before;
use super::judge::{About, Examined, Judge, JudgeError};
use crate::text::{Finding, Subject};
use bstr::{BStr, BString, ByteSlice};
use std::collections::HashSet;

/// How many names are remembered at most; a push with more looks at the others anew.
const MOST_REMEMBERED: usize = 1 << 18;

/// Names that gave nothing away: folders of many commits hold the same ones over and over.
#[derive(Debug, Default)]
pub struct Harmless(HashSet<BString>);

impl Harmless {
    /// As [`Judge::name`], without a second look at a name that is known here.
    ///
    /// # Errors
    /// When a rule cannot run or time is over.
    pub fn judge(
        &mut self,
        judge: &Judge,
        name: &BStr,
        subject: impl FnOnce() -> Subject,
    ) -> Result<Vec<Finding>, JudgeError> {
        if self.0.contains(name.as_bytes().as_bstr()) {
            return Ok(Vec::new());
        }
        let mut looked_harmless = true;
        let found = judge.name(name, || {
            looked_harmless = false;
            subject()
        })?;
        if looked_harmless && self.0.len() < MOST_REMEMBERED {
            self.0.insert(name.to_owned());
        }
        Ok(found)
    }
}

impl Judge {
    /// What a name gives away; `subject` is only made when it does.
    ///
    /// # Errors
    /// When a rule cannot run or time is over.
    pub fn name(&self, name: &BStr, subject: impl FnOnce() -> Subject) -> Result<Vec<Finding>, JudgeError> {
        if !self.suspects(name)? {
            return Ok(Vec::new());
        }
        let about = About { subject: subject(), title: None, path: None };
        let Examined { mut findings, excused, .. } = self.examine(name, &about, &Before::default())?;
        // A name is no place for a comment about itself.
        findings.extend(excused.into_iter().map(|excused| excused.what));
        Ok(findings)
    }

    /// What a reference's name gives away.
    ///
    /// # Errors
    /// When a rule cannot run or time is over.
    pub fn ref_name(&self, name: &BString) -> Result<Vec<Finding>, JudgeError> {
        self.name(name.as_ref(), || Subject::RefName(name.clone()))
    }
}
