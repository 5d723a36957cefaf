//! What Parquet and Arrow files share: opened lazily, one or many, with a report.

use std::panic::{AssertUnwindSafe, catch_unwind};

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::{many, net};
use crate::table::{Frame, Import};

/// A lazy frame over one file, those of a pattern, or those of a folder.
pub(super) fn read(path: &str, endings: &[&str], one: impl Fn(&str) -> Result<LazyFrame>) -> Result<Frame> {
    let mut import = Import { source: net::without_password(path), ..Import::default() };
    let plan = match many::sources(path, endings)? {
        None => one(path)?,
        Some(sources) => {
            let plans: Result<Vec<_>> =
                sources.into_iter().map(|source| Ok((source.clone(), one(&source.path)?))).collect();
            let (plan, told) = many::together(plans?, false)?;
            import.chosen.extend(told);
            plan
        }
    };
    let frame = Frame::new(plan, true, &[]).map_err(|_| broken(path, "a file"))?;
    let exact: Vec<String> =
        frame.schema().into_iter().filter(|(_, kind)| kind == "decimal").map(|(name, _)| format!("`{name}`")).collect();
    if !exact.is_empty() {
        let are = if exact.len() == 1 { "is an exact decimal" } else { "are exact decimals" };
        import.chosen.push(format!("{} {are}; the functions compute with it as a number", exact.join(", ")));
    }
    Ok(frame.imported(import))
}

/// Opens a file whose schema is read at once. Polars panics on some types that are not in this build.
pub(super) fn guarded(path: &str, what: &str, open: impl FnOnce() -> PolarsResult<LazyFrame>) -> Result<LazyFrame> {
    let opened = catch_unwind(AssertUnwindSafe(|| {
        let mut plan = open()?;
        plan.collect_schema().map(|_| plan)
    }));
    match opened {
        Ok(Ok(plan)) => Ok(plan),
        Ok(Err(_)) => Err(broken(path, what)),
        Err(panic) => {
            let words = panic.downcast_ref::<String>().map(String::as_str).unwrap_or_default();
            let kind = words.split_once("datatype ").and_then(|(_, rest)| rest.split_once(" not supported"));
            let of = kind.map(|(kind, _)| format!(" of type {kind}")).unwrap_or_default();
            Err(Failure::new(format!("`{path}` has a column{of}, which this version does not read"))
                .help("write the file with that column as a double, a whole number or text"))
        }
    }
}

fn broken(path: &str, what: &str) -> Failure {
    Failure::new(format!("`{path}` is {what}, but it is cut off or damaged")).help("fetch or write it again")
}

/// A file that begins as another kind of file does.
pub(super) fn another_kind(path: &str, wanted: &str, begins: &[u8]) -> Failure {
    let failure = Failure::new(format!("`{path}` is no {wanted} file"));
    let word = match begins {
        [b'P', b'A', b'R', b'1', ..] => "read_parquet",
        [b'A', b'R', b'R', b'O', ..] => "read_ipc",
        [b'P', b'K', ..] => "read_excel",
        [b'S', b'Q', b'L', b'i', ..] => "read_sqlite",
        begins if begins.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()) => {
            return failure.help(format!("it looks like text, whatever its name says: `read_csv(\"{path}\")`"));
        }
        _ => return failure.help("look at what wrote the file; `read_csv` reads text"),
    };
    failure.help(format!("it looks like one for `{word}(\"{path}\")`"))
}
