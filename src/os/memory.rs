//! How the C library gives memory out, and back to the system.

/// Lets blocks that are freed go back to the system, for work that is done several times at once. It costs a
/// twentieth more of the processors' time, and without it two installs at once may need half as much memory more: what a
/// file needs while it is unpacked is freed around what is kept of it, and the holes fit nothing later.
pub fn give_back_early() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    glibc::give_back_early();
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc {
    use std::ffi::c_int;

    /// Blocks of so many bytes lie by themselves, and are given back when they are freed: less than large
    /// files and buffers. By default glibc raises this limit to the size of what is freed, up to 32 MiB.
    const GIVEN_BACK: c_int = 24 << 10;
    /// Limit of arenas, in which threads look for free memory. By default there are eight for each processor, so that
    /// nearly each thread has its own, and none uses what another has freed.
    const ARENAS: c_int = 2;

    #[expect(unsafe_code, reason = "std does not steer the allocator")]
    pub(super) fn give_back_early() {
        for (parameter, value) in [(libc::M_MMAP_THRESHOLD, GIVEN_BACK), (libc::M_ARENA_MAX, ARENAS)] {
            // SAFETY: it takes two numbers and a lock of its own. If it refuses them, only more memory is used.
            unsafe { libc::mallopt(parameter, value) };
        }
    }
}
