//! Do groups differ in how long it takes? The log-rank test and its weighted relatives.

use nalgebra::{DMatrix, SymmetricEigen};

use super::sorting::stop_if_told;
use super::tails::ChiSquared;
use super::{RiskTable, SurvivalError};
use crate::Watch;

/// What each time counts for.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Weighting {
    /// All times alike: the log-rank test.
    #[default]
    LogRank,
    /// The number at risk: Gehan's generalisation of Wilcoxon's test, which looks at early differences.
    Gehan,
    /// The root of the number at risk.
    TaroneWare,
    /// Peto and Peto's estimate of the survival of all, Π (1 − d/(n + 1)): early differences, whatever the censoring.
    Peto,
    /// S(t−)ᵖ (1 − S(t−))^q with the Kaplan–Meier estimate of all: q above 0 looks at late differences.
    FlemingHarrington {
        /// Power of the survival.
        p: f64,
        /// Power of its complement.
        q: f64,
    },
}

/// One group in a comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Compared {
    /// Rows.
    pub rows: f64,
    /// Events that happened.
    pub observed: f64,
    /// Events that there would have been, had all groups had the hazard of all.
    pub expected: f64,
    /// Sum of the weighted differences.
    pub difference: f64,
    /// Its variance.
    pub variance: f64,
}

/// The answer of a test.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRank {
    /// The statistic, chi-squared where the groups do not differ.
    pub statistic: f64,
    /// Its degrees of freedom: one less than the groups that could be compared.
    pub degrees_of_freedom: usize,
    /// The chance of a statistic as large or larger where the groups do not differ.
    pub p_value: f64,
    /// The groups.
    pub groups: Vec<Compared>,
}

/// Two groups in a pairwise comparison.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// Index of the first group.
    pub left: usize,
    /// Index of the second.
    pub right: usize,
    /// The statistic, with one degree of freedom.
    pub statistic: f64,
    /// The chance of such a statistic, for this pair alone.
    pub p_value: f64,
    /// The same after Holm's correction for the number of pairs.
    pub adjusted_p_value: f64,
}

/// Times between two looks at whether to stop.
const BLOCK: usize = 1 << 12;
/// Eigenvalues of the scaled variance below this are none: rounding leaves less, and whatever can be compared has more.
const NO_VARIANCE: f64 = 1e-9;

/// Compares groups; the outer list holds the strata, within which alone groups are compared, the inner lists the groups,
/// the same in each.
///
/// Sources: N. Mantel (1966); R. Peto and J. Peto (1972), Journal of the Royal Statistical Society A 135, 185–207;
/// E. Gehan (1965); R. Tarone and J. Ware (1977); T. Fleming and D. Harrington (1981); as told by Klein and Moeschberger
/// (2003), chapter 7. Ties by the hypergeometric variance.
pub fn log_rank(strata: &[Vec<RiskTable>], weighting: Weighting, watch: &dyn Watch) -> Result<LogRank, SurvivalError> {
    let strata: Vec<Vec<&RiskTable>> = strata.iter().map(|groups| groups.iter().collect()).collect();
    compare(&strata, weighting, watch)
}

/// Compares every two groups that could be compared, with Holm's correction: pairs in which nobody could are left out.
///
/// Source: S. Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics
/// 6, 65–70.
pub fn pairwise(
    strata: &[Vec<RiskTable>],
    weighting: Weighting,
    watch: &dyn Watch,
) -> Result<Vec<Pair>, SurvivalError> {
    let groups = strata.iter().map(Vec::len).max().unwrap_or_default();
    let mut pairs = Vec::new();
    for left in 0..groups {
        for right in left + 1..groups {
            let two: Vec<Vec<&RiskTable>> = strata.iter().map(|groups| vec![&groups[left], &groups[right]]).collect();
            match compare(&two, weighting, watch) {
                Ok(LogRank { statistic, p_value, .. }) => {
                    pairs.push(Pair { left, right, statistic, p_value, adjusted_p_value: p_value });
                }
                Err(SurvivalError::OneGroup | SurvivalError::NoEvents | SurvivalError::NoRows) => {}
                Err(refusal) => return Err(refusal),
            }
        }
    }
    let adjusted = holm(&pairs.iter().map(|pair| pair.p_value).collect::<Vec<f64>>());
    for (pair, adjusted) in pairs.iter_mut().zip(adjusted) {
        pair.adjusted_p_value = adjusted;
    }
    Ok(pairs)
}

/// Holm's correction: the smallest chance times the number of tests, the next times one less, never falling.
pub(super) fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&left, &right| p_values[left].total_cmp(&p_values[right]));
    let mut adjusted = vec![0.0; p_values.len()];
    let mut before = 0.0_f64;
    for (rank, index) in order.into_iter().enumerate() {
        before = before.max((p_values[index] * (p_values.len() - rank) as f64).min(1.0));
        adjusted[index] = before;
    }
    adjusted
}

fn compare(strata: &[Vec<&RiskTable>], weighting: Weighting, watch: &dyn Watch) -> Result<LogRank, SurvivalError> {
    let number = strata.iter().map(Vec::len).max().unwrap_or_default();
    let mut sums = Sums {
        groups: vec![Compared { rows: 0.0, observed: 0.0, expected: 0.0, difference: 0.0, variance: 0.0 }; number],
        variance: DMatrix::zeros(number, number),
    };
    for tables in strata {
        sums.add(tables, weighting, watch)?;
    }
    sums.answer()
}

