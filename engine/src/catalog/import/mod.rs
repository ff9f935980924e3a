//! Importing: tables with any headers, AI Hub's answers, saved pages, and prefixes of object storage.
//!
//! An import updates the sets that it names; facts that it does not know stay, and so do sets that it does not name. Every
//! line, row or object that cannot be used is counted, named with its place, and kept in `catalog.problems`.

mod answers;
mod prefix;
mod records;
mod stage;
mod tables;

use std::collections::HashSet;

use jogak_connectors::aihub::dataset::PartialDate;
use jogak_connectors::aihub::layout::KnownFolders;
use jogak_connectors::aihub::values;
use jogak_connectors::source::{Location, list};
use object_store::{ObjectMeta, ObjectStoreExt};
use serde::Serialize;
use serde_json::json;

pub(super) use records::{Records, cells};
pub(super) use stage::Stage;
pub use stage::{Books, Named};

use super::merge::{self, Facts};
use super::schema::{BuiltIn, Rows, Value, table};
use super::session::{stream, text_rows};
use super::store::Note;
use super::{Catalog, Stored};
use crate::clock::{Started, unix_millis};
use crate::error::{Error, Result};
use crate::settings::Settings;

/// What a place holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A table of sets: CSV, TSV, XLSX, JSON, Parquet, XML.
    Table,
    /// A table of files: a column for the set, one for the path.
    Files,
    /// AI Hub's list of sets, as text.
    List,
    /// AI Hub's file tree of a set, as text.
    Tree,
    /// The saved page of a set.
    Page,
    /// A prefix of object storage, laid out as AI Hub hands sets out.
    Prefix,
    /// Rows of a catalogue table, by its own column names; they replace all that it holds.
    Rows,
}

/// What to import.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// A URL, or a path on disk; `archive!member` for a file in an archive.
    pub place: String,
    /// What it holds; found out by its name and first bytes where it is not said.
    pub form: Option<Form>,
    /// The set that a tree or page belongs to, where it does not say so itself.
    pub id: Option<String>,
    /// The catalogue table that rows replace.
    pub table: Option<String>,
    /// When the facts held (`2026-05`); the file's date, for a prefix today, where nothing says so.
    pub as_of: Option<String>,
    /// What is noted as source; the place by default.
    pub source: Option<String>,
    /// Memory in bytes; 60 % of the machine by default.
    pub memory: Option<u64>,
}

/// What an import did.
#[derive(Debug, Clone, Serialize)]
pub struct Imported {
    /// Its id in `catalog.imports` and `catalog.problems`.
    pub import_id: String,
    /// What the place held.
    pub form: Form,
    /// What is noted as source.
    pub source: String,
    /// When the facts held.
    pub as_of: Option<String>,
    /// read = items + problems.
    pub books: Books,
    /// Columns of a table and what they mean; why not, for those that are not read.
    pub columns: Vec<MappedTo>,
    /// Sets added, changed and removed.
    pub datasets: Changed,
    /// Files listed by this import.
    pub files: u64,
    /// Locations bound by this import.
    pub locations: u64,
    /// Sets of the catalogue that a complete list of sets does not name; they stay.
    pub not_in_list: Option<u64>,
    /// Versions of the tables after it.
    pub tables: std::collections::BTreeMap<String, Stored>,
    /// The first thousand problems and remarks; all are in `catalog.problems`.
    pub problems: Vec<Named>,
    /// Wall time in seconds.
    pub elapsed_seconds: f64,
    /// Peak resident memory of the process, where the system tells it.
    pub peak_memory_bytes: Option<u64>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MappedTo {
    /// Its header.
    pub header: String,
    /// What it means.
    pub column: Option<&'static str>,
    /// Why it is not read.
    pub ignored: Option<String>,
}

/// Sets that an import changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Changed {
    /// New ones.
    pub added: u64,
    /// Known ones with another fact.
    pub changed: u64,
}

/// What parsers need to know of the catalogue, and what they learnt beyond rows.
pub(crate) struct Known {
    pub(crate) ids: HashSet<String>,
    pub(crate) folders: KnownFolders,
    pub(crate) columns: Vec<MappedTo>,
    pub(crate) not_in_list: Option<u64>,
}

