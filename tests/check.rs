//! `regulars check`: what it finds, what it leaves alone, and that nothing runs.

use std::path::Path;

use regulars::script::Severity;
use regulars::session::Session;
use serde_json::Value;

use crate::examples::session;
use crate::program::{names_in, run, run_with_input};

/// The findings in one cell, each as its severity and its message.
fn found(code: &str) -> Vec<(Severity, String)> {
    found_in(&session(Vec::new()), code)
}

fn found_in(session: &Session, code: &str) -> Vec<(Severity, String)> {
    let findings = session.check(&[code.to_owned()], false).into_iter();
    findings.map(|finding| (finding.severity, finding.failure.to_string())).collect()
}

fn errors(code: &str) -> Vec<String> {
    found(code).into_iter().filter(|(severity, _)| *severity == Severity::Error).map(|(_, text)| text).collect()
}

fn warnings(code: &str) -> Vec<String> {
    found(code).into_iter().filter(|(severity, _)| *severity == Severity::Warning).map(|(_, text)| text).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Cells of code as the command hands them over.
fn cells(text: &str) -> Vec<String> {
    let cells = regulars::notebook::Document::read(text).cells.into_iter();
    cells.filter(|cell| cell.kind == regulars::notebook::CellKind::Code).map(|cell| cell.placed()).collect()
}

const SEVERAL: &str = "\
let tx = sample(\"cdnow\");
tx.rfm(#{binz: 4});
// %%
let big = tx.filter(col(\"amonut\") > 10);
tx.cohort_retenton();
print(undeclared);
";

#[test]
fn several_mistakes_are_told_at_once_each_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("several.rhai"), SEVERAL).unwrap();
    let checked = run(folder.path(), &["check", "several.rhai"]);
    assert_eq!(checked.code, Some(1), "{}", checked.err);
    assert_eq!(checked.out, "");
    let places: Vec<&str> = checked.err.lines().filter(|line| line.contains("┌ ")).map(str::trim).collect();
    assert_eq!(
        places,
        [
            "┌ several.rhai, line 2, column 4",
            "┌ several.rhai, line 4, column 5",
            "┌ several.rhai, line 4, column 14",
            "┌ several.rhai, line 5, column 4",
            "┌ several.rhai, line 6, column 7",
        ],
        "{}",
        checked.err
    );
    for said in [
        "error: rfm: no option `binz`",
        "did you mean `bins`?",
        "error: no column `amonut`",
        "did you mean `amount`?",
        "error: there is no function `cohort_retenton`",
        "did you mean `cohort_retention`?",
        "error: there is no variable `undeclared`",
        "warning: `big` is never used",
        "checked 1 script: 4 errors, 1 warning",
    ] {
        assert!(checked.err.contains(said), "`{said}` is not said in\n{}", checked.err);
    }
}

#[test]
fn a_run_is_refused_with_all_errors_before_anything_happens() {
    let folder = tempfile::tempdir().unwrap();
    let script = format!("print(\"begun\");\nsample(\"cdnow\").write_csv(\"out.csv\");\n{SEVERAL}");
    std::fs::write(folder.path().join("several.rhai"), script).unwrap();
    let ran = run(folder.path(), &["run", "several.rhai"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""));
    assert_eq!(ran.err.matches("error: ").count(), 4, "{}", ran.err);
    assert!(!ran.err.contains("warning"), "{}", ran.err);
    assert_eq!(names_in(folder.path()), ["several.rhai"]);
}

#[test]
fn syntax_errors_of_all_cells_are_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("x.rhai"), "let a = [1, 2;\n// %%\nprint(a); f(1);\n// %%\nlet with = 1;\n")
        .unwrap();
    // What the first cell would have declared is not missed.
    for command in ["check", "run"] {
        let told = run(folder.path(), &[command, "x.rhai"]);
        assert_eq!(told.code, Some(1));
        assert!(told.err.contains("x.rhai, line 1") && told.err.contains("x.rhai, line 5"), "{}", told.err);
        assert_eq!(told.err.matches("error: ").count(), 2, "{}", told.err);
    }
}

