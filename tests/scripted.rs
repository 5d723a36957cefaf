//! Plugins that are scripts: what they declare, how they are called, and what is told where one is wrong.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use regulars::console::{Console, Manner};
use regulars::script::{Params, ScriptPlugin, is_plugin};
use regulars::session::{Loaded, Session, Settings};
use regulars::show::{Format, Value};
use regulars_plugin::{Date, Failure, Mark, OptionKind, Quiet, StandardTable};
use serde_json::json;

use crate::program::{names_in, run, run_with_input};

/// A function with its manual and its declaration: what stands in the comment's place, its parameters, its body, the rest.
fn function(name: &str, parameters: &str, body: &str, declaration: &str) -> String {
    format!(
        "/// What `{name}` answers.\n///\n/// # Example\n/// ```rhai\n/// 1 + 1\n/// ```\nfn {name}({parameters}) {{\n    {body}\n}}\n\n\
         declare(\"{name}\", #{{ family: \"keep\", {declaration} }});\n"
    )
}

/// A function that answers with its table, which has a column `a` of any kind.
fn same(name: &str, body: &str) -> String {
    function(name, "frame", body, "tables: [\"frame\"], columns: #{\n    /// As it was.\n    a: \"any\" }")
}

fn plugin(text: &str) -> ScriptPlugin {
    ScriptPlugin::of(Path::new("team.rhai"), text).unwrap_or_else(|wrong| panic!("{}\n{text}", told(&wrong).join("\n")))
}

/// Failures with their lines.
fn told(failures: &[Failure]) -> Vec<String> {
    let line = |failure: &Failure| failure.place.as_ref().map_or(0, |place| place.line);
    failures.iter().map(|failure| format!("{}: {failure}", line(failure))).collect()
}

fn session_of(plugins: Vec<Loaded>, cancelled: Arc<AtomicBool>) -> regulars_plugin::Result<Session> {
    let manner = Manner { output: Format::Json, quiet: true, plain: true, rows: 20 };
    let console = Arc::new(Console::new(manner, cancelled));
    Session::new(Settings { plugins, params: Params::new(), seed: 1, today: Date::default() }, console)
}

fn session(texts: &[&str]) -> Session {
    let plugins = texts.iter().map(|text| plugin(text).into()).collect();
    session_of(plugins, Arc::default()).unwrap()
}

fn answer(session: &mut Session, code: &str) -> Value {
    session.run(code).answer.unwrap_or_else(|failure| panic!("{code}: {failure}"))
}

fn refused(session: &mut Session, code: &str) -> Failure {
    match session.run(code).answer {
        Ok(_) => panic!("{code} works"),
        Err(failure) => failure,
    }
}

/// The figures of a record as JSON.
fn figures(value: Value) -> serde_json::Value {
    match value {
        Value::Record(record) => serde_json::Value::Object(record.figures),
        _ => panic!("no record"),
    }
}

fn example() -> ScriptPlugin {
    ScriptPlugin::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins/team.rhai")).unwrap()
}

/// Ann buys on three days (twice on one of them), Bob on one, Cid on two.
const ORDERS: &str = "let orders = frame(#{customer: [\"ann\", \"ann\", \"ann\", \"ann\", \"bob\", \"cid\", \"cid\"], \
    date: [\"2024-01-01\", \"2024-01-01\", \"2024-01-02\", \"2024-02-01\", \"2024-01-05\", \"2024-01-05\", \"2024-03-01\"], \
    amount: [1, 2, 3, 4, 5, 6, 7]});";

#[test]
fn the_example_counts_days_and_customers() {
    let mut session = session_of(vec![example().into()], Arc::default()).unwrap();
    answer(&mut session, ORDERS);
    let by_hand = json!({ "customers": 3, "back": 2, "share": 2.0 / 3.0 });
    assert_eq!(figures(answer(&mut session, "orders.repeat_share()")), by_hand);
    assert_eq!(figures(answer(&mut session, "repeat_share(orders, #{least: 3})"))["back"], json!(1));
    let Value::Frame(days) = answer(&mut session, "orders.purchase_days(#{most: 2})") else { panic!("no frame") };
    let data = days.data(&Quiet).unwrap();
    assert_eq!(data.integers("days").unwrap(), [Some(1), Some(2)]);
    assert_eq!(data.integers("customers").unwrap(), [Some(1), Some(2)]);
    assert_eq!(data.numbers("share").unwrap(), [Some(1.0 / 3.0), Some(2.0 / 3.0)]);
    let about = days.about();
    assert_eq!(about.columns[1].unit.as_deref(), Some("customers"));
    assert_eq!(about.chart.as_ref().map(|chart| chart.mark), Some(Mark::Bar));
}

