//! Where the database is, and where it is never asked.

use std::fs;

use serde_json::{Value, json};

use super::sarif::log;
use super::{CMD_GO, NET_URL, audit, ids, kept, newest, sandbox};
use crate::support::archives::FakeToolchain;
use crate::support::proxies::ConnectProxy;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;
use crate::support::vulndb::{CHANGED, VulnDb, day, time};

#[test]
fn a_folder_by_its_path_or_its_address() {
    let sandbox = sandbox(&["1.26.5"]);
    let folder = sandbox.root().join("mnt/vuln db");
    VulnDb::of(&[NET_URL, CMD_GO]).write_to(&folder);
    let path = folder.display().to_string();
    let url = format!("file://{}", path.replace(' ', "%20"));
    // Offline, too: it is a folder.
    for address in [&path, &url, &(url.clone() + "/")] {
        let run = audit(&sandbox, &[], address).env("GOX_OFFLINE", "1").run();
        assert_eq!((run.code(), ids(&run.stdout)), (1, vec![CMD_GO, NET_URL]), "{}", run.stderr);
    }
    sandbox.write("user/.config/gox/config.toml", format!("vulndb = '{path}'\n"));
    let run = sandbox.gox(["audit"]).env_remove("GOX_VULNDB").run();
    assert_eq!((run.code(), ids(&run.stdout)), (1, vec![CMD_GO, NET_URL]), "{}", run.stderr);
}

#[test]
fn gopls_variable_counts_where_no_setting_does() {
    let (sandbox, server) = (sandbox(&["1.26.5"]), Server::start());
    VulnDb::of(&[NET_URL, CMD_GO]).serve(&server);
    let run = || sandbox.gox(["audit"]).env("GOVULNDB", server.url());
    assert_eq!(run().env_remove("GOX_VULNDB").run().code(), 1);
    assert_eq!(run().run().code(), 4, "a setting comes first");
    let error = "\
error: invalid `GOVULNDB`: an address begins with `https://`, `http://` or `file://`
hint: unset it: `unset GOVULNDB`
";
    let run = sandbox.gox(["audit"]).env_remove("GOX_VULNDB").env("GOVULNDB", "vuln.go.dev");
    run.code(2).stderr(error).check();
    // Nobody else needs it.
    sandbox
        .gox(["root", "1.26.5"])
        .env_remove("GOX_VULNDB")
        .env("GOVULNDB", "vuln.go.dev")
        .stdout("[HOME]/toolchains/go1.26.5\n")
        .check();
}

#[test]
fn what_is_no_place() {
    let sandbox = sandbox(&["1.26.5"]);
    let error = "\
error: invalid value `mnt/vulndb` for `vulndb`: it must be an address, the absolute path of a folder, or `off`
  set by `GOX_VULNDB`
hint: back to the default: `unset GOX_VULNDB`
";
    audit(&sandbox, &[], "mnt/vulndb").code(2).stderr(error).check();
    let error = "\
error: the vulnerability database is switched off
hint: who switched it off: `gox config vulndb`
";
    audit(&sandbox, &[], "off").code(4).stderr(error).check();
    let error = "\
error: could not read the vulnerability database
  `/nowhere/index/db.json`: no such file
hint: name a copy of the database, or its address: `export GOX_VULNDB=/path/to/vulndb`
";
    audit(&sandbox, &[], "/nowhere").code(4).stderr(error).check();
}

/// The default is asked through a proxy that remembers whom it was asked for.
#[test]
fn nobody_is_asked_offline_or_where_the_sources_are_folders() {
    let (sandbox, nowhere) = (sandbox(&["1.26.5"]), ConnectProxy::start());
    let run = |name: &'static str, value: &str| {
        let run = sandbox.gox(["audit"]).env_remove("GOX_VULNDB").env("HTTPS_PROXY", nowhere.url());
        run.env(name, value)
    };
    let offline = "\
error: could not read the vulnerability database
  it may not be asked, as gox is told to keep off the network
hint: gox keeps off the network: `unset GOX_OFFLINE`
";
    run("GOX_OFFLINE", "1").code(4).stderr(offline).check();
    let folders = "\
error: could not read the vulnerability database
  it may not be asked, as all sources are folders
