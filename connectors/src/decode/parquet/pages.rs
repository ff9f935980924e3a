//! The headers of a column's pages, read before anything is unpacked: a page is unpacked whole, into as much memory as its
//! header says.

use super::{Fault, fault};
use crate::limits::{Limits, RATIO_FROM};

/// Structs, lists and maps in one another that a header may have; honest ones have four.
const MAX_DEPTH: u32 = 16;

/// Refuses a column chunk of which a page claims too much; `is_packed` says whether its pages are compressed.
///
/// # Errors
/// `RATIO`, `SIZE_LIMIT`, or `PARQUET` where a page that is not compressed has two sizes. What else is wrong the reader
/// tells.
pub(super) fn check(chunk: &[u8], is_packed: bool, limits: &Limits) -> Result<(), Fault> {
    let mut rest = chunk;
    while let Some((page, header)) = Page::read(rest) {
        let (Ok(size), Ok(packed)) = (u64::try_from(page.size), u64::try_from(page.packed)) else { return Ok(()) };
        if size > RATIO_FROM && size / packed.max(1) >= limits.ratio {
            let detail = format!("a page of {packed} bytes unpacks to {size} ({})", limits.told("ratio"));
            return Err(fault("RATIO", detail));
        }
        if size > limits.page_size {
            return Err(fault("SIZE_LIMIT", format!("a page unpacks to {size} bytes ({})", limits.told("page_size"))));
        }
        if !is_packed && size != packed {
            let detail = format!("a page that is not compressed is said to have {packed} bytes and {size}");
            return Err(fault("PARQUET", detail));
        }
        let end = usize::try_from(packed).ok().and_then(|packed| header.checked_add(packed));
        let Some(next) = end.and_then(|end| rest.get(end..)) else { return Ok(()) };
        rest = next;
    }
    Ok(())
}

/// What a page header says about bytes.
#[derive(Debug, Default, PartialEq, Eq)]
struct Page {
    size: i64,
    packed: i64,
}

impl Page {
    /// The header at the start of `bytes`, and its length; none where there is no header, or a broken one.
    fn read(bytes: &[u8]) -> Option<(Self, usize)> {
        if bytes.is_empty() {
            return None;
        }
        let mut thrift = Thrift { bytes, at: 0 };
        let (mut page, mut field) = (Self::default(), 0);
        while let Some((id, kind)) = thrift.field(field)? {
            match (id, kind) {
                (2, Thrift::I32) => page.size = thrift.zigzag()?,
                (3, Thrift::I32) => page.packed = thrift.zigzag()?,
                _ => thrift.skip(kind, 0)?,
            }
            field = id;
        }
        Some((page, thrift.at))
    }
}

/// Thrift's compact protocol, as far as it must be read over.
struct Thrift<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Thrift<'_> {
    const I32: u8 = 5;

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn advance(&mut self, length: u64) -> Option<()> {
        let end = self.at.checked_add(usize::try_from(length).ok()?)?;
        (end <= self.bytes.len()).then(|| self.at = end)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    /// The next field behind the one numbered `last`: its number and type; `Some(None)` where the struct ends.
    fn field(&mut self, last: i64) -> Option<Option<(i64, u8)>> {
        let head = self.byte()?;
        if head == 0 {
            return Some(None);
        }
        let id = match i64::from(head >> 4) {
            0 => self.zigzag()?,
            delta => last.checked_add(delta)?,
        };
        Some(Some((id, head & 0x0F)))
    }

    /// Reads over a value of this type. Truth values stand in their field's type.
    fn skip(&mut self, kind: u8, depth: u32) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match kind {
            1 | 2 => Some(()),
            3 => self.advance(1),
            4..=6 => self.varint().map(drop),
            7 => self.advance(8),
            8 => {
                let length = self.varint()?;
                self.advance(length)
            }
            9 | 10 => {
                let head = self.byte()?;
                let count = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
                self.items(count, &[head & 0x0F], depth)
            }
            11 => match self.varint()? {
                0 => Some(()),
                count => {
                    let kinds = self.byte()?;
                    self.items(count, &[kinds >> 4, kinds & 0x0F], depth)
                }
            },
            12 => {
                let mut last = 0;
                while let Some((id, kind)) = self.field(last)? {
                    self.skip(kind, depth + 1)?;
                    last = id;
                }
                Some(())
            }
            13 => self.advance(16),
            _ => None,
        }
    }

    /// Reads over `count` items, each made of values of these types.
    fn items(&mut self, count: u64, kinds: &[u8], depth: u32) -> Option<()> {
        for _ in 0..count {
            for kind in kinds {
                // In a list a truth value takes a byte.
                self.skip(if matches!(kind, 1 | 2) { 3 } else { *kind }, depth + 1)?;
                // Nothing takes no byte, so a count beyond the bytes ends here.
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page header with these sizes, some other fields, and a body of `body` bytes.
    fn page(size: i64, packed: i64, body: usize) -> Vec<u8> {
        let zigzag = |value: i64| {
            let mut value = ((value << 1) ^ (value >> 63)).cast_unsigned();
            let mut out = Vec::new();
            while value >= 0x80 {
                out.push(value as u8 | 0x80);
                value >>= 7;
            }
            out.push(value as u8);
            out
        };
        // type, sizes, then a struct of a list, a text and a truth value.
        let mut out = [&[0x15, 0][..], &[0x15], &zigzag(size), &[0x15], &zigzag(packed)].concat();
        out.extend([0x2C, 0x19, 0x35, 2, 4, 6, 0x18, 2, b'a', b'b', 0x11, 0, 0]);
        out.extend(vec![7; body]);
        out
    }

    #[test]
    fn pages_are_found_one_behind_the_other() {
        let limits = Limits { page_size: 1000, ..Limits::default() };
        let code = |pages: &[Vec<u8>], is_packed| check(&pages.concat(), is_packed, &limits).err().map(|f| f.code);
        let good = page(900, 40, 40);
        assert_eq!(Page::read(&good), Some((Page { size: 900, packed: 40 }, good.len() - 40)));
        assert_eq!(code(&[good.clone(), good.clone()], true), None);
        assert_eq!(code(&[good.clone(), page(1001, 40, 40), good.clone()], true).as_deref(), Some("SIZE_LIMIT"));
        assert_eq!(code(&[good.clone(), page(1 << 31, 40, 40)], true).as_deref(), Some("RATIO"));
        assert_eq!(code(std::slice::from_ref(&good), false).as_deref(), Some("PARQUET"));
        assert_eq!(code(&[page(40, 40, 40)], false), None);
        // What is broken is left to the reader.
        for broken in [page(-1, 40, 40), page(900, -3, 40), good[..5].to_vec(), vec![0xFF; 50], vec![0x0C; 50]] {
            assert_eq!(code(&[broken], true), None);
        }
    }

    #[test]
    fn the_limit_is_named() {
        let fault = check(&page(1 << 30, 1 << 20, 0), true, &Limits::default()).unwrap_err();
        assert!(fault.detail.contains("limits.page_size = 256MiB;"), "{}", fault.detail);
    }
}
