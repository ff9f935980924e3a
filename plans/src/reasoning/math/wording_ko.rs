//! Korean sentences.

use super::expr::Operator;
use super::wording::{Kind, Parts, Shape};
use crate::text::{Particle, with_particle};

/// `{S}` stands for the calculation up to the last verb's stem, `{M}` for its -면 form, `{N}` for its adnominal form,
/// `{C}` for its -아/어 form.
const OPERATIONS: [&str; 9] = [
    "{M} {V}<이다|입니다>.",
    "{M} {V:이} <된다|됩니다>.",
    "{N} 값은 {V}<이다|입니다>.",
    "{N} 결과는 {V}<이다|입니다>.",
    "{M} {V:이} <나온다|나옵니다>.",
    "{V:은} {N} 값<이다|입니다>.",
    "{C} {V:을} <얻는다|얻습니다>.",
    "{E} = {V}<이다|입니다>.{W}",
    "{M} 그 값이 {V:이} <된다|됩니다>.",
];
const DIFFERENCE: [&str; 9] = [
    "{M} {V}<이다|입니다>.",
    "{M} {V:이} <된다|됩니다>.",
    "{N} 값은 {V}<이다|입니다>.",
    "{M} {V:이} <남는다|남습니다>.",
    "{M} {V:이} <나온다|나옵니다>.",
    "{V:은} {N} 나머지<이다|입니다>.",
    "{C} {V:을} <얻는다|얻습니다>.",
    "{E} = {V}<이다|입니다>.{W}",
    "{N} 뒤에는 {V:이} <남는다|남습니다>.",
];
const FORMULA: [&str; 8] = [
    "식 {E}의 값은 {V}<이다|입니다>.{W}",
    "{E} = {V}<이다|입니다>.{W}",
    "{V:은} 식 {E}의 값<이다|입니다>.{W}",
    "식을 세우면 {E}이고, 그 값은 {V}<이다|입니다>.{W}",
    "식 {E}에서 {V:을} <얻는다|얻습니다>.{W}",
    "계산할 식은 {E}이며 결과는 {V}<이다|입니다>.{W}",
    "식 {E}의 계산 결과로 {V:이} <나온다|나옵니다>.{W}",
    "한 식으로 쓰면 {E} = {V}<이다|입니다>.{W}",
];
const ROUNDED: [&str; 8] = [
    "식 {E}의 값을 소수점 아래 {D}자리까지 반올림하면 {V}<이다|입니다>.{W}",
    "소수점 아래 {D}자리까지 쓰면 식 {E}의 값은 약 {V}<이다|입니다>.{W}",
    "{V:은} 식 {E}의 값을 소수점 아래 {D}자리로 반올림한 수<이다|입니다>.{W}",
    "식 {E}의 값은 나누어떨어지지 않으므로 소수점 아래 {D}자리까지 반올림해 {V:로} <쓴다|씁니다>.{W}",
    "식 {E}에서 소수점 아래 {D}자리까지 {V:을} <얻는다|얻습니다>.{W}",
    "반올림해서 소수점 아래 {D}자리까지 구하면 식 {E}의 값은 {V:이} <된다|됩니다>.{W}",
    "식 {E}의 값은 약 {V}(소수점 아래 {D}자리)<이다|입니다>.{W}",
    "소수점 아래 {D}자리로 나타낸 식 {E}의 값은 {V}<이다|입니다>.{W}",
];