hint: name a copy of the database, or its address: `export GOX_VULNDB=/path/to/vulndb`
";
    run("GOX_SOURCES", "dir:/mnt/go").code(4).stderr(folders).check();
    assert_eq!(nowhere.asked(), Vec::<String>::new());
    assert_eq!(run("GOX_SOURCES", "dl").run().code(), 4);
    assert_eq!(nowhere.asked(), ["vuln.go.dev:443"]);
}

/// Of what was kept nobody can tell whether it is the state of today: it is not called current, and nothing clean.
#[test]
fn what_was_kept_serves_offline() {
    let (sandbox, server) = (sandbox(&["1.26.5", "1.26.6"]), Server::start());
    VulnDb::of(&[NET_URL, CMD_GO]).serve(&server);
    audit(&sandbox, &[], &server.url()).run();
    server.forget_requests();
    let offline = |arguments: &[&str]| audit(&sandbox, arguments, &server.url()).env("GOX_OFFLINE", "1");
    let day = day(CHANGED);
    let warning = format!(
        "\
warning: the vulnerability database may not be current: that of {day} is used
  it may not be asked, as gox is told to keep off the network
hint: gox keeps off the network: `unset GOX_OFFLINE`
"
    );
    let note = format!("note: by the database of http://[SERVER]/, as of {day}\n");
    let clean = "1.26.6 has no known vulnerabilities\n";
    offline(&["1.26.6"]).code(4).stdout(clean).stderr(&format!("{warning}{note}")).check();
    let run = offline(&["1.26.5"]).run();
    assert_eq!((run.code(), ids(&run.stdout)), (1, vec![CMD_GO, NET_URL]), "{}", run.stderr);
    assert!(run.stderr.starts_with(&format!("{warning}{note}")), "{}", run.stderr);
    let clean = |arguments: &[&str]| {
        let run = offline(arguments).run();
        assert_eq!((run.code(), run.stderr.as_str()), (4, warning.as_str()));
        run
    };
    let object: Value = serde_json::from_str(&clean(&["--json", "1.26.6"]).stdout).unwrap();
    let database = &object["database"];
    assert_eq!((&database["current"], &database["modified"]), (&false.into(), &time(CHANGED).into()));
    let invocation = &log(&clean(&["--sarif", "1.26.6"]))["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let text =
        format!("by the database of {day}: it may not be asked, as gox is told to keep off the network");
    assert_eq!(
        invocation["toolExecutionNotifications"],
        serde_json::json!([{ "level": "warning", "message": { "text": text } }])
    );
    // Those that say it in a line ask nobody at all.
    for command in [&["list"][..], &["status"], &["status", "--short"], &["list", "--json"], &[]] {
        sandbox.gox(command).env("GOX_VULNDB", server.url()).run();
    }
    assert_eq!(server.targets(), Vec::<String>::new());
}

const RENEW: &str = "hint: renew the copy that `gox config vulndb` names, or ask Go's own: `unset GOX_VULNDB`, or `gox config unset vulndb`\n";

/// A copy that nobody renews: whatever is new in it is unknown.
#[test]
fn what_did_not_change_for_a_month_is_not_current() {
    let sandbox = sandbox(&["1.26.5", "1.26.6"]);
    let folder = sandbox.root().join("mnt/vulndb");
    let at = |ago: u64| {
        let mut database = VulnDb::of(&[NET_URL, CMD_GO]);
        (database.modified, database.others) = (time(ago), time(ago));
        database.write_to(&folder);
    };
    let audit = |arguments: &[&str]| audit(&sandbox, arguments, &folder.display().to_string());
    let object = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    // A day less and a day more, as it may end while this runs.
    at(29);
    let run = audit(&["--json", "1.26.6"]).run();
    assert_eq!((run.code(), run.stderr.as_str()), (0, ""));
    assert_eq!(object(&run.stdout)["database"]["current"], true);
    at(31);
    // What is kept does not go back in time.
    std::fs::remove_dir_all(sandbox.home().join("cache")).unwrap();
    let expected = |age: u64| {
        let used = format!("the vulnerability database may not be current: that of {} is used", day(31));
        let why =
            format!("it was last changed {age} days ago; Go's own database changes several times a week");
        (format!("warning: {used}\n  {why}\n{RENEW}"), why)
    };
    let run = audit(&["--json", "1.26.6"]).run();
    let (warning, why) =
        [31, 32].map(expected).into_iter().find(|(warning, _)| *warning == run.stderr).unwrap();
    let database = &object(&run.stdout)["database"];
    assert_eq!(
        (run.code(), &database["current"], &database["modified"]),
        (4, &false.into(), &time(31).into())
    );
    // What was kept has the same age.
    let run = audit(&["1.26.6"]).run();
    assert_eq!((run.code(), run.stdout.as_str()), (4, "1.26.6 has no known vulnerabilities\n"));
    assert!(run.stderr.starts_with(&warning), "{}", run.stderr);
    let run = audit(&["1.26.5"]).run();
    assert_eq!((run.code(), ids(&run.stdout)), (1, vec![CMD_GO, NET_URL]), "{}", run.stderr);
    let run = audit(&["--sarif", "1.26.6"]).run();
    assert_eq!(run.code(), 4);
    let invocation = &log(&run)["invocations"][0];
    let text = format!("by the database of {}: {why}", day(31));
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["toolExecutionNotifications"][0]["message"]["text"], text);
}

