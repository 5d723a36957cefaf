//! Reports as files: what a reader finds in them, what nobody may find in them, and how they behave in a browser.

use std::path::Path;
use std::process::Command;

use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::program::{names_in, program, run, run_with_input, told};

/// A script with everything that is awkward in a page.
const SCRIPT: &str = r#"// %% [markdown]
// # 客户 & <script>alert(1)</script>
//
// Words with a [link](https://example.org), a [bad one](javascript:alert(2)) and <img src="https://example.org/x.png">.
//
// ![a map](https://example.org/map.png)

// %% Ten thousand rows
let top = param("top", 5, "how many customers are shown");
let n = [];
for i in 0..10000 { n.push(i); }
let many = frame(#{n: n}).with_columns([(lit("customer ") + col("n").cast("string")).alias("who")]);
print("印 <b>printed</b>");
many

// %% Awkward customers <i>
frame(#{
    customer: ["<script>alert(1)</script>", "李雷", "O'Neil & \"Sons\"", ()],
    amount: [1234567.891, 0.5, (), 3.25]
})

// %% [markdown]
// ## Pictures

// %% A picture
let tx = sample("cdnow").transactions();
tx.group_by_dynamic("date", #{every: "1mo"}).agg([col("amount").sum().alias("revenue")])
    .bar(#{x: "date", y: "revenue", title: "<b>Revenue</b>"})

// %% Many dots
tx.scatter(#{x: "date", y: "amount"})

// %% hide="code"
#{shown: "hidden code shows this", list: [1, 2, 3]}

// %% hide="result"
"hidden result"

// %% May fail on_failure="continue"
many.with_columns([col("who").cast("integer")])

// %% Figures
tx.bg_nbd()
"#;

fn folder_with(script: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("report.rhai"), script).unwrap();
    folder
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// The text between two marks.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("no `{from}` in {text}"));
    rest.split_once(to).unwrap_or_else(|| panic!("no `{to}` behind `{from}`")).0
}

fn sha256(text: impl AsRef<[u8]>) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The page without its pictures.
fn without_pictures(html: &str) -> String {
    let mut rest = html;
    let mut text = String::new();
    while let Some((before, behind)) = rest.split_once("<figure") {
        text.push_str(before);
        rest = behind.split_once("</figure>").unwrap().1;
    }
    text + rest
}

#[test]
fn a_report_is_one_file_in_which_nothing_of_the_data_is_markup() {
    let folder = folder_with(SCRIPT);
    let ran = run(folder.path(), &["report", "report.rhai"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(ran.out, "", "a report prints no tables");
    assert!(ran.err.ends_with("wrote report.html\n"), "{}", ran.err);
    assert_eq!(names_in(folder.path()), ["report.html", "report.rhai"]);
    let html = read(folder.path(), "report.html");
    assert!(html.contains("<title>客户 &amp; &lt;script&gt;alert(1)&lt;/script&gt;</title>"));
    assert!(html.contains("<td>&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(html.contains("印 &lt;b&gt;printed&lt;/b&gt;") && html.contains("李雷"));
    assert_eq!(html.matches("<script").count(), 1);
    assert!(!html.contains("<b>Revenue") && !html.contains("<img src=\"http") && !html.contains("\"javascript:"));
    assert!(html.contains("<a href=\"https://example.org/map.png\">a map</a>"), "a picture from elsewhere is a link");
    assert!(html.contains("1,000 of 10,000 rows × 2 columns"));
    assert!(html.contains("hidden code shows this") && !html.contains("list: [1, 2, 3]"));
    assert!(!between(&html, "<main", "Where this comes from").contains("<span class=\"rg-string\">hidden result"));
    assert!(html.contains("A cell failed") && html.contains("rg-failure"));
    assert!(html.contains("role=\"img\"") && html.contains("<desc>"));
    let weight = without_pictures(&html).len();
    assert!(weight < 200_000, "{weight} bytes besides the pictures");
}

#[test]
fn the_policy_allows_what_stands_in_the_page_and_nothing_else() {
    let folder = folder_with("// %%\n1 + 1\n");
    assert_eq!(run(folder.path(), &["report", "report.rhai", "-o", "out.html"]).code, Some(0));
    let html = read(folder.path(), "out.html");
    let policy = between(&html, "Content-Security-Policy\" content=\"", "\"");
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    let hash = |text: &str| {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text))
    };
    for tag in ["script", "style"] {
        let inside = between(&html, &format!("<{tag}>"), &format!("</{tag}>"));
        assert!(policy.contains(&format!("{tag}-src 'sha256-{}'", hash(inside))), "{tag}: {policy}");
    }
    assert!(html.len() < 40_000, "an empty report weighs {}", html.len());
    assert!(!html.contains(" style="), "a style within a tag would be refused");
}

#[test]
fn a_failing_script_leaves_a_report_with_its_failure() {
    let script = "// %% One\nlet a = frame(#{t: [\"1\", \"x\"]});\n// %% Two\na.with_columns([col(\"t\").cast(\"integer\")])\n\
                  // %% Three\n\"never\"\n// %% Four\n4\n";
    let folder = folder_with(script);
    let ran = run(folder.path(), &["report", "report.rhai"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("report.rhai, line 4, column") && ran.err.contains("wrote report.html"), "{}", ran.err);
    let html = read(folder.path(), "report.html");
    assert!(html.contains("report.rhai, line 4, column") && html.contains("2 cells were not reached"), "{html}");
    assert!(html.contains("2 ran, 1 failed, 2 not reached") && !html.contains("never"));
    let ran = run(folder.path(), &["report", "report.rhai", "--keep-going"]);
    assert_eq!(ran.code, Some(1));
    assert!(read(folder.path(), "report.html").contains("4 ran, 1 failed"));
}

#[test]
fn what_is_certain_to_fail_is_told_before_anything_runs() {
    let folder = folder_with(
        "// %% One\nsample(\"cdnow\").write(\"x.csv\");\n// %% Two\nsample(\"cdnow\").select([\"amonut\"])\n",
    );
    let ran = run(folder.path(), &["report", "report.rhai"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("did you mean `amount`?"), "{}", ran.err);
    assert_eq!(names_in(folder.path()), ["report.rhai"]);
}

#[test]
fn a_report_tells_where_it_comes_from() {
    let script = "let file = param(\"file\", \"a.csv\", \"the orders\");\nlet top = param(\"top\", 5, \"how many\");\n\
                  let tx = read_csv(file);\nread_csv(file);\nread(\"b.json\");\nsample(\"cdnow\");\n\
                  read_csv(\"d/*.csv\");\nlet c = read_csv(\"c.csv\");\nc.write_csv(\"c.csv\");\ntx.head(top)\n";
    let folder = folder_with(script);
    let place = folder.path();
    std::fs::create_dir(place.join("d")).unwrap();
    let csv = "n,m\n1,2\n3,4\n5,6\n";
    for name in ["a.csv", "c.csv", "d/1.csv", "d/2.csv"] {
        std::fs::write(place.join(name), csv).unwrap();
    }
    std::fs::write(place.join("b.json"), "[{\"a\": 1}]").unwrap();
    let ran = run(place, &["report", "report.rhai", "--top", "2", "-o", "out.md"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let text = read(place, "out.md");
    let has = |line: String| assert!(text.contains(&line), "no {line} in\n{text}");
    has(format!("| SHA-256 of the script | {} |", sha256(script)));
    has("| file | a.csv | default | the orders |".to_owned());
    has("| top | 2 | given | how many |".to_owned());
    has(format!("| read_csv | a.csv | 3 | 16 bytes | {} |", sha256(csv)));
    assert_eq!(text.matches("| a.csv | 3").count(), 1, "read twice, told once");
    has(format!("| read | b.json | 1 | 10 bytes | {} |", sha256("[{\"a\": 1}]")));
    has("| sample | cdnow | 6,919 | – | part of the program |".to_owned());
    has(format!("| read_csv | d/1.csv | 6 | 16 bytes | {} |", sha256(csv)));
    has(format!("| read_csv | d/2.csv | – | 16 bytes | {} |", sha256(csv)));
    has("| read_csv | c.csv | 3 | 16 bytes | changed or removed after it had been read |".to_owned());
    has("| Seed | 20050401 |".to_owned());
    assert!(text.contains("| Today | 20") && text.contains("(linux") || !cfg!(target_os = "linux"), "{text}");
}

#[test]
fn markdown_has_its_pictures_beside_it() {
    let folder = folder_with(SCRIPT);
    let ran = run(folder.path(), &["report", "report.rhai", "-o", "out.md", "--rows", "3"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(names_in(folder.path()), ["out-5.png", "out-6.png", "out.md", "report.rhai"]);
    let text = read(folder.path(), "out.md");
    assert!(text.starts_with("# 客户 & <script>"), "prose is Markdown already: {text}");
    assert!(text.contains("](<out-5.png>)") && text.contains("3 of 10000 rows"), "{text}");
    assert!(text.contains("| 0.50 | 李雷 |"), "{text}");
    assert!(text.contains("&lt;script>alert(1)&lt;/script> |"), "{text}");
    assert!(!text.contains("list: [1, 2, 3]") && text.contains("error: "), "{text}");
}

#[test]
fn what_is_asked_wrongly_is_told() {
    let folder = folder_with("let top = param(\"top\", 5, \"how many\");\ntop\n");
    let place = folder.path();
    let told = |arguments: &[&str]| {
        let ran = run(place, arguments);
        (ran.code, format!("{}{}", ran.out, ran.err))
    };
    let (code, text) = told(&["report", "report.rhai", "-o", "out.pdf"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("`out.pdf` is no name for a report") && text.contains(".html"), "{text}");
    let (code, text) = told(&["report", "report.rhai", "--tpo", "3"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("did you mean `--top`?"), "{text}");
    let (code, text) = told(&["report", "report.rhai", "--help"]);
    assert_eq!(code, Some(0));
    assert!(text.contains("regulars report report.rhai") && text.contains("--top"), "{text}");
    assert!(told(&["report", "--help"]).1.contains("-o, --out <OUT>"));
    let (code, text) = told(&["report", "report.rhai", "-o", "nowhere/out.html"]);
    assert_eq!(code, Some(1));
    assert!(text.contains("make the folder first"), "{text}");
    let piped = run_with_input(place, &["report", "-"], "1 + 1");
    assert_eq!(piped.code, Some(2));
    assert!(piped.err.contains("-o report.html"), "{}", piped.err);
    let piped = run_with_input(place, &["report", "-", "-o", "out.html"], "1 + 1");
    assert_eq!(piped.code, Some(0), "{}", piped.err);
    assert!(read(place, "out.html").contains("standard input"));
}

/// Same input, same output, at any number of threads: all but the times.
#[test]
fn the_same_script_gives_the_same_report() {
    let folder = folder_with(SCRIPT);
    let body = |threads: &str| {
        let mut command = program(folder.path());
        let ran = told(command.args(["report", "report.rhai"]).env("POLARS_MAX_THREADS", threads).output().unwrap());
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        let html = read(folder.path(), "report.html");
        let (_, body) = html.split_once("</header>").unwrap();
        body.split_once("id=\"account\"").unwrap().0.to_owned()
    };
    assert_eq!(body("1"), body("2"));
}

#[test]
fn a_report_behaves_in_a_browser_without_a_network() {
    let browser = std::env::var("REGULARS_BROWSER").unwrap_or_else(|_| "chromium".to_owned());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let starts = |name: &str, arguments: &[&str]| {
        Command::new(name).args(arguments).output().is_ok_and(|output| output.status.success())
    };
    if !starts("node", &["-e", "require('playwright-core')"]) {
        eprintln!("skipped: node with playwright-core is not installed; NODE_PATH names its folder");
        return;
    }
    let found = Command::new("sh").args(["-c", "command -v \"$0\"", &browser]).output();
    let Some(path) = found.ok().filter(|output| output.status.success()) else {
        eprintln!("skipped: `{browser}` is not installed; REGULARS_BROWSER names one");
        return;
    };
    let path = String::from_utf8(path.stdout).unwrap();
    let folder = folder_with(SCRIPT);
    assert_eq!(run(folder.path(), &["report", "report.rhai"]).code, Some(0));
    let output = Command::new("node")
        .arg(root.join("tests/browser/report.js"))
        .args([path.trim(), folder.path().join("report.html").to_str().unwrap()])
        .output()
        .unwrap();
    let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}");
    if told.contains("skipped") {
        eprintln!("{told}");
    }
}
