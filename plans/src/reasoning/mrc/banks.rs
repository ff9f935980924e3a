//! The wordings of both languages under one name each. An empty bank means that the statement is not made in that language.

use crate::reasoning::model::Lang;

use super::{wording_en as en, wording_ko as ko};

/// Banks of wordings: templates of one kind of statement each.
#[derive(Debug)]
pub(super) struct Banks {
    /// What kind of answer is asked for. `p`: the words that ask, `t`: the kind.
    pub(super) asked: &'static [&'static str],
    /// Several words stand together in one sentence only. `w`: the words, `o`: the sentence.
    pub(super) together: &'static [&'static str],
    /// One word stands in one sentence only. `w`, `o`.
    pub(super) alone: &'static [&'static str],
    /// A form of a question word stands in one sentence only. `q`: the question's form, `w`: the sentence's, `o`.
    pub(super) form: &'static [&'static str],
    /// A sentence holds the answer's candidate, without saying that it is the only one. `c`, `o`.
    pub(super) holds: &'static [&'static str],
    /// The only one of its pattern in the sentence. `d`: the pattern, `c`.
    pub(super) lone: &'static [&'static str],
    /// Candidates of one sentence in different clauses. `x`: "'A'는 'x'와", `y`: "'A'의 절에는 'x'가", `g`, `gp`, `f`.
    pub(super) clauses: &'static [&'static str],
    /// Candidates of one sentence told apart by the word before. `x`: "'A' 앞에는 'x'가", `g`, `gb`, `f`.
    pub(super) before: &'static [&'static str],
    /// The focus comes right after. `g`: the candidate's word, `gp`.
    pub(super) next: &'static [&'static str],
    /// The question names a candidate itself. `a`, `t`.
    pub(super) named: &'static [&'static str],
    /// All candidates of a pattern. `d`, `l`: the list, `n`: how many.
    pub(super) counted: &'static [&'static str],
    /// Candidates, without a claim to be all. `l`.
    pub(super) listed: &'static [&'static str],
    /// A candidate's clause has another predicate. `a`, `x`, `f`.
    pub(super) out_clause: &'static [&'static str],
    /// A candidate's sentence lacks the focus. `a`, `f`.
    pub(super) out_sentence: &'static [&'static str],
    /// What an elimination leaves, in the focus's clause. `g`, `gp`.
    pub(super) left_clause: &'static [&'static str],
    /// What an elimination leaves, right before the focus. `g`, `w`: its word, `gp`.
    pub(super) left_next: &'static [&'static str],
    /// The answer's text stands elsewhere too. `g`, `f`, `m`: how often.
    pub(super) again: &'static [&'static str],
    /// The answer put into the question. `i`: the interrogative, `g`, `s`: the sentence that results.
    pub(super) substituted: &'static [&'static str],
    /// Answer and focus in one clause. `g`, `gp`, `o`.
    pub(super) same_clause: &'static [&'static str],
    /// None of the others fits. `l`, `f`.
    pub(super) none_fits: &'static [&'static str],
    /// The answer. `g`.
    pub(super) answer: &'static [&'static str],
    /// The first candidate of a stretch. `o`: the stretch, `d`: the pattern, `c`.
    pub(super) first: &'static [&'static str],
    /// The last candidate of the text. `o`, `d`, `c`.
    pub(super) last: &'static [&'static str],
    /// Why the wrong candidate is wrong: another clause. `a`, `x`, `f`.
    pub(super) fix_clause: &'static [&'static str],
    /// Why the wrong candidate is wrong: another word before it. `a`, `x`, `f`.
    pub(super) fix_before: &'static [&'static str],
    /// Why the wrong candidate is wrong: its sentence lacks the focus. `a`, `f`.
    pub(super) fix_sentence: &'static [&'static str],
    /// Why the wrong candidate is wrong: the question names it. `a`, `t`.
    pub(super) fix_named: &'static [&'static str],
    /// The effect of a reason. `q`: in the question, `w`: in the text.
    pub(super) effect: &'static [&'static str],
    /// The effect of a reason, worded alike in question and text. `q`.
    pub(super) effect_same: &'static [&'static str],
    /// The clause before it. `g`, `w`.
    pub(super) cause: &'static [&'static str],
    /// Another reason, of something else. `a`, `x`: its effect, `m`: what is missing there.
    pub(super) rival: &'static [&'static str],
    /// The weak look for a reason: by its ending. `a`, `k`: the mark.
    pub(super) marked: &'static [&'static str],
    /// Words that the whole text lacks. `f`.
    pub(super) absent: &'static [&'static str],
    /// Two words that never share a sentence. `w`.
    pub(super) never_together: &'static [&'static str],
    /// The only amount with a unit, and what stands with it. `u`: the unit, `c`, `x`.
    pub(super) only_amount: &'static [&'static str],
    /// A candidate and what stands with it. `c`, `x`.
    pub(super) stands_with: &'static [&'static str],
    /// No answer.
    pub(super) no_answer: &'static [&'static str],
    /// Why a number is no answer to a question about something else. `a`, `x`, `f`.
    pub(super) fix_unanswered: &'static [&'static str],
    /// A marked passage. `k`: the passage, `g`.
    pub(super) passage: &'static [&'static str],
    /// A marked passage that does not hold the answer. `k`.
    pub(super) passage_apart: &'static [&'static str],
    /// English: candidates told apart by commas and conjunctions. `g`, `gp`, `x`.
    pub(super) parts: &'static [&'static str],
    /// English: a candidate cut off from the focus. `a`, `f`.
    pub(super) out_part: &'static [&'static str],
    /// English: what an elimination leaves. `g`, `gp`.
    pub(super) left: &'static [&'static str],
    /// English: why the wrong candidate is wrong: another part. `a`, `f`.
    pub(super) fix_part: &'static [&'static str],
}

