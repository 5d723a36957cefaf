//! Arrow files, also called Feather: the columns as they lie in memory.

use polars::prelude::*;
use polars_arrow::io::ipc::write::default_ipc_fields;
use regulars_plugin::{Failure, Host, Result};

use super::{columnar, door, sink};
use crate::table::Frame;

/// Rows of one batch: those who read a file share its batches among processors.
const BATCH: usize = 131_072;

/// Arrow files as a frame: one, those that match a pattern, or those of a folder. Read when it is used.
pub fn read_ipc(path: &str) -> Result<Frame> {
    columnar::read(path, &["arrow", "ipc", "feather"], one)
}

fn one(path: &str) -> Result<LazyFrame> {
    let begins = door::first_bytes(path, 6)?;
    if begins.is_empty() {
        return Err(Failure::new(format!("`{path}` is empty")).help("write the file again: nothing arrived in it"));
    }
    if begins != b"ARROW1" {
        return Err(columnar::another_kind(path, "Arrow", &begins));
    }
    let arguments = UnifiedScanArgs { glob: false, ..UnifiedScanArgs::default() };
    columnar::guarded(path, "an Arrow file", || {
        LazyFrame::scan_ipc(PlRefPath::new(path), IpcScanOptions::default(), arguments)
    })
}

/// Writes a frame as an Arrow file, whole or not at all, batch by batch where it reads files itself.
pub fn write_ipc(frame: &Frame, path: &str, host: &dyn Host) -> Result<()> {
    let refused = |error| sink::refused(path, error);
    let schema = sink::schema(frame)?;
    // A file has one list of categories for all of its batches, which is known at the end only.
    let categories = schema.iter_values().any(|kind| kind.is_categorical() || kind.is_enum());
    if categories || !frame.reads_files() {
        let mut data = frame.data(host)?;
        host.progress(0, 0, "writing");
        in_batches(&mut data.0, BATCH).map_err(refused)?;
        return door::write(path, |file| writer(file).finish(&mut data.0).map_err(refused));
    }
    let fields = default_ipc_fields(schema.to_arrow(CompatLevel::newest()).iter_values());
    door::write(path, |file| {
        let mut writer = writer(file).batched(&schema, fields).map_err(refused)?;
        frame.batches(frame.plan(), host, |batch| {
            let mut batch = batch.clone();
            batch.align_chunks_par();
            in_batches(&mut batch, BATCH).map_err(refused)?;
            writer.write_batch(&batch).map_err(refused)
        })?;
        writer.finish().map_err(refused)
    })
}

/// Cuts a long frame where its file shall have a new batch, without copying it.
fn in_batches(data: &mut DataFrame, rows: usize) -> PolarsResult<()> {
    if data.first_col_n_chunks() > 1 || data.height() <= rows {
        return Ok(());
    }
    let mut cut = data.slice(0, rows);
    for start in (rows..data.height()).step_by(rows) {
        cut.vstack_mut_owned(data.slice(start as i64, rows))?;
    }
    *data = cut;
    Ok(())
}

fn writer(file: &mut std::fs::File) -> IpcWriter<&mut std::fs::File> {
    IpcWriter::new(file).with_compat_level(CompatLevel::newest())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_frame_is_cut_into_batches_and_stays_the_same() {
        let words: Vec<Option<String>> = (0..25).map(|row| (row % 4 > 0).then(|| format!("row {row}"))).collect();
        let data = df!("number" => (0..25).collect::<Vec<i32>>(), "words" => words).unwrap();
        for (rows, batches) in [(10, 3), (12, 3), (5, 5), (24, 2), (25, 1), (100, 1)] {
            let mut cut = data.clone();
            in_batches(&mut cut, rows).unwrap();
            assert_eq!(cut.first_col_n_chunks(), batches, "{rows} rows");
            let mut file = Vec::new();
            IpcWriter::new(&mut file).finish(&mut cut).unwrap();
            let read = IpcReader::new(std::io::Cursor::new(file)).set_rechunk(false).finish().unwrap();
            assert_eq!(read.first_col_n_chunks(), batches, "{rows} rows");
            assert!(read.equals_missing(&data), "{rows} rows");
        }
    }
}
