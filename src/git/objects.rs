//! The object stores in the form that gix's own functions read from.

use super::store::{Reader, Store};
use gix::hash::oid;
use gix::objs::Data;
use std::cell::RefCell;

/// A reader as gix's own functions want it.
pub struct Objects<'s>(RefCell<Reader<'s>>);

impl<'s> Objects<'s> {
    /// Reads through a cursor of its own.
    #[must_use]
    pub fn new(store: &'s Store) -> Self {
        Self(RefCell::new(store.reader()))
    }
}

impl gix::objs::Find for Objects<'_> {
    fn try_find<'a>(&self, id: &oid, buffer: &'a mut Vec<u8>) -> gix::Result<Option<Data<'a>>> {
        let mut reader = self.0.borrow_mut();
        let hash = reader.store().hash();
        match reader.find(id, buffer) {
            Ok(found) => Ok(found.map(|loaded| Data::new(loaded.data, loaded.kind, hash))),
            Err(error) => Err(gix::Error::from_error(error)),
        }
    }
}
