//! A kit for authors: make a small table, run the function, look at the answer, all in plain Rust.

use serde_json::{Map, Value};

use crate::{
    Column, ColumnManual, Context, Date, Failure, Function, Given, Input, Manual, Model, Output, Result, Table,
};

/// A table of orders from `(customer, date, amount)`, dates written `"1997-01-31"`.
///
/// ```
/// let orders = regulars_plugin::testing::orders(&[("ann", "1997-01-01", 10.0), ("bob", "1997-01-05", 2.5)])?;
/// assert_eq!(orders.height(), 2);
/// # Ok::<(), regulars_plugin::Failure>(())
/// ```
pub fn orders(rows: &[(&str, &str, f64)]) -> Result<Table> {
    let dates: Vec<Option<Date>> = rows
        .iter()
        .map(|(_, date, _)| {
            date.parse().map(Some).map_err(|_| Failure::new(format!("`{date}` is no date such as \"1997-01-31\"")))
        })
        .collect::<Result<_>>()?;
    Table::new(vec![
        Column::texts("customer", rows.iter().map(|(customer, _, _)| Some(customer))),
        Column::dates("date", dates),
        Column::numbers("amount", rows.iter().map(|(_, _, amount)| Some(*amount))),
    ])
}

/// Runs a function as the host would: options are JSON text and are checked against the declaration.
pub fn run<F: Function>(options: &str, tables: Vec<Table>) -> Result<Output<Table, F::Figures>>
where
    F::Input: Input<Table = Table>,
{
    call::<F>(options, Given::tables(tables))
}

/// Runs a function whose options hold tables: `{"other": {"$table": 0}}` is the first of `beside`.
pub fn run_beside<F: Function>(
    options: &str,
    tables: Vec<Table>,
    beside: Vec<Table>,
) -> Result<Output<Table, F::Figures>>
where
    F::Input: Input<Table = Table>,
{
    call::<F>(options, Given::tables(tables).beside(beside))
}

/// Asks a fitted model as the host would: `model` is what [`run`] of the function answered, `Method` one of its
/// [`methods`](Function::methods). Without a table a method that works on one is given the model's own.
pub fn ask<Fit: Function, Method: Function>(
    model: &Output<Table, Fit::Figures>,
    options: &str,
    tables: Vec<Table>,
) -> Result<Output<Table, Method::Figures>>
where
    Fit::Input: Input<Table = Table>,
    Method::Input: Input<Table = Table>,
{
    let (maker, method) = (Fit::manual(), Method::manual());
    if !maker.methods.iter().any(|one| one.name == method.name) {
        return Err(Failure::new(format!("`{}` has no method `{}`", maker.name, method.name))
            .help("`methods` of the function names its methods, each as `Registered::of::<Method>()`"));
    }
    let state = model.model.as_ref().ok_or_else(|| {
        Failure::new(format!("the answer of `{}` is no model", maker.name))
            .help("make it one with `Output::record(…).with_model(&state)`")
    })?;
    let state = serde_json::from_str(&state.to_string())
        .map_err(|error| Failure::new(format!("the model does not come back from JSON: {error}")))?;
    call::<Method>(options, Given { model: Some(Model { state, table: model.table.clone() }), ..Given::tables(tables) })
}

/// The model as it is when it was saved and loaded: without the rows that it was fitted on.
pub fn saved<Figures>(model: Output<Table, Figures>) -> Output<Table, Figures> {
    Output { table: None, ..model }
}

fn call<F: Function>(options: &str, given: Given<Table>) -> Result<Output<Table, F::Figures>>
where
    F::Input: Input<Table = Table>,
{
    let options: Map<String, Value> =
        serde_json::from_str(options).map_err(|error| Failure::new(format!("the options are no JSON map: {error}")))?;
    let manual = F::manual();
    let function: F = manual.configure(&options)?;
    let output = function.run(F::Input::from_given(given)?, &Context::quiet())?;
    agrees(&manual, &output)?;
    Ok(output)
}

