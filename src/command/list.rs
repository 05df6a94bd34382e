//! `gox list`.

use serde_json::json;

use super::cli::List;
use super::{Context, default};
use crate::error::Result;
use crate::select::request;
use crate::store::inventory::{self, Toolchain};
use crate::store::receipt::Receipt;
use crate::ui::size;

/// Prints what is installed.
pub fn run(arguments: &List, context: &Context<'_>) -> Result<()> {
    let world = &context.world;
    let toolchains = inventory::all(&world.homes);
    let default = default::toolchain_if_readable(context);
    let rows = toolchains.iter().map(|toolchain| {
        let is_default = default.as_ref() == Some(toolchain);
        (toolchain, Receipt::read(&toolchain.path), is_default)
    });
    if arguments.json {
        let objects: Vec<_> =
            rows.map(|(toolchain, receipt, default)| object(toolchain, receipt.as_ref(), default)).collect();
        return context.printer.data(&serde_json::Value::from(objects).to_string());
    }
    if toolchains.is_empty() {
        context.printer.say("nothing is installed");
        context.printer.hint("install the newest Go: `gox install latest`");
        return Ok(());
    }
    let rows: Vec<_> = rows.map(|(toolchain, receipt, default)| row(toolchain, receipt, default)).collect();
    context.printer.table(["VERSION", "SIZE", "SOURCE", "PROOFS", ""], &rows)
}

fn row(toolchain: &Toolchain, receipt: Option<Receipt>, default: bool) -> [String; 5] {
    let version = request::shown(&toolchain.name).to_owned();
    let mark = if default { "default" } else { "" }.to_owned();
    match receipt {
        Some(receipt) => {
            [version, size::bytes(receipt.bytes), receipt.source, receipt.proofs.join(", "), mark]
        }
        None => [version, "-".into(), "-".into(), "unverified".into(), mark],
    }
}

fn object(toolchain: &Toolchain, receipt: Option<&Receipt>, default: bool) -> serde_json::Value {
    json!({
        "version": request::shown(&toolchain.name),
        "toolchain": toolchain.name,
        "path": toolchain.path.to_string_lossy(),
        "verified": receipt.is_some(),
        "proofs": receipt.map(|receipt| receipt.proofs.clone()).unwrap_or_default(),
        "source": receipt.map(|receipt| receipt.source.clone()),
        "default": default,
        "bytes": receipt.map(|receipt| receipt.bytes),
    })
}
