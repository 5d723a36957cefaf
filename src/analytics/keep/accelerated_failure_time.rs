mod predict;
mod quantiles;
mod state;

use regulars_plugin::{Chart, ColumnName, Context, Family, Function, Mark, Output, Result, TableManual};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::predict::Predict;
use self::quantiles::Quantiles;
use self::state::State;
use super::super::BuiltIn;
use super::super::watch::Watching;
use super::regression::{Design, Wanted};
use crate::analytics::ratios::unreadable;
use crate::analytics::spells::percent;
use crate::stats::survival::aft::{AftFit, fit};
use crate::stats::survival::{aft, reach, two_sided};
use crate::table::{Frame, FrameBuilder, thousands};

/// Tells by which factor covariates stretch or shorten the time until the event: accelerated failure time.
///
/// Each row was followed for some time, at the end of which an event happened (a customer left, came back, bought) or
/// not yet. The logarithm of the time is a sum of effects and a spread of known form, log T = β₀ + Σ βⱼ xⱼ + σ ε. A time
/// ratio of 1.2 means that one unit more makes every duration a fifth longer. Unlike `cox` the model goes on after the
/// longest duration that was seen: `.predict(frame)` gives medians and survival, `.quantiles(frame)` other quantiles.
///
/// # Choices
/// The spread is Weibull's unless told: "exponential" is Weibull's with σ = 1, "log_normal" and "log_logistic" let the
/// hazard rise and fall. Which of them fits better is told by `aic`, the smaller the better, on the same rows.
/// The likelihood is searched in β/σ and 1/σ, where it has one maximum; errors are those of the
/// observed information, intervals of ratios and durations are symmetric on their logarithm. Text columns become one
/// effect for each value, compared with the first value in their order. Durations are above 0.
///
/// # Source
/// Kalbfleisch and Prentice (2002), The Statistical Analysis of Failure Time Data, 2nd edition, chapter 3; Burridge
/// (1981), Journal of the Royal Statistical Society B 43.
///
/// # Example
/// ```rhai
/// let customers = frame(#{
///     months: [5, 8, 12, 3, 9, 14, 6, 11, 2, 15, 7, 10],
///     left: [1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 0],
///     visits: [2, 5, 6, 1, 3, 9, 4, 3, 2, 7, 6, 5],
/// });
/// customers.accelerated_failure_time(#{duration: "months", event: "left", covariates: ["visits"]}).parameters
/// ```
/// ```text
/// parameter  estimate  standard_error  time_ratio   lower   upper       z   p_value
/// text         number          number      number  number  number  number    number
/// ─────────────────────────────────────────────────────────────────────────────────
/// intercept    0.9976          0.3871       2.712   1.270   5.791   2.577  0.009957
/// visits       0.3235          0.1088       1.382   1.117   1.710   2.973  0.002945
/// log_sigma   -0.9246          0.2692       0.397   0.234   0.672  -3.435  0.000594
/// 3 rows × 8 columns
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AcceleratedFailureTime {
    /// Column that tells how long each row was followed, as a number above 0.
    pub duration: ColumnName,
    /// Column that tells whether the event had happened by then: true or false, or 1 and 0.
    pub event: ColumnName,
    /// Columns that may explain the durations: numbers, true or false, or text.
    pub covariates: Vec<ColumnName>,
    /// How durations are spread where the covariates are equal.
    pub distribution: Distribution,
    /// Confidence of the intervals.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
}

/// The spreads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// Weibull: the hazard rises or falls with a power of time.
    #[default]
    Weibull,
    /// Exponential: the hazard stays the same.
    Exponential,
    /// Log-normal: the hazard rises and falls.
    LogNormal,
    /// Log-logistic: the same, with longer tails.
    LogLogistic,
}

impl From<Distribution> for aft::Distribution {
    fn from(distribution: Distribution) -> Self {
        match distribution {
            Distribution::Weibull => aft::Distribution::Weibull,
            Distribution::Exponential => aft::Distribution::Exponential,
            Distribution::LogNormal => aft::Distribution::LogNormal,
            Distribution::LogLogistic => aft::Distribution::LogLogistic,
        }
    }
}

impl Default for AcceleratedFailureTime {
    fn default() -> Self {
        AcceleratedFailureTime {
            duration: ColumnName::default(),
            event: ColumnName::default(),
            covariates: Vec::new(),
            distribution: Distribution::Weibull,
            confidence: 0.95,
        }
    }
}

/// One row per parameter.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct EffectRow {
    /// "intercept", a covariate (of a text the value that is compared with the first one), or "log_sigma".
    parameter: String,
    /// Its estimate, on the logarithm of the duration.
    estimate: f64,
    /// Its standard error.
    standard_error: f64,
    /// exp(estimate): the factor of the duration for one unit more; of the intercept a duration, of `log_sigma` σ.
    time_ratio: f64,
    /// Lower end of the time ratio's interval.
    lower: f64,
    /// Upper end of the time ratio's interval.
    upper: f64,
    /// Estimate over standard error.
    z: f64,
    /// How probable a value as far from 0 is without an effect.
    p_value: f64,
}

