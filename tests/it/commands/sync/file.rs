//! What is wrong in a fleet file is told with its line, whatever the target, and nothing is changed.

use gox::go::version::Version;
use gox::proof::pinned::released;
use serde_json::{Value, json};

use super::Machine;

/// Runs `gox sync` with a file, which it has to refuse without touching the machine.
#[track_caller]
fn refused(machine: &Machine, text: &str, error: &str) {
    machine.sandbox.write("code/fleet/gox.toml", text);
    let stderr = format!("error: {error}\n");
    for line in ["--check fleet/gox.toml", "--update fleet/gox.toml"] {
        machine.sync(line).code(7).stderr(&stderr).check();
    }
    // A program is told the same, in one line and without the hint.
    let run = machine.sync("--yes --json fleet/gox.toml").run();
    assert_eq!((run.code(), &run.stderr), (7, &stderr));
    let (error, _) = error.split_once("\nhint: ").unwrap_or((error, ""));
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    let expected = json!({
        "ok": false, "target": null, "commit": null, "dirty": null, "actions": [], "violations": [],
        "error": error.replace("\n  ", ", "),
    });
    assert_eq!(found, expected);
    assert_eq!(machine.proxy.server.targets(), [""; 0]);
    assert!(!machine.sandbox.home().join("synced").exists());
}

#[test]
fn every_unknown_key_is_named() {
    let machine = Machine::new();
    let text = "form = 1\n[toolchain]\n[toolchains]\ninstal = []\nextra = { a = 1 }\n[settings]\nverfy = \"log\"\n\
        [setup]\nbsh = true\n[policy]\noldst = \"1.2\"\nproof = []\n[[policy.exception]]\nversion = \"1.9.1\"\n\
        untill = 2027-03-01\nreason = \"r\"\n[target.ci]\nhost = []\ntoolchains.excl = true\n\
        policy.from_ = 1\n[targets.x]\n";
    let at = |key: &str, place: &str, nearest: &str| {
        let nearest =
            if nearest.is_empty() { String::new() } else { format!("; the nearest is `{nearest}`") };
        format!("\n  `{key}` at `[ROOT]/code/fleet/gox.toml:{place}`{nearest}")
    };
    let lines = [
        at("toolchains.instal", "4:1", "install"),
        at("toolchains.extra", "5:1", ""),
        at("settings.verfy", "7:1", "verify"),
        at("setup.bsh", "9:1", "bash"),
        at("policy.exception.untill", "15:1", "until"),
        at("policy.oldst", "11:1", "oldest"),
        at("policy.proof", "12:1", "proofs"),
        at("target.ci.toolchains.excl", "19:12", "exclusive"),
        at("target.ci.policy.from_", "20:8", "from"),
        at("target.ci.host", "18:1", "hosts"),
        at("form", "1:1", "format"),
        at("toolchain", "2:2", "toolchains"),
        at("targets", "21:2", "target"),
    ];
    let error = format!("the fleet file has keys that gox does not know{}", lines.concat());
    refused(&machine, text, &error);
}

