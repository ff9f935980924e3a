//! Arithmetic of the verifier: its own reader and evaluator, on purpose not the one that wrote the records.
//!
//! Values are fractions of 128-bit integers; what overflows is computed again with integers of any length, up to a limit.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};

/// Deepest nesting of an expression.
const MAX_DEPTH: u32 = 80;
/// Most bits of a value.
const MAX_BITS: u64 = 4_096;

/// A number the evaluator can work with; `None` means that the value does not fit (or does not exist).
trait Field: Sized + Clone {
    fn decimal(digits: &str, scale: u32) -> Option<Self>;
    fn add(&self, other: &Self) -> Option<Self>;
    fn negated(&self) -> Option<Self>;
    fn times(&self, other: &Self) -> Option<Self>;
    fn inverse(&self) -> Option<Self>;
    fn exponent(&self) -> Option<i32>;
    fn big(&self) -> BigRational;
}

/// A fraction in lowest terms with a positive denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Small {
    numerator: i128,
    denominator: i128,
}

impl Small {
    fn reduced(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator == 0 {
            return None;
        }
        let (mut a, mut b) = (numerator.unsigned_abs(), denominator.unsigned_abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let divisor = i128::try_from(a.max(1)).ok()?;
        let (numerator, denominator) = (numerator.checked_div(divisor)?, denominator.checked_div(divisor)?);
        if denominator < 0 {
            Some(Self { numerator: numerator.checked_neg()?, denominator: denominator.checked_neg()? })
        } else {
            Some(Self { numerator, denominator })
        }
    }
}

impl Field for Small {
    fn decimal(digits: &str, scale: u32) -> Option<Self> {
        Self::reduced(digits.parse().ok()?, 10_i128.checked_pow(scale)?)
    }
    fn add(&self, other: &Self) -> Option<Self> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        Self::reduced(left.checked_add(right)?, self.denominator.checked_mul(other.denominator)?)
    }
    fn negated(&self) -> Option<Self> {
        Some(Self { numerator: self.numerator.checked_neg()?, ..*self })
    }
    fn times(&self, other: &Self) -> Option<Self> {
        let numerator = self.numerator.checked_mul(other.numerator)?;
        Self::reduced(numerator, self.denominator.checked_mul(other.denominator)?)
    }
    fn inverse(&self) -> Option<Self> {
        Self::reduced(self.denominator, self.numerator)
    }
    fn exponent(&self) -> Option<i32> {
        if self.denominator == 1 { i32::try_from(self.numerator).ok() } else { None }
    }
    fn big(&self) -> BigRational {
        BigRational::new(BigInt::from(self.numerator), BigInt::from(self.denominator))
    }
}

impl Field for BigRational {
    fn decimal(digits: &str, scale: u32) -> Option<Self> {
        if u64::from(scale) * 4 > MAX_BITS || digits.len() as u64 * 4 > MAX_BITS {
            return None;
        }
        Some(Self::new(digits.parse().ok()?, BigInt::from(10).pow(scale)))
    }
    fn add(&self, other: &Self) -> Option<Self> {
        bounded(self + other)
    }
    fn negated(&self) -> Option<Self> {
        Some(-self)
    }
    fn times(&self, other: &Self) -> Option<Self> {
        bounded(self * other)
    }
    fn inverse(&self) -> Option<Self> {
        (!self.is_zero()).then(|| self.recip())
    }
    fn exponent(&self) -> Option<i32> {
        if self.is_integer() { self.to_integer().to_i32() } else { None }
    }
    fn big(&self) -> BigRational {
        self.clone()
    }
}

fn bounded(value: BigRational) -> Option<BigRational> {
    (value.numer().bits() <= MAX_BITS && value.denom().bits() <= MAX_BITS).then_some(value)
}

/// The exact value of an expression; `None` where it cannot be read, does not exist or is too large.
pub(super) fn evaluate(expr: &str) -> Option<BigRational> {
    match Reader::run::<Small>(expr) {
        Some(value) => Some(value.big()),
        // Too large for 128 bits, or no expression at all: the second reading tells.
        None => Reader::run::<BigRational>(expr),
    }
}

/// A number or fraction as stored in `expr_value` and answers: `11`, `-3`, `7/2`, `4.95`, `70,000`, and with a unit or a
/// sign of currency around it.
pub(super) fn number(text: &str) -> Option<BigRational> {
    let text = text.trim().trim_end_matches('.');
    let negative = text.starts_with('-');
    let body = text.strip_prefix('-').unwrap_or(text).trim_start_matches(['$', '€', '£', '₩', '¥']).trim_start();
    let end = body.find(|letter: char| !matches!(letter, '0'..='9' | '.' | ',' | '/' | ' ')).unwrap_or(body.len());
    let (digits, unit) = body.split_at(end);
    let digits = digits.trim();
    if !digits.starts_with(|letter: char| letter.is_ascii_digit() || letter == '.')
        || unit.contains(|letter: char| letter.is_ascii_digit())
    {
        return None;
    }
    let value = evaluate(digits)?;
    Some(if negative { -value } else { value })
}

