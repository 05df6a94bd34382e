//! The parts of the command line of `go` and `gofmt` that affect which Go runs: `+word`, `-C`, and the few
//! commands for which cmd/go does not switch.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

/// The commands of go without subcommands (Go source `cmd/go/main.go`). `-C` is recognised as the first
/// argument and after a command.
const COMMANDS: [&str; 17] = [
    "bug",
    "build",
    "clean",
    "doc",
    "env",
    "fix",
    "fmt",
    "generate",
    "get",
    "install",
    "list",
    "run",
    "telemetry",
    "test",
    "tool",
    "version",
    "vet",
];
/// The commands of go with subcommands.
const GROUPS: [(&str, &[&str]); 2] = [
    ("mod", &["download", "edit", "graph", "init", "tidy", "vendor", "verify", "why"]),
    ("work", &["edit", "init", "sync", "use", "vendor"]),
];

/// A call of a tool.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// `go` or `gofmt`.
    pub tool: &'a str,
    /// The `word` of a first argument `+word`.
    pub request: Option<&'a OsStr>,
    /// The arguments without `+word`.
    pub arguments: &'a [OsString],
}

impl<'a> Call<'a> {
    /// Splits `+word` off `arguments`.
    pub fn new(tool: &'a str, arguments: &'a [OsString]) -> Self {
        let request = arguments.first().and_then(|first| first.as_bytes().strip_prefix(b"+"));
        let arguments = if request.is_some() { &arguments[1..] } else { arguments };
        Call { tool, request: request.map(OsStr::from_bytes), arguments }
    }

    /// The directory of the option `-C`.
    pub(super) fn change(&self) -> Option<&'a OsStr> {
        self.change_words().map(|(_, _, directory)| directory)
    }

    /// Whether this is a call for which cmd/go does not switch toolchains, so that a GOTOOLCHAIN or go.mod that
    /// names a missing one can be inspected and corrected (Go source `cmd/go/internal/toolchain.Select`).
    pub(super) fn is_exempt(&self) -> bool {
        if self.tool != "go" {
            return false;
        }
        let (at, count, _) = self.change_words().unwrap_or((0, 0, OsStr::new("")));
        let words = self.arguments[..at].iter().chain(&self.arguments[at + count..]);
        let mut words = words.map(|word| word.as_bytes());
        let first: [Option<&[u8]>; 4] = std::array::from_fn(|_| words.next());
        match first {
            [Some(b"env"), Some(b"GOTOOLCHAIN" | b"GOMOD" | b"GOWORK"), None, None] => true,
            [Some(b"env"), Some(b"-w"), Some(setting), None] => setting.starts_with(b"GOTOOLCHAIN="),
            _ => false,
        }
    }

    /// The index of `-C dir`, `--C dir`, `-C=dir` or `--C=dir` in the arguments, its number of words, and the
    /// directory (Go source `cmd/go/main.go`, `handleChdirFlag`).
    fn change_words(&self) -> Option<(usize, usize, &'a OsStr)> {
        if self.tool != "go" {
            return None;
        }
        let at = command_words(self.arguments);
        let word = self.arguments.get(at)?.as_bytes();
        if matches!(word, b"-C" | b"--C") {
            return self.arguments.get(at + 1).map(|directory| (at, 2, directory.as_os_str()));
        }
        let directory = word.strip_prefix(b"-C=").or_else(|| word.strip_prefix(b"--C="))?;
        Some((at, 1, OsStr::from_bytes(directory)))
    }
}

/// The number of words of a known command: `build` has one, `mod tidy` two, an unknown command none.
fn command_words(arguments: &[OsString]) -> usize {
    let Some(first) = arguments.first().and_then(|word| word.to_str()) else { return 0 };
    if COMMANDS.contains(&first) {
        return 1;
    }
    let Some((_, below)) = GROUPS.iter().find(|(name, _)| *name == first) else { return 0 };
    let second = arguments.get(1).and_then(|word| word.to_str());
    1 + usize::from(second.is_some_and(|word| below.contains(&word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn a_directory_is_changed_only_first_or_after_a_known_command() {
        for (line, expected) in [
            ("-C d build", Some("d")),
            ("--C d build", Some("d")),
            ("-C=d build", Some("d")),
            ("--C=d", Some("d")),
            ("-C= build", Some("")),
            ("build -C d", Some("d")),
            ("mod tidy -C d", Some("d")),
            ("mod -C d tidy", Some("d")),
            ("mod frob -C d", None),
            ("work use -C=d", Some("d")),
            ("env -C d GOMOD", Some("d")),
            ("-C", None),
            ("build -C", None),
            ("frob -C d", None),
            ("help -C d", None),
            ("version -m -C d", None),
            ("build -Cd", None),
            ("", None),
        ] {
            let words = words(line);
            assert_eq!(Call::new("go", &words).change(), expected.map(OsStr::new), "go {line}");
            assert_eq!(Call::new("gofmt", &words).change(), None, "gofmt {line}");
        }
    }

    #[test]
    fn a_few_questions_are_answered_by_the_go_that_was_started() {
        for (line, expected) in [
            ("env GOTOOLCHAIN", true),
            ("env -w GOTOOLCHAIN=go1.22.4", true),
            ("env GOMOD", true),
            ("env GOWORK", true),
            ("env -C d GOMOD", true),
            ("-C d env GOWORK", true),
            ("+1.22 env GOMOD", true),
            ("env GOTOOLCHAIN GOROOT", false),
            ("env -json GOTOOLCHAIN", false),
            ("env -u GOTOOLCHAIN", false),
            ("env -w GOTOOLCHAIN=auto GOPROXY=off", false),
            ("env -w GOPROXY=off", false),
            ("env GOVERSION", false),
            ("env", false),
            ("version", false),
            ("", false),
        ] {
            let words = words(line);
            assert_eq!(Call::new("go", &words).is_exempt(), expected, "go {line}");
            assert!(!Call::new("gofmt", &words).is_exempt(), "gofmt {line}");
        }
    }

    #[test]
    fn a_plus_is_taken_off_only_in_front() {
        for (line, request, rest) in [
            ("+1.22 build +x", Some("1.22"), "build +x"),
            ("+", Some(""), ""),
            ("build +1.22", None, "build +1.22"),
        ] {
            let words_of = words(line);
            let call = Call::new("go", &words_of);
            assert_eq!((call.request, call.arguments), (request.map(OsStr::new), words(rest).as_slice()));
        }
    }
}
