//! Another manager's shim as the system Go, that starts ours again.

use std::fs;
use std::os::unix::fs::symlink;

use super::{sandbox, shim};
use crate::support::archives::FakeToolchain;
use crate::support::programs;
use crate::support::sandbox::SHIM;

#[test]
fn a_loop_by_exec_ends_at_once() {
    let sandbox = sandbox(&[]);
    sandbox.put_tool("go", "#!/bin/sh\nexec go \"$@\"\n");
    let path = sandbox.path_after([sandbox.home().join("shims")]);
    let error = "gox: `[ROOT]/bin/go` starts `[HOME]/shims/go`, which starts it again\n\
                 hint: remove one of the two from PATH, or install a Go with gox: `gox install latest`\n";
    let go = sandbox.home().join("shims/go");
    sandbox.command(go).arg("version").env("PATH", path).code(127).stderr(error).check();
}

/// A wrapper takes its own folder from PATH, and starts what it finds there.
const WRAPPER: &str = "#!/bin/bash\necho \"wrapper $1\"\nPATH=${PATH//$(dirname $0):/} exec go \"$@\"\n";

#[test]
fn a_wrapper_that_leads_to_another_go_is_no_loop() {
    let sandbox = sandbox(&["1.22.4"]);
    sandbox.write("code/.go-version", "system\n");
    for folder in ["one", "two", "real"] {
        let go = sandbox.put_tool("go", if folder == "real" { "#!/bin/sh\necho real $1\n" } else { WRAPPER });
        fs::create_dir(sandbox.root().join(folder)).unwrap();
        fs::rename(go, sandbox.root().join(folder).join("go")).unwrap();
    }
    let shims = sandbox.home().join("shims");
    let root = sandbox.root().to_owned();
    let folders = |names: &[&str]| {
        let own = std::iter::once(shims.clone());
        sandbox.path_after(own.chain(names.iter().map(|name| root.join(name))))
    };
    for (names, seen) in [
        (&["real"][..], "real version\n"),
        (&["one", "real"], "wrapper version\nreal version\n"),
        (&["one", "two", "real"], "wrapper version\nwrapper version\nreal version\n"),
    ] {
        let go = sandbox.command(shim(&sandbox, "go")).arg("version");
        go.env("PATH", folders(names)).stdout(seen).check();
    }
    // Many nested builds by a wrapper are no loop either: each process counts once.
    let nested = "#!/bin/sh\n[ $1 = 0 ] && exec echo end\ngo $(($1 - 1))\ncode=$?\nexit $code\n";
    fs::rename(sandbox.put_tool("go", nested), root.join("real/go")).unwrap();
    let go = sandbox.command(shim(&sandbox, "go")).arg("7").env("PATH", folders(&["one", "real"])).run();
    assert_eq!((go.code(), go.stdout.lines().last()), (0, Some("end")), "{}", go.stderr);
}

#[test]
fn wrappers_that_lead_back_to_each_other_are_a_loop() {
    let sandbox = sandbox(&[]);
    let shims = sandbox.home().join("shims");
    let (one, two) = (sandbox.root().join("one"), sandbox.root().join("two"));
    for (folder, other) in [(&one, &two), (&two, &one)] {
        let path = format!("{}:{}:/usr/bin:/bin", shims.display(), other.display());
        let go = sandbox.put_tool("go", &format!("#!/bin/sh\necho round\nPATH={path} exec go \"$@\"\n"));
        fs::create_dir(folder).unwrap();
        fs::rename(go, folder.join("go")).unwrap();
    }
    let error = "gox: `[ROOT]/one/go` starts `[HOME]/shims/go`, which starts it again\n\
                 hint: remove one of the two from PATH, or install a Go with gox: `gox install latest`\n";
    let go =
        sandbox.command(shim(&sandbox, "go")).arg("version").env("PATH", sandbox.path_after([shims, one]));
    go.code(127).stdout("round\nround\n").stderr(error).check();
}

/// Two names of one file, such as the links to one program that some managers have as shims, are the same Go.
#[test]
fn another_name_of_the_same_file_is_a_loop() {
    let sandbox = sandbox(&[]);
    let go = sandbox.put_tool("go", WRAPPER);
    for folder in ["one", "two"] {
        fs::create_dir(sandbox.root().join(folder)).unwrap();
        symlink(&go, sandbox.root().join(folder).join("go")).unwrap();
    }
    let path = sandbox.path_after(["user/.local/go/shims", "one", "two"]);
    let error = "gox: `[ROOT]/two/go` starts `[HOME]/shims/go`, which starts it again\n\
                 hint: remove one of the two from PATH, or install a Go with gox: `gox install latest`\n";
    let go = sandbox.command(shim(&sandbox, "go")).arg("version").env("PATH", path);
    go.code(127).stdout("wrapper version\n").stderr(error).check();
}

