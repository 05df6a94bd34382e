//! How the C library gives memory out, and back to the system.

/// Lets large blocks that are freed go back to the system, for work that is done several times at once. Without it two
/// installs at once need up to 80 MiB: by default glibc keeps blocks of up to 32 MiB once such a block was freed, and
/// threads that end leave theirs where no other looks.
pub fn give_back_early() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    glibc::give_back_early();
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc {
    use std::ffi::c_int;

    /// Blocks of so many bytes lie by themselves, and are given back when they are freed. It is less than any buffer of
    /// an install, and more than the state of an inflater, which is allocated for each of 12,000 files.
    const GIVEN_BACK: c_int = 64 << 10;

    #[expect(unsafe_code, reason = "std does not steer the allocator")]
    pub(super) fn give_back_early() {
        // SAFETY: it takes two numbers and a lock of its own. If it refuses them, only more memory is used.
        unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, GIVEN_BACK) };
    }
}
