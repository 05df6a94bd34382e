//! What gox keeps of the database: one file, written whole, which may vanish at any time.

use std::io;
use std::path::PathBuf;

use semver::Version;
use serde::{Deserialize, Serialize};
use url::Url;

use super::counts::Counts;
use super::entry::{self, Entry};
use crate::error::{Error, Kind, Result};
use crate::fs::read::read_at_most;
use crate::fs::write::write_cached;
use crate::go::platform::Platform;
use crate::net::address::shown;
use crate::store::layout::Home;
use crate::text;

/// The number of the file's format. A file of another one counts as absent.
const FORMAT: u32 = 1;
/// Limit in bytes for the file, 25 times its size today.
const MAX_BYTES: usize = 2 << 20;
/// Limit for the [items](Entry::items) of all entries; today there are 633. Each is looked at by most
/// commands.
const MAX_ITEMS: usize = 4000;

/// How many days a state counts as current after its last change. Go's database changes several times a week, and grype
/// refuses one that is older than 5 days (its setting `db.max-allowed-built-age`). A month leaves room for a copy that
/// is renewed by hand.
const MAX_DAYS: u64 = 30;

/// The entries of one state of the database that affect Go itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cache {
    format: u32,
    /// The address of the database, without credentials.
    pub address: String,
    /// The tag by which its server knows this state.
    pub etag: Option<String>,
    /// When the database was changed last, as it writes that itself.
    pub modified: String,
    /// The entries, by their ids.
    pub entries: Vec<Entry>,
}

impl Cache {
    /// A state of the database at `base`.
    pub(super) fn new(base: &Url, etag: Option<String>, modified: String, entries: Vec<Entry>) -> Self {
        Cache { format: FORMAT, address: shown(base), etag, modified, entries }
    }

    /// What is kept of the database at `base`. A file that cannot be read counts as absent.
    pub fn read(home: &Home, base: &Url) -> Option<Self> {
        let cache: Cache = serde_json::from_slice(&read_at_most(&path(home), MAX_BYTES).ok()?).ok()?;
        let is_ours =
            cache.format == FORMAT && cache.address == shown(base) && entry::is_time(&cache.modified);
        let items: usize = cache.entries.iter().map(Entry::items).sum();
        (is_ours && items <= MAX_ITEMS).then_some(cache)
    }

    /// Replaces what is kept.
    pub fn write(&self, home: &Home) -> io::Result<()> {
        let text = serde_json::to_vec(self)?;
        if text.len() > MAX_BYTES {
            return Err(io::Error::other(format!("it would have more than {MAX_BYTES} bytes")));
        }
        write_cached(&path(home), &text)
    }

    /// The day of [`Cache::modified`].
    pub fn day(&self) -> &str {
        day(&self.modified)
    }

    /// How many entries affect a version on this machine's platform.
    pub fn counts(&self) -> Counts {
        Counts::new(&self.entries)
    }

    /// The entries that affect the version on this machine's platform.
    pub fn affecting(&self, version: &Version) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.affects_on(version, Platform::HOST))
    }

    /// How many entries affect the version on other platforms alone.
    pub fn elsewhere(&self, version: &Version) -> usize {
        let is_elsewhere =
            |entry: &&Entry| entry.affects(version) && !entry.affects_on(version, Platform::HOST);
        self.entries.iter().filter(is_elsewhere).count()
    }
}

/// The day of a time such as `2026-11-26T10:00:00Z`.
fn day(time: &str) -> &str {
    time.get(..10).unwrap_or(time)
}

/// The error where a database was changed last at `modified`, too long before `now`, in seconds since 1970: it is a
/// mirror or a folder that nobody renews.
pub fn outdated(modified: &str, now: u64) -> Option<Error> {
    let days = (now / text::SECONDS_PER_DAY).saturating_sub(text::days(day(modified)));
    (days > MAX_DAYS).then(|| {
        let message =
            format!("it was last changed {days} days ago; Go's own database changes several times a week");
        Error::new(Kind::Network, message)
            .hint("renew the copy that `gox config vulndb` names, or ask Go's own: `unset GOX_VULNDB`, or `gox config unset vulndb`")
    })
}

/// The room for entries that are kept.
#[derive(Default)]
pub(super) struct Room {
    bytes: usize,
    items: usize,
}

impl Room {
    /// Takes the room for an entry; fails where all of them would be more than is kept.
    pub(super) fn take(&mut self, entry: &Entry) -> Result<()> {
        self.bytes += serde_json::to_vec(entry).map_or(0, |text| text.len());
        self.items += entry.items();
        if self.bytes > MAX_BYTES || self.items > MAX_ITEMS {
            let message = format!(
                "the entries for Go itself have more than {MAX_BYTES} bytes, or more than {MAX_ITEMS} packages and intervals of versions"
            );
            return Err(Error::new(Kind::Verification, message));
        }
        Ok(())
    }
}

fn path(home: &Home) -> PathBuf {
    home.cache().join("vulndb.json")
}
