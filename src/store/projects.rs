//! The file `projects`: the directories in which a gox command followed a pin or a line of go.mod, one per
//! line, the newest last. `gox prune` keeps the versions that they ask for. The shim never writes the file.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::layout::Home;
use crate::error::{Error, Result};
use crate::fs::read::{check_regular, is_absence, open_itself};
use crate::fs::write::write_atomic;

/// The longest file, in bytes: 40,000 paths of 100 bytes. Of a longer one only the newest half is kept.
const MAX_BYTES: usize = 4 << 20;

/// Adds a folder. Failures are ignored: at worst `gox prune` removes a version that has to be installed again.
pub fn note(home: &Home, folder: &Path) {
    let mut line = folder.as_os_str().as_bytes().to_vec();
    // Without toolchains there is nothing to keep.
    if folder.is_relative() || line.contains(&b'\n') || !home.toolchains().is_dir() {
        return;
    }
    let known = read(home);
    if known.as_ref().is_ok_and(|text| lines(text).any(|known| known == line)) {
        return;
    }
    if known.is_ok_and(|text| text.len() > MAX_BYTES) {
        tidy(home);
    }
    line.push(b'\n');
    let file = open_itself(&home.projects(), File::options().append(true).create(true));
    // A single write in append mode, so that concurrent ones do not mix.
    let _ = file.and_then(|mut file| file.write_all(&line));
}

/// The folders that still exist, each once. Other lines in the file are ignored.
pub fn folders(home: &Home) -> Result<Vec<PathBuf>> {
    let text = read(home)
        .map_err(|error| Error::store(format!("could not read `{}`", home.projects().display()), error))?;
    Ok(present(&text))
}

/// Removes missing folders and invalid lines from the file, and the oldest lines from one that is too long.
pub fn tidy(home: &Home) {
    let Ok(before) = read(home) else { return };
    let mut kept = Vec::with_capacity(before.len());
    for folder in present(&before) {
        kept.extend_from_slice(folder.as_os_str().as_bytes());
        kept.push(b'\n');
    }
    let surplus = if kept.len() > MAX_BYTES { kept.len() - MAX_BYTES / 2 } else { 0 };
    let start = kept[surplus..].iter().position(|byte| *byte == b'\n').map_or(0, |end| surplus + end + 1);
    let kept = if surplus == 0 { &kept[..] } else { &kept[start..] };
    if before != kept {
        let _ = write_atomic(&home.projects(), kept);
    }
}

/// Reads the newest lines of the file, at most twice [`MAX_BYTES`]; none if there is no file.
fn read(home: &Home) -> io::Result<Vec<u8>> {
    const LIMIT: u64 = 2 * MAX_BYTES as u64;
    let mut file = match open_itself(&home.projects(), File::options().read(true)) {
        Err(error) if is_absence(&error) => return Ok(Vec::new()),
        file => file?,
    };
    let before = check_regular(&file.metadata()?)?.saturating_sub(LIMIT);
    if before > 0 {
        file.seek(SeekFrom::Start(before))?;
    }
    let mut text = Vec::new();
    file.take(LIMIT).read_to_end(&mut text)?;
    if before > 0 {
        // The first line is a part of one.
        let end = text.iter().position(|byte| *byte == b'\n').map_or(text.len(), |end| end + 1);
        text.drain(..end);
    }
    Ok(text)
}

/// The lines that are absolute paths.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"/"))
}

fn present(text: &[u8]) -> Vec<PathBuf> {
    let mut seen = HashSet::new();
    let folders =
        lines(text).filter(|line| seen.insert(*line)).map(|line| Path::new(OsStr::from_bytes(line)));
    folders.filter(|folder| folder.is_dir()).map(Path::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn folders_are_noted_once_and_drop_out_when_they_vanish() {
        let root = tempfile::TempDir::new().unwrap();
        let home = Home::at(root.path().join("home"));
        let [a, b] = ["a", "b"].map(|name| root.path().join(name));
        fs::create_dir(&a).unwrap();
        note(&home, &a);
        assert!(!home.projects().exists(), "there is no store");
        fs::create_dir_all(home.toolchains()).unwrap();
        for folder in [&a, &b, &a, Path::new("relative"), &root.path().join("with\nline")] {
            note(&home, folder);
        }
        let text = format!("{}\n{}\n", a.display(), b.display());
        assert_eq!(fs::read_to_string(home.projects()).unwrap(), text);
        assert_eq!(folders(&home).unwrap(), std::slice::from_ref(&a));
        fs::write(home.projects(), format!("\0\u{1}\nword\n{text}{text}\n")).unwrap();
        tidy(&home);
        assert_eq!(fs::read_to_string(home.projects()).unwrap(), format!("{}\n", a.display()));
    }

    #[test]
    fn a_file_that_is_too_long_loses_its_older_lines() {
        let root = tempfile::TempDir::new().unwrap();
        let home = Home::at(root.path().join("home"));
        fs::create_dir_all(home.toolchains()).unwrap();
        // One folder under many spellings: each bit of the number is `/.` or `//`.
        let spelling = |number: usize| {
            let bits = (0..20).map(|bit| if number >> bit & 1 == 1 { "/." } else { "//" });
            format!("{}{}\n", root.path().display(), bits.collect::<String>())
        };
        for too_long in [MAX_BYTES, 3 * MAX_BYTES] {
            let count = too_long / spelling(0).len() + 2;
            fs::write(home.projects(), (0..count).map(spelling).collect::<String>()).unwrap();
            note(&home, root.path());
            let after = fs::read_to_string(home.projects()).unwrap();
            assert!(after.len() <= MAX_BYTES / 2 + spelling(0).len(), "{} bytes", after.len());
            assert!(after.ends_with(&format!("{}{}\n", spelling(count - 1), root.path().display())));
            assert!(after.lines().all(|line| Path::new(line).is_dir()), "no line was cut");
            note(&home, root.path());
            assert_eq!(fs::read_to_string(home.projects()).unwrap(), after);
        }
    }
}
