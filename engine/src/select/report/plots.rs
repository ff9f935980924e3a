//! The five plots of the HTML report.

use std::collections::BTreeMap;

use super::super::model::{Grade, Lang, Standing, Track};
use super::super::points;
use super::svg::{Anchor, Canvas, fit, width};
use super::{Chosen, Report, grade_name, percent, plain, shown, track_name};

const WIDTH: f64 = 960.0;

/// Colour class of a track.
fn tone(track: Track) -> &'static str {
    match track {
        Track::Llm => "llm",
        Track::Physical => "phy",
    }
}

/// Scores of all candidates in `track`, the chosen ones marked.
pub(super) fn distribution(report: &Report, track: Track, lang: Lang) -> String {
    let scale = report.scale(track);
    let chosen: Vec<&str> = report.selection.of(track).map(|pick| pick.id.as_str()).collect();
    let bins = 40usize;
    let mut counts = vec![(0u32, 0u32); bins];
    let (mut all, mut lowest) = (0u32, f64::INFINITY);
    for candidate in &report.case.candidates {
        let Some(standing) = candidate.tracks.get(&track) else { continue };
        let share = (standing.score.value / scale).clamp(0.0, 1.0);
        let bin = ((share * bins as f64) as usize).min(bins - 1);
        let picked = chosen.contains(&candidate.id.as_str());
        if let Some(count) = counts.get_mut(bin) {
            count.0 += 1;
            count.1 += u32::from(picked);
        }
        all += 1;
        if picked {
            lowest = lowest.min(standing.score.value);
        }
    }
    let (most, steps) = nice(counts.iter().map(|(n, _)| *n).max().unwrap_or(0).max(1));
    let (left, top, plot_w, plot_h) = (48.0, 18.0, 412.0, 180.0);
    let mut canvas = Canvas::new(480.0, 240.0);
    for step in 0..=steps {
        let y = top + plot_h - plot_h * f64::from(step) / f64::from(steps);
        canvas.line((left, y), (left + plot_w, y), "grid");
        canvas.text((left - 6.0, y + 4.0), Anchor::End, "tick", &(most / steps * step).to_string());
    }
    let bar = plot_w / bins as f64;
    for (place, (n, picked)) in counts.iter().enumerate() {
        if *n == 0 {
            continue;
        }
        let x = left + place as f64 * bar;
        let from = scale * place as f64 / bins as f64;
        let tip = format!("{from:.1}–{:.1}: {n} ({picked})", from + scale / bins as f64);
        let height = |n: u32| plot_h * f64::from(n) / f64::from(most);
        canvas.rect((x + 0.5, top + plot_h - height(*n)), (bar - 1.0, height(*n)), "rest", &tip);
        if *picked > 0 {
            let h = height(*picked).max(2.0);
            canvas.rect((x + 0.5, top + plot_h - h), (bar - 1.0, h), tone(track), &tip);
        }
    }
    for step in 0..=5u32 {
        let value = scale * f64::from(step) / 5.0;
        let x = left + plot_w * f64::from(step) / 5.0;
        canvas.text((x, top + plot_h + 16.0), Anchor::Middle, "tick", &format!("{value:.0}"));
    }
    if lowest.is_finite() {
        let x = left + plot_w * (lowest / scale).clamp(0.0, 1.0);
        canvas.line((x, top - 6.0), (x, top + plot_h), "mark");
        let text = format!("{} {}", lang.pick("선정 최저", "lowest chosen"), shown(lowest));
        let anchor = if x > left + plot_w * 0.5 { Anchor::End } else { Anchor::Start };
        let shift = if x > left + plot_w * 0.5 { -5.0 } else { 5.0 };
        canvas.text((x + shift, top + 4.0), anchor, "note", &text);
    }
    canvas.text((left + plot_w / 2.0, 236.0), Anchor::Middle, "tick", lang.pick("점수", "score"));
    let title = format!("{} · {}", track_name(track, lang), lang.pick("점수 분포", "score distribution"));
    let description = match lang {
        Lang::Ko => format!("후보 {all}종의 점수 분포, 선정 {}종은 짙은 색", chosen.len()),
        Lang::En => format!("scores of {all} candidates; the {} chosen are dark", chosen.len()),
    };
    canvas.finish(&format!("dist-{}", track.name()), &title, &description)
}

