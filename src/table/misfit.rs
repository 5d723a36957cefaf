//! Which values of a step cannot be made the type that was asked for, and in which rows: looked for only after the step
//! has failed.

use polars::chunked_array::cast::CastOptions;
use polars::lazy::dsl::int_range;
use polars::prelude::*;
use regulars_plugin::{Failure, Host, Rows};

use super::frame::run;
use super::{Cell, Data, thousands, type_word};

/// Rows that are named.
const NAMED: u32 = 4;
/// Rows that are shown before the first of them and after it.
const AROUND: u64 = 2;
/// Columns that are shown before the one at fault and after it, besides the first, which often holds a key.
const BESIDE: usize = 3;
/// Letters of a value that are shown.
const LETTERS: usize = 40;

/// A change of type inside an expression: what it is made of, the same without the demand that every value fits, and
/// the type.
struct Change {
    from: Expr,
    leniently: Expr,
    kind: DataType,
    reads_text: bool,
}

/// The failure of a step that changes types, with values and rows; none where no value is at fault.
pub(super) fn misfit(plan: &LazyFrame, reads_files: bool, host: &dyn Host) -> Option<Failure> {
    let (input, expressions) = parts(&plan.logical_plan)?;
    let rows = LazyFrame::from_logical_plan(input.clone(), OptFlags::default());
    expressions.iter().flat_map(changes).find_map(|change| told(&rows, &change, reads_files, host))
}

fn parts(plan: &DslPlan) -> Option<(&DslPlan, &[Expr])> {
    match plan {
        DslPlan::Select { expr, input, .. } => Some((input, expr)),
        DslPlan::HStack { exprs, input, .. } => Some((input, exprs)),
        DslPlan::GroupBy { aggs, input, .. } => Some((input, aggs)),
        DslPlan::Filter { predicate, input } => Some((input, std::slice::from_ref(predicate))),
        DslPlan::IR { dsl, .. } => parts(dsl),
        _ => None,
    }
}

/// The changes of type in an expression, outermost first.
fn changes(expression: &Expr) -> Vec<Change> {
    let change = |part: &Expr| match part {
        Expr::Cast { expr, dtype, options: CastOptions::Strict } => {
            let kind = dtype.as_literal()?.clone();
            let leniently = (**expr).clone().cast(kind.clone());
            Some(Change { from: (**expr).clone(), leniently, kind, reads_text: false })
        }
        Expr::Function { input, function: FunctionExpr::StringExpr(StringFunction::Strptime(dtype, options)) } => {
            let options = StrptimeOptions { strict: false, ..options.clone() };
            let function = FunctionExpr::StringExpr(StringFunction::Strptime(dtype.clone(), options));
            let leniently = Expr::Function { input: input.clone(), function };
            Some(Change {
                from: input.first()?.clone(),
                leniently,
                kind: dtype.as_literal()?.clone(),
                reads_text: true,
            })
        }
        Expr::Function {
            input,
            function: FunctionExpr::StringExpr(StringFunction::ToInteger { dtype, strict: true }),
        } => {
            let leniently = StringFunction::ToInteger { dtype: dtype.clone(), strict: false };
            let leniently = Expr::Function { input: input.clone(), function: FunctionExpr::StringExpr(leniently) };
            let kind = dtype.clone().unwrap_or(DataType::Int64);
            Some(Change { from: input.first()?.clone(), leniently, kind, reads_text: true })
        }
        _ => None,
    };
    expression.into_iter().filter_map(change).collect()
}

