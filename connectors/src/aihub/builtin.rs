//! The catalogue that is shipped: facts of the public data sets built up to 2022, and what it cannot hold.

use super::dataset::{Dataset, Import, Problem};
use super::table::read_csv;

/// Sets built from 2017 to 2022 that the ministry reviewed for upcycling.
pub const REVIEWED_SETS: u64 = 691;

/// The last year of building among them.
pub const LAST_YEAR: u16 = 2022;

/// The source noted in the sets of the shipped catalogue.
pub const SOURCE: &str = "AI Hub public listing";

/// Reads the shipped catalogue, a table as any other ([`read_csv`]). Fails where its header is not understood.
pub fn load(csv: &[u8]) -> Result<Import<Dataset>, Problem> {
    read_csv(csv, Some(SOURCE)).map(|table| table.datasets)
}

/// How many of the reviewed sets a catalogue holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    /// Those that are listed publicly: they are shipped.
    pub public: u64,
    /// Others whose source says that they are of the reviewed ones.
    pub reviewed: u64,
    /// Further sets.
    pub added: u64,
}

impl Coverage {
    /// Reviewed sets that are not in the catalogue.
    pub fn missing(self) -> u64 {
        REVIEWED_SETS.saturating_sub(self.public + self.reviewed)
    }

    /// What is missing, in English; none where nothing is.
    pub fn message_en(self) -> Option<String> {
        let reviewed = match self.reviewed {
            0 => String::new(),
            sets => format!(", {sets} were added"),
        };
        let added = match self.added {
            0 => String::new(),
            sets => format!(" {sets} further sets were added; they do not count among the {REVIEWED_SETS}."),
        };
        (self.missing() > 0).then(|| {
            format!(
                "{} of the {REVIEWED_SETS} data sets built up to {LAST_YEAR} are not publicly listed and not in this \
                 catalogue ({} are public{reviewed}).{added} If you have their facts, add them with `jogak catalog import \
                 … --source 'MSIT {REVIEWED_SETS}'`: a set counts among them where its source says {REVIEWED_SETS}.",
                self.missing(),
                self.public
            )
        })
    }

    /// What is missing, in Korean; none where nothing is.
    pub fn message_ko(self) -> Option<String> {
        let reviewed = match self.reviewed {
            0 => String::new(),
            sets => format!(", 추가 {sets}종"),
        };
        let added = match self.added {
            0 => String::new(),
            sets => format!(" 그 밖에 추가된 {sets}종은 {REVIEWED_SETS}종에 넣어 세지 않습니다."),
        };
        (self.missing() > 0).then(|| {
            format!(
                "{LAST_YEAR}년까지 구축된 {REVIEWED_SETS}종 가운데 {}종은 AI 허브에 공개되어 있지 않아 이 카탈로그에 \
                 없습니다(공개 {}종{reviewed}).{added} 정보가 있으면 `jogak catalog import … --source 'MSIT \
                 {REVIEWED_SETS}'`로 추가하세요. 출처(source)에 {REVIEWED_SETS}이라고 적힌 세트를 그 가운데 하나로 셉니다.",
                self.missing(),
                self.public
            )
        })
    }
}
