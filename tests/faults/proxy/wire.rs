//! HTTP/1.1 as bytes: heads are parsed, bodies are only measured, and everything else goes on as it came.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

/// Longest head that is read. Signed requests and S3's answers are far below it.
const MAX_HEAD: usize = 64 << 10;
const MAX_HEADERS: usize = 128;
/// Bytes asked of a socket at once.
const READ: usize = 64 << 10;

/// Header lines in the order in which they came.
pub(super) type Headers = Vec<(String, String)>;

/// The value of the header `name`, whatever its capitals.
pub(super) fn header<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// The head of a request.
#[derive(Debug, Clone)]
pub(crate) struct RequestHead {
    /// `GET`, `PUT` and so on.
    pub(crate) method: String,
    /// Path and query, as written.
    pub(crate) target: String,
    pub(super) headers: Headers,
    pub(super) raw: Vec<u8>,
}

impl RequestHead {
    /// The value of a header, if it is there.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    pub(super) fn parse(raw: Vec<u8>) -> io::Result<Self> {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        request.parse(&raw).map_err(malformed)?;
        let (method, target) = (text(request.method)?, text(request.path)?);
        let headers = owned(request.headers);
        Ok(Self { method, target, headers, raw })
    }

    /// How the body of the request ends.
    pub(super) fn body(&self) -> io::Result<Body> {
        if is_chunked(&self.headers) {
            return Ok(Body::Chunked(Chunk::Size(Vec::new())));
        }
        Ok(length(&self.headers)?.map_or(Body::Done, Body::of_length))
    }
}

/// The head of an answer.
#[derive(Debug, Clone)]
pub(super) struct ResponseHead {
    pub(super) status: u16,
    pub(super) headers: Headers,
    pub(super) raw: Vec<u8>,
}

impl ResponseHead {
    pub(super) fn parse(raw: Vec<u8>) -> io::Result<Self> {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        response.parse(&raw).map_err(malformed)?;
        let status = response.code.ok_or_else(|| malformed("no status"))?;
        let headers = owned(response.headers);
        Ok(Self { status, headers, raw })
    }

    /// `100 Continue` and the like: another head follows.
    pub(super) fn is_interim(&self) -> bool {
        (100..200).contains(&self.status)
    }

    /// How the body of the answer to a `method` request ends.
    pub(super) fn body(&self, method: &str) -> io::Result<Body> {
        if method == "HEAD" || self.is_interim() || matches!(self.status, 204 | 304) {
            return Ok(Body::Done);
        }
        if is_chunked(&self.headers) {
            return Ok(Body::Chunked(Chunk::Size(Vec::new())));
        }
        Ok(length(&self.headers)?.map_or(Body::UntilClose, Body::of_length))
    }

    /// The head written anew with another status line and other headers.
    pub(super) fn rewritten(&self, status: &str, change: impl Fn(&str, &str) -> Option<String>) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {status}\r\n");
        for (name, value) in &self.headers {
            if let Some(value) = change(name, value) {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        head.push_str("\r\n");
        head.into_bytes()
    }
}

fn malformed(what: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("not HTTP/1.1: {what}"))
}

fn text(part: Option<&str>) -> io::Result<String> {
    part.map(str::to_owned).ok_or_else(|| malformed("an incomplete first line"))
}

fn owned(headers: &[httparse::Header<'_>]) -> Headers {
    headers.iter().map(|h| (h.name.to_owned(), String::from_utf8_lossy(h.value).into_owned())).collect()
}

fn is_chunked(headers: &Headers) -> bool {
    header(headers, "transfer-encoding").is_some_and(|value| value.to_ascii_lowercase().ends_with("chunked"))
}

fn length(headers: &Headers) -> io::Result<Option<u64>> {
    header(headers, "content-length").map(|value| value.trim().parse().map_err(malformed)).transpose()
}

/// Where a body ends: what of it is still to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Body {
    /// Nothing more.
    Done,
    /// So many bytes.
    Length(u64),
    Chunked(Chunk),
    UntilClose,
}

/// Where in a chunked body one is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Chunk {
    /// In a line with a size, so far these bytes.
    Size(Vec<u8>),
    /// So many bytes of data, with the line end behind them.
    Data(u64),
    /// In a line after the last chunk, so far of this length without its line end.
    Trailer(usize),
}

impl Body {
    fn of_length(length: u64) -> Self {
        if length == 0 { Self::Done } else { Self::Length(length) }
    }

    pub(super) fn is_done(&self) -> bool {
        *self == Self::Done
    }

    /// How many of these bytes belong to the body; notes that they are past.
    fn take(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Done => Ok(0),
            Self::UntilClose => Ok(bytes.len()),
            Self::Length(left) => {
                let taken = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                *self = Self::of_length(*left - taken as u64);
                Ok(taken)
            }
            Self::Chunked(_) => self.take_chunked(bytes),
        }
    }

    fn take_chunked(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut at = 0;
        while let (Self::Chunked(chunk), Some(&byte)) = (&mut *self, bytes.get(at)) {
            match chunk {
                Chunk::Size(line) if byte == b'\n' => {
                    let line = String::from_utf8_lossy(line);
                    let digits = line.split(';').next().unwrap_or_default().trim();
                    let size = u64::from_str_radix(digits, 16).map_err(malformed)?;
                    *chunk = if size == 0 { Chunk::Trailer(0) } else { Chunk::Data(size.saturating_add(2)) };
                    at += 1;
                }
                Chunk::Size(line) if line.len() > 1024 => return Err(malformed("an endless chunk size")),
                Chunk::Size(line) => {
                    line.push(byte);
                    at += 1;
                }
                Chunk::Data(left) => {
                    let taken = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len() - at);
                    *left -= taken as u64;
                    at += taken;
                    if *left == 0 {
                        *chunk = Chunk::Size(Vec::new());
                    }
                }
                Chunk::Trailer(length) => {
                    at += 1;
                    match (byte, *length) {
                        (b'\n', 0) => *self = Self::Done,
                        (b'\n', _) => *length = 0,
                        (b'\r', _) => {}
                        _ => *length += 1,
                    }
                }
            }
        }
        Ok(at)
    }
}

