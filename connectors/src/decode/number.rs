//! Numbers, exactly: what the text says or a refusal, never something near it.

/// What a bare token (anything that is not a string, object or array) is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// A JSON number without fraction and exponent.
    Int,
    /// A JSON number with fraction or exponent.
    Float,
    /// Meant as a number, but not JSON: `NaN`, `01`, `+1`, `.5`, `0x1F`.
    NotANumber,
    /// Anything else: `True`, `None`, `undefined`.
    Unknown,
}

/// The bytes that may stand in a bare token, right or wrong.
pub(super) fn is_token_byte(byte: u8) -> bool {
    TOKEN[usize::from(byte)]
}

static TOKEN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        table[byte] = b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.' | b'_');
        byte += 1;
    }
    table
};

/// The end of the bare token that starts at `from`.
#[inline]
pub(super) fn token_end(text: &[u8], from: usize) -> usize {
    text.iter().skip(from).position(|&b| !is_token_byte(b)).map_or(text.len(), |n| from + n)
}

/// Says what `token` is.
pub(super) fn classify(token: &[u8]) -> Token {
    match token {
        b"null" => return Token::Null,
        b"true" => return Token::Bool(true),
        b"false" => return Token::Bool(false),
        _ => {}
    }
    let digits = |from: usize| token[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut at = usize::from(token.first() == Some(&b'-'));
    let whole = digits(at);
    let leading_zero = whole > 1 && token[at] == b'0';
    at += whole;
    let mut kind = Token::Int;
    let mut sound = whole > 0 && !leading_zero;
    if sound && token.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        sound = fraction > 0;
        at += 1 + fraction;
        kind = Token::Float;
    }
    if sound && matches!(token.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(token.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at);
        sound = exponent > 0;
        at += exponent;
        kind = Token::Float;
    }
    if sound && at == token.len() {
        return kind;
    }
    let unsigned = token.strip_prefix(b"-").or(token.strip_prefix(b"+")).unwrap_or(token);
    let numberish = token.first().is_some_and(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.'))
        || [b"nan".as_slice(), b"inf", b"infinity"].iter().any(|name| unsigned.eq_ignore_ascii_case(name));
    if numberish { Token::NotANumber } else { Token::Unknown }
}

/// The integer that `token` (of kind [`Token::Int`]) spells; none beyond 64 bits.
#[inline]
pub(super) fn int(token: &[u8]) -> Option<i64> {
    let (negative, digits) = match token.split_first() {
        Some((b'-', rest)) => (true, rest),
        _ => (false, token),
    };
    if digits.len() <= 18 {
        let value = digits.iter().fold(0i64, |sum, b| sum * 10 + i64::from(b.wrapping_sub(b'0')));
        return Some(if negative { -value } else { value });
    }
    std::str::from_utf8(token).ok()?.parse().ok()
}

/// The integer that a number with fraction or exponent equals exactly (`7.0`, `1e3`); none where it equals none.
pub(super) fn integral(token: &[u8]) -> Option<i64> {
    let (negative, rest) = match token.split_first() {
        Some((b'-', rest)) => (true, rest),
        _ => (false, token),
    };
    let (mantissa, exponent) = match rest.iter().position(|b| matches!(b, b'e' | b'E')) {
        Some(at) => (&rest[..at], std::str::from_utf8(&rest[at + 1..]).ok()?.parse::<i64>().ok()?),
        None => (rest, 0),
    };
    let fraction = mantissa.iter().position(|&b| b == b'.').map_or(0, |dot| mantissa.len() - dot - 1);
    let mut scale = exponent.checked_sub(i64::try_from(fraction).ok()?)?;
    let digits: Vec<u8> = mantissa.iter().copied().filter(|&b| b != b'.').collect();
    let significant = digits.iter().rposition(|&b| b != b'0').map_or(0, |last| last + 1);
    scale = scale.checked_add(i64::try_from(digits.len() - significant).ok()?)?;
    if significant == 0 {
        return Some(0);
    }
    if !(0..19).contains(&scale) {
        return None;
    }
    let mut value: i128 = 0;
    for digit in &digits[..significant] {
        value = value.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
    }
    value = value.checked_mul(10i128.pow(u32::try_from(scale).ok()?))?;
    i64::try_from(if negative { -value } else { value }).ok()
}

/// Why a number has no faithful 64-bit float.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfaithful {
    /// Larger than the largest finite float.
    Overflow,
    /// Not zero, but would become zero.
    Underflow,
    /// An integer that lies between two floats.
    Rounded,
}

