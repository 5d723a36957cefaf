//! Declaring a frame as a standard table: names, types, and the rows that cannot be used.

use std::borrow::Cow;
use std::sync::Arc;

use polars::prelude::*;
use regulars_plugin::{Failure, Holds, Host, Quiet, Result, StandardColumn, StandardTable, TakesTable};

use super::frame::LeftOut;
use super::{About, Cell, Frame, failure, thousands, values_word};
use crate::stats::text::flag_words;

/// Which column of a frame is which column of a standard table.
#[derive(Debug, Clone, Default)]
pub struct Mapping {
    /// Standard name and the frame's own name.
    pub columns: Vec<(String, String)>,
    /// How dates are written where the column is text, such as `"%d/%m/%Y"`.
    pub date_format: Option<String>,
}

/// How many values are looked at to find out how a column writes its dates or numbers.
const LOOK_AT: u32 = 2000;

/// The ways of writing dates that are tried, the unambiguous ones first.
const DATE_FORMATS: [&str; 14] = [
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y%m%d",
    "%d.%m.%Y",
    "%d-%b-%Y",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M",
];

/// Declares a frame as a standard table: checks and renames the columns, makes dates dates and numbers numbers,
/// leaves out the rows that lack what is needed, and tells how many.
pub fn declare(frame: &Frame, table: StandardTable, mapping: &Mapping, host: &dyn Host) -> Result<Frame> {
    let mut renamed = rename(frame, table, mapping)?;
    let mut typed: Vec<(&str, Expr)> = Vec::new();
    let mut absent: Vec<&str> = Vec::new();
    for column in table.needed().iter().chain(table.known()) {
        let Some(kind) = renamed.dtype(column.name) else { continue };
        // A table without rows says nothing about its columns.
        if kind == DataType::Null && renamed.height(host)? == 0 {
            typed.push((column.name, col(column.name).cast(type_of(column.holds))));
            continue;
        }
        match make(&renamed, column, &kind, mapping, host)? {
            Made::By(made) => typed.push((column.name, made)),
            Made::AsIs => {}
            Made::Nothing if table.needed().contains(column) => return Err(nothing_in(column, mapping)),
            Made::Nothing => absent.push(column.name),
        }
    }
    if !absent.is_empty() {
        renamed = renamed.extend(|plan| plan.drop(cols(absent.iter().copied())))?;
    }
    let unreadable = unreadable(&renamed, table, &typed, host)?;
    let before = if typed.is_empty() {
        renamed
    } else {
        let typed: Vec<Expr> = typed.into_iter().map(|(name, made)| made.alias(name)).collect();
        renamed.extend_as("in the type that the standard table wants", |plan| plan.with_columns(&typed))?
    };
    let unusable = |column: &StandardColumn| unusable(column, before.dtype(column.name).as_ref());
    let needed: Vec<&StandardColumn> = table.needed().iter().collect();
    let usable = needed.iter().map(|column| unusable(column).not()).reduce(Expr::and);
    let after = match usable {
        Some(usable) => {
            before.extend_as("those that have what the standard table needs", |plan| plan.filter(usable.clone()))?
        }
        None => before.clone(),
    };
    // What was left out before is still lacking.
    let left_out = frame.about().left_out.clone();
    let mut about = About { standard: Some(table), import: frame.about().import.clone(), left_out, ..About::default() };
    if before.reads_files() {
        let names: Vec<&str> = needed.iter().map(|column| column.name).collect();
        about.left_out.push(Arc::new(LeftOut::new(before, after.clone(), format!("without {}", names.join(" or ")))));
    } else {
        about.inherited = count_unusable(&before, &needed, unusable, host)?.into_iter().map(Arc::from).collect();
    }
    about.inherited.extend(unreadable.into_iter().map(Arc::from));
    about.inherited.extend(absent.iter().map(|name| {
        let whose = named(name, mapping);
        Arc::from(format!("{whose} holds no value at all: the table is taken to have no `{name}`"))
    }));
    // What was lost on the way from the file is told as well.
    about.inherited.splice(0..0, frame.about().inherited.iter().cloned());
    let frame = after.with_about(about);
    if frame.reads_files() {
        return Ok(frame);
    }
    // In memory the rows are chosen once, here; every function then works on what is left.
    frame.data(host)?;
    Ok(frame)
}

