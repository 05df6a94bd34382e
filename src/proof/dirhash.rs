//! The directory hash `h1:` of go.sum and the checksum database (Go source `golang.org/x/mod/sumdb/dirhash`),
//! and the names that a toolchain's files have in it.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::go::name::ToolchainName;
use crate::go::platform::Platform;
use crate::store::receipt::{FileRecord, hex};

/// The module that Go toolchains are published as.
pub const TOOLCHAIN_MODULE: &str = "golang.org/toolchain";

/// Directories of a release archive that the module leaves out (Go source `cmd/distpack` and `golang.org/x/build`).
const NOT_IN_MODULE: [&str; 5] = [".github/", "api/", "doc/", "misc/", "test/"];

/// Computes the `h1:` hash of a toolchain's module zip for this platform from the files of the unpacked toolchain.
///
/// The checksum database proves archives by this hash too, because archive and module zip are made from the same
/// files.
pub fn of_files(toolchain: &ToolchainName, files: &[FileRecord]) -> String {
    let prefix = format!("{TOOLCHAIN_MODULE}@{}", Platform::HOST.module_version(toolchain));
    let named = files.iter().filter_map(|file| {
        let name = name_in_module(&file.path)?;
        Some((format!("{prefix}/{name}"), file.sha256))
    });
    h1(named.collect())
}

/// Computes the `h1:` hash of files, given in any order as full name and sha256 of the content.
///
/// A name with a line feed, which no release has, is left out: it could pass for another file's line in the hashed
/// text.
fn h1(mut files: Vec<(String, [u8; 32])>) -> String {
    files.retain(|(name, _)| !name.contains('\n'));
    files.sort_unstable();
    let mut hasher = Sha256::new();
    for (name, digest) in &files {
        hasher.update(hex(digest));
        hasher.update("  ");
        hasher.update(name);
        hasher.update("\n");
    }
    format!("h1:{}", STANDARD.encode(hasher.finalize()))
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
    use std::fmt::Write as _;

    use super::*;

    fn sha256(content: &str) -> [u8; 32] {
        Sha256::digest(content).into()
    }

    /// Every version of `golang.org/toolchain` has the same go.mod, so the checksum database has one hash for all.
    #[test]
    fn the_hash_of_every_toolchains_go_mod() {
        let files = vec![("go.mod".to_owned(), sha256("module golang.org/toolchain\n"))];
        assert_eq!(h1(files), "h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0=");
    }

    #[test]
    fn no_files_have_the_hash_of_nothing() {
        assert_eq!(h1(Vec::new()), "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
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
        assert_eq!(h1(names.map(|name| (name.to_owned(), sha256(name))).into()), expected);
    }

    #[test]
    fn a_name_with_a_line_feed_passes_for_no_other_file() {
        let line = format!("a\n{}  b", hex(&sha256("b")));
        let found = h1(vec![(line, sha256("a")), ("c".into(), sha256("c"))]);
        assert_eq!(found, h1(vec![("c".into(), sha256("c"))]));
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
        let tree = ["src/go.mod", "api/x", "VERSION"]
            .map(|path| FileRecord { path: path.to_owned(), sha256: sha256(path) });
        let prefix = format!("golang.org/toolchain@v0.0.1-go1.22.4.{}", Platform::HOST);
        let zip = vec![
            (format!("{prefix}/VERSION"), sha256("VERSION")),
            (format!("{prefix}/src/_go.mod"), sha256("src/go.mod")),
        ];
        assert_eq!(of_files(&"go1.22.4".into(), &tree), h1(zip));
    }
}
