//! The checks of SSH, by which Go and Git fetch private modules: the agent, who may use it, and the modes of the keys.
//! No key is ever read.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::getuid;

use super::check::{Area, Check, Finding, State, counted};
use super::facts::Facts;
use super::line::{self, Refused};
use super::place;
use super::ssh_config::Config;
use crate::env::SSH_AUTH_SOCK;
use crate::fs::identity::real;
use crate::fs::program::on_path;
use crate::os::child::{self, Ended};
use crate::setup::target::Target;
use crate::setup::wants::Site;
use crate::setup::{places, shell, ssh_agent};
use crate::text;

pub(super) const CHECKS: &[Check<Facts>] = &[
    Check { id: "ssh-agent", area: Area::Ssh, run: agent },
    Check { id: "ssh-forward", area: Area::Ssh, run: |facts| with_folder(facts, forward) },
    Check { id: "ssh-files", area: Area::Ssh, run: |facts| with_folder(facts, files) },
];

/// The longest wait for an agent, which has nothing to do but to list its keys.
const LIMIT: Duration = Duration::from_secs(2);
/// A host that is none (RFC 2606).
const NO_HOST: &str = "gox.invalid";
/// Why an agent matters.
const WITHOUT_AGENT: &str =
    "the go command does not let ssh prompt, so a key with a passphrase cannot fetch private modules";

/// Runs a check of `~/.ssh` where there is one.
fn with_folder(facts: &Facts, run: fn(&Facts, &Path) -> Finding) -> Finding {
    let folder = facts.environment().user_home().map(|user| user.join(".ssh"));
    match folder.filter(|folder| folder.is_dir()) {
        Some(folder) => run(facts, &folder),
        None => Finding::skipped("`~/.ssh` is not there"),
    }
}

fn agent(facts: &Facts) -> Finding {
    let Some(socket) = facts.environment().text(SSH_AUTH_SOCK) else { return with_folder(facts, no_agent) };
    let Some(ssh_add) = on_path("ssh-add", facts.environment()) else {
        return Finding::skipped("`ssh-add` is not on PATH");
    };
    if let Ok(ended) = child::run(child::command(ssh_add).arg("-l"), "", facts.limit().min(LIMIT)) {
        if ended.status.success() {
            let count = ended.stdout.lines().count();
            return Finding::ok(format!("the agent holds {}", counted(count, "key")));
        }
        // The code is 1 both where there is no key and where the agent breaks off.
        if ended.stdout.contains("no identities") {
            return Finding::ok("the agent holds no key yet");
        }
    }
    let seen = format!("no agent answers at `SSH_AUTH_SOCK`, `{}`", text::escaped(&socket));
    let mend = format!("{}; {}", shell::unset(SSH_AUTH_SOCK), start(facts));
    Finding::new(State::Warning, seen, WITHOUT_AGENT).mend(mend)
}

fn no_agent(facts: &Facts, folder: &Path) -> Finding {
    if keys(folder).is_empty() {
        return Finding::skipped("no key is in `~/.ssh`");
    }
    let seen = "`SSH_AUTH_SOCK` is not set, so no agent holds your keys";
    Finding::new(State::Note, seen, WITHOUT_AGENT).mend(start(facts))
}

/// What starts an agent.
fn start(facts: &Facts) -> String {
    if !ssh_agent::is_possible(&facts.machine) {
        return "eval \"$(ssh-agent)\"".to_owned();
    }
    if Target::SshAgent.is_set_up(&Site::here(facts.machine.clone(), false)) {
        return format!("{} && exec \"$SHELL\"", ssh_agent::start(&facts.machine));
    }
    "gox setup ssh-agent".to_owned()
}

fn forward(facts: &Facts, folder: &Path) -> Finding {
    let file = folder.join("config");
    if !file.exists() {
        return Finding::ok("`~/.ssh/config` is not there, so no agent is forwarded");
    }
    let config = Config::read(folder);
    if config.may_run_programs() {
        return Finding::skipped("ssh may run programs to read `~/.ssh/config`, as for `Match exec`");
    }
    let Some(ssh) = on_path("ssh", facts.environment()) else {
        return Finding::skipped("`ssh` is not on PATH");
    };
    let mut command = child::command(ssh);
    // Canonical names would be asked of the network. With -F the file of all users is left out, which may run programs.
    command.args(["-o", "CanonicalizeHostname=no", "-F"]).arg(&file).args(["-G", NO_HOST]);
    let Ok(ended) = child::run(&mut command, "", facts.limit()) else {
        return Finding::skipped("`ssh` did not answer");
    };
    let value = ended.stdout.lines().find_map(|line| line.strip_prefix("forwardagent "));
    if !ended.status.success() {
        refused(&ended)
    } else if value.is_none_or(|value| value == "no") {
        Finding::ok("no agent is forwarded to every host")
    } else {
        forwarded(&config)
    }
}

