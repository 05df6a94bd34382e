//! What is written into the file, and what of it is kept.

use std::fs;
use std::os::unix::fs::symlink;

use rustix::fs::{CWD, FileType, mknodat};

use crate::commands::sandbox;

#[test]
fn a_pin_is_written_here_and_holds_at_once() {
    let sandbox = sandbox(&["1.99.1", "1.99.4"]);
    let said = "`[ROOT]/code/.go-version` asks for 1.99 now\n";
    sandbox.gox(["pin", "go1.99"]).stderr(said).check();
    assert_eq!(sandbox.read("code/.go-version"), "1.99\n");
    sandbox.shim("go", ["version"]).stdout("go version go1.99.4 [OS]/[ARCH]\n").check();
    sandbox.write("code/deep/er/file", "");
    let said = "`[ROOT]/code/deep/er/.go-version` asks for >=1.99, <1.99.4 now\n";
    sandbox.gox(["pin", ">=1.99 <1.99.4"]).cwd("code/deep/er").stderr(said).check();
    let run = sandbox.shim("go", ["version"]).cwd("code/deep/er");
    run.stdout("go version go1.99.1 [OS]/[ARCH]\n").check();
    assert_eq!(sandbox.read("code/.go-version"), "1.99\n", "the one above stays");
}

#[test]
fn one_that_is_not_installed_is_written_with_a_hint() {
    let sandbox = sandbox(&["1.99.1"]);
    let said = "\
`[ROOT]/code/.go-version` asks for ~1.22 now
hint: it is not installed; install it: `gox install '~1.22'`
";
    sandbox.gox(["pin", "~1.22"]).stderr(said).check();
    let said = "\
warning: `system` selects no Go yet: there is no other `go` on PATH
`[ROOT]/code/.go-version` asks for system now
";
    sandbox.gox(["pin", "system"]).stderr(said).check();
    assert_eq!(sandbox.read("code/.go-version"), "system\n");
}

#[test]
fn only_the_request_is_replaced() {
    let sandbox = sandbox(&["1.99.1"]);
    for (before, after) in [
        ("# why\n\n1.98.1 # until May\n# more\n", "# why\n\n1.99.1 # until May\n# more\n"),
        ("1.98.1\t# until May\n", "1.99.1\t# until May\n"),
        ("1.98.1", "1.99.1"),
        ("# dos\r\n1.98.1 # until May\r\n", "# dos\r\n1.99.1 # until May\r\n"),
        // There is nothing to keep.
        ("", "1.99.1\n"),
        ("\n \n", "1.99.1\n"),
    ] {
        sandbox.write("code/.go-version", before);
        sandbox.gox(["pin", "1.99.1"]).stderr("`[ROOT]/code/.go-version` asks for 1.99.1 now\n").check();
        assert_eq!(sandbox.read("code/.go-version"), after, "{before:?}");
    }
}

#[test]
fn an_invalid_request_is_replaced_and_shown() {
    let sandbox = sandbox(&["1.99.1"]);
    for (before, shown) in [
        ("1.26.x.y\n", "1.26.x.y"),
        ("1.22x", "1.22x"),
        ("go version go1.26.4 plan9/386\r\n\n", "go version go1.26.4 plan9/386"),
        ("\u{feff}1.26 1.27", "1.26 1.27"),
        ("<=\r\n", "<="),
    ] {
        sandbox.write("code/.go-version", before);
        let said = format!("`[ROOT]/code/.go-version` asks for 1.99.1 now, in place of `{shown}`\n");
        sandbox.gox(["pin", "1.99.1"]).stderr(&said).check();
        assert_eq!(sandbox.read("code/.go-version"), "1.99.1\n");
    }
}

/// A reason may be written as other languages write comments, or as a value of JSON.
#[test]
fn what_is_more_than_a_request_is_kept() {
    let sandbox = sandbox(&["1.99.1"]);
    for before in [
        "1.22.4 // keep until libfoo 2.1, ABC-123",
        "1.22.4 ; see the wiki",
        "1.22.4//keep",
        "1.22.4 keep until may",
        "{\"go\":\"1.22.4\",\"why\":\"libfoo\"}",
        "1.22.4 -- a\r1.22.5 -- b\r",
        "1.22.4\r1.22.5\r",
        "1.22.4\n1.22.5\n",
        "1.22.4#until-may",
        "\u{fc}1.22",
    ] {
        sandbox.write("code/.go-version", before);
        let run = sandbox.gox(["pin", "1.99.1"]).run();
        let hint = "\nhint: replace it: `gox pin --force 1.99.1`\n";
        assert!(run.code() == 7 && run.stderr.ends_with(hint), "{before:?}: {}", run.stderr);
        assert_eq!(sandbox.read("code/.go-version"), before);
    }
}

