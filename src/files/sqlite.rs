//! SQLite databases.

use std::fmt::Write;
use std::path::Path;

use regulars_plugin::{Failure, Host, Result};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, OpenFlags, params_from_iter};

use super::door;
use super::gather::{Found, Gather};
use crate::table::{Cell, Data, Frame, Import};

/// What becomes of a table that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IfExists {
    /// Nothing is written.
    #[default]
    Fail,
    /// The new table takes its place.
    Replace,
    /// The rows are added to it.
    Append,
}

impl IfExists {
    /// By the word that scripts write.
    pub const WORDS: [(&'static str, IfExists); 3] =
        [("fail", IfExists::Fail), ("replace", IfExists::Replace), ("append", IfExists::Append)];

    /// What becomes of a table that is there, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            IfExists::Fail => "A table that is there stays, and nothing is written",
            IfExists::Replace => "The table is written anew",
            IfExists::Append => "The rows come behind those that are there",
        }
    }
}

/// Whether a file is a database in which nothing is damaged; one that another program holds is taken for sound.
pub fn is_sound_sqlite(path: &Path) -> bool {
    let checked: rusqlite::Result<String> =
        Connection::open(path).and_then(|base| base.query_row("pragma quick_check(1)", [], |row| row.get(0)));
    match checked {
        Ok(told) => told == "ok",
        Err(rusqlite::Error::SqliteFailure(error, _)) => {
            !matches!(error.code, rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase)
        }
        Err(_) => true,
    }
}

/// Reads a table, or what a query answers.
pub fn read_sqlite(path: &str, what: &str, host: &dyn Host) -> Result<Frame> {
    let found = door::existing(path)?;
    let begins = door::first_bytes(path, 16)?;
    if begins.is_empty() {
        return Err(Failure::new(format!("`{path}` is empty")).help("no table was ever written into it"));
    }
    if begins != b"SQLite format 3\0" {
        return Err(super::columnar::another_kind(path, "SQLite", &begins));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let base = Connection::open_with_flags(found, flags).map_err(|error| refused(path, what, &error, &[]))?;
    let tables = tables(&base).map_err(|error| refused(path, what, &error, &[]))?;
    let query = if is_query(what) {
        what.to_owned()
    } else if tables.iter().any(|table| table == what) {
        format!("select * from {}", quoted(what))
    } else {
        return Err(no_table(path, what, &tables));
    };
    let wrong = |error: rusqlite::Error| refused(path, what, &error, &tables);
    let mut statement = base.prepare(&query).map_err(wrong)?;
    if !statement.readonly() {
        return Err(Failure::new("the query would change the database, but `read_sqlite` only reads")
            .help("write a `select`; `frame.write_sqlite(…)` writes a table"));
    }
    let names: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
    if let Some(name) = names.iter().enumerate().find(|(place, name)| names[..*place].contains(name)) {
        return Err(Failure::new(format!("the query answers two columns called `{}`", name.1))
            .help("give one of them another name: `select a.id, b.id as other_id …`"));
    }
    let mut gather = Gather::new(names.clone());
    gather.dates = true;
    let mut rows = statement.query([]).map_err(wrong)?;
    while let Some(row) = rows.next().map_err(wrong)? {
        for place in 0..names.len() {
            let found = match row.get_ref(place).map_err(wrong)? {
                ValueRef::Null => Found::Missing,
                ValueRef::Integer(number) => Found::Whole(number),
                ValueRef::Real(number) => Found::Number(number),
                ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
                    Ok(text) => Found::Text(text.to_owned()),
                    Err(_) => bytes_as_text(&mut gather, place, bytes),
                },
                ValueRef::Blob(bytes) => bytes_as_text(&mut gather, place, bytes),
            };
            gather.set(place, found);
        }
        gather.end_row();
        if gather.rows().is_multiple_of(4096) && host.is_cancelled() {
            return Err(Failure::interrupted());
        }
    }
    gather.frame(Import { source: format!("{path}: {what}"), ..Import::default() })
}

/// Bytes that are no text, written in hexadecimal.
fn bytes_as_text(gather: &mut Gather, place: usize, bytes: &[u8]) -> Found {
    let text = bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    let shown: String = text.chars().take(20).collect();
    gather.coerced(place, "became text in hexadecimal: the database holds bytes there", &shown);
    Found::Text(text)
}

/// A query has several words, a table has one name.
pub(super) fn is_query(what: &str) -> bool {
    let first = what.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    matches!(first.as_str(), "select" | "with" | "values") && what.trim().contains(char::is_whitespace)
        || what.trim_start().starts_with("--")
}

fn tables(base: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = base.prepare(
        "select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\' order by name",
    )?;
    let names = statement.query_map([], |row| row.get(0))?;
    names.collect()
}

fn no_table(path: &str, what: &str, tables: &[String]) -> Failure {
    let failure = Failure::new(format!("`{path}` has no table `{what}`"));
    match tables {
        [] => failure.help("there is no table in it at all"),
        tables => failure.near(what, tables.iter().map(String::as_str)),
    }
}

