//! The checksum database in all its moods: where it is asked, when it is silent, and when it lies.

mod frozen;
mod lies;
mod reach;

use std::fs;

use crate::proofs::{ARCHIVE, RECORD, ZIP, begun, nothing_is_left, record, toolchain};
use crate::support::archives::FakeToolchain;
use crate::support::dl::{ALL, GoDev, SHORT};
use crate::support::gate::Gate;
use crate::support::lines;
use crate::support::proxy::{self, ModuleProxy, zip_path};
use crate::support::raw::{self, TarEntry};
use crate::support::response::{Fault, Framing, Response};
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;
use crate::support::strace;
use crate::support::sumdb::SumDb;

#[test]
fn a_key_with_a_url_is_asked_there_and_nowhere_else() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let direct = Server::start();
    proxy.sumdb.serve(&direct, "/db");
    let gosumdb = format!("{} {}/db/", proxy.sumdb.verifier(), direct.url());
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).env("GOSUMDB", gosumdb);
    run.stderr(&lines::by_proxy(&toolchain())).check();
    assert!(proxy.server.targets().iter().all(|target| !target.starts_with("/sumdb/")));
    assert_eq!(direct.targets()[0], format!("/db{}", record(&toolchain())));
}

#[test]
fn a_proxy_that_does_not_carry_the_database_is_passed_over() {
    let sandbox = Sandbox::in_use();
    let go_dev = GoDev::start(&sandbox, &[toolchain()]);
    go_dev.proxy.map("sumdb.test:443", &go_dev.server);
    let proxy = Server::start();
    proxy::serve(&proxy, "", &[toolchain()]);
    let run = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment());
    let run = run.env("GOSUMDB", go_dev.sumdb.verifier()).env("GOPROXY", proxy.url()).run();
    // The database's own host is in no certificate here: what counts is that it was asked.
    assert_eq!(run.code(), 4, "{}", run.stderr);
    assert!(
        run.stderr.contains("error: could not reach the checksum database: `https://sumdb.test/"),
        "{}",
        run.stderr
    );
    let copy = "hint: copy what the store of another machine knows of the database: `ssh HOST tar -C .local/go -c sumdb cache/sumdb | tar -C [HOME] -x`\n";
    let carry = "hint: let the proxy of `GOPROXY` carry the database, at `/sumdb/sumdb.test/`\n";
    assert!(run.stderr.ends_with(&format!("{carry}{copy}")), "{}", run.stderr);
    assert!(proxy.targets().contains(&"/sumdb/sumdb.test/supported".to_owned()));
    assert!(go_dev.proxy.asked().contains(&"sumdb.test:443".to_owned()));
}

/// The hints for a database that cannot be reached do not mend a proxy that carries it badly.
#[test]
fn a_proxy_that_carries_the_database_badly_gets_no_hint() {
    for target in ["/supported".to_owned(), record(&toolchain())] {
        let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
        proxy.server.route(format!("/sumdb/sumdb.test{target}"), Response::status(501, "no"));
        let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).run();
        assert_eq!(run.code(), 4, "{}", run.stderr);
        assert!(run.stderr.contains("could not reach the checksum database"), "{}", run.stderr);
        assert!(!run.stderr.contains("hint: "), "{}", run.stderr);
    }
}

#[test]
fn an_unreachable_database_stops_what_only_it_could_prove() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let gosumdb = format!("{} http://127.0.0.1:1", proxy.sumdb.verifier());
    let expected = format!(
        "{}error: could not reach the checksum database: `http://[SERVER]{}`: could not connect: connection refused\n  while proving `{ZIP}`\n",
        begun(),
        RECORD
    );
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).env("GOSUMDB", gosumdb);
    run.code(4).stderr(&expected).check();
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
}

/// More than is read before an unknown host is known to be unknown, and less than gox reads of any file.
const MUCH: u64 = 256 << 20;

/// The zip has no end, so that it ends the install only where it is not read to its end.
#[test]
fn an_unreachable_database_ends_the_download_of_what_only_it_could_prove() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let zip = Response::new(vec![0; 1 << 20]).framing(Framing::Chunked).fault(Fault::Endless);
    proxy.server.route(zip_path(toolchain().version()), zip);
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment());
    let run = run.env("GOSUMDB", unknown_host(&proxy.sumdb)).env_remove("HTTP_PROXY");
    let expected = format!("downloading go1.99.1 from {ZIP}\n{}", refused(ZIP));
    run.code(4).stderr(&expected).check();
    assert!(proxy.server.sent() < MUCH, "{}", proxy.server.sent());
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
}

