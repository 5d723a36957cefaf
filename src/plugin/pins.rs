//! `regulars.toml`: the plugins that a project, or a user, asked for, each pinned to the bytes that it had then.

use std::io::Read;
use std::path::{Path, PathBuf};

use regulars_plugin::{Failure, Result};
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::library::{Library, hash};
use crate::files;

/// The name of the file, in a project's folder and in the user's configuration.
pub const PINS_FILE: &str = "regulars.toml";

/// Bytes past which a file is no list of plugins: it is read before anybody trusts it.
const MOST: u64 = 1_000_000;

/// A plugin, and what it was when somebody asked for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// The name under which it is taken out again: what the plugin told when it was pinned; where the file does not say,
    /// what the library is called.
    pub name: String,
    /// Where it lies, as the file says: from the folder of the file on.
    pub path: String,
    /// Its version.
    pub version: String,
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// Whether it is only to be loaded apart from the program.
    pub isolate: bool,
    /// Megabytes of memory that it may take there; none for as many as there are.
    pub memory_mb: Option<u64>,
}

/// A `regulars.toml`, read once: what is judged is what is used.
pub struct Pins {
    file: PathBuf,
    text: String,
    pub(super) document: DocumentMut,
    pins: Vec<Pin>,
}

impl Pins {
    /// Reads the file; one that is not there holds nothing.
    pub fn read(file: &Path) -> Result<Pins> {
        let text = text_of(file)?;
        let document: DocumentMut = text.parse().map_err(|error| grammar(file, &text, &error))?;
        let pins = read(&document).map_err(|failure| failure.within(file.display().to_string()))?;
        Ok(Pins { file: file.to_owned(), text, document, pins })
    }

    /// Reads a project's file, which accepts nothing in the user's name.
    pub fn of_project(file: &Path) -> Result<Pins> {
        let pins = Pins::read(file)?;
        match pins.document.contains_key("trusted") {
            true => Err(Failure::new("`trusted` has no place in the file of a project")
                .help("what you trust stands in your own configuration; `regulars plugin trust` writes it there")
                .within(pins.shown())),
            false => Ok(pins),
        }
    }

    /// The file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// What it pins, in its order.
    pub fn list(&self) -> &[Pin] {
        &self.pins
    }

    /// The SHA-256 of the file as it was read.
    pub(super) fn sha256(&self) -> String {
        hash(self.text.as_bytes())
    }

    /// Where the library of a pin lies.
    pub fn place(&self, pin: &Pin) -> PathBuf {
        let folder = self.file.parent().unwrap_or(Path::new(""));
        folder.join(&pin.path)
    }

    /// The path to write for a library: from the folder of the file on where it lies in there, so that the folder can move.
    pub fn path_for(&self, library: &Path) -> Result<String> {
        let missing = |error: std::io::Error| Failure::new(format!("`{}` cannot be found: {error}", library.display()));
        // The links of the folders are resolved, so that both can be compared; one that is the file itself is kept.
        let library = std::path::absolute(library).map_err(missing)?;
        let folder = library.parent().unwrap_or(Path::new("/")).canonicalize().map_err(missing)?;
        let library = library.file_name().map(|name| folder.join(name)).unwrap_or(library);
        let own = self.file.parent().and_then(|folder| folder.canonicalize().ok());
        let path = own.and_then(|own| library.strip_prefix(own).ok()).unwrap_or(&library);
        let path = path.to_str().ok_or_else(|| {
            Failure::new(format!("the path `{}` is not UTF-8, and cannot be written down", path.display()))
                .help("put the library elsewhere")
        })?;
        Ok(if path.contains('/') { path.to_owned() } else { path.replace('\\', "/") })
    }

    /// Puts a pin in, in the place of an earlier one of that name; what else stands in the file stays as it is.
    pub fn put(&mut self, pin: Pin) -> Result<()> {
        let place = self.pins.iter().position(|earlier| earlier.name == pin.name);
        let is_first = self.text.trim().is_empty();
        let tables = self.tables()?;
        let table = match place.and_then(|place| tables.get_mut(place)) {
            Some(table) => table,
            None => {
                let mut table = Table::new();
                table.decor_mut().set_prefix(if is_first { "" } else { "\n" });
                tables.push(table);
                let last = tables.len() - 1;
                tables.get_mut(last).ok_or_else(|| Failure::new("the list of plugins cannot be written"))?
            }
        };
        let mut set = |key: &str, text: &str| {
            // The comment behind a value is kept by keeping its surroundings.
            let decor = table.get(key).and_then(Item::as_value).map(|value| value.decor().clone());
            table.insert(key, value(text));
            if let (Some(decor), Some(new)) = (decor, table.get_mut(key).and_then(Item::as_value_mut)) {
                *new.decor_mut() = decor;
            }
        };
        set("name", &pin.name);
        set("path", &pin.path);
        set("version", &pin.version);
        set("sha256", &pin.sha256);
        match place {
            Some(place) => {
                let Pin { isolate, memory_mb, .. } = self.pins[place];
                self.pins[place] = Pin { isolate, memory_mb, ..pin };
            }
            None => self.pins.push(pin),
        }
        Ok(())
    }

