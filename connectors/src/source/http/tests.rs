use super::super::virtual_store::{Extent, VirtualStore, path_of};
use super::super::{Location, LogicalObject, ObjectKind, list};
use super::*;
use crate::error::ErrorKind;
use futures::TryStreamExt;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

const ETAG: &str = "\"e1\"";

/// What the server sends to a request, and how it goes on.
enum Act {
    Send(Vec<u8>),
    /// Closes the connection behind these bytes.
    Cut(Vec<u8>),
    /// Says nothing more behind these bytes.
    Fall(Vec<u8>),
}

/// A server that answers as `script` says, by the number of the request (from 0) and its head.
struct Scripted {
    heads: Arc<Mutex<Vec<String>>>,
    store: Arc<AmazonS3>,
}

impl Scripted {
    fn new(script: impl Fn(usize, &str) -> Act + Send + Sync + 'static) -> Self {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        let (script, seen) = (Arc::new(script), Arc::clone(&heads));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (script, seen) = (Arc::clone(&script), Arc::clone(&seen));
                std::thread::spawn(move || serve(&mut stream.unwrap(), &*script, &seen));
            }
        });
        let retry = RetryConfig {
            backoff: BackoffConfig { init_backoff: Duration::from_millis(1), ..retries().backoff },
            ..retries()
        };
        let store = AmazonS3Builder::new()
            .with_bucket_name("b")
            .with_endpoint(endpoint)
            .with_region("r")
            .with_access_key_id("k")
            .with_secret_access_key("s")
            .with_allow_http(true)
            .with_retry(retry)
            .with_http_connector(CheckingConnector { silence: Duration::from_millis(200) })
            .build()
            .unwrap();
        Self { heads, store: Arc::new(store) }
    }

    fn store(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.store) as Arc<dyn ObjectStore>
    }

    fn requests(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    /// The object `o` of 100 bytes, as logical object in a store of its own.
    async fn pinned(&self, range: Range<u64>) -> object_store::Result<Bytes> {
        let extent = Extent {
            path: Path::from("o"),
            etag: Some(ETAG.to_owned()),
            version: None,
            object_size: 100,
            start: 0,
            len: 100,
        };
        let object = LogicalObject {
            key: "o".to_owned(),
            kind: ObjectKind::Plain,
            extents: vec![extent],
            size: 100,
            parts: Vec::new(),
            pieces: Vec::new(),
            span_starts: Vec::new(),
            directory: None,
        };
        let store = VirtualStore::new(self.store(), [object]);
        let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
        store.get_opts(&path_of("o"), options).await?.bytes().await
    }
}

fn serve(stream: &mut TcpStream, script: &(dyn Fn(usize, &str) -> Act + Send + Sync), seen: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).unwrap_or(0) == 0 {
                return;
            }
        }
        let lower = head.to_lowercase();
        if let Some(length) = lower.lines().find_map(|line| line.strip_prefix("content-length: ")) {
            let _ = std::io::copy(&mut reader.by_ref().take(length.trim().parse().unwrap()), &mut std::io::sink());
        }
        let number = {
            let mut seen = seen.lock().unwrap();
            seen.push(head.clone());
            seen.len() - 1
        };
        let (bytes, then) = match script(number, &lower) {
            Act::Send(bytes) => (bytes, None),
            Act::Cut(bytes) => (bytes, Some(Duration::ZERO)),
            Act::Fall(bytes) => (bytes, Some(Duration::from_secs(5))),
        };
        let _ = stream.write_all(&bytes);
        if let Some(pause) = then {
            std::thread::sleep(pause);
            let _ = stream.shutdown(std::net::Shutdown::Both);
            return;
        }
    }
}

fn object() -> Vec<u8> {
    (0..100).collect()
}

/// The range that a request asks for.
fn asked(head: &str) -> Range<usize> {
    let range = head.lines().find_map(|line| line.strip_prefix("range: bytes=")).unwrap();
    let (first, last) = range.trim().split_once('-').unwrap();
    first.parse().unwrap()..last.parse::<usize>().unwrap() + 1
}

