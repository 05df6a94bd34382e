//! The netrc file: the same machines as Go's `auth.parseNetrc` finds.
#![no_main]

use gox::net::goauth::netrc;
use libfuzzer_sys::fuzz_target;

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
    let machines = netrc::parse(text.as_bytes()).into_iter();
    let machines = machines.map(|machine| {
        [machine.name, machine.login, machine.password].map(|bytes| String::from_utf8(bytes).unwrap())
    });
    assert_eq!(machines.collect::<Vec<_>>(), parse(text));
});