#[test]
fn a_store_that_cannot_be_written_is_told_of() {
    let (sandbox, server) = (sandbox(&["1.26.5"]), Server::start());
    VulnDb::of(&[NET_URL, CMD_GO]).serve(&server);
    sandbox.write("user/.local/go/cache", "");
    let run = audit(&sandbox, &[], &server.url()).run();
    assert_eq!((run.code(), ids(&run.stdout)), (1, vec![CMD_GO, NET_URL]), "{}", run.stderr);
    assert!(run.stderr.starts_with("note: the vulnerability database was not kept: "), "{}", run.stderr);
    assert_eq!(kept(&sandbox), None);
}

#[test]
fn the_version_that_is_selected_here() {
    let (sandbox, server) = (Sandbox::in_use(), Server::start());
    VulnDb::of(&[NET_URL, CMD_GO]).serve(&server);
    let here = |version: &str| audit(&sandbox, &["--here"], &server.url()).env("GO_VERSION", version).run();
    // It need not be installed.
    assert_eq!((here("1.26.5").code(), here("1.26.6").code()), (1, 0));
    super::super::support::archives::FakeToolchain::new("1.26.5")
        .write_to(&sandbox.root().join("usr/lib/go"));
    std::os::unix::fs::symlink(sandbox.root().join("usr/lib/go/bin/go"), sandbox.root().join("bin/go"))
        .unwrap();
    let run = here("system");
    let has = format!("the system's 1.26.5 has 2 known vulnerabilities; {} has none\n", newest("1.26"));
    assert!(run.stdout.starts_with(&has), "{}", run.stdout);
    // It switches by itself.
    let switching = |variable: &'static str, value: &str| {
        let run = audit(&sandbox, &["--here"], &server.url()).env("GO_VERSION", "system");
        let run = run.env(variable, value).run();
        (run.code(), run.stdout.split(" known").next().unwrap().to_owned())
    };
    let clean = (0, "1.26.6 has no".to_owned());
    assert_eq!(switching("GOTOOLCHAIN", "go1.26.6"), clean);
    sandbox.write("code/go.mod", "module m\n\ngo 1.26\n\ntoolchain go1.26.6\n");
    assert_eq!(switching("GOTOOLCHAIN", "auto"), clean);
    assert_eq!(switching("GOTOOLCHAIN", "local"), (1, "the system's 1.26.5 has 2".to_owned()));
    // gox status counts those of what it switches to, from what was kept.
    let counted = |value: &str| {
        let run = sandbox.gox(["status", "--json"]).env("GO_VERSION", "system").env("GOTOOLCHAIN", value);
        let run = run.env("GOX_VULNDB", server.url()).run();
        serde_json::from_str::<serde_json::Value>(&run.stdout).unwrap()["vulnerabilities"].clone()
    };
    assert_eq!((counted("auto"), counted("local")), (0.into(), 2.into()));
    std::fs::remove_file(sandbox.root().join("code/go.mod")).unwrap();
    // What a typed `go` starts is looked at, too.
    let run = audit(&sandbox, &["--here"], &server.url()).env("GO_VERSION", "1.26.6");
    let run = run.env("PATH", sandbox.path_after(["usr/lib/go/bin"])).run();
    assert!(
        run.stdout.starts_with("1.26.6 has no known vulnerabilities\n")
            && run.stdout.contains("\n1.26.5 has 2 known"),
        "{}",
        run.stdout
    );
    assert!(run.stderr.contains("note: go1.26.5 runs here, the first on PATH"), "{}", run.stderr);
    assert_eq!(run.code(), 1);
    // As what it switches to.
    let run = audit(&sandbox, &["--here"], &server.url()).env("GO_VERSION", "1.26.6");
    let run = run.env("PATH", sandbox.path_after(["usr/lib/go/bin"])).env("GOTOOLCHAIN", "go1.26.6").run();
    assert_eq!((run.code(), run.stdout.as_str()), (0, "1.26.6 has no known vulnerabilities\n"));
    let nothing = Sandbox::new();
    let error = "error: no Go is selected here\nhint: why: `gox status`\n";
    audit(&nothing, &["--here"], &server.url()).code(3).stderr(error).check();
}

