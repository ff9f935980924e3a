//! Arithmetic expressions: reading, canonical printing, exact evaluation.
//!
//! Read are decimals (`1,000`, `.5`), `+ - * / ^`, `×`, `÷`, parentheses, signs, `5%` as five hundredths, and a number
//! or parenthesis directly before a parenthesis as a product (`27(1/3)`). What may be read in two ways is refused.
//! Sizes are limited everywhere, so that `9^9^9` is an error and no wait.

use num_bigint::BigInt;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::number::{self, Number};

/// Longest expression, in bytes.
const MAX_LENGTH: usize = 2_000;
/// Deepest nesting.
const MAX_DEPTH: usize = 64;
/// Most bits of a numerator or denominator.
const MAX_BITS: u64 = 2_048;

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExprError {
    /// Nothing there.
    #[error("the expression is empty")]
    Empty,
    /// A character that cannot stand there.
    #[error("unexpected '{found}' at character {at}")]
    Unexpected {
        /// Character position.
        at: usize,
        /// What stands there; `end` for the end.
        found: String,
    },
    /// `1/2(3)`: (1/2)·3 or 1/(2·3)?
    #[error("'{0}' may be read in two ways; write the multiplication sign")]
    Ambiguous(String),
    /// Longer or deeper than any word problem needs, or a number of more than 2,048 bits.
    #[error("the expression or its value is too large")]
    TooLarge,
    /// Division by zero.
    #[error("division by zero")]
    DivisionByZero,
    /// An exponent that is no whole number.
    #[error("the exponent is no whole number")]
    NotRational,
}

/// The operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// Addition.
    Add,
    /// Subtraction.
    Sub,
    /// Multiplication.
    Mul,
    /// Division.
    Div,
    /// Power.
    Pow,
}

impl Operator {
    fn sign(self) -> char {
        match self {
            Self::Add => '+',
            Self::Sub => '-',
            Self::Mul => '*',
            Self::Div => '/',
            Self::Pow => '^',
        }
    }
    fn precedence(self) -> u8 {
        match self {
            Self::Add | Self::Sub => 1,
            Self::Mul | Self::Div => 2,
            Self::Pow => 4,
        }
    }
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A number.
    Number(Number),
    /// `5%`: a hundredth of it.
    Percent(Box<Expr>),
    /// `-x`.
    Negate(Box<Expr>),
    /// An operation.
    Binary(Operator, Box<Expr>, Box<Expr>),
}

/// How an expression is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// `20-4*3/5`, the stored form.
    Compact,
    /// `20 - 4 * 3 / 5`.
    Spaced,
    /// `20 - 4 × 3 ÷ 5`.
    Signs,
}

impl Expr {
    /// Reads an expression.
    ///
    /// # Errors
    /// When the text is no expression, or larger than the limits.
    pub fn parse(text: &str) -> Result<Self, ExprError> {
        if text.len() > MAX_LENGTH {
            return Err(ExprError::TooLarge);
        }
        let mut parser = Parser { tokens: tokens(text)?, next: 0 };
        if parser.tokens.is_empty() {
            return Err(ExprError::Empty);
        }
        let expr = parser.sum(0)?;
        match parser.tokens.get(parser.next) {
            None => Ok(expr),
            Some(_) => Err(parser.unexpected()),
        }
    }

    /// An operation on two expressions.
    pub fn binary(operator: Operator, left: Self, right: Self) -> Self {
        Self::Binary(operator, Box::new(left), Box::new(right))
    }

    /// The exact value.
    ///
    /// # Errors
    /// When there is none, or it is larger than the limits.
    pub fn value(&self) -> Result<Number, ExprError> {
        let value = match self {
            Self::Number(value) => return Ok(value.clone()),
            Self::Percent(inner) => inner.value()? / number::whole(100),
            Self::Negate(inner) => -inner.value()?,
            Self::Binary(operator, left, right) => apply(*operator, &left.value()?, &right.value()?)?,
        };
        if value.numer().bits() > MAX_BITS || value.denom().bits() > MAX_BITS {
            return Err(ExprError::TooLarge);
        }
        Ok(value)
    }

    /// Is its value this number?
    pub(crate) fn is_value(&self, value: &Number) -> bool {
        match self {
            Self::Number(own) => number::same(own, value),
            other => other.value().as_ref() == Ok(value),
        }
    }

    /// Is it a number or a percentage as it stands?
    pub fn is_operand(&self) -> bool {
        match self {
            Self::Number(_) => true,
            Self::Percent(inner) => matches!(**inner, Self::Number(_)),
            _ => false,
        }
    }

