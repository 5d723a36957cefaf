//! Calls: carried out where everything in them is known, otherwise compared with how the word is called.

use std::any::TypeId;

use rhai::{ASTFlags, BinaryExpr, Dynamic, EvalAltResult, Expr, FnCallExpr, FnPtr, Map, Position};
use serde_json::Value as Json;

use super::Checker;
use super::expressions::{constant, is_plain};
use super::rehearsal::answers;
use super::seen::Seen;
use super::std_names;
use crate::catalogue::{Entry, Record};
use crate::script::bind::{Ahead, Bound, Kind, thrown};
use crate::script::convert::json;
use crate::script::engine::advised;
use crate::table::Frame;

/// What stands in a message for a value of which nothing is known.
pub(in crate::script) const SOMETHING: &str = "?";

/// A call whose arguments have been walked.
struct Call<'e> {
    expr: &'e FnCallExpr,
    /// The value before the dot, if there is one, and the arguments.
    values: Vec<Seen>,
    is_method: bool,
    position: Position,
    /// The place of the dot.
    dot: Position,
}

impl Call<'_> {
    fn name(&self) -> &str {
        self.expr.name.as_str()
    }

    fn is_sure(&self) -> bool {
        self.values.iter().all(|seen| seen.is_sure)
    }

    /// The value before the dot, or the first argument, as far as its type is known.
    fn first(&self) -> Option<Kind> {
        self.values.first().and_then(Seen::kind)
    }
}

