//! What is asked beside a download does not stand in its way: the release list, which has the checksum of an
//! archive, and the checksum database.

use crate::support::archives::FakeToolchain;
use crate::support::dl::{self, GoDev};
use crate::support::gate::Gate;
use crate::support::lines;
use crate::support::response::{Fault, Response};
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

/// The list of go.dev stays away until a mirror has got rid of all of the archive but its last byte. The sockets
/// take three megabytes at the most of what nobody reads, and what waits within gox takes ten; and the archive
/// begins with files that only its checksum proves.
#[test]
fn an_archive_arrives_while_the_list_is_waited_for() {
    let sandbox = Sandbox::in_use();
    let toolchain = FakeToolchain::new("1.99.1").large(20_000_000);
    let go_dev = GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
    let (all_but_a_byte, listed) = (Gate::new(), Gate::new());
    let list = format!("/dl{}", dl::ALL);
    let (archive, file) = (toolchain.tar_gz(), dl::ListedFile::new(&toolchain, &toolchain.tar_gz()));
    go_dev.server.route(list, Response::new(dl::list(&[file])).fault(Fault::StallHead(listed.clone())));
    let mirror = Server::start();
    let ending = format!(", from dl, proven by list and log; {} downloaded\n", lines::bytes(archive.len()));
    let fault = Fault::StallAfter(archive.len() - 1, all_but_a_byte.clone());
    mirror.route(format!("/dl/{}", toolchain.file_name()), Response::new(archive).fault(fault));

    let install = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment());
    let running = install.env("GOX_DL_URL", mirror.url() + "/dl").env("GOX_TIMEOUT", "600").spawn();
    all_but_a_byte.wait_reached();
    listed.wait_reached();
    listed.open();
    all_but_a_byte.open();
    let run = running.wait();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    assert!(run.stderr.ends_with(&ending), "{}", run.stderr);
}

/// At most this many questions to the checksum database are open at a time.
const QUESTIONS: usize = 8;

/// Each install leaves its question behind, and the last ones find no place for theirs. The time-out is too long
/// for any of the questions to end before the last install.
#[test]
fn a_silent_database_holds_no_install_up_that_the_list_proves() {
    let sandbox = Sandbox::in_use();
    let versions: Vec<_> = (1..=QUESTIONS + 2).map(|patch| format!("1.99.{patch}")).collect();
    let toolchains: Vec<_> = versions.iter().map(|version| FakeToolchain::new(version)).collect();
    let (go_dev, silent) = (GoDev::start(&sandbox, &toolchains), Server::start());
    silent.handle_prefix("/", |_| Response::new("").fault(Fault::Swallow));
    let run = sandbox
        .gox(["install"])
        .args(&versions)
        .envs(go_dev.environment())
        .env("GOSUMDB", format!("{} {}", go_dev.sumdb.verifier(), silent.url()))
        .env("GOX_TIMEOUT", "600")
        .run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    let said: Vec<_> =
        run.stderr.lines().filter_map(|line| Some(line.split_once(", from dl, ")?.1)).collect();
    let proven = |toolchain: &FakeToolchain| {
        format!("proven by list; {} downloaded", lines::bytes(toolchain.tar_gz().len()))
    };
    assert_eq!(said, toolchains.iter().map(proven).collect::<Vec<_>>(), "{}", run.stderr);
    // None was answered, so all that came were open when the last install ended.
    let asked = silent.requests();
    assert!(asked.len() <= QUESTIONS, "{asked:#?}");
}
