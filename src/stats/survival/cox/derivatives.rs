//! The partial log-likelihood, its gradient and its information, in three sweeps over runs of rows on all cores.
//!
//! The information is a sum over events of the covariance at risk: of second moments less the squares of means. The
//! second moments are summed the other way round: the product of a row's covariates counts as often as events were
//! expected of the row while it was at risk. So products are formed once for each row and once for each duration,
//! and only sums and means are carried from duration to duration.

use std::ops::Range;

use rayon::prelude::*;

use super::Ties;
use super::sorted::{Instant, Sorted};
use super::sums::{add_products, dot};
use crate::watch::Watch;

/// The log-likelihood with its first and second derivatives by the standardised coefficients.
#[derive(Debug, Clone)]
pub(super) struct Derivatives {
    pub(super) value: f64,
    pub(super) score: Vec<f64>,
    /// Minus the second derivatives: the lower triangle, row by row.
    pub(super) information: Vec<f64>,
}

impl Derivatives {
    fn zero(p: usize) -> Self {
        Self { value: 0.0, score: vec![0.0; p], information: vec![0.0; p * (p + 1) / 2] }
    }

    fn add(&mut self, part: &Self) {
        self.value += part.value;
        self.score.iter_mut().zip(&part.score).for_each(|(sum, part)| *sum += part);
        self.add_information(&part.information);
    }

    fn add_information(&mut self, part: &[f64]) {
        self.information.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
    }

    /// Takes `factor` times the products of a vector with itself out of the information.
    fn take_square(&mut self, factor: f64, vector: &[f64]) {
        let mut place = 0;
        for (j, value) in vector.iter().enumerate() {
            let scaled = factor * value;
            for (sum, other) in self.information[place..=place + j].iter_mut().zip(vector) {
                *sum -= scaled * other;
            }
            place += j + 1;
        }
    }

    /// Takes `factor` times the products of two vectors, both ways round, out of the information.
    fn take_products(&mut self, factor: f64, left: &[f64], right: &[f64]) {
        let mut place = 0;
        for j in 0..left.len() {
            for k in 0..=j {
                self.information[place + k] -= factor * (left[j] * right[k] + right[j] * left[k]);
            }
            place += j + 1;
        }
    }
}

/// Sums over the rows at risk. Hazard ratios are relative to the largest so far, so that no linear predictor is too
/// large.
#[derive(Debug, Clone)]
struct AtRisk {
    /// Logarithm of that hazard ratio.
    reference: f64,
    zeroth: f64,
    first: Vec<f64>,
}

impl AtRisk {
    fn none(p: usize) -> Self {
        Self { reference: f64::NEG_INFINITY, zeroth: 0.0, first: vec![0.0; p] }
    }

    fn clear(&mut self) {
        self.reference = f64::NEG_INFINITY;
        self.zeroth = 0.0;
        self.first.fill(0.0);
    }

    fn raise(&mut self, reference: f64) {
        if reference > self.reference {
            let factor = (self.reference - reference).exp();
            self.reference = reference;
            self.zeroth *= factor;
            self.first.iter_mut().for_each(|sum| *sum *= factor);
        }
    }

    /// Adds `share` times the rows, of which these are the hazard ratios.
    fn add(&mut self, sorted: &Sorted, rows: Range<usize>, hazards: &[f64], share: f64) {
        if let [hazard] = hazards {
            self.zeroth += share * hazard;
            for (j, sum) in self.first.iter_mut().enumerate() {
                *sum += share * hazard * sorted.column(j)[rows.start];
            }
            return;
        }
        self.zeroth += share * hazards.iter().sum::<f64>();
        for (j, sum) in self.first.iter_mut().enumerate() {
            *sum += share * dot(hazards, &sorted.column(j)[rows.clone()]);
        }
    }

