//! Times and days for people.

use std::time::Duration;

/// The seconds of a day.
pub const SECONDS_PER_DAY: u64 = 24 * 60 * 60;

/// A time as `0.9 s`, from one minute on as `1 min 20 s`.
pub fn duration(time: Duration) -> String {
    if time < Duration::from_secs(60) {
        return format!("{:.1} s", time.as_secs_f64());
    }
    format!("{} min {} s", time.as_secs() / 60, time.as_secs() % 60)
}

/// How long ago something was, in whole days: `today`, `1 day ago`, `45 days ago`.
pub fn days_ago(seconds: u64) -> String {
    match seconds / SECONDS_PER_DAY {
        0 => "today".to_owned(),
        1 => "1 day ago".to_owned(),
        days => format!("{days} days ago"),
    }
}

/// The day of a time in seconds since 1970, in UTC: `2026-02-03`.
pub fn date(seconds: u64) -> String {
    // Counted from 1 March of the year 0: then the leap day ends its year, and 400 years have 146,097 days (Howard
    // Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`).
    let days = seconds / SECONDS_PER_DAY + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    format!("{:04}-{month:02}-{day:02}", era * 400 + year)
}

/// How many days after 1970-01-01 a day is, which is written as [`date`] writes it; 0 for what is no day.
pub fn days(date: &str) -> u64 {
    let numbers: Vec<u64> = date.split('-').filter_map(|number| number.parse().ok()).collect();
    let ([year, month, day], 10) = (&numbers[..], date.len()) else { return 0 };
    // Counted as above (`days_from_civil`).
    let (year, month) = if *month > 2 { (*year, month - 3) } else { (year.saturating_sub(1), month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day;
    days.saturating_sub(719_469)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_times() {
        for (seconds, expected) in [
            (0, "1970-01-01"),
            (SECONDS_PER_DAY - 1, "1970-01-01"),
            (SECONDS_PER_DAY, "1970-01-02"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_709_164_800, "2024-02-29"),
            (1_767_225_599, "2025-12-31"),
            (4_107_542_400, "2100-03-01"),
            (4_107_542_399, "2100-02-28"),
        ] {
            assert_eq!(date(seconds), expected, "{seconds}");
            assert_eq!(days(expected), seconds / SECONDS_PER_DAY, "{expected}");
        }
        for none in ["", "today", "1969-12-31", "0000-00-00", "2026-02", "2026-02-03T", "99999999-1"] {
            assert_eq!(days(none), 0, "{none}");
        }
    }

    #[test]
    fn seconds_have_one_decimal_and_minutes_none() {
        assert_eq!(duration(Duration::from_millis(940)), "0.9 s");
        assert_eq!(duration(Duration::from_secs(80)), "1 min 20 s");
    }
}
