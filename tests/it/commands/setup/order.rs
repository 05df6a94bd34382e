//! `gox setup` where lines of a start-up file come after gox's block and put another Go in front: the block moves
//! behind them, and `gox doctor` names them.

use std::fs;

use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::sandbox::Sandbox;

const HEAD: &str = "# >>> gox >>> by `gox setup`, which `gox setup --undo` takes back";
const TAIL: &str = "# <<< gox <<<";

/// A user with a version of gox, and a Go in `[ROOT]/other/bin`.
fn world() -> Sandbox {
    let sandbox = Sandbox::in_use();
    sandbox.put_gox();
    FakeToolchain::new("1.99.1").write_to(&sandbox.home().join("toolchains/go1.99.1"));
    FakeToolchain::new("1.98.0").write_to(&sandbox.root().join("other"));
    sandbox.write("user/.local/go/default", "1.99.1\n");
    sandbox
}

fn gox<'a>(sandbox: &'a Sandbox, shell: &str, arguments: &[&str]) -> Command<'a> {
    sandbox.gox(arguments).env("SHELL", format!("/usr/bin/{shell}")).env("GOX_OFFLINE", "1")
}

/// Runs `gox setup --yes`, and gives what it says on stderr.
#[track_caller]
fn set_up(sandbox: &Sandbox, shell: &str) -> String {
    let run = gox(sandbox, shell, &["setup", "--yes"]).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    run.stderr
}

/// Which Go a program has for `go` that a new shell starts.
fn runs(sandbox: &Sandbox, shell: &str, options: &[&str]) -> String {
    let script = "sh -c 'go version'";
    // From a PATH that knows nothing of gox but where it is.
    let path = std::env::join_paths([sandbox.root().join("bin"), "/usr/bin".into(), "/bin".into()]).unwrap();
    let run = sandbox.command(shell).args(options).args(["-c", script]).env("PATH", path).run();
    run.stdout.split(' ').nth(2).unwrap_or_else(|| panic!("{shell}: {}", run.stderr)).to_owned()
}

/// A shell, how it is started, a start-up file, and a line that puts the other Go in front.
const SHELLS: [(&str, &[&str], &str, &str); 6] = [
    ("bash", &["-i"], ".bashrc", "export PATH=ROOT/other/bin:$PATH"),
    ("bash", &["-i"], ".bashrc", "GOROOT=\"ROOT/other\"; PATH=\"$GOROOT/bin:$PATH\""),
    ("zsh", &["-i"], ".zshrc", "path=(ROOT/other/bin $path)"),
    ("fish", &[], ".config/fish/config.fish", "set -gx PATH ROOT/other/bin $PATH"),
    ("bash", &["-l"], ".profile", "PATH=ROOT/other/bin:$PATH"),
    ("zsh", &["-l", "-i"], ".zlogin", "PATH=ROOT/other/bin:$PATH"),
];

#[test]
fn the_block_moves_behind_the_line_and_a_shell_runs_what_gox_chooses() {
    for (shell, options, name, line) in SHELLS {
        let sandbox = world();
        let file = format!("user/{name}");
        sandbox.write("user/.bashrc", "x=1\n");
        sandbox.write("user/.profile", ". ~/.bashrc\n");
        set_up(&sandbox, shell);
        let line = line.replace("ROOT/other", sandbox.root().join("other").to_str().unwrap());
        let own = fs::read_to_string(sandbox.root().join(&file)).unwrap_or_default();
        sandbox.write(&file, format!("{own}{line}\n# mine\n"));
        assert_eq!(runs(&sandbox, shell, options), "go1.98.0", "{line}");
        set_up(&sandbox, shell);
        assert_eq!(runs(&sandbox, shell, options), "go1.99.1", "{line}");
        let files = match name {
            // A line that only login shells read gets a second block behind it.
            ".profile" => "`~/.bashrc` and `~/.profile`".to_owned(),
            ".zlogin" => "`~/.zshrc` and `~/.zlogin`".to_owned(),
            _ => format!("`~/{name}`"),
        };
        let note = if line.starts_with("GOROOT") {
            "note: `~/.bashrc:2` sets `GOROOT`, which breaks every other version of Go: remove the line\n"
        } else {
            ""
        };
        let said = format!("it is in {files} already\n{note}");
        assert_eq!(set_up(&sandbox, shell), said, "{line}");
        gox(&sandbox, shell, &["setup", "--undo", "--yes"]).run();
        let left = sandbox.read(&file);
        assert!(left.ends_with(&format!("{line}\n# mine\n")) && !left.contains(">>> gox"), "{left}");
    }
}

