//! Modules: what is found where, what is refused, what a function of a module sees, and how its mistakes are told.

use std::path::Path;

use tempfile::TempDir;

use crate::program::{program, run, told};

/// A folder with these files; folders in their names are made.
pub fn folder_with(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let file = folder.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    folder
}

/// Standard output of a script that runs to its end.
#[track_caller]
fn out(folder: &Path, script: &str) -> String {
    let ran = run(folder, &["run", script]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    ran.out
}

/// What is told of a script that fails, also where the check is not asked first: as one line of the prompt.
#[track_caller]
fn fails(folder: &Path, script: &str) -> String {
    std::fs::write(folder.join("fails.rhai"), script).unwrap();
    let ran = run(folder, &["run", "fails.rhai"]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    ran.err
}

const TWO: &[(&str, &str)] = &[
    ("regulars.toml", ""),
    (
        "lib/outer.rhai",
        "import \"inner\" as i;\nconst RATE = 0.5;\nconst EDGES = [1, i::BASE];\nfn helper() { \"outer\" }\n\
         fn twice() { helper() + i::name() + helper() }\nfn rate(x) { x * global::RATE }\n\
         fn each(list, f) { list.map(f) }\nfn adder(n) { |x| x + n + global::RATE }\n\
         fn bad(tx) {\n    tx.filter(col(\"amonut\") > 1)\n}\nfn deep(x) { i::bad(x) }\n\
         private fn hidden() { 1 }\nfn shown() { hidden() + 1 }\nfn throws() { throw #{code: 7} }\n\
         fn many(x, y) { x + y }\nfn many(x) { x }\nfn again(n) { if n == 0 { 0 } else { again(n - 1) } }\n",
    ),
    (
        "lib/inner.rhai",
        "const BASE = 3;\nfn helper() { \"inner\" }\nfn name() { helper() }\nfn bad(x) {\n    x % 0\n}\n",
    ),
];

#[test]
fn functions_of_a_module_see_their_own_file_and_nothing_else() {
    let folder = folder_with(TWO);
    let script = "import \"outer\" as o;\nfn helper() { \"script\" }\n\
                  print(helper() + helper() + o::twice() + helper() + o::twice() + helper());\n\
                  print(o::rate(3)); print(o::RATE); print(o::EDGES[1]); print(o::shown()); print(o::many(1) + o::many(1, 2));\n";
    std::fs::write(folder.path().join("a.rhai"), script).unwrap();
    assert_eq!(
        out(folder.path(), "a.rhai"),
        "scriptscriptouterinnerouterscriptouterinnerouterscript\n1.5\n0.5\n3\n2\n4\n"
    );
}

#[test]
fn functions_are_handed_over_the_border_both_ways() {
    let folder = folder_with(TWO);
    let script = "import \"outer\" as o;\nlet k = 10;\nfn own(x) { x + 100 }\n\
                  print(o::each([1, 2], |x| x + k));\nprint(o::each([1, 2], |x, i| x + i * 100));\n\
                  print(o::each([1], Fn(\"own\")));\nprint(o::adder(1).call(2));\nprint([1, 2].map(o::adder(0)));\n\
                  print(o::each([1], o::adder(5)));\n\
                  try { o::throws() } catch (e) { print(e.code) }\n\
                  try { o::bad(sample(\"cdnow\")) } catch (e) { print(e.message) }\n";
    std::fs::write(folder.path().join("a.rhai"), script).unwrap();
    assert_eq!(
        out(folder.path(), "a.rhai"),
        "[11, 12]\n[1, 102]\n[101]\n3.5\n[1.5, 2.5]\n[6.5]\n7\nno column `amonut`\n"
    );
}

#[test]
fn imports_and_constants_hold_in_later_cells_and_in_their_functions() {
    let folder = folder_with(TWO);
    let script = "import \"outer\" as o;\nconst Z = 4;\n// %%\nfn f(x) { o::rate(x) + global::Z }\nprint(f(2));\n\
                  // %%\nprint(o::rate(4)); print(f(4)); if true { import \"inner\" as only_here; print(only_here::BASE) }\n\
                  // %%\nfn g() { import \"inner\" as i; i::name() }\nprint(g()); print([1].map(|x| o::rate(x)));\n";
    std::fs::write(folder.path().join("a.rhai"), script).unwrap();
    assert_eq!(out(folder.path(), "a.rhai"), "5.0\n2.0\n6.0\n3\ninner\n[0.5]\n");
    let wrong = fails(folder.path(), "if true { import \"inner\" as i; }\n// %%\ni::name()\n");
    assert!(wrong.contains("no module is imported as `i`"), "{wrong}");
}

#[test]
fn a_mistake_in_a_module_names_its_file_and_shows_its_line() {
    let folder = folder_with(TWO);
    let wrong = fails(folder.path(), "import \"outer\" as o;\nlet tx = sample(\"cdnow\");\no::bad(tx)\n");
    let wanted = "error: no column `amonut`\n   ┌ lib/outer.rhai, line 10, column 8\n10 │     tx.filter(col(\"amonut\") > 1)\n   │        ^\n\
                  \u{20}  = did you mean `amount`?\n   = it was reached from line 3: `o::bad(tx)`\n";
    assert_eq!(wrong, wanted);
    // What only running finds out: through two modules, and through a function of another cell.
    let wrong = fails(folder.path(), "import \"outer\" as o;\n// %%\nfn f(x) { o::deep(x) }\n// %%\nf([1, 2].len())\n");
    for part in [
        "remainder of a division by zero",
        "lib/inner.rhai, line 5, column",
        "5 │     x % 0\n",
        "it was reached from lib/outer.rhai, line 12: `fn deep(x) { i::bad(x) }`",
        "it was reached from line 3: `fn f(x) { o::deep(x) }`",
    ] {
        assert!(wrong.contains(part), "{part} is not in\n{wrong}");
    }
    // A closure that a module calls is the script's own.
    let wrong =
        fails(folder.path(), "import \"outer\" as o;\nlet list = [1, 2];\n\no::each(list, |x| list.len() % 0 + x)\n");
    assert!(wrong.contains("fails.rhai, line 4, column"), "{wrong}");
    let wrong = fails(folder.path(), "import \"outer\" as o;\no::each([1], |x, y, z| 1)\n");
    assert!(wrong.contains("does not take") && !wrong.contains("anon$") && !wrong.contains("handed_over"), "{wrong}");
    let wrong = fails(folder.path(), "import \"outer\" as o;\no::throws()\n");
    assert!(wrong.contains("lib/outer.rhai, line 15"), "{wrong}");
    let wrong = fails(folder.path(), "import \"outer\" as o;\no::again(5000)\n");
    assert!(wrong.contains("functions call each other too deeply"), "{wrong}");
}

#[test]
fn a_frame_that_fails_late_knows_the_line_of_the_module_that_made_it() {
    let folder = folder_with(&[
        ("regulars.toml", ""),
        ("lib/m.rhai", "fn days(tx) {\n    tx.with_columns(col(\"name\").cast(\"integer\"))\n}\n"),
    ]);
    let wrong = fails(
        folder.path(),
        "import \"m\" as m;\nlet tx = m::days(frame(#{name: [\"1\", \"x\"]}));\ntx.height + tx.sum\n",
    );
    assert!(wrong.contains("error"), "{wrong}");
    let wrong = fails(folder.path(), "import \"m\" as m;\nm::days(frame(#{name: [\"1\", \"x\"]}))\n");
    assert!(wrong.contains("lib/m.rhai, line 2") && wrong.contains("2 │     tx.with_columns"), "{wrong}");
}

#[test]
fn wrong_calls_are_told_with_what_is_there() {
    let folder = folder_with(TWO);
    let told = |line: &str| fails(folder.path(), &format!("import \"outer\" as o;\n{line}\n"));
    for (line, parts) in [
        ("o::helpr()", &["the module `outer` has no function `helpr`", "did you mean `o::helper`?"][..]),
        ("o::rate()", &["`o::rate` takes one value, but was given nothing", "it is called `o::rate(x)`"]),
        ("o::many(1, 2, 3)", &["`o::many` was given", "it is called `o::many(x, y)` or `o::many(x)`"]),
        ("o::hidden()", &["has no function `hidden`", "is private"]),
        ("o::RAT", &["has no constant `RAT`", "did you mean `o::RATE`?"]),
        ("o::RATE()", &["`RATE` is a constant"]),
        ("o::helper", &["`helper` is a function: call it, `o::helper(…)`"]),
        ("o::filter(1)", &["`filter` is a function of Regulars itself"]),
        ("outer::helper()", &["no module is imported as `outer`", "it is imported as `o`"]),
        ("i::name()", &["no module is imported as `i`"]),
        (
            "import \"outr\" as p;",
            &["there is no module `outr`", "did you mean `import \"outer\" as …;`?", "looked for outr.rhai in"],
        ),
    ] {
        let told = told(line);
        assert!(parts.iter().all(|part| told.contains(part)), "{line} says\n{told}");
        assert!(told.contains("fails.rhai, line 2, column"), "{line} says\n{told}");
    }
}

#[test]
fn the_nearest_folder_is_asked_first() {
    let module = |name: &str| format!("fn name() {{ \"{name}\" }}");
    let (beside, lib, scripts, user) = (module("beside"), module("lib"), module("scripts/lib"), module("user"));
    let folder = folder_with(&[
        ("project/regulars.toml", ""),
        ("project/deep/er/a.rhai", "import \"m\" as m; m::name()"),
        ("project/deep/er/m.rhai", &beside),
        ("project/lib/m.rhai", &lib),
        ("project/scripts/lib/m.rhai", &scripts),
        ("config/regulars.toml", ""),
        ("config/lib/m.rhai", &user),
    ]);
    let project = folder.path().join("project");
    let name = || {
        let mut command = program(folder.path());
        command.env("REGULARS_CONFIG", folder.path().join("config/regulars.toml"));
        let ran = told(command.args(["run", "project/deep/er/a.rhai"]).output().unwrap());
        if ran.code == Some(0) { ran.out.trim().to_owned() } else { ran.err }
    };
    assert_eq!(name(), "beside");
    std::fs::remove_file(project.join("deep/er/m.rhai")).unwrap();
    assert_eq!(name(), "lib");
    std::fs::remove_file(project.join("lib/m.rhai")).unwrap();
    assert_eq!(name(), "scripts/lib");
    std::fs::remove_file(project.join("scripts/lib/m.rhai")).unwrap();
    assert_eq!(name(), "user");
    std::fs::remove_file(folder.path().join("config/lib/m.rhai")).unwrap();
    assert!(name().contains("there is no module `m`"));
    // Without a project only the script's folder is left.
    std::fs::write(project.join("lib/m.rhai"), &lib).unwrap();
    std::fs::remove_file(project.join("regulars.toml")).unwrap();
    assert!(name().contains("a `regulars.toml`, which may be empty, makes a folder a project"));
}

#[test]
fn a_module_imports_what_lies_beside_it() {
    let folder = folder_with(&[
        ("regulars.toml", ""),
        ("lib/shop/orders.rhai", "import \"words\" as w; fn f() { w::f() }"),
        ("lib/shop/words.rhai", "fn f() { \"shop\" }"),
        ("lib/words.rhai", "fn f() { \"lib\" }"),
        ("words.rhai", "fn f() { \"script\" }"),
        ("a.rhai", "import \"shop/orders\" as o; import \"words\" as w; print(o::f() + w::f());"),
    ]);
    assert_eq!(out(folder.path(), "a.rhai"), "shopscript\n");
}

#[cfg(unix)]
#[test]
fn links_may_not_lead_out() {
    use std::os::unix::fs::symlink;
    let folder = folder_with(&[
        ("outside/secret.rhai", "fn f() { \"secret\" }"),
        ("project/regulars.toml", ""),
        ("project/lib/own.rhai", "fn f() { \"own\" }"),
        ("project/a.rhai", ""),
    ]);
    let (project, outside) = (folder.path().join("project"), folder.path().join("outside"));
    symlink(outside.join("secret.rhai"), project.join("lib/linked.rhai")).unwrap();
    symlink(&outside, project.join("lib/folder")).unwrap();
    symlink(project.join("lib/own.rhai"), project.join("lib/alias.rhai")).unwrap();
    symlink(project.join("nowhere.rhai"), project.join("lib/broken.rhai")).unwrap();
    for name in ["linked", "folder/secret"] {
        let told = fails(&project, &format!("import \"{name}\" as m; m::f()"));
        assert!(told.contains("is a link that leads out of its folder"), "{told}");
    }
    assert!(fails(&project, "import \"broken\" as m;").contains("cannot be read"));
    std::fs::write(project.join("a.rhai"), "import \"alias\" as m; print(m::f());").unwrap();
    assert_eq!(out(&project, "a.rhai"), "own\n");
    // A whole folder of modules that lies elsewhere is none of the project's.
    std::fs::remove_dir_all(project.join("lib")).unwrap();
    symlink(&outside, project.join("lib")).unwrap();
    assert!(fails(&project, "import \"secret\" as m; m::f()").contains("leads out"));
}

#[cfg(unix)]
#[test]
fn what_is_no_file_of_text_is_refused() {
    let folder = folder_with(&[("big.rhai", &"// filling\n".repeat(120_000)), ("folder.rhai/x", "")]);
    std::fs::write(folder.path().join("bytes.rhai"), [0xff, 0xfe, 0x00]).unwrap();
    let made = std::process::Command::new("mkfifo").arg(folder.path().join("pipe.rhai")).status().unwrap();
    assert!(made.success());
    let cases = [
        ("big", "is larger than 1 MB"),
        ("folder", "is a folder"),
        ("bytes", "is not UTF-8 text"),
        ("pipe", "is no ordinary file"),
        ("/dev/zero", "it says a place"),
        ("../../../../dev/zero", "leads out"),
        ("x\\x00y", "is no name of a module"),
        ("C:/windows", "it says a place"),
        ("con", "keep it for a device"),
    ];
    for (name, part) in cases {
        let told = fails(folder.path(), &format!("import \"{name}\" as m; m::f()"));
        assert!(told.contains(part), "{name} says\n{told}");
    }
    let long = "a".repeat(5000);
    let told = fails(folder.path(), &format!("import \"{long}\" as m;"));
    assert!(told.contains("longer than 200 letters"), "{told}");
    // A name that is put together is looked at as any other.
    let told = fails(folder.path(), "let up = \"..\"; import `${up}/secret` as m;");
    assert!(told.contains("leads out"), "{told}");
}

#[test]
fn circles_and_long_rows_of_imports_are_told() {
    let folder = folder_with(&[
        ("a.rhai", "import \"b\" as b; fn f() { 1 }"),
        ("b.rhai", "import \"c\" as c; fn f() { 1 }"),
        ("c.rhai", "import \"a\" as a; fn f() { 1 }"),
        ("own.rhai", "import \"own\" as own; fn f() { 1 }"),
    ]);
    let told = fails(folder.path(), "import \"a\" as a; a::f()");
    assert!(told.contains("in a circle: a.rhai → b.rhai → c.rhai → a.rhai"), "{told}");
    assert!(fails(folder.path(), "import \"own\" as o;").contains("in a circle: own.rhai → own.rhai"));
    // After a circle the session goes on as if it had not been.
    let mut files: Vec<(String, String)> = Vec::new();
    for number in 0..40 {
        files.push((format!("m{number}.rhai"), format!("import \"m{}\" as next; fn f() {{ 1 }}", number + 1)));
    }
    files.push(("m40.rhai".to_owned(), "fn f() { 1 }".to_owned()));
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = folder_with(&files);
    let told = fails(folder.path(), "import \"m0\" as m; m::f()");
    assert!(told.contains("more than 24 modules import one another in a row"), "{told}");
    std::fs::write(folder.path().join("x.rhai"), "import \"m20\" as m; print(m::f());").unwrap();
    assert_eq!(out(folder.path(), "x.rhai"), "1\n");
}

#[test]
fn importing_declares_and_does_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        ("print(1); fn f() {}", "this would run when the module is imported"),
        ("let x = 1; fn f() {}", "`let x` stands at the outermost level"),
        ("const X = read_csv(\"a.csv\"); fn f() {}", "the constant `X` calls `read_csv`"),
        ("const X = frame(#{a: [1]}).write_csv(\"a.csv\"); fn f() {}", "the constant `X` calls `write_csv`"),
        ("const X = timestamp(); fn f() {}", "the constant `X` calls `timestamp`"),
        ("const X = f(); fn f() { 1 }", "the constant `X` calls `f`"),
        ("const X = if true { 1 } else { 2 };", "the constant `X` decides something"),
        ("const X = |x| x;", "the constant `X` is a function"),
        ("const X = param(\"x\", 1, \"x\");", "the constant `X` calls `param`"),
        ("const X = 1 / 0;", "division by zero"),
        ("const X = [\"a\", Y];", "there is no variable `Y`"),
        ("for i in 0..9 { print(i) }", "this would run"),
        ("while true {}", "this would run"),
        ("import \"x\" + \"y\" as m;", "a module says itself what it imports"),
        ("declare(\"f\", #{}); fn f() {}", "this is the file of a plugin"),
        ("export x; fn f() {}", "`export` has no use here"),
        ("fn f( {", "m.rhai, line 1"),
    ];
    for (text, part) in cases {
        std::fs::write(folder.path().join("m.rhai"), text).unwrap();
        let told = fails(folder.path(), "import \"m\" as m; 1");
        assert!(told.contains(part) && told.contains("m.rhai, line 1"), "{text} says\n{told}");
    }
    let good = "const A = 2; const B = [A, A * 2, -1.5]; const C = #{a: `x${A}`, d: date(\"2024-01-01\")}; const D = col(\"amount\") > A;\n\
                const E = \"ab\".len() + B[1]; fn f(tx) { tx.filter(global::D).height + global::E }";
    std::fs::write(folder.path().join("m.rhai"), good).unwrap();
    std::fs::write(
        folder.path().join("a.rhai"),
        "import \"m\" as m; print(m::f(frame(#{amount: [1, 3]}))); print(m::C.a);",
    )
    .unwrap();
    assert_eq!(out(folder.path(), "a.rhai"), "7\nx2\n");
}

