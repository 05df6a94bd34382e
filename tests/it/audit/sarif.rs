//! The log of `gox audit --sarif`, and what GitHub's code scanning wants of it (docs.github.com, "SARIF support for code
//! scanning").

use std::{env, process};

use serde_json::{Value, json};

use super::outputs::{link, world};
use super::{CMD_GO, NET_URL, audit};
use crate::support::running::Output;

/// The log that a run printed. `GOX_TEST_SARIF` names the schema that check-jsonschema holds it against, of which one
/// pattern is no regular expression of ECMAScript.
#[track_caller]
pub(super) fn log(run: &Output) -> Value {
    if let Some(schema) = env::var_os("GOX_TEST_SARIF") {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &run.raw_stdout).unwrap();
        let mut check = process::Command::new("check-jsonschema");
        let check =
            check.args(["--regex-variant", "nonunicode", "--schemafile"]).arg(schema).arg(file.path());
        let said = check.output().unwrap();
        assert!(said.status.success(), "{}\n{}", String::from_utf8_lossy(&said.stdout), run.stdout);
    }
    let log: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&log["version"], log["runs"].as_array().unwrap().len()), (&json!("2.1.0"), 1));
    log["runs"][0].clone()
}

#[test]
fn what_is_installed() {
    let (sandbox, folder) = world(&["1.25.12", "1.26.5", "1.27.0"]);
    link(&sandbox);
    let run = audit(&sandbox, &["--sarif"], &folder).run();
    assert_eq!((run.code(), run.stderr.as_str()), (1, ""));
    let fix = "Fix transparency log tile verification bypass in golang.org/x/mod/sumdb/tlog";
    let avoid = "Avoid quadratic complexity in resolvePath in net/url";
    let rule = |id: &str, cve: &str, summary: &str| {
        let page = format!("https://pkg.go.dev/vuln/{id}");
        json!({
            "id": id,
            "shortDescription": { "text": summary },
            "fullDescription": { "text": format!("{id}, {cve}: {summary}") },
            "help": { "text": page, "markdown": format!("[{id}]({page})") },
            "helpUri": page,
            "properties": { "tags": ["security", cve] },
        })
    };
    let result = |index: usize, version: &str| {
        let (id, what) =
            [(CMD_GO, format!("{fix} (cmd/go)")), (NET_URL, format!("{avoid} (net/url)"))][index].clone();
        let name = format!("go{version}");
        json!({
            "ruleId": id,
            "ruleIndex": index,
            "level": "warning",
            "message": { "text": format!("Go {version}: {what}") },
            "locations": [{
                "physicalLocation": {
                    "artifactLocation": { "uri": format!("file://[HOME]/toolchains/{name}/VERSION") },
                    "region": { "startLine": 1 },
                },
                "logicalLocations": [{ "name": name, "kind": "module" }],
            }],
            "partialFingerprints": { "primaryLocationLineHash": name },
        })
    };
    let unknown = "what tip has is unknown: it is linked, and may be no release of Go";
    let expected = json!({
        "tool": { "driver": {
            "name": "gox",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": [rule(CMD_GO, "CVE-2026-56865", fix), rule(NET_URL, "CVE-2026-56860", avoid)],
        } },
        "invocations": [{
            "executionSuccessful": true,
            "toolExecutionNotifications": [{ "level": "warning", "message": { "text": unknown } }],
        }],
        "results": [result(0, "1.26.5"), result(1, "1.26.5"), result(0, "1.25.12"), result(1, "1.25.12")],
    });
    assert_eq!(log(&run), expected);
    let run = log(&audit(&sandbox, &["--sarif", "1.27.0"], &folder).run());
    assert_eq!((&run["results"], &run["tool"]["driver"]["rules"]), (&json!([]), &json!([])));
}

/// The file and the line of each result: GitHub refuses a log with a result that is in no file.
fn places(run: &Value) -> Vec<String> {
    let places = run["results"].as_array().unwrap().iter().map(|result| {
        let place = &result["locations"][0]["physicalLocation"];
        let (file, line) = (&place["artifactLocation"], &place["region"]["startLine"]);
        let base = file["uriBaseId"].as_str().map_or_else(String::new, |base| format!("{base}: "));
        let hash = &result["partialFingerprints"]["primaryLocationLineHash"];
        let hash = hash.as_str().map_or_else(String::new, |hash| format!(" ({hash})"));
        format!("{base}{}:{line}{hash}", file["uri"].as_str().unwrap())
    });
    places.collect()
}

#[test]
fn each_result_is_in_a_file() {
    let (sandbox, folder) = world(&["1.26.5"]);
    let places = |arguments: &[&str], version: &str| {
        let run = audit(&sandbox, arguments, &folder).arg("--sarif").env("GO_VERSION", version);
        let mut places = places(&log(&run.cwd(sandbox.code().join("sub")).run()));
        places.dedup();
        places
    };
    sandbox.write("code/sub/.keep", "");
    assert_eq!(places(&["1.26.4"], ""), ["go1.26.4/VERSION:1 (go1.26.4)"]);
    // With `--here` that of the project which asks for it, as seen from the root of the repository.
    sandbox.write("code/.go-version", "# comment\n1.26.5\n");
    assert_eq!(places(&["--here"], ""), ["file://[ROOT]/code/.go-version:2"]);
    sandbox.write("code/.git/HEAD", "");
    assert_eq!(places(&["--here"], ""), ["%SRCROOT%: .go-version:2"]);
    sandbox.write("code/sub/.tool-versions", "golang 1.26.4\n");
    assert_eq!(places(&["--here"], ""), ["%SRCROOT%: sub/.tool-versions:1"], "it is not installed");
    // No file of the project asks for it.
    assert_eq!(places(&["--here"], "1.26.5"), ["file://[HOME]/toolchains/go1.26.5/VERSION:1 (go1.26.5)"]);
}

/// The step of the job in docs/ci.md, whose shell ends at the first failure.
#[test]
fn the_job_of_the_manual_goes_on_where_there_are_some() {
    let (sandbox, folder) = world(&["1.26.5"]);
    sandbox.put_gox();
    sandbox.write("code/.go-version", "1.26.5\n");
    let page = include_str!("../../../docs/ci.md");
    let step = page.lines().find_map(|line| line.strip_prefix("      - run: gox audit ")).unwrap();
    let job = |vulndb: &str| {
        let script = format!("gox audit {step}\necho on");
        sandbox.command("bash").args(["-e", "-c", &script]).env("GOX_VULNDB", vulndb).run()
    };
    let run = job(&folder);
    assert_eq!((run.code(), run.stdout.as_str()), (0, "on\n"), "{}", run.stderr);
    assert!(sandbox.read("code/audit.sarif").contains(NET_URL));
    let run = job("/nowhere");
    assert_ne!(run.code(), 0, "{}", run.stderr);
    assert_eq!(run.stdout, "");
}
