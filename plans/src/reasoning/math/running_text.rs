//! Equations in running text and light LaTeX.
//!
//! A run is a longest row of numbers, signs and parentheses around `=`. Units directly after a number are set aside
//! (`20명 + 13명 = 33명`). Where a letter, a second number or an unreadable sign touches the run, the side that it
//! touches is not read: `9x - 21 = 339` holds no equation of numbers.

use super::equation::{self, Checked, Equation, Worked};
use super::expr::Expr;
use crate::reasoning::model::Reject;

/// A piece of the text.
#[derive(Debug, Clone, PartialEq)]
enum Piece<'a> {
    /// Digits as printed.
    Number(&'a str),
    /// `+`, `-`, `×`, `÷`, `^`, `%`, a parenthesis.
    Sign(char),
    Equals,
    /// A single Latin letter, a blank box: something unknown.
    Unknown,
    Word(&'a str),
    /// Ends a run without touching it: a comma, a full stop, a line end.
    Break,
    /// `...` after a value: a remainder or unprinted decimals.
    More,
}

/// Reads the equations of a text into `worked`.
pub(super) fn read(text: &str, worked: &mut Worked) -> Result<(), Reject> {
    if !text.contains('=') {
        return Ok(());
    }
    let plain = from_latex(text);
    let pieces = pieces(&plain);
    let mut next = 0;
    while next < pieces.len() {
        let run = Run::at(&pieces, next);
        next = run.end;
        run.finish(worked)?;
    }
    Ok(())
}

/// The equations of a solution with notes that stand beside the notes; what does not compute is passed over, because
/// the notes are the label.
pub(super) fn beside_notes(solution: &str) -> Vec<Equation> {
    let mut text = String::with_capacity(solution.len());
    let mut rest = solution;
    while let Some((before, body)) = rest.split_once("<<") {
        text.push_str(before);
        rest = body.split_once(">>").map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    let plain = from_latex(&text);
    let pieces = pieces(&plain);
    let mut worked = Worked::default();
    let mut next = 0;
    while next < pieces.len() {
        let run = Run::at(&pieces, next);
        next = run.end;
        // A run that fails adds nothing, which is what is wanted.
        let _passed_over = run.finish(&mut worked);
    }
    worked.equations
}

/// LaTeX signs as plain ones. `\frac{a}{b}` becomes `((a)/(b))`.
fn from_latex(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() + 16);
    // Depth at which the two groups of a fraction close, innermost last; `true` once the first has closed.
    let mut fractions: Vec<(usize, bool)> = Vec::new();
    let mut depth = 0;
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if letter == '\\' {
            let body = rest.get(1..).unwrap_or_default();
            let length = body.bytes().take_while(u8::is_ascii_alphabetic).count();
            let name = body.get(..length).unwrap_or_default();
            rest = body.get(length..).unwrap_or_default();
            match name {
                "times" | "cdot" | "ast" => plain.push('×'),
                "div" => plain.push('÷'),
                "frac" | "dfrac" | "tfrac" if rest.starts_with('{') => {
                    plain.push('(');
                    fractions.push((depth, false));
                }
                "ldots" | "cdots" | "dots" => plain.push('…'),
                "left" | "right" | "quad" | "qquad" | "displaystyle" | "text" | "mathrm" | "mathbf" => plain.push(' '),
                "" => {
                    let sign = rest.chars().next().unwrap_or(' ');
                    rest = rest.get(sign.len_utf8()..).unwrap_or_default();
                    plain.push(match sign {
                        '%' => '%',
                        '\\' => '\n',
                        _ => ' ',
                    });
                }
                _ => plain.push('□'),
            }
            continue;
        }
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        match letter {
            '{' if rest.starts_with(",}") => {
                plain.push(',');
                rest = rest.get(2..).unwrap_or_default();
            }
            '{' => {
                depth += 1;
                plain.push('(');
            }
            '}' => {
                depth = depth.saturating_sub(1);
                plain.push(')');
                match fractions.last_mut() {
                    Some((at, first_closed)) if *at == depth && !*first_closed && rest.starts_with('{') => {
                        *first_closed = true;
                        plain.push('/');
                    }
                    Some((at, true)) if *at == depth => {
                        fractions.pop();
                        plain.push(')');
                    }
                    _ => {}
                }
            }
            '&' => {}
            _ => plain.push(letter),
        }
    }
    plain
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut rest = text;
    let mut line_start = true;
    while let Some(letter) = rest.chars().next() {
        let mut length = letter.len_utf8();
        let tail = rest.get(length..).unwrap_or_default();
        let piece = match letter {
            '\n' => {
                // A line that goes on with '=' continues the equation above it.
                line_start = true;
                (!tail.trim_start().starts_with('=')).then_some(Piece::Break)
            }
            _ if letter.is_whitespace() => None,
            '-' | '*' | '•' | '·' if line_start && tail.starts_with(' ') => {
                line_start = false;
                Some(Piece::Break)
            }
            '$' | '₩' | '€' | '£' => None,
            '0'..='9' | '.' if letter != '.' || tail.starts_with(|next: char| next.is_ascii_digit()) => {
                length = number_length(rest);
                Some(Piece::Number(rest.get(..length).unwrap_or_default()))
            }
            '.' if tail.starts_with("..") => {
                length = 3;
                Some(Piece::More)
            }
            '…' | '⋯' => Some(Piece::More),
            '+' | '-' | '*' | '/' | '^' | '(' | ')' | '[' | ']' | '%' | '×' | '÷' | '−' | '–' | '∗' | '⋅' | '·' => {
                Some(Piece::Sign(letter))
            }
            '=' => Some(Piece::Equals),
            _ if letter.is_alphabetic() => {
                length = rest.find(|next: char| !next.is_alphabetic()).unwrap_or(rest.len());
                Some(word(rest.get(..length).unwrap_or_default(), tail, pieces.last()))
            }
            ',' | '.' | ';' | ':' | '!' | '"' | '\'' | '’' | '“' | '”' | '。' => Some(Piece::Break),
            _ => Some(Piece::Unknown),
        };
        if !letter.is_whitespace() {
            line_start = false;
        }
        pieces.extend(piece);
        rest = rest.get(length..).unwrap_or_default();
    }
    pieces
}

