//! `gox setup` for all users of the machine.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use super::{NEW, TAIL, block, setup};
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::{can_mount, tree};

#[test]
fn for_everybody_it_takes_root() {
    let sandbox = Sandbox::new();
    let run = setup(&sandbox, &["--system", "--dry-run"]).run();
    assert_eq!((run.code(), run.stderr.as_str()), (0, "nothing was changed\n"), "{}", run.stdout);
    let init = sandbox.gox(["init", "sh"]).run().stdout;
    let added = format!("+{NEW}\n+{}\n+{TAIL}\n", init.trim_end().replace('\n', "\n+"));
    let lines = init.lines().count() + 2;
    let diff = format!("--- /dev/null\n+++ /etc/profile.d/gox.sh\n@@ -0,0 +1,{lines} @@\n{added}");
    assert_eq!(run.stdout, diff);

    // Somebody else may not reach the program where it was built.
    let gox = sandbox.put_program(GOX, "gox");
    fs::set_permissions(sandbox.root(), Permissions::from_mode(0o755)).unwrap();
    let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    let run = if rustix::process::geteuid().is_root() {
        sandbox.command("setpriv").args(nobody).arg(&gox)
    } else {
        sandbox.command(&gox)
    };
    let error = "error: could not write `/etc/profile.d/gox.sh`\n  caused by: permission denied\n\
                 hint: `sudo [ROOT]/gox setup --system`\n";
    run.args(["setup", "--system"]).code(6).stderr(error).check();

    let error = "error: TARGET cannot be used with `--system`\nhint: see `gox setup --help`\n";
    setup(&sandbox, &["bash", "--system"]).code(2).stderr(error).check();
}

/// In a mount namespace of its own, where `/etc/profile.d` is a folder of the sandbox.
#[test]
fn for_everybody_it_is_one_file() {
    let sandbox = Sandbox::new();
    let folder = sandbox.root().join("profile.d");
    fs::create_dir(&folder).unwrap();
    let namespace = |script: &str| {
        let line = format!("mount --bind '{}' /etc/profile.d && {script}", folder.display());
        sandbox.command("unshare").args(["--map-root-user", "--mount", "sh", "-c", &line])
    };
    if !can_mount(&namespace("true").run()) {
        return;
    }
    // Whatever root's own files are to be, this one is for all.
    let run = namespace(&format!("umask 077 && exec '{GOX}' setup --system --yes")).run();
    let said = "created `/etc/profile.d/gox.sh`\nthe change takes effect at the next login\n";
    assert_eq!((run.code(), run.stderr.as_str()), (0, said), "{}", run.stdout);
    let init = sandbox.gox(["init", "sh"]).run().stdout;
    assert_eq!(sandbox.read("profile.d/gox.sh"), block(NEW, &init));
    assert_eq!(tree::listing(&folder), "0644 file gox.sh\n");
    let said = "it is in `/etc/profile.d/gox.sh` already\n";
    namespace(&format!("'{GOX}' setup --system")).stderr(said).check();
    let run = namespace(&format!("'{GOX}' setup --system --undo --yes")).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert_eq!(tree::listing(&folder), "");
    // As the manual of `gox init` has it.
    sandbox.write("profile.d/gox.sh", &init);
    let said = "`/etc/profile.d/gox.sh:1` does it already, written by hand\n";
    namespace(&format!("'{GOX}' setup --system --yes")).stderr(said).check();
    fs::remove_dir_all(&folder).unwrap();
}
