//! The records of states: each fleet file finds its own again, and what is owed for it.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;

use super::Machine;
use super::owed::planned;

#[test]
fn a_file_is_known_by_all_its_names_and_after_other_files() {
    let machine = Machine::new();
    let sandbox = &machine.sandbox;
    let drops = |name: &str| {
        machine.declare("");
        assert_eq!(
            planned(&machine, &format!("--yes {name}")),
            "- settings timeout\n- setup readline\n",
            "{name}"
        );
    };
    let applied = |name: &str| {
        machine.declare("[settings]\ntimeout = 60\n[setup]\nreadline = true\n");
        let run = machine.sync(&format!("--yes {name}")).run();
        assert_eq!(run.code(), 0, "{name} {}", run.stderr);
    };
    symlink("fleet/gox.toml", sandbox.code().join("link.toml")).unwrap();
    symlink("fleet", sandbox.code().join("folder")).unwrap();
    sandbox.write("code/other.toml", "format = 1\n[settings]\nverify = \"log\"\n");
    let names = ["fleet/gox.toml", "fleet/../fleet/gox.toml", "link.toml", "folder/gox.toml"];
    for (name, other) in names.into_iter().zip(names.into_iter().cycle().skip(1)) {
        applied(name);
        drops(other);
        applied(name);
        machine.sync("--yes other.toml").run();
        drops(name);
    }
    // A link that leads to a new copy at each change keeps its name.
    let copy = |name: &str, text: &str| {
        sandbox.write(&format!("code/{name}"), format!("format = 1\n{text}"));
        let _ = fs::remove_file(sandbox.code().join("now.toml"));
        symlink(name, sandbox.code().join("now.toml")).unwrap();
        planned(&machine, "--yes now.toml")
    };
    assert_eq!(copy("1.toml", "[settings]\ntimeout = 60\n"), "+ settings timeout 60\n");
    assert_eq!(copy("2.toml", ""), "- settings timeout\n");
}

#[test]
fn a_file_whose_name_is_no_text_is_known_again() {
    let machine = Machine::new();
    let file = machine.sandbox.code().join(OsStr::from_bytes(b"\xff.toml"));
    let sync = |text: &str| {
        fs::write(&file, format!("format = 1\n{text}")).unwrap();
        machine.sync("--yes").arg(&file).run().stdout
    };
    assert_eq!(sync("[settings]\ntimeout = 60\n"), "+ settings timeout 60\n");
    assert_eq!(sync(""), "- settings timeout\n");
}

#[test]
fn what_is_owed_outlasts_many_states_of_other_files() {
    let machine = Machine::new();
    machine.state("[settings]\ntimeout = 60\n");
    machine.sandbox.write("code/other.toml", "format = 1\n");
    machine.sync("--yes other.toml").run();
    let text = machine.sandbox.read("user/.local/go/synced");
    let (own, other) = text.split_once('\n').unwrap();
    let many: String =
        (0..60).map(|number| other.replace("\"sha256\":\"", &format!("\"sha256\":\"{number}x"))).collect();
    machine.sandbox.write("user/.local/go/synced", format!("{own}\n{own}\n{many}"));
    machine.sandbox.write("code/other.toml", "format = 1\n# changed\n");
    machine.sync("--yes other.toml").run();
    assert_eq!(machine.states().len(), 51);
    machine.declare("");
    assert_eq!(planned(&machine, "--yes fleet/gox.toml"), "- settings timeout\n");
    // Nothing is owed for it any more.
    machine.sandbox.write("code/other.toml", "format = 1\n");
    machine.sync("--yes other.toml").run();
    assert_eq!(machine.states().len(), 50);
}

#[test]
fn prune_keeps_what_the_last_state_of_a_file_declares() {
    let machine = Machine::new();
    let sandbox = &machine.sandbox;
    let kept = || {
        let run = sandbox.gox(["prune", "--all", "--days", "0", "--dry-run"]).run();
        assert_eq!(run.code(), 0, "{}", run.stderr);
        let words = run.stdout.lines().filter_map(|line| line.split_once("declared in "));
        let name = |line: &str| line.split_whitespace().nth(1).unwrap().to_owned();
        let place = |rest: &str| rest.split_whitespace().next().unwrap().to_owned();
        words.map(|(line, rest)| format!("{} {}", name(line), place(rest))).collect::<Vec<_>>()
    };
    let fleet = |name: &str| format!("{name} [ROOT]/code/fleet/gox.toml");
    let commit = |text: &str| {
        machine.state(text);
        machine.git("git rev-parse HEAD").trim().to_owned()
    };
    // 1.99.2 is the default.
    let first = commit("[toolchains]\ninstall = [\"1.99.2\", \"1.98.1\"]\ndefault = \"1.99.2\"\n");
    assert_eq!(kept(), [fleet("go1.98.1")]);
    commit("[toolchains]\ninstall = [\"1.99.2\", \"1.98.3\"]\n");
    assert_eq!(kept(), [fleet("go1.98.3")]);
    // A rollback counts; a file that was only written, or an attempt that failed, does not.
    machine.sync(&format!("--yes --at {first} fleet/gox.toml")).run();
    assert_eq!(kept(), [fleet("go1.98.1")]);
    machine.declare(
        "[settings]\ntimeout = 60\n[toolchains]\ninstall = [\"1.98.3\"]\n[setup]\nreadline = true\n",
    );
    sandbox.write("user/.inputrc/x", "");
    assert_ne!(machine.sync("--yes fleet/gox.toml").run().code(), 0);
    assert_eq!(kept(), [fleet("go1.98.1")]);
    // Another file has its own, and is remembered behind however many states.
    sandbox.write("code/other.toml", "format = 1\n[toolchains]\ninstall = [\"1.98.3\"]\n");
    machine.sync("--yes other.toml").run();
    let both = [String::from("go1.98.3 [ROOT]/code/other.toml"), fleet("go1.98.1")];
    assert_eq!(kept(), both);
    let text = sandbox.read("user/.local/go/synced");
    let other = text.lines().last().unwrap();
    let many = (0..60)
        .map(|number| format!("{}\n", other.replace("\"sha256\":\"", &format!("\"sha256\":\"{number}x"))));
    sandbox.write("user/.local/go/synced", format!("{text}{}", many.collect::<String>()));
    machine.sync("--yes other.toml").run();
    assert_eq!(kept(), both);
    // A file that is gone declares nothing.
    std::fs::remove_file(sandbox.code().join("fleet/gox.toml")).unwrap();
    assert_eq!(kept(), [both[0].clone()]);
    assert_eq!(sandbox.gox(["prune", "--all", "--days", "0"]).run().code(), 0);
    assert_eq!(machine.installed(), ["1.99.2", "1.98.3"]);
}
