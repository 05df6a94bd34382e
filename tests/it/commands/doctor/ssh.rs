//! The checks of SSH, each in each of its states, by the real ssh and its agent.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

use super::{lines, mend, recorded};
use crate::support::command::Command;
use crate::support::sandbox::{GOX, Sandbox};

/// `gox doctor` on a machine where no systemd runs for the user.
pub(super) fn doctor<'a>(sandbox: &'a Sandbox, id: &'a str) -> Command<'a> {
    sandbox.gox(["doctor", id, "--machine"]).arg(recorded::folder("debian"))
}

#[track_caller]
pub(super) fn says(sandbox: &Sandbox, state: &str, id: &str, texts: [&str; 3]) {
    let code = i32::from(state == "failed");
    doctor(sandbox, id).code(code).stdout(&lines("ssh", state, id, texts)).check();
}

/// Makes a key in `~/.ssh`.
pub(super) fn put_key(sandbox: &Sandbox) {
    sandbox.sh("mkdir -m 700 -p ~/.ssh; ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/id_ed25519");
}

#[test]
fn without_a_folder_of_keys_the_area_is_one_line() {
    let sandbox = Sandbox::new();
    let folded = "ssh\n  skipped 3 checks     `~/.ssh` is not there\n\n3 skipped\n";
    doctor(&sandbox, "ssh").stdout(folded).check();
    // A link to a drive that is not mounted.
    symlink("/mnt/c/none", sandbox.user().join(".ssh")).unwrap();
    doctor(&sandbox, "ssh").stdout(folded).check();
}

const NOT_FORWARDED: &str = "no agent is forwarded to every host";
const MAY_RUN: &str = "ssh may run programs to read `~/.ssh/config`, as for `Match exec`";
const WITHOUT: &str =
    "the go command does not let ssh prompt, so a key with a passphrase cannot fetch private modules";

#[test]
fn the_agent_that_holds_the_keys() {
    let id = "ssh-agent";
    let sandbox = Sandbox::new();
    sandbox.write("user/.ssh/known_hosts", "");
    says(&sandbox, "skipped", id, ["no key is in `~/.ssh`", "", ""]);
    put_key(&sandbox);
    let unset = "`SSH_AUTH_SOCK` is not set, so no agent holds your keys";
    says(&sandbox, "note", id, [unset, WITHOUT, "eval \"$(ssh-agent)\""]);

    let socket = sandbox.root().join("tmp/agent");
    let start = || {
        let said = sandbox.command("ssh-agent").args(["-s", "-a"]).arg(&socket).run().stdout;
        said.split("SSH_AGENT_PID=").nth(1).and_then(|rest| rest.split(';').next()).unwrap().to_owned()
    };
    let asked = |state, texts| {
        let run = doctor(&sandbox, id).env("SSH_AUTH_SOCK", &socket);
        run.stdout(&lines("ssh", state, id, texts)).check();
    };
    let dead = "no agent answers at `SSH_AUTH_SOCK`, `[ROOT]/tmp/agent`";
    let dead = [dead, WITHOUT, "unset SSH_AUTH_SOCK; eval \"$(ssh-agent)\""];
    asked("warning", dead);
    let agent = start();
    asked("ok", ["the agent holds no key yet", "", ""]);
    let add = |key: &str| {
        sandbox.command("ssh-add").arg(sandbox.user().join(key)).env("SSH_AUTH_SOCK", &socket).run()
    };
    assert_eq!(add(".ssh/id_ed25519").code(), 0);
    asked("ok", ["the agent holds 1 key", "", ""]);
    sandbox.sh("ssh-keygen -q -t ed25519 -N '' -f ~/other");
    assert_eq!(add("other").code(), 0);
    asked("ok", ["the agent holds 2 keys", "", ""]);
    // Ended, with its socket left behind, and started again.
    sandbox.sh(&format!("kill -KILL {agent}; while kill -0 {agent} 2>/dev/null; do :; done"));
    assert!(socket.exists());
    asked("warning", dead);
    fs::remove_file(&socket).unwrap();
    let agent = start();
    asked("ok", ["the agent holds no key yet", "", ""]);
    sandbox.sh(&format!("kill {agent}; while kill -0 {agent} 2>/dev/null; do :; done"));
    asked("warning", dead);
    let gone = format!(
        "unset SSH_AUTH_SOCK; eval \"$(ssh-agent)\" >/dev/null; {GOX} doctor {id} --offline; ssh-agent -k >/dev/null"
    );
    let run = sandbox.command("sh").args(["-c", &gone]).env("SSH_AUTH_SOCK", &socket);
    run.stdout(&lines("ssh", "ok", id, ["the agent holds no key yet", "", ""])).check();
    // One that takes the question and breaks off, and one that never answers.
    let listener = UnixListener::bind(&socket).unwrap();
    let breaks_off = std::thread::spawn(move || drop(listener.accept()));
    asked("warning", dead);
    breaks_off.join().unwrap();
    fs::remove_file(&socket).unwrap();
    let _listener = UnixListener::bind(&socket).unwrap();
    let run = doctor(&sandbox, id).env("SSH_AUTH_SOCK", &socket).env("GOX_TIMEOUT", "1");
    run.stdout(&lines("ssh", "warning", id, dead)).check();
    let run = doctor(&sandbox, id).env("SSH_AUTH_SOCK", &socket).env("PATH", "/nowhere");
    run.stdout(&lines("ssh", "skipped", id, ["`ssh-add` is not on PATH", "", ""])).check();
}

