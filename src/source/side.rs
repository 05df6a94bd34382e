//! A second connection beside a download, for bytes of the file that the download has not reached. No download depends
//! on it: many servers have no ranges, and some that say so do not.

use std::ops::Range;
use std::sync::Arc;

use crate::net::http::{Http, Part, Place};

/// A way to any bytes of a file that is being downloaded.
pub struct Side {
    pub(super) http: Arc<Http>,
    pub(super) place: Place,
    /// The length of the file in bytes.
    pub total: u64,
    pub(super) validator: Option<String>,
}

impl Side {
    /// The bytes at these positions, if the server that sends the download gives them. They are as unproven as those of
    /// the download.
    pub fn bytes(&self, range: Range<u64>) -> Option<Vec<u8>> {
        let part = Part { range, total: self.total, validator: self.validator.clone() };
        self.http.part(&self.place, &part)
    }
}
