mod columns;
mod figures;
mod learn;
mod predict;
mod preflight;
mod tables;

use regulars_plugin::{Chart, ColumnName, Context, Date, Failure, Family, Function, Mark, Output, Result, TableManual};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::BuiltIn;
use super::super::ratios::unreadable;
use super::super::watch::Watching;
use crate::table::{Frame, FrameBuilder, thousands};
use columns::{Wanted, choose, encode};
use figures::ChurnModelFigures;
use learn::Whole;
use predict::{Predict, State};
use preflight::{Target, blame};
use tables::{CalibrationRow, DriverRow, GainRow, ThresholdRow};

/// Learns from a table of customers who leaves: how probable it is for each, what it goes with, and how far to trust it.
///
/// The table has one row per customer, a target that is true or false, and columns that were known before; `churn_features`
/// makes one from orders. Every figure and every probability of the answer comes from cross-validation: a customer is
/// told by a model that was fitted without that customer. `predict` uses the model that was fitted on all of them.
///
/// `model.drivers` says what leaving goes with, `model.calibration` whether of those who are told 30 % about 30 % leave,
/// `model.gain` how many of the leavers are among the first tenth, `model.thresholds` what calling from a probability on
/// would catch. That something goes with leaving does not say that changing it keeps anybody.
///
/// # Choices
/// Columns of numbers and flags are taken as they are; a text column of up to 30 different texts becomes a mark for each
/// but the most frequent one; dates count as days before `until`. Columns that hold one value are left out, with
/// logistic regression also those that follow exactly from others, and both are told. For logistic regression a missing number
/// becomes the median and gets a mark of its own; trees find a side for it. Texts and medians are looked up in all rows,
/// the target in those outside the fold only. A column that alone tells the target is refused: it was most likely
/// written after the fact. Rows without a target are left out and told.
///
/// AUC counts ties as one half, its interval is DeLong's; `pr_auc` is the average precision (steps, no trapezoids) with
/// the logit interval; Brier score and log loss (in nats) have those of a mean. All take the cross-validated
/// probabilities as given. With `class_weights: "balanced"` the rarer class counts as much as the other, and
/// probabilities are no shares any more. `penalty` is added to the mean loss and acts on standardised columns, so that
/// 1 / (penalty × rows) is the C of other libraries. Without a penalty the intervals of the coefficients are Wald's (or
/// by profile likelihood), with balanced classes from the sandwich of White; under a penalty there are none. Drivers of
/// trees are the falls of the AUC on rows not seen when a column is dealt anew, with a t interval over the folds.
/// Trees are grown on histograms of 255 bins with second-order leaf values; leaves hold at least 20 rows.
///
/// # Source
/// D. R. Cox (1958), Journal of the Royal Statistical Society B 20, 215–242; T. Chen and C. Guestrin (2016), Proceedings
/// of KDD, 785–794; E. R. DeLong and others (1988), Biometrics 44, 837–845; L. Breiman (2001), Machine Learning 45, 5–32.
///
/// # Example
/// ```rhai
/// let features = sample("cdnow").churn_features(#{until: "1997-12-31", horizon: "180d"});
/// let model = features.churn_model(#{columns: ["recency", "frequency", "orders_90d"]});
/// model.drivers.select(["driver", "effect", "odds_ratio"])
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ChurnModel {
    /// The column that is learnt: flags, the numbers 0 and 1, or text with `positive`.
    pub target: ColumnName,
    /// For a target of text: the text that means leaving.
    pub positive: Option<String>,
    /// The columns that are learnt from. Left out: all but the target and the key.
    pub columns: Vec<ColumnName>,
    /// The column of keys. Left out: `customer`, where there is one.
    pub id: Option<ColumnName>,
    /// The cut: dates count as days before it, and none may lie after it. Left out: dates are not learnt from.
    pub until: Option<Date>,
    /// What is fitted.
    pub kind: Kind,
    /// How much large coefficients of a logistic regression cost; 0 is nothing.
    #[schemars(range(min = 0.0, max = 1000.0))]
    pub penalty: f64,
    /// Share of the penalty that is a lasso, which leaves columns out; the rest is ridge.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub lasso_share: f64,
    /// How much the rows of each class count.
    pub class_weights: Weights,
    /// How the intervals of the coefficients are found.
    pub intervals: Intervals,
    /// Number of trees.
    #[schemars(range(min = 1, max = 5000))]
    pub trees: u32,
    /// Splits between the root of a tree and a leaf, at the most.
    #[schemars(range(min = 1, max = 12))]
    pub depth: u32,
    /// What each tree's leaves are multiplied with.
    #[schemars(range(min = 0.001, max = 1.0))]
    pub rate: f64,
    /// Share of the rows that each tree sees.
    #[schemars(range(min = 0.1, max = 1.0))]
    pub subsample: f64,
    /// Parts of the rows, each told by a model that was fitted on the others.
    #[schemars(range(min = 2, max = 50))]
    pub folds: u32,
    /// Number of rows in the table of calibration, about.
    #[schemars(range(min = 2, max = 100))]
    pub bins: u32,
    /// Seed of the folds and of all other chance. Left out: that of the session.
    pub seed: Option<u64>,
    /// Confidence of the intervals.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: f64,
}

