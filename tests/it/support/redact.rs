//! What differs from run to run and from machine to machine, and the words that stand for it in
//! expected outputs: one table, so that no test has its own.
//!
//! | in the output | in the expectation |
//! |---|---|
//! | the sandbox's store, its root | `[HOME]`, `[ROOT]` |
//! | the folder of the programs under test | `[BUILD]` |
//! | `127.0.0.1:4711`, `localhost:4711` | `[SERVER]` |
//! | `linux-amd64`, `linux_amd64`, `linux/amd64` | `[OS]-[ARCH]`, `[OS]_[ARCH]`, `[OS]/[ARCH]` |
//! | `x86_64-unknown-linux-musl`, for which the shim is compiled | `[TARGET]` |
//! | `0.9 s`, `12 ms` | `[TIME]` |
//! | `12.3 MB/s` | `[RATE]` |

use gox::store::shims::SHIM_TARGET;

use super::archives::{goarch, goos};

const PORTS: [&str; 2] = ["127.0.0.1:", "localhost:"];

/// What may follow a number (after a blank), and the word for both together.
const UNITS: [(&str, &str); 8] = [
    ("kB/s", "[RATE]"),
    ("MB/s", "[RATE]"),
    ("GB/s", "[RATE]"),
    ("KiB/s", "[RATE]"),
    ("MiB/s", "[RATE]"),
    ("B/s", "[RATE]"),
    ("ms", "[TIME]"),
    ("s", "[TIME]"),
];

/// Replaces what varies; `names` are literal texts and their words, tried in this order before the table.
pub(crate) fn redact(text: &str, names: &[(String, String)]) -> String {
    let mut text = text.to_owned();
    for (literal, word) in names {
        text = text.replace(literal, word);
    }
    for separator in ['-', '_', '/'] {
        let platform = format!("{}{separator}{}", goos(), goarch());
        text = text.replace(&platform, &format!("[OS]{separator}[ARCH]"));
    }
    numbers(&text.replace(SHIM_TARGET, "[TARGET]"))
}

fn numbers(text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    let mut inside_word = false;
    while let Some(next) = rest.chars().next() {
        let found = if inside_word { None } else { port(rest).or_else(|| quantity(rest)) };
        if let Some((word, length)) = found {
            redacted.push_str(word);
            rest = &rest[length..];
            inside_word = true;
        } else {
            redacted.push(next);
            rest = &rest[next.len_utf8()..];
            inside_word = next.is_ascii_alphanumeric() || next == '.';
        }
    }
    redacted
}

/// A loopback address with its port at the start of a text.
fn port(text: &str) -> Option<(&'static str, usize)> {
    let host = PORTS.iter().find(|host| text.starts_with(**host))?;
    let digits = text[host.len()..].bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then_some(("[SERVER]", host.len() + digits))
}

/// A number with one of the units at the start of a text.
fn quantity(text: &str) -> Option<(&'static str, usize)> {
    let number = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let unit = text[number..].strip_prefix(' ').filter(|_| number > 0)?;
    let ends = |rest: &str| !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '/');
    let (unit, word) = UNITS.iter().find(|(name, _)| unit.strip_prefix(name).is_some_and(ends))?;
    Some((word, number + 1 + unit.len()))
}
