//! Turns the errors of the HTTP and TLS libraries into a [`Failure`], told apart by their types.

use std::error::Error as StdError;
use std::io;
use std::iter;
use std::time::Duration;

use url::Url;

use crate::net::failure::{Cause, Failure};
use crate::text;

/// Why the HTTP client could not be built.
pub(super) fn setup(error: &reqwest::Error) -> Cause {
    match find::<rustls::Error>(error) {
        // rustls-platform-verifier has one error of this variant while a client is built: it found no root
        // certificates.
        Some(rustls::Error::General(_)) => Cause::NoRootCertificates,
        _ => Cause::Setup(innermost(error)),
    }
}

/// The failure of a request that got no answer.
pub(super) fn unanswered(url: &Url, error: &reqwest::Error, connect_timeout: Duration) -> Failure {
    let cause = if let Some(error) = find::<rustls::Error>(error) {
        Cause::Tls(error.into())
    } else if error.is_timeout() && error.is_connect() {
        Cause::Connect(format!("no connection within {} s", connect_timeout.as_secs()))
    } else if error.is_timeout() {
        Cause::Timeout("no answer in time".into())
    } else if error.is_dns() {
        Cause::UnknownHost
    } else if error.is_connect() {
        unconnected(&innermost(error))
    } else if error.is_request() {
        Cause::Broken(innermost(error))
    } else {
        Cause::Other(innermost(error))
    };
    Failure::new(url, cause)
}

/// The cause of a connection that could not be opened. What a proxy did to it only the words of hyper-util tell, as
/// its types are not public.
fn unconnected(text: &str) -> Cause {
    let text = match text {
        "tunnel error: proxy authorization required" | "SOCKS error: credentials not accepted" => {
            return Cause::ProxyLogin;
        }
        "tunnel error: unsuccessful" => "the proxy opened no connection",
        "SOCKS error: failed to create underlying connection" => "no connection to the proxy",
        text => text,
    };
    Cause::Connect(text.replace("SOCKS error: ", "the proxy opened no connection: "))
}

/// The failure of `url` whose body could not be read to its end.
pub fn broken(url: &Url, error: &io::Error) -> Failure {
    let cause = if error.kind() == io::ErrorKind::TimedOut {
        // From a reader of `net::stall`, whose text says which limit was passed.
        Cause::Timeout(text::cause(error))
    } else if find::<reqwest::Error>(error).is_some_and(reqwest::Error::is_timeout) {
        Cause::Timeout("no byte in time".into())
    } else {
        Cause::Broken(innermost(error))
    };
    Failure::new(url, cause)
}

/// The text of the last cause of an error, which says the most.
fn innermost(error: &(dyn StdError + 'static)) -> String {
    let mut io_errors = chain(error).filter_map(|error| error.downcast_ref::<io::Error>());
    if io_errors.any(|error| error.kind() == io::ErrorKind::UnexpectedEof) {
        return "the connection closed early".into();
    }
    chain(error).last().map(text::cause).unwrap_or_default()
}

fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    chain(error).find_map(|error| error.downcast_ref())
}

/// An error and its causes, outermost first.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    iter::successors(Some(error), |&error| {
        // `source` of an `io::Error` that wraps another error gives the cause of that error, not the error.
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        wrapped.map(|wrapped| wrapped as _).or_else(|| error.source())
    })
}
