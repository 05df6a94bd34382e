use std::os::unix::fs::symlink;
use std::process::Command;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

/// Reads `text` as a `.go-version` in a folder `p`; an error comes as its code and report.
fn go_version(text: impl AsRef<[u8]>) -> Result<Option<(String, usize)>, (u8, String)> {
    read_as(GO_VERSION_FILE, text, read)
}

/// Reads `text` as a `.tool-versions` in a folder `p`; requests are joined by `|`, an error comes as its code and
/// report.
fn tool_versions(text: impl AsRef<[u8]>) -> Result<Option<(String, usize)>, (u8, String)> {
    read_as(TOOL_VERSIONS_FILE, text, read_tool_versions)
}

fn read_as(
    name: &str,
    text: impl AsRef<[u8]>,
    read: fn(&Path) -> Result<Option<Pin>>,
) -> Result<Option<(String, usize)>, (u8, String)> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    let root = folder.path().display().to_string();
    match read(&path) {
        Ok(pin) => Ok(pin.map(|pin| {
            let requests: Vec<_> = pin.requests.iter().map(ToString::to_string).collect();
            (requests.join("|"), pin.line)
        })),
        Err(error) => Err((error.kind().code(), error.report().replace(&root, "p"))),
    }
}

#[test]
fn a_go_version_file_holds_one_request() {
    for (text, request, line) in [
        ("1.22.4", "1.22.4", 1),
        ("1.22.4\n", "1.22.4", 1),
        ("1.22.4\r\n", "1.22.4", 1),
        ("go1.22.4\n", "1.22.4", 1),
        ("v1.22.4\n", "1.22.4", 1),
        ("\u{feff}1.22.4\n", "1.22.4", 1),
        ("\u{feff}# c\r\n\r\n\t 1.22 \r\n", "1.22", 3),
        ("# one\n  # two\n1.22.x # three\n# four\n\n", "1.22", 3),
        ("1.22.4\t# c", "1.22.4", 1),
        ("1.22.4 #c", "1.22.4", 1),
        (">=1.21 <1.23\n", ">=1.21, <1.23", 1),
        (">= 1.21,\t< 1.23 # c\n", ">=1.21, <1.23", 1),
        ("latest", "latest", 1),
        ("system", "system", 1),
        ("tip", "tip", 1),
        ("1.22.4-bigcorp", "1.22.4-bigcorp", 1),
        ("1.20.0", "1.20.0", 1),
    ] {
        assert_eq!(go_version(text), Ok(Some((request.to_owned(), line))), "{text:?}");
    }
}

#[test]
fn what_is_wrong_with_a_go_version_file_is_said_with_its_line() {
    let long = format!("{}1.22.4\n", "#\n".repeat(2045));
    assert_eq!(go_version(&long[1..]), Ok(Some(("1.22.4".into(), 2046))));
    let cases: [(&[u8], &str, &str); 19] = [
        (b"", "p/.go-version: it contains no request", "latest"),
        (b"\n \t\r\n# c\n", "p/.go-version: it contains no request", "latest"),
        (b"\xef\xbb\xbf", "p/.go-version: it contains no request", "latest"),
        (
            b"1.22.4\n1.23.1\n",
            "p/.go-version:2: `1.23.1` is a second request, but only one is allowed",
            "1.22.4",
        ),
        (
            b"1.22.4\n\n# c\nx\x1b\n",
            "p/.go-version:4: `x\\u{1b}` is a second request, but only one is allowed",
            "1.22.4",
        ),
        (
            b"1.22.4 1.23.1\n",
            "p/.go-version:1: `1.22.4 1.23.1` is not a valid request: only a range",
            "1.22.4",
        ),
        (
            b"1.22.4\r1.23.1\n",
            "p/.go-version:1: `1.22.4\\r1.23.1` is not a valid request: only a range",
            "1.22.4",
        ),
        (
            b"1.22.4#c\n",
            "p/.go-version:1: `1.22.4#c` is not a valid request: a version is written as",
            "1.22.4",
        ),
        (b"\n1.22\0.4\n", "p/.go-version:2: it contains a NUL byte", "latest"),
        (
            b"\xff\xfe1\0.\x002\x002\0",
            "p/.go-version: it is not UTF-8 but UTF-16, as PowerShell writes files\nhint: replace it by one request, ",
            "latest",
        ),
        (b"\xfe\xff\x001\0.\x002\x002", "p/.go-version: it is not UTF-8 but UTF-16, as PowerShell", "latest"),
        (
            b"\xef\xbb\xbf\xef\xbb\xbf1.22\n",
            "p/.go-version:1: `\\u{feff}1.22` is not a valid request",
            "latest",
        ),
        (b"1.22\xe9\n", "p/.go-version:1: `1.22\u{fffd}` is not a valid request", "1.22"),
        (
            b"../../tmp/evil\n",
            "p/.go-version:1: `../../tmp/evil` is not a valid request: `/`, `\\` and `..` are",
            "latest",
        ),
        (b"a\\b\n", "p/.go-version:1: `a\\b` is not a valid request: `/`, `\\` and `..` are", "latest"),
        (b"$(reboot)\n", "p/.go-version:1: `$(reboot)` is not a valid request", "latest"),
        (
            b"1.22.4\x0b\n",
            "p/.go-version:1: `1.22.4\\u{b}` is not a valid request: control characters",
            "1.22.4",
        ),
        (b"local\n", "p/.go-version:1: `local` is not a valid request: the word is reserved", "latest"),
        (long.as_bytes(), "p/.go-version: it has more than 4096 bytes", "latest"),
    ];
    for (text, expected, meant) in cases {
        let (code, report) = go_version(text).unwrap_err();
        assert_eq!(code, 7, "{expected}");
        let hint = format!("\nhint: replace it by one request, such as: `cd p && gox pin --force {meant}`");
        assert!(report.ends_with(&hint), "{report}");
        assert!(report.starts_with(expected), "{report}\nexpected {expected}");
    }
}

