//! Where columns come from, and what the columns of a project are: values by hand, laws, and long ways.

use serde_json::{Value as Json, json};

use crate::witnesses::answer;

fn rows(json: &Json) -> &Vec<Json> {
    json.as_array().unwrap()
}

/// Some fields of each row, one text a row; what is missing is left out.
fn lines(json: &Json, fields: &[&str]) -> Vec<String> {
    let text = |row: &Json| {
        let cells = fields.iter().filter_map(|field| match &row[*field] {
            Json::Null => None,
            Json::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        });
        cells.collect::<Vec<_>>().join(" | ")
    };
    rows(json).iter().map(text).collect()
}

/// The sources of columns, as `source: column`, each once and in order; of all columns where none is named.
fn sources(script: &str, columns: &str) -> Vec<String> {
    let told = answer(&format!("{script}.lineage({columns})"));
    let mut found: Vec<String> = rows(&told)
        .iter()
        .filter(|row| row["does"] == "source")
        .map(|row| row["from"].as_str().unwrap().to_owned())
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Two files, and what a script makes of them.
fn shop() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string().replace('\\', "/");
    std::fs::write(path("people.csv"), "id,name,land\n1,Ann,AT\n2,Bob,DE\n3,Cyd,DE\n").unwrap();
    let orders = "client,day,qty,price\n1,2024-01-05,2,10.5\n2,2024-01-07,1,20\n1,2024-02-01,3,5\n3,2024-02-02,,7\n";
    std::fs::write(path("orders.csv"), orders).unwrap();
    let script = format!(
        "let people = read_csv(\"{}\").rename(#{{land: \"country\"}});\n\
         let orders = read_csv(\"{}\").drop_nulls(\"qty\").with_columns((col(\"qty\") * col(\"price\")).alias(\"total\"));\n\
         let tx = orders.transactions(#{{customer: \"client\", date: \"day\", amount: \"total\"}});\n\
         let both = tx.join(people, #{{left: \"customer\", right: \"id\", how: \"left\"}});\n\
         let sales = both.filter(col(\"amount\") > 10).group_by(\"country\").agg(col(\"amount\").sum().alias(\"sales\"), len().alias(\"orders\"));\n",
        path("people.csv"),
        path("orders.csv")
    );
    (folder, script)
}

#[test]
fn a_column_tells_its_sources_and_each_step() {
    let (folder, script) = shop();
    let told = answer(&format!("{script}sales.lineage(\"sales\")"));
    let here = format!("{}/", folder.path().display().to_string().replace('\\', "/"));
    let told: Vec<String> = lines(&told, &["step", "does", "word", "name", "from", "what", "place"])
        .iter()
        .map(|line| line.replace(&here, ""))
        .collect();
    assert_eq!(
        told,
        [
            "1 | source | read_csv | qty | orders.csv: qty | read_csv(\"orders.csv\") | input 1:2",
            "2 | source | read_csv | price | orders.csv: price | read_csv(\"orders.csv\") | input 1:2",
            "3 | chose rows | drop_nulls | qty | those with a value in each of these columns | input 1:2",
            "4 | computed | with_columns | total | qty, price | col(\"qty\") * col(\"price\") | input 1:2",
            "5 | renamed | transactions | amount | total | transactions(#{amount: \"total\", customer: \"client\", date: \"day\"}) | input 1:3",
            "6 | chose rows | transactions | client, day, total | those that have what the standard table needs | input 1:3",
            "7 | joined rows | join | customer (orders.csv), id (people.csv) | every row of the left table, by `customer` = `id` | input 1:4",
            "8 | chose rows | filter | amount | col(\"amount\") > 10 | input 1:5",
            "9 | grouped rows | agg | country | one row for each `country` | input 1:5",
            "10 | computed | agg | sales | amount | col(\"amount\").sum() for each `country` | input 1:5",
        ]
    );
    // A key that was read under another name, from the other file.
    let country: Vec<String> =
        sources(&format!("{script}sales"), "\"country\"").iter().map(|one| one.replace(&here, "")).collect();
    assert_eq!(country, ["people.csv: land"]);
    // A count is made of the rows of both.
    let orders: Vec<String> =
        sources(&format!("{script}sales"), "\"orders\"").iter().map(|one| one.replace(&here, "")).collect();
    assert_eq!(orders, ["orders.csv: its rows", "people.csv: its rows"]);
}

