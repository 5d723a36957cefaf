//! The lines that begin cells: `// %% Title [markdown] hide="code"`.

use regulars_plugin::{Failure, nearest};
use serde_json::{Map, Value as Json};

use super::document::{Cell, CellKind, Hide};

/// Options of a cell, with what each may be.
pub(super) const OPTIONS: [(&str, &[&str]); 2] =
    [("hide", &["code", "result", "all"]), ("on_failure", &["continue", "stop"])];

/// A key that Jupyter knows, and that may be written like an option of ours.
const TAGS: &str = "tags";

/// What stands behind the marker of what is kept with the whole document.
pub(super) const NOTEBOOK: &str = "[notebook]";

/// What a marker says.
pub(super) struct Marker {
    /// A cell without text.
    pub(super) cell: Cell,
    pub(super) mistake: Option<Failure>,
}

/// What stands behind the marker, where a line is one.
pub(super) fn begins(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("// %%")?;
    // `// %%%` is a comment.
    (!rest.starts_with('%')).then(|| rest.trim())
}

/// A line of a cell that would begin one, written so that it does not.
pub(super) fn escaped(line: &str) -> String {
    escape(line).map_or_else(|| line.to_owned(), |at| format!("{}\\{}", &line[..at], &line[at..]))
}

/// A line of a cell as it was meant.
pub(super) fn unescaped(line: &str) -> String {
    match escape(line) {
        Some(at) if line[at..].starts_with('\\') => format!("{}{}", &line[..at], &line[at + 1..]),
        _ => line.to_owned(),
    }
}

/// Where the backslashes of an escaped marker begin, or would begin.
fn escape(line: &str) -> Option<usize> {
    let rest = line.trim_start().strip_prefix("// ")?;
    rest.trim_start_matches('\\').starts_with("%%").then(|| line.len() - rest.len())
}

impl Marker {
    /// Reads what stands behind `// %%`.
    pub(super) fn read(rest: &str) -> Marker {
        let (head, metadata, is_object) = split(rest);
        let mut cell = Cell::default();
        let mut head = head.trim();
        for kind in [CellKind::Prose, CellKind::Raw] {
            let title = kind.word().and_then(|word| head.strip_suffix(word)).filter(|title| stands_alone(title));
            if let Some(title) = title {
                (head, cell.kind) = (title.trim(), kind);
                break;
            }
        }
        cell.title = head.to_owned();
        let mistake = cell.take(metadata, is_object);
        Marker { cell, mistake }
    }
}

/// Whether a word may follow: at the beginning, or behind a space.
fn stands_alone(before: &str) -> bool {
    before.is_empty() || before.ends_with(char::is_whitespace)
}

/// Title and kind, and the keys behind them; whether those stand in one JSON object.
fn split(rest: &str) -> (&str, Map<String, Json>, bool) {
    let starts = |sign: char| rest.match_indices(sign).map(|(at, _)| at).filter(|at| stands_alone(&rest[..*at]));
    for at in starts('{') {
        if let Ok(Json::Object(map)) = serde_json::from_str(&rest[at..]) {
            return (&rest[..at], map, true);
        }
    }
    // From the first place from which everything to the end is keys with their values.
    let words = std::iter::once(0).chain(rest.match_indices(char::is_whitespace).map(|(at, space)| at + space.len()));
    for at in words {
        if let Some(map) = pairs(&rest[at..]).filter(|map| !map.is_empty()) {
            return (&rest[..at], map, false);
        }
    }
    (rest, Map::new(), false)
}

/// `key="value" key=["value"]`; a plain word may stand behind a key that is ours.
fn pairs(text: &str) -> Option<Map<String, Json>> {
    let mut map = Map::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (key, behind) = rest.split_once('=')?;
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
        if key.is_empty() || !key.chars().all(is_name) {
            return None;
        }
        let mut values = serde_json::Deserializer::from_str(behind).into_iter::<Json>();
        let (value, end) = match values.next() {
            Some(Ok(value)) => (value, values.byte_offset()),
            // Also a mistyped key, so that it is told.
            _ if nearest(key, OPTIONS.iter().map(|(name, _)| *name)).is_some() => {
                let word = behind.split_whitespace().next().filter(|_| !behind.starts_with(char::is_whitespace))?;
                (Json::from(word), word.len())
            }
            _ => return None,
        };
        if behind.starts_with(char::is_whitespace) || !behind[end..].is_empty() && !behind[end..].starts_with(' ') {
            return None;
        }
        map.insert(key.to_owned(), value);
        rest = behind[end..].trim_start();
    }
    Some(map)
}

