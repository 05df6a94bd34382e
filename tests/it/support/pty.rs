//! A program on a terminal of its own, driven as a person does: by what is on the screen.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Instant;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::{LIMIT, programs};

/// The controlling side of a terminal, and the program on the other side; killed when it is dropped.
pub(crate) struct Terminal {
    master: File,
    child: Child,
    chunks: Receiver<Vec<u8>>,
    /// What came and was not yet waited for.
    pending: String,
    /// All that came.
    raw: String,
}

impl Terminal {
    /// Starts a program as the leader of a session on a new terminal.
    pub(crate) fn start(command: &mut std::process::Command) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
        let open = || Stdio::from(File::options().read(true).write(true).open(&name).unwrap());
        // setsid gives the program the terminal as its controlling one.
        let inner = command.get_program().to_owned();
        let mut leader = std::process::Command::new("/usr/bin/setsid");
        leader.args(["--ctty", "--wait"]).arg(inner).args(command.get_args()).env_clear();
        leader.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        if let Some(folder) = command.get_current_dir() {
            leader.current_dir(folder);
        }
        leader.stdin(open()).stdout(open()).stderr(open());
        let child = {
            let _programs = programs();
            leader.spawn().unwrap()
        };
        drop(leader);
        let chunks = read_all(master.try_clone().unwrap());
        Terminal { master: File::from(master), child, chunks, pending: String::new(), raw: String::new() }
    }

    /// Types.
    pub(crate) fn write(&mut self, text: &str) {
        self.master.write_all(text.as_bytes()).unwrap();
    }

    /// All that came so far, with colours.
    pub(crate) fn raw(&self) -> &str {
        &self.raw
    }

    /// Waits for the end; gives the lines that are on the screen then.
    #[track_caller]
    pub(crate) fn last_screen(&mut self) -> String {
        loop {
            match self.chunks.recv_timeout(LIMIT) {
                Ok(chunk) => self.raw += &String::from_utf8_lossy(&chunk),
                Err(RecvTimeoutError::Timeout) => panic!("it does not end: {:?}", self.raw),
                Err(RecvTimeoutError::Disconnected) => {
                    let text = |line: Vec<Cell>| line.into_iter().map(|(c, _)| c).collect::<String>();
                    return screen(&self.raw).into_iter().map(text).collect::<Vec<_>>().join("\n");
                }
            }
        }
    }

    /// Waits until this is on the screen; gives what came before it, without colours.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        self.wait_for_any(&[text]).1
    }

    /// The same for whichever of these comes first; tells which it was, too.
    #[track_caller]
    pub(crate) fn wait_for_any(&mut self, texts: &[&str]) -> (usize, String) {
        // Of the whole wait, as a progress bar goes on for ever.
        let end = Instant::now() + LIMIT;
        loop {
            let found =
                texts.iter().enumerate().filter_map(|(which, text)| Some((self.pending.find(text)?, which)));
            if let Some((at, which)) = found.min() {
                let before = self.pending[..at].to_owned();
                self.pending.drain(..at + texts[which].len());
                return (which, before);
            }
            match self.chunks.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(chunk) => {
                    let chunk = String::from_utf8_lossy(&chunk);
                    self.raw += &chunk;
                    self.pending += &chunk;
                    self.pending = plain(&self.pending);
                }
                Err(RecvTimeoutError::Timeout) => panic!("never saw {texts:?}, but:\n{:?}", self.pending),
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("ended without {texts:?}, but:\n{}", self.pending)
                }
            }
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads in a thread of its own, to the end or an error.
pub(super) fn read_all(file: OwnedFd) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut file = File::from(file);
        let mut buffer = [0; 4096];
        // The end of a terminal is an error.
        while let Ok(count) = file.read(&mut buffer) {
            if count == 0 || sender.send(buffer[..count].to_vec()).is_err() {
                return;
            }
        }
    });
    receiver
}

/// A character on the screen, and the parameters of the sequence that set its colour: `32` is green.
type Cell = (char, String);

/// The lines that are left, by line feeds, returns, and the sequences that go up and clear a line.
pub(crate) fn screen(raw: &str) -> Vec<Vec<Cell>> {
    let (mut lines, mut row, mut column) = (vec![Vec::new()], 0_usize, 0_usize);
    let mut style = String::new();
    let mut rest = raw;
    while let Some(c) = rest.chars().next() {
        let length = if c == '\x1b' { length(rest).unwrap_or(rest.len()) } else { c.len_utf8() };
        let (piece, next) = rest.split_at(length);
        rest = next;
        match c {
            '\r' => column = 0,
            '\n' => row += 1,
            '\x1b' if piece.ends_with("2K") => lines[row].clear(),
            '\x1b' if piece.ends_with('K') => lines[row].truncate(column),
            '\x1b' if piece.ends_with('A') => row -= piece[2..piece.len() - 1].parse().unwrap_or(1),
            '\x1b' if piece.ends_with('m') => piece[2..piece.len() - 1].clone_into(&mut style),
            c if c.is_control() => {}
            c => {
                let line: &mut Vec<Cell> = &mut lines[row];
                let end = line.len().max(column + 1);
                line.resize(end, (' ', String::new()));
                line[column] = (c, style.clone());
                column += 1;
            }
        }
        lines.resize(lines.len().max(row + 1), Vec::new());
    }
    lines
}

/// Without complete escape sequences.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('\x1b') {
        plain.push_str(&rest[..start]);
        let sequence = &rest[start..];
        match length(sequence) {
            Some(length) => rest = &sequence[length..],
            // The rest of it is still to come.
            None => return plain + sequence,
        }
    }
    plain + rest
}

fn length(sequence: &str) -> Option<usize> {
    match sequence.as_bytes().get(1)? {
        b'[' => sequence[2..].find(|c: char| ('@'..='~').contains(&c)).map(|end| end + 3),
        b']' => {
            sequence.find('\x07').map(|end| end + 1).or_else(|| sequence.find("\x1b\\").map(|end| end + 2))
        }
        b'(' | b')' => (sequence.len() > 2).then_some(3),
        _ => Some(1 + sequence[1..].chars().next()?.len_utf8()),
    }
}
