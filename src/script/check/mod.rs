//! Finding mistakes before a script runs. The syntax tree is walked from top to bottom with what is known of each value;
//! calls whose arguments are known are carried out by the very words that carry them out later, on frames without
//! rows. What depends on data, on effects or on loops is unknown, and silences what follows from it.

mod branches;
mod calls;
mod chains;
mod expressions;
mod functions;
mod modules;
mod plugin;
mod rehearsal;
mod scope;
mod seen;
mod statements;
mod std_names;

pub(super) use std_names::{is_known, only_computes};

use std::sync::Arc;

use regulars_plugin::Failure;
use rhai::{AST, Dynamic, Engine, EvalAltResult, Expr, Module, Scope, Shared, Stmt};

use super::bind::{BROKE_OFF, Bound};
use super::failure::{Reading, translate};
use super::modules::{Loaded, is_module};
use super::plugin::KEPT;
use super::{Script, World, verbs};
use functions::Function;
use modules::{Imports, Known, Walked};
use scope::Variables;

/// A mistake that was found before the script ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether the script fails for certain, or only may.
    pub severity: Severity,
    /// The kind of the mistake, in a word for programs.
    pub code: &'static str,
    /// What was found and what to do, as it is told when the script runs.
    pub failure: Failure,
}

/// How certain a mistake is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The script fails.
    Error,
    /// It may fail, or says something that has no use.
    Warning,
}

impl Severity {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

impl Script {
    /// The mistakes in the cells of a script, in the order of their places. Nothing runs that has effects.
    ///
    /// The parameters are those of the world; where they are not `final_params` but might be given otherwise, what
    /// follows from their values alone is a warning.
    pub fn check(&self, cells: &[String], final_params: bool) -> Vec<Finding> {
        let bounds = verbs::all(self.world().catalogue.own_tables());
        let compiled: Vec<regulars_plugin::Result<AST>> = cells.iter().map(|cell| self.compile(cell)).collect();
        let trees: Vec<Option<AST>> = compiled.iter().map(|ast| ast.as_ref().ok().cloned()).collect();
        let imports = self.imports(&trees);
        let mut texts: Vec<&str> = cells.iter().map(String::as_str).collect();
        texts.extend(imports.all.iter().map(|module| &*module.home.text));
        let engine = rehearsal::engine(self.world(), &bounds, &texts);
        let mut checker = Checker::new(&engine, self.world(), &bounds, &imports, final_params);
        // Constants of a module are there for others.
        checker.is_module = cells.iter().all(|cell| is_module(cell));
        for (cell, compiled) in cells.iter().zip(compiled) {
            match compiled {
                Ok(ast) => checker.cell(cell, &ast),
                Err(failure) => checker.broken(failure),
            }
        }
        checker.end()
    }
}

/// Steps after which nothing more is found out: a script is read once, so this is for scripts written by programs.
const MOST_STEPS: usize = 200_000;

/// What is known while a script is walked.
struct Checker<'a> {
    engine: &'a Engine,
    world: &'a World,
    bounds: &'a [Bound],
    final_params: bool,
    /// The text of the cell that is walked.
    source: &'a str,
    cells: Vec<&'a str>,
    functions: Vec<Shared<Function>>,
    variables: Variables,
    /// The modules that are imported here, each under its name.
    modules: Vec<(String, Known<'a>)>,
    /// All modules of the script.
    imports: &'a Imports,
    /// The functions of the modules that were walked.
    walked: Vec<Walked<'a>>,
    /// The module whose functions are walked.
    inside: Option<&'a Arc<Loaded>>,
    /// The calls of modules that lead to what is walked, the innermost last, in words.
    reached: Vec<String>,
    /// Functions that are being walked outside of the module that is walked.
    depth: usize,
    /// Whether the text only declares, for others to import.
    is_module: bool,
    /// Functions that are being walked, so that none is entered again from within.
    entered: Vec<String>,
    findings: Vec<Finding>,
    /// Whether what is walked runs for certain, if what stands before it does not fail.
    is_certain: bool,
    /// Whether the function or cell may have been left by `return`.
    may_have_left: bool,
    /// Whether the program may have ended by `exit()`.
    may_have_ended: bool,
    /// How many branches around this place are never taken.
    dead: usize,
    /// Whether an earlier cell could not be read: what it declares is not known.
    is_open: bool,
    /// Whether files may have been written, so that those on the disk may be others by then.
    may_have_written: bool,
    steps: usize,
    calls: usize,
}

impl<'a> Checker<'a> {
    fn new(
        engine: &'a Engine,
        world: &'a World,
        bounds: &'a [Bound],
        imports: &'a Imports,
        final_params: bool,
    ) -> Checker<'a> {
        Checker {
            engine,
            world,
            bounds,
            final_params,
            source: "",
            cells: Vec::new(),
            functions: Vec::new(),
            variables: Variables::default(),
            modules: Vec::new(),
            imports,
            walked: Vec::new(),
            inside: None,
            reached: Vec::new(),
            depth: 0,
            is_module: false,
            entered: Vec::new(),
            findings: Vec::new(),
            is_certain: true,
            may_have_left: false,
            may_have_ended: false,
            dead: 0,
            is_open: false,
            may_have_written: false,
            steps: 0,
            calls: 0,
        }
    }

