//! The checks of what builds need: a compiler, headers, pkg-config.

use std::ffi::OsString;

use super::{lines, recorded};
use crate::support::command::Command;
use crate::support::sandbox::Sandbox;

/// A compiler that takes what it is given.
const WORKS: &str = "#!/bin/sh\ncat >/dev/null\n";
/// Installs one, on the machine `debian`.
const INSTALL: &str = "sudo apt-get install gcc libc6-dev";

/// Nothing but `[ROOT]/bin`, and in it what the scripts there need: no compiler of the machine.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    for tool in ["cat", "sleep"] {
        std::os::unix::fs::symlink(format!("/bin/{tool}"), sandbox.root().join("bin").join(tool)).unwrap();
    }
    sandbox
}

fn doctor<'a>(sandbox: &'a Sandbox, id: &str) -> Command<'a> {
    let path: OsString = sandbox.root().join("bin").into();
    sandbox.gox(["doctor", id, "--machine"]).arg(recorded::folder("debian")).env("PATH", path)
}

fn quiet(state: &str, id: &str, seen: &str) -> String {
    format!("build\n  {state:7} {id}  {seen}\n\n1 {state}\n")
}

#[test]
fn the_compiler_that_go_looks_for() {
    let id = "cgo-compiler";
    let sandbox = sandbox();
    let off = "`gcc` is not on PATH, so cgo is off";
    let why_off = "`-race` does not work, nor do packages that need C; `net` and `os/user` do without";
    let note = |mend| lines("build", "note", id, [off, why_off, mend]);
    let why_failed = "no package with C code can be built, `net` and `os/user` among them";
    let failed = |seen: &str, mend| lines("build", "failed", id, [seen, why_failed, mend]);

    doctor(&sandbox, id).stdout(&note(INSTALL)).check();
    let alpine = sandbox.gox(["doctor", id, "--machine"]).arg(recorded::folder("docker-on-wsl2"));
    alpine.env("PATH", "/nowhere").stdout(&note("sudo apk add gcc musl-dev")).check();
    doctor(&sandbox, id)
        .env("CGO_ENABLED", "0")
        .stdout(&quiet("ok", id, "cgo is off, by `CGO_ENABLED=0`"))
        .check();
    let asked = failed("`CGO_ENABLED=1` is set, and `gcc` is not on PATH", INSTALL);
    doctor(&sandbox, id).env("CGO_ENABLED", "1").code(1).stdout(&asked).check();
    // Neither 0 nor 1 says something to Go.
    doctor(&sandbox, id).env("CGO_ENABLED", "yes").stdout(&note(INSTALL)).check();

    // One that Go does not look for. A line of the GOENV file alone does not turn cgo on.
    sandbox.put_tool("clang", WORKS);
    let export = "export CC=clang; export CGO_ENABLED=1";
    let export = format!("echo '{export}' >>[ROOT]/user/.profile && {export}");
    let exported = note(&export);
    let goenv = sandbox.write("goenv", "CC=clang -m64\n");
    doctor(&sandbox, id).env("GOENV", &goenv).stdout(&exported).check();
    sandbox.put_tool("go", WORKS);
    sandbox.write("VERSION", "go1.99.1\n");
    doctor(&sandbox, id).env("GOENV", "off").stdout(&exported).check();
    doctor(&sandbox, id).env("GOENV", &goenv).stdout(&note("go env -w CC=clang CGO_ENABLED=1")).check();
    let found = quiet("ok", id, "`[ROOT]/bin/clang`");
    doctor(&sandbox, id).env("CC", " clang -m64").stdout(&found).check();
    sandbox.write("goenv", "CC=clang\nCGO_ENABLED=1\n");
    doctor(&sandbox, id).env("GOENV", &goenv).stdout(&found).check();
    doctor(&sandbox, id).env("CC", sandbox.root().join("bin/clang")).stdout(&found).check();

    sandbox.put_tool("gcc", WORKS);
    doctor(&sandbox, id).stdout(&quiet("ok", id, "`[ROOT]/bin/gcc`")).check();
    let seen = "`CC=ccache gcc` is set by the environment, and `ccache` is not there";
    doctor(&sandbox, id).env("CC", "ccache gcc").code(1).stdout(&failed(seen, "unset CC")).check();
    // Which Go refuses.
    let seen = "`CC='open` is set by the environment, and `'open` is not there";
    doctor(&sandbox, id).env("CC", "'open").code(1).stdout(&failed(seen, "unset CC")).check();
    sandbox.write("goenv", "CC=/opt/cc\n");
    let seen = "`CC=/opt/cc` is set by [ROOT]/goenv, and `/opt/cc` is not there";
    doctor(&sandbox, id).env("GOENV", &goenv).code(1).stdout(&failed(seen, "go env -u CC")).check();
    // A file that is not executable is no program.
    sandbox.write("bin/plain", "");
    let seen = "`CC=plain` is set by the environment, and `plain` is not there";
    doctor(&sandbox, id).env("CC", "plain").code(1).stdout(&failed(seen, "unset CC")).check();
}

