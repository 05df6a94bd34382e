//! The checks of what decides which Go runs.

use super::{Row, check};

const ROWS: &[Row] = &[
    (
        "selection",
        "failed",
        "default",
        |machine| {
            machine.sandbox.write("user/.local/go/default", "1.2.3.4\n");
            machine.sandbox.write("work/.go-version", "1.99.1\n");
        },
        [
            "[HOME]/default:1: `1.2.3.4` is not a valid request: a version is written as `1.22.4`, `1.22`, `1.22.x` or `1.22rc1`",
            "wherever nothing else is asked for, `go` fails",
            "choose another default: `gox default latest`",
        ],
        &[],
    ),
    (
        "selection",
        "warning",
        "default",
        |machine| {
            machine.sandbox.write("user/.local/go/default", "1.98\n");
            machine.sandbox.write("work/.go-version", "1.99.1\n");
        },
        [
            "the default, 1.98, is not installed",
            "wherever nothing else is asked for, `go` has to install it, or fails",
            "gox install 1.98",
        ],
        &[],
    ),
    (
        "selection",
        "failed",
        "default",
        |machine| {
            machine.sandbox.write("user/.local/go/default", "1.22.99\n");
            machine.sandbox.write("work/.go-version", "1.99.1\n");
        },
        [
            "the default, 1.22.99, does not exist",
            "wherever nothing else is asked for, `go` fails",
            "gox default 1.22.12",
        ],
        &[],
    ),
    (
        "selection",
        "failed",
        "default",
        |machine| {
            machine.sandbox.write("user/.local/go/default", "tip\n");
            machine.sandbox.write("work/.go-version", "1.99.1\n");
        },
        [
            "the default, tip, does not exist",
            "wherever nothing else is asked for, `go` fails",
            "gox default latest",
        ],
        &[],
    ),
    (
        "selection",
        "failed",
        "pin",
        |machine| drop(machine.sandbox.write("work/.go-version", "1.22rc9\n")),
        [
            "1.22rc9 is asked for here, set by [ROOT]/work/.go-version:1, and does not exist",
            "`go` fails here",
            "cd [ROOT]/work && gox pin 1.22.12",
        ],
        &[],
    ),
    (
        "selection",
        "failed",
        "pin",
        |machine| drop(machine.sandbox.write("work/.go-version", "tip\n")),
        [
            "tip is asked for here, set by [ROOT]/work/.go-version:1, and does not exist",
            "`go` fails here",
            "gox link tip PATH",
        ],
        &[],
    ),
    (
        "selection",
        "failed",
        "pin",
        |machine| drop(machine.sandbox.write("work/.tool-versions", "golang 1.22.99\n")),
        [
            "1.22.99 is asked for here, set by [ROOT]/work/.tool-versions:1, and does not exist",
            "`go` fails here",
            "write `1.22.12` into line 1 of [ROOT]/work/.tool-versions",
        ],
        &[],
    ),
    (
        "selection",
        "note",
        "pin",
        |machine| drop(machine.sandbox.write("work/.go-version", "1.98\n")),
        [
            "1.98 is asked for here, set by [ROOT]/work/.go-version:1, and is not installed",
            "the next `go` installs it first",
            "gox install 1.98",
        ],
        &[],
    ),
    (
        "selection",
        "warning",
        "pin",
        |machine| {
            machine.sandbox.write("user/.config/gox/config.toml", "auto-install = \"never\"\n");
            machine.sandbox.write("work/.go-version", "1.98\n");
        },
        [
            "1.98 is asked for here, set by [ROOT]/work/.go-version:1, and is not installed",
            "`go` fails here, as `auto-install` does not let it install",
            "gox install 1.98",
        ],
        &[],
    ),
    (
        "selection",
        "failed",
        "pin",
        |machine| drop(machine.sandbox.write("work/.go-version", "")),
        [
            "[ROOT]/work/.go-version: it contains no request",
            "`go` fails in this directory",
            "replace it by one request, such as: `cd [ROOT]/work && gox pin --force latest`",
        ],
        &[],
    ),
    (
        "selection",
        "failed",
        "settings",
        |machine| drop(machine.sandbox.write("user/.config/gox/config.toml", "timeout = \"soon\"\n")),
        [
            "invalid value `soon` for `timeout`: it must be a number of seconds, 1 or more, set by `[ROOT]/user/.config/gox/config.toml:1:11`",
            "every command of gox that needs them fails",
            "edit [ROOT]/user/.config/gox/config.toml",
        ],
        &[],
    ),
    (
        "selection",
        "warning",
        "settings",
        |machine| drop(machine.sandbox.write("user/.config/gox/config.toml", "timeot = 3\n")),
        [
            "unknown setting `timeot` in `[ROOT]/user/.config/gox/config.toml:1:1`; the nearest is `timeout`",
            "what it was meant to set is not set",
            "edit [ROOT]/user/.config/gox/config.toml",
        ],
        &[],
    ),
];

#[test]
fn each_check_of_what_is_chosen() {
    check(ROWS);
}
