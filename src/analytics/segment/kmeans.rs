mod answer;
mod model;

use regulars_plugin::{
    Chart, ColumnKind, ColumnName, Context, Failure, Family, Function, Mark, Output, Registered, Result, TableManual,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::analytics::BuiltIn;
use crate::analytics::watch::Watching;
use crate::stats::Watch;
use crate::stats::cluster::{
    self as mathematics, ClusterError, KMeans, KMeansOptions, Points, Scaling, Silhouette, Stability, StabilityOptions,
};
use crate::table::{Frame, FrameBuilder, thousands};
use answer::{CenterRow, ChoiceRow, ClusterRow, KMeansFigures, SizeRow, Tried, centers, choices, sizes};
use model::{Clusters, Complete, Predict, told};

/// Puts rows into clusters of rows that are alike in chosen columns of numbers, and says how well they are apart.
///
/// The rows come back with the number of their cluster. `.centers` says what is typical of each cluster, `.sizes` how large
/// and how well apart each is, `.choices` what other numbers of clusters came to, and `.predict(frame)` gives new rows
/// the nearest cluster. `segment_profile` tells what sets the clusters apart in columns that were not used as well.
///
/// # Choices
/// Columns count alike: each is lessened by its mean and divided by its population standard deviation, unless `scale` says
/// otherwise. Every start draws its centres by greedy k-means++ (2 + ⌊ln k⌋ candidates for each) and goes on until no
/// row changes its cluster; the start with the least inertia is kept, and `found` says how many starts came to that inertia,
/// within a millionth. With more than 4,096 rows a start is given up where the squared ways of its centres in one
/// iteration add up to less than a ten-thousandth of the mean variance of the columns, the usual tolerance, while its
/// inertia is still more than a ten-thousandth above the best so far. Where `k` is a list, the number with the greatest silhouette is taken, the smaller of equal ones.
/// Clusters are numbered by size, the largest is 1; of equal size the one with the lower centre, by its first column, then
/// its second. A cluster that loses all rows gets the row that lies farthest from its centre. The silhouette is the mean
/// of all rows, and where there are more than `sample` of a seeded sample of so many, with distances within the
/// sample. Stability is the mean adjusted Rand index between these clusters and those of 20 bootstrap samples of at most
/// 5,000 rows, five starts each: near 1 the clusters would be found again, below about .6 they would hardly.
/// The same seed gives the same clusters at any number of threads.
///
/// # Source
/// S. Lloyd (1982), IEEE Transactions on Information Theory 28, 129–137; D. Arthur and S. Vassilvitskii (2007), k-means++,
/// SODA, 1027–1035; G. Hamerly (2010), SIAM Data Mining, 130–140, for the bounds; P. J. Rousseeuw (1987), Journal of
/// Computational and Applied Mathematics 20, 53–65, for the silhouette; L. Hubert and P. Arabie (1985), Journal of
/// Classification 2, 193–218, and A. Fang and J. Wang (2012), Computational Statistics and Data Analysis 56, 468–477,
/// for the stability.
///
/// # Example
/// ```rhai
/// let shops = frame(#{
///     shop: ["a", "b", "c", "d", "e", "f", "g"],
///     visits: [2, 3, 2, 20, 22, 21, 19],
///     basket: [80, 75, 90, 12, 10, 15, 11],
/// });
/// let model = shops.kmeans(#{columns: ["visits", "basket"], k: [2, 3]});
/// model.centers
/// ```
/// ```text
/// cluster  column  center  standardised
/// integer  text    number        number
/// ─────────────────────────────────────
///       1  visits   20.50         0.862
///       1  basket   12.00        -0.859
///       2  visits    2.33        -1.149
///       2  basket   81.67         1.146
/// 4 rows × 4 columns
/// ```
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Kmeans {
    /// Columns of numbers in which rows of a cluster are alike; must be given.
    pub columns: Vec<ColumnName>,
    /// Number of clusters, or a list of numbers to choose from.
    pub k: Value,
    /// Number of starts for each number of clusters.
    #[schemars(range(min = 1, max = 1000))]
    pub starts: u32,
    /// Seed of starts and samples. Left out: that of the session.
    pub seed: Option<u64>,
    /// How columns are made comparable.
    pub scale: Scale,
    /// Most rows on which the silhouette is computed in full.
    #[schemars(range(min = 100, max = 100_000))]
    pub sample: u32,
}

/// How columns are made comparable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Less the mean, by the population standard deviation.
    #[default]
    Standard,
    /// From 0 for the least value to 1 for the greatest.
    Range,
    /// Less the median, by the distance of the quartiles, so that extreme values count less.
    Robust,
    /// Not at all: the columns have one unit already.
    None,
}

