//! Personal data by pattern: counted, never kept. Patterns are those of numbers and addresses, so masks (`***`, `○○`) and
//! invented numbers (`010-0000-0000`) do not count.

/// How often each kind was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Personal {
    /// Resident registration numbers; the checksum is not asked for, as numbers since October 2020 have none.
    pub(super) resident: u64,
    pub(super) phone: u64,
    pub(super) email: u64,
    /// Card numbers that pass Luhn's check.
    pub(super) card: u64,
}

impl Personal {
    /// All together.
    pub(super) fn total(self) -> u64 {
        self.resident + self.phone + self.email + self.card
    }

    pub(super) fn add(&mut self, other: Self) {
        self.resident += other.resident;
        self.phone += other.phone;
        self.email += other.email;
        self.card += other.card;
    }

    /// Looks through a text. Full-width digits count as digits.
    pub(super) fn look(&mut self, text: &str) {
        if !text.bytes().any(|byte| byte.is_ascii_digit() || byte == b'@')
            && !text.contains(|c| ('０'..='９').contains(&c))
        {
            return;
        }
        let narrow: Vec<char> = text.chars().map(narrow).collect();
        self.numbers(&narrow);
        self.addresses(&narrow);
    }

    /// Runs of digits with single separators between them.
    fn numbers(&mut self, text: &[char]) {
        let mut at = 0;
        while at < text.len() {
            if !text[at].is_ascii_digit() || (at > 0 && (text[at - 1].is_ascii_alphanumeric() || text[at - 1] == '.')) {
                at += 1;
                continue;
            }
            let (mut groups, mut digits, mut end) = (vec![0_usize], Vec::new(), at);
            while end < text.len() {
                let separated = "-. ".contains(text[end]) && text.get(end + 1).is_some_and(char::is_ascii_digit);
                if let Some(digit) = text[end].to_digit(10) {
                    digits.push(digit as u8);
                    if let Some(last) = groups.last_mut() {
                        *last += 1;
                    }
                } else if separated && digits.len() < 20 {
                    groups.push(0);
                } else {
                    break;
                }
                end += 1;
            }
            let follows = text.get(end).is_some_and(|next| next.is_ascii_alphanumeric() || *next == '*');
            if !follows {
                self.number(&groups, &digits);
            }
            at = end.max(at + 1);
        }
    }

    fn number(&mut self, groups: &[usize], digits: &[u8]) {
        match groups {
            [6, 7] | [13] if is_resident(digits) => self.resident += 1,
            [3, 3 | 4, 4] | [10 | 11] if is_mobile(digits) => self.phone += 1,
            [2 | 3, 3 | 4, 4] if is_area(groups, digits) => self.phone += 1,
            [4, 4, 4, 4] | [4, 6, 5] | [15 | 16] if is_card(digits) => self.card += 1,
            _ => {}
        }
    }

    fn addresses(&mut self, text: &[char]) {
        for at in (0..text.len()).filter(|at| text[*at] == '@') {
            let is_local = |c: &char| c.is_ascii_alphanumeric() || "._%+-".contains(*c);
            let is_host = |c: &char| c.is_ascii_alphanumeric() || ".-".contains(*c);
            let local = text[..at].iter().rev().take_while(|c| is_local(c)).count();
            let host: String = text[at + 1..].iter().take_while(|c| is_host(c)).collect();
            let host = host.trim_end_matches('.');
            let domain = host.rsplit_once('.').map(|(name, top)| (name.len(), top));
            let is_domain = domain.is_some_and(|(name, top)| {
                name > 0 && top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic())
            });
            self.email += u64::from(local > 0 && is_domain);
        }
    }
}

fn narrow(letter: char) -> char {
    match letter {
        '０'..='９' => char::from_digit(u32::from(letter) - u32::from('０'), 10).unwrap_or(letter),
        '＠' => '@',
        '－' | '‐' | '–' => '-',
        other => other,
    }
}

/// Birthday, sign of century and sex, and not all alike behind it.
fn is_resident(digits: &[u8]) -> bool {
    let &[_, _, m1, m2, d1, d2, century, ref rest @ ..] = digits else { return false };
    let (month, day) = (m1 * 10 + m2, d1 * 10 + d2);
    (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (1..=8).contains(&century)
        && rest.len() == 6
        && !all_alike(rest)
}

fn is_mobile(digits: &[u8]) -> bool {
    let &[0, 1, third, ref rest @ ..] = digits else { return false };
    matches!(third, 0 | 1 | 6..=9) && matches!(rest.len(), 7 | 8) && !all_alike(rest)
}

/// Seoul's `02` or three digits from `031` to `064`.
fn is_area(groups: &[usize], digits: &[u8]) -> bool {
    match (groups.first(), digits) {
        (Some(2), [0, 2, rest @ ..]) => !all_alike(rest),
        (Some(3), [0, 3..=6, _, rest @ ..]) => !all_alike(rest),
        _ => false,
    }
}

/// Luhn's check, and the first digit of a card network.
fn is_card(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| match (at % 2, u32::from(*digit) * 2) {
            (0, _) => u32::from(*digit),
            (_, twice) if twice > 9 => twice - 9,
            (_, twice) => twice,
        })
        .sum();
    sum.is_multiple_of(10) && matches!(digits.first(), Some(3..=6 | 9)) && !all_alike(digits)
}

fn all_alike(digits: &[u8]) -> bool {
    digits.windows(2).all(|pair| matches!(pair, [a, b] if a == b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (u64, u64, u64, u64) {
        let mut personal = Personal::default();
        personal.look(text);
        (personal.resident, personal.phone, personal.email, personal.card)
    }

    #[test]
    fn kinds_are_told_apart() {
        assert_eq!(found("번호는 900101-1234567 이고"), (1, 0, 0, 0));
        assert_eq!(found("연락처 010-1234-5678, 02-345-6789"), (0, 2, 0, 0));
        assert_eq!(found("０１０－１２３４－５６７８"), (0, 1, 0, 0));
        assert_eq!(found("메일 some.one@example.co.kr."), (0, 0, 1, 0));
        assert_eq!(found("카드 4539 1488 0343 6467"), (0, 0, 0, 1));
        assert_eq!(found("4539148803436467"), (0, 0, 0, 1));
    }

    #[test]
    fn what_only_looks_like_it_does_not_count() {
        for text in [
            "010-0000-0000",
            "901301-1234567",
            "010-****-5678",
            "2,345,678원",
            "1994-03-12",
            "a@b",
            "3.141592653589793",
            "ID010-1234-5678x",
            "문서 20220101000123456",
            "@나루",
            "4539 1488 0343 6468",
            "100101-9234567",
        ] {
            assert_eq!(found(text), (0, 0, 0, 0), "{text}");
        }
    }
}
