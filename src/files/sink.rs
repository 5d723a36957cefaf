//! What all writers share: the schema, packing by the ending, and the words for what went wrong.

use std::io::{BufWriter, Write};

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

use super::door;
use crate::table::Frame;

/// The types of the columns that will be written.
pub(super) fn schema(frame: &Frame) -> Result<SchemaRef> {
    frame.plan().collect_schema().map_err(|_| Failure::new("the columns of the frame cannot be found"))
}

/// Fills a file, packed where its name ends in `.gz` or `.zst`.
pub(super) fn packed(
    path: &str,
    file: &mut std::fs::File,
    fill: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    let writing = |error: std::io::Error| door::writing(path, &error);
    if path.ends_with(".gz") {
        let mut packer = flate2::write::GzEncoder::new(BufWriter::new(file), flate2::Compression::default());
        fill(&mut packer)?;
        packer.finish().and_then(|mut out| out.flush()).map_err(writing)
    } else if path.ends_with(".zst") {
        let mut packer = zstd::stream::write::Encoder::new(BufWriter::new(file), 0).map_err(writing)?;
        fill(&mut packer)?;
        packer.finish().and_then(|mut out| out.flush()).map_err(writing)
    } else {
        let mut out = BufWriter::new(file);
        fill(&mut out)?;
        out.flush().map_err(writing)
    }
}

/// What Polars could not write.
pub(super) fn refused(path: &str, error: PolarsError) -> Failure {
    match error {
        PolarsError::IO { error, .. } => door::writing(path, &error),
        _ => Failure::new(format!("`{path}` cannot be written: a column does not fit into this kind of file"))
            .help("leave it out with `.drop(…)`, or change it with `.cast(…)`"),
    }
}
