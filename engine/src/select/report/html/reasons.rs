//! Why these and not others: the border, the objective, people's decisions, appeals, the method.

use super::super::super::judgment::{agreement, differences};
use super::super::super::model::{Lang, LinkBasis};
use super::super::super::points;
use super::super::super::sensitivity::Place;
use super::super::markdown::{criterion, label};
use super::super::svg::escape;
use super::super::{Report, method_lines, shown, track_name};
use super::{Cell, Page};

impl Page {
    pub(super) fn borders(&mut self, report: &Report) {
        let lang = self.lang;
        let Some(sensitivity) = &report.sensitivity else { return };
        self.heading("borders", "경계와 대안", "Border and alternatives");
        let set = |id: &str| format!("<b>{}</b> <bdi>{}</bdi>", escape(id), escape(&report.title_of(id)));
        self.push("<ul>");
        for margin in &sensitivity.margins {
            let (Some((last, last_units)), Some((next, next_units))) = (&margin.last, &margin.next) else { continue };
            let gap = shown(points(margin.gap_units.unwrap_or_default()));
            let (last_points, next_points) = (shown(points(*last_units)), shown(points(*next_units)));
            let name = track_name(margin.track, lang);
            let line = match lang {
                Lang::Ko => format!(
                    "{name}: 마지막 선정 {} ({last_points}점) · 진입에 가장 가까운 세트 {} ({next_points}점)은 <b>{gap}점</b> 부족",
                    set(last),
                    set(next)
                ),
                Lang::En => format!(
                    "{name}: last chosen {} ({last_points}) · nearest to entering {} ({next_points}) lacks <b>{gap} points</b>",
                    set(last),
                    set(next)
                ),
            };
            self.push(&format!("<li>{line}</li>"));
        }
        for line in super::super::newcomer_lines(report, lang) {
            self.push(&format!("<li>{}</li>", escape(&line)));
        }
        self.push("</ul>");
        let text = self.t(super::super::WHY_NOT_HIGHER.0, super::super::WHY_NOT_HIGHER.1);
        self.push(&format!("<p class=\"sub\">{text}</p>"));
        let rows: Vec<Vec<Cell>> = sensitivity
            .entries
            .iter()
            .map(|entry| {
                let needed = entry.needed_units;
                let id = &entry.place.id;
                vec![
                    ("", escape(track_name(entry.place.track, lang))),
                    ("n", escape(id)),
                    ("", format!("<bdi>{}</bdi>", escape(&report.title_of(id)))),
                    ("n", shown(points(entry.units))),
                    (
                        "n",
                        needed.map_or_else(
                            || self.t("제약상 불가", "kept out by constraints").to_owned(),
                            |units| shown(points(units)),
                        ),
                    ),
                    ("n", needed.map_or("-".to_owned(), |units| format!("+{}", shown(points(units - entry.units))))),
                    ("", places(&entry.replaces, lang)),
                ]
            })
            .collect();
        let columns = [
            ("", self.t("트랙", "Track")),
            ("n", self.t("번호", "Id")),
            ("", self.t("세트", "Set")),
            ("n", self.t("계산 점수", "Counted")),
            ("n", self.t("필요 점수", "Needs")),
            ("n", self.t("부족", "Lacks")),
            ("", self.t("대체 대상", "Would replace")),
        ];
        let caption = self
            .t("선정되지 않은 세트가 진입하는 데 필요한 점수", "What sets that are not chosen would need to enter")
            .to_owned();
        self.table(&caption, &columns, &rows, false);

        let caption = super::super::alternatives_line(sensitivity, lang);
        let rows: Vec<Vec<Cell>> = sensitivity
            .alternatives
            .iter()
            .enumerate()
            .map(|(place, alternative)| {
                vec![
                    ("n", (place + 1).to_string()),
                    ("n", format!("−{}", shown(points(alternative.loss_units)))),
                    ("", places(&alternative.left, lang)),
                    ("", places(&alternative.entered, lang)),
                ]
            })
            .collect();
        let columns = [
            ("n", "#"),
            ("n", self.t("손실(점)", "Loss (points)")),
            ("", self.t("빠짐", "Leave")),
            ("", self.t("들어옴", "Enter")),
        ];
        self.push("<h3>");
        let heading = self.t("거의 같은 수준의 선정안", "Selections nearly as good").to_owned();
        self.push(&heading);
        self.push("</h3>");
        self.table(&caption, &columns, &rows, false);
    }

