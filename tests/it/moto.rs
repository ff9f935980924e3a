//! moto, an S3 server in memory made for tests, for one test, on a free port of this machine.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const ACCESS_KEY: &str = "jogak-test";
const SECRET_KEY: &str = "jogak-test-secret";
const REGION: &str = "us-east-1";

/// The server; killed with the test.
pub(super) struct Moto {
    child: Child,
    address: SocketAddr,
}

impl Moto {
    /// Starts the server, and makes the bucket `bucket` when it answers.
    pub(super) async fn start(bucket: &str) -> Self {
        let python = std::env::var("JOGAK_TEST_PYTHON")
            .unwrap_or_else(|_| panic!("JOGAK_TEST_PYTHON is not set: run `tests/run`, which installs moto beside it"));
        let program = Path::new(&python).with_file_name("moto_server");
        let free = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = free.local_addr().expect("its address");
        drop(free);
        let mut command = Command::new(&program);
        command.args(["-H", "127.0.0.1", "-p", &address.port().to_string()]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child =
            command.spawn().unwrap_or_else(|error| panic!("'{}' cannot be started: {error}", program.display()));
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
