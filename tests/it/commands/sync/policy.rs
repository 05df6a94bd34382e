//! What may be installed, whoever installed it.

use super::Machine;
use crate::support::archives::FakeToolchain;
use crate::support::proxy::ModuleProxy;

/// A machine with two versions of the proxy, one that somebody unpacked, and a link; and with releases that are known.
fn machine() -> Machine {
    let machine = Machine::new();
    machine.install(&["1.99.1", "1.98.1"]);
    machine.sandbox.put_toolchain(&FakeToolchain::new("1.60.1"));
    let goroot = machine.sandbox.root().join("tip");
    FakeToolchain::new("1.97.0").write_to(&goroot);
    machine.sandbox.gox(["link", "tip"]).arg(&goroot).run();
    machine.sandbox.write("user/.local/go/cache/released", "go1.99.1\ngo1.98.1\ngo1.98.3\ngo1.97.0\n");
    machine
}

/// The lines of a violated policy, without the days of the installs and without what mends it.
#[track_caller]
fn violations(machine: &Machine, policy: &str) -> Vec<String> {
    let toolchains = "[toolchains]\ninstall = [\"1.99.1\"]\n";
    machine.declare(&format!("{toolchains}[policy]\n{policy}\n"));
    let run = machine.sync("--check fleet/gox.toml").run();
    assert_eq!(run.code(), i32::from(!run.stdout.is_empty()), "{policy}\n{}", run.stderr);
    let short = |line: &str| {
        let (seen, _) = line.split_once("; mend: ").unwrap();
        let words = seen.strip_prefix("! policy ").unwrap().split(", ");
        words.filter(|word| !word.starts_with("installed 2")).collect::<Vec<_>>().join(", ")
    };
    run.stdout.lines().map(short).collect()
}

#[test]
fn rules() {
    let machine = machine();
    let url = machine.proxy.url();
    let from = |version: &str| {
        format!(
            "from: {version}, from http://[SERVER]/golang.org/toolchain/@v/v0.0.1-go{version}.[OS]-[ARCH].zip"
        )
    };
    let foreign =
        |rule: &str| ["1.60.1", "tip"].map(|name| format!("{rule}: {name}, which gox did not install"));
    let all = |rule: &str, own: Vec<String>| {
        let [unpacked, linked] = foreign(rule);
        [vec![unpacked], own, vec![linked]].concat()
    };
    let none = Vec::new;
    for (policy, expected) in [
        ("oldest = \"1.60\"", none()),
        (
            "oldest = \"1.98\"",
            vec!["oldest: 1.60.1, older than 1.98".into(), "oldest: tip, older than 1.98".into()],
        ),
        ("oldest = \"1.60.2\"", vec!["oldest: 1.60.1, older than 1.60.2".into()]),
        ("supported-only = false", none()),
        (
            "supported-only = true",
            vec![
                "supported-only: 1.60.1, 1.60 is past its end of life".into(),
                "supported-only: tip, 1.97 is past its end of life".into(),
            ],
        ),
        ("newest-patch = true", vec!["newest-patch: 1.98.1, 1.98.3 is out".into()]),
        ("proofs = [\"pinned\", \"log\"]", all("proofs", none())),
        (
            "proofs = [\"pinned\", \"list\"]",
            all("proofs", ["1.98.1", "1.99.1"].map(|name| format!("proofs: {name}, proven by log")).into()),
        ),
        (&*format!("from = [\"{url}\"]"), all("from", none())),
        (&*format!("from = [\"https://h.example\", \"{url}/golang.org\"]"), all("from", none())),
        (&*format!("from = [\"{url}/golang.or\"]"), all("from", ["1.98.1", "1.99.1"].map(from).into())),
        ("from = [\"http://127.0.0.1\"]", all("from", ["1.98.1", "1.99.1"].map(from).into())),
        ("from = [\"dir:/golang.org\"]", all("from", ["1.98.1", "1.99.1"].map(from).into())),
        (
            "newest-patch = true\n[[policy.exception]]\nversion = \"1.98.1\"\nuntil = 9999-12-31\nreason = \"r\"",
            none(),
        ),
        (
            "newest-patch = true\n[[policy.exception]]\nversion = \"1.98.1\"\nuntil = 2020-02-29\nreason = \"r\"",
            vec!["newest-patch: 1.98.1, 1.98.3 is out, its exception ended 2020-02-29".into()],
        ),
        (
            "oldest = \"1.98\"\nexception = [{ version = \"tip\", until = 9999-01-01, reason = \"r\" }]",
            vec!["oldest: 1.60.1, older than 1.98".into()],
        ),
    ] {
        assert_eq!(violations(&machine, policy), expected, "{policy}");
    }
}

