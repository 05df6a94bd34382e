//! Donors that are not what they seem, or go away: a file that was changed is fetched, and one that deceives all checks
//! but the proof of the tree costs a second download.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use flate2::Crc;
use sha2::{Digest, Sha256};

use super::{NEW, OLD, PARTS, Upgrade, ZIP, answer, cc_range, end, honest, tail_range};
use crate::support::archives::STORED_MTIME;
use crate::support::gate::Gate;
use crate::support::raw::ZipParts;
use crate::support::response::{Fault, hex};
use crate::support::rows::side_by_side;
use crate::support::running::Output;
use crate::support::wait_until;

/// Changes a file in place; size, mode and time stay.
pub(super) fn change(path: &Path, edit: impl FnOnce(&mut Vec<u8>)) {
    let time = UNIX_EPOCH + Duration::from_secs(STORED_MTIME);
    let mut content = fs::read(path).unwrap();
    edit(&mut content);
    fs::set_permissions(path, Permissions::from_mode(0o644)).unwrap();
    fs::write(path, content).unwrap();
    File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o444)).unwrap();
}

fn crc32(content: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(content);
    crc.sum()
}

/// Changes a byte, and the last four so that the CRC-32 stays.
fn forge(content: &mut [u8]) {
    const POLYNOMIAL: u32 = 0xedb8_8320;
    let sum = crc32(content);
    content[1_000_000] ^= 1;
    let (head, last) = content.split_last_chunk_mut::<4>().unwrap();
    // The register that gives the sum, taken back by four bytes of zeros.
    let register = (0..32).fold(!sum, |register, _| {
        if register >> 31 == 1 { (register ^ POLYNOMIAL) << 1 | 1 } else { register << 1 }
    });
    *last = (register ^ !crc32(head)).to_le_bytes();
    assert_eq!(crc32(content), sum);
}

/// Forges `lib/bb` of the donor, and its manifest too.
fn forge_with_manifest(upgrade: &Upgrade) {
    let (path, manifest) =
        (upgrade.goroot("1.99.0").join("lib/bb"), upgrade.goroot("1.99.0").join(".gox/manifest"));
    let sha256 = || hex(&Sha256::digest(fs::read(&path).unwrap()));
    let before = sha256();
    change(&path, |content| forge(content));
    let text = fs::read_to_string(&manifest).unwrap().replace(&before, &sha256());
    fs::set_permissions(&manifest, Permissions::from_mode(0o644)).unwrap();
    fs::write(&manifest, text).unwrap();
}

const MISMATCH: &str = "the module zip does not match the checksum database: `http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go1.99.1.[OS]-[ARCH].zip`";

#[track_caller]
fn starts_over_once(run: &Output) {
    let note = format!("note: {MISMATCH}; starting over\n");
    assert_eq!(run.stderr.matches(&note).count(), 1, "{}", run.stderr);
}

/// The file is fetched with its neighbours, for which the first answer is too short.
#[test]
fn what_is_not_as_it_was_installed_is_fetched() {
    type Change = fn(&Path);
    let table: [(&str, Change); 8] = [
        ("another byte", |path| change(path, |content| content[1_000_000] ^= 1)),
        ("other bytes with the same checksum", |path| change(path, |content| forge(content))),
        ("a byte less", |path| change(path, |content| content.truncate(content.len() - 1))),
        ("another mode", |path| fs::set_permissions(path, Permissions::from_mode(0o644)).unwrap()),
        ("another time", |path| File::open(path).unwrap().set_modified(UNIX_EPOCH).unwrap()),
        ("nothing", |path| fs::remove_file(path).unwrap()),
        ("a link", |path| {
            let other = path.with_file_name("elsewhere");
            fs::rename(path, &other).unwrap();
            symlink(other, path).unwrap();
        }),
        ("a folder that leads elsewhere", |path| {
            let lib = path.parent().unwrap();
            fs::rename(lib, lib.with_file_name("other")).unwrap();
            symlink("nowhere", lib).unwrap();
        }),
    ];
    side_by_side(table, |(name, change)| {
        let upgrade = Upgrade::new(honest);
        change(&upgrade.goroot("1.99.0").join("lib/bb"));
        let run = upgrade.run();
        assert_eq!(run.code(), 0, "{name}: {}", run.stderr);
        assert!(!run.stderr.contains("note: "), "{name}: {}", run.stderr);
        assert_eq!(upgrade.proxy.ranges(), ["-", &format!("bytes={}-", end()), &tail_range(&ZIP)], "{name}");
        upgrade.is_whole();
        assert_eq!(upgrade.links(["lib/bb"]), [1], "{name}");
    });
}

