//! Medians of things that are done in turns, so that whatever slows the machine for a while slows all of them.

use std::ops::Index;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What is done once, and how long it took: less than its whole time where it has to prepare something.
type Contestant<'a> = Box<dyn FnMut() -> Duration + Send + 'a>;

/// By so much each contestant begins after the one before, where they run beside each other: they end apart as well.
const STAGGER: Duration = Duration::from_secs(2);

/// Contestants by their names.
pub(crate) struct Race<'a> {
    name: &'static str,
    contestants: Vec<(String, Contestant<'a>)>,
}

impl<'a> Race<'a> {
    /// The name is for the progress.
    pub(crate) fn new(name: &'static str) -> Self {
        Race { name, contestants: Vec::new() }
    }

    pub(crate) fn add(&mut self, name: impl Into<String>, contestant: impl FnMut() -> Duration + Send + 'a) {
        self.contestants.push((name.into(), Box::new(contestant)));
    }

    /// The run of a command.
    pub(crate) fn add_command(&mut self, name: impl Into<String>, mut command: Command) {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.add(name, move || timed(&mut command));
    }

    /// One contestant after the other, in `rounds` rounds after one that fills the caches.
    pub(crate) fn run(mut self, rounds: usize) -> Medians {
        let mut times = vec![Vec::new(); self.contestants.len()];
        for round in 0..=rounds {
            self.tell(round, rounds);
            for ((_, contestant), times) in self.contestants.iter_mut().zip(&mut times) {
                let time = contestant();
                if round > 0 {
                    times.push(time);
                }
            }
        }
        self.medians(times)
    }

    /// All contestants at once, for those that wait most of the time and leave the processors idle.
    pub(crate) fn run_beside(mut self, rounds: usize) -> Medians {
        let mut times = vec![Vec::new(); self.contestants.len()];
        for round in 1..=rounds {
            self.tell(round, rounds);
            thread::scope(|scope| {
                let mut delay = Duration::ZERO;
                for ((_, contestant), times) in self.contestants.iter_mut().zip(&mut times) {
                    scope.spawn(move || {
                        thread::sleep(delay);
                        times.push(contestant());
                    });
                    delay += STAGGER;
                }
            });
        }
        self.medians(times)
    }

    fn tell(&self, round: usize, rounds: usize) {
        // Each tenth part of many rounds.
        if round.is_multiple_of(rounds.div_ceil(10)) {
            eprintln!("{}: round {round} of {rounds}", self.name);
        }
    }

    fn medians(self, times: Vec<Vec<Duration>>) -> Medians {
        let median = |((name, _), mut times): ((String, _), Vec<Duration>)| {
            times.sort();
            (name, times[times.len() / 2].as_secs_f64())
        };
        Medians(self.contestants.into_iter().zip(times).map(median).collect())
    }
}

/// The median of each contestant, in seconds, in the order in which they were added.
pub(crate) struct Medians(pub(crate) Vec<(String, f64)>);

impl Index<&str> for Medians {
    type Output = f64;

    fn index(&self, name: &str) -> &f64 {
        &self.0.iter().find(|(known, _)| known == name).unwrap().1
    }
}

/// The time from the start of a program to its end, which must be a success.
pub(crate) fn timed(command: &mut Command) -> Duration {
    let start = Instant::now();
    let output = command.output().unwrap();
    let time = start.elapsed();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    time
}
