//! What Polars says of a verb of frames that does not fit the data, in our words.

use regulars_plugin::Failure;

/// A failure for an error text of Polars; none where it speaks of something else.
pub(super) fn known(raw: &str) -> Option<Failure> {
    if let Some(rest) = raw.strip_prefix("aggregation 'item' expected no or a single value, got ") {
        let values = rest.split(' ').next().unwrap_or_default();
        return Some(
            Failure::new(format!("one place of the pivot would hold {values} values"))
                .help("say how they are made one: `aggregate: \"sum\"` (\"mean\", \"first\", \"len\" …)")
                .help("or name more columns in `index`, so that each place has one value"),
        );
    }
    if let Some((_, rest)) = raw.split_once("join keys did not fulfill ") {
        let check = rest.split(' ').next().unwrap_or_default();
        let side = match check {
            "1:1" => "on one side at least",
            "1:m" => "on the left",
            _ => "on the right",
        };
        return Some(
            Failure::new(format!("the keys are not {check}: {side} a key stands in more than one row"))
                .help("which ones: `frame.value_counts(\"customer\").head(5)`")
                .help("keep one row for each: `frame.unique(\"customer\")`"),
        );
    }
    if let Some((_, rest)) = raw.split_once("validation on a ") {
        let kind = rest.split(' ').next().unwrap_or_default().to_lowercase();
        return Some(
            Failure::new(format!("keys are not checked in a join of the kind \"{kind}\""))
                .help("leave `validate` out, or join by \"inner\", \"left\" or \"full\""),
        );
    }
    if raw.contains("cannot take a larger sample") {
        return Some(
            Failure::new("more rows are to be drawn than there are")
                .help("draw fewer, or let a row be drawn again: `frame.sample(1000, #{replace: true})`"),
        );
    }
    if raw.starts_with("'join_where' predicates must resolve") {
        return Some(
            Failure::new("a condition of `join_where` answers something else than true or false")
                .help("compare a column of each frame: `col(\"day\") >= col(\"start\")`"),
        );
    }
    if raw.contains("null values in `rolling`") || raw.contains("null values in dynamic group_by") {
        return Some(
            Failure::new("the column that windows are cut from has missing values")
                .help("leave such rows out first: `frame.drop_nulls(\"date\")`"),
        );
    }
    if raw.contains("failed to determine supertype") || raw.contains("type mismatch in unpivot") {
        return Some(
            Failure::new("no type holds the values of both")
                .help("make them of one type first, for example with `.cast(#{amount: \"string\"})`"),
        );
    }
    None
}
