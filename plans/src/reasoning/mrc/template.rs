//! Filling wordings: placeholders with particles, and sentence endings in 해라체 or 합쇼체.
//!
//! - `{a}` is the value of `a`; `{a:은}` the value with the particle that fits its reading (은 이 을 과 로 이라는 이라고), any
//!   other suffix as it stands (`{a:도}`)
//! - `{~있다}` is the ending as it stands, or its formal form (`있습니다`)

use crate::reasoning::model::Seeds;
use crate::text::{Particle, final_consonant, is_hangul, particle_after};

/// Chooses and fills wordings for one record, and remembers which.
#[derive(Debug)]
pub(super) struct Wording {
    seeds: Seeds,
    formal: bool,
    count: usize,
    /// Ids of the templates used, in order.
    pub(super) used: Vec<String>,
}

impl Wording {
    /// A wording for a record. The register is one for the whole record.
    pub(super) fn new(record_id: &str) -> Self {
        let seeds = Seeds::new(record_id);
        Self { formal: seeds.seed("mrc.register") % 2 == 1, seeds, count: 0, used: Vec::with_capacity(16) }
    }

    /// Fills one template of a bank. The same bank gives another template when asked again, most of the time.
    pub(super) fn say(&mut self, bank: &str, templates: &[&str], values: &[(&str, &str)]) -> String {
        self.count += 1;
        let Some(length) = (!templates.is_empty()).then_some(templates.len() as u64) else { return String::new() };
        let choice = (self.seeds.seed(bank).wrapping_add(self.count as u64) % length) as usize;
        self.used.push(["mrc.", bank, ".", &choice.to_string(), "@1"].concat());
        templates.get(choice).map(|template| fill(template, values, self.formal)).unwrap_or_default()
    }
}

/// Fills one template.
pub(super) fn fill(template: &str, values: &[(&str, &str)], formal: bool) -> String {
    let size: usize = values.iter().map(|(_, value)| value.len()).sum();
    let mut out = String::with_capacity(template.len() + size);
    let mut rest = template;
    while let Some(open) = rest.bytes().position(|byte| byte == b'{') {
        out.push_str(&rest[..open]);
        let Some(length) = rest[open..].bytes().position(|byte| byte == b'}') else { break };
        let slot = &rest[open + 1..open + length];
        rest = &rest[open + length + 1..];
        if let Some(ending) = slot.strip_prefix('~') {
            match formal {
                true => push_formal(&mut out, ending),
                false => out.push_str(ending),
            }
            continue;
        }
        let (name, form) = slot.split_once(':').unwrap_or((slot, ""));
        let value = values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| *value);
        out.push_str(value);
        match particle_of(form) {
            Some((particle, rest)) => {
                out.push_str(particle_after(value, particle).unwrap_or(""));
                out.push_str(rest);
            }
            None => out.push_str(form),
        }
    }
    out.push_str(rest);
    out
}

/// The particle of a placeholder, and what follows it unchanged.
fn particle_of(form: &str) -> Option<(Particle, &'static str)> {
    Some(match form {
        "은" => (Particle::Topic, ""),
        "이" => (Particle::Subject, ""),
        "을" => (Particle::Object, ""),
        "과" => (Particle::With, ""),
        "로" => (Particle::By, ""),
        "이라는" => (Particle::Naming, ""),
        "이라고" => (Particle::Copula, "라고"),
        _ => return None,
    })
}

/// Writes the 합쇼체 form of a 해라체 ending: 있다 → 있습니다, 이다 → 입니다, 온다 → 옵니다, 찾는다 → 찾습니다.
fn push_formal(out: &mut String, plain: &str) {
    let Some(stem) = plain.strip_suffix('다') else { return out.push_str(plain) };
    if let Some(stem) = stem.strip_suffix('는') {
        out.push_str(stem);
        return out.push_str("습니다");
    }
    let Some(last) = stem.chars().next_back().filter(|&c| is_hangul(c)) else { return out.push_str(plain) };
    // ㅂ goes into an open syllable, or takes the place of its ㄴ.
    let open = match final_consonant(last) {
        0 => last as u32,
        4 => last as u32 - 4,
        _ => {
            out.push_str(stem);
            return out.push_str("습니다");
        }
    };
    match char::from_u32(open + 17) {
        Some(syllable) => {
            out.push_str(&stem[..stem.len() - last.len_utf8()]);
            out.push(syllable);
            out.push_str("니다");
        }
        None => out.push_str(plain),
    }
}

/// A quotation of a text, in marks that do not occur in it.
pub(super) fn quote(text: &str) -> String {
    // Every quote but the straight ones begins with this byte in UTF-8.
    let may_hold = |mark: u8| text.bytes().any(|byte| byte == mark || byte == 0xE2);
    let (open, close) = if !may_hold(b'\'') || !text.contains(['\'', '’', '‘']) {
        ("'", "'")
    } else if !may_hold(b'"') || !text.contains(['"', '“', '”']) {
        ("\"", "\"")
    } else {
        ("「", "」")
    };
    [open, text, close].concat()
}

/// Quotations joined by commas.
pub(super) fn quote_list(texts: &[&str]) -> String {
    texts.iter().map(|text| quote(text)).collect::<Vec<_>>().join(", ")
}

/// Quotations joined by 과/와.
pub(super) fn quote_with(texts: &[String]) -> String {
    let mut out = String::new();
    for (place, text) in texts.iter().enumerate() {
        if place > 0 {
            let particle = particle_after(&out, Particle::With).unwrap_or(",");
            out.push_str(particle);
            out.push(' ');
        }
        out.push_str(&quote(text));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_and_particles() {
        for (plain, formal) in [
            ("있다", "있습니다"),
            ("이다", "입니다"),
            ("온다", "옵니다"),
            ("찾는다", "찾습니다"),
            ("뺀다", "뺍니다"),
            ("다르다", "다릅니다"),
            ("묻는다", "묻습니다"),
            ("하나이다", "하나입니다"),
            ("남는다", "남습니다"),
            ("고른다", "고릅니다"),
        ] {
            assert_eq!(fill(&format!("{{~{plain}}}"), &[], true), formal);
        }
        let values = [("a", "'1997년'"), ("b", "'6차로'")];
        assert_eq!(fill("{a:은} {b:로} {~있다}.", &values, true), "'1997년'은 '6차로'로 있습니다.");
        assert_eq!(quote_with(&["한빛대교".to_owned(), "준공".to_owned()]), "'한빛대교'와 '준공'");
        assert_eq!(quote("it's"), "\"it's\"");
    }
}
