//! `regulars plugin add`, `remove`, `list`, `info`, `verify`, `trust`.

use std::io::{BufRead, IsTerminal};
use std::path::Path;
use std::sync::Arc;

use regulars_plugin::{Failure, Host, Result};

use super::super::FAILED;
use super::super::arguments::Arguments;
use super::{Files, Started, beside, here, load_pin, named, two_of_a_name};
use crate::console::Console;
use crate::plugin::{Library, PINS_FILE, Pin, Pins, Trust, short, untrusted};
use crate::script::Params;
use crate::session::{Loaded, open_read};
use crate::show::{self, Page, Role};

/// `regulars plugin add FILE`
pub(super) fn add(console: &Arc<Console>, file: &Path, user: bool) -> Result<u8> {
    let mut files = Files::read()?;
    if !user && let Some((project, trust)) = files.trust().filter(|(_, trust)| *trust != Trust::Given) {
        return Err(untrusted(project, trust));
    }
    let library = Library::read(file)?;
    let plugin = open_read(&library, None)?;
    // Here is the better moment to hear that a function of it is there already.
    super::super::begin_with(vec![plugin.clone()], console, Params::new())?;
    let Files { user: own, project } = &mut files;
    let others = if user { project.as_ref() } else { Some(&*own) };
    if let Some(others) = others
        && let Some(pin) = others.list().iter().find(|pin| pin.name == plugin.name() && pin.sha256 != library.sha256())
    {
        return Err(two_of_a_name(plugin.name(), &others.place(pin), file)
            .help(format!("the other one is pinned in `{}`", others.shown())));
    }
    let mut fresh = None;
    let pins = match (user, project) {
        (true, _) => needed(own)?,
        (false, Some(project)) => project,
        (false, None) => fresh.insert(Pins::of_project(&here()?.join(PINS_FILE))?),
    };
    let pin = Pin {
        name: plugin.name().to_owned(),
        path: pins.path_for(file)?,
        version: plugin.version().to_owned(),
        sha256: library.sha256().to_owned(),
        isolate: false,
        memory_mb: None,
    };
    let told = format!("pinned {} {} (SHA-256 {}) in {}", pin.name, pin.version, short(&pin.sha256), pins.shown());
    pins.put(pin)?;
    pins.write()?;
    if !user {
        // Whoever asks for a plugin in a project has accepted what the project's file says from now on.
        accept(pins)?;
    }
    console.note(&told);
    Ok(0)
}

/// `regulars plugin remove NAME`
pub(super) fn remove(console: &Console, name: &str, user: bool) -> Result<u8> {
    let mut files = Files::read()?;
    let is_trusted = files.trust().is_some_and(|(_, trust)| trust == Trust::Given);
    if let Some(project) = files.project.as_mut().filter(|_| !user)
        && project.remove(name)?.is_some()
    {
        project.write()?;
        if is_trusted {
            accept(project)?;
        }
        console.note(&format!("took {name} out of {}", project.shown()));
        return Ok(0);
    }
    if files.user.remove(name)?.is_some() {
        files.user.write()?;
        console.note(&format!("took {name} out of {}", files.user.shown()));
        return Ok(0);
    }
    let names: Vec<&str> = files.all().flat_map(Pins::list).map(|pin| pin.name.as_str()).collect();
    let failure = Failure::new(format!("no plugin `{name}` is pinned"));
    Err(if names.is_empty() { failure.help("nothing is pinned at all") } else { failure.near(name, names) })
}

/// `regulars plugin list`: what a start here would load, and what it would not.
pub(super) fn list(arguments: &Arguments, console: &Arc<Console>) -> Result<u8> {
    let (loaded, failures) = all(arguments, console)?;
    let mut page = Page::new();
    if loaded.is_empty() {
        page.text("no plugin is loaded").line();
        page.role(
            Role::Advice,
            "`--plugin FILE` loads one, `regulars plugin add FILE` for good; `regulars plugin new NAME` begins one",
        )
        .line();
    }
    for Started { plugin, origin, .. } in &loaded {
        page.role(Role::Heading, plugin.name()).text(format!(" {}", plugin.version()).trim_end());
        page.role(Role::Note, &format!("  {} · {}", plugin.kind(), plugin.path().display())).line();
        page.role(Role::Note, &format!("  {origin}")).line();
        page.append(functions(plugin, console.width()));
    }
    console.print(&page);
    for failure in &failures {
        console.fail(failure, None, None);
    }
    Ok(if failures.is_empty() { 0 } else { FAILED })
}

