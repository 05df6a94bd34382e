//! The checks of WSL, each in each of its states.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::Value;

use super::{Machine, lines};
use crate::support::command::Command;
use crate::support::recorded::{self, Recorded};
use crate::support::sandbox::GOX;

/// The lines of a check that has nothing to say.
fn quiet(state: &str, id: &str, seen: &str) -> String {
    format!("wsl\n  {state:7} {id}  {seen}\n\n1 {state}\n")
}

#[track_caller]
fn fine(command: Command<'_>, id: &str, seen: &str) {
    command.stdout(&quiet("ok", id, seen)).check();
}

/// The output of a check that measured something, with `N` for the number.
fn measured(command: Command<'_>, code: i32) -> String {
    let run = command.run();
    assert_eq!((run.code(), run.stderr.as_str()), (code, ""));
    // Whether two folders of one disk differ is chance.
    let mut text = String::new();
    for part in run.stdout.split_inclusive(" × slower than `~`") {
        let number = part
            .strip_suffix(" × slower than `~`")
            .map(|part| part.trim_end_matches(|c: char| c.is_ascii_digit()));
        text += number.map_or(part, |part| part.strip_suffix(", ").unwrap());
    }
    text
}

#[test]
fn the_version_by_files_then_by_variables() {
    let id = "wsl-version";
    for (machine, variables, seen) in [
        ("wsl2-ubuntu", &[][..], "WSL 2, Ubuntu"),
        ("wsl2-ubuntu", &[("WSL_DISTRO_NAME", "Ubuntu-24.04")], "WSL 2, Ubuntu-24.04"),
        ("wsl2-virtiofs", &[], "WSL 2, Ubuntu"),
        ("own-kernel", &[], "WSL 2, Debian GNU/Linux"),
        ("docker-on-wsl2", &[("WSL_INTEROP", "/run/WSL/1_interop")], "WSL 2, Alpine Linux"),
        ("docker-on-wsl2", &[("WSL_DISTRO_NAME", "Alpine")], "WSL 2, Alpine"),
    ] {
        let recorded = Recorded::new(machine);
        let variables = variables.iter().map(|(name, value)| (*name, (*value).to_owned()));
        fine(recorded.doctor(&[id]).envs(variables), id, seen);
    }
    let own = Recorded::new("own-kernel");
    own.remove("proc/sys/fs");
    let skipped = quiet("skipped", id, "this is not WSL");
    own.doctor(&[id]).stdout(&skipped).check();
    own.write("run/WSL/1_interop", "");
    fine(own.doctor(&[id]), id, "WSL 2, Debian GNU/Linux");
    // A variable alone proves nothing.
    let debian = Recorded::new("debian");
    debian.doctor(&[id]).env("WSL_DISTRO_NAME", "Ubuntu").stdout(&skipped).check();

    let first = Recorded::new("wsl1");
    let why = "WSL 1 has no Linux kernel and no systemd, and supports only some system calls";
    let texts = ["WSL 1, Debian GNU/Linux", why, "in PowerShell: wsl.exe --set-version NAME 2"];
    first.doctor(&[id]).stdout(&lines("wsl", "warning", id, texts)).check();
    let texts = ["WSL 1, my Debian", why, "in PowerShell: wsl.exe --set-version 'my Debian' 2"];
    first
        .doctor(&[id])
        .env("WSL_DISTRO_NAME", "my Debian")
        .stdout(&lines("wsl", "warning", id, texts))
        .check();

    let container = Recorded::new("docker-on-wsl2");
    let why = "memory, drives and the network are set where the container was started, and not in it";
    let texts = ["a container on a WSL kernel", why, ""];
    container.doctor(&[id]).stdout(&lines("wsl", "note", id, texts)).check();
}