    /// Takes the pin of that name out, if there is one.
    pub fn remove(&mut self, name: &str) -> Result<Option<Pin>> {
        let Some(place) = self.pins.iter().position(|pin| pin.name == name) else {
            return Ok(None);
        };
        self.tables()?.remove(place);
        if self.pins.len() == 1 {
            self.document.remove("plugin");
        }
        Ok(Some(self.pins.remove(place)))
    }

    fn tables(&mut self) -> Result<&mut ArrayOfTables> {
        let item = self.document.entry("plugin").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
        item.as_array_of_tables_mut().ok_or_else(no_tables)
    }

    /// Writes the file, whole or not at all.
    pub fn write(&mut self) -> Result<()> {
        let file = self.file.canonicalize().unwrap_or_else(|_| self.file.clone());
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .map_err(|error| Failure::new(format!("the folder `{}` cannot be made: {error}", folder.display())))?;
        }
        let text = self.document.to_string();
        files::write_text(&file.display().to_string(), &text)?;
        self.text = text;
        Ok(())
    }

    /// Reads the library of a pin and sees that it is what was pinned. Nothing of it is run.
    pub fn verify(&self, pin: &Pin) -> Result<Library> {
        let place = self.place(pin);
        let failed = |failure: Failure| failure.within(format!("plugin {}", pin.name));
        if !place.exists() {
            return Err(failed(
                Failure::new(format!("`{}` pins `{}`, but there is no such file", self.shown(), place.display())).help(
                    format!(
                        "build it again, or take it out: `regulars plugin remove {}`",
                        quoted(Path::new(&pin.name))
                    ),
                ),
            ));
        }
        let library = Library::read(&place).map_err(failed)?;
        if library.sha256() != pin.sha256 {
            return Err(failed(
                Failure::new(format!(
                    "`{}` is not the file that was pinned: its SHA-256 is {}, but `{}` pins version {} with {}",
                    place.display(),
                    short(library.sha256()),
                    self.shown(),
                    pin.version,
                    short(&pin.sha256)
                ))
                .help(format!("if you built it anew, accept it: `regulars plugin add {}`", quoted(&place)))
                .help("if you did not, find out who did before you load it"),
            ));
        }
        Ok(library)
    }

    /// Whether a loaded plugin has the version that was pinned.
    pub fn fits(&self, pin: &Pin, version: &str) -> Result<()> {
        if version == pin.version {
            return Ok(());
        }
        let place = self.place(pin);
        Err(Failure::new(format!(
            "`{}` is version {version}, but `{}` pins version {}",
            place.display(),
            self.shown(),
            pin.version
        ))
        .help(format!("pin it anew: `regulars plugin add {}`", quoted(&place))))
    }

    /// The file, as messages name it.
    pub fn shown(&self) -> String {
        self.file.display().to_string()
    }
}

/// The project's file: the nearest one in a folder or those above it, the user's own left out.
pub fn project_file(from: &Path, user: Option<&Path>) -> Option<PathBuf> {
    let same = |file: &Path| user.is_some_and(|user| user.canonicalize().ok() == file.canonicalize().ok());
    from.ancestors().map(|folder| folder.join(PINS_FILE)).find(|file| file.is_file() && !same(file))
}

/// The beginning of a hash, enough to tell two apart.
pub fn short(sha256: &str) -> String {
    let start: String = sha256.chars().take(12).collect();
    format!("{start}…")
}

/// A path as a shell takes it.
pub fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |letter: char| letter.is_alphanumeric() || "/\\._-+:".contains(letter);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

fn text_of(file: &Path) -> Result<String> {
    let unreadable = |error: std::io::Error| Failure::new(format!("`{}` cannot be read: {error}", file.display()));
    if file.is_dir() {
        return Err(Failure::new(format!("`{}` is a folder, but a file is wanted", file.display())));
    }
    let opened = match std::fs::File::open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(String::new()),
        Err(error) => return Err(unreadable(error)),
    };
    let mut bytes = Vec::new();
    opened.take(MOST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MOST {
        return Err(Failure::new(format!("`{}` is over 1 MB: that is no list of plugins", file.display())));
    }
    String::from_utf8(bytes)
        .map_err(|_| Failure::new(format!("`{}` is not UTF-8 text", file.display())).help("save it as UTF-8"))
}

/// What is wrong in the writing of the file.
fn grammar(file: &Path, text: &str, error: &toml_edit::TomlError) -> Failure {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = 1 + before.matches('\n').count();
    let words = error.message().lines().next().unwrap_or_default().to_owned();
    Failure::new(format!("line {line} is not TOML: {words}"))
        .help("a plugin is pinned as `regulars plugin add FILE` writes it; compare it with plugins/README.md")
        .within(file.display().to_string())
}

fn no_tables() -> Failure {
    Failure::new("`plugin` is no list of plugins").help("each plugin begins with a line `[[plugin]]`")
}

const KEYS: [&str; 6] = ["name", "path", "version", "sha256", "isolate", "memory_mb"];