#[test]
fn a_loop_by_fork_ends_after_some_rounds() {
    let sandbox = sandbox(&[]);
    let script = "#!/bin/sh\necho round\ngo \"$@\"\ncode=$?\nexit $code\n";
    let path = sandbox.path_after([sandbox.home().join("shims")]);
    let loops = |program: &str, rounds: usize| {
        let error = format!(
            "gox: `{program}` starts `[HOME]/shims/go`, which starts it again\n\
             hint: remove one of the two from PATH, or install a Go with gox: `gox install latest`\n"
        );
        let go = sandbox.command(shim(&sandbox, "go")).arg("version").env("PATH", &path);
        go.code(127).stdout(&"round\n".repeat(rounds)).stderr(&error).check();
    };
    let go = sandbox.put_tool("go", script);
    loops("[ROOT]/bin/go", 8);
    // A Go in a GOROOT may nest deeper, as with `go run` in a program that is run so.
    fs::remove_file(&go).unwrap();
    let goroot = sandbox.root().join("usr/lib/go");
    FakeToolchain::new("1.22.4").with_file("bin/go", 0o755, script).write_to(&goroot);
    symlink(goroot.join("bin/go"), &go).unwrap();
    loops("[ROOT]/bin/go", 20);
}

#[test]
fn a_loop_that_forks_twice_on_each_round_is_no_fork_bomb() {
    let sandbox = sandbox(&[]);
    sandbox.put_tool("go", "#!/bin/sh\necho round >>\"$TMPDIR/rounds\"\ngo \"$@\"\ngo \"$@\"\n");
    let path = sandbox.path_after([sandbox.home().join("shims")]);
    let go = sandbox.command(shim(&sandbox, "go")).arg("version").env("PATH", path).run();
    assert_eq!(go.code(), 127);
    assert_eq!(sandbox.read("tmp/rounds").lines().count(), (1 << 8) - 1);
}

#[test]
fn a_build_by_the_system_go_may_call_go_again() {
    let sandbox = sandbox(&["1.22.4"]);
    sandbox.put_tool(
        "go",
        "#!/bin/sh\n[ \"$1\" = version ] && exec echo system\ngo version\nGO_VERSION=1.22.4 go version\n",
    );
    let path = sandbox.path_after([sandbox.home().join("shims")]);
    let go = sandbox.home().join("shims/go");
    let seen = "system\ngo version go1.22.4 [OS]/[ARCH]\n";
    sandbox
        .command(go)
        .args(["+system", "generate"])
        .env("GO_VERSION", "system")
        .env("PATH", path)
        .stdout(seen)
        .check();
}

#[test]
fn links_and_copies_of_the_shim_are_no_system_go() {
    let sandbox = sandbox(&[]);
    symlink(sandbox.home().join("shims/go"), sandbox.root().join("bin/go")).unwrap();
    let path = sandbox.path_after([sandbox.home().join("shims")]);
    let go = sandbox.home().join("shims/go");
    let error = "gox: no Go is selected, and there is no other `go` on PATH\nhint: install the newest: `gox install latest`\n";
    sandbox.command(go).arg("version").env("PATH", path).code(127).stderr(error).check();
}

#[test]
fn shims_that_are_copies_are_no_system_go_either() {
    let machine = sandbox(&[]);
    let sandbox = sandbox(&[]);
    for home in [sandbox.home(), machine.home()] {
        for tool in ["go", "gofmt"] {
            let path = home.join("shims").join(tool);
            fs::remove_file(&path).unwrap();
            let _programs = programs();
            fs::copy(SHIM, path).unwrap();
        }
    }
    let path = sandbox.path_after([machine.home().join("shims"), sandbox.home().join("shims")]);
    for tool in ["go", "gofmt"] {
        let error = format!(
            "gox: no Go is selected, and there is no other `{tool}` on PATH\nhint: install the newest: \
             `gox install latest`\n"
        );
        let shim = sandbox.command(shim(&sandbox, tool)).arg("version").env("PATH", &path);
        shim.env("GOX_SYSTEM_HOME", machine.home()).code(127).stderr(&error).check();
        let which = sandbox.gox(["which", tool]).env("PATH", &path).env("GOX_SYSTEM_HOME", machine.home());
        let error = error.replace("gox: ", "error: ");
        which.code(3).stderr(&error).check();
    }
}

/// cmd/go starts what it finds on PATH with its own arguments, argv0 included: the file's name counts.
#[test]
fn a_launcher_that_the_go_command_starts_runs_its_own_version() {
    let sandbox = sandbox(&["1.22.4", "1.99.0"]);
    let argv0 = sandbox.home().join("toolchains/go1.22.4/bin/go");
    let launcher = sandbox.command(shim(&sandbox, "go1.99.0")).name(argv0.to_str().unwrap()).arg("version");
    launcher.stdout("go version go1.99.0 [OS]/[ARCH]\n").check();
    // What it told its child stays, or it would not notice a circle.
    let told =
        [("GOTOOLCHAIN_INTERNAL_SWITCH_VERSION", "go1.99.0"), ("GOTOOLCHAIN_INTERNAL_SWITCH_COUNT", "1")];
    let mut launcher = sandbox.command(shim(&sandbox, "go1.99.0")).name("go").arg("env");
    for (name, value) in told {
        launcher = launcher.env(name, value);
    }
    let output = launcher.run();
    for (name, value) in told {
        assert!(output.stdout.contains(&format!("{name}={value}\n")), "{}", output.stdout);
    }
    // A link to the shim of another name is what it is called.
    let link = sandbox.root().join("go1.22.4");
    symlink(shim(&sandbox, "go"), &link).unwrap();
    sandbox.command(link).arg("version").stdout("go version go1.22.4 [OS]/[ARCH]\n").check();
}
