//! The release list of go.dev or of a mirror: fetched, parsed, cached for an hour
//! (source of the site: `golang/website/internal/dl`).
//!
//! Any list finds versions. Only one from Go's own hosts over TLS proves a checksum.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use url::Url;

use super::Scope;
use super::probe::{Probe, probe};
use super::shared::Shared;
use crate::fs::read::read_at_most;
use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::net::address::shown;
use crate::net::failure::{Cause, Failure};
use crate::net::http::{Http, is_web_page};

/// Go's own hosts, whose list proves a checksum: two names of one service.
const OFFICIAL_HOSTS: [&str; 2] = ["go.dev", "golang.google.cn"];
/// Limit in bytes for a fetched list; the full one has 1 MB today.
const MAX_FETCHED: u64 = 32 << 20;
/// Limit in bytes for a cached list, which gox writes in its own JSON.
const MAX_CACHED: usize = 64 << 20;
/// How long a cached list is used without asking again: as long as the site's own cache keeps it.
const FRESH: Duration = Duration::from_secs(3600);

/// How old a list may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// A cached list that is younger than an hour will do.
    Hour,
    /// A new list is fetched.
    Now,
}

/// One release.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Release {
    /// The toolchain's name, such as `go1.22.4`.
    pub version: ToolchainName,
    /// Its files.
    pub files: Vec<ReleaseFile>,
}

/// One file of a release.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReleaseFile {
    /// The file's name below the base URL.
    pub filename: String,
    /// The sha256 in lower-case hex; empty where only a sha1 was ever published.
    #[serde(default)]
    pub sha256: String,
    /// `archive`, `installer` or `source`.
    pub kind: String,
}

/// A release list, and how far it can be relied on.
#[derive(Debug)]
pub struct List {
    /// The releases in the server's order, newest first.
    pub releases: Arc<Vec<Release>>,
    /// Whether it proves checksums, because it came from one of Go's own hosts over TLS.
    pub proves: bool,
    /// Whether it was read from the cache.
    pub cached: bool,
    /// Whether it was read from the cache because a newer one could not be fetched.
    pub old: bool,
    /// Why a newer list could not be fetched; given with the first old list only, so that the user is told once.
    pub stale: Option<Failure>,
}

impl List {
    /// The file with this name.
    pub fn file(&self, filename: &str) -> Option<&ReleaseFile> {
        self.releases.iter().flat_map(|release| &release.files).find(|file| file.filename == filename)
    }

    /// A note for the user that a newer list could not be fetched.
    pub fn stale_note(&self) -> Option<String> {
        let failure = self.stale.as_ref()?;
        Some(format!("using the release list of an earlier run, could not fetch a newer one: {failure}"))
    }

    /// The names of all toolchains that have an archive for `platform`.
    pub fn toolchains(&self, platform: Platform) -> Vec<ToolchainName> {
        let has_archive = |release: &&Release| {
            let archive = platform.archive(&release.version);
            release.files.iter().any(|file| file.filename == archive)
        };
        self.releases.iter().filter(has_archive).map(|release| release.version.clone()).collect()
    }
}

/// The release lists below one base URL.
pub struct Releases {
    http: Arc<Http>,
    base: Url,
    cache: PathBuf,
    /// The short list and the whole one, as this run has fetched them.
    fetched: [Shared<Arc<Vec<Release>>>; 2],
    /// Whether a list has been returned with the reason why it is old.
    is_stale_reported: AtomicBool,
}

#[derive(Serialize, Deserialize)]
struct CachedList {
    url: String,
    releases: Vec<Release>,
}

impl Releases {
    /// The lists below `base`, cached in the directory `cache`.
    pub fn new(http: Arc<Http>, base: Url, cache: PathBuf) -> Self {
        Releases { http, base, cache, fetched: Default::default(), is_stale_reported: AtomicBool::new(false) }
    }

    /// Whether the base URL is one of Go's own hosts over TLS.
    pub fn is_official(&self) -> bool {
        let host = self.base.host_str().unwrap_or_default();
        self.base.scheme() == "https" && self.base.port().is_none() && OFFICIAL_HOSTS.contains(&host)
    }

