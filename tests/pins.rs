//! Pinned plugins: what is loaded is what somebody accepted, and a project that nobody accepted runs nothing.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use tempfile::TempDir;

use crate::plugins::compile;
use crate::program::{Ran, names_in, told};

/// The program in a folder where no plugin lies beside it.
static ALONE: LazyLock<PathBuf> = LazyLock::new(|| {
    // Always the same folder: a link to a program of an earlier build would keep its bytes.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("alone");
    std::fs::create_dir_all(&folder).unwrap();
    let program = folder.join(format!("regulars{}", std::env::consts::EXE_SUFFIX));
    let built = env!("CARGO_BIN_EXE_regulars");
    let _ = std::fs::remove_file(&program);
    std::fs::hard_link(built, &program).or_else(|_| std::fs::copy(built, &program).map(|_| ())).unwrap();
    program
});

/// Two libraries of the plugin `hostile` 0.1 that differ in their function, `tea` and `coffee`. Each leaves a trace when it is loaded.
static TEA: LazyLock<PathBuf> = LazyLock::new(|| compile("canary", "", &manual("tea")));
static COFFEE: LazyLock<PathBuf> = LazyLock::new(|| compile("canary", "", &manual("coffee")));

fn manual(name: &str) -> String {
    format!(r#"[{{"name": "{name}", "family": "clean", "summary": "Brews {name}.", "tables": ["frame"]}}]"#)
}

/// A home with a configuration, and a project in it with a library.
struct Place {
    home: TempDir,
}

impl Place {
    fn new() -> Place {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(home.path().join("project/lib")).unwrap();
        std::fs::create_dir_all(home.path().join("project/deep/below")).unwrap();
        std::fs::copy(&*TEA, home.path().join("project/lib/tea.so")).unwrap();
        Place { home }
    }

    fn project(&self) -> PathBuf {
        self.home.path().join("project")
    }

    fn library(&self) -> PathBuf {
        self.project().join("lib/tea.so")
    }

    fn pins(&self) -> PathBuf {
        self.project().join("regulars.toml")
    }

    fn user(&self) -> PathBuf {
        self.home.path().join("config/regulars.toml")
    }

    fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(&*ALONE);
        command.current_dir(folder).env("REGULARS_CONFIG", self.user()).env("CANARY", self.trace());
        command.env("COLUMNS", "1000").env_remove("NO_COLOR").stdin(Stdio::null());
        command
    }

    fn run_in(&self, folder: &Path, arguments: &[&str]) -> Ran {
        told(self.command(folder).args(arguments).output().unwrap())
    }

    /// Runs the program in the project.
    fn run(&self, arguments: &[&str]) -> Ran {
        self.run_in(&self.project(), arguments)
    }

    /// Runs it and wants it to succeed.
    fn good(&self, arguments: &[&str]) -> Ran {
        let ran = self.run(arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}{}", ran.out, ran.err);
        ran
    }

    /// Runs it and wants it to end with 1; what it says, the home left out.
    fn refused(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, Some(1), "{arguments:?}: {}{}", ran.out, ran.err);
        self.bare(&ran.err)
    }

    fn bare(&self, text: &str) -> String {
        let home = self.home.path().canonicalize().unwrap();
        text.replace(home.to_str().unwrap(), "HOME").replace(self.home.path().to_str().unwrap(), "HOME")
    }

    fn trace(&self) -> PathBuf {
        self.home.path().join("trace")
    }

    /// Whether a plugin was loaded since this was asked last.
    fn sang(&self) -> bool {
        std::fs::remove_file(self.trace()).is_ok()
    }

    /// As if somebody else had written the project.
    fn forget(&self) {
        std::fs::remove_file(self.user()).unwrap();
        self.sang();
    }
}

#[cfg(unix)]
#[test]
fn a_pin_can_ask_for_a_process_of_its_own() {
    let place = Place::new();
    place.good(&["plugin", "add", "lib/tea.so"]);
    let written = std::fs::read_to_string(place.pins()).unwrap();
    std::fs::write(place.pins(), written + "isolate = true\nmemory_mb = 500\n").unwrap();
    place.good(&["plugin", "trust", "--yes"]);
    place.sang();
    // The child loads it, and it fails with the same words as in this process: the canary answers nothing.
    let said = place.refused(&["-c", "frame(#{a: [1]}).tea()"]);
    assert!(place.sang());
    assert!(said.contains("tea: the text of the answer is missing"), "{said}");
    // A new build of it keeps what the pin says of isolation.
    place.good(&["plugin", "add", "lib/tea.so"]);
    let written = std::fs::read_to_string(place.pins()).unwrap();
    assert!(written.contains("isolate = true\nmemory_mb = 500"), "{written}");
}