#[test]
fn values_that_cannot_be() {
    let machine = Machine::new();
    for (text, place, message) in [
        ("[toolchains]\ninstall = \"1.99.1\"", "3:1", "`toolchains.install` must be a list of texts"),
        ("[toolchains]\ninstall = [\"1.99.1\", 1]", "3:1", "`toolchains.install` must be a list of texts"),
        ("[toolchains]\nexclusive = \"yes\"", "3:1", "`toolchains.exclusive` must be true or false"),
        ("toolchains = 1", "2:1", "`toolchains` must be a table"),
        (
            "[settings]\ntimeout = 0",
            "3:1",
            "invalid value for `settings.timeout`: it must be a number of seconds, 1 or more",
        ),
        (
            "[settings]\nverify = 2027-03-01",
            "3:1",
            "`settings.verify` must be text, a number, a boolean or a list",
        ),
        ("[setup]\nbash = 1", "3:1", "`setup.bash` must be true or false"),
        (
            "[policy]\noldest = \"latest\"",
            "3:1",
            "invalid value for `policy.oldest`: it must be a line or a version, such as `1.25` or `1.25.3`",
        ),
        (
            "[policy]\nproofs = []",
            "3:1",
            "invalid value for `policy.proofs`: the list is empty, so nothing could be installed",
        ),
        (
            "[policy]\nproofs = [\"log\",\n \"hope\"]",
            "4:2",
            "invalid value `hope`: a proof is `pinned`, `list` or `log`",
        ),
        (
            "[policy]\nfrom = [\"ftp://h\"]",
            "3:9",
            "invalid value `ftp://h`: `ftp` is not https, http or file",
        ),
        (
            "[policy]\nfrom = [\"proxy.example\"]",
            "3:9",
            "invalid value `proxy.example`: an address begins with `https://`, `http://` or `file://`",
        ),
        (
            "[policy]\nfrom = [\"https://u:secret@h\"]",
            "3:9",
            "invalid value `https://…@h`: it has a login, which is in no receipt",
        ),
        (
            "[[policy.exception]]\nversion = \"1.9.1\"\nuntil = 2027-03-01\nreason = \" \"",
            "2:10",
            "an exception needs a `version`, a day `until` and a `reason`",
        ),
        (
            "[[policy.exception]]\nversion = \"1.9.1\"\nuntil = \"2027-03-01\"",
            "4:1",
            "`policy.exception.until` must be a day without quotes, such as 2027-03-01",
        ),
        (
            "[[policy.exception]]\nversion = \"1.9\"\nuntil = 2027-03-01\nreason = \"r\"",
            "3:1",
            "invalid value for `policy.exception.version`: it must be one version, such as `1.24.13`",
        ),
        ("policy.exception = 1", "2:8", "`policy.exception` must be tables, each below `[[…]]`"),
        (
            "[toolchains]\ndefault = \"1.99.1\"",
            "3:1",
            "the default, 1.99.1, is not among the versions to install",
        ),
        (
            "[toolchains]\ninstall = [\"1.99.1\"]\n[target.ci]\ntoolchains.default = \"1.98.1\"",
            "5:12",
            "the default, 1.98.1, is not among the versions to install",
        ),
        (
            "[toolchains]\nexclusive = true",
            "3:1",
            "`exclusive` needs a list `install`, or every version would go",
        ),
        (
            "[setup]\nbash = true\n[target.x.setup]\nsh = false",
            "5:1",
            "`bash` and `sh` may write the same block in `~/.profile`, so set both to `true` or both to `false`",
        ),
        (
            "[target.ci]\nhosts = [\"ci-[0-9]\"]",
            "3:10",
            "`ci-[0-9]` is not a host name pattern: use letters, digits, `-`, `.`, `_`, `*` and `?`",
        ),
        (
            "[toolchains]\ninstall = [\"../1.9\"]",
            "3:12",
            "`../1.9` is not a valid request: `/`, `\\` and `..` are not allowed",
        ),
        ("[toolchains]\n[toolchains]", "3:2", "the fleet file is invalid: duplicate key"),
    ] {
        let error = format!("{message}\n  at `[ROOT]/code/fleet/gox.toml:{place}`");
        refused(&machine, &format!("format = 1\n{text}\n"), &error);
    }
}

#[test]
fn only_exact_versions_and_targets_of_a_user() {
    let machine = Machine::new();
    let newest = released().into_iter().filter(Version::is_release).max().unwrap().full();
    for (word, such) in [
        ("1.99", &*newest),
        ("latest", &newest),
        (">=1.98", &newest),
        ("tip", &newest),
        ("system", &newest),
        ("1.22", "1.22.12"),
        ("1.4", &newest),
        ("<1.21", "1.20.14"),
    ] {
        let error = format!(
            "`{word}` is not one exact version\n  at `[ROOT]/code/fleet/gox.toml:3:12`\n\
             hint: name one, such as `{such}`; `gox sync --update FILE` raises it to the newest patch"
        );
        refused(&machine, &format!("format = 1\n[toolchains]\ninstall = [\"{word}\"]\n"), &error);
    }
    for (target, whose) in [("wsl", "of root"), ("attributes", "of a project"), ("hooks", "of a project")] {
        let error = format!(
            "`{target}` is a target {whose}, which a fleet file cannot have\n  \
             at `[ROOT]/code/fleet/gox.toml:3:1`\nhint: set it up by itself: `gox setup {target}`"
        );
        refused(&machine, &format!("format = 1\n[setup]\n{target} = true\n"), &error);
    }
}

