//! The page that tells what happened: one HTML file without anything from elsewhere.

use std::fmt::Write as _;
use std::path::Path;

use jogak_engine::Result;
use serde_json::Value;

use super::sets::failed;

/// A step of the mission.
#[derive(Debug, Default)]
pub(super) struct Step {
    pub(super) title: String,
    /// The command that does the same.
    pub(super) command: String,
    pub(super) seconds: f64,
    pub(super) text: Vec<String>,
    pub(super) headings: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

const STYLE: &str = "body{font:15px/1.55 system-ui,'Noto Sans KR',sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;\
color:#1c2430;background:#fff}h1{font-size:1.5rem}h2{font-size:1.1rem;margin:2rem 0 .3rem}code{background:#eef1f5;padding:.1rem .35rem;\
border-radius:.25rem}table{border-collapse:collapse;width:100%;font-size:.88rem}th,td{text-align:left;padding:.25rem .6rem;\
border-bottom:1px solid #dde3ea;vertical-align:top}th{color:#566}td.n{text-align:right;font-variant-numeric:tabular-nums}\
.t{color:#677;font-size:.85rem}.scroll{overflow-x:auto}@media(prefers-color-scheme:dark){body{background:#14181d;color:#dde3ea}\
code{background:#232a32}th,td{border-color:#2c343d}th,.t{color:#9aa7b3}}";

/// Writes the page.
pub(super) fn write(path: &Path, title: &str, lead: &str, steps: &[Step], korean: bool) -> Result<()> {
    let mut html = format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{}</title><style>{STYLE}</style></head><body><h1>{}</h1><p>{}</p>",
        if korean { "ko" } else { "en" },
        escaped(title),
        escaped(title),
        escaped(lead)
    );
    for (number, step) in (1..).zip(steps) {
        // Writing to a String cannot fail.
        let _ =
            write!(html, "<h2>{number}. {} <span class=\"t\">{:.1} s</span></h2>", escaped(&step.title), step.seconds);
        if !step.command.is_empty() {
            let _ = write!(html, "<p><code>{}</code></p>", escaped(&step.command));
        }
        for text in &step.text {
            let _ = write!(html, "<p>{}</p>", escaped(text));
        }
        if step.rows.is_empty() {
            continue;
        }
        html.push_str("<div class=\"scroll\"><table><tr>");
        for heading in &step.headings {
            let _ = write!(html, "<th>{}</th>", escaped(heading));
        }
        html.push_str("</tr>");
        for row in &step.rows {
            html.push_str("<tr>");
            for cell in row {
                let class = if is_number(cell) { " class=\"n\"" } else { "" };
                let _ = write!(html, "<td{class}>{}</td>", escaped(cell));
            }
            html.push_str("</tr>");
        }
        html.push_str("</table></div>");
    }
    html.push_str("</body></html>\n");
    std::fs::write(path, html).map_err(|e| failed(path, e))
}

fn is_number(cell: &str) -> bool {
    !cell.is_empty() && cell.chars().all(|c| c.is_ascii_digit() || ".,%-– ".contains(c))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A value of a row for people: numbers cut to what one reads.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => whole.to_string(),
            None => format!("{:.3}", number.as_f64().unwrap_or_default()),
        },
        other => other.to_string(),
    }
}
