//! Range requests ahead of use, within a budget of bytes.

use crate::error::{Error, Result};
use crate::source::read_range;
use bytes::Bytes;
use futures::future::{BoxFuture, FutureExt};
use futures::stream::{FuturesOrdered, StreamExt};
use object_store::ObjectStore;
use object_store::path::Path;
use sha2::{Digest, Sha256};
use std::ops::Range;
use std::sync::Arc;

/// One range request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Window {
    /// Bytes of the object.
    pub(super) range: Range<u64>,
    /// Which members, by their rank in reading order, begin here; empty where a window only continues one.
    pub(super) begins: Range<usize>,
}

/// What was read of an object: the same bytes give the same digest, however many threads read and whatever came first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadDigest {
    /// Lower-case hex sha256: of the object where all of it was read in one run; else over what is noted of each run of
    /// bytes, in reading order: first byte and length as little-endian numbers of 64 bits, and the sha256 of its bytes.
    /// Ranges that follow each other are one run.
    pub sha256: String,
    /// Whether the whole object was read, from its first byte to its last.
    pub is_whole: bool,
}

impl ReadDigest {
    /// Of an object of which nothing had to be read.
    pub fn nothing() -> Self {
        Digester::default().finish(u64::MAX)
    }

    /// `object` or `ranges`: what the digest is of.
    pub fn of(&self) -> &'static str {
        if self.is_whole { "object" } else { "ranges" }
    }
}

/// Digests ranges in the order in which they are used.
#[derive(Debug, Clone, Default)]
struct Digester {
    /// Of the runs that are over.
    runs: Sha256,
    has_runs: bool,
    /// The current run and the digest of its bytes.
    run: Range<u64>,
    bytes: Sha256,
}

impl Digester {
    fn add(&mut self, range: &Range<u64>, bytes: &[u8]) {
        if range.start != self.run.end {
            self.close();
            self.run = range.start..range.start;
        }
        self.run.end = range.end;
        self.bytes.update(bytes);
    }

    fn close(&mut self) {
        if !self.run.is_empty() {
            self.has_runs = true;
            self.runs.update(self.run.start.to_le_bytes());
            self.runs.update((self.run.end - self.run.start).to_le_bytes());
            self.runs.update(std::mem::take(&mut self.bytes).finalize());
        }
    }

    /// The digest of what was read so far, of an object of `size` bytes.
    fn finish(mut self, size: u64) -> ReadDigest {
        let is_whole = !self.has_runs && self.run == (0..size);
        if is_whole {
            return ReadDigest { sha256: crate::sink::hex(&self.bytes.finalize()), is_whole };
        }
        self.close();
        ReadDigest { sha256: crate::sink::hex(&self.runs.finalize()), is_whole }
    }
}

/// Fetches the windows of a plan in order. Requests run as tasks of the runtime, so that they go on while the caller
/// decodes, and end with the fetcher.
pub(super) struct Fetcher {
    store: Arc<dyn ObjectStore>,
    path: Path,
    plan: Box<dyn Iterator<Item = Window> + Send + Sync>,
    planned: Option<Window>,
    flights: FuturesOrdered<BoxFuture<'static, (Window, Result<Bytes>)>>,
    ahead: u64,
    budget: u64,
    read: Digester,
}

impl Fetcher {
    pub(super) fn new(
        store: Arc<dyn ObjectStore>,
        path: Path,
        plan: impl Iterator<Item = Window> + Send + Sync + 'static,
        budget: u64,
    ) -> Self {
        let plan = Box::new(plan);
        let (flights, read) = (FuturesOrdered::new(), Digester::default());
        Self { store, path, plan, planned: None, flights, ahead: 0, budget, read }
    }

    /// The next window with its bytes; none when the plan is done.
    pub(super) async fn next(&mut self) -> Result<Option<(Window, Bytes)>> {
        self.fill();
        let Some((window, bytes)) = self.flights.next().await else { return Ok(None) };
        self.ahead = self.ahead.saturating_sub(window.range.end - window.range.start);
        self.fill();
        let bytes = bytes?;
        self.read.add(&window.range, &bytes);
        Ok(Some((window, bytes)))
    }

    /// Reads a range that no window holds.
    pub(super) async fn read(&mut self, range: Range<u64>) -> Result<Bytes> {
        let bytes = read_range(&self.store, &self.path, range.clone()).await?;
        self.read.add(&range, &bytes);
        Ok(bytes)
    }

    /// The digest of all that was handed out so far, of an object of `size` bytes.
    pub(super) fn digest(&self, size: u64) -> ReadDigest {
        self.read.clone().finish(size)
    }

    /// Starts requests as far as the budget allows; one is always under way.
    fn fill(&mut self) {
        while let Some(window) = self.planned.take().or_else(|| self.plan.next()) {
            let len = window.range.end - window.range.start;
            if !self.flights.is_empty() && self.ahead.saturating_add(len) > self.budget {
                self.planned = Some(window);
                return;
            }
            self.ahead = self.ahead.saturating_add(len);
            self.flights.push_back(self.fly(window));
        }
    }

    fn fly(&self, window: Window) -> BoxFuture<'static, (Window, Result<Bytes>)> {
        let (store, path, range) = (Arc::clone(&self.store), self.path.clone(), window.range.clone());
        let request = async move { read_range(&store, &path, range).await };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                let mut task = AbortOnDrop(runtime.spawn(request));
                async move {
                    let bytes = match (&mut task.0).await {
                        Ok(bytes) => bytes,
                        Err(error) => Err(Error::internal("a read task ended early").because(error)),
                    };
                    (window, bytes)
                }
                .boxed()
            }
            Err(_) => async move { (window, request.await) }.boxed(),
        }
    }
}

impl std::fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetcher").field("path", &self.path).field("ahead", &self.ahead).finish_non_exhaustive()
    }
}

/// A reader that is dropped midway leaves no request behind.
struct AbortOnDrop(tokio::task::JoinHandle<Result<Bytes>>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Windows of at most `window_bytes` over `range`.
pub(super) fn split(range: Range<u64>, window_bytes: u64) -> impl Iterator<Item = Window> + Send + Sync + 'static {
    let mut start = range.start;
    std::iter::from_fn(move || {
        let end = range.end.min(start.saturating_add(window_bytes.max(1)));
        let window = (start < end).then_some(Window { range: start..end, begins: 0..0 });
        start = end;
        window
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_do_not_depend_on_windows() {
        let bytes: Vec<u8> = (0..=255).collect();
        let digest = |runs: &[(u64, u64)], size: u64| {
            let mut digester = Digester::default();
            for (start, end) in runs {
                digester.add(&(*start..*end), &bytes[*start as usize..*end as usize]);
            }
            digester.finish(size)
        };
        let whole = digest(&[(0, 256)], 256);
        assert_eq!(whole, ReadDigest { sha256: crate::sink::hex(&Sha256::digest(&bytes)), is_whole: true });
        assert_eq!(digest(&[(0, 100), (100, 101), (101, 256)], 256), whole);
        assert!(digest(&[], 0).is_whole && !digest(&[], 1).is_whole);
        let part = digest(&[(0, 10), (20, 30)], 256);
        assert!(!part.is_whole && part.sha256.len() == 64);
        assert_eq!(digest(&[(0, 5), (5, 10), (20, 30)], 256), part);
        let others: [&[(u64, u64)]; 5] =
            [&[(0, 20)], &[(20, 30), (0, 10)], &[(0, 10), (21, 31)], &[(0, 10), (20, 29)], &[(0, 256)]];
        for other in others {
            assert_ne!(digest(other, 300), part, "{other:?}");
        }
    }
}