    /// Adds sums that may be relative to another hazard ratio.
    fn join(&mut self, other: &AtRisk) {
        self.raise(other.reference);
        let factor = relative(other.reference, self.reference);
        self.zeroth += factor * other.zeroth;
        self.first.iter_mut().zip(&other.first).for_each(|(sum, part)| *sum += factor * part);
    }
}

/// What a hazard ratio relative to `from` is multiplied by to be relative to `to`.
fn relative(from: f64, to: f64) -> f64 {
    if from == to { 1.0 } else { (from - to).exp() }
}

/// A run of instants by itself, before what comes after it is known.
struct Alone {
    /// Weighted hazard ratio of each row, relative to the reference of its instant.
    hazards: Vec<f64>,
    /// For each instant the largest linear predictor from there to the end of its stratum or of the run.
    references: Vec<f64>,
    /// The rows of the stratum with which the run begins.
    at_risk: AtRisk,
    /// Whether a stratum ends in the run, so that rows after it are never at risk at its beginning.
    closes: bool,
}

impl Alone {
    fn of(sorted: &Sorted, run: &Range<usize>, coefficients: &[f64]) -> Self {
        let instants = &sorted.instants[run.clone()];
        let (from, to) = rows_of(instants);
        let mut hazards = vec![0.0; to - from];
        for (j, coefficient) in coefficients.iter().enumerate() {
            for (sum, value) in hazards.iter_mut().zip(&sorted.column(j)[from..to]) {
                *sum += coefficient * value;
            }
        }
        let mut references = vec![0.0; instants.len()];
        let mut at_risk = AtRisk::none(sorted.p);
        let mut closes = false;
        // Rows are added up together as long as their reference is the same.
        let mut pending = to;
        for (instant, reference) in instants.iter().zip(&mut references).rev() {
            let own = instant.start - from..instant.end - from;
            let top = hazards[own.clone()].iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if instant.closes || top > at_risk.reference {
                at_risk.add(sorted, instant.end..pending, &hazards[instant.end - from..pending - from], 1.0);
                pending = instant.end;
                if instant.closes {
                    at_risk.clear();
                    closes = true;
                }
                at_risk.raise(top);
            }
            for (hazard, weight) in hazards[own].iter_mut().zip(&sorted.weights[instant.rows()]) {
                *hazard = weight * (*hazard - at_risk.reference).exp();
            }
            *reference = at_risk.reference;
        }
        at_risk.add(sorted, from..pending, &hazards[..pending - from], 1.0);
        Self { hazards, references, at_risk, closes }
    }
}

/// The first row of a run of instants, and the one after its last.
fn rows_of(instants: &[Instant]) -> (usize, usize) {
    (instants.first().map_or(0, |it| it.start), instants.last().map_or(0, |it| it.end))
}

/// The hazard of one instant, for rows with a hazard ratio of the reference.
#[derive(Debug, Clone, Copy)]
struct Increment {
    reference: f64,
    /// For a row that is still at risk after the instant.
    all: f64,
    /// For a row that has the event at it.
    own: f64,
}

/// The hazard up to and with an instant, relative to the reference of the last one.
#[derive(Debug, Clone, Copy)]
struct Cumulated {
    reference: f64,
    hazard: f64,
}

impl Cumulated {
    const NONE: Self = Self { reference: 0.0, hazard: 0.0 };

    /// The same hazard relative to another reference, which is never above the last one.
    fn relative_to(self, reference: f64) -> f64 {
        if self.hazard == 0.0 { 0.0 } else { self.hazard * relative(reference, self.reference) }
    }

    /// The hazard just before an instant.
    fn before(self, instant: &Instant, increment: &Increment) -> f64 {
        if instant.opens { 0.0 } else { self.relative_to(increment.reference) }
    }
}

/// What the events of a run add, and the hazard of its instants.
struct Seen {
    part: Derivatives,
    increments: Vec<Increment>,
    /// The hazard at the end of the run, from the last beginning of a stratum in it.
    cumulated: Cumulated,
    /// Whether a stratum begins in the run.
    opens: bool,
}

