//! The gate that every entry of an archive passes: names, sizes and numbers. The input is hostile until
//! all proofs are in, and nothing may leave the staging directory before that.

use std::collections::HashMap;

use crate::error::{Error, Kind, Result};
use crate::go::source::Format;
use crate::proof::dirhash;

/// The largest archive, packed: four times the largest so far.
pub const MAX_ARCHIVE: u64 = 1 << 30;
/// The largest module zip, as cmd/go has it (Go source `x/mod/zip`).
pub const MAX_ZIP: u64 = 500 << 20;
/// The largest tree: Go 1.27 has 260 MB.
pub const MAX_UNPACKED: u64 = 1 << 30;
/// The most entries: Go 1.27 has 16,000.
pub const MAX_ENTRIES: usize = 100_000;
/// The most directories: Go 1.27 has 1,700.
pub const MAX_DIRECTORIES: usize = 10_000;
/// The longest path below the GOROOT, in bytes.
pub const MAX_PATH: usize = 1024;
/// The longest part of a path: what file systems take.
pub const MAX_PART: usize = 255;

/// Refuses more packed bytes than any toolchain has, whether they came or are only said to come.
pub fn check_packed(format: Format, bytes: u64) -> Result<()> {
    let (name, limit) = match format {
        Format::Archive => ("archive", MAX_ARCHIVE),
        Format::ModuleZip => ("module zip", MAX_ZIP),
    };
    if bytes <= limit {
        return Ok(());
    }
    Err(Error::new(Kind::Verification, format!("the {name} is refused: it has more than {limit} bytes")))
}

/// Names seen so far, and what is left of the limits.
pub struct Guard {
    format: Format,
    prefix: String,
    /// By what a file system may make of the path.
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
    /// A gate for entries below `prefix`, which ends in a slash.
    pub fn new(format: Format, prefix: String) -> Self {
        Guard { format, prefix, seen: HashMap::new(), entries: 0, directories: 0, bytes: 0 }
    }

    /// The path of a file below the GOROOT, or why it is refused.
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

    /// Admits a directory entry.
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
                "." | ".." => return Err(format!("{} leaves its directory", shown())),
                _ if part.len() > MAX_PART => {
                    return Err(format!("a part of {} bytes is too long", part.len()));
                }
                _ => {}
            }
        }
        if path.split('/').next().is_some_and(|first| first.eq_ignore_ascii_case(".gox")) {
            return Err(format!("{} would stand among gox's own files", shown()));
        }
        Ok(path.to_owned())
    }

    /// In a module `go.mod` below the root is called `_go.mod`. Each in the other's place would make a
    /// second tree with the same h1, and so would a file in a directory that no module has: the hash
    /// passes over it.
    fn check_module_name(&self, path: &str) -> Result<(), String> {
        let forbidden = match self.format {
            Format::Archive => "_go.mod",
            Format::ModuleZip => "go.mod",
        };
        let name = path.rsplit('/').next().unwrap_or(path);
        let in_module = self.format == Format::ModuleZip;
        let unknown = in_module && (path == "_go.mod" || dirhash::name_in_module(path).is_none());
        if name.eq_ignore_ascii_case(forbidden) || unknown {
            return Err(format!("`{path}` has a name that this form does not have"));
        }
        Ok(())
    }

    /// Every directory above a path is a directory, spelled the same each time.
    fn parents(&mut self, path: &str) -> Result<(), String> {
        for (end, _) in path.match_indices('/') {
            self.claim(&path[..end], true)?;
        }
        Ok(())
    }

    fn claim(&mut self, path: &str, directory: bool) -> Result<(), String> {
        // File systems that ignore case would write one over the other.
        let folded = fold(path);
        match self.seen.get(&folded) {
            None => {
                self.seen.insert(folded, Seen { path: path.to_owned(), directory });
                // They count whether they have an entry of their own or only files below them.
                self.directories += usize::from(directory);
                if self.directories > MAX_DIRECTORIES {
                    return Err(format!("more than {MAX_DIRECTORIES} directories"));
                }
                Ok(())
            }
            Some(seen) if seen.path == path && seen.directory && directory => Ok(()),
            Some(seen) if seen.path == path && seen.directory == directory => {
                Err(format!("`{path}` is there twice"))
            }
            Some(seen) if seen.path == path => Err(format!("`{path}` is both a file and a directory")),
            Some(seen) => Err(format!("`{path}` and `{}` differ in case only", seen.path)),
        }
    }
}

/// Whether a name may have this character. Go's own have ASCII alone, but for two of them below `test/`
/// that begin with U+00DE. Outside ASCII only these letters (Latin, Greek, Cyrillic, Han) pass: without
/// combining marks each is written in one way, so no file system that normalises names (those of macOS)
/// takes two different ones for the same. What it would pass over in a name (U+200C) is no letter.
fn is_plain(character: char) -> bool {
    match character {
        '\\' => false,
        ' '..='~' => true,
        '\u{c0}'..='\u{24f}' | '\u{386}'..='\u{52f}' | '\u{4e00}'..='\u{9fff}' => character.is_alphabetic(),
        _ => false,
    }
}

/// The same for all paths that a file system may take for one. Upper case first: some letters have two
/// lower ones (`s` and U+017F, both sigmas), and U+00DF is `SS`.
fn fold(path: &str) -> String {
    path.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
