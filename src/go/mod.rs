//! The terms of Go and gox as types: version, request, toolchain name, platform, proof, source. Pure values, which
//! touch neither disk nor network.

pub mod lifecycle;
pub mod name;
pub mod platform;
pub mod printed;
pub mod proof;
pub mod quoted;
pub mod request;
pub mod source;
pub mod version;
