//! Under a umask that forbids nothing a store is writable for its owner alone.

use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::tree;

#[test]
fn nobody_else_may_write_whatever_the_umask_is() {
    let (sandbox, proxy) = (Sandbox::new(), ModuleProxy::with_versions(&["1.99.1"]));
    let script = format!(
        "umask 000 && '{GOX}' install 1.99.1 && '{GOX}' pin 1.99.1 && '{GOX}' status && \
         '{GOX}' config set timeout 7"
    );
    let run = sandbox.command("sh").args(["-c", &script]).envs(proxy.environment()).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let listing = tree::listing(&sandbox.user());
    let open = |line: &&str| {
        let mode = u32::from_str_radix(line.split(' ').next().unwrap(), 8).unwrap();
        !line.contains(" link ") && mode & 0o022 != 0
    };
    assert!(listing.contains("0755 dir .local/go/toolchains\n"), "{listing}");
    assert_eq!(listing.lines().filter(open).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn others_may_read_a_store_whatever_the_umask_is() {
    let (sandbox, proxy) = (Sandbox::new(), ModuleProxy::with_versions(&["1.99.1"]));
    let script = format!(
        "umask 077 && '{GOX}' install 1.99.1 && '{GOX}' default 1.99.1 && '{GOX}' config set timeout 7"
    );
    let run = sandbox.command("sh").args(["-c", &script]).envs(proxy.environment()).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let listing = sandbox.listing("");
    let closed = |line: &&str| !line.contains("locks/") && line.starts_with("0700");
    assert_eq!(listing.lines().filter(closed).collect::<Vec<_>>(), [""; 0], "{listing}");
    let root = tree::listing(&sandbox.user());
    assert!(root.contains("0755 dir .local/go\n"), "{root}");
    // What is the user's own follows the umask.
    assert!(root.contains("0700 dir .config/gox\n"), "{root}");
}