#[test]
fn what_was_run_before_tells_the_same() {
    let (_folder, script) = shop();
    let fresh = answer(&format!("{script}sales.lineage()"));
    let script = script.replace("let both", "let seen = people.row(0); let more = tx.row(0); let both");
    let run = answer(&format!("{script}let first = sales.height; let one = sales.row(0);\nsales.lineage()"));
    assert_eq!(lines(&fresh, &["column", "from", "what"]), lines(&run, &["column", "from", "what"]));
}

#[test]
fn functions_keep_what_they_keep_and_say_what_they_make() {
    let told = answer("sample(\"cdnow\").rfm().lineage(\"customer\", \"monetary\")");
    assert_eq!(
        lines(&told, &["column", "does", "word", "from"]),
        [
            "customer | source | sample | sample(\"cdnow\"): customer",
            "customer | kept | rfm | customer",
            "monetary | source | sample | sample(\"cdnow\"): amount",
            "monetary | computed | rfm | amount",
        ]
    );
    let meaning = rows(&told).last().unwrap()["what"].as_str().unwrap().to_owned();
    let manual = crate::examples::session(Vec::new());
    let manual = manual.catalogue().get("rfm").unwrap().manual().clone();
    assert_eq!(meaning, manual.columns.iter().find(|column| column.name == "monetary").unwrap().meaning);
}

#[test]
fn models_further_tables_and_functions_of_the_script_are_told() {
    // A function that does not say it reads the columns of its standard table.
    assert_eq!(
        sources("sample(\"cdnow\").cohort_retention()", "\"active\""),
        ["amount", "customer", "date", "quantity"].map(|name| format!("sample(\"cdnow\"): {name}"))
    );
    // What a model foresees comes from what it was fitted on.
    let made = "sample(\"cdnow\").bg_nbd().predict(#{horizon: \"39w\"})";
    assert!(sources(made, "\"p_alive\"").contains(&"sample(\"cdnow\"): date".to_owned()));
    assert!(!sources("sample(\"cdnow\").profile().types", "\"holds\"").is_empty());
    let made = "frame(#{a: [1], b: [2]}).map_rows(|row| #{sum: row.a + row.b})";
    assert_eq!(sources(made, ""), ["frame(#{…}): a", "frame(#{…}): b"]);
    // What stands in a function of the script is told with its own words.
    let told = answer("fn dear(tx) { tx.filter(col(\"amount\") > 100) }\ndear(sample(\"cdnow\")).lineage(\"amount\")");
    assert_eq!(lines(&told, &["word", "place"]), ["sample | input 1:2", "filter | input 1:1"]);
    let told = answer("frame(#{mail: [\" Ann@X.org \"]}).standardize().table().lineage()");
    assert_eq!(lines(&told, &["does", "word"]), ["source | frame", "computed | standardize"]);
}

/// Frames made by every kind of step, each with a column that is in none of the others.
const FRAMES: [&str; 35] = [
    "tx",
    "tx.partition_by(\"quantity\")[1]",
    "tx.head(5).tail(2)",
    "tx.filter(col(\"amount\") > 10)",
    "tx.select(col(\"amount\") * 2, \"customer\")",
    "tx.select(cs.numeric())",
    "tx.with_columns(col(\"date\").dt.month().alias(\"month\"), when(col(\"amount\") > 9).then(\"dear\").otherwise(\"cheap\").alias(\"kind\"))",
    "tx.with_columns(col(\"amount\").sum().over(\"customer\").alias(\"all\"))",
    "tx.drop(\"quantity\")",
    "tx.cast(#{customer: \"string\"})",
    "tx.fill_null(0)",
    "tx.with_row_index(\"row\")",
    "tx.sort(\"amount\").reverse().unique(\"customer\")",
    "tx.top_k(3, \"amount\")",
    "tx.sample(20, #{seed: 1})",
    "tx.gather_every(50)",
    "tx.group_by(\"customer\").agg(col(\"amount\").sum(), len().alias(\"orders\"))",
    "tx.group_by(col(\"date\").dt.truncate(\"1mo\").alias(\"month\")).agg(col(\"amount\").mean())",
    "tx.group_by_dynamic(\"date\", #{every: \"1mo\", include_boundaries: true}).agg(col(\"amount\").sum())",
    "tx.sort(\"date\").rolling(\"date\", #{period: \"30d\"}).agg(col(\"amount\").sum())",
    "tx.value_counts(\"quantity\")",
    "tx.join(names, \"customer\")",
    "tx.join(names, #{on: \"customer\", how: \"full\"})",
    "tx.join(names, #{on: \"customer\", how: \"right\", suffix: \"_there\"})",
    "tx.join(names, #{on: \"customer\", how: \"anti\"})",
    "tx.join_where(names, col(\"quantity\") == col(\"customer_right\"))",
    "tx.join_asof(names.with_columns(col(\"since\").str.to_date(\"%Y-%m-%d\").alias(\"date\")), #{on: \"date\"})",
    "concat([tx, names], #{how: \"diagonal\"})",
    "tx.head(2).hstack(names.select(\"name\"))",
    "tx.head(40).pivot(#{on: \"quantity\", index: \"customer\", values: \"amount\", aggregate: \"sum\"})",
    "tx.head(9).unpivot(#{on: [\"quantity\", \"amount\"], index: \"customer\"})",
    "tx.head(3).transpose()",
    "tx.sql(\"select customer, sum(amount) as s from self group by customer\")",
    "tx.describe()",
    "tx.cohort_retention()",
];

