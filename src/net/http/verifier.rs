//! Takes what Go takes where the verifier of the library is stricter. A certificate that is itself trusted needs no
//! issuer, and may be one of an authority; and one for any purpose is one for servers.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
};
use webpki::{EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeId, KeyPurposeIdIter};

use super::ecdsa_p521;
use crate::net::failure::Cause;

/// The purposes of a certificate by which it is one for servers: `serverAuth` and `anyExtendedKeyUsage` (RFC 5280,
/// 4.2.1.12), as the bytes of their object identifiers.
const FOR_SERVERS: [KeyPurposeId<'static>; 2] =
    [KeyPurposeId::new(&[0x2b, 6, 1, 5, 5, 7, 3, 1]), KeyPurposeId::new(&[0x55, 0x1d, 0x25, 0])];

/// The configuration of a client that trusts these certificates alone; those that cannot be read do not count.
pub(super) fn config(
    certificates: Vec<CertificateDer<'static>>,
    provider: CryptoProvider,
) -> Result<ClientConfig, Cause> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates.iter().cloned());
    if roots.is_empty() {
        return Err(Cause::NoRootCertificates);
    }
    let (roots, provider) = (Arc::new(roots), Arc::new(provider));
    let setup = |error: &dyn std::error::Error| Cause::Setup(error.to_string());
    let inner = WebPkiServerVerifier::builder_with_provider(roots.clone(), provider.clone()).build();
    let verifier = Verifier { inner: inner.map_err(|error| setup(&error))?, roots, certificates };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| setup(&error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    Ok(config.with_no_client_auth())
}

/// The verifier of the library, whose refusals are looked at again.
#[derive(Debug)]
struct Verifier {
    inner: Arc<WebPkiServerVerifier>,
    roots: Arc<RootCertStore>,
    /// The trusted certificates, byte for byte.
    certificates: Vec<CertificateDer<'static>>,
}

impl Verifier {
    /// Whether a certificate that was refused for this reason is itself trusted, so that its issuer does not matter.
    /// The library looks at the dates and the purpose of a certificate before it looks for an issuer, and at the dates
    /// before it says that this is an authority's: so those are as they should be. Tests hold that order.
    fn is_itself_trusted(&self, reason: &CertificateError, certificate: &CertificateDer<'_>) -> bool {
        let is_about_the_issuer = match reason {
            CertificateError::UnknownIssuer
            | CertificateError::BadSignature
            | CertificateError::UnsupportedSignatureAlgorithmContext { .. }
            | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => true,
            CertificateError::Other(OtherError(cause)) => {
                cause.downcast_ref() == Some(&webpki::Error::CaUsedAsEndEntity)
            }
            _ => false,
        };
        is_about_the_issuer && self.certificates.contains(certificate)
    }

    /// Whether an authority that is trusted vouches for the certificate, if one for any purpose is one for servers.
    fn is_for_servers(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> bool {
        let (algorithms, roots) = (ecdsa_p521::with_ring().all, &self.roots.roots);
        EndEntityCert::try_from(certificate).is_ok_and(|certificate| {
            certificate
                .verify_for_usage(algorithms, roots, intermediates, now, ForServers, None, None)
                .is_ok()
        })
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.inner.verify_server_cert(certificate, intermediates, name, ocsp_response, now);
        match &verified {
            Err(Error::InvalidCertificate(reason))
                if self.is_itself_trusted(reason, certificate)
                    || self.is_for_servers(certificate, intermediates, now) =>
            {
                verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            _ => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// Wants [`FOR_SERVERS`] of each certificate that limits its purposes.
struct ForServers;

impl ExtendedKeyUsageValidator for ForServers {
    fn validate(&self, purposes: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        let mut is_limited = false;
        for purpose in purposes {
            if FOR_SERVERS.contains(&purpose?) {
                return Ok(());
            }
            is_limited = true;
        }
        // Which error it is does not matter: the first one is told.
        if is_limited { Err(webpki::Error::EmptyEkuExtension) } else { Ok(()) }
    }
}
