//! What `--json` prints is what `docs/schema` says.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::Sandbox;
use crate::support::schema;
use crate::support::vulndb::VulnDb;

/// Outputs of one command, and the keys that they had.
struct Outputs {
    schema: Value,
    seen: BTreeSet<String>,
}

impl Outputs {
    fn of(command: &str) -> Self {
        Outputs { schema: schema::of(command), seen: BTreeSet::new() }
    }

    /// Runs it, whatever its code, and holds its output against the schema.
    #[track_caller]
    fn check(&mut self, command: Command<'_>) -> Value {
        let output = command.run();
        let value: Value = serde_json::from_slice(&output.raw_stdout).expect(&output.stderr);
        self.check_value(&self.schema.clone(), &value);
        value
    }

    #[track_caller]
    fn check_value(&mut self, schema: &Value, value: &Value) {
        let wrong = schema::errors(schema, value, "", &mut self.seen);
        assert!(wrong.is_empty(), "{}\nin {value}", wrong.join("\n"));
    }

    /// Wants every key of the schema to have been there at least once.
    #[track_caller]
    fn assert_all_seen(&self) {
        let mut documented = BTreeSet::new();
        collect(&self.schema, "", &mut documented);
        assert_eq!(self.seen, documented);
    }
}

/// The keys that a schema names.
fn collect(schema: &Value, place: &str, keys: &mut BTreeSet<String>) {
    if let Some(items) = schema.get("items") {
        collect(items, place, keys);
    }
    for (key, inner) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let place = format!("{place}.{key}");
        collect(inner, &place, keys);
        keys.insert(place);
    }
}

/// A store with two versions of a proxy, one that somebody unpacked, and a link.
fn store() -> (Sandbox, ModuleProxy) {
    let sandbox = Sandbox::in_use();
    let proxy = ModuleProxy::with_versions(&["1.99.1", "1.99.0", "1.98.0", "1.100rc1"]);
    sandbox.gox(["install", "1.99.0", "1.98.0"]).envs(proxy.environment()).run();
    sandbox.put_toolchain(&FakeToolchain::new("1.20"));
    let goroot = sandbox.root().join("tip");
    FakeToolchain::new("1.101.0").write_to(&goroot);
    sandbox.gox(["link", "tip"]).arg(&goroot).run();
    (sandbox, proxy)
}

#[test]
fn status() {
    let mut outputs = Outputs::of("status");
    outputs.check(Sandbox::new().gox(["status", "--json"]));
    let (sandbox, _) = store();
    let status = || sandbox.gox(["status", "--json"]);
    outputs.check(status());
    for word in ["1.99", "1.98.0", "1.77.0", "1.77", "tip", "system"] {
        outputs.check(status().env("GO_VERSION", word));
    }
    assert_eq!(outputs.check(status().env("GOX_USE", "1.99"))["reason"]["kind"], "use");
    sandbox.write("code/go.mod", "module m\n\ngo 1.99.0\n\ntoolchain go1.99.1\n");
    sandbox.write("user/.local/go/default", "1.98.0\n");
    outputs.check(status());
    sandbox.put_tool("go1.99.1", "#!/bin/sh\n");
    let found = outputs.check(status());
    assert_eq!(found["program"], json!(sandbox.root().join("bin/go1.99.1")));
    sandbox.write("code/.go-version", "1.98.0\n");
    assert_ne!(outputs.check(status())["warnings"], json!([]));
    sandbox.put_tool("go", "#!/bin/sh\n");
    outputs.check(status().env("GO_VERSION", "system"));
    outputs.assert_all_seen();
}

#[test]
fn list() {
    let mut outputs = Outputs::of("list");
    outputs.check(Sandbox::new().gox(["list", "--json"]));
    let (sandbox, _) = store();
    assert_eq!(outputs.check(sandbox.gox(["list", "--json"])).as_array().unwrap().len(), 4);
    outputs.check(sandbox.gox(["list", "--json", "--sizes"]));
    outputs.assert_all_seen();
}

#[test]
fn audit() {
    let mut outputs = Outputs::of("audit");
    let (sandbox, _) = store();
    let folder = sandbox.root().join("mnt/vulndb");
    VulnDb::of(&["GO-2026-6179", "GO-2026-6218"]).write_to(&folder);
    let audit = || sandbox.gox(["audit", "--json"]).env("GOX_VULNDB", &folder);
    outputs.check(audit());
    outputs.check(audit().args(["1.26.5", "tip"]));
    // What was kept of it, as there is none any more.
    fs::remove_dir_all(&folder).unwrap();
    assert_eq!(outputs.check(audit())["database"]["current"], false);
    outputs.assert_all_seen();
}

