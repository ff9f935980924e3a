//! Damage of one archive, or of a piece of one: counted exactly, kept compactly.
//!
//! Millions of members may be damaged in the same way. Rows beyond the first are packed while they wait for the
//! quarantine, where a row takes a few bytes instead of most of a kilobyte; beyond a limit they are only counted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Damage;
use crate::error::{Error, Result};
use crate::limits::Limits;

/// The code of the row that stands for damage that was only counted.
pub(crate) const TOO_MANY: &str = "TOO_MANY";

/// Rows that are packed together.
const PACK: usize = 1024;

/// Damage that was counted and not kept row by row. It is the `row_json` of a `TOO_MANY` row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rest {
    /// Rows that it stands for.
    pub rows: u64,
    /// Those of them that are records.
    pub records: u64,
    /// The rows by code.
    pub by_code: BTreeMap<String, u64>,
}

impl Rest {
    /// What a row stands for beyond itself: none unless it is `TOO_MANY`.
    pub fn of(damage: &Damage) -> Option<Self> {
        let json = damage.row_json.as_deref().filter(|_| damage.code == TOO_MANY)?;
        serde_json::from_str(json).ok()
    }

    pub(crate) fn add(&mut self, damage: &Damage) {
        let Some(rest) = Self::of(damage) else {
            self.rows += 1;
            self.records += u64::from(damage.record.is_some());
            *self.by_code.entry(damage.code.clone()).or_default() += 1;
            return;
        };
        self.rows += rest.rows;
        self.records += rest.records;
        for (code, count) in rest.by_code {
            *self.by_code.entry(code).or_default() += count;
        }
    }

    /// The row that stands for all of it; `what` has too many. None where nothing was only counted.
    pub(crate) fn into_row(self, what: &str, limits: &Limits) -> Option<Damage> {
        if self.rows == 0 {
            return None;
        }
        let codes: Vec<String> = self.by_code.iter().map(|(code, count)| format!("{code} {count}")).collect();
        let detail = format!(
            "{} more places of the {what} are damaged, which are counted here and not listed: {} ({})",
            self.rows,
            codes.join(", "),
            limits.told("damage_rows")
        );
        let mut damage = Damage::new(TOO_MANY, detail);
        damage.rule = Some("limits.damage_rows".to_owned());
        damage.row_json = serde_json::to_string(&self).ok();
        Some(damage)
    }
}

/// Damage in the order in which it was found.
#[derive(Debug, Clone)]
pub struct DamageLog {
    damage_rows: u64,
    open: Vec<Damage>,
    packed: Vec<Box<[u8]>>,
    rows: u64,
    object: String,
    rest: Rest,
    all: Rest,
}

impl Default for DamageLog {
    fn default() -> Self {
        Self::new(&Limits::default())
    }
}

impl DamageLog {
    /// An empty log.
    pub fn new(limits: &Limits) -> Self {
        Self {
            damage_rows: limits.damage_rows,
            open: Vec::new(),
            packed: Vec::new(),
            rows: 0,
            object: String::new(),
            rest: Rest::default(),
            all: Rest::default(),
        }
    }

