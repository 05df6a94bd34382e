//! `gox env`: what the later steps of a CI job get, and that they then run the Go of their directory.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use super::{put_system_go, sandbox};
use crate::support::archives::FakeToolchain;
use crate::support::proxy::ModuleProxy;
use crate::support::runner::Job;
use crate::support::sandbox::{GOX, Sandbox};

/// The PATH that a script gets, with its own behind.
const PATH: &str = "export PATH='[HOME]/shims:[HOME]/bin:[ROOT]/user/go/bin'\"${PATH:+:$PATH}\"\n";
/// The commands that ask for the Go of a directory.
const EACH: &str = "go version; cd other; go version";

/// A job in which three versions are installed, and a folder pins another than the directory.
fn pinned() -> Sandbox {
    let sandbox = sandbox(&["1.99.1", "1.99.4", "1.98.0"]);
    sandbox.write("code/.go-version", "1.99.4\n");
    sandbox.write("code/other/.go-version", "1.98.0\n");
    sandbox
}

/// What `go version` prints, for each version.
fn versions(versions: &[&str]) -> String {
    versions
        .iter()
        .map(|version| format!("go version go{version} [OS]/[ARCH]\n"))
        .collect::<Vec<_>>()
        .concat()
}

#[test]
fn a_script_runs_the_go_of_each_directory() {
    let sandbox = pinned();
    put_system_go(&sandbox, "1.97.0");
    sandbox.gox(["env"]).stdout(PATH).check();
    for shell in ["dash", "bash", "zsh"] {
        let script = format!("eval \"$('{GOX}' env)\"; eval \"$(gox env)\"; {EACH}");
        let run = sandbox.command(shell).args(["-euc", &script]);
        run.stdout(&versions(&["1.99.4", "1.98.0"])).check();
    }
}

#[test]
fn a_request_holds_in_every_directory() {
    let sandbox = pinned();
    let script = format!("eval \"$('{GOX}' env '<1.99.4')\"; {EACH}");
    sandbox.gox(["env", "<1.99.4"]).stdout(&format!("export GOX_USE='1.99.1'\n{PATH}")).check();
    sandbox.command("dash").args(["-euc", &script]).stdout(&versions(&["1.99.1", "1.99.1"])).check();
    // GO_VERSION comes before GOX_USE: many workflows set it and name another version in the matrix.
    let run = sandbox.gox(["env", "<1.99.4"]).env("GO_VERSION", "1.98");
    run.stdout(&format!("export GO_VERSION='1.99.1'\n{PATH}")).check();
    let run = sandbox.command("dash").args(["-euc", &script]).env("GO_VERSION", "1.98");
    run.stdout(&versions(&["1.99.1", "1.99.1"])).check();
}

#[test]
fn what_this_step_alone_may_know_is_carried_over() {
    let sandbox = pinned();
    for (name, value, line) in [
        ("GO_VERSION", "1.98", "export GO_VERSION='1.98.0'\n"),
        ("GOX_USE", "1.98.0", "export GOX_USE='1.98.0'\n"),
    ] {
        sandbox.gox(["env"]).env(name, value).stdout(&format!("{line}{PATH}")).check();
    }
    // Empty counts as unset.
    sandbox.gox(["env"]).env("GO_VERSION", "").env("GOX_USE", "").stdout(PATH).check();
    let store = sandbox.root().join("a store's $HOME");
    fs::rename(sandbox.home(), &store).unwrap();
    let expected = PATH.replace("[HOME]", r"[ROOT]/a store'\''s $HOME");
    let expected = format!("export GOX_HOME='[ROOT]/a store'\\''s $HOME'\n{expected}");
    sandbox.gox(["env"]).env("GOX_HOME", &store).stdout(&expected).check();
    let script = format!("eval \"$(GOX_HOME=\"$STORE\" '{GOX}' env)\"; {EACH}");
    let run = sandbox.command("dash").args(["-euc", &script]).env("STORE", &store);
    run.stdout(&versions(&["1.99.4", "1.98.0"])).check();
}

/// dash does not know the form `$'…'`, by which bash and zsh have what is invisible.
#[test]
fn what_is_invisible_is_in_plain_quotes() {
    let sandbox = pinned();
    let script = format!("eval \"$('{GOX}' env)\"; printf %s \"$GOX_SYSTEM_HOME\"");
    let run = sandbox.command("dash").args(["-euc", &script]).env("GOX_SYSTEM_HOME", "/srv/a\u{ad}b");
    run.stdout("/srv/a\u{ad}b").check();
}

