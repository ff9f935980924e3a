//! The books: every input item is accounted for, or the run does not commit.
//!
//! - objects listed = read + already committed + failed
//! - members = decoded + partly decoded + quarantined + pruned
//! - records = delivered + quarantined
//! - delivered = with at least one output row + with none
//! - rows out = written + rejected + dropped by checks

use std::collections::BTreeMap;
use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// Counts of what units read from one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputCounts {
    /// Members that the units were cut from, after the member pattern.
    pub members: u64,
    /// Read to their end.
    pub members_decoded: u64,
    /// Read up to damage.
    pub members_partly: u64,
    /// Of no use at all.
    pub members_quarantined: u64,
    /// Left out by the member pattern.
    pub members_pruned: u64,
    /// Records met.
    pub records: u64,
    /// Given to the plan.
    pub records_delivered: u64,
    /// Set aside.
    pub records_quarantined: u64,
    /// Stored bytes read.
    pub bytes_read: u64,
    /// Bytes after inflating.
    pub bytes_decoded: u64,
    /// Values that were coerced, by field and kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub coercions: BTreeMap<String, u64>,
}

impl AddAssign<&InputCounts> for InputCounts {
    fn add_assign(&mut self, other: &InputCounts) {
        self.members += other.members;
        self.members_decoded += other.members_decoded;
        self.members_partly += other.members_partly;
        self.members_quarantined += other.members_quarantined;
        self.members_pruned += other.members_pruned;
        self.records += other.records;
        self.records_delivered += other.records_delivered;
        self.records_quarantined += other.records_quarantined;
        self.bytes_read += other.bytes_read;
        self.bytes_decoded += other.bytes_decoded;
        add_all(&mut self.coercions, &other.coercions);
    }
}

/// Counts of what units wrote for one output.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputCounts {
    /// Rows that the plan gave.
    pub rows_out: u64,
    /// Rows written.
    pub written: u64,
    /// Rows that a builder refused, by code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rejected: BTreeMap<String, u64>,
    /// Rows that a check took out, by check.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dropped: BTreeMap<String, u64>,
    /// Rows that failed a check, by check, whatever was done about it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub failed: BTreeMap<String, u64>,
    /// Source records with at least one row, where the plan carries `_src`.
    pub records_with_rows: Option<u64>,
    /// Written rows by tier, where the output has tiers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tiers: BTreeMap<String, u64>,
    /// Written paths by strategy (wrong paths under `wrong`), where the output has paths.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub strategies: BTreeMap<String, u64>,
}

impl AddAssign<&OutputCounts> for OutputCounts {
    fn add_assign(&mut self, other: &OutputCounts) {
        self.rows_out += other.rows_out;
        self.written += other.written;
        add_all(&mut self.rejected, &other.rejected);
        add_all(&mut self.dropped, &other.dropped);
        add_all(&mut self.failed, &other.failed);
        add_all(&mut self.tiers, &other.tiers);
        add_all(&mut self.strategies, &other.strategies);
        self.records_with_rows = match (self.records_with_rows, other.records_with_rows) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        };
    }
}

fn add_all(into: &mut BTreeMap<String, u64>, from: &BTreeMap<String, u64>) {
    for (key, count) in from {
        *into.entry(key.clone()).or_default() += count;
    }
}

/// The objects of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectCounts {
    /// In the listing.
    pub listed: u64,
    /// Read by this run.
    pub read: u64,
    /// Unchanged since an earlier commit.
    pub already_committed: u64,
    /// Of no use as a whole.
    pub failed: u64,
    /// In the ledger and no longer in the listing.
    pub vanished: u64,
}

/// Sums that must hold. Each broken one is a sentence.
pub fn imbalances(objects: &ObjectCounts, input: &InputCounts, outputs: &[(String, OutputCounts)]) -> Vec<String> {
    let mut broken = Vec::new();
    let mut hold = |what: String, left: u64, right: u64| {
        if left != right {
            broken.push(format!("{what}: {left} is not {right}"));
        }
    };
    hold(
        "objects listed = read + already committed + failed".into(),
        objects.listed,
        objects.read + objects.already_committed + objects.failed,
    );
    hold(
        "members = decoded + partly decoded + quarantined + pruned".into(),
        input.members,
        input.members_decoded + input.members_partly + input.members_quarantined + input.members_pruned,
    );
    hold(
        "records = delivered + quarantined".into(),
        input.records,
        input.records_delivered + input.records_quarantined,
    );
    for (name, output) in outputs {
        let rejected: u64 = output.rejected.values().sum();
        let dropped: u64 = output.dropped.values().sum();
        hold(
            format!("{name}: rows out = written + rejected + dropped by checks"),
            output.rows_out,
            output.written + rejected + dropped,
        );
        if let Some(with_rows) = output.records_with_rows
            && with_rows > input.records_delivered
        {
            hold(
                format!("{name}: records with rows are at most the records delivered"),
                with_rows,
                input.records_delivered,
            );
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_row_is_named() {
        let objects = ObjectCounts { listed: 2, read: 1, already_committed: 1, ..Default::default() };
        let input =
            InputCounts { members: 3, members_decoded: 3, records: 5, records_delivered: 5, ..Default::default() };
        let mut output = OutputCounts { rows_out: 5, written: 4, ..Default::default() };
        let broken = imbalances(&objects, &input, &[("records".into(), output.clone())]);
        assert_eq!(broken, ["records: rows out = written + rejected + dropped by checks: 5 is not 4"]);
        output.rejected.insert("X".into(), 1);
        assert!(imbalances(&objects, &input, &[("records".into(), output)]).is_empty());
    }
}
