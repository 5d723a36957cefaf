mod advice;
mod predict;
mod state;

use regulars_plugin::{Chart, ColumnName, Context, Family, Function, Mark, Output, Result, TableManual};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::advice::advice;
use self::predict::Predict;
use self::state::State;
use super::super::BuiltIn;
use super::super::watch::Watching;
use super::regression::{Design, Wanted};
use crate::analytics::ratios::unreadable;
use crate::analytics::spells::percent;
use crate::stats::survival::cox::{Choices, CoxFit, Proportionality, Subjects, TimeScale, fit, proportionality};
use crate::stats::survival::{ChiSquared, cox, reach, two_sided};
use crate::table::{Frame, FrameBuilder, thousands};

/// Tells which covariates go with an earlier event, as hazard ratios: Cox's proportional hazards.
///
/// Each row was followed for some time, at the end of which an event happened (a customer left, came back, bought) or
/// not yet. The hazard is the rate at which the event happens to those who are still without it. The model says by which
/// factor one unit more of a covariate multiplies it, whatever its course over time: a hazard ratio of 1.2 is a rate
/// that is a fifth higher. `.parameters` has the ratios with intervals; `.proportionality` tests whether they stay the
/// same over time; `.predict(frame, #{times: [30, 90]})` gives the hazard and the survival of single rows.
///
/// # Choices
/// Simultaneous events are counted after Efron, or after Breslow with `ties: "breslow"`. Newton's method runs on
/// standardised covariates; where there is no estimate (a constant column, one made up of others, one that foretells
/// every event) the columns are named instead. Text columns become one effect for each value, compared with the first
/// value in their order. With `strata` each stratum has a course of the hazard of its own and only rows of one stratum
/// are compared. `robust` takes the sandwich errors of Lin and Wei, with `cluster` summed over rows that belong
/// together; weights count rows, and want `robust` unless they are counts. The penalty is λ/2 Σ (sⱼβⱼ)² with the
/// standard deviation sⱼ of each covariate; errors then do not know of the bias. The concordance compares every pair of rows in which it is certain who had the event
/// first; equal predictions count a half. Proportionality is the score test of each covariate times the transformed
/// time with its exact variance, which R's survival computes since version 3; `early` and `late` are means of the
/// scaled Schoenfeld residuals.
///
/// # Source
/// Cox (1972), Journal of the Royal Statistical Society B 34; Efron (1977), Journal of the American Statistical
/// Association 72; Lin and Wei (1989), the same, 84; Grambsch and Therneau (1994), Biometrika 81; Harrell, Lee and Mark
/// (1996), Statistics in Medicine 15.
///
/// # Example
/// ```rhai
/// let customers = frame(#{
///     months: [5, 8, 12, 3, 9, 14, 6, 11, 2, 15, 7, 10],
///     left: [1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 0],
///     visits: [2, 5, 6, 1, 3, 9, 4, 3, 2, 7, 6, 5],
///     discount: [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 0],
/// });
/// customers.cox(#{duration: "months", event: "left", covariates: ["visits", "discount"]}).parameters
/// ```
/// ```text
/// parameter  estimate  standard_error  hazard_ratio   lower   upper       z  p_value
/// text         number          number        number  number  number  number   number
/// ──────────────────────────────────────────────────────────────────────────────────
/// visits      -0.6748          0.2808        0.5093  0.2937   0.883  -2.403   0.0163
/// discount    -0.0600          0.7544        0.9418  0.2147   4.132  -0.079   0.9367
/// 2 rows × 8 columns
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Cox {
    /// Column that tells how long each row was followed, as a number from 0 up.
    pub duration: ColumnName,
    /// Column that tells whether the event had happened by then: true or false, or 1 and 0.
    pub event: ColumnName,
    /// Columns that may explain the durations: numbers, true or false, or text.
    pub covariates: Vec<ColumnName>,
    /// How simultaneous events are counted.
    pub ties: Ties,
    /// Columns that tell strata apart: each has a course of the hazard of its own.
    pub strata: Vec<ColumnName>,
    /// Whether errors are taken that hold also where the model does not.
    pub robust: bool,
    /// Column that tells which rows belong together; errors are then robust.
    pub cluster: Option<ColumnName>,
    /// Column of weights of the rows.
    pub weights: Option<ColumnName>,
    /// Strength of the ridge penalty; 0 is none.
    #[schemars(range(min = 0))]
    pub penalty: f64,
    /// Scale of time on which proportionality is tested.
    pub time_scale: Scale,
    /// Confidence of the intervals.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
}