#[test]
fn the_move_is_shown_as_a_difference() {
    let sandbox = world();
    sandbox.write("user/.bashrc", "a=1");
    sandbox.write("user/.profile", ". ~/.bashrc\n");
    set_up(&sandbox, "bash");
    let with_block = sandbox.read("user/.bashrc");
    assert_eq!(with_block.lines().nth(1), Some(format!("{HEAD}; no newline before").as_str()));
    sandbox.write("user/.bashrc", format!("{with_block}PATH=/opt/go/bin:$PATH"));
    let run = gox(&sandbox, "bash", &["setup", "--dry-run"]).run();
    let body = "\
if command -v gox >/dev/null; then
    eval \"$(gox init bash)\"
elif [ -x \"${GOX_HOME:-$HOME/.local/go}/bin/gox\" ]; then
    eval \"$(\"${GOX_HOME:-$HOME/.local/go}/bin/gox\" init bash)\"
fi
";
    let shown = format!(
        "\
--- [ROOT]/user/.bashrc
+++ [ROOT]/user/.bashrc
@@ -1,4 +1,5 @@
 a=1
+PATH=/opt/go/bin:$PATH
 {HEAD}; no newline before
 if command -v gox >/dev/null; then
     eval \"$(gox init bash)\"
@@ -6,4 +7,3 @@
     eval \"$(\"${{GOX_HOME:-$HOME/.local/go}}/bin/gox\" init bash)\"
 fi
 {TAIL}
-PATH=/opt/go/bin:$PATH
\\ No newline at end of file
"
    );
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), (shown.as_str(), "nothing was changed\n"));
    set_up(&sandbox, "bash");
    let moved = format!("a=1\nPATH=/opt/go/bin:$PATH\n{HEAD}; no newline before\n{body}{TAIL}\n");
    assert_eq!(sandbox.read("user/.bashrc"), moved);
    gox(&sandbox, "bash", &["setup", "--undo", "--yes"]).run();
    assert_eq!(sandbox.read("user/.bashrc"), "a=1\nPATH=/opt/go/bin:$PATH");
}

#[test]
fn lines_that_put_nothing_in_front_move_nothing() {
    let sandbox = world();
    sandbox.write("user/.profile", ". ~/.bashrc\n");
    sandbox.write("user/.bashrc", "x=1\n");
    set_up(&sandbox, "bash");
    let with_block = sandbox.read("user/.bashrc");
    for line in [
        "export PATH=$PATH:/usr/local/go/bin",
        "# PATH=/a:$PATH",
        "alias ll='ls -l'",
        "GOPATH=/a:$PATH",
        ". /x",
    ] {
        sandbox.write("user/.bashrc", format!("{with_block}{line}\n"));
        let said = "it is in `~/.bashrc` already\n";
        gox(&sandbox, "bash", &["setup", "--yes"]).stderr(said).check();
    }
}

#[test]
fn a_file_that_is_read_behind_the_block_counts_where_another_go_is_in_front() {
    let sandbox = world();
    let root = sandbox.root().to_str().unwrap();
    sandbox.write("user/.profile", ". ~/.bashrc\n");
    sandbox.write("user/.bashrc", "");
    set_up(&sandbox, "bash");
    let with_block = sandbox.read("user/.bashrc");
    sandbox.write("user/.manager/init", format!("PATH={root}/other/bin:$PATH\n"));
    for line in [". ~/.manager/init", "eval \"$(cat ~/.manager/init)\""] {
        sandbox.write("user/.bashrc", format!("{with_block}{line}\n"));
        assert_eq!(runs(&sandbox, "bash", &["-i"]), "go1.98.0", "{line}");
        let said = set_up(&sandbox, "bash");
        assert!(said.ends_with("already\n"), "{said}");
        let path = sandbox.path_after(["other/bin"]);
        let run = gox(&sandbox, "bash", &["setup", "--yes"]).env("PATH", path).run();
        let said = "changed `~/.bashrc`\nopen a new shell, or `exec bash`\n";
        assert_eq!((run.code(), run.stderr.as_str()), (0, said));
        assert_eq!(runs(&sandbox, "bash", &["-i"]), "go1.99.1", "{line}");
    }
}

