//! What people see.

use std::collections::BTreeMap;
use std::process::Stdio;

use serde_json::{Value, json};

use super::store;
use crate::support::archives::FakeToolchain;
use crate::support::programs;
use crate::support::proxy::ModuleProxy;
use crate::support::pty::Terminal;
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::tree::{Entry, Kind};

#[test]
fn an_empty_store() {
    let sandbox = Sandbox::new();
    let hint = "nothing is installed\nhint: install the newest Go: `gox install latest`\n";
    sandbox.gox(["list"]).stderr(hint).check();
    sandbox.gox(["list", "--json"]).stdout("[]\n").check();
    assert_eq!(sandbox.listing(""), "", "nothing is written");
}

#[test]
fn the_table_shows_the_newest_first_and_marks_the_default() {
    let (sandbox, _) = store();
    let table = "\
VERSION  SIZE   SOURCE  PROOFS      STATE
1.23rc1  -      -       unverified  end of life, 1.23.12 is out
1.22.4   821 B  proxy   log         end of life, 1.22.12 is out
1.21.0   821 B  proxy   log         end of life, 1.21.13 is out
";
    sandbox.gox(["list"]).stdout(table).check();
    sandbox.write("user/.local/go/default", "1.22\n");
    let table = table.replace("end of life, 1.22.12", "here, default, end of life, 1.22.12");
    sandbox.gox(["list"]).stdout(&table).check();
    sandbox.gox(["ls"]).stdout(&table).check();
}

#[test]
fn what_runs_here_is_marked_and_what_is_invalid_is_said() {
    let sandbox = Sandbox::in_use();
    for version in ["1.99.1", "1.99.2", "1.20"] {
        sandbox.put_toolchain(&FakeToolchain::new(version));
    }
    sandbox.write("user/.local/go/default", "1.99.1\n");
    sandbox.write("code/.go-version", "1.20.0\n");
    let head = "VERSION  SIZE  SOURCE  PROOFS      STATE\n";
    let table = format!(
        "{head}1.99.2   -     -       unverified
1.99.1   -     -       unverified  default
1.20.0   -     -       unverified  here, end of life, 1.20.14 is out
"
    );
    sandbox.gox(["list"]).stdout(&table).check();
    assert_eq!(sandbox.read("user/.local/go/projects"), format!("{}\n", sandbox.code().display()));
    let table = table.replace("  default", "  here, default").replace("here, end", "end");
    sandbox.gox(["list"]).env("GO_VERSION", "1.99.1").stdout(&table).check();
    let variable = "warning: `1.20.0/x` is not a valid request: `/`, `\\` and `..` are not allowed\n  set by `GO_VERSION`\n";
    let unmarked = table.replace("here, default", "default");
    sandbox.gox(["list"]).env("GO_VERSION", "1.20.0/x").stdout(&unmarked).stderr(variable).check();
    // Each is said, and once.
    sandbox.write("code/.go-version", "1.20.0/x\n");
    let pin = "warning: [ROOT]/code/.go-version:1: `1.20.0/x` is not a valid request: `/`, `\\` and `..` are not allowed\n";
    let table = table.replace("here, default", "default");
    sandbox.gox(["list"]).stdout(&table).stderr(pin).check();
    std::fs::remove_file(sandbox.code().join(".go-version")).unwrap();
    sandbox.write("user/.local/go/default", "1.20.0/x\n");
    let default = pin.replace("[ROOT]/code/.go-version", "[HOME]/default");
    sandbox.gox(["list"]).stdout(&table.replace("  default", "")).stderr(&default).check();
}

#[test]
fn a_newer_patch_that_is_there_is_not_news() {
    let sandbox = Sandbox::in_use();
    for version in ["1.98.1", "1.98.2", "1.99.0"] {
        sandbox.put_toolchain(&FakeToolchain::new(version));
    }
    // What a list named at some time.
    sandbox.write("user/.local/go/cache/released", "go1.98.2\ngo1.99.1\n");
    let table = "\
VERSION  SIZE  SOURCE  PROOFS      STATE
1.99.0   -     -       unverified  1.99.1 is out
1.98.2   -     -       unverified
1.98.1   -     -       unverified
";
    sandbox.gox(["list"]).stdout(table).check();
    let output = sandbox.gox(["list", "--json"]).run();
    let list: Value = serde_json::from_slice(&output.raw_stdout).unwrap();
    let told = |index: usize| (list[index]["newer"].clone(), list[index]["supported"].clone());
    assert_eq!(told(0), (json!("1.99.1"), json!(true)));
    assert_eq!(told(2), (json!("1.98.2"), json!(true)));
}

