//! The report as Markdown, for reading in a terminal or a repository.

use std::fmt::Write as _;

use super::super::model::{Lang, Status, Track};
use super::super::points;
use super::super::sensitivity::Place;
use super::{Report, grade_name, money, percent, plain, shown, track_name};

/// The report in `lang`.
pub fn markdown(report: &Report, lang: Lang) -> String {
    let mut md = Writer { text: String::new(), lang };
    md.head(report);
    for track in Track::ALL {
        md.chosen(report, track);
    }
    md.objective(report);
    md.overrides(report);
    md.margins(report);
    md.alternatives(report);
    md.experts(report);
    md.appeals(report);
    md.weights(report);
    md.method(report);
    md.text
}

/// Text that Markdown shows as it is.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in plain(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '|' => safe.push_str("&#124;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '~' | '!' | '$' => {
                safe.push('\\');
                safe.push(c);
            }
            c => safe.push(c),
        }
    }
    // Readers make links of bare addresses.
    safe.replace("://", "&#58;//").replace("www.", "www&#46;")
}

struct Writer {
    text: String,
    lang: Lang,
}

impl Writer {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn heading(&mut self, ko: &str, en: &str) {
        let heading = self.lang.pick(ko, en).to_owned();
        self.line(&format!("\n## {heading}\n"));
    }

    fn row(&mut self, cells: &[String]) {
        self.line(&format!("| {} |", cells.join(" | ")));
    }

    /// A table head; names ending in `:` are set to the right.
    fn columns(&mut self, names: &[(&str, &str)]) {
        let names: Vec<&str> = names.iter().map(|(ko, en)| self.lang.pick(ko, en)).collect();
        let heads: Vec<String> = names.iter().map(|name| name.trim_end_matches(':').to_owned()).collect();
        let rules: Vec<&str> = names.iter().map(|name| if name.ends_with(':') { "---:" } else { "---" }).collect();
        self.row(&heads);
        let rules = format!("|{}|", rules.join("|"));
        self.line(&rules);
    }

    fn head(&mut self, report: &Report) {
        let lang = self.lang;
        let title = escape(report.title.get(lang));
        self.line(&format!("# {title}\n"));
        let selection = &report.selection;
        let counts: Vec<String> = Track::ALL
            .iter()
            .map(|track| format!("{} {}", track_name(*track, lang), selection.of(*track).count()))
            .collect();
        let budget = report
            .case
            .request
            .budget_krw
            .map_or_else(|| lang.pick("한도 없음", "no limit").to_owned(), |krw| money(krw, lang));
        let (of, worth) = (money(selection.cost_krw, lang), shown(selection.points()));
        let line = match lang {
            Lang::Ko => format!(
                "**{}종 선정** ({}) · 비용 {of} / {budget} · 목적 함수 {worth}점(최적임이 증명됨) · 기준일 {}",
                selection.picks.len(),
                counts.join(" · "),
                escape(&report.as_of)
            ),
            Lang::En => format!(
                "**{} sets chosen** ({}) · cost {of} of {budget} · objective {worth} points (proven optimal) · as of {}",
                selection.picks.len(),
                counts.join(" · "),
                escape(&report.as_of)
            ),
        };
        self.line(&line);
        let source = escape(report.source.get(lang));
        if !source.is_empty() {
            self.line(&format!("\n{}: {source}", lang.pick("출처", "Source")));
        }
        for note in &report.notes {
            self.line(&format!("\n> {}", escape(note.get(lang))));
        }
        let provisional = selection.picks.iter().filter(|pick| pick.provisional).count();
        if provisional > 0 {
            self.line(&match lang {
                Lang::Ko => format!(
                    "\n> **{provisional}종은 잠정 선정**입니다. 제목·경로에서 추정한 값에 근거하거나 아직 아무도 확인하지 않은 관문(권리·개인정보·확보 가능성)이 있으므로, 집행 전에 표본 확인(`jogak catalog probe`)이나 검토(`jogak catalog judge`)가 필요합니다."
                ),
                Lang::En => format!(
                    "\n> **{provisional} sets are provisional**: they rest on titles and paths, or a gate (rights, privacy, availability) was confirmed by nobody. They need a probe (`jogak catalog probe`) or a review (`jogak catalog judge`) before money is spent."
                ),
            });
        }
    }

