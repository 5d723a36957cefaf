//! How far a distribution has moved, from counts in bins.

/// Share of an empty bin.
const EMPTY: f64 = 1e-4;

fn shares(counts: &[u64]) -> Option<Vec<f64>> {
    let all: u64 = counts.iter().sum();
    (all > 0).then(|| counts.iter().map(|count| *count as f64 / all as f64).collect())
}

/// The index of population stability: the sum over the bins of the difference of the shares times the logarithm of
/// their ratio. An empty bin counts as one in ten thousand. None where one of the two has no rows.
pub fn stability_index(before: &[u64], now: &[u64]) -> Option<f64> {
    let (before, now) = (shares(before)?, shares(now)?);
    let pairs = before.iter().zip(&now).filter(|(before, now)| **before > 0.0 || **now > 0.0);
    Some(pairs.map(|(before, now)| (before.max(EMPTY), now.max(EMPTY))).map(|(b, n)| (n - b) * (n / b).ln()).sum())
}

/// The greatest difference of the two distribution functions at the ends of the bins; none where one of the two has no
/// rows.
pub fn kolmogorov_smirnov(before: &[u64], now: &[u64]) -> Option<f64> {
    let (before, now) = (shares(before)?, shares(now)?);
    let (mut difference, mut greatest) = (0.0_f64, 0.0_f64);
    for (before, now) in before.iter().zip(&now) {
        difference += now - before;
        greatest = greatest.max(difference.abs());
    }
    Some(greatest)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: shares .5 .5 against .25 .75: -.25 · ln .5 + .25 · ln 1.5 = .1733 + .1014.
    #[test]
    fn the_index_and_the_distance_are_those_by_hand() {
        let psi = stability_index(&[50, 50], &[25, 75]).unwrap();
        assert!((psi - 0.274_653).abs() < 1e-6, "{psi}");
        assert_eq!(kolmogorov_smirnov(&[50, 50], &[25, 75]), Some(0.25));
        assert_eq!(stability_index(&[5, 5], &[50, 50]), Some(0.0));
        assert_eq!(stability_index(&[0, 0], &[1, 1]), None);
        // An empty bin is not endless: (0.0001 − 0.5) · ln(0.0002) + (1 − 0.5) · ln 2
        let psi = stability_index(&[1, 1], &[0, 2]).unwrap();
        assert!((psi - (0.4999 * 5000.0_f64.ln() + 0.5 * 2.0_f64.ln())).abs() < 1e-9);
    }
}
