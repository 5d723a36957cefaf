//! The one door to data outside: each format a file, writes that leave nothing half done, embedded samples.

mod csv;
mod door;
mod folder;
mod parquet;
pub mod samples;

pub use csv::{CsvOptions, read_csv, write_csv};
pub use door::{read_bytes, read_text, size, write};
pub use folder::paths;
pub use parquet::{read_parquet, write_parquet};
