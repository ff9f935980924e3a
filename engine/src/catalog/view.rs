//! Looking into the catalogue: lists, searches, and all that is known of one set.

use datafusion::execution::SendableRecordBatchStream;
use jogak_connectors::aihub::builtin::{Coverage, REVIEWED_SETS};
use jogak_connectors::aihub::text::tidy;
use serde::Serialize;
use serde_json::Value;

use super::Catalog;
use super::session::{json_rows, quoted, stream};
use crate::error::{Error, Result};

/// Letters that listings put between words or leave out.
const FILLERS: &str = " ·∙‧•";

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// By number, names behind; of a search, sets with the words in their title first.
    #[default]
    Id,
    /// By title.
    Title,
    /// Newest first.
    Year,
    /// Largest first.
    Bytes,
    /// Best rank for language models first.
    Llm,
    /// Best rank for physical AI first.
    Physical,
}

/// Which sets to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Words that must all stand in title, tags, field, modality, label type, formats, builder or id; blanks, capitals and
    /// middle dots aside, in NFC.
    pub words: Vec<String>,
    /// A part of the field's name.
    pub field: Option<String>,
    /// A modality: `텍스트`, `text`, `이미지`, `image`…
    pub modality: Option<String>,
    /// The first and last year of building.
    pub years: Option<(i64, i64)>,
    /// The order.
    pub order: Order,
    /// Most rows; none for all.
    pub limit: Option<usize>,
}

/// Small letters in NFC, without fillers.
fn folded(text: &str) -> String {
    tidy(text).to_lowercase().chars().filter(|letter| !FILLERS.contains(*letter)).collect()
}

fn fold_sql(text: &str) -> String {
    format!("translate(lower({text}), '{FILLERS}', '')")
}

impl Filter {
    fn sql(&self) -> String {
        let hay = "concat_ws(' ', d.id, d.title, d.tags, d.field, d.field_raw, d.modality, d.label_type, d.formats, d.builder)";
        let words: Vec<String> = self.words.iter().map(|word| folded(word)).filter(|word| !word.is_empty()).collect();
        let mut conditions: Vec<String> =
            words.iter().map(|word| format!("contains({}, {})", fold_sql(hay), quoted(word))).collect();
        if let Some(field) = &self.field {
            let field = quoted(&folded(field));
            conditions.push(format!("contains({}, {field})", fold_sql("concat_ws(' ', d.field, d.field_raw)")));
        }
        if let Some(modality) = &self.modality {
            conditions.push(format!("contains({}, {})", fold_sql("d.modality"), quoted(&folded(korean(modality)))));
        }
        if let Some((first, last)) = self.years {
            conditions.push(format!("d.build_year BETWEEN {first} AND {last}"));
        }
        let filter = if conditions.is_empty() { "true".to_owned() } else { conditions.join(" AND ") };
        let by_id = "TRY_CAST(d.id AS BIGINT) NULLS LAST, d.id";
        let order = match self.order {
            Order::Id if words.is_empty() => by_id.to_owned(),
            Order::Id => {
                let in_title = words.iter().map(|word| {
                    format!("CASE WHEN contains({}, {}) THEN 0 ELSE 1 END", fold_sql("d.title"), quoted(word))
                });
                format!("{}, {by_id}", in_title.collect::<Vec<_>>().join(" + "))
            }
            Order::Title => format!("d.title, {by_id}"),
            Order::Year => format!("d.build_year DESC NULLS LAST, {by_id}"),
            Order::Bytes => format!("d.bytes DESC NULLS LAST, {by_id}"),
            Order::Llm => format!("l.rank NULLS LAST, l.score DESC NULLS LAST, {by_id}"),
            Order::Physical => format!("p.rank NULLS LAST, p.score DESC NULLS LAST, {by_id}"),
        };
        let limit = self.limit.map(|limit| format!(" LIMIT {limit}")).unwrap_or_default();
        format!(
            "SELECT d.id, d.title, d.field, d.modality, d.build_year, d.files, d.bytes, l.score AS llm_score, \
             l.rank AS llm_rank, p.score AS physical_score, p.rank AS physical_rank, d.as_of \
             FROM (SELECT d.*, 1 AS here FROM catalog.datasets AS d WHERE {filter}) AS d \
             LEFT JOIN (SELECT * FROM catalog.scores WHERE track = 'llm') AS l ON l.dataset_id = d.id \
             LEFT JOIN (SELECT * FROM catalog.scores WHERE track = 'physical') AS p ON p.dataset_id = d.id \
             ORDER BY {order}{limit}"
        )
    }