#[test]
fn available() {
    let mut outputs = Outputs::of("available");
    let (sandbox, proxy) = store();
    for option in [None, Some("--all"), Some("--rc"), Some("1.99")] {
        let run = sandbox.gox(["available", "--json"]).args(option).envs(proxy.environment());
        assert_ne!(outputs.check(run.env("GOX_SOURCES", "proxy")), json!([]));
    }
    outputs.assert_all_seen();
}

#[test]
fn verify() {
    let mut outputs = Outputs::of("verify");
    let (sandbox, proxy) = store();
    outputs.check(sandbox.gox(["verify", "--json"]));
    outputs.check(sandbox.gox(["verify", "--json", "tip"]));
    outputs.check(sandbox.gox(["verify", "--json", "--log", "1.99.0"]).envs(proxy.environment()));
    let goroot = sandbox.home().join("toolchains/go1.99.0");
    fs::remove_file(goroot.join("LICENSE")).unwrap();
    fs::write(goroot.join("added"), "").unwrap();
    let found = outputs.check(sandbox.gox(["verify", "--json", "1.99.0"]));
    assert_eq!(found[0]["changes"].as_array().unwrap().len(), 2);
    outputs.assert_all_seen();
}

#[test]
fn config() {
    let mut outputs = Outputs::of("config");
    let sandbox = Sandbox::new();
    outputs.check(sandbox.gox(["config", "--json"]));
    sandbox.gox(["config", "set", "timeout", "7"]).run();
    outputs.check(sandbox.gox(["config", "--json"]).env("GOX_OFFLINE", "1"));
    let one = sandbox.gox(["config", "timeout", "--json"]).run();
    let one: Value = serde_json::from_slice(&one.raw_stdout).unwrap();
    let items = outputs.schema["items"].clone();
    outputs.check_value(&items, &one);
    outputs.assert_all_seen();
}

#[test]
fn doctor() {
    let mut outputs = Outputs::of("doctor");
    let (sandbox, _) = store();
    let found = outputs.check(sandbox.gox(["doctor", "--json", "--offline"]).env("GOROOT", "/nowhere"));
    assert_eq!(found["ok"], false);
    outputs.check(sandbox.gox(["doctor", "--json", "--offline", "store-layout"]));
    outputs.assert_all_seen();
}

#[test]
fn gate() {
    let mut outputs = Outputs::of("gate");
    let sandbox = Sandbox::new();
    let ok = FakeToolchain::new("1.99.0").with_file("bin/gofmt", 0o555, "#!/bin/sh\necho p/a.go\n");
    sandbox.put_toolchain(&ok.with_file("bin/go", 0o555, "#!/bin/sh\nexit 3\n"));
    sandbox.write("user/.local/go/default", "1.99.0\n");
    for name in ["go.mod", "a.go", ".golangci.yml"] {
        sandbox.write(&format!("code/{name}"), "module m\n");
    }
    for words in [["init", "-q", "."], ["add", "-A", "."]] {
        assert_eq!(sandbox.command("git").args(words).run().code(), 0);
    }
    let found = outputs.check(sandbox.gox(["gate", "--json"]));
    let states: Vec<_> = found["steps"].as_array().unwrap().iter().map(|step| &step["state"]).collect();
    assert_eq!(states, ["found", "failed", "failed", "failed"]);
    outputs.check(sandbox.gox(["gate", "--json", "--only", "format"]));
    outputs.assert_all_seen();
}