#[test]
fn the_steps_after_one_of_github() {
    let sandbox = pinned();
    put_system_go(&sandbox, "1.97.0");
    let mut job = Job::new(&sandbox);
    let (done, outputs) = job.step(sandbox.gox(["env", "--github"]));
    let said = "1.99.4 runs in the steps after this one, set by [ROOT]/code/.go-version:1\n";
    done.assert(0, "", said);
    let home = sandbox.home().display().to_string();
    assert_eq!(outputs["go-version"], "1.99.4");
    assert_eq!(outputs["goroot"], format!("{home}/toolchains/go1.99.4"));
    assert_eq!(outputs.len(), 2);
    assert_eq!(job.variables, BTreeMap::new());
    let tools = sandbox.user().join("go/bin").display().to_string();
    assert_eq!(job.path, [format!("{home}/shims"), format!("{home}/bin"), tools]);
    job.sh(EACH).stdout(&versions(&["1.99.4", "1.98.0"])).check();
    // A tool that `go install` put somewhere is found.
    sandbox.put_script("user/go/bin/stringer", "#!/bin/sh\necho a tool\n");
    job.sh("stringer; gox which").stdout("a tool\n[HOME]/toolchains/go1.99.4/bin/go\n").check();
    // A later step of the job chooses for all after it.
    let (done, outputs) = job.step(job.command("gox").args(["env", "--github", "1.99.1", "--quiet"]));
    done.assert(0, "", "");
    assert_eq!(outputs["go-version"], "1.99.1");
    job.sh(EACH).stdout(&versions(&["1.99.1", "1.99.1"])).check();
}