/// Everything at whose start a plugin would be loaded.
const STARTS: [&[&str]; 6] =
    [&["-c", "1"], &["run", "x.rhai"], &["check", "x.rhai"], &["help", "rfm"], &["functions"], &["reference"]];

#[test]
fn a_pinned_plugin_is_loaded_at_every_start_in_the_project() {
    let place = Place::new();
    std::fs::write(place.project().join("x.rhai"), "1").unwrap();
    let ran = place.good(&["plugin", "add", "lib/tea.so"]);
    assert!(place.bare(&ran.err).starts_with("pinned hostile 0.1 (SHA-256 "), "{}", ran.err);
    let written = std::fs::read_to_string(place.pins()).unwrap();
    assert!(written.contains("path = \"lib/tea.so\"") && written.contains("version = \"0.1\""), "{written}");
    assert!(place.sang());
    for start in STARTS {
        place.good(start);
        assert!(place.sang(), "{start:?}");
        let mut without = vec!["--no-plugins"];
        without.extend(start);
        place.good(&without);
        assert!(!place.sang(), "{start:?}");
    }
    // From a folder below it as well, but not beside it.
    let below = place.run_in(&place.project().join("deep/below"), &["help", "tea"]);
    assert!(below.out.contains("Brews tea."), "{}{}", below.out, below.err);
    assert!(!place.run_in(place.home.path(), &["help", "tea"]).out.contains("Brews tea."));
    // The private copies are gone, and nothing else lies about.
    assert_eq!(names_in(&place.project()), ["deep", "lib", "regulars.toml", "x.rhai"]);
    let listed = place.good(&["plugin", "list"]);
    assert!(place.bare(&listed.out).contains("pinned in HOME/project/regulars.toml"), "{}", listed.out);
    let info = place.bare(&place.good(&["plugin", "info", "hostile"]).out);
    for wanted in ["hostile 0.1", "HOME/project/lib/tea.so", "kind       ABI 1", "tea  Brews tea."] {
        assert!(info.contains(wanted), "{wanted}: {info}");
    }
}