const QUESTION: [&str; 8] = [
    "물음이 {Q}이므로 답은 {N:로} 세는 <수이다|수입니다>.",
    "{Q:을} 물으므로 {N:이} 붙는 수를 구해야 <한다|합니다>.",
    "구할 것은 {N:로} 나타낸 수이며, 물음에 {Q:이} <있다|있습니다>.",
    "물음의 {Q} 자리에 들어갈 수를 <찾는다|찾습니다>.",
    "{Q}에 답하려면 {N:을} 붙여 말할 수가 <필요하다|필요합니다>.",
    "답은 {Q}에서 '몇' 대신 들어갈 <수이다|수입니다>.",
    "묻는 말이 {Q}이므로 {N:로} 센 결과를 <구한다|구합니다>.",
    "물음에 {Q:이} 나오니 답의 단위는 {N}<이다|입니다>.",
];
const ANSWER: [&str; 10] = [
    "답은 {A}<이다|입니다>.",
    "따라서 답은 {A}<이다|입니다>.",
    "구하는 값은 {A}<이다|입니다>.",
    "그러므로 {A:이} <답이다|답입니다>.",
    "물음의 답은 {A}<이다|입니다>.",
    "마지막에 나온 {A:이} 물음의 <답이다|답입니다>.",
    "이렇게 구한 답은 {A}<이다|입니다>.",
    "정답은 {A}<이다|입니다>.",
    "결국 {A:이} 구하는 <값이다|값입니다>.",
    "그래서 답을 {A:로} <정한다|정합니다>.",
];
const ASSUME: [&str; 8] = [
    "답을 {A:로} 놓고 마지막 계산부터 거꾸로 <되짚는다|되짚습니다>.",
    "{A:이} 맞는지 보려고 계산을 하나씩 거꾸로 <한다|합니다>.",
    "결과가 {A:이} 되었다고 하고 끝에서 처음으로 <돌아간다|돌아갑니다>.",
    "{A}에서 시작해 계산을 거슬러 <올라간다|올라갑니다>.",
    "{A:이} 답이라면 거꾸로 계산했을 때 주어진 수가 나와야 <한다|합니다>.",
    "{A:을} 답으로 두고 역연산으로 <확인한다|확인합니다>.",
    "마지막 값 {A:을} 출발점으로 삼아 반대 계산을 <한다|합니다>.",
    "답 {A:을} 넣고 거꾸로 풀어 <본다|봅니다>.",
];
const REACHED: [&str; 8] = [
    "{N:은} 물음의 {Q:과} 맞으므로 {A:이} <옳다|옳습니다>.",
    "물음에 {Q:이} 나와 있어 {N:과} <일치한다|일치합니다>. {A:은} <맞다|맞습니다>.",
    "거꾸로 구한 {N:이} 물음의 {Q:과} <같다|같습니다>. 그러므로 {A:은} <맞다|맞습니다>.",
    "처음의 {Q:로} 돌아왔으므로 {A:이} <확인된다|확인됩니다>.",
    "물음의 {Q:이} 바로 이 {N}이므로 {A:은} 조건에 <맞는다|맞습니다>.",
    "이렇게 나온 {N:은} 주어진 {Q:과} 어긋나지 <않는다|않습니다>. {A:은} <옳다|옳습니다>.",
    "{N:이} 나왔고 물음에도 {Q:이} <있다|있습니다>. {A:로} 계산이 맞아 <떨어진다|떨어집니다>.",
    "{Q:과} 견주면 {N:은} 같은 <값이다|값입니다>. {A:은} 검산을 <통과한다|통과합니다>.",
];
const REACHED_BARE: [&str; 8] = [
    "{N:은} 물음에 주어진 수와 같으므로 {A:이} <옳다|옳습니다>.",
    "물음에 주어진 {N:과} <일치한다|일치합니다>. {A:은} <맞다|맞습니다>.",
    "거꾸로 구한 {N:이} 물음의 수와 <같다|같습니다>. 그러므로 {A:은} <맞다|맞습니다>.",
    "처음에 주어진 {N:로} 돌아왔으므로 {A:이} <확인된다|확인됩니다>.",
    "물음의 수도 {N}이므로 {A:은} 조건에 <맞는다|맞습니다>.",
    "이렇게 나온 {N:은} 주어진 수와 어긋나지 <않는다|않습니다>. {A:은} <옳다|옳습니다>.",
    "{N:이} 나왔고 물음에도 같은 수가 <있다|있습니다>. {A:로} 계산이 맞아 <떨어진다|떨어집니다>.",
    "물음의 수와 견주면 {N:은} 같은 <값이다|값입니다>. {A:은} 검산을 <통과한다|통과합니다>.",
];
const REORDER: [&str; 8] = [
    "{R}는 순서로도 구할 수 <있다|있습니다>.",
    "다른 순서로는 {R}는 방법이 <있다|있습니다>.",
    "{R}는 것부터 하도록 순서를 <바꾼다|바꿉니다>.",
    "계산 순서를 바꾸어, {R}는 길로 다시 <구한다|구합니다>.",
    "이번에는 {R}는 것부터 <한다|합니다>.",
    "{R}는 쪽부터 계산해도 값은 <같다|같습니다>.",
    "검산을 위해 {R}는 계산부터 <한다|합니다>.",
    "{R}는 풀이로도 같은 값에 <이른다|이릅니다>.",
];
const SWAPPED: [&str; 8] = [
    "{X:과} {Y:은} {wrong} 것이 아니라 {right} 것이 <맞다|맞습니다>. {E} = {V}<이다|입니다>.",
    "{wrong} 계산을 했지만 {right} 계산이어야 <한다|합니다>. {E} = {V}<이다|입니다>.",
    "연산을 잘못 <골랐다|골랐습니다>. {U:이} 아니라 {E} = {V}<이다|입니다>.",
    "{F} = {U:이} 아니라 {E} = {V:로} 계산해야 <한다|합니다>.",
    "{U:은} 잘못된 연산에서 나온 <값이다|값입니다>. {right} 식은 {E} = {V}<이다|입니다>.",
    "식 {F}의 기호가 <틀렸다|틀렸습니다>. 바른 식은 {E} = {V}<이다|입니다>.",
    "여기서는 {right} 계산이 필요하므로 {E} = {V}<이다|입니다>.",
    "{X:과} {Y}에 쓸 연산은 {right} <것이다|것입니다>. 그러면 {E} = {V}<이다|입니다>.",
];
const FORGOTTEN: [&str; 8] = [
    "{X:이} <빠졌다|빠졌습니다>. {U:이} 아니라 {E} = {V}<이다|입니다>.",
    "{X:을} 계산에 넣지 <않았다|않았습니다>. {E} = {V}<이다|입니다>.",
    "{U:은} {X:을} 빠뜨린 <값이다|값입니다>. {E} = {V}<이다|입니다>.",
    "수 하나를 <빠뜨렸다|빠뜨렸습니다>. {X}까지 쓰면 {E} = {V}<이다|입니다>.",
    "식 {F}에는 {X:이} <없다|없습니다>. 온전한 식은 {E} = {V}<이다|입니다>.",
    "{X}까지 계산해야 하므로 {E} = {V:이} <맞다|맞습니다>.",
    "{F} = {U:은} 계산의 <일부이다|일부입니다>. {X:을} 더 쓰면 {E} = {V}<이다|입니다>.",
    "{X:을} 잊지 않고 쓰면 {E} = {V:이} <된다|됩니다>.",
];
const STOPPED: [&str; 8] = [
    "{U:은} 중간 <값이다|값입니다>. 아직 {E} = {V:이} 남아 <있다|있습니다>.",
    "계산은 {U}에서 끝나지 <않는다|않습니다>. 이어서 {E} = {V:을} 구해야 <한다|합니다>.",
    "{U:은} 앞부분의 <결과이다|결과입니다>. 이 값으로 {E} = {V:을} <계산한다|계산합니다>.",
    "{U}에서 너무 일찍 <멈췄다|멈췄습니다>. 다음은 {E} = {V}<이다|입니다>.",
    "{U:을} 구한 뒤에 {E} = {V:을} 더 계산해야 <한다|합니다>.",
    "{U:은} 물음이 구하는 값이 <아니다|아닙니다>. 여기서 {E} = {V:이} <나온다|나옵니다>.",
    "아직 {U:을} 쓰지 <않았다|않았습니다>. {E} = {V}<이다|입니다>.",
    "{U} 다음에 할 계산은 {E} = {V}<이다|입니다>.",
];

