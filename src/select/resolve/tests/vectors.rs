//! Compares the resolver with recorded answers of the real go command.

use serde_json::Value;

use super::tree::Tree;
use crate::go::name::ToolchainName;

/// The tree of a vector; `$D` is its directory.
fn vector_tree(toolchains: &[&str], local: &str, vector: &Value) -> Tree {
    let mut tree = Tree::new(&[]).put_go("home/toolchains/base", local).default("base");
    for name in toolchains {
        tree = tree.toolchain(name);
    }
    for name in ["go.mod", "go.work"] {
        if let Some(text) = vector[name].as_str() {
            tree = tree.file(&format!("p/{name}"), text);
        }
    }
    if let Some(setting) = vector["GOTOOLCHAIN"].as_str() {
        tree = tree.set("GOTOOLCHAIN", setting);
    }
    for (name, value) in vector["env"].as_object().into_iter().flatten() {
        tree = tree.set(name, &value.as_str().unwrap().replace("$D", "@/p"));
    }
    tree
}

/// With the recorded go as its base, the resolver selects what go did in 75 trees.
#[test]
fn the_recorded_runs_of_the_real_go_command_are_decided_alike() {
    let vectors: Value =
        serde_json::from_str(include_str!("../../../../tests/data/resolution_vectors.json")).unwrap();
    let vectors = vectors.as_array().unwrap();
    assert_eq!(vectors.len(), 75);
    for vector in vectors {
        let texts = |list: &Value| -> Vec<String> {
            list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
        };
        let toolchains = texts(&vector["path_toolchains"]);
        let toolchains: Vec<_> = toolchains.iter().map(String::as_str).collect();
        let tree = vector_tree(&toolchains, "go1.27.3", vector);
        let found = tree.run(&format!("go {}", texts(&vector["args"]).join(" ")));
        let expected = &vector["expect"];
        let message = expected["error"].as_str().unwrap_or_default();
        let context = format!("{vector:#}\nfound {found}");
        if let Some(run) = expected["run"].as_str() {
            let run = if run.starts_with("local") { "base" } else { run };
            assert_eq!(found, run, "{context}");
        } else if message.contains("running go 1.27.3") {
            assert_eq!(found, "base", "{context}");
        } else if let Some(name) = message.strip_prefix("go: download ") {
            let name = name.split(' ').next().unwrap();
            let request = ToolchainName::new(name).request();
            assert_eq!(found, format!("missing {request}"), "{context}");
        } else if message.contains("go1.21\" in PATH") || message.contains("language version") {
            assert!(found.contains("is a language version"), "{context}");
        } else if let Some(name) = message.strip_prefix("go: cannot find \"go") {
            let version = name.split('"').next().unwrap();
            assert_eq!(found, format!("missing {version}, not to be installed"), "{context}");
        } else if message.contains("invalid toolchain") {
            assert!(found.starts_with("7 invalid toolchain `"), "{context}");
        } else if vector["go.mod"] == "module m\ngo 2.0\n" {
            assert!(found.starts_with("7 invalid toolchain `2.0`"), "{context}");
        } else if message.contains("invalid GOWORK") {
            assert!(found.starts_with("2 invalid `GOWORK`"), "{context}");
        } else {
            assert!(message.contains("invalid GOTOOLCHAIN"), "{context}");
            assert!(found.starts_with("2 invalid `GOTOOLCHAIN`"), "{context}");
        }
    }
}

