//! How far an install or a verification is: a bar on a terminal, elsewhere a plain line for each phase. Of other
//! work that takes long, a terminal alone shows what runs.

use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::printer::Printer;
use crate::go::name::ToolchainName;
use crate::install::report::{Phase, Phases, Report};
use crate::text;

/// The bar of a phase whose number of bytes is known. Its line has no more than 60 columns, so that a terminal can be
/// made that narrow: a longer line would be broken there, and the next one drawn below its remains.
const KNOWN_LENGTH: &str =
    "{msg} {bar:6} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec} {eta}";
/// The bar of a phase whose number of bytes is not known.
const UNKNOWN_LENGTH: &str = "{msg} {spinner} {decimal_bytes} {decimal_bytes_per_sec}";
/// The bar of a phase in which no bytes are counted.
const UNCOUNTED: &str = "{msg} {spinner}";
/// What the bar of a download says.
const DOWNLOADING: &str = "downloading";
/// What it says while nothing more comes.
const UNPACKING: &str = "unpacking";
/// How often the spinner and the remaining time are drawn anew while no bytes arrive.
const REDRAW: Duration = Duration::from_millis(100);

impl Report for Printer {
    fn note(&self, line: &str) {
        Printer::note(self, line);
    }

    fn hint(&self, line: &str) {
        Printer::hint(self, line);
    }

    fn waiting(&self, toolchain: &ToolchainName, lock: &str) {
        self.say(&format!("waiting for another gox that installs {toolchain} (`{lock}`)"));
    }

    fn phases(&self, toolchain: &ToolchainName) -> Box<dyn Phases> {
        Box::new(Progress::new(self, toolchain))
    }
}

/// The progress of the work on one toolchain. Its bar disappears when this is dropped.
pub struct Progress {
    printer: Printer,
    toolchain: ToolchainName,
    bar: ProgressBar,
}

impl Progress {
    /// Adds a bar that says which toolchain the sources are asked for, until the first phase begins.
    pub fn new(printer: &Printer, toolchain: &ToolchainName) -> Self {
        let bar = drawn(printer, format!("asking for {toolchain}"));
        Progress { printer: printer.clone(), toolchain: toolchain.clone(), bar }
    }

    /// Begins to count the `total` bytes of an installed toolchain that are hashed again.
    pub fn rehash(&self, total: u64) {
        self.count("verifying", Some(total), 0);
    }

    /// Begins a phase that counts bytes up to `total`, where it is known. The first of them, which an earlier run has
    /// downloaded, are `there` already, and count neither for the speed nor for the time that is left.
    fn count(&self, phase: &str, total: Option<u64>, there: u64) {
        // No speed is shown before it is right.
        self.show(phase, UNCOUNTED);
        self.bar.reset();
        match total {
            Some(total) => self.bar.set_length(total),
            None => self.bar.unset_length(),
        }
        self.bar.set_position(there);
        // The speed is counted from the bytes that were drawn last.
        self.bar.tick();
        self.bar.reset_eta();
        self.show(phase, if total.is_some() { KNOWN_LENGTH } else { UNKNOWN_LENGTH });
    }

    /// Gives the bar the name and the look of a phase.
    fn show(&self, phase: &str, template: &str) {
        if !self.printer.is_interactive() {
            return;
        }
        self.bar.set_style(style(template));
        self.bar.set_message(self.message(phase));
    }

    fn message(&self, phase: &str) -> String {
        format!("{phase} {}", self.toolchain)
    }

    /// Writes a line that stands for a phase where no bar is drawn.
    fn line(&self, line: &str) {
        if !self.printer.is_interactive() {
            self.printer.step(line);
        }
    }
}

/// A line on a terminal that says what runs. It disappears when this is dropped.
pub struct Activity(ProgressBar);

impl Activity {
    /// Adds the line, which says that `name` runs.
    pub fn of(name: &str, printer: &Printer) -> Self {
        Activity(drawn(printer, running(name)))
    }

    /// Says that now `name` runs.
    pub fn show(&self, name: &str) {
        self.0.set_message(running(name));
    }
}

fn running(name: &str) -> String {
    format!("running {name}")
}

impl Drop for Activity {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Adds a bar with a spinner, which is drawn on a terminal alone.
fn drawn(printer: &Printer, message: String) -> ProgressBar {
    // The style is set before the bar is added, which draws it.
    let bar = ProgressBar::no_length().with_style(style(UNCOUNTED)).with_message(message);
    let bar = printer.bars().add(bar);
    if printer.is_interactive() {
        keep_drawing(&bar);
    }
    bar
}

/// Draws a bar every [`REDRAW`] until it is dropped. The library's own thread for that panics if it cannot start;
/// without this one the bar is drawn only as bytes arrive.
fn keep_drawing(bar: &ProgressBar) {
    let bar = bar.downgrade();
    let draw = move || {
        while bar.upgrade().is_some_and(|bar| {
            bar.tick();
            !bar.is_finished()
        }) {
            thread::sleep(REDRAW);
        }
    };
    let _ = thread::Builder::new().spawn(draw);
}

impl Phases for Progress {
    fn begin(&self, phase: Phase<'_>) {
        let toolchain = &self.toolchain;
        let size =
            |total: Option<u64>| total.map_or(String::new(), |total| format!(" ({})", text::bytes(total)));
        match phase {
            Phase::Download { address, total, resumed } => {
                let before = match resumed {
                    0 => String::new(),
                    resumed => format!(", {} of it from before", text::bytes(resumed)),
                };
                self.line(&format!("downloading {toolchain} from {address}{}{before}", size(total)));
                self.count(DOWNLOADING, total, resumed);
            }
            Phase::Read { address, total } => {
                self.line(&format!("reading {toolchain} from {address}{}", size(total)));
                self.count("reading", total, 0);
            }
            Phase::Unpack { total } => {
                self.line(&format!("unpacking {toolchain}{}", size(Some(total))));
                self.count(UNPACKING, Some(total), 0);
            }
            Phase::Verify => {
                self.line(&format!("verifying {toolchain}"));
                self.show("verifying", UNCOUNTED);
            }
        }
    }

    fn advance(&self, bytes: u64) {
        self.bar.inc(bytes);
        // All has come, and the last of it is still to be written.
        if self.bar.length() == Some(self.bar.position()) && self.bar.message() == self.message(DOWNLOADING) {
            self.show(UNPACKING, UNCOUNTED);
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner());
    style.progress_chars("=> ")
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
