//! Trees that are not what they say, and databases that do not tell: a clear word, and nothing adopted.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use rustix::fs::{CWD, FileType, mknodat};

use crate::support::archives::FakeToolchain;
use crate::support::mount::namespace_if_allowed;
use crate::support::sandbox::GOX;

use super::{VERSION, World, imported, proven, put, table};

fn replaced(path: &Path) -> &Path {
    fs::remove_file(path).unwrap();
    path
}

/// A change of a tree.
type Change = fn(&Path);

/// What becomes of a tree whose files are not those of the release, where a source lists them.
#[test]
fn each_file_that_differs_is_named() {
    let release = FakeToolchain::new(VERSION).large(9_000_000);
    let world = World::with(std::slice::from_ref(&release));
    let table: [(&str, Change); 11] = [
        // `gox link` takes no such tree.
        ("missing: bin/go", |goroot| fs::remove_file(goroot.join("bin/go")).unwrap()),
        ("changed: VERSION", |goroot| put(&goroot.join("VERSION"), 0o644, b"go1.99.1\n")),
        ("changed: bin/go", |goroot| put(&goroot.join("bin/go"), 0o755, b"#!/bin/sh\nexit 3\n")),
        ("missing: src/fmt/print.go", |goroot| fs::remove_file(goroot.join("src/fmt/print.go")).unwrap()),
        ("missing: src/fmt/print.go", |goroot| fs::remove_dir_all(goroot.join("src/fmt")).unwrap()),
        ("not a regular file: LICENSE", |goroot| {
            symlink("/etc/passwd", replaced(&goroot.join("LICENSE"))).unwrap();
        }),
        ("not a regular file: src/fmt/print.go", |goroot| {
            fs::rename(goroot.join("src/fmt"), goroot.parent().unwrap().join("fmt")).unwrap();
            symlink("../../fmt", goroot.join("src/fmt")).unwrap();
        }),
        ("not a regular file: README.md", |goroot| {
            mknodat(CWD, replaced(&goroot.join("README.md")), FileType::Fifo, 0o644.into(), 0).unwrap();
        }),
        ("missing: README.md", |goroot| {
            fs::create_dir(replaced(&goroot.join("README.md"))).unwrap();
        }),
        (
            "unreadable (`src/fmt/print.go` and `src/fmt/PRINT.go` differ in case only): src/fmt/print.go",
            |goroot| {
                put(&goroot.join("src/fmt/PRINT.go"), 0o644, b"package fmt\n");
            },
        ),
        ("changed: lib/large", |goroot| {
            let file = fs::File::options().write(true).open(goroot.join("lib/large")).unwrap();
            file.set_len(100).unwrap();
        }),
    ];
    let install = "hint: install the release: `gox install 1.99.1`\n";
    for (number, (expected, change)) in table.into_iter().enumerate() {
        let path = format!("{number}/tree");
        let goroot = world.unpack(&path, &release);
        change(&goroot);
        let run = world.import(&["--yes", goroot.to_str().unwrap()]).run();
        let lines: Vec<&str> = run.stdout.lines().skip(1).collect();
        assert_eq!(lines.len(), 2, "{expected}: {}", run.stdout);
        assert!(lines[0].contains("  differs  "), "{}", lines[0]);
        assert_eq!(lines[1], format!("[ROOT]/user/{path}: {expected}"));
        let link = format!("hint: or use the tree where it is, under a name: `gox link NAME ~/{path}`\n");
        let link = if world.at(&path).join("bin/go").exists() { link } else { String::new() };
        let stderr = format!("error: the tree cannot be imported\n{install}{link}");
        assert_eq!((run.code(), run.stderr), (5, stderr), "{expected}");
        assert_eq!(world.sandbox.listing("toolchains"), "", "{expected}");
        assert_eq!(world.sandbox.listing("staging"), "", "{expected}");
    }
}

/// Without a list of the release's files, that it differs is all that can be said.
#[test]
fn where_no_source_lists_the_files_that_is_said() {
    let (world, release) = (World::new(), FakeToolchain::new(VERSION));
    let goroot = world.unpack("tree", &release);
    put(&goroot.join("src/fmt/print.go"), 0o644, b"package tmf\n");
    let path = "[ROOT]/user/tree";
    let expected = format!(
        "{}{path}: not the release; no source lists which files differ\n",
        table(&[("path", &release, "differs", path)])
    );
    let run = world.import(&["--dry-run", goroot.to_str().unwrap()]).code(5).stdout(&expected);
    run.stderr(
        "error: the tree cannot be imported\nhint: install the release: `gox install 1.99.1`\n\
         hint: or use the tree where it is, under a name: `gox link NAME ~/tree`\n",
    )
    .check();
}

