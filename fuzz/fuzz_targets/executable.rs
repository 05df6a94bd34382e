//! The header of a program: no bytes make the reader panic, and what begins like no program of the platform has the
//! wrong format.
#![no_main]

use gox::doctor::executable;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|program: &[u8]| {
    let magics: [(&str, &str, &[u8]); 3] = [
        ("linux", "arm64", b"\x7fELF"),
        ("darwin", "arm64", b"\xcf\xfa\xed\xfe"),
        ("windows", "amd64", b"MZ"),
    ];
    for (os, arch, magic) in magics {
        let wrong = executable::wrong(program, os, arch);
        let big_endian = os == "darwin" && program.starts_with(b"\xfe\xed\xfa\xcf");
        if !program.starts_with(magic) && !big_endian {
            let wrong = wrong.expect("no program of this platform");
            assert!(["format", "number of bits"].contains(&wrong.field), "{wrong:?}");
        }
    }
});
