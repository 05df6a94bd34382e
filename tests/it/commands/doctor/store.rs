//! The checks of the store, and that what they name mends it.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use serde_json::Value;

use super::{Machine, REFRESH, Row, check, home, lines};
use crate::support::sandbox::GOX;

const ROWS: &[Row] = &[
    (
        "store",
        "failed",
        "store-writable",
        |machine| {
            let _ = fs::remove_dir_all(home(machine, "staging"));
            fs::write(home(machine, "staging"), "").unwrap();
        },
        [
            "`[HOME]/staging` is not a folder",
            "nothing can be installed",
            "mv [HOME]/staging [HOME]/staging.old",
        ],
        &[],
    ),
    (
        "store",
        "failed",
        "store-layout",
        |machine| drop(machine.sandbox.write("user/.local/go/toolchains/go1.98.1/VERSION", "go1.98.1\n")),
        [
            "`[HOME]/toolchains/go1.98.1` has no `bin/go` that can be run",
            "it counts as not installed, and takes space; gox never leaves a toolchain like this",
            "gox install --force 1.98.1",
        ],
        &[],
    ),
    (
        "store",
        "warning",
        "store-layout",
        |machine| symlink("/nowhere", home(machine, "toolchains/tip")).unwrap(),
        [
            "`tip` is linked to `/nowhere`, where no Go is",
            "each command that selects that name fails",
            "rm [HOME]/toolchains/tip",
        ],
        &[],
    ),
    (
        "store",
        "warning",
        "store-layout",
        |machine| drop(machine.sandbox.write("user/.local/go/toolchains/a b", "")),
        [
            "`[HOME]/toolchains/a b` is not a directory",
            "it is not a toolchain, and prevents the installation of one with that name",
            "rm '[HOME]/toolchains/a b'",
        ],
        &[],
    ),
    (
        "store",
        "warning",
        "store-unverified",
        |machine| fs::remove_file(home(machine, "toolchains/go1.99.1/.gox/receipt.json")).unwrap(),
        [
            "go1.99.1 has no receipt that can be read",
            "gox did not install it, and cannot tell whether a file was changed",
            "gox install --force 1.99.1",
        ],
        &[],
    ),
    (
        "store",
        "warning",
        "store-staging",
        |machine| drop(machine.sandbox.write("user/.local/go/staging/go1.99.2.abc/tree/x", "")),
        [
            "1 left over in `[HOME]/staging`: go1.99.2.abc",
            "an install that was killed left it, and it takes space",
            REFRESH,
        ],
        &[],
    ),
    (
        "store",
        "failed",
        "store-shims",
        |machine| fs::remove_file(home(machine, "shims/go")).unwrap(),
        ["`[HOME]/shims/go` is not there", "no `go` is found on PATH, or another one", REFRESH],
        &[],
    ),
    (
        "store",
        "warning",
        "store-shims",
        |machine| fs::remove_file(home(machine, "shims/go1.99.1")).unwrap(),
        ["`[HOME]/shims/go1.99.1` is not there", "that command is not found, or another one is", REFRESH],
        &[],
    ),
    (
        "store",
        "warning",
        "store-shims",
        |machine| drop(machine.sandbox.put_script("user/.local/go/shims/gofmt", "#!/bin/sh\n")),
        [
            "`[HOME]/shims/gofmt` is not the same program as `go` beside it",
            "it may choose another Go than `go` does",
            REFRESH,
        ],
        &[],
    ),
    (
        "store",
        "warning",
        "store-shims",
        |machine| fs::hard_link(home(machine, "shims/go"), home(machine, "shims/go1.2.2")).unwrap(),
        [
            "`[HOME]/shims/go1.2.2` is a launcher, and that version is not installed",
            "the command only reports that the version is missing",
            "rm [HOME]/shims/go1.2.2",
        ],
        &[],
    ),
    (
        "store",
        "warning",
        "store-shims",
        |machine| {
            for name in ["go", "gofmt", "go1.99.1"] {
                machine.sandbox.put_script(&format!("user/.local/go/shims/{name}"), "#!/bin/sh\n# old\n");
            }
        },
        [
            "the shims are not those of this gox",
            "the shims are from another gox, and may choose by other rules",
            REFRESH,
        ],
        &[],
    ),
];

#[test]
fn each_check_of_the_store() {
    check(ROWS);
}

