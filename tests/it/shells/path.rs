//! PATH after `gox init`: the shims first, gox last, everything else as it was.

use super::{ALL, bare, shell, world};

/// PATH before and after; S and B are the two folders of the store.
const CASES: [(&str, &str); 9] = [
    ("/usr/bin:/bin", "S:/usr/bin:/bin:B"),
    ("/bin:S", "S:/bin:B"),
    ("S:S:/bin:S:S:B:S", "S:/bin:B"),
    ("B:/bin:B", "S:/bin:B"),
    ("S:/bin:B", "S:/bin:B"),
    ("S", "S:B"),
    ("/Sx:/bin/S", "S:/Sx:/bin/S:B"),
    ("/a b:/c*", "S:/a b:/c*:B"),
    ("/bin:/bin", "S:/bin:/bin:B"),
];

/// fish makes a dot of an empty entry before any code runs.
const EMPTY_ENTRIES: [(&str, &str); 5] =
    [("", "S:B"), (":", "S:::B"), (":/bin:", "S::/bin::B"), ("S:", "S::B"), ("/a::/b:S::", "S:/a::/b:::B")];

#[test]
fn shims_come_first_and_gox_last() {
    let sandbox = world();
    let home = sandbox.home().display().to_string();
    let full = |path: &str| {
        let word = |entry: &str| match entry {
            "S" => format!("{home}/shims"),
            "B" => format!("{home}/bin"),
            entry => entry.to_owned(),
        };
        path.split(':').map(word).collect::<Vec<_>>().join(":")
    };
    for name in ALL.into_iter().chain(["sh"]) {
        let init = sandbox.gox(["init", name]).run();
        let file = sandbox.write("init", &init.raw_stdout);
        let empty = EMPTY_ENTRIES.iter().filter(|_| name != "fish");
        for (before, after) in CASES.iter().chain(empty) {
            let set = match name {
                "fish" => format!("set PATH (string split : -- '{}')", full(before)),
                _ => format!("PATH='{}'", full(before)),
            };
            let print = if name == "fish" { "string join : $PATH" } else { "echo \"$PATH\"" };
            let source = format!(". '{}'", file.display());
            for twice in [source.clone(), format!("{source}\n{source}")] {
                let script = format!("{set}\n{twice}\n{print}");
                let output = bare_or_sh(&sandbox, name).arg("-c").arg(script).run();
                assert_eq!(
                    (output.raw_stdout.as_slice(), output.stderr.as_str()),
                    (format!("{}\n", full(after)).as_bytes(), ""),
                    "{name}: {before}"
                );
            }
        }
    }
}

fn bare_or_sh<'a>(
    sandbox: &'a crate::support::sandbox::Sandbox,
    name: &str,
) -> crate::support::command::Command<'a> {
    if name == "sh" { sandbox.command("/bin/sh").arg("-eu") } else { bare(sandbox, name) }
}

#[test]
fn another_home_is_read_when_it_runs() {
    let sandbox = world();
    for name in ALL {
        let output = shell(&sandbox, name, "", "printenv PATH").env("GOX_HOME", "/opt/my go").run();
        assert!(
            output.stdout.starts_with("/opt/my go/shims:") && output.stdout.ends_with(":/opt/my go/bin\n"),
            "{output:?}"
        );
    }
}

#[test]
fn without_a_home_nothing_happens() {
    let sandbox = world();
    for name in ALL.into_iter().chain(["sh"]) {
        let init = sandbox.gox(["init", name]).run();
        let file = sandbox.write("init", &init.raw_stdout);
        for home in ["", "relative"] {
            let script = format!(". '{}'; printenv PATH", file.display());
            let output = bare_or_sh(&sandbox, name)
                .args(["-c", &script])
                .env("HOME", home)
                .env("PATH", "/usr/bin:/bin")
                .run();
            // fish looks an empty HOME up in the user database.
            if name != "fish" || !home.is_empty() {
                output.assert(0, "/usr/bin:/bin\n", "");
            }
        }
    }
}

#[test]
fn a_path_that_cannot_be_changed_is_left_alone() {
    let sandbox = world();
    let same = "p=$PATH; eval \"$(gox init bash)\"; [ \"$p\" = \"$PATH\" ] && echo same";
    bare(&sandbox, "bash").args(["-c", &format!("readonly PATH; {same}")]).stdout("same\n").check();
    let same = same.replace("bash", "zsh");
    bare(&sandbox, "zsh").args(["-c", &format!("readonly PATH; {same}")]).stdout("same\n").check();
}
