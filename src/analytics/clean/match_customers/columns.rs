//! Which columns are compared, and how: names and kinds as asked for or as the values suggest, made ready for comparing.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use regulars_plugin::{ColumnKind, Failure, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::task::Task;
use crate::stats::linkage::{Column, Kind, MOST_COLUMNS, Nicknames, Records};
use crate::stats::text::{DigitsForm, Order, day_in_digits, name_key, plain, read_date};
use crate::table::{Cell, Data, Levels, thousands};

/// The kinds of columns in the words of scripts.
const KINDS: [(&str, Kind); 8] = [
    ("given_name", Kind::Given),
    ("family_name", Kind::Family),
    ("name", Kind::Name),
    ("date", Kind::Date),
    ("email", Kind::Email),
    ("phone", Kind::Phone),
    ("code", Kind::Code),
    ("text", Kind::Text),
];

/// Words in the names of columns that tell their kind, the first that fits.
const HINTS: [(Kind, &[&str]); 7] = [
    (Kind::Email, &["mail", "邮箱", "邮件"]),
    (Kind::Phone, &["phone", "mobile", "telephone", "cell", "fax", "tel", "电话", "手机"]),
    (Kind::Date, &["dob", "birth", "born", "date", "day", "生日", "出生", "日期"]),
    (Kind::Given, &["first_name", "firstname", "given", "forename", "fname", "first name"]),
    (Kind::Family, &["last_name", "lastname", "surname", "family", "lname", "last name"]),
    (Kind::Code, &["postcode", "post_code", "zip", "postal", "number", "code", "passport", "ssn", "tax", "邮编"]),
    (Kind::Name, &["name", "姓名"]),
];

/// A column that is compared.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Compared {
    pub(super) name: String,
    /// Its kind, in the word of scripts.
    pub(super) kind: String,
}

impl Compared {
    pub(super) fn kind(&self) -> Result<Kind> {
        kind_of(&self.kind, &self.name)
    }
}

/// The word of a kind as it is told.
pub(super) fn told(kind: Kind) -> &'static str {
    match kind {
        Kind::Given => "a given name",
        Kind::Family => "a family name",
        Kind::Name => "a whole name",
        Kind::Text => "text",
        Kind::Code => "a code",
        Kind::Date => "a date",
        Kind::Email => "an e-mail address",
        Kind::Phone => "a phone number",
    }
}

fn kind_of(word: &str, column: &str) -> Result<Kind> {
    let found = KINDS.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind);
    found.ok_or_else(|| {
        Failure::new(format!("`{word}` is no kind of column (for `{column}`)"))
            .near(word, KINDS.map(|(known, _)| known))
    })
}

/// The columns as they were asked for: a list of names, or a map of names and kinds.
pub(super) fn asked(columns: &Value, data: &Data, taken: &[&str]) -> Result<Vec<Compared>> {
    let mut found: Vec<Compared> = Vec::new();
    let choose = |name: &str| -> Result<Compared> {
        let kind = chosen(data, name)?;
        let word = KINDS.iter().find(|(_, known)| *known == kind).map_or("text", |(word, _)| word);
        Ok(Compared { name: name.to_owned(), kind: word.to_owned() })
    };
    match columns {
        Value::Array(names) if !names.is_empty() => {
            for name in names {
                let name = name.as_str().ok_or_else(|| wrong(columns))?;
                found.push(choose(name)?);
            }
        }
        Value::Object(kinds) if !kinds.is_empty() => {
            for (name, kind) in kinds {
                let word = kind.as_str().ok_or_else(|| wrong(columns))?;
                data.kind(name)?;
                found.push(Compared { name: name.clone(), kind: word.to_owned() });
                kind_of(word, name)?;
            }
        }
        Value::Array(_) | Value::Object(_) | Value::Null => return Err(wanted(data, taken)),
        _ => return Err(wrong(columns)),
    }
    if let Some(twice) =
        found.iter().enumerate().find(|(place, one)| found[..*place].iter().any(|it| it.name == one.name))
    {
        return Err(Failure::new(format!("`columns` names `{}` twice", twice.1.name)).help("name it once"));
    }
    if let Some(id) = found.iter().find(|one| taken.contains(&one.name.as_str())) {
        return Err(Failure::new(format!("`columns` names `{}`, which says who is who already", id.name))
            .help("leave out of `columns` what is given as `id`, `labels` or `between`"));
    }
    if found.len() > MOST_COLUMNS {
        return Err(Failure::new(format!("{} columns are to be compared, at most {MOST_COLUMNS} can be", found.len()))
            .help("take those that tell people apart"));
    }
    Ok(found)
}