/// What can be no release for this machine is not read at all.
#[test]
fn what_can_be_no_release_is_unusable() {
    let world = World::new();
    let release = FakeToolchain::new(VERSION);
    let other = FakeToolchain::for_platform(VERSION, "plan9", "arm");
    let table: [(&str, &FakeToolchain, Change); 8] = [
        ("it is for plan9/arm, but this machine is [OS]/[ARCH]", &other, |_| {}),
        ("it has no `VERSION`: it is incomplete, or was built from source", &release, |goroot| {
            replaced(&goroot.join("VERSION"));
        }),
        ("its `VERSION` says `devel go1.99-0123456 Thu`, which is not a release of Go", &release, |goroot| {
            put(&goroot.join("VERSION"), 0o644, b"devel go1.99-0123456 Thu\n");
        }),
        ("its `VERSION` says `go1.99.1-corp`, which is not a release of Go", &release, |goroot| {
            put(&goroot.join("VERSION"), 0o644, b"go1.99.1-corp\n");
        }),
        ("its `VERSION` says `../../x\\x1b[2J`, which is not a release of Go", &release, |goroot| {
            put(&goroot.join("VERSION"), 0o644, b"../../x\x1b[2J\n");
        }),
        ("its `VERSION` cannot be read: it is not a regular file", &release, |goroot| {
            mknodat(CWD, replaced(&goroot.join("VERSION")), FileType::Fifo, 0o644.into(), 0).unwrap();
        }),
        ("it has more than 1.1 GB", &release, |goroot| {
            let file = fs::File::create(goroot.join("lib/huge")).unwrap();
            file.set_len(2 << 30).unwrap();
        }),
        ("it has more than 10000 folders", &release, |goroot| {
            for number in 0..10_000 {
                fs::create_dir(goroot.join(format!("src/{number}"))).unwrap();
            }
        }),
    ];
    for (number, (expected, release, change)) in table.into_iter().enumerate() {
        let path = format!("{number}/tree");
        let goroot = world.unpack(&path, release);
        change(&goroot);
        let list = format!(
            "FROM  VERSION  SIZE  STATE     PATH\npath  -        -     unusable  [ROOT]/user/{path}\n\
             [ROOT]/user/{path}: {expected}\n"
        );
        let run = world.import(&["--yes", goroot.to_str().unwrap()]).code(1).stdout(&list);
        run.stderr("error: the tree cannot be imported\n").check();
        assert_eq!(world.sandbox.listing("toolchains"), "", "{expected}");
    }
}

/// Whichever tree comes first, the hints are for all. What a tree without `VERSION` was its folder tells.
#[test]
fn each_tree_that_cannot_be_imported_has_its_hint() {
    let (world, release) = (World::new(), FakeToolchain::new(VERSION));
    let cut = world.unpack(".asdf/installs/golang/1.98.3/go", &release);
    fs::remove_file(cut.join("VERSION")).unwrap();
    let edited = world.unpack(".asdf/installs/golang/1.99.1/go", &release);
    put(&edited.join("src/fmt/print.go"), 0o644, b"package tmf\n");
    world.unpack(".asdf/installs/golang/1.99.2/go", &FakeToolchain::new("1.99.2"));
    let asdf = || world.import(&["--dry-run", "--from", "asdf"]);
    let link = "hint: or use the tree where it is, under a name: `gox link NAME ~/.asdf/installs/golang/1.99.1/go`\n";
    let install = "hint: install the releases: `gox install 1.98.3 1.99.1`\n";
    let run = asdf().run();
    let expected = format!("error: 2 of 3 trees cannot be imported\n{install}{link}");
    assert_eq!((run.code(), run.stderr), (1, expected));
    // What is there, from wherever, needs no hint.
    world.sandbox.put_toolchain(&FakeToolchain::new("1.98.3"));
    let run = asdf().run();
    let install = "hint: install the release: `gox install 1.99.1`\n";
    let expected = format!("error: 2 of 3 trees cannot be imported\n{install}{link}");
    assert_eq!((run.code(), run.stderr), (1, expected));
}

