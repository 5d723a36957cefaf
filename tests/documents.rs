//! Scripts as documents: options of cells, parameters, going on after a failure, notebooks of Jupyter.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test stops where it finds something else")]

use std::path::{Path, PathBuf};
use std::process::Command;

use regulars::notebook::{Document, from_ipynb, to_ipynb};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{Ran, names_in, run};

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn play(script: &str, words: &[&str]) -> Ran {
    let folder = folder(&[("report.rhai", script)]);
    run(folder.path(), &[&["run", "report.rhai"], words].concat())
}

const FAILING: &str = "// %% First\n1 + 1\n// %% Second\nlet f = frame(#{a: [1]}); let n = \"x\"; f.select(n + \"y\")\n// %% Third\n3 + 3\n";

#[test]
fn a_failing_cell_stops_the_script_unless_it_should_go_on() {
    let stopped = play(FAILING, &[]);
    assert_eq!((stopped.code, stopped.out.as_str()), (Some(1), "First\n2\n"), "{}", stopped.err);
    for words in [&["--keep-going"][..], &["--keep-going", "--rows", "3"]] {
        let went_on = play(FAILING, words);
        assert_eq!((went_on.code, went_on.out.as_str()), (Some(1), "First\n2\n\nThird\n6\n"), "{}", went_on.err);
        assert!(went_on.err.contains("error: ") && went_on.err.contains("report.rhai, line 4"), "{}", went_on.err);
    }
}

#[test]
fn a_cell_that_may_fail_warns_and_the_script_has_worked() {
    let ran = play(&FAILING.replace("Second", "Second on_failure=\"continue\""), &[]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "First\n2\n\nThird\n6\n"), "{}", ran.err);
    assert!(ran.err.contains("warning: ") && !ran.err.contains("error: "), "{}", ran.err);
}

/// What is certain to fail is found before anything runs: not where the cell is there to show it.
#[test]
fn a_cell_that_may_fail_may_hold_what_is_certain_to() {
    let ran = play("// %% Wrong on_failure=\"continue\"\nsample(\"cdnow\").rfmm()\n// %% Right\n1\n", &[]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "Right\n1\n"), "{}", ran.err);
    assert!(ran.err.contains("did you mean `rfm`?"), "{}", ran.err);
}