#[test]
fn a_compiler_on_a_windows_drive() {
    let machine = recorded::Recorded::new("wsl2-ubuntu");
    machine.sandbox.put_script("mnt/c/gcc", "#!/bin/sh\n");
    let why = "a Windows compiler does not build Linux programs";
    let texts = ["`[ROOT]/mnt/c/gcc` is on a Windows drive", why, INSTALL];
    let run = machine.doctor(&["cgo-compiler"]).env("PATH", machine.sandbox.path_after(["mnt/c"]));
    run.stdout(&lines("build", "warning", "cgo-compiler", texts)).check();
}

#[test]
fn the_headers_of_the_c_library() {
    let id = "cgo-headers";
    let sandbox = sandbox();
    let why = "cgo compiles C against these headers, so nothing with C in it can be built";
    let skipped = quiet("skipped", id, "cgo is off, or has no compiler");
    doctor(&sandbox, id).stdout(&skipped).check();
    doctor(&sandbox, id).env("CC", "none").stdout(&skipped).check();

    // It is asked with its own arguments, and with the text on its input.
    sandbox.put_tool(
        "gcc",
        "#!/bin/sh\n[ \"$*\" = '-m64 -E -x c -' ] && read -r line && [ \"$line\" = '#include <stdlib.h>' ]\n",
    );
    let fine = quiet("ok", id, "`gcc` finds the headers of the C library");
    doctor(&sandbox, id).env("CC", "gcc -m64").stdout(&fine).check();
    doctor(&sandbox, id).env("CC", "gcc -m64").env("CGO_ENABLED", "0").stdout(&skipped).check();

    let line = "<stdin>:1:10: fatal error: stdlib.h: No such file or directory";
    for (script, seen) in [
        (
            format!("#!/bin/sh\ncat >/dev/null\necho\necho '{line}' >&2\nexit 1\n"),
            format!("`gcc` fails: {}…", &line[..60]),
        ),
        ("#!/bin/sh\nexit 3\n".to_owned(), "`gcc` fails: it says nothing".to_owned()),
        ("#!/bin/sh\nkill -9 $$\n".to_owned(), "`gcc` fails: it says nothing".to_owned()),
        ("#!/nowhere\n".to_owned(), "`gcc` does not start: no such file or directory".to_owned()),
        // Much output, and nobody who reads it.
        (
            "#!/bin/sh\nwhile [ $((i += 1)) -le 9000 ]; do echo 'line of a text'; done\nexit 1\n".to_owned(),
            "`gcc` fails: line of a text".to_owned(),
        ),
    ] {
        sandbox.put_tool("gcc", &script);
        doctor(&sandbox, id).code(1).stdout(&lines("build", "failed", id, [&seen, why, INSTALL])).check();
    }
    sandbox.put_tool("gcc", "#!/bin/sh\nsleep 1000 & wait\n");
    let texts =
        ["`gcc` did not end within [TIME]", "each file of C takes as long, or for ever", "gcc --version"];
    doctor(&sandbox, id).env("GOX_TIMEOUT", "1").stdout(&lines("build", "warning", id, texts)).check();
    // The one that compiled these tests' own dependencies.
    let real = quiet("ok", id, "`cc` finds the headers of the C library");
    sandbox.gox(["doctor", id]).env("CC", "cc").stdout(&real).check();
}

#[test]
fn pkg_config_where_the_module_needs_it() {
    let id = "cgo-pkg-config";
    let sandbox = sandbox();
    let skipped = |seen| quiet("skipped", id, seen);
    sandbox.write("code/main.go", "package main\n\n// #cgo pkg-config: png\nimport \"C\"\n");
    doctor(&sandbox, id).stdout(&skipped("there is no module here")).check();
    sandbox.write("code/go.mod", "module hello\n");
    let texts = [
        "`[ROOT]/code/main.go` needs `pkg-config`, which is not on PATH",
        "its package cannot be built, nor what imports it",
        "sudo apt-get install pkg-config",
    ];
    let missing = lines("build", "warning", id, texts);
    doctor(&sandbox, id).stdout(&missing).check();
    // Also from a folder below.
    sandbox.write("code/deep/below/x.txt", "");
    doctor(&sandbox, id).cwd("code/deep/below").stdout(&missing).check();
    let seen = missing.replace("needs `pkg-config`", "needs `pkgconf`");
    doctor(&sandbox, id).env("PKG_CONFIG", "pkgconf").stdout(&seen).check();
    // In a group, too.
    let group = "package main\n\nimport (\n\t\"fmt\"\n\n\t// #cgo pkg-config: png\r\n\t\"C\"\r\n)\n";
    sandbox.write("code/main.go", group);
    doctor(&sandbox, id).stdout(&missing).check();
    sandbox.put_tool("pkg-config", "#!/bin/sh\n");
    doctor(&sandbox, id).stdout(&quiet("ok", id, "`[ROOT]/bin/pkg-config`")).check();
    sandbox.write("code/main.go", "package main\n\n// #cgo LDFLAGS: -lpng\nimport \"C\"\n");
    doctor(&sandbox, id).stdout(&skipped("no package of this module uses pkg-config")).check();
}