#[test]
fn the_manual_is_read_from_comments_and_the_declaration() {
    let example = example();
    assert_eq!((example.name(), example.version()), ("team", "1.0.0"));
    let manual = &example.manuals()[1];
    assert_eq!(manual.signature(), "repeat_share(transactions, #{least})");
    assert_eq!(manual.tables, [StandardTable::Transactions]);
    assert!(manual.summary.starts_with("Share of customers who came back"), "{}", manual.summary);
    assert!(manual.choices.starts_with("Coming back takes another day"), "{}", manual.choices);
    let least = &manual.options[0];
    assert_eq!(least.kind, OptionKind::Integer { min: Some(2.0), max: Some(1000.0) });
    assert_eq!((least.default.clone(), least.nullable), (json!(2), false));
    assert_eq!(least.meaning, "Days with a purchase from which on a customer came back.");
    // In the order of the file, not of the alphabet.
    let names: Vec<&str> = manual.figures.iter().map(|figure| figure.name.as_str()).collect();
    assert_eq!(names, ["customers", "back", "share"]);
}

#[test]
fn kinds_are_seen_from_the_default_or_said() {
    let text = function(
        "many",
        "frame, options",
        "let kinds = \"\"; for name in options.keys() { kinds += name + \" \" + type_of(options[name]) + \", \"; } #{ kinds: kinds }",
        "tables: [\"frame\"], options: #{
    /// A number of things.
    count: 3,
    /// A share.
    rate: #{ default: 0.5, min: 0, max: 1 },
    /// A word.
    word: \"a\",
    /// Whether.
    flag: true,
    /// A day.
    day: date(\"1997-09-30\"),
    /// A day, or none.
    until: #{ default: (), kind: \"date\" },
    /// A length of time.
    span: #{ default: \"3mo\", kind: \"span\" },
    /// Columns.
    columns: #{ default: [], kind: [\"column\"] },
    /// Numbers.
    cuts: #{ default: [1], kind: [\"number\"], min: 0 },
    /// One of two.
    way: #{ default: \"up\", choices: [
        /// Upwards.
        \"up\",
        \"down\"] },
},
figures: #{
    /// What the function was given.
    kinds: \"text\" }",
    );
    let one = plugin(&text);
    let kinds: Vec<String> = one.manuals()[0].options.iter().map(|option| option.kind.words()).collect();
    assert_eq!(
        kinds,
        [
            "a whole number",
            "a number from 0 to 1",
            "text",
            "true or false",
            "a date such as \"1997-09-30\"",
            "a date such as \"1997-09-30\"",
            "a length of time with its unit such as \"39w\", \"12mo\" or \"90d\"",
            "a list, each of it the name of a column",
            "a list, each of it a number of at least 0",
            "one of \"up\", \"down\"",
        ]
    );
    let OptionKind::Choice(words) = &one.manuals()[0].options[9].kind else { panic!("no choice") };
    assert_eq!(words[0].1, "Upwards.");
    // Options arrive complete: a number has its fraction though 1 was written, a date is a date.
    let mut session = session(&[&text]);
    let given = figures(answer(&mut session, "frame(#{a: [1]}).many(#{rate: 1, until: \"1998-01-31\"})"));
    assert_eq!(
        given["kinds"],
        "columns array, count i64, cuts array, day Day, flag bool, rate f64, span string, until Day, way string, word string, "
    );
    let wrong = refused(&mut session, "frame(#{a: [1]}).many(#{rate: 2})").to_string();
    assert!(wrong.starts_with("many: option `rate` is 2, but must be a number from 0 to 1"), "{wrong}");
    let near = refused(&mut session, "frame(#{a: [1]}).many(#{cont: 2})").to_string();
    assert!(near.contains("did you mean `count`?"), "{near}");
}

