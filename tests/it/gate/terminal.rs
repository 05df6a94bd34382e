//! What the gate shows on a terminal while its steps run.

use std::fs;

use super::repository::{GOOD, Repository};
use crate::support::fifo;
use crate::support::redact::redact;

/// A Go of which these two commands wait until somebody writes to the FIFO of their name.
const GO: &str = "#!/bin/sh\ncase $1 in vet|mod) read -r _ <\"$HOLD/$1\" ;; esac\n";
const STEPS: &str = "\
format  ok       [TIME]
vet     ok       [TIME]
tidy    ok       [TIME]
lint    skipped  there is no `.golangci.yml`
";

#[test]
fn the_step_that_is_waited_for() {
    let repository = Repository::scripted(GO, "#!/bin/sh\n");
    repository.stage("p/a.go", GOOD, GOOD);
    let root = repository.sandbox.root();
    fifo::make(&root.join("vet"));
    fifo::make(&root.join("mod"));
    let go_on = |name: &str| fs::write(root.join(name), "\n").unwrap();
    let all_go_on = || ["vet", "mod"].into_iter().for_each(go_on);

    let mut terminal = repository.gate("").env("HOLD", root).terminal();
    terminal.wait_for("running vet ");
    go_on("vet");
    terminal.wait_for("running tidy ");
    go_on("mod");
    assert_eq!(redact(&terminal.last_screen(), &[]), STEPS);

    let mut quiet = repository.gate("--quiet").env("HOLD", root).terminal();
    all_go_on();
    quiet.last_screen();
    assert_eq!(quiet.raw(), "");
    let piped = repository.gate("").env("HOLD", root).spawn();
    all_go_on();
    piped.wait().assert(0, "", STEPS);
}