/// Needed values that are there but cannot be read: how many of which column, and the first of them. Their rows are among
/// those that are left out.
fn unreadable(frame: &Frame, table: StandardTable, typed: &[(&str, Expr)], host: &dyn Host) -> Result<Vec<String>> {
    let mut told = Vec::new();
    for (name, made) in typed {
        let needed = table.needed().iter().find(|column| column.name == *name);
        let Some(column) = needed.filter(|_| frame.dtype(name) == Some(DataType::String)) else { continue };
        let lost = col(*name).str().strip_chars(lit(NULL)).neq(lit("")).and(made.clone().is_null());
        let summary = [lost.clone().sum().alias("count"), col(*name).filter(lost).first().alias("first")];
        let found = frame.extend(|plan| plan.select(&summary))?.data(host)?;
        let count = found.numbers("count")?.first().copied().flatten().unwrap_or_default() as usize;
        if count > 0 {
            let first = found.cell("first", 0)?.plain();
            let wanted = if column.holds == Holds::Date { "a date" } else { "a number" };
            told.push(format!(
                "{} values of `{name}` cannot be read as {wanted}, such as `{first}`: their rows are left out",
                thousands(count)
            ));
        }
    }
    Ok(told)
}

/// Whether a row cannot be used for want of this column: missing, no number, or a key that is empty text.
fn unusable(column: &StandardColumn, kind: Option<&DataType>) -> Expr {
    let missing = col(column.name).is_null();
    match kind {
        Some(DataType::String) if column.holds == Holds::Key => missing.or(col(column.name).eq(lit(""))),
        Some(DataType::Float64 | DataType::Float32) => missing.or(col(column.name).is_finite().not()),
        _ => missing,
    }
}

/// The rows of a batch of orders that can be used. The batch itself, uncopied, where it is all of them: a filter in the
/// plan would copy every column of every batch for the sake of the few that need it.
pub(super) fn usable_orders(batch: &DataFrame) -> PolarsResult<Cow<'_, DataFrame>> {
    let needed = StandardTable::Transactions.needed();
    let mut doubtful = false;
    for column in needed {
        let values = batch.column(column.name)?;
        doubtful |= values.has_nulls()
            || match values.dtype() {
                DataType::Float64 => {
                    values.f64()?.downcast_iter().any(|chunk| chunk.values().iter().any(|value| !value.is_finite()))
                }
                kind => *kind == DataType::String && column.holds == Holds::Key,
            };
    }
    if !doubtful {
        return Ok(Cow::Borrowed(batch));
    }
    let unusable = needed.iter().map(|column| unusable(column, batch.schema().get(column.name))).reduce(Expr::or);
    match unusable {
        Some(unusable) => batch.clone().lazy().filter(unusable.not()).collect().map(Cow::Owned),
        None => Ok(Cow::Borrowed(batch)),
    }
}

fn count_unusable(
    before: &Frame,
    needed: &[&StandardColumn],
    unusable: impl Fn(&StandardColumn) -> Expr,
    host: &dyn Host,
) -> Result<Vec<String>> {
    let any = needed.iter().map(|column| unusable(column)).reduce(Expr::or).unwrap_or_else(|| lit(false));
    let mut counts: Vec<Expr> = needed.iter().map(|column| unusable(column).sum().alias(column.name)).collect();
    // Where one column is needed both counts are one: Polars 0.55 stumbles over a sum that is asked for twice, on data in
    // several chunks.
    if needed.len() > 1 {
        counts.push(any.sum().alias("any"));
    }
    let counted = before.extend(|plan| plan.select(&counts))?.data(host)?;
    let count = |name: &str| -> Result<usize> {
        let number = counted.numbers(name)?.first().copied().flatten().unwrap_or_default();
        Ok(number as usize)
    };
    let total = count(if needed.len() > 1 { "any" } else { needed.first().map_or("any", |column| column.name) })?;
    if total == 0 {
        return Ok(Vec::new());
    }
    let mut reasons = Vec::new();
    for column in needed {
        let rows = count(column.name)?;
        if rows > 0 {
            reasons.push(format!("{} without {}", thousands(rows), column.name));
        }
    }
    let height = before.height(host)?;
    Ok(vec![format!("{} of {} rows were left out: {}", thousands(total), thousands(height), reasons.join(", "))])
}

