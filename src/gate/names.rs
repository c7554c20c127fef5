//! Names of files, folders and references: text that a push adds as well.

use super::before::Before;
use super::judge::{About, Examined, Judge, JudgeError};
use crate::text::{Finding, Subject};
use bstr::{BStr, BString};

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
