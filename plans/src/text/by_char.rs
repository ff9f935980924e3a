//! Closed lists, looked up by one character of their entries.

/// Entries under a character each, in the order of the list: most words share that character with few entries or none.
pub struct ByChar<T>(Vec<(char, T)>);

impl<T> ByChar<T> {
    /// Takes entries with their characters.
    pub fn new(list: impl IntoIterator<Item = (char, T)>) -> Self {
        let mut list: Vec<(char, T)> = list.into_iter().collect();
        list.sort_by_key(|(key, _)| *key);
        Self(list)
    }

    /// The entries under a character.
    pub fn under(&self, key: char) -> impl Iterator<Item = &T> {
        let first = self.0.partition_point(|(other, _)| *other < key);
        self.0.iter().skip(first).take_while(move |(other, _)| *other == key).map(|(_, entry)| entry)
    }
}

impl ByChar<&'static str> {
    /// Texts by their first character.
    pub fn by_first(list: &[&'static str]) -> Self {
        Self::new(list.iter().filter_map(|text| Some((text.chars().next()?, *text))))
    }

    /// Word endings by their last character.
    pub fn by_last(list: &[&'static str]) -> Self {
        Self::new(list.iter().filter_map(|text| Some((text.chars().next_back()?, *text))))
    }

    /// Word endings of two characters or more by the one before the last.
    pub fn by_second_last(list: &[&'static str]) -> Self {
        Self::new(list.iter().filter_map(|text| Some((text.chars().rev().nth(1)?, *text))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order_of_the_list() {
        let endings = ByChar::by_last(&["됐다", "고", "한다", "다", "하고"]);
        assert_eq!(endings.under('다').collect::<Vec<_>>(), [&"됐다", &"한다", &"다"]);
        assert_eq!(endings.under('고').count(), 2);
        assert_eq!(endings.under('며').count(), 0);
        assert_eq!(ByChar::by_second_last(&["하는", "는"]).under('하').count(), 1);
    }
}
