//! The mount table: whatever it claims, a path lies on a mount above it, and no look-up goes round in circles.
#![no_main]

use std::path::Path;

use gox::machine::mounts::Mounts;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str)| {
    let (table, path) = input;
    let mounts = Mounts::parse(table);
    let _ = mounts.windows_drives().count();
    for path in [Path::new(path), Path::new("/mnt/c/x")] {
        if let Some(mount) = mounts.of(path) {
            assert!(path.starts_with(&mount.point));
        }
    }
});
