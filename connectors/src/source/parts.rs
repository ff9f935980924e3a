//! Names of cut archives: which pieces belong together, and in which order.
//!
//! Three schemes are known, each ordered by number and never by string:
//! - `X.zip.part0…N`: one archive cut anywhere; the numbers count from 0, or are the byte offsets of the pieces
//! - `X.zip.001…`: the same, counted from 1
//! - `X.z01, X.z02 … X.zip`: a spanned PKZIP archive whose last piece is the `.zip`

/// How one object takes part in a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// A whole object, or the last piece of a spanned archive.
    Whole,
    /// `.partN`.
    Part(u64),
    /// `.001`.
    Volume(u64),
    /// `.zNN`.
    Span(u64),
}

/// The key of the joined object that the object `key` is (a piece of), and its role there.
pub(super) fn role(key: &str) -> (String, Role) {
    let whole = (key.to_owned(), Role::Whole);
    let name = key.rsplit('/').next().unwrap_or(key);
    let Some((_, extension)) = name.rsplit_once('.') else { return whole };
    let Some(stem) = key.get(..key.len() - extension.len() - 1) else { return whole };
    if let Some(number) = numbered(extension, "part")
        && is_cuttable(stem)
    {
        return (stem.to_owned(), Role::Part(number));
    }
    if let Some(number) = numbered(extension, "z")
        && extension.len() >= 3
        && !stem.ends_with('/')
        && !stem.is_empty()
    {
        return (format!("{stem}.zip"), Role::Span(number));
    }
    if let Some(number) = numbered(extension, "")
        && extension.len() >= 3
        && is_cuttable(stem)
    {
        return (stem.to_owned(), Role::Volume(number));
    }
    if extension.eq_ignore_ascii_case("zip") {
        return (format!("{stem}.zip"), Role::Whole);
    }
    whole
}

/// Whether an object called `key` may be a piece, or may exist only as pieces.
pub(super) fn may_be_cut(key: &str) -> bool {
    role(key).1 != Role::Whole || is_cuttable(key)
}

/// Whether `key` ends in `extension`, given with its dot, in any case of letters.
pub(super) fn has_extension(key: &str, extension: &str) -> bool {
    key.len() > extension.len()
        && key.as_bytes()[key.len() - extension.len()..].eq_ignore_ascii_case(extension.as_bytes())
}

fn is_cuttable(key: &str) -> bool {
    [".zip", ".tar", ".gz", ".zst"].iter().any(|extension| has_extension(key, extension))
}

/// The number in `extension` after `prefix`.
fn numbered(extension: &str, prefix: &str) -> Option<u64> {
    let (start, digits) = extension.split_at_checked(prefix.len())?;
    let fits = start.eq_ignore_ascii_case(prefix) && digits.bytes().all(|digit| digit.is_ascii_digit());
    // `parse` refuses the empty string and what does not fit into 64 bits.
    if fits { digits.parse().ok() } else { None }
}

/// Puts the numbered pieces of one set in order; `sizes` are theirs, in bytes, in the order of `numbers`.
///
/// Gives the positions in reading order, or the number that is missing, or the number that appears twice.
pub(super) fn order(numbers: &[u64], sizes: &[u64], first: u64, offsets_allowed: bool) -> Result<Vec<usize>, Gap> {
    let mut positions: Vec<usize> = (0..numbers.len()).collect();
    positions.sort_by_key(|&at| numbers[at]);
    let number = |rank: usize| positions.get(rank).map(|&at| numbers[at]);
    if let Some(rank) = (1..positions.len()).find(|&rank| number(rank) == number(rank - 1)) {
        return Err(Gap::Twice(number(rank).unwrap_or(first)));
    }
    let counted = (positions.iter().zip(first..)).find(|(at, expected)| numbers[**at] != *expected);
    let Some((_, missing)) = counted else { return Ok(positions) };
    if offsets_allowed {
        let mut expected = 0_u64;
        let all = positions.iter().all(|&at| {
            let fits = numbers[at] == expected;
            expected = expected.saturating_add(sizes[at]);
            fits
        });
        if all {
            return Ok(positions);
        }
    }
    Err(Gap::Missing(missing))
}

/// Why pieces cannot be put in order.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// The piece with this number is not there.
    Missing(u64),
    /// Two pieces have this number.
    Twice(u64),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_their_set() {
        assert_eq!(role("a/TL.zip.part12"), ("a/TL.zip".to_owned(), Role::Part(12)));
        assert_eq!(role("a/TL.zip"), ("a/TL.zip".to_owned(), Role::Whole));
        assert_eq!(role("a/TS.z01"), ("a/TS.zip".to_owned(), Role::Span(1)));
        assert_eq!(role("a/TS.Z114"), ("a/TS.zip".to_owned(), Role::Span(114)));
        assert_eq!(role("a/TS.ZIP"), ("a/TS.zip".to_owned(), Role::Whole));
        assert_eq!(role("x.tar.002"), ("x.tar".to_owned(), Role::Volume(2)));
        for plain in ["a.b/part0", "notes.part1", "x.z1", "x.zap", "200226.001", ".z01", "a/.z01", "x", "가.part나"] {
            assert_eq!(role(plain).1, Role::Whole, "{plain}");
        }
    }

    #[test]
    fn order_is_by_number() {
        assert_eq!(order(&[10, 2, 0, 1, 3, 4, 5, 6, 7, 8, 9], &[1; 11], 0, true).unwrap()[..3], [2, 3, 1]);
        assert_eq!(order(&[0, 2], &[1, 1], 0, true), Err(Gap::Missing(1)));
        assert_eq!(order(&[1, 2], &[1, 1], 0, true), Err(Gap::Missing(0)));
        assert_eq!(order(&[0, 1, 1], &[1, 1, 1], 0, true), Err(Gap::Twice(1)));
        assert_eq!(order(&[20, 0, 10], &[5, 10, 10], 0, true).unwrap(), [1, 2, 0]);
        assert_eq!(order(&[20, 0, 10], &[5, 10, 9], 0, true), Err(Gap::Missing(1)));
    }
}
