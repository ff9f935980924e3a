//! What to compute: the plan file, its checks and diagnostics, the SQL functions, the shipped plans in `sql/`.
//! Knows nothing of where data lies.
//!
//! - [`Plan`]: a YAML header and SQL views in one file; [`check`](mod@check) finds all its problems at once
//! - [`functions`]: the SQL functions, over plain kernels in [`text`], [`reasoning`] and [`motion`]
//! - [`classify`]: may a plan run unit by unit?
//!
//! ```
//! let text = "/* @plan\nname: p\noutputs: { r: {} }\n@plan */\nCREATE VIEW r AS SELECT 1 AS one; DROP TABLE r;";
//! let (_, problems) = jogak_plans::Plan::parse("p.sql", text);
//! assert!(problems.iter().any(|problem| problem.message.contains("DROP TABLE")), "{problems:?}");
//! ```

pub mod check;
pub mod diagnostic;
mod functions;
mod grouping;
pub mod header;
mod lineage;
pub mod motion;
mod plan;
pub mod reasoning;
mod recordwise;
pub mod rows;
mod session;
pub mod text;

pub use check::{check, check_file, diagnostics_of};
pub use diagnostic::{Diagnostic, Severity, SourceFile};
pub use functions::{FunctionInfo, builder_versions, evaluations, functions};
pub use grouping::check as check_grouping;
pub use header::{Check, CheckKind, OnFail};
pub use plan::{BoundPlan, BoundView, Plan};
pub use recordwise::{RecordWise, builder_column, classify};
pub use session::{new_context, register_steps, register_views};
