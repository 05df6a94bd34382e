//! Release lists: read, kept and read again the same; and whatever is chosen of one is a plain name.
#![no_main]

use gox::go::platform::Platform;
use gox::go::request::Request;
use gox::source::releases::{List, Release};
use gox::source::sources::newest;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(releases) = serde_json::from_slice::<Vec<Release>>(bytes) else { return };
    let text = serde_json::to_vec(&releases).unwrap();
    let again: Vec<Release> = serde_json::from_slice(&text).unwrap();
    assert_eq!(serde_json::to_vec(&again).unwrap(), text);
    let list = List { releases: releases.into(), proves: true, cached: false, old: false, stale: None };
    for file in list.releases.iter().flat_map(|release| &release.files) {
        assert_eq!(list.file(&file.filename).unwrap().filename, file.filename);
    }
    let names = list.toolchains(Platform { os: "linux", arch: "amd64" });
    for request in ["latest", "oldstable", "1.22", "1", ">=1.21"] {
        if let Some(name) = newest(&Request::parse(request).unwrap(), &names) {
            assert!(names.contains(&name), "{name}");
            assert!(
                name.as_str()
                    .strip_prefix("go")
                    .unwrap()
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
            );
        }
    }
});
