//! `regulars report FILE`: a script runs, and what comes of it is written down.

use std::path::Path;
use std::sync::Arc;

use regulars_plugin::{Failure, Host, Result};

use super::arguments::{Arguments, Command, Playing};
use super::matrix;
use super::run::{self, Ready};
use super::{FAILED, INTERRUPTED, SEED, WRONG_USAGE, begin_heard, check, now, plugins, today, usage};
use crate::console::Console;
use crate::files::{self, Stamp};
use crate::notebook::report::{
    Account, Given, HtmlReport, Made, MarkdownReport, NotebookReport, PluginFile, Script, Sources, Writer,
};
use crate::notebook::{Audience, Cell, CellKind, Document, Played, play};
use crate::script::{Listener, Param, Params};
use crate::session::{Loaded, Recorder, Session};

/// Rows of a table in Markdown and in a notebook, unless told.
const ROWS_BESIDE_CODE: usize = 20;

/// `regulars report FILE -o OUT --name value …`
pub(super) fn script(arguments: &Arguments, console: &Arc<Console>, words: &[String]) -> Result<u8> {
    let wrong = |failure: Failure| {
        console.fail(&failure, None, None);
        Ok(WRONG_USAGE)
    };
    let (file, rest) = match words {
        [word, ..] if word == "--help" || word == "-h" => {
            console.print_plain(&Arguments::help_of("report"));
            return Ok(0);
        }
        [word, ..] if word.starts_with('-') && word != "-" => {
            let failure = usage(format!("there is no option `{word}`"));
            return wrong(failure.help("`regulars report --help` lists the options"));
        }
        [file, rest @ ..] => (file, rest),
        [] => return Err(usage("no script was given").help("`regulars report FILE`")),
    };
    let mut ready = match run::ready(arguments, console, "report", file, rest)? {
        Ok(ready) => ready,
        Err(code) => return Ok(code),
    };
    let again = ready.again.take();
    let arguments = again.as_ref().unwrap_or(arguments);
    let to = match &arguments.command {
        Some(Command::Report { to, .. }) => to.clone(),
        _ => None,
    };
    let to = match to {
        Some(to) => to,
        None if file == "-" => {
            return wrong(usage("a script from standard input has no name").help("say where: `-o report.html`"));
        }
        None => Path::new(file).with_extension("html").display().to_string(),
    };
    if !arguments.playing().each.is_empty() {
        return many(arguments, ready, &to);
    }
    match writer(&to, &ready, arguments.rows) {
        Ok(writer) => written(arguments, &ready, &to, writer).map(|written| written.code),
        Err(failure) => wrong(failure),
    }
}

/// A report for every run that `--each` asks for, each called as `to` and by its parameters.
pub(super) fn many(arguments: &Arguments, mut ready: Ready, to: &str) -> Result<u8> {
    let Playing { each, into, .. } = arguments.playing();
    let runs = matrix::runs(&each, &ready.name, &ready.declared).and_then(|runs| {
        // A name that no report can have is told before anything runs.
        writer(to, &ready, arguments.rows).map(|_| runs)
    });
    let runs = match runs {
        Ok(runs) => runs,
        Err(failure) => {
            ready.console.fail(&failure, None, None);
            return Ok(WRONG_USAGE);
        }
    };
    let path = Path::new(to);
    let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    let (stem, ending) = (part(path.file_stem()), part(path.extension()));
    matrix::play(&mut ready, &runs, &into.unwrap_or_default(), (&stem, &ending), |ready, to| {
        writer(to, ready, arguments.rows).and_then(|writer| written(arguments, ready, to, writer))
    })
}

/// The writer of the kind that the ending of a name says.
fn writer(to: &str, ready: &Ready, rows: Option<usize>) -> Result<Box<dyn Writer>> {
    let script = Script { name: Some(ready.name.clone()), text: ready.text.clone() };
    let path = Path::new(to);
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    match ending.as_str() {
        "html" | "htm" => Ok(Box::new(HtmlReport::new(script, rows))),
        "md" | "markdown" => Ok(Box::new(MarkdownReport::new(script, &stem, rows.unwrap_or(ROWS_BESIDE_CODE)))),
        "ipynb" => Ok(Box::new(NotebookReport::new(script, rows.unwrap_or(ROWS_BESIDE_CODE)))),
        _ => Err(usage(format!("`{to}` is no name for a report")).help("end it with .html, .md or .ipynb")),
    }
}

/// What came of a report.
pub(super) struct Written {
    /// The exit code.
    pub(super) code: u8,
    /// Whether the report was written: not where nothing ran, or the work was stopped.
    pub(super) is_there: bool,
}

