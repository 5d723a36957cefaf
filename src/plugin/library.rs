//! The bytes of a library, read once: what is hashed is what is loaded.
//!
//! A file can change between two looks at it. So it is read once, into memory; the hash is taken of these bytes, and these
//! bytes are written into a new folder that only this user may enter, and loaded from there. What remains: libraries
//! that the plugin itself asks the system for are not looked at, and whoever may act as this user may do anything anyway.

use std::io::Read;
use std::path::{Path, PathBuf};

use regulars_plugin::{Failure, Result};
use sha2::{Digest, Sha256};

use super::{Isolation, Plugin, one_file};

/// A library that was read and not loaded.
pub struct Library {
    path: PathBuf,
    bytes: Vec<u8>,
    sha256: String,
}

/// Bytes past which a file is no plugin. A release build weighs one to ten million, with everything for a debugger a hundred.
const MOST: u64 = 2_000_000_000;

impl Library {
    /// Reads a library. Links are followed; nothing of it is run.
    pub fn read(path: &Path) -> Result<Library> {
        one_file(path)?;
        let unreadable = |error: std::io::Error| Failure::new(format!("`{}` cannot be read: {error}", path.display()));
        let mut bytes = Vec::new();
        let file = std::fs::File::open(path).map_err(unreadable)?;
        file.take(MOST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > MOST {
            return Err(Failure::new(format!("`{}` is larger than any plugin: over 2 GB", path.display())));
        }
        let sha256 = hash(&bytes);
        Ok(Library { path: path.to_owned(), bytes, sha256 })
    }

    /// The SHA-256 of its bytes, as 64 digits.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The file it was read from.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Loads exactly these bytes, whatever has become of the file by now. Its code runs with full rights.
    pub fn open(&self) -> Result<Plugin> {
        // The copy goes with the folder at the end of this function. A library that is loaded stays mapped without its
        // name; where the system keeps it, as Windows does, the folder stays until somebody clears the cache.
        let (_folder, copy) = self.copy()?;
        Plugin::open_copy(&copy, &self.path)
    }

    /// The same in a process of its own.
    pub fn open_isolated(&self, isolation: &Isolation) -> Result<Plugin> {
        let (folder, copy) = self.copy()?;
        Plugin::apart(&copy, &self.path, Some(folder), isolation)
    }

    /// These bytes as a file in a private folder.
    fn copy(&self) -> Result<(tempfile::TempDir, PathBuf)> {
        let failed = |error: std::io::Error| {
            Failure::new(format!("no private copy of `{}` can be made: {error}", self.path.display()))
                .help("a pinned plugin is loaded from a copy that nobody else can change; is there room on the disk?")
        };
        let folder = private_folder().map_err(failed)?;
        let name = self.path.file_name().unwrap_or(self.path.as_os_str());
        let copy = folder.path().join(name);
        std::fs::write(&copy, &self.bytes).map_err(failed)?;
        Ok((folder, copy))
    }
}

/// The SHA-256 of some bytes, as 64 digits.
pub(super) fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A new folder for this user alone. The user's cache is preferred to the folder for temporary files, from which some
/// systems let nothing be loaded; nothing lies in between that somebody else could have made.
fn private_folder() -> std::io::Result<tempfile::TempDir> {
    let mut options = tempfile::Builder::new();
    options.prefix("regulars-plugin-");
    #[cfg(unix)]
    options.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let cached = dirs::cache_dir().and_then(|cache| {
        std::fs::create_dir_all(&cache).ok()?;
        options.tempdir_in(cache).ok()
    });
    cached.map_or_else(|| options.tempdir(), Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_standard() {
        // FIPS 180-4, the examples of NIST: the empty message and "abc".
        assert_eq!(hash(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(hash(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn what_was_read_is_what_is_loaded() -> Result<(), Failure> {
        let folder = private_folder().map_err(|error| Failure::new(error.to_string()))?;
        let path = folder.path().join("libregulars_text.so");
        let write = |text: &str| std::fs::write(&path, text).map_err(|error| Failure::new(error.to_string()));
        write("first")?;
        let library = Library::read(&path)?;
        write("second")?;
        assert_eq!(library.sha256(), hash(b"first"));
        // No library at all: the failure names the file that was asked for, not the copy.
        let said = library.open().map(|_| ()).unwrap_err().to_string();
        assert!(said.contains(&path.display().to_string()), "{said}");
        assert!(said.contains("is not a library"), "{said}");
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn the_folder_of_the_copy_is_private() -> std::io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let folder = private_folder()?;
        assert_eq!(folder.path().metadata()?.permissions().mode() & 0o777, 0o700);
        Ok(())
    }
}
