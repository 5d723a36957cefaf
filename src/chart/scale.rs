//! From values to places: where ticks lie, and how far a value is along an axis.

/// A stretch of an axis: values from `low` to `high` lie between two places.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) from: f64,
    pub(super) to: f64,
    /// Whether equal ratios are equally long.
    pub(super) log: bool,
}

impl Scale {
    /// A stretch on which equal differences are equally long.
    pub(super) fn new(low: f64, high: f64, from: f64, to: f64) -> Scale {
        Scale { low, high, from, to, log: false }
    }

    /// Where a value lies. Without any stretch everything lies in the middle.
    pub(super) fn place(&self, value: f64) -> f64 {
        let value = if self.log { value.max(f64::MIN_POSITIVE).ln() } else { value };
        let (low, length) = self.measured();
        let share = if length > 0.0 { (value - low) / length } else { 0.5 };
        self.from + share * (self.to - self.from)
    }

    /// Where its values begin and how far they reach, in logarithms where it counts in ratios.
    fn measured(&self) -> (f64, f64) {
        let (low, high) = if self.log { (self.low.ln(), self.high.ln()) } else { (self.low, self.high) };
        (low, high - low)
    }

    /// The places in steps of so much from `start`, worked out for very many values; but for rounding those of
    /// [`Scale::place`].
    pub(super) fn steps(&self, start: f64, step: f64) -> Steps {
        let (low, length) = self.measured();
        let for_one = (self.to - self.from) / step / length;
        let first = (self.from - start) / step;
        match length > 0.0 && for_one.is_finite() {
            true => Steps { low, first, for_one, log: self.log },
            // Nothing can be told apart on it.
            false => {
                Steps { low: 0.0, first: (self.from + self.to - 2.0 * start) / 2.0 / step, for_one: 0.0, log: false }
            }
        }
    }
}

/// A scale that was made ready for very many values: no division is left to do for each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Steps {
    low: f64,
    first: f64,
    for_one: f64,
    log: bool,
}

impl Steps {
    /// How many steps a value is from the start.
    #[inline]
    pub(super) fn of(&self, value: f64) -> f64 {
        self.of_even(if self.log { value.max(f64::MIN_POSITIVE).ln() } else { value })
    }

    /// Whether equal differences are equally long.
    pub(super) fn is_even(&self) -> bool {
        !self.log
    }

    /// As [`Steps::of`] on an even scale.
    #[inline]
    pub(super) fn of_even(&self, value: f64) -> f64 {
        self.first + (value - self.low) * self.for_one
    }
}

/// Whether a value can be drawn: numbers beyond this bound would overflow while they are scaled.
pub(super) fn is_drawable(value: f64) -> bool {
    value.is_finite() && value.abs() < 1e200
}

