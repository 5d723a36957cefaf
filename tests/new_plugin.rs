//! From nothing to a tested plugin: what `plugin new` writes, and what the guide says, word for word.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use crate::program::{Ran, run, told};

/// One folder for everything that is built here: the kit's dependencies are compiled once.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("new_plugin")
}

/// To cargo all new plugins are the same crate in that folder, so only one is built at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// A command in a folder, with cargo and nothing but what is on this machine.
fn set(command: &mut Command, folder: &Path) -> Ran {
    command.current_dir(folder).env("CARGO", env!("CARGO")).env("CARGO_TARGET_DIR", target());
    command.env("CARGO_NET_OFFLINE", "true").env("CARGO_TERM_COLOR", "never").env("COLUMNS", "400");
    command.env("REGULARS_CONFIG", folder.join("no_config.toml")).env_remove("RUSTFLAGS").env_remove("NO_COLOR");
    told(command.output().unwrap())
}

fn regulars(folder: &Path, arguments: &[&str]) -> Ran {
    set(Command::new(env!("CARGO_BIN_EXE_regulars")).arg("--no-plugins").args(arguments), folder)
}

#[test]
fn a_new_plugin_builds_tests_and_loads_at_once() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::tempdir().unwrap();
    let ran = regulars(folder.path(), &["plugin", "new", "tea_shop"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.starts_with("wrote tea_shop: the function `tea_shop`, the model `tea_shop_model`"), "{}", ran.err);
    let own = folder.path().join("tea_shop");
    let ran = set(Command::new(env!("CARGO")).arg("test"), &own);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("4 passed"), "{}", ran.out);
    let ran = regulars(folder.path(), &["plugin", "test", "tea_shop"]);
    assert!(ran.out.contains("good    tea_shop: example\n"), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("good    tests/answers.rhai\n"), "{}{}", ran.out, ran.err);
    assert_eq!((ran.code, ran.err.contains("tested 3: all good")), (Some(0), true), "{}{}", ran.out, ran.err);
    // A manual that says something else is told line by line, and a script that throws with its place.
    let source = own.join("src/lib.rs");
    let text = std::fs::read_to_string(&source).unwrap();
    std::fs::write(
        &source,
        text.replace("/// ann             3           12.00", "/// ann             3           13.00"),
    )
    .unwrap();
    std::fs::write(own.join("tests/thrown.rhai"), "let a = 1;\nthrow \"not so\";").unwrap();
    let ran = regulars(folder.path(), &["plugin", "test", "tea_shop"]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("failed  tea_shop: example: it shows something else than its manual\n"), "{}", ran.out);
    assert!(
        ran.out.contains(
            "        - ann             3           13.00\n        + ann             3           12.00\n          bob "
        ),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("failed  tests/thrown.rhai\n"), "{}", ran.out);
    assert!(ran.err.contains("not so") && ran.err.contains("line 2"), "{}", ran.err);
    // Nothing is overwritten.
    let ran = regulars(folder.path(), &["plugin", "new", "tea_shop"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.err.contains("`tea_shop` is there already") || ran.err.contains("tea_shop` is there already"),
        "{}",
        ran.err
    );
    // What cargo refuses it says itself.
    std::fs::write(&source, "fn").unwrap();
    let ran = regulars(&own, &["plugin", "build", "--dev"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""));
    assert!(ran.err.contains("src/lib.rs:1:") && ran.err.contains("could not compile `tea_shop`"), "{}", ran.err);
}

