//! `git credential`, which asks the credential helpers that Git is configured with (Go source
//! `cmd/go/internal/auth/gitauth.go`).

use std::path::{Path, PathBuf};

use super::answer::is_address;
use super::program;

/// A login and its password, as Git gave them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filled {
    /// The beginning of the addresses that they are for.
    pub(super) prefix: String,
    pub(super) login: Vec<u8>,
    pub(super) password: Vec<u8>,
    /// All that Git printed, which it wants to see again when it is told whether they were right.
    text: Vec<u8>,
    directory: PathBuf,
}

impl Filled {
    /// Asks Git for the login of `address`.
    pub(super) fn ask(directory: &Path, address: &str) -> Result<Self, String> {
        let text = git(directory, "fill", format!("url={address}\n").as_bytes())?;
        let filled = Filled::parse(directory, text);
        match filled.prefix.as_str() {
            "" => Err("the answer of `git credential fill` has no address".into()),
            prefix if address.starts_with(prefix) => Ok(filled),
            _ => Err("`git credential fill` answered for another address".into()),
        }
    }

    /// Tells Git whether the server accepted them, so that a helper keeps them or forgets them.
    pub(super) fn tell(&self, accepted: bool) {
        // A helper that keeps nothing fails here, which changes nothing for this request.
        let _ = git(&self.directory, if accepted { "approve" } else { "reject" }, &self.text);
    }

    fn parse(directory: &Path, text: Vec<u8>) -> Self {
        let [mut scheme, mut host, mut path] = [const { String::new() }; 3];
        let [mut login, mut password] = [const { Vec::new() }; 2];
        for line in text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii) {
            let Some(equals) = line.iter().position(|byte| *byte == b'=') else { continue };
            let (name, value) = (&line[..equals], &line[equals + 1..]);
            let written = || String::from_utf8_lossy(value).into_owned();
            match name {
                b"protocol" => scheme = written(),
                b"host" => host = written(),
                b"path" => path = written(),
                b"username" => login = value.to_vec(),
                b"password" => password = value.to_vec(),
                b"url" if is_address(&written()) => {
                    let url = written();
                    let (before, after) = url.split_once("://").unwrap_or(("", &url));
                    let end = after.find('/').unwrap_or(after.len());
                    (scheme, host, path) = (before.into(), after[..end].into(), after[end..].into());
                }
                _ => {}
            }
        }
        let scheme = if scheme.is_empty() { scheme } else { scheme + "://" };
        let slash = if path.is_empty() || path.starts_with('/') { "" } else { "/" };
        let prefix = format!("{scheme}{host}{slash}{path}");
        Filled { prefix, login, password, text, directory: directory.to_owned() }
    }
}

fn git(directory: &Path, action: &str, input: &[u8]) -> Result<Vec<u8>, String> {
    let words = ["git", "credential", action].map(str::to_owned);
    program::output(&words, Some(directory), input)
}
