//! Random machines and random files: what was applied is as declared, twice is as once, and a commit gives its state
//! back. What the user set is given back once no file declares it, whatever failed and whoever changed it between.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{Machine, RELEASED};
use crate::support::archives::FakeToolchain;

/// A random fleet file.
#[derive(Clone, Debug)]
struct File {
    install: Vec<&'static str>,
    default: Option<usize>,
    exclusive: Option<bool>,
    timeout: Option<u8>,
    setup: [Option<bool>; 2],
}

impl File {
    fn text(&self) -> String {
        let line = |key: &str, value: Option<String>| {
            value.map_or_else(String::new, |value| format!("{key} = {value}\n"))
        };
        let quoted = |text: &str| format!("{text:?}");
        [
            format!("[toolchains]\ninstall = {:?}\n", self.install),
            line("default", self.default_version().map(quoted)),
            line("exclusive", self.exclusive.map(|exclusive| exclusive.to_string())),
            "[settings]\n".to_owned(),
            line("timeout", self.timeout.map(|seconds| seconds.to_string())),
            "[setup]\n".to_owned(),
            line("bash", self.setup[0].map(|wanted| wanted.to_string())),
            line("readline", self.setup[1].map(|wanted| wanted.to_string())),
        ]
        .concat()
    }

    fn default_version(&self) -> Option<&'static str> {
        let index = self.default?;
        self.install.get(index % self.install.len().max(1)).copied()
    }
}

fn files() -> impl Strategy<Value = File> {
    let install = proptest::sample::subsequence(RELEASED.to_vec(), 0..=3);
    let setup = [any::<Option<bool>>(), any::<Option<bool>>()];
    (install, any::<Option<usize>>(), any::<Option<bool>>(), proptest::option::of(1..99_u8), setup).prop_map(
        |(install, default, exclusive, timeout, setup)| File { install, default, exclusive, timeout, setup },
    )
}

/// A machine on which somebody worked by hand.
#[derive(Clone, Debug)]
struct Before {
    installed: Vec<&'static str>,
    unpacked: Vec<&'static str>,
    default: Option<&'static str>,
    settings: &'static str,
    pin: Option<&'static str>,
    set_up: bool,
}

fn befores() -> impl Strategy<Value = Before> {
    let installed = proptest::sample::subsequence(RELEASED.to_vec(), 0..=2);
    let unpacked = proptest::sample::subsequence(vec!["1.60.1", "1.61.0"], 0..=2);
    let default =
        proptest::option::of(proptest::sample::select(vec!["1.99", "1.60.1", "latest", "system", "1..2"]));
    let settings =
        proptest::sample::select(vec!["", "timeout = 5 # mine\n", "offline = \"no\"\ntimeout = \"99\"\n"]);
    let pin =
        proptest::option::of(proptest::sample::select(vec!["1.98", "1.60.1", "latest", ">=1.60 <1.99"]));
    (installed, unpacked, default, settings, pin, any::<bool>()).prop_map(
        |(installed, unpacked, default, settings, pin, set_up)| Before {
            installed,
            unpacked,
            default,
            settings,
            pin,
            set_up,
        },
    )
}

impl Before {
    fn machine(&self) -> Machine {
        let machine = Machine::new();
        let sandbox = &machine.sandbox;
        // What `gox list` says of newer ones does not depend on whether a list was read since.
        let released = RELEASED.map(|version| format!("go{version}\n"));
        sandbox.write("user/.local/go/cache/released", released.concat());
        if !self.installed.is_empty() {
            machine.install(&self.installed);
        }
        for version in &self.unpacked {
            sandbox.put_toolchain(&FakeToolchain::new(version));
        }
        if let Some(default) = self.default {
            sandbox.write("user/.local/go/default", format!("{default}\n"));
        }
        sandbox.write("user/.config/gox/config.toml", self.settings);
        if let Some(pin) = self.pin {
            let file = sandbox.write("code/project/.go-version", format!("{pin}\n"));
            sandbox.write("user/.local/go/projects", format!("{}\n", file.parent().unwrap().display()));
        }
        if self.set_up {
            sandbox.gox(["setup", "bash", "readline", "--yes"]).run();
        }
        machine
    }
}

