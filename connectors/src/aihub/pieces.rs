//! Archives cut into pieces, by name: which belong together, in which order, and whether one is missing.
//!
//! `X.zip.part0…N` (counted from 0, or named after the byte offsets of the pieces), `X.zip.001…`, and spanned archives
//! `X.z01 … X.zip`. Numbers decide, never the order of letters: `part10` comes after `part2`.

use super::dataset::{ByteSize, CatalogFile, Place, Problem};
use super::path::{PathFacts, format_of};
use std::collections::BTreeMap;

/// A piece's part in an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Piece {
    /// `.zNN` of a spanned archive.
    Span(u64),
    /// `.partN`.
    Part(u64),
    /// `.001`.
    Volume(u64),
    /// A whole file, or the last piece of a spanned archive.
    Whole,
}

impl Piece {
    /// Its number; none for a whole file.
    pub fn number(self) -> Option<u64> {
        match self {
            Self::Span(number) | Self::Part(number) | Self::Volume(number) => Some(number),
            Self::Whole => None,
        }
    }
}

/// The name of the joined archive that `name` is (a piece of), and its part in it. A path may stand before the name.
pub fn piece(name: &str) -> (String, Piece) {
    let whole = || (name.to_owned(), Piece::Whole);
    let Some((stem, extension)) = name.rsplit_once('.') else { return whole() };
    if stem.is_empty() || stem.ends_with('/') || extension.contains('/') {
        return whole();
    }
    let number = |prefix: &str, digits: usize| {
        let (start, number) = extension.split_at_checked(prefix.len())?;
        let fits = start.eq_ignore_ascii_case(prefix)
            && number.len() >= digits
            && number.bytes().all(|byte| byte.is_ascii_digit());
        if fits { number.parse::<u64>().ok() } else { None }
    };
    let is_cuttable = || {
        let extension = stem.rsplit_once('.').map_or("", |(_, extension)| extension);
        ["zip", "tar", "gz", "tgz", "zst", "7z"].iter().any(|known| extension.eq_ignore_ascii_case(known))
    };
    if let Some(number) = number("part", 1)
        && is_cuttable()
    {
        return (stem.to_owned(), Piece::Part(number));
    }
    if let Some(number) = number("z", 2) {
        return (format!("{stem}.zip"), Piece::Span(number));
    }
    if let Some(number) = number("", 3)
        && is_cuttable()
    {
        return (stem.to_owned(), Piece::Volume(number));
    }
    if extension.eq_ignore_ascii_case("zip") { (format!("{stem}.zip"), Piece::Whole) } else { whole() }
}

/// What is wrong with the pieces of one archive, given in order; none where they are complete as far as names and
/// sizes tell. `sizes` are in bytes, where they are known exactly.
pub fn gap(pieces: &[Piece], sizes: &[Option<u64>]) -> Option<String> {
    let numbers: Vec<u64> = pieces.iter().filter_map(|piece| piece.number()).collect();
    let wholes = pieces.len() - numbers.len();
    let first = match pieces.first()? {
        Piece::Whole => return (wholes > 1).then(|| "several files of one name are there".to_owned()),
        Piece::Span(_) => {
            if pieces.iter().any(|piece| matches!(piece, Piece::Part(_) | Piece::Volume(_))) {
                return Some("pieces are there in several forms; keep one of them".to_owned());
            }
            match wholes {
                0 => return Some("the last piece, the '.zip', is missing".to_owned()),
                1 => 1,
                _ => return Some("several files could be the last piece; keep one of them".to_owned()),
            }
        }
        form => {
            if pieces.iter().any(|piece| std::mem::discriminant(piece) != std::mem::discriminant(form)) {
                return Some("the archive is there whole and in pieces, or in several forms; keep one".to_owned());
            }
            u64::from(matches!(form, Piece::Volume(_)))
        }
    };
    if let Some((number, _)) = numbers.iter().zip(numbers.iter().skip(1)).find(|(one, next)| one == next) {
        return Some(format!("piece {number} is there twice"));
    }
    let missing =
        (first..).zip(&numbers).find(|(expected, number)| expected != *number).map(|(expected, _)| expected)?;
    // `.part` numbers may also be the byte offsets at which the pieces begin.
    let mut offset = Some(0_u64);
    let are_offsets = matches!(pieces.first(), Some(Piece::Part(_)))
        && numbers.iter().zip(sizes).all(|(number, size)| {
            let fits = offset == Some(*number);
            offset = offset.zip(*size).map(|(offset, size)| offset.saturating_add(size));
            fits
        });
    if are_offsets { None } else { Some(format!("piece {missing} is missing")) }
}

