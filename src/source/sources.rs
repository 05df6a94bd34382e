//! All sources of this run in their order, and what they say together.

use std::path::Path;
use std::sync::Arc;

use url::Url;

use super::dir::Dir;
use super::dl::Dl;
use super::download::{RETRIES, pause};
use super::goproxy::{self, Entry};
use super::http::{Cause, Failure, Http};
use super::proxy::Proxy;
use super::race;
use super::releases::{OFFICIAL, Releases, Scope};
use super::said::{Said, told};
use super::{Names, Opened, Source};
use crate::error::{Error, Kind, Result};
use crate::proof::gosumdb::Setting;
use crate::select::goenv::{GoEnv, Origin};
use crate::select::variables::GOPROXY;
use crate::settings::{Settings, SourceWord};
use crate::store::layout::Home;

/// The sources, and what they share.
pub struct Sources {
    /// The client.
    pub http: Arc<Http>,
    /// Go's own release list.
    pub official: Arc<Releases>,
    /// The proxies of `GOPROXY`; empty where nothing names one.
    pub proxies: Vec<Entry>,
    entries: Vec<Arc<dyn Source>>,
}

/// The names that a source has.
pub struct Listing {
    /// The first that a source gave.
    pub names: Names,
    /// What sources before it said.
    pub failed: Vec<Said>,
}

impl Sources {
    /// The sources that settings and `GOPROXY` name.
    pub fn new(settings: &Settings, home: &Home, goenv: &GoEnv, database: &Setting) -> Result<Self> {
        let http = Arc::new(Http::new(settings.timeout, settings.offline));
        let goproxy = goenv.get(GOPROXY);
        let proxies = match &goproxy {
            Some((text, origin)) => {
                goproxy::parse(text).map_err(|reason| invalid_goproxy(&reason, origin))?
            }
            None => Vec::new(),
        };
        let lists =
            |base: Url, name: &str| Arc::new(Releases::new(http.clone(), base, home.cache().join(name)));
        let official = lists(official_url(), "releases");
        let own = if settings.dl_url == official_url() {
            official.clone()
        } else {
            lists(settings.dl_url.clone(), "releases-mirror")
        };
        let set_by_user = matches!(goproxy, Some((_, Origin::Environment | Origin::File(_))));
        let default = if set_by_user {
            [SourceWord::Proxy, SourceWord::Dl]
        } else {
            [SourceWord::Dl, SourceWord::Proxy]
        };
        let words = settings.sources.clone().unwrap_or_else(|| default.to_vec());
        let provable = *database != Setting::Off;
        let entry = |word: SourceWord| -> Option<Arc<dyn Source>> {
            let (http, partial) = (http.clone(), home.partial());
            match word {
                SourceWord::Dl => {
                    let (base, releases, official) = (settings.dl_url.clone(), own.clone(), official.clone());
                    Some(Arc::new(Dl { base, http, partial, releases, official }))
                }
                SourceWord::Proxy if proxies.is_empty() && settings.sources.is_none() => None,
                SourceWord::Proxy => {
                    Some(Arc::new(Proxy { entries: proxies.clone(), http, partial, provable }))
                }
                SourceWord::Dir(path) => Some(Arc::new(Dir { path })),
            }
        };
        let entries = words.into_iter().filter_map(entry).collect();
        Ok(Sources { http, official, proxies, entries })
    }

    /// The bytes of a toolchain from the first source that has them, with its word; and what others said.
    /// Nothing is asked twice before all have failed.
    pub fn open(&self, toolchain: &str) -> Result<(String, Opened, Vec<Said>)> {
        let mut failures = 0;
        loop {
            let name = toolchain.to_owned();
            let (answer, said) = self.race(move |source| source.open(&name));
            if let Some((source, opened)) = answer {
                let passed_over = self.passed_over(&said, &source);
                return Ok((source, opened, passed_over));
            }
            if !said.iter().any(|said| said.failure.is_transient()) || failures == RETRIES {
                return Err(self.exhausted(toolchain, &said));
            }
            let retry_after = said.iter().filter_map(|said| said.failure.retry_after()).max();
            std::thread::sleep(pause(failures, retry_after));
            failures += 1;
        }
    }

