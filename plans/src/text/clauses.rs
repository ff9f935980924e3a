//! Clauses of a Korean sentence, by a closed list of endings.
//!
//! The list would rather miss a border than invent one, and a clause says how far it can be trusted: only a clause whose
//! single predicate is its last word is called 절 in a record.

use std::ops::Range;

use super::endings::predicate_kind;
use super::particles::strip_particle;
use super::quotes::{Enclosed, enclosure_at};
use super::words::{CutWord, cut, is_hangul};

/// What a word does in the structure of its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PredicateKind {
    /// It ends a clause.
    Final,
    /// It modifies the noun after it: `착공한 다리`.
    Adnominal,
    /// It may be a predicate, or part of one: -고 있다, -다고, -게, look-alike nouns.
    Unclear,
}

/// A predicate, or what may be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicate {
    /// Bytes of the word, without punctuation.
    pub range: Range<usize>,
    /// What it does.
    pub kind: PredicateKind,
}

/// A stretch of a sentence that ends in a predicate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// Its predicates and what may be one, in order.
    pub predicates: Vec<Predicate>,
}

impl Clause {
    /// Does it have one predicate, its last word, and nothing else that may be one? Only then may a record say 절.
    pub fn is_simple(&self) -> bool {
        matches!(self.predicates.as_slice(), [only] if only.kind == PredicateKind::Final)
    }

    /// The predicate that ends it.
    pub fn last_predicate(&self) -> Option<&Predicate> {
        self.predicates.last().filter(|predicate| predicate.kind == PredicateKind::Final)
    }

    /// The first predicate, or what may be one, that ends after a byte.
    pub fn governor(&self, byte: usize) -> Option<&Predicate> {
        self.predicates.iter().find(|predicate| predicate.range.end > byte)
    }
}

/// Splits one sentence. `quotations` are those of the whole text: no border falls inside one.
pub fn clauses(text: &str, sentence: Range<usize>, quotations: &[Enclosed]) -> Vec<Clause> {
    let words: Vec<CutWord> = cut(text, sentence.clone()).collect();
    clauses_of(text, sentence, &words, quotations)
}

/// [`clauses`] of a sentence whose words were [`cut`] before.
pub fn clauses_of(text: &str, sentence: Range<usize>, words: &[CutWord], quotations: &[Enclosed]) -> Vec<Clause> {
    let mut found: Vec<Clause> = Vec::new();
    let mut predicates = Vec::new();
    let mut start = sentence.start;
    let first_after = quotations.partition_point(|entry| entry.outer.end <= sentence.start);
    let any_quotation = quotations.get(first_after).is_some_and(|entry| entry.outer.start < sentence.end);
    for (place, CutWord { raw, core }) in words.iter().enumerate() {
        let after = words.get(place + 1);
        let next = after.and_then(|after| text.get(after.core.clone()));
        let ends_sentence = after.is_none();
        let entry = if any_quotation { enclosure_at(quotations, core.start) } else { None };
        // A word that a quotation ends in (`맡는다"고`) reports it; what follows is no clause of its own.
        let straddles = |entry: &Enclosed| entry.outer.end < core.end;
        let word = text.get(core.clone()).unwrap_or("");
        let kind = match entry {
            _ if word.is_empty() => None,
            Some(entry) if straddles(entry) && !is_named(text, entry, core.end) => Some(PredicateKind::Unclear),
            Some(entry) if !straddles(entry) => None,
            _ if ends_sentence && ends_like_a_predicate(word) => Some(PredicateKind::Final),
            _ if ends_sentence => Some(PredicateKind::Unclear),
            _ => predicate_kind(word, next),
        };
        let Some(kind) = kind else { continue };
        predicates.push(Predicate { range: core.clone(), kind });
        if kind == PredicateKind::Final {
            found.push(Clause { range: start..raw.end, predicates: std::mem::take(&mut predicates) });
            start = after.map_or(raw.end, |after| after.raw.start);
        }
    }
    if start < sentence.end {
        found.push(Clause { range: start..sentence.end, predicates });
    }
    found
}

/// Is what stands in the marks a name with a particle behind it (`《여름의 문》은`), rather than reported speech?
fn is_named(text: &str, entry: &Enclosed, end: usize) -> bool {
    let inner = text.get(entry.inner.clone()).unwrap_or("");
    let tail = text.get(entry.outer.end..end).unwrap_or("");
    let copula = matches!(
        tail,
        "이다" | "다" | "이며" | "며" | "이고" | "이었다" | "였다" | "이었으며" | "였으며" | "입니다" | "이었습니다"
    );
    let particle = ["가", "각"].iter().any(|stem| {
        strip_particle(&format!("{stem}{tail}"))
            .is_some_and(|(left, particle)| left == *stem && !particle.contains("라"))
    });
    (particle || copula) && !inner.ends_with(['다', '요', '까', '.', '!', '?', '자', '라', '네', '죠'])
}

/// Does the last word of a sentence end like a predicate?
fn ends_like_a_predicate(word: &str) -> bool {
    word.chars()
        .next_back()
        .is_some_and(|c| matches!(c, '다' | '요' | '까' | '죠' | '네' | '함' | '됨' | '음' | '임' | '자' | '라'))
        && word.chars().filter(|&c| is_hangul(c)).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::super::quotes::enclosed;
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        clauses(text, 0..text.len(), &enclosed(text)).into_iter().map(|clause| &text[clause.range]).collect()
    }

    #[test]
    fn borders() {
        assert_eq!(
            cut("한빛대교는 1994년 3월에 착공해 1997년 11월에 준공됐다."),
            ["한빛대교는 1994년 3월에 착공해", "1997년 11월에 준공됐다."]
        );
        assert_eq!(
            cut("길이는 1,180m이며, 준공 당시 왕복 4차로였으나 2008년 6차로로 넓혔다."),
            ["길이는 1,180m이며,", "준공 당시 왕복 4차로였으나", "2008년 6차로로 넓혔다."]
        );
        assert_eq!(
            cut("그러나 준비 기간이 모자라 10월로 미뤄졌고, 비가 와서 하루 더 늦춰졌다."),
            ["그러나 준비 기간이 모자라 10월로 미뤄졌고,", "비가 와서", "하루 더 늦춰졌다."]
        );
    }

    #[test]
    fn no_border() {
        for text in [
            "새들제약은 제1공장을 2015년, 제2공장을 2018년에 준공했다.",
            "그는 책을 읽고 있다.",
            "시장은 \"일을 마치고 간다\"고 밝혔다.",
            "시는 교통사고 신고 건수를 위해 올해 피해 조사를 통해 늘렸다.",
            "회사는 공장을 준공해 왔다.",
            "그는 떠난다고 말했다.",
            "아이는 친구하고 놀았다.",
            "영화 《여름의 문》은 2019년 개봉했다.",
        ] {
            assert_eq!(cut(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn trust() {
        let simple = |text: &str| clauses(text, 0..text.len(), &enclosed(text))[0].is_simple();
        assert!(simple("영화 《여름의 문》은 2019년 '관객상'을 받았다."));
        assert!(simple("로봇의 이름은 '두리'이다."));
        assert!(simple("공사비로 모두 840억 원이 들었다."));
        assert!(!simple("1994년에 착공한 다리는 1997년에 준공됐다."));
        assert!(!simple("300명이 묵을 기숙사도 열었다."));
        assert!(!simple("그는 책을 읽고 있다."));
        assert!(!simple("시장은 \"간다\"고 밝혔다."));
    }
}