/// Field by modality: how many sets there are, and how many are chosen.
pub(super) fn heat_map(report: &Report, lang: Lang) -> String {
    let unknown = lang.pick("미상", "unknown").to_owned();
    let name = |text: &Option<String>| text.as_deref().map_or_else(|| unknown.clone(), plain);
    let mut cells: BTreeMap<(String, String), (u32, u32)> = BTreeMap::new();
    let (mut fields, mut modalities): (BTreeMap<String, u32>, BTreeMap<String, u32>) = Default::default();
    for candidate in &report.case.candidates {
        let (field, modality) = (name(&candidate.field), name(&candidate.modality));
        *fields.entry(field.clone()).or_default() += 1;
        *modalities.entry(modality.clone()).or_default() += 1;
        let cell = cells.entry((field, modality)).or_default();
        cell.0 += 1;
        cell.1 += u32::from(report.selection.track_of(&candidate.id).is_some());
    }
    let sorted = |counts: BTreeMap<String, u32>, most: usize| {
        let mut list: Vec<(String, u32)> = counts.into_iter().collect();
        list.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        list.truncate(most);
        list
    };
    let (fields, modalities) = (sorted(fields, 24), sorted(modalities, 10));
    let most = cells.values().map(|(n, _)| *n).max().unwrap_or(1).max(1);
    let (left, top, cell_h) = (190.0, 34.0, 30.0);
    let cell_w = ((WIDTH - left - 10.0) / modalities.len().max(1) as f64).min(140.0);
    let mut canvas = Canvas::new(WIDTH, top + cell_h * fields.len() as f64 + 8.0);
    for (column, (modality, n)) in modalities.iter().enumerate() {
        let x = left + (column as f64 + 0.5) * cell_w;
        let head = format!("{} {n}", fit(modality, 12.0, cell_w - 34.0));
        canvas.text((x, top - 10.0), Anchor::Middle, "label", &head);
    }
    for (row, (field, n)) in fields.iter().enumerate() {
        let y = top + row as f64 * cell_h;
        let head = format!("{} {n}", fit(field, 12.0, left - 50.0));
        canvas.text((left - 10.0, y + cell_h * 0.62), Anchor::End, "label", &head);
        for (column, (modality, _)) in modalities.iter().enumerate() {
            let x = left + column as f64 * cell_w;
            let (n, picked) = cells.get(&(field.clone(), modality.clone())).copied().unwrap_or_default();
            // Five steps by logarithm: a few large cells would leave all others white.
            let heat = if n == 0 { 0 } else { 1 + (4.0 * f64::from(n).ln() / f64::from(most).ln().max(0.1)) as u32 };
            let tip = format!("{field} × {modality}: {picked} / {n}");
            canvas.rect((x + 1.0, y + 1.0), (cell_w - 2.0, cell_h - 2.0), &format!("heat{}", heat.min(5)), &tip);
            if n == 0 {
                continue;
            }
            let ink = if heat >= 4 { "onheat" } else { "cell" };
            if picked > 0 {
                canvas.rect((x + 2.0, y + 2.0), (cell_w - 4.0, cell_h - 4.0), "picked", "");
                let text = format!("{picked} / {n}");
                canvas.text((x + cell_w / 2.0, y + cell_h * 0.65), Anchor::Middle, &format!("{ink} strong"), &text);
            } else {
                canvas.text((x + cell_w / 2.0, y + cell_h * 0.65), Anchor::Middle, ink, &n.to_string());
            }
        }
    }
    canvas.finish(
        "heat",
        lang.pick("분야 × 유형", "field × modality"),
        lang.pick(
            "분야와 유형별 후보 수, 테두리 칸은 선정 수 / 후보 수",
            "number of candidates by field and modality; framed cells show chosen / candidates",
        ),
    )
}

