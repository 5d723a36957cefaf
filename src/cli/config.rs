//! The configuration file of the prompt: `config.toml` in the user's folder for configurations. Nothing that is wrong in
//! it keeps the program from starting.

use std::path::{Path, PathBuf};

use regulars_plugin::{Failure, Result};
use toml_edit::{DocumentMut, Item, Value};

use super::arguments::Arguments;
use crate::console::{Console, Settings};
use crate::files;
use crate::repl;

/// The file, unless the command line or the environment says that there is none: `REGULARS_CONFIG` names another one,
/// or is empty.
pub(super) fn file(arguments: &Arguments) -> Option<PathBuf> {
    if arguments.no_config {
        return None;
    }
    match std::env::var_os("REGULARS_CONFIG") {
        Some(told) => (!told.is_empty()).then(|| PathBuf::from(told)),
        None => dirs::config_dir().map(|folder| folder.join("regulars").join("config.toml")),
    }
}

/// The settings of the file on top of those that are there, and everything in it that cannot be used.
pub(super) fn read(file: &Path, mut settings: Settings) -> (Settings, Vec<Failure>) {
    if !file.exists() {
        return (settings, Vec::new());
    }
    let shown = file.display().to_string();
    let document = files::read_text(&shown).and_then(|text| parsed(&text).map(|document| (text, document)));
    let (text, document) = match document {
        Ok(read) => read,
        Err(failure) => return (settings, vec![failure.within(shown)]),
    };
    let mut wrong = Vec::new();
    for (name, item) in document.iter() {
        let set = value(name, item).and_then(|value| settings.set(name, &value).map(|_| ()));
        if let Err(failure) = set {
            let line = line_of(&text, name).map_or(String::new(), |line| format!("line {line}: "));
            let failure = Failure { message: format!("{line}{}", failure.message), ..failure };
            let failure = match failure.help.is_empty() {
                true => failure.help("`regulars config` lists the keys"),
                false => failure,
            };
            wrong.push(failure.within(shown.as_str()));
        }
    }
    // A start-up file is named from the folder of the configuration on.
    if !settings.startup.is_empty() {
        let folder = file.parent().unwrap_or(Path::new(""));
        settings.startup = folder.join(&settings.startup).display().to_string();
    }
    (settings, wrong)
}

fn parsed(text: &str) -> Result<DocumentMut> {
    text.parse().map_err(|error: toml_edit::TomlError| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = 1 + before.matches('\n').count();
        let words = error.message().lines().next().unwrap_or_default();
        Failure::new(format!("line {line} is not TOML: {words}"))
            .help("a line is `rows = 50` or `theme = \"dark\"`; `regulars config --template` writes a whole file")
    })
}

fn value(name: &str, item: &Item) -> Result<String> {
    match item {
        Item::Value(Value::String(text)) => Ok(text.value().clone()),
        Item::Value(Value::Integer(number)) => Ok(number.value().to_string()),
        Item::Value(Value::Boolean(flag)) => Ok(flag.value().to_string()),
        _ => Err(Failure::new(format!("`{name}` is no number and no text")).help("`regulars config` lists the keys")),
    }
}

/// The line on which a key stands.
fn line_of(text: &str, name: &str) -> Option<usize> {
    let is_key = |line: &&str| {
        let rest = line.trim_start().trim_start_matches(['[', '"']).strip_prefix(name);
        rest.is_some_and(|rest| !rest.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_'))
    };
    text.lines().position(|line| is_key(&line)).map(|line| line + 1)
}

/// `regulars config`
pub(super) fn show(arguments: &Arguments, console: &Console, template: bool) -> u8 {
    let file = file(arguments);
    let (settings, wrong) = match &file {
        Some(file) => read(file, console.settings()),
        None => (console.settings(), Vec::new()),
    };
    if template {
        console.print_plain(&repl::as_file(&settings));
    } else {
        console.print(&repl::settings(&settings, file.as_deref(), console.width()));
        if let Some(file) = file.filter(|file| !file.exists()) {
            console.note(&format!("there is no {} yet: `regulars config --template` writes one", file.display()));
        }
    }
    for failure in &wrong {
        console.fail(failure, None, None);
    }
    if wrong.is_empty() { 0 } else { super::FAILED }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> std::io::Result<(Settings, Vec<String>)> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("config.toml");
        std::fs::write(&file, text)?;
        let (settings, wrong) = read(&file, Settings::default());
        let told = wrong.iter().map(|one| format!("{} · {}", one.message, one.help.join(" · ")));
        Ok((settings, told.collect()))
    }

    #[test]
    fn what_is_right_is_used_and_what_is_wrong_is_told() -> std::io::Result<()> {
        let (settings, wrong) = read_text("rows = 7\nthem = \"dark\"\nhints = false\nwidth = 3\n[pager]\na = 1\n")?;
        assert_eq!((settings.rows, settings.hints, settings.width), (7, false, None));
        assert_eq!(
            wrong,
            [
                "line 2: there is no setting `them` · did you mean `theme`?",
                "line 4: `width` cannot be `3` · it is `auto`, 20 to 10000",
                "line 5: `pager` is no number and no text · `regulars config` lists the keys",
            ]
        );
        let (settings, wrong) = read_text("rows = 7\nrows 8\n")?;
        assert_eq!(settings, Settings::default());
        assert!(wrong.len() == 1 && wrong[0].starts_with("line 2 is not TOML"), "{wrong:?}");
        Ok(())
    }

    #[test]
    fn the_template_is_read_as_what_it_was_written_of() -> std::io::Result<()> {
        let wanted = Settings { rows: 7, viewer: "a \"b\" \\c".to_owned(), width: Some(90), ..Settings::default() };
        assert_eq!(read_text(&repl::as_file(&wanted))?, (wanted, Vec::new()));
        assert_eq!(read_text(&repl::as_file(&Settings::default()))?, (Settings::default(), Vec::new()));
        Ok(())
    }
}
