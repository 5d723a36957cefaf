//! The verbs of frames: small cases worked out by hand, and laws on frames of chance.

use proptest::prelude::*;
use regulars::show::Value;
use serde_json::Value as Json;

use crate::examples::session;
use crate::witnesses::answer;

/// Frames that the cases speak of.
const FRAMES: &str = r#"
let orders = frame(#{customer: [1, 1, 2, 3], day: [date("2024-01-30"), date("2024-02-02"), date("2024-02-01"), date("2024-03-01")], amount: [10, 20, 5, 8]});
let names = frame(#{customer: [1, 2, 4], name: ["ann", "bob", "dan"]});
let gaps = frame(#{a: [1, (), 3], b: [(), "x", "y"]});
let long = frame(#{shop: ["a", "a", "b"], month: ["jan", "feb", "jan"], amount: [1, 2, 3]});
let wide = frame(#{shop: ["a", "b"], jan: [1, 3], feb: [2, 4]});
"#;

/// Code and the rows that it answers, columns in their order; every figure was worked out by hand.
const CASES: &[(&str, &str)] = &[
    // Joins
    (
        r#"orders.join(names, "customer").select("amount", "name")"#,
        r#"[{"amount":10,"name":"ann"},{"amount":20,"name":"ann"},{"amount":5,"name":"bob"}]"#,
    ),
    (
        r#"orders.select("customer").join(names, "customer", "left")"#,
        r#"[{"customer":1,"name":"ann"},{"customer":1,"name":"ann"},{"customer":2,"name":"bob"},{"customer":3,"name":null}]"#,
    ),
    (
        r#"orders.select("customer", "amount").join(names, "customer", "right").select("customer", "amount")"#,
        r#"[{"customer":1,"amount":10},{"customer":1,"amount":20},{"customer":2,"amount":5},{"customer":4,"amount":null}]"#,
    ),
    (
        r#"orders.select("customer").unique().join(names, "customer", "full")"#,
        r#"[{"customer":1,"name":"ann"},{"customer":2,"name":"bob"},{"customer":3,"name":null},{"customer":4,"name":"dan"}]"#,
    ),
    (r#"names.join(orders, "customer", "semi").select("name")"#, r#"[{"name":"ann"},{"name":"bob"}]"#),
    (r#"names.join(orders, "customer", "anti").select("name")"#, r#"[{"name":"dan"}]"#),
    (
        r#"names.select("name").join(wide.select("shop"), #{how: "cross"}).head(3)"#,
        r#"[{"name":"ann","shop":"a"},{"name":"ann","shop":"b"},{"name":"bob","shop":"a"}]"#,
    ),
    (
        r#"names.join(names, "customer", #{suffix: "_again"}).head(1)"#,
        r#"[{"customer":1,"name":"ann","name_again":"ann"}]"#,
    ),
    (r#"orders.join(names, #{on: "customer", how: "left", validate: "m:1"}).height"#, "4"),
    (r#"gaps.join(gaps, "a", #{nulls_equal: true}).height"#, "3"),
    (r#"gaps.join(gaps, "a").height"#, "2"),
    (
        r#"frame(#{t: [30, 10, 20]}).join_asof(frame(#{t: [18, 5], price: [2.5, 1.5]}), #{on: "t"})"#,
        r#"[{"t":10,"price":1.5},{"t":20,"price":2.5},{"t":30,"price":2.5}]"#,
    ),
    (
        r#"frame(#{t: [30, 10, 20]}).join_asof(frame(#{t: [18, 5], price: [2.5, 1.5]}), #{on: "t", tolerance: 5, strategy: "nearest"})"#,
        r#"[{"t":10,"price":1.5},{"t":20,"price":2.5},{"t":30,"price":null}]"#,
    ),
    (
        r#"frame(#{t: [1, 2], k: ["x", "y"]}).join_asof(frame(#{u: [5, 6], k: ["y", "x"]}), #{left_on: "t", right_on: "u", by: "k", strategy: "forward"})"#,
        r#"[{"k":"x","t":1,"u":6},{"k":"y","t":2,"u":5}]"#,
    ),
    (
        r#"frame(#{t: [2.5, ()]}).join_asof(frame(#{t: [2, ()], v: [1, 2]}), #{on: "t"})"#,
        r#"[{"t":2.5,"v":1},{"t":null,"v":null}]"#,
    ),
    (
        r#"frame(#{x: [3, 1]}).join_where(frame(#{low: [0, 2], x: [2, 4]}), col("x") > col("low"), col("x") < col("x_right"))"#,
        r#"[{"x":3,"low":2,"x_right":4},{"x":1,"low":0,"x_right":2}]"#,
    ),
    // Frames put together
    (r#"concat([names, names]).height"#, "6"),
    (r#"frame(#{x: [1]}).vstack(frame(#{x: [2]}))"#, r#"[{"x":1},{"x":2}]"#),
    (
        r#"concat([frame(#{x: [1]}), frame(#{y: [2], x: [3]})], #{how: "diagonal"})"#,
        r#"[{"x":1,"y":null},{"x":3,"y":2}]"#,
    ),
    (r#"concat([frame(#{x: [1]}), frame(#{x: [2.5]})], #{how: "vertical_relaxed"})"#, r#"[{"x":1.0},{"x":2.5}]"#),
    (r#"frame(#{x: [1, 2]}).hstack(frame(#{y: ["a"]}))"#, r#"[{"x":1,"y":"a"},{"x":2,"y":null}]"#),
    // Rows
    (r#"frame(#{a: [1, 2, 1], b: [5, 4, 3]}).sort("a", col("b"))"#, r#"[{"a":1,"b":3},{"a":1,"b":5},{"a":2,"b":4}]"#),
    (r#"long.group_by("shop").len()"#, r#"[{"shop":"a","len":2},{"shop":"b","len":1}]"#),
    (r#"gaps.sort("a", #{nulls_last: false}).select("a")"#, r#"[{"a":null},{"a":1},{"a":3}]"#),
    (
        r#"orders.sort(["customer", "amount"], #{descending: [false, true]}).select("amount")"#,
        r#"[{"amount":20},{"amount":10},{"amount":5},{"amount":8}]"#,
    ),
    (r#"orders.top_k(2, "amount").select("amount")"#, r#"[{"amount":20},{"amount":10}]"#),
    (r#"gaps.bottom_k(1, ["a"]).select("a")"#, r#"[{"a":1}]"#),
    (r#"orders.slice(1, 2).select("amount")"#, r#"[{"amount":20},{"amount":5}]"#),
    (r#"orders.slice(-1).select("amount")"#, r#"[{"amount":8}]"#),
    (r#"orders.reverse().select("amount").head(2)"#, r#"[{"amount":8},{"amount":5}]"#),
    (r#"orders.gather_every(2, 1).select("amount")"#, r#"[{"amount":20},{"amount":8}]"#),
    (r#"orders.clear().height"#, "0"),
    (r#"gaps.drop_nulls()"#, r#"[{"a":3,"b":"y"}]"#),
    (r#"gaps.drop_nulls("b").height"#, "2"),
    (r#"orders.sample(4, #{seed: 3}).sort("amount").equals(orders.sort("amount"))"#, "true"),
    (r#"orders.sample(#{fraction: 0.5, seed: 3}).height"#, "2"),
    (r#"orders.sample().height"#, "1"),
    (r#"orders.sample(9, #{replace: true}).height"#, "9"),
    // Columns
    (r#"gaps.fill_null(0)"#, r#"[{"a":1,"b":null},{"a":0,"b":"x"},{"a":3,"b":"y"}]"#),
    (r#"gaps.fill_null("-").select("b")"#, r#"[{"b":"-"},{"b":"x"},{"b":"y"}]"#),
    (r#"gaps.fill_null(#{strategy: "forward"})"#, r#"[{"a":1,"b":null},{"a":1,"b":"x"},{"a":3,"b":"y"}]"#),
    (r#"gaps.fill_null(#{strategy: "max"}).select("a")"#, r#"[{"a":1},{"a":3},{"a":3}]"#),
    (r#"frame(#{a: [(), (), 1]}).fill_null(#{strategy: "backward", limit: 1})"#, r#"[{"a":null},{"a":1},{"a":1}]"#),
    (r#"frame(#{a: [0.0, 1.0, ()]}).select(col("a") / col("a")).fill_nan(7)"#, r#"[{"a":7.0},{"a":1.0},{"a":null}]"#),
    (r#"wide.cast(#{jan: "string", feb: "float"}).head(1)"#, r#"[{"feb":2.0,"jan":"1","shop":"a"}]"#),
    (
        r#"names.with_row_index("row", 1).select("row", "name").head(2)"#,
        r#"[{"row":1,"name":"ann"},{"row":2,"name":"bob"}]"#,
    ),
    // Groups
    (
        r#"orders.value_counts("customer")"#,
        r#"[{"customer":1,"count":2},{"customer":2,"count":1},{"customer":3,"count":1}]"#,
    ),
    (
        r#"orders.group_by_dynamic("day", #{every: "1mo"}).agg(col("amount").sum())"#,
        r#"[{"day":"2024-01-01","amount":10},{"day":"2024-02-01","amount":25},{"day":"2024-03-01","amount":8}]"#,
    ),
    (
        // 2024-01-29 was a Monday; the order of 1 March lies in the week of 26 February.
        r#"orders.group_by_dynamic("day", #{every: "1w", start_by: "monday", label: "right", closed: "left"}).agg(len().alias("n"))"#,
        r#"[{"day":"2024-02-05","n":3},{"day":"2024-03-04","n":1}]"#,
    ),
    (
        r#"orders.group_by_dynamic("day", #{every: "1mo", by: "customer"}).agg(col("amount").sum())"#,
        r#"[{"customer":1,"day":"2024-01-01","amount":10},{"customer":1,"day":"2024-02-01","amount":20},{"customer":2,"day":"2024-02-01","amount":5},{"customer":3,"day":"2024-03-01","amount":8}]"#,
    ),
    (
        r#"orders.rolling("day", #{period: "3d"}).agg(col("amount").sum())"#,
        r#"[{"day":"2024-01-30","amount":10},{"day":"2024-02-01","amount":15},{"day":"2024-02-02","amount":25},{"day":"2024-03-01","amount":8}]"#,
    ),
    (
        r#"frame(#{t: [1, 2, 4], v: [1, 10, 100]}).rolling("t", #{period: "2i", closed: "left"}).agg(col("v").sum())"#,
        r#"[{"t":1,"v":0},{"t":2,"v":1},{"t":4,"v":10}]"#,
    ),
    (r#"long.partition_by("shop").map(|part| part.height)"#, "[2,1]"),
    // Wide and long
    (
        // Polars 2.1 for Python answers the same: nothing adds up to 0, and has no mean.
        r#"let gap = frame(#{s: ["a", "a", "b"], m: ["jan", "feb", "jan"], x: [1, 2, 3]}); ["sum", "len", "mean", "max"].map(|how| gap.pivot(#{on: "m", index: "s", values: "x", aggregate: how}).to_list("feb"))"#,
        "[[2,0],[1,0],[2.0,null],[2,null]]",
    ),
    (
        r#"long.pivot(#{on: "month", index: "shop", values: "amount"})"#,
        r#"[{"shop":"a","jan":1,"feb":2},{"shop":"b","jan":3,"feb":null}]"#,
    ),
    (
        r#"long.pivot(#{on: "shop", index: "month", values: "amount", aggregate: "len"})"#,
        r#"[{"month":"jan","a":1,"b":1},{"month":"feb","a":1,"b":0}]"#,
    ),
    (
        r#"wide.unpivot(#{index: "shop", variable_name: "month", value_name: "amount"})"#,
        r#"[{"shop":"a","month":"feb","amount":2},{"shop":"b","month":"feb","amount":4},{"shop":"a","month":"jan","amount":1},{"shop":"b","month":"jan","amount":3}]"#,
    ),
    (
        r#"wide.transpose(#{names_from: "shop", header: "month"})"#,
        r#"[{"month":"feb","a":2,"b":4},{"month":"jan","a":1,"b":3}]"#,
    ),
    (r#"wide.select("jan").transpose()"#, r#"[{"column_0":1,"column_1":3}]"#),
    (
        r#"long.group_by("shop").agg(col("amount")).explode("amount")"#,
        r#"[{"shop":"a","amount":1},{"shop":"a","amount":2},{"shop":"b","amount":3}]"#,
    ),
    (
        r#"frame(#{n: [1], d: [date("2024-01-31")], x: [2.5]}).transpose(#{header: "name"})"#,
        r#"[{"name":"d","column_0":"2024-01-31"},{"name":"n","column_0":"1"},{"name":"x","column_0":"2.5"}]"#,
    ),
    // Looking
    (r#"gaps.null_count()"#, r#"[{"a":1,"b":1}]"#),
    (r#"orders.n_unique("customer")"#, "3"),
    (r#"long.vstack(long).n_unique()"#, "3"),
    (r#"orders.filter(col("amount") > 99).is_empty()"#, "true"),
    (r#"gaps.equals(gaps.lazy().collect())"#, "true"),
    (r#"gaps.equals(gaps.fill_null(0))"#, "false"),
    (
        r#"wide.select("shop", "jan").glimpse()"#,
        r#"[{"column":"shop","type":"text","values":"a, b"},{"column":"jan","type":"integer","values":"1, 3"}]"#,
    ),
    // Quartiles of 1, 2, 3 lie at 1.5, 2, 2.5; the standard deviation is 1.
    (
        r#"long.select("amount").describe()"#,
        r#"[{"statistic":"count","amount":3.0},{"statistic":"missing","amount":0.0},{"statistic":"mean","amount":2.0},{"statistic":"std","amount":1.0},{"statistic":"min","amount":1.0},{"statistic":"25%","amount":1.5},{"statistic":"50%","amount":2.0},{"statistic":"75%","amount":2.5},{"statistic":"max","amount":3.0}]"#,
    ),
    // Values
    (r#"names.row(-1).name"#, r#""dan""#),
    (r#"names.item(1, "name")"#, r#""bob""#),
    (r#"orders.select(col("amount").sum()).item()"#, "43"),
    (r#"gaps.rows()"#, r#"[{"a":1,"b":null},{"a":null,"b":"x"},{"a":3,"b":"y"}]"#),
    (r#"let sum = 0; for row in orders { sum += row.amount; } sum"#, "43"),
    (r#"orders.map_rows(|row| row.amount * 2).head(2)"#, r#"[{"value":20},{"value":40}]"#),
    (
        r#"wide.map_rows(|row| #{total: row.jan + row.feb, shop: row.shop})"#,
        r#"[{"shop":"a","total":3},{"shop":"b","total":7}]"#,
    ),
    (
        r#"wide.map_rows(|row| if row.jan == 1 { #{a: 1} } else { #{b: 2.5} })"#,
        r#"[{"a":1,"b":null},{"a":null,"b":2.5}]"#,
    ),
    (r#"let least = 9; orders.pipe(|frame| frame.filter(col("amount") > least)).height"#, "2"),
    (r#"orders.clear().map_rows(|row| row.amount).height"#, "0"),
    // SQL
    (
        r#"sql("select n.name, sum(o.amount) as total from o join n on o.customer = n.customer group by n.name order by total", #{o: orders, n: names})"#,
        r#"[{"name":"bob","total":5},{"name":"ann","total":30}]"#,
    ),
    (r#"orders.sql("select count(*) as n from self where amount > 9")"#, r#"[{"n":2}]"#),
    (
        r#"orders.sql("select name from self join names using (customer) order by amount", #{names: names})"#,
        r#"[{"name":"bob"},{"name":"ann"},{"name":"ann"}]"#,
    ),
];

/// One answer after another in one session each, so that no case helps the next one.
#[test]
fn verbs_answer_what_was_worked_out_by_hand() {
    let mut wrong = Vec::new();
    for (code, wanted) in CASES {
        // As text, because the order of the columns counts.
        let wanted = serde_json::from_str::<Json>(wanted).unwrap().to_string();
        let found = answer(&format!("{FRAMES}\n{code}")).to_string();
        if found != wanted {
            wrong.push(format!("{code}\n  wanted {wanted}\n  found  {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A query that fails leaves nothing behind: Polars' own context keeps aliases of it.
#[test]
fn a_failed_query_does_not_spoil_the_next_one() {
    let mut session = session(Vec::new());
    session.run(FRAMES).answer.unwrap();
    for broken in ["with x as (select * from self) select y.nope from x", "select x.nope from self as x", "select from"]
    {
        assert!(session.run(&format!("orders.sql(\"{broken}\")")).answer.is_err(), "{broken}");
        assert!(session.run("orders.sql(\"select x.amount from self as x\")").answer.is_ok(), "after {broken}");
        assert!(session.run("orders.sql(\"select * from x\")").answer.is_err(), "x is left from {broken}");
    }
}

/// No way of writing it opens a file.
#[test]
fn sql_opens_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.csv");
    std::fs::write(&path, "a\n1\n").unwrap();
    let path = path.display();
    let tries = [
        format!("select * from read_csv('{path}')"),
        format!("select * from READ_CSV('{path}')"),
        format!("select * from \"read_csv\"('{path}')"),
        format!("select * from read_csv /* x */ ('{path}')"),
        format!("with x as (select * from read_csv('{path}')) select * from x"),
        format!("select (select max(a) from read_csv('{path}')) as a from self"),
        format!("select * from '{path}'"),
        format!("select * from \\\"{path}\\\""),
        format!("create table x as select * from read_csv('{path}')"),
        format!("select * from read_parquet('{path}')"),
        format!("select * from read_ipc('{path}')"),
        format!("select * from read_json('{path}')"),
    ];
    let mut session = session(Vec::new());
    session.run(FRAMES).answer.unwrap();
    for query in tries {
        let query = query.replace("\"read", "\\\"read").replace("csv\"", "csv\\\"");
        let outcome = session.run(&format!("orders.sql(\"{query}\")"));
        assert!(outcome.answer.is_err(), "{query}");
    }
}

#[test]
fn the_same_seed_draws_the_same_rows_and_another_one_others() {
    let drawn = |options: &str| answer(&format!("sample(\"cdnow\").sample({options})"));
    assert_eq!(drawn("50"), drawn("50"));
    assert_eq!(drawn("50, #{seed: 7}"), drawn("50, #{seed: 7}"));
    assert!(drawn("50, #{seed: 7}") != drawn("50, #{seed: 8}"));
    assert!(drawn("50, #{seed: 7}") != drawn("50"));
}

/// Whatever a frame does is told without running it; what has run is told as such.
#[test]
fn explain_tells_the_plan() {
    let plan = answer(&format!("{FRAMES}\norders.filter(col(\"amount\") > 9).explain()"));
    assert!(plan.as_str().unwrap().contains("FILTER col(\"amount\") > 9"), "{plan}");
    let run = answer(&format!("{FRAMES}\norders.filter(col(\"amount\") > 9).collect().explain()"));
    assert_eq!(run, "in memory: 2 rows × 3 columns");
}

/// On a file, where the streaming engine works, whole answers at one thread and at more are the same to the last digit.
#[test]
fn verbs_on_a_file_do_not_depend_on_the_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let write = "let tx = sample(\"cdnow\"); let more = concat([tx, tx, tx, tx, tx, tx]);\nmore.with_row_index(\"row\").write_parquet(\"tx.parquet\");";
    let run = |threads: &str, code: &str| {
        let program = std::process::Command::new(env!("CARGO_BIN_EXE_regulars"))
            .env("POLARS_MAX_THREADS", threads)
            .current_dir(folder.path())
            .args(["--no-plugins", "--output", "json", "-c", code])
            .output()
            .unwrap();
        assert!(program.status.success(), "{code}: {}", String::from_utf8_lossy(&program.stderr));
        program.stdout
    };
    run("2", write);
    for call in [
        "describe()",
        "unpivot(#{on: [\"quantity\", \"amount\"], index: \"row\"}).gather_every(500)",
        "join(tx.tail(900).rename(#{row: \"other\"}), \"customer\", \"full\").gather_every(500)",
        "join_where(tx.head(40).select(\"date\"), col(\"date\") < col(\"date_right\")).gather_every(500)",
        "join_asof(tx.head(40).select(\"date\", \"amount\"), #{on: \"date\"}).gather_every(500)",
        "group_by_dynamic(\"date\", #{every: \"1w\", by: \"quantity\"}).agg(len().alias(\"n\"))",
        "pivot(#{on: \"quantity\", index: \"customer\", values: \"row\", aggregate: \"max\"}).gather_every(100)",
        "sample(50)",
        "top_k(50, \"amount\")",
        "value_counts(\"date\")",
    ] {
        let code = format!("let tx = read_parquet(\"tx.parquet\"); tx.{call}");
        assert!(run("1", &code) == run("5", &code), "{call}");
    }
}

/// What the reader should know goes along when frames are put together.
#[test]
fn rows_left_out_are_told_of_joined_frames_too() {
    let declared = "let tx = frame(#{customer: [\"a\", ()], date: [date(\"2024-01-01\"), date(\"2024-01-02\")], amount: [1, 2]}).transactions();\nlet names = frame(#{customer: [\"a\"], name: [\"Ann\"]});";
    for call in [
        "tx.join(names, \"customer\")",
        "names.join(tx, \"customer\")",
        "concat([tx, tx])",
        "tx.sql(\"select * from self\")",
    ] {
        let notes = answer(&format!("{declared}\n{call}.notes"));
        assert!(notes.to_string().contains("1 of 2 rows were left out"), "{call}: {notes}");
    }
}

/// A key that stands often in both files, one that is unique in one of them, and a file behind other steps.
#[test]
fn joins_of_files_are_counted_before_they_are_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().replace('\\', "/");
    let (often, unique) = (path("often.parquet"), path("unique.parquet"));
    let ran = |code: &str| session(Vec::new()).run(code).answer.map(drop).map_err(|failure| failure.message);
    ran(&format!(
        "let tx = sample(\"cdnow\"); concat([tx, tx]).with_columns(lit(7).alias(\"key\")).write_parquet(\"{often}\"); \
         frame(#{{key: [7, 8], rows: [1, 2]}}).write_parquet(\"{unique}\");"
    ))
    .unwrap();
    let ran = |code: &str| {
        let code = format!("let often = read_parquet(\"{often}\"); let unique = read_parquet(\"{unique}\"); {code}");
        ran(&code)
    };
    let refused =
        Err("13,838 rows joined with 13,838 rows would be 191,490,244 rows, about 12 GB of memory".to_owned());
    assert_eq!(ran("often.join(often, \"key\"); 1"), refused);
    // The renamed and widened file is looked at as well; rows are told as they are after the filter.
    let half =
        "let half = often.rename(#{key: \"id\"}).filter(col(\"amount\") > 0).with_columns(lit(1).alias(\"one\"));";
    assert!(ran(&format!("{half} half.join(often, #{{left: \"id\", right: \"key\"}}); 1")).is_err());
    assert!(ran("often.join(often, \"key\", #{allow: 200_000_000}); 1").is_ok());
    assert!(ran("often.join(often, \"key\", \"semi\").height").is_ok());
    // `rows` is a column of the file, not the count.
    assert!(ran("often.join(unique, \"key\").height").is_ok());
    assert!(ran("unique.join(often, #{left: \"rows\", right: \"key\", how: \"full\"}).height").is_ok());
}

/// Lists and pairs in memory, in a file, and made by expressions that have as many rows as they like.
#[test]
fn lists_and_pairs_are_counted_before_they_are_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lists.parquet").to_string_lossy().replace('\\', "/");
    let ran = |code: &str| {
        let lists = "let lists = sample(\"cdnow\").group_by(\"customer\").agg(col(\"amount\"));";
        let code = format!("{lists} {}", code.replace("FILE", &path));
        match session(Vec::new()).run(&code).answer {
            Ok(Value::Integer(rows)) => Ok(rows),
            Ok(_) => Ok(0),
            Err(failure) => Err(failure.message),
        }
    };
    let refused = "the lists of `amount` in 2,357 rows spread out would be 6,919 rows, about 111 kB of memory";
    ran("lists.write_parquet(\"FILE\");").unwrap();
    let read = "let lists = read_parquet(\"FILE\");";
    assert_eq!(ran(&format!("{read} lists.explode(\"amount\", #{{allow: 6918}});")).unwrap_err(), refused);
    assert_eq!(ran(&format!("{read} lists.explode(\"amount\", #{{allow: 6919}}).height()")).unwrap(), 6919);
    // In memory once it was looked at; not grouped twice before that.
    assert_eq!(ran("lists.explode([\"amount\"], #{allow: 1}).height()").unwrap(), 6919);
    assert_eq!(ran("let lists = lists.collect(); lists.explode(\"amount\", #{allow: 1})").unwrap_err(), refused);
    let pairs = "let a = frame(#{}).select(int_range(0, 30000).alias(\"a\")); let b = a.rename(#{a: \"b\"});";
    let refused = ran(&format!("{pairs} a.join_where(b, col(\"a\") < col(\"b\"));")).unwrap_err();
    assert!(refused.starts_with("about 4") && refused.contains("0,000,000 pairs of 30,000 rows"), "{refused}");
    let near = "col(\"b\") > col(\"a\"), col(\"b\") < col(\"a\") + 3, #{allow: 100_000}";
    assert_eq!(ran(&format!("{pairs} a.join_where(b, {near}).height()")).unwrap(), 59997);
    assert!(ran("sample(\"cdnow\").sample(#{n: 101, replace: true, allow: 100});").is_err());
    assert_eq!(ran("sample(\"cdnow\").sample(#{n: 101, replace: true}).height()").unwrap(), 101);
}

/// A loop that goes on with a plan makes it long; how long must not matter.
#[test]
fn a_plan_of_many_steps_runs() {
    // Each step looks at the columns before it and not at the steps: so many would take minutes otherwise.
    let code = "let f = sample(\"cdnow\"); for i in 0..600 { f = f.filter(col(\"amount\") > -1); } f.height()";
    assert_eq!(answer(code), Json::from(6919));
}

/// A frame of chance, as code: a key with few values, some of them missing, and a whole number.
fn some_frame() -> impl Strategy<Value = String> {
    proptest::collection::vec((proptest::option::weighted(0.9, 0..6_i64), -50..50_i64), 1..25).prop_map(|rows| {
        let key = |key: Option<i64>| key.map_or("()".to_owned(), |key| key.to_string());
        let keys: Vec<String> = rows.iter().map(|(one, _)| key(*one)).collect();
        let values: Vec<String> = rows.iter().map(|(_, value)| value.to_string()).collect();
        // Typed, so that a frame of gaps only is one of whole numbers as well.
        format!("frame(#{{k: [{}], v: [{}]}}).cast(#{{k: \"int\"}})", keys.join(", "), values.join(", "))
    })
}

/// Whether a piece of script says yes.
fn holds(code: &str) -> bool {
    answer(code) == Json::Bool(true)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn rows_with_and_without_a_partner_are_all_rows(a in some_frame(), b in some_frame()) {
        let rows = answer(&format!(
            "let a = {a}; let b = {b}; [a.height, a.join(b, \"k\", \"semi\").height, a.join(b, \"k\", \"anti\").height,
             a.join(b, \"k\", \"left\").height, a.join(b, \"k\").height]"
        ));
        let count = |place: usize| rows[place].as_i64().unwrap();
        prop_assert_eq!(count(0), count(1) + count(2), "semi and anti");
        prop_assert_eq!(count(3), count(4) + count(2), "a left join has the inner rows and those without a partner");
    }

    #[test]
    fn a_right_join_is_a_left_join_turned_around(a in some_frame(), b in some_frame()) {
        let code = format!(
            "let a = {a}; let b = {b}.rename(#{{v: \"w\"}});
             a.join(b, \"k\", \"right\").select(\"k\", \"v\", \"w\").equals(b.join(a, \"k\", \"left\").select(\"k\", \"v\", \"w\"))"
        );
        prop_assert!(holds(&code), "{}", code);
    }

    #[test]
    fn a_join_where_keys_are_equal_is_an_inner_join(a in some_frame(), b in some_frame()) {
        let code = format!(
            "let a = {a}; let b = {b}.rename(#{{v: \"w\", k: \"l\"}});
             a.join_where(b, col(\"k\") == col(\"l\")).select(\"k\", \"v\", \"w\").equals(a.join(b, #{{left: \"k\", right: \"l\"}}).select(\"k\", \"v\", \"w\"))"
        );
        prop_assert!(holds(&code), "{}", code);
    }

    #[test]
    fn as_of_joins_keep_every_row_and_never_look_ahead(a in some_frame(), b in some_frame()) {
        let rows = answer(&format!(
            "let a = {a}; let b = {b}.rename(#{{v: \"w\"}}).with_columns(col(\"w\").alias(\"v\"));
             a.join_asof(b.drop(\"k\"), #{{on: \"v\"}}).join(b.drop(\"k\").select(col(\"v\").min().alias(\"least\")), #{{how: \"cross\"}})"
        ));
        let height = answer(&format!("{a}.height"));
        prop_assert_eq!(Some(rows.as_array().unwrap().len() as u64), height.as_u64());
        for row in rows.as_array().unwrap() {
            match row["w"].as_i64() {
                Some(found) => prop_assert!(found <= row["v"].as_i64().unwrap()),
                None => prop_assert!(row["least"].as_i64() > row["v"].as_i64()),
            }
        }
    }

    #[test]
    fn what_is_put_together_can_be_taken_apart(a in some_frame(), b in some_frame()) {
        let code = format!(
            "let a = {a}; let b = {b}; let both = concat([a, b]);
             both.head(a.height).equals(a) && both.slice(a.height).equals(b) && both.height == a.height + b.height"
        );
        prop_assert!(holds(&code), "{}", code);
    }

    #[test]
    fn parts_put_together_are_the_whole(a in some_frame()) {
        let code = format!(
            "let a = {a}; concat(a.partition_by(\"k\")).sort([\"k\", \"v\"]).equals(a.sort([\"k\", \"v\"]))"
        );
        prop_assert!(holds(&code), "{}", code);
    }

    #[test]
    fn wide_made_long_is_what_it_was(a in some_frame()) {
        // One row for each row number and key, so that nothing has to be made one.
        let code = format!(
            "let a = {a}.drop_nulls(\"k\").with_columns(col(\"k\").cast(\"string\")).with_row_index(\"row\");
             a.is_empty() || a.pivot(#{{on: \"k\", index: \"row\", values: \"v\"}})
                 .unpivot(#{{index: \"row\", variable_name: \"k\", value_name: \"v\"}}).drop_nulls(\"v\")
                 .sort(\"row\").equals(a.sort(\"row\"))"
        );
        prop_assert!(holds(&code), "{}", code);
    }

    #[test]
    fn steps_taken_one_by_one_and_at_once_agree(a in some_frame(), b in some_frame()) {
        let steps = [
            ".sort(\"v\")", ".top_k(3, \"v\")", ".drop_nulls()", ".join(b, \"k\", \"left\")", ".reverse()",
            ".fill_null(0)", ".value_counts(\"k\")", ".group_by(\"k\").agg(col(\"v\").sum())", ".gather_every(2)",
            ".rolling(\"v\", #{period: \"5i\"}).agg(len())", ".unpivot()", ".sample(#{fraction: 0.5})",
            ".sql(\"select k, max(v) as m from self group by k order by k\")",
        ];
        let pairs: Vec<String> = steps.iter().map(|step| format!("a{step}.equals(a.collect(){step}.collect())")).collect();
        let code = format!("let b = {b}; let a = concat([{a}, b]); [{}]", pairs.join(", "));
        for (step, same) in steps.iter().zip(answer(&code).as_array().unwrap()) {
            prop_assert_eq!(same, &Json::Bool(true), "{}", step);
        }
    }

    #[test]
    fn windows_without_overlap_hold_every_row_once(a in some_frame(), every in 1..9_i64) {
        let code = format!(
            "let a = {a}; a.group_by_dynamic(\"v\", #{{every: \"{every}i\"}}).agg(len().alias(\"n\")).select(col(\"n\").sum()).item() == a.height"
        );
        prop_assert!(holds(&code), "{}", code);
    }

    #[test]
    fn a_loop_over_rows_sees_what_columns_hold(a in some_frame()) {
        let code = format!(
            "let a = {a}; let sum = 0; for row in a {{ sum += row.v; }}
             sum == a.select(col(\"v\").sum()).item() && a.map_rows(|row| row).cast(#{{k: \"int\"}}).equals(a)"
        );
        prop_assert!(holds(&code), "{}", code);
    }
}
