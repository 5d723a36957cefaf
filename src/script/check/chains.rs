//! Chains: `frame.filter(…).height`, `list[0].name`.

use rhai::{ASTFlags, BinaryExpr, Dynamic, Expr, FnPtr, Map, Position};

use super::Checker;
use super::expressions::constant;
use super::functions::root;
use super::seen::Seen;
use crate::script::bind::Kind;
use crate::table::{Expression, Frame};

/// One link of a chain.
enum Link<'e> {
    /// Behind a dot.
    Dot(&'e Expr),
    /// In brackets.
    Place(&'e Expr),
}

/// The value in front of a chain, and the links behind it, each with the place of its dot or bracket. None where a link
/// is skipped when there is no value (`?.`).
fn links(chain: &Expr) -> Option<(&Expr, Vec<(Link<'_>, Position)>)> {
    let mut links = Vec::new();
    let mut node = chain;
    let first = match chain {
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => &parts.lhs,
        _ => return None,
    };
    loop {
        let (parts, flags, position, is_dot) = match node {
            Expr::Dot(parts, flags, position) => (parts, flags, *position, true),
            Expr::Index(parts, flags, position) => (parts, flags, *position, false),
            _ => return None,
        };
        if flags.contains(ASTFlags::NEGATED) {
            return None;
        }
        let goes_on =
            matches!(parts.rhs, Expr::Dot(..) | Expr::Index(..)) && (is_dot || !flags.contains(ASTFlags::BREAK));
        let here = match &parts.rhs {
            Expr::Dot(next, ..) | Expr::Index(next, ..) if goes_on => &next.lhs,
            last => last,
        };
        links.push((if is_dot { Link::Dot(here) } else { Link::Place(here) }, position));
        if !goes_on {
            return Some((first, links));
        }
        node = &parts.rhs;
    }
}

impl Checker<'_> {
    /// Walks through a chain; what is known of its value.
    pub(super) fn chain(&mut self, chain: &Expr) -> Seen {
        let Some((first, links)) = links(chain) else {
            self.read_all(chain);
            return Seen::unknown();
        };
        let mut seen = self.expr(first);
        let (mut may_change, mut changes) = (false, false);
        for (link, position) in links {
            seen = match link {
                Link::Dot(Expr::MethodCall(call, at)) => {
                    may_change = true;
                    changes |= self.function(&call.name, call.args.len()).is_some();
                    self.method(seen, call, *at, position)
                }
                Link::Dot(property) => self.property(seen, property, position),
                Link::Place(place) => self.place(seen, place, position),
            };
        }
        if may_change && let Some(name) = root(first) {
            // A function of the script may give `this` another value.
            if changes {
                self.variables.forget(name);
            } else {
                self.forget_unless_fixed(name);
            }
        }
        seen
    }

    /// Walks through the parts of an expression whose order or presence is unknown.
    fn read_all(&mut self, chain: &Expr) {
        let mut names = Vec::new();
        chain.walk(&mut Vec::new(), &mut |path: &[rhai::ASTNode<'_>]| {
            if let Some(rhai::ASTNode::Expr(Expr::Variable(variable, ..))) = path.last() {
                names.push(variable.1.to_string());
            }
            true
        });
        for name in names {
            self.variables.read(&name);
            self.forget_unless_fixed(&name);
        }
    }

    /// `value.name`
    fn property(&mut self, held: Seen, property: &Expr, position: Position) -> Seen {
        let Expr::Property(names, _) = property else { return Seen::unknown() };
        let name = names.2.as_str();
        if let Some(entry) = held.entries().and_then(|map| map.get(name).cloned()) {
            return Seen::is(entry).if_sure(held.is_sure);
        }
        if let Some(value) = held.value() {
            let parts = BinaryExpr { lhs: constant(value, position), rhs: property.clone() };
            return self.step(Expr::Dot(Box::new(parts), ASTFlags::empty(), position), held.is_sure);
        }
        let Some(kind) = held.kind() else { return Seen::unknown() };
        let word = self
            .bounds
            .iter()
            .find(|bound| bound.is_property() && bound.verb.name == name && bound.receiver() == Some(kind.id));
        match word {
            Some(word) => Seen::answered(Dynamic::from(crate::script::bind::Ahead::Some(word.answers()))),
            // A column of a frame whose columns are not known.
            None if kind == Kind::of::<Frame>() => Seen::of(Kind::of::<Expression>()),
            None => Seen::unknown(),
        }
    }

    /// `value[place]`
    fn place(&mut self, held: Seen, place: &Expr, position: Position) -> Seen {
        let at = self.expr(place);
        let is_sure = held.is_sure && at.is_sure;
        if let (Some(value), Some(place_value)) = (held.value(), at.value()) {
            let parts =
                BinaryExpr { lhs: constant(value, position), rhs: constant(place_value, place.start_position()) };
            return self.step(Expr::Index(Box::new(parts), ASTFlags::BREAK, position), is_sure);
        }
        if held.kind() == Some(Kind::of::<Frame>()) {
            return Seen::of(Kind::of::<Expression>());
        }
        Seen::unknown()
    }

    /// Carries out a step of a chain whose parts are known.
    pub(super) fn step(&mut self, step: Expr, is_sure: bool) -> Seen {
        match self.carry_out(step) {
            Ok(answer) => Seen::answered(answer).if_sure(is_sure),
            Err(error) => {
                self.tell(&error, is_sure);
                Seen::unknown()
            }
        }
    }

    /// Whether a value may hold functions of its own, which are called like methods.
    pub(super) fn may_hold_functions(held: &Seen) -> bool {
        held.kind().is_none_or(|kind| kind == Kind::of::<Map>() || kind.id == std::any::TypeId::of::<FnPtr>())
    }
}
