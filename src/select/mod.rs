//! Which Go runs.

pub mod request;
pub mod version;