#[test]
fn a_violation_stops_everything_before_the_first_write() {
    let machine = machine();
    let policy = "[policy]\noldest = \"1.98\"\nnewest-patch = true\n";
    machine.declare(&format!(
        "[toolchains]\ninstall = [\"1.99.1\", \"1.98.1\", \"1.97.0\"]\n[settings]\ntimeout = 9\n{policy}"
    ));
    let run = machine.sync("--yes --json fleet/gox.toml").run();
    let error = "error: the policy of `[ROOT]/code/fleet/gox.toml` is violated, so nothing was changed\n";
    assert_eq!((run.code(), run.stderr.as_str()), (1, error));
    let found: serde_json::Value = serde_json::from_slice(&run.raw_stdout).unwrap();
    assert_eq!(
        (&found["ok"], &found["violations"][2]["rule"]),
        (&false.into(), &"newest-patch".into()),
        "{found}"
    );
    assert!(!machine.sandbox.root().join("user/.config").exists());
    assert_eq!(machine.installed(), ["1.99.1", "1.98.1", "1.60.1", "tip"]);
    let run = machine.sync("--dry-run fleet/gox.toml").run();
    let mends: Vec<_> =
        run.stdout.lines().filter_map(|line| line.split_once("; mend: ")).map(|(_, mend)| mend).collect();
    let expected = [
        "`gox uninstall 1.60.1`",
        "remove it from [ROOT]/code/fleet/gox.toml:3",
        "`gox sync --update [ROOT]/code/fleet/gox.toml`",
        "`gox sync --update [ROOT]/code/fleet/gox.toml`",
        "`gox uninstall tip`",
    ];
    assert_eq!((run.code(), mends), (1, expected.to_vec()), "{}", run.stdout);
    // What the plan removes breaks no rule.
    machine.declare(&format!(
        "[toolchains]\ninstall = [\"1.99.2\", \"1.98.3\"]\nexclusive = true\n{policy}\
        [[policy.exception]]\nversion = \"tip\"\nuntil = 9999-01-01\nreason = \"r\"\n"
    ));
    machine.apply();
    assert_eq!(machine.installed(), ["1.99.2", "1.98.3", "tip"]);
}

#[test]
fn what_only_a_receipt_tells_is_seen_after_the_install() {
    let machine = Machine::new();
    machine.declare("[toolchains]\ninstall = [\"1.99.1\"]\n[policy]\nproofs = [\"pinned\"]\n");
    machine.sync("--check fleet/gox.toml").code(1).stdout("+ install 1.99.1\n").check();
    let run = machine.sync("--yes --quiet fleet/gox.toml").run();
    let error = "error: this machine is not yet as `[ROOT]/code/fleet/gox.toml` declares\n  ! policy proofs: 1.99.1, installed 2";
    assert!(run.code() == 1 && run.stderr.starts_with(error), "{}", run.stderr);
    assert!(!machine.sandbox.home().join("synced").exists());
}

/// The mends that `--check` shows for a file, each with why the version is kept.
fn mends(machine: &Machine, toolchains: &str, policy: &str) -> Vec<String> {
    machine.declare(&format!("[toolchains]\n{toolchains}\n[policy]\n{policy}\n"));
    let run = machine.sync("--check fleet/gox.toml").run();
    let short = |line: &str| {
        let (seen, mend) = line.split_once("; mend: ").unwrap();
        let kept = seen.split_once(", kept for ").map_or_else(String::new, |(_, line)| format!("{line}: "));
        format!("{kept}{mend}")
    };
    run.stdout.lines().filter(|line| line.starts_with("! ")).map(short).collect()
}