    /// Does it hold any operation on two numbers?
    pub fn has_operation(&self) -> bool {
        match self {
            Self::Number(_) => false,
            Self::Percent(inner) | Self::Negate(inner) => inner.has_operation(),
            Self::Binary(..) => true,
        }
    }

    /// The operands from left to right: numbers and percentages as they stand.
    pub fn operands(&self) -> Vec<&Self> {
        let mut found = Vec::new();
        self.collect_operands(&mut found);
        found
    }

    fn collect_operands<'a>(&'a self, found: &mut Vec<&'a Self>) {
        match self {
            _ if self.is_operand() => found.push(self),
            Self::Number(_) => {}
            Self::Percent(inner) | Self::Negate(inner) => inner.collect_operands(found),
            Self::Binary(_, left, right) => {
                left.collect_operands(found);
                right.collect_operands(found);
            }
        }
    }

    /// The expression with operands replaced: `replace` gets each operand with its position in
    /// [`operands`](Self::operands).
    pub fn map_operands(&self, replace: &mut impl FnMut(usize, &Self) -> Option<Self>) -> Self {
        self.map_from(&mut 0, replace)
    }

    fn map_from(&self, next: &mut usize, replace: &mut impl FnMut(usize, &Self) -> Option<Self>) -> Self {
        if self.is_operand() {
            let position = *next;
            *next += 1;
            return replace(position, self).unwrap_or_else(|| self.clone());
        }
        match self {
            Self::Number(_) => self.clone(),
            Self::Percent(inner) => Self::Percent(Box::new(inner.map_from(next, replace))),
            Self::Negate(inner) => Self::Negate(Box::new(inner.map_from(next, replace))),
            Self::Binary(operator, left, right) => {
                let left = left.map_from(next, replace);
                Self::binary(*operator, left, right.map_from(next, replace))
            }
        }
    }

    /// The expression as text, with no more parentheses than its meaning needs.
    pub fn print(&self, notation: Notation) -> String {
        let mut text = String::new();
        self.write(notation, 0, &mut text);
        text
    }

    fn write(&self, notation: Notation, outer: u8, text: &mut String) {
        let inner = match self {
            Self::Number(value) if value.is_negative() => 3,
            Self::Number(value) if !value.is_integer() && number::decimals(value).is_none() => 2,
            Self::Number(_) => 9,
            Self::Percent(_) => 5,
            Self::Negate(_) => 3,
            Self::Binary(operator, ..) => operator.precedence(),
        };
        // A sign inside an operation is always bracketed: `3+(-2)`.
        let bracketed = inner < outer || inner == 3 && outer > 0;
        if bracketed {
            text.push('(');
        }
        match self {
            Self::Number(value) => text.push_str(&number::display(value)),
            Self::Percent(number) => {
                number.write(notation, 9, text);
                text.push('%');
            }
            Self::Negate(number) => {
                text.push('-');
                number.write(notation, 4, text);
            }
            Self::Binary(operator, left, right) => {
                let precedence = operator.precedence();
                // `a-(b+c)`, `a/(b*c)` and `(a^b)^c` keep their brackets, `a+(b+c)` too: the order is part of the step.
                let (left_needs, right_needs) = if *operator == Operator::Pow {
                    (precedence + 1, precedence)
                } else {
                    (precedence, precedence + 1)
                };
                left.write(notation, left_needs, text);
                let sign = match (notation, operator) {
                    (Notation::Signs, Operator::Mul) => '×',
                    (Notation::Signs, Operator::Div) => '÷',
                    _ => operator.sign(),
                };
                if notation == Notation::Compact || *operator == Operator::Pow {
                    text.push(sign);
                } else {
                    text.push(' ');
                    text.push(sign);
                    text.push(' ');
                }
                right.write(notation, right_needs, text);
            }
        }
        if bracketed {
            text.push(')');
        }
    }
}

/// One operation, exactly.
pub(crate) fn apply(operator: Operator, left: &Number, right: &Number) -> Result<Number, ExprError> {
    match operator {
        Operator::Add => Ok(left + right),
        Operator::Sub => Ok(left - right),
        Operator::Mul => Ok(left * right),
        Operator::Div if right.is_zero() => Err(ExprError::DivisionByZero),
        Operator::Div => Ok(left / right),
        Operator::Pow => power(left, right),
    }
}