    /// The list from the cache if that is fresh, else from the network, which is asked once in a run. If that fails,
    /// the cached list however old, unless the server says that there is no list.
    pub fn list(&self, scope: Scope, freshness: Freshness) -> Result<List, Failure> {
        if let Some(list) = self.known(scope) {
            return Ok(list);
        }
        let cached = self.cached(scope);
        if freshness == Freshness::Hour
            && let Some((releases, age)) = &cached
            && *age < FRESH
        {
            return Ok(self.list_of(releases.clone(), true, None));
        }
        match self.fetched[scope as usize].get(|| self.fetch(scope)) {
            Ok(releases) => Ok(self.list_of(releases, false, None)),
            Err(failure) => match cached {
                Some((releases, _)) if !failure.is_absent() => {
                    Ok(self.list_of(releases, true, Some(failure)))
                }
                _ => Err(failure),
            },
        }
    }

    /// A list that was fetched within the hour and has this file.
    pub fn at_hand(&self, filename: &str) -> Option<List> {
        let lists = [Scope::Latest, Scope::All].into_iter().filter_map(|scope| {
            let fresh = || self.cached(scope).filter(|(_, age)| *age < FRESH);
            self.known(scope).or_else(|| Some(self.list_of(fresh()?.0, true, None)))
        });
        lists.into_iter().find(|list| list.file(filename).is_some())
    }

    /// The list that this run has fetched. The whole one has what the short one has.
    fn known(&self, scope: Scope) -> Option<List> {
        let [latest, all] = &self.fetched;
        let latest = || latest.known().filter(|_| scope == Scope::Latest);
        all.known().or_else(latest).map(|releases| self.list_of(releases, false, None))
    }

    /// Requests the beginning of the list, past the cache.
    pub fn probe(&self) -> Result<Probe, Failure> {
        probe(&self.http, &self.url(Scope::Latest))
    }

    fn list_of(&self, releases: Arc<Vec<Release>>, cached: bool, stale: Option<Failure>) -> List {
        let old = stale.is_some();
        let stale = stale.filter(|_| !self.is_stale_reported.swap(true, Ordering::Relaxed));
        List { releases, proves: self.is_official(), cached, old, stale }
    }

    fn url(&self, scope: Scope) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("");
        }
        let list = match scope {
            Scope::Latest => "mode=json",
            Scope::All => "mode=json&include=all",
        };
        // A query of the base, such as a token, goes with the archives, too.
        let query = url.query().map_or_else(|| list.to_owned(), |own| format!("{own}&{list}"));
        url.set_query(Some(&query));
        url
    }

    fn fetch(&self, scope: Scope) -> Result<Arc<Vec<Release>>, Failure> {
        let url = self.url(scope);
        let body = self.http.get_bytes(&url, MAX_FETCHED)?;
        if is_web_page(&body) {
            return Err(Failure::web_page(&url));
        }
        let releases: Vec<Release> = serde_json::from_slice(&body).map_err(|error| {
            // The parser's message may quote any length of the input.
            let error: String = error.to_string().chars().take(200).collect();
            let text = format!("the answer is not a release list: {error}");
            Failure::new(&url, Cause::Unexpected(text))
        })?;
        self.keep(scope, &url, &releases);
        Ok(Arc::new(releases))
    }

    fn path(&self, scope: Scope) -> PathBuf {
        self.cache.join(match scope {
            Scope::Latest => "releases-latest.json",
            Scope::All => "releases.json",
        })
    }

    /// The cached list of this URL, and its age. A file that cannot be read counts as absent.
    fn cached(&self, scope: Scope) -> Option<(Arc<Vec<Release>>, Duration)> {
        let path = self.path(scope);
        let cached: CachedList = serde_json::from_slice(&read_at_most(&path, MAX_CACHED).ok()?).ok()?;
        let modified = fs::metadata(&path).ok()?.modified().ok()?;
        // A time in the future means that the clock was set back, so that the age is unknown.
        let age = SystemTime::now().duration_since(modified).ok()?;
        (cached.url == shown(&self.url(scope))).then_some((Arc::new(cached.releases), age))
    }

    /// Writes the list to the cache. A failure is ignored: it only costs a download next time.
    fn keep(&self, scope: Scope, url: &Url, releases: &[Release]) {
        let list = CachedList { url: shown(url), releases: releases.to_vec() };
        let Ok(text) = serde_json::to_vec(&list) else { return };
        let _ = crate::fs::write::write_cached(&self.path(scope), &text);
    }
}
