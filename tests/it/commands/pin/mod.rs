//! `gox pin`: what a directory asks for.

mod decides;
mod file;
mod go_mod;
mod unpin;
