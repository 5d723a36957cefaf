//! Where a report comes from.

use std::time::Duration;

use regulars_plugin::Date;

use super::{Count, Read, Script, Time};
use crate::files;
use crate::show;

/// Where a report comes from, apart from its cells.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// When the run began, in words.
    pub began: String,
    /// The parameters of the script, in its order.
    pub params: Vec<Given>,
    /// The seed of everything random.
    pub seed: u64,
    /// The day that the script took for today.
    pub today: Date,
    /// What the script read.
    pub read: Vec<Read>,
    /// The plugins that were loaded.
    pub plugins: Vec<PluginFile>,
    /// The most memory that the program took, in bytes, where the system tells.
    pub memory: Option<u64>,
}

/// A parameter and the value with which the script ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Whether the value is the default of the script.
    pub is_default: bool,
    /// What it is.
    pub meaning: String,
}

/// A plugin and its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginFile {
    /// Its name and version.
    pub name: String,
    /// Its file.
    pub path: String,
    /// The SHA-256 of the file, where it is still there.
    pub sha256: Option<String>,
}

/// A part of the account: a table with a heading, whose last column may be long and is written like code.
pub(super) struct Part {
    pub(super) title: &'static str,
    pub(super) columns: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Account {
    /// What a reader is told: the run itself, parameters, files, plugins, times.
    pub(super) fn parts(&self, script: &Script, count: Count, times: &[Time]) -> Vec<Part> {
        let mut run = vec![
            ("Script", script.name.clone().unwrap_or_default()),
            ("SHA-256 of the script", files::sha256_of(&script.text)),
            ("Run", self.began.clone()),
            (
                "Regulars",
                format!("{} ({}, {})", env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH),
            ),
            ("Cells", cells(count)),
            ("Time of all cells", duration(times.iter().map(|time| time.took).sum())),
            ("Seed", self.seed.to_string()),
            ("Today", self.today.to_string()),
        ];
        run.extend(self.memory.map(|bytes| ("Most memory", size(bytes))));
        let mut parts = vec![Part {
            title: "Run",
            columns: Vec::new(),
            rows: run.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect(),
        }];
        let mut add = |title, columns: &[&'static str], rows: Vec<Vec<String>>| {
            if !rows.is_empty() {
                parts.push(Part { title, columns: columns.to_vec(), rows });
            }
        };
        let param = |given: &Given| {
            let whence = if given.is_default { "default" } else { "given" };
            // A password in an address is nobody else's business.
            vec![given.name.clone(), show::unsecret(&given.value), whence.to_owned(), given.meaning.clone()]
        };
        add("Parameters", &["name", "value", "from", "meaning"], self.params.iter().map(param).collect());
        add("What was read", &["word", "source", "rows", "size", "SHA-256"], self.read.iter().map(read).collect());
        let plugin = |plugin: &PluginFile| {
            let sha256 = plugin.sha256.clone().unwrap_or_else(|| "the file is gone".to_owned());
            vec![plugin.name.clone(), plugin.path.clone(), sha256]
        };
        add("Plugins", &["plugin", "file", "SHA-256"], self.plugins.iter().map(plugin).collect());
        let time = |time: &Time| vec![time.what.clone(), duration(time.took)];
        add("Time by cell", &["cell", "time"], times.iter().map(time).collect());
        parts
    }
}

fn read(read: &Read) -> Vec<String> {
    let sha256 = match (&read.sha256, read.is_changed) {
        (Some(sha256), _) => sha256.clone(),
        (None, true) => "changed or removed after it had been read".to_owned(),
        (None, false) if read.word == "sample" => "part of the program".to_owned(),
        (None, false) => "no file".to_owned(),
    };
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    vec![
        read.word.clone(),
        read.path.clone(),
        or_none(read.rows.map(|rows| show::grouped(&rows.to_string()))),
        or_none(read.bytes.map(size)),
        sha256,
    ]
}

fn cells(count: Count) -> String {
    let mut text = format!("{} ran", count.ran);
    if count.failed > 0 {
        text.push_str(&format!(", {} failed", count.failed));
    }
    if count.left > 0 {
        text.push_str(&format!(", {} not reached", count.left));
    }
    text
}

/// `12 ms`, `3.4 s`, `2 min 5 s`.
pub(super) fn duration(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds < 0.001 => "under 1 ms".to_owned(),
        seconds if seconds < 1.0 => format!("{:.0} ms", seconds * 1e3),
        seconds if seconds < 60.0 => format!("{seconds:.1} s"),
        seconds => format!("{} min {:.0} s", (seconds / 60.0) as u64, (seconds % 60.0).floor()),
    }
}

/// `812 bytes`, `1.2 MB`.
fn size(bytes: u64) -> String {
    const UNITS: [(&str, f64); 3] = [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];
    let bytes = bytes as f64;
    match UNITS.iter().find(|(_, unit)| bytes >= *unit) {
        Some((name, unit)) => format!("{} {name}", show::number(bytes / unit, Some(1))),
        None => format!("{bytes} bytes"),
    }
}