#[test]
fn a_database_that_does_not_tell_proves_nothing() {
    let release = FakeToolchain::new(VERSION);
    let path = "[ROOT]/user/tree";
    let other = World::with(&[FakeToolchain::new("1.99.2")]);
    let tree = other.unpack("tree", &release);
    let arguments = ["--yes", tree.to_str().unwrap()];
    let list = |reason: &str| format!("{}{path}: {reason}\n", table(&[("path", &release, "unknown", path)]));
    // It has no such record.
    let run = other.import(&arguments).run();
    let reason = run.stdout.lines().last().unwrap();
    assert!(reason.starts_with(&format!("{path}: not in the checksum database: ")), "{reason}");
    assert_eq!((run.code(), run.stderr.as_str()), (5, "error: the tree cannot be imported\n"));
    // It is switched off.
    let off = "the checksum database is switched off by `GOSUMDB=off`";
    let run = other.import(&arguments).env("GOSUMDB", "off").code(2).stdout(&list(off));
    let ask = "error: the tree cannot be imported\nhint: let gox ask the checksum database: `unset GOSUMDB`, or `go env -u GOSUMDB`\n";
    run.stderr(ask).check();
    // It cannot be reached.
    let run = other.import(&arguments).env("GOX_OFFLINE", "true").run();
    let reason = run.stdout.lines().last().unwrap();
    assert!(reason.starts_with(&format!("{path}: could not reach the checksum database: ")), "{reason}");
    let ask = "error: the tree cannot be imported\nhint: copy what the store of another machine knows of the database: \
               `ssh HOST tar -C .local/go -c sumdb cache/sumdb | tar -C [HOME] -x`\n";
    assert_eq!((run.code(), run.stderr.as_str()), (4, ask));
    assert_eq!(other.sandbox.listing("toolchains"), "");
}

/// Offline what the database said before is enough.
#[test]
fn an_answer_from_before_proves_a_tree_offline() {
    let (world, release) = (World::new(), FakeToolchain::new(VERSION));
    let tree = world.unpack("tree", &release);
    let arguments = ["--dry-run", tree.to_str().unwrap()];
    let expected = world.import(&arguments).run();
    assert_eq!(expected.code(), 0, "{}", expected.stderr);
    let path = "[ROOT]/user/tree";
    let list = proven("path", &release, path);
    assert_eq!(expected.stdout, list);
    let run = world.import(&["--yes", arguments[1]]).env("GOX_OFFLINE", "true");
    run.stdout(&list).stderr(&imported(&release, "~/tree")).check();
}

/// A version that is there is not replaced, whoever put it there; and who names a tree learns how it differs.
#[test]
fn what_is_installed_stays() {
    let (world, release) = (World::new(), FakeToolchain::new(VERSION));
    let tree = world.unpack("tree", &release);
    let name = tree.to_str().unwrap();
    let path = "[ROOT]/user/tree";
    let list = |words: &str| format!("{}{path}: {words}\n", table(&[("path", &release, "installed", path)]));
    world.sandbox.put_toolchain(&release);
    let before = world.sandbox.entries("toolchains");
    let words = "not installed by gox, so nothing proves what is installed";
    world.import(&["--yes", name]).stdout(&list(words)).check();
    assert_eq!(world.sandbox.entries("toolchains"), before);
    let run = world.sandbox.gox(["install", "--force", VERSION]).envs(world.proxy.environment()).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    world.import(&["--yes", name]).stdout(&list("the same as what is installed")).check();
    put(&tree.join("src/fmt/more.go"), 0o644, b"package fmt\n");
    let words = "has all that is installed, and src/fmt/more.go as well";
    world.import(&["--yes", name]).stdout(&list(words)).check();
    put(&tree.join("src/fmt/print.go"), 0o644, b"package tmf\n");
    world.import(&["--yes", name]).stdout(&list("changed: src/fmt/print.go")).check();
}

