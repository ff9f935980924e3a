//! The scan: a table whose partitions are units of work.
//!
//! A [`UnitTable`] builds a stock `FileScanConfig` with one file group a unit; each file of a group is a slice of an
//! object, told by `PartitionedFile.range`: the members whose local header lies in that range. A plan that is sent
//! elsewhere and cut there therefore still reads each member once. Nothing is inferred here and no filter is pushed
//! down: what the plan drops is seen by the plan's own operators and counted there.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::datatypes::{FieldRef, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::{FileRange, PartitionedFile};
use datafusion::datasource::physical_plan::{
    FileGroup, FileOpenFuture, FileOpener, FileScanConfig, FileScanConfigBuilder, FileSource,
};
use datafusion::datasource::projection::{ProjectionOpener, SplitProjection};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::Expr;
use datafusion::physical_expr::projection::ProjectionExprs;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};
use futures::StreamExt;
use jogak_connectors::archive::{ReadOptions, Slice, Unit};
use jogak_connectors::damage::Damage;
use jogak_connectors::decode::DecodeOptions;
use jogak_connectors::reader::{Input, SliceOutcome, SliceRequest, UnitReader};
use jogak_connectors::source::{key_of, path_of};
use object_store::{ObjectMeta, ObjectStore};

/// Outcomes of slices, by partition, object and start of the range; one for each time that a plan reads the slice.
type Outcomes = BTreeMap<(usize, String, u64), Vec<Arc<Mutex<SliceOutcome>>>>;

/// The members that a unit must leave out, because an earlier reading showed them to be wrong.
type Skips = BTreeMap<u32, Damage>;

/// What all readers of one source share.
pub(crate) struct ScanShared {
    /// Objects by key.
    pub(crate) inputs: HashMap<String, Arc<Input>>,
    /// Declared fields of a record.
    pub(crate) record_schema: SchemaRef,
    pub(crate) decode: DecodeOptions,
    pub(crate) read: ReadOptions,
    pub(crate) skip_damaged: bool,
    /// What was found, by partition, object and start of the range.
    outcomes: Mutex<Outcomes>,
    skips: Mutex<HashMap<(usize, String), Skips>>,
    /// Decode every declared field, whatever a scan is asked for.
    decode_all: AtomicBool,
}

impl ScanShared {
    pub(crate) fn new(
        inputs: HashMap<String, Arc<Input>>,
        record_schema: SchemaRef,
        decode: DecodeOptions,
        read: ReadOptions,
        skip_damaged: bool,
    ) -> Self {
        let (outcomes, skips, decode_all) = (Mutex::default(), Mutex::default(), AtomicBool::new(false));
        Self { inputs, record_schema, decode, read, skip_damaged, outcomes, skips, decode_all }
    }

    /// Has every scan decode every declared field: where a plan reads the source more than once, a record that cannot be
    /// used is then of no use to all of these scans, and not only to those that need the field.
    pub(crate) fn decode_all(&self) {
        self.decode_all.store(true, Ordering::Relaxed);
    }

    /// What partition `unit` met, slice by slice in a fixed order, of each slice the fullest reading; forgotten afterwards.
    pub(crate) fn take_outcomes(&self, unit: usize) -> Vec<(String, u64, SliceOutcome)> {
        let mut outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        let keys: Vec<_> = outcomes.keys().filter(|(partition, ..)| *partition == unit).cloned().collect();
        let taken = keys.into_iter().filter_map(|key| outcomes.remove(&key).map(|outcome| (key, outcome)));
        taken
            .filter_map(|((_, object, start), readings)| {
                let readings = readings
                    .into_iter()
                    .map(|outcome| std::mem::take(&mut *outcome.lock().unwrap_or_else(PoisonError::into_inner)));
                Some((object, start, readings.reduce(fuller)?))
            })
            .collect()
    }

