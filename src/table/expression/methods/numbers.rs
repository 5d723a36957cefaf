//! Computing with numbers, row by row.

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::super::Operand;
use super::given::Given;
use super::{Method, method};

/// Rounded to decimals, or with a negative number to tens, hundreds …
fn rounded(e: Expr, a: &Given<'_>) -> Result<Expr> {
    let modes = [
        ("half_away_from_zero", RoundMode::HalfAwayFromZero),
        ("half_to_even", RoundMode::HalfToEven),
        ("to_zero", RoundMode::ToZero),
    ];
    let mode = a.choice(usize::MAX, "mode", &modes)?;
    let decimals = a.integer_or(0, 0)?;
    if let Ok(decimals) = u32::try_from(decimals) {
        return Ok(e.round(decimals, mode));
    }
    if decimals < -18 {
        return Err(
            Failure::new(format!("{decimals} decimals were asked for")).help("-2 rounds to hundreds, 2 to hundredths")
        );
    }
    let step = 10_f64.powi(-(decimals as i32));
    // Whole numbers stay whole.
    let kind = DataTypeExpr::OfExpr(Box::new(e.clone()));
    Ok(((e.cast(DataType::Float64) / lit(step)).round(0, mode) * lit(step)).cast(kind))
}

/// The labels of bins, as many as there are bins.
fn labels(a: &Given<'_>, bins: usize) -> Result<Option<Vec<String>>> {
    let labels = a.option("labels").map(Operand::texts).transpose()?;
    match labels {
        Some(labels) if labels.len() != bins => {
            Err(Failure::new(format!("there are {bins} bins, but {} labels", labels.len()))
                .help("give one label for each bin: there is one bin more than there are breaks"))
        }
        labels => Ok(labels),
    }
}

fn cut(e: Expr, a: &Given<'_>) -> Result<Expr> {
    let breaks = a[0].numbers()?;
    if !breaks.windows(2).all(|pair| pair[0] < pair[1]) || breaks.is_empty() {
        return Err(Failure::new("the breaks of `cut` must grow from each to the next")
            .help("write them in order: `.cut([10, 20, 50])`"));
    }
    let labels = labels(a, breaks.len() + 1)?;
    Ok(e.cut(breaks, labels, a.flag("left_closed", false)?, a.flag("include_breaks", false)?))
}

fn qcut(e: Expr, a: &Given<'_>) -> Result<Expr> {
    let shares = match &a[0] {
        Operand::Integer(bins) if *bins > 0 => (1..*bins).map(|bin| bin as f64 / *bins as f64).collect(),
        list => {
            list.numbers().map_err(|_| list.refuse("a number of bins, or a list of shares such as `[0.25, 0.75]`"))?
        }
    };
    if !shares.windows(2).all(|pair| pair[0] < pair[1]) || shares.iter().any(|share| !(0.0..=1.0).contains(share)) {
        return Err(Failure::new("the shares of `qcut` must grow from each to the next, between 0 and 1")
            .help("write a number of bins, `.qcut(4)`, or shares in order, `.qcut([0.25, 0.75])`"));
    }
    let labels = labels(a, shares.len() + 1)?;
    let (left, doubled, breaks) =
        (a.flag("left_closed", false)?, a.flag("allow_duplicates", false)?, a.flag("include_breaks", false)?);
    Ok(e.qcut(shares, labels, left, doubled, breaks))
}