/// A word, an unknown (`x`), or the letter that people type for ×: `4 x 5`.
fn word<'a>(word: &'a str, tail: &str, before: Option<&Piece<'_>>) -> Piece<'a> {
    let single = word.len() == 1;
    let times = matches!(word, "x" | "X")
        && matches!(before, Some(Piece::Number(_) | Piece::Sign(')' | '%')))
        && tail.trim_start().starts_with(|next: char| next.is_ascii_digit() || matches!(next, '$' | '(' | '.'));
    match (single, times) {
        (true, true) => Piece::Sign('×'),
        (true, false) => Piece::Unknown,
        _ => Piece::Word(word),
    }
}

/// Digits, thousands commas and one point; a point or comma that no digit follows is not part of it.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let (mut at, mut pointed) = (0, false);
    while digit(at)
        || (matches!(bytes.get(at), Some(b'.')) && !pointed || bytes.get(at) == Some(&b',')) && digit(at + 1)
    {
        pointed |= bytes.get(at) == Some(&b'.');
        at += 1;
    }
    at
}

/// A run of pieces that may hold an equation.
#[derive(Default)]
struct Run<'a> {
    /// The sides between `=`, as text.
    sides: Vec<String>,
    /// The number that ends the last side, as printed.
    last_number: &'a str,
    /// Units met; the numbers of an equation with more than one unit may be right in other units.
    units: Vec<&'a str>,
    /// What touches the run before and after.
    touched_before: bool,
    touched_after: bool,
    /// A remainder follows the last value.
    remainder: bool,
    end: usize,
}

