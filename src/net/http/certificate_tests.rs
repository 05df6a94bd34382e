//! With which certificates the real client connects, beside Go's own.

use std::sync::Arc;

use p521::SecretKey;
use p521::ecdsa::SigningKey;
use p521::ecdsa::signature::Signer as _;
use p521::pkcs8::DecodePrivateKey;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::{self, CertifiedKey, SingleCertAndKey};
use rustls::{ServerConfig, SignatureAlgorithm, SignatureScheme};
use serde_json::Value;

use super::Http;
use super::tests::serve_by;

/// What Go takes, and gox refuses with words of its own: the libraries know no such certificate.
const REFUSED: [(&str, &str); 3] = [
    ("a server that is an authority", "the certificate is one of an authority (`CA:TRUE`), not of a server"),
    (
        "an authority with P-256 that signs with SHA-512",
        "the certificate, or one that vouches for it, is signed with ECDSA and SHA-512 on another curve than P-521",
    ),
    (
        "an authority with P-384 that signs with SHA-512",
        "the certificate, or one that vouches for it, is signed with ECDSA and SHA-512 on another curve than P-521",
    ),
];

/// A key of the curve P-521, with which rustls and ring cannot sign.
#[derive(Clone)]
struct P521(SigningKey);

impl std::fmt::Debug for P521 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("P521")
    }
}

impl sign::SigningKey for P521 {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn sign::Signer>> {
        offered.contains(&SignatureScheme::ECDSA_NISTP521_SHA512).then(|| Box::new(self.clone()) as _)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl sign::Signer for P521 {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        let signature: p521::ecdsa::Signature = self.0.sign(message);
        Ok(signature.to_der().as_bytes().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP521_SHA512
    }
}

fn certificates(pem: &Value) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(pem.as_str().unwrap().as_bytes()).map(Result::unwrap).collect()
}

/// The configuration of a server with the chain and the key of a vector.
fn server(vector: &Value) -> ServerConfig {
    let text = vector["key"].as_str().unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let loaded = || {
        let key = PrivateKeyDer::from_pem_slice(text.as_bytes()).unwrap();
        provider.key_provider.load_private_key(key).unwrap()
    };
    let p521 = SecretKey::from_pkcs8_pem(text).ok();
    let key = p521.map_or_else(loaded, |key| Arc::new(P521(key.into())));
    let key = CertifiedKey::new(certificates(&vector["chain"]), key);
    let config = ServerConfig::builder_with_provider(provider);
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    config.with_cert_resolver(Arc::new(SingleCertAndKey::from(key)))
}

/// Made by `tests/data/vectors/certificates/main.go` with Go's own TLS.
#[test]
fn gox_connects_where_go_does() {
    let vectors: Vec<Value> =
        serde_json::from_str(include_str!("../../../tests/data/certificate_vectors.json")).unwrap();
    assert_eq!(vectors.len(), 108);
    for vector in vectors {
        let name = vector["name"].as_str().unwrap();
        let url = serve_by(server(&vector), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        let answer = Http::trusting(certificates(&vector["roots"])).get_bytes(&url, 9);
        let told = answer.as_ref().err().map(ToString::to_string).unwrap_or_default();
        if let Some((_, words)) = REFUSED.iter().find(|(refused, _)| *refused == name) {
            assert!(told.ends_with(&format!(": no secure connection: {words}")), "{name}: {told}");
            continue;
        }
        assert_eq!(answer.is_err(), vector["refused"].is_string(), "{name}: {told}");
        assert!(answer.is_ok() || told.contains(": no secure connection: the certificate"), "{name}: {told}");
    }
}

/// Made by `tests/data/vectors/certificates/openssl.sh`.
#[test]
fn what_stays_refused_is_told_with_whoever_must_change_it() {
    const SIGN: &str =
        "whoever issued the certificate must sign it with RSA, ECDSA or Ed25519, and SHA-256 or SHA-384";
    const THREE: &str =
        "whoever issued the certificate must issue one of X.509 version 3, with its host's name";
    let signed = |way: &str| format!("the certificate, or one that vouches for it, is signed with {way}");
    let expected = [
        ("RSA and SHA-1", signed("SHA-1"), SIGN),
        ("ECDSA and SHA-1", signed("SHA-1"), SIGN),
        ("RSA and MD5", signed("MD5"), SIGN),
        ("Ed448", signed("Ed448"), SIGN),
        ("version 1", "the certificate is of X.509 version 1".to_owned(), THREE),
    ];
    let vectors: Vec<Value> =
        serde_json::from_str(include_str!("../../../tests/data/refused_certificates.json")).unwrap();
    assert_eq!(vectors.len(), expected.len());
    for (vector, (name, words, hint)) in vectors.iter().zip(expected) {
        assert_eq!(vector["name"], name);
        let url = serve_by(server(vector), "");
        let failure = Http::trusting(certificates(&vector["roots"])).get_bytes(&url, 9).unwrap_err();
        let expected = format!("`{url}`: no secure connection: {words}");
        assert_eq!((failure.to_string(), failure.hint()), (expected, Some(hint.to_owned())), "{name}");
    }
}
