//! What an author begins from: the kit's source and a crate that uses it, both carried in this program, so that a new plugin
//! builds where nothing of Regulars is published or checked out.

use std::path::{Path, PathBuf};

use regulars_plugin::{Failure, Result};
use serde_json::json;
use toml_edit::{DocumentMut, Item, Table};

use super::verify;

/// Files of a folder of this repository, by their paths in it.
macro_rules! carried {
    ($folder:literal: $($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $folder, "/", $path)))),+]
    };
}

type Files = &'static [(&'static str, &'static str)];

/// Every file of `plugins/sdk`; a test keeps it so.
const KIT: Files = carried!("plugins/sdk":
    "ABI.md",
    "Cargo.toml",
    "regulars.h",
    "src/abi.rs",
    "src/border.rs",
    "src/chart.rs",
    "src/context.rs",
    "src/drawing.rs",
    "src/failure.rs",
    "src/function.rs",
    "src/lib.rs",
    "src/manual.rs",
    "src/manual/declared.rs",
    "src/model.rs",
    "src/option.rs",
    "src/output.rs",
    "src/panics.rs",
    "src/registered.rs",
    "src/standard.rs",
    "src/table.rs",
    "src/testing.rs",
    "tests/header.rs",
    "tests/plugins/panics.rs",
);

/// Every file of `plugins/template`, whose words `new_plugin` and `NewPlugin` stand for the name.
const TEMPLATE: Files = carried!("plugins/template":
    "Cargo.toml",
    "README.md",
    "gitignore",
    "src/lib.rs",
    "src/model.rs",
    "tests/answers.rhai",
    "tests/figures.rs",
);

const WORKSPACE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
const LICENSE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/LICENSE"));

/// Words that Rust keeps for itself and scripts do not, and names that a crate of ours or of the compiler has.
const TAKEN: &[&str] = &[
    "abstract",
    "alloc",
    "become",
    "box",
    "build",
    "chrono",
    "core",
    "crate",
    "deps",
    "dyn",
    "enum",
    "examples",
    "extern",
    "final",
    "gen",
    "impl",
    "incremental",
    "kit",
    "macro",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "proc_macro",
    "pub",
    "ref",
    "regulars",
    "schemars",
    "self",
    "serde",
    "serde_json",
    "std",
    "struct",
    "test",
    "trait",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "virtual",
    "where",
];

/// Letters of a name; file names have an end.
const LONGEST: usize = 60;

/// Writes a new plugin into a folder of its name in `parent`, whole or not at all, and answers with that folder.
pub fn write(name: &str, parent: &Path) -> Result<PathBuf> {
    check_name(name)?;
    let failed = |error: std::io::Error| {
        Failure::new(format!("no folder can be made in `{}`: {error}", parent.display()))
            .help("choose another place: `regulars plugin new NAME --in DIR`")
    };
    let folder = parent.join(name);
    if folder.symlink_metadata().is_ok() {
        return Err(Failure::new(format!("`{}` is there already", folder.display()))
            .help("nothing is overwritten: take another name, or another place with `--in DIR`"));
    }
    let mut options = tempfile::Builder::new();
    options.prefix(".regulars-");
    let made = options.tempdir_in(parent).map_err(failed)?;
    // Inside of the private folder, so that the one that stays has the rights that any new folder gets.
    let whole = made.path().join(name);
    for (path, text) in files(name)? {
        let file = whole.join(path);
        let into = file.parent().unwrap_or(&whole);
        std::fs::create_dir_all(into).and_then(|()| std::fs::write(&file, text)).map_err(failed)?;
    }
    std::fs::rename(&whole, &folder).map_err(failed)?;
    Ok(folder)
}

/// The files of a new plugin.
fn files(name: &str) -> Result<Vec<(String, String)>> {
    let in_name = |text: &str| text.replace("NewPlugin", &in_capitals(name)).replace("new_plugin", name);
    let mut files = Vec::new();
    for (path, text) in TEMPLATE {
        let path = if *path == "gitignore" { ".gitignore" } else { path };
        files.push((path.to_owned(), alone(path, &in_name(text))?));
    }
    for (path, text) in KIT {
        files.push((format!("kit/{path}"), alone(path, text)?));
    }
    files.push(("kit/LICENSE".to_owned(), LICENSE.to_owned()));
    Ok(files)
}

/// A file as it stands outside of this repository's workspace: of a `Cargo.toml`, what it takes over is written out.
fn alone(path: &str, text: &str) -> Result<String> {
    if path != "Cargo.toml" {
        return Ok(text.to_owned());
    }
    let broken = |error: toml_edit::TomlError| Failure::new(format!("a carried Cargo.toml is broken: {error}"));
    let workspace: DocumentMut = WORKSPACE.parse().map_err(broken)?;
    let mut manifest: DocumentMut = text.parse().map_err(broken)?;
    // The lints are this repository's business.
    manifest.remove("lints");
    for section in ["package", "dependencies"] {
        if let Some(table) = manifest.get_mut(section).and_then(Item::as_table_mut) {
            inherit(table, &workspace["workspace"][section]);
        }
    }
    Ok(manifest.to_string())
}

