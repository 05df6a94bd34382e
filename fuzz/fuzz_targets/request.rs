//! A request, and versions in the lines below it: what is printed is read back, nothing is chosen that does not match,
//! and a name is a file name.
#![no_main]

use gox::go::name::ToolchainName;
use gox::go::request::Request;
use gox::go::version::Version;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (text, candidates) = input.split_once('\n').unwrap_or((input, ""));
    let request = match Request::parse(text) {
        Ok(request) => request,
        Err(error) => return assert!(!error.to_string().contains(char::is_control)),
    };
    assert_eq!(Request::parse(&request.to_string()), Ok(request.clone()));
    if let Some(name) = request.toolchain().as_ref().map(ToolchainName::as_str) {
        assert!(name.len() <= 255 && !name.contains(['/', '\\', '\0']) && !name.starts_with('.'), "{name}");
    }
    let candidates: Vec<Version> = candidates.lines().filter_map(Version::parse).collect();
    match request.choose(candidates.iter()) {
        Some(chosen) => assert!(request.matches(chosen) && !chosen.is_lang()),
        None => assert!(
            request == Request::OldStable || !candidates.iter().any(|version| request.matches(version))
        ),
    }
});