/// Is `stated` the value of `exact` rounded to the decimals it is printed with, at least one?
pub(super) fn is_rounding(exact: &BigRational, stated: &str) -> bool {
    let Some(value) = number(stated) else { return false };
    let decimals = stated
        .trim()
        .split_once('.')
        .map_or(0, |(_, rest)| rest.bytes().take_while(u8::is_ascii_digit).count().min(100) as u32);
    let twice = (exact - value).abs() * BigInt::from(2) * BigInt::from(10).pow(decimals);
    decimals >= 1 && twice <= BigRational::from_integer(BigInt::from(1))
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn run<F: Field>(expr: &'a str) -> Option<F> {
        let mut reader = Self { rest: expr.as_bytes() };
        let value = reader.sum::<F>(0)?;
        reader.skip();
        reader.rest.is_empty().then_some(value)
    }

    fn skip(&mut self) {
        while let [b' ', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    fn take(&mut self, wanted: u8) -> bool {
        self.skip();
        match self.rest {
            [first, rest @ ..] if *first == wanted => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    fn sum<F: Field>(&mut self, depth: u32) -> Option<F> {
        if depth > MAX_DEPTH {
            return None;
        }
        let mut total = self.product::<F>(depth)?;
        loop {
            if self.take(b'+') {
                total = total.add(&self.product(depth)?)?;
            } else if self.take(b'-') {
                total = total.add(&self.product::<F>(depth)?.negated()?)?;
            } else {
                return Some(total);
            }
        }
    }

    fn product<F: Field>(&mut self, depth: u32) -> Option<F> {
        let mut total = self.signed::<F>(depth)?;
        loop {
            if self.take(b'*') {
                total = total.times(&self.signed(depth)?)?;
            } else if self.take(b'/') {
                total = total.times(&self.signed::<F>(depth)?.inverse()?)?;
            } else {
                return Some(total);
            }
        }
    }

    fn signed<F: Field>(&mut self, depth: u32) -> Option<F> {
        if depth > MAX_DEPTH {
            return None;
        }
        if self.take(b'-') {
            return self.signed::<F>(depth + 1)?.negated();
        }
        let base = self.atom::<F>(depth)?;
        if !self.take(b'^') {
            return Some(base);
        }
        let exponent = self.signed::<F>(depth + 1)?.exponent()?;
        if exponent.unsigned_abs() > 4_096 {
            return None;
        }
        let mut power = F::decimal("1", 0)?;
        for _ in 0..exponent.unsigned_abs() {
            power = power.times(&base)?;
        }
        if exponent < 0 { power.inverse() } else { Some(power) }
    }

    fn atom<F: Field>(&mut self, depth: u32) -> Option<F> {
        let mut value = if self.take(b'(') {
            let inner = self.sum::<F>(depth + 1)?;
            if !self.take(b')') {
                return None;
            }
            inner
        } else {
            self.decimal()?
        };
        while self.take(b'%') {
            value = value.times(&F::decimal("1", 2)?)?;
        }
        Some(value)
    }

    fn decimal<F: Field>(&mut self) -> Option<F> {
        self.skip();
        let length = self.rest.iter().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',')).count();
        let (text, rest) = self.rest.split_at(length);
        self.rest = rest;
        let text = std::str::from_utf8(text).ok()?;
        let (integer, decimals) = text.split_once('.').unwrap_or((text, ""));
        if decimals.contains(['.', ',']) || integer.is_empty() && decimals.is_empty() {
            return None;
        }
        if let Some((first, groups)) = integer.split_once(',')
            && (first.is_empty() || first.len() > 3 || groups.split(',').any(|group| group.len() != 3))
        {
            return None;
        }
        let digits: String = integer.chars().filter(|digit| *digit != ',').chain(decimals.chars()).collect();
        F::decimal(&digits, u32::try_from(decimals.len()).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(expr: &str) -> String {
        evaluate(expr).map_or_else(|| "-".to_owned(), |value| value.to_string())
    }

    #[test]
    fn evaluates() {
        for (expr, expected) in [
            ("20-4-5", "11"),
            ("(20-4)*3/5", "48/5"),
            ("5%*200", "10"),
            ("-2^2", "-4"),
            ("2^3^2", "512"),
            ("2^-2", "1/4"),
            ("1,000.5+.5", "1001"),
            ("(-3)*(-4)", "12"),
            ("10^30*10^30", &format!("1{}", "0".repeat(60))),
            ("1/0", "-"),
            ("9^9^9", "-"),
            ("2*", "-"),
            ("2x", "-"),
            ("1 2", "-"),
            ("", "-"),
            ("1,00", "-"),
        ] {
            assert_eq!(print(expr), expected, "{expr}");
        }
        assert_eq!(print(&"(".repeat(1000)), "-");
        assert_eq!(print(&"-".repeat(1000)), "-");
    }

    #[test]
    fn numbers_with_units() {
        for (text, expected) in
            [("$18", Some("18")), ("33개", Some("33")), ("-7/2", Some("-7/2")), ("70,000", Some("70000"))]
        {
            assert_eq!(number(text).map(|value| value.to_string()).as_deref(), expected);
        }
        assert_eq!((number("ducks"), number(""), number("3x4")), (None, None, None));
        let third = evaluate("100/3").unwrap();
        assert!(is_rounding(&third, "33.33") && !is_rounding(&third, "33") && !is_rounding(&third, "33.4"));
    }
}