impl Default for Kmeans {
    fn default() -> Self {
        Kmeans {
            columns: Vec::new(),
            k: Value::from((2..=8).collect::<Vec<u32>>()),
            starts: 10,
            seed: None,
            scale: Scale::Standard,
            sample: 10_000,
        }
    }
}

/// A start that needs more iterations is given up. Structureless rows in their millions need about a thousand.
const MOST_ITERATIONS: usize = 100_000;
/// Bootstrap samples behind the stability, the rows of each at most, and the starts in each.
const SAMPLES: usize = 20;
const SAMPLE_ROWS: usize = 5_000;
const SAMPLE_STARTS: usize = 5;
/// More clusters than this nobody reads.
const MOST_CLUSTERS: u64 = 1000;

impl Function for Kmeans {
    const FAMILY: Family = Family::Segment;
    const RELATED: &'static [&'static str] = &["segment_profile", "rfm", "segment_by"];
    const KEEPS_COLUMNS: bool = true;
    type Input = Frame;
    type Row = ClusterRow;
    type Figures = KMeansFigures;

    fn chart() -> Option<Chart> {
        Some(Chart::new(Mark::Bar).x("cluster").title("How many rows are in each cluster").labels("cluster", "rows"))
    }

    fn further_tables() -> Vec<TableManual> {
        let centers = Chart::new(Mark::Heatmap).x("cluster").y("column").color("standardised");
        let choices = Chart::new(Mark::Line).x("k").y("silhouette");
        vec![
            TableManual::of::<CenterRow>("centers").chart(centers.title("What is typical of each cluster")),
            TableManual::of::<SizeRow>("sizes"),
            TableManual::of::<ChoiceRow>("choices")
                .chart(choices.title("How well apart so many clusters are").labels("clusters", "mean silhouette")),
        ]
    }

    fn methods() -> Vec<Registered<Frame>> {
        vec![BuiltIn::of::<Predict>()]
    }

    fn run(&self, frame: Frame, context: &Context<'_>) -> Result<Output<Frame, KMeansFigures>> {
        let columns = self.columns(&frame)?;
        let numbers = self.numbers()?;
        let data = frame.data(context.host())?;
        let complete = Complete::of(&data, &columns)?;
        if complete.rows.is_empty() {
            return Err(Failure::new("no row has a value in all of these columns")
                .help("look at them with `frame.describe()`; fill gaps with `fill_null`, or leave a column out"));
        }
        let scalings = self.scalings(&complete, &columns)?;
        let points = complete.points(&scalings, &columns)?;
        let seed = self.seed.unwrap_or(context.seed);
        let watch = Watching::new(context, "clustering");
        let mut notes = frame.with_about(frame.origin()).notes(context.host())?;
        let (tried, left) = self.tried(&points, &numbers, seed, &watch).map_err(|error| told(error, &columns))?;
        notes.extend(left);
        let chosen = chosen(&tried);
        let (best, silhouette) = &tried[chosen];
        let stability = self.stability(&points, best, seed, &watch).map_err(|error| told(error, &columns))?;

        notes.extend(complete.note());
        notes.extend(self.notes(best, silhouette, numbers.len() > 1, points.rows()));
        let figures = KMeansFigures {
            k: best.centers.len() as i64,
            inertia: best.inertia,
            silhouette: silhouette.mean,
            silhouette_rows: silhouette.rows as i64,
            stability: stability.as_ref().map(|it| it.mean),
            stability_least: stability.as_ref().map(|it| it.least),
            found: best.found as i64,
            starts: i64::from(self.starts),
            iterations: best.iterations as i64,
            rows: points.rows() as i64,
        };
        let labels = complete.spread(best.labels.iter().map(|label| i64::from(*label) + 1));
        let table = FrameBuilder::beside(&data, &[]).optional_integers("cluster", labels.into_iter()).build()?;
        let state = Clusters {
            columns: columns.clone(),
            scalings: scalings.iter().map(|scaling| (scaling.center, scaling.spread)).collect(),
            centers: best.centers.clone(),
        };
        Output::record(figures, table)
            .with_table("centers", centers(best, &columns, &scalings)?)
            .with_table("sizes", sizes(best, silhouette, points.rows())?)
            .with_table("choices", choices(&tried, chosen)?)
            .notes(notes)
            .with_model(&state)
    }
}

