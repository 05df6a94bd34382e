//! Whom gox trusts: on Linux the certificates in files, on macOS those of the keychain.

use reqwest::blocking::ClientBuilder;
use rustls::crypto::{CryptoProvider, ring};
#[cfg(any(test, not(target_vendor = "apple")))]
use rustls::pki_types::CertificateDer;

use super::ecdsa_p521;
#[cfg(any(test, not(target_vendor = "apple")))]
use super::verifier;
use crate::net::failure::Cause;

/// The cryptography of TLS.
pub(super) fn provider() -> CryptoProvider {
    CryptoProvider { signature_verification_algorithms: ecdsa_p521::with_ring(), ..ring::default_provider() }
}

/// Lets the client trust what this machine trusts, by its keychain.
#[cfg(target_vendor = "apple")]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere there may be no certificates")]
pub(super) fn of_this_machine(builder: ClientBuilder) -> Result<ClientBuilder, Cause> {
    Ok(builder)
}

/// Lets the client trust what this machine trusts, by the files that `SSL_CERT_FILE` and `SSL_CERT_DIR` name, else by
/// those of the system.
#[cfg(not(target_vendor = "apple"))]
pub(super) fn of_this_machine(builder: ClientBuilder) -> Result<ClientBuilder, Cause> {
    only(builder, rustls_native_certs::load_native_certs().certs)
}

/// Lets the client trust these certificates alone.
#[cfg(any(test, not(target_vendor = "apple")))]
pub(super) fn only(
    builder: ClientBuilder,
    certificates: Vec<CertificateDer<'static>>,
) -> Result<ClientBuilder, Cause> {
    Ok(builder.tls_backend_preconfigured(verifier::config(certificates, provider())?))
}
