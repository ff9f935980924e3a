//! Tests over the grammar as a whole and over written samples.

use std::collections::HashSet;
use std::fs;

use super::korean::{Particle, shifted};
use super::passage::{Composer, as_question};
use super::random::Random;
use super::*;

/// Every topic, many times: (topic, passage number, generator).
fn passages(composer: &Composer, each: u64) -> impl Iterator<Item = (usize, Random)> {
    (0..composer.topics()).flat_map(move |topic| {
        (0..each).map(move |index| (topic, Random::new(7, "tests", topic as u64 * 10_000 + index)))
    })
}

#[test]
fn answers_stand_where_they_are_said_to_stand() {
    for composer in [Composer::news().unwrap(), Composer::finance().unwrap()] {
        let mut seen = vec![HashSet::new(); composer.topics()];
        for (topic, mut random) in passages(&composer, 150) {
            let passage = composer.passage_on(topic, &mut random);
            let context: Vec<char> = passage.context().chars().collect();
            let sentences = passage.marked.sentences.len();
            assert!((3..=8).contains(&sentences), "{sentences} sentences: {}", passage.context());
            for infer in [false, true] {
                for index in passage.answerable(infer) {
                    let (question, answer) = passage.ask(index, &mut random).unwrap();
                    assert!(question.ends_with('?'), "{question}");
                    let start = usize::try_from(answer.start).unwrap();
                    let text: String = context[start..start + answer.text.chars().count()].iter().collect();
                    assert_eq!(text, answer.text);
                    let clue_start = usize::try_from(answer.clue_start).unwrap();
                    let clue: String = context[clue_start..clue_start + answer.clue.chars().count()].iter().collect();
                    assert_eq!(clue, answer.clue);
                    assert!(clue.contains(&answer.text) && clue.ends_with('.'), "{clue}");
                    seen[topic].insert((infer, index));
                }
            }
        }
        for (topic, seen) in seen.iter().enumerate() {
            assert_eq!(seen.len(), composer.questions(topic), "topic {topic}: questions without answer: {seen:?}");
        }
    }
}

#[test]
fn texts_are_clean_and_differ() {
    for composer in [Composer::news().unwrap(), Composer::finance().unwrap()] {
        let mut all = HashSet::new();
        for (topic, mut random) in passages(&composer, 400) {
            let mut passage = composer.passage_on(topic, &mut random);
            let mut texts = vec![passage.context().to_owned(), passage.title.clone()];
            texts.extend(passage.unanswerable(&mut random));
            for index in passage.statable() {
                for holds in [true, false] {
                    let Some(statement) = passage.statement(index, holds, &mut random) else { continue };
                    let question = as_question(&statement.text);
                    assert!(question.ends_with("는가?") || question.ends_with("인가?"), "{question}");
                    texts.push(statement.text);
                    texts.push(question);
                }
                let wrong = passage.wrong_answers(index, 3, &mut random);
                let right = passage.ask(index, &mut random).unwrap().1.text;
                assert!(!wrong.contains(&right), "{right} in {wrong:?}");
            }
            for text in &texts {
                for dirt in ["  ", "''", "\"\"", "{", "}", "[", "]", " .", " ,", "()", ": ,"] {
                    assert!(!text.contains(dirt), "'{dirt}' in: {text}");
                }
            }
            assert!(all.insert(texts.swap_remove(0)), "a context occurs twice");
        }
    }
}

#[test]
fn questions_without_answer_ask_for_what_is_left_out() {
    let composer = Composer::news().unwrap();
    for (topic, mut random) in passages(&composer, 100) {
        let passage = composer.passage_on(topic, &mut random);
        let asked: HashSet<String> = [false, true]
            .into_iter()
            .flat_map(|infer| passage.answerable(infer))
            .filter_map(|index| passage.ask(index, &mut random).map(|(question, _)| question))
            .collect();
        for question in passage.unanswerable(&mut random) {
            assert!(!asked.contains(&question), "{question}");
        }
    }
}

#[test]
fn particles_follow_the_sound() {
    for (word, particle, form) in [
        ("1997년", "이", "이"),
        ("3%", "이", "가"),
        ("서울", "으로", "로"),
        ("6차로", "으로", "로"),
        ("3", "으로", "으로"),
        ("7", "으로", "로"),
        ("'별'", "을", "을"),
        ("120kg", "을", "을"),
        ("2.4km", "은", "는"),
        ("손", "과", "과"),
        ("대표", "이었", "였"),
    ] {
        assert_eq!(Particle::named(particle).unwrap().after(word), form, "{word}");
    }
}

