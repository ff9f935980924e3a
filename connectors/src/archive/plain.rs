//! A plain object as the only member of itself.

use super::fetch::{self, Fetcher, ReadDigest};
use super::unpack::Unpacking;
use super::{Piece, ReadOptions};
use crate::error::Result;
use crate::source::key_of;
use object_store::ObjectStore;
use object_store::path::Path;
use std::sync::Arc;

/// Reads a whole object in windows, ahead of use. What begins like gzip or zstd is decoded on the way.
#[derive(Debug)]
pub struct PlainReader {
    key: String,
    size: u64,
    fetcher: Fetcher,
    unpacking: Unpacking,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Reading,
    Done,
}

impl PlainReader {
    /// A reader of the object at `path`, which has `size` bytes. Must be made within the runtime that it shall use.
    pub fn new(store: Arc<dyn ObjectStore>, path: Path, size: u64, options: ReadOptions) -> Self {
        let key = key_of(&path);
        let plan = fetch::split(0..size, options.window_bytes);
        let mut unpacking = Unpacking::new(options);
        unpacking.expect_packed();
        let fetcher = Fetcher::new(store, path, plan, options.read_ahead_bytes);
        Self { key, size, fetcher, unpacking, state: State::Start }
    }

    /// The digest of what was read so far.
    pub fn digest(&self) -> ReadDigest {
        self.fetcher.digest(self.size)
    }

    /// The next piece of the pseudo-member 0; none at the end.
    ///
    /// Fails only where the store does, or where the object has changed since it was listed.
    pub async fn next(&mut self) -> Result<Option<Piece>> {
        loop {
            if let Some(piece) = self.unpacking.pull() {
                return Ok(Some(self.placed(piece)));
            }
            let Some(piece) = self.next_raw().await? else { return Ok(None) };
            if let Some(piece) = self.unpacking.accept(piece) {
                return Ok(Some(self.placed(piece)));
            }
        }
    }

    async fn next_raw(&mut self) -> Result<Option<Piece>> {
        match self.state {
            State::Start => {
                self.state = State::Reading;
                Ok(Some(Piece::Begin(0)))
            }
            State::Reading => match self.fetcher.next().await? {
                Some((_, bytes)) => Ok(Some(Piece::Bytes(bytes))),
                None => {
                    self.state = State::Done;
                    Ok(Some(Piece::End(0)))
                }
            },
            State::Done => Ok(None),
        }
    }

    fn placed(&self, piece: Piece) -> Piece {
        match piece {
            Piece::Damaged(position, mut damage) => {
                damage.object.clone_from(&self.key);
                Piece::Damaged(position, damage)
            }
            other => other,
        }
    }
}