/// What the files and commands of a machine tell of its state.
fn state(machine: &Machine) -> (String, Option<String>, String, [bool; 2]) {
    let read = |path: &str| std::fs::read_to_string(machine.sandbox.root().join(path)).ok();
    (
        machine.sandbox.gox(["list"]).run().stdout,
        read("user/.local/go/default"),
        read("user/.config/gox/config.toml").unwrap_or_default(),
        ["user/.bashrc", "user/.inputrc"].map(|path| read(path).is_some()),
    )
}

fn check(before: &Before, files: &[File]) -> Result<(), TestCaseError> {
    let machine = before.machine();
    let mut applied: Vec<(String, _)> = Vec::new();
    for file in files {
        let was = state(&machine);
        machine.declare(&file.text());
        let commit = machine.commit_all();
        let run = machine.sync("--yes fleet/gox.toml").run();
        if run.code() != 0 {
            // The only reasons: the default of today would go, or nobody knows what it is.
            let is_reason = run.stderr.contains("would be removed, and the fleet file names no other")
                || run.stderr.contains("`1..2`");
            prop_assert!(
                is_reason && file.exclusive == Some(true) && file.default_version().is_none(),
                "{}",
                run.stderr
            );
            prop_assert_eq!(state(&machine), was);
            continue;
        }
        let run = machine.sync("--check fleet/gox.toml").run();
        prop_assert_eq!((run.code(), run.stdout.as_str()), (0, ""), "{}", &run.stderr);
        let (now, asked) = (state(&machine), machine.proxy.server.targets().len());
        let run = machine.sync("--yes fleet/gox.toml").run();
        prop_assert_eq!((run.code(), run.stdout.as_str()), (0, ""), "{}", &run.stderr);
        prop_assert_eq!((&state(&machine), machine.proxy.server.targets().len()), (&now, asked));
        let list = machine.installed();
        for version in &file.install {
            prop_assert!(list.iter().any(|installed| installed == version), "{version} {list:?}");
        }
        // Only a file that declares all of it is a whole state.
        let is_whole = file.exclusive == Some(true) && file.default_version().is_some();
        let is_whole = is_whole && file.timeout.is_some() && file.setup.iter().all(Option::is_some);
        // What a pin such as a line keeps depends on what was there before.
        let is_whole = is_whole && before.pin.is_none_or(|pin| pin == "1.60.1");
        applied.extend(is_whole.then_some((commit, now)));
    }
    for (commit, state_then) in applied.iter().rev() {
        let run = machine.sync(&format!("--yes --at {commit}")).run();
        prop_assert_eq!(run.code(), 0, "{}", &run.stderr);
        prop_assert_eq!(&state(&machine), state_then);
    }
    Ok(())
}

impl Machine {
    /// [`Machine::commit`], also of a file that did not change.
    fn commit_all(&self) -> String {
        let script =
            "git init -q; git add gox.toml; git commit -q --allow-empty -m fleet; git rev-parse HEAD";
        self.git(script).trim().to_owned()
    }
}

#[test]
fn random_machines_and_files() {
    let config = Config { cases: 12, failure_persistence: None, ..Config::default() };
    let whole = files().prop_map(|file| File {
        install: if file.install.is_empty() { vec!["1.99.1"] } else { file.install },
        default: Some(file.default.unwrap_or(0)),
        exclusive: Some(true),
        timeout: Some(file.timeout.unwrap_or(7)),
        setup: file.setup.map(|wanted| Some(wanted.unwrap_or(true))),
    });
    let file = prop_oneof![files(), whole];
    let cases = (befores(), proptest::collection::vec(file, 1..5));
    TestRunner::new(config).run(&cases, |(before, files)| check(&before, &files)).unwrap();
}

