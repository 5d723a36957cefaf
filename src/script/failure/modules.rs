//! Names behind `::` that nobody answers to.

use regulars_plugin::Failure;

use super::super::modules::{Declared, Loaded};
use super::Reading;
use super::calls::{counted, listed};

/// A module that was not imported under this name.
pub(super) fn unknown_module(name: &str, reading: &Reading<'_>) -> Failure {
    let known: Vec<&str> = reading.modules.iter().map(|(alias, _)| alias.as_str()).collect();
    // One letter is near to any other.
    let long = known.iter().copied().filter(|alias| alias.chars().count() > 1);
    let failure = Failure::new(format!("no module is imported as `{name}`"));
    let by_name = reading.modules.iter().find(|(_, module)| module.name == name);
    match (by_name, regulars_plugin::nearest(name, long)) {
        (Some((alias, _)), _) => failure.help(format!("it is imported as `{alias}`: write `{alias}::…`")),
        (None, Some(near)) => failure.help(format!("did you mean `{near}::…`?")),
        _ if reading.catalogue.get(name).is_some() || reading.catalogue.verb(name).is_some() => failure
            .help(format!("`{name}` is a function: what belongs to a value is called with a dot, `tx.{name}(…)`")),
        _ if reading.variables.iter().any(|variable| variable == name) => {
            failure.help(format!("`{name}` is a variable: what belongs to a value stands behind a dot, `{name}.…`"))
        }
        _ if known.is_empty() => failure.help(format!("import one first: `import \"name\" as {name};`")),
        _ => failure.near(name, known.into_iter().filter(|alias| *alias != name)),
    }
}

/// A call of a function that a module does not have, or not for so many arguments.
pub(super) fn unknown_function(alias: &str, name: &str, kinds: &[&'static str], reading: &Reading<'_>) -> Failure {
    let Some((_, module)) = reading.modules.iter().rev().find(|(known, _)| known == alias) else {
        return unknown_module(alias, reading);
    };
    let of_name = module.of_name(name);
    let seen: Vec<&&Declared> = of_name.iter().filter(|one| !one.is_private).collect();
    if let Some(first) = seen.first() {
        let called = |one: &Declared| format!("`{alias}::{name}({})`", one.arguments.join(", "));
        let wanted: Vec<String> = seen.iter().map(|one| called(one)).collect();
        let takes = counted(first.arguments.len());
        return Failure::new(match seen.len() {
            1 => format!("`{alias}::{name}` takes {takes}, but was given {}", listed(kinds)),
            _ => format!("`{alias}::{name}` was given {}", listed(kinds)),
        })
        .help(format!("it is called {}", wanted.join(" or ")));
    }
    let failure = Failure::new(format!("the module `{}` has no function `{name}`", module.name));
    if !of_name.is_empty() {
        return failure.help(format!("`{name}` is private: leave `private` out in {}", module.home.file));
    }
    if module.constants.iter().any(|(known, _)| known == name) {
        return failure.help(format!("`{name}` is a constant: write `{alias}::{name}` without parentheses"));
    }
    if reading.catalogue.get(name).is_some() || reading.catalogue.verb(name).is_some() {
        return failure.help(format!("`{name}` is a function of Regulars itself: call it without `{alias}::`"));
    }
    offered(failure, name, alias, module)
}

/// A constant that a module does not have.
pub(super) fn unknown_constant(alias: &str, name: &str, reading: &Reading<'_>) -> Failure {
    if alias == "global" {
        return Failure::new(format!("there is no constant `{name}`"))
            .help(format!("declare it at the outermost level: `const {name} = …;`"));
    }
    let Some((_, module)) = reading.modules.iter().rev().find(|(known, _)| known == alias) else {
        return unknown_module(alias, reading);
    };
    let failure = Failure::new(format!("the module `{}` has no constant `{name}`", module.name));
    if module.functions().any(|one| one.name == name) {
        return failure.help(format!("`{name}` is a function: call it, `{alias}::{name}(…)`"));
    }
    offered(failure, name, alias, module)
}

fn offered(failure: Failure, name: &str, alias: &str, module: &Loaded) -> Failure {
    let functions = module.functions().map(|one| one.name.as_str());
    let constants = module.constants.iter().map(|(name, _)| name.as_str());
    // What is written in capitals is rather a constant.
    let mut names: Vec<&str> = match name.chars().any(char::is_lowercase) {
        true => functions.chain(constants).collect(),
        false => constants.chain(functions).collect(),
    };
    names.dedup();
    match regulars_plugin::nearest(name, names.iter().copied()) {
        Some(near) => failure.help(format!("did you mean `{alias}::{near}`?")),
        None if names.is_empty() => {
            failure.help(format!("it declares nothing that is seen from outside: {}", module.home.file))
        }
        None => failure.near(name, names.iter().copied()),
    }
}
