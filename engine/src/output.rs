//! What happens to the rows of one output between the plan and its shards: builder results are taken apart, checks are
//! applied, every row is counted, and outputs that read this one are fed.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, ListArray, RecordBatch, StructArray};
use arrow::compute::{filter_record_batch, not};
use arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use datafusion::common::DFSchema;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::prelude::SessionContext;
use jogak_connectors::damage::Damage;
use jogak_connectors::sink::{QuarantineRow, QuarantineWriter, ShardLimits, ShardWriter, plain_schema};
use jogak_plans::{Check, CheckKind, OnFail, builder_column};

use crate::books::OutputCounts;
use crate::error::{Error, Result};

/// A check that can be evaluated on the rows of an output.
pub(crate) struct RowCheck {
    pub(crate) name: String,
    pub(crate) on_fail: OnFail,
    pub(crate) max_rate: Option<f64>,
    expr: Arc<dyn PhysicalExpr>,
}

/// An output of a plan, as the run needs it.
pub(crate) struct OutputSpec {
    pub(crate) name: String,
    /// Columns of the rows that are written.
    pub(crate) schema: SchemaRef,
    /// The one column that a record builder fills, where the output is of that kind.
    builder: Option<String>,
    pub(crate) partition_by: Vec<String>,
    pub(crate) limits: ShardLimits,
    pub(crate) checks: Vec<RowCheck>,
    /// Columns whose values must be unique over the run, with what happens otherwise.
    pub(crate) unique: Vec<(String, OnFail)>,
}

impl OutputSpec {
    /// Prepares output `name`, whose view has `view_schema`.
    ///
    /// # Errors
    /// When a check cannot be compiled for these rows.
    pub(crate) fn new(
        context: &SessionContext,
        name: &str,
        view_schema: &Schema,
        checks: &[Check],
        partition_by: Vec<String>,
        limits: ShardLimits,
    ) -> Result<Self> {
        let builder = builder_column(view_schema).map(str::to_owned);
        let written = match &builder {
            Some(column) => record_fields(view_schema, column)?,
            None => view_schema.clone(),
        };
        let schema = Arc::new(plain_schema(&written));
        let df_schema =
            DFSchema::try_from(Arc::clone(&schema)).map_err(|e| Error::internal("output schema").because(e))?;
        let mut row_checks = Vec::new();
        let mut unique = Vec::new();
        for check in checks.iter().filter_map(|check| check.for_output(name, &schema)) {
            if let CheckKind::Unique(column) = &check.kind {
                unique.push((column.clone(), check.on_fail));
                continue;
            }
            let compiled = context
                .parse_sql_expr(&check.expr_sql, &df_schema)
                .and_then(|expr| context.create_physical_expr(expr, &df_schema));
            let missing = |e: &datafusion::error::DataFusionError| e.to_string().contains("No field named");
            match compiled {
                Ok(expr) => {
                    row_checks.push(RowCheck {
                        name: check.name,
                        on_fail: check.on_fail,
                        max_rate: check.max_rate,
                        expr,
                    });
                }
                // A check applies to every output that has its columns; `check` has refused one that fits none.
                Err(error) if missing(&error) => {}
                Err(error) => {
                    return Err(
                        Error::invalid(format!("check '{}' does not fit output '{name}'", check.name)).because(error)
                    );
                }
            }
        }
        Ok(Self { name: name.to_owned(), schema, builder, partition_by, limits, checks: row_checks, unique })
    }
}

fn record_fields(schema: &Schema, column: &str) -> Result<Schema> {
    let field = schema.field_with_name(column).map_err(|e| Error::internal("builder column").because(e))?;
    if let DataType::Struct(fields) = field.data_type()
        && let Some((_, record)) = fields.find("record")
        && let DataType::Struct(fields) = record.data_type()
    {
        return Ok(Schema::new(fields.clone()));
    }
    Err(Error::internal(format!("column '{column}' holds no records")))
}

/// Takes the rows of one output in one unit.
pub(crate) struct OutputWriter {
    spec: Arc<OutputSpec>,
    unit: i64,
    shards: ShardWriter,
    pub(crate) counts: OutputCounts,
    last_source: Option<SourceKey>,
    carries_src: bool,
}

type SourceKey = (String, i64, i64);

impl OutputWriter {
    pub(crate) fn new(spec: Arc<OutputSpec>, unit: i64, shards: ShardWriter) -> Self {
        Self { spec, unit, shards, counts: OutputCounts::default(), last_source: None, carries_src: false }
    }

