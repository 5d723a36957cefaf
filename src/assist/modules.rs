//! Modules at the prompt: their help, and what may stand behind `import "` and `name::`.

use super::offers::{Offer, Offers, first_sentence};
use crate::catalogue::Catalogue;
use crate::script::{Highlight, Modules, highlight};
use crate::session::{ModuleFunction, ModuleManual, Session};
use crate::show::{self, Page, Role};

/// The answer to a line that asks for help on a module or a function of one: `help c::by_month`, `c::by_month?`, `help("cohorts")`.
pub(crate) fn asked(session: &Session, line: &str, width: usize) -> Option<Page> {
    let line = line.trim_end_matches(';').trim();
    let words = match line.strip_suffix('?').or_else(|| line.strip_prefix('?')) {
        Some(expression) => {
            let expression = expression.trim().trim_end_matches("()");
            let begin = expression.rfind(|letter: char| !is_part(letter) && letter != ':').map_or(0, |at| at + 1);
            expression.get(begin..).unwrap_or_default()
        }
        None => {
            let words = line.strip_prefix("help")?;
            if !words.starts_with([' ', '(']) {
                return None;
            }
            words.trim().trim_start_matches('(').trim_end_matches(')').trim_matches('"').trim()
        }
    };
    help(session, words, width)
}

/// Help on a module or on a function of one. A function or word of Regulars itself goes before a module of its name.
pub fn help(session: &Session, words: &str, width: usize) -> Option<Page> {
    let words = words.trim_end_matches("()");
    let (module, function) = match words.rsplit_once("::") {
        Some((module, function)) => (module, Some(function)),
        None if is_known(session.catalogue(), words) => return None,
        None => (words, None),
    };
    let is_name = !module.is_empty() && module.chars().all(|letter| is_part(letter) || letter == '/' || letter == '-');
    if !is_name {
        return None;
    }
    let imported = session.modules().into_iter().find(|one| one.alias == module || one.name == module);
    let found = match imported {
        Some(found) => found,
        None => session.module(module).ok()?,
    };
    match function {
        None => Some(module_page(&found, width)),
        Some(name) => {
            let of_name: Vec<&ModuleFunction> = found.functions.iter().filter(|one| one.name == name).collect();
            (!of_name.is_empty()).then(|| function_page(&found, &of_name, width))
        }
    }
}

fn is_known(catalogue: &Catalogue, word: &str) -> bool {
    catalogue.get(word).is_some() || catalogue.verb(word).is_some()
}

