//! What was chosen, how the candidates lie, and how firmly the selection stands.

use super::super::super::model::{Lang, Track};
use super::super::super::points;
use super::super::svg::escape;
use super::super::{Chosen, Report, money, percent, plots, shown, track_name};
use super::{Cell, Page};

impl Page {
    pub(super) fn selection(&mut self, report: &Report) {
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

    pub(super) fn chosen_row(&self, report: &Report, track: Track, set: &Chosen<'_>, draws: u32) -> Vec<Cell> {
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
        let cushion = set
            .hold
            .map_or("-".to_owned(), |hold| hold.cushion_units.map_or("∞".to_owned(), |units| shown(points(units))));
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

    pub(super) fn distributions(&mut self, report: &Report) {
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

    pub(super) fn criteria(&mut self, report: &Report) {
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

    pub(super) fn stability(&mut self, report: &Report) {
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
                    Lang::Ko => format!(
                        "{} 트랙. 굵은 막대는 가중치 변동, 가는 막대는 값까지 변동. 점선은 90 %.",
                        track_name(track, lang)
                    ),
                    Lang::En => format!(
                        "Track {}. Thick bars: weights varied; thin bars: values too. Dashed: 90 %.",
                        track_name(track, lang)
                    ),
                };
                self.figure(&svg, &caption);
            }
        }
    }
}