/// What is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Logistic regression: the log odds are a weighted sum of the columns.
    #[default]
    Logistic,
    /// Gradient-boosted trees: finds bends and what columns do together, needs more rows.
    BoostedTrees,
}

/// How much the rows of each class count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Weights {
    /// Every row counts the same.
    #[default]
    Equal,
    /// Both classes count the same.
    Balanced,
}

/// How the intervals of the coefficients are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Intervals {
    /// From standard errors.
    #[default]
    Wald,
    /// From the profile of the likelihood: better with few rows, slower.
    Profile,
}

impl Default for ChurnModel {
    fn default() -> Self {
        ChurnModel {
            target: ColumnName::from("churned"),
            positive: None,
            columns: Vec::new(),
            id: None,
            until: None,
            kind: Kind::Logistic,
            penalty: 0.0,
            lasso_share: 0.0,
            class_weights: Weights::Equal,
            intervals: Intervals::Wald,
            trees: 200,
            depth: 3,
            rate: 0.1,
            subsample: 1.0,
            folds: 5,
            bins: 10,
            seed: None,
            confidence: 0.95,
        }
    }
}

/// One row per customer with a target, in the order of the frame.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub struct ChurnModelRow {
    /// The key, or the number of the row where there is none.
    customer: serde_json::Value,
    /// The target.
    actual: bool,
    /// Probability that it is true, from a model fitted without this row's fold.
    #[schemars(extend("unit" = "share"))]
    probability: f64,
    /// The fold, from 1.
    fold: i64,
}

