//! Where nothing is installed, and what was there stays.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::{BIN, BUSYBOX, CURL, NOTHING_FETCHES, WGET, World, program, said, target};
use crate::support::archives::{goarch, goos};
use crate::support::gate::Gate;
use crate::support::mount::namespace_if_allowed;
use crate::support::raw::{TarEntry, gzip, tar};
use crate::support::response::{Fault, Framing, Response, hex};

#[test]
fn disks_that_are_full_or_run_nothing() {
    // What gzip cannot make smaller.
    let random: String = (0..4096).map(|number: u32| hex(&Sha256::digest(number.to_be_bytes()))).collect();
    let script = format!("#!/bin/sh\n# GOX_SYSTEM_HOME\nexit 0\n# {random}\n");
    let full = "error: could not write to [ROOT]/disk\nhint: name another folder with --to\n";
    let noexec = "error: gox does not run in [ROOT]/disk\n\
                  hint: if no program may run there, name another folder with --to\n";
    for (options, code, error) in [("size=64k", 6, full), ("noexec", 1, noexec)] {
        for way in [CURL, WGET, BUSYBOX] {
            let world = World::with(&[program(&script)]);
            let disk = world.sandbox.root().join("disk");
            fs::create_dir(&disk).unwrap();
            let (disk, path) = (disk.display(), world.tools(way));
            let path = path.display();
            let applet = if way == BUSYBOX { "sh" } else { "" };
            let line = format!(
                "mount -t tmpfs -o {options} none '{disk}' || exit; PATH='{path}'; \
                 '{path}/{}' {applet} -s -- --to '{disk}'; code=$?; /bin/ls -A '{disk}'; exit $code",
                way[0]
            );
            let Some(command) = namespace_if_allowed(&world.sandbox, &line) else { return };
            let run = command.stdin(&world.script).run();
            assert_eq!((run.code(), &run.stdout), (code, &world.plan("[ROOT]/disk/gox")), "{way:?}");
            assert!(run.stderr.ends_with(error), "{way:?}: {}", run.stderr);
        }
    }
}

#[test]
fn downloads_that_fail_leave_what_was_there() {
    let url = "http://[SERVER]/gox-9.9.9-[OS]-[ARCH].tar.gz";
    let once = format!(
        "error: could not fetch {url}\nhint: the lines above say why: run this again once that is mended\n"
    );
    let network = format!("try 2 of 3\ntry 3 of 3\n{once}");
    let wrong = format!("error: {url} has the sha256 [SUM], which is not that of the release\n");
    for way in [CURL, WGET, BUSYBOX] {
        let world = World::new();
        let good = gzip(&tar(&[program("#!/bin/sh\n# GOX_SYSTEM_HOME\necho gox 9.9.9\n")]));
        let old = "# GOX_SYSTEM_HOME, but older\n";
        world.sandbox.write("user/.local/bin/gox", old);
        let (wrong, network, once) = ((5, wrong.clone()), (4, network.clone()), (4, once.clone()));
        // busybox may take a connection that closes early for the end.
        let cut = if way == BUSYBOX { &[&network, &wrong][..] } else { &[&network] };
        for (response, expected) in [
            (Response::new("another"), &[&wrong][..]),
            (Response::new(""), &[&wrong]),
            (Response::new(good.clone()).framing(Framing::Close).fault(Fault::CutAfter(99)), &[&wrong]),
            (Response::new(good.clone()).fault(Fault::CutAfter(99)), cut),
            (Response::new(good.clone()).fault(Fault::ResetAfter(99)), cut),
            (Response::new("").fault(Fault::HangUp), &[&network]),
            (Response::status(404, "no"), &[&once]),
            (Response::status(410, "no"), &[&once]),
            (Response::status(503, "no"), &[&network]),
        ] {
            world.server.route(target(), response);
            let run = world.install(way, &[]).run();
            let found = said(&run).split("sha256 ").nth(1).map_or(String::new(), |text| text[..64].into());
            let said = if found.is_empty() { said(&run) } else { said(&run).replace(&found, "[SUM]") };
            assert!(expected.contains(&&(run.code(), said)), "{way:?}\n{}", run.stderr);
            assert_eq!(world.sandbox.read("user/.local/bin/gox"), old);
            assert_eq!(world.installed(), "0644 file gox\n", "{way:?}");
        }
        let cut = Response::new(good.clone()).fault(Fault::HangUp);
        world.server.sequence(target(), vec![cut.clone(), cut, Response::new(good)]);
        let run = world.install(way, &[]).run();
        assert_eq!((run.code(), said(&run).as_str()), (0, "try 2 of 3\ntry 3 of 3\n"), "{}", run.stderr);
        assert_eq!(world.installed(), "0755 file gox\n");
    }
}

#[test]
fn without_a_network() {
    for way in [CURL, WGET, BUSYBOX] {
        let mut world = World::new();
        world.script = world.script.replace(&world.server.url(), "http://127.0.0.1:1");
        let run = world.install(way, &[]).run();
        assert_eq!((run.code(), said(&run).lines().count()), (4, 4), "{}", run.stderr);
        assert_eq!(world.installed(), "");
    }
}

#[test]
fn archives_of_no_use() {
    let name = format!("gox-9.9.9-{}-{}", goos(), goarch());
    for (entry, code, error) in [
        (TarEntry::file(format!("{name}/xog"), 0o755, ""), 6, "error: could not unpack the archive\n"),
        (
            program("#!/bin/sh\nexit 9\n"),
            1,
            "error: gox does not run in [ROOT]/user/.local/bin\n\
             hint: if no program may run there, name another folder with --to\n",
        ),
    ] {
        let world = World::with(&[entry]);
        let run = world.install(CURL, &[]).run();
        assert_eq!((run.code(), run.stderr.ends_with(error)), (code, true), "{}", run.stderr);
        assert_eq!(world.installed(), "");
    }
}

