//! From a job to packed members: content, names, deliberate damage.

use unicode_normalization::UnicodeNormalization as _;

use super::json::{Json, Place, Style, place};
use super::layout::{Archive, Content, Harm, Job, NameEncoding, Names};
use super::math::Problem;
use super::nli::Pairs;
use super::passage::Composer;
use super::reading::{self, Kind};
use super::track::{Action, Clip, ClipFact, Sequence};
use super::zip::{Member, Packer};
use super::{Family, Hazard, SampleError, SampleOptions};

/// Makes records of all kinds. Shared between threads.
pub(super) struct Maker {
    news: Composer,
    finance: Composer,
    pairs: Pairs,
    seed: u64,
    faulty: bool,
}

/// What a job made.
#[derive(Default)]
pub(super) struct Made {
    pub(super) members: Vec<Member>,
    pub(super) bytes: u64,
    pub(super) questions: u64,
    pub(super) damage: Option<MadeDamage>,
    /// Member and record (within the member) of each wrong equation, and the member's position in the job.
    pub(super) wrong: Vec<(String, usize, u64)>,
    pub(super) clips: Vec<ClipFact>,
}

/// Damage within a job.
pub(super) struct MadeDamage {
    pub(super) code: &'static str,
    pub(super) member: String,
    /// The member's position in the job.
    pub(super) position: usize,
    pub(super) place: Place,
    pub(super) record: u64,
    pub(super) kept: u64,
    pub(super) lost: u64,
}

/// A document under construction.
struct Document {
    json: Json,
    /// Where each record starts.
    starts: Vec<usize>,
}

impl Maker {
    /// Compiles the grammars.
    pub(super) fn new(options: &SampleOptions) -> Result<Self, SampleError> {
        Ok(Self {
            news: Composer::news()?,
            finance: Composer::finance()?,
            pairs: Pairs::new()?,
            seed: options.seed,
            faulty: options.hazards.has(Hazard::Equation),
        })
    }

    fn composer(&self, kind: Kind) -> &Composer {
        match kind {
            Kind::FinanceExtraction | Kind::FinanceChoice | Kind::FinanceEntailment => &self.finance,
            _ => &self.news,
        }
    }

    /// Does `job`, the `nth` of `archive`.
    pub(super) fn make(&self, archive: &Archive, job: &Job, nth: usize, packer: &mut Packer) -> Made {
        let mut made = Made::default();
        let mut add = |name: &str, body: Vec<u8>, made: &mut Made| {
            let (bytes, utf8, shown) = archive.names.write(name, nth);
            made.bytes += body.len() as u64;
            made.members.push(packer.pack(bytes, utf8, body, archive.packing));
            shown
        };
        match &job.content {
            Content::Reading { name, .. } | Content::Pairs { name } => {
                let (document, questions) = self.document(job, archive.style);
                made.questions = questions;
                let (body, damage) = harmed(document, job.harm);
                let member = add(name, body, &mut made);
                made.damage = damage.map(|damage| MadeDamage { member, ..damage });
            }
            Content::Problems { folder } => {
                let middle = job.records / 2;
                for index in 0..job.records {
                    let number = job.first + index;
                    let problem = Problem::new(self.seed, number, self.faulty);
                    let mut document = Document { json: Json::new(archive.style, 1024), starts: vec![0] };
                    problem.document(number, &mut document.json);
                    let (body, damage) = harmed(document, job.harm.filter(|_| index == middle));
                    let member = add(&format!("{folder}/M_{number:08}.json"), body, &mut made);
                    made.questions += 1;
                    if problem.is_wrong() && damage.is_none() {
                        made.wrong.push((member.clone(), made.members.len() - 1, 0));
                    }
                    made.damage = damage
                        .map(|damage| MadeDamage { member, position: made.members.len() - 1, ..damage })
                        .or(made.damage.take());
                }
            }
            Content::Lines { name } => {
                let mut body = Vec::with_capacity(job.records as usize * 512);
                let mut wrong = Vec::new();
                if archive.style.bom {
                    body.extend_from_slice("\u{feff}".as_bytes());
                }
                for index in 0..job.records {
                    let problem = Problem::new(self.seed, job.first + index, self.faulty);
                    problem.json_line(&mut body);
                    if problem.is_wrong() {
                        wrong.push(index);
                    }
                }
                made.questions = job.records;
                let member = add(name, body, &mut made);
                made.wrong = wrong.into_iter().map(|record| (member.clone(), 0, record)).collect();
            }
            Content::Clips { first, lengths } => {
                let middle = lengths.len() / 2;
                let mut start = job.first;
                for (place, (length, number)) in lengths.iter().zip(*first..).enumerate() {
                    let clip = Clip::new(self.seed, start, *length);
                    start += length;
                    let folder = format!("clip_{number:05}");
                    for index in 0..clip.len() {
                        let mut document = Document { json: Json::new(archive.style, 512), starts: vec![0] };
                        clip.frame(index, &mut document.json);
                        let harm = job.harm.filter(|_| place == middle && index == clip.len() / 2);
                        let (body, damage) = harmed(document, harm);
                        let member = add(&format!("{folder}/frame_{:06}.json", index + 1), body, &mut made);
                        made.damage = damage
                            .map(|damage| MadeDamage { member, position: made.members.len() - 1, ..damage })
                            .or(made.damage.take());
                    }
                    made.clips.push(ClipFact {
                        clip: folder,
                        object: format!("{}.zip", archive.object),
                        action: clip.action,
                        frames: *length,
                        contact: clip.contact,
                        grip: clip.grip,
                        release: clip.release,
                        missing_boxes: clip.missing,
                    });
                }
            }
            Content::Sequences { first, all } => {
                for (sequence, number) in all.iter().zip(*first..) {
                    let folder = format!("seq_{number:05}");
                    add(&format!("{folder}/seqinfo.ini"), sequence.info(&folder), &mut made);
                    add(&format!("{folder}/gt/gt.txt"), sequence.text(self.seed), &mut made);
                }
            }
        }
        made
    }

