//! How values are spread, as a smooth curve.

use super::quantile_sorted;

/// Places of the grid on which values are gathered before they are smoothed.
const GRID: usize = 512;

/// The kernel estimate of the density of sorted values at evenly spaced places from `low` to `high`, with the normal
/// kernel and Silverman's rule for its width, 0.9 · min(s, IQR / 1.34) · n^(−1/5). None where the values do not vary.
///
/// Values are first gathered on a grid of 512 places (linear binning), so that time does not grow with the values.
///
/// Source: B. W. Silverman (1986), Density Estimation for Statistics and Data Analysis, formula 3.31 and section 3.5.
pub fn density(sorted: &[f64], low: f64, high: f64, places: usize) -> Option<Vec<f64>> {
    let width = bandwidth(sorted)?;
    let n = sorted.len() as f64;
    // Beyond four widths the kernel is nothing.
    let (from, to) = (low - 4.0 * width, high + 4.0 * width);
    let step = (to - from) / (GRID - 1) as f64;
    if !(step > 0.0 && step.is_finite()) {
        return None;
    }
    let mut mass = vec![0.0; GRID];
    for value in sorted {
        let place = (value - from) / step;
        if (0.0..=(GRID - 1) as f64).contains(&place) {
            let below = (place.floor() as usize).min(GRID - 2);
            let share = place - below as f64;
            mass[below] += 1.0 - share;
            mass[below + 1] += share;
        }
    }
    let scale = 1.0 / (n * width * (2.0 * std::f64::consts::PI).sqrt());
    let at = |x: f64| {
        let all = mass.iter().enumerate().filter(|(_, mass)| **mass > 0.0);
        let kernel = |(index, mass): (usize, &f64)| {
            let distance = (x - (from + step * index as f64)) / width;
            mass * (-0.5 * distance * distance).exp()
        };
        all.map(kernel).sum::<f64>() * scale
    };
    let apart = (high - low) / (places.max(2) - 1) as f64;
    Some((0..places).map(|index| at(low + apart * index as f64)).collect())
}

fn bandwidth(sorted: &[f64]) -> Option<f64> {
    let n = sorted.len() as f64;
    let mean = sorted.iter().sum::<f64>() / n;
    let deviation = (sorted.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    let middle = (quantile_sorted(sorted, 0.75)? - quantile_sorted(sorted, 0.25)?) / 1.34;
    // Where half of the values are equal, the middle half has no width, but the values vary.
    let spread = if middle > 0.0 { deviation.min(middle) } else { deviation };
    let width = 0.9 * spread * n.powf(-0.2);
    (sorted.len() > 1 && width > 0.0 && width.is_finite()).then_some(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R's density() of eruptions of Old Faithful is no witness here, since it gathers on another grid; the normal
    /// distribution is: the estimate of exact normal quantiles is the normal density, a little wider by the kernel.
    #[test]
    fn normal_values_have_a_normal_density() {
        use statrs::distribution::{ContinuousCDF, Normal};
        let normal = Normal::standard();
        let sorted: Vec<f64> = (0..2000).map(|index| normal.inverse_cdf((f64::from(index) + 0.5) / 2000.0)).collect();
        let width = bandwidth(&sorted).unwrap();
        assert!((width - 0.9 * 2000_f64.powf(-0.2)).abs() < 0.01, "{width}");
        let found = density(&sorted, -1.0, 1.0, 3).unwrap();
        let variance = 1.0 + width * width;
        let wider = |x: f64| (-0.5 * x * x / variance).exp() / (2.0 * std::f64::consts::PI * variance).sqrt();
        for (found, x) in found.into_iter().zip([-1.0, 0.0, 1.0]) {
            assert!((found - wider(x)).abs() < 0.002, "{x}: {found}, {}", wider(x));
        }
    }

    #[test]
    fn all_of_it_is_one() {
        let sorted = [1.0, 2.0, 2.5, 7.0, 11.0];
        let found = density(&sorted, -20.0, 40.0, 601).unwrap();
        assert!((found.iter().sum::<f64>() * 0.1 - 1.0).abs() < 1e-3);
        assert_eq!(density(&[3.0, 3.0], 0.0, 1.0, 5), None);
        assert_eq!(density(&[], 0.0, 1.0, 5), None);
    }
}
