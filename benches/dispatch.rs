//! What choosing a Go costs at each start: `go version` five folders deep in a module with a pin.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::clock::{Medians, Race};
use crate::functions;
use crate::rivals;
use crate::sandbox::{PREDECESSOR, Sandbox, VERSION, find, fresh, must};
use crate::shims::{DYNAMIC, STATIC, shims};
use crate::table::{Report, Row, Table};

const ROUNDS: usize = 400;
const DIRECT: &str = "direct, GOTOOLCHAIN=local";
const SWITCH: &str = "Go's own switch";
const C_GLIBC: &str = "a static C program that only calls execve, glibc";
const C_MUSL: &str = "a static C program that only calls execve, musl";

/// The module, with the pins that gox and others read.
pub(crate) fn module(sandbox: &Sandbox) -> PathBuf {
    let deep = sandbox.root.join("module/a/b/c/d");
    fs::create_dir_all(&deep).unwrap();
    for (name, text) in [
        ("go.mod", "module m\n\ngo 1.21\n".to_owned()),
        (".go-version", format!("{PREDECESSOR}\n")),
        (".tool-versions", format!("golang {VERSION}\n")),
    ] {
        fs::write(sandbox.root.join("module").join(name), text).unwrap();
    }
    deep
}

pub(crate) fn run(sandbox: &Sandbox, report: &mut Report) {
    let deep = module(sandbox);
    let go = sandbox.goroot(PREDECESSOR).join("bin/go");
    let mut race = Race::new("dispatch");
    let local = |program: &Path| {
        let mut command = sandbox.command(program, &deep);
        command.env("GOTOOLCHAIN", "local");
        command
    };
    let mut add = |name: &str, mut command: Command| {
        command.arg("version");
        race.add_command(name, command);
    };
    add(DIRECT, local(&go));
    add("direct, GOTOOLCHAIN unset", sandbox.command(&go, &deep));
    let (shims, mut notes) = shims(sandbox);
    for (name, shim) in &shims {
        let mut command = sandbox.command(shim, &deep);
        command.env("GOX_HOME", sandbox.home());
        add(name, command);
    }
    for (name, compiler) in [(C_GLIBC, "cc"), (C_MUSL, "musl-gcc")] {
        match find(compiler) {
            Some(compiler) => add(name, local(&only_exec(sandbox, &compiler, &go))),
            None if name == C_GLIBC => panic!("a C compiler is needed"),
            None => notes.push(format!("Not on PATH: {compiler}.")),
        }
    }
    add(SWITCH, switch(sandbox, &go, &deep));
    let (starters, missing) = rivals::starters(sandbox, &deep);
    for (name, command) in starters {
        add(&name, command);
    }
    notes.extend(missing);
    let medians = race.run(ROUNDS);
    report.add(whole(&medians));
    report.add(added(&medians, notes));
    functions::run(sandbox, &deep, &shims, report);
}

/// A program that does nothing but become the tool: what the kernel and the libc cost.
fn only_exec(sandbox: &Sandbox, compiler: &Path, go: &Path) -> PathBuf {
    let source = sandbox.root.join("exec.c");
    let program = sandbox.root.join(compiler.file_name().unwrap()).with_extension("exec");
    let text = format!(
        "#include <unistd.h>\nextern char **environ;\n\
         int main(int c, char **v) {{ return execve({:?}, v, environ); }}\n",
        go.to_str().unwrap()
    );
    fs::write(&source, text).unwrap();
    must(Command::new(compiler).args(["-O2", "-static", "-o"]).args([&program, &source]));
    program
}

/// The go command looks for the other version on PATH, where nothing else is and nothing in between.
fn switch(sandbox: &Sandbox, go: &Path, folder: &Path) -> Command {
    let path = fresh(&sandbox.root.join("switch"));
    symlink(sandbox.goroot(VERSION).join("bin/go"), path.join(format!("go{VERSION}"))).unwrap();
    let mut command = sandbox.command(go, folder);
    command
        .env("GOTOOLCHAIN", format!("go{VERSION}+path"))
        .env("PATH", format!("{}:/usr/bin:/bin", path.display()));
    command
}

fn whole(medians: &Medians) -> Table {
    let mut table = Table::new("`go version`, five folders deep in a module with a pin");
    for (name, median) in &medians.0 {
        let row = Row::seconds(name.clone(), *median);
        let limit = limit(name, 1.1, 1.4);
        table.add(match limit {
            Some(limit) => row.within(limit, medians[DIRECT], "direct"),
            None if name == DIRECT => row,
            None => row.against(medians[DIRECT], "direct"),
        });
    }
    table
}

fn added(medians: &Medians, notes: Vec<String>) -> Table {
    let mut table = Table::new("What is added to the direct call").drawn();
    table.notes = notes;
    let direct = medians[DIRECT];
    for (name, median) in medians.0.iter().filter(|(name, _)| !name.starts_with("direct")) {
        let mut row = Row::seconds(name.clone(), (median - direct).max(0.0));
        if let Some(limit) = limit(name, 0.1, 0.35) {
            row = row.within(limit, medians[SWITCH] - direct, "what Go's own switch adds");
            row = row.against(medians[C_GLIBC] - direct, "what the C program with glibc adds");
        }
        table.add(row);
    }
    table
}

/// The budget of a shim, by how it is linked.
fn limit(name: &str, linked_statically: f64, otherwise: f64) -> Option<f64> {
    match name {
        STATIC => Some(linked_statically),
        DYNAMIC => Some(otherwise),
        _ => None,
    }
}