#[test]
fn a_mend_of_proofs_or_addresses_does_not_lead_back() {
    let machine = Machine::new();
    machine.install(&["1.99.1"]);
    // A checksum of it is compiled in.
    machine.sandbox.put_toolchain(&FakeToolchain::new("1.22.4"));
    let place = "remove it from [ROOT]/code/fleet/gox.toml:3";
    for (policy, unpinned, pinned) in [
        ("proofs = [\"pinned\"]", place, "`GOX_SOURCES=dl gox install --force @`"),
        ("proofs = [\"list\"]", "`GOX_SOURCES=dl gox install --force @`", place),
        (
            "proofs = [\"list\", \"pinned\"]",
            "`GOX_SOURCES=dl gox install --force @`",
            "`GOX_SOURCES=dl gox install --force @`",
        ),
        ("proofs = [\"log\", \"list\"]", "", "`GOX_VERIFY=log gox install --force @`"),
        (
            "from = [\"https://p.example/go?\"]",
            "`GOX_SOURCES=proxy GOPROXY='https://p.example/go?' gox install --force @`",
            "`GOX_SOURCES=proxy GOPROXY='https://p.example/go?' gox install --force @`",
        ),
        (
            "from = [\"https://go.dev\"]",
            "`GOX_SOURCES=dl gox install --force @`",
            "`GOX_SOURCES=dl gox install --force @`",
        ),
        (
            "from = [\"https://mirror.example/go\"]\n[settings]\ndl-url = \"https://mirror.example/go/dl\"",
            "`GOX_SOURCES=dl gox install --force @`",
            "`GOX_SOURCES=dl gox install --force @`",
        ),
        (
            "from = [\"https://go.dev/dl-mirror\"]",
            "`GOX_SOURCES=proxy GOPROXY='https://go.dev/dl-mirror' gox install --force @`",
            "`GOX_SOURCES=proxy GOPROXY='https://go.dev/dl-mirror' gox install --force @`",
        ),
        (
            "from = [\"https://go.dev/d\"]",
            "`GOX_SOURCES=proxy GOPROXY='https://go.dev/d' gox install --force @`",
            "`GOX_SOURCES=proxy GOPROXY='https://go.dev/d' gox install --force @`",
        ),
        (
            "from = [\"https://go.dev/dl/\"]",
            "`GOX_SOURCES=dl gox install --force @`",
            "`GOX_SOURCES=dl gox install --force @`",
        ),
        (
            "from = [\"https://go.dev/dl/go1.99\"]",
            "`GOX_SOURCES=dl gox install --force @`",
            "`GOX_SOURCES=dl gox install --force @`",
        ),
        (
            "from = [\"dir:/mnt/a b\"]",
            "`GOX_SOURCES='dir:/mnt/a b' gox install --force @`",
            "`GOX_SOURCES='dir:/mnt/a b' gox install --force @`",
        ),
    ] {
        let expected = [pinned.replace('@', "1.22.4"), unpinned.replace('@', "1.99.1")];
        let expected: Vec<_> = expected.into_iter().filter(|mend| !mend.is_empty()).collect();
        assert_eq!(mends(&machine, "install = [\"1.99.1\", \"1.22.4\"]", policy), expected, "{policy}");
    }
}

