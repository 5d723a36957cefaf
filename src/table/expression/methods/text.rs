//! Text: the namespace `str`.

use polars::prelude::*;

use super::super::Operand;
use super::{Method, method, pattern};

pub(super) const METHODS: &[Method] = &[
    method("str", "starts_with", &["text"], "Whether it begins so.", |e, a| Ok(e.str().starts_with(a[0].expr()?))),
    method("str", "ends_with", &["text"], "Whether it ends so.", |e, a| Ok(e.str().ends_with(a[0].expr()?))),
    method("str", "contains", &["pattern"], "Whether a regular expression matches.", |e, a| {
        Ok(e.str().contains(pattern(a[0].text()?)?, true))
    }),
    method("str", "contains_literal", &["text"], "Whether it holds this text.", |e, a| {
        Ok(e.str().contains_literal(a[0].expr()?))
    }),
    method("str", "replace", &["pattern", "text"], "The first match of a regular expression replaced.", |e, a| {
        Ok(e.str().replace(pattern(a[0].text()?)?, a[1].expr()?, false))
    }),
    method("str", "replace_all", &["pattern", "text"], "Every match of a regular expression replaced.", |e, a| {
        Ok(e.str().replace_all(pattern(a[0].text()?)?, a[1].expr()?, false))
    }),
    method(
        "str",
        "extract",
        &["pattern", "group?"],
        "What a group of a regular expression matches; the first group unless told.",
        |e, a| {
            let group = a.get(1).map_or(Ok(1), Operand::integer)?;
            Ok(e.str().extract(pattern(a[0].text()?)?, usize::try_from(group).unwrap_or(0)))
        },
    ),
    method("str", "to_lowercase", &[], "In small letters.", |e, _| Ok(e.str().to_lowercase())),
    method("str", "to_uppercase", &[], "In capitals.", |e, _| Ok(e.str().to_uppercase())),
    method("str", "strip_chars", &[], "Without white space at both ends.", |e, _| Ok(e.str().strip_chars(lit(NULL)))),
    method("str", "len_chars", &[], "The number of characters.", |e, _| Ok(e.str().len_chars())),
    method("str", "slice", &["from", "length"], "So many characters from a place, counted from 0.", |e, a| {
        Ok(e.str().slice(a[0].expr()?, a[1].expr()?))
    }),
    method("str", "split", &["by"], "The pieces between separators, as a list.", |e, a| {
        Ok(e.str().split(a[0].expr()?))
    }),
    method("str", "to_date", &["format?"], "The text as a date; \"%Y-%m-%d\" unless told.", |e, a| {
        let format = a.first().map_or(Ok("%Y-%m-%d"), Operand::text)?;
        Ok(e.str().to_date(StrptimeOptions { format: Some(format.into()), strict: true, exact: true, cache: true }))
    }),
    method(
        "str",
        "to_datetime",
        &["format?"],
        "The text as a date and time; \"%Y-%m-%d %H:%M:%S\" unless told.",
        |e, a| {
            let format = a.first().map_or(Ok("%Y-%m-%d %H:%M:%S"), Operand::text)?;
            let options = StrptimeOptions { format: Some(format.into()), strict: true, exact: true, cache: true };
            Ok(e.str().to_datetime(Some(TimeUnit::Microseconds), None, options, lit("raise")))
        },
    ),
];
