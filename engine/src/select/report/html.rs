//! The report as one HTML file: nothing is loaded, nothing runs, and everything from the catalogue is escaped.

use super::super::judgment::{agreement, differences};
use super::super::model::{Lang, Track};
use super::super::points;
use super::super::sensitivity::Place;
use super::markdown::{criterion, label};
use super::plots;
use super::svg::escape;
use super::{Chosen, Report, method_lines, money, percent, shown, track_name};

const STYLE: &str = include_str!("style.css");

/// The report in `lang`.
pub fn html(report: &Report, lang: Lang) -> String {
    let mut page = Page { text: String::with_capacity(256 * 1024), lang };
    page.open(report);
    page.figures(report);
    page.notes(report);
    page.push("</header><main id=\"main\">");
    page.selection(report);
    page.distributions(report);
    page.criteria(report);
    page.stability(report);
    page.borders(report);
    page.objective(report);
    page.orders(report);
    page.experts(report);
    page.appeals(report);
    page.method(report);
    page.push("</main>");
    page.foot(report);
    page.text
}

struct Page {
    text: String,
    lang: Lang,
}

/// A cell: its class and its content, already escaped.
type Cell = (&'static str, String);

impl Page {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn t<'a>(&self, ko: &'a str, en: &'a str) -> &'a str {
        self.lang.pick(ko, en)
    }

    fn open(&mut self, report: &Report) {
        let lang = self.lang.pick("ko", "en");
        let title = escape(report.title.get(self.lang));
        let skip = self.t("본문으로 건너뛰기", "Skip to the report");
        // The policy forbids everything but the style sheet below: a title that slipped through could still do nothing.
        self.push(&format!(
            "<!doctype html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"referrer\" content=\"no-referrer\">\
             <title>{title}</title><style>\n{STYLE}</style></head><body><a class=\"skip\" href=\"#main\">{skip}</a><header><h1>{title}</h1>"
        ));
        let as_of = escape(&report.as_of);
        let source = escape(report.source.get(self.lang));
        let name = escape(&report.name);
        let line = match self.lang {
            Lang::Ko => format!("선정안 <b>{name}</b> · 기준일 {as_of} · {source}"),
            Lang::En => format!("selection <b>{name}</b> · as of {as_of} · {source}"),
        };
        self.push(&format!("<p class=\"sub\">{line}</p>"));
        let links = [
            ("chosen", self.t("선정 결과", "Chosen sets")),
            ("distributions", self.t("분포와 비용", "Distributions and cost")),
            ("criteria", self.t("기준별 값", "Criteria")),
            ("stability", self.t("안정성", "Stability")),
            ("borders", self.t("경계와 대안", "Border and alternatives")),
            ("objective", self.t("목적 함수", "Objective")),
            ("method", self.t("방법", "Method")),
        ];
        let name = self.t("차례", "Contents");
        let items: Vec<String> =
            links.iter().map(|(id, text)| format!("<li><a href=\"#{id}\">{text}</a></li>")).collect();
        self.push(&format!("<nav aria-label=\"{name}\"><ul>{}</ul></nav>", items.concat()));
    }

    fn figures(&mut self, report: &Report) {
        let lang = self.lang;
        let selection = &report.selection;
        let budget = report.case.request.budget_krw;
        let counts: Vec<String> = Track::ALL
            .iter()
            .map(|track| format!("{} {}", track_name(*track, lang), selection.of(*track).count()))
            .collect();
        let mut items = vec![
            (
                self.t("선정", "Chosen"),
                format!("{}{}", selection.picks.len(), self.t("종", " sets")),
                counts.join(" · "),
            ),
            (
                self.t("후보", "Candidates"),
                format!("{}{}", report.case.candidates.len(), self.t("종", " sets")),
                format!("{} {}", self.t("선정 가능 변수", "variables"), selection.certificate.variables),
            ),
            (
                self.t("비용", "Cost"),
                money(selection.cost_krw, lang),
                budget.map_or_else(
                    || self.t("한도 없음", "no limit").to_owned(),
                    |krw| format!("{} {}", self.t("한도", "of"), money(krw, lang)),
                ),
            ),
            (
                self.t("목적 함수", "Objective"),
                shown(selection.points()),
                self.t("최적임이 증명됨", "proven optimal").to_owned(),
            ),
        ];
        if let Some(stability) = &report.stability {
            let chosen = stability.shares.iter().filter(|share| share.chosen);
            let firm = chosen.filter(|share| share.by_weights * 10 >= stability.plan.draws * 9).count();
            let small = format!("{} {}", stability.plan.draws, self.t("회 변동 중 90 % 이상 유지", "draws, kept in 90 % or more"));
            items.push((self.t("안정적인 세트", "Firm sets"), format!("{firm} / {}", selection.picks.len()), small));
        }
        let items: Vec<String> = items
            .into_iter()
            .map(|(term, value, small)| {
                format!("<div><dt>{term}</dt><dd>{}<small>{}</small></dd></div>", escape(&value), escape(&small))
            })
            .collect();
        self.push(&format!("<dl class=\"figures\">{}</dl>", items.concat()));
    }

    fn notes(&mut self, report: &Report) {
        let provisional = report.selection.picks.iter().filter(|pick| pick.provisional).count();
        if provisional > 0 {
            let text = match self.lang {
                Lang::Ko => format!(
                    "<b>{provisional}종은 잠정 선정입니다.</b> 제목·경로에서 추정한 값에 근거하므로 집행 전에 표본 확인(<code>jogak catalog probe</code>)이 필요합니다."
                ),
                Lang::En => format!(
                    "<b>{provisional} sets are provisional.</b> They rest on titles and paths, and need a probe (<code>jogak catalog probe</code>) before money is spent."
                ),
            };
            self.push(&format!("<p class=\"note\">{text}</p>"));
        }
        for note in &report.notes {
            let note = escape(note.get(self.lang));
            self.push(&format!("<p class=\"note\">{note}</p>"));
        }
    }

    fn heading(&mut self, id: &str, ko: &str, en: &str) {
        let text = self.t(ko, en);
        self.push(&format!("<h2 id=\"{id}\">{text}</h2>"));
    }

    /// A table; `columns` are class and name. The first cell of each row is its head.
    fn table(&mut self, caption: &str, columns: &[(&str, &str)], rows: &[Vec<Cell>], last_is_total: bool) {
        self.push("<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"");
        self.push(&escape(caption));
        self.push("\"><table><caption>");
        self.push(&escape(caption));
        self.push("</caption><thead><tr>");
        for (class, name) in columns {
            self.push(&format!("<th scope=\"col\" class=\"{class}\">{}</th>", escape(name)));
        }
        self.push("</tr></thead><tbody>");
        for (place, row) in rows.iter().enumerate() {
            self.push(if last_is_total && place + 1 == rows.len() { "<tr class=\"total\">" } else { "<tr>" });
            for (column, (class, cell)) in row.iter().enumerate() {
                if column == 0 {
                    self.push(&format!("<th scope=\"row\" class=\"{class}\">{cell}</th>"));
                } else {
                    self.push(&format!("<td class=\"{class}\">{cell}</td>"));
                }
            }
            self.push("</tr>");
        }
        self.push("</tbody></table></div>");
    }

    fn figure(&mut self, svg: &str, caption: &str) {
        self.push(&format!(
            "<figure><div class=\"scroll\">{svg}</div><figcaption>{}</figcaption></figure>",
            escape(caption)
        ));
    }

    fn selection(&mut self, report: &Report) {
        self.heading("chosen", "선정 결과", "Chosen sets");
        let lang = self.lang;
        let draws = report.stability.as_ref().map_or(0, |stability| stability.plan.draws);
        for track in Track::ALL {
            let rows: Vec<Vec<Cell>> =
                report.chosen(track).iter().map(|set| self.chosen_row(report, track, set, draws)).collect();
            if rows.is_empty() {
                continue;
            }
            let caption = match lang {
                Lang::Ko => format!("{} 트랙 {}종, 점수 순", track_name(track, lang), rows.len()),
                Lang::En => format!("Track {}: {} sets by score", track_name(track, lang), rows.len()),
            };
            let columns = [
                ("n", self.t("번호", "Id")),
                ("", self.t("세트와 근거", "Set and why")),
                ("", self.t("분야 · 유형", "Field · modality")),
                ("", self.t("점수와 범위", "Score and range")),
                ("n", self.t("순위(범위)", "Rank (range)")),
                ("n", self.t("유지 비율", "Stays")),
                ("n", self.t("여유", "Cushion")),
                ("n", self.t("비용", "Cost")),
            ];
            self.push(&format!("<h3>{}</h3>", track_name(track, lang)));
            self.table(&caption, &columns, &rows, false);
        }
        let text = self.t(
            "유지 비율: 가중치를 바꾼 변동 중 선정으로 남은 비율. 여유: 이만큼 점수가 낮아져도 선정이 유지됨(∞는 대체할 세트가 없음). 순위의 범위는 점수 범위가 허용하는 순위.",
            "Stays: share of perturbed weightings in which the set is chosen. Cushion: points that its score could lose and still be chosen (∞: nothing can replace it). The range of a rank is what the ranges of the scores leave open.",
        );
        self.push(&format!("<p class=\"sub\">{text}</p>"));
    }

    fn chosen_row(&self, report: &Report, track: Track, set: &Chosen<'_>, draws: u32) -> Vec<Cell> {
        let lang = self.lang;
        let mut title = format!("<bdi>{}</bdi>", escape(&set.candidate.title));
        if set.pick.provisional {
            title.push_str(&format!("<span class=\"badge prov\">{}</span>", self.t("잠정", "provisional")));
        }
        if set.pick.included {
            title.push_str(&format!("<span class=\"badge\">{}</span>", self.t("지정 포함", "by order")));
        }
        let why = escape(&report.because(track, set.standing, lang));
        if !why.is_empty() {
            title.push_str(&format!("<span class=\"why\">{why}</span>"));
        }
        let unknown = self.t("미상", "unknown");
        let or = |text: &Option<String>| escape(text.as_deref().unwrap_or(unknown));
        let mut kind = format!("{} · {}", or(&set.candidate.field), or(&set.candidate.modality));
        if let Some(year) = set.candidate.build_year {
            kind.push_str(&format!(" · {year}"));
        }
        let score = set.standing.score;
        let cushion = set.hold.map_or("-".to_owned(), |hold| {
            hold.cushion_units.map_or("∞".to_owned(), |units| shown(points(units)))
        });
        vec![
            ("n", escape(&set.pick.id)),
            ("", title),
            ("", kind),
            (
                "nowrap",
                format!(
                    "<b>{}</b> <span class=\"range\">{}–{}</span>{}",
                    shown(score.value),
                    shown(score.low),
                    shown(score.high),
                    plots::spark(report, track, set, lang)
                ),
            ),
            ("n", format!("{} <span class=\"range\">({}–{})</span>", set.rank.rank, set.rank.best, set.rank.worst)),
            ("n", set.share.map_or("-".to_owned(), |share| percent(share.by_weights, draws))),
            ("n", cushion),
            ("n", escape(&money(set.pick.cost_krw, lang))),
        ]
    }

    fn distributions(&mut self, report: &Report) {
        let lang = self.lang;
        self.heading("distributions", "분포와 비용", "Distributions and cost");
        self.push("<div class=\"pair\">");
        for track in Track::ALL {
            let svg = plots::distribution(report, track, lang);
            let caption = match lang {
                Lang::Ko => format!("{} 트랙의 점수 분포. 짙은 막대가 선정 세트.", track_name(track, lang)),
                Lang::En => format!("Scores in track {}; dark bars are chosen.", track_name(track, lang)),
            };
            self.push(&format!("<figure>{svg}<figcaption>{}</figcaption></figure>", escape(&caption)));
        }
        self.push("</div>");
        let caption = self.t(
            "분야 × 유형. 칸의 농도는 후보 수, 테두리 칸의 숫자는 선정 수 / 후보 수.",
            "Field × modality. Shade: number of candidates; framed cells: chosen / candidates.",
        );
        self.figure(&plots::heat_map(report, lang), caption);
        let caption = self.t(
            "비용과 점수. 큰 점은 선정 세트이고 세로선은 점수 범위입니다.",
            "Cost and score. Large dots are chosen, their lines the range of the score.",
        );
        self.figure(&plots::frontier(report, lang), caption);
    }

    fn criteria(&mut self, report: &Report) {
        let lang = self.lang;
        self.heading("criteria", "기준별 값과 범위", "Criteria with ranges");
        for track in Track::ALL {
            let Some(svg) = plots::criteria(report, track, lang) else { continue };
            let caption = match lang {
                Lang::Ko => format!(
                    "{} 트랙 선정 세트. 막대는 값(0–1), 가로선은 근거가 허용하는 범위, 머리글의 %는 가중치.",
                    track_name(track, lang)
                ),
                Lang::En => format!(
                    "Chosen sets of track {}. Bars: values from 0 to 1; lines: what the evidence allows; percentages: weights.",
                    track_name(track, lang)
                ),
            };
            self.figure(&svg, &caption);
        }
    }

    fn stability(&mut self, report: &Report) {
        let lang = self.lang;
        let Some(stability) = &report.stability else { return };
        self.heading("stability", "안정성", "Stability");
        let draws = stability.plan.draws;
        let text = match lang {
            Lang::Ko => format!(
                "가중치만 바꾼 {draws}회 중 {}에서, 값까지 범위 안에서 바꾼 {draws}회 중 {}에서 선정 전체가 똑같이 유지됩니다.",
                percent(stability.same_by_weights, draws),
                percent(stability.same_by_values, draws)
            ),
            Lang::En => format!(
                "The whole selection stays the same in {} of {draws} perturbed weightings, and in {} of {draws} draws of weights and values.",
                percent(stability.same_by_weights, draws),
                percent(stability.same_by_values, draws)
            ),
        };
        self.push(&format!("<p>{text}</p>"));
        for track in Track::ALL {
            if let Some(svg) = plots::stability(report, track, lang) {
                let caption = match lang {
                    Lang::Ko => format!("{} 트랙. 굵은 막대는 가중치 변동, 가는 막대는 값까지 변동. 점선은 90 %.", track_name(track, lang)),
                    Lang::En => format!(
                        "Track {}. Thick bars: weights varied; thin bars: values too. Dashed: 90 %.",
                        track_name(track, lang)
                    ),
                };
                self.figure(&svg, &caption);
            }
        }
    }

    fn borders(&mut self, report: &Report) {
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
        self.push("</ul>");
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
            ("n", self.t("점수", "Score")),
            ("n", self.t("필요 점수", "Needs")),
            ("n", self.t("부족", "Lacks")),
            ("", self.t("대체 대상", "Would replace")),
        ];
        let caption =
            self.t("선정되지 않은 세트가 진입하는 데 필요한 점수", "What sets that are not chosen would need to enter").to_owned();
        self.table(&caption, &columns, &rows, false);

        let (count, within) = (sensitivity.alternatives.len(), sensitivity.depth.within_percent);
        let caption = match (lang, sensitivity.alternatives_complete) {
            (Lang::Ko, true) => format!("최적값의 {within} % 이내인 다른 선정안 전부({count}개)"),
            (Lang::Ko, false) => format!("최적값의 {within} % 이내인 선정안 중 가장 좋은 {count}개(더 있음)"),
            (Lang::En, true) => format!("All {count} other selections within {within} % of the optimum"),
            (Lang::En, false) => format!("The best {count} selections within {within} % of the optimum (there are more)"),
        };
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

    fn objective(&mut self, report: &Report) {
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
                    let by = if by.is_empty() {
                        format!("<b>{}</b>", self.t("없음", "none"))
                    } else {
                        by.join(", ")
                    };
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
                        super::super::model::LinkBasis::Measured => self.t("실측", "measured"),
                        super::super::model::LinkBasis::Declared => self.t("신고", "declared"),
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
            let caption = self.t("선정 세트 사이의 중복과 그 비용", "Redundancy among the chosen and what it costs").to_owned();
            self.table(&caption, &columns, &rows, false);
        }
    }

    fn orders(&mut self, report: &Report) {
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

    fn experts(&mut self, report: &Report) {
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
                    ("n", format!("{:.2} <span class=\"range\">{:.2}–{:.2}</span>", d.rule.value, d.rule.low, d.rule.high)),
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

    fn appeals(&mut self, report: &Report) {
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
                            "{}: {} {} → {}, {} {} → {}",
                            track_name(c.track, lang),
                            self.t("점수", "score"),
                            shown(c.score_before.value),
                            shown(c.score_after.value),
                            self.t("순위", "rank"),
                            c.rank_before.rank,
                            c.rank_after.rank
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

    fn method(&mut self, report: &Report) {
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
            let columns =
                [("", self.t("기준", "Criterion")), ("n", self.t("가중치", "Weight")), ("", self.t("정의", "Definition"))];
            self.push(&format!("<h3>{}</h3>", track_name(rubric.track, lang)));
            self.table(&caption, &columns, &rows, false);
        }
    }

    fn foot(&mut self, report: &Report) {
        let text = self.t(
            "이 파일은 외부 자원을 부르지 않으며 스크립트가 없습니다. 같은 입력은 같은 파일을 만듭니다.",
            "This file loads nothing and holds no script. The same inputs give the same file.",
        );
        let seal = report.seal.as_deref().map_or_else(String::new, |seal| format!(" · sha256 {}", escape(seal)));
        self.push(&format!("<footer><p>{text}{seal}</p></footer></body></html>\n"));
    }
}

fn places(places: &[Place], lang: Lang) -> String {
    let names: Vec<String> =
        places.iter().map(|place| format!("{} ({})", escape(&place.id), track_name(place.track, lang))).collect();
    if names.is_empty() { "-".to_owned() } else { names.join(", ") }
}
