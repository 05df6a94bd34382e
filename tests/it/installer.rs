//! `dist/install.sh` as it is released: in the shells of Linux, with the programs that machines have, against a server.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::support::archives::{goarch, goos};
use crate::support::command::Command;
use crate::support::gate::Gate;
use crate::support::mount::namespace_if_allowed;
use crate::support::raw::{TarEntry, gzip, tar};
use crate::support::response::{Fault, Framing, Response, hex};
use crate::support::running::Output;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;
use crate::support::tree;

/// A shell, what downloads, and what hashes.
type Way = [&'static str; 3];

const CURL: Way = ["dash", "curl", "sha256sum"];
const WGET: Way = ["bash", "wget", "openssl"];
/// The only programs on Alpine.
const BUSYBOX: Way = ["busybox", "busybox", "busybox"];
const WAYS: [Way; 7] = [
    CURL,
    WGET,
    BUSYBOX,
    ["bash", "curl", "shasum"],
    ["dash", "wget", "sha256sum"],
    ["zsh", "wget", "sha256sum"],
    // A shell of busybox among the programs of Debian.
    ["ash", "curl", "openssl"],
];

/// What the script uses beside those three.
const TOOLS: [&str; 12] =
    ["cat", "chmod", "grep", "gzip", "mkdir", "mv", "perl", "rm", "sed", "sh", "tar", "uname"];

/// A machine, a server with a release, and the script of that release.
struct World {
    sandbox: Sandbox,
    server: Server,
    script: String,
}

/// The script as `dist/release` fills it in for an archive of this machine, which is at [`target`] below the URL.
pub(crate) fn released(url: &str, archive: &[u8]) -> String {
    let archives = format!("{}-{} {}\nplan9-mips 0123", goos(), goarch(), hex(&Sha256::digest(archive)));
    let script = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("dist/install.sh")).unwrap();
    script.replace("@VERSION@", "9.9.9").replace("@URL@", url).replace("@ARCHIVES@", &archives)
}

impl World {
    /// With an archive that has these files.
    fn with(entries: &[TarEntry]) -> Self {
        let world = World { sandbox: Sandbox::new(), server: Server::start(), script: String::new() };
        let archive = gzip(&tar(entries));
        world.server.route(target(), Response::new(archive.clone()));
        World { script: released(&world.server.url(), &archive), ..world }
    }

    fn new() -> Self {
        World::with(&[program("#!/bin/sh\n# GOX_SYSTEM_HOME\necho gox 9.9.9\n")])
    }

    /// The script by a pipe, with no other programs than those of the way.
    fn install(&self, way: Way, arguments: &[&str]) -> Command<'_> {
        let path = self.tools(way);
        let shell = Path::new(&path).join(way[0]);
        let script = ["-s", "--"].iter().chain(arguments);
        let applet = (way[0] == "busybox").then_some("sh");
        self.sandbox.command(shell).args(applet).args(script).env("PATH", path).stdin(&self.script)
    }

    /// A folder with links to the programs of the way.
    fn tools(&self, way: Way) -> OsString {
        let folder = self.sandbox.root().join(way.join("-"));
        if !folder.exists() {
            fs::create_dir(&folder).unwrap();
            let all = TOOLS.iter().chain(&way[..]);
            for name in all.filter(|_| way != BUSYBOX) {
                let system = ["/usr/bin", "/bin"].map(|folder| Path::new(folder).join(name));
                let program = if *name == "ash" { Path::new("/bin/busybox") } else { &system[0] };
                let program = if program.exists() { program } else { &system[1] };
                symlink(program, folder.join(name)).unwrap();
            }
            if way == BUSYBOX {
                let all = TOOLS.iter().chain(&["busybox", "wget", "sha256sum"]);
                all.for_each(|name| symlink("/bin/busybox", folder.join(name)).unwrap());
            }
            // A pause is nothing to wait for here.
            self.sandbox.put_script(&format!("{}/sleep", way.join("-")), "#!/bin/sh\n");
        }
        folder.into_os_string()
    }

    /// What is where gox is put by default.
    fn installed(&self) -> String {
        tree::listing(&self.sandbox.user().join(".local/bin"))
    }

    /// What the script says before it does anything.
    fn plan(&self, program: &str) -> String {
        let sum = self.script.split(&format!("{}-{} ", goos(), goarch())).nth(1).unwrap();
        format!(
            "gox 9.9.9 for [OS]-[ARCH]\n  from    http://[SERVER]/gox-9.9.9-[OS]-[ARCH].tar.gz\n  \
             sha256  {}\n  to      {program}\n",
            &sum[..64]
        )
    }
}

