//! Plugins that are scripts: a file of functions with manuals. Its top level only declares, and is read, not run; its
//! functions run on the engine of the session that calls them, with the words and the rights of that session.

mod answer;
mod call;
mod comments;
mod declaration;
mod kinds;
mod literal;
mod parts;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use regulars_plugin::{Failure, Manual, Result};
use rhai::{AST, EvalAltResult, Module};

use super::engine::grammar;
use super::failure::{Reading, translate};
use super::last::Places;
use super::tokens::{Highlight, highlight};
use crate::files;

pub use call::Stage;
pub(super) use comments::Comments;
pub(super) use declaration::{DECLARE, PLUGIN, parameters};

/// What stands behind the name of a function that is declared, where the file itself keeps it: so a call by its name goes
/// the way that all calls go, with options checked and defaults filled in.
pub(super) const KEPT: &str = "$";

/// A plugin that is a script. Cloning it is cheap.
#[derive(Clone)]
pub struct ScriptPlugin {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    /// What the file is called in messages.
    file: Arc<str>,
    name: String,
    version: String,
    source: String,
    manuals: Vec<Manual>,
    /// The line on which each function is declared.
    lines: Vec<usize>,
    functions: AST,
}

impl ScriptPlugin {
    /// Reads a file and what it declares. Nothing of it runs. The first of several mistakes is the failure.
    pub fn open(path: &Path) -> Result<ScriptPlugin> {
        let file = path.display().to_string();
        let source = files::read_text(&file)?;
        ScriptPlugin::of(path, &source).map_err(|wrong| {
            let more = wrong.len().saturating_sub(1);
            let mut first = wrong.into_iter().next().unwrap_or_else(|| Failure::new(format!("`{file}` is no plugin")));
            match &mut first.place {
                Some(place) => place.source = Some(file.clone()),
                None => first = first.within(&file),
            }
            let others = match more {
                0 => String::new(),
                1 => ", and the other mistake".to_owned(),
                more => format!(", and {more} other mistakes"),
            };
            first.help(format!("`regulars check {file}` shows the line{others}"))
        })
    }

    /// Reads the text of a file that is called so; everything that is wrong about it, in the order of the lines.
    pub fn of(path: &Path, source: &str) -> std::result::Result<ScriptPlugin, Vec<Failure>> {
        let ast = compiled(source, &Places::default()).map_err(|failure| vec![failure])?;
        let mut told = declaration::read(&ast, source);
        if !told.wrong.is_empty() {
            let place = |failure: &Failure| failure.place.as_ref().map(|place| (place.line, place.column));
            told.wrong.sort_by_key(place);
            return Err(told.wrong);
        }
        let file: Arc<str> = path.display().to_string().into();
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let (manuals, lines): (Vec<Manual>, Vec<usize>) =
            told.functions.into_iter().map(|one| (one.manual, one.line)).unzip();
        let functions = kept(&ast, &manuals, &file);
        let inner = Inner {
            path: path.to_owned(),
            file,
            name: told.name.or(stem).unwrap_or_default(),
            version: told.version.unwrap_or_default(),
            source: source.to_owned(),
            manuals,
            lines,
            functions,
        };
        Ok(ScriptPlugin { inner: Arc::new(inner) })
    }

    /// Its name, as the file says or is called.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// Its version; empty where the file says none.
    pub fn version(&self) -> &str {
        &self.inner.version
    }

    /// The file it was read from. What it becomes later has no effect on this session.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// The manuals of its functions; the place of a manual is the number of its function.
    pub fn manuals(&self) -> &[Manual] {
        &self.inner.manuals
    }

    /// The line on which a function is declared.
    pub(super) fn line(&self, function: usize) -> usize {
        self.inner.lines.get(function).copied().unwrap_or(1)
    }

    /// Its functions: those that are declared under a name of their own, the others as they are written.
    pub(super) fn functions(&self) -> &AST {
        &self.inner.functions
    }
}

/// Whether a text is meant to be a plugin: it declares at its top level.
pub fn is_plugin(source: &str) -> bool {
    let mut open = 0_i32;
    highlight(source).into_iter().any(|(kind, part)| {
        match part {
            "{" | "(" | "[" => open += 1,
            "}" | ")" | "]" => open -= 1,
            _ => {}
        }
        open == 0 && kind == Highlight::Call && (part == DECLARE || part == PLUGIN)
    })
}

/// The syntax tree of a text, or its first mistake of grammar. At these places it may say `_`.
pub(super) fn compiled(source: &str, places: &Places) -> Result<AST> {
    let mut engine = grammar();
    places.teach(&mut engine);
    engine.compile(source).map_err(|error| {
        let error = EvalAltResult::ErrorParsing(*error.0, error.1);
        let catalogue = super::plain_catalogue();
        translate(
            &error,
            &Reading { catalogue: &catalogue, variables: &[], functions: &[], modules: &[], source, text: None },
        )
    })
}

/// The functions alone, those with manuals under the names by which the catalogue calls them.
fn kept(ast: &AST, manuals: &[Manual], file: &str) -> AST {
    let mut functions = Module::new();
    for (_, _, name, count, written) in ast.shared_lib().iter_script_fn_info() {
        let mut function = written.as_ref().clone();
        if manuals.iter().any(|manual| manual.name == name && parameters(manual) == count) {
            function.name = format!("{name}{KEPT}").into();
        }
        functions.set_script_fn(function);
    }
    let mut only = AST::new([], functions);
    only.set_source(file);
    only
}