fn power(base: &Number, exponent: &Number) -> Result<Number, ExprError> {
    if !exponent.is_integer() {
        return Err(ExprError::NotRational);
    }
    if base.is_zero() && exponent.is_negative() {
        return Err(ExprError::DivisionByZero);
    }
    let unit = base.denom().is_one() && base.numer().magnitude() <= BigInt::one().magnitude();
    let size = base.numer().bits().max(base.denom().bits());
    let exponent = match exponent.to_integer().to_i32() {
        Some(exponent) if unit || size.saturating_mul(u64::from(exponent.unsigned_abs())) <= MAX_BITS => exponent,
        _ => return Err(ExprError::TooLarge),
    };
    Ok(base.pow(exponent))
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Number(Number),
    Operator(Operator),
    Open,
    Close,
    Percent,
}

struct Token {
    kind: Kind,
    at: usize,
    found: String,
}

fn tokens(text: &str) -> Result<Vec<Token>, ExprError> {
    let mut tokens = Vec::new();
    let mut chars = text.chars().enumerate().peekable();
    while let Some((at, character)) = chars.next() {
        let kind = match character {
            _ if character.is_whitespace() => continue,
            '0'..='9' | '.' => {
                let mut digits = String::from(character);
                while let Some((_, next)) = chars.next_if(|(_, next)| matches!(next, '0'..='9' | '.' | ',')) {
                    digits.push(next);
                }
                let Some((value, _)) = number::parse_decimal(&digits) else {
                    return Err(ExprError::Unexpected { at, found: digits });
                };
                Kind::Number(value)
            }
            '+' => Kind::Operator(Operator::Add),
            '-' | '−' | '–' => Kind::Operator(Operator::Sub),
            '*' | '×' | '∗' | '⋅' | '·' => Kind::Operator(Operator::Mul),
            '/' | '÷' => Kind::Operator(Operator::Div),
            '^' => Kind::Operator(Operator::Pow),
            '(' | '[' => Kind::Open,
            ')' | ']' => Kind::Close,
            '%' => Kind::Percent,
            _ => return Err(ExprError::Unexpected { at, found: character.to_string() }),
        };
        tokens.push(Token { kind, at, found: character.to_string() });
    }
    Ok(tokens)
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.next).map(|token| &token.kind)
    }

    fn unexpected(&self) -> ExprError {
        match self.tokens.get(self.next) {
            Some(token) => ExprError::Unexpected { at: token.at, found: token.found.clone() },
            None => ExprError::Unexpected {
                at: self.tokens.last().map_or(0, |token| token.at + 1),
                found: "end".to_owned(),
            },
        }
    }

    fn sum(&mut self, depth: usize) -> Result<Expr, ExprError> {
        if depth > MAX_DEPTH {
            return Err(ExprError::TooLarge);
        }
        let mut left = self.product(depth)?;
        let mut terms = 0;
        while let Some(&Kind::Operator(operator @ (Operator::Add | Operator::Sub))) = self.peek() {
            self.next += 1;
            left = Expr::binary(operator, left, self.product(depth)?);
            terms += 1;
            if terms > MAX_DEPTH {
                return Err(ExprError::TooLarge);
            }
        }
        Ok(left)
    }

    fn product(&mut self, depth: usize) -> Result<Expr, ExprError> {
        let mut left = self.signed(depth)?;
        let mut divided = false;
        let mut factors = 0;
        loop {
            let operator = match self.peek() {
                Some(&Kind::Operator(operator @ (Operator::Mul | Operator::Div))) => {
                    self.next += 1;
                    divided = operator == Operator::Div;
                    operator
                }
                Some(Kind::Open) => {
                    if divided {
                        return Err(ExprError::Ambiguous(left.print(Notation::Compact) + "(…)"));
                    }
                    Operator::Mul
                }
                _ => return Ok(left),
            };
            left = Expr::binary(operator, left, self.signed(depth)?);
            factors += 1;
            if factors > MAX_DEPTH {
                return Err(ExprError::TooLarge);
            }
        }
    }

    fn signed(&mut self, depth: usize) -> Result<Expr, ExprError> {
        if depth > MAX_DEPTH {
            return Err(ExprError::TooLarge);
        }
        match self.peek() {
            Some(Kind::Operator(Operator::Sub)) => {
                self.next += 1;
                Ok(Expr::Negate(Box::new(self.signed(depth + 1)?)))
            }
            Some(Kind::Operator(Operator::Add)) => {
                self.next += 1;
                self.signed(depth + 1)
            }
            _ => self.power(depth),
        }
    }

    fn power(&mut self, depth: usize) -> Result<Expr, ExprError> {
        let mut base = self.atom(depth)?;
        while self.peek() == Some(&Kind::Percent) {
            self.next += 1;
            // `30%1000` is a slip or a remainder, no percentage.
            if matches!(self.peek(), Some(Kind::Number(_) | Kind::Open)) {
                self.next -= 1;
                return Err(self.unexpected());
            }
            base = Expr::Percent(Box::new(base));
        }
        if self.peek() != Some(&Kind::Operator(Operator::Pow)) {
            return Ok(base);
        }
        self.next += 1;
        let exponent = self.signed(depth + 1)?;
        Ok(Expr::binary(Operator::Pow, base, exponent))
    }

    fn atom(&mut self, depth: usize) -> Result<Expr, ExprError> {
        match self.peek() {
            Some(Kind::Number(value)) => {
                let value = value.clone();
                self.next += 1;
                Ok(Expr::Number(value))
            }
            Some(Kind::Open) => {
                self.next += 1;
                let inner = self.sum(depth + 1)?;
                if self.peek() != Some(&Kind::Close) {
                    return Err(self.unexpected());
                }
                self.next += 1;
                Ok(inner)
            }
            _ => Err(self.unexpected()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Result<String, ExprError> {
        Ok(number::exact(&Expr::parse(text)?.value()?))
    }

    #[test]
    fn evaluates_exactly() {
        for (text, expected) in [
            ("20-4-5", "11"),
            ("11 × 3", "33"),
            (".5*3", "3/2"),
            ("3/4*100", "75"),
            ("5%*200", "10"),
            ("100%-20%", "4/5"),
            ("27(1/3)", "9"),
            ("2(40+9)", "98"),
            ("(1+2)(3+4)", "21"),
            ("-48+21+(-3)", "-30"),
            ("+8", "8"),
            ("80,000+50,000", "130000"),
            ("2^3^2", "512"),
            ("-2^2", "-4"),
            ("2^-2", "1/4"),
            ("0.1+0.2", "3/10"),
            ("33 ÷ 3", "11"),
            ("1 − 3/4", "1/4"),
        ] {
            assert_eq!(exact(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_it_cannot_read() {
        for text in
            ["", "2*", "30*=", "(1+2", "1+2)", "4x-13", "30/100%1000", "1/2(60)", "1/0", "0^-1", "2^(1/2)", "1 2"]
        {
            assert!(exact(text).is_err(), "{text}");
        }
    }

    #[test]
    fn size_is_limited() {
        assert_eq!(exact("9^9^9"), Err(ExprError::TooLarge));
        assert_eq!(exact("10^1000"), Err(ExprError::TooLarge));
        assert_eq!(exact("1^999999"), Ok("1".to_owned()));
        assert_eq!(exact(&"(".repeat(1000)), Err(ExprError::TooLarge));
        assert_eq!(exact(&"-".repeat(1000)), Err(ExprError::TooLarge));
        assert_eq!(exact(&["1"; 900].join("+")), Err(ExprError::TooLarge));
        assert_eq!(exact(&"1".repeat(3000)), Err(ExprError::TooLarge));
    }

    #[test]
    fn prints_canonically_and_reads_it_back() {
        for (text, expected) in [
            (" 20 - 4 - 5 ", "20-4-5"),
            ("(20-4)-5", "20-4-5"),
            ("20-(4+5)", "20-(4+5)"),
            ("27(1/3)", "27*(1/3)"),
            ("(2+3)*4", "(2+3)*4"),
            ("5 %* 1,000", "5%*1000"),
            (".5*16.50", "0.5*16.5"),
            ("-48+21+(-3)", "(-48)+21+(-3)"),
            ("2^3^2", "2^3^2"),
            ("(2^3)^2", "(2^3)^2"),
        ] {
            let expr = Expr::parse(text).unwrap();
            assert_eq!(expr.print(Notation::Compact), expected);
            assert_eq!(Expr::parse(expected).unwrap().value(), expr.value(), "{text}");
        }
        assert_eq!(Expr::parse("(2+3)*4/5").unwrap().print(Notation::Signs), "(2 + 3) × 4 ÷ 5");
    }

    #[test]
    fn operands_can_be_replaced() {
        let expr = Expr::parse("11*3+5%").unwrap();
        assert_eq!(expr.operands().len(), 3);
        let other = expr.map_operands(&mut |position, _| (position == 1).then(|| Expr::Number(number::whole(7))));
        assert_eq!(other.print(Notation::Compact), "11*7+5%");
    }
}