impl Seen {
    /// `at_risk` are the rows of later runs that are at risk at the end of this one.
    fn of(sorted: &Sorted, run: &Range<usize>, alone: &Alone, mut at_risk: AtRisk, ties: Ties) -> Self {
        let p = sorted.p;
        let instants = &sorted.instants[run.clone()];
        let (from, _) = rows_of(instants);
        let mut part = Derivatives::zero(p);
        let mut tied = AtRisk::none(p);
        let mut increments = vec![Increment { reference: 0.0, all: 0.0, own: 0.0 }; instants.len()];
        let places = instants.iter().zip(&alone.references).zip(&mut increments);
        for ((instant, &reference), increment) in places.rev() {
            if instant.closes {
                at_risk.clear();
            }
            at_risk.raise(reference);
            increment.reference = at_risk.reference;
            let share = relative(reference, at_risk.reference);
            let (start, split, end) = (instant.start, instant.start + instant.deaths, instant.end);
            let mass: f64 = sorted.weights[instant.dead()].iter().sum();
            if instant.deaths < 2 || ties == Ties::Breslow {
                at_risk.add(sorted, start..end, &alone.hazards[start - from..end - from], share);
                if instant.deaths > 0 {
                    add_moment(&mut part, mass, &at_risk, increment);
                }
            } else {
                at_risk.add(sorted, split..end, &alone.hazards[split - from..end - from], share);
                tied.clear();
                tied.add(sorted, start..split, &alone.hazards[start - from..split - from], share);
                add_moments(&mut part, instant.deaths, mass, (&at_risk, &tied), increment);
                at_risk.zeroth += tied.zeroth;
                at_risk.first.iter_mut().zip(&tied.first).for_each(|(sum, part)| *sum += part);
            }
        }
        let mut cumulated = Cumulated::NONE;
        for (instant, increment) in instants.iter().zip(&increments) {
            let hazard = cumulated.before(instant, increment) + increment.all;
            cumulated = Cumulated { reference: increment.reference, hazard };
        }
        Self { part, increments, cumulated, opens: instants.iter().any(|instant| instant.opens) }
    }
}

/// Adds the events of one instant as one moment.
fn add_moment(part: &mut Derivatives, mass: f64, at_risk: &AtRisk, increment: &mut Increment) {
    part.value -= mass * (at_risk.zeroth.ln() + at_risk.reference);
    let hazard = mass / at_risk.zeroth;
    increment.all = hazard;
    increment.own = hazard;
    part.score.iter_mut().zip(&at_risk.first).for_each(|(score, sum)| *score -= hazard * sum);
    part.take_square(hazard / at_risk.zeroth, &at_risk.first);
}

/// Adds several simultaneous events after Efron: each is a moment of its own, at which a part of the others has gone. The
/// sums at risk are those of the rest and a `kept` part of the tied ones, so sums over the moments are all that is
/// needed.
fn add_moments(
    part: &mut Derivatives,
    deaths: usize,
    mass: f64,
    (rest, tied): (&AtRisk, &AtRisk),
    increment: &mut Increment,
) {
    let mass = mass / deaths as f64;
    // Sums of 1 and `kept` over the sum at risk, and of 1, `kept` and its square over the square of that sum.
    let (mut all, mut own, mut rest_rest, mut rest_tied, mut tied_tied) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for step in 0..deaths {
        let kept = 1.0 - step as f64 / deaths as f64;
        let total = rest.zeroth + kept * tied.zeroth;
        part.value -= mass * (total.ln() + rest.reference);
        let unit = 1.0 / total;
        all += unit;
        own += kept * unit;
        rest_rest += unit * unit;
        rest_tied += kept * unit * unit;
        tied_tied += kept * kept * unit * unit;
    }
    increment.all = mass * all;
    increment.own = mass * own;
    for ((score, rest), tied) in part.score.iter_mut().zip(&rest.first).zip(&tied.first) {
        *score -= mass * (all * rest + own * tied);
    }
    part.take_square(mass * rest_rest, &rest.first);
    part.take_products(mass * rest_tied, &rest.first, &tied.first);
    part.take_square(mass * tied_tied, &tied.first);
}

