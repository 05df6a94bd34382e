//! The database as its server or its folder has it: the index, and a file for each entry
//! (go.dev/security/vuln/database, "API").

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use flate2::read::GzDecoder;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::cache::{self, Cache};
use super::entry::{self, Entry, Module};
use crate::error::{Error, Kind, Result};
use crate::net::address::shown;
use crate::net::failure::Failure;
use crate::net::goproxy::join;
use crate::net::http::{Http, Unless, is_web_page};
use crate::net::retry::{Retry, retry};
use crate::settings::Vulndb;
use crate::source::sources::Sources;
use crate::store::receipt::now;
use crate::text;

/// Limit in bytes for a file of the index, packed and unpacked.
const MAX_INDEX: u64 = 4 << 20;
/// Limit in bytes for an entry, packed and unpacked; today's longest has 8 kB.
const MAX_ENTRY: u64 = 256 << 10;
/// Limit for the entries that affect Go itself; today there are 199.
const MAX_ENTRIES: usize = 2000;
/// How far the clocks of the database and of this machine may be apart, in seconds.
const MAX_AHEAD: u64 = text::SECONDS_PER_DAY;
/// The first bytes of a gzip stream.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A database.
pub struct Database {
    pub(super) http: Arc<Http>,
    /// Its address.
    pub base: Url,
}

/// The state of the database, and the tag by which its server knows it.
pub(super) struct State {
    pub(super) modified: String,
    pub(super) etag: Option<String>,
}

/// Which entries there are.
#[derive(Default)]
pub(super) struct Index {
    /// The ids of all that affect Go itself, each with the time when it was changed last.
    pub(super) entries: BTreeMap<String, String>,
    /// The last change of any entry, also of one that does not affect Go itself.
    pub(super) newest: String,
}

#[derive(Deserialize)]
struct Changed {
    modified: String,
}

#[derive(Deserialize)]
struct IndexedModule {
    path: String,
    #[serde(default)]
    vulns: Vec<Changing>,
}

#[derive(Deserialize)]
struct Changing {
    id: String,
    modified: String,
}

impl Database {
    /// The error where the entries take longer than a file may.
    pub(super) fn too_slow(&self) -> Error {
        Error::new(Kind::Network, format!("`{}` does not send its entries in time", shown(&self.base)))
            .hint("wait longer: `export GOX_TIMEOUT=120`, in seconds")
    }

    /// The database at `base`.
    pub fn new(http: Arc<Http>, base: Url) -> Self {
        Database { http, base }
    }

    /// The database that the settings name; `None` where it is switched off, where gox `is_offline`, and where nobody named
    /// one and all sources are folders. A folder may always be asked.
    pub fn asked(vulndb: &Vulndb, is_offline: bool, sources: &Sources) -> Option<Self> {
        let Ok(Some(base)) = vulndb.address.clone() else { return None };
        let may_ask = !is_offline && (vulndb.is_users || !sources.are_folders());
        (base.scheme() == "file" || may_ask).then(|| Database::new(sources.http.clone(), base))
    }

    /// Fails unless the database answers with a state that counts as current.
    pub fn check(&self) -> Result<()> {
        cache::outdated(&self.state(None)?.modified, now()).map_or(Ok(()), Err)
    }

    /// The state of the database; that of `kept` where the server says that it did not change. It fails where that is
    /// newer: an old copy would call clean what is known to be affected.
    pub(super) fn state(&self, kept: Option<&Cache>) -> Result<State> {
        let url = self.url("index/db");
        let known = kept.and_then(|kept| Some((kept.etag.as_deref()?, kept)));
        let (body, etag) = match retry(|| self.http.get_unless(&url, known, MAX_INDEX), again)? {
            Unless::Known(Cache { modified, etag, .. }) => {
                return Ok(State { modified: modified.clone(), etag: etag.clone() });
            }
            Unless::New { body, etag } => (body, etag),
        };
        let Changed { modified } = parse(&url, &unpacked(&url, body, MAX_INDEX)?)?;
        if !entry::is_time(&modified) {
            return Err(refused(&url, &format!("`{}` is no time", text::excerpt(&modified))));
        }
        let (day, last) = (&modified[..10], text::date(now() + MAX_AHEAD));
        if *day > *last {
            let reason =
                format!("it is of {day}, which is in the future; is the clock of this machine right?");
            return Err(refused(&url, &reason));
        }
        if let Some(kept) = kept.filter(|kept| entry::is_before(&modified, &kept.modified)) {
            let reason = format!("it is of {modified}, and older than what is kept, of {}", kept.modified);
            return Err(refused(&url, &reason));
        }
        Ok(State { modified, etag })
    }

