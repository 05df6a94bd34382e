//! Finds the packages of a module that name libraries for pkg-config.

use std::fs;
use std::path::{Path, PathBuf};

use crate::fs::read;
use crate::go::platform::Platform;

/// The most Go files that are read: more make a report slow, and a module that needs pkg-config does so early.
const MAX_FILES: usize = 2_000;
/// The most names that are looked at, for a module with many files that are not Go's, such as those of npm.
const MAX_NAMES: usize = 50_000;
/// The length of what is read of a file, in bytes: what cgo reads stands before the first declaration.
const MAX_TEXT: usize = 64 << 10;

/// The first Go file of the module in `root` that names a library for pkg-config, for this platform; `None` also where
/// the limits are reached before one is found.
pub(super) fn user(root: &Path) -> Option<PathBuf> {
    let (mut files, mut names) = (0, 0);
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<_> = fs::read_dir(&folder).ok().into_iter().flatten().flatten().collect();
        entries.sort_by_key(std::fs::DirEntry::file_name);
        names += entries.len();
        let mut below = Vec::new();
        for entry in entries {
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() {
                // What Go ignores, and what is another module.
                let is_ignored = name.starts_with(['.', '_']) || name == "testdata";
                if !is_ignored && !path.join("go.mod").exists() {
                    below.push(path);
                }
            } else if name.ends_with(".go") {
                files += 1;
                if read::read_beginning(&path, MAX_TEXT).is_some_and(|text| uses_it(&text)) {
                    return Some(path);
                }
            }
            if files >= MAX_FILES || names >= MAX_NAMES {
                return None;
            }
        }
        folders.extend(below.into_iter().rev());
    }
    None
}

/// Whether a text has a line such as `#cgo linux pkg-config: gtk+-3.0`, in a comment before `import "C"`, which may be
/// one of a group.
fn uses_it(text: &str) -> bool {
    let mut lines = text.lines();
    let imports_c = text.contains("import \"C\"") || lines.clone().any(|line| line.trim() == "\"C\"");
    imports_c && lines.any(is_line_of_it)
}

/// Whether the line is one of cgo that names a library, for this platform (Go source `go/build`, `saveCgo`).
fn is_line_of_it(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches(['/', '*']).trim_start();
    let Some((before, _)) = line.strip_prefix("#cgo").and_then(|rest| rest.split_once(':')) else {
        return false;
    };
    let mut words: Vec<&str> = before.split_whitespace().collect();
    let is_split = before.starts_with([' ', '\t']);
    is_split && words.pop() == Some("pkg-config") && (words.is_empty() || words.iter().any(|all| holds(all)))
}

/// Whether all terms, which commas separate, hold for this platform.
fn holds(terms: &str) -> bool {
    let Platform { os, arch } = Platform::HOST;
    terms.split(',').all(|term| {
        let name = term.trim_start_matches('!');
        ([os, arch, "cgo", "unix", "gc"].contains(&name)) != term.starts_with('!')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_name_a_library() {
        let Platform { os, arch } = Platform::HOST;
        for (line, expected) in [
            ("#cgo pkg-config: gtk+-3.0", true),
            ("// #cgo pkg-config: gtk+-3.0", true),
            ("//#cgo\tpkg-config: png cairo", true),
            ("/* #cgo pkg-config: png", true),
            (&format!("#cgo {os} pkg-config: png"), true),
            (&format!("#cgo windows {os},{arch} pkg-config: png"), true),
            ("#cgo !windows pkg-config: png", true),
            ("#cgo windows pkg-config: png", false),
            (&format!("#cgo windows,{arch} pkg-config: png"), false),
            (&format!("#cgo !{os} pkg-config: png"), false),
            ("#cgo LDFLAGS: -lpng", false),
            ("#cgo pkg-config png", false),
            ("#cgopkg-config: png", false),
            ("fmt.Println(\"#cgo pkg-config: png\")", false),
            ("", false),
        ] {
            assert_eq!(is_line_of_it(line), expected, "{line}");
        }
        assert!(uses_it("package x\n\n// #cgo pkg-config: png\nimport \"C\"\n"));
        assert!(!uses_it("package x\n\n// #cgo pkg-config: png\nimport \"fmt\"\n"));
    }

    #[test]
    fn files_of_the_module_alone_are_read() {
        let folder = tempfile::TempDir::new().unwrap();
        let write = |path: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "package x\n\n// #cgo pkg-config: png\nimport \"C\"\n").unwrap();
        };
        for path in ["x.txt", "testdata/x.go", "_old/x.go", ".git/x.go", "other/x.go", "other/deep/x.go"] {
            write(path);
        }
        fs::write(folder.path().join("other/go.mod"), "module other\n").unwrap();
        // A link is none of the module's files.
        std::os::unix::fs::symlink("..", folder.path().join("round")).unwrap();
        assert_eq!(user(folder.path()), None);
        for path in ["vendor/z/x.go", "b/c/x.go", "b/x.go", "x.go"] {
            write(path);
            assert_eq!(
                user(folder.path()),
                Some(folder.path().join(path)),
                "each comes before those that were"
            );
        }
    }
}