/// The path of the archive.
pub(crate) fn target() -> String {
    format!("/gox-9.9.9-{}-{}.tar.gz", goos(), goarch())
}

/// The program in the archive.
pub(crate) fn program(content: impl AsRef<[u8]>) -> TarEntry {
    TarEntry::file(format!("gox-9.9.9-{}-{}/gox", goos(), goarch()), 0o755, content.as_ref())
}

const REPLACES: &str = "          where it replaces gox 9.9.9\n";
const NOTHING_FETCHES: &str = "error: neither curl nor wget is there\n\
    hint: install one of them; a curl of snap does not count, as it cannot write to hidden folders\n";
const DRY: &str = "nothing is changed: --dry-run\n";
const BIN: &str = "[ROOT]/user/.local/bin";

#[test]
fn from_a_pipe_to_a_program_and_back() {
    for way in WAYS {
        let world = World::new();
        let plan = world.plan(&format!("{BIN}/gox"));
        world.install(way, &["--dry-run"]).stdout(&format!("{plan}{DRY}")).check();
        assert_eq!((world.server.targets(), world.sandbox.user().join(".local").exists()), (vec![], false));
        let done = format!("gox is installed\nnext: {BIN}/gox setup\n");
        world.install(way, &[]).stdout(&format!("{plan}{done}")).check();
        assert_eq!(world.installed(), "0755 file gox\n", "{way:?}");
        world.sandbox.command(world.sandbox.user().join(".local/bin/gox")).stdout("gox 9.9.9\n").check();
        world.install(way, &[]).stdout(&format!("{plan}{REPLACES}{done}")).check();
        let removes = format!("removes {BIN}/gox\n");
        world.install(way, &["--uninstall", "--dry-run"]).stdout(&format!("{removes}{DRY}")).check();
        assert_eq!(world.installed(), "0755 file gox\n", "{way:?}");
        let left = "what gox wrote is still there: its store, its settings, and the lines of `gox setup`\n";
        world.install(way, &["--uninstall"]).stdout(&format!("{removes}{left}")).check();
        assert_eq!(world.installed(), "", "{way:?}");
        let error = format!("error: there is no {BIN}/gox\n");
        world.install(way, &["--uninstall"]).code(1).stderr(&error).check();
    }
}

#[test]
fn folders_of_any_name() {
    let world = World::new();
    let it = world.sandbox.root().join("it's $me");
    for way in WAYS {
        let quoted = r"'[ROOT]/it'\''s $me/.local/bin/gox'";
        let run = world.install(way, &[]).env("HOME", &it).run();
        let replaces = if way == WAYS[0] { "" } else { REPLACES };
        let next = format!("gox is installed\nnext: {quoted} setup\n");
        run.assert(0, &format!("{}{replaces}{next}", world.plan(quoted)), "");
        // The line can be pasted.
        let raw = String::from_utf8(run.raw_stdout).unwrap();
        let line = raw.split_once("next: ").unwrap().1.replace(" setup", " --version");
        assert_eq!(world.sandbox.sh(&line), "gox 9.9.9\n");
    }
    for (arguments, program) in [
        (&["--to", "a b"][..], "'[ROOT]/code/a b/gox'"),
        (&["--to=-x"], "[ROOT]/code/-x/gox"),
        (&["--to", "/../.$x"], "'/../.$x/gox'"),
    ] {
        let run = world.install(CURL, &[arguments, &["--dry-run"]].concat());
        run.stdout(&format!("{}{DRY}", world.plan(program))).check();
    }
    // Where the shell finds this gox, its name is enough, in each spelling of the folder.
    for way in WAYS {
        let (folder, mut replaces) = (way.join("-"), "");
        world.tools(way);
        for (to, shown) in [
            (format!("../{folder}"), format!("[ROOT]/code/../{folder}/gox")),
            (format!("{}/", world.sandbox.root().join(&folder).display()), format!("[ROOT]/{folder}/gox")),
        ] {
            let plan = world.plan(&shown);
            let stdout = format!("{plan}{replaces}gox is installed\nnext: gox setup\n");
            world.install(way, &["--to", &to]).stdout(&stdout).check();
            replaces = REPLACES;
        }
    }
}

