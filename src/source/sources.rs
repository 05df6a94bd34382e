//! All sources of this run in their order, and what they say together.

use std::sync::Arc;

use url::Url;

use super::absent::no_such_version;
use super::dir::Dir;
use super::dl::Dl;
use super::proxy::Proxy;
use super::race::{self, Ask};
use super::releases::{Freshness, List, Releases};
use super::silent::{Silent, told};
use super::{Names, Opened, Scope, Source, known};
use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::go::request::Request;
use crate::go::source::{OFFICIAL, SourceName, official};
use crate::go::version::Version;
use crate::net::failure::{Cause, Failure};
use crate::net::goproxy::{Entry, Goproxy};
use crate::net::http::Http;
use crate::net::retry::{Retry, retry};
use crate::proof::pinned;
use crate::proof::sumdb::gosumdb::Gosumdb;
use crate::settings::Settings;
use crate::store::layout::Home;

/// The sources, and what they share.
pub struct Sources {
    /// The client.
    pub http: Arc<Http>,
    /// The proxies of `GOPROXY`; empty where nothing names one.
    pub proxies: Vec<Entry>,
    /// The release lists that prove a checksum.
    pub proving: Proving,
    entries: Vec<Arc<dyn Source>>,
    home: Home,
}

/// The release lists that prove a checksum, first the one nearest to the user.
#[derive(Clone)]
pub struct Proving(Vec<Arc<Releases>>);

/// The version that answers a request.
pub struct Chosen {
    /// The toolchain.
    pub toolchain: ToolchainName,
    /// What the user should know of the list that has it.
    pub note: Option<String>,
}

/// Why no source has an answer to a request.
#[derive(Default)]
pub struct Unanswered {
    /// All that the lists have which answered.
    pub names: Vec<ToolchainName>,
    /// The sources without a list.
    pub silent: Vec<Silent>,
}

/// The answer with its source, and what others gave in place of one.
type Race<T, E> = (Option<(SourceName, T)>, Vec<(SourceName, E)>);

/// What keeps one source from answering a request.
enum Miss {
    Failed(Failure),
    NoMatch(Vec<ToolchainName>),
}

impl From<Vec<(SourceName, Miss)>> for Unanswered {
    fn from(misses: Vec<(SourceName, Miss)>) -> Self {
        let mut unanswered = Unanswered::default();
        for (source, miss) in misses {
            match miss {
                Miss::Failed(failure) => unanswered.silent.push(Silent { source, failure }),
                Miss::NoMatch(names) => unanswered.names.extend(names),
            }
        }
        unanswered
    }
}

impl Sources {
    /// The sources that settings and `GOPROXY` name. Without a database that can prove them, no module zips are asked
    /// for.
    pub fn new(settings: &Settings, home: &Home, goproxy: Goproxy, database: &Gosumdb) -> Self {
        let http = Arc::new(Http::new(settings.timeout, settings.offline));
        let lists =
            |base: Url, name: &str| Arc::new(Releases::new(http.clone(), base, home.cache().join(name)));
        let official = lists(official(), "releases");
        let own = if settings.dl_url.as_str().trim_end_matches('/') == OFFICIAL {
            official.clone()
        } else {
            lists(settings.dl_url.clone(), "releases-mirror")
        };
        let mut names = settings.sources.clone().unwrap_or_else(|| default_order(&goproxy));
        let Goproxy { entries: proxies, .. } = goproxy;
        if proxies.is_empty() && settings.sources.is_none() {
            names.retain(|name| *name != SourceName::Proxy);
        }
        let source = |name: SourceName| -> Arc<dyn Source> {
            let (http, partial) = (http.clone(), home.partial());
            match name {
                SourceName::Dl => {
                    let (base, releases, official) = (settings.dl_url.clone(), own.clone(), official.clone());
                    Arc::new(Dl { base, http, partial, releases, official })
                }
                SourceName::Proxy => {
                    let provable = *database != Gosumdb::Off;
                    Arc::new(Proxy { entries: proxies.clone(), http, partial, provable })
                }
                SourceName::Dir(path) => Arc::new(Dir { path }),
            }
        };
        let entries = names.into_iter().map(source).collect();
        let mut proving = vec![official.clone()];
        if own.is_official() && !Arc::ptr_eq(&own, &official) {
            proving.insert(0, own.clone());
        }
        Sources { http, proving: Proving(proving), proxies, entries, home: home.clone() }
    }

    /// The source of that name, where it is in use.
    pub fn get(&self, name: &SourceName) -> Option<&dyn Source> {
        self.all().find(|source| source.name() == *name)
    }

    /// All sources, in the order in which they are asked.
    pub fn all(&self) -> impl Iterator<Item = &dyn Source> {
        self.entries.iter().map(AsRef::as_ref)
    }

    /// The bytes of a toolchain from the first source that has them, with its name; and the sources before it.
    /// Nothing is asked twice before all have failed.
    pub fn open(&self, toolchain: &ToolchainName) -> Result<(SourceName, Opened, Vec<Silent>)> {
        let ask = || {
            let name = toolchain.clone();
            let (answer, failures) = self.race(move |source| source.open(&name));
            let silent: Vec<Silent> = silent(failures);
            match answer {
                Some((source, opened)) => {
                    let passed_over = self.passed_over(&silent, &source);
                    Ok((source, opened, passed_over))
                }
                None => Err(silent),
            }
        };
        let worthwhile = |silent: &Vec<Silent>| {
            Retry::after(silent.iter().map(|silent| &silent.failure), Failure::is_transient)
        };
        retry(ask, worthwhile).map_err(|silent| self.exhausted(toolchain, &silent))
    }