    fn chosen(&mut self, report: &Report, track: Track) {
        let lang = self.lang;
        let name = track_name(track, lang);
        self.heading(&format!("{name} 트랙"), &format!("Track {name}"));
        self.columns(&[
            ("#:", "#:"),
            ("번호", "Id"),
            ("제목", "Title"),
            ("분야", "Field"),
            ("점수:", "Score:"),
            ("범위", "Range"),
            ("순위", "Rank"),
            ("안정성:", "Stays:"),
            ("여유:", "Cushion:"),
            ("비용:", "Cost:"),
            ("근거", "Why"),
        ]);
        let draws = report.stability.as_ref().map_or(0, |stability| stability.plan.draws);
        for chosen in report.chosen(track) {
            let mut title = escape(&chosen.candidate.title);
            if chosen.pick.provisional {
                title.push_str(lang.pick(" *(잠정)*", " *(provisional)*"));
            }
            if chosen.pick.included {
                title.push_str(lang.pick(" *(지정 포함)*", " *(included by order)*"));
            }
            let score = chosen.standing.score;
            let cushion = chosen.hold.map_or("-".to_owned(), |hold| {
                hold.cushion_units.map_or("∞".to_owned(), |units| shown(points(units)))
            });
            self.row(&[
                chosen.place.to_string(),
                escape(&chosen.pick.id),
                title,
                escape(chosen.candidate.field.as_deref().unwrap_or(lang.pick("미상", "unknown"))),
                shown(score.value),
                format!("{}–{}", shown(score.low), shown(score.high)),
                format!("{} ({}–{})", chosen.rank.rank, chosen.rank.best, chosen.rank.worst),
                chosen.share.map_or("-".to_owned(), |share| percent(share.by_weights, draws)),
                cushion,
                money(chosen.pick.cost_krw, lang),
                escape(&report.because(track, chosen.standing, lang)),
            ]);
        }
    }

    fn objective(&mut self, report: &Report) {
        let lang = self.lang;
        let selection = &report.selection;
        self.heading("목적 함수의 구성", "What the objective is made of");
        self.columns(&[("항목", "Part"), ("점:", "Points:")]);
        let parts = [
            (lang.pick("점수 합계", "sum of scores"), selection.score_units),
            (lang.pick("역량 범위 가점", "coverage of capabilities"), selection.coverage_units),
            (lang.pick("중복 감점", "redundancy"), -selection.redundancy_units),
            (lang.pick("**합계**", "**total**"), selection.units),
        ];
        for (name, units) in parts {
            self.row(&[name.to_owned(), shown(points(units))]);
        }
        if !selection.coverage.is_empty() {
            self.line("");
            self.columns(&[("역량", "Capability"), ("선정 세트", "Brought by"), ("점:", "Points:")]);
            for covered in &selection.coverage {
                let by = if covered.by.is_empty() {
                    lang.pick("**없음**", "**none**").to_owned()
                } else {
                    covered.by.iter().map(|id| escape(id)).collect::<Vec<_>>().join(", ")
                };
                self.row(&[escape(&label(report, covered, lang)), by, shown(points(covered.units))]);
            }
        }
        if !selection.redundancies.is_empty() {
            self.line("");
            self.columns(&[("유사한 쌍", "Alike"), ("유사도:", "Similarity:"), ("감점:", "Costs:")]);
            for pair in &selection.redundancies {
                let cost = if pair.complementary {
                    lang.pick("상호 보완(감점 없음)", "complementary (none)").to_owned()
                } else {
                    shown(points(pair.units))
                };
                let pair_name = format!(
                    "{} {} · {} {}",
                    escape(&pair.a),
                    escape(&report.title_of(&pair.a)),
                    escape(&pair.b),
                    escape(&report.title_of(&pair.b))
                );
                self.row(&[pair_name, format!("{:.2}", pair.similarity), cost]);
            }
        }
    }

    fn overrides(&mut self, report: &Report) {
        let lang = self.lang;
        let request = &report.case.request;
        if request.include.is_empty() && request.exclude.is_empty() {
            return;
        }
        self.heading("지정 포함·제외", "Included and excluded by order");
        self.columns(&[("구분", "Order"), ("번호", "Id"), ("제목", "Title"), ("사유", "Reason"), ("지정자", "By")]);
        for (order, name) in request
            .include
            .iter()
            .map(|order| (order, lang.pick("포함", "include")))
            .chain(request.exclude.iter().map(|order| (order, lang.pick("제외", "exclude"))))
        {
            let name = order.track.map_or(name.to_owned(), |track| format!("{name} ({})", track_name(track, lang)));
            self.row(&[
                name,
                escape(&order.id),
                escape(&report.title_of(&order.id)),
                escape(&order.reason),
                escape(&order.by),
            ]);
        }
    }

