//! The environment that a tool is given, and the one `execve` that starts it.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, id};

use super::goenv;
use super::resolve::Selection;
use super::variables::{self, GOROOT, GOTOOLCHAIN, GOTOOLCHAIN_INTERNAL};
use crate::error::{Error, Kind, Result};
use crate::select::version::Version;

/// Marks a system Go that the shim started, as `<pid>.<depth>`: another manager's shim that comes back
/// here is a loop.
const SYSTEM_MARK: &str = "_GOX_SYSTEM";
/// Deeper than any build nests; a loop by fork gets here in milliseconds.
const MAX_DEPTH: u32 = 20;

/// Replaces this process by the tool; returns only the reason why it could not.
pub fn replace(selection: &Selection, tool: &str, launcher: bool, arguments: Vec<OsString>) -> Error {
    let mut command = match selection {
        Selection::Toolchain { toolchain, exact, .. } => {
            let mut command = Command::new(toolchain.path.join("bin").join(tool));
            if *exact {
                command.env(GOTOOLCHAIN, "local");
            }
            set_goroot(&mut command, toolchain.version.as_ref(), &toolchain.path);
            command
        }
        Selection::System(path) => {
            let mut command = Command::new(path);
            match mark(path) {
                Ok(mark) => command.env(SYSTEM_MARK, mark),
                Err(error) => return error,
            };
            command.env_remove(GOROOT);
            command
        }
    };
    if !launcher {
        for name in GOTOOLCHAIN_INTERNAL {
            command.env_remove(name);
        }
    }
    let program = command.get_program().to_owned();
    let cause = command.args(arguments).exec();
    let kind = if cause.kind() == std::io::ErrorKind::NotFound { Kind::NotThere } else { Kind::CannotRun };
    Error::new(kind, format!("could not run `{}`", Path::new(&program).display())).because(cause)
}

/// Go finds its root by itself from 1.9 on, and a foreign GOROOT breaks it. It must be given where a line
/// of the GOENV file would name another (an empty variable would not help), and to Go before 1.9.
fn set_goroot(command: &mut Command, version: Option<&Version>, goroot: &Path) {
    let old = version.is_some_and(|version| Version::parse("1.9beta1").is_some_and(|first| *version < first));
    let in_file = goenv::user_file().and_then(|path| std::fs::read(path).ok());
    let in_file =
        in_file.is_some_and(|text| goenv::lookup(&String::from_utf8_lossy(&text), GOROOT).is_some());
    if old || in_file {
        command.env(GOROOT, goroot);
    } else {
        command.env_remove(GOROOT);
    }
}

/// An `execve` loop comes back with the same pid, a loop by fork with a growing depth.
fn mark(path: &Path) -> Result<String> {
    let text = variables::text(SYSTEM_MARK).unwrap_or_default();
    let (pid, depth) = text.split_once('.').unwrap_or_default();
    let depth = depth.parse::<u32>().unwrap_or(0) + 1;
    if pid != id().to_string() && depth <= MAX_DEPTH {
        return Ok(format!("{}.{depth}", id()));
    }
    let shim = std::env::args_os().next().unwrap_or_default();
    let shim = Path::new(&shim).display().to_string();
    Err(Error::new(Kind::NotThere, format!("`{}` starts `{shim}`, which starts it again", path.display()))
        .hint("take one of the two off PATH, or choose a Go of gox's own: `gox install latest`"))
}
