//! What `gox audit`, `gox list` and `gox status` print.

use serde_json::{Value, json};

use super::{CMD_GO, NET_URL, WINDOWS, audit, newest, sandbox};
use crate::support::archives::FakeToolchain;
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::Sandbox;
use crate::support::vulndb::{CHANGED, VulnDb, day, time};

/// A store with what is audited, and the folder of a database.
pub(super) fn world(versions: &[&str]) -> (Sandbox, String) {
    let sandbox = sandbox(versions);
    let folder = sandbox.root().join("mnt/vulndb");
    VulnDb::of(&[NET_URL, CMD_GO, WINDOWS]).write_to(&folder);
    (sandbox, folder.display().to_string())
}

/// Links a GOROOT, whose VERSION file says that it is a release.
pub(super) fn link(sandbox: &Sandbox) {
    let goroot = sandbox.root().join("tip");
    FakeToolchain::new("1.26.6").write_to(&goroot);
    assert_eq!(sandbox.gox(["link", "tip"]).arg(&goroot).run().code(), 0);
}

/// What to type where nothing here asks for a version.
fn uninstall(name: &str) -> String {
    format!("and nothing here asks for {name}; if no other project does: `gox uninstall {name}`")
}

fn by() -> String {
    format!("note: by the database of file://[ROOT]/mnt/vulndb, as of {}\n", day(CHANGED))
}

const HINT: &str = "\
hint: which of these your program reaches: `GOTOOLCHAIN=auto go install golang.org/x/vuln/cmd/govulncheck@latest && govulncheck ./...`
";

#[test]
fn text() {
    let (sandbox, folder) = world(&["1.27.0", "1.26.5", "1.24.3", "1.22.4-bigcorp"]);
    link(&sandbox);
    let stdout = "\
1.27.0 has no known vulnerabilities

1.26.5 has 2 known vulnerabilities; [1.26] has none
ID            CVE             PACKAGES  SUMMARY
GO-2026-6179  CVE-2026-56865  cmd/go    Fix transparency log tile verification bypass in golang.org/x/mod/sumdb/tlog
GO-2026-6218  CVE-2026-56860  net/url   Avoid quadratic complexity in resolvePath in net/url

1.24.3 has 2 known vulnerabilities, and 1 on other platforms alone; [1.26] has none
ID            CVE             PACKAGES  SUMMARY
GO-2026-6179  CVE-2026-56865  cmd/go    Fix transparency log tile verification bypass in golang.org/x/mod/sumdb/tlog
GO-2026-6218  CVE-2026-56860  net/url   Avoid quadratic complexity in resolvePath in net/url

1.22.4-bigcorp has 2 known vulnerabilities, and 1 on other platforms alone; [1.26] has none
ID            CVE             PACKAGES  SUMMARY
GO-2026-6179  CVE-2026-56865  cmd/go    Fix transparency log tile verification bypass in golang.org/x/mod/sumdb/tlog
GO-2026-6218  CVE-2026-56860  net/url   Avoid quadratic complexity in resolvePath in net/url

what tip has is unknown: it is linked, and may be no release of Go
"
    .replace("[1.26]", &newest("1.26"));
    let by = by();
    let has = |name: &str, way: &str| {
        let better = newest("1.26");
        format!("hint: {name} has 2; {better} has none{way}\n")
    };
    let goes = |name: &str| has(name, &format!(", {}", uninstall(name)));
    let hints = [has("1.26.5", ": `gox upgrade 1.26`"), goes("1.24.3"), goes("1.22.4-bigcorp")].concat();
    audit(&sandbox, &[], &folder).code(1).stdout(&stdout).stderr(&format!("{by}{hints}{HINT}")).check();
    sandbox.write("code/.go-version", "1.26.5\n");
    let pin = has("1.26.5", &format!(": `gox pin {}`", newest("1.26")));
    let here = audit(&sandbox, &["--here"], &folder).run();
    assert_eq!((here.code(), here.stderr), (1, format!("{by}{pin}{HINT}")));
    let two = audit(&sandbox, &["1.26.5", "1.27.0"], &folder).run();
    assert!(two.stdout.ends_with("in net/url\n\n1.27.0 has no known vulnerabilities\n"), "{}", two.stdout);
    let unknown = "what tip has is unknown: it is linked, and may be no release of Go\n";
    audit(&sandbox, &["tip"], &folder).code(3).stdout(unknown).stderr(&by).check();
    audit(&sandbox, &["1.27"], &folder).stdout("1.27.0 has no known vulnerabilities\n").stderr(&by).check();
    audit(&sandbox, &["1.27", "--quiet"], &folder).check();
    let [own, other] = ["1.25", "1.26"].map(newest);
    let one = format!(
        "1.25.12 has 2 known vulnerabilities; in its line {own} has none, in one that gets fixes {other} has none\n"
    );
    let run = audit(&sandbox, &["1.25.12", "1.25.12"], &folder).run();
    assert!(run.stdout.starts_with(&one) && run.stdout.lines().count() == 4, "{}", run.stdout);
}

