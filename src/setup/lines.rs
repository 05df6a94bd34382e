//! The lines of a start-up file, as far as their words tell what they do to PATH.
//!
//! Only the shell could tell for sure. A line that is taken for one of these by mistake costs the user a look at a
//! diff.

use std::collections::BTreeMap;

use crate::env;

/// A line that may put directories in front of those that are on PATH.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: usize,
    /// What it does.
    pub does: Does,
}

/// What a [`Line`] does.
#[derive(Debug, PartialEq, Eq)]
pub enum Does {
    /// Puts these directories in front of those on PATH, or in their place. The variables that are known are
    /// expanded.
    Puts(Vec<String>),
    /// Runs these words, with which it reads a file or evaluates what a program prints. That may change PATH, too.
    Runs(Vec<String>),
}

impl Line {
    /// Whether the line puts something in front of PATH. With `is_shadowed`, because something does, also whether it
    /// runs what may do so.
    pub fn may_put(&self, is_shadowed: bool) -> bool {
        is_shadowed || matches!(self.does, Does::Puts(_))
    }

    /// Whether the line reads a file whose path ends with `name`.
    pub fn reads(&self, name: &str) -> bool {
        match &self.does {
            Does::Runs(words) => words.windows(2).any(|pair| is_reader(&pair[0]) && pair[1].ends_with(name)),
            Does::Puts(_) => false,
        }
    }
}

/// The lines of `text` that may put directories in front, in their order.
pub fn lines(text: &str) -> Vec<Line> {
    let mut variables = BTreeMap::new();
    let mut found = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let words = words(line);
        let front = in_front(&words);
        if !front.is_empty() {
            let front = front.iter().map(|directory| expanded(directory, &variables)).collect();
            found.push(Line { number, does: Does::Puts(front) });
        } else if words.iter().any(|word| is_reader(word) || word == "eval") {
            let words = words.iter().map(|word| expanded(word, &variables)).collect();
            found.push(Line { number, does: Does::Runs(words) });
        }
        for (name, value) in words.iter().filter_map(|word| word.split_once('=')) {
            variables.insert(name.to_owned(), expanded(value, &variables));
        }
    }
    found
}

fn is_reader(word: &str) -> bool {
    word == "." || word == "source"
}

/// The words of a line, without quotes and without a comment. Parentheses are words of their own, and what else
/// separates commands is left out.
pub fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        let is_bare = quote.is_none();
        match c {
            '#' if is_bare && word.is_empty() => break,
            '\'' | '"' if is_bare => quote = Some(c),
            _ if quote == Some(c) => quote = None,
            '\\' if quote != Some('\'') => word.extend(characters.next()),
            _ if is_bare && (c.is_whitespace() || ";&|()".contains(c)) => {
                words.push(std::mem::take(&mut word));
                words.extend("()".contains(c).then(|| c.to_string()));
            }
            _ => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// The directories that the words of a line put in front of PATH, as they are written.
fn in_front(words: &[String]) -> Vec<String> {
    let mut front = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let rest = &words[at + 1..];
        if let Some(value) = word.strip_prefix("PATH=") {
            let own = ["$PATH", "${PATH"].iter().filter_map(|own| value.find(own)).min();
            front.extend(value[..own.unwrap_or(value.len())].split(':').map(str::to_owned));
        } else if word == "path=" {
            // zsh's array: `path=(/usr/local/go/bin $path)`.
            let values = rest.iter().skip(1).take_while(|word| *word != ")");
            front.extend(values.take_while(|word| !is_own(word)).cloned());
        } else if word == "set" || word == "fish_add_path" {
            front.extend(of_fish(word, rest));
        }
    }
    front.retain(|directory| !directory.is_empty());
    front
}

/// The directories that fish's `set PATH` or `fish_add_path` puts in front.
fn of_fish(command: &str, words: &[String]) -> Vec<String> {
    let (options, values): (Vec<_>, Vec<_>) = words.iter().partition(|word| word.starts_with('-'));
    let is_appending =
        |word: &&String| *word == "--append" || (!word.starts_with("--") && word.contains('a'));
    if options.iter().any(is_appending) {
        return Vec::new();
    }
    let values = match (command, values.split_first()) {
        ("set", Some((name, values))) if *name == "PATH" || *name == "fish_user_paths" => values,
        ("set", _) => return Vec::new(),
        _ => &values,
    };
    values.iter().take_while(|word| !is_own(word)).map(|word| (*word).clone()).collect()
}

/// Whether the word stands for what is on PATH already.
fn is_own(word: &str) -> bool {
    let name = word.trim_start_matches(['$', '{']);
    word.starts_with('$') && ["PATH", "path", "fish_user_paths"].iter().any(|own| name.starts_with(own))
}

