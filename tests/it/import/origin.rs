//! The origin of an import: read, and nothing more; and the store shares nothing with it.

use std::collections::BTreeSet;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process;
use std::time::{Duration, SystemTime};

use crate::support::archives::FakeToolchain;
use crate::support::lines::bytes;
use crate::support::mount::{namespace_if_allowed, on_xfs_if_allowed};
use crate::support::pty::Terminal;
use crate::support::sandbox::GOX;
use crate::support::tree::{self, Entry, Kind};

use super::{VERSION, World, put};

/// When everything in a tree was last read.
fn read_at(goroot: &Path, entries: &[Entry]) -> Vec<(i64, i64)> {
    let paths = entries.iter().map(|entry| goroot.join(&entry.path)).chain([goroot.to_owned()]);
    paths.map(|path| fs::metadata(path).unwrap()).map(|data| (data.atime(), data.atime_nsec())).collect()
}

fn inodes(entries: &[Entry]) -> BTreeSet<u64> {
    entries.iter().filter(|entry| entry.kind == Kind::File).map(|entry| entry.inode).collect()
}

#[test]
fn nothing_of_the_origin_changes() {
    let release = FakeToolchain::new(VERSION).large(3_000_000);
    let world = World::with(std::slice::from_ref(&release));
    let goroot = world.unpack(".gvm/gos/go1.99.1", &release);
    let before = tree::entries(&goroot);
    // Read longer ago than it was written, so that a mount with `relatime` renews it.
    for path in before.iter().map(|entry| goroot.join(&entry.path)).chain([goroot.clone()]) {
        let times =
            fs::FileTimes::new().set_accessed(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000));
        File::open(path).unwrap().set_times(times).unwrap();
    }
    let read = read_at(&goroot, &before);
    let run = world.import(&["--yes", "--from", "gvm"]).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    // Before the test itself reads the folders.
    assert_eq!(read_at(&goroot, &before), read);
    assert_eq!(tree::entries(&goroot), before);
    let stored = world.sandbox.entries("toolchains/go1.99.1");
    assert!(inodes(&stored).is_disjoint(&inodes(&before)));
    assert!(before.iter().filter(|entry| entry.kind == Kind::File).all(|entry| entry.links == 1));
    assert!(stored.iter().filter(|entry| entry.kind == Kind::File).all(|entry| entry.links == 1));
    // Whoever edits or removes the origin later changes nothing in the store.
    put(&goroot.join("src/fmt/print.go"), 0o644, b"package tmf\n");
    fs::remove_dir_all(&goroot).unwrap();
    assert_eq!(world.sandbox.gox(["verify"]).run().code(), 0);
}

#[test]
fn what_the_store_has_is_linked_from_there() {
    let releases = ["1.99.1", "1.99.2"].map(|version| FakeToolchain::new(version).large(3_000_000));
    let world = World::with(&releases);
    let run = world.sandbox.gox(["install", "1.99.2"]).envs(world.proxy.environment()).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let goroot = world.unpack(".gvm/gos/go1.99.1", &releases[0]);
    let run = world.import(&["--yes", "--from", "gvm"]).run();
    let line = "imported go1.99.1 in [TIME]: 504 B new, 3.0 MB shared on disk with go1.99.2, \
        from `~/.gvm/gos/go1.99.1`, proven by log";
    assert_eq!((run.code(), run.stderr.lines().last()), (0, Some(line)), "{}", run.stderr);
    let [first, second] =
        ["go1.99.1", "go1.99.2"].map(|name| world.sandbox.entries(&format!("toolchains/{name}")));
    let inode = |entries: &[Entry]| entries.iter().find(|entry| entry.path == "lib/large").unwrap().inode;
    assert_eq!(inode(&first), inode(&second));
    assert!(inodes(&first).is_disjoint(&inodes(&tree::entries(&goroot))));
    assert_eq!(world.sandbox.receipt(VERSION)["shared"], releases[0].module_bytes() - 504);
}

/// An origin that is mounted read-only, on another file system than the store.
#[test]
fn the_origin_may_be_read_only_and_on_another_file_system() {
    let (world, release) = (World::new(), FakeToolchain::new(VERSION));
    world.unpack("sdk/go1.99.1", &release);
    let line = format!(
        "cp -a $HOME/sdk $TMPDIR/sdk && mount -t tmpfs none $HOME/sdk && cp -a $TMPDIR/sdk/. $HOME/sdk \
         && mount -o remount,ro $HOME/sdk && exec '{GOX}' import --yes --from golang.org/dl"
    );
    let Some(run) = namespace_if_allowed(&world.sandbox, &line) else { return };
    let run = run.envs(world.proxy.environment()).run();
    let size = bytes(release.module_bytes());
    let last = format!("imported go1.99.1 in [TIME]: {size}, from `~/sdk/go1.99.1`, proven by log");
    assert_eq!((run.code(), run.stderr.lines().last()), (0, Some(last.as_str())), "{}", run.stderr);
    assert_eq!(world.sandbox.gox(["verify"]).run().code(), 0);
}