#[test]
fn install() {
    let mut outputs = Outputs::of("install");
    let (sandbox, proxy) = store();
    let install = |line: &str| {
        let words = line.split(' ').filter(|word| !word.is_empty());
        sandbox.gox(["install", "--json"]).args(words).envs(proxy.environment())
    };
    let results = |value: &Value| -> Vec<String> {
        let items = value.as_array().unwrap().iter();
        items.map(|item| item["result"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        results(&outputs.check(install("--dry-run 1.99 1.98.0 1.77"))),
        ["planned", "present", "failed"]
    );
    let found = outputs.check(install("1.99 1.98.0 1.77"));
    assert_eq!(results(&found), ["installed", "present", "failed"]);
    let goroot = sandbox.home().join("toolchains/go1.99.1");
    let expected = json!({
        "request": "1.99", "version": "1.99.1", "toolchain": "go1.99.1", "path": goroot, "result": "installed",
        "source": "proxy", "proofs": ["log"], "bytes": found[0]["bytes"], "error": null,
        "downloaded": FakeToolchain::new("1.99.1").zip().len(),
    });
    assert_eq!(found[0], expected);
    assert_eq!([&found[1], &found[2]].map(|object| &object["downloaded"]), [&json!(0), &Value::Null]);
    assert_eq!(results(&outputs.check(install("--force --dry-run 1.99.1"))), ["planned"]);
    sandbox.write("code/.go-version", "1.98\n");
    assert_eq!(results(&outputs.check(install(""))), ["present"], "what this directory asks for");
    outputs.assert_all_seen();
}

#[test]
fn upgrade() {
    let mut outputs = Outputs::of("upgrade");
    let (sandbox, proxy) = store();
    sandbox.write("user/.local/go/default", "1.99.0\n");
    let upgrade = || sandbox.gox(["upgrade", "--json"]).envs(proxy.environment());
    let planned = outputs.check(upgrade().arg("--dry-run"));
    let done = outputs.check(upgrade());
    for (found, result) in [(&planned, "planned"), (&done, "installed")] {
        assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
        let seen = [&found[0]["from"], &found[0]["version"], &found[0]["default"], &found[0]["result"]];
        assert_eq!(seen, [&json!("1.99.0"), &json!("1.99.1"), &json!(true), &json!(result)]);
    }
    assert_eq!(outputs.check(upgrade()), json!([]));
    outputs.assert_all_seen();
}

#[test]
fn uninstall() {
    let mut outputs = Outputs::of("uninstall");
    let (sandbox, _) = store();
    let uninstall = || sandbox.gox(["uninstall", "--json"]);
    let planned = outputs.check(uninstall().args(["--dry-run", "1.98.0"]));
    assert_eq!((&planned[0]["result"], &planned[0]["version"]), (&json!("planned"), &json!("1.98.0")));
    let done = outputs.check(uninstall().args(["1.98.0", "1.77.0", "1.99", "tip"]));
    let seen: Vec<_> = done.as_array().unwrap().iter().map(|item| &item["result"]).collect();
    assert_eq!(seen, ["removed", "failed", "failed", "removed"]);
    assert_eq!(done[2]["error"], json!("`1.99` is not the name of one version"));
    sandbox.write("user/.local/go/default", "1.99.0\n");
    let rest = outputs.check(uninstall().arg("--all"));
    let seen =
        rest.as_array().unwrap().iter().map(|item| json!([item["request"], item["result"], item["why"]]));
    let expected = [json!(["go1.99.0", "kept", "is the default"]), json!(["go1.20", "removed", null])];
    assert_eq!(seen.collect::<Vec<_>>(), expected);
    outputs.assert_all_seen();
}

#[test]
fn prune() {
    let mut outputs = Outputs::of("prune");
    let (sandbox, proxy) = store();
    sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).run();
    let prune = || sandbox.gox(["prune", "--json", "--days", "0"]);
    let planned = outputs.check(prune().arg("--dry-run"));
    let done = outputs.check(prune());
    for (found, result) in [(&planned, "planned"), (&done, "removed")] {
        let gone = found["toolchains"].as_array().unwrap().iter().filter(|item| item["result"] != "kept");
        let gone: Vec<_> = gone.map(|item| (&item["version"], &item["result"], &item["why"])).collect();
        assert_eq!(gone, [(&json!("1.99.0"), &json!(result), &json!("nothing asks for it"))]);
    }
    outputs.assert_all_seen();
}

#[test]
fn import() {
    let mut outputs = Outputs::of("import");
    let (sandbox, proxy) = store();
    let import =
        |arguments: &[&str]| sandbox.gox(["import", "--json"]).args(arguments).envs(proxy.environment());
    let at = |version: &str| sandbox.user().join(format!(".goup/go{version}"));
    FakeToolchain::new("1.99.1").write_to(&at("1.99.1"));
    FakeToolchain::new("1.98.0").with_file("LICENSE", 0o644, "none").write_to(&at("1.98.0"));
    sandbox.write("user/.goup/go1.77.0/VERSION", "go1.77.0\n");
    sandbox.write("user/.goup/go1.0/LICENSE", "");
    std::os::unix::fs::symlink("go1.99.1", sandbox.user().join(".goup/current")).unwrap();
    for arguments in [&["--dry-run"][..], &["--yes"], &["--dry-run"]] {
        outputs.check(import(&[&["--from", "goup"], arguments].concat()));
    }
    let found = outputs.check(import(&["--yes", at("1.98.0").to_str().unwrap()]));
    assert_eq!(
        found["trees"][0]["changes"],
        json!([{ "path": "LICENSE", "change": "changed", "detail": "changed" }])
    );
    sandbox.write("code/.gvmrc", "gvm use go1.99.1\n");
    sandbox.put_script("user/.gvm/pkgsets/go1.99.1/global/bin/tool", "#!/bin/sh\n");
    outputs.check(import(&["--from", "gvm"]));
    outputs.assert_all_seen();
}

#[test]
fn sync() {
    let mut outputs = Outputs::of("sync");
    let (sandbox, proxy) = store();
    let sync = |option: &str| sandbox.gox(["sync", "--json", option, "gox.toml"]).envs(proxy.environment());
    let file = "format = 1\n[toolchains]\ninstall = [\"1.99.1\"]\ndefault = \"1.99.1\"\n";
    sandbox
        .write("code/gox.toml", format!("{file}[target.all]\nhosts = [\"*\"]\npolicy.oldest = \"1.98\"\n"));
    let found = outputs.check(sync("--check"));
    assert_eq!(
        (&found["ok"], &found["target"], &found["violations"][0]["version"]),
        (&json!(false), &json!("all"), &json!("1.20.0"))
    );
    sandbox.write("code/gox.toml", file);
    assert_eq!(outputs.check(sync("--dry-run"))["ok"], false);
    sandbox.write("code/gox.toml", file.replace("1.99.1", "1.99.9"));
    let found = outputs.check(sync("--yes"));
    assert_eq!((&found["ok"], &found["actions"][0]["result"]), (&json!(false), &json!("failed")));
    sandbox.write("code/gox.toml", "");
    assert!(outputs.check(sync("--check"))["error"].is_string());
    sandbox.write("code/gox.toml", file);
    let done = outputs.check(sync("--yes"));
    let kinds: Vec<_> = done["actions"].as_array().unwrap().iter().map(|action| &action["kind"]).collect();
    assert_eq!((&done["ok"], kinds), (&json!(true), vec![&json!("install"), &json!("default")]));
    let found = outputs.check(sync("--check"));
    assert_eq!((&found["ok"], &found["actions"], &found["commit"]), (&json!(true), &json!([]), &json!(null)));
    outputs.assert_all_seen();
}

#[test]
fn env() {
    let mut outputs = Outputs::of("env");
    let (sandbox, _) = store();
    let env = |arguments: &[&str]| sandbox.gox(["env", "--json"]).args(arguments);
    outputs.check(env(&["1.99"]).env("GOX_HOME", sandbox.home()).env("GOX_SYSTEM_HOME", "/usr/lib/gox"));
    let found = outputs.check(env(&["tip"]).env("GO_VERSION", "1.99"));
    assert_eq!(found["variables"], json!({ "GO_VERSION": "tip" }));
    outputs.assert_all_seen();
}

#[test]
fn a_schema_that_is_not_kept_is_noticed() {
    let list = schema::of("list");
    let (sandbox, _) = store();
    let output = sandbox.gox(["list", "--json"]).run();
    let value: Value = serde_json::from_slice(&output.raw_stdout).unwrap();
    let wrong = |change: &dyn Fn(&mut Value)| {
        let mut value = value.clone();
        change(&mut value[0]);
        schema::errors(&list, &value, "", &mut BTreeSet::new())
    };
    assert_eq!(wrong(&|_| {}), [""; 0]);
    assert_eq!(wrong(&|item| item["more"] = json!(1)), [".more is not documented"]);
    assert_eq!(
        wrong(&|item| item["bytes"] = json!("1")),
        [".bytes: \"1\" is none of [\"integer\", \"null\"]"]
    );
    assert_eq!(wrong(&|item| item["proofs"] = json!(["hope"])).len(), 1);
    assert_eq!(wrong(&|item| drop(item.as_object_mut().unwrap().remove("path"))), [": no `path`"]);
}