#[test]
fn a_forged_file_that_its_manifest_knows_costs_a_second_download() {
    let upgrade = Upgrade::new(honest);
    forge_with_manifest(&upgrade);
    let run = upgrade.run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    starts_over_once(&run);
    assert_eq!(upgrade.proxy.ranges(), ["-", "-", &cc_range(), &tail_range(&ZIP)]);
    upgrade.is_whole();
    assert_eq!(upgrade.links(["lib/bb"]), [1]);
}

/// There are two attempts, never more.
#[test]
fn a_second_mismatch_is_the_end() {
    let other = NEW.clone().with_file("src/fmt/print.go", 0o644, "package fmT\n");
    let other = ZipParts::new(&other.zip_entries()).join();
    let upgrade = Upgrade::with_whole(other, honest);
    forge_with_manifest(&upgrade);
    let run = upgrade.run();
    assert_eq!(run.code(), 5, "{}", run.stderr);
    starts_over_once(&run);
    assert_eq!(run.stderr.matches(&format!("error: {MISMATCH}\n")).count(), 1, "{}", run.stderr);
    assert_eq!(upgrade.proxy.ranges(), ["-", "-", &cc_range(), &tail_range(&ZIP)]);
    assert!(!upgrade.goroot("1.99.1").exists());
    assert_eq!(upgrade.sandbox.listing("cache/partial") + &upgrade.sandbox.listing("staging"), "");
}

/// A file that has changed, of which the server says that it is what it was.
#[test]
fn an_end_with_the_checksum_of_before_costs_a_second_download() {
    let mut parts = PARTS.clone();
    let (old, new) = (&OLD.files()["lib/aa"].1, &NEW.files()["lib/aa"].1);
    assert_eq!(old.len(), new.len());
    parts.directory[PARTS.index("lib/aa")][16..20].copy_from_slice(&crc32(old).to_le_bytes());
    let parts = parts.join();
    let upgrade = Upgrade::new(move |_| answer(parts.as_slice()));
    let run = upgrade.run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    starts_over_once(&run);
    upgrade.is_whole();
    assert_eq!(upgrade.links(["lib/aa", "lib/bb"]), [1, 2]);
}

/// The donor is another one between the moment in which it is read and that in which it is linked.
#[test]
fn what_goes_away_before_it_is_linked_is_fetched() {
    type Change = fn(&Upgrade);
    let table: [(&str, Change); 3] = [
        ("another file in its place", |upgrade| {
            let path = upgrade.goroot("1.99.0").join("lib/bb");
            let new = path.with_file_name("new");
            fs::copy(&path, &new).unwrap();
            change(&new, |content| content[1_000_000] ^= 1);
            fs::rename(new, path).unwrap();
        }),
        ("the file is removed", |upgrade| fs::remove_file(upgrade.goroot("1.99.0").join("lib/bb")).unwrap()),
        ("the donor is removed", |upgrade| {
            assert_eq!(upgrade.sandbox.gox(["uninstall", "1.99.0"]).run().code(), 0);
        }),
    ];
    side_by_side(table, |(name, change)| {
        let gate = Gate::new();
        let stalled = answer(ZIP.as_slice()).fault(Fault::StallHead(gate.clone()));
        let upgrade = Upgrade::new(move |request| match request.header("range") {
            Some(range) if range == tail_range(&ZIP) => stalled.clone(),
            _ => answer(ZIP.as_slice()),
        });
        let running = upgrade.command("install 1.99.1").spawn();
        gate.wait_reached();
        wait_until("the donor is read", || running.io("rchar") > OLD.module_bytes());
        change(&upgrade);
        gate.open();
        wait_until("it unpacks", || upgrade.unpacks() || running.stderr().contains("error: "));
        upgrade.proxy.gate.open();
        let run = running.wait();
        assert_eq!(run.code(), 0, "{name}: {}", run.stderr);
        assert!(!run.stderr.contains("note: "), "{name}: {}", run.stderr);
        assert_eq!(upgrade.proxy.ranges(), ["-", &format!("bytes={}-", end()), &tail_range(&ZIP)], "{name}");
        upgrade.is_whole();
        assert_eq!(upgrade.links(["lib/bb"]), [1], "{name}");
    });
}
