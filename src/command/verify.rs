//! `gox verify`: whether what is installed is what was installed.

use clap::Args;
use serde_json::{Value, json};

use super::context::Context;
use super::{requests, supply};
use crate::error::{Error, Kind, Result};
use crate::install::installer::Installer;
use crate::install::prove;
use crate::install::report::Phases;
use crate::proof::dirhash;
use crate::store::inventory::{self, Toolchain};
use crate::store::receipt::Receipt;
use crate::store::verify::{self, Found};
use crate::text;
use crate::ui::progress::Progress;

/// Arguments of `gox verify`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox verify
  gox verify --log 1.22.4
  gox verify --json")]
pub struct Arguments {
    /// Installed versions; without one, all
    #[arg(value_name = "VERSION")]
    pub versions: Vec<String>,
    /// Also ask the checksum database again
    #[arg(long)]
    pub log: bool,
    /// Print an array of objects
    #[arg(long)]
    pub json: bool,
}

/// Looks at each toolchain; all are looked at, and the gravest code is given.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<u8> {
    let toolchains = chosen(arguments, context)?;
    if arguments.log {
        return supply::with_installer(context, |installer| {
            all(&toolchains, arguments, Some(installer), context)
        });
    }
    all(&toolchains, arguments, None, context)
}

/// Those that are named; else all but the linked ones, which are somebody else's.
fn chosen(arguments: &Arguments, context: &Context<'_>) -> Result<Vec<Toolchain>> {
    let homes = &context.world.homes;
    if arguments.versions.is_empty() {
        let mut toolchains = inventory::all(homes);
        toolchains.retain(|toolchain| !toolchain.path.is_symlink());
        return Ok(toolchains);
    }
    let find = |word: &String| {
        let request = requests::parse(word)?;
        inventory::installed(homes, &request).ok_or_else(|| {
            Error::new(Kind::NoSuchVersion, format!("`{request}` is not installed"))
                .hint("`gox list` shows what is installed")
        })
    };
    arguments.versions.iter().map(find).collect()
}

fn all(
    toolchains: &[Toolchain],
    arguments: &Arguments,
    installer: Option<&Installer<'_>>,
    context: &Context<'_>,
) -> Result<u8> {
    let mut code = 0;
    let mut objects = Vec::new();
    for toolchain in toolchains {
        let looked = one(toolchain, installer, context);
        if arguments.json {
            objects.push(object(toolchain, &looked));
        } else {
            lines(&looked).iter().try_for_each(|line| context.printer.data(line))?;
        }
        if let Some(error) = &looked.error {
            context.printer.error(error);
            code = code.max(error.kind().code());
        }
    }
    if arguments.json {
        context.printer.data(&Value::from(objects).to_string())?;
    }
    Ok(code)
}

/// What came of one toolchain.
struct Looked {
    found: Option<Found>,
    /// Whether the checksum database has it so.
    on_record: bool,
    error: Option<Error>,
}

fn one(toolchain: &Toolchain, installer: Option<&Installer<'_>>, context: &Context<'_>) -> Looked {
    let name = &toolchain.name;
    let refused = |found, kind, message: String| {
        let error = Error::new(kind, message);
        let hint = format!("build it anew: `gox install --force {}`", name.request());
        let error = if name.is_linked() { error } else { error.hint(hint) };
        Looked { found, on_record: false, error: Some(error) }
    };
    if toolchain.path.is_symlink() {
        let message = format!("{name} is a linked GOROOT: gox did not install it");
        return Looked { found: None, on_record: false, error: Some(Error::new(Kind::Refused, message)) };
    }
    match look(toolchain, context) {
        Err(error) => refused(None, error.kind(), error.line()),
        Ok(None) => refused(None, Kind::Refused, format!("{name} has no receipt: gox did not install it")),
        Ok(Some(found)) if !found.changes.is_empty() => {
            refused(Some(found), Kind::Verification, format!("{name} is not as it was installed"))
        }
        Ok(Some(found)) => {
            let asked = installer.map(|installer| prove::on_record(&found, installer)).transpose();
            let (on_record, error) = match asked {
                Ok(known) => (known == Some(true), None),
                Err(error) => (false, Some(error)),
            };
            Looked { found: Some(found), on_record, error }
        }
    }
}

fn look(toolchain: &Toolchain, context: &Context<'_>) -> Result<Option<Found>> {
    let progress = Progress::new(context.printer, &toolchain.name);
    progress.rehash(Receipt::read(&toolchain.path).map_or(0, |receipt| receipt.bytes));
    verify::tree(&toolchain.path, dirhash::of_files, &|count| progress.advance(count))
}

fn lines(Looked { found, on_record, error }: &Looked) -> Vec<String> {
    let Some(Found { receipt, changes, .. }) = found else { return Vec::new() };
    let name = &receipt.toolchain;
    if error.is_some() {
        let line = |(path, change): (&String, _)| format!("{name}: {change}: {}", text::escaped(path));
        return changes.iter().map(line).collect();
    }
    let also = if *on_record { ", and as the checksum database has it" } else { "" };
    vec![format!("{name}: {} files, {}: as installed{also}", receipt.files, text::bytes(receipt.bytes))]
}

fn object(toolchain: &Toolchain, Looked { found, on_record, error }: &Looked) -> Value {
    let found = found.as_ref();
    let changes = found.map(|found| {
        let change = |(path, change): (&String, &verify::Change)| {
            json!({ "path": path, "change": change.word(), "detail": change.to_string() })
        };
        found.changes.iter().map(change).collect::<Vec<_>>()
    });
    json!({
        "version": toolchain.name.request().to_string(),
        "toolchain": toolchain.name,
        "path": toolchain.path.to_string_lossy(),
        "ok": error.is_none(),
        "log": on_record,
        "h1": found.map(|found| &found.h1),
        "changes": changes.unwrap_or_default(),
        "error": error.as_ref().map(Error::line),
    })
}
