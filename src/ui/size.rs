//! Numbers for people.

use std::time::Duration;

/// Bytes in decimal units, as disks and networks have them: `72.8 MB`.
pub fn bytes(count: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "four digits are shown")]
    let number = count as f64;
    match count {
        0..1_000 => format!("{count} B"),
        1_000..999_950 => format!("{:.1} kB", number / 1e3),
        999_950..999_950_000 => format!("{:.1} MB", number / 1e6),
        _ => format!("{:.1} GB", number / 1e9),
    }
}

/// `0.9 s`, or `1 min 20 s`.
pub fn duration(time: Duration) -> String {
    if time < Duration::from_secs(60) {
        return format!("{:.1} s", time.as_secs_f64());
    }
    format!("{} min {} s", time.as_secs() / 60, time.as_secs() % 60)
}

#[cfg(test)]
mod tests {
    use super::{bytes, duration};
    use std::time::Duration;

    #[test]
    fn numbers_have_one_decimal() {
        let table = [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (999_949, "999.9 kB"),
            (999_999, "1.0 MB"),
            (72_826_616, "72.8 MB"),
            (2_000_000_000, "2.0 GB"),
        ];
        for (count, expected) in table {
            assert_eq!(bytes(count), expected);
        }
        assert_eq!(duration(Duration::from_millis(940)), "0.9 s");
        assert_eq!(duration(Duration::from_secs(80)), "1 min 20 s");
    }
}
