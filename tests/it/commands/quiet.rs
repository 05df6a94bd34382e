//! `--quiet`: errors and warnings alone, and what was asked for.

use super::sandbox;
use crate::support::archives::FakeToolchain;
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::Sandbox;

#[test]
fn what_goes_well_is_not_told() {
    let (sandbox, proxy) =
        (Sandbox::new().with_programs(), ModuleProxy::with_versions(&["1.99.1", "1.99.0", "1.98.0"]));
    let quiet = |line: &str| sandbox.gox(line.split(' ')).envs(proxy.environment());
    for line in [
        "-q install 1.99.0",
        "install --quiet 1.99.0",
        "install 1.98.0 -q",
        "upgrade -q",
        "upgrade -q",
        "default -q 1.99",
        "pin -q 1.98.0",
        "pin --unset -q",
        "config -q set timeout 5",
        "config unset timeout -q",
        "verify -q",
        "prune -q --days 0",
        "uninstall -q 1.98.0",
        "setup -q bash --yes",
        "setup -q bash --yes --undo",
    ] {
        quiet(line).check();
    }
    assert_eq!(sandbox.read("user/.local/go/default"), "1.99\n");
    assert_eq!(
        sandbox.listing("toolchains").lines().filter(|line| !line.contains('/')).collect::<Vec<_>>(),
        ["0755 dir go1.99.1"]
    );
}

#[test]
fn what_was_asked_for_is_shown() {
    let sandbox = sandbox(&["1.99.1"]);
    let proxy = ModuleProxy::with_versions(&["1.99.1", "1.99.2"]);
    let quiet = |line: &str| sandbox.gox(line.split(' ')).arg("-q").envs(proxy.environment());
    quiet("default").stdout("1.99.1\n").check();
    quiet("which").stdout("[HOME]/toolchains/go1.99.1/bin/go\n").check();
    quiet("config timeout").stdout("30\n").check();
    quiet("upgrade --dry-run").stdout("1.99.1 -> 1.99.2, and the default with it\n").check();
    // When it ran follows, where the file system records that.
    let run = quiet("prune --dry-run").run();
    assert!(
        run.stdout.starts_with("keep  go1.99.1  default") && run.stderr.is_empty(),
        "{}{}",
        run.stdout,
        run.stderr
    );
    quiet("available 1.99").stdout("VERSION  STATE\n1.99.2\n1.99.1   installed, default\n").check();
    sandbox.write("code/.go-version", "1.99.1\n");
    quiet("pin").stdout("1.99.1\n").check();
    let run = quiet("setup bash --dry-run").run();
    assert!(run.stdout.contains("+# >>> gox >>>") && run.stderr.is_empty(), "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_plan_is_what_was_asked_for_and_for_programs_it_is_json_alone() {
    let sandbox = sandbox(&["1.99.1", "1.98.0"]);
    let proxy = ModuleProxy::with_versions(&["1.99.1", "1.99.2"]);
    let gox = |line: &str| sandbox.gox(line.split(' ')).arg("--dry-run").envs(proxy.environment());
    for (line, plan) in [
        ("install 1.99.2", "would install go1.99.2\n"),
        ("install 1.99.2 1.99", "would install go1.99.2\nwould install go1.99.2\n"),
        ("install 1.99.1 --force", "would install go1.99.1\n"),
        ("install 1.99.1", ""),
        ("uninstall 1.98.0", "would remove go1.98.0\n"),
        ("uninstall --all", "would remove go1.98.0\n"),
        ("uninstall --all --force", "would remove go1.99.1\nwould remove go1.98.0\n"),
        ("upgrade", "1.99.1 -> 1.99.2, and the default with it\n"),
        ("upgrade 1.98", ""),
    ] {
        gox(line).arg("-q").stdout(plan).check();
        let run = gox(line).run();
        assert_eq!((run.code(), run.stdout.as_str()), (0, plan), "{line}");
    }
    for line in [
        "install 1.99.2",
        "install 1.99.1",
        "uninstall 1.98.0",
        "uninstall --all",
        "uninstall --all --force",
        "upgrade",
        "upgrade 1.98",
        "prune",
    ] {
        let run = gox(line).arg("--json").run();
        let json = serde_json::from_slice::<serde_json::Value>(&run.raw_stdout);
        assert!(run.code() == 0 && json.is_ok() && run.stderr.is_empty(), "{line}: {}", run.stderr);
    }
}

#[test]
fn errors_keep_their_hints_and_warnings_stay() {
    let sandbox = sandbox(&["1.99.1"]);
    sandbox.write("user/.config/gox/config.toml", "timeouts = 5\n");
    let warning =
        "warning: unknown setting `timeouts` in `~/.config/gox/config.toml:1:1`; the nearest is `timeout`\n";
    sandbox.gox(["default", "-q"]).stdout("1.99.1\n").stderr(warning).check();
    let error = "error: `1.77.0` is not installed\nhint: `gox list` shows what is installed\n";
    sandbox.gox(["uninstall", "-q", "1.77.0"]).code(3).stderr(&format!("{warning}{error}")).check();
    let found = "\
environment
  warning env-goroot  `GOROOT=/x` is set, where no Go is
                      why: gox removes it for `go`, but a Go that is started by its path, as editors do, takes it and fails with `does not match go tool version`
                      mend: unset GOROOT

1 warning
";
    let checks = ["doctor", "-q", "env-goroot", "store-layout"];
    sandbox.gox(checks).env("GOROOT", "/x").stdout(found).check();
    sandbox.gox(checks).check();
    // A toolchain that nobody installed.
    let error = "error: go1.99.1 has no receipt: gox did not install it\nhint: build it anew: `gox install --force 1.99.1`\n";
    sandbox.gox(["verify", "-q"]).code(1).stderr(&format!("{warning}{error}")).check();
}

#[test]
fn the_command_that_gox_runs_has_its_own_words() {
    let sandbox = sandbox(&[]);
    sandbox.put_toolchain(&FakeToolchain::new("1.99.1"));
    for words in [&["exec", "-q", "1.99.1"][..], &["-q", "exec", "1.99.1"]] {
        sandbox.gox(words).args(["echo", "-q", "--quiet"]).stdout("-q --quiet\n").check();
    }
}