    /// The version that answers `request` in the first source whose list has one. A list is asked for
    /// again only where no source has an answer and one failed in a way that is cheap to retry.
    pub fn choose(&self, request: &Request, scope: Scope) -> Result<Chosen, Unanswered> {
        let ask = || {
            let (request, home) = (request.clone(), self.home.clone());
            let (answer, misses) = self.race(move |source| {
                let Names { toolchains, note, .. } = source.toolchains(scope).map_err(Miss::Failed)?;
                known::keep(&home, &toolchains);
                match newest(&request, &toolchains) {
                    Some(toolchain) => Ok(Chosen { toolchain, note }),
                    None => Err(Miss::NoMatch(toolchains)),
                }
            });
            answer.map(|(_, chosen)| chosen).ok_or_else(|| Unanswered::from(misses))
        };
        retry(ask, |unanswered| cheap_retry(&unanswered.silent))
    }

    /// All that the first source with a list has; asked for again as by [`Sources::choose`].
    pub fn list(&self) -> Result<Names, Vec<Silent>> {
        let ask = || {
            let (answer, failures) = self.race(|source| source.toolchains(Scope::All));
            answer.map(|(_, names)| names).ok_or_else(|| silent(failures))
        };
        let names = retry(ask, |silent| cheap_retry(silent))?;
        known::keep(&self.home, &names.toolchains);
        Ok(names)
    }

    /// The sources before the one that serves: what they said, or that they said nothing.
    fn passed_over(&self, silent: &[Silent], serves: &SourceName) -> Vec<Silent> {
        let before = self.all().map(Source::name).take_while(|name| name != serves);
        let judged = before.map(|source| {
            let failure =
                silent.iter().find(|silent| silent.source == source).map(|silent| silent.failure.clone());
            let failure = failure.unwrap_or_else(|| Failure::new(&official(), Cause::Overtaken));
            Silent { source, failure }
        });
        judged.collect()
    }

    fn race<T: Send + 'static, E: Send + 'static>(
        &self,
        ask: impl Fn(&dyn Source) -> Result<T, E> + Clone + Send + Sync + 'static,
    ) -> Race<T, E> {
        let asks = self.entries.iter().map(|source| {
            let (source, ask) = (source.clone(), ask.clone());
            Arc::new(move || ask(source.as_ref())) as Ask<T, E>
        });
        let race::Outcome { answer, failures } = race::first(asks.collect());
        let name = |index: usize| self.entries[index].name();
        let failures = failures.into_iter().map(|(index, failure)| (name(index), failure));
        (answer.map(|(index, answer)| (name(index), answer)), failures.collect())
    }

    /// What it means that nobody served: the version does not exist, or the network is in the way. A source that gave
    /// no connection or no answer is not waited for a second time.
    fn exhausted(&self, toolchain: &ToolchainName, silent: &[Silent]) -> Error {
        let is_unanswered = |source: &SourceName| {
            silent.iter().any(|silent| silent.source == *source && silent.failure.is_unanswered())
        };
        let answering = self.all().filter(|source| !is_unanswered(&source.name()));
        let lists = answering.filter_map(|source| source.toolchains(Scope::All).ok());
        // A list that was kept and is too old cannot say that a version does not exist.
        let listed: Vec<ToolchainName> =
            lists.filter(|names| names.current).flat_map(|names| names.toolchains).collect();
        let all_absent = !silent.is_empty() && silent.iter().all(|silent| silent.failure.is_absent());
        let unlisted = !listed.is_empty() && !listed.contains(toolchain);
        if all_absent || unlisted {
            let names = if listed.is_empty() { pinned::toolchains(Platform::HOST) } else { listed };
            return no_such_version(toolchain, &names, silent);
        }
        let refused = silent.iter().any(|silent| silent.failure.cause == Cause::Unprovable);
        let kind = if refused { Kind::Verification } else { Kind::Network };
        let error = told(Error::new(kind, format!("could not download `{toolchain}`")), silent);
        if !self.proxies.is_empty() || silent.iter().any(|silent| silent.failure.hint().is_some()) {
            return error;
        }
        error.hint(proxy_hint(&toolchain.request()))
    }
}

impl Proving {
    /// The first list that can be had. It is asked for again where that is cheap, because a release that no list
    /// proves is installed only in part.
    pub fn list(&self, freshness: Freshness) -> Option<List> {
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
}

/// The order where no setting names one: who sets GOPROXY means the proxies first.
fn default_order(goproxy: &Goproxy) -> Vec<SourceName> {
    let mut order = vec![SourceName::Dl, SourceName::Proxy];
    if goproxy.is_users {
        order.reverse();
    }
    order
}

fn silent(failures: Vec<(SourceName, Failure)>) -> Vec<Silent> {
    failures.into_iter().map(|(source, failure)| Silent { source, failure }).collect()
}

fn cheap_retry(silent: &[Silent]) -> Option<Retry> {
    Retry::after(silent.iter().map(|silent| &silent.failure), Failure::is_cheap_to_retry)
}

/// What to do where nothing names a module proxy.
pub fn proxy_hint(request: &Request) -> String {
    let command = format!("GOPROXY=https://proxy.example.com gox install {}", request.quoted());
    format!("where go.dev is out of reach, name a module proxy: `{command}`")
}

/// The newest of the names that answers the request. A name with a suffix answers no request but its own.
pub fn newest(request: &Request, names: &[ToolchainName]) -> Option<ToolchainName> {
    request.choose(names.iter().filter_map(ToolchainName::release)).map(Version::toolchain)
}
