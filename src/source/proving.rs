//! The release lists whose checksums prove an archive.

use std::sync::Arc;

use super::Scope;
use super::releases::{Freshness, List, Releases};
use crate::net::failure::Failure;
use crate::net::retry::{Retry, retry};

/// The release lists that prove a checksum, the one set by the user before the one of go.dev.
#[derive(Clone)]
pub struct Proving(Vec<Arc<Releases>>);

impl Proving {
    /// The list of the user's base, if it proves anything, and that of go.dev.
    pub fn new(own: &Arc<Releases>, official: &Arc<Releases>) -> Self {
        let own = Some(own).filter(|own| own.is_official() && !Arc::ptr_eq(own, official));
        Proving(own.into_iter().chain([official]).cloned().collect())
    }

    /// A list that has this file and is at hand, if `freshness` allows for one of an earlier run; else the first that
    /// can be read. Lists are fetched again after a failure that is cheap to retry, because an archive without a
    /// checksum is installed in part only.
    pub fn list(&self, file: &str, freshness: Freshness) -> Option<List> {
        if freshness == Freshness::Hour
            && let Some(list) = self.at_hand(file)
        {
            return Some(list);
        }
        let ask = || {
            let mut failures = Vec::new();
            for releases in &self.0 {
                match releases.list(Scope::All, freshness) {
                    Ok(list) => return Ok(list),
                    Err(failure) => failures.push(failure),
                }
            }
            Err(failures)
        };
        retry(ask, |failures: &Vec<Failure>| Retry::after(failures, Failure::is_cheap_to_retry)).ok()
    }

    /// Fetches the list for this file, unless one is at hand, for [`Proving::list`] to have it. Asks once: whether the
    /// list is needed is not known yet.
    pub fn fetch_once(&self, file: &str) {
        if self.at_hand(file).is_none()
            && let Some(first) = self.0.first()
        {
            let _ = first.list(Scope::All, Freshness::Hour);
        }
    }

    fn at_hand(&self, file: &str) -> Option<List> {
        self.0.iter().find_map(|releases| releases.at_hand(file))
    }
}
