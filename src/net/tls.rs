//! Why a TLS handshake failed, told from the types of rustls.

use std::fmt;
use std::time::{Duration, SystemTime};

use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, InvalidMessage, OtherError};

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
    /// The certificate is for other purposes than that of a server.
    Purpose,
    /// The certificate is one of an authority, and not itself trusted.
    Authority,
    /// One that vouches for the certificate may vouch for none.
    NoAuthority,
    /// The certificate, or one that vouches for it, is signed in a way that gox does not accept; which, if known.
    Signature(Option<&'static str>),
    /// The certificate is of version 1 of the standard X.509, which has no names of hosts.
    Version,
    /// The certificate cannot be read, or breaks a rule of X.509 for the reason given.
    Malformed(String),
    /// Server and gox have no version, cipher or kind of key in common.
    NothingInCommon,
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
            TlsProblem::Purpose => Some(
                "whoever issued the certificate must allow it for servers: extended key usage `serverAuth`".into(),
            ),
            TlsProblem::Authority => {
                let trust = Family::of_this_machine().trust_of_a_certificate();
                Some(format!(
                    "whoever runs the server must give it a certificate with `CA:FALSE`; or trust this one: {trust}"
                ))
            }
            TlsProblem::NoAuthority => {
                Some("whoever issued the certificate must do so with one that has `CA:TRUE`".into())
            }
            TlsProblem::Signature(_) => Some(
                "whoever issued the certificate must sign it with RSA, ECDSA or Ed25519, and SHA-256 or SHA-384".into(),
            ),
            TlsProblem::Version => {
                Some("whoever issued the certificate must issue one of X.509 version 3, with its host's name".into())
            }
            TlsProblem::Malformed(_) => Some("whoever issued the certificate must issue it anew".into()),
            TlsProblem::NothingInCommon => {
                Some("whoever runs the server must let it speak TLS 1.2 or 1.3, with a key of RSA, ECDSA or Ed25519".into())
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
            TlsProblem::Purpose => f.write_str("the certificate is not for servers"),
            TlsProblem::Authority => {
                f.write_str("the certificate is one of an authority (`CA:TRUE`), not of a server")
            }
            TlsProblem::NoAuthority => {
                f.write_str("the certificate is issued by one that is not of an authority (`CA:FALSE`)")
            }
            TlsProblem::Signature(Some(way)) => {
                write!(f, "the certificate, or one that vouches for it, is signed with {way}")
            }
            TlsProblem::Signature(None) => {
                f.write_str("the certificate, or one that vouches for it, is signed in an unknown way")
            }
            TlsProblem::Version => f.write_str("the certificate is of X.509 version 1"),
            TlsProblem::Malformed(reason) => write!(f, "the certificate is malformed: {reason}"),
            TlsProblem::NothingInCommon => {
                f.write_str("the server offers no version, cipher or key that gox knows")
            }
            TlsProblem::NotTls => f.write_str("what answers there does not speak TLS"),
            TlsProblem::Other(text) => f.write_str(text),
        }
    }
}

impl From<&rustls::Error> for TlsProblem {
    fn from(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(certificate) => {
                of_certificate(certificate).unwrap_or_else(|| TlsProblem::Other(error.to_string()))
            }
            rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => TlsProblem::NotTls,
            rustls::Error::PeerIncompatible(_)
            | rustls::Error::AlertReceived(
                AlertDescription::HandshakeFailure | AlertDescription::ProtocolVersion,
            ) => TlsProblem::NothingInCommon,
            _ => TlsProblem::Other(error.to_string()),
        }
    }
}

/// What is wrong with a certificate; `None` for what there is no name for.
fn of_certificate(error: &CertificateError) -> Option<TlsProblem> {
    use CertificateError as Certificate;
    let time = |time: &UnixTime| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(time.as_secs()));
    Some(match error {
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
        Certificate::InvalidPurpose | Certificate::InvalidPurposeContext { .. } => TlsProblem::Purpose,
        Certificate::UnsupportedSignatureAlgorithmContext { signature_algorithm_id, .. }
        | Certificate::UnsupportedSignatureAlgorithmForPublicKeyContext { signature_algorithm_id, .. } => {
            TlsProblem::Signature(way(signature_algorithm_id))
        }
        Certificate::BadEncoding => TlsProblem::Malformed("it cannot be read".into()),
        Certificate::Other(other) => of_verifier(other),
        _ => return None,
    })
}

/// What a verifier says that rustls has no variant for.
fn of_verifier(OtherError(error): &OtherError) -> TlsProblem {
    match error.downcast_ref() {
        Some(webpki::Error::CaUsedAsEndEntity) => TlsProblem::Authority,
        Some(webpki::Error::EndEntityUsedAsCa) => TlsProblem::NoAuthority,
        Some(webpki::Error::UnsupportedCertVersion) => TlsProblem::Version,
        Some(malformed) => TlsProblem::Malformed(malformed.to_string()),
        // The verifier of macOS describes in words what these variants have no name for.
        None => match error.to_string() {
            text if text.ends_with(NOT_TRUSTED) => TlsProblem::UnknownIssuer,
            text => TlsProblem::Other(text),
        },
    }
}

/// The name of a way to sign, by its identifier in a certificate (RFC 3279, RFC 8410).
fn way(identifier: &[u8]) -> Option<&'static str> {
    const WAYS: [(&[u8], &str); 5] = [
        (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4], "MD5"),
        (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5], "SHA-1"),
        (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1], "SHA-1"),
        (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4], "ECDSA and SHA-512 on another curve than P-521"),
        (&[0x2b, 0x65, 0x71], "Ed448"),
    ];
    let is_in = |way: &&(&[u8], &str)| identifier.windows(way.0.len()).any(|bytes| bytes == way.0);
    WAYS.iter().find(is_in).map(|(_, name)| *name)
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
