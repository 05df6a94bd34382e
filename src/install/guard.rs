//! Checks the name, the size and the number of all entries of an archive or module zip, which are hostile until all
//! proofs hold. A path that the guard returns is relative, stays below the GOROOT, and is the only one of its spelling.

use std::collections::HashMap;

use super::refusal;
use crate::error::Result;
use crate::go::source::Format;
use crate::proof::dirhash;

/// Limit in bytes for a packed archive: four times the largest so far.
const MAX_ARCHIVE: u64 = 1 << 30;
/// Limit in bytes for a packed module zip: that of cmd/go (Go source `x/mod/zip`).
pub const MAX_ZIP: u64 = 500 << 20;
/// Limit in bytes for an unpacked tree; Go 1.27 has 260 MB.
pub const MAX_UNPACKED: u64 = 1 << 30;
/// Limit of entries; Go 1.27 has 16,000.
pub const MAX_ENTRIES: usize = 100_000;
/// Limit of directories; Go 1.27 has 1,700.
pub const MAX_DIRECTORIES: usize = 10_000;
/// Limit in bytes for a path below the GOROOT.
pub const MAX_PATH: usize = 1024;
/// Limit in bytes for a part of a path: that of most file systems.
const MAX_PART: usize = 255;

/// Refuses more packed bytes than any toolchain has, received or announced.
pub fn check_packed(format: Format, bytes: u64) -> Result<()> {
    let limit = match format {
        Format::Archive => MAX_ARCHIVE,
        Format::ModuleZip => MAX_ZIP,
    };
    if bytes > limit { Err(refusal::of(format, &format!("it has more than {limit} bytes"))) } else { Ok(()) }
}

/// The paths accepted so far, and the counts that are limited.
pub struct Guard {
    format: Format,
    prefix: String,
    /// By folded path, see [`fold`].
    seen: HashMap<String, Seen>,
    entries: usize,
    directories: usize,
    bytes: u64,
}

#[derive(PartialEq, Eq)]
struct Seen {
    path: String,
    directory: bool,
}

impl Guard {
    /// A guard for entries below `prefix`, which ends in a slash.
    pub fn new(format: Format, prefix: String) -> Self {
        Guard { format, prefix, seen: HashMap::new(), entries: 0, directories: 0, bytes: 0 }
    }

    /// A guard for the entries of the zip of a module version.
    pub fn of_module_zip(version: &str) -> Self {
        Guard::new(Format::ModuleZip, format!("{}@{version}/", dirhash::TOOLCHAIN_MODULE))
    }

    /// Accepts a file entry: its path below the GOROOT, or why it is refused.
    pub fn file(&mut self, raw: &[u8], size: u64) -> Result<String, String> {
        self.count(size)?;
        let path = self.path(raw)?;
        self.check_module_name(&path)?;
        let path = match self.format {
            Format::Archive => path,
            Format::ModuleZip => dirhash::path_in_toolchain(&path).into_owned(),
        };
        self.parents(&path)?;
        self.claim(&path, false)?;
        Ok(path)
    }

    /// Accepts a directory entry, or says why it is refused.
    pub fn directory(&mut self, raw: &[u8]) -> Result<(), String> {
        self.count(0)?;
        let raw = raw.strip_suffix(b"/").unwrap_or(raw);
        if raw == self.prefix.trim_end_matches('/').as_bytes() {
            return Ok(());
        }
        let path = self.path(raw)?;
        self.parents(&path)?;
        self.claim(&path, true)
    }

    fn count(&mut self, size: u64) -> Result<(), String> {
        self.entries += 1;
        self.bytes = self.bytes.saturating_add(size);
        if self.entries > MAX_ENTRIES {
            return Err(format!("more than {MAX_ENTRIES} entries"));
        }
        if self.bytes > MAX_UNPACKED {
            return Err(format!("more than {MAX_UNPACKED} bytes unpacked"));
        }
        Ok(())
    }

