//! The course in `scripts/course`: every script runs, asks a question, and says what comes next.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use regulars::notebook::{CellKind, Document};

use crate::program::{names_in, run};

const FEWEST: usize = 12;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/course")
}

/// The scripts in their order, each with its text.
fn scripts() -> BTreeMap<String, String> {
    let names = names_in(&folder()).into_iter().filter(|name| name.ends_with(".rhai"));
    let scripts: BTreeMap<String, String> =
        names.map(|name| (name.clone(), std::fs::read_to_string(folder().join(name)).unwrap())).collect();
    assert!(scripts.len() >= FEWEST, "only {} scripts", scripts.len());
    scripts
}

/// The first line of a script's first cell of prose.
fn question(text: &str) -> String {
    let first = Document::read(text).cells.into_iter().next().unwrap();
    assert_eq!(first.kind, CellKind::Prose, "the first cell is no prose");
    first.source.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn every_script_runs_and_writes_only_where_it_is_told() {
    let course = names_in(&folder());
    for (name, text) in scripts() {
        let place = tempfile::tempdir().unwrap();
        let [here, out] = ["here", "out"].map(|name| place.path().join(name));
        for folder in [&here, &out] {
            std::fs::create_dir(folder).unwrap();
        }
        let script = folder().join(&name);
        let mut arguments = vec!["run", script.to_str().unwrap()];
        let writes = text.contains("param(\"out\"");
        if writes {
            arguments.extend(["--out", out.to_str().unwrap()]);
        }
        let ran = run(&here, &arguments);
        assert_eq!(ran.code, Some(0), "{name}: {}", ran.err);
        assert!(ran.out.lines().count() >= 10, "{name} shows too little:\n{}", ran.out);
        assert_eq!(names_in(&here), Vec::<String>::new(), "{name} writes where it was not told to");
        assert_eq!(names_in(place.path()), ["here", "out"], "{name} writes outside of its folder");
        assert_eq!(!names_in(&out).is_empty(), writes, "{name}: has `out`, or writes, but not both");
    }
    assert_eq!(names_in(&folder()), course, "a script writes beside itself");
}

#[test]
fn the_check_finds_nothing_in_any_script() {
    for name in scripts().into_keys() {
        let checked = run(&folder(), &["check", &name]);
        assert_eq!(checked.code, Some(0), "{name}: {}", checked.err);
        assert!(checked.err.contains("nothing wrong"), "{name}: {}", checked.err);
    }
}

#[test]
fn every_script_opens_with_a_question_and_names_the_next_one() {
    let scripts = scripts();
    let mut following = scripts.keys().skip(1);
    for (name, text) in &scripts {
        let question = question(text);
        assert!(question.starts_with("# ") && question.ends_with('?'), "{name} opens with `{question}`");
        let last = text.lines().last().unwrap_or_default();
        assert!(last.starts_with("// Next: "), "{name} ends with `{last}`");
        if let Some(next) = following.next() {
            assert_eq!(last, format!("// Next: {next}"), "{name}");
        }
    }
}

#[test]
fn the_page_of_the_course_lists_every_question() {
    let page = std::fs::read_to_string(folder().join("README.md")).unwrap();
    let listed: Vec<&str> = page.lines().filter(|line| line.starts_with("| [")).collect();
    let wanted: Vec<String> = scripts()
        .into_iter()
        .map(|(name, text)| format!("| [{name}]({name}) | {} |", question(&text).trim_start_matches("# ")))
        .collect();
    assert_eq!(listed, wanted);
}
