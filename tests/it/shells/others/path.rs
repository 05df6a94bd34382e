//! What the text of `gox init` makes of PATH.

use std::fmt::Write as _;

use super::super::world;
use super::{SHELLS, Shell};
use crate::support::sandbox::Sandbox;

/// PATH before and after; S and B are the two folders of the store.
const PATHS: [(&str, &str); 8] = [
    ("/usr/bin:/bin", "S:/usr/bin:/bin:B"),
    ("/bin:S", "S:/bin:B"),
    ("S:S:/bin:S:S:B:S", "S:/bin:B"),
    ("S:/bin:B", "S:/bin:B"),
    ("S", "S:B"),
    ("/Sx:/bin/S", "S:/Sx:/bin/S:B"),
    ("/a b:/c*:/d'e", "S:/a b:/c*:/d'e:B"),
    ("B:/bin", "S:/bin:B"),
];

/// What PATH is in a shell after the text, which is read `times` times with these values of the variables `HOME`,
/// `GOX_HOME` and `PATH`, one after the other.
fn paths_after(shell: &Shell, sandbox: &Sandbox, times: usize, cases: &[[String; 3]]) -> Option<String> {
    let mut script = String::new();
    for number in 0..cases.len() {
        for name in ["HOME", "GOX_HOME", "PATH"] {
            writeln!(script, "{}", shell.assign(name, &format!("{name}_{number}"))).unwrap();
        }
        writeln!(script, "{}\n/usr/bin/printenv PATH", [shell.load].repeat(times).join("\n")).unwrap();
    }
    let mut run = shell.run(sandbox, &script)?;
    for (number, values) in cases.iter().enumerate() {
        for (name, value) in ["HOME", "GOX_HOME", "PATH"].iter().zip(values) {
            run = run.env(&format!("{name}_{number}"), value);
        }
    }
    let output = run.run();
    assert_eq!(output.stderr, "", "{}", shell.name);
    Some(String::from_utf8(output.raw_stdout).unwrap())
}

#[test]
fn shims_come_first_and_gox_last() {
    let sandbox = world();
    for shell in &SHELLS {
        for times in [1, 2] {
            let (mut cases, mut expected) = (Vec::new(), String::new());
            for home in ["/h/me", "/o'd \"d* $x", "/"] {
                let store = format!("{}/.local/go", home.trim_end_matches('/'));
                let full = |path: &str| {
                    let word = |entry: &str| match entry {
                        "S" => format!("{store}/shims"),
                        "B" => format!("{store}/bin"),
                        entry => entry.to_owned(),
                    };
                    path.split(':').map(word).collect::<Vec<_>>().join(":")
                };
                for (before, after) in PATHS {
                    // In tcsh the copy of gox stays where it is, if it is on PATH already.
                    let after = if shell.name == "tcsh" && before == "B:/bin" { "S:B:/bin" } else { after };
                    cases.push([home.to_owned(), String::new(), full(before)]);
                    expected += &(full(after) + "\n");
                }
            }
            let Some(paths) = paths_after(shell, &sandbox, times, &cases) else { continue };
            assert_eq!(paths, expected, "{}", shell.name);
        }
    }
}

#[test]
fn without_a_home_nothing_happens() {
    let sandbox = world();
    let cases = [
        ["", "", "/usr/bin:/bin", "/usr/bin:/bin"],
        ["relative", "", "/usr/bin:/bin", "/usr/bin:/bin"],
        ["/h", "relative", "/usr/bin:/bin", "/usr/bin:/bin"],
        ["", "/opt/my go", "/bin", "/opt/my go/shims:/bin:/opt/my go/bin"],
    ];
    let expected = cases.map(|[.., after]| format!("{after}\n")).concat();
    let cases = cases.map(|[home, gox_home, before, _]| [home, gox_home, before].map(str::to_owned));
    for shell in SHELLS {
        let Some(paths) = paths_after(&shell, &sandbox, 1, &cases) else { continue };
        assert_eq!(paths, expected, "{}", shell.name);
        // xonsh looks HOME up in the user database.
        if shell.name != "xonsh" {
            let run = shell.run(&sandbox, "/usr/bin/printenv PATH").unwrap();
            let run = run.env_remove("HOME").env("PATH", "/usr/bin:/bin");
            run.stdout("/usr/bin:/bin\n").check();
        }
    }
}
