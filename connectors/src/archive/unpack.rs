//! `.gz` and `.zst` on the way: recognised by their first bytes, decoded as a stream.
//!
//! A gzip file may hold several members and a zstd file several frames, one after the other; zeros behind a gzip
//! member are padding, anything else is damage `TRAILING`.

use super::inflate::{CHUNK, Inflate, Step};
use super::{Piece, ReadOptions};
use crate::damage::Damage;
use crate::faults::guard;
use crate::limits::{Limits, RATIO_FROM, length};
use bytes::{Buf, Bytes};
use zstd::stream::raw::{DParameter, Decoder, Operation};

/// Passes pieces on, and decodes those of packed members.
#[derive(Debug)]
pub(super) struct Unpacking {
    options: ReadOptions,
    state: State,
    input: Bytes,
    // The raw member's last piece, once it is known.
    last: Option<Piece>,
    position: usize,
    taken: u64,
    produced: u64,
}

#[derive(Debug)]
enum State {
    /// Pieces pass as they are.
    Off,
    /// The first bytes decide.
    Sniffing,
    Gzip(Box<Gzip>),
    Zstd(Box<Zstd>),
    /// The damage is told; the rest of the member is of no use.
    Swallowing,
}

impl Unpacking {
    pub(super) fn new(options: ReadOptions) -> Self {
        Self { options, state: State::Off, input: Bytes::new(), last: None, position: 0, taken: 0, produced: 0 }
    }

    /// Tells that the member that begins next may be packed.
    pub(super) fn expect_packed(&mut self) {
        self.state = State::Sniffing;
    }

    /// Takes a raw piece; gives it back where it may pass as it is.
    pub(super) fn accept(&mut self, piece: Piece) -> Option<Piece> {
        match (&self.state, piece) {
            (_, Piece::Begin(position)) => {
                (self.position, self.taken, self.produced, self.input, self.last) =
                    (position, 0, 0, Bytes::new(), None);
                Some(Piece::Begin(position))
            }
            (State::Off, piece) => Some(piece),
            (State::Swallowing, Piece::Bytes(_)) => None,
            (State::Swallowing, _) => {
                self.state = State::Off;
                None
            }
            (_, Piece::Bytes(bytes)) => {
                self.taken += bytes.len() as u64;
                if self.input.is_empty() {
                    self.input = bytes;
                } else {
                    self.input = [self.input.as_ref(), bytes.as_ref()].concat().into();
                }
                None
            }
            (_, last) => {
                self.last = Some(last);
                None
            }
        }
    }

    /// The next decoded piece; none where more raw pieces are needed.
    pub(super) fn pull(&mut self) -> Option<Piece> {
        loop {
            let step = match &mut self.state {
                State::Off | State::Swallowing => return None,
                State::Sniffing => {
                    if self.input.len() < 4 && self.last.is_none() {
                        return None;
                    }
                    self.state = match self.input.get(..4) {
                        Some([0x1F, 0x8B, ..]) => State::Gzip(Box::new(Gzip::new(&self.options.limits))),
                        Some([0x28, 0xB5, 0x2F, 0xFD]) => match Zstd::new(&self.options.limits) {
                            Ok(zstd) => State::Zstd(Box::new(zstd)),
                            Err(error) => return self.fail("MEM_LIMIT", error.to_string()),
                        },
                        _ => {
                            self.state = State::Off;
                            let first = std::mem::take(&mut self.input);
                            if first.is_empty() {
                                return self.last.take();
                            }
                            return Some(Piece::Bytes(first)).inspect(|_| {
                                if self.last.is_some() {
                                    // A member of fewer than four bytes: its end comes with the next pull.
                                    self.state = State::Sniffing;
                                }
                            });
                        }
                    };
                    continue;
                }
                State::Gzip(gzip) => gzip.step(&mut self.input),
                State::Zstd(zstd) => zstd.step(&mut self.input),
            };
            match step {
                Ok(Step::Output(bytes)) => {
                    self.produced += bytes.len() as u64;
                    let limits = self.options.limits;
                    if self.produced > limits.member_size {
                        let detail = format!("it unpacks to more bytes than allowed ({})", limits.told("member_size"));
                        return self.fail("SIZE_LIMIT", detail);
                    }
                    if self.produced > RATIO_FROM && self.produced / self.taken.max(1) >= limits.ratio {
                        let (packed, size) = (self.taken, self.produced);
                        let detail = format!("{packed} bytes unpack to more than {size} ({})", limits.told("ratio"));
                        return self.fail("RATIO", detail);
                    }
                    return Some(Piece::Bytes(bytes));
                }
                Ok(Step::NeedsInput | Step::Done) => {
                    let last = self.last.take()?;
                    let (partial, is_whole) = match &mut self.state {
                        State::Gzip(gzip) => (gzip.partial(), gzip.is_whole()),
                        State::Zstd(zstd) => (None, zstd.at_boundary),
                        State::Off | State::Sniffing | State::Swallowing => (None, true),
                    };
                    if let Some(partial) = partial {
                        self.produced += partial.len() as u64;
                        self.last = Some(last);
                        return Some(Piece::Bytes(partial));
                    }
                    self.state = State::Off;
                    let offset = i64::try_from(self.produced).ok();
                    return Some(match last {
                        Piece::End(position) if !is_whole => {
                            let damage = Damage::new("TRUNCATED", "the compressed stream has no end");
                            Piece::Damaged(position, Box::new(Damage { byte_offset: offset, ..damage }))
                        }
                        Piece::Damaged(position, mut damage) => {
                            damage.byte_offset = offset;
                            Piece::Damaged(position, damage)
                        }
                        other => other,
                    });
                }
                Ok(Step::Broken(detail)) => return self.fail("INFLATE", detail),
                Err((code, detail)) => return self.fail(code, detail),
            }
        }
    }

