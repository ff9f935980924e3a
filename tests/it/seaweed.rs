//! A SeaweedFS server with an S3 door, for one test, on free ports of this machine.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};
use tempfile::TempDir;

const ACCESS_KEY: &str = "jogak-test";
const SECRET_KEY: &str = "jogak-test-secret";
const REGION: &str = "us-east-1";
/// The parts of the server, each with two ports; the last is the S3 door.
const SERVERS: [&str; 4] = ["master", "volume", "filer", "s3"];

/// The server; killed and removed with the test.
pub(super) struct Seaweed {
    child: Child,
    dir: TempDir,
    port: u16,
    grpc_ports: Vec<u16>,
}

impl Seaweed {
    /// Starts the server and waits until it takes objects. Somebody else may take one of its ports between choosing and
    /// using it: then it is started on others.
    pub(super) async fn start() -> Self {
        let mut said = String::new();
        for _ in 0..5 {
            match Self::try_start().await {
                Ok(server) => return server,
                Err(log) => said = log,
            }
        }
        panic!("SeaweedFS cannot be started: {said}");
    }

    async fn try_start() -> Result<Self, String> {
        let weed = std::env::var("JOGAK_TEST_WEED").unwrap_or_else(|_| {
            panic!(
                "JOGAK_TEST_WEED is not set. This test needs an S3 server: run `tests/run`, which installs SeaweedFS, or \
                 name the program `weed`"
            )
        });
        let dir = TempDir::with_prefix("jogak-weed-").expect("a temporary directory");
        let place = |name: &str| dir.path().join(name).to_string_lossy().into_owned();
        fs::create_dir(dir.path().join("data")).expect("its folder");
        let identity = serde_json::json!({ "identities": [{
            "name": "jogak",
            "credentials": [{ "accessKey": ACCESS_KEY, "secretKey": SECRET_KEY }],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }] });
        fs::write(dir.path().join("s3.json"), identity.to_string()).expect("its keys");
        let mut ports = free_ports(2 * SERVERS.len());
        let grpc_ports = ports.split_off(SERVERS.len());
        let mut command = Command::new(&weed);
        command.args(["server", "-s3", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false"]);
        command.args(["-volume.max=50", "-master.volumeSizeLimitMB=64", "-s3.port.iceberg=0", "-s3.port.lance=0"]);
        command.arg(format!("-dir={}", place("data"))).arg(format!("-s3.config={}", place("s3.json")));
        command.arg(format!("-s3.localSocket={}", place("s3.sock")));
        command.arg(format!("-filer.localSocket={}", place("filer.sock")));
        for ((server, port), grpc) in SERVERS.iter().zip(&ports).zip(&grpc_ports) {
            command.arg(format!("-{server}.port={port}")).arg(format!("-{server}.port.grpc={grpc}"));
        }
        let log = fs::File::create(dir.path().join("log")).expect("its log");
        command
            .env("TMPDIR", dir.path())
            .current_dir(dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        let child =
            command.spawn().unwrap_or_else(|error| panic!("JOGAK_TEST_WEED='{weed}' cannot be started: {error}"));
        let mut server = Self { child, dir, port: ports[3], grpc_ports };
        server.wait().await?;
        Ok(server)
    }

    async fn wait(&mut self) -> Result<(), String> {
        let store = self.bucket("started");
        for _ in 0..480 {
            // The bucket is made with its first object.
            if store.put(&Path::from("yes"), PutPayload::from_static(b"yes")).await.is_ok() {
                return Ok(());
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("it ended with {status}:\n{}", self.log()));
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        Err(format!("it took no object within two minutes:\n{}", self.log()))
    }

    fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// A client for a bucket; the bucket is made when something is written to it.
    pub(super) fn bucket(&self, name: &str) -> Arc<AmazonS3> {
        let retry = object_store::RetryConfig { max_retries: 1, ..Default::default() };
        let builder = AmazonS3Builder::new()
            .with_bucket_name(name)
            .with_endpoint(format!("http://{}", self.address()))
            .with_region(REGION)
            .with_access_key_id(ACCESS_KEY)
            .with_secret_access_key(SECRET_KEY)
            .with_allow_http(true)
            .with_retry(retry);
        Arc::new(builder.build().expect("a client"))
    }

    /// A `jogak.toml` that points `s3://` to the server. The keys are in [`Seaweed::environment`].
    pub(super) fn settings(&self) -> String {
        self.settings_by(self.address())
    }

    /// The same through something else that listens there.
    pub(super) fn settings_by(&self, address: SocketAddr) -> String {
        format!("[stores.s3]\naws_endpoint = \"http://{address}\"\nregion = \"{REGION}\"\nallow_http = \"true\"\n")
    }

    /// Where its S3 door is.
    pub(super) fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// The keys, where AWS's own tools look for them.
    pub(super) fn environment(&self) -> [(&'static str, &'static str); 2] {
        [("AWS_ACCESS_KEY_ID", ACCESS_KEY), ("AWS_SECRET_ACCESS_KEY", SECRET_KEY)]
    }
}

impl Drop for Seaweed {
    fn drop(&mut self) {
        // Asked politely it takes 25 seconds; nothing of it is needed any more.
        let _ = self.child.kill();
        let _ = self.child.wait();
        // They talk to each other through sockets there, whatever `TMPDIR` says.
        for (server, port) in SERVERS.iter().zip(&self.grpc_ports) {
            let _ = fs::remove_file(format!("/tmp/seaweedfs-{server}-grpc-{port}.sock"));
        }
    }
}

/// Ports that nobody listens on. They are held together while they are chosen, so that they differ.
fn free_ports(count: usize) -> Vec<u16> {
    let listeners: Vec<TcpListener> =
        (0..count).map(|_| TcpListener::bind(("127.0.0.1", 0)).expect("a free port")).collect();
    listeners.iter().map(|listener| listener.local_addr().expect("its address").port()).collect()
}