impl<'a> Run<'a> {
    /// The run that starts at `start`, at least one piece long.
    fn at(pieces: &[Piece<'a>], start: usize) -> Self {
        let mut run = Self { sides: vec![String::new()], end: start, ..Self::default() };
        run.touched_before = match start.checked_sub(1).and_then(|before| pieces.get(before)) {
            None | Some(Piece::Break) => false,
            Some(Piece::Word(_)) => matches!(pieces.get(start), Some(Piece::Sign(sign)) if *sign != '('),
            Some(_) => true,
        };
        let mut after_number = false;
        while let Some(piece) = pieces.get(run.end) {
            let following = pieces.get(run.end + 1);
            match piece {
                Piece::Number(_) if after_number => {
                    run.touched_after = true;
                    break;
                }
                Piece::Number(digits) => {
                    run.push(digits);
                    run.last_number = digits;
                    after_number = true;
                }
                Piece::Sign('(') if after_number && unit_in_brackets(pieces, run.end).is_some() => {
                    run.units.extend(unit_in_brackets(pieces, run.end));
                    run.end += 2;
                }
                Piece::Sign(sign) => {
                    run.push(sign.encode_utf8(&mut [0; 4]));
                    after_number = matches!(sign, ')' | ']' | '%');
                }
                Piece::Equals => {
                    run.sides.push(String::new());
                    after_number = false;
                }
                Piece::Word(unit) if after_number => match (following, pieces.get(run.end + 2)) {
                    (Some(next), _) if goes_on(next) => run.units.push(unit),
                    (Some(Piece::Word(second)), Some(next)) if goes_on(next) => {
                        run.units.extend([unit, second]);
                        run.end += 1;
                    }
                    _ => {
                        // "33 players." and "11이므로" end the run; "3시간 30분" is one value in two numbers.
                        run.touched_after = matches!(following, Some(Piece::Number(_))) && !ends_a_value(unit);
                        run.remainder = unit.starts_with("나머지") || unit.eq_ignore_ascii_case("remainder");
                        break;
                    }
                },
                Piece::Word(_) => {
                    run.touched_after = run.sides.last().is_some_and(|side| !side.is_empty());
                    break;
                }
                Piece::Unknown => {
                    run.touched_after = true;
                    break;
                }
                Piece::More => {
                    run.remainder = true;
                    break;
                }
                Piece::Break => break,
            }
            run.end += 1;
        }
        // A piece that ends a run is never the start of the next one, except a number: it is read as touched.
        if !matches!(pieces.get(run.end), Some(Piece::Number(_))) || run.end == start {
            run.end += 1;
        }
        run
    }

    fn push(&mut self, text: &str) {
        if let Some(side) = self.sides.last_mut() {
            side.push_str(text);
        }
    }

    fn finish(self, worked: &mut Worked) -> Result<(), Reject> {
        if self.sides.len() < 2 || self.remainder {
            return Ok(());
        }
        let from = usize::from(self.touched_before);
        let to = self.sides.len() - usize::from(self.touched_after);
        let sides = self.sides.get(from..to).unwrap_or_default();
        // "x = 105(2/7) = 30": what stands before the first '=' is unknown, the rest is an equation.
        let first = sides.iter().position(|side| !side.is_empty()).unwrap_or(sides.len());
        let mut parsed = Vec::with_capacity(sides.len());
        for side in sides.get(first..).unwrap_or_default() {
            match Expr::parse(side) {
                Ok(expr) => parsed.push(expr),
                Err(_) => return Ok(()),
            }
        }
        if parsed.len() < 2 || !parsed.first().is_some_and(Expr::has_operation) {
            return Ok(());
        }
        let decimals = if self.touched_after { 0 } else { equation::printed_decimals(self.last_number) };
        match equation::check(&parsed, decimals)? {
            Checked::Equation(found) => equation::push(worked, found),
            Checked::Idle(value) => {
                worked.idle.extend(value);
                Ok(())
            }
            // "45 + 21 + 28 = 94%" counts per cents.
            Checked::Differs(_) if matches!(parsed.last(), Some(Expr::Percent(_))) => Ok(()),
            Checked::Differs(_) if self.units.iter().any(|unit| Some(unit) != self.units.first()) => Ok(()),
            Checked::Differs(detail) => Err(Reject::new("EQUATION_DOES_NOT_COMPUTE", detail)),
        }
    }
}

/// Is this word after a value no unit of it, but the text going on? Tells "20 and 30" from "2 feet 6 inches", and
/// "11이고 30" from "2시간 30분".
fn ends_a_value(word: &str) -> bool {
    const WORDS: [&str; 14] =
        ["and", "so", "then", "or", "but", "which", "because", "if", "while", "with", "since", "for", "per", "thus"];
    const ENDINGS: [char; 12] = ['로', '고', '면', '서', '는', '은', '이', '가', '며', '다', '니', '데'];
    WORDS.iter().any(|each| word.eq_ignore_ascii_case(each)) || word.ends_with(ENDINGS)
}

/// Does this piece, after a unit, go on with the calculation? An opening parenthesis begins another one.
fn goes_on(piece: &Piece<'_>) -> bool {
    match piece {
        Piece::Sign(sign) => !matches!(sign, '(' | '['),
        other => *other == Piece::Equals,
    }
}

/// `(개)`, `(원)`, `(cm)` after a value.
fn unit_in_brackets<'a>(pieces: &[Piece<'a>], open: usize) -> Option<&'a str> {
    match (pieces.get(open + 1), pieces.get(open + 2)) {
        (Some(Piece::Word(unit)), Some(Piece::Sign(')'))) => Some(unit),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::expr::Notation;
    use super::super::number;
    use super::*;

    fn equations(text: &str) -> Vec<String> {
        let mut worked = Worked::default();
        read(text, &mut worked).unwrap();
        let print = |each: &equation::Equation| {
            format!("{}={}", each.expr.print(Notation::Compact), number::exact(&each.value))
        };
        worked.equations.iter().map(print).collect()
    }

    #[test]
    fn reads_equations_in_running_text() {
        for (text, expected) in [
            ("So 20 - 4 - 5 = 11 cups, and 11 × 3 = 33.", vec!["20-4-5=11", "11*3=33"]),
            ("20 players + 13 players = 33 players.", vec!["20+13=33"]),
            ("팔린 컵은 20-4-5=11(개)이고, 11×3=33(원)입니다.", vec!["20-4-5=11", "11*3=33"]),
            ("20명 + 13명 = 33명이므로 33 - 3 = 30명이다.", vec!["20+13=33", "33-3=30"]),
            ("$20 \\times 3 = 60$ 이고 \\frac{1}{2} \\times 60 = 30", vec!["20*3=60", "1/2*60=30"]),
            ("(20-4-5)×3\n= 11×3\n= 33", vec!["(20-4-5)*3=33"]),
            ("He pays 4 x 5 = 20 and $1,000 x 3/100 = $30.", vec!["4*5=20", "1000*3/100=30"]),
            ("x = 105(2/7) = 30 players", vec!["105*(2/7)=30"]),
            ("3 / 6 = 50%.", vec!["3/6=1/2"]),
            ("100 ÷ 3 = 33.33", vec!["100/3=3333/100"]),
            ("1. 20 - 4 = 16\n- 16 - 5 = 11", vec!["20-4=16", "16-5=11"]),
            ("2 + 3 = 4 + 1", vec![]),
        ] {
            assert_eq!(equations(text), expected, "{text}");
        }
    }

    #[test]
    fn passes_over_what_is_no_equation_of_numbers() {
        for text in [
            "9x - 21 = 339",
            "4x + 20 = 100, 8r = 32",
            "x - 2 = 5",
            "45=(2*x)-5",
            "X*6 + 9 = 87",
            "29 + X = 40",
            "3 1/2 - 2 = 1 1/2",
            "$400 000 x 3/100 = $12 000",
            "17 ÷ 5 = 3 ⋯ 2, 17 ÷ 5 = 3 나머지 2",
            "32 / 96 * 100 = 33.333...",
            "2시간 30분 - 1시간 = 1시간 30분",
            "3 hours + 30 minutes = 210 minutes",
            "6 cars cost $2/eraser x 6 erasers = $12",
            "30 + □ = 42",
            "45 + 21 + 28 = 94%",
            "a = b",
        ] {
            assert_eq!(equations(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn refuses_what_does_not_compute() {
        for text in ["20 - 4 = 15", "11 × 3 = 32(원)", "20명 + 13명 = 34명", "2 + 3 = 5 + 1 = 6"] {
            let error = read(text, &mut Worked::default()).unwrap_err();
            assert_eq!(error.code, "EQUATION_DOES_NOT_COMPUTE", "{text}");
        }
    }
}
