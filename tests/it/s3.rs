//! The same run with archives and tables in an S3 store: the same rows in the same bytes.

use object_store::aws::AmazonS3;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};

use super::command::{Scratch, files_below, number, shipped};
use super::seaweed::Seaweed;
use super::table::TableFiles;

pub(super) async fn upload(scratch: &Scratch, folder: &str, store: &AmazonS3) {
    for (name, file) in files_below(&scratch.path(folder)) {
        // `parse` keeps brackets, commas and blanks of names as they are.
        let key = Path::parse(format!("{folder}/{name}")).expect("a key");
        let bytes = std::fs::read(file).expect("an archive");
        store.put(&key, PutPayload::from(bytes)).await.unwrap_or_else(|error| panic!("'{key}': {error}"));
    }
}

#[test]
fn a_run_on_s3_gives_the_bytes_of_a_local_run() {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let server = Seaweed::start().await;
        let mut scratch = Scratch::with_settings(&format!("unit_size = \"16KiB\"\n\n{}", server.settings()));
        for (name, value) in server.environment() {
            scratch.set(name, value);
        }
        // Archives in pieces are read across objects by ranges.
        scratch.sample("mrc", 240, "labels", &["--hazards", "parts,spanned,tar,odd-names,cp949,bom"]);
        let bucket = server.bucket("catalogue");
        upload(&scratch, "labels", &bucket).await;

        let plan = shipped("mrc_reasoning");
        let local = scratch.run(&plan, "labels", "out", &["--threads", "2"]);
        let remote = scratch.run(&plan, "s3://catalogue/labels", "s3://catalogue/out", &["--threads", "1"]);
        assert_eq!(remote["inputs"], local["inputs"]);
        assert_eq!(remote["committed"], true, "{remote:#}");
        for name in ["records", "sft_messages"] {
            let there = TableFiles::in_store(bucket.as_ref(), &format!("out/mrc_reasoning/{name}")).await;
            assert_eq!(there.shards(), scratch.table("out", "mrc_reasoning", name).shards(), "{name}");
            assert_eq!(there.facts()["guarantee"], "put-if-absent");
        }
        scratch.verify("s3://catalogue/out");

        let again = scratch.run(&plan, "s3://catalogue/labels", "s3://catalogue/out", &[]);
        assert_eq!(again["status"], "already_committed", "{again:#}");
        assert_eq!(number(&again, "/inputs/objects/read"), 0, "{again:#}");
    });
}