    fn margins(&mut self, report: &Report) {
        let lang = self.lang;
        let Some(sensitivity) = &report.sensitivity else { return };
        self.heading("경계: 마지막 선정과 첫 탈락", "The border: last chosen, first not chosen");
        for margin in &sensitivity.margins {
            let (Some((last, last_units)), Some((next, next_units))) = (&margin.last, &margin.next) else { continue };
            let gap = shown(points(margin.gap_units.unwrap_or_default()));
            let (last_title, next_title) = (escape(&report.title_of(last)), escape(&report.title_of(next)));
            let (last_points, next_points) = (shown(points(*last_units)), shown(points(*next_units)));
            let (last, next) = (escape(last), escape(next));
            let name = track_name(margin.track, lang);
            self.line(&match lang {
                Lang::Ko => format!(
                    "- {name}: 마지막 선정 {last} {last_title} ({last_points}점), 진입에 가장 가까운 세트 {next} {next_title} ({next_points}점), 진입까지 {gap}점"
                ),
                Lang::En => format!(
                    "- {name}: last chosen {last} {last_title} ({last_points}), nearest to entering {next} {next_title} ({next_points}), which lacks {gap} points"
                ),
            });
        }
        for line in super::newcomer_lines(report, lang) {
            self.line(&format!("- {}", escape(&line)));
        }
        self.line("");
        self.line(lang.pick(super::WHY_NOT_HIGHER.0, super::WHY_NOT_HIGHER.1));
        self.line("");
        self.columns(&[
            ("트랙", "Track"),
            ("번호", "Id"),
            ("제목", "Title"),
            ("계산 점수:", "Counted:"),
            ("필요 점수:", "Needs:"),
            ("대체 대상", "Would replace"),
        ]);
        for entry in &sensitivity.entries {
            let needed = entry.needed_units.map_or_else(
                || lang.pick("제약상 불가", "kept out by constraints").to_owned(),
                |units| shown(points(units)),
            );
            self.row(&[
                track_name(entry.place.track, lang).to_owned(),
                escape(&entry.place.id),
                escape(&report.title_of(&entry.place.id)),
                shown(points(entry.units)),
                needed,
                places(&entry.replaces, lang),
            ]);
        }
    }

    fn alternatives(&mut self, report: &Report) {
        let lang = self.lang;
        let Some(sensitivity) = &report.sensitivity else { return };
        self.heading("거의 같은 수준의 다른 선정안", "Selections nearly as good");
        self.line(&format!("{}.\n", escape(&super::alternatives_line(sensitivity, lang))));
        if !sensitivity.alternatives.is_empty() {
            self.columns(&[("손실(점):", "Loss (points):"), ("빠짐", "Leave"), ("들어옴", "Enter")]);
        }
        for alternative in &sensitivity.alternatives {
            self.row(&[
                shown(points(alternative.loss_units)),
                places(&alternative.left, lang),
                places(&alternative.entered, lang),
            ]);
        }
    }

    fn experts(&mut self, report: &Report) {
        let lang = self.lang;
        if report.judgments.is_empty() {
            return;
        }
        self.heading("전문가 평가", "Experts");
        let interested = report.judgments.iter().filter(|judgment| judgment.conflict_of_interest).count();
        self.line(&match lang {
            Lang::Ko => {
                format!("평가 {}건, 그중 이해관계 신고 {interested}건은 집계에서 제외.\n", report.judgments.len())
            }
            Lang::En => format!(
                "{} judgments; {interested} with a declared interest are left out of the figures.\n",
                report.judgments.len()
            ),
        });
        self.columns(&[
            ("트랙", "Track"),
            ("기준", "Criterion"),
            ("평가자:", "Reviewers:"),
            ("세트:", "Sets:"),
            ("α:", "α:"),
            ("평균 차이:", "Mean distance:"),
        ]);
        for agreement in super::super::judgment::agreement(&report.judgments) {
            self.row(&[
                track_name(agreement.track, lang).to_owned(),
                escape(&criterion(report, agreement.track, &agreement.criterion, lang)),
                agreement.reviewers.to_string(),
                agreement.sets.to_string(),
                agreement.alpha.map_or("-".to_owned(), |alpha| format!("{alpha:.2}")),
                agreement.mean_distance.map_or("-".to_owned(), |distance| format!("{distance:.2}")),
            ]);
        }
        self.line(lang.pick("\n규칙과 전문가의 차이가 큰 순서:\n", "\nWhere rule and experts differ most:\n"));
        self.columns(&[
            ("번호", "Id"),
            ("기준", "Criterion"),
            ("규칙:", "Rule:"),
            ("전문가:", "Experts:"),
            ("범위 밖", "Outside the range"),
        ]);
        for difference in super::super::judgment::differences(&report.case, &report.judgments).iter().take(20) {
            self.row(&[
                escape(&difference.id),
                escape(&criterion(report, difference.track, &difference.criterion, lang)),
                format!("{:.2} ({:.2}–{:.2})", difference.rule.value, difference.rule.low, difference.rule.high),
                format!("{:.2} (n={})", difference.experts, difference.reviewers),
                if difference.outside { lang.pick("예", "yes") } else { "" }.to_owned(),
            ]);
        }
    }

