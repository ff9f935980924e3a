//! The HTTP client below every cloud store: answers are looked at before they are believed.
//!
//! `object_store` (0.13.2) tries requests again, but it trusts some answers that it should not. This client stands between
//! it and the network, so that what is wrong becomes an error that it tries again:
//!
//! - a body that breaks off is continued by a request for the rest, whose `Content-Range` nobody looks at: the bytes of
//!   another range would be joined to it. Here every answer to a range is compared with what was asked for
//! - a listing whose body breaks off, or an answer to another range, ended the run. Here both are asked for again
//! - a server that says nothing for [`SILENCE`] is given up, before the head of its answer as well as within its body
//! - a listing that names the page just given as the next one would be followed for ever
//! - the status of a refusal is kept, also where the text that explains it is lost

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use http_body::{Body, Frame, SizeHint};
use memchr::memmem;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody, HttpService,
    ReqwestConnector,
};
use object_store::{BackoffConfig, ClientOptions, RetryConfig};
use std::future::Future;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep};

/// How long a server may send nothing, before an answer and within one.
const SILENCE: Duration = Duration::from_secs(20);

/// How long a request and its answer may take in all, in the words of `object_store`'s settings; the setting `timeout`
/// of a store replaces it. A part of 5 MiB has to go up within it, at 90 KB/s at least; reads are continued after it.
pub(super) const REQUEST: &str = "60 seconds";

/// How often another range than the one asked for is asked for anew.
const WRONG_RANGES: u32 = 5;

/// Bytes of the text of a refusal that are read.
const REFUSAL: usize = 64 << 10;

/// How requests are tried again: ten times within three minutes, with pauses that double, with jitter, up to 5 s.
pub(super) fn retries() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(5),
            base: 2.0,
        },
        max_retries: 10,
        retry_timeout: Duration::from_secs(180),
    }
}

/// Makes clients that check answers.
#[derive(Debug)]
pub(super) struct CheckingConnector {
    silence: Duration,
}

impl Default for CheckingConnector {
    fn default() -> Self {
        Self { silence: SILENCE }
    }
}

impl HttpConnector for CheckingConnector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = ReqwestConnector::default().connect(options)?;
        Ok(HttpClient::new(CheckingClient { client, silence: self.silence }))
    }
}

/// What is wrong with an answer.
#[derive(Debug, thiserror::Error)]
enum Wrong {
    #[error("the server sent nothing for {} s", .0.as_secs_f32())]
    Silent(Duration),
    #[error(
        "{asked} were asked for, and the answer was {answered}: the server, or what stands before it, does not keep to ranges"
    )]
    Range { asked: Asked, answered: String },
    #[error("the listing names the page that it has just given as the next one")]
    SamePage,
    #[error("the answer broke off")]
    BrokenOff(#[source] HttpError),
}

impl Wrong {
    fn error(self, kind: HttpErrorKind) -> HttpError {
        HttpError::new(kind, self)
    }
}

#[derive(Debug)]
struct CheckingClient {
    client: HttpClient,
    silence: Duration,
}

#[async_trait]
impl HttpService for CheckingClient {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let Some(asked) = Asked::of(&request) else { return self.answer(request).await };
        for attempt in 1.. {
            // Requests for ranges have no body, so a copy costs their headers.
            let response = self.answer(request.clone()).await?;
            let Err(wrong) = asked.check(&response) else { return Ok(response) };
            if attempt == WRONG_RANGES {
                return Err(wrong.error(HttpErrorKind::Decode));
            }
            drop(response);
            tokio::time::sleep(Duration::from_millis(50 << attempt)).await;
        }
        Err(Wrong::Silent(self.silence).error(HttpErrorKind::Unknown))
    }
}

