//! The words of go.mod and go.work that are paths: those that begin with a dot or a slash.

use std::path::{Path, PathBuf};

/// The paths in the text.
pub(super) fn paths(text: &str) -> impl Iterator<Item = &Path> {
    text.lines().flat_map(words).filter(|word| is_path(word)).map(Path::new)
}

/// The text with other paths, without its comments.
pub(super) fn mapped(text: &str, map: impl Fn(&Path) -> PathBuf) -> String {
    let quoted = |path: PathBuf| {
        format!("\"{}\"", path.display().to_string().replace('\\', "\\\\").replace('"', "\\\""))
    };
    let word = |word: &str| if is_path(word) { quoted(map(Path::new(word))) } else { word.to_owned() };
    text.lines().map(|line| words(line).into_iter().map(word).collect::<Vec<_>>().join(" ") + "\n").collect()
}

fn is_path(word: &str) -> bool {
    word.starts_with(['.', '/'])
}

/// The words of a line, without quotes (Go source `golang.org/x/mod/modfile`, `input.lex`).
fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = line.trim();
    while let Some(first) = rest.chars().next().filter(|_| !rest.starts_with("//")) {
        let (word, after) = if let Some(inner) = rest.strip_prefix(['"', '`']) {
            inner.split_once(first).unwrap_or((inner, ""))
        } else if "()[],".contains(first) {
            rest.split_at(1)
        } else {
            let ends = |c: char| c.is_whitespace() || "()[],".contains(c);
            rest.split_at(rest.find(ends).unwrap_or(rest.len()))
        };
        words.push(word);
        rest = after.trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{mapped, paths};

    #[test]
    fn paths_are_told_from_other_words() {
        let text =
            "go 1.22 // ./no\n\nuse (\n\t./a\n\t\"../b c\"\n)\nuse .\nreplace x.org/y => `../z`\nuse(./k)\n";
        assert_eq!(paths(text).collect::<Vec<_>>(), ["./a", "../b c", ".", "../z", "./k"].map(Path::new));
        let expected = r#"go 1.22

use (
"/r/./a"
"/r/../b c"
)
use "/r/."
replace x.org/y => "/r/../z"
use ( "/r/./k" )
"#;
        assert_eq!(mapped(text, |path| Path::new("/r").join(path)), expected);
    }
}
