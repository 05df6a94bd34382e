//! `gox status`: what runs here and why, rule by rule; a version that is missing is an answer too.

mod rules;
mod scripts;
mod warnings;

use serde_json::Value;

use crate::support::running::Output;
use crate::support::sandbox::Sandbox;

/// The one line of `gox status --json`.
fn status_json(sandbox: &Sandbox) -> Value {
    json_of(&sandbox.gox(["status", "--json"]).run())
}

fn json_of(output: &Output) -> Value {
    assert_eq!((output.code(), output.stdout.lines().count(), output.stderr.as_str()), (0, 1, ""));
    serde_json::from_slice(&output.raw_stdout).unwrap()
}