/// What is affected counts most, then whether the database is current, then what is unknown: a job that fails by the
/// code 1 alone fails by what is known.
#[test]
fn each_code_says_one_thing() {
    let (sandbox, folder) = world(&["1.26.5", "1.26.6"]);
    link(&sandbox);
    let codes =
        || [&["1.26.6"][..], &["1.26.5"], &["tip"], &["1.26.6", "tip"], &["1.26.5", "tip"], &["mine"]];
    let codes = |vulndb: &str| codes().map(|words| audit(&sandbox, words, vulndb).run().code());
    assert_eq!(codes(&folder), [0, 1, 3, 3, 1, 3]);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(codes(&folder), [4, 1, 4, 4, 1, 3], "what was kept is used");
    assert_eq!(codes("/nowhere"), [4, 4, 4, 4, 4, 3]);
}

#[test]
fn what_is_not_there() {
    let (sandbox, folder) = world(&[]);
    // Who looked at nothing is not told that all is well.
    let error = "error: nothing is installed, so there is nothing to audit\nhint: the Go that runs here: `gox audit --here`\n";
    for form in [&[][..], &["--json"], &["--sarif"], &["--quiet"]] {
        audit(&sandbox, form, &folder).code(3).stderr(error).check();
    }
    let hint = "hint: an exact version need not be installed: `gox audit 1.25.14`\n";
    let error = format!("error: `1.25` is not installed\n{hint}");
    audit(&sandbox, &["1.25"], &folder).code(3).stderr(&error).check();
    let named = "error: `mine` is not a version, and no GOROOT has that name\n";
    let run = audit(&sandbox, &["mine"], &folder).run();
    assert!(run.code() == 3 && run.stderr.starts_with(named), "{}", run.stderr);
    sandbox.write("code/.go-version", "1.25\n");
    let error = format!("error: `1.25` is not installed\n  set by [ROOT]/code/.go-version:1\n{hint}");
    audit(&sandbox, &["--here"], &folder).code(3).stderr(&error).check();
    // Nor where nobody could be asked.
    let unknown = "what 1.26.99 has is unknown: nobody could say whether it exists\n";
    let run = audit(&sandbox, &["1.26.99"], &folder).run();
    assert_eq!((run.code(), run.stdout.as_str()), (3, unknown), "{}", run.stderr);
    // A version that does not exist has no vulnerabilities.
    assert_eq!(audit(&sandbox, &["1.26.0"], &folder).run().code(), 1);
    let run = audit(&sandbox, &["1.19.99"], &folder).run();
    assert_eq!((run.code(), run.stdout.as_str()), (3, ""), "{}", run.stderr);
    assert_eq!(audit(&sandbox, &["--here", "1.26"], &folder).run().code(), 2);
    assert_eq!(audit(&sandbox, &["--json", "--sarif"], &folder).run().code(), 2);
}