/// Whether the answer has the tables that the manual declares, each with its columns in that order; behind those of the input,
/// where they are kept.
fn agrees<Figures>(manual: &Manual, output: &Output<Table, Figures>) -> Result<()> {
    let names = |columns: &[ColumnManual]| columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    let columns = |table: &Table| table.columns().iter().map(|column| column.name().to_owned()).collect::<Vec<_>>();
    let declared = names(&manual.columns);
    let found: Vec<String> = output.table.iter().flat_map(columns).collect();
    if declared != found && !(manual.keeps_columns && found.ends_with(&declared)) {
        return Err(Failure::new(format!("the manual declares the columns {declared:?}, the answer has {found:?}")));
    }
    for (name, table) in &output.further {
        let one = manual.further.iter().find(|further| further.name == *name);
        let declared = one.map(|one| names(&one.columns));
        let found = columns(table);
        let is_behind = one.is_some_and(|one| one.keeps_columns && found.ends_with(&names(&one.columns)));
        if declared.as_ref() != Some(&found) && !is_behind {
            let declared = declared.map_or("no such table".to_owned(), |names| format!("its columns {names:?}"));
            return Err(Failure::new(format!(
                "the answer has a further table `{name}` with the columns {found:?}, the manual declares {declared}"
            )));
        }
    }
    if manual.methods.is_empty() == output.model.is_some() {
        return Err(Failure::new("an answer is a model exactly where the function has methods")
            .help("`methods` and `with_model` belong together"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Beside, Family, FittedOn, GivenTable, NoTable, Nothing, OptionKind, Registered, StandardTable, TableManual,
        Transactions,
    };

    /// Counts.
    #[derive(Default, serde::Deserialize, schemars::JsonSchema)]
    #[serde(default)]
    struct Count {
        /// Forgets to be a model, or to be right about its further table.
        wrong: String,
    }

    /// Parts.
    #[derive(schemars::JsonSchema)]
    #[allow(dead_code, reason = "a declaration")]
    struct Part {
        /// A part.
        part: i64,
    }

    impl Function for Count {
        const FAMILY: Family = Family::Clean;
        type Input = Transactions;
        type Row = Nothing;
        type Figures = Nothing;
        fn further_tables() -> Vec<TableManual> {
            vec![TableManual::of::<Part>("parts")]
        }
        fn methods() -> Vec<Registered<Table>> {
            vec![Registered::of::<Again>()]
        }
        fn run(&self, orders: Transactions, _: &Context<'_>) -> Result<Output<Table, Nothing>> {
            let column = if self.wrong == "columns" { "prat" } else { "part" };
            let parts = Table::new(vec![Column::integers(column, [Some(1)])])?;
            let name = if self.wrong == "table" { "prats" } else { "parts" };
            let output = Output::figures(Nothing {}).with_table(name, parts);
            if self.wrong == "model" { Ok(output) } else { output.with_model(&orders.height()) }
        }
    }

    /// Tells the count again.
    #[derive(Default, serde::Deserialize, schemars::JsonSchema)]
    struct Again {}

    impl Function for Again {
        const FAMILY: Family = Family::Clean;
        type Input = FittedOn<usize, Table>;
        type Row = Part;
        type Figures = Nothing;
        fn run(&self, fitted: Self::Input, _: &Context<'_>) -> Result<Output<Table, Nothing>> {
            let count = (fitted.state + fitted.table.height()) as i64;
            Ok(Output::table(Table::new(vec![Column::integers("part", [Some(count)])])?))
        }
    }

    fn two() -> Result<Vec<Table>> {
        Ok(vec![orders(&[("ann", "1997-01-01", 1.0), ("bob", "1997-01-02", 2.0)])?])
    }

    #[test]
    fn a_model_is_fitted_and_asked() -> Result<()> {
        let model = run::<Count>("{}", two()?)?;
        // Two orders were fitted on, and two are given.
        let answer = ask::<Count, Again>(&model, "{}", two()?)?;
        let part = answer.table.unwrap_or_default().column("part")?.as_integers()?.next();
        assert_eq!(part, Some(Some(4)));
        // The fit has no table of its own.
        let said = ask::<Count, Again>(&model, "{}", Vec::new()).map(|_| ()).unwrap_err().to_string();
        assert!(said.contains("give it a table"), "{said}");
        let said = ask::<Count, Count>(&model, "{}", two()?).map(|_| ()).unwrap_err().to_string();
        assert!(said.starts_with("`count` has no method `count`"), "{said}");
        Ok(())
    }

    #[test]
    fn an_answer_that_is_not_as_declared_is_told() -> Result<()> {
        for (wrong, wanted) in [
            ("columns", "the manual declares its columns [\"part\"]"),
            ("table", "the manual declares no such table"),
            ("model", "an answer is a model exactly where the function has methods"),
        ] {
            let options = format!("{{\"wrong\": \"{wrong}\"}}");
            let said = run::<Count>(&options, two()?).map(|_| ()).unwrap_err().to_string();
            assert!(said.contains(wanted), "{said}");
        }
        Ok(())
    }

    /// Counts the rows of tables that options hold.
    #[derive(Default, serde::Deserialize, schemars::JsonSchema)]
    #[serde(default, deny_unknown_fields)]
    struct CountThese {
        /// The orders.
        #[schemars(extend("table" = "transactions"))]
        orders: Option<GivenTable>,
        /// Further tables by name.
        others: std::collections::BTreeMap<String, GivenTable>,
        /// How it counts.
        how: How,
    }

    /// How it counts.
    #[derive(Default, serde::Deserialize, serde::Serialize, schemars::JsonSchema)]
    #[serde(default)]
    struct How {
        /// Each row as so many.
        #[schemars(range(min = 1))]
        times: u32,
    }

    impl Function for CountThese {
        const FAMILY: Family = Family::Clean;
        type Input = Beside<NoTable<Table>>;
        type Row = Part;
        type Figures = Nothing;
        fn run(&self, input: Self::Input, _: &Context<'_>) -> Result<Output<Table, Nothing>> {
            let mut rows = 0;
            if let Some(orders) = &self.orders {
                rows += input.take::<Transactions>(orders)?.height();
            }
            for other in self.others.values() {
                rows += input.table(other)?.height();
            }
            let count = (rows * self.how.times.max(1) as usize) as i64;
            Ok(Output::table(Table::new(vec![Column::integers("part", [Some(count)])])?))
        }
    }

    #[test]
    fn options_hold_tables() -> Result<()> {
        let manual = CountThese::manual();
        assert_eq!(manual.signature(), "count_these(#{orders, others, how})");
        let kinds: Vec<&OptionKind> = manual.options.iter().map(|option| &option.kind).collect();
        assert_eq!(*kinds[0], OptionKind::Table(StandardTable::Transactions));
        assert_eq!(*kinds[1], OptionKind::Map(Box::new(OptionKind::Table(StandardTable::Frame))));
        let options = "{\"orders\": {\"$table\": 0}, \"others\": {\"more\": {\"$table\": 1}}, \"how\": {\"times\": 3}}";
        let one = two()?.remove(0);
        let answer = run_beside::<CountThese>(options, Vec::new(), vec![one.clone(), one])?;
        assert_eq!(answer.table.unwrap_or_default().column("part")?.as_integers()?.next(), Some(Some(12)));
        for (options, wanted) in [
            ("{\"orders\": 3}", "option `orders` is 3, but must be a table of transactions"),
            (
                "{\"others\": {\"$table\": 0}}",
                "option `others` is a table, but must be a map, each value of it a table",
            ),
            ("{\"others\": {\"more\": 1}}", "option `others.more` is 1, but must be a table"),
            ("{\"how\": {\"time\": 3}}", "no option `how.time`"),
            ("{\"how\": {\"times\": 0}}", "option `how.times` is 0, but must be a whole number of at least 1"),
            ("{\"orders\": {\"$table\": 4}}", "table number 5 of the options was not given"),
        ] {
            let said = run::<CountThese>(options, Vec::new()).map(|_| ()).unwrap_err().to_string();
            assert!(said.contains(wanted), "{said}");
        }
        Ok(())
    }
}