#[test]
fn what_starts_an_agent_where_systemd_runs() {
    let id = "ssh-agent";
    let sandbox = Sandbox::new();
    put_key(&sandbox);
    let user = rustix::process::getuid().as_raw();
    sandbox.write(&format!("machine/run/user/{user}/systemd/private"), "");
    let machine = sandbox.root().join("machine");
    let doctor = || sandbox.gox(["doctor", id, "--machine"]).arg(&machine);
    let unset = "`SSH_AUTH_SOCK` is not set, so no agent holds your keys";
    doctor().stdout(&lines("ssh", "note", id, [unset, WITHOUT, "gox setup ssh-agent"])).check();
    let dead = "no agent answers at `SSH_AUTH_SOCK`, `/none`";
    for (shell, unset) in [("bash", "unset SSH_AUTH_SOCK"), ("fish", "set --erase SSH_AUTH_SOCK")] {
        let mend = format!("{unset}; gox setup ssh-agent");
        let run = doctor().env("SSH_AUTH_SOCK", "/none").env("SHELL", shell);
        run.stdout(&lines("ssh", "warning", id, [dead, WITHOUT, &mend])).check();
    }
    // It is set up, and does not run.
    let set_up = sandbox.gox(["setup", "ssh-agent", "--yes", "--machine"]).arg(&machine);
    assert_eq!(set_up.env("SHELL", "/bin/bash").run().code(), 0);
    let start = "systemctl --user daemon-reload && systemctl --user start gox-ssh-agent && exec \"$SHELL\"";
    doctor().stdout(&lines("ssh", "note", id, [unset, WITHOUT, start])).check();
}

#[test]
fn an_agent_that_every_host_may_use() {
    let id = "ssh-forward";
    let sandbox = Sandbox::new();
    put_key(&sandbox);
    says(&sandbox, "ok", id, ["`~/.ssh/config` is not there, so no agent is forwarded", "", ""]);
    for config in
        ["", "Host a.example.com\n  ForwardAgent yes\n", "ForwardAgent no\nHost *\n  ForwardAgent yes\n"]
    {
        sandbox.write("user/.ssh/config", config);
        says(&sandbox, "ok", id, [NOT_FORWARDED, "", ""]);
    }
    let why = "the administrators of a host can use your keys while you are connected to it; to go through a host, use \
               `ssh -J JUMP HOST`, which needs no agent there";
    let more = sandbox.write("more", "\nforwardagent = yes\n");
    let include = format!("Host *\n  Include {}\n", more.display());
    for (config, place) in [
        ("Host a\n  User u\n\nHost *\n  ForwardAgent yes\n", "user/.ssh/config:5"),
        ("ForwardAgent yes\n", "user/.ssh/config:1"),
        (&include, "more:2"),
    ] {
        sandbox.write("user/.ssh/config", config);
        let seen = format!("`[ROOT]/{place}` forwards the agent to every host");
        let (file, line) = place.split_once(':').unwrap();
        says(&sandbox, "warning", id, [&seen, why, &format!("sed -i {line}d [ROOT]/{file}")]);
        mend(&sandbox, "code", doctor(&sandbox, id));
        says(&sandbox, "ok", id, [NOT_FORWARDED, "", ""]);
    }
    // Which line does it only ssh can tell.
    sandbox.write("user/.ssh/config", "Host *.invalid gox*\n  ForwardAgent yes\n");
    let seen = "`~/.ssh/config` forwards the agent to every host";
    says(&sandbox, "warning", id, [seen, why, "grep -in forwardagent ~/.ssh/config"]);

    let run = doctor(&sandbox, id).env("PATH", "/nowhere");
    run.stdout(&lines("ssh", "skipped", id, ["`ssh` is not on PATH", "", ""])).check();
}