    fn fail(&mut self, code: &str, detail: String) -> Option<Piece> {
        let damage = Damage { byte_offset: i64::try_from(self.produced).ok(), ..Damage::new(code, detail) };
        self.input = Bytes::new();
        // Where the raw member has ended already there is nothing left to swallow.
        self.state = if self.last.take().is_some() { State::Off } else { State::Swallowing };
        Some(Piece::Damaged(self.position, Box::new(damage)))
    }
}

type Stepped = Result<Step, (&'static str, String)>;

/// Gzip members, one after the other.
#[derive(Debug)]
struct Gzip {
    limits: Limits,
    state: GzipState,
    // Header or trailer, as far as it has come.
    held: Vec<u8>,
    crc: crc32fast::Hasher,
    len: u32,
}

#[derive(Debug)]
enum GzipState {
    Header,
    Body(Box<Inflate>),
    Trailer,
    Between,
}

impl Gzip {
    fn new(limits: &Limits) -> Self {
        Self { limits: *limits, state: GzipState::Header, held: Vec::new(), crc: crc32fast::Hasher::new(), len: 0 }
    }

    fn is_whole(&self) -> bool {
        matches!(self.state, GzipState::Between)
    }

    fn partial(&mut self) -> Option<Bytes> {
        match &mut self.state {
            GzipState::Body(inflate) => inflate.partial(),
            _ => None,
        }
    }

    fn step(&mut self, input: &mut Bytes) -> Stepped {
        loop {
            match &mut self.state {
                GzipState::Between => {
                    let zeros = input.iter().take_while(|byte| **byte == 0).count();
                    input.advance(zeros);
                    match input.first() {
                        None => return Ok(Step::NeedsInput),
                        Some(0x1F) => self.state = GzipState::Header,
                        Some(_) => {
                            return Err(("TRAILING", "bytes follow the gzip stream that belong to none".to_owned()));
                        }
                    }
                }
                GzipState::Header => {
                    let before = self.held.len();
                    let most = length(self.limits.header_size);
                    self.held.extend_from_slice(input.get(..input.len().min(most)).unwrap_or_default());
                    match gzip_header(&self.held) {
                        Some(Ok(len)) => {
                            input.advance(len - before);
                            self.held.clear();
                            self.crc = crc32fast::Hasher::new();
                            self.len = 0;
                            self.state = GzipState::Body(Box::new(Inflate::new()));
                        }
                        Some(Err(detail)) => return Err(("TRAILING", detail.to_owned())),
                        None if self.held.len() > most => {
                            let told = self.limits.told("header_size");
                            return Err(("INFLATE", format!("the gzip header does not end ({told})")));
                        }
                        None => {
                            input.advance(self.held.len() - before);
                            return Ok(Step::NeedsInput);
                        }
                    }
                }
                GzipState::Body(inflate) => match inflate.step(input) {
                    Step::Output(bytes) => {
                        self.crc.update(&bytes);
                        // The trailer holds the length modulo 2^32.
                        self.len = self.len.wrapping_add(bytes.len() as u32);
                        return Ok(Step::Output(bytes));
                    }
                    Step::Done => self.state = GzipState::Trailer,
                    other => return Ok(other),
                },
                GzipState::Trailer => {
                    let missing = 8 - self.held.len();
                    let taken = input.split_to(missing.min(input.len()));
                    self.held.extend_from_slice(&taken);
                    let [c0, c1, c2, c3, l0, l1, l2, l3] = self.held[..] else { return Ok(Step::NeedsInput) };
                    let crc = std::mem::take(&mut self.crc).finalize();
                    if guard("crc32") && u32::from_le_bytes([c0, c1, c2, c3]) != crc {
                        return Err(("CRC", "the checksum of the gzip stream is wrong".to_owned()));
                    }
                    if u32::from_le_bytes([l0, l1, l2, l3]) != self.len {
                        return Err(("SIZE_MISMATCH", "the gzip stream has another length than it says".to_owned()));
                    }
                    self.held.clear();
                    self.state = GzipState::Between;
                }
            }
        }
    }
}

/// Length of the gzip header at the start of `bytes`; none where it is not all there yet.
fn gzip_header(bytes: &[u8]) -> Option<Result<usize, &'static str>> {
    const NOT_GZIP: &str = "bytes follow that are no gzip stream";
    if !bytes.is_empty() && !bytes.starts_with(&[0x1F, 0x8B][..bytes.len().min(2)]) {
        return Some(Err(NOT_GZIP));
    }
    let (method, flags) = (*bytes.get(2)?, *bytes.get(3)?);
    if method != 8 || flags & 0xE0 != 0 {
        return Some(Err(NOT_GZIP));
    }
    let mut len = 10;
    if flags & 4 != 0 {
        let extra = bytes.get(len..len + 2)?;
        len += 2 + usize::from(extra[0]) + (usize::from(extra[1]) << 8);
    }
    for text in [8, 16] {
        if flags & text != 0 {
            len += memchr::memchr(0, bytes.get(len..)?)? + 1;
        }
    }
    if flags & 2 != 0 {
        len += 2;
    }
    (bytes.len() >= len).then_some(Ok(len))
}

