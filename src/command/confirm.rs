//! Shows what would be changed, and asks for it.

use crate::error::{Error, Kind, Result};
use crate::setup::change::Change;
use crate::text;
use crate::ui::printer::Printer;

/// Prints changes as diffs; of a change like one before it, only that.
pub(super) fn show<'a>(changes: impl IntoIterator<Item = &'a Change>, printer: &Printer) -> Result<()> {
    let mut shown: Vec<&Change> = Vec::new();
    for change in changes {
        printer.data(&match shown.iter().find(|before| before.is_like(change)) {
            Some(before) => {
                let [path, like] = [change, before].map(|change| text::path(change.path()));
                format!("the change of {path} is the same as that of {like}")
            }
            None => change.diff(),
        })?;
        shown.push(change);
    }
    Ok(())
}

/// Whether the user wants the change that was shown. Without a terminal to ask on it is refused, and `command` does it
/// without a question.
pub(super) fn is_wanted(command: &str, printer: &Printer) -> Result<bool> {
    ask("apply this change?", true, command, printer)
}

/// [`is_wanted`] for what cannot be undone: Enter alone is no.
pub(super) fn is_removal_wanted(command: &str, printer: &Printer) -> Result<bool> {
    ask("remove all of this?", false, command, printer)
}

/// Whether the user says yes to a question, which Enter alone answers by `default`. Without a terminal to ask on it is
/// refused, and `command` does it without a question.
pub(super) fn ask(question: &str, default: bool, command: &str, printer: &Printer) -> Result<bool> {
    printer.ask(question, default)?.ok_or_else(|| {
        let error = Error::new(Kind::Refused, "nothing was changed: there is no terminal to ask on");
        error.hint(format!("do it without a question: `{command}`"))
    })
}
