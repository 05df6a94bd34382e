//! Signed notes: the text format in which a checksum database signs its tree head.
//!
//! A note is a text, a blank line, and one or more signature lines:
//! `— name base64(key hash ‖ signature)`. The rules are those of Go's `golang.org/x/mod/sumdb/note`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, UnparsedPublicKey};
use sha2::{Digest as _, Sha256};

/// The algorithm byte before an Ed25519 key. Go defines others, which no checksum database uses.
const ALGORITHM_ED25519: u8 = 1;
/// Bytes of an Ed25519 public key (RFC 8032).
const PUBLIC_KEY_BYTES: usize = 32;
/// Hexadecimal digits of a key hash, as written in a verifier key.
const KEY_HASH_DIGITS: usize = 8;
/// Limit of signatures in a note, so that a hostile one costs little (Go's limit).
const MAX_SIGNATURES: usize = 100;
/// The start of every signature line: an em dash (U+2014) and a space.
const SIGNATURE_PREFIX: &str = "— ";

/// Why a verifier key or a note is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The verifier key is not of the form `name+hash+key`.
    #[error("malformed verifier key, expected `name+hash+key`")]
    MalformedKey,
    /// The verifier key is for this algorithm, not for Ed25519.
    #[error("verifier key of unknown algorithm {0}, only Ed25519 (1) is known")]
    UnknownAlgorithm(u8),
    /// The hash in the verifier key is not the hash of its name and key.
    #[error("the hash in the verifier key does not match its name and key")]
    WrongKeyHash,
    /// The note has bytes that are not UTF-8.
    #[error("malformed note: not UTF-8")]
    NotText,
    /// The note has a control character other than a line feed.
    #[error("malformed note: control character")]
    ControlCharacter,
    /// The note has no blank line with signatures after it, or its last line is not complete.
    #[error("malformed note: no signature lines after a blank line")]
    NoSignatures,
    /// This line after the blank line, counted from 1, is not a signature.
    #[error("malformed note: signature line {0}")]
    MalformedSignature(usize),
    /// The note has more than 100 signatures.
    #[error("malformed note: more than {MAX_SIGNATURES} signatures")]
    TooManySignatures,
    /// The signature under the name of this key, written `name+hash`, does not verify.
    #[error("the signature by `{0}` is wrong")]
    WrongSignature(String),
    /// The note has no signature by this key, written `name+hash`.
    #[error("not signed by `{0}`")]
    Unsigned(String),
}

/// The public key of a checksum database, and the name under which it signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    hash: u32,
    public_key: [u8; PUBLIC_KEY_BYTES],
}

impl VerifierKey {
    /// Parses `name+hash+key`: the hash is 8 hexadecimal digits, the key is base64 of algorithm byte and public key.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let (name, rest) = text.split_once('+').ok_or(NoteError::MalformedKey)?;
        let (hash, key) = rest.split_once('+').ok_or(NoteError::MalformedKey)?;
        let is_hash = hash.len() == KEY_HASH_DIGITS && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_hash || !is_host_and_path(name) {
            return Err(NoteError::MalformedKey);
        }
        let hash = u32::from_str_radix(hash, 16).map_err(|_| NoteError::MalformedKey)?;
        let key = STANDARD.decode(key).map_err(|_| NoteError::MalformedKey)?;
        let (&algorithm, public_key) = key.split_first().ok_or(NoteError::MalformedKey)?;
        if algorithm != ALGORITHM_ED25519 {
            return Err(NoteError::UnknownAlgorithm(algorithm));
        }
        let public_key = public_key.try_into().map_err(|_| NoteError::MalformedKey)?;
        if hash != key_hash(name, &key) {
            return Err(NoteError::WrongKeyHash);
        }
        Ok(Self { name: name.to_owned(), hash, public_key })
    }

    /// The name, such as `sum.golang.org`: a host with an optional path, safe as a URL and as a directory.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key as messages show it: `name+hash`.
    fn label(&self) -> String {
        format!("{}+{:08x}", self.name, self.hash)
    }

    fn signed(&self, text: &str, signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.public_key).verify(text.as_bytes(), signature).is_ok()
    }
}

/// Verifies that `key` signed `note`; returns the signed text with its final line feed.
///
/// Signatures by other keys are ignored, valid or not. Of several by `key` only the first counts, as in Go.
pub fn open<'a>(note: &'a [u8], key: &VerifierKey) -> Result<&'a str, NoteError> {
    let note = std::str::from_utf8(note).map_err(|_| NoteError::NotText)?;
    if note.chars().any(|character| character < ' ' && character != '\n') {
        return Err(NoteError::ControlCharacter);
    }
    let (text, signatures) = split(note).ok_or(NoteError::NoSignatures)?;
    let mut verified = false;
    for (index, line) in signatures.split_terminator('\n').enumerate() {
        if index == MAX_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        let signature = Signature::parse(line).ok_or(NoteError::MalformedSignature(index + 1))?;
        if verified || signature.name != key.name || signature.key_hash != key.hash {
            continue;
        }
        if !key.signed(text, &signature.bytes) {
            return Err(NoteError::WrongSignature(key.label()));
        }
        verified = true;
    }
    if verified { Ok(text) } else { Err(NoteError::Unsigned(key.label())) }
}

/// Splits at the last blank line. The text keeps its final line feed, which is signed too.
fn split(note: &str) -> Option<(&str, &str)> {
    let blank = note.rfind("\n\n")?;
    let (text, signatures) = note.split_at_checked(blank + 1)?;
    let signatures = signatures.strip_prefix('\n')?;
    signatures.ends_with('\n').then_some((text, signatures))
}

/// A signature line.
struct Signature<'a> {
    name: &'a str,
    key_hash: u32,
    bytes: Vec<u8>,
}

impl<'a> Signature<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (name, encoded) = line.strip_prefix(SIGNATURE_PREFIX)?.split_once(' ')?;
        let decoded = STANDARD.decode(encoded).ok()?;
        let (key_hash, bytes) = decoded.split_first_chunk::<4>()?;
        if bytes.is_empty() || !is_name(name) {
            return None;
        }
        Some(Self { name, key_hash: u32::from_be_bytes(*key_hash), bytes: bytes.to_vec() })
    }
}

/// Whether `name` can stand in a key and a signature line: not empty, no white space, no plus sign.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|character: char| character.is_whitespace() || character == '+')
}

/// Whether `name` is a host with an optional path, such as `sum.golang.org` or `localhost:8080/sumdb`. Because it
/// becomes part of a URL and of a directory's path, no element of it may begin with a dot.
fn is_host_and_path(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_~:".contains(&byte);
    name.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && part.bytes().all(plain))
}

/// The first four bytes of sha256 over name, line feed, algorithm and key. It tells keys apart and proves nothing.
fn key_hash(name: &str, key: &[u8]) -> u32 {
    let digest: [u8; 32] =
        Sha256::new().chain_update(name).chain_update(b"\n").chain_update(key).finalize().into();
    let [first, second, third, fourth, ..] = digest;
    u32::from_be_bytes([first, second, third, fourth])
}

#[cfg(test)]
#[path = "note_tests.rs"]
mod tests;