/// The figures of the fit.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AcceleratedFailureTimeFigures {
    /// The spread.
    distribution: Distribution,
    /// Rows that were fitted.
    rows: i64,
    /// Rows to which the event happened.
    events: i64,
    /// Log-likelihood of the durations.
    log_likelihood: f64,
    /// The same without covariates.
    null_log_likelihood: f64,
    /// Akaike's criterion; smaller is better among spreads and covariates of the same rows.
    aic: f64,
    /// Spread σ of the log duration; for Weibull, 1/σ is the shape.
    sigma: f64,
    /// Test of all effects together by the likelihoods, χ².
    likelihood_ratio: f64,
    /// How probable a statistic as large is without any effect.
    likelihood_ratio_p: f64,
    /// Share of comparable pairs whose order the predictions foretell; a half is chance.
    #[schemars(extend("unit" = "share"))]
    concordance: Option<f64>,
    /// Lower end of its interval.
    #[schemars(extend("unit" = "share"))]
    concordance_lower: Option<f64>,
    /// Upper end of its interval.
    #[schemars(extend("unit" = "share"))]
    concordance_upper: Option<f64>,
    /// Whether the search found the highest likelihood; a fit that did not is never answered.
    converged: bool,
}

impl Function for AcceleratedFailureTime {
    const FAMILY: Family = Family::Keep;
    const RELATED: &'static [&'static str] = &["cox"];
    type Input = Frame;
    type Row = EffectRow;
    type Figures = AcceleratedFailureTimeFigures;

    fn chart() -> Option<Chart> {
        Some(effects_chart())
    }

    fn further_tables() -> Vec<TableManual> {
        vec![TableManual::of::<EffectRow>("parameters").chart(effects_chart())]
    }

    fn methods() -> Vec<BuiltIn> {
        vec![BuiltIn::of::<Predict>(), BuiltIn::of::<Quantiles>()]
    }

    fn run(&self, frame: Frame, context: &Context<'_>) -> Result<Output<Frame, AcceleratedFailureTimeFigures>> {
        let wanted = Wanted {
            function: "accelerated_failure_time",
            duration: &self.duration,
            event: &self.event,
            covariates: &self.covariates,
            strata: &[],
            cluster: None,
            weights: None,
            zero_allowed: false,
        };
        let mut design = Design::read(&frame, &wanted, context)?;
        let watch = Watching::new(context, "fitting");
        let found = fit(&design.rows(), self.distribution.into(), &watch).map_err(|error| design.refused(&error))?;
        context.check()?;
        let state = State::of(self, &design, &found);
        let effects = self.effects(&found)?;
        let mut notes = std::mem::take(&mut design.notes);
        notes.extend(self.notes(&found));
        // The main table, which the picture shows, has the covariates alone: the intercept is a duration.
        let shown = effects.slice(1, Some(found.names.len() as u32))?;
        Output::record(self.figures(&found), shown).with_table("parameters", effects).notes(notes).with_model(&state)
    }
}

fn effects_chart() -> Chart {
    let chart = Chart::new(Mark::Interval).x("parameter").y("time_ratio").band("lower", "upper").neutral(1.0);
    chart.title("By which factor one unit more stretches the time").labels("", "time ratio; 1 is no effect")
}

impl AcceleratedFailureTime {
    fn effects(&self, found: &AftFit) -> Result<Frame> {
        let (estimates, errors) = (&found.model.estimates, found.standard_errors());
        let names = ["intercept"].into_iter().chain(found.names.iter().map(String::as_str)).chain(["log_sigma"]);
        let reach = reach(self.confidence);
        let both = || estimates.iter().zip(&errors);
        FrameBuilder::empty()
            .texts("parameter", names.take(estimates.len()))
            .numbers("estimate", estimates.iter().copied())
            .numbers("standard_error", errors.iter().copied())
            .numbers("time_ratio", estimates.iter().map(|estimate| estimate.exp()))
            .numbers("lower", both().map(|(estimate, error)| (estimate - reach * error).exp()))
            .numbers("upper", both().map(|(estimate, error)| (estimate + reach * error).exp()))
            .numbers("z", both().map(|(estimate, error)| estimate / error))
            .numbers("p_value", both().map(|(estimate, error)| two_sided(estimate / error)))
            .build()
    }

    fn figures(&self, found: &AftFit) -> AcceleratedFailureTimeFigures {
        let reach = reach(self.confidence);
        let concordance = found.concordance;
        AcceleratedFailureTimeFigures {
            distribution: self.distribution,
            rows: found.rows as i64,
            events: found.events as i64,
            log_likelihood: found.log_likelihood,
            null_log_likelihood: found.null_log_likelihood,
            aic: found.aic(),
            sigma: found.model.scale(),
            likelihood_ratio: found.likelihood_ratio.statistic,
            likelihood_ratio_p: found.likelihood_ratio.p_value,
            concordance: concordance.map(|it| it.value),
            concordance_lower: concordance.map(|it| (it.value - reach * it.standard_error).max(0.0)),
            concordance_upper: concordance.map(|it| (it.value + reach * it.standard_error).min(1.0)),
            converged: true,
        }
    }

    fn notes(&self, found: &AftFit) -> Vec<String> {
        let spread = match self.distribution {
            Distribution::Weibull => "Weibull's spread",
            Distribution::Exponential => "exponential spread",
            Distribution::LogNormal => "log-normal spread",
            Distribution::LogLogistic => "log-logistic spread",
        };
        let mut notes = vec![format!(
            "{} rows, {} events; {spread}; {} % intervals; other spreads compare by `aic`",
            thousands(found.rows),
            thousands(found.events),
            percent(self.confidence)
        )];
        // The first estimate is the intercept.
        let halves = found.standard_errors().into_iter().map(|error| reach(self.confidence) * error);
        let effects = found.names.iter().zip(found.model.estimates.iter().zip(halves).skip(1));
        notes
            .extend(unreadable("time ratio", effects.map(|(name, (estimate, half))| (name.as_str(), *estimate, half))));
        notes
    }
}
