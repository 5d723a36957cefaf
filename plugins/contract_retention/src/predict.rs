//! What the model expects of later periods.

use regulars_plugin::{Chart, Column, Context, Family, Fitted, Function, Mark, Nothing, Output, Result, Table};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{State, survival};

/// Tells how many of the customers will be left after each of the periods to come.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Predict {
    /// How many periods after the last one that was observed.
    #[schemars(range(min = 1, max = 10_000))]
    pub periods: u32,
}

impl Default for Predict {
    fn default() -> Self {
        Predict { periods: 12 }
    }
}

/// One row per period to come.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct Row {
    /// Periods since the beginning.
    #[schemars(extend("unit" = "periods"))]
    period: i64,
    /// Share of the customers of the beginning that is left.
    #[schemars(extend("unit" = "share"))]
    survival: f64,
    /// Share of those who were left in the period before.
    #[schemars(extend("unit" = "share"))]
    retention: f64,
    /// How many that is.
    #[schemars(extend("unit" = "customers"))]
    customers: f64,
}

impl Function for Predict {
    const FAMILY: Family = Family::Keep;
    type Input = Fitted<State, Table>;
    type Row = Row;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        Some(Chart::new(Mark::Line).x("period").y("survival").title("How many customers will stay"))
    }

    fn run(&self, model: Self::Input, _: &Context<'_>) -> Result<Output<Table, Nothing>> {
        let State { alpha, beta, last, customers } = model.state;
        let periods = || (last + 1..=last + self.periods).map(f64::from);
        let left: Vec<f64> = survival(alpha, beta).skip(last as usize + 1).take(self.periods as usize).collect();
        Ok(Output::table(Table::new(vec![
            Column::integers("period", periods().map(|period| Some(period as i64))),
            Column::numbers("survival", left.iter().copied().map(Some)),
            Column::numbers(
                "retention",
                periods().map(|period| Some((beta + period - 1.0) / (alpha + beta + period - 1.0))),
            ),
            Column::numbers("customers", left.iter().map(|share| Some(share * customers))),
        ])?))
    }
}
