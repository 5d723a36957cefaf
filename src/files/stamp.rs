//! What files held when they were read: for the account of a report.

use std::fs::{File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};

use regulars_plugin::{Failure, Host, Result};
use sha2::{Digest, Sha256};

use super::{csv, door, many, net};

/// A file as it was when it was read.
#[derive(Debug, Clone)]
pub struct Stamp {
    path: PathBuf,
    about: Metadata,
}

/// The files behind what a word such as `read_csv` was given: one, those of a pattern, or those of a folder. None for what is no
/// file, such as an address.
pub fn stamps(word: &str, path: &str) -> Vec<Stamp> {
    let endings: &[&str] = match word {
        "read_parquet" => &["parquet", "pq"],
        "read_ipc" => &["arrow", "ipc", "feather"],
        _ => &csv::ENDINGS,
    };
    let paths = match many::sources(path, endings) {
        Ok(Some(sources)) => sources.into_iter().map(|source| source.path).collect(),
        _ => vec![path.to_owned()],
    };
    paths.iter().filter_map(|path| Stamp::of(Path::new(path))).collect()
}

/// What a path is called where others read it: without password and signature.
pub fn shown_path(path: &str) -> String {
    net::without_password(path)
}

impl Stamp {
    /// A file; none where there is none.
    pub fn of(path: &Path) -> Option<Stamp> {
        let about = std::fs::metadata(path).ok().filter(Metadata::is_file)?;
        Some(Stamp { path: path.to_owned(), about })
    }

    /// Its path, as it was given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its size in bytes.
    pub fn bytes(&self) -> u64 {
        self.about.len()
    }

    /// Whether the file is no longer what it was, or gone.
    pub fn is_changed(&self) -> bool {
        std::fs::metadata(&self.path)
            .map_or(true, |now| now.len() != self.about.len() || now.modified().ok() != self.about.modified().ok())
    }

    /// The SHA-256 of the file as it is now, as 64 digits. It is read in pieces, and an interrupt stops it.
    pub fn sha256(&self, host: &dyn Host) -> Result<String> {
        let shown = self.path.display().to_string();
        let refused = |error: std::io::Error| door::refused("read", &shown, &error);
        let mut file = File::open(&self.path).map_err(refused)?;
        let mut hash = Sha256::new();
        let mut piece = vec![0; 1 << 18];
        loop {
            if host.is_cancelled() {
                return Err(Failure::interrupted());
            }
            match file.read(&mut piece).map_err(refused)? {
                0 => return Ok(digits(&hash.finalize())),
                length => hash.update(&piece[..length]),
            }
        }
    }
}

/// The SHA-256 of a text, as 64 digits.
pub fn sha256_of(text: &str) -> String {
    digits(&Sha256::digest(text))
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use regulars_plugin::Quiet;

    use super::*;

    #[test]
    fn a_file_is_known_by_what_it_holds() -> Result<()> {
        let folder = door::temporary_folder()?;
        let path = folder.join("a.csv").display().to_string();
        door::write_text(&path, "abc")?;
        let stamps = stamps("read_csv", &path);
        let [stamp] = &stamps[..] else { panic!("{stamps:?}") };
        // The test vector of FIPS 180-2.
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!((stamp.bytes(), stamp.sha256(&Quiet)?.as_str(), sha256_of("abc").as_str()), (3, abc, abc));
        assert!(!stamp.is_changed());
        door::write_text(&path, "abcd")?;
        assert!(stamp.is_changed());
        Ok(())
    }

    #[test]
    fn a_pattern_stands_for_its_files_and_an_address_for_none() -> Result<()> {
        let folder = door::temporary_folder()?;
        for name in ["a.csv", "b.csv", "c.parquet"] {
            door::write_text(&folder.join(name).display().to_string(), "x\n1\n")?;
        }
        let shown = folder.display().to_string();
        assert_eq!(stamps("read_csv", &format!("{shown}/*.csv")).len(), 2);
        assert_eq!(stamps("read_parquet", &shown).len(), 1);
        assert!(stamps("read_parquet", "https://example.org/a.parquet").is_empty());
        assert_eq!(shown_path("postgres://ann:secret@db/shop"), "postgres://…@db/shop");
        Ok(())
    }
}
