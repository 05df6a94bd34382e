//! Stores that are not searched, although somebody may think so: said where what is asked for was not found.

use super::context::Context;
use crate::select::other_store::OtherStore;
use crate::select::selection::Warning;
use crate::select::typed::Typed;

/// Warns of a shim on PATH whose store is not searched.
pub(super) fn warn(context: &Context<'_>) {
    let shim = Typed::find("go", &context.world).program;
    if let Some(other) = shim.and_then(|shim| OtherStore::of(&shim, &context.world)) {
        context.printer.warn(&Warning::OtherStore(other).to_string());
    }
}
