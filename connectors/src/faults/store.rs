//! A store whose calls are counted, and go wrong where a rule says so.

use std::fmt;
use std::future::Future;
use std::ops::Range;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt};
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    ObjectStoreExt, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result, UploadPart,
};

use super::rules::{Action, Call, When};

/// The store and what goes wrong with it.
#[derive(Debug)]
pub(super) struct FaultStore {
    inner: Arc<dyn ObjectStore>,
}

impl FaultStore {
    pub(super) fn new(inner: Arc<dyn ObjectStore>) -> Self {
        Self { inner }
    }

    fn listed(
        prefix: Option<&Path>,
        listing: BoxStream<'static, Result<ObjectMeta>>,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        let call = Call::on("list", &prefix.cloned().unwrap_or_default());
        let started = async move {
            match around(&call, async { Ok(()) }).await {
                Ok(()) => listing,
                Err(error) => stream::iter([Err(error)]).boxed(),
            }
        };
        stream::once(started).flatten().boxed()
    }
}

/// Carries out `work` with what goes wrong before, after or during it.
async fn around<T>(call: &Call, work: impl Future<Output = Result<T>>) -> Result<T> {
    let Some(fault) = call.fault else { return work.await };
    if fault.when == When::Before {
        call.act().await?;
        return work.await;
    }
    let mut work = pin!(work);
    let done = match fault.when {
        When::During => match futures::poll!(work.as_mut()) {
            Poll::Ready(done) => done,
            Poll::Pending => {
                // The request is on its way, or a thread is writing: where that ends is left open.
                call.act().await?;
                return work.await;
            }
        },
        When::Before | When::After => work.await,
    };
    call.act().await?;
    done
}

#[async_trait]
impl ObjectStore for FaultStore {
    async fn put_opts(&self, location: &Path, payload: PutPayload, mut options: PutOptions) -> Result<PutResult> {
        let call = Call::on("put", location);
        let is_blind = call.is(Action::Blind) || (call.is_on_log() && !super::guard("put_if_absent"));
        if is_blind && options.mode == PutMode::Create {
            options.mode = PutMode::Overwrite;
        }
        around(&call, self.inner.put_opts(location, payload, options)).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let call = Call::on("open", location);
        let inner = around(&call, self.inner.put_multipart_opts(location, options)).await?;
        Ok(Box::new(FaultUpload { inner, location: location.clone() }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let is_head = options.head;
        let call = Call::on(if is_head { "head" } else { "get" }, location);
        let in_body = call.is(Action::Flip) || call.fault.is_some_and(|fault| fault.when == When::During);
        if is_head || !in_body {
            return around(&call, self.inner.get_opts(location, options)).await;
        }
        let result = self.inner.get_opts(location, options).await?;
        let (meta, range, attributes) = (result.meta.clone(), result.range.clone(), result.attributes.clone());
        let mut first = result.bytes().await?;
        let second = spoiled(&call, first.split_off(first.len() / 2));
        let rest = async move { call.act().await.map(|()| second) };
        let body = stream::iter([Ok(first)]).chain(stream::once(rest)).boxed();
        Ok(GetResult { payload: GetResultPayload::Stream(body), meta, range, attributes })
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let call = Call::on("get", location);
        let found = around(&call, self.inner.get_ranges(location, ranges)).await?;
        Ok(found.into_iter().map(|bytes| spoiled(&call, bytes)).collect())
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        let store = Arc::clone(&self.inner);
        // One by one, so that each is a call.
        let each = move |location: Result<Path>| {
            let store = Arc::clone(&store);
            async move {
                let location = location?;
                let call = Call::on("delete", &location);
                around(&call, store.delete(&location)).await?;
                Ok(location)
            }
        };
        locations.then(each).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        Self::listed(prefix, self.inner.list(prefix))
    }

    fn list_with_offset(&self, prefix: Option<&Path>, offset: &Path) -> BoxStream<'static, Result<ObjectMeta>> {
        Self::listed(prefix, self.inner.list_with_offset(prefix, offset))
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        let call = Call::on("list", &prefix.cloned().unwrap_or_default());
        around(&call, self.inner.list_with_delimiter(prefix)).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        let call = Call::on("copy", to);
        around(&call, self.inner.copy_opts(from, to, options)).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        let call = Call::on("rename", to);
        around(&call, self.inner.rename_opts(from, to, options)).await
    }
}

impl fmt::Display for FaultStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// What was read, with one bit of its middle turned where that is what goes wrong.
fn spoiled(call: &Call, bytes: Bytes) -> Bytes {
    if !call.is(Action::Flip) || bytes.is_empty() {
        return bytes;
    }
    let mut bytes = bytes.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bytes.into()
}

/// An upload in parts.
#[derive(Debug)]
struct FaultUpload {
    inner: Box<dyn MultipartUpload>,
    location: Path,
}

#[async_trait]
impl MultipartUpload for FaultUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        let call = Call::on("part", &self.location);
        let part = self.inner.put_part(data);
        Box::pin(async move { around(&call, part).await })
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let call = Call::on("complete", &self.location);
        around(&call, self.inner.complete()).await
    }

    async fn abort(&mut self) -> Result<()> {
        let call = Call::on("abort", &self.location);
        around(&call, self.inner.abort()).await
    }
}
