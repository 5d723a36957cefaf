//! What the model of match_customers knows, why two rows match, and how joins are taken back.

use std::collections::BTreeMap;

use regulars_plugin::{Chart, Context, Failure, Family, FittedOn, Function, Mark, Nothing, Output, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::MatchCustomers;
use super::columns::{Compared, Ready, ready_again};
use super::tables::{MatchRow, rows};
use super::task::Task;
use crate::stats::linkage::{Clusters, Pair, Scorer, Weights, belonging, level_of};
use crate::table::{Cell, Data, Frame, FrameBuilder};

/// The columns, how they are compared, and the weights.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    id: String,
    columns: Vec<Compared>,
    nicknames: BTreeMap<String, String>,
    /// The column of the file, where only rows of different ones are compared.
    between: Option<String>,
    rare_counts_more: bool,
    m: Vec<Vec<f64>>,
    u: Vec<Vec<f64>>,
    lambda: f64,
}

impl State {
    pub(super) fn of(asked: &MatchCustomers, task: &Task, ready: &Ready, weights: &Weights) -> State {
        State {
            id: task.id.clone(),
            columns: ready.compared.clone(),
            nicknames: asked.nicknames.clone(),
            between: task.between.clone(),
            rare_counts_more: asked.rare_counts_more,
            m: weights.m.clone(),
            u: weights.u.clone(),
            lambda: weights.lambda,
        }
    }

    fn ready(&self, table: &Frame, data: &Data) -> Result<Ready> {
        let columns = self.columns.iter().map(|one| &one.name).chain([&self.id]).chain(&self.between);
        for name in columns {
            table.need(name)?;
        }
        let task = Task::plain(table, &self.id, self.between.as_deref());
        ready_again(data, &task, self.columns.clone(), &self.nicknames)
    }

    fn weights(&self) -> Weights {
        Weights {
            m: self.m.clone(),
            u: self.u.clone(),
            lambda: self.lambda,
            iterations: 0,
            change: 0.0,
            matches: 0.0,
            clarity: 0.0,
        }
    }
}

/// The record with an id.
fn record(ready: &Ready, id: &Value, option: &str) -> Result<u32> {
    let wanted = match id {
        Value::Null => {
            return Err(Failure::new(format!("`{option}` is wanted: which rows are to be explained?")).help(
                "write two ids: `model.explain_match(#{left: 1, right: 2})`; `model.pairs` has pairs worth asking for",
            ));
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let found = (0..ready.row_of.len()).find(|record| ready.ids.value(*record).plain() == wanted);
    let known: Vec<String> = (0..ready.row_of.len().min(1000)).map(|record| ready.ids.value(record).plain()).collect();
    found.map(|record| record as u32).ok_or_else(|| {
        let failure = Failure::new(format!("no row has the id `{wanted}`"));
        match regulars_plugin::nearest(&wanted, known.iter().map(String::as_str)) {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure.help("`model.table()` has all of them in the column `customer`"),
        }
    })
}

/// Says why two rows are the same customer, or are not: what each column adds to the evidence.
///
/// # Choices
/// The evidence begins with how probable it is that any two rows match, and each column adds log2(m/u) of its level of
/// agreement; where equal values are rarer or more common than usual, that has a line of its own. Missing values add
/// nothing. The sum in bits is the logarithm of the odds: 0 is a probability of one half, 10 are 1,024 to 1.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ExplainMatch {
    /// The id of one row; must be given.
    left: Value,
    /// The id of the other one; must be given.
    right: Value,
}

/// What is known before, then one row for each column and for each rare value.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "a declaration: the columns are read from it")]
pub(super) struct ExplainRow {
    /// The column, or what else counts.
    part: String,
    /// How well the values agree.
    level: Option<String>,
    /// The value of one row, as it is compared.
    left: Option<String>,
    /// The value of the other one.
    right: Option<String>,
    /// The weight, log2(m / u).
    #[schemars(extend("unit" = "bits"))]
    bits: f64,
    /// Probability of a match by this line and all before it.
    #[schemars(extend("unit" = "share"))]
    probability: f64,
}

/// One line of it.
struct Line {
    part: String,
    level: Option<String>,
    values: (Option<String>, Option<String>),
    bits: f64,
}

/// What it comes to.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Explained {
    /// The evidence of all, prior included.
    #[schemars(extend("unit" = "bits"))]
    bits: f64,
    /// Probability that both rows are one customer.
    #[schemars(extend("unit" = "share"))]
    probability: f64,
    /// Whether they were put into one cluster.
    together: Option<bool>,
}

impl Function for ExplainMatch {
    const FAMILY: Family = Family::Clean;
    type Input = FittedOn<State, Frame>;
    type Row = ExplainRow;
    type Figures = Explained;

    fn chart() -> Option<Chart> {
        let chart = Chart::new(Mark::Waterfall).x("part").y("bits");
        Some(chart.title("What speaks for one customer, and what against").labels("", "evidence in bits"))
    }

