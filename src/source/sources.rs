//! All sources of this run in their order, and what they say together.

use std::path::Path;
use std::sync::Arc;

use url::Url;

use super::dir::Dir;
use super::dl::Dl;
use super::proxy::Proxy;
use super::releases::{Freshness, List, Releases, Scope};
use super::said::{Said, told};
use super::{Names, Opened, Source, known, race};
use crate::env::GOPROXY;
use crate::error::{Error, Kind, Result};
use crate::go::request::{self, Request};
use crate::go::source::{OFFICIAL, SourceName};
use crate::go::version::{Version, version_of_toolchain};
use crate::net::failure::{Cause, Failure};
use crate::net::goproxy::{self, Entry};
use crate::net::http::Http;
use crate::net::retry::{Hope, patiently};
use crate::proof::sumdb::gosumdb::Setting;
use crate::select::goenv::{GoEnv, Origin};
use crate::settings::Settings;
use crate::store::layout::Home;

/// The sources, and what they share.
pub struct Sources {
    /// The client.
    pub http: Arc<Http>,
    /// The release lists that prove a checksum, first the one nearest to the user.
    proving: Vec<Arc<Releases>>,
    /// The proxies of `GOPROXY`; empty where nothing names one.
    pub proxies: Vec<Entry>,
    entries: Vec<Arc<dyn Source>>,
    home: Home,
}

/// The version that answers a request.
pub struct Chosen {
    /// The toolchain's name.
    pub toolchain: String,
    /// What the user should know of the list that has it.
    pub note: Option<String>,
}

/// Why no source has an answer to a request.
#[derive(Default)]
pub struct Unanswered {
    /// All that the lists have which answered.
    pub names: Vec<String>,
    /// What the sources without a list said.
    pub said: Vec<Said>,
}

/// The answer with its source's word, and what others gave in place of one.
type Race<T, E> = (Option<(String, T)>, Vec<(String, E)>);

/// What keeps one source from answering a request.
enum Miss {
    Failed(Failure),
    NoMatch(Vec<String>),
}

