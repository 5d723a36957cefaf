//! Laws of hostile input: whatever a script, an option or a query says, it is answered or refused in our words, at a
//! place of the script. The seeds are fixed, so that every run tries the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use regulars::catalogue::Verb;
use regulars::console::{Console, Manner};
use regulars::script::Params;
use regulars::session::{Session, Settings};
use regulars::show::{self, Format, Value};
use regulars_plugin::{Date, Failure, Quiet, Result};

use crate::mistakes::LEAKS;

/// After this long a script is stopped: soup may loop.
const PATIENCE: Duration = Duration::from_secs(2);
/// What may stand in no script that is cut to pieces here: it would write, or wait for a network.
const EFFECTS: [&str; 8] = ["write", "save", "http", "postgres", "read", "sink", "param", "s3:"];

/// `FUZZ_CASES=5000 FUZZ_SEED=7 cargo test --test all fuzz` tries more, and others.
pub fn laws(cases: u32, seed: u64) -> ProptestConfig {
    let told = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let cases = told("FUZZ_CASES").and_then(|cases| u32::try_from(cases).ok()).unwrap_or(cases);
    let rng_seed = RngSeed::Fixed(told("FUZZ_SEED").unwrap_or(seed));
    ProptestConfig { cases, rng_seed, failure_persistence: None, max_shrink_iters: 300, ..ProptestConfig::default() }
}

/// Runs code in a session of its own, to the last row of its answer, and stops what does not end.
pub fn ran(code: &str) -> Result<String> {
    let cancelled = Arc::new(AtomicBool::new(false));
    let (watched, done) = (Arc::clone(&cancelled), Arc::new(AtomicBool::new(false)));
    let ended = Arc::clone(&done);
    std::thread::spawn(move || {
        let began = Instant::now();
        while began.elapsed() < PATIENCE && !ended.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(5));
        }
        watched.store(true, Ordering::Relaxed);
    });
    let mut session = session(cancelled);
    let answer = session.run(code).answer.and_then(|value| match &value {
        Value::Text(_) => Ok(String::new()),
        value => show::export(value, Format::Json, &Quiet),
    });
    done.store(true, Ordering::Relaxed);
    answer
}

pub fn session(cancelled: Arc<AtomicBool>) -> Session {
    let manner = Manner { output: Format::Json, quiet: true, plain: true, rows: 5 };
    let settings = Settings { plugins: Vec::new(), params: Params::new(), seed: 1, today: Date::default() };
    Session::new(settings, Arc::new(Console::new(manner, cancelled))).unwrap()
}

/// What is wrong with how code is refused, if anything.
fn fault(code: &str, failure: &Failure) -> Option<String> {
    let told = failure.to_string();
    if failure.cancelled {
        return None;
    }
    if told.contains("broke off") {
        return Some(format!("it broke off: {told}\n{code}"));
    }
    // What the script says itself may be repeated.
    // And what calls a function of a module is advice.
    let own_words = told.replace("`c::name(…)`", "");
    let leak = LEAKS.iter().find(|leak| own_words.contains(**leak) && !code.contains(**leak));
    if let Some(leak) = leak {
        return Some(format!("`{leak}` leaks: {told}\n{code}"));
    }
    let Some(place) = &failure.place else { return Some(format!("no place: {told}\n{code}")) };
    // An end that is missing is missed behind the last letter, or on the line below.
    let lines: Vec<&str> = code.split('\n').collect();
    let width = lines.get(place.line.saturating_sub(1)).map(|line| line.chars().count());
    let is_inside = width.is_some_and(|width| place.line >= 1 && (1..=width + 1).contains(&place.column));
    (!is_inside).then(|| format!("line {}, column {} is no place: {told}\n{code}", place.line, place.column))
}

pub fn faults(code: &str) -> Option<String> {
    let checked = session(Arc::new(AtomicBool::new(false))).check(&[code.to_owned()], false);
    let refused = checked.iter().find_map(|finding| fault(code, &finding.failure));
    refused.or_else(|| ran(code).err().and_then(|failure| fault(code, &failure)))
}

