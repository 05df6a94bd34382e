//! What in a start-up file keeps a shell from the lines of gox: a line that ends the file before them, or line endings
//! that shells take for a part of the line.

use std::path::Path;

use super::lines;
use super::shell::Shell;
use crate::fs::read;
use crate::text;

/// What a line has that asks whether the shell is interactive or has a terminal, as the shell of a user has.
const ASKS_FOR_USER: [&str; 5] = ["$-", "${-", "PS1", " -t ", "tty"];

/// The command that gives a file Unix line endings, if it has those of Windows and the shell cannot read them.
/// Those that are not of the family of sh or csh can.
pub fn unix_line_ends(path: &Path, shell: Shell) -> Option<String> {
    let text = read::read_quietly(path).filter(|_| reads_returns(shell))?;
    // `sed -i` would replace a link by a file.
    let file = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    text.contains("\r\n").then(|| format!(r"sed -i 's/\r$//' {}", text::quoted_path(&file)))
}

/// Whether a shell takes the carriage return at the end of a line for a part of it.
fn reads_returns(shell: Shell) -> bool {
    matches!(shell, Shell::Bash | Shell::Zsh | Shell::Sh | Shell::Tcsh)
}

/// The number of the line, from 1, that ends the file for an interactive shell before the first line with `gox init`.
/// Lines of functions, and those that ask whether the shell is interactive, end none.
pub fn before_gox(path: &Path) -> Option<usize> {
    before_gox_in(&read::read_quietly(path)?)
}

fn before_gox_in(text: &str) -> Option<usize> {
    let is_gox = |line| lines::words(line).join(" ").contains("gox init");
    let above = text.lines().position(is_gox)?;
    // How many braces are open, and the `if` or `case` that is.
    let (mut depth, mut condition) = (0_usize, "");
    for (line, number) in text.lines().zip(1..).take(above) {
        let words = lines::words(line);
        match words.first().map(String::as_str) {
            Some("if" | "case") => condition = line,
            Some("fi" | "esac") => condition = "",
            _ => {}
        }
        let asks = ASKS_FOR_USER.iter().any(|sign| line.contains(sign) || condition.contains(sign));
        for word in words {
            match word.as_str() {
                "{" => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                word if depth == 0 && !asks && is_end(word) => return Some(number),
                _ => {}
            }
        }
    }
    None
}

/// Whether a line may end the file before its end is reached, in whatever shell.
pub(super) fn may_end_early(text: &str) -> bool {
    text.lines().any(|line| lines::words(line).iter().any(|word| is_end(word)))
}

fn is_end(word: &str) -> bool {
    word == "return" || word == "exit"
}

#[cfg(test)]
mod tests {
    use super::{before_gox_in, may_end_early};

    #[test]
    fn files_that_may_end_early() {
        for (text, expected) in [
            ("case $- in\n    *i*) ;;\n      *) return;;\nesac\n", true),
            ("[[ $- != *i* ]] && return\n", true),
            ("[ -z \"$PS1\" ] && exit 0", true),
            ("# return\nPS1='return>'\nalias returns=x\n", false),
        ] {
            assert_eq!(may_end_early(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_line_that_ends_the_file_before_gox() {
        for (text, expected) in [
            ("x=1\n[ -z \"$FOO\" ] && return\n", Some(2)),
            ("if [ -z \"$FOO\" ]; then\n    return 0\nfi\n", Some(2)),
            ("case $TERM in\n    dumb) exit;;\nesac\n", Some(2)),
            ("case $- in\n    *i*) ;;\n      *) return;;\nesac\nreturn\n", Some(5)),
            ("case $- in\n    *i*) ;;\n      *) return;;\nesac\n", None),
            ("[[ $- != *i* ]] && return\n[ -z \"${PS1-}\" ] && return\n[ -t 0 ] || return\n", None),
            ("if [[ ! -o interactive || $- != *i* ]]; then\n  return\nfi\n", None),
            ("f() { return 1; }\ng()\n{\n    if x; then { return; } fi\n    return\n}\n", None),
            ("# return\nalias x='returns'\n", None),
        ] {
            let with_gox = format!("{text}# gox init\neval \"$(gox init bash)\"\nreturn\n");
            assert_eq!(before_gox_in(&with_gox), expected, "{text:?}");
            assert_eq!(before_gox_in(text), None, "{text:?}");
        }
    }
}