/// Runs the script and writes the report.
fn written(arguments: &Arguments, ready: &Ready, to: &str, mut writer: Box<dyn Writer>) -> Result<Written> {
    let keep_going = arguments.playing().keep_going;
    let Ready { name, text, console, .. } = ready;
    if arguments.allow_net {
        files::allow_net();
    }
    let began = now();
    let plugins = plugins::at_start(arguments, console, plugins::Asking::No)?;
    let sources = Arc::new(Sources::new(Arc::clone(console) as Arc<dyn Listener>));
    let recorder = Arc::new(Recorder::silent(Arc::clone(&sources) as Arc<dyn Listener>));
    let mut session = begin_heard(plugins, Arc::clone(&recorder) as Arc<dyn Listener>, ready.params.clone())?;
    session.stands_at(Some(Path::new(name)));
    if check::told(&session, console, text, Some(name)) {
        return Ok(Written { code: FAILED, is_there: false });
    }
    // What was read in order to look through the script is no part of its run.
    recorder.take();
    sources.forget();
    session.one_script(text);
    let mut scribe = Scribe { console, writer: writer.as_mut(), text, name, code: 0, number: 0, keep_going };
    let left = play(&Document::read(text), &mut session, Some(&recorder), keep_going, &mut scribe);
    let code = scribe.code;
    if code == INTERRUPTED {
        console.note(&format!("{to} was not written"));
        return Ok(Written { code, is_there: false });
    }
    let account = Account {
        began: format!("{} UTC", began.format("%Y-%m-%d %H:%M")),
        params: given(&ready.declared, &ready.params),
        seed: SEED,
        today: today(),
        read: sources.account(&**console)?,
        plugins: plugin_files(&session, &**console)?,
        memory: most_memory(),
    };
    write(to, &writer.finish(Some(&account), left)?)?;
    console.note(&format!("wrote {to}"));
    Ok(Written { code, is_there: true })
}

/// Hands cells to a writer as they end.
struct Scribe<'a> {
    console: &'a Console,
    writer: &'a mut dyn Writer,
    text: &'a str,
    name: &'a str,
    code: u8,
    number: usize,
    keep_going: bool,
}

impl Audience for Scribe<'_> {
    fn begins(&mut self, cell: &Cell, number: usize, count: usize) {
        self.number = number;
        if cell.kind == CellKind::Code {
            self.console.part(cell.part(number, count));
            self.console.begin();
        }
    }

    fn ended(&mut self, played: Played) -> bool {
        let failure = self.writer.cell(self.number, &played, self.console);
        self.console.end();
        self.console.part(None);
        match failure {
            None => true,
            Some(failure) if failure.cancelled => {
                self.console.fail(&failure, Some(self.text), Some(self.name));
                self.code = INTERRUPTED;
                false
            }
            Some(failure) if played.cell.continues => {
                self.console.warn_of(&failure, Some(self.text), Some(self.name));
                true
            }
            Some(failure) => {
                self.console.fail(&failure, Some(self.text), Some(self.name));
                self.code = FAILED;
                self.keep_going
            }
        }
    }
}

fn given(declared: &[Param], params: &Params) -> Vec<Given> {
    let given = |param: &Param| {
        let value = params.get(&param.name);
        Given {
            name: param.name.clone(),
            value: value.unwrap_or(&param.default).clone(),
            is_default: value.is_none(),
            meaning: param.meaning.clone(),
        }
    };
    declared.iter().map(given).collect()
}

fn plugin_files(session: &Session, host: &dyn Host) -> Result<Vec<PluginFile>> {
    let file = |plugin: &Loaded| {
        let stamp = Stamp::of(plugin.path());
        Ok(PluginFile {
            name: format!("{} {}", plugin.name(), plugin.version()).trim_end().to_owned(),
            path: plugin.path().display().to_string(),
            sha256: stamp.map(|stamp| stamp.sha256(host)).transpose()?,
        })
    };
    session.plugins().iter().map(file).collect()
}

/// The most memory that this process has taken, where the system tells.
fn most_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok().map(|kilobytes: u64| kilobytes * 1024)
}

/// Writes a report and what lies beside it, each whole or not at all.
fn write(to: &str, made: &Made) -> Result<()> {
    for (name, bytes) in &made.beside {
        let beside = Path::new(to).with_file_name(name).display().to_string();
        files::write_bytes(&beside, bytes)?;
    }
    files::write_text(to, &made.text)
}
