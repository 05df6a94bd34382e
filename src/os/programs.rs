//! Which programs run now.

use std::path::PathBuf;

/// The file of the program of each process that the system lets this user look at, as the system spells it; none
/// where the system tells nothing.
pub fn running() -> Option<Vec<PathBuf>> {
    // This process runs too, so an empty list is no answer.
    Some(programs()).filter(|programs| !programs.is_empty())
}

/// From `/proc`, which Linux has; nothing where it is not mounted, as in a bare chroot. A program whose file
/// was removed is there under its old path, with the words ` (deleted)` behind it.
#[cfg(not(target_os = "macos"))]
fn programs() -> Vec<PathBuf> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes.filter_map(|process| std::fs::read_link(process.path().join("exe")).ok()).collect()
}

/// From libproc, which needs no rights to tell the programs of all users. The kernel knows the path of a file
/// that was moved, but none of one that was removed.
#[cfg(target_os = "macos")]
#[expect(unsafe_code, reason = "std lists no processes")]
fn programs() -> Vec<PathBuf> {
    let mut processes: Vec<libc::pid_t> = vec![0; 1024];
    loop {
        let size =
            libc::c_int::try_from(std::mem::size_of_val(processes.as_slice())).unwrap_or(libc::c_int::MAX);
        // SAFETY: the buffer has that many bytes.
        let count = unsafe { libc::proc_listallpids(processes.as_mut_ptr().cast(), size) };
        let count = usize::try_from(count).unwrap_or(0);
        if count < processes.len() {
            processes.truncate(count);
            return processes.into_iter().filter_map(program).collect();
        }
        // The list may go on.
        processes.resize(2 * count, 0);
    }
}

#[cfg(target_os = "macos")]
#[expect(unsafe_code, reason = "std does not know the program of a process")]
fn program(process: libc::pid_t) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;

    let mut path = vec![0_u8; usize::try_from(libc::PROC_PIDPATHINFO_MAXSIZE).ok()?];
    let size = u32::try_from(path.len()).ok()?;
    // SAFETY: the buffer has that many bytes.
    let length = unsafe { libc::proc_pidpath(process, path.as_mut_ptr().cast(), size) };
    path.truncate(usize::try_from(length).ok()?);
    let path = PathBuf::from(std::ffi::OsString::from_vec(path));
    // One volume can be seen at two places (firmlinks); `canonicalize` tells the same of them for any path.
    (length > 0).then(|| path.canonicalize().unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::running;

    #[test]
    fn the_program_of_this_process_runs() {
        let own = std::env::current_exe().unwrap().canonicalize().unwrap();
        assert!(running().unwrap().contains(&own), "{}", own.display());
    }
}
