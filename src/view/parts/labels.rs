//! Labels that do not overlap.

use eframe::egui::{Pos2, Rect, Vec2, pos2};

/// Moves centres along a line so that neighbours are at least `gap` apart and all lie in
/// `low..=high`, each as near to where it was as the order allows. Answers in the order given; where
/// they cannot fit, they are spread evenly.
pub fn push_apart(centers: &[f32], gap: f32, low: f32, high: f32) -> Vec<f32> {
    let n = centers.len();
    if n == 0 {
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| centers[a].total_cmp(&centers[b]).then(a.cmp(&b)));
    let gap = if n > 1 {
        gap.min((high - low).max(0.0) / (n - 1) as f32)
    } else {
        gap
    };
    // Least-squares with ordered gaps: subtract the gaps, pool what is out of order (isotonic
    // regression by pooling adjacent violators), put the gaps back.
    let mut pools: Vec<(f32, usize)> = Vec::with_capacity(n);
    for (rank, &i) in order.iter().enumerate() {
        let wish = centers[i].clamp(low, high) - rank as f32 * gap;
        pools.push((wish, 1));
        while pools.len() > 1 && pools[pools.len() - 2].0 > pools[pools.len() - 1].0 {
            let (b, nb) = pools.pop().unwrap_or((0.0, 0));
            let (a, na) = pools.pop().unwrap_or((0.0, 0));
            pools.push(((a * na as f32 + b * nb as f32) / (na + nb) as f32, na + nb));
        }
    }
    let top = high - (n - 1) as f32 * gap;
    let mut out = vec![0.0; n];
    let mut rank = 0;
    for (value, size) in pools {
        for _ in 0..size {
            out[order[rank]] = value.clamp(low, top.max(low)) + rank as f32 * gap;
            rank += 1;
        }
    }
    out
}

/// Places a label beside each anchor inside `bounds`, off all anchors and off each other: below,
/// above, beside, then farther out. Where nothing is free the nearest place wins.
pub fn beside(anchors: &[Pos2], size: Vec2, bounds: Rect, taken: &[Rect]) -> Vec<Rect> {
    let mut placed: Vec<Rect> = taken.to_vec();
    let first = placed.len();
    for &anchor in anchors {
        let mut best: Option<(f32, Rect)> = None;
        'search: for ring in 1..=6 {
            let out = Vec2::new(size.x, size.y) * (0.45 + 0.5 * ring as f32) + Vec2::splat(3.0);
            let turns = [
                (0.45, 0.9),
                (0.0, 1.0),
                (0.0, -1.0),
                (0.45, -0.9),
                (1.0, 0.0),
                (-1.0, 0.0),
                (-0.7, 0.8),
                (-0.7, -0.8),
            ];
            for (x, y) in turns {
                let center = pos2(anchor.x + x * out.x, anchor.y + y * out.y);
                let rect = Rect::from_center_size(center, size);
                if !bounds.contains_rect(rect) {
                    continue;
                }
                let overlap: f32 = placed
                    .iter()
                    .map(|other| area(rect.expand(1.0).intersect(*other)))
                    .chain(anchors.iter().map(|dot| {
                        area(rect.intersect(Rect::from_center_size(*dot, Vec2::splat(10.0))))
                    }))
                    .sum();
                if best.is_none_or(|(least, _)| overlap < least) {
                    best = Some((overlap, rect));
                }
                if overlap == 0.0 {
                    break 'search;
                }
            }
        }
        placed.push(best.map_or(Rect::from_center_size(anchor, size), |(_, rect)| rect));
    }
    placed.split_off(first)
}

fn area(rect: Rect) -> f32 {
    if rect.is_positive() { rect.area() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_keep_their_distance_and_order() {
        let centers = [50.0, 50.0, 51.0, 10.0, 99.0];
        let out = push_apart(&centers, 20.0, 0.0, 100.0);
        let mut sorted = out.clone();
        sorted.sort_by(f32::total_cmp);
        for pair in sorted.windows(2) {
            assert!(pair[1] - pair[0] >= 19.99, "{out:?}");
        }
        assert!(out.iter().all(|y| (0.0..=100.0).contains(y)));
        assert!(out[3] < out[0] && out[0] < out[1] && out[1] < out[2] && out[2] < out[4]);
        // What already fits stays.
        assert_eq!(push_apart(&[10.0, 60.0], 20.0, 0.0, 100.0), [10.0, 60.0]);
    }

    #[test]
    fn too_many_are_spread_evenly_within_the_bounds() {
        let out = push_apart(&[5.0; 11], 20.0, 0.0, 100.0);
        for (i, y) in out.iter().enumerate() {
            assert!((y - 10.0 * i as f32).abs() < 1e-3);
        }
        assert!(push_apart(&[], 20.0, 0.0, 1.0).is_empty());
    }

    #[test]
    fn badges_beside_one_spot_do_not_overlap() {
        let bounds = Rect::from_min_size(Pos2::ZERO, Vec2::new(600.0, 130.0));
        let anchors = [
            pos2(300.0, 12.0),
            pos2(302.0, 14.0),
            pos2(420.0, 13.0),
            pos2(303.0, 11.0),
        ];
        let rects = beside(&anchors, Vec2::splat(18.0), bounds, &[]);
        for (i, a) in rects.iter().enumerate() {
            assert!(bounds.contains_rect(*a));
            for b in &rects[..i] {
                assert!(area(a.intersect(*b)) == 0.0, "{rects:?}");
            }
            for dot in &anchors {
                assert!(!a.contains(*dot));
            }
        }
    }
}
