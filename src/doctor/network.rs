//! Where toolchains and proofs come from: whether they answer, with the same client, proxies and certificates
//! that an install has. Each is asked once, and only for the beginning of an answer.

use std::cell::OnceCell;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use url::Url;

use super::{Area, Check, Facts, Finding, State, date};
use crate::env::{GOPROXY, GOSUMDB};
use crate::error::Error;
use crate::go::source::{DIRECT, OFFICIAL, SourceName};
use crate::net::failure::{Failure, shown};
use crate::net::goproxy::{self, Entry, Server, join};
use crate::net::http::{self, Http, Start, is_web_page};
use crate::proof::sumdb::gosumdb::{Database, Setting};
use crate::proof::sumdb::log::{Remote, RemoteError};
use crate::proof::sumdb::note;
use crate::select::goenv::{GoEnv, Origin};
use crate::select::system;
use crate::select::world::World;
use crate::settings::Settings;
use crate::source::database::Carrier;
use crate::source::sources;
use crate::text;

pub(super) const CHECKS: &[Check] = &[
    Check { id: "certificates", area: Area::Network, run: certificates },
    Check { id: "source-list", area: Area::Network, run: list },
    Check { id: "source-proxy", area: Area::Network, run: proxy },
    Check { id: "source-dir", area: Area::Network, run: dir },
    Check { id: "database", area: Area::Network, run: database },
    Check { id: "clock", area: Area::Network, run: clock },
];

/// As much of an answer as tells what it is.
const BEGINNING: u64 = 4096;
/// A clock that is further off, in seconds, makes certificates invalid and lists old.
const MAX_OFF: u64 = 600;
/// What it means where nobody answers.
const NOBODY: &str = "no other source answers, so nothing can be installed";
/// What it means where another one does.
const SLOWER: &str = "each install goes on to the next source, later than it could";

/// Those who are asked, and what they said.
pub(super) struct Network {
    http: Arc<Http>,
    words: Option<Vec<SourceName>>,
    dl_url: Url,
    goenv: GoEnv,
    list: OnceCell<Result<Answer, Failure>>,
    proxy: OnceCell<Walk>,
}

/// An answer that is one.
struct Answer {
    url: Url,
    /// When the server says that it is, and when it is here, in seconds since 1970.
    clocks: Option<(i64, i64)>,
}

/// What the entries of GOPROXY said, in order, to whoever goes on as cmd/go does.
enum Walk {
    /// None is named.
    Unset,
    /// The value is invalid.
    Invalid(String, Origin),
    /// Switched off, before any answered.
    Off,
    /// The one that answers, after those that failed.
    Answered(Answer, Vec<Failure>),
    /// None answers.
    Failed(Vec<Failure>),
}

impl Network {
    /// Nothing is asked yet.
    pub(super) fn new(settings: &Settings, world: &World, patience: Duration) -> Self {
        let system = system::find("go", world).and_then(|go| system::goroot(&go));
        Network {
            http: Arc::new(Http::new(patience, false)),
            words: settings.sources.clone(),
            dl_url: settings.dl_url.clone(),
            goenv: sources::goenv(world.home(), system.as_deref()),
            list: OnceCell::new(),
            proxy: OnceCell::new(),
        }
    }

    fn uses(&self, word: &SourceName) -> bool {
        self.words.as_ref().is_none_or(|words| words.contains(word))
    }

    fn folders(&self) -> Vec<&PathBuf> {
        let words = self.words.iter().flatten();
        words.filter_map(|word| if let SourceName::Dir(path) = word { Some(path) } else { None }).collect()
    }

    fn ask(&self, url: Url) -> Result<Answer, Failure> {
        let response = self.http.get(&url, &Start::default())?;
        let server = response.date.as_deref().and_then(date::seconds);
        let here = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let clocks = server.zip(i64::try_from(here).ok());
        let mut body = Vec::new();
        let read = response.into_body().take(BEGINNING).read_to_end(&mut body);
        read.map_err(|error| http::broken(&url, &error))?;
        if is_web_page(&body) { Err(Failure::web_page(&url)) } else { Ok(Answer { url, clocks }) }
    }

    fn list(&self) -> &Result<Answer, Failure> {
        self.list.get_or_init(|| {
            let mut url = self.dl_url.clone();
            if let Ok(mut segments) = url.path_segments_mut() {
                segments.pop_if_empty().push("");
            }
            url.set_query(Some("mode=json"));
            self.ask(url)
        })
    }

