//! How far an install is: a bar on a terminal, a plain line for each phase elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::printer::Printer;
use crate::go::name::ToolchainName;
use crate::install::report::{Phase, Phases, Report};
use crate::text;

const TRANSFER: &str = "{msg} {wide_bar} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec} {eta}";
const UNKNOWN_LENGTH: &str = "{msg} {spinner} {decimal_bytes} {decimal_bytes_per_sec}";
const WAITING: &str = "{msg} {spinner}";

impl Report for Printer {
    fn note(&self, line: &str) {
        Printer::note(self, line);
    }

    fn waiting(&self, toolchain: &ToolchainName, lock: &str) {
        self.say(&format!("waiting for another gox that installs {toolchain} (`{lock}`)"));
    }

    fn phases<'a>(&'a self, toolchain: &'a ToolchainName) -> Box<dyn Phases + 'a> {
        Box::new(Progress::new(self, toolchain))
    }
}

/// The progress of one toolchain.
pub struct Progress<'a> {
    printer: &'a Printer,
    toolchain: &'a ToolchainName,
    bar: ProgressBar,
}

impl<'a> Progress<'a> {
    /// A bar that has its style before it is drawn for the first time.
    pub fn new(printer: &'a Printer, toolchain: &'a ToolchainName) -> Self {
        let bar = ProgressBar::no_length()
            .with_style(style(WAITING))
            .with_message(format!("asking for {toolchain}"));
        Progress { printer, toolchain, bar: printer.bars().add(bar) }
    }

    /// Bytes that are installed begin to be hashed.
    pub fn rehash(&self, total: u64) {
        self.count("verifying", Some(total));
    }

    fn count(&self, phase: &str, total: Option<u64>) {
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

impl Phases for Progress<'_> {
    fn begin(&self, phase: Phase<'_>) {
        let toolchain = self.toolchain;
        let size =
            |total: Option<u64>| total.map_or(String::new(), |total| format!(" ({})", text::bytes(total)));
        match phase {
            Phase::Download { address, total, resumed } => {
                let before = match resumed {
                    0 => String::new(),
                    resumed => format!(", {} of it from before", text::bytes(resumed)),
                };
                self.line(&format!("downloading {toolchain} from {address}{}{before}", size(total)));
                self.count("downloading", total);
                // What is there already says nothing about the speed.
                self.bar.set_position(resumed);
                self.bar.reset_eta();
            }
            Phase::Read { address, total } => {
                self.line(&format!("reading {toolchain} from {address}{}", size(total)));
                self.count("reading", total);
            }
            Phase::Unpack { total } => {
                self.line(&format!("unpacking {toolchain}{}", size(Some(total))));
                self.count("unpacking", Some(total));
            }
            Phase::Verify => {
                self.line(&format!("verifying {toolchain}"));
                self.show("verifying", WAITING);
            }
        }
    }

    fn advance(&self, bytes: u64) {
        self.bar.inc(bytes);
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
