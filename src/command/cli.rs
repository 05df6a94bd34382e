//! The command line as types, without logic: help, completions and the manual come from here.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::ArgValueCompleter as Completer;

use super::complete::{any, checks, installed, lines, settings, verbs};
use crate::setup::shell::Shell;

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
    Install(Install),
    /// List the installed toolchains
    #[command(visible_alias = "ls")]
    List(List),
    /// List what was released
    Available(Available),
    /// Show or set the version that runs where nothing else is asked for
    Default(Default),
    /// Choose the version of this shell
    Use(Use),
    /// Show or write the version that this directory asks for
    Pin(Pin),
    /// Show what runs here, and why
    Status(Status),
    /// Print the path of the tool that runs here
    Which(Which),
    /// Print a GOROOT
    Root(Root),
    /// Run a command with a version first on PATH
    Exec(Exec),
    /// Remove toolchains
    Uninstall(Uninstall),
    /// Install the newest patch of what is installed
    Upgrade(Upgrade),
    /// Remove what nothing asks for, and the cache
    Prune(Prune),
    /// Give a GOROOT of one's own a name
    Link(Link),
    /// Show the settings, or change one
    Config(Config),
    /// Hash what is installed again, and hold it against its receipt
    Verify(Verify),
    /// Put gox into the start-up file of the shell
    Setup(Setup),
    /// Find what is wrong, and say what mends it
    Doctor(Doctor),
    /// Print the functions of a shell
    Init(Init),
    /// Print the completion of a shell alone
    Completions(Completions),
    /// Print the manual page of gox, or of a command
    Man(Man),
    /// For a shell: what can follow
    #[command(hide = true)]
    Complete(Complete),
    /// For the shim: install what is missing, and become the tool
    #[command(hide = true)]
    ExecMissing(ExecMissing),
}

/// Arguments of `gox install`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox install 1.22.4
  gox install 1.22 oldstable
  gox install '>=1.21, <1.23'")]
pub struct Install {
    /// Versions: `1.22.4`, `1.22`, `latest`, `oldstable`, `1.28rc1`, or a range; without one what is
    /// asked for here, else `latest`
    #[arg(value_name = "REQUEST", add = Completer::new(any))]
    pub requests: Vec<String>,
    /// Build it anew and put it in the place of the one that is there
    #[arg(long)]
    pub force: bool,
}

/// Arguments of `gox list`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox list
  gox list --sizes
  gox list --json")]
