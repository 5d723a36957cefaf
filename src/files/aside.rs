//! Files that are made for other programs, and files that are put out of the way.

use std::io::Write;
use std::path::{Path, PathBuf};

use regulars_plugin::{Failure, Result};

/// A new file in the folder for passing things, with this ending, that outlives the session: another program opens it.
pub fn for_another(name: &str, ending: &str, bytes: &[u8]) -> Result<PathBuf> {
    let refused = |error: std::io::Error| {
        Failure::new(format!("no file can be written to `{}`: {error}", std::env::temp_dir().display()))
    };
    let mut made = tempfile::Builder::new()
        .prefix(&format!("regulars-{name}-"))
        .suffix(&format!(".{ending}"))
        .tempfile()
        .map_err(refused)?;
    made.write_all(bytes).map_err(refused)?;
    made.keep().map(|(_, path)| path).map_err(|error| refused(error.error))
}

/// Gives a damaged file another name beside it, together with what a database keeps beside itself; answers with the
/// new name.
pub fn set_aside(file: &Path) -> Result<PathBuf> {
    let refused = |error: std::io::Error| Failure::new(format!("`{}` cannot be put aside: {error}", file.display()));
    let with = |ending: &str| {
        let mut name = file.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let free = (1..).map(|number| format!(".damaged-{number}")).find(|ending| !with(ending).exists());
    let ending = free.unwrap_or_default();
    for beside in ["-wal", "-shm"] {
        if with(beside).exists() {
            std::fs::rename(with(beside), with(&format!("{ending}{beside}"))).map_err(refused)?;
        }
    }
    std::fs::rename(file, with(&ending)).map_err(refused)?;
    Ok(with(&ending))
}

/// Takes a file away; nothing where there is none.
pub fn remove(file: &Path) {
    let _ = std::fs::remove_file(file);
}

/// Gives a file another name.
pub fn rename(from: &Path, to: &Path) -> Result<()> {
    std::fs::rename(from, to).map_err(|error| Failure::new(format!("`{}` cannot be renamed: {error}", from.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_aside_is_kept_under_a_free_name() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("a.db");
        for number in 1..=2 {
            std::fs::write(&file, format!("{number}"))?;
            std::fs::write(folder.path().join("a.db-wal"), "log")?;
            let kept = set_aside(&file).unwrap_or_default();
            assert_eq!(kept, folder.path().join(format!("a.db.damaged-{number}")));
            assert_eq!(std::fs::read_to_string(&kept)?, format!("{number}"));
            assert!(folder.path().join(format!("a.db.damaged-{number}-wal")).exists());
            assert!(!file.exists());
        }
        Ok(())
    }
}