/// The base URL of the source `dl` is the one that the machine has once the file is applied, whoever sets it.
#[test]
fn a_mend_knows_the_base_url_that_the_machine_has() {
    const CONFIG: &str = "user/.config/gox/config.toml";
    let machine = Machine::new();
    machine.install(&["1.99.1"]);
    let [dl, proxy] = ["GOX_SOURCES=dl", "GOX_SOURCES=proxy GOPROXY='https://mirror.example/go'"];
    let mirror = "dl-url = \"https://mirror.example/go/dl\"\n";
    let other = "\n[settings]\ndl-url = \"https://other.example/go/dl\"";
    for (config, declared, variable, expected) in [
        ("", "", None, proxy),
        (mirror, "", None, dl),
        (mirror, "", Some("https://go.dev/dl"), proxy),
        ("", "", Some("https://mirror.example/go/dl"), dl),
        (mirror, other, None, proxy),
        ("", other, Some("https://mirror.example/go/dl"), dl),
    ] {
        machine.sandbox.write(CONFIG, config);
        let policy = format!("from = [\"https://mirror.example/go\"]{declared}");
        machine.declare(&format!("[toolchains]\ninstall = [\"1.99.1\"]\n[policy]\n{policy}\n"));
        let run = machine
            .sync("--check fleet/gox.toml")
            .envs(variable.map(|url| ("GOX_DL_URL", url.to_owned())))
            .run();
        let mend = format!("; mend: `{expected} gox install --force 1.99.1`\n");
        assert!(run.stdout.ends_with(&mend), "{config}{declared}{variable:?}\n{}", run.stdout);
    }
}

#[test]
fn a_pasted_mend_mends() {
    let machine = Machine::new();
    let other = ModuleProxy::with_versions(&["1.99.1"]);
    machine.install(&["1.99.1"]);
    let file = "install = [\"1.99.1\"]";
    let policy = format!("from = [\"{}\"]", other.url());
    let mend = mends(&machine, file, &policy).pop().unwrap();
    let command = mend.trim_matches('`').replace("http://[SERVER]", &other.url());
    let run = machine.sandbox.command("sh").args(["-c", &command]).envs(other.environment());
    machine.sandbox.put_gox();
    let run = run.run();
    assert_eq!(run.code(), 0, "{command}\n{}", run.stderr);
    assert_eq!(mends(&machine, file, &policy), [""; 0]);
}

#[test]
fn a_version_that_a_project_asks_for_says_so() {
    let machine = machine();
    machine.sandbox.write("code/p/.go-version", "# ours\n1.60.1\n");
    let projects = format!("{}/p\n", machine.sandbox.code().display());
    machine.sandbox.write("user/.local/go/projects", projects);
    let file = "install = [\"1.99.1\", \"1.98.1\"]";
    let [pin, exception] =
        ["oldest = \"1.97\"", "[[policy.exception]]\nversion = \"tip\"\nuntil = 9999-01-01\nreason = \"r\""];
    let policy = format!("{pin}\n{exception}");
    let kept = "[ROOT]/code/p/.go-version:2: ask for another version there";
    assert_eq!(mends(&machine, file, &policy), [format!("{kept}, then `gox uninstall 1.60.1`")]);
    assert_eq!(mends(&machine, &format!("{file}\ndefault = \"1.99.1\"\nexclusive = true"), &policy), [kept]);
    // A project that cannot be read says nothing, and is no error where nothing goes for it.
    machine.sandbox.write("code/p/.go-version", "1..2\n");
    assert_eq!(mends(&machine, file, &policy), ["`gox uninstall 1.60.1`"]);
    machine.sandbox.write("code/p/.go-version", "1.99.1\n");
    machine.sandbox.write("code/p/go.mod", "module p\n\ngo 1.60.1\n");
    let kept = "[ROOT]/code/p/go.mod:3: ask for another version there, then `gox uninstall 1.60.1`";
    assert_eq!(mends(&machine, file, &policy), [kept]);
}

#[test]
fn what_only_the_store_of_the_system_has_goes_there() {
    let machine = Machine::new();
    let system = machine.sandbox.root().join("system");
    FakeToolchain::new("1.60.1").write_to(&system.join("toolchains/go1.60.1"));
    machine.declare("[policy]\noldest = \"1.97\"\n");
    let run = machine.sync("--check fleet/gox.toml").env("GOX_SYSTEM_HOME", &system);
    let line =
        "! policy oldest: 1.60.1, older than 1.97; mend: `GOX_HOME=[ROOT]/system gox uninstall 1.60.1`\n";
    run.code(1).stdout(line).check();
}

