//! What gox writes into files of the user's, and takes out again.

pub mod places;
pub mod shell;
pub mod startup_file;
pub mod text;