    fn document(&self, job: &Job, style: Style) -> (Document, u64) {
        let per_record = if matches!(job.content, Content::Pairs { .. }) { 420 } else { 2_600 };
        let mut document = Document {
            json: Json::new(style, job.records as usize * per_record + 64),
            starts: Vec::with_capacity(job.records as usize),
        };
        let json = &mut document.json;
        json.open(opening(&job.content));
        let mut questions = 0;
        for index in job.first..job.first + job.records {
            json.next_line();
            document.starts.push(json.out.len());
            questions += self.record(&job.content, index, json);
        }
        json.line();
        json.close(closing(&job.content));
        (document, questions)
    }

    /// Writes one record of a document; returns the number of its questions.
    pub(super) fn record(&self, content: &Content, index: u64, json: &mut Json) -> u64 {
        match content {
            Content::Reading { kind, .. } => reading::record(self.composer(*kind), *kind, self.seed, index, json),
            Content::Pairs { .. } => {
                self.pairs.record(self.seed, index, json);
                1
            }
            _ => {
                Problem::new(self.seed, index, self.faulty).document(index, json);
                1
            }
        }
    }
}

/// How a document begins, before its first record.
pub(super) fn opening(content: &Content) -> &'static str {
    if matches!(content, Content::Reading { .. }) { "{\"data\":[" } else { "[" }
}

/// How a document ends, after its last record.
pub(super) fn closing(content: &Content) -> &'static str {
    if matches!(content, Content::Reading { .. }) { "]}" } else { "]" }
}

/// The document's bytes, damaged in the record in its middle if `harm` says so.
fn harmed(document: Document, harm: Option<Harm>) -> (Vec<u8>, Option<MadeDamage>) {
    let Document { json, starts } = document;
    let mut text = json.out;
    let Some(harm) = harm else { return (text, None) };
    let record = starts.len() / 2;
    let start = starts.get(record).copied().unwrap_or(0);
    let end = starts.get(record + 1).copied().unwrap_or(text.len());
    let (code, offset) = match harm {
        Harm::Truncated => {
            let mut cut = start + (end - start) * 55 / 100;
            // Between two characters, so that nothing but the end is wrong.
            while text.get(cut).is_some_and(|byte| byte & 0xC0 == 0x80) {
                cut -= 1;
            }
            text.truncate(cut);
            ("TRUNCATED", cut)
        }
        Harm::MissingQuote => {
            let from = start + (end - start) * 40 / 100;
            let found = text.get(from..).and_then(|rest| rest.windows(3).position(|bytes| bytes == b"\",\""));
            let Some(found) = found.map(|found| from + found) else { return (text, None) };
            // The string now ends at the quote that opened the next key; the key's first letter is out of place.
            text.drain(found..found + 2);
            ("SYNTAX", found + 1)
        }
    };
    let damage = MadeDamage {
        code,
        member: String::new(),
        position: 0,
        place: place(&text, offset),
        record: record as u64,
        kept: record as u64,
        lost: (starts.len() - record) as u64,
    };
    (text, Some(damage))
}