#[test]
fn settings_that_ssh_refuses() {
    let id = "ssh-forward";
    let sandbox = Sandbox::new();
    let why = "why: ssh connects to nothing, so no private module is fetched that way\n";
    for (text, line) in [("Host *\nForwardAgents yes\n", 2), ("\n\nPort x\n", 3), ("Port\n", 1)] {
        sandbox.write("user/.ssh/config", text);
        let run = doctor(&sandbox, id).run();
        // What ssh calls them differs from version to version.
        let seen = format!("failed  ssh-forward  line {line} of `[ROOT]/user/.ssh/config`: ");
        assert!(run.code() == 1 && run.stdout.contains(&seen) && run.stdout.contains(why), "{}", run.stdout);
        mend(&sandbox, "code", doctor(&sandbox, id));
        says(&sandbox, "ok", id, [NOT_FORWARDED, "", ""]);
    }
}

#[test]
fn settings_of_any_kind() {
    let id = "ssh-forward";
    let sandbox = Sandbox::new();
    let config = sandbox.write("user/.ssh/config", "");
    let file = config.display();
    let skips = |seen| says(&sandbox, "skipped", id, [seen, "", ""]);
    sandbox.write("user/.ssh/config.d/a", "Host a\n");
    fs::create_dir(sandbox.user().join(".ssh/config.d/folder")).unwrap();
    for text in [&b"\0\xff\x01\n"[..], b"# \xfc\n", format!("Include {file}.d/* /none\n").as_bytes()] {
        fs::write(&config, text).unwrap();
        says(&sandbox, "ok", id, [NOT_FORWARDED, "", ""]);
    }
    // Which files these lead to, and what stands far behind, only ssh finds out.
    let far = "# far behind\n".repeat(100_000) + "Match exec true\n";
    for text in ["Include ${HOME}/x\n", "Include ~other/x\n", &far] {
        fs::write(&config, text).unwrap();
        skips(MAY_RUN);
    }
    fs::write(&config, format!("Include {file}\n")).unwrap();
    let run = doctor(&sandbox, id).code(1);
    let seen = "ssh refuses its settings: Too many recursive configuration includes";
    let why = "ssh connects to nothing, so no private module is fetched that way";
    run.stdout(&lines("ssh", "failed", id, [seen, why, "ssh -G gox.invalid"])).check();

    fs::remove_file(&config).unwrap();
    fs::create_dir(&config).unwrap();
    says(&sandbox, "ok", id, [NOT_FORWARDED, "", ""]);
    fs::remove_dir(&config).unwrap();
    sandbox.sh("mkfifo ~/.ssh/config");
    let run = doctor(&sandbox, id).env("GOX_TIMEOUT", "1");
    run.stdout(&lines("ssh", "skipped", id, ["`ssh` did not answer", "", ""])).check();
}

#[test]
fn no_program_is_run_to_read_the_settings() {
    let id = "ssh-forward";
    let sandbox = Sandbox::new();
    sandbox.write("user/.ssh/config.d/work", "");
    let ran = sandbox.root().join("ran");
    let touch = format!("exec \"touch {}\"", ran.display());
    for (file, text) in [
        ("config", format!("Match {touch}\n  ForwardAgent yes\n")),
        ("config", format!("Host *\n  User u\nmatch host gox.invalid {}\n", touch.replace("exec ", "EXEC="))),
        ("config", format!("\"Match\" {touch}\n")),
        ("config.d/work", format!("Match host * {touch}\n")),
    ] {
        sandbox.write("user/.ssh/config", "Include config.d/*\n");
        sandbox.write(&format!("user/.ssh/{file}"), &text);
        says(&sandbox, "skipped", id, [MAY_RUN, "", ""]);
        assert!(!ran.exists(), "{text}");
        // ssh itself would have done it.
        let config = sandbox.user().join(".ssh").join(file);
        sandbox.command("ssh").arg("-F").arg(config).args(["-G", "gox.invalid"]).run();
        assert!(ran.exists(), "{text}");
        fs::remove_file(&ran).unwrap();
    }
    // However the two words are written, a program that ssh would run is not run.
    let config = sandbox.write("user/.ssh/config", "");
    let mut told = 0;
    for keyword in ["Match", "\tmATCH", "\"Match\"", "Match=", "Match\x0b", "# Match", "\u{a0}Match"] {
        for criterion in
            ["exec", "EXEC", "!exec", "\"exec\"", "host * exec", "exec =", "all exec", "canonical exec"]
        {
            let text = format!("{keyword} {criterion} \"touch {}\"\n", ran.display());
            fs::write(&config, &text).unwrap();
            doctor(&sandbox, id).run();
            assert!(!ran.exists(), "{text}");
            sandbox.command("ssh").arg("-F").arg(&config).args(["-G", "gox.invalid"]).run();
            told += usize::from(fs::remove_file(&ran).is_ok());
        }
    }
    assert!(told > 10, "ssh runs {told} of them");
}
