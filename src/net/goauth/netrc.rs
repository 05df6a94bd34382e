//! The netrc file, read as cmd/go reads it (Go source `cmd/go/internal/auth/netrc.go`).

use std::io;
use std::path::PathBuf;

use crate::env;

/// A machine of a netrc file, with login and password. They are bytes, because the file has no encoding.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Machine {
    /// A host, which may have a port or a path behind it.
    pub name: Vec<u8>,
    /// The login.
    pub login: Vec<u8>,
    /// The password.
    pub password: Vec<u8>,
}

/// The machines of the file that `NETRC` names, else of `~/.netrc`. Where no file is, there are none.
pub(super) fn of_user() -> io::Result<Vec<Machine>> {
    let path = env::os(env::NETRC).map(PathBuf::from);
    let path = path.or_else(|| env::user_home().map(|home| home.join(".netrc")));
    match path.map(std::fs::read) {
        Some(Ok(text)) => Ok(parse(&text)),
        Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(Vec::new()),
    }
}

/// The machines that have a login and a password. Takes each line as pairs of a keyword and its value. An unknown
/// keyword has a value, too.
pub fn parse(text: &[u8]) -> Vec<Machine> {
    let mut machines = Vec::new();
    let mut machine = Machine::default();
    let mut in_macro = false;
    for line in text.split(|byte| *byte == b'\n') {
        if in_macro {
            in_macro = !line.is_empty();
            continue;
        }
        let words = words(line);
        let (pairs, rest) = words.as_chunks::<2>();
        for [word, value] in pairs {
            match *word {
                b"machine" => machine = Machine { name: value.to_vec(), ..Machine::default() },
                b"login" => machine.login = value.to_vec(),
                b"password" => machine.password = value.to_vec(),
                b"macdef" => in_macro = true,
                _ => {}
            }
            if !machine.name.is_empty() && !machine.login.is_empty() && !machine.password.is_empty() {
                machines.push(std::mem::take(&mut machine));
            }
        }
        // The manual of GNU inetutils: "There can be only one default token, and it must be after all
        // machine tokens." cmd/go sees it only as the last word of a line; elsewhere it is half of a pair.
        if rest == [b"default"] {
            break;
        }
    }
    machines
}

/// The words between the blanks of Unicode. Bytes that are not UTF-8 belong to words.
fn words(line: &[u8]) -> Vec<&[u8]> {
    let mut blanks = Vec::new();
    let mut at = 0;
    for chunk in line.utf8_chunks() {
        let chars = chunk.valid().char_indices().filter(|(_, char)| char.is_whitespace());
        blanks.extend(chars.map(|(index, char)| at + index..at + index + char.len_utf8()));
        at += chunk.valid().len() + chunk.invalid().len();
    }
    blanks.push(line.len()..line.len());
    let mut start = 0;
    let between =
        blanks.into_iter().map(|blank| &line[std::mem::replace(&mut start, blank.end)..blank.start]);
    between.filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Machine, parse};

    fn text(machine: &Machine) -> [String; 3] {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        [text(&machine.name), text(&machine.login), text(&machine.password)]
    }

    /// Made by `tests/data/vectors/vectors.go` with the function of the go command.
    #[test]
    fn odd_files_name_the_machines_that_the_go_command_finds_in_them() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/data/netrc_vectors.json")).unwrap();
        let vectors = vectors.as_array().unwrap();
        assert_eq!(vectors.len(), 252);
        for vector in vectors {
            let machines = parse(vector["in"].as_str().unwrap().as_bytes());
            let machines: Vec<_> = machines.iter().map(text).collect();
            assert_eq!(serde_json::json!(machines), vector["machines"], "{vector}");
        }
    }

    proptest! {
        #[test]
        fn machines_are_whole_and_what_follows_changes_none(text in any::<Vec<u8>>(), near in "((machine [ab]|login [ab]|password a|default|macdef m|a)( |\n|\n\n)){0,10}") {
            for text in [text, near.into_bytes()] {
                let machines = parse(&text);
                for machine in &machines {
                    let parts = [&machine.name, &machine.login, &machine.password];
                    prop_assert!(parts.iter().all(|part| text.windows(part.len()).any(|word| word == *part)), "{:?}", text);
                }
                let longer = parse(&[text.as_slice(), b"\nmachine z login z password z"].concat());
                prop_assert_eq!(&longer[..machines.len()], machines);
            }
        }
    }
}
