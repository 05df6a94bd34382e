//! The netrc file: the same machines as Go's `auth.parseNetrc` finds.
#![no_main]

use std::fs;
use std::sync::LazyLock;

use gox::net::netrc::Netrc;
use libfuzzer_sys::fuzz_target;
use tempfile::NamedTempFile;

static FILE: LazyLock<NamedTempFile> = LazyLock::new(|| {
    let file = NamedTempFile::new().unwrap();
    // SAFETY: nothing else runs yet.
    unsafe { std::env::set_var("NETRC", file.path()) };
    file
});

/// Word for word.
fn parse(text: &str) -> Vec<[String; 3]> {
    let (mut machines, mut l, mut in_macro) = (Vec::new(), [const { String::new() }; 3], false);
    for line in text.split('\n') {
        if in_macro {
            if line.is_empty() {
                in_macro = false;
            }
            continue;
        }
        let f: Vec<&str> = line.split_whitespace().collect();
        let mut i = 0;
        while i + 1 < f.len() {
            match f[i] {
                "machine" => l = [f[i + 1].to_owned(), String::new(), String::new()],
                "login" => l[1] = f[i + 1].to_owned(),
                "password" => l[2] = f[i + 1].to_owned(),
                "macdef" => in_macro = true,
                _ => {}
            }
            if l.iter().all(|word| !word.is_empty()) {
                machines.push(std::mem::take(&mut l));
            }
            i += 2;
        }
        if i < f.len() && f[i] == "default" {
            break;
        }
    }
    machines
}

fuzz_target!(|text: &str| {
    fs::write(FILE.path(), text).unwrap();
    let (netrc, expected) = (Netrc::of_user(), parse(text));
    for host in text.split_whitespace().chain(["a.example"]) {
        let machine = expected.iter().find(|[name, ..]| name == host);
        let pair = machine.map(|[_, login, password]| (login.clone(), password.clone()));
        assert_eq!(netrc.credentials(host), pair, "{host}");
    }
});
