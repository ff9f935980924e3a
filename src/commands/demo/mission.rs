//! The mission in small: a bucket of archives → catalogue → probe → score → selection → runs → verified shards.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use futures::TryStreamExt;
use jogak_engine::bulk::{Which, tasks};
use jogak_engine::catalog::import::{self, import};
use jogak_engine::catalog::probe::{self, Outcome};
use jogak_engine::catalog::selection::{Options, select};
use jogak_engine::catalog::{Catalog, score};
use jogak_engine::{Result, Settings, query, verify};
use serde_json::Value;

use super::page::{self, Step, shown};
use super::sets;
use crate::args::{Format, RunArgs};
use crate::report;

/// Under which name the sets are chosen.
const NAME: &str = "demo";
/// Sets that are chosen for each track.
const LLM: u32 = 5;
const PHYSICAL: u32 = 2;
/// Won in all.
const BUDGET: i64 = 700_000_000;
/// Stored bytes that a probe reads of each set.
const PROBED: u64 = 1 << 20;

/// Runs it below `dir` and writes `dir/index.html`. Gives the worst exit code that is not meant to be there.
pub(super) async fn mission(dir: &Path, korean: bool, settings: &Settings) -> Result<u8> {
    let pick = |ko: &'static str, en: &'static str| if korean { ko } else { en };
    let (bucket, tables, table) = (dir.join("bucket"), dir.join("chosen"), dir.join("catalogue.csv"));
    let mut settings = settings.clone();
    settings.catalog = Some(dir.join("catalogue").display().to_string());
    let catalog = Catalog::open(&settings)?;
    let mut steps: Vec<Step> = Vec::new();
    let mut watch = Watch::new();
    report::line(pick(
        "\n■ 임무를 작게: 지어낸 데이터셋 12개의 버킷 → 카탈로그 → 들여다보기 → 점수 → 선정 → 일괄 변환",
        "\n■ the mission in small: a bucket of a dozen made sets → catalogue → probe → score → select → transform",
    ));

    let stored = sets::make(&bucket)?;
    sets::catalogue(&table)?;
    steps.push(Step {
        title: pick("버킷: 네 가지 폴더 구조의 지어낸 데이터셋", "a bucket: made sets in four layouts").to_owned(),
        text: vec![format!("{} · {}", report::bytes(stored), bucket.display())],
        seconds: watch.lap(),
        ..Step::default()
    });
    say(&steps);

    let mut text = Vec::new();
    for place in [&table, &bucket] {
        let request = import::Request { place: place.display().to_string(), ..import::Request::default() };
        let imported = import(&catalog, &request, &settings).await?;
        text.push(format!(
            "{}: {} {} = {} + {} · {} {}",
            place.display(),
            imported.books.read,
            pick("읽음", "read"),
            imported.books.items,
            imported.books.problems,
            imported.locations,
            pick("위치", "places")
        ));
    }
    steps.push(Step {
        title: pick("카탈로그에 들이기", "import").to_owned(),
        command: format!("jogak catalog import {} {}", table.display(), bucket.display()),
        text,
        seconds: watch.lap(),
        ..Step::default()
    });
    say(&steps);

    let request = probe::Request { budget: PROBED, ..probe::Request::default() };
    let probed = probe::probe(&catalog, &request, &settings, |_| {}).await?;
    let figure = |one: &probe::Probed, name: &str| {
        one.measure(name).map_or_else(|| "–".to_owned(), |m| format!("{:.2}", m.value))
    };
    steps.push(Step {
        title: pick("들여다보기: 라벨의 표본만 읽기", "probe: only a sample of the labels is read").to_owned(),
        command: "jogak catalog probe --budget 1MiB".to_owned(),
        headings: headings(
            korean,
            "데이터셋|상태|읽음|저장|레코드|맞는 계획|근거 일치|등급 A|프레임 연속|읽기 실패",
            "set|outcome|read|stored|records|plan|spans hold|tier A|continuity|failures",
        ),
        rows: probed
            .iter()
            .map(|one| {
                vec![
                    one.dataset_id.clone().unwrap_or_default(),
                    match one.outcome {
                        Outcome::Probed => pick("봄", "probed"),
                        Outcome::Unchanged => pick("그대로", "unchanged"),
                        Outcome::Failed => pick("실패", "failed"),
                    }
                    .to_owned(),
                    report::bytes(one.bytes_read),
                    report::bytes(one.bytes_stored),
                    one.records.to_string(),
                    one.plan.clone().unwrap_or_else(|| "–".to_owned()),
                    figure(one, "evidence_span_hold"),
                    figure(one, "tier_a_share"),
                    figure(one, "frame_continuity"),
                    figure(one, "parse_failure_share"),
                ]
            })
            .collect(),
        seconds: watch.lap(),
        ..Step::default()
    });
    say(&steps);

    score::score(&catalog, None, &BTreeMap::new(), None).await?;
    let ids = sets::SETS.iter().map(|set| format!("'{}'", set.id)).collect::<Vec<_>>().join(", ");
    let scores = format!(
        "SELECT s.dataset_id, s.track, s.rank, s.score, s.low, s.high, s.status, d.title FROM catalog.scores AS s \
         JOIN catalog.datasets AS d ON d.id = s.dataset_id WHERE s.dataset_id IN ({ids}) AND s.status IS NOT NULL \
         ORDER BY s.track, s.rank NULLS LAST, s.dataset_id"
    );
    steps.push(Step {
        title: pick("점수: 612개 데이터셋, 두 갈래", "score: 612 sets, two tracks").to_owned(),
        command: "jogak catalog score".to_owned(),
        headings: headings(
            korean,
            "데이터셋|갈래|순위|점수|아래|위|상태|제목",
            "set|track|rank|score|low|high|status|title",
        ),
        rows: rows(&scores, &settings).await?,
        seconds: watch.lap(),
        ..Step::default()
    });
    say(&steps);

    let options = Options {
        name: NAME.to_owned(),
        llm: LLM,
        physical: PHYSICAL,
        budget_krw: Some(BUDGET),
        probed_only: true,
        ..Options::default()
    };
    select(&catalog, &options, korean).await?;
    let chosen = format!(
        "SELECT position, track, dataset_id, title, points, cost_krw, plan FROM catalog.selections WHERE name = '{NAME}' \
         ORDER BY track, position"
    );
    steps.push(Step {
        title: pick("선정: 예산 안의 최적", "select: the optimum within the budget").to_owned(),
        command: format!(
            "jogak catalog select --name {NAME} --llm {LLM} --physical {PHYSICAL} --budget {BUDGET} --probed-only"
        ),
        headings: headings(korean, "순서|갈래|데이터셋|제목|점|비용(원)|계획", "place|track|set|title|points|won|plan"),
        rows: rows(&chosen, &settings).await?,
        seconds: watch.lap(),
        ..Step::default()
    });
    say(&steps);

    let which = Which::Selection(NAME.to_owned());
    let count = tasks(&catalog, &which).await?.len();
    let args = RunArgs {
        plans: Vec::new(),
        selection: Some(NAME.to_owned()),
        all: false,
        track: None,
        sources: Vec::new(),
        out: tables.display().to_string(),
        set: Vec::new(),
        memory: None,
        threads: None,
        full_refresh: false,
        prune: false,
        accept_quarantine: true,
        retry_quarantined: false,
        reason: None,
        deadline: None,
        single_writer: false,
        dry_run: false,
        // Each run's own summary would bury the rest.
        format: Format::Json,
    };
    let (lines, _) = super::super::bulk::all(&args, &which, korean, &settings).await?;
    // That no shipped plan is for a set is a part of the story.
    let code = lines.iter().filter_map(super::super::bulk::Line::code_of_run).max().unwrap_or(0);
    steps.push(Step {
        title: pick("일괄 변환: 데이터셋마다 한 번씩", "bulk run: one run a set").to_owned(),
        command: format!("jogak run --selection {NAME} --out {} --accept-quarantine", tables.display()),
        text: vec![format!("{count} {}", pick("데이터셋", "sets"))],
        headings: headings(
            korean,
            "데이터셋|계획|상태|행|격리|거부|이유",
            "set|plan|status|rows|quarantined|rejected|reason",
        ),
        rows: lines.iter().map(super::super::bulk::Line::cells).collect(),
        seconds: watch.lap(),
    });
    say(&steps);

    let verified = verify::verify(&tables.display().to_string(), &settings).await?;
    let checked: u64 = verified.iter().flat_map(|table| table.checked.values()).sum();
    let faults: u64 = verified.iter().map(|table| table.found).sum();
    steps.push(Step {
        title: pick("재검증", "verified again").to_owned(),
        command: format!("jogak verify {}", tables.display()),
        text: vec![format!(
            "{} {} · {checked} {} · {faults} {}",
            verified.len(),
            pick("테이블", "tables"),
            pick("가지 확인", "checks"),
            pick("개 문제", "faults")
        )],
        seconds: watch.lap(),
        ..Step::default()
    });
    say(&steps);
    let path = dir.join("index.html");
    let lead = pick(
        "아래의 데이터셋 990001–990012와 그 내용은 모두 지어낸 것입니다. 명령을 그대로 치면 같은 일을 합니다.",
        "Sets 990001–990012 and all that is in them are made up. Each command does what its step did.",
    );
    page::write(&path, pick("조각 시연", "jogak demo"), lead, &steps, korean)?;
    report::line(&format!("  {}: {}", pick("있었던 일을 적은 쪽", "what happened, as a page"), path.display()));
    Ok(code.max(u8::from(faults > 0)))
}

