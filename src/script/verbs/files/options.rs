//! Options of reading and writing.

use regulars_plugin::Result;

use crate::files::{CsvOptions, ExcelOptions, IfExists};
use crate::script::arguments::Arguments;

const CSV: &[&str] = &[
    "separator",
    "encoding",
    "decimal_comma",
    "quote",
    "header",
    "skip_rows",
    "columns",
    "types",
    "missing",
    "date_format",
    "strict",
];

pub(super) fn csv(call: &Arguments<'_>, place: usize) -> Result<CsvOptions> {
    let told = call.options(place, "read_csv", CSV)?;
    Ok(CsvOptions {
        separator: told.text("separator")?,
        encoding: told.text("encoding")?,
        decimal_comma: told.flag("decimal_comma")?,
        quote: told.text("quote")?,
        header: told.flag("header")?,
        skip_rows: usize::try_from(told.whole("skip_rows")?.unwrap_or_default()).unwrap_or(usize::MAX),
        columns: told.names("columns")?,
        types: told.texts_by_name("types", "write `types: #{zip: \"string\"}`")?,
        missing: told.texts("missing", "text or a list of texts", "write `missing: [\"NA\", \"n/a\"]`")?,
        date_format: told.text("date_format")?,
        strict: told.flag("strict")?.unwrap_or_default(),
    })
}

pub(super) fn excel(call: &Arguments<'_>, place: usize) -> Result<ExcelOptions> {
    let told = call.options(place, "read_excel", &["sheet", "range", "header"])?;
    Ok(ExcelOptions { sheet: told.text("sheet")?, range: told.text("range")?, header: told.flag("header")? })
}

pub(super) fn if_exists(call: &Arguments<'_>, place: usize) -> Result<IfExists> {
    let told = call.options(place, "write_sqlite", &["if_exists"])?;
    Ok(told.choice("if_exists", &IfExists::WORDS)?.unwrap_or_default())
}
