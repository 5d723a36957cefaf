//! The one door to data outside: each format a file, writes that leave nothing half done, embedded samples.

mod any;
mod aside;
mod columnar;
mod conversions;
mod csv;
mod door;
mod excel;
mod folder;
mod gather;
mod ipc;
mod json;
mod many;
mod marks;
mod moments;
mod net;
mod parquet;
mod postgres;
pub mod samples;
mod sink;
mod sqlite;
mod text;

pub use any::{read, write as write_any};
pub use aside::{for_another, remove, rename, set_aside};
pub use csv::{CsvOptions, read_csv, write_csv};
pub use door::{read_bytes, read_text, size, temporary_folder, write, write_text};
pub use excel::{ExcelOptions, MOST_COLUMNS, MOST_ROWS, read_excel, write_excel};
pub use folder::paths;
pub use ipc::{read_ipc, write_ipc};
pub use json::{read_json, read_ndjson, write_json, write_ndjson};
pub use many::is_several;
pub use marks::Mark;
pub use net::allow_net;
pub use parquet::{read_parquet, write_parquet};
pub use postgres::read_postgres;
pub use sqlite::{IfExists, is_sound_sqlite, read_sqlite, write_sqlite};
