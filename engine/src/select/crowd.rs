//! Sets that resemble each other all alike, taken together.
//!
//! Twenty sets of one kind are 190 pairs, and pair by pair a relaxation loses nothing for twenty halves. Together they are
//! one term: of `k` chosen sets the pairs lose `units * k * (k - 1) / 2`, which is convex in `k`, so that its relaxation is
//! as tight as a sum can be. What a pair loses beyond its crowd, and pairs that belong to none, stay pairs.

use std::collections::BTreeMap;

/// Sets of which every two that are chosen lose `units`.
#[derive(Debug, Clone)]
pub(super) struct Crowd {
    /// Variables of all members.
    pub(super) vars: Vec<usize>,
    pub(super) units: i64,
    /// No more of them can be chosen; for bounds, never for what is right.
    pub(super) most: i64,
}

/// Sides of pairs, as lists of variables of which one can be chosen at most.
pub(super) type Side = Vec<usize>;

/// What pairs lose, as crowds of three or more and what is left of the pairs. The same for the same pairs in any order.
pub(super) fn gather(pairs: Vec<([Side; 2], i64)>) -> (Vec<Crowd>, Vec<([Side; 2], i64)>) {
    let mut near: BTreeMap<Side, BTreeMap<Side, i64>> = BTreeMap::new();
    for ([a, b], units) in pairs {
        for (one, other) in [(&a, &b), (&b, &a)] {
            *near.entry(one.clone()).or_default().entry(other.clone()).or_default() += units;
        }
    }
    let mut crowds = Vec::new();
    let mut seeds: Vec<Side> = near.keys().cloned().collect();
    seeds.sort_by(|a, b| degree(&near, b).cmp(&degree(&near, a)).then_with(|| a.cmp(b)));
    for seed in seeds {
        while let Some((members, units)) = around(&near, &seed) {
            for (place, a) in members.iter().enumerate() {
                for b in members.iter().skip(place + 1) {
                    lessen(&mut near, a, b, units);
                    lessen(&mut near, b, a, units);
                }
            }
            crowds.push(Crowd { most: members.len() as i64, vars: members.concat(), units });
        }
    }
    let mut rest = Vec::new();
    for (a, others) in &near {
        for (b, units) in others.iter().filter(|(b, _)| a < *b) {
            rest.push(([a.clone(), b.clone()], *units));
        }
    }
    (crowds, rest)
}

fn degree(near: &BTreeMap<Side, BTreeMap<Side, i64>>, side: &Side) -> usize {
    near.get(side).map_or(0, BTreeMap::len)
}

/// Sides around `seed` that are all near each other, three at least, and what every pair of them loses.
fn around(near: &BTreeMap<Side, BTreeMap<Side, i64>>, seed: &Side) -> Option<(Vec<Side>, i64)> {
    let own = near.get(seed)?;
    let mut order: Vec<&Side> = own.keys().collect();
    order.sort_by(|a, b| degree(near, b).cmp(&degree(near, a)).then_with(|| a.cmp(b)));
    let mut members = vec![seed.clone()];
    let mut least = i64::MAX;
    for side in order {
        let Some(others) = near.get(side) else { continue };
        let losses: Option<Vec<i64>> = members.iter().map(|member| others.get(member).copied()).collect();
        if let Some(losses) = losses {
            least = losses.into_iter().fold(least, i64::min);
            members.push(side.clone());
        }
    }
    (members.len() > 2).then_some((members, least))
}

fn lessen(near: &mut BTreeMap<Side, BTreeMap<Side, i64>>, a: &Side, b: &Side, units: i64) {
    let Some(others) = near.get_mut(a) else { return };
    if let Some(left) = others.get_mut(b) {
        *left -= units;
        if *left <= 0 {
            others.remove(b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::gather;

    fn lost(crowds: &[super::Crowd], rest: &[([Vec<usize>; 2], i64)], chosen: &[usize]) -> i64 {
        let count = |vars: &[usize]| vars.iter().filter(|v| chosen.contains(v)).count() as i64;
        let together: i64 = crowds.iter().map(|c| c.units * count(&c.vars) * (count(&c.vars) - 1) / 2).sum();
        let apart = rest.iter().filter(|([a, b], _)| count(a) > 0 && count(b) > 0).map(|(_, units)| units);
        together + apart.sum::<i64>()
    }

    #[test]
    fn crowds_and_what_is_left_lose_what_the_pairs_lose() {
        // A kind of six; 0, 1 and 2 also a series; 4 and 5 complementary: their pair is free.
        let mut pairs = Vec::new();
        for a in 0..6usize {
            for b in a + 1..6 {
                if (a, b) != (4, 5) {
                    pairs.push(([vec![a], vec![b]], if b < 3 { 6 } else { 3 }));
                }
            }
        }
        let (crowds, rest) = gather(pairs.clone());
        assert!(crowds.len() > 1 && rest.len() < pairs.len(), "{crowds:?} {rest:?}");
        for mask in 0u32..1 << 6 {
            let chosen: Vec<usize> = (0..6).filter(|v| mask >> v & 1 == 1).collect();
            let both = |[a, b]: &[Vec<usize>; 2]| chosen.contains(&a[0]) && chosen.contains(&b[0]);
            let expected: i64 = pairs.iter().filter(|(sides, _)| both(sides)).map(|(_, units)| units).sum();
            assert_eq!(lost(&crowds, &rest, &chosen), expected, "{chosen:?}");
        }
        pairs.reverse();
        let again = gather(pairs);
        assert_eq!(format!("{again:?}"), format!("{:?}", (crowds, rest)));
    }

    #[test]
    fn two_alike_stay_a_pair() {
        let (crowds, rest) = gather(vec![([vec![0], vec![1]], 5), ([vec![1], vec![2]], 5)]);
        assert!(crowds.is_empty());
        assert_eq!(rest.len(), 2);
    }
}