#[test]
fn a_changed_file_is_refused_before_it_is_loaded() {
    let place = Place::new();
    std::fs::write(place.project().join("x.rhai"), "1").unwrap();
    place.good(&["plugin", "add", "lib/tea.so"]);
    place.good(&["plugin", "verify"]);
    place.sang();
    std::fs::copy(&*COFFEE, place.library()).unwrap();
    for start in STARTS {
        let said = place.refused(start);
        assert!(
            said.starts_with(
                "error: plugin hostile: `HOME/project/lib/tea.so` is not the file that was pinned: its SHA-256 is "
            ),
            "{said}"
        );
        assert!(
            said.contains("if you built it anew, accept it: `regulars plugin add HOME/project/lib/tea.so`"),
            "{said}"
        );
        assert!(!place.sang(), "{start:?}");
    }
    let verified = place.run(&["plugin", "verify"]);
    assert_eq!(verified.code, Some(1));
    assert!(verified.out.contains("hostile 0.1  not as pinned"), "{}", verified.out);
    assert!(!place.sang());
    // What it advises works: the pin is replaced, not doubled.
    place.good(&["plugin", "add", place.library().to_str().unwrap()]);
    assert!(place.good(&["help", "coffee"]).out.contains("Brews coffee."));
    assert_eq!(std::fs::read_to_string(place.pins()).unwrap().matches("[[plugin]]").count(), 1);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_elsewhere_is_a_changed_file() {
    let place = Place::new();
    let link = place.project().join("lib/current.so");
    std::os::unix::fs::symlink("tea.so", &link).unwrap();
    place.good(&["plugin", "add", "lib/current.so"]);
    assert!(std::fs::read_to_string(place.pins()).unwrap().contains("lib/current.so"));
    place.good(&["help", "tea"]);
    std::fs::copy(&*COFFEE, place.project().join("lib/coffee.so")).unwrap();
    std::fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink("coffee.so", &link).unwrap();
    place.sang();
    assert!(place.refused(&["-c", "1"]).contains("is not the file that was pinned"));
    assert!(!place.sang());
}

#[test]
fn what_cannot_be_loaded_is_told() {
    let place = Place::new();
    place.good(&["plugin", "add", "lib/tea.so"]);
    let written = std::fs::read_to_string(place.pins()).unwrap();
    let with = |text: &str| {
        std::fs::write(place.pins(), text).unwrap();
        let trusted = place.run(&["plugin", "trust", "--yes"]);
        place.sang();
        let said = place.refused(&["-c", "1"]);
        assert!(!said.contains("not trusted"), "{said}{}", trusted.err);
        said
    };
    let said = with(&written.replace("\"0.1\"", "\"0.2\""));
    assert!(said.contains("is version 0.1, but `HOME/project/regulars.toml` pins version 0.2"), "{said}");
    for (text, wanted) in [
        (written.replace("lib/tea.so", "lib/gone.so"), "pins `HOME/project/lib/gone.so`, but there is no such file"),
        (written.replace("lib/tea.so", "lib"), "`HOME/project/lib` is a folder, but one library is wanted"),
        (written.clone() + "memory_mb = 100\n", "`memory_mb` limits an isolated plugin, and this one is not isolated"),
        (written.clone() + "isolate = true\nmemory_mb = 0\n", "`memory_mb` must be a whole number of megabytes"),
        (written.clone() + "isolate = 1\n", "plugin number 1: `isolate` must be `true` or `false`"),
        (written.clone() + "sha265 = \"\"\n", "`sha265` is not known here\n  = did you mean `sha256`?"),
        (written.replace("sha256 = \"", "sha256 = \"x"), "but must be 64 digits from 0 to 9 and a to f"),
        (written.replace("version = \"0.1\"", ""), "plugin number 1: `version` is missing"),
        (written.replace("\"0.1\"", "0.1"), "plugin number 1: `version` must be text\n  = put it into quotes"),
        (written.replace("[[plugin]]", "[plugin]"), "each plugin begins with a line `[[plugin]]`"),
        (written.replace("[[plugin]]", "[[plugins]]"), "`plugins` is not known here\n  = did you mean `plugin`?"),
        (written.replace("[[plugin]]", "[[plugin"), "line 1 is not TOML: "),
        (format!("{written}\n{written}"), "two plugins are called `hostile`"),
        (written.clone() + "\n[[trusted]]\npath = \"/\"\n", "`trusted` has no place in the file of a project"),
    ] {
        let said = with(&text);
        assert!(said.contains(wanted), "{wanted}: {said}");
        assert!(!place.sang(), "{wanted}");
    }
}

#[test]
fn the_project_of_somebody_else_runs_nothing_until_it_is_trusted() {
    let place = Place::new();
    std::fs::write(place.project().join("x.rhai"), "1").unwrap();
    place.good(&["plugin", "add", "lib/tea.so"]);
    place.forget();
    for start in STARTS {
        let said = place.refused(start);
        assert!(
            said.starts_with(
                "error: the plugins that `HOME/project/regulars.toml` asks for are not loaded: you have not trusted it yet"
            ),
            "{said}"
        );
        assert!(
            said.contains("`regulars plugin trust`") && said.contains("`--no-plugins` goes on without them"),
            "{said}"
        );
    }
    // Looking is no trusting, and neither is adding another plugin to what nobody looked at.
    place.good(&["plugin", "verify"]);
    assert!(place.refused(&["plugin", "add", "lib/tea.so"]).contains("you have not trusted it yet"));
    assert!(place.refused(&["plugin", "list"]).contains("you have not trusted it yet"));
    assert!(place.refused(&["plugin", "trust"]).contains("nobody is there to be asked"));
    assert!(!place.sang() && !place.user().exists());
    let shown = place.good(&["plugin", "trust", "--yes"]);
    assert!(shown.err.contains("hostile 0.1  lib/tea.so"), "{}", shown.err);
    place.good(&["help", "tea"]);
    assert!(place.sang());
    // Any change asks anew.
    let mut text = std::fs::read_to_string(place.pins()).unwrap();
    text.push_str("# one more line\n");
    std::fs::write(place.pins(), text).unwrap();
    assert!(place.refused(&["-c", "1"]).contains("it has changed since you trusted it"));
    assert!(!place.sang());
    place.good(&["plugin", "trust", "--yes"]);
    place.good(&["plugin", "trust", "--forget"]);
    assert!(place.refused(&["-c", "1"]).contains("you have not trusted it yet"));
    // The same file in another place is another file.
    place.good(&["plugin", "trust", "--yes"]);
    let other = place.home.path().join("other");
    std::fs::create_dir_all(other.join("lib")).unwrap();
    std::fs::copy(place.pins(), other.join("regulars.toml")).unwrap();
    std::fs::copy(place.library(), other.join("lib/tea.so")).unwrap();
    place.sang();
    assert_eq!(place.run_in(&other, &["-c", "1"]).code, Some(1));
    assert!(!place.sang());
    // A file that asks for nothing needs no trust.
    std::fs::write(other.join("regulars.toml"), "# nothing yet\n").unwrap();
    assert_eq!(place.run_in(&other, &["-c", "1"]).code, Some(0));
}

#[test]
fn the_users_own_pins_need_no_further_trust() {
    let place = Place::new();
    place.good(&["plugin", "add", "--user", "lib/tea.so"]);
    assert!(!place.pins().exists());
    let elsewhere = place.run_in(place.home.path(), &["help", "tea"]);
    assert!(elsewhere.out.contains("Brews tea."), "{}{}", elsewhere.out, elsewhere.err);
    // The same library in both files is loaded once.
    place.good(&["plugin", "add", "lib/tea.so"]);
    assert!(place.good(&["help", "tea"]).out.contains("Brews tea."));
    // Another one of that name is not.
    std::fs::copy(&*COFFEE, place.project().join("lib/coffee.so")).unwrap();
    let said = place.refused(&["plugin", "add", "lib/coffee.so"]);
    assert!(said.contains("two plugins are called `hostile`") && said.contains("config/regulars.toml"), "{said}");
    let said = place.refused(&["--plugin", "lib/coffee.so", "-c", "1"]);
    assert!(said.contains("two plugins are called `hostile`: `lib/coffee.so` and `HOME/project/lib/tea.so`"), "{said}");
    assert!(said.contains("`--no-plugins` leaves pinned ones out"), "{said}");
    assert!(place.refused(&["plugin", "remove", "hostil"]).contains("did you mean `hostile`?"));
    place.good(&["plugin", "remove", "hostile"]);
    assert!(place.good(&["help", "tea"]).out.contains("Brews tea."));
    place.good(&["plugin", "remove", "hostile"]);
    assert!(place.refused(&["plugin", "remove", "hostile"]).contains("nothing is pinned at all"));
    assert!(!place.good(&["help", "tea"]).out.contains("Brews tea."));
}

#[test]
fn comments_and_the_order_of_the_file_are_kept() {
    let place = Place::new();
    let before = "# what this project needs\n\n[[plugin]] # from Ann\nname = \"other\"\npath = \"lib/other.so\" # hers\n\
                  version = \"1.0\"\nsha256 = \"0000000000000000000000000000000000000000000000000000000000000000\"\n";
    std::fs::write(place.pins(), before).unwrap();
    place.good(&["plugin", "trust", "--yes"]);
    place.good(&["plugin", "add", "lib/tea.so"]);
    let after = std::fs::read_to_string(place.pins()).unwrap();
    assert!(after.starts_with(&format!("{before}\n[[plugin]]\nname = \"hostile\"\n")), "{after}");
    place.good(&["plugin", "remove", "hostile"]);
    assert_eq!(std::fs::read_to_string(place.pins()).unwrap(), before);
    assert!(place.refused(&["-c", "1"]).contains("plugin other: "));
}

/// What is read is what is loaded, whatever becomes of the file in between.
#[test]
fn a_file_that_changes_between_the_look_and_the_load_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.so");
    std::fs::copy(&*TEA, &path).unwrap();
    let library = regulars::plugin::Library::read(&path).unwrap();
    std::fs::copy(&*COFFEE, &path).unwrap();
    let plugin = library.open().unwrap();
    assert_eq!(plugin.manuals()[0].name, "tea");
    assert_eq!(plugin.path(), path);
}