    pub(super) fn objective(&mut self, report: &Report) {
        let lang = self.lang;
        let selection = &report.selection;
        self.heading("objective", "목적 함수의 구성", "What the objective is made of");
        let line = |name: &str, units: i64| -> Vec<Cell> { vec![("", name.to_owned()), ("n", shown(points(units)))] };
        let rows = [
            line(self.t("점수 합계", "sum of scores"), selection.score_units),
            line(self.t("역량 범위 가점", "coverage of capabilities"), selection.coverage_units),
            line(self.t("중복 감점", "redundancy"), -selection.redundancy_units),
            line(self.t("합계", "total"), selection.units),
        ];
        let caption = self.t("점", "points").to_owned();
        let columns = [("", self.t("항목", "Part")), ("n", self.t("점", "Points"))];
        self.table(&caption, &columns, &rows, true);
        if !selection.coverage.is_empty() {
            let rows: Vec<Vec<Cell>> = selection
                .coverage
                .iter()
                .map(|covered| {
                    let by: Vec<String> = covered.by.iter().map(|id| escape(id)).collect();
                    let by = if by.is_empty() { format!("<b>{}</b>", self.t("없음", "none")) } else { by.join(", ") };
                    vec![
                        ("", escape(&label(report, covered, lang))),
                        ("", covered.track.map_or("", |track| track_name(track, lang)).to_owned()),
                        ("", by),
                        ("n", shown(points(covered.units))),
                    ]
                })
                .collect();
            let columns = [
                ("", self.t("역량", "Capability")),
                ("", self.t("트랙", "Track")),
                ("", self.t("제공 세트", "Brought by")),
                ("n", self.t("점", "Points")),
            ];
            let caption = self.t("역량 범위", "Coverage of capabilities").to_owned();
            self.table(&caption, &columns, &rows, false);
        }
        if !selection.redundancies.is_empty() {
            let rows: Vec<Vec<Cell>> = selection
                .redundancies
                .iter()
                .map(|pair| {
                    let name = |id: &str| format!("{} <bdi>{}</bdi>", escape(id), escape(&report.title_of(id)));
                    let basis = match pair.basis {
                        LinkBasis::Measured => self.t("실측", "measured"),
                        LinkBasis::Declared => self.t("신고", "declared"),
                    };
                    let cost = if pair.complementary {
                        self.t("상호 보완(감점 없음)", "complementary (none)").to_owned()
                    } else {
                        format!("−{}", shown(points(pair.units)))
                    };
                    vec![
                        ("", name(&pair.a)),
                        ("", name(&pair.b)),
                        ("n", format!("{:.2}", pair.similarity)),
                        ("", basis.to_owned()),
                        ("n", cost),
                    ]
                })
                .collect();
            let columns = [
                ("", self.t("세트", "Set")),
                ("", self.t("유사한 세트", "Alike")),
                ("n", self.t("유사도", "Similarity")),
                ("", self.t("근거", "Basis")),
                ("n", self.t("감점", "Costs")),
            ];
            let caption =
                self.t("선정 세트 사이의 중복과 그 비용", "Redundancy among the chosen and what it costs").to_owned();
            self.table(&caption, &columns, &rows, false);
        }
    }