/// Cost against score, with the frontier: the best score at or below each cost.
pub(super) fn frontier(report: &Report, lang: Lang) -> String {
    let (left, top, plot_w, plot_h) = (56.0, 16.0, 880.0, 300.0);
    let mut canvas = Canvas::new(WIDTH, 392.0);
    let cost = |id: &str| report.case.candidate(id).map_or(0, |c| report.case.costs.cost(c).krw);
    let costs: Vec<i64> = report.case.candidates.iter().map(|c| report.case.costs.cost(c).krw).collect();
    let (least, most) = (costs.iter().min().copied().unwrap_or(0), costs.iter().max().copied().unwrap_or(0));
    let flat = least == most;
    let scale = Track::ALL.iter().map(|track| report.scale(*track)).fold(1.0, f64::max);
    let span = (most - least).max(1) as f64;
    let at_cost = |krw: i64| left + plot_w * (0.04 + 0.92 * (krw - least) as f64 / span);
    let at_score = |score: f64| top + plot_h * (1.0 - (score / scale).clamp(0.0, 1.0));
    for step in 0..=5u32 {
        let value = scale * f64::from(step) / 5.0;
        canvas.line((left, at_score(value)), (left + plot_w, at_score(value)), "grid");
        canvas.text((left - 6.0, at_score(value) + 4.0), Anchor::End, "tick", &format!("{value:.0}"));
    }
    let million = |krw: i64| (krw as f64 / 1e8).to_string();
    if flat {
        let text = match lang {
            Lang::Ko => format!("모든 세트의 비용이 같음: {}억 원 (가로 위치는 의미 없음)", million(least)),
            Lang::En => {
                format!("all sets cost the same: {} hundred million won (sideways places mean nothing)", million(least))
            }
        };
        canvas.text((left + plot_w / 2.0, top + plot_h + 22.0), Anchor::Middle, "note", &text);
    } else {
        for krw in ticks(least, most) {
            canvas.text((at_cost(krw), top + plot_h + 18.0), Anchor::Middle, "tick", &million(krw));
        }
        let axis = lang.pick("비용(억 원)", "cost (hundred million won)");
        canvas.text((left + plot_w / 2.0, top + plot_h + 36.0), Anchor::Middle, "tick", axis);
    }
    for (order, track) in Track::ALL.into_iter().enumerate() {
        let chosen: Vec<&str> = report.selection.of(track).map(|pick| pick.id.as_str()).collect();
        let sets: Vec<(&str, &Standing)> = report
            .case
            .candidates
            .iter()
            .filter_map(|c| c.tracks.get(&track).map(|standing| (c.id.as_str(), standing)))
            .collect();
        let place = |id: &str| {
            if !flat {
                return at_cost(cost(id)) + if order == 0 { -2.0 } else { 2.0 };
            }
            // Spread over the track's half, always the same way.
            let spread = id.bytes().fold(17u32, |h, b| h.wrapping_mul(31).wrapping_add(u32::from(b)));
            left + plot_w
                * (0.03
                    + 0.5 * order as f64
                    + 0.44 * f64::from(spread.wrapping_mul(0x9E37_79B1) >> 12) / f64::from(1u32 << 20))
        };
        for (id, standing) in sets.iter().filter(|(id, _)| !chosen.contains(id)) {
            canvas.circle((place(id), at_score(standing.score.value)), 2.2, &format!("dot {}-soft", tone(track)), "");
        }
        for (id, standing) in sets.iter().filter(|(id, _)| chosen.contains(id)) {
            let x = place(id);
            canvas.line(
                (x, at_score(standing.score.low)),
                (x, at_score(standing.score.high)),
                &format!("range {}-line", tone(track)),
            );
            let tip = format!("{id} {}: {}", report.title_of(id), shown(standing.score.value));
            canvas.circle((x, at_score(standing.score.value)), 4.5, &format!("dot {}", tone(track)), &tip);
        }
        if !flat {
            let mut best: BTreeMap<i64, f64> = BTreeMap::new();
            for (id, standing) in &sets {
                let score = best.entry(cost(id)).or_insert(f64::NEG_INFINITY);
                *score = score.max(standing.score.value);
            }
            let mut steps = Vec::new();
            let mut top_score = f64::NEG_INFINITY;
            for (krw, score) in best {
                if score > top_score {
                    if top_score.is_finite() {
                        steps.push((at_cost(krw), at_score(top_score)));
                    }
                    steps.push((at_cost(krw), at_score(score)));
                    top_score = score;
                }
            }
            steps.push((left + plot_w, at_score(top_score)));
            canvas.polyline(&steps, &format!("frontier {}-line", tone(track)));
        }
    }
    legend(&mut canvas, (left, 384.0), lang, !flat);
    canvas.finish(
        "frontier",
        lang.pick("비용과 점수", "cost and score"),
        lang.pick(
            "큰 점은 선정 세트(세로선은 점수 범위), 작은 점은 나머지, 계단선은 비용별 최고 점수",
            "large dots are chosen (lines show ranges), small dots the rest, steps the best score at each cost",
        ),
    )
}

