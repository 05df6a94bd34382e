//! Where toolchains come from, by name, and the addresses of Go's own servers.

use std::path::PathBuf;

/// Go's own download page.
pub const OFFICIAL: &str = "https://go.dev/dl";
/// Where `golang.org/toolchain` lives when no proxy stands before it (its go-import meta tag).
pub const DIRECT: &str = "https://go.dev/dl/mod";

/// A source as it is written in settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceName {
    /// `dl`
    Dl,
    /// `proxy`
    Proxy,
    /// `dir:/path`
    Dir(PathBuf),
}

/// The two forms in which a toolchain is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `go1.22.4.linux-amd64.tar.gz`.
    Archive,
    /// `golang.org/toolchain@v0.0.1-go1.22.4.linux-amd64` as a module zip.
    ModuleZip,
}