#[test]
fn json() {
    let (sandbox, folder) = world(&["1.25.12", "1.27.0"]);
    link(&sandbox);
    let run = audit(&sandbox, &["--json", "1.25.12", "1.27.0", "tip"], &folder).run();
    assert_eq!((run.code(), run.stderr.as_str()), (1, ""));
    let object: Value = serde_json::from_str(&run.stdout).unwrap();
    let vulnerability = |id: &str, cve: &str, package: &str, summary: &str, modified: &str| {
        json!({
            "id": id, "aliases": [cve], "packages": [package], "summary": summary, "modified": modified,
            "url": format!("https://pkg.go.dev/vuln/{id}"),
        })
    };
    let fix = "Fix transparency log tile verification bypass in golang.org/x/mod/sumdb/tlog";
    let avoid = "Avoid quadratic complexity in resolvePath in net/url";
    let path = |name: &str| format!("[HOME]/toolchains/{name}");
    let expected = json!({
        "database": { "address": "file://[ROOT]/mnt/vulndb", "modified": time(CHANGED), "current": true },
        "toolchains": [
            {
                "version": "1.25.12", "toolchain": "go1.25.12", "path": path("go1.25.12"), "state": "affected",
                "vulnerabilities": [
                    vulnerability(CMD_GO, "CVE-2026-56865", "cmd/go", fix, "2026-08-13T21:43:54Z"),
                    vulnerability(NET_URL, "CVE-2026-56860", "net/url", avoid, "2026-08-13T21:43:54Z"),
                ],
                "other_platforms": 0,
                "line": { "version": newest("1.25"), "left": 0 }, "overall": { "version": newest("1.26"), "left": 0 },
            },
            {
                "version": "1.27.0", "toolchain": "go1.27.0", "path": path("go1.27.0"), "state": "clean",
                "vulnerabilities": [], "other_platforms": 0, "line": null, "overall": null,
            },
            {
                "version": "tip", "toolchain": "tip", "path": path("tip"), "state": "unknown",
                "vulnerabilities": [], "other_platforms": null, "line": null, "overall": null,
            },
        ],
    });
    assert_eq!(object, expected);
}

