//! Versions that do not exist, or of which nobody can tell: before anything is changed.

use super::Machine;
use crate::support::proxy::ModuleProxy;

const CONFIG: &str = "user/.config/gox/config.toml";
const FILE: &str = "[settings]\ntimeout = 50\n[toolchains]\ninstall = [\n  \"1.99.1\",\n  \"1.99.77\",\n]\n";
const PLAN: &str = "+ settings timeout 50\n+ install 1.99.1\n+ install 1.99.77\n";

const ABSENT: &str = "\
error: no such version: `1.99.77` for [OS]-[ARCH]
  set by [ROOT]/code/fleet/gox.toml:7
hint: write `1.99.2` in [ROOT]/code/fleet/gox.toml:7
";

#[test]
fn a_version_that_does_not_exist_is_told_with_its_line_before_anything_is_changed() {
    let machine = Machine::new();
    machine.declare(FILE);
    let both = format!("{ABSENT}error: 1 of 2 failed: `1.99.77`\n");
    machine.sync("--dry-run fleet/gox.toml").code(3).stdout(PLAN).stderr(&both).check();
    machine.sync("--yes fleet/gox.toml").code(3).stdout(PLAN).stderr(ABSENT).check();
    assert!(!machine.sandbox.root().join(CONFIG).exists());
    assert_eq!((machine.installed(), machine.downloads()), (Vec::<String>::new(), 0));
}

/// What is compiled in rules it out, so the machine can never be as declared.
#[test]
fn what_is_known_not_to_exist_needs_no_network() {
    let machine = Machine::new();
    machine.declare("[settings]\ntimeout = 50\n[toolchains]\ninstall = [\"1.22.99\"]\n");
    let error = "error: no such version: `1.22.99` for [OS]-[ARCH]\n  set by [ROOT]/code/fleet/gox.toml:5\n\
        hint: write `1.22.12` in [ROOT]/code/fleet/gox.toml:5\n";
    let plan = "+ settings timeout 50\n+ install 1.22.99\n";
    for line in ["--check", "--dry-run", "--yes"] {
        let run = machine.sync(&format!("{line} fleet/gox.toml")).code(3).stdout(plan).stderr(error);
        run.check();
    }
    assert_eq!(machine.proxy.server.targets(), [""; 0]);
    assert!(!machine.sandbox.root().join(CONFIG).exists());
}

#[test]
fn a_dry_run_that_cannot_tell_fails_and_says_what_each_source_said() {
    let machine = Machine::new();
    machine.declare("[toolchains]\ninstall = [\"1.22.4\", \"1.55.1\"]\n");
    let dry_run = || machine.sync("--dry-run fleet/gox.toml").env("GOX_SOURCES", "proxy,dl");
    let told = |first: &str, second: &str, hint: &str| {
        format!(
            "error: could not find out whether `1.55.1` exists\n  proxy: {first}\n  \
             dl: `https://go.dev/dl/?mode=json&include=all`: {second}\n  \
             set by [ROOT]/code/fleet/gox.toml:3\n{hint}error: 1 of 2 failed: `1.55.1`\n"
        )
    };
    let plan = "+ install 1.22.4\n+ install 1.55.1\n";
    let unconnected =
        "could not connect: connection refused; the proxy `http://[SERVER]` of `HTTPS_PROXY` is between";
    let error = told("no module proxy is known: `GOPROXY` is not set", unconnected, "");
    dry_run().env_remove("GOPROXY").code(4).stdout(plan).stderr(&error).check();
    let list = "`http://[SERVER]/golang.org/toolchain/@v/list`";
    let offline = "not asked: `GOX_OFFLINE` is set";
    let hint = "hint: gox keeps off the network: `unset GOX_OFFLINE`\n";
    let error = told(&format!("{list}: {offline}"), offline, hint);
    dry_run().env("GOX_OFFLINE", "1").code(4).stdout(plan).stderr(&error).check();
    let run = dry_run().arg("--json").env("GOX_OFFLINE", "1").run();
    assert!(run.code() == 4 && run.stdout.contains("\"ok\":false"), "{}", run.stdout);
    // What is known, what one of the sources has, and what is there already needs no answer from all.
    machine.declare("[toolchains]\ninstall = [\"1.22.4\", \"1.98.1\"]\n");
    dry_run().stdout("+ install 1.22.4\n+ install 1.98.1\n").check();
    machine.install(&["1.98.1"]);
    let run = dry_run().env("GOX_OFFLINE", "1");
    run.stdout("+ install 1.22.4\n").check();
}

#[test]
fn one_list_tells_of_all_versions() {
    let lists = |line: &str, versions: [&str; 3], code: i32| {
        let machine = Machine::new();
        machine.declare(&format!("[toolchains]\ninstall = {versions:?}\n"));
        let run = machine.sync(&format!("{line} fleet/gox.toml")).run();
        assert_eq!(run.code(), code, "{line}\n{}", run.stderr);
        let targets = machine.proxy.server.targets();
        targets.iter().filter(|target| target.ends_with("/@v/list")).count()
    };
    let (absent, present) = (["1.99.71", "1.98.72", "1.97.73"], ["1.99.2", "1.98.3", "1.97.0"]);
    assert_eq!(lists("--dry-run", absent, 3), 1);
    assert_eq!(lists("--dry-run", present, 0), 1);
    assert_eq!(lists("--yes", absent, 3), 1);
    assert_eq!(lists("--yes", present, 0), 1);
}

/// The sources that count are those of the file.
#[test]
fn the_sources_are_those_that_the_file_declares() {
    let machine = Machine::new();
    let other = ModuleProxy::with_versions(&["1.98.1"]);
    machine.sandbox.write("user/.config/gox/config.toml", "sources = [\"dl\"]\noffline = true\n");
    let file = |version: &str| {
        format!(
            "[settings]\nsources = [\"proxy\"]\noffline = false\n[toolchains]\ninstall = [\"{version}\"]\n"
        )
    };
    let sync = |line: &str| {
        let run = machine.sync(&format!("{line} fleet/gox.toml")).env_remove("GOX_SOURCES");
        run.env("GOPROXY", other.url()).run()
    };
    machine.declare(&file("1.99.1"));
    for line in ["--dry-run", "--yes"] {
        let run = sync(line);
        assert!(run.code() == 3 && run.stderr.starts_with("error: no such version"), "{}", run.stderr);
    }
    assert_eq!(machine.sandbox.read(CONFIG), "sources = [\"dl\"]\noffline = true\n");
    machine.declare(&file("1.98.1"));
    assert_eq!((sync("--dry-run").code(), sync("--yes").code()), (0, 0));
    assert_eq!(machine.installed(), ["1.98.1"]);
}

/// A source that has no list tells only by its files.
#[test]
fn an_install_that_finds_no_version_names_the_line_too() {
    let machine = Machine::new();
    let folder = machine.sandbox.root().join("empty");
    std::fs::create_dir(&folder).unwrap();
    machine.declare("[toolchains]\ninstall = [\"1.55.1\"]\n");
    let run = machine.sync("--yes fleet/gox.toml").env("GOX_SOURCES", format!("dir:{}", folder.display()));
    let run = run.run();
    let (mend, place) =
        ("\n  set by [ROOT]/code/fleet/gox.toml:3\nhint: write `1.", "` in [ROOT]/code/fleet/gox.toml:3\n");
    assert!(run.code() == 3 && run.stderr.contains(mend) && run.stderr.ends_with(place), "{}", run.stderr);
}