/// The answer with `told` as its range and `bytes` of the object.
fn part(told: Range<usize>, bytes: Range<usize>) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 206 Partial Content\r\nETag: {ETAG}\r\nLast-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Length: \
         {}\r\nContent-Range: bytes {}-{}/100\r\n\r\n",
        told.len(),
        told.start,
        told.end - 1
    );
    [head.as_bytes(), &object()[bytes]].concat()
}

fn right(head: &str) -> Vec<u8> {
    part(asked(head), asked(head))
}

#[tokio::test]
async fn a_cut_body_is_continued_where_it_ended() {
    let server = Scripted::new(|n, head| match n {
        0 => Act::Cut(part(10..90, 10..30)),
        1 => Act::Cut(part(30..90, 30..31)),
        _ => Act::Send(right(head)),
    });
    assert_eq!(server.pinned(10..90).await.unwrap(), object()[10..90]);
    let ranges: Vec<_> = server.requests().iter().map(|head| asked(&head.to_lowercase())).collect();
    assert_eq!(ranges, [10..90, 30..90, 31..90]);
    assert!(server.requests().iter().all(|head| head.to_lowercase().contains("if-match: \"e1\"")));
}

#[tokio::test]
async fn another_range_is_never_joined() {
    // The first body breaks off; the answer for the rest is another part of the object.
    for wrong in [20..80, 40..100, 0..70, 10..80] {
        let server = Scripted::new(move |n, head| match n {
            0 => Act::Cut(part(10..90, 10..20)),
            1 | 2 => Act::Send(part(wrong.clone(), wrong.clone())),
            _ => Act::Send(right(head)),
        });
        assert_eq!(server.pinned(10..90).await.unwrap(), object()[10..90]);
    }
    // 200 with the whole object.
    let whole = [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nETag: \"e1\"\r\n\r\n".as_slice(), &object()].concat();
    let server = Scripted::new(move |n, head| if n < 3 { Act::Send(whole.clone()) } else { Act::Send(right(head)) });
    assert_eq!(server.pinned(10..90).await.unwrap(), object()[10..90]);
}

