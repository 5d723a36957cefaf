//! Faults that a hostile reader found in real files: each was wrong, or silent, before it was mended.

use regulars::show::Value;
use regulars_plugin::Quiet;
use serde_json::Value as Json;

use crate::examples::session;
use crate::witnesses::answer;

/// Writes a file, and answers with the JSON of a piece of script in which `FILE` stands for its name.
fn with_file(content: &str, code: &str) -> Result<Json, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.csv");
    std::fs::write(&path, content).unwrap();
    let code = code.replace("FILE", &format!("read_csv(\"{}\")", path.display()));
    match session(Vec::new()).run(&code).answer {
        Ok(value) => {
            let text = regulars::show::export(&value, regulars::show::Format::Json, &Quiet).unwrap();
            Ok(serde_json::from_str(&text).unwrap())
        }
        Err(failure) => Err(failure.to_string()),
    }
}

#[test]
fn dates_that_can_be_read_in_two_ways_are_asked_about_and_then_read_as_told() {
    let american = "customer,date,amount\na,01/02/2024,10\na,03/04/2024,20\n";
    assert!(with_file(american, "FILE.transactions()").unwrap_err().contains("month/day or as day/month"));
    let rows = with_file(american, "FILE.transactions(#{date_format: \"%m/%d/%Y\"})").unwrap();
    assert_eq!((rows[0]["date"].as_str(), rows[1]["date"].as_str()), (Some("2024-01-02"), Some("2024-03-04")));
    let short = "customer,date,amount\n1,31/12/24,10\n";
    assert!(with_file(short, "FILE.rfm()").unwrap_err().contains("its dates are not understood"));
    let rows = with_file(short, "FILE.transactions(#{date_format: \"%d/%m/%y\"})").unwrap();
    assert_eq!(rows[0]["date"], "2024-12-31");
}

#[test]
fn numbers_that_begin_with_zeros_are_names() {
    let padded = "customer,date,amount\n00042,2024-01-01,10\n42,2024-01-02,20\n042,2024-01-03,30\n";
    assert_eq!(with_file(padded, "FILE.rfm()").unwrap().as_array().unwrap().len(), 3);
}

#[test]
fn rows_that_were_left_out_are_told_after_every_step() {
    let lacking = "customer,date,amount\n1,2024-01-01,10\n,2024-01-02,20\n2,2024-01-03,30\n";
    let told = "1 of 3 rows were left out: 1 without customer";
    for steps in ["filter(col(\"amount\") > 0)", "with_columns(col(\"amount\") * 2)", "sort(\"date\").head(2)"] {
        let notes = with_file(lacking, &format!("FILE.transactions().{steps}.rfm().notes")).unwrap();
        assert!(notes.as_array().unwrap().iter().any(|note| note == told), "{steps}: {notes}");
    }
}

#[test]
fn rows_that_a_user_filtered_away_are_not_called_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.parquet").display().to_string();
    let code = format!(
        "frame(#{{customer: [1, 2, (), 3], date: [\"2024-01-01\", \"2024-01-02\", \"2024-01-03\", \"2024-01-04\"], amount: [5, 50, 60, 70]}}).write_parquet(\"{path}\"); \
         let t = read_parquet(\"{path}\").transactions(); \
         let u = t.filter(col(\"amount\") > 20); let seen = u.to_list(\"amount\"); \
         [u.rfm().notes[0], t.rfm().notes[0]]"
    );
    let Ok(Value::List(notes)) = session(Vec::new()).run(&code).answer else { panic!("no list") };
    for note in notes {
        assert!(matches!(&note, Value::Text(text) if text.starts_with("1 of 4 rows were left out")));
    }
}

#[test]
fn values_that_cannot_be_read_are_told_with_an_example() {
    let mut file = String::from("customer,date,amount\n");
    for day in 1..=20 {
        file +=
            &format!("1,2024-01-{day:02},{}\n", if day == 7 { "\"1,537.46\"".to_owned() } else { format!("{day}.5") });
    }
    let notes = with_file(&file, "FILE.transactions().notes").unwrap().to_string();
    assert!(notes.contains("1 values of `amount` cannot be read as a number, such as `1,537.46`"), "{notes}");
}

/// Ten customers with .7 each: eight of them bring 80 %, though the sum of doubles says a little less; .1 and .2 are .3.
#[test]
fn the_last_digit_of_a_sum_decides_nothing() {
    let ids: Vec<String> = (0..10).map(|id| id.to_string()).collect();
    let days = ["\"2024-01-01\""; 10].join(", ");
    let equal =
        format!("frame(#{{customer: [{}], date: [{days}], amount: [{}]}})", ids.join(", "), ["0.7"; 10].join(", "));
    let record = answer(&format!("{equal}.pareto_share()"));
    assert_eq!(record["customers_for_80_percent"], 0.8);
    let table = answer(&format!("{equal}.pareto_share().table()"));
    let classes: String = table.as_array().unwrap().iter().map(|row| row["class"].as_str().unwrap()).collect();
    assert_eq!(classes, "AAAAAAAABB");
    let three = "frame(#{customer: [\"z\", \"z\", \"a\"], date: [\"2024-01-01\", \"2024-01-02\", \"2024-01-03\"], amount: [0.1, 0.2, 0.3]})";
    let rows = answer(&format!("{three}.rfm(#{{bins: 3}})"));
    assert_eq!(rows[0]["m"], rows[1]["m"]);
}

