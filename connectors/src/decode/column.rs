//! Arrow arrays under construction. Unlike Arrow's own builders these forget: a record that fails midway is cut off
//! again, so nothing of it ever reaches a batch.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, PrimitiveArray, StringArray};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{ArrowNativeType, ArrowPrimitiveType};

/// Room kept from one batch for the next; a giant record must not hold its memory for ever. Bytes.
const KEEP: usize = 8 << 20;

/// Takes the first `count` elements away.
pub(super) fn take_front<T>(values: &mut Vec<T>, count: usize) -> Vec<T> {
    let tail = if count >= values.len() {
        Vec::with_capacity(values.len().min(KEEP / size_of::<T>().max(1)))
    } else {
        values.split_off(count)
    };
    std::mem::replace(values, tail)
}

/// Takes the first `count` lists away; both sides start at offset 0.
pub(super) fn take_offsets(offsets: &mut Vec<i32>, count: usize) -> Vec<i32> {
    let border = offsets.get(count).copied().unwrap_or(0);
    let tail: Vec<i32> = offsets.iter().skip(count).map(|offset| offset - border).collect();
    offsets.truncate(count + 1);
    let mut tail = tail;
    tail.reserve(offsets.len().min(KEEP / 4));
    std::mem::replace(offsets, tail)
}

/// Offsets into a buffer; `DecodeOptions::check` keeps every buffer below 2^31.
pub(super) fn offset(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

/// Bits, one a row.
#[derive(Debug, Default)]
pub(super) struct Bits {
    bytes: Vec<u8>,
    length: usize,
}

impl Bits {
    pub(super) fn push(&mut self, bit: bool) {
        let at = self.length % 8;
        if at == 0 {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(bit) << at;
        }
        self.length += 1;
    }

    pub(super) fn get(&self, at: usize) -> bool {
        self.bytes.get(at / 8).is_some_and(|byte| byte >> (at % 8) & 1 == 1)
    }

    fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
        self.bytes.truncate(self.length.div_ceil(8));
        // Rows pushed later are OR-ed in, so what was cut off must be zero.
        if let (Some(last), used @ 1..) = (self.bytes.last_mut(), self.length % 8) {
            *last &= (1 << used) - 1;
        }
    }

    fn take(&mut self, count: usize) -> BooleanBuffer {
        let mut tail = Self::default();
        for at in count..self.length {
            tail.push(self.get(at));
        }
        self.truncate(count);
        let front = std::mem::replace(self, tail);
        BooleanBuffer::new(Buffer::from_vec(front.bytes), 0, front.length)
    }
}

/// Which rows have a value. Costs a counter until the first NULL.
#[derive(Debug, Default)]
pub(super) struct Validity {
    length: usize,
    bits: Option<Bits>,
}

impl Validity {
    #[inline]
    pub(super) fn push(&mut self, valid: bool) {
        if let Some(bits) = &mut self.bits {
            bits.push(valid);
        } else if !valid {
            let mut bits = Bits::default();
            for _ in 0..self.length {
                bits.push(true);
            }
            bits.push(false);
            self.bits = Some(bits);
        }
        self.length += 1;
    }

    pub(super) fn len(&self) -> usize {
        self.length
    }

    pub(super) fn is_null(&self, at: usize) -> bool {
        self.bits.as_ref().is_some_and(|bits| !bits.get(at))
    }

    pub(super) fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
        if self.length == 0 {
            self.bits = None;
        } else if let Some(bits) = &mut self.bits {
            bits.truncate(length);
        }
    }

    pub(super) fn take(&mut self, count: usize) -> Option<NullBuffer> {
        let count = count.min(self.length);
        self.length -= count;
        let mut bits = self.bits.take()?;
        let front = bits.take(count);
        if self.length > 0 {
            self.bits = Some(bits);
        }
        let nulls = NullBuffer::new(front);
        (nulls.null_count() > 0).then_some(nulls)
    }
}

/// Strings.
#[derive(Debug)]
pub(super) struct Text {
    validity: Validity,
    offsets: Vec<i32>,
    pub(super) data: Vec<u8>,
}

impl Default for Text {
    fn default() -> Self {
        Self { validity: Validity::default(), offsets: vec![0], data: Vec::new() }
    }
}

impl Text {
    /// Appends a string. Callers accept the record only when all of it is valid UTF-8.
    #[inline]
    pub(super) fn push(&mut self, text: &[u8]) {
        self.data.extend_from_slice(text);
        self.close(true);
    }

    /// Makes a row of what was appended to `data` since the last row.
    #[inline]
    pub(super) fn close(&mut self, valid: bool) {
        self.offsets.push(offset(self.data.len()));
        self.validity.push(valid);
    }