    /// Reads slices of a unit to their end for what that shows of them: a plan may do without some of its inputs.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn read_through(
        &self,
        store: &Arc<dyn ObjectStore>,
        partition: usize,
        slices: &[Slice],
    ) -> Result<()> {
        let files: Vec<_> = slices.iter().map(file_of).collect();
        let schema = Arc::clone(&self.record_schema);
        let mut reader = self.reader(Arc::clone(store), schema, false, partition, &files)?;
        while reader.next().await.map_err(|e| DataFusionError::External(Box::new(e)))?.is_some() {}
        Ok(())
    }

    /// Notes members that the next reading of `unit` leaves out, with what is wrong with them. True where one is new.
    pub(crate) fn skip(&self, unit: usize, object: &str, members: &BTreeMap<u32, Damage>) -> bool {
        let mut skips = self.skips.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = skips.entry((unit, object.to_owned())).or_default();
        let before = noted.len();
        for (member, cause) in members {
            noted.entry(*member).or_insert_with(|| cause.clone());
        }
        noted.len() > before
    }

    /// A reader of all slices of a unit, in the order of its file group.
    fn reader(
        &self,
        store: Arc<dyn ObjectStore>,
        schema: SchemaRef,
        with_src: bool,
        partition: usize,
        files: &[PartitionedFile],
    ) -> Result<UnitReader> {
        let slices = files.iter().map(|file| self.slice(partition, file)).collect::<Result<_>>()?;
        let declared = Some(Arc::clone(&self.record_schema));
        let decode = DecodeOptions { with_src, declared, ..self.decode.clone() };
        UnitReader::new(store, slices, schema, decode, self.read, self.skip_damaged)
            .map_err(|e| DataFusionError::External(Box::new(e)))
    }

    fn slice(&self, partition: usize, file: &PartitionedFile) -> Result<SliceRequest> {
        let key = key_of(&file.object_meta.location);
        let input = self
            .inputs
            .get(&key)
            .ok_or_else(|| DataFusionError::Internal(format!("'{key}' is not among the inputs")))?;
        let range = file.range.as_ref().map_or(0..u64::MAX, |range| range.start as u64..range.end as u64);
        let outcome = {
            let mut outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
            let outcome = Arc::default();
            outcomes.entry((partition, key.clone(), range.start)).or_default().push(Arc::clone(&outcome));
            outcome
        };
        let skips = self.skips.lock().unwrap_or_else(PoisonError::into_inner);
        let skip = skips.get(&(partition, key)).cloned().unwrap_or_default();
        Ok(SliceRequest { input: Arc::clone(input), range, skip, outcome })
    }
}

/// Of two readings of a slice the one that went further, with what either found to be wrong after it was given on.
pub(crate) fn fuller(a: SliceOutcome, b: SliceOutcome) -> SliceOutcome {
    let reach = |outcome: &SliceOutcome| (members_met(outcome), outcome.records + outcome.records_quarantined);
    let (mut more, less) = if reach(&a) >= reach(&b) { (a, b) } else { (b, a) };
    for (member, cause) in less.discard {
        more.discard.entry(member).or_insert(cause);
    }
    more
}

/// Members that a reading has come to an end with.
pub(crate) fn members_met(outcome: &SliceOutcome) -> u64 {
    outcome.members_decoded + outcome.members_partly + outcome.members_quarantined
}

/// A source of a plan as a table; partition i of its scan is unit i.
pub(crate) struct UnitTable {
    schema: SchemaRef,
    shared: Arc<ScanShared>,
    /// The store that holds the logical objects, registered with the runtime under this URL.
    url: ObjectStoreUrl,
    units: Vec<Unit>,
}

impl fmt::Debug for UnitTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnitTable({} units)", self.units.len())
    }
}

impl UnitTable {
    /// A table of `schema` (record fields or the grouped shape, then `_src`).
    pub(crate) fn new(schema: SchemaRef, shared: Arc<ScanShared>, url: ObjectStoreUrl, units: Vec<Unit>) -> Self {
        Self { schema, shared, url, units }
    }
}

#[async_trait]
impl TableProvider for UnitTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let table_schema = TableSchema::from(Arc::clone(&self.schema));
        let source = UnitSource {
            projection: SplitProjection::unprojected(&table_schema),
            table_schema,
            shared: Arc::clone(&self.shared),
            metrics: ExecutionPlanMetricsSet::new(),
        };
        let groups = self.units.iter().map(|unit| FileGroup::new(unit.slices.iter().map(file_of).collect())).collect();
        let config = FileScanConfigBuilder::new(self.url.clone(), Arc::new(source))
            .with_file_groups(groups)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .with_preserve_order(true)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

fn file_of(slice: &Slice) -> PartitionedFile {
    let meta = ObjectMeta {
        location: path_of(&slice.object),
        last_modified: Default::default(),
        size: slice.compressed_bytes,
        e_tag: None,
        version: None,
    };
    let clamp = |offset: u64| i64::try_from(offset).unwrap_or(i64::MAX);
    let mut file = PartitionedFile::from(meta);
    file.range = Some(FileRange { start: clamp(slice.range.start), end: clamp(slice.range.end) });
    file
}

/// Our `FileSource`: members of archives, and plain objects, decoded by the plan's declared schema.
#[derive(Clone)]
struct UnitSource {
    table_schema: TableSchema,
    projection: SplitProjection,
    shared: Arc<ScanShared>,
    metrics: ExecutionPlanMetricsSet,
}

