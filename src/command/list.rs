//! `gox list`: shows the installed toolchains.

use clap::Args;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::context::Context;
use super::marks::Marks;
use super::unsearched;
use super::vulnerable::{Vulnerable, doubt};
use crate::error::Result;
use crate::go::name::ToolchainName;
use crate::go::proof::Proof;
use crate::go::version::Version;
use crate::source::known;
use crate::store::disk_usage::Usage;
use crate::store::inventory::{self, Toolchain};
use crate::store::last_run::LastRun;
use crate::store::link;
use crate::store::receipt::Receipt;
use crate::text;
use crate::ui::color::Color;
use crate::ui::table::Cell;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  gox list
  gox list --sizes
  gox list --json")]
pub(super) struct Arguments {
    /// Measure what each takes and its removal would free: takes a while
    #[arg(long)]
    pub sizes: bool,
    /// Print a JSON array of objects
    #[arg(long)]
    pub json: bool,
}

/// Prints what is installed.
pub(super) fn run(arguments: &Arguments, context: &Context<'_>) -> Result<()> {
    let toolchains = inventory::all(&context.world.homes);
    let rows: Vec<Row> =
        toolchains.into_iter().map(|toolchain| Row::new(toolchain, arguments.sizes)).collect();
    let proven = rows.iter().filter(|row| row.receipt.is_some()).map(|row| &row.toolchain);
    let known = known::versions_with(context.world.home(), proven);
    let vulnerable = Vulnerable::read(context);
    let of_remedies = if vulnerable.is_some() { known.clone() } else { Vec::new() };
    let marks = Marks::new(rows.iter().map(|row| &row.toolchain), known, context);
    let counts: Vec<Option<usize>> = rows.iter().map(|row| row.count(vulnerable.as_ref())).collect();
    unsearched::warn(context);
    if arguments.json {
        let objects = rows.iter().zip(counts).map(|(row, count)| row.object(&marks, count));
        let objects: Vec<Value> = objects.collect();
        return context.printer.json(&Value::from(objects));
    }
    let broken: Vec<_> = context.world.homes.iter().flat_map(link::broken).collect();
    let incomplete = inventory::incomplete(&context.world.homes);
    if !incomplete.is_empty() {
        tell_incomplete(&incomplete, context);
    }
    if rows.is_empty() && broken.is_empty() {
        if incomplete.is_empty() {
            context.printer.say("nothing is installed");
            context.printer.hint("install the newest Go: `gox install latest`");
        }
        return Ok(());
    }
    if arguments.sizes {
        with_sizes(&rows, &broken, &marks, context)?;
    } else {
        let mut table: Vec<_> = rows.iter().map(|row| row.cells(row.size(), &marks)).collect();
        table.extend(broken.iter().map(|(name, target)| broken_cells(name, target)));
        context.printer.table(["VERSION", "SIZE", "SOURCE", "PROOFS", "STATE"], &table)?;
    }
    if let Some(other) = &marks.other {
        other.tell(context);
    }
    let line = vulnerable.and_then(|known_of| {
        let foremost = foremost(&rows, &counts, &marks);
        known_of.of_all(&counts, foremost, of_remedies, marks.here.as_ref(), context)
    });
    if let Some(line) = line {
        context.printer.note(&line);
    }
    Ok(())
}

/// The toolchain with vulnerabilities that counts the most, and how many it has: that which is selected here, else the
/// default, else the newest.
fn foremost<'a>(
    rows: &'a [Row],
    counts: &[Option<usize>],
    marks: &Marks,
) -> Option<(&'a ToolchainName, usize)> {
    let affected = rows.iter().zip(counts).filter_map(|(row, count)| Some((&row.toolchain, (*count)?)));
    let affected: Vec<_> = affected.filter(|(_, count)| *count > 0).collect();
    let selected = affected.iter().find(|(toolchain, _)| marks.is_selected(toolchain));
    let default = || affected.iter().find(|(toolchain, _)| marks.is_default(toolchain));
    selected.or_else(default).or(affected.first()).map(|(toolchain, count)| (&toolchain.name, *count))
}

/// Warns of directories that do not count as installed.
fn tell_incomplete(incomplete: &[Toolchain], context: &Context<'_>) {
    let names: Vec<_> = incomplete.iter().map(|toolchain| text::escaped(toolchain.name.as_str())).collect();
    let does = if names.len() == 1 { "it does" } else { "they do" };
    let names = names.join(", ");
    context
        .printer
        .warn(&format!("`bin/go` cannot be executed in {names}, so {does} not count as installed"));
    context.printer.hint("what mends that: `gox doctor store-layout`");
}

