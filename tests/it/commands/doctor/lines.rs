//! The lines of start-up files that checks name.

use std::fs;

use super::{Machine, RESTART, lines};

const WHY: &str = "gox removes it for `go`, but a Go that is started by its path, as editors do, takes it and fails with `does not match go tool version`";

#[test]
fn the_line_that_loads_gvm_is_to_go_with_its_variables() {
    let machine = Machine::healthy();
    let sandbox = &machine.sandbox;
    let goroot = sandbox.user().join(".gvm/gos/go1.20");
    machine.sandbox.put_script("user/.gvm/gos/go1.20/bin/go", "#!/bin/sh\n");
    let own = sandbox.read("user/.bashrc");
    for line in [
        "[[ -s \"$HOME/.gvm/scripts/gvm\" ]] && source \"$HOME/.gvm/scripts/gvm\"",
        ". ~/.gvm/scripts/gvm",
        "source \"${HOME}\"/.gvm/scripts/gvm # gvm",
    ] {
        sandbox.write("user/.bashrc", format!("# source ~/.gvm/scripts/gvm\n{line}\n{own}"));
        let seen = "`GOROOT=[ROOT]/user/.gvm/gos/go1.20` is set, of gvm";
        let mend = "remove line 2 of `[ROOT]/user/.bashrc`, which loads gvm; then: unset GOROOT";
        let run = machine.gox(&["doctor", "env-goroot"]).env("GOROOT", &goroot);
        run.stdout(&lines("environment", "warning", "env-goroot", [seen, WHY, mend])).check();
        let gopath = sandbox.user().join(".gvm/pkgsets/go1.20/global");
        let seen = "`GOPATH=[ROOT]/user/.gvm/pkgsets/go1.20/global` is set, of gvm";
        let why = "tools that `go install` puts there belong to one version of another manager";
        let run = machine.gox(&["doctor", "env-gopath"]).env("GOPATH", gopath);
        let mend = "remove line 2 of `[ROOT]/user/.bashrc`, which loads gvm; then: unset GOPATH";
        let texts = [seen, why, mend];
        run.stdout(&lines("environment", "note", "env-gopath", texts)).check();
        let path = sandbox.path_after(["user/.gvm/gos/go1.20/bin"]);
        let run = machine.gox(&["doctor", "path-shims"]).env("PATH", path);
        let seen = "`[ROOT]/user/.gvm/gos/go1.20/bin/go`, of gvm, is found before the shims; \
            `[ROOT]/user/.bashrc:2` puts it there";
        let why = "that Go runs, whatever a pin or the default asks for";
        // A new shell alone would help up to the next `cd` only.
        let does = "loads a `cd` that puts its own Go first on PATH again";
        let mend = format!("remove line 2 of `[ROOT]/user/.bashrc`, which {does}; then {RESTART}");
        run.code(1).stdout(&lines("path", "failed", "path-shims", [seen, why, &mend])).check();
        let run = machine.gox(&["setup"]).env("PATH", sandbox.path_after(["user/.gvm/gos/go1.20/bin"]));
        let said = format!(
            "`~/.bashrc:3` does it already, written by hand\n`~/.profile:1` does it already, written by hand\n\
             hint: {}\nnote: `~/.bashrc:2` runs gvm, which sets up its own Go: remove the line\n",
            mend.replace("[ROOT]/user", "~")
        );
        run.stderr(&said).check();
        let status = machine.gox(&["status"]).env("PATH", sandbox.path_after(["user/.gvm/gos/go1.20/bin"]));
        let status = status.run();
        let hint = "hint: find out what puts another Go in front again: `gox setup`\n";
        assert_eq!(status.stderr.split_inclusive('\n').next_back(), Some(hint));
    }
    // Without the line the shell is only an older one.
    sandbox.write("user/.bashrc", own);
    let run = machine.gox(&["doctor", "path-shims"]);
    let run = run.env("PATH", sandbox.path_after(["user/.gvm/gos/go1.20/bin"])).code(1);
    let seen = "`[ROOT]/user/.gvm/gos/go1.20/bin/go`, of gvm, is found before the shims";
    let why = "that Go runs, whatever a pin or the default asks for";
    run.stdout(&lines("path", "failed", "path-shims", [seen, why, RESTART])).check();
}

