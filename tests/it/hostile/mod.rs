//! Archives that want to do harm, or are damaged: each is refused with its reason before anything can be
//! reached, and leaves nothing. The database vouches for all of them, so that it is the unpacker alone that
//! refuses. A file is a kind of harm; a row is a name for it, the bytes and the reason.

mod gzip;
mod honest;
mod mutated;
mod names;
mod tar_entries;
mod tar_headers;
mod tree;
mod zip_entries;
mod zip_headers;

use crate::support::archives::FakeToolchain;
use crate::support::proxy::zip_path;
use crate::support::raw::{self, TarEntry, ZipEntry, ZipParts};
use crate::support::response::Response;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;
use crate::support::sumdb::SumDb;
use crate::support::tree::listing;

fn toolchain() -> FakeToolchain {
    FakeToolchain::new("1.99.1")
}

/// The archive with more entries at its end.
fn tar_with(entries: impl IntoIterator<Item = TarEntry>) -> Vec<u8> {
    raw::gzip(&raw::tar(&toolchain().tar_entries().into_iter().chain(entries).collect::<Vec<_>>()))
}

/// A name in the module.
fn in_module(path: &str) -> String {
    format!("golang.org/toolchain@{}/{path}", toolchain().module_version())
}

/// The parts of the module zip with one more entry at its end.
fn zip_parts_with(entry: ZipEntry) -> ZipParts {
    ZipParts::new(&[toolchain().zip_entries(), vec![entry]].concat())
}

/// The module zip with one more entry at its end.
fn zip_with(entry: ZipEntry) -> Vec<u8> {
    zip_parts_with(entry).join()
}

/// A server with an archive below `/go` and a zip in its module proxy, and a database for this toolchain.
fn serve(archive: Vec<u8>, zip: Vec<u8>, recorded: &FakeToolchain) -> (Server, Vec<(&'static str, String)>) {
    let (server, sumdb) = (Server::start(), SumDb::new("sumdb.test"));
    server.route(format!("/go/{}", toolchain().file_name()), Response::new(archive));
    server.route(zip_path(toolchain().version()), Response::new(zip));
    sumdb.add_toolchain(recorded).serve(&server, "/sumdb/sumdb.test");
    let variables =
        vec![("GOPROXY", server.url()), ("GOX_DL_URL", server.url() + "/go"), ("GOSUMDB", sumdb.verifier())];
    (server, variables)
}

/// All that is in the sandbox apart from what gox keeps for itself.
fn outside(sandbox: &Sandbox) -> String {
    listing(sandbox.root()).lines().filter(|line| !line.contains(" user/.local")).collect()
}

/// Installs by a source: the first line of the error, once it is sure that the refusal left nothing.
#[track_caller]
fn refusal(case: &str, source: &str, bytes: &[u8], recorded: &FakeToolchain) -> String {
    let sandbox = Sandbox::in_use();
    let (archive, zip) = if source == "dl" { (bytes, &[][..]) } else { (&[][..], bytes) };
    let (_server, variables) = serve(archive.to_vec(), zip.to_vec(), recorded);
    sandbox.write(&format!("files/{}.zip", toolchain().module_version()), zip);
    let folder = format!("dir:{}", sandbox.root().join("files").display());
    let before = outside(&sandbox);
    let source = if source == "dir" { &folder } else { source };
    let run = sandbox.gox(["install", "1.99.1"]).envs(variables).env("GOX_SOURCES", source).run();
    if run.code() != 5 {
        return format!("exit {}: {}", run.code(), run.stderr);
    }
    assert_eq!(sandbox.listing("toolchains") + &sandbox.listing("staging"), "", "{case}");
    assert_eq!(sandbox.listing("cache/partial"), "", "{case}");
    assert_eq!(outside(&sandbox), before, "{case}");
    run.stderr.lines().find(|line| line.starts_with("error: ")).unwrap_or_default().to_owned()
}

/// A row: the name of the case, the bytes, and the reason.
type Row<'a> = (&'a str, Vec<u8>, &'a str);

/// Every archive of the table is refused for its reason.
#[track_caller]
fn archives_are_refused(table: impl IntoIterator<Item = Row<'static>>) {
    all_refused(&["dl"], "the archive is refused", table);
}

/// Every module zip of the table is refused for its reason, in which `%` is for the module's folder: where it is unpacked
/// while it arrives, without its end, and where it is in a folder.
#[track_caller]
fn zips_are_refused(table: impl IntoIterator<Item = Row<'static>>) {
    all_refused(&["proxy", "dir"], "the module zip is refused", table);
}

#[track_caller]
fn all_refused(sources: &[&str], start: &str, table: impl IntoIterator<Item = Row<'static>>) {
    let mut wrong = Vec::new();
    let rows = table.into_iter().flat_map(|row| sources.iter().map(move |source| (source, row.clone())));
    for (source, (case, bytes, reason)) in rows {
        let found = refusal(case, source, &bytes, &toolchain());
        // The server's copy of this machine's platform is the harness's placeholder.
        let platform = toolchain().module_version().rsplit_once('.').unwrap().1.to_owned();
        let module = in_module("").replace(&platform, "[OS]-[ARCH]");
        let expected = format!("error: {start}: {}", reason.replace('%', &module));
        if found != expected {
            wrong.push(format!("{case}, {source}:\n  expected {expected}\n  found    {found}\n"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
}
