//! Addresses as others may see them.

use url::{Host, Url};

/// The parameters that gox itself adds to an address, for the release list: all that is shown of a query.
const OWN_PARAMETERS: [&str; 2] = ["mode=json", "include=all"];

/// A URL as it is shown in messages and written to files: without credentials, which its query may hold, too, such as
/// the token of a signed address.
pub fn shown(url: &Url) -> String {
    let mut url = without_credentials(url);
    let parameters = url.query().unwrap_or_default().split('&');
    let own: Vec<&str> = parameters.filter(|parameter| OWN_PARAMETERS.contains(parameter)).collect();
    let own = own.join("&");
    url.set_query(Some(own.as_str()).filter(|own| !own.is_empty()));
    url.set_fragment(None);
    url.to_string()
}

/// A URL without the login and password that it may hold.
pub fn without_credentials(url: &Url) -> Url {
    let mut url = url.clone();
    // Setting these fails only for a URL that cannot hold credentials, and then there is nothing to remove.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

/// Whether what is asked there never leaves this machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::shown;

    #[test]
    fn what_may_be_a_secret_is_not_shown() {
        for (url, expected) in [
            ("https://h.test/x", "https://h.test/x"),
            ("https://me:sec@h.test/x", "https://h.test/x"),
            ("https://h.test/x?token=sec", "https://h.test/x"),
            ("https://h.test/x?sec#sec", "https://h.test/x"),
            ("https://h.test/?mode=json&include=all", "https://h.test/?mode=json&include=all"),
            ("https://h.test/?token=sec&mode=json", "https://h.test/?mode=json"),
            ("https://h.test/?mode=jsonsec&include=all", "https://h.test/?include=all"),
        ] {
            assert_eq!(shown(&Url::parse(url).unwrap()), expected);
        }
    }
}