    fn count_sql(&self) -> String {
        let all = Self { limit: None, order: Order::Id, words: self.words.clone(), ..self.clone() };
        format!("SELECT count(*) AS n FROM ({}) AS found", all.sql())
    }
}

/// The Korean word for a modality.
fn korean(name: &str) -> &str {
    match name.to_lowercase().as_str() {
        "text" => "텍스트",
        "image" => "이미지",
        "video" => "비디오",
        "audio" => "오디오",
        "sensor" => "센서",
        _ => name,
    }
}

/// The sets that fit: `id, title, field, modality, build_year, files, bytes, llm_score, llm_rank, physical_score,
/// physical_rank, as_of`.
///
/// # Errors
/// When the catalogue cannot be read.
pub async fn list(catalog: &Catalog, filter: &Filter) -> Result<SendableRecordBatchStream> {
    stream(&catalog.hash_session(None)?, &filter.sql()).await
}

/// The first sets of a track by rank, with what each was taken for.
///
/// # Errors
/// When the catalogue cannot be read.
pub async fn top(catalog: &Catalog, track: &str, rows: usize) -> Result<SendableRecordBatchStream> {
    let track = quoted(track);
    let sql = format!(
        "SELECT s.*, d.title, p.summary_ko, p.summary_en FROM (SELECT * FROM catalog.scores WHERE track = {track} \
         AND rank <= {rows}) AS s LEFT JOIN catalog.datasets AS d ON d.id = s.dataset_id \
         LEFT JOIN (SELECT * FROM catalog.placements WHERE track = {track}) AS p ON p.dataset_id = s.dataset_id \
         ORDER BY s.rank"
    );
    stream(&catalog.hash_session(None)?, &sql).await
}

/// How many sets fit, whatever the limit.
///
/// # Errors
/// When the catalogue cannot be read.
pub async fn count(catalog: &Catalog, filter: &Filter) -> Result<u64> {
    let rows = json_rows(&catalog.hash_session(None)?, &filter.count_sql()).await?;
    Ok(rows.first().and_then(|row| row["n"].as_u64()).unwrap_or_default())
}

/// How many of the sets that the ministry reviewed are in the catalogue. Those that are listed publicly are told by their
/// numbers; the others are not, so only what a set's source says counts: `691`, as a number of its own.
///
/// # Errors
/// When the catalogue cannot be read.
pub async fn coverage(catalog: &Catalog) -> Result<Coverage> {
    let context = catalog.hash_session(None)?;
    let public = super::rows::built_in(super::schema::table("datasets")?)?;
    context.register_batch("public_sets", public)?;
    let is_reviewed = format!("regexp_like(d.source, '(^|[^0-9]){REVIEWED_SETS}([^0-9]|$)')");
    let sql = format!(
        "SELECT count(p.id) AS public, count(CASE WHEN p.id IS NULL AND {is_reviewed} THEN 1 END) AS reviewed, \
         count(CASE WHEN p.id IS NULL THEN 1 END) AS others \
         FROM (SELECT id FROM public_sets) AS p RIGHT JOIN catalog.datasets AS d ON p.id = d.id"
    );
    let rows = json_rows(&context, &sql).await?;
    let number = |name: &str| rows.first().and_then(|row| row[name].as_u64()).unwrap_or_default();
    let (reviewed, others) = (number("reviewed"), number("others"));
    Ok(Coverage { public: number("public"), reviewed, added: others.saturating_sub(reviewed) })
}