    /// The names that the first source with a list has.
    pub fn toolchains(&self, scope: Scope) -> Result<Listing, Vec<Said>> {
        match self.race(move |source| source.toolchains(scope)) {
            (Some((_, names)), failed) => Ok(Listing { names, failed }),
            (None, failed) => Err(failed),
        }
    }

    /// The sources before the one that serves: what they said, or that they said nothing.
    fn passed_over(&self, said: &[Said], serves: &str) -> Vec<Said> {
        let before = self.entries.iter().map(|source| source.name()).take_while(|name| name != serves);
        let judged = before.map(|source| {
            let failure = said.iter().find(|said| said.source == source).map(|said| said.failure.clone());
            let failure = failure.unwrap_or_else(|| Failure::new(&official_url(), Cause::Overtaken));
            Said { source, failure }
        });
        judged.collect()
    }

    fn race<T: Send + 'static>(
        &self,
        ask: impl Fn(&dyn Source) -> Result<T, Failure> + Clone + Send + 'static,
    ) -> (Option<(String, T)>, Vec<Said>) {
        let attempts = self.entries.iter().map(|source| {
            let (source, ask) = (source.clone(), ask.clone());
            Box::new(move || ask(source.as_ref())) as race::Attempt<T, Failure>
        });
        let race::Outcome { answer, failures } = race::first(attempts.collect());
        let name = |index: usize| self.entries[index].name();
        let said = failures.into_iter().map(|(index, failure)| Said { source: name(index), failure });
        (answer.map(|(index, answer)| (name(index), answer)), said.collect())
    }

    /// What it means that nobody served: the version does not exist, or the network is in the way.
    fn exhausted(&self, toolchain: &str, said: &[Said]) -> Error {
        let listed = self.entries.iter().map(|source| source.toolchains(Scope::All)).filter_map(Result::ok);
        let listed: Vec<String> = listed.flat_map(|names| names.toolchains).collect();
        let all_absent = !said.is_empty() && said.iter().all(|said| said.failure.is_absent());
        let unlisted = !listed.is_empty() && !listed.iter().any(|name| name == toolchain);
        if all_absent || unlisted {
            let names = if listed.is_empty() {
                crate::proof::pinned::toolchains(super::platform::Platform::HOST)
            } else {
                listed
            };
            return super::nearest::no_such_version(toolchain, &names, said);
        }
        let refused = said.iter().any(|said| said.failure.cause == Cause::Unprovable);
        let kind = if refused { Kind::Verification } else { Kind::Network };
        let error = Error::new(kind, format!("could not download `{toolchain}`"));
        let error = told(error, said);
        if !self.proxies.is_empty() || said.iter().any(|said| said.failure.hint().is_some()) {
            return error;
        }
        let request = toolchain.trim_start_matches("go");
        error.hint(format!(
            "where go.dev is out of reach, name a module proxy: `GOPROXY=https://… gox install {request}`"
        ))
    }
}

fn invalid_goproxy(reason: &str, origin: &Origin) -> Error {
    Error::new(origin.kind(), format!("invalid `GOPROXY`: {reason}")).detail(format!("set by {origin}"))
}

fn official_url() -> Url {
    Url::parse(OFFICIAL).unwrap_or_else(|_| unreachable!("a constant URL"))
}

/// Whether a system Go or an installed toolchain names proxies is asked of its `go.env`.
pub fn goenv(home: &Home, system_goroot: Option<&Path>) -> GoEnv {
    let installed = || crate::store::inventory::all(&crate::store::inventory::homes(home));
    let newest =
        || installed().into_iter().map(|toolchain| toolchain.path).find(|path| path.join("go.env").is_file());
    match system_goroot {
        Some(goroot) if goroot.join("go.env").is_file() => GoEnv::read(Some(goroot)),
        _ => GoEnv::read(newest().as_deref()),
    }
}
