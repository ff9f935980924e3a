//! A bucket with a dozen made data sets of both tracks, in the four layouts that AI Hub used over the years, and a table
//! that describes them as a catalogue does. Everything in them is invented.

use std::fs;
use std::path::Path;

use jogak_engine::{Error, Result};

use crate::sample::{Family, Hazard, Hazards, SampleOptions, expected_path, generate};

/// What a set holds.
#[derive(Debug, Clone, Copy)]
enum Holds {
    /// Archives of a family.
    Sample(Family, u64),
    /// The same with damage in them.
    Damaged(Family, u64),
    /// Labels that no shipped plan is for.
    Emotions(usize),
    /// Archives that are none.
    Broken,
}

/// A made set.
#[derive(Debug, Clone, Copy)]
pub(super) struct MadeSet {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    field: &'static str,
    modality: &'static str,
    year: u16,
    tags: &'static str,
    holds: Holds,
}

macro_rules! sets {
    ($($id:literal $title:literal $field:literal $modality:literal $year:literal $tags:literal $holds:expr;)*) => {
        [$(MadeSet { id: $id, title: $title, field: $field, modality: $modality, year: $year, tags: $tags, holds: $holds }),*]
    };
}

/// All of them. Titles say what real ones say, so that they are scored like those.
pub(super) const SETS: [MadeSet; 12] = sets! {
    "990001" "(가상) 뉴스 기사 기계독해 데이터" "한국어" "텍스트" 2021 "기계독해|질의응답" Holds::Sample(Family::Mrc, 240);
    "990002" "(가상) 행정 문서 기계독해 데이터" "한국어" "텍스트" 2021 "기계독해|행정" Holds::Sample(Family::MrcOld, 160);
    "990003" "(가상) 금융·법률 문서 기계독해 데이터" "금융" "텍스트" 2022 "기계독해|금융|법률" Holds::Sample(Family::MrcFinance, 200);
    "990004" "(가상) 상식 선다형 질의응답 데이터" "교육" "텍스트" 2023 "선다형|질의응답" Holds::Sample(Family::Choice, 200);
    "990005" "(가상) 자연어 추론 함의 데이터" "한국어" "텍스트" 2019 "자연어추론|함의" Holds::Sample(Family::Nli, 600);
    "990006" "(가상) 초등 수학 문장제 풀이 데이터" "교육" "텍스트" 2022 "수학|풀이" Holds::Sample(Family::Math, 500);
    "990007" "(가상) 도서 자료 기계독해 데이터" "문화관광" "텍스트" 2021 "기계독해|도서" Holds::Damaged(Family::Mrc, 160);
    "990008" "(가상) 감성 대화 말뭉치" "한국어" "텍스트" 2020 "감성|대화" Holds::Emotions(400);
    "990009" "(가상) 손·컵 조작 객체 추적 영상" "로봇·피지컬AI" "비디오" 2022 "객체추적|조작|로봇" Holds::Sample(Family::Track, 2400);
    "990010" "(가상) 물류 작업 객체 추적 영상" "제조" "비디오" 2021 "객체추적|작업" Holds::Sample(Family::Track, 1600);
    "990011" "(가상) 보행자 추적 영상" "교통물류" "비디오" 2020 "보행자|추적" Holds::Sample(Family::TrackMot, 6000);
    "990012" "(가상) 실내 행동 영상" "재난안전환경" "비디오" 2022 "행동|영상" Holds::Broken;
};

/// The folder in which a set's labels lie, and the one of what was labelled, by the layout of its year.
fn folders(set: &MadeSet) -> (&'static str, &'static str) {
    // These samples bring the folders of their time along.
    if matches!(set.holds, Holds::Sample(Family::MrcOld, _)) {
        return ("", "089.가상 기계독해/01.데이터/1.Training/원천데이터");
    }
    match set.year {
        ..=2019 => ("data/라벨링데이터", "data/원천데이터"),
        2020..=2021 => ("01.데이터/1.Training/라벨링데이터", "01.데이터/1.Training/원천데이터"),
        2022 => ("01-1.정식개방데이터/Training/02.라벨링데이터", "01-1.정식개방데이터/Training/01.원천데이터"),
        _ => ("3.개방데이터/1.데이터/Training/02.라벨링데이터", "3.개방데이터/1.데이터/Training/01.원천데이터"),
    }
}

/// Bytes of what was labelled, in each set. It is never read.
const SOURCE_BYTES: usize = 3 << 20;

