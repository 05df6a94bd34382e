//! A pin is taken back.

use std::fs;
use std::os::unix::fs::symlink;

use crate::commands::sandbox;

#[test]
fn a_pin_is_taken_back() {
    let sandbox = sandbox(&["1.99.1", "1.98.0"]);
    let unset = || sandbox.gox(["pin", "--unset"]);
    let default = "1.99.1 counts here now, set by [HOME]/default:1\n";
    // Also one that is no pin, which it mends.
    for text in ["1.98.0\n", "no request\n", ""] {
        sandbox.write("code/.go-version", text);
        unset().stderr(&format!("removed `[ROOT]/code/.go-version`\n{default}")).check();
        assert!(!sandbox.code().join(".go-version").exists());
    }
    unset().stderr(&format!("there is no `.go-version` here; nothing was changed\n{default}")).check();
    // Of a link, the link.
    let target = sandbox.write("shared/go-version", "1.98.0\n");
    symlink(target, sandbox.code().join(".go-version")).unwrap();
    sandbox.write("code/.tool-versions", "golang 1.98.0\n");
    let said =
        "removed `[ROOT]/code/.go-version`\n1.98.0 counts here now, set by [ROOT]/code/.tool-versions:1\n";
    unset().stderr(said).check();
    assert_eq!(sandbox.read("shared/go-version"), "1.98.0\n");
    let error = "\
error: there is no `.go-version` here
  1.98.0 is set by [ROOT]/code/.tool-versions:1
hint: remove line 1 of it by hand
";
    unset().code(1).stderr(error).check();
    // Where no Go at all is left.
    sandbox.write("user/.local/go/default", "system\n");
    std::fs::remove_file(sandbox.code().join(".tool-versions")).unwrap();
    let said = "there is no `.go-version` here; nothing was changed\nno Go is selected here now\n";
    unset().stderr(said).check();
    let error = "error: `--unset` cannot be used with REQUEST\nhint: see `gox pin --help`\n";
    sandbox.gox(["pin", "--unset", "1.98.0"]).code(2).stderr(error).check();
    let error = "\
error: `--unset` cannot be used with `--go-mod`
hint: remove the toolchain line from go.mod: `go mod edit -toolchain=none`
";
    sandbox.gox(["pin", "--unset", "--go-mod"]).code(2).stderr(error).check();
    // What belongs to writing a pin takes none away.
    let pin = sandbox.write("code/.go-version", "1.98.0\n");
    for options in [&["--go-mod"][..], &["--force"], &["--go-mod", "1.98.0"], &["--force", "1.98.0"]] {
        for before in [true, false] {
            let (first, last) =
                if before { (&["--unset"][..], options) } else { (options, &["--unset"][..]) };
            let run = sandbox.gox(["pin"]).args(first).args(last).run();
            let told = run.stderr.contains("`--unset`") && run.stderr.contains("cannot be used with");
            assert!(run.code() == 2 && told, "{options:?}: {}", run.stderr);
            assert!(pin.is_file(), "{options:?}");
        }
    }
}

#[test]
fn a_pin_from_above_is_taken_back_there() {
    let sandbox = sandbox(&["1.99.1", "1.98.0"]);
    sandbox.write("code/a b/c/file", "");
    sandbox.write("code/a b/.go-version", "# x\n1.98.0\n");
    let error = "\
error: there is no `.go-version` here
  1.98.0 is set by [ROOT]/code/a b/.go-version:2
hint: remove it there: `cd '[ROOT]/code/a b' && gox pin --unset`
";
    sandbox.gox(["pin", "--unset"]).cwd("code/a b/c").code(1).stderr(error).check();
    sandbox.write("code/a b/c/.go-version", "1.99.1\n");
    let said = "removed `[ROOT]/code/a b/c/.go-version`\n1.98.0 counts here now, set by [ROOT]/code/a b/.go-version:2\n";
    sandbox.gox(["pin", "--unset"]).cwd("code/a b/c").stderr(said).check();
    fs::create_dir(sandbox.code().join(".go-version")).unwrap();
    let error = "error: could not remove `[ROOT]/code/.go-version`\n  caused by: is a directory\n";
    sandbox.gox(["pin", "--unset"]).code(6).stderr(error).check();
}
