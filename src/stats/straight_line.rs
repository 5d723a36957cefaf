//! A straight line through points.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::Interval;

/// The line of least squares, y = intercept + slope · x.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StraightLine {
    /// Value at x = 0.
    pub intercept: f64,
    /// Rise for one more of x.
    pub slope: f64,
    /// Share of the variance of y that it explains; none where y does not vary.
    pub r_squared: Option<f64>,
    points: f64,
    mean_x: f64,
    spread_x: f64,
    /// Standard deviation of what is left, over n − 2; none for two points.
    residual: Option<f64>,
}

/// The line of least squares through points, none where x does not vary.
///
/// Source: N. R. Draper and H. Smith (1998), Applied Regression Analysis, 3rd edition, chapters 1 and 3. Sums are taken
/// around the means, so that large values lose no figures.
pub fn straight_line(points: &[(f64, f64)]) -> Option<StraightLine> {
    let n = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n;
    let (mean_x, mean_y) = (mean(|point| point.0), mean(|point| point.1));
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in points {
        let (x, y) = (x - mean_x, y - mean_y);
        (xx, yy, xy) = (xx + x * x, yy + y * y, xy + x * y);
    }
    if points.len() < 2 || !(xx > 0.0 && xx.is_finite() && yy.is_finite()) {
        return None;
    }
    let slope = xy / xx;
    let left = (yy - slope * xy).max(0.0);
    Some(StraightLine {
        intercept: mean_y - slope * mean_x,
        slope,
        r_squared: (yy > 0.0).then(|| 1.0 - left / yy),
        points: n,
        mean_x,
        spread_x: xx,
        residual: (points.len() > 2).then(|| (left / (n - 2.0)).sqrt()),
    })
}

impl StraightLine {
    /// Its value at x.
    pub fn at(&self, x: f64) -> f64 {
        self.intercept + self.slope * x
    }

    /// The interval of the mean of y at x, by Student's t with n − 2 degrees of freedom; none for two points.
    pub fn interval(&self, x: f64, confidence: f64) -> Option<Interval> {
        let reach = StudentsT::new(0.0, 1.0, self.points - 2.0).ok()?.inverse_cdf(0.5 + confidence / 2.0);
        let error = self.residual? * (1.0 / self.points + (x - self.mean_x).powi(2) / self.spread_x).sqrt();
        Some(Interval { lower: self.at(x) - reach * error, upper: self.at(x) + reach * error })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first of F. J. Anscombe's four data sets (1973), The American Statistician 27, 17–21: y = 3.00 + 0.500 x, r² .667.
    #[test]
    fn anscombe() {
        let x = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
        let y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
        let points: Vec<(f64, f64)> = x.into_iter().zip(y).collect();
        let line = straight_line(&points).unwrap();
        assert!((line.intercept - 3.0001).abs() < 5e-5 && (line.slope - 0.5001).abs() < 5e-5, "{line:?}");
        assert!((line.r_squared.unwrap() - 0.6665).abs() < 5e-5);
        // At the mean the error is that of the residuals, 1.237 (published), over the root of 11; t(9, .975) = 2.262157.
        let at = line.interval(9.0, 0.95).unwrap();
        assert!(((at.upper - at.lower) / 2.0 - 2.262_157 * 1.236_603 / 11_f64.sqrt()).abs() < 1e-5, "{at:?}");
    }

    #[test]
    fn what_has_no_line_has_none() {
        assert_eq!(straight_line(&[(1.0, 2.0)]), None);
        assert_eq!(straight_line(&[(1.0, 2.0), (1.0, 3.0)]), None);
        let exact = straight_line(&[(1e9, 1.0), (1e9 + 1.0, 3.0)]).unwrap();
        assert_eq!((exact.slope, exact.interval(0.0, 0.95)), (2.0, None));
    }
}
