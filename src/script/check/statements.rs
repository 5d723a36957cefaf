//! Statements, one by one.

use rhai::{ASTFlags, EvalAltResult, Expr, Stmt};

use regulars_plugin::Failure;

use super::Checker;
use super::functions::root;
use super::seen::Seen;

impl Checker<'_> {
    /// Walks through a block; what its last statement answers.
    pub(super) fn block(&mut self, statements: &[Stmt]) -> Seen {
        let length = self.variables.len();
        let modules = self.modules.len();
        let mut answer = Seen::nothing();
        for statement in statements {
            answer = self.statement(statement);
        }
        self.leave_scope(length);
        self.modules.truncate(modules);
        answer
    }

    /// Leaves a scope, and tells which of its variables nobody has read.
    pub(super) fn leave_scope(&mut self, length: usize) {
        for (name, position) in self.variables.leave(length) {
            let Some(line) = position.line() else { continue };
            let mut failure = Failure::new(format!("`{name}` is never used"))
                .help(format!("leave it out, or call it `_{name}` if that is meant"));
            failure = failure.at(line, position.position().unwrap_or(1).max(1));
            self.report("unused-variable", failure, false);
        }
    }

    /// Walks through a statement; what it answers.
    pub(super) fn statement(&mut self, statement: &Stmt) -> Seen {
        if self.is_tired() {
            return Seen::unknown();
        }
        match statement {
            Stmt::Expr(expr) => return self.expr(expr),
            Stmt::FnCall(call, position) => return self.call(call, *position),
            Stmt::Block(block) => return self.block(block.statements()),
            Stmt::If(parts, _) => return self.choice(parts),
            Stmt::Switch(parts, _) => {
                self.expr(&parts.0);
                for case in &parts.1.expressions {
                    self.maybe(|checker| {
                        checker.expr(&case.lhs);
                        checker.expr(&case.rhs);
                    });
                }
                return Seen::unknown();
            }
            Stmt::While(parts, _) | Stmt::Do(parts, ..) => self.repeated(&parts.expr, &parts.body),
            Stmt::For(parts, _) => {
                let (name, counter, flow) = &**parts;
                let names: Vec<&str> =
                    [Some(name), counter.as_ref()].into_iter().flatten().map(|name| name.as_str()).collect();
                self.each(&names, flow);
            }
            Stmt::Var(parts, options, position) => {
                let (name, expr, _) = &**parts;
                let seen = self.expr(expr);
                let at = if name.pos.is_none() { *position } else { name.pos };
                self.variables.declare(name.as_str(), seen, options.contains(ASTFlags::CONSTANT), Some(at));
            }
            Stmt::Assignment(parts) => self.assignment(&parts.1.lhs, &parts.1.rhs, parts.0.is_op_assignment()),
            Stmt::TryCatch(parts, _) => self.attempt(parts),
            Stmt::BreakLoop(value, ..) => {
                value.iter().for_each(|value| {
                    self.expr(value);
                });
            }
            Stmt::Return(value, options, _) => {
                value.iter().for_each(|value| {
                    self.expr(value);
                });
                // What stands behind a `throw` is not reached either, but then the script has failed.
                if !options.contains(ASTFlags::BREAK) {
                    self.may_have_left = true;
                    self.is_certain = false;
                }
            }
            Stmt::Import(parts, position) => self.import(&parts.0, parts.1.as_str(), *position),
            // A closure takes these along.
            Stmt::Share(names) => {
                for (name, _) in names.iter() {
                    self.variables.share(name.as_str());
                }
            }
            _ => {}
        }
        Seen::nothing()
    }

    /// `name = value`, `name += value`, `map.entry = value`
    fn assignment(&mut self, target: &Expr, value: &Expr, is_change: bool) {
        let seen = self.expr(value);
        let Expr::Variable(variable, _, position) = target else {
            // A place or an entry of a value: it changes.
            self.expr_of_target(target);
            if let Some(name) = root(target) {
                let name = name.to_owned();
                self.variables.forget(&name);
            }
            return;
        };
        let name = variable.1.as_str();
        if !variable.2.is_empty() || name == crate::script::last::LAST {
            return;
        }
        match self.variables.get(name).map(|variable| variable.is_constant) {
            None if self.is_open => {}
            None => self.tell(&EvalAltResult::ErrorVariableNotFound(name.to_owned(), *position), true),
            Some(true) => self.tell(&EvalAltResult::ErrorAssignmentToConstant(name.to_owned(), *position), true),
            Some(false) if is_change => self.variables.forget(name),
            Some(false) => self.variables.set(name, seen),
        }
    }

    /// Walks through what stands in front of `=`: the parts in it are read, the whole is not.
    fn expr_of_target(&mut self, target: &Expr) {
        match target {
            Expr::Variable(..) => {
                self.expr(target);
            }
            Expr::Dot(parts, ..) | Expr::Index(parts, ..) => {
                self.expr_of_target(&parts.lhs);
                self.read_inside(&parts.rhs);
            }
            _ => {}
        }
    }

    /// Marks the variables as read that stand in an expression which is not walked itself.
    fn read_inside(&mut self, expr: &Expr) {
        let mut names = Vec::new();
        expr.walk(&mut Vec::new(), &mut |path: &[rhai::ASTNode<'_>]| {
            if let Some(rhai::ASTNode::Expr(Expr::Variable(variable, ..))) = path.last() {
                names.push(variable.1.to_string());
            }
            true
        });
        for name in names {
            self.variables.read(&name);
        }
    }
}
