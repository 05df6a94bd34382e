//! `gox prune` and the time at which a toolchain last ran, which the disk has.

use std::fs::{self, File, FileTimes, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::support::archives::FakeToolchain;
use crate::support::mount;
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::Sandbox;

const DAY: u64 = 24 * 60 * 60;

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A store with these versions of a proxy, each installed that many days ago and not run since; the first is the
/// default.
fn installed(versions: &[(&str, u64)]) -> (Sandbox, ModuleProxy) {
    let names: Vec<&str> = versions.iter().map(|(version, _)| *version).collect();
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::with_versions(&names));
    let run = sandbox.gox(["install"]).args(&names).envs(proxy.environment()).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    for (version, days) in versions {
        let receipt = format!("user/.local/go/toolchains/go{version}/.gox/receipt.json");
        let mut value = sandbox.receipt(version);
        value["installed"] = json!(now() - days * DAY);
        fs::remove_file(sandbox.root().join(&receipt)).unwrap();
        let receipt = sandbox.write(&receipt, value.to_string());
        fs::set_permissions(receipt, Permissions::from_mode(0o444)).unwrap();
        for tool in ["go", "gofmt"] {
            ran(&sandbox, version, tool, days + 1);
        }
    }
    sandbox.write("user/.local/go/default", format!("{}\n", names[0]));
    (sandbox, proxy)
}

/// Lets a tool have run that many days ago.
fn ran(sandbox: &Sandbox, version: &str, tool: &str, days: u64) {
    let tool = sandbox.home().join(format!("toolchains/go{version}/bin/{tool}"));
    let time = SystemTime::now() - Duration::from_secs(days * DAY);
    File::open(tool).unwrap().set_times(FileTimes::new().set_accessed(time)).unwrap();
}

#[test]
fn what_ran_or_was_installed_in_the_last_days_stays() {
    let versions = [("1.99.4", 60), ("1.99.3", 60), ("1.99.2", 60), ("1.99.1", 60), ("1.99.0", 60)];
    let (sandbox, _) =
        installed(&[&versions[..], &[("1.98.2", 20), ("1.98.1", 29), ("1.98.0", 30)]].concat());
    ran(&sandbox, "1.99.4", "go", 0);
    ran(&sandbox, "1.99.3", "go", 29);
    ran(&sandbox, "1.99.2", "gofmt", 1);
    ran(&sandbox, "1.99.1", "go", 30);
    let plan = "\
keep    go1.99.4  default                   ran today
keep    go1.99.3  used in the last 30 days  ran 29 days ago
keep    go1.99.2  used in the last 30 days  ran 1 day ago
remove  go1.99.1  nothing asks for it       ran 30 days ago
keep    go1.99.0  used in the last 30 days  ran today
keep    go1.98.2  newest of 1.98            installed 20 days ago
keep    go1.98.1  used in the last 30 days  installed 29 days ago
remove  go1.98.0  nothing asks for it       installed 30 days ago
";
    let line = "\
$HOME/.local/go/shims/go1.99.0 version >/dev/null
gox prune 2>/dev/null
ls $HOME/.local/go/toolchains
gox prune --days 29 --dry-run 2>/dev/null | grep remove
gox prune --days 2 --dry-run 2>/dev/null | grep -c keep
gox prune --days 1 --dry-run 2>/dev/null | grep 'last day'
gox prune --days 0 --dry-run 2>/dev/null | grep -c keep
gox prune --days 18446744073709551615 --dry-run 2>/dev/null | grep -c keep";
    let Some(run) = mount::shell(&sandbox, "relatime", line) else { return };
    let after = "\
go1.98.1
go1.98.2
go1.99.0
go1.99.2
go1.99.3
go1.99.4
remove  go1.99.3  nothing asks for it       ran 29 days ago
remove  go1.98.1  nothing asks for it       installed 29 days ago
4
keep    go1.99.0  used in the last day  ran today
2
6
";
    run.stdout(&format!("{plan}{after}")).check();
}

#[test]
fn where_the_file_system_records_no_run_all_stays() {
    let (sandbox, _) = installed(&[("1.99.4", 60), ("1.99.3", 60), ("1.99.2", 60)]);
    let recorded = "\
keep    go1.99.4  default                   installed 60 days ago
remove  go1.99.3  nothing asks for it       ran 40 days ago
keep    go1.99.2  used in the last 30 days  ran today
";
    let unrecorded = "\
keep  go1.99.4  default
keep  go1.99.3  its file system does not record when it ran
keep  go1.99.2  its file system does not record when it ran
";
    let hint = "hint: remove what nothing asks for, whenever it ran: `gox prune --days 0`\n";
    for (options, plan, hint) in [
        ("strictatime", recorded, ""),
        ("relatime,nodiratime", recorded, ""),
        ("relatime,lazytime", recorded, ""),
        ("noatime", unrecorded, hint),
        ("noatime,lazytime", unrecorded, hint),
        ("ro", unrecorded, hint),
    ] {
        // The copy of the store below renews those of the original.
        for version in ["1.99.4", "1.99.3", "1.99.2"] {
            ran(&sandbox, version, "go", if version == "1.99.3" { 40 } else { 61 });
            ran(&sandbox, version, "gofmt", 61);
        }
        let line =
            "go1.99.2 version >/dev/null; gox prune --dry-run 2>$TMPDIR/said; sed /would/d $TMPDIR/said >&2";
        let Some(run) = mount::shell(&sandbox, options, line) else { return };
        let run = run.run();
        assert_eq!((run.code(), run.stdout.as_str(), run.stderr.as_str()), (0, plan, hint), "{options}");
    }
    let Some(run) = mount::shell(&sandbox, "noatime", "gox prune --days 0 2>/dev/null") else { return };
    let plan = "\
keep    go1.99.4  default
remove  go1.99.3  nothing asks for it
remove  go1.99.2  nothing asks for it
";
    run.stdout(plan).check();
}

