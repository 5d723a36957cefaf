//! Whether two divisions of the same units depend on each other: chi-square, Cramér's V, Fisher's exact test.

use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::gamma::{gamma_lr, gamma_ur, ln_gamma};

use super::Interval;

/// A table of counts, and what it says about the two divisions.
#[derive(Debug, Clone, PartialEq)]
pub struct Association {
    /// Sum of all counts.
    pub total: u64,
    /// The counts that independence would lead one to expect.
    pub expected: Vec<f64>,
    /// Adjusted residuals: how many standard errors a count lies off what is expected; about normal under independence.
    /// None where all units lie in the cell's row, or in its column.
    pub residuals: Vec<Option<f64>>,
    /// The test, where there are at least two rows and two columns with a count.
    pub test: Option<ChiSquare>,
    /// The least expected count of a row and a column that are not empty.
    pub least_expected: f64,
    /// Number of cells with an expected count below 5; those of empty rows and columns are left out.
    pub small_expected: usize,
    /// Number of cells, those of empty rows and columns left out.
    pub cells: usize,
}

/// Pearson's test of independence and the strength of the dependence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChiSquare {
    /// Sum of (count − expected)² / expected, without a correction for continuity.
    pub statistic: f64,
    /// Degrees of freedom.
    pub degrees: usize,
    /// Probability of a statistic as large as this under independence.
    pub p_value: f64,
    /// Cramér's V: 0 under independence in the table, 1 where one division settles the other.
    pub cramers_v: f64,
    /// Its interval, from the noncentral chi-square distribution; 0 to 1 at most.
    pub interval: Interval,
    /// Cramér's V less what chance alone would give.
    pub corrected_v: f64,
    /// Its interval.
    pub corrected_interval: Interval,
}

/// Looks at a table of counts, row by row, each of `columns` counts. None where it is ragged or without a count.
///
/// Sources: K. Pearson (1900), Philosophical Magazine 50, 157–175; S. J. Haberman (1973), Biometrics 29, 205–220, for the
/// adjusted residuals; H. Cramér (1946), Mathematical Methods of Statistics, chapter 21; M. Smithson (2003), Confidence
/// Intervals, for the interval; W. Bergsma (2013), Journal of the Korean Statistical Society 42, 323–328, for the
/// correction. The interval's ends of chi-square go through the formula of V, corrected or not.
pub fn association(counts: &[u64], columns: usize, confidence: f64) -> Option<Association> {
    let total: u64 = counts.iter().sum();
    if columns == 0 || !counts.len().is_multiple_of(columns) || total == 0 {
        return None;
    }
    let n = total as f64;
    let in_row: Vec<f64> = counts.chunks(columns).map(|row| row.iter().sum::<u64>() as f64).collect();
    let in_column: Vec<f64> =
        (0..columns).map(|place| counts.iter().skip(place).step_by(columns).sum::<u64>() as f64).collect();
    let mut found = Association {
        total,
        expected: Vec::with_capacity(counts.len()),
        residuals: Vec::with_capacity(counts.len()),
        test: None,
        least_expected: f64::INFINITY,
        small_expected: 0,
        cells: 0,
    };
    let mut statistic = 0.0;
    for (index, count) in counts.iter().enumerate() {
        let (row, column) = (in_row[index / columns], in_column[index % columns]);
        let expected = row * column / n;
        let off = *count as f64 - expected;
        let error = (expected * (1.0 - row / n) * (1.0 - column / n)).sqrt();
        found.expected.push(expected);
        found.residuals.push((error > 0.0).then(|| off / error));
        if expected > 0.0 {
            statistic += off * off / expected;
            found.cells += 1;
            found.least_expected = found.least_expected.min(expected);
            found.small_expected += usize::from(expected < 5.0);
        }
    }
    let rows = in_row.iter().filter(|sum| **sum > 0.0).count();
    let columns = in_column.iter().filter(|sum| **sum > 0.0).count();
    if rows > 1 && columns > 1 {
        found.test = Some(chi_square(statistic, rows, columns, n, confidence));
    }
    Some(found)
}

