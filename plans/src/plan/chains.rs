//! How long chains of operators are.
//!
//! `a || b || c …`, `a::int::int …`, `SELECT … UNION ALL SELECT …` parse in a loop, whatever their length, into a tree that
//! is as deep as the chain is long. What walks the tree afterwards recurses: some thousand links take minutes, more end the
//! process. So chains are measured on the tokens, before anything is parsed.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

/// Links of a chain, with those of the chains that its links are made of.
pub(super) const LONGEST: usize = 500;

/// Between one bracket and the other.
#[derive(Debug, Default)]
struct Level {
    /// Operators since the last comma or clause.
    operators: usize,
    /// The most of them so far.
    most: usize,
    /// Joins, and operations on sets.
    queries: usize,
}

impl Level {
    fn depth(&self) -> usize {
        self.most.max(self.operators) + self.queries
    }
}

/// The first token at which a chain is longer than [`LONGEST`].
pub(super) fn too_long<'a>(tokens: &[&'a TokenWithSpan]) -> Option<&'a TokenWithSpan> {
    let mut levels = vec![Level::default()];
    for token in tokens {
        let Some(level) = levels.last_mut() else { break };
        match &token.token {
            Token::LParen | Token::LBracket | Token::LBrace => {
                level.operators += usize::from(token.token == Token::LBracket);
                levels.push(Level::default());
            }
            Token::RParen | Token::RBracket | Token::RBrace => {
                let closed = levels.pop().map_or(0, |level| level.depth());
                match levels.last_mut() {
                    Some(level) => level.operators += closed,
                    // One bracket too many is a matter of the parser.
                    None => levels.push(Level::default()),
                }
            }
            Token::Comma => next(level),
            Token::Word(word) if word.quote_style.is_none() => match word.keyword {
                Keyword::AND
                | Keyword::OR
                | Keyword::NOT
                | Keyword::IS
                | Keyword::IN
                | Keyword::LIKE
                | Keyword::ILIKE
                | Keyword::BETWEEN
                | Keyword::COLLATE
                | Keyword::AT
                | Keyword::NOTNULL
                | Keyword::DIV
                | Keyword::XOR
                | Keyword::OVERLAPS
                | Keyword::SIMILAR
                | Keyword::REGEXP
                | Keyword::RLIKE => {
                    level.operators += 1;
                }
                Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT | Keyword::JOIN => {
                    next(level);
                    level.queries += 1;
                }
                Keyword::WHEN
                | Keyword::THEN
                | Keyword::ELSE
                | Keyword::SELECT
                | Keyword::FROM
                | Keyword::WHERE
                | Keyword::GROUP
                | Keyword::HAVING
                | Keyword::ORDER
                | Keyword::ON
                | Keyword::LIMIT
                | Keyword::AS => {
                    next(level);
                }
                _ => {}
            },
            Token::Word(_) | Token::Number(..) | Token::SingleQuotedString(_) | Token::Whitespace(_) => {}
            // Everything else is an operator, or part of one.
            _ => level.operators += 1,
        }
        if levels.iter().map(Level::depth).sum::<usize>() > LONGEST {
            return Some(token);
        }
    }
    None
}

/// Another expression begins.
fn next(level: &mut Level) {
    level.most = level.most.max(level.operators);
    level.operators = 0;
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::DuckDbDialect;
    use datafusion::sql::sqlparser::tokenizer::Tokenizer;

    use super::*;

    fn is_too_long(sql: &str) -> bool {
        let tokens = Tokenizer::new(&DuckDbDialect, sql).tokenize_with_location().unwrap();
        too_long(&tokens.iter().collect::<Vec<_>>()).is_some()
    }

    #[test]
    fn chains_are_measured_and_lists_are_not() {
        let times = |part: &str, times: usize| part.repeat(times);
        for long in [
            format!("SELECT a{}", times(" || a", 501)),
            format!("SELECT a{}", times("::int", 501)),
            format!("SELECT a{}", times("[1]", 501)),
            format!("SELECT a{}", times(".a", 501)),
            format!("SELECT a WHERE a = 1{}", times(" OR a = 1", 300)),
            format!("SELECT 1{}", times(" UNION ALL SELECT 1", 501)),
            format!("SELECT 1 FROM a{}", times(" JOIN b ON a.x = b.x", 501)),
            // Each is short, and all hang on each other.
            format!("SELECT {}a{}", times("(", 60), times(" + a + a + a + a + a + a + a + a + a)", 60)),
            format!("SELECT {}", times("a + a + a + a + a + a + a + a + a + a + (", 60)),
        ] {
            assert!(is_too_long(&long), "{:.60}", long);
        }
        for short in [
            format!("SELECT a{}", times(" || a", 400)),
            format!("SELECT {} 1", times("a + b * c AS d, ", 5000)),
            format!("SELECT CASE {} END", times("WHEN a = 1 THEN 'b' ", 2000)),
            format!("SELECT a IN ({} 1)", times("1, ", 9000)),
            format!("SELECT 1 FROM a{}", times(" JOIN b ON a.x = b.x AND a.y = b.y", 100)),
            ")))".to_owned(),
        ] {
            assert!(!is_too_long(&short), "{:.60}", short);
        }
    }
}
