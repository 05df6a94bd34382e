//! The sources of this run in their order: which one serves a toolchain or a list, and the error if none does.

use std::sync::{Arc, Mutex};

use url::Url;

use super::dir::{self, Dir};
use super::dl::Dl;
use super::proving::Proving;
use super::proxy::Proxy;
use super::race::{self, Ask, Race};
use super::releases::Releases;
use super::source_failure::SourceFailure;
use super::{Names, Opened, Scope, Source, known};
use crate::go::name::ToolchainName;
use crate::go::request::Request;
use crate::go::source::{OFFICIAL, SourceName, official};
use crate::go::version::Version;
use crate::net::failure::{Cause, Failure};
use crate::net::goproxy::{EXAMPLE_PROXY, Goproxy};
use crate::net::http::Http;
use crate::net::retry::{Retry, retry};
use crate::os::threads::lock;
use crate::proof::sumdb::gosumdb::Gosumdb;
use crate::settings::Settings;
use crate::store::layout::Home;

/// The note where folders answer because no other source did.
const ONLY_FOLDERS: &str = "could not fetch a release list: only what the folders have is known";

/// The sources in their order, with the HTTP client and the release lists that they share.
pub struct Sources {
    /// The HTTP client.
    pub http: Arc<Http>,
    /// `GOPROXY`.
    pub goproxy: Goproxy,
    /// The release lists that prove a checksum.
    pub proving: Proving,
    entries: Vec<Arc<dyn Source>>,
    /// Whether the user has chosen their order, by a setting or by `GOPROXY`.
    is_users: bool,
    /// The sources that gave no answer, once [`Sources::open`] has returned them.
    silent: Mutex<Vec<SourceName>>,
    home: Home,
}

/// The toolchain that was chosen for a request.
pub struct Chosen {
    /// The toolchain.
    pub toolchain: ToolchainName,
    /// A note for the user about the list that has it.
    pub note: Option<String>,
}

/// Why no source has a version for a request.
#[derive(Default)]
pub struct Unanswered {
    /// The names in all lists that could be read.
    pub names: Vec<ToolchainName>,
    /// Whether one of these lists is current, so that a version that is missing from all of them does not exist.
    pub is_current: bool,
    /// The sources whose list could not be read.
    pub failures: Vec<SourceFailure>,
}

/// Why one source has no version for a request: its list could not be read, or has only these names.
type Miss = Result<Names, Failure>;

fn unanswered(misses: Vec<(SourceName, Miss)>) -> Unanswered {
    let mut unanswered = Unanswered::default();
    for (source, miss) in misses {
        match miss {
            Err(failure) => unanswered.failures.push(SourceFailure { source, failure }),
            Ok(names) => {
                unanswered.is_current |= names.current;
                unanswered.names.extend(names.toolchains);
            }
        }
    }
    unanswered
}

impl Sources {
    /// The sources that the settings and `GOPROXY` name. Module zips are requested only if `database` can prove them.
    pub fn new(settings: &Settings, home: &Home, http: Http, goproxy: Goproxy, database: &Gosumdb) -> Self {
        let http = Arc::new(http);
        let lists =
            |base: Url, name: &str| Arc::new(Releases::new(http.clone(), base, home.cache().join(name)));
        let official = lists(official(), "releases");
        let own = if settings.dl_url.as_str().trim_end_matches('/') == OFFICIAL {
            official.clone()
        } else {
            lists(settings.dl_url.clone(), "releases-mirror")
        };
        let mut names = settings.sources.clone().unwrap_or_else(|| default_order(&goproxy));
        if goproxy.entries.is_empty() && settings.sources.is_none() {
            names.retain(|name| *name != SourceName::Proxy);
        }
        let source = |name: SourceName| -> Option<Arc<dyn Source>> {
            let (http, partial) = (http.clone(), home.partial());
            Some(match name {
                SourceName::Dl => {
                    let (base, releases, official) = (settings.dl_url.clone(), own.clone(), official.clone());
                    Arc::new(Dl { base, http, partial, releases, official })
                }
                SourceName::Proxy => {
                    let provable = *database != Gosumdb::Off;
                    Arc::new(Proxy::new(goproxy.entries.clone(), http, partial, provable))
                }
                SourceName::Dir(path) => Arc::new(Dir { path }),
                // It is where a tree came from, and nothing more comes from there.
                SourceName::Import => return None,
            })
        };
        let entries = names.into_iter().filter_map(source).collect();
        let (is_users, silent) = (goproxy.is_users || settings.sources.is_some(), Mutex::default());
        let proving = Proving::new(&own, &official);
        Sources { http, proving, goproxy, entries, is_users, silent, home: home.clone() }
    }

