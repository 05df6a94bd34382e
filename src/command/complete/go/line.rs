//! A command line of go, as a shell gives it for completion.

use std::ffi::OsString;
use std::path::PathBuf;

/// Its words. The last one is being typed, and may be empty.
#[derive(Debug)]
pub(super) struct Line {
    words: Vec<String>,
    /// How many bytes of the last word the shell keeps in front of a candidate.
    kept: usize,
    /// The index of the verb, or of the last word.
    verb: usize,
}

impl Line {
    /// The line of these words. bash counts `=` and `:` as words of their own, and inserts a candidate behind them.
    pub(super) fn of(pieces: &[OsString]) -> Self {
        let mut words: Vec<String> = Vec::new();
        let (mut kept, mut is_joined) = (0, true);
        for piece in pieces {
            let piece = piece.to_string_lossy();
            let is_separator = !piece.is_empty() && piece.chars().all(|sign| "=:".contains(sign));
            let plain = piece.trim_matches(['\'', '"']);
            match words.last_mut() {
                Some(word) if is_joined || is_separator => {
                    kept = word.len() + if is_separator { plain.len() } else { 0 };
                    word.push_str(plain);
                }
                _ => {
                    kept = 0;
                    words.push(plain.to_owned());
                }
            }
            is_joined = is_separator;
        }
        let verb = verb_of(&words);
        Line { words, kept, verb }
    }

    /// The name of the program.
    pub(super) fn program(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// What was typed of the last word.
    pub(super) fn last(&self) -> &str {
        self.words.last().map_or("", String::as_str)
    }

    /// How many bytes of it the shell keeps.
    pub(super) fn kept(&self) -> usize {
        self.kept
    }

    /// Whether the last word is the first behind the program.
    pub(super) fn is_first(&self) -> bool {
        self.words.len() == 2
    }

    /// The first word that is neither a `+request` nor the flag -C, unless it is being typed.
    pub(super) fn verb(&self) -> Option<&str> {
        let verb = self.words.get(self.verb)?;
        (self.verb + 1 < self.words.len()).then_some(verb)
    }

    /// The words between the verb and the last one.
    pub(super) fn behind_verb(&self) -> &[String] {
        let end = self.words.len().saturating_sub(1);
        self.words.get(self.verb + 1..end).unwrap_or_default()
    }

    /// Whether this is one of the words before the last one.
    pub(super) fn has(&self, word: &str) -> bool {
        self.words.iter().rev().skip(1).any(|other| other == word)
    }

    /// The directory that the flag -C names, which is the first before or behind the verb; else the current one.
    pub(super) fn directory(&self) -> PathBuf {
        let end = self.words.len().saturating_sub(1);
        let mut words = self.words[..end].iter().map(String::as_str);
        while let Some(word) = words.next() {
            let value = match word.split_once('=') {
                Some(("-C" | "--C", value)) => Some(value),
                None if word == "-C" || word == "--C" => words.next(),
                _ => continue,
            };
            return value.unwrap_or(".").into();
        }
        ".".into()
    }
}

fn verb_of(words: &[String]) -> usize {
    let last = words.len().saturating_sub(1);
    let word = |index: usize| words.get(index).filter(|_| index < last).map_or("", String::as_str);
    let mut verb = 1;
    if word(verb).starts_with('+') {
        verb += 1;
    }
    match word(verb) {
        "-C" | "--C" => verb += 2,
        word if word.starts_with("-C=") || word.starts_with("--C=") => verb += 1,
        _ => {}
    }
    verb
}
