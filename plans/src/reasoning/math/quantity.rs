//! The quantities that a question names, and what a number of an equation may therefore be called.
//!
//! A number gets a name only where its value occurs once among the question's quantities, the constants its units bring
//! along (60 beside hours and minutes) and the results so far. Looser forms count as occurrences too: 'half' as 1/2 and
//! as 2, 'third' as 3 and 1/3, '20%' as 20 and 0.2, 'week' as 7. The name is a literal quotation.

use std::ops::Range;

use num_traits::ToPrimitive;

use super::number::{self, Number};
use super::{quantity_en, quantity_ko};

/// A quantity in a question.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Quantity {
    /// Its value.
    pub(super) value: Number,
    /// Other values that it may stand for in an equation, and whether it may be quoted for them.
    pub(super) also: Vec<(Number, bool)>,
    /// The words to quote, as bytes of the question. `None`: counts as an occurrence, but names nothing (an ordinal, a
    /// time of day).
    pub(super) quote: Option<Range<usize>>,
}

impl Quantity {
    /// Does it stand for `value`? The inner flag says whether it may be quoted for it.
    fn stands_for(&self, value: &Number) -> Option<bool> {
        if number::same(&self.value, value) {
            return Some(self.quote.is_some());
        }
        self.also
            .iter()
            .find(|(other, _)| number::same(other, value))
            .map(|(_, quotable)| *quotable && self.quote.is_some())
    }
}

/// What `20%` stands for beside 20: 0.2, and, without being called so, the rest (80, 0.8) and the sum (120, 1.2).
pub(super) fn percent_forms(value: &Number) -> [(Number, bool); 5] {
    let hundred = number::whole(100);
    let share = value / &hundred;
    let one = number::whole(1);
    [
        (&hundred - value, false),
        (&hundred + value, false),
        (&one - &share, false),
        (&one + &share, false),
        (share, true),
    ]
}

/// Units whose ratio brings a number along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
    Percent,
    Dollar,
    Cent,
    Inch,
    Foot,
    Yard,
    Mile,
    Centimetre,
    Metre,
    Kilometre,
    Gram,
    Kilogram,
    Millilitre,
    Litre,
    Ounce,
    Pound,
    Ton,
    Cup,
    Pint,
    Quart,
    Gallon,
}

/// The units that a question mentions.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Units(u32);

impl Units {
    /// Notes a unit.
    pub(super) fn insert(&mut self, unit: Unit) {
        self.0 |= 1 << unit as u32;
    }
    fn contains(self, unit: Unit) -> bool {
        self.0 & 1 << unit as u32 != 0
    }
}

/// A number that two units bring along.
#[derive(Debug, PartialEq)]
pub(super) struct Constant {
    value: (i64, i64),
    large: Unit,
    small: Unit,
    /// The fact, in both languages; empty where the ratio is only a usual one (30 days a month).
    pub(super) english: &'static str,
    pub(super) korean: &'static str,
}

impl Constant {
    fn is(&self, value: (i64, i64)) -> bool {
        self.value == value
    }
}

/// Numerator and denominator, where both are small enough to be in the table.
fn small(value: &Number) -> Option<(i64, i64)> {
    Some((value.numer().to_i64()?, value.denom().to_i64()?))
}

const fn constant(value: i64, large: Unit, small: Unit, english: &'static str, korean: &'static str) -> Constant {
    Constant { value: (value, 1), large, small, english, korean }
}

