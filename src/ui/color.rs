//! The colours in which words stand out on a terminal.

/// A colour. Each can be read on a black and on a white background, which yellow and cyan cannot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
    /// The terminal's own, for words that need no attention.
    #[default]
    Plain,
    /// Bold in the terminal's own, for notes, hints and the version that runs.
    Bold,
    /// Bold magenta, for warnings.
    Magenta,
    /// Bold red, for errors.
    Red,
}

impl Color {
    /// The text between the escape sequences that turn the colour on and off (SGR of ECMA-48). Whoever writes it to
    /// something other than a terminal takes them out again.
    pub fn paint(self, text: &str) -> String {
        let on = match self {
            Color::Plain => return text.to_owned(),
            Color::Bold => "\x1b[1m",
            Color::Magenta => "\x1b[1;35m",
            Color::Red => "\x1b[1;31m",
        };
        format!("{on}{text}\x1b[0m")
    }
}