/// Words, marks and values in which anything may be said.
fn tokens() -> Vec<String> {
    let marks = "( ) ( ) [ ] { } #{ , , . . ; ; : :: = == => > < >= != ! + - * / % ** & | && || ?. ?? .. ..= |x| \n";
    let words = "let const fn if else for in while loop do until break continue return throw try catch switch this \
         import global a x tx f day col cs lit when then otherwise len sample frame filter select with_columns group_by \
         agg sort head join concat sql amount customer date sum mean alias over str dt list struct rfm pareto_share \
         cohort_retention schema height columns rolling group_by_dynamic pivot cut qcut to_list map_rows rows cast";
    let values = "0 1 2 -1 1.5 () true \"a\" \"x\" \"amount\" \"cdnow\" \"1mo\" \"int\" 9223372036854775807 'c' `t ${x}` \
         \"é北\" \"open /* // 0x1g @ $ \\ ~ #";
    let mut tokens: Vec<String> =
        [marks, words, values].iter().flat_map(|some| some.split(' ')).map(str::to_owned).collect();
    tokens.extend(["\n".to_owned(), "col(\"a\")".to_owned(), "frame(#{a: [1, 2], x: [\"u\", ()]})".to_owned()]);
    tokens.extend(["sample(\"cdnow\").head(9)".to_owned(), "|r| r.a".to_owned()]);
    tokens.retain(|token| !token.is_empty());
    tokens
}

fn soup() -> impl Strategy<Value = String> {
    let tokens = proptest::collection::vec(proptest::sample::select(tokens()), 1..25);
    let begins = [
        "",
        "let x = 1; ",
        "let f = frame(#{a: [1, 2], x: [\"u\", ()]}); f.",
        "let tx = sample(\"cdnow\").head(9); tx.",
    ];
    (proptest::sample::select(begins.to_vec()), tokens)
        .prop_map(|(begin, tokens)| format!("{begin}{}", tokens.join(" ")))
}

/// Right and wrong scripts of every kind: the examples of all words, and the museum.
fn scripts() -> Vec<String> {
    let session = session(Arc::new(AtomicBool::new(false)));
    let mut scripts: Vec<String> = session.catalogue().verbs().iter().map(|verb| verb.example.to_owned()).collect();
    let museum = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes");
    let mut paths: Vec<_> = std::fs::read_dir(museum).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let wrong = paths.iter().filter(|path| path.extension().is_some_and(|end| end == "rhai"));
    scripts.extend(wrong.map(|path| std::fs::read_to_string(path).unwrap()));
    scripts.retain(|script| !script.is_empty() && !EFFECTS.iter().any(|effect| script.contains(effect)));
    scripts
}

/// A script in which pieces are left out, doubled, exchanged, or replaced by others.
fn mutated() -> impl Strategy<Value = String> {
    let change =
        (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..5_u8, proptest::sample::select(tokens()));
    (proptest::sample::select(scripts()), proptest::collection::vec(change, 1..4)).prop_map(|(script, changes)| {
        let mut pieces = pieces(&script);
        for (place, other, how, token) in changes {
            let (place, other) = (place.index(pieces.len()), other.index(pieces.len()));
            match how {
                0 if pieces.len() > 1 => drop(pieces.remove(place)),
                1 => pieces.insert(place, pieces[other].clone()),
                2 => pieces.swap(place, other),
                3 => pieces[place] = token,
                _ => pieces.insert(place, token),
            }
        }
        pieces.concat()
    })
}

/// Words, and every other letter by itself.
fn pieces(script: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for letter in script.chars() {
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        match pieces.last_mut() {
            Some(last) if is_word(letter) && last.ends_with(is_word) => last.push(letter),
            _ => pieces.push(letter.to_string()),
        }
    }
    pieces
}

/// Values for options and arguments, right and wrong ones.
pub const VALUES: [&str; 44] = [
    "()",
    "true",
    "false",
    "-1",
    "0",
    "1",
    "2",
    "3",
    "1.5",
    "-0.5",
    "0.1",
    "1e300",
    "9223372036854775807",
    "-9223372036854775807",
    "\"\"",
    "\"a\"",
    "\"x\"",
    "\"day\"",
    "\"amount\"",
    "\"1mo\"",
    "\"-1d\"",
    "\"0d\"",
    "\"3i\"",
    "\"99999999999y\"",
    "\"1d\"",
    "\"left\"",
    "\"both\"",
    "\"sum\"",
    "\"monday\"",
    "\"datapoint\"",
    "\"%Y-%m-%d\"",
    "\"é北\"",
    "[]",
    "[\"a\"]",
    "[\"a\", 1]",
    "[1, 2]",
    "[2, 1, ()]",
    "[true]",
    "[[1, 2]]",
    "#{}",
    "#{a: \"x\"}",
    "col(\"a\")",
    "date(\"2024-01-31\")",
    "f",
];

