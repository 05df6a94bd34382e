//! The checks of the Windows Subsystem for Linux: whether Go, Git and their files are those of Linux, not of
//! Windows, and whether the services of the distribution run.

use std::path::PathBuf;
use std::time::Duration;

use rustix::process::getuid;

use super::check::{Area, Check, Finding, State};
use super::facts::Facts;
use super::place::{self, Folder};
use crate::env::WSL_DISTRO_NAME;
use crate::fs::read::is_executable;
use crate::machine::os_release::OsRelease;
use crate::machine::start;
use crate::machine::wsl::Wsl;
use crate::machine::wsl_conf::{self, Ignored, Setting, WslConf};
use crate::text;

pub(super) const CHECKS: &[Check<Facts>] = &[
    Check { id: "wsl-version", area: Area::Wsl, run: version },
    Check { id: "wsl-path", area: Area::Wsl, run: |facts| in_distribution(facts, path) },
    Check { id: "wsl-place", area: Area::Wsl, run: |facts| in_distribution(facts, place) },
    Check { id: "wsl-systemd", area: Area::Wsl, run: |facts| in_distribution(facts, systemd) },
    Check { id: "wsl-session", area: Area::Wsl, run: |facts| in_distribution(facts, session) },
    Check { id: "wsl-conf", area: Area::Wsl, run: |facts| in_distribution(facts, conf) },
];

/// Ends all distributions; what starts next reads the settings anew.
const SHUT_DOWN: &str = "wsl.exe --shutdown";
/// Keeps Windows folders off the PATH of this distribution.
const ISOLATE: &str = "gox setup wsl --isolate";
/// A name that no program has.
const NO_PROGRAM: &str = "gox-looks-for-no-such-program";
/// How many times longer a look has to take to be called slower: less is chance.
const SLOWER: f64 = 2.0;

/// Runs a check of a distribution where there is one.
fn in_distribution(facts: &Facts, run: fn(&Facts) -> Finding) -> Finding {
    match facts.wsl() {
        Wsl::No => Finding::skipped("this is not WSL"),
        Wsl::Container => Finding::skipped("this is a container"),
        Wsl::One | Wsl::Two => run(facts),
    }
}

fn version(facts: &Facts) -> Finding {
    let name = facts.environment().text(WSL_DISTRO_NAME);
    let shown = name.clone().unwrap_or_else(|| OsRelease::read(&facts.machine).name().to_owned());
    match facts.wsl() {
        Wsl::No => Finding::skipped("this is not WSL"),
        Wsl::Two => Finding::ok(format!("WSL 2, {}", text::escaped(&shown))),
        Wsl::One => {
            let why = "WSL 1 has no Linux kernel and no systemd, and supports only some system calls";
            let name = name.as_deref().map_or_else(|| "NAME".to_owned(), text::quoted);
            Finding::new(State::Warning, format!("WSL 1, {}", text::escaped(&shown)), why)
                .mend(format!("in PowerShell: wsl.exe --set-version {name} 2"))
        }
        Wsl::Container => {
            let why = "memory, drives and the network are set where the container was started, and not in it";
            Finding::new(State::Note, "a container on a WSL kernel", why)
        }
    }
}

fn path(facts: &Facts) -> Finding {
    let entries = facts.environment().path_entries();
    let is_of_windows: Vec<_> = entries.iter().map(|entry| place::is_on_windows(entry, facts)).collect();
    // The first program of a name, if it is one of Windows.
    let of_windows = |name: &str| {
        let file = |entry: &PathBuf| Some(entry.join(name)).filter(|file| is_executable(file));
        let first =
            entries.iter().zip(&is_of_windows).find_map(|(entry, windows)| Some((file(entry)?, *windows)));
        first.filter(|(_, windows)| *windows).map(|(file, _)| file)
    };
    // `go.exe` is only what a user types who finds no `go`.
    let has_go = entries.iter().any(|entry| is_executable(&entry.join("go")));
    if let Some(go) = of_windows(if has_go { "go" } else { "go.exe" }) {
        let seen = format!("`{}` is the first Go on PATH", text::path(&go));
        let why = "it is a Windows program: it builds for Windows, and cannot read Linux paths";
        return Finding::new(State::Failed, seen, why).mend(ISOLATE);
    }
    for name in ["git", "gcc"] {
        if let Some(file) = of_windows(name) {
            let seen = format!("`{}` is the first {name} on PATH", text::path(&file));
            let why = "Go starts it, and a Windows program expects Windows paths and line endings";
            return Finding::new(State::Warning, seen, why).mend(ISOLATE);
        }
    }
    let windows: Vec<_> = entries.iter().zip(&is_of_windows).filter(|(_, windows)| **windows).collect();
    if windows.is_empty() {
        return Finding::ok("no Windows folder is on PATH");
    }
    let cost: Duration = windows.iter().map(|(entry, _)| place::look(&entry.join(NO_PROGRAM))).sum();
    let milliseconds = cost.as_secs_f64() * 1e3;
    let seen = format!("PATH has {} of its {} folders on Windows drives", windows.len(), entries.len());
    let why = format!(
        "each command that is not found is looked for in all of them, which took {milliseconds:.1} ms"
    );
    Finding::new(State::Note, seen, &why).mend(ISOLATE)
}

