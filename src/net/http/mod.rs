//! HTTP requests and their answers. Only this folder names reqwest.

#[cfg(test)]
mod certificate_tests;
mod client;
mod ecdsa_p521;
mod errors;
mod file;
mod part;
mod requests;
mod response;
#[cfg(test)]
mod tests;
mod trust;
#[cfg(any(test, not(target_vendor = "apple")))]
mod verifier;

pub use client::{Http, Unless};
pub use errors::broken;
pub use part::Part;
pub use response::{Place, Response, Start, content_range, is_web_page};
