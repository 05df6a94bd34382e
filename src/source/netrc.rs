//! The netrc file, read as cmd/go reads it (Go source `cmd/go/internal/auth/netrc.go`).

use std::path::PathBuf;

use crate::select::variables;

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
    /// The file that `NETRC` names, else `~/.netrc`; a file that is not there names no machine.
    pub fn of_user() -> Self {
        let path = variables::os(variables::NETRC).map(PathBuf::from);
        let path = path.or_else(|| variables::user_home().map(|home| home.join(".netrc")));
        let text = path.and_then(|path| std::fs::read_to_string(path).ok());
        text.map_or_else(Netrc::default, |text| Netrc::parse(&text))
    }

    /// Login and password for a host; the first machine of that name that has both.
    pub fn credentials(&self, host: &str) -> Option<(String, String)> {
        let machine = self.0.iter().find(|machine| machine.name == host)?;
        Some((machine.login.clone(), machine.password.clone()))
    }

    fn parse(text: &str) -> Self {
        let mut machines = Vec::new();
        let mut machine = Machine::default();
        let mut in_macro = false;
        for line in text.lines() {
            if in_macro {
                in_macro = !line.is_empty();
                continue;
            }
            let mut words = line.split_whitespace();
            while let Some(word) = words.next() {
                match word {
                    // "There can be only one default token, and it must be after all machine tokens."
                    "default" => return Netrc(machines),
                    "machine" => {
                        machine =
                            Machine { name: words.next().unwrap_or_default().into(), ..Machine::default() };
                    }
                    "login" => machine.login = words.next().unwrap_or_default().into(),
                    "password" => machine.password = words.next().unwrap_or_default().into(),
                    "macdef" => {
                        in_macro = true;
                        break;
                    }
                    _ => {}
                }
                if !machine.name.is_empty() && !machine.login.is_empty() && !machine.password.is_empty() {
                    machines.push(std::mem::take(&mut machine));
                }
            }
        }
        Netrc(machines)
    }
}

#[cfg(test)]
mod tests {
    use super::Netrc;

    #[test]
    fn machines_are_found_as_cmd_go_finds_them() {
        let text = "machine a.example login u password p\nmachine b.example\n  login v\n  password q\n\
                    macdef x\nmachine c.example login no password no\n\nmachine d.example login w password r\n\
                    default login anonymous password x\nmachine e.example login no password no\n";
        let netrc = Netrc::parse(text);
        let found = |host| netrc.credentials(host);
        let pair = |login: &str, password: &str| Some((login.to_owned(), password.to_owned()));
        assert_eq!(found("a.example"), pair("u", "p"));
        assert_eq!(found("b.example"), pair("v", "q"));
        assert_eq!(found("c.example"), None, "inside a macro");
        assert_eq!(found("d.example"), pair("w", "r"));
        assert_eq!(found("e.example"), None, "after default");
        assert_eq!(found("A.example"), None);
    }
}