#[test]
fn a_tool_versions_file_names_the_versions_that_would_do() {
    for (text, requests, line) in [
        ("golang 1.22.4\n", "1.22.4", 1),
        ("nodejs 20.1.0\ngolang 1.22.4 1.21 system\n", "1.22.4|1.21|system", 2),
        ("golang\t1.22.4\r\n", "1.22.4", 1),
        ("  golang   1.22.4#c\n", "1.22.4", 1),
        ("# golang 1.21.0\ngolang 1.22.4 # golang 1.20\n", "1.22.4", 2),
        ("go 1.22.4\n", "1.22.4", 1),
        ("go 1.21.0\ngolang 1.22.4\n", "1.22.4", 2),
        ("golang 1.22.4\ngo 1.21.0\n", "1.22.4", 1),
        ("golang latest", "latest", 1),
        ("\u{feff}golang 1.22", "1.22", 1),
    ] {
        assert_eq!(tool_versions(text), Ok(Some((requests.to_owned(), line))), "{text:?}");
    }
}

#[test]
fn a_tool_versions_file_without_go_is_no_pin() {
    for text in ["", "nodejs 20.1.0\n", "#golang 1.22\n", "golangci-lint 1.2\n", "gox 1\n"] {
        assert_eq!(tool_versions(text), Ok(None), "{text:?}");
    }
    let large = format!("{}golang 1.22.4\n", "# about the tools of this project\n".repeat(1000));
    assert_eq!(tool_versions(large), Ok(Some(("1.22.4".into(), 1001))));
}

#[test]
fn what_is_wrong_with_a_tool_versions_file_is_said_with_its_line() {
    let long = "# about the tools\n".repeat(5000);
    for (text, expected) in [
        ("x 1\ngolang\n", "p/.tool-versions:2: no version follows `golang`"),
        ("golang # 1.22\n", "p/.tool-versions:1: no version follows `golang`"),
        ("golang 1.22\n\ngolang 1.23\n", "p/.tool-versions:3: a second line for `golang`"),
        ("golang 1.22.4 path:/opt/go\n", "p/.tool-versions:1: `path:/opt/go` is not a valid request"),
        ("golang ref:master\n", "p/.tool-versions:1: `ref:master` is not a valid request"),
        ("golang 1.22\0\n", "p/.tool-versions:1: it contains a NUL byte"),
        (&long, "p/.tool-versions: it has more than 65536 bytes"),
    ] {
        let (code, report) = tool_versions(text).unwrap_err();
        assert_eq!(code, 7, "{expected}");
        assert!(report.starts_with(expected), "{report}");
        let example = if expected.contains("a second line") { "1.22" } else { "1.22.4" };
        let hint =
            format!("\nhint: write one line for Go into `p/.tool-versions`, such as `golang {example}`");
        assert!(report.ends_with(&hint), "{report}");
    }
}

#[test]
fn the_hint_names_the_version_or_line_with_which_an_invalid_word_begins() {
    for (text, expected) in [
        ("1.26.x.y", "1.26"),
        ("1.26.4.1", "1.26.4"),
        ("1.22.4/bin", "1.22.4"),
        ("go1.22.4 linux/amd64", "1.22.4"),
        ("v1.22.4;", "1.22.4"),
        ("1.22.04", "1.22"),
        ("1.21rc2, 1.22", "1.21rc2"),
        ("1.2.y", "1.2"),
        ("go 1.22", "1.22"),
        ("go  1.22.4", "1.22.4"),
        ("go 1.22rc1 or so", "1.22rc1"),
        ("1,22", "1.22"),
        ("1,22,4", "1.22.4"),
        ("1 2", "latest"),
        ("golang 1.22", "latest"),
        ("../1.22", "latest"),
        (">=1.22 <", "latest"),
        ("é1.22", "latest"),
        ("$(reboot 1)", "latest"),
    ] {
        let (_, report) = go_version(text).unwrap_err();
        let hint =
            format!("\nhint: replace it by one request, such as: `cd p && gox pin --force {expected}`");
        assert!(report.ends_with(&hint), "{text}: {report}");
    }
}