/// All that is known of a set.
#[derive(Debug, Clone, Serialize)]
pub struct Shown {
    /// Its row of `datasets`.
    pub dataset: Value,
    /// Its files, counted by kind, split and origin.
    pub files: Vec<Value>,
    /// The first of their paths.
    pub paths: Vec<Value>,
    /// Where it lies.
    pub locations: Vec<Value>,
    /// What a probe measured.
    pub profiles: Vec<Value>,
    /// Its standing in each track; empty where the catalogue was not scored.
    pub tracks: Vec<Standing>,
    /// What experts said.
    pub judgments: Vec<Value>,
    /// Whether the scores are older than what they were made from.
    pub scores_are_old: bool,
}

/// A set in one track.
#[derive(Debug, Clone, Serialize)]
pub struct Standing {
    /// Its row of `scores`.
    pub score: Value,
    /// Its row of `placements`.
    pub placement: Value,
    /// What the score is made of, with name and definition of each criterion.
    pub parts: Vec<Value>,
    /// What would raise the score most, the largest first.
    pub raise: Vec<Raise>,
}

/// Something that would raise a score.
#[derive(Debug, Clone, Serialize)]
pub struct Raise {
    /// The criterion.
    pub criterion: String,
    /// Most that the score may gain by it; none for a gate, which decides whether it counts at all.
    pub gain: Option<f64>,
    /// What to do, in Korean.
    pub ko: String,
    /// What to do, in English.
    pub en: String,
}

/// All that is known of the set `id`.
///
/// # Errors
/// When there is no such set, with what looks like it, or the catalogue cannot be read.
pub async fn show(catalog: &Catalog, id: &str) -> Result<Shown> {
    let context = catalog.hash_session(None)?;
    let id = tidy(id);
    let key = quoted(&id);
    let rows = async |sql: String| json_rows(&context, &sql).await;
    let Some(dataset) = rows(format!("SELECT * FROM catalog.datasets WHERE id = {key}")).await?.pop() else {
        return Err(unknown(catalog, &id).await?);
    };
    let files = rows(format!(
        "SELECT origin, kind, split, count(*) AS files, sum(size) AS bytes FROM catalog.files WHERE dataset_id = {key} \
         GROUP BY origin, kind, split ORDER BY origin, kind, split"
    ));
    let paths = rows(format!(
        "SELECT path, kind, split, size, parts FROM catalog.files WHERE dataset_id = {key} ORDER BY path LIMIT 10"
    ));
    let of = |table: &str, order: &str| {
        rows(format!("SELECT * FROM catalog.{table} WHERE dataset_id = {key} ORDER BY {order}"))
    };
    let parts = rows(format!(
        "SELECT p.*, c.name_ko, c.name_en, c.definition_ko, c.definition_en, c.raise_ko, c.raise_en \
         FROM catalog.criteria AS c RIGHT JOIN (SELECT * FROM catalog.score_parts WHERE dataset_id = {key}) AS p \
         ON c.criterion = p.criterion AND c.track = p.track ORDER BY p.track, p.position"
    ));
    let (scores, placements) = (of("scores", "track").await?, of("placements", "track").await?);
    let parts = parts.await?;
    let details = catalog.details("scores").await?.unwrap_or_default();
    let optimism = details.pointer("/params/optimism").and_then(Value::as_f64).unwrap_or(0.5);
    let tracks = scores.into_iter().map(|score| standing(score, &placements, &parts, optimism)).collect();
    Ok(Shown {
        dataset,
        files: files.await?,
        paths: paths.await?,
        locations: of("locations", "version, url").await?,
        profiles: of("profiles", "measure").await?,
        tracks,
        judgments: of("judgments", "time").await?,
        scores_are_old: super::score::is_old(catalog).await?,
    })
}

