//! Files as they come: cut off, in another encoding, of unequal lines, of another kind than their name says.

use std::io::Write;
use std::path::Path;

use tempfile::TempDir;

use crate::program::{Ran, names_in, run};

fn folder_with(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

/// Reads the file and writes it on: what is refused must leave nothing behind.
fn read(folder: &Path, call: &str) -> Ran {
    run(folder, &["-c", &format!("let tx = {call};\ntx.write_csv(\"copy.csv\");")])
}

/// The file is refused with these words, a place in the script and advice, and nothing is written.
#[track_caller]
fn refused(name: &str, bytes: &[u8], wanted: &[&str]) {
    let folder = folder_with(&[(name, bytes)]);
    let call = if name.ends_with(".parquet") { "read_parquet" } else { "read_csv" };
    let ran = read(folder.path(), &format!("{call}(\"{name}\")"));
    is_refusal(&ran, wanted);
    assert_eq!(names_in(folder.path()), [name], "something was written");
}

#[track_caller]
fn is_refusal(ran: &Ran, wanted: &[&str]) {
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert_eq!(ran.out, "");
    assert!(ran.err.starts_with("error: "), "{}", ran.err);
    assert!(ran.err.contains("┌ line 1, column 10"), "no place: {}", ran.err);
    assert!(ran.err.contains("\n  = "), "no advice: {}", ran.err);
    for words in wanted {
        assert!(ran.err.contains(words), "`{words}` is not in:\n{}", ran.err);
    }
}

/// The file is read, and written on as this.
#[track_caller]
fn accepted(name: &str, bytes: &[u8], wanted: &str) {
    let folder = folder_with(&[(name, bytes)]);
    let ran = read(folder.path(), &format!("read_csv(\"{name}\")"));
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(std::fs::read_to_string(folder.path().join("copy.csv")).unwrap(), wanted);
}

/// The file is read, with a note that says so; what is read is written on as this.
#[track_caller]
fn told(name: &str, bytes: &[u8], options: &str, notes: &[&str], wanted: &str) {
    let folder = folder_with(&[(name, bytes)]);
    let code = format!("let f = read_csv(\"{name}\"{options}); f.write_csv(\"copy.csv\"); show(f.notes);");
    let ran = run(folder.path(), &["-c", &code]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(std::fs::read_to_string(folder.path().join("copy.csv")).unwrap(), wanted);
    let shown = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in notes {
        assert!(shown.contains(words), "`{words}` is not in:\n{shown}");
    }
}

#[test]
fn a_missing_file_names_the_near_one() {
    let folder = folder_with(&[("orders.csv", b"a\n1\n")]);
    is_refusal(
        &read(folder.path(), "read_csv(\"ordres.csv\")"),
        &["no file `ordres.csv`", "did you mean `orders.csv`?"],
    );
    is_refusal(&read(folder.path(), "read_csv(\"zzz.csv\")"), &["the folder holds `orders.csv`"]);
    is_refusal(&read(folder.path(), "read_csv(\"data/2024/x.csv\")"), &["there is no folder `data/2024` either"]);
    is_refusal(&read(folder.path(), "read_csv(\"orders.csv/x.csv\")"), &["orders.csv/x.csv"]);
}

#[test]
fn a_file_with_nothing_in_it() {
    refused("empty.csv", b"", &["`empty.csv` is empty", "nothing arrived in it"]);
    refused("blank.csv", b"\n\n  \n", &["`blank.csv` is empty"]);
    refused("empty.csv.gz", &packed(b""), &["`empty.csv.gz` is empty"]);
    refused("zero.parquet", b"", &["`zero.parquet` is empty"]);
}

#[test]
fn a_header_alone_is_a_frame_without_rows() {
    let folder = folder_with(&[("header.csv", b"customer,date,amount\n")]);
    let ran = run(folder.path(), &["-c", "read_csv(\"header.csv\")"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("no rows × 3 columns"), "{}", ran.out);
    assert!(ran.out.contains("has a header, but no rows"), "{}", ran.out);
}

#[test]
fn rows_of_unequal_length_are_rejected_and_told_with_their_line() {
    let many = b"customer,date,amount\nann,2024-01-31,10\nbob,2024-02-01,20,extra\n";
    let wanted = "customer,date,amount\nann,2024-01-31,10\n";
    told("many.csv", many, "", &["1 of 2 rows of `many.csv` were rejected", "line 3: 4 of 3 fields"], wanted);
    let few = b"customer,date,amount\nann,2024-01-31,10\nbob\n";
    told("few.csv", few, "", &["1 of 2 rows of `few.csv` were rejected", "line 3: 1 of 3 fields, `bob`"], wanted);
    let after_blank = b"customer,amount\r\n\r\n\r\nann,1\r\n\r\nbob\r\n";
    told("blank.csv", after_blank, "", &["line 6: 1 of 2 fields"], "customer,amount\nann,1\n");
    let folder = folder_with(&[("many.csv", many), ("few.csv", few), ("title.csv", b"Report\n\na,b\n1,2\n3,4\n")]);
    let strict = |name: &str| read(folder.path(), &format!("read_csv(\"{name}\", #{{strict: true}})"));
    is_refusal(
        &strict("many.csv"),
        &["`many.csv`, line 3: 4 fields, but the first line has 3", "bob,2024-02-01,20,extra"],
    );
    is_refusal(&strict("few.csv"), &["`few.csv`, line 3: 1 field, but the first line has 3", "the line is: bob"]);
    is_refusal(&read(folder.path(), "read_csv(\"title.csv\")"), &["2 fields, but the first line has 1", "skip_rows"]);
    let skipped = read(folder.path(), "read_csv(\"title.csv\", #{skip_rows: 1})");
    assert_eq!(skipped.code, Some(0), "{}", skipped.err);
    assert_eq!(std::fs::read_to_string(folder.path().join("copy.csv")).unwrap(), "a,b\n1,2\n3,4\n");
}

#[test]
fn line_ends_inside_quotes_are_no_rows() {
    let quoted = "customer,note,amount\nann,\"two\nlines\",10\nbob,\"a \"\"word\"\"\",20\n";
    accepted("quoted.csv", quoted.as_bytes(), quoted);
    let blank_inside = "customer,note\nann,\"two\n\nlines\"\n";
    accepted("inside.csv", blank_inside.as_bytes(), blank_inside);
    let wrong = format!("{quoted}cid,plain,30,40\n");
    told("late.csv", wrong.as_bytes(), "", &["rejected", "line 5: 4 of 3 fields"], quoted);
    refused("open.csv", b"customer,note\nann,\"open\nbob,x\n", &["line 2: a double quote is opened and never closed"]);
}

#[test]
fn another_encoding_is_found_and_told() {
    let text = "customer,city\nann,Zürich\n";
    let latin: Vec<u8> = text.chars().map(|letter| letter as u8).collect();
    told("latin1.csv", &latin, "", &["read as windows-1252"], text);
    let chinese = "customer,city\nann,北京\n";
    told("gb18030.csv", b"customer,city\nann,\xb1\xb1\xbe\xa9\n", "", &["read as gb18030"], chinese);
    told("gbk.csv", b"customer,city\nann,\xb1\xb1\xbe\xa9\n", ", #{encoding: \"gbk\"}", &[], chinese);
    let wide = |mark: &[u8]| [mark, &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()].concat();
    told("utf16.csv", &wide(b"\xff\xfe"), "", &["read as UTF-16LE"], text);
    told("unmarked.csv", &wide(b""), "", &["read as UTF-16LE"], text);
    accepted("bom.csv", b"\xef\xbb\xbfcustomer,amount\nann,1\n", "customer,amount\nann,1\n");
    let folder = folder_with(&[("x.csv", text.as_bytes()), ("latin1.csv", &latin)]);
    is_refusal(&read(folder.path(), "read_csv(\"x.csv\", #{encoding: \"utf8x\"})"), &["there is no encoding `utf8x`"]);
    let wrong = read(folder.path(), "read_csv(\"latin1.csv\", #{encoding: \"utf-8\"})");
    is_refusal(&wrong, &["line 2: here stand bytes that are not UTF-8", "windows-1252"]);
}

#[test]
fn a_file_of_another_kind_is_told() {
    refused("picture.csv", &(0..=255).collect::<Vec<u8>>(), &["`picture.csv` is no text"]);
    refused("sheet.csv", b"PK\x03\x04\x14\x00", &["`sheet.csv` is no text", "Excel"]);
    refused("frame.csv", b"PAR1\x15\x04PAR1", &["use `read_parquet`"]);
    refused("orders.parquet", b"customer,amount\nann,1\n", &["is no Parquet file", "read_csv(\"orders.parquet\")"]);
    refused("cut.parquet", b"PAR1\x15\x04\x15", &["is a Parquet file, but it is cut off or damaged"]);
    let folder = folder_with(&[]);
    std::fs::create_dir(folder.path().join("orders.csv")).unwrap();
    is_refusal(&read(folder.path(), "read_csv(\"orders.csv\")"), &["the folder `orders.csv` holds no file"]);
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[test]
fn a_packed_file_that_is_cut_off() {
    let rows: String = (0..2000).map(|row| format!("c{row},{}\n", row * row)).collect();
    let whole = format!("customer,amount\n{rows}");
    accepted("whole.csv.gz", &packed(whole.as_bytes()), &whole);
    let half = packed(whole.as_bytes());
    refused("half.csv.gz", &half[..half.len() / 2], &["packed with gzip", "it ends too early", "fetch it again"]);
    refused("no.csv.gz", b"\x1f\x8b\x08\x00garbage garbage", &["packed with gzip", "cannot be unpacked"]);
}

#[test]
fn a_value_far_down_that_does_not_fit_is_counted_and_told_with_its_line() {
    let rows: String = (0..12_000).map(|row| format!("c{row},{row}\n")).collect();
    let wrong = format!("customer,amount\n\"c\nc\",1\n{rows}\nx,n/a\n");
    let wanted = format!("customer,amount\n\"c\nc\",1\n{rows}x,\n");
    told("late.csv", wrong.as_bytes(), "", &["1 value of `amount`", "the first: `n/a` (line 12,005)"], &wanted);
    let folder = folder_with(&[("late.csv", wrong.as_bytes())]);
    let strict = read(folder.path(), "read_csv(\"late.csv\", #{strict: true})");
    is_refusal(&strict, &["`n/a` (line 12,005) in column `amount` is not a whole number", "missing: [\"n/a\"]"]);
    let fraction = format!("customer,amount\n{rows}x,1.5\n");
    let numbers: String = (0..12_000).map(|row| format!("c{row},{row}.0\n")).collect();
    accepted("fraction.csv", fraction.as_bytes(), &format!("customer,amount\n{numbers}x,1.5\n"));
    // A number of an invoice is no rubbish: nothing is lost, and the column is told.
    let invoices = format!("customer,invoice\n{rows}x,C5\n");
    told(
        "invoices.csv",
        invoices.as_bytes(),
        "",
        &["1 value is no number, the first is `C5` in line 12,002"],
        &invoices,
    );
}

#[test]
fn names_and_separators_of_the_header() {
    refused("twice.csv", b"customer,amount,amount\nann,1,2\n", &["line 1: two columns are called `amount`"]);
    let plain = "customer,amount\nann,1.5\n";
    let notes = ["separated by `;`", "have a decimal comma"];
    told("semicolon.csv", b"customer;amount\nann;1,5\n", "", &notes, plain);
    told("tabs.csv", b"customer\tamount\nann\t1.5\n", "", &["separated by a tab"], plain);
    told("pipes.csv", b"customer|amount\nann|1.5\n", "", &["separated by `|`"], plain);
    let folder = folder_with(&[("semicolon.csv", b"customer;amount\nann;1.5\n")]);
    let told = read(folder.path(), "read_csv(\"semicolon.csv\", #{separator: \",\"})");
    is_refusal(&told, &["one column only", "separator: \";\""]);
    let folder = folder_with(&[("unnamed.csv", b"customer,,amount\nann,1,2\n")]);
    let ran = run(folder.path(), &["-c", "read_csv(\"unnamed.csv\")"]);
    assert!(ran.out.contains("1 column of `unnamed.csv` has no name in the header"), "{}{}", ran.out, ran.err);
}

/// As pandas does: a blank line is no row. In a file of one column it is a missing value, for nothing else could be
/// meant by it.
#[test]
fn blank_lines_are_no_rows() {
    let wanted = "customer,amount\nann,1\nbob,2\n";
    accepted("middle.csv", b"customer,amount\nann,1\n\nbob,2\n", wanted);
    accepted("end.csv", b"customer,amount\nann,1\nbob,2\n\n\n", wanted);
    accepted("top.csv", b"\n\ncustomer,amount\nann,1\nbob,2\n", wanted);
    accepted("windows.csv", b"customer,amount\r\nann,1\r\n\r\nbob,2\r\n\r\n", wanted);
    accepted("one.csv", b"customer\nann\n\nbob\n", "customer\nann\n\nbob\n");
    // Empty fields at the end of a row are fields.
    accepted("empty.csv", b"customer,a,b\nann,,\n\nbob,1,2\n", "customer,a,b\nann,,\nbob,1,2\n");
}

#[test]
fn line_ends_of_every_system() {
    let wanted = "customer,amount\nann,1\nbob,2\n";
    accepted("windows.csv", b"customer,amount\r\nann,1\r\nbob,2\r\n", wanted);
    accepted("mac.csv", b"customer,amount\rann,1\rbob,2\r", wanted);
    accepted("no_end.csv", b"customer,amount\nann,1\nbob,2", wanted);
}

#[test]
fn what_may_not_be_read_is_told() {
    let folder = folder_with(&[("secret.csv", b"a\n1\n")]);
    let file = folder.path().join("secret.csv");
    let mut rights = std::fs::metadata(&file).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut rights, 0o000);
    std::fs::set_permissions(&file, rights).unwrap();
    if std::fs::File::open(&file).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    is_refusal(&read(folder.path(), "read_csv(\"secret.csv\")"), &["cannot be read: it is not allowed"]);
}

#[test]
fn a_folder_that_may_not_be_written_is_told() {
    let folder = folder_with(&[]);
    let locked = folder.path().join("locked");
    std::fs::create_dir(&locked).unwrap();
    let mut rights = std::fs::metadata(&locked).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut rights, 0o555);
    std::fs::set_permissions(&locked, rights).unwrap();
    if std::fs::write(locked.join("probe"), "").is_ok() {
        eprintln!("skipped: this user may write everywhere");
        return;
    }
    for write in ["write_csv(\"locked/x.csv\")", "write_parquet(\"locked/x.parquet\")", "bar().save(\"locked/x.png\")"]
    {
        let ran = run(folder.path(), &["-c", &format!("sample(\"cdnow\").head(3).{write}")]);
        assert_eq!(ran.code, Some(1));
        assert!(ran.err.contains("cannot be written: it is not allowed"), "{}", ran.err);
    }
}

#[test]
fn a_failed_write_keeps_what_was_there() {
    let folder = folder_with(&[("out.csv", b"before\n")]);
    let code = "sample(\"cdnow\").with_columns(col(\"amount\").cast(\"string\").cast(\"int\")).write_csv(\"out.csv\")";
    let ran = run(folder.path(), &["-c", code]);
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    assert_eq!(std::fs::read_to_string(folder.path().join("out.csv")).unwrap(), "before\n");
    assert_eq!(names_in(folder.path()), ["out.csv"]);
}

#[test]
fn a_file_that_is_no_plugin_is_told() {
    let folder = folder_with(&[("metric.so", b"not a library\n")]);
    for (file, wanted) in [("metric.so", "`metric.so` is not a library"), ("none.so", "there is no file `none.so`")] {
        let ran = run(folder.path(), &["--plugin", file, "-c", "1"]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""));
        assert!(ran.err.contains(wanted), "{}", ran.err);
        assert!(ran.err.contains("\n  = "), "{}", ran.err);
    }
}

/// A customer may be called anything; the terminal must not be painted by it.
#[test]
fn names_that_command_the_terminal_are_shown_harmless() {
    let rows =
        b"customer,date,amount\n\x1b[31mred,2024-01-31,10\n\"two\nlines\",2024-02-01,20\n\x07bell,2024-02-02,5\n";
    let folder = folder_with(&[("orders.csv", rows)]);
    for code in [
        "read_csv(\"orders.csv\")",
        "read_csv(\"orders.csv\").rfm(#{bins: 2})",
        "read_csv(\"orders.csv\").to_list(\"customer\")",
        "for name in read_csv(\"orders.csv\").to_list(\"customer\") { print([name]); }",
        "read_csv(\"orders.csv\").sort(read_csv(\"orders.csv\").to_list(\"customer\"))",
        "throw read_csv(\"orders.csv\").to_list(\"customer\")[0];",
    ] {
        let ran = run(folder.path(), &["-c", code]);
        let shown = format!("{}{}", ran.out, ran.err);
        assert!(!shown.contains('\x1b') && !shown.contains('\x07'), "{code}: {shown:?}");
        assert!(shown.contains("red"), "{code}: {shown}");
    }
}
