//! Known vulnerabilities of Go itself, by Go's vulnerability database (go.dev/security/vuln/database): which of its
//! entries affect a version, and which version fixes them. A [`Cache`](cache::Cache) is all that most commands read.

pub mod affected;
pub mod beside;
pub mod cache;
pub mod counts;
pub mod database;
pub mod entry;
pub mod refresh;
pub mod remedy;
pub mod semver;
#[cfg(test)]
mod vectors_tests;