/// Reads heads and bodies from a socket.
pub(super) struct Wire<R> {
    socket: R,
    /// Bytes that were read and belong to nothing yet.
    waiting: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Wire<R> {
    pub(super) fn new(socket: R) -> Self {
        Self { socket, waiting: Vec::new() }
    }

    async fn more(&mut self) -> io::Result<usize> {
        let start = self.waiting.len();
        self.waiting.resize(start + READ, 0);
        let read = self.socket.read(&mut self.waiting[start..]).await;
        self.waiting.truncate(start + read.as_ref().copied().unwrap_or(0));
        read
    }

    /// The next head with its empty line; none where the socket is closed before it.
    pub(super) async fn head(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut searched = 0;
        loop {
            let from = usize::saturating_sub(searched, 3);
            if let Some(at) = self.waiting[from..].windows(4).position(|four| four == b"\r\n\r\n") {
                let rest = self.waiting.split_off(from + at + 4);
                return Ok(Some(std::mem::replace(&mut self.waiting, rest)));
            }
            searched = self.waiting.len();
            if searched > MAX_HEAD {
                return Err(malformed("an endless head"));
            }
            if self.more().await? == 0 {
                return if self.waiting.is_empty() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
            }
        }
    }

    /// The next bytes of a body, framing included; none at its end.
    pub(super) async fn body(&mut self, body: &mut Body) -> io::Result<Option<Vec<u8>>> {
        if body.is_done() {
            return Ok(None);
        }
        if self.waiting.is_empty() && self.more().await? == 0 {
            return if *body == Body::UntilClose { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
        let taken = body.take(&self.waiting)?;
        let rest = self.waiting.split_off(taken);
        Ok(Some(std::mem::replace(&mut self.waiting, rest)))
    }

    /// All of a body.
    pub(super) async fn whole_body(&mut self, mut body: Body) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        while let Some(more) = self.body(&mut body).await? {
            bytes.extend_from_slice(&more);
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn bodies_end_where_they_end_however_they_are_cut() {
        let chunked = b"5;name=x\r\nhello\r\n1\r\n!\r\n0\r\nX-Sum: 1\r\n\r\n".as_slice();
        let stream = [b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n", chunked, b"abcNEXT"].concat();
        for size in 1..stream.len() {
            let mut socket = tokio_test_reader(&stream, size);
            let mut wire = Wire::new(&mut socket);
            let head = RequestHead::parse(wire.head().await.unwrap().unwrap()).unwrap();
            assert_eq!((head.method.as_str(), head.header("HOST")), ("GET", Some("h")));
            assert_eq!(head.body().unwrap(), Body::Done);
            let body = wire.whole_body(Body::Chunked(Chunk::Size(Vec::new()))).await.unwrap();
            assert_eq!(body, chunked, "in pieces of {size}");
            assert_eq!(wire.whole_body(Body::Length(3)).await.unwrap(), b"abc");
            assert_eq!(wire.whole_body(Body::UntilClose).await.unwrap(), b"NEXT");
            assert!(wire.head().await.unwrap().is_none());
        }
    }

    /// The bytes, at most `size` of them a read.
    fn tokio_test_reader(bytes: &[u8], size: usize) -> impl AsyncRead + Unpin {
        struct Pieces(Vec<u8>, usize, usize);
        impl AsyncRead for Pieces {
            fn poll_read(
                mut self: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
                buffer: &mut tokio::io::ReadBuf<'_>,
            ) -> std::task::Poll<io::Result<()>> {
                let end = self.0.len().min(self.1 + self.2.min(buffer.remaining()));
                buffer.put_slice(&self.0[self.1..end]);
                self.1 = end;
                std::task::Poll::Ready(Ok(()))
            }
        }
        Pieces(bytes.to_vec(), 0, size)
    }

    #[tokio::test]
    async fn a_body_that_ends_too_early_is_an_error() {
        let mut wire = Wire::new(b"abc".as_slice());
        assert!(wire.whole_body(Body::Length(4)).await.is_err());
        let mut wire = Wire::new(b"5\r\nhel".as_slice());
        assert!(wire.whole_body(Body::Chunked(Chunk::Size(Vec::new()))).await.is_err());
        let mut wire = Wire::new(b"GET / HT".as_slice());
        assert!(wire.head().await.is_err());
    }

    #[test]
    fn answers_without_a_body_are_known() {
        let head = |text: &str| ResponseHead::parse(text.as_bytes().to_vec()).unwrap();
        let ok = head("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        assert_eq!(ok.body("GET").unwrap(), Body::Length(5));
        assert_eq!(ok.body("HEAD").unwrap(), Body::Done);
        assert!(head("HTTP/1.1 100 Continue\r\n\r\n").is_interim());
        assert_eq!(head("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n").body("GET").unwrap(), Body::Done);
        assert_eq!(head("HTTP/1.1 200 OK\r\n\r\n").body("GET").unwrap(), Body::UntilClose);
        assert!(head("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n").body("GET").is_err());
    }
}