#[test]
fn wrong_files_are_told_with_place_and_near_name() {
    let declared = |declaration: &str| function("share", "frame", "frame", declaration);
    let options = |option: &str| {
        let rest = "columns: #{\n    /// As it was.\n    a: \"any\" }";
        function("share", "frame, options", "frame", &format!("tables: [\"frame\"], options: #{{\n{option} }}, {rest}"))
    };
    let columns = |rest: &str| {
        declared(&format!("tables: [\"frame\"], columns: #{{\n    /// As it was.\n    a: \"any\" }}, {rest}"))
    };
    let fine = same("share", "frame");
    let wrong: Vec<(String, &[&str])> = vec![
        ("fn f(frame) { frame }".into(), &["0: the file declares no function. write `declare("]),
        (fine.clone() + "let x = 1;", &["14: nothing runs when a plugin is loaded, but this would. only `fn …`"]),
        (fine.clone() + "write(sample(\"cdnow\"), \"x.csv\");", &["14: nothing runs when a plugin is loaded"]),
        (fine.clone() + "import \"other\" as o;", &["14: nothing runs when a plugin is loaded"]),
        (fine.replace("frame\n}", "frame.\n}"), &["9: a name is wanted here"]),
        (
            fine.clone() + &fine[fine.find("declare").unwrap()..],
            &["14: share: the function `share` is declared twice. the other declaration stands in line 11"],
        ),
        (
            fine.clone() + "fn share(frame) { frame }",
            &["14: the function `share` is declared twice with as many arguments. give one of them another name"],
        ),
        (
            fine.replace("declare(\"share\"", "declare(\"shar\""),
            &["11: shar: there is no `fn shar(…)` in the file. did you mean `share`?"],
        ),
        (
            fine.replace("fn share(frame)", "fn share(frame, options)"),
            &[
                "11: share: `fn share` has 2 parameters, but its declaration has one table and no options. write `fn share(frame) { … }`",
            ],
        ),
        (
            fine.lines().skip(6).collect::<Vec<_>>().join("\n"),
            &["1: share: `fn share` has no comment above it, which would be its manual"],
        ),
        (
            fine.replace("/// What `share` answers.\n", ""),
            &["6: share: `fn share` has no comment above it, which would be its manual"],
        ),
        (
            fine.replace("# Example", "# Remark"),
            &["7: share: the comment of `fn share` has no example. add the heading `/// # Example`"],
        ),
        (
            declared("table: [\"frame\"]"),
            &[
                "11: share: `tables` is left out: what does it work on?",
                "11: share: a declaration has no entry `table`. did you mean `tables`?",
            ],
        ),
        (fine.replace("\"keep\"", "\"kep\""), &["11: share: there is no family `kep`. did you mean `keep`?"]),
        (
            fine.replace("family: \"keep\", ", ""),
            &["11: share: `family` is left out: under which heading is it listed?. there are: `clean`"],
        ),
        (
            declared("tables: [\"transaction\"]"),
            &["11: share: there is no standard table `transaction`. did you mean `transactions`?"],
        ),
        (declared("tables: [\"frame\"]"), &["11: share: what it answers is not declared. write `columns: #{…}`"]),
        (
            declared("tables: [\"frame\"], columns: #{ a: \"any\" }"),
            &["11: share: the column or figure `a` has no meaning. write it on the line above"],
        ),
        (
            columns("figures: #{\n/// Ten.\nten: \"numbr\" }"),
            &["15: share: there is no kind `numbr`. did you mean `number`?"],
        ),
        (
            columns("figures: #{\n/// Ten.\nten: 5 + 5 }"),
            &["15: share: a declaration holds values that are written out, and this is computed"],
        ),
        (
            columns("figures: #{\n/// Ten.\nnotes: \"any\" }"),
            &["11: share: `notes` of an answer has a meaning of its own"],
        ),
        (
            columns("chart: #{ mark: \"bra\", x: \"b\" }"),
            &[
                "13: share: there is no mark `bra`. did you mean `bar`?",
                "13: share: the chart names a column `b`, which is not declared. did you mean `a`?",
            ],
        ),
        (
            columns("chart: #{ mark: \"bar\", bins: \"many\" }"),
            &["13: share: the chart cannot be read: an entry of it is of another kind"],
        ),
        (
            options("least: 2"),
            &["12: share: the option `least` has no meaning. write it on the line above: `/// What it is.`"],
        ),
        (
            options("/// How many.\nleast: #{ min: 2 }"),
            &["13: share: the option `least` has no default. write `default: ()`"],
        ),
        (
            options("/// How many.\nleast: #{ defalt: 2, default: 2 }"),
            &["13: share: an option has no entry `defalt`. did you mean `default`?"],
        ),
        (
            options("/// How many.\nleast: #{ default: 1, min: 2, max: 9 }"),
            &[
                "13: share: the default of option `least` is 1, but must be a whole number from 2 to 9. change the default",
            ],
        ),
        (
            options("/// When.\nuntil: #{ default: (), kind: \"dat\" }"),
            &["13: share: there is no kind `dat`. did you mean `date`?"],
        ),
        (options("/// When.\nuntil: ()"), &["13: share: what `until` may be cannot be seen from its default `()`"]),
        (
            options("/// How.\nway: #{ default: \"a\", choices: [\"b\", \"c\"] }"),
            &["13: share: the default of option `way` is \"a\", but must be one of"],
        ),
        (
            options("/// Who.\nname: #{ default: \"a\", max: 3 }"),
            &["13: share: `min` and `max` bound numbers, but `name` is text"],
        ),
        (options("/// Who.\nName: \"a\""), &["13: share: the option `Name` has a name that scripts cannot write"]),
        (
            fine.clone() + "plugin(#{ version: 2 });",
            &["14: found a whole number, but text is wanted here. write it once"],
        ),
        (
            fine.clone() + "plugin(#{ name: \"Our Metrics\" });",
            &["14: the plugin `Our Metrics` has a name that scripts cannot write"],
        ),
        (
            columns("figures: #{\n/// Ten.\nTen: \"number\" }"),
            &["11: share: the figure `Ten` has a name that scripts cannot write"],
        ),
        (
            fine.clone() + "plugin(#{ vesion: \"2\" });",
            &["14: `plugin` has no entry `vesion`. did you mean `version`?"],
        ),
        (
            same("share", "param(\"x\", 1); frame"),
            &["8: `param` belongs to a script that runs. a function is given what it asks for as an option"],
        ),
        (same("share", "exit(frame)"), &["8: `exit` belongs to a script that runs. leave a function with `return`"]),
    ];
    let mut faults = Vec::new();
    for (text, wanted) in wrong {
        let Err(found) = ScriptPlugin::of(Path::new("team.rhai"), &text) else {
            panic!("nothing is wrong with\n{text}")
        };
        let found = told(&found);
        let fits = found.iter().zip(wanted).all(|(found, wanted)| found.starts_with(wanted));
        if found.len() != wanted.len() || !fits {
            faults.push(format!("{found:#?}\nbut wanted is\n{wanted:#?}\nof\n{text}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn names_that_are_taken_are_refused() {
    let refused = |plugins: Vec<Loaded>| session_of(plugins, Arc::default()).err().unwrap().to_string();
    let of_ours = plugin(&same("rfm", "frame"));
    assert!(
        refused(vec![of_ours.into()]).starts_with("plugin team: the function `rfm` is there already: built in"),
        "a function of ours"
    );
    assert!(refused(vec![plugin(&same("filter", "frame")).into()]).contains("is there already: a word of the frames"));
    let twice = refused(vec![plugin(&same("share", "frame")).into(), plugin(&same("share", "frame")).into()]);
    assert!(twice.starts_with("plugin team: the function `share` is there already: plugin team."), "{twice}");
}

#[test]
fn answers_are_compared_with_the_declaration() {
    let rich = |body: &str| {
        function(
            "rich",
            "frame",
            body,
            "tables: [\"frame\"], columns: #{\n/// A.\na: \"integer\",\n/// B.\nb: \"number\" },
            figures: #{\n/// How many.\ncount: \"integer\",\n/// When.\nday: \"date\" }, further: #{\n/// C.\nother: #{ columns: #{\n/// C.\nc: \"text\" } } }",
        )
    };
    let whole =
        "let table = frame.with_columns(col(\"a\").cast(\"float\").alias(\"b\")); let other = frame(#{c: [\"x\"]});\n";
    for (body, wanted) in [
        ("frame", "the answer is a frame, but its manual declares figures or further tables"),
        ("3", "the answer is a whole number, but a frame or a map of figures is wanted"),
        ("let x = 1;", "the function answered nothing. its last statement is its answer"),
        ("#{ count: 1, day: (), other: other }", "the answer has no table, but its manual declares its columns"),
        (
            "#{ count: 1, day: (), table: other, other: other }",
            "the answer has the columns c, but its manual declares a, b",
        ),
        (
            "#{ count: 1, day: (), table: table.select([\"a\"]), other: other }",
            "the answer has the columns a, but its manual declares a, b",
        ),
        (
            "#{ count: 1, day: (), table: table.with_columns(col(\"a\").alias(\"b\")), other: other }",
            "column `b` of the answer holds whole number, but its manual declares number",
        ),
        ("#{ day: (), table: table, other: other }", "the answer lacks the figure `count`, which its manual declares"),
        (
            "#{ cont: 1, day: (), table: table, other: other }",
            "the answer has an entry `cont`, which its manual does not declare. did you mean `count`?",
        ),
        (
            "#{ count: 1.5, day: (), table: table, other: other }",
            "figure `count` of the answer is 1.5, but its manual declares whole number",
        ),
        (
            "#{ count: 1, day: \"soon\", table: table, other: other }",
            "figure `day` of the answer is \"soon\", but its manual declares date",
        ),
        ("#{ count: frame, day: (), table: table, other: other }", "figure `count` of the answer is a frame"),
        (
            "#{ count: 1, day: (), table: 5, other: other }",
            "`table` of the answer is a whole number, but a frame is declared",
        ),
        ("#{ count: 1, day: (), table: table }", "the answer lacks the table `other`, which its manual declares"),
        (
            "#{ count: 1, day: (), table: table, other: table }",
            "other: the answer has the columns a, b, but its manual declares c",
        ),
        (
            "#{ count: 1, day: (), table: table, other: other, notes: \"x\" }",
            "`notes` of the answer is no list of texts",
        ),
        (
            "sample(\"cdnow\").pareto_share()",
            "the answer is that of another function, as it is. make a map of its parts",
        ),
    ] {
        let mut session = session(&[&rich(&format!("{whole}{body}"))]);
        let failure = refused(&mut session, "frame(#{a: [1, 2]}).rich()");
        let said = failure.to_string();
        assert!(said.starts_with(&format!("rich: {wanted}")) || said.contains(wanted), "{body}: {said}");
        assert_eq!(failure.place.map(|place| place.line), Some(1), "{body}: the line of the call");
        assert!(said.contains("team.rhai, line "), "{body}: the line of the plugin: {said}");
    }
    let body = format!(
        "{whole}#{{ count: 2.0, day: date(\"2024-02-29\"), table: table, other: other, notes: [\"read with care\"] }}"
    );
    let mut session = session(&[&rich(&body)]);
    let Value::Record(record) = answer(&mut session, "frame(#{a: [1, 2]}).rich()") else { panic!("no record") };
    assert_eq!(serde_json::Value::Object(record.figures.clone()), json!({ "count": 2, "day": "2024-02-29" }));
    assert_eq!(record.notes, ["read with care"]);
    assert_eq!(record.further[0].0, "other");
}

#[test]
fn failures_name_the_line_of_the_call_and_the_line_of_the_plugin() {
    let outer = same("outer", "let all = frame;\n    all.inner()");
    let inner = same("inner", "frame.filter(col(\"amonut\") > 1)");
    let plugins = vec![
        ScriptPlugin::of(Path::new("outer.rhai"), &outer).unwrap_or_else(|wrong| panic!("{wrong:?}")).into(),
        ScriptPlugin::of(Path::new("inner.rhai"), &inner).unwrap_or_else(|wrong| panic!("{wrong:?}")).into(),
    ];
    let mut session = session_of(plugins, Arc::default()).unwrap();
    let failure = refused(&mut session, "let x = frame(#{amount: [1]});\nlet y = 2;\nx.outer()");
    let place = failure.place.clone().unwrap();
    assert_eq!((place.source, place.line, place.column), (None, 3, 3));
    assert_eq!(failure.message, "no column `amonut`");
    assert_eq!(
        failure.help,
        [
            "did you mean `amount`?",
            "it happened in inner.rhai, line 8: `frame.filter(col(\"amonut\") > 1)`",
            "it happened in outer.rhai, line 9: `all.inner()`",
        ]
    );
    assert_eq!(failure.within[0], "outer");
    // A value that cannot be cast is found when the plan runs, which is still inside the call.
    let late = same("late", "frame.with_columns(col(\"a\").cast(\"integer\"))");
    let mut session = self::session(&[&late, &same("fails", "throw \"no orders at all\"").replace("team", "b")]);
    let failure = refused(&mut session, "\nlet late = frame(#{a: [\"x\"]}).late();\nlate.height");
    assert_eq!(failure.place.as_ref().map(|place| place.line), Some(2));
    assert!(failure.to_string().contains("it happened in team.rhai, line 8: `frame.with_columns("), "{failure}");
    let failure = refused(&mut session, "frame(#{a: [1]}).fails()");
    assert!(failure.to_string().starts_with("fails: no orders at all. it happened in team.rhai, line 8"), "{failure}");
    let race = same("race", "let rates = #{ann: 2}; rates.keys().map(|name| rates[name]); frame");
    let failure = refused(&mut self::session(&[&race]), "frame(#{a: [1]}).race()");
    assert!(failure.to_string().starts_with("race: the function between the bars uses the very variable"), "{failure}");
    // It can be caught like any other failure.
    let caught = "let text = \"\"; try { frame(#{a: [1]}).fails() } catch (error) { text = error.message; } text";
    let Value::Text(text) = answer(&mut session, caught) else { panic!("no text") };
    assert_eq!(text, "no orders at all");
}

#[test]
fn helpers_are_private_and_declared_functions_go_through_the_catalogue() {
    let outer = function(
        "outer",
        "frame",
        "#{ seen: inner(frame, #{}).seen, own: help_me() }",
        "tables: [\"frame\"], figures: #{\n/// What the other saw.\nseen: \"integer\",\n/// Own.\nown: \"integer\" }",
    );
    let inner = function(
        "inner",
        "frame, options",
        "#{ seen: options.least }",
        "tables: [\"frame\"], options: #{\n/// How many.\nleast: 7 }, figures: #{\n/// What it saw.\nseen: \"integer\" }",
    );
    let mut session = session(&[&format!("{outer}{inner}fn help_me() {{ 5 }}\n")]);
    // The default is filled in though the call comes from the same file.
    assert_eq!(figures(answer(&mut session, "frame(#{a: [1]}).outer()")), json!({ "seen": 7, "own": 5 }));
    let failure = refused(&mut session, "help_me()").to_string();
    assert!(failure.starts_with("there is no function `help_me`"), "{failure}");
    // A function of the script does not reach into the plugin.
    let mine = "fn help_me() { 99 }\nframe(#{a: [1]}).outer()";
    assert_eq!(figures(answer(&mut session, mine))["own"], json!(5));
}

#[test]
fn functions_that_call_themselves_without_an_end_are_stopped() {
    let deep =
        same("deep", "dig(frame, 50)") + "fn dig(frame, n) { if n == 0 { frame.deep() } else { dig(frame, n - 1) } }\n";
    let mut session = session(&[&deep]);
    let failure = refused(&mut session, "frame(#{a: [1]}).deep()");
    assert_eq!(failure.message, "functions of plugins call each other too deeply");
    assert_eq!(failure.help.len(), 2, "each line once: {:?}", failure.help);
    // The stage is clear again.
    assert!(matches!(answer(&mut session, "frame(#{a: [1]}).head(1)"), Value::Frame(_)));
    let failure = refused(&mut session, "frame(#{a: [1]}).filter(col(\"b\") > 1)");
    assert_eq!(failure.place.and_then(|place| place.source), None);
}

#[test]
fn an_interrupt_stops_a_function_of_a_plugin() {
    let endless = same("endless", "let n = 0; while true { n += 1 } frame");
    let cancelled = Arc::new(AtomicBool::new(false));
    let mut session = session_of(vec![plugin(&endless).into()], Arc::clone(&cancelled)).unwrap();
    let began = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(100));
            cancelled.store(true, Ordering::Relaxed);
        });
        let failure = refused(&mut session, "frame(#{a: [1]}).endless()");
        assert!(failure.cancelled && failure.help.is_empty(), "{failure}");
    });
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[test]
fn an_answer_may_keep_the_columns_of_its_table() {
    let twice = "frame.with_columns((col(\"a\") * options.by).alias(\"twice\"))";
    let text = function(
        "times",
        "frame, options",
        twice,
        "tables: [\"frame\"], keeps_columns: true, options: #{\n/// How often.\nby: 2 }, columns: #{\n/// So many times.\ntwice: \"integer\" }",
    );
    let mut session = session(&[&text]);
    let Value::Frame(frame) = answer(&mut session, "frame(#{a: [1, 3], b: [\"x\", \"y\"]}).times(#{by: 5})") else {
        panic!("no frame")
    };
    assert_eq!(frame.names(), ["a", "b", "twice"]);
    assert_eq!(frame.data(&Quiet).unwrap().integers("twice").unwrap(), [Some(5), Some(15)]);
}