pub struct List {
    /// Count on the disk what each takes, and what would come free without it; takes a while
    #[arg(long)]
    pub sizes: bool,
    /// Print an array of objects
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `gox available`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox available
  gox available 1.22
  gox available --rc '>=1.26'
  gox available --all --json")]
pub struct Available {
    /// Only what this request would choose from
    #[arg(value_name = "REQUEST", add = Completer::new(any))]
    pub request: Option<String>,
    /// Every release, not only the newest of each line
    #[arg(long, conflicts_with = "request")]
    pub all: bool,
    /// Betas and release candidates, too
    #[arg(long)]
    pub rc: bool,
    /// Print an array of objects
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `gox default`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox default
  gox default 1.22
  gox default system")]
pub struct Default {
    /// What is to run where nothing else is asked for
    #[arg(value_name = "REQUEST", add = Completer::new(any))]
    pub request: Option<String>,
}

/// Arguments of `gox use`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox use            choose on the terminal
  gox use 1.22
  gox use -          go back
  gox use --unset    follow files and the default again")]
pub struct Use {
    /// The version, installed if it is missing; `-` for the one before; without one a choice on the terminal
    #[arg(value_name = "REQUEST", conflicts_with = "unset", allow_hyphen_values = false, add = Completer::new(any))]
    pub request: Option<String>,
    /// Choose none for this shell
    #[arg(long)]
    pub unset: bool,
}

/// Arguments of `gox setup`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox setup              the shell by SHELL; shows the change, then asks
  gox setup zsh --dry-run
  gox setup --undo
  sudo gox setup --system")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Setup {
    /// The shell; without it, the one that `SHELL` names
    pub shell: Option<Shell>,
    /// For everybody: PATH alone, in /etc/profile.d/gox.sh
    #[arg(long, conflicts_with = "shell")]
    pub system: bool,
    /// Take it out again
    #[arg(long)]
    pub undo: bool,
    /// Do not ask
    #[arg(long, conflicts_with = "dry_run")]
    pub yes: bool,
    /// Only show what would change
    #[arg(long)]
    pub dry_run: bool,
}

/// Arguments of `gox init`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  eval \"$(gox init bash)\"     in ~/.bashrc
  eval \"$(gox init zsh)\"      in ~/.zshrc, after compinit
  gox init fish | source      in ~/.config/fish/config.fish
  gox init sh >/etc/profile.d/gox.sh")]
pub struct Init {
    /// The shell
    pub shell: Shell,
    /// Say it in a line when a change of directory changes the version
    #[arg(long)]
    pub announce: bool,
}

/// Arguments of `gox pin`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox pin
  gox pin 1.22
  gox pin --go-mod 1.22.4")]
pub struct Pin {
    /// What to ask for; without it, what is asked for is shown
    #[arg(value_name = "REQUEST", add = Completer::new(any))]
    pub request: Option<String>,
    /// Write the toolchain line of go.mod in place of `.go-version`
    #[arg(long, requires = "request")]
    pub go_mod: bool,
    /// Replace a `.go-version` that cannot be read as a pin
    #[arg(long, requires = "request", conflicts_with = "go_mod")]
    pub force: bool,
}

/// Arguments of `gox status`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox status
  gox status --short     for a prompt: one word, `?` behind it when it is missing
  gox status --json")]
pub struct Status {
    /// Print one word
    #[arg(long, conflicts_with = "json")]
    pub short: bool,
    /// Print an object
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `gox which`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox which
  gox which gofmt")]
pub struct Which {
    /// The tool
    #[arg(default_value = "go")]
    pub tool: Tool,
}

/// The tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Tool {
    /// The go command
    Go,
    /// The formatter
    Gofmt,
}

impl Tool {
    /// Its file name.
    pub fn word(self) -> &'static str {
        match self {
            Tool::Go => "go",
            Tool::Gofmt => "gofmt",
        }
    }
}

/// Arguments of `gox root`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox root
  gox root 1.22")]
pub struct Root {
    /// An installed version; without it, the one that runs here
    #[arg(value_name = "REQUEST", add = Completer::new(installed))]
    pub request: Option<String>,
}

/// Arguments of `gox exec`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox exec 1.21 go test ./...
  gox exec oldstable make")]
pub struct Exec {
    /// The version, installed if it is missing
    #[arg(value_name = "REQUEST", add = Completer::new(any))]
    pub request: String,
    /// The command and its arguments
    #[arg(value_name = "COMMAND", required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    pub command: Vec<OsString>,
}

/// Arguments of `gox uninstall`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox uninstall 1.21.3
  gox uninstall --force 1.22.4")]
pub struct Uninstall {
    /// Exact versions
    #[arg(value_name = "VERSION", required = true, add = Completer::new(installed))]
    pub versions: Vec<String>,
    /// Also the default, and what is asked for here
    #[arg(long)]
    pub force: bool,
}

/// Arguments of `gox upgrade`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox upgrade --dry-run
  gox upgrade
  gox upgrade 1.22")]
pub struct Upgrade {
    /// Lines, such as `1.22`; without one, all that are installed
    #[arg(value_name = "LINE", add = Completer::new(lines))]
    pub requests: Vec<String>,
    /// Only show what would change
    #[arg(long)]
    pub dry_run: bool,
}

/// Arguments of `gox prune`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox prune --dry-run
  gox prune
  gox prune --all

