//! A request that failed: why, whether to ask again, and what the user can do about it.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use url::Url;

use super::address::shown;
use super::forward_proxy::ForwardProxy;
use super::tls::TlsProblem;
use crate::error::{Error, Kind};
use crate::os::family::Family;
use crate::settings::value::SetBy;
use crate::text;

/// The longest `Retry-After` that is waited for, in seconds. A server that wants more time is not asked again,
/// as somebody sits and waits for the command to end.
const MAX_RETRY_AFTER: u64 = 30;

/// An address that did not give what was asked for.
#[derive(Clone, Debug)]
pub struct Failure {
    url: String,
    /// What else is known about it.
    note: Option<String>,
    /// The forward proxy that may have caused it.
    proxy: Option<Box<ForwardProxy>>,
    /// Why it did not.
    pub cause: Cause,
}

/// The cause of a [`Failure`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The server answered with a status other than 200 and 206.
    Status {
        /// The status code.
        status: u16,
        /// The name of the status, in lower case.
        reason: String,
        /// The seconds of the `Retry-After` header, if it was sent.
        retry_after: Option<u64>,
    },
    /// The host name could not be resolved to an address.
    UnknownHost,
    /// No connection could be opened.
    Connect(String),
    /// The forward proxy wants a login, or another one.
    ProxyLogin,
    /// The TLS handshake failed.
    Tls(TlsProblem),
    /// No byte came for the whole time-out, or too few over a longer time.
    Timeout(String),
    /// The connection ended before the answer was complete.
    Broken(String),
    /// The server has another file by now, so that the rest of it does not fit the bytes that came before.
    Changed,
    /// A partial answer (status 206) does not begin at the position asked for.
    Range {
        /// The position asked for.
        wanted: u64,
        /// What came instead.
        found: String,
    },
    /// The server redirects to an address that gox does not follow.
    Redirect(String),
    /// The body is longer than its limit, in bytes.
    TooLong(u64),
    /// This machine has no root certificates, so no server can be verified.
    NoRootCertificates,
    /// The HTTP client could not be built for another reason.
    Setup(String),
    /// Another source served before this one answered.
    Overtaken,
    /// No request was made, because `offline` is set, by this.
    Offline(SetBy),
    /// No request was made, because the address has a login, and http would not hide it.
    LoginInClear,
    /// No request was made, because `GOPROXY` names no proxy.
    SwitchedOff(String),
    /// No module zip was asked for, because `GOSUMDB=off` leaves nothing that could prove it.
    Unprovable,
    /// The answer is complete but not what it should be, such as a web page in place of an archive.
    Unexpected(String),
    /// Anything else.
    Other(String),
}

impl Failure {
    /// A failure of `url`, of which no credentials are kept.
    pub fn new(url: &Url, cause: Cause) -> Self {
        Failure { url: shown(url), note: None, proxy: None, cause }
    }

    /// Adds what else is known, without a password.
    #[must_use]
    pub fn noted(self, note: Option<String>) -> Self {
        Failure { note, ..self }
    }

    /// Names the forward proxy between, unless the failure is the server's for sure.
    #[must_use]
    pub fn through(self, proxy: Option<&ForwardProxy>) -> Self {
        let may_be_its = match &self.cause {
            // A proxy that reads along signs with a certificate of its own.
            Cause::Tls(problem) => problem.is_of_the_issuer(),
            // Over http, where the answer may be the proxy's own.
            Cause::Status { status, .. } => {
                self.url.starts_with("http:") && [407, 502, 503, 504].contains(status)
            }
            _ => self.is_unanswered(),
        };
        let proxy = proxy.filter(|_| may_be_its).map(|proxy| Box::new(proxy.without_login()));
        Failure { proxy, ..self }
    }

    /// The address, without credentials.
    pub fn address(&self) -> &str {
        &self.url
    }

    /// Whether it is of a file on this machine.
    fn is_file(&self) -> bool {
        self.url.starts_with("file:")
    }

    /// The address as people write it: the path of a file on this machine.
    fn place(&self) -> String {
        let path =
            Url::parse(&self.url).ok().filter(|_| self.is_file()).and_then(|url| url.to_file_path().ok());
        path.map_or_else(|| self.url.clone(), |path| text::path(&path))
    }

    /// The failure of a server or folder that has no such file.
    pub fn absent(url: &Url) -> Self {
        Failure::new(url, Cause::Status { status: 404, reason: "not found".into(), retry_after: None })
    }

    /// The failure of a server that answered with a web page: the login page of a hotel's network, or an error
    /// page with status 200.
    pub fn web_page(url: &Url) -> Self {
        let text = "a web page came in place of the file; is there a login page before the network?";
        Failure::new(url, Cause::Unexpected(text.into()))
    }

    /// Whether the server says that there is no such file.
    pub fn is_absent(&self) -> bool {
        matches!(self.cause, Cause::Status { status: 404 | 410, .. })
    }

    /// Whether asking again may help: after a time-out, a broken connection, or a status that may pass.
    pub fn is_transient(&self) -> bool {
        match self.cause {
            Cause::Status { status, retry_after, .. } => is_temporary(status) && !is_too_long(retry_after),
            Cause::Timeout(_) | Cause::Broken(_) | Cause::Range { .. } => true,
            _ => false,
        }
    }