/// Every plugin that a start here would load, and why others would not be.
fn all(arguments: &Arguments, console: &Console) -> Result<(Vec<Started>, Vec<Failure>)> {
    let mut loaded = named(arguments)?;
    let mut failures = Vec::new();
    if !arguments.no_plugins {
        let files = Files::read()?;
        let refused = files.trust().filter(|(_, trust)| *trust != Trust::Given);
        for pins in files.all().filter(|pins| refused.is_none_or(|(project, _)| pins.file() != project.file())) {
            for pin in pins.list() {
                failures.extend(load_pin(arguments, pins, pin, &mut loaded).err());
            }
        }
        failures.extend(refused.map(|(project, trust)| untrusted(project, trust)));
        loaded.extend(beside(arguments, &loaded, console));
    }
    Ok((loaded, failures))
}

fn functions(plugin: &Loaded, width: usize) -> Page {
    let mut lines: Vec<(String, String)> = Vec::new();
    for manual in plugin.manuals() {
        lines.push((manual.name.clone(), manual.summary.clone()));
        lines.extend(manual.methods.iter().map(|method| (format!("  .{}", method.name), method.summary.clone())));
    }
    show::found(&lines, width)
}

/// `regulars plugin info NAME|FILE`
pub(super) fn info(arguments: &Arguments, console: &Console, what: &str) -> Result<u8> {
    let (plugin, origin) = match Path::new(what).is_file() {
        true => (open_read(&Library::read(Path::new(what))?, None)?, "the file that was named".to_owned()),
        false => named_plugin(arguments, console, what)?,
    };
    let sha256 = Library::read(plugin.path())?.sha256().to_owned();
    let files = Files::read()?;
    let pinned: Vec<String> = files
        .all()
        .flat_map(|pins| pins.list().iter().map(move |pin| (pins, pin)))
        .filter(|(_, pin)| pin.name == plugin.name())
        .map(|(pins, pin)| match pin.sha256 == sha256 {
            true => pins.shown(),
            false => format!("{}, with another SHA-256: {}", pins.shown(), short(&pin.sha256)),
        })
        .collect();
    let mut page = Page::new();
    page.role(Role::Heading, plugin.name()).text(format!(" {}", plugin.version()).trim_end()).line();
    for (name, text) in [
        ("path", plugin.path().display().to_string()),
        ("SHA-256", sha256),
        ("kind", plugin.kind()),
        ("from", origin),
        ("pinned in", if pinned.is_empty() { "no file".to_owned() } else { pinned.join(" and ") }),
    ] {
        page.role(Role::Note, &format!("  {name:<9}")).text("  ").text(&text).line();
    }
    page.append(functions(&plugin, console.width()));
    console.print(&page);
    Ok(0)
}

fn named_plugin(arguments: &Arguments, console: &Console, name: &str) -> Result<(Loaded, String)> {
    let (loaded, failures) = all(arguments, console)?;
    let names: Vec<String> = loaded.iter().map(|one| one.plugin.name().to_owned()).collect();
    if let Some(one) = loaded.into_iter().find(|one| one.plugin.name() == name) {
        return Ok((one.plugin, one.origin));
    }
    // One that could not be loaded may be the one that is wanted.
    let failure = failures.into_iter().next();
    Err(failure.unwrap_or_else(|| {
        let failure = Failure::new(format!("there is no file `{name}`, and no plugin of that name is loaded"));
        if names.is_empty() { failure } else { failure.near(name, names.iter().map(String::as_str)) }
    }))
}

