//! Notebooks of Jupyter, format 4.5, from documents and into them.

use regulars_plugin::{Failure, Result};
use serde_json::{Map, Value as Json, json};

use super::document::{Cell, CellKind, Document};
use super::marker::TITLE;

/// The tag by which programs of Jupyter know a cell that may fail.
const MAY_FAIL: &str = "raises-exception";

/// What a script cannot hold, and so does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Left {
    /// Cells with outputs.
    pub outputs: usize,
    /// Files within cells of Markdown.
    pub attachments: usize,
    /// The language in which the notebook is written, where it is not ours.
    pub language: Option<String>,
}

/// A document as a notebook. Outputs, numbers and names of cells are taken over from an older notebook where a cell there has
/// the same text.
pub fn to_ipynb(document: &Document, older: Option<&str>) -> Result<String> {
    let mut known: Vec<Json> = match older {
        Some(text) => cells_of(&parsed(text)?)?.clone(),
        None => Vec::new(),
    };
    let mut names: Vec<String> = Vec::new();
    let mut cells = Vec::with_capacity(document.cells.len());
    for cell in &document.cells {
        // In the order of the older one: of two cells with the same text each keeps its own.
        let place = known.iter().position(|older| {
            kind_of(older).ok() == Some(cell.kind) && source_of(older).ok().as_deref() == Some(&cell.source)
        });
        let older = place.map(|place| known.remove(place));
        cells.push((cell, older));
    }
    let mut written = Vec::with_capacity(cells.len());
    for (cell, older) in cells {
        let older_name = older.as_ref().and_then(|older| older["id"].as_str()).filter(|name| is_name(name));
        let name = match older_name.filter(|name| !names.iter().any(|taken| taken == name)) {
            Some(name) => name.to_owned(),
            None => free_name(&names),
        };
        names.push(name.clone());
        written.push(cell_json(cell, &name, older.as_ref()));
    }
    Ok(notebook(document, written, Map::new()))
}

/// A document that was played as a notebook: for each of its cells what came out of it, if it ran, in the form of Jupyter.
/// `account` says where that comes from.
pub(super) fn played(document: &Document, outputs: Vec<Option<Vec<Json>>>, account: Map<String, Json>) -> String {
    let mut number = 0;
    let cells = document.cells.iter().zip(outputs).enumerate().map(|(index, (cell, outputs))| {
        let ran = outputs.map(|outputs| {
            number += 1;
            json!({"execution_count": number, "outputs": outputs})
        });
        cell_json(cell, &format!("cell-{}", index + 1), ran.as_ref())
    });
    notebook(document, cells.collect(), account)
}

/// The whole notebook.
fn notebook(document: &Document, cells: Vec<Json>, mut own: Map<String, Json>) -> String {
    let mut metadata = document.metadata.clone();
    // A notebook of another language stays one.
    if !metadata.contains_key("kernelspec") {
        let own = json!({"display_name": "Regulars", "language": "rhai", "name": "regulars"});
        metadata.insert("kernelspec".into(), own);
        metadata.insert("language_info".into(), language());
    }
    if let Some(line) = &document.interpreter {
        own.insert("interpreter".into(), Json::from(line.as_str()));
    }
    if !own.is_empty() {
        metadata.insert(OWN.into(), Json::Object(own));
    }
    text_of(&json!({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}))
}

/// What Jupyter knows of the language.
fn language() -> Json {
    json!({
        "name": "rhai", "file_extension": ".rhai", "mimetype": "text/x-rhai",
        "codemirror_mode": "rust", "pygments_lexer": "rust"
    })
}

/// Where a notebook keeps what is ours.
const OWN: &str = "regulars";

