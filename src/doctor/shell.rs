//! The checks of the shell: whether it loads the hook, and whether programs that are not started by a shell find the
//! shims.

use std::path::{Path, PathBuf};

use super::check::{Area, Check, Finding, State};
use super::facts::Facts;
use super::interactive::Silence;
use crate::fs::read;
use crate::select::typed::{Shims, Typed};
use crate::setup::foreign::{self, MAX_TEXT};
use crate::setup::plan::{self, Remedy};
use crate::setup::shell::Shell;
use crate::setup::{lines, places};

pub(super) const CHECKS: &[Check<Facts>] = &[
    Check { id: "hook", area: Area::Shell, run: hook },
    Check { id: "login-path", area: Area::Shell, run: login_path },
];

/// What puts the shims first on PATH in the user's shell.
pub(super) fn set_up(facts: &Facts) -> String {
    let is_shadowed = Typed::find("go", &facts.world).shims == Shims::Behind;
    match plan::remedy(&facts.home().shims(), is_shadowed) {
        Remedy::Run(command) => command,
        Remedy::Move(line, behind) => {
            format!("move line {} of `{}` behind line {behind}", line.line, line.path.display())
        }
        Remedy::Restart(shell) => shell.restart(),
    }
}

fn start_up_file(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => "~/.bashrc",
        Shell::Zsh => "~/.zshrc",
        Shell::Fish => "~/.config/fish/config.fish",
        Shell::Sh => "~/.profile",
    }
}

fn hook(facts: &Facts) -> Finding {
    let Some(shell) = Shell::of_user() else {
        return Finding::skipped("`SHELL` names no shell that gox has functions for");
    };
    let name = shell.word();
    match facts.shell() {
        Ok(answer) if answer.has_functions => Finding::ok(format!("{name} has the functions")),
        Ok(_) => {
            let why = "`gox use` does nothing without the function, and each `go` costs a start of the shim";
            let seen = format!("{name} starts without the functions of gox");
            let unquoted = foreign::that_lacks_quotes().map(|line| line.replacement(shell.init_line()));
            Finding::new(State::Warning, seen, why).mend(unquoted.unwrap_or_else(|| set_up(facts)))
        }
        Err(Silence::Unasked) => Finding::skipped("the path of gox is not known"),
        Err(Silence::Slow(limit)) => {
            let seen = format!("{name} did not start within {} s", limit.as_secs());
            let why = "whether it reads the hook cannot be told, and each new shell takes as long";
            Finding::new(State::Warning, seen, why).mend(format!("look at `{}`", start_up_file(shell)))
        }
        Err(Silence::Early) => {
            let seen = format!("{name} ended before it answered");
            let why = "a start-up file ends the shell, so whether it reads the hook cannot be told";
            Finding::new(State::Warning, seen, why).mend(format!("look at `{}`", start_up_file(shell)))
        }
    }
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
