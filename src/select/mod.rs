//! Which Go runs: argv0, environment and directory in, one `execve` out.

pub mod exec;
pub mod goenv;
pub mod request;
pub mod resolve;
pub mod system;
pub mod variables;
pub mod version;