/// Where the file system has clones, nothing is written anew, and still neither of the two follows the other.
#[test]
fn the_origin_is_cloned() {
    let release = FakeToolchain::new(VERSION).large(3_000_000);
    let world = World::with(std::slice::from_ref(&release));
    world.unpack("sdk/go1.99.1", &release);
    let line = format!(
        "cp -a $HOME/sdk .; export GOX_HOME=$PWD/store; '{GOX}' --quiet import --yes ./sdk/go1.99.1
xfs_io -r -c 'fiemap -v' store/toolchains/go1.99.1/lib/large
echo edited >sdk/go1.99.1/lib/large; '{GOX}' verify"
    );
    let Some(run) = on_xfs_if_allowed(&world.sandbox, &line) else { return };
    let run = run.envs(world.proxy.environment()).run();
    // Its only extent, the last, is shared (Linux, `include/uapi/linux/fiemap.h`).
    assert!(run.stdout.contains(" 0x2001\n"), "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.ends_with(": as installed\n"), "{}{}", run.stdout, run.stderr);
    assert_eq!(run.code(), 0);
}

/// Hard links, other owners and modes of the origin do not matter: its bytes alone are copied.
#[test]
fn what_the_origin_is_besides_its_bytes_does_not_come_along() {
    let (world, release) = (World::new(), FakeToolchain::new(VERSION));
    let goroot = world.unpack("tree", &release);
    fs::hard_link(goroot.join("bin/go"), world.at("go")).unwrap();
    fs::hard_link(goroot.join("LICENSE"), world.at("license")).unwrap();
    fs::set_permissions(goroot.join("bin/gofmt"), Permissions::from_mode(0o6777)).unwrap();
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(goroot.join("LICENSE"), Some(12345), Some(12345)).unwrap();
    }
    let run = world.import(&["--yes", goroot.to_str().unwrap()]).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert_eq!(world.sandbox.gox(["verify"]).run().code(), 0);
    let stored = world.sandbox.entries("toolchains/go1.99.1");
    assert!(stored.iter().filter(|entry| entry.kind == Kind::File).all(|entry| entry.links == 1));
}

/// What cannot be read is named.
#[test]
fn what_cannot_be_read_is_named() {
    let release = FakeToolchain::new(VERSION).large(9_000_000);
    let world = World::with(std::slice::from_ref(&release));
    let goroot = world.unpack("tree", &release);
    let lock = |path: &str| fs::set_permissions(goroot.join(path), Permissions::from_mode(0o000));
    lock("LICENSE").unwrap();
    lock("src/fmt").unwrap();
    let command = world.sandbox.gox_under_modes(&["import", "--yes", goroot.to_str().unwrap()]);
    let run = command.envs(world.proxy.environment()).run();
    let lines: Vec<&str> = run.stdout.lines().skip(2).collect();
    let of = |file: &str| format!("[ROOT]/user/tree: unreadable (permission denied): {file}");
    assert_eq!(lines, [of("LICENSE"), of("src/fmt/print.go")], "{}", run.stderr);
    assert_eq!(run.code(), 5);
    assert_eq!(world.sandbox.listing("toolchains"), "");
    fs::set_permissions(goroot.join("src/fmt"), Permissions::from_mode(0o755)).unwrap();
}

/// A tree that changes between its proof and its copy is not adopted: what is proven is what was written.
#[test]
fn a_tree_that_changes_meanwhile_is_refused() {
    let (world, release) = (World::new(), FakeToolchain::new(VERSION));
    let goroot = world.unpack("tree", &release);
    let ask = || {
        let mut command = process::Command::new("/bin/sh");
        command.args(["-c", &format!("'{GOX}' import '{}'; echo code-$?", goroot.display())]);
        command
            .env_clear()
            .env("HOME", world.sandbox.user())
            .env("PATH", world.sandbox.path_after::<&str>([]));
        command.env("TERM", "xterm").env("GOENV", "off").env("TMPDIR", world.sandbox.root().join("tmp"));
        command.env("NO_PROXY", "127.0.0.1").envs(world.proxy.environment());
        let mut terminal = Terminal::start(command.current_dir(world.sandbox.code()));
        terminal.wait_for(&format!("import it, {}? [Y/n]", bytes(release.module_bytes())));
        terminal
    };
    for (path, content, said) in [
        ("src/fmt/print.go", "package tmf\n", "is not the official go1.99.1"),
        ("LICENSE", "longer than it was when it was proven\n", "could not read"),
    ] {
        let mut terminal = ask();
        let was = fs::read(goroot.join(path)).unwrap();
        put(&goroot.join(path), 0o644, content.as_bytes());
        terminal.write("y\n");
        let screen = terminal.wait_for("code-5");
        assert!(screen.replace(['\n', '\r'], " ").contains(said), "{screen}");
        assert_eq!(world.sandbox.listing("toolchains"), "");
        assert_eq!(world.sandbox.listing("staging"), "");
        put(&goroot.join(path), 0o644, &was);
    }
    // Another folder in its place, even if it has the same files.
    let mut terminal = ask();
    fs::rename(&goroot, world.at("moved")).unwrap();
    world.unpack("tree", &release);
    terminal.write("y\n");
    let screen = terminal.wait_for("code-5");
    assert!(screen.contains("another folder"), "{screen}");
    assert_eq!(world.sandbox.listing("toolchains"), "");
    let mut terminal = ask();
    terminal.write("n\n");
    terminal.wait_for("nothing was imported");
    terminal.wait_for("code-1");
    assert_eq!(world.sandbox.listing("toolchains"), "");
    let mut terminal = ask();
    terminal.write("\n");
    terminal.wait_for("code-0");
    assert_eq!(world.sandbox.gox(["verify"]).run().code(), 0);
}
