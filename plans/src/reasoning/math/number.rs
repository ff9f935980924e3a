//! Exact numbers: reading decimals as printed, and writing them back.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// An exact rational number.
pub type Number = BigRational;

/// Digits after the point that [`display`] writes at most; a longer number is written as a fraction.
const MAX_DECIMALS: usize = 9;

/// A whole number.
pub(crate) fn whole(value: i64) -> Number {
    Number::from_integer(BigInt::from(value))
}

/// A fraction of small whole numbers; `None` for a zero denominator.
pub(crate) fn fraction(numerator: i64, denominator: i64) -> Option<Number> {
    (denominator != 0).then(|| Number::new(BigInt::from(numerator), BigInt::from(denominator)))
}

/// A decimal as printed: `1,000`, `16.50`, `.5`, `5.`. Commas must group thousands.
///
/// Returns the number and how many digits stand after the point. `None` where the text is no such decimal.
pub fn parse_decimal(text: &str) -> Option<(Number, u32)> {
    let (integer, decimals) = text.split_once('.').unwrap_or((text, ""));
    if integer.is_empty() && decimals.is_empty() || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut digits = String::with_capacity(text.len());
    for (place, group) in integer.split(',').enumerate() {
        let grouped = integer.contains(',');
        let fits = match (grouped, place) {
            (false, _) => true,
            (true, 0) => (1..=3).contains(&group.len()),
            (true, _) => group.len() == 3,
        };
        if !fits || !group.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        digits.push_str(group);
    }
    digits.push_str(decimals);
    let scale = u32::try_from(decimals.len()).ok()?;
    if scale == 0 && digits.len() < 18 {
        return Some((whole(digits.parse().ok()?), 0));
    }
    let numerator: BigInt = digits.parse().ok()?;
    Some((Number::new(numerator, BigInt::from(10).pow(scale)), scale))
}

/// Are both the same number? Faster than `==`, which divides; both are in lowest terms.
pub(crate) fn same(one: &Number, other: &Number) -> bool {
    one.numer() == other.numer() && one.denom() == other.denom()
}

/// A whole number as text; the short way for those that fit a machine word.
fn digits(value: &BigInt) -> String {
    value.to_i64().map_or_else(|| value.to_string(), |small| small.to_string())
}

/// The number in lowest terms: `11`, `-3`, `7/2`.
pub fn exact(value: &Number) -> String {
    if value.is_integer() { digits(value.numer()) } else { format!("{}/{}", value.numer(), value.denom()) }
}

/// The number as people write it: `3.5`, and a fraction where the decimals do not end (`1/3`).
pub fn display(value: &Number) -> String {
    if value.is_integer() {
        return digits(value.numer());
    }
    let Some(decimals) = decimals(value) else { return exact(value) };
    let scaled = value.abs() * Number::from_integer(BigInt::from(10).pow(decimals as u32));
    let padded = format!("{:0>width$}", scaled.numer(), width = decimals + 1);
    let (integer, rest) = padded.split_at(padded.len() - decimals);
    format!("{}{integer}.{rest}", if value.is_negative() { "-" } else { "" })
}

/// How many digits after the point write the number exactly; `None` where none or more than nine do.
pub(crate) fn decimals(value: &Number) -> Option<usize> {
    if value.is_integer() {
        return Some(0);
    }
    let (ten, mut power) = (BigInt::from(10), BigInt::one());
    for count in 0..=MAX_DECIMALS {
        if (&power % value.denom()).is_zero() {
            return Some(count);
        }
        power *= &ten;
    }
    None
}

/// Is `stated`, printed with `decimals` digits after the point, a correct rounding of `value`?
///
/// Only roundings that keep at least one decimal count: a whole number printed for a fraction may as well be an error.
pub(crate) fn rounds_to(value: &Number, stated: &Number, decimals: u32) -> bool {
    let ulp = Number::new(BigInt::one(), BigInt::from(10).pow(decimals));
    decimals >= 1 && (value - stated).abs() * whole(2) <= ulp
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        parse_decimal(text).unwrap().0
    }

    #[test]
    fn reads_decimals_as_printed() {
        for (text, expected) in [
            ("1,000", "1000"),
            (".5", "1/2"),
            ("5.", "5"),
            ("16.50", "33/2"),
            ("007", "7"),
            ("12,345,678.25", "49382713/4"),
        ] {
            assert_eq!(exact(&number(text)), expected, "{text}");
        }
        for text in ["", ".", "1,00", "1,0000", ",100", "1.2.3", "1.2,3", "12a", "1000,000"] {
            assert!(parse_decimal(text).is_none(), "{text}");
        }
        assert_eq!(exact(&number("123456789012345678901234567890")), "123456789012345678901234567890");
    }

    #[test]
    fn writes_decimals_where_they_end() {
        for (numerator, denominator, expected) in
            [(7, 2, "3.5"), (1, 3, "1/3"), (-1, 20, "-0.05"), (12, 4, "3"), (1, 1024, "1/1024"), (99, 20, "4.95")]
        {
            assert_eq!(display(&fraction(numerator, denominator).unwrap()), expected);
        }
    }

    #[test]
    fn rounding_keeps_a_decimal() {
        let third = fraction(100, 3).unwrap();
        assert!(rounds_to(&third, &number("33.33"), 2));
        assert!(!rounds_to(&third, &number("33.34"), 2));
        assert!(!rounds_to(&third, &number("33"), 0));
    }
}
