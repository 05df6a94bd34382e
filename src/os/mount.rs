//! What the file system of a file does with programs: whether it lets them run, and whether it records that they ran.

use std::io;
use std::path::Path;

use crate::text;

/// A file system that is mounted with `noexec`, and runs no programs.
pub struct Noexec {
    /// That it is.
    pub sentence: String,
    /// The command by which an administrator lets programs run there.
    pub remount: String,
}

impl Noexec {
    /// The file system on which `path` is, or would be created; `None` if programs run there.
    pub fn of(path: &Path) -> io::Result<Option<Self>> {
        let existing = existing(path);
        if runs_programs(existing)? {
            return Ok(None);
        }
        let sentence = format!("the file system of `{}` is mounted with `noexec`", text::path(path));
        // The last column of `df` is the mount point, which may have blanks.
        let place = format!("$(df -P {} | sed -n '$s/^[^%]*% *//p')", text::quoted_path(existing));
        Ok(Some(Noexec { sentence, remount: format!("sudo mount -o remount,exec \"{place}\"") }))
    }
}

/// `path`, or its nearest parent that exists.
pub fn existing(path: &Path) -> &Path {
    path.ancestors().find(|path| path.exists()).unwrap_or(path)
}

/// Whether the system runs programs on the file system of `path`: not if it is mounted with `noexec`.
#[cfg(not(target_os = "macos"))]
fn runs_programs(path: &Path) -> io::Result<bool> {
    use rustix::fs::{StatVfsMountFlags, statvfs};
    Ok(!statvfs(path)?.f_flag.contains(StatVfsMountFlags::NOEXEC))
}

/// Whether the system runs programs on the file system of `path`: not if it is mounted with `noexec`.
#[cfg(target_os = "macos")]
fn runs_programs(path: &Path) -> io::Result<bool> {
    /// `MNT_NOEXEC` of Apple's `sys/mount.h`.
    const NOEXEC: u32 = 0x4;
    Ok(rustix::fs::statfs(path)?.f_flags & NOEXEC == 0)
}

/// Whether the system renews the access time of the program at `path` when it runs, at least once a day, as the
/// default `relatime` does. `lazytime` and `nodiratime` change nothing in that; `noatime`, a read-only mount and the
/// attribute of `chattr +A` prevent it.
#[cfg(not(target_os = "macos"))]
pub fn records_runs(path: &Path) -> io::Result<bool> {
    use std::fs::File;
    use std::os::unix::fs::OpenOptionsExt;

    use rustix::fs::{IFlags, StatVfsMountFlags, ioctl_getflags, statfs, statvfs};

    /// The numbers of ext2 to ext4, XFS, Btrfs, F2FS, tmpfs, ZFS and bcachefs in `statfs(2)`. Others may not renew the
    /// time: an overlay does so for files of its upper layer alone, a network or FUSE file system leaves it to a
    /// server.
    const RENEWING: [u32; 7] =
        [0xEF53, 0x5846_5342, 0x9123_683E, 0xF2F5_2010, 0x0102_1994, 0x2FC1_2FC1, 0xCA45_1A4E];

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "all numbers have 32 bits")]
    let kind = statfs(path)?.f_type as u32;
    let prevented = StatVfsMountFlags::NOATIME | StatVfsMountFlags::RDONLY;
    if !RENEWING.contains(&kind) || statvfs(path)?.f_flag.intersects(prevented) {
        return Ok(false);
    }
    // A FIFO by that name would block the opening until somebody writes into it.
    let program = File::options().read(true).custom_flags(libc::O_NONBLOCK).open(path)?;
    // A file system without such attributes refuses the question.
    Ok(!ioctl_getflags(program).is_ok_and(|flags| flags.contains(IFlags::NOATIME)))
}

/// Whether the system renews the access time of the program at `path` when it runs. APFS does so only if it is mounted
/// with `strictatime` (mount(8) of macOS).
#[cfg(target_os = "macos")]
pub fn records_runs(path: &Path) -> io::Result<bool> {
    /// `MNT_STRICTATIME` of Apple's `sys/mount.h`.
    const STRICTATIME: u32 = 0x8000_0000;
    Ok(rustix::fs::statfs(path)?.f_flags & STRICTATIME != 0)
}