#[test]
fn the_check_follows_imports() {
    let folder = folder_with(TWO);
    let check = |script: &str| {
        std::fs::write(folder.path().join("c.rhai"), script).unwrap();
        let ran = run(folder.path(), &["--output", "json", "check", "c.rhai"]);
        let found: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        let found = found.as_array().unwrap().iter().map(|one| {
            let text = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
            (text("file"), one["line"].as_u64().unwrap_or(0), text("severity"), text("message"))
        });
        found.collect::<Vec<_>>()
    };
    // A column that is not there in the frame that is handed over, and one that the module has made.
    let found = check("import \"outer\" as o;\nlet tx = sample(\"cdnow\");\no::bad(tx);\n");
    assert_eq!(found, [("lib/outer.rhai".to_owned(), 10, "error".to_owned(), "no column `amonut`".to_owned())]);
    assert_eq!(check("import \"outer\" as o;\nprint(o::rate(1));\n"), []);
    let found = check("import \"outer\" as o;\nif o::RATE > 0.4 { o::helpr() }\n");
    assert_eq!((found[0].1, found[0].2.as_str()), (2, "error"), "{found:?}");
    std::fs::write(folder.path().join("lib/months.rhai"), "fn by_month(tx) { tx.with_columns(col(\"date\").dt.month().alias(\"month\")) }\nfn wrong(x) { undefined_thing(x) }").unwrap();
    let found = check("import \"months\" as m;\nm::by_month(sample(\"cdnow\")).filter(col(\"mnth\") > 1)\n");
    assert!(found.contains(&("c.rhai".to_owned(), 2, "error".to_owned(), "no column `mnth`".to_owned())), "{found:?}");
    assert!(found.iter().any(|one| one.0 == "lib/months.rhai" && one.1 == 2 && one.2 == "warning"), "{found:?}");
    // A module is no script: its constants are for others.
    let ran = run(folder.path(), &["check", "lib/inner.rhai"]);
    assert!(ran.err.contains("nothing wrong"), "{}", ran.err);
    let found = check("import \"outer\";\n");
    assert!(found[0].3.contains("is given no name"), "{found:?}");
}

#[test]
fn help_tells_of_modules() {
    let folder = folder_with(&[
        ("regulars.toml", ""),
        (
            "lib/cohorts.rhai",
            "// Cohorts of a shop.\n\n/// Adds the month.\n///\n/// Of the first order.\nfn by_month(orders) { orders }\n",
        ),
    ]);
    let help = |words: &str| {
        let ran = run(folder.path(), &["help", words]);
        (ran.code, ran.out)
    };
    let (code, page) = help("cohorts");
    assert_eq!(code, Some(0));
    assert!(page.contains("Cohorts of a shop.") && page.contains("cohorts::by_month(orders)"), "{page}");
    let (_, page) = help("cohorts::by_month");
    assert!(
        page.contains("Adds the month.") && page.contains("Of the first order.") && page.contains("line 6"),
        "{page}"
    );
    assert!(help("rfm").1.contains("rfm"));
}