Kept are the default, what runs here or anywhere now, what the pins and go.mod files of the
projects that gox has met ask for, the newest of each line, linked GOROOTs, and what gox did
not install.")]
pub struct Prune {
    /// The newest of each line, too, where nothing asks for it
    #[arg(long)]
    pub all: bool,
    /// Only show what would go
    #[arg(long)]
    pub dry_run: bool,
}

/// Arguments of `gox link`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox link tip ~/src/go
  gox use tip
  gox uninstall tip")]
pub struct Link {
    /// What it is called in requests and pins
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The GOROOT: a folder with bin/go
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// Also where the name leads elsewhere
    #[arg(long)]
    pub force: bool,
}

/// Arguments of `gox config`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  gox config
  gox config auto-install
  gox config set auto-install ask
  gox config unset auto-install"
)]
pub struct Config {
    /// Only this setting: its value on stdout, who set it on stderr
    #[arg(value_name = "SETTING", add = Completer::new(settings))]
    pub key: Option<String>,
    /// Print an array of objects, or one object
    #[arg(long)]
    pub json: bool,
    /// What to change
    #[command(subcommand)]
    pub change: Option<Setting>,
}

/// A change of the settings file.
#[derive(Debug, Subcommand)]
pub enum Setting {
    /// Print a value; the same as without `get`
    #[command(hide = true)]
    Get {
        /// The setting
        #[arg(value_name = "SETTING", add = Completer::new(settings))]
        key: String,
    },
    /// Write a value into the settings file
    #[command(after_help = "Example:
  gox config set sources 'proxy,dir:/mnt/go'")]
    Set {
        /// The setting
        #[arg(value_name = "SETTING", add = Completer::new(settings))]
        key: String,
        /// Its value, as its variable would hold it
        #[arg(value_name = "VALUE")]
        value: String,
    },
    /// Take a setting out of the settings file
    #[command(after_help = "Example:
  gox config unset sources")]
    Unset {
        /// The setting
        #[arg(value_name = "SETTING", add = Completer::new(settings))]
        key: String,
    },
}

/// Arguments of `gox verify`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox verify
  gox verify --log 1.22.4
  gox verify --json")]
pub struct Verify {
    /// Installed versions; without one, all
    #[arg(value_name = "VERSION", add = Completer::new(installed))]
    pub versions: Vec<String>,
    /// Also ask the checksum database again
    #[arg(long)]
    pub log: bool,
    /// Print an array of objects
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `gox doctor`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox doctor
  gox doctor --offline
  gox doctor path-shims hook
  gox doctor --json

Nothing is changed. The exit code is 1 where a check failed; a warning fails nothing.")]
pub struct Doctor {
    /// Checks, by their names; without one, all
    #[arg(value_name = "CHECK", add = Completer::new(checks))]
    pub checks: Vec<String>,
    /// Keep off the network
    #[arg(long)]
    pub offline: bool,
    /// Print an object
    #[arg(long)]
    pub json: bool,
    /// For gox itself: leave the terminal, and ask this shell
    #[arg(long, hide = true, value_name = "SHELL")]
    pub ask_shell: Option<OsString>,
}

/// Arguments of `gox completions`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox completions bash >/usr/share/bash-completion/completions/gox
  gox completions zsh >/usr/share/zsh/site-functions/_gox

`gox init` has it already.")]
pub struct Completions {
    /// The shell
    pub shell: Shell,
}

/// Arguments of `gox man`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox man | man -l -
  gox man install >/usr/share/man/man1/gox-install.1")]
pub struct Man {
    /// A command of gox
    #[arg(value_name = "COMMAND", add = Completer::new(verbs))]
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

/// Arguments of the hidden command of the shim.
#[derive(Debug, Args)]
pub struct ExecMissing {
    /// Who asks
    #[arg(long)]
    pub asked_by: String,
    /// What is missing
    pub request: String,
    /// The shim's own name and arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    pub command: Vec<OsString>,
}
