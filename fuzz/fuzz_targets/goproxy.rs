//! GOPROXY and GOSUMDB, below the scheme of a URL with a password: what is accepted can be asked, and no message tells
//! a password.
#![no_main]

use gox::net::goproxy::{Server, join, parse};
use gox::proof::sumdb::gosumdb;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (before, after) = input.split_once('\n').unwrap_or(("https", input));
    if input.contains("hunter2") {
        return;
    }
    for text in [after.to_owned(), format!("{before}://u:hunter2@{after}")] {
        match parse(&text) {
            Ok(entries) => {
                assert!(!entries.is_empty());
                for (index, entry) in entries.iter().enumerate() {
                    let Server::Proxy(url) = &entry.server else {
                        assert_eq!(index + 1, entries.len());
                        continue;
                    };
                    assert!(matches!(url.scheme(), "http" | "https" | "file"));
                    let below = join(url, "golang.org/toolchain/@v/list");
                    assert!(below.path().ends_with("/golang.org/toolchain/@v/list"));
                    assert_eq!((below.host(), below.port()), (url.host(), url.port()));
                }
            }
            Err(error) => assert!(!error.contains("hunter2"), "{error}"),
        }
    }
    let database = "localhost.localdev/sumdb+00000c67+AcTrnkbUA+TU4heY3hkjiSES/DSQniBqIeQ/YppAUtK6";
    for text in [after.to_owned(), format!("{database} {before}://u:hunter2@{after}")] {
        match gosumdb::Gosumdb::parse(&text) {
            Ok(gosumdb::Gosumdb::Database(database)) => assert!(!database.direct_url().is_empty()),
            Ok(gosumdb::Gosumdb::Off) => assert_eq!(text.trim(), "off"),
            Err(error) => assert!(!error.report().contains("hunter2"), "{}", error.report()),
        }
    }
});
