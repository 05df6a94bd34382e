//! Changes of the user's shell that last: a line is added to its start-up files, and typed in this shell.

use std::path::{Path, PathBuf};

use super::line;
use crate::setup::places;
use crate::setup::shell::Shell;
use crate::text;

/// The mend that puts a directory at the end of PATH, in each new shell and in this one; in words where its path is not
/// UTF-8, which not each shell can be told.
pub(super) fn on_path(directory: &Path) -> String {
    match directory.to_str() {
        Some(directory) => lasting(|shell| shell.append_to_path(directory)),
        None => format!("put `{}` at the end of PATH", text::path(directory)),
    }
}

/// The mend that sets variables, in each new shell and in this one.
pub(super) fn set(values: &[(&str, &str)]) -> String {
    lasting(|shell| {
        let commands = values.iter().map(|(variable, value)| shell.set(variable, value));
        commands.collect::<Vec<_>>().join("; ")
    })
}

/// The mend that sets a variable to a path by `set`; in words where the path is not UTF-8.
pub(super) fn set_path(variable: &str, path: &Path, set: impl Fn(&[(&str, &str)]) -> String) -> String {
    match path.to_str() {
        Some(path) => set(&[(variable, path)]),
        None => format!("set `{variable}` to `{}`", text::path(path)),
    }
}

/// The mend that sets a variable to what only the user knows, for which `example` stands: in words, so that nobody
/// pastes that. A first line comes before that of `gox init`, which takes `GOX_HOME` as it is then.
pub(super) fn set_to_yours(variable: &str, example: &str, yours: &str) -> String {
    let shell = of_user();
    let files: Vec<_> = files(shell).iter().map(|file| format!("`{}`", text::path(file))).collect();
    let typed = format!("type `{}` with {yours}", shell.set(variable, example));
    match files.join(" and ").as_str() {
        "" => typed,
        files => format!("{typed}, and add that line at the top of {files}"),
    }
}

fn of_user() -> Shell {
    Shell::of_user().unwrap_or(Shell::Sh)
}

/// The mend that types a line, and adds it to the files that each shell of the user reads.
fn lasting(line: impl Fn(Shell) -> String) -> String {
    let shell = of_user();
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

/// The command that adds a line to the start-up files, in the language of the shell; `None` where there are none.
fn addition(shell: Shell, line: &str) -> Option<String> {
    let files = files(shell);
    let Some(file) = files.first() else {
        // zsh knows where it is.
        let command = || format!(r#"printf '\n%s\n' {} >>"$ZDOTDIR/.zshrc""#, text::quoted(line));
        return (shell == Shell::Zsh).then(command);
    };
    let [added, name] = [line, file.to_str()?].map(|word| shell.quoted(word));
    // The last line may lack its line feed.
    let add = match shell {
        Shell::Bash | Shell::Zsh | Shell::Sh => {
            files.iter().map(|file| line::addition(line, file)).collect::<Vec<_>>().join(" && ")
        }
        Shell::Fish => return None,
        Shell::Nushell => format!(r#""\n" + {added} + "\n" | save --append {name}"#),
        Shell::Elvish => format!(r#"echo "\n"{added} >>{name}"#),
        Shell::Xonsh => format!(r"print('\n' + {added}, file=open({name}, 'a'))"),
        Shell::Tcsh => format!(r"printf '\n%s\n' {added} >>{name}"),
        Shell::Powershell => format!("Add-Content {name} '', {added}"),
    };
    let folder = file.parent().filter(|folder| !folder.is_dir()).and_then(Path::to_str);
    let Some(folder) = folder.map(|folder| shell.quoted(folder)) else { return Some(add) };
    Some(match shell {
        Shell::Nushell => format!("mkdir {folder}; {add}"),
        Shell::Powershell => format!("New-Item -ItemType Directory -Force {folder} >$null; {add}"),
        _ => format!("mkdir -p {folder}; {add}"),
    })
}

/// The user's own files, of which each shell reads one; none for fish, which keeps what it is told, and where nothing
/// tells their place. The file of gox for nushell lies in a folder beside the user's.
fn files(shell: Shell) -> Vec<PathBuf> {
    let own = places::interactive(shell).ok();
    let own = own.filter(|_| shell != Shell::Fish).into_iter();
    match shell {
        Shell::Bash => own.chain(places::login_without_bashrc()).collect(),
        Shell::Nushell => own.filter_map(|file| Some(file.parent()?.with_file_name("config.nu"))).collect(),
        _ => own.collect(),
    }
}