#[test]
fn what_a_killed_installation_left_is_removed() {
    for way in WAYS {
        let world = World::new();
        // No process can have the first number, and this one runs.
        let alive = format!(".gox-install.{}", std::process::id());
        for left in [".gox-install.99999999", &alive] {
            world.sandbox.write(&format!("user/.local/bin/{left}/archive"), "");
        }
        assert_eq!(world.install(way, &[]).run().code(), 0);
        let expected = format!("0755 dir {alive}\n0644 file {alive}/archive\n0755 file gox\n");
        assert_eq!(world.installed(), expected, "{way:?}");
    }
}

#[test]
fn a_curl_of_snap_is_none() {
    let world = World::new();
    let snap = world.sandbox.root().join("snap/bin");
    fs::create_dir_all(&snap).unwrap();
    symlink("/bin/false", snap.join("curl")).unwrap();
    for (way, code) in [(["dash", "wget", "sha256sum"], 0), (["bash", "true", "sha256sum"], 1)] {
        let path = format!("{}:{}", snap.display(), world.tools(way).to_str().unwrap());
        let run = world.install(way, &[]).env("PATH", path).run();
        assert_eq!((run.code(), said(&run).as_str()), (code, if code == 0 { "" } else { NOTHING_FETCHES }));
    }
}

#[test]
fn disks_that_are_full_or_run_nothing() {
    // What gzip cannot make smaller.
    let random: String = (0..4096).map(|number: u32| hex(&Sha256::digest(number.to_be_bytes()))).collect();
    let script = format!("#!/bin/sh\n# GOX_SYSTEM_HOME\nexit 0\n# {random}\n");
    let full = "error: could not write to [ROOT]/disk\nhint: name another folder with --to\n";
    let noexec = "error: gox does not run in [ROOT]/disk\n\
                  hint: if no program may run there, name another folder with --to\n";
    for (options, code, error) in [("size=64k", 6, full), ("noexec", 1, noexec)] {
        for way in [CURL, WGET, BUSYBOX] {
            let world = World::with(&[program(&script)]);
            let disk = world.sandbox.root().join("disk");
            fs::create_dir(&disk).unwrap();
            let (disk, path) = (disk.display(), world.tools(way));
            let path = path.display();
            let applet = if way == BUSYBOX { "sh" } else { "" };
            let line = format!(
                "mount -t tmpfs -o {options} none '{disk}' || exit; PATH='{path}'; \
                 '{path}/{}' {applet} -s -- --to '{disk}'; code=$?; /bin/ls -A '{disk}'; exit $code",
                way[0]
            );
            let Some(command) = namespace_if_allowed(&world.sandbox, &line) else { return };
            let run = command.stdin(&world.script).run();
            assert_eq!((run.code(), &run.stdout), (code, &world.plan("[ROOT]/disk/gox")), "{way:?}");
            assert!(run.stderr.ends_with(error), "{way:?}: {}", run.stderr);
        }
    }
}

