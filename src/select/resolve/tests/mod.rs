//! Tests of the rules over small trees: each makes a store of empty toolchains and a world, and the resolver sees
//! nothing else.

mod bases;
mod directories;
mod exact;
mod floors;
mod invalid;
mod tree;
mod vectors;
