//! Under a umask that forbids nothing a store is writable for its owner alone.

use crate::support::proxy::ModuleProxy;
use crate::support::sandbox::{GOX, Sandbox};
use crate::support::tree::{self, Kind};

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
    assert!(listing.contains("0755 dir .local/go/toolchains\n"), "{listing}");
    let open = |entry: &tree::Entry| !matches!(entry.kind, Kind::Link(_)) && entry.mode & 0o022 != 0;
    let open = tree::entries(&sandbox.user()).into_iter().filter(open).map(|entry| entry.to_string());
    assert_eq!(open.collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn others_may_read_a_store_whatever_the_umask_is() {
    let (sandbox, proxy) = (Sandbox::new(), ModuleProxy::with_versions(&["1.99.1"]));
    let script = format!(
        "umask 077 && '{GOX}' install 1.99.1 && '{GOX}' default 1.99.1 && '{GOX}' config set timeout 7"
    );
    let run = sandbox.command("sh").args(["-c", &script]).envs(proxy.environment()).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let closed = |entry: &tree::Entry| {
        let wanted = if entry.kind == Kind::Dir { 0o755 } else { 0o444 };
        entry.mode & wanted != wanted
    };
    let closed: Vec<_> =
        sandbox.entries("").into_iter().filter(closed).map(|entry| entry.to_string()).collect();
    // Nobody else has to take a lock.
    let locks =
        ["0600 file locks/.store.lock", "0600 file locks/go1.99.1.lock", "0600 file sumdb/sumdb.test/lock"];
    assert_eq!(closed, locks);
    let root = tree::listing(&sandbox.user());
    assert!(root.contains("0755 dir .local/go\n"), "{root}");
    // What is the user's own follows the umask.
    assert!(root.contains("0700 dir .config/gox\n"), "{root}");
}
