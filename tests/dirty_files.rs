//! Small files, each with a realistic kind of dirt, and what must be found in it: `tests/dirty/expected.toml` says it.
//!
//! An entry is a file and what the tools say of it: `import`, pieces of the notes and of the import report; `refused`,
//! pieces of the message where the file is not read at all; `profile`, findings as `column: finding`, or `column: finding rows`
//! where the count was made by hand; `rows`, how many there are; `contract`, with `failing`, the numbers of the rows that fail it.
//! Another function gets a key of its own here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use toml_edit::{DocumentMut, Item, Table};

use crate::examples::session;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dirty")
}

fn expected() -> DocumentMut {
    std::fs::read_to_string(folder().join("expected.toml")).unwrap().parse().unwrap()
}

/// The texts of an entry's list.
fn texts(entry: &Table, key: &str) -> Vec<String> {
    let Some(list) = entry.get(key) else { return Vec::new() };
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn entries() -> Vec<(String, Table)> {
    let table = |item: &Item| item.as_table().unwrap().clone();
    expected().iter().map(|(name, item)| (name.to_owned(), table(item))).collect()
}

/// The JSON of what a piece of script answers in which `FILE` stands for the file, read as its entry says.
fn answer(name: &str, entry: &Table, code: &str) -> Result<Json, String> {
    let path = folder().join(name);
    let options = entry.get("options").map(|it| format!(", {}", it.as_str().unwrap())).unwrap_or_default();
    let code = code.replace("FILE", &format!("read_csv(\"{}\"{options})", path.display()));
    match session(Vec::new()).run(&code).answer {
        Ok(value) => {
            let text = regulars::show::export(&value, regulars::show::Format::Json, &regulars_plugin::Quiet).unwrap();
            Ok(serde_json::from_str(&text).unwrap())
        }
        Err(failure) => Err(failure.to_string()),
    }
}

#[test]
fn every_dirty_file_has_an_entry_and_there_are_thirty_at_least() {
    let files: BTreeSet<String> =
        crate::program::names_in(&folder()).into_iter().filter(|name| name.ends_with(".csv")).collect();
    let listed: BTreeSet<String> = entries().into_iter().map(|(name, _)| name).collect();
    assert_eq!(files, listed);
    assert!(files.len() >= 30, "{}", files.len());
    for (name, entry) in entries() {
        let says = ["import", "refused", "profile", "failing"].iter().any(|key| entry.contains_key(key));
        assert!(says && entry.contains_key("dirt"), "{name} expects nothing");
    }
}

#[test]
fn reading_tells_what_it_found() {
    for (name, entry) in entries() {
        let read = answer(&name, &entry, "let f = FILE; [f.notes, f.import_report()]");
        let refused = texts(&entry, "refused");
        match read {
            Ok(read) => {
                assert!(refused.is_empty(), "{name} was read");
                for wanted in texts(&entry, "import") {
                    assert!(read.to_string().contains(&wanted), "{name}: {wanted} in {read}");
                }
            }
            Err(message) => {
                assert!(!refused.is_empty(), "{name}: {message}");
                for wanted in refused {
                    assert!(message.contains(&wanted), "{name}: {wanted} in {message}");
                }
            }
        }
    }
}

#[test]
fn the_profile_finds_the_dirt_and_loses_no_row() {
    for (name, entry) in entries().into_iter().filter(|(_, entry)| !entry.contains_key("refused")) {
        let code = "let p = FILE.profile(#{today: \"2026-11-22\"}); [p.rows, p.findings.rows(), p.types.rows(), p.table().rows(), p.code]";
        let found = answer(&name, &entry, code).unwrap();
        let rows = found[0].as_i64().unwrap();
        if let Some(wanted) = entry.get("rows") {
            assert_eq!(Some(rows), wanted.as_integer(), "{name}");
        }
        // Missing and there are all rows, in every column.
        for column in found[3].as_array().unwrap() {
            let of_column = |line: &&Json| line["column"] == column["column"];
            let all = found[2].as_array().unwrap().iter().filter(of_column);
            assert_eq!(all.map(|line| line["rows"].as_i64().unwrap()).sum::<i64>(), rows, "{name}: {column}");
        }
        let said: Vec<(String, i64)> = found[1]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| {
                let column = line["column"].as_str().unwrap_or("rows");
                (format!("{column}: {}", line["finding"].as_str().unwrap()), line["rows"].as_i64().unwrap())
            })
            .collect();
        for wanted in texts(&entry, "profile") {
            let holds = said.iter().any(|(what, rows)| *what == wanted || format!("{what} {rows}") == wanted);
            assert!(holds, "{name}: {wanted} in {said:?}");
        }
        for unwanted in texts(&entry, "profile_not") {
            assert!(!said.iter().any(|(what, _)| *what == unwanted), "{name}: {unwanted} in {said:?}");
        }
        if let Some(code) = entry.get("code") {
            assert_eq!(found[4].as_str(), code.as_str(), "{name}");
        }
    }
}

#[test]
fn a_contract_finds_the_rows_at_fault_and_the_others_pass() {
    let mut looked = 0;
    for (name, entry) in entries() {
        let Some(contract) = entry.get("contract") else { continue };
        let contract = contract.as_str().unwrap();
        let code = format!(
            "let c = FILE.validate({contract}); [c.failing.to_list(\"row\"), c.rows, c.passing.height, c.failing_rows]"
        );
        let found = answer(&name, &entry, &code).unwrap();
        let wanted: Vec<i64> =
            entry["failing"].as_array().unwrap().iter().map(|row| row.as_integer().unwrap()).collect();
        let failing: Vec<i64> = found[0].as_array().unwrap().iter().map(|row| row.as_i64().unwrap()).collect();
        assert_eq!(failing, wanted, "{name}");
        let number = |place: usize| found[place].as_i64().unwrap();
        assert_eq!(number(1), number(2) + number(3), "{name}: rows are lost");
        looked += 1;
    }
    assert!(looked >= 8, "{looked}");
}
