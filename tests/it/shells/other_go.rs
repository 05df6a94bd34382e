//! Another Go on PATH: the functions run what `sh -c` and make run, the first on PATH.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use super::{ALL, WITH_FUNCTIONS, shell, strict, world};
use crate::support::sandbox::Sandbox;

/// A world in which `other/go` and `other/gofmt` are another Go.
fn with_other_go() -> Sandbox {
    let sandbox = world();
    for tool in ["go", "gofmt"] {
        let path = sandbox.put_tool(tool, "#!/bin/sh\necho \"other ${0##*/} $*\"\n");
        fs::create_dir_all(sandbox.root().join("other")).unwrap();
        fs::rename(path, sandbox.root().join("other").join(tool)).unwrap();
    }
    fs::create_dir_all(sandbox.root().join("half")).unwrap();
    symlink("../other/go", sandbox.root().join("half/go")).unwrap();
    fs::create_dir_all(sandbox.root().join("empty/go")).unwrap();
    sandbox.write("text/go", "not to be executed\n");
    fs::create_dir_all(sandbox.root().join("mine")).unwrap();
    for tool in ["go", "gofmt"] {
        symlink(sandbox.home().join("shims").join(tool), sandbox.root().join("mine").join(tool)).unwrap();
    }
    symlink(sandbox.home(), sandbox.root().join("linked")).unwrap();
    sandbox
}

/// Entries of PATH before those of the system, and whether the first go and the first gofmt on it are the shims;
/// S is the folder of the shims, R the root of the sandbox.
const PATHS: [(&str, bool, bool); 23] = [
    ("S:", true, true),
    ("S:R/other:", true, true),
    ("R/nowhere:S:R/other:", true, true),
    ("R/empty:R/text:S:R/other:", true, true),
    ("R/linked/shims:R/other:", true, true),
    ("S/:R/other:", true, true),
    ("S/../shims:R/other:", true, true),
    ("R/mine:R/other:S:", true, true),
    ("../mine:R/other:S:", true, true),
    (":S:R/other:", true, true),
    ("R/other:S:", false, false),
    ("R/other:", false, false),
    ("R/half:S:", false, true),
    ("R/half:R/other:S:", false, false),
    ("R/empty:R/half:S:", false, true),
    ("../other:S:", false, false),
    ("R/mine/../other:S:", false, false),
    ("R/other/:S:", false, false),
    ("Sx:R/other:S:", false, false),
    ("R/user/.local/go/shim:R/other:S:", false, false),
    ("~/.local/go/shims:R/other:", false, false),
    ("R/text:R/other:S:", false, false),
    ("\"S\":R/other:S:", false, false),
];

#[test]
fn a_typed_go_is_the_first_on_path() {
    let sandbox = with_other_go();
    for name in WITH_FUNCTIONS {
        for before in ["", strict(name), "set -a"] {
            for (path, go, gofmt) in PATHS {
                let folder = |letter: char| match letter {
                    'S' => sandbox.home().join("shims").display().to_string(),
                    'R' => sandbox.root().display().to_string(),
                    other => other.to_string(),
                };
                let path: String = path.chars().map(folder).collect();
                let script = format!("PATH='{path}'$PATHS; go x; gofmt y; sh -c 'go x; gofmt y'");
                let before = format!("{before}\nPATHS=$PATH");
                let run = shell(&sandbox, name, &before, &script).run();
                let say = |shim: bool, tool: &str, word: &str, chosen: &str| match (shim, chosen) {
                    (false, _) => format!("other {tool} {word}\n"),
                    (true, "") => format!("shim {tool}\nshim {word}\n"),
                    (true, chosen) => chosen.to_owned(),
                };
                let file = "file [HOME]/toolchains/go1.22.4/bin/go\nargument x\n";
                let seen = say(go, "go", "x", file)
                    + &say(gofmt, "gofmt", "y", "gofmt of go1.22.4\n")
                    + &say(go, "go", "x", "")
                    + &say(gofmt, "gofmt", "y", "");
                assert_eq!((run.stdout, run.stderr), (seen, String::new()), "{name} {before}: {path}");
            }
        }
    }
}

