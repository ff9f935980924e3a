//! English sentences.

use super::expr::Operator;
use super::wording::{Kind, Operand, Parts, Shape};

const SUM: [&str; 9] = [
    "Adding {J} gives {V}.",
    "{J} make {V} together.",
    "{P} is {V}.",
    "The sum of {J} is {V}.",
    "{E} = {V}{W}.",
    "Add {J}: {E} = {V}.",
    "Put together, {J} come to {V}.",
    "{V} is what {J} add up to.",
    "With {R} added, {A} becomes {V}.",
];
const DIFFERENCE: [&str; 9] = [
    "Taking {R} away from {A} leaves {V}.",
    "{P} is {V}.",
    "Subtract {R} from {A}: {E} = {V}.",
    "{E} = {V}{W}.",
    "From {A}, take off {R}; {V} remains.",
    "Subtracting {R} from {A} gives {V}.",
    "{V} remains after subtracting {R} from {A}.",
    "{A}, reduced by {R}, comes to {V}.",
    "Once {R} has been subtracted from {A}, the result is {V}.",
];
const PRODUCT: [&str; 9] = [
    "Multiplying {J} gives {V}.",
    "{P} is {V}.",
    "Multiply {J}: {E} = {V}.",
    "The product of {J} is {V}.",
    "{E} = {V}{W}.",
    "{A}, multiplied by {R}, comes to {V}.",
    "{V} is {P}.",
    "When {J} are multiplied, the result is {V}.",
    "Work out {P}; that is {V}.",
];
const QUOTIENT: [&str; 9] = [
    "Dividing {A} by {R} gives {V}.",
    "{A} divided by {R} is {V}.",
    "Divide {A} by {R}: {E} = {V}.",
    "{E} = {V}{W}.",
    "{A} over {R} comes to {V}.",
    "{V} is {A} divided by {R}.",
    "When {A} is divided by {R}, the result is {V}.",
    "The division of {A} by {R} yields {V}.",
    "Divided by {R}, {A} becomes {V}.",
];
const CHAIN: [&str; 8] = [
    "Start with {A}, then {I}: the result is {V}.",
    "Beginning with {A}, {G} gives {V}.",
    "{E} = {V}{W}.",
    "Take {A}, then {I}; that makes {V}.",
    "{A}, after {G}, becomes {V}.",
    "{V} results from {A} by {G}.",
    "Going from left to right from {A}, {I}: {E} = {V}.",
    "Working out {E} from the left gives {V}{W}.",
];
const FORMULA: [&str; 8] = [
    "{E} = {V}{W}.",
    "Working out {E} gives {V}{W}.",
    "The value of {E} is {V}{W}.",
    "{E} comes to {V}{W}.",
    "Compute {E} in the usual order of operations: {V}{W}.",
    "{V} is the value of {E}{W}.",
    "Evaluating {E} yields {V}{W}.",
    "As a single calculation, {E} is {V}{W}.",
];
const ROUNDED: [&str; 8] = [
    "Working out {E} gives about {V}, rounded to {D} decimal places{W}.",
    "Rounded to {D} decimal places, {E} is {V}{W}.",
    "{E} is about {V} ({D} decimal places kept){W}.",
    "To {D} decimal places, {E} comes to {V}{W}.",
    "{V} is {E}, rounded to {D} decimal places{W}.",
    "Compute {E} and round to {D} decimal places: {V}{W}.",
    "{E} does not come out even; to {D} decimal places it is {V}{W}.",
    "With {D} decimal places kept, {E} gives {V}{W}.",
];

