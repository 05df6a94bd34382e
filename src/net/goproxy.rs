//! `GOPROXY` as cmd/go reads it (Go source `cmd/go/internal/modfetch/proxy.go`).

use url::Url;

use crate::go::source::readable;
use crate::text;

/// An entry of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where modules come from by this entry.
    pub server: Server,
    /// Whether the next entry is used after any failure of this one, as `|` between them says. After `,` it is
    /// used only where this one answers with status 404 or 410.
    pub on_any_failure: bool,
}

/// Where modules come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Server {
    /// A module proxy, by an address of `http`, `https` or `file`.
    Proxy(Url),
    /// The repository that each module's path leads to.
    Direct,
    /// Nowhere: nothing may be downloaded.
    Off,
}

/// The value of `GOPROXY` that cmd/go would use.
#[derive(Clone, Debug, Default)]
pub struct Goproxy {
    /// The entries in their order; none where no setting of Go gives a list.
    pub entries: Vec<Entry>,
    /// Whether the user set the variable, in the environment or in the GOENV file.
    pub is_users: bool,
}

/// What stands for the address of a module proxy where the user has to name one.
pub const EXAMPLE_PROXY: &str = "https://proxy.example.com";

impl Goproxy {
    /// Whether nobody set it: there are no entries, or those of the `go.env` of a Go, without `off`. Where the network lets neither these
    /// nor go.dev through, a proxy of that network has to be named.
    pub fn is_default(&self) -> bool {
        !self.is_users && self.entries.iter().all(|entry| entry.server != Server::Off)
    }
}

/// Parses the list up to the first `direct` or `off`. The error names the wrong entry, without a password.
pub fn parse(text: &str) -> Result<Vec<Entry>, String> {
    let mut entries = Vec::new();
    for part in text.split_inclusive([',', '|']) {
        let on_any_failure = part.ends_with('|');
        let server = match part.trim_end_matches([',', '|']).trim() {
            "" => continue,
            "off" => Server::Off,
            "direct" => Server::Direct,
            address => Server::Proxy(proxy(address)?),
        };
        let last = server == Server::Off || server == Server::Direct;
        entries.push(Entry { server, on_any_failure });
        if last {
            break;
        }
    }
    if entries.is_empty() {
        return Err("the list has no entries".into());
    }
    Ok(entries)
}

/// The address of a module proxy. Like cmd/go this puts `https://` before a host without a scheme; a single word
/// and an absolute path are not taken for hosts.
fn proxy(address: &str) -> Result<Url, String> {
    let complete = address.contains(":/") || address.starts_with('/') || !address.contains(['.', ':', '/']);
    let text = if complete { address.to_owned() } else { format!("https://{address}") };
    match readable(&text) {
        Ok(url) if url.scheme() == "file" && url.host_str().is_some() => Err("a file URL has no host".into()),
        url => url,
    }
    .map_err(|reason| format!("`{}`: {reason}", text::without_password(address)))
}

/// The address of the file at `path` below the address of a proxy.
pub fn join(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path.split('/').filter(|segment| !segment.is_empty()));
    }
    url
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::{Server, join, parse};

    #[test]
    fn lists_are_read_as_cmd_go_reads_them() {
        let table = [
            ("https://a.example", "https://a.example/,"),
            ("https://a.example,direct", "https://a.example/, direct,"),
            (
                "https://a.example|http://b.example:8080/go/,off",
                "https://a.example/| http://b.example:8080/go/, off,",
            ),
            (" a.example/x , , direct,https://never.example", "https://a.example/x, direct,"),
            ("off,https://never.example", "off,"),
            ("file:///srv/go", "file:///srv/go,"),
            ("", "error: the list has no entries"),
            (" , |", "error: the list has no entries"),
            ("word", "error: `word`: an address begins with `https://`, `http://` or `file://`"),
            ("/srv/go", "error: `/srv/go`: an address begins with `https://`, `http://` or `file://`"),
            ("ftp://u:secret@a.example", "error: `ftp://…@a.example`: `ftp` is not https, http or file"),
            ("file://host/x", "error: `file://host/x`: a file URL has no host"),
        ];
        for (text, expected) in table {
            let found = match parse(text) {
                Err(error) => format!("error: {error}"),
                Ok(entries) => {
                    let entries = entries.iter().map(|entry| {
                        let server = match &entry.server {
                            super::Server::Proxy(url) => url.to_string(),
                            super::Server::Direct => "direct".into(),
                            super::Server::Off => "off".into(),
                        };
                        server + if entry.on_any_failure { "|" } else { "," }
                    });
                    entries.collect::<Vec<_>>().join(" ")
                }
            };
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn paths_are_joined_below_the_base() {
        let path = "golang.org/toolchain/@v/v0.0.1-go1.22.4.linux-amd64.zip";
        for base in ["https://a.example/go", "https://a.example/go/"] {
            let url = join(&Url::parse(base).unwrap(), path);
            assert_eq!(url.as_str(), format!("https://a.example/go/{path}"));
        }
    }

    proptest! {
        /// An accepted entry gives addresses on its own host, and no error shows a password.
        #[test]
        fn no_list_is_too_strange(text in any::<String>(), scheme in "https?|file|ftp|.", rest in "[a-z:@/.,|?\\[ ]{0,16}") {
            for text in [text, format!("{scheme}://u:secret@{rest}")] {
                match parse(&text) {
                    Ok(entries) => {
                        prop_assert!(!entries.is_empty());
                        for entry in &entries {
                            let Server::Proxy(base) = &entry.server else { continue };
                            let url = join(base, "a/@v/list");
                            prop_assert!(url.path().ends_with("/a/@v/list"), "{}", url);
                            prop_assert_eq!((url.host(), url.port()), (base.host(), base.port()));
                        }
                    }
                    Err(error) => prop_assert!(!error.contains("secret"), "{}", error),
                }
            }
        }
    }
}