/// Imports a place into the catalogue.
///
/// # Errors
/// When the place cannot be read, holds nothing that can be imported, or the store fails. Bad lines are no error.
pub async fn import(catalog: &Catalog, request: &Request, settings: &Settings) -> Result<Imported> {
    let started = Started::now();
    if let Some(as_of) = &request.as_of
        && date_of(as_of).is_none()
    {
        return Err(Error::invalid(format!("--as-of '{as_of}' is no date; write e.g. 2026-05 or 2026-05-31")));
    }
    let found = Found::at(&request.place, settings).await?;
    let form = found.form(request).await?;
    let as_of = match (&request.as_of, form) {
        (Some(as_of), _) => Some(as_of.clone()),
        (None, Form::Prefix) => Some(today()),
        (None, _) => found.date(),
    };
    let source = request.source.clone().unwrap_or_else(|| found.location.url().to_owned());
    let mut stage = Stage::new(&source, as_of.as_deref())?;
    let context = catalog.hash_session(request.memory)?;
    let mut known = known(&context, form, found.objects.len() > 1).await?;
    let mut facts = Facts::Newest;
    match form {
        Form::Table => tables::datasets(&mut stage, &found, settings, &mut known).await?,
        Form::Files => records::files(&mut stage, &found, settings, &mut known).await?,
        Form::Rows => records::rows(&mut stage, &found, request, settings, &mut known).await?,
        Form::List | Form::Tree | Form::Page => {
            answers::read(&mut stage, &found, form, request, &mut known).await?;
        }
        Form::Prefix => {
            facts = Facts::Listing { source: source.clone() };
            prefix::read(&mut stage, &found, settings, &known).await?;
        }
    }
    stage.finish()?;
    if form == Form::Rows
        && let Some(name) = request.table.as_deref()
    {
        not_by_nothing(name, &stage)?;
    }
    if !stage.books.are_balanced() {
        return Err(Error::internal(format!(
            "the books of the import do not balance: {:?}; nothing was stored",
            stage.books
        )));
    }
    drop(context);
    let mut imported = Imported {
        import_id: stage.import_id.clone(),
        form,
        source: source.clone(),
        as_of: as_of.clone(),
        books: stage.books,
        columns: known.columns,
        datasets: Changed::default(),
        files: stage.count("files"),
        locations: stage.count("locations"),
        not_in_list: known.not_in_list,
        tables: Default::default(),
        problems: Vec::new(),
        elapsed_seconds: 0.0,
        peak_memory_bytes: None,
    };
    store(catalog, &stage, request, &facts, &mut imported).await?;
    imported.problems = stage.named;
    imported.elapsed_seconds = started.elapsed().as_secs_f64();
    imported.peak_memory_bytes = crate::memory::peak_memory_bytes();
    Ok(imported)
}

/// Fails where a table without rows would take the place of one that jogak needs and brings along.
fn not_by_nothing(name: &str, stage: &Stage) -> Result<()> {
    let is_needed = matches!(table(name)?.built_in, BuiltIn::Csv(_));
    if is_needed && stage.count(name) == 0 && stage.books.problems == 0 {
        return Err(Error::invalid(format!(
            "'{}' has a header and no rows; catalog.{name} would be left empty, and the catalogue could not be scored. \
             Put the rows that you want to have into it: jogak sql \"SELECT * FROM catalog.{name}\" --format csv shows \
             those that there are",
            stage.source
        )));
    }
    Ok(())
}

/// Staged files from which on joins sort and merge: what a join holds in memory does not spill.
const MANY_FILES: u64 = 1_000_000;

