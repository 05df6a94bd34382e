//! Why a TLS handshake failed, told from the types of rustls.

use std::fmt;
use std::time::{Duration, SystemTime};

use rustls::pki_types::UnixTime;
use rustls::{CertificateError, InvalidMessage};

use crate::os::family::Family;

/// What the verifier of macOS puts behind the words of the system, which are in the user's language: the number
/// `errSecNotTrusted` of Apple's Security framework.
const NOT_TRUSTED: &str = ": -67843";

/// What is wrong with the server's certificate, or with the handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsProblem {
    /// No root certificate of this machine vouches for the certificate.
    UnknownIssuer,
    /// The certificate names a root certificate of this machine as its issuer, but that did not sign it.
    BadSignature,
    /// The certificate is not valid any more by this machine's clock; the last moment at which it was, if known.
    Expired(Option<SystemTime>),
    /// The certificate is not valid yet by this machine's clock; the first moment at which it is, if known.
    NotYetValid(Option<SystemTime>),
    /// The certificate is for other hosts than the one asked for, whose name is given if known.
    WrongHost(Option<String>),
    /// What answered does not speak TLS.
    NotTls,
    /// Anything else, in the words of the library.
    Other(String),
}

impl TlsProblem {
    /// Whether nobody whom this machine trusts vouches for the certificate.
    pub fn is_of_the_issuer(&self) -> bool {
        matches!(self, TlsProblem::UnknownIssuer | TlsProblem::BadSignature)
    }

    /// What the user can do about it, if there is anything.
    pub fn hint(&self) -> Option<String> {
        match self {
            TlsProblem::UnknownIssuer | TlsProblem::BadSignature => {
                let trust = Family::of_this_machine().trust_of_a_certificate();
                Some(format!("if a company proxy signs with its own certificate, {trust}"))
            }
            TlsProblem::Expired(_) | TlsProblem::NotYetValid(_) => {
                Some("check that the clock of this machine is right: `date -u`".into())
            }
            TlsProblem::WrongHost(_) | TlsProblem::NotTls | TlsProblem::Other(_) => None,
        }
    }
}

impl fmt::Display for TlsProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // This panics from the year 10000 on; a certificate writes years with four digits.
        let at = |time: &SystemTime| httpdate::fmt_http_date(*time);
        match self {
            TlsProblem::UnknownIssuer => {
                f.write_str("the certificate's issuer is not trusted on this machine")
            }
            TlsProblem::BadSignature => {
                f.write_str("the certificate is not signed by the issuer that it names")
            }
            TlsProblem::Expired(Some(end)) => write!(f, "the certificate expired on {}", at(end)),
            TlsProblem::Expired(None) => f.write_str("the certificate expired"),
            TlsProblem::NotYetValid(Some(start)) => {
                write!(f, "the certificate is not valid before {}", at(start))
            }
            TlsProblem::NotYetValid(None) => f.write_str("the certificate is not valid yet"),
            TlsProblem::WrongHost(Some(host)) => write!(f, "the certificate is not for `{host}`"),
            TlsProblem::WrongHost(None) => f.write_str("the certificate is for another host"),
            TlsProblem::NotTls => f.write_str("what answers there does not speak TLS"),
            TlsProblem::Other(text) => f.write_str(text),
        }
    }
}

impl From<&rustls::Error> for TlsProblem {
    fn from(error: &rustls::Error) -> Self {
        use CertificateError as Certificate;
        let time = |time: &UnixTime| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(time.as_secs()));
        let certificate = match error {
            rustls::Error::InvalidCertificate(certificate) => certificate,
            rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => return TlsProblem::NotTls,
            _ => return TlsProblem::Other(error.to_string()),
        };
        match certificate {
            Certificate::UnknownIssuer => TlsProblem::UnknownIssuer,
            Certificate::BadSignature => TlsProblem::BadSignature,
            Certificate::Expired => TlsProblem::Expired(None),
            Certificate::ExpiredContext { not_after, .. } => TlsProblem::Expired(time(not_after)),
            Certificate::NotValidYet => TlsProblem::NotYetValid(None),
            Certificate::NotValidYetContext { not_before, .. } => TlsProblem::NotYetValid(time(not_before)),
            Certificate::NotValidForName => TlsProblem::WrongHost(None),
            Certificate::NotValidForNameContext { expected, .. } => {
                TlsProblem::WrongHost(Some(expected.to_str().into_owned()))
            }
            // The verifier of macOS describes in words what these variants have no name for.
            Certificate::Other(other) => match other.0.to_string() {
                text if text.ends_with(NOT_TRUSTED) => TlsProblem::UnknownIssuer,
                text => TlsProblem::Other(text),
            },
            _ => TlsProblem::Other(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::OtherError;

    use super::*;

    #[test]
    fn the_words_of_macos_are_told_by_their_number() {
        for (text, expected) in [
            ("“go.dev” certificate is not trusted: -67843", TlsProblem::UnknownIssuer),
            ("Zertifikat von „go.dev“ ist nicht vertrauenswürdig: -67843", TlsProblem::UnknownIssuer),
            ("a policy is not met: -67602", TlsProblem::Other("a policy is not met: -67602".into())),
        ] {
            let other = OtherError(Arc::new(std::io::Error::other(text)));
            let error = rustls::Error::InvalidCertificate(CertificateError::Other(other));
            assert_eq!(TlsProblem::from(&error), expected, "{text}");
        }
    }
}