#[test]
fn the_line_that_loads_goenv_is_to_go_with_its_gopath() {
    let machine = Machine::healthy();
    let sandbox = &machine.sandbox;
    let own = sandbox.read("user/.bashrc");
    sandbox.write("user/.bashrc", format!("eval \"$(goenv init -)\"\n{own}"));
    let why = "tools that `go install` puts there belong to one version of another manager";
    let mend = "remove line 1 of `[ROOT]/user/.bashrc`, which loads goenv; then: unset ";
    for (name, prefix, below) in
        [("GOPATH", "user/go", ""), ("GOPATH", "else", ""), ("GOBIN", "user/go", "/bin")]
    {
        let id = format!("env-{}", name.to_lowercase());
        let gox = |value: &str| {
            let run = machine.gox(&["doctor", &id]).env(name, sandbox.root().join(value));
            if prefix == "else" { run.env("GOENV_GOPATH_PREFIX", sandbox.root().join(prefix)) } else { run }
        };
        let value = format!("{prefix}/1.26.5{below}");
        let seen = format!("`{name}=[ROOT]/{value}` is set, of goenv");
        let texts = [&*seen, why, &format!("{mend}{name}")];
        gox(&value).stdout(&lines("environment", "note", &id, texts)).check();
        for value in [format!("{prefix}{below}"), format!("{prefix}/mine{below}")] {
            let ok = format!("environment\n  ok      {id}  `{name}=[ROOT]/{value}` is set\n\n1 ok\n");
            gox(&value).stdout(&ok).check();
        }
    }
}

#[test]
fn a_line_that_sets_the_variable_is_to_go_too() {
    let machine = Machine::healthy();
    let own = machine.sandbox.read("user/.bashrc");
    for line in ["export GOROOT=/usr/lib/go", "GOROOT=/usr/lib/go; export GOROOT", "export X=1 GOROOT='/x'"] {
        machine.sandbox.write("user/.bashrc", format!("{own}{line}\n# GOROOT=/y\nMYGOROOT=/z\n"));
        let seen = "`GOROOT=/x` is set, where no Go is";
        let mend = "remove line 2 of `[ROOT]/user/.bashrc`, which sets `GOROOT`; then: unset GOROOT";
        let run = machine.gox(&["doctor", "env-goroot"]).env("GOROOT", "/x");
        run.stdout(&lines("environment", "warning", "env-goroot", [seen, WHY, mend])).check();
    }
}

#[test]
fn each_line_that_sets_the_variable_or_loads_its_manager_is_named() {
    const LOADS: &str = "source ~/.gvm/scripts/gvm\n";
    const SETS: &str = "export GOROOT=~/.gvm/gos/go1.20\n";
    let machine = Machine::healthy();
    let own = machine.sandbox.read("user/.bashrc");
    let part = |number: u32, does: &str, file: &str| {
        format!("remove line {number} of `[ROOT]/user/{file}`, which {does}; then: ")
    };
    let (loads, sets) = ("loads gvm", "sets `GOROOT`");
    let gvm = "/u/.gvm/gos/go1.20";
    let homebrew = "/opt/homebrew/opt/go/libexec";
    for (value, bashrc, profile, mend) in [
        (gvm, [LOADS, &own, SETS].concat(), "", part(3, sets, ".bashrc") + &part(1, loads, ".bashrc")),
        (gvm, [LOADS, &own].concat(), SETS, part(1, loads, ".bashrc") + &part(1, sets, ".profile")),
        (gvm, [SETS, &own, SETS].concat(), "", part(3, sets, ".bashrc") + &part(1, sets, ".bashrc")),
        // One line does both.
        (gvm, [LOADS.trim_end(), "; ", SETS, &own].concat(), "", part(1, loads, ".bashrc")),
        // What sets it to nothing, or asks for it, is not the cause.
        (gvm, ["export GOROOT=\nset -e GOROOT\nset -q GOROOT\n", &own].concat(), "", String::new()),
        // The package manager goes on to be needed.
        (
            homebrew,
            ["eval \"$(/opt/homebrew/bin/brew shellenv)\"\nset -gx GOROOT /x\n", &own].concat(),
            "",
            part(2, sets, ".bashrc"),
        ),
    ] {
        machine.sandbox.write("user/.bashrc", &bashrc);
        machine.sandbox.write("user/.profile", profile);
        let manager = if value == gvm { "gvm" } else { "Homebrew" };
        let seen = format!("`GOROOT={value}` is set, of {manager}, where no Go is");
        let texts = [&*seen, WHY, &format!("{mend}unset GOROOT")];
        let run = machine.gox(&["doctor", "env-goroot"]).env("GOROOT", value);
        run.stdout(&lines("environment", "warning", "env-goroot", texts)).check();
    }
}

