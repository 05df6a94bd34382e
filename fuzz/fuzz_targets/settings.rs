//! The settings file: settings, or an error of code 7 that says where, in plain lines and without a password.
#![no_main]

use std::fs;
use std::sync::LazyLock;

use gox::settings::Settings;
use libfuzzer_sys::fuzz_target;
use tempfile::NamedTempFile;

static FILE: LazyLock<NamedTempFile> = LazyLock::new(|| {
    let file = NamedTempFile::new().unwrap();
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GOX_") {
            // SAFETY: nothing else runs yet.
            unsafe { std::env::remove_var(name) };
        }
    }
    // SAFETY: as above.
    unsafe { std::env::set_var("GOX_CONFIG", file.path()) };
    file
});

/// The report of the error, where there is one.
fn read(bytes: &[u8]) -> String {
    fs::write(FILE.path(), bytes).unwrap();
    let mut warnings = Vec::new();
    match Settings::read(|warning| warnings.push(warning)) {
        Ok(settings) => {
            assert!(matches!(settings.dl_url.scheme(), "http" | "https" | "file"));
            assert!(settings.sources.is_none_or(|sources| !sources.is_empty()));
            assert!(!settings.timeout.is_zero() && !settings.lock_timeout.is_zero());
            String::new()
        }
        Err(error) => {
            assert_eq!(error.kind().code(), 7);
            let report = error.report();
            assert!(!report.contains(|c: char| c.is_control() && c != '\n'), "{report:?}");
            report
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    let address = String::from_utf8_lossy(bytes).replace('\'', "");
    if address.contains("hunter2") {
        return;
    }
    let report = read(format!("dl-url = '''\nftp://u:hunter2@{address}'''").as_bytes());
    assert!(!report.contains("hunter2"), "{report}");
});