const GIVEN: &str = "let tx = sample(\"cdnow\"); \
    let names = frame(#{customer: [4, 18], name: [\"Ann\", \"Bob\"], since: [\"1997-01-01\", \"1997-02-01\"]});\n";

#[test]
fn every_column_of_every_frame_ends_in_a_source() {
    for frame in FRAMES {
        let told = answer(&format!("{GIVEN}{frame}.lineage()"));
        let mut with_source: Vec<&str> = rows(&told)
            .iter()
            .filter(|row| row["does"] == "source")
            .map(|row| row["column"].as_str().unwrap())
            .collect();
        with_source.dedup();
        let columns = answer(&format!("{GIVEN}{frame}.columns"));
        let columns: Vec<&str> = rows(&columns).iter().map(|name| name.as_str().unwrap()).collect();
        assert_eq!(with_source, columns, "{frame}");
        for row in rows(&told) {
            assert!(row["place"].is_string(), "{frame}: {row}");
        }
    }
}

#[test]
fn renaming_loses_no_source() {
    for frame in FRAMES {
        let columns = answer(&format!("{GIVEN}{frame}.columns"));
        for name in rows(&columns).iter().take(3).map(|name| name.as_str().unwrap()) {
            let before = sources(&format!("{GIVEN}{frame}"), &format!("{name:?}"));
            let renamed = format!("{GIVEN}{frame}.rename(#{{{name:?}: \"quite new\"}})");
            assert_eq!(sources(&renamed, "\"quite new\""), before, "{frame}: {name}");
        }
    }
}

#[test]
fn the_sources_of_frames_together_are_those_of_each() {
    let union = |left: &str, right: &str| {
        let mut all = [sources(&format!("{GIVEN}{left}"), ""), sources(&format!("{GIVEN}{right}"), "")].concat();
        all.sort();
        all.dedup();
        all
    };
    let (left, right) = ("tx.filter(col(\"amount\") > 3)", "names.rename(#{name: \"called\"})");
    for how in ["inner", "left", "full"] {
        let joined = format!("{GIVEN}{left}.join({right}, #{{on: \"customer\", how: \"{how}\", suffix: \"_2\"}})");
        let mut expected = union(left, right);
        if how != "full" {
            // The key is told once, by the left table.
            expected.retain(|one| one != "frame(#{…}): customer");
        }
        assert_eq!(sources(&joined, ""), expected, "{how}");
    }
    let stacked = format!("{GIVEN}concat([{left}, {right}], #{{how: \"diagonal\"}})");
    assert_eq!(sources(&stacked, ""), union(left, right));
}

#[test]
fn long_ways_are_shortened_and_counted() {
    let told = answer(
        "let f = frame(#{a: [1]}); for i in 0..500 { f = f.with_columns((col(\"a\") + i).alias(\"a\")); f.to_list(\"a\"); }\nf.lineage(\"a\")",
    );
    let last = rows(&told).last().unwrap();
    // The source and 500 steps, however many of them are told one by one.
    assert_eq!(last["step"], 501);
    assert_eq!(last["what"], "col(\"a\") + 499");
    assert!(rows(&told).len() < 300, "{}", rows(&told).len());
    let between: Vec<&Json> = rows(&told).iter().filter(|row| row["does"] == "…").collect();
    assert!(!between.is_empty());
    assert_eq!(rows(&told)[0]["from"], "frame(#{…}): a");
    // The same frame twice, 40 times over: 2⁴⁰ ways lead back, and 40 steps are told.
    let told = answer(
        "let f = frame(#{a: [1]}).clear(); for i in 0..40 { f = concat([f, f]); f.to_list(\"a\"); }\nf.lineage()",
    );
    assert_eq!(rows(&told).len(), 42);
}

