//! Expressions: what is known of their values.

use rhai::{Array, Dynamic, EvalAltResult, Expr, FnPtr, ImmutableString, Map, Position};

use super::Checker;
use super::seen::{Seen, What};
use crate::script::bind::Kind;

/// A known value, where an expression stood.
pub(super) fn constant(value: &Dynamic, position: Position) -> Expr {
    Expr::DynamicConstant(Box::new(value.clone()), position)
}

impl Checker<'_> {
    /// Walks through an expression; what is known of its value.
    pub(super) fn expr(&mut self, expr: &Expr) -> Seen {
        if self.is_tired() {
            return Seen::unknown();
        }
        match expr {
            Expr::DynamicConstant(value, _) => match value.read_lock::<FnPtr>() {
                Some(closure) => {
                    self.closure(closure.fn_name(), &[]);
                    Seen::unknown()
                }
                None => Seen::is(value.as_ref().clone()),
            },
            Expr::Variable(variable, _, position) if variable.2.is_empty() => {
                match self.variables.read(variable.1.as_str()) {
                    Some(seen) => seen,
                    None => {
                        if !self.is_open {
                            let error = EvalAltResult::ErrorVariableNotFound(variable.1.to_string(), *position);
                            self.tell(&error, true);
                        }
                        Seen::unknown()
                    }
                }
            }
            Expr::Variable(variable, _, position) => {
                self.constant_of_module(&variable.2.to_string(), variable.1.as_str(), *position)
            }
            Expr::InterpolatedString(parts, position) => self.text(parts, *position),
            Expr::Array(items, _) => {
                let seen: Vec<Seen> = items.iter().map(|item| self.expr(item)).collect();
                let is_sure = seen.iter().all(|one| one.is_sure);
                let values: Option<Array> = seen.iter().map(|one| one.value().cloned()).collect();
                values.map_or_else(|| Seen::of(Kind::of::<Array>()), |values| Seen::is(values.into())).if_sure(is_sure)
            }
            Expr::Map(entries, _) => {
                let seen: Vec<(&str, Seen)> =
                    entries.0.iter().map(|(name, value)| (name.as_str(), self.expr(value))).collect();
                let is_sure = seen.iter().all(|(_, one)| one.is_sure);
                let known: Map =
                    seen.iter().filter_map(|(name, one)| Some(((*name).into(), one.value()?.clone()))).collect();
                let what =
                    if known.len() == seen.len() { What::Is(Dynamic::from_map(known)) } else { What::Part(known) };
                Seen { what, is_sure }
            }
            Expr::Stmt(block) => self.block(block.statements()),
            Expr::FnCall(call, position) => self.call(call, *position),
            Expr::Dot(..) | Expr::Index(..) => self.chain(expr),
            Expr::And(sides, position) => {
                self.logic(sides, |sides| Expr::And(Box::new(sides.into_iter().collect()), *position))
            }
            Expr::Or(sides, position) => {
                self.logic(sides, |sides| Expr::Or(Box::new(sides.into_iter().collect()), *position))
            }
            Expr::Coalesce(sides, _) => {
                for (place, side) in sides.iter().enumerate() {
                    if place == 0 {
                        self.expr(side);
                    } else {
                        self.maybe(|checker| checker.expr(side));
                    }
                }
                Seen::unknown()
            }
            other => other.get_literal_value(None).map_or_else(Seen::unknown, Seen::is),
        }
    }

    /// `` `text ${value}` ``: known where its parts are plain values.
    fn text(&mut self, parts: &[Expr], position: Position) -> Seen {
        let seen: Vec<Seen> = parts.iter().map(|part| self.expr(part)).collect();
        let is_sure = seen.iter().all(|one| one.is_sure);
        let plain: Option<Vec<Expr>> = seen
            .iter()
            .map(|one| one.value().filter(|value| is_plain(value)).map(|value| constant(value, position)))
            .collect();
        let text = plain
            .and_then(|parts| self.carry_out(Expr::InterpolatedString(parts.into_iter().collect(), position)).ok());
        text.map_or_else(|| Seen::of(Kind::of::<ImmutableString>()), Seen::is).if_sure(is_sure)
    }
}

/// Whether a value is shown in a text as it is written.
pub(super) fn is_plain(value: &Dynamic) -> bool {
    value.is_string() || value.is_int() || value.is_float() || value.is_bool() || value.is_char()
}
