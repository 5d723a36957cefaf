//! Parquet.

use polars::prelude::*;
use regulars_plugin::{Failure, Host, Result};

use super::{columnar, door, net, sink};
use crate::table::Frame;

/// Rows of a group that are written together.
const GROUP: usize = 512 * 512;

/// Parquet files as a frame: one, those that match a pattern, those of a folder, or one on the web where that is allowed.
/// Nothing but the schema is read until the frame is used, and then only what is needed.
pub fn read_parquet(path: &str) -> Result<Frame> {
    columnar::read(path, &["parquet", "pq"], one)
}

fn one(path: &str) -> Result<LazyFrame> {
    let arguments = ScanArgsParquet { glob: false, ..ScanArgsParquet::default() };
    if let Some(address) = net::address(path)? {
        return net::open(&address, || LazyFrame::scan_parquet(PlRefPath::new(path), arguments));
    }
    let begins = door::first_bytes(path, 4)?;
    if begins.is_empty() {
        return Err(Failure::new(format!("`{path}` is empty")).help("write the file again: nothing arrived in it"));
    }
    if begins != b"PAR1" {
        return Err(columnar::another_kind(path, "Parquet", &begins));
    }
    columnar::guarded(path, "a Parquet file", || LazyFrame::scan_parquet(PlRefPath::new(path), arguments))
}

/// Writes a frame as Parquet, whole or not at all. A frame that reads files is written batch by batch.
pub fn write_parquet(frame: &Frame, path: &str, host: &dyn Host) -> Result<()> {
    let refused = |error| sink::refused(path, error);
    if !frame.reads_files() {
        let mut data = frame.data(host)?;
        host.progress(0, 0, "writing");
        return door::write(path, |file| ParquetWriter::new(file).finish(&mut data.0).map(|_| ()).map_err(refused));
    }
    let schema = sink::schema(frame)?;
    door::write(path, |file| {
        let mut writer = ParquetWriter::new(file).batched(&schema).map_err(refused)?;
        // Small batches are put together: a group of rows is the piece that readers skip or read.
        let mut waiting = DataFrame::empty_with_schema(&schema);
        frame.batches(frame.plan(), host, |batch| {
            waiting.vstack_mut(batch).map_err(refused)?;
            if waiting.height() < GROUP {
                return Ok(());
            }
            let mut group = std::mem::replace(&mut waiting, DataFrame::empty_with_schema(&schema));
            group.rechunk_mut();
            writer.write_batch(&group).map_err(refused)
        })?;
        waiting.rechunk_mut();
        writer.write_batch(&waiting).map_err(refused)?;
        writer.finish().map(|_| ()).map_err(refused)
    })
}
