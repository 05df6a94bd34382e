//! What a prompt costs where gox knows very many projects.

use std::fmt::Write;

use super::sandbox;
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::strace;

/// How many folders are known before the one of the test.
const KNOWN: usize = 10_000;

/// A sandbox with a pin in its working directory, and with known folders that do not exist.
fn with_known_projects() -> Sandbox {
    let sandbox = sandbox(&["1.99.1"]);
    sandbox.write("code/.go-version", "1.99.1\n");
    let mut known = String::new();
    for number in 0..KNOWN {
        writeln!(known, "/known/by/a/path/as/long/as/most/project-{number}").unwrap();
    }
    sandbox.write("user/.local/go/projects", known);
    sandbox
}

#[test]
fn the_list_is_read_in_one_go_and_no_folder_in_it_is_looked_at() {
    let sandbox = with_known_projects();
    let log = sandbox.root().join("calls");
    // The first call adds this folder, the second finds it.
    for opens in [2, 1] {
        strace::gox(&sandbox, &log, "all", &[], &["status", "--short"]).stdout("1.99.1\n").check();
        let calls = strace::calls(&log);
        let with = |name: &str, text: &str| {
            calls.iter().filter(|call| call.name == name && call.text.contains(text)).count()
        };
        assert_eq!(with("openat", "/.local/go/projects"), opens);
        let of_folder = calls.iter().filter(|call| call.name != "read" && call.text.contains("\"/known/"));
        assert_eq!(of_folder.count(), 0);
    }
    let known = sandbox.read("user/.local/go/projects");
    assert_eq!(known.lines().count(), KNOWN + 1);
}

/// Comparing each folder with all before it took seconds. The limit is one second of the processor's time, which
/// does not depend on what else the machine does.
#[test]
fn the_work_grows_no_faster_than_the_list() {
    let sandbox = with_known_projects();
    let limited = "ulimit -t 1; exec \"$0\" status --short";
    sandbox.command("sh").args(["-c", limited, GOX]).stdout("1.99.1\n").check();
}
