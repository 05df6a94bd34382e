//! The command line as types, without logic: help, completions and the manual come from here.

use std::ffi::OsString;

use clap::{Args, Parser, Subcommand};

use super::{
    available, config, default, doctor, exec, exec_missing, init, install, link, list, pin, prune, setup,
    status, uninstall, upgrade, use_, verify, which,
};

/// A Go toolchain manager: verified toolchains, and the right one at no cost
#[derive(Debug, Parser)]
#[command(name = "gox", version)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Install toolchains, each proven before it can be used
    Install(install::Arguments),
    /// List the installed toolchains
    #[command(visible_alias = "ls")]
    List(list::Arguments),
    /// List what was released
    Available(available::Arguments),
    /// Show or set the version that runs where nothing else is asked for
    Default(default::Arguments),
    /// Choose the version of this shell
    Use(use_::Arguments),
    /// Show or write the version that this directory asks for
    Pin(pin::Arguments),
    /// Show what runs here, and why
    Status(status::Arguments),
    /// Print the path of the tool that runs here
    Which(which::Which),
    /// Print a GOROOT
    Root(which::Root),
    /// Run a command with a version first on PATH
    Exec(exec::Arguments),
    /// Remove toolchains
    Uninstall(uninstall::Arguments),
    /// Install the newest patch of what is installed
    Upgrade(upgrade::Arguments),
    /// Remove what nothing asks for, and the cache
    Prune(prune::Arguments),
    /// Give a GOROOT of one's own a name
    Link(link::Arguments),
    /// Show the settings, or change one
    Config(config::Arguments),
    /// Hash what is installed again, and hold it against its receipt
    Verify(verify::Arguments),
    /// Put gox into the start-up file of the shell
    Setup(setup::Arguments),
    /// Find what is wrong, and say what mends it
    Doctor(doctor::Arguments),
    /// Print the functions of a shell
    Init(init::Arguments),
    /// Print the completion of a shell alone
    Completions(init::Completions),
    /// Print the manual page of gox, or of a command
    Man(Man),
    /// For a shell: what can follow
    #[command(hide = true)]
    Complete(Complete),
    /// For the shim: install what is missing, and become the tool
    #[command(hide = true)]
    ExecMissing(exec_missing::Arguments),
}

/// Arguments of `gox man`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox man | man -l -
  gox man install >/usr/share/man/man1/gox-install.1")]
pub struct Man {
    /// A command of gox
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}

/// Arguments of the hidden command of the completions.
#[derive(Debug, Args)]
pub struct Complete {
    /// Which of the words is to be completed, from 0
    pub index: usize,
    /// The command line, with the name of gox
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub words: Vec<OsString>,
}