fn wrong(columns: &Value) -> Failure {
    Failure::new(format!("option `columns` is {columns}, but must be a list of names, or a map of names and kinds"))
        .help("write `columns: [\"name\", \"email\"]`, or `columns: #{name: \"name\", mail: \"email\"}`")
}

fn wanted(data: &Data, taken: &[&str]) -> Failure {
    let names: Vec<String> =
        data.names().into_iter().filter(|name| !taken.contains(name)).map(|name| format!("\"{name}\"")).collect();
    Failure::new("`columns` is wanted: in which columns does one customer look alike?").help(match names.is_empty() {
        true => "but the table has no other column".to_owned(),
        false => format!("write `columns: [{}]`, or some of them", names.join(", ")),
    })
}

/// Values that are looked at for the kind.
const LOOKED_AT: usize = 200;

/// The kind of a column by its type, its name, and its first values.
fn chosen(data: &Data, name: &str) -> Result<Kind> {
    if data.kind(name)? == ColumnKind::Date {
        return Ok(Kind::Date);
    }
    let mut words = Vec::new();
    for row in 0..data.height() {
        match data.cell(name, row)? {
            Cell::Missing => {}
            Cell::Time(_) => return Ok(Kind::Date),
            cell => words.push(cell.plain()),
        }
        if words.len() == LOOKED_AT {
            break;
        }
    }
    let mostly = |fits: fn(&str) -> bool| {
        !words.is_empty() && words.iter().filter(|word| fits(word)).count() * 10 >= words.len() * 8
    };
    let small = name.to_lowercase();
    let hint = HINTS.iter().find(|(_, hints)| hints.iter().any(|hint| small.contains(hint))).map(|(kind, _)| *kind);
    Ok(match hint {
        _ if mostly(|word| word.contains('@')) => Kind::Email,
        Some(Kind::Date) if mostly(|word| date(word).is_some()) => Kind::Date,
        Some(Kind::Email | Kind::Date) | None => match data.kind(name)? {
            ColumnKind::Text => Kind::Text,
            _ => Kind::Code,
        },
        Some(kind) => kind,
    })
}

/// A date as it may be written without doubt: with the year first, or with the month in letters.
fn date(text: &str) -> Option<NaiveDate> {
    let text = plain(text);
    // A short year depends on today, and what depends on today may not say who is who.
    const ANY_YEAR: i32 = 2000;
    let packed = || day_in_digits(&text).filter(|(form, _)| *form == DigitsForm::Packed).map(|(_, date)| date);
    let found = read_date(&text, ANY_YEAR).or_else(packed)?;
    let is_certain = matches!(found.form.order, Order::Year | Order::Word) && !found.form.short_year;
    is_certain.then(|| NaiveDate::from_epoch_days(found.day))?
}

/// Records in the order of their ids, so that nothing depends on the order of the rows.
pub(super) struct Ready {
    pub(super) ids: Levels,
    /// The row of the table behind each record.
    pub(super) row_of: Vec<usize>,
    pub(super) compared: Vec<Compared>,
    pub(super) records: Records,
    pub(super) notes: Vec<String>,
}

/// Makes the columns of a table ready; those in which all rows are alike are left out.
pub(super) fn ready(
    data: &Data,
    task: &Task,
    compared: Vec<Compared>,
    nicknames: &BTreeMap<String, String>,
) -> Result<Ready> {
    made_ready(data, task, compared, nicknames, false)
}

/// The same for a model that was fitted: every column is taken as it is.
pub(super) fn ready_again(
    data: &Data,
    task: &Task,
    compared: Vec<Compared>,
    nicknames: &BTreeMap<String, String>,
) -> Result<Ready> {
    made_ready(data, task, compared, nicknames, true)
}

