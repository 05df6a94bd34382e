//! `gox default`.

use super::cli::Default;
use super::{Context, install};
use crate::error::Result;
use crate::select::request::Request;
use crate::select::resolve;
use crate::store::{default_file, inventory};

/// Shows or sets the default.
pub fn run(arguments: &Default, context: &Context<'_>) -> Result<()> {
    let world = &context.world;
    let Some(request) = &arguments.request else {
        return match resolve::default(world)? {
            Some(pin) => context.printer.data(&pin.requests[0].to_string()),
            None => context.printer.data("system"),
        };
    };
    let request = install::parse(request)?;
    default_file::set(world.home(), &request.to_string())?;
    context.printer.say(&format!("default is now {request}"));
    if request != Request::System && inventory::installed(&world.homes, &request).is_none() {
        context.printer.hint(&format!("it is not installed: `gox install {}`", request.quoted()));
    }
    Ok(())
}
