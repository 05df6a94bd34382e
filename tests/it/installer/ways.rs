//! From a pipe to a program, in every shell and with every program that fetches.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::{BIN, CURL, DRY, NOTHING_FETCHES, WAYS, World, said};

const REPLACES: &str = "          where it replaces gox 9.9.9\n";

#[test]
fn from_a_pipe_to_a_program_and_back() {
    for way in WAYS {
        let world = World::new();
        let plan = world.plan(&format!("{BIN}/gox"));
        world.install(way, &["--dry-run"]).stdout(&format!("{plan}{DRY}")).check();
        assert_eq!((world.server.targets(), world.sandbox.user().join(".local").exists()), (vec![], false));
        let done = format!("gox is installed\nnext: {BIN}/gox setup\n");
        world.install(way, &[]).stdout(&format!("{plan}{done}")).check();
        assert_eq!(world.installed(), "0755 file gox\n", "{way:?}");
        world.sandbox.command(world.sandbox.user().join(".local/bin/gox")).stdout("gox 9.9.9\n").check();
        world.install(way, &[]).stdout(&format!("{plan}{REPLACES}{done}")).check();
        let removes = format!("removes {BIN}/gox\n");
        world.install(way, &["--uninstall", "--dry-run"]).stdout(&format!("{removes}{DRY}")).check();
        assert_eq!(world.installed(), "0755 file gox\n", "{way:?}");
        let left = "what gox wrote is still there: its store, its settings, and the lines of `gox setup`\n";
        world.install(way, &["--uninstall"]).stdout(&format!("{removes}{left}")).check();
        assert_eq!(world.installed(), "", "{way:?}");
        let error = format!("error: there is no {BIN}/gox\n");
        world.install(way, &["--uninstall"]).code(1).stderr(&error).check();
    }
}

#[test]
fn folders_of_any_name() {
    let world = World::new();
    let it = world.sandbox.root().join("it's $me");
    for way in WAYS {
        let quoted = r"'[ROOT]/it'\''s $me/.local/bin/gox'";
        let run = world.install(way, &[]).env("HOME", &it).run();
        let replaces = if way == WAYS[0] { "" } else { REPLACES };
        let next = format!("gox is installed\nnext: {quoted} setup\n");
        run.assert(0, &format!("{}{replaces}{next}", world.plan(quoted)), "");
        // The line can be pasted.
        let raw = String::from_utf8(run.raw_stdout).unwrap();
        let line = raw.split_once("next: ").unwrap().1.replace(" setup", " --version");
        assert_eq!(world.sandbox.sh(&line), "gox 9.9.9\n");
    }
    for (arguments, program) in [
        (&["--to", "a b"][..], "'[ROOT]/code/a b/gox'"),
        (&["--to=-x"], "[ROOT]/code/-x/gox"),
        (&["--to", "/../.$x"], "'/../.$x/gox'"),
    ] {
        let run = world.install(CURL, &[arguments, &["--dry-run"]].concat());
        run.stdout(&format!("{}{DRY}", world.plan(program))).check();
    }
    // Where the shell finds this gox, its name is enough, in each spelling of the folder.
    for way in WAYS {
        let (folder, mut replaces) = (way.join("-"), "");
        world.tools(way);
        for (to, shown) in [
            (format!("../{folder}"), format!("[ROOT]/code/../{folder}/gox")),
            (format!("{}/", world.sandbox.root().join(&folder).display()), format!("[ROOT]/{folder}/gox")),
        ] {
            let plan = world.plan(&shown);
            let stdout = format!("{plan}{replaces}gox is installed\nnext: gox setup\n");
            world.install(way, &["--to", &to]).stdout(&stdout).check();
            replaces = REPLACES;
        }
    }
}

#[test]
fn what_a_killed_installation_left_is_removed() {
    for way in WAYS {
        let world = World::new();
        // No process can have the first number, and this one runs.
        let alive = format!(".gox-install.{}", std::process::id());
        for left in [".gox-install.99999999", &alive] {
            world.sandbox.write(&format!("user/.local/bin/{left}/archive"), "");
        }
        assert_eq!(world.install(way, &[]).run().code(), 0);
        let expected = format!("0755 dir {alive}\n0644 file {alive}/archive\n0755 file gox\n");
        assert_eq!(world.installed(), expected, "{way:?}");
    }
}

#[test]
fn a_curl_of_snap_is_none() {
    let world = World::new();
    let snap = world.sandbox.root().join("snap/bin");
    fs::create_dir_all(&snap).unwrap();
    symlink("/bin/false", snap.join("curl")).unwrap();
    for (way, code) in [(["dash", "wget", "sha256sum"], 0), (["bash", "true", "sha256sum"], 1)] {
        let path = format!("{}:{}", snap.display(), world.tools(way).to_str().unwrap());
        let run = world.install(way, &[]).env("PATH", path).run();
        assert_eq!((run.code(), said(&run).as_str()), (code, if code == 0 { "" } else { NOTHING_FETCHES }));
    }
}

#[test]
fn the_machines_that_there_are() {
    let mut world = World::new();
    let known = ["linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64"];
    let lines = known.map(|platform| format!("{platform} 4711\n")).concat();
    world.script = world.script.replace("plan9-mips 0123", &lines);
    for (system, machine, translated, expected) in [
        ("Linux", "x86_64", "", Ok("linux-amd64")),
        ("Linux", "amd64", "", Ok("linux-amd64")),
        ("Linux", "aarch64", "", Ok("linux-arm64")),
        ("Darwin", "arm64", "1", Ok("darwin-arm64")),
        ("Darwin", "x86_64", "1", Ok("darwin-arm64")),
        ("Darwin", "x86_64", "", Ok("darwin-amd64")),
        ("Linux", "riscv64", "", Err("linux-riscv64")),
        ("Linux", "armv7l", "", Err("linux-armv7l")),
        ("SunOS", "i86pc", "", Err("SunOS-i86pc")),
        ("MINGW64_NT-10.0-22631", "x86_64", "", Err("MINGW64_NT-10.0-22631-amd64")),
        ("Linux", "", "", Err("linux-")),
    ] {
        let tools = world.tools(CURL);
        let at = Path::new(&tools).file_name().unwrap().to_str().unwrap();
        let uname = format!("#!/bin/sh\n[ $1 = -s ] && echo '{system}' || echo '{machine}'\n");
        world.sandbox.put_script(&format!("{at}/uname"), &uname);
        world.sandbox.put_script(&format!("{at}/sysctl"), &format!("#!/bin/sh\necho {translated}\n"));
        let run = world.install(CURL, &["--dry-run"]).run();
        let stdout = String::from_utf8(run.raw_stdout.clone()).unwrap();
        match expected {
            Ok(platform) => {
                assert!(stdout.starts_with(&format!("gox 9.9.9 for {platform}\n")), "{stdout}");
                assert!(stdout.contains(&format!("gox-9.9.9-{platform}.tar.gz")), "{stdout}");
            }
            Err(platform) => {
                let stderr = String::from_utf8(run.raw_stderr.clone()).unwrap();
                let error = format!("error: gox 9.9.9 has no archive for {platform}, only for ");
                assert!(stderr.starts_with(&error), "{stderr}");
                let hint = "hint: build it from its sources, as its README says\n";
                assert_eq!((run.code(), stdout.as_str(), stderr.ends_with(hint)), (3, "", true));
            }
        }
    }
}
