//! The paths in the tokens of a file, as they are written.

use super::lexer::Token;

/// A path, or one leaf of the tree of a `use`.
pub(super) struct Path<'a> {
    /// `crate`, `store`, `layout`; a `*` may be the last.
    pub(super) words: Vec<Token<'a>>,
    /// How many `mod x { … }` it stands in.
    pub(super) inner: usize,
    /// Set if a `use` imports it.
    pub(super) import: Option<Import<'a>>,
}

#[derive(Clone, Copy)]
pub(super) struct Import<'a> {
    /// The name that it has here; none for `*` and for `as _`.
    pub(super) name: Option<&'a str>,
    /// `pub use`, whoever may see it.
    pub(super) is_reexport: bool,
    /// It stands outside all braces, so the name belongs to the module.
    pub(super) is_top: bool,
}

/// Takes out the items under `#[cfg(test)]`; the names of the modules that these declare come second.
pub(super) fn without_tests<'a>(tokens: &[Token<'a>]) -> (Vec<Token<'a>>, Vec<&'a str>) {
    let (mut kept, mut modules, mut at) = (Vec::new(), Vec::new(), 0);
    while at < tokens.len() {
        let length = test_item(&tokens[at..]).unwrap_or(0);
        match &tokens[at..at + length] {
            [] => kept.push(tokens[at]),
            [.., word, name, end] if word.text == "mod" && end.text == ";" => modules.push(name.text),
            _ => {}
        }
        at += length.max(1);
    }
    (kept, modules)
}

/// The length of the item for tests that begins here, its attributes included.
fn test_item(tokens: &[Token<'_>]) -> Option<usize> {
    if !is_for_tests(tokens) {
        return None;
    }
    let (mut depth, mut has_begun) = (0, false);
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            "mod" | "use" | "fn" | "impl" if depth == 0 => has_begun = true,
            // Something else, such as a field, ends otherwise; it stays, as code like any other.
            word if depth == 0 && !has_begun && !matches!(word, "#" | "pub") => return None,
            _ => {}
        }
        if depth == 0 && has_begun && matches!(token.text, ";" | "}") {
            return Some(at + 1);
        }
    }
    None
}

/// `#[cfg(test)]`, or `#[cfg(all(unix, test))]`.
fn is_for_tests(tokens: &[Token<'_>]) -> bool {
    let mut attribute = tokens.iter().map(|token| token.text).take_while(|text| *text != "]");
    ["#", "[", "cfg", "("].into_iter().all(|text| attribute.next() == Some(text)) && {
        let words: Vec<&str> = attribute.collect();
        words.contains(&"test") && !words.contains(&"not") && !words.contains(&"any")
    }
}

/// All paths, and the single words as well: only who knows the imports can tell what they are.
pub(super) fn paths<'a>(tokens: &[Token<'a>]) -> Vec<Path<'a>> {
    let mut reader = Reader { tokens, at: 0, depth: 0, modules: Vec::new(), paths: Vec::new() };
    while let Some(token) = reader.next() {
        reader.item(token);
    }
    reader.paths
}

struct Reader<'a, 't> {
    tokens: &'t [Token<'a>],
    /// The next token.
    at: usize,
    /// How many braces are open.
    depth: usize,
    /// The depths at which the open `mod x { … }` stand.
    modules: Vec<usize>,
    paths: Vec<Path<'a>>,
}

impl<'a> Reader<'a, '_> {
    fn next(&mut self) -> Option<Token<'a>> {
        self.at += 1;
        self.tokens.get(self.at - 1).copied()
    }

    /// The text of the token so many places after the next one.
    fn ahead(&self, places: usize) -> &'a str {
        self.tokens.get(self.at + places).map_or("", |token| token.text)
    }

    fn takes(&mut self, text: &str) -> bool {
        let is_next = self.ahead(0) == text;
        self.at += usize::from(is_next);
        is_next
    }

    fn item(&mut self, token: Token<'a>) {
        let before = self.at.checked_sub(2).map_or("", |at| self.tokens[at].text);
        match token.text {
            "{" => self.depth += 1,
            "}" => {
                self.depth = self.depth.saturating_sub(1);
                self.modules.pop_if(|depth| *depth == self.depth);
            }
            "mod" if self.ahead(1) == "{" => self.modules.push(self.depth),
            "pub" if self.ahead(0) == "(" && (self.ahead(2) == ")" || self.ahead(1) == "in") => {
                while self.next().is_some_and(|token| token.text != ")") {}
            }
            // `use<'a>` bounds a type.
            "use" if self.ahead(0) != "<" => self.tree(Vec::new(), matches!(before, "pub" | ")")),
            word if is_word(word) && !matches!(before, "." | "::" | "fn") => self.path(token),
            _ => {}
        }
    }

    fn path(&mut self, first: Token<'a>) {
        let mut words = vec![first];
        while self.ahead(0) == "::" && is_word(self.ahead(1)) {
            self.at += 1;
            words.extend(self.next());
        }
        // A word in small letters that nobody calls is a variable, a field or a keyword.
        let is_type = first.text.starts_with(char::is_uppercase);
        if words.len() > 1 || is_type || self.ahead(0) == "(" {
            self.push(words, None);
        }
    }

    /// Reads the tree of a `use` up to its end: `;`, or the `,` or `}` of the tree around it.
    fn tree(&mut self, mut words: Vec<Token<'a>>, is_reexport: bool) {
        while let Some(token) = self.next() {
            match token.text {
                "{" => {
                    while self.at < self.tokens.len() && !self.takes("}") {
                        self.tree(words.clone(), is_reexport);
                        self.takes(",");
                    }
                    return;
                }
                // A path that begins with `::` leads out of the crate.
                _ => words.push(token),
            }
            if !self.takes("::") {
                break;
            }
        }
        let mut name = words.iter().rev().map(|word| word.text).find(|word| *word != "self");
        if self.takes("as") {
            name = self.next().map(|token| token.text);
        }
        let name = name.filter(|name| !matches!(*name, "*" | "_"));
        self.push(words, Some(Import { name, is_reexport, is_top: self.depth == 0 }));
    }

    fn push(&mut self, words: Vec<Token<'a>>, import: Option<Import<'a>>) {
        self.paths.push(Path { words, inner: self.modules.len(), import });
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}
