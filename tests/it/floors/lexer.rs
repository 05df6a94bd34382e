//! Rust text as words and signs, without comments, literals and lifetimes: what a search for paths needs.

/// A word (an identifier, a keyword, a number), `::`, `..`, or another sign of one character.
#[derive(Clone, Copy)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    /// Counted from 1.
    pub(super) line: usize,
}

/// The tokens of a file that compiles; of any other text, anything.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while !rest.is_empty() {
        let blank = blank(rest);
        let (part, after) = rest.split_at(if blank > 0 { blank } else { sign(rest) });
        if blank == 0 {
            tokens.push(Token { text: part, line });
        }
        line += part.matches('\n').count();
        rest = after;
    }
    tokens
}

/// The length of the white space, comment, literal or lifetime at the start; 0 if there is none.
fn blank(rest: &str) -> usize {
    let space = rest.len() - rest.trim_start().len();
    if space > 0 {
        return space;
    }
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return comment(rest);
    }
    // `b"…"`, `c"…"`, `br"…"`, `b'…'`; but `break` is a word.
    let prefix = usize::from(rest.starts_with(['b', 'c']));
    match literal(&rest[prefix..]) {
        0 => 0,
        length => prefix + length,
    }
}

fn comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while let Some(pair) = rest.as_bytes().get(at..at + 2) {
        match pair {
            b"/*" => depth += 1,
            b"*/" if depth == 1 => return at + 2,
            b"*/" => depth -= 1,
            _ => {}
        }
        at += if matches!(pair, b"/*" | b"*/") { 2 } else { 1 };
    }
    rest.len()
}

fn literal(rest: &str) -> usize {
    match rest.chars().next() {
        Some('r') => raw_string(rest),
        Some('"') => string(rest),
        Some('\'') => character(rest),
        _ => 0,
    }
}

fn raw_string(rest: &str) -> usize {
    let hashes = rest[1..].bytes().take_while(|&byte| byte == b'#').count();
    let Some(body) = rest[1 + hashes..].strip_prefix('"') else { return 0 };
    let end = format!("\"{}", "#".repeat(hashes));
    body.find(&end).map_or(rest.len(), |length| rest.len() - body.len() + length + end.len())
}

fn string(rest: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// A character literal, or a lifetime.
fn character(rest: &str) -> usize {
    let mut characters = rest[1..].chars();
    match (characters.next(), characters.next()) {
        (Some('\\'), Some(escaped)) => {
            let body = 2 + escaped.len_utf8();
            rest[body..].find('\'').map_or(rest.len(), |length| body + length + 1)
        }
        (Some(one), Some('\'')) => one.len_utf8() + 2,
        _ => 1 + sign(&rest[1..]),
    }
}

fn sign(rest: &str) -> usize {
    if rest.starts_with("::") || rest.starts_with("..") {
        return 2;
    }
    let raw = if rest.starts_with("r#") { 2 } else { 0 };
    match word(&rest[raw..]) {
        0 => rest.chars().next().map_or(0, char::len_utf8),
        length => raw + length,
    }
}

fn word(rest: &str) -> usize {
    rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
}