/// A folder or a program may have any name: without a receipt its VERSION file has to say the same.
#[test]
fn a_name_that_nobody_proved_is_not_believed() {
    let (sandbox, server) = (sandbox(&["1.26.5"]), Server::start());
    VulnDb::of(&[NET_URL, CMD_GO]).serve(&server);
    let goroot = sandbox.home().join("toolchains/go1.26.6");
    FakeToolchain::new("1.26.5").write_to(&goroot);
    let unknown = "what 1.26.6 has is unknown: gox did not install it, and no VERSION file says that it is this release\n";
    let run = audit(&sandbox, &["1.26.6"], &server.url()).run();
    assert_eq!((run.code(), run.stdout.as_str()), (3, unknown), "{}", run.stderr);
    fs::remove_file(goroot.join("VERSION")).unwrap();
    fs::write(goroot.join("VERSION"), "go1.26.6\n").unwrap();
    let run = audit(&sandbox, &["1.26.6"], &server.url()).run();
    assert_eq!((run.code(), run.stdout.as_str()), (0, "1.26.6 has no known vulnerabilities\n"));
    // Nor is the count of a newer tree that of the name.
    fs::rename(&goroot, sandbox.home().join("toolchains/go1.26.4")).unwrap();
    let count = |arguments: &[&str]| -> Value {
        let run = sandbox.gox(arguments).env("GOX_VULNDB", server.url()).env("GO_VERSION", "1.26.4").run();
        serde_json::from_str(&run.stdout).unwrap()
    };
    let listed = count(&["list", "--json"]);
    assert_eq!((&listed[0]["vulnerabilities"], &listed[1]["vulnerabilities"]), (&json!(2), &json!(null)));
    assert_eq!(count(&["status", "--json"])["vulnerabilities"], json!(null));
    let run = sandbox.gox(["status"]).env("GOX_VULNDB", server.url()).env("GO_VERSION", "1.26.4").run();
    assert!(!run.stderr.contains("vulnerabilities"), "{}", run.stderr);

    // The same of a program on PATH.
    let sdk = sandbox.root().join("sdk/go1.26.7");
    FakeToolchain::new("1.26.5").write_to(&sdk);
    std::os::unix::fs::symlink(sdk.join("bin/go"), sandbox.root().join("bin/go1.26.7")).unwrap();
    sandbox.write("user/.local/go/default", "1.26\n");
    let run = audit(&sandbox, &["--here"], &server.url()).env("GOTOOLCHAIN", "go1.26.7").run();
    assert_eq!(run.stdout, unknown.replace("1.26.6", "1.26.7"), "{}", run.stderr);
}
