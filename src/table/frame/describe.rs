//! A frame in figures.

use polars::prelude::*;
use regulars_plugin::{Failure, Host, Result};

use super::{Frame, by_name, run};
use crate::table::words::in_words;
use crate::table::{Cell, Data, thousands};

/// A summary of a column.
type Statistic = fn(Expr) -> Expr;

/// What `describe` tells of a column, in its order.
const STATISTICS: [(&str, Statistic); 9] = [
    ("count", |e| e.count()),
    ("missing", |e| e.null_count()),
    ("mean", |e| e.mean()),
    ("std", |e| e.std(1)),
    ("min", |e| e.min()),
    ("25%", |e| e.quantile(lit(0.25), QuantileMethod::Linear)),
    ("50%", |e| e.quantile(lit(0.5), QuantileMethod::Linear)),
    ("75%", |e| e.quantile(lit(0.75), QuantileMethod::Linear)),
    ("max", |e| e.max()),
];

/// Values of a column that `glimpse` shows.
const GLIMPSE: usize = 8;

impl Frame {
    /// Count, missing values, mean, spread and quantiles of every column, in one run over the data.
    pub fn describe(&self, host: &dyn Host) -> Result<Frame> {
        let asked: Vec<Vec<Option<Expr>>> = self
            .inner
            .schema
            .iter()
            .enumerate()
            .map(|(place, (name, kind))| {
                let numeric = is_number(kind);
                let values =
                    if kind.is_decimal() { col(name.clone()).cast(DataType::Float64) } else { col(name.clone()) };
                let ordered = numeric || kind.is_temporal() || matches!(kind, DataType::String);
                let one = |(statistic, compute): &(&str, Statistic)| {
                    let fits = match *statistic {
                        "count" | "missing" => true,
                        "min" | "max" => ordered,
                        _ => numeric,
                    };
                    fits.then(|| compute(values.clone()).alias(label(place, statistic)))
                };
                STATISTICS.iter().map(one).collect()
            })
            .collect();
        // In memory and in one piece: how a file falls into pieces depends on the number of threads, and so would the last
        // digit of a sum over them.
        let mut data = self.data(host)?.0;
        data.rechunk_mut();
        let plan = data.lazy().select(asked.iter().flatten().flatten().cloned().collect::<Vec<_>>());
        let figures = run(plan, false, &self.names(), host)?;
        let text = |word: &str| Cell::Text(word.to_owned());
        let mut columns = vec![("statistic".to_owned(), STATISTICS.iter().map(|(word, _)| text(word)).collect())];
        for (place, (name, kind)) in self.inner.schema.iter().enumerate() {
            let numeric = is_number(kind);
            let cell = |((word, _), asked): (&(&str, Statistic), &Option<Expr>)| -> Result<Cell> {
                let cell = match asked {
                    Some(_) => figures.cell(&label(place, word), 0)?,
                    None => Cell::Missing,
                };
                // Numbers stay numbers; for other types each cell is text, as counts and dates do not share a column.
                Ok(match cell {
                    Cell::Missing => Cell::Missing,
                    Cell::Integer(whole) if numeric => Cell::Number(whole as f64),
                    cell if numeric => cell,
                    cell => Cell::Text(cell.plain()),
                })
            };
            let cells: Result<Vec<Cell>> = STATISTICS.iter().zip(&asked[place]).map(cell).collect();
            columns.push((name.to_string(), cells?));
        }
        Ok(Frame::from_cells(&columns)?.with_about(self.origin_of_other_columns()))
    }

    /// The columns, one in a row: name, type, the first values.
    pub fn glimpse(&self, host: &dyn Host) -> Result<Frame> {
        let first = self.head(GLIMPSE as u32)?.data(host)?;
        let schema = self.schema();
        let values = |name: &String| -> Result<Cell> {
            let cells = first.cells(name)?;
            let shown = |cell: &Cell| if *cell == Cell::Missing { "()".to_owned() } else { cell.plain() };
            Ok(Cell::Text(cells.iter().map(shown).collect::<Vec<_>>().join(", ")))
        };
        let text = |word: &String| Cell::Text(word.clone());
        let values: Result<Vec<Cell>> = schema.iter().map(|(name, _)| values(name)).collect();
        let glimpse = Frame::from_cells(&[
            ("column".to_owned(), schema.iter().map(|(name, _)| text(name)).collect()),
            ("type".to_owned(), schema.iter().map(|(_, kind)| text(kind)).collect()),
            ("values".to_owned(), values?),
        ]);
        Ok(glimpse?.with_about(self.origin_of_other_columns()))
    }

