//! The forward proxies of this network: which one stands between this machine and a server, by the variables that Go
//! reads for it (Go source `golang.org/x/net/http/httpproxy`), and by `ALL_PROXY`, which Go does not know.

use std::net::IpAddr;

use url::{Host, Url};

use super::address::{is_loopback, shown, without_credentials};
use crate::env;

/// The schemes of proxies that the HTTP library speaks with.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// The forward proxies that the environment names.
#[derive(Clone, Debug, Default)]
pub struct ForwardProxies {
    http: Option<ForwardProxy>,
    https: Option<ForwardProxy>,
    /// The value of `NO_PROXY`.
    exceptions: String,
}

/// A forward proxy, and the variable that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForwardProxy {
    /// The variable.
    pub variable: &'static str,
    /// The address; the reason if the value is none. Like Go gox then asks servers directly.
    pub address: Result<Url, String>,
}

impl ForwardProxies {
    /// Those of this process.
    pub fn of_environment() -> Self {
        let named = |names: &[&'static str]| {
            names
                .iter()
                .find_map(|variable| Some(ForwardProxy { variable, address: address(&env::text(variable)?) }))
        };
        ForwardProxies {
            http: named(&env::HTTP_PROXY),
            https: named(&env::HTTPS_PROXY),
            exceptions: env::NO_PROXY.iter().find_map(|variable| env::text(variable)).unwrap_or_default(),
        }
    }

    /// The proxy for `url`, if it is to be asked through one.
    pub fn of(&self, url: &Url) -> Option<&ForwardProxy> {
        let proxy = if url.scheme() == "https" { &self.https } else { &self.http };
        proxy.as_ref().filter(|_| !self.is_exception(url))
    }

    /// Whether `url` is asked directly: on this machine itself, or in the list of exceptions.
    fn is_exception(&self, url: &Url) -> bool {
        if is_loopback(url) {
            return true;
        }
        let (host, ip) = match url.host() {
            Some(Host::Domain(host)) => (host.to_owned(), None),
            Some(Host::Ipv4(ip)) => (ip.to_string(), Some(IpAddr::V4(ip))),
            Some(Host::Ipv6(ip)) => (ip.to_string(), Some(IpAddr::V6(ip))),
            None => return true,
        };
        let port = url.port_or_known_default();
        let entries = self.exceptions.split(',').map(|entry| entry.trim().to_ascii_lowercase());
        let mut entries = entries.filter(|entry| !entry.is_empty());
        entries.any(|entry| excepts(&entry, &host, ip, port))
    }
}

impl ForwardProxy {
    /// Without the login in the address, as it may be kept and shown.
    #[must_use]
    pub fn without_login(&self) -> Self {
        let address = self.address.as_ref().map(without_credentials).map_err(String::clone);
        ForwardProxy { variable: self.variable, address }
    }

    /// The sentence about this proxy in the failure of a request that it may have caused.
    pub fn note(&self) -> String {
        match &self.address {
            Ok(address) => {
                format!(
                    "the proxy `{}` of `{}` is between",
                    shown(address).trim_end_matches('/'),
                    self.variable
                )
            }
            Err(reason) => format!("the proxy of `{}` is passed over: {reason}", self.variable),
        }
    }

    /// What the user can do about such a failure.
    pub fn hint(&self) -> String {
        let case =
            if self.address.is_ok() { "if this network needs no proxy" } else { "mend the address, or" };
        format!("{case}: `unset {}`", self.variable)
    }
}

/// The address that a value means, which may lack the scheme. The error says what is wrong with it, and shows none of
/// it.
fn address(value: &str) -> Result<Url, String> {
    let scheme = if value.contains("://") { "" } else { "http://" };
    let url = Url::parse(&format!("{scheme}{value}")).map_err(|error| error.to_string())?;
    if SCHEMES.contains(&url.scheme()) {
        Ok(url)
    } else {
        Err(format!("`{}` is not a proxy scheme", url.scheme()))
    }
}

