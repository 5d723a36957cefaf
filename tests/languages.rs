//! Plugins in other languages than Rust, built as their authors build them. Where a compiler is not installed, its tests
//! say that they were skipped.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test stops where it finds something else")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use regulars::plugin::Plugin;
use regulars::show::Value;

use crate::examples::{run_all, session};
use crate::plugins::BUILT;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn library(name: &str) -> PathBuf {
    BUILT.join(format!("{}regulars_{name}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX))
}

/// Runs a compiler, or another program; says that it was skipped where there is none.
fn built(program: &str, arguments: &[&str]) -> bool {
    let run = Command::new(program).args(arguments).current_dir(root()).output();
    let Ok(output) = run else {
        eprintln!("skipped: `{program}` is not installed");
        return false;
    };
    let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{program} {arguments:?}\n{told}");
    true
}

/// The plugin in C, without a single warning; none where there is no compiler.
fn in_c() -> Option<&'static Path> {
    static LIBRARY: OnceLock<Option<PathBuf>> = OnceLock::new();
    let compile = || {
        let library = library("concentration");
        let made = built(
            "cc",
            &[
                "-std=c11",
                "-Wall",
                "-Wextra",
                "-Wpedantic",
                "-Werror",
                "-O1",
                "-g",
                "-fPIC",
                "-shared",
                "-I",
                "plugins/sdk",
                "-o",
                library.to_str().unwrap(),
                "plugins/concentration_c/concentration.c",
            ],
        );
        made.then_some(library)
    };
    LIBRARY.get_or_init(compile).as_deref()
}

/// The plugin in Zig; none where `zig` is not installed. `ZIG` names it where it lies elsewhere.
fn in_zig() -> Option<&'static Path> {
    static LIBRARY: OnceLock<Option<PathBuf>> = OnceLock::new();
    let compile = || {
        let zig = std::env::var("ZIG").unwrap_or_else(|_| "zig".to_owned());
        let Ok(header) =
            Command::new(&zig).args(["translate-c", "-lc", "plugins/sdk/regulars.h"]).current_dir(root()).output()
        else {
            eprintln!("skipped: `{zig}` is not installed");
            return None;
        };
        assert!(header.status.success(), "{}", String::from_utf8_lossy(&header.stderr));
        let (translated, library) = (BUILT.join("regulars.zig"), library("weekend_share"));
        std::fs::write(&translated, header.stdout).unwrap();
        let made = built(
            &zig,
            &[
                "build-lib",
                "-dynamic",
                "-O",
                "ReleaseSafe",
                "-lc",
                &format!("-femit-bin={}", library.display()),
                "--dep",
                "regulars",
                "-Mroot=plugins/weekend_share_zig/weekend_share.zig",
                &format!("-Mregulars={}", translated.display()),
            ],
        );
        made.then_some(library)
    };
    LIBRARY.get_or_init(compile).as_deref()
}

/// The plugin in this process and, where the system can, in one of its own.
fn both_ways(library: &Path) -> Vec<Plugin> {
    let mut ways = vec![Plugin::open(library).unwrap()];
    #[cfg(unix)]
    ways.push(Plugin::open_isolated(library, &crate::isolated::isolation(None)).unwrap());
    ways
}

/// What a script ends with.
fn ends_with(plugin: &Plugin, script: &str) -> Value {
    let outcome = session(vec![plugin.clone()]).run(script);
    outcome.answer.unwrap_or_else(|failure| panic!("{failure}\n{script}"))
}

/// Says in the script what differs, so that both sides of a comparison are seen where it fails.
const NEAR: &str = "fn near(a, b) { if (a - b).abs() <= 1e-12 * b.abs() { \"\" } else { `${a} is not ${b}; ` } }\n";