struct Sums {
    groups: Vec<Compared>,
    variance: DMatrix<f64>,
}

impl Sums {
    /// Adds a stratum: walks through the times of all groups in their order.
    fn add(&mut self, tables: &[&RiskTable], weighting: Weighting, watch: &dyn Watch) -> Result<(), SurvivalError> {
        for (group, table) in self.groups.iter_mut().zip(tables) {
            group.rows += table.rows();
        }
        let mut merged = Merged::new(tables);
        let (mut survival, mut peto) = (1.0_f64, 1.0);
        let mut steps = 0_usize;
        while merged.next() {
            if steps.is_multiple_of(BLOCK) {
                stop_if_told(watch)?;
            }
            steps += 1;
            let n: f64 = merged.at_risk.iter().sum();
            let d: f64 = merged.events.iter().sum();
            if d == 0.0 {
                continue;
            }
            peto *= 1.0 - d / (n + 1.0);
            let weight = match weighting {
                Weighting::LogRank => 1.0,
                Weighting::Gehan => n,
                Weighting::TaroneWare => n.sqrt(),
                Weighting::Peto => peto,
                Weighting::FlemingHarrington { p, q } => survival.powf(p) * (1.0 - survival).powf(q),
            };
            survival *= (n - d) / n;
            // One row alone can only be the one to which it happens: no variance.
            let spread = if n > 1.0 { weight * weight * d * (n - d) / (n - 1.0) / (n * n) } else { 0.0 };
            for (index, group) in self.groups.iter_mut().enumerate() {
                let at_risk = merged.at_risk[index];
                let expected = d * at_risk / n;
                group.observed += merged.events[index];
                group.expected += expected;
                group.difference += weight * (merged.events[index] - expected);
                if spread > 0.0 && at_risk > 0.0 {
                    self.variance[(index, index)] += spread * at_risk * (n - at_risk);
                    for other in 0..index {
                        self.variance[(index, other)] -= spread * at_risk * merged.at_risk[other];
                    }
                }
            }
        }
        Ok(())
    }

    /// Zᵀ V⁻ Z, with V scaled to ones on its diagonal so that large groups do not hide small ones.
    fn answer(mut self) -> Result<LogRank, SurvivalError> {
        if self.groups.iter().all(|group| group.rows == 0.0) {
            return Err(SurvivalError::NoRows);
        }
        if self.groups.iter().all(|group| group.observed == 0.0) {
            return Err(SurvivalError::NoEvents);
        }
        for (index, group) in self.groups.iter_mut().enumerate() {
            group.variance = self.variance[(index, index)];
        }
        let compared: Vec<usize> = (0..self.groups.len()).filter(|&index| self.groups[index].variance > 0.0).collect();
        if compared.is_empty() {
            return Err(SurvivalError::OneGroup);
        }
        let error = |index: usize| self.groups[compared[index]].variance.sqrt();
        let scaled = DMatrix::from_fn(compared.len(), compared.len(), |row, column| {
            let (high, low) = (compared[row.max(column)], compared[row.min(column)]);
            self.variance[(high, low)] / (error(row) * error(column))
        });
        let eigen = SymmetricEigen::new(scaled);
        let (mut statistic, mut degrees) = (0.0, 0);
        for (value, vector) in eigen.eigenvalues.iter().zip(eigen.eigenvectors.column_iter()) {
            if *value > NO_VARIANCE {
                let along: f64 = vector
                    .iter()
                    .enumerate()
                    .map(|(index, part)| part * self.groups[compared[index]].difference / error(index))
                    .sum();
                statistic += along * along / value;
                degrees += 1;
            }
        }
        if degrees == 0 {
            return Err(SurvivalError::OneGroup);
        }
        let p_value = ChiSquared::new(statistic, degrees as f64).p_value;
        Ok(LogRank { statistic, degrees_of_freedom: degrees, p_value, groups: self.groups })
    }
}

/// The times of several tables in one order, with every group's numbers at each.
struct Merged<'a> {
    tables: &'a [&'a RiskTable],
    places: Vec<usize>,
    at_risk: Vec<f64>,
    events: Vec<f64>,
}

impl<'a> Merged<'a> {
    fn new(tables: &'a [&'a RiskTable]) -> Merged<'a> {
        let number = tables.len();
        Merged { tables, places: vec![0; number], at_risk: vec![0.0; number], events: vec![0.0; number] }
    }

    /// Goes to the next time; false at the end.
    fn next(&mut self) -> bool {
        let times = self.tables.iter().zip(&self.places).filter_map(|(table, place)| table.times.get(*place));
        let Some(time) = times.copied().min_by(f64::total_cmp) else { return false };
        for (group, table) in self.tables.iter().enumerate() {
            let place = &mut self.places[group];
            self.events[group] = 0.0;
            self.at_risk[group] = table.at_risk_before(*place, time);
            if table.times.get(*place) == Some(&time) {
                self.events[group] = table.events[*place];
                *place += 1;
            }
        }
        true
    }
}
