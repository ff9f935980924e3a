//! The report as one HTML file: nothing is loaded, nothing runs, and everything from the catalogue is escaped.

use super::super::model::{Lang, Track};
use super::svg::escape;
use super::{Report, money, shown, track_name};

mod findings;
mod reasons;

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
            let small = format!(
                "{} {}",
                stability.plan.draws,
                self.t("회 변동 중 90 % 이상 유지", "draws, kept in 90 % or more")
            );
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
                    "<b>{provisional}종은 잠정 선정입니다.</b> 제목·경로에서 추정한 값에 근거하거나 아직 아무도 확인하지 않은 관문(권리·개인정보·확보 가능성)이 있으므로, 집행 전에 표본 확인(<code>jogak catalog probe</code>)이나 검토(<code>jogak catalog judge</code>)가 필요합니다."
                ),
                Lang::En => format!(
                    "<b>{provisional} sets are provisional.</b> They rest on titles and paths, or a gate (rights, privacy, availability) was confirmed by nobody. They need a probe (<code>jogak catalog probe</code>) or a review (<code>jogak catalog judge</code>) before money is spent."
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

    fn foot(&mut self, report: &Report) {
        let text = self.t(
            "이 파일은 외부 자원을 부르지 않으며 스크립트가 없습니다. 같은 입력은 같은 파일을 만듭니다.",
            "This file loads nothing and holds no script. The same inputs give the same file.",
        );
        let seal = report.seal.as_deref().map_or_else(String::new, |seal| format!(" · sha256 {}", escape(seal)));
        self.push(&format!("<footer><p>{text}{seal}</p></footer></body></html>\n"));
    }
}
