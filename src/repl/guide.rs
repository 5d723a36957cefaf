//! Help at the prompt and on the command line.

use crate::catalogue::{Catalogue, Verb};
use crate::show::{self, Page, Role};

/// What stands above the first prompt.
pub fn welcome() -> Page {
    let mut page = Page::new();
    page.role(Role::Heading, "Regulars").text(&format!(" {}", env!("CARGO_PKG_VERSION")));
    page.role(Role::Note, "  help · help NAME · Tab completes · Ctrl-C stops the work · Ctrl-D leaves").line();
    page.role(Role::Note, "try: sample(\"cdnow\").rfm()").line();
    page
}

/// The answer to a line that asks for help: `help`, `help rfm`, `help who leaves`, `rfm?`.
pub(super) fn asked(catalogue: &Catalogue, line: &str, width: usize) -> Option<Page> {
    let line = line.trim_end_matches(';').trim();
    let is_name = |text: &str| text.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    if let Some(name) = line.strip_suffix('?').filter(|name| is_name(name) && !name.is_empty()) {
        return Some(help(catalogue, name, width).0);
    }
    let words = line.strip_prefix("help")?;
    let words = words.trim().trim_start_matches('(').trim_end_matches(')').trim_matches('"').trim();
    let asks = line == "help" || line.starts_with("help ") || line.starts_with("help(");
    asks.then(|| help(catalogue, words, width).0)
}

/// Help on a name, on some words, or on everything; and whether anything was found.
pub fn help(catalogue: &Catalogue, words: &str, width: usize) -> (Page, bool) {
    if words.is_empty() {
        return (overview(catalogue, width), true);
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
    let mut page = Page::new();
    page.role(Role::Error, &format!("nothing is known of `{}`", show::harmless(words))).line();
    if let Some(near) = catalogue.nearest(words) {
        page.role(Role::Advice, &format!("did you mean `{near}`?")).line();
    }
    page.role(Role::Advice, "`help` lists the functions, `help words` the words of the language").line();
    (page, false)
}

fn overview(catalogue: &Catalogue, width: usize) -> Page {
    let mut page = show::functions(&catalogue.by_family(), width);
    page.line();
    page.role(Role::Heading, "a first look").line();
    for line in ["let tx = sample(\"cdnow\");", "tx.rfm()", "tx.cohort_retention().chart().save(\"cohorts.png\")"] {
        page.space(2).role(Role::Code, line).line();
    }
    page.line();
    page.append(show::prose(
        "`help NAME` tells all about a function or word · `help words` lists the words of the language (`filter`, `col`, \
         `read_csv` …) · `help who leaves` searches · your own data: \
         `read_csv(\"orders.csv\").transactions(#{customer: \"…\", date: \"…\", amount: \"…\"})`",
        width,
        0,
    ));
    page
}
