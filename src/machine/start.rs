//! When the system started: in a container or a distribution of WSL its own start, and not that of the kernel, which
//! others may share.

use std::time::{Duration, SystemTime};

use super::Machine;

/// The ticks of a second in `/proc/PID/stat`: the kernel's `USER_HZ`, which is 100 on all machines that Go runs on.
const TICKS: u64 = 100;

/// When the first process of the machine started, to the second; the start of the kernel where that is not told.
pub fn of(machine: &Machine) -> Option<SystemTime> {
    let boot = kernel(&machine.text("/proc/stat")?)?;
    let first = machine.text("/proc/1/stat").and_then(|text| first_process(&text)).unwrap_or(0);
    Some(SystemTime::UNIX_EPOCH + Duration::from_secs(boot.checked_add(first / TICKS)?))
}

/// When the kernel started, in seconds since 1970.
fn kernel(text: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()
}

/// When the process started, in ticks since the kernel did: the 22nd word (proc(5)). The second is the name of the
/// process in parentheses, with whatever is in it.
fn first_process(text: &str) -> Option<u64> {
    let (_, rest) = text.rsplit_once(')')?;
    rest.split_whitespace().nth(19)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{first_process, kernel};

    #[test]
    fn the_start_is_found_behind_any_name() {
        let rest = "S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 417 9 9";
        for name in ["systemd", "a b", ") 1 (x"] {
            assert_eq!(first_process(&format!("1 ({name}) {rest}\n")), Some(417), "{name}");
        }
        for text in ["", "1 (x", "1 (x) S 0 1", "1 (x) S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 x"] {
            assert_eq!(first_process(text), None, "{text}");
        }
        assert_eq!(kernel("cpu 1 2\nbtime 1790000000\nprocesses 3\n"), Some(1_790_000_000));
        assert_eq!(kernel("cpu 1 2\nxbtime 3\n"), None);
    }
}