impl FileSource for UnitSource {
    fn create_file_opener(
        &self,
        object_store: Arc<dyn ObjectStore>,
        config: &FileScanConfig,
        partition: usize,
    ) -> Result<Arc<dyn FileOpener>> {
        let file_schema = self.table_schema.file_schema();
        let opener = UnitOpener {
            store: object_store,
            shared: Arc::clone(&self.shared),
            partition,
            files: config.file_groups.get(partition).map(|group| group.files().to_vec()).unwrap_or_default(),
            projected: Arc::new(file_schema.project(&self.projection.file_indices)?),
        };
        ProjectionOpener::try_new(self.projection.clone(), Arc::new(opener), file_schema)
    }

    fn table_schema(&self) -> &TableSchema {
        &self.table_schema
    }

    fn with_batch_size(&self, _batch_size: usize) -> Arc<dyn FileSource> {
        // Batches end where the plan's constants say, so that shards do not depend on session settings.
        Arc::new(self.clone())
    }

    fn try_pushdown_projection(&self, projection: &ProjectionExprs) -> Result<Option<Arc<dyn FileSource>>> {
        let merged = self.projection.source.try_merge(projection)?;
        let mut source = self.clone();
        source.projection = SplitProjection::new(self.table_schema.file_schema(), &merged);
        Ok(Some(Arc::new(source)))
    }

    fn projection(&self) -> Option<&ProjectionExprs> {
        Some(&self.projection.source)
    }

    fn metrics(&self) -> &ExecutionPlanMetricsSet {
        &self.metrics
    }

    fn file_type(&self) -> &str {
        "members"
    }

    fn supports_repartitioning(&self) -> bool {
        false
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        datafusion::physical_plan::apply_expression_roots(self.projection.source.iter(), f)
    }
}

/// Opens a unit. All its slices go through one decoder, so that a clip whose frames are plain files comes whole and
/// small objects share batches: the first file of the group gives all rows, the others give none.
struct UnitOpener {
    store: Arc<dyn ObjectStore>,
    shared: Arc<ScanShared>,
    partition: usize,
    files: Vec<PartitionedFile>,
    projected: SchemaRef,
}

impl FileOpener for UnitOpener {
    fn open(&self, file: PartitionedFile) -> Result<FileOpenFuture> {
        let is_first = self
            .files
            .first()
            .is_some_and(|first| first.object_meta.location == file.object_meta.location && first.range == file.range);
        if !is_first {
            return Ok(Box::pin(async { Ok(futures::stream::empty().boxed()) }));
        }
        let (decoded, with_src) = decoded_schema(&self.shared, &self.projected);
        let reader = self.shared.reader(Arc::clone(&self.store), decoded, with_src, self.partition, &self.files)?;
        let projected = Arc::clone(&self.projected);
        Ok(Box::pin(async move {
            let batches = futures::stream::try_unfold(reader, move |mut reader| {
                let projected = Arc::clone(&projected);
                async move {
                    let batch = reader.next().await.map_err(|e| DataFusionError::External(Box::new(e)))?;
                    let Some(batch) = batch else { return Ok(None) };
                    let columns = projected
                        .fields()
                        .iter()
                        .map(|field| {
                            let column = batch.column_by_name(field.name()).cloned();
                            column.ok_or_else(|| DataFusionError::Internal(format!("no column '{}'", field.name())))
                        })
                        .collect::<Result<Vec<_>>>()?;
                    let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
                    let batch = arrow::array::RecordBatch::try_new_with_options(projected, columns, &options)?;
                    Ok(Some((batch, reader)))
                }
            });
            Ok(batches.boxed())
        }))
    }
}

/// The record fields to decode for these columns, and whether `_src` is among them. A clip is decoded whole.
fn decoded_schema(shared: &ScanShared, projected: &Schema) -> (SchemaRef, bool) {
    let with_src = projected.field_with_name("_src").is_ok();
    let is_whole = shared.decode.group != jogak_connectors::decode::Grouping::None;
    if is_whole || shared.decode_all.load(Ordering::Relaxed) {
        return (Arc::clone(&shared.record_schema), with_src);
    }
    let fields = shared.record_schema.fields();
    let decoded: Vec<FieldRef> =
        fields.iter().filter(|field| projected.field_with_name(field.name()).is_ok()).cloned().collect();
    if decoded.is_empty() {
        // `count(*)`, or `_src` alone: of records as they are where all is asked for.
        return (Arc::clone(&shared.record_schema), with_src);
    }
    (Arc::new(Schema::new(decoded)), with_src)
}