#[test]
fn outside_of_a_distribution_there_is_one_line() {
    let debian = Recorded::new("debian");
    let folded = "wsl\n  skipped 6 checks     this is not WSL\n\n6 skipped\n";
    debian.doctor(&["wsl"]).stdout(folded).check();
    let run = debian.doctor(&["wsl", "--json"]).run();
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(found["checks"].as_array().unwrap().len(), 6);
    for id in ["wsl-path", "wsl-place", "wsl-systemd", "wsl-session", "wsl-conf"] {
        debian.doctor(&[id]).stdout(&quiet("skipped", id, "this is not WSL")).check();
    }
    let container = Recorded::new("docker-on-wsl2");
    let text = "\
wsl
  note    wsl-version  a container on a WSL kernel
                       why: memory, drives and the network are set where the container was started, and not in it
  skipped 5 checks     this is a container: wsl-path, wsl-place, wsl-systemd, wsl-session, wsl-conf

1 note, 5 skipped
";
    container.doctor(&["wsl"]).stdout(text).check();
}

#[test]
fn programs_of_windows_that_are_found_first() {
    let id = "wsl-path";
    let recorded = Recorded::new("wsl2-ubuntu");
    let sandbox = &recorded.sandbox;
    for file in ["mnt/c/go/go.exe", "mnt/c/scoop/go", "mnt/c/git/git", "mnt/d/mingw/gcc", "linux/go"] {
        sandbox.put_script(file, "");
    }
    symlink(sandbox.root().join("mnt/c/scoop"), sandbox.root().join("linked")).unwrap();
    let doctor = |folders: &[&str]| recorded.doctor(&[id]).env("PATH", sandbox.path_after(folders));
    let of_go = "it is a Windows program: it builds for Windows, and cannot read Linux paths";
    for (folders, go) in [
        (&["mnt/c/go"][..], "mnt/c/go/go.exe"),
        (&["mnt/c/scoop", "linux"], "mnt/c/scoop/go"),
        (&["linked", "linux"], "linked/go"),
    ] {
        let seen = format!("`[ROOT]/{go}` is the first Go on PATH");
        let expected = lines("wsl", "failed", id, [&seen, of_go, "gox setup wsl --isolate"]);
        doctor(&[&["mnt/c/git"], folders].concat()).code(1).stdout(&expected).check();
    }
    let of_others = "Go starts it, and a Windows program expects Windows paths and line endings";
    for (folder, name) in [("mnt/c/git", "git"), ("mnt/d/mingw", "gcc")] {
        let seen = format!("`[ROOT]/{folder}/{name}` is the first {name} on PATH");
        let expected = lines("wsl", "warning", id, [&seen, of_others, "gox setup wsl --isolate"]);
        doctor(&["linux", folder, "mnt/c/go"]).stdout(&expected).check();
    }
    // Behind those of Linux they only cost time, also where they are not there.
    let path = sandbox.path_after(["linux", "mnt/c"]).into_string().unwrap();
    let root = sandbox.root().display();
    let path = format!("{path}:{root}/mnt/c/go:{root}/mnt/c/git:{root}/mnt/d/none");
    let seen = format!("PATH has 4 of its {} folders on Windows drives", path.split(':').count());
    let why = "each command that is not found is looked for in all of them, which took [TIME]";
    let expected = lines("wsl", "note", id, [&seen, why, "gox setup wsl --isolate"]);
    recorded.doctor(&[id]).env("PATH", path).stdout(&expected).check();
    fine(doctor(&["linux"]), id, "no Windows folder is on PATH");
    // Nobody runs `go.exe` who finds a `go`.
    let shown = doctor(&["mnt/c/go", "linux"]).run();
    assert!(shown.code() == 0 && shown.stdout.contains("PATH has 1 of its "), "{}", shown.stdout);
}

const OF_STORE: &str = "a Windows drive does not keep hard links, modes, locks and syncs as Linux does";
const OF_FOLDERS: &str = "Go reads thousands of files, and every access crosses to Windows";