/// A notebook as Jupyter writes it: keys in order, one space for each level.
fn text_of(notebook: &Json) -> String {
    let mut bytes = Vec::new();
    let form = serde_json::ser::PrettyFormatter::with_indent(b" ");
    let mut writer = serde_json::Serializer::with_formatter(&mut bytes, form);
    // A value in memory is always written.
    let _ = serde::Serialize::serialize(notebook, &mut writer);
    String::from_utf8_lossy(&bytes).into_owned() + "\n"
}

fn cell_json(cell: &Cell, name: &str, older: Option<&Json>) -> Json {
    let mut metadata = cell.metadata.clone();
    if !cell.title.is_empty() {
        metadata.insert(TITLE.into(), Json::from(cell.title.clone()));
    }
    let hides = [("source_hidden", cell.hide.code), ("outputs_hidden", cell.hide.result)];
    for (key, _) in hides.into_iter().filter(|(_, hides)| *hides) {
        if let Json::Object(map) = metadata.entry("jupyter").or_insert_with(|| json!({})) {
            map.insert(key.into(), Json::from(true));
        }
    }
    if cell.continues
        && let Json::Array(tags) = metadata.entry("tags").or_insert_with(|| json!([]))
    {
        tags.push(Json::from(MAY_FAIL));
    }
    let mut whole = Map::new();
    let kind = match cell.kind {
        CellKind::Code => "code",
        CellKind::Prose => "markdown",
        CellKind::Raw => "raw",
    };
    whole.insert("cell_type".into(), Json::from(kind));
    whole.insert("id".into(), Json::from(name));
    whole.insert("metadata".into(), Json::Object(metadata));
    let lines: Vec<&str> = cell.source.split_inclusive('\n').collect();
    whole.insert("source".into(), Json::from(lines));
    let kept = |key: &str| older.map(|older| older[key].clone()).filter(|value| !value.is_null());
    if cell.kind == CellKind::Code {
        whole.insert("execution_count".into(), kept("execution_count").unwrap_or(Json::Null));
        whole.insert("outputs".into(), kept("outputs").unwrap_or_else(|| json!([])));
    } else if let Some(attachments) = kept("attachments") {
        whole.insert("attachments".into(), attachments);
    }
    Json::Object(whole)
}

/// What Jupyter takes as the name of a cell.
fn is_name(name: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    (1..=64).contains(&name.len()) && name.chars().all(fits)
}

/// The name of a cell by its place, so that the same document becomes the same notebook.
fn free_name(taken: &[String]) -> String {
    let mut number = taken.len() + 1;
    loop {
        let name = format!("cell-{number}");
        if !taken.contains(&name) {
            return name;
        }
        number += 1;
    }
}

/// A notebook as a document, and what that cannot hold.
pub fn from_ipynb(text: &str) -> Result<(Document, Left)> {
    let notebook = parsed(text)?;
    let (mut document, mut left) = (Document::default(), Left::default());
    for (index, json) in cells_of(&notebook)?.iter().enumerate() {
        let number = index + 1;
        let within = |failure: Failure| failure.within(format!("cell {number} of the notebook"));
        let kind = kind_of(json).map_err(within)?;
        let mut cell = Cell { kind, source: trimmed(&source_of(json).map_err(within)?), ..Cell::default() };
        left.outputs += usize::from(json["outputs"].as_array().is_some_and(|outputs| !outputs.is_empty()));
        left.attachments += json["attachments"].as_object().map_or(0, Map::len);
        cell.metadata = json["metadata"].as_object().cloned().unwrap_or_default();
        own_options(&mut cell);
        // As other converters keep them. What has no meaning among them is kept by nobody.
        let metadata = std::mem::take(&mut cell.metadata);
        let _ = cell.take(metadata, true);
        document.cells.push(cell);
    }
    document.metadata = notebook["metadata"].as_object().cloned().unwrap_or_default();
    let known = document.metadata.remove("language_info").unwrap_or_default();
    let kernel = document.metadata.remove("kernelspec").unwrap_or_default();
    let own = document.metadata.remove(OWN).unwrap_or_default();
    document.interpreter =
        own["interpreter"].as_str().filter(|line| line.starts_with("#!") && !line.contains('\n')).map(str::to_owned);
    let language = kernel["language"].as_str().or(known["name"].as_str()).unwrap_or("rhai");
    if !language.eq_ignore_ascii_case("rhai") {
        left.language = Some(language.to_owned());
        document.metadata.insert("kernelspec".into(), kernel);
        document.metadata.insert("language_info".into(), known);
    }
    Ok((document, left))
}

