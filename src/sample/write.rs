//! Writing the archives, and the report of what is in them.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

use serde::Serialize;

use super::json::{ALIASES, Alias, Json, Place, Style};
use super::layout::{Archive, Container, Content, layout};
use super::make::{Made, Maker, closing, opening};
use super::reading::Kind;
use super::tar::TarWriter;
use super::track::ClipFact;
use super::zip::{Member, Packer, ZipWriter};
use super::{Family, Hazard, SampleError, SampleOptions};

/// Parts that a `.zip.partN` archive is cut into.
const PARTS: usize = 12;
/// Parts of the archive in `download.tar`.
const TAR_PARTS: usize = 3;
/// Clips and wrong equations that are named in the report; all are counted.
const NAMED: usize = 1000;

/// What was written, and what a reader must find.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SampleReport {
    /// Name of the family.
    pub family: String,
    /// The seed.
    pub seed: u64,
    /// Names of the hazards that are on.
    pub hazards: Vec<&'static str>,
    /// Records written: documents, pairs, problems, frames or rows.
    pub records: u64,
    /// Records that a reader keeps: all but the lost ones.
    pub good_records: u64,
    /// Records at and behind damaged places.
    pub lost_records: u64,
    /// Questions in all documents; 0 for families without questions.
    pub questions: u64,
    /// Members of all archives.
    pub members: u64,
    /// Bytes of all members before packing.
    pub unpacked_bytes: u64,
    /// Files written, in order.
    pub files: Vec<FileFact>,
    /// Archives, in order; an archive may be several files, or lie in one.
    pub archives: Vec<ArchiveFact>,
    /// Deliberate damage.
    pub damages: Vec<DamageFact>,
    /// Records that a verifier must refuse.
    pub rejects: Vec<RejectFact>,
    /// Misspelt keys, where they occur.
    pub aliases: Vec<Alias>,
    /// The first thousand clips.
    pub clips: Vec<ClipFact>,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileFact {
    /// Path under the output directory, with `/`.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// What an archive lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ContainerFact {
    /// One file.
    Zip,
    /// Cut into `.zip.partN`.
    Parts,
    /// `.z01`, `.z02`, …, `.zip`.
    Spanned,
    /// Cut into parts that lie in a tar.
    Tar,
}

/// An archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArchiveFact {
    /// The archive as one object: its path as `.zip`, after `download.tar!` for the one in the tar.
    pub object: String,
    /// The files that make it up.
    pub files: Vec<String>,
    /// What it lies in.
    pub container: ContainerFact,
    /// Names of the hazards of its names, bytes and packing; damage and containers are told elsewhere.
    pub hazards: Vec<&'static str>,
    /// Members.
    pub members: u64,
    /// Records written, damaged ones included.
    pub records: u64,
    /// Bytes of its members before packing.
    pub unpacked_bytes: u64,
}

/// A damaged place. `line` and `column` count from 1, `column` in characters; `byte_offset`, `record` and
/// `member_index` from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DamageFact {
    /// The archive, as in [`ArchiveFact::object`].
    pub object: String,
    /// The member, decoded and without leading `/`.
    pub member: String,
    /// Its position in the archive's directory.
    pub member_index: u64,
    /// `TRUNCATED`: the place is the end of the text; `SYNTAX`: the first character that does not fit.
    pub code: &'static str,
    /// The place.
    #[serde(flatten)]
    pub place: Place,
    /// The damaged record.
    pub record: u64,
    /// Records of the member before it.
    pub records_kept: u64,
    /// The damaged record and those behind it in the member.
    pub records_lost: u64,
}

/// Records that are readable and wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RejectFact {
    /// Why a verifier refuses them.
    pub code: &'static str,
    /// How many there are.
    pub count: u64,
    /// The first thousand: archive, member, record within the member.
    pub records: Vec<(String, String, u64)>,
}

/// Where [`generate`] writes the report: beside the output directory, so that it is no input.
pub fn expected_path(out: &Path) -> PathBuf {
    let mut name = out.file_name().map(ToOwned::to_owned).unwrap_or_else(|| "sample".into());
    name.push(".expected.json");
    out.with_file_name(name)
}