#[test]
fn folders_on_windows_drives() {
    let id = "wsl-place";
    for machine in ["wsl2-ubuntu", "wsl2-virtiofs", "wsl1", "own-kernel"] {
        let recorded = Recorded::new(machine);
        let sandbox = &recorded.sandbox;
        fine(
            recorded.doctor(&[id]),
            id,
            "the store, Go's folders and this directory are on Linux file systems",
        );
        let there = sandbox.root().join("mnt/c/x");
        for (variable, name, mend) in [
            ("GOMODCACHE", "GOMODCACHE", "unset GOMODCACHE"),
            ("GOCACHE", "GOCACHE", "unset GOCACHE"),
            ("TMPDIR", "TMPDIR", "unset TMPDIR"),
        ] {
            let seen = format!("{name}, `[ROOT]/mnt/c/x`, is on a Windows drive");
            let expected = lines("wsl", "warning", id, [&seen, OF_FOLDERS, mend]);
            assert_eq!(measured(recorded.doctor(&[id]).env(variable, &there), 0), expected);
        }
        let seen = "the store, `[ROOT]/mnt/c/x`, is on a Windows drive";
        let expected = lines("wsl", "failed", id, [seen, OF_STORE, "unset GOX_HOME"]);
        assert_eq!(measured(recorded.doctor(&[id]).env("GOX_HOME", &there), 1), expected);
    }
}

#[test]
fn folders_by_their_defaults_links_and_drives() {
    let id = "wsl-place";
    let recorded = Recorded::new("wsl2-virtiofs");
    let sandbox = &recorded.sandbox;
    let warning = |seen: &str, mend: &str| lines("wsl", "warning", id, [seen, OF_FOLDERS, mend]);
    fs::create_dir_all(sandbox.root().join("mnt/e/src")).unwrap();
    let seen = "this directory, `[ROOT]/mnt/e/src`, is on a Windows drive";
    let run = recorded.doctor(&[id]).cwd("mnt/e/src");
    assert_eq!(
        measured(run, 0),
        warning(seen, "clone the project again in your home directory: `git clone URL ~/NAME`")
    );
    // A folder that is one by a link, and what Go keeps in it.
    fs::create_dir_all(sandbox.root().join("mnt/d/go")).unwrap();
    symlink(sandbox.root().join("mnt/d/go"), sandbox.user().join("go")).unwrap();
    let seen = "GOMODCACHE, `[ROOT]/user/go/pkg/mod`, is on a Windows drive; GOPATH, `[ROOT]/user/go`, is on a \
                Windows drive";
    let mend = |export: &str| format!("echo '{export}' >>[ROOT]/user/.profile && {export}");
    let moved = mend("export GOMODCACHE=[ROOT]/user/.go-mod");
    assert_eq!(measured(recorded.doctor(&[id]), 0), warning(seen, &moved));
    // A file of `go env -w` names one.
    let goenv = sandbox.write("goenv", format!("GOPATH={}/mnt/d/x:/y\n", sandbox.root().display()));
    let seen = seen.replace("user/go", "mnt/d/x");
    assert_eq!(measured(recorded.doctor(&[id]).env("GOENV", goenv), 0), warning(&seen, &moved));
    // The folder of all caches may be such a link, too.
    fs::remove_file(sandbox.user().join("go")).unwrap();
    symlink(sandbox.root().join("mnt/d/go"), sandbox.user().join(".cache")).unwrap();
    let seen = "GOCACHE, `[ROOT]/user/.cache/go-build`, is on a Windows drive";
    let moved = mend("export GOCACHE=[ROOT]/user/.go-build");
    assert_eq!(measured(recorded.doctor(&[id]), 0), warning(seen, &moved));
    fs::remove_file(sandbox.user().join(".cache")).unwrap();
    // The folder of this test, which may lie in `/tmp`, stays on Linux.
    let table = sandbox.read("machine/proc/self/mountinfo");
    let tmp = format!("{table}114 86 0:75 / /tmp rw - virtiofs drvfsT0 rw\n");
    let root = |id, on| format!("{id} {on} 8:32 / {} rw - ext4 /dev/sdc rw\n", sandbox.root().display());
    recorded.write("proc/self/mountinfo", &(tmp + &root(115, 114) + &root(116, 86)));
    let seen = "TMPDIR, `/tmp`, is on a Windows drive";
    let run = recorded.doctor(&[id]).env_remove("TMPDIR");
    assert_eq!(measured(run, 0), warning(seen, &mend("export TMPDIR=/var/tmp")));
    recorded.write("proc/self/mountinfo", &table);
    // What only the user knows is not added to a file.
    symlink(sandbox.root().join("mnt/d/go"), sandbox.user().join(".local")).unwrap();
    let seen = "the store, `[HOME]`, is on a Windows drive";
    let mend = "type `export GOX_HOME=/path/to/go` with a folder on a Linux file system, and add that line at the top \
                of `[ROOT]/user/.profile`";
    let expected = lines("wsl", "failed", id, [seen, OF_STORE, mend]);
    assert_eq!(measured(recorded.doctor(&[id]), 1), expected);
}

