//! `gox uninstall`: a toolchain vanishes whole, with its launcher; what is wanted stays.

mod all;
mod removed;
mod wanted;