    fn cell(&mut self, source: &'a str, ast: &AST) {
        self.source = source;
        self.may_have_left = false;
        self.is_certain = !self.may_have_ended;
        let own = functions::of(ast, self.cells.len());
        self.cells.push(source);
        self.variables.declare_assigned(&own);
        self.functions.retain(|known| !own.iter().any(|one| one.is_again(known)));
        self.functions.extend(own.iter().cloned());
        for statement in ast.statements() {
            self.statement(statement);
        }
    }

    fn broken(&mut self, failure: Failure) {
        self.is_open = true;
        self.findings.push(Finding { severity: Severity::Error, code: "syntax", failure });
    }

    fn end(mut self) -> Vec<Finding> {
        for function in self.functions.clone().iter().filter(|function| !function.is_closure) {
            self.function_alone(function);
        }
        self.modules_alone();
        if !self.is_open && !self.is_module && self.steps <= MOST_STEPS {
            self.leave_scope(0);
        }
        let place = |finding: &Finding| {
            finding.failure.place.as_ref().map(|place| (place.source.clone(), place.line, place.column))
        };
        self.findings.sort_by_key(|finding| (place(finding), finding.severity));
        self.findings
    }

    /// Whether to look no further: nothing is told of a branch that is never taken.
    fn is_tired(&mut self) -> bool {
        self.steps += 1;
        self.steps > MOST_STEPS
    }

    /// Tells what the engine has refused, as it would at run time.
    fn tell(&mut self, error: &EvalAltResult, is_sure: bool) {
        let Some(code) = code_of(error) else { return };
        if self.is_open && self.may_be_declared(error) {
            return;
        }
        let mut functions: Vec<(String, Vec<String>)> = Vec::new();
        for function in self.functions.iter().filter(|function| !function.is_closure) {
            functions.push((function.name.trim_end_matches(KEPT).to_owned(), function.arguments.clone()));
        }
        if let EvalAltResult::ErrorVariableNotFound(name, _) | EvalAltResult::ErrorFunctionNotFound(name, _) = error {
            self.variables.is_meant(name.split(' ').next().unwrap_or_default());
        }
        let variables = self.variables.names_to_offer();
        let known = self.modules.iter().filter_map(|(alias, known)| match known {
            Known::Module(module) => Some((alias.clone(), Arc::clone(module))),
            Known::Missing => None,
        });
        let modules: Vec<(String, Arc<Loaded>)> = known.collect();
        let reading = Reading {
            catalogue: &self.world.catalogue,
            variables: &variables,
            functions: &functions,
            modules: &modules,
            source: self.source,
            text: None,
        };
        let mut failure = translate(error, &reading);
        // A frame remembers where it was made: in a module, or in a text that has no name here.
        match failure.place.as_mut().map(|place| (place.source.take(), place)) {
            Some((Some(source), place)) if self.is_in_module(&source) || place.text.is_some() => {
                place.source = Some(source)
            }
            Some((Some(_), _)) => {}
            _ => failure = self.attributed(failure),
        }
        self.add(code, failure, is_sure);
    }