#[test]
fn shifted_values_keep_their_form() {
    for (text, shift, other) in [
        ("1997년", -3, Some("1994년")),
        ("12월", 1, Some("1월")),
        ("1,180m", 1, Some("1,270m")),
        ("840억 원", 1, Some("910억 원")),
        ("4.7%", 1, None),
        ("3.25%", 1, Some("3.55%")),
        ("3만 2,000명", 1, Some("4만 2,000명")),
        ("약 300명", -1, Some("약 280명")),
        ("김도윤 시장", 1, None),
    ] {
        assert_eq!(shifted(text, shift).as_deref(), other, "{text}");
    }
}

#[test]
fn statements_become_questions() {
    for (statement, question) in [
        ("한빛대교는 1997년에 준공됐다.", "한빛대교는 1997년에 준공됐는가?"),
        ("길이는 30m이다.", "길이는 30m인가?"),
        ("금리는 3%다.", "금리는 3%인가?"),
        ("그 사람은 한 대표였다.", "그 사람은 한 대표였는가?"),
    ] {
        assert_eq!(as_question(statement), question);
    }
}

#[test]
fn names_are_checked_with_a_proposal() {
    let error = "mrcc".parse::<Family>().unwrap_err().to_string();
    assert_eq!(
        error,
        "unknown family 'mrcc': did you mean 'mrc'? There are: mrc, mrc_old, mrc_finance, choice, nli, math, track, \
         track_mot"
    );
    let error = "slash,spaned".parse::<Hazards>().unwrap_err().to_string();
    assert!(error.starts_with("unknown hazard 'spaned': did you mean 'spanned'?"), "{error}");
    assert!("all".parse::<Hazards>().unwrap().iter().count() == Hazard::ALL.len());
    assert_eq!("track-mot".parse::<Family>().unwrap(), Family::TrackMot);
}

#[test]
fn tiny_samples_parse() {
    for family in Family::ALL {
        let text = tiny(family, 5).unwrap();
        match family {
            Family::TrackMot => assert!(text.lines().all(|line| line.split(',').count() == 10)),
            _ => assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{family}: {text}"),
        }
    }
}

/// A new directory for one test, removed with it.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("jogak-sample-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn all_files(root: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((path.strip_prefix(root).unwrap().display().to_string(), fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

#[test]
fn samples_do_not_depend_on_threads() {
    for family in Family::ALL {
        let scratch = Scratch::new(family.name());
        let mut reports = Vec::new();
        for threads in [1, 3] {
            let out = scratch.0.join(format!("out{threads}"));
            let options = SampleOptions {
                hazards: Hazards::ALL,
                threads,
                ..SampleOptions::new(family, if family == Family::TrackMot { 4_000 } else { 900 }, out)
            };
            let report = generate(&options).unwrap();
            let read: serde_json::Value =
                serde_json::from_slice(&fs::read(expected_path(&options.out)).unwrap()).unwrap();
            assert_eq!(read["records"], options.records);
            assert_eq!(report.records, options.records);
            assert_eq!(report.good_records + report.lost_records, report.records);
            assert!(matches!(generate(&options), Err(SampleError::NotEmpty(_))));
            reports.push(report);
        }
        assert!(reports[0] == reports[1], "{family}");
        assert!(all_files(&scratch.0.join("out1")) == all_files(&scratch.0.join("out3")), "{family}");
    }
}

#[test]
fn too_few_records_for_the_hazards_are_refused() {
    let scratch = Scratch::new("few");
    let options = SampleOptions { hazards: Hazards::ALL, ..SampleOptions::new(Family::Mrc, 12, scratch.0.join("out")) };
    let error = generate(&options).unwrap_err().to_string();
    assert!(error.contains("ask for 48 at least"), "{error}");
    let options = SampleOptions { hazards: Hazards::default(), ..options };
    assert_eq!(generate(&options).unwrap().records, 12);
}

#[test]
fn one_document_is_written_as_it_is_made() {
    let scratch = Scratch::new("one");
    let options =
        SampleOptions { one_document: Some(3_000_000), ..SampleOptions::new(Family::Mrc, 0, scratch.0.join("out")) };
    let report = generate(&options).unwrap();
    assert!((3_000_000..3_010_000).contains(&report.unpacked_bytes), "{}", report.unpacked_bytes);
    assert_eq!(report.members, 1);
}