    pub(super) fn orders(&mut self, report: &Report) {
        let lang = self.lang;
        let request = &report.case.request;
        let orders = request
            .include
            .iter()
            .map(|order| (order, self.t("포함", "include")))
            .chain(request.exclude.iter().map(|order| (order, self.t("제외", "exclude"))));
        let rows: Vec<Vec<Cell>> = orders
            .map(|(order, name)| {
                let track = order.track.map_or_else(String::new, |track| format!(" ({})", track_name(track, lang)));
                vec![
                    ("nowrap", format!("{name}{track}")),
                    ("n", escape(&order.id)),
                    ("", format!("<bdi>{}</bdi>", escape(&report.title_of(&order.id)))),
                    ("", escape(&order.reason)),
                    ("", escape(&order.by)),
                ]
            })
            .collect();
        if rows.is_empty() {
            return;
        }
        self.heading("orders", "지정 포함·제외", "Included and excluded by order");
        let columns = [
            ("", self.t("구분", "Order")),
            ("n", self.t("번호", "Id")),
            ("", self.t("세트", "Set")),
            ("", self.t("사유", "Reason")),
            ("", self.t("지정자", "By")),
        ];
        let caption = self.t("사람이 정한 제약", "Decisions by people").to_owned();
        self.table(&caption, &columns, &rows, false);
    }

