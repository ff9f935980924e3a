//! From stored zip to committed shards, split by stage: inflate, decode, plan (with its builders), encode and commit.
//!
//! `cargo bench --bench pipeline [-- RECORDS]` makes sample archives, then times each stage on top of the one before, so
//! that differences between lines are the stages. Figures are MB of JSON (10⁶ bytes, inflated) a second; compare them
//! within one run only, because machines are noisy.

#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark measures time and prints it")]

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Instant;

use jogak_connectors::archive::{MemberReader, Opening, Piece, ReadOptions, open_archive};
use jogak_connectors::decode::{DecodeOptions, Decoder, MemberRef, RecordsPath};
use jogak_connectors::limits::Limits;
use jogak_connectors::source::{Location, StoreSettings, VirtualStore, list, resolve};
use object_store::ObjectStore;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let records = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(60_000_u64);
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    for family in ["mrc", "nli"] {
        let archives = folder.path().join(family);
        jogak(
            &["sample", family, "--records", &records.to_string(), "--hazards", "none", "--out", path(&archives)],
            folder.path(),
        )?;
        let (bytes, inflate) = runtime.block_on(timed(&archives, None))?;
        let (_, decode) = runtime.block_on(timed(&archives, Some(family)))?;
        println!("{family}: {:.0} MB of JSON", bytes as f64 / 1e6);
        show("inflate", bytes, inflate);
        show("  + decode", bytes, decode);
        for threads in ["1", "2"] {
            let copy = folder.path().join(format!("{family}-copy.sql"));
            std::fs::write(
                &copy,
                PLAIN.replace("FAMILY", family).replace("FIELDS", fields(family)).replace("SELECTED", selected(family)),
            )?;
            let elapsed =
                run(&copy, &archives, &folder.path().join(format!("copy-{family}-{threads}")), threads, folder.path())?;
            show(&format!("  + encode and commit, rows as they are, {threads} threads"), bytes, elapsed);
        }
        for threads in ["1", "2"] {
            let plan = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("plans/sql/{family}_reasoning.sql"));
            let elapsed =
                run(&plan, &archives, &folder.path().join(format!("out-{family}-{threads}")), threads, folder.path())?;
            show(&format!("  whole: {family}_reasoning, {threads} threads"), bytes, elapsed);
        }
    }
    Ok(())
}

/// A plan that writes what it reads.
const PLAIN: &str = "/* @plan
name: copy_FAMILY
sources: { labels: { files: \"**/*.zip\", members: \"**/*.json\", records: [\"$.data[*]\", \"$[*]\"], schema: { FIELDS } } }
outputs: { rows: {} }
@plan */
CREATE VIEW rows AS SELECT SELECTED FROM labels;
";

fn fields(family: &str) -> &'static str {
    match family {
        "mrc" => {
            "doc_id: string, doc_title: string, paragraphs: { type: list<struct>, fields: { context_id: string, context: string, qas: { type: list<struct>, fields: { question_id: string, question: string, is_impossible: bool, answers: { type: list<struct>, alternatives: [struct], fields: { text: string, answer_start: int, clue_text: string, clue_start: int } } } } } }"
        }
        _ => "guid: string, premise: string, hypothesis: string, gold_label: string",
    }
}

fn selected(family: &str) -> &'static str {
    match family {
        "mrc" => "doc_id, doc_title, paragraphs",
        _ => "guid, premise, hypothesis, gold_label",
    }
}

fn show(stage: &str, bytes: u64, seconds: f64) {
    println!("  {stage:<58} {:>8.1} MB/s   {seconds:>7.2} s", bytes as f64 / 1e6 / seconds);
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap_or_default()
}

fn jogak(args: &[&str], folder: &Path) -> Result<(), Failure> {
    let done = Command::new(env!("CARGO_BIN_EXE_jogak"))
        .args(args)
        .current_dir(folder)
        .env("XDG_DATA_HOME", folder.join("data"))
        .output()?;
    if done.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&done.stderr).into_owned().into()) }
}

/// Runs a plan with units small enough for two threads; seconds of the whole command.
fn run(plan: &Path, archives: &Path, out: &Path, threads: &str, folder: &Path) -> Result<f64, Failure> {
    std::fs::write(folder.join("jogak.toml"), "unit_size = \"2MiB\"\n")?;
    let started = Instant::now();
    let labels = format!("labels={}", path(archives));
    jogak(&["run", path(plan), "--source", &labels, "--out", path(out), "--threads", threads], folder)?;
    Ok(started.elapsed().as_secs_f64())
}

/// Reads all members on one thread, and decodes them where a family is given. Inflated bytes and seconds.
async fn timed(archives: &Path, family: Option<&str>) -> Result<(u64, f64), Failure> {
    let location = Location::open(path(archives), &StoreSettings::default())?;
    let objects = list(&location, Some("**/*.zip")).await?;
    let limits = Limits::default();
    let (logical, _) = resolve(&location, &objects, Some("**/*.zip"), &limits).await?;
    let store: Arc<dyn ObjectStore> =
        Arc::new(VirtualStore::new(Arc::clone(location.store()), logical.iter().cloned()));
    let mut decoder = match family {
        Some(family) => {
            let text =
                PLAIN.replace("FAMILY", family).replace("FIELDS", fields(family)).replace("SELECTED", selected(family));
            let (plan, _) = jogak_plans::Plan::parse("copy.sql", &text);
            let schema = plan.and_then(|plan| plan.header.source("labels")?.schema.clone()).ok_or("no schema")?;
            let records = ["$.data[*]", "$[*]"].into_iter().map(RecordsPath::parse).collect::<Result<Vec<_>, _>>()?;
            Some(Decoder::new(schema, DecodeOptions { records, batch_bytes: 1 << 20, ..DecodeOptions::default() })?)
        }
        None => None,
    };
    let started = Instant::now();
    let mut bytes = 0;
    for object in &logical {
        let all = 0..u64::MAX;
        let opening = Opening { limits: &limits, hold: &AtomicUsize::new(0) };
        let (directory, members) = match open_archive(&store, object, opening, || (), |(), _| ()).await? {
            Some(opened) => {
                let directory = opened.index.read(&store, object, &all).await?;
                let members = directory.select(&all, |member| member.name.ends_with(".json"));
                (Some(directory), members)
            }
            None => (None, vec![0]),
        };
        let mut reader = MemberReader::new(Arc::clone(&store), object, directory, members, ReadOptions::default());
        while let Some(piece) = reader.next().await? {
            if let Piece::Bytes(part) = &piece {
                bytes += part.len() as u64;
            }
            let Some(decoder) = &mut decoder else { continue };
            match piece {
                Piece::Begin(_) => {
                    decoder.begin(MemberRef { object: object.key.as_str().into(), ..MemberRef::default() })?
                }
                Piece::Bytes(part) => {
                    let mut at = 0;
                    while at < part.len() {
                        at += decoder.decode(&part[at..])?;
                        while decoder.is_full() {
                            decoder.flush()?;
                        }
                    }
                }
                Piece::End(_) | Piece::Damaged(..) => decoder.finish_member()?,
            }
        }
    }
    Ok((bytes, started.elapsed().as_secs_f64()))
}