/// Makes the bucket; gives the stored bytes.
pub(super) fn make(bucket: &Path) -> Result<u64> {
    for (seed, set) in (1..).zip(&SETS) {
        let (labels, sources) = folders(set);
        let root = bucket.join(set.id);
        let labels = if labels.is_empty() { root } else { root.join(labels) };
        labels_of(set, &labels, seed)?;
        let sources = bucket.join(set.id).join(sources);
        write(&sources.join("TS.zip"), &noise(seed, SOURCE_BYTES))?;
    }
    stored(bucket)
}

fn labels_of(set: &MadeSet, folder: &Path, seed: u64) -> Result<()> {
    let (family, records, hazards) = match set.holds {
        Holds::Sample(family, records) => (family, records, Hazards::default()),
        Holds::Damaged(family, records) => {
            (family, records, Hazards::default().with(Hazard::Truncated).with(Hazard::Syntax).with(Hazard::Parts))
        }
        Holds::Emotions(count) => return emotions(folder, count),
        Holds::Broken => return write(&folder.join("TL.zip"), &noise(seed, 200_000)),
    };
    if let Some(above) = folder.parent() {
        fs::create_dir_all(above).map_err(|e| failed(above, e))?;
    }
    let mut options = SampleOptions::new(family, records, folder);
    (options.seed, options.hazards) = (seed, hazards);
    generate(&options).map_err(|e| Error::invalid("the sample archives cannot be made").because(e))?;
    // The report of what is in it is for tests, and no part of a set.
    let report = expected_path(folder);
    fs::remove_file(&report).map_err(|e| failed(&report, e))
}

/// Utterances with a feeling, as files without an archive. Each worker heard one feeling more often than the others.
fn emotions(folder: &Path, count: usize) -> Result<()> {
    const FEELINGS: [&str; 4] = ["기쁨", "슬픔", "놀람", "평온"];
    const ENDINGS: [&str; 5] = [
        "기분이 어땠는지 말해 주었다",
        "걸어서 집에 왔다",
        "편지를 다시 읽었다",
        "창문을 열어 두었다",
        "노래를 들었다",
    ];
    for file in 0..count.div_ceil(50) {
        let mut rows = Vec::new();
        for at in file * 50..((file + 1) * 50).min(count) {
            let (feeling, ending) = (FEELINGS[at % FEELINGS.len()], ENDINGS[at / 3 % ENDINGS.len()]);
            let worker = if at % 5 == 0 { at / 5 % 4 } else { at % 4 };
            rows.push(serde_json::json!({
                "talk_id": format!("T{at:05}"), "worker_id": format!("w{worker}"), "emotion": feeling,
                "utterance": format!("나루에서 보낸 {}번째 저녁에는 {ending}.", at + 1),
            }));
        }
        write(&folder.join(format!("TL_{file:03}.json")), serde_json::json!({ "data": rows }).to_string().as_bytes())?;
    }
    Ok(())
}

/// Bytes that are no archive and that no packing makes smaller.
fn noise(seed: u64, bytes: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut filled: Vec<u8> = Vec::with_capacity(bytes + 8);
    while filled.len() < bytes {
        filled.extend(next().to_le_bytes());
    }
    filled.truncate(bytes);
    filled
}

/// The table that describes the sets, with the headers of AI Hub's pages.
pub(super) fn catalogue(path: &Path) -> Result<()> {
    let mut text = "데이터셋번호,데이터명,분야,데이터 유형,구축년도,태그\n".to_owned();
    for set in &SETS {
        let MadeSet { id, title, field, modality, year, tags, .. } = set;
        text.push_str(&format!("{id},{title},{field},{modality},{year},{tags}\n"));
    }
    write(path, text.as_bytes())
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|e| failed(folder, e))?;
    }
    fs::write(path, bytes).map_err(|e| failed(path, e))
}

pub(super) fn failed(path: &Path, error: std::io::Error) -> Error {
    Error::invalid(format!("'{}' cannot be written", path.display())).because(error)
}

/// Bytes of all files below a folder.
fn stored(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|e| failed(&folder, e))?.flatten() {
            match entry.metadata() {
                Ok(about) if about.is_dir() => folders.push(entry.path()),
                Ok(about) => bytes += about.len(),
                Err(error) => return Err(failed(&entry.path(), error)),
            }
        }
    }
    Ok(bytes)
}
