//! ECDSA signatures with the curve P-521, which Go takes and ring does not know.

use std::sync::LazyLock;

use p521::ecdsa::signature::hazmat::PrehashVerifier;
use p521::ecdsa::{Signature, VerifyingKey};
use rustls::SignatureScheme;
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id};
use sha2::{Digest, Sha256, Sha384, Sha512};

/// The bytes of a number below the order of the curve.
const LENGTH: usize = 66;

type Algorithm = &'static dyn SignatureVerificationAlgorithm;

/// The ways to sign with this curve; the first is the one of TLS.
static OWN: [Algorithm; 3] = [
    &EcdsaP521 { signature: alg_id::ECDSA_SHA512, hash: |text| Sha512::digest(text).to_vec() },
    &EcdsaP521 { signature: alg_id::ECDSA_SHA384, hash: |text| Sha384::digest(text).to_vec() },
    &EcdsaP521 { signature: alg_id::ECDSA_SHA256, hash: |text| Sha256::digest(text).to_vec() },
];

/// The ways to sign that ring knows, and those with P-521 behind them.
pub(super) fn with_ring() -> WebPkiSupportedAlgorithms {
    static ALL: LazyLock<Vec<Algorithm>> = LazyLock::new(|| [ring().all, &OWN].concat());
    static MAPPING: LazyLock<Vec<(SignatureScheme, &[Algorithm])>> = LazyLock::new(|| {
        let own = (SignatureScheme::ECDSA_NISTP521_SHA512, &OWN[..1]);
        [ring().mapping, &[own]].concat()
    });
    WebPkiSupportedAlgorithms { all: &ALL, mapping: &MAPPING }
}

fn ring() -> WebPkiSupportedAlgorithms {
    rustls::crypto::ring::default_provider().signature_verification_algorithms
}

#[derive(Debug)]
struct EcdsaP521 {
    signature: AlgorithmIdentifier,
    hash: fn(&[u8]) -> Vec<u8>,
}

impl SignatureVerificationAlgorithm for EcdsaP521 {
    fn verify_signature(&self, key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let key = VerifyingKey::from_sec1_bytes(key).map_err(|_| InvalidSignature)?;
        let signature = Signature::from_der(signature).map_err(|_| InvalidSignature)?;
        // A hash is shorter than a number of the curve, and counts as one with zeros before it. The library takes no
        // hash with less than half of the bytes, such as one of SHA-256.
        let hash = (self.hash)(message);
        let mut number = [0; LENGTH];
        number[LENGTH - hash.len()..].copy_from_slice(&hash);
        key.verify_prehash(&number, &signature).map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_P521
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.signature
    }
}
