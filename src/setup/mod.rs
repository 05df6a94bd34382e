//! What gox sets up around Go, in files of the user's, of a project or of the machine, and the text that shells read.
//! `gox setup` puts blocks of lines or whole files there; `gox setup --undo` restores the files byte for byte.

pub mod block;
pub mod change;
pub mod edit;
pub mod lines;
pub mod places;
pub mod plan;
pub mod shell;
pub mod target;
pub mod text;
pub mod wants;
