//! Stores that are not searched, although somebody may think so: said where what is asked for was not found.

use super::context::Context;
use crate::env::GOX_SYSTEM_HOME;
use crate::select::other_store::OtherStore;
use crate::select::selection::Warning;
use crate::select::typed::Typed;
use crate::store::access;
use crate::text;

/// Warns of a shim on PATH whose store is not searched, and of a system store that is not there.
pub(super) fn warn(context: &Context<'_>) {
    let shim = Typed::find("go", &context.world).program;
    if let Some(other) = shim.and_then(|shim| OtherStore::of(&shim, &context.world)) {
        context.printer.warn(&Warning::OtherStore(other).to_string());
    }
    warn_of_absent(context);
}

/// Warns of a system store that is not there.
pub(super) fn warn_of_absent(context: &Context<'_>) {
    for home in context.world.homes.iter().skip(1).filter(|home| access::is_absent(home)) {
        context.printer.warn(&format!("`{GOX_SYSTEM_HOME}={}` names no folder", text::path(home.root())));
    }
}
