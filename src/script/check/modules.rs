//! Imports: the modules of a script, their functions followed as those of the script itself are.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use regulars_plugin::{Failure, Result};
use rhai::{AST, ASTNode, EvalAltResult, Expr, FnCallExpr, ImmutableString, Position, Shared, Stmt};

use super::Checker;
use super::functions::{self, Function};
use super::seen::Seen;
use crate::script::Script;
use crate::script::bind::thrown;
use crate::script::modules::{Loaded, reached, without_alias};

/// The modules that the cells of a script import by name, found before anything is walked.
#[derive(Default)]
pub(super) struct Imports {
    /// What came of each name that the script imports.
    by_name: BTreeMap<String, Result<Arc<Loaded>>>,
    /// All of them, and those that they import.
    pub(super) all: Vec<Arc<Loaded>>,
}

impl Script {
    /// Reads the modules that are imported in these syntax trees.
    pub(super) fn imports(&self, cells: &[Option<AST>]) -> Imports {
        let mut names: Vec<String> = Vec::new();
        for ast in cells.iter().flatten() {
            ast.walk(&mut |path| {
                if let Some(ASTNode::Stmt(Stmt::Import(parts, _))) = path.last()
                    && let Expr::StringConstant(name, _) = &parts.0
                {
                    names.push(name.to_string());
                }
                true
            });
        }
        let home = self.world().modules.places().home();
        let mut imports = Imports::default();
        for name in names {
            let loaded = self.load(&home, &name);
            if let Ok(loaded) = &loaded {
                imports.gather(loaded);
            }
            imports.by_name.insert(name, loaded);
        }
        imports
    }

    fn load(&self, home: &Path, name: &str) -> Result<Arc<Loaded>> {
        self.world().modules.load(self.engine(), self.world(), home, name)
    }
}

impl Imports {
    fn gather(&mut self, loaded: &Arc<Loaded>) {
        if self.all.iter().any(|known| Arc::ptr_eq(known, loaded)) {
            return;
        }
        self.all.push(Arc::clone(loaded));
        for (_, inner) in loaded.home.modules() {
            self.gather(inner);
        }
    }
}

/// A module that is imported where the script is being walked.
#[derive(Clone)]
pub(super) enum Known<'a> {
    /// This one.
    Module(&'a Arc<Loaded>),
    /// One that could not be found, which was told.
    Missing,
}

/// The functions of a module, and the number of its text among those that are walked.
pub(super) struct Walked<'a> {
    module: &'a Arc<Loaded>,
    functions: Vec<Shared<Function>>,
}

impl<'a> Checker<'a> {
    /// `import "name" as alias`
    pub(super) fn import(&mut self, path: &Expr, alias: &str, position: Position) {
        let seen = self.expr(path);
        let name = seen.value().and_then(|value| value.read_lock::<ImmutableString>().map(|text| text.to_string()));
        let imports = self.imports;
        let known = match name.as_ref().map(|name| (name, imports.by_name.get(name))) {
            Some((_, Some(Ok(module)))) => Known::Module(module),
            Some((_, Some(Err(failure)))) => {
                let mut error = thrown(failure.clone());
                error.set_position(path.start_position());
                self.tell(&error, seen.is_sure);
                Known::Missing
            }
            // The name is computed.
            _ => Known::Missing,
        };
        if alias.is_empty() {
            if let Some(name) = name {
                let failure = without_alias(&name);
                let (line, column) = (position.line().unwrap_or(1), position.position().unwrap_or(1).max(1));
                self.report("import-without-name", failure.at(line, column), false);
            }
            return;
        }
        self.modules.push((alias.to_owned(), known));
    }

