//! `gox gate`: it judges the commit and not the working tree, and leaves the working tree alone.
//!
//! Git is the real one. So is Go where its answer is the point; where it is about codes, hangs and kills, a script
//! stands in for it.

mod answers;
mod codes;
mod formatted;
mod kills;
mod links;
mod managers;
mod merges;
mod repository;
mod sums;
mod table;
mod terminal;
mod unseen;
mod views;
