//! The answer of a `GOAUTH` command: what is taken from it says the same when it is written again.
#![no_main]

use gox::net::goauth::answer;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let Ok(found) = answer::parse(text) else { return };
    let mut again = Vec::new();
    for (address, headers) in &found {
        assert!(!address.bytes().any(|byte| byte.is_ascii_control()), "{address:?}");
        again.extend(format!("{address}\n\n").into_bytes());
        for (name, value) in headers {
            assert!(!value.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t'), "{name}: {value:?}");
            again.extend([name.as_bytes(), b": ", value, b"\n"].concat());
        }
        again.push(b'\n');
    }
    assert_eq!(answer::parse(&again), Ok(found));
});
