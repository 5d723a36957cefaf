//! Data for the tests.

mod laws;
mod witnesses;

use super::super::columns::{RegressionError, Rows};
use super::super::curve::IntervalKind;
use super::*;
use crate::watch::Unwatched;

/// Columns with names, durations and events that own their values.
struct Data {
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
    durations: Vec<f64>,
    events: Vec<bool>,
}

impl Data {
    fn new(durations: &[f64], events: &[u8], columns: &[(&str, &[f64])]) -> Self {
        Self {
            names: columns.iter().map(|(name, _)| (*name).to_owned()).collect(),
            columns: columns.iter().map(|(_, values)| values.to_vec()).collect(),
            durations: durations.to_vec(),
            events: events.iter().map(|&event| event == 1).collect(),
        }
    }

    fn subjects(&self) -> Subjects<'_> {
        Subjects {
            rows: Rows { names: &self.names, columns: &self.columns, durations: &self.durations, events: &self.events },
            strata: None,
            weights: None,
            clusters: None,
        }
    }

    fn fit(&self, choices: Choices) -> Result<CoxFit, RegressionError> {
        fit(&self.subjects(), choices, &Unwatched)
    }
}

const BRESLOW: Choices = Choices { ties: Ties::Breslow, penalty: 0.0, robust: false };
const EFRON: Choices = Choices { ties: Ties::Efron, penalty: 0.0, robust: false };
const ROBUST: Choices = Choices { ties: Ties::Efron, penalty: 0.0, robust: true };

fn near(found: f64, wanted: f64, tolerance: f64) {
    assert!((found - wanted).abs() <= tolerance, "{found} instead of {wanted}");
}

/// Rossi, Berk and Lenihan (1980): 432 men released from prison, weeks to the first arrest. Copy of the lifelines
/// package, MIT.
fn rossi() -> Data {
    let mut lines = include_str!("../../rossi.csv").lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let rows: Vec<Vec<f64>> = lines.map(|line| line.split(',').map(|value| value.parse().unwrap()).collect()).collect();
    let column = |place: usize| rows.iter().map(|row| row[place]).collect::<Vec<f64>>();
    Data {
        names: names[2..].iter().map(|name| (*name).to_owned()).collect(),
        columns: (2..names.len()).map(column).collect(),
        durations: column(0),
        events: column(1).iter().map(|&event| event == 1.0).collect(),
    }
}

/// Edmunson et al. (1979), Cancer Treatment Reports 63, 241–247: 26 women with ovarian cancer, days. Figures as printed
/// in Collett (1994), Modelling Survival Data in Medical Research, and used by R's `survival` as `ovarian`.
fn ovarian() -> Data {
    let rows: [[f64; 6]; 26] = [
        [59., 1., 72.3315, 2., 1., 1.],
        [115., 1., 74.4932, 2., 1., 1.],
        [156., 1., 66.4658, 2., 1., 2.],
        [421., 0., 53.3644, 2., 2., 1.],
        [431., 1., 50.3397, 2., 1., 1.],
        [448., 0., 56.4301, 1., 1., 2.],
        [464., 1., 56.9370, 2., 2., 2.],
        [475., 1., 59.8548, 2., 2., 2.],
        [477., 0., 64.1753, 2., 1., 1.],
        [563., 1., 55.1781, 1., 2., 2.],
        [638., 1., 56.7562, 1., 1., 2.],
        [744., 0., 50.1096, 1., 2., 1.],
        [769., 0., 59.6301, 2., 2., 2.],
        [770., 0., 57.0521, 2., 2., 1.],
        [803., 0., 39.2712, 1., 1., 1.],
        [855., 0., 43.1233, 1., 1., 2.],
        [1040., 0., 38.8932, 2., 1., 2.],
        [1106., 0., 44.6000, 1., 1., 1.],
        [1129., 0., 53.9068, 1., 2., 1.],
        [1206., 0., 44.2055, 2., 2., 1.],
        [1227., 0., 59.5890, 1., 2., 2.],
        [268., 1., 74.5041, 2., 1., 2.],
        [329., 1., 43.1370, 2., 1., 1.],
        [353., 1., 63.2192, 1., 2., 2.],
        [365., 1., 64.4247, 2., 2., 1.],
        [377., 0., 58.3096, 1., 2., 1.],
    ];
    let column = |place: usize| rows.iter().map(|row| row[place]).collect::<Vec<f64>>();
    Data {
        names: ["age", "resid", "rx", "ecog"].map(str::to_owned).to_vec(),
        columns: (2..6).map(column).collect(),
        durations: column(0),
        events: column(1).iter().map(|&event| event == 1.0).collect(),
    }
}

fn without(mut data: Data, names: &[&str]) -> Data {
    for name in names {
        let place = data.names.iter().position(|known| known == name).unwrap();
        data.names.remove(place);
        data.columns.remove(place);
    }
    data
}

/// Data set 1 of Therneau and Grambsch (2000), Modeling Survival Data, appendix E.1: with r = exp β everything can be
/// written down.
fn six() -> Data {
    Data::new(&[9., 1., 1., 6., 6., 8.], &[1, 1, 0, 1, 1, 0], &[("x", &[0., 1., 1., 1., 0., 0.])])
}