fn made_ready(
    data: &Data,
    task: &Task,
    compared: Vec<Compared>,
    nicknames: &BTreeMap<String, String>,
    lenient: bool,
) -> Result<Ready> {
    let ids = data.levels(&task.id)?;
    let order = unique(data, task, &ids)?;
    let further = nicknames.iter().map(|(short, formal)| (name_key(short), name_key(formal)));
    let nicknames = Nicknames::with(further);
    let mut notes = Vec::new();
    let mut kept = Vec::new();
    let mut columns = Vec::new();
    for one in compared {
        let kind = one.kind()?;
        let (column, unread) = column(data, &one, kind, &order, &nicknames)?;
        let present = column.present();
        if let Some(note) = misread(&one, unread, present)? {
            notes.push(note);
        }
        if !lenient && (present < 2 || column.distinct() < 2) {
            let what = if present < 2 { "has hardly a value" } else { "has one value only" };
            notes.push(format!("column `{}` {what}, so it tells nobody apart: left out", one.name));
            continue;
        }
        columns.push(column);
        kept.push(one);
    }
    if !lenient && columns.len() < 2 && order.len() > 1 {
        let which = kept.first().map_or("none".to_owned(), |one| format!("only `{}`", one.name));
        return Err(Failure::new(format!(
            "two columns with different values are wanted to compare, but there is {which}"
        ))
        .help(notes.first().cloned().unwrap_or_else(|| {
            "name more columns; where equal values of one column are proof enough, `deduplicate` finds them".to_owned()
        })));
    }
    let sources = task.between.as_deref().map(|name| -> Result<Vec<u32>> {
        let levels = data.levels(name)?;
        Ok(order.iter().map(|row| levels.codes[*row]).collect())
    });
    let records = Records::new(columns, order.len(), sources.transpose()?);
    Ok(Ready { ids, row_of: order, compared: kept, records, notes })
}

/// The rows in the order of their ids, each of which is there once.
fn unique(data: &Data, task: &Task, ids: &Levels) -> Result<Vec<usize>> {
    let id = task.id_as_given();
    let mut order = vec![usize::MAX; ids.len()];
    let missing = data.lacking(std::slice::from_ref(&task.id))?;
    for (row, code) in ids.codes.iter().enumerate() {
        if missing[row] {
            return Err(Failure::new(format!(
                "column `{id}` is empty in row {}, but says who the rows are",
                task.row(row)
            ))
            .help(format!("fill it, or number the rows: `.with_row_index(\"row\")` and `id: \"row\"`; `drop_nulls([\"{id}\"])` leaves such rows out")));
        }
        let place = &mut order[*code as usize];
        if *place != usize::MAX {
            return Err(Failure::new(format!(
                "column `{id}` has `{}` in the rows {} and {}, but {} rows need {} different ids",
                task.own_id(&ids.value(*code as usize).plain()),
                task.row(*place),
                task.row(row),
                thousands(data.height()),
                thousands(data.height())
            ))
            .help("number the rows: `.with_row_index(\"row\")` and `id: \"row\"`")
            .help(format!("or keep one row of each: `.unique([\"{id}\"])`")));
        }
        *place = row;
    }
    Ok(order)
}

fn column(
    data: &Data,
    one: &Compared,
    kind: Kind,
    order: &[usize],
    nicknames: &Nicknames,
) -> Result<(Column, Vec<String>)> {
    let levels = data.levels(&one.name)?;
    let mut unread = Vec::new();
    let values: Vec<String> = (0..levels.len())
        .map(|index| match levels.value(index) {
            Cell::Missing => String::new(),
            Cell::Number(number) if number.is_nan() => String::new(),
            cell if kind == Kind::Date => {
                let text = cell.plain();
                date(&text).map(|day| day.to_string()).unwrap_or_else(|| {
                    if !text.trim().is_empty() {
                        unread.push(text);
                    }
                    String::new()
                })
            }
            cell => cell.plain(),
        })
        .collect();
    let codes: Vec<u32> = order.iter().map(|row| levels.codes[*row]).collect();
    Ok((Column::new(kind, &codes, &values, nicknames), unread))
}

/// What is told of values that are no dates.
fn misread(one: &Compared, unread: Vec<String>, present: usize) -> Result<Option<String>> {
    let Some(first) = unread.first() else { return Ok(None) };
    if present == 0 {
        return Err(Failure::new(format!("column `{}` is compared as dates, but `{first}` is none", one.name))
            .help(format!("dates have the year first, 1999-12-31; `standardize` reads others, and `columns: #{{{}: \"code\"}}` compares them as they are", one.name)));
    }
    Ok(Some(format!(
        "column `{}`: {} different values are no dates with the year first, such as `{first}`; they count as missing",
        one.name,
        thousands(unread.len())
    )))
}