/// The float nearest to a decimal fraction, or the float that equals an integer; refuses everything else.
#[inline]
pub(super) fn float(token: &[u8], is_int: bool) -> Result<f64, Unfaithful> {
    // Tokens are ASCII and were classified as numbers, so both conversions succeed.
    let value: f64 = std::str::from_utf8(token).ok().and_then(|t| t.parse().ok()).ok_or(Unfaithful::Overflow)?;
    if !value.is_finite() {
        return Err(Unfaithful::Overflow);
    }
    if value == 0.0 {
        let mantissa = token.iter().take_while(|b| !matches!(b, b'e' | b'E'));
        if mantissa.into_iter().any(|b| matches!(b, b'1'..=b'9')) {
            return Err(Unfaithful::Underflow);
        }
    }
    if is_int && token.len() > 15 && !exact_integer(token, value) {
        return Err(Unfaithful::Rounded);
    }
    Ok(value)
}

fn exact_integer(token: &[u8], value: f64) -> bool {
    // Printing a float without a fraction gives all digits of the integer that it is.
    let printed = format!("{value:.0}");
    printed.as_bytes() == token || (value == 0.0 && matches!(token, b"-0" | b"0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens() {
        for good in ["0", "-0", "12", "-7"] {
            assert_eq!(classify(good.as_bytes()), Token::Int, "{good}");
        }
        for good in ["0.5", "1e3", "-1.25E-7", "1e+2", "0e0"] {
            assert_eq!(classify(good.as_bytes()), Token::Float, "{good}");
        }
        for bad in
            ["NaN", "-Infinity", "Infinity", "01", "-01", "+1", ".5", "1.", "1.e3", "0x1F", "1e", "-", "1_000", "--1"]
        {
            assert_eq!(classify(bad.as_bytes()), Token::NotANumber, "{bad}");
        }
        for bad in ["True", "None", "nul", "undefined", "e5"] {
            assert_eq!(classify(bad.as_bytes()), Token::Unknown, "{bad}");
        }
    }

    #[test]
    fn integers_are_exact() {
        assert_eq!(int(b"9007199254740993"), Some(9_007_199_254_740_993));
        assert_eq!(int(b"-9223372036854775808"), Some(i64::MIN));
        assert_eq!(int(b"9223372036854775808"), None);
        assert_eq!(integral(b"7.0"), Some(7));
        assert_eq!(integral(b"1.5e1"), Some(15));
        assert_eq!(integral(b"100e-2"), Some(1));
        assert_eq!(integral(b"9007199254740993.000"), Some(9_007_199_254_740_993));
        assert_eq!(integral(b"-0.0"), Some(0));
        assert_eq!(integral(b"0.5"), None);
        assert_eq!(integral(b"1e19"), None);
        assert_eq!(integral(b"1e999999999999999999999"), None);
    }

    #[test]
    fn floats_are_faithful_or_refused() {
        assert_eq!(float(b"0.1", false), Ok(0.1));
        assert_eq!(float(b"1e400", false), Err(Unfaithful::Overflow));
        assert_eq!(float(b"1e-400", false), Err(Unfaithful::Underflow));
        assert_eq!(float(b"9007199254740993", true), Err(Unfaithful::Rounded));
        assert_eq!(float(b"9007199254740992", true), Ok(9_007_199_254_740_992.0));
        assert_eq!(float(b"100000000000000000000", true), Ok(1e20));
        assert!(float(b"-0", true).is_ok_and(|v| v == 0.0 && v.is_sign_negative()));
        assert_eq!(float(b"0e5", false), Ok(0.0));
    }
}
