//! `gox default`.

use super::Context;
use super::cli::Default;
use crate::error::{Error, Kind, Result};
use crate::select::request::Request;
use crate::select::resolve;
use crate::store::default_file;

/// Shows or sets the default.
pub fn run(arguments: &Default, context: &Context<'_>) -> Result<()> {
    let Some(word) = &arguments.request else {
        return match resolve::default(&context.home)? {
            Some((request, _)) => context.printer.data(&request.to_string()),
            None => context.printer.data("system"),
        };
    };
    let request = Request::parse(word).map_err(|error| Error::new(Kind::Usage, error.to_string()))?;
    default_file::set(&context.home, &request.to_string())?;
    context.printer.say(&format!("default is now {request}"));
    if request != Request::System && resolve::installed(&context.home, &request).is_none() {
        context.printer.hint(&format!("it is not installed: `gox install {request}`"));
    }
    Ok(())
}
