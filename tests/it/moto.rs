//! moto, an S3 server in memory made for tests, for one test, on a free port of this machine.

use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const ACCESS_KEY: &str = "jogak-test";
const SECRET_KEY: &str = "jogak-test-secret";
const REGION: &str = "us-east-1";
/// moto's own server looks whether an object is there and then puts it, in several threads: of two conditional puts at
/// once, both may win. It happens about once in 400 probes, which then refuse it. Here it answers one by one.
const SERVER: &str = r#"
import sys, threading
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import run_simple

app = DomainDispatcherApplication(create_backend_app)
one_by_one = threading.Lock()

def answer(environ, start_response):
    with one_by_one:
        return app(environ, start_response)

run_simple("127.0.0.1", int(sys.argv[1]), answer, threaded=True, request_handler=MotoRequestHandler)
"#;

/// The server; killed with the test.
pub(super) struct Moto {
    child: Child,
    address: SocketAddr,
}

impl Moto {
    /// Starts the server, and makes the bucket `bucket` when it answers.
    pub(super) async fn start(bucket: &str) -> Self {
        let python = std::env::var("JOGAK_TEST_PYTHON")
            .unwrap_or_else(|_| panic!("JOGAK_TEST_PYTHON is not set: run `tests/run`, which installs moto for it"));
        let free = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = free.local_addr().expect("its address");
        drop(free);
        let mut command = Command::new(&python);
        command.args(["-c", SERVER, &address.port().to_string()]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child =
            command.spawn().unwrap_or_else(|error| panic!("JOGAK_TEST_PYTHON='{python}' cannot be started: {error}"));
        let mut server = Self { child, address };
        for _ in 0..480 {
            if server.make(bucket).await.is_ok() {
                return server;
            }
            if let Ok(Some(status)) = server.child.try_wait() {
                panic!("moto ended with {status}");
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        panic!("moto did not answer within two minutes");
    }

    /// Makes a bucket. It asks nobody for a signature.
    async fn make(&self, bucket: &str) -> std::io::Result<()> {
        let mut connection = TcpStream::connect(self.address).await?;
        let head = format!("PUT /{bucket} HTTP/1.0\r\nHost: {}\r\nContent-Length: 0\r\n\r\n", self.address);
        connection.write_all(head.as_bytes()).await?;
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).await?;
        let line = String::from_utf8_lossy(&answer[..answer.len().min(15)]).into_owned();
        if line.contains(" 200 ") { Ok(()) } else { Err(std::io::Error::other(line)) }
    }

    /// A client for a bucket.
    pub(super) fn bucket(&self, name: &str) -> Arc<AmazonS3> {
        let builder = AmazonS3Builder::new()
            .with_bucket_name(name)
            .with_endpoint(format!("http://{}", self.address))
            .with_region(REGION)
            .with_access_key_id(ACCESS_KEY)
            .with_secret_access_key(SECRET_KEY)
            .with_allow_http(true);
        Arc::new(builder.build().expect("a client"))
    }

    /// A `jogak.toml` that points `s3://` to the server. The keys are in [`Moto::environment`].
    pub(super) fn settings(&self) -> String {
        let address = self.address;
        format!("[stores.s3]\naws_endpoint = \"http://{address}\"\nregion = \"{REGION}\"\nallow_http = \"true\"\n")
    }

    /// The keys, where AWS's own tools look for them.
    pub(super) fn environment(&self) -> [(&'static str, &'static str); 2] {
        [("AWS_ACCESS_KEY_ID", ACCESS_KEY), ("AWS_SECRET_ACCESS_KEY", SECRET_KEY)]
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