impl CheckingClient {
    /// One request and its answer; what is read at once is read whole before the answer counts.
    async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (method, query) = (request.method().clone(), request.uri().query().unwrap_or_default().to_owned());
        let (is_get, is_post) = (method.as_str() == "GET", method.as_str() == "POST");
        let is_listing = is_get && query.split('&').any(|pair| matches!(pair, "list-type=2" | "comp=list"));
        let answering = self.client.execute(request);
        // Sending a body takes its time, and what was sent may have been carried out: only reading is given up early.
        let response = match method.is_safe() {
            true => tokio::time::timeout(self.silence, answering)
                .await
                .map_err(|_| Wrong::Silent(self.silence).error(HttpErrorKind::Timeout))??,
            false => answering.await?,
        };
        let (parts, body) = response.into_parts();
        if !parts.status.is_success() {
            let text = self.as_far_as_it_goes(body).await;
            return Ok(HttpResponse::from_parts(parts, text.into()));
        }
        if is_listing || is_post {
            let bytes = self.whole(body).await?;
            if is_listing && is_same_page(&query, &bytes) {
                return Err(Wrong::SamePage.error(HttpErrorKind::Decode));
            }
            return Ok(HttpResponse::from_parts(parts, bytes.into()));
        }
        if !is_get {
            return Ok(HttpResponse::from_parts(parts, body));
        }
        let (silence, timer) = (self.silence, Box::pin(tokio::time::sleep(self.silence)));
        let body = WatchedBody { body, silence, timer, is_waiting: false };
        Ok(HttpResponse::from_parts(parts, HttpResponseBody::new(body)))
    }

    async fn whole(&self, body: HttpResponseBody) -> Result<Bytes, HttpError> {
        let mut stream = body.bytes_stream();
        let mut whole = Vec::new();
        loop {
            match tokio::time::timeout(self.silence, stream.next()).await {
                Ok(Some(Ok(bytes))) => whole.extend_from_slice(&bytes),
                Ok(Some(Err(error))) => return Err(Wrong::BrokenOff(error).error(HttpErrorKind::Interrupted)),
                Ok(None) => return Ok(whole.into()),
                Err(_) => return Err(Wrong::Silent(self.silence).error(HttpErrorKind::Timeout)),
            }
        }
    }

    /// The text of a refusal, as far as it comes: its status counts without it.
    async fn as_far_as_it_goes(&self, body: HttpResponseBody) -> Bytes {
        let mut stream = body.bytes_stream();
        let mut text = Vec::new();
        while text.len() < REFUSAL
            && let Ok(Some(Ok(bytes))) = tokio::time::timeout(self.silence, stream.next()).await
        {
            text.extend_from_slice(&bytes);
        }
        String::from_utf8_lossy(&text).into_owned().into_bytes().into()
    }
}

/// The range that a `GET` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Asked {
    Bounded(Range<u64>),
    From(u64),
    Last(u64),
}

impl Asked {
    fn of(request: &HttpRequest) -> Option<Self> {
        if request.method().as_str() != "GET" {
            return None;
        }
        Self::parse(request.headers().get("range")?.to_str().ok()?)
    }

    fn parse(header: &str) -> Option<Self> {
        let (first, last) = header.strip_prefix("bytes=")?.split_once('-')?;
        Some(match (first, last) {
            ("", last) => Self::Last(last.parse().ok()?),
            (first, "") => Self::From(first.parse().ok()?),
            (first, last) => Self::Bounded(first.parse().ok()?..last.parse::<u64>().ok()?.checked_add(1)?),
        })
    }

    /// Whether the answer is to this range. Refusals are answers too.
    fn check(&self, response: &HttpResponse) -> Result<(), Wrong> {
        if !response.status().is_success() {
            return Ok(());
        }
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        let told = header("content-range");
        let length = header("content-length").and_then(|length| length.parse().ok());
        if response.status().as_u16() == 206 && told.is_some_and(|told| self.fits(told, length)) {
            return Ok(());
        }
        let answered = match told {
            _ if response.status().as_u16() != 206 => format!("{}: the whole object", response.status()),
            Some(told) => match length {
                Some(length) => format!("'{told}' in {length} bytes"),
                None => format!("'{told}'"),
            },
            None => "a part that it does not name".to_owned(),
        };
        Err(Wrong::Range { asked: self.clone(), answered })
    }