/// The nearest of 1, 2, 2.5 and 5 times a power of ten that is not below.
pub(super) fn nice_step(rough: f64) -> f64 {
    if !(rough.is_finite() && rough > 0.0) {
        return 1.0;
    }
    let power = 10_f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 2.5, 5.0].into_iter().find(|factor| factor * power >= rough * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

/// Values that differ by less than this share of their size are the same for an axis: floats cannot tell ticks
/// between them apart.
const SAME: f64 = 1e-9;

/// Round values inside a stretch, about `count` of them; `whole` keeps them to whole numbers.
pub(super) fn ticks(low: f64, high: f64, count: usize, whole: bool) -> Vec<f64> {
    let size = low.abs().max(high.abs());
    if !is_drawable(low) || !is_drawable(high) || high - low <= size * SAME {
        return vec![low];
    }
    let mut step = nice_step((high - low) / count.max(1) as f64);
    if whole {
        // 2.5 is no step between whole numbers.
        step = if step <= 1.0 {
            1.0
        } else if (step - 2.5).abs() < 1e-9 {
            5.0
        } else {
            step.round()
        };
    }
    let first = (low / step - SAME).ceil();
    let last = (high / step + SAME).floor();
    let many = (last - first).clamp(-1.0, 1000.0) as i64;
    (0..=many).map(|index| (first + index as f64) * step).map(|tick| if tick == 0.0 { 0.0 } else { tick }).collect()
}

/// A stretch with round ends around values, and the ticks on it. It begins at zero unless the values lie far from it.
pub(super) fn rounded(low: f64, high: f64, count: usize, whole: bool) -> (f64, f64, Vec<f64>) {
    let (mut low, mut high) = (low.min(high), low.max(high));
    // A line that fluctuates by a few percent would look flat above zero; one that halves should show it.
    if low > 0.0 && low < high * 0.6 {
        low = 0.0;
    }
    if high < 0.0 && high > low * 0.6 {
        high = 0.0;
    }
    if high - low <= low.abs().max(high.abs()) * SAME {
        (low, high) = match high {
            0.0 => (0.0, 1.0),
            above if above > 0.0 => (0.0, above * 1.2),
            below => (below * 1.2, 0.0),
        };
    }
    let inner = ticks(low, high, count, whole);
    let step = match inner.as_slice() {
        [first, second, ..] => second - first,
        _ => nice_step((high - low) / count.max(1) as f64),
    };
    let (low, high) = ((low / step + SAME).floor() * step, (high / step - SAME).ceil() * step);
    let steps = ((high - low) / step).round().clamp(1.0, 1000.0) as usize;
    let first = (low / step).round();
    let all = (0..=steps).map(|index| (first + index as f64) * step).map(|tick| if tick == 0.0 { 0.0 } else { tick });
    (low, high, all.collect())
}

/// A stretch of ratios with round ends around values above zero, and the ticks on it: 1, 2 and 5 times the powers of
/// ten, or of many powers every so many.
pub(super) fn rounded_ratios(low: f64, high: f64, count: usize) -> (f64, f64, Vec<f64>) {
    let (low, high) = if high > low { (low, high) } else { (low / 2.0, high * 2.0) };
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let decades = (last - first).max(1) as usize;
    let steps: &[f64] = if decades * 3 <= count + 2 { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let every = decades.div_ceil(count.max(1)).max(1);
    let all: Vec<f64> = (first..=last)
        .step_by(every)
        .flat_map(|power| steps.iter().map(move |step| step * 10_f64.powi(power)))
        // The smallest numbers of all have powers of ten below them that are counted as zero.
        .filter(|tick| tick.is_normal())
        .collect();
    let from = all.iter().rposition(|tick| *tick <= low * (1.0 + SAME)).unwrap_or(0);
    let to = all.iter().position(|tick| *tick >= high * (1.0 - SAME)).unwrap_or(all.len() - 1);
    let ticks = all[from..=to.max(from)].to_vec();
    (ticks[0].min(low), ticks[ticks.len() - 1].max(high), ticks)
}

/// The value below which a share of sorted values lies, interpolated between neighbours.
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let place = share.clamp(0.0, 1.0) * last as f64;
    let below = (place.floor() as usize).min(last);
    let above = (below + 1).min(last);
    sorted[below] + (sorted[above] - sorted[below]) * (place - below as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(ticks(0.0, 103.0, 5, false), [0.0, 25.0, 50.0, 75.0, 100.0]);
        assert_eq!(ticks(-3.0, 3.0, 4, false), [-2.0, 0.0, 2.0]);
        assert_eq!(ticks(0.0, 3.0, 8, true), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(ticks(7.0, 7.0, 5, false), [7.0]);
        assert_eq!(ticks(f64::NAN, 1.0, 5, false).len(), 1);
    }

    #[test]
    fn steps_count_as_places_lie() {
        let flat = Scale::new(7.0, 7.0, 30.0, 90.0);
        let least = Scale::new(0.0, f64::from_bits(1), 30.0, 90.0);
        let up = Scale::new(-2.0, 5.0, 400.0, 20.0);
        let ratios = Scale { log: true, ..Scale::new(0.5, 2e6, 30.0, 900.0) };
        for scale in [flat, least, up, ratios] {
            let steps = scale.steps(12.0, 2.5);
            for share in [0.0, 0.2, 0.5, 1.0] {
                let value = scale.low + share * (scale.high - scale.low);
                let place = if scale == least { 60.0 } else { scale.place(value) };
                assert!((12.0 + steps.of(value) * 2.5 - place).abs() < 1e-9, "{value} on {scale:?}");
            }
        }
    }

    #[test]
    fn stretches_end_on_ticks_and_hold_the_values() {
        let (low, high, all) = rounded(0.0, 97.0, 5, false);
        assert_eq!((low, high), (0.0, 100.0));
        assert_eq!(all.last(), Some(&100.0));
        for (low, high) in [(0.0, 0.0), (5.0, 5.0), (-5.0, -5.0), (1e15, 1e15 + 0.1), (-1e199, 1e199), (1e-300, 2e-300)]
        {
            let (from, to, ticks) = rounded(low, high, 5, false);
            assert!(from <= low && to >= high && to > from, "{low} {high}: {from} {to}");
            assert!((2..=20).contains(&ticks.len()), "{low} {high}: {ticks:?}");
        }
    }

    #[test]
    fn steps_are_one_two_two_and_a_half_and_five() {
        let steps: Vec<f64> = [0.9, 1.1, 2.2, 4.0, 7.0].into_iter().map(nice_step).collect();
        assert_eq!(steps, [1.0, 2.0, 2.5, 5.0, 10.0]);
    }

    #[test]
    fn ratios_have_ticks_at_powers_of_ten() {
        assert_eq!(rounded_ratios(3.0, 4200.0, 6), (1.0, 10_000.0, vec![1.0, 10.0, 100.0, 1000.0, 10_000.0]));
        assert_eq!(rounded_ratios(3.0, 40.0, 6), (2.0, 50.0, vec![2.0, 5.0, 10.0, 20.0, 50.0]));
        let (low, high, ticks) = rounded_ratios(1e-12, 1e12, 5);
        assert!(low <= 1e-12 && high >= 1e12 && (3..=7).contains(&ticks.len()), "{ticks:?}");
        let (low, high, ticks) = rounded_ratios(1e-320, 1e199, 5);
        assert!(low > 0.0 && low <= 1e-320 && high >= 1e199 && ticks.iter().all(|tick| *tick > 0.0), "{ticks:?}");
        let scale = Scale { log: true, ..Scale::new(1.0, 100.0, 0.0, 1.0) };
        assert!((scale.place(10.0) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn quantiles_interpolate() {
        assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0], 0.5), 2.5);
        assert_eq!(quantile(&[], 0.5), 0.0);
    }
}
