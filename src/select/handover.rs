//! Hands a call whose toolchain is not installed over from the shim, which never writes to the disk, to `gox`.
//!
//! The shim replaces itself by a hidden command of gox:
//!
//! ```text
//! gox exec-missing --asked-by TEXT -- REQUEST ARGV0 ARGUMENT…
//! ```
//!
//! * REQUEST is what is not installed, as [`Request`] prints it: `1.22.4`, `1.22`, `>=1.21, <1.23`.
//! * TEXT says where the request comes from, for the line that gox prints: `set by /p/.go-version:1`.
//! * ARGV0 and the ARGUMENTs are those of the shim, with `+1.22` and `-C dir`. The file name of ARGV0 is `go`,
//!   `gofmt` or a launcher's. gox inherits the environment, directory and standard streams of the shim.
//!
//! gox installs REQUEST if the setting `auto-install` allows it, then calls [`launch::run`] with ARGV0 and the
//! ARGUMENTs. That selects again, because a go line may raise the installed base to another version that is
//! missing too, and finally replaces gox by the tool. If gox may not or cannot install, it prints the reason and
//! the command that installs, and exits with 127.
//!
//! [`launch::run`]: crate::select::launch::run

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use super::reason::Reason;
use super::world::World;
use super::{process, system};
use crate::error::{Error, Kind};
use crate::fs::read::is_executable;
use crate::go::request::{EXAMPLES, Request};

/// The name of the hidden command.
pub const COMMAND: &str = "exec-missing";
/// The variable that counts the handovers of a call, to end one that goes in a circle. The tool does not get it.
pub(super) const MARK: &str = "_GOX_HANDOVER";
/// The option of the hidden command with the place of the request.
pub const ASKED_BY: &str = "--asked-by";

/// Replaces the shim by gox; returns only if there is none, with the error that names the missing version.
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
        // Returns only if this gox cannot be run; the next may be.
        let _ = process::replace(&gox, &argv.collect::<Vec<_>>(), &mark);
    }
    not_installed(request, reason)
}

/// The programs to try, after `before` handovers: the first gox on PATH, which may be newer than the shim, then
/// the copies in the stores. One handover came back: the gox on PATH was another program of that name, which is
/// left out. Two came back: the copies do not work either.
fn candidates(world: &World, before: u8) -> Vec<PathBuf> {
    if before > 1 {
        return Vec::new();
    }
    let copies = world.homes.iter().map(|home| home.bin().join("gox"));
    let copies = copies.filter(|path| is_executable(path));
    let on_path = if before == 0 { system::on_path("gox", world) } else { None };
    on_path.into_iter().chain(copies).collect()
}

/// The error for a selected version that is not installed, with the command that installs it. A name is more often a
/// typing error than that of a GOROOT.
pub fn not_installed(request: &Request, reason: &Reason) -> Error {
    let error =
        Error::new(Kind::NotThere, format!("`{request}` is not installed")).detail(reason.to_string());
    let error = if request.is_linked_name() { error.hint(EXAMPLES) } else { error };
    error.hint(request.install_hint())
}
