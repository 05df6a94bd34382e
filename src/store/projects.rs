//! `projects`: the folders whose pins or lines a gox command followed, one a line. What they ask for is kept
//! by `gox prune`. The shim never writes it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use super::layout::Home;
use crate::error::{Error, Result};
use crate::fs::read::{open_itself, read_at_most};
use crate::fs::write::write_atomic;

/// Ten thousand folders; what is beyond them is forgotten.
const MAX_BYTES: usize = 1 << 20;

/// Notes a folder. Where it cannot be noted, a later prune removes more, and what is missing is installed again.
pub fn note(home: &Home, folder: &Path) {
    let mut line = folder.as_os_str().as_bytes().to_vec();
    // A store that is not there yet has nothing to keep.
    if folder.is_relative() || line.contains(&b'\n') || !home.toolchains().is_dir() {
        return;
    }
    if read(home).is_ok_and(|known| known.iter().any(|known| known == folder)) {
        return;
    }
    line.push(b'\n');
    let file = open_itself(&home.projects(), File::options().append(true).create(true));
    // One write, so that two at once do not mix.
    let _ = file.and_then(|mut file| file.write_all(&line));
}

/// The folders that are still there; anything else in the file is passed over.
pub fn folders(home: &Home) -> Result<Vec<PathBuf>> {
    let mut folders = read(home)
        .map_err(|error| Error::store(format!("could not read `{}`", home.projects().display()), error))?;
    folders.retain(|folder| folder.is_dir());
    Ok(folders)
}

/// Drops the folders that have vanished, and lines that are none.
pub fn tidy(home: &Home) {
    let Ok(folders) = folders(home) else { return };
    let lines = folders.into_iter().map(|folder| folder.into_os_string().into_vec());
    let text: Vec<u8> = lines.flat_map(|line| [line, b"\n".to_vec()].concat()).collect();
    if read_at_most(&home.projects(), MAX_BYTES).is_ok_and(|before| before != text) {
        let _ = write_atomic(&home.projects(), &text);
    }
}

fn read(home: &Home) -> io::Result<Vec<PathBuf>> {
    let text = match read_at_most(&home.projects(), MAX_BYTES) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        text => text?,
    };
    let mut folders: Vec<PathBuf> = Vec::new();
    for line in text.split(|byte| *byte == b'\n') {
        let folder = Path::new(OsStr::from_bytes(line));
        if folder.is_absolute() && !folders.iter().any(|known| known == folder) {
            folders.push(folder.to_owned());
        }
    }
    Ok(folders)
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
}