    /// Whether a function that is not found may stand in a cell that could not be read.
    fn may_be_declared(&self, error: &EvalAltResult) -> bool {
        let EvalAltResult::ErrorFunctionNotFound(signature, _) = error else { return false };
        let name = signature.split(' ').next().unwrap_or_default();
        self.world.catalogue.get(name).is_none() && self.world.catalogue.verb(name).is_none()
    }

    fn report(&mut self, code: &'static str, failure: Failure, is_sure: bool) {
        let failure = self.attributed(failure);
        self.add(code, failure, is_sure);
    }

    fn add(&mut self, code: &'static str, mut failure: Failure, is_sure: bool) {
        if failure.place.as_ref().is_some_and(|place| place.text.is_some()) {
            let reached = self.reached.iter().rev().filter(|from| !failure.help.contains(from));
            let reached: Vec<String> = reached.cloned().collect();
            failure.help.extend(reached);
        }
        if self.dead > 0 || failure.cancelled || is_own_fault(&failure) {
            return;
        }
        let is_error = is_sure && self.is_certain;
        let severity = if is_error { Severity::Error } else { Severity::Warning };
        // A line of a module may be reached from many places, and is told once.
        let is_known = |one: &Failure| match &failure.place {
            Some(place) if place.text.is_some() => {
                (&one.message, &one.place, &one.within) == (&failure.message, &failure.place, &failure.within)
            }
            _ => *one == failure,
        };
        match self.findings.iter_mut().find(|one| is_known(&one.failure)) {
            Some(known) => known.severity = known.severity.min(severity),
            None => self.findings.push(Finding { severity, code, failure }),
        }
    }

    /// Carries out one step whose parts are known.
    fn carry_out(&self, expr: Expr) -> Result<Dynamic, Box<EvalAltResult>> {
        self.carry_out_statement(Stmt::Expr(Box::new(expr)))
    }

    fn carry_out_statement(&self, statement: Stmt) -> Result<Dynamic, Box<EvalAltResult>> {
        let ast = AST::new([statement], Module::new());
        self.engine.eval_ast_with_scope::<Dynamic>(&mut Scope::new(), &ast)
    }
}

/// Whether a word broke off on frames without rows: that tells nothing of the script.
fn is_own_fault(failure: &Failure) -> bool {
    failure.message.contains(BROKE_OFF)
}

/// The kind of a mistake, in a word; none for what is no mistake but a limit of the check itself.
fn code_of(error: &EvalAltResult) -> Option<&'static str> {
    Some(match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) | EvalAltResult::ErrorInModule(_, inner, _) => {
            return code_of(inner);
        }
        EvalAltResult::ErrorTerminated(..)
        | EvalAltResult::ErrorTooManyOperations(..)
        | EvalAltResult::ErrorTooManyVariables(..)
        | EvalAltResult::ErrorDataTooLarge(..)
        | EvalAltResult::ErrorStackOverflow(..)
        | EvalAltResult::Exit(..) => return None,
        EvalAltResult::ErrorVariableNotFound(..) => "unknown-variable",
        EvalAltResult::ErrorFunctionNotFound(..) => "unknown-call",
        EvalAltResult::ErrorAssignmentToConstant(..) => "constant-changed",
        EvalAltResult::ErrorModuleNotFound(..) => "unknown-module",
        EvalAltResult::ErrorRuntime(..) => "refused-call",
        _ => "wrong-value",
    })
}
