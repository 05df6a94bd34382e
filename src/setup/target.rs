//! The targets of `gox setup`: what a machine, a user or a project can be set up with.
//!
//! A target writes files and changes nothing by running a program, so it can be taken back. What else is needed it
//! prints as commands.

use clap::ValueEnum;
use clap::builder::PossibleValue;

use super::edit::Edit;
use super::shell::Shell;
use super::wants::{Site, Wants};
use super::{attributes, direnv, git, hooks, places, readline, ssh_agent, wsl};
use crate::error::Result;

/// What can be set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The functions and PATH, in the user's start-up files of a shell.
    Shell(Shell),
    /// PATH for all users. `gox setup --system` names it.
    System,
    /// Line ends and an index that Windows shares, in WSL.
    Git,
    /// One agent for the keys of SSH.
    SshAgent,
    /// Keys for what was typed before, and completion.
    Readline,
    /// The word `use gox` in `.envrc` files.
    Direnv,
    /// The settings of WSL.
    Wsl,
    /// Line ends of the project here.
    Attributes,
    /// The gate before each commit of the project here.
    Hooks,
}

/// The targets that are named on the command line.
pub const NAMED: &[Target] = &[
    Target::Shell(Shell::Bash),
    Target::Shell(Shell::Zsh),
    Target::Shell(Shell::Fish),
    Target::Shell(Shell::Nushell),
    Target::Shell(Shell::Elvish),
    Target::Shell(Shell::Xonsh),
    Target::Shell(Shell::Tcsh),
    Target::Shell(Shell::Powershell),
    Target::Shell(Shell::Sh),
    Target::Git,
    Target::SshAgent,
    Target::Readline,
    Target::Direnv,
    Target::Wsl,
    Target::Attributes,
    Target::Hooks,
];

/// Whose files a target edits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The user's.
    User,
    /// Those of all users, which root writes.
    Root,
    /// Those of the project here.
    Project,
}

impl ValueEnum for Target {
    fn value_variants<'a>() -> &'a [Self] {
        NAMED
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        NAMED.contains(self).then(|| PossibleValue::new(self.name()).help(self.about()))
    }
}

impl Target {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Target::Shell(shell) => shell.word(),
            Target::System => "--system",
            Target::Git => "git",
            Target::SshAgent => "ssh-agent",
            Target::Readline => "readline",
            Target::Direnv => "direnv",
            Target::Wsl => "wsl",
            Target::Attributes => "attributes",
            Target::Hooks => "hooks",
        }
    }

    /// Whose files it edits.
    pub fn owner(self) -> Owner {
        match self {
            Target::Shell(_) | Target::Git | Target::SshAgent | Target::Readline | Target::Direnv => {
                Owner::User
            }
            Target::System | Target::Wsl => Owner::Root,
            Target::Attributes | Target::Hooks => Owner::Project,
        }
    }

    /// Those that edit files of this owner.
    pub fn of(owner: Owner) -> impl Iterator<Item = Target> {
        [Target::System]
            .into_iter()
            .chain(NAMED.iter().copied())
            .filter(move |target| target.owner() == owner)
    }

    /// What it sets up, in a few words.
    fn about(self) -> &'static str {
        match self {
            Target::Shell(Shell::Bash) => "PATH and functions, in ~/.bashrc and the login file",
            Target::Shell(Shell::Zsh) => "PATH and functions, in .zshrc",
            Target::Shell(Shell::Fish) => "PATH and functions, in config.fish",
            Target::Shell(Shell::Nushell) => "PATH and `gox use`, in the folder autoload of nushell",
            Target::Shell(Shell::Elvish) => "PATH and `gox use`, in rc.elv",
            Target::Shell(Shell::Xonsh) => "PATH and `gox use`, in ~/.xonshrc",
            Target::Shell(Shell::Tcsh) => "PATH and `gox use`, in ~/.tcshrc, else ~/.cshrc",
            Target::Shell(Shell::Powershell) => "PATH and `gox use`, in profile.ps1",
            Target::Shell(Shell::Sh) => "PATH alone, in ~/.profile",
            Target::System => "PATH alone, for all users",
            Target::Git => "Windows line endings and drives, in ~/.gitconfig; only in WSL",
            Target::SshAgent => "one agent for all shells, as a unit of systemd",
            Target::Wsl => "systemd, in /etc/wsl.conf",
            Target::Readline => "Up and Down search what was typed before, in ~/.inputrc",
            Target::Direnv => "`use gox` in .envrc files",
            Target::Attributes => "line feeds in Go files, in the .gitattributes here",
            Target::Hooks => "`gox gate` before each commit here",
        }
    }

    /// What the target wants now.
    pub fn wants(self, site: &Site) -> Result<Wants> {
        match self {
            Target::Shell(shell) => places::wants(shell, site.is_shadowed),
            Target::System => places::wants_of_all_users(),
            Target::Git => git::wants(site),
            Target::SshAgent => ssh_agent::wants(site),
            Target::Wsl => wsl::wants(site),
            Target::Readline => readline::wants(site),
            Target::Direnv => direnv::wants(),
            Target::Attributes => attributes::wants(&site.directory),
            Target::Hooks => hooks::wants(&site.directory),
        }
    }

    /// All that the target may have written, by which it is found and taken back.
    pub fn traces(self, site: &Site) -> Result<Vec<Edit>> {
        match self {
            Target::Shell(shell) => places::traces(shell),
            Target::System => Ok(vec![places::of_all_users()]),
            Target::Git => git::traces(site),
            Target::SshAgent => ssh_agent::traces(),
            Target::Wsl => Ok(vec![wsl::edit(site)]),
            Target::Readline => readline::traces(),
            Target::Direnv => Ok(vec![direnv::edit()?]),
            Target::Attributes => Ok(vec![attributes::edit(&site.directory)?]),
            Target::Hooks => hooks::traces(&site.directory),
        }
    }

    /// What to do once it is taken back; asked before, while all of it is there.
    pub(super) fn undone(self) -> Option<String> {
        match self {
            Target::Shell(_) => Some("open shells keep the functions of gox until you close them".to_owned()),
            Target::SshAgent => ssh_agent::undone(),
            Target::Wsl => Some(wsl::APPLY.to_owned()),
            _ => None,
        }
    }

    /// Whether something of the target is there.
    pub fn is_set_up(self, site: &Site) -> bool {
        self.traces(site).is_ok_and(|edits| edits.iter().any(Edit::is_there))
    }

    /// The shell, of a target that sets one up for the user.
    pub fn shell(self) -> Option<Shell> {
        match self {
            Target::Shell(shell) => Some(shell),
            _ => None,
        }
    }
}
