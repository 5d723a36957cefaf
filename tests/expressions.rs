//! The methods of expressions, namespace by namespace: columns, an expression on them, and what it must answer, worked
//! out by hand.

use regulars::show::{self, Format};
use regulars_plugin::Quiet;
use serde_json::Value as Json;

use crate::examples::session;
use crate::witnesses::answer;

/// Columns of a frame, an expression, and its values.
type Case = (&'static str, &'static str, &'static str);

/// Answers the column `x` that an expression makes of a frame, or why it does not.
fn values(columns: &str, expression: &str) -> Result<Json, String> {
    let code = format!("frame(#{{{columns}}}).select(({expression}).alias(\"x\")).to_list(\"x\")");
    let told = |failure: regulars_plugin::Failure| failure.to_string();
    let value = session(Vec::new()).run(&code).answer.map_err(told)?;
    let text = show::export(&value, Format::Json, &Quiet).map_err(told)?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

/// Numbers that come of a division or a root are compared to twelve digits.
fn equal(found: &Json, wanted: &Json) -> bool {
    match (found, wanted) {
        (Json::Number(found), Json::Number(wanted)) => {
            let (found, wanted) = (found.as_f64().unwrap(), wanted.as_f64().unwrap());
            (found - wanted).abs() <= 1e-12 * wanted.abs().max(1.0)
        }
        (Json::Array(found), Json::Array(wanted)) => {
            found.len() == wanted.len() && found.iter().zip(wanted).all(|(found, wanted)| equal(found, wanted))
        }
        _ => found == wanted,
    }
}

fn check(cases: &[Case]) {
    let mut wrong = Vec::new();
    for (columns, expression, wanted) in cases {
        let wanted: Json =
            serde_json::from_str(wanted).unwrap_or_else(|error| panic!("{expression}: {wanted}: {error}"));
        match values(columns, expression) {
            Ok(found) if equal(&found, &wanted) => {}
            Ok(found) => wrong.push(format!("{expression}\n  found  {found}\n  wanted {wanted}")),
            Err(failure) => wrong.push(format!("{expression}\n  {failure}")),
        }
    }
    assert!(wrong.is_empty(), "{} of {} are wrong\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn names_and_types() {
    check(&[
        ("a: [\"1\", \"x\", ()]", r#"col("a").cast("int", #{strict: false})"#, "[1, null, null]"),
        ("a: [\"1.5\", \"2\"]", r#"col("a").cast("float")"#, "[1.5, 2.0]"),
        ("a: [\"2024-02-29\"]", r#"col("a").cast("date").dt.day()"#, "[29]"),
        ("a: [1, 0]", r#"col("a").cast("bool")"#, "[true, false]"),
        ("a: [\"b\", \"a\", \"b\"]", r#"col("a").cast("categorical").n_unique()"#, "[2]"),
        ("a: [\"1.25\", \"2.50\"]", r#"col("a").cast("decimal(10, 2)").sum().cast("float")"#, "[3.75]"),
        ("a: [\"1 2\"]", r#"col("a").str.split(" ").cast("list(int)").list.sum()"#, "[3]"),
        ("a: [300]", r#"col("a").cast("Int8", #{strict: false})"#, "[null]"),
    ]);
}

#[test]
fn summaries() {
    let odd = "a: [2, 4, 4, 5]";
    check(&[
        (odd, r#"col("a").product()"#, "[160]"),
        (odd, r#"col("a").mode()"#, "[4]"),
        ("a: [3, 1, 3, 1]", r#"col("a").mode()"#, "[3, 1]"),
        // Variance 19/12, 19/16 with ddof 0.
        (odd, r#"col("a").var()"#, "[1.583333333333333333]"),
        (odd, r#"col("a").var(#{ddof: 0})"#, "[1.1875]"),
        (odd, r#"col("a").quantile(0.5, #{interpolation: "lower"})"#, "[4]"),
        (odd, r#"col("a").quantile(0.25)"#, "[3.5]"),
        (odd, r#"col("a").arg_max()"#, "[3]"),
        (odd, r#"col("a").arg_min()"#, "[0]"),
        // Deviations -1, -1, 2: m2 = 2, m3 = 2; 2 / 2^1.5 = 0.7071…; m4 = 6, 6 / 4 - 3 = -1.5.
        ("a: [1, 1, 4]", r#"col("a").skew()"#, "[0.70710678118654752]"),
        ("a: [1, 1, 4]", r#"col("a").kurtosis()"#, "[-1.5]"),
        ("a: [1, 1, 4]", r#"col("a").kurtosis(#{fisher: false})"#, "[1.5]"),
        ("a: [1, (), 3]", r#"col("a").has_nulls()"#, "[true]"),
        ("a: [1, 2, 2, ()]", r#"col("a").n_unique()"#, "[3]"),
        ("a: [1, 2, 2, 7]", r#"col("a").approx_n_unique()"#, "[3]"),
        ("a: [5, 2, 5]", r#"col("a").unique_counts()"#, "[2, 1]"),
        ("a: [\"x\", \"y\", \"y\"]", r#"col("a").value_counts(#{sort: true}).struct.field("count")"#, "[2, 1]"),
        (
            "a: [\"x\", \"y\", \"y\", \"y\"]",
            r#"col("a").value_counts(#{sort: true, normalize: true}).struct.field("proportion")"#,
            "[0.75, 0.25]",
        ),
        ("a: [(), true]", r#"col("a").all()"#, "[true]"),
        ("a: [(), true]", r#"col("a").all(#{ignore_nulls: false})"#, "[null]"),
    ]);
}

#[test]
fn missing_values_and_comparisons() {
    let gaps = "a: [1.0, (), (), 4.0]";
    check(&[
        (gaps, r#"col("a").forward_fill()"#, "[1, 1, 1, 4]"),
        (gaps, r#"col("a").forward_fill(1)"#, "[1, 1, null, 4]"),
        (gaps, r#"col("a").backward_fill()"#, "[1, 4, 4, 4]"),
        (gaps, r#"col("a").fill_null(#{strategy: "mean"})"#, "[1, 2.5, 2.5, 4]"),
        (gaps, r#"col("a").fill_null(#{strategy: "forward", limit: 1})"#, "[1, 1, null, 4]"),
        (gaps, r#"col("a").fill_null(0)"#, "[1, 0, 0, 4]"),
        (gaps, r#"col("a").interpolate()"#, "[1, 2, 3, 4]"),
        (gaps, r#"col("a").is_finite()"#, "[true, null, null, true]"),
        ("a: [1, 2, 3]", r#"col("a").is_between(1, 3, #{closed: "none"})"#, "[false, true, false]"),
        ("a: [1, 2, ()]", r#"col("a").is_in([1, 7])"#, "[true, false, null]"),
        ("a: [1, ()], b: [1, ()]", r#"col("a").eq_missing(col("b"))"#, "[true, true]"),
        ("a: [1, ()], b: [2, ()]", r#"col("a").ne_missing(col("b"))"#, "[true, false]"),
        ("a: [true, true], b: [true, false]", r#"col("a").xor(col("b"))"#, "[false, true]"),
        ("a: [7, 8, 7]", r#"col("a").is_unique()"#, "[false, true, false]"),
        ("a: [7, 8, 7]", r#"col("a").is_duplicated()"#, "[true, false, true]"),
        ("a: [7, 8, 7]", r#"col("a").is_first_distinct()"#, "[true, true, false]"),
        ("a: [7, 8, 7]", r#"col("a").is_last_distinct()"#, "[false, true, true]"),
        ("a: [\"NY\", \"LA\"]", r#"col("a").replace(#{NY: "New York"})"#, r#"["New York", "LA"]"#),
        ("a: [1, 2, 3]", r#"col("a").replace([1, 2], [10, 20])"#, "[10, 20, 3]"),
        ("a: [1, 2, 3]", r#"col("a").replace(3, ())"#, "[1, 2, null]"),
        ("a: [\"A\", \"B\", \"?\"]", r#"col("a").replace_strict(#{A: 1, B: 2}, #{default: 0})"#, "[1, 2, 0]"),
        ("a: [\"A\", \"B\"]", r#"col("a").replace_strict([ "A", "B" ], [1.5, 2.5])"#, "[1.5, 2.5]"),
    ]);
}

#[test]
fn numbers() {
    check(&[
        ("a: [1250, 1349, -1250]", r#"col("a").round(-2)"#, "[1300, 1300, -1300]"),
        ("a: [2.5, 3.5]", r#"col("a").round(0, #{mode: "half_to_even"})"#, "[2, 4]"),
        ("a: [2.5, -2.5]", r#"col("a").round()"#, "[3, -3]"),
        ("a: [1234.5]", r#"col("a").round_sig_figs(2)"#, "[1200]"),
        ("a: [-3, 0, 9]", r#"col("a").sign()"#, "[-1, 0, 1]"),
        ("a: [1, 5, 9]", r#"col("a").clip((), 5)"#, "[1, 5, 5]"),
        ("a: [1, 5, 9]", r#"col("a").clip(4)"#, "[4, 5, 9]"),
        ("a: [7, -7]", r#"col("a").floordiv(2)"#, "[3, -4]"),
        ("a: [7]", r#"col("a").mod(4)"#, "[3]"),
        ("a: [8.0]", r#"col("a").cbrt()"#, "[2]"),
        ("a: [1000.0]", r#"col("a").log10()"#, "[3]"),
        ("a: [0.0]", r#"col("a").log1p()"#, "[0]"),
        ("a: [8.0]", r#"col("a").log(2)"#, "[3]"),
        ("a: [180.0]", r#"col("a").radians().cos()"#, "[-1]"),
        ("a: [1.0]", r#"col("a").arctan().degrees()"#, "[45]"),
        (
            "a: [5, 10, 11, 99]",
            r#"col("a").cut([10, 50], #{labels: ["low", "mid", "high"]})"#,
            r#"["low", "low", "mid", "high"]"#,
        ),
        (
            "a: [5, 10, 11]",
            r#"col("a").cut([10], #{labels: ["low", "high"], left_closed: true})"#,
            r#"["low", "high", "high"]"#,
        ),
        ("a: [1, 2, 3, 4]", r#"col("a").qcut(2, #{labels: ["low", "high"]})"#, r#"["low", "low", "high", "high"]"#),
        (
            "a: [1, 2, 3, 4]",
            r#"col("a").qcut([0.25], #{labels: ["low", "high"]})"#,
            r#"["low", "high", "high", "high"]"#,
        ),
    ]);
}

#[test]
fn order_and_windows() {
    let four = "a: [3, 1, 2, 1], g: [\"x\", \"y\", \"x\", \"y\"], t: [4, 3, 2, 1]";
    check(&[
        (four, r#"col("a").rank()"#, "[4, 1.5, 3, 1.5]"),
        (four, r#"col("a").rank("dense", true)"#, "[1, 3, 2, 3]"),
        (four, r#"col("a").rank(#{method: "ordinal"})"#, "[4, 1, 3, 2]"),
        (four, r#"col("a").sort(#{descending: true})"#, "[3, 2, 1, 1]"),
        (four, r#"col("a").sort_by("t")"#, "[1, 2, 1, 3]"),
        (four, r#"col("t").sort_by(["a", "t"], #{descending: [false, true]})"#, "[3, 1, 2, 4]"),
        (four, r#"col("a").arg_sort()"#, "[1, 3, 2, 0]"),
        (four, r#"col("a").top_k(2).sort()"#, "[2, 3]"),
        (four, r#"col("a").bottom_k(2)"#, "[1, 1]"),
        (four, r#"col("a").top_k_by(1, "t")"#, "[3]"),
        (four, r#"col("a").head(2)"#, "[3, 1]"),
        (four, r#"col("a").tail(1)"#, "[1]"),
        (four, r#"col("a").slice(1, 2)"#, "[1, 2]"),
        (four, r#"col("a").slice(-2)"#, "[2, 1]"),
        (four, r#"col("a").get(2)"#, "[2]"),
        (four, r#"col("a").gather([0, 2])"#, "[3, 2]"),
        (four, r#"col("a").gather_every(2, 1)"#, "[1, 1]"),
        (four, r#"col("a").filter(col("t") > 2).sum()"#, "[4]"),
        (four, r#"col("a").sum().over("g")"#, "[5, 2, 5, 2]"),
        (four, r#"col("a").cum_sum().over("g", #{order_by: "t"})"#, "[5, 2, 2, 1]"),
        (four, r#"col("a").cum_sum().over(#{order_by: "t"})"#, "[7, 4, 3, 1]"),
        (four, r#"col("a").cum_sum()"#, "[3, 4, 6, 7]"),
        (four, r#"col("a").cum_sum(#{reverse: true})"#, "[7, 4, 3, 1]"),
        (four, r#"col("a").cum_prod()"#, "[3, 3, 6, 6]"),
        (four, r#"col("a").cum_max()"#, "[3, 3, 3, 3]"),
        (four, r#"col("a").cum_min()"#, "[3, 1, 1, 1]"),
        (four, r#"col("a").cum_count()"#, "[1, 2, 3, 4]"),
        (four, r#"col("a").shift(1, #{fill_value: 0})"#, "[0, 3, 1, 2]"),
        (four, r#"col("a").diff()"#, "[null, -2, 1, -1]"),
        ("a: [100, 110, 99]", r#"col("a").pct_change()"#, "[null, 0.1, -0.1]"),
        (four, r#"col("a").rolling_sum(2)"#, "[null, 4, 3, 3]"),
        (four, r#"col("a").rolling_mean(2, #{min_samples: 1})"#, "[3, 2, 1.5, 1.5]"),
        (four, r#"col("a").rolling_max(3, #{center: true, min_samples: 1})"#, "[3, 3, 2, 2]"),
        (four, r#"col("a").rolling_min(2)"#, "[null, 1, 1, 1]"),
        (four, r#"col("a").rolling_median(3)"#, "[null, null, 2, 1]"),
        (four, r#"col("a").rolling_std(2)"#, "[null, 1.4142135623730951, 0.7071067811865476, 0.7071067811865476]"),
        (four, r#"col("a").rolling_var(2)"#, "[null, 2, 0.5, 0.5]"),
        (four, r#"col("a").rolling_quantile(0.5, 2)"#, "[null, 2, 1.5, 1.5]"),
        // alpha = 2 / (3 + 1): weights 1/2, 1 and 1/4, 1/2, 1.
        ("a: [10, 20, 30]", r#"col("a").ewm_mean(#{span: 3})"#, "[10, 16.666666666666667, 24.285714285714286]"),
        ("a: [10, 20, 30]", r#"col("a").ewm_mean(#{alpha: 0.5, adjust: false})"#, "[10, 15, 22.5]"),
        ("a: [1, 1, 2, 1]", r#"col("a").rle_id()"#, "[0, 0, 1, 2]"),
        ("a: [1, 3, 2]", r#"col("a").peak_max()"#, "[false, true, false]"),
    ]);
}

#[test]
fn windows_of_time() {
    let days =
        "d: [date(\"2024-01-01\"), date(\"2024-01-03\"), date(\"2024-01-04\"), date(\"2024-02-02\")], a: [1, 2, 4, 8]";
    check(&[
        (days, r#"col("a").rolling_sum_by("d", "3d")"#, "[1, 3, 6, 8]"),
        (days, r#"col("a").rolling_sum_by("d", "2d")"#, "[1, 2, 6, 8]"),
        (days, r#"col("a").rolling_sum_by("d", "2d", #{closed: "both"})"#, "[1, 3, 6, 8]"),
        (days, r#"col("a").rolling_mean_by("d", "2d", #{min_samples: 2})"#, "[null, null, 3, null]"),
        (days, r#"col("a").rolling_max_by("d", "1mo")"#, "[1, 2, 4, 8]"),
        (days, r#"col("a").rolling_min_by("d", "1mo")"#, "[1, 1, 1, 2]"),
        (days, r#"col("a").rolling_median_by("d", "4d")"#, "[1, 1.5, 2, 8]"),
        (days, r#"col("a").rolling_quantile_by(1.0, "d", "4d")"#, "[1, 2, 4, 8]"),
    ]);
}

#[test]
fn text() {
    let mails = "a: [\"ann@shop.org\", \"bob\", ()]";
    check(&[
        (mails, r#"col("a").str.contains("@")"#, "[true, false, null]"),
        (mails, r#"col("a").str.contains("a.n", #{literal: true})"#, "[false, false, null]"),
        (mails, r#"col("a").str.extract("@(.+)$")"#, r#"["shop.org", null, null]"#),
        (mails, r#"col("a").str.extract("@(.+)$", 0)"#, r#"["@shop.org", null, null]"#),
        (mails, r#"col("a").str.extract_all("[aeo]").list.len()"#, "[3, 1, null]"),
        (
            mails,
            r#"col("a").str.extract_groups("(?<user>.+)@(?<host>.+)").struct.field("host")"#,
            r#"["shop.org", null, null]"#,
        ),
        (mails, r#"col("a").str.count_matches("n")"#, "[2, 0, null]"),
        (mails, r#"col("a").str.count_matches(".", #{literal: true})"#, "[1, 0, null]"),
        (mails, r#"col("a").str.find("b")"#, "[null, 0, null]"),
        (mails, r#"col("a").str.replace("n", "N")"#, r#"["aNn@shop.org", "bob", null]"#),
        ("a: [\"a.b.c\"]", r#"col("a").str.replace(".", "", #{n: 2, literal: true})"#, r#"["abc"]"#),
        (mails, r#"col("a").str.replace_all("(b)", "$1$1")"#, r#"["ann@shop.org", "bbobb", null]"#),
        (mails, r#"col("a").str.join("; ")"#, r#"["ann@shop.org; bob"]"#),
        ("a: [\"a,b,c\", \"d\"]", r#"col("a").str.split(",").list.len()"#, "[3, 1]"),
        ("a: [\"a,b\"]", r#"col("a").str.split(",", #{inclusive: true})"#, r#"[["a,", "b"]]"#),
        ("a: [\"a,b,c\", \"d\"]", r#"col("a").str.splitn(",", 2).struct.field("field_1")"#, r#"["b,c", null]"#),
        ("a: [\"a,b,c\", \"d\"]", r#"col("a").str.split_exact(",", 1).struct.field("field_1")"#, r#"["b", null]"#),
        ("a: [\"7\", \"-7\"]", r#"col("a").str.zfill(3)"#, r#"["007", "-07"]"#),
        ("a: [\"7\"]", r#"col("a").str.pad_start(3, "*")"#, r#"["**7"]"#),
        ("a: [\"7\"]", r#"col("a").str.pad_end(2)"#, r#"["7 "]"#),
        ("a: [\" x \"]", r#"col("a").str.strip_chars()"#, r#"["x"]"#),
        ("a: [\"--x-\"]", r#"col("a").str.strip_chars("-")"#, r#"["x"]"#),
        ("a: [\"--x-\"]", r#"col("a").str.strip_chars_start("-")"#, r#"["x-"]"#),
        ("a: [\"--x-\"]", r#"col("a").str.strip_chars_end("-")"#, r#"["--x"]"#),
        ("a: [\"Mr Bean\"]", r#"col("a").str.strip_prefix("Mr ")"#, r#"["Bean"]"#),
        ("a: [\"a.csv\"]", r#"col("a").str.strip_suffix(".csv")"#, r#"["a"]"#),
        ("a: [\"o'neil de LA cruz\"]", r#"col("a").str.to_titlecase()"#, r#"["O'Neil De La Cruz"]"#),
        ("a: [\"abcdef\"]", r#"col("a").str.slice(-3, 2)"#, r#"["de"]"#),
        ("a: [\"abcdef\"]", r#"col("a").str.slice(4)"#, r#"["ef"]"#),
        ("a: [\"abcdef\"]", r#"col("a").str.head(-4)"#, r#"["ab"]"#),
        ("a: [\"abcdef\"]", r#"col("a").str.tail(2)"#, r#"["ef"]"#),
        ("a: [\"1.5\"]", r#"col("a").str.to_decimal(1).cast("float")"#, "[1.5]"),
        ("a: [`{\"name\": \"Ann\"}`]", r#"col("a").str.json_path_match("$.name")"#, r#"["Ann"]"#),
        ("a: [\"a.b\"]", r#"col("a").str.escape_regex()"#, r#"["a\\.b"]"#),
    ]);
}

#[test]
fn chinese_text_is_counted_by_characters() {
    let names = "a: [\"张三丰\", \"欧阳修\"]";
    check(&[
        (names, r#"col("a").str.len_chars()"#, "[3, 3]"),
        (names, r#"col("a").str.len_bytes()"#, "[9, 9]"),
        (names, r#"col("a").str.head(1)"#, r#"["张", "欧"]"#),
        (names, r#"col("a").str.tail(2)"#, r#"["三丰", "阳修"]"#),
        (names, r#"col("a").str.slice(1, 1)"#, r#"["三", "阳"]"#),
        (names, r#"col("a").str.reverse()"#, r#"["丰三张", "修阳欧"]"#),
        (names, r#"col("a").str.contains("^欧阳")"#, "[false, true]"),
        (names, r#"col("a").str.pad_start(4, "　")"#, r#"["　张三丰", "　欧阳修"]"#),
        (names, r#"col("a").str.replace("三", "四")"#, r#"["张四丰", "欧阳修"]"#),
        ("a: [\"北京,上海\"]", r#"col("a").str.split(",").list.get(1)"#, r#"["上海"]"#),
        ("a: [\"ＡＢ１２，\"]", r#"col("a").str.normalize("NFKC")"#, r#"["AB12,"]"#),
        ("a: [\"2019年8月8日\"]", r#"col("a").str.to_date("%Y年%m月%d日")"#, r#"["2019-08-08"]"#),
    ]);
}

#[test]
fn dates() {
    let leap = "d: [date(\"2024-02-29\")]";
    let noon = "d: [datetime(\"2024-02-29 13:45:30\")]";
    check(&[
        (leap, r#"col("d").dt.iso_year()"#, "[2024]"),
        ("d: [date(\"2027-01-01\")]", r#"col("d").dt.iso_year()"#, "[2026]"),
        (leap, r#"col("d").dt.quarter()"#, "[1]"),
        (leap, r#"col("d").dt.weekday()"#, "[4]"),
        (leap, r#"col("d").dt.ordinal_day()"#, "[60]"),
        (leap, r#"col("d").dt.days_in_month()"#, "[29]"),
        (leap, r#"col("d").dt.is_leap_year()"#, "[true]"),
        (leap, r#"col("d").dt.month_start()"#, r#"["2024-02-01"]"#),
        (leap, r#"col("d").dt.month_end()"#, r#"["2024-02-29"]"#),
        (leap, r#"col("d").dt.offset_by("1y")"#, r#"["2025-02-28"]"#),
        (leap, r#"col("d").dt.offset_by("-1mo")"#, r#"["2024-01-29"]"#),
        (leap, r#"col("d").dt.truncate("1q")"#, r#"["2024-01-01"]"#),
        (leap, r#"col("d").dt.replace(#{day: 1, month: 3})"#, r#"["2024-03-01"]"#),
        (leap, r#"col("d").dt.to_string()"#, r#"["2024-02-29"]"#),
        (leap, r#"col("d").dt.strftime("%d.%m.%Y")"#, r#"["29.02.2024"]"#),
        // 19,782 days: 54 years of 365 days, 13 leap days before 2024, 31 + 28 days.
        (leap, r#"col("d").dt.epoch("d")"#, "[19782]"),
        (leap, r#"col("d").dt.epoch("s")"#, "[1709164800]"),
        (leap, r#"col("d").dt.timestamp("ms")"#, "[1709164800000]"),
        (leap, r#"(col("d") + duration(#{days: 1, hours: 0}))"#, r#"["2024-03-01"]"#),
        (leap, r#"(col("d") - date("2024-01-01")).dt.total_days()"#, "[59]"),
        (leap, r#"(date("2024-03-01") - col("d")).dt.total_hours()"#, "[24]"),
        (noon, r#"col("d").dt.hour()"#, "[13]"),
        (noon, r#"col("d").dt.second()"#, "[30]"),
        (noon, r#"col("d").dt.date()"#, r#"["2024-02-29"]"#),
        (noon, r#"col("d").dt.round("1h")"#, r#"["2024-02-29T14:00:00"]"#),
        (noon, r#"col("d").dt.truncate("15m")"#, r#"["2024-02-29T13:45:00"]"#),
        (noon, r#"(col("d") - datetime("2024-02-29 12:00")).dt.total_minutes()"#, "[105]"),
        (noon, r#"(col("d") - datetime("2024-02-29 12:00")).dt.total_minutes(#{fractional: true})"#, "[105.5]"),
        (noon, r#"(col("d") - datetime("2024-02-29 12:00")).dt.total_seconds()"#, "[6330]"),
        (noon, r#"col("d").dt.date().dt.combine(col("d").dt.time())"#, r#"["2024-02-29T13:45:30"]"#),
        (noon, r#"col("d").dt.replace_time_zone("UTC").dt.convert_time_zone("Asia/Shanghai").dt.hour()"#, "[21]"),
        (noon, r#"col("d").dt.replace_time_zone("Asia/Shanghai").dt.base_utc_offset().dt.total_hours()"#, "[8]"),
        (
            "d: [datetime(\"2024-10-27 02:30\")]",
            r#"col("d").dt.replace_time_zone("Europe/Berlin", #{ambiguous: "latest"}).dt.convert_time_zone("UTC").dt.hour()"#,
            "[1]",
        ),
        (
            "d: [datetime(\"2024-03-31 02:30\")]",
            r#"col("d").dt.replace_time_zone("Europe/Berlin", #{non_existent: "null"}).is_null()"#,
            "[true]",
        ),
        (
            "a: [\"1/2/2024\", \"x\"]",
            r#"col("a").str.to_date("%d/%m/%Y", #{strict: false})"#,
            r#"["2024-02-01", null]"#,
        ),
        ("a: [\"2024-02-01 10:20:30\"]", r#"col("a").str.to_datetime()"#, r#"["2024-02-01T10:20:30"]"#),
        ("a: [\"10:20:30\"]", r#"col("a").str.to_time().cast("duration").dt.total_minutes()"#, "[620]"),
        ("a: [\"01.02.2024\"]", r#"col("a").str.strptime("date", "%d.%m.%Y")"#, r#"["2024-02-01"]"#),
    ]);
}

#[test]
fn lists() {
    let lists = "a: [\"3 1 2\", \"5\"]";
    let whole = |method: &str| format!(r#"col("a").str.split(" ").cast("list(int)").list.{method}"#);
    let cases = [
        ("len()", "[3, 1]"),
        ("sum()", "[6, 5]"),
        ("mean()", "[2, 5]"),
        ("median()", "[2, 5]"),
        ("min()", "[1, 5]"),
        ("max()", "[3, 5]"),
        ("std()", "[1, null]"),
        ("var(#{ddof: 0})", "[0.66666666666666666, 0]"),
        ("arg_max()", "[0, 0]"),
        ("arg_min()", "[1, 0]"),
        ("get(-1)", "[2, 5]"),
        ("get(1)", "[1, null]"),
        ("first()", "[3, 5]"),
        ("last()", "[2, 5]"),
        ("sort()", "[[1, 2, 3], [5]]"),
        ("sort(#{descending: true})", "[[3, 2, 1], [5]]"),
        ("reverse()", "[[2, 1, 3], [5]]"),
        ("slice(1)", "[[1, 2], []]"),
        ("slice(0, 2)", "[[3, 1], [5]]"),
        ("head(1)", "[[3], [5]]"),
        ("tail(2)", "[[1, 2], [5]]"),
        ("gather([0, 2])", "[[3, 2], [5, null]]"),
        ("gather_every(2)", "[[3, 2], [5]]"),
        ("contains(2)", "[true, false]"),
        ("count_matches(2)", "[1, 0]"),
        ("n_unique()", "[3, 1]"),
        ("concat([9, 3]).list.unique()", "[[3, 1, 2, 9], [5, 9, 3]]"),
        ("set_intersection([1, 2, 9]).list.sort()", "[[1, 2], []]"),
        ("set_union([9]).list.len()", "[4, 2]"),
        ("set_difference([1]).list.sort()", "[[2, 3], [5]]"),
        ("set_symmetric_difference([1, 9]).list.sort()", "[[2, 3, 9], [1, 5, 9]]"),
        ("eval(element() * 2)", "[[6, 2, 4], [10]]"),
        ("eval(element() > 2).list.any()", "[true, true]"),
        ("eval(element() > 2).list.all()", "[false, true]"),
        ("filter(element() > 1)", "[[3, 2], [5]]"),
        ("diff()", "[[null, -2, 1], [null]]"),
        ("shift()", "[[null, 3, 1], [null]]"),
        ("explode()", "[3, 1, 2, 5]"),
        ("eval(element().cast(\"string\")).list.join(\"-\")", r#"["3-1-2", "5"]"#),
    ];
    for (method, wanted) in cases {
        let expression: &'static str = whole(method).leak();
        check(&[(lists, expression, wanted)]);
    }
}

#[test]
fn structs_and_rows() {
    let two = "a: [1, 2], b: [10, ()]";
    check(&[
        (two, r#"struct("a", "b").struct.field("b")"#, "[10, null]"),
        (two, r#"struct("a", "b").struct.rename_fields(["x", "y"]).struct.field("y")"#, "[10, null]"),
        (two, r#"struct("a", "b").struct.with_fields((field("a") * 3).alias("c")).struct.field("c")"#, "[3, 6]"),
        (two, r#"struct("a").struct.json_encode()"#, r#"["{\"a\":1}", "{\"a\":2}"]"#),
        (two, r#"sum_horizontal("a", "b")"#, "[11, 2]"),
        (two, r#"sum_horizontal(["a", "b"], #{ignore_nulls: false})"#, "[11, null]"),
        (two, r#"mean_horizontal("a", "b")"#, "[5.5, 2]"),
        (two, r#"min_horizontal("a", "b")"#, "[1, 2]"),
        (two, r#"max_horizontal(col("a"), col("b") * 2)"#, "[20, 2]"),
        (two, r#"any_horizontal(col("a") > 1, col("b") > 5)"#, "[true, true]"),
        (two, r#"all_horizontal(col("a") < 2, col("b") > 5)"#, "[true, false]"),
        (two, r#"coalesce("b", "a")"#, "[10, 2]"),
        (two, r#"concat_list("a", "b")"#, "[[1, 10], [2, null]]"),
        (two, r#"concat_str("a", "b", #{separator: "-"})"#, r#"["1-10", null]"#),
        (two, r#"concat_str("a", "b", #{separator: "-", ignore_nulls: true})"#, r#"["1-10", "2"]"#),
        (two, r#"format("{} of {}", "a", "a")"#, r#"["1 of 1", "2 of 2"]"#),
        (two, r#"int_range(0, len())"#, "[0, 1]"),
        (two, r#"int_range(10, 4, -3)"#, "[10, 7]"),
        ("a: [1]", r#"date_range("2024-01-31", "2024-02-02")"#, r#"["2024-01-31", "2024-02-01", "2024-02-02"]"#),
        (
            "a: [1]",
            r#"date_range("2024-01-01", "2024-03-01", "1mo", #{closed: "left"})"#,
            r#"["2024-01-01", "2024-02-01"]"#,
        ),
        ("a: [1]", r#"datetime_range("2024-01-01", "2024-01-01 12:00", "6h").dt.hour()"#, "[0, 6, 12]"),
        // Deviations (-1, 0, 1) and (-2, -1, 3): 5 / sqrt(2 * 14); 5 / 2; ranks 1, 2, 3 in both.
        ("a: [1, 2, 3], b: [1, 2, 6]", r#"corr("a", "b")"#, "[0.944911182523068]"),
        ("a: [1, 2, 3], b: [1, 2, 6]", r#"cov("a", "b")"#, "[2.5]"),
        ("a: [1, 2, 3], b: [1, 2, 6]", r#"corr("a", "b", #{method: "spearman"})"#, "[1]"),
        ("a: [1, 2, 3, 4], b: [(), 2, 6, 5]", r#"corr("a", "b", #{method: "spearman"})"#, "[0.5]"),
    ]);
}

#[test]
fn selectors_choose_columns() {
    let tx = "frame(#{id: [1], amount: [2.5], name: [\"Ann\"], day: [date(\"2024-01-01\")], amount_net: [2.0]})";
    let names = |choice: &str| {
        let answer = answer(&format!("{tx}.select({choice}).columns"));
        answer.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    for (choice, wanted) in [
        ("cs.numeric()", "amount amount_net id"),
        ("cs.integer()", "id"),
        ("cs.float()", "amount amount_net"),
        ("cs.string()", "name"),
        ("cs.temporal()", "day"),
        ("cs.date()", "day"),
        ("cs.by_dtype(\"int\", \"date\")", "day id"),
        ("cs.by_name(\"name\", \"id\")", "name id"),
        ("cs.by_index(0, -1)", "amount name"),
        ("cs.starts_with(\"amount\")", "amount amount_net"),
        ("cs.ends_with(\"_net\", \"me\")", "amount_net name"),
        ("cs.contains(\"a\")", "amount amount_net day name"),
        ("cs.contains(\".\")", ""),
        ("cs.matches(\"^..$\")", "id"),
        ("cs.all() - cs.numeric()", "day name"),
        ("cs.numeric() & cs.starts_with(\"i\")", "id"),
        ("cs.string() | cs.date()", "day name"),
        ("!cs.numeric()", "day name"),
        ("cs.exclude(\"id\", \"day\")", "amount amount_net name"),
        ("all().exclude(\"^amount.*$\")", "day id name"),
        ("col(\"^amount.*$\")", "amount amount_net"),
        ("cs.numeric().sum().name.suffix(\"_sum\")", "amount_sum amount_net_sum id_sum"),
        ("(col(\"id\") * 2).alias(\"twice\").name.keep()", "id"),
        ("cs.string().name.to_uppercase()", "NAME"),
        ("cs.float().name.replace(\"^amount\", \"sum\")", "sum sum_net"),
    ] {
        assert_eq!(names(choice), wanted, "{choice}");
    }
}

#[test]
fn columns_are_properties_and_entries_of_a_frame() {
    let tx = "let tx = frame(#{amount: [1, 2], height: [7, 8]});";
    assert_eq!(answer(&format!("{tx} tx.select(tx.amount * 2).to_list(\"amount\")")).to_string(), "[2,4]");
    assert_eq!(answer(&format!("{tx} tx.select(tx.amount.sum()).to_list(\"amount\")")).to_string(), "[3]");
    assert_eq!(answer(&format!("{tx} tx.select(tx[\"amount\"].max()).to_list(\"amount\")")).to_string(), "[2]");
    assert_eq!(answer(&format!("{tx} tx.filter(tx[\"height\"] > 7).height")).to_string(), "1");
    // An expression carries a name, not values: another frame looks the name up in itself.
    assert_eq!(
        answer(&format!("{tx} frame(#{{amount: [5]}}).select(tx.amount + 1).to_list(\"amount\")")).to_string(),
        "[6]"
    );
}

#[test]
fn days_with_a_time_are_values() {
    for (code, wanted) in [
        ("datetime(\"2024-01-01 10:00\") < datetime(\"2024-01-01T10:00:01\")", "true"),
        ("datetime(\"2024-01-01\") == date(\"2024-01-01\")", "true"),
        ("frame(#{t: [datetime(\"2024-01-01 10:00\")]}).to_list(\"t\")[0] == datetime(\"2024-01-01 10:00\")", "true"),
    ] {
        assert_eq!(answer(code).to_string(), wanted, "{code}");
    }
}

/// What must hold of any text, hostile text included.
#[test]
fn laws_of_text() {
    let texts = [
        "",
        " ",
        "a",
        "张三丰",
        "é",
        "e\u{301}",
        "ＡＢ",
        "a,b,,c",
        ",",
        "🦀🇨🇭",
        "\u{202e}x",
        "\u{0}",
        "İß",
        "%s {} $1",
    ];
    for text in texts {
        let columns = format!("a: [{}]", Json::from(text));
        let same = |expression: &str| {
            let found =
                values(&columns, expression).unwrap_or_else(|failure| panic!("{text:?} {expression}: {failure}"));
            assert_eq!(found, Json::from(vec![text]), "{text:?} {expression}");
        };
        same(r#"col("a").str.split(",").list.join(",")"#);
        same(r#"concat_str(col("a").str.head(1), col("a").str.slice(1))"#);
        same(r#"concat_str(col("a").str.head(-1), col("a").str.tail(1))"#);
        let holds = |expression: &str| {
            let found =
                values(&columns, expression).unwrap_or_else(|failure| panic!("{text:?} {expression}: {failure}"));
            assert_eq!(found, Json::from(vec![true]), "{text:?} {expression}");
        };
        holds(r#"col("a").str.normalize("NFKC") == col("a").str.normalize("NFKC").str.normalize("NFKC")"#);
        holds(r#"col("a").str.len_bytes() >= col("a").str.len_chars()"#);
        holds(r#"col("a").str.contains("^" + "") & (col("a").str.contains(col("a").str.escape_regex()))"#);
        holds(r#"col("a").str.pad_start(20).str.len_chars() == 20"#);
    }
}

/// What must hold of numbers in any order, missing ones among them.
#[test]
fn laws_of_windows() {
    for list in ["5, 3, (), 8, 3, -1", "1", "()", "2, 2, 2", "9, 7, 5, 3, 1"] {
        let ones = vec!["1"; list.split(',').count()].join(", ");
        let columns = format!("a: [{list}], g: [{ones}]");
        let holds = |expression: &str| {
            let found = values(&columns, expression).unwrap_or_else(|failure| panic!("{list} {expression}: {failure}"));
            assert_eq!(found, Json::from(vec![true]), "{list}: {expression}");
        };
        let sum = r#"col("a").cast("int")"#;
        holds(&format!(
            r#"({sum}.cum_sum().fill_null(#{{strategy: "forward"}}).last().fill_null(0) == {sum}.sum()).all()"#
        ));
        holds(&format!(r#"({sum}.sum().over("g") == {sum}.sum()).all()"#));
        holds(&format!(r#"({sum}.reverse().reverse().eq_missing({sum})).all()"#));
        holds(&format!(r#"({sum}.rolling_sum(1).eq_missing({sum})).all()"#));
        holds(&format!(r#"({sum}.sort(#{{nulls_last: true}}).drop_nulls().diff().drop_nulls() >= 0).all()"#));
        holds(&format!(r#"({sum}.shift(1).shift(-1).head(len() - 1).eq_missing({sum}.head(len() - 1))).all()"#));
    }
}
