//! What `gox init` prints, in real shells. A shell that is not installed fails these tests.

mod agreement;
mod announce;
mod choice;
mod complete_go;
mod guests;
mod library;
mod library_real;
mod other_go;
mod others;
mod path;
mod picker;
mod terminal;
mod text;
mod use_;
mod variables;

use crate::support::archives::FakeToolchain;
use crate::support::command::Command;
use crate::support::sandbox::Sandbox;

/// The shells with the functions go and gofmt.
const WITH_FUNCTIONS: [&str; 2] = ["bash", "zsh"];
const ALL: [&str; 3] = ["bash", "zsh", "fish"];

/// What people put into their start-up files and scripts, and what makes most shell code fail.
const STRICT: [(&str, &str); 2] = [
    (
        "bash",
        "set -euo pipefail; set -o posix; set -o noclobber; set -f; shopt -s failglob localvar_inherit
        IFS=go1.2; CDPATH=/:/tmp; readonly REPLY MAPFILE OPTARG i x dir file version tool path home text",
    ),
    (
        "zsh",
        "setopt err_exit no_unset pipe_fail ksh_arrays sh_word_split no_match glob_subst no_clobber
        setopt no_glob extended_glob rc_expand_param csh_null_glob null_glob rc_quotes ignore_braces csh_junkie_quotes
        IFS=go1.2; CDPATH=/:/tmp; readonly REPLY OPTARG i x dir file version tool home text",
    ),
];

/// A store with a few toolchains, 1.22.4 the default, and shims that only say that they were called.
fn world() -> Sandbox {
    let sandbox = Sandbox::new();
    for version in ["1.20.14", "1.21.0", "1.22.4", "1.23rc2"] {
        let toolchain = FakeToolchain::new(version);
        sandbox.put_toolchain(&toolchain.with_only(&["bin/go", "bin/gofmt", "VERSION", "go.env"]));
    }
    for tool in ["go", "gofmt"] {
        let shim = sandbox.put_tool(tool, "#!/bin/sh\nprintf 'shim %s\\n' \"${0##*/}\" \"$@\"\n");
        let shims = sandbox.home().join("shims");
        std::fs::create_dir_all(&shims).unwrap();
        std::fs::rename(shim, shims.join(tool)).unwrap();
    }
    sandbox.write("user/.local/go/default", "1.22.4\n");
    sandbox.put_gox();
    sandbox
}

/// A shell without start-up files that runs a script after `before` and the functions.
fn shell<'a>(sandbox: &'a Sandbox, name: &str, before: &str, script: &str) -> Command<'a> {
    let init = match name {
        "fish" => "gox init fish | source".to_owned(),
        _ => format!("eval \"$(gox init {name})\""),
    };
    bare(sandbox, name).arg("-c").arg(format!("{before}\n{init}\n{script}"))
}

/// The shell alone.
fn bare<'a>(sandbox: &'a Sandbox, name: &str) -> Command<'a> {
    let flags: &[&str] = match name {
        "bash" => &["--norc", "--noprofile"],
        "zsh" => &["-f"],
        _ => &["--no-config"],
    };
    sandbox.command(name).args(flags)
}

fn strict(name: &str) -> &'static str {
    STRICT.iter().find(|(shell, _)| *shell == name).unwrap().1
}
