//! Leaves out of an address what may be a password or a token.

/// `text`, which may be a URL or a list of some as in `GOPROXY`, with `…` for what may be a password or a token: the
/// login before `@`, and all from the first query on. A malformed URL may hold a password, too: where an entry cannot
/// be read, all before the last `@` of the list is taken for a login.
pub fn without_password(text: &str) -> String {
    let entries: Option<String> = text.split_inclusive([',', '|']).map(entry_without_login).collect();
    let shown = entries.unwrap_or_else(|| without_login(text));
    // A path may have a `?`, too: `dir:/srv/what?`.
    let is_path = shown.contains(":/") && !shown.contains("://");
    match shown.split_once('?').filter(|_| !is_path) {
        Some((address, _)) => format!("{address}?…"),
        None => shown,
    }
}

/// An entry of a list; `None` if it is no URL that can be read, and may be a part of a password.
fn entry_without_login(entry: &str) -> Option<String> {
    let Some((_, after)) = entry.split_once("://") else {
        return (!entry.contains('@')).then(|| entry.to_owned());
    };
    let authority = after.split(['/', '?', '#', ',', '|']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    // Behind the brackets of an IPv6 address.
    let end = host.rsplit(']').next().unwrap_or_default();
    let is_number = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let is_readable = end.split_once(':').is_none_or(|(_, port)| is_number(port));
    let shown = if authority.contains('@') { without_login(entry) } else { entry.to_owned() };
    is_readable.then_some(shown)
}

/// `text`, a URL, with `…` for all between the scheme and the last `@`.
fn without_login(text: &str) -> String {
    let Some((login, rest)) = text.rsplit_once('@') else { return text.to_owned() };
    let scheme = match login.split_once("://") {
        Some((scheme, _)) => format!("{scheme}://"),
        None if login.contains(':') && !login.contains('/') => String::new(),
        // A path such as `dir:/srv/a@b`, or a plain name.
        None => return text.to_owned(),
    };
    format!("{scheme}…@{rest}")
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn what_may_be_a_password_is_left_out() {
        for (text, expected) in [
            ("https://host/x", "https://host/x"),
            ("https://me:secret@host/x", "https://…@host/x"),
            ("https://me:se@cr/et@host", "https://…@host"),
            ("me:secret@host", "…@host"),
            ("me:secret@", "…@"),
            ("word", "word"),
            ("dir:/srv/a@b", "dir:/srv/a@b"),
            ("dl,dir:/srv/a@b?", "dl,dir:/srv/a@b?"),
            // A list, by entries.
            ("https://a/go,https://me:secret@b|direct", "https://a/go,https://…@b|direct"),
            ("https://me:secret@a:80/x|http://me@[::1]/y,off", "https://…@a:80/x|http://…@[::1]/y,off"),
            ("https://host/x@y,https://[::1]:80", "https://host/x@y,https://[::1]:80"),
            ("name+hash+key https://me:secret@host", "name+hash+key https://…@host"),
            // A password with a separator, which no list can have.
            ("https://me:sec,ret@host|direct", "https://…@host|direct"),
            ("https://a,https://me:s|e,cret@host", "https://…@host"),
            ("me:sec,ret@host", "…@host"),
            // A query, which may be a token.
            ("https://host/x?token=secret", "https://host/x?…"),
            ("host/x?token=secret|direct", "host/x?…"),
            ("https://a,https://me:secret@host/x?token=s,ecret@x", "https://…@x"),
            ("https://host/x?token=s,ecret", "https://host/x?…"),
            ("https://me:se?cret@host", "https://…@host"),
            ("https://me:secret@host?secret#secret", "https://…@host?…"),
            ("https://host?a=secret@b", "https://host?…"),
        ] {
            assert_eq!(without_password(text), expected);
        }
    }
}
