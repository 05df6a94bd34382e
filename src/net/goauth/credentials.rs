//! What the methods of `GOAUTH` said in this run, by the beginning of the addresses that it is for.

use std::collections::BTreeMap;
use std::iter;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::Url;

use super::answer;
use super::git::Filled;
use super::netrc::{self, Machine};
use super::program;
use super::{Goauth, Headers, Method};
use crate::go::quoted;
use crate::text;

/// The credentials of this run. As in cmd/go the methods are asked before the first request, in general, and again
/// for the address of each request that is refused.
pub struct Credentials {
    goauth: Goauth,
    /// `None` before the first request.
    known: Mutex<Option<Known>>,
}

/// What is known by now.
#[derive(Default)]
struct Known {
    /// By host, port and path, without the scheme and without a final slash.
    credentials: BTreeMap<String, Credential>,
    /// The netrc file, which is read once: it may be a pipe.
    machines: Option<Result<Vec<Machine>, String>>,
}

/// The headers by which a server knows who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credential {
    /// The headers.
    pub headers: Headers,
    /// Where they come from, if that is Git.
    git: Option<Filled>,
}

impl Credential {
    /// The header of a login and its password (RFC 7617).
    pub fn basic(login: &[u8], password: &[u8]) -> Self {
        let value = format!("Basic {}", STANDARD.encode([login, b":", password].concat()));
        Credential { headers: vec![("Authorization".into(), value.into_bytes())], git: None }
    }

    /// Tells whoever keeps the credential how the server answered it. As in cmd/go only status 200 means that it was
    /// right, and only 401 that it was wrong.
    pub fn answered(&self, status: u16) {
        match (&self.git, status) {
            (Some(filled), 200 | 206) => filled.tell(true),
            (Some(filled), 401) => filled.tell(false),
            _ => {}
        }
    }
}

impl Credentials {
    /// Nobody is asked yet.
    pub fn new(goauth: Goauth) -> Self {
        Credentials { goauth, known: Mutex::new(None) }
    }

    /// The credential for `url`; `None` for an address that is not https, as all who pass by could read it.
    pub fn of(&self, url: &Url) -> Option<Credential> {
        self.look_up(url, |_| {})
    }

    /// The credential for `url`, whose server refused the request with a head such as `HTTP/1.1 401 Unauthorized`:
    /// each method is asked for this address. If none knows it, the error says why some could not tell.
    pub fn ask(&self, url: &Url, head: &[u8]) -> Result<Credential, Vec<String>> {
        let mut failures = Vec::new();
        let found = self.look_up(url, |known| failures = self.goauth.ask(known, Some((url.as_str(), head))));
        found.ok_or(failures)
    }

    fn look_up(&self, url: &Url, ask: impl FnOnce(&mut Known)) -> Option<Credential> {
        if url.scheme() != "https" {
            return None;
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.get_or_insert_with(|| {
            let mut known = Known::default();
            self.goauth.ask(&mut known, None);
            known
        });
        ask(known);
        prefixes(url).find_map(|prefix| known.credentials.get(&prefix)).cloned()
    }
}

impl Goauth {
    /// Asks each method, in general or for an address whose server answered with this head. The methods are asked
    /// from last to first, so that the first has the last word. Returns why some could not tell.
    fn ask(&self, known: &mut Known, refused: Option<(&str, &[u8])>) -> Vec<String> {
        let asked = self.0.iter().rev().map(|method| method.ask(known, refused));
        asked.filter_map(Result::err).map(|failure| format!("`GOAUTH`: {failure}")).collect()
    }
}

impl Method {
    fn ask(&self, known: &mut Known, refused: Option<(&str, &[u8])>) -> Result<(), String> {
        match (self, refused) {
            (Method::Netrc, _) => {
                let failed = |error| format!("could not read netrc: {}", text::cause(&error));
                let machines = known.machines.get_or_insert_with(|| netrc::of_user().map_err(failed));
                // Of two with one name the first counts.
                for machine in machines.clone()?.iter().rev() {
                    let name = String::from_utf8_lossy(&machine.name);
                    known.keep(&name, Credential::basic(&machine.login, &machine.password));
                }
            }
            // Git knows no credentials in general.
            (Method::Git(_), None) => {}
            (Method::Git(directory), Some((address, _))) => {
                let filled = Filled::ask(directory, address)?;
                let basic = Credential::basic(&filled.login, &filled.password);
                let prefix = filled.prefix.clone();
                known.keep(&prefix, Credential { git: Some(filled), ..basic });
            }
            (Method::Command(command), _) => {
                let mut words = quoted::split(command).ok_or("a quote in a command does not end")?;
                let (address, input) = refused.unzip();
                words.extend(address.map(str::to_owned));
                let output = program::output(&words, None, input.unwrap_or_default())?;
                let found = answer::parse(&output).map_err(|reason| {
                    format!(
                        "the answer of `{}` is invalid: {reason}",
                        text::escaped(program::shown(&words[0]))
                    )
                })?;
                for (address, headers) in found {
                    known.keep(&address, Credential { headers, git: None });
                }
            }
        }
        Ok(())
    }
}

impl Known {
    /// Keeps a credential for all addresses below one. No headers take away what was known of it.
    fn keep(&mut self, address: &str, credential: Credential) {
        let address = address.strip_prefix("https://").unwrap_or(address);
        let address = address.strip_suffix('/').unwrap_or(address);
        // The parser of `Url` writes hosts in lower case.
        let (host, path) = address.split_at(address.find('/').unwrap_or(address.len()));
        let prefix = host.to_ascii_lowercase() + path;
        if credential.headers.is_empty() {
            self.credentials.remove(&prefix);
        } else {
            self.credentials.insert(prefix, credential);
        }
    }
}

/// The addresses at and above `url`, from the longest to the host. Where the port is that of https, each is there with
/// the port, and then without it: the parser of `Url` drops that port, and cmd/go does not.
fn prefixes(url: &Url) -> impl Iterator<Item = String> {
    let host = url.host_str().unwrap_or_default().to_owned();
    let whole = url.as_str().strip_prefix("https://").unwrap_or_default();
    let whole = whole.strip_suffix('/').unwrap_or(whole).to_owned();
    let with_port = url.port().is_none().then(|| format!("{host}:443{}", &whole[host.len()..]));
    let upward = |prefix: String| {
        iter::successors(Some(prefix), |prefix| prefix.rsplit_once('/').map(|(above, _)| above.to_owned()))
    };
    let mut with_port = with_port.map(upward).into_iter().flatten();
    upward(whole).flat_map(move |prefix| with_port.next().into_iter().chain([prefix]))
}
