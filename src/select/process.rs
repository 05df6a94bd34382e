//! Becoming another program: one `execve`, and nothing around it.
//!
//! `std::process::Command::exec` does more than that. It resets SIGPIPE to its default, although the caller of
//! the shim may have it ignored for the tool (`trap '' PIPE`). And it follows the rules of `execvp`: it searches
//! PATH, and gives a file that is no program to `/bin/sh`, which runs it line by line.
#![expect(unsafe_code, reason = "std has no execve, and no way to see to a signal")]

use std::ffi::{CStr, CString, OsStr, OsString, c_char, c_int};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

use crate::env;
use crate::error::{Error, Kind};
use crate::text;

/// What the program's environment has other than this process's: a variable's new value, or none where the
/// variable is removed.
pub type Changes = Vec<(&'static str, Option<OsString>)>;

/// Replaces this process by the program at `path`, which is not searched for; returns only with the reason why it
/// could not.
pub fn replace(path: &Path, argv: &[&OsStr], changes: &Changes) -> io::Error {
    match try_replace(path, argv, changes) {
        Ok(never) => match never {},
        Err(error) => error,
    }
}

/// The error for a program that [`replace`] could not start: [`Kind::CannotRun`] where its file exists, else
/// [`Kind::NotThere`].
pub fn not_started(path: &Path, cause: io::Error) -> Error {
    let exists = path.exists();
    let kind = if exists { Kind::CannotRun } else { Kind::NotThere };
    let error = Error::new(kind, format!("could not run `{}`", text::path(path)));
    let error = match cause.raw_os_error() {
        Some(libc::ENOENT) if exists => {
            error.detail("the file exists, but not the interpreter or loader that it names")
        }
        Some(libc::ENOEXEC) => {
            error.detail("it is neither a program for this machine nor a script that begins with `#!`")
        }
        _ => error,
    };
    error.because(cause)
}

fn try_replace(path: &Path, argv: &[&OsStr], changes: &Changes) -> io::Result<std::convert::Infallible> {
    let path = CString::new(path.as_os_str().as_bytes())?;
    let argv = argv.iter().map(|word| CString::new(word.as_bytes())).collect::<Result<Vec<_>, _>>()?;
    let environment = environment(changes)?;
    let (argv_pointers, environment_pointers) = (pointers(&argv), pointers(&environment));
    // SAFETY: all three are NUL-terminated strings and null-terminated arrays of them, which live until here.
    unsafe { libc::execve(path.as_ptr(), argv_pointers.as_ptr(), environment_pointers.as_ptr()) };
    Err(io::Error::last_os_error())
}

/// The environment for the program as `NAME=value`: this process's, in its order, then the changed variables.
fn environment(changes: &Changes) -> io::Result<Vec<CString>> {
    let is_changed = |name: &OsStr| changes.iter().any(|(changed, _)| name == *changed);
    let kept = env::all().filter(|(name, _)| !is_changed(name));
    let set = changes.iter().filter_map(|(name, value)| Some((OsString::from(name), value.clone()?)));
    let entry = |(name, value): (OsString, OsString)| {
        let mut entry = name.into_vec();
        entry.push(b'=');
        entry.extend(value.into_vec());
        CString::new(entry)
    };
    Ok(kept.chain(set).map(entry).collect::<Result<_, _>>()?)
}

fn pointers(strings: &[CString]) -> Vec<*const c_char> {
    strings.iter().map(|string| string.as_ptr()).chain([std::ptr::null()]).collect()
}

/// The arguments of a C `main` as strings.
///
/// # Safety
///
/// `count` and `words` must be the arguments of `main`.
pub unsafe fn arguments(count: c_int, words: *const *const c_char) -> Vec<OsString> {
    let count = usize::try_from(count).unwrap_or(0);
    // SAFETY: `index` is below `count`, and `main` gets that many pointers to NUL-terminated strings.
    let word = |index| unsafe { CStr::from_ptr(*words.add(index)) };
    (0..count).map(|index| OsString::from_vec(word(index).to_bytes().to_vec())).collect()
}

/// Calls `run` with the default action for SIGPIPE. For gox, whose Rust runtime ignores the signal: a program that
/// replaces gox in `run` would inherit that.
pub fn with_default_sigpipe<T>(run: impl FnOnce() -> T) -> T {
    with_sigpipe(libc::SIG_DFL, run)
}

/// Calls `run` with SIGPIPE ignored, so that a write to a closed pipe is an error and does not end this process.
pub fn without_sigpipe<T>(run: impl FnOnce() -> T) -> T {
    with_sigpipe(libc::SIG_IGN, run)
}

fn with_sigpipe<T>(handler: libc::sighandler_t, run: impl FnOnce() -> T) -> T {
    // SAFETY: `handler` is SIG_DFL or SIG_IGN, so no function is installed.
    let before = unsafe { libc::signal(libc::SIGPIPE, handler) };
    let done = run();
    // SAFETY: `before` was the handler until now.
    unsafe { libc::signal(libc::SIGPIPE, before) };
    done
}