/// What the arguments of signatures are called, and one that fits.
const ARGUMENTS: [(&str, &str); 24] = [
    ("other", "f"),
    ("key", "\"a\""),
    ("columns", "\"a\""),
    ("columns…", "\"a\", \"amount\""),
    ("date", "\"day\""),
    ("rows", "2"),
    ("query", "\"select a, sum(amount) over (order by a) from self\""),
    ("[frames]", "[f, f]"),
    ("conditions…", "col(\"a\") > col(\"amount\")"),
    ("kind", "\"bar\""),
    ("start", "date(\"2024-01-01\")"),
    ("end", "date(\"2024-02-01\")"),
    ("every", "\"1d\""),
    ("expressions…", "col(\"a\").sum()"),
    ("name", "\"x\""),
    ("n", "2"),
    ("breaks", "[1, 2]"),
    ("quantiles", "[0.5]"),
    ("window", "2"),
    ("by", "col(\"day\")"),
    ("type", "\"string\""),
    ("pattern", "\"a\""),
    ("format", "\"%Y\""),
    ("value", "1"),
];

pub const FRAME: &str = "let f = frame(#{a: [3, 1, (), 2], amount: [1.5, -2.0, (), 0.0], customer: [\"u\", \"v\", (), \"u\"], \
     x: [\"u\", \"\", (), \"é\"], flag: [true, false, (), true], date: [date(\"2024-01-31\"), date(\"2024-02-29\"), (), \
     date(\"2023-12-31\")]}).with_columns(col(\"date\").alias(\"day\"));\n";

/// The arguments in the brackets of a signature, and the names of its options.
pub fn asked(signature: &str) -> (Vec<String>, Vec<String>) {
    let inside = signature.split_once('(').map_or("", |(_, rest)| rest);
    let (arguments, options) = inside.split_once("#{").unwrap_or((inside.trim_end_matches(')'), ""));
    let names = |text: &str, end: char| -> Vec<String> {
        let text = text.split(end).next().unwrap_or_default();
        text.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty() && name != "…").collect()
    };
    let options = names(options, '}').into_iter().map(|name| name.split(':').next().unwrap_or_default().to_owned());
    (names(arguments, ')'), options.collect())
}

/// A call of a word with such arguments as it asks for, or others, and any of its options with any value.
fn call(verb: &Verb, given: &[(bool, usize)], options: &[(usize, usize)]) -> String {
    let (arguments, names) = asked(&verb.signature);
    let mut given = given.iter().cycle();
    let mut values: Vec<String> = arguments
        .iter()
        .map(|name| {
            let fits = ARGUMENTS.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
            let (is_wild, any) = given.next().copied().unwrap_or_default();
            fits.filter(|_| !is_wild).unwrap_or(VALUES[any % VALUES.len()]).to_owned()
        })
        .collect();
    if !names.is_empty() && !options.is_empty() {
        let mut entries: Vec<(&str, &str)> = Vec::new();
        for (name, value) in options {
            // Now and then one that the word does not know.
            let known: Vec<&str> = names.iter().map(String::as_str).chain(["nme", "by"]).collect();
            let name = known[name % known.len()];
            if !entries.iter().any(|(known, _)| *known == name)
                && name.chars().all(|one| one.is_alphanumeric() || one == '_')
            {
                entries.push((name, VALUES[value % VALUES.len()]));
            }
        }
        let entries: Vec<String> = entries.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        values.push(format!("#{{{}}}", entries.join(", ")));
    }
    let head = verb.signature.split('(').next().unwrap_or_default();
    let values = values.join(", ");
    match head.strip_prefix("expression") {
        Some(method) => format!("{FRAME}f.select(col(\"{}\"){method}({values}))", column_for(method)),
        None if head.starts_with("list.") => format!("{FRAME}[{values}, {}].{}()", VALUES[names.len()], verb.name),
        None => match head.strip_prefix("frame.") {
            Some(_) if verb.signature.contains(".agg(") => {
                format!("{FRAME}f.{}({values}).agg(len(), col(\"amount\").sum())", verb.name)
            }
            Some(method) => format!("{FRAME}f.{method}({values})"),
            None => format!("{FRAME}f.select({head}({values}))"),
        },
    }
}