/// Merges what was read with what is there.
async fn store(
    catalog: &Catalog,
    stage: &Stage,
    request: &Request,
    facts: &Facts,
    imported: &mut Imported,
) -> Result<()> {
    let details =
        json!({ "import_id": stage.import_id, "form": imported.form, "as_of": imported.as_of, "books": stage.books });
    let note = Note::new("catalog import", &imported.source).with(details);
    if let Some(name) = request.table.as_deref().filter(|_| imported.form == Form::Rows) {
        let context = catalog.hash_session(request.memory)?;
        stage.register(&context, name).await?;
        // With a bad row among them, half a table would take the place of a whole one.
        if stage.books.problems == 0 {
            let key = table(name)?.key;
            let order = if key.is_empty() { String::new() } else { format!(" ORDER BY {}", key.join(", ")) };
            let rows = stream(&context, &format!("SELECT * FROM new_{name}{order}")).await?;
            imported.tables.insert(name.to_owned(), catalog.replace(name, rows, &note).await?);
        }
    } else {
        for name in ["datasets", "files", "locations"] {
            if stage.count(name) == 0 {
                continue;
            }
            // Joins of sets merge what both sides sorted; those of files hold the few sets that are named.
            let sorts = name == "datasets" || (name == "files" && stage.count(name) > MANY_FILES);
            let stored = catalog.rewrite(name, &note, async || {
                let context =
                    if sorts { catalog.session(request.memory)? } else { catalog.hash_session(request.memory)? };
                stage.register(&context, name).await?;
                match name {
                    "datasets" => merge::datasets(&context, facts).await,
                    "files" => merge::files(&context, stage.has_twins).await,
                    _ => merge::locations(&context).await,
                }
            });
            imported.tables.insert(name.to_owned(), stored.await?);
        }
        if let Some(stored) = imported.tables.get("datasets").filter(|stored| stored.changed) {
            let (added, changed) = super::changes::counted(catalog, stored.version, request.memory).await?;
            imported.datasets = Changed { added, changed };
        }
    }
    if stage.count("problems") > 0 {
        let context = catalog.hash_session(request.memory)?;
        stage.register(&context, "problems").await?;
        let rows = stream(&context, "SELECT * FROM new_problems").await?;
        catalog.append("problems", rows, &note).await?;
    }
    let mut row = Rows::new(table("imports")?);
    let form = serde_json::to_value(imported.form).unwrap_or_default();
    let time = iso_time(unix_millis());
    row.push(&[
        Value::Text(&stage.import_id),
        Value::Text(&time),
        form.as_str().into(),
        Value::Text(&imported.source),
        imported.as_of.as_deref().into(),
        stage.books.read.into(),
        stage.books.items.into(),
        stage.books.problems.into(),
        stage.books.remarks.into(),
        stage.books.frame.into(),
    ])?;
    catalog.append_rows("imports", row.take()?, &note).await?;
    Ok(())
}

/// What the catalogue knows of ids and root folders, as far as the form needs it.
async fn known(context: &datafusion::prelude::SessionContext, form: Form, are_several: bool) -> Result<Known> {
    let mut known =
        Known { ids: HashSet::new(), folders: KnownFolders::default(), columns: Vec::new(), not_in_list: None };
    if matches!(form, Form::List | Form::Tree | Form::Page | Form::Prefix) {
        let ids = &mut known.ids;
        text_rows(context, "SELECT id FROM catalog.datasets", |[id]| {
            ids.insert(id.to_owned());
        })
        .await?;
        // Among several files, trees may follow a list.
        if form != Form::List || are_several {
            let sql = "SELECT DISTINCT dataset_id, split_part(path, '/', 1) AS root FROM catalog.files \
                       WHERE contains(path, '/') ORDER BY dataset_id, root";
            let folders = &mut known.folders;
            text_rows(context, sql, |[id, root]| folders.add(root, id)).await?;
        }
    }
    Ok(known)
}

/// A date as facts have it.
pub(crate) fn date_of(text: &str) -> Option<PartialDate> {
    values::date(text).ok().flatten()
}

