//! What this process does about a signal.
#![expect(unsafe_code, reason = "std cannot tell what happens to a signal")]

use std::ffi::c_int;
use std::{io, mem, ptr};

/// Whether a signal is ignored: by whoever started this process, as `nohup` does with SIGHUP, or by this process
/// itself.
pub fn is_ignored(signal: c_int) -> io::Result<bool> {
    // SAFETY: all fields are numbers, flags and an optional function, for which zero is a valid value.
    let mut action: libc::sigaction = unsafe { mem::zeroed() };
    // SAFETY: without a new action the call changes nothing; it writes to the structure that it is given.
    if unsafe { libc::sigaction(signal, ptr::null(), &raw mut action) } != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(action.sa_sigaction == libc::SIG_IGN)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::is_ignored;

    #[test]
    fn ignored_signals_are_told_from_others() {
        // Rust's runtime ignores SIGPIPE from the start.
        assert!(is_ignored(libc::SIGPIPE).unwrap());
        signal_hook::flag::register(libc::SIGUSR1, Arc::default()).unwrap();
        assert!(!is_ignored(libc::SIGUSR1).unwrap());
        // There is no such signal.
        assert_eq!(is_ignored(0).unwrap_err().raw_os_error(), Some(libc::EINVAL));
    }
}
