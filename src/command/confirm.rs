//! Asks before something is changed.

use crate::error::{Error, Kind, Result};
use crate::ui::printer::Printer;

/// Whether the user wants the change that was shown. Without a terminal to ask on it is refused, and `command` does it
/// without a question.
pub(super) fn is_wanted(command: &str, printer: &Printer) -> Result<bool> {
    printer.ask("apply this change?")?.ok_or_else(|| {
        let error = Error::new(Kind::Refused, "nothing was changed: there is no terminal to ask on");
        error.hint(format!("do it without a question: `{command}`"))
    })
}
