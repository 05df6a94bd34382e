//! What a person sees: data on stdout, everything else on stderr.

pub mod color;
pub mod picker;
pub mod printer;
pub mod progress;
pub mod table;
mod wrap;