    /// Bytes of all closed rows.
    pub(super) fn closed(&self) -> usize {
        self.offsets.last().map_or(0, |&end| end as usize)
    }

    pub(super) fn len(&self) -> usize {
        self.validity.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<&[u8]> {
        if self.validity.is_null(at) {
            return None;
        }
        self.data.get(*self.offsets.get(at)? as usize..*self.offsets.get(at + 1)? as usize)
    }

    pub(super) fn truncate(&mut self, rows: usize) {
        self.validity.truncate(rows);
        self.offsets.truncate(rows + 1);
        self.data.truncate(self.closed());
        if self.data.capacity() > 4 * KEEP && self.data.len() < KEEP {
            self.data.shrink_to(KEEP);
        }
    }

    pub(super) fn take(&mut self, rows: usize) -> ArrayRef {
        let offsets = take_offsets(&mut self.offsets, rows);
        let data = take_front(&mut self.data, offsets.last().map_or(0, |&end| end as usize));
        let nulls = self.validity.take(rows);
        debug_assert!(std::str::from_utf8(&data).is_ok());
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        // SAFETY: a row is accepted only after the whole text of its record was found to be valid UTF-8, and every
        // string in it is a part of that text cut at ASCII characters, or characters encoded one by one.
        Arc::new(unsafe { StringArray::new_unchecked(offsets, Buffer::from_vec(data), nulls) })
    }
}

/// Numbers.
#[derive(Debug)]
pub(super) struct Numbers<T> {
    validity: Validity,
    values: Vec<T>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self { validity: Validity::default(), values: Vec::new() }
    }
}

impl<T: ArrowNativeType> Numbers<T> {
    #[inline]
    pub(super) fn push(&mut self, value: Option<T>) {
        self.values.push(value.unwrap_or_default());
        self.validity.push(value.is_some());
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<T> {
        if self.validity.is_null(at) { None } else { self.values.get(at).copied() }
    }

    pub(super) fn truncate(&mut self, rows: usize) {
        self.values.truncate(rows);
        self.validity.truncate(rows);
    }

    pub(super) fn take<P: ArrowPrimitiveType<Native = T>>(&mut self, rows: usize) -> ArrayRef {
        let values = ScalarBuffer::from(take_front(&mut self.values, rows));
        Arc::new(PrimitiveArray::<P>::new(values, self.validity.take(rows)))
    }
}

/// Booleans.
#[derive(Debug, Default)]
pub(super) struct Bools {
    validity: Validity,
    values: Bits,
}

impl Bools {
    pub(super) fn push(&mut self, value: Option<bool>) {
        self.values.push(value.unwrap_or_default());
        self.validity.push(value.is_some());
    }

    pub(super) fn len(&self) -> usize {
        self.validity.len()
    }

    pub(super) fn get(&self, at: usize) -> Option<bool> {
        (!self.validity.is_null(at)).then(|| self.values.get(at))
    }

    pub(super) fn truncate(&mut self, rows: usize) {
        self.values.truncate(rows);
        self.validity.truncate(rows);
    }

    pub(super) fn take(&mut self, rows: usize) -> ArrayRef {
        Arc::new(BooleanArray::new(self.values.take(rows), self.validity.take(rows)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array, AsArray};
    use arrow::datatypes::Int64Type;

    #[test]
    fn what_is_cut_off_leaves_no_trace() {
        let mut text = Text::default();
        let mut bools = Bools::default();
        for round in 0..20 {
            text.push("등대".as_bytes());
            bools.push(Some(true));
            let rows = round + 1;
            text.data.extend_from_slice(b"half a val");
            text.close(false);
            bools.push(None);
            text.truncate(rows);
            bools.truncate(rows);
        }
        assert_eq!((text.len(), text.data.len()), (20, 120));
        let array = text.take(20);
        assert_eq!(array.null_count(), 0);
        assert!(array.as_string::<i32>().iter().all(|v| v == Some("등대")));
        let array = bools.take(20);
        assert_eq!(array.as_boolean().true_count(), 20);
    }

    #[test]
    fn a_batch_leaves_later_rows_behind() {
        let mut numbers = Numbers::<i64>::default();
        let mut text = Text::default();
        for n in 0..10 {
            numbers.push((n % 3 != 0).then_some(n));
            text.push(n.to_string().repeat(3).as_bytes());
        }
        let front = numbers.take::<Int64Type>(4);
        assert_eq!(front.as_primitive::<Int64Type>().iter().collect::<Vec<_>>(), [None, Some(1), Some(2), None]);
        assert_eq!((numbers.len(), numbers.get(0), numbers.get(2)), (6, Some(4), None));
        assert_eq!(text.take(4).as_string::<i32>().value(3), "333");
        assert_eq!(text.get(0), Some(b"444".as_slice()));
    }
}