impl Function for ChurnModel {
    const FAMILY: Family = Family::Keep;
    const RELATED: &'static [&'static str] = &["churn_features"];
    type Input = Frame;
    type Row = ChurnModelRow;
    type Figures = ChurnModelFigures;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Histogram).x("probability").title("How probable it is that customers leave");
        Some(chart.labels("probability, cross-validated", "customers"))
    }

    fn further_tables() -> Vec<TableManual> {
        let drivers = Chart::new(Mark::Interval).x("driver").y("effect").band("lower", "upper");
        let drivers = drivers.title("What leaving goes with");
        let calibration = Chart::new(Mark::Line).x("predicted").y("observed").band("lower", "upper");
        let calibration = calibration
            .title("Of those who were told a probability, how many left")
            .labels("mean probability that was told", "share that left");
        let gain = Chart::new(Mark::Line).x("share").y("gain").title("How many leavers are among the most probable");
        vec![
            TableManual::of::<DriverRow>("drivers").chart(drivers),
            TableManual::of::<CalibrationRow>("calibration").chart(calibration),
            TableManual::of::<GainRow>("gain")
                .chart(gain.labels("share of customers, the most probable first", "share of the leavers")),
            TableManual::of::<ThresholdRow>("thresholds"),
        ]
    }

    fn methods() -> Vec<BuiltIn> {
        vec![BuiltIn::of::<Predict>()]
    }

    fn run(&self, frame: Frame, context: &Context<'_>) -> Result<Output<Frame, ChurnModelFigures>> {
        self.check_options()?;
        frame.need(self.target.as_str())?;
        let id = match &self.id {
            Some(id) => Some(id.as_str()),
            None => Some("customer").filter(|id| frame.need(id).is_ok()),
        };
        let data = frame.data(context.host())?;
        let target = Target::read(&frame, &data, self)?;
        let named: Vec<String> = self.columns.iter().map(|column| column.0.clone()).collect();
        let never: Vec<&str> = std::iter::once(self.target.as_str()).chain(id).collect();
        let wanted = Wanted { named: &named, never: &never, until: self.until };
        let chosen = choose(&frame, &data, &wanted, context)?;
        let fills = self.kind == Kind::Logistic;
        let encoded = encode(&data, &chosen.taken, fills, &target.rows)?;
        let mut notes = frame.notes(context.host())?;
        notes.extend(target.notes.iter().cloned());
        notes.extend(chosen.notes.iter().cloned());
        if !encoded.filled.is_empty() {
            let filled = encoded.filled.iter().map(|(name, rows)| format!("`{name}` ({} rows)", thousands(*rows)));
            let filled: Vec<String> = filled.collect();
            notes.push(format!("missing numbers count as the median, and are marked: {}", filled.join(", ")));
        }
        context.check()?;

        let watch = Watching::new(context, "fitting");
        let labels = &target.labels;
        let kept = self.kept(&encoded, labels, &mut notes, &watch)?;
        let encoded = encoded.select(&kept);
        let features = &encoded.features;
        let groups: Vec<Vec<usize>> = (0..chosen.taken.len())
            .map(|group| (0..encoded.group.len()).filter(|&column| encoded.group[column] == group).collect())
            .collect();
        let seed = self.seed.unwrap_or(context.seed);
        let advise = |error| blame(error, self, labels);
        let whole = self.whole(features, labels, seed, &watch).map_err(advise)?;
        let crossed = self.cross(features, labels, &groups, seed, &watch).map_err(advise)?;
        let drivers = match &whole {
            Whole::Logistic(fit) => {
                let half = |error: Option<f64>| 2.0 * error.unwrap_or(0.0);
                let effects =
                    fit.coefficients.iter().map(|it| (it.name.as_str(), it.estimate, half(it.standard_error)));
                notes.extend(unreadable("odds ratio", effects));
                self.logistic_drivers(fit, features, labels, &watch)?
            }
            Whole::Trees(_) => {
                let names: Vec<&str> = chosen.taken.iter().map(|taken| taken.name.as_str()).collect();
                self.tree_drivers(&names, &crossed)?
            }
        };
        let (figures, uncalibrated) = self.figures(&whole, &crossed, labels, features.columns.len(), &watch);
        context.check()?;
        notes.extend(self.notes(&crossed, labels, uncalibrated));

        let keys = match id {
            Some(id) => FrameBuilder::new(data.keys(id, &target.rows, "customer")?),
            None => FrameBuilder::empty().integers("customer", target.rows.iter().map(|row| *row as i64 + 1)),
        };
        let table = keys
            .flags("actual", labels.iter().copied())
            .numbers("probability", crossed.told.iter().copied())
            .integers("fold", crossed.fold.iter().map(|fold| *fold as i64 + 1))
            .build()?;
        let state = State { id: id.map(str::to_owned), taken: chosen.taken, kept, fills, learnt: whole.learnt() };
        Output::record(figures, table)
            .with_table("drivers", drivers)
            .with_table("calibration", self.calibration_table(&crossed.told, labels)?)
            .with_table("gain", tables::gain(&crossed.told, labels)?)
            .with_table("thresholds", tables::thresholds(&crossed.told, labels)?)
            .notes(notes)
            .with_model(&state)
    }
}

impl ChurnModel {
    fn check_options(&self) -> Result<()> {
        let unused = |option: &str, why: &str| {
            Err(Failure::new(format!("`{option}` is given, but {why}")).help(format!("leave `{option}` out")))
        };
        match self.kind {
            Kind::BoostedTrees if self.penalty > 0.0 => unused("penalty", "trees have none; take a smaller `depth`"),
            Kind::BoostedTrees if self.intervals == Intervals::Profile => {
                unused("intervals", "trees have no coefficients")
            }
            Kind::Logistic if self.lasso_share > 0.0 && self.penalty == 0.0 => {
                unused("lasso_share", "there is no `penalty` to share")
            }
            Kind::Logistic
                if self.intervals == Intervals::Profile
                    && (self.penalty > 0.0 || self.class_weights == Weights::Balanced) =>
            {
                unused("intervals", "a profile needs a likelihood without penalty and weights")
            }
            _ => Ok(()),
        }
    }
}