/// The Go of an image that is not the release is no failure of a user who named nothing, once there is another one.
#[test]
fn what_nobody_named_may_differ_beside_another_tree() {
    let (world, good) = (World::new(), FakeToolchain::new(VERSION));
    let other = FakeToolchain::new("1.99.2");
    let goroot = world.unpack("local/go", &other);
    put(&goroot.join("src/fmt/print.go"), 0o644, b"package tmf\n");
    // What `gox import` with these words ends with, and the last lines that it says, where that is `/usr/local/go`.
    let run = |words: &str, variable: (&str, &str)| {
        let line = format!("mount --bind $HOME/local /usr/local && exec '{GOX}' import {words}");
        let run = namespace_if_allowed(&world.sandbox, &line)?;
        let run = run.envs(world.proxy.environment()).env(variable.0, variable.1).run();
        let said = run.stderr.lines().skip_while(|line| !line.contains("cannot be imported"));
        Some((run.code(), said.flat_map(|line| [line, "\n"]).collect::<String>()))
    };
    let plain = ("GOX_OFFLINE", "false");
    let hints = "hint: install the release: `gox install 1.99.2`\n\
                 hint: or use the tree where it is, under a name: `gox link NAME /usr/local/go`\n";
    let alone = format!("error: the tree cannot be imported\n{hints}");
    let Some(found) = run("--yes", plain) else { return };
    assert_eq!(found, (5, alone.clone()));
    world.unpack("sdk/go1.99.1", &good);
    let note = format!("note: 1 of 2 trees cannot be imported\n{hints}");
    // It would be imported, it was, it is there.
    for words in ["--dry-run", "--yes", "--yes"] {
        assert_eq!(run(words, plain), Some((0, note.clone())), "{words}");
    }
    assert_eq!(world.sandbox.receipt(VERSION)["source"], "import");
    for words in ["--yes --from /usr/local/go", "--yes 1.99.2", "--yes /usr/local/go"] {
        assert_eq!(run(words, plain), Some((5, alone.clone())), "{words}");
    }
    let error = note.replace("note", "error");
    assert_eq!(run("--yes --from /usr/local/go ~/sdk/go1.99.1", plain), Some((5, error)));
    // What nobody could find out is none of that.
    let off = "error: 1 of 2 trees cannot be imported\nhint: let gox ask the checksum database: `unset GOSUMDB`, or `go env -u GOSUMDB`\n";
    assert_eq!(run("--yes", ("GOSUMDB", "off")), Some((2, off.to_owned())));
    // The release itself is here, too.
    world.unpack("sdk/go1.99.2", &other);
    let note = "note: 1 of 3 trees cannot be imported\n\
                hint: use the tree where it is, under a name: `gox link NAME /usr/local/go`\n";
    assert_eq!(run("--dry-run", plain), Some((0, note.to_owned())));
}

/// Whether it is refused or its copy fails, the first in the list decides.
#[test]
fn the_first_tree_that_does_not_come_into_the_store_decides_the_code() {
    let world = World::new();
    let [good, other] = ["1.99.1", "1.99.2"].map(FakeToolchain::new);
    let edited = world.unpack(".gvm/gos/go1.99.2", &other);
    put(&edited.join("src/fmt/print.go"), 0o644, b"package tmf\n");
    let copied = world.unpack(".goenv/versions/1.99.1", &good);
    // Nothing can be written there.
    world.sandbox.write("user/.local/go/staging", "");
    let [edited, copied] = [&edited, &copied].map(|path| path.to_str().unwrap());
    for (words, code) in [
        (&["--yes", edited, copied][..], 5),
        (&["--yes", copied, edited], 6),
        (&["--yes", "1.99.1", "1.99.2"], 5),
        (&["--dry-run", copied, edited], 5),
    ] {
        let run = world.import(words).run();
        assert_eq!(run.code(), code, "{words:?}: {}", run.stderr);
        assert!(run.stderr.contains("error: 1 of 2 trees cannot be imported\n"), "{words:?}: {}", run.stderr);
    }
    // Beside one that is there, what nobody named is only noted, whatever becomes of others.
    world.sandbox.put_toolchain(&FakeToolchain::new("1.99.3"));
    world.unpack("sdk/go1.99.3", &FakeToolchain::new("1.99.3"));
    let line = format!("mount -t tmpfs none /usr/local && exec '{GOX}' import --yes");
    let Some(run) = namespace_if_allowed(&world.sandbox, &line) else { return };
    let run = run.envs(world.proxy.environment()).run();
    assert_eq!(run.code(), 6, "{}", run.stderr);
    assert!(run.stderr.contains("note: 1 of 3 trees cannot be imported\n"), "{}", run.stderr);
}