#[tokio::test]
async fn a_server_without_ranges_is_named() {
    let server = Scripted::new(|_, _| Act::Send(part(0..50, 0..50)));
    let options = GetOptions { range: Some(GetRange::Bounded(10..20)), ..GetOptions::default() };
    let error = server.store().get_opts(&Path::from("o"), options).await.unwrap_err().to_string();
    assert!(error.contains("bytes 10-19") && error.contains("'bytes 0-49/100'"), "{error}");
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn silence_is_given_up_and_the_rest_asked_for() {
    let server = Scripted::new(|n, head| match n {
        0 => Act::Fall(Vec::new()),
        1 => Act::Fall(part(10..90, 10..60)),
        _ => Act::Send(right(head)),
    });
    let started = Instant::now();
    assert_eq!(server.pinned(10..90).await.unwrap(), object()[10..90]);
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    assert_eq!(asked(&server.requests()[2].to_lowercase()), 60..90);
}

#[tokio::test]
async fn another_object_is_an_error() {
    let changed = |head: &str| String::from_utf8(right(head)).unwrap().replace("\"e1\"", "\"e2\"").into_bytes();
    let server = Scripted::new(move |n, head| match n {
        0 => Act::Cut(part(10..90, 10..20)),
        _ => Act::Send(changed(head)),
    });
    let error = server.pinned(10..90).await.unwrap_err();
    assert!(matches!(error, object_store::Error::Precondition { .. }), "{error}");
}

fn page(keys: &[&str], next: Option<&str>) -> Vec<u8> {
    let contents: String = (keys.iter())
        .map(|key| {
            format!(
                "<Contents><Key>{key}</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified><ETag>\"x\"</ETag>\
                 <Size>3</Size></Contents>"
            )
        })
        .collect();
    let next = next.map(|token| format!("<NextContinuationToken>{token}</NextContinuationToken>")).unwrap_or_default();
    let body = format!("<ListBucketResult>{contents}{next}</ListBucketResult>");
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn refusal(status: &str, code: &str) -> Vec<u8> {
    let body = format!("<Error><Code>{code}</Code></Error>");
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

async fn listed(server: &Scripted) -> crate::error::Result<Vec<String>> {
    let location = Location::with_store(server.store(), "").unwrap();
    Ok(list(&location, None).await?.into_iter().map(|object| object.key).collect())
}

#[tokio::test]
async fn a_listing_survives_cut_pages_and_refusals() {
    let server = Scripted::new(|n, head| {
        let is_second = head.contains("continuation-token=");
        let mut cut = page(&["a", "b"], Some("t+/1"));
        cut.truncate(cut.len() - 40);
        match n {
            0 => Act::Cut(cut),
            1..6 => Act::Send(refusal("503 Service Unavailable", "SlowDown")),
            6 => Act::Fall(cut),
            8 => Act::Cut(Vec::new()),
            _ if is_second => Act::Send(page(&["b", "c"], None)),
            _ => Act::Send(page(&["a", "b"], Some("t+/1"))),
        }
    });
    assert_eq!(listed(&server).await.unwrap(), ["a", "b", "c"], "a key that two pages name is one object");
}

#[tokio::test]
async fn a_listing_that_goes_in_circles_ends() {
    let server = Scripted::new(|_, _| Act::Send(page(&[], Some("again&amp;again="))));
    let error = listed(&server).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let told = std::error::Error::source(&error).unwrap().to_string();
    assert!(told.contains("the page that it has just given"), "{told}");
}

#[tokio::test]
async fn refusals_keep_their_status_without_their_text() {
    let half = |status: &str| format!("HTTP/1.1 {status}\r\nContent-Length: 500\r\n\r\n<Error><Co").into_bytes();
    let server = Scripted::new(move |_, head| {
        Act::Cut(half(if head.starts_with("get /b/gone") { "404 Not Found" } else { "403 Forbidden" }))
    });
    let gone = server.store().get(&Path::from("gone")).await.unwrap_err();
    assert!(matches!(gone, object_store::Error::NotFound { .. }), "{gone}");
    let refused = server.store().get(&Path::from("refused")).await.unwrap_err();
    assert!(matches!(refused, object_store::Error::PermissionDenied { .. }), "{refused}");
    let error = listed(&server).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Refused && error.to_string().contains("credentials"), "{error}");
}

#[tokio::test]
async fn a_slow_reader_is_not_taken_for_a_silent_server() {
    let server = Scripted::new(|_, head| Act::Send(right(head)));
    let options = GetOptions { range: Some(GetRange::Bounded(0..100)), ..GetOptions::default() };
    let result = server.store().get_opts(&Path::from("o"), options).await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let bytes: Vec<Bytes> = result.into_stream().try_collect().await.unwrap();
    assert_eq!(bytes.concat(), object());
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn ranges_are_compared() {
    let asked = |header| Asked::parse(header).unwrap();
    assert_eq!(asked("bytes=5-9"), Asked::Bounded(5..10));
    assert_eq!(Asked::parse("bytes=a-9"), None);
    let cases = [
        ("bytes=5-9", "bytes 5-9/20", Some(5), true),
        ("bytes=5-9", "bytes 5-9/*", None, true),
        ("bytes=5-9", "bytes 5-7/8", Some(3), true),
        ("bytes=5-9", "bytes 5-7/20", Some(3), false),
        ("bytes=5-9", "bytes 6-10/20", Some(5), false),
        ("bytes=5-9", "bytes 5-9/20", Some(4), false),
        ("bytes=5-9", "bytes 9-5/20", None, false),
        ("bytes=5-9", "5-9", None, false),
        ("bytes=5-", "bytes 5-19/20", Some(15), true),
        ("bytes=5-", "bytes 5-18/20", Some(14), false),
        ("bytes=-4", "bytes 16-19/20", Some(4), true),
        ("bytes=-4", "bytes 15-19/20", Some(5), false),
    ];
    for (header, told, length, fits) in cases {
        assert_eq!(asked(header).fits(told, length), fits, "{header} {told}");
    }
}