/// Ways of counting simultaneous events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ties {
    /// One after the other, in the mean of all orders.
    #[default]
    Efron,
    /// Each as if it were the only one.
    Breslow,
}

/// Scales of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// The share that had the event before, after Kaplan and Meier.
    #[default]
    KaplanMeier,
    /// The rank of the duration.
    Rank,
    /// The duration itself.
    Identity,
    /// Its logarithm.
    Log,
}

impl Default for Cox {
    fn default() -> Self {
        Cox {
            duration: ColumnName::default(),
            event: ColumnName::default(),
            covariates: Vec::new(),
            ties: Ties::Efron,
            strata: Vec::new(),
            robust: false,
            cluster: None,
            weights: None,
            penalty: 0.0,
            time_scale: Scale::KaplanMeier,
            confidence: 0.95,
        }
    }
}

/// One row per effect.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct EffectRow {
    /// The covariate; of a text the value that is compared with the first one.
    parameter: String,
    /// Logarithm of the hazard ratio for one unit more.
    estimate: f64,
    /// Its standard error.
    standard_error: f64,
    /// Factor by which one unit more multiplies the hazard.
    hazard_ratio: f64,
    /// Lower end of the hazard ratio's interval.
    lower: f64,
    /// Upper end of the hazard ratio's interval.
    upper: f64,
    /// Estimate over standard error.
    z: f64,
    /// How probable a value as far from 0 is without an effect.
    p_value: f64,
}

/// Whether the effects stay the same over time: one row per effect, and one for all together.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
struct ProportionalityRow {
    /// The effect, or "all together".
    parameter: String,
    /// Test statistic, χ².
    statistic: f64,
    /// Its degrees of freedom.
    degrees: f64,
    /// How probable a statistic as large is where the effect stays the same.
    p_value: f64,
    /// Log hazard ratio among the earlier half of the events, roughly.
    early: Option<f64>,
    /// Log hazard ratio among the later half of the events, roughly.
    late: Option<f64>,
}

/// The figures of the fit.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CoxFigures {
    /// Rows that were fitted.
    rows: i64,
    /// Rows to which the event happened.
    events: i64,
    /// Partial log-likelihood.
    log_likelihood: f64,
    /// The same without any effect.
    null_log_likelihood: f64,
    /// Akaike's criterion of the partial likelihood; smaller is better among fits of the same rows.
    aic: f64,
    /// Share of comparable pairs whose order the hazards foretell; a half is chance.
    #[schemars(extend("unit" = "share"))]
    concordance: Option<f64>,
    /// Lower end of its interval.
    #[schemars(extend("unit" = "share"))]
    concordance_lower: Option<f64>,
    /// Upper end of its interval.
    #[schemars(extend("unit" = "share"))]
    concordance_upper: Option<f64>,
    /// Test of all effects together by the likelihoods, χ².
    likelihood_ratio: f64,
    /// How probable a statistic as large is without any effect.
    likelihood_ratio_p: f64,
    /// The same test by the estimates; empty with a penalty.
    wald: Option<f64>,
    /// Its probability.
    wald_p: Option<f64>,
    /// The same test by the slope of the likelihood without effects.
    score: f64,
    /// Its probability.
    score_p: f64,
    /// Degrees of freedom of the tests; with a penalty, those of the likelihoods.
    degrees: f64,
    /// Whether the search found the highest likelihood; a fit that did not is never answered.
    converged: bool,
}

