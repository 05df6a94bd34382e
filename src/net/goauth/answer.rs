//! What the command of a `GOAUTH` list is, and what it answers (Go source `cmd/go/internal/auth/userauth.go`).

use url::Url;

use super::Headers;

/// The addresses and their headers: blocks of addresses and of headers in turn, a line each, and an empty line after
/// each block. A single wrong line makes the whole answer invalid. The error shows none of it.
pub fn parse(mut text: &[u8]) -> Result<Vec<(String, Headers)>, &'static str> {
    let mut found = Vec::new();
    while !text.is_empty() {
        let addresses = block(&mut text).ok_or("no empty line follows its addresses")?;
        let lines = block(&mut text).ok_or("no empty line follows its headers")?;
        let headers: Option<Headers> = lines.into_iter().map(header).collect();
        let headers = headers.ok_or("it has a line that is not a header")?;
        for address in addresses {
            let address = std::str::from_utf8(address).ok().filter(|address| is_address(address));
            let address = address.ok_or("it has a line that is not an address")?;
            found.push((address.to_owned(), headers.clone()));
        }
    }
    Ok(found)
}

/// The lines before the next empty line. `None` if there is no empty line.
fn block<'a>(text: &mut &'a [u8]) -> Option<Vec<&'a [u8]>> {
    let mut lines = Vec::new();
    loop {
        let end = text.iter().position(|byte| *byte == b'\n')?;
        let line = &text[..end];
        *text = &text[end + 1..];
        if line.is_empty() {
            return Some(lines);
        }
        lines.push(line);
    }
}

/// Whether Go's `url.ParseRequestURI` takes the text: a URL with a scheme, or an absolute path.
pub(super) fn is_address(text: &str) -> bool {
    let is_plain = !text.starts_with(' ') && !text.bytes().any(|byte| byte.is_ascii_control());
    let path = text.split('?').next().unwrap_or_default();
    let is_hex = |code: &str| code.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    let is_escaped = path.split('%').skip(1).all(is_hex);
    is_plain && is_escaped && (text == "*" || text.starts_with('/') || Url::parse(text).is_ok())
}

/// A line `Name: value`. `None` unless both are as HTTP has them.
fn header(line: &[u8]) -> Option<(String, Vec<u8>)> {
    let colon = line.windows(2).position(|pair| pair == b": ")?;
    let (name, value) = (&line[..colon], line[colon + 2..].trim_ascii());
    let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    if name.is_empty() || !name.iter().all(is_token) {
        return None;
    }
    if value.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
        return None;
    }
    Some((String::from_utf8(name.to_vec()).ok()?, value.to_vec()))
}
