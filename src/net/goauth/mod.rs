//! `GOAUTH` as cmd/go reads it (Go source `cmd/go/internal/auth`): which methods give the headers that a request over
//! https carries, so that its server knows who asks.

pub mod answer;
mod credentials;
mod git;
pub mod netrc;
mod program;

use std::path::PathBuf;

pub use credentials::{Credential, Credentials};

/// Headers by name and value.
pub type Headers = Vec<(String, Vec<u8>)>;

/// The methods in the order of the list: where two know the same address, the first one counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goauth(Vec<Method>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Method {
    /// The netrc file.
    Netrc,
    /// `git credential` in this folder, whose configuration of Git counts.
    Git(PathBuf),
    /// A program with its arguments.
    Command(String),
}

impl Default for Goauth {
    fn default() -> Self {
        Goauth(vec![Method::Netrc])
    }
}

/// Parses the list. The error shows no word of a command, which may be a password.
pub fn parse(text: &str) -> Result<Goauth, String> {
    if text.is_empty() {
        return Ok(Goauth::default());
    }
    let commands: Vec<&str> = text.split(';').map(str::trim).collect();
    let mut methods = Vec::new();
    for command in &commands {
        let words: Vec<&str> = command.split_whitespace().collect();
        methods.push(match words[..] {
            [] => return Err("a command of the list is empty".into()),
            ["off", ..] if commands.len() == 1 => return Ok(Goauth(Vec::new())),
            ["off", ..] => return Err("`off` allows no other command beside it".into()),
            ["netrc", ..] => Method::Netrc,
            ["git", folder] if PathBuf::from(folder).is_absolute() => Method::Git(directory(folder)?),
            ["git", ..] => return Err("`git` needs the absolute path of one folder".into()),
            _ => Method::Command((*command).to_owned()),
        });
    }
    Ok(Goauth(methods))
}

/// A list as it may be shown: without the arguments of its commands, which may hold a password.
pub fn shown(text: &str) -> String {
    let shown = |command: &str| {
        let words: Vec<&str> = command.split_whitespace().collect();
        match words[..] {
            [] => String::new(),
            ["git", folder] if PathBuf::from(folder).is_absolute() => format!("git {folder}"),
            [name, _, ..] if program::shown(name) == name => format!("{name} …"),
            [name, ..] => program::shown(name).to_owned(),
        }
    };
    text.split(';').map(shown).collect::<Vec<_>>().join(";")
}

fn directory(path: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(path);
    if path.is_dir() {
        Ok(path)
    } else {
        Err(format!("`git`: `{}` is not a folder", crate::text::path(&path)))
    }
}
