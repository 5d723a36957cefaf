//! Reading and writing.

mod options;

use regulars_plugin::{Failure, Result};
use rhai::Dynamic;

use crate::catalogue::VerbGroup::Files;
use crate::files::{self, samples};
use crate::script::Event;
use crate::script::arguments::Arguments;
use crate::script::bind::{Ahead, Bound, Kind, verb};
use crate::script::convert::dynamic_of_json;
use crate::table::{Cell, Frame};

pub(super) fn verbs() -> Vec<Bound> {
    vec![
        verb(Files, "sample", "sample(name)", "An embedded data set; without a name, the list of them.")
            .example("sample(\"cdnow\")")
            .does(0, 1, |call| match call.count() {
                0 => list_of_samples(),
                _ => taken(call, "sample", samples::sample),
            })
            .plans(),
        verb(Files, "read_csv", "read_csv(path, #{separator, encoding, decimal_comma, quote, header, skip_rows, columns, types, missing, date_format, strict})", "Reads separated text: CSV, TSV, also packed (.csv.gz, .csv.zst), several files by a pattern (\"data/*.csv\") or a folder. Separator, encoding, header and types are found by looking at the whole file and told in the notes; `types: #{zip: \"string\"}` says otherwise, `missing: [\"NA\"]` names texts that mean no value. Rows and values that do not fit are counted and told; `strict: true` refuses them.")
            .does(1, 2, |call| {
                let options = options::csv(call, 1)?;
                taken(call, "read_csv", |path| files::read_csv(path, &options, call.world.host()))
            })
            .ahead(read_csv_ahead),
        verb(Files, "import_report", "frame.import_report()", "How a frame was read, one line for the whole and one for each column: rows, rejected rows, coerced and missing values, the first of them, and what was chosen.")
            .on::<Frame>()
            .does(0, 0, |call| {
                let report = call.frame(0)?.import_report(call.world.host())?;
                report.ok_or_else(|| Failure::new("this frame was not read from outside").help("ask the frame that a `read_…` word made"))
            }),
        verb(Files, "read", "read(path)", "Reads a file by the ending of its name: .csv, .tsv, .parquet, .arrow, .ndjson, .json, .xlsx; text also packed as .gz or .zst.")
            .does(1, 1, |call| taken(call, "read", |path| files::read(path, call.world.host()))),
        verb(Files, "read_parquet", "read_parquet(path)", "Opens Parquet: a file, a pattern (\"sales/*.parquet\"), a folder with partitions such as `year=2024`, or an address (https://…, s3://…) where `--allow-net` allows it. Only what is used is read, when it is used.")
            .does(1, 1, |call| taken(call, "read_parquet", files::read_parquet))
            .plans(),
        verb(Files, "read_ipc", "read_ipc(path)", "Opens Arrow files (Feather): one, a pattern or a folder. Only what is used is read, when it is used.")
            .does(1, 1, |call| taken(call, "read_ipc", files::read_ipc))
            .plans(),
        verb(Files, "read_ndjson", "read_ndjson(path, #{strict})", "Reads JSON with one object a line, also packed. Fields of an object inside become columns `outer.inner`; a line that is no object is rejected and counted, `strict: true` refuses it.")
            .does(1, 2, |call| {
                let told = call.options(1, "read_ndjson", &["strict"])?;
                let strict = told.flag("strict")?.unwrap_or_default();
                taken(call, "read_ndjson", |path| files::read_ndjson(path, strict, call.world.host()))
            }),
        verb(Files, "read_json", "read_json(path)", "Reads a JSON list of objects, one a row. Fields of an object inside become columns `outer.inner`.")
            .does(1, 1, |call| taken(call, "read_json", files::read_json)),
        verb(Files, "read_excel", "read_excel(path, #{sheet, range, header})", "Reads a sheet of a workbook (.xlsx, .xls, .xlsb, .ods): the first that is filled unless `sheet` names one; `range: \"B3:F200\"` says where the table lies.")
            .does(1, 2, |call| {
                let options = options::excel(call, 1)?;
                taken(call, "read_excel", |path| files::read_excel(path, &options, call.world.host()))
            }),
        verb(Files, "read_sqlite", "read_sqlite(path, table_or_query)", "Reads a table of a SQLite database, or what a `select` answers. Columns of mixed kinds become text, and are told.")
            .does(2, 2, |call| {
                let what = call.text(1)?;
                taken(call, "read_sqlite", |path| files::read_sqlite(path, &what, call.world.host()))
            }),
        verb(Files, "read_postgres", "read_postgres(url, table_or_query)", "Reads a table of a PostgreSQL server, or what a `select` answers; `url` is \"postgres://user:password@host/database\". A server outside this machine needs `--allow-net`.")
            .does(2, 2, |call| {
                let what = call.text(1)?;
                taken(call, "read_postgres", |path| files::read_postgres(path, &what, call.world.host()))
            }),
        verb(Files, "read_contract", "read_contract(path)", "Reads a contract for `validate` from a file in TOML, as a map: `orders.validate(read_contract(\"orders.toml\"))`. What a file cannot hold, such as tables to look up, is added to it: `contract.references = #{product: #{table: products}}`.")
            .does(1, 1, |call| {
                let path = call.text(0)?;
                let contract = files::read_contract(&path)?;
                call.world.listener.has_read("read_contract", &path, None);
                Ok(dynamic_of_json(&serde_json::Value::Object(contract)))
            }),
        verb(Files, "write", "frame.write(path)", "Writes the frame in the format that the ending says: .csv, .tsv, .parquet, .arrow, .ndjson, .json, .xlsx. Every write is whole or not at all.")
            .on::<Frame>()
            .does(1, 1, |call| written(call, |frame, path| files::write_any(frame, path, call.world.host())))
            .ahead(written_ahead),
        verb(Files, "write_csv", "frame.write_csv(path)", "Writes the frame as CSV, whole or not at all; packed where the name ends in .gz or .zst.")
            .on::<Frame>()
            .does(1, 1, |call| written(call, |frame, path| files::write_csv(frame, path, call.world.host())))
            .ahead(written_ahead),
        verb(Files, "write_parquet", "frame.write_parquet(path)", "Writes the frame as Parquet, whole or not at all. A frame on files larger than memory is written batch by batch.")
            .on::<Frame>()
            .does(1, 1, |call| written(call, |frame, path| files::write_parquet(frame, path, call.world.host())))
            .ahead(written_ahead),
        verb(Files, "write_ipc", "frame.write_ipc(path)", "Writes the frame as an Arrow file (Feather), whole or not at all.")
            .on::<Frame>()
            .does(1, 1, |call| written(call, |frame, path| files::write_ipc(frame, path, call.world.host())))
            .ahead(written_ahead),
        verb(Files, "write_ndjson", "frame.write_ndjson(path)", "Writes the frame as JSON with one object a line.")
            .on::<Frame>()
            .does(1, 1, |call| written(call, |frame, path| files::write_ndjson(frame, path, call.world.host())))
            .ahead(written_ahead),
        verb(Files, "write_json", "frame.write_json(path)", "Writes the frame as a JSON list of objects.")
            .on::<Frame>()
            .does(1, 1, |call| written(call, |frame, path| files::write_json(frame, path, call.world.host())))
            .ahead(written_ahead),
        verb(Files, "write_excel", "frame.write_excel(path, #{sheet})", "Writes the frame as a workbook of one sheet: a bold header that stays in sight, dates and numbers with their formats, a filter.")
            .on::<Frame>()
            .does(1, 2, |call| {
                let sheet = call.options(2, "write_excel", &["sheet"])?.text("sheet")?;
                written(call, |frame, path| files::write_excel(frame, path, sheet.as_deref(), call.world.host()))
            })
            .ahead(written_ahead),
        verb(Files, "write_sqlite", "frame.write_sqlite(path, table, #{if_exists})", "Writes the frame as a table of a SQLite database, in one transaction. `if_exists` says what becomes of a table that is there: \"fail\" unless told, \"replace\", \"append\".")
            .choices("if_exists", files::IfExists::WORDS.map(|(word, kind)| (word, kind.about())))
            .on::<Frame>()
            .does(2, 3, |call| {
                let table = call.text(2)?;
                let if_exists = options::if_exists(call, 3)?;
                written(call, |frame, path| files::write_sqlite(frame, path, &table, if_exists, call.world.host()))
            })
            .ahead(written_ahead),
    ]
}

