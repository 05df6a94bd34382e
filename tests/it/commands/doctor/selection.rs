//! The checks of what decides which Go runs.

use super::{Machine, check_one};

/// How grave, the check, files with their text, and what is said.
type Row = (&'static str, &'static str, &'static [(&'static str, &'static str)], [&'static str; 3]);

const ROWS: &[Row] = &[
    (
        "failed",
        "default",
        &[("user/.local/go/default", "1.2.3.4\n")],
        [
            "[HOME]/default:1: `1.2.3.4` is not a valid request: a version is written as `1.22.4`, `1.22`, `1.22.x` or `1.22rc1`",
            "wherever nothing else is asked for, `go` fails",
            "choose another default: `gox default latest`",
        ],
    ),
    (
        "warning",
        "default",
        &[("user/.local/go/default", "1.98\n")],
        [
            "the default, 1.98, is not installed",
            "wherever nothing else is asked for, `go` has to install it, or fails",
            "gox install 1.98",
        ],
    ),
    (
        "failed",
        "default",
        &[("user/.local/go/default", "1.22.99\n")],
        [
            "the default, 1.22.99, does not exist",
            "wherever nothing else is asked for, `go` fails",
            "gox default 1.22.12",
        ],
    ),
    (
        "failed",
        "default",
        &[("user/.local/go/default", "tip\n")],
        [
            "the default, tip, does not exist",
            "wherever nothing else is asked for, `go` fails",
            "gox default latest",
        ],
    ),
    (
        "failed",
        "pin",
        &[("work/.go-version", "1.22rc9\n")],
        [
            "1.22rc9 is asked for here, set by [ROOT]/work/.go-version:1, and does not exist",
            "`go` fails here",
            "cd [ROOT]/work && gox pin 1.22.12",
        ],
    ),
    (
        "failed",
        "pin",
        &[("work/.go-version", "tip\n")],
        [
            "tip is asked for here, set by [ROOT]/work/.go-version:1, and does not exist",
            "`go` fails here",
            "gox link tip PATH",
        ],
    ),
    (
        "failed",
        "pin",
        &[("work/.tool-versions", "golang 1.22.99\n")],
        [
            "1.22.99 is asked for here, set by [ROOT]/work/.tool-versions:1, and does not exist",
            "`go` fails here",
            "write `1.22.12` into line 1 of [ROOT]/work/.tool-versions",
        ],
    ),
    (
        "note",
        "pin",
        &[("work/.go-version", "1.98\n")],
        [
            "1.98 is asked for here, set by [ROOT]/work/.go-version:1, and is not installed",
            "the next `go` installs it first",
            "gox install 1.98",
        ],
    ),
    (
        "warning",
        "pin",
        &[("user/.config/gox/config.toml", "auto-install = \"never\"\n"), ("work/.go-version", "1.98\n")],
        [
            "1.98 is asked for here, set by [ROOT]/work/.go-version:1, and is not installed",
            "`go` fails here, as `auto-install` does not let it install",
            "gox install 1.98",
        ],
    ),
    (
        "failed",
        "pin",
        &[("work/.go-version", "")],
        [
            "[ROOT]/work/.go-version: it contains no request",
            "`go` fails in this directory",
            "replace it by one request, such as: `cd [ROOT]/work && gox pin --force latest`",
        ],
    ),
    (
        "failed",
        "settings",
        &[("user/.config/gox/config.toml", "timeout = \"soon\"\n")],
        [
            "invalid value `soon` for `timeout`: it must be a number of seconds, 1 or more, set by `[ROOT]/user/.config/gox/config.toml:1:11`",
            "every command of gox that needs them fails",
            "back to the default: `gox config unset timeout`",
        ],
    ),
    (
        "warning",
        "pin",
        &[("work/go.mod", "module m\ngo banana\n")],
        [
            "go commands fail here: [ROOT]/work/go.mod:2 has `banana` for a version such as `1.23`",
            "Go accepts no file with such a line",
            "correct the line",
        ],
    ),
    (
        "warning",
        "settings",
        &[("user/.config/gox/config.toml", "timeot = 3\n")],
        [
            "unknown setting `timeot` in `[ROOT]/user/.config/gox/config.toml:1:1`; the nearest is `timeout`",
            "what it was meant to set is not set",
            "edit [ROOT]/user/.config/gox/config.toml",
        ],
    ),
];

#[test]
fn each_check_of_what_is_chosen() {
    for (state, id, files, texts) in ROWS {
        let break_it = |machine: &Machine| {
            // A pin, so that only the check of the default says something of the default.
            let pin = (*id == "default").then_some(&("work/.go-version", "1.99.1\n"));
            for (path, text) in files.iter().chain(pin) {
                machine.sandbox.write(path, text);
            }
        };
        check_one("selection", state, id, break_it, *texts, &[]);
    }
}