    fn entries(&self) -> Option<Result<Vec<Entry>, (String, Origin)>> {
        let (text, origin) = self.goenv.get(GOPROXY)?;
        Some(goproxy::parse(&text).map_err(|reason| (reason, origin)))
    }

    fn proxy(&self) -> &Walk {
        self.proxy.get_or_init(|| {
            let entries = match self.entries() {
                None => return Walk::Unset,
                Some(Err((reason, origin))) => return Walk::Invalid(reason, origin),
                Some(Ok(entries)) => entries,
            };
            let mut failures = Vec::new();
            for entry in entries {
                let base = match entry.server {
                    Server::Proxy(url) => url,
                    Server::Direct => Url::parse(DIRECT).unwrap_or_else(|_| unreachable!("a constant URL")),
                    Server::Off if failures.is_empty() => return Walk::Off,
                    Server::Off => break,
                };
                match self.ask(join(&base, "golang.org/toolchain/@v/list")) {
                    Ok(answer) => return Walk::Answered(answer, failures),
                    Err(failure) => {
                        let goes_on = entry.on_any_failure || failure.is_absent();
                        failures.push(failure);
                        if !goes_on {
                            break;
                        }
                    }
                }
            }
            Walk::Failed(failures)
        })
    }

    /// Whether the release list, or a mirror's, is in use and answers.
    fn has_list(&self) -> bool {
        self.uses(&SourceName::Dl) && self.list().is_ok()
    }

    fn has_proxy(&self) -> bool {
        self.uses(&SourceName::Proxy) && matches!(self.proxy(), Walk::Answered(..))
    }

    fn has_folder(&self) -> bool {
        self.folders().iter().any(|path| path.is_dir())
    }

    /// The checksum database, or that none is asked.
    fn database(&self) -> crate::error::Result<Setting> {
        let Some((text, origin)) = self.goenv.get(GOSUMDB) else { return Setting::parse("") };
        Setting::parse(&text).map_err(|error| error.of_kind(origin.kind()).detail(format!("set by {origin}")))
    }
}

/// The network, or why it is not asked.
fn asked(facts: &Facts) -> Result<&Network, Finding> {
    if facts.offline {
        return Err(Finding::skipped("offline"));
    }
    facts.network().ok_or_else(|| Finding::skipped("the settings are invalid"))
}

fn unreachable_source(failure: &Failure, another: bool) -> Finding {
    let error = Error::from(failure.clone());
    let (state, why) = if another { (State::Warning, SLOWER) } else { (State::Failed, NOBODY) };
    let finding = Finding::of_error(state, &error, why);
    if finding.mend.is_some() {
        return finding;
    }
    finding.mend(format!("curl -v {}", crate::text::quoted(failure.address())))
}

fn certificates(facts: &Facts) -> Finding {
    let Some(network) = facts.network() else { return Finding::skipped("the settings are invalid") };
    let official = Url::parse(OFFICIAL).unwrap_or_else(|_| unreachable!("a constant URL"));
    match network.http.check_tls(&official) {
        Ok(()) => Finding::ok("root certificates are here"),
        Err(failure) => Finding::of_error(
            State::Failed,
            &Error::from(failure),
            "no server can be asked by https, go.dev included",
        ),
    }
}

fn list(facts: &Facts) -> Finding {
    let network = match asked(facts) {
        Ok(network) if network.uses(&SourceName::Dl) => network,
        Ok(_) => return Finding::skipped("`sources` has no `dl`"),
        Err(skipped) => return skipped,
    };
    match network.list() {
        Ok(answer) => Finding::ok(shown(&answer.url)),
        Err(failure) => unreachable_source(failure, network.has_proxy() || network.has_folder()),
    }
}