fn told(rows: &LazyFrame, change: &Change, reads_files: bool, host: &dyn Host) -> Option<Failure> {
    let compared = rows.clone().select([
        int_range(lit(1), len() + lit(1), 1, DataType::Int64).alias("row"),
        change.from.clone().alias("value"),
        change.leniently.clone().alias("made"),
    ]);
    let wrong = compared.filter(col("value").is_not_null().and(col("made").is_null()));
    let count = |plan: LazyFrame| -> Option<i64> {
        let counted = run(plan.select([len().alias("rows")]), reads_files, &[], host).ok()?;
        counted.integers("rows").ok()?.first().copied().flatten()
    };
    let all = count(rows.clone())?;
    // A summary has no rows to tell.
    if count(rows.clone().select([change.from.clone().alias("value")]))? != all {
        return None;
    }
    let failed = count(wrong.clone())?;
    let first = run(wrong.limit(NAMED), reads_files, &[], host).ok()?;
    let of = change.from.clone().into_iter().find_map(|part| match part {
        Expr::Column(name) => Some(name.to_string()),
        _ => None,
    });
    let places = places(&first)?;
    let kind = type_word(&change.kind);
    let article = if kind.starts_with('i') { "an" } else { "a" };
    let (value, row) = places.first()?;
    let mut failure = Failure::new(format!(
        "{}`{value}` in row {row} cannot be made {article} {kind} ({} of {} values cannot)",
        of.as_ref().map(|name| format!("column `{name}`: ")).unwrap_or_default(),
        thousands(usize::try_from(failed).ok()?),
        thousands(usize::try_from(all).ok()?),
    ));
    // What was computed of a column is not what stands in it.
    let shown = matches!(change.from, Expr::Column(_)).then_some(value);
    failure.rows = of.and_then(|name| around(rows, &name, row.parse().ok()?, shown, reads_files, host)).map(Box::new);
    let further: Vec<String> = places.iter().skip(1).map(|(value, row)| format!("`{value}` in row {row}")).collect();
    let failure = if further.is_empty() {
        failure
    } else {
        let dots = if failed > i64::from(NAMED) { " …" } else { "" };
        failure.help(format!("nor can {}{dots}", further.join(", ")))
    };
    let is_date = matches!(change.kind, DataType::Date | DataType::Datetime(..));
    const LENIENT: &str = "with `#{strict: false}` at the end such values become missing";
    Some(match (change.reads_text, is_date) {
        (true, _) if change.kind.is_integer() => failure.help(LENIENT),
        (true, _) => {
            failure.help("the format says how the values are written: \"%d.%m.%Y\" reads 31.12.2024").help(LENIENT)
        }
        (false, true) => failure.help("say how the dates are written: `.str.to_date(\"%d.%m.%Y\")`"),
        (false, false) => {
            failure.help(format!("such values become missing with `.cast(\"{kind}\", #{{strict: false}})`"))
        }
    })
}

/// The values and the rows that they stand in, counted from 1.
fn places(data: &Data) -> Option<Vec<(String, String)>> {
    let cells = |name: &str| data.cells(name).ok();
    let value = |cell: &Cell| shortened(&cell.plain());
    Some(cells("value")?.iter().map(value).zip(cells("row")?.iter().map(Cell::plain)).collect())
}

/// The rows around one, with the columns around one. `value` is what stands there, where that is known: rows that come
/// in another order this time are not shown.
fn around(
    rows: &LazyFrame,
    name: &str,
    row: u64,
    value: Option<&String>,
    reads_files: bool,
    host: &dyn Host,
) -> Option<Rows> {
    let first = row.saturating_sub(AROUND).max(1);
    let part = rows.clone().slice(i64::try_from(first).ok()? - 1, IdxSize::try_from(row + AROUND - first + 1).ok()?);
    let data = run(part, reads_files, &[], host).ok()?;
    let names = data.names();
    let at = names.iter().position(|known| *known == name)?;
    let near = |place: &usize| *place == 0 || place.abs_diff(at) <= BESIDE;
    let kept: Vec<usize> = (0..names.len()).filter(near).collect();
    let cell = |place: &usize, row: usize| match data.cell(names[*place], row).ok()? {
        Cell::Missing => None,
        cell => Some(shortened(&cell.plain())),
    };
    let line = |row: usize| (first + row as u64, kept.iter().map(|place| cell(place, row)).collect());
    let rows = Rows {
        columns: kept.iter().map(|place| names[*place].to_owned()).collect(),
        rows: (0..data.height()).map(line).collect(),
        column: kept.iter().position(|place| *place == at)?,
        row,
    };
    let (_, cells) = rows.rows.iter().find(|(number, _)| *number == row)?;
    value.is_none_or(|value| cells[rows.column].as_ref() == Some(value)).then_some(rows)
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
