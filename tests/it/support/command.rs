//! A command line in a sandbox: arguments, variables, what it reads, what it must say.

use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{self, Stdio};

use super::pty::Terminal;
use super::running::{Output, Running};
use super::sandbox::Sandbox;
use super::{programs, signals_arrive};

/// A program that is about to run, and what is expected of it: exit code 0 and no output, unless
/// a test says otherwise.
pub(crate) struct Command<'a> {
    sandbox: &'a Sandbox,
    inner: process::Command,
    /// What it is called, where that is not its program.
    name: Option<OsString>,
    leads_group: bool,
    stdin: Option<String>,
    expected: Option<Expected>,
}

#[derive(Default)]
struct Expected {
    code: i32,
    stdout: String,
    stderr: String,
}

impl<'a> Command<'a> {
    /// A program in the sandbox's working directory, with an empty environment.
    pub(super) fn new(sandbox: &'a Sandbox, program: &OsStr) -> Self {
        let mut inner = process::Command::new(program);
        inner.env_clear().current_dir(sandbox.code());
        // Where coverage is measured, the programs under test count too.
        if let Some(file) = std::env::var_os("LLVM_PROFILE_FILE") {
            inner.env("LLVM_PROFILE_FILE", file);
        }
        Command { sandbox, inner, name: None, leads_group: false, stdin: None, expected: None }
    }

    /// Calls it by another name.
    pub(crate) fn name(mut self, name: &str) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Puts it into a process group of its own, for [`Running::wait_unless`].
    pub(crate) fn group(mut self) -> Self {
        self.leads_group = true;
        self
    }

    /// Adds an argument.
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.inner.arg(arg);
        self
    }

    /// Adds arguments.
    pub(crate) fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.inner.args(args);
        self
    }

    /// Sets a variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.inner.env(name, value);
        self
    }

    /// Sets variables, such as those that a proxy's `environment` gives.
    pub(crate) fn envs(mut self, variables: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        self.inner.envs(variables);
        self
    }

    /// Removes a variable.
    pub(crate) fn env_remove(mut self, name: &str) -> Self {
        self.inner.env_remove(name);
        self
    }

    /// Runs it elsewhere: a path below `[ROOT]`, or an absolute one.
    pub(crate) fn cwd(mut self, folder: impl AsRef<Path>) -> Self {
        self.inner.current_dir(self.sandbox.root().join(folder));
        self
    }

    /// Gives it something to read.
    pub(crate) fn stdin(mut self, text: &str) -> Self {
        self.stdin = Some(text.to_owned());
        self
    }

    /// Expects this exit code.
    pub(crate) fn code(mut self, code: i32) -> Self {
        self.expected.get_or_insert_default().code = code;
        self
    }

    /// Expects this on standard output.
    pub(crate) fn stdout(mut self, text: &str) -> Self {
        text.clone_into(&mut self.expected.get_or_insert_default().stdout);
        self
    }

    /// Expects this on standard error.
    pub(crate) fn stderr(mut self, text: &str) -> Self {
        text.clone_into(&mut self.expected.get_or_insert_default().stderr);
        self
    }

    /// Runs it and wants exactly what is expected.
    #[track_caller]
    pub(crate) fn check(mut self) -> Output {
        let Expected { code, stdout, stderr } = self.expected.take().unwrap_or_default();
        let output = self.run();
        output.assert(code, &stdout, &stderr);
        output
    }

    /// Runs it, whatever comes of it.
    #[track_caller]
    pub(crate) fn run(self) -> Output {
        self.spawn().wait()
    }

    /// Starts it. Only [`check`](Self::check) compares, so an expectation would be forgotten here.
    #[track_caller]
    pub(crate) fn spawn(mut self) -> Running {
        assert!(self.expected.is_none(), "what is expected is compared by `check` alone");
        let program = Path::new(self.inner.get_program()).file_name().unwrap().to_os_string();
        let words = std::iter::once(program.as_os_str()).chain(self.inner.get_args());
        let command = words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
        signals_arrive();
        self.inner = self.with_path();
        self.inner.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let started = {
            let _programs = programs();
            self.inner.spawn()
        };
        let child = started.unwrap_or_else(|error| panic!("`{command}` does not start: {error}"));
        let mut running = Running::new(child, command, self.sandbox.names());
        if let Some(text) = self.stdin {
            running.write(&text);
        }
        running
    }

    /// Starts it on a terminal.
    pub(crate) fn terminal(self) -> Terminal {
        assert!(self.expected.is_none(), "what is expected is compared by `check` alone");
        Terminal::start(self.with_path().env("TERM", "xterm"))
    }

    /// The same command with the path of its program. The standard library starts a bare name, where the
    /// PATH of the child is not its own, by `fork`, which copies the page tables of all tests; a path by
    /// `posix_spawn`.
    fn with_path(&self) -> process::Command {
        let program = self.inner.get_program();
        let mut command = process::Command::new(self.found().as_deref().unwrap_or(Path::new(program)));
        command.arg0(self.name.as_deref().unwrap_or(program)).args(self.inner.get_args()).env_clear();
        command.envs(self.inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
        if let Some(folder) = self.inner.get_current_dir() {
            command.current_dir(folder);
        }
        if self.leads_group {
            command.process_group(0);
        }
        command
    }

    /// Where on the child's PATH the program is; none for one that is a path already, and where a relative
    /// entry leaves it to the child.
    fn found(&self) -> Option<PathBuf> {
        let program = Path::new(self.inner.get_program());
        let is_bare = program.parent() == Some(Path::new(""));
        let path = self.inner.get_envs().find(|(name, _)| *name == "PATH")?.1?;
        let folders: Vec<PathBuf> = std::env::split_paths(path).collect();
        if !is_bare || folders.iter().any(|folder| folder.is_relative()) {
            return None;
        }
        folders.iter().map(|folder| folder.join(program)).find(|path| path.is_file())
    }
}