/// Whether an entry of `NO_PROXY` names a host or address: `*`, `10.0.0.0/8`, `10.1.2.3`, `example.com` with all that
/// is below it, `.example.com` only with what is below it, each but the first two with a port behind it or without.
fn excepts(entry: &str, host: &str, ip: Option<IpAddr>, port: Option<u16>) -> bool {
    if entry == "*" {
        return true;
    }
    if let Some((network, length)) = entry.split_once('/') {
        return ip.is_some_and(|ip| is_within(ip, network, length));
    }
    let address = |name: &str| name.parse::<IpAddr>().ok();
    let (name, wanted) = match entry.rsplit_once(':') {
        Some((name, port)) if address(entry).is_none() && !entry.ends_with(']') => {
            (name.trim_start_matches('[').trim_end_matches(']'), port)
        }
        _ => (entry, ""),
    };
    if !wanted.is_empty() && port.is_none_or(|port| port.to_string() != wanted) {
        return false;
    }
    let below = name.trim_start_matches('*');
    match (ip, address(name)) {
        (Some(ip), Some(excepted)) => ip.to_canonical() == excepted.to_canonical(),
        (None, None) if below.starts_with('.') => host.ends_with(below),
        (None, None) => !name.is_empty() && (host == name || host.ends_with(&format!(".{name}"))),
        _ => false,
    }
}

/// Whether an address is in a network with a prefix of so many bits.
fn is_within(ip: IpAddr, network: &str, length: &str) -> bool {
    let bits = |ip: IpAddr| match ip.to_canonical() {
        IpAddr::V4(ip) => (u128::from(ip.to_bits()) << 96, 32),
        IpAddr::V6(ip) => (ip.to_bits(), 128),
    };
    let (Ok(network), Ok(length)) = (network.parse::<IpAddr>(), length.parse::<u32>()) else { return false };
    let ((ip, size), (network, network_size)) = (bits(ip), bits(network));
    size == network_size && length <= size && (ip ^ network).checked_shr(128 - length).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{ForwardProxies, ForwardProxy, address};

    /// Made by `tests/data/vectors/proxies/main.go` with the function of Go's own HTTP client.
    #[test]
    fn go_asks_the_same_hosts_directly() {
        let vectors: Vec<serde_json::Value> =
            serde_json::from_str(include_str!("../../tests/data/proxy_vectors.json")).unwrap();
        assert!(vectors.len() > 100);
        for vector in vectors {
            let proxy = Some(ForwardProxy { variable: "X", address: address("proxy.test:8080") });
            let exceptions = vector["no_proxy"].as_str().unwrap().to_owned();
            let proxies = ForwardProxies { http: proxy.clone(), https: proxy, exceptions };
            let url = Url::parse(vector["url"].as_str().unwrap()).unwrap();
            assert_eq!(proxies.of(&url).is_none(), vector["direct"], "{vector}");
        }
    }

    #[test]
    fn addresses_may_lack_their_scheme() {
        for (value, expected) in [
            ("http://a.test:8080", Ok("http://a.test:8080/")),
            ("a.test:8080", Ok("http://a.test:8080/")),
            ("a.test", Ok("http://a.test/")),
            ("127.0.0.1:8080", Ok("http://127.0.0.1:8080/")),
            ("me:secret@a.test:8080", Ok("http://me:secret@a.test:8080/")),
            ("socks5h://a.test", Ok("socks5h://a.test")),
            ("ftp://me:secret@a.test", Err("`ftp` is not a proxy scheme")),
            ("http://me:secret@a.test:port", Err("invalid port number")),
            ("http://me:secret@a b", Err("invalid international domain name")),
            ("http://", Err("empty host")),
        ] {
            let found = address(value);
            assert_eq!(found.as_ref().map(Url::as_str).map_err(String::as_str), expected, "{value}");
        }
    }
}