fn refused(path: &str, what: &str, error: &rusqlite::Error, tables: &[String]) -> Failure {
    let words = match error {
        rusqlite::Error::SqliteFailure(_, Some(words)) => words.clone(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        other => other.to_string(),
    };
    if let Some(table) = words.strip_prefix("no such table: ") {
        return no_table(path, table, tables);
    }
    if let Some(column) = words.strip_prefix("no such column: ") {
        return Failure::new(format!("the query asks for a column `{column}` that its tables do not have"))
            .help("`read_sqlite(path, \"select * from … limit 1\").columns` lists those of a table");
    }
    if words.contains("malformed") || words.contains("not a database") || words.contains("disk image") {
        return Failure::new(format!("`{path}` is a SQLite database, but it is cut off or damaged"))
            .help("fetch it again, or mend it with `sqlite3 old.db .recover`");
    }
    if words.contains("locked") || words.contains("busy") {
        return Failure::new(format!("`{path}` is in use by another program")).help("close that one, then try again");
    }
    if words.contains("readonly") || words.contains("read-only") {
        return Failure::new(format!("`{path}` cannot be written: it is read-only")).help("choose another place");
    }
    if is_query(what) {
        return Failure::new(format!("the query is not understood: {words}"))
            .help("it is SQL as SQLite speaks it: `select customer, amount from orders`");
    }
    Failure::new(format!("`{path}`: {words}")).help("look at the database with `sqlite3`")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Writes a frame as a table, in one transaction: all of it or nothing. Dates are ISO text, flags are 0 and 1.
pub fn write_sqlite(frame: &Frame, path: &str, table: &str, if_exists: IfExists, host: &dyn Host) -> Result<()> {
    if table.trim().is_empty() {
        return Err(Failure::new("the table has no name").help("`frame.write_sqlite(\"shop.db\", \"orders\")`"));
    }
    if frame.schema().iter().any(|(_, kind)| kind.starts_with("list") || kind == "struct") {
        return Err(Failure::new(format!("`{path}` cannot be written: a column holds lists or structs"))
            .help("a database holds single values: leave those columns out with `.drop(…)`"));
    }
    if Path::new(path).exists() {
        if std::fs::metadata(path).is_ok_and(|about| about.len() > 0)
            && door::first_bytes(path, 16)? != b"SQLite format 3\0"
        {
            return Err(Failure::new(format!("`{path}` is there already, and is no SQLite database"))
                .help("choose another name"));
        }
        return into(frame, Path::new(path), path, table, if_exists, host);
    }
    // A new database comes into being whole, as every file does.
    door::write_at(path, |made| into(frame, made, path, table, if_exists, host))
}

fn into(frame: &Frame, place: &Path, path: &str, table: &str, if_exists: IfExists, host: &dyn Host) -> Result<()> {
    let wrong = |error: rusqlite::Error| refused(path, table, &error, &[]);
    let mut base = Connection::open(place).map_err(wrong)?;
    let there = tables(&base).map_err(wrong)?.iter().any(|known| known.eq_ignore_ascii_case(table));
    if there && if_exists == IfExists::Fail {
        return Err(Failure::new(format!("`{path}` has a table `{table}` already"))
            .help("say what becomes of it: `if_exists: \"replace\"` or `if_exists: \"append\"`"));
    }
    let schema = frame.schema();
    let change = base.transaction().map_err(wrong)?;
    if there && if_exists == IfExists::Replace {
        change.execute(&format!("drop table {}", quoted(table)), []).map_err(wrong)?;
    }
    if !there || if_exists == IfExists::Replace {
        let columns: Vec<String> =
            schema.iter().map(|(name, kind)| format!("{} {}", quoted(name), sql_type(kind))).collect();
        change.execute(&format!("create table {} ({})", quoted(table), columns.join(", ")), []).map_err(wrong)?;
    } else {
        same_columns(&change, table, &schema)?;
    }
    let names: Vec<String> = schema.iter().map(|(name, _)| quoted(name)).collect();
    let marks = vec!["?"; names.len()].join(", ");
    let insert = format!("insert into {} ({}) values ({marks})", quoted(table), names.join(", "));
    {
        let mut statement = change.prepare(&insert).map_err(wrong)?;
        frame.batches(frame.plan(), host, |batch| {
            let data = Data(batch.clone());
            let columns: Vec<Vec<Cell>> =
                data.names().into_iter().map(|name| data.cells(name)).collect::<Result<_>>()?;
            for row in 0..data.height() {
                if row % 4096 == 0 && host.is_cancelled() {
                    return Err(Failure::interrupted());
                }
                statement.execute(params_from_iter(columns.iter().map(|cells| value(&cells[row])))).map_err(wrong)?;
            }
            Ok(())
        })?;
    }
    change.commit().map_err(wrong)
}

/// Rows can be added only where every column is known.
fn same_columns(base: &Connection, table: &str, schema: &[(String, String)]) -> Result<()> {
    let known = base
        .prepare(&format!("select * from {} limit 0", quoted(table)))
        .map(|statement| statement.column_names().into_iter().map(str::to_owned).collect::<Vec<_>>())
        .unwrap_or_default();
    match schema.iter().find(|(name, _)| !known.iter().any(|known| known.eq_ignore_ascii_case(name))) {
        Some((name, _)) => Err(Failure::new(format!("table `{table}` has no column `{name}` to add to"))
            .near(name, known.iter().map(String::as_str))),
        None => Ok(()),
    }
}

fn sql_type(kind: &str) -> &'static str {
    match kind {
        "integer" | "flag" => "integer",
        "number" | "decimal" => "real",
        _ => "text",
    }
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Missing => Value::Null,
        Cell::Integer(number) => Value::Integer(*number),
        Cell::Number(number) => Value::Real(*number),
        Cell::Flag(flag) => Value::Integer(i64::from(*flag)),
        other => Value::Text(other.plain()),
    }
}
