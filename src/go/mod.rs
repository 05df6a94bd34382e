//! The words of the field as types.

pub mod lifecycle;
pub mod platform;
pub mod request;
pub mod source;
pub mod version;
