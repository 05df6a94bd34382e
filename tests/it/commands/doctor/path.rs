//! The checks of PATH.

use std::fs;

use super::{Machine, REFRESH, RESTART, home, lines};

#[test]
fn what_is_in_front_on_path_and_whose_it_is() {
    let machine = Machine::healthy();
    machine.sandbox.put_script("user/.goenv/shims/go", "#!/bin/sh\n");
    let goenv = machine.sandbox.path_after(["user/.goenv/shims"]);
    let failed = |seen: &str, why: &str| lines("path", "failed", "path-shims", [seen, why, RESTART]);
    let text = failed(
        "`[ROOT]/user/.goenv/shims/go`, of goenv, is found before the shims",
        "that Go runs, whatever a pin or the default asks for",
    );
    let gox = || machine.gox(&["doctor", "path-shims"]).code(1);
    gox().env("PATH", goenv).stdout(&text).check();
    let text = failed(
        "`[ROOT]/user/.goenv/shims/go`, of goenv, is found, and the shims are not on PATH",
        "that Go runs, whatever a pin or the default asks for",
    );
    gox().env("PATH", machine.sandbox.root().join("user/.goenv/shims")).stdout(&text).check();
    let text = failed("`[HOME]/shims` is not on PATH", "no `go` is found");
    gox().env("PATH", machine.sandbox.root().join("bin")).stdout(&text).check();
    let export = "export PATH=[HOME]/shims:\"$PATH\"";
    let text =
        lines("path", "failed", "path-shims", ["`[HOME]/shims` is not on PATH", "no `go` is found", export]);
    gox().env("PATH", machine.sandbox.root().join("bin")).env("SHELL", "/bin/dash").stdout(&text).check();
}

#[test]
fn gox_is_not_there_or_another_one() {
    let machine = Machine::healthy();
    let path = machine.sandbox.path_after([""; 0]);
    let why = "without another gox on PATH, the command `gox` is not found; the shims find it all the same";
    let text = lines("path", "note", "path-bin", ["`[HOME]/bin` is not on PATH", why, RESTART]);
    machine.gox(&["doctor", "path-bin"]).env("PATH", &path).stdout(&text).check();

    fs::remove_file(machine.sandbox.root().join("bin/gox")).unwrap();
    let text = lines(
        "path",
        "warning",
        "path-gox",
        ["no gox is on PATH", "`gox use` and completion need it", RESTART],
    );
    machine.gox(&["doctor", "path-gox"]).env("PATH", &path).stdout(&text).check();

    machine.sandbox.put_script("bin/gox", "#!/bin/sh\necho gox 0.0.9\n");
    let text = lines(
        "path",
        "warning",
        "path-gox",
        [
            "the gox found on PATH, `[ROOT]/bin/gox`, is 0.0.9; this one is 0.1.0",
            "the two may behave differently",
            "install gox again the way it was installed",
        ],
    );
    machine.gox(&["doctor", "path-gox"]).stdout(&text).check();

    let copy = home(&machine, "bin/gox");
    fs::remove_file(&copy).unwrap();
    let why = "a shim that finds no gox on PATH, as in an editor or in cron, cannot install what is missing";
    let found = |defect: &str| {
        let texts = [&format!("`[HOME]/bin/gox` {defect}"), why, REFRESH];
        machine.gox(&["doctor", "path-gox"]).stdout(&lines("path", "warning", "path-gox", texts)).check();
    };
    found("is not there");
    fs::write(&copy, "no x bit").unwrap();
    found("is not an executable file");
}
