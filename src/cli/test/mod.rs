//! `regulars test`: the tests of scripts, each from the beginning of its file on, with nothing left over of another.

mod find;
mod hear;
mod junit;
mod review;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use regulars_plugin::{Failure, Host, Result};
use serde_json::{Value as Json, json};

use super::arguments::Arguments;
use super::{FAILED, INTERRUPTED, SEED, WRONG_USAGE, plugins, today};
use crate::console::{Console, took};
use crate::files;
use crate::script::{Declared, Listener, Params, Unlike};
use crate::session::{Session, Settings};
use crate::show::{self, Page, Role};
use find::File;
use hear::Ear;

/// What stands behind `regulars test`.
#[derive(clap::Args)]
pub(super) struct Asked {
    /// Scripts, or folders of files `…_test.rhai` and `test_….rhai`; the current folder unless told
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Run only the tests whose name, or whose file's, holds this
    #[arg(long, value_name = "WORD")]
    filter: Option<String>,
    /// Write what became of the tests as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Accept what `assert_snapshot` is given as the new snapshots
    #[arg(long, conflicts_with = "review")]
    update: bool,
    /// Run the tests, then show each snapshot that is new or changed, and ask whether it is right
    #[arg(long)]
    review: bool,
}

/// What became of a test.
pub(super) enum Outcome {
    Passed,
    Failed(Failure),
    /// The filter leaves it out.
    LeftOut,
}

/// A test that was looked at.
pub(super) struct Done {
    pub(super) file: String,
    pub(super) test: String,
    line: usize,
    pub(super) outcome: Outcome,
    /// What it printed.
    pub(super) said: String,
    pub(super) took: Duration,
}

/// `regulars test …`
pub(super) fn run(arguments: &Arguments, console: &Arc<Console>, asked: &Asked) -> Result<u8> {
    let found = match find::files(&asked.paths) {
        Ok(found) => found,
        Err(failure) => {
            console.fail(&failure, None, None);
            return Ok(WRONG_USAGE);
        }
    };
    let ear = Arc::new(Ear::new(console));
    let settings = Settings {
        plugins: plugins::at_start(arguments, console, plugins::Asking::No)?,
        params: Params::new(),
        seed: SEED,
        today: today(),
    };
    if arguments.allow_net {
        files::allow_net();
    }
    let mut session = Session::new(settings, Arc::clone(&ear) as Arc<dyn Listener>)?;
    session.look_in(plugins::places());
    let mut runner = Runner { session: &mut session, console, ear, asked, done: Vec::new(), total: total(&found) };
    let was_stopped = !runner.files(&found);
    let done = runner.done;
    console.end();
    tell(console, &done, &found);
    if let Some(file) = &asked.junit {
        files::write_text(&file.display().to_string(), &junit::xml(&done))?;
    }
    let failed = done.iter().filter(|one| matches!(one.outcome, Outcome::Failed(_))).count();
    let ran = done.iter().filter(|one| !matches!(one.outcome, Outcome::LeftOut)).count();
    console.note(&summary(&done, was_stopped));
    if was_stopped {
        return Ok(INTERRUPTED);
    }
    if ran == 0 {
        console.fail(&nothing(asked, done.len()), None, None);
        return Ok(FAILED);
    }
    if asked.review {
        let paths: Vec<PathBuf> = found.into_iter().map(|file| file.path).collect();
        return match review::review(console, &paths) {
            Ok(true) if failed == 0 => Ok(0),
            Ok(true) => {
                console.note("run `regulars test` again to see what still fails");
                Ok(FAILED)
            }
            Ok(false) => Ok(FAILED),
            Err(failure) => {
                console.fail(&failure, None, None);
                Ok(WRONG_USAGE)
            }
        };
    }
    Ok(if failed > 0 { FAILED } else { 0 })
}

fn total(found: &[File]) -> u64 {
    found.iter().map(|file| file.tests.as_ref().map_or(1, Vec::len) as u64).sum()
}

/// Tests that pass because there are none do not pass.
fn nothing(asked: &Asked, left_out: usize) -> Failure {
    match (&asked.filter, left_out) {
        (Some(word), 1..) => {
            Failure::new(format!("no test's name holds `{word}`")).help(format!("{left_out} were left out"))
        }
        _ => Failure::new("no tests were found, so nothing was tested")
            .help(
                "tests are functions `fn test_…()` in files `…_test.rhai` or `test_….rhai`, or in a file that is named",
            )
            .help("`regulars test FILE` runs those of any script"),
    }
}

struct Runner<'a> {
    session: &'a mut Session,
    console: &'a Arc<Console>,
    ear: Arc<Ear>,
    asked: &'a Asked,
    done: Vec<Done>,
    total: u64,
}