    fn run(&self, input: Self::Input, context: &Context<'_>) -> Result<Output<Frame, Explained>> {
        let data = input.table.data(context.host())?;
        let ready = input.state.ready(&input.table, &data)?;
        context.check()?;
        let (one, two) = (record(&ready, &self.left, "left")?, record(&ready, &self.right, "right")?);
        if one == two {
            return Err(Failure::new("`left` and `right` are the same row").help("ask for two different ids"));
        }
        let (left, right) = (one.min(two), one.max(two));
        if !ready.records.allowed(left, right) {
            return Err(Failure::new("both rows are from one file, and only rows of different files were compared")
                .help("leave `between` out to compare rows of one file too"));
        }
        let weights = input.state.weights();
        let scorer = Scorer::new(&ready.records, &weights, input.state.rare_counts_more);
        let pair = Pair { left, right, pattern: ready.records.pattern(left, right) };
        let prior = Line { part: "any two rows".to_owned(), level: None, values: (None, None), bits: weights.prior() };
        let mut lines = vec![prior];
        for (place, compared) in ready.compared.iter().enumerate() {
            let column = &ready.records.columns[place];
            let value = |record: u32| {
                let code = column.codes[record as usize];
                (code != crate::stats::linkage::MISSING).then(|| column.text(code))
            };
            let (bits, rare) = scorer.column(&pair, place);
            let word = column.kind.word(level_of(pair.pattern, place)).to_owned();
            let values = (value(one), value(two));
            lines.push(Line { part: compared.name.clone(), level: Some(word), values: values.clone(), bits });
            if rare.abs() >= 0.05 {
                let what = if rare > 0.0 { "rare" } else { "common" };
                lines.push(Line { part: format!("{what} {}", compared.name), level: None, values, bits: rare });
            } else if let Some(line) = lines.last_mut() {
                line.bits += rare;
            }
        }
        let mut sum = 0.0;
        let so_far: Vec<f64> = lines
            .iter()
            .map(|line| {
                sum += line.bits;
                crate::stats::linkage::probability(sum)
            })
            .collect();
        let cluster = data.cells("cluster").ok();
        let together =
            cluster.map(|cluster| cluster[ready.row_of[one as usize]] == cluster[ready.row_of[two as usize]]);
        let figures = Explained { bits: sum, probability: crate::stats::linkage::probability(sum), together };
        let table = FrameBuilder::empty()
            .texts("part", lines.iter().map(|line| line.part.as_str()))
            .optional_texts("level", lines.iter().map(|line| line.level.as_deref()))
            .optional_texts("left", lines.iter().map(|line| line.values.0.as_deref()))
            .optional_texts("right", lines.iter().map(|line| line.values.1.as_deref()))
            .numbers("bits", lines.iter().map(|line| line.bits))
            .numbers("probability", so_far.into_iter())
            .build()?;
        let words = |id: &Value| id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        Ok(Output::record(figures, table).note(format!("the rows {} and {}", words(&self.left), words(&self.right))))
    }
}

/// Takes joins back: the rows come back in the clusters that are left when some links are cut.
///
/// Each row but the first of a cluster came there by one link, its `linked_to`. Where it is cut, the row parts from the
/// cluster, together with the rows that hang on it alone. Without `customers` every link is cut, and each row is alone again,
/// as it came in.
///
/// # Choices
/// A table that is given, `model.undo(table, #{…})`, has the columns of this answer: so joins can be undone one after the
/// other, or after the table was saved and read. Nothing else of the rows is changed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Undo {
    /// Ids of rows whose link is cut. Left out: all of them.
    customers: Option<Vec<Value>>,
}

impl Function for Undo {
    const FAMILY: Family = Family::Clean;
    const KEEPS_COLUMNS: bool = true;
    type Input = FittedOn<State, Frame>;
    type Row = MatchRow;
    type Figures = Nothing;

    fn run(&self, input: Self::Input, context: &Context<'_>) -> Result<Output<Frame, Nothing>> {
        input.table.need("linked_to").map_err(|failure| {
            failure.help("`undo` works on the answer of `match_customers`, whose column `linked_to` holds the links")
        })?;
        let data = input.table.data(context.host())?;
        let ready = input.state.ready(&input.table, &data)?;
        let links = links(&data, &ready)?;
        let mut cut = vec![self.customers.is_none(); links.len()];
        for id in self.customers.iter().flatten() {
            let record = record(&ready, id, "customers")? as usize;
            if links[record].is_none() {
                return Err(Failure::new(format!("row `{}` has no link to cut", ready.ids.value(record).plain()))
                    .help(
                        "it is alone, or the first of its cluster: cut the rows that are linked to it, see `linked_to`",
                    ));
            }
            cut[record] = true;
        }
        context.check()?;
        let mut clusters = Clusters::new(links.len());
        let kept: Vec<Option<u32>> = links.iter().zip(&cut).map(|(link, cut)| link.filter(|_| !cut)).collect();
        for (record, link) in kept.iter().enumerate() {
            if let Some(link) = link {
                clusters.link(record as u32, *link);
            }
        }
        let first = clusters.firsts();
        let weights = input.state.weights();
        let scorer = Scorer::new(&ready.records, &weights, input.state.rare_counts_more);
        let belongs = belonging(&ready.records, &scorer, &first);
        let many = links.iter().zip(&kept).filter(|(before, after)| before != after).count();
        let table = rows(&data, &ready, &first, &belongs, &kept)?;
        Ok(Output::table(table).note(match many {
            1 => "1 link was cut".to_owned(),
            many => format!("{} links were cut", crate::table::thousands(many)),
        }))
    }
}

/// The link of each record.
fn links(data: &Data, ready: &Ready) -> Result<Vec<Option<u32>>> {
    let place: BTreeMap<String, u32> =
        (0..ready.row_of.len()).map(|record| (ready.ids.value(record).plain(), record as u32)).collect();
    let cells = data.cells("linked_to")?;
    let link = |row: &usize| match &cells[*row] {
        Cell::Missing => Ok(None),
        cell => place.get(&cell.plain()).map(|record| Some(*record)).ok_or_else(|| {
            Failure::new(format!("row {} is linked to `{}`, which is not in the table", row + 1, cell.plain()))
                .help("were rows left out since? undo the links first, then filter")
        }),
    };
    ready.row_of.iter().map(link).collect()
}
