//! The words with which an expression begins: a column, a value, a choice, a range.

use chrono::{NaiveDate, NaiveDateTime};
use regulars_plugin::{Failure, Result};

use crate::catalogue::VerbGroup::Expressions;
use crate::script::arguments::Arguments;
use crate::script::bind::{Bound, verb};
use crate::script::convert::{Day, Moment};
use crate::script::options::Options;
use crate::table::{Expression, Horizontal, Operand, When};

/// The most columns that a word takes one by one; longer lists go into `[…]`.
const MANY: usize = 8;

pub(super) fn verbs() -> Vec<Bound> {
    [sources(), choices(), horizontal(), ranges()].into_iter().flatten().collect()
}

/// Columns and plain values.
fn sources() -> Vec<Bound> {
    vec![
        verb(Expressions, "col", "col(name)", "A column, to compute with; `col(\"*\")` is every column, `col(\"^a.*$\")` those whose name matches a pattern. `frame.amount` is `col(\"amount\")` once the frame is known to have it.")
            .example("sample(\"cdnow\").select(col(\"amount\").sum())")
            .does(1, 1, |call| Ok(Expression::column(&call.text(0)?))),
        verb(Expressions, "all", "all()", "Every column: `col(\"*\")`.").does(0, 0, |_| Ok(Expression::column("*"))),
        verb(Expressions, "lit", "lit(value)", "A value as an expression.")
            .does(1, 1, |call| Expression::value(&call.operand(0)?)),
        verb(Expressions, "len", "len()", "The number of rows, of the frame or of each group.")
            .does(0, 0, |_| Ok(Expression::rows())),
        verb(Expressions, "element", "element()", "An item of a list, inside `.list.eval(…)` and `.list.filter(…)`.")
            .example("frame(#{scores: [\"3 8\", \"5\"]}).select(col(\"scores\").str.split(\" \").list.eval(element().cast(\"int\") * 2))")
            .does(0, 0, |_| Ok(Expression::element())),
        verb(Expressions, "field", "field(name)", "A field of a struct, inside `.struct.with_fields(…)`.")
            .does(1, 1, |call| Ok(Expression::field(&call.text(0)?))),
        verb(Expressions, "date", "date(text)", "A day, written \"1997-09-30\".")
            .example("sample(\"cdnow\").filter(col(\"date\") > date(\"1998-06-01\")).height")
            .does(1, 1, |call| {
                let text = call.text(0)?;
                text.parse().map(Day).map_err(|_| {
                    Failure::new(format!("`{text}` is no day")).help("write year, month and day: `date(\"1997-09-30\")`")
                })
            }),
        verb(Expressions, "datetime", "datetime(text)", "A day with a time, written \"1997-09-30 14:05:00\".")
            .example("frame(#{at: [datetime(\"2024-03-01 09:30\"), datetime(\"2024-03-02 18:00\")]}).filter(col(\"at\") > datetime(\"2024-03-01 12:00\"))")
            .does(1, 1, |call| moment(&call.text(0)?).map(Moment)),
        verb(Expressions, "duration", "duration(#{weeks, days, hours, minutes, seconds})", "A length of time, of numbers or of columns; it is added to dates.")
            .example("sample(\"cdnow\").with_columns((col(\"date\") + duration(#{days: 30})).alias(\"due\")).head(3)")
            .does(1, 1, |call| match call.operand(0)? {
                Operand::Map(parts) => Expression::duration(&parts),
                _ => Err(call.refuse(0, "a map such as `#{days: 3}`")),
            }),
    ]
}

/// Days with a time in the ways that ISO 8601 knows and people write.
fn moment(text: &str) -> Result<NaiveDateTime> {
    const WAYS: [&str; 4] = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"];
    let whole_day = || text.parse::<NaiveDate>().ok().and_then(|day| day.and_hms_opt(0, 0, 0));
    WAYS.iter().find_map(|way| NaiveDateTime::parse_from_str(text, way).ok()).or_else(whole_day).ok_or_else(|| {
        Failure::new(format!("`{text}` is no day with a time"))
            .help("write year, month, day, hour and minute: `datetime(\"1997-09-30 14:05\")`")
    })
}

