//! `vla_episode(records, options, _src)`: one canonical episode from the labelled boxes of one clip.
//!
//! `records` is what a grouped source gives: a list of structs, one a frame or one a box (see
//! [`ClipRow`]). `options` is a struct with any field of [`EpisodeOptions`] and `clip_id`. Returns
//! `Struct{record, reject{code, detail}}`. Specified in `tests/sql/motion/`.

use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use arrow::datatypes::DataType;
use datafusion::common::{Result, exec_datafusion_err};

use super::Function;
use super::arguments::{Argument, Arguments, FloatColumn, IntegerColumn, Kind, ListColumn, TextColumn, arg, field};
use super::reasoning::MetaColumns;
use crate::motion::{BoxRow, ClipRow, EpisodeOptions, EpisodeResult, clip_input, vla_episode};
use crate::rows::{ArrowValue, ColumnBuilder};

const EPISODE: &[Argument] =
    &[arg("records", Kind::StructList), arg("options", Kind::Struct), arg("_src", Kind::Source)];

pub(super) fn functions() -> Vec<Function> {
    let returns: super::Returns = |_, _| Ok(EpisodeResult::data_type());
    vec![Function::new("motion", "vla_episode", EPISODE, 0, returns, episode)]
}

fn episode(args: &Arguments<'_>) -> Result<ArrayRef> {
    let records = args.list("records")?;
    let rows = RowColumns::new(records.items.as_ref().and_then(|items| items.as_struct_opt()), args.function)?;
    let options = args.structure("options")?;
    let clip_ids = TextColumn::new(field(options.as_ref(), "clip_id"), args.function, "clip_id")?;
    let meta = MetaColumns::new(args)?;
    let mut column = EpisodeResult::column();
    for row in 0..args.rows {
        let clip_rows: Vec<_> = records.get(row).unwrap_or(0..0).map(|item| rows.get(item)).collect();
        let settings = options_of(options.as_ref(), row)?;
        let clip_id = clip_ids.get(row).unwrap_or_default();
        let result = clip_input(clip_id, clip_rows, settings)
            .and_then(|input| meta.get(row, "가").map_err(|e| reject(&e)).and_then(|meta| vla_episode(&input, &meta)));
        column.push(&EpisodeResult::from(result));
    }
    Ok(column.finish())
}

fn reject(error: &datafusion::error::DataFusionError) -> crate::reasoning::model::Reject {
    crate::reasoning::model::Reject::new("BAD_OPTIONS", error.to_string())
}

/// The fields of the options struct by name; unknown ones are errors.
fn options_of(options: Option<&StructArray>, row: usize) -> Result<EpisodeOptions> {
    let mut values = serde_json::Map::new();
    if let Some(options) = options {
        for (name, array) in options.column_names().into_iter().zip(options.columns()) {
            if !OTHER_OPTIONS.contains(&name) && array.is_valid(row) {
                values.insert(name.to_owned(), json_value(array, row, name)?);
            }
        }
    }
    let known =
        serde_json::to_value(EpisodeOptions::default()).map_err(|e| exec_datafusion_err!("vla_episode: {e}"))?;
    if let Some(unknown) = values.keys().find(|name| known.get(name.as_str()).is_none()) {
        let names: Vec<_> = known.as_object().into_iter().flat_map(|map| map.keys().cloned()).collect();
        return Err(exec_datafusion_err!("vla_episode: no option '{unknown}'; there are {}", names.join(", ")));
    }
    serde_json::from_value(serde_json::Value::Object(values)).map_err(|e| exec_datafusion_err!("vla_episode: {e}"))
}

/// Options that are not the episode's own: the clip's name and what every builder takes.
const OTHER_OPTIONS: [&str; 5] = ["clip_id", "lang", "domain", "id", "group"];

fn json_value(array: &ArrayRef, row: usize, name: &str) -> Result<serde_json::Value> {
    let function = "vla_episode";
    Ok(match array.data_type() {
        DataType::Boolean => array.as_boolean_opt().map(|array| array.value(row)).into(),
        kind if kind.is_integer() => IntegerColumn::new(Some(array), function, name)?.get(row).into(),
        kind if kind.is_numeric() => FloatColumn::new(Some(array), function, name)?.get(row).into(),
        _ => TextColumn::new(Some(array), function, name)?.get(row).into(),
    })
}

/// The fields of `records`' items.
struct RowColumns {
    frame: IntegerColumn,
    width: FloatColumn,
    height: FloatColumn,
    fps: FloatColumn,
    camera: TextColumn,
    boxes: ListColumn,
    nested: BoxColumns,
    flat: BoxColumns,
}

impl RowColumns {
    fn new(items: Option<&StructArray>, function: &str) -> Result<Self> {
        let boxes = ListColumn::new(field(items, "boxes"), function, "boxes")?;
        let nested = BoxColumns::new(boxes.items.as_ref().and_then(|items| items.as_struct_opt()), function)?;
        Ok(Self {
            frame: IntegerColumn::new(field(items, "frame"), function, "frame")?,
            width: FloatColumn::new(field(items, "width"), function, "width")?,
            height: FloatColumn::new(field(items, "height"), function, "height")?,
            fps: FloatColumn::new(field(items, "fps"), function, "fps")?,
            camera: TextColumn::new(field(items, "camera"), function, "camera")?,
            boxes,
            nested,
            flat: BoxColumns::new(items, function)?,
        })
    }

    fn get(&self, item: usize) -> ClipRow {
        ClipRow {
            frame: self.frame.get(item),
            width: self.width.get(item),
            height: self.height.get(item),
            fps: self.fps.get(item),
            camera: self.camera.get(item).map(str::to_owned),
            boxes: self.boxes.get(item).map(|range| range.map(|index| self.nested.get(index)).collect()),
            flat: self.flat.get(item),
        }
    }
}

struct BoxColumns {
    id: IntegerColumn,
    class: TextColumn,
    numbers: [FloatColumn; 6],
    bbox: ListColumn,
    bbox_numbers: FloatColumn,
    conf: FloatColumn,
}

impl BoxColumns {
    fn new(items: Option<&StructArray>, function: &str) -> Result<Self> {
        let number = |name: &str| FloatColumn::new(field(items, name), function, name);
        let bbox = ListColumn::new(field(items, "bbox"), function, "bbox")?;
        Ok(Self {
            id: IntegerColumn::new(field(items, "id"), function, "id")?,
            class: TextColumn::new(field(items, "class"), function, "class")?,
            numbers: [number("x")?, number("y")?, number("w")?, number("h")?, number("x2")?, number("y2")?],
            bbox_numbers: FloatColumn::new(bbox.items.as_ref(), function, "bbox")?,
            bbox,
            conf: number("conf")?,
        })
    }

    fn get(&self, item: usize) -> BoxRow {
        let [x, y, w, h, x2, y2] = &self.numbers;
        BoxRow {
            id: self.id.get(item),
            class: self.class.get(item).map(str::to_owned),
            x: x.get(item),
            y: y.get(item),
            w: w.get(item),
            h: h.get(item),
            x2: x2.get(item),
            y2: y2.get(item),
            bbox: self.bbox.get(item).map(|range| range.filter_map(|index| self.bbox_numbers.get(index)).collect()),
            conf: self.conf.get(item),
        }
    }
}