    /// Writes the good rows of a batch and returns the batch with only these, for the outputs that read this one.
    pub(crate) async fn write(&mut self, batch: RecordBatch, quarantine: &mut QuarantineWriter) -> Result<RecordBatch> {
        self.counts.rows_out += batch.num_rows() as u64;
        self.count_sources(&batch);
        let (batch, mut rows) = self.take_apart(batch, quarantine)?;
        let mut keep: Option<BooleanArray> = None;
        for check in &self.spec.checks {
            let bad = failing(check, &rows)?;
            if bad.true_count() == 0 {
                continue;
            }
            *self.counts.failed.entry(check.name.clone()).or_default() += bad.true_count() as u64;
            if matches!(check.on_fail, OnFail::Drop | OnFail::Quarantine) {
                // A row that an earlier check took out is not taken out twice.
                let newly = match &keep {
                    Some(keep) => arrow::compute::and(&bad, keep).map_err(compute)?,
                    None => bad.clone(),
                };
                *self.counts.dropped.entry(check.name.clone()).or_default() += newly.true_count() as u64;
                if check.on_fail == OnFail::Quarantine {
                    self.set_aside(check, &batch, &rows, &newly, quarantine)?;
                }
                let good = not(&bad).map_err(compute)?;
                keep = Some(match keep {
                    Some(keep) => arrow::compute::and(&keep, &good).map_err(compute)?,
                    None => good,
                });
            }
        }
        let mut kept = batch;
        if let Some(keep) = keep {
            rows = filter_record_batch(&rows, &keep).map_err(compute)?;
            kept = filter_record_batch(&kept, &keep).map_err(compute)?;
        }
        self.counts.written += rows.num_rows() as u64;
        self.tally(&rows);
        self.shards.write(&rows).await?;
        Ok(kept)
    }

    pub(crate) async fn close(mut self) -> Result<(OutputCounts, Vec<jogak_connectors::sink::Shard>)> {
        if !self.carries_src {
            self.counts.records_with_rows = None;
        }
        Ok((self.counts, self.shards.close().await?))
    }

    /// Splits builder results into records and rejections; other rows pass as they are.
    fn take_apart(
        &mut self,
        batch: RecordBatch,
        quarantine: &mut QuarantineWriter,
    ) -> Result<(RecordBatch, RecordBatch)> {
        let Some(column) = &self.spec.builder else { return Ok((batch.clone(), batch)) };
        let results = batch
            .column_by_name(column)
            .and_then(|array| array.as_struct_opt())
            .cloned()
            .ok_or_else(|| Error::internal(format!("column '{column}' is no struct")))?;
        let child = |name: &str| {
            let array = results.column_by_name(name).and_then(|array| array.as_struct_opt());
            array.cloned().ok_or_else(|| Error::internal(format!("'{column}' has no '{name}'")))
        };
        let (records, rejects) = (child("record")?, child("reject")?);
        let accepted: BooleanArray =
            (0..batch.num_rows()).map(|row| Some(results.is_valid(row) && records.is_valid(row))).collect();
        let text = |name: &str, row: usize| -> Option<String> {
            let array = rejects.column_by_name(name)?.as_string_opt::<i32>()?;
            (rejects.is_valid(row) && array.is_valid(row)).then(|| array.value(row).to_owned())
        };
        for row in (0..batch.num_rows()).filter(|row| !accepted.value(*row)) {
            let code = text("code", row).unwrap_or_else(|| "NO_RECORD".to_owned());
            *self.counts.rejected.entry(code.clone()).or_default() += 1;
            let detail = text("detail", row).unwrap_or_else(|| "the builder gave neither record nor reason".to_owned());
            let damage = Damage { code, detail, rule: Some(column.clone()), ..place(&batch, row) };
            quarantine.push(self.row("row", damage))?;
        }
        let batch = if accepted.true_count() == batch.num_rows() {
            batch
        } else {
            filter_record_batch(&batch, &accepted).map_err(compute)?
        };
        let records = batch
            .column_by_name(column)
            .and_then(|array| array.as_struct_opt()?.column_by_name("record")?.as_struct_opt().cloned())
            .ok_or_else(|| Error::internal(format!("'{column}' has no 'record'")))?;
        let rows = as_rows(&records, &self.spec.schema)?;
        Ok((batch, rows))
    }

    fn set_aside(
        &self,
        check: &RowCheck,
        batch: &RecordBatch,
        rows: &RecordBatch,
        bad: &BooleanArray,
        quarantine: &mut QuarantineWriter,
    ) -> Result<()> {
        for row in (0..rows.num_rows()).filter(|row| bad.value(*row)) {
            let damage = Damage {
                code: "CHECK".to_owned(),
                rule: Some(check.name.clone()),
                detail: format!("check '{}' does not hold", check.name),
                row_json: Some(row_json(rows, row)?),
                ..place(batch, row)
            };
            quarantine.push(self.row("row", damage))?;
        }
        Ok(())
    }

    fn row(&self, grain: &str, damage: Damage) -> QuarantineRow {
        QuarantineRow { scope: self.spec.name.clone(), grain: grain.to_owned(), unit: Some(self.unit), damage }
    }

