//! Range requests ahead of use, within a budget of bytes.

use crate::error::{Error, Result};
use crate::source::read_range;
use bytes::Bytes;
use futures::future::{BoxFuture, FutureExt};
use futures::stream::{FuturesOrdered, StreamExt};
use object_store::ObjectStore;
use object_store::path::Path;
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
}

impl Fetcher {
    pub(super) fn new(
        store: Arc<dyn ObjectStore>,
        path: Path,
        plan: impl Iterator<Item = Window> + Send + Sync + 'static,
        budget: u64,
    ) -> Self {
        let plan = Box::new(plan);
        Self { store, path, plan, planned: None, flights: FuturesOrdered::new(), ahead: 0, budget }
    }

    /// The next window with its bytes; none when the plan is done.
    pub(super) async fn next(&mut self) -> Result<Option<(Window, Bytes)>> {
        self.fill();
        let Some((window, bytes)) = self.flights.next().await else { return Ok(None) };
        self.ahead = self.ahead.saturating_sub(window.range.end - window.range.start);
        self.fill();
        Ok(Some((window, bytes?)))
    }

    /// Reads a range that no window holds.
    pub(super) async fn read(&mut self, range: Range<u64>) -> Result<Bytes> {
        read_range(&self.store, &self.path, range).await
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
