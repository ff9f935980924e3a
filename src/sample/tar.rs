//! A tar writer: plain ustar headers, and pax records for names longer than they hold.

/// Builds a tar archive in memory.
pub(super) struct TarWriter(Vec<u8>);

const BLOCK: usize = 512;
/// 2023-03-02 00:00 UTC: nothing here may depend on a clock.
const TIME: u64 = 1_677_715_200;

impl TarWriter {
    /// An empty archive.
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a directory; `name` ends in `/`.
    pub(super) fn folder(&mut self, name: &str) {
        self.entry(name, b'5', 0o755, &[]);
    }

    /// Adds a file.
    pub(super) fn file(&mut self, name: &str, body: &[u8]) {
        self.entry(name, b'0', 0o644, body);
    }

    /// Ends the archive with its two empty blocks.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.0.resize(self.0.len() + 2 * BLOCK, 0);
        self.0
    }

    fn entry(&mut self, name: &str, kind: u8, mode: u32, body: &[u8]) {
        if name.len() > 100 {
            let record = pax("path", name);
            self.header("pax_header", b'x', 0o644, record.len());
            self.body(record.as_bytes());
        }
        self.header(name, kind, mode, body.len());
        self.body(body);
    }

    fn body(&mut self, body: &[u8]) {
        self.0.extend_from_slice(body);
        self.0.resize(self.0.len().next_multiple_of(BLOCK), 0);
    }

    fn header(&mut self, name: &str, kind: u8, mode: u32, size: usize) {
        let mut block = [0_u8; BLOCK];
        let mut put = |at: usize, bytes: &[u8]| {
            // Places and lengths are those of the ustar header, all within the block.
            block[at..at + bytes.len()].copy_from_slice(bytes);
        };
        // A longer name is cut here and whole in the pax record.
        put(0, name.as_bytes().get(..name.len().min(100)).unwrap_or_default());
        put(100, format!("{mode:07o}\0").as_bytes());
        put(108, b"0000000\0");
        put(116, b"0000000\0");
        put(124, format!("{size:011o}\0").as_bytes());
        put(136, format!("{TIME:011o}\0").as_bytes());
        put(148, b"        ");
        put(156, &[kind]);
        put(257, b"ustar\x0000");
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        self.0.extend_from_slice(&block);
    }
}

/// A pax record: its own length in digits, then key and value.
fn pax(key: &str, value: &str) -> String {
    let rest = key.len() + value.len() + 3;
    let mut length = rest + 1;
    while length != rest + length.to_string().len() {
        length = rest + length.to_string().len();
    }
    format!("{length} {key}={value}\n")
}
