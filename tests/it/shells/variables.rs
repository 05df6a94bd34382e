//! The version of a shell, among Makefiles and direnv, which have variables called `GO_VERSION` of their own.

use super::{ALL, WITH_FUNCTIONS, shell, world};
use crate::support::sandbox::Sandbox;

/// Values of `GO_VERSION` in public Makefiles, and how some read it from the Go that runs.
const IN_MAKEFILES: [&str; 19] = [
    "1.20",
    "1.20.14",
    "1.22.x",
    "go1.22",
    "go1.22.4",
    "v1.22",
    ">=1.21",
    "^1.22",
    "\"1.22\"",
    "1.22-alpine",
    "golang:1.22.4",
    "1.22.4 linux/amd64",
    "latest",
    "",
    "$(shell go version)",
    "$(shell go version | cut -d' ' -f3)",
    "$(shell go version | sed 's/^go version go//')",
    "$(word 3,$(shell go version))",
    "$(subst go,,$(shell go version | awk '{print $$3}'))",
];

/// A world with real shims, which make and direnv find on PATH.
fn real_world() -> Sandbox {
    let sandbox = world();
    std::fs::remove_dir_all(sandbox.home().join("shims")).unwrap();
    sandbox.put_shims(&["go", "gofmt"]);
    sandbox
}

#[test]
fn a_makefile_has_no_say_in_the_version_of_the_shell() {
    let sandbox = real_world();
    let go = sandbox.home().join("shims/go");
    for value in IN_MAKEFILES {
        for operator in [":=", "=", "?="] {
            let text =
                format!("GO_VERSION {operator} {value}\nall:\n\t@go version; {} version\n", go.display());
            sandbox.write("code/Makefile", &text);
            let seen = "go version go1.21.0 [OS]/[ARCH]\n".repeat(2);
            let output =
                shell(&sandbox, "bash", "", "gox use 1.21.0 2>/dev/null && make && gox exec 1.20.14 make")
                    .run();
            let seen = seen.clone() + &seen.replace("1.21.0", "1.20.14");
            assert_eq!((output.code(), output.stdout, output.stderr), (0, seen, String::new()), "{text}");
        }
    }
}

#[test]
fn the_words_of_go_version_in_the_variable_are_that_version() {
    let sandbox = real_world();
    let seen = "go version go1.21.0 [OS]/[ARCH]\n";
    for value in
        ["$(shell go version)", "$(wordlist 3,4,$(shell go version))", "$(word 3,$(shell go version))"]
    {
        sandbox.write("code/Makefile", format!("export GO_VERSION := {value}\nall:\n\t@go version\n"));
        for name in ALL {
            shell(&sandbox, name, "", "gox use 1.21.0 2>/dev/null; make").stdout(seen).check();
        }
    }
    for name in WITH_FUNCTIONS {
        let script = "export GO_VERSION=\"$(go +1.21.0 version)\"; go version; sh -c 'go version'; echo \"$GO_VERSION\"";
        shell(&sandbox, name, "", script).stdout(&seen.repeat(3)).check();
    }
}

#[test]
fn any_other_words_in_the_variable_are_an_error_that_names_the_way_out() {
    let sandbox = real_world();
    for name in WITH_FUNCTIONS {
        for (value, reason) in [
            ("go version devel go1.23-abcdef Mon", "only a range such as `>=1.21 <1.23` may contain blanks"),
            ("go version devel go1.23-abcdef Mon a/b", "`/`, `\\` and `..` are not allowed"),
            (
                "golang:1.22.4",
                "a name has only `a` to `z`, digits, `.`, `_` and `-`, and begins with a letter",
            ),
        ] {
            let error = format!(
                "gox: `{value}` is not a valid request: {reason}\n  set by `GO_VERSION`\nhint: start the \
                 command, or the `make` above it, without the variable: `env -u GO_VERSION …`\n"
            );
            let script =
                format!("export GO_VERSION='{value}'; go version; echo $?; env -u GO_VERSION go version");
            let seen = "2\ngo version go1.22.4 [OS]/[ARCH]\n";
            shell(&sandbox, name, "", &script).stdout(seen).stderr(&error).check();
        }
        let error = "gox: `1.22,` is not a valid request: a version is written as `1.22.4`, `1.22`, `1.22.x` or \
                     `1.22rc1`\n  set by `GOX_USE`\nhint: let files and the default choose in this shell: `gox use \
                     --unset`\n";
        let script = "export GOX_USE=1.22,; go version; echo $?; gox use --unset 2>/dev/null; go version";
        shell(&sandbox, name, "", script)
            .stdout("2\ngo version go1.22.4 [OS]/[ARCH]\n")
            .stderr(error)
            .check();
    }
}

