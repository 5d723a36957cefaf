//! The command line: what it takes, what it prints where, and the code it ends with.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{program, run, run_with_input, told};

/// A script with a parameter of every kind.
const PARAMETERS: &str = r#"
let bins = param("bins", 5, "groups in each score");
let share = param("share", 0.2, "part of the customers");
let deep = param("deep", false, "look closely");
let name = param("name", "all", "whose orders");
let day = param("day", date("1997-09-30"), "the last day");
print(`${bins + 1} ${share * 2.0} ${deep} ${name} ${day}`);
"#;

fn folder_with(name: &str, script: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), script).unwrap();
    folder
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs a piece of code and answers with standard output.
#[track_caller]
fn code(arguments: &[&str], code: &str) -> String {
    let ran = run(here(), &[arguments, &["-c", code]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    ran.out
}

#[track_caller]
fn as_json(text: &str) -> Value {
    serde_json::from_str(&code(&["--output", "json"], text)).unwrap()
}

#[test]
fn the_version_and_a_piece_of_code() {
    let ran = run(here(), &["--version"]);
    assert_eq!((ran.code, ran.out), (Some(0), format!("regulars {}\n", env!("CARGO_PKG_VERSION"))));
    assert_eq!(code(&[], "1"), "1\n");
    assert_eq!(code(&[], "let x = 1;"), "");
}

#[test]
fn parameters_of_every_kind() {
    let folder = folder_with("report.rhai", PARAMETERS);
    let out = |words: &[&str]| {
        let ran = run(folder.path(), &[&["run", "report.rhai"], words].concat());
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        ran.out
    };
    assert_eq!(out(&[]), "6 0.4 false all 1997-09-30\n");
    let given = ["--bins", "4", "--share=0.5", "--deep", "--name", "Ann Lee", "--day", "1998-01-31"];
    assert_eq!(out(&given), "5 1.0 true Ann Lee 1998-01-31\n");
    assert_eq!(out(&["--deep=no", "--bins", "-3", "--name=a=b"]), "-2 0.4 false a=b 1997-09-30\n");
}

#[test]
fn a_wrong_parameter_is_told() {
    let folder = folder_with("report.rhai", PARAMETERS);
    let refused = |words: &[&str], code: i32, wanted: &str| {
        let ran = run(folder.path(), &[&["run", "report.rhai"], words].concat());
        assert_eq!((ran.code, ran.out.as_str()), (Some(code), ""), "{}", ran.err);
        assert!(ran.err.contains(wanted) && ran.err.contains("\n  = "), "{}", ran.err);
    };
    refused(&["--bin", "4"], 2, "did you mean `--bins`?");
    refused(&["--zzz", "4"], 2, "has no parameter `zzz`");
    refused(&["4"], 2, "`4` stands behind the script, but is no `--name value`");
    refused(&["--bins"], 2, "`--bins` has no value");
    refused(&["--bins", "many"], 2, "parameter `bins` is `many`, but a whole number is wanted");
    refused(&["--share", "x"], 2, "but a number is wanted");
    refused(&["--deep=maybe"], 2, "but true or false is wanted");
    refused(&["--day", "30.9.1997"], 2, "but a date is wanted");
}

#[test]
fn a_script_tells_its_parameters() {
    let folder = folder_with("report.rhai", PARAMETERS);
    let ran = run(folder.path(), &["run", "report.rhai", "--help"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    for wanted in [
        "regulars run report.rhai",
        "--bins",
        "groups in each score: a whole number (default: 5)",
        "(default: 1997-09-30)",
    ] {
        assert!(ran.out.contains(wanted), "{}", ran.out);
    }
}

#[test]
fn frames_as_json() {
    let frame = r#"frame(#{amount: [10.5, (), 0.1 + 0.2], customer: ["Ann \"A\"", "Böb", ()], day: [date("2024-01-31"), (), ()], many: [1, 2, 3], ok: [true, false, ()]})"#;
    assert_eq!(
        as_json(frame),
        json!([
            {"amount": 10.5, "customer": "Ann \"A\"", "day": "2024-01-31", "many": 1, "ok": true},
            {"amount": null, "customer": "Böb", "day": null, "many": 2, "ok": false},
            {"amount": 0.1 + 0.2, "customer": null, "day": null, "many": 3, "ok": null},
        ])
    );
    let rows = as_json("sample(\"cdnow\")");
    assert_eq!(rows.as_array().unwrap().len(), 6919, "every row, not the first few");
    assert_eq!(as_json("sample(\"cdnow\").filter(col(\"amount\") < 0)"), json!([]));
}

#[test]
fn other_values_as_json() {
    assert_eq!(as_json("1"), json!(1));
    assert_eq!(as_json("0.1 + 0.2"), json!(0.1 + 0.2));
    assert_eq!(as_json("\"a\\nb\""), json!("a\nb"));
    assert_eq!(as_json("[1, \"a\", ()]"), json!([1, "a", null]));
    assert_eq!(as_json("#{b: 1, a: date(\"2024-01-31\")}"), json!({"a": "2024-01-31", "b": 1}));
    assert_eq!(as_json("let x = 1;"), json!(null));
    let record = as_json("sample(\"cdnow\").pareto_share()");
    assert!(record["gini"].as_f64().is_some_and(|gini| (0.0..1.0).contains(&gini)), "{record}");
}

#[test]
fn csv_and_markdown() {
    let frame = "frame(#{day: [date(\"2024-01-31\"), ()], name: [\"Ann, A\", \"a|b\"], x: [0.1 + 0.2, 1.0]})";
    let csv = "day,name,x\n2024-01-31,\"Ann, A\",0.30000000000000004\n,a|b,1";
    assert!(code(&["--output", "csv"], frame).starts_with(csv), "{}", code(&["--output", "csv"], frame));
    let markdown = code(&["--output", "markdown"], frame);
    assert!(markdown.starts_with("| day") && markdown.contains("a\\|b"), "{markdown}");
    assert_eq!(code(&["--output", "csv"], "1").trim(), "1");
    assert_eq!(code(&["--output", "markdown"], "\"text\"").trim(), "text");
}

#[test]
fn standard_output_carries_data_alone() {
    let folder = folder_with("x.rhai", "print(\"hello\");\nshow(frame(#{a: [1]}));\n[1, 2]");
    let ran = run(folder.path(), &["--output", "json", "run", "x.rhai"]);
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), json!([1, 2]));
    assert_eq!(ran.err, "hello\n");
    let ran = run(folder.path(), &["run", "x.rhai"]);
    assert!(ran.out.starts_with("hello\n") && ran.err.is_empty(), "{}", ran.err);
    let ran = run(folder.path(), &["-c", "sample(\"cdnow\").write_csv(\"out.csv\")"]);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", "wrote out.csv\n"));
    let ran = run(folder.path(), &["--quiet", "-c", "sample(\"cdnow\").write_csv(\"out.csv\")"]);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", ""));
}

#[test]
fn quiet_leaves_the_notes_out() {
    assert!(code(&[], "sample(\"cdnow\").head(2).rfm(#{bins: 2})").contains("note: "));
    assert!(!code(&["--quiet"], "sample(\"cdnow\").head(2).rfm(#{bins: 2})").contains("note: "));
}

#[test]
fn rows_that_are_shown() {
    assert!(code(&["--rows", "4"], "sample(\"cdnow\")").contains("6,919 rows"));
    let long = code(&["--rows", "40"], "sample(\"cdnow\")").lines().count();
    let short = code(&["--rows", "4"], "sample(\"cdnow\")").lines().count();
    assert_eq!(long, short + 36);
}

/// Options of the program may stand behind the script as well, unless it has a parameter of that name.
#[test]
fn options_behind_the_script() {
    let folder = folder_with("x.rhai", "let n = param(\"n\", 3, \"how many\");\nsample(\"cdnow\").head(n)");
    let ran = run(folder.path(), &["run", "x.rhai", "--output", "json", "--n", "2"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap().as_array().unwrap().len(), 2);
    let ran = run(folder.path(), &["run", "x.rhai", "--n=2", "--output=csv", "-q", "--no-color"]);
    assert_eq!((ran.out.lines().count(), ran.err.as_str()), (3, ""), "{}", ran.err);
    let ran = run(folder.path(), &["run", "x.rhai", "--output", "yaml"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("json"), "{}", ran.err);
    let ran = run(folder.path(), &["run", "x.rhai", "--plugin", "none.so"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("there is no file `none.so`"), "{}", ran.err);

    let ran = run(folder.path(), &["run", "--output", "json", "x.rhai", "--n", "1"]);
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap().as_array().unwrap().len(), 1);

    let own = folder_with("x.rhai", "let rows = param(\"rows\", 3, \"how many\");\nrows + 1");
    assert_eq!(run(own.path(), &["run", "x.rhai", "--rows", "7"]).out, "8\n");
}

#[test]
fn no_colours_where_nobody_sees_them() {
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "xterm")] {
        let ran = told(program(here()).env(name, value).args(["-c", "sample(\"cdnow\").head(2)"]).output().unwrap());
        assert!(!ran.out.contains('\x1b'), "{name}: {:?}", ran.out);
    }
}

#[test]
fn help_on_the_command_line() {
    for (words, wanted) in [
        (&["help"][..], "a first look"),
        (&["help", "rfm"], "champions"),
        (&["help", "filter"], "filter"),
        (&["help", "who", "leaves"], "cohort_retention"),
        (&["functions"], "pareto_share"),
        (&["--help"], "--output"),
        (&["run", "--help"], "regulars run [OPTIONS] FILE [--NAME VALUE]..."),
    ] {
        let ran = run(here(), words);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{words:?}");
        assert!(ran.out.contains(wanted), "{words:?}: {}", ran.out);
    }
    let ran = run(here(), &["help", "xyzzyplugh"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""));
    assert!(ran.err.contains("nothing is known of `xyzzyplugh`"), "{}", ran.err);
}

#[test]
fn plugins_are_listed() {
    let ran = run(here(), &["plugin", "list"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("no plugin is loaded"), "{}", ran.out);
    let library = crate::plugins::example().path();
    let ran = run(here(), &["--plugin", &library.display().to_string(), "plugin", "list"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("purchase_rhythm"), "{}", ran.out);
}

#[test]
fn wrong_usage_ends_with_2() {
    for words in [
        &["--outptu", "json"][..],
        &["run"],
        &["run", "--outptu", "x"],
        &["frobnicate"],
        &["--rows", "many", "-c", "1"],
        &["plugin"],
    ] {
        let ran = run(here(), words);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{words:?}: {}", ran.err);
        assert!(ran.err.contains("Usage") || ran.err.contains("--help"), "{words:?}: {}", ran.err);
    }
    let ran = run(here(), &["run", "no_such_script.rhai"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("there is no file `no_such_script.rhai`"), "{}", ran.err);
}

#[test]
fn a_script_from_standard_input() {
    let ran = run_with_input(here(), &["run", "-"], "let x = 20;\nx + 1");
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "21\n"), "{}", ran.err);
    let ran = run_with_input(here(), &["run", "-"], "let x = 20;\nx + y");
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("standard input, line 2, column 5"), "{}", ran.err);
}

#[test]
fn cells_are_run_in_order_and_the_first_failure_stops() {
    let script = "\
// %% Read
let x = 1;
x

// %% [markdown]
// # The middle
// Words in between.

// %% Compute
let y = x + sample(\"cdnow\").height / 0;

// %% Never
print(\"never\");
";
    let folder = folder_with("cells.rhai", script);
    let ran = run(folder.path(), &["run", "cells.rhai"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("cells.rhai, line 10, column 36"), "{}", ran.err);
    assert!(ran.err.contains("10 │ let y = x + sample(\"cdnow\").height / 0;"), "{}", ran.err);
    assert!(ran.out.starts_with("Read\n1\n") && ran.out.contains("Words in between."), "{}", ran.out);
    // A title stands above what its cell shows: this one shows nothing.
    assert!(!ran.out.contains("Compute"), "{}", ran.out);
    assert!(!ran.out.contains("never"), "{}", ran.out);
    // Data of another form stays whole: there is none.
    let ran = run(folder.path(), &["--output", "json", "run", "cells.rhai"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""));
}

#[test]
fn what_cells_show_stands_under_their_titles_and_apart() {
    let script = "\
// %% Silent
let x = 1;
// %% First
print(\"a\"); x
// %%
print(\"no title\");
// %% [markdown]
// Words.
// %% Second
2
// %% Third
3
";
    let folder = folder_with("cells.rhai", script);
    let ran = run(folder.path(), &["run", "cells.rhai"]);
    assert_eq!(ran.out, "First\na\n1\nno title\n\nWords.\n\nSecond\n2\n\nThird\n3\n");
    let ran = run(folder.path(), &["--output", "csv", "run", "cells.rhai"]);
    assert_eq!(ran.out, "3\n");
}

/// A reader that has had enough (`| head -1`) is no failure and no panic.
#[test]
fn a_closed_pipe_ends_quietly() {
    let mut command = program(here());
    command.args(["-c", "for i in 0..100000 { print(`line ${i}`); }"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut first = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut first).unwrap();
    drop(out);
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!((first.as_str(), err.as_str()), ("line 0\n", ""));
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// Ctrl-C a while after the start; answers with the exit code and how long it took to end.
fn interrupted(code: &str) -> (Option<i32>, Duration, String) {
    let mut command = program(here());
    command.args(["-c", code]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // The work itself says when it has begun.
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert_eq!(line, "begun\n");
    std::thread::sleep(Duration::from_millis(200));
    let sent = Instant::now();
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let code = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        if sent.elapsed() > Duration::from_secs(30) {
            child.kill().unwrap();
            panic!("it does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let took = sent.elapsed();
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    (code, took, err)
}

/// It ends within a third of a second on a machine that has nothing else to do; the tests share theirs.
const GENEROUS: Duration = Duration::from_secs(3);

#[test]
fn ctrl_c_ends_a_loop_without_an_end() {
    let (code, took, err) = interrupted("print(\"begun\"); loop { }");
    assert_eq!((code, err.as_str()), (Some(130), "interrupted\n"));
    assert!(took < GENEROUS, "{took:?}");
}

#[test]
fn ctrl_c_ends_a_long_computation() {
    // 6,919² pairs, of which each is looked at.
    let long = "let tx = sample(\"cdnow\"); print(\"begun\"); \
                tx.join(tx, (), \"cross\").group_by(\"customer\", \"customer_right\").agg(col(\"amount\").sum()).height";
    let (code, took, err) = interrupted(long);
    assert_eq!((code, err.as_str()), (Some(130), "interrupted\n"));
    assert!(took < GENEROUS, "{took:?}");
}

#[test]
fn what_polars_warns_of_is_not_shown() {
    let ran = run(here(), &["-c", "frame(#{x: [\"2024-01-01\"]}).with_columns(col(\"x\").cast(\"date\")).item()"]);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("2024-01-01\n", ""));
}