/// `text` with the values of the variables that the file sets or that this process has, and with the user's home for
/// a `~` in front.
fn expanded(text: &str, variables: &BTreeMap<String, String>) -> String {
    let value = |name: &str| variables.get(name).cloned().or_else(|| env::text(name));
    let text = match text.strip_prefix("~/") {
        Some(rest) => format!("$HOME/{rest}"),
        None => text.to_owned(),
    };
    let mut parts = text.split('$');
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (inner, rest) = match part.strip_prefix('{').and_then(|part| part.split_once('}')) {
            Some(braced) => braced,
            None => part
                .split_at(part.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(part.len())),
        };
        match value(inner) {
            Some(value) => all.extend([&value, rest]),
            None => all.extend(["$", part]),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{Does, lines, words};

    #[test]
    fn words_have_no_quotes_and_no_comment() {
        for (line, expected) in [
            ("export PATH=\"$HOME/a b\":$PATH # mine", &["export", "PATH=$HOME/a b:$PATH"][..]),
            ("[ -f x ]&&. 'x y';echo \\\"#a", &["[", "-f", "x", "]", ".", "x y", "echo", "\"#a"]),
            ("path=(/a $path)", &["path=", "(", "/a", "$path", ")"]),
            ("  # PATH=/a", &[]),
            ("", &[]),
        ] {
            assert_eq!(words(line), expected, "{line}");
        }
    }

    #[test]
    fn lines_that_put_directories_in_front() {
        for (line, expected) in [
            ("export PATH=/usr/local/go/bin:$PATH", &["/usr/local/go/bin"][..]),
            ("PATH=\"/a:/b:${PATH}\"", &["/a", "/b"]),
            ("PATH=/a${PATH:+:$PATH}", &["/a"]),
            ("case :$PATH: in *:/a:*) ;; *) PATH=/a:$PATH;; esac", &["/a"]),
            ("if [ -d /a ] ; then PATH='/a':$PATH; fi", &["/a"]),
            ("typeset -x PATH=/a:$PATH", &["/a"]),
            // In the place of all that was there.
            ("PATH=/usr/bin:/bin", &["/usr/bin", "/bin"]),
            ("path=(/a \"/b\" $path)", &["/a", "/b"]),
            ("path=( /a \"${path[@]}\" )", &["/a"]),
            ("set -gx PATH /a $PATH", &["/a"]),
            ("set --export --prepend PATH /a", &["/a"]),
            ("set -U fish_user_paths /a $fish_user_paths", &["/a"]),
            ("fish_add_path --move /a /b", &["/a", "/b"]),
        ] {
            let found = lines(line);
            let expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
            assert_eq!(found.len(), 1, "{line}");
            assert_eq!(found[0].does, Does::Puts(expected), "{line}");
        }
    }

    #[test]
    fn lines_that_put_nothing_in_front() {
        for line in [
            "export PATH=$PATH:/usr/local/go/bin",
            "PATH+=:/a",
            "path+=(/a)",
            "export PATH",
            "export GOPATH=/a:$PATH MANPATH=/b",
            "# PATH=/a:$PATH",
            "echo \"PATH\"",
            "set -gx PATH $PATH /a",
            "set -a PATH /a",
            "set -gx GOPATH /a",
            "set -eu",
            "fish_add_path --append /a",
            "fish_add_path -gaP /a",
        ] {
            assert_eq!(lines(line), [], "{line}");
        }
    }

    #[test]
    fn variables_of_the_file_are_known() {
        let text = "export GOROOT=/usr/local/go\nexport GOPATH=/u\nPATH=${GOROOT}/bin:$GOPATH/bin:$NONE_SUCH/x:$PATH\n";
        let found = lines(text);
        let expected = ["/usr/local/go/bin", "/u/bin", "$NONE_SUCH/x"].map(str::to_owned).to_vec();
        assert_eq!((found.len(), found[0].number, &found[0].does), (1, 3, &Does::Puts(expected)));
    }

    #[test]
    fn lines_that_run_something() {
        for (text, reads) in [
            ("[[ -s /u/.gvm/scripts/gvm ]] && source \"/u/.gvm/scripts/gvm\"", true),
            (". /u/.gvm/scripts/gvm", true),
            ("eval \"$(goenv init -)\"", false),
            ("mise activate fish | source", false),
        ] {
            let found = lines(text);
            assert!(matches!(found[..], [ref line] if line.reads("scripts/gvm") == reads), "{found:?}");
            assert!(!found[0].may_put(false) && found[0].may_put(true));
        }
    }
}
