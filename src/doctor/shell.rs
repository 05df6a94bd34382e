//! The checks of the shell: whether it loads the hook, and whether programs that are not started by a shell find the
//! shims.

use std::path::{Path, PathBuf};

use super::check::{Area, Check, Finding, State};
use super::facts::Facts;
use super::interactive::{self, Silence};
use crate::fs::read;
use crate::select::typed::Typed;
use crate::setup::foreign::{self, MAX_TEXT};
use crate::setup::plan::{self, Remedy};
use crate::setup::shell::Shell;
use crate::setup::{ends, lines, places};

pub(super) const CHECKS: &[Check<Facts>] = &[
    Check { id: "hook", area: Area::Shell, run: hook },
    Check { id: "login-path", area: Area::Shell, run: login_path },
];

/// The words with which shells say that they could not read a file to its end.
const UNREADABLE: [&str; 5] = ["syntax error", "unexpected EOF", "parse error", "unmatched", "Missing end"];

/// What puts the shims first on PATH in the user's shell.
pub(super) fn set_up(facts: &Facts) -> String {
    remedy(facts).text()
}

fn remedy(facts: &Facts) -> Remedy {
    let typed = Typed::find("go", &facts.world);
    plan::remedy(&facts.home().shims(), typed.before_shims())
}

fn hook(facts: &Facts) -> Finding {
    let Some(shell) = Shell::of_user().filter(|shell| interactive::is_asked(*shell)) else {
        return Finding::skipped("`SHELL` names none of bash, zsh and fish, which can be asked");
    };
    let name = shell.word();
    let (seen, why, mend, errors) = match facts.shell() {
        Ok(answer) if answer.has_functions => return Finding::ok(format!("{name} has the functions")),
        Ok(answer) => {
            let seen = format!("{name} starts without the functions of gox");
            let why = "`gox use` does nothing without the function, and each `go` costs a start of the shim";
            (seen, why, missing_line(facts, shell), &answer.errors)
        }
        Err(Silence::Early(errors)) => {
            let why = "a start-up file ends the shell, so whether it reads the hook cannot be told";
            (format!("{name} ended before it answered"), why, None, errors)
        }
        Err(Silence::Unasked) => return Finding::skipped("the path of gox is not known"),
        Err(Silence::Slow(limit)) => {
            let seen = format!("{name} did not start within {} s", limit.as_secs());
            let why = "whether it reads the hook cannot be told, and each new shell takes as long";
            return Finding::new(State::Warning, seen, why).mend(look(shell));
        }
    };
    let finding = |seen, mend| Finding::new(State::Warning, seen, why).mend(mend);
    match (mend, obstacle(shell, name, errors)) {
        (Some(mend), _) => finding(seen, mend),
        (None, Some(obstacle)) => finding(format!("{seen}: {}", obstacle.seen), obstacle.mend),
        (None, None) => finding(seen, look(shell)),
    }
}

/// To look at the start-up file, or at all of them where gox cannot tell which one it is.
fn look(shell: Shell) -> String {
    match places::interactive(shell) {
        Ok(path) => format!("look at `{}`", path.display()),
        Err(_) => format!("look at the start-up files of {}", shell.word()),
    }
}

/// What gives the start-up files the line of gox; `None` if they have it, so that another new shell would be as the one
/// that was asked.
fn missing_line(facts: &Facts, shell: Shell) -> Option<String> {
    if let Some(line) = foreign::that_lacks_quotes() {
        return Some(line.replacement(shell.init_line()));
    }
    let remedy = remedy(facts);
    (!matches!(remedy, Remedy::Restart(_) | Remedy::Remove(..))).then(|| remedy.text())
}

/// What keeps a shell from the line of gox in its start-up file.
struct Obstacle {
    seen: String,
    mend: String,
}

/// The obstacle that the file, or what the shell wrote to stderr, tells of.
fn obstacle(shell: Shell, name: &str, errors: &str) -> Option<Obstacle> {
    let path = places::interactive(shell).ok()?;
    let file = path.display();
    if let Some(mend) = ends::unix_line_ends(&path, shell) {
        return Some(Obstacle { seen: format!("`{file}` has Windows line endings"), mend });
    }
    // By the name alone, because fish writes `~` for the folder of the user.
    let base = path.file_name()?.to_str()?;
    let is_cause = |line: &&str| line.contains(base) && UNREADABLE.iter().any(|words| line.contains(words));
    if let Some(error) = errors.lines().find(is_cause) {
        let seen = error.trim_start_matches(&format!("{name}: ")).to_owned();
        return Some(Obstacle { seen, mend: format!("edit `{file}`, then look again: gox doctor hook") });
    }
    let line = ends::before_gox(&path)?;
    Some(Obstacle {
        seen: format!("`{file}:{line}` ends the file before the line of gox"),
        mend: format!("move line {line} of `{file}` behind the line of gox, or remove it"),
    })
}

fn login_path(facts: &Facts) -> Finding {
    if cfg!(target_os = "macos") {
        return Finding::skipped("programs that the desktop of macOS starts read no start-up file");
    }
    let Some(user) = facts.environment().user_home() else { return Finding::skipped("`HOME` is not set") };
    let own = own_login_files(&user);
    let of_all = places::entries(&facts.machine.path("/etc/profile.d")).into_iter();
    let of_all = of_all.chain([facts.machine.path("/etc/environment")]);
    let line = |path: PathBuf| Some((line_with_shims(&path, &facts.home().shims())?, path));
    if let Some((number, path)) = own.iter().cloned().chain(of_all).find_map(line) {
        return Finding::ok(format!("`{}:{number}` puts the shims on PATH", path.display()));
    }
    let own = own.iter().map(|path| format!("`{}`, ", path.display())).collect::<Vec<_>>().concat();
    let seen =
        format!("no line with `gox init` or the shims is in {own}`/etc/profile.d` or `/etc/environment`");
    let why = "what the desktop starts, such as an editor, has the PATH of the login, and may find another Go or none";
    Finding::new(State::Note, seen, why).mend("gox setup sh")
}

/// The files in the user's home that exist and set variables of a login: of a login shell, or of the session.
fn own_login_files(user: &Path) -> Vec<PathBuf> {
    let of_shell: &[&str] = match Shell::of_user() {
        Some(Shell::Bash) => &places::LOGIN,
        Some(Shell::Zsh) => &[places::PROFILE, ".zshenv", ".zprofile", ".zlogin"],
        _ => &[places::PROFILE],
    };
    let named = of_shell.iter().chain(&[".pam_environment"]).map(|name| user.join(name));
    let mut files: Vec<_> = named.filter(|path| path.exists()).collect();
    files.extend(places::entries(&user.join(".config/environment.d")));
    files
}

/// The number of the line of code that evaluates the text of gox or names the shims, also as that text does.
fn line_with_shims(path: &Path, shims: &Path) -> Option<usize> {
    let signs = ["gox init", "/.local/go/shims", "GOX_HOME/shims", "_gox_home/shims", shims.to_str()?];
    let text = read::read_beginning(path, MAX_TEXT)?;
    let has_sign = |line: &str| {
        let line = lines::words(line).join(" ").replace(['{', '}'], "");
        signs.iter().any(|sign| line.contains(sign))
    };
    text.lines().position(has_sign).map(|at| at + 1)
}
