//! The target `ssh-agent`: one agent for all shells, run by the user's systemd, so a passphrase is typed once a day.

use std::path::{Path, PathBuf};

use rustix::process::getuid;

use super::block::{Mark, Place};
use super::edit::{Content, Edit, Form};
use super::places;
use super::shell::Shell;
use super::wants::{Site, Wants};
use crate::env::{self, SSH_AUTH_SOCK, XDG_CONFIG_HOME};
use crate::error::{Error, Kind, Result};
use crate::machine::Machine;

const MARK: Mark = Mark("ssh-agent");

/// The unit of distributions that have one, by which systemd starts the agent when it is first needed.
const SHIPPED: &str = "/usr/lib/systemd/user/ssh-agent.socket";

/// The path of that unit in gox's link. `systemctl enable` spells it otherwise, so a link of the user's is not taken
/// for gox's; to systemd the name of the link alone counts.
const LINKED: &str = "/usr/lib/systemd/user/../user/ssh-agent.socket";

/// The socket, below the folder of the session.
const SOCKET: &str = "ssh-agent.socket";

/// The agent stays in the foreground, and ends with code 2 on SIGTERM. After SIGKILL its socket stays, and the next
/// agent could not listen there.
const UNIT: &str = "\
[Unit]
Description=OpenSSH agent
[Service]
ExecStartPre=-/bin/rm -f %t/ssh-agent.socket
ExecStart=/usr/bin/ssh-agent -D -a %t/ssh-agent.socket
SuccessExitStatus=2
[Install]
WantedBy=default.target
";

/// What the target wants. Refused where no systemd runs for the user, and where another agent is in use. What is set up
/// already stays so there, and may be renewed.
pub(super) fn wants(site: &Site) -> Result<Wants> {
    let session = session();
    if cfg!(target_os = "macos") {
        return Err(refused(
            "macOS runs an agent already",
            "add a key to it: `ssh-add --apple-use-keychain`",
        ));
    }
    let is_set_up = traces()?.iter().any(Edit::is_there);
    if !is_set_up && !is_possible(&site.machine) {
        let message = format!("no systemd runs for this user: `{session}/systemd/private` is not there");
        let restart = format!("start it: `sudo systemctl restart user@{}`", getuid().as_raw());
        let agent = "start an agent in each shell that needs one: `eval \"$(ssh-agent)\"`";
        let is_init = site.machine.has("/run/systemd/system");
        return Err(refused(&message, if is_init { &restart } else { agent }));
    }
    let shipped = shipped_socket(&site.machine);
    let socket = format!("{session}/{}", shipped.as_deref().unwrap_or(SOCKET));
    if let Some(other) = env::text(SSH_AUTH_SOCK).filter(|other| !is_set_up && *other != socket) {
        let message = format!("`SSH_AUTH_SOCK` is `{other}`: another agent is in use");
        return Err(refused(
            &message,
            "keep that agent, or stop it and unset `SSH_AUTH_SOCK`, then try again",
        ));
    }
    let units = units()?;
    let mut edits = match &shipped {
        Some(_) => Vec::from_iter(wanted_link(&units)?),
        None => service(&units),
    };
    edits.push(config()?);
    let body = variable(shipped.as_deref().unwrap_or(SOCKET));
    edits.extend(start_up_files()?.into_iter().map(|path| block(path, body.clone())));
    let then = format!("start the agent: `{}`", start(&site.machine));
    Ok(Wants { edits, then: vec![then], ..Wants::default() })
}

/// Whether systemd runs for the user, which is to start the agent.
pub fn is_possible(machine: &Machine) -> bool {
    cfg!(not(target_os = "macos")) && machine.has(&format!("{}/systemd/private", session()))
}

/// The command that starts the agent which is set up.
pub fn start(machine: &Machine) -> String {
    let unit = shipped_socket(machine).map_or("gox-ssh-agent", |_| SOCKET);
    format!("systemctl --user daemon-reload && systemctl --user start {unit}")
}

