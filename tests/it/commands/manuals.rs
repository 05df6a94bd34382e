//! The commands in README.md and docs/ci.md, run as they stand there.

use std::fs;

use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::Sandbox;
use crate::support::tree;

/// The first block of shell commands below a heading.
fn block<'a>(manual: &'a str, heading: &str) -> &'a str {
    let (_, below) = manual.split_once(&format!("{heading}\n")).unwrap();
    let (_, block) = below.split_once("```sh\n").unwrap();
    block.split_once("```").unwrap().0
}

#[test]
fn what_the_readme_removes_is_all_that_gox_wrote() {
    let (sandbox, proxy) = (Sandbox::new(), ModuleProxy::with_versions(&["1.22.4"]));
    sandbox.put_gox();
    sandbox.write("user/.bashrc", "x=1\n");
    let before = tree::listing(&sandbox.user());
    let gox = |arguments: &[&str]| {
        let run = sandbox.gox(arguments).envs(proxy.environment()).env("SHELL", "/bin/bash").run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
    };
    gox(&["install", "1.22.4"]);
    gox(&["pin", "1.22.4"]);
    gox(&["status"]);
    gox(&["config", "set", "timeout", "5"]);
    gox(&["setup", "--yes"]);
    assert_ne!(tree::listing(&sandbox.user()), before);
    let commands = block(include_str!("../../../README.md"), "## Remove gox");
    // The question needs a terminal, and the program under test is not cargo's.
    let own = commands.lines().find(|line| line.starts_with("cargo uninstall gox")).unwrap();
    let script = commands.replace("uninstall    #", "uninstall --yes  #").replace(own, "");
    let run = sandbox.command("sh").args(["-ec", &script]).env("SHELL", "/bin/bash").run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    for folder in ["user/.local", "user/.config"] {
        fs::remove_dir(sandbox.root().join(folder)).unwrap();
    }
    assert_eq!(tree::listing(&sandbox.user()), before);
}

/// The example of a proxy is one to be replaced.
const CI: &str = include_str!("../../../docs/ci.md");

#[test]
fn a_restored_cache_keeps_nothing_of_the_jobs_before() {
    let (machine, proxy) = (Sandbox::new(), ModuleProxy::with_versions(&["1.22.4", "1.22.5"]));
    machine.put_gox();
    let line =
        CI.lines().find_map(|line| line.strip_prefix("  - run: ").filter(|line| line.contains("prune")));
    let path = machine.path_after([machine.home().join("bin"), machine.home().join("shims")]);
    for version in ["1.22.4", "1.22.5"] {
        machine.write("work/.go-version", format!("{version}\n"));
        let run = machine.command("sh").args(["-ec", line.unwrap()]).envs(proxy.environment());
        let run = run.env("PATH", &path).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        let list = machine.gox(["list"]).run().stdout;
        let versions: Vec<_> = list.lines().skip(1).filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(versions, [version]);
    }
}

#[test]
fn a_job_of_ci_runs_what_its_pin_asks_for_and_its_cache_is_whole() {
    let (machine, proxy) = (Sandbox::new(), ModuleProxy::with_versions(&["1.22.4"]));
    machine.put_gox();
    machine.write("work/.go-version", "1.22.4\n");
    let job = block(CI, "# In CI and in images").replace("https://proxy.example.com", &proxy.url());
    let run = |more: &str| {
        let script = format!("{job}{more}");
        machine.command("sh").args(["-ec", &script]).envs(proxy.environment())
    };
    let done = run("").run();
    assert_eq!(
        (done.code(), done.stdout.as_str()),
        (0, "go version go1.22.4 [OS]/[ARCH]\n"),
        "{}",
        done.stderr
    );
    machine.sh("tar -cf cache.tar .gox && rm -r .gox && tar -xf cache.tar");
    let again = run("gox verify --quiet").env("GOX_OFFLINE", "1");
    again
        .stdout("go version go1.22.4 [OS]/[ARCH]\n")
        .stderr("go1.22.4 is installed already: `[ROOT]/work/.gox/toolchains/go1.22.4`\n")
        .check();
    machine.write("work/.go-version", "1.22.5\n");
    let error = "error: `1.22.5` is not installed\n  set by [ROOT]/work/.go-version:1\n\
                 hint: install it: `gox install 1.22.5`\n";
    let late = job.lines().filter(|line| !line.starts_with("gox ")).collect::<Vec<_>>().join("\n");
    machine.command("sh").args(["-ec", &late]).code(127).stderr(error).check();
}
