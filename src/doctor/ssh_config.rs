//! Reads the configuration of ssh (`ssh_config(5)`) as far as it has to be known before ssh itself is asked: whether
//! that would run programs, and which line forwards the agent to every host.

use std::path::{Path, PathBuf};

use crate::fs::read;
use crate::setup::foreign::MAX_TEXT;
use crate::setup::{lines, places};

/// The most files that are read, of which a configuration has a handful.
const MAX_FILES: usize = 100;

/// The file of a user, with all that it includes.
pub(super) struct Config {
    /// The files and their texts, in the order in which they are found.
    files: Vec<(PathBuf, String)>,
    /// Whether there may be more than was read.
    is_partial: bool,
}

impl Config {
    /// Reads `config` in the folder `~/.ssh`.
    pub(super) fn read(folder: &Path) -> Self {
        let mut config = Config { files: Vec::new(), is_partial: false };
        let mut waiting = vec![folder.join("config")];
        while let Some(path) = waiting.pop() {
            if config.files.iter().any(|(known, _)| *known == path) {
                continue;
            }
            let Some(content) = read::read_beginning(&path, MAX_TEXT) else { continue };
            for word in content.lines().filter(|line| keyword(line) == "include").flat_map(arguments) {
                match included(&word, folder) {
                    Some(paths) => waiting.extend(paths),
                    None => config.is_partial = true,
                }
            }
            config.is_partial |= content.len() >= MAX_TEXT || config.files.len() >= MAX_FILES;
            if config.is_partial {
                break;
            }
            config.files.push((path, content));
        }
        config
    }

    /// Whether ssh may run a program only to read it, for a line `Match exec`. ssh knows quotes and several ways to
    /// write such a line, so each that has both words counts.
    pub(super) fn may_run_programs(&self) -> bool {
        let has_both = |line: &str| {
            let line = line.trim_start().to_lowercase();
            !line.starts_with('#') && line.contains("match") && line.contains("exec")
        };
        self.is_partial || self.files.iter().any(|(_, content)| content.lines().any(has_both))
    }

    /// The line that forwards the agent to every host: before the first `Host` of its file, or below `Host *`.
    pub(super) fn forwarding(&self) -> Option<(&Path, usize)> {
        self.files.iter().find_map(|(path, content)| Some((path.as_path(), forwarding(content)?)))
    }
}

fn forwarding(content: &str) -> Option<usize> {
    let mut is_for_all = true;
    for (line, number) in content.lines().zip(1..) {
        match keyword(line).as_str() {
            "host" => is_for_all = arguments(line).iter().any(|pattern| pattern == "*"),
            "match" => is_for_all = arguments(line).iter().any(|word| word.eq_ignore_ascii_case("all")),
            "forwardagent" if is_for_all && arguments(line) != ["no"] => return Some(number),
            _ => {}
        }
    }
    None
}

/// The first word of a line, in lower case: `host`.
fn keyword(line: &str) -> String {
    let line = line.trim_start().trim_start_matches('"');
    line.split(|c: char| c.is_whitespace() || c == '=' || c == '"').next().unwrap_or_default().to_lowercase()
}

/// The words behind the keyword.
fn arguments(line: &str) -> Vec<String> {
    let mut words = lines::words(&line.replacen('=', " ", 1));
    words.drain(..1.min(words.len()));
    words
}

/// The files that an argument of `Include` names, perhaps some more: for a name with wildcards all in its folder.
/// `None` where only ssh can tell, for variables, other users, and wildcards in names of folders.
fn included(word: &str, folder: &Path) -> Option<Vec<PathBuf>> {
    const WILDCARDS: [char; 3] = ['*', '?', '['];
    if word.contains(['%', '$']) {
        return None;
    }
    let path = match word.strip_prefix('~') {
        Some(rest) => folder.parent()?.join(rest.strip_prefix('/')?),
        None => folder.join(word),
    };
    if !word.contains(WILDCARDS) {
        return Some(vec![path]);
    }
    let parent = path.parent()?;
    (!parent.to_str()?.contains(WILDCARDS)).then(|| places::entries(parent))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Config, forwarding};

    #[test]
    fn the_line_that_forwards_to_every_host() {
        for (content, expected) in [
            ("ForwardAgent yes\n", Some(1)),
            ("Host a\n  ForwardAgent yes\nHost b *\n\tforwardagent=yes\n", Some(4)),
            ("Match all\nForwardAgent = /run/x.sock\n", Some(2)),
            ("\"ForwardAgent\" \"yes\"\n", Some(1)),
            ("Host *.example.com\nForwardAgent yes\n", None),
            ("ForwardAgent no\n# ForwardAgent yes\nMatch host x\nForwardAgent yes\n", None),
            ("", None),
        ] {
            assert_eq!(forwarding(content), expected, "{content}");
        }
    }

    #[test]
    fn a_configuration_that_may_run_programs() {
        let user = tempfile::TempDir::new().unwrap();
        let folder = user.path().join(".ssh");
        fs::create_dir_all(folder.join("config.d")).unwrap();
        fs::write(folder.join("harmless"), "Host x\n").unwrap();
        fs::write(folder.join("config.d/a"), "match host x EXEC \"touch y\"\n").unwrap();
        for (content, expected) in [
            ("Host *\n", false),
            ("Match host x exec \"touch y\"\n", true),
            ("Match !exec=\"touch y\"\n", true),
            ("\"Match\" \"exec\" x\n", true),
            ("# Match exec x\n", false),
            ("Match all\nInclude harmless none\n", false),
            ("Include config.d/*\n", true),
            ("include = ~/.ssh/config.d/a\n", true),
            ("Include \"config.d/a\"\n", true),
            // Two that include each other.
            ("Include config\n", false),
            // What only ssh can tell.
            ("Include config.?/a\n", true),
            ("Include ~other/config\n", true),
            ("Include ${X}\n", true),
        ] {
            fs::write(folder.join("config"), content).unwrap();
            assert_eq!(Config::read(&folder).may_run_programs(), expected, "{content}");
        }
    }
}