/// The table of constants.
static CONSTANTS: [Constant; 27] = [
    constant(60, Unit::Hour, Unit::Minute, "an hour has 60 minutes", "1시간은 60분"),
    constant(60, Unit::Minute, Unit::Second, "a minute has 60 seconds", "1분은 60초"),
    constant(24, Unit::Day, Unit::Hour, "a day has 24 hours", "하루는 24시간"),
    constant(7, Unit::Week, Unit::Day, "a week has 7 days", "1주일은 7일"),
    constant(12, Unit::Year, Unit::Month, "a year has 12 months", "1년은 12개월"),
    constant(52, Unit::Year, Unit::Week, "", ""),
    constant(365, Unit::Year, Unit::Day, "", ""),
    constant(30, Unit::Month, Unit::Day, "", ""),
    constant(4, Unit::Month, Unit::Week, "", ""),
    constant(100, Unit::Percent, Unit::Percent, "per cent means out of 100", "퍼센트는 100에 대한 비율"),
    Constant {
        value: (1, 100),
        large: Unit::Percent,
        small: Unit::Percent,
        english: "one per cent is 0.01",
        korean: "1퍼센트는 0.01",
    },
    constant(100, Unit::Dollar, Unit::Cent, "a dollar is 100 cents", "1달러는 100센트"),
    constant(12, Unit::Foot, Unit::Inch, "a foot is 12 inches", "1피트는 12인치"),
    constant(3, Unit::Yard, Unit::Foot, "a yard is 3 feet", "1야드는 3피트"),
    constant(36, Unit::Yard, Unit::Inch, "a yard is 36 inches", "1야드는 36인치"),
    constant(5280, Unit::Mile, Unit::Foot, "a mile is 5280 feet", "1마일은 5280피트"),
    constant(100, Unit::Metre, Unit::Centimetre, "a metre is 100 centimetres", "1미터는 100센티미터"),
    constant(1000, Unit::Kilometre, Unit::Metre, "a kilometre is 1000 metres", "1킬로미터는 1000미터"),
    constant(1000, Unit::Kilogram, Unit::Gram, "a kilogram is 1000 grams", "1킬로그램은 1000그램"),
    constant(1000, Unit::Litre, Unit::Millilitre, "a litre is 1000 millilitres", "1리터는 1000밀리리터"),
    constant(16, Unit::Pound, Unit::Ounce, "a pound is 16 ounces", "1파운드는 16온스"),
    constant(2000, Unit::Ton, Unit::Pound, "", ""),
    constant(4, Unit::Gallon, Unit::Quart, "a gallon is 4 quarts", "1갤런은 4쿼트"),
    constant(8, Unit::Gallon, Unit::Pint, "a gallon is 8 pints", "1갤런은 8파인트"),
    constant(16, Unit::Gallon, Unit::Cup, "a gallon is 16 cups", "1갤런은 16컵"),
    constant(2, Unit::Quart, Unit::Pint, "a quart is 2 pints", "1쿼트는 2파인트"),
    constant(2, Unit::Pint, Unit::Cup, "a pint is 2 cups", "1파인트는 2컵"),
];

/// Where a number of an equation comes from, as far as that is certain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Origin {
    /// Nothing certain: no occurrence, or more than one.
    Unknown,
    /// The question's quantity of this index.
    Question(usize),
    /// The result of the equation of this index.
    Earlier(usize),
    /// A constant of the units in the question.
    Constant(&'static Constant),
}

/// The quantities of a question.
#[derive(Debug, Clone)]
pub(super) struct Quantities<'a> {
    question: &'a str,
    found: Vec<Quantity>,
    units: Units,
    /// Is the question Korean?
    pub(super) korean: bool,
}

impl<'a> Quantities<'a> {
    /// Reads the question once.
    pub(super) fn read(question: &'a str) -> Self {
        let korean = question.chars().any(|letter| ('가'..='힣').contains(&letter));
        let (found, units) = if korean { quantity_ko::read(question) } else { quantity_en::read(question) };
        Self { question, found, units, korean }
    }