/// Standard error without what the downloading program said, which is indented.
fn said(output: &Output) -> String {
    output.stderr.split_inclusive('\n').filter(|line| !line.starts_with("  ")).collect()
}

#[test]
fn downloads_that_fail_leave_what_was_there() {
    let url = "http://[SERVER]/gox-9.9.9-[OS]-[ARCH].tar.gz";
    let once = format!(
        "error: could not fetch {url}\nhint: the lines above say why: run this again once that is mended\n"
    );
    let network = format!("try 2 of 3\ntry 3 of 3\n{once}");
    let wrong = format!("error: {url} has the sha256 [SUM], which is not that of the release\n");
    for way in [CURL, WGET, BUSYBOX] {
        let world = World::new();
        let good = gzip(&tar(&[program("#!/bin/sh\n# GOX_SYSTEM_HOME\necho gox 9.9.9\n")]));
        let old = "# GOX_SYSTEM_HOME, but older\n";
        world.sandbox.write("user/.local/bin/gox", old);
        let (wrong, network, once) = ((5, wrong.clone()), (4, network.clone()), (4, once.clone()));
        // busybox may take a connection that closes early for the end.
        let cut = if way == BUSYBOX { &[&network, &wrong][..] } else { &[&network] };
        for (response, expected) in [
            (Response::new("another"), &[&wrong][..]),
            (Response::new(""), &[&wrong]),
            (Response::new(good.clone()).framing(Framing::Close).fault(Fault::CutAfter(99)), &[&wrong]),
            (Response::new(good.clone()).fault(Fault::CutAfter(99)), cut),
            (Response::new(good.clone()).fault(Fault::ResetAfter(99)), cut),
            (Response::new("").fault(Fault::HangUp), &[&network]),
            (Response::status(404, "no"), &[&once]),
            (Response::status(410, "no"), &[&once]),
            (Response::status(503, "no"), &[&network]),
        ] {
            world.server.route(target(), response);
            let run = world.install(way, &[]).run();
            let found = said(&run).split("sha256 ").nth(1).map_or(String::new(), |text| text[..64].into());
            let said = if found.is_empty() { said(&run) } else { said(&run).replace(&found, "[SUM]") };
            assert!(expected.contains(&&(run.code(), said)), "{way:?}\n{}", run.stderr);
            assert_eq!(world.sandbox.read("user/.local/bin/gox"), old);
            assert_eq!(world.installed(), "0644 file gox\n", "{way:?}");
        }
        let cut = Response::new(good.clone()).fault(Fault::HangUp);
        world.server.sequence(target(), vec![cut.clone(), cut, Response::new(good)]);
        let run = world.install(way, &[]).run();
        assert_eq!((run.code(), said(&run).as_str()), (0, "try 2 of 3\ntry 3 of 3\n"), "{}", run.stderr);
        assert_eq!(world.installed(), "0755 file gox\n");
    }
}

#[test]
fn without_a_network() {
    for way in [CURL, WGET, BUSYBOX] {
        let mut world = World::new();
        world.script = world.script.replace(&world.server.url(), "http://127.0.0.1:1");
        let run = world.install(way, &[]).run();
        assert_eq!((run.code(), said(&run).lines().count()), (4, 4), "{}", run.stderr);
        assert_eq!(world.installed(), "");
    }
}

#[test]
fn archives_of_no_use() {
    let name = format!("gox-9.9.9-{}-{}", goos(), goarch());
    for (entry, code, error) in [
        (TarEntry::file(format!("{name}/xog"), 0o755, ""), 6, "error: could not unpack the archive\n"),
        (
            program("#!/bin/sh\nexit 9\n"),
            1,
            "error: gox does not run in [ROOT]/user/.local/bin\n\
             hint: if no program may run there, name another folder with --to\n",
        ),
    ] {
        let world = World::with(&[entry]);
        let run = world.install(CURL, &[]).run();
        assert_eq!((run.code(), run.stderr.ends_with(error)), (code, true), "{}", run.stderr);
        assert_eq!(world.installed(), "");
    }
}

