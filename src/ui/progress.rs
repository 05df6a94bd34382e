//! How far an install is: a bar on a terminal, a plain line for each phase elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::printer::Printer;
use super::size;

const TRANSFER: &str = "{msg} {bar:24} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec} {eta}";
const UNKNOWN_LENGTH: &str = "{msg} {spinner} {decimal_bytes} {decimal_bytes_per_sec}";
const WAITING: &str = "{msg} {spinner}";

/// The progress of one toolchain.
pub struct Progress<'a> {
    printer: &'a Printer,
    toolchain: &'a str,
    bar: ProgressBar,
}

impl<'a> Progress<'a> {
    /// Nothing is shown until a phase begins.
    pub fn new(printer: &'a Printer, toolchain: &'a str) -> Self {
        Progress { printer, toolchain, bar: printer.bars().add(ProgressBar::no_length()) }
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
    }

    /// Bytes that are at hand begin to be unpacked.
    pub fn unpack(&self, total: u64) {
        self.line(&format!("unpacking {} ({})", self.toolchain, size::bytes(total)));
        self.begin("unpacking", Some(total));
    }

    /// The proofs, and the disk.
    pub fn verify(&self) {
        self.line(&format!("verifying {}", self.toolchain));
        self.style("verifying", WAITING);
    }

    /// Counts bytes of the phase.
    pub fn advance(&self, count: u64) {
        self.bar.inc(count);
    }

    fn begin(&self, phase: &str, total: Option<u64>) {
        self.bar.reset();
        match total {
            Some(total) => self.bar.set_length(total),
            None => self.bar.unset_length(),
        }
        self.style(phase, if total.is_some() { TRANSFER } else { UNKNOWN_LENGTH });
    }

    fn style(&self, phase: &str, template: &str) {
        if !self.printer.is_interactive() {
            return;
        }
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style.progress_chars("=> "));
        }
        self.bar.set_message(format!("{phase} {}", self.toolchain));
        self.bar.enable_steady_tick(Duration::from_millis(100));
    }

    fn line(&self, line: &str) {
        if !self.printer.is_interactive() {
            self.printer.say(line);
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