    /// Counts source records: rows of one record follow each other, because record-wise plans keep the order.
    fn count_sources(&mut self, batch: &RecordBatch) {
        let Some(source) = Source::of(batch) else { return };
        self.carries_src = true;
        let mut count = self.counts.records_with_rows.unwrap_or(0);
        for row in 0..batch.num_rows() {
            let same = self.last_source.as_ref().is_some_and(|last| source.is(row, last));
            if !same {
                count += 1;
                self.last_source = Some(source.key(row));
            }
        }
        self.counts.records_with_rows = Some(count);
    }

    fn tally(&mut self, rows: &RecordBatch) {
        if let Some(tiers) = rows.column_by_name("tier").and_then(|array| array.as_string_opt::<i32>()) {
            for tier in tiers.iter().flatten() {
                *self.counts.tiers.entry(tier.to_owned()).or_default() += 1;
            }
        }
        let paths = rows.column_by_name("paths").and_then(|array| array.as_list_opt::<i32>());
        if let Some((strategies, correct)) = paths.and_then(path_columns) {
            for (strategy, correct) in strategies.as_string::<i32>().iter().zip(correct.as_boolean()) {
                let name = if correct == Some(true) { strategy.unwrap_or("none") } else { "wrong" };
                *self.counts.strategies.entry(name.to_owned()).or_default() += 1;
            }
        }
    }
}

/// The `strategy` and `is_correct` columns of the paths that these rows hold.
fn path_columns(paths: &ListArray) -> Option<(ArrayRef, ArrayRef)> {
    let (first, last) = (*paths.value_offsets().first()? as usize, *paths.value_offsets().last()? as usize);
    let items = paths.values().as_struct_opt()?.slice(first, last - first);
    let (strategy, correct) = (items.column_by_name("strategy")?, items.column_by_name("is_correct")?);
    let fits = *strategy.data_type() == DataType::Utf8 && *correct.data_type() == DataType::Boolean;
    fits.then(|| (Arc::clone(strategy), Arc::clone(correct)))
}

fn compute(error: arrow::error::ArrowError) -> Error {
    Error::internal("selecting rows").because(error)
}

fn as_rows(records: &StructArray, schema: &SchemaRef) -> Result<RecordBatch> {
    let names = schema.fields().iter().zip(records.columns());
    let fields: Vec<_> =
        names.map(|(field, column)| Field::new(field.name(), column.data_type().clone(), true)).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), records.columns().to_vec()).map_err(compute)
}

/// Which rows fail: the expression is FALSE. NULL passes, as with SQL's own CHECK.
fn failing(check: &RowCheck, rows: &RecordBatch) -> Result<BooleanArray> {
    let value = check.expr.evaluate(rows).and_then(|value| value.into_array(rows.num_rows()))?;
    let holds = value.as_boolean_opt().ok_or_else(|| {
        Error::invalid(format!("check '{}' is not true or false but {}", check.name, value.data_type()))
    })?;
    Ok(holds.iter().map(|holds| Some(holds == Some(false))).collect())
}

fn row_json(rows: &RecordBatch, row: usize) -> Result<String> {
    let mut writer = arrow::json::LineDelimitedWriter::new(Vec::new());
    writer.write(&rows.slice(row, 1)).and_then(|()| writer.finish()).map_err(compute)?;
    Ok(String::from_utf8_lossy(&writer.into_inner()).trim_end().to_owned())
}

/// The `_src` columns of a batch.
struct Source<'a> {
    object: &'a arrow::array::StringArray,
    member: Option<&'a arrow::array::StringArray>,
    member_index: &'a Int64Array,
    record: &'a Int64Array,
}

impl<'a> Source<'a> {
    fn of(batch: &'a RecordBatch) -> Option<Self> {
        let source = batch.column_by_name("_src")?.as_struct_opt()?;
        Some(Self {
            object: source.column_by_name("object")?.as_string_opt()?,
            member: source.column_by_name("member").and_then(|array| array.as_string_opt()),
            member_index: source.column_by_name("member_index")?.as_primitive_opt::<Int64Type>()?,
            record: source.column_by_name("record")?.as_primitive_opt::<Int64Type>()?,
        })
    }

    fn index(&self, row: usize) -> i64 {
        if self.member_index.is_valid(row) { self.member_index.value(row) } else { -1 }
    }

    fn is(&self, row: usize, key: &SourceKey) -> bool {
        self.record.value(row) == key.2 && self.index(row) == key.1 && self.object.value(row) == key.0
    }

    fn key(&self, row: usize) -> SourceKey {
        (self.object.value(row).to_owned(), self.index(row), self.record.value(row))
    }
}

/// The place of a row's source, where the rows carry it.
fn place(batch: &RecordBatch, row: usize) -> Damage {
    let Some(source) = Source::of(batch) else { return Damage::default() };
    let member = source.member.filter(|member| member.is_valid(row)).map(|member| member.value(row).to_owned());
    Damage {
        object: source.object.value(row).to_owned(),
        member,
        member_index: source.member_index.is_valid(row).then(|| source.member_index.value(row)),
        record: source.record.is_valid(row).then(|| source.record.value(row)),
        ..Damage::default()
    }
}
