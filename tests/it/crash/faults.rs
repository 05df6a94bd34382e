//! A disk that is full, over quota, broken or read-only at each call that changes something, and file
//! systems that lack something: a clear error, or an install that does without; nothing is lost.

use super::scene::{NEIGHBOUR, Scene, VERSION};
use crate::support::strace::{self, Call};

/// What the network library says when it cannot write to wake itself.
const NO_WAKE: &str = "failed to wake I/O driver";

/// What each kind of call may fail with.
fn errors(name: &str) -> &'static [&'static str] {
    match name {
        "write" => &["ENOSPC", "EDQUOT", "EIO"],
        "flock" => &["ENOLCK", "ENOSYS"],
        "link" | "linkat" => &["EPERM", "EMLINK", "EXDEV", "ENOSPC"],
        "mkdir" | "mkdirat" => &["ENOSPC", "EDQUOT", "EROFS", "EACCES"],
        "rename" | "renameat" | "renameat2" => &["ENOSPC", "EDQUOT", "EROFS", "EIO"],
        _ => &["EIO", "EROFS"],
    }
}

/// Lets each change of the command fail, and looks at what it says and leaves.
#[track_caller]
fn fail_every_change(scene: &Scene) {
    let traced = format!("{},write", strace::CHANGES);
    let calls = scene.calls_of(&traced);
    let is_in_home = |call: &Call| call.text.contains("/.local/go/");
    let is_wake = |call: &Call| call.text.contains("eventfd") || call.text.contains("socket:");
    let mut changes = strace::numbered(&calls);
    // strace counts in each thread: where the write of that number wakes the network library in another one, the
    // library panics or waits for ever, which says nothing about the disk.
    let wakes_too = |call: &Call, number| strace::hit(&calls, &call.name, number).into_iter().any(is_wake);
    let in_home = changes.iter().filter(|(call, _)| is_in_home(call)).count();
    changes.retain(|&(call, number)| is_in_home(call) && !wakes_too(call, number));
    assert!(changes.len() * 4 > in_home * 3, "{} of {in_home} met the disk alone", changes.len());
    let (mut failures, mut wakes) = (0, 0);
    for (index, &(call, number)) in changes.iter().enumerate() {
        let error = errors(&call.name)[index % errors(&call.name).len()];
        let place = format!("{error} for {} {number}, as in {}", call.name, call.text);
        scene.reset();
        let run = scene.spawn_traced(&traced, &[format!("{}:error={error}:when={number}", call.name)]);
        let run = run.wait_unless(NO_WAKE);
        // The threads are never quite as before.
        let calls = strace::calls(&scene.log());
        let hit_wake = strace::hit(&calls, &call.name, number).into_iter().any(is_wake);
        let Some(run) = run.filter(|_| !hit_wake) else {
            wakes += 1;
            scene.assert_whole(&place);
            continue;
        };
        if run.code() != 0 {
            failures += 1;
            let (_, last) = run.stderr.split_once("error: could not ").unwrap_or_default();
            let names_place = last.lines().next().is_some_and(|message| message.contains(" `[HOME]"));
            let is_clear = names_place && last.contains("\n  caused by: ");
            assert!(run.code() == 6 && is_clear, "{place}: {} {}", run.code(), run.stderr);
        }
        let removes = ["unlink", "unlinkat", "rmdir"].contains(&call.name.as_str());
        scene.assert_clean_failure(&place, removes);
        scene.assert_next_run_needs_no_cleaning(&place);
    }
    assert!(wakes * 4 < changes.len(), "{wakes} of {} met no disk: that shows nothing", changes.len());
    assert!(failures * 5 > changes.len(), "only {failures} of {} failed: that shows nothing", changes.len());
}

#[test]
fn a_version_beside_another() {
    fail_every_change(&Scene::new(false, &[&["install", NEIGHBOUR]], &["install", VERSION]));
}

#[test]
fn a_first_archive() {
    fail_every_change(&Scene::new(true, &[], &["install", VERSION]));
}

#[test]
fn an_install_over_what_is_there() {
    let first: [&[&str]; 2] = [&["install", VERSION], &["install", NEIGHBOUR]];
    fail_every_change(&Scene::new(false, &first, &["install", "--force", VERSION]));
}

#[test]
fn an_uninstall() {
    let first: [&[&str]; 2] = [&["install", NEIGHBOUR], &["install", VERSION]];
    fail_every_change(&Scene::new(false, &first, &["uninstall", VERSION]));
}
