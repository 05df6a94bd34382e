//! What went wrong with an address, as data: what it means for the next source, for a retry, for the user.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use url::Url;

use crate::error::{Error, Kind};

/// The longest `Retry-After` that is waited for; whoever wants more time is not asked again.
const MAX_RETRY_AFTER: u64 = 30;

/// Why an address did not answer as wanted.
#[derive(Clone, Debug)]
pub struct Failure {
    url: String,
    /// What happened.
    pub cause: Cause,
}

/// The cause of a [`Failure`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A status that is neither 200 nor 206; seconds of `Retry-After`, when given.
    Status {
        /// The status code.
        status: u16,
        /// Its name, in lower case.
        reason: String,
        /// Seconds of `Retry-After`.
        retry_after: Option<u64>,
    },
    /// The host's name has no address.
    UnknownHost,
    /// No connection.
    Connect(String),
    /// The certificate or the TLS handshake.
    Tls(String),
    /// No byte within the time-out, or too few for too long.
    Timeout(String),
    /// The connection ended within a body.
    Broken(String),
    /// Another file by now, of which no rest can be taken.
    Changed,
    /// A partial answer that does not begin where it was asked to.
    Range {
        /// The position asked for.
        wanted: u64,
        /// What the answer holds.
        found: String,
    },
    /// A redirect that is not followed.
    Redirect(String),
    /// Longer than the limit, in bytes.
    TooLong(u64),
    /// The client itself could not be set up, as on a machine without root certificates.
    Setup(String),
    /// No answer so far, so that another source was asked, which served.
    Overtaken,
    /// `GOX_OFFLINE` is set.
    Offline,
    /// Nobody was asked, because a setting says so.
    SwitchedOff(String),
    /// Nobody was asked for a module zip, because `GOSUMDB=off` leaves nothing that proves it.
    Unprovable,
    /// The answer is not what it should be, such as a web page in place of an archive.
    Unexpected(String),
    /// Anything else.
    Other(String),
}

impl Failure {
    /// A failure of `url`, whose credentials are left out of every message.
    pub fn new(url: &Url, cause: Cause) -> Self {
        Failure { url: shown(url), cause }
    }

    /// The address, without credentials.
    pub fn address(&self) -> &str {
        &self.url
    }

    /// There is no such file.
    pub fn absent(url: &Url) -> Self {
        Failure::new(url, Cause::Status { status: 404, reason: "not found".into(), retry_after: None })
    }

    /// A login page of a hotel, or an error page with status 200.
    pub fn web_page(url: &Url) -> Self {
        let text = "a web page came in place of the file; is there a login page before the network?";
        Failure::new(url, Cause::Unexpected(text.into()))
    }

    /// The server says that there is no such file.
    pub fn is_absent(&self) -> bool {
        matches!(self.cause, Cause::Status { status: 404 | 410, .. })
    }

    /// Asking again may help: time-outs, broken connections, 408, 429 and 5xx.
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

    /// There is no way to the host now; within a transfer that had begun, this is a network that went away.
    pub fn is_unreachable(&self) -> bool {
        matches!(self.cause, Cause::UnknownHost | Cause::Connect(_))
    }

    /// Whether the host gave no answer, neither good nor bad.
    pub fn is_unanswered(&self) -> bool {
        self.is_unreachable() || matches!(self.cause, Cause::Timeout(_))
    }

    /// How long to wait before asking again, where that may help and the server said it.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.cause {
            Cause::Status { retry_after, .. } if self.is_transient() => retry_after.map(Duration::from_secs),
            _ => None,
        }
    }

    /// What to do about it, when there is something.
    pub fn hint(&self) -> Option<String> {
        match &self.cause {
            Cause::Tls(text) if text.contains("UnknownIssuer") || text.contains("BadSignature") => Some(
                "if a company proxy signs with its own certificate, name its file: `export SSL_CERT_FILE=/path/to/ca.pem`"
                    .into(),
            ),
            Cause::Setup(text) if text.contains("certificates") => Some(
                "install them: `apt-get install ca-certificates`, or name their file: `export SSL_CERT_FILE=/path/to/ca.pem`"
                    .into(),
            ),
            Cause::Unprovable => Some("ask the database: `unset GOSUMDB`, or `go env -u GOSUMDB`".into()),
            Cause::Offline => Some("gox keeps off the network: `unset GOX_OFFLINE`".into()),
            _ => None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !matches!(self.cause, Cause::SwitchedOff(_) | Cause::Unprovable | Cause::Overtaken) {
            write!(f, "`{}`: ", self.url)?;
        }
        match &self.cause {
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
            Cause::Tls(text) => write!(f, "no secure connection: {text}"),
            Cause::Timeout(text) => write!(f, "timed out: {text}"),
            Cause::Broken(text) => write!(f, "the transfer broke off: {text}"),
            Cause::Range { wanted, found } => write!(f, "asked for bytes from {wanted} on, got {found}"),
            Cause::Changed => f.write_str("the file changed while it was downloaded"),
            Cause::TooLong(limit) => write!(f, "longer than the limit of {limit} bytes"),
            Cause::Setup(text) => write!(f, "could not set up TLS: {text}"),
            Cause::Overtaken => f.write_str("no answer within a second"),
            Cause::Offline => f.write_str("not asked: `GOX_OFFLINE` is set"),
            Cause::Unprovable => {
                f.write_str("module zips are refused: `GOSUMDB=off` leaves nothing that proves them")
            }
            Cause::SwitchedOff(text)
            | Cause::Redirect(text)
            | Cause::Unexpected(text)
            | Cause::Other(text) => f.write_str(text),
        }
    }
}

impl StdError for Failure {}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        // Pieces of two files are damaged content, as much as if the checksum had found them out.
        let kind = if failure.cause == Cause::Changed { Kind::Verification } else { Kind::Network };
        let error = Error::new(kind, failure.to_string());
        match failure.hint() {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

/// Statuses that say of themselves that they may pass.
fn is_temporary(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

fn is_too_long(retry_after: Option<u64>) -> bool {
    retry_after.is_some_and(|seconds| seconds > MAX_RETRY_AFTER)
}

/// A URL for messages and files: without credentials.
pub fn shown(url: &Url) -> String {
    without_credentials(url).to_string()
}

/// The same address for a request, whose credentials go into a header.
pub fn without_credentials(url: &Url) -> Url {
    let mut url = url.clone();
    // These fail only for URLs that cannot hold credentials.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}
