//! Keeps the house as its map says: imports point down, every file of a family is on its list, files, clock and
//! printing stay in their rooms, `unsafe` in two files.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms and their floors; `src/README.md` is the map. A room imports only rooms on lower floors.
const ROOMS: [(&str, u32); 17] = [
    ("stats", 0),
    ("table", 1),
    ("analytics", 2),
    ("chart", 2),
    ("files", 2),
    ("plugin", 3),
    ("catalogue", 4),
    ("show", 5),
    ("script", 6),
    ("session", 7),
    ("console", 7),
    ("assist", 8),
    ("notebook", 8),
    ("kernel", 9),
    ("repl", 9),
    ("cli", 10),
    ("main", 11),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// The lines of a file up to its tests, without comments and without text in quotes.
fn code(path: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    for line in read(path).lines() {
        if line.starts_with("#[cfg(test)]") {
            break;
        }
        let bare = line.split("//").next().unwrap_or_default();
        let outside: String = bare.split('"').step_by(2).collect();
        lines.push(outside);
    }
    lines
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn room_of(path: &Path) -> &'static str {
    let inside = path.strip_prefix(root().join("src")).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned();
    ROOMS.iter().find(|(room, _)| *room == first).map_or("", |(room, _)| room)
}

fn floor(room: &str) -> u32 {
    ROOMS.iter().find(|(name, _)| *name == room).unwrap().1
}

/// Test files inside a room may look wherever they like.
fn is_test(path: &Path) -> bool {
    path.components().any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "tests.rs" | "example.rs")))
}

fn built() -> Vec<PathBuf> {
    files("src").into_iter().filter(|path| !is_test(path) && !path.ends_with("src/lib.rs")).collect()
}

#[test]
fn every_file_lies_in_a_room() {
    let strays: Vec<String> = built().iter().filter(|path| room_of(path).is_empty()).map(|path| shown(path)).collect();
    assert!(strays.is_empty(), "no room for {strays:?}: put them into one, or draw a new room on the map");
}

#[test]
fn imports_point_down() {
    let mut wrong = Vec::new();
    for path in built() {
        let own = room_of(&path);
        for (number, line) in code(&path).iter().enumerate() {
            for after in line.split("crate::").skip(1) {
                // `use crate::{a, b}` does not occur: every import names its room.
                let room: String =
                    after.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
                let known = ROOMS.iter().any(|(name, _)| *name == room);
                if known && room != own && floor(&room) >= floor(own) {
                    wrong.push(format!("{}:{} {own} imports {room}", shown(&path), number + 1));
                }
                assert!(
                    own == "stats" || !after.starts_with('{'),
                    "{}: name the room: `use crate::room::…`",
                    shown(&path)
                );
            }
        }
    }
    assert!(wrong.is_empty(), "imports that do not point down:\n{}", wrong.join("\n"));
}

