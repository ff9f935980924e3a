//! The places that runs write to in tests that are the same for all of them: a directory, SeaweedFS and moto.

use std::fs;
use std::sync::Arc;

use futures::TryStreamExt;
use object_store::aws::AmazonS3;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use tokio::runtime::Runtime;

use super::command::Scratch;
use super::moto::Moto;
use super::s3::upload;
use super::seaweed::Seaweed;
use super::table::TableFiles;

const BUCKET: &str = "catalogue";

enum Server {
    None,
    Seaweed(Seaweed),
    Moto(Moto),
}

/// A scratch directory and a place for archives and tables, which may be the same.
pub(super) struct Place {
    pub(super) name: &'static str,
    pub(super) scratch: Scratch,
    server: Server,
    runtime: Runtime,
}

impl Place {
    pub(super) fn disk(settings: &str) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        Self { name: "disk", scratch: Scratch::with_settings(settings), server: Server::None, runtime }
    }

    pub(super) fn seaweed(settings: &str) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let server = runtime.block_on(Seaweed::start());
        let scratch = scratch(settings, &server.settings(), server.environment());
        Self { name: "seaweedfs", scratch, server: Server::Seaweed(server), runtime }
    }

    pub(super) fn moto(settings: &str) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let server = runtime.block_on(Moto::start(BUCKET));
        let scratch = scratch(settings, &server.settings(), server.environment());
        Self { name: "moto", scratch, server: Server::Moto(server), runtime }
    }

    fn bucket(&self) -> Option<Arc<AmazonS3>> {
        match &self.server {
            Server::None => None,
            Server::Seaweed(server) => Some(server.bucket(BUCKET)),
            Server::Moto(server) => Some(server.bucket(BUCKET)),
        }
    }

    /// The address of a folder of this place, as commands take it anywhere.
    pub(super) fn url(&self, folder: &str) -> String {
        match self.server {
            Server::None => self.scratch.path(folder).to_string_lossy().into_owned(),
            _ => format!("s3://{BUCKET}/{folder}"),
        }
    }

    /// Another scratch directory, with settings of its own and the same place.
    pub(super) fn another(&self, settings: &str) -> Scratch {
        match &self.server {
            Server::None => Scratch::with_settings(settings),
            Server::Seaweed(server) => scratch(settings, &server.settings(), server.environment()),
            Server::Moto(server) => scratch(settings, &server.settings(), server.environment()),
        }
    }

    /// Archives that were made in the folder `labels` go to the place, so that runs read them from it.
    pub(super) fn keep_labels(&self) {
        self.keep("labels");
    }

    /// The same for any folder.
    pub(super) fn keep(&self, folder: &str) {
        if let Some(bucket) = self.bucket() {
            self.runtime.block_on(upload(&self.scratch, folder, &bucket));
        }
    }

    /// A table.
    pub(super) fn table(&self, out: &str, plan: &str, output: &str) -> TableFiles {
        match self.bucket() {
            None => self.scratch.table(out, plan, output),
            Some(bucket) => {
                self.runtime.block_on(TableFiles::in_store(bucket.as_ref(), &format!("{out}/{plan}/{output}")))
            }
        }
    }

    /// The tables of a folder are on the disk afterwards, in a folder of the same name, for checkers that read files.
    pub(super) fn fetch(&self, out: &str) {
        let Some(bucket) = self.bucket() else { return };
        self.runtime.block_on(async {
            let prefix = Path::parse(out).expect("a key");
            let found: Vec<_> = bucket.list(Some(&prefix)).try_collect().await.expect("a listing");
            for meta in found {
                let bytes = bucket.get(&meta.location).await.expect("an object").bytes().await.expect("its bytes");
                let path = self.scratch.path(meta.location.as_ref());
                fs::create_dir_all(path.parent().expect("a folder")).expect("its folder");
                fs::write(path, bytes).expect("a file");
            }
        });
    }
}

fn scratch(settings: &str, store: &str, environment: [(&'static str, &'static str); 2]) -> Scratch {
    let mut scratch = Scratch::with_settings(&format!("{settings}\n{store}"));
    for (name, value) in environment {
        scratch.set(name, value);
    }
    scratch
}

/// How much of something a test does: what the environment asks for, or `usual`.
pub(super) fn wanted(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}
