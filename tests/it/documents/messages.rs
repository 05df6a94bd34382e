//! What docs/troubleshooting.md quotes is what gox prints: each of its messages is brought about.

use super::machine::Machine;
use super::page;
use crate::support::archives::FakeToolchain;
use crate::support::proxy;
use crate::support::tls::Authority;
use crate::support::vulndb::{VulnDb, time};

/// How to bring about each message, in the order of the page: a script for bash in the project of a machine. `$TLS` is
/// a server with a certificate that nobody knows, `$LIES` a folder with other bytes than the checksum database has, `$OLD`
/// a vulnerability database that nobody renews.
const SCRIPTS: [&str; 23] = [
    "PATH=~/src/go/bin:$PATH gox status",
    "echo 1.22.4 >.go-version; sed -i 's/1.21/1.26/' go.mod; go version",
    "gox use 1.26",
    "cd /; GOX_HOME=$HOME/none gox which",
    "gox setup '#' puts the shims first",
    "GOX_AUTO_INSTALL=never GO_VERSION=1.24.13 gox which",
    "gox install 1.26.99",
    "gox install 22",
    "echo '1.26 or so' >.go-version; go version; rm .go-version",
    "GO_VERSION=fast go version",
    "GOX_SOURCES=proxy GOX_HOME=$PWD/new GOPROXY=http://127.0.0.1:1 gox install latest",
    "GOX_SOURCES=proxy GOPROXY=http://127.0.0.1:1 gox install 1.25.14",
    "GOX_OFFLINE=1 gox install 1.25.14",
    "GOX_SOURCES=proxy GOPROXY=$TLS gox install 1.25.14",
    "GOX_VULNDB=/nowhere gox audit",
    "GOX_OFFLINE=1 GOX_VULNDB=$OLD gox audit",
    "GOSUMDB=sum.golang.org GOPROXY=http://127.0.0.1:1 gox verify --log 1.26.11",
    "GOSUMDB=off gox install 1.25.14",
    "GOX_SOURCES=dir:$LIES gox install 1.25.14",
    "file=$(gox root 1.26.11)/src/empty.s; chmod u+w $file; echo x >$file; gox verify",
    "gox uninstall 1.27.3",
    "flock ~/.local/go/locks/go1.25.14.lock -c 'GOX_LOCK_TIMEOUT=1 gox install 1.25.14'",
    "gox setup </dev/null",
];

#[test]
fn each_message_is_printed() {
    let machine = Machine::with_gox();
    let (_, stranger) = Authority::that_serves(&["127.0.0.1"]);
    let lies = machine.sandbox.root().join("mnt/lies");
    let lie = FakeToolchain::new("1.25.14").with_file("src/fmt/print.go", 0o644, "package lie\n");
    proxy::write_to(&lies, &[lie]);
    let old = machine.sandbox.root().join("mnt/vulndb");
    let mut database = VulnDb::of(&["GO-2026-6218", "GO-2026-6179"]);
    (database.modified, database.others) = (time(40), time(40));
    database.write_to(&old);
    let path = machine.sandbox.path_after([machine.sandbox.home().join("shims")]);
    let page = page("docs/troubleshooting.md");
    let messages: Vec<&str> = page.text.lines().filter_map(quoted).collect();
    assert_eq!(messages.len(), SCRIPTS.len(), "each message has a script: {messages:#?}");
    for (message, script) in messages.iter().zip(SCRIPTS) {
        let run = machine.command("bash").args(["-c", &format!("cd project; {script}")]);
        let run = run.env("PATH", &path).env("TLS", stranger.url()).env("LIES", &lies).env("OLD", &old).run();
        let printed = format!("{}{}", run.stdout, run.stderr);
        assert!(printed.lines().any(|line| matches(line, message)), "{script}: no `{message}` in\n{printed}");
    }
}

/// The message in the first cell of a row.
fn quoted(row: &str) -> Option<&str> {
    row.strip_prefix("| ``")?.split("`` |").next().map(str::trim)
}

/// Whether a line is the message with something in place of each `…`; more may follow.
fn matches(line: &str, message: &str) -> bool {
    let (begin, pieces) = message.split_once('…').unwrap_or((message, ""));
    let Some(mut rest) = line.trim_start().strip_prefix(begin) else { return false };
    pieces.split('…').all(|piece| {
        let found = rest.split_once(piece);
        found.inspect(|(_, after)| rest = after).is_some()
    })
}
