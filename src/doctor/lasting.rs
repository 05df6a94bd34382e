//! Changes of the user's shell that last: a line is added to its start-up file, and typed in this shell.

use std::path::{Path, PathBuf};

use super::line;
use crate::setup::places;
use crate::setup::shell::Shell;
use crate::text;

/// The mend that puts a directory at the end of PATH, in each new shell and in this one.
pub(super) fn on_path(directory: &Path) -> String {
    lasting(|shell| shell.append_to_path(directory))
}

/// The mend that sets variables, in each new shell and in this one.
pub(super) fn set(values: &[(&str, &str)]) -> String {
    lasting(|shell| {
        let commands = values.iter().map(|(variable, value)| shell.set(variable, value));
        commands.collect::<Vec<_>>().join("; ")
    })
}

/// The mend that has a line in each shell of the user.
fn lasting(line: impl Fn(Shell) -> String) -> String {
    let shell = Shell::of_user().unwrap_or(Shell::Sh);
    let line = line(shell);
    match addition(shell, &line) {
        Some(addition) => {
            let and = match shell {
                Shell::Bash | Shell::Zsh | Shell::Sh | Shell::Tcsh => " &&",
                _ => ";",
            };
            format!("{addition}{and} {line}")
        }
        None => line,
    }
}

/// The command that adds a line to the start-up file, in the language of the shell; `None` for fish, which keeps what
/// it is told, and where nothing tells the place of the file.
fn addition(shell: Shell, line: &str) -> Option<String> {
    let file = match (file(shell), shell) {
        (Some(file), _) => file,
        // zsh knows where it is.
        (None, Shell::Zsh) => return Some(format!("echo {} >>\"$ZDOTDIR/.zshrc\"", text::quoted(line))),
        (None, _) => return None,
    };
    let [added, name] = [line, &*file.to_string_lossy()].map(|word| shell.quoted(word));
    // The last line may lack its line feed.
    Some(match shell {
        Shell::Bash | Shell::Zsh | Shell::Sh => line::addition(line, &file),
        Shell::Fish => return None,
        Shell::Nushell => format!(r#""\n" + {added} + "\n" | save --append {name}"#),
        Shell::Elvish => format!(r#"echo "\n"{added} >>{name}"#),
        Shell::Xonsh => format!(r"print('\n' + {added}, file=open({name}, 'a'))"),
        Shell::Tcsh => format!(r"printf '\n%s\n' {added} >>{name}"),
        Shell::Powershell => format!("Add-Content {name} '', {added}"),
    })
}

/// The user's own file, which interactive shells read. That of gox for nushell lies in a folder beside it.
fn file(shell: Shell) -> Option<PathBuf> {
    let file = places::interactive(shell).ok()?;
    if shell == Shell::Nushell { Some(file.parent()?.with_file_name("config.nu")) } else { Some(file) }
}
