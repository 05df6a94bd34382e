//! Hostile and damaged archives and module zips: whatever they hold, unpacking creates only regular files and
//! directories below the tree.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Cursor, Seek, Write};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use sha2::{Digest as _, Sha256};
use zip::write::{SimpleFileOptions, ZipWriter};

use super::archive::{self, Job};
use super::donors::Donors;
use super::module_zip;
use super::report::Phases;
use super::writer::Writer;
use crate::error::{Kind, Result};
use crate::source::Bytes;

const VERSION: &str = "v0.0.1-go1.22.4.linux-amd64";

/// The sha256 of each file by its path.
type Files = BTreeMap<String, [u8; 32]>;

/// Unpacks the bytes, and checks the tree and the directory around it.
fn check(
    bytes: &[u8],
    unpack: impl FnOnce(&Path, &Writer, &dyn Phases) -> Result<()>,
) -> Result<Result<Files>, TestCaseError> {
    let folder = tempfile::tempdir().unwrap();
    let (file, root) = (folder.path().join("archive"), folder.path().join("tree"));
    fs::write(&file, bytes).unwrap();
    fs::create_dir(&root).unwrap();
    let tree = Writer::new(root.clone(), Donors::default());
    let result = unpack(&file, &tree, &());
    prop_assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "a file outside the tree");
    let mut found = BTreeMap::new();
    walk(&root, "", &mut found)?;
    match &result {
        Ok(()) => {
            let files = tree.records().into_iter().map(|file| (file.path, file.sha256));
            prop_assert_eq!(&files.collect::<Files>(), &found);
        }
        Err(error) => {
            prop_assert_eq!(error.kind(), Kind::Verification, "{}", error.report());
            prop_assert!(!error.line().contains(char::is_control), "{:?}", error.line());
        }
    }
    Ok(result.map(|()| found))
}

fn walk(root: &Path, below: &str, found: &mut Files) -> Result<(), TestCaseError> {
    for entry in fs::read_dir(root.join(below)).unwrap().map(|entry| entry.unwrap()) {
        let name = entry.file_name().into_string().unwrap();
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        let data = entry.metadata().unwrap();
        let mode = data.permissions().mode() & 0o7777;
        if data.is_dir() {
            prop_assert_eq!(mode, 0o755, "{}", path);
            walk(root, &path, found)?;
        } else {
            prop_assert!(data.is_file() && data.nlink() == 1, "{}", path);
            prop_assert_eq!(mode, crate::store::modes::of_file(&path), "{}", path);
            found.insert(path, Sha256::digest(fs::read(entry.path()).unwrap()).into());
        }
    }
    Ok(())
}

fn unpack_archive(bytes: &[u8]) -> Result<Result<Files>, TestCaseError> {
    check(bytes, |file, tree, progress| {
        let stop = AtomicBool::new(false);
        let job = Job { tree, has_checksum: &|| true, is_provable: &|_| Ok(()), phases: progress, stop };
        archive::unpack(&mut Bytes::File(file.into()), &job)?.content
    })
}

fn unpack_zip(bytes: &[u8]) -> Result<Result<Files>, TestCaseError> {
    check(bytes, |file, tree, progress| {
        module_zip::unpack(File::open(file).unwrap(), &zip_job(tree, progress))
    })
}

fn unpack_zip_in_order(bytes: &[u8]) -> Result<Result<Files>, TestCaseError> {
    check(bytes, |file, tree, progress| {
        module_zip::unpack_in_order(File::open(file).unwrap(), &zip_job(tree, progress))
    })
}

/// Unpacks a zip of which the bytes from `start` on come beforehand; `None` if they do not serve for that.
fn unpack_zip_in_two(bytes: &[u8], start: usize) -> Result<Option<Result<Files>>, TestCaseError> {
    let tail = module_zip::Tail { start: start as u64, bytes: bytes[start..].to_vec() };
    let mut is_served = true;
    let result = check(&bytes[..start], |file, tree, progress| {
        let served = module_zip::unpack_in_two(File::open(file).unwrap(), tail, &zip_job(tree, progress));
        is_served = served.is_some();
        served.unwrap_or(Ok(()))
    })?;
    Ok(is_served.then_some(result))
}

fn zip_job<'a>(tree: &'a Writer, phases: &'a dyn Phases) -> module_zip::Job<'a> {
    module_zip::Job { version: VERSION, address: "", tree, is_provable: &|_| Ok(()), phases }
}

/// Names of which many collide or differ in case only, and some lead out of the tree.
fn any_name() -> impl Strategy<Value = String> {
    "(bin|src|a|A|\\.gox|é)(/(go|go\\.mod|_go\\.mod|b|B|\\.\\.|\\.|)){0,2}|\\.\\./x|/etc/x|a\\\\b|a\n"
}

/// Type flags of tar entries: mostly files and directories, also links, a device, a FIFO, long names, extensions.
const KINDS: &[u8] = b"0000000055\x0012346LKxgSV";

