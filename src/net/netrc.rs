//! The netrc file, read as cmd/go reads it (Go source `cmd/go/internal/auth/netrc.go`).

use std::path::PathBuf;

use crate::env;

/// The machines of a netrc file, with login and password.
#[derive(Debug, Default)]
pub struct Netrc(Vec<Machine>);

#[derive(Debug, Default, Clone)]
struct Machine {
    name: String,
    login: String,
    password: String,
}

impl Netrc {
    /// Reads the file that `NETRC` names, else `~/.netrc`. A file that cannot be read has no machines.
    pub fn of_user() -> Self {
        let path = env::os(env::NETRC).map(PathBuf::from);
        let path = path.or_else(|| env::user_home().map(|home| home.join(".netrc")));
        let text = path.and_then(|path| std::fs::read(path).ok());
        text.map_or_else(Netrc::default, |text| Netrc::parse(&String::from_utf8_lossy(&text)))
    }

    /// The login and password for a host, from the first machine of that name that has both.
    pub fn credentials(&self, host: &str) -> Option<(String, String)> {
        let machine = self.0.iter().find(|machine| machine.name == host)?;
        Some((machine.login.clone(), machine.password.clone()))
    }

    /// Takes each line as pairs of a keyword and its value. An unknown keyword has a value, too.
    fn parse(text: &str) -> Self {
        let mut machines = Vec::new();
        let mut machine = Machine::default();
        let mut in_macro = false;
        for line in text.split('\n') {
            if in_macro {
                in_macro = !line.is_empty();
                continue;
            }
            let words: Vec<&str> = line.split_whitespace().collect();
            let (pairs, rest) = words.as_chunks::<2>();
            for [word, value] in pairs {
                match *word {
                    "machine" => machine = Machine { name: (*value).into(), ..Machine::default() },
                    "login" => machine.login = (*value).into(),
                    "password" => machine.password = (*value).into(),
                    "macdef" => in_macro = true,
                    _ => {}
                }
                if !machine.name.is_empty() && !machine.login.is_empty() && !machine.password.is_empty() {
                    machines.push(std::mem::take(&mut machine));
                }
            }
            // The manual of GNU inetutils: "There can be only one default token, and it must be after all
            // machine tokens." cmd/go sees it only as the last word of a line; elsewhere it is half of a pair.
            if rest == ["default"] {
                break;
            }
        }
        Netrc(machines)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Netrc;

    fn pair(login: &str, password: &str) -> (String, String) {
        (login.to_owned(), password.to_owned())
    }

    #[test]
    fn machines_are_found_as_cmd_go_finds_them() {
        let text = "machine a.example login u password p\nmachine b.example\n  login v\n  password q\n\
                    macdef x\nmachine c.example login no password no\n\nmachine d.example login w password r\n\
                    default\nmachine e.example login no password no\n";
        let netrc = Netrc::parse(text);
        let found = |host| netrc.credentials(host);
        assert_eq!(found("a.example"), Some(pair("u", "p")));
        assert_eq!(found("b.example"), Some(pair("v", "q")));
        assert_eq!(found("c.example"), None, "inside a macro");
        assert_eq!(found("d.example"), Some(pair("w", "r")));
        assert_eq!(found("e.example"), None, "after default");
        assert_eq!(found("A.example"), None);
    }

    #[test]
    fn words_come_in_pairs() {
        for (text, expected) in [
            ("machine a account login password x login y", Some(pair("y", "x"))),
            ("machine a login password password x", Some(pair("password", "x"))),
            ("default login anonymous password x\nmachine a login u password p", Some(pair("u", "p"))),
            ("machine a login\nu password p login v", None),
            ("macdef m login u\nmachine a password p\n\nmachine a password q login w", Some(pair("w", "q"))),
            ("macdef m\r\n\r\nmachine a login u password p\r\n", None),
        ] {
            assert_eq!(Netrc::parse(text).credentials("a"), expected, "{text:?}");
        }
    }

    /// Made by `tests/data/vectors/vectors.go` with the function of the go command.
    #[test]
    fn odd_files_name_the_machines_that_the_go_command_finds_in_them() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/data/netrc_vectors.json")).unwrap();
        let vectors = vectors.as_array().unwrap();
        assert_eq!(vectors.len(), 252);
        for vector in vectors {
            let Netrc(machines) = Netrc::parse(vector["in"].as_str().unwrap());
            let machines: Vec<_> =
                machines.iter().map(|machine| [&machine.name, &machine.login, &machine.password]).collect();
            assert_eq!(serde_json::json!(machines), vector["machines"], "{vector}");
        }
    }

    proptest! {
        #[test]
        fn machines_are_whole_and_what_follows_changes_none(text in "(?s).*", near in "((machine [ab]|login [ab]|password a|default|macdef m|a)( |\n|\n\n)){0,10}") {
            for text in [text, near] {
                let Netrc(machines) = Netrc::parse(&text);
                let words: Vec<&str> = text.split_whitespace().collect();
                for machine in &machines {
                    let parts = [&machine.name, &machine.login, &machine.password];
                    prop_assert!(parts.iter().all(|part| words.contains(&part.as_str())), "{:?}", text);
                }
                let longer = Netrc::parse(&format!("{text}\nmachine z login z password z"));
                for machine in machines {
                    prop_assert_eq!(longer.credentials(&machine.name), Netrc::parse(&text).credentials(&machine.name));
                }
            }
        }
    }
}