impl Runner<'_> {
    /// Runs the tests of all files; whether nobody stopped it.
    fn files(&mut self, found: &[File]) -> bool {
        self.console.begin();
        for file in found {
            let name = file.path.display().to_string();
            let tests = match &file.tests {
                Ok(tests) => tests,
                Err(failure) => {
                    let whole = Declared { name: "(the file)".to_owned(), arguments: 0, line: 1 };
                    self.note(&name, &whole, Outcome::Failed(failure.clone()), Duration::ZERO);
                    continue;
                }
            };
            for test in tests {
                let is_left_out = |word: &String| !test.name.contains(word.as_str()) && !name.contains(word.as_str());
                if self.asked.filter.as_ref().is_some_and(is_left_out) {
                    self.note(&name, test, Outcome::LeftOut, Duration::ZERO);
                    continue;
                }
                self.console.progress(self.done.len() as u64, self.total, &format!("{name} {}", test.name));
                let mut took = Duration::ZERO;
                let outcome = match self.test(file, test, &mut took) {
                    Err(failure) if failure.cancelled => return false,
                    Err(failure) => Outcome::Failed(failure),
                    Ok(()) => Outcome::Passed,
                };
                self.note(&name, test, outcome, took);
            }
        }
        true
    }

    fn note(&mut self, file: &str, test: &Declared, outcome: Outcome, took: Duration) {
        let said = self.ear.take();
        let (file, test, line) = (file.to_owned(), test.name.clone(), test.line);
        self.done.push(Done { file, test, line, outcome, said, took });
    }

    /// Runs one test: first what stands in the file outside of functions, in a session that knows nothing yet.
    fn test(&mut self, file: &File, test: &Declared, took: &mut Duration) -> Result<()> {
        if test.arguments > 0 {
            return Err(Failure::new(format!("`{}` wants arguments, and a test is given none", test.name))
                .help(format!(
                    "write `fn {}() {{ … }}`, or give the function a name that does not begin with `test_`",
                    test.name
                ))
                .at(test.line, 1));
        }
        self.ear.take();
        self.session.start_again();
        self.session.stands_at(Some(&file.path));
        self.session.one_script(&file.text);
        for cell in find::cells(&file.text) {
            let outcome = self.session.run(&cell);
            *took += outcome.took;
            outcome.answer?;
        }
        let unlike = match std::env::var_os("CI").is_some_and(|value| !value.is_empty()) {
            _ if self.asked.update => Unlike::Accept,
            true => Unlike::Refuse,
            false => Unlike::Keep,
        };
        let snapshots = Arc::clone(self.session.world());
        snapshots.snapshots.begin(&file.path, &test.name, unlike);
        let outcome = self.session.run_of(&format!("{}()", test.name), &file.text);
        snapshots.snapshots.end();
        *took += outcome.took;
        outcome.answer.map(|_| ())
    }
}

/// Tells every test that failed, with what it printed.
fn tell(console: &Console, done: &[Done], found: &[File]) {
    if console.is_json() {
        let entries: Vec<Json> = done.iter().map(entry).collect();
        console.print_plain(&format!("{:#}", Json::Array(entries)));
        return;
    }
    for one in done {
        let Outcome::Failed(failure) = &one.outcome else { continue };
        let line = failure.place.as_ref().filter(|place| place.source.is_none()).map_or(one.line, |place| place.line);
        let mut page = Page::new();
        page.role(Role::Error, "failed").text(&format!(" {}:{line} {}", one.file, one.test)).line();
        console.tell(&page);
        let text = found.iter().find(|file| file.path.display().to_string() == one.file).map(|file| file.text.as_str());
        console.fail(failure, text, Some(&one.file));
        if !one.said.is_empty() {
            let mut page = Page::new();
            page.role(Role::Note, "it printed:").line();
            for line in one.said.lines() {
                page.text(&format!("  {}", show::harmless(line))).line();
            }
            console.tell(&page);
        }
    }
}

fn entry(one: &Done) -> Json {
    let (outcome, failure) = match &one.outcome {
        Outcome::Passed => ("passed", None),
        Outcome::LeftOut => ("left out", None),
        Outcome::Failed(failure) => ("failed", Some(failure)),
    };
    json!({
        "file": one.file,
        "test": one.test,
        "line": one.line,
        "outcome": outcome,
        "seconds": one.took.as_secs_f64(),
        "message": failure.map(|failure| failure.message.clone()),
        "help": failure.map(|failure| failure.help.clone()),
        "place": failure.and_then(|failure| failure.place.as_ref()).map(|place| json!({
            "file": place.source.as_deref().unwrap_or(&one.file), "line": place.line, "column": place.column,
        })),
    })
}

fn summary(done: &[Done], was_stopped: bool) -> String {
    let count = |fits: fn(&Outcome) -> bool| done.iter().filter(|one| fits(&one.outcome)).count();
    let mut told = vec![
        format!("{} passed", count(|outcome| matches!(outcome, Outcome::Passed))),
        format!("{} failed", count(|outcome| matches!(outcome, Outcome::Failed(_)))),
    ];
    let left_out = count(|outcome| matches!(outcome, Outcome::LeftOut));
    if left_out > 0 {
        told.push(format!("{left_out} left out by --filter"));
    }
    if was_stopped {
        told.push("stopped before the end".to_owned());
    }
    let time: Duration = done.iter().map(|one| one.took).sum();
    format!("{} · {}", told.join(", "), took(time))
}