#[test]
fn links_say_what_is_there_and_that_it_is_gone() {
    let sandbox = Sandbox::in_use();
    sandbox.put_toolchain(&FakeToolchain::new("1.99.1"));
    for (name, version) in [("tip", "1.100.7"), ("fork", "1.99.9"), ("old", "1.98.0")] {
        let goroot = sandbox.root().join("src").join(name);
        FakeToolchain::new(version).write_to(&goroot);
        assert_eq!(sandbox.gox(["link", name]).arg(goroot).run().code(), 0);
    }
    std::fs::remove_dir_all(sandbox.root().join("src/fork")).unwrap();
    std::fs::remove_file(sandbox.root().join("src/old/bin/go")).unwrap();
    let table = "\
VERSION  SIZE  SOURCE  PROOFS      STATE
1.99.1   -     -       unverified
tip      -     linked  unverified  1.100.7 in [ROOT]/src/tip
fork     -     linked  -           gone: [ROOT]/src/fork
old      -     linked  -           no `bin/go` in [ROOT]/src/old
";
    sandbox.gox(["list"]).stdout(table).check();
    let output = sandbox.gox(["list", "--json"]).run();
    let list: Value = serde_json::from_slice(&output.raw_stdout).unwrap();
    assert_eq!(list.as_array().unwrap().len(), 2, "what is installed and works");
    assert_eq!(list[1]["target"], json!(sandbox.root().join("src/tip")));
}

#[test]
fn a_terminal_is_filled_by_columns_and_not_by_characters() {
    let sandbox = Sandbox::new();
    let there = sandbox.root().join("語".repeat(40));
    FakeToolchain::new("1.100.7").write_to(&there);
    sandbox.gox(["link", "tip"]).arg(&there).run();
    let gone = format!("/漢字/{}", "cafe\u{301}".repeat(20));
    std::os::unix::fs::symlink(&gone, sandbox.home().join("toolchains/old")).unwrap();
    let marks = [("tip", format!("1.100.7 in {}", there.display())), ("old", format!("gone: {gone}"))];
    // Of the characters here the accent has no column, and each Chinese one two.
    let columns = |text: &str| {
        text.chars().map(|c| if c == '\u{301}' { 0 } else { 1 + usize::from(c > '\u{3000}') }).sum::<usize>()
    };
    for width in [60, 100] {
        let mut shell = std::process::Command::new("/bin/sh");
        shell.args(["-c", &format!("stty rows 24 cols {width}; {GOX} list; echo ended")]);
        shell.envs([("HOME", sandbox.user().as_os_str()), ("PATH", "/usr/bin:/bin".as_ref())]);
        let screen = Terminal::start(&mut shell).wait_for("ended");
        let lines: Vec<&str> = screen.lines().collect();
        assert_eq!(lines[0], "VERSION  SIZE  SOURCE  PROOFS      STATE");
        assert!(lines.iter().all(|line| columns(line) <= width), "{screen}");
        // What belongs to a row is below it, and of a path that fits into no line the middle is left out.
        let rows = ["tip", "old"].map(|name| lines.iter().position(|line| line.starts_with(name)).unwrap());
        for (from, to, state) in [(rows[0], rows[1], &marks[0].1), (rows[1], lines.len(), &marks[1].1)] {
            let shown = lines[from..to].iter().map(|line| line[35..].trim()).collect::<Vec<_>>().join(" ");
            let (start, end) = shown.split_once('…').unwrap_or((&shown, ""));
            assert!(state.starts_with(start) && state.ends_with(end), "{screen}");
            assert!(from + 1 < to || shown == *state, "{screen}");
        }
    }
}