    /// The source with this name, if it is in use.
    pub fn get(&self, name: &SourceName) -> Option<&dyn Source> {
        self.all().find(|source| source.name() == *name)
    }

    /// All sources, in the order in which they are asked.
    pub fn all(&self) -> impl Iterator<Item = &dyn Source> {
        self.entries.iter().map(AsRef::as_ref)
    }

    /// Whether all sources are folders: then there is nothing but what they have.
    pub fn are_folders(&self) -> bool {
        self.all().all(is_folder)
    }

    /// What each folder that can be read has, in a line: `dir:/mnt/go has 1.22.4, 1.21.13`.
    pub fn folders(&self) -> Vec<String> {
        self.in_folders().map(|(source, names)| dir::line(&source, &names)).collect()
    }

    /// The folders that can be read, each with the names of its toolchains.
    fn in_folders(&self) -> impl Iterator<Item = (SourceName, Vec<ToolchainName>)> {
        let folders = self.all().filter(|source| is_folder(*source));
        folders.filter_map(|source| Some((source.name(), source.toolchains(Scope::All).ok()?.toolchains)))
    }

    /// The names in the list of one source, if it can be read. What is released is known from then on.
    pub(super) fn list_of(&self, source: &dyn Source) -> Option<Names> {
        let names = source.toolchains(Scope::All).ok()?;
        if !is_folder(source) {
            known::keep(&self.home, &names.toolchains);
        }
        Some(names)
    }

    /// The releases that are known without a network; none where there is nothing but what folders have.
    pub fn known(&self) -> Vec<ToolchainName> {
        if self.are_folders() {
            return Vec::new();
        }
        known::versions(&self.home).iter().map(Version::toolchain).collect()
    }

    /// `names`, and the release that a name such as `go1.22.4-alpine` is a variant of, which a list may lack.
    pub fn with_release(&self, mut names: Vec<ToolchainName>, name: &ToolchainName) -> Vec<ToolchainName> {
        let release = name.version().map(Version::toolchain);
        names.extend(release.filter(|release| self.known().contains(release)));
        names
    }

    /// Opens a toolchain at the first source that has it; returns the source's name, and why those before it were
    /// passed over, or why all were. A source that gives no answer is among them in the first call only. No source is
    /// asked again before all have failed.
    pub fn open(
        &self,
        toolchain: &ToolchainName,
    ) -> Result<(SourceName, Opened, Vec<SourceFailure>), Vec<SourceFailure>> {
        let ask = || {
            let name = toolchain.clone();
            let (answer, failures) = race(self.entries.iter(), move |source| source.open(&name));
            let failures = source_failures(failures);
            match answer {
                Some((source, opened)) => {
                    let passed_over = self.passed_over(&failures, &source);
                    Ok((source, opened, passed_over))
                }
                None => Err(failures),
            }
        };
        let worthwhile = |failures: &Vec<SourceFailure>| {
            Retry::after(failures.iter().map(|failed| &failed.failure), Failure::is_transient)
        };
        retry(ask, worthwhile)
    }

    /// The newest version for `request` in the first source whose list has one. Folders are asked after all others:
    /// what lies there says nothing of what was released since. Lists are fetched again only if no source has a version
    /// and one failed in a way that is cheap to retry.
    pub fn choose(&self, request: &Request, scope: Scope) -> Result<Chosen, Unanswered> {
        let (folders, others): (Vec<_>, Vec<_>) =
            self.entries.iter().partition(|source| is_folder(source.as_ref()));
        let (request, home) = (request.clone(), self.home.clone());
        let look = move |source: &dyn Source| {
            let mut names = source.toolchains(scope).map_err(Miss::Err)?;
            if is_folder(source) {
                // What it lacks may have been released all the same.
                names.current = false;
            } else {
                known::keep(&home, &names.toolchains);
            }
            match newest(&request, &names.toolchains) {
                Some(toolchain) => Ok(Chosen { toolchain, note: names.note }),
                None => Err(Miss::Ok(names)),
            }
        };
        let ask = || {
            let (answer, mut misses) = race(others.iter().copied(), look.clone());
            if let Some((_, chosen)) = answer {
                return Ok(chosen);
            }
            let (answer, in_folders) = race(folders.iter().copied(), look.clone());
            let is_unfetched = !misses.is_empty() && misses.iter().all(|(_, miss)| miss.is_err());
            misses.extend(in_folders);
            let (_, chosen) = answer.ok_or_else(|| unanswered(misses))?;
            Ok(Chosen { note: is_unfetched.then(|| ONLY_FOLDERS.to_owned()), ..chosen })
        };
        retry(ask, |unanswered: &Unanswered| cheap_retry(&unanswered.failures))
    }

