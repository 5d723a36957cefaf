//! What a folder holds, for the person who types a path.

use std::path::Path;

/// The paths that begin as `typed` does, folders with a `/` at their end; hidden ones only where a dot was typed.
pub fn paths(typed: &str) -> Vec<String> {
    let (folder, start) = typed.rfind('/').map_or(("", typed), |slash| typed.split_at(slash + 1));
    let place = if folder.is_empty() { Path::new(".") } else { Path::new(folder) };
    let mut found: Vec<String> = std::fs::read_dir(place)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let shown = name.starts_with(start) && (start.starts_with('.') || !name.starts_with('.'));
            // A link to a folder counts as one.
            let end = if shown && entry.path().is_dir() { "/" } else { "" };
            shown.then(|| format!("{folder}{name}{end}"))
        })
        .collect();
    found.sort();
    found
}
