//! Dates: in a sheet they are numbers that a number format shows as dates. Here they become ISO 8601 text.

/// What a number format shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Shown {
    #[default]
    Number,
    /// A date, a time of day, or both.
    Date { date: bool, time: bool },
    /// A length of time, beyond 24 hours too.
    Duration,
}

const DATE: Shown = Shown::Date { date: true, time: false };
const TIME: Shown = Shown::Date { date: false, time: true };
const BOTH: Shown = Shown::Date { date: true, time: true };

/// The formats that Excel knows by number; 27 to 36 and 50 to 58 are those of Korean, Japanese and Chinese.
pub(super) fn built_in(id: u32) -> Shown {
    match id {
        14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => DATE,
        18..=21 | 32..=35 | 45 | 47 | 55 | 56 => TIME,
        22 => BOTH,
        46 => Shown::Duration,
        _ => Shown::Number,
    }
}

/// What a format of the workbook's own shows: that of its first section.
pub(super) fn custom(code: &str) -> Shown {
    let mut characters = code.chars();
    let (mut date, mut time, mut month) = (false, false, false);
    while let Some(c) = characters.next() {
        match c.to_ascii_lowercase() {
            ';' => break,
            '"' => drop(characters.by_ref().find(|&c| c == '"')),
            '\\' | '_' | '*' => drop(characters.next()),
            '[' => {
                let inside: String =
                    characters.by_ref().take_while(|&c| c != ']').collect::<String>().to_ascii_lowercase();
                let unit = inside.chars().next().unwrap_or(' ');
                if matches!(unit, 'h' | 'm' | 's') && inside.chars().all(|c| c == unit) {
                    return Shown::Duration;
                }
            }
            // `General`, and `AM/PM`, are words.
            'g' if starts_with(characters.as_str(), "eneral") => return Shown::Number,
            'a' if starts_with(characters.as_str(), "m/pm") => time = true,
            'a' if starts_with(characters.as_str(), "/p") => time = true,
            'y' | 'd' | 'e' if c != 'E' => date = true,
            'h' | 's' => time = true,
            'm' => month = true,
            '0' | '#' | '?' if !date && !time && !month => return Shown::Number,
            _ => {}
        }
    }
    // `m` is the minute beside hours or seconds, and the month otherwise.
    match (date || (month && !time), time) {
        (false, false) => Shown::Number,
        (date, time) => Shown::Date { date, time },
    }
}

fn starts_with(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

const DAY_MS: i64 = 86_400_000;

/// The last day that Excel knows, 9999-12-31, in the system of 1900.
const LAST_DAY: i64 = 2_958_465;

/// Days between the systems of 1900 and 1904.
const SHIFT_1904: i64 = 1462;

/// The number as ISO 8601 text: `2021-03-05`, `2021-03-05T13:30:00`, `13:30:00`, `PT36H0M0S`, to the millisecond.
///
/// In the system of 1900 day 60 is a 29th of February that never was; days before it are one off, which is undone.
///
/// # Errors
/// Why there is no such date.
pub(super) fn iso(value: f64, shown: Shown, is_1904: bool) -> Result<String, &'static str> {
    let millis = value * DAY_MS as f64;
    if !millis.is_finite() || value < 0.0 || value >= (LAST_DAY + 1) as f64 {
        return Err("the number is shown as a date, but beyond the years 1900 to 9999");
    }
    // The bound above keeps this within 64 bits.
    let millis = millis.round() as i64;
    let (day, rest) = (millis.div_euclid(DAY_MS), millis.rem_euclid(DAY_MS));
    let seconds = rest / 1000;
    let (hour, minute, second, milli) = (seconds / 3600, seconds / 60 % 60, seconds % 60, rest % 1000);
    let fraction = if milli == 0 { String::new() } else { format!(".{milli:03}") };
    let (wants_date, wants_time) = match shown {
        Shown::Duration => return Ok(format!("PT{}H{minute}M{second}{fraction}S", day * 24 + hour)),
        Shown::Number => return Err("the number is shown as a number"),
        Shown::Date { date, time } => (date, time),
    };
    let time = format!("{hour:02}:{minute:02}:{second:02}{fraction}");
    // Without a day there is only the time; with one, it is not left out although it is not shown.
    if day == 0 && !is_1904 && (wants_time || rest > 0) || day == 0 && !wants_date {
        return Ok(time);
    }
    let days = match (is_1904, day) {
        (true, day) if day + SHIFT_1904 > LAST_DAY => {
            return Err("the number is shown as a date, but beyond the year 9999");
        }
        (true, day) => day + SHIFT_1904 - 1,
        (false, 0) => return Err("the number is shown as a date, but day 0 is none"),
        (false, 60) => return Err("the number is shown as 1900-02-29, a day that never was"),
        (false, day @ 1..=59) => day,
        (false, day) => day - 1,
    };
    // Days since 1899-12-31.
    let (year, month, day) = civil(days - 25_568);
    let date = format!("{year:04}-{month:02}-{day:02}");
    Ok(if wants_time || rest > 0 { format!("{date}T{time}") } else { date })
}

/// Year, month and day of a number of days since 1970-01-01; after Howard Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms", `civil_from_days`.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        for (code, shown) in [
            ("yyyy-mm-dd", DATE),
            ("yyyy\"년\" m\"월\" d\"일\"", DATE),
            ("[$-412]yyyy년 mm월", DATE),
            ("m/d", DATE),
            ("mm:ss", TIME),
            ("h:mm AM/PM", TIME),
            ("[Red]yyyy/mm/dd hh:mm;@", BOTH),
            ("[h]:mm:ss", Shown::Duration),
            ("General", Shown::Number),
            ("0.00E+00", Shown::Number),
            ("#,##0_);[Red](#,##0)", Shown::Number),
            ("\"day\" 0", Shown::Number),
            ("0\"개\"", Shown::Number),
            ("@", Shown::Number),
            ("_-* #,##0_-", Shown::Number),
        ] {
            assert_eq!(custom(code), shown, "{code}");
        }
    }

    #[test]
    fn dates() {
        for (value, shown, is_1904, text) in [
            (1.0, DATE, false, "1900-01-01"),
            (59.0, DATE, false, "1900-02-28"),
            (61.0, DATE, false, "1900-03-01"),
            (44_562.0, DATE, false, "2022-01-01"),
            (43_100.0, DATE, true, "2022-01-01"),
            (0.0, DATE, true, "1904-01-01"),
            (44_562.5, DATE, false, "2022-01-01T12:00:00"),
            (44_562.0, BOTH, false, "2022-01-01T00:00:00"),
            (44_562.000_011_574_08, BOTH, false, "2022-01-01T00:00:01"),
            (0.562_5, TIME, false, "13:30:00"),
            (0.999_999_999_9, TIME, false, "1900-01-01T00:00:00"),
            (0.25, DATE, false, "06:00:00"),
            (1.5, Shown::Duration, false, "PT36H0M0S"),
            (2_958_465.0, DATE, false, "9999-12-31"),
            (36_586.0, DATE, false, "2000-03-01"),
        ] {
            assert_eq!(iso(value, shown, is_1904).as_deref(), Ok(text), "{value}");
        }
        for (value, is_1904) in
            [(60.0, false), (0.0, false), (-1.0, false), (2_958_466.0, false), (2_957_004.0, true), (f64::NAN, false)]
        {
            assert!(iso(value, DATE, is_1904).is_err(), "{value}");
        }
    }
}