    /// Which entries there are.
    pub(super) fn index(&self) -> Result<Index> {
        let url = self.url("index/modules");
        let modules: Vec<IndexedModule> = parse(&url, &self.whole(&url, MAX_INDEX)?)?;
        let mut index = Index::default();
        let mut seen = Vec::new();
        for IndexedModule { path, vulns } in modules {
            if let Some(entry) = vulns.iter().find(|entry| !entry::is_time(&entry.modified)) {
                return Err(refused(&url, &format!("`{}` is no time", text::excerpt(&entry.modified))));
            }
            for Changing { modified, .. } in &vulns {
                if entry::is_before(&index.newest, modified) {
                    index.newest.clone_from(modified);
                }
            }
            let Some(module) = Module::named(&path).filter(|_| !vulns.is_empty()) else { continue };
            if seen.contains(&module) {
                return Err(refused(&url, "it has a module twice"));
            }
            seen.push(module);
            include(&mut index.entries, vulns).map_err(|reason| refused(&url, &reason))?;
        }
        // Both have had entries since 2021, so an index without is not the whole one.
        if seen.len() < 2 {
            return Err(refused(&url, "it does not have entries of both `stdlib` and `toolchain`"));
        }
        Ok(index)
    }

    /// An entry, as it was changed at `modified`.
    pub(super) fn entry(&self, id: &str, modified: &str) -> Result<Entry> {
        let url = self.url(&format!("ID/{id}"));
        let text = self.whole(&url, MAX_ENTRY)?;
        let entry = entry::read(&text, &text::date(now())).map_err(|reason| refused(&url, &reason))?;
        if (entry.id.as_str(), entry.modified.as_str()) != (id, modified) {
            let reason =
                format!("it is {} of {}, where the index has {id} of {modified}", entry.id, entry.modified);
            return Err(refused(&url, &reason));
        }
        Ok(entry)
    }

    /// The address of a file. Servers have each file packed as well, and govulncheck asks for those alone.
    fn url(&self, path: &str) -> Url {
        let packed = if self.base.scheme() == "file" { "" } else { ".gz" };
        join(&self.base, &format!("{path}.json{packed}"))
    }

    fn whole(&self, url: &Url, limit: u64) -> Result<Vec<u8>> {
        unpacked(url, retry(|| self.http.get_bytes(url, limit), again)?, limit)
    }
}

/// Whether to ask again after a failure.
fn again(failure: &Failure) -> Option<Retry> {
    Retry::after([failure], Failure::is_cheap_to_retry)
}

/// Adds the entries of a module. An entry may be there twice, for two parts of a module, but not with two times. The
/// error says why they are none.
fn include(index: &mut BTreeMap<String, String>, vulns: Vec<Changing>) -> std::result::Result<(), String> {
    for Changing { id, modified } in vulns {
        if !entry::is_id(&id) {
            return Err(format!("`{}` is no id of an entry", text::excerpt(&id)));
        }
        let known = index.entry(id.clone()).or_insert_with(|| modified.clone());
        if *known != modified {
            return Err(format!("it has {id} of {known}, and of {modified}"));
        }
    }
    if index.len() > MAX_ENTRIES {
        return Err(format!("it has more than {MAX_ENTRIES} entries for Go itself"));
    }
    Ok(())
}

/// The text of a file, which may be packed.
fn unpacked(url: &Url, body: Vec<u8>, limit: u64) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    if body.starts_with(&GZIP) {
        let read = GzDecoder::new(body.as_slice()).take(limit + 1).read_to_end(&mut text);
        read.map_err(|error| refused(url, &format!("it cannot be unpacked: {error}")))?;
    } else {
        text = body;
    }
    if text.len() as u64 > limit {
        return Err(refused(url, &format!("it unpacks to more than {limit} bytes")));
    }
    if is_web_page(&text) {
        return Err(Failure::web_page(url).into());
    }
    Ok(text)
}

fn parse<T: DeserializeOwned>(url: &Url, text: &[u8]) -> Result<T> {
    serde_json::from_slice(text).map_err(|error| refused(url, &text::excerpt(&error.to_string())))
}

/// The error for a file that came whole and is not what it should be.
fn refused(url: &Url, reason: &str) -> Error {
    Error::new(Kind::Verification, format!("`{}`: {reason}", shown(url)))
}
