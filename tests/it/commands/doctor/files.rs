//! The checks of the user's files: those of shells, of Go, of editors.

use super::shell::LOGIN_WHY;
use super::{HOOK, Row, check};
use crate::support::sandbox::Sandbox;

const ROWS: &[Row] = &[
    (
        "environment",
        "warning",
        "goenv-file",
        |machine| drop(machine.sandbox.write("user/.config/go/env", "GOROOT=/usr/lib/go\n")),
        [
            "`[ROOT]/user/.config/go/env` has `GOROOT=/usr/lib/go`",
            "every Go that is started by its path takes that GOROOT, and fails where it is another version's",
            "go env -u GOROOT",
        ],
        &[],
    ),
    (
        "environment",
        "warning",
        "goenv-file",
        |machine| drop(machine.sandbox.write("user/.config/go/env", "GOTOOLCHAIN=go1.99.1\n")),
        [
            "`[ROOT]/user/.config/go/env` has `GOTOOLCHAIN=go1.99.1`",
            "it applies in every directory without an exact pin",
            "go env -u GOTOOLCHAIN",
        ],
        &[],
    ),
    (
        "environment",
        "note",
        "goenv-file",
        |machine| {
            let text = "GOFLAGS=-mod=mod\nGOPROXY=https://me:secret@x.test\nGOPRIVATE=\n";
            machine.sandbox.write("user/.config/go/env", text);
        },
        [
            "`[ROOT]/user/.config/go/env` sets GOPROXY, GOFLAGS",
            "what is set there holds in every shell and every project",
            "go env -u GOPROXY GOFLAGS",
        ],
        &[],
    ),
    (
        "shell",
        "warning",
        "hook",
        |machine| drop(machine.sandbox.write("user/.bashrc", "x=1\n")),
        [
            "bash starts without the functions of gox",
            "`gox use` does nothing without the function, and each `go` costs a start of the shim",
            HOOK,
        ],
        &[],
    ),
    (
        "shell",
        "warning",
        "hook",
        |machine| drop(machine.sandbox.write("user/.bashrc", "exit 0\n")),
        [
            "bash ended before it answered",
            "a start-up file ends the shell, so whether it reads the hook cannot be told",
            "look at `[ROOT]/user/.bashrc`",
        ],
        &[],
    ),
    (
        "shell",
        "note",
        "login-path",
        |machine| drop(machine.sandbox.write("user/.profile", "")),
        [
            "no line with `gox init` or the shims is in `[ROOT]/user/.profile`, `/etc/profile.d` or `/etc/environment`",
            LOGIN_WHY,
            "gox setup sh",
        ],
        &[],
    ),
    (
        "editors",
        "warning",
        "editor-vscode",
        |machine| {
            let text = "{\n  // mine\n  \"go.goroot\": \"/usr/local/go\",\n}\n";
            machine.sandbox.write("user/.config/Code/User/settings.json", text);
        },
        [
            "`[ROOT]/user/.config/Code/User/settings.json` has `go.goroot`: `/usr/local/go`",
            "VS Code runs that one, whatever runs in the shell",
            "remove `go.goroot` from the file, or let it follow: \"go.alternateTools\": {\"go\": \"[HOME]/shims/go\"}",
        ],
        &[],
    ),
    (
        "editors",
        "warning",
        "editor-vscode",
        |machine| {
            let text = r#"{"go.alternateTools": {"go": "${userHome}/.local/go/shims/go"}, "go.toolsEnvVars": {"GOROOT": "/x"}}"#;
            machine.sandbox.write("code/.vscode/settings.json", text);
        },
        [
            "`[ROOT]/code/.vscode/settings.json` has `go.toolsEnvVars.GOROOT`: `/x`",
            "VS Code runs that one, whatever runs in the shell",
            "remove `go.toolsEnvVars.GOROOT` from the file, or let it follow: \"go.alternateTools\": {\"go\": \"[HOME]/shims/go\"}",
        ],
        &[],
    ),
    (
        "editors",
        "warning",
        "editor-goland",
        |machine| {
            let text = "<project>\n  <component name=\"GOROOT\" url=\"file://$USER_HOME$/sdk/go1.20\" />\n</project>\n";
            machine.sandbox.write("code/.idea/workspace.xml", text);
        },
        [
            "`[ROOT]/code/.idea/workspace.xml` has the GOROOT `[ROOT]/user/sdk/go1.20`, where no Go is",
            "GoLand runs that one, whatever runs in the shell",
            "choose the folder that `gox root` prints, in Settings, Go, GOROOT",
        ],
        &[],
    ),
    (
        "editors",
        "note",
        "editor-goland",
        |machine| {
            let text = "<set><option value=\"file:///nowhere/go1.20\" /></set>";
            machine.sandbox.write("user/.config/JetBrains/GoLand2026.1/options/go.sdk.xml", text);
        },
        [
            "`[ROOT]/user/.config/JetBrains/GoLand2026.1/options/go.sdk.xml` has the SDK `/nowhere/go1.20`, where no Go is",
            "a project that chose it has no Go",
            "choose the folder that `gox root` prints, in Settings, Go, GOROOT",
        ],
        &[],
    ),
];

#[test]
fn each_check_of_files_of_the_user() {
    check(ROWS);
}

#[test]
fn projects_end_below_the_user_s_folder_as_it_is_spelt() {
    let sandbox = Sandbox::new();
    let user = sandbox.root().join("linked");
    std::os::unix::fs::symlink(sandbox.user(), &user).unwrap();
    std::fs::create_dir(user.join("project")).unwrap();
    sandbox.write(".vscode/settings.json", "{\"go.goroot\": \"/usr/local/go\"}");
    let gox = sandbox.gox(["doctor", "editor-vscode"]).env("HOME", &user).env("PWD", user.join("project"));
    let skipped = "editors\n  skipped editor-vscode  no settings of VS Code are here\n\n1 skipped\n";
    gox.cwd("user/project").stdout(skipped).check();
}