    /// The names in the first list that can be read and is no folder's, and in all folders; lists are fetched again as
    /// by [`Sources::choose`].
    pub fn list(&self) -> Result<Names, Vec<SourceFailure>> {
        let is_asked = |source: &&Arc<dyn Source>| self.are_folders() || !is_folder(source.as_ref());
        let ask = || {
            let asked = self.entries.iter().filter(is_asked);
            let (answer, failures) = race(asked, |source| source.toolchains(Scope::All));
            answer.map(|(_, names)| names).ok_or_else(|| source_failures(failures))
        };
        let listed = retry(ask, |failures| cheap_retry(failures));
        let in_folders: Vec<_> = self.in_folders().flat_map(|(_, names)| names).collect();
        let mut names = match listed {
            Err(_) if !in_folders.is_empty() => {
                Names { note: Some(ONLY_FOLDERS.to_owned()), ..Names::of([]) }
            }
            listed => listed?,
        };
        // What lies in a folder is not for that reason a release.
        if !self.are_folders() {
            known::keep(&self.home, &names.toolchains);
        }
        names.toolchains.extend(in_folders);
        Ok(names)
    }

    /// The order with this source first, for a setting; `None` where the user has chosen the order.
    pub fn order_from(&self, first: &SourceName) -> Option<String> {
        if self.is_users {
            return None;
        }
        let others = self.all().map(Source::name).filter(|name| name != first);
        let order = [first.clone()].into_iter().chain(others).map(|name| name.to_string());
        Some(order.collect::<Vec<_>>().join(","))
    }

    /// The sources before the one that serves: each failed, or was overtaken. Those that gave no answer are left out
    /// from the second time on.
    fn passed_over(&self, failures: &[SourceFailure], serves: &SourceName) -> Vec<SourceFailure> {
        let before = self.all().map(Source::name).take_while(|name| name != serves);
        let with_failure = before.map(|source| {
            let failed = failures.iter().find(|failed| failed.source == source);
            let overtaken = || Failure::new(&official(), Cause::Overtaken);
            let failure = failed.map_or_else(overtaken, |failed| failed.failure.clone());
            SourceFailure { source, failure }
        });
        let mut silent = lock(&self.silent);
        let is_news = |SourceFailure { source, failure }: &SourceFailure| {
            if !failure.is_silence() {
                return true;
            }
            let is_first = !silent.contains(source);
            if is_first {
                silent.push(source.clone());
            }
            is_first
        };
        with_failure.filter(is_news).collect()
    }
}

/// Asks the sources in their order: the first answer, and the failures of those that were asked too.
fn race<'a, T: Send + 'static, E: Send + 'static>(
    sources: impl Iterator<Item = &'a Arc<dyn Source>>,
    ask: impl Fn(&dyn Source) -> Result<T, E> + Clone + Send + Sync + 'static,
) -> Race<SourceName, T, E> {
    let asks = sources.map(|source| {
        let (source, ask) = (source.clone(), ask.clone());
        (source.name(), Arc::new(move || ask(source.as_ref())) as Ask<T, E>)
    });
    race::first(asks.collect())
}

/// The order where no setting names one: proxies come first if the user has set `GOPROXY`.
fn default_order(goproxy: &Goproxy) -> Vec<SourceName> {
    let mut order = vec![SourceName::Dl, SourceName::Proxy];
    if goproxy.is_users {
        order.reverse();
    }
    order
}

fn is_folder(source: &dyn Source) -> bool {
    matches!(source.name(), SourceName::Dir(_))
}

fn source_failures(failures: Vec<(SourceName, Failure)>) -> Vec<SourceFailure> {
    failures.into_iter().map(|(source, failure)| SourceFailure { source, failure }).collect()
}

fn cheap_retry(failures: &[SourceFailure]) -> Option<Retry> {
    Retry::after(failures.iter().map(|failed| &failed.failure), Failure::is_cheap_to_retry)
}

/// The hint for a network without go.dev, where `GOPROXY` is as nobody set it.
pub fn proxy_hint(request: &Request) -> String {
    let command = format!("GOPROXY={EXAMPLE_PROXY} gox install {}", request.quoted());
    format!("if go.dev cannot be reached, set a module proxy: `{command}`")
}

/// The newest of the names that matches the request. A name with a suffix matches only a request for it.
pub fn newest(request: &Request, names: &[ToolchainName]) -> Option<ToolchainName> {
    if let Some(name) = request.toolchain() {
        return names.contains(&name).then_some(name);
    }
    request.choose(names.iter().filter_map(ToolchainName::release)).map(Version::toolchain)
}
