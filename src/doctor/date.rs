//! The date of an answer, as HTTP writes it (RFC 9110, 5.6.7).

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY: i64 = 86_400;

/// `Sun, 06 Nov 1994 08:49:37 GMT` in seconds since 1970; the two forms that servers no longer write are none.
pub(super) fn seconds(text: &str) -> Option<i64> {
    let (_, rest) = text.split_once(", ")?;
    let words: Vec<&str> = rest.split(' ').collect();
    let [day, month, year, time, "GMT"] = words[..] else { return None };
    let month = MONTHS.iter().position(|name| *name == month)?;
    let clock: Vec<i64> = time.split(':').map(number).collect::<Option<_>>()?;
    let [hour, minute, second] = clock[..] else { return None };
    let (day, year) = (number(day)?, number(year)?);
    // A second of 60 is a leap second.
    let fits =
        (1..=31).contains(&day) && (1970..=9999).contains(&year) && hour < 24 && minute < 60 && second <= 60;
    let days = days(year, i64::try_from(month).ok()? + 1, day);
    fits.then_some(days * DAY + hour * 3600 + minute * 60 + second)
}

fn number(text: &str) -> Option<i64> {
    let is_number = text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, where a year begins in March, so that the leap day
/// is its last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap = year / 4 - year / 100 + year / 400;
    // From the first of March of the year 0 to 1970-01-01 there are 719,468 days.
    year * 365 + leap + (153 * month + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MONTHS, seconds};

    #[test]
    fn dates_are_read_as_the_standard_writes_them() {
        for (text, expected) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Tue, 29 Feb 2000 23:59:59 GMT", Some(951_868_799)),
            ("Fri, 31 Dec 2100 00:00:00 GMT", Some(4_133_894_400)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", None),
            ("Sun Nov  6 08:49:37 1994", None),
            ("Sun, 06 Nov 1994 08:49:37 CET", None),
            ("Sun, 06 Nov 1994 24:00:00 GMT", None),
            ("Sun, +6 Nov 1994 08:49:37 GMT", None),
            ("", None),
        ] {
            assert_eq!(seconds(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn each_day_is_one_later(year in 1970..9999_i64, month in 0..12_usize, day in 1..28_i64, near in "[A-Z][a-z]{2}, [0-9 :GMTJan+é]{0,30}") {
            let _ = seconds(&near);
            let at = |day| seconds(&format!("Mon, {day:02} {} {year} 12:00:00 GMT", MONTHS[month])).unwrap();
            prop_assert_eq!(at(day + 1) - at(day), 86_400);
        }
    }
}
