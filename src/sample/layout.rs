//! Which archives a family has, how records are spread over them, and which archive carries which hazard.

use super::json::Style;
use super::random::Random;
use super::reading::Kind;
use super::track::Sequence;
use super::zip::Packing;
use super::{Family, Hazard, Hazards, SampleError, SampleOptions};

/// An archive to be written.
#[derive(Debug, Clone)]
pub(super) struct Archive {
    /// Path under the output directory, without `.zip`.
    pub(super) object: String,
    pub(super) container: Container,
    pub(super) style: Style,
    pub(super) names: Names,
    pub(super) packing: Packing,
    pub(super) jobs: Vec<Job>,
}

impl Archive {
    /// The hazards of its names, bytes and packing.
    pub(super) fn hazards(&self) -> Vec<Hazard> {
        [
            (Hazard::Cp949, self.names.encoding == NameEncoding::Cp949),
            (Hazard::Nfd, self.names.encoding == NameEncoding::Decomposed),
            (Hazard::Slash, self.names.leading_slash),
            (Hazard::OddNames, self.names.odd),
            (Hazard::Bom, self.style.bom),
            (Hazard::NumberStrings, self.style.number_strings),
            (Hazard::Aliases, self.style.aliases),
            (Hazard::Descriptor, self.packing.descriptors),
            (Hazard::Stored, self.packing.stored),
            (Hazard::Zip64, self.packing.zip64),
        ]
        .into_iter()
        .filter_map(|(hazard, on)| on.then_some(hazard))
        .collect()
    }
}

/// What the archive lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Zip,
    /// Cut into twelve `.zip.partN`.
    Parts,
    /// A spanned archive, `.z01`, `.z02`, …, `.zip`.
    Spanned,
    /// Cut into three parts, which lie in `download.tar`.
    Tar,
}

/// How member names are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Names {
    pub(super) encoding: NameEncoding,
    pub(super) leading_slash: bool,
    /// Brackets, commas and blanks.
    pub(super) odd: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum NameEncoding {
    /// UTF-8 with its flag, NFC.
    #[default]
    Utf8,
    /// CP949 without the flag.
    Cp949,
    /// Decomposed UTF-8 without the flag, as macOS writes it.
    Decomposed,
}

/// A piece of work that gives some members of an archive.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) content: Content,
    /// Index of its first record among all records.
    pub(super) first: u64,
    pub(super) records: u64,
    pub(super) harm: Option<Harm>,
}

/// What a job's members hold.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// One document `{"data":[…]}`.
    Reading { name: String, kind: Kind },
    /// One document `[…]`.
    Pairs { name: String },
    /// One document a problem.
    Problems { folder: String },
    /// One document with a problem a line.
    Lines { name: String },
    /// Clips, a folder each, one document a frame: number of the first clip (from 1) and the clips' lengths.
    Clips { first: u64, lengths: Vec<u64> },
    /// Pedestrian sequences, a folder each: number of the first, and the sequences.
    Sequences { first: u64, all: Vec<Sequence> },
}

/// Deliberate damage to one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Harm {
    /// It ends in the middle of a record.
    Truncated,
    /// A `",` is missing in the middle of a record.
    MissingQuote,
}

/// What archives of a family hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Matter {
    Reading(Kind),
    Pairs,
    Problems,
    Lines,
    Frames,
    Rows,
}

impl Matter {
    /// Records of one job: a document of 10 to 20 MB, or a batch of small members.
    fn records_per_job(self) -> u64 {
        match self {
            Self::Reading(_) => 6_000,
            Self::Pairs | Self::Lines => 20_000,
            Self::Problems => 1_000,
            Self::Frames => 4_000,
            Self::Rows => 60_000,
        }
    }

    /// Jobs that one archive holds at most.
    fn jobs_per_archive(self, jobs: u64) -> u64 {
        match self {
            // As in the real sets, an archive holds one document, until there would be too many archives.
            Self::Reading(_) | Self::Pairs => jobs.div_ceil(8).max(1),
            Self::Lines => jobs.div_ceil(4).max(1),
            Self::Problems => 100,
            Self::Frames => 25,
            Self::Rows => 20,
        }
    }

    /// Records that a small archive of its own needs to be worth looking at.
    fn least(self) -> u64 {
        match self {
            Self::Frames => 60,
            Self::Rows => 200,
            _ => 4,
        }
    }

