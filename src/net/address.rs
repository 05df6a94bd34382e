//! Addresses as others may see them.

use url::Url;

/// A URL as it is shown in messages and written to files: without credentials.
pub fn shown(url: &Url) -> String {
    without_credentials(url).to_string()
}

/// A URL without the login and password that it may hold.
pub fn without_credentials(url: &Url) -> Url {
    let mut url = url.clone();
    // Setting these fails only for a URL that cannot hold credentials, and then there is nothing to remove.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}