#[test]
fn sizes_count_shared_files_once() {
    let sandbox = Sandbox::in_use();
    let releases = ["1.99.1", "1.99.2"].map(|version| FakeToolchain::new(version).large(3_000_000));
    let proxy = ModuleProxy::start(&releases);
    sandbox.gox(["install", "1.99.1", "1.99.2"]).envs(proxy.environment()).run();
    sandbox.put_toolchain(&FakeToolchain::new("1.98.0"));
    let goroot = sandbox.root().join("tip");
    FakeToolchain::new("1.100.7").write_to(&goroot);
    sandbox.gox(["link", "tip"]).arg(&goroot).run();

    // Counted here in another way: by the inode and link count of every entry.
    let files = |name: &str| {
        let entries = sandbox.entries(&format!("toolchains/{name}"));
        entries.into_iter().filter(|entry| entry.kind == Kind::File).collect::<Vec<_>>()
    };
    let sum = |name: &str, counts: fn(&Entry) -> bool| {
        files(name).iter().filter(|entry| counts(entry)).map(|entry| entry.size).sum::<u64>()
    };
    let names = ["go1.99.2", "go1.99.1", "go1.98.0"];
    let takes = names.map(|name| sum(name, |_| true));
    let frees = names.map(|name| sum(name, |entry| entry.links == 1));
    assert!(takes[0] > 3_000_000 && frees[0] < 10_000, "most is shared");
    let output = sandbox.gox(["list", "--sizes", "--json"]).run();
    let list: Value = serde_json::from_slice(&output.raw_stdout).unwrap();
    for index in 0..3 {
        assert_eq!(
            (&list[index]["takes"], &list[index]["frees"]),
            (&json!(takes[index]), &json!(frees[index]))
        );
    }
    assert_eq!(list[3].get("takes"), None, "it is somebody else's");

    let all: BTreeMap<u64, u64> =
        names.iter().flat_map(|name| files(name)).map(|entry| (entry.inode, entry.size)).collect();
    assert!(all.values().sum::<u64>() < 3_010_000, "once");
    let table = sandbox.gox(["list", "--sizes"]).run().stdout;
    let cells: Vec<Vec<&str>> = table
        .lines()
        .map(|line| line.split("  ").filter(|cell| !cell.is_empty()).map(str::trim).collect())
        .collect();
    assert_eq!(cells[0], ["VERSION", "TAKES", "FREES", "SOURCE", "PROOFS", "STATE"]);
    assert_eq!(cells[1][..2], ["1.99.2", "3.0 MB"]);
    assert_eq!(cells[4][..4], ["tip", "-", "-", "linked"]);
    assert_eq!(cells[5], ["total", "3.0 MB", "3.0 MB"]);
}

#[test]
fn a_second_store_is_listed_behind_the_user_s_own() {
    let (sandbox, system) = (Sandbox::new(), Sandbox::new());
    sandbox.put_toolchain(&FakeToolchain::new("1.22.4"));
    system.put_toolchain(&FakeToolchain::new("1.22.4"));
    system.put_toolchain(&FakeToolchain::new("1.21.0"));
    let output = sandbox.gox(["list", "--json"]).env("GOX_SYSTEM_HOME", system.home()).run();
    let list: Value = serde_json::from_slice(&output.raw_stdout).unwrap();
    let paths: Vec<_> =
        list.as_array().unwrap().iter().map(|object| object["path"].as_str().unwrap()).collect();
    let expected = [sandbox.home().join("toolchains/go1.22.4"), system.home().join("toolchains/go1.21.0")];
    assert_eq!(paths, expected.each_ref().map(|path| path.to_str().unwrap()));
    let homes = [&list[0]["home"], &list[1]["home"]];
    assert_eq!(homes, [sandbox.home(), system.home()].map(|home| json!(home)).each_ref());
    let text = "\
VERSION  SIZE  SOURCE  PROOFS      STATE
1.22.4   -     -       unverified  end of life, 1.22.12 is out
1.21.0   -     -       unverified  end of life, in the system store, 1.21.13 is out
";
    sandbox.gox(["list"]).env("GOX_SYSTEM_HOME", system.home()).stdout(text).check();
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let (sandbox, _) = store();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let started = {
        let _programs = programs();
        std::process::Command::new(GOX)
            .arg("list")
            .env_clear()
            .env("HOME", sandbox.user())
            .stdout(writer)
            .stderr(Stdio::piped())
            .spawn()
    };
    let output = started.unwrap().wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}
