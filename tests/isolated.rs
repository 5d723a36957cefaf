//! Plugins in processes of their own: they answer as they do in this one, and what breaks them breaks nothing else.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds something else")]

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use regulars::plugin::{Isolation, Plugin};
use regulars::table::{Cell, Frame};
use regulars_plugin::{Context, Date, Failure, Given, Host, Output, Quiet};
use serde_json::{Map, Value, json};

use crate::plugins::{compile, example};
use crate::program::run;

pub fn isolation(memory: Option<u64>) -> Isolation {
    Isolation { program: PathBuf::from(env!("CARGO_BIN_EXE_regulars")), memory }
}

fn numbers(values: &[f64]) -> Frame {
    Frame::from_cells(&[("a".to_owned(), values.iter().map(|value| Cell::Number(*value)).collect())]).unwrap()
}

type Answer = regulars_plugin::Result<Output<Frame, Map<String, Value>>>;

fn call(plugin: &Plugin, name: &str, host: &dyn Host) -> Answer {
    let number = plugin.manuals().iter().position(|manual| manual.name == name).unwrap();
    let given = Given::tables(vec![numbers(&[1.0, 2.0])]);
    plugin.run(number, None, &Map::new(), given, &Context::new(host, 0, Date::default()))
}

#[test]
fn an_isolated_plugin_answers_as_it_does_in_this_process() {
    let here = example();
    let there = Plugin::open_isolated(here.path(), &isolation(None)).unwrap();
    assert_eq!((there.name(), there.version(), there.manuals()), (here.name(), here.version(), here.manuals()));
    let orders = regulars::files::samples::sample("cdnow").unwrap();
    for options in [json!({}), json!({ "least": 2, "until": "1997-12-31" })] {
        let options = options.as_object().unwrap();
        let table = |plugin: &Plugin| {
            let given = Given::tables(vec![orders.clone()]);
            let output = plugin.run(0, None, options, given, &Context::quiet()).unwrap();
            let data = output.table.unwrap().data(&Quiet).unwrap();
            let columns: Vec<Vec<Cell>> = data.names().into_iter().map(|name| data.cells(name).unwrap()).collect();
            (columns, output.notes)
        };
        assert_eq!(table(&there), table(here));
    }
    let refused = there.run(0, None, &Map::new(), Given::tables(vec![numbers(&[1.0])]), &Context::quiet());
    assert!(refused.map(|_| ()).unwrap_err().to_string().contains("customer"));
}

/// The failure of a call, and that the plugin answers again afterwards.
fn broken(plugin: &Plugin, name: &str, host: &dyn Host) -> Failure {
    let failure = call(plugin, name, host).map(|_| ()).unwrap_err();
    assert_eq!(call(plugin, "fine", &Quiet).unwrap().figures["answer"], json!(42), "after {name}");
    failure
}

#[test]
fn what_breaks_the_plugin_is_a_failure_of_the_call() {
    let library = compile("crasher", "", "");
    let plugin = Plugin::open_isolated(&library, &isolation(None)).unwrap();
    let rest = "the session is as it was; the plugin is started again when it is next called";
    for (name, how) in [
        ("segfault", "it touched memory that is not its own (segmentation fault)"),
        ("abort", "it ended itself (abort), as programs do that run out of memory or find it damaged"),
        ("leave", "it left with code 3"),
        ("frees_twice", "it ended itself (abort), as programs do that run out of memory or find it damaged"),
    ] {
        let failure = broken(&plugin, name, &Quiet);
        assert_eq!(failure.message, format!("the plugin crashed while it worked: {how}"));
        assert_eq!(failure.help.last().map(String::as_str), Some(rest), "{name}");
    }
    let said = broken(&plugin, "abort", &Quiet).to_string();
    assert!(said.contains("its last words: the ledger does not balance"), "{said}");
    let deep = broken(&plugin, "overflows_the_stack", &Quiet).to_string();
    assert!(deep.contains("the plugin crashed while it worked"), "{deep}");
    assert_eq!(call(&plugin, "chatters", &Quiet).unwrap().figures["answer"], json!(42));
}

#[test]
fn a_plugin_that_takes_too_much_memory_is_stopped_at_its_limit() {
    let library = compile("crasher", "", "");
    let plugin = Plugin::open_isolated(&library, &isolation(Some(1 << 30))).unwrap();
    let failure = broken(&plugin, "glutton", &Quiet);
    assert!(failure.message.contains("the plugin crashed while it worked: it ended itself (abort)"), "{failure}");
}

/// A panic on the way out of another ends the process, whoever would catch it.
#[test]
fn a_panic_within_a_panic_ends_the_child_and_not_the_session() {
    let plugin = Plugin::open_isolated(crate::plugins::panics(), &isolation(None)).unwrap();
    let failure = call(&plugin, "twice_at_once", &Quiet).map(|_| ()).unwrap_err();
    let how = "it ended itself (abort), as programs do that run out of memory or find it damaged";
    assert_eq!(failure.message, format!("the plugin crashed while it worked: {how}"));
    assert!(call(&plugin, "fine", &Quiet).is_ok());
}

/// A host hears the same of a liar, whether it runs here or there.
#[test]
fn what_an_isolated_liar_is_told_is_what_it_is_told_here() {
    let library = compile("liar", "", "");
    let here = Plugin::open(&library).unwrap();
    let there = Plugin::open_isolated(&library, &isolation(None)).unwrap();
    let mut refused = 0;
    for manual in here.manuals().iter().filter(|manual| !["endless", "counts"].contains(&manual.name.as_str())) {
        let said =
            |plugin: &Plugin| call(plugin, &manual.name, &Quiet).map(|_| ()).map_err(|failure| failure.to_string());
        assert_eq!(said(&here), said(&there), "{}", manual.name);
        refused += usize::from(said(&here).is_err());
    }
    assert!(refused > 30);
}

#[test]
fn a_plugin_that_crashes_on_loading_is_told() {
    let library = compile("crasher", "on load", "");
    let refused = Plugin::open_isolated(&library, &isolation(None)).map(|_| ()).unwrap_err().to_string();
    assert!(refused.starts_with("the plugin crashed while it was loaded: it ended itself (abort)"), "{refused}");
}

/// A host whose user presses Ctrl-C at once.
struct Impatient(AtomicBool);

impl Host for Impatient {
    fn is_cancelled(&self) -> bool {
        self.0.swap(true, Ordering::Relaxed)
    }
    fn progress(&self, _: u64, _: u64, _: &str) {}
    fn warn(&self, _: &str) {}
}

#[test]
fn a_plugin_that_never_returns_is_left() {
    let plugin = Plugin::open_isolated(&compile("crasher", "", ""), &isolation(None)).unwrap();
    let began = Instant::now();
    let failure = broken(&plugin, "endless", &Impatient(AtomicBool::new(false)));
    assert!(failure.cancelled, "{failure}");
    // A fifth of a second is the plugin's; the rest is room for a machine that is busy.
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[test]
fn the_command_line_isolates_and_the_session_survives() {
    let library = compile("crasher", "", "").display().to_string();
    let code = "let t = frame(#{a: [1, 2]}); let said = \"\"; try { t.segfault() } catch (e) { said = `${e}` } \
                print(said.contains(\"crashed\")); t.fine().answer";
    let ran = run(std::env::temp_dir().as_path(), &["--isolate", "--plugin", &library, "-c", code]);
    assert_eq!((ran.code, ran.out.trim()), (Some(0), "true\n42"), "{}", ran.err);
}