/// Zstd frames, one after the other.
struct Zstd {
    limits: Limits,
    decoder: Decoder<'static>,
    at_boundary: bool,
}

impl std::fmt::Debug for Zstd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Zstd").field("at_boundary", &self.at_boundary).finish_non_exhaustive()
    }
}

impl Zstd {
    fn new(limits: &Limits) -> std::io::Result<Self> {
        let mut decoder = Decoder::new()?;
        decoder.set_parameter(DParameter::WindowLogMax(limits.zstd_window.clamp(1 << 10, 1 << 31).ilog2()))?;
        Ok(Self { limits: *limits, decoder, at_boundary: true })
    }

    fn step(&mut self, input: &mut Bytes) -> Stepped {
        loop {
            if self.at_boundary && input.is_empty() {
                return Ok(Step::NeedsInput);
            }
            let mut out = vec![0; CHUNK];
            let (begins, limits) = (self.at_boundary, self.limits);
            let status = self.decoder.run_on_buffers(input, &mut out).map_err(|error| {
                let detail = error.to_string();
                if detail.contains("memory") {
                    (
                        "MEM_LIMIT",
                        format!("the zstd frame asks for too large a window ({})", limits.told("zstd_window")),
                    )
                } else if begins {
                    ("TRAILING", format!("bytes follow that are no zstd frame: {detail}"))
                } else {
                    ("INFLATE", detail)
                }
            })?;
            input.advance(status.bytes_read.min(input.len()));
            self.at_boundary = status.remaining == 0;
            if status.bytes_written > 0 {
                out.truncate(status.bytes_written);
                return Ok(Step::Output(out.into()));
            }
            if input.is_empty() || status.bytes_read == 0 {
                return Ok(Step::NeedsInput);
            }
        }
    }
}