impl Kmeans {
    fn columns(&self, frame: &Frame) -> Result<Vec<String>> {
        if self.columns.is_empty() {
            let kinds = frame.kinds();
            let is_number = |kind: &ColumnKind| matches!(kind, ColumnKind::Integer | ColumnKind::Number);
            // Keys are often whole numbers, but nobody is like his neighbour in number.
            let numeric = kinds.iter().filter(|(name, kind)| is_number(kind) && name != "customer" && name != "order");
            let names: Vec<String> = numeric.map(|(name, _)| format!("\"{name}\"")).collect();
            return Err(Failure::new("`columns` is wanted: in which columns are rows of one cluster alike?").help(
                match names.is_empty() {
                    true => "but the table has no column of numbers: `rfm` and other functions make some".to_owned(),
                    false => format!("write `columns: [{}]`, or some of them", names.join(", ")),
                },
            ));
        }
        let columns: Vec<String> = self.columns.iter().map(|name| name.0.clone()).collect();
        if let Some(twice) = columns.iter().enumerate().find(|(place, name)| columns[..*place].contains(name)) {
            return Err(Failure::new(format!("`columns` names `{}` twice", twice.1))
                .help("name it once; to make a column count more, multiply it and take `scale: \"none\"`"));
        }
        if frame.need("cluster").is_ok() {
            return Err(Failure::new("the table has a column `cluster` already").help(
                "leave it out, `.drop(\"cluster\")`, or give it another name, `.rename(#{cluster: \"earlier\"})`",
            ));
        }
        Ok(columns)
    }

    /// The numbers of clusters to try, in rising order.
    fn numbers(&self) -> Result<Vec<usize>> {
        let wrong = || {
            Failure::new(format!(
                "option `k` is {}, but must be a whole number from 1 to {MOST_CLUSTERS}, or a list of such",
                self.k
            ))
            .help("write `k: 5`, or `k: [2, 3, 4, 5]` to have the best of them chosen by the silhouette")
        };
        let given = match &self.k {
            Value::Array(items) => items.clone(),
            one => vec![one.clone()],
        };
        let whole = |value: &Value| {
            let number = value.as_f64().filter(|number| number.fract() == 0.0)?;
            (1.0..=MOST_CLUSTERS as f64).contains(&number).then_some(number as usize)
        };
        let mut numbers: Vec<usize> = given.iter().map(whole).collect::<Option<_>>().ok_or_else(wrong)?;
        numbers.sort_unstable();
        numbers.dedup();
        if numbers.is_empty() { Err(wrong()) } else { Ok(numbers) }
    }