#[test]
fn a_path_for_one_command_counts() {
    let sandbox = with_other_go();
    let other = sandbox.root().join("other");
    for name in WITH_FUNCTIONS {
        let script = format!("PATH={}:$PATH go x; go x | tail -n 1", other.display());
        shell(&sandbox, name, "", &script).stdout("other go x\nargument x\n").check();
    }
}

#[test]
fn an_empty_entry_is_the_current_directory() {
    let sandbox = with_other_go();
    fs::copy(sandbox.root().join("other/go"), sandbox.code().join("go")).unwrap();
    for name in WITH_FUNCTIONS {
        shell(&sandbox, name, "", "PATH=:$PATH; go x; sh -c 'go x'")
            .stdout(&"other go x\n".repeat(2))
            .check();
    }
}

/// The shells remember where they found a command.
#[test]
fn what_the_shell_remembers_is_not_believed() {
    let sandbox = with_other_go();
    for name in WITH_FUNCTIONS {
        let root = sandbox.root().display().to_string();
        let script = format!(
            "mkdir {root}/new; PATH={root}/new:{root}/other:$PATH
            go x; command go y; cp {root}/text/go {root}/new/go; go x
            printf '#!/bin/sh\\necho new\\n' >{root}/new/go; chmod +x {root}/new/go; go x
            rm -r {root}/new; go x; PATH=${{PATH#*:*:}}; go x | tail -n 1"
        );
        let seen = "other go x\nother go y\nother go x\nnew\nother go x\nargument x\n";
        shell(&sandbox, name, "", &script).stdout(seen).check();
    }
}

#[test]
fn without_any_go_on_path_none_is_found() {
    let sandbox = with_other_go();
    for name in WITH_FUNCTIONS {
        for path in ["/nowhere", "'\u{e9} *'", "..."] {
            let script = format!("PATH={path}; go x; echo $?");
            let run = shell(&sandbox, name, "", &script).run();
            assert_eq!(run.stdout, "127\n", "{name}: {}", run.stderr);
            assert!(run.stderr.contains("command not found"), "{name}: {}", run.stderr);
        }
    }
}

#[test]
fn before_the_first_install_go_says_how_to_install() {
    let said = "error: no Go is installed yet\nhint: install the newest: `gox install latest`\n";
    let install = "mkdir -p ~/.local/go/toolchains ~/.local/go/shims
        printf '#!/bin/sh\\necho new $*\\n' >~/.local/go/shims/go
        chmod +x ~/.local/go/shims/go";
    for name in ALL {
        let sandbox = Sandbox::new();
        sandbox.put_gox();
        let status = if name == "fish" { "$status" } else { "$?" };
        let script = format!("go version; echo {status}\n{install}\ngo version");
        shell(&sandbox, name, "", &script).stdout("127\nnew version\n").stderr(said).check();
    }
    for name in WITH_FUNCTIONS {
        let sandbox = Sandbox::new();
        sandbox.put_gox();
        let script = "if gofmt -l; then :; else echo \"$?\"; fi; go version && :; echo \"$?\"";
        let twice = said.repeat(2);
        shell(&sandbox, name, strict(name), script).stdout("127\n127\n").stderr(&twice).check();
    }
}

#[test]
fn where_a_store_may_have_toolchains_none_is_proposed() {
    for name in ALL {
        let (status, without_home, missing) = match name {
            "fish" => ("$status", "set --erase HOME", "unknown command"),
            _ => ("$?", "unset HOME", "command not found"),
        };
        for before in ["mkdir -p ~/.local/go/toolchains", "export GOX_SYSTEM_HOME=/srv/go", without_home] {
            let sandbox = Sandbox::new();
            sandbox.put_gox();
            let run = shell(&sandbox, name, before, &format!("go version; echo {status}")).run();
            let said = run.stderr.to_lowercase();
            assert_eq!(run.stdout, "127\n", "{name}, {before}: {said}");
            assert!(said.contains(missing) && !said.contains("installed"), "{name}, {before}: {said}");
        }
    }
}

/// A store of another user may have toolchains.
#[test]
fn where_nobody_can_tell_whether_a_go_is_installed_none_is_proposed() {
    let sandbox = Sandbox::new();
    sandbox.write("closed/go/toolchains/go1.22.4/VERSION", "go1.22.4\n");
    fs::set_permissions(sandbox.root(), Permissions::from_mode(0o755)).unwrap();
    for closed in ["closed", "closed/go"] {
        let folder = sandbox.root().join(closed);
        fs::set_permissions(&folder, Permissions::from_mode(0o700)).unwrap();
        for name in ALL {
            let init = sandbox.gox(["init", name]).run();
            let init = sandbox.write("init", &init.raw_stdout);
            // With the shims on PATH, the functions of bash and zsh say that they cannot be run.
            let (flags, status) = match name {
                "bash" => ("--norc", "$?"),
                "zsh" => ("-f", "$?"),
                _ => ("--no-config", "$status"),
            };
            let script = format!(". '{}'; export PATH=/usr/bin:/bin; go x; echo {status}", init.display());
            let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", name, flags, "-c", &script];
            let run = sandbox.command("setpriv").args(nobody);
            let run = run.env("GOX_HOME", sandbox.root().join("closed/go")).run();
            let said = run.stderr.to_lowercase();
            assert_eq!(run.stdout, "127\n", "{name} {closed}: {said}");
            assert!(said.contains("command") && !said.contains("installed"), "{name} {closed}: {said}");
        }
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    }
}

#[test]
fn a_shim_that_cannot_be_run_is_126_and_never_another_go() {
    for name in WITH_FUNCTIONS {
        for before in ["", strict(name)] {
            let sandbox = with_other_go();
            let (shims, other) = (sandbox.home().join("shims"), sandbox.root().join("other"));
            for tool in ["go", "gofmt"] {
                fs::set_permissions(shims.join(tool), Permissions::from_mode(0o644)).unwrap();
            }
            for first in
                [format!("{}", shims.display()), format!("{}/", shims.display()), "../linked/shims".into()]
            {
                let script = format!(
                    "PATH={first}:{}:$PATH; go x || echo \"$?\"; gofmt +x || echo \"$?\"",
                    other.display()
                );
                let run = shell(&sandbox, name, before, &script).run();
                assert_eq!(run.stdout, "126\n126\n", "{name} {before}: {}", run.stderr);
                assert!(run.stderr.to_lowercase().contains("permission denied"), "{name}: {}", run.stderr);
            }
        }
    }
}

/// The store of another user, which this one may not enter.
#[test]
fn shims_that_are_hidden_are_126_too() {
    for name in WITH_FUNCTIONS {
        let sandbox = with_other_go();
        let init = sandbox.gox(["init", name]).run();
        let init = sandbox.write("init", &init.raw_stdout);
        let (shims, other) = (sandbox.home().join("shims"), sandbox.root().join("other"));
        fs::set_permissions(sandbox.root(), Permissions::from_mode(0o755)).unwrap();
        let flags = if name == "bash" { "--norc" } else { "-f" };
        for closed in ["user/.local/go/shims", "user/.local", "user"] {
            let closed = sandbox.root().join(closed);
            fs::set_permissions(&closed, Permissions::from_mode(0o700)).unwrap();
            let script = format!(
                ". '{}'; PATH={}:{}:$PATH; go x; echo $?; PATH={}:$PATH; go x",
                init.display(),
                shims.display(),
                other.display(),
                other.display()
            );
            let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", name, flags, "-c", &script];
            let run = sandbox.command("setpriv").args(nobody).run();
            assert_eq!(run.stdout, "126\nother go x\n", "{name} {}: {}", closed.display(), run.stderr);
            fs::set_permissions(&closed, Permissions::from_mode(0o755)).unwrap();
        }
        // A store that was removed is not there, and PATH goes on.
        fs::remove_dir_all(sandbox.home()).unwrap();
        let script =
            format!(". '{}'; PATH={}:{}:$PATH; go x", init.display(), shims.display(), other.display());
        sandbox.command(name).args([flags, "-c", &script]).stdout("other go x\n").check();
    }
}