fn is_part(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// What the functions of a module are called through.
fn prefix(module: &ModuleManual) -> &str {
    match module.alias.as_str() {
        "" => module.name.rsplit('/').next().unwrap_or(&module.name),
        alias => alias,
    }
}

fn signature(module: &ModuleManual, function: &ModuleFunction) -> String {
    format!("{}::{}({})", prefix(module), function.name, function.arguments.join(", "))
}

/// Text of a file as it may be shown, its lines kept.
fn harmless(text: &str) -> String {
    text.lines().map(show::harmless).collect::<Vec<_>>().join("\n")
}

/// The first sentence of a comment, in one line.
fn summary(about: &str) -> String {
    let paragraph: Vec<&str> = about.lines().take_while(|line| !line.trim().is_empty()).collect();
    first_sentence(&show::harmless(&paragraph.join(" "))).trim_end_matches('.').to_owned()
}

fn module_page(module: &ModuleManual, width: usize) -> Page {
    let mut page = Page::new();
    page.role(Role::Heading, &format!("module {}", module.name)).role(Role::Note, &format!("  {}", module.file)).line();
    if !module.about.is_empty() {
        page.append(show::prose(&harmless(&module.about), width, 0)).line();
    }
    let mut lines: Vec<(String, String)> = Vec::new();
    for function in &module.functions {
        lines.push((signature(module, function), summary(&function.about)));
    }
    for (name, value) in &module.constants {
        let value: String = value.chars().take(80).collect();
        lines.push((format!("{}::{name}", prefix(module)), show::harmless(&value).into_owned()));
    }
    page.append(show::found(&lines, width));
    if module.alias.is_empty() {
        page.line().role(Role::Code, &format!("import \"{}\" as {};", module.name, prefix(module))).line();
    }
    page
}

fn function_page(module: &ModuleManual, functions: &[&ModuleFunction], width: usize) -> Page {
    let mut page = Page::new();
    for (place, function) in functions.iter().enumerate() {
        if place > 0 {
            page.line();
        }
        page.role(Role::Heading, &signature(module, function));
        page.role(Role::Note, &format!("  {}, line {}", module.file, function.line)).line();
        let about = match function.about.as_str() {
            "" => "It has no comment: lines that begin with `///` above `fn` would stand here.",
            about => about,
        };
        page.append(show::prose(&harmless(about), width, 0));
    }
    page
}

/// What may be typed behind `import "`, where that is being typed.
pub(crate) fn importable(modules: &Modules, before: &str, after: &str) -> Option<Offers> {
    let parts = highlight(before);
    let (kind, typed) = parts.last()?;
    let typed = typed.strip_prefix('"').filter(|typed| *kind == Highlight::Text && !typed.contains('"'))?;
    let mut earlier = parts.iter().rev().skip(1).map(|(_, part)| *part).filter(|part| !part.trim().is_empty());
    if earlier.next() != Some("import") {
        return None;
    }
    let quote = if after.starts_with('"') { "" } else { "\"" };
    let all = modules.importable().into_iter();
    let all = all.map(|one| Offer::new(&one.name, format!("{}{quote}", one.name), &one.about)).collect();
    Some(Offers { start: before.len() - typed.len(), typed: typed.to_owned(), all })
}

/// What may be typed behind `name::`, where that is being typed.
pub(super) fn members(modules: &[ModuleManual], before: &str, after: &str) -> Option<Offers> {
    let typed = &before[before
        .rfind(|letter| !is_part(letter))
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8))..];
    let rest = before[..before.len() - typed.len()].strip_suffix("::")?;
    let alias = &rest[rest
        .rfind(|letter| !is_part(letter))
        .map_or(0, |at| at + rest[at..].chars().next().map_or(1, char::len_utf8))..];
    let is_code =
        highlight(before).last().is_some_and(|(kind, _)| !matches!(kind, Highlight::Text | Highlight::Comment));
    let module = modules.iter().find(|one| one.alias == alias).filter(|_| is_code)?;
    let functions = module.functions.iter().map(|function| {
        let end = match function.arguments.is_empty() {
            _ if after.starts_with('(') => "",
            true => "()",
            false => "(",
        };
        let arguments = function.arguments.join(", ");
        let about = match summary(&function.about) {
            about if about.is_empty() => format!("({arguments})"),
            about => format!("({arguments}) · {about}"),
        };
        Offer::new(&function.name, format!("{}{end}", function.name), &about)
    });
    let constants = module.constants.iter().map(|(name, value)| Offer::new(name, name.clone(), value));
    let all = functions.chain(constants).collect();
    Some(Offers { start: before.len() - typed.len(), typed: typed.to_owned(), all })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module() -> ModuleManual {
        let function = |name: &str, arguments: &[&str], about: &str| ModuleFunction {
            name: name.to_owned(),
            arguments: arguments.iter().map(|one| (*one).to_owned()).collect(),
            about: about.to_owned(),
            line: 3,
        };
        ModuleManual {
            name: "cohorts".to_owned(),
            alias: "c".to_owned(),
            file: "lib/cohorts.rhai".to_owned(),
            about: "Cohorts of a shop.".to_owned(),
            functions: vec![function("by_month", &["tx"], "Adds the month. And more."), function("today", &[], "")],
            constants: vec![("RATE".to_owned(), "0.5".to_owned())],
        }
    }

    fn texts(before: &str) -> Vec<String> {
        let found = members(&[module()], before, "");
        found.map(|found| found.all.into_iter().map(|one| one.text).collect()).unwrap_or_default()
    }

    #[test]
    fn functions_and_constants_are_offered_behind_the_name_of_a_module() {
        assert_eq!(texts("let x = c::"), ["by_month(", "today()", "RATE"]);
        assert_eq!(texts("c::by").len(), 3);
        assert!(
            texts("d::").is_empty()
                && texts("\"c::").is_empty()
                && texts("// c::").is_empty()
                && texts("c:").is_empty()
        );
        let about = members(&[module()], "c::", "").map(|found| found.all[0].about.clone());
        assert_eq!(about.as_deref(), Some("(tx) · Adds the month"));
    }

    #[test]
    fn pages_tell_functions_and_their_comments() {
        let page = module_page(&module(), 80).plain();
        assert!(
            page.contains("Cohorts of a shop.") && page.contains("c::by_month(tx)") && page.contains("c::RATE"),
            "{page}"
        );
        let found = module();
        let functions: Vec<&ModuleFunction> = found.functions.iter().take(1).collect();
        let page = function_page(&found, &functions, 80).plain();
        assert!(page.contains("lib/cohorts.rhai, line 3") && page.contains("And more."), "{page}");
    }
}