/// A file as it is stored or listed, before pieces are joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Path from the set's root folder on.
    pub path: String,
    /// Bytes, where they are known.
    pub size: Option<ByteSize>,
    /// AI Hub's key, where it is known.
    pub filekey: Option<String>,
    /// What its path tells.
    pub facts: PathFacts,
}

/// Joins the pieces among `files` of the set `dataset_id`; sorted by path. Every file is in exactly one of the results.
///
/// Archives with gaps (`PIECES`) are kept, with a remark: what is there may be read, what is missing may come.
pub fn join(dataset_id: Option<&str>, files: Vec<StoredFile>) -> (Vec<CatalogFile>, Vec<Problem>) {
    let mut sets: BTreeMap<String, Vec<(Piece, StoredFile)>> = BTreeMap::new();
    for file in files {
        let (joined, part) = piece(&file.path);
        sets.entry(joined).or_default().push((part, file));
    }
    let (mut joined, mut remarks) = (Vec::new(), Vec::new());
    for (path, mut pieces) in sets {
        pieces.sort_by(|(one, first), (other, second)| (one, &first.path).cmp(&(other, &second.path)));
        let is_cut = pieces.iter().any(|(part, _)| *part != Piece::Whole);
        if !is_cut {
            let whole = |(_, file): (Piece, StoredFile)| joined_file(dataset_id, file.path.clone(), vec![file]);
            joined.extend(pieces.into_iter().map(whole));
            continue;
        }
        let parts: Vec<Piece> = pieces.iter().map(|(part, _)| *part).collect();
        let exact = |size: ByteSize| size.is_exact().then_some(size.value);
        let sizes: Vec<Option<u64>> = pieces.iter().map(|(_, file)| file.size.and_then(exact)).collect();
        if let Some(why) = gap(&parts, &sizes) {
            remarks.push(Problem::new("PIECES", Place::Object(path.clone()), "", why));
        }
        // A whole file beside `.part` pieces is no piece of theirs.
        let is_spanned = parts.iter().any(|part| matches!(part, Piece::Span(_)));
        let (own, others): (Vec<_>, Vec<_>) = (pieces.into_iter())
            .partition(|(part, _)| matches!((part, is_spanned), (Piece::Span(_), _) | (Piece::Whole, true)));
        let (wholes, cut): (Vec<_>, Vec<_>) = others.into_iter().partition(|(part, _)| *part == Piece::Whole);
        for set in [own, cut] {
            if !set.is_empty() {
                joined.push(joined_file(dataset_id, path.clone(), set.into_iter().map(|(_, file)| file).collect()));
            }
        }
        joined.extend(wholes.into_iter().map(|(_, file)| joined_file(dataset_id, file.path.clone(), vec![file])));
    }
    (joined, remarks)
}

