//! The commands: a file for each verb, with its arguments. They use the network and files only through the other
//! modules.

mod action;
mod available;
mod cli;
mod complete;
mod config;
mod config_line;
mod confirm;
mod context;
mod default;
mod doctor;
mod env;
mod exec;
mod exec_missing;
mod gate;
mod github;
mod go_mod;
mod init;
mod install;
pub mod interrupt;
mod link;
mod list;
mod man;
mod marks;
mod other_go;
mod overview;
mod pin;
mod prune;
mod requests;
mod run;
mod self_;
mod setup;
mod several;
mod status;
mod supply;
mod sync;
mod uninstall;
mod unsearched;
mod upgrade;
mod usage_error;
mod use_;
mod verify;
mod version;
mod which;

pub use run::run;