#[test]
fn editors_get_json() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("several.rhai"), SEVERAL).unwrap();
    std::fs::write(folder.path().join("good.rhai"), "1 + 1").unwrap();
    let checked = run(folder.path(), &["--output", "json", "check", "good.rhai", "several.rhai", "none.rhai"]);
    assert_eq!((checked.code, checked.err.as_str()), (Some(1), ""));
    let Value::Array(entries) = serde_json::from_str(&checked.out).unwrap() else { panic!("{}", checked.out) };
    let column = |entry: &Value| {
        let text = |name: &str| entry[name].as_str().unwrap().to_owned();
        (text("file"), entry["line"].as_u64(), entry["column"].as_u64(), text("severity"), text("code"))
    };
    let expected = [
        ("several.rhai", Some(2), Some(4), "error", "refused-call"),
        ("several.rhai", Some(4), Some(5), "warning", "unused-variable"),
        ("several.rhai", Some(4), Some(14), "error", "refused-call"),
        ("several.rhai", Some(5), Some(4), "error", "unknown-call"),
        ("several.rhai", Some(6), Some(7), "error", "unknown-variable"),
        ("none.rhai", None, None, "error", "unreadable-file"),
    ]
    .map(|(file, line, at, severity, code)| (file.to_owned(), line, at, severity.to_owned(), code.to_owned()));
    assert_eq!(entries.iter().map(column).collect::<Vec<_>>(), expected);
    assert_eq!(entries[0]["message"], "rfm: no option `binz`");
    assert_eq!(entries[0]["help"][0], "did you mean `bins`?");
    let good = run(folder.path(), &["--output", "json", "check", "good.rhai"]);
    assert_eq!((good.code, good.out.trim()), (Some(0), "[]"));
}

#[test]
fn exit_codes_and_the_quiet_good_case() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("good.rhai"), "sample(\"cdnow\").rfm().height").unwrap();
    std::fs::write(folder.path().join("unused.rhai"), "let a = 1;\n2").unwrap();
    let good = run(folder.path(), &["check", "good.rhai"]);
    assert_eq!((good.code, good.out.as_str(), good.err.as_str()), (Some(0), "", "checked 1 script: nothing wrong\n"));
    let doubtful = run(folder.path(), &["check", "good.rhai", "unused.rhai"]);
    assert_eq!(doubtful.code, Some(0), "{}", doubtful.err);
    assert!(doubtful.err.ends_with("checked 2 scripts: 1 warning\n"), "{}", doubtful.err);
    let quiet = run(folder.path(), &["--quiet", "check", "unused.rhai"]);
    assert_eq!((quiet.code, quiet.err.as_str()), (Some(0), ""));
    let ran = run(folder.path(), &["run", "unused.rhai"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (Some(0), "2\n", ""));
    assert_eq!(run(folder.path(), &["check"]).code, Some(2));
    let piped = run_with_input(folder.path(), &["check", "-"], "misspelt(1)");
    assert_eq!(piped.code, Some(1));
    assert!(piped.err.contains("standard input, line 1, column 1"), "{}", piped.err);
}