fn tar(entries: &[(String, u8, Vec<u8>, bool)]) -> Vec<u8> {
    let mut tar = Vec::new();
    for (name, kind, content, below) in entries {
        let mut header = tar::Header::new_gnu();
        let name = if *below { format!("go/{name}") } else { name.clone() };
        let bytes = &mut header.as_old_mut().name;
        let length = name.len().min(bytes.len());
        bytes[..length].copy_from_slice(&name.as_bytes()[..length]);
        if b"12".contains(kind) {
            header.as_old_mut().linkname[..10].copy_from_slice(b"../outside");
        }
        header.set_entry_type(tar::EntryType::new(*kind));
        header.set_size(content.len() as u64);
        header.set_mode(0o7777);
        header.set_cksum();
        tar.extend(header.as_bytes());
        tar.extend(content);
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar.resize(tar.len() + 1024, 0);
    tar
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(entries: &[(String, Vec<u8>, u32)]) -> Vec<u8> {
    zip_by(ZipWriter::new(Cursor::new(Vec::new())), entries).into_inner()
}

/// With descriptors, as Go writes it.
fn zip_with_descriptors(entries: &[(String, Vec<u8>, u32)]) -> Vec<u8> {
    zip_by(ZipWriter::new_stream(Vec::new()), entries).into_inner()
}

fn zip_by<W: Write + Seek>(mut zip: ZipWriter<W>, entries: &[(String, Vec<u8>, u32)]) -> W {
    for (name, content, mode) in entries {
        let options = SimpleFileOptions::default().unix_permissions(*mode);
        // The library refuses to write a name twice.
        if zip.start_file(format!("golang.org/toolchain@{VERSION}/{name}"), options).is_ok() {
            zip.write_all(content).unwrap();
        }
    }
    zip.finish().unwrap()
}

fn damage(bytes: &mut [u8], changes: &[(Index, u8)]) {
    for (at, with) in changes {
        bytes[at.index(bytes.len())] = *with;
    }
}

fn any_content() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 0..40)
}

fn any_damage() -> impl Strategy<Value = Vec<(Index, u8)>> {
    proptest::collection::vec(any::<(Index, u8)>(), 0..3)
}

/// A line feed in an entry's name could otherwise fake a hint of gox. Found by the fuzzing target `tar`.
#[test]
fn a_name_adds_no_line_to_a_message() {
    let mut tar = tar(&[("a\nhint: x".to_owned(), b'0', Vec::new(), true)]);
    tar[124..136].fill(0);
    tar[148..156].fill(b' ');
    let sum: u32 = tar[..512].iter().map(|byte| u32::from(*byte)).sum();
    tar[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let error = unpack_archive(&gzip(&tar)).unwrap().unwrap_err();
    let expected = "the archive is refused: malformed tar: \
                    numeric field was not a number:  when getting size for go/a\\nhint: x";
    assert_eq!(error.report(), expected);

    let zip = zip(&[("a\nhint: x".to_owned(), Vec::new(), 0o644)]);
    let error = unpack_zip(&zip).unwrap().unwrap_err();
    let expected = format!(
        "the module zip is refused: \
         `golang.org/toolchain@{VERSION}/a\\nhint: x` has a character that no file of Go has"
    );
    assert_eq!(error.report(), expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_tar_leaves_nothing_outside(
        entries in proptest::collection::vec((any_name(), select(KINDS), any_content(), proptest::bool::weighted(0.9)), 0..6),
        changes in any_damage(),
    ) {
        let mut tar = tar(&entries);
        damage(&mut tar, &changes);
        let _ = unpack_archive(&gzip(&tar))?;
    }

    #[test]
    fn a_damaged_archive_leaves_nothing_outside(changes in any_damage(), more in any_content(), cut in any::<Index>()) {
        let entry = |name: &str| (name.to_owned(), b'0', vec![7; 3000], true);
        let whole = gzip(&tar(&[entry("VERSION"), entry("bin/go")]));
        prop_assert!(unpack_archive(&whole)?.is_ok());
        prop_assert!(unpack_archive(&whole[..cut.index(whole.len())])?.is_err());
        prop_assert!(unpack_archive(&[whole.clone(), gzip(&more)].concat())?.is_err(), "a second member");
        prop_assert!(more.is_empty() || unpack_archive(&[whole.clone(), more].concat())?.is_err());
        let mut damaged = whole;
        damage(&mut damaged, &changes);
        let _ = unpack_archive(&damaged)?;
    }

    #[test]
    fn a_zip_leaves_nothing_outside(
        entries in proptest::collection::vec((any_name(), any_content(), select(&[0o644, 0o755, 0o120_777, 0o40755][..])), 0..6),
        changes in any_damage(),
    ) {
        let mut zip = zip(&entries);
        let _ = unpack_zip(&zip)?;
        damage(&mut zip, &changes);
        let _ = unpack_zip(&zip)?;
    }

    /// What is accepted with its end beforehand is what is accepted as a whole, and nothing else: the end may be any
    /// part of the zip that has the central directory.
    #[test]
    fn a_zip_in_two_is_the_same_zip(
        entries in proptest::collection::vec((any_name(), any_content(), select(&[0o644, 0o755][..])), 0..6),
        changes in any_damage(),
        cut in any::<Index>(),
    ) {
        let mut zip = zip(&entries);
        let directory = zip.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap_or(zip.len() - 22);
        let start = cut.index(directory + 1);
        if let Ok(whole) = unpack_zip(&zip)? {
            prop_assert_eq!(unpack_zip_in_two(&zip, start)?.unwrap().unwrap(), whole);
        }
        damage(&mut zip, &changes);
        if let Some(Ok(in_two)) = unpack_zip_in_two(&zip, start)? {
            prop_assert_eq!(in_two, unpack_zip(&zip)?.unwrap());
        }
    }

    /// A zip that is unpacked in the order of its bytes is accepted if it is accepted by its directory.
    #[test]
    fn a_zip_in_order_is_the_same_zip(
        entries in proptest::collection::vec((any_name(), any_content(), select(&[0o644, 0o755, 0o120_777][..])), 0..6),
        changes in any_damage(),
        is_described in any::<bool>(),
    ) {
        let mut zip = if is_described { zip_with_descriptors(&entries) } else { zip(&entries) };
        prop_assert_eq!(unpack_zip_in_order(&zip)?.ok(), unpack_zip(&zip)?.ok());
        damage(&mut zip, &changes);
        prop_assert_eq!(unpack_zip_in_order(&zip)?.ok(), unpack_zip(&zip)?.ok());
    }
}
