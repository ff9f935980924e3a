//! The sheets, one function each.

use rust_xlsxwriter::XlsxError;
use rust_xlsxwriter::utility::{column_number_to_name, row_col_to_cell};

use super::super::super::appeal::ranks;
use super::super::super::model::{Criterion, Lang, Track};
use super::super::super::points;
use super::super::csv::status_name;
use super::super::markdown::label;
use super::super::{Report, grade_name, method_lines, track_name};
use super::{Cells, Names, Sheet, cell};

pub(super) fn weights(
    report: &Report,
    lang: Lang,
    names: &Names,
    sheet: &mut Sheet<'_>,
    cells: &mut Cells,
) -> Result<(), XlsxError> {
    let styles = sheet.styles;
    sheet.widths(&[14.0, 22.0, 30.0, 14.0, 90.0])?;
    sheet.heads(
        0,
        &[
            lang.pick("트랙", "Track"),
            lang.pick("기준 키", "Criterion key"),
            lang.pick("기준", "Criterion"),
            lang.pick("가중치", "Weight"),
            lang.pick("정의", "Definition"),
        ],
    )?;
    let mut row = 1;
    for rubric in &report.case.rubrics {
        for criterion in &rubric.criteria {
            sheet.text(row, 0, track_name(rubric.track, lang))?;
            sheet.text(row, 1, &criterion.key)?;
            sheet.text(row, 2, criterion.label.get(lang))?;
            sheet.number(row, 3, criterion.weight, &styles.input)?;
            sheet.styled(row, 4, criterion.definition.get(lang), &styles.wrapped)?;
            cells.weights.insert((rubric.track, criterion.key.clone()), cell(names.weights, row, 3));
            row += 1;
        }
    }
    row += 1;
    let request = &report.case.request;
    let mut line = |row: &mut u32, name: String, value: f64, note: &str| -> Result<String, XlsxError> {
        sheet.text(*row, 2, &name)?;
        sheet.number(*row, 3, value, &styles.input)?;
        sheet.styled(*row, 4, note, &styles.wrapped)?;
        let at = cell(names.weights, *row, 3);
        *row += 1;
        Ok(at)
    };
    for rubric in &report.case.rubrics {
        let name = format!("{} {}", lang.pick("만점", "Scale"), track_name(rubric.track, lang));
        let note = lang.pick("모든 기준이 1일 때의 점수", "points of a set whose every criterion is 1");
        let at = line(&mut row, name, rubric.scale, note)?;
        cells.scales.insert(rubric.track, at);
    }
    let note = lang.pick("0이면 값, 1이면 하한으로 계산", "0 counts the value, 1 the low end");
    cells.caution = line(&mut row, lang.pick("신중도", "Caution").to_owned(), request.caution, note)?;
    let note =
        lang.pick("유사도 1인 두 세트를 함께 선정할 때의 감점", "points lost for two chosen sets of similarity 1");
    cells.redundancy =
        line(&mut row, lang.pick("중복 감점", "Redundancy").to_owned(), request.redundancy_points, note)?;
    let note = lang.pick("이보다 낮은 유사도는 감점 없음", "lower similarities cost nothing");
    cells.floor = line(&mut row, lang.pick("중복 하한", "Redundancy from").to_owned(), request.redundancy_floor, note)?;
    if let Some(krw) = request.budget_krw {
        let name = lang.pick("사업비(원)", "Budget (won)").to_owned();
        cells.budget = Some(line(&mut row, name, krw as f64, "")?);
    }
    let note = report.case.costs.note.get(lang);
    let name = lang.pick("세트당 비용 기본값(원)", "Default cost (won)").to_owned();
    line(&mut row, name, report.case.costs.default_krw as f64, note)?;
    sheet.sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

pub(super) fn parts(report: &Report, lang: Lang, sheet: &mut Sheet<'_>, cells: &mut Cells) -> Result<(), XlsxError> {
    let styles = sheet.styles;
    sheet.widths(&[10.0, 12.0, 22.0, 9.0, 9.0, 9.0, 16.0, 10.0, 12.0, 90.0])?;
    sheet.heads(
        0,
        &[
            lang.pick("번호", "Id"),
            lang.pick("트랙", "Track"),
            lang.pick("기준 키", "Criterion key"),
            lang.pick("값", "Value"),
            lang.pick("하한", "Low"),
            lang.pick("상한", "High"),
            lang.pick("근거 등급", "Grade"),
            lang.pick("가중치", "Weight"),
            lang.pick("가중치×값", "Weight × value"),
            lang.pick("이유", "Reason"),
        ],
    )?;
    let mut row = 1;
    for candidate in &report.case.candidates {
        for (track, standing) in &candidate.tracks {
            let Some(rubric) = report.case.rubric(*track) else { continue };
            for part in &standing.parts {
                let criterion = rubric.criteria.iter().find(|c| c.key == part.criterion);
                sheet.text(row, 0, &candidate.id)?;
                sheet.text(row, 1, track_name(*track, lang))?;
                sheet.text(row, 2, &part.criterion)?;
                sheet.number(row, 3, part.value.value, &styles.input)?;
                sheet.number(row, 4, part.value.low, &styles.input)?;
                sheet.number(row, 5, part.value.high, &styles.input)?;
                sheet.text(row, 6, grade_name(part.grade, lang))?;
                let at = cells.weights.get(&(*track, part.criterion.clone()));
                if let (Some(criterion), Some(at)) = (criterion, at) {
                    sheet.formula(row, 7, &format!("={at}"), &criterion.weight.to_string(), &styles.value)?;
                    let product = criterion.weight * part.value.value;
                    let text = format!("=H{0}*D{0}", row + 1);
                    sheet.formula(row, 8, &text, &product.to_string(), &styles.value)?;
                }
                sheet.text(row, 9, part.reason.get(lang))?;
                cells.parts.insert((*track, candidate.id.clone(), part.criterion.clone()), row);
                row += 1;
            }
        }
    }
    sheet.sheet.set_freeze_panes(1, 3)?;
    if row > 1 {
        sheet.sheet.autofilter(0, 0, row - 1, 9)?;
    }
    Ok(())
}

/// First column of the values in a score sheet.
const VALUES: u16 = 9;

pub(super) fn scores(
    report: &Report,
    track: Track,
    lang: Lang,
    names: &Names,
    sheet: &mut Sheet<'_>,
    cells: &mut Cells,
) -> Result<(), XlsxError> {
    let styles = sheet.styles;
    let criteria: Vec<&Criterion> =
        report.case.rubric(track).map_or_else(Vec::new, |rubric| rubric.criteria.iter().collect());
    // A sheet has 16,384 columns; a rubric of thousands of criteria fails in the library with its own message.
    let width = u16::try_from(criteria.len()).unwrap_or(u16::MAX / 8);
    let blocks = [lang.pick("값", "value"), lang.pick("하한", "low"), lang.pick("상한", "high")];
    sheet.widths(&[10.0, 44.0, 26.0, 9.0, 9.0, 9.0, 8.0, 11.0, 9.0])?;
    sheet.heads(
        0,
        &[
            lang.pick("번호", "Id"),
            lang.pick("제목", "Title"),
            lang.pick("상태", "Status"),
            lang.pick("점수", "Score"),
            lang.pick("하한", "Low"),
            lang.pick("상한", "High"),
            lang.pick("순위", "Rank"),
            lang.pick("기록된 점수", "Recorded"),
            lang.pick("검산", "Check"),
        ],
    )?;
    sheet.styled(1, 1, lang.pick("가중치 →", "weights →"), &styles.total)?;
    for (block, name) in (0u16..).zip(blocks) {
        for (place, criterion) in (0u16..).zip(&criteria) {
            let column = VALUES + block * width + place;
            let head = format!("{} · {name}", criterion.label.get(lang));
            sheet.styled(0, column, &head, &styles.head)?;
            if let Some(at) = cells.weights.get(&(track, criterion.key.clone())) {
                sheet.formula(1, column, &format!("={at}"), &criterion.weight.to_string(), &styles.value)?;
            }
        }
    }
    let mut sets: Vec<_> =
        report.case.candidates.iter().filter_map(|c| c.tracks.get(&track).map(|standing| (c, standing))).collect();
    // Sets that a gate has stopped have no rank: they stand last, below the range over which ranks are counted. The others
    // stand by id, which is the order in which equal scores are ranked.
    sets.sort_by(|(a, x), (b, y)| x.status.is_gated().cmp(&y.status.is_gated()).then_with(|| a.id.cmp(&b.id)));
    let ranks = ranks(&report.case, track);
    let open = sets.iter().filter(|(_, standing)| !standing.status.is_gated()).count();
    let last = u32::try_from(open).unwrap_or(u32::MAX - 3) + 2;
    for (row, (candidate, standing)) in (2u32..).zip(&sets) {
        sheet.text(row, 0, &candidate.id)?;
        sheet.text(row, 1, &candidate.title)?;
        sheet.text(row, 2, &status_name(&standing.status, lang))?;
        let score = standing.score;
        let from_parts = !standing.parts.is_empty() && !criteria.is_empty();
        for (block, now) in (0u16..).zip([score.value, score.low, score.high]) {
            if !from_parts {
                sheet.number(row, 3 + block, now, &styles.number)?;
                continue;
            }
            for (place, criterion) in (0u16..).zip(&criteria) {
                let key = (track, candidate.id.clone(), criterion.key.clone());
                let Some(at) = cells.parts.get(&key) else { continue };
                let part = standing.parts.iter().find(|part| part.criterion == criterion.key);
                let now = part.map_or(0.0, |part| match block {
                    0 => part.value.value,
                    1 => part.value.low,
                    _ => part.value.high,
                });
                let text = format!("={}", cell(names.parts, *at, 3 + block));
                sheet.formula(row, VALUES + block * width + place, &text, &now.to_string(), &styles.value)?;
            }
            let first = VALUES + block * width;
            let end = first + width - 1;
            let (a, b) = (column_number_to_name(first), column_number_to_name(end));
            let scale = cells.scales.get(&track).map_or("1", String::as_str);
            let text = format!("={scale}*SUMPRODUCT(${a}$2:${b}$2,{a}{0}:{b}{0})/SUM(${a}$2:${b}$2)", row + 1);
            sheet.formula(row, 3 + block, &text, &now.to_string(), &styles.number)?;
        }
        if let Some(rank) = ranks.get(&candidate.id) {
            // To four decimals, as the selection counts them; of equal scores the one with the higher lower end is first,
            // then the one that stands above.
            let (all, own) = (|column: char| format!("ROUND(${column}$3:${column}${last},4)"), row + 1);
            let mut text = format!(
                "=1+SUMPRODUCT(({}>ROUND(D{own},4))+({}=ROUND(D{own},4))*({}>ROUND(E{own},4)))",
                all('D'),
                all('D'),
                all('E')
            );
            if row > 2 {
                text.push_str(&format!(
                    "+SUMPRODUCT((ROUND($D$3:$D${row},4)=ROUND(D{own},4))*(ROUND($E$3:$E${row},4)=ROUND(E{own},4)))"
                ));
            }
            sheet.formula(row, 6, &text, &rank.rank.to_string(), &styles.text)?;
        }
        sheet.number(row, 7, score.value, &styles.number)?;
        let text = format!("=IF(ABS(D{0}-H{0})<0.000001,\"=\",\"≠\")", row + 1);
        sheet.formula(row, 8, &text, "=", &styles.text)?;
        cells.scores.insert((track, candidate.id.clone()), row);
    }
    sheet.sheet.set_freeze_panes(2, 2)?;
    Ok(())
}

pub(super) fn pairs(
    report: &Report,
    lang: Lang,
    names: &Names,
    sheet: &mut Sheet<'_>,
    cells: &mut Cells,
) -> Result<(), XlsxError> {
    let styles = sheet.styles;
    sheet.widths(&[12.0, 44.0, 12.0, 44.0, 12.0, 16.0, 12.0])?;
    let heads = [
        lang.pick("번호", "Id"),
        lang.pick("제목", "Title"),
        lang.pick("유사한 번호", "Alike"),
        lang.pick("제목", "Title"),
        lang.pick("유사도", "Similarity"),
        lang.pick("상호 보완", "Complementary"),
        lang.pick("감점", "Costs"),
    ];
    sheet.heads(0, &heads)?;
    let mut row = 1;
    for pair in &report.selection.redundancies {
        sheet.text(row, 0, &pair.a)?;
        sheet.text(row, 1, &report.title_of(&pair.a))?;
        sheet.text(row, 2, &pair.b)?;
        sheet.text(row, 3, &report.title_of(&pair.b))?;
        sheet.number(row, 4, pair.similarity, &styles.input)?;
        // Sets of different tracks cost nothing unless the request says so.
        let free = pair.complementary || pair.units == 0;
        sheet.text(row, 5, if free { lang.pick("예", "yes") } else { lang.pick("아니오", "no") })?;
        let yes = lang.pick("예", "yes");
        let text =
            format!("=IF(OR(F{0}=\"{yes}\",E{0}<{1}),0,ROUND(E{0}*{2},4))", row + 1, cells.floor, cells.redundancy);
        sheet.formula(row, 6, &text, &points(pair.units).to_string(), &styles.number)?;
        row += 1;
    }
    sheet.styled(row, 5, lang.pick("합계", "total"), &styles.total)?;
    let lost = points(report.selection.redundancy_units).to_string();
    let text = if row > 1 { format!("=SUM(G2:G{row})") } else { "=0".to_owned() };
    sheet.formula(row, 6, &text, &lost, &styles.total_number)?;
    cells.lost = cell(names.pairs, row, 6);

    row += 2;
    let heads = [
        lang.pick("역량", "Capability"),
        lang.pick("제공 세트", "Brought by"),
        lang.pick("트랙", "Track"),
        "",
        lang.pick("보상 수", "Rewarded"),
        lang.pick("세트당 점", "Points each"),
        lang.pick("점", "Points"),
    ];
    sheet.heads(row, &heads)?;
    row += 1;
    let first = row;
    for covered in &report.selection.coverage {
        let capability = report
            .case
            .request
            .capabilities
            .iter()
            .find(|capability| capability.name == covered.capability && capability.track == covered.track);
        sheet.text(row, 0, &label(report, covered, lang))?;
        sheet.text(row, 1, &covered.by.join(", "))?;
        sheet.text(row, 2, covered.track.map_or("", |track| track_name(track, lang)))?;
        let rewarded = (covered.by.len() as f64).min(f64::from(covered.want));
        sheet.number(row, 4, rewarded, &styles.text)?;
        sheet.number(row, 5, capability.map_or(0.0, |capability| capability.points), &styles.input)?;
        let text = format!("=E{0}*ROUND(F{0},4)", row + 1);
        sheet.formula(row, 6, &text, &points(covered.units).to_string(), &styles.number)?;
        row += 1;
    }
    sheet.styled(row, 5, lang.pick("합계", "total"), &styles.total)?;
    let gained = points(report.selection.coverage_units).to_string();
    let text = if row > first { format!("=SUM(G{}:G{row})", first + 1) } else { "=0".to_owned() };
    sheet.formula(row, 6, &text, &gained, &styles.total_number)?;
    cells.coverage = cell(names.pairs, row, 6);
    Ok(())
}

pub(super) fn selection(
    report: &Report,
    lang: Lang,
    names: &Names,
    sheet: &mut Sheet<'_>,
    cells: &mut Cells,
) -> Result<(), XlsxError> {
    let styles = sheet.styles;
    sheet.widths(&[12.0, 6.0, 10.0, 48.0, 20.0, 12.0, 9.0, 9.0, 9.0, 10.0, 16.0, 12.0, 12.0, 12.0, 80.0])?;
    sheet.heads(
        0,
        &[
            lang.pick("트랙", "Track"),
            "#",
            lang.pick("번호", "Id"),
            lang.pick("제목", "Title"),
            lang.pick("분야", "Field"),
            lang.pick("유형", "Modality"),
            lang.pick("점수", "Score"),
            lang.pick("하한", "Low"),
            lang.pick("상한", "High"),
            lang.pick("계산 점수", "Counted"),
            lang.pick("비용(원)", "Cost (won)"),
            lang.pick("유지 비율", "Stays"),
            lang.pick("잠정", "Provisional"),
            lang.pick("지정 포함", "By order"),
            lang.pick("근거", "Why"),
        ],
    )?;
    let draws = report.stability.as_ref().map_or(0, |stability| stability.plan.draws);
    let mut row = 1;
    for track in Track::ALL {
        for set in report.chosen(track) {
            sheet.text(row, 0, track_name(track, lang))?;
            sheet.number(row, 1, set.place as f64, &styles.text)?;
            sheet.text(row, 2, &set.pick.id)?;
            sheet.text(row, 3, &set.candidate.title)?;
            sheet.text(row, 4, set.candidate.field.as_deref().unwrap_or(""))?;
            sheet.text(row, 5, set.candidate.modality.as_deref().unwrap_or(""))?;
            let score = set.standing.score;
            let at = cells.scores.get(&(track, set.pick.id.clone())).copied();
            for (block, now) in (0u16..).zip([score.value, score.low, score.high]) {
                match at {
                    Some(at) => {
                        let text = format!("={}", cell(names.scores(track), at, 3 + block));
                        sheet.formula(row, 6 + block, &text, &now.to_string(), &styles.number)?;
                    }
                    None => sheet.number(row, 6 + block, now, &styles.number)?,
                }
            }
            let text = format!("=ROUND(G{0}-{1}*(G{0}-H{0}),4)", row + 1, cells.caution);
            sheet.formula(row, 9, &text, &points(set.pick.units).to_string(), &styles.number)?;
            sheet.number(row, 10, set.pick.cost_krw as f64, &styles.money)?;
            if let Some(share) = set.share.filter(|_| draws > 0) {
                sheet.number(row, 11, f64::from(share.by_weights) / f64::from(draws), &styles.value)?;
            }
            let yes = |it: bool| if it { lang.pick("예", "yes") } else { "" };
            sheet.text(row, 12, yes(set.pick.provisional))?;
            sheet.text(row, 13, yes(set.pick.included))?;
            sheet.text(row, 14, &report.because(track, set.standing, lang))?;
            row += 1;
        }
    }
    let end = row;
    let sum = |column: &str| if end > 1 { format!("=SUM({column}2:{column}{end})") } else { "=0".to_owned() };
    let chosen = &report.selection;
    row += 1;
    let total = |sheet: &mut Sheet<'_>, row: u32, name: &str, column: u16, text: &str, now: String| {
        sheet.styled(row, 3, name, &styles.total)?;
        sheet.formula(row, column, text, &now, &styles.total_number)
    };
    total(sheet, row, lang.pick("점수 합계", "Sum of scores"), 9, &sum("J"), points(chosen.score_units).to_string())?;
    let score_cell = row_col_to_cell(row, 9);
    row += 1;
    let text = format!("={}", cells.coverage);
    let now = points(chosen.coverage_units).to_string();
    total(sheet, row, lang.pick("역량 범위 가점", "Coverage"), 9, &text, now)?;
    let coverage_cell = row_col_to_cell(row, 9);
    row += 1;
    let text = format!("=-{}", cells.lost);
    let now = points(-chosen.redundancy_units).to_string();
    total(sheet, row, lang.pick("중복 감점", "Redundancy"), 9, &text, now)?;
    let lost_cell = row_col_to_cell(row, 9);
    row += 1;
    let text = format!("={score_cell}+{coverage_cell}+{lost_cell}");
    total(sheet, row, lang.pick("목적 함수", "Objective"), 9, &text, points(chosen.units).to_string())?;
    row += 1;
    total(sheet, row, lang.pick("비용 합계(원)", "Cost in all (won)"), 10, &sum("K"), chosen.cost_krw.to_string())?;
    let cost_cell = row_col_to_cell(row, 10);
    row += 1;
    if let (Some(at), Some(krw)) = (&cells.budget, report.case.request.budget_krw) {
        let text = format!("={at}-{cost_cell}");
        let now = (krw - chosen.cost_krw).to_string();
        total(sheet, row, lang.pick("남는 사업비(원)", "Budget left (won)"), 10, &text, now)?;
        row += 1;
    }
    sheet.styled(
        row + 1,
        3,
        lang.pick(
            "가중치나 값을 고치면 점수와 합계가 따라 바뀝니다. 선정 자체는 다시 계산되지 않습니다(jogak catalog select).",
            "Scores and sums follow changed weights and values. The selection itself is not solved again (jogak catalog select).",
        ),
        &styles.wrapped,
    )?;
    sheet.sheet.set_freeze_panes(1, 4)?;
    Ok(())
}

