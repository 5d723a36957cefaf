//! Reading and writing.

use std::collections::BTreeMap;

use regulars_plugin::{Failure, Result};
use rhai::Dynamic;

use crate::catalogue::VerbGroup::Files;
use crate::files::{self, CsvOptions, samples};
use crate::script::Event;
use crate::script::arguments::Arguments;
use crate::script::bind::{Ahead, Bound, Kind, verb};
use crate::table::{Cell, Frame};

pub(super) fn verbs() -> Vec<Bound> {
    vec![
        verb(Files, "sample", "sample(name)", "An embedded data set; without a name, the list of them.")
            .example("sample(\"cdnow\")")
            .does(0, 1, |call| match call.count() {
                0 => list_of_samples(),
                _ => samples::sample(&call.text(0)?),
            })
            .plans(),
        verb(Files, "read_csv", "read_csv(path, #{separator, header, types, missing})", "Reads a CSV file, also .csv.gz and .tsv. Types are guessed from the first 10,000 rows; `types: #{zip: \"string\"}` says otherwise, `missing: [\"NA\"]` names texts that mean no value.")
            .does(1, 2, |call| {
                let path = call.text(0)?;
                files::read_csv(&path, &csv_options(call, 1)?, call.world.host())
            })
            .ahead(read_csv_ahead),
        verb(Files, "read_parquet", "read_parquet(path)", "Opens a Parquet file. Only what is used is read, when it is used.")
            .does(1, 1, |call| files::read_parquet(&call.text(0)?))
            .plans(),
        verb(Files, "write_csv", "frame.write_csv(path)", "Writes the frame as CSV, whole or not at all.")
            .on::<Frame>()
            .does(1, 1, |call| written(call, |frame, path| files::write_csv(frame, path, call.world.host())))
            .ahead(written_ahead),
        verb(Files, "write_parquet", "frame.write_parquet(path)", "Writes the frame as Parquet, whole or not at all.")
            .on::<Frame>()
            .does(1, 1, |call| written(call, |frame, path| files::write_parquet(frame, path, call.world.host())))
            .ahead(written_ahead),
    ]
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
    let options = csv_options(call, 1)?;
    if files::size(&path)? > READ_AHEAD {
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

fn csv_options(call: &Arguments<'_>, place: usize) -> Result<CsvOptions> {
    const KNOWN: [&str; 4] = ["separator", "header", "types", "missing"];
    let mut options = CsvOptions::default();
    for (name, value) in call.json(place)? {
        let wrong = |wanted: &str| {
            Failure::new(format!("option `{name}` is {value}, but {wanted} is wanted")).within("read_csv")
        };
        let texts = || {
            value
                .as_array()
                .map(|items| items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>())
        };
        match name.as_str() {
            "separator" => {
                options.separator = Some(value.as_str().ok_or_else(|| wrong("one character in quotes"))?.to_owned())
            }
            "header" => options.header = Some(value.as_bool().ok_or_else(|| wrong("true or false"))?),
            "types" => {
                let entries = value.as_object().ok_or_else(|| wrong("a map of names to types"))?;
                let pairs: Option<BTreeMap<String, String>> =
                    entries.iter().map(|(name, kind)| Some((name.clone(), kind.as_str()?.to_owned()))).collect();
                options.types = pairs.ok_or_else(|| wrong("a map of names to types"))?;
            }
            "missing" => options.missing = texts().flatten().ok_or_else(|| wrong("a list of texts"))?,
            other => return Err(Failure::new(format!("no option `{other}`")).near(other, KNOWN).within("read_csv")),
        }
    }
    Ok(options)
}