fn place(facts: &Facts) -> Finding {
    let mut folders = place::folders(facts);
    folders.retain(|folder| place::is_on_windows(&folder.path, facts));
    let Some(first) = folders.first() else {
        return Finding::ok("the store, Go's folders and this directory are on Linux file systems");
    };
    let is_store = |folder: &Folder| folder.path == facts.home().root();
    let (state, why) = if is_store(first) {
        (State::Failed, "a Windows drive does not keep hard links, modes, locks and syncs as Linux does")
    } else {
        (State::Warning, "Go reads thousands of files, and every access crosses to Windows")
    };
    let seen: Vec<_> = folders.iter().map(|folder| located(folder, facts)).collect();
    Finding::new(state, seen.join("; "), why).mend(&first.move_it)
}

/// `GOCACHE, /mnt/c/x, is on a Windows drive, 37 × slower than ~`
fn located(folder: &Folder, facts: &Facts) -> String {
    let Folder { name, path, .. } = folder;
    let on = format!("{name}, `{}`, is on a Windows drive", text::path(path));
    let home = facts.environment().user_home().filter(|home| !place::is_on_windows(home, facts));
    let (home, shown) = home.map_or((PathBuf::from("/"), "/"), |home| (home, "~"));
    let ratio = place::ratio(|| place::look(path), || place::look(&home));
    if ratio < SLOWER { on } else { format!("{on}, {ratio:.0} × slower than `{shown}`") }
}

fn systemd(facts: &Facts) -> Finding {
    if facts.wsl() == Wsl::One {
        return Finding::skipped("WSL 1 has no systemd");
    }
    if runs_systemd(facts) {
        return Finding::ok("systemd runs");
    }
    let is_wanted = facts
        .machine
        .text(wsl_conf::PATH)
        .is_some_and(|text| WslConf::parse(&text).boolean("boot.systemd") == Some(true));
    let (seen, mend) = if is_wanted {
        ("systemd does not run, though `/etc/wsl.conf` asks for it", SHUT_DOWN)
    } else {
        ("systemd does not run", "gox setup wsl")
    };
    Finding::new(State::Note, seen, "user services and timers, such as an SSH agent, do not run").mend(mend)
}

fn runs_systemd(facts: &Facts) -> bool {
    facts.machine.has("/run/systemd/system")
}

fn session(facts: &Facts) -> Finding {
    if !runs_systemd(facts) {
        return Finding::skipped("systemd does not run");
    }
    let user = getuid().as_raw();
    let sockets = ["systemd/private", "bus"].map(|name| format!("/run/user/{user}/{name}"));
    let Some(missing) = sockets.iter().find(|socket| !facts.machine.has(socket)) else {
        return Finding::ok(format!("the session of user {user} runs"));
    };
    let why = "WSL gives up starting the session of a user after `boot.initTimeout`, 10 s by default: no service of \
               the user runs";
    Finding::new(State::Warning, format!("systemd runs, and `{missing}` is not there"), why)
        .mend(format!("sudo systemctl restart user@{user}"))
}

fn conf(facts: &Facts) -> Finding {
    let (file, shown) = (facts.machine.path(wsl_conf::PATH), wsl_conf::PATH);
    let Some(text) = facts.machine.text(wsl_conf::PATH) else {
        return Finding::ok(format!("`{shown}` does not exist: the defaults apply"));
    };
    let conf = WslConf::parse(&text);
    if let Some(line) = conf.end {
        let why = "WSL reads neither that line nor what is below it";
        let seen = format!("line {line} of `{shown}` is not a section, key or comment");
        return Finding::new(State::Warning, seen, why).mend(format!("sudo nano +{line} {shown}"));
    }
    let ignored: Vec<_> = conf.ignored().collect();
    if let Some((setting, reason)) = ignored.first() {
        let seen: Vec<_> = ignored.iter().map(|(setting, reason)| passed_over(setting, reason)).collect();
        let seen = format!("`{shown}`: {}", seen.join("; "));
        let why = "WSL ignores it, and says so at each start";
        let line = setting.line;
        let mend = match reason {
            Ignored::OfWindows => {
                format!("move line {line} of `{shown}` to `%UserProfile%\\.wslconfig`, in Windows")
            }
            Ignored::NoBoolean => format!("change line {line} of `{shown}` to `{}=true`", key(setting)),
            Ignored::Again(_) | Ignored::Unknown => format!("remove line {line} of `{shown}`"),
        };
        return Finding::new(State::Warning, seen, why).mend(mend);
    }
    let changed = file.metadata().and_then(|data| data.modified()).ok();
    if start::of(&facts.machine).zip(changed).is_some_and(|(start, changed)| changed > start) {
        let seen = format!("`{shown}` was changed after this distribution started");
        return Finding::new(State::Note, seen, "the change has no effect yet").mend(SHUT_DOWN);
    }
    Finding::ok(format!("`{shown}` is in effect"))
}

/// What is wrong with a setting.
fn passed_over(setting: &Setting, reason: &Ignored) -> String {
    let name = text::excerpt(&setting.name);
    let line = setting.line;
    match reason {
        Ignored::Again(first) => format!("line {line} sets `{name}` again, after line {first}"),
        Ignored::OfWindows => {
            format!("line {line} sets `{}`, which belongs in `.wslconfig` on Windows", key(setting))
        }
        Ignored::Unknown => format!("line {line} sets `{name}`, which WSL does not know"),
        Ignored::NoBoolean => {
            format!(
                "line {line} sets `{name}` to `{}`, but it must be `true` or `false`",
                text::excerpt(&setting.value)
            )
        }
    }
}

/// The key without its section.
fn key(setting: &Setting) -> String {
    text::excerpt(setting.name.rsplit('.').next().unwrap_or_default())
}
