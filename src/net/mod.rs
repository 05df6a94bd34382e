//! The network: addresses, requests and what can go wrong with them. Nothing here knows what is downloaded.

pub mod address;
pub mod failure;
pub mod forward_proxy;
pub mod goauth;
pub mod goproxy;
pub mod http;
pub mod retry;
pub mod stall;
pub mod tls;
