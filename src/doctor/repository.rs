//! What Git says of the repository in which the user is. It is asked without a write, for no longer than a limit.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::fs::current;
use crate::fs::identity::real;
use crate::fs::read;
use crate::os::child::{self, Ended, Unended};
use crate::setup::foreign::MAX_TEXT;
use crate::setup::repository::{Refused, git};
use crate::text;

/// The settings that checks look at.
const SETTINGS: &str = r"^core\.(autocrlf|eol|filemode|symlinks|hookspath)$";
const NO_TREE: &str = "this is not a Git working tree";

/// The repository.
pub(super) struct Repository {
    /// The top of the working tree.
    pub(super) top: PathBuf,
    /// The folder of the hooks.
    pub(super) hooks: PathBuf,
    settings: Vec<Setting>,
    limit: Duration,
}

/// Why there is no repository to look at.
pub(super) enum Lack {
    /// There is none here, or no answer.
    Nothing(String),
    /// Git refuses it, by what it prints.
    Refused(Ended),
}

/// A setting of Git.
pub(super) struct Setting {
    /// The name, in lower case.
    name: String,
    pub(super) value: String,
    /// The file that sets it; `None` for a variable.
    pub(super) file: Option<PathBuf>,
}

impl Repository {
    /// The repository of the current directory, by the Git on PATH.
    pub(super) fn here(limit: Duration) -> Result<Self, Lack> {
        let here = current::directory().map_err(|_| none("this directory is gone"))?;
        let mut repository = Repository { limit, top: here, hooks: PathBuf::new(), settings: Vec::new() };
        // The last line is the way up to the top, such as `../`. There is none where no working tree is.
        let paths = repository.ask(&["rev-parse", "--git-path", "hooks", "--show-cdup"])?;
        let paths = paths.strip_suffix('\n').unwrap_or(&paths).rsplit_once('\n');
        let (hooks, up) = paths.ok_or_else(|| none(NO_TREE))?;
        repository.hooks = real(&repository.top.join(hooks));
        repository.top = real(&repository.top.join(up));
        // The code is 1 where none is set.
        let settings = repository.run(&["config", "--show-origin", "-z", "--get-regexp", SETTINGS])?;
        repository.settings = settings_in(&settings.stdout, &repository.top);
        Ok(repository)
    }

    /// What Git prints, or, if Git fails, why there is nothing to check.
    pub(super) fn ask(&self, arguments: &[&str]) -> Result<String, Lack> {
        let ended = self.run(arguments)?;
        if ended.status.success() { Ok(ended.stdout) } else { Err(refusal(ended)) }
    }

    fn run(&self, arguments: &[&str]) -> Result<Ended, Lack> {
        let mut git = git().map_err(|_| none("`git` is not on PATH"))?;
        git.args(arguments).current_dir(&self.top).env("LC_ALL", "C").process_group(0);
        child::run(&mut git, "", self.limit).map_err(|unended| match unended {
            Unended::Killed => none(&format!("`git` did not end within {} s", self.limit.as_secs())),
            Unended::NotStarted(error) => none(&format!("`git` does not start: {}", text::cause(&error))),
        })
    }

    /// The setting of a name in lower case that counts: the last one.
    pub(super) fn setting(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().rfind(|setting| setting.name == name)
    }

    /// Whether a setting is true, which all here are by default but `core.autocrlf`.
    pub(super) fn is_true(&self, name: &str) -> bool {
        self.setting(name).is_none_or(Setting::is_true)
    }
}

impl Setting {
    pub(super) fn is_true(&self) -> bool {
        !["false", "no", "off", "0", ""].contains(&self.value.to_lowercase().as_str())
    }

    /// `~/.gitconfig:3`, or what else sets it.
    pub(super) fn origin(&self) -> String {
        let Some(file) = &self.file else { return "a variable of the environment".to_owned() };
        let content = read::read_beginning(file, MAX_TEXT).unwrap_or_default();
        match line_of(&self.name, &content) {
            Some(line) => format!("`{}:{line}`", text::path(file)),
            None => format!("`{}`", text::path(file)),
        }
    }
}

/// Reads `file:.git/config` NUL `core.autocrlf` LF `true` NUL and so on. A name without a value is true.
fn settings_in(answer: &str, top: &Path) -> Vec<Setting> {
    let parts: Vec<&str> = answer.split('\0').collect();
    let setting = |pair: &[&str]| {
        let (name, value) = pair[1].split_once('\n').unwrap_or((pair[1], "true"));
        let file = pair[0].strip_prefix("file:").map(|file| top.join(file));
        Setting { name: name.to_owned(), value: value.to_owned(), file }
    };
    parts.chunks_exact(2).map(setting).collect()
}

/// The number of the last line of a file of Git's settings that sets `section.name`.
fn line_of(name: &str, content: &str) -> Option<usize> {
    let (section, key) = name.split_once('.')?;
    let (mut is_in, mut found) = (false, None);
    for (line, number) in content.lines().zip(1..) {
        let mut line = line.trim_start();
        if let Some((head, rest)) = line.strip_prefix('[').and_then(|line| line.split_once(']')) {
            is_in = head.trim().eq_ignore_ascii_case(section);
            line = rest.trim_start();
        }
        let word = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next();
        if is_in && word.is_some_and(|word| word.eq_ignore_ascii_case(key)) {
            found = Some(number);
        }
    }
    found
}

fn none(reason: &str) -> Lack {
    Lack::Nothing(reason.to_owned())
}

fn refusal(ended: Ended) -> Lack {
    match Refused::of(&ended.stderr) {
        Refused::NoRepository => none("this is not a Git repository"),
        Refused::NoTree => none(NO_TREE),
        Refused::Foreign(_) | Refused::Other => Lack::Refused(ended),
    }
}

#[cfg(test)]
mod tests {
    use super::line_of;

    #[test]
    fn the_line_of_a_setting_is_the_last_one() {
        for (content, expected) in [
            ("[core]\n\tautocrlf = true\n", Some(2)),
            ("[user]\n\tautocrlf = true\n[Core]\n\n  AutoCRLF=true\n[x]\n\tautocrlf = true\n", Some(5)),
            ("[core] autocrlf = true\n", Some(1)),
            ("[core]\n\tautocrlf\n[ core ]\n\tautocrlf = input ; x\n", Some(4)),
            ("[core \"x\"]\n\tautocrlf = true\n", None),
            ("[core]\n\tautocrlfx = true\n# autocrlf = true\n", None),
            ("", None),
        ] {
            assert_eq!(line_of("core.autocrlf", content), expected, "{content}");
        }
    }
}
