//! `regulars convert FROM -o TO`: scripts into notebooks of Jupyter, and notebooks into scripts.

use std::path::{Path, PathBuf};

use regulars_plugin::{Failure, Result};

use super::usage;
use crate::console::Console;
use crate::files;
use crate::notebook::{Document, Left, from_ipynb, to_ipynb};

/// What a file holds, by its ending.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Script,
    Notebook,
}

impl Form {
    fn of(path: &Path) -> Result<Form> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("rhai") => Ok(Form::Script),
            Some("ipynb") => Ok(Form::Notebook),
            _ => Err(usage(format!("`{}` is neither a script nor a notebook by its name", path.display()))
                .help("a script ends in .rhai, a notebook of Jupyter in .ipynb")),
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Form::Script => "rhai",
            Form::Notebook => "ipynb",
        }
    }
}

/// Converts a file into the other form; without `to` beside it, where no file is written over. A notebook that is written
/// over keeps outputs where the text of a cell is the same.
pub(super) fn convert(console: &Console, from: &Path, to: Option<&Path>) -> Result<()> {
    let form = Form::of(from)?;
    let other = if form == Form::Script { Form::Notebook } else { Form::Script };
    let target = to.map_or_else(|| from.with_extension(other.ending()), PathBuf::from);
    if Form::of(&target)? != other {
        return Err(usage(format!("`{}` and `{}` have the same form", from.display(), target.display()))
            .help(format!("name a file that ends in .{}", other.ending())));
    }
    let shown = target.display().to_string();
    if to.is_none() && other == Form::Script && target.exists() {
        return Err(Failure::new(format!("`{shown}` is there already"))
            .help(format!("`regulars convert {} -o {shown}` writes over it", from.display())));
    }
    let text = files::read_text(&from.display().to_string())?;
    let name = |failure: Failure| failure.within(from.display().to_string());
    let written = match form {
        Form::Script => {
            let document = Document::read(&text);
            if let Some(mistake) = document.mistakes.first() {
                console.fail(mistake, Some(&text), Some(&from.display().to_string()));
                return Err(Failure::new("nothing was converted").help("mend the line that begins the cell first"));
            }
            let older = if target.exists() { Some(files::read_text(&shown)?) } else { None };
            let over = |failure: Failure| failure.within(shown.clone()).help("remove it, and a new one is written");
            if let Some(older) = &older {
                from_ipynb(older).map_err(over)?;
            }
            to_ipynb(&document, older.as_deref()).map_err(over)?
        }
        Form::Notebook => {
            let (document, left) = from_ipynb(&text).map_err(name)?;
            tell(console, &left);
            document.write()
        }
    };
    files::write_text(&shown, &written)?;
    console.note(&format!("wrote {shown}"));
    Ok(())
}

/// What a script cannot hold is told.
fn tell(console: &Console, left: &Left) {
    let many = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    if left.outputs > 0 {
        console.note(&format!(
            "the outputs of {} are not in the script: running it makes them again, and converting back onto the same notebook keeps them",
            many(left.outputs, "cell")
        ));
    }
    if left.attachments > 0 {
        console.note(&format!("{} within Markdown stayed behind", many(left.attachments, "attached file")));
    }
    if let Some(language) = &left.language {
        console.note(&format!(
            "the notebook is written in {language}: its cells are kept as they are, and will not run here"
        ));
    }
}