#[test]
fn formats() {
    let machine = Machine::new();
    let error = "the fleet file does not say its format\n  in `[ROOT]/code/fleet/gox.toml`\n\
        hint: add the line `format = 1`";
    refused(&machine, "[toolchains]\n", error);
    let at = "\n  at `[ROOT]/code/fleet/gox.toml:1:1`";
    refused(
        &machine,
        "format = 2\n",
        &format!("invalid value for `format`: this gox reads the format 1{at}"),
    );
    refused(&machine, "format = \"1\"\n", &format!("`format` must be a number{at}"));
    // A byte order mark takes no column.
    refused(
        &machine,
        "\u{feff}format = 2\n",
        &format!("invalid value for `format`: this gox reads the format 1{at}"),
    );
    machine.sandbox.write("code/fleet/gox.toml", [0xff, b'\n']);
    let error = "error: the fleet file `[ROOT]/code/fleet/gox.toml` is not UTF-8 text\n";
    machine.sync("--check fleet/gox.toml").code(7).stderr(error).check();
    let error = "error: there is no fleet file `[ROOT]/code/none.toml`\n";
    machine.sync("--check none.toml").code(7).stderr(error).check();
}

#[test]
fn the_target_is_named_or_found_by_the_host() {
    let machine = Machine::new();
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let host = host.trim();
    let targets = format!(
        "[toolchains]\ninstall = [\"1.99.1\"]\n[settings]\ntimeout = 7\nverify = \"log\"\n\
         [target.this]\nhosts = [\"{}?*\"]\ntoolchains.install = [\"1.98.1\"]\nsettings.timeout = 8\n\
         [target.other]\nhosts = [\"no-such-host\"]\nsettings.verify = \"any\"\n",
        &host[..1]
    );
    let seen = |line: &str, code: i32, stdout: &str, stderr: &str| {
        let line = format!("{line} fleet/gox.toml");
        machine.sync(&line).code(code).stdout(stdout).stderr(stderr).check();
    };
    machine.declare(&targets);
    let plan = "+ settings verify log\n+ settings timeout 8\n+ install 1.98.1\n";
    seen("--check", 1, plan, "");
    seen("--check --target this", 1, plan, "");
    let plan = "+ settings verify any\n+ settings timeout 7\n+ install 1.99.1\n";
    seen("--check --target other", 1, plan, "");
    let error = "error: `[ROOT]/code/fleet/gox.toml` has no target `oter`\nhint: the nearest is `other`\n";
    seen("--check --target oter", 2, "", error);
    machine.declare(&targets.replace("no-such-host", host));
    let error = format!(
        "error: `{host}` is a host of two targets: `this` and `other`\n  in `[ROOT]/code/fleet/gox.toml`\n\
         hint: choose one by its name: `--target this`\n"
    );
    seen("--check", 7, "", &error);
    seen("--check --target other", 1, plan, "");
    // No target, and no host is among those of one: what all machines have.
    machine.declare(&targets.replace(&format!("{}?*", &host[..1]), "*.no-such-host"));
    seen("--check", 1, "+ settings verify log\n+ settings timeout 7\n+ install 1.99.1\n", "");
}

#[test]
fn the_example_of_the_documentation_is_a_fleet_file() {
    let machine = Machine::new();
    let (_, text) = include_str!("../../../../docs/fleet.md").split_once("```toml\n").unwrap();
    let (example, _) = text.split_once("```\n").unwrap();
    // The exception of the example ends one day.
    let example = example.replace("2027-03-01", "9999-12-31");
    machine.sandbox.write("code/fleet/gox.toml", example);
    // No line says that the policy is violated, by the releases that are compiled in.
    for (target, more) in [("", ""), ("--target ci ", "+ install 1.24.13\n")] {
        let plan = format!(
            "+ settings sources proxy,dl\n+ settings verify log\n+ install 1.27.4\n+ install 1.26.11\n{more}\
             ~ default system -> 1.27.4\n+ setup bash\n+ setup direnv\n"
        );
        let run = machine.sync(&format!("--check {target}fleet/gox.toml")).env_remove("GOX_SOURCES");
        run.code(1).stdout(&plan).check();
    }
}
