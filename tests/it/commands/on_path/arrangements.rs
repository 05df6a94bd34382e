//! What is said is what a shell starts, however PATH is arranged.

use std::fs;
use std::os::unix::fs::symlink;

use super::{HINT, OTHER, SELECTED, put_go, put_script, shadowed};
use crate::support::sandbox::Sandbox;

/// A folder that comes before the shims on PATH, what makes it, and what `gox status` says then: its first line and
/// its one word.
type Arrangement = (&'static str, fn(&Sandbox), [&'static str; 2]);

const ARRANGEMENTS: &[Arrangement] = &[
    ("usr/local/go/bin", |_| {}, [OTHER, "1.98.0"]),
    // A link from elsewhere leads to its GOROOT.
    (
        "links",
        |sandbox| {
            fs::create_dir(sandbox.root().join("links")).unwrap();
            symlink("../usr/local/go/bin/go", sandbox.root().join("links/go")).unwrap();
        },
        ["go1.98.0 runs here, the first on PATH, before the shims: [ROOT]/links/go", "1.98.0"],
    ),
    // The shim of another manager tells no version.
    (
        "goenv",
        |sandbox| put_script(sandbox, "goenv/go", 0o755),
        ["another Go runs here, the first on PATH, before the shims: [ROOT]/goenv/go", "other"],
    ),
    // A VERSION file may say anything.
    (
        "odd/bin",
        |sandbox| {
            put_go(sandbox, "1.98.0", "odd");
            let version = sandbox.root().join("odd/VERSION");
            fs::remove_file(&version).unwrap();
            fs::write(version, "devel go1.99-\x1b[31m\n").unwrap();
        },
        [
            "devel go1.99-\\u{1b}[31m runs here, the first on PATH, before the shims: [ROOT]/odd/bin/go",
            "devel go1.99-\\u{1b}[31m",
        ],
    ),
    // What a shell passes by does not count.
    ("text", |sandbox| put_script(sandbox, "text/go", 0o644), [SELECTED, "1.99.1"]),
    ("folder", |sandbox| fs::create_dir_all(sandbox.root().join("folder/go")).unwrap(), [SELECTED, "1.99.1"]),
    // A link to the shim is the shim.
    (
        "shim",
        |sandbox| {
            fs::create_dir(sandbox.root().join("shim")).unwrap();
            symlink(sandbox.home().join("shims/go"), sandbox.root().join("shim/go")).unwrap();
        },
        [SELECTED, "1.99.1"],
    ),
    // So it is under `go test`, and under `gox exec`.
    ("user/.local/go/toolchains/go1.99.1/bin", |_| {}, [SELECTED, "1.99.1"]),
    (
        "user/.local/go/toolchains/go1.99.4/bin",
        |_| {},
        [
            "go1.99.4 runs here, the first on PATH, before the shims: [HOME]/toolchains/go1.99.4/bin/go",
            "1.99.4",
        ],
    ),
];

#[test]
fn what_is_said_is_what_a_shell_starts() {
    for (folder, make, [first, word]) in ARRANGEMENTS {
        let sandbox = shadowed();
        make(&sandbox);
        let path = sandbox.path_after([folder]);
        let status = sandbox.gox(["status"]).env("PATH", &path).run();
        assert_eq!(status.stdout.lines().next(), Some(*first), "{folder}");
        sandbox.gox(["status", "--short"]).env("PATH", &path).stdout(&format!("{word}\n")).check();
        if !word.starts_with("devel") {
            let version = if *word == "other" { (*word).to_owned() } else { format!("go{word}") };
            let run = sandbox.command("/bin/sh").args(["-c", "go version"]).env("PATH", &path).run();
            assert_eq!(run.stdout.split(' ').nth(2), Some(version.as_str()), "{folder}: {}", run.stderr);
        }
    }
}

#[test]
fn an_entry_of_path_may_be_relative() {
    let sandbox = shadowed();
    let path = |entry: &str| {
        let path = sandbox.path_after([""; 0]).into_string().unwrap();
        format!("{entry}:{path}")
    };
    put_script(&sandbox, "code/go", 0o755);
    put_script(&sandbox, "code/tools/go", 0o755);
    for (entry, program) in
        [("", "[ROOT]/code/go"), (".", "[ROOT]/code/go"), ("tools", "[ROOT]/code/tools/go")]
    {
        let said = format!("note: another Go runs here, the first on PATH, before the shims: {program}\n");
        let run = sandbox.gox(["which"]).env("PATH", path(entry)).env("SHELL", "/bin/bash");
        run.stdout("[HOME]/toolchains/go1.99.1/bin/go\n").stderr(&format!("{said}{HINT}")).check();
    }
}
