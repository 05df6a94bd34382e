//! The network, which knows no Go.

pub mod failure;
pub mod goproxy;
pub mod http;
pub mod netrc;
pub mod retry;
pub mod stall;