/// `when(…).then(…).otherwise(…)`.
fn choices() -> Vec<Bound> {
    vec![
        verb(Expressions, "when", "when(condition).then(value).otherwise(value)", "A value chosen row by row.")
            .example("sample(\"cdnow\").with_columns(when(col(\"amount\") > 50).then(\"big\").otherwise(\"small\").alias(\"size\")).head(3)")
            .does(1, 1, |call| match call.operand(0)? {
                Operand::Expression(condition) => Ok(When::new(&condition)),
                _ => Err(call.refuse(0, "a condition such as `col(\"amount\") > 10`")),
            }),
        verb(Expressions, "when", "….when(condition)", "A further condition, for rows that no earlier one took.").on::<When>().does(1, 1, |call| {
            match call.operand(1)? {
                Operand::Expression(condition) => Ok(call.own::<When>(0, "when(…)")?.when(&condition)),
                _ => Err(call.refuse(1, "a condition such as `col(\"amount\") > 10`")),
            }
        }),
        verb(Expressions, "then", "….then(value)", "The value where the condition holds.")
            .on::<When>()
            .does(1, 1, |call| call.own::<When>(0, "when(…)")?.then(&call.operand(1)?)),
        verb(Expressions, "otherwise", "….otherwise(value)", "The value where no condition holds.")
            .on::<When>()
            .does(1, 1, |call| call.own::<When>(0, "when(…)")?.otherwise(&call.operand(1)?)),
    ]
}

/// Columns put together row by row.
fn horizontal() -> Vec<Bound> {
    const WORDS: [(&str, Horizontal, &str, &str); 9] = [
        (
            "sum_horizontal",
            Horizontal::Sum,
            "The sum of several columns, row by row; missing values are left out.",
            "frame(#{web: [1, 2], shop: [10, ()]}).with_columns(sum_horizontal(\"web\", \"shop\").alias(\"total\"))",
        ),
        (
            "mean_horizontal",
            Horizontal::Mean,
            "The mean of several columns, row by row; missing values are left out.",
            "",
        ),
        ("min_horizontal", Horizontal::Min, "The least value of several columns, row by row.", ""),
        ("max_horizontal", Horizontal::Max, "The greatest value of several columns, row by row.", ""),
        ("any_horizontal", Horizontal::Any, "Whether any of several columns is true, row by row.", ""),
        ("all_horizontal", Horizontal::All, "Whether all of several columns are true, row by row.", ""),
        (
            "coalesce",
            Horizontal::Coalesce,
            "The first value that is there, row by row; a plain value at the end is `lit(0)`.",
            "frame(#{mobile: [(), \"2\"], home: [\"1\", \"3\"]}).with_columns(coalesce(\"mobile\", \"home\").alias(\"phone\"))",
        ),
        ("concat_list", Horizontal::List, "Several columns as one column of lists.", ""),
        (
            "struct",
            Horizontal::Struct,
            "Several columns as one column of structs.",
            "frame(#{city: [\"Rome\"], zip: [\"00100\"]}).select(struct(\"city\", \"zip\").alias(\"place\")).select(col(\"place\").struct.field(\"zip\"))",
        ),
    ];
    let mut verbs: Vec<Bound> = WORDS
        .into_iter()
        .map(|(word, how, summary, example)| {
            let option = match how {
                Horizontal::Sum | Horizontal::Mean => ", #{ignore_nulls}",
                _ => "",
            };
            verb(Expressions, word, &format!("{word}(columns…{option})"), summary).example(example).does(
                1,
                MANY,
                move |call| {
                    let (columns, options) =
                        columns(call, word, if option.is_empty() { &[] } else { &["ignore_nulls"] })?;
                    Expression::horizontal(how, &columns, options.flag("ignore_nulls")?.unwrap_or(true))
                },
            )
        })
        .collect();
    verbs.push(
        verb(Expressions, "concat_str", "concat_str(columns…, #{separator, ignore_nulls})", "Several columns as one text; missing where one of them is, unless `ignore_nulls`.")
            .example("frame(#{first: [\"Ann\"], last: [\"Lee\"]}).select(concat_str(\"first\", \"last\", #{separator: \" \"}).alias(\"name\"))")
            .does(1, MANY, |call| {
                let (columns, options) = columns(call, "concat_str", &["separator", "ignore_nulls"])?;
                Ok(Expression::concat_str(&columns, &options.text("separator")?.unwrap_or_default(), options.flag("ignore_nulls")?.unwrap_or(false)))
            }),
    );
    verbs.push(
        verb(Expressions, "format", "format(text, columns…)", "A text in which each `{}` stands for the next column.")
            .example("sample(\"cdnow\").select(format(\"{} discs for {}\", \"quantity\", \"amount\").alias(\"order\")).head(3)")
            .does(1, MANY, |call| Expression::format(&call.text(0)?, &call.columns(1)?)),
    );
    verbs
}