/// The finding for settings that ssh does not take.
fn refused(ended: &Ended) -> Finding {
    let line = ended.lines().find_map(|said| Some(line::told(&[Refused::parse(said)?], None)));
    let (seen, mend) = line.unwrap_or_else(|| {
        let said = text::excerpt_of(ended.first_line(), 200);
        (format!("ssh refuses its settings: {said}"), format!("ssh -G {NO_HOST}"))
    });
    let why = "ssh connects to nothing, so no private module is fetched that way";
    Finding::new(State::Failed, seen, why).mend(mend)
}

/// The finding for an agent that every host may use.
fn forwarded(config: &Config) -> Finding {
    let why = "the administrators of a host can use your keys while you are connected to it; to go through a host, \
               use `ssh -J JUMP HOST`, which needs no agent there";
    let Some((path, number)) = config.forwarding() else {
        let seen = "`~/.ssh/config` forwards the agent to every host";
        return Finding::new(State::Warning, seen, why).mend("grep -in forwardagent ~/.ssh/config");
    };
    let seen = format!("`{}:{number}` forwards the agent to every host", text::path(path));
    Finding::new(State::Warning, seen, why).mend(line::removal(number, path))
}

/// Why modes of keys matter.
const OPEN: &str = "ssh refuses a key that others may read";

fn files(facts: &Facts, folder: &Path) -> Finding {
    let keys = keys(folder);
    if let Some(finding) = lost(folder, &keys, facts) {
        return finding;
    }
    let open: Vec<_> = keys.iter().filter(|key| has_mode(key, 0o077)).collect();
    if let Some(first) = open.first() {
        let seen = format!("others may read or write `{}`", text::path(first));
        let files: Vec<_> = open.iter().map(|key| text::quoted_path(key)).collect();
        return Finding::new(State::Failed, seen, OPEN).mend(format!("chmod 600 {}", files.join(" ")));
    }
    for (path, mode) in [(folder.join("config"), "600"), (folder.to_owned(), "700")] {
        if has_mode(&path, 0o022) {
            let seen = format!("others may write `{}`", text::path(&path));
            let why = "they may name programs there that ssh runs as you, so ssh refuses the file, and sshd the folder";
            let mend = format!("chmod {mode} {}", text::quoted_path(&path));
            return Finding::new(State::Warning, seen, why).mend(mend);
        }
    }
    Finding::ok(match keys.len() {
        0 => "no key is in `~/.ssh`".to_owned(),
        count => format!("{}, which nobody else may read", counted(count, "key")),
    })
}

/// The finding for keys on a Windows drive that keeps no modes.
fn lost(folder: &Path, keys: &[PathBuf], facts: &Facts) -> Option<Finding> {
    let is_lost = |path: &Path| {
        place::mount(path, facts).is_some_and(|mount| mount.is_windows_drive() && !mount.has_metadata())
    };
    if is_lost(folder) {
        let there = real(folder);
        let seen = format!("`~/.ssh` is `{}`, on a Windows drive that keeps no modes", text::path(&there));
        let mend = if folder.is_symlink() {
            format!("rm ~/.ssh && cp -r {} ~/.ssh && chmod -R go= ~/.ssh", text::quoted_path(&there))
        } else {
            "move your home directory to a Linux disk".to_owned()
        };
        return Some(Finding::new(State::Failed, seen, OPEN).mend(mend));
    }
    let key = keys.iter().find(|key| is_lost(key))?;
    let (quoted, there) = (text::quoted_path(key), text::quoted_path(&real(key)));
    let seen = format!("`{}` is on a Windows drive that keeps no modes", text::path(key));
    let copy = format!("cp --remove-destination {there} {quoted} && chmod 600 {quoted}");
    Some(Finding::new(State::Failed, seen, OPEN).mend(copy))
}

/// The private keys of a folder, by their names: those that ssh makes, and each that has its public half beside it.
fn keys(folder: &Path) -> Vec<PathBuf> {
    let is_key = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let half = path.with_file_name(format!("{name}.pub"));
        !name.ends_with(".pub") && (name.starts_with("id_") || half.exists()) && path.is_file()
    };
    places::entries(folder).into_iter().filter(is_key).collect()
}

/// Whether a file of the user has one of these bits. ssh does not mind the files of others.
fn has_mode(path: &Path, bits: u32) -> bool {
    let is_own = |data: &Metadata| data.uid() == getuid().as_raw();
    path.metadata().is_ok_and(|data| is_own(&data) && data.mode() & bits != 0)
}
