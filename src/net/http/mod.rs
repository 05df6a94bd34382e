//! HTTP requests and their answers. Only this folder names reqwest.

mod client;
mod errors;
mod file;
mod requests;
mod response;
#[cfg(test)]
mod tests;

pub use client::Http;
pub use errors::broken;
pub use response::{Response, Start, content_range, is_web_page};