fn column_for(method: &str) -> &'static str {
    match method {
        method if method.starts_with(".str.") => "x",
        method if method.starts_with(".dt.") => "day",
        _ => "a",
    }
}

fn calls() -> impl Strategy<Value = String> {
    let verbs: Vec<Verb> = session(Arc::new(AtomicBool::new(false))).catalogue().verbs().to_vec();
    let verbs: Vec<Verb> = verbs
        .into_iter()
        .filter(|verb| verb.signature.contains('(') && !EFFECTS.iter().any(|effect| verb.name.contains(effect)))
        .collect();
    let given = proptest::collection::vec((proptest::bool::weighted(0.4), any::<usize>()), 4);
    let options = proptest::collection::vec((any::<usize>(), any::<usize>()), 0..4);
    (proptest::sample::select(verbs), given, options).prop_map(|(verb, given, options)| call(&verb, &given, &options))
}

/// A call of a function of the catalogue with any options.
fn functions() -> impl Strategy<Value = String> {
    let session = session(Arc::new(AtomicBool::new(false)));
    let functions: Vec<(String, Vec<String>)> = session
        .catalogue()
        .entries()
        .iter()
        .map(|entry| {
            let manual = entry.manual();
            (manual.name.clone(), manual.options.iter().map(|option| option.name.clone()).collect())
        })
        .collect();
    let own = [
        "\"1998-01-31\"",
        "\"rank\"",
        "\"fixed\"",
        "#{recency: [30, 60]}",
        "[0.5, 0.7]",
        "[[1, 3], [4, 6]]",
        "\"month\"",
        "\"bracket\"",
        "\"revenue\"",
    ];
    let values: Vec<&str> = VALUES.iter().chain(&own).copied().collect();
    let options = proptest::collection::vec((any::<prop::sample::Index>(), proptest::sample::select(values)), 0..4);
    (proptest::sample::select(functions), options, any::<bool>()).prop_map(|((name, names), options, is_small)| {
        let mut seen: Vec<String> = Vec::new();
        let mut entries: Vec<String> = Vec::new();
        for (place, value) in options {
            let option = place.get(&names).clone();
            if !seen.contains(&option) {
                entries.push(format!("{option}: {value}"));
                seen.push(option);
            }
        }
        let frame = if is_small { "f" } else { "f.drop_nulls()" };
        format!("{FRAME}{frame}.{name}(#{{{}}})", entries.join(", "))
    })
}

/// Queries out of the words of SQL.
fn queries() -> impl Strategy<Value = String> {
    let words = "select select from from self self where group by order limit having a amount x day flag t * , , ( ) = < > \
         <> + - / % 1 0 -1 1.5 'u' '' null is not and or in between like as sum count avg min max distinct over partition \
         with union all join left on using case when then else end cast int varchar date interval '1 day' extract year \
         exists any unnest array [ ] ; -- /* round coalesce nullif substr regexp_like \"a\" 9223372036854775807 offset qualify \
         first last stddev corr row_number rank explain values lateral cross natural";
    let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
    let begins = [
        "select ",
        "select a, amount from self where ",
        "select a, sum(amount) from self group by ",
        "with t as (select * from self) select ",
        "select sum(",
        "from self ",
    ];
    let some = proptest::collection::vec(proptest::sample::select(words), 0..10);
    (proptest::sample::select(begins.to_vec()), some).prop_map(|(begin, words)| {
        let query = format!("{begin}{}", words.join(" "));
        format!("{FRAME}f.sql(`{query}`)")
    })
}

proptest! {
    #![proptest_config(laws(100, 1))]

    #[test]
    fn soup_is_refused_in_our_words(code in soup()) {
        prop_assert_eq!(faults(&code), None);
    }

    #[test]
    fn broken_scripts_are_refused_in_our_words(code in mutated()) {
        prop_assert_eq!(faults(&code), None);
    }

    #[test]
    fn any_option_is_taken_or_refused(code in functions()) {
        prop_assert_eq!(faults(&code), None);
    }

    #[test]
    fn any_argument_is_taken_or_refused(code in calls()) {
        prop_assert_eq!(faults(&code), None);
    }

    #[test]
    fn any_query_is_answered_or_refused(code in queries()) {
        prop_assert_eq!(faults(&code), None);
    }
}
