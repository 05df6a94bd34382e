//! An interrupted `gox upgrade`: one line, and no error after it was interrupted.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::thread;
use std::time::Instant;

use rustix::process::Signal;

use super::signals::LINE;
use crate::support::LIMIT;
use crate::support::archives::{FakeToolchain, goarch, goos};
use crate::support::sandbox::{GOX, Sandbox};

/// As many lines, each with a newer patch that cannot be read.
const LINES: u32 = 40;

/// A store with the first patch of each line, and a source that names the second but does not have it.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::in_use();
    for line in 0..LINES {
        let version = format!("1.{}.1", 100 + line);
        let toolchain = FakeToolchain::new(&version);
        let go = toolchain.files()["bin/go"].1.clone();
        let path = format!("user/.local/go/toolchains/{}/bin/go", toolchain.name());
        let _programs = crate::support::programs();
        fs::set_permissions(sandbox.write(&path, go), PermissionsExt::from_mode(0o555)).unwrap();
        let archive = format!("files/go1.{}.2.{}-{}.tar.gz", 100 + line, goos(), goarch());
        fs::create_dir_all(sandbox.root().join(archive)).unwrap();
    }
    sandbox
}

/// Fills a FIFO to its last byte. It has a reader, and stays full, as long as the file that is given back is open.
fn fill(fifo: &Path) -> File {
    let mut file =
        OpenOptions::new().read(true).write(true).custom_flags(libc::O_NONBLOCK).open(fifo).unwrap();
    for length in [4096, 1] {
        while file.write(&vec![b'.'; length]).is_ok() {}
    }
    file
}

/// Waits until a thread of a process is in a system call: its number, and perhaps arguments, as `/proc` has them.
fn wait_for_call(process: u32, is_thread: impl Fn(u32) -> bool, call: &str) {
    let start = Instant::now();
    let tasks = format!("/proc/{process}/task");
    let is_there = || {
        fs::read_dir(&tasks).unwrap().flatten().any(|task| {
            let number = task.file_name().to_str().unwrap().parse().unwrap();
            let text = fs::read_to_string(task.path().join("syscall")).unwrap_or_default();
            is_thread(number) && text.starts_with(call)
        })
    };
    while !is_there() {
        assert!(start.elapsed() < LIMIT, "no thread is in call {call}");
        thread::yield_now();
    }
}

/// The first error is being printed when the signal comes, and nobody reads it: the thread that handles the signal
/// waits for its turn on the terminal, and strace keeps it waiting a little longer than it had to, in its first
/// calls of futex. Meanwhile everything is read, so that the upgrade goes on to the next line.
#[test]
fn no_error_is_printed_once_it_is_interrupted() {
    let sandbox = sandbox();
    sandbox.command("mkfifo").arg("stderr").check();
    let fifo = sandbox.code().join("stderr");
    let full = fill(&fifo);
    let running = sandbox
        .command("strace")
        .args(["-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=futex"])
        .args(["-e", "inject=futex:delay_exit=300000:when=1..2"])
        .args(["sh", "-c", "exec \"$0\" upgrade 2>stderr", GOX])
        .env("GOX_SOURCES", format!("dir:{}", sandbox.root().join("files").display()))
        .env("GOSUMDB", "off")
        .spawn();
    let process = running.id();
    wait_for_call(process, |thread| thread == process, &format!("{} 0x2 ", libc::SYS_write));
    running.signal(Signal::INT);
    wait_for_call(process, |thread| thread != process, &format!("{} ", libc::SYS_futex));
    let mut reader = File::open(&fifo).unwrap();
    drop(full);
    let mut stderr = String::new();
    reader.read_to_string(&mut stderr).unwrap();
    let run = running.wait();
    let said = stderr.trim_start_matches('.');
    assert_eq!((run.code(), said.matches("error: ").count()), (130, 1), "{said}");
    assert!(said.starts_with("error: no such version: `1.139.2` ") && said.ends_with(LINE), "{said}");
}