#[test]
fn what_is_no_gox_stays() {
    let hint = "hint: move it away, or name another folder with --to\n";
    for make in [
        |path: &Path| fs::write(path, "the other gox, which compiles Go for many platforms").unwrap(),
        |path: &Path| fs::create_dir(path).unwrap(),
        |path: &Path| symlink("nowhere", path).unwrap(),
        |path: &Path| symlink("/bin/sh", path).unwrap(),
    ] {
        for way in [CURL, BUSYBOX] {
            let world = World::new();
            fs::create_dir_all(world.sandbox.user().join(".local/bin")).unwrap();
            make(&world.sandbox.user().join(".local/bin/gox"));
            let before = world.installed();
            let error = format!("error: {BIN}/gox is there, and is no gox\n{hint}");
            let plan = world.plan(&format!("{BIN}/gox"));
            world.install(way, &[]).code(1).stdout(&plan).stderr(&error).check();
            world.install(way, &["--uninstall"]).code(1).stderr(&error).check();
            assert_eq!((world.installed(), world.server.targets()), (before, vec![]));
        }
    }
}

#[test]
fn folders_that_cannot_be_written() {
    let hint = "hint: name another folder with --to\n";
    for way in [CURL, WGET, BUSYBOX] {
        let world = World::new();
        world.sandbox.write("code/file", "");
        let plan = world.plan("[ROOT]/code/file/bin/gox");
        let run = world.install(way, &["--to", "file/bin"]).run();
        assert_eq!((run.code(), run.stdout.clone()), (6, plan));
        let error = format!("error: could not make [ROOT]/code/file/bin\n{hint}");
        assert!(run.stderr.ends_with(&error), "{}", run.stderr);
    }
    // Root may write everywhere, but for a file system that is no disk.
    let world = World::new();
    let run = world.install(CURL, &["--to", "/proc"]).run();
    assert_eq!((run.code(), run.stdout.clone()), (6, world.plan("/proc/gox")));
    assert!(run.stderr.ends_with(&format!("error: could not write to /proc\n{hint}")), "{}", run.stderr);
    assert_eq!(world.server.targets(), [""; 0]);
}

#[test]
fn the_machines_that_there_are() {
    let mut world = World::new();
    let known = ["linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64"];
    let lines = known.map(|platform| format!("{platform} 4711\n")).concat();
    world.script = world.script.replace("plan9-mips 0123", &lines);
    for (system, machine, translated, expected) in [
        ("Linux", "x86_64", "", Ok("linux-amd64")),
        ("Linux", "amd64", "", Ok("linux-amd64")),
        ("Linux", "aarch64", "", Ok("linux-arm64")),
        ("Darwin", "arm64", "1", Ok("darwin-arm64")),
        ("Darwin", "x86_64", "1", Ok("darwin-arm64")),
        ("Darwin", "x86_64", "", Ok("darwin-amd64")),
        ("Linux", "riscv64", "", Err("linux-riscv64")),
        ("Linux", "armv7l", "", Err("linux-armv7l")),
        ("SunOS", "i86pc", "", Err("SunOS-i86pc")),
        ("MINGW64_NT-10.0-22631", "x86_64", "", Err("MINGW64_NT-10.0-22631-amd64")),
        ("Linux", "", "", Err("linux-")),
    ] {
        let tools = world.tools(CURL);
        let at = Path::new(&tools).file_name().unwrap().to_str().unwrap();
        let uname = format!("#!/bin/sh\n[ $1 = -s ] && echo '{system}' || echo '{machine}'\n");
        world.sandbox.put_script(&format!("{at}/uname"), &uname);
        world.sandbox.put_script(&format!("{at}/sysctl"), &format!("#!/bin/sh\necho {translated}\n"));
        let run = world.install(CURL, &["--dry-run"]).run();
        let stdout = String::from_utf8(run.raw_stdout.clone()).unwrap();
        match expected {
            Ok(platform) => {
                assert!(stdout.starts_with(&format!("gox 9.9.9 for {platform}\n")), "{stdout}");
                assert!(stdout.contains(&format!("gox-9.9.9-{platform}.tar.gz")), "{stdout}");
            }
            Err(platform) => {
                let stderr = String::from_utf8(run.raw_stderr.clone()).unwrap();
                let error = format!("error: gox 9.9.9 has no archive for {platform}, only for ");
                assert!(stderr.starts_with(&error), "{stderr}");
                let hint = "hint: build it from its sources, as its README says\n";
                assert_eq!((run.code(), stdout.as_str(), stderr.ends_with(hint)), (3, "", true));
            }
        }
    }
}

