//! The command line as types, without logic. Help, completions and manual pages are made from them.

use std::ffi::OsString;

use clap::{Args, Parser, Subcommand};

use super::{
    audit, available, config, default, doctor, env, exec, exec_missing, gate, import, init, install, link,
    list, pin, prune, self_, setup, status, sync, uninstall, upgrade, use_, verify, version, which,
};

/// A Go toolchain manager: verified toolchains, and the right one at no cost
#[derive(Debug, Parser)]
#[command(name = "gox", version, max_term_width = 80)]
pub(super) struct Cli {
    /// Print only errors, warnings and what was asked for
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Download, verify and install toolchains
    Install(install::Arguments),
    /// List the installed toolchains
    #[command(visible_alias = "ls")]
    List(list::Arguments),
    /// List the released versions
    Available(available::Arguments),
    /// Show or set the version that runs where no other is asked for
    Default(default::Arguments),
    /// Choose the version of this shell
    Use(use_::Arguments),
    /// Show or write the version that this directory asks for
    Pin(pin::Arguments),
    /// Show which Go runs here, and why
    Status(status::Arguments),
    /// Print the path of the go or gofmt that runs here
    Which(which::Which),
    /// Print the GOROOT of a version
    Root(which::Root),
    /// Run a command with a version first on PATH
    Exec(exec::Arguments),
    /// Print what the later steps of a CI job need
    Env(env::Arguments),
    /// Remove toolchains
    Uninstall(uninstall::Arguments),
    /// Install the newest patch of each installed line
    Upgrade(upgrade::Arguments),
    /// Remove the versions that nothing asks for, and the cache
    Prune(prune::Arguments),
    /// Give a name to a GOROOT of your own
    Link(link::Arguments),
    /// Take over the toolchains of other managers, by proof and copy
    Import(import::Arguments),
    /// Show the settings, or change one
    Config(config::Arguments),
    /// Check that installed toolchains are as they were installed
    Verify(verify::Arguments),
    /// List the known vulnerabilities of versions
    Audit(audit::Arguments),
    /// Check what is about to be committed
    Gate(gate::Arguments),
    /// Set up your shell, Git, SSH, WSL, direnv or a project
    Setup(setup::Arguments),
    /// Bring this machine to the state that a file in Git declares
    Sync(sync::Arguments),
    /// Find problems, and show what mends each
    Doctor(doctor::Arguments),
    /// Update or remove gox itself
    #[command(name = "self")]
    Own(self_::Arguments),
    /// Print the functions of a shell
    Init(init::Arguments),
    /// Print only the completion of a shell
    Completions(init::Completions),
    /// Print the manual page of gox, or of a command
    Man(Man),
    /// Print the version of gox, as `gox --version` does
    #[command(hide = true)]
    Version(version::Arguments),
    /// Print what can complete a command line, for the completions of the shells
    #[command(hide = true)]
    Complete(Complete),
    /// Install a missing version and run its tool, for the shim
    #[command(hide = true)]
    ExecMissing(exec_missing::Arguments),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox man | man -l -
  gox man install >/usr/share/man/man1/gox-install.1")]
pub(super) struct Man {
    /// A command of gox
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}

/// Arguments of the hidden command `gox complete`.
#[derive(Debug, Args)]
pub(super) struct Complete {
    /// The command line is one of the go command, or of a function for work with Go
    #[arg(long)]
    pub go: bool,
    /// The index of the word to complete, from 0
    pub index: usize,
    /// The words of the command line, with that of gox itself
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub words: Vec<OsString>,
}