#[test]
fn where_a_word_is_nearly_a_version_the_hint_names_it() {
    let hint =
        |error: Result<_, (u8, String)>| error.unwrap_err().1.split_once("\nhint: ").unwrap().1.to_owned();
    let replace = "replace it by one request, such as: `cd p && gox pin --force 1.25rc2`";
    assert_eq!(hint(go_version("# c\ngo1.25.0-rc.2\n")), replace);
    assert_eq!(
        hint(tool_versions("nodejs 20\ngolang 1.24.1 1.25-RC2\n")),
        "write one line for Go into `p/.tool-versions`, such as `golang 1.25rc2`"
    );
    let default = "choose another default: `gox default 1.25rc2`";
    assert_eq!(hint(read_as("default", "1.25 rc2", read)), default);
}

#[test]
fn a_pin_that_is_no_regular_file_is_an_error_and_never_hangs() {
    let folder = TempDir::new().unwrap();
    let p = |name: &str| folder.path().join(name);
    std::fs::create_dir(p("directory")).unwrap();
    symlink("nowhere", p("dangling")).unwrap();
    symlink("loop", p("loop")).unwrap();
    symlink("/dev/null", p("device")).unwrap();
    assert!(Command::new("mkfifo").arg(p("fifo")).status().unwrap().success());
    symlink("fifo", p("linked-fifo")).unwrap();
    for (name, why) in [
        ("directory", "it is not a regular file"),
        ("device", "it is not a regular file"),
        ("fifo", "it is not a regular file"),
        ("linked-fifo", "it is not a regular file"),
        ("dangling", "no such file"),
        ("loop", "symbolic links"),
    ] {
        let error = read(&p(name)).unwrap_err();
        let report = error.report();
        assert_eq!(error.kind(), Kind::InvalidFile, "{name}");
        assert!(report.starts_with("could not read `") && report.contains(why), "{report}");
        let hint = format!("\nhint: make it a readable file, or remove it: `rm -ri {}`", p(name).display());
        assert!(report.ends_with(&hint), "{report}");
    }
    std::fs::write(p("file"), "1.22.4\n").unwrap();
    symlink("file", p("link")).unwrap();
    assert_eq!(read(&p("link")).unwrap().unwrap().requests[0].to_string(), "1.22.4");
    assert_eq!(read(&p("missing")).unwrap(), None);
    assert_eq!(read(&p("file/missing")).unwrap(), None);
}

#[test]
fn the_nearest_directory_with_a_pin_decides() {
    let folder = TempDir::new().unwrap();
    let inner = folder.path().join("a/b");
    std::fs::create_dir_all(&inner).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let found = || nearest(&inner).unwrap().map(|pin| pin.requests[0].to_string());
    assert_eq!(found(), None);
    write(".go-version", "1.20.1\n");
    assert_eq!(found().as_deref(), Some("1.20.1"));
    write("a/.tool-versions", "nodejs 20\n");
    assert_eq!(found().as_deref(), Some("1.20.1"));
    write("a/.tool-versions", "golang 1.21.1\n");
    assert_eq!(found().as_deref(), Some("1.21.1"));
    write("a/.go-version", "1.22.1\n");
    assert_eq!(found().as_deref(), Some("1.22.1"));
    write("a/b/.go-version", "\n");
    assert!(nearest(&inner).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Any bytes are a pin, no pin, or an error that names the file.
    #[test]
    fn no_bytes_are_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..200), go in any::<bool>()) {
        let text = if go { [b"golang ".as_slice(), &bytes].concat() } else { bytes };
        for result in [go_version(&text), tool_versions(&text)] {
            if let Err((code, report)) = result {
                prop_assert_eq!(code, 7);
                prop_assert!(report.starts_with("p/."), "{}", report);
                prop_assert!(report.chars().all(|c| c == '\n' || crate::text::is_visible(c)), "{:?}", report);
            }
        }
    }

    /// A file with one request is read back, with any line ending.
    #[test]
    fn a_request_survives_its_file(version in "1\\.[1-9][0-9]?(\\.[0-9]|rc[1-9])?", end in "\\r?\\n?") {
        let read = go_version(format!("{version}{end}")).unwrap();
        prop_assert_eq!(read, Some((Request::parse(&version).unwrap().to_string(), 1)));
    }
}