/// What is an option of ours is taken out of what Jupyter keeps with a cell.
fn own_options(cell: &mut Cell) {
    if let Some(Json::String(title)) = cell.metadata.remove(TITLE) {
        cell.title = title.lines().collect::<Vec<_>>().join(" ").trim().to_owned();
    }
    let mut is_set = |key: &str| match cell.metadata.get_mut("jupyter") {
        Some(Json::Object(map)) => map.remove(key) == Some(Json::Bool(true)),
        _ => false,
    };
    (cell.hide.code, cell.hide.result) = (is_set("source_hidden"), is_set("outputs_hidden"));
    if let Some(Json::Array(tags)) = cell.metadata.get_mut("tags") {
        let before = tags.len();
        tags.retain(|tag| tag != MAY_FAIL);
        cell.continues = tags.len() < before;
    }
    for key in ["jupyter", "tags"] {
        let is_empty = match cell.metadata.get(key) {
            Some(Json::Object(map)) => map.is_empty(),
            Some(Json::Array(tags)) => tags.is_empty(),
            _ => false,
        };
        if is_empty {
            cell.metadata.remove(key);
        }
    }
}

/// Without empty lines around it, as the cell of a script has none.
fn trimmed(source: &str) -> String {
    let lines: Vec<&str> = source.lines().collect();
    let is_blank = |line: &&&str| line.trim().is_empty();
    let before = lines.iter().take_while(is_blank).count();
    let behind = lines[before..].iter().rev().take_while(is_blank).count();
    lines[before..lines.len() - behind].join("\n")
}

fn parsed(text: &str) -> Result<Json> {
    let notebook: Json = serde_json::from_str(text).map_err(|error| {
        Failure::new(format!("this is no notebook: {error}"))
            .help("a notebook of Jupyter is JSON with a list of `cells`")
    })?;
    match notebook["nbformat"].as_i64() {
        Some(4) => Ok(notebook),
        Some(other) => Err(Failure::new(format!("the notebook has format {other}, and format 4 is read"))
            .help("Jupyter brings it up to date: `jupyter nbconvert --to notebook FILE`")),
        None => Err(Failure::new("this is no notebook: `nbformat` is missing")
            .help("a notebook of Jupyter is JSON with `nbformat` and a list of `cells`")),
    }
}

fn cells_of(notebook: &Json) -> Result<&Vec<Json>> {
    notebook["cells"].as_array().ok_or_else(|| Failure::new("this is no notebook: it has no list of `cells`"))
}

fn kind_of(cell: &Json) -> Result<CellKind> {
    match cell["cell_type"].as_str() {
        Some("code") => Ok(CellKind::Code),
        Some("markdown") => Ok(CellKind::Prose),
        Some("raw") => Ok(CellKind::Raw),
        Some(other) => {
            Err(Failure::new(format!("`{other}` is no kind of cell")).near(other, ["code", "markdown", "raw"]))
        }
        None => Err(Failure::new("it has no `cell_type`")),
    }
}

/// The text of a cell: one text, or a list of lines.
fn source_of(cell: &Json) -> Result<String> {
    let wrong = || Failure::new("its `source` is neither text nor a list of lines");
    match &cell["source"] {
        Json::String(text) => Ok(text.clone()),
        Json::Array(lines) => lines.iter().map(|line| line.as_str().ok_or_else(wrong)).collect(),
        Json::Null => Ok(String::new()),
        _ => Err(wrong()),
    }
}