/// As with the zip: by `GOX_VERIFY=log`, and where no list has a checksum, the database alone can prove an archive.
#[test]
fn an_unreachable_database_ends_the_download_of_an_archive_that_needs_it() {
    for is_listed in [true, false] {
        let (sandbox, toolchain) = (Sandbox::in_use(), toolchain());
        let go_dev = GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
        let archive = Response::new(endless_gzip()).framing(Framing::Chunked).fault(Fault::Endless);
        go_dev.server.route(format!("/dl/{}", toolchain.file_name()), archive);
        let mut run = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment());
        if is_listed {
            run = run.env("GOX_VERIFY", "log");
        } else {
            go_dev.server.remove(&format!("/dl{ALL}")).remove(&format!("/dl{SHORT}"));
        }
        let run = run.env("GOSUMDB", unknown_host(&go_dev.sumdb)).env_remove("HTTP_PROXY");
        let expected = format!("downloading go1.99.1 from {ARCHIVE}\n{}", refused(ARCHIVE));
        run.code(4).stderr(&expected).check();
        assert!(go_dev.server.sent() < MUCH, "{}", go_dev.server.sent());
        assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
    }
}

/// What is in a folder is read as what is fetched. The database answers once unpacking has begun, which takes more than
/// a quarter of a minute where nothing ends it, because each file is delayed.
#[test]
fn an_unreachable_database_ends_the_unpacking_of_a_zip_in_a_folder() {
    let (sandbox, database, gate) = (Sandbox::in_use(), Server::start(), Gate::new());
    database.route(record(&toolchain()), Response::status(403, "").fault(Fault::StallHead(gate.clone())));
    let with_files = |toolchain: FakeToolchain, n| toolchain.with_file(&format!("lib/{n}"), 0o644, "");
    let large = (0..300).fold(toolchain().with_file("lib/large", 0o644, vec![0; 2 << 20]), with_files);
    sandbox.write(&format!("mod/{}.zip", large.module_version()), large.zip());
    let (log, delay) = (sandbox.root().join("calls"), "utimensat:delay_enter=100000".to_owned());
    let gox = strace::gox(&sandbox, &log, "utimensat", &[delay], &["install", "1.99.1"]);
    let gox = gox.env("GOSUMDB", format!("{} {}", SumDb::new("sumdb.test").verifier(), database.url()));
    let running = gox.env("GOX_SOURCES", format!("dir:{}/mod", sandbox.root().display())).spawn();
    running.wait_for_stderr("unpacking");
    gate.wait_reached();
    gate.open();
    let zip = "[ROOT]/mod/v0.0.1-go1.99.1.[OS]-[ARCH].zip";
    let expected = format!(
        "reading go1.99.1 from {zip} ({})\nunpacking go1.99.1 ({})\n\
         error: could not reach the checksum database: `http://[SERVER]{RECORD}`: status 403 (forbidden)\n  \
         while proving `{zip}`\n",
        lines::bytes(large.zip().len()),
        lines::bytes(large.module_bytes())
    );
    running.wait().assert(4, "", &expected);
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "");
}

/// The beginning of an archive with one large file of zeros, which can be repeated: the last block of the gzip stream
/// is announced longer than it is, so that the stream's header in front of the next repetition belongs to it.
fn endless_gzip() -> Vec<u8> {
    const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let large = TarEntry { size: Some(900 << 20), ..TarEntry::file("go/lib/large", 0o644, []) };
    let mut tar = raw::tar(&[large]);
    tar.resize(16 * usize::from(u16::MAX), 0);
    // A block that is stored: not the last one, its length, the length's complement.
    let block = |data: &[u8]| [&[0, 0xff, 0xff, 0, 0], data].concat();
    let blocks = tar.chunks(usize::from(u16::MAX)).flat_map(block);
    let mut gzip: Vec<u8> = HEADER.into_iter().chain(blocks).collect();
    gzip.truncate(gzip.len() - HEADER.len());
    gzip
}

/// `GOSUMDB` for a database whose host does not exist.
fn unknown_host(sumdb: &SumDb) -> String {
    format!("{} http://database..invalid", sumdb.verifier())
}

/// The error about [`unknown_host`].
fn refused(address: &str) -> String {
    format!(
        "error: could not reach the checksum database: `http://database..invalid{RECORD}`: unknown host\n  while proving `{address}`\n"
    )
}