/// Writes a sample and its report (see [`expected_path`]).
///
/// # Errors
/// When the directory is not empty, the options contradict each other, there are too few records for the hazards, or
/// a file cannot be written.
pub fn generate(options: &SampleOptions) -> Result<SampleReport, SampleError> {
    let (low, high) = options.clip_frames;
    if low == 0 || high < low {
        return Err(SampleError::Options(format!(
            "clips of {low} to {high} frames: the first number must be 1 or more, the second not smaller"
        )));
    }
    prepare(&options.out)?;
    let maker = Maker::new(options)?;
    let mut report = SampleReport {
        family: options.family.name().to_owned(),
        seed: options.seed,
        hazards: options.hazards.iter().map(Hazard::name).collect(),
        ..SampleReport::default()
    };
    let mut writer = Writer { options, maker: &maker, report: &mut report, wrong: 0 };
    match options.one_document {
        Some(bytes) => writer.one_document(bytes)?,
        None => {
            for archive in layout(options)? {
                writer.archive(&archive)?;
            }
        }
    }
    if writer.wrong > 0 {
        let count = writer.wrong;
        match report.rejects.first_mut() {
            Some(reject) => reject.count = count,
            None => report.rejects.push(RejectFact { code: WRONG_EQUATION, count, records: Vec::new() }),
        }
    }
    report.lost_records = report.damages.iter().map(|damage| damage.records_lost).sum();
    report.good_records = report.records - report.lost_records;
    let path = expected_path(&options.out);
    let json = serde_json::to_vec_pretty(&report)?;
    fs::write(&path, json).map_err(|source| SampleError::Io { path, source })?;
    Ok(report)
}

const WRONG_EQUATION: &str = "EQUATION_DOES_NOT_COMPUTE";

fn prepare(out: &Path) -> Result<(), SampleError> {
    let io = |source| SampleError::Io { path: out.to_owned(), source };
    match fs::read_dir(out) {
        Ok(entries) => match entries.into_iter().next() {
            Some(_) => Err(SampleError::NotEmpty(out.to_owned())),
            None => Ok(()),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => fs::create_dir_all(out).map_err(io),
        Err(error) => Err(io(error)),
    }
}

struct Writer<'a> {
    options: &'a SampleOptions,
    maker: &'a Maker,
    report: &'a mut SampleReport,
    wrong: u64,
}