/// Other tools need what loads the manager, which sets nothing of Go's itself, or can be told not to.
#[test]
fn the_line_that_loads_a_manager_of_other_tools_is_not_to_go_for_go() {
    const LOADS: &str = ". ~/.asdf/asdf.sh\n. ~/.asdf/completions/asdf.bash\n";
    let machine = Machine::healthy();
    let script = ". ${ASDF_DATA_DIR:-$HOME/.asdf}/plugins/golang/set-env.bash\n";
    let line = |number: u32, does: &str| {
        format!("remove line {number} of `[ROOT]/user/.bashrc`, which loads {does}; then: ")
    };
    let of_asdf = |number| line(number, "asdf, unless you use asdf for other tools");
    let mise = "mise (if you use mise for other tools, keep it and type: mise settings add disable_tools go)";
    for (manager, goroot, bashrc, mend) in [
        (
            "asdf",
            "/u/.asdf/installs/golang/1.20/go",
            [LOADS, script].concat(),
            line(3, "asdf's script for Go"),
        ),
        ("asdf", "/u/.asdf/installs/golang/1.20/go", LOADS.to_owned(), of_asdf(2) + &of_asdf(1)),
        ("mise", "/u/mise/installs/go/1.20", "eval \"$(mise activate bash)\"\n".to_owned(), line(1, mise)),
    ] {
        machine.sandbox.write("user/.bashrc", bashrc);
        let seen = format!("`GOROOT={goroot}` is set, of {manager}, where no Go is");
        let texts = [&*seen, WHY, &format!("{mend}unset GOROOT")];
        let run = machine.gox(&["doctor", "env-goroot"]).env("GOROOT", goroot);
        run.stdout(&lines("environment", "warning", "env-goroot", texts)).check();
    }
}

#[test]
fn the_folder_of_tools_has_to_be_on_path() {
    let machine = Machine::healthy();
    let sandbox = &machine.sandbox;
    for folder in ["user/go/bin", "gobin", "gopath/bin", "named/bin"] {
        machine.sandbox.put_script(&format!("{folder}/tool"), "#!/bin/sh\n");
    }
    let root = sandbox.root().to_str().unwrap();
    let goenv = sandbox.write("goenv", format!("GOPATH={root}/named\n"));
    let gopath = format!("{root}/gopath:{root}/other");
    let gobin = format!("{root}/gobin");
    let gox = || machine.gox(&["doctor", "path-tools"]);
    for (command, folder, shown) in [
        (gox(), "[ROOT]/user/go/bin", "[ROOT]/user/go/bin"),
        (gox().env("GOBIN", &gobin).env("GOPATH", &gopath), "[ROOT]/gobin", "[ROOT]/gobin"),
        (gox().env("GOPATH", &gopath), "[ROOT]/gopath/bin", "[ROOT]/gopath/bin"),
        (gox().env("GOENV", &goenv), "[ROOT]/named/bin", "[ROOT]/named/bin"),
    ] {
        let seen = format!("`{shown}` is not on PATH");
        let why = "tools that `go install` puts there are not found";
        let line = format!("export PATH=\"$PATH:\"{folder}");
        let add = |file: &str| format!("echo '{line}' >>[ROOT]/user/{file}");
        let mend = format!("{} && {} && {line}", add(".bashrc"), add(".profile"));
        command.stdout(&lines("path", "note", "path-tools", [&seen, why, &mend])).check();
    }
    // Where that folder is the mistake, nobody wants it on PATH.
    for (id, name, value) in [
        ("env-gobin", "GOBIN", sandbox.home().join("toolchains/go1.99.1/bin")),
        ("env-gobin", "GOBIN", sandbox.put_script("user/.asdf/go/bin/go", "").with_file_name("")),
        ("env-gopath", "GOPATH", sandbox.user().join(".gvm/global")),
    ] {
        let skipped =
            format!("path\n  skipped path-tools  `{id}` says what is wrong with the folder\n\n1 skipped\n");
        gox().env(name, value).stdout(&skipped).check();
    }
    let run = gox().env("PATH", sandbox.path_after(["user/go/bin"]));
    run.stdout("path\n  ok      path-tools  `[ROOT]/user/go/bin` is on PATH\n\n1 ok\n").check();
    fs::remove_file(sandbox.root().join("user/go/bin/tool")).unwrap();
    gox().stdout("path\n  ok      path-tools  nothing is in `[ROOT]/user/go/bin` yet\n\n1 ok\n").check();
}