pub(super) fn rename(frame: &Frame, table: StandardTable, mapping: &Mapping) -> Result<Frame> {
    let standard: Vec<&StandardColumn> = table.needed().iter().chain(table.known()).collect();
    for (name, own) in &mapping.columns {
        if !standard.iter().any(|column| column.name == name) {
            if standard.iter().any(|column| column.name == own) && frame.need(name).is_ok() {
                return Err(Failure::new(format!("the map is the wrong way round at `{name}: \"{own}\"`"))
                    .help(format!("the standard name comes first: `{own}: \"{name}\"`")));
            }
            return Err(Failure::new(format!("there is no standard column `{name}`"))
                .near(name, standard.iter().map(|column| column.name))
                .help("other columns keep their names and need no mapping"));
        }
        frame
            .need(own)
            .map_err(|failure| Failure { message: format!("no column `{own}`, which is to be `{name}`"), ..failure })?;
    }
    for (place, (name, own)) in mapping.columns.iter().enumerate() {
        if let Some((other, _)) = mapping.columns[..place].iter().find(|(_, one)| one == own) {
            return Err(Failure::new(format!("column `{own}` is named twice: as `{other}` and as `{name}`")).help(format!(
                "copy it first: `.with_columns(col(\"{own}\").alias(\"{name}\"))`, and leave `{name}` out of the map"
            )));
        }
    }
    let names = frame.names();
    let mapped = |name: &str| mapping.columns.iter().find(|(standard, _)| standard == name).map(|(_, own)| own);
    let lacking: Vec<&StandardColumn> = table
        .needed()
        .iter()
        .filter(|column| mapped(column.name).is_none() && !names.iter().any(|name| name == column.name))
        .collect();
    if !lacking.is_empty() {
        let words: Vec<String> =
            lacking.iter().map(|column| format!("`{}` ({})", column.name, column.meaning)).collect();
        let example: Vec<String> = lacking.iter().map(|column| format!("{}: \"…\"", column.name)).collect();
        let shown: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        return Err(Failure::new(format!("`{}` needs {}", table.word(), words.join(", ")))
            .help(format!("say which columns these are: `{}(#{{{}}})`", table.word(), example.join(", ")))
            .help(format!("the frame has: {}", shown.join(", "))));
    }
    // A column that already bears a standard name which the mapping gives to another one steps aside.
    let columns: Vec<Expr> = names
        .iter()
        .map(|own| {
            let standard = mapping.columns.iter().find(|(_, mapped)| mapped == own).map(|(standard, _)| standard);
            match standard {
                Some(standard) => col(own.as_str()).alias(standard.as_str()),
                None if mapped(own).is_some() => col(own.as_str()).alias(format!("{own}_original")),
                None => col(own.as_str()),
            }
        })
        .collect();
    if mapping.columns.is_empty() {
        return Ok(frame.clone());
    }
    frame.extend(|plan| plan.select(&columns))
}

/// How a column becomes what its standard name promises.
pub(super) enum Made {
    /// It is so already.
    AsIs,
    /// By this expression.
    By(Expr),
    /// It holds no value at all.
    Nothing,
}

/// A column by its standard name, and by its own where that is another: the one that the person knows.
fn named(name: &str, mapping: &Mapping) -> String {
    match own_name(name, mapping) {
        own if own == name => format!("column `{name}`"),
        own => format!("column `{own}`, which is to be `{name}`,"),
    }
}

fn own_name<'a>(name: &'a str, mapping: &'a Mapping) -> &'a str {
    mapping.columns.iter().find(|(standard, _)| standard == name).map_or(name, |(_, own)| own)
}

/// A column's name as a key of a map.
fn as_key(name: &str) -> Cow<'_, str> {
    let is_plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if is_plain && name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(format!("{name:?}"))
    }
}