    /// Whether asking again may help and costs little time: transient, but no time-out, which would be waited
    /// for in full once more.
    pub fn is_cheap_to_retry(&self) -> bool {
        self.is_transient() && !matches!(self.cause, Cause::Timeout(_))
    }

    /// Whether the host could not be reached at all. In the middle of a download this means that the machine's
    /// own network went away, which may come back.
    pub fn is_unreachable(&self) -> bool {
        matches!(self.cause, Cause::UnknownHost | Cause::Connect(_) | Cause::ProxyLogin)
    }

    /// Whether the host gave no answer, neither good nor bad.
    pub fn is_unanswered(&self) -> bool {
        self.is_unreachable() || matches!(self.cause, Cause::Timeout(_))
    }

    /// Whether no answer came, or not in time.
    pub fn is_silence(&self) -> bool {
        self.is_unanswered() || self.cause == Cause::Overtaken
    }

    /// How long the server wants gox to wait before it asks again, if it said so and asking again may help.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.cause {
            Cause::Status { retry_after, .. } if self.is_transient() => retry_after.map(Duration::from_secs),
            _ => None,
        }
    }

    /// What the user can do about it, if there is anything.
    pub fn hint(&self) -> Option<String> {
        match &self.cause {
            Cause::Tls(problem) => problem.hint(),
            Cause::NoRootCertificates => {
                let package = Family::of_this_machine().installation_of("ca-certificates");
                Some(format!(
                    "install them: {package}, or name their file: `export SSL_CERT_FILE=/path/to/ca.pem`"
                ))
            }
            Cause::Unprovable => Some("ask the database: `unset GOSUMDB`, or `go env -u GOSUMDB`".into()),
            Cause::LoginInClear => Some("write the address with https, or without the login".into()),
            Cause::Offline(set_by) => Some(offline_hint(set_by)),
            Cause::ProxyLogin | Cause::Status { status: 407, .. } => {
                let variable = self.proxy.as_ref().map_or("HTTPS_PROXY", |proxy| proxy.variable);
                Some(format!("name the login: `export {variable}=http://USER:PASSWORD@HOST:PORT`"))
            }
            _ => self.proxy.as_deref().map(ForwardProxy::hint),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !matches!(self.cause, Cause::SwitchedOff(_) | Cause::Unprovable | Cause::Overtaken) {
            write!(f, "`{}`: ", self.place())?;
        }
        match &self.cause {
            Cause::Status { status: 404, .. } if self.is_file() => f.write_str("no such file"),
            Cause::Status { status, reason, retry_after } => {
                write!(f, "status {status} ({reason})")?;
                match retry_after {
                    Some(seconds) if is_temporary(*status) && is_too_long(*retry_after) => {
                        write!(f, ", and not to be asked again for {seconds} s")
                    }
                    _ => Ok(()),
                }
            }
            Cause::UnknownHost => f.write_str("unknown host"),
            Cause::Connect(text) => write!(f, "could not connect: {text}"),
            Cause::ProxyLogin => f.write_str("could not connect: the proxy wants a login, or another one"),
            Cause::Tls(problem) => write!(f, "no secure connection: {problem}"),
            Cause::Timeout(text) => write!(f, "timed out: {text}"),
            Cause::Broken(text) => write!(f, "the transfer broke off: {text}"),
            Cause::Range { wanted, found } => write!(f, "asked for bytes from {wanted} on, got {found}"),
            Cause::Changed => f.write_str("the file changed while it was downloaded"),
            Cause::TooLong(limit) => write!(f, "longer than the limit of {limit} bytes"),
            Cause::NoRootCertificates => {
                f.write_str("could not set up TLS: this machine has no root certificates")
            }
            Cause::Setup(text) => write!(f, "could not set up the HTTP client: {text}"),
            Cause::Overtaken => f.write_str("no answer within a second"),
            Cause::Offline(SetBy::Environment) => f.write_str("not asked: `GOX_OFFLINE` is set"),
            Cause::Offline(_) => f.write_str("not asked: the settings file has `offline`"),
            Cause::LoginInClear => {
                f.write_str("not asked: http would send the login of the address in clear text")
            }
            Cause::Unprovable => {
                f.write_str("module zips are refused: `GOSUMDB=off` leaves nothing that proves them")
            }
            Cause::SwitchedOff(text)
            | Cause::Redirect(text)
            | Cause::Unexpected(text)
            | Cause::Other(text) => f.write_str(text),
        }?;
        let proxy = self.proxy.as_deref().map(ForwardProxy::note);
        self.note.iter().chain(&proxy).try_for_each(|note| write!(f, "; {note}"))
    }
}

impl StdError for Failure {}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        // The pieces of two different files together are damaged content, which a checksum would find too.
        let kind = if failure.cause == Cause::Changed { Kind::Verification } else { Kind::Network };
        let error = Error::new(kind, failure.to_string());
        match failure.hint() {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

/// How to let gox use the network, where this keeps it off.
pub fn offline_hint(set_by: &SetBy) -> String {
    let undo = match set_by {
        SetBy::Environment => "unset GOX_OFFLINE",
        SetBy::File(_) | SetBy::Default => "gox config unset offline",
    };
    format!("gox keeps off the network: `{undo}`")
}

/// Whether a status says that the same request may succeed later.
fn is_temporary(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

fn is_too_long(retry_after: Option<u64>) -> bool {
    retry_after.is_some_and(|seconds| seconds > MAX_RETRY_AFTER)
}
