//! The shims that are measured.

use std::fs;
use std::path::PathBuf;

use crate::sandbox::{Sandbox, fresh};

pub(crate) const STATIC: &str = "gox, static shim";
pub(crate) const DYNAMIC: &str = "gox, dynamic shim";

/// The shims that are there, each as a program called go: the one that gox carries, and the one that is built beside
/// it, which is linked dynamically.
pub(crate) fn shims(sandbox: &Sandbox) -> (Vec<(&'static str, PathBuf)>, Vec<String>) {
    let carried = sandbox.home().join("shims/go");
    let told = sandbox.gox_tells(&["version", "--verbose"]);
    let target = told.lines().find_map(|line| line.strip_prefix("shim ")).unwrap().to_owned();
    if !target.contains("musl") {
        let note = format!(
            "There is no static shim: gox carries one for {target}. `rustup target add` gives it one."
        );
        return (vec![(DYNAMIC, carried)], vec![note]);
    }
    let built = fresh(&sandbox.root.join("dynamic")).join("go");
    fs::copy(env!("CARGO_BIN_EXE_gox-shim"), &built).unwrap();
    (vec![(STATIC, carried), (DYNAMIC, built)], Vec::new())
}
