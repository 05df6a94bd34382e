//! The words of the field as types.

pub mod lifecycle;
pub mod name;
pub mod platform;
pub mod proof;
pub mod request;
pub mod source;
pub mod version;