/// Words that read from a database.
const DATABASES: [&str; 2] = ["read_sqlite", "read_postgres"];
/// Letters of a query that name what it answered.
const LONGEST_NAME: usize = 60;

/// Reads, and lets it be known what was read.
fn taken(call: &Arguments<'_>, word: &str, read: impl FnOnce(&str) -> Result<Frame>) -> Result<Frame> {
    let path = call.text(0)?;
    let frame = read(&path)?;
    call.world.listener.has_read(word, &path, Some(&frame));
    if word == "sample" {
        return Ok(frame);
    }
    let mut name = files::without_secrets(&path).into_owned();
    // In a database the table, or the query, is part of the name.
    if let (true, Ok(what)) = (DATABASES.contains(&word), call.text(1)) {
        name = format!("{name}: {}", what.chars().take(LONGEST_NAME).collect::<String>());
    }
    Ok(frame.read_from(&name))
}

fn written(call: &Arguments<'_>, write: impl FnOnce(&Frame, &str) -> Result<()>) -> Result<()> {
    let path = call.text(1)?;
    write(&call.frame(0)?, &path)?;
    call.world.listener.hear(Event::Wrote(path));
    Ok(())
}

/// Bytes of a text file up to which `check` reads it: the types of its columns are known only when it has been read.
const READ_AHEAD: u64 = 1 << 20;

fn read_csv_ahead(call: &Arguments<'_>) -> Result<Ahead> {
    let path = call.text(0)?;
    let options = options::csv(call, 1)?;
    if files::is_several(&path) || files::size(&path)? > READ_AHEAD {
        return Ok(Ahead::Some(Kind::of::<Frame>()));
    }
    files::read_csv(&path, &options, call.world.host()).map(|frame| Ahead::Is(Dynamic::from(frame)))
}

fn written_ahead(call: &Arguments<'_>) -> Result<Ahead> {
    call.text(1).map(|_| Ahead::Is(Dynamic::UNIT))
}

fn list_of_samples() -> Result<Frame> {
    let column = |name: &str, pick: fn(&samples::Sample) -> &str| {
        (name.to_owned(), samples::SAMPLES.iter().map(|sample| Cell::Text(pick(sample).to_owned())).collect())
    };
    Frame::from_cells(&[column("name", |sample| sample.name), column("about", |sample| sample.about)])
}