fn read(document: &DocumentMut) -> Result<Vec<Pin>> {
    const PARTS: [&str; 2] = ["plugin", "trusted"];
    if let Some((name, _)) = document.iter().find(|(name, _)| !PARTS.contains(name)) {
        return Err(Failure::new(format!("`{name}` is not known here")).near(name, ["plugin"]));
    }
    let Some(item) = document.get("plugin") else {
        return Ok(Vec::new());
    };
    let mut pins: Vec<Pin> = Vec::new();
    for (place, table) in item.as_array_of_tables().ok_or_else(no_tables)?.iter().enumerate() {
        let pin = pin_of(table).map_err(|failure| failure.within(format!("plugin number {}", place + 1)))?;
        if pins.iter().any(|earlier| earlier.name == pin.name) {
            return Err(
                Failure::new(format!("two plugins are called `{}`", pin.name)).help("take one of them out of the file")
            );
        }
        pins.push(pin);
    }
    Ok(pins)
}

fn pin_of(table: &Table) -> Result<Pin> {
    if let Some((name, _)) = table.iter().find(|(name, _)| !KEYS.contains(name)) {
        return Err(Failure::new(format!("`{name}` is not known here")).near(name, KEYS));
    }
    let text = |key: &str| -> Result<Option<String>> {
        let item = table.get(key);
        let text = item.and_then(Item::as_str).map(str::to_owned);
        match (item, text) {
            (Some(_), None) => Err(Failure::new(format!("`{key}` must be text")).help("put it into quotes")),
            (_, text) => Ok(text),
        }
    };
    let needed = |key: &str| {
        text(key)?.ok_or_else(|| {
            Failure::new(format!("`{key}` is missing"))
                .help("`regulars plugin add FILE` writes path, version and sha256")
        })
    };
    let path = needed("path")?;
    let sha256 = needed("sha256")?.to_lowercase();
    if sha256.len() != 64 || !sha256.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(Failure::new(format!("`sha256` is `{sha256}`, but must be 64 digits from 0 to 9 and a to f"))
            .help("`regulars plugin add FILE` writes it"));
    }
    let isolate = match table.get("isolate") {
        None => false,
        Some(item) => item.as_bool().ok_or_else(|| Failure::new("`isolate` must be `true` or `false`"))?,
    };
    let memory_mb = match table.get("memory_mb") {
        None => None,
        Some(item) => {
            let megabytes = item.as_integer().and_then(|megabytes| u64::try_from(megabytes).ok());
            let megabytes = megabytes.filter(|megabytes| (1..=1 << 30).contains(megabytes));
            Some(
                megabytes
                    .ok_or_else(|| Failure::new("`memory_mb` must be a whole number of megabytes, such as 2000"))?,
            )
        }
    };
    if memory_mb.is_some() && !isolate {
        return Err(Failure::new("`memory_mb` limits an isolated plugin, and this one is not isolated")
            .help("write `isolate = true` as well"));
    }
    let name = text("name")?.unwrap_or_else(|| name_of(&path));
    Ok(Pin { name, path, version: needed("version")?, sha256, isolate, memory_mb })
}

/// The name that a library's file suggests: `libregulars_tea_shop.so` is `tea_shop`.
fn name_of(path: &str) -> String {
    let stem = Path::new(path).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let bare = stem.strip_prefix(std::env::consts::DLL_PREFIX).unwrap_or(&stem);
    bare.strip_prefix("regulars_").unwrap_or(bare).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_without_a_name_is_called_as_its_library() -> Result<()> {
        let hash = "0".repeat(64);
        let text = format!("[[plugin]]\npath = \"../a/libregulars_tea.so\"\nversion = \"1\"\nsha256 = \"{hash}\"\n");
        let document = text.parse().map_err(|_| Failure::new("no TOML"))?;
        let name = if cfg!(unix) { "tea" } else { "libregulars_tea" };
        let wanted = Pin {
            name: name.to_owned(),
            path: "../a/libregulars_tea.so".to_owned(),
            version: "1".to_owned(),
            sha256: hash,
            isolate: false,
            memory_mb: None,
        };
        assert_eq!(read(&document)?, [wanted]);
        Ok(())
    }

    #[test]
    fn a_path_is_quoted_as_a_shell_takes_it() {
        for (path, wanted) in
            [("a/b-1.so", "a/b-1.so"), ("a b", "'a b'"), ("a'; rm x", r"'a'\''; rm x'"), ("茶.so", "茶.so")]
        {
            assert_eq!(quoted(Path::new(path)), wanted);
        }
    }

    #[test]
    fn a_file_that_is_too_long_or_no_text_is_refused() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join(PINS_FILE);
        let said = || Pins::read(&file).map(|_| ()).unwrap_err().to_string();
        std::fs::write(&file, vec![b'#'; MOST as usize + 1])?;
        assert!(said().ends_with("is over 1 MB: that is no list of plugins"), "{}", said());
        std::fs::write(&file, b"\xff")?;
        assert!(said().ends_with("is not UTF-8 text. save it as UTF-8"), "{}", said());
        std::fs::remove_file(&file)?;
        assert!(Pins::read(&file).is_ok_and(|pins| pins.list().is_empty()));
        Ok(())
    }
}