impl From<Vec<(String, Miss)>> for Unanswered {
    fn from(misses: Vec<(String, Miss)>) -> Self {
        let mut unanswered = Unanswered::default();
        for (source, miss) in misses {
            match miss {
                Miss::Failed(failure) => unanswered.said.push(Said { source, failure }),
                Miss::NoMatch(names) => unanswered.names.extend(names),
            }
        }
        unanswered
    }
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
        let own = if settings.dl_url.as_str().trim_end_matches('/') == OFFICIAL {
            official.clone()
        } else {
            lists(settings.dl_url.clone(), "releases-mirror")
        };
        let set_by_user = matches!(goproxy, Some((_, Origin::Environment | Origin::File(_))));
        let default = if set_by_user {
            [SourceName::Proxy, SourceName::Dl]
        } else {
            [SourceName::Dl, SourceName::Proxy]
        };
        let words = settings.sources.clone().unwrap_or_else(|| default.to_vec());
        let provable = *database != Setting::Off;
        let entry = |word: SourceName| -> Option<Arc<dyn Source>> {
            let (http, partial) = (http.clone(), home.partial());
            match word {
                SourceName::Dl => {
                    let (base, releases, official) = (settings.dl_url.clone(), own.clone(), official.clone());
                    Some(Arc::new(Dl { base, http, partial, releases, official }))
                }
                SourceName::Proxy if proxies.is_empty() && settings.sources.is_none() => None,
                SourceName::Proxy => {
                    Some(Arc::new(Proxy { entries: proxies.clone(), http, partial, provable }))
                }
                SourceName::Dir(path) => Some(Arc::new(Dir { path })),
            }
        };
        let entries = words.into_iter().filter_map(entry).collect();
        let mut proving = vec![official.clone()];
        if own.is_official() && !Arc::ptr_eq(&own, &official) {
            proving.insert(0, own.clone());
        }
        Ok(Sources { http, proving, proxies, entries, home: home.clone() })
    }

    /// The bytes of a toolchain from the first source that has them, with its word; and what others said.
    /// Nothing is asked twice before all have failed.
    pub fn open(&self, toolchain: &str) -> Result<(String, Opened, Vec<Said>)> {
        let ask = || {
            let name = toolchain.to_owned();
            let (answer, failures) = self.race(move |source| source.open(&name));
            let said: Vec<Said> =
                failures.into_iter().map(|(source, failure)| Said { source, failure }).collect();
            match answer {
                Some((source, opened)) => {
                    let passed_over = self.passed_over(&said, &source);
                    Ok((source, opened, passed_over))
                }
                None => Err(said),
            }
        };
        let transient = |said: &Said| said.failure.is_transient();
        let hope =
            |said: &Vec<Said>| Hope::of(said.iter().filter(|said| transient(said)).map(|said| &said.failure));
        patiently(ask, hope).map_err(|said| self.exhausted(toolchain, &said))
    }

    /// The version that answers `request` in the first source whose list has one. A list is asked for
    /// again only where no source has an answer and one has stumbled.
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
        patiently(ask, |unanswered| {
            Hope::of(unanswered.said.iter().map(|said| &said.failure).filter(|failure| failure.is_stumble()))
        })
    }

    /// The first list that proves checksums and can be had; asked for again where one has stumbled, as a
    /// release that no list proves is installed in part only.
    pub fn proving_list(&self, freshness: Freshness) -> Option<List> {
        let ask = || {
            let mut failures = Vec::new();
            for releases in &self.proving {
                match releases.list(Scope::All, freshness) {
                    Ok(list) => return Ok(list),
                    Err(failure) => failures.push(failure),
                }
            }
            Err(failures)
        };
        let hope = |failures: &Vec<Failure>| Hope::of(failures.iter().filter(|failure| failure.is_stumble()));
        patiently(ask, hope).ok()
    }

    /// All that the first source with a list has; asked for again as by [`Sources::choose`].
    pub fn list(&self) -> Result<Names, Vec<Said>> {
        let ask = || {
            let (answer, failures) = self.race(|source| source.toolchains(Scope::All));
            let failures = failures.into_iter().map(|(source, failure)| Said { source, failure });
            answer.map(|(_, names)| names).ok_or_else(|| failures.collect::<Vec<_>>())
        };
        let names = patiently(ask, |said| {
            Hope::of(said.iter().map(|said| &said.failure).filter(|failure| failure.is_stumble()))
        })?;
        known::keep(&self.home, &names.toolchains);
        Ok(names)
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

    fn race<T: Send + 'static, E: Send + 'static>(
        &self,
        ask: impl Fn(&dyn Source) -> Result<T, E> + Clone + Send + 'static,
    ) -> Race<T, E> {
        let attempts = self.entries.iter().map(|source| {
            let (source, ask) = (source.clone(), ask.clone());
            Box::new(move || ask(source.as_ref())) as race::Attempt<T, E>
        });
        let race::Outcome { answer, failures } = race::first(attempts.collect());
        let name = |index: usize| self.entries[index].name();
        let failures = failures.into_iter().map(|(index, failure)| (name(index), failure));
        (answer.map(|(index, answer)| (name(index), answer)), failures.collect())
    }

    /// What it means that nobody served: the version does not exist, or the network is in the way.
    fn exhausted(&self, toolchain: &str, said: &[Said]) -> Error {
        let lists = self.entries.iter().map(|source| source.toolchains(Scope::All)).filter_map(Result::ok);
        // A list that was kept and is too old cannot say that a version does not exist.
        let listed: Vec<String> =
            lists.filter(|names| names.current).flat_map(|names| names.toolchains).collect();
        let all_absent = !said.is_empty() && said.iter().all(|said| said.failure.is_absent());
        let unlisted = !listed.is_empty() && !listed.iter().any(|name| name == toolchain);
        if all_absent || unlisted {
            let names = if listed.is_empty() {
                crate::proof::pinned::toolchains(crate::go::platform::Platform::HOST)
            } else {
                listed
            };
            return crate::source::nearest::no_such_version(toolchain, &names, said);
        }
        let refused = said.iter().any(|said| said.failure.cause == Cause::Unprovable);
        let kind = if refused { Kind::Verification } else { Kind::Network };
        let error = Error::new(kind, format!("could not download `{toolchain}`"));
        let error = told(error, said);
        if !self.proxies.is_empty() || said.iter().any(|said| said.failure.hint().is_some()) {
            return error;
        }
        error.hint(proxy_hint(&request::of_toolchain(toolchain)))
    }
}

/// What to do where nothing names a module proxy.
pub fn proxy_hint(request: &str) -> String {
    let command = format!("GOPROXY=https://proxy.example.com gox install {request}");
    format!("where go.dev is out of reach, name a module proxy: `{command}`")
}

fn invalid_goproxy(reason: &str, origin: &Origin) -> Error {
    Error::new(origin.kind(), format!("invalid `GOPROXY`: {reason}")).detail(format!("set by {origin}"))
}

fn official_url() -> Url {
    Url::parse(OFFICIAL).unwrap_or_else(|_| unreachable!("a constant URL"))
}

/// The newest of the names that answers the request. A name with a suffix answers no request but its own.
pub fn newest(request: &Request, names: &[String]) -> Option<String> {
    let plain = |name: &String| version_of_toolchain(name).filter(|version| version.toolchain() == *name);
    let versions: Vec<Version> = names.iter().filter_map(plain).collect();
    request.choose(versions.iter()).map(Version::toolchain)
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
