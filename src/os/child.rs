//! Waits for a program for a limited time.

use std::process::Child;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid};

/// Waits until a program has ended, at most for `limit`, and then kills it and the process group that it leads, if any.
/// Returns whether it ended by itself. It stays a zombie until [`Child::wait`], so that its number is not given to
/// another.
pub fn ends_within(child: &Child, limit: Duration) -> bool {
    let pid = Pid::from_child(child);
    thread::scope(|scope| {
        let (tell, ended) = mpsc::channel();
        let watch = move || {
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            while waitid(WaitId::Pid(pid), options).is_err_and(|error| error == Errno::INTR) {}
            // Nobody listens after the limit.
            let _ = tell.send(());
        };
        // Not `spawn`, which panics where no more threads are allowed; then nothing limits the program.
        let is_watched = thread::Builder::new().spawn_scoped(scope, watch).is_ok();
        let is_late = is_watched && ended.recv_timeout(limit).is_err();
        if is_late {
            let _ = kill_process_group(pid, Signal::KILL);
            // The program may not lead a group yet.
            let _ = kill_process(pid, Signal::KILL);
        }
        !is_late
    })
}
