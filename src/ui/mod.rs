//! What a person sees: data on stdout, talk on stderr.

pub mod picker;
pub mod printer;
pub mod progress;
pub mod table;