    fn is_json_document(self) -> bool {
        !matches!(self, Self::Lines | Self::Rows)
    }
}

/// The archives of a family: path without `.zip`, what they hold, and their share in 100 records.
fn archives_of(family: Family) -> Vec<(String, Matter, u64)> {
    let built_2022 = |root: &str, rows: &[(&str, Matter, u64)]| {
        let path = |name: &str| {
            let part = if name.starts_with('V') { "Validation" } else { "Training" };
            format!("{root}/{part}/02.라벨링데이터/{name}")
        };
        rows.iter().map(|(name, matter, share)| (path(name), *matter, *share)).collect::<Vec<_>>()
    };
    let built_2020 = |root: &str, matter: Matter, train: &str, valid: &str| {
        vec![
            (format!("{root}/01.데이터/1.Training/라벨링데이터/{train}"), matter, 88),
            (format!("{root}/01.데이터/2.Validation/라벨링데이터/{valid}"), matter, 12),
        ]
    };
    let reading = Matter::Reading;
    match family {
        Family::Mrc => built_2022(
            "577.가상 뉴스/01-1.정식개방데이터",
            &[
                ("TL_span_extraction", reading(Kind::Extraction), 60),
                ("TL_span_inference", reading(Kind::Inference), 14),
                ("TL_unanswerable", reading(Kind::Unanswerable), 11),
                ("VL_span_extraction", reading(Kind::Extraction), 9),
                ("VL_span_inference", reading(Kind::Inference), 3),
                ("VL_unanswerable", reading(Kind::Unanswerable), 3),
            ],
        ),
        Family::MrcOld => built_2020("089.가상 기계독해", reading(Kind::Squad), "[라벨]train", "[라벨]valid"),
        Family::MrcFinance => built_2022(
            "610.가상 금융·법률 문서/3.개방데이터/1.데이터",
            &[
                ("TL_span_extraction", reading(Kind::FinanceExtraction), 40),
                ("TL_multiple_choice", reading(Kind::FinanceChoice), 27),
                ("TL_text_entailment", reading(Kind::FinanceEntailment), 21),
                ("VL_span_extraction", reading(Kind::FinanceExtraction), 5),
                ("VL_multiple_choice", reading(Kind::FinanceChoice), 4),
                ("VL_text_entailment", reading(Kind::FinanceEntailment), 3),
            ],
        ),
        Family::Choice => built_2022(
            "569.가상 행정 문서/01-1.정식개방데이터",
            &[
                ("TL_multiple_choice", reading(Kind::Choice), 60),
                ("TL_multiple_choice_번호", reading(Kind::ChoiceByNumber), 28),
                ("VL_multiple_choice", reading(Kind::Choice), 12),
            ],
        ),
        Family::Nli => built_2020("903.가상 문장 추론", Matter::Pairs, "TL1", "VL1"),
        Family::Math => built_2022(
            "904.가상 수학 문항/3.개방데이터/1.데이터",
            &[("TL_문항", Matter::Problems, 60), ("TL_풀이", Matter::Lines, 30), ("VL_문항", Matter::Problems, 10)],
        ),
        Family::Track => built_2020("905.가상 손동작 영상", Matter::Frames, "TL1", "VL1"),
        Family::TrackMot => built_2020("906.가상 보행자 추적", Matter::Rows, "TL1", "VL1"),
    }
}

/// Hazards that need an archive of their own, with the suffix of its name.
const APART: [(Hazard, &str); 6] = [
    (Hazard::Truncated, "_truncated"),
    (Hazard::Syntax, "_syntax"),
    (Hazard::Duplicate, "_duplicate"),
    (Hazard::Parts, "_parts"),
    (Hazard::Spanned, "_spanned"),
    (Hazard::Tar, "_tar"),
];

/// Cuts numbered work for one archive after the other.
struct Planner<'a> {
    options: &'a SampleOptions,
    next_record: u64,
    /// Numbers of documents, clips or sequences, from 1.
    next_number: u64,
}