/// A store without a network has in `sumdb` and `cache/sumdb` what it needs of the database; one of the two is not
/// enough.
#[test]
fn offline_a_zip_is_proven_by_what_is_copied_and_nothing_is_unpacked_in_vain() {
    let (online, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let run = online.gox(["install", "1.99.1"]).envs(proxy.environment()).run();
    assert_eq!(run.code(), 0, "{}", run.stderr);
    for folders in [vec![], vec!["sumdb"], vec!["cache/sumdb"], vec!["sumdb", "cache/sumdb"]] {
        let sandbox = Sandbox::in_use();
        proxy::write_to(&sandbox.root().join("mod"), &[toolchain()]);
        for folder in &folders {
            let (from, to) = (online.home().join(folder), sandbox.home().join(folder));
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            let copied = sandbox.command("/bin/cp").arg("-r").arg(from).arg(to).run();
            assert_eq!(copied.code(), 0, "{}", copied.stderr);
        }
        let run = sandbox.gox(["install", "1.99.1"]).env("GOSUMDB", proxy.sumdb.verifier());
        let run = run.env("GOX_SOURCES", format!("dir:{}/mod", sandbox.root().display()));
        let run = run.env("GOX_OFFLINE", "1").run();
        if folders.len() == 2 {
            assert_eq!(run.code(), 0, "{}", run.stderr);
            continue;
        }
        let expected = "\
error: could not reach the checksum database: `https://sumdb.test[RECORD]`: not asked: `GOX_OFFLINE` is set
  while proving `[ROOT]/mod/golang.org/toolchain/@v/v0.0.1-go1.99.1.[OS]-[ARCH].zip`
hint: copy what the store of another machine knows of the database: `ssh HOST tar -C .local/go -c sumdb cache/sumdb | tar -C [HOME] -x`
";
        run.assert(4, "", &expected.replace("[RECORD]", RECORD));
    }
}

#[test]
fn an_unreachable_database_is_noted_where_the_list_proves() {
    let toolchain = toolchain();
    for (verify, code) in [("any", 0), ("log", 4)] {
        let sandbox = Sandbox::in_use();
        let go_dev = GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
        let gosumdb = format!("{} http://127.0.0.1:1", go_dev.sumdb.verifier());
        let reason = format!("`http://[SERVER]{RECORD}`: could not connect: connection refused\n");
        let lines = lines::by_archive(&toolchain, ARCHIVE, "dl", "list");
        let mut lines = lines.split_inclusive('\n').map(str::to_owned).collect::<Vec<_>>();
        if code == 0 {
            lines.insert(2, format!("note: not checked against the checksum database: {reason}"));
        } else {
            lines.truncate(2);
            lines.push(format!("error: could not reach the checksum database: {reason}"));
            lines.push(format!("  while proving `{ARCHIVE}`\n"));
        }
        let run = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).env("GOSUMDB", gosumdb);
        run.env("GOX_VERIFY", verify).code(code).stderr(&lines.concat()).check();
    }
}

#[test]
fn a_database_that_owes_eight_answers_is_not_asked_again() {
    let toolchain = toolchain();
    let silent = Server::start();
    silent.handle_prefix("/", |_| Response::new("").fault(Fault::Swallow));
    let sandbox = Sandbox::in_use();
    let go_dev = GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
    let gosumdb = format!("{} {}", go_dev.sumdb.verifier(), silent.url());
    // Each of these asks before it is found out that no source has it; the lookup of the ninth runs beside that of the
    // version that is installed.
    let absent = (1..=9).map(|patch| format!("1.98.{patch}"));
    let words: Vec<String> =
        ["install".to_owned()].into_iter().chain(absent).chain(["1.99.1".to_owned()]).collect();
    let run = sandbox.gox(&words).envs(go_dev.environment()).env("GOSUMDB", &gosumdb).run();
    let notes: Vec<&str> = run.stderr.lines().filter(|line| line.contains("checksum database")).collect();
    assert_eq!(
        notes,
        ["note: not checked against the checksum database: earlier lookups have no answer yet"]
    );
}