    pub(super) fn experts(&mut self, report: &Report) {
        let lang = self.lang;
        if report.judgments.is_empty() {
            return;
        }
        self.heading("experts", "전문가 평가", "Experts");
        let interested = report.judgments.iter().filter(|judgment| judgment.conflict_of_interest).count();
        let text = match lang {
            Lang::Ko => format!(
                "평가 {}건. 이해관계를 신고한 {interested}건은 집계에서 제외했습니다. α는 크리펜도르프 알파(1 완전 일치, 0 우연 수준)입니다.",
                report.judgments.len()
            ),
            Lang::En => format!(
                "{} judgments; the {interested} with a declared interest are left out of the figures. α is Krippendorff's alpha (1: perfect, 0: chance).",
                report.judgments.len()
            ),
        };
        self.push(&format!("<p>{text}</p>"));
        let number = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.2}"));
        let rows: Vec<Vec<Cell>> = agreement(&report.judgments)
            .iter()
            .map(|a| {
                vec![
                    ("", escape(&criterion(report, a.track, &a.criterion, lang))),
                    ("", track_name(a.track, lang).to_owned()),
                    ("n", a.reviewers.to_string()),
                    ("n", a.sets.to_string()),
                    ("n", number(a.alpha)),
                    ("n", number(a.mean_distance)),
                ]
            })
            .collect();
        let columns = [
            ("", self.t("기준", "Criterion")),
            ("", self.t("트랙", "Track")),
            ("n", self.t("평가자", "Reviewers")),
            ("n", self.t("복수 평가 세트", "Sets judged twice")),
            ("n", "α"),
            ("n", self.t("평균 차이", "Mean distance")),
        ];
        let caption = self.t("평가자 사이의 일치", "Agreement of reviewers").to_owned();
        self.table(&caption, &columns, &rows, false);
        let rows: Vec<Vec<Cell>> = differences(&report.case, &report.judgments)
            .iter()
            .take(20)
            .map(|d| {
                vec![
                    ("n", escape(&d.id)),
                    ("", format!("<bdi>{}</bdi>", escape(&report.title_of(&d.id)))),
                    ("", escape(&criterion(report, d.track, &d.criterion, lang))),
                    (
                        "n",
                        format!(
                            "{:.2} <span class=\"range\">{:.2}–{:.2}</span>",
                            d.rule.value, d.rule.low, d.rule.high
                        ),
                    ),
                    ("n", format!("{:.2} <span class=\"range\">n={}</span>", d.experts, d.reviewers)),
                    ("", if d.outside { self.t("예", "yes") } else { "" }.to_owned()),
                ]
            })
            .collect();
        let columns = [
            ("n", self.t("번호", "Id")),
            ("", self.t("세트", "Set")),
            ("", self.t("기준", "Criterion")),
            ("n", self.t("규칙", "Rule")),
            ("n", self.t("전문가", "Experts")),
            ("", self.t("범위 밖", "Outside")),
        ];
        let caption = self.t("규칙과 전문가가 가장 다른 곳", "Where rule and experts differ most").to_owned();
        self.table(&caption, &columns, &rows, false);
    }

    pub(super) fn appeals(&mut self, report: &Report) {
        let lang = self.lang;
        if report.rulings.is_empty() {
            return;
        }
        self.heading("appeals", "이의 신청(반사실 계산)", "Appeals (what would follow)");
        let rows: Vec<Vec<Cell>> = report
            .rulings
            .iter()
            .map(|ruling| {
                let appeal = &ruling.appeal;
                let changes: Vec<String> = ruling
                    .changes
                    .iter()
                    .map(|c| {
                        format!(
                            "{}: {} {} → {}, {} {} → {}{}",
                            track_name(c.track, lang),
                            self.t("점수", "score"),
                            shown(c.score_before.value),
                            shown(c.score_after.value),
                            self.t("순위", "rank"),
                            super::super::rank_text(c.rank_before, lang),
                            super::super::rank_text(c.rank_after, lang),
                            escape(&super::super::status_text(c, lang))
                        )
                    })
                    .collect();
                let selection = if ruling.entered.is_empty() && ruling.left.is_empty() {
                    self.t("변화 없음", "stays the same").to_owned()
                } else {
                    format!(
                        "{} {} / {} {}",
                        self.t("들어옴", "enter"),
                        places(&ruling.entered, lang),
                        self.t("빠짐", "leave"),
                        places(&ruling.left, lang)
                    )
                };
                vec![
                    ("n", escape(&appeal.id)),
                    ("", format!("<bdi>{}</bdi>", escape(&report.title_of(&appeal.id)))),
                    ("nowrap", format!("{} = {}", escape(&appeal.criterion), appeal.value)),
                    ("", changes.join("<br>")),
                    ("", selection),
                    ("", format!("{} · {}", escape(&appeal.by), escape(&appeal.evidence))),
                ]
            })
            .collect();
        let columns = [
            ("n", self.t("번호", "Id")),
            ("", self.t("세트", "Set")),
            ("", self.t("주장", "Claim")),
            ("", self.t("점수와 순위", "Score and rank")),
            ("", self.t("선정", "Selection")),
            ("", self.t("신청자와 증거", "By and evidence")),
        ];
        let caption = self.t("인용될 경우의 결과", "What would follow if granted").to_owned();
        self.table(&caption, &columns, &rows, false);
    }

    pub(super) fn method(&mut self, report: &Report) {
        let lang = self.lang;
        self.heading("method", "방법과 가정", "Method and assumptions");
        let lines: Vec<String> =
            method_lines(report, lang).iter().map(|line| format!("<li>{}</li>", escape(line))).collect();
        self.push(&format!("<ul>{}</ul>", lines.concat()));
        for rubric in &report.case.rubrics {
            let total: f64 = rubric.criteria.iter().map(|c| c.weight).sum();
            let rows: Vec<Vec<Cell>> = rubric
                .criteria
                .iter()
                .map(|c| {
                    vec![
                        ("", escape(c.label.get(lang))),
                        ("n", format!("{:.1} %", 100.0 * c.weight / total)),
                        ("", escape(c.definition.get(lang))),
                    ]
                })
                .collect();
            let caption = match lang {
                Lang::Ko => format!("{} 트랙의 기준과 가중치", track_name(rubric.track, lang)),
                Lang::En => format!("Criteria and weights of track {}", track_name(rubric.track, lang)),
            };
            let columns = [
                ("", self.t("기준", "Criterion")),
                ("n", self.t("가중치", "Weight")),
                ("", self.t("정의", "Definition")),
            ];
            self.push(&format!("<h3>{}</h3>", track_name(rubric.track, lang)));
            self.table(&caption, &columns, &rows, false);
        }
    }
}

fn places(places: &[Place], lang: Lang) -> String {
    let names: Vec<String> =
        places.iter().map(|place| format!("{} ({})", escape(&place.id), track_name(place.track, lang))).collect();
    if names.is_empty() { "-".to_owned() } else { names.join(", ") }
}
