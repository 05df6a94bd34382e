//! `gox self uninstall`: all that gox wrote goes, and nothing else does.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use crate::support::archives::FakeToolchain;
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::tree;

/// The sandbox of a user who has a start-up file and a repository.
fn used() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.put_git_user();
    sandbox.write("user/.bashrc", "PS1='$ '\n");
    sandbox.sh("git init -q p && echo 1.99.4 >p/.go-version");
    sandbox.put_program(GOX, "user/.local/bin/gox");
    sandbox
}

/// Types what most users do.
fn use_it(sandbox: &Sandbox) {
    let proxy = ModuleProxy::with_versions(&["1.99.1", "1.99.4"]);
    let project = sandbox.code().join("p");
    for words in ["install 1.99.1 1.99.4", "config set timeout 20", "setup bash readline --yes", "status"] {
        let run = sandbox.gox(words.split(' ')).envs(proxy.environment()).cwd(&project).run();
        assert_eq!(run.code(), 0, "{words}: {}", run.stderr);
    }
    assert_eq!(sandbox.gox(["setup", "hooks", "--yes"]).cwd(&project).run().code(), 0);
}

const REMOVED: &str = "\
changed `~/.bashrc`
removed `~/.profile`
removed `~/.inputrc`
removed `[ROOT]/code/p/.git/hooks/pre-commit`
removed `[ROOT]/code/p/.git/hooks/pre-merge-commit`
removed go1.99.4
removed go1.99.1
";
const FILES: &str = "removed `~/.config/gox/config.toml`\n";
const THEN: &str = "open shells keep the functions of gox until you close them\n";

#[test]
fn a_user_has_again_what_was_there_before() {
    let sandbox = used();
    let both = || [tree::listing(&sandbox.user()), tree::listing(&sandbox.code())];
    fs::create_dir(sandbox.user().join(".config")).unwrap();
    let before = both();
    let own = sandbox.user().join(".local/bin/gox");
    use_it(&sandbox);
    let used = both();

    let shown = sandbox.command(&own).args(["self", "uninstall", "--dry-run"]).run();
    assert_eq!((shown.code(), shown.stderr.as_str()), (0, "nothing was changed\n"));
    assert_eq!(both(), used);
    let run = sandbox.command(&own).args(["self", "uninstall", "--yes"]).run();
    assert_eq!(run.stdout, shown.stdout);
    let lines: Vec<&str> = shown
        .stdout
        .lines()
        .filter(|line| ["--- ", "the change ", "would "].iter().any(|start| line.starts_with(start)))
        .collect();
    let diffs = ["user/.bashrc", "user/.profile", "user/.inputrc"].map(|path| format!("--- [ROOT]/{path}"));
    let hook = "[ROOT]/code/p/.git/hooks/pre";
    let hooks = [
        format!("--- {hook}-commit"),
        format!("the change of {hook}-merge-commit is the same as that of {hook}-commit"),
    ];
    assert_eq!(lines[..5], [&diffs[..], &hooks].concat());
    let bytes = lines[5].rsplit_once(": ").unwrap().1;
    let places = [
        format!("would remove `[HOME]` with go1.99.4, go1.99.1: {bytes}"),
        "would remove `[ROOT]/user/.config/gox/config.toml`".to_owned(),
        "would remove `[ROOT]/user/.local/bin/gox`".to_owned(),
    ];
    assert_eq!(lines[5..], places);
    assert_eq!(
        (run.code(), run.stderr),
        (0, format!("{REMOVED}removed `[HOME]`\n{FILES}removed `~/.local/bin/gox`\n{THEN}"))
    );
    assert_eq!(both(), before.map(|listing| listing.replace("0755 file .local/bin/gox\n", "")));
}