#[test]
fn the_plugin_in_c_answers_as_a_script_computes_it() {
    let Some(library) = in_c() else { return };
    let script = format!(
        r#"{NEAR}
        let orders = sample("cdnow").transactions();
        let found = orders.concentration(#{{ top: 3 }});
        let sums = sample("cdnow").group_by("customer").agg(col("amount").sum().alias("amount")).filter(col("amount") > 0)
            .sort("amount", #{{ descending: true }})
            .with_columns((col("amount") / col("amount").sum()).alias("share"));
        let hhi = sums.select((col("share") * col("share")).sum().alias("hhi")).rows()[0].hhi;
        let best = sums.head(3).rows();
        let shown = found.table().rows();
        let wrong = near(found.hhi, hhi) + near(found.effective_customers, 1.0 / hhi)
            + near(found.largest_share, best[0].share) + near(found.top_share, best[0].share + best[1].share + best[2].share)
            + near(found.revenue, sums.select(col("amount").sum()).rows()[0].amount);
        if found.customers != sums.height || shown.len() != 3 {{ wrong += `${{found.customers}} customers, ${{shown.len()}} shown`; }}
        for place in 0..3 {{
            if shown[place].customer != best[place].customer || shown[place].rank != place + 1 {{ wrong += `${{shown[place]}}`; }}
            wrong += near(shown[place].amount, best[place].amount) + near(shown[place].share, best[place].share);
        }}
        wrong"#
    );
    for plugin in both_ways(library) {
        assert_eq!((plugin.name(), plugin.version(), plugin.abi()), ("concentration_c", "0.1.0", 1));
        assert_eq!(plugin.manuals()[0].signature(), "concentration(transactions, #{top})");
        match ends_with(&plugin, &script) {
            Value::Text(wrong) => assert_eq!(wrong, ""),
            _ => panic!("the script ends with text"),
        }
    }
}

/// Ann pays 50 in two orders, 李雷 (whose name is longer than a view holds) 30, bob 20, cyd sends back more than came.
const KEYS_OF_TEXT: &str = r#"
    let orders = frame(#{
        customer: ["ann", "李雷，住在很远的地方", "bob", "cyd", "ann"],
        date: ["1997-01-01", "1997-01-02", "1997-01-03", "1997-01-04", "1997-01-05"],
        amount: [30.5, 30, 20, -1, 19.5],
    });
    let found = orders.transactions().concentration(#{ top: 2 });
    let rows = found.table().rows();
    `${found.hhi} ${found.customers} ${found.top_share} ${rows[0].customer} ${rows[1].customer} ${rows.len()}`"#;

#[test]
fn the_plugin_in_c_reads_text_and_tells_what_it_refuses() {
    let Some(library) = in_c() else { return };
    for plugin in both_ways(library) {
        match ends_with(&plugin, KEYS_OF_TEXT) {
            Value::Text(found) => assert_eq!(found, "0.38 3 0.8 ann 李雷，住在很远的地方 2"),
            _ => panic!("the script ends with text"),
        }
        let refused = |script: &str| session(vec![plugin.clone()]).run(script).answer.err().unwrap().to_string();
        let said = refused(r#"sample("cdnow").transactions().concentration(#{top: 0})"#);
        assert!(said.contains("option `top` is 0, but must be a whole number from 1 to 1000"), "{said}");
        let back = r#"frame(#{customer: ["a"], date: ["1997-01-01"], amount: [-1]}).transactions().concentration()"#;
        assert_eq!(
            refused(back),
            "concentration: no customer paid more than came back: there are no shares. \
             look at `amount`, or at the filters before"
        );
        let far = refused(r#"sample("cdnow").transactions().concentartion()"#);
        assert!(far.contains("concentration"), "{far}");
    }
}

#[test]
fn the_examples_of_the_other_languages_show_what_their_manuals_say() {
    for (library, name) in [(in_c(), "concentration"), (in_zig(), "weekend_share")] {
        let Some(library) = library else { continue };
        for plugin in both_ways(library) {
            assert_eq!(run_all(vec![plugin.into()], Some(name)), 1);
        }
    }
}

#[test]
fn the_plugin_in_zig_answers_as_a_script_computes_it() {
    let Some(library) = in_zig() else { return };
    let script = format!(
        r#"{NEAR}
        let found = sample("cdnow").transactions().weekend_share();
        let orders = sample("cdnow").with_columns((col("date").dt.weekday() >= 6).alias("free"));
        let sums = orders.select(
            col("amount").filter(col("free")).sum().alias("weekend"), col("amount").sum().alias("revenue")
        ).rows()[0];
        near(found.weekend, sums.weekend) + near(found.revenue, sums.revenue) + near(found.share, sums.weekend / sums.revenue)"#
    );
    for plugin in both_ways(library) {
        match ends_with(&plugin, &script) {
            Value::Text(wrong) => assert_eq!(wrong, ""),
            _ => panic!("the script ends with text"),
        }
    }
}

/// Streams made by hand, in batches cut at odd places, every way to fail, and a count of what was given back; under valgrind
/// where it is installed, which sees what is leaked, freed twice, or read behind its end.
#[cfg(target_os = "linux")]
#[test]
fn the_plugin_in_c_gives_every_byte_back() {
    let Some(library) = in_c() else { return };
    let (library, driver) = (library.to_str().unwrap(), driver());
    assert!(built(driver, &[library]));
    built("valgrind", &["--quiet", "--leak-check=full", "--error-exitcode=9", driver, library]);
}

/// The author's kit over the same streams: also where a function panics, everything is given back and nothing is read behind
/// its end. Leaks are not counted: what was thrown is kept on purpose.
#[cfg(target_os = "linux")]
#[test]
fn the_kit_gives_everything_back_also_where_a_function_panics() {
    if in_c().is_none() {
        return;
    }
    let library = crate::plugins::panics().to_str().unwrap();
    // The sixth would end the process.
    let functions = ["0", "1", "2", "3", "4", "6", "7", "8", "9"];
    assert!(built(driver(), &[&[library], &functions[..]].concat()));
    built("valgrind", &[&["--quiet", "--error-exitcode=9", driver(), library], &functions[..]].concat());
}

/// The program that calls plugins with streams made by hand.
#[cfg(target_os = "linux")]
fn driver() -> &'static str {
    static DRIVER: OnceLock<String> = OnceLock::new();
    DRIVER.get_or_init(|| {
        let driver = BUILT.join("drive").display().to_string();
        let begin = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g", "-I", "plugins/sdk", "-o"];
        assert!(built("cc", &[&begin[..], &[&driver, "tests/languages/drive.c", "-ldl"]].concat()));
        driver
    })
}