    /// The different texts that a column holds in its first rows, sorted, where they are few; none where they are not, where it
    /// holds no text, or where the frame has not been run. Nothing is run for it.
    pub fn few_values(&self, column: &str, rows: usize, most: usize) -> Option<Vec<String>> {
        let column = self.inner.memo.get()?.0.column(column).ok()?.head(Some(rows));
        if !matches!(column.dtype(), DataType::String | DataType::Categorical(..) | DataType::Enum(..)) {
            return None;
        }
        let values = column.unique().ok().filter(|values| values.len() <= most)?.cast(&DataType::String).ok()?;
        let mut texts: Vec<String> = values.str().ok()?.iter().flatten().map(str::to_owned).collect();
        texts.sort();
        Some(texts)
    }

    /// What the frame will do when it is run, the last step first.
    pub fn explain(&self) -> Result<String> {
        if let Some(data) = self.inner.memo.get() {
            return Ok(format!("in memory: {} rows × {} columns", thousands(data.height()), self.names().len()));
        }
        let plan = self.plan().explain(true).map_err(|error| crate::table::failure(error, &self.names()))?;
        Ok(readable(&plan))
    }

    /// How many values are missing in each column.
    pub fn null_count(&self) -> Result<Frame> {
        self.extend(LazyFrame::null_count)
    }

    /// The number of different rows, or of different values of some columns.
    pub fn n_unique(&self, columns: &[String], host: &dyn Host) -> Result<usize> {
        let kept = if columns.is_empty() { self.names() } else { columns.to_vec() };
        for name in &kept {
            self.need(name)?;
        }
        let kept = by_name(&kept, true);
        self.extend(|plan| plan.select([kept.clone().as_expr()]).unique(None, UniqueKeepStrategy::Any))?.height(host)
    }

    /// How often each different value of some columns occurs, the most frequent first; equally frequent ones in order of
    /// first appearance.
    pub fn value_counts(&self, columns: &[String]) -> Result<Frame> {
        const COUNT: &str = "count";
        for name in columns {
            self.need(name)?;
            if name == COUNT {
                return Err(Failure::new("the column is called `count`, and so would the counts be")
                    .help("write `frame.group_by(\"count\").agg(len().alias(\"rows\"))`"));
            }
        }
        let keys: Vec<Expr> = columns.iter().map(|name| col(name.as_str())).collect();
        let order = SortMultipleOptions::default().with_order_descending(true).with_maintain_order(true);
        self.extend(|plan| plan.group_by_stable(&keys).agg([len().alias(COUNT)]).sort([COUNT], order.clone()))
    }

    /// Whether another frame has the same columns and values in the same order; missing values equal one another.
    pub fn equals(&self, other: &Frame, host: &dyn Host) -> Result<bool> {
        if self.names() != other.names() {
            return Ok(false);
        }
        let (Data(own), Data(others)) = (self.data(host)?, other.data(host)?);
        Ok(own.schema() == others.schema() && own.equals_missing(&others))
    }
}

fn is_number(kind: &DataType) -> bool {
    kind.is_primitive_numeric() || kind.is_decimal()
}

/// A plan of Polars without its shorthand.
fn readable(plan: &str) -> String {
    let mut text = in_words(plan);
    for (theirs, ours) in [
        ("simple π", "SELECT"),
        (" π ", " SELECT "),
        ("DF [", "IN MEMORY ["),
        ("; PROJECT", "; COLUMNS USED: "),
        ("PROJECT */", "ALL OF "),
        ("SELECTION:", "ROWS USED:"),
    ] {
        text = text.replace(theirs, ours);
    }
    text
}

fn label(place: usize, statistic: &str) -> String {
    format!("{statistic} of column {place}")
}
