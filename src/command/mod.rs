//! The commands: one verb, one file, with its arguments. They touch neither the network nor files themselves.

mod available;
pub mod cli;
mod complete;
mod config;
mod context;
mod default;
mod doctor;
mod exec;
mod exec_missing;
mod init;
mod install;
pub mod interrupt;
mod link;
mod list;
mod man;
mod marks;
mod overview;
mod pin;
mod prune;
mod requests;
mod run;
mod setup;
mod status;
mod supply;
mod uninstall;
mod upgrade;
mod usage;
mod use_;
mod verify;
mod which;

pub use run::run;