    fn scalings(&self, complete: &Complete, columns: &[String]) -> Result<Vec<Scaling>> {
        let scale = match self.scale {
            Scale::Standard => mathematics::Scale::Standard,
            Scale::Range => mathematics::Scale::Range,
            Scale::Robust => mathematics::Scale::Robust,
            Scale::None => mathematics::Scale::None,
        };
        let each = complete.values.iter().enumerate();
        each.map(|(place, values)| Scaling::of(scale, place, values))
            .collect::<Result<_, ClusterError>>()
            .map_err(|error| told(error, columns))
    }

    /// The best clusters of every number, with their silhouettes, and what is told of numbers that could not be tried.
    fn tried(
        &self,
        points: &Points,
        numbers: &[usize],
        seed: u64,
        watch: &dyn Watch,
    ) -> Result<(Tried, Option<String>), ClusterError> {
        let mut found = Vec::new();
        let mut left = None;
        for clusters in numbers {
            let options = KMeansOptions {
                clusters: *clusters,
                starts: self.starts as usize,
                seed,
                most_iterations: MOST_ITERATIONS,
            };
            match mathematics::kmeans(points, &options, watch) {
                Ok(clusters) => found.push(clusters),
                // The numbers rise: the greater ones cannot be found either.
                Err(ClusterError::TooFewRows { different, .. }) if !found.is_empty() => {
                    left = Some(format!(
                        "only {} rows differ in these columns: {clusters} clusters and more were not tried",
                        thousands(different)
                    ));
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        let divisions: Vec<(&[u32], usize)> =
            found.iter().map(|found| (found.labels.as_slice(), found.centers.len())).collect();
        let silhouettes = mathematics::silhouettes(points, &divisions, self.sample as usize, seed, watch)?;
        Ok((found.into_iter().zip(silhouettes).collect(), left))
    }

    fn stability(
        &self,
        points: &Points,
        best: &KMeans,
        seed: u64,
        watch: &dyn Watch,
    ) -> Result<Option<Stability>, ClusterError> {
        if best.centers.len() < 2 {
            return Ok(None);
        }
        let options = KMeansOptions {
            clusters: best.centers.len(),
            starts: SAMPLE_STARTS.min(self.starts as usize),
            seed,
            most_iterations: MOST_ITERATIONS,
        };
        let options = StabilityOptions { samples: SAMPLES, most_rows: SAMPLE_ROWS, kmeans: options };
        mathematics::stability(points, &best.labels, &options, watch)
    }

    fn notes(&self, best: &KMeans, silhouette: &Silhouette, is_chosen: bool, rows: usize) -> Vec<String> {
        let scaled = match self.scale {
            Scale::Standard => "columns were divided by their population standard deviation",
            Scale::Range => "columns were divided by their range",
            Scale::Robust => "columns were divided by the distance of their quartiles",
            Scale::None => "columns were not scaled: those of large numbers count most",
        };
        let mut notes = vec![scaled.to_owned()];
        if is_chosen {
            notes.push(format!(
                "{} clusters have the greatest mean silhouette of the numbers tried: see `.choices`",
                best.centers.len()
            ));
        }
        if silhouette.rows < rows {
            notes.push(format!(
                "the silhouette is that of a sample of {} of {} rows",
                thousands(silhouette.rows),
                thousands(rows)
            ));
        }
        notes.push(match (best.found, self.starts) {
            (_, 1) => "there was one start only: others may come to a lower inertia".to_owned(),
            (1, starts) => format!("only one of {starts} starts came to this inertia: ask for more `starts`"),
            (found, starts) => format!("{found} of {starts} starts came to this inertia"),
        });
        notes
    }
}

/// The place of the greatest silhouette, the first of equal ones; the first where there is none.
fn chosen(tried: &Tried) -> usize {
    let mut best = 0;
    for (place, (_, silhouette)) in tried.iter().enumerate() {
        if silhouette.mean > tried[best].1.mean {
            best = place;
        }
    }
    best
}