/// Cases from the go command's own test scripts: GOTOOLCHAIN, go.mod, go.work, answer.
#[test]
fn the_scenarios_of_the_go_commands_own_tests_are_decided_alike() {
    const WRONG: &str = "go 1.700\ntoolchain go1.999-wrong\n";
    for (setting, go_mod, go_work, expected) in [
        ("auto", "", "", "base"),
        ("path", "", "", "base"),
        ("asdf", "", "", "2 invalid"),
        ("go1.600", "", "", "go1.600"),
        ("go1.400", "", "", "go1.400"),
        ("go1.600+auto", "", "", "go1.600"),
        ("go1.600+path", "", "", "go1.600"),
        ("go1.400.0+auto", "", "", "go1.400.0"),
        ("go1.400+path", "", "", "go1.400"),
        ("auto", "go 1.700\n", "", "go1.700.0"),
        ("path", "go 1.700\n", "", "go1.700.0"),
        ("auto", "go 1.300\n", "", "base"),
        ("path", "go 1.300\n", "", "base"),
        ("auto", "go 1.700\ntoolchain go1.300\n", "", "go1.700.0"),
        ("auto", "go 1.300\ntoolchain default\n", "", "base"),
        ("auto", "go 1.700\ntoolchain default\n", "", "base"),
        ("path", "go 1.700\ntoolchain default\n", "", "base"),
        ("go1.400+auto", "go 1.300\ntoolchain default\n", "", "go1.400"),
        ("go1.600+auto", "go 1.300\ntoolchain default\n", "", "go1.600"),
        ("go1.800-bigcorp", "", "", "go1.800-bigcorp"),
        ("auto", "go 1.999\ntoolchain go1.800-bigcorp\n", "", "go1.999.0"),
        ("auto", "go 1.777\ntoolchain go1.800-bigcorp\n", "", "go1.800-bigcorp"),
        ("auto", WRONG, "go 1.400\ntoolchain go1.600-right\n", "go1.600-right"),
        ("auto", WRONG, "go 1.400\ntoolchain default\n", "base"),
        ("auto", WRONG, "go 1.600\ntoolchain default\n", "base"),
        ("auto", WRONG, "go 1.600\n", "go1.600.0"),
    ] {
        let names = ["go1.400", "go1.400.0", "go1.600", "go1.600.0", "go1.700.0", "go1.999.0"];
        let suffixed = ["go1.800-bigcorp", "go1.600-right", "go1.999-wrong"];
        scenario("go1.500", &[&names[..], &suffixed].concat(), setting, [go_mod, go_work], expected);
    }
    for (local, setting, go_mod, expected) in [
        ("go1.500-bigcorp", "auto", "go 1.499\ntoolchain go1.499\n", "base"),
        ("go1.500-bigcorp", "auto", "go 1.500\ntoolchain go1.500\n", "base"),
        ("go1.500-bigcorp", "auto", "go 1.501\n", "go1.501.0"),
        ("go1.500-bigcorp", "auto", "go 1.499\ntoolchain go1.501\n", "go1.501"),
        ("go1.500 (bigcorp)", "auto", "go 1.500\n", "base"),
        ("go1.500 (bigcorp)", "auto", "go 1.501\n", "go1.501.0"),
        ("go1.21.0", "auto", "go 1.22\ntoolchain go1.21.2\n", "go1.22.0"),
        ("go1.21.0", "go1.21.0+auto", "go 1.22\ntoolchain go1.21.2\n", "go1.22.0"),
        ("go1.21.0", "go1.21.1", "go 1.22\ntoolchain go1.21.2\n", "go1.21.1"),
        ("go1.21.0", "go1.22.0+auto", "go 1.21.1\ntoolchain go1.21.2\n", "go1.22.0"),
        ("go1.2.3", "auto", "go 1.1.1\n", "base"),
        ("go1.2.3", "go1.23.0+auto", "go 1.1.1\n", "missing 1.23.0"),
    ] {
        let names = ["go1.501", "go1.501.0", "go1.22.0", "go1.21.1"];
        scenario(local, &names, setting, [go_mod, ""], expected);
    }
    for (setting, go_mod, expected) in [
        ("auto", "toolchain go1.22\n", "7 invalid toolchain `go1.22`"),
        ("auto", "toolchain go1.20\n", "missing 1.20.0"),
        ("auto", "go 1.15\n", "missing 1.15.0"),
        ("auto", "go 1.21\n", "missing 1.21.0"),
        ("auto", "go 1.300\n", "missing 1.300.0"),
        ("go1.21", "", "2 invalid"),
        ("go1.22+auto", "", "2 invalid"),
        ("go1.21rc3", "", "missing 1.21rc3"),
        ("go1.18beta2", "", "missing 1.18beta2"),
        ("go1.21+path", "", "2 invalid"),
        ("auto", "toolchain go1.999999-/run.sh\n", "7 invalid toolchain"),
    ] {
        scenario("go1.14", &[], setting, [go_mod, ""], expected);
    }
    let tree = Tree::new(&["go1.23.0", "go1.24.0"]).default("1.23.0").set("GO111MODULE", "auto");
    assert_eq!(tree.file("p/go.work", "go 1.24.0\n").go(), "go1.24.0");
}

fn scenario(local: &str, names: &[&str], setting: &str, [go_mod, go_work]: [&str; 2], expected: &str) {
    let files = [("go.mod", go_mod), ("go.work", go_work)].into_iter().filter(|(_, text)| !text.is_empty());
    let mut vector: Value = files.map(|(name, text)| (name.to_owned(), Value::from(text))).collect();
    vector["GOTOOLCHAIN"] = setting.into();
    let found = vector_tree(names, local, &vector).go();
    let matches = found == expected || (expected.ends_with(['d', '`', 'n']) && found.starts_with(expected));
    assert!(matches, "{local} with {vector:#}\nfound {found}\nexpected {expected}");
}
