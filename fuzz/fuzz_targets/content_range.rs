//! `Content-Range`: as RFC 9110, 14.4 has it, and nothing else.
#![no_main]

use gox::net::http::content_range;
use libfuzzer_sys::fuzz_target;

/// The grammar, one rule after the other.
fn slow(value: &str) -> Option<(u64, Option<u64>)> {
    let number = |text: &str| {
        let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_digits.then(|| text.parse::<u64>().ok()).flatten()
    };
    let (unit, rest) = value.split_at_checked(6)?;
    let (range, length) = (rest.split('/').next()?, rest.split('/').nth(1)?);
    let (first, last) = (number(range.split('-').next()?)?, number(range.split('-').nth(1)?)?);
    let whole = if length == "*" { None } else { Some(number(length)?) };
    let plain = unit == "bytes " && rest.matches('/').count() == 1 && range.matches('-').count() == 1;
    // A whole that is told must end with these bytes, as nothing but a beginning is ever asked for.
    let ends = whole.is_none_or(|whole| u128::from(last) + 1 == u128::from(whole));
    (plain && first <= last && ends).then_some((first, whole))
}

fuzz_target!(|value: &str| assert_eq!(content_range(value), slow(value)));