    fn appeals(&mut self, report: &Report) {
        let lang = self.lang;
        if report.rulings.is_empty() {
            return;
        }
        self.heading("이의 신청(반사실 계산)", "Appeals (what would follow)");
        for ruling in &report.rulings {
            let appeal = &ruling.appeal;
            self.line(&format!(
                "- **{} {}** · {} = {} · {} · {}",
                escape(&appeal.id),
                escape(&report.title_of(&appeal.id)),
                escape(&appeal.criterion),
                appeal.value,
                escape(&appeal.by),
                escape(&appeal.evidence)
            ));
            for change in &ruling.changes {
                self.line(&format!(
                    "  - {}: {} {} → {}, {} {} → {}{}",
                    track_name(change.track, lang),
                    lang.pick("점수", "score"),
                    shown(change.score_before.value),
                    shown(change.score_after.value),
                    lang.pick("순위", "rank"),
                    super::rank_text(change.rank_before, lang),
                    super::rank_text(change.rank_after, lang),
                    escape(&super::status_text(change, lang))
                ));
            }
            let (entered, left) = (places(&ruling.entered, lang), places(&ruling.left, lang));
            self.line(&match (lang, ruling.entered.is_empty() && ruling.left.is_empty()) {
                (Lang::Ko, true) => "  - 선정 결과는 바뀌지 않음".to_owned(),
                (Lang::En, true) => "  - the selection stays the same".to_owned(),
                (Lang::Ko, false) => format!("  - 들어옴: {entered}; 빠짐: {left}"),
                (Lang::En, false) => format!("  - enter: {entered}; leave: {left}"),
            });
        }
    }

    fn weights(&mut self, report: &Report) {
        let lang = self.lang;
        self.heading("기준과 가중치", "Criteria and weights");
        for rubric in &report.case.rubrics {
            self.line(&format!("\n### {}\n", track_name(rubric.track, lang)));
            self.columns(&[("기준", "Criterion"), ("가중치:", "Weight:"), ("정의", "Definition")]);
            let total: f64 = rubric.criteria.iter().map(|c| c.weight).sum();
            for c in &rubric.criteria {
                self.row(&[
                    escape(c.label.get(lang)),
                    format!("{:.1} %", 100.0 * c.weight / total),
                    escape(c.definition.get(lang)),
                ]);
            }
        }
    }

    fn method(&mut self, report: &Report) {
        let lang = self.lang;
        self.heading("방법과 가정", "Method and assumptions");
        for line in super::method_lines(report, lang) {
            self.line(&format!("- {}", escape(&line)));
        }
        let grades: Vec<&str> =
            [super::Grade::Measured, super::Grade::Documented, super::Grade::Inferred, super::Grade::Unknown]
                .iter()
                .map(|grade| grade_name(*grade, lang))
                .collect();
        let _ = writeln!(self.text, "- {}: {}", lang.pick("근거 등급", "evidence grades"), grades.join(" · "));
        let gated = report
            .case
            .candidates
            .iter()
            .filter(|c| c.tracks.values().all(|s| matches!(s.status, Status::Gated { .. })))
            .count();
        let _ = writeln!(
            self.text,
            "- {}: {} / {}",
            lang.pick("모든 트랙에서 관문에 걸린 세트", "sets stopped by gates in every track"),
            gated,
            report.case.candidates.len()
        );
    }
}

/// A capability's name for people.
pub(super) fn label(report: &Report, covered: &super::super::solve::Covered, lang: Lang) -> String {
    let capabilities = &report.case.request.capabilities;
    let found = capabilities.iter().find(|c| c.name == covered.capability && c.track == covered.track);
    let label = found.map(|capability| capability.label.get(lang)).filter(|label| !label.is_empty());
    plain(label.unwrap_or(&covered.capability))
}

/// A criterion's name for people.
pub(super) fn criterion(report: &Report, track: Track, key: &str, lang: Lang) -> String {
    let found = report.case.rubric(track).and_then(|rubric| rubric.named(key));
    plain(found.map_or(key, |criterion| criterion.label.get(lang)))
}

fn places(places: &[Place], lang: Lang) -> String {
    let names: Vec<String> =
        places.iter().map(|place| format!("{} ({})", escape(&place.id), track_name(place.track, lang))).collect();
    if names.is_empty() { "-".to_owned() } else { names.join(", ") }
}