#[test]
fn what_is_no_pin_is_replaced_only_by_force() {
    let sandbox = sandbox(&["1.99.1"]);
    let secret = sandbox.write("user/.profile", "export A=1\nexport B=2\n");
    let pin = sandbox.code().join(".go-version");
    let hint = "hint: replace it: `gox pin --force 1.99.1`\n";
    for (make, error) in [
        (
            (&|| drop(sandbox.write("code/.go-version", "1.98.1 # a\n1.98.2 # b\n"))) as &dyn Fn(),
            "error: [ROOT]/code/.go-version:2: `1.98.2` is a second request, but only one is allowed\n",
        ),
        (
            &|| drop(sandbox.write("code/.go-version", "1.9.x.y # why\n")),
            "error: [ROOT]/code/.go-version:1: `1.9.x.y` is not a valid request: a version is written as `1.22.4`, \
             `1.22`, `1.22.x` or `1.22rc1`\n",
        ),
        (
            &|| drop(sandbox.write("code/.go-version", "# not yet\n")),
            "error: [ROOT]/code/.go-version: it contains no request\n",
        ),
        (
            &|| symlink(&secret, &pin).unwrap(),
            "error: [ROOT]/code/.go-version:2: `export B=2` is a second request, but only one is allowed\n",
        ),
        (
            &|| symlink("nowhere", &pin).unwrap(),
            "error: could not read `[ROOT]/code/.go-version`\n  caused by: no such file or directory\n",
        ),
        (
            &|| mknodat(CWD, &pin, FileType::Fifo, 0o644.into(), 0).unwrap(),
            "error: could not read `[ROOT]/code/.go-version`\n  caused by: it is not a regular file\n",
        ),
    ] {
        make();
        sandbox.gox(["pin", "1.99.1"]).code(7).stderr(&format!("{error}{hint}")).check();
        let said = "`[ROOT]/code/.go-version` asks for 1.99.1 now\n";
        sandbox.gox(["pin", "--force", "1.99.1"]).stderr(said).check();
        assert!(!pin.is_symlink());
        assert_eq!(sandbox.read("code/.go-version"), "1.99.1\n");
        fs::remove_file(&pin).unwrap();
    }
    assert_eq!(sandbox.read("user/.profile"), "export A=1\nexport B=2\n");
    assert!(!sandbox.code().join("nowhere").exists());
}

/// Whatever the folder is called, a shell that gets the command of the hint mends the pin, and nothing in the hint
/// drives a terminal or begins a line of its own.
#[test]
fn the_hint_of_an_invalid_pin_can_be_pasted() {
    let sandbox = sandbox(&["1.99.1", "1.98rc1"]);
    for name in ["plain", "it's a $HOME", "two\nhint: lines", "\x1b[2J`x`", "\u{202e}ü", "-n"] {
        for (text, mended) in
            [("1.99.1 1.98.1\n", "1.99.1\n"), ("1.99 1x\n", "1.99\n"), ("1.98.0-rc.1\n", "1.98rc1\n")]
        {
            let pin = format!("code/{name}/.go-version");
            sandbox.write(&format!("code/{name}/below/file"), "");
            sandbox.write(&pin, text);
            let error = sandbox.shim("go", ["version"]).cwd(format!("code/{name}/below")).run().stderr;
            assert_eq!(error.lines().count(), 2, "{error}");
            let command = error.trim_end().split_once(": `cd ").unwrap().1.strip_suffix('`').unwrap();
            let command = command.replace("[ROOT]", &sandbox.root().display().to_string());
            sandbox.command("bash").args(["-c", &format!("cd {command}")]).run();
            assert_eq!(sandbox.read(&pin), mended, "{command}");
        }
    }
}

#[test]
fn through_a_link_its_target_is_written() {
    let sandbox = sandbox(&["1.99.1"]);
    let target = sandbox.write("shared/go-version", "1.98.1 # for all\n");
    symlink(target, sandbox.code().join(".go-version")).unwrap();
    sandbox.gox(["pin", "1.99.1"]).stderr("`[ROOT]/code/.go-version` asks for 1.99.1 now\n").check();
    assert_eq!(sandbox.read("shared/go-version"), "1.99.1 # for all\n");
    assert!(sandbox.code().join(".go-version").is_symlink());
}

#[test]
fn a_word_that_is_no_request_writes_nothing() {
    let sandbox = sandbox(&["1.99.1"]);
    let error = "\
error: `1.99/x` is not a valid request: `/`, `\\` and `..` are not allowed
hint: requests look like `1.22.4`, `1.22`, `latest` or `>=1.21, <1.23`
";
    sandbox.gox(["pin", "1.99/x"]).code(2).stderr(error).check();
    let error = "\
error: `gox pin` needs REQUEST
hint: see `gox pin --help`
";
    sandbox.gox(["pin", "--go-mod"]).code(2).stderr(error).check();
    assert!(!sandbox.code().join(".go-version").exists());
}

#[test]
fn a_directory_that_cannot_be_written() {
    let sandbox = sandbox(&["1.99.1"]);
    // Not even root can write there.
    let error = "error: could not write `/proc/.go-version`\n  caused by: no such file or directory\n";
    sandbox.gox(["pin", "1.99.1"]).cwd("/proc").code(6).stderr(error).check();
}

#[test]
fn a_directory_in_the_place_of_the_file_is_moved_and_never_replaced() {
    let sandbox = sandbox(&["1.99.1"]);
    fs::create_dir(sandbox.code().join(".go-version")).unwrap();
    for force in [&[][..], &["--force"]] {
        let output = sandbox.gox(["pin", "1.99.1"]).args(force).run();
        let hint =
            "\nhint: move it out of the way: `mv [ROOT]/code/.go-version [ROOT]/code/.go-version.old`\n";
        let hint = hint.replace("[ROOT]", sandbox.root().to_str().unwrap());
        let stderr = output.stderr.replace("[ROOT]", sandbox.root().to_str().unwrap());
        assert_eq!(output.code(), 7, "{stderr}");
        assert!(stderr.ends_with(&hint), "{stderr}");
    }
}
