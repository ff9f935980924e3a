//! One client's connection: each request taken, passed on, answered, and spoilt where the plan says so.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use super::plan::FaultKind;
use super::wire::{Body, RequestHead, ResponseHead, Wire, header};
use super::{Decision, State};

/// Pieces of a slow answer.
const PIECES: usize = 16;

/// How a connection goes on after an exchange.
enum Then {
    Next,
    Close,
    Reset,
}

/// Serves a connection until one side has enough.
pub(super) async fn serve(state: &Arc<State>, mut client: TcpStream) {
    // A socket that takes no options still serves.
    let _ = client.set_nodelay(true);
    let then = {
        let (read, mut write) = client.split();
        let mut wire = Wire::new(read);
        loop {
            match exchange(state, &mut wire, &mut write).await {
                Ok(Then::Next) => {}
                Ok(then) => break then,
                Err(_) => break Then::Reset,
            }
        }
    };
    if matches!(then, Then::Reset) {
        let _ = client.set_zero_linger();
    } else {
        let _ = client.shutdown().await;
    }
}

async fn exchange<R, W>(state: &Arc<State>, client: &mut Wire<R>, answer: &mut W) -> io::Result<Then>
where
    R: tokio::io::AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let Some(raw) = client.head().await? else { return Ok(Then::Close) };
    let head = RequestHead::parse(raw)?;
    let body = head.body()?;
    if !body.is_done() && head.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
        answer.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
    }
    let request = Request { body: client.whole_body(body).await?, head };
    let decision = state.decide(&request.head);
    let is_last = request.head.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    let then = request.answer(state, &decision, answer).await;
    match &then {
        Ok(_) => answer.flush().await?,
        Err(error) => state.note(&decision, &format!("failed: {error}")),
    }
    match then? {
        Then::Next if is_last => Ok(Then::Close),
        then => Ok(then),
    }
}

/// A whole request.
struct Request {
    head: RequestHead,
    body: Vec<u8>,
}

impl Request {
    async fn answer<W>(self, state: &Arc<State>, decision: &Decision, client: &mut W) -> io::Result<Then>
    where
        W: AsyncWrite + Unpin,
    {
        let Some((kind, salt)) = decision.fault else { return self.pass(state, decision, client).await };
        let injected = || {
            state.note(decision, &format!("{kind:?}"));
            state.count(kind);
        };
        match kind {
            FaultKind::Refuse503
            | FaultKind::TooMany429
            | FaultKind::Conflict409
            | FaultKind::Expired
            | FaultKind::Skewed => {
                injected();
                client.write_all(&refusal(kind, &self.head.method)).await?;
                Ok(Then::Next)
            }
            FaultKind::Reset => {
                injected();
                Ok(Then::Reset)
            }
            FaultKind::Stall => {
                injected();
                tokio::time::sleep(decision.stall).await;
                Ok(Then::Close)
            }
            FaultKind::Late => {
                injected();
                let (state, late) = (Arc::clone(state), decision.late);
                tokio::spawn(async move {
                    tokio::time::sleep(late).await;
                    // Nobody waits for the answer, and a server that is gone by now does nothing.
                    let _ = self.send(&state).await;
                });
                Ok(Then::Close)
            }
            FaultKind::Lost503 | FaultKind::LostCut | FaultKind::LostStall => {
                let lost = self.send(state).await?.whole(&self.head.method).await?;
                state.note(decision, &lost.head.status.to_string());
                injected();
                match kind {
                    FaultKind::Lost503 => {
                        client.write_all(&refusal(kind, &self.head.method)).await?;
                        return Ok(Then::Next);
                    }
                    FaultKind::LostStall => tokio::time::sleep(decision.stall).await,
                    _ => {}
                }
                Ok(Then::Close)
            }
            FaultKind::CutBody
            | FaultKind::ShortBody
            | FaultKind::StallBody
            | FaultKind::WrongRange
            | FaultKind::Slow
            | FaultKind::FlipByte => {
                let reply = self.send(state).await?.whole(&self.head.method).await?;
                state.note(decision, &reply.head.status.to_string());
                let Some(spoilt) = reply.spoil(kind, salt) else {
                    client.write_all(&reply.head.raw).await?;
                    client.write_all(&reply.body).await?;
                    return Ok(reply.then());
                };
                injected();
                client.write_all(&spoilt.head).await?;
                write_slowly(
                    client,
                    &spoilt.body,
                    if kind == FaultKind::Slow { decision.pause } else { Duration::ZERO },
                )
                .await?;
                if kind == FaultKind::StallBody {
                    client.flush().await?;
                    tokio::time::sleep(decision.stall).await;
                }
                Ok(spoilt.then)
            }
        }
    }

    /// Passes request and answer on as they are.
    async fn pass<W>(self, state: &Arc<State>, decision: &Decision, client: &mut W) -> io::Result<Then>
    where
        W: AsyncWrite + Unpin,
    {
        let mut reply = self.send(state).await?;
        state.note(decision, &reply.head.status.to_string());
        client.write_all(&reply.head.raw).await?;
        let mut body = reply.head.body(&self.head.method)?;
        let until_close = body == Body::UntilClose;
        while let Some(bytes) = reply.wire.body(&mut body).await? {
            client.write_all(&bytes).await?;
        }
        Ok(if until_close { Then::Close } else { closes(&reply.head) })
    }

