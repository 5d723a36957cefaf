//! Computing with numbers, row by row.

use polars::prelude::*;

use super::super::Operand;
use super::{Method, method, optional_integer};

pub(super) const METHODS: &[Method] = &[
    method("", "abs", &[], "The value without its sign.", |e, _| Ok(e.abs())),
    method(
        "",
        "round",
        &["decimals?"],
        "The value rounded, halves away from zero; to whole numbers unless told.",
        |e, a| Ok(e.round(u32::try_from(optional_integer(a, 0)?).unwrap_or(0), RoundMode::HalfAwayFromZero)),
    ),
    method("", "floor", &[], "The whole number at or below.", |e, _| Ok(e.floor())),
    method("", "ceil", &[], "The whole number at or above.", |e, _| Ok(e.ceil())),
    method("", "clip", &["low", "high"], "The value, held between two others.", |e, a| {
        Ok(e.clip(a[0].expr()?, a[1].expr()?))
    }),
    method("", "sqrt", &[], "The square root.", |e, _| Ok(e.sqrt())),
    method("", "pow", &["exponent"], "The value to a power.", |e, a| Ok(e.pow(a[0].expr()?))),
    method("", "log", &["base?"], "The logarithm; natural unless told.", |e, a| {
        Ok(e.log(lit(a.first().map_or(Ok(std::f64::consts::E), Operand::number)?)))
    }),
    method("", "exp", &[], "e to the power of the value.", |e, _| Ok(e.exp())),
];
