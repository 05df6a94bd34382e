//! A fleet file: what a machine should have, or an error of code 7 in plain lines. Raising its versions leaves it
//! valid, and a second time changes nothing.
#![no_main]

use std::path::Path;

use gox::go::version::Version;
use gox::sync::file::FleetFile;
use gox::sync::update::raised;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let path = Path::new("/fleet.toml");
    match FleetFile::parse(path, text).and_then(|file| file.choose(None)) {
        Ok(_) => {
            let released =
                ["1.26.8", "1.25.14", "1.20.14", "1.27rc2"].map(|word| Version::parse(word).unwrap());
            let once = raised(text, &released).text;
            assert!(FleetFile::parse(path, &once).is_ok(), "{once}");
            assert_eq!(raised(&once, &released).text, once);
        }
        Err(error) => {
            assert_eq!(error.kind().code(), 7);
            let report = error.report();
            assert!(!report.contains(|c: char| c.is_control() && c != '\n'), "{report:?}");
        }
    }
});