/// A time as ISO 8601, from milliseconds since 1970.
pub(crate) fn iso_time(millis: u64) -> String {
    let time = arrow::temporal_conversions::timestamp_ms_to_datetime(i64::try_from(millis).unwrap_or(i64::MAX));
    time.map(|time| time.format("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default()
}

fn today() -> String {
    iso_time(unix_millis()).chars().take(10).collect()
}

/// A place as it was found.
pub(crate) struct Found {
    pub(crate) location: Location,
    /// The place as it was given, without the member.
    pub(crate) url: String,
    pub(crate) member: Option<String>,
    /// The file itself, or the files of a folder of answers.
    pub(crate) objects: Vec<ObjectMeta>,
    /// A prefix with folders or archives.
    is_folder: bool,
}

/// Files that hold saved answers and pages.
const ANSWERS: [&str; 4] = ["html", "htm", "txt", "log"];
/// Bytes at the beginning by which a text is known.
const LOOKED_AT: u64 = 64 << 10;

impl Found {
    pub(super) async fn at(place: &str, settings: &Settings) -> Result<Self> {
        let (url, member) = crate::query::split_member(place);
        let location = Location::open(url, &settings.stores)?;
        let (url, member) = (url.to_owned(), member.map(str::to_owned));
        if location.pattern().is_some() {
            let mut objects = Vec::new();
            for object in list(&location, None).await? {
                let reading =
                    |e| Error::from(jogak_connectors::error::Error::store(format!("reading '{}'", object.key), e));
                objects.push(location.store().head(&object.path).await.map_err(reading)?);
            }
            return Ok(Self { location, url, member, objects, is_folder: false });
        }
        let store = location.store();
        if !location.root().as_ref().is_empty()
            && let Ok(meta) = store.head(location.root()).await
        {
            return Ok(Self { location, url, member, objects: vec![meta], is_folder: false });
        }
        let listing = |e| Error::from(jogak_connectors::error::Error::store(format!("listing '{place}'"), e));
        let below = store.list_with_delimiter(Some(location.root())).await.map_err(listing)?;
        if below.objects.is_empty() && below.common_prefixes.is_empty() {
            return Err(Error::invalid(format!("there is nothing at '{place}'")));
        }
        let mut objects = below.objects;
        objects.retain(|meta| !meta.location.filename().unwrap_or_default().starts_with('.'));
        let answers = below.common_prefixes.is_empty() && objects.iter().all(|meta| has_extension(meta, &ANSWERS));
        objects.sort_by(|a, b| a.location.cmp(&b.location));
        Ok(Self { location, url, member, objects, is_folder: !answers })
    }

    /// What it holds, by what was asked for, its name and its first bytes.
    async fn form(&self, request: &Request) -> Result<Form> {
        if request.table.is_some() {
            let name = request.table.as_deref().unwrap_or_default();
            return Ok(match name {
                "datasets" => Form::Table,
                "files" => Form::Files,
                _ => Form::Rows,
            });
        }
        if let Some(form) = request.form {
            return Ok(form);
        }
        if self.is_folder {
            return Ok(Form::Prefix);
        }
        let Some(first) = self.objects.first() else {
            return Err(Error::invalid(format!("there is nothing at '{}'", self.url)));
        };
        if has_extension(first, &["html", "htm"]) {
            return Ok(Form::Page);
        }
        if self.member.is_some() || !has_extension(first, &["txt", "log", ""]) {
            return Ok(Form::Table);
        }
        let start = self.read(first, Some(LOOKED_AT)).await?;
        Ok(answers::form_of(&start).unwrap_or(Form::Table))
    }

    /// When the file was last changed; of several, the newest.
    fn date(&self) -> Option<String> {
        let newest = self.objects.iter().map(|meta| meta.last_modified).max()?;
        Some(newest.format("%Y-%m-%d").to_string())
    }

    /// The bytes of an object, or its first ones.
    pub(crate) async fn read(&self, meta: &ObjectMeta, most: Option<u64>) -> Result<bytes::Bytes> {
        let reading = |e| Error::from(jogak_connectors::error::Error::store(format!("reading '{}'", meta.location), e));
        let store = self.location.store();
        match most {
            Some(0) => Ok(bytes::Bytes::new()),
            Some(most) if meta.size > most => store.get_range(&meta.location, 0..most).await.map_err(reading),
            _ => store.get(&meta.location).await.map_err(reading)?.bytes().await.map_err(reading),
        }
    }
}

fn has_extension(meta: &ObjectMeta, wanted: &[&str]) -> bool {
    let name = meta.location.filename().unwrap_or_default();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_lowercase();
    wanted.contains(&extension.as_str())
}

impl Catalog {
    /// Binds a set, or a version of it, to a place by hand.
    ///
    /// # Errors
    /// When there is no such set, the place is no URL that can be read, or the store fails.
    pub async fn locate(&self, id: &str, url: &str, version: Option<&str>, settings: &Settings) -> Result<Stored> {
        super::view::exists(self, id).await?;
        let location = Location::open(url, &settings.stores)?;
        let mut stage = Stage::new(url, None)?;
        // A path on disk is kept as an absolute one: the catalogue is used from anywhere.
        let absolute = if url.contains("://") { url.to_owned() } else { on_disk(&location, url) };
        stage.row(
            "locations",
            &[
                Value::Text(id),
                version.into(),
                Value::Text(&absolute),
                Value::Null,
                Value::Null,
                Value::Null,
                Value::Text("hand"),
                Value::Text(&today()),
            ],
        )?;
        stage.finish()?;
        let note = Note::new("catalog locate", absolute.as_str());
        let rows = async || {
            let context = self.hash_session(None)?;
            stage.register(&context, "locations").await?;
            merge::locations(&context).await
        };
        self.rewrite("locations", &note, rows).await
    }
}

/// The absolute path behind a path on disk, with its pattern if it has one.
pub(crate) fn on_disk(location: &Location, url: &str) -> String {
    let root = format!("/{}", escaped(location.root().as_ref()));
    match location.pattern() {
        Some(pattern) => format!("{root}/{}", pattern.as_str()),
        None if url.ends_with('/') => format!("{root}/"),
        None => root,
    }
}

/// A path as a part of a location: stars and the like are letters of it, not signs of a pattern.
pub(super) fn escaped(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len());
    for letter in path.chars() {
        if matches!(letter, '*' | '?' | '{' | '}' | '\\') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}
