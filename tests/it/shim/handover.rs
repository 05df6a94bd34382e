//! A version that is missing goes to gox, and where no gox is there, the message says what to type.

use std::fs;

use super::{sandbox, shim};

const FAKE_GOX: &str = "#!/bin/sh\necho \"$0\"\nprintf '<%s>' \"$@\"\nexit 5\n";

#[test]
fn gox_is_given_the_request_its_reason_and_the_whole_call() {
    let sandbox = sandbox(&["1.22.4"]);
    sandbox.put_tool("gox", FAKE_GOX);
    sandbox.write("code/.go-version", ">=1.98 <1.99\n");
    let seen = "[ROOT]/bin/gox\n<exec-missing><--asked-by><set by [ROOT]/code/.go-version:1><--><>=1.98, <1.99>\
                <go><-C><.><build>";
    sandbox.shim("go", ["-C", ".", "build"]).code(5).stdout(seen).check();
    let seen =
        "[ROOT]/bin/gox\n<exec-missing><--asked-by><asked for by `+1.99.0`><--><1.99.0><gofmt><+1.99.0><-l>";
    sandbox.shim("gofmt", ["+1.99.0", "-l"]).code(5).stdout(seen).check();
    let seen = "[ROOT]/bin/gox\n<exec-missing><--asked-by><asked for by the launcher's name><--><1.99.0><go1.99.0>\
                <build>";
    sandbox.shim("go1.99.0", ["build"]).code(5).stdout(seen).check();
}

#[test]
fn the_gox_on_path_is_asked_before_the_copy_in_the_store() {
    let sandbox = sandbox(&[]);
    sandbox.put_script("user/.local/go/bin/gox", FAKE_GOX);
    let arguments = "<exec-missing><--asked-by><asked for by `+1.99.0`><--><1.99.0><go><+1.99.0>";
    sandbox.shim("go", ["+1.99.0"]).code(5).stdout(&format!("[HOME]/bin/gox\n{arguments}")).check();
    sandbox.put_tool("gox", FAKE_GOX);
    sandbox.shim("go", ["+1.99.0"]).code(5).stdout(&format!("[ROOT]/bin/gox\n{arguments}")).check();
    // One that cannot run is passed over.
    sandbox.put_tool("gox", "#!/nonexistent\n");
    sandbox.shim("go", ["+1.99.0"]).code(5).stdout(&format!("[HOME]/bin/gox\n{arguments}")).check();
}

#[test]
fn without_gox_the_message_has_the_command() {
    let sandbox = sandbox(&["1.22.4"]);
    let path = sandbox.path_after([sandbox.home().join("shims")]);
    // A shim that is called gox is no gox.
    fs::hard_link(sandbox.home().join("shims/go"), sandbox.home().join("shims/gox")).unwrap();
    sandbox.write("code/.go-version", "~1.99\n");
    let error = "gox: `~1.99` is not installed\n  set by [ROOT]/code/.go-version:1\n\
                 hint: install it: `gox install '~1.99'`\n";
    sandbox.shim("go", ["version"]).env("PATH", &path).code(127).stderr(error).check();
    let error = "gox: `1.99.0` is not installed\n  asked for by the launcher's name\n\
                 hint: install it: `gox install 1.99.0`\n";
    sandbox.shim("go1.99.0", ["version"]).env("PATH", &path).code(127).stderr(error).check();
}

#[test]
fn gotoolchain_path_installs_nothing() {
    let sandbox = sandbox(&["1.22.4"]);
    sandbox.put_tool("gox", FAKE_GOX);
    sandbox.write("code/go.mod", "go 1.99\n");
    let error = "gox: `1.99.0` is not installed\n  asked for by the go line, [ROOT]/code/go.mod:1\n\
                 hint: install it: `gox install 1.99.0`\n";
    sandbox.shim("go", ["version"]).env("GOTOOLCHAIN", "path").code(127).stderr(error).check();
}

/// Some other program is called gox too, and calls go: it is asked once, and then nobody is.
#[test]
fn another_program_that_is_called_gox_is_no_loop() {
    let sandbox = sandbox(&[]);
    sandbox.put_tool("gox", "#!/bin/sh\nexec go version\n");
    sandbox.write("code/.go-version", "1.24.1\n");
    let path = sandbox.path_after([sandbox.home().join("shims")]);
    let go = sandbox.command(shim(&sandbox, "go")).arg("version").env("PATH", path).code(127);
    let expected = "\
gox: `1.24.1` is not installed
  set by [ROOT]/code/.go-version:1
hint: install it: `gox install 1.24.1`
";
    go.stderr(expected).check();
}