/// What happens to a machine: of the setting `timeout` and the targets `bash` and `readline`.
#[derive(Clone, Debug)]
enum Event {
    /// A file is applied, or fails after its settings, at an install.
    Applied { timeout: Option<u8>, setup: [Option<bool>; 2], fails: bool },
    /// The user sets the setting, or unsets it.
    Timeout(Option<u8>),
    /// The user sets a target up, or takes it back.
    Setup(usize, bool),
}

fn events() -> impl Strategy<Value = Event> {
    // Few values, so that the user and the files often mean the same one.
    let timeout = || proptest::option::of(5..8_u8);
    let applied = (timeout(), any::<[Option<bool>; 2]>(), proptest::bool::weighted(0.3));
    prop_oneof![
        3 => applied.prop_map(|(timeout, setup, fails)| Event::Applied { timeout, setup, fails }),
        1 => timeout().prop_map(Event::Timeout),
        1 => (0..2_usize, any::<bool>()).prop_map(|(target, wanted)| Event::Setup(target, wanted)),
    ]
}

/// The setting, and which targets are set up.
type Seen = (Option<u8>, [bool; 2]);

fn seen(machine: &Machine) -> Seen {
    let (_, _, config, setup) = state(machine);
    let digits = |line: &str| {
        let value = line.strip_prefix("timeout = ")?;
        value.trim_matches('"').split(' ').next()?.parse().ok()
    };
    (config.lines().find_map(digits), setup)
}

fn check_owed(before: &Before, events: &[Event]) -> Result<(), TestCaseError> {
    let machine = before.machine();
    let mut last = seen(&machine);
    // What is of the user: what somebody else than `gox sync` left there.
    let mut own = last;
    for event in events {
        let &Event::Applied { timeout, setup, fails } = event else {
            by_hand(&machine, event);
            continue;
        };
        let now = seen(&machine);
        own.0 = if now.0 == last.0 { own.0 } else { now.0 };
        let install = if fails { vec!["1.99.9"] } else { Vec::new() };
        machine.declare(&File { install, default: None, exclusive: None, timeout, setup }.text());
        let sources = if fails { "dir:/nowhere" } else { "proxy" };
        let run = machine.sync("--yes fleet/gox.toml").env("GOX_SOURCES", sources).run();
        prop_assert_eq!(run.code(), if fails { 4 } else { 0 }, "{}", &run.stderr);
        let then = seen(&machine);
        prop_assert_eq!(then.0, timeout.or(own.0), "{}", &run.stderr);
        for (index, wanted) in setup.into_iter().enumerate() {
            let own = &mut own.1[index];
            *own = if now.1[index] == last.1[index] { *own } else { now.1[index] };
            // What a file takes back is not put again.
            *own &= fails || wanted != Some(false);
            let expected = if fails { now.1[index] } else { wanted.unwrap_or(*own) };
            prop_assert_eq!(then.1[index], expected, "{} {}", index, &run.stderr);
        }
        last = then;
    }
    Ok(())
}

/// What the user does.
fn by_hand(machine: &Machine, event: &Event) {
    let seconds = |seconds: u8| seconds.to_string();
    let words: Vec<String> = match *event {
        Event::Timeout(Some(value)) => vec!["config".into(), "set".into(), "timeout".into(), seconds(value)],
        Event::Timeout(None) => ["config", "unset", "timeout"].map(str::to_owned).to_vec(),
        Event::Setup(target, wanted) => {
            let undo = if wanted { None } else { Some("--undo") };
            let words = ["setup", ["bash", "readline"][target], "--yes"].into_iter().chain(undo);
            words.map(str::to_owned).collect()
        }
        Event::Applied { .. } => return,
    };
    machine.sandbox.gox(words).run();
}

#[test]
fn what_the_user_set_is_never_taken_away() {
    let config = Config { cases: 24, failure_persistence: None, ..Config::default() };
    let cases = (befores(), proptest::collection::vec(events(), 2..10));
    TestRunner::new(config).run(&cases, |(before, events)| check_owed(&before, &events)).unwrap();
}