#[test]
fn what_cannot_be_begun_or_built_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, wanted) in [
        (&["plugin", "new", "Tea-Shop"][..], "did you mean `tea_shop`?"),
        (&["plugin", "new", "rfm"], "`rfm` is a word of the language already"),
        (&["plugin", "new", "read_csv"], "`read_csv` is a word of the language already"),
        (&["plugin", "new", "../x"], "`../x` cannot be the name of a plugin"),
        (&["plugin", "new", "tea", "--in", "nowhere"], "there is no folder `nowhere`"),
        (&["plugin", "build"], "there is no `./Cargo.toml`"),
        (&["plugin", "test", "nowhere.so"], "there is no file `nowhere.so`"),
    ] {
        let ran = regulars(folder.path(), arguments);
        assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(wanted), "{arguments:?}: {}", ran.err);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing half made lies about");
    std::fs::write(folder.path().join("Cargo.toml"), "").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_regulars"));
    command.args(["--no-plugins", "plugin", "build"]).current_dir(folder.path());
    let ran = told(command.env_remove("CARGO").env("PATH", folder.path()).output().unwrap());
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("cargo is not installed") && ran.err.contains("https://rustup.rs"), "{}", ran.err);
}

#[test]
fn a_library_is_tested_as_it_was_given_away() {
    let library = crate::plugins::example().path().display().to_string();
    let folder = tempfile::tempdir().unwrap();
    let ran = run(folder.path(), &["plugin", "test", &library]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "good    purchase_rhythm: example\n"), "{}", ran.err);
    assert_eq!(ran.err, "tested 1: all good\n");
}

/// A block of code of the guide: its language, its text, and the last line in front of it.
struct Block {
    language: String,
    text: String,
    before: String,
}

fn blocks(guide: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let (mut open, mut before) = (false, String::new());
    for line in guide.lines() {
        match (line.strip_prefix("```"), open) {
            (Some(language), false) => {
                found.push(Block { language: language.to_owned(), text: String::new(), before: before.clone() });
                open = true;
            }
            (Some(_), true) => open = false,
            (None, true) => {
                let text = &mut found.last_mut().unwrap().text;
                text.push_str(line);
                text.push('\n');
            }
            (None, false) if !line.trim().is_empty() => before = line.to_owned(),
            (None, false) => {}
        }
    }
    found
}

/// A shell does what the guide tells a person to type. Built is in the dev profile, which takes seconds instead of minutes.
#[cfg(target_os = "linux")]
#[test]
fn the_guide_does_what_it_says() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let guide = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins/README.md")).unwrap();
    let part = guide.split("## From nothing to a tested plugin").nth(1).unwrap().split("\n## ").next().unwrap();
    let blocks = blocks(part);
    let lines = blocks[1].text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with("///")).count();
    assert!(lines <= 36, "{lines} lines of own code are more than the guide promises");
    let home = tempfile::tempdir().unwrap();
    // The program by its name, and no plugin of somebody else's test beside it.
    let programs = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    std::fs::hard_link(env!("CARGO_BIN_EXE_regulars"), programs.path().join("regulars")).unwrap();
    let own_cargo = Path::new(env!("CARGO")).parent().unwrap().display().to_string();
    let path = format!("{}:{own_cargo}:{}", programs.path().display(), std::env::var("PATH").unwrap_or_default());
    let mut folder = home.path().to_owned();
    let mut last = String::new();
    for block in &blocks {
        match block.language.as_str() {
            "sh" => {
                for line in block.text.lines() {
                    if let Some(name) = line.strip_prefix("cd ") {
                        folder.push(name);
                        continue;
                    }
                    let line = line.replace("plugin build .", "plugin build . --dev");
                    let line = line.replace("target/release/", &format!("{}/debug/", target().display()));
                    let mut shell = Command::new("sh");
                    shell.args(["-ec", &line]).env("PATH", &path).env("HOME", home.path());
                    shell.env("CARGO_HOME", cargo_home());
                    let ran = set(&mut shell, &folder);
                    assert_eq!(ran.code, Some(0), "{line}\n{}{}", ran.out, ran.err);
                    last = ran.out;
                }
            }
            "text" => assert_eq!(last, block.text, "what the last command shows"),
            _ => {
                let file = block.before.split('`').rev().nth(1).unwrap();
                std::fs::write(folder.join(file), &block.text).unwrap();
            }
        }
    }
    assert!(last.contains("Counts the big orders of each customer."), "{last}");
}

/// Where cargo keeps what it downloaded; under another home it would look elsewhere.
fn cargo_home() -> PathBuf {
    std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .unwrap_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cargo"))
}