/// Fails where there is no set `id`, with what looks like it.
///
/// # Errors
/// When there is none, or the catalogue cannot be read.
pub async fn exists(catalog: &Catalog, id: &str) -> Result<()> {
    let sql = format!("SELECT id FROM catalog.datasets WHERE id = {}", quoted(&tidy(id)));
    match json_rows(&catalog.hash_session(None)?, &sql).await?.is_empty() {
        true => Err(unknown(catalog, id).await?),
        false => Ok(()),
    }
}

async fn unknown(catalog: &Catalog, id: &str) -> Result<Error> {
    let filter =
        Filter { words: id.split_whitespace().map(str::to_owned).collect(), limit: Some(3), ..Filter::default() };
    let near = json_rows(&catalog.hash_session(None)?, &filter.sql()).await?;
    let near: Vec<String> = (near.iter())
        .map(|row| format!("{} {}", row["id"].as_str().unwrap_or_default(), row["title"].as_str().unwrap_or_default()))
        .collect();
    let hint = if near.is_empty() {
        "see jogak catalog list, or add it with jogak catalog import".to_owned()
    } else {
        format!("perhaps: {}", near.join(" · "))
    };
    Ok(Error::invalid(format!("the catalogue has no set '{id}'; {hint}")))
}

/// `optimism` says where in its interval a part counts that is not known.
fn standing(score: Value, placements: &[Value], parts: &[Value], optimism: f64) -> Standing {
    let track = score["track"].clone();
    let parts: Vec<Value> = parts.iter().filter(|part| part["track"] == track).cloned().collect();
    let number = |part: &Value, name: &str| part[name].as_f64().unwrap_or_default();
    let weighed = |part: &&Value| part["kind"].as_str() != Some("gate");
    let total: f64 = parts.iter().filter(weighed).map(|part| number(part, "weight")).sum();
    let text = |part: &Value, name: &str| part[name].as_str().unwrap_or_default().to_owned();
    let mut raise: Vec<Raise> = parts
        .iter()
        .filter_map(|part| {
            let gain = if weighed(&part) {
                let (low, high) = (number(part, "low"), number(part, "high"));
                let value = part["value"].as_f64().unwrap_or(low + optimism * (high - low));
                let gain = number(part, "weight") * (high - value) / total;
                (gain.is_finite() && gain >= 0.0005).then_some(Some(gain))?
            } else {
                (number(part, "low") < number(part, "gate_min")).then_some(None)?
            };
            let (ko, en) = (text(part, "raise_ko"), text(part, "raise_en"));
            Some(Raise { criterion: text(part, "criterion"), gain, ko, en })
        })
        .collect();
    raise.sort_by(|a, b| b.gain.unwrap_or(f64::MAX).total_cmp(&a.gain.unwrap_or(f64::MAX)));
    let placement = placements.iter().find(|placement| placement["track"] == track).cloned().unwrap_or_default();
    Standing { score, placement, parts, raise }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gains_count_from_where_the_score_stands() {
        let part = |criterion: &str, value: Option<f64>| {
            serde_json::json!({ "track": "llm", "kind": "potential", "criterion": criterion, "weight": 10.0, "low": 0.2,
                "high": 0.8, "value": value })
        };
        let parts = [part("known", Some(0.7)), part("unknown", None)];
        for (optimism, gain) in [(0.0, 0.3), (0.5, 0.15), (1.0, 0.05)] {
            let raise = standing(serde_json::json!({ "track": "llm" }), &[], &parts, optimism).raise;
            assert!((raise[0].gain.unwrap_or_default() - gain).abs() < 1e-9, "{optimism}: {raise:?}");
        }
    }

    #[test]
    fn words_are_folded_and_quoted() {
        // A decomposed syllable, a middle dot, an apostrophe.
        assert_eq!(folded("\u{1112}\u{1161}\u{11AB}글 · Q&A"), "한글q&a");
        assert_eq!(quoted("it's"), "'it''s'");
        let filter = Filter { words: vec!["x'; DROP".to_owned()], ..Filter::default() };
        assert!(filter.sql().contains("'x'';drop'"), "{}", filter.sql());
    }
}