/// The products of the covariates of the rows of a run, each weighed by the events that were expected of it.
fn products(sorted: &Sorted, run: &Range<usize>, alone: &Alone, seen: &Seen, before: Cumulated) -> Vec<f64> {
    let p = sorted.p;
    let instants = &sorted.instants[run.clone()];
    let (from, to) = rows_of(instants);
    let mut expected = vec![0.0; to - from];
    let mut cumulated = before;
    for ((instant, increment), &reference) in instants.iter().zip(&seen.increments).zip(&alone.references) {
        let hazard = cumulated.before(instant, increment);
        let share = relative(reference, increment.reference);
        let (start, split, end) = (instant.start - from, instant.start + instant.deaths - from, instant.end - from);
        for (rows, hazard) in [(start..split, hazard + increment.own), (split..end, hazard + increment.all)] {
            for (expected, ratio) in expected[rows.clone()].iter_mut().zip(&alone.hazards[rows]) {
                *expected = share * ratio * hazard;
            }
        }
        cumulated = Cumulated { reference: increment.reference, hazard: hazard + increment.all };
    }
    let columns: Vec<&[f64]> = (0..p).map(|j| &sorted.column(j)[from..to]).collect();
    let mut triangle = vec![0.0; p * (p + 1) / 2];
    add_products(&columns, &vec![0.0; p], &expected, &mut triangle);
    triangle
}

/// The partial log-likelihood and its derivatives; none where somebody asked to stop. Runs of rows are worked on side by
/// side and summed in their order, so the answer does not depend on the number of threads.
pub(super) fn derivatives(sorted: &Sorted, coefficients: &[f64], ties: Ties, watch: &dyn Watch) -> Option<Derivatives> {
    let p = sorted.p;
    let going = || if watch.stopped() { None } else { Some(()) };
    let alone: Vec<Alone> = sorted
        .runs
        .par_iter()
        .map(|run| going().map(|()| Alone::of(sorted, run, coefficients)))
        .collect::<Option<_>>()?;

    // From the last run to the first: who is at risk at the end of each.
    let mut later = vec![AtRisk::none(p); alone.len()];
    for place in (1..alone.len()).rev() {
        let mut here = alone[place].at_risk.clone();
        if !alone[place].closes {
            here.join(&later[place]);
        }
        later[place - 1] = here;
    }
    let seen: Vec<Seen> = (sorted.runs.par_iter().zip(&alone).zip(later))
        .map(|((run, alone), later)| going().map(|()| Seen::of(sorted, run, alone, later, ties)))
        .collect::<Option<_>>()?;

    // From the first run to the last: the hazard up to the beginning of each.
    let mut cumulated = Cumulated::NONE;
    let mut before = Vec::with_capacity(seen.len());
    for seen in &seen {
        before.push(cumulated);
        let carried = cumulated.relative_to(seen.cumulated.reference);
        cumulated = seen.cumulated;
        if !seen.opens {
            cumulated.hazard += carried;
        }
    }
    let products: Vec<Vec<f64>> = (sorted.runs.par_iter().zip(&alone).zip(&seen).zip(before))
        .map(|(((run, alone), seen), before)| going().map(|()| products(sorted, run, alone, seen, before)))
        .collect::<Option<_>>()?;

    let mut sum = Derivatives::zero(p);
    sum.value = dot(coefficients, &sorted.events);
    sum.score.copy_from_slice(&sorted.events);
    for (seen, products) in seen.iter().zip(&products) {
        sum.add(&seen.part);
        sum.add_information(products);
    }
    Some(sum)
}