#[test]
fn notes_of_the_orders_are_told_with_the_answer() {
    let mut session = session_of(vec![example().into()], Arc::default()).unwrap();
    let orders = "let orders = frame(#{customer: [\"ann\", \"bob\"], date: [\"2024-01-01\", ()], amount: [1, 2]});";
    answer(&mut session, orders);
    let Value::Record(record) = answer(&mut session, "orders.repeat_share()") else { panic!("no record") };
    assert_eq!(record.notes, ["1 of 2 rows were left out: 1 without date"]);
}

#[test]
fn check_knows_the_functions_of_a_plugin_and_looks_into_them() {
    let session = session_of(vec![example().into()], Arc::default()).unwrap();
    let found = |code: &str| {
        let findings = session.check(&[code.to_owned()], true);
        findings.iter().map(|one| format!("{} {}", one.severity.word(), one.failure)).collect::<Vec<_>>()
    };
    assert!(found("sample(\"cdnow\").purchase_days().select([\"days\"])").is_empty());
    let column = found("sample(\"cdnow\").purchase_days().select([\"dais\"])");
    assert!(column[0].starts_with("error no column `dais`. did you mean `days`?"), "{column:?}");
    let option = found("sample(\"cdnow\").purchase_days(#{mots: 3})");
    assert!(option[0].contains("no option `mots`. did you mean `most`?"), "{option:?}");
    let figure = found("sample(\"cdnow\").repeat_share().shar");
    assert!(figure[0].contains("did you mean `share`?"), "{figure:?}");
    // The file itself.
    let check = |text: &str| {
        let with_it = session_of(vec![plugin(text).into()], Arc::default()).unwrap();
        let findings = with_it.check_plugin(Path::new("team.rhai"), text);
        findings
            .iter()
            .map(|one| {
                (one.severity.word(), one.failure.place.as_ref().map_or(0, |place| place.line), one.failure.to_string())
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(check(&same("fine", "frame.head(2)")), []);
    let found = check(&same("wrong", "frame.flter(col(\"a\") > 1)"));
    assert_eq!((found[0].0, found[0].1), ("error", 8), "{found:?}");
    assert!(found[0].2.contains("did you mean `filter`?"), "{found:?}");
    let option = function(
        "wrong",
        "frame, options",
        "frame.head(options.leest)",
        "tables: [\"frame\"], options: #{\n/// How many.\nleast: 2 }, columns: #{\n/// A.\na: \"any\" }, related: [\"rmf\"]",
    );
    let found = check(&option);
    assert_eq!(found[0], ("error", 8, "wrong: no option `leest` is declared. did you mean `least`?".to_owned()));
    assert_eq!(
        found[1],
        ("warning", 11, "wrong: `related` names `rmf`, which is no function. did you mean `rfm`?".to_owned())
    );
}

#[test]
fn a_file_is_known_as_a_plugin_by_what_it_declares() {
    assert!(is_plugin(&same("share", "frame")) && is_plugin("plugin(#{name: \"x\"});"));
    for script in ["let x = 1;", "// declare(\"x\")", "let s = \"declare(\";", "fn f() { declare(1) }", "declare", ""] {
        assert!(!is_plugin(script), "{script}");
    }
}

#[test]
fn the_program_loads_lists_checks_and_helps() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| std::fs::write(folder.path().join(name), text).unwrap();
    let text = format!("plugin(#{{ version: \"2.1\" }});\n{}", same("first_two", "frame.head(2)"));
    write("team.rhai", text.as_bytes());
    write("empty.rhai", b"");
    write("latin.rhai", b"// caf\xe9\n");
    write("taken.rhai", same("rfm", "frame").as_bytes());
    write("broken.rhai", text.replace("\"keep\"", "\"kep\"").as_bytes());
    write("report.rhai", b"frame(#{a: [1, 2, 3]}).first_two().height");
    let told = |words: &[&str]| run(folder.path(), words);
    let ran = told(&["--plugin", "team.rhai", "plugin", "list"]);
    assert_eq!(
        ran.out,
        "team 2.1  script · team.rhai\n  named with --plugin\n  first_two  What `first_two` answers.\n"
    );
    assert!(told(&["--plugin", "team.rhai", "help", "first_two"]).out.contains("plugin team 2.1"));
    assert!(told(&["--plugin", "team.rhai", "functions"]).out.contains("first_two"));
    assert!(told(&["--plugin", "team.rhai", "reference"]).out.contains("first_two"));
    let ran = told(&["run", "report.rhai", "--plugin", "team.rhai"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "2\n"), "{}", ran.err);
    let ran = told(&["check", "team.rhai"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), "checked 1 script: nothing wrong\n"));
    assert_eq!(run_with_input(folder.path(), &["check", "-"], &text).code, Some(0));
    // Loaded at the same time, its names are its own.
    assert_eq!(told(&["--plugin", "team.rhai", "check", "team.rhai", "report.rhai"]).code, Some(0));
    let ran = told(&["check", "taken.rhai", "broken.rhai"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.err.contains("error: the function `rfm` is there already: built in\n   ┌ taken.rhai, line 11, column 1"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("there is no family `kep`\n   ┌ broken.rhai, line 12, column 33"), "{}", ran.err);
    for (file, wanted) in [
        ("none.rhai", "error: there is no file `none.rhai`"),
        ("empty.rhai", "error: empty.rhai: the file declares no function"),
        ("latin.rhai", "error: `latin.rhai` is not UTF-8 text: line 1 holds other bytes"),
        ("report.rhai", "error: nothing runs when a plugin is loaded, but this would\n  ┌ report.rhai, line 1, column"),
        ("broken.rhai", "error: first_two: there is no family `kep`\n   ┌ broken.rhai, line 12, column 33"),
        ("taken.rhai", "error: plugin taken: the function `rfm` is there already: built in"),
    ] {
        let ran = told(&["--plugin", file, "-c", "1"]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{file}");
        assert!(ran.err.starts_with(wanted), "{file}: {}", ran.err);
        assert!(ran.err.contains("\n  = ") || ran.err.contains("\n   = "), "{file}: {}", ran.err);
    }
    let ran = told(&["run", "team.rhai"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.starts_with("error: `team.rhai` is a plugin: it declares functions"), "{}", ran.err);
    let ran = told(&["-c", "if true { declare(\"x\", #{}) }"]);
    assert!(
        ran.err.starts_with("error: `declare` stands in the file of a plugin, and a plugin is not run"),
        "{}",
        ran.err
    );
}

#[test]
fn loading_has_no_effects_and_a_function_has_the_rights_of_its_caller() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("effects.rhai", &(same("share", "frame") + "frame(#{a: [1]}).write(\"made.csv\");\n"));
    write("writes.rhai", &same("kept_file", "frame.write(\"made.csv\"); frame"));
    write("asks.rhai", &same("far", "read_csv(\"https://example.org/a.csv\")"));
    let before = names_in(folder.path());
    let ran = run(folder.path(), &["--plugin", "effects.rhai", "-c", "1"]);
    assert!(ran.code == Some(1) && ran.err.contains("nothing runs when a plugin is loaded"), "{}", ran.err);
    assert_eq!(run(folder.path(), &["--plugin", "writes.rhai", "-c", "1"]).code, Some(0));
    assert_eq!(run(folder.path(), &["check", "writes.rhai"]).code, Some(0));
    assert_eq!(names_in(folder.path()), before);
    let ran = run(folder.path(), &["--plugin", "asks.rhai", "-c", "frame(#{a: [1]}).far()"]);
    assert!(ran.code == Some(1) && ran.err.contains("--allow-net"), "{}", ran.err);
    assert_eq!(run(folder.path(), &["--plugin", "writes.rhai", "-c", "frame(#{a: [1]}).kept_file()"]).code, Some(0));
    assert!(names_in(folder.path()).contains(&"made.csv".to_owned()));
}
