//! The functions of bash and zsh against the shims, in the same shell.

use std::path::{Path, PathBuf};

use crate::clock::{Medians, Race, timed};
use crate::sandbox::{PREDECESSOR, Sandbox, find};
use crate::shims::DYNAMIC;
use crate::table::{Figure, Report, Row, Table};

const ROUNDS: usize = 7;
const CALLS: u32 = 100;
const CHOICES: u32 = 500;
const PROMPTS: u32 = 5000;
/// Seconds for the choice of the bash function, and for the hook before a prompt in an unchanged directory.
const CHOICE: f64 = 0.4e-3;
const PROMPT: f64 = 30e-6;

pub(crate) fn run(sandbox: &Sandbox, deep: &Path, shims: &[(&'static str, PathBuf)], report: &mut Report) {
    for shell in ["bash", "zsh"] {
        let Some(program) = find(shell) else { continue };
        let shell = Shell { sandbox, name: shell, program, deep };
        report.add(shell.table(shims));
    }
}

struct Shell<'a> {
    sandbox: &'a Sandbox,
    name: &'static str,
    program: PathBuf,
    deep: &'a Path,
}

impl<'a> Shell<'a> {
    fn table(&self, shims: &[(&'static str, PathBuf)]) -> Table {
        let go = self.sandbox.goroot(PREDECESSOR).join("bin/go");
        let name = self.name;
        let init = self.sandbox.gox_tells(&["init", name]);
        let mut race = Race::new("functions");
        // All have the functions, because a larger shell takes longer to fork.
        self.add(&mut race, "direct", CALLS, &init, &format!("GOTOOLCHAIN=local {} version", go.display()));
        self.add(&mut race, "function", CALLS, &init, "go version");
        for (shim, path) in shims {
            self.add(&mut race, shim, CALLS, &init, &format!("{} version", path.display()));
        }
        self.add_choice(&mut race, &init);
        let hook = self.sandbox.gox_tells(&["init", name, "--announce"]) + "\n__gox_announce";
        self.add(&mut race, "prompt", PROMPTS, &hook, "__gox_announce");
        self.add(&mut race, "no prompt", PROMPTS, &hook, ":");
        self.rows(&race.run(ROUNDS), shims)
    }

    fn rows(&self, medians: &Medians, shims: &[(&'static str, PathBuf)]) -> Table {
        let name = self.name;
        let mut table = Table::new(format!("In {name}, added to a direct call in the same shell")).drawn();
        let direct = medians["direct"];
        let mut function = Row::seconds(format!("gox, function of {name}"), medians["function"] - direct);
        for (shim, _) in shims {
            let added = medians[shim] - direct;
            function = match *shim {
                DYNAMIC if name == "bash" => function.within(1.0, added, "dynamic shim"),
                _ => function.against(added, shim.strip_prefix("gox, ").unwrap_or(shim)),
            };
        }
        table.add(function);
        for (shim, _) in shims {
            // In a loaded run the static one may seem to take less than nothing.
            table.add(Row::seconds(*shim, (medians[shim] - direct).max(0.0)));
        }
        let choice =
            Row::seconds("gox, the function's choice alone", medians["choice"] - medians["no choice"]);
        table.add(if name == "bash" { choice.at_most(Figure::Seconds(CHOICE)) } else { choice });
        let prompt = Row::seconds("gox, the hook before a prompt", medians["prompt"] - medians["no prompt"]);
        table.add(prompt.at_most(Figure::Seconds(PROMPT)));
        table
            .notes
            .push(format!("A direct call in a loop of {name} takes {}.", Figure::Seconds(direct).text()));
        table
    }

    /// What a function does before it starts the tool, in a loop without any process, against an empty function.
    fn add_choice(&self, race: &mut Race<'a>, init: &str) {
        let choice = "_choice() { __gox_find_shim go && __gox_choose \"$@\"; }";
        for (name, call) in
            [("choice", "__gox_with_home __gox_with_variables _choice \"$@\""), ("no choice", ":")]
        {
            let text = format!("{init}\n{choice}\nchoose() {{ {call}; }}");
            self.add(race, name, CHOICES, &text, "choose go version || exit");
        }
    }

    /// One of many calls in a loop.
    fn add(&self, race: &mut Race<'a>, name: &str, calls: u32, before: &str, call: &str) {
        let text = format!("{before}\ni=0\nwhile [ $i -lt {calls} ]; do {call}; i=$((i+1)); done");
        let mut command = self.sandbox.command(&self.program, self.deep);
        let home = self.sandbox.home();
        command.env("PATH", format!("{}:/usr/bin:/bin", home.join("shims").display())).env("GOX_HOME", home);
        // The user's own settings file is looked for, as it is for most users.
        command.env_remove("GOENV").args(["-c", &text]);
        race.add(name, move || timed(&mut command) / calls);
    }
}