/// Where the files are right, and the shell of before is still open, or something that no file says is in front.
#[test]
fn where_nothing_is_left_to_do_a_new_shell_is() {
    let sandbox = world();
    sandbox.write("user/.bashrc", "");
    sandbox.write("user/.profile", ". ~/.bashrc\n");
    set_up(&sandbox, "bash");
    let path = sandbox.path_after(["other/bin"]);
    let said = "it is in `~/.bashrc` already\nhint: open a new shell, or `exec bash`\n";
    gox(&sandbox, "bash", &["setup"]).env("PATH", &path).stderr(said).check();
    let run = gox(&sandbox, "bash", &["doctor", "path-shims"]).env("PATH", &path).run();
    assert_eq!(run.stdout, failed("", "open a new shell, or `exec bash`"));
}

fn failed(place: &str, mend: &str) -> String {
    format!(
        "\
path
  failed  path-shims  `[ROOT]/other/bin/go` is found before the shims{place}
                      why: that Go runs, whatever a pin or the default asks for
                      mend: {mend}

1 failed
"
    )
}

#[test]
fn doctor_names_the_line_and_setup_mends_it() {
    let sandbox = world();
    let root = sandbox.root().to_str().unwrap();
    sandbox.write("user/.bashrc", "");
    sandbox.write("user/.profile", ". ~/.bashrc\n");
    set_up(&sandbox, "bash");
    let path = sandbox.path_after(["other/bin"]);
    let doctor = || gox(&sandbox, "bash", &["doctor", "path-shims"]).env("PATH", &path).run().stdout;
    let own = sandbox.read("user/.bashrc");
    let number = own.lines().count() + 2;
    let links = sandbox.root().join("user/links");
    std::os::unix::fs::symlink(sandbox.root().join("other"), &links).unwrap();
    for directory in [format!("{root}/other/bin"), "~/links/bin".into(), "\"${HOME}/links/bin\"".into()] {
        sandbox.write("user/.bashrc", format!("{own}# by hand\nexport PATH={directory}:$PATH\n"));
        let place = format!("; `[ROOT]/user/.bashrc:{number}` puts it there");
        assert_eq!(doctor(), failed(&place, "gox setup"), "{directory}");
    }
    gox(&sandbox, "bash", &["setup", "--yes"]).env("PATH", &path).run();
    assert_eq!(
        doctor(),
        failed("; `[ROOT]/user/.bashrc:2` puts it there", "open a new shell, or `exec bash`")
    );
}

#[test]
fn a_line_by_hand_stays_where_it_is_and_is_named() {
    let sandbox = world();
    let root = sandbox.root().to_str().unwrap();
    sandbox.write("user/.profile", ". ~/.bashrc\n");
    let text = format!("eval \"$(gox init bash)\"\ny=2\nPATH={root}/other/bin:$PATH\n");
    sandbox.write("user/.bashrc", &text);
    let path = sandbox.path_after(["other/bin"]);
    let said = "`~/.bashrc:1` does it already, written by hand\n\
                hint: move it behind line 3, which puts something before the shims\n";
    gox(&sandbox, "bash", &["setup", "--yes"]).env("PATH", &path).stderr(said).check();
    assert_eq!(sandbox.read("user/.bashrc"), text);
    let run = gox(&sandbox, "bash", &["doctor", "path-shims"]).env("PATH", &path).run();
    let place = "; `[ROOT]/user/.bashrc:3` puts it there";
    assert_eq!(run.stdout, failed(place, "move line 1 of `[ROOT]/user/.bashrc` behind line 3"));
}