    fn path(&self, raw: &[u8]) -> Result<String, String> {
        let name =
            std::str::from_utf8(raw).map_err(|_| format!("the name {} is not UTF-8", raw.escape_ascii()))?;
        let shown = || format!("`{}`", name.escape_debug());
        let path = name.strip_prefix(&self.prefix);
        let path = path.ok_or_else(|| format!("{} is outside `{}`", shown(), self.prefix))?;
        if path.len() > MAX_PATH {
            return Err(format!("a name of {} bytes is too long", path.len()));
        }
        if !path.chars().all(is_plain) {
            return Err(format!("{} has a character that no file of Go has", shown()));
        }
        for part in path.split('/') {
            match part {
                "" => return Err(format!("{} has an empty part", shown())),
                "." => return Err(format!("{} has a part `.`", shown())),
                ".." => return Err(format!("{} leaves its directory", shown())),
                _ if part.len() > MAX_PART => {
                    return Err(format!("a part of {} bytes is too long", part.len()));
                }
                _ => {}
            }
        }
        if path.split('/').next().is_some_and(|first| first.eq_ignore_ascii_case(".gox")) {
            return Err(format!("{} is in `.gox`, which is reserved for gox", shown()));
        }
        Ok(path.to_owned())
    }

    /// Refuses names by which two different trees would have the same `h1:` hash. Below the root, a module zip has
    /// `_go.mod` for the `go.mod` of an archive, so neither may have the other's name. A directory that the module
    /// leaves out must not be in the zip, because the hash does not cover it.
    fn check_module_name(&self, path: &str) -> Result<(), String> {
        let (format, forbidden) = match self.format {
            Format::Archive => ("archive", "_go.mod"),
            Format::ModuleZip => ("module zip", "go.mod"),
        };
        let name = path.rsplit('/').next().unwrap_or(path);
        let in_module = self.format == Format::ModuleZip;
        let unknown = in_module && (path == "_go.mod" || dirhash::name_in_module(path).is_none());
        if name.eq_ignore_ascii_case(forbidden) || unknown {
            return Err(format!("`{path}` has a name that no {format} of Go has"));
        }
        Ok(())
    }

    /// Claims every directory above a path. Where that which it is in was claimed before, so were those above, and a
    /// deep path takes no longer than another.
    fn parents(&mut self, path: &str) -> Result<(), String> {
        let Some((parent, _)) = path.rsplit_once('/') else { return Ok(()) };
        if self.seen.get(&fold(parent)).is_some_and(|seen| seen.path == parent && seen.directory) {
            return Ok(());
        }
        for (end, _) in path.match_indices('/') {
            self.claim(&path[..end], true)?;
        }
        Ok(())
    }

    /// Records a path. Refuses one that a file system may take for another path, or that comes twice; directories may
    /// come again.
    fn claim(&mut self, path: &str, directory: bool) -> Result<(), String> {
        let folded = fold(path);
        match self.seen.get(&folded) {
            None => {
                // Directories count with and without an entry of their own.
                self.directories += usize::from(directory);
                if self.directories > MAX_DIRECTORIES {
                    return Err(format!("more than {MAX_DIRECTORIES} directories"));
                }
                self.seen.insert(folded, Seen { path: path.to_owned(), directory });
                Ok(())
            }
            Some(seen) if seen.path == path && seen.directory && directory => Ok(()),
            Some(seen) if seen.path == path && seen.directory == directory => {
                Err(format!("`{path}` appears twice"))
            }
            Some(seen) if seen.path == path => Err(format!("`{path}` is both a file and a directory")),
            Some(seen) => Err(format!("`{path}` and `{}` differ in case only", seen.path)),
        }
    }
}

/// Whether a name may have this character. Go's names are ASCII, except for two below `test/` that begin with U+00DE.
///
/// Outside ASCII only these letters (Latin, Greek, Cyrillic, Han) are allowed. Without combining marks each of them has
/// one spelling, so that file systems that normalise names (those of macOS) never take two names for one. Characters
/// that such file systems ignore, such as U+200C, are not letters.
fn is_plain(character: char) -> bool {
    match character {
        '\\' => false,
        ' '..='~' => true,
        '\u{c0}'..='\u{24f}' | '\u{386}'..='\u{52f}' | '\u{4e00}'..='\u{9fff}' => character.is_alphabetic(),
        _ => false,
    }
}

/// Folds a path, so that paths that differ in case only become equal, as on file systems that ignore case. Upper case
/// comes first because some letters have two lower-case forms (`s` and U+017F, both sigmas), and U+00DF becomes `SS`.
fn fold(path: &str) -> String {
    path.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
