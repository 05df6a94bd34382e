//! What the shim does about a toolchain that is not installed: it never writes, so `gox` does.
//!
//! The contract between the two, a hidden command line of gox:
//!
//! ```text
//! gox exec-missing --asked-by TEXT -- REQUEST ARGV0 ARGUMENT…
//! ```
//!
//! * REQUEST is what is missing, as [`Request`] prints it: `1.22.4`, `1.22`,
//!   `>=1.21, <1.23`, `1.22.4-bigcorp`.
//! * TEXT says who asked for it, for the one line that gox prints: `set by /p/.go-version:1`.
//! * ARGV0 and the ARGUMENTs are the shim's own, untouched: `+1.22` and `-C dir` are still there, and the
//!   file name of ARGV0 is `go`, `gofmt` or a launcher's. Environment, directory and standard streams are
//!   the shim's too.
//!
//! gox installs REQUEST as the setting `auto-install` allows, and then calls [`launch::run`] with ARGV0
//! and the ARGUMENTs: it selects again, because a base that is there now may still be raised by a go line
//! to another version that is missing, and so on; then it becomes the tool. Where it may not or cannot
//! install, it says why and with which command to install it, and ends with 127.
//!
//! [`launch::run`]: crate::select::launch::run

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use super::reason::Reason;
use super::world::World;
use super::{process, system};
use crate::error::{Error, Kind};
use crate::fs::read::is_executable;
use crate::go::request::Request;

/// The hidden command.
pub const COMMAND: &str = "exec-missing";
/// Set for the gox that is asked: how often it was. Taken away from the tool.
pub(super) const MARK: &str = "_GOX_HANDOVER";
/// Its option: who asked.
pub const ASKED_BY: &str = "--asked-by";

/// Becomes gox; returns only the error to print where no gox is there.
pub fn hand_over(
    world: &World,
    request: &Request,
    reason: &Reason,
    argv0: &OsString,
    arguments: &[OsString],
) -> Error {
    let before = world.environment.text(MARK).and_then(|text| text.parse::<u8>().ok()).unwrap_or(0);
    let mark = vec![(MARK, Some(before.saturating_add(1).to_string().into()))];
    let (asked_by, missing) = (reason.to_string(), request.to_string());
    for gox in candidates(world, before) {
        let words = [COMMAND, ASKED_BY, &asked_by, "--", &missing].map(OsStr::new);
        let own = std::iter::once(gox.as_os_str()).chain(words);
        let argv = own.chain(std::iter::once(argv0).chain(arguments).map(OsString::as_os_str));
        // It returns only where this gox cannot be run, and then the next may.
        let _ = process::replace(&gox, &argv.collect::<Vec<_>>(), &mark);
    }
    not_installed(request, reason)
}

/// The first gox on PATH, which may be newer than the shim; then the copies in the stores. Where the first
/// came back here, it was some other program of that name, and where a copy did, nobody is left to ask.
fn candidates(world: &World, before: u8) -> Vec<PathBuf> {
    if before > 1 {
        return Vec::new();
    }
    let copies = world.homes.iter().map(|home| home.bin().join("gox"));
    let copies = copies.filter(|path| is_executable(path));
    let on_path = if before == 0 { system::on_path("gox", world) } else { None };
    on_path.into_iter().chain(copies).collect()
}

/// The message for a version that is selected and not installed, with the command that installs it.
pub fn not_installed(request: &Request, reason: &Reason) -> Error {
    Error::new(Kind::NotThere, format!("`{request}` is not installed"))
        .detail(reason.to_string())
        .hint(request.install_hint())
}
