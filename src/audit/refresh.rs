//! Brings what is kept to the state of the database: all of it or nothing, and no more requests than that needs.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use super::cache::{Cache, Room};
use super::database::{Database, Index, State};
use super::entry::{self, Entry};
use crate::error::Result;
use crate::os::threads::lock;

/// How many entries are fetched at a time, and so how many connections the server sees at most.
const AT_ONCE: usize = 2;

/// The state of the database now. Of `kept`, what is in the cache, entries that did not change are taken over. It fails
/// if one of the others cannot be read: without it a version might look clean that is not.
pub fn refresh(database: &Database, kept: Option<&Cache>) -> Result<Cache> {
    let State { modified, etag } = database.state(kept)?;
    if let Some(kept) = kept.filter(|kept| kept.modified == modified) {
        let mut kept = kept.clone();
        kept.etag = etag;
        return Ok(kept);
    }
    let Index { entries: mut missing, newest } = database.index()?;
    let is_unchanged = |entry: &&Entry| missing.get(&entry.id) == Some(&entry.modified);
    let kept = kept.iter().flat_map(|kept| &kept.entries);
    let mut entries: Vec<Entry> = kept.filter(is_unchanged).cloned().collect();
    let mut room = Room::default();
    for entry in &entries {
        missing.remove(&entry.id);
        room.take(entry)?;
    }
    entries.append(&mut fetch(database, missing, room, database.http.deadline())?);
    entries.sort_by(|one, other| one.id.cmp(&other.id));
    // A server that is about to get a new state may have had its old index still: the next refresh reads it again.
    let (modified, etag) =
        if entry::is_before(&newest, &modified) { (newest, None) } else { (modified, etag) };
    Ok(Cache::new(&database.base, etag, modified, entries))
}

/// Fetches entries into the room that is left. After the first failure, or the deadline, no other is begun.
fn fetch(
    database: &Database,
    missing: BTreeMap<String, String>,
    room: Room,
    deadline: Instant,
) -> Result<Vec<Entry>> {
    let (waiting, room) = (Mutex::new(missing.into_iter()), Mutex::new(room));
    let work = || -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        loop {
            let next = lock(&waiting).next();
            let Some((id, modified)) = next else { return Ok(entries) };
            let is_late = Instant::now() > deadline;
            let entry = if is_late { Err(database.too_slow()) } else { database.entry(&id, &modified) };
            let entry = entry.and_then(|entry| lock(&room).take(&entry).map(|()| entry));
            if entry.is_err() {
                lock(&waiting).by_ref().for_each(drop);
            }
            entries.push(entry?);
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        let mut entries = Vec::new();
        for worker in workers {
            let fetched = worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            entries.append(&mut fetched?);
        }
        Ok(entries)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use url::Url;

    use super::*;
    use crate::net::goauth::Goauth;
    use crate::net::http::Http;

    #[test]
    fn after_the_deadline_no_entry_is_asked_for() {
        let http = Arc::new(Http::new(Duration::from_secs(1), None, Goauth::default()));
        let database = Database::new(http, Url::parse("file:///none").unwrap());
        let said = |deadline| {
            let missing = BTreeMap::from([("GO-2026-0001".to_owned(), String::new())]);
            fetch(&database, missing, Room::default(), deadline).unwrap_err().line()
        };
        let late = "`file:///none` does not send its entries in time";
        assert_eq!(said(Instant::now().checked_sub(Duration::from_secs(1)).unwrap()), late);
        assert_ne!(said(database.http.deadline()), late);
    }
}
