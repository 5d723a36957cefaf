//! What customers will buy and be worth, with the error that comes from the parameters: the computation behind `clv`.

use regulars_plugin::{Context, Failure, Result, SpanUnit};

use super::clv::{BuyingModel, Clv};
use super::window::percent;
use crate::analytics::watch::Watching;
use crate::stats::btyd::{
    self, BgNbd, BuyTillYouDie, Covariates, Fitted, GammaGammaFit, Histories, MbgNbd, NoFit, ParetoNbd,
};
use crate::stats::{Interval, in_chunks, log_interval};
use crate::table::{Purchases, grouped, thousands};

/// A fitted model of buying.
pub(super) struct Buying {
    name: &'static str,
    /// Names and values of the four parameters.
    parameters: [(&'static str, f64); 4],
    /// Covariance of their logarithms.
    covariance: [[f64; 4]; 4],
    make: fn([f64; 4]) -> Box<dyn BuyTillYouDie>,
    log_likelihood: f64,
    histories: Histories,
}

impl Buying {
    /// Fits one of the models to customers' purchase days, with time counted in a unit.
    pub(super) fn fit(
        model: BuyingModel,
        purchases: &Purchases,
        unit: SpanUnit,
        context: &Context<'_>,
    ) -> Result<Buying> {
        let since_first = |one: usize, day: i32| f64::from(day - purchases.first[one]) / unit.days();
        let customers: Vec<btyd::Purchases> = (0..purchases.len())
            .map(|one| btyd::Purchases {
                repeats: purchases.repeats(one),
                last: since_first(one, purchases.last[one]),
                age: since_first(one, purchases.until),
            })
            .collect();
        let histories = Histories::new(&customers, &[]).map_err(refused)?;
        let watch = Watching::new(context, "fitting");
        let none = Covariates::default();
        match model {
            BuyingModel::BgNbd => {
                let fit = BgNbd::fit(&customers, &none, &watch).map_err(refused)?;
                let BgNbd { r, alpha, a, b } = fit.model;
                let parameters = [("r", r), ("alpha", alpha), ("a", a), ("b", b)];
                let make = |[r, alpha, a, b]: [f64; 4]| Box::new(BgNbd { r, alpha, a, b }) as Box<dyn BuyTillYouDie>;
                Ok(Buying::new("bg_nbd", parameters, &fit, make, histories))
            }
            BuyingModel::MbgNbd => {
                let fit = MbgNbd::fit(&customers, &none, &watch).map_err(refused)?;
                let MbgNbd { r, alpha, a, b } = fit.model;
                let parameters = [("r", r), ("alpha", alpha), ("a", a), ("b", b)];
                let make = |[r, alpha, a, b]: [f64; 4]| Box::new(MbgNbd { r, alpha, a, b }) as Box<dyn BuyTillYouDie>;
                Ok(Buying::new("mbg_nbd", parameters, &fit, make, histories))
            }
            BuyingModel::ParetoNbd => {
                let fit = ParetoNbd::fit(&customers, &none, &watch).map_err(refused)?;
                let ParetoNbd { r, alpha, s, beta } = fit.model;
                let parameters = [("r", r), ("alpha", alpha), ("s", s), ("beta", beta)];
                let make =
                    |[r, alpha, s, beta]: [f64; 4]| Box::new(ParetoNbd { r, alpha, s, beta }) as Box<dyn BuyTillYouDie>;
                Ok(Buying::new("pareto_nbd", parameters, &fit, make, histories))
            }
        }
    }

    fn new<M>(
        name: &'static str,
        parameters: [(&'static str, f64); 4],
        fit: &Fitted<M>,
        make: fn([f64; 4]) -> Box<dyn BuyTillYouDie>,
        histories: Histories,
    ) -> Buying {
        let covariance = std::array::from_fn(|one| std::array::from_fn(|other| fit.search.covariance[(one, other)]));
        Buying { name, parameters, covariance, make, log_likelihood: fit.log_likelihood, histories }
    }

    /// Which model, and what was found.
    pub(super) fn sentence(&self, unit: SpanUnit) -> String {
        let values: Vec<String> = self.parameters.iter().map(|(name, value)| format!("{name} {value:.4}")).collect();
        format!(
            "{} fitted in {}s: {}; log-likelihood {:.3}",
            self.name,
            unit.word(),
            values.join(", "),
            self.log_likelihood
        )
    }
}

/// Why there is no model of buying, with advice.
fn refused(why: NoFit) -> Failure {
    match why {
        NoFit::Stopped => Failure::interrupted(),
        NoFit::NobodyRepeats { .. } | NoFit::NoTime => {
            Failure::new(why.to_string()).help("take a longer window; several orders on one day are one purchase")
        }
        NoFit::RanOff { .. } | NoFit::Unsettled { .. } => Failure::new(why.to_string())
            .help("try another `model`, or a longer window: mbg_nbd and pareto_nbd let customers stop in other ways"),
        _ => Failure::new(why.to_string()).help("a longer window or more customers would tell more"),
    }
}

/// What one customer will be worth.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) alive: f64,
    pub(super) purchases: f64,
    pub(super) spend: Option<f64>,
    pub(super) value: Option<f64>,
    pub(super) interval: Option<Interval>,
}

/// What all customers will be worth.
pub(super) struct Worth {
    pub(super) rows: Vec<Row>,
    total: f64,
    total_interval: Interval,
}

/// What is known of the future of a purchase history.
#[derive(Clone, Copy)]
struct Prospect {
    alive: f64,
    purchases: f64,
    discounted: f64,
    /// Derivatives of the logarithm of the discounted purchases by the logarithms of the parameters.
    slope: [f64; 4],
}

/// Histories that are looked at between two looks at whether to stop.
const AT_ONCE: usize = 2048;
const CHUNK: usize = 64;
/// By how much a logarithm is moved for a derivative.
const APART: f64 = 1e-4;

impl Worth {
    pub(super) fn of(
        buying: &Buying,
        spent: &GammaGammaFit,
        purchases: &Purchases,
        options: &Clv,
        context: &Context<'_>,
    ) -> Result<Worth> {
        let prospects = buying.prospects(options, context)?;
        let mut rows = Vec::with_capacity(purchases.len());
        // Derivatives of the total by the seven logarithms of parameters.
        let mut total = 0.0;
        let mut total_slope = [0.0; 7];
        for one in 0..purchases.len() {
            if one % 65_536 == 0 {
                context.check()?;
            }
            let prospect = prospects[buying.histories.of[one] as usize];
            let x = f64::from(purchases.repeats(one));
            let m = purchases.mean_repeat_spend(one);
            let known = m.is_none_or(|m| m > 0.0);
            let m = m.unwrap_or_default();
            let spend = spent.model.expected_spend(x, m).filter(|_| known);
            let value = spend.map(|spend| options.margin * spend * prospect.discounted);
            let mut interval = None;
            if let Some(value) = value {
                let spend_slope = spend_slope(&spent.model, x, m);
                let variance = quadratic(&prospect.slope, |i, j| buying.covariance[i][j])
                    + quadratic(&spend_slope, |i, j| spent.maximum.covariance[(i, j)]);
                interval = Some(log_interval(value, variance.max(0.0).sqrt(), options.confidence));
                total += value;
                for (sum, slope) in total_slope.iter_mut().zip(prospect.slope.iter().chain(&spend_slope)) {
                    *sum += value * slope;
                }
            }
            rows.push(Row { alive: prospect.alive, purchases: prospect.purchases, spend, value, interval });
        }
        let slope = total_slope.map(|slope| if total > 0.0 { slope / total } else { 0.0 });
        let [r, alpha, a, b, p, q, gamma] = slope;
        let variance = quadratic(&[r, alpha, a, b], |i, j| buying.covariance[i][j])
            + quadratic(&[p, q, gamma], |i, j| spent.maximum.covariance[(i, j)]);
        let total_interval = log_interval(total, variance.max(0.0).sqrt(), options.confidence);
        Ok(Worth { rows, total, total_interval })
    }

    /// The total, and how it was counted.
    pub(super) fn sentence(&self, options: &Clv) -> String {
        let money = |amount: f64| grouped(&format!("{amount:.2}"));
        let valued = self.rows.iter().filter(|row| row.value.is_some()).count();
        format!(
            "value of the {} after the window, each month discounted by {} from its end, margin {}: together {} from {} \
             customers, {} interval {} to {}",
            options.horizon,
            percent(options.discount),
            percent(options.margin),
            money(self.total),
            thousands(valued),
            percent(options.confidence),
            money(self.total_interval.lower),
            money(self.total_interval.upper)
        )
    }
}

/// Derivatives of ln p (γ + m x) / (p x + q − 1) by ln p, ln q and ln γ.
fn spend_slope(model: &btyd::GammaGamma, x: f64, m: f64) -> [f64; 3] {
    let btyd::GammaGamma { p, q, gamma } = *model;
    let shape = p * x + q - 1.0;
    [1.0 - p * x / shape, -q / shape, gamma / (gamma + m * x)]
}

fn quadratic<const N: usize>(slope: &[f64; N], covariance: impl Fn(usize, usize) -> f64) -> f64 {
    (0..N).map(|i| (0..N).map(|j| slope[i] * slope[j] * covariance(i, j)).sum::<f64>()).sum()
}

impl Buying {
    /// What is to come of each history.
    fn prospects(&self, options: &Clv, context: &Context<'_>) -> Result<Vec<Prospect>> {
        let month = SpanUnit::Month.days() / options.unit.days();
        let months = options.horizon.in_units_of(SpanUnit::Month);
        // The ends of the months, in months; the last may be part of one.
        let mut ends: Vec<f64> = (1..=months.floor() as usize).map(|month| month as f64).collect();
        if months.fract() > 1e-9 {
            ends.push(months);
        }
        let monthly = 1.0 + options.discount;
        let discounts: Vec<(f64, f64)> = ends.iter().map(|end| (end * month, monthly.powf(-end))).collect();
        let values = self.parameters.map(|(_, value)| value);
        let model = (self.make)(values);
        let moved: Vec<Box<dyn BuyTillYouDie>> = (0..8)
            .map(|place| {
                let mut values = values;
                values[place / 2] *= if place % 2 == 0 { APART.exp() } else { (-APART).exp() };
                (self.make)(values)
            })
            .collect();
        let shared = &self.histories.shared;
        let mut prospects = Vec::with_capacity(shared.len());
        for start in (0..shared.len()).step_by(AT_ONCE) {
            context.check()?;
            context.progress(start as u64, shared.len() as u64, "looking ahead");
            let part = &shared[start..(start + AT_ONCE).min(shared.len())];
            let found = in_chunks(part.len(), CHUNK, |range| {
                part[range]
                    .iter()
                    .map(|history| {
                        let outlook = model.outlook(history.purchases);
                        let by = |place: usize| discounted(&moved[place].outlook(history.purchases), &discounts).ln();
                        let slope = std::array::from_fn(|one| (by(2 * one) - by(2 * one + 1)) / (2.0 * APART));
                        let purchases = outlook.expected(months * month);
                        let discounted = discounted(&outlook, &discounts);
                        Prospect { alive: outlook.alive, purchases, discounted, slope }
                    })
                    .collect::<Vec<_>>()
            });
            prospects.extend(found.into_iter().flatten());
        }
        Ok(prospects)
    }
}

/// The expected purchases between the ends, each times the discount at its end.
fn discounted(outlook: &btyd::Outlook, ends: &[(f64, f64)]) -> f64 {
    let mut before = 0.0;
    let mut sum = 0.0;
    for (end, discount) in ends {
        let until = outlook.expected(*end);
        sum += (until - before) * discount;
        before = until;
    }
    sum
}