/// The folder of the user's session.
fn session() -> String {
    format!("/run/user/{}", getuid().as_raw())
}

/// All that the target may have written.
pub(super) fn traces() -> Result<Vec<Edit>> {
    let units = units()?;
    let mut edits = service(&units);
    edits.extend([socket_link(&units), config()?]);
    let login =
        places::LOGIN.iter().chain(&[places::BASHRC]).map(places::in_home).collect::<Result<Vec<_>>>()?;
    edits.extend(login.into_iter().chain(places::zshrc()).map(|path| block(path, String::new())));
    Ok(edits)
}

/// How to stop the agent that is taken back.
pub(super) fn undone() -> Option<String> {
    let units = units().ok()?;
    let is_own = service(&units).iter().any(Edit::is_there);
    let unit = if is_own { "gox-ssh-agent" } else { SOCKET };
    let stop = format!("stop the agent: `systemctl --user stop {unit} && systemctl --user daemon-reload`");
    (is_own || socket_link(&units).is_there()).then_some(stop)
}

/// The name of the socket of the distribution's unit; `None` if it has no such unit.
fn shipped_socket(machine: &Machine) -> Option<String> {
    let unit = machine.text(SHIPPED)?;
    let listen = unit.lines().find_map(|line| line.trim().strip_prefix("ListenStream=%t/"))?;
    Some(listen.to_owned())
}

fn units() -> Result<PathBuf> {
    Ok(places::folder(XDG_CONFIG_HOME, ".config")?.join("systemd/user"))
}

/// The unit, and the link that enables it.
fn service(units: &Path) -> Vec<Edit> {
    let unit = units.join("gox-ssh-agent.service");
    let form = Form::Whole { first: "", body: UNIT.to_owned(), mode: 0o644 };
    let link = Edit {
        path: units.join("default.target.wants/gox-ssh-agent.service"),
        mark: MARK,
        form: Form::Link(unit.clone()),
    };
    vec![Edit { path: unit, mark: MARK, form }, link]
}

/// The link that enables the distribution's unit, unless the user has enabled it.
fn wanted_link(units: &Path) -> Result<Option<Edit>> {
    let link = socket_link(units);
    let is_enabled = matches!(link.read()?, Content::Link(to) if to != Path::new(LINKED));
    Ok((!is_enabled).then_some(link))
}

fn socket_link(units: &Path) -> Edit {
    let path = units.join("sockets.target.wants").join(SOCKET);
    Edit { path, mark: MARK, form: Form::Link(LINKED.into()) }
}

/// The block in the configuration of ssh. At its end, because the first value wins: what the user wrote.
fn config() -> Result<Edit> {
    let body = "Host *\n    AddKeysToAgent yes\n".to_owned();
    let form = Form::Block { place: Place::End, body, mode: 0o600 };
    Ok(Edit { path: places::in_home(&".ssh/config")?, mark: MARK, form })
}

fn start_up_files() -> Result<Vec<PathBuf>> {
    if Shell::of_user() == Some(Shell::Zsh) {
        return Ok(vec![places::zshrc()?]);
    }
    Ok(vec![places::in_home(&places::BASHRC)?, places::login_file()?])
}

fn block(path: PathBuf, body: String) -> Edit {
    Edit { path, mark: MARK, form: Form::Block { place: Place::End, body, mode: 0o644 } }
}

fn variable(socket: &str) -> String {
    format!(
        "# An agent that is there already, such as a forwarded one, stays.\n\
         if [ -z \"${{SSH_AUTH_SOCK:-}}\" ] && [ -S \"${{XDG_RUNTIME_DIR:-/nonexistent}}/{socket}\" ]; then\n    \
         export SSH_AUTH_SOCK=\"$XDG_RUNTIME_DIR/{socket}\"\nfi\n"
    )
}

fn refused(message: &str, hint: &str) -> Error {
    Error::new(Kind::Refused, message).hint(hint)
}
