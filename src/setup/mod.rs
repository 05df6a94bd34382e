//! The shell integration: the text that `gox init` prints, and the start-up files into which `gox setup` puts a
//! block that evaluates it. `gox setup --undo` restores the files byte for byte.

pub mod foreign;
pub mod lines;
pub mod places;
pub mod plan;
pub mod shell;
pub mod startup_file;
pub mod text;
