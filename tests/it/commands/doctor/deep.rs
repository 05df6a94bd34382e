//! `gox doctor --deep`: programs that are built.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::lines;
use crate::commands::sandbox;
use crate::support::archives::{goarch, goos};
use crate::support::command::Command;
use crate::support::real_go::RealGo;
use crate::support::redact::redact;
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::{fifo, mount};

/// A sandbox with a toolchain whose `go` is a script. The shell's words `$HELLO` are what the program would print.
fn fake(script: &str) -> Sandbox {
    let sandbox = sandbox(&["1.99.1"]);
    replace(&sandbox, script);
    sandbox
}

fn replace(sandbox: &Sandbox, script: &str) {
    let _programs = crate::support::programs();
    let hello = format!("hello {}/{} go1.99.1", goos(), goarch());
    let script = format!("#!/bin/sh\nHELLO='{hello}'\n{script}");
    let path = sandbox.home().join("toolchains/go1.99.1/bin/go");
    fs::remove_file(&path).unwrap();
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
}

fn quiet(state: &str, id: &str, seen: &str) -> String {
    format!("build\n  {state:7} {id}  {seen}\n\n1 {state}\n")
}

const MEND: &str = "gox verify 1.99.1 || gox install --force 1.99.1";
const WHY: &str = "the Go that is selected here cannot build a program of one line";