fn chi_square(statistic: f64, rows: usize, columns: usize, n: f64, confidence: f64) -> ChiSquare {
    let degrees = (rows - 1) * (columns - 1);
    let freedom = degrees as f64;
    let p_value = if statistic > 0.0 { gamma_ur(freedom / 2.0, statistic / 2.0) } else { 1.0 };
    let tail = (1.0 - confidence) / 2.0;
    let least = noncentrality(statistic, freedom, 1.0 - tail);
    let most = noncentrality(statistic, freedom, tail);

    let shorter = (rows.min(columns) - 1) as f64;
    let plain = |statistic: f64| (statistic / (n * shorter)).sqrt().min(1.0);
    let less = |levels: usize| levels as f64 - (levels as f64 - 1.0).powi(2) / (n - 1.0);
    let corrected = |statistic: f64| {
        let over = (statistic / n - freedom / (n - 1.0)).max(0.0);
        let levels = less(rows).min(less(columns)) - 1.0;
        if levels > 0.0 { (over / levels).sqrt().min(1.0) } else { 0.0 }
    };
    // Independence lies within the interval where the test does not speak against it.
    let ends = |of: &dyn Fn(f64) -> f64| Interval {
        lower: if least > 0.0 { of(least + freedom) } else { 0.0 },
        upper: if most > 0.0 { of(most + freedom) } else { of(statistic) },
    };
    ChiSquare {
        statistic,
        degrees,
        p_value,
        cramers_v: plain(statistic),
        interval: ends(&plain),
        corrected_v: corrected(statistic),
        corrected_interval: ends(&corrected),
    }
}

