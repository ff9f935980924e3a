//! Deflate as a stream, in chunks of output.

use bytes::{Buf, Bytes};
use flate2::{Decompress, FlushDecompress, Status};

/// Decoded bytes that a streaming decoder hands out at once.
pub(super) const CHUNK: usize = 512 << 10;

/// What a streaming decoder has to say.
#[derive(Debug)]
pub(super) enum Step {
    /// Decoded bytes, never empty.
    Output(Bytes),
    /// The input is used up.
    NeedsInput,
    /// The compressed stream has ended; what is left of the input lies behind it.
    Done,
    /// The input is no such stream, from here on.
    Broken(String),
}

/// A raw deflate stream.
#[derive(Debug)]
pub(super) struct Inflate {
    stream: Decompress,
    out: Vec<u8>,
    end: Option<Result<(), String>>,
}

impl Inflate {
    pub(super) fn new() -> Self {
        Self { stream: Decompress::new(false), out: Vec::new(), end: None }
    }

    /// Decodes from `input`, which it advances. After `Done` or `Broken` it says so again.
    pub(super) fn step(&mut self, input: &mut Bytes) -> Step {
        loop {
            if let Some(end) = &self.end {
                let end = end.clone();
                return match (self.partial(), end) {
                    (Some(output), _) => Step::Output(output),
                    (None, Ok(())) => Step::Done,
                    (None, Err(error)) => Step::Broken(error),
                };
            }
            if self.out.capacity() == 0 {
                self.out.reserve_exact(CHUNK);
            }
            let (before_in, before_out) = (self.stream.total_in(), self.out.len());
            let status = self.stream.decompress_vec(input, &mut self.out, FlushDecompress::None);
            let taken = usize::try_from(self.stream.total_in() - before_in).unwrap_or(input.len());
            input.advance(taken.min(input.len()));
            match status {
                Ok(Status::StreamEnd) => self.end = Some(Ok(())),
                Err(error) => self.end = Some(Err(error.to_string())),
                Ok(_) if self.out.len() == self.out.capacity() => {
                    return Step::Output(Bytes::from(std::mem::take(&mut self.out)));
                }
                Ok(_) if input.is_empty() => return Step::NeedsInput,
                Ok(_) if taken == 0 && self.out.len() == before_out => {
                    self.end = Some(Err("the decoder makes no progress".to_owned()));
                }
                Ok(_) => {}
            }
        }
    }

    /// Decoded bytes that do not fill a chunk yet.
    pub(super) fn partial(&mut self) -> Option<Bytes> {
        (!self.out.is_empty()).then(|| Bytes::from(std::mem::take(&mut self.out)))
    }
}