/// Lays out all archives of `options`.
pub(super) fn layout(options: &SampleOptions) -> Result<Vec<Archive>, SampleError> {
    let base = archives_of(options.family);
    // Every family has archives; the first is the one that hazards are modelled on.
    let Some((first_object, first_matter, _)) = base.first().cloned() else { return Ok(Vec::new()) };
    let apart: Vec<(Hazard, &str)> = APART
        .into_iter()
        .filter(|(hazard, _)| options.hazards.has(*hazard))
        .filter(|(hazard, _)| first_matter.is_json_document() || !matches!(hazard, Hazard::Truncated | Hazard::Syntax))
        .collect();
    let needed = 2 * first_matter.least() * apart.len() as u64;
    if options.records < needed.max(1) {
        return Err(SampleError::TooFewRecords {
            records: options.records,
            needed: needed.max(1),
            hazards: apart.iter().map(|(hazard, _)| hazard.name()).collect::<Vec<_>>().join(","),
        });
    }
    let each = (options.records / 40).clamp(first_matter.least(), 100 * first_matter.least());
    let left = options.records - each * apart.len() as u64;

    let mut planner = Planner { options, next_record: 0, next_number: 1 };
    let mut archives = Vec::new();
    let mut given = 0;
    for (place, (object, matter, share)) in base.iter().enumerate() {
        // The last archive takes what rounding leaves.
        let records = if place + 1 == base.len() { left - given } else { left * share / 100 };
        given += records;
        archives.extend(planner.archives(object, *matter, records));
    }
    archives.retain(|archive| !archive.jobs.is_empty());
    dress(&mut archives, options.hazards);
    for (hazard, suffix) in apart {
        archives.push(planner.apart(&format!("{first_object}{suffix}"), first_matter, each, hazard));
    }
    Ok(archives)
}

impl Planner<'_> {
    /// `records` of `matter` in as many archives as it takes.
    fn archives(&mut self, object: &str, matter: Matter, records: u64) -> Vec<Archive> {
        let jobs = self.jobs(object, matter, records);
        let per_archive = usize::try_from(matter.jobs_per_archive(jobs.len() as u64)).unwrap_or(1).max(1);
        if jobs.len() <= per_archive {
            return vec![plain(object.to_owned(), jobs)];
        }
        let chunks = jobs.chunks(per_archive).zip(1..);
        chunks.map(|(jobs, number)| plain(format!("{object}_{number:02}"), jobs.to_vec())).collect()
    }

    fn jobs(&mut self, object: &str, matter: Matter, records: u64) -> Vec<Job> {
        let mut jobs = Vec::new();
        let mut left = records;
        let several = records > matter.records_per_job();
        while left > 0 {
            let (content, records) = self.content(object, matter, left.min(matter.records_per_job()), left, several);
            jobs.push(Job { content, first: self.next_record, records, harm: None });
            self.next_record += records;
            left -= records.min(left);
        }
        jobs
    }

    /// Content for about `wanted` of the `left` records, and for how many exactly.
    fn content(&mut self, object: &str, matter: Matter, wanted: u64, left: u64, several: bool) -> (Content, u64) {
        let stem = object.rsplit('/').next().unwrap_or(object);
        let number = self.next_number;
        let name =
            |ending: &str| if several { format!("{stem}_{number:04}.{ending}") } else { format!("{stem}.{ending}") };
        match matter {
            Matter::Reading(kind) => {
                self.next_number += 1;
                (Content::Reading { name: name("json"), kind }, wanted)
            }
            Matter::Pairs => {
                self.next_number += 1;
                (Content::Pairs { name: name("json") }, wanted)
            }
            Matter::Lines => {
                self.next_number += 1;
                (Content::Lines { name: name("jsonl") }, wanted)
            }
            Matter::Problems => (Content::Problems { folder: "문항".to_owned() }, wanted),
            Matter::Frames => {
                let mut lengths = Vec::new();
                let mut sum = 0;
                while sum < wanted {
                    let length = self.clip_length(number + lengths.len() as u64, left - sum);
                    lengths.push(length);
                    sum += length;
                }
                self.next_number += lengths.len() as u64;
                (Content::Clips { first: number, lengths }, sum)
            }
            Matter::Rows => {
                let mut all = Vec::new();
                let mut sum = 0;
                while sum < wanted {
                    let index = number + all.len() as u64;
                    let length = self.clip_length(index, u64::MAX);
                    let sequence = Sequence::new(self.options.seed, index, length, left - sum);
                    sum += sequence.rows;
                    all.push(sequence);
                }
                self.next_number += all.len() as u64;
                (Content::Sequences { first: number, all }, sum)
            }
        }
    }

    /// Frames of clip `number` when `left` frames are left; no clip is left over that is too short.
    fn clip_length(&self, number: u64, left: u64) -> u64 {
        let (low, high) = self.options.clip_frames;
        let low = u64::from(low);
        let length =
            low + Random::new(self.options.seed, "length", number).below((u64::from(high) - low + 1) as usize) as u64;
        if left < length + low { left } else { length }
    }

    /// A small archive for one hazard.
    fn apart(&mut self, object: &str, matter: Matter, records: u64, hazard: Hazard) -> Archive {
        // Two members, so that one is whole where the other is damaged, and two may share a name.
        let mut jobs = Vec::new();
        let first = (records / 2).max(1);
        for (records, stem) in [(first, "a"), (records - first, "b")] {
            let named = format!("{object}_{stem}");
            jobs.extend(self.jobs(&named, matter, records));
        }
        let harm = match hazard {
            Hazard::Truncated => Some(Harm::Truncated),
            Hazard::Syntax => Some(Harm::MissingQuote),
            _ => None,
        };
        if let Some(last) = jobs.last_mut() {
            last.harm = harm;
        }
        if hazard == Hazard::Duplicate {
            same_names(&mut jobs);
        }
        let container = match hazard {
            Hazard::Parts => Container::Parts,
            Hazard::Spanned => Container::Spanned,
            Hazard::Tar => Container::Tar,
            _ => Container::Zip,
        };
        Archive { container, ..plain(object.to_owned(), jobs) }
    }
}