impl Function for Cox {
    const FAMILY: Family = Family::Keep;
    const RELATED: &'static [&'static str] = &["accelerated_failure_time", "survival", "log_rank"];
    type Input = Frame;
    type Row = EffectRow;
    type Figures = CoxFigures;

    fn chart() -> Option<Chart> {
        Some(effects_chart())
    }

    fn further_tables() -> Vec<TableManual> {
        vec![
            TableManual::of::<EffectRow>("parameters").chart(effects_chart()),
            TableManual::of::<ProportionalityRow>("proportionality"),
        ]
    }

    fn methods() -> Vec<BuiltIn> {
        vec![BuiltIn::of::<Predict>()]
    }

    fn run(&self, frame: Frame, context: &Context<'_>) -> Result<Output<Frame, CoxFigures>> {
        let wanted = Wanted {
            function: "cox",
            duration: &self.duration,
            event: &self.event,
            covariates: &self.covariates,
            strata: &self.strata,
            cluster: self.cluster.as_ref(),
            weights: self.weights.as_ref(),
            zero_allowed: self.time_scale != Scale::Log,
        };
        let mut design = Design::read(&frame, &wanted, context)?;
        let watch = Watching::new(context, "fitting");
        let subjects = Subjects {
            rows: design.rows(),
            strata: design.strata.as_ref().map(|strata| strata.codes.as_slice()),
            weights: design.weights.as_deref(),
            clusters: design.clusters.as_ref().map(|clusters| clusters.codes.as_slice()),
        };
        let choices = Choices { ties: self.ties.into(), penalty: self.penalty, robust: self.robust };
        let refused = |error| design.refused(&error);
        let found = fit(&subjects, choices, &watch).map_err(refused)?;
        let test = proportionality(&subjects, &found, choices, self.time_scale.into(), &watch).map_err(refused)?;
        context.check()?;

        let halves = halves(&test, found.names.len());
        let state = State::of(self, &design, &found);
        let effects = self.effects(&found)?;
        let mut notes = std::mem::take(&mut design.notes);
        notes.extend(self.notes(&found, &design));
        notes.extend(state.thinned_note());
        notes.extend(advice(&design, &test, &halves));
        Output::record(self.figures(&found), effects.clone())
            .with_table("parameters", effects)
            .with_table("proportionality", proportionality_frame(&found.names, &test, &halves)?)
            .notes(notes)
            .with_model(&state)
    }
}

fn effects_chart() -> Chart {
    let chart = Chart::new(Mark::Interval).x("parameter").y("hazard_ratio").band("lower", "upper").neutral(1.0);
    chart.title("By which factor one unit more multiplies the hazard").labels("", "hazard ratio; 1 is no effect")
}

impl From<Ties> for cox::Ties {
    fn from(ties: Ties) -> Self {
        match ties {
            Ties::Efron => cox::Ties::Efron,
            Ties::Breslow => cox::Ties::Breslow,
        }
    }
}

impl From<Scale> for TimeScale {
    fn from(scale: Scale) -> Self {
        match scale {
            Scale::KaplanMeier => TimeScale::KaplanMeier,
            Scale::Rank => TimeScale::Rank,
            Scale::Identity => TimeScale::Identity,
            Scale::Log => TimeScale::Log,
        }
    }
}

impl Cox {
    fn effects(&self, found: &CoxFit) -> Result<Frame> {
        let (estimates, errors) = (&found.model.estimates, found.standard_errors());
        let reach = reach(self.confidence);
        let both = || estimates.iter().zip(&errors);
        FrameBuilder::empty()
            .texts("parameter", found.names.iter())
            .numbers("estimate", estimates.iter().copied())
            .numbers("standard_error", errors.iter().copied())
            .numbers("hazard_ratio", estimates.iter().map(|estimate| estimate.exp()))
            .numbers("lower", both().map(|(estimate, error)| (estimate - reach * error).exp()))
            .numbers("upper", both().map(|(estimate, error)| (estimate + reach * error).exp()))
            .numbers("z", both().map(|(estimate, error)| estimate / error))
            .numbers("p_value", both().map(|(estimate, error)| two_sided(estimate / error)))
            .build()
    }

