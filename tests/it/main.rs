//! The integration tests: one binary, so that the program is linked once and all tests share one
//! harness. A module is a theme; `harness` tests the harness itself.

#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]
#![expect(
    clippy::disallowed_methods,
    reason = "what steers the tests, as GOX_TEST_GO, is no variable of gox"
)]

mod absent;
mod action;
mod arrival;
mod audit;
mod beside;
mod commands;
mod corrupt;
mod counts;
mod crash;
mod database;
mod differential;
mod disk;
mod documents;
mod downloads;
mod editors;
mod faults;
mod floors;
mod gate;
mod goauth;
mod goproxy;
mod growth;
mod harness;
mod hostile;
mod import;
mod install_dir;
mod install_dl;
mod install_proxy;
mod installer;
mod limits;
mod list;
mod locks;
mod mute_sources;
mod neighbours;
mod network;
mod order;
mod packages;
mod proofs;
mod races;
mod real;
mod requests;
mod schema;
mod screens;
mod secrets;
mod several;
mod sharing;
mod shells;
mod shim;
mod support;
mod umask;
mod usage;
mod wall;