fn plain(object: String, jobs: Vec<Job>) -> Archive {
    Archive {
        object,
        container: Container::Zip,
        style: Style::default(),
        names: Names::default(),
        packing: Packing::default(),
        jobs,
    }
}

/// Gives the second half's documents the names of the first half's. Clips keep their folders: there the first frame
/// of the second clip is written under the first clip's name by numbering both alike.
fn same_names(jobs: &mut [Job]) {
    let Some((head, rest)) = jobs.split_first_mut() else { return };
    for job in rest {
        match (&head.content, &mut job.content) {
            (Content::Reading { name, .. } | Content::Pairs { name }, Content::Reading { name: other, .. })
            | (Content::Pairs { name }, Content::Pairs { name: other }) => other.clone_from(name),
            (Content::Clips { first, .. }, Content::Clips { first: other, .. })
            | (Content::Sequences { first, .. }, Content::Sequences { first: other, .. }) => *other = *first,
            _ => {}
        }
    }
}

/// Deals the hazards that concern names and bytes to the archives, the smaller ones (the last of the list) first.
fn dress(archives: &mut [Archive], hazards: Hazards) {
    let count = archives.len();
    if count == 0 {
        return;
    }
    let of = |hazard: Hazard, place: usize| hazards.has(hazard).then(|| count - 1 - place % count);
    // Which archive gets which is fixed by these numbers; CP949 and decomposed names exclude each other.
    for (hazard, place) in [
        (Hazard::Cp949, 0),
        (Hazard::Nfd, 1),
        (Hazard::Slash, 2),
        (Hazard::Bom, 3),
        (Hazard::Descriptor, 3),
        (Hazard::OddNames, 4),
        (Hazard::Stored, 2),
        (Hazard::Zip64, 0),
        (Hazard::NumberStrings, 1),
        (Hazard::Aliases, 3),
    ] {
        let Some(archive) = of(hazard, place).and_then(|index| archives.get_mut(index)) else { continue };
        match hazard {
            Hazard::Cp949 => archive.names.encoding = NameEncoding::Cp949,
            Hazard::Nfd if archive.names.encoding == NameEncoding::Utf8 => {
                archive.names.encoding = NameEncoding::Decomposed;
            }
            Hazard::Slash => archive.names.leading_slash = true,
            Hazard::Bom => archive.style.bom = true,
            Hazard::Descriptor => archive.packing.descriptors = true,
            Hazard::OddNames => archive.names.odd = true,
            Hazard::Stored => archive.packing.stored = true,
            Hazard::Zip64 => archive.packing.zip64 = true,
            Hazard::NumberStrings => archive.style.number_strings = true,
            Hazard::Aliases => archive.style.aliases = true,
            _ => {}
        }
    }
    for archive in archives.iter_mut().filter(|archive| archive.names.odd) {
        archive.object.push_str(" [재검수], 1차");
    }
}