/// Files are neither written nor is anything printed or waited for.
#[test]
fn nothing_runs() {
    let folder = tempfile::tempdir().unwrap();
    let script = "\
print(\"hello\");
show(1);
sleep(30);
let tx = sample(\"cdnow\");
tx.write_csv(\"a.csv\");
tx.write_parquet(\"a.parquet\");
tx.rfm().chart().save(\"a.png\");
fn forever() { loop { } }
forever();
loop { }
";
    std::fs::write(folder.path().join("x.rhai"), script).unwrap();
    let began = std::time::Instant::now();
    let checked = run(folder.path(), &["check", "x.rhai"]);
    assert!(began.elapsed().as_secs() < 20);
    assert_eq!((checked.code, checked.out.as_str()), (Some(0), ""), "{}", checked.err);
    assert_eq!(names_in(folder.path()), ["x.rhai"]);
}

#[test]
fn every_script_and_example_of_the_project_is_free_of_errors() {
    let mut read = 0;
    let mut check = |what: &str, session: &Session, text: &str| {
        let findings = session.check(&cells(text), false);
        assert!(findings.is_empty(), "{what}: {findings:?}\n{text}");
        read += 1;
    };
    let plain = session(Vec::new());
    for entry in std::fs::read_dir(root().join("scripts")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "rhai") {
            check(&path.display().to_string(), &plain, &std::fs::read_to_string(&path).unwrap());
        }
    }
    for verb in plain.catalogue().verbs().iter().filter(|verb| !verb.example.is_empty()) {
        check(verb.name, &plain, verb.example);
    }
    let with_plugin = session(vec![crate::plugins::example().clone()]);
    for entry in with_plugin.catalogue().entries() {
        for example in &entry.manual().examples {
            check(&entry.manual().name, &with_plugin, &example.code);
        }
    }
    assert!(read >= 20, "only {read} pieces were read");
}

/// Scripts that are right, though a careless reader might stumble over them: each is run to prove it.
#[test]
fn right_scripts_have_no_errors() {
    let right = [
        "let tx = sample(\"cdnow\"); let n = tx.height; if n > 0 { tx.head(n - 1).height } else { tx.nothing() }",
        "let m = #{f: |x| x + 1, n: 2}; m.f(m.n)",
        "let m = #{}; m.set(\"tx\", sample(\"cdnow\")); m.tx.filter(col(\"amount\") > 1).height",
        "let list = []; for i in 0..3 { list.push(i); } list[2] + list.len()",
        "let list = []; list.push(1); list[0]",
        "let x = 1; let add = |y| { x += y; }; add.call(\"\".len()); x + 1",
        "fn double(tx) { tx.filter(col(\"x\") > 1) } double(frame(#{x: [1, 2]})).height",
        "fn fact(n) { if n < 2 { 1 } else { n * fact(n - 1) } } fact(5)",
        "let f = 1; try { missing_function(); } catch (err) { f = err.message; } f",
        "let x = (); if has_function(\"no_such\") { x = sample(\"cdnow\").no_such(); } x == ()",
        "let x = 0; while x < 3 { x += 1; } x",
        "let x = 5; x = \"text\"; x.len()",
        "let l = []; let f = |x| l.push(x); l = [1]; f.call(2); l[1]",
        "fn inc() { this += 1; } let x = 1; x.inc(); [1, 2, 3][x] + [1][x - 2]",
        "let x = 0; let flag = sample(\"cdnow\").height < 0; flag && { x = 5; true }; [1][x]",
        "const A = 1; fn f() { global::A } f()",
        "let x = 1; let i = 0; while i < 2 { i += 1; if i == 2 { x = \"a\"; } } x + \"b\"",
        "fn f(n) { if n > 2 { return 1; } sample(\"cdnow\").select(\"customer\").width + n } f(3) + f(1)",
        "let f = |n| if n > 0 { n.misspelt() } else { 1 }; f.call(0)",
        "let m = #{filter: |x| x + 1}; m.filter(1)",
        "let x = 1; { let x = \"inner\"; x.len(); } x * 2",
        "let tx = sample(\"cdnow\"); tx = tx.select(\"customer\"); let tx = sample(\"cdnow\"); tx[\"amount\"].sum(); 1",
        "let x = 5; if x == 5 { x = sample(\"cdnow\"); } x.width",
        "let x = 5; let y = if x.to_string() == \"6\" { 1.nothing() } else { 2 }; y",
        "let tx = sample(\"cdnow\"); for name in tx.columns { tx.select(name).height; } tx.width",
        "sample(\"cdnow\").describe().filter(col(\"statistic\") == \"mean\").height",
        "let s = sample(\"cdnow\").pareto_share(); s.top_share * 100 > 1 && s.table().height > 0",
        "let until = sample(\"cdnow\").to_list(\"date\")[0]; until < date(\"2000-01-01\")",
        "switch 3 { 1 => missing(), 2 | 3 => 7, _ => missing_too() }",
        "let a = [1, 2, 3]; a.map(|x| x * 2).filter(|x| x > 2).reduce(|s, x| s + x, 0)",
        "return 1; missing()",
        "let t = timestamp(); t.elapsed >= 0.0",
        "let x = #{a: [1, #{b: 2}]}; x.a[1].b = 5; x.a[1].b",
        "let x = (); x?.c ?? 4",
        "\"abc\".sub_string(0, 2).to_upper() + `${1 + 1}` + 'c'",
        "let by = [\"customer\"]; by += \"date\"; sample(\"cdnow\").select(by).width",
        "sample(\"cdnow\").filter(col(\"date\") == ()).rfm",
    ];
    let mut proven = 0;
    for code in right {
        let outcome = session(Vec::new()).run(code);
        if code.ends_with(".rfm") {
            assert!(outcome.answer.is_err() && !errors(code).is_empty(), "{code}");
            continue;
        }
        assert!(outcome.answer.is_ok(), "{code} is not right itself: {:?}", outcome.answer.err());
        assert_eq!(errors(code), Vec::<String>::new(), "{code}");
        proven += 1;
    }
    assert_eq!(proven, right.len() - 1);
}

#[test]
fn what_may_not_run_is_a_warning() {
    for code in [
        "if sample(\"cdnow\").height > 5 { misspelt_word(1); }",
        "for i in sample(\"cdnow\").to_list(\"amount\") { misspelt_word(i); }",
        "fn never_called() { misspelt_word(1) } 1",
        "let f = |x| misspelt_word(x); f.call(1)",
        "try { misspelt_word(1); } catch { }",
        "if sample(\"cdnow\").height > 5 { return; } misspelt_word(1);",
        "switch sample(\"cdnow\").height { 5 => misspelt_word(1), _ => 0 }",
    ] {
        assert_eq!(errors(code), Vec::<String>::new(), "{code}");
        assert!(warnings(code).iter().any(|text| text.contains("misspelt_word")), "{code}: {:?}", found(code));
    }
    // A parameter may be given another value; with the value that it will have, it is an error.
    let bins = "sample(\"cdnow\").rfm(#{bins: param(\"bins\", 1, \"groups\")})";
    assert_eq!((errors(bins).len(), warnings(bins).len()), (0, 1));
    let finally = session(Vec::new()).check(&[bins.to_owned()], true);
    assert_eq!(finally.iter().map(|one| one.severity).collect::<Vec<_>>(), [Severity::Error]);
}

#[test]
fn knowledge_goes_through_variables_functions_and_answers() {
    let cases = [
        (
            "let tx = sample(\"cdnow\"); let few = tx.select(\"customer\"); few.filter(col(\"amount\") > 1)",
            "no column `amount`",
        ),
        ("sample(\"cdnow\").rfm().filter(col(\"segmnt\") == \"x\")", "did you mean `segment`?"),
        ("fn big(tx) { tx.filter(col(\"amonut\") > 1) } big(sample(\"cdnow\"))", "did you mean `amount`?"),
        ("let s = sample(\"cdnow\").pareto_share(); s.top_shar", "did you mean `top_share`?"),
        ("let tx = sample(\"cdnow\"); if true { tx = tx.drop(\"amount\"); } tx.rfm()", "`transactions` needs `amount`"),
        ("sample(\"cdnow\").describe().rfn()", "did you mean `rfm`?"),
        ("sample(\"cdnow\").rfm(#{until: sample(\"cdnow\").height, cut: \"rnak\"})", "did you mean `rank`?"),
        ("sample(\"cdnow\").group_by(\"customer\").agg(col(\"amout\").sum())", "did you mean `amount`?"),
        ("const X = 1; X = 2;", "`X` is a constant"),
        ("x = 2;", "there is no variable `x`"),
        ("col(\"a\") > 1 && true", "between expressions write `&`"),
        ("fn f(a, b) { a + b } f(1)", "`f` takes a, b"),
        ("for row in 1.5 { row; }", "`for … in` was given a floating-point number"),
    ];
    for (code, wanted) in cases {
        let told = errors(code);
        assert!(told.iter().any(|text| text.contains(wanted)), "{code}: {:?}", found(code));
        assert_eq!(told.len(), 1, "{code}: {told:?}");
        assert!(session(Vec::new()).run(code).answer.is_err(), "{code} runs");
    }
}

#[test]
fn files_are_looked_at_unless_the_script_may_write_them_first() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    std::fs::write(at("a.csv"), "client,day,total\n1,2024-01-31,5\n").unwrap();
    let lacking = format!("read_csv(\"{}\").filter(col(\"amount\") > 1)", at("a.csv"));
    assert_eq!(errors(&lacking).len(), 1);
    let mapped = |amount: &str| {
        format!(
            "read_csv(\"{}\").transactions(#{{customer: \"client\", date: \"day\", amount: \"{amount}\"}}).rfm()",
            at("a.csv")
        )
    };
    assert_eq!((errors(&mapped("total")), errors(&mapped("totl")).len()), (Vec::new(), 1));
    let missing = format!("read_csv(\"{}\").height", at("b.csv"));
    assert_eq!(errors(&missing).len(), 1);
    let written = format!("sample(\"cdnow\").write_csv(\"{}\");\n{missing}", at("b.csv"));
    assert_eq!(errors(&written), Vec::<String>::new());
    let given = format!("read_csv(param(\"file\", \"{}\", \"orders\")).height", at("b.csv"));
    assert_eq!((errors(&given).len(), warnings(&given).len()), (0, 1));
}

#[test]
fn unused_variables_are_told_once_and_used_ones_are_not() {
    assert_eq!(warnings("let a = 1; let _b = 2; let c = 3; c").len(), 1);
    assert_eq!(found("let a = 1; let f = |x| x + a; f.call(1)"), []);
    assert_eq!(found("let a = 1; if sample(\"cdnow\").height > a { 1 } else { 2 }"), []);
    assert_eq!(found("let m = #{a: 1}; m.a = 2; m"), []);
    // Each function has a body of its own, beside other functions and closures.
    assert_eq!(found("fn sum(a, b) { a + b } let f = |o| sum(o, 1); f.call(2)"), []);
    assert_eq!(found("fn one(a) { a } fn two(b, c) { one(b) + c } two(1, 2)"), []);
    assert_eq!(found("for row in sample(\"cdnow\").head(3) { print(row.amount); }"), []);
    assert_eq!(errors("for x in col(\"amount\") { print(x); }").len(), 1);
    assert_eq!(warnings("fn f() { let inner = 1; 2 } f() + f()").len(), 1);
    // A function may call one of a later cell.
    let told = session(Vec::new()).check(&["fn f() { g() }".to_owned(), "\nfn g() { 1 } f()".to_owned()], false);
    assert_eq!(told, []);
    let told = session(Vec::new()).check(&["let a = 1;".to_owned(), "\nlet b = a; b".to_owned()], false);
    assert_eq!(told, []);
}

/// The museum: a mistake that is found before the script runs is told as it is when it runs, and nothing else is.
#[test]
fn mistakes_of_the_museum_are_told_as_at_run_time() {
    let museum = root().join("tests/mistakes");
    let mut names: Vec<String> =
        names_in(&museum).iter().filter_map(|name| Some(name.strip_suffix(".rhai")?.to_owned())).collect();
    names.sort();
    let each = names.len().div_ceil(2);
    let check = |name: &String| {
        let folder = tempfile::tempdir().unwrap();
        let script = format!("{name}.rhai");
        std::fs::copy(museum.join(&script), folder.path().join(&script)).unwrap();
        let told = run(folder.path(), &["--quiet", "check", &script]).err;
        let wanted = std::fs::read_to_string(museum.join(format!("{name}.message"))).unwrap();
        (name.clone(), told, wanted)
    };
    let told: Vec<(String, String, String)> = std::thread::scope(|scope| {
        let workers: Vec<_> =
            names.chunks(each).map(|some| scope.spawn(|| some.iter().map(check).collect::<Vec<_>>())).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    let silent: Vec<&str> =
        told.iter().filter(|(_, told, _)| told.is_empty()).map(|(name, _, _)| name.as_str()).collect();
    let other: Vec<String> = told
        .iter()
        .filter(|(_, told, wanted)| !told.is_empty() && told != wanted)
        .map(|(name, told, wanted)| format!("{name} says\n{told}instead of\n{wanted}"))
        .collect();
    assert!(other.is_empty(), "{} others\n\n{}", other.len(), other.join("\n"));
    let same = told.len() - silent.len();
    assert!(same >= 185, "{same} of {} are found before they run; not {silent:?}", told.len());
}

/// Small right scripts, into which one wrong word at a time is put.
const WHOLE: [&str; 8] = [
    "let tx = sample(\"cdnow\"); let big = tx.filter(col(\"amount\") > 100); big.select(\"customer\", \"date\").height",
    "let tx = sample(\"cdnow\"); tx.rfm(#{bins: 4, until: \"1998-06-30\"}).group_by(\"segment\").agg(len().alias(\"n\"), col(\"monetary\").sum()).sort(\"n\", #{descending: true}).head(3)",
    "fn share(tx, top) { tx.pareto_share(#{top: top}).top_share } let tx = sample(\"cdnow\"); share(tx, 0.2) * 100",
    "let x = 1; let text = \"a\"; if x == 1 { x += 2; } else { x = text.len(); } let list = [x, 2]; list[1] + x",
    "let names = frame(#{customer: [4, 18], name: [\"Ann\", \"Bob\"]}); let tx = sample(\"cdnow\"); tx.join(names, \"customer\", \"left\").unique(\"name\").width",
    "let m = #{a: 1, b: [1, 2, 3]}; let f = |n| n + m.a; let y = f.call(2); m.b[1] = y; m.b[1] + y",
    "let r = sample(\"cdnow\").cohort_retention(#{period: \"quarter\"}); r.with_columns((col(\"active\") / col(\"customers\")).alias(\"kept\")).filter(col(\"kept\") > 0.5).drop(\"lower\").columns.len()",
    "let d = date(\"1997-09-30\"); let tx = sample(\"cdnow\").filter(col(\"date\") <= d); try { tx.head(-1); } catch (e) { e.message } tx.select(when(col(\"quantity\") > 1).then(\"many\").otherwise(\"one\").alias(\"size\")).unique().height",
];

/// Words that are put in place of others.
const PUT: [&str; 44] = [
    "tx",
    "x",
    "col",
    "\"amount\"",
    "\"amonut\"",
    "1",
    "-1",
    "2.5",
    "()",
    "true",
    "\"text\"",
    "[1]",
    "#{a: 1}",
    "len",
    "sum",
    "filter",
    "select",
    "head",
    "rfm",
    "+",
    "-",
    "*",
    "==",
    "<",
    "&&",
    "&",
    ".",
    ",",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ";",
    "let",
    "if",
    "else",
    "return",
    "f",
    "m",
    "height",
    "date",
    "",
];

/// One round takes some 40 ms.
const ROUNDS: usize = 240;

/// What the check calls an error fails when it runs, with the same message; and a script that runs has none.
#[test]
fn an_error_is_certain() {
    let mut state = 11_u64;
    let mut pick = |count: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % count
    };
    let (mut ran, mut refused, mut missed) = (0, 0, 0);
    for round in 0..ROUNDS {
        let parts = regulars::script::highlight(WHOLE[round % WHOLE.len()]);
        let words: Vec<usize> = (0..parts.len()).filter(|at| !parts[*at].1.trim().is_empty()).collect();
        let at = words[pick(words.len())];
        let put = PUT[pick(PUT.len())];
        let code: String =
            parts.iter().enumerate().map(|(index, (_, part))| if index == at { put } else { *part }).collect();
        let errors = errors(&code);
        let outcome = session(Vec::new()).run(&code);
        match (&outcome.answer, errors.is_empty()) {
            (Ok(_), false) => panic!("it runs, but is said to fail: {errors:?}\n{code}"),
            (Ok(_), true) => ran += 1,
            (Err(_), true) => missed += 1,
            (Err(failure), false) => {
                refused += 1;
                assert!(errors.contains(&failure.to_string()), "{failure} is not among {errors:?}\n{code}");
            }
        }
    }
    assert!(ran > 0 && refused >= ROUNDS / 3 && missed <= ROUNDS / 10, "{ran} ran, {refused} refused, {missed} missed");
}

/// Each function and closure is looked at with its own arguments, however many there are.
#[test]
fn several_functions_and_closures_are_told_apart() {
    for code in [
        "fn first(t) { t } fn second(row) { row } print(first(1) + second(2));",
        "let g = |t, c| t + c; let h = |row| row * 2; print(g.call(1, 2) + h.call(3));",
        "let tx = sample(\"cdnow\"); let sum = |t, c| t.select(t[c].sum()).item(); fn top(t, n) { t.head(n) }\n\
         print(top(tx, 2)); print(sum.call(tx, \"amount\")); print(tx.head(2).map_rows(|row| #{z: row.amount + 1}).z);",
    ] {
        assert_eq!(found(code), [], "{code}");
    }
    // A mistake in one of several is found once, at its place.
    assert_eq!(found("fn first(t) { t } fn second(row) { t } print(first(1) + second(2));").len(), 1);
}
