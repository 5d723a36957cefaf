//! From a file to functions: read anew at every import, made anew only where the file, or one that it imports, has changed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Weak};

use regulars_plugin::{Failure, Result};
use rhai::{AST, Dynamic, Engine, FnAccess, FuncRegistration, GlobalRuntimeState, Locked, Module, Scope, Shared, Stmt};

use super::super::World;
use super::super::failure::{Reading, translate};
use super::super::last::Places as NoPlaces;
use super::super::plugin::{Comments, compiled};
use super::super::verbs;
use super::super::world::line_of;
use super::call::{Held, outer};
use super::places::{Found, shown};
use super::resolver::prologue;
use super::shape::{self, Import};
use super::{Declared, Home, Kept, Loaded, Modules};

/// Modules that import one another in a row.
const DEEPEST: usize = 24;

impl Modules {
    /// The module of that name, for what stands in the folder `from`.
    pub(in crate::script) fn load(
        &self,
        engine: &Engine,
        world: &Arc<World>,
        from: &Path,
        name: &str,
    ) -> Result<Arc<Loaded>> {
        let places = self.places();
        let found = places.find(from, name)?;
        self.begin(&found)?;
        let loaded = self.loaded(engine, world, name, found);
        self.state().loading.pop();
        loaded
    }

    /// Notes that a file is being loaded, unless it is already: then it imports itself.
    fn begin(&self, found: &Found) -> Result<()> {
        let mut state = self.state();
        if let Some(at) = state.loading.iter().position(|path| *path == found.path) {
            let mut round: Vec<String> = state.loading[at..].iter().map(|path| shown(path)).collect();
            round.push(shown(&found.path));
            return Err(Failure::new(format!("modules import each other in a circle: {}", round.join(" → ")))
                .help("put what both need into a module of its own, which imports neither"));
        }
        if state.loading.len() >= DEEPEST {
            return Err(Failure::new(format!("more than {DEEPEST} modules import one another in a row"))
                .help("import what is needed directly"));
        }
        state.loading.push(found.path.clone());
        Ok(())
    }

    fn loaded(&self, engine: &Engine, world: &Arc<World>, name: &str, found: Found) -> Result<Arc<Loaded>> {
        let file: Arc<str> = shown(&found.path).into();
        let known = self.state().loaded.get(&found.path).cloned().filter(|known| *known.home.text == *found.text);
        let inside = |failure: Failure| in_file(failure, &file, &found.text);
        let mut ast = match &known {
            Some(known) => known.ast.clone(),
            None => compiled(&found.text, &NoPlaces::default()).map_err(inside)?,
        };
        if known.is_none() {
            // What goes wrong in its functions bears this name.
            ast.set_source(&*file);
        }
        let words = if calls_in_constants(&ast) { verbs::all(world.catalogue.own_tables()) } else { Arc::default() };
        let imports = shape::imports(&ast, &words).map_err(inside)?;
        let folder = found.path.parent().unwrap_or(Path::new("/")).to_owned();
        let modules = self.imports(engine, world, &folder, &imports).map_err(inside)?;
        if let Some(known) = known
            && is_same(&known.home.modules, &modules)
        {
            return Ok(known);
        }
        let functions = declared(&ast, &found.text);
        let home =
            Arc::new(Home { file: Arc::clone(&file), text: found.text.as_str().into(), folder, functions, modules });
        let constants = self.constants(engine, world, &home, &ast)?;
        let global = around(engine, &home, &ast, &constants);
        let module = module(&home, &global, &constants, &Arc::downgrade(world));
        let loaded = Arc::new(Loaded { name: name.to_owned(), path: found.path, home, constants, module, ast });
        self.state().loaded.insert(loaded.path.clone(), Arc::clone(&loaded));
        Ok(loaded)
    }

    fn imports(
        &self,
        engine: &Engine,
        world: &Arc<World>,
        folder: &Path,
        imports: &[Import],
    ) -> Result<Vec<(String, Arc<Loaded>)>> {
        let load = |import: &Import| {
            let loaded = self.load(engine, world, folder, &import.name);
            let at = |failure: Failure| match import.position.line() {
                Some(line) => failure.at(line, import.position.position().unwrap_or(1).max(1)),
                None => failure,
            };
            loaded.map(|loaded| (import.alias.clone(), loaded)).map_err(at)
        };
        imports.iter().map(load).collect()
    }