    /// Where `value` comes from; `results` are the values of the equations before.
    pub(super) fn origin<'n>(&self, value: &Number, results: impl Iterator<Item = &'n Number>) -> Origin {
        let mut origin = Origin::Unknown;
        let mut occurrences = 0;
        for (index, quantity) in self.found.iter().enumerate() {
            if let Some(quotable) = quantity.stands_for(value) {
                occurrences += 1;
                if quotable {
                    origin = Origin::Question(index);
                }
            }
        }
        for (index, _) in results.enumerate().filter(|(_, result)| number::same(result, value)) {
            occurrences += 1;
            origin = Origin::Earlier(index);
        }
        // Both units there: that is the constant. The larger one alone: it may be meant.
        let (mut fitting, mut possible) = (0, false);
        let ratio = small(value);
        let fits =
            |constant: &&Constant| self.units.contains(constant.large) && ratio.is_some_and(|it| constant.is(it));
        for constant in CONSTANTS.iter().filter(fits) {
            possible = true;
            if self.units.contains(constant.small) && !constant.english.is_empty() {
                fitting += 1;
                origin = Origin::Constant(constant);
            }
        }
        occurrences += usize::from(possible).max(fitting);
        // 1 is everywhere: 'a', 'each', 'one of them'.
        if occurrences == 1 && (*value != number::whole(1) || matches!(origin, Origin::Earlier(_))) {
            origin
        } else {
            Origin::Unknown
        }
    }

    /// Does `value` occur in the question at all, or through its units?
    pub(super) fn mentions(&self, value: &Number) -> bool {
        self.found.iter().any(|quantity| quantity.stands_for(value).is_some())
            || small(value).is_some_and(|ratio| {
                CONSTANTS.iter().any(|constant| self.units.contains(constant.large) && constant.is(ratio))
            })
    }

    /// What a 'how many' or '몇' of the question asks for: the words to quote, and the noun or counter alone.
    pub(super) fn asked(&self) -> Option<(&'a str, &'a str)> {
        if self.korean { quantity_ko::asked(self.question) } else { quantity_en::asked(self.question) }
    }

    /// The words of the quantity; `None` where they say no more than the digits do.
    pub(super) fn quote(&self, index: usize, value: &Number) -> Option<&'a str> {
        let words = self.question.get(self.found.get(index)?.quote.clone()?)?;
        (words != number::display(value)).then_some(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(question: &str, value: &str, results: &[i64]) -> String {
        let quantities = Quantities::read(question);
        let value = number::parse_decimal(value).unwrap().0;
        let results: Vec<Number> = results.iter().map(|&each| number::whole(each)).collect();
        match quantities.origin(&value, results.iter()) {
            Origin::Unknown => "?".to_owned(),
            Origin::Question(index) => quantities.quote(index, &value).unwrap_or("digits").to_owned(),
            Origin::Earlier(index) => format!("#{index}"),
            Origin::Constant(constant) => constant.english.to_owned(),
        }
    }

    #[test]
    fn names_numbers_that_occur_once() {
        let question = "A potter fires 20 large cups, breaks four, gives 5 away and sells the rest at $3 each.";
        for (value, expected) in
            [("20", "20 large cups"), ("4", "breaks four"), ("5", "gives 5"), ("3", "$3"), ("11", "?")]
        {
            assert_eq!(name(question, value, &[]), expected, "{value}");
        }
        assert_eq!(name(question, "11", &[11]), "#0");
        assert_eq!(name(question, "5", &[5]), "?");
    }

    #[test]
    fn looser_forms_count() {
        assert_eq!(name("He buys 2 pens and twice as many books.", "2", &[]), "?");
        assert_eq!(name("He buys 12 pens and half as many books.", "2", &[]), "half");
        assert_eq!(name("He buys 12 pens and half as many books.", "0.5", &[]), "half");
        assert_eq!(name("He buys a dozen pens and 12 books.", "12", &[]), "?");
        assert_eq!(name("It costs 40 and is 20% off.", "0.2", &[]), "20%");
        assert_eq!(name("It costs 40 and is 20% off.", "100", &[]), "per cent means out of 100");
        assert_eq!(name("She walks 7 days a week.", "7", &[]), "?");
        assert_eq!(name("She walks 3 miles a day for a week.", "7", &[]), "a week has 7 days");
        assert_eq!(name("She walks for 3 hours.", "60", &[]), "?");
        assert_eq!(name("A third of the 90 seats are red.", "3", &[]), "A third");
        assert_eq!(name("The third of 90 seats is red.", "3", &[]), "?");
        assert_eq!(name("Two-thirds of the 90 seats are red and 25 blue.", "25", &[]), "25 blue");
        assert_eq!(name("Twenty-five cups and 1,200 plates.", "25", &[]), "Twenty-five cups");
        assert_eq!(name("Twenty-five cups and 1,200 plates.", "1200", &[]), "1,200 plates");
        assert_eq!(name("The train leaves at 3:30 with 45 people.", "3", &[]), "?");
        assert_eq!(name("One of them has 1 pen.", "1", &[]), "?");
    }

    #[test]
    fn korean_questions() {
        let question = "도자기 20개 가운데 네 개가 깨졌고 5개를 나누어 주었다. 나머지는 3천 원씩 받고 절반을 팔았다.";
        for (value, expected) in
            [("20", "20개"), ("4", "네 개"), ("5", "5개"), ("3000", "3천 원"), ("2", "절반"), ("3", "?"), ("11", "?")]
        {
            assert_eq!(name(question, value, &[]), expected, "{value}");
        }
        assert_eq!(name("연필이 12자루 있다. 두 배를 더 사고 2자루를 잃었다.", "2", &[]), "?");
        assert_eq!(name("2만 5천 원에서 30%를 냈다.", "25000", &[]), "2만 5천 원");
        assert_eq!(name("2만 5천 원에서 30%를 냈다.", "0.3", &[]), "30%");
        assert_eq!(name("3시간 40분 동안 걸었다.", "60", &[]), "an hour has 60 minutes");
    }
}
