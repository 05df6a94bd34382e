//! The names of sources, the forms in which they have toolchains, and the addresses that gox reads from.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::text;

/// The base URL of Go's official archives and release list.
pub const OFFICIAL: &str = "https://go.dev/dl";
/// The origin of the module `golang.org/toolchain` (from its go-import meta tag).
#[cfg(feature = "cli")]
const DIRECT: &str = "https://go.dev/dl/mod";

/// [`OFFICIAL`] as a URL.
#[cfg(feature = "cli")]
pub fn official() -> url::Url {
    constant(OFFICIAL)
}

/// The origin of the module `golang.org/toolchain`: a base URL in the module proxy protocol.
#[cfg(feature = "cli")]
pub fn direct() -> url::Url {
    constant(DIRECT)
}

/// Parses an address from which gox may read. The error is only the reason, which never has a password.
#[cfg(feature = "cli")]
pub fn readable(text: &str) -> Result<url::Url, String> {
    let url = url::Url::parse(text).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => {
            "an address begins with `https://`, `http://` or `file://`".to_owned()
        }
        error => error.to_string(),
    })?;
    match url.scheme() {
        "https" | "http" | "file" => Ok(url),
        scheme => Err(format!("`{scheme}` is not https, http or file")),
    }
}

#[cfg(feature = "cli")]
fn constant(text: &str) -> url::Url {
    url::Url::parse(text).expect("a constant URL")
}

/// A source of toolchains. Its text form is that of settings, messages and receipts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "cli",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "String", into = "String")
)]
pub enum SourceName {
    /// `dl`: go.dev/dl, or a mirror of it.
    Dl,
    /// `proxy`: the module proxies of GOPROXY.
    Proxy,
    /// `dir:/path`: a folder with archives or module zips; the path is absolute.
    Dir(PathBuf),
    /// `import`: a tree of another manager. It is in receipts alone, and no setting may name it.
    Import,
}

impl fmt::Display for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SourceName::Dl => f.write_str("dl"),
            SourceName::Proxy => f.write_str("proxy"),
            SourceName::Dir(path) => write!(f, "dir:{}", path.display()),
            SourceName::Import => f.write_str(IMPORT),
        }
    }
}

/// The text form of [`SourceName::Import`].
const IMPORT: &str = "import";

/// Reads a setting. The error is only the reason; the caller adds where the word was found.
impl FromStr for SourceName {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "dl" => Ok(SourceName::Dl),
            "proxy" => Ok(SourceName::Proxy),
            _ => match word.strip_prefix("dir:").map(PathBuf::from) {
                Some(path) if path.is_absolute() => Ok(SourceName::Dir(path)),
                Some(path) => Err(format!("`{}` is not an absolute path", path.display())),
                None => {
                    Err(format!("`{}` is not `dl`, `proxy` or `dir:/path`", text::without_password(word)))
                }
            },
        }
    }
}

/// Reads a receipt.
impl TryFrom<String> for SourceName {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        if word == IMPORT { Ok(SourceName::Import) } else { word.parse() }
    }
}

impl From<SourceName> for String {
    fn from(name: SourceName) -> Self {
        name.to_string()
    }
}

/// The forms in which a toolchain is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `go1.22.4.linux-amd64.tar.gz`.
    Archive,
    /// `golang.org/toolchain@v0.0.1-go1.22.4.linux-amd64` as a module zip.
    ModuleZip,
}