#[test]
fn how_much_slower_a_windows_drive_is_has_been_measured() {
    let recorded = Recorded::new("wsl2-ubuntu");
    let there = recorded.sandbox.root().join("mnt/c/x");
    fs::create_dir_all(&there).unwrap();
    // Each look at that folder takes 3 ms more, by strace.
    let strace = recorded.sandbox.command("strace").args(["-f", "-qq", "-o", "/dev/null", "-P"]).arg(&there);
    let strace = strace.args([
        "-e",
        "trace=?statx,?newfstatat,?lstat",
        "-e",
        "inject=?statx,?newfstatat,?lstat:delay_enter=3000",
    ]);
    let doctor = strace.arg(GOX).args(["doctor", "--machine"]).arg(recorded.path("")).arg("wsl-place");
    let run = doctor.env("GOCACHE", there).run();
    // How much is chance.
    let number: String =
        run.stdout.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    let seen = format!("GOCACHE, `[ROOT]/mnt/c/x`, is on a Windows drive, {number} × slower than `~`");
    let mend = "unset GOCACHE";
    run.assert(0, &lines("wsl", "warning", "wsl-place", [&seen, OF_FOLDERS, mend]), "");
}

#[test]
fn systemd_and_the_session_of_the_user() {
    let (id, session) = ("wsl-systemd", "wsl-session");
    let recorded = Recorded::new("wsl2-ubuntu");
    fine(recorded.doctor(&[id]), id, "systemd runs");

    let user = rustix::process::getuid().as_raw();
    let why = "WSL gives up starting the session of a user after `boot.initTimeout`, [TIME] by default: no service of the user runs";
    let mend = format!("sudo systemctl restart user@{user}");
    for (missing, then) in
        [("systemd/private", "bus"), ("bus", "systemd/private"), ("systemd/private", "none")]
    {
        let _ = fs::remove_dir_all(recorded.path("run/user"));
        recorded.write(&format!("run/user/{user}/{then}"), "");
        let seen = format!("systemd runs, and `/run/user/{user}/{missing}` is not there");
        let expected = lines("wsl", "warning", session, [&seen, why, &mend]);
        recorded.doctor(&[session]).stdout(&expected).check();
    }
    recorded.write(&format!("run/user/{user}/systemd/private"), "");
    recorded.write(&format!("run/user/{user}/bus"), "");
    fine(recorded.doctor(&[session]), session, &format!("the session of user {user} runs"));

    let why = "user services and timers, such as an SSH agent, do not run";
    recorded.remove("run/systemd");
    let wanted = "systemd does not run, though `/etc/wsl.conf` asks for it";
    let expected = lines("wsl", "note", id, [wanted, why, "wsl.exe --shutdown"]);
    recorded.doctor(&[id]).stdout(&expected).check();
    recorded.doctor(&[session]).stdout(&quiet("skipped", session, "systemd does not run")).check();
    let expected = lines("wsl", "note", id, ["systemd does not run", why, "gox setup wsl"]);
    for conf in
        ["[boot]\nsystemd=false\nsystemd=true\n", "; x\n[boot]\nsystemd=true\n", "[boot]\nsystemd=yes\n"]
    {
        recorded.write_conf(conf);
        recorded.doctor(&[id]).stdout(&expected).check();
    }
    Recorded::new("wsl2-virtiofs").doctor(&[id]).stdout(&expected).check();
    let first = Recorded::new("wsl1");
    first.doctor(&[id]).stdout(&quiet("skipped", id, "WSL 1 has no systemd")).check();
    first.doctor(&[session]).stdout(&quiet("skipped", session, "systemd does not run")).check();
}

