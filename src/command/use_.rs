//! `gox use`: chooses the version of the shell that asks.
//!
//! Only the shell itself can set its variables, so this answers the function `gox` of that shell: one word
//! on stdout, `use:1.22.4`, or `use:` for none. The function checks the word, sets `GO_VERSION`, and says so
//! once that is done; it never evaluates what it is told. `gox use -` never gets here where the function knows what was before.

use super::cli::{Shell, Use};
use super::{Context, init, install, supply};
use crate::error::{Error, Kind, Result};
use crate::select::request::{self, Request};
use crate::select::system;
use crate::select::variables::{self, GOX_USE};

/// Chooses, and answers.
pub fn run(arguments: &Use, context: &Context<'_>) -> Result<()> {
    if variables::os(GOX_USE).is_none() {
        return Err(no_function());
    }
    let word = match arguments.request.as_deref() {
        None if arguments.unset => None,
        None => return Err(Error::new(Kind::Usage, "no version is named").hint("say which: `gox use 1.22`")),
        Some("-") => {
            return Err(Error::new(Kind::Usage, "this shell has used no other version before")
                .hint("choose one: `gox use 1.22`"));
        }
        Some(word) => Some(exact(&install::parse(word)?, context)?),
    };
    context.printer.data(&format!("use:{}", word.unwrap_or_default()))
}

/// The request that means this version and no other, also after a later install.
fn exact(request: &Request, context: &Context<'_>) -> Result<String> {
    if *request == Request::System {
        system::find("go", &context.world).ok_or_else(|| {
            Error::new(Kind::NoSuchVersion, "there is no other `go` on PATH")
                .hint("install the newest: `gox install latest`")
        })?;
        return Ok(request.to_string());
    }
    let toolchain = supply::toolchain(request, None, Kind::NoSuchVersion, context)?;
    Ok(request::of_toolchain(&toolchain.name))
}

fn no_function() -> Error {
    let shell = init::users_shell().unwrap_or(Shell::Bash);
    Error::new(
        Kind::Usage,
        "`gox use` needs the function `gox` in this shell, which alone can set `GO_VERSION`",
    )
    .hint(format!("put it into this shell, and into its start-up file: `{}`", init::line(shell)))
}