/// The note of a command, by what was kept of the database.
fn note(sandbox: &Sandbox, folder: &str, command: &[&str], version: &str) -> String {
    let run = sandbox.gox(command).env("GOX_VULNDB", folder).env("GO_VERSION", version).run();
    let notes = run.stderr.lines().filter(|line| line.contains("vulnerabilit"));
    notes.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_line_of_list_and_status() {
    let (sandbox, folder) = world(&["1.26.5", "1.24.3", "1.26.4", "1.27.0"]);
    let list = |version: &str| note(&sandbox, &folder, &["list"], version);
    let status = |version: &str| note(&sandbox, &folder, &["status"], version);
    assert_eq!((list("1.26.5"), status("1.26.5")), (String::new(), String::new()), "nothing is known yet");
    audit(&sandbox, &[], &folder).run();
    let day = day(CHANGED);
    let all = format!("note: 3 of 4 versions have known vulnerabilities, as of {day} (`gox audit`): ");
    let better = newest("1.26");
    // That which is selected, else the default, else the newest that has any.
    let variable = format!("{better} has none: `export GO_VERSION={better}`");
    assert_eq!(list("1.24.3"), format!("{all}1.24.3 has 2; {variable}"));
    assert_eq!(list("1.27.0"), format!("{all}1.26.5 has 2; {better} has none: `gox upgrade 1.26`"));
    assert_eq!(sandbox.gox(["default", "1.26.4"]).run().code(), 0);
    assert_eq!(list("1.27.0"), format!("{all}1.26.4 has 2; {better} has none: `gox upgrade 1.26`"));
    assert_eq!(sandbox.gox(["default", "1.27.0"]).run().code(), 0);
    for version in ["1.26.5", "1.25.12"] {
        let has = format!("note: {version} has 2 known vulnerabilities, as of {day}");
        assert_eq!(status(version), format!("{has}; {variable}"));
    }
    assert_eq!(status("1.27.0"), "");
    sandbox.put_toolchain(&FakeToolchain::new("1.26.6"));
    assert_eq!(
        status("1.26.5"),
        format!(
            "note: 1.26.5 has 2 known vulnerabilities, as of {day}; 1.26.6 has none, and is installed: `export GO_VERSION=1.26`"
        )
    );
    let all = all.replace("of 4", "of 5");
    assert_eq!(list("1.27.0"), format!("{all}1.26.5 has 2; 1.26.6 has none, {}", uninstall("1.26.5")));
    // Of another database nothing is known.
    assert_eq!(note(&sandbox, "https://vuln.example.com", &["status"], "1.26.5"), "");
    let counts = |command: &str| {
        let run =
            sandbox.gox([command, "--json"]).env("GOX_VULNDB", &folder).env("GO_VERSION", "1.26.5").run();
        serde_json::from_str::<Value>(&run.stdout).unwrap()
    };
    assert_eq!(counts("status")["vulnerabilities"], 2);
    let list = counts("list");
    let list: Vec<&Value> =
        list.as_array().unwrap().iter().map(|object| &object["vulnerabilities"]).collect();
    assert_eq!(list, [0, 0, 2, 2, 2]);
}

/// Types what is said until nothing is, and gives all that was typed: nothing goes in a circle.
fn typed(sandbox: &Sandbox, folder: &str, command: &str, proxy: &ModuleProxy) -> Vec<String> {
    let mut typed = Vec::new();
    loop {
        let gox =
            |words: &[&str]| sandbox.gox(words).envs(proxy.environment()).env("GOX_VULNDB", folder).run();
        let stderr = gox(&[command]).stderr;
        let Some(line) = stderr.lines().find(|line| line.contains("known vulnerabilit")) else {
            return typed;
        };
        let way = line.strip_suffix('`').and_then(|line| line.rsplit_once('`')).unwrap().1;
        assert!(!typed.contains(&way.to_owned()), "{line}");
        let words: Vec<&str> = way.split(' ').collect();
        assert_eq!((words[0], gox(&words[1..]).code()), ("gox", 0), "{line}");
        typed.push(way.to_owned());
    }
}

#[test]
fn what_is_said_leads_to_an_end() {
    let (sandbox, folder) = world(&["1.26.5", "1.24.3", "1.26.4", "1.27.0"]);
    let better = newest("1.26");
    let proxy = ModuleProxy::with_versions(&[&better]);
    audit(&sandbox, &[], &folder).run();
    assert_eq!(sandbox.gox(["default", "1.26.5"]).run().code(), 0);
    sandbox.write("code/.go-version", "1.24.3\n");
    // What runs here first, then the default.
    let pin = format!("gox pin {better}");
    assert_eq!(typed(&sandbox, &folder, "status", &proxy), [pin.as_str()]);
    let ways = ["gox upgrade 1.26", "gox uninstall 1.26.5", "gox uninstall 1.26.4", "gox uninstall 1.24.3"];
    assert_eq!(typed(&sandbox, &folder, "list", &proxy), ways);
    // What was installed meanwhile is what an exact pin can have.
    sandbox.put_toolchain(&FakeToolchain::new("1.24.3"));
    sandbox.write("code/.go-version", "1.24.3\n");
    assert_eq!(typed(&sandbox, &folder, "list", &proxy), ["gox pin 1.26", "gox uninstall 1.24.3"]);
}

/// Where some are left in every version, the one with the fewest is named.
#[test]
fn most_of_them() {
    let (sandbox, folder) = world(&["1.26.5"]);
    let mut database = VulnDb::of(&[NET_URL, CMD_GO]);
    database.change(time(9), CMD_GO, |entry| {
        for affected in entry["affected"].as_array_mut().unwrap() {
            affected["ranges"] = json!([]);
        }
    });
    database.write_to(std::path::Path::new(&folder));
    let run = audit(&sandbox, &[], &folder).run();
    let has = format!("1.26.5 has 2 known vulnerabilities; {} has 1\n", newest("1.26"));
    assert!(run.stdout.starts_with(&has), "{}", run.stdout);
    let all = format!("note: 1 of 1 versions has known vulnerabilities, as of {} (`gox audit`)", day(9));
    let line = format!("{all}: 1.26.5 has 2; {} has 1: `gox upgrade 1.26`", newest("1.26"));
    assert_eq!(note(&sandbox, &folder, &["list"], "1.26"), line);
    let run = audit(&sandbox, &["1.26.6"], &folder).run();
    assert!(run.stdout.starts_with("1.26.6 has 1 known vulnerability\n"), "{}", run.stdout);
}
