//! What holds for any input: nothing panics, and everything read is an item or a problem.

use super::super::dataset::ByteSize;
use super::super::detail::parse_detail;
use super::super::layout::{KnownFolders, ListedObject, place};
use super::super::list::parse_list;
use super::super::table::read_csv;
use super::super::tree::parse_tree;
use super::super::values;
use proptest::prelude::*;

/// Lines made of what the texts are made of, so that damage is near to what is valid.
fn fragments() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![
        Just("\n"),
        Just("\r\n"),
        Just("    "),
        Just("│  "),
        Just("├─"),
        Just("└─"),
        Just("|"),
        Just(" | "),
        Just("12 MB"),
        Just("90001"),
        Just(","),
        Just("577"),
        Just("가상.zip"),
        Just("01.데이터"),
        Just("1.Training"),
        Just("라벨링데이터"),
        Just("===="),
        Just("목록"),
        Just("\""),
        Just("id,title\n"),
        Just("<p>"),
        Just("</p>"),
        Just("<table><tr><th>"),
        Just("조회수"),
        Just(":"),
        Just("약 3천"),
        Just("\u{FEFF}"),
        Just("\u{FFFD}"),
        Just("/"),
        Just(".part2"),
        Just(".z01"),
    ];
    proptest::collection::vec(fragment, 0..60).prop_map(|fragments| fragments.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_is_accounted_for(text in fragments(), cut in 0_usize..400) {
        // A cut in the middle of a letter, too.
        let bytes = text.as_bytes().get(..cut).unwrap_or(text.as_bytes());
        prop_assert!(parse_list(bytes).entries.is_balanced());
        let tree = parse_tree(bytes);
        prop_assert!(tree.files.is_balanced());
        let (files, _) = tree.catalog_files("1");
        prop_assert_eq!(files.iter().map(|file| file.parts as usize).sum::<usize>(), tree.files.items.len());
        if let Ok(table) = read_csv(bytes, None) {
            prop_assert!(table.datasets.is_balanced());
        }
        prop_assert!(parse_detail(bytes, Some("1")).into_import().is_balanced());
        let keys: Vec<&str> = text.split('\n').collect();
        let objects: Vec<ListedObject<'_>> = keys.iter().map(|key| ListedObject { key, size: 1 }).collect();
        let placement = place("mem://", Some("577.가상"), &objects, &KnownFolders::default());
        prop_assert!(placement.is_balanced());
        let parts: u64 = placement.sets.iter().flat_map(|set| &set.files).map(|file| u64::from(file.parts)).sum();
        prop_assert_eq!(parts, placement.sets.iter().map(|set| set.objects).sum::<u64>());
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(parse_list(&bytes).entries.is_balanced());
        prop_assert!(parse_tree(&bytes).files.is_balanced());
        parse_detail(&bytes, None);
        let _ = read_csv(&bytes, None);
    }

    #[test]
    fn counts_as_written_are_read_back(number in any::<u64>()) {
        let digits = number.to_string();
        let grouped: String = digits.char_indices().flat_map(|(at, digit)| {
            let comma = (at > 0 && (digits.len() - at) % 3 == 0).then_some(',');
            comma.into_iter().chain([digit])
        }).collect();
        prop_assert_eq!(values::count(&digits), Ok(Some(number)));
        prop_assert_eq!(values::count(&grouped), Ok(Some(number)));
    }

    #[test]
    fn rounded_sizes_hold_the_true_one(bytes in 0_u64..1 << 43) {
        let (unit, name) = [(1_u64 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB"), (1, "B")]
            .into_iter().find(|(unit, _)| bytes >= *unit).unwrap_or((1, "B"));
        let shown = format!("{} {name}", (bytes + unit / 2) / unit);
        let size = values::bytes(&shown, None).unwrap().unwrap();
        prop_assert!(size.low <= bytes && bytes <= size.high, "{} {:?}", shown, size);
        let sum = ByteSize::sum_of_rounded(size.value, 1);
        prop_assert!(sum.low <= bytes && bytes <= sum.high, "{} {:?}", shown, sum);
    }

    #[test]
    fn lists_and_trees_as_written_are_read_back(
        titles in proptest::collection::vec("[가-힣a-z(),.\\[\\]]{1,12}", 1..12),
        depths in proptest::collection::vec(0_usize..4, 1..12),
    ) {
        let list: String = titles.iter().enumerate().map(|(at, title)| format!("{}, {title}\n", at + 1)).collect();
        let entries = parse_list(list.as_bytes()).entries;
        let read: Vec<&str> = entries.items.iter().map(|entry| entry.title.as_str()).collect();
        prop_assert_eq!(read, titles.iter().map(String::as_str).collect::<Vec<_>>());
        // A chain of folders to each file, drawn as AI Hub draws it.
        let root = Node { name: "1.가상".to_owned(), children: Vec::new() };
        let mut expected = Vec::new();
        let mut tree = root;
        for (at, depth) in depths.iter().enumerate() {
            let mut node = &mut tree;
            let mut path = "1.가상/".to_owned();
            for level in 0..*depth {
                let name = format!("f{}", (at + level) % 3);
                path = path + &name + "/";
                let known = node.children.iter().position(|child| child.name == name);
                let index = known.unwrap_or_else(|| {
                    node.children.push(Node { name, children: Vec::new() });
                    node.children.len() - 1
                });
                node = &mut node.children[index];
            }
            node.children.push(Node { name: format!("t{at}.zip | 3 KB | {at}"), children: Vec::new() });
            expected.push(format!("{path}t{at}.zip"));
        }
        let mut text = String::new();
        tree.draw("    ", true, &mut text);
        let answer = parse_tree(text.as_bytes());
        let mut paths: Vec<String> = answer.files.items.iter().map(|file| file.path()).collect();
        prop_assert_eq!(answer.files.problems.len(), 0);
        paths.sort();
        expected.sort();
        prop_assert_eq!(paths, expected);
    }
}

struct Node {
    name: String,
    children: Vec<Node>,
}

impl Node {
    fn draw(&self, indent: &str, is_last: bool, text: &mut String) {
        text.push_str(&format!("{indent}{}{}\n", if is_last { "└─" } else { "├─" }, self.name));
        // A child of a last child stands a column further right.
        let below = format!("{indent}{}", if is_last { "    " } else { "│  " });
        for (at, child) in self.children.iter().enumerate() {
            child.draw(&below, at + 1 == self.children.len(), text);
        }
    }
}
