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
    /// Sets built up to 2022.
    pub known: u64,
    /// Sets built later.
    pub later: u64,
    /// Sets whose year of building is unknown.
    pub undated: u64,
}

impl Coverage {
    /// Counts `datasets`.
    pub fn of<'a>(datasets: impl IntoIterator<Item = &'a Dataset>) -> Self {
        let mut coverage = Self { known: 0, later: 0, undated: 0 };
        for dataset in datasets {
            match dataset.build_year {
                Some(year) if year <= LAST_YEAR => coverage.known += 1,
                Some(_) => coverage.later += 1,
                None => coverage.undated += 1,
            }
        }
        coverage
    }

    /// Reviewed sets that are not in the catalogue.
    pub fn missing(self) -> u64 {
        REVIEWED_SETS.saturating_sub(self.known)
    }

    /// What is missing, in English; none where nothing is.
    pub fn message_en(self) -> Option<String> {
        (self.missing() > 0).then(|| {
            format!(
                "{} of the {REVIEWED_SETS} data sets built up to {LAST_YEAR} are not in this catalogue ({} are): \
                 AI Hub does not list them publicly. If you have their facts, add them with `jogak catalog import`.",
                self.missing(),
                self.known
            )
        })
    }

    /// What is missing, in Korean; none where nothing is.
    pub fn message_ko(self) -> Option<String> {
        (self.missing() > 0).then(|| {
            format!(
                "{LAST_YEAR}년까지 구축된 {REVIEWED_SETS}종 가운데 {}종은 이 카탈로그에 없습니다({}종 수록): \
                 AI 허브에 공개되어 있지 않습니다. 정보가 있으면 `jogak catalog import`로 추가하세요.",
                self.missing(),
                self.known
            )
        })
    }
}