impl Cell {
    /// Takes over what is kept with a cell; what is ours becomes an option. Keys that stand alone must be known, because
    /// a mistyped one would be passed over; in an object other programs keep theirs.
    pub(super) fn take(&mut self, metadata: Map<String, Json>, is_object: bool) -> Option<Failure> {
        let mut mistake = None;
        for (key, value) in metadata {
            let word = value.as_str();
            match (key.as_str(), word) {
                ("hide", Some("code")) => self.hide = Hide { code: true, result: false },
                ("hide", Some("result")) => self.hide = Hide { code: false, result: true },
                ("hide", Some("all")) => self.hide = Hide { code: true, result: true },
                ("on_failure", Some("continue")) => self.continues = true,
                ("on_failure", Some("stop")) => self.continues = false,
                (TITLE, Some(title)) if is_object && self.title.is_empty() => self.title = title.to_owned(),
                (key, _) if let Some((_, words)) = OPTIONS.iter().find(|(name, _)| *name == key) => {
                    let found = word.map_or_else(|| value.to_string(), str::to_owned);
                    let failure = Failure::new(format!("the cell option `{key}` cannot be `{found}`"));
                    mistake.get_or_insert(failure.near(&found, words.iter().copied()));
                }
                (known, _) if is_object || known == TAGS => {
                    self.metadata.insert(key, value);
                }
                (unknown, _) => {
                    let names = OPTIONS.iter().map(|(name, _)| *name).chain([TAGS]);
                    let failure = Failure::new(format!("a cell has no option `{unknown}`"));
                    mistake.get_or_insert(failure.near(unknown, names));
                }
            }
        }
        mistake
    }

    /// Its options that differ from what is usual, as key and word.
    pub(super) fn options(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let hide = match self.hide {
            Hide { code: true, result: true } => Some("all"),
            Hide { code: true, result: false } => Some("code"),
            Hide { code: false, result: true } => Some("result"),
            Hide { code: false, result: false } => None,
        };
        let goes_on = self.continues.then_some("continue");
        hide.map(|word| ("hide", word)).into_iter().chain(goes_on.map(|word| ("on_failure", word)))
    }
}

/// The line that begins a cell.
pub(super) fn written(cell: &Cell) -> String {
    let mut line = "// %%".to_owned();
    let title = cell.title.lines().collect::<Vec<_>>().join(" ");
    let mut options: Vec<String> = cell.options().map(|(key, word)| format!("{key}=\"{word}\"")).collect();
    let is_plain = cell.metadata.keys().all(|key| key == TAGS);
    let keys = || cell.metadata.iter().filter(|_| is_plain).map(|(key, value)| format!("{key}={value}"));
    options.extend(keys());
    // A title that would be read as more than a title is told apart by what must stand behind it.
    let alone = Marker::read(title.trim()).cell;
    let is_ambiguous = alone.title != title.trim() || alone.kind != CellKind::Code;
    if !is_plain || is_ambiguous {
        let mut map: Map<String, Json> = cell.options().map(|(key, word)| (key.to_owned(), Json::from(word))).collect();
        map.extend(cell.metadata.clone());
        if is_ambiguous {
            map.insert(TITLE.to_owned(), Json::from(title.trim()));
        }
        options = vec![Json::Object(map).to_string()];
    }
    let title = if is_ambiguous { "" } else { title.trim() };
    for part in [title].into_iter().chain(cell.kind.word()).chain(options.iter().map(String::as_str)) {
        if !part.is_empty() {
            line.push(' ');
            line.push_str(part);
        }
    }
    line
}

/// Where a title stands that cannot be written as one.
pub(super) const TITLE: &str = "title";