impl Names {
    /// The name's bytes in the archive, whether they carry the UTF-8 flag, and the name that a reader should show.
    fn write(self, name: &str, nth: usize) -> (Vec<u8>, bool, String) {
        let mut shown = if self.odd { odd(name) } else { name.to_owned() };
        if self.encoding != NameEncoding::Utf8 {
            // So that there is something to encode.
            shown.insert_str(0, "라벨/");
        }
        let slashes = match (self.leading_slash, nth) {
            (false, _) => "",
            (true, 0) => "/",
            (true, _) => "//",
        };
        let written = format!("{slashes}{shown}");
        match self.encoding {
            NameEncoding::Utf8 => (written.into_bytes(), true, shown),
            NameEncoding::Cp949 => (encoding_rs::EUC_KR.encode(&written).0.into_owned(), false, shown),
            NameEncoding::Decomposed => (written.nfd().collect::<String>().into_bytes(), false, shown),
        }
    }
}

/// Brackets, a comma and blanks in the first part of a path.
fn odd(name: &str) -> String {
    match (name.split_once('/'), name.rsplit_once('.')) {
        (Some((folder, rest)), _) => format!("[라벨] {folder}, 1차 (검수)/{rest}"),
        (None, Some((stem, ending))) => format!("[라벨] {stem}, 1차 (검수).{ending}"),
        (None, None) => format!("[라벨] {name}, 1차 (검수)"),
    }
}

/// A few records of a family as one JSON text: two documents, three pairs, two problems, a clip of 40 frames
/// in which a hand carries a cup into a tray; for
/// `track_mot` some rows of text.
///
/// # Errors
/// [`SampleError::Grammar`] when the grammar is broken.
pub fn tiny(family: Family, seed: u64) -> Result<String, SampleError> {
    let options = SampleOptions { seed, hazards: super::Hazards::NONE, ..SampleOptions::new(family, 1, "") };
    let maker = Maker::new(&options)?;
    let name = String::new();
    let (content, records) = match family {
        Family::Mrc => (Content::Reading { name, kind: Kind::Extraction }, 2),
        Family::MrcOld => (Content::Reading { name, kind: Kind::Squad }, 2),
        Family::MrcFinance => (Content::Reading { name, kind: Kind::FinanceChoice }, 2),
        Family::Choice => (Content::Reading { name, kind: Kind::Choice }, 2),
        Family::Nli => (Content::Pairs { name }, 3),
        Family::Math => (Content::Problems { folder: name }, 2),
        Family::Track => {
            // The first clip in which a cup comes into the tray; more than half of all are of that kind.
            let clips = (0..100).map(|index| Clip::new(seed, index, 40));
            let whole = |clip: &Clip| clip.action == Action::CarryToTray && clip.missing == 0;
            let clip = clips.into_iter().find(whole).unwrap_or_else(|| Clip::new(seed, 0, 40));
            let mut json = Json::new(Style::default(), 16_384);
            json.open("[");
            for index in 0..clip.len() {
                json.next_line();
                clip.frame(index, &mut json);
            }
            json.close("]");
            return Ok(text(json.out));
        }
        Family::TrackMot => return Ok(text(Sequence::new(seed, 0, 10, u64::MAX).text(seed))),
    };
    let job = Job { content, first: 0, records, harm: None };
    Ok(text(maker.document(&job, Style::default()).0.json.out))
}

fn text(bytes: Vec<u8>) -> String {
    // Everything written here came from strings.
    String::from_utf8_lossy(&bytes).into_owned()
}