    fn figures(&self, found: &CoxFit) -> CoxFigures {
        let reach = reach(self.confidence);
        let concordance = found.concordance;
        CoxFigures {
            rows: found.rows as i64,
            events: found.events as i64,
            log_likelihood: found.log_likelihood,
            null_log_likelihood: found.null_log_likelihood,
            aic: 2.0 * found.likelihood_ratio.degrees - 2.0 * found.log_likelihood,
            concordance: concordance.map(|it| it.value),
            concordance_lower: concordance.map(|it| (it.value - reach * it.standard_error).max(0.0)),
            concordance_upper: concordance.map(|it| (it.value + reach * it.standard_error).min(1.0)),
            likelihood_ratio: found.likelihood_ratio.statistic,
            likelihood_ratio_p: found.likelihood_ratio.p_value,
            wald: found.wald.map(|it| it.statistic),
            wald_p: found.wald.map(|it| it.p_value),
            score: found.score.statistic,
            score_p: found.score.p_value,
            degrees: found.likelihood_ratio.degrees,
            converged: true,
        }
    }

    fn notes(&self, found: &CoxFit, design: &Design) -> Vec<String> {
        let ties = match self.ties {
            Ties::Efron => "ties after Efron",
            Ties::Breslow => "ties after Breslow",
        };
        let errors = match (&design.clusters, self.robust) {
            (Some(clusters), _) => format!("robust errors of {} clusters", thousands(clusters.keys.len())),
            (None, true) => "robust errors".to_owned(),
            (None, false) => "errors from the curvature of the likelihood".to_owned(),
        };
        let mut notes = vec![format!(
            "{} rows, {} events; {ties}; {errors}; {} % intervals",
            thousands(found.rows),
            thousands(found.events),
            percent(self.confidence)
        )];
        if let Some(strata) = &design.strata {
            notes.push(format!("{} strata, each with a course of the hazard of its own", thousands(strata.keys.len())));
        }
        if self.penalty > 0.0 {
            notes.push(
                "the penalty draws the effects towards none; intervals and p-values do not know of it".to_owned(),
            );
        }
        if self.weights.is_some() && !self.robust && self.cluster.is_none() {
            notes.push("weights are taken as counts of rows; where they are not, ask for `robust: true`".to_owned());
        }
        let halves = found.standard_errors().into_iter().map(|error| reach(self.confidence) * error);
        let effects = found.names.iter().zip(&found.model.estimates).zip(halves);
        notes.extend(unreadable(
            "hazard ratio",
            effects.map(|((name, estimate), half)| (name.as_str(), *estimate, half)),
        ));
        notes
    }
}

/// The mean of each effect among the earlier and the later half of the events.
fn halves(test: &Proportionality, effects: usize) -> Vec<(Option<f64>, Option<f64>)> {
    let mut order: Vec<usize> = (0..test.residuals.len()).collect();
    order.sort_by(|&left, &right| test.residuals[left].time.total_cmp(&test.residuals[right].time));
    let (early, late) = order.split_at(order.len() / 2);
    let mean = |half: &[usize], effect: usize| {
        let values: Vec<f64> = half.iter().filter_map(|&place| test.residuals[place].effects[effect]).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    (0..effects).map(|effect| (mean(early, effect), mean(late, effect))).collect()
}

fn proportionality_frame(
    names: &[String],
    test: &Proportionality,
    halves: &[(Option<f64>, Option<f64>)],
) -> Result<Frame> {
    let tests = || test.tests.iter().chain([&test.global]);
    let names = names.iter().map(String::as_str).chain(["all together"]);
    type Half = (Option<f64>, Option<f64>);
    let ends = |which: fn(&Half) -> Option<f64>| halves.iter().map(which).chain([None]);
    FrameBuilder::empty()
        .texts("parameter", names)
        .numbers("statistic", tests().map(|test: &ChiSquared| test.statistic))
        .numbers("degrees", tests().map(|test| test.degrees))
        .numbers("p_value", tests().map(|test| test.p_value))
        .optional_numbers("early", ends(|half| half.0))
        .optional_numbers("late", ends(|half| half.1))
        .build()
}