#[test]
fn what_gox_did_not_write_stays() {
    let sandbox = used();
    use_it(&sandbox);
    sandbox.put_toolchain(&FakeToolchain::new("1.98.0"));
    let goroot = sandbox.put_script("code/goroot/bin/go", "#!/bin/sh\n");
    let linked = sandbox.gox(["link", "mine"]).arg(sandbox.code().join("goroot")).run();
    assert_eq!(linked.code(), 0, "{}", linked.stderr);
    sandbox.write("user/.local/go/shims/mine", "");
    sandbox.write("user/.local/go/notes/x", "");
    sandbox.write("user/.config/gox/other", "");
    let run = sandbox.gox(["self", "uninstall", "--yes"]).run();
    let stays = "\
note: `[HOME]/shims/mine` stays: gox did not write it
note: `[HOME]/toolchains/go1.98.0` stays: gox did not write it
note: `[HOME]/notes` stays: gox did not write it
removed what gox wrote in `[HOME]`
";
    let elsewhere = "hint: remove gox itself: `rm [BUILD]/gox`\n";
    let said = [
        &REMOVED.replace("removed go1.99.1", "removed go1.99.1\nremoved mine"),
        stays,
        FILES,
        THEN,
        elsewhere,
    ]
    .concat();
    assert_eq!((run.code(), run.stderr), (0, said));
    assert!(goroot.exists());
    assert!(sandbox.user().join(".config/gox/other").exists());
    let left = sandbox.listing("");
    let left: Vec<_> = left.lines().filter(|line| !line.contains("go1.98.0/")).collect();
    let folders =
        ["notes", "shims", "toolchains", "toolchains/go1.98.0"].map(|name| format!("0755 dir {name}"));
    let files = ["notes/x", "shims/mine"].map(|name| format!("0644 file {name}"));
    assert_eq!(left, [&folders[0], &files[0], &folders[1], &files[1], &folders[2], &folders[3]]);
}

#[test]
fn a_line_that_was_written_by_hand_is_named() {
    let sandbox = used();
    sandbox.write("user/.zshrc", "x=1\neval \"$(gox init zsh)\"\n");
    let run = sandbox.gox(["self", "uninstall", "--yes"]).run();
    let said = "\
note: `~/.zshrc:2` was written by hand and stays
hint: remove that line, or each new shell says that there is no gox
hint: remove gox itself: `rm [BUILD]/gox`
";
    assert_eq!((run.code(), run.stdout.as_str(), run.stderr.as_str()), (0, "", said));
}

#[test]
fn a_file_of_a_project_stays_and_is_named() {
    let sandbox = used();
    let project = sandbox.code().join("p");
    assert_eq!(sandbox.gox(["setup", "attributes", "--yes"]).cwd(&project).run().code(), 0);
    let said = "\
note: `[ROOT]/code/p/.gitattributes` stays: it is the project's
nothing was changed
";
    sandbox.gox(["self", "uninstall", "--dry-run"]).cwd(&project).stderr(said).check();
}

#[test]
fn a_store_that_a_link_leads_to_is_emptied() {
    let sandbox = used();
    use_it(&sandbox);
    let elsewhere = sandbox.root().join("elsewhere");
    fs::rename(sandbox.home(), &elsewhere).unwrap();
    symlink(&elsewhere, sandbox.home()).unwrap();
    let run = sandbox.gox(["self", "uninstall", "--yes"]).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert!(run.stderr.contains("\nremoved what gox wrote in `[HOME]`\n"), "{}", run.stderr);
    assert_eq!(tree::listing(&elsewhere), "");
}

#[test]
fn without_a_terminal_nothing_goes_unless_yes_is_given() {
    let sandbox = used();
    use_it(&sandbox);
    let before = tree::listing(&sandbox.user());
    let refused = "error: nothing was changed: there is no terminal to ask on\n\
        hint: do it without a question: `gox self uninstall --yes`\n";
    let run = sandbox.gox(["self", "uninstall"]).run();
    assert_eq!((run.code(), run.stderr.as_str()), (1, refused));
    assert_eq!(tree::listing(&sandbox.user()), before);
}

/// The next run finds it by what the store knows of projects.
#[test]
fn a_hook_that_could_not_be_removed_is_found_again() {
    let sandbox = used();
    use_it(&sandbox);
    let hooks = sandbox.code().join("p/.git/hooks");
    fs::set_permissions(&hooks, Permissions::from_mode(0o555)).unwrap();
    let uninstall = || sandbox.gox_under_modes(&["self", "uninstall", "--yes"]);
    let run = uninstall().run();
    assert_eq!(run.code(), 6, "{}", run.stderr);
    assert!(
        run.stderr.contains("hint: remove what is left: `gox self uninstall`\nerror: 2 of 8 failed: "),
        "{}",
        run.stderr
    );
    fs::set_permissions(&hooks, Permissions::from_mode(0o755)).unwrap();
    let run = uninstall().run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert!(!hooks.join("pre-commit").exists() && !sandbox.home().exists());
}

#[test]
fn a_repository_of_which_git_does_not_tell_is_named() {
    let sandbox = used();
    use_it(&sandbox);
    let run = sandbox.gox(["self", "uninstall", "--dry-run"]).env("PATH", "").run();
    let said = "\
warning: could not look for hooks of `[ROOT]/code/p`: could not run `git`: no such file or directory
nothing was changed
";
    assert_eq!((run.code(), run.stderr.as_str()), (0, said));
}

