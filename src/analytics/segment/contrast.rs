//! One segment against everybody else, in one column.

use crate::stats::{Effect, Moments, association, eta_squared, hedges_g, quantile_sorted, share_difference};
use crate::table::Classes;

/// A segment against the rest: the mean of a column, or the share of one of its values.
#[derive(Debug, Clone)]
pub(super) struct Contrast {
    /// Number of the segment.
    pub(super) segment: usize,
    pub(super) column: String,
    pub(super) value: Option<String>,
    pub(super) members: u64,
    pub(super) here: f64,
    pub(super) rest: Option<f64>,
    pub(super) median: Option<f64>,
    pub(super) rest_median: Option<f64>,
    pub(super) effect: Option<Effect>,
    /// The effect in standard deviations.
    pub(super) standardised: Option<f64>,
    pub(super) rank: Option<i64>,
}

impl Contrast {
    /// What is compared, in a few words.
    pub(super) fn feature(&self) -> String {
        match &self.value {
            Some(value) => format!("{} = {value}", self.column),
            None => self.column.clone(),
        }
    }
}

/// How well a column parts all segments.
#[derive(Debug, Clone)]
pub(super) struct Separation {
    pub(super) column: String,
    pub(super) measure: &'static str,
    pub(super) strength: Option<f64>,
    pub(super) rows: usize,
}

/// Compares the numbers of each segment with those of the rest. Segments without a number have no comparison.
pub(super) fn of_numbers(
    column: &str,
    numbers: &[Option<f64>],
    segments: &Classes,
    confidence: f64,
) -> (Vec<Contrast>, Separation) {
    let mut values = vec![Vec::new(); segments.len()];
    for (segment, number) in segments.of.iter().zip(numbers) {
        if let (Some(segment), Some(number)) = (segment, number.filter(|number| number.is_finite())) {
            values[*segment as usize].push(number);
        }
    }
    values.iter_mut().for_each(|values| values.sort_unstable_by(f64::total_cmp));
    let moments: Vec<Option<Moments>> = values.iter().map(|values| Moments::of(values)).collect();
    let mut contrasts = Vec::new();
    for (segment, own) in moments.iter().enumerate() {
        let Some(own) = own else { continue };
        let others: Vec<Moments> =
            moments.iter().enumerate().filter(|(place, _)| *place != segment).filter_map(|(_, one)| *one).collect();
        let rest = Moments::together(&others);
        let effect = rest.and_then(|rest| hedges_g(own, &rest, confidence));
        contrasts.push(Contrast {
            segment,
            column: column.to_owned(),
            value: None,
            members: own.n,
            here: own.mean,
            rest: rest.map(|rest| rest.mean),
            median: quantile_sorted(&values[segment], 0.5),
            rest_median: median_of_others(&values, segment),
            effect,
            standardised: effect.map(|effect| effect.value),
            rank: None,
        });
    }
    let there: Vec<Moments> = moments.iter().flatten().copied().collect();
    let rows = there.iter().map(|group| group.n as usize).sum();
    let separation =
        Separation { column: column.to_owned(), measure: "eta squared", strength: eta_squared(&there), rows };
    (contrasts, separation)
}

fn median_of_others(values: &[Vec<f64>], segment: usize) -> Option<f64> {
    let others = values.iter().enumerate().filter(|(place, _)| *place != segment);
    let mut rest: Vec<f64> = others.flat_map(|(_, values)| values.iter().copied()).collect();
    if rest.is_empty() {
        return None;
    }
    let (middle, is_odd) = (rest.len() / 2, !rest.len().is_multiple_of(2));
    let (below, upper, _) = rest.select_nth_unstable_by(middle, f64::total_cmp);
    let upper = *upper;
    if is_odd {
        return Some(upper);
    }
    below.iter().copied().max_by(f64::total_cmp).map(|lower| lower + (upper - lower) / 2.0)
}

/// Compares the share of each value in each segment with that in the rest.
pub(super) fn of_categories(
    column: &str,
    values: &Classes,
    is_shown: &dyn Fn(usize) -> bool,
    segments: &Classes,
    confidence: f64,
) -> (Vec<Contrast>, Separation) {
    let width = values.len();
    let mut counts = vec![0_u64; segments.len() * width];
    for (segment, value) in segments.of.iter().zip(&values.of) {
        if let (Some(segment), Some(value)) = (segment, value) {
            counts[*segment as usize * width + *value as usize] += 1;
        }
    }
    let all: u64 = counts.iter().sum();
    let words = values.words();
    let mut contrasts = Vec::new();
    for segment in 0..segments.len() {
        let own = &counts[segment * width..][..width];
        let members: u64 = own.iter().sum();
        if members == 0 {
            continue;
        }
        for value in (0..width).filter(|value| is_shown(*value)) {
            let everywhere: u64 = counts.iter().skip(value).step_by(width).sum();
            let rest = (everywhere - own[value], all - members);
            let effect = share_difference((own[value], members), rest, confidence);
            // The indicator's standard deviation in both groups together.
            let share = everywhere as f64 / all as f64;
            let spread = (share * (1.0 - share)).sqrt();
            contrasts.push(Contrast {
                segment,
                column: column.to_owned(),
                value: Some(words[value].clone()),
                members,
                here: own[value] as f64 / members as f64,
                rest: (rest.1 > 0).then(|| rest.0 as f64 / rest.1 as f64),
                median: None,
                rest_median: None,
                effect,
                standardised: effect.filter(|_| spread > 0.0).map(|effect| effect.value / spread),
                rank: None,
            });
        }
    }
    let strength = association(&counts, width, confidence).and_then(|found| found.test).map(|test| test.cramers_v);
    let separation = Separation { column: column.to_owned(), measure: "Cramér's V", strength, rows: all as usize };
    (contrasts, separation)
}