impl Writer<'_> {
    fn archive(&mut self, archive: &Archive) -> Result<(), SampleError> {
        let mut fact = ArchiveFact {
            object: format!("{}.zip", archive.object),
            files: Vec::new(),
            container: match archive.container {
                Container::Zip => ContainerFact::Zip,
                Container::Parts => ContainerFact::Parts,
                Container::Spanned => ContainerFact::Spanned,
                Container::Tar => ContainerFact::Tar,
            },
            hazards: archive.hazards().into_iter().map(Hazard::name).collect(),
            members: 0,
            records: archive.jobs.iter().map(|job| job.records).sum(),
            unpacked_bytes: 0,
        };
        if archive.container == Container::Tar {
            fact.object.insert_str(0, "download.tar!");
        }
        match archive.container {
            Container::Zip => {
                let path = format!("{}.zip", archive.object);
                let mut zip = ZipWriter::stream(Box::new(self.create(&path)?));
                let whole = self.place(&path);
                let failed = |source| SampleError::Io { path: whole.clone(), source };
                self.jobs(archive, &mut fact, |members| {
                    members.iter().try_for_each(|member| zip.member(member, archive.packing)).map_err(failed)
                })?;
                zip.finish().map_err(failed)?;
                self.written(path, &mut fact)?;
            }
            Container::Parts | Container::Spanned | Container::Tar => self.in_memory(archive, &mut fact)?,
        }
        self.report.members += fact.members;
        self.report.records += fact.records;
        self.report.unpacked_bytes += fact.unpacked_bytes;
        self.report.archives.push(fact);
        Ok(())
    }

    /// Archives that are cut are small: they are made in memory, cut, and written.
    fn in_memory(&mut self, archive: &Archive, fact: &mut ArchiveFact) -> Result<(), SampleError> {
        let mut members: Vec<Member> = Vec::new();
        self.jobs(archive, fact, |made| {
            members.extend(made);
            Ok(())
        })?;
        let object = archive.object.clone();
        let place = self.place(&object);
        let failed = |source| SampleError::Io { path: place.clone(), source };
        if archive.container == Container::Spanned {
            // About four volumes, with room for the longest header.
            let size: u64 = members.iter().map(|member| member.packed_size() + 2 * member.name.len() as u64 + 80).sum();
            let mut zip = ZipWriter::volumes((size.div_ceil(4) + 64).max(1024)).map_err(failed)?;
            members.iter().try_for_each(|member| zip.member(member, archive.packing)).map_err(failed)?;
            let volumes = zip.finish().map_err(failed)?;
            for (number, volume) in (1..).zip(&volumes) {
                let ending = if number == volumes.len() { "zip".to_owned() } else { format!("z{number:02}") };
                self.put(format!("{object}.{ending}"), volume, fact)?;
            }
            return Ok(());
        }
        let shared = Shared::default();
        let mut zip = ZipWriter::stream(Box::new(shared.clone()));
        members.iter().try_for_each(|member| zip.member(member, archive.packing)).map_err(failed)?;
        zip.finish().map_err(failed)?;
        let whole = shared.take();
        let pieces = if archive.container == Container::Parts { PARTS } else { TAR_PARTS };
        let parts = whole.chunks(whole.len().div_ceil(pieces).max(1)).enumerate();
        if archive.container == Container::Parts {
            for (number, part) in parts {
                self.put(format!("{object}.zip.part{number}"), part, fact)?;
            }
            return Ok(());
        }
        let mut tar = TarWriter::new();
        for (end, _) in object.match_indices('/') {
            // A position found in `object`, of a character one byte long.
            tar.folder(&object[..=end]);
        }
        for (number, part) in parts {
            tar.file(&format!("{object}.zip.part{number}"), part);
        }
        self.put("download.tar".to_owned(), &tar.finish(), fact)
    }

    /// Does the archive's jobs on all threads and hands their members on in order.
    fn jobs(
        &mut self,
        archive: &Archive,
        fact: &mut ArchiveFact,
        mut take: impl FnMut(Vec<Member>) -> Result<(), SampleError>,
    ) -> Result<(), SampleError> {
        let threads = self.options.threads.clamp(1, archive.jobs.len().max(1));
        let maker = self.maker;
        std::thread::scope(|scope| {
            let mut results = Vec::with_capacity(threads);
            for thread in 0..threads {
                // A thread is at most one finished job ahead, which bounds memory.
                let (sender, receiver) = sync_channel::<Made>(1);
                results.push(receiver);
                scope.spawn(move || {
                    let mut packer = Packer::new();
                    for (nth, job) in archive.jobs.iter().enumerate().skip(thread).step_by(threads) {
                        // The receiver is gone only after an error, which its owner reports.
                        if sender.send(maker.make(archive, job, nth, &mut packer)).is_err() {
                            return;
                        }
                    }
                });
            }
            for nth in 0..archive.jobs.len() {
                // `threads` is 1 at least and there are as many receivers. A thread that is gone has panicked, and the
                // scope passes its panic on.
                let Ok(made) = results[nth % threads].recv() else { break };
                take(self.book(made, fact))?;
            }
            Ok(())
        })
    }

    /// Takes a job's facts into the report; returns its members.
    fn book(&mut self, made: Made, fact: &mut ArchiveFact) -> Vec<Member> {
        let report = &mut *self.report;
        if let Some(damage) = made.damage {
            report.damages.push(DamageFact {
                object: fact.object.clone(),
                member: damage.member,
                member_index: fact.members + damage.position as u64,
                code: damage.code,
                place: damage.place,
                record: damage.record,
                records_kept: damage.kept,
                records_lost: damage.lost,
            });
        }
        self.wrong += made.wrong.len() as u64;
        for (member, _, record) in made.wrong {
            if report.rejects.is_empty() {
                report.rejects.push(RejectFact { code: WRONG_EQUATION, count: 0, records: Vec::new() });
            }
            if let Some(reject) = report.rejects.first_mut()
                && reject.records.len() < NAMED
            {
                reject.records.push((fact.object.clone(), member, record));
            }
        }
        let room = NAMED.saturating_sub(report.clips.len());
        report.clips.extend(made.clips.into_iter().take(room));
        if self.options.hazards.has(Hazard::Aliases) && report.aliases.is_empty() {
            report.aliases = ALIASES.to_vec();
        }
        report.questions += made.questions;
        fact.members += made.members.len() as u64;
        fact.unpacked_bytes += made.bytes;
        made.members
    }

    /// One document of about `bytes` bytes, written as it is made.
    fn one_document(&mut self, bytes: u64) -> Result<(), SampleError> {
        let name = "TL_one_document.json".to_owned();
        let content = match self.options.family {
            Family::Mrc => Content::Reading { name, kind: Kind::Extraction },
            Family::MrcOld => Content::Reading { name, kind: Kind::Squad },
            Family::MrcFinance => Content::Reading { name, kind: Kind::FinanceExtraction },
            Family::Choice => Content::Reading { name, kind: Kind::Choice },
            Family::Nli => Content::Pairs { name },
            Family::Math => Content::Problems { folder: name },
            family @ (Family::Track | Family::TrackMot) => {
                return Err(SampleError::Options(format!(
                    "one document for '{family}': its frames are documents of their own; leave the option out"
                )));
            }
        };
        let path = "TL_one_document.zip".to_owned();
        let mut fact = ArchiveFact {
            object: path.clone(),
            files: Vec::new(),
            container: ContainerFact::Zip,
            hazards: Vec::new(),
            members: 1,
            records: 0,
            unpacked_bytes: 0,
        };
        let place = self.place(&path);
        let failed = |source| SampleError::Io { path: place.clone(), source };
        let zip = ZipWriter::stream(Box::new(self.create(&path)?));
        let large = bytes >= u64::from(u32::MAX) - (64 << 20);
        let mut member = zip.begin(b"TL_one_document.json".to_vec(), large).map_err(failed)?;
        let mut json = Json::new(Style::default(), 1 << 20);
        json.open(opening(&content));
        while fact.unpacked_bytes + (json.out.len() as u64) < bytes {
            json.next_line();
            self.report.questions += self.maker.record(&content, fact.records, &mut json);
            fact.records += 1;
            if json.out.len() > 1 << 19 {
                member.write(&json.out).map_err(failed)?;
                fact.unpacked_bytes += json.out.len() as u64;
                json.out.clear();
            }
        }
        json.line();
        json.close(closing(&content));
        member.write(&json.out).map_err(failed)?;
        fact.unpacked_bytes += json.out.len() as u64;
        member.finish().and_then(ZipWriter::finish).map_err(failed)?;
        self.written(path, &mut fact)?;
        self.report.members = 1;
        self.report.records = fact.records;
        self.report.unpacked_bytes = fact.unpacked_bytes;
        self.report.archives.push(fact);
        Ok(())
    }

    fn place(&self, path: &str) -> PathBuf {
        self.options.out.join(path)
    }

    fn create(&self, path: &str) -> Result<BufWriter<File>, SampleError> {
        let place = self.place(path);
        let made = match place.parent() {
            Some(folder) => fs::create_dir_all(folder).and_then(|()| File::create(&place)),
            None => File::create(&place),
        };
        made.map(|file| BufWriter::with_capacity(1 << 20, file))
            .map_err(|source| SampleError::Io { path: place, source })
    }

    fn put(&mut self, path: String, body: &[u8], fact: &mut ArchiveFact) -> Result<(), SampleError> {
        let mut file = self.create(&path)?;
        file.write_all(body)
            .and_then(|()| file.flush())
            .map_err(|source| SampleError::Io { path: self.place(&path), source })?;
        drop(file);
        self.written(path, fact)
    }

    /// Books a file that is complete.
    fn written(&mut self, path: String, fact: &mut ArchiveFact) -> Result<(), SampleError> {
        let place = self.place(&path);
        let bytes = fs::metadata(&place).map_err(|source| SampleError::Io { path: place, source })?.len();
        fact.files.push(path.clone());
        self.report.files.push(FileFact { path, bytes });
        Ok(())
    }
}

/// Bytes that the archive writer fills and its maker takes back.
#[derive(Clone, Default)]
struct Shared(std::rc::Rc<std::cell::RefCell<Vec<u8>>>);

impl Shared {
    fn take(&self) -> Vec<u8> {
        self.0.take()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
