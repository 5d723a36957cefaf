//! Names and types.

use polars::prelude::*;
use regulars_plugin::Failure;

use super::super::types::type_of_word;
use super::{Method, method};

pub(super) const METHODS: &[Method] = &[
    method("", "alias", &["name"], "The same values under another name.", |e, a| Ok(e.alias(a[0].text()?))),
    method(
        "",
        "cast",
        &["type"],
        "The values as another type: \"int\", \"float\", \"string\", \"bool\", \"date\", \"datetime\", \"time\", \"duration\", \"categorical\", \"decimal(10, 2)\", or a type name of Polars. A value that cannot be cast is an error, or missing with `strict: false`.",
        |e, a| {
            let kind = type_of_word(a[0].text()?)?;
            Ok(if a.flag("strict", true)? { e.strict_cast(kind) } else { e.cast(kind) })
        },
    )
    .options(&["strict"])
    .example("frame(#{zip: [\"01067\", \"n/a\"]}).with_columns(col(\"zip\").cast(\"int\", #{strict: false}))"),
    method("", "exclude", &["columns…"], "Of several columns, all but these; names or patterns \"^…$\".", |e, a| {
        let names: Result<Vec<Vec<String>>, Failure> = a.values.iter().map(|one| one.texts()).collect();
        match e {
            Expr::Selector(many) => Ok(many.exclude_cols(names?.concat()).as_expr()),
            _ => Err(Failure::new("`.exclude(…)` is asked of one column")
                .help("it is for several: `col(\"*\").exclude(\"customer\")`, `cs.numeric().exclude(\"id\")`")),
        }
    })
    .example("sample(\"cdnow\").select(col(\"*\").exclude(\"customer\")).head(3)"),
    method("name", "keep", &[], "The name that the column had at first.", |e, _| Ok(e.name().keep())),
    method("name", "prefix", &["text"], "The name with something before it.", |e, a| Ok(e.name().prefix(a[0].text()?))),
    method("name", "suffix", &["text"], "The name with something behind it.", |e, a| Ok(e.name().suffix(a[0].text()?)))
        .example(
            "sample(\"cdnow\").select(cs.numeric().mean().name.suffix(\"_mean\"))",
        ),
    method("name", "to_lowercase", &[], "The name in small letters.", |e, _| Ok(e.name().to_lowercase())),
    method("name", "to_uppercase", &[], "The name in capitals.", |e, _| Ok(e.name().to_uppercase())),
    method("name", "replace", &["pattern", "text"], "The name with each match of a regular expression replaced.", |e, a| {
        Ok(e.name().replace(a[0].text()?, a[1].text()?, a.flag("literal", false)?))
    })
    .options(&["literal"]),
];