    /// Sends the request on a connection of its own; returns when the head of the answer is there.
    async fn send(&self, state: &State) -> io::Result<Reply> {
        let mut server = TcpStream::connect(state.upstream).await?;
        let _ = server.set_nodelay(true);
        let sent = async {
            server.write_all(&self.head.raw).await?;
            server.write_all(&self.body).await
        }
        .await;
        let mut wire = Wire::new(server);
        loop {
            // A server that refuses a request may stop reading it, and answers all the same.
            let Some(raw) = wire.head().await? else {
                return Err(sent.err().unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into()));
            };
            let head = ResponseHead::parse(raw)?;
            if !head.is_interim() {
                return Ok(Reply { head, wire });
            }
        }
    }
}

/// A server's answer as it begins.
struct Reply {
    head: ResponseHead,
    wire: Wire<TcpStream>,
}

impl Reply {
    async fn whole(mut self, method: &str) -> io::Result<WholeReply> {
        let framing = self.head.body(method)?;
        let body = self.wire.whole_body(framing.clone()).await?;
        Ok(WholeReply { head: self.head, framing, body })
    }
}

/// A server's answer.
struct WholeReply {
    head: ResponseHead,
    framing: Body,
    body: Vec<u8>,
}

/// What the client gets instead.
struct Spoilt {
    head: Vec<u8>,
    body: Vec<u8>,
    then: Then,
}

impl WholeReply {
    fn then(&self) -> Then {
        if self.framing == Body::UntilClose { Then::Close } else { closes(&self.head) }
    }

    /// None where there is nothing to spoil.
    fn spoil(&self, kind: FaultKind, salt: u64) -> Option<Spoilt> {
        let (mut head, mut body, mut then) = (self.head.raw.clone(), self.body.clone(), self.then());
        let within = |length: usize| Some(usize::try_from(salt.checked_rem(length as u64)?).unwrap_or(0));
        let is_object = matches!(self.head.status, 200 | 206) && matches!(self.framing, Body::Length(_));
        match kind {
            FaultKind::CutBody | FaultKind::StallBody => {
                body.truncate(within(body.len())?);
                then = Then::Reset;
            }
            FaultKind::ShortBody if is_object => {
                let missing = within(body.len().min(64))? + 1;
                body.truncate(body.len() - missing);
                then = Then::Close;
            }
            FaultKind::FlipByte if is_object => {
                let at = within(body.len())?;
                *body.get_mut(at)? ^= 1 << (salt >> 61);
            }
            FaultKind::WrongRange if self.head.status == 206 => {
                let range = header(&self.head.headers, "content-range")?;
                head = if salt & 1 == 0 {
                    let shifted = shift(range, 1 + (salt >> 1) % 4096)?;
                    self.head.rewritten("206 Partial Content", |name, value| {
                        let is_range = name.eq_ignore_ascii_case("content-range");
                        Some(if is_range { shifted.clone() } else { value.to_owned() })
                    })
                } else {
                    self.head.rewritten("200 OK", |name, value| {
                        (!name.eq_ignore_ascii_case("content-range")).then(|| value.to_owned())
                    })
                };
            }
            FaultKind::Slow => {}
            _ => return None,
        }
        Some(Spoilt { head, body, then })
    }
}

fn closes(head: &ResponseHead) -> Then {
    let closes = header(&head.headers, "connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
    if closes { Then::Close } else { Then::Next }
}

/// `bytes 5-9/20` further on.
fn shift(range: &str, by: u64) -> Option<String> {
    let (span, size) = range.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = span.split_once('-')?;
    let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
    Some(format!("bytes {}-{}/{size}", first + by, last + by))
}

async fn write_slowly<W: AsyncWrite + Unpin>(client: &mut W, body: &[u8], pause: Duration) -> io::Result<()> {
    if pause.is_zero() {
        return client.write_all(body).await;
    }
    for piece in body.chunks(body.len().div_ceil(PIECES).max(1)) {
        client.write_all(piece).await?;
        tokio::time::sleep(pause).await;
    }
    Ok(())
}

/// An answer of our own, worded as S3 words it.
fn refusal(kind: FaultKind, method: &str) -> Vec<u8> {
    let (status, code) = match kind {
        FaultKind::TooMany429 => ("429 Too Many Requests", "TooManyRequests"),
        FaultKind::Conflict409 => ("409 Conflict", "ConditionalRequestConflict"),
        FaultKind::Expired => ("400 Bad Request", "ExpiredToken"),
        FaultKind::Skewed => ("403 Forbidden", "RequestTimeTooSkewed"),
        _ => ("503 Service Unavailable", "SlowDown"),
    };
    let body =
        format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>a fault of the test</Message></Error>");
    let body = if method == "HEAD" { "" } else { body.as_str() };
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes()
}
