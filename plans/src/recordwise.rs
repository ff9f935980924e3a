//! Whether a step can be computed one unit of its driving source at a time.
//!
//! That is an allow-list over the logical plan: projection, filter, `unnest`, and joins to tables that are the same for
//! every unit. Everything else is named as the reason.

use std::collections::BTreeSet;

use arrow::datatypes::{DataType, Schema};
use datafusion::common::JoinType;
use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion};
use datafusion::logical_expr::{Expr, Join, LogicalPlan};

use crate::header::LINEAGE;

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordWise {
    /// Each row comes from one row of this source.
    Yes {
        /// The source.
        driving: String,
    },
    /// All rows are needed at once.
    No {
        /// What makes it so, each in words such as `GROUP BY in steps`.
        reasons: Vec<String>,
    },
}

impl RecordWise {
    /// Whether it is record-wise.
    pub fn is_yes(&self) -> bool {
        matches!(self, RecordWise::Yes { .. })
    }

    /// Whether the driving sources are not read at all.
    pub(crate) fn reads_nothing(&self) -> bool {
        matches!(self, RecordWise::No { reasons } if reasons.iter().any(|reason| reason == READS_NOTHING))
    }
}

const READS_NOTHING: &str = "it reads no source that is cut into units";

/// Classifies the logical plan of an output, with its views inlined and not yet optimised. `driving` names the tables
/// that units are cut from, `side` those that every unit reads whole.
pub fn classify(plan: &LogicalPlan, driving: &[&str], side: &[&str]) -> RecordWise {
    let mut walk = Walk { driving, side, steps: Vec::new(), reasons: Vec::new(), found: BTreeSet::new() };
    walk.visit(plan);
    let Walk { mut reasons, found, .. } = walk;
    if reasons.is_empty() && found.len() > 1 {
        let names: Vec<&str> = found.iter().map(String::as_str).collect();
        reasons.push(format!("a join of {}", names.join(" and ")));
    }
    match (found.into_iter().next(), reasons.is_empty()) {
        (Some(driving), true) => RecordWise::Yes { driving },
        (None, true) => RecordWise::No { reasons: vec![READS_NOTHING.to_owned()] },
        (_, false) => {
            let mut seen = BTreeSet::new();
            reasons.retain(|reason| seen.insert(reason.clone()));
            RecordWise::No { reasons }
        }
    }
}

struct Walk<'a> {
    driving: &'a [&'a str],
    side: &'a [&'a str],
    /// Names of the steps around the node.
    steps: Vec<String>,
    reasons: Vec<String>,
    /// Driving tables that are read.
    found: BTreeSet<String>,
}