#[test]
fn what_a_runner_reads_line_by_line() {
    let sandbox = pinned();
    let mut job = Job::new(&sandbox);
    // A value that tries to end itself, and what the step wrote before without an end of its line.
    let value = "/nowhere\ngox_1\nEVIL=1";
    let script = "for file in \"$GITHUB_ENV\" \"$GITHUB_PATH\" \"$GITHUB_OUTPUT\"; do
        printf A=b >\"$file\"; done; exec \"$0\" env --github --quiet";
    let step = sandbox.command("sh").args(["-ec", script, GOX]).env("GOX_SYSTEM_HOME", value);
    let (done, outputs) = job.step(step.env("GOX_USE", "1.98.0"));
    assert_eq!(done.code(), 0, "{}", done.stderr);
    let expected = [("A", "b"), ("GOX_SYSTEM_HOME", value), ("GOX_USE", "1.98.0")];
    assert_eq!(job.variables, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    assert_eq!((outputs["A"].as_str(), outputs["go-version"].as_str()), ("b", "1.98.0"));
    assert_eq!((job.path.len(), job.path.last().unwrap().as_str()), (4, "A=b"));
}

#[test]
fn where_nothing_can_be_written_nothing_is() {
    let sandbox = pinned();
    let names = ["GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT"];
    let files = names.map(|name| sandbox.write(&format!("runner/{name}"), ""));
    let step = || {
        let variables = names.iter().zip(&files);
        variables
            .fold(sandbox.gox(["env", "--github", "1.98"]), |command, (name, file)| command.env(name, file))
    };
    let hint =
        "hint: `--github` is for a step of GitHub Actions; in any other script: `eval \"$(gox env)\"`\n";
    for name in names {
        let error = format!("error: `{name}` is not set\n{hint}");
        step().env_remove(name).code(2).stderr(&error).check();
        step().env(name, "").code(2).stderr(&error).check();
        sandbox.sh("rm -f ../fifo; mkfifo ../fifo");
        for (place, cause) in [
            ("nowhere", "no such file or directory"),
            ("tmp", "is a directory"),
            ("fifo", "no such device or address"),
            ("runner/GITHUB_ENV/x", "not a directory"),
        ] {
            let error = format!(
                "error: could not write `[ROOT]/{place}`, the file of `{name}`\n  caused by: {cause}\n"
            );
            step().env(name, sandbox.root().join(place)).code(6).stderr(&error).check();
        }
    }
    let full = "error: could not write `/dev/full`, the file of `GITHUB_ENV`\n  caused by: no space left on device\n";
    step().env("GITHUB_ENV", "/dev/full").code(6).stderr(full).check();
    assert_eq!(files.map(|file| fs::read_to_string(file).unwrap()), [""; 3]);
}

#[test]
fn the_jobs_after_one_of_gitlab() {
    let sandbox = pinned();
    sandbox.gox(["env", "--gitlab"]).stdout("GOX_USE=1.99.4\n").check();
    sandbox.gox(["env", "--gitlab", "1.98"]).stdout("GOX_USE=1.98.0\n").check();
    sandbox.gox(["env", "--gitlab"]).env("GO_VERSION", "1.99").stdout("GO_VERSION=1.99.4\n").check();
    put_system_go(&sandbox, "1.97.0");
    sandbox.gox(["env", "--gitlab", "system"]).stdout("GOX_USE=system\n").check();
    // The report as GitLab reads it, in a job whose own files ask for something else.
    let script = "gox env --gitlab '<1.99.4' >report; export \"$(cat report)\"; \"$SHIMS/go\" version";
    let run = sandbox.command("dash").args(["-ec", script]).env("SHIMS", sandbox.home().join("shims"));
    run.stdout(&versions(&["1.99.1"])).check();
}

#[test]
fn an_object_for_programs() {
    let sandbox = pinned();
    let object = |arguments: &[&str]| -> Value {
        let run = sandbox.gox(["env", "--json"]).args(arguments).run();
        assert_eq!((run.code(), run.stderr.as_str()), (0, ""));
        serde_json::from_str(&run.stdout).unwrap()
    };
    let path = ["[HOME]/shims", "[HOME]/bin", "[ROOT]/user/go/bin"];
    let goroot = "[HOME]/toolchains/go1.99.4";
    let expected = json!({ "version": "1.99.4", "goroot": goroot, "path": path, "variables": {} });
    assert_eq!(object(&[]), expected);
    let goroot = "[HOME]/toolchains/go1.98.0";
    let variables = json!({ "GOX_USE": "1.98.0" });
    let expected = json!({ "version": "1.98.0", "goroot": goroot, "path": path, "variables": variables });
    assert_eq!(object(&["1.98"]), expected);
    put_system_go(&sandbox, "1.97.0");
    let variables = json!({ "GOX_USE": "system" });
    let expected =
        json!({ "version": "1.97.0", "goroot": "[ROOT]/usr/lib/go", "path": path, "variables": variables });
    assert_eq!(object(&["system"]), expected);
}

#[test]
fn what_is_missing_is_3_and_stays_missing() {
    let (sandbox, proxy) = (pinned(), ModuleProxy::with_versions(&["1.99.9"]));
    sandbox.write("code/.go-version", "1.99.9\n");
    sandbox.write("user/.local/go/cache/released", "go1.99.9\n");
    let hint = "hint: install it: `gox install 1.99.9`\n";
    let error = format!("error: `1.99.9` is not installed\n  set by [ROOT]/code/.go-version:1\n{hint}");
    for form in [&[][..], &["--github"], &["--gitlab"], &["--json"]] {
        sandbox.gox(["env"]).args(form).envs(proxy.environment()).code(3).stderr(&error).check();
    }
    let error = format!("error: `1.99.9` is not installed\n{hint}");
    sandbox.gox(["env", "1.99.9"]).envs(proxy.environment()).code(3).stderr(&error).check();
    assert_eq!(proxy.server.targets(), [""; 0]);
    let error = "error: no Go is selected, and there is no other `go` on PATH\n\
                 hint: install the newest: `gox install latest`\n";
    Sandbox::new().gox(["env"]).code(3).stderr(error).check();
}

#[test]
fn a_store_without_shims_and_one_that_is_not_the_users() {
    let sandbox = Sandbox::new();
    put_system_go(&sandbox, "1.97.0");
    let error = "error: there is no shim yet in `[HOME]/shims`\nhint: make the shims: `gox install`\n";
    sandbox.gox(["env"]).code(3).stderr(error).check();
    let system = pinned();
    let run = sandbox.gox(["env", "--json"]).env("GOX_SYSTEM_HOME", system.home()).run();
    let object: Value = serde_json::from_slice(&run.raw_stdout).expect(&run.stderr);
    assert_eq!(object["version"], "1.99.1");
    assert_eq!(object["path"][0], system.home().join("shims").to_str().unwrap());
    assert_eq!(object["variables"], json!({ "GOX_SYSTEM_HOME": system.home() }));
}

#[test]
fn directories_that_path_cannot_have() {
    let sandbox = pinned();
    for (name, shown) in [("a:b", "a:b"), ("a\nb", "a\\nb"), ("a\rb", "a\\rb")] {
        let store = sandbox.root().join(name);
        FakeToolchain::new("1.99.4").write_to(&store.join("toolchains/go1.99.4"));
        sandbox.put_script(&format!("{name}/shims/go"), "#!/bin/sh\n");
        let error = format!("error: `[ROOT]/{shown}/shims` cannot be an entry of PATH\n");
        sandbox.gox(["env", "--github"]).env("GOX_HOME", &store).code(2).stderr(&error).check();
    }
    let run = sandbox.gox(["env"]).env("GOBIN", "/opt/tools").env("GOPATH", "/nowhere");
    run.stdout(&PATH.replace("[ROOT]/user/go/bin", "/opt/tools")).check();
    let run = sandbox.gox(["env"]).env("GOPATH", "/one:/two");
    run.stdout(&PATH.replace("[ROOT]/user/go/bin", "/one/bin")).check();
}

#[test]
fn words_that_do_not_go_together() {
    let sandbox = pinned();
    for [one, other] in [["--github", "--gitlab"], ["--gitlab", "--json"], ["--github", "--json"]] {
        let run = sandbox.gox(["env", one, other]).run();
        assert_eq!((run.code(), run.stdout.as_str()), (2, ""), "{}", run.stderr);
        assert!(run.stderr.contains(one) && run.stderr.contains(other), "{}", run.stderr);
    }
    let error = "error: `../x` is not a valid request: `/`, `\\` and `..` are not allowed\n\
                 hint: requests look like `1.22.4`, `1.22`, `latest` or `>=1.21, <1.23`\n";
    sandbox.gox(["env", "../x"]).code(2).stderr(error).check();
}