/// The failure where a needed column is empty.
pub(super) fn nothing_in(column: &StandardColumn, mapping: &Mapping) -> Failure {
    Failure::new(format!("{} holds no value at all", named(column.name, mapping)))
        .help("take another column for it, or look at how the file was read")
}

/// What makes a column what its standard name promises.
pub(super) fn make(
    frame: &Frame,
    column: &StandardColumn,
    kind: &DataType,
    mapping: &Mapping,
    host: &dyn Host,
) -> Result<Made> {
    let name = column.name;
    let refuse = |wanted: &str| {
        Failure::new(format!("{} holds {}, but {wanted} are wanted", named(name, mapping), values_word(kind)))
            .help(format!("`{name}` is: {}", column.meaning))
    };
    match (column.holds, kind) {
        (_, DataType::Null) => Ok(Made::Nothing),
        // A time with a zone becomes the time on the clock there: its day is the day on which it was bought.
        (Holds::Date, DataType::Datetime(_, Some(_))) => {
            Ok(Made::By(col(name).dt().replace_time_zone(None, lit("raise"), NonExistent::Raise)))
        }
        (Holds::Date, DataType::Date | DataType::Datetime(..)) => Ok(Made::AsIs),
        (Holds::Date, DataType::String) => date_of_text(frame, name, mapping, host),
        (Holds::Date, kind) if kind.is_integer() => {
            let text = frame.extend(|plan| plan.with_columns([col(name).cast(DataType::String)]))?;
            let parsed = date_of_text(
                &text,
                name,
                &Mapping { date_format: Some("%Y%m%d".to_owned()), columns: mapping.columns.clone() },
                host,
            );
            parsed.map(|_| Made::By(parse(col(name).cast(DataType::String), "%Y%m%d"))).map_err(|_| {
                refuse("dates").help("whole numbers are read as dates only where they are written 19970930")
            })
        }
        (Holds::Date, _) => Err(refuse("dates")),
        (Holds::Number, kind) if kind.is_primitive_numeric() || kind.is_decimal() => Ok(match kind {
            DataType::Float64 => Made::AsIs,
            _ => Made::By(col(name).cast(DataType::Float64)),
        }),
        (Holds::Number, DataType::String) => number_of_text(frame, name, mapping, host),
        (Holds::Number, _) => Err(refuse("numbers")),
        (Holds::Key, DataType::Float64 | DataType::Float32) => {
            // A column of whole numbers with gaps becomes one of fractions in many programs: 17850.0.
            let fraction = (col(name).cast(DataType::Float64) % lit(1.0)).neq(lit(0.0)).any(true);
            let found = frame.extend(|plan| plan.select([fraction.clone().alias("fraction")]))?.data(host)?;
            match found.cell("fraction", 0)? {
                Cell::Flag(true) => Err(refuse("text or whole numbers")),
                _ => Ok(Made::By(col(name).cast(DataType::Int64))),
            }
        }
        (Holds::Key, kind) if kind.is_integer() || *kind == DataType::String => Ok(Made::AsIs),
        (Holds::Key, DataType::Categorical(..)) => Ok(Made::By(col(name).cast(DataType::String))),
        (Holds::Key, _) => Err(refuse("text or whole numbers")),
        (Holds::Flag, DataType::String) => flag_of_text(frame, name, mapping, host),
        (Holds::Flag, kind) if *kind == DataType::Boolean || kind.is_primitive_numeric() => {
            Ok(Made::By(col(name).cast(DataType::Boolean)))
        }
        (Holds::Flag, _) => Err(refuse("yes and no")),
        (Holds::Text, _) => Ok(Made::AsIs),
    }
}

/// The type of a column that holds this.
fn type_of(holds: Holds) -> DataType {
    match holds {
        Holds::Date => DataType::Date,
        Holds::Number => DataType::Float64,
        Holds::Flag => DataType::Boolean,
        _ => DataType::String,
    }
}

/// Some of the values of a column of text that are there; blank ones are not.
fn look(frame: &Frame, name: &str, host: &dyn Host) -> Result<super::Data> {
    let says = col(name).str().strip_chars(lit(NULL)).neq(lit(""));
    frame.extend(|plan| plan.select([col(name)]).filter(says.clone()).limit(LOOK_AT))?.data(host)
}

