//! Geometry of boxes over time. Lengths are shares of the image width on both axes.

/// A box by its edges.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// Left edge.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Bottom edge.
    pub bottom: f64,
}

impl Rect {
    /// From a stored box (left, top, width, height as shares of width and height) and height / width of the image.
    pub fn new(stored: [f32; 4], aspect: f64) -> Self {
        let [left, top, width, height] = stored.map(f64::from);
        Self { left, top: top * aspect, right: left + width, bottom: (top + height) * aspect }
    }

    /// Centre, from the left.
    pub fn cx(&self) -> f64 {
        (self.left + self.right) / 2.0
    }

    /// Centre, from the top.
    pub fn cy(&self) -> f64 {
        (self.top + self.bottom) / 2.0
    }

    /// Height.
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// Area.
    pub fn area(&self) -> f64 {
        (self.right - self.left) * (self.bottom - self.top)
    }

    /// Square root of the area: how large the box looks.
    pub fn size(&self) -> f64 {
        self.area().max(0.0).sqrt()
    }

    /// Distance between the edges of two boxes; 0 where they touch, negative by how deep they overlap.
    pub fn gap(&self, other: &Self) -> f64 {
        let across = self.left.max(other.left) - self.right.min(other.right);
        let down = self.top.max(other.top) - self.bottom.min(other.bottom);
        if across <= 0.0 && down <= 0.0 { across.max(down) } else { across.max(0.0).hypot(down.max(0.0)) }
    }

    /// Share of this box that lies inside the other.
    pub fn share_in(&self, other: &Self) -> f64 {
        let across = self.right.min(other.right) - self.left.max(other.left);
        let down = self.bottom.min(other.bottom) - self.top.max(other.top);
        let area = self.area();
        if across <= 0.0 || down <= 0.0 || area <= 0.0 { 0.0 } else { across * down / area }
    }
}

/// A stretch in which a value runs one way. Both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leg {
    /// First index.
    pub start: usize,
    /// Last index.
    pub end: usize,
    /// Value at the end minus value at the start.
    pub change: f64,
}

/// The stretches in which `values` rise or fall by `reach` or more, between turning points: inside a leg nothing runs
/// the other way by `reach`. Flat ends are cut: a leg begins with the last value within `reach / 4` of its first
/// extreme and ends with the first value within `reach / 4` of its other extreme.
pub fn legs(values: &[f64], reach: f64) -> Vec<Leg> {
    let mut out = Vec::new();
    let (mut low, mut high, mut direction) = (0, 0, 0.0_f64);
    for (index, &value) in values.iter().enumerate() {
        // `low` and `high` are earlier indices, so they are in bounds.
        if direction <= 0.0 {
            if value - values[low] >= reach {
                if direction < 0.0 {
                    out.push(trimmed(values, high, low, reach));
                }
                (direction, high) = (1.0, index);
            } else if value < values[low] {
                low = index;
            }
        }
        if direction >= 0.0 {
            if values[high] - value >= reach {
                if direction > 0.0 {
                    out.push(trimmed(values, low, high, reach));
                }
                (direction, low) = (-1.0, index);
            } else if value > values[high] {
                high = index;
            }
        }
    }
    if direction > 0.0 {
        out.push(trimmed(values, low, high, reach));
    } else if direction < 0.0 {
        out.push(trimmed(values, high, low, reach));
    }
    out
}

/// Cuts the flat ends of the leg between two turning points.
fn trimmed(values: &[f64], from: usize, to: usize, reach: f64) -> Leg {
    let tolerance = reach / 4.0;
    let near = |index: usize, extreme: usize| (values[index] - values[extreme]).abs() <= tolerance;
    let start = (from..=to).rev().find(|&index| near(index, from)).unwrap_or(from);
    let end = (start..=to).find(|&index| near(index, to)).unwrap_or(to);
    Leg { start, end, change: values[end] - values[start] }
}

/// A track segment in motion: its boxes and how they change.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Motion {
    /// The boxes, one a frame.
    pub rects: Vec<Rect>,
    /// Velocity of the centre, in widths a second, by central difference over `half` frames to both sides.
    pub velocity: Vec<[f64; 2]>,
    /// Change of place and height together, in own sizes a second.
    pub speed: Vec<f64>,
}

impl Motion {
    /// From the boxes of consecutive frames. `half` is at least 1.
    pub fn new(rects: Vec<Rect>, half: usize, fps: f64) -> Self {
        let last = rects.len().saturating_sub(1);
        let mut velocity = Vec::with_capacity(rects.len());
        let mut speed = Vec::with_capacity(rects.len());
        for index in 0..rects.len() {
            let (before, after) = (index.saturating_sub(half), (index + half).min(last));
            let seconds = (after - before).max(1) as f64 / fps;
            let (old, new) = (&rects[before], &rects[after]);
            let across = (new.cx() - old.cx()) / seconds;
            let down = (new.cy() - old.cy()) / seconds;
            let growth = (new.height() - old.height()) / seconds;
            velocity.push([across, down]);
            // A box that grows comes nearer, though its centre may stay.
            speed.push((across * across + down * down + growth * growth).sqrt() / rects[index].size().max(1e-9));
        }
        Self { rects, velocity, speed }
    }
}

/// Cosine of the angle between two velocities; 0 where one of them is nil.
pub fn cosine(a: [f64; 2], b: [f64; 2]) -> f64 {
    let lengths = a[0].hypot(a[1]) * b[0].hypot(b[1]);
    if lengths > 0.0 { (a[0] * b[0] + a[1] * b[1]) / lengths } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gap_is_distance_outside_and_depth_inside() {
        let rect = |left, top| Rect { left, top, right: left + 1.0, bottom: top + 1.0 };
        assert_eq!(rect(0.0, 0.0).gap(&rect(2.0, 0.0)), 1.0);
        assert_eq!(rect(0.0, 0.0).gap(&rect(1.0, 0.0)), 0.0);
        assert_eq!(rect(0.0, 0.0).gap(&rect(0.5, 0.0)), -0.5);
        assert_eq!(rect(0.0, 0.0).gap(&rect(4.0, 5.0)), 5.0);
        assert_eq!(rect(0.0, 0.0).share_in(&rect(0.5, 0.5)), 0.25);
    }

    #[test]
    fn legs_cut_flat_ends_and_small_turns() {
        let values = [0.5, 0.5, 0.5, 0.4, 0.41, 0.3, 0.2, 0.2, 0.2, 0.35, 0.5];
        let found = legs(&values, 0.1);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].start, found[0].end), (2, 6));
        assert_eq!((found[1].start, found[1].end), (8, 10));
        assert!(found[0].change < 0.0 && found[1].change > 0.0);
        assert!(legs(&[0.5, 0.52, 0.49, 0.5], 0.1).is_empty());
        assert!(legs(&[], 0.1).is_empty());
    }

    #[test]
    fn velocity_is_a_central_difference() {
        let rects: Vec<Rect> = (0..5)
            .map(|i| Rect { left: f64::from(i) * 0.1, top: 0.0, right: f64::from(i) * 0.1 + 0.2, bottom: 0.2 })
            .collect();
        let motion = Motion::new(rects, 1, 10.0);
        assert!((motion.velocity[2][0] - 1.0).abs() < 1e-9);
        assert!((motion.velocity[0][0] - 1.0).abs() < 1e-9, "one-sided at the ends");
        assert!((motion.speed[2] - 5.0).abs() < 1e-9, "own size is 0.2");
    }
}