fn proxy(facts: &Facts) -> Finding {
    let network = match asked(facts) {
        Ok(network) if network.uses(&SourceName::Proxy) => network,
        Ok(_) => return Finding::skipped("`sources` has no `proxy`"),
        Err(skipped) => return skipped,
    };
    let another = network.has_list() || network.has_folder();
    match network.proxy() {
        Walk::Unset => Finding::skipped("`GOPROXY` is not set"),
        Walk::Off => Finding::skipped("`GOPROXY=off`"),
        Walk::Invalid(reason, origin) => {
            let seen = format!("invalid `GOPROXY`: {reason}, set by {origin}");
            let mend = if origin.path().is_some() { "go env -u GOPROXY" } else { "unset GOPROXY" };
            Finding::new(State::Failed, seen, "neither gox nor Go can download anything").mend(mend)
        }
        Walk::Answered(answer, failures) if failures.is_empty() => Finding::ok(shown(&answer.url)),
        Walk::Answered(answer, failures) => {
            let finding = unreachable_source(&failures[0], true);
            let seen = format!("{}; then `{}` answers", finding.seen, shown(&answer.url));
            Finding { seen, ..finding }
        }
        Walk::Failed(failures) => match failures.last() {
            Some(failure) => unreachable_source(failure, another),
            None => Finding::skipped("`GOPROXY` names nobody"),
        },
    }
}

fn dir(facts: &Facts) -> Finding {
    let Some(network) = facts.network() else { return Finding::skipped("the settings are invalid") };
    let folders = network.folders();
    if folders.is_empty() {
        return Finding::skipped("`sources` names no folder");
    }
    for folder in &folders {
        if let Err(error) = std::fs::read_dir(folder) {
            let seen = format!("`{}` cannot be read: {}", text::path(folder), crate::text::cause(&error));
            let mend = format!("ls -ld {}", crate::doctor::facts::quoted(folder));
            return Finding::new(State::Warning, seen, "nothing is installed from there").mend(mend);
        }
    }
    let names: Vec<_> = folders.iter().map(|folder| text::path(folder)).collect();
    Finding::ok(names.join(", "))
}

fn database(facts: &Facts) -> Finding {
    let network = match asked(facts) {
        Ok(network) => network,
        Err(skipped) => return skipped,
    };
    let required = facts.settings.as_ref().is_ok_and(|settings| settings.require_log);
    let state = if required || !network.has_list() { State::Failed } else { State::Warning };
    let why = "no module zip can be proven, and an archive only by other proofs";
    let database = match network.database() {
        Ok(Setting::Database(database)) => database,
        Ok(Setting::Off) => {
            return Finding::new(state, "`GOSUMDB` is `off`", why).mend("unset GOSUMDB; go env -u GOSUMDB");
        }
        Err(error) => return Finding::of_error(State::Failed, &error, "nothing can be installed"),
    };
    let proxies = network.entries().and_then(Result::ok).unwrap_or_default();
    match head(network, &database, proxies) {
        Ok(()) => Finding::ok(format!("{} answers", database.key().name())),
        Err(text) => {
            let address = text::without_password(&format!("{}/latest", database.direct_url()));
            let mend = format!("curl -v {}", crate::text::quoted(&address));
            Finding::new(state, text, why).mend(mend)
        }
    }
}

/// Whether the database gives its tree head, signed by its key.
fn head(network: &Network, database: &Database, proxies: Vec<Entry>) -> Result<(), String> {
    let carrier = Carrier::impatient(network.http.clone(), database.clone(), proxies);
    let note = carrier.read("/latest").map_err(|error| match error {
        RemoteError::NotFound(text) | RemoteError::Unreachable(text) => text,
    })?;
    let signed = note::open(&note, database.key());
    signed.map(drop).map_err(|error| format!("the tree head of {}: {error}", database.key().name()))
}

fn clock(facts: &Facts) -> Finding {
    let network = match asked(facts) {
        Ok(network) => network,
        Err(skipped) => return skipped,
    };
    let list = if network.uses(&SourceName::Dl) { network.list().as_ref().ok() } else { None };
    let proxy = match network.proxy() {
        Walk::Answered(answer, _) if network.uses(&SourceName::Proxy) => Some(answer),
        _ => None,
    };
    let told = [list, proxy].into_iter().flatten().find_map(|answer| Some((answer, answer.clocks?)));
    let Some((answer, (server, here))) = told else { return Finding::skipped("no server told the time") };
    let off = here.abs_diff(server);
    if off <= MAX_OFF {
        return Finding::ok("as the servers'");
    }
    let direction = if here > server { "ahead of" } else { "behind" };
    let host = answer.url.host_str().unwrap_or_default();
    let seen = format!("the clock is {} min {direction} that of {host}", off / 60);
    let why = "certificates count as expired or not yet valid, and the age of a kept list is wrong";
    Finding::new(State::Warning, seen, why).mend("timedatectl set-ntp true")
}
