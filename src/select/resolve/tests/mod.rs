//! The rules, one by one, over small trees: a test makes a store of empty toolchains and a world of its
//! own, and the resolver sees nothing else.

mod bases;
mod directories;
mod exact;
mod floors;
mod invalid;
mod tree;
mod vectors;
