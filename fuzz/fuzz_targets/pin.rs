//! A request, behind `!` with force, and a pin file below it: a pin, no pin, or an error in plain lines; and what is
//! written over one is read back.
#![no_main]

use std::fs;
use std::sync::LazyLock;

use gox::go::request::Request;
use gox::select::pin::{self, GO_VERSION_FILE, TOOL_VERSIONS_FILE};
use gox::select::pin_file;
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| TempDir::new().unwrap());

fuzz_target!(|input: &[u8]| {
    let at = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let (request, bytes) = (&input[..at], input.get(at + 1..).unwrap_or_default());
    let (request, force) = request.strip_prefix(b"!").map_or((request, false), |rest| (rest, true));
    let path = |name| FOLDER.path().join(name);
    fs::write(path(TOOL_VERSIONS_FILE), bytes).unwrap();
    fs::write(path(GO_VERSION_FILE), bytes).unwrap();
    for result in [pin::read_tool_versions(&path(TOOL_VERSIONS_FILE)), pin::in_directory(FOLDER.path())] {
        match result {
            Ok(pin) => {
                for request in pin.into_iter().flat_map(|pin| pin.requests) {
                    assert_eq!(Request::parse(&request.to_string()), Ok(request));
                }
            }
            Err(error) => {
                assert_eq!(error.kind().code(), 7);
                let report = error.report();
                assert!(!report.contains(|c: char| c.is_control() && c != '\n'), "{report:?}");
            }
        }
    }
    let Ok(request) = Request::parse(&String::from_utf8_lossy(request)) else { return };
    let before = pin::in_directory(FOLDER.path());
    match pin_file::write(FOLDER.path(), &request.to_string(), force) {
        Ok(_) => {
            let pin = pin::in_directory(FOLDER.path()).unwrap().unwrap();
            assert_eq!(pin.requests, [request]);
        }
        Err(_) => {
            assert!(!force || before.is_ok());
            assert_eq!(fs::read(path(GO_VERSION_FILE)).unwrap(), bytes);
        }
    }
});