/// `regulars plugin verify`: whether each file is what was pinned. Nothing is loaded.
pub(super) fn verify(console: &Console) -> Result<u8> {
    let files = Files::read()?;
    let mut wrong = 0;
    let mut page = Page::new();
    for pins in files.all() {
        for pin in pins.list() {
            let (role, word) = match pins.verify(pin) {
                Ok(_) => (Role::Plain, "as pinned"),
                Err(failure) => {
                    console.fail(&failure, None, None);
                    wrong += 1;
                    (Role::Error, "not as pinned")
                }
            };
            page.role(Role::Name, &pin.name).text(&format!(" {}  ", pin.version)).role(role, word);
            page.role(Role::Note, &format!("  {}", pins.place(pin).display())).line();
        }
    }
    if page.is_empty() {
        page.text("no plugin is pinned").line();
    }
    console.print(&page);
    if let Some((project, trust)) = files.trust().filter(|(_, trust)| *trust != Trust::Given) {
        console.note(&untrusted(project, trust).to_string());
    }
    Ok(if wrong > 0 { FAILED } else { 0 })
}

/// `regulars plugin trust`
pub(super) fn trust(console: &Console, yes: bool, forget: bool) -> Result<u8> {
    let Files { mut user, project } = Files::read()?;
    let Some(project) = project else {
        return Err(Failure::new(format!("there is no `{PINS_FILE}` here or in a folder above"))
            .help("`regulars plugin add FILE` begins one"));
    };
    if forget {
        let was = needed(&mut user)?.distrust(&project)?;
        if was {
            user.write()?;
        }
        let told = if was { "is no longer trusted" } else { "was not trusted" };
        console.note(&format!("{} {told}", project.shown()));
        return Ok(0);
    }
    match user.trust_in(&project) {
        Trust::Given if project.list().is_empty() => {
            console.note(&format!("{} asks for no plugin: there is nothing to trust", project.shown()));
            Ok(0)
        }
        Trust::Given => {
            console.note(&format!("{} is trusted already", project.shown()));
            Ok(0)
        }
        _ if yes => {
            console.tell(&asked_for(&project));
            accept(&project)?;
            console.note(&format!("{} is trusted as it is now", project.shown()));
            Ok(0)
        }
        trust if std::io::stdin().is_terminal() => Ok(if ask(console, &project, trust)? { 0 } else { FAILED }),
        _ => Err(Failure::new(format!("nobody is there to be asked whether `{}` is trusted", project.shown()))
            .help("look at the file, then write `regulars plugin trust --yes`")),
    }
}

/// Asks at the terminal whether a project's plugins are to be loaded, and remembers a yes.
pub(super) fn ask(console: &Console, project: &Pins, trust: Trust) -> Result<bool> {
    let mut page = asked_for(project);
    if trust == Trust::Changed {
        page.role(Role::Warning, "The file has changed since you trusted it.").line();
    }
    page.text("A plugin is code with full rights: it can read your files and act in your name.").line();
    console.tell(&page);
    console.ask("Trust this file, and load them from now on? [y/N] ");
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| Failure::new(format!("the answer cannot be read: {error}")))?;
    if console.is_cancelled() {
        return Err(Failure::interrupted());
    }
    if !["y", "yes"].contains(&line.trim().to_lowercase().as_str()) {
        console.note("not trusted: they are not loaded");
        return Ok(false);
    }
    accept(project)?;
    console.note(&format!("{} is trusted as it is now", project.shown()));
    Ok(true)
}

/// What a project asks for.
fn asked_for(project: &Pins) -> Page {
    let mut page = Page::new();
    page.text(&format!("{} asks for these plugins:", project.shown())).line();
    for pin in project.list() {
        page.text("  ").role(Role::Name, &pin.name).text(&format!(" {}  {}", pin.version, pin.path));
        page.role(Role::Note, &format!("  SHA-256 {}", short(&pin.sha256))).line();
    }
    page
}

/// Writes into the user's file that the project's is trusted as it is.
fn accept(project: &Pins) -> Result<()> {
    let Files { mut user, .. } = Files::read()?;
    needed(&mut user)?.trust(project)?;
    user.write()
}

/// The user's file, where there can be one.
fn needed(user: &mut Pins) -> Result<&mut Pins> {
    match user.file().as_os_str().is_empty() {
        true => Err(Failure::new("this system tells no folder for your configuration")
            .help("name a file with the environment variable REGULARS_CONFIG")),
        false => Ok(user),
    }
}
