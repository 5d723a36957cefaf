//! Help on a name, as the prompt and the notebook ask for it.

use regulars_plugin::Failure;

use super::names::{columns, with_size};
use super::reading::tokens;
use crate::catalogue::{Catalogue, Verb};
use crate::session::Session;
use crate::show::{self, Page, Role, Value};

/// How many of something, in words.
pub(crate) fn count(many: usize, one: &str) -> String {
    format!("{many} {one}{}", if many == 1 { "" } else { "s" })
}

/// What a line asks help for: nothing in `help`, `rfm` in `help rfm`, `rfm?`, `tx.rfm?`, `?rfm`; none where it does not ask.
pub(crate) fn asked(line: &str) -> Option<&str> {
    let line = line.trim_end_matches(';').trim();
    if let Some(expression) = line.strip_suffix('?').or_else(|| line.strip_prefix('?')) {
        // `tx.filter(…).rfm?` asks for `rfm`.
        let tokens = tokens(expression.trim().trim_end_matches("()"));
        return tokens.last()?.word();
    }
    let words = line.strip_prefix("help")?;
    let asks = words.is_empty() || words.starts_with(' ') || words.starts_with('(');
    asks.then(|| words.trim().trim_start_matches('(').trim_end_matches(')').trim_matches('"').trim())
}

/// Help on a name, on some words, or on everything; and whether anything was found. `own` says in the overview what the
/// place that asks can do besides.
pub(crate) fn help(catalogue: &Catalogue, words: &str, own: &str, width: usize) -> (Page, bool) {
    if words.is_empty() {
        return (overview(catalogue, own, width), true);
    }
    let words = words.trim_start_matches('.').trim_end_matches("()");
    let verbs: Vec<&Verb> = catalogue.verbs().iter().filter(|verb| verb.name == words).collect();
    if let Some(entry) = catalogue.get(words) {
        return (show::manual(entry.manual(), &entry.origin(), width), true);
    }
    if !verbs.is_empty() {
        return (show::words(&verbs, width), true);
    }
    if words == "words" || words == "language" {
        return (show::all_words(catalogue.verbs(), width), true);
    }
    let family: Vec<_> = catalogue.by_family().into_iter().filter(|(family, _)| family.word() == words).collect();
    if !family.is_empty() {
        return (show::functions(&family, width), true);
    }
    let group: Vec<Verb> = catalogue.verbs().iter().filter(|verb| verb.group.word() == words).cloned().collect();
    if !group.is_empty() {
        return (show::all_words(&group, width), true);
    }
    let found = catalogue.search(words);
    if !found.is_empty() {
        let mut page = Page::new();
        page.role(Role::Heading, &format!("found for “{}”", show::harmless(words))).line();
        page.append(show::found(&found, width));
        return (page, true);
    }
    let mut unknown = Failure::new(format!("nothing is known of `{words}`"));
    if let Some(near) = catalogue.nearest(words) {
        unknown = unknown.help(format!("did you mean `{near}`?"));
    }
    let unknown = unknown.help("`help` lists the functions, `help words` the words of the language");
    (show::failure(&unknown, None, None, width), false)
}

/// A variable: what it holds, and the columns of a frame.
pub(crate) fn variable(name: &str, value: &Value, width: usize) -> Page {
    let mut page = Page::new();
    page.role(Role::Heading, name).line();
    match value {
        Value::Frame(frame) => {
            let told = with_size(value);
            page.append(show::prose(told.split(':').next().unwrap_or_default(), width, 0)).line();
            let lines: Vec<(String, String)> =
                columns(frame).into_iter().map(|column| (column.name, column.about)).collect();
            page.append(show::found(&lines, width));
        }
        _ => {
            page.text(&show::harmless(&with_size(value))).line();
        }
    }
    page
}

/// What a line asks of a variable or a function of the session: `tx?`, `?tx`, `help tx`. Help on a function or a word of the
/// language goes before it, but for `NAME?`, which means the name as it would be used here.
pub(crate) fn asked_of_session(session: &Session, line: &str, width: usize) -> Option<Page> {
    let name = asked(line)?;
    let line = line.trim_end_matches(';').trim();
    let mark = line.strip_suffix('?').or_else(|| line.strip_prefix('?'));
    // `tx.rfm?` asks for a function, whatever variable is called so.
    let is_bare = mark.is_some_and(|expression| expression.trim().trim_end_matches("()") == name);
    if !is_bare && (session.catalogue().get(name).is_some() || session.catalogue().verb(name).is_some()) {
        return None;
    }
    let variables = session.variables();
    let held = variables.iter().rev().find(|(known, _)| known == name && (is_bare || mark.is_none()));
    held.map(|(_, value)| variable(name, value, width)).or_else(|| own_functions(session, name))
}

/// The functions of this name that cells declared.
fn own_functions(session: &Session, name: &str) -> Option<Page> {
    let mut page = Page::new();
    for (_, arguments) in session.functions().iter().filter(|(known, _)| known == name) {
        page.role(Role::Heading, &format!("{name}({})", arguments.join(", ")));
        page.role(Role::Note, "  a function of this session").line();
    }
    (!page.is_empty()).then_some(page)
}

fn overview(catalogue: &Catalogue, own: &str, width: usize) -> Page {
    let mut page = show::functions(&catalogue.by_family(), width);
    page.line();
    page.role(Role::Heading, "a first look").line();
    for line in ["let tx = sample(\"cdnow\");", "tx.rfm()", "tx.cohort_retention().chart().save(\"cohorts.png\")"] {
        page.space(2).role(Role::Code, line).line();
    }
    page.line();
    let more = format!(
        "`help NAME` tells all about a function or word · `help words` lists the words of the language (`filter`, `col`, \
         `read_csv` …) · `help who leaves` searches · {own} · your own data: \
         `read_csv(\"orders.csv\").transactions(#{{customer: \"…\", date: \"…\", amount: \"…\"}})`"
    );
    page.append(show::prose(&more, width, 0));
    page
}
