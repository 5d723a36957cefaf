//! What is computed within a group, from the rows before, or from all rows up to this one.

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::super::Operand;
use super::given::Given;
use super::{Method, method};

/// Computed within each group, in an order of its own if wanted.
fn over(e: Expr, a: &Given<'_>) -> Result<Expr> {
    let mut keys = Vec::new();
    for one in a.values {
        keys.extend(one.columns()?);
    }
    let order = a.option("order_by").map(Operand::columns).transpose()?;
    if keys.is_empty() && order.is_none() {
        return Err(Failure::new("`over` needs a column")
            .help("write `.over(\"customer\")`, or `.over(#{order_by: \"date\"})`"));
    }
    let options = SortOptions::default()
        .with_order_descending(a.flag("descending", false)?)
        .with_nulls_last(a.flag("nulls_last", false)?)
        .with_maintain_order(true);
    let mappings = [
        ("group_to_rows", WindowMapping::GroupsToRows),
        ("join", WindowMapping::Join),
        ("explode", WindowMapping::Explode),
    ];
    let mapping = a.choice(usize::MAX, "mapping_strategy", &mappings)?;
    let keys = (!keys.is_empty()).then_some(keys);
    e.over_with_options(keys, order.map(|order| (order, options)), mapping)
        .map_err(|error| crate::table::failure(error, &[]))
}

/// How quickly older values count less.
fn weights(a: &Given<'_>) -> Result<EWMOptions> {
    let given: Vec<(&str, f64)> = ["alpha", "span", "half_life", "com"]
        .into_iter()
        .filter_map(|name| a.number(name).transpose().map(|value| value.map(|value| (name, value))))
        .collect::<Result<_>>()?;
    let [(name, value)] = given.as_slice() else {
        return Err(Failure::new(format!(
            "one of `alpha`, `span`, `half_life` and `com` is wanted, but {} are given",
            given.len()
        ))
        .help("write `.ewm_mean(#{span: 7})`, or `half_life`: the rows after which a value counts half"));
    };
    let (alpha, range) = match *name {
        "alpha" => (*value, "above 0 and at most 1"),
        "span" => (2.0 / (value + 1.0), "at least 1"),
        "half_life" => (1.0 - (-std::f64::consts::LN_2 / value).exp(), "above 0"),
        _ => (1.0 / (1.0 + value), "at least 0"),
    };
    if !(alpha > 0.0 && alpha <= 1.0) {
        return Err(
            Failure::new(format!("`{name}` is {value}, but must be {range}")).help("write `.ewm_mean(#{span: 7})`")
        );
    }
    Ok(EWMOptions {
        alpha,
        adjust: a.flag("adjust", true)?,
        bias: a.flag("bias", false)?,
        min_periods: a.count("min_samples", 1)?,
        ignore_nulls: a.flag("ignore_nulls", false)?,
    })
}

const EWM: &[&str] = &["alpha", "span", "half_life", "com", "adjust", "bias", "min_samples", "ignore_nulls"];

pub(super) const METHODS: &[Method] = &[
    method("", "cum_sum", &[], "The sum up to each row.", |e, a| Ok(e.cum_sum(a.flag("reverse", false)?))).options(&["reverse"]),
    method("", "cum_prod", &[], "The product up to each row.", |e, a| Ok(e.cum_prod(a.flag("reverse", false)?))).options(&["reverse"]),
    method("", "cum_max", &[], "The greatest value up to each row.", |e, a| Ok(e.cum_max(a.flag("reverse", false)?)))
        .options(&["reverse"]),
    method("", "cum_min", &[], "The least value up to each row.", |e, a| Ok(e.cum_min(a.flag("reverse", false)?)))
        .options(&["reverse"]),
    method("", "cum_count", &[], "The number of values up to each row.", |e, a| Ok(e.cum_count(a.flag("reverse", false)?)))
        .options(&["reverse"]),
    method("", "diff", &["rows?"], "The difference to the row before, or so many rows before.", |e, a| {
        Ok(e.diff(lit(a.integer_or(0, 1)?), Default::default()))
    }),
    method("", "pct_change", &["rows?"], "The change against the row before, or so many rows before, as a share of it.", |e, a| {
        Ok(e.pct_change(lit(a.integer_or(0, 1)?)))
    })
    .example("frame(#{sales: [100, 110, 99]}).with_columns(col(\"sales\").pct_change().alias(\"change\"))"),
    method("", "shift", &["rows?"], "The value of the row before, or so many rows before; of a row after where negative.", |e, a| {
        let rows = lit(a.integer_or(0, 1)?);
        Ok(match a.option("fill_value") {
            Some(value) => e.shift_and_fill(rows, value.expr()?),
            None => e.shift(rows),
        })
    })
    .options(&["fill_value"]),
    method(
        "",
        "over",
        &["columns…"],
        "Computed within each group of the named columns, and told on every row; `order_by` names the order of the rows within a group. `mapping_strategy` is \"group_to_rows\" unless told (\"join\", \"explode\").",
        over,
    )
    .options(&["order_by", "descending", "nulls_last", "mapping_strategy"])
    .example("sample(\"cdnow\").with_columns(col(\"amount\").cum_sum().over(\"customer\", #{order_by: \"date\"}).alias(\"so far\")).head(3)"),
    method(
        "",
        "ewm_mean",
        &[],
        "The mean up to each row, in which older values count less and less: by one of `alpha`, `span`, `half_life`, `com`, counted in rows.",
        |e, a| Ok(e.ewm_mean(weights(a)?)),
    )
    .options(EWM)
    .example("frame(#{sales: [10, 20, 30]}).with_columns(col(\"sales\").ewm_mean(#{span: 3}).alias(\"smooth\"))"),
    method("", "ewm_std", &[], "The standard deviation up to each row, weighted as in `ewm_mean`.", |e, a| Ok(e.ewm_std(weights(a)?)))
        .options(EWM),
    method("", "ewm_var", &[], "The variance up to each row, weighted as in `ewm_mean`.", |e, a| Ok(e.ewm_var(weights(a)?)))
        .options(EWM),
    method("", "rle_id", &[], "The number of the run of equal values that a row belongs to, counted from 0.", |e, _| Ok(e.rle_id())),
    method("", "peak_max", &[], "Whether the value is greater than its neighbours.", |e, _| Ok(e.peak_max())),
    method("", "peak_min", &[], "Whether the value is less than its neighbours.", |e, _| Ok(e.peak_min())),
];