static KO: Banks = Banks {
    asked: ko::ASKED,
    together: ko::TOGETHER,
    alone: ko::ALONE,
    form: ko::FORM,
    holds: ko::HOLDS,
    lone: ko::LONE,
    clauses: ko::CLAUSES,
    before: ko::BEFORE,
    next: ko::NEXT,
    named: ko::NAMED,
    counted: ko::COUNTED,
    listed: ko::LISTED,
    out_clause: ko::OUT_CLAUSE,
    out_sentence: ko::OUT_SENTENCE,
    left_clause: ko::LEFT_CLAUSE,
    left_next: ko::LEFT_NEXT,
    again: ko::AGAIN,
    substituted: ko::SUBSTITUTED,
    same_clause: ko::SAME_CLAUSE,
    none_fits: ko::NONE_FITS,
    answer: ko::ANSWER,
    first: ko::FIRST,
    last: ko::LAST,
    fix_clause: ko::FIX_CLAUSE,
    fix_before: ko::FIX_BEFORE,
    fix_sentence: ko::FIX_SENTENCE,
    fix_named: ko::FIX_NAMED,
    effect: ko::EFFECT,
    effect_same: ko::EFFECT_SAME,
    cause: ko::CAUSE,
    rival: ko::RIVAL,
    marked: ko::MARKED,
    absent: ko::ABSENT,
    never_together: ko::NEVER_TOGETHER,
    only_amount: ko::ONLY_AMOUNT,
    stands_with: ko::STANDS_WITH,
    no_answer: ko::NO_ANSWER,
    fix_unanswered: ko::FIX_UNANSWERED,
    passage: ko::PASSAGE,
    passage_apart: ko::PASSAGE_APART,
    parts: &[],
    out_part: &[],
    left: &[],
    fix_part: &[],
};

static EN: Banks = Banks {
    asked: en::ASKED,
    together: en::TOGETHER,
    alone: en::ALONE,
    form: en::FORM,
    holds: en::HOLDS,
    lone: en::LONE,
    clauses: &[],
    before: en::BEFORE,
    next: en::NEXT,
    named: en::NAMED,
    counted: &[],
    listed: en::LISTED,
    out_clause: &[],
    out_sentence: en::OUT_SENTENCE,
    left_clause: &[],
    left_next: &[],
    again: en::AGAIN,
    substituted: &[],
    same_clause: &[],
    none_fits: &[],
    answer: en::ANSWER,
    first: en::FIRST,
    last: en::LAST,
    fix_clause: &[],
    fix_before: en::FIX_BEFORE,
    fix_sentence: en::FIX_SENTENCE,
    fix_named: en::FIX_NAMED,
    effect: &[],
    effect_same: &[],
    cause: &[],
    rival: &[],
    marked: &[],
    absent: en::ABSENT,
    never_together: en::NEVER_TOGETHER,
    only_amount: &[],
    stands_with: &[],
    no_answer: en::NO_ANSWER,
    fix_unanswered: &[],
    passage: en::PASSAGE,
    passage_apart: en::PASSAGE_APART,
    parts: en::PARTS,
    out_part: en::OUT_PART,
    left: en::LEFT,
    fix_part: en::FIX_PART,
};

/// The banks of a language.
pub(super) fn banks(lang: Lang) -> &'static Banks {
    match lang {
        Lang::Ko => &KO,
        Lang::En => &EN,
    }
}
