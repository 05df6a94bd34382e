//! Two at once, signals and kills.

use std::fs;
use std::io::Write;

use rustix::process::Signal;

use super::{NEXT, OWN, URL, World, archive_name, program, said};
use crate::support::fifo::{self, Fifo};
use crate::support::gate::Gate;
use crate::support::raw::{gzip, tar};
use crate::support::response::{Fault, Response};
use crate::support::strace;

#[test]
fn two_at_once() {
    let world = World::new();
    let (gate, target) = (Gate::new(), format!("/download/v9.9.9/{}", archive_name("9.9.9")));
    let good = Response::new(gzip(&tar(&[program("9.9.9", NEXT)])));
    world.server.route(target, good.fault(Fault::StallAfter(99, gate.clone())));
    let first = world.update(&[]).spawn();
    gate.wait_reached();
    let held = "error: another gox replaces `~/.local/bin/gox`\nhint: wait for it\n";
    world.update(&[]).code(6).stderr(held).check();
    gate.open();
    first.wait().assert(0, "", &said("9.9.9"));
    world.assert_is(NEXT.as_bytes(), "the first");
}

#[test]
fn interrupted_in_the_download() {
    let world = World::new();
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let (gate, target) = (Gate::new(), format!("/download/v9.9.9/{}", archive_name("9.9.9")));
        world.server.route(target, Response::new("x").fault(Fault::StallHead(gate.clone())));
        let running = world.update(&[]).spawn();
        gate.wait_reached();
        running.signal(signal);
        let said = format!("gox {OWN} -> 9.9.9, from {URL}\ninterrupted; the store is as it was\n");
        running.wait().assert(code, "", &said);
        world.assert_stays("interrupted");
    }
}

/// Nothing is left beside it, and what was done is not denied.
#[test]
fn interrupted_while_the_new_gox_runs() {
    let asked = "echo asked >~/../fifo; read -r _ <~/hold";
    let waits = NEXT.replace("&& echo", &format!("&& {{ {asked}; }} && echo"));
    let refreshes =
        NEXT.replace("|| echo \"$@\"", "|| exec sh -c 'echo asked >~/../fifo; read -r _ <~/hold'");
    for (script, is_replaced) in [(waits, false), (refreshes, true)] {
        let world = World::with(&[program("9.9.9", script.clone())]);
        world.sandbox.put_script("user/.local/go/bin/gox", "");
        let (hold, mut fifo) = (world.sandbox.user().join("hold"), Fifo::new(&world.sandbox));
        fifo::make(&hold);
        let running = world.update(&[]).spawn();
        fifo.wait_for("asked");
        // Who opens both sides does not wait for another.
        let hold = fs::File::options().read(true).write(true).open(hold).unwrap();
        running.signal(Signal::TERM);
        let begun = format!("gox {OWN} -> 9.9.9, from {URL}\n");
        if is_replaced {
            running.wait().assert(143, "", &said("9.9.9"));
            world.assert_is(script.as_bytes(), "replaced");
        } else {
            running.wait().assert(143, "", &(begun + "interrupted; the store is as it was\n"));
            world.assert_stays("interrupted");
        }
        (&hold).write_all(b"\n").unwrap();
    }
}

#[test]
fn a_process_that_stays_behind_is_not_waited_for() {
    let script = NEXT.replace("&& echo", "&& { read -r _ <~/hold & } && echo");
    let world = World::with(&[program("9.9.9", script.clone())]);
    let hold = world.sandbox.user().join("hold");
    fifo::make(&hold);
    world.update(&[]).stderr(&said("9.9.9")).check();
    world.assert_is(script.as_bytes(), "updated");
    fs::write(hold, "\n").unwrap();
}

/// Killed, or refused by the system, at every change that it makes.
#[test]
fn whatever_happens_there_is_a_gox_that_runs() {
    let world = World::new();
    let (own, log) = (world.sandbox.root().join("own"), world.sandbox.root().join("log"));
    fs::rename(&world.program, &own).unwrap();
    let run = |injection: Option<&str>| {
        let strace = world.sandbox.command("strace").args(["-f", "-qq", "-y", "-o"]).arg(&log);
        let strace = strace.arg("-e").arg(format!("trace={},fsync", strace::CHANGES));
        let strace = strace.args(injection.map(|injection| format!("--inject={injection}")));
        strace.arg(&world.program).args(["self", "update", "--url", &world.server.url()]).run()
    };
    fs::hard_link(&own, &world.program).unwrap();
    assert_eq!(run(None).code(), 0);
    let calls = strace::calls(&log);
    let mut codes = Vec::new();
    for (call, number) in strace::numbered(&calls) {
        for way in ["signal=KILL", "error=ENOSPC"] {
            let place = format!("{way} at {} {number}, as in {}", call.name, call.text);
            fs::remove_file(&world.program).unwrap();
            fs::hard_link(&own, &world.program).unwrap();
            let ended = run(Some(&format!("{}:{way}:when={number}", call.name)));
            codes.push(ended.code());
            assert!([0, 6, 137].contains(&ended.code()), "{place}: {} {}", ended.code(), ended.stderr);
            let said = world.gox(&["--version"]).run();
            assert!(["gox 9.9.9\n".to_owned(), format!("gox {OWN}\n")].contains(&said.stdout), "{place}");
            assert_eq!(ended.code() == 0, said.stdout == "gox 9.9.9\n", "{place}: {}", ended.stderr);
            // The next one removes what a killed one has left, once that can be nothing else.
            world.sandbox.sh("touch -c -d '2 hours ago' ~/.local/bin/.gox-*.tmp");
            assert!(run(None).code() == 0, "{place}");
            world.assert_is(NEXT.as_bytes(), &place);
        }
    }
    assert!([0, 6, 137].iter().all(|code| codes.contains(code)), "{codes:?}");
}