/// Types an answer into a terminal in which the prompt is opened; what it says.
fn typed(place: &Place, answer: &str) -> String {
    let pair = native_pty_system().openpty(PtySize { rows: 24, cols: 200, ..PtySize::default() }).unwrap();
    let mut command = CommandBuilder::new(&*ALONE);
    command.cwd(place.project());
    command.env("REGULARS_CONFIG", place.user());
    command.env("CANARY", place.trace());
    command.env("HOME", place.home.path());
    command.env("TERM", "dumb");
    command.env("NO_COLOR", "1");
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut keys = pair.master.take_writer().unwrap();
    let mut reader = pair.master.try_clone_reader().unwrap();
    // All of it at once: a terminal keeps what is typed ahead.
    keys.write_all(format!("{answer}\n20 + 1\n\x04").as_bytes()).unwrap();
    let mut said = Vec::new();
    // The end of a terminal is an error on some systems.
    let _ = reader.read_to_end(&mut said);
    assert!(child.wait().unwrap().success());
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn the_prompt_asks_once() {
    let place = Place::new();
    place.good(&["plugin", "add", "lib/tea.so"]);
    place.forget();
    let said = typed(&place, "no");
    assert!(said.contains("hostile 0.1  lib/tea.so"), "{said}");
    assert!(said.contains("Trust this file, and load them from now on? [y/N]"), "{said}");
    assert!(said.contains("not trusted: they are not loaded") && said.contains("21"), "{said}");
    assert!(!place.sang() && !place.user().exists());
    let said = typed(&place, "y");
    assert!(said.contains("is trusted as it is now") && said.contains("21"), "{said}");
    assert!(place.sang());
    assert!(!typed(&place, "1").contains("Trust this file"));
    assert!(place.sang());
}
