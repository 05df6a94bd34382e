//! A store on a file system that is mounted with options of the test's choice, in a mount namespace of its own.

use std::fs::File;

use super::can_mount;
use super::command::Command;
use super::sandbox::{GOX, Sandbox};

/// A line of shell that runs where a copy of the sandbox's store is on a tmpfs with these options (`noatime`), in
/// place of the store itself. `gox` in it is the program under test. `None` where nobody may mount.
pub(crate) fn shell<'a>(sandbox: &'a Sandbox, options: &str, line: &str) -> Option<Command<'a>> {
    let line = line.replace("gox", &format!("'{GOX}'"));
    namespace_if_allowed(
        sandbox,
        &format!(
            "set -e; store=$HOME/.local/go; new=$TMPDIR/store; mkdir -p $new; mount -t tmpfs -o mode=755 none $new
cp -a $store/. $new; mount --move $new $store; mount -o remount,{options} $store; {line}"
        ),
    )
}

/// A line of shell that may mount, and whose mounts nobody else sees. `None` where nobody may mount.
pub(crate) fn namespace_if_allowed<'a>(sandbox: &'a Sandbox, line: &str) -> Option<Command<'a>> {
    if !can_mount(&namespace(sandbox, "mount -t tmpfs none /mnt").run()) {
        return None;
    }
    Some(namespace(sandbox, line))
}

/// A line of shell that runs in a folder on a new XFS, which has clones. `None`, with the reason on stderr, where nobody
/// may mount the image of a disk: that takes a loop device, of which a container and anybody but root have none.
#[expect(clippy::print_stderr, reason = "a test that is not done says why")]
pub(crate) fn on_xfs_if_allowed<'a>(sandbox: &'a Sandbox, line: &str) -> Option<Command<'a>> {
    if let Err(error) = File::options().write(true).open("/dev/loop-control") {
        eprintln!("not tested without a loop device: /dev/loop-control: {error}");
        return None;
    }
    let shell = |line: &str| {
        let line = format!(
            "set -e; PATH=$PATH:/usr/sbin; cd $TMPDIR; truncate -s 300M image; mkfs.xfs -q -f -m reflink=1 image
mkdir -p mnt; mount -o loop image mnt; cd mnt; {line}"
        );
        sandbox.command("unshare").args(["--mount", "sh", "-c", &line])
    };
    can_mount(&shell("true").run()).then(|| shell(line))
}

fn namespace<'a>(sandbox: &'a Sandbox, line: &str) -> Command<'a> {
    sandbox.command("unshare").args(["--map-root-user", "--mount", "sh", "-c", line])
}