fn joined_file(dataset_id: Option<&str>, path: String, pieces: Vec<StoredFile>) -> CatalogFile {
    let facts = pieces.first().map(|file| file.facts.clone()).unwrap_or_default();
    let size = (pieces.iter().map(|file| file.size)).reduce(|sum, size| Some(sum?.plus(size?))).flatten();
    let is_cut = pieces.first().is_some_and(|file| pieces.len() > 1 || file.path != path);
    CatalogFile {
        dataset_id: dataset_id.map(str::to_owned),
        format: format_of(&path),
        path,
        kind: facts.kind,
        split: facts.split,
        size,
        parts: u32::try_from(pieces.len()).unwrap_or(u32::MAX),
        pieces: if is_cut { pieces.iter().map(|file| file.path.clone()).collect() } else { Vec::new() },
        filekeys: pieces.into_iter().filter_map(|file| file.filekey).collect(),
        revision: facts.revision,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert_eq!(piece("가/TL.zip.part12"), ("가/TL.zip".to_owned(), Piece::Part(12)));
        assert_eq!(piece("TS.z114"), ("TS.zip".to_owned(), Piece::Span(114)));
        assert_eq!(piece("TS.ZIP"), ("TS.zip".to_owned(), Piece::Whole));
        assert_eq!(piece("x.tar.002"), ("x.tar".to_owned(), Piece::Volume(2)));
        for name in ["notes.part1", "x.z1", "200226.001", ".z01", "a/.z01", "x", "a.b/part0", "x.zip.part나"] {
            assert_eq!(piece(name), (name.to_owned(), Piece::Whole));
        }
    }

    #[test]
    fn joined_by_number() {
        let stored = |path: &str| StoredFile {
            path: path.to_owned(),
            size: Some(ByteSize::exact(10)),
            filekey: Some(path.len().to_string()),
            facts: PathFacts::default(),
        };
        let paths =
            ["a/S.zip.part10", "a/S.zip.part2", "a/S.zip.part1", "a/S.zip.part0", "a/T.z01", "a/T.ZIP", "a/b.json"];
        let (files, remarks) = join(Some("7"), paths.map(stored).to_vec());
        let names: Vec<_> = files.iter().map(|file| (file.path.as_str(), file.parts)).collect();
        assert_eq!(names, [("a/S.zip", 4), ("a/T.zip", 2), ("a/b.json", 1)]);
        assert_eq!(files[0].pieces, ["a/S.zip.part0", "a/S.zip.part1", "a/S.zip.part2", "a/S.zip.part10"]);
        assert_eq!(files[0].size, Some(ByteSize::exact(40)));
        assert_eq!(remarks.len(), 1);
        assert_eq!(remarks[0].to_string(), "'a/S.zip': piece 3 is missing (PIECES)");
        // A whole archive beside its pieces is another file.
        let (files, remarks) = join(None, ["S.zip", "S.zip.part0"].map(stored).to_vec());
        assert_eq!((files.len(), remarks.len()), (2, 1));
    }

    #[test]
    fn order_and_gaps() {
        let mut pieces: Vec<Piece> = [10, 2, 0, 1, 3, 4, 5, 6, 7, 8, 9].map(Piece::Part).to_vec();
        pieces.sort();
        assert_eq!(gap(&pieces, &[None; 11]), None);
        assert_eq!(gap(&[Piece::Span(1), Piece::Span(2), Piece::Whole], &[]), None);
        assert_eq!(gap(&[Piece::Part(0), Piece::Part(10), Piece::Part(20)], &[Some(10), Some(10), Some(5)]), None);
        assert_eq!(gap(&[Piece::Whole], &[]), None);
        for (pieces, why) in [
            (vec![Piece::Part(0), Piece::Part(2)], "piece 1 is missing"),
            (vec![Piece::Part(1)], "piece 0 is missing"),
            (vec![Piece::Volume(1), Piece::Volume(1)], "piece 1 is there twice"),
            (vec![Piece::Span(2), Piece::Whole], "piece 1 is missing"),
            (vec![Piece::Span(1)], "the last piece"),
            (vec![Piece::Part(0), Piece::Whole], "whole and in pieces"),
            (vec![Piece::Span(1), Piece::Part(0), Piece::Whole], "several forms"),
        ] {
            assert!(gap(&pieces, &vec![Some(7); pieces.len()]).unwrap().contains(why), "{pieces:?}");
        }
    }
}
