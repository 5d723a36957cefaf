//! Reading the table, and the fit.

use regulars_plugin::{Context, Failure, Result, Table};

use crate::{refused, survival};

/// Customers left after each period, from 0 on.
pub(crate) struct Survivors {
    pub(crate) counts: Vec<f64>,
}

impl Survivors {
    /// Reads the table: periods from 0 on without a gap, numbers that never rise.
    pub(crate) fn read(table: &Table) -> Result<Survivors> {
        let numbers = |name: &str| -> Result<Vec<f64>> {
            let column = table.column(name)?;
            let read: Vec<Option<f64>> = match column.as_integers() {
                Ok(whole) => whole.map(|value| value.map(|value| value as f64)).collect(),
                Err(_) => column.as_numbers()?.collect(),
            };
            read.into_iter().collect::<Option<_>>().ok_or_else(|| refused(format!("a value of `{name}` is missing")))
        };
        let mut rows: Vec<(f64, f64)> = numbers("period")?.into_iter().zip(numbers("customers")?).collect();
        rows.sort_by(|one, other| one.0.total_cmp(&other.0));
        if let Some(gap) = rows.iter().enumerate().find(|(place, (period, _))| *period != *place as f64) {
            return Err(refused(format!("period {} is wanted, but {} was found", gap.0, gap.1.0)));
        }
        let counts: Vec<f64> = rows.into_iter().map(|(_, left)| left).collect();
        if let Some(place) = counts.windows(2).position(|pair| pair[1] > pair[0] || pair[1] < 0.0) {
            return Err(refused(format!(
                "{} customers are left after period {place}, and {} after the next: nobody comes back",
                counts[place],
                counts[place + 1]
            )));
        }
        if counts.len() < 3 {
            return Err(refused(format!("there are {} periods, and at least 3 are wanted", counts.len())));
        }
        Ok(Survivors { counts })
    }

    /// The periods that a fit looks at.
    pub(crate) fn until(&self, last: Option<u32>) -> Result<Survivors> {
        let wanted = last.map_or(self.counts.len(), |last| last as usize + 1);
        if wanted > self.counts.len() {
            let there = self.counts.len() - 1;
            return Err(Failure::new(format!("the last period is {there}, but `until` is {}", wanted - 1))
                .help("choose an earlier period, or leave `until` out"));
        }
        let counts = self.counts[..wanted].to_vec();
        let (first, left) = (counts[0], counts[counts.len() - 1]);
        if first == left {
            return Err(
                Failure::new("nobody left, so nothing can be learned of leaving").help("wait for a period more")
            );
        }
        if left == 0.0 {
            return Err(Failure::new("nobody is left, so there is nobody to tell of")
                .help("take `until` before the last customer left"));
        }
        Ok(Survivors { counts })
    }
}

/// The parameters of the greatest likelihood.
pub(crate) struct Fit {
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
    /// Standard errors of the two.
    pub(crate) errors: [f64; 2],
    pub(crate) log_likelihood: f64,
}

/// Beyond this the coins of all customers are the same as far as any number tells.
const SAME: f64 = 12.0;

impl Fit {
    /// Climbs to the greatest likelihood in the logarithms of the parameters.
    pub(crate) fn of(seen: &Survivors, context: &Context<'_>) -> Result<Fit> {
        let likelihood = |at: [f64; 2]| log_likelihood(at[0].exp(), at[1].exp(), &seen.counts);
        let (mut at, mut step) = ([0.0, 0.0], 1.0);
        let mut best = likelihood(at);
        // The likelihood has one hill; steps along both axes and both diagonals find its top as near as numbers go.
        while step > 1e-9 {
            context.check()?;
            let ways =
                [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0], [1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]];
            let tried = ways.map(|way| [at[0] + step * way[0], at[1] + step * way[1]]);
            match tried.into_iter().map(|place| (likelihood(place), place)).find(|(found, _)| *found > best) {
                Some((found, place)) => (best, at) = (found, place),
                None => step /= 2.0,
            }
            if at[0].abs().max(at[1].abs()) > SAME {
                return Err(Failure::new(
                    "all customers seem to leave at the same rate, so differences between them cannot be told",
                )
                .help("a constant rate needs no model: the share of each period is left to the power of the periods"));
            }
        }
        let errors = errors(likelihood, at).ok_or_else(|| {
            Failure::new("the fit did not come to rest: the data tell too little").help("take more periods")
        })?;
        let [alpha, beta] = at.map(f64::exp);
        Ok(Fit { alpha, beta, errors: [alpha * errors[0], beta * errors[1]], log_likelihood: best })
    }

    /// The share that is left after each of so many periods.
    pub(crate) fn survival(&self, periods: usize) -> impl Iterator<Item = f64> + use<> {
        survival(self.alpha, self.beta).take(periods)
    }
}

/// Equation 6 of the paper, times the customers that left in each period, and those that are left.
fn log_likelihood(alpha: f64, beta: f64, counts: &[f64]) -> f64 {
    let shares: Vec<f64> = survival(alpha, beta).take(counts.len()).collect();
    let left: f64 = counts.windows(2).zip(shares.windows(2)).map(|(n, s)| (n[0] - n[1]) * (s[0] - s[1]).ln()).sum();
    left + counts[counts.len() - 1] * shares[counts.len() - 1].ln()
}

/// Standard errors in the logarithms, from second differences of the likelihood; none where it is no hilltop.
fn errors(likelihood: impl Fn([f64; 2]) -> f64, at: [f64; 2]) -> Option<[f64; 2]> {
    const H: f64 = 1e-3;
    let near = |a: f64, b: f64| likelihood([at[0] + a * H, at[1] + b * H]);
    let middle = near(0.0, 0.0);
    let second = |one: f64, other: f64| -(one - 2.0 * middle + other) / (H * H);
    let (aa, bb) = (second(near(1.0, 0.0), near(-1.0, 0.0)), second(near(0.0, 1.0), near(0.0, -1.0)));
    let ab = -(near(1.0, 1.0) - near(1.0, -1.0) - near(-1.0, 1.0) + near(-1.0, -1.0)) / (4.0 * H * H);
    let determinant = aa * bb - ab * ab;
    (aa > 0.0 && determinant > 0.0).then(|| [(bb / determinant).sqrt(), (aa / determinant).sqrt()])
}
