//! The commands in docs/removing.md and docs/ci.md, with what has to come of them.

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
fn what_the_page_removes_is_all_that_gox_wrote() {
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
    let commands = block(include_str!("../../../docs/removing.md"), "## gox itself");
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

/// The commands of a job of GitLab or a step of Woodpecker: the items of the first list of commands below its line.
fn commands(job: &str) -> String {
    let (_, below) = CI.split_once(&format!("\n{job}\n")).unwrap();
    let mut lines = below.lines().skip_while(|line| !["script:", "commands:"].contains(&line.trim()));
    let key = lines.next().unwrap();
    let item = key.replace("script:", "  - ").replace("commands:", "  - ");
    lines.map_while(|line| line.strip_prefix(&item)).collect::<Vec<_>>().join("\n")
}

/// What a job prints in the folder of the project; its PATH is that of the machine.
#[track_caller]
fn prints(
    machine: &Sandbox,
    proxy: &ModuleProxy,
    script: &str,
    variables: &[(&'static str, String)],
) -> String {
    let script = script.replace("https://proxy.example.com", &proxy.url());
    let run = machine.command("sh").args(["-ec", &script]).envs(proxy.environment());
    let run = run.envs(variables.iter().cloned()).run();
    assert_eq!(run.code(), 0, "{script}\n{}", run.stderr);
    run.stdout
}

fn go_version(version: &str) -> String {
    format!("go version go{version} [OS]/[ARCH]\n")
}

#[test]
fn the_jobs_of_gitlab_run_one_version_and_their_cache_does_not_grow() {
    let (machine, proxy) = (Sandbox::new(), ModuleProxy::with_versions(&["1.22.4", "1.22.5"]));
    machine.put_gox();
    let mut variables = vec![("GOX_HOME", machine.code().join(".gox").display().to_string())];
    for (pin, version) in [("1.22.4", "1.22.4"), ("1.22", "1.22.5")] {
        machine.write("code/.go-version", format!("{pin}\n"));
        let first = commands("toolchain:");
        prints(&machine, &proxy, &first, &variables);
        let report = machine.read("code/go.env");
        assert_eq!(report, format!("GOX_USE={version}\n"));
        let list = machine.gox(["list"]).envs(variables.clone()).run().stdout;
        let versions: Vec<_> = list.lines().skip(1).filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(versions, [version]);
        // A pin that means something else by now.
        machine.write("code/.go-version", "1.21.0\n");
        variables.push(("GOX_USE", report["GOX_USE=".len()..].trim().to_owned()));
        let test = commands("test:").replace("go test ./...", "go version");
        assert_eq!(prints(&machine, &proxy, &test, &variables), go_version(version));
        variables.pop();
    }
}

#[test]
fn the_steps_of_woodpecker_share_a_store() {
    let (machine, proxy) = (Sandbox::new(), ModuleProxy::with_versions(&["1.22.4"]));
    machine.put_gox();
    machine.write("code/.go-version", "1.22.4\n");
    for (step, command) in [("  - name: test", "go test ./..."), ("  - name: build", "go build ./...")] {
        let script = commands(step).replace(command, "go version");
        assert_eq!(prints(&machine, &proxy, &script, &[]), go_version("1.22.4"));
    }
}

/// The lines of a stage of the Dockerfile, as lines for a shell.
fn stage(name: &str) -> String {
    let (_, below) = CI.split_once(&format!("AS {name}\n")).unwrap();
    let lines = below.lines().take_while(|line| !line.is_empty());
    let shell = lines.filter_map(|line| match line.split_once(' ')? {
        ("ENV", settings) => Some(format!("export {settings}")),
        ("ARG", setting) => Some(format!("export {setting}")),
        ("RUN", command) => Some(
            command.split(' ').filter(|word| !word.starts_with("--mount=")).collect::<Vec<_>>().join(" "),
        ),
        _ => None,
    });
    shell.map(|line| line + "\n").collect()
}

#[test]
fn the_layers_of_an_image_need_no_more_than_they_copy() {
    let (machine, proxy) = (Sandbox::new(), ModuleProxy::with_versions(&["1.22.4"]));
    machine.put_gox();
    let opt = machine.root().join("opt/go").display().to_string();
    let script = stage("build").replace("/opt/go", &opt);
    assert_eq!(script.lines().count(), 6);
    for file in ["go.mod", "go.sum"] {
        machine.write(&format!("code/{file}"), "");
    }
    machine.write("code/.go-version", "1.22.4\n");
    // The go command that is played prints its path and its arguments.
    let said = prints(&machine, &proxy, &script, &[]);
    let go = "file [ROOT]/opt/go/toolchains/go1.22.4/bin/go\n";
    assert_eq!(said.matches(go).count(), 2, "{said}");
    assert!(said.contains("argument build\nargument -o\nargument /server\nargument .\n"), "{said}");
}

#[test]
fn a_job_of_ci_runs_what_its_pin_asks_for_and_its_cache_is_whole() {
    let (machine, proxy) = (Sandbox::new(), ModuleProxy::with_versions(&["1.22.4"]));
    machine.put_gox();
    machine.write("code/.go-version", "1.22.4\n");
    let job = block(CI, "# In CI and in images").replace("https://proxy.example.com", &proxy.url());
    let run = |more: &str| {
        let script = format!("{job}{more}");
        machine.command("sh").args(["-ec", &script]).envs(proxy.environment())
    };
    let done = run("").run();
    assert_eq!((done.code(), done.stdout), (0, go_version("1.22.4")), "{}", done.stderr);
    machine.sh("tar -cf cache.tar .gox && rm -r .gox && tar -xf cache.tar");
    let again = run("gox verify --quiet").env("GOX_OFFLINE", "1");
    let said = "go1.22.4 is installed already: `[ROOT]/code/.gox/toolchains/go1.22.4`\n\
                hint: put the shims first on PATH: `export PATH=[ROOT]/code/.gox/shims:\"$PATH\"`\n";
    again.stdout(&go_version("1.22.4")).stderr(said).check();
    // A pin that changes in the middle of a job.
    let late = run("echo 1.22.5 >.go-version; go version").env("GOX_OFFLINE", "1").run();
    let error = "error: `1.22.5` is not installed\n  set by [ROOT]/code/.go-version:1\n\
                 hint: install it: `gox install 1.22.5`\n";
    assert_eq!((late.code(), late.stderr.ends_with(error)), (127, true), "{}", late.stderr);
}