#[test]
fn what_mends_the_store_mends_it() {
    let machine = Machine::healthy();
    fs::remove_file(home(&machine, "shims/go1.99.1")).unwrap();
    machine.sandbox.write("user/.local/go/staging/go1.99.2.abc/tree/x", "");
    fs::remove_file(home(&machine, "bin/gox")).unwrap();
    let states = || {
        let run = machine.gox(&["doctor", "--json", "store-shims", "store-staging", "path-gox"]).run();
        let found: Value = serde_json::from_str(&run.stdout).unwrap();
        let checks = found["checks"].as_array().unwrap();
        checks.iter().map(|check| check["state"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(states(), ["warning", "warning", "warning"]);
    let run = machine.gox(&["install", "1.99.1"]).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert_eq!(states(), ["ok", "ok", "ok"]);
}

#[test]
fn what_somebody_named_by_hand_is_mended_by_a_command_that_works() {
    for (name, mend) in [
        ("go1.25.0-rc2", "gox uninstall go1.25.0-rc2"),
        ("go1.22.4.bak", "gox uninstall go1.22.4.bak"),
        ("go1.21", "gox uninstall go1.21"),
        // No such version was released.
        ("go1.22.99", "gox uninstall go1.22.99"),
        ("a b", "gox uninstall 'a b'"),
        ("latest", "gox uninstall latest"),
        ("tip", "gox uninstall tip"),
        ("go1.22.4-bigcorp", "gox install --force 1.22.4-bigcorp"),
    ] {
        let machine = Machine::healthy();
        let state = |id: &str| {
            let run = machine.gox(&["doctor", "--json", id]).run();
            let found: Value = serde_json::from_slice(&run.raw_stdout).unwrap();
            (found["checks"][0]["state"].clone(), found["checks"][0]["mend"].clone())
        };
        let folder = format!("user/.local/go/toolchains/{name}");
        for (id, state_then) in [("store-layout", "failed"), ("store-unverified", "warning")] {
            if id == "store-layout" {
                machine.sandbox.write(&format!("{folder}/VERSION"), "");
            } else {
                machine.sandbox.put_script(&format!("{folder}/bin/go"), "#!/bin/sh\n");
            }
            let moved = "mv [HOME]/toolchains/tip ELSEWHERE && gox link tip ELSEWHERE";
            // Only where a Go is can it be linked.
            let mend = if (name, id) == ("tip", "store-unverified") { moved } else { mend };
            let mend = mend.replace("[HOME]", machine.sandbox.home().to_str().unwrap());
            assert_eq!(state(id), (state_then.into(), mend.as_str().into()), "{name}");
            if !mend.starts_with("gox install") {
                let elsewhere = machine.sandbox.root().join(id);
                let mend = mend.replace("ELSEWHERE", elsewhere.to_str().unwrap());
                let path = machine.sandbox.path_after([""; 0]);
                let run = machine.sandbox.command("/bin/sh").args(["-c", &mend]).env("PATH", path).run();
                assert_eq!(run.code(), 0, "{name}: {}", run.stderr);
                assert_eq!(state(id).0, "ok", "{name}");
            }
        }
    }
}

#[test]
fn a_store_of_somebody_else() {
    let machine = Machine::healthy();
    let toolchains = home(&machine, "toolchains");
    fs::set_permissions(&toolchains, Permissions::from_mode(0o555)).unwrap();
    let text = lines(
        "store",
        "failed",
        "store-writable",
        [
            "`[HOME]/toolchains` cannot be written: permission denied",
            "nothing can be installed or removed",
            "ls -ld [HOME]/toolchains",
        ],
    );
    let arguments = ["doctor", "store-writable"];
    if rustix::process::geteuid().is_root() {
        let drop = ["--bounding-set", "-all", "--inh-caps", "-all", GOX];
        machine.sandbox.command("setpriv").args(drop).args(arguments).code(1).stdout(&text).check();
    } else {
        machine.sandbox.gox(arguments).code(1).stdout(&text).check();
    }
    fs::set_permissions(&toolchains, Permissions::from_mode(0o755)).unwrap();
}

/// The rest of the machine needs it where it is.
#[test]
fn a_device_is_no_store() {
    let machine = Machine::healthy();
    let texts = ["`/dev/null` is not a folder", "nothing can be installed", "unset GOX_HOME"];
    let text = lines("store", "failed", "store-writable", texts);
    machine.gox(&["doctor", "store-writable"]).env("GOX_HOME", "/dev/null").code(1).stdout(&text).check();
}
