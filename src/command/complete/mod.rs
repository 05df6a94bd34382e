//! The hidden command `gox complete`: prints what can complete a command line, for the completions of the shells. It
//! does without the network, and prints nothing where nothing fits or something fails.

mod go;
mod gox;

use super::cli::Complete;
use crate::error::Result;
use crate::ui::printer::Printer;

/// Prints a candidate in each line; where its meaning is known, followed by a tab and that.
pub(super) fn run(arguments: &Complete, printer: &Printer) -> Result<()> {
    let mut words = arguments.words.clone();
    // A shell may leave out the empty word under the cursor, and give the words behind it.
    words.resize(arguments.index.min(words.len()) + 1, "".into());
    let candidates = if arguments.go { go::candidates(&words) } else { gox::candidates(words) };
    candidates.iter().try_for_each(|candidate| printer.data(candidate))
}
