//! What gox sets up around Go, in files of the user's, of a project or of the machine, and the text that shells read.
//! `gox setup` puts blocks of lines or whole files there; `gox setup --undo` restores the files byte for byte.

mod attributes;
pub mod block;
pub mod change;
pub mod direnv;
pub mod edit;
pub mod ends;
pub mod foreign;
mod git;
mod hooks;
pub mod lines;
mod managers;
pub mod places;
pub mod plan;
pub mod readline;
pub mod repository;
pub mod shell;
pub mod ssh_agent;
pub mod target;
pub mod text;
pub mod wants;
mod wsl;
