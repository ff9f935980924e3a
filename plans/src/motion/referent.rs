//! Who is meant: words that pick one box of a frame, and no other.

use super::lanes::Grid;
use super::nouns::Noun;

/// A way to pick one box among those of its noun in one frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Referent {
    /// `only`, `from_left`, `from_right`, `topmost`, `bottommost`, `largest` or `smallest`.
    pub rule: &'static str,
    /// Place in the order, from 1.
    pub rank: usize,
    /// Least difference that the words rest on, as a share of the width; 1 for `only`.
    pub margin: f64,
    /// Boxes of that noun in the frame.
    pub candidates: usize,
}

/// Furthest place that is counted: "세 번째".
const MAX_RANK: usize = 3;

/// Every way to pick the lane at `index` in frame `frame` of the grid by `margin` or more. Boxes compete where they are
/// called the same; a box without a class competes with all.
pub fn referents(grid: &Grid, nouns: &[Noun], index: usize, frame: usize, margin: f64) -> Vec<Referent> {
    let called = |class: Option<usize>| class.and_then(|class| nouns.get(class)).map(|noun| noun.ko.as_str());
    let Some(lane) = grid.lanes.get(index) else { return Vec::new() };
    let mut rects = Vec::new();
    let mut own = None;
    for (other_index, other) in grid.lanes.iter().enumerate() {
        if lane.class.is_some() && other.class.is_some() && called(other.class) != called(lane.class) {
            continue;
        }
        let Some(stored) = frame.checked_sub(other.start).and_then(|at| other.boxes.get(at)) else { continue };
        if other_index == index {
            own = Some(rects.len());
        }
        rects.push(grid.rect(*stored));
    }
    let Some(own) = own else { return Vec::new() };
    let candidates = rects.len();
    let referent = |rule, rank, margin| Referent { rule, rank, margin, candidates };
    if candidates == 1 {
        return vec![referent("only", 1, 1.0)];
    }
    let mut out = Vec::new();
    let across: Vec<f64> = rects.iter().map(|rect| rect.cx()).collect();
    for (rule, sign) in [("from_left", 1.0), ("from_right", -1.0)] {
        let (rank, least) = place(&across, own, sign);
        // Beyond the middle the count from the other side is shorter.
        if rank <= MAX_RANK && 2 * rank <= candidates + 1 && least >= margin {
            out.push(referent(rule, rank, least));
        }
    }
    // "Uppermost" must hold for centre and edge alike, "largest" for area and height alike.
    let centres: Vec<f64> = rects.iter().map(|rect| rect.cy()).collect();
    let tops: Vec<f64> = rects.iter().map(|rect| rect.top).collect();
    let bottoms: Vec<f64> = rects.iter().map(|rect| rect.bottom).collect();
    let sizes: Vec<f64> = rects.iter().map(|rect| rect.size()).collect();
    let heights: Vec<f64> = rects.iter().map(|rect| rect.height()).collect();
    let pairs = [
        ("topmost", &centres, &tops, 1.0),
        ("bottommost", &centres, &bottoms, -1.0),
        ("largest", &sizes, &heights, -1.0),
        ("smallest", &sizes, &heights, 1.0),
    ];
    for (rule, one, other, sign) in pairs {
        let ((rank, least), (other_rank, other_least)) = (place(one, own, sign), place(other, own, sign));
        if rank == 1 && other_rank == 1 && least.min(other_least) >= margin {
            out.push(referent(rule, 1, least.min(other_least)));
        }
    }
    out
}

/// The place of one value in the order (from 1), and the least distance between neighbours up to and beyond it, which
/// is what the count rests on. `sign` −1 counts from the greatest.
fn place(values: &[f64], own: usize, sign: f64) -> (usize, f64) {
    let mut order: Vec<f64> = values.iter().map(|value| value * sign).collect();
    let own_value = values[own] * sign;
    order.sort_unstable_by(f64::total_cmp);
    let rank = order.iter().filter(|value| **value < own_value).count() + 1;
    let least = order.windows(2).take(rank).map(|pair| pair[1] - pair[0]).fold(f64::INFINITY, f64::min);
    (rank, least)
}
