//! Shims that are there but cannot be executed.

use std::fs;

use super::{Machine, REFRESH, Row, check, home};

/// Puts a file without the mode of a program in the place of a shim. The shim itself may be a hard link to the
/// program under test.
fn replace(machine: &Machine, name: &str) {
    let shim = home(machine, "shims").join(name);
    let program = fs::read(&shim).unwrap();
    fs::remove_file(&shim).unwrap();
    fs::write(shim, program).unwrap();
}

const ROWS: &[Row] = &[
    (
        "store",
        "failed",
        "store-shims",
        |machine| replace(machine, "go"),
        ["`[HOME]/shims/go` is not an executable file", "no `go` is found on PATH, or another one", REFRESH],
        &[],
    ),
    (
        "store",
        "warning",
        "store-shims",
        |machine| replace(machine, "gofmt"),
        [
            "`[HOME]/shims/gofmt` is not an executable file",
            "that command is not found, or another one is",
            REFRESH,
        ],
        &[],
    ),
];

#[test]
fn what_is_there_is_not_called_missing() {
    check(ROWS);
}

#[test]
fn an_install_mends_them() {
    let machine = Machine::healthy();
    for name in ["go", "gofmt", "go1.99.1"] {
        replace(&machine, name);
    }
    assert_eq!(machine.gox(&["doctor", "store-shims"]).run().code(), 1);
    assert_eq!(machine.gox(&["install", "1.99.1"]).run().code(), 0);
    let well =
        "store\n  ok      store-shims  go, gofmt and a launcher for each version, for [TARGET]\n\n1 ok\n";
    machine.gox(&["doctor", "store-shims"]).stdout(well).check();
}
