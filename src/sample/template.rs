//! Sentence templates: slots, particles that fit what stands before them, and marked answers.
//!
//! `{slot}` is replaced by the slot's value, `{slot:은}` adds the particle 은/는, `{:을}` adds 을/를 after whatever was
//! written last, and `[key:…]` marks a span under `key`. Templates are constants; they are compiled once per run.

use super::korean::Particle;

/// A template that cannot be compiled: a slip in the grammar's own data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("template '{template}': {problem}")]
pub struct TemplateError {
    /// The template.
    pub template: &'static str,
    /// What is wrong with it.
    pub problem: String,
}

#[derive(Debug, Clone, Copy)]
enum Piece {
    Text(&'static str),
    Slot(usize),
    Particle(Particle),
    Open(&'static str),
    Close,
}

/// A compiled template.
#[derive(Debug, Clone)]
pub(super) struct Template(Vec<Piece>);

/// A marked piece of a text. Character offsets count Unicode scalar values from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) key: &'static str,
    /// Which sentence it stands in, from 0.
    pub(super) sentence: usize,
    pub(super) start_char: usize,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Where a sentence stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sentence {
    pub(super) start_char: usize,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A text that grows by templates, with the places of its sentences and marked spans.
#[derive(Debug, Clone, Default)]
pub(super) struct Marked {
    pub(super) text: String,
    pub(super) spans: Vec<Span>,
    pub(super) sentences: Vec<Sentence>,
    chars: usize,
}

impl Marked {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.chars += characters(text);
    }

    /// Adds one sentence, after a blank if it is not the first.
    pub(super) fn sentence(&mut self, template: &Template, values: &[String]) {
        if !self.text.is_empty() {
            self.push(" ");
        }
        let (start, start_char) = (self.text.len(), self.chars);
        template.write(values, self);
        self.sentences.push(Sentence { start_char, start, end: self.text.len() });
    }

    /// The first span under `key`.
    pub(super) fn span(&self, key: &str) -> Option<Span> {
        self.spans.iter().find(|span| span.key == key).copied()
    }

    /// The words of a byte range that came from this text.
    pub(super) fn slice(&self, start: usize, end: usize) -> &str {
        self.text.get(start..end).unwrap_or_default()
    }
}

/// The number of Unicode scalar values, by counting the bytes that do not continue one.
pub(super) fn characters(text: &str) -> usize {
    text.bytes().filter(|byte| byte & 0xC0 != 0x80).count()
}

impl Template {
    /// Compiles `template` against the names of the slots.
    pub(super) fn compile(template: &'static str, slots: &[&'static str]) -> Result<Self, TemplateError> {
        let fail = |problem: String| Err(TemplateError { template, problem });
        let mut pieces = Vec::new();
        let mut open = false;
        let mut rest = template;
        while let Some(place) = rest.find(['{', '[', ']']) {
            // `place` was found in `rest` and its character is one byte long.
            let (before, after) = (&rest[..place], &rest[place + 1..]);
            if !before.is_empty() {
                pieces.push(Piece::Text(before));
            }
            match rest.as_bytes()[place] {
                b'[' => {
                    let Some((key, after)) = after.split_once(':').filter(|_| !open) else {
                        return fail("'[' needs 'key:' and must not be nested".to_owned());
                    };
                    open = true;
                    pieces.push(Piece::Open(key));
                    rest = after;
                }
                b']' => {
                    if !open {
                        return fail("']' without '['".to_owned());
                    }
                    open = false;
                    pieces.push(Piece::Close);
                    rest = after;
                }
                _ => {
                    let Some((inner, after)) = after.split_once('}') else {
                        return fail("'{' without '}'".to_owned());
                    };
                    let (slot, particle) = match inner.split_once(':') {
                        Some((slot, particle)) => (slot, Some(particle)),
                        None => (inner, None),
                    };
                    if !slot.is_empty() {
                        match slots.iter().position(|name| *name == slot) {
                            Some(index) => pieces.push(Piece::Slot(index)),
                            None => return fail(format!("no slot '{slot}'")),
                        }
                    }
                    if let Some(particle) = particle {
                        match Particle::named(particle) {
                            Some(particle) => pieces.push(Piece::Particle(particle)),
                            None => return fail(format!("no particle '{particle}'")),
                        }
                    }
                    rest = after;
                }
            }
        }
        if open {
            return fail("'[' without ']'".to_owned());
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest));
        }
        Ok(Self(pieces))
    }

    fn write(&self, values: &[String], out: &mut Marked) {
        let sentence = out.sentences.len();
        let mut opened: Option<Span> = None;
        for piece in &self.0 {
            match *piece {
                Piece::Text(text) => out.push(text),
                Piece::Slot(index) => out.push(values.get(index).map_or("", String::as_str)),
                Piece::Particle(particle) => {
                    let form = particle.after(&out.text);
                    out.push(form);
                }
                Piece::Open(key) => {
                    let (start, start_char) = (out.text.len(), out.chars);
                    opened = Some(Span { key, sentence, start_char, start, end: start });
                }
                Piece::Close => {
                    if let Some(span) = opened.take() {
                        out.spans.push(Span { end: out.text.len(), ..span });
                    }
                }
            }
        }
    }

    /// The template alone, as a string.
    pub(super) fn render(&self, values: &[String]) -> String {
        let mut text = String::with_capacity(128);
        for piece in &self.0 {
            match *piece {
                Piece::Text(literal) => text.push_str(literal),
                Piece::Slot(index) => text.push_str(values.get(index).map_or("", String::as_str)),
                Piece::Particle(particle) => {
                    let form = particle.after(&text);
                    text.push_str(form);
                }
                Piece::Open(_) | Piece::Close => {}
            }
        }
        text
    }
}