fn headings(korean: bool, ko: &str, en: &str) -> Vec<String> {
    (if korean { ko } else { en }).split('|').map(str::to_owned).collect()
}

/// The rows of a query, as people read them.
async fn rows(sql: &str, settings: &Settings) -> Result<Vec<Vec<String>>> {
    let mut batches = query::query(sql, None, settings).await?;
    let names: Vec<String> = batches.schema().fields().iter().map(|field| field.name().clone()).collect();
    let mut rows = Vec::new();
    while let Some(batch) = batches.try_next().await? {
        for row in report::json_values(&batch)? {
            rows.push(names.iter().map(|name| shown(row.get(name).unwrap_or(&Value::Null))).collect());
        }
    }
    Ok(rows)
}

/// A line for the last step.
fn say(steps: &[Step]) {
    let Some(step) = steps.last() else { return };
    report::line(&format!("\n  {}. {} · {:.1} s", steps.len(), step.title, step.seconds));
    step.text.iter().for_each(|text| report::line(&format!("     {text}")));
    if !step.rows.is_empty() {
        let headings: Vec<&str> = step.headings.iter().map(String::as_str).collect();
        report::table(&headings, step.rows.iter().cloned());
    }
}

/// Time from step to step, as people are told it.
struct Watch(tokio::time::Instant);

impl Watch {
    fn new() -> Self {
        Self(tokio::time::Instant::now())
    }

    fn lap(&mut self) -> f64 {
        let now = tokio::time::Instant::now();
        let elapsed: Duration = now - self.0;
        self.0 = now;
        elapsed.as_secs_f64()
    }
}
