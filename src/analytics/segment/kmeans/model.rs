//! What a k-means model knows, and the question which cluster a row belongs to.

use regulars_plugin::{Chart, Context, Failure, Family, FittedOn, Function, Mark, Nothing, Output, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::stats::cluster::{ClusterError, Points, Scaling, nearest};
use crate::table::{Data, Frame, FrameBuilder, thousands};

/// The columns of a model, how they are scaled, and where the clusters' centres lie.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Clusters {
    pub(super) columns: Vec<String>,
    /// What is taken off each column, and what it is divided by.
    pub(super) scalings: Vec<(f64, f64)>,
    /// The centres as distances see them, the first cluster first.
    pub(super) centers: Vec<Vec<f64>>,
}

/// The rows of a frame that have a number in all of the chosen columns.
pub(super) struct Complete {
    /// Their places in the frame.
    pub(super) rows: Vec<usize>,
    /// Their values, column by column.
    pub(super) values: Vec<Vec<f64>>,
    /// Number of all rows.
    pub(super) height: usize,
}

impl Complete {
    pub(super) fn of(data: &Data, columns: &[String]) -> Result<Complete> {
        let height = data.height();
        let read: Result<Vec<Vec<Option<f64>>>> = columns.iter().map(|name| data.numbers(name)).collect();
        let read = read?;
        for (name, values) in columns.iter().zip(&read) {
            if let Some(row) = values.iter().position(|value| value.is_some_and(f64::is_infinite)) {
                return Err(Failure::new(format!("column `{name}` is infinite in row {}", row + 1))
                    .help(format!("leave such rows out first: `.filter(col(\"{name}\").is_finite())`")));
            }
        }
        let is_there = |row: usize| read.iter().all(|values| values[row].is_some_and(|value| !value.is_nan()));
        let rows: Vec<usize> = (0..height).filter(|row| is_there(*row)).collect();
        let values =
            read.iter().map(|values| rows.iter().map(|row| values[*row].unwrap_or_default()).collect()).collect();
        Ok(Complete { rows, values, height })
    }

    pub(super) fn points(&self, scalings: &[Scaling], columns: &[String]) -> Result<Points> {
        let scaled: Vec<Vec<f64>> = self
            .values
            .iter()
            .zip(scalings)
            .map(|(values, scaling)| values.iter().map(|value| scaling.scaled(*value)).collect())
            .collect();
        Points::from_columns(&scaled).map_err(|error| told(error, columns))
    }

    /// One value for each row of the frame, missing where the row was not complete.
    pub(super) fn spread<T: Copy>(&self, values: impl Iterator<Item = T>) -> Vec<Option<T>> {
        let mut spread = vec![None; self.height];
        for (row, value) in self.rows.iter().zip(values) {
            spread[*row] = Some(value);
        }
        spread
    }

    /// What is told of the rows that are not complete.
    pub(super) fn note(&self) -> Option<String> {
        let missing = self.height - self.rows.len();
        (missing > 0).then(|| {
            format!(
                "without a cluster, for want of a value in one of the columns: {} of {} rows",
                thousands(missing),
                thousands(self.height)
            )
        })
    }
}

/// What went wrong, with the columns' names.
pub(super) fn told(error: ClusterError, columns: &[String]) -> Failure {
    let name = |place: &usize| columns.get(*place).cloned().unwrap_or_default();
    match &error {
        ClusterError::Stopped => Failure::interrupted(),
        ClusterError::ConstantColumn(place) => {
            Failure::new(format!("column `{}` has the same value in every row, so it tells no rows apart", name(place)))
                .help("leave it out of `columns`")
        }
        ClusterError::NoMiddleSpread(place) => Failure::new(format!(
            "the quartiles of column `{}` are equal, so `scale: \"robust\"` has nothing to divide it by",
            name(place)
        ))
        .help("take `scale: \"standard\"`, or leave the column out"),
        ClusterError::TooFewRows { different, clusters } => Failure::new(format!(
            "{} clusters are wanted, but only {} rows differ in these columns",
            thousands(*clusters),
            thousands(*different)
        ))
        .help("ask for a smaller `k`, or look at the filters before"),
        ClusterError::OutOfRange => Failure::new(
            "the values are so large, or so close to each other, that their squares cannot be computed with",
        )
        .help("bring the columns to everyday size first, by a factor"),
        ClusterError::NotConverged { iterations } => {
            Failure::new(format!("rows still changed their cluster after {} iterations", thousands(*iterations)))
                .help("the rows may have no clusters at all: try a smaller `k`, or other columns")
        }
        other => Failure::new(other.to_string()),
    }
}

/// Gives every row the cluster whose centre is nearest.
///
/// # Choices
/// Columns are scaled as they were when the model was fitted. Of centres equally near the first counts. A row that lacks
/// a value has no cluster. A column `cluster` or `distance` that the table has already is replaced.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Predict {}

/// The rows of the table, in their order.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct PredictRow {
    /// Number of the cluster, from 1.
    cluster: Option<i64>,
    /// Distance from the cluster's centre, in scaled units.
    distance: Option<f64>,
}

impl Function for Predict {
    const FAMILY: Family = Family::Segment;
    const KEEPS_COLUMNS: bool = true;
    type Input = FittedOn<Clusters, Frame>;
    type Row = PredictRow;
    type Figures = Nothing;

    fn chart() -> Option<Chart> {
        Some(
            Chart::new(Mark::Bar)
                .x("cluster")
                .title("How many rows are nearest to each cluster")
                .labels("cluster", "rows"),
        )
    }

    fn run(&self, input: Self::Input, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        let Clusters { columns, scalings, centers } = &input.state;
        for name in columns {
            input.table.need(name).map_err(|failure| {
                failure.help(format!("the model was fitted on the columns {}", columns.join(", ")))
            })?;
        }
        let data = input.table.data(context.host())?;
        let complete = Complete::of(&data, columns)?;
        let scalings: Vec<Scaling> =
            scalings.iter().map(|(center, spread)| Scaling { center: *center, spread: *spread }).collect();
        let places = if complete.rows.is_empty() {
            Vec::new()
        } else {
            nearest(&complete.points(&scalings, columns)?, centers).map_err(|error| told(error, columns))?
        };
        context.check()?;
        let clusters = complete.spread(places.iter().map(|(label, _)| i64::from(*label) + 1));
        let distances = complete.spread(places.iter().map(|(_, square)| square.sqrt()));
        let table = FrameBuilder::beside(&data, &["cluster", "distance"])
            .optional_integers("cluster", clusters.into_iter())
            .optional_numbers("distance", distances.into_iter())
            .build()?;
        Ok(Output::table(table).notes(complete.note()))
    }
}