#[test]
fn what_is_no_gox_stays() {
    let hint = "hint: move it away, or name another folder with --to\n";
    for make in [
        |path: &Path| fs::write(path, "the other gox, which compiles Go for many platforms").unwrap(),
        |path: &Path| fs::create_dir(path).unwrap(),
        |path: &Path| symlink("nowhere", path).unwrap(),
        |path: &Path| symlink("/bin/sh", path).unwrap(),
    ] {
        for way in [CURL, BUSYBOX] {
            let world = World::new();
            fs::create_dir_all(world.sandbox.user().join(".local/bin")).unwrap();
            make(&world.sandbox.user().join(".local/bin/gox"));
            let before = world.installed();
            let error = format!("error: {BIN}/gox is there, and is no gox\n{hint}");
            let plan = world.plan(&format!("{BIN}/gox"));
            world.install(way, &[]).code(1).stdout(&plan).stderr(&error).check();
            world.install(way, &["--uninstall"]).code(1).stderr(&error).check();
            assert_eq!((world.installed(), world.server.targets()), (before, vec![]));
        }
    }
}

#[test]
fn folders_that_cannot_be_written() {
    let hint = "hint: name another folder with --to\n";
    for way in [CURL, WGET, BUSYBOX] {
        let world = World::new();
        world.sandbox.write("code/file", "");
        let plan = world.plan("[ROOT]/code/file/bin/gox");
        let run = world.install(way, &["--to", "file/bin"]).run();
        assert_eq!((run.code(), run.stdout.clone()), (6, plan));
        let error = format!("error: could not make [ROOT]/code/file/bin\n{hint}");
        assert!(run.stderr.ends_with(&error), "{}", run.stderr);
    }
    // Root may write everywhere, but for a file system that is no disk.
    let world = World::new();
    let run = world.install(CURL, &["--to", "/proc"]).run();
    assert_eq!((run.code(), run.stdout.clone()), (6, world.plan("/proc/gox")));
    assert!(run.stderr.ends_with(&format!("error: could not write to /proc\n{hint}")), "{}", run.stderr);
    assert_eq!(world.server.targets(), [""; 0]);
}

#[test]
fn arguments_and_programs_that_are_missing() {
    let world = World::new();
    let folder = "error: --to needs a folder\nhint: one that begins with - is --to=FOLDER\n";
    for (arguments, error) in [
        (&["--to"][..], folder),
        (&["--to", ""], folder),
        (&["--to", "--dry-run"], folder),
        (&["--to", "-h"], folder),
        (&["--to="], "error: unknown argument `--to=`\nhint: see --help\n"),
        (&["1.22.4"], "error: unknown argument `1.22.4`\nhint: see --help\n"),
    ] {
        world.install(CURL, arguments).code(2).stderr(error).check();
    }
    let error = "error: HOME is not set\nhint: name a folder with --to\n";
    world.install(CURL, &[]).env_remove("HOME").code(2).stderr(error).check();
    world.install(CURL, &[]).env("HOME", "").code(2).stderr(error).check();
    world.install(WGET, &["--help"]).stdout(&help()).check();
    world.install(["bash", "true", "openssl"], &[]).code(1).stderr(NOTHING_FETCHES).check();
    let error = "error: neither sha256sum nor shasum nor openssl is there\n";
    world.install(["bash", "curl", "true"], &[]).code(1).stderr(error).check();
    assert_eq!((world.installed(), world.server.targets()), (String::new(), vec![]));
}

fn help() -> String {
    "installs gox 9.9.9\n\nusage: install.sh [--to FOLDER] [--dry-run] [--uninstall]\n\n  \
     --to FOLDER  puts gox into this folder; by default ~/.local/bin\n  \
     --dry-run    says what would be done, and does nothing\n  \
     --uninstall  removes gox from the folder again\n"
        .to_owned()
}

#[test]
fn a_script_that_breaks_off_does_nothing() {
    let mut world = World::new();
    let whole = world.script.clone();
    let end = whole.trim_end().len();
    // Within the last group each byte, before it each sixteenth part.
    let cuts = (1..16).map(|part| end * part / 16).chain(end - 20..end);
    for cut in cuts {
        world.script = whole[..cut].to_owned();
        for way in [CURL, BUSYBOX] {
            world.install(way, &[]).run();
            let local = world.sandbox.user().join(".local");
            assert_eq!((world.server.targets(), local.exists()), (vec![], false), "{}", world.script);
        }
    }
}

#[test]
fn an_interrupt_leaves_nothing() {
    for (way, signal, code) in [
        (CURL, rustix::process::Signal::INT, 130),
        (WGET, rustix::process::Signal::TERM, 143),
        (BUSYBOX, rustix::process::Signal::HUP, 129),
    ] {
        let (world, gate) = (World::new(), Gate::new());
        let stalled = Response::new("some bytes").fault(Fault::StallAfter(4, gate.clone()));
        world.server.route(target(), stalled);
        let running = world.install(way, &[]).group().spawn();
        gate.wait_reached();
        let group = rustix::process::Pid::from_raw(running.id().cast_signed()).unwrap();
        rustix::process::kill_process_group(group, signal).unwrap();
        assert_eq!((running.wait().code(), world.installed().as_str()), (code, ""), "{way:?}");
    }
}