    /// Whether `bytes first-last/size`, in a body of `length` bytes, is what was asked for.
    fn fits(&self, told: &str, length: Option<u64>) -> bool {
        let parsed = || {
            let (range, size) = told.trim().strip_prefix("bytes ")?.split_once('/')?;
            let (first, last) = range.split_once('-')?;
            let range = first.parse::<u64>().ok()?..last.parse::<u64>().ok()?.checked_add(1)?;
            Some((range, size.parse::<u64>().ok()))
        };
        let Some((range, size)) = parsed() else { return false };
        let len = range.end.checked_sub(range.start);
        let has_length = len.is_some() && length.is_none_or(|length| Some(length) == len);
        let is_end = |end: u64| range.end == end || (range.end < end && Some(range.end) == size);
        has_length
            && match self {
                Self::Bounded(asked) => range.start == asked.start && is_end(asked.end),
                Self::From(start) => range.start == *start && size.is_none_or(|size| range.end == size),
                Self::Last(count) => size.is_none_or(|size| range == (size.saturating_sub(*count)..size)),
            }
    }
}

impl std::fmt::Display for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bounded(range) => write!(f, "bytes {}-{}", range.start, range.end.saturating_sub(1)),
            Self::From(start) => write!(f, "bytes from {start} on"),
            Self::Last(count) => write!(f, "the last {count} bytes"),
        }
    }
}

/// Whether a page of a listing names as its continuation the token that it was asked with.
fn is_same_page(query: &str, page: &[u8]) -> bool {
    let asked = query.split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        matches!(name, "continuation-token" | "marker").then(|| percent_decoded(value))
    });
    let next = ["NextContinuationToken", "NextMarker"].into_iter().find_map(|tag| {
        let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
        let start = memmem::find(page, open.as_bytes())? + open.len();
        let len = memmem::find(page.get(start..)?, close.as_bytes())?;
        page.get(start..start + len).map(unescaped)
    });
    asked.is_some_and(|asked| !asked.is_empty() && next.as_deref() == Some(asked.as_slice()))
}

fn percent_decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escape = match (first, tail) {
            (b'%', [high, low, ..]) => super::location::hex(*high).zip(super::location::hex(*low)),
            _ => None,
        };
        rest = match escape {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                tail.get(2..).unwrap_or_default()
            }
            None => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                tail
            }
        };
    }
    bytes
}

/// Text of an XML element without the entities that stand for its special signs.
fn unescaped(text: &[u8]) -> Vec<u8> {
    const ENTITIES: [(&str, u8); 7] = [
        ("&lt;", b'<'),
        ("&gt;", b'>'),
        ("&quot;", b'"'),
        ("&#34;", b'"'),
        ("&apos;", b'\''),
        ("&#39;", b'\''),
        ("&amp;", b'&'),
    ];
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        let entity = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity.as_bytes()));
        let (byte, after) = match entity {
            Some((entity, byte)) => (*byte, rest.get(entity.len()..).unwrap_or_default()),
            None => (*first, tail),
        };
        bytes.push(byte);
        rest = after;
    }
    bytes
}

/// A body that ends with an error where nothing comes for too long.
struct WatchedBody {
    body: HttpResponseBody,
    silence: Duration,
    timer: Pin<Box<Sleep>>,
    /// Whether the timer runs: only while somebody waits for bytes.
    is_waiting: bool,
}

impl Body for WatchedBody {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            this.is_waiting = false;
            return Poll::Ready(frame);
        }
        if !std::mem::replace(&mut this.is_waiting, true) {
            this.timer.as_mut().reset(Instant::now() + this.silence);
        }
        match this.timer.as_mut().poll(context) {
            Poll::Ready(()) => {
                this.is_waiting = false;
                Poll::Ready(Some(Err(Wrong::Silent(this.silence).error(HttpErrorKind::Timeout))))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests;