/// `gox sync --update` leaves it as it is.
#[test]
fn a_version_with_a_suffix_is_raised_by_hand() {
    let machine = Machine::new();
    machine.sandbox.put_toolchain(&FakeToolchain::new("1.22.4-corp"));
    let mend = "write the newer one in [ROOT]/code/fleet/gox.toml:3";
    assert_eq!(mends(&machine, "install = [\"1.22.4-corp\"]", "newest-patch = true"), [mend]);
}

/// A fresh store knows only what is compiled in.
#[test]
fn the_newest_patches_are_fetched_before_the_first_change() {
    let machine = Machine::new();
    machine.declare(
        "[settings]\nsources = [\"proxy\"]\n[toolchains]\ninstall = [\"1.99.2\", \"1.98.1\"]\n\
        [policy]\nnewest-patch = true\n",
    );
    let sync = |line: &str| machine.sync(&format!("{line} fleet/gox.toml")).env_remove("GOX_SOURCES");
    let plan = "+ settings sources proxy\n+ install 1.99.2\n+ install 1.98.1\n";
    // Without the network, nobody can tell.
    sync("--check").code(1).stdout(plan).check();
    assert_eq!(machine.proxy.server.targets(), [""; 0]);
    let error = "\
error: could not fetch a release list
  proxy: `http://[SERVER]/golang.org/toolchain/@v/list`: not asked: `GOX_OFFLINE` is set
  the rule `newest-patch` needs a release list
hint: gox keeps off the network: `unset GOX_OFFLINE`
";
    for line in ["--dry-run", "--yes"] {
        sync(line).env("GOX_OFFLINE", "1").code(4).stdout(plan).stderr(error).check();
    }
    let seen = "! policy newest-patch: 1.98.1, 1.98.3 is out; mend: `gox sync --update [ROOT]/code/fleet/gox.toml`\n";
    let violated = format!("{plan}{seen}");
    sync("--dry-run").code(1).stdout(&violated).check();
    let error = "error: the policy of `[ROOT]/code/fleet/gox.toml` is violated, so nothing was changed\n";
    sync("--yes").code(1).stdout(&violated).stderr(error).check();
    assert!(machine.installed().is_empty() && machine.downloads() == 0);
    // Once the list has come, it is known; what is seen without it, too.
    sync("--check").code(1).stdout(&violated).check();
    let run = sync("--dry-run").env("GOX_OFFLINE", "1").run();
    assert!(
        run.code() == 1 && run.stderr.starts_with("warning: `newest-patch` is judged by"),
        "{}",
        run.stderr
    );
}

/// A rollback, and a machine on which nothing is to be installed, need no network.
#[test]
fn where_nothing_is_installed_the_newest_patches_are_those_known() {
    let machine = Machine::new();
    machine.state("[toolchains]\ninstall = [\"1.99.2\"]\n[policy]\nnewest-patch = true\n");
    let warning = "warning: `newest-patch` is judged by what was known before: could not fetch a release list, \
        proxy: `http://[SERVER]/golang.org/toolchain/@v/list`: not asked: `GOX_OFFLINE` is set\n";
    let offline = |line: &str| machine.sync(&format!("{line} fleet/gox.toml")).env("GOX_OFFLINE", "1");
    let well = format!("{warning}this machine is as declared in `[ROOT]/code/fleet/gox.toml`\n");
    offline("--yes").stderr(&well).check();
    assert_eq!(offline("--dry-run").run().code(), 4);
    // Nor by a network that is set wrongly.
    let run = machine.sync("--yes fleet/gox.toml").env("GOPROXY", "ftp://x.test").run();
    let warns = run.stderr.starts_with("warning: `newest-patch` is judged by what was known before: ");
    assert!(run.code() == 0 && warns, "{}", run.stderr);
    machine.declare(
        "[toolchains]\ninstall = [\"1.99.2\", \"1.98.1\"]\n[policy]\nnewest-patch = true\n\
        [[policy.exception]]\nversion = \"1.98.1\"\nuntil = 9999-12-31\nreason = \"r\"\n",
    );
    machine.apply();
}