/// Numbers and days in a row, and figures of two columns.
fn ranges() -> Vec<Bound> {
    vec![
        verb(Expressions, "int_range", "int_range(start, end, step)", "Whole numbers from `start` up to, but without, `end`; `int_range(0, len())` numbers the rows.")
            .example("sample(\"cdnow\").head(3).with_columns(int_range(1, len() + 1).alias(\"row\"))")
            .does(2, 3, |call| {
                let step = if call.count() > 2 { call.integer(2)? } else { 1 };
                Expression::int_range(&call.operand(0)?, &call.operand(1)?, step)
            }),
        verb(Expressions, "date_range", "date_range(start, end, every, #{closed})", "Days from `start` to `end` in steps of \"1d\" unless told; both ends are included unless `closed` is \"left\", \"right\" or \"none\".")
            .example("frame(#{}).select(date_range(date(\"2024-01-01\"), date(\"2024-03-01\"), \"1mo\").alias(\"month\"))")
            .does(2, 4, |call| range(call, false)),
        verb(Expressions, "datetime_range", "datetime_range(start, end, every, #{closed})", "Days with a time from `start` to `end` in steps such as \"6h\".")
            .does(2, 4, |call| range(call, true)),
        verb(Expressions, "corr", "corr(a, b, #{method})", "The correlation of two columns, -1 to 1: \"pearson\" unless told, or \"spearman\" of their ranks.")
            .example("sample(\"cdnow\").select(corr(\"quantity\", \"amount\"))")
            .does(2, 3, |call| {
                let (columns, options) = columns(call, "corr", &["method"])?;
                let [left, right] = columns.as_slice() else { return Err(two(&columns)) };
                match options.text("method")?.as_deref().unwrap_or("pearson") {
                    "pearson" => Ok(Expression::correlation(left, right, false)),
                    "spearman" => Ok(Expression::correlation(left, right, true)),
                    other => Err(Failure::new(format!("no method `{other}`")).near(other, ["pearson", "spearman"])),
                }
            }),
        verb(Expressions, "cov", "cov(a, b, #{ddof})", "The covariance of two columns; `ddof` is 1 unless told.").does(2, 3, |call| {
            let (columns, options) = columns(call, "cov", &["ddof"])?;
            let [left, right] = columns.as_slice() else { return Err(two(&columns)) };
            let ddof = u8::try_from(options.whole("ddof")?.unwrap_or(1)).map_err(|_| Failure::new("`ddof` lies between 0 and 255"))?;
            Ok(Expression::covariance(left, right, ddof))
        }),
    ]
}

fn two(columns: &[Expression]) -> Failure {
    Failure::new(format!("two columns are wanted, but {} are given", columns.len()))
}

fn range(call: &Arguments<'_>, times: bool) -> Result<Expression> {
    let last = call.count() - 1;
    let word = if times { "datetime_range" } else { "date_range" };
    let options = call.options(if call.is_map(last) { last } else { call.count() }, word, &["closed"])?;
    let every = if call.count() > 2 && !call.values[2].is_map() { call.text(2)? } else { "1d".to_owned() };
    let end = |place: usize| match call.operand(place)? {
        Operand::Text(text) if times => moment(&text).map(Operand::Time),
        Operand::Text(text) => text.parse().map(Operand::Date).map_err(|_| {
            Failure::new(format!("`{text}` is no day")).help("write year, month and day: `date(\"1997-09-30\")`")
        }),
        other => Ok(other),
    };
    Expression::date_range(&end(0)?, &end(1)?, &every, options.text("closed")?.as_deref().unwrap_or("both"), times)
}

/// The columns of a call, and the map of options behind them.
fn columns(call: &Arguments<'_>, word: &'static str, known: &[&str]) -> Result<(Vec<Expression>, Options)> {
    let last = call.count().saturating_sub(1);
    match !known.is_empty() && call.is_map(last) {
        true => Ok((call.columns_until(last)?, call.options(last, word, known)?)),
        false => Ok((call.columns(0)?, call.options(call.count(), word, known)?)),
    }
}