/// A shop of two declared tables and one that is none.
const SHOP: &str = "let people = frame(#{id: [1, 2, 3], name: [\"Ann Miller\", \"Bob Stone\", \"Cyd Marsh\"], \
        mail: [\"ann@x.org\", \"bob@x.org\", ()], region: [\"north\", \"south\", \"north\"]}).customers(#{customer: \"id\", email: \"mail\"}); \
    let orders = frame(#{client: [1, 1, 2, 9], day: [\"2024-01-05\", \"2024-01-25\", \"2024-02-01\", \"2024-02-02\"], total: [20.0, 30.0, 10.0, 5.0], \
        item: [\"a\", \"b\", \"a\", \"c\"]}).transactions(#{customer: \"client\", date: \"day\", amount: \"total\"}); \
    let items = frame(#{item: [\"a\", \"b\"], weight: [1.5, 2.0]}); let tables = #{people: people, orders: orders, items: items};\n";

#[test]
fn a_dictionary_has_a_row_for_each_column() {
    let book = answer(&format!(
        "{SHOP}dictionary(#{{tables: tables, meanings: #{{orders: #{{item: \"what was packed\", amount: \"with tax\"}}}}}}).table()"
    ));
    assert_eq!(
        lines(&book, &["table", "data", "column", "role", "described", "meaning", "unit"]),
        [
            "items | static | item | what | nobody",
            "items | static | weight | how much | nobody",
            "people | static | customer | who | standard table | who: a person or firm that buys",
            "people | static | email | who | standard table | e-mail address",
            "people | static | name | who | standard table | name",
            "people | static | region | where | standard table | region",
            "orders | dynamic | customer | who | standard table | who: a person or firm that buys",
            "orders | dynamic | date | when | standard table | when it was bought",
            "orders | dynamic | item | what | team | what was packed",
            "orders | dynamic | amount | how much | team | with tax | money",
        ]
    );
    assert_eq!(rows(&book)[9]["sources"], "frame(#{…}): total");
    assert_eq!(rows(&book)[9]["steps"], "transactions");
    assert_eq!(rows(&book)[7]["examples"], "2024-01-05 … 2024-02-02");
    let figures = answer(&format!("{SHOP}dictionary(#{{tables: tables}})"));
    for (name, count) in [
        ("static_tables", 2),
        ("dynamic_tables", 1),
        ("columns", 10),
        ("static_columns", 6),
        ("dynamic_columns", 4),
        ("described", 7),
        ("not_described", 3),
        ("personal", 2),
    ] {
        assert_eq!(figures[name], count, "{name}");
    }
}

#[test]
fn columns_in_are_rows_out() {
    let wide = "let shop = simulate(#{customers: 60}); let tables = #{c: shop.customers, t: shop.transactions, e: shop.events, \
        f: shop.feedback, k: shop.tickets, d: shop.deals, r: shop.transactions.rfm(), n: frame(#{}) };\n";
    let width = answer(&format!("{wide}let all = 0; for name in tables.keys() {{ all += tables[name].width; }} all"));
    let rows_of = |data: &str| {
        let book = answer(&format!("{wide}dictionary(#{{tables: tables{data}}}).table()"));
        rows(&book).len() as i64
    };
    let (all, still, moving) = (rows_of(""), rows_of(", data: \"static\""), rows_of(", data: \"dynamic\""));
    assert_eq!(json!(all), width);
    assert_eq!(still + moving, all);
    let figures = answer(&format!("{wide}dictionary(#{{tables: tables}})"));
    assert_eq!(figures["columns"], width);
    assert_eq!(figures["described"].as_i64().unwrap() + figures["not_described"].as_i64().unwrap(), all);
}

#[test]
fn no_value_of_a_person_stands_in_a_dictionary() {
    for table in ["table()", "tables", "relations", "undescribed"] {
        let told = answer(&format!("{SHOP}dictionary(#{{tables: tables, examples: 20}}).{table}")).to_string();
        for secret in ["Ann", "Miller", "Stone", "ann@x.org", "bob@"] {
            assert!(!told.contains(secret), "{table}: {secret}");
        }
    }
}

#[test]
fn relations_count_what_the_other_table_knows() {
    let found = answer(&format!("{SHOP}dictionary(#{{tables: tables}}).relations"));
    assert_eq!(
        lines(&found, &["table", "column", "refers_to", "key", "values", "found"]),
        ["orders | customer | people | customer | 3 | 2", "orders | item | items | item | 3 | 2"]
    );
    let text = SHOP.replace("id: [1, 2, 3]", "id: [\"1\", \"2\", \"3\"]");
    let found = answer(&format!("{text}dictionary(#{{tables: tables}}).relations"));
    assert_eq!(lines(&found, &["column", "found", "as_text"]), ["customer | 2 | true", "item | 2 | false"]);
}
