//! `jogak demo`: sample archives made on the spot, both main plans run on them, and a page that says what happened.

mod mission;
mod page;
mod sets;

use std::path::{Path, PathBuf};

use futures::TryStreamExt;
use jogak_engine::run::{RunRequest, Status, Summary};
use jogak_engine::{Error, Result, Settings, query, verify};

use super::run::{print, typed, watched};
use crate::report;
use crate::sample::{Family, Hazards, SampleOptions, generate};

/// A family, how much of it, and the plan for it.
struct Part {
    family: Family,
    records: u64,
    folder: &'static str,
    plan: &'static str,
    text: &'static str,
}

const PARTS: [Part; 2] = [
    Part {
        family: Family::Mrc,
        records: 400,
        folder: "language",
        plan: "plans/sql/mrc_reasoning.sql",
        text: include_str!("../../plans/sql/mrc_reasoning.sql"),
    },
    Part {
        family: Family::Track,
        records: 3000,
        folder: "tracks",
        plan: "plans/sql/track_episodes.sql",
        text: include_str!("../../plans/sql/track_episodes.sql"),
    },
];

pub(crate) async fn demo(dir: Option<PathBuf>, korean: bool, settings: &Settings) -> Result<u8> {
    let pick = |ko: &'static str, en: &'static str| if korean { ko } else { en };
    let dir = match dir {
        Some(dir) => dir,
        None => tempfile::Builder::new()
            .prefix("jogak-demo-")
            .tempdir()
            .map_err(|e| Error::invalid("no temporary folder can be made; name one: jogak demo DIR").because(e))?
            .keep(),
    };
    let tables = dir.join("tables");
    report::line(pick(
        "조각 시연: AI Hub 모양의 보관함을 지어 내고, 보관함 안에서 그대로 읽어, SQL 계획으로 학습 데이터를 만듭니다.",
        "jogak demo: archives like AI Hub's are made up, read where they lie, and turned into training data by SQL plans.",
    ));
    for part in &PARTS {
        let archives = dir.join("archives").join(part.folder);
        let mut options = SampleOptions::new(part.family, part.records, &archives);
        options.hazards = Hazards::ALL;
        let made = generate(&options).map_err(|e| Error::invalid("the sample archives cannot be made").because(e))?;
        let stored: u64 = made.files.iter().map(|file| file.bytes).sum();
        report::line(&format!(
            "\n■ {} {} · {} {} · {} → {}",
            made.records,
            pick("레코드", "records"),
            made.files.len(),
            pick(
                "파일 (CP949 이름, 분할 압축, 손상 포함)",
                "files (with CP949 names, cut and spanned archives, damage)"
            ),
            report::bytes(stored),
            archives.display()
        ));
        let request = RunRequest {
            plan_path: part.plan.to_owned(),
            plan_text: part.text.to_owned(),
            sources: [("labels".to_owned(), archives.display().to_string())].into(),
            out: tables.display().to_string(),
            accept_quarantine: true,
            command: typed(),
            ..RunRequest::default()
        };
        let summary = watched(&request, None, settings).await?;
        print(&summary, korean);
        if !matches!(summary.status, Status::Committed | Status::AlreadyCommitted) {
            return Err(Error::failed(format!("the demo's plan {} was not committed", part.plan)));
        }
        example(part, &summary, settings, korean).await?;
    }
    let verified = verify::verify(&tables.display().to_string(), settings).await?;
    let checked: u64 = verified.iter().flat_map(|table| table.checked.values()).sum();
    let faults: u64 = verified.iter().map(|table| table.found).sum();
    report::line(&format!(
        "\n■ {}: {} {}, {checked} {}, {faults} {}",
        pick("재검증", "verified again without trusting the run"),
        verified.len(),
        pick("개 테이블", "tables"),
        pick("가지 확인", "checks"),
        pick("개 문제", "faults"),
    ));
    for table in verified.iter().filter(|table| !table.passed()) {
        table.findings.iter().take(10).for_each(|finding| report::line(&format!("  - {finding}")));
    }
    let code = mission::mission(&dir, korean, settings).await?;
    next_steps(&dir, &tables, korean);
    Ok(code.max(u8::from(faults > 0)))
}

/// One record of what was written, so that one sees what it is.
async fn example(part: &Part, summary: &Summary, settings: &Settings, korean: bool) -> Result<()> {
    let Some(output) = summary.outputs.first() else { return Ok(()) };
    let table = &output.table;
    let sql = match part.family {
        Family::Track => format!(
            "SELECT task['ko'] AS ko, task['en'] AS en, n_frames, array_length(events) AS events FROM '{table}' ORDER BY episode_id LIMIT 3"
        ),
        _ => format!(
            "SELECT question, answer['value'] AS answer, tier, paths[1]['steps'] AS steps FROM '{table}' WHERE tier = 'A' ORDER BY record_id LIMIT 1"
        ),
    };
    let mut rows = query::query(&sql, None, settings).await?;
    report::line(if korean { "  예:" } else { "  for example:" });
    while let Some(batch) = rows.try_next().await? {
        for row in json_rows(&batch)? {
            match row.get("steps").and_then(|steps| steps.as_array()) {
                Some(steps) => {
                    let text = |name: &str| row.get(name).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
                    report::line(&format!("    {} → {} ({})", text("question"), text("answer"), text("tier")));
                    for step in steps {
                        let text = step.get("text").and_then(|text| text.as_str()).unwrap_or_default();
                        let kind = step.get("type").and_then(|kind| kind.as_str()).unwrap_or_default();
                        report::line(&format!("      {kind}: {text}"));
                    }
                }
                None => report::line(&format!("    {}", serde_json::Value::Object(row))),
            }
        }
    }
    Ok(())
}

fn json_rows(batch: &arrow::array::RecordBatch) -> Result<Vec<serde_json::Map<String, serde_json::Value>>> {
    let mut writer = arrow::json::LineDelimitedWriter::new(Vec::new());
    writer.write(batch).and_then(|()| writer.finish()).map_err(|e| Error::internal("rows as JSON").because(e))?;
    let bytes = writer.into_inner();
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).map_err(|e| Error::internal("rows as JSON").because(e))).collect()
}

fn next_steps(dir: &Path, tables: &Path, korean: bool) {
    let records = tables.join("mrc_reasoning/records");
    let archives = dir.join("archives/language");
    report::line(if korean { "\n■ 이어서 볼 것:" } else { "\n■ what to look at next:" });
    let steps = [
        format!("jogak ls {} --members", archives.display()),
        format!("jogak sql \"SELECT tier, count(*) FROM '{}' GROUP BY tier\"", records.display()),
        format!(
            "jogak sql \"SELECT code, object, line, \\\"column\\\" FROM '{}/_jogak/quarantine/**/*.parquet'\"",
            records.display()
        ),
        format!("jogak history {}", records.display()),
        format!("jogak verify {}", tables.display()),
        "jogak explain plans/sql/mrc_reasoning.sql".to_owned(),
        format!(
            "jogak run plans/sql/mrc_reasoning.sql --source labels={} --out {}    # nothing to do: already committed",
            archives.display(),
            tables.display()
        ),
    ];
    steps.iter().for_each(|step| report::line(&format!("  {step}")));
}