#[test]
fn periods_beyond_all_measure_are_refused_before_the_work() {
    let orders = "frame(#{customer: [1, 2], date: [\"1900-01-01\", \"2024-01-01\"], amount: [1, 2]})";
    for (options, words) in [
        ("period: \"day\"", "45291 periods"),
        ("kind: \"bracket\", brackets: [[1, 2147483647]]", "reaches too far"),
        ("kind: \"bracket\", brackets: [[1, 4294967296]]", "does not follow"),
    ] {
        let refused = session(Vec::new()).run(&format!("{orders}.cohort_retention(#{{{options}}})")).answer;
        let words_found = refused.err().map(|failure| failure.to_string()).unwrap_or_default();
        assert!(words_found.contains(words), "{words_found}");
    }
}

/// Two Parquet files of orders, each declared: 2 of 3 and 1 of 4 rows lack something.
fn two_lazy_frames(then: &str) -> serde_json::Value {
    let place = crate::formats::Place::with(&[]);
    place.answer(&format!(
        "frame(#{{customer: [\"ann\", (), \"bob\"], date: [date(\"2024-01-01\"), date(\"2024-01-02\"), ()], amount: [1, 2, 3]}})\
         .write_parquet(\"DIR/a.parquet\");\n\
         frame(#{{customer: [\"ann\", \"eve\", \"dan\", \"eve\"], date: [date(\"2024-02-01\"), date(\"2024-02-02\"), \
         date(\"2024-02-03\"), date(\"2024-02-04\")], amount: [4, (), 5, 6]}}).write_parquet(\"DIR/b.parquet\");\n\
         let a = read_parquet(\"DIR/a.parquet\").transactions(); let b = read_parquet(\"DIR/b.parquet\").transactions();\n\
         {then}"
    ))
}

#[test]
fn what_every_one_of_several_lazy_frames_left_out_is_told() {
    for call in [
        "concat([a, b])",
        "concat([a, b]).filter(col(\"amount\") > 0)",
        "a.join(b, \"customer\")",
        "sql(\"select a.customer from a join b on a.customer = b.customer\", #{a: a, b: b})",
        "concat([a, b, a])",
        "concat([a, b]).transactions()",
    ] {
        let notes = two_lazy_frames(&format!("{call}.notes"));
        let told = |begin: &str| {
            notes.as_array().unwrap().iter().filter(|note| note.as_str().unwrap().starts_with(begin)).count()
        };
        assert_eq!((told("2 of 3 rows were left out"), told("1 of 4 rows were left out")), (1, 1), "{call}: {notes}");
    }
}

#[test]
fn the_rows_of_several_parquet_files_put_together_are_counted() {
    assert_eq!(two_lazy_frames("concat([a, b]).height"), 4);
    assert_eq!(two_lazy_frames("concat([a, b]).filter(col(\"amount\") > 4).height"), 2);
    assert_eq!(two_lazy_frames("concat([a, b]).rfm().height"), 3);
    assert_eq!(two_lazy_frames("concat([a, b]).select(len()).to_list(\"len\")[0]"), 4);
}

#[test]
fn points_that_may_part_thousands_are_told() {
    let german = "customer;amount\n1;1.234\n2;12.500\n3;1.000\n";
    let notes = with_file(german, "FILE.notes").unwrap().to_string();
    assert!(notes.contains("the points in `amount` were read as decimal points"), "{notes}");
    for plain in ["customer;amount\n1;1.25\n2;12.5\n", "customer;amount\n1;0.125\n", "customer,amount\n1,1.234\n"] {
        let notes = with_file(plain, "FILE.notes").unwrap().to_string();
        assert!(!notes.contains("decimal points"), "{plain}: {notes}");
    }
}

#[test]
fn rows_left_out_are_told_of_parts_and_of_rows_made_one_by_one() {
    let dirty = "customer,date,amount\na,2024-01-01,10\nb,,20\n";
    for code in [
        "FILE.transactions().partition_by(\"customer\")[0].notes",
        "FILE.transactions().map_rows(|row| #{customer: row.customer}).notes",
        "FILE.transactions().describe().notes",
        "FILE.transactions().glimpse().notes",
        "FILE.transactions().transpose().notes",
    ] {
        let notes = with_file(dirty, code).unwrap().to_string();
        assert!(notes.contains("1 of 2 rows were left out"), "{code}: {notes}");
    }
}

#[test]
fn two_frames_that_left_out_as_much_both_say_so() {
    let dirty = "customer,date,amount\na,2024-01-01,10\nb,,20\n";
    let twice = "let a = FILE.transactions(); let b = FILE.transactions(); concat([a, b]).notes";
    let notes = with_file(dirty, twice).unwrap().to_string();
    assert_eq!(notes.matches("1 of 2 rows were left out").count(), 2, "{notes}");
    let same = "let a = FILE.transactions(); concat([a, a]).notes";
    let notes = with_file(dirty, same).unwrap().to_string();
    assert_eq!(notes.matches("1 of 2 rows were left out").count(), 1, "{notes}");
}
