//! The directory hash `h1:` of go.sum and the checksum database (Go source `golang.org/x/mod/sumdb/dirhash`),
//! and the names that a toolchain's files have in it.

use std::borrow::Cow;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Kind, Result};
use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::store::receipt::FileRecord;

/// The module that Go toolchains are published as.
pub const TOOLCHAIN_MODULE: &str = "golang.org/toolchain";

/// Directories of a release archive that the module leaves out (Go source `cmd/distpack` and `golang.org/x/build`).
const NOT_IN_MODULE: [&str; 5] = [".github/", "api/", "doc/", "misc/", "test/"];

/// Computes the `h1:` hash of files, given in any order as full name and sha256 of the content.
///
/// Refuses a name with a line feed, which could pass for another file's line in the hashed text.
pub fn h1<N: AsRef<str>>(files: impl IntoIterator<Item = (N, [u8; 32])>) -> Result<String> {
    let mut files: Vec<(N, [u8; 32])> = files.into_iter().collect();
    files.sort_unstable_by(|(left, _), (right, _)| left.as_ref().cmp(right.as_ref()));
    let mut hasher = Sha256::new();
    let mut digits = String::with_capacity(64);
    for (name, digest) in &files {
        let name = name.as_ref();
        if name.contains('\n') {
            let message = format!("a file name has a line feed: `{}`", name.escape_debug());
            return Err(Error::new(Kind::Verification, message));
        }
        digits.clear();
        for byte in digest {
            // Writing to a string cannot fail.
            let _ = write!(digits, "{byte:02x}");
        }
        hasher.update(&digits);
        hasher.update("  ");
        hasher.update(name);
        hasher.update("\n");
    }
    Ok(format!("h1:{}", STANDARD.encode(hasher.finalize())))
}

/// Computes the `h1:` hash of a toolchain's module zip from the files of the unpacked toolchain, each given as path
/// below the GOROOT, such as `src/go.mod`, and sha256 of the content.
///
/// `module_version` is a version of the module, such as `v0.0.1-go1.22.4.linux-amd64`. The checksum database proves
/// archives by this hash too, because archive and module zip are made from the same files.
pub fn toolchain_h1<'a>(
    module_version: &str,
    files: impl IntoIterator<Item = (&'a str, [u8; 32])>,
) -> Result<String> {
    h1(files.into_iter().filter_map(|(path, digest)| {
        let name = name_in_module(path)?;
        Some((format!("{TOOLCHAIN_MODULE}@{module_version}/{name}"), digest))
    }))
}

/// Computes the `h1:` hash of a toolchain for this platform. Files whose name has a line feed are left out: no release
/// has one, and [`h1`] would refuse them.
pub fn of_files(toolchain: &ToolchainName, files: &[FileRecord]) -> Result<String> {
    let files = files.iter().filter(|file| !file.path.contains('\n'));
    let version = Platform::HOST.module_version(toolchain);
    toolchain_h1(&version, files.map(|file| (file.path.as_str(), file.sha256)))
}

/// The name in the module of the file at `path` in a toolchain; `None` if the module leaves the file out.
///
/// A module cannot contain another module, so each `go.mod` below the root is called `_go.mod` in it.
pub fn name_in_module(path: &str) -> Option<Cow<'_, str>> {
    if NOT_IN_MODULE.iter().any(|directory| path.starts_with(directory)) {
        return None;
    }
    Some(match path.strip_suffix("/go.mod") {
        Some(directory) => Cow::Owned(format!("{directory}/_go.mod")),
        None => Cow::Borrowed(path),
    })
}

/// The path in a toolchain of the file called `name` in the module: the inverse of [`name_in_module`].
pub fn path_in_toolchain(name: &str) -> Cow<'_, str> {
    match name.strip_suffix("/_go.mod") {
        Some(directory) => Cow::Owned(format!("{directory}/go.mod")),
        None => Cow::Borrowed(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sha256(content: &str) -> [u8; 32] {
        Sha256::digest(content).into()
    }

    /// Every version of `golang.org/toolchain` has the same go.mod, so the checksum database has one hash for all.
    #[test]
    fn the_hash_of_every_toolchains_go_mod() {
        let files = [("go.mod", sha256("module golang.org/toolchain\n"))];
        assert_eq!(h1(files).unwrap(), "h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0=");
    }

    #[test]
    fn no_files_have_the_hash_of_nothing() {
        let none: [(&str, [u8; 32]); 0] = [];
        assert_eq!(h1(none).unwrap(), "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    /// Hashes a text that is written out by hand: `b` sorts after `a/c`, and upper case before lower case.
    #[test]
    fn the_order_is_that_of_bytes() {
        let names = ["b", "a/c", "a-c", "Z", "é"];
        let mut text = String::new();
        for name in ["Z", "a-c", "a/c", "b", "é"] {
            for byte in sha256(name) {
                write!(text, "{byte:02x}").unwrap();
            }
            writeln!(text, "  {name}").unwrap();
        }
        let expected = format!("h1:{}", STANDARD.encode(sha256(&text)));
        assert_eq!(h1(names.map(|name| (name, sha256(name)))).unwrap(), expected);
    }

    #[test]
    fn a_line_feed_in_a_name_is_refused() {
        let error = h1([("a\nb", sha256(""))]).unwrap_err();
        assert_eq!(error.to_string(), "a file name has a line feed: `a\\nb`");
        assert_eq!(error.kind(), Kind::Verification);
    }

    #[test]
    fn names_in_the_module_and_back() {
        let cases = [
            ("VERSION", Some("VERSION")),
            ("bin/go", Some("bin/go")),
            ("src/go.mod", Some("src/_go.mod")),
            ("src/cmd/go.mod", Some("src/cmd/_go.mod")),
            ("go.mod", Some("go.mod")),
            ("src/xgo.mod", Some("src/xgo.mod")),
            ("src/go.mod/x", Some("src/go.mod/x")),
            ("src/go.sum", Some("src/go.sum")),
            ("api", Some("api")),
            ("apix/a", Some("apix/a")),
            ("src/test/a", Some("src/test/a")),
            ("src/doc/a", Some("src/doc/a")),
            ("api/go1.txt", None),
            ("doc/go.html", None),
            ("misc/wasm/go.mod", None),
            ("test/a.go", None),
            (".github/a", None),
        ];
        for (path, name) in cases {
            assert_eq!(name_in_module(path).as_deref(), name, "{path}");
            if let Some(name) = name {
                assert_eq!(path_in_toolchain(name), path);
            }
        }
    }

    #[test]
    fn a_toolchain_is_hashed_under_its_names_in_the_module() {
        let tree = [("src/go.mod", sha256("m")), ("api/x", sha256("x")), ("VERSION", sha256("v"))];
        let prefix = "golang.org/toolchain@v0.0.1-go1.22.4.linux-amd64";
        let zip =
            [(format!("{prefix}/VERSION"), sha256("v")), (format!("{prefix}/src/_go.mod"), sha256("m"))];
        assert_eq!(toolchain_h1("v0.0.1-go1.22.4.linux-amd64", tree).unwrap(), h1(zip).unwrap());
    }
}