/// The noncentrality at which a statistic lies at a share of its distribution; 0 where none does.
fn noncentrality(statistic: f64, freedom: f64, share: f64) -> f64 {
    let below = |noncentrality| noncentral_chi_square(statistic, freedom, noncentrality);
    if below(0.0) <= share {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, statistic.max(1.0));
    while below(high) > share {
        low = high;
        high *= 2.0;
    }
    // Fifty halvings leave the last digits.
    for _ in 0..50 {
        let middle = (low + high) / 2.0;
        if below(middle) > share {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// Above this the distribution is taken from a power that is nearly normal: the sum would be long, and the power is
/// right to six digits and more.
const LONG: f64 = 1e5;

/// Probability of a noncentral chi-square value of at most `x`: a sum over Poisson weights, from its largest term to both
/// sides; M. Sankaran (1963), Biometrika 50, 199–204, where that would be long.
fn noncentral_chi_square(x: f64, freedom: f64, noncentrality: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if noncentrality > LONG {
        let (k, l) = (freedom, noncentrality);
        let h = 1.0 - 2.0 / 3.0 * (k + l) * (k + 3.0 * l) / (k + 2.0 * l).powi(2);
        let p = (k + 2.0 * l) / (k + l).powi(2);
        let m = (h - 1.0) * (1.0 - 3.0 * h);
        let centre = 1.0 + h * p * (h - 1.0 - 0.5 * (2.0 - h) * m * p);
        return Normal::standard().cdf(((x / (k + l)).powf(h) - centre) / (h * (2.0 * p).sqrt() * (1.0 + 0.5 * m * p)));
    }
    let (half, mean) = (x / 2.0, noncentrality / 2.0);
    let middle = mean.floor();
    let shape = freedom / 2.0 + middle;
    let weight = if mean > 0.0 { (middle * mean.ln() - mean - ln_gamma(middle + 1.0)).exp() } else { 1.0 };
    let below = gamma_lr(shape, half);
    // What one more in the shape takes off: half^shape e^−half / Γ(shape + 1).
    let step = (shape * half.ln() - half - ln_gamma(shape + 1.0)).exp();

    let mut sum = weight * below;
    let (mut up_weight, mut up_below, mut up_step, mut place) = (weight, below, step, middle);
    while up_weight > weight * 1e-17 && up_below > 0.0 && mean > 0.0 {
        up_below -= up_step;
        up_step *= half / (freedom / 2.0 + place + 1.0);
        place += 1.0;
        up_weight *= mean / place;
        sum += up_weight * up_below.max(0.0);
    }
    let (mut down_weight, mut down_below, mut down_step, mut place) = (weight, below, step, middle);
    while place > 0.0 && down_weight > weight * 1e-17 {
        down_step *= (freedom / 2.0 + place) / half;
        down_below += down_step;
        down_weight *= place / mean;
        place -= 1.0;
        sum += down_weight * down_below.min(1.0);
    }
    sum.clamp(0.0, 1.0)
}

/// A hypergeometric support longer than this is left to chi-square, which is exact enough there.
const MOST_TABLES: u64 = 1_000_000;

/// Two-sided p-value of Fisher's exact test of a table of two by two: the probability, given its margins, of all tables
/// that are no more probable than this one. None where there are more than a million such tables.
///
/// Source: R. A. Fisher (1935), "The logic of inductive inference", Journal of the Royal Statistical Society 98, 39–82.
pub fn fisher_exact(table: [u64; 4]) -> Option<f64> {
    let [a, b, c, d] = table;
    let (row, other_row, column) = (a + b, c + d, a + c);
    let least = column.saturating_sub(other_row);
    let most = row.min(column);
    if most - least >= MOST_TABLES {
        return None;
    }
    let choose = |n: u64, k: u64| ln_gamma(n as f64 + 1.0) - ln_gamma(k as f64 + 1.0) - ln_gamma((n - k) as f64 + 1.0);
    let log_weight = |first: u64| choose(row, first) + choose(other_row, column - first);
    let here = log_weight(a);
    // Weights relative to the table's own; the last digits must not part tables that are as probable.
    let (mut all, mut rare) = (0.0, 0.0);
    for first in least..=most {
        let weight = (log_weight(first) - here).exp();
        all += weight;
        if weight <= 1.0 + 1e-7 {
            rare += weight;
        }
    }
    // Where the weight of the likeliest table leaves the range of numbers, this one has no probability left.
    Some(if all.is_finite() { (rare / all).min(1.0) } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, wanted: f64, tolerance: f64) {
        assert!((found - wanted).abs() <= tolerance, "{found} {wanted}");
    }

    #[test]
    fn hair_and_eyes() {
        // R. D. Snee (1974), The American Statistician 28, 9–12: chi-square 138.29 with 9 degrees, the well-known V of
        // 0.279. All digits and the noncentralities: SciPy 1.x (chi2_contingency, ncx2 with brentq to 1e-9).
        let counts = [68, 20, 15, 5, 119, 84, 54, 29, 26, 17, 14, 14, 7, 94, 10, 16];
        let found = association(&counts, 4, 0.95).expect("a table");
        let test = found.test.expect("a test");
        assert_eq!((found.total, test.degrees, found.small_expected, found.cells), (592, 9, 0, 16));
        near(test.statistic, 138.289_841_626_008_24, 1e-10);
        near(test.p_value, 2.325_286_787_098_839e-25, 1e-36);
        near(test.cramers_v, 0.279_044_623_342_658_4, 1e-12);
        near(test.interval.lower, 0.234_588_777_682_037_34, 1e-8);
        near(test.interval.upper, 0.325_858_866_961_455_33, 1e-8);
        near(test.corrected_v, 0.270_483_152_912_315_67, 1e-12);
        assert!(test.corrected_interval.lower < test.corrected_v && test.corrected_v < test.corrected_interval.upper);
        near(found.residuals[0].expect("a residual"), 6.136_519_69, 1e-8);
        near(found.residuals[13].expect("a residual"), 9.967_550_12, 1e-8);
    }

    #[test]
    fn two_by_two_by_hand() {
        // 10 20 / 30 40: expected 12 18 / 28 42; chi-square 4/12 + 4/18 + 4/28 + 4/42 = 0.79365.
        let found = association(&[10, 20, 30, 40], 2, 0.95).expect("a table");
        assert_eq!(found.expected, [12.0, 18.0, 28.0, 42.0]);
        let test = found.test.expect("a test");
        near(test.statistic, 4.0 / 12.0 + 4.0 / 18.0 + 4.0 / 28.0 + 4.0 / 42.0, 1e-12);
        near(test.cramers_v, (test.statistic / 100.0).sqrt(), 1e-12);
        // Adjusted residual of the first cell: −2 / √(12 × 0.7 × 0.6).
        near(found.residuals[0].expect("a residual"), -2.0 / (12.0_f64 * 0.7 * 0.6).sqrt(), 1e-12);
        assert_eq!((test.corrected_v, test.interval.lower), (0.0, 0.0));
        near(test.interval.upper, 0.301_965_294_941_695_3, 1e-8); // SciPy's ncx2, as above
    }

    #[test]
    fn one_row_or_an_empty_one_is_no_test() {
        let one = association(&[3, 4, 5], 3, 0.95).expect("a table");
        assert_eq!((one.test, &one.residuals), (None, &vec![None; 3]));
        assert_eq!(one.expected, [3.0, 4.0, 5.0]);
        let empty_row = association(&[10, 20, 0, 0, 30, 40], 2, 0.95).expect("a table");
        assert_eq!(empty_row.test, association(&[10, 20, 30, 40], 2, 0.95).and_then(|it| it.test));
        assert_eq!((empty_row.cells, empty_row.least_expected), (4, 12.0));
        assert_eq!(association(&[0, 0], 2, 0.95), None);
        assert_eq!(association(&[1, 2, 3], 2, 0.95), None);
    }

    #[test]
    fn what_one_settles_of_the_other_is_one() {
        let settled = association(&[50, 0, 0, 50], 2, 0.95).and_then(|it| it.test).expect("a test");
        near(settled.cramers_v, 1.0, 1e-12);
        assert!(settled.interval.upper <= 1.0 && settled.interval.lower > 0.8, "{settled:?}");
        let none = association(&[50, 50, 50, 50], 2, 0.95).and_then(|it| it.test).expect("a test");
        assert_eq!((none.statistic, none.cramers_v, none.p_value, none.interval.lower), (0.0, 0.0, 1.0, 0.0));
        // Great counts leave nothing undefined.
        let great = association(&[3_000_000_000, 1, 1, 3_000_000_000], 2, 0.95).and_then(|it| it.test).expect("a test");
        assert!(great.p_value == 0.0 && great.interval.lower > 0.99, "{great:?}");
    }

    #[test]
    fn the_noncentral_distribution() {
        // SciPy 1.x, ncx2.cdf, which is boost's to about 1e-12; the last line is the approximation.
        near(noncentral_chi_square(5.0, 3.0, 4.0), 0.399_334_189_537_001_4, 1e-12);
        near(noncentral_chi_square(1e4, 9.0, 9e3), 0.999_999_821_540_132_3, 1e-10);
        near(noncentral_chi_square(100.0, 40.0, 1e-3), 0.999_999_520_486_113_7, 1e-12);
        near(noncentral_chi_square(1e6, 20.0, 1.002e6), 0.156_488_334_658_399_84, 1e-6);
        // Where the sum ends and the approximation begins, both say the same.
        for share in [0.99, 1.0, 1.01] {
            let (sum, power) = (LONG * (1.0 - 1e-12), LONG * (1.0 + 1e-12));
            let x = LONG * share;
            near(noncentral_chi_square(x, 9.0, sum), noncentral_chi_square(x, 9.0, power), 1e-6);
        }
    }

    #[test]
    fn fisher_and_the_lady() {
        // Fisher's lady tasting tea, 3 1 / 1 3: (1 + 16 + 16 + 1) / 70 = 34/70. The others: SciPy 1.x, fisher_exact.
        near(fisher_exact([3, 1, 1, 3]).expect("a p-value"), 34.0 / 70.0, 1e-12);
        near(fisher_exact([10, 2, 3, 15]).expect("a p-value"), 0.000_536_724_119_143_435_7, 1e-14);
        near(fisher_exact([1000, 900, 800, 950]).expect("a p-value"), 2.986_699_096_874_173_2e-5, 1e-14);
        near(fisher_exact([0, 0, 3, 4]).expect("a p-value"), 1.0, 1e-12);
        assert_eq!(fisher_exact([2_000_000, 3_000_000, 4_000_000, 5_000_000]), None);
        assert_eq!(fisher_exact([400_000, 0, 0, 400_000]), Some(0.0));
    }
}
