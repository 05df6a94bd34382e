//! How the go command reads a file of a repository, told by its path: which files can be hidden behind an overlay,
//! which cannot, and which do not matter.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::select::pin::{GO_VERSION_FILE, TOOL_VERSIONS_FILE};

/// Who reads a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// The go command, which reads other bytes in its place where an overlay says so.
    Overlaid,
    /// Somebody who knows nothing of an overlay: the C compiler, gox itself, golangci-lint; or `//go:embed`, which
    /// finds files by patterns.
    Direct,
    /// Nobody.
    Never,
}

/// Files that gox reads as well: pins, and those of a workspace.
const READ_BY_GOX: [&str; 4] = [GO_VERSION_FILE, TOOL_VERSIONS_FILE, "go.work", "go.work.sum"];
/// A profile that the compiler is given for a main package.
const PROFILE: &str = "default.pgo";
/// The name endings that the go command gives to a C, C++, Fortran or assembler compiler, to SWIG or to the linker (Go
/// source `go/build`, `Context.matchFile`).
const COMPILED: [&str; 19] = [
    "c", "cc", "cpp", "cxx", "m", "h", "hh", "hpp", "hxx", "f", "F", "for", "f90", "s", "S", "sx", "swig",
    "swigcxx", "syso",
];
/// The files by which golangci-lint is configured.
pub(super) const LINT_CONFIGS: [&str; 4] =
    [".golangci.yml", ".golangci.yaml", ".golangci.toml", ".golangci.json"];

/// What is embedded: the beginnings of paths that a pattern of `//go:embed` can match.
#[derive(Debug, Default)]
pub(super) struct Embeds(Vec<Vec<u8>>);

impl Embeds {
    /// By lines of Go files: the path of the file, NUL, and a line `//go:embed assets/*.css "a b" all:web`.
    pub(super) fn parse(found: &[u8]) -> Self {
        let mut beginnings = Vec::new();
        for line in found.split(|byte| *byte == b'\n') {
            let Some(at) = line.iter().position(|byte| *byte == 0) else { continue };
            let folder = Path::new(OsStr::from_bytes(&line[..at])).parent().unwrap_or(Path::new(""));
            let text = String::from_utf8_lossy(&line[at + 1..]);
            // Code or a comment may stand before it.
            let Some((_, patterns)) = text.split_once("//go:embed") else { continue };
            for pattern in patterns.split_whitespace() {
                let pattern = pattern.trim_matches(['"', '`']).trim_start_matches("all:");
                // A character with a meaning in patterns ends what all matches have in common.
                let literal = pattern.split(['*', '?', '[', '\\']).next().unwrap_or_default();
                beginnings.push(folder.join(literal).into_os_string().into_encoded_bytes());
            }
        }
        Embeds(beginnings)
    }

    fn may_match(&self, path: &Path) -> bool {
        self.0.iter().any(|beginning| path.as_os_str().as_bytes().starts_with(beginning))
    }
}

/// Who reads the file at a path below the top of the repository.
pub(super) fn of(path: &Path, embeds: &Embeds) -> Reading {
    if path.to_str().is_none() || embeds.may_match(path) {
        // The JSON of an overlay has only text.
        return Reading::Direct;
    }
    let name = path.file_name().unwrap_or_default().to_str().unwrap_or_default();
    if is_for_all_below(path) {
        return Reading::Direct;
    }
    let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    let is_go =
        ending == "go" || ["go.mod", "go.sum"].contains(&name) || path.ends_with("vendor/modules.txt");
    if is_go && can_be_in_package(path) {
        Reading::Overlaid
    } else if !is_ignored(path) && (COMPILED.contains(&ending) || name == PROFILE) {
        Reading::Direct
    } else {
        Reading::Never
    }
}

/// Whether the go command passes over the file, or over a folder on the way to it, in `./...`: one named `testdata`, or
/// with a name that begins with `.` or `_`.
pub(super) fn is_ignored(path: &Path) -> bool {
    path.iter().any(|part| {
        part == "testdata" || part.as_bytes().starts_with(b".") || part.as_bytes().starts_with(b"_")
    })
}

/// Whether a folder can be that of a package. What `./...` passes over another package can import, but for what has a
/// name that begins with a dot.
pub(super) fn can_be_package(folder: &Path) -> bool {
    !folder.iter().any(|part| part.as_bytes().starts_with(b"."))
}

/// Whether the file can be in a package. None counts whose own name begins with `.` or `_`.
fn can_be_in_package(path: &Path) -> bool {
    can_be_package(path) && !path.file_name().unwrap_or_default().as_bytes().starts_with(b"_")
}

/// Whether the file counts for all modules below its folder: a pin, a workspace, a configuration of golangci-lint.
pub(super) fn is_for_all_below(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_str().unwrap_or_default();
    READ_BY_GOX.contains(&name) || LINT_CONFIGS.contains(&name)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Embeds, Reading, of};

    #[test]
    fn a_path_tells_who_reads_the_file() {
        let found = b"web/web.go\0//go:embed all:dist/*.css \"a b\"\nx.go\0\t//go:embed `icons` i[cd]on\n\
            y.go\0var A = 1; //go:embed\tbehind/code\n";
        let embeds = Embeds::parse(found);
        for (path, expected) in [
            ("a.go", Reading::Overlaid),
            ("p/a_test.go", Reading::Overlaid),
            ("p/go.mod", Reading::Overlaid),
            ("go.work.sum", Reading::Direct),
            ("p/vendor/modules.txt", Reading::Overlaid),
            ("modules.txt", Reading::Never),
            ("p/a.h", Reading::Direct),
            ("p/a_amd64.s", Reading::Direct),
            (".go-version", Reading::Direct),
            ("p/.tool-versions", Reading::Direct),
            (".golangci.yml", Reading::Direct),
            ("README.md", Reading::Never),
            ("p/testdata/a.go", Reading::Overlaid),
            ("p/testdata/a.c", Reading::Never),
            ("p/testdata/a.txt", Reading::Never),
            ("_p/a.go", Reading::Overlaid),
            (".p/a.go", Reading::Never),
            ("p/_a.go", Reading::Never),
            ("default.pgo", Reading::Direct),
            ("p/.a.go", Reading::Never),
            ("web/dist/a.css", Reading::Direct),
            ("web/dist/b/c", Reading::Direct),
            ("web/a b/c", Reading::Direct),
            ("web/x.css", Reading::Never),
            ("icons/testdata/x", Reading::Direct),
            ("idon", Reading::Direct),
            ("dist/a.css", Reading::Never),
            ("behind/code", Reading::Direct),
        ] {
            assert_eq!(of(Path::new(path), &embeds), expected, "{path}");
        }
    }
}
