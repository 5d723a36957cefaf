//! `regulars plugin new` and `build`.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use regulars_plugin::{Failure, Result};
use serde_json::Value;

use crate::console::Console;
use crate::plugin::{kit, quoted};
use crate::script::Params;
use crate::show::{Page, Role};

/// `regulars plugin new NAME`
pub(super) fn new(console: &Arc<Console>, name: &str, into: &Path) -> Result<u8> {
    if !into.is_dir() {
        return Err(Failure::new(format!("there is no folder `{}`", into.display())).help("make it first"));
    }
    let session = super::super::begin_with(Vec::new(), console, Params::new())?;
    if session.catalogue().names().any(|known| known == name) {
        return Err(Failure::new(format!("`{name}` is a word of the language already"))
            .help(format!("nobody's script may change its meaning: take another name, such as `my_{name}`")));
    }
    let folder = kit::write(name, into)?;
    let folder = folder.strip_prefix(".").unwrap_or(&folder);
    let mut page = Page::new();
    page.text(&format!("wrote {}: the function `{name}`, the model `{name}_model`, and their tests", folder.display()));
    page.line();
    let shown = quoted(folder);
    next(
        &mut page,
        &format!("regulars plugin test {shown}"),
        "builds it, runs the examples of its manuals and the scripts in tests/",
    );
    next(&mut page, &format!("regulars plugin build {shown}"), "the library to use and to give away");
    console.tell(&page);
    Ok(0)
}

/// `regulars plugin build [DIR]`
pub(super) fn build(console: &Console, folder: &Path, dev: bool) -> Result<u8> {
    let Some(library) = built(folder, dev)? else {
        // What is wrong, cargo has told in its own words.
        return Ok(super::super::FAILED);
    };
    let mut page = Page::new();
    page.text(&format!("built {}", library.display())).line();
    let shown = quoted(&library);
    next(&mut page, &format!("regulars --plugin {shown}"), "opens the prompt with it");
    next(
        &mut page,
        &format!("regulars plugin add {shown}"),
        "pins it in regulars.toml, so that it is loaded from now on",
    );
    console.tell(&page);
    Ok(0)
}

/// A line that may be typed next.
fn next(page: &mut Page, command: &str, what: &str) {
    page.text("  ").role(Role::Code, command).line().role(Role::Note, &format!("      {what}")).line();
}

/// Builds the plugin in a folder with cargo, which tells its messages itself; the library, or none where cargo refused.
pub(super) fn built(folder: &Path, dev: bool) -> Result<Option<PathBuf>> {
    let manifest = folder.join("Cargo.toml");
    if !manifest.is_file() {
        let failure = Failure::new(format!("there is no `{}`", manifest.display()));
        return Err(failure.help("name the folder of a plugin; `regulars plugin new NAME` begins one"));
    }
    // Cargo tells its own path to what it starts.
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = Command::new(program);
    cargo.args(["build", "--message-format", "json-render-diagnostics"]).current_dir(folder);
    if !dev {
        cargo.arg("--release");
    }
    let output = cargo.stdin(Stdio::null()).stderr(Stdio::inherit()).output().map_err(|error| match error.kind() {
        ErrorKind::NotFound => Failure::new("cargo is not installed, or not found on the PATH").help(
            "a plugin is a program in Rust; https://rustup.rs installs what builds it, and then open a new terminal",
        ),
        _ => Failure::new(format!("cargo cannot be started: {error}")),
    })?;
    if !output.status.success() {
        return Ok(None);
    }
    let told = String::from_utf8_lossy(&output.stdout);
    let library = library_of(&told, &manifest).ok_or_else(|| {
        Failure::new(format!("`{}` builds no library that can be loaded", manifest.display()))
            .help("a plugin has `crate-type = [\"cdylib\", \"rlib\"]` under [lib]")
    })?;
    Ok(Some(nearer(library)))
}

/// The library of the crate with this manifest, among the messages of cargo.
fn library_of(told: &str, manifest: &Path) -> Option<PathBuf> {
    let manifest = manifest.canonicalize().ok()?;
    let is_own = |message: &Value| {
        let path = message["manifest_path"].as_str().and_then(|path| Path::new(path).canonicalize().ok());
        path.as_ref() == Some(&manifest)
    };
    told.lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["reason"] == "compiler-artifact" && is_own(message))
        .flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default())
        .filter_map(|file| file.as_str().map(PathBuf::from))
        .find(|file| file.extension().is_some_and(|end| end == std::env::consts::DLL_EXTENSION))
}

/// The path from here, where it is the shorter one to type.
fn nearer(library: PathBuf) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).ok();
    here.and_then(|here| library.strip_prefix(here).ok().map(Path::to_owned)).unwrap_or(library)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_is_found_among_the_messages_of_cargo() {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let end = std::env::consts::DLL_EXTENSION;
        let line = |manifest: &str, file: &str| {
            serde_json::json!({ "reason": "compiler-artifact", "manifest_path": manifest, "filenames": ["libx.rlib", file] })
                .to_string()
        };
        let told = [
            "cargo speaks".to_owned(),
            line("/elsewhere/Cargo.toml", &format!("other.{end}")),
            line(&manifest.display().to_string(), &format!("own.{end}")),
        ];
        assert_eq!(library_of(&told.join("\n"), &manifest), Some(PathBuf::from(format!("own.{end}"))));
        assert_eq!(library_of(&told[..2].join("\n"), &manifest), None);
    }
}