#[test]
fn arguments_and_programs_that_are_missing() {
    let world = World::new();
    let folder = "error: --to needs a folder\nhint: one that begins with - is --to=FOLDER\n";
    for (arguments, error) in [
        (&["--to"][..], folder),
        (&["--to", ""], folder),
        (&["--to", "--dry-run"], folder),
        (&["--to", "-h"], folder),
        (&["--to="], "error: unknown argument `--to=`\nhint: see --help\n"),
        (&["1.22.4"], "error: unknown argument `1.22.4`\nhint: see --help\n"),
    ] {
        world.install(CURL, arguments).code(2).stderr(error).check();
    }
    let error = "error: HOME is not set\nhint: name a folder with --to\n";
    world.install(CURL, &[]).env_remove("HOME").code(2).stderr(error).check();
    world.install(CURL, &[]).env("HOME", "").code(2).stderr(error).check();
    world.install(WGET, &["--help"]).stdout(&help()).check();
    world.install(["bash", "true", "openssl"], &[]).code(1).stderr(NOTHING_FETCHES).check();
    let error = "error: neither sha256sum nor shasum nor openssl is there\n";
    world.install(["bash", "curl", "true"], &[]).code(1).stderr(error).check();
    assert_eq!((world.installed(), world.server.targets()), (String::new(), vec![]));
}

fn help() -> String {
    "installs gox 9.9.9\n\nusage: install.sh [--to FOLDER] [--dry-run] [--uninstall]\n\n  \
     --to FOLDER  puts gox into this folder; by default ~/.local/bin\n  \
     --dry-run    says what would be done, and does nothing\n  \
     --uninstall  removes gox from the folder again\n"
        .to_owned()
}

#[test]
fn a_script_that_breaks_off_does_nothing() {
    let mut world = World::new();
    let whole = world.script.clone();
    let end = whole.trim_end().len();
    // Within the last group each byte, before it each sixteenth part.
    let cuts = (1..16).map(|part| end * part / 16).chain(end - 20..end);
    for cut in cuts {
        world.script = whole[..cut].to_owned();
        for way in [CURL, BUSYBOX] {
            world.install(way, &[]).run();
            let local = world.sandbox.user().join(".local");
            assert_eq!((world.server.targets(), local.exists()), (vec![], false), "{}", world.script);
        }
    }
}

#[test]
fn an_interrupt_leaves_nothing() {
    for (way, signal, code) in [
        (CURL, rustix::process::Signal::INT, 130),
        (WGET, rustix::process::Signal::TERM, 143),
        (BUSYBOX, rustix::process::Signal::HUP, 129),
    ] {
        let (world, gate) = (World::new(), Gate::new());
        let stalled = Response::new("some bytes").fault(Fault::StallAfter(4, gate.clone()));
        world.server.route(target(), stalled);
        let running = world.install(way, &[]).group().spawn();
        gate.wait_reached();
        let group = rustix::process::Pid::from_raw(running.id().cast_signed()).unwrap();
        rustix::process::kill_process_group(group, signal).unwrap();
        assert_eq!((running.wait().code(), world.installed().as_str()), (code, ""), "{way:?}");
    }
}
