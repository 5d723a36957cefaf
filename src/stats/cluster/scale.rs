//! Making columns comparable.

use super::ClusterError;
use crate::quantile_sorted;

/// How columns are made comparable before distances are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Less the mean, by the population standard deviation.
    Standard,
    /// Less the least, by the range: from 0 to 1.
    Range,
    /// Less the median, by the distance of the quartiles: extreme values do not count.
    Robust,
    /// By nothing: the columns have one unit already.
    None,
}

/// What a column is lessened and divided by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scaling {
    /// Taken off every value.
    pub center: f64,
    /// Then every value is divided by this; above 0.
    pub spread: f64,
}

impl Scaling {
    /// What column number `place` is lessened and divided by. Without a scale the mean is taken off all the same, which
    /// changes no distance and keeps the digits of values far from 0.
    ///
    /// # Errors
    /// Where the column is empty, holds a value that is not finite, or has no spread to be divided by.
    pub fn of(scale: Scale, place: usize, values: &[f64]) -> Result<Scaling, ClusterError> {
        if values.is_empty() {
            return Err(ClusterError::Empty);
        }
        if values.iter().any(|value| !value.is_finite()) {
            return Err(ClusterError::NotFinite(place));
        }
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if least == greatest && scale != Scale::None {
            return Err(ClusterError::ConstantColumn(place));
        }
        let n = values.len() as f64;
        // The values are taken from the least one first: their sum then neither overflows nor loses digits far from 0.
        let mean = || least + values.iter().map(|value| (value - least) / n).sum::<f64>();
        let found = match scale {
            Scale::None => Scaling { center: mean(), spread: 1.0 },
            Scale::Standard => {
                let center = mean();
                let squares: f64 = values.iter().map(|value| (value - center).powi(2)).sum();
                Scaling { center, spread: (squares / n).sqrt() }
            }
            Scale::Range => Scaling { center: least, spread: greatest - least },
            Scale::Robust => {
                let mut sorted = values.to_vec();
                sorted.sort_unstable_by(f64::total_cmp);
                let at = |share| quantile_sorted(&sorted, share).unwrap_or(least);
                let spread = at(0.75) - at(0.25);
                if spread <= 0.0 {
                    return Err(ClusterError::NoMiddleSpread(place));
                }
                Scaling { center: at(0.5), spread }
            }
        };
        if !(found.center.is_finite() && found.spread.is_finite() && found.spread > 0.0) {
            return Err(ClusterError::OutOfRange);
        }
        Ok(found)
    }

    /// A value as distances see it.
    pub fn scaled(&self, value: f64) -> f64 {
        (value - self.center) / self.spread
    }

    /// A value in its own unit again.
    pub fn original(&self, scaled: f64) -> f64 {
        self.center + scaled * self.spread
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let values = [1.0, 2.0, 3.0, 4.0, 10.0];
        // Mean 4, squares 9 + 4 + 1 + 0 + 36 = 50, population variance 10; quartiles 2 and 4, median 3.
        let of = |scale| Scaling::of(scale, 0, &values);
        assert_eq!(of(Scale::Standard), Ok(Scaling { center: 4.0, spread: 10.0_f64.sqrt() }));
        assert_eq!(of(Scale::Range), Ok(Scaling { center: 1.0, spread: 9.0 }));
        assert_eq!(of(Scale::Robust), Ok(Scaling { center: 3.0, spread: 2.0 }));
        assert_eq!(of(Scale::None), Ok(Scaling { center: 4.0, spread: 1.0 }));
        assert_eq!(of(Scale::Range).map(|it| it.original(it.scaled(7.0))), Ok(7.0));
    }

    #[test]
    fn what_has_no_spread_is_refused_with_its_column() {
        let third = 0.1 + 0.2;
        assert_eq!(Scaling::of(Scale::Standard, 2, &[third; 7]), Err(ClusterError::ConstantColumn(2)));
        assert_eq!(Scaling::of(Scale::Robust, 1, &[0.0, 0.0, 0.0, 0.0, 9.0]), Err(ClusterError::NoMiddleSpread(1)));
        assert_eq!(Scaling::of(Scale::Standard, 0, &[1.0, f64::NAN]), Err(ClusterError::NotFinite(0)));
        assert_eq!(Scaling::of(Scale::Standard, 0, &[-1e300, 1e300]), Err(ClusterError::OutOfRange));
        assert_eq!(Scaling::of(Scale::None, 0, &[5.0, 5.0]), Ok(Scaling { center: 5.0, spread: 1.0 }));
    }

    #[test]
    fn far_from_zero_no_digit_is_lost() {
        let far: Vec<f64> = [1.0, 2.0, 3.0].iter().map(|value| value + 1e9).collect();
        let found = Scaling::of(Scale::Standard, 0, &far);
        // Population standard deviation of 1, 2, 3 is √(2/3); 1e9 leaves seven digits behind the point.
        assert!(found.as_ref().is_ok_and(|it| (it.spread - (2.0_f64 / 3.0).sqrt()).abs() < 1e-7), "{found:?}");
    }
}