pub(super) const METHODS: &[Method] = &[
    method("", "abs", &[], "The value without its sign.", |e, _| Ok(e.abs())),
    method("", "sign", &[], "-1, 0 or 1.", |e, _| Ok(e.sign())),
    method(
        "",
        "round",
        &["decimals?"],
        "The value rounded, halves away from zero unless `mode` is \"half_to_even\" or \"to_zero\"; to whole numbers unless told, to hundreds with -2.",
        rounded,
    )
    .options(&["mode"])
    .example("frame(#{sales: [1250, 1349]}).with_columns(col(\"sales\").round(-2))"),
    method("", "round_sig_figs", &["digits"], "The value rounded to so many significant digits.", |e, a| {
        match i32::try_from(a[0].integer()?) {
            Ok(digits @ 1..=17) => Ok(e.round_sig_figs(digits)),
            _ => Err(Failure::new("between 1 and 17 digits are significant")),
        }
    }),
    method("", "floor", &[], "The whole number at or below.", |e, _| Ok(e.floor())),
    method("", "ceil", &[], "The whole number at or above.", |e, _| Ok(e.ceil())),
    method("", "clip", &["low", "high?"], "The value, held between two others; `()` leaves one side open.", |e, a| {
        let side = |place: usize| match a.get(place) {
            None | Some(Operand::Missing) => Ok(None),
            Some(value) => value.expr().map(Some),
        };
        Ok(match (side(0)?, side(1)?) {
            (Some(low), Some(high)) => e.clip(low, high),
            (Some(low), None) => e.clip_min(low),
            (None, Some(high)) => e.clip_max(high),
            (None, None) => e,
        })
    }),
    method("", "floordiv", &["other"], "The whole part of a division, rounded down.", |e, a| Ok(e.floor_div(a[0].expr()?))),
    method("", "mod", &["other"], "The rest of a division: the word for `%`.", |e, a| Ok(e % a[0].expr()?)),
    method("", "sqrt", &[], "The square root.", |e, _| Ok(e.sqrt())),
    method("", "cbrt", &[], "The cube root.", |e, _| Ok(e.cbrt())),
    method("", "pow", &["exponent"], "The value to a power.", |e, a| Ok(e.pow(a[0].expr()?))),
    method("", "log", &["base?"], "The logarithm; natural unless told.", |e, a| {
        Ok(e.log(lit(a.get(0).map_or(Ok(std::f64::consts::E), Operand::number)?)))
    }),
    method("", "log10", &[], "The logarithm to base 10.", |e, _| Ok(e.log(lit(10.0)))),
    method("", "log1p", &[], "The natural logarithm of the value plus one.", |e, _| Ok(e.log1p())),
    method("", "exp", &[], "e to the power of the value.", |e, _| Ok(e.exp())),
    method("", "sin", &[], "The sine of an angle in radians.", |e, _| Ok(e.sin())),
    method("", "cos", &[], "The cosine of an angle in radians.", |e, _| Ok(e.cos())),
    method("", "tan", &[], "The tangent of an angle in radians.", |e, _| Ok(e.tan())),
    method("", "arcsin", &[], "The angle in radians that has this sine.", |e, _| Ok(e.arcsin())),
    method("", "arccos", &[], "The angle in radians that has this cosine.", |e, _| Ok(e.arccos())),
    method("", "arctan", &[], "The angle in radians that has this tangent.", |e, _| Ok(e.arctan())),
    method("", "sinh", &[], "The hyperbolic sine.", |e, _| Ok(e.sinh())),
    method("", "cosh", &[], "The hyperbolic cosine.", |e, _| Ok(e.cosh())),
    method("", "tanh", &[], "The hyperbolic tangent.", |e, _| Ok(e.tanh())),
    method("", "degrees", &[], "An angle in radians as degrees.", |e, _| Ok(e.degrees())),
    method("", "radians", &[], "An angle in degrees as radians.", |e, _| Ok(e.radians())),
    method(
        "",
        "cut",
        &["breaks"],
        "The bin between `breaks` that the value lies in, as a category; a break belongs to the bin below it unless `left_closed`.",
        cut,
    )
    .options(&["labels", "left_closed", "include_breaks"])
    .example("sample(\"cdnow\").with_columns(col(\"amount\").cut([20, 50], #{labels: [\"small\", \"middle\", \"large\"]}).alias(\"size\")).head(3)"),
    method(
        "",
        "qcut",
        &["bins"],
        "The bin of equal count that the value lies in, as a category: so many bins, or bins that end at these shares of the values.",
        qcut,
    )
    .options(&["labels", "left_closed", "allow_duplicates", "include_breaks"])
    .example("sample(\"cdnow\").with_columns(col(\"amount\").qcut(4, #{labels: [\"q1\", \"q2\", \"q3\", \"q4\"]}).alias(\"quarter\")).head(3)"),
];