/// Prints the table with the sizes on the disk, and a last line with the total, in which shared files count once.
fn with_sizes(
    rows: &[Row],
    broken: &[(String, PathBuf)],
    marks: &Marks,
    context: &Context<'_>,
) -> Result<()> {
    let widen = |[version, size, source, proofs, state]: [Cell; 5], frees: String| {
        [version, size, frees.into(), source, proofs, state]
    };
    let shown = |bytes: Option<u64>| bytes.map_or_else(|| "-".to_owned(), text::bytes);
    let mut all = Usage::default();
    let mut table = Vec::new();
    for row in rows {
        row.usage.iter().for_each(|usage| all.include(usage));
        let frees = shown(row.usage.as_ref().map(Usage::alone));
        let takes = shown(row.usage.as_ref().map(Usage::total));
        table.push(widen(row.cells(takes, marks), frees));
    }
    table.extend(broken.iter().map(|(name, target)| widen(broken_cells(name, target), "-".into())));
    let [total, alone] = [all.total(), all.alone()].map(text::bytes);
    table.push(["total", &total, &alone, "", "", ""].map(Cell::from));
    context.printer.table(["VERSION", "TAKES", "FREES", "SOURCE", "PROOFS", "STATE"], &table)
}

/// The row of a link whose target is gone, or has no `bin/go`.
fn broken_cells(name: &str, target: &Path) -> [Cell; 5] {
    let what = if target.exists() { "no `bin/go` in" } else { "gone:" };
    let state = Cell { text: format!("{what} {}", target.display()), color: Color::Magenta };
    [name.into(), "-".into(), "linked".into(), "-".into(), state]
}

/// A toolchain, and what the list shows of it.
struct Row {
    toolchain: Toolchain,
    receipt: Option<Receipt>,
    /// The target of a linked GOROOT.
    target: Option<PathBuf>,
    /// The space on the disk, measured with `--sizes` only. `None` for a linked GOROOT, which is not in the store.
    usage: Option<Usage>,
}

impl Row {
    fn new(toolchain: Toolchain, sizes: bool) -> Self {
        let target = link::of_goroot(&toolchain.path);
        let usage = (sizes && target.is_none()).then(|| {
            let mut usage = Usage::default();
            usage.add(&toolchain.path);
            usage
        });
        // A receipt in a linked GOROOT is not gox's, which writes none there.
        let receipt = if target.is_none() { Receipt::read(&toolchain.path) } else { None };
        Row { toolchain, receipt, target, usage }
    }

    /// The size that the receipt has, because measuring takes too long.
    fn size(&self) -> String {
        self.receipt.as_ref().map_or_else(|| "-".into(), |receipt| text::bytes(receipt.bytes))
    }

    fn cells(&self, size: String, marks: &Marks) -> [Cell; 5] {
        let unverified = || Cell { text: "unverified".to_owned(), color: Color::Magenta };
        let (source, proofs) = match (&self.receipt, &self.target) {
            (_, Some(_)) => ("linked".to_owned(), unverified()),
            (Some(receipt), None) => (receipt.source.to_string(), Proof::words(&receipt.proofs, ", ").into()),
            (None, None) => ("-".to_owned(), unverified()),
        };
        let runs = if marks.runs_here(&self.toolchain) { Color::Bold } else { Color::Plain };
        let version = Cell { text: self.toolchain.name.request().to_string(), color: runs };
        let state = marks.text(&self.toolchain, self.target.as_deref());
        [version, size.into(), source.into(), proofs, state.into()]
    }

    /// How many known vulnerabilities it has, where its name is not in doubt.
    fn count(&self, vulnerable: Option<&Vulnerable>) -> Option<usize> {
        let Toolchain { name, path } = &self.toolchain;
        // What has a receipt is in no doubt, and that is not read again.
        let is_known = self.receipt.is_some() || doubt(name, Some(path)).is_none();
        vulnerable.filter(|_| is_known)?.count(name)
    }

    fn object(&self, marks: &Marks, vulnerabilities: Option<usize>) -> Value {
        let Row { toolchain, receipt, target, usage } = self;
        let receipt = receipt.as_ref();
        let mut object = json!({
            "version": toolchain.name.request().to_string(),
            "toolchain": toolchain.name,
            "path": toolchain.path.to_string_lossy(),
            "home": toolchain.path.ancestors().nth(2).map(Path::to_string_lossy),
            "verified": receipt.is_some(),
            "proofs": receipt.map(|receipt| receipt.proofs.clone()).unwrap_or_default(),
            "source": receipt.map(|receipt| receipt.source.clone()),
            "default": marks.is_default(toolchain),
            "bytes": receipt.map(|receipt| receipt.bytes),
            "selected": marks.is_selected(toolchain),
            "supported": marks.is_supported(toolchain),
            "newer": marks.newer(toolchain).map(Version::full),
            "address": receipt.map(|receipt| &receipt.address),
            "h1": receipt.map(|receipt| &receipt.h1),
            "sha256": receipt.and_then(|receipt| receipt.sha256.as_ref()),
            "installed_at": receipt.map(|receipt| receipt.installed),
            "gox": receipt.map(|receipt| &receipt.gox),
            "ran_at": LastRun::of(&toolchain.path, receipt).ran_at(),
            "vulnerabilities": vulnerabilities,
            "target": target.as_ref().map(|target| target.to_string_lossy()),
        });
        if let Some(usage) = usage {
            object["takes"] = usage.total().into();
            object["frees"] = usage.alone().into();
        }
        object
    }
}
