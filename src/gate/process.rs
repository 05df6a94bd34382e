//! Runs the tools: each in a process group of its own, which is ended after a time, and when gox is.

use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

use crate::error::{Error, Result};
use crate::os::child::ends_within;
use crate::os::threads::lock;
use crate::select::process::not_started;

/// How a tool ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With an exit code.
    Code(i32),
    /// By a signal.
    Signal(i32),
    /// It was ended, because it took too long.
    TimedOut,
}

/// How the name of the folder for temporary files begins: with a dot, so that `./...` passes over it where TMPDIR is
/// inside the module.
const PREFIX: &str = ".gox-gate-";

/// The folder for temporary files, which is removed when this is dropped.
pub(super) struct Folder(TempDir);

impl Folder {
    /// Creates it in the directory for temporary files. Nobody else can enter it.
    pub(super) fn create() -> Result<Self> {
        let mut running = lock(&RUNNING);
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir().and_then(|folder| {
            // Git and Go print real paths.
            running.folder = Some(folder.path().canonicalize()?);
            Ok(folder)
        });
        folder.map(Folder).map_err(|error| Error::unwritable("could not create a temporary folder", error))
    }

    /// Its real path.
    pub(super) fn path(&self) -> PathBuf {
        lock(&RUNNING).folder.clone().unwrap_or_else(|| self.0.path().to_owned())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        lock(&RUNNING).folder = None;
    }
}

/// What [`abandon`] ends and removes.
static RUNNING: Mutex<Running> = Mutex::new(Running { groups: Vec::new(), folder: None });

struct Running {
    /// The process groups of the tools that run.
    groups: Vec<Pid>,
    folder: Option<PathBuf>,
}

/// Ends the tools that run and removes the temporary files; tells whether a gate was at work. The process must end
/// afterwards: the lock is never given back, so no thread can start another tool.
pub fn abandon() -> bool {
    let running = lock(&RUNNING);
    for group in &running.groups {
        let _ = kill_process_group(*group, Signal::KILL);
    }
    let folder = running.folder.clone();
    std::mem::forget(running);
    if let Some(folder) = &folder {
        let _ = fs::remove_dir_all(folder);
    }
    folder.is_some()
}

/// Runs a tool without input, at most for `limit`, and gives what it prints on both outputs, as it comes.
pub(super) fn run(command: &mut Command, limit: Duration, folder: &Path) -> Result<(End, String)> {
    use std::os::unix::process::CommandExt;
    let failed = |error| Error::unwritable("could not keep what a tool prints", error);
    // A file and no pipe, which a process that outlives the tool could hold open.
    let mut output = tempfile::tempfile_in(folder).map_err(failed)?;
    let both = (output.try_clone().map_err(failed)?, output.try_clone().map_err(failed)?);
    command.stdin(Stdio::null()).stdout(both.0).stderr(both.1).process_group(0);
    let child = {
        let mut running = lock(&RUNNING);
        let child = command.spawn().map_err(|cause| not_started(Path::new(command.get_program()), cause))?;
        running.groups.push(Pid::from_child(&child));
        child
    };
    let end = wait(child, limit).map_err(|error| Error::store("could not wait for a tool", error))?;
    Ok((end, read(&mut output).map_err(failed)?))
}

fn wait(mut child: Child, limit: Duration) -> io::Result<End> {
    let group = Pid::from_child(&child);
    let is_late = !ends_within(&child, limit);
    // Under the lock, so that `abandon` ends no other group that gets this number.
    let mut running = lock(&RUNNING);
    running.groups.retain(|other| *other != group);
    let status = child.wait()?;
    Ok(match (status.code(), status.signal()) {
        _ if is_late => End::TimedOut,
        (Some(code), _) => End::Code(code),
        (None, signal) => End::Signal(signal.unwrap_or_default()),
    })
}

fn read(output: &mut File) -> io::Result<String> {
    let mut bytes = Vec::new();
    output.rewind()?;
    output.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