const QUESTION: [&str; 8] = [
    "'{Q}' asks for a number of {N}.",
    "The question is '{Q}', so the answer is a number of {N}.",
    "What is wanted is a count of {N}: '{Q}'.",
    "The result has to count {N}, because the question says '{Q}'.",
    "Look for the number of {N} ('{Q}').",
    "The unknown here is a number of {N}; the question puts it as '{Q}'.",
    "Going by '{Q}', the answer counts {N}.",
    "'{Q}' means that the result is a number of {N}.",
];
const ANSWER: [&str; 10] = [
    "So the answer is {A}.",
    "The answer: {A}.",
    "That makes the answer {A}.",
    "Hence the answer is {A}.",
    "{A} is the answer.",
    "This gives {A} as the answer.",
    "The result asked for is {A}.",
    "The last value, {A}, answers the question.",
    "The question is answered by {A}.",
    "Therefore: {A}.",
];
const ASSUME: [&str; 8] = [
    "Suppose the answer is {A} and undo the operations from the last to the first.",
    "To check {A}, go back from it one operation at a time.",
    "Start at the end: let the answer be {A}.",
    "If {A} is right, reversing each operation must lead back to a given number.",
    "Take {A} as the result and work backwards.",
    "Put {A} in as the answer and reverse the calculation.",
    "Go through the calculation in reverse, beginning with {A}.",
    "Read the problem from its end: assume {A} came out.",
];
const REACHED: [&str; 8] = [
    "{N} is the '{Q}' of the question, so {A} fits.",
    "The question does say '{Q}', which is this {N}; {A} fits.",
    "This {N} agrees with '{Q}' in the question, so {A} is confirmed.",
    "Going back has led to {N}, and '{Q}' is given. {A} is consistent.",
    "'{Q}' in the question is the same {N}; nothing contradicts {A}.",
    "With {N} we are back at '{Q}', so {A} holds.",
    "The value {N} matches the given '{Q}'. So {A} passes the check.",
    "Compare: {N} here, '{Q}' in the question. They agree, and {A} stands.",
];
const REACHED_BARE: [&str; 8] = [
    "{N} is given in the question, so {A} fits.",
    "The question gives this same {N}; {A} fits.",
    "This {N} agrees with the question, so {A} is confirmed.",
    "Going back has led to {N}, a given number. {A} is consistent.",
    "The given {N} is met again; nothing contradicts {A}.",
    "With {N} we are back at a number of the question, so {A} holds.",
    "The value {N} matches the one given. So {A} passes the check.",
    "Compare: {N} here and {N} in the question. They agree, and {A} stands.",
];
const REORDER: [&str; 8] = [
    "It can be done in another order: {R}.",
    "The same value comes out if the order changes: {R}.",
    "Another way to compute it: {R}.",
    "Check with a different order: {R}.",
    "The calculation may be rearranged: {R}.",
    "Instead of the direct order, {R}.",
    "The operations can also be taken in this order: {R}.",
    "Computed differently: {R}.",
];
const SWAPPED: [&str; 8] = [
    "{C}, not {wrong}: {E} = {V}.",
    "The operation is wrong. {E} = {V}, not {U}.",
    "Here {C}, so it is {E} = {V} instead of {F} = {U}.",
    "{U} comes from the wrong operation; {C}: {E} = {V}.",
    "Not {F} but {E}: the value is {V}.",
    "{F} uses the wrong sign: {C}, which gives {V}.",
    "The numbers were {wrong}, although {C}: {E} = {V}.",
    "In place of {F} = {U} it has to be {E} = {V}.",
];
const FORGOTTEN: [&str; 8] = [
    "{X} was left out: {E} = {V}, not {U}.",
    "The calculation stops before {X}; complete, it is {E} = {V}.",
    "{U} ignores {X}. {E} = {V}.",
    "One number is missing, {X}: {E} = {V}.",
    "Also to be taken into account is {X}, so {E} = {V} instead of {F} = {U}.",
    "{F} is only part of it; with {X} it is {E} = {V}.",
    "Without {X} the value is {U}, with it {E} = {V}.",
    "{X} belongs in the calculation as well: {E} = {V}.",
];
const STOPPED: [&str; 8] = [
    "{U} is only an intermediate value; {E} = {V} is still to be computed.",
    "The calculation does not end at {U}: next comes {E} = {V}.",
    "{U} answers an earlier part. It still goes into {E} = {V}.",
    "One stops too early at {U}; it is needed for {E} = {V}.",
    "{U} has yet to be used: {E} = {V}.",
    "What is missing after {U} is {E} = {V}.",
    "{U} is not what is asked for; from it follows {E} = {V}.",
    "Reaching {U} is not the end, since {E} = {V} remains.",
];

/// The table for a computation; fills the slots that its templates use.
pub(super) fn computation(
    parts: &Parts,
    slots: &mut Vec<(&'static str, String)>,
) -> (&'static str, &'static [&'static str]) {
    let named: Vec<&str> = parts.operands.iter().map(|operand| operand.named.as_str()).collect();
    let (first, rest) = named.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
    let remarks: Vec<&str> = parts.operands.iter().filter_map(|operand| operand.remark.as_deref()).collect();
    let remark = if remarks.is_empty() { String::new() } else { format!(", where {}", list(&remarks)) };
    slots.extend([("A", first.to_owned()), ("R", list(rest)), ("J", list(&named)), ("W", remark)]);
    let (name, table): (_, &[&str]) = match parts.shape {
        Shape::Sum => ("sum", &SUM),
        Shape::Difference => ("difference", &DIFFERENCE),
        Shape::Product => ("product", &PRODUCT),
        Shape::Quotient => ("quotient", &QUOTIENT),
        Shape::Chain => ("chain", &CHAIN),
        Shape::Formula => ("formula", &FORMULA),
        Shape::Rounded => ("rounded", &ROUNDED),
    };
    match parts.shape {
        Shape::Sum => slots.push(("P", named.join(" plus "))),
        Shape::Difference => slots.push(("P", named.join(" minus "))),
        Shape::Product => slots.push(("P", named.join(" times "))),
        Shape::Chain => {
            let word = |verb: fn(Operator) -> &'static str| {
                let operations = parts.operators.iter().zip(parts.operands.get(1..).unwrap_or_default());
                let each: Vec<String> =
                    operations.map(|(&operator, operand)| with_verb(verb(operator), operand)).collect();
                list(&each.iter().map(String::as_str).collect::<Vec<_>>())
            };
            slots.push(("I", word(imperative)));
            slots.push(("G", word(gerund)));
        }
        _ => {}
    }
    (name, table)
}

fn with_verb(verb: &str, operand: &Operand) -> String {
    format!("{verb} {}", operand.named)
}

fn imperative(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "add",
        Operator::Sub => "subtract",
        Operator::Mul => "multiply by",
        Operator::Div => "divide by",
        Operator::Pow => "raise to the power",
    }
}

fn gerund(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "adding",
        Operator::Sub => "subtracting",
        Operator::Mul => "multiplying by",
        Operator::Div => "dividing by",
        Operator::Pow => "raising to the power",
    }
}

/// What is done to two numbers, as a participle.
pub(super) fn participle(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "added",
        Operator::Sub => "subtracted",
        Operator::Mul => "multiplied",
        Operator::Div => "divided",
        Operator::Pow => "raised to a power",
    }
}

/// What has to be done to two numbers, as a clause.
pub(super) fn obligation(operator: Operator, left: &str, right: &str) -> String {
    match operator {
        Operator::Add => format!("{right} is to be added to {left}"),
        Operator::Sub => format!("{right} is to be subtracted from {left}"),
        Operator::Mul => format!("{left} is to be multiplied by {right}"),
        Operator::Div => format!("{left} is to be divided by {right}"),
        Operator::Pow => format!("{left} is to be raised to the power {right}"),
    }
}

/// `a, b and c`.
pub(super) fn list(items: &[&str]) -> String {
    match items {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
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
