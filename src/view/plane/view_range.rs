//! The part of the plane that is on the screen.

/// Shown ranges of both axes in data units; always finite, low below high.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    pub x: [f64; 2],
    pub y: [f64; 2],
}

impl Default for View {
    fn default() -> Self {
        View {
            x: [0.0, 1.0],
            y: [0.0, 1.0],
        }
    }
}

impl View {
    /// A view of these ranges, widened where they are empty or not finite.
    pub fn new(x: [f64; 2], y: [f64; 2]) -> Self {
        View {
            x: usable(x),
            y: usable(y),
        }
    }

    /// A view that shows ranges of data with a margin around them.
    pub fn around(x: [f64; 2], y: [f64; 2]) -> Self {
        const MARGIN: f64 = 0.06;
        View {
            x: widened(usable(x), MARGIN),
            y: widened(usable(y), MARGIN),
        }
    }

    /// Zoomed by a factor above 1 for closer, with the point `at` staying where it is.
    pub fn zoomed(self, factor: f64, at: [f64; 2]) -> Self {
        if !(factor.is_finite() && factor > 0.0) {
            return self;
        }
        let zoom = |[low, high]: [f64; 2], at: f64| {
            let range = [at - (at - low) / factor, at + (high - at) / factor];
            let size = range[0].abs().max(range[1].abs()).max(1e-300);
            // Where neighbouring pixels would be the same number there is nothing more to see.
            let fits = range[1] - range[0] > size * 1e-11 && size < 1e300;
            if fits { range } else { [low, high] }
        };
        View {
            x: zoom(self.x, at[0]),
            y: zoom(self.y, at[1]),
        }
    }

    pub fn contains(&self, x: f64, y: f64) -> bool {
        (self.x[0]..=self.x[1]).contains(&x) && (self.y[0]..=self.y[1]).contains(&y)
    }
}

fn widened([low, high]: [f64; 2], margin: f64) -> [f64; 2] {
    let extra = (high - low) * margin;
    usable([low - extra, high + extra])
}

fn usable([low, high]: [f64; 2]) -> [f64; 2] {
    let (low, high) = if low <= high {
        (low, high)
    } else {
        (high, low)
    };
    if !(low.is_finite() && high.is_finite()) {
        return [0.0, 1.0];
    }
    // A half of the largest number keeps differences finite.
    let (low, high) = (low.max(f64::MIN / 4.0), high.min(f64::MAX / 4.0));
    let size = low.abs().max(high.abs());
    if high - low > size * 1e-12 {
        [low, high]
    } else {
        let half = if size > 0.0 { size * 0.1 } else { 0.5 };
        [low - half, high + half]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_range_becomes_usable() {
        for [low, high] in [
            [0.0, 0.0],
            [5.0, 5.0],
            [f64::NAN, 1.0],
            [f64::NEG_INFINITY, f64::INFINITY],
            [f64::MIN, f64::MAX],
            [3.0, -3.0],
            [1e15, 1e15],
        ] {
            let view = View::around([low, high], [high, low]);
            for [low, high] in [view.x, view.y] {
                assert!(low < high && (high - low).is_finite(), "{low} {high}");
            }
        }
    }

    #[test]
    fn zoom_keeps_the_point_under_the_pointer_and_has_an_end() {
        let mut view = View::new([0.0, 10.0], [0.0, 4.0]);
        view = view.zoomed(2.0, [2.0, 4.0]);
        assert_eq!(view, View::new([1.0, 6.0], [2.0, 4.0]));
        for _ in 0..1000 {
            view = view.zoomed(3.0, [2.0, 3.0]);
        }
        assert!(view.x[0] < view.x[1] && view.y[0] < view.y[1]);
        for _ in 0..1000 {
            view = view.zoomed(0.1, [2.0, 3.0]);
        }
        assert!((view.x[1] - view.x[0]).is_finite());
    }
}
