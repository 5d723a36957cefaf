//! What runs perhaps, often, or never.

use rhai::{ASTNode, Dynamic, Expr, FlowControl, Position, Stmt, StmtBlock};

use super::Checker;
use super::expressions::constant;
use super::functions::{assigned, root};
use super::seen::Seen;

impl Checker<'_> {
    /// Walks through what may not run.
    pub(super) fn perhaps<T>(&mut self, walk: impl FnOnce(&mut Self) -> T) -> T {
        let is_certain = std::mem::replace(&mut self.is_certain, false);
        let answer = walk(self);
        self.is_certain = is_certain && !self.may_have_left && !self.may_have_ended;
        answer
    }

    /// Walks through what may not run, and joins what the variables are then with what they were.
    pub(super) fn maybe<T>(&mut self, walk: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.variables.snapshot();
        let answer = self.perhaps(walk);
        let after = self.variables.snapshot();
        self.variables.restore(&before);
        self.variables.join(&before, after);
        answer
    }

    /// Walks through what never runs: nothing is told of it, and it has done nothing.
    fn never(&mut self, statements: &[Stmt]) {
        let flags = (self.may_have_left, self.may_have_ended, self.may_have_written, self.is_certain);
        self.dead += 1;
        self.block(statements);
        self.dead -= 1;
        (self.may_have_left, self.may_have_ended, self.may_have_written, self.is_certain) = flags;
    }

    /// `if`
    pub(super) fn choice(&mut self, parts: &FlowControl) -> Seen {
        let condition = self.expr(&parts.expr);
        let known = self.truth(&condition, parts.expr.position());
        let before = self.variables.snapshot();
        let (body, branch) = (parts.body.statements(), parts.branch.statements());
        let Some(holds) = known else {
            let one = self.perhaps(|checker| checker.block(body));
            let after_one = self.variables.snapshot();
            self.variables.restore(&before);
            let other = self.perhaps(|checker| checker.block(branch));
            self.variables.join(&before, after_one);
            return one.either(other);
        };
        let (taken, other) = if holds { (body, branch) } else { (branch, body) };
        if condition.is_sure {
            self.never(other);
        } else {
            // Another value of a parameter leads here: what follows from this one does not hold there.
            let certain = (self.is_certain, self.may_have_left, self.may_have_ended);
            self.variables.forget_unsure();
            self.perhaps(|checker| checker.block(other));
            (self.is_certain, self.may_have_left, self.may_have_ended) = certain;
        }
        self.variables.restore(&before);
        self.block(taken)
    }

    /// What a condition answers, where that is known; one that is neither true nor false is told.
    fn truth(&mut self, condition: &Seen, position: Position) -> Option<bool> {
        let value = condition.value()?;
        if let Ok(flag) = value.as_bool() {
            return Some(flag);
        }
        let expr = constant(value, position);
        let asked = FlowControl { expr, body: StmtBlock::NONE, branch: StmtBlock::NONE };
        if let Err(error) = self.carry_out_statement(Stmt::If(Box::new(asked), position)) {
            self.tell(&error, condition.is_sure);
        }
        None
    }

    /// `&&` and `||`: the first side runs, the others perhaps.
    pub(super) fn logic(&mut self, sides: &[Expr], whole: impl Fn(Vec<Expr>) -> Expr) -> Seen {
        let Some((first, rest)) = sides.split_first() else { return Seen::unknown() };
        let first_seen = self.expr(first);
        let others: Vec<Seen> = rest.iter().map(|side| self.maybe(|checker| checker.expr(side))).collect();
        let Some(value) = first_seen.value() else { return Seen::unknown() };
        let all: Option<Vec<Expr>> = rest
            .iter()
            .zip(&others)
            .map(|(side, seen)| seen.value().map(|value| constant(value, side.start_position())))
            .collect();
        let is_sure = first_seen.is_sure && others.iter().all(|seen| seen.is_sure);
        // Where the first side is no flag, the others are not asked for.
        let others = all.unwrap_or_else(|| vec![Expr::BoolConstant(true, Position::NONE)]);
        let is_known = others.len() == rest.len() || !value.is_bool();
        if !is_known {
            return Seen::unknown();
        }
        let mut sides = vec![constant(value, first.start_position())];
        sides.extend(others);
        match self.carry_out(whole(sides)) {
            Ok(answer) => Seen::is(answer).if_sure(is_sure),
            Err(error) => {
                self.tell(&error, is_sure);
                Seen::unknown()
            }
        }
    }

    /// `while`, `loop`, `do` and the body of `for`: what it changes is unknown, in it and behind it.
    pub(super) fn repeated(&mut self, condition: &Expr, body: &StmtBlock) {
        self.forget_changed(body.statements());
        let asked = self.expr(condition);
        // `loop` has no condition.
        if !matches!(condition, Expr::Unit(_)) {
            self.truth(&asked, condition.position());
        }
        self.maybe(|checker| checker.block(body.statements()));
        self.forget_changed(body.statements());
    }

    /// `for`
    pub(super) fn each(&mut self, names: &[&str], parts: &FlowControl) {
        let list = self.expr(&parts.expr);
        if list.value().is_some_and(is_no_list) {
            let error = rhai::EvalAltResult::ErrorFor(parts.expr.start_position());
            self.tell(&error, list.is_sure);
        }
        self.forget_changed(parts.body.statements());
        let length = self.variables.len();
        for name in names {
            self.variables.declare(name, Seen::unknown(), false, None);
        }
        self.maybe(|checker| checker.block(parts.body.statements()));
        self.leave_scope(length);
        self.forget_changed(parts.body.statements());
    }

    /// `try … catch`: what fails in it does not end the script.
    pub(super) fn attempt(&mut self, parts: &FlowControl) {
        self.maybe(|checker| checker.block(parts.body.statements()));
        self.forget_changed(parts.body.statements());
        let length = self.variables.len();
        if let Some(name) = root(&parts.expr) {
            self.variables.declare(name, Seen::unknown(), false, None);
        }
        self.maybe(|checker| checker.block(parts.branch.statements()));
        self.leave_scope(length);
        self.forget_changed(parts.branch.statements());
    }

    /// Forgets the variables to which statements give values, or whose values they may change in place.
    pub(super) fn forget_changed(&mut self, statements: &[Stmt]) {
        for name in assigned(statements) {
            self.variables.forget(&name);
        }
        let mut called_on = Vec::new();
        for statement in statements {
            statement.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| {
                if let Some(ASTNode::Expr(chain @ Expr::Dot(..))) = path.last() {
                    called_on.extend(root(chain).map(str::to_owned));
                }
                true
            });
        }
        for name in called_on {
            self.forget_unless_fixed(&name);
        }
    }

    /// Forgets a variable that was called on, if its value can be changed in place.
    pub(super) fn forget_unless_fixed(&mut self, name: &str) {
        if self.variables.get(name).is_some_and(|variable| !variable.seen.is_fixed()) {
            self.variables.forget(name);
        }
    }
}

/// Whether `for` cannot go through it, for certain.
fn is_no_list(value: &Dynamic) -> bool {
    value.is::<crate::table::Expression>() || value.is_int() || value.is_bool()
}
