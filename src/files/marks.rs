//! Files that are locked as long as the session lives that made them: one that is there without its lock tells of a
//! session that was cut off.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use regulars_plugin::{Failure, Result};

const ENDING: &str = "open";

/// The mark of a session.
#[derive(Debug)]
pub struct Mark {
    path: PathBuf,
    /// Holds the lock; the system lets it go when the process ends, however it ends.
    file: File,
    number: i64,
}

impl Mark {
    /// Sets a mark in a folder, with this number or the next one that is free.
    pub fn set(folder: &Path, number: i64) -> Result<Mark> {
        let refused = |error: std::io::Error| {
            Failure::new(format!("`{}` cannot hold what belongs to the session: {error}", folder.display()))
        };
        std::fs::create_dir_all(folder).map_err(refused)?;
        for number in number.. {
            let path = named(folder, number);
            match File::create_new(&path) {
                Ok(file) => {
                    file.lock().map_err(refused)?;
                    return Ok(Mark { path, file, number });
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(refused(error)),
            }
        }
        Err(Failure::new("no number is free for this session"))
    }

    /// Its number.
    pub fn number(&self) -> i64 {
        self.number
    }

    /// Takes it away: the session has come to its end.
    pub fn clear(self) {
        // Where it cannot be taken away, the next start tells of a session that was cut off: that is all.
        let _ = std::fs::remove_file(&self.path);
        drop(self.file);
    }

    /// The numbers of marks whose sessions live no more, the oldest first.
    pub fn left(folder: &Path) -> Vec<i64> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut numbers: Vec<i64> = entries
            .filter_map(|entry| {
                let path = entry.path();
                let number = path.file_stem()?.to_str()?.parse().ok()?;
                let is_mark = path.extension().is_some_and(|ending| ending == ENDING);
                let lives = matches!(File::open(&path).ok()?.try_lock(), Err(TryLockError::WouldBlock));
                (is_mark && !lives).then_some(number)
            })
            .collect();
        numbers.sort_unstable();
        numbers
    }

    /// Takes the mark of a session away that lives no more.
    pub fn forget(folder: &Path, number: i64) {
        let _ = std::fs::remove_file(named(folder, number));
    }
}

fn named(folder: &Path, number: i64) -> PathBuf {
    folder.join(format!("{number}.{ENDING}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_without_its_lock_is_left() -> Result<()> {
        let folder = tempfile::tempdir().map_err(|error| Failure::new(error.to_string()))?;
        let folder = folder.path().join("deeper");
        let first = Mark::set(&folder, 7)?;
        let second = Mark::set(&folder, 7)?;
        assert_eq!((first.number(), second.number()), (7, 8));
        assert_eq!(Mark::left(&folder), [0_i64; 0]);
        // As a process that ends lets go of it.
        drop(second);
        assert_eq!(Mark::left(&folder), [8]);
        first.clear();
        Mark::forget(&folder, 8);
        assert_eq!(Mark::left(&folder), [0_i64; 0]);
        Ok(())
    }
}