/// Names of other crates that only some rooms may say.
#[test]
fn crates_stay_in_their_rooms() {
    let keep = [
        ("polars", vec!["src/table/", "src/files/", "src/plugin/"]),
        ("rhai", vec!["src/script/"]),
        ("plotters", vec!["src/chart/"]),
        ("reedline", vec!["src/repl/"]),
        ("libloading", vec!["src/plugin/"]),
        ("clap", vec!["src/cli/"]),
        ("zeromq", vec!["src/kernel/"]),
        ("tokio", vec!["src/kernel/"]),
    ];
    let mut wrong = Vec::new();
    for path in built() {
        for (number, line) in code(&path).iter().enumerate() {
            for (name, rooms) in &keep {
                let says = line.contains(&format!("{name}::")) || line.contains(&format!("{name}_arrow::"));
                if says && !rooms.iter().any(|room| shown(&path).starts_with(room)) {
                    wrong.push(format!("{}:{} says {name}", shown(&path), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_clock_and_printing_stay_in_their_rooms() {
    // What is said → where it may be said.
    let keep: [(&str, &[&str]); 9] = [
        ("std::fs", &["src/files/", "src/cli/", "src/plugin/"]),
        ("fs::File", &["src/files/", "src/cli/", "src/plugin/"]),
        ("SystemTime", &["src/cli/"]),
        // A plugin in a process of its own is waited for, and has to leave; so is a function that was interrupted.
        ("Instant::now", &["src/session/", "src/console/", "src/plugin/isolated", "src/script/apart"]),
        ("thread_rng", &[]),
        ("println!", &["src/console/"]),
        ("print!", &["src/console/"]),
        ("env::var", &["src/cli/", "src/console/"]),
        ("process::exit", &["src/cli/", "src/plugin/isolated"]),
    ];
    let mut wrong = Vec::new();
    for path in built() {
        for (number, line) in code(&path).iter().enumerate() {
            for (word, rooms) in keep {
                if line.contains(word) && !rooms.iter().any(|room| shown(&path).starts_with(room)) {
                    wrong.push(format!("{}:{} says {word}", shown(&path), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn unsafe_stands_in_one_file_per_side_of_the_border() {
    let sides = ["plugins/sdk/src/border.rs", "src/plugin/border.rs"];
    let mut found = Vec::new();
    for path in files("src").into_iter().chain(files("plugins")) {
        let name = shown(&path);
        // Types of C functions are written `unsafe extern`, which declares and does nothing.
        let does = code(&path)
            .iter()
            .any(|line| line.contains("unsafe {") || line.contains("unsafe impl") || line.contains("unsafe fn"));
        if does && !sides.contains(&name.as_str()) {
            found.push(name);
        }
    }
    assert!(found.is_empty(), "unsafe in {found:?}");
    for side in sides {
        let text = read(&root().join(side));
        let blocks = text.matches("unsafe {").count() + text.matches("unsafe impl").count();
        let reasons = text.matches("SAFETY").count();
        assert!(reasons * 2 >= blocks, "{side}: {blocks} unsafe blocks, {reasons} reasons");
    }
}

/// Every file of a family that declares a function is on the family's list, and its name is the word that a script writes.
/// Other files hold what several functions share; a folder within a family, what the models of several are asked.
#[test]
fn every_file_of_a_family_is_on_its_list() {
    let names: Vec<String> =
        regulars::analytics::functions().iter().map(|function| function.manual().name.clone()).collect();
    let mut listed = 0;
    for path in files("src/analytics") {
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let depth = path.strip_prefix(root().join("src/analytics")).unwrap().components().count();
        // What the models of a family are asked may lie beside them.
        let text = read(&path);
        if depth != 2
            || !text.contains("\nimpl Function for")
            || text.contains("type Input = Fitted") && !names.contains(&stem)
        {
            continue;
        }
        assert!(names.contains(&stem), "{} is on no list", shown(&path));
        let family = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
        let manual = regulars::analytics::functions().into_iter().find(|one| one.manual().name == stem).unwrap();
        assert_eq!(manual.manual().family.word(), family, "{} lies in another family's folder", shown(&path));
        listed += 1;
    }
    assert_eq!(listed, names.len(), "a function without a file of its own");
}

/// What a careful reviewer asks of every manual.
#[test]
fn every_manual_is_complete() {
    for function in regulars::analytics::functions() {
        let manual = function.manual();
        let name = &manual.name;
        assert!(manual.summary.ends_with('.') && manual.summary.len() < 140, "{name}: a summary is one sentence");
        assert!(!manual.choices.is_empty() && !manual.source.is_empty(), "{name}: choices and source");
        assert!(!manual.examples.is_empty(), "{name}: an example");
        assert!(manual.chart.is_some(), "{name}: a picture");
        for option in &manual.options {
            assert!(option.meaning.ends_with('.'), "{name}.{}: a meaning in a sentence", option.name);
        }
        for column in manual.columns.iter().chain(&manual.figures) {
            assert!(column.meaning.ends_with('.'), "{name}.{}: a meaning in a sentence", column.name);
        }
        for related in &manual.related {
            let known = regulars::analytics::functions().iter().any(|one| one.manual().name == *related);
            assert!(known, "{name}: there is no related function {related}");
        }
    }
}

#[test]
fn nothing_is_named_that_is_not_the_projects() {
    let mut folders = vec![root().to_path_buf()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if path.is_dir() {
                if name != "target" && name != ".git" {
                    folders.push(path);
                }
            } else if let Ok(text) = fs::read_to_string(&path) {
                // Put together, so that this file does not name what it looks for.
                for stranger in [concat!("/", "work/"), concat!("/", "root/"), concat!("/", "home/")] {
                    if text.contains(stranger) {
                        found.push(format!("{} names {stranger}", shown(&path)));
                    }
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
