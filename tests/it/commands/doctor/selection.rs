//! The checks of what decides which Go runs.

use super::{Machine, check_one, lines, seen_and_mend};

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
            "choose another default: `gox default 1.2.3`",
        ],
    ),
    (
        "warning",
        "default",
        &[("user/.local/go/default", "1.22.4\n")],
        [
            "the default, 1.22.4, is not installed",
            "wherever nothing else is asked for, `go` has to install it, or fails",
            "gox install 1.22.4",
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
        "warning",
        "pin",
        &[("code/.go-version", "1.99.1\n"), ("code/go.mod", "module m\n\ngo 1.100\n")],
        [
            "go1.99.1 runs, but go.mod:3 asks for 1.100: `gox pin 1.100`",
            "Go 1.21 and later fail in such a module, and earlier ones may",
            "gox pin 1.100",
        ],
    ),
    (
        "failed",
        "pin",
        &[("code/.go-version", "1.22rc9\n")],
        [
            "1.22rc9 is asked for here, set by [ROOT]/code/.go-version:1, and does not exist",
            "`go` fails here",
            "cd [ROOT]/code && gox pin 1.22.12",
        ],
    ),
    (
        "failed",
        "pin",
        &[("code/.go-version", "1.99.9\n")],
        [
            "1.99.9 is asked for here, set by [ROOT]/code/.go-version:1, and does not exist",
            "`go` fails here",
            "cd [ROOT]/code && gox pin 1.99.1",
        ],
    ),
    (
        "failed",
        "pin",
        &[("code/go.mod", "module m\ngo 1.99.9\n")],
        [
            "1.99.9 is asked for here, asked for by the go line, [ROOT]/code/go.mod:2, and does not exist",
            "`go` fails here",
            "write `1.99.1` into line 2 of [ROOT]/code/go.mod",
        ],
    ),
    (
        "failed",
        "pin",
        &[("code/go.mod", "module m\ngo 1.99.1\ntoolchain go1.99.9\n")],
        [
            "1.99.9 is asked for here, asked for by the toolchain line, [ROOT]/code/go.mod:3, and does not exist",
            "`go` fails here",
            "cd [ROOT]/code && gox pin --go-mod 1.99.1",
        ],
    ),
    (
        "failed",
        "default",
        &[("user/.local/go/default", "1.99.9\n")],
        [
            "the default, 1.99.9, does not exist",
            "wherever nothing else is asked for, `go` fails",
            "gox default 1.99.1",
        ],
    ),
    (
        "failed",
        "pin",
        &[("code/.go-version", "tip\n")],
        [
            "tip is asked for here, set by [ROOT]/code/.go-version:1, and does not exist",
            "`go` fails here",
            "gox link tip PATH",
        ],
    ),
    (
        "failed",
        "pin",
        &[("code/.tool-versions", "golang 1.22.99\n")],
        [
            "1.22.99 is asked for here, set by [ROOT]/code/.tool-versions:1, and does not exist",
            "`go` fails here",
            "write `1.22.12` into line 1 of [ROOT]/code/.tool-versions",
        ],
    ),
    (
        "note",
        "pin",
        &[("code/.go-version", "1.22.4\n")],
        [
            "1.22.4 is asked for here, set by [ROOT]/code/.go-version:1, and is not installed",
            "the next `go` installs it first",
            "gox install 1.22.4",
        ],
    ),
    (
        "warning",
        "pin",
        &[("user/.config/gox/config.toml", "auto-install = \"never\"\n"), ("code/.go-version", "1.22.4\n")],
        [
            "1.22.4 is asked for here, set by [ROOT]/code/.go-version:1, and is not installed",
            "`go` fails here, as `auto-install` does not let it install",
            "gox install 1.22.4",
        ],
    ),
    (
        "failed",
        "pin",
        &[("code/.go-version", "")],
        [
            "[ROOT]/code/.go-version: it contains no request",
            "`go` fails in this directory",
            "replace it by one request, such as: `cd [ROOT]/code && gox pin --force latest`",
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
        &[("code/go.mod", "module m\ngo banana\n")],
        [
            "go commands fail here: [ROOT]/code/go.mod:2 has `banana` for a version such as `1.23`",
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
            let pin = (*id == "default").then_some(&("code/.go-version", "1.99.1\n"));
            for (path, text) in files.iter().chain(pin) {
                machine.sandbox.write(path, text);
            }
        };
        check_one("selection", state, id, break_it, *texts, &[]);
    }
}

#[test]
fn where_no_list_comes_both_ways_are_told() {
    let machine = Machine::healthy();
    let doctor = |id: &'static str| machine.gox(&["doctor", id, "--offline"]);
    machine.sandbox.write("code/.go-version", "1.99.9\n");
    let text = lines(
        "selection",
        "warning",
        "pin",
        [
            "1.99.9 is asked for here, set by [ROOT]/code/.go-version:1, and is not installed",
            "the next `go` installs it first, or fails if it does not exist",
            "if there is such a version: `gox install 1.99.9`; else: `cd [ROOT]/code && gox pin 1.99.1`",
        ],
    );
    doctor("pin").stdout(&text).check();
    machine.sandbox.write("user/.local/go/default", "1.99.9\n");
    let text = lines(
        "selection",
        "warning",
        "default",
        [
            "the default, 1.99.9, is not installed",
            "wherever nothing else is asked for, `go` has to install it, or fails",
            "if there is such a version: `gox install 1.99.9`; else: `gox default 1.99.1`",
        ],
    );
    doctor("default").stdout(&text).check();
}

/// Of several that are invalid the mend is for the one that the message names.
#[test]
fn the_mend_of_a_setting_is_for_the_error_that_is_shown() {
    let machine = Machine::healthy();
    let edit = "edit it: `${EDITOR:-vi} [ROOT]/user/.config/gox/config.toml`";
    for (text, variables, seen, mend) in [
        ("timeout = ", &["GOX_VERIFY"][..], "the settings file is invalid: ", edit),
        (
            "sources = 3\n",
            &["GOX_VERIFY"],
            "for `sources`",
            "back to the default: `gox config unset sources`",
        ),
        ("timeout = \"soon\"\n", &["GOX_VERIFY"], "for `verify`", "unset GOX_VERIFY"),
        ("", &["GOX_OFFLINE", "GOX_DL_URL"], "for `dl-url`", "unset GOX_DL_URL"),
        ("", &["GOX_LOCK_TIMEOUT", "GOX_TIMEOUT"], "for `timeout`", "unset GOX_TIMEOUT"),
    ] {
        machine.sandbox.write("user/.config/gox/config.toml", text);
        let doctor = machine.gox(&["doctor", "settings"]);
        let doctor = variables.iter().fold(doctor, |doctor, name| doctor.env(name, "nonsense"));
        let [said, command] = seen_and_mend(doctor);
        assert!(said.contains(seen), "{said}");
        assert_eq!(command, mend, "{said}");
    }
}
