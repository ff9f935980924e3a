//! The same inputs and plan give the same bytes, whatever the number of threads and the memory.

use super::command::{Scratch, number, shipped};

#[test]
fn shards_do_not_depend_on_threads_or_memory() {
    // Small units, so that there is something to deal out.
    let scratch = Scratch::with_settings("unit_size = \"16KiB\"\n");
    scratch.sample("math", 1200, "labels/math", &[]);
    let plan = shipped("math_reasoning");
    let one = scratch.run(&plan, "labels/math", "one", &["--threads", "1"]);
    let two = scratch.run(&plan, "labels/math", "two", &["--threads", "2", "--memory", "2GiB"]);
    assert!(number(&one, "/units/0") >= 8, "{one:#}");
    for name in ["records", "sft_messages"] {
        let shards = scratch.table("one", "math_reasoning", name).shards();
        assert!(shards.len() as u64 >= number(&one, "/units/0"), "{shards:?}");
        assert_eq!(shards, scratch.table("two", "math_reasoning", name).shards());
    }
    assert_eq!(one["inputs"], two["inputs"]);
    assert_eq!(one["filtered"], two["filtered"]);
}

#[test]
fn clips_stay_whole_wherever_work_is_cut() {
    let plan = shipped("track_episodes");
    let mut episodes = Vec::new();
    for unit_size in ["4KiB", "64MiB"] {
        let scratch = Scratch::with_settings(&format!("unit_size = \"{unit_size}\"\n"));
        scratch.sample("track", 900, "labels", &[]);
        scratch.run(&plan, "labels", "out", &["--threads", "2"]);
        let mut rows = scratch.table("out", "track_episodes", "episodes").rows();
        rows.sort_by_key(|row| row["episode_id"].to_string());
        episodes.push(rows);
    }
    assert_eq!(episodes[0].len(), episodes[1].len());
    assert!(episodes[0] == episodes[1], "episodes depend on where the listing is cut into units");
}