#[test]
fn enter_alone_removes_nothing() {
    let sandbox = used();
    let own = sandbox.user().join(".local/bin/gox");
    for (answer, end) in [("\n", "nothing was changed"), ("y\n", "removed `~/.local/bin/gox`")] {
        assert!(own.exists());
        let mut terminal = sandbox.command(&own).args(["self", "uninstall"]).terminal();
        terminal.wait_for("remove all of this? [y/N]");
        terminal.write(answer);
        terminal.wait_for(end);
    }
}

#[test]
fn what_fails_is_told_and_the_rest_goes() {
    let sandbox = used();
    use_it(&sandbox);
    let lock = sandbox.hold("locks/go1.99.1.lock");
    let own = sandbox.user().join(".local/bin/gox");
    let run = sandbox.command(&own).args(["self", "uninstall", "--yes"]).env("GOX_LOCK_TIMEOUT", "1").run();
    let held = "\
waiting for another gox (`[HOME]/locks/go1.99.1.lock`)
error: another gox holds `[HOME]/locks/go1.99.1.lock` for more than [TIME]
hint: wait for it, or wait longer: `export GOX_LOCK_TIMEOUT=600`
";
    let end = "\
hint: remove what is left: `gox self uninstall`
error: 1 of 8 failed: `go1.99.1`
";
    let removed = REMOVED.replace("removed go1.99.1\n", held);
    assert_eq!((run.code(), run.stderr), (6, [&removed, FILES, THEN, end].concat()));
    assert_eq!(sandbox.listing("toolchains").lines().next(), Some("0755 dir go1.99.1"));
    // The next try, which finds less.
    drop(lock);
    let run = sandbox.command(&own).args(["self", "uninstall", "--yes"]).run();
    let said = "removed go1.99.1\nremoved `[HOME]`\nremoved `~/.local/bin/gox`\n";
    assert_eq!((run.code(), run.stderr.as_str()), (0, said));
}

/// Of a gox that was never used there is only itself.
#[test]
fn where_nothing_is_only_gox_goes() {
    let sandbox = Sandbox::new();
    let own = sandbox.put_program(GOX, "user/bin/gox");
    let run = sandbox.command(&own).args(["self", "uninstall", "--yes"]).run();
    let [would, removed] = ["would remove `[ROOT]/user/bin/gox`\n", "removed `~/bin/gox`\n"];
    assert_eq!((run.code(), run.stdout.as_str(), run.stderr.as_str()), (0, would, removed));
    // `cargo install` puts it where it is told to.
    for root in [".cargo", ".local"] {
        sandbox.write(&format!("user/{root}/.crates.toml"), "[v1]\n\"gox 0.1.0 (path)\" = [\"gox\"]\n");
        let elsewhere = sandbox.put_program(GOX, &format!("user/{root}/bin/gox"));
        let run = sandbox.command(&elsewhere).args(["self", "uninstall", "--yes"]).run();
        assert_eq!(
            (run.code(), run.stdout.as_str(), run.stderr.as_str()),
            (0, "", "hint: remove gox itself: `cargo uninstall gox`\n")
        );
        assert!(fs::metadata(elsewhere).is_ok());
    }
}

/// The installer's folder need not be on PATH: then what is typed is the copy in the store.
#[test]
fn the_gox_of_the_installer_goes_although_its_copy_runs() {
    for (bin, content, said) in [
        (".local/bin", fs::read(GOX).unwrap(), "removed `[HOME]`\nremoved `~/.local/bin/gox`\n"),
        ("bin", fs::read(GOX).unwrap(), "removed `[HOME]`\nremoved `~/bin/gox`\n"),
        // Another program of that name.
        (".local/bin", b"GOX".to_vec(), "removed `[HOME]`\n"),
        // That of `cargo install` is Cargo's to remove.
        (
            ".cargo/bin",
            fs::read(GOX).unwrap(),
            "removed `[HOME]`\nhint: remove gox itself: `cargo uninstall gox`\n",
        ),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write("user/.cargo/.crates.toml", "[v1]\n\"gox 0.1.0 (path)\" = [\"gox\"]\n");
        let installed = sandbox.write(&format!("user/{bin}/gox"), content);
        let copy = sandbox.home().join("bin/gox");
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(GOX, &copy).unwrap();
        let run = sandbox.command(&copy).args(["self", "uninstall", "--yes"]).run();
        assert_eq!((run.code(), run.stderr.as_str()), (0, said), "{bin}");
        assert_eq!(installed.exists(), !said.contains("removed `~/"));
    }
}
