//! `gox verify`: hashes installed toolchains again, and compares them with what was installed.

use clap::Args;
use serde_json::{Value, json};

use super::context::{Context, Needed};
use super::{requests, supply};
use crate::error::{Error, Kind, Result};
use crate::install::installer::Installer;
use crate::install::prove;
use crate::install::report::Phases;
use crate::proof::dirhash;
use crate::source::existence;
use crate::store::inventory::{self, Toolchain};
use crate::store::receipt::Receipt;
use crate::store::verify::{self, Found};
use crate::text;
use crate::ui::progress::Progress;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox verify
  gox verify --log 1.22.4
  gox verify --json")]
pub(super) struct Arguments {
    /// The versions to verify; without one, all
    #[arg(value_name = "VERSION")]
    pub versions: Vec<String>,
    /// Also ask the checksum database again
    #[arg(long)]
    pub log: bool,
    /// Print a JSON array of objects
    #[arg(long)]
    pub json: bool,
}

/// How many changes of a toolchain are shown: enough to see what happened to it, where all of its 10,000 files changed.
const SHOWN: usize = 20;

/// Verifies each toolchain. All are tried, and the first failure's code is given.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<u8> {
    context.check_stores(if arguments.versions.is_empty() { Needed::All } else { Needed::None })?;
    let toolchains = chosen(arguments, context);
    if arguments.log {
        return supply::with_installer(context, |installer| {
            all(toolchains, arguments.json, Some(installer), context)
        });
    }
    all(toolchains, arguments.json, None, context)
}

/// The toolchains that are named, in that order; else all but the linked ones, which gox did not install.
fn chosen(arguments: &Arguments, context: &Context<'_>) -> Vec<(String, Result<Toolchain>)> {
    let toolchains = inventory::all_with_receipts(&context.world.homes);
    if arguments.versions.is_empty() {
        let own = toolchains.into_iter().filter(|toolchain| !toolchain.path.is_symlink());
        return own.map(|toolchain| (toolchain.name.request().to_string(), Ok(toolchain))).collect();
    }
    arguments.versions.iter().map(|word| (word.clone(), find(word, &toolchains))).collect()
}

fn find(word: &str, toolchains: &[Toolchain]) -> Result<Toolchain> {
    let request = requests::parse(word)?;
    let name = request
        .toolchain()
        .or_else(|| Some(request.choose(toolchains.iter().filter_map(Toolchain::version))?.toolchain()));
    let found = toolchains.iter().find(|toolchain| Some(&toolchain.name) == name.as_ref());
    found.cloned().ok_or_else(|| {
        Error::new(Kind::NoSuchVersion, format!("`{request}` is not installed"))
            .hint("`gox list` shows what is installed")
    })
}

fn all(
    toolchains: Vec<(String, Result<Toolchain>)>,
    json: bool,
    installer: Option<&Installer<'_>>,
    context: &Context<'_>,
) -> Result<u8> {
    let mut objects = Vec::new();
    let mut printed = Ok(());
    let code = context.each(toolchains, |toolchain| {
        if printed.is_err() {
            return Ok(());
        }
        let toolchain = toolchain?;
        let looked = one(&toolchain, installer, context);
        if json {
            objects.push(object(&toolchain, &looked));
        } else if looked.error.is_some() || !context.printer.is_quiet() {
            printed = lines(&looked).iter().try_for_each(|line| context.printer.data(line));
        }
        looked.error.map_or(Ok(()), Err)
    });
    printed?;
    if json {
        context.printer.json(&Value::from(objects))?;
    }
    Ok(code)
}

/// The result for a toolchain.
struct Looked {
    found: Option<Found>,
    /// Whether the checksum database has the same hash on record.
    on_record: bool,
    error: Option<Error>,
}

fn one(toolchain: &Toolchain, installer: Option<&Installer<'_>>, context: &Context<'_>) -> Looked {
    let name = &toolchain.name;
    let refused = |found, kind, message: String| {
        let error = Error::new(kind, message);
        let error = if existence::is_possible(name, context.world.home()) {
            error.hint(format!("build it anew: `gox install --force {}`", name.request()))
        } else if name.is_linked() && name.is_request() {
            error
        } else {
            error.hint(format!("remove it: `gox uninstall {}`", text::quoted(name.as_str())))
        };
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

/// Hashes a toolchain, and tells whether it is not as it was installed. Without a receipt nobody knows.
pub(super) fn is_damaged(toolchain: &Toolchain, context: &Context<'_>) -> Result<bool> {
    match look(toolchain, context) {
        Ok(found) => Ok(found.is_some_and(|found| !found.changes.is_empty())),
        Err(error) if error.kind() == Kind::Verification => Ok(true),
        Err(error) => Err(error),
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
        let more = changes.len().saturating_sub(SHOWN);
        let rest = (more > 0).then(|| format!("{name}: and {more} more: `gox verify --json` has them all"));
        return changes.iter().take(SHOWN).map(line).chain(rest).collect();
    }
    let also = if *on_record { ", and as the checksum database has it" } else { "" };
    vec![format!("{name}: {} files, {}: as installed{also}", receipt.files, text::bytes(receipt.bytes))]
}

fn object(toolchain: &Toolchain, Looked { found, on_record, error }: &Looked) -> Value {
    let found = found.as_ref();
    let changes = found.map(|found| {
        let change = |(path, change): (&String, &verify::FileChange)| {
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