fn parse(text: Expr, format: &str) -> Expr {
    let options = StrptimeOptions { format: Some(format.into()), strict: false, exact: true, cache: true };
    let parsed = if format.contains("%H") {
        text.str().to_datetime(Some(TimeUnit::Microseconds), None, options, lit("raise"))
    } else {
        text.str().to_date(options)
    };
    // `%Y` accepts two digits as well, and 24 is not the year in which anybody bought.
    when(parsed.clone().dt().year().gt_eq(lit(1000))).then(parsed).otherwise(lit(NULL))
}

fn date_of_text(frame: &Frame, name: &str, mapping: &Mapping, host: &dyn Host) -> Result<Made> {
    let seen = look(frame, name, host)?;
    let there = seen.height();
    let sample = seen.cell(name, 0).map(|cell| cell.plain()).unwrap_or_default();
    if there == 0 {
        let has_rows = frame.height(host)? > 0;
        return Ok(if has_rows { Made::Nothing } else { Made::By(parse(col(name), "%Y-%m-%d")) });
    }
    let (whose, own) = (named(name, mapping), own_name(name, mapping));
    let read_all =
        format!("or read dates of several ways first: `.standardize(#{{columns: #{{{}: \"date\"}}}})`", as_key(own));
    let formats: Vec<&str> =
        mapping.date_format.as_deref().map_or_else(|| DATE_FORMATS.to_vec(), |format| vec![format]);
    let columns: Vec<Expr> = formats
        .iter()
        .enumerate()
        .map(|(index, format)| {
            parse(col(name).str().strip_chars(lit(NULL)), format).is_not_null().sum().alias(format!("{index}"))
        })
        .collect();
    let counted = super::run(seen.0.clone().lazy().select(columns), false, &[], host)?;
    let mut fits: Vec<(&str, usize)> = Vec::new();
    for (index, format) in formats.iter().enumerate() {
        let parsed = counted.numbers(&index.to_string())?.first().copied().flatten().unwrap_or_default() as usize;
        if parsed > 0 {
            fits.push((format, parsed));
        }
    }
    let best = fits.iter().map(|(_, parsed)| *parsed).max().unwrap_or_default();
    let advice =
        "say how dates are written: `date_format: \"%d/%m/%Y\"` (%Y year, %y 24, %m month, %d day, %b Jan, %H:%M time)";
    // A tenth may be rubbish and is told as rows without a date; more means that the format was not understood.
    if best * 10 < there * 9 {
        return Err(Failure::new(format!(
            "{whose} is text, and its dates are not understood: the first is `{sample}`"
        ))
        .help(advice)
        .help(read_all));
    }
    let chosen: Vec<&str> = fits.iter().filter(|(_, parsed)| *parsed == best).map(|(format, _)| *format).collect();
    match chosen.as_slice() {
        [month_first, day_first] if month_first.starts_with("%m/%d") && day_first.starts_with("%d/%m") => {
            Err(Failure::new(format!(
                "the dates in `{own}` can be read as month/day or as day/month: the first is `{sample}`"
            ))
            .help(format!("say which: `date_format: \"{month_first}\"` or `date_format: \"{day_first}\"`")))
        }
        [first, ..] => Ok(Made::By(parse(col(name).str().strip_chars(lit(NULL)), first))),
        [] => Err(Failure::new(format!("no date was found in column `{own}`")).help(advice)),
    }
}

fn number_of_text(frame: &Frame, name: &str, mapping: &Mapping, host: &dyn Host) -> Result<Made> {
    let seen = look(frame, name, host)?;
    let number = |text: Expr| text.str().strip_chars(lit(NULL)).cast(DataType::Float64);
    let refused = seen.0.clone().lazy().filter(number(col(name)).is_null());
    let refused = super::run(refused, false, &[], host)?;
    if refused.height() * 10 > seen.height() {
        let sample = refused.cell(name, 0).map(|cell| cell.plain()).unwrap_or_default();
        let (whose, own) = (named(name, mapping), own_name(name, mapping));
        return Err(Failure::new(format!("{whose} is text and does not read as numbers, for example `{sample}`"))
            .help(format!(
                "read it first: `.standardize(#{{columns: #{{{}: \"number\"}}}})`, or \"money\" with signs of currencies",
                as_key(own)
            )));
    }
    // A table without rows says nothing about its columns.
    let is_empty = seen.height() == 0 && frame.height(host)? > 0;
    Ok(if is_empty { Made::Nothing } else { Made::By(number(col(name))) })
}