#[test]
fn what_wsl_does_not_take_from_its_settings() {
    let id = "wsl-conf";
    fine(
        Recorded::new("wsl2-virtiofs").doctor(&[id]),
        id,
        "`/etc/wsl.conf` does not exist: the defaults apply",
    );
    let recorded = Recorded::new("wsl2-ubuntu");
    fine(recorded.doctor(&[id]), id, "`/etc/wsl.conf` is in effect");
    // The first process started 4.17 s after the kernel, which started a second after all is old.
    recorded.age("etc/wsl.conf", 5);
    fine(recorded.doctor(&[id]), id, "`/etc/wsl.conf` is in effect");
    recorded.age("etc/wsl.conf", 6);
    let seen = "`/etc/wsl.conf` was changed after this distribution started";
    let expected = lines("wsl", "note", id, [seen, "the change has no effect yet", "wsl.exe --shutdown"]);
    recorded.doctor(&[id]).stdout(&expected).check();

    let why = "WSL ignores it, and says so at each start";
    for (conf, seen, mend) in [
        (
            "[boot]\nsystemd=true\n# mine\n[Boot]\nSystemd=false\n",
            "line 5 sets `Boot.Systemd` again, after line 2",
            "remove line 5 of `/etc/wsl.conf`",
        ),
        (
            "[wsl2]\nmemory=4GB\n",
            "line 2 sets `memory`, which belongs in `.wslconfig` on Windows",
            "move line 2 of `/etc/wsl.conf` to `%UserProfile%\\.wslconfig`, in Windows",
        ),
        (
            "[network]\nnetworkingMode=mirrored\n",
            "line 2 sets `networkingMode`, which belongs in `.wslconfig` on Windows",
            "move line 2 of `/etc/wsl.conf` to `%UserProfile%\\.wslconfig`, in Windows",
        ),
        (
            "[boot]\nsystem=true\n",
            "line 2 sets `boot.system`, which WSL does not know",
            "remove line 2 of `/etc/wsl.conf`",
        ),
        (
            "[interop]\nappendWindowsPath = no\nenabled=1\n",
            "line 2 sets `interop.appendWindowsPath` to `no`, but it must be `true` or `false`",
            "change line 2 of `/etc/wsl.conf` to `appendWindowsPath=true`",
        ),
        (
            "[a]\nx=1\n[user]\ndefault=me\ndefault=\u{1b}[31m\n",
            "line 2 sets `a.x`, which WSL does not know; line 5 sets `user.default` again, after line 4",
            "remove line 2 of `/etc/wsl.conf`",
        ),
    ] {
        recorded.write_conf(conf);
        let expected = lines("wsl", "warning", id, [&format!("`/etc/wsl.conf`: {seen}"), why, mend]);
        recorded.doctor(&[id]).stdout(&expected).check();
    }
    let why = "WSL reads neither that line nor what is below it";
    for (conf, line) in
        [("[boot]\n; mine\nsystemd=true\n", 2), ("[automount]\nroot=C:\\Users\n", 2), ("[boot\n", 1)]
    {
        recorded.write_conf(conf);
        let seen = format!("line {line} of `/etc/wsl.conf` is not a section, key or comment");
        let mend = format!("sudo nano +{line} /etc/wsl.conf");
        recorded.doctor(&[id]).stdout(&lines("wsl", "warning", id, [&seen, why, &mend])).check();
    }
}

#[test]
fn the_clock_of_a_virtual_machine_that_slept() {
    let machine = Machine::healthy();
    machine.set_clocks(15);
    let why = "certificates count as expired or not yet valid, and the age of a kept list is wrong";
    for (name, mend) in [
        ("wsl2-ubuntu", "sudo hwclock -s"),
        ("wsl1", "in PowerShell: w32tm /resync"),
        ("debian", "timedatectl set-ntp true"),
    ] {
        let texts = ["the clock is 15 min behind that of 127.0.0.1", why, mend];
        let run = machine.gox(&["doctor", "clock", "--machine"]).arg(recorded::folder(name));
        run.stdout(&lines("network", "warning", "clock", texts)).check();
    }
}