/// Writes out what a table takes over from the workspace.
fn inherit(table: &mut Table, from: &Item) {
    for (key, item) in table.iter_mut() {
        let takes_over = item.get("workspace").and_then(Item::as_bool) == Some(true);
        if let (true, Some(known)) = (takes_over, from.get(key.get()).and_then(Item::as_value)) {
            let mut known = known.clone();
            known.decor_mut().clear();
            *item = Item::Value(known);
        }
    }
    // `edition.workspace = true` is a dotted table; as a value it stands on a line like any other.
    table.fmt();
}

/// Whether a name can be a crate of Rust and a word of scripts.
fn check_name(name: &str) -> Result<()> {
    let failure = match name {
        _ if TAKEN.contains(&name) => {
            Failure::new(format!("`{name}` cannot be the name of a plugin: Rust, or the kit, uses it already"))
                .help(format!("add a word to it, such as `{name}_value`"))
        }
        _ if name.len() > LONGEST => {
            Failure::new(format!("the name has {} letters, but at most {LONGEST} fit", name.chars().count()))
        }
        // The very check that the plugin will be put to when it is loaded.
        _ => {
            let manual =
                json!([{ "name": name, "family": "clean", "summary": "", "tables": ["frame"], "chart": null }]);
            match verify::manuals(name, &manual.to_string()) {
                Ok(_) => return Ok(()),
                Err(_) => Failure::new(format!("`{name}` cannot be the name of a plugin")).help(
                    "it becomes a word of scripts: small letters, digits and `_`, a letter first, no word of the language",
                ),
            }
        }
    };
    let near = as_word(name);
    Err(match near != name && check_name(&near).is_ok() {
        true => failure.help(format!("did you mean `{near}`?")),
        false => failure,
    })
}

/// The word that was most likely meant: `Tea-Shop` and `TeaShop` are `tea_shop`.
fn as_word(name: &str) -> String {
    let mut word = String::new();
    for letter in name.chars().take(LONGEST) {
        if letter.is_ascii_uppercase() && word.ends_with(|last: char| last.is_ascii_lowercase()) {
            word.push('_');
        }
        match letter.to_ascii_lowercase() {
            letter if letter.is_ascii_alphanumeric() => word.push(letter),
            _ if word.is_empty() || word.ends_with('_') => {}
            _ => word.push('_'),
        }
    }
    word.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '_').trim_end_matches('_').to_owned()
}

/// The name as a type of Rust: `tea_shop` is `TeaShop`.
fn in_capitals(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    name.split('_').map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The paths of all files below a folder.
    fn below(folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(next) = folders.pop() {
            for entry in std::fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => found.push(path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/")),
                }
            }
        }
        found.sort();
        found
    }

    #[test]
    fn every_file_of_the_kit_and_of_the_template_is_carried() {
        for (folder, carried) in [("plugins/sdk", KIT), ("plugins/template", TEMPLATE)] {
            let there = below(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
            let listed: Vec<&str> = carried.iter().map(|(path, _)| *path).collect();
            assert_eq!(listed, there, "src/plugin/kit.rs lists the files of {folder}");
        }
    }

    #[test]
    fn nothing_is_taken_over_from_a_workspace_that_is_not_there() {
        for (path, text) in files("tea_shop").unwrap() {
            assert!(!text.contains("new_plugin") && !text.contains("NewPlugin"), "{path}");
            if path.ends_with("Cargo.toml") {
                assert!(!text.contains("workspace = true") && !text.contains("[lints"), "{path}: {text}");
                let manifest: DocumentMut = text.parse().unwrap();
                let ours: DocumentMut = WORKSPACE.parse().unwrap();
                let version = |item: &Item| item.get("version").unwrap_or(item).as_str().unwrap().to_owned();
                for name in ["schemars", "serde", "serde_json"] {
                    let wanted = version(&ours["workspace"]["dependencies"][name]);
                    assert_eq!(version(&manifest["dependencies"][name]), wanted, "{path}: {name}");
                }
                assert_eq!(manifest["package"]["edition"].as_str(), ours["workspace"]["package"]["edition"].as_str());
            }
        }
    }

    #[test]
    fn names_that_cannot_be_are_refused_with_a_near_one() {
        let said = |name: &str| check_name(name).unwrap_err().to_string();
        for (name, near) in [
            ("Tea-Shop", "tea_shop"),
            ("TeaShop", "tea_shop"),
            ("2nd order", "nd_order"),
            ("tea.shop!", "tea_shop"),
            ("_x", "x"),
        ] {
            assert!(said(name).ends_with(&format!("did you mean `{near}`?")), "{}", said(name));
        }
        for name in ["", "let", "impl", "serde", "größe/..", "../x", "a/b", "import", &"x".repeat(61)] {
            assert!(check_name(name).is_err(), "{name}");
        }
        assert!(check_name("tea_shop").is_ok() && check_name("x2").is_ok());
        assert_eq!(in_capitals("tea_shop_2"), "TeaShop2");
    }
}