fn legend(canvas: &mut Canvas, (mut x, y): (f64, f64), lang: Lang, steps: bool) {
    for track in Track::ALL {
        canvas.circle((x + 5.0, y - 4.0), 4.5, &format!("dot {}", tone(track)), "");
        let text = format!("{} {}", track_name(track, lang), lang.pick("선정", "chosen"));
        canvas.text((x + 15.0, y), Anchor::Start, "tick", &text);
        x += 40.0 + width(&text, 11.0);
        canvas.circle((x + 5.0, y - 4.0), 2.2, &format!("dot {}-soft", tone(track)), "");
        let text = lang.pick("나머지", "rest");
        canvas.text((x + 12.0, y), Anchor::Start, "tick", text);
        x += 40.0 + width(text, 11.0);
    }
    if steps {
        canvas.polyline(&[(x, y), (x + 8.0, y), (x + 8.0, y - 7.0), (x + 18.0, y - 7.0)], "frontier ink-line");
        canvas.text((x + 24.0, y), Anchor::Start, "tick", lang.pick("비용별 최고 점수", "best score at a cost"));
    }
}

/// Every chosen set's criteria: bar = value, line = range, fill = how it is known.
pub(super) fn criteria(report: &Report, track: Track, lang: Lang) -> Option<String> {
    let rubric = report.case.rubric(track)?;
    let chosen = report.chosen(track);
    let total: f64 = rubric.criteria.iter().map(|c| c.weight).sum();
    let (left, row_h) = (252.0, 24.0);
    let cell = (WIDTH - left - 6.0) / rubric.criteria.len().max(1) as f64;
    let labels: Vec<Vec<String>> =
        rubric.criteria.iter().map(|c| wrap(&plain(c.label.get(lang)), 11.0, cell - 8.0, 4)).collect();
    let top = 38.0 + 14.0 * labels.iter().map(Vec::len).max().unwrap_or(1) as f64;
    let mut canvas = Canvas::new(WIDTH, top + row_h * chosen.len() as f64 + 34.0);
    for (column, (criterion, label)) in rubric.criteria.iter().zip(&labels).enumerate() {
        let x = left + column as f64 * cell;
        for (line, part) in label.iter().enumerate() {
            canvas.text((x + 3.0, 14.0 + line as f64 * 14.0), Anchor::Start, "tick", part);
        }
        let share = format!("{:.1} %", 100.0 * criterion.weight / total);
        canvas.text((x + 3.0, top - 12.0), Anchor::Start, "label strong", &share);
        canvas.line((x, top - 6.0), (x, top + row_h * chosen.len() as f64), "grid");
    }
    for (row, set) in chosen.iter().enumerate() {
        let y = top + row as f64 * row_h;
        let name = format!("{} {}", set.pick.id, set.candidate.title);
        canvas.text((left - 8.0, y + row_h * 0.62), Anchor::End, "label", &fit(&name, 12.0, left - 14.0));
        for (column, criterion) in rubric.criteria.iter().enumerate() {
            let Some(part) = set.standing.parts.iter().find(|part| part.criterion == criterion.key) else { continue };
            let (x, room) = (left + column as f64 * cell + 3.0, cell - 8.0);
            let at = |value: f64| x + room * value.clamp(0.0, 1.0);
            let range = part.value;
            let tip = format!(
                "{} · {}: {:.2} ({:.2}–{:.2}) · {}",
                set.pick.id,
                plain(criterion.label.get(lang)),
                range.value,
                range.low,
                range.high,
                grade_name(part.grade, lang)
            );
            canvas.rect((x, y + 4.0), (room, row_h - 9.0), "track", &tip);
            let fill = format!("{}{}", tone(track), fill(part.grade));
            canvas.rect((x, y + 4.0), (at(range.value) - x, row_h - 9.0), &fill, &tip);
            if range.high > range.low {
                let middle = y + 4.0 + (row_h - 9.0) / 2.0;
                canvas.line((at(range.low), middle), (at(range.high), middle), "range ink-line");
                for end in [range.low, range.high] {
                    canvas.line((at(end), middle - 3.0), (at(end), middle + 3.0), "range ink-line");
                }
            }
        }
    }
    let mut x = left;
    let y = top + row_h * chosen.len() as f64 + 22.0;
    for grade in [Grade::Measured, Grade::Documented, Grade::Inferred, Grade::Unknown] {
        canvas.rect((x, y - 10.0), (18.0, 11.0), &format!("{}{}", tone(track), fill(grade)), "");
        let text = grade_name(grade, lang);
        canvas.text((x + 24.0, y), Anchor::Start, "tick", text);
        x += 50.0 + width(text, 11.0);
    }
    let title = format!("{} · {}", track_name(track, lang), lang.pick("기준별 값과 범위", "criteria with ranges"));
    let description = lang.pick(
        "행은 선정 세트, 열은 기준. 막대는 값, 가로선은 범위, 농도는 근거 등급",
        "rows are chosen sets, columns criteria; bars are values, lines ranges, shades the grade of evidence",
    );
    Some(canvas.finish(&format!("crit-{}", track.name()), &title, description))
}