pub(super) fn judgments(report: &Report, lang: Lang, sheet: &mut Sheet<'_>) -> Result<(), XlsxError> {
    let styles = sheet.styles;
    sheet.widths(&[10.0, 12.0, 22.0, 16.0, 12.0, 9.0, 60.0, 50.0, 22.0])?;
    sheet.heads(
        0,
        &[
            lang.pick("번호", "Id"),
            lang.pick("트랙", "Track"),
            lang.pick("기준 키", "Criterion key"),
            lang.pick("평가자", "Reviewer"),
            lang.pick("이해관계", "Interest"),
            lang.pick("값", "Value"),
            lang.pick("이유", "Reason"),
            lang.pick("증거", "Evidence"),
            lang.pick("시각", "Time"),
        ],
    )?;
    for (row, judgment) in (1u32..).zip(&report.judgments) {
        sheet.text(row, 0, &judgment.dataset_id)?;
        sheet.text(row, 1, track_name(judgment.track, lang))?;
        sheet.text(row, 2, &judgment.criterion)?;
        sheet.text(row, 3, &judgment.reviewer)?;
        sheet.text(row, 4, if judgment.conflict_of_interest { lang.pick("예", "yes") } else { "" })?;
        sheet.number(row, 5, judgment.value, &styles.value)?;
        sheet.text(row, 6, &judgment.reason)?;
        sheet.text(row, 7, &judgment.evidence)?;
        sheet.text(row, 8, &judgment.time)?;
    }
    sheet.sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

pub(super) fn about(report: &Report, lang: Lang, sheet: &mut Sheet<'_>) -> Result<(), XlsxError> {
    let styles = sheet.styles;
    sheet.widths(&[140.0])?;
    sheet.styled(0, 0, report.title.get(lang), &styles.total)?;
    let mut lines = vec![
        format!("{}: {}", lang.pick("선정안", "Selection"), report.name),
        format!("{}: {}", lang.pick("기준일", "As of"), report.as_of),
        format!("{}: {}", lang.pick("출처", "Source"), report.source.get(lang)),
    ];
    lines.extend(report.notes.iter().map(|note| note.get(lang).to_owned()));
    lines.extend(method_lines(report, lang));
    lines.push(
        lang.pick(
            "노란 칸은 입력값입니다. 점수 = 만점 × Σ(가중치 × 값) / Σ가중치.",
            "Yellow cells are inputs. Score = scale × Σ(weight × value) / Σ weight.",
        )
        .to_owned(),
    );
    for (row, line) in (1u32..).zip(&lines) {
        sheet.styled(row, 0, line, &styles.wrapped)?;
    }
    Ok(())
}