    /// `alias::name(…)`
    pub(super) fn call_of_module(&mut self, expr: &FnCallExpr, values: &[Seen], position: Position) -> Seen {
        let alias = expr.namespace.to_string();
        let name = expr.name.as_str();
        let Some(module) = self.module(&alias, expr.namespace.position()) else { return Seen::unknown() };
        let is_seen = module.functions().any(|one| one.name == name && one.arguments.len() == values.len());
        if !is_seen {
            let kinds: Vec<&str> =
                values.iter().map(|seen| seen.kind().map_or(super::calls::SOMETHING, |kind| kind.name)).collect();
            let signature = format!("{alias}::{name} ({})", kinds.join(", "));
            self.tell(&EvalAltResult::ErrorFunctionNotFound(signature, position), true);
            return Seen::unknown();
        }
        let from = reached(self.inside.map(|inside| &*inside.home.file), self.source, position);
        self.reached.extend(from.clone());
        let answer = self.within(module, |checker| match checker.function(name, values.len()) {
            Some(function) => checker.enter(&function, values),
            None => Seen::unknown(),
        });
        if from.is_some() {
            self.reached.pop();
        }
        answer
    }

    /// `alias::NAME`, `global::NAME`
    pub(super) fn constant_of_module(&mut self, alias: &str, name: &str, position: Position) -> Seen {
        let of =
            |module: &Loaded| module.constants.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        if alias == "global" {
            self.variables.use_outermost(name);
            return self.inside.and_then(|module| of(module)).map_or_else(Seen::unknown, Seen::is);
        }
        let Some(module) = self.module(alias, position) else { return Seen::unknown() };
        match of(module) {
            Some(value) => Seen::is(value),
            None => {
                self.tell(&EvalAltResult::ErrorVariableNotFound(format!("{alias}::{name}"), position), true);
                Seen::unknown()
            }
        }
    }

    /// The module of that name here; where none is imported so, that is told.
    fn module(&mut self, alias: &str, position: Position) -> Option<&'a Arc<Loaded>> {
        match self.modules.iter().rev().find(|(known, _)| known == alias).map(|(_, known)| known.clone()) {
            Some(Known::Module(module)) => Some(module),
            Some(Known::Missing) => None,
            None => {
                if !self.is_open {
                    self.tell(&EvalAltResult::ErrorModuleNotFound(alias.to_owned(), position), true);
                }
                None
            }
        }
    }

    /// Walks with the functions and imports of a module in place of those around the call.
    pub(super) fn within<T>(&mut self, module: &'a Arc<Loaded>, walk: impl FnOnce(&mut Self) -> T) -> T {
        let own = match self.walked.iter().find(|walked| Arc::ptr_eq(walked.module, module)) {
            Some(walked) => walked.functions.clone(),
            None => {
                let functions = functions::of(&module.ast, self.cells.len());
                self.cells.push(&module.home.text);
                self.walked.push(Walked { module, functions: functions.clone() });
                functions
            }
        };
        let modules =
            module.home.modules().iter().map(|(alias, inner)| (alias.clone(), Known::Module(inner))).collect();
        let functions = std::mem::replace(&mut self.functions, own);
        let modules = std::mem::replace(&mut self.modules, modules);
        let inside = self.inside.replace(module);
        let entered = std::mem::take(&mut self.entered);
        // Calls through modules are followed as deeply as others.
        self.depth += entered.len();
        let answer = {
            let _inside = self.world.texts.enter_module(&module.home.file, &module.home.text);
            walk(self)
        };
        self.depth -= entered.len();
        (self.functions, self.modules, self.inside, self.entered) = (functions, modules, inside, entered);
        answer
    }

    /// Walks through every function of every module, as it might be called.
    pub(super) fn modules_alone(&mut self) {
        let imports = self.imports;
        let mut seen = HashSet::new();
        for module in imports.all.iter().filter(|module| seen.insert(Arc::as_ptr(module))) {
            self.within(module, |checker| {
                for function in checker.functions.clone().iter().filter(|function| !function.is_closure) {
                    checker.function_alone(function);
                }
            });
        }
    }

    /// A failure with its place in the module that is walked, if one is.
    pub(super) fn attributed(&self, mut failure: Failure) -> Failure {
        if let (Some(module), Some(place)) = (self.inside, failure.place.as_mut()) {
            place.source = Some(module.home.file.to_string());
            place.text = crate::script::world::line_of(&module.home.text, place.line);
        }
        failure
    }

    /// The file of a module, if the place lies in one.
    pub(super) fn is_in_module(&self, source: &str) -> bool {
        self.imports.all.iter().any(|module| *module.home.file == *source)
    }
}