/// Yes and no in words; others are missing, as long as they are few.
fn flag_of_text(frame: &Frame, name: &str, mapping: &Mapping, host: &dyn Host) -> Result<Made> {
    let seen = look(frame, name, host)?;
    let word = || col(name).str().strip_chars(lit(NULL)).str().to_lowercase();
    let one_of = |words: &[&'static str]| words.iter().fold(lit(false), |known, one| known.or(word().eq(lit(*one))));
    let (yes, no) = flag_words();
    let flag = when(one_of(yes)).then(lit(true)).when(one_of(no)).then(lit(false)).otherwise(lit(NULL));
    let refused = super::run(seen.0.clone().lazy().filter(flag.clone().is_null()), false, &[], host)?;
    if refused.height() * 10 > seen.height() {
        let sample = refused.cell(name, 0).map(|cell| cell.plain()).unwrap_or_default();
        return Err(Failure::new(format!(
            "{} is text and does not say yes or no, for example `{sample}`",
            named(name, mapping)
        ))
        .help("write true and false, yes and no, or 1 and 0"));
    }
    let is_empty = seen.height() == 0 && frame.height(host)? > 0;
    Ok(if is_empty { Made::Nothing } else { Made::By(flag.cast(DataType::Boolean)) })
}

/// The standard table of orders, ready for the summary steps.
#[derive(Clone)]
pub struct Transactions(pub(crate) Frame);

impl Transactions {
    /// The frame behind it.
    pub fn frame(&self) -> &Frame {
        &self.0
    }

    /// Whether there is a column of that name.
    pub fn has(&self, name: &str) -> bool {
        self.0.dtype(name).is_some()
    }

    /// What is known about its rows. `used` is the number of rows that a step worked on, where it was all of them.
    pub(crate) fn notes(&self, used: Option<usize>, host: &dyn Host) -> Result<Vec<String>> {
        let mut notes: Vec<String> = self.0.about().inherited.iter().map(ToString::to_string).collect();
        notes.extend(self.0.about().notes.iter().cloned());
        for left_out in &self.0.about().left_out {
            // The rows of a step tell how many were kept only where it worked on the declared frame itself.
            let used = used.filter(|_| left_out.before(&self.0).is_some());
            notes.extend(left_out.sentence(used, host)?);
        }
        Ok(notes)
    }
}

impl TakesTable for Transactions {
    type Table = Frame;
    const TABLE: StandardTable = StandardTable::Transactions;

    fn take(frame: Frame) -> Result<Self> {
        ready(&frame, StandardTable::Transactions).map(Transactions)
    }
}

impl TakesTable for Frame {
    type Table = Frame;
    const TABLE: StandardTable = StandardTable::Frame;

    fn take(frame: Frame) -> Result<Self> {
        Ok(frame)
    }
}

/// The frame as a standard table: as it is where it was declared so, otherwise declared by the names it has.
pub(crate) fn ready(frame: &Frame, table: StandardTable) -> Result<Frame> {
    if table == StandardTable::Frame || frame.about().standard == Some(table) {
        return Ok(frame.clone());
    }
    let declared = declare(frame, table, &Mapping::default(), &Quiet)?;
    let mut about = declared.about().clone();
    let earlier = frame
        .about()
        .inherited
        .iter()
        .filter(|note| !about.inherited.iter().any(|one| Arc::ptr_eq(one, note)))
        .cloned()
        .collect();
    about.inherited = [earlier, about.inherited].concat();
    Ok(declared.with_about(about))
}

/// The failure for a plan that could not be laid, with the names that a standard table has.
pub(crate) fn plan_failure(error: PolarsError, frame: &Frame) -> Failure {
    failure(error, &frame.names())
}