impl Checker<'_> {
    /// `name(…)`, and operators.
    pub(super) fn call(&mut self, expr: &FnCallExpr, position: Position) -> Seen {
        if expr.name == "curry" {
            return self.curried(expr);
        }
        let values: Vec<Seen> = expr.args.iter().map(|argument| self.expr(argument)).collect();
        if !expr.namespace.is_empty() {
            return self.call_of_module(expr, &values, position);
        }
        if let Some(function) = self.function(&expr.name, values.len()) {
            return self.enter(&function, &values);
        }
        self.called(&Call { expr, values, is_method: false, position, dot: position })
    }

    /// `value.name(…)`
    pub(super) fn method(&mut self, held: Seen, expr: &FnCallExpr, position: Position, dot: Position) -> Seen {
        let mut values = vec![held];
        for argument in &expr.args {
            values.push(self.expr(argument));
        }
        if let Some(function) = self.function(&expr.name, expr.args.len()) {
            return self.enter(&function, &values[1..]);
        }
        self.called(&Call { expr, values, is_method: true, position, dot })
    }

    /// A closure with what it takes from around it.
    fn curried(&mut self, expr: &FnCallExpr) -> Seen {
        let Some((closure, captured)) = expr.args.split_first() else { return Seen::unknown() };
        let captured: Vec<Seen> = captured.iter().map(|argument| self.expr(argument)).collect();
        if let Expr::DynamicConstant(value, _) = closure {
            let name = value.read_lock::<FnPtr>().map(|closure| closure.fn_name().to_owned());
            if let Some(name) = name {
                self.closure(&name, &captured);
            }
        }
        Seen::unknown()
    }

    fn called(&mut self, call: &Call<'_>) -> Seen {
        let name = call.name();
        let opens = self.bounds.iter().any(|bound| bound.verb.name == name && bound.reads());
        let may_carry_out = !(opens && self.may_have_written) && self.is_harmless(call);
        self.may_have_written |= self.bounds.iter().any(|bound| bound.verb.name == name && bound.writes());
        let answer = match may_carry_out.then(|| known(call)).flatten() {
            Some(step) => self.step(step, call.is_sure()),
            None => self.compared(call).if_sure(call.is_sure()),
        };
        match name {
            "exit" => {
                self.may_have_ended = true;
                self.is_certain = false;
                Seen::unknown()
            }
            // A parameter may be given another value.
            "param" => answer.if_sure(self.final_params),
            _ => answer,
        }
    }

    /// Whether a call of this name does nothing but compute when it is rehearsed.
    fn is_harmless(&self, call: &Call<'_>) -> bool {
        let name = call.name();
        // A frame is shown with its rows.
        if name == "to_string" && !call.values.iter().all(|seen| seen.value().is_some_and(is_plain)) {
            return false;
        }
        let is_ours =
            self.world.catalogue.get(name).is_some() || self.bounds.iter().any(|bound| bound.verb.name == name);
        let fits_ours = || {
            let receiver = call.first();
            let mut own = self.bounds.iter().filter(|bound| bound.verb.name == name);
            own.any(|bound| {
                bound.receiver().is_none_or(|wanted| receiver.is_some_and(|found| stands_for(found, wanted)))
            })
        };
        if std_names::is_known(name) { std_names::only_computes(name) || is_ours && fits_ours() } else { true }
    }

    /// Compares a call that cannot be carried out with how the word is called; what is known of its answer.
    fn compared(&mut self, call: &Call<'_>) -> Seen {
        let name = call.name();
        if !name.starts_with(|first: char| first.is_alphabetic() || first == '_') {
            let expression = Kind::of::<crate::table::Expression>();
            let has_expression = call.values.iter().any(|seen| seen.kind() == Some(expression));
            return if has_expression { Seen::of(expression) } else { Seen::unknown() };
        }
        let bounds = self.bounds;
        let words: Vec<&Bound> = bounds.iter().filter(|bound| bound.verb.name == name).collect();
        let world = self.world;
        if let Some(entry) = world.catalogue.get(name) {
            return self.compared_with_function(call, entry);
        }
        if words.is_empty() {
            let is_own = self.functions.iter().any(|function| function.name == name);
            if std_names::is_known(name)
                || self.is_open
                || (call.is_method && Self::may_hold_functions(&call.values[0]))
                || (call.is_method && world.catalogue.method_names().contains(&name))
            {
                return Seen::unknown();
            }
            if is_own && call.is_method {
                return Seen::unknown();
            }
            return self.refused(call);
        }
        let first = call.first();
        let fits = |bound: &&&Bound| {
            let receiver = bound.receiver().is_none_or(|wanted| first.is_none_or(|found| stands_for(found, wanted)));
            receiver && bound.takes(call.values.len())
        };
        let fitting: Vec<&&Bound> = words.iter().filter(fits).collect();
        let Some(one) = fitting.first() else {
            let is_unknown = std_names::is_known(name)
                || self.is_open
                || (call.is_method && Self::may_hold_functions(&call.values[0]))
                || (first.is_none() && !call.values.is_empty());
            return if is_unknown { Seen::unknown() } else { self.refused(call) };
        };
        let is_clear = fitting.iter().all(|other| other.answers() == one.answers());
        let receiver_is_known = one.receiver().is_none() || first.is_some();
        if is_clear && receiver_is_known {
            Seen::answered(Dynamic::from(Ahead::Some(one.answers())))
        } else {
            Seen::unknown()
        }
    }

    /// A call of a function of the catalogue: its tables and as many of its options as are known.
    fn compared_with_function(&mut self, call: &Call<'_>, entry: &Entry) -> Seen {
        let manual = entry.manual();
        let tables = manual.tables.len();
        let count = call.values.len();
        let frame = std::any::TypeId::of::<Frame>();
        let are_frames =
            call.values.iter().take(tables).all(|seen| seen.kind().is_none_or(|kind| stands_for(kind, frame)));
        let options = call.values.get(tables);
        let has_map = options.and_then(Seen::kind).is_none_or(|kind| kind.id == TypeId::of::<Map>());
        if !are_frames || !has_map || !(tables..=tables + 1).contains(&count) {
            let may_be_another = call.is_method && Self::may_hold_functions(&call.values[0]);
            return if may_be_another { Seen::unknown() } else { self.refused(call) };
        }
        let known: serde_json::Map<String, Json> = options
            .and_then(Seen::entries)
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| Some((name.to_string(), json(&value).ok()?)))
            .collect();
        if let Err(failure) = manual.check_options(&known) {
            let mut error = thrown(advised(&manual.name, failure));
            error.set_position(call.position);
            // Something of that name may be meant that is no function of ours.
            let is_ours = !call.is_method || call.first().is_some();
            self.tell(&error, is_ours && options.is_none_or(|seen| seen.is_sure));
        }
        Seen::of(answers(manual))
    }

    /// Tells that nobody answers to this call.
    fn refused(&mut self, call: &Call<'_>) -> Seen {
        let kinds: Vec<&str> = call.values.iter().map(|seen| seen.kind().map_or(SOMETHING, |kind| kind.name)).collect();
        let signature = format!("{} ({})", call.name(), kinds.join(", "));
        self.tell(&EvalAltResult::ErrorFunctionNotFound(signature, call.position), call.is_sure());
        Seen::unknown()
    }
}

/// Whether a value of this kind may stand where that type is wanted: the table of an answer stands for the answer.
fn stands_for(found: Kind, wanted: TypeId) -> bool {
    found.id == wanted || wanted == TypeId::of::<Frame>() && found.id == TypeId::of::<Record>()
}

/// The call with known values in place of its parts; none if a part is not known.
fn known(call: &Call<'_>) -> Option<Expr> {
    let values: Option<Vec<&Dynamic>> = call.values.iter().map(Seen::value).collect();
    let mut values = values?.into_iter();
    let receiver = if call.is_method { values.next() } else { None };
    let mut expr = call.expr.clone();
    for (argument, value) in expr.args.iter_mut().zip(values) {
        *argument = constant(value, argument.start_position());
    }
    Some(match receiver {
        Some(value) => {
            let parts =
                BinaryExpr { lhs: constant(value, call.dot), rhs: Expr::MethodCall(Box::new(expr), call.position) };
            Expr::Dot(Box::new(parts), ASTFlags::empty(), call.dot)
        }
        None => Expr::FnCall(Box::new(expr), call.position),
    })
}
