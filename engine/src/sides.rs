//! Joins of a unit with tables that are the same for every unit.
//!
//! A hash join collects its left input whole and streams the right one, partition by partition. So that partition *i* of
//! the result is what unit *i* gives, the unit has to be on the right; people write it on either side.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Expr, Join, LogicalPlan, Projection};
use datafusion::optimizer::optimizer::ApplyOrder;
use datafusion::optimizer::{OptimizerConfig, OptimizerRule};

/// Puts the inputs that read units on the right of joins.
#[derive(Debug)]
pub(crate) struct UnitsOnTheRight {
    /// Names of the tables that are read unit by unit.
    pub(crate) units: Vec<String>,
}

impl UnitsOnTheRight {
    fn reads_units(&self, plan: &LogicalPlan) -> Result<bool> {
        let mut found = false;
        plan.apply(|node| {
            if let LogicalPlan::TableScan(scan) = node {
                found |= self.units.iter().any(|name| name == scan.table_name.table());
            }
            Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
        })?;
        Ok(found)
    }
}

impl OptimizerRule for UnitsOnTheRight {
    fn name(&self) -> &str {
        "units_on_the_right"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn rewrite(&self, plan: LogicalPlan, _config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        let LogicalPlan::Join(join) = &plan else { return Ok(Transformed::no(plan)) };
        if join.null_aware || !self.reads_units(&join.left)? || self.reads_units(&join.right)? {
            return Ok(Transformed::no(plan));
        }
        let columns: Vec<Expr> = join.schema.columns().into_iter().map(Expr::Column).collect();
        let swapped = Join::try_new(
            Arc::clone(&join.right),
            Arc::clone(&join.left),
            join.on.iter().cloned().map(|(left, right)| (right, left)).collect(),
            join.filter.clone(),
            join.join_type.swap(),
            join.join_constraint,
            join.null_equality,
            false,
        )?;
        let projection = Projection::try_new(columns, Arc::new(LogicalPlan::Join(swapped)))?;
        Ok(Transformed::yes(LogicalPlan::Projection(projection)))
    }
}
