//! What the engine asks when a script imports.

use std::sync::Arc;

use rhai::{
    Dynamic, Engine, EvalAltResult, Expr, GlobalRuntimeState, Ident, Locked, Module, ModuleResolver, Position, Scope,
    Shared, Stmt,
};

use super::super::World;
use super::super::bind::guarded;
use super::call::home_of;

/// The name of the import that every piece begins with, and that no script can write: its place is nowhere.
const BEGINNING: &str = "\0";

/// The statement that gives a piece the imports and constants of the pieces before it: Rhai forgets them.
pub(in crate::script) fn prologue() -> Stmt {
    let path = Expr::StringConstant(BEGINNING.into(), Position::NONE);
    let nameless = Ident { name: "".into(), pos: Position::NONE };
    Stmt::Import(Box::new((path, nameless)), Position::NONE)
}

/// Finds the modules of a session.
pub(in crate::script) struct Resolver {
    pub(in crate::script) world: Arc<World>,
}

type Resolved = Result<Shared<Module>, Box<EvalAltResult>>;

impl ModuleResolver for Resolver {
    fn resolve(&self, _: &Engine, _: Option<&str>, path: &str, position: Position) -> Resolved {
        Err(Box::new(EvalAltResult::ErrorModuleNotFound(path.to_owned(), position)))
    }

    fn resolve_raw(
        &self,
        engine: &Engine,
        global: &mut GlobalRuntimeState,
        _: &mut Scope<'_>,
        path: &str,
        position: Position,
    ) -> Resolved {
        if path == BEGINNING && position.is_none() {
            return Ok(self.begin(global));
        }
        let modules = &self.world.modules;
        let home = home_of(global);
        let from = home.as_ref().map_or_else(|| modules.places().home(), |home| home.folder().to_owned());
        let loaded = guarded("import", || modules.load(engine, &self.world, &from, path)).map_err(|mut error| {
            error.set_position(position);
            error
        })?;
        if home.is_none() && global.level == 0 && global.scope_level == 0 {
            modules.state().imported.push((position, Arc::clone(&loaded)));
        }
        Ok(Shared::clone(&loaded.module))
    }
}

impl Resolver {
    fn begin(&self, global: &mut GlobalRuntimeState) -> Shared<Module> {
        let kept = std::mem::take(&mut self.world.modules.state().kept);
        // The places at which the text expects its own imports are not those at which they are put.
        global.always_search_scope |= kept.are_own;
        for (alias, loaded) in kept.imports {
            global.push_import(alias, Shared::clone(&loaded.module));
        }
        if !kept.constants.is_empty() {
            let constants: std::collections::BTreeMap<_, Dynamic> = kept.constants.into_iter().collect();
            global.constants = Some(Shared::new(Locked::new(constants)));
        }
        let mut empty = Module::new();
        empty.build_index();
        Shared::new(empty)
    }
}
