//! How far an install is: a bar on a terminal, a plain line for each phase elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::printer::Printer;
use super::size;

const TRANSFER: &str = "{msg} {wide_bar} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec} {eta}";
const UNKNOWN_LENGTH: &str = "{msg} {spinner} {decimal_bytes} {decimal_bytes_per_sec}";
const WAITING: &str = "{msg} {spinner}";

/// The progress of one toolchain.
pub struct Progress<'a> {
    printer: &'a Printer,
    toolchain: &'a str,
    bar: ProgressBar,
}

impl<'a> Progress<'a> {
    /// A bar that has its style before it is drawn for the first time.
    pub fn new(printer: &'a Printer, toolchain: &'a str) -> Self {
        let bar = ProgressBar::no_length()
            .with_style(style(WAITING))
            .with_message(format!("asking for {toolchain}"));
        Progress { printer, toolchain, bar: printer.bars().add(bar) }
    }

    /// Bytes begin to come from `address`; `position` of them are there from an earlier run.
    pub fn download(&self, address: &str, total: Option<u64>, position: u64) {
        let size = total.map_or(String::new(), |total| format!(" ({})", size::bytes(total)));
        let resumed = match position {
            0 => String::new(),
            position => format!(", {} of it from before", size::bytes(position)),
        };
        self.line(&format!("downloading {} from {address}{size}{resumed}", self.toolchain));
        self.begin("downloading", total);
        // What is there already says nothing about the speed.
        self.bar.set_position(position);
        self.bar.reset_eta();
    }

    /// Bytes begin to be read from a file of this machine.
    pub fn read(&self, address: &str, total: Option<u64>) {
        let size = total.map_or(String::new(), |total| format!(" ({})", size::bytes(total)));
        self.line(&format!("reading {} from {address}{size}", self.toolchain));
        self.begin("reading", total);
    }

    /// Bytes that are at hand begin to be unpacked.
    pub fn unpack(&self, total: u64) {
        self.line(&format!("unpacking {} ({})", self.toolchain, size::bytes(total)));
        self.begin("unpacking", Some(total));
    }

    /// The proofs, and the disk.
    pub fn verify(&self) {
        self.line(&format!("verifying {}", self.toolchain));
        self.show("verifying", WAITING);
    }

    /// Bytes that are installed begin to be hashed.
    pub fn rehash(&self, total: u64) {
        self.begin("verifying", Some(total));
    }

    /// Counts bytes of the phase.
    pub fn advance(&self, count: u64) {
        self.bar.inc(count);
    }

    fn begin(&self, phase: &str, total: Option<u64>) {
        self.show(phase, if total.is_some() { TRANSFER } else { UNKNOWN_LENGTH });
        self.bar.reset();
        match total {
            Some(total) => self.bar.set_length(total),
            None => self.bar.unset_length(),
        }
    }

    fn show(&self, phase: &str, template: &str) {
        if !self.printer.is_interactive() {
            return;
        }
        self.bar.set_style(style(template));
        self.bar.set_message(format!("{phase} {}", self.toolchain));
        self.bar.enable_steady_tick(Duration::from_millis(100));
    }

    fn line(&self, line: &str) {
        if !self.printer.is_interactive() {
            self.printer.step(line);
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner());
    style.progress_chars("=> ")
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
