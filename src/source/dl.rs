//! The source `dl`: archives of go.dev/dl or of a mirror.

use std::path::PathBuf;
use std::sync::Arc;

use url::Url;

use super::download::Download;
use super::partial::Partial;
use super::probe::Probe;
use super::releases::{Freshness, Releases};
use super::{Bytes, Names, Opened, Scope, Source};
use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::go::source::{Format, SourceName};
use crate::net::failure::Failure;
use crate::net::goproxy::join;
use crate::net::http::Http;

/// Archives below one base URL.
pub struct Dl {
    /// The base URL: archives are at `<base>/<file>`.
    pub base: Url,
    /// The HTTP client.
    pub http: Arc<Http>,
    /// The directory for partial downloads.
    pub partial: PathBuf,
    /// The release list below the base URL.
    pub releases: Arc<Releases>,
    /// The release list of go.dev, used if a mirror has none.
    pub official: Arc<Releases>,
}

impl Source for Dl {
    fn name(&self) -> SourceName {
        SourceName::Dl
    }

    fn open(&self, toolchain: &ToolchainName) -> Result<Opened, Failure> {
        let file = Platform::HOST.archive(toolchain);
        let url = join(&self.base, &file);
        let partial = Partial::new(&self.partial, &file);
        let download = Download::open(self.http.clone(), url, partial)?;
        Ok(Opened { format: Format::Archive, bytes: Bytes::Network(Box::new(download)) })
    }

    /// Many mirrors have no release list; then the one of go.dev is used.
    fn toolchains(&self, scope: Scope) -> Result<Names, Failure> {
        let own = self.releases.list(scope, Freshness::Hour);
        let (list, fallback_note) = match own {
            Err(failure) if !self.releases.is_official() => {
                match self.official.list(scope, Freshness::Hour) {
                    Ok(list) => (list, Some(format!("using the release list of go.dev: {failure}"))),
                    Err(_) => return Err(failure),
                }
            }
            own => (own?, None),
        };
        let note = list.stale_note().or(fallback_note);
        Ok(Names { note, current: !list.old, ..Names::of(list.toolchains(Platform::HOST)) })
    }

    fn probe(&self) -> Result<Probe, Failure> {
        self.releases.probe()
    }
}
