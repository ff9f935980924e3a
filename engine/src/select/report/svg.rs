//! Drawing: an SVG that takes its colours from the page's style sheet, and text that fits and cannot escape.

use std::fmt::Write as _;

use super::plain;

/// Text that HTML and SVG show as it is, within elements and within quoted attributes.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in plain(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '`' => safe.push_str("&#96;"),
            c => safe.push(c),
        }
    }
    safe
}

/// Width of `text` in a font of `size` pixels; wide characters count whole, others a little more than half.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(|c| if u32::from(c) >= 0x1100 { size } else { size * 0.56 }).sum()
}

/// `text` cut to `room` pixels.
pub(super) fn fit(text: &str, size: f64, room: f64) -> String {
    let text = plain(text);
    if width(&text, size) <= room {
        return text;
    }
    let mut cut = String::new();
    let mut used = size;
    for c in text.chars() {
        used += width(c.encode_utf8(&mut [0; 4]), size);
        if used > room {
            break;
        }
        cut.push(c);
    }
    cut.push('…');
    cut
}

/// Where text is anchored.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A drawing in the making.
pub(super) struct Canvas {
    width: f64,
    height: f64,
    body: String,
}

impl Canvas {
    pub(super) fn new(width: f64, height: f64) -> Self {
        Self { width, height, body: String::new() }
    }

    pub(super) fn rect(&mut self, (x, y): (f64, f64), (w, h): (f64, f64), class: &str, tip: &str) {
        let (w, h) = (w.max(0.0), h.max(0.0));
        let _ = write!(self.body, r#"<rect x="{x:.1}" y="{y:.1}" width="{w:.1}" height="{h:.1}" class="{class}""#);
        self.close("rect", tip);
    }

    pub(super) fn circle(&mut self, (x, y): (f64, f64), r: f64, class: &str, tip: &str) {
        let _ = write!(self.body, r#"<circle cx="{x:.1}" cy="{y:.1}" r="{r:.1}" class="{class}""#);
        self.close("circle", tip);
    }

    fn close(&mut self, element: &str, tip: &str) {
        if tip.is_empty() {
            self.body.push_str("/>");
        } else {
            let _ = write!(self.body, "><title>{}</title></{element}>", escape(tip));
        }
    }

    pub(super) fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), class: &str) {
        let _ = write!(self.body, r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" class="{class}"/>"#);
    }

    pub(super) fn polyline(&mut self, points: &[(f64, f64)], class: &str) {
        let list: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = write!(self.body, r#"<polyline points="{}" class="{class}"/>"#, list.join(" "));
    }

    pub(super) fn text(&mut self, (x, y): (f64, f64), anchor: Anchor, class: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = escape(text);
        let _ =
            write!(self.body, r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}" class="{class}">{text}</text>"#);
    }

    /// The drawing as an element; `name` must be unique on the page.
    pub(super) fn finish(self, name: &str, title: &str, description: &str) -> String {
        format!(
            r#"<svg viewBox="0 0 {:.0} {:.0}" role="img" aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{}</title><desc id="{name}-d">{}</desc>{}</svg>"#,
            self.width,
            self.height,
            escape(title),
            escape(description),
            self.body
        )
    }
}
