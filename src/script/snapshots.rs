//! What tests showed earlier, in files beside them: what `assert_snapshot` compares with.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use regulars_plugin::{Failure, Result};

use crate::files;

/// The ending of a snapshot, and of one that waits for review.
pub const SNAPSHOT: &str = "snap";
/// The ending of a snapshot that waits for review.
pub const PENDING: &str = "snap.new";

/// What is done with a value that shows something else than its snapshot, or has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unlike {
    /// The test fails, and what it showed is kept beside the snapshot for review.
    Keep,
    /// The test fails, and nothing is written.
    Refuse,
    /// It becomes the snapshot.
    Accept,
}

/// The snapshots of the test that runs.
#[derive(Debug, Default)]
pub struct Snapshots {
    desk: Mutex<Option<Desk>>,
}

#[derive(Debug)]
struct Desk {
    folder: PathBuf,
    /// What the names of its files begin with: the file and the test.
    test: String,
    unlike: Unlike,
    /// How many without a name there were.
    nameless: usize,
    used: Vec<PathBuf>,
    written: usize,
}

/// What a test did with its snapshots.
#[derive(Debug, Default)]
pub struct SnapshotsUsed {
    /// The files that it compared with.
    pub used: Vec<PathBuf>,
    /// How many it wrote.
    pub written: usize,
}

impl Snapshots {
    fn desk(&self) -> MutexGuard<'_, Option<Desk>> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From here on the snapshots are those of a test of a file.
    pub fn begin(&self, file: &Path, test: &str, unlike: Unlike) {
        let folder = file.parent().unwrap_or(Path::new("")).join("snapshots");
        let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let test = format!("{stem}.{test}");
        *self.desk() = Some(Desk { folder, test, unlike, nameless: 0, used: Vec::new(), written: 0 });
    }

    /// The test has ended.
    pub fn end(&self) -> SnapshotsUsed {
        let desk = self.desk().take();
        desk.map(|desk| SnapshotsUsed { used: desk.used, written: desk.written }).unwrap_or_default()
    }

    /// Compares what is shown with the snapshot of that name.
    pub(super) fn compare(&self, name: Option<&str>, shown: &str) -> Result<()> {
        let mut desk = self.desk();
        let Some(desk) = desk.as_mut() else {
            return Err(Failure::new("`assert_snapshot` belongs into a test: there is nothing to compare with")
                .help("write `fn test_name() { … }` in a file `name_test.rhai`, and run `regulars test`"));
        };
        let file = desk.file(name)?;
        if desk.used.contains(&file) {
            return Err(Failure::new(format!("two snapshots of this test are called `{}`", name.unwrap_or_default()))
                .help("give each a name of its own: `assert_snapshot(value, \"name\")`"));
        }
        desk.used.push(file.clone());
        let wanted = match file.exists() {
            true => Some(files::read_text(&file.display().to_string())?),
            false => None,
        };
        let pending = file.with_extension(PENDING);
        if wanted.as_deref().map(str::trim_end) == Some(shown.trim_end()) {
            if pending.exists() {
                files::remove(&pending);
            }
            return Ok(());
        }
        let text = format!("{}\n", shown.trim_end());
        match desk.unlike {
            Unlike::Accept => {
                write(&file, &text)?;
                if pending.exists() {
                    files::remove(&pending);
                }
                desk.written += 1;
                return Ok(());
            }
            Unlike::Keep => write(&pending, &text)?,
            Unlike::Refuse => {}
        }
        Err(unlike(&file, wanted.as_deref(), &text, desk.unlike))
    }
}

impl Desk {
    fn file(&mut self, name: Option<&str>) -> Result<PathBuf> {
        let end = match name {
            Some(name) => {
                let is_good = !name.is_empty()
                    && name.chars().count() <= 80
                    && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_' || letter == '-');
                if !is_good {
                    return Err(Failure::new(format!("`{}` is no name of a snapshot", crate::show::harmless(name)))
                        .help("it is part of a file's name: letters, digits, `_` and `-`"));
                }
                format!(".{name}")
            }
            None => {
                self.nameless += 1;
                if self.nameless == 1 { String::new() } else { format!(".{}", self.nameless) }
            }
        };
        Ok(self.folder.join(format!("{}{end}.{SNAPSHOT}", self.test)))
    }
}

fn write(file: &Path, text: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        files::make_folder(folder)?;
    }
    files::write_text(&file.display().to_string(), text)
}

fn unlike(file: &Path, wanted: Option<&str>, found: &str, unlike: Unlike) -> Failure {
    let failure = match wanted {
        None => Failure::new(format!("there is no snapshot `{}` yet", file.display())),
        Some(wanted) => first_difference(
            Failure::new(format!("it shows something else than the snapshot `{}`", file.display())),
            wanted,
            found,
        ),
    };
    match unlike {
        Unlike::Keep => failure.help("`regulars test --review` shows both and asks; `--update` accepts all"),
        _ => failure.help("nothing was written, because the environment variable CI is set: accept it at your desk with `regulars test --review`"),
    }
}

/// Adds the first line that differs.
fn first_difference(failure: Failure, wanted: &str, found: &str) -> Failure {
    let (mut wanted, mut found) = (wanted.trim_end().lines(), found.trim_end().lines());
    for number in 1.. {
        match (wanted.next(), found.next()) {
            (None, None) => break,
            (one, other) if one == other => {}
            (one, other) => {
                let line = |line: Option<&str>| line.map_or("(nothing)".to_owned(), |line| line.trim_end().to_owned());
                return failure
                    .help(format!("line {number} of the snapshot: {}", line(one)))
                    .help(format!("line {number} now: {}", line(other)));
            }
        }
    }
    failure
}