#[test]
fn the_users_variable_comes_first_and_gox_use_says_so() {
    let sandbox = real_world();
    for name in ALL {
        let (set, unset, export) = match name {
            "fish" => ("set -gx GO_VERSION 1.20.14", "set --erase GO_VERSION", "set -gx GO_VERSION ''"),
            _ => ("export GO_VERSION=1.20.14", "unset GO_VERSION", "export GO_VERSION="),
        };
        let show = "go version; sh -c 'go version; gox status 2>/dev/null | head -n1'";
        let script =
            format!("{set}\ngox use 1.21\n{show}\n{unset}\n{show}\n{export}\n{show}\n{set}\ngox use --unset");
        let shown = |version: &str, variable: &str| {
            let line = format!("go version go{version} [OS]/[ARCH]\n");
            line.repeat(2) + &format!("go{version} runs here, set by `{variable}`\n")
        };
        let seen = shown("1.20.14", "GO_VERSION") + &shown("1.21.0", "GOX_USE").repeat(2);
        let warning = |later: &str| {
            format!(
                "warning: `GO_VERSION=1.20.14` comes before `gox use`: this shell {later} once it is unset\n\
                 hint: remove it from this shell: `{unset}`\n"
            )
        };
        let said = warning("uses 1.21.0") + &warning("follows files and the default");
        shell(&sandbox, name, "", &script).stdout(&seen).stderr(&said).check();
    }
}

#[test]
fn a_variable_that_is_readonly_or_not_exported_is_not_in_the_way() {
    let sandbox = real_world();
    for name in WITH_FUNCTIONS {
        for (before, seen) in [
            ("GO_VERSION=1.20.14", "1.21.0"),
            ("readonly GO_VERSION=1.20.14", "1.21.0"),
            ("typeset -a GO_VERSION=(1.20.14)", "1.21.0"),
        ] {
            let seen = format!("go version go{seen} [OS]/[ARCH]\n").repeat(2);
            let script = format!("{before}; gox use 1.21; go version; sh -c 'go version'");
            let said = "this shell uses 1.21.0 now; to go back: `gox use -`\n";
            shell(&sandbox, name, "", &script).stdout(&seen).stderr(said).check();
        }
    }
}

#[test]
fn a_variable_of_direnv_comes_first_in_its_folder() {
    let sandbox = real_world();
    sandbox.write("code/p/.envrc", "export GO_VERSION=1.20.14\n");
    for name in WITH_FUNCTIONS {
        let script = format!(
            "direnv allow p; gox use 1.21 2>/dev/null; go version
            cd p; eval \"$(direnv export {name} 2>/dev/null)\"; go version; make -s
            cd ..; eval \"$(direnv export {name} 2>/dev/null)\"; go version"
        );
        sandbox.write("code/p/Makefile", "all:\n\tgo version\n");
        let seen = ["1.21.0", "1.20.14", "1.20.14", "1.21.0"]
            .map(|version| format!("go version go{version} [OS]/[ARCH]\n"));
        shell(&sandbox, name, "", &script).stdout(&seen.concat()).check();
    }
}
