//! The release list of go.dev or of a mirror: fetched, checked, kept for an hour.
//!
//! Any list finds versions. Only the list of Go's own hosts over TLS proves a checksum
//! (Go source of the site: `golang/website/internal/dl`).

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use url::Url;

use super::Scope;
use super::probe::{Probe, probe};
use crate::fs::read::read_at_most;
use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::net::failure::{Cause, Failure, shown};
use crate::net::http::{Http, is_web_page};

/// The hosts whose list proves a checksum: they are the same service.
const OFFICIAL_HOSTS: [&str; 2] = ["go.dev", "golang.google.cn"];
/// The whole list has 1 MB; a longer one is no list.
const LIMIT: u64 = 32 << 20;
/// The same for the list that was kept.
const MAX_KEPT: usize = 64 << 20;
/// As long as the site's own cache.
const FRESH: Duration = Duration::from_secs(3600);

/// Whether a kept list will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// A kept list that is younger than an hour.
    Hour,
    /// Only one that is fetched now.
    Now,
}

/// One release.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Release {
    /// The toolchain's name: `go1.22.4`.
    pub version: ToolchainName,
    /// Neither beta nor release candidate.
    pub stable: bool,
    /// Everything that can be downloaded.
    pub files: Vec<ReleaseFile>,
}

/// One file of a release.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReleaseFile {
    /// The file's name below the base URL.
    pub filename: String,
    /// GOOS.
    pub os: String,
    /// GOARCH, but `armv6l` for Linux on 32-bit ARM.
    pub arch: String,
    /// Lower-case hex, or empty where only a sha1 was ever published.
    #[serde(default)]
    pub sha256: String,
    /// In bytes; 0 where unknown.
    #[serde(default)]
    pub size: u64,
    /// `archive`, `installer` or `source`.
    pub kind: String,
}

/// A list and what it is worth.
#[derive(Debug)]
pub struct List {
    /// In the server's order: newest first.
    pub releases: Vec<Release>,
    /// It came from Go's own host over TLS.
    pub proves: bool,
    /// It was kept from an earlier run.
    pub cached: bool,
    /// It is older than an hour.
    pub old: bool,
    /// Why the network did not give a newer one; said once.
    pub stale: Option<Failure>,
}

impl List {
    /// The file of that name.
    pub fn file(&self, filename: &str) -> Option<&ReleaseFile> {
        self.releases.iter().flat_map(|release| &release.files).find(|file| file.filename == filename)
    }

    /// What the user should know of a list that is too old.
    pub fn stale_note(&self) -> Option<String> {
        let failure = self.stale.as_ref()?;
        Some(format!("using a release list from an earlier run, as there is no newer one: {failure}"))
    }

    /// The names of all toolchains that have an archive for `platform`.
    pub fn toolchains(&self, platform: Platform) -> Vec<ToolchainName> {
        let fits = |file: &ReleaseFile| {
            file.kind == "archive" && file.os == platform.os && file.arch == platform.archive_arch()
        };
        let releases = self.releases.iter().filter(|release| release.files.iter().any(fits));
        releases.map(|release| release.version.clone()).collect()
    }
}

/// The lists below one base URL.
pub struct Releases {
    http: Arc<Http>,
    base: Url,
    cache: PathBuf,
    /// Whether the user was told already that a list is stale.
    told: AtomicBool,
}

#[derive(Serialize, Deserialize)]
struct CachedList {
    url: String,
    releases: Vec<Release>,
}

impl Releases {
    /// The lists below `base`, kept in the directory `cache`.
    pub fn new(http: Arc<Http>, base: Url, cache: PathBuf) -> Self {
        Releases { http, base, cache, told: AtomicBool::new(false) }
    }

    /// Whether the base is one of Go's own hosts over TLS.
    pub fn is_official(&self) -> bool {
        let host = self.base.host_str().unwrap_or_default();
        self.base.scheme() == "https" && self.base.port().is_none() && OFFICIAL_HOSTS.contains(&host)
    }

    /// The list: kept, fetched, or kept and too old when the network is away.
    pub fn list(&self, scope: Scope, freshness: Freshness) -> Result<List, Failure> {
        let kept = self.kept(scope);
        if freshness == Freshness::Hour
            && let Some((releases, age)) = &kept
            && *age < FRESH
        {
            return Ok(self.judged(releases.clone(), true, None));
        }
        match self.fetch(scope) {
            Ok(releases) => Ok(self.judged(releases, false, None)),
            Err(failure) => match kept {
                Some((releases, _)) if !failure.is_absent() => Ok(self.judged(releases, true, Some(failure))),
                _ => Err(failure),
            },
        }
    }

    /// Whether the list, or its beginning, can be had now.
    pub fn probe(&self) -> Result<Probe, Failure> {
        probe(&self.http, &self.url(Scope::Latest))
    }

    fn judged(&self, releases: Vec<Release>, cached: bool, stale: Option<Failure>) -> List {
        let old = stale.is_some();
        let stale = stale.filter(|_| !self.told.swap(true, Ordering::Relaxed));
        List { releases, proves: self.is_official(), cached, old, stale }
    }

    fn url(&self, scope: Scope) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("");
        }
        url.set_query(Some(match scope {
            Scope::Latest => "mode=json",
            Scope::All => "mode=json&include=all",
        }));
        url
    }

    fn fetch(&self, scope: Scope) -> Result<Vec<Release>, Failure> {
        let url = self.url(scope);
        let body = self.http.get_bytes(&url, LIMIT)?;
        if is_web_page(&body) {
            return Err(Failure::web_page(&url));
        }
        let releases: Vec<Release> = serde_json::from_slice(&body).map_err(|error| {
            // It may quote all of what it does not understand.
            let error: String = error.to_string().chars().take(200).collect();
            let text = format!("the answer is no release list: {error}");
            Failure::new(&url, Cause::Unexpected(text))
        })?;
        self.keep(scope, &url, &releases);
        Ok(releases)
    }

    fn path(&self, scope: Scope) -> PathBuf {
        self.cache.join(match scope {
            Scope::Latest => "releases-latest.json",
            Scope::All => "releases.json",
        })
    }

    /// A kept list of this very URL, and its age. Anything that cannot be read counts as absent.
    fn kept(&self, scope: Scope) -> Option<(Vec<Release>, Duration)> {
        let path = self.path(scope);
        let kept: CachedList = serde_json::from_slice(&read_at_most(&path, MAX_KEPT).ok()?).ok()?;
        let modified = fs::metadata(&path).ok()?.modified().ok()?;
        // A time in the future says that the clock was moved: then nothing is known of the age.
        let age = SystemTime::now().duration_since(modified).ok()?;
        (kept.url == shown(&self.url(scope))).then_some((kept.releases, age))
    }

    /// Failing to keep a list costs a download next time, and nothing else.
    fn keep(&self, scope: Scope, url: &Url, releases: &[Release]) {
        let kept = CachedList { url: shown(url), releases: releases.to_vec() };
        let Ok(text) = serde_json::to_vec(&kept) else { return };
        let _ = crate::fs::write::write_cached(&self.path(scope), &text);
    }
}
