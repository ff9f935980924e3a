//! Cheap checks of Korean sentences.

/// What is wrong with a Korean step, as code and detail.
pub(super) fn problem(text: &str) -> Option<(&'static str, String)> {
    // With an odd number of quotes nobody knows what is quoted.
    let bare = unquoted(text)?;
    if bare.contains('…') || bare.contains("...") {
        return Some(("KO_ELLIPSIS", "'…' outside quotes".to_owned()));
    }
    for alternative in ["은(는)", "는(은)", "이(가)", "가(이)", "을(를)", "를(을)", "와(과)", "과(와)", "(으)로"]
    {
        if bare.contains(alternative) {
            return Some(("KO_PARTICLE", format!("'{alternative}' instead of the particle that fits")));
        }
    }
    if bare.contains("라벨에 따르면") {
        return Some(("KO_META", "speaks of the label".to_owned()));
    }
    if !text.chars().any(|letter| ('가'..='힣').contains(&letter)) {
        return Some(("KO_NOT_KOREAN", "no Hangul".to_owned()));
    }
    // 'CCTV', 'km' and 'GDP' are Korean usage; two words in a row are English.
    let mut before = false;
    for word in bare.split_whitespace() {
        let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
        let latin = word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
        if latin && before {
            return Some(("KO_HAS_ENGLISH", format!("'{word}' after another English word, outside quotes")));
        }
        before = latin;
    }
    None
}

/// The text without what stands in quotes; `None` where quotes do not pair.
fn unquoted(text: &str) -> Option<String> {
    let mut bare = String::with_capacity(text.len());
    let mut open: Option<char> = None;
    for letter in text.chars() {
        match open {
            Some(close) if letter == close => open = None,
            Some(_) => {}
            None => match letter {
                '\'' | '"' => open = Some(letter),
                '‘' => open = Some('’'),
                '“' => open = Some('”'),
                '「' => open = Some('」'),
                '『' => open = Some('』'),
                _ => bare.push(letter),
            },
        }
    }
    open.is_none().then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn finds_what_is_not_korean() {
        for (text, code) in [
            ("답은 '1997년'이다.", None),
            ("20에서 4와 5를 빼면 11이다.", None),
            ("글에 'the old bridge…'라고 나온다.", None),
            ("CCTV 영상은 3 km 떨어진 곳에 있다.", None),
            ("답은 아마…", Some("KO_ELLIPSIS")),
            ("1997년은(는) 준공 연도이다.", Some("KO_PARTICLE")),
            ("라벨에 따르면 답은 3이다.", Some("KO_META")),
            ("20 - 4 = 16.", Some("KO_NOT_KOREAN")),
            ("답은 sixteen duck eggs 이다.", Some("KO_HAS_ENGLISH")),
        ] {
            assert_eq!(problem(text).map(|(code, _)| code), code, "{text}");
        }
    }
}
