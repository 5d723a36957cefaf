//! One script with many parameters: `regulars report FILE --each name=a,b,c --into FOLDER`.

use std::collections::BTreeSet;
use std::path::Path;

use regulars_plugin::Result;

use super::report::Written;
use super::run::Ready;
use super::{INTERRUPTED, usage};
use crate::console::Console;
use crate::files;
use crate::script::{Param, Params};
use crate::session::timed;
use crate::show::{self, Format, Value};
use crate::table::{Cell, Frame};

/// More runs than these are a slip of the hand.
const MOST: usize = 1000;
/// The table of all runs, in the folder.
const TABLE: &str = "runs.csv";

/// Failures of the options that belong together.
pub(super) fn together(each: &[String], into: Option<&Path>) -> Result<()> {
    match (each.is_empty(), into) {
        (false, None) => {
            Err(usage("several runs need a folder for what comes of them").help("say where: `--into runs`"))
        }
        (true, Some(_)) => Err(usage("`--into` is for several runs")
            .help("say what is varied: `--each region=north,south`")
            .help("a single report is written by `-o FILE`")),
        _ => Ok(()),
    }
}

/// A run: the values that it has of its own, in the order in which they were asked for.
type Own = Vec<(String, String)>;

/// Every combination of the values that each parameter should have, the last one changing first.
pub(super) fn runs(each: &[String], script: &str, declared: &[Param]) -> Result<Vec<Own>> {
    let mut all: Vec<Own> = vec![Vec::new()];
    for word in each {
        let wrong =
            || usage(format!("`--each {word}` gives no values")).help("write it as in `--each region=north,south`");
        let (name, values) = word.split_once('=').ok_or_else(wrong)?;
        let param = declared.iter().find(|param| param.name == name.replace('-', "_")).ok_or_else(|| {
            let failure = usage(format!("{script} has no parameter `{name}`"));
            failure.near(name, declared.iter().map(|param| param.name.as_str()))
        })?;
        if all[0].iter().any(|(known, _)| *known == param.name) {
            return Err(usage(format!("`{name}` is varied twice")).help("write all its values behind one `--each`"));
        }
        let values: Vec<&str> = values.split(',').map(str::trim).filter(|value| !value.is_empty()).collect();
        if values.is_empty() {
            return Err(wrong());
        }
        for value in &values {
            param.check(value)?;
        }
        if all.len().saturating_mul(values.len()) > MOST {
            return Err(usage(format!("these are more than {MOST} runs")).help("vary fewer parameters at once"));
        }
        let longer = |run: &Own| {
            let run = run.clone();
            let more = |value: &&str| [run.clone(), vec![(param.name.clone(), (*value).to_owned())]].concat();
            values.iter().map(more).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(longer).collect();
    }
    Ok(all)
}

/// Plays every run into a file of its own, goes on behind one that fails, and writes a table of them all. `play` plays a
/// script into a file. Where the work is stopped, the table tells of the runs before.
pub(super) fn play(
    ready: &mut Ready,
    runs: &[Own],
    into: &Path,
    (stem, ending): (&str, &str),
    play: impl Fn(&Ready, &str) -> Result<Written>,
) -> Result<u8> {
    files::make_folder(into)?;
    let folder = into.to_path_buf();
    let given: Params = ready.params.clone();
    let mut names = BTreeSet::new();
    let mut columns: Vec<(String, Vec<Cell>)> =
        runs.first().into_iter().flatten().map(|(name, _)| (name.clone(), Vec::new())).collect();
    let own = columns.len();
    columns.extend(["outcome", "seconds", "report"].map(|name| (name.to_owned(), Vec::new())));
    let mut worst = 0;
    for run in runs {
        ready.params = given.clone();
        ready.params.extend(run.iter().cloned());
        let file = free(&mut names, stem, run, ending);
        let path = folder.join(&file).display().to_string();
        let (written, took) = timed(|| play(ready, &path));
        let Written { code, is_there } = written?;
        worst = worst.max(code);
        if code == INTERRUPTED {
            // What was done before stays, and is told.
            break;
        }
        let outcome = if code == 0 { "worked" } else { "failed" };
        let report = if is_there { Cell::Text(file) } else { Cell::Missing };
        let seconds = (took.as_secs_f64() * 1e3).round() / 1e3;
        let told = [Cell::Text(outcome.to_owned()), Cell::Number(seconds), report];
        let cells = run.iter().map(|(_, value)| Cell::Text(value.clone())).chain(told);
        columns.iter_mut().zip(cells).for_each(|((_, column), cell)| column.push(cell));
    }
    if columns.iter().all(|(_, cells)| !cells.is_empty()) {
        table(&ready.console, columns, own, &folder)?;
    }
    Ok(worst)
}

/// Writes the table of all runs, and shows it.
fn table(console: &Console, mut columns: Vec<(String, Vec<Cell>)>, own: usize, folder: &Path) -> Result<()> {
    // A parameter of the script may be called like a column of ours.
    for place in own..columns.len() {
        while columns[..place].iter().any(|(name, _)| *name == columns[place].0) {
            columns[place].0.push('_');
        }
    }
    let runs = Value::Frame(Frame::from_cells(&columns)?);
    let path = folder.join(TABLE).display().to_string();
    files::write_text(&path, &show::export(&runs, Format::Csv, console)?)?;
    console.show_last(&runs)?;
    console.note(&format!("wrote {path}"));
    Ok(())
}

/// The file of a run: `stem least=50 kind=classic.html`, of letters that every system takes.
fn free(taken: &mut BTreeSet<String>, stem: &str, run: &Own, ending: &str) -> String {
    let plain = |letter: char| if letter.is_alphanumeric() || "-_.=".contains(letter) { letter } else { '-' };
    let words: String = run.iter().map(|(name, value)| format!("_{name}={value}")).collect();
    let name: String = format!("{stem}{words}").chars().map(plain).take(120).collect();
    let mut file = format!("{name}.{ending}");
    let mut number = 2;
    while !taken.insert(file.to_lowercase()) {
        file = format!("{name}-{number}.{ending}");
        number += 1;
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared() -> Vec<Param> {
        ["least", "kind"].map(|name| Param { name: name.to_owned(), ..Param::default() }).to_vec()
    }

    fn of(each: &[&str]) -> Result<Vec<String>> {
        let each: Vec<String> = each.iter().map(|word| (*word).to_owned()).collect();
        let runs = runs(&each, "x.rhai", &declared())?;
        let mut names = BTreeSet::new();
        Ok(runs.iter().map(|run| free(&mut names, "x", run, "html")).collect())
    }

    #[test]
    fn every_combination_is_a_run() -> Result<()> {
        assert_eq!(
            of(&["least=1,2", "kind=a/b,a:b"])?,
            [
                "x_least=1_kind=a-b.html",
                "x_least=1_kind=a-b-2.html",
                "x_least=2_kind=a-b.html",
                "x_least=2_kind=a-b-2.html"
            ]
        );
        Ok(())
    }

    #[test]
    fn what_is_no_list_of_values_is_refused() {
        let message = |each: &[&str]| of(each).err().map(|failure| failure.message).unwrap_or_default();
        assert_eq!(message(&["least"]), "`--each least` gives no values");
        assert_eq!(message(&["least="]), "`--each least=` gives no values");
        assert_eq!(message(&["lest=1"]), "x.rhai has no parameter `lest`");
        assert_eq!(message(&["least=1", "least=2"]), "`least` is varied twice");
        let many = format!("least={}", vec!["1"; 40].join(","));
        assert_eq!(message(&[&many, &many.replace("least", "kind")]), "these are more than 1000 runs");
    }
}
