//! Small value languages of the header: sizes, rates, names, cron expressions.

use std::ops::Range;

use super::yaml::{Node, Value};
use crate::diagnostic::{Diagnostic, code};

/// Bytes: a whole number, or a number with a unit (`256MB` = 10^6, `64MiB` = 2^20).
pub(super) fn size(node: &Node, key: &str, out: &mut Vec<Diagnostic>) -> Option<u64> {
    let parsed = match &node.value {
        Value::Int(bytes) => u64::try_from(*bytes).ok(),
        Value::Text(text) => parse_size(text),
        _ => None,
    };
    let positive = parsed.filter(|bytes| *bytes > 0);
    if positive.is_none() {
        node.reject(key, "a size such as 256MB", out);
    }
    positive
}

fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

/// A share from 0 to 1: `0.5%`, or the fraction itself.
pub(super) fn rate(node: &Node, key: &str, out: &mut Vec<Diagnostic>) -> Option<f64> {
    let parsed = match &node.value {
        Value::Float(value) => Some(*value),
        // 0 and 1 are the only whole fractions.
        Value::Int(0) => Some(0.0),
        Value::Int(1) => Some(1.0),
        Value::Text(text) => parse_percent(text),
        _ => None,
    };
    let fraction = parsed.filter(|value| (0.0..=1.0).contains(value));
    if fraction.is_none() {
        node.reject(key, "a share such as 0.5%", out);
    }
    fraction
}

/// `1%` as 0.01.
pub(super) fn parse_percent(text: &str) -> Option<f64> {
    let number: f64 = text.trim().strip_suffix('%')?.trim().parse().ok()?;
    Some(number / 100.0)
}

/// Whether SQL can say `name` without quotes and gets the same name back: a letter or `_`, then letters, digits, `_`,
/// and no ASCII capitals, which SQL would fold.
pub(super) fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    let first = characters.next().is_some_and(|first| first.is_alphabetic() || first == '_');
    first && name.chars().all(|c| (c.is_alphanumeric() || c == '_') && !c.is_ascii_uppercase())
}

/// Reports a key that cannot be used as the name of a table, parameter or plan.
pub(super) fn check_name(kind: &str, name: &str, span: &Range<usize>, out: &mut Vec<Diagnostic>) {
    if is_name(name) {
        return;
    }
    out.push(
        Diagnostic::error(code::BAD_NAME, format!("`{name}` cannot be the name of {kind}"))
            .at(span.clone(), "not a name")
            .help("a name is letters, digits and `_`, does not start with a digit and has no capitals"),
    );
}

/// What is wrong with a cron expression: five fields (minute, hour, day of month, month, day of week), or `@hourly`,
/// `@daily`, `@weekly`, `@monthly`, `@yearly`.
pub(super) fn cron_problem(text: &str) -> Option<String> {
    if let Some(word) = text.strip_prefix('@') {
        let known = ["hourly", "daily", "weekly", "monthly", "yearly"].contains(&word);
        return (!known).then(|| format!("there is no `@{word}`"));
    }
    const FIELDS: [(&str, u32, u32); 5] =
        [("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 7)];
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    let parts: Vec<&str> = text.split_whitespace().collect();
    if parts.len() != FIELDS.len() {
        return Some(format!("a cron expression has 5 fields, this has {}", parts.len()));
    }
    for (part, (name, low, high)) in parts.iter().zip(FIELDS) {
        let number = |word: &str| -> Option<u32> {
            let lower = word.to_ascii_lowercase();
            let named = match name {
                "month" => MONTHS.iter().position(|month| *month == lower).map(|at| at + 1),
                "day of week" => DAYS.iter().position(|day| *day == lower),
                _ => None,
            };
            let value = named.and_then(|at| u32::try_from(at).ok()).or_else(|| word.parse().ok())?;
            (low..=high).contains(&value).then_some(value)
        };
        let fits = part.split(',').all(|item| {
            let (range, step) = item.split_once('/').map_or((item, None), |(range, step)| (range, Some(step)));
            let step_fits = step.is_none_or(|step| step.parse::<u32>().is_ok_and(|step| step > 0));
            let range_fits = match range.split_once('-') {
                Some((from, to)) => matches!((number(from), number(to)), (Some(from), Some(to)) if from <= to),
                None => range == "*" || number(range).is_some(),
            };
            step_fits && range_fits
        });
        if !fits {
            return Some(format!("`{part}` is no {name} ({low} to {high})"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_percents_names() {
        assert_eq!(parse_size("256MB"), Some(256_000_000));
        assert_eq!(parse_size("64 MiB"), Some(64 << 20));
        assert_eq!(parse_size("1.5GB"), None);
        assert_eq!(parse_percent("0.5%"), Some(0.005));
        assert!(
            is_name("질문_1") && is_name("_x") && !is_name("1x") && !is_name("Abc") && !is_name("a-b") && !is_name("")
        );
    }

    #[test]
    fn cron_expressions() {
        for good in ["0 3 * * 1", "*/15 0-6 1,15 jan-mar MON", "@daily"] {
            assert_eq!(cron_problem(good), None, "{good}");
        }
        for bad in ["0 3 * *", "60 3 * * 1", "0 3 * * 8", "0 6-3 * * *", "@never", "0 3 * 13 *", "*/0 * * * *"] {
            assert!(cron_problem(bad).is_some(), "{bad}");
        }
    }
}
