//! Parquet.

use std::panic::{AssertUnwindSafe, catch_unwind};

use polars::prelude::*;
use regulars_plugin::{Failure, Host, Result};

use super::door;
use crate::table::Frame;

/// A Parquet file as a frame. Nothing but the schema is read until the frame is used, and then only what is needed.
pub fn read_parquet(path: &str) -> Result<Frame> {
    let found = door::existing(path)?;
    let begins = door::first_bytes(path, 4)?;
    if begins.is_empty() {
        return Err(Failure::new(format!("`{path}` is empty")).help("write the file again: nothing arrived in it"));
    }
    if begins != b"PAR1" {
        let failure = Failure::new(format!("`{path}` is no Parquet file"));
        return Err(if begins.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()) {
            failure.help(format!("it looks like text, whatever its name says: `read_csv(\"{path}\")`"))
        } else {
            failure.help("look at what wrote the file; `read_csv` reads text")
        });
    }
    let refused = || {
        Failure::new(format!("`{path}` is a Parquet file, but it is cut off or damaged"))
            .help("fetch or write it again")
    };
    let name = found.to_str().ok_or_else(|| Failure::new(format!("`{path}` is no name that can be opened")))?;
    let arguments = ScanArgsParquet { glob: false, ..ScanArgsParquet::default() };
    // Polars panics on a column type that was left out of this build.
    let opened = catch_unwind(AssertUnwindSafe(|| {
        let plan = LazyFrame::scan_parquet(PlRefPath::new(name), arguments).map_err(|_| refused())?;
        Frame::new(plan, true, &[]).map_err(|_| refused())
    }));
    opened.unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<String>().map(String::as_str).unwrap_or_default();
        let kind = words.split_once("datatype ").and_then(|(_, rest)| rest.split_once(" not supported"));
        let of = kind.map(|(kind, _)| format!(" of type {kind}")).unwrap_or_default();
        Err(Failure::new(format!("`{path}` has a column{of}, which this version does not read"))
            .help("write the file with that column as a double, a whole number or text"))
    })
}

/// Writes a frame as Parquet, whole or not at all.
pub fn write_parquet(frame: &Frame, path: &str, host: &dyn Host) -> Result<()> {
    let mut data = frame.data(host)?;
    door::write(path, |file| {
        ParquetWriter::new(file).finish(&mut data.0).map(|_| ()).map_err(|error| match error {
            PolarsError::IO { error, .. } => door::writing(path, &error),
            _ => Failure::new(format!("`{path}` cannot be written: a column does not fit into Parquet"))
                .help("leave it out with `.drop(…)`, or change it with `.cast(…)`"),
        })
    })
}
