//! `gox prune`: what nothing asks for goes, and nothing else.

use std::fs;

use crate::support::archives::FakeToolchain;
use crate::support::proxy::ModuleProxy;
use crate::support::running::Output;
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::strace;

const VERSIONS: [&str; 5] = ["1.99.4", "1.99.3", "1.99.2", "1.98.1", "1.98.0"];

/// A store with these versions of a proxy, the newest of them as the default.
fn installed() -> (Sandbox, ModuleProxy) {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&VERSIONS));
    sandbox.put_gox();
    for version in VERSIONS {
        let run = sandbox.gox(["install", version]).envs(proxy.environment()).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
    }
    sandbox.write("user/.local/go/default", "1.99.4\n");
    (sandbox, proxy)
}

/// What it decided, without the times, which are of today where the file system records them.
fn decided(run: &Output) -> String {
    let without = |line: &str| {
        line.trim_end_matches("installed today").trim_end_matches("ran today").trim_end().to_owned()
    };
    run.stdout.lines().map(|line| without(line) + "\n").collect()
}

/// The names in a folder of the store.
fn names(sandbox: &Sandbox, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(sandbox.home().join(folder)).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn kept_are_the_default_the_newest_and_what_projects_ask_for() {
    let (sandbox, _) = installed();
    // Two projects, each met by a command; one of them is deleted later.
    sandbox.write("code/a/.go-version", "1.99.3\n");
    sandbox.write("code/b/go.mod", "module b\n\ngo 1.98.0\n");
    sandbox.write("code/gone/.go-version", "1.99.2\n");
    for folder in ["code/a", "code/gone"] {
        sandbox.gox(["which"]).cwd(folder).run();
    }
    let folders = format!("{0}/code/a\n{0}/code/gone\n", sandbox.root().display());
    assert_eq!(sandbox.read("user/.local/go/projects"), folders);
    sandbox.write("code/b/.tool-versions", "golang 1.98.0\n");
    sandbox.gox(["status", "--short"]).cwd("code/b").stdout("1.98.0\n").check();
    fs::remove_dir_all(sandbox.code().join("gone")).unwrap();

    let plan = "\
keep    go1.99.4  default
keep    go1.99.3  asked for in [ROOT]/code/a
remove  go1.99.2  nothing asks for it
keep    go1.98.1  newest of 1.98
keep    go1.98.0  asked for in [ROOT]/code/b
";
    let before = sandbox.listing("");
    let run = sandbox.gox(["prune", "--dry-run", "--days", "0"]).run();
    assert_eq!((run.code(), decided(&run).as_str()), (0, plan), "{}", run.stderr);
    let freed =
        run.stderr.strip_prefix("would free ").unwrap().strip_suffix("; nothing was removed\n").unwrap();
    assert_eq!(sandbox.listing(""), before);

    let run = sandbox.gox(["prune", "--days", "0"]).run();
    assert_eq!((decided(&run).as_str(), run.stderr), (plan, format!("freed {freed}\n")));
    assert_eq!(names(&sandbox, "toolchains"), ["go1.98.0", "go1.98.1", "go1.99.3", "go1.99.4"]);
    let shims = ["go", "go1.98.0", "go1.98.1", "go1.99.3", "go1.99.4", "gofmt"];
    assert_eq!(names(&sandbox, "shims"), shims);
    assert!(!sandbox.home().join("cache").exists());
    assert_eq!(sandbox.listing("staging"), "");
    let folders = format!("{0}/code/a\n{0}/code/b\n", sandbox.root().display());
    assert_eq!(sandbox.read("user/.local/go/projects"), folders);
}

#[test]
fn with_all_the_newest_of_a_line_goes_too() {
    let (sandbox, _) = installed();
    sandbox.write("code/.go-version", "<1.99.3\n");
    let plan = "\
keep    go1.99.4  default
remove  go1.99.3  nothing asks for it
keep    go1.99.2  runs here, set by [ROOT]/code/.go-version:1
remove  go1.98.1  nothing asks for it
remove  go1.98.0  nothing asks for it
";
    let run = sandbox.gox(["prune", "--all", "--days", "0"]).run();
    assert_eq!((run.code(), decided(&run).as_str()), (0, plan), "{}", run.stderr);
    assert_eq!(names(&sandbox, "toolchains"), ["go1.99.2", "go1.99.4"]);
    let plan = "\
keep  go1.99.4  default
keep  go1.99.2  runs here, set by [ROOT]/code/.go-version:1
";
    let run = sandbox.gox(["prune", "--all", "--days", "0"]).run();
    assert_eq!((decided(&run).as_str(), run.stderr.as_str()), (plan, "freed 0 B\n"));
}

#[test]
fn what_runs_now_stays() {
    let (sandbox, _) = installed();
    // A real program, so that the system knows where it runs from.
    let go = sandbox.home().join("toolchains/go1.99.2/bin/go");
    fs::remove_file(&go).unwrap();
    {
        let _programs = crate::support::programs();
        fs::copy("/bin/cat", &go).unwrap();
    }
    let mut running = sandbox.command(&go).spawn();
    running.write("on\n");
    let run = sandbox.gox(["prune", "--all", "--days", "0"]).run();
    assert!(decided(&run).contains("keep    go1.99.2  runs now\n"), "{}{}", run.stdout, run.stderr);
    assert_eq!(names(&sandbox, "toolchains"), ["go1.99.2", "go1.99.4"]);
    drop(running);
}

/// As in a chroot where `/proc` is not mounted.
#[test]
fn where_it_cannot_be_told_what_runs_all_stays() {
    let (sandbox, _) = installed();
    let hidden = ["-f", "-qq", "-o", "/dev/null", "-P", "/proc", "-e", "inject=openat:error=ENOENT", GOX];
    let run = sandbox.command("strace").args(hidden).args(["prune", "--all", "--days", "0"]).run();
    let plan = "\
keep  go1.99.4  default
keep  go1.99.3  whether it runs cannot be told
keep  go1.99.2  whether it runs cannot be told
keep  go1.98.1  whether it runs cannot be told
keep  go1.98.0  whether it runs cannot be told
";
    assert_eq!((run.code(), decided(&run).as_str()), (0, plan), "{}", run.stderr);
    assert_eq!(names(&sandbox, "toolchains").len(), VERSIONS.len());
}

#[test]
fn what_gox_did_not_install_stays() {
    let (sandbox, _) = installed();
    sandbox.put_toolchain(&FakeToolchain::new("1.97.1"));
    let goroot = sandbox.root().join("src/go");
    FakeToolchain::new("1.99.9").write_to(&goroot);
    std::os::unix::fs::symlink(&goroot, sandbox.home().join("toolchains/tip")).unwrap();
    let run = sandbox.gox(["prune", "--all", "--days", "0"]).run();
    let plan = "\
keep    go1.99.4  default
remove  go1.99.3  nothing asks for it
remove  go1.99.2  nothing asks for it
remove  go1.98.1  nothing asks for it
remove  go1.98.0  nothing asks for it
keep    go1.97.1  gox did not install it
keep    tip       linked
";
    assert_eq!((run.code(), decided(&run).as_str()), (0, plan), "{}", run.stderr);
    assert!(goroot.join("bin/go").is_file());
}

#[test]
fn where_it_cannot_be_told_what_is_wanted_nothing_goes() {
    let (sandbox, _) = installed();
    sandbox.write("code/a/.go-version", "1.99.3\n");
    sandbox.gox(["which"]).cwd("code/a").run();
    let before = names(&sandbox, "toolchains");
    let wrong = "`1 2` is not a valid request: only a range such as `>=1.21 <1.23` may contain blanks";
    sandbox.write("code/a/.go-version", "1 2\n");
    let error = format!(
        "error: [ROOT]/code/a/.go-version:1: {wrong}\n\
         hint: replace it by one request, such as: `cd [ROOT]/code/a && gox pin --force latest`\n\
         hint: mend it, or remove the folder from `[HOME]/projects`\n"
    );
    sandbox.gox(["prune", "--days", "0"]).code(7).stderr(&error).check();
    fs::remove_file(sandbox.code().join("a/.go-version")).unwrap();
    sandbox.write("code/go.mod", "module m\n\ngo 1.98\ntoolchain nonsense\n");
    assert_eq!(sandbox.gox(["prune", "--all", "--days", "0"]).run().code(), 7);
    fs::remove_file(sandbox.code().join("go.mod")).unwrap();
    sandbox.write("user/.local/go/default", "1 2\n");
    let error =
        format!("error: [HOME]/default:1: {wrong}\nhint: choose another default: `gox default latest`\n");
    sandbox.gox(["prune", "--days", "0"]).code(7).stderr(&error).check();
    assert_eq!(names(&sandbox, "toolchains"), before);
}

#[test]
fn what_this_shell_says_decides_for_no_project() {
    let (sandbox, _) = installed();
    sandbox.write("code/.go-version", "1.98.0\n");
    sandbox.write("code/module/go.mod", "module m\n\ngo 1.99.2\n");
    sandbox.gox(["status"]).cwd("code/module").run();
    for (name, value) in
        [("GO_VERSION", "1.99.4"), ("GOX_USE", "1.99.4"), ("GO111MODULE", "off"), ("GOTOOLCHAIN", "local")]
    {
        let run = sandbox.gox(["prune", "--all", "--dry-run", "--days", "0"]).env(name, value).run();
        for kept in ["keep    go1.99.2", "keep    go1.98.0"] {
            assert!(run.stdout.contains(kept), "{name}: {}{}", run.stdout, run.stderr);
        }
    }
}

#[test]
fn what_another_gox_removed_first_is_no_failure() {
    let (sandbox, _) = installed();
    let held = sandbox.hold("locks/go1.99.2.lock");
    let run = sandbox.gox(["prune", "--days", "0", "--json"]).spawn();
    run.wait_for_stderr("waiting for another gox");
    fs::remove_dir_all(sandbox.home().join("toolchains/go1.99.2")).unwrap();
    drop(held);
    let run = run.wait();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert_eq!(names(&sandbox, "toolchains"), ["go1.98.1", "go1.99.4"]);
}

/// As on an overlay, which cannot rename a directory of a lower layer.
#[test]
fn what_is_removed_in_its_place_counts_as_freed() {
    let (sandbox, _) = installed();
    let freed = |run: &Output| run.stderr.lines().find(|line| line.contains("free")).unwrap().to_owned();
    let planned = freed(&sandbox.gox(["prune", "--days", "0", "--dry-run"]).run());
    let planned = planned.replace("would free", "freed").replace("; nothing was removed", "");
    let log = sandbox.root().join("log");
    let injection = ["?rename,?renameat,renameat2:error=EXDEV".to_owned()];
    let run = strace::gox(&sandbox, &log, strace::CHANGES, &injection, &["prune", "--days", "0"]).run();
    assert_eq!((run.code(), freed(&run)), (0, planned), "{}", run.stderr);
    assert_eq!(names(&sandbox, "toolchains"), ["go1.98.1", "go1.99.4"]);
}

#[test]
fn what_could_not_be_removed_is_not_called_freed() {
    let sandbox = Sandbox::in_use();
    sandbox.write("user/.local/go/cache/list.json", "x".repeat(1000));
    let set = |mode| {
        let cache = sandbox.home().join("cache");
        std::fs::set_permissions(cache, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    };
    set(0o555);
    let error = "\
error: could not remove `[HOME]/cache`
  caused by: permission denied
hint: keep the store where you may write: `export GOX_HOME=/path/to/go`
";
    sandbox.gox_under_modes(&["prune"]).code(6).stderr(&format!("freed 0 B\n{error}")).check();
    let run = sandbox.gox_under_modes(&["prune", "--json"]).run();
    let found: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let failure = "could not remove `[HOME]/cache`: permission denied";
    assert_eq!((&found["freed"], &found["error"]), (&0.into(), &failure.into()));
    set(0o755);
    sandbox.gox(["prune"]).stderr("freed 1.0 kB, all of it cache\n").check();
    let run = sandbox.gox(["prune", "--json"]).run();
    let found: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(found["error"], serde_json::Value::Null);
}