/// Class suffix for a grade.
fn fill(grade: Grade) -> &'static str {
    match grade {
        Grade::Measured => "",
        Grade::Documented => "-mid",
        Grade::Inferred => "-soft",
        Grade::Unknown => "-open",
    }
}

/// `text` in at most `lines` lines of `room` pixels, broken at blanks, and within words that are too long.
fn wrap(text: &str, size: f64, room: f64, lines: usize) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let blank = if line.is_empty() { 0.0 } else { size * 0.3 };
        if !line.is_empty() && width(&line, size) + blank + width(word, size) > room {
            list.push(std::mem::take(&mut line));
        } else if !line.is_empty() {
            line.push(' ');
        }
        for c in word.chars() {
            if !line.is_empty() && width(&line, size) + width(c.encode_utf8(&mut [0; 4]), size) > room {
                list.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    list.push(line);
    if list.len() > lines {
        list.truncate(lines);
        if let Some(last) = list.last_mut() {
            last.pop();
            last.push('…');
        }
    }
    list
}

/// At most seven round numbers from `least` to `most`.
fn ticks(least: i64, most: i64) -> Vec<i64> {
    let mut ten = 1i64;
    loop {
        for step in [ten, ten.saturating_mul(2), ten.saturating_mul(5)] {
            if (most - least) / step <= 6 {
                let first = least.div_euclid(step) + i64::from(least.rem_euclid(step) > 0);
                return (first..=most.div_euclid(step)).map(|n| n * step).collect();
            }
        }
        ten = ten.saturating_mul(10);
    }
}

/// A round number at or above `most`, and into how many equal whole steps it falls.
fn nice(most: u32) -> (u32, u32) {
    let mut step = 1u32;
    loop {
        for factor in [1, 2, 5] {
            let wide = step.saturating_mul(factor);
            if most <= wide.saturating_mul(5) {
                let steps = most.div_ceil(wide).max(1);
                return (wide.saturating_mul(steps), steps);
            }
        }
        step = step.saturating_mul(10);
    }
}

/// In what share of the draws each set is chosen.
pub(super) fn stability(report: &Report, track: Track, lang: Lang) -> Option<String> {
    let stability = report.stability.as_ref()?;
    let of_track = |chosen: bool| {
        stability.shares.iter().filter(move |share| share.place.track == track && share.chosen == chosen)
    };
    let often = |share: &&&super::Share| share.by_weights.max(share.by_values) * 20 >= stability.plan.draws;
    let inside: Vec<_> = of_track(true).collect();
    let outside: Vec<_> = of_track(false).collect();
    let outside: Vec<_> = outside.iter().filter(often).take(8).collect();
    let (left, top, row_h, plot_w) = (310.0, 24.0, 26.0, 545.0);
    let gap = if outside.is_empty() { 0.0 } else { 22.0 };
    let rows = (inside.len() + outside.len()) as f64;
    let mut canvas = Canvas::new(WIDTH, top + row_h * rows + gap + 34.0);
    let draws = f64::from(stability.plan.draws.max(1));
    for share in [0.0, 25.0, 50.0, 75.0, 90.0, 100.0] {
        let x = left + plot_w * share / 100.0;
        canvas.line((x, top - 4.0), (x, top + row_h * rows + gap), if share == 90.0 { "mark" } else { "grid" });
        canvas.text((x, top - 9.0), Anchor::Middle, "tick", &format!("{share:.0} %"));
    }
    for (row, share) in inside.iter().chain(outside.iter().copied()).enumerate() {
        let shift = if row >= inside.len() { gap } else { 0.0 };
        let y = top + row as f64 * row_h + shift;
        if row == inside.len() {
            let text = lang.pick("선정되지 않은 세트", "not chosen");
            canvas.text((left - 8.0, y - 6.0), Anchor::End, "note", text);
        }
        let name = format!("{} {}", share.place.id, report.title_of(&share.place.id));
        canvas.text((left - 8.0, y + row_h * 0.58), Anchor::End, "label", &fit(&name, 12.0, left - 16.0));
        let length = |n: u32| plot_w * f64::from(n) / draws;
        let (solid, soft) = if share.chosen {
            (tone(track).to_owned(), format!("{}-mid", tone(track)))
        } else {
            ("rest".into(), "rest".into())
        };
        canvas.rect((left, y + 4.0), (length(share.by_weights), 10.0), &solid, "");
        canvas.rect((left, y + 15.0), (length(share.by_values), 5.0), &soft, "");
        let text = format!(
            "{} / {}",
            percent(share.by_weights, stability.plan.draws),
            percent(share.by_values, stability.plan.draws)
        );
        canvas.text((left + plot_w + 8.0, y + row_h * 0.62), Anchor::Start, "tick", &text);
    }
    let y = top + row_h * rows + gap + 22.0;
    canvas.rect((left, y - 10.0), (18.0, 10.0), tone(track), "");
    let text = lang.pick("가중치 변동", "weights varied");
    canvas.text((left + 24.0, y), Anchor::Start, "tick", text);
    let x = left + 60.0 + width(text, 11.0);
    canvas.rect((x, y - 7.0), (18.0, 5.0), &format!("{}-mid", tone(track)), "");
    let text = lang.pick("가중치와 값 범위 변동", "weights and values varied");
    canvas.text((x + 24.0, y), Anchor::Start, "tick", text);
    let title = format!("{} · {}", track_name(track, lang), lang.pick("안정성", "stability"));
    let description = match lang {
        Lang::Ko => format!("{}회의 변동 중 선정으로 남는 비율", stability.plan.draws),
        Lang::En => format!("share of {} draws in which each set is chosen", stability.plan.draws),
    };
    Some(canvas.finish(&format!("stab-{}", track.name()), &title, &description))
}

/// A score with its range, small enough for a table cell; `name` must be unique on the page.
pub(super) fn spark(report: &Report, track: Track, set: &Chosen<'_>, lang: Lang) -> String {
    let scale = report.scale(track);
    let score = set.standing.score;
    let at = |value: f64| 4.0 + 112.0 * (value / scale).clamp(0.0, 1.0);
    let mut canvas = Canvas::new(120.0, 16.0);
    canvas.line((4.0, 8.0), (116.0, 8.0), "grid");
    canvas.line((at(score.low), 8.0), (at(score.high), 8.0), &format!("thick {}-line", tone(track)));
    canvas.circle((at(score.value), 8.0), 4.0, &format!("dot {}", tone(track)), "");
    let title = format!("{}–{}", shown(score.low), shown(score.high));
    let text = format!("{} {}", lang.pick("세는 값", "counted"), shown(points(set.pick.units)));
    canvas.finish(&format!("s-{}-{}", track.name(), set.place), &title, &text)
}
