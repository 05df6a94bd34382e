//! What the go command writes into each program that it builds: the package, and the version of its module (Go source
//! `debug/buildinfo`), as `go version -m` prints it. Only the form since Go 1.18 is read.

use std::fs::File;
use std::io::{self, Read};

/// What the block begins with.
const MAGIC: &[u8] = b"\xff Go buildinf:";
/// The block begins at a multiple of this.
const ALIGNED: usize = 16;
/// Its texts begin after so many bytes.
const HEADER: usize = 32;
/// The bit in the flags that says so.
const INLINE: u8 = 2;
/// The length of the marks before and after the text of the module.
const MARK: usize = 16;
/// The longest block that is read: the list of all modules of a large program.
const MAX_BLOCK: usize = 1 << 20;
/// The longest program that is searched, in bytes.
const MAX_PROGRAM: u64 = 1 << 30;
/// The bytes that are searched at a time.
const CHUNK: usize = 1 << 20;

/// What a program was built from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BuildInfo {
    /// The path of its main package.
    pub path: String,
    /// The version of the module that this is in; empty if there is none.
    pub version: String,
    /// Whether another module stands in for it, so that the version is not that of what was built.
    pub is_replaced: bool,
}

/// Reads it; `None` if the file has none.
pub(super) fn read(file: &mut File) -> io::Result<Option<BuildInfo>> {
    let mut content = file.take(MAX_PROGRAM);
    let mut bytes = Vec::new();
    loop {
        let before = bytes.len();
        let count =
            content.by_ref().take((CHUNK + MAX_BLOCK) as u64 - before as u64).read_to_end(&mut bytes)?;
        let is_end = count == 0 || bytes.len() < CHUNK + MAX_BLOCK;
        // A block that begins before this is in memory as a whole.
        let searched = if is_end { bytes.len() } else { CHUNK };
        let mut blocks = (0..searched).step_by(ALIGNED).filter(|at| bytes[*at..].starts_with(MAGIC));
        if let Some(info) = blocks.find_map(|at| block(&bytes[at..])) {
            return Ok(Some(info));
        }
        if is_end {
            return Ok(None);
        }
        bytes.drain(..searched);
    }
}

/// The words in a block. What only begins like one, such as the constant of a program that reads them, gives none.
fn block(bytes: &[u8]) -> Option<BuildInfo> {
    let (header, rest) = bytes.split_at_checked(HEADER)?;
    if header[MAGIC.len() + 1] & INLINE == 0 {
        return None;
    }
    let (go, rest) = text(rest)?;
    let (module, _) = text(rest)?;
    if !(go.starts_with(b"go") || go.starts_with(b"devel")) {
        return None;
    }
    let module = module.get(MARK..module.len().checked_sub(MARK)?)?;
    parse(std::str::from_utf8(module).ok()?)
}

/// A text behind its length.
fn text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (mut length, mut shift) = (0_usize, 0);
    for (at, byte) in bytes.iter().enumerate().take(4) {
        length |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            return bytes[at + 1..].split_at_checked(length);
        }
    }
    None
}

/// Reads the lines `path P`, `mod M V SUM` and, right after that, `=> M V SUM`.
fn parse(text: &str) -> Option<BuildInfo> {
    let mut info = BuildInfo { path: String::new(), version: String::new(), is_replaced: false };
    let mut is_behind_mod = false;
    for line in text.lines() {
        let words: Vec<&str> = line.split('\t').collect();
        match words[..] {
            ["path", path] => path.clone_into(&mut info.path),
            ["mod", _, version, ..] => version.clone_into(&mut info.version),
            ["=>", ..] if is_behind_mod => info.is_replaced = true,
            _ => {}
        }
        is_behind_mod = words[0] == "mod";
    }
    (!info.path.is_empty()).then_some(info)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn program(before: usize, flags: u8, texts: &[&[u8]]) -> Vec<u8> {
        let mut bytes = vec![0; before];
        bytes.extend(MAGIC);
        bytes.extend([8, flags]);
        bytes.resize(before + HEADER, 0);
        for text in texts {
            let mut length = text.len();
            while length > 0x7f {
                bytes.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
                length >>= 7;
            }
            bytes.push(u8::try_from(length).unwrap());
            bytes.extend(*text);
        }
        bytes
    }

    fn module(lines: &str) -> Vec<u8> {
        [&[1; MARK], lines.as_bytes(), &[2; MARK]].concat()
    }

    fn of(bytes: &[u8]) -> Option<(String, String, bool)> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        io::Seek::rewind(&mut file).unwrap();
        read(&mut file).unwrap().map(|info| (info.path, info.version, info.is_replaced))
    }

    #[test]
    fn the_package_and_the_version_of_its_module() {
        let lines = "path\tgolang.org/x/tools/gopls\nmod\tgolang.org/x/tools/gopls\tv0.16.1\th1:x=\ndep\tb\tv1.0.0\th1:y=\n";
        let expected = Some(("golang.org/x/tools/gopls".to_owned(), "v0.16.1".to_owned(), false));
        let texts: [&[u8]; 2] = [b"go1.22.4", &module(lines)];
        for before in [0, 16, CHUNK - 16, CHUNK, 3 * CHUNK + 160] {
            assert_eq!(of(&program(before, INLINE, &texts)), expected, "{before}");
        }
        // A constant that begins alike, and one that is not aligned.
        let constant = program(0, 0, &[b"gopher"]);
        assert_eq!(
            of(&[constant.clone(), program((16 - constant.len() % 16) % 16, INLINE, &texts)].concat()),
            expected
        );
        let replaced =
            module("path\ta/b\nmod\ta\tv1.0.0\t\n=>\t./a\t(devel)\t\ndep\tc\tv1.0.0\n=>\td\tv1.0.0\n");
        let texts: [&[u8]; 2] = [b"go1.22.4", &replaced];
        assert_eq!(of(&program(0, INLINE, &texts)), Some(("a/b".to_owned(), "v1.0.0".to_owned(), true)));
    }

    #[test]
    fn what_is_no_program_of_go_has_none() {
        let module = module("path\ta\nmod\ta\tv1.0.0\t\n");
        let whole = program(0, INLINE, &[b"go1.22.4", &module]);
        assert!(of(&whole).is_some());
        for length in 0..whole.len() {
            assert_eq!(of(&whole[..length]), None, "{length}");
        }
        assert_eq!(of(&program(8, INLINE, &[b"go1.22.4", &module])), None, "not aligned");
        assert_eq!(of(&program(0, 0, &[b"go1.22.4", &module])), None, "before Go 1.18");
        assert_eq!(of(&program(0, INLINE, &[b"x1.22.4", &module])), None);
        assert_eq!(of(&program(0, INLINE, &[b"go1.22.4", b"short"])), None);
        assert_eq!(of(&program(0, INLINE, &[b"go1.22.4", &[0xff; 64]])), None);
        assert_eq!(of(&[0xff; 100]), None);
        assert_eq!(of(&[MAGIC, &[0, INLINE], &[0xff; 64]].concat()), None, "a length without an end");
    }
}
