//! What the commands do that make something of the cells that ran: files, plans, lists.

use std::path::Path;
use std::time::Duration;

use regulars_plugin::{Failure, Quiet, Result};

use super::dialog::{Dialog, Heard};
use super::left_out::LeftOut;
use super::past::Fate;
use super::{guide, numbers, outside};
use crate::assist::{count, with_size};
use crate::files;
use crate::notebook::report::{HtmlReport, MarkdownReport, Writer};
use crate::notebook::{Cell, Played};
use crate::session::{Opened, Outcome};
use crate::show::{self, Page, Role, Value};

/// Pixels for each unit of a picture that is shown on a screen.
const DENSITY: f64 = 2.0;

impl Dialog<'_> {
    /// The variables, without running anything for it.
    pub(super) fn variables(&self) -> Page {
        let mut lines: Vec<(String, String)> =
            self.session.variables().iter().map(|(name, value)| (name.clone(), with_size(value))).collect();
        // The last value stands last; it is no name that somebody gave.
        lines.sort_by_key(|(name, _)| name == "_");
        if lines.is_empty() {
            let mut page = Page::new();
            page.role(Role::Note, "no variables yet: `let tx = sample(\"cdnow\")` makes one").line();
            return page;
        }
        show::found(&lines, self.console.width())
    }

    /// Runs the line that describes every table among the variables, so that it can be saved and changed like any other.
    pub(super) fn dictionary(&mut self) -> Result<Fate> {
        let names: Vec<String> = self
            .session
            .variables()
            .into_iter()
            .filter(|(name, value)| name != "_" && stands_for_a_table(value))
            .map(|(name, _)| name)
            .collect();
        if names.is_empty() {
            return Err(Failure::new("there is no frame to describe").help("`let tx = sample(\"cdnow\")` makes one"));
        }
        let tables: Vec<String> = names.iter().map(|name| format!("{name}: {name}")).collect();
        let line = format!("dictionary(#{{tables: #{{{}}}}})", tables.join(", "));
        self.console.note(&line);
        Ok(self.run(&line, false))
    }

    pub(super) fn plugins(&self) -> Page {
        let mut page = Page::new();
        for plugin in self.session.plugins() {
            page.role(Role::Heading, plugin.name()).text(format!(" {}", plugin.version()).trim_end());
            page.role(Role::Note, &format!("  {} · {}", plugin.kind(), plugin.path().display())).line();
            let lines: Vec<(String, String)> =
                plugin.manuals().iter().map(|manual| (manual.name.clone(), manual.summary.clone())).collect();
            page.append(show::found(&lines, self.console.width()));
        }
        if page.is_empty() {
            page.text("no plugin is loaded").line();
            let advice = "`regulars --plugin FILE` starts with one, `regulars plugin add FILE` adds one for good";
            page.append(show::prose(advice, self.console.width(), 0));
        }
        page
    }

    /// What the frame of a line would do when it is run.
    pub(super) fn explain(&mut self, line: &str) -> Result<Fate> {
        self.console.begin();
        let answer = self.session.run(line).answer;
        self.console.end();
        match answer {
            Ok(Value::Frame(frame)) => {
                self.console.print_plain(&frame.explain()?);
                // It made the frame all the same: variables and `_` are as if the line had run.
                self.worked.push((self.number() - 1, line.to_owned()));
                Ok(Fate::Worked)
            }
            Ok(_) => Err(Failure::new("the line answers no frame, so there is no plan to explain")
                .help("`:explain tx.filter(col(\"amount\") > 100)`")),
            Err(failure) => {
                self.fail(failure, line, None);
                Ok(Fate::Failed)
            }
        }
    }

    /// Writes the cells that worked as a script that runs them again, each in a cell of its own. What it cannot make again
    /// is told, here and in the script.
    pub(super) fn save(&self, file: &str) -> Result<()> {
        if self.worked.is_empty() {
            return Err(Failure::new("nothing has been run yet that could be saved"));
        }
        let left_out = |place: usize| self.left_out.iter().filter(move |cell| cell.behind == place);
        let text = numbers::script(&self.worked, |place| left_out(place).map(LeftOut::comment).collect());
        files::write_text(file, &format!("{text}\n"))?;
        self.console.note(&format!("wrote {file}"));
        for cell in &self.left_out {
            self.console.note(&cell.told());
        }
        Ok(())
    }

    /// Opens the last cell or a script in the editor; what was saved there runs.
    pub(super) fn edit(&mut self, file: Option<&str>) -> Result<Heard> {
        let written = match file {
            Some(file) => {
                if !Path::new(file).exists() {
                    files::write_text(file, "")?;
                }
                self.written(Path::new(file))?
            }
            None => {
                let made = files::for_another("cell", "rhai", self.last.as_bytes())?;
                let written = self.written(&made);
                files::remove(&made);
                written?
            }
        };
        let Some(text) = written.filter(|text| !text.trim().is_empty()) else {
            self.console.note("nothing was written, so nothing runs");
            return Ok(Heard::as_(Fate::Other));
        };
        let cell = text.trim();
        self.console.print(&guide::echo(self.number(), cell));
        if let Some(file) = file {
            return Ok(Heard::as_(self.run_script(&text, file)));
        }
        self.last = cell.to_owned();
        let fate = self.run(cell, false);
        Ok(Heard { text: Some(cell.to_owned()), ..Heard::as_(fate) })
    }

    /// The text of a file once the editor is closed; none where that was left without writing.
    fn written(&self, file: &Path) -> Result<Option<String>> {
        let shown = file.display().to_string();
        let (text, stamp) = (files::read_text(&shown)?, files::Stamp::of(file));
        outside::edit(file, self.console)?;
        let edited = files::read_text(&shown)?;
        let is_same = edited == text && stamp.is_some_and(|stamp| !stamp.is_changed());
        Ok((!is_same).then_some(edited))
    }

    /// Writes the last picture or table, or that of a cell, and opens it in the program for it. Its path is told always.
    pub(super) fn open(&self, number: Option<usize>) -> Result<()> {
        let (number, found) = match number {
            Some(number) => {
                let found = self.session.to_open(number).ok_or_else(|| {
                    Failure::new(format!("cell {number} has answered no picture and no table"))
                        .help("`:open` without a number takes the last one")
                })?;
                (number, found)
            }
            None => self.session.last_to_open(|_| true).ok_or_else(|| {
                Failure::new("no cell has answered a picture or a table yet")
                    .help("`tx.rfm().chart()` answers a picture")
            })?,
        };
        let name = format!("cell-{number}");
        let path = match &found {
            Opened::Picture(picture) => files::for_another(&name, "png", &picture.png(DENSITY)?)?,
            Opened::Table(frame) => {
                let rows = frame.data(&**self.console)?.height();
                let fits = rows < files::MOST_ROWS && frame.names().len() <= files::MOST_COLUMNS;
                let path = files::for_another(&name, if fits { "xlsx" } else { "csv" }, &[])?;
                let shown = path.display().to_string();
                match fits {
                    true => files::write_excel(frame, &shown, None, &**self.console)?,
                    false => files::write_csv(frame, &shown, &**self.console)?,
                }
                path
            }
        };
        self.console.note(&format!("wrote {}", path.display()));
        if !outside::view(&path, &self.console.settings().viewer, self.console) {
            self.console.note("no program is known here that shows it; `:set viewer PROGRAM` names one");
        }
        Ok(())
    }

    /// Writes the cells that worked and what they answered: as HTML where the file ends so, else as Markdown, the pictures
    /// beside it.
    pub(super) fn report(&self, file: &str) -> Result<()> {
        if self.worked.is_empty() {
            return Err(Failure::new("nothing has been run yet that could be reported"));
        }
        let path = Path::new(file);
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let is_html = path.extension().is_some_and(|ending| ending == "html" || ending == "htm");
        let mut writer: Box<dyn Writer> = match is_html {
            true => Box::new(HtmlReport::of_prompt(&stem)),
            false => Box::new(MarkdownReport::of_prompt(&stem, self.console.settings().rows)),
        };
        for (number, source) in &self.worked {
            let cell = Cell { source: source.trim_end().to_owned(), ..Cell::default() };
            let is_quiet = source.trim_end().ends_with(';');
            // A picture that was only kept is what somebody wants to see all the same.
            let is_told = |value: &Value| !is_quiet || matches!(value, Value::Picture { .. });
            let answer = self.session.answer(*number).filter(is_told).unwrap_or(Value::Nothing);
            let outcome = Some(Outcome { answer: Ok(answer), took: Duration::ZERO });
            if let Some(failure) = writer.cell(*number, &Played { cell, outcome, said: Vec::new() }, &Quiet) {
                return Err(failure);
            }
        }
        let made = writer.finish(None, 0)?;
        for (name, bytes) in &made.beside {
            files::write_bytes(&path.with_file_name(name).display().to_string(), bytes)?;
        }
        files::write_text(file, &made.text)?;
        let pictures = made.beside.len();
        let beside =
            if pictures > 0 { format!(" and {} beside it", count(pictures, "picture")) } else { String::new() };
        self.console.note(&format!("wrote {file}{beside}; what was printed with `print` and `show` is not in it"));
        Ok(())
    }
}

/// Whether a variable is a frame, or an answer whose table stands for it.
fn stands_for_a_table(value: &Value) -> bool {
    match value {
        Value::Frame(_) => true,
        Value::Record(record) => record.table.is_some() && record.model.is_none(),
        _ => false,
    }
}
