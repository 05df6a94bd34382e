//! A module with its version, and the answer to it below: answers are cut without loss, and a hash is taken from the
//! record alone.
#![no_main]

use gox::proof::sumdb::record::{Answer, is_h1, path};
use libfuzzer_sys::fuzz_target;

const MODULE: &str = "golang.org/toolchain";

fuzz_target!(|input: &str| {
    let (question, answer) = input.split_once('\n').unwrap_or((input, ""));
    let (module, version) = question.split_once(' ').unwrap_or((question, ""));
    let bytes = answer.as_bytes();
    if let Some(path) = path(module, version) {
        assert!(path.starts_with("lookup/") && !path.contains("/.") && !path.contains("//"), "{path}");
        assert!(path.bytes().all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase()), "{path}");
    }
    let Ok(answer) = Answer::parse(bytes) else { return };
    let whole = format!("{}\n{}\n{}", answer.record, answer.text, answer.note);
    assert_eq!(whole.as_bytes(), bytes);
    assert!(!answer.text.contains("\n\n") && answer.text.ends_with('\n'));
    for (module, version) in [(module, version), (MODULE, "v0.0.1-go1.23.1.linux-amd64")] {
        if let Ok(h1) = answer.h1(module, version) {
            assert!(is_h1(h1));
            assert!(answer.text.lines().any(|line| line == format!("{module} {version} {h1}")));
        }
    }
});
