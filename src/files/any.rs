//! The reader and the writer that belong to the ending of a name.

use regulars_plugin::{Failure, Host, Result};

use super::{csv, excel, ipc, json, net, parquet, samples};
use crate::table::Frame;

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Csv,
    Parquet,
    Ipc,
    Ndjson,
    Json,
    Excel,
}

/// Endings and kinds; the first of each kind is the usual one.
const ENDINGS: [(&str, Kind); 17] = [
    ("csv", Kind::Csv),
    ("tsv", Kind::Csv),
    ("txt", Kind::Csv),
    ("parquet", Kind::Parquet),
    ("pq", Kind::Parquet),
    ("arrow", Kind::Ipc),
    ("ipc", Kind::Ipc),
    ("feather", Kind::Ipc),
    ("ndjson", Kind::Ndjson),
    ("jsonl", Kind::Ndjson),
    ("json", Kind::Json),
    ("xlsx", Kind::Excel),
    ("xlsm", Kind::Excel),
    ("xlsb", Kind::Excel),
    ("xls", Kind::Excel),
    ("ods", Kind::Excel),
    ("tab", Kind::Csv),
];

/// Reads the file by the ending of its name.
pub fn read(path: &str, host: &dyn Host) -> Result<Frame> {
    match kind(path)? {
        Kind::Csv => csv::read_csv(path, &csv::CsvOptions::default(), host),
        Kind::Parquet => parquet::read_parquet(path),
        Kind::Ipc => ipc::read_ipc(path),
        Kind::Ndjson => json::read_ndjson(path, false, host),
        Kind::Json => json::read_json(path),
        Kind::Excel => excel::read_excel(path, &excel::ExcelOptions::default(), host),
    }
}

/// Writes the file in the format that the ending of its name says.
pub fn write(frame: &Frame, path: &str, host: &dyn Host) -> Result<()> {
    let old = path.rsplit('.').next().is_some_and(|ending| matches!(ending, "xls" | "xlsb" | "xlsm" | "ods"));
    match kind(path)? {
        Kind::Csv => csv::write_csv(frame, path, host),
        Kind::Parquet => parquet::write_parquet(frame, path, host),
        Kind::Ipc => ipc::write_ipc(frame, path, host),
        Kind::Ndjson => json::write_ndjson(frame, path, host),
        Kind::Json => json::write_json(frame, path, host),
        Kind::Excel if old => {
            Err(Failure::new(format!("workbooks are written as .xlsx only, but `{path}` ends otherwise"))
                .help("call it `….xlsx`: every spreadsheet opens that"))
        }
        Kind::Excel => excel::write_excel(frame, path, None, host),
    }
}

fn kind(path: &str) -> Result<Kind> {
    let shown = net::without_password(path);
    let bare = path.split('?').next().filter(|_| net::is_address(path)).unwrap_or(path);
    let name = bare
        .trim_end_matches(".gz")
        .trim_end_matches(".zst")
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    if let Some((_, kind)) = ENDINGS.iter().find(|(known, _)| ending == Some(known)) {
        return Ok(*kind);
    }
    let failure = match ending {
        Some(ending) => Failure::new(format!("`{shown}` ends in `.{ending}`, which is no format that is known")),
        None => Failure::new(format!("`{shown}` has no ending that tells its format")),
    };
    let failure = if matches!(ending, Some("db" | "sqlite" | "sqlite3")) {
        failure.help("a database has several tables: `read_sqlite(path, table)`")
    } else if samples::SAMPLES.iter().any(|sample| sample.name == path) {
        failure.help(format!("the embedded data is `sample(\"{path}\")`"))
    } else {
        failure
    };
    Err(failure
        .help("there are .csv, .tsv, .parquet, .arrow, .ndjson, .json, .xlsx; text also packed as .gz or .zst")
        .help("or use the word for the format: `read_csv(path)`, `read_parquet(path)` …"))
}
