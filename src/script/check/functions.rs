//! The functions and closures that a script declares.

use std::collections::HashSet;

use rhai::{AST, ASTNode, Expr, Shared, Stmt};

use super::Checker;
use super::seen::Seen;

/// A function or a closure.
pub(super) struct Function {
    pub(super) name: String,
    pub(super) arguments: Vec<String>,
    pub(super) is_closure: bool,
    /// The cell that declares it.
    cell: usize,
    pub(super) body: Vec<Stmt>,
    /// Names to which its body gives values.
    pub(super) assigned: HashSet<String>,
}

impl Function {
    /// Whether this is a new declaration of the other.
    pub(super) fn is_again(&self, other: &Function) -> bool {
        self.name == other.name && self.arguments.len() == other.arguments.len()
    }
}

/// The functions and closures of a cell.
pub(super) fn of(ast: &AST, cell: usize) -> Vec<Shared<Function>> {
    let found = ast.shared_lib().iter_script_fn_info().map(|(_, _, name, count, declared)| {
        // Rhai 1.27 does not filter while it clones into an empty library, so the others are taken out afterwards.
        let mut only = ast.clone_functions_only();
        only.retain_functions(|_, _, one, arguments| one == name && arguments == count);
        let mut body = Vec::new();
        // The type of a body has no name outside Rhai; a walk hands out its statements all the same.
        only.walk(&mut |path| {
            if let [ASTNode::Stmt(statement)] = path {
                body.push((*statement).clone());
            }
            true
        });
        Shared::new(Function {
            name: name.to_owned(),
            arguments: declared.params.iter().map(ToString::to_string).collect(),
            is_closure: name.starts_with("anon$"),
            cell,
            assigned: assigned(&body),
            body,
        })
    });
    let mut found: Vec<Shared<Function>> = found.collect();
    found.sort_by(|one, other| (&one.name, one.arguments.len()).cmp(&(&other.name, other.arguments.len())));
    found
}

/// The names to which statements give values, or whose values they may change in place.
pub(super) fn assigned(statements: &[Stmt]) -> HashSet<String> {
    let mut names = HashSet::new();
    for statement in statements {
        statement.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| {
            if let Some(ASTNode::Stmt(Stmt::Assignment(parts))) = path.last() {
                names.extend(root(&parts.1.lhs).map(str::to_owned));
            }
            true
        });
    }
    names
}

/// The variable in front of a chain of places and entries.
pub(super) fn root(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Variable(variable, ..) => Some(variable.1.as_str()),
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => root(&parts.lhs),
        _ => None,
    }
}

/// Functions that call each other are followed so far.
const DEPTH: usize = 8;
/// Calls that are followed in one script: one function may be called from many places.
const MOST_CALLS: usize = 500;

impl Checker<'_> {
    pub(super) fn function(&self, name: &str, count: usize) -> Option<Shared<Function>> {
        self.functions.iter().find(|one| !one.is_closure && one.name == name && one.arguments.len() == count).cloned()
    }

    /// Walks through a function that is called with these arguments; what it answers.
    pub(super) fn enter(&mut self, function: &Shared<Function>, arguments: &[Seen]) -> Seen {
        self.calls += 1;
        if self.depth + self.entered.len() >= DEPTH || self.entered.contains(&function.name) || self.calls > MOST_CALLS
        {
            return Seen::unknown();
        }
        let source = self.cells.get(function.cell).copied().unwrap_or_default();
        let source = std::mem::replace(&mut self.source, source);
        let around = (self.is_certain, self.may_have_left);
        self.may_have_left = false;
        let outside = self.variables.enter_function();
        let length = self.variables.len();
        let modules = self.modules.len();
        for (name, seen) in function.arguments.iter().zip(arguments) {
            self.variables.declare(name, seen.clone(), false, None);
        }
        self.entered.push(function.name.clone());
        let mut answer = Seen::nothing();
        for statement in &function.body {
            answer = self.statement(statement);
        }
        self.entered.pop();
        self.leave_scope(length);
        self.source = source;
        self.modules.truncate(modules);
        self.variables.leave_function(outside);
        let may_have_left = self.may_have_left;
        (self.is_certain, self.may_have_left) = around;
        self.is_certain &= !self.may_have_ended;
        if may_have_left { Seen::unknown() } else { answer }
    }

    /// Walks through a function that may never be called, or with anything.
    pub(super) fn function_alone(&mut self, function: &Shared<Function>) {
        let arguments = vec![Seen::unknown(); function.arguments.len()];
        let is_certain = std::mem::replace(&mut self.is_certain, false);
        self.enter(function, &arguments);
        self.is_certain = is_certain;
    }

    /// Walks through a closure: what it takes from around it may have changed when it is called.
    pub(super) fn closure(&mut self, name: &str, captured: &[Seen]) {
        let Some(closure) = self.functions.iter().find(|one| one.is_closure && one.name == name).cloned() else {
            return;
        };
        let mut arguments: Vec<Seen> =
            captured.iter().map(|seen| if seen.is_fixed() { seen.clone() } else { Seen::unknown() }).collect();
        arguments.resize_with(closure.arguments.len(), Seen::unknown);
        let is_certain = std::mem::replace(&mut self.is_certain, false);
        self.enter(&closure, &arguments);
        self.is_certain = is_certain;
    }
}
