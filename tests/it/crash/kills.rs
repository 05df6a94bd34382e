//! SIGKILL at every call that changes the disk, and at random calls of any kind.
//!
//! Where two threads make the same kind of call, each number is met in the one that comes to it first.

use std::time::{SystemTime, UNIX_EPOCH};

use super::scene::{NEIGHBOUR, Scene, VERSION, small};
use crate::support::sandbox::Sandbox;
use crate::support::strace;

/// Kills the command at each of its changes, and looks at what is left.
#[track_caller]
fn kill_at_every_change(scene: &Scene) {
    let checkpoints = strace::numbered(&scene.calls);
    let mut killed = 0;
    for (call, number) in &checkpoints {
        let place = format!("killed at {} {number}, as in {}", call.name, call.text);
        scene.reset();
        let run = scene.run(&[format!("{}:signal=KILL:when={number}", call.name)]);
        // Threads share their work as it comes, so that one may have less to do than the last time.
        killed += usize::from(run.code() == 137);
        assert!([0, 137].contains(&run.code()), "{place}: {}", run.stderr);
        scene.assert_whole(&place);
        scene.assert_next_run_needs_no_cleaning(&place);
    }
    assert!(killed * 4 > checkpoints.len() * 3, "only {killed} of {} were reached", checkpoints.len());
}

#[test]
fn a_first_install() {
    kill_at_every_change(&Scene::new(false, &[], &["install", VERSION]));
}

#[test]
fn a_version_beside_another() {
    kill_at_every_change(&Scene::new(false, &[&["install", NEIGHBOUR]], &["install", VERSION]));
}

#[test]
fn an_archive() {
    kill_at_every_change(&Scene::new(true, &[&["install", NEIGHBOUR]], &["install", VERSION]));
}

#[test]
fn an_install_over_what_is_there() {
    let first: [&[&str]; 2] = [&["install", VERSION], &["install", NEIGHBOUR]];
    kill_at_every_change(&Scene::new(false, &first, &["install", "--force", VERSION]));
}

#[test]
fn an_import() {
    let sandbox = Sandbox::new().with_programs();
    small(VERSION).write_to(&sandbox.user().join(".gvm/gos/go1.99.4"));
    let import = ["import", "--yes", "--from", "gvm"];
    kill_at_every_change(&Scene::in_sandbox(sandbox, false, &[&["install", NEIGHBOUR]], &import));
}

#[test]
fn an_uninstall() {
    let first: [&[&str]; 2] = [&["install", NEIGHBOUR], &["install", VERSION]];
    kill_at_every_change(&Scene::new(false, &first, &["uninstall", VERSION]));
}

/// In the ordinary run; `GOX_TEST_KILLS` and `GOX_TEST_SEED` say otherwise.
const KILLS: u64 = 200;

/// Each of `scenes` in turn, killed at a random call of any kind: in the middle of a download, between two
/// questions to the database, before it has begun.
#[expect(clippy::print_stdout, reason = "the seed must be known when the test hangs or fails")]
fn kill_at_random(scenes: &[Scene], kills: u64) {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let seed = number("GOX_TEST_SEED").unwrap_or_else(clock);
    let kills = number("GOX_TEST_KILLS").unwrap_or(kills);
    println!("{kills} kills, from GOX_TEST_SEED={seed}");
    let calls: Vec<_> = scenes.iter().map(Scene::all_calls).collect();
    let mut killed = 0;
    for seed in seed..seed + kills {
        let index = usize::try_from(seed).unwrap() % scenes.len();
        let (scene, checkpoints) = (&scenes[index], strace::numbered(&calls[index]));
        let chosen = usize::try_from(scramble(seed)).unwrap() % checkpoints.len();
        let (call, number) = &checkpoints[chosen];
        let place = format!("GOX_TEST_SEED={seed}: killed at {} {number}, as in {}", call.name, call.text);
        scene.reset();
        let run = scene.run_traced(&call.name, &[format!("{}:signal=KILL:when={number}", call.name)]);
        assert!([0, 137].contains(&run.code()), "{place}: {}", run.stderr);
        killed += u64::from(run.code() == 137);
        scene.assert_whole(&place);
        scene.assert_next_run_needs_no_cleaning(&place);
    }
    println!("{killed} were reached");
    assert!(killed * 2 > kills, "only {killed} of {kills} were reached");
}

/// Neighbouring seeds give numbers that have nothing to do with each other (splitmix64).
fn scramble(seed: u64) -> u64 {
    let mut bits = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[test]
fn new_installs_at_random() {
    let archive = Scene::new(true, &[&["install", NEIGHBOUR]], &["install", VERSION]);
    kill_at_random(&[Scene::new(false, &[], &["install", VERSION]), archive], KILLS / 2);
}

#[test]
fn replacements_and_removals_at_random() {
    let first: [&[&str]; 2] = [&["install", NEIGHBOUR], &["install", VERSION]];
    let replaced = Scene::new(false, &first, &["install", "--force", VERSION]);
    kill_at_random(&[replaced, Scene::new(false, &first, &["uninstall", VERSION])], KILLS / 2);
}
