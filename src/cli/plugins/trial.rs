//! `regulars plugin test`: the examples of a plugin's manuals show what they say, and its scripts get to their end.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use regulars_plugin::{Example, Failure, Result};

use super::super::arguments::Arguments;
use super::super::{FAILED, check, run};
use super::{author, named, unlike};
use crate::console::{Console, Manner};
use crate::notebook::{Document, Side, Wrong, difference, examples, session, try_out};
use crate::session::{Loaded, open_plugin};
use crate::show::{Format, Page, Role};

/// `regulars plugin test DIR|FILE`
pub(super) fn test(arguments: &Arguments, console: &Arc<Console>, what: &Path, release: bool) -> Result<u8> {
    let (library, beside) = match what.is_dir() {
        true => match author::built(what, !release)? {
            Some(library) => (library, what.to_owned()),
            None => return Ok(FAILED),
        },
        false => (what.to_owned(), what.parent().map(Path::to_owned).unwrap_or_default()),
    };
    let plugin = open_plugin(&library, super::asked_isolation(arguments)?.as_ref())?;
    let mut loaded = named(arguments)?;
    unlike(&loaded, &plugin)?;
    let mut plugins: Vec<Loaded> = loaded.drain(..).map(|one| one.plugin).collect();
    plugins.push(plugin.clone());
    // What examples and scripts print is a message; what they show is compared.
    let manner = Manner { output: Format::Json, quiet: true, ..arguments.manner() };
    let trial = Trial { console, listener: Arc::new(console.with_manner(manner)), plugins };
    // Scripts find their data from the folder of the plugin on, as the tests of cargo do.
    if beside != Path::new("") {
        std::env::set_current_dir(&beside)
            .map_err(|error| Failure::new(format!("`{}` cannot be entered: {error}", beside.display())))?;
    }
    // A function that is there already is told before anything is run.
    session(&trial.plugins, Arc::clone(&trial.listener) as _)?;
    let (mut good, mut bad) = (0, 0);
    let mut count = |is_good: bool| if is_good { good += 1 } else { bad += 1 };
    for manual in plugin.manuals() {
        let found = examples(manual);
        if found.is_empty() {
            trial.line(Role::Warning, "none", &format!("{}: its manual has no example", manual.name));
        }
        for (name, example) in found {
            count(trial.example(&name, example)?);
        }
    }
    for script in scripts(Path::new("tests"))? {
        count(trial.script(&script)?);
    }
    console.note(&match (good, bad) {
        (0, 0) => "nothing to test: write an example into the manual of a function".to_owned(),
        (_, 0) => format!("tested {good}: all good"),
        _ => format!("tested {}: {bad} failed", good + bad),
    });
    Ok(if bad > 0 { FAILED } else { 0 })
}

/// The scripts in a folder, in order of their names.
fn scripts(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = std::fs::read_dir(folder)
        .map_err(|error| Failure::new(format!("`{}` cannot be read: {error}", folder.display())))?;
    let mut scripts: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    scripts.retain(|path| path.extension().is_some_and(|end| end == "rhai"));
    scripts.sort();
    Ok(scripts)
}

struct Trial<'a> {
    console: &'a Arc<Console>,
    listener: Arc<Console>,
    plugins: Vec<Loaded>,
}

impl Trial<'_> {
    fn line(&self, role: Role, word: &str, what: &str) {
        let mut page = Page::new();
        page.role(role, &format!("{word:<6}")).text("  ").text(what).line();
        self.console.print(&page);
    }

    /// Runs an example; whether it shows what its manual says.
    fn example(&self, name: &str, example: &Example) -> Result<bool> {
        let what = format!("{name}: example");
        match try_out(&self.plugins, Arc::clone(&self.listener) as _, example) {
            Ok(_) => {
                self.line(Role::Plain, "good", &what);
                return Ok(true);
            }
            Err(Wrong::Failed(failure)) if failure.cancelled => return Err(failure),
            Err(Wrong::Failed(failure)) => {
                self.line(Role::Error, "failed", &what);
                self.console.fail(&failure, Some(&example.code), Some(&what));
            }
            Err(Wrong::ShowsNothing) => {
                self.line(Role::Error, "failed", &format!("{what}: it shows nothing"));
            }
            Err(Wrong::Differs { found }) => {
                self.line(Role::Error, "failed", &format!("{what}: it shows something else than its manual"));
                self.console.print(&apart(example.shows.as_deref().unwrap_or_default().trim_end(), &found));
            }
        }
        Ok(false)
    }

    /// Runs a script; whether it got to its end.
    fn script(&self, path: &Path) -> Result<bool> {
        let name = path.display().to_string();
        let (_, text) = run::read(&name)?;
        let mut session = session(&self.plugins, Arc::clone(&self.listener) as _)?;
        session.one_script(&text);
        let document = Document::read(&text);
        // Everything that is certain to fail is told before anything runs, as `regulars run` has it.
        let mut is_good = !check::told(&session, self.console, &text, Some(&name));
        for cell in document.code() {
            if !is_good {
                break;
            }
            if let Err(failure) = session.run(&cell.placed()).answer {
                if failure.cancelled {
                    return Err(failure);
                }
                self.console.fail(&failure, Some(&text), Some(&name));
                is_good = false;
            }
        }
        let (role, word) = if is_good { (Role::Plain, "good") } else { (Role::Error, "failed") };
        self.line(role, word, &name);
        Ok(is_good)
    }
}

/// The difference of two texts: what was wanted behind `-`, what was found behind `+`.
fn apart(wanted: &str, found: &str) -> Page {
    let mut page = Page::new();
    for (side, line) in difference(wanted, found) {
        let (role, mark) = match side {
            Side::Both => (Role::Note, ' '),
            Side::Wanted => (Role::Text, '-'),
            Side::Found => (Role::Advice, '+'),
        };
        page.role(role, &format!("        {mark} {line}")).line();
    }
    page
}