    /// The limits as far as they matter here: there is a log for each object of a unit.
    fn limits(&self) -> Limits {
        Limits { damage_rows: self.damage_rows, ..Limits::default() }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When packing fails: a fault of ours.
    pub fn push(&mut self, damage: Damage) -> Result<()> {
        self.all.add(&damage);
        if self.rows >= self.limits().archive_damage_rows() {
            if self.object.is_empty() {
                self.object.clone_from(&damage.object);
            }
            self.rest.add(&damage);
            return Ok(());
        }
        self.rows += 1;
        self.open.push(damage);
        if self.open.len() >= PACK {
            self.packed.push(pack(&self.open)?);
            self.open.clear();
        }
        Ok(())
    }

    /// Rows that [`rows`](Self::rows) gives.
    pub fn len(&self) -> u64 {
        self.rows + u64::from(self.rest.rows > 0)
    }

    /// Whether nothing is damaged.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Everything that was added, with what `TOO_MANY` rows stand for: exact counts.
    pub fn counts(&self) -> &Rest {
        &self.all
    }

    /// The rows: those that are kept, and one for the others where there are any.
    pub fn rows(&self) -> impl Iterator<Item = Result<Damage>> {
        let packed = self.packed.iter().flat_map(|packed| match unpack(packed) {
            Ok(rows) => rows.into_iter().map(Ok).collect::<Vec<_>>(),
            Err(error) => vec![Err(error)],
        });
        let rest = self.rest.clone().into_row("archive", &self.limits());
        let rest = rest.map(|damage| Ok(Damage { object: self.object.clone(), ..damage }));
        packed.chain(self.open.iter().cloned().map(Ok)).chain(rest)
    }

    /// Bytes of memory that the log holds, about.
    pub fn memory_size(&self) -> usize {
        let texts = |damage: &Damage| {
            let optional = [&damage.member, &damage.rule, &damage.excerpt, &damage.row_json];
            damage.object.len() + damage.detail.len() + optional.into_iter().flatten().map(String::len).sum::<usize>()
        };
        self.packed.iter().map(|packed| packed.len()).sum::<usize>()
            + self.open.iter().map(|damage| size_of::<Damage>() + texts(damage)).sum::<usize>()
    }
}

fn pack(rows: &[Damage]) -> Result<Box<[u8]>> {
    let failed = |e: Box<dyn std::error::Error + Send + Sync>| Error::internal("keeping damage failed").because(e);
    let json = serde_json::to_vec(rows).map_err(|e| failed(e.into()))?;
    let packed = zstd::bulk::compress(&json, 3).map_err(|e| failed(e.into()))?;
    Ok(packed.into())
}

fn unpack(packed: &[u8]) -> Result<Vec<Damage>> {
    let json = zstd::stream::decode_all(packed);
    let rows = json.and_then(|json| serde_json::from_slice(&json).map_err(std::io::Error::from));
    rows.map_err(|error| Error::internal("damage that was kept cannot be read").because(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn damage(number: u64) -> Damage {
        let code = if number % 10 == 9 { "TYPE" } else { "SYNTAX" };
        Damage {
            object: "라벨.zip".to_owned(),
            member: Some(format!("{number:06}.json")),
            record: i64::try_from(number % 2).ok().filter(|record| *record == 0),
            excerpt: Some("x".repeat(100)),
            ..Damage::new(code, format!("damage number {number}"))
        }
    }

    #[test]
    fn rows_come_back_in_order_from_little_memory() {
        let mut log = DamageLog::default();
        for number in 0..50_000 {
            log.push(damage(number)).unwrap();
        }
        assert_eq!(log.len(), 50_000);
        let rows = log.rows().collect::<Result<Vec<_>>>().unwrap();
        assert!(rows.iter().zip(0..).all(|(row, number)| *row == damage(number)));
        assert_eq!((log.counts().rows, log.counts().records), (50_000, 25_000));
        assert_eq!(log.counts().by_code["TYPE"], 5000);
        assert!(log.memory_size() < 3_000_000, "{} bytes", log.memory_size());
    }

    #[test]
    fn what_is_beyond_the_limit_is_counted() {
        let limits = Limits { damage_rows: 1, ..Limits::default() };
        let mut log = DamageLog::new(&limits);
        for number in 0..150 {
            log.push(damage(number)).unwrap();
        }
        // A row that stands for others already.
        let rest = Rest { rows: 7, records: 3, by_code: [("DEPTH".to_owned(), 7)].into() };
        log.push(rest.into_row("member", &limits).unwrap()).unwrap();
        let rows = log.rows().collect::<Result<Vec<_>>>().unwrap();
        assert_eq!((rows.len() as u64, log.len()), (101, 101));
        let last = rows.last().unwrap();
        assert_eq!((last.code.as_str(), last.object.as_str()), (TOO_MANY, "라벨.zip"));
        assert!(last.detail.contains("57 more") && last.detail.contains("limits.damage_rows = 1;"), "{}", last.detail);
        let rest = Rest::of(last).unwrap();
        assert_eq!((rest.rows, rest.records), (57, 28));
        assert_eq!(rest.by_code, [("DEPTH", 7), ("SYNTAX", 45), ("TYPE", 5)].map(|(c, n)| (c.to_owned(), n)).into());
        assert_eq!((log.counts().rows, log.counts().by_code["SYNTAX"]), (157, 135));
    }
}