    /// The values of the constants, in their order.
    fn constants(&self, engine: &Engine, world: &Arc<World>, home: &Home, ast: &AST) -> Result<Vec<(String, Dynamic)>> {
        let own: Vec<Stmt> =
            ast.statements().iter().filter(|statement| matches!(statement, Stmt::Var(..))).cloned().collect();
        if own.is_empty() {
            return Ok(Vec::new());
        }
        let imports = home.modules.iter().map(|(alias, loaded)| (alias.as_str().into(), Arc::clone(loaded))).collect();
        let before = std::mem::replace(&mut self.state().kept, Kept { imports, constants: Vec::new(), are_own: true });
        let piece = AST::new([prologue()].into_iter().chain(own), Module::new());
        let mut scope = Scope::new();
        let ran = engine.eval_ast_with_scope::<Dynamic>(&mut scope, &piece);
        self.state().kept = before;
        ran.map(|_| ()).map_err(|error| {
            let reading = Reading {
                catalogue: &world.catalogue,
                variables: &[],
                functions: &[],
                modules: &home.modules,
                source: &home.text,
                text: world.source(),
            };
            in_file(translate(&error, &reading), &home.file, &home.text)
        })?;
        Ok(scope.iter().map(|(name, _, value)| (name.to_owned(), value)).collect())
    }
}

/// Whether any constant calls something: only then the words have to be known.
fn calls_in_constants(ast: &AST) -> bool {
    let mut found = false;
    let statements = ast.statements().iter().filter(|statement| matches!(statement, Stmt::Var(..)));
    for statement in statements {
        statement.walk(&mut Vec::new(), &mut |path: &[rhai::ASTNode<'_>]| {
            found |=
                matches!(path.last(), Some(rhai::ASTNode::Expr(rhai::Expr::FnCall(..) | rhai::Expr::MethodCall(..))));
            !found
        });
    }
    found
}

/// A failure of a module's text with its place there.
fn in_file(mut failure: Failure, file: &str, text: &str) -> Failure {
    match &mut failure.place {
        Some(place) if place.source.is_none() => {
            place.source = Some(file.to_owned());
            place.text = line_of(text, place.line);
            failure
        }
        Some(_) => failure,
        None => failure.within(file),
    }
}

fn is_same(one: &[(String, Arc<Loaded>)], other: &[(String, Arc<Loaded>)]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|((alias, one), (again, other))| alias == again && Arc::ptr_eq(one, other))
}

fn declared(ast: &AST, text: &str) -> Vec<Declared> {
    let comments = Comments::of(text);
    let functions = ast.shared_lib().iter_script_fn_info().filter(|(_, _, name, _, _)| !name.starts_with("anon$"));
    let mut found: Vec<Declared> = functions
        .map(|(_, access, name, _, written)| {
            let body = written.body.start_position().line().unwrap_or(1);
            let line = comments.line_before(name, body).unwrap_or(body);
            Declared {
                name: name.to_owned(),
                arguments: written.params.iter().map(ToString::to_string).collect(),
                is_private: matches!(access, FnAccess::Private),
                line,
                about: comments.above(line),
            }
        })
        .collect();
    found.sort_by(|one, other| {
        (one.line, &one.name, one.arguments.len()).cmp(&(other.line, &other.name, other.arguments.len()))
    });
    found
}

/// What the functions of a module find around them.
fn around(engine: &Engine, home: &Arc<Home>, ast: &AST, constants: &[(String, Dynamic)]) -> Arc<GlobalRuntimeState> {
    let mut global = engine.new_global_runtime_state();
    global.lib.push(ast.shared_lib().clone());
    global.source = Some((&*home.file).into());
    global.tag = Dynamic::from(Held(Arc::clone(home)));
    let values: BTreeMap<_, _> = constants.iter().map(|(name, value)| (name.as_str().into(), value.clone())).collect();
    global.constants = Some(Shared::new(Locked::new(values)));
    for (alias, loaded) in &home.modules {
        global.push_import(alias.as_str(), Shared::clone(&loaded.module));
    }
    Arc::new(global)
}

fn module(
    home: &Arc<Home>,
    global: &Arc<GlobalRuntimeState>,
    constants: &[(String, Dynamic)],
    world: &Weak<World>,
) -> Shared<Module> {
    let mut module = Module::new();
    for function in home.functions.iter().filter(|function| !function.is_private) {
        let types = vec![std::any::TypeId::of::<Dynamic>(); function.arguments.len()];
        let registration = FuncRegistration::new(function.name.as_str()).in_internal_namespace();
        registration.set_into_module_raw(&mut module, types, outer(home, global, &function.name, world));
    }
    for (name, value) in constants {
        module.set_var(name.as_str(), value.clone());
    }
    module.build_index();
    Shared::new(module)
}
