use std::io::{Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// A server that keeps objects: `PUT`, ranged `GET` and `HEAD`; the last `PUT` of a key wins, `If-None-Match` is kept.
/// A `GET` of `/chunked` is answered in chunks.
struct Server {
    address: SocketAddr,
    objects: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    requests: Arc<AtomicUsize>,
}

impl Server {
    fn start() -> Self {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let objects: Arc<Mutex<BTreeMap<String, Vec<u8>>>> = Arc::default();
        let requests: Arc<AtomicUsize> = Arc::default();
        let (store, counter) = (Arc::clone(&objects), Arc::clone(&requests));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (store, counter) = (Arc::clone(&store), Arc::clone(&counter));
                std::thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    while let Some((head, body)) = read_message(&mut stream, true) {
                        counter.fetch_add(1, Ordering::SeqCst);
                        let answer = answer(&store, &head, &body);
                        if stream.write_all(&answer).is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Self { address, objects, requests }
    }

    fn object(&self, key: &str) -> Option<Vec<u8>> {
        self.objects.lock().unwrap().get(key).cloned()
    }
}

fn answer(store: &Mutex<BTreeMap<String, Vec<u8>>>, head: &str, body: &[u8]) -> Vec<u8> {
    let mut objects = store.lock().unwrap();
    let (method, key) = (head.split(' ').next().unwrap(), head.split(' ').nth(1).unwrap().to_owned());
    let found = objects.get(&key).cloned();
    match (method, found) {
        ("PUT", Some(_)) if head.to_lowercase().contains("if-none-match: *") => {
            b"HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n".to_vec()
        }
        ("PUT", _) => {
            objects.insert(key, body.to_vec());
            b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_vec()
        }
        ("HEAD", Some(found)) => format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", found.len()).into_bytes(),
        ("GET", _) if key == "/chunked" => {
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nab\r\n\r\n3;x\r\ncde\r\n0\r\n\r\n".to_vec()
        }
        ("GET", Some(found)) => {
            let range = head.lines().find_map(|line| line.strip_prefix("Range: bytes="));
            let (status, extra, part) = match range.and_then(|range| range.split_once('-')) {
                Some((first, last)) => {
                    let (first, last): (usize, usize) = (first.parse().unwrap(), last.trim().parse().unwrap());
                    let extra = format!("Content-Range: bytes {first}-{last}/{}\r\n", found.len());
                    ("206 Partial Content", extra, found[first..=last].to_vec())
                }
                None => ("200 OK", String::new(), found),
            };
            let head = format!("HTTP/1.1 {status}\r\n{extra}Content-Length: {}\r\n\r\n", part.len());
            [head.into_bytes(), part].concat()
        }
        _ => b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec(),
    }
}

/// Head and body of a message; none where the other side closed. A body that is cut comes as far as it came.
fn read_message(stream: &mut impl ReadWrite, is_request: bool) -> Option<(String, Vec<u8>)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let lower = head.to_lowercase();
    if is_request && lower.contains("expect: 100-continue") {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
    }
    let mut body = Vec::new();
    if lower.contains("transfer-encoding: chunked") {
        while !body.ends_with(b"0\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).ok()?;
            body.push(byte[0]);
        }
    } else if let Some(length) = lower.lines().find_map(|line| line.strip_prefix("content-length: ")) {
        let mut rest = stream.take(length.trim().parse().unwrap());
        let _ = rest.read_to_end(&mut body);
    }
    Some((head, body))
}

trait ReadWrite: Read + Write {}
impl<T: Read + Write> ReadWrite for T {}

/// One connection to the proxy, as a client keeps it.
struct Client(std::net::TcpStream);

impl Client {
    fn new(proxy: &FaultProxy) -> Self {
        Self(std::net::TcpStream::connect(proxy.address()).unwrap())
    }

    fn ask(&mut self, request: &str) -> Option<(String, Vec<u8>)> {
        self.0.write_all(request.as_bytes()).unwrap();
        let answer = read_message(&mut self.0, false);
        answer.map(|(head, body)| {
            (head.lines().next().unwrap().split_once(' ').unwrap().1.to_owned() + &rest(&head), body)
        })
    }

    fn put(&mut self, key: &str, body: &str) -> Option<String> {
        let length = body.len();
        self.ask(&format!(
            "PUT {key} HTTP/1.1\r\nHost: h\r\nIf-None-Match: *\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
        .map(|(head, _)| head[..3].to_owned())
    }

    fn get(&mut self, key: &str) -> Option<(String, Vec<u8>)> {
        self.ask(&format!("GET {key} HTTP/1.1\r\nHost: h\r\nRange: bytes=10-29\r\n\r\n"))
    }
}

fn rest(head: &str) -> String {
    head.lines().find_map(|line| line.strip_prefix("Content-Range:")).map(str::to_owned).unwrap_or_default()
}

const TEXT: &str = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ";

#[test]
fn a_clean_proxy_is_not_noticed() {
    let server = Server::start();
    let proxy = FaultProxy::start(server.address, FaultPlan::clean());
    let mut client = Client::new(&proxy);
    assert_eq!(client.put("/k", TEXT).as_deref(), Some("200"));
    assert_eq!(client.put("/k", "other").as_deref(), Some("412"));
    let (head, body) = client.get("/k").unwrap();
    assert_eq!((head.as_str(), body.as_slice()), ("206 Partial Content bytes 10-29/46", &TEXT.as_bytes()[10..30]));
    // Chunks go through in both directions as they are.
    let chunks = "3\r\nabc\r\n0\r\n\r\n";
    let request = format!("PUT /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");
    assert!(client.ask(&request).unwrap().0.starts_with("200"));
    assert_eq!(server.object("/c").as_deref(), Some(chunks.as_bytes()));
    let (_, body) = client.ask("GET /chunked HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
    assert_eq!(body, b"4\r\nab\r\n\r\n3;x\r\ncde\r\n0\r\n\r\n");
    // A client that waits for leave to send its body gets it.
    let head = "PUT /e HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    assert!(client.ask(head).unwrap().0.starts_with("100"));
    assert!(client.ask("hi").unwrap().0.starts_with("200"));
    assert_eq!(server.object("/e").as_deref(), Some(b"hi".as_slice()));
    assert_eq!((proxy.requests(), proxy.eligible(), proxy.injected()), (6, 6, 0));
    assert_eq!(proxy.trace()[1], "PUT /k if-none-match * -> 412");
}

/// What happens to the second request, a conditional `PUT`: the answer, and whether the server did it.
fn second_put(kind: FaultKind) -> (Option<String>, bool, FaultProxy, Server) {
    let server = Server::start();
    let short = Duration::from_millis(80);
    let plan = FaultPlan { stall: short, late: short, pause: Duration::from_millis(1), ..FaultPlan::nth(2, kind) };
    let proxy = FaultProxy::start(server.address, plan);
    assert_eq!(Client::new(&proxy).put("/first", TEXT).as_deref(), Some("200"));
    let answer = Client::new(&proxy).put("/second", TEXT);
    let done = server.object("/second").is_some();
    (answer, done, proxy, server)
}

#[test]
fn what_was_refused_was_not_done_and_what_was_lost_was() {
    use FaultKind as K;
    let cases = [
        (K::Refuse503, Some("503"), false),
        (K::TooMany429, Some("429"), false),
        (K::Conflict409, Some("409"), false),
        (K::Expired, Some("400"), false),
        (K::Skewed, Some("403"), false),
        (K::Reset, None, false),
        (K::Stall, None, false),
        (K::Late, None, false),
        (K::Lost503, Some("503"), true),
        (K::LostCut, None, true),
        (K::LostStall, None, true),
        (K::Slow, Some("200"), true),
    ];
    for (kind, expected, expected_done) in cases {
        let (answer, done, proxy, server) = second_put(kind);
        assert_eq!((answer.as_deref(), done), (expected, expected_done), "{kind:?}");
        assert_eq!(proxy.counts(), BTreeMap::from([(kind, 1)]));
        assert!(proxy.wait_for(kind, Duration::ZERO) && proxy.trace()[1].ends_with(&format!("{kind:?}")));
        if kind == K::Late {
            std::thread::sleep(Duration::from_millis(400));
            assert!(server.object("/second").is_some(), "it reaches the server afterwards");
        }
        // The next try meets no fault and sees what the server did.
        let again = Client::new(&proxy).put("/second", TEXT);
        let done = expected_done || kind == K::Late;
        assert_eq!(again.as_deref(), Some(if done { "412" } else { "200" }), "{kind:?}");
        assert!(!proxy.wait_for(K::FlipByte, Duration::from_millis(10)));
    }
}

#[test]
fn answers_are_spoilt_as_asked() {
    let server = Server::start();
    let proxy = FaultProxy::start(server.address, FaultPlan::clean());
    Client::new(&proxy).put("/k", TEXT).unwrap();
    let whole = &TEXT.as_bytes()[10..30];
    for seed in 0..40 {
        let spoilt = |kind| {
            let stall = Duration::from_millis(5);
            proxy.set_plan(FaultPlan { seed, stall, ..FaultPlan::nth(1, kind) });
            let answer = Client::new(&proxy).get("/k").unwrap();
            assert_eq!(proxy.injected(), 1);
            answer
        };
        for kind in [FaultKind::CutBody, FaultKind::ShortBody, FaultKind::StallBody] {
            let (head, body) = spoilt(kind);
            assert_eq!(head, "206 Partial Content bytes 10-29/46");
            assert!(body.len() < whole.len() && whole.starts_with(&body), "{kind:?} {body:?}");
        }
        let (_, body) = spoilt(FaultKind::FlipByte);
        let differing = whole.iter().zip(&body).filter(|(a, b)| (**a ^ **b).count_ones() == 1).count();
        let same = whole.iter().zip(&body).filter(|(a, b)| a == b).count();
        assert_eq!((differing, same, body.len()), (1, whole.len() - 1, whole.len()));
        let (head, body) = spoilt(FaultKind::WrongRange);
        assert!(head == "200 OK" || head.starts_with("206") && !head.contains("bytes 10-29/46"), "{head}");
        assert_eq!(body, whole);
        assert_eq!(spoilt(FaultKind::Slow).1, whole);
    }
    // Where there is no body, there is nothing to cut.
    proxy.set_plan(FaultPlan::nth(1, FaultKind::CutBody));
    assert!(Client::new(&proxy).get("/none").unwrap().0.starts_with("404"));
    assert_eq!((proxy.injected(), proxy.eligible()), (0, 1));
}

#[test]
fn only_those_asked_for_meet_faults_and_none_for_ever() {
    let server = Server::start();
    let plan = FaultPlan::random(3, 1.0, &[FaultKind::Refuse503]).only(|head| head.target.starts_with("/log/"));
    let proxy = FaultProxy::start(server.address, plan);
    let mut client = Client::new(&proxy);
    assert_eq!(client.put("/data/1", TEXT).as_deref(), Some("200"));
    let answers: Vec<_> = (0..7).map(|_| client.put("/log/1", TEXT).unwrap()).collect();
    assert_eq!(answers, ["503", "503", "503", "503", "503", "200", "503"], "after five in a row one passes");
    assert_eq!((proxy.requests(), proxy.eligible(), proxy.injected()), (8, 7, 6));
    assert_eq!(server.requests.load(Ordering::SeqCst), 2);
    let address = proxy.address();
    drop(proxy);
    std::thread::sleep(Duration::from_millis(100));
    assert!(std::net::TcpStream::connect(address).is_err(), "a proxy that is dropped listens no more");
}