impl Walk<'_> {
    fn because(&mut self, what: &str) {
        let reason = match self.steps.last() {
            Some(step) => format!("{what} in `{step}`"),
            None => what.to_owned(),
        };
        self.reasons.push(reason);
    }

    fn visit(&mut self, plan: &LogicalPlan) {
        if self.is_fixed(plan) {
            return;
        }
        self.expressions(plan);
        match plan {
            LogicalPlan::Projection(projection) => self.visit(&projection.input),
            LogicalPlan::Filter(filter) => self.visit(&filter.input),
            LogicalPlan::Unnest(unnest) => self.visit(&unnest.input),
            LogicalPlan::SubqueryAlias(alias) => {
                self.steps.push(alias.alias.table().to_owned());
                self.visit(&alias.input);
                self.steps.pop();
            }
            LogicalPlan::TableScan(scan) => {
                let name = scan.table_name.table();
                if scan.fetch.is_some() {
                    self.because("LIMIT");
                }
                if self.driving.contains(&name) {
                    self.found.insert(name.to_owned());
                } else {
                    self.because(&format!("the table `{name}`"));
                }
            }
            LogicalPlan::Join(join) => self.join(join),
            LogicalPlan::Aggregate(_) => self.stop("GROUP BY or an aggregate", plan),
            LogicalPlan::Window(_) => self.stop("a window function", plan),
            LogicalPlan::Distinct(_) => self.stop("DISTINCT", plan),
            LogicalPlan::Sort(_) => self.stop("ORDER BY", plan),
            LogicalPlan::Limit(_) => self.stop("LIMIT", plan),
            LogicalPlan::Union(_) => self.stop("UNION", plan),
            LogicalPlan::RecursiveQuery(_) => self.stop("a recursive query", plan),
            LogicalPlan::Subquery(_) => self.stop("a subquery", plan),
            LogicalPlan::Repartition(_) => self.stop("a repartition", plan),
            other => self.stop(&format!("the operator {}", other.display()), plan),
        }
    }

    /// Notes the reason, and goes on below it, so that all reasons are known.
    fn stop(&mut self, what: &str, plan: &LogicalPlan) {
        self.because(what);
        for input in plan.inputs() {
            self.visit(input);
        }
    }

    /// A join is record-wise when one side is the same for every unit and its unmatched rows do not come out.
    fn join(&mut self, join: &Join) {
        let (left_fixed, right_fixed) = (self.is_fixed(&join.left), self.is_fixed(&join.right));
        let fits = match join.join_type {
            JoinType::Inner => left_fixed || right_fixed,
            JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti => right_fixed,
            JoinType::Right | JoinType::RightSemi | JoinType::RightAnti => left_fixed,
            _ => false,
        };
        if !fits {
            let kind = join.join_type.to_string().to_ascii_lowercase();
            self.because(&format!("a join ({kind}) in which both sides change with the unit"));
        }
        self.visit(&join.left);
        self.visit(&join.right);
    }

    /// Whether nothing below depends on the unit.
    fn is_fixed(&self, plan: &LogicalPlan) -> bool {
        let mut fixed = true;
        let walked = plan.apply_with_subqueries(|node| {
            if let LogicalPlan::TableScan(scan) = node
                && !self.side.contains(&scan.table_name.table())
            {
                fixed = false;
                return Ok(TreeNodeRecursion::Stop);
            }
            Ok(TreeNodeRecursion::Continue)
        });
        fixed && walked.is_ok()
    }

    fn expressions(&mut self, plan: &LogicalPlan) {
        for expression in plan.expressions() {
            let subquery = expression.exists(|part| {
                Ok(matches!(
                    part,
                    Expr::Exists(_) | Expr::InSubquery(_) | Expr::ScalarSubquery(_) | Expr::SetComparison(_)
                ))
            });
            if subquery.unwrap_or(true) {
                self.because("a subquery in an expression");
            }
            if expression.is_volatile() {
                self.because("a function whose result changes");
            }
        }
    }
}

/// The column that a record builder fills: the only one besides `_src`, of type
/// `Struct{record: Struct, reject: Struct{code, detail}}`. The sink writes `record` or books the rejection.
pub fn builder_column(schema: &Schema) -> Option<&str> {
    let mut columns = schema.fields().iter().filter(|field| field.name() != LINEAGE);
    let (only, None) = (columns.next()?, columns.next()) else { return None };
    let DataType::Struct(parts) = only.data_type() else { return None };
    let part = |name: &str| parts.iter().find(|field| field.name() == name).map(|field| field.data_type());
    let (Some(DataType::Struct(_)), Some(DataType::Struct(reject))) = (part("record"), part("reject")) else {
        return None;
    };
    let fits =
        parts.len() == 2 && ["code", "detail"].iter().all(|name| reject.iter().any(|field| field.name() == name));
    fits.then_some(only.name())
}

/// What an output writes: the fields of the builder's `record`, or its columns without `_src`.
pub(crate) fn written_schema(schema: &Schema) -> Schema {
    let record = builder_column(schema).and_then(|name| {
        let DataType::Struct(parts) = schema.field_with_name(name).ok()?.data_type() else { return None };
        match parts.iter().find(|field| field.name() == "record")?.data_type() {
            DataType::Struct(fields) => Some(fields.clone()),
            _ => None,
        }
    });
    match record {
        Some(fields) => Schema::new(fields),
        None => {
            let fields: Vec<_> = schema.fields().iter().filter(|field| field.name() != LINEAGE).cloned().collect();
            Schema::new(fields)
        }
    }
}