/// The table for a computation; fills the slots that its templates use.
pub(super) fn computation(
    parts: &Parts,
    slots: &mut Vec<(&'static str, String)>,
) -> (&'static str, &'static [&'static str]) {
    let remarks: Vec<&str> = parts.operands.iter().filter_map(|operand| operand.remark.as_deref()).collect();
    let remark = match remarks.as_slice() {
        [] => String::new(),
        all => format!(" 여기서 {}<이다|입니다>.", all.join(", ")),
    };
    let (name, table): (_, &[&str]) = match parts.shape {
        Shape::Formula => ("formula", &FORMULA),
        Shape::Rounded => ("rounded", &ROUNDED),
        Shape::Sum => ("sum", &OPERATIONS),
        Shape::Difference => ("difference", &DIFFERENCE),
        Shape::Product => ("product", &OPERATIONS),
        Shape::Quotient => ("quotient", &OPERATIONS),
        Shape::Chain => ("chain", &OPERATIONS),
    };
    slots.push(("W", remark));
    if let Some((phrase, last)) = phrase(parts) {
        let (conditional, adnominal, connective) = forms(last);
        slots.push(("M", format!("{phrase}{conditional}")));
        slots.push(("N", format!("{phrase}{adnominal}")));
        slots.push(("C", format!("{phrase}{connective}")));
    }
    (name, table)
}

/// -면, -ㄴ and -아/어 forms of the verb.
fn forms(operator: Operator) -> (&'static str, &'static str, &'static str) {
    match operator {
        Operator::Add => ("더하면", "더한", "더해"),
        Operator::Sub => ("빼면", "뺀", "빼서"),
        Operator::Mul => ("곱하면", "곱한", "곱해"),
        Operator::Div => ("나누면", "나눈", "나눠"),
        Operator::Pow => ("거듭제곱하면", "거듭제곱한", "거듭제곱해"),
    }
}

/// What is done to two numbers, as an adnominal verb.
pub(super) fn verb(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "더하는",
        Operator::Sub => "빼는",
        Operator::Mul => "곱하는",
        Operator::Div => "나누는",
        Operator::Pow => "거듭제곱하는",
    }
}

/// The calculation in words up to the last verb: `20에서 4와 5를 `, and that verb's operator.
fn phrase(parts: &Parts) -> Option<(String, Operator)> {
    let (first, rest) = parts.operands.split_first()?;
    let (&start, &last) = (parts.operators.first()?, parts.operators.last()?);
    if rest.len() != parts.operators.len() {
        return None;
    }
    let mut text = match start {
        Operator::Sub => format!("{}에서 ", first.named),
        Operator::Div => format!("{} ", with_particle(&first.named, Particle::Object)),
        _ => format!("{}에 ", first.named),
    };
    let object = |operand: &str, operator| {
        with_particle(operand, if operator == Operator::Div { Particle::By } else { Particle::Object })
    };
    for (index, (operand, &operator)) in rest.iter().zip(&parts.operators).enumerate() {
        let following = parts.operators.get(index + 1);
        if following == Some(&operator) && operator != Operator::Div {
            // "4와 5를 빼면"
            text.push_str(&with_particle(&operand.named, Particle::With));
            text.push(' ');
        } else {
            text.push_str(&object(&operand.named, operator));
            text.push(' ');
            if following.is_some() {
                text.push_str(match operator {
                    Operator::Add => "더하고 ",
                    Operator::Sub => "빼고 ",
                    Operator::Mul => "곱하고 ",
                    Operator::Div => "나누고 ",
                    Operator::Pow => "거듭제곱하고 ",
                });
            }
        }
    }
    Some((text, last))
}

/// The table for any other sentence.
pub(super) fn sentence(kind: Kind) -> (&'static str, &'static [&'static str]) {
    match kind {
        Kind::Question => ("question", &QUESTION),
        Kind::Answer => ("answer", &ANSWER),
        Kind::Assume => ("assume", &ASSUME),
        Kind::Reached => ("reached", &REACHED),
        Kind::ReachedBare => ("reached_bare", &REACHED_BARE),
        Kind::Reorder => ("reorder", &REORDER),
        Kind::Swapped => ("swapped", &SWAPPED),
        Kind::Forgotten => ("forgotten", &FORGOTTEN),
        Kind::Stopped => ("stopped", &STOPPED),
    }
}