#[test]
fn a_mistyped_cell_option_is_told_before_anything_runs() {
    let ran = play("// %% First\n1\n// %% Second hid=\"code\"\n2\n", &[]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{}", ran.err);
    for wanted in ["a cell has no option `hid`", "report.rhai, line 3", "did you mean `hide`?"] {
        assert!(ran.err.contains(wanted), "{}", ran.err);
    }
    let folder = folder(&[("report.rhai", "// %% Second hid=\"code\"\n2\n")]);
    let checked = run(folder.path(), &["check", "report.rhai"]);
    assert_eq!(checked.code, Some(1), "{}", checked.err);
    assert!(checked.err.contains("did you mean `hide`?"), "{}", checked.err);
}

const PARAMETERS: &str = r#"
let bins = param("bins", 5, "groups in each score", #{min: 2, max: 10});
let kind = param("kind", "classic", "which retention", #{choices: ["classic", "unbounded"]});
let regions = param("regions", ["north", "south"], "regions that are shown");
let sizes = param("sizes", [1, 2], "");
let until = param("until", (), "last day of the data", #{type: "date", min: date("1997-01-01")});
let share = param("share", 1, "", #{type: "number", max: 1});
`${bins} ${kind} ${regions} ${sizes} ${until} ${share}`
"#;

#[test]
fn parameters_have_types_choices_and_ranges() {
    let out = |words: &[&str]| {
        let ran = play(PARAMETERS, words);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        ran.out
    };
    assert_eq!(out(&[]), "5 classic [\"north\", \"south\"] [1, 2]  1.0\n");
    let given = ["--bins", "10", "--kind=unbounded", "--regions", "west, east", "--sizes=7", "--until", "1998-01-31"];
    assert_eq!(out(&given), "10 unbounded [\"west\", \"east\"] [7] 1998-01-31 1.0\n");
    assert_eq!(out(&["--regions", "", "--share", "0.25"]), "5 classic [] [1, 2]  0.25\n");
}

#[test]
fn a_parameter_out_of_its_range_is_wrong_usage() {
    for (words, message, advice) in [
        (["--bins", "11"], "parameter `bins` is `11`, and it must be from 2 to 10", "write it as in `--bins 5`"),
        (["--bins", "x"], "parameter `bins` is `x`, but a whole number is wanted", "write it as in `--bins 5`"),
        (["--kind", "clasic"], "parameter `kind` is `clasic`, which is none of its choices", "did you mean `classic`?"),
        (["--until", "1996-12-31"], "and it must be 1997-01-01 or more", "write it as in"),
        (["--sizes", "1,b"], "parameter `sizes` is `b`, but a whole number is wanted", "write it as in `--sizes 1,2`"),
        (["--share", "NaN"], "and it must be 1 or less", "write it as in"),
    ] {
        let ran = play(PARAMETERS, &words);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{words:?} {}", ran.err);
        assert!(ran.err.contains(message) && ran.err.contains(advice), "{}", ran.err);
    }
}

#[test]
fn help_of_a_script_tells_what_its_parameters_may_be() {
    let ran = play(PARAMETERS, &["--help"]);
    let words: Vec<&str> = ran.out.split_whitespace().collect();
    let out = words.join(" ");
    for wanted in [
        "--bins groups in each score: a whole number from 2 to 10 (default: 5)",
        "--kind which retention: one of classic, unbounded (default: classic)",
        "--regions regions that are shown: several with commas between, each text (default: north,south)",
        "--until last day of the data: a date 1997-01-01 or more (default: none)",
    ] {
        assert!(out.contains(wanted), "{out}");
    }
}

#[test]
fn parameters_come_from_a_file_and_the_command_line_goes_before() {
    let toml = "# every Monday\nbins = 4\nregions = [\"a\", \"b\"]\nuntil = 1997-09-30\nkind = \"unbounded\"\n";
    let folder = folder(&[("report.rhai", PARAMETERS), ("monday.toml", toml), ("wrong.toml", "binz = 4\n")]);
    let run = |words: &[&str]| run(folder.path(), words);
    for words in [
        &["run", "report.rhai", "--params", "monday.toml", "--kind", "classic"][..],
        &["run", "--params=monday.toml", "report.rhai", "--kind", "classic"],
    ] {
        let ran = run(words);
        assert_eq!(ran.out, "4 classic [\"a\", \"b\"] [1, 2] 1997-09-30 1.0\n", "{}", ran.err);
    }
    let wrong = run(&["run", "report.rhai", "--params", "wrong.toml"]);
    assert_eq!(wrong.code, Some(2), "{}", wrong.err);
    assert!(wrong.err.contains("wrong.toml: report.rhai has no parameter `binz`"), "{}", wrong.err);
    assert!(wrong.err.contains("did you mean `bins`?"), "{}", wrong.err);
    std::fs::write(folder.path().join("wrong.toml"), "bins = 5\nkind = [\n").unwrap();
    let wrong = run(&["run", "report.rhai", "--params", "wrong.toml"]);
    assert!(wrong.err.contains("wrong.toml: line 2") || wrong.err.contains("wrong.toml: line 3"), "{}", wrong.err);
    let missing = run(&["run", "report.rhai", "--params", "none.toml"]);
    assert_eq!(missing.code, Some(2), "{}", missing.err);
}

/// Every script of ours.
fn scripts() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let course = std::fs::read_dir(root.join("course")).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<PathBuf> = course.filter(|path| path.extension().is_some_and(|ending| ending == "rhai")).collect();
    all.extend([root.join("tour.rhai"), root.join("gallery.rhai")]);
    all.sort();
    all
}

#[test]
fn scripts_and_notebooks_become_each_other_without_loss() {
    for path in scripts() {
        let document = Document::read(&std::fs::read_to_string(&path).unwrap());
        assert!(document.cells.len() > 2, "{path:?}");
        let notebook = to_ipynb(&document, None).unwrap();
        let (again, left) = from_ipynb(&notebook).unwrap();
        assert_eq!(left, Default::default());
        assert_eq!(again.write(), document.write(), "{path:?}");
        assert_eq!(to_ipynb(&again, None).unwrap(), notebook, "{path:?}");
        // What is written stands where it stood.
        let places = |document: &Document| -> Vec<usize> { document.cells.iter().map(|cell| cell.line).collect() };
        let written = document.write();
        assert_eq!(places(&Document::read(&written)), places(&Document::read(&Document::read(&written).write())));
    }
}

/// A Python that has these modules; none where there is none, and that is told.
fn python_with(modules: &str) -> Option<String> {
    let python = std::env::var("REGULARS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_them = Command::new(&python).args(["-c", &format!("import {modules}")]).output();
    if has_them.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    eprintln!("skipped: `{python}` has no {modules}; REGULARS_PYTHON names one that has");
    None
}

#[test]
fn jupytext_and_nbformat_agree() {
    let Some(python) = python_with("jupytext, nbformat") else { return };
    let checker = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/notebooks/peers.py");
    let folder = tempfile::tempdir().unwrap();
    for path in scripts() {
        // As our own writer puts it: every cell has its marker.
        let script = folder.path().join("script.rhai");
        let document = Document::read(&std::fs::read_to_string(&path).unwrap());
        std::fs::write(&script, document.write()).unwrap();
        let ran = run(folder.path(), &["convert", "script.rhai"]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        let notebook = folder.path().join("script.ipynb");
        let output = Command::new(&python).arg(&checker).arg(&script).arg(&notebook).output().unwrap();
        assert!(output.status.success(), "{path:?}\n{}", String::from_utf8_lossy(&output.stderr));
    }
}

fn notebook(cells: &Value) -> String {
    json!({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).to_string()
}

#[test]
fn outputs_stay_with_the_cells_whose_text_stays() {
    let older = notebook(&json!([
        {"cell_type": "code", "id": "ab-1", "metadata": {}, "execution_count": 7, "source": ["1 + 1"],
         "outputs": [{"output_type": "stream", "name": "stdout", "text": ["2"]}]},
        {"cell_type": "code", "id": "ab-2", "metadata": {}, "execution_count": 8, "source": "2 + 2", "outputs": []},
        {"cell_type": "markdown", "id": "ab-3", "metadata": {}, "source": "![](attachment:a.png)",
         "attachments": {"a.png": {"image/png": "aGk="}}},
    ]));
    let (document, left) = from_ipynb(&older).unwrap();
    assert_eq!((left.outputs, left.attachments, left.language), (1, 1, None));
    let text = document.write().replace("2 + 2", "2 + 3");
    let folder = folder(&[("a.rhai", &text), ("a.ipynb", &older)]);
    assert_eq!(run(folder.path(), &["convert", "a.rhai"]).code, Some(0));
    let written: Value = serde_json::from_slice(&std::fs::read(folder.path().join("a.ipynb")).unwrap()).unwrap();
    let cells = &written["cells"];
    assert_eq!((&cells[0]["id"], &cells[0]["execution_count"]), (&json!("ab-1"), &json!(7)));
    assert_eq!(cells[0]["outputs"][0]["text"][0], "2");
    assert_eq!((&cells[1]["id"], &cells[1]["outputs"]), (&json!("cell-2"), &json!([])));
    assert_eq!(cells[2]["attachments"]["a.png"]["image/png"], "aGk=");
}

#[test]
fn what_jupyter_keeps_with_a_cell_comes_back() {
    let text = notebook(&json!([
        {"cell_type": "code", "id": "a", "execution_count": null, "outputs": [], "source": "1",
         "metadata": {"title": "Sums", "tags": ["slow", "raises-exception"], "jupyter": {"source_hidden": true},
                      "vega": {"deep": [1, 2]}}},
        {"cell_type": "raw", "id": "b", "metadata": {"raw_mimetype": "text/latex"}, "source": "\\TeX"},
    ]));
    let (document, _) = from_ipynb(&text).unwrap();
    let script = document.write();
    assert!(script.starts_with("// %% Sums {"), "{script}");
    let again: Value = serde_json::from_str(&to_ipynb(&Document::read(&script), None).unwrap()).unwrap();
    let before: Value = serde_json::from_str(&text).unwrap();
    for cell in 0..2 {
        assert_eq!(again["cells"][cell]["metadata"], before["cells"][cell]["metadata"]);
    }
}

#[test]
fn what_cannot_be_converted_is_told() {
    let python = json!({"cells": [], "nbformat": 4, "nbformat_minor": 2,
        "metadata": {"kernelspec": {"language": "python", "name": "python3", "display_name": "Python 3"}}});
    let folder = folder(&[
        ("a.rhai", "1"),
        ("old.ipynb", "{\"nbformat\": 3, \"worksheets\": []}"),
        ("text.ipynb", "1 + 1"),
        ("python.ipynb", &python.to_string()),
        ("odd.ipynb", &notebook(&json!([{"cell_type": "codes", "source": ""}]))),
        ("lines.ipynb", &notebook(&json!([{"cell_type": "code", "source": 5}]))),
        ("there.rhai", "1"),
        ("there.ipynb", &notebook(&json!([]))),
    ]);
    let refused = |words: &[&str], wanted: &str| {
        let ran = run(folder.path(), &[&["convert"], words].concat());
        assert!(ran.code != Some(0) && ran.err.contains(wanted), "{words:?} {:?} {}", ran.code, ran.err);
    };
    refused(&["old.ipynb"], "format 3, and format 4 is read");
    refused(&["text.ipynb"], "this is no notebook");
    refused(&["odd.ipynb"], "did you mean `code`?");
    refused(&["lines.ipynb"], "neither text nor a list of lines");
    refused(&["a.txt"], "neither a script nor a notebook by its name");
    refused(&["a.rhai", "-o", "b.rhai"], "the same form");
    refused(&["there.ipynb"], "`there.rhai` is there already");
    refused(&["none.rhai"], "none.rhai");
    let ran = run(folder.path(), &["convert", "python.ipynb"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains("written in python"), "{}", ran.err);
    assert!(!names_in(folder.path()).contains(&"old.rhai".to_owned()));
    // It stays a notebook of Python.
    assert_eq!(run(folder.path(), &["convert", "python.rhai"]).code, Some(0));
    let again = std::fs::read_to_string(folder.path().join("python.ipynb")).unwrap();
    assert!(again.contains("\"python3\""), "{again}");
}

const SWEPT: &str = "let least = param(\"least\", 100, \"\", #{min: 0});\n// %% Sum\n\
                     sample(\"cdnow\").filter(col(\"amount\") >= least).select(col(\"amount\").sum())\n\
                     // %% Risk\nif least == 50 { throw \"not with fifty\" }\n";

#[test]
fn one_script_is_reported_for_many_parameters() {
    for words in [
        &["report", "sums.rhai", "--each", "least=10,50,100", "--into", "made/here", "-o", "sums.md"][..],
        &["report", "--each", "least=10,50,100", "--into=made/here", "-o", "sums.md", "sums.rhai"],
    ] {
        let folder = folder(&[("sums.rhai", SWEPT)]);
        let ran = run(folder.path(), words);
        assert_eq!(ran.code, Some(1), "{}", ran.err);
        let made = folder.path().join("made/here");
        assert_eq!(names_in(&made), ["runs.csv", "sums_least=10.md", "sums_least=100.md", "sums_least=50.md"]);
        let table = std::fs::read_to_string(made.join("runs.csv")).unwrap();
        let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split(',').collect()).collect();
        assert_eq!(lines[0], ["least", "outcome", "seconds", "report"]);
        let told: Vec<[&str; 3]> = lines[1..].iter().map(|line| [line[0], line[1], line[3]]).collect();
        assert_eq!(
            told,
            [
                ["10", "worked", "sums_least=10.md"],
                ["50", "failed", "sums_least=50.md"],
                ["100", "worked", "sums_least=100.md"]
            ]
        );
        assert!(std::fs::read_to_string(made.join("sums_least=50.md")).unwrap().contains("not with fifty"));
        assert!(ran.out.contains("failed") && ran.out.contains("3 rows"), "{}", ran.out);
    }
}

#[test]
fn runs_that_cannot_be_are_told_before_any_runs() {
    let folder = folder(&[("sums.rhai", SWEPT)]);
    for (words, wanted) in [
        (&["--each", "least=10"][..], "say where: `--into runs`"),
        (&["--into", "x"], "say what is varied"),
        (&["--each", "least=-1", "--into", "x"], "it must be 0 or more"),
        (&["--each", "last=1", "--into", "x"], "did you mean `least`?"),
    ] {
        let ran = run(folder.path(), &[&["run", "sums.rhai"], words].concat());
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        assert!(ran.err.contains(wanted), "{}", ran.err);
    }
    assert_eq!(names_in(folder.path()), ["sums.rhai"]);
    // `run` makes pages of them.
    let ran = run(folder.path(), &["run", "sums.rhai", "--each", "least=10", "--into", "x"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(names_in(&folder.path().join("x")), ["runs.csv", "sums_least=10.html"]);
}

#[test]
fn a_report_may_be_a_notebook_that_was_run() {
    let script = "// %% [markdown]\n// # Sums\n// %% Two hide=\"code\"\nprint(\"a\"); print(\"b\"); sample(\"cdnow\").head(2)\n\
                  // %% Picture\nsample(\"cdnow\").histogram(#{x: \"amount\"})\n// %% Wrong\nthrow \"no\"\n// %% Never\n5\n";
    let folder = folder(&[("sums.rhai", script)]);
    let ran = run(folder.path(), &["report", "sums.rhai", "-o", "sums.ipynb"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let text = std::fs::read_to_string(folder.path().join("sums.ipynb")).unwrap();
    let notebook: Value = serde_json::from_str(&text).unwrap();
    let cells = notebook["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 5);
    assert_eq!(cells[1]["metadata"]["jupyter"]["source_hidden"], true);
    assert_eq!(cells[1]["execution_count"], 1);
    let outputs = cells[1]["outputs"].as_array().unwrap();
    assert_eq!((&outputs[0]["name"], &outputs[0]["text"]), (&json!("stdout"), &json!(["a\n", "b\n"])));
    assert_eq!(outputs[1]["output_type"], "execute_result");
    assert!(outputs[1]["data"]["text/plain"].as_str().unwrap().contains("customer"));
    assert!(cells[2]["outputs"][0]["data"]["image/png"].as_str().unwrap().starts_with("iVBOR"));
    assert_eq!(cells[3]["outputs"][0]["output_type"], "error");
    assert_eq!((&cells[4]["execution_count"], &cells[4]["outputs"]), (&Value::Null, &json!([])));
    assert!(notebook["metadata"]["regulars"]["report"]["Run"].is_array());
    let (document, left) = from_ipynb(&text).unwrap();
    assert_eq!(left.outputs, 3);
    assert_eq!(document.write(), Document::read(script).write());
    let Some(python) = python_with("nbformat") else { return };
    let check = "import nbformat, sys; nbformat.validate(nbformat.read(sys.argv[1], as_version=4))";
    let output = Command::new(python).args(["-c", check]).arg(folder.path().join("sums.ipynb")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The report of an earlier run is not taken for one of this run.
#[test]
fn a_run_that_never_began_has_no_report() {
    let folder = folder(&[("sums.rhai", "let least = param(\"least\", 1);\nsample(\"cdnow\").rfmm()\n")]);
    let made = folder.path().join("x");
    std::fs::create_dir(&made).unwrap();
    std::fs::write(made.join("sums_least=1.html"), "of last week").unwrap();
    let ran = run(folder.path(), &["report", "sums.rhai", "--each", "least=1", "--into", "x"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let table = std::fs::read_to_string(made.join("runs.csv")).unwrap();
    let line = table.lines().nth(1).unwrap();
    assert!(line.starts_with("1,failed,") && line.ends_with(','), "{table}");
    assert_eq!(std::fs::read_to_string(made.join("sums_least=1.html")).unwrap(), "of last week");
}
