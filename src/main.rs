//! The command `gox`.
fn main() {}
