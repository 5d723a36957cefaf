//! How much customers spend on a repeat purchase: what `gamma_gamma` and `clv` have in common.

use regulars_plugin::{Context, Date, Failure, Input, Result};

use super::gamma_gamma::refused;
use super::window;
use crate::analytics::parameters::{Parameter, parameter_frame};
use crate::analytics::watch::Watching;
use crate::stats::btyd::{GammaGamma, GammaGammaFit, fit_gamma_gamma};
use crate::table::{Calendar, Frame, FrameBuilder, HoldOut, Purchases, Transactions, thousands};

/// From here on a correlation of frequency and spend is told as a doubt: it explains a tenth of the differences.
const STRONG: f64 = 0.3;

/// A model of spend and what is to be said of it.
pub(super) struct FittedSpend {
    pub(super) fit: GammaGammaFit,
    pub(super) notes: Vec<String>,
}

/// Fits the model to those who came back.
pub(super) fn fit(purchases: &Purchases, context: &Context<'_>) -> Result<FittedSpend> {
    let repeaters: Vec<(f64, f64)> = (0..purchases.len())
        .filter_map(|one| Some((f64::from(purchases.repeats(one)), purchases.mean_repeat_spend(one)?)))
        .collect();
    if repeaters.is_empty() {
        let who = match purchases.len() {
            1 => "the only customer did not buy".to_owned(),
            many => format!("nobody among the {} customers bought", thousands(many)),
        };
        return Err(Failure::new(format!(
            "{who} on a second day up to {}, so there is no repeat purchase to learn from",
            purchases.until()
        ))
        .help("take a longer window; several orders on one day are one purchase"));
    }
    let (x, m): (Vec<f64>, Vec<f64>) = repeaters.iter().copied().filter(|(_, m)| *m > 0.0).unzip();
    let mut notes: Vec<String> = left_out(repeaters.len() - x.len(), "the fit is without them").into_iter().collect();
    if x.is_empty() {
        return Err(Failure::new("no customer's repeat purchases bring more than nothing in the mean")
            .help("are these returns only? look at the column `amount` and at the filters before"));
    }
    let fit = fit_gamma_gamma(&x, &m, &Watching::new(context, "fitting")).map_err(|why| refused(&why))?;
    if fit.correlation.abs() > STRONG {
        notes.push(format!(
            "how often and how much go together (correlation {:.2}), which the model of spend takes not to be: customers who buy \
             often are valued {}",
            fit.correlation,
            if fit.correlation > 0.0 { "too low, others too high" } else { "too high, others too low" }
        ));
    }
    Ok(FittedSpend { fit, notes })
}

/// The sentence about customers of whom the model says nothing.
pub(super) fn left_out(customers: usize, consequence: &str) -> Option<String> {
    (customers > 0).then(|| {
        format!(
            "the repeat purchases of {} customers bring nothing or less in the mean (returns?), which the model of spend does not \
             know: {consequence}",
            thousands(customers)
        )
    })
}

/// The table of the parameters.
pub(super) fn parameters(fit: &GammaGammaFit, confidence: f64) -> Result<Frame> {
    parameter_frame(&parameter_rows(fit, confidence))
}

/// The same before it is a table.
pub(super) fn parameter_rows(fit: &GammaGammaFit, confidence: f64) -> Vec<Parameter> {
    let values = [("p", fit.model.p), ("q", fit.model.q), ("gamma", fit.model.gamma)];
    let (errors, intervals) = (fit.standard_errors(), fit.intervals(confidence));
    values
        .into_iter()
        .zip(errors)
        .zip(intervals)
        .map(|(((name, estimate), error), interval)| Parameter {
            name: name.to_owned(),
            estimate,
            standard_error: Some(error),
            interval: Some((interval.lower, interval.upper)),
        })
        .collect()
}

/// What was found, in a few words.
pub(super) fn sentence(fit: &GammaGammaFit) -> String {
    let GammaGamma { p, q, gamma } = fit.model;
    format!("p {p:.4}, q {q:.4}, gamma {gamma:.4}; log-likelihood {:.3}", fit.log_likelihood)
}

/// Customers with their repeat purchases, from wherever they come.
pub(super) struct Spend {
    /// The answer in the making, with the customers in it.
    pub(super) customers: FrameBuilder,
    pub(super) frequency: Vec<i64>,
    pub(super) monetary_value: Vec<Option<f64>>,
    /// Purchases and their mean as the model wants them; none where it says nothing.
    pub(super) known: Vec<Option<(f64, f64)>>,
    pub(super) notes: Vec<String>,
}

impl Spend {
    /// From a table with `frequency` and `monetary_value`, or else from transactions up to a day.
    pub(super) fn of_table(table: &Frame, until: Date, context: &Context<'_>) -> Result<Spend> {
        let has = |name: &str| table.need(name).is_ok();
        if !(has("frequency") || has("monetary_value")) {
            let orders = Transactions::from_tables(vec![table.clone()]).map_err(|failure| {
                failure.help("or give a table with `customer`, `frequency` and `monetary_value`, such as `customer_summary` makes")
            })?;
            let purchases = window::counted(&orders, Calendar::Day, Some(until), HoldOut::None, context)?;
            let notes = window::notes(&orders, &purchases, context)?;
            let everyone = 0..purchases.len();
            let frequency = everyone.clone().map(|one| i64::from(purchases.repeats(one))).collect();
            let monetary_value = everyone.map(|one| purchases.mean_repeat_spend(one)).collect();
            return Spend::new(FrameBuilder::new(purchases.customers()), frequency, monetary_value, notes);
        }
        for name in ["customer", "frequency", "monetary_value"] {
            table.need(name)?;
        }
        let data = table.data(context.host())?;
        let frequency: Option<Vec<i64>> = data.integers("frequency")?.into_iter().collect();
        let frequency = frequency.filter(|all| all.iter().all(|x| *x >= 0)).ok_or_else(|| {
            Failure::new("`frequency` has a missing or negative value")
                .help("it is the number of repeat purchases, from 0 on")
        })?;
        let monetary_value = data.numbers("monetary_value")?;
        Spend::new(FrameBuilder::new(data.column("customer")?.clone()), frequency, monetary_value, Vec::new())
    }

    fn new(
        customers: FrameBuilder,
        frequency: Vec<i64>,
        monetary_value: Vec<Option<f64>>,
        notes: Vec<String>,
    ) -> Result<Spend> {
        let usable = |m: &f64| m.is_finite() && *m > 0.0;
        let known = frequency
            .iter()
            .zip(&monetary_value)
            .map(|(x, m)| match *x {
                0 => Some((0.0, 0.0)),
                x => m.filter(usable).map(|m| (x as f64, m)),
            })
            .collect();
        Ok(Spend { customers, frequency, monetary_value, known, notes })
    }
}
