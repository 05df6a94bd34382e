//! A tree that an archive grew in a directory of its own: what must hold of it, whatever the archive was.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use gox::error::{Kind, Result};
use gox::install::donors::Donors;
use gox::install::writer::Writer;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// Unpacks into an empty directory and looks at everything around it. `bytes` is the archive, which may
/// unfold to no more than `most` bytes.
pub fn check(bytes: &[u8], most: u64, unpack: impl FnOnce(&Path, &Writer) -> Result<()>) {
    let folder = TempDir::new().unwrap();
    let (archive, root) = (folder.path().join("archive"), folder.path().join("tree"));
    fs::write(&archive, bytes).unwrap();
    fs::create_dir(&root).unwrap();
    let tree = Writer::new(root.clone(), Donors::default());
    let result = unpack(&archive, &tree);
    let beside: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(beside.len(), 2, "{beside:?}");
    let mut found = BTreeMap::new();
    walk(&root, "", &mut found);
    let (files, totals) = (tree.records(), tree.totals());
    assert!(totals.written + totals.shared <= most, "{totals:?}");
    match result {
        Ok(()) => {
            let files: BTreeMap<_, _> = files.into_iter().map(|file| (file.path, file.sha256)).collect();
            assert_eq!(files, found);
        }
        Err(error) => {
            assert_eq!(error.kind(), Kind::Verification, "{}", error.report());
            assert!(!error.line().contains(char::is_control), "{:?}", error.line());
        }
    }
}

fn walk(root: &Path, below: &str, found: &mut BTreeMap<String, [u8; 32]>) {
    for entry in fs::read_dir(root.join(below)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        let data = entry.metadata().unwrap();
        let mode = data.permissions().mode() & 0o7777;
        if data.is_dir() {
            assert_eq!(mode, 0o755, "{path}");
            assert!(!path.eq_ignore_ascii_case(".gox"));
            walk(root, &path, found);
        } else {
            assert!(data.is_file() && data.nlink() == 1, "{path}");
            assert_eq!(mode, gox::store::modes::of_file(&path), "{path}");
            found.insert(path, Sha256::digest(fs::read(entry.path()).unwrap()).into());
        }
    }
}