#[test]
fn a_silent_database_is_waited_for_only_where_it_is_needed() {
    let toolchain = toolchain();
    let reason = "no answer";
    let silent = Server::start();
    silent.handle_prefix("/", |_| Response::new("").fault(Fault::Swallow));
    let sandbox = Sandbox::in_use();
    let go_dev = GoDev::start(&sandbox, std::slice::from_ref(&toolchain));
    let gosumdb = format!("{} {}", go_dev.sumdb.verifier(), silent.url());
    let lines = lines::by_archive(&toolchain, ARCHIVE, "dl", "list");
    let (begun, installed) = lines.split_at(lines.find("installed ").unwrap());
    let expected = format!("{begun}note: not checked against the checksum database: {reason}\n{installed}");
    let run = sandbox.gox(["install", "1.99.1"]).envs(go_dev.environment()).env("GOSUMDB", &gosumdb);
    run.stderr(&expected).check();

    let sandbox = Sandbox::in_use();
    let proxy = ModuleProxy::start(std::slice::from_ref(&toolchain));
    let expected = format!(
        "{}error: could not reach the checksum database: `http://[SERVER]{RECORD}`: timed out: no answer in time\n  while proving `{ZIP}`\n",
        crate::proofs::begun()
    );
    let run = sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).env("GOSUMDB", gosumdb);
    run.env("GOX_TIMEOUT", "1").code(4).stderr(&expected).check();
}

#[test]
fn a_database_that_stumbles_is_asked_again() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let target = format!("/sumdb/sumdb.test{}", record(&toolchain()));
    let id = format!("golang.org/toolchain@{}", toolchain().module_version());
    let later = Response::status(503, "later").header("Retry-After", "0");
    let answer = Response::new(proxy.sumdb.lookup(&id).unwrap());
    proxy.server.sequence(&target, vec![later.clone(), later, answer]);
    sandbox
        .gox(["install", "1.99.1"])
        .envs(proxy.environment())
        .stderr(&lines::by_proxy(&toolchain()))
        .check();
    assert_eq!(proxy.server.targets().iter().filter(|asked| **asked == target).count(), 3);
}

#[test]
fn the_head_of_the_log_outlives_the_cache() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    sandbox
        .gox(["install", "1.99.1"])
        .envs(proxy.environment())
        .stderr(&lines::by_proxy(&toolchain()))
        .check();
    assert_eq!(sandbox.read("user/.local/go/sumdb/sumdb.test/latest"), proxy.sumdb.head());
    fs::remove_dir_all(sandbox.home().join("cache")).unwrap();
    assert_eq!(sandbox.read("user/.local/go/sumdb/sumdb.test/latest"), proxy.sumdb.head());

    // The same key signs another history.
    let forked = SumDb::new("sumdb.test");
    forked.fill(2).add_toolchain(&FakeToolchain::new("1.99.2"));
    let server = Server::start();
    proxy::serve(&server, "", &[FakeToolchain::new("1.99.2")]);
    forked.serve(&server, "/sumdb/sumdb.test");
    let run = sandbox.gox(["install", "1.99.2"]).envs(proxy.environment()).env("GOPROXY", server.url()).run();
    assert_eq!(run.code(), 5, "{}", run.stderr);
    let said = run.stderr.lines().filter(|line| !line.starts_with("  ")).skip(2).collect::<Vec<_>>();
    assert!(said[0].starts_with(
        "error: the checksum database's answer is refused: two signed tree heads contradict each other: the log of 1 records has the root `"
    ), "{}", run.stderr);
    assert_eq!(said[1], "hint: keep and report these two notes: they prove that the database misbehaves");
    for head in [proxy.sumdb.head(), forked.head()] {
        let shown = format!("  {}\n", head.trim_end().replace('\n', "\n  "));
        assert!(run.stderr.contains(&shown), "both notes are shown:\n{}", run.stderr);
    }
    assert_eq!(sandbox.listing("staging"), "");
    assert!(!sandbox.listing("toolchains").contains("go1.99.2"));
    assert_eq!(sandbox.read("user/.local/go/sumdb/sumdb.test/latest"), proxy.sumdb.head());
}

#[test]
fn a_head_of_another_key_is_refused() {
    let (sandbox, proxy) = (Sandbox::in_use(), ModuleProxy::start(&[toolchain()]));
    let stranger = SumDb::with_seed("sumdb.test", [9; 32]);
    let run =
        sandbox.gox(["install", "1.99.1"]).envs(proxy.environment()).env("GOSUMDB", stranger.verifier());
    let run = run.run();
    assert_eq!(run.code(), 5, "{}", run.stderr);
    let refusal = "error: the checksum database's answer is refused: ";
    assert!(run.stderr.contains(refusal), "{}", run.stderr);
    nothing_is_left(&sandbox);
}
