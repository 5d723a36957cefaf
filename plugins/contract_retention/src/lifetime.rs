//! What a customer is worth in periods.

use regulars_plugin::{Context, Family, Fitted, Function, Nothing, Output, Result, Table};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{State, survival};

/// Tells how many periods a new customer is expected to pay for, later ones counting less.
///
/// # Choices
/// The customer pays at the beginning of each period, the first included. Without a discount the sum need not end, so
/// `discount` is above zero.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Lifetime {
    /// What a period's delay takes from the worth of a payment, such as 0.1 for a tenth a period.
    #[schemars(range(min = 0.001, max = 10.0))]
    pub discount: f64,
}

impl Default for Lifetime {
    fn default() -> Self {
        Lifetime { discount: 0.1 }
    }
}

/// The expectation.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Figures {
    /// Payments that a new customer is expected to make, as if all were made today.
    #[schemars(extend("unit" = "periods"))]
    pub discounted_periods: f64,
}

impl Function for Lifetime {
    const FAMILY: Family = Family::Keep;
    type Input = Fitted<State, Table>;
    type Row = Nothing;
    type Figures = Figures;

    fn run(&self, model: Self::Input, context: &Context<'_>) -> Result<Output<Table, Figures>> {
        let mut worth = 1.0;
        let mut sum = 0.0;
        for left in survival(model.state.alpha, model.state.beta) {
            sum += left * worth;
            worth /= 1.0 + self.discount;
            // What is still to come is at most a discounted sum of ones.
            if left * worth / self.discount < 1e-9 {
                break;
            }
        }
        context.check()?;
        Ok(Output::figures(Figures { discounted_periods: sum }))
    }
}