#[test]
fn they_run_only_where_they_are_wanted() {
    let sandbox = fake("exit 1\n");
    let ids = |words: &[&str]| {
        let run = sandbox.gox(["doctor", "--json", "--offline"]).args(words).run();
        let found: Value = serde_json::from_str(&run.stdout).unwrap();
        let checks = found["checks"].as_array().unwrap();
        checks.iter().map(|check| check["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (shallow, deep) =
        (["cgo-compiler", "cgo-headers", "cgo-pkg-config"], ["cgo-build", "build-hello", "build-cross"]);
    assert_eq!(ids(&["build"]), shallow);
    assert_eq!(ids(&["build", "--deep"]), [shallow, deep].concat());
    assert_eq!(ids(&["build-hello"]), ["build-hello"]);
    assert_eq!(ids(&["build", "build-cross"]), [&shallow[..], &deep[2..]].concat());
    assert!(!ids(&[]).contains(&"build-hello".to_owned()));
    assert!(ids(&["--deep"]).windows(deep.len()).any(|ids| ids == deep));
    assert_eq!(ids(&["selection", "--deep"]), ["default", "pin", "pin-unread", "settings"]);
}

#[test]
fn the_go_that_is_selected_is_run_as_the_shim_would() {
    let sandbox = fake(
        "echo \"$* GOFLAGS=$GOFLAGS GOWORK=$GOWORK GOOS=$GOOS GOARCH=$GOARCH CGO_ENABLED=$CGO_ENABLED \
         GOTOOLCHAIN=$GOTOOLCHAIN GOROOT=$GOROOT GOPROXY=$GOPROXY\" >>$HOME/log\n\
         [ -f main.go ] && [ \"$(ls)\" = main.go ] && pwd >>$HOME/log\necho $HELLO >&2\n",
    );
    let seen = "`hello [OS]/[ARCH] go1.99.1`, in [TIME]";
    let doctor = sandbox.gox(["doctor", "build-hello"]).env("GO_VERSION", "1.99.1").env("GOOS", "plan9");
    let doctor = doctor.env("GOFLAGS", "-mod=vendor").env("GOROOT", "/x").env("GOPROXY", "off");
    doctor.stdout(&quiet("ok", "build-hello", seen)).check();
    let log = sandbox.read("user/log");
    let (call, folder) = log.trim_end().split_once('\n').unwrap();
    let expected = format!(
        "run main.go GOFLAGS=-trimpath -buildvcs=false GOWORK=off GOOS={} GOARCH={} CGO_ENABLED= GOTOOLCHAIN=local \
         GOROOT= GOPROXY=off",
        goos(),
        goarch()
    );
    assert_eq!(call, expected);
    assert!(folder.starts_with(sandbox.root().join("tmp/gox-doctor-").to_str().unwrap()), "{folder}");
    assert_eq!(fs::read_dir(sandbox.root().join("tmp")).unwrap().count(), 0, "nothing is left");
}

#[test]
fn a_build_that_fails_and_why() {
    let id = "build-hello";
    let sandbox = fake("");
    let check = |doctor: Command<'_>, seen: &str, why: &str, mend: &str| {
        doctor.code(1).stdout(&lines("build", "failed", id, [seen, why, mend])).check();
    };
    for (script, seen, why, mend) in [
        (
            "echo '# command-line-arguments' >&2\necho './main.go:3:8: package fmt is not in std' >&2\nexit 1\n",
            "./main.go:3:8: package fmt is not in std",
            WHY,
            MEND,
        ),
        ("exit 2\n", "it says nothing", WHY, MEND),
        ("echo hello\n", "the program printed `hello`, and not `hello [OS]/[ARCH] go1.99.1`", WHY, MEND),
        (
            "echo ${HELLO%1}0 >&2\n",
            "the program printed `hello [OS]/[ARCH] go1.99.0`, and not `hello [OS]/[ARCH] go1.99.1`",
            WHY,
            MEND,
        ),
        (
            "echo 'write /tmp/x: no space left on device' >&2\nexit 1\n",
            "write /tmp/x: no space left on device",
            "the disk is full: Go needs some 200 MB for its cache and for a build",
            "gox prune --dry-run",
        ),
        (
            "echo 'fork/exec /tmp/x/compile: exec format error' >&2\nexit 1\n",
            "fork/exec /tmp/x/compile: exec format error",
            "a program of this Go is made for another machine",
            MEND,
        ),
    ] {
        replace(&sandbox, script);
        check(sandbox.gox(["doctor", id]), seen, why, mend);
    }
    // Neither a program nor a script.
    let go = sandbox.home().join("toolchains/go1.99.1/bin/go");
    fs::write(&go, [0; 64]).unwrap();
    let seen = "`[HOME]/toolchains/go1.99.1/bin/go` does not start: exec format error";
    check(sandbox.gox(["doctor", id]), seen, "a program of this Go is made for another machine", MEND);
    let nowhere = sandbox.gox(["doctor", id]).env("TMPDIR", "/nowhere");
    let seen = "`/nowhere` cannot be written: no such file or directory";
    let run = nowhere.run();
    assert!(
        run.code() == 1 && run.stdout.starts_with(&format!("build\n  failed  {id}  {seen}")),
        "{}",
        run.stdout
    );

    let skipped = quiet("skipped", id, "no Go is selected here that is installed");
    sandbox.gox(["doctor", id]).env("GO_VERSION", "1.98.0").stdout(&skipped).check();
    Sandbox::new().gox(["doctor", id]).stdout(&skipped).check();
}

#[test]
fn a_folder_for_temporary_files_from_which_nothing_runs() {
    let sandbox = fake("echo \"fork/exec $TMPDIR/x: permission denied\" >&2\nexit 1\n");
    let line = format!("mount -t tmpfs -o noexec none \"$TMPDIR\" && exec '{GOX}' doctor build-hello");
    let Some(run) = mount::namespace_if_allowed(&sandbox, &line) else { return };
    let why = "`go run` and `go test` start programs in the folder for temporary files, which is mounted with `noexec`";
    let mend = "mkdir -p ~/tmp && go env -w GOTMPDIR=\"$HOME/tmp\"";
    let texts = ["fork/exec [ROOT]/tmp/x: permission denied", why, mend];
    run.code(1).stdout(&lines("build", "failed", "build-hello", texts)).check();
}

#[test]
fn versions_that_do_not_know_a_flag_or_a_platform() {
    for (version, flags, platforms) in [
        ("1.18", "-trimpath -buildvcs=false", "windows darwin linux"),
        ("1.17.13", "-trimpath", "windows darwin linux"),
        ("1.15.15", "-trimpath", "windows linux"),
        ("1.12.17", "-buildmode=default", "windows linux"),
    ] {
        let sandbox = sandbox(&[version]);
        let name = format!("go{version}");
        let script = "#!/bin/sh\necho \"$1 $GOOS $GOFLAGS\" >>$HOME/log\ncp $HOME/$GOOS program\n";
        let path = sandbox.home().join("toolchains").join(name).join("bin/go");
        {
            let _programs = crate::support::programs();
            fs::write(&path, script).unwrap();
        }
        for os in platforms.split(' ') {
            sandbox.write(&format!("user/{os}"), program(os));
        }
        let built = platforms
            .split(' ')
            .map(|os| format!("{os}/{}", if os == "windows" { "amd64" } else { "arm64" }));
        let seen = built.collect::<Vec<_>>().join(", ");
        sandbox.gox(["doctor", "build-cross"]).stdout(&quiet("ok", "build-cross", &seen)).check();
        let expected: Vec<_> = platforms.split(' ').map(|os| format!("build {os} {flags}")).collect();
        assert_eq!(sandbox.read("user/log").lines().collect::<Vec<_>>(), expected);
    }
}

/// The header of a program for a system: enough to be taken for one.
fn program(os: &str) -> Vec<u8> {
    let parts: &[(usize, &[u8])] = match os {
        "linux" => {
            &[(0, b"\x7fELF\x02\x01\x01"), (16, &[2, 0, 0xb7, 0, 1]), (24, &[0, 0x10]), (52, &[64, 0])]
        }
        "darwin" => &[
            (0, &[0xcf, 0xfa, 0xed, 0xfe, 0x0c, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 24]),
            (32, &[0x28, 0, 0, 0x80, 24]),
            (40, &[0, 0x10]),
        ],
        _ => &[
            (0, b"MZ"),
            (0x3c, &[0x80]),
            (0x80, b"PE\0\0"),
            (0x84, &[0x64, 0x86]),
            (0x94, &[240, 0, 0x22, 2]),
            (0x98, &[0x0b, 2]),
            (0x98 + 16, &[0, 0x10]),
            (0x98 + 68, &[3]),
            (0x98 + 108, &[16]),
        ],
    };
    let mut file = vec![0; 400];
    for (at, bytes) in parts {
        file[*at..at + bytes.len()].copy_from_slice(bytes);
    }
    file
}

#[test]
fn a_program_for_another_platform_that_is_none() {
    let id = "build-cross";
    let sandbox = fake("[ $CGO_ENABLED = 0 ] || exit 9\ncp $HOME/$GOOS program\n");
    for os in ["windows", "darwin", "linux"] {
        sandbox.write(&format!("user/{os}"), program(os));
    }
    let failed = |seen: &str| lines("build", "failed", id, [seen, WHY, MEND]);
    for (os, at, byte, seen) in [
        ("windows", 0x98 + 68, 2, "windows/amd64: the subsystem of the program is 2, and should be 3"),
        ("darwin", 4, 7, "darwin/arm64: the machine of the program is 0x1000007, and should be 0x100000c"),
        ("linux", 25, 0, "linux/arm64: the entry of the program is 0, and should be an address"),
    ] {
        let mut changed = program(os);
        changed[at] = byte;
        sandbox.write(&format!("user/{os}"), changed);
        sandbox.gox(["doctor", id]).code(1).stdout(&failed(seen)).check();
        sandbox.write(&format!("user/{os}"), program(os));
    }
    fs::remove_file(sandbox.user().join("darwin")).unwrap();
    let run = sandbox.gox(["doctor", id]).run();
    assert!(run.stdout.starts_with(&format!("build\n  failed  {id}  darwin/arm64: cp: ")), "{}", run.stdout);
}

#[test]
fn a_program_with_c_in_it() {
    let id = "cgo-build";
    let sandbox = fake("[ $CGO_ENABLED = 1 ] && grep -q 'C.free(C.malloc(1))' main.go\n");
    let doctor = || sandbox.gox(["doctor", id]);
    let skipped = quiet("skipped", id, "cgo is off, or has no compiler");
    doctor().env("CGO_ENABLED", "0").stdout(&skipped).check();
    doctor().env("CC", "none").stdout(&skipped).check();
    sandbox.put_tool("gcc", "#!/bin/sh\n");
    doctor().stdout(&quiet("ok", id, "a program with C in it runs, in [TIME]")).check();
    replace(&sandbox, "echo 'runtime/cgo: cannot find crt1.o' >&2\nexit 1\n");
    let machine = super::recorded::folder("debian");
    let texts = ["runtime/cgo: cannot find crt1.o", WHY, "sudo apt-get install gcc libc6-dev"];
    doctor().arg("--machine").arg(machine).code(1).stdout(&lines("build", "failed", id, texts)).check();
    replace(&sandbox, "echo 'x: no space left on device' >&2\nexit 1\n");
    let full = "the disk is full: Go needs some 200 MB for its cache and for a build";
    let texts = ["x: no space left on device", full, "gox prune --dry-run"];
    doctor().code(1).stdout(&lines("build", "failed", id, texts)).check();
}

#[test]
fn by_a_real_go() {
    let Some(RealGo { goroot, name: version }) = RealGo::find() else { return };
    let sandbox = sandbox(&[]);
    fs::create_dir_all(sandbox.home().join("toolchains")).unwrap();
    std::os::unix::fs::symlink(&goroot, sandbox.home().join("toolchains").join(&version)).unwrap();
    sandbox.write("user/.local/go/default", format!("{}\n", &version[2..]));
    // A cache that later runs of this test find. The first compiles what they take from it, which may take longer than
    // the harness waits.
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-build");
    let platforms = [
        ("windows", "amd64", "0"),
        ("darwin", "arm64", "0"),
        ("linux", "arm64", "0"),
        (goos(), goarch(), "1"),
    ];
    for (os, arch, cgo) in platforms {
        let mut build = std::process::Command::new(goroot.join("bin/go"));
        build.args(["build", "-trimpath", if cgo == "1" { "runtime/cgo" } else { "runtime" }]);
        build.envs([
            ("GOOS", os),
            ("GOARCH", arch),
            ("CGO_ENABLED", cgo),
            ("CC", "cc"),
            ("GOTOOLCHAIN", "local"),
        ]);
        assert!(build.env("GOCACHE", &cache).status().unwrap().success(), "{os}/{arch}");
    }
    let doctor = sandbox.gox(["doctor", "cgo-build", "build-hello", "build-cross"]).env("CC", "cc");
    let expected = format!(
        "build\n  ok      cgo-build    a program with C in it runs, in [TIME]\n  \
         ok      build-hello  `hello [OS]/[ARCH] {version}`, in [TIME]\n  \
         ok      build-cross  windows/amd64, darwin/arm64, linux/arm64\n\n3 ok\n"
    );
    doctor.env("GOCACHE", cache).stdout(&expected).check();
}

#[test]
fn a_terminal_shows_which_check_runs() {
    let sandbox = fake("read -r _ <$HOME/hold\necho $HELLO >&2\n");
    let hold = sandbox.user().join("hold");
    fifo::make(&hold);
    let mut terminal = sandbox.gox(["doctor", "build-hello"]).terminal();
    terminal.wait_for("running build-hello ");
    fs::write(&hold, "\n").unwrap();
    let seen = format!("`hello {}/{} go1.99.1`, in [TIME]", goos(), goarch());
    let expected = quiet("ok", "build-hello", &seen);
    assert_eq!(redact(&terminal.last_screen(), &[]), redact(&expected, &[]));

    let mut terminal = sandbox.gox(["doctor", "build-hello", "--quiet"]).terminal();
    fs::write(&hold, "\n").unwrap();
    terminal.last_screen();
    assert_eq!(terminal.raw(), "");
}