#[test]
fn what_gox_reads_itself_has_not_run() {
    let (sandbox, proxy) = installed(&[("1.99.4", 60), ("1.99.3", 60), ("1.99.2", 60)]);
    let times = || {
        let tool = |name| fs::metadata(sandbox.home().join("toolchains/go1.99.2/bin").join(name)).unwrap();
        ["go", "gofmt"].map(|name| tool(name).atime())
    };
    let before = times();
    for arguments in [
        &["verify"][..],
        &["install", "--force", "1.99.3"],
        &["list", "--sizes"],
        &["doctor", "--offline"],
        &["which"],
        &["upgrade", "--dry-run"],
    ] {
        let run = sandbox.gox(arguments).env("GO_VERSION", "1.99.2").envs(proxy.environment()).run();
        assert!(run.code() < 2, "{arguments:?}: {}", run.stderr);
        assert_eq!(times(), before, "{arguments:?}");
    }
    // The files of the one that is replaced are shared with the new one.
    let run = sandbox.gox(["install", "--force", "1.99.2"]).envs(proxy.environment()).run();
    assert!(run.stderr.contains("shared on disk with what was there"), "{}", run.stderr);
    assert_eq!(times(), before);
}

#[test]
fn list_and_prune_tell_the_time_to_programs() {
    let (sandbox, _) = installed(&[("1.99.4", 60), ("1.99.3", 60), ("1.99.2", 60)]);
    ran(&sandbox, "1.99.3", "go", 7);
    ran(&sandbox, "1.99.2", "gofmt", 12);
    sandbox.put_toolchain(&FakeToolchain::new("1.98.0"));
    ran(&sandbox, "1.98.0", "go", 3);
    ran(&sandbox, "1.98.0", "gofmt", 2);
    let goroot = sandbox.home().join("toolchains/go1.99.3");
    std::os::unix::fs::symlink(goroot, sandbox.home().join("toolchains/tip")).unwrap();
    for (options, ages) in [
        // What was copied into the store has the time of the copy, which tells nothing.
        ("relatime", [Value::Null, json!(7), json!(12), Value::Null, Value::Null]),
        ("noatime", [const { Value::Null }; 5]),
    ] {
        let commands = "gox list --json; gox prune --json --dry-run";
        let Some(run) = mount::shell(&sandbox, options, commands) else { return };
        let output = run.run().raw_stdout;
        let outputs = serde_json::Deserializer::from_slice(&output).into_iter::<Value>();
        let [list, mut prune] =
            <[Value; 2]>::try_from(outputs.map(Result::unwrap).collect::<Vec<_>>()).unwrap();
        for toolchains in [list, prune["toolchains"].take()] {
            let age = |object: &Value| object["ran_at"].as_u64().map(|time| (now() - time) / DAY);
            let found = toolchains.as_array().unwrap().iter().map(|object| json!(age(object)));
            assert_eq!(found.collect::<Vec<_>>(), ages, "{options}");
        }
    }
}

/// What is not a file was not run, and must not be waited for.
#[test]
fn nothing_in_a_toolchain_hangs() {
    let (sandbox, _) = installed(&[("1.99.4", 60), ("1.99.3", 60)]);
    ran(&sandbox, "1.99.3", "go", 40);
    for make in ["mkfifo $tool", "mkfifo fifo; ln -s $PWD/fifo $tool", "mkdir $tool", "ln -s /dev/zero $tool"]
    {
        // The copy of the store below renews the times.
        for tool in ["go", "gofmt"] {
            ran(&sandbox, "1.99.4", tool, 61);
            ran(&sandbox, "1.99.3", tool, 40);
        }
        let line = format!(
            "tool=$HOME/.local/go/toolchains/go1.99.3/bin/gofmt; rm $tool; {make}
gox prune --dry-run 2>/dev/null; gox list --json | grep -c ran_at"
        );
        let Some(run) = mount::shell(&sandbox, "relatime", &line) else { return };
        let plan = "\
keep    go1.99.4  default              installed 60 days ago
remove  go1.99.3  nothing asks for it  ran 40 days ago
1
";
        run.stdout(plan).check();
    }
}
