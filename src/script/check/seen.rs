//! What is known of a value before the script runs.

use rhai::{Dynamic, Map};

use crate::catalogue::Record;
use crate::script::bind::{Ahead, Kind};
use crate::script::convert::Day;
use crate::table::{Expression, Frame, Groups, When};

/// What is known of a value, and whether it holds for certain.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) what: What,
    /// Whether it is so whatever the data and the parameters are.
    pub(super) is_sure: bool,
}

/// What is known of a value.
#[derive(Clone)]
pub(super) enum What {
    /// All of it; a frame stands for one of the same columns.
    Is(Dynamic),
    /// A map of which these entries are known.
    Part(Map),
    /// Its type.
    Of(Kind),
    /// Nothing.
    Unknown,
}

impl Seen {
    pub(super) fn is(value: Dynamic) -> Seen {
        Seen { what: What::Is(value), is_sure: true }
    }

    pub(super) fn of(kind: Kind) -> Seen {
        Seen { what: What::Of(kind), is_sure: true }
    }

    pub(super) fn unknown() -> Seen {
        Seen { what: What::Unknown, is_sure: true }
    }

    pub(super) fn nothing() -> Seen {
        Seen::is(Dynamic::UNIT)
    }

    /// The same, sure only if this holds as well.
    pub(super) fn if_sure(mut self, is_sure: bool) -> Seen {
        self.is_sure &= is_sure;
        self
    }

    /// What a rehearsed call has answered.
    pub(super) fn answered(answer: Dynamic) -> Seen {
        let ahead = answer.read_lock::<Ahead>().map(|ahead| ahead.clone());
        match ahead {
            None => Seen::is(answer),
            Some(Ahead::Is(value)) => Seen::is(value),
            Some(Ahead::Perhaps(value)) => Seen::is(value).if_sure(false),
            Some(Ahead::Some(kind)) if kind == Kind::of::<()>() => Seen::nothing(),
            Some(Ahead::Some(kind)) if kind == Kind::of::<Dynamic>() => Seen::unknown(),
            Some(Ahead::Some(kind)) => Seen::of(kind),
        }
    }

    pub(super) fn value(&self) -> Option<&Dynamic> {
        match &self.what {
            What::Is(value) => Some(value),
            _ => None,
        }
    }

    /// Its type, where that is known.
    pub(super) fn kind(&self) -> Option<Kind> {
        match &self.what {
            What::Is(value) => Some(Kind { id: value.type_id(), name: value.type_name() }),
            What::Part(_) => Some(Kind::of::<Map>()),
            What::Of(kind) => Some(*kind),
            What::Unknown => None,
        }
    }

    /// The entries of a map that are known.
    pub(super) fn entries(&self) -> Option<Map> {
        match &self.what {
            What::Is(value) => value.read_lock::<Map>().map(|map| map.clone()),
            What::Part(map) => Some(map.clone()),
            _ => None,
        }
    }

    /// Whether no call changes it in place: a list grows, a frame does not.
    pub(super) fn is_fixed(&self) -> bool {
        let Some(kind) = self.kind() else { return false };
        let fixed = [
            Kind::of::<Frame>(),
            Kind::of::<Expression>(),
            Kind::of::<Groups>(),
            Kind::of::<When>(),
            Kind::of::<Record>(),
            Kind::of::<Day>(),
            Kind::of::<i64>(),
            Kind::of::<f64>(),
            Kind::of::<bool>(),
        ];
        fixed.iter().any(|one| one.id == kind.id)
    }

    /// What holds whichever of the two it is.
    pub(super) fn either(self, other: Seen) -> Seen {
        let is_sure = self.is_sure && other.is_sure;
        match (self.kind(), other.kind()) {
            (Some(one), Some(another)) if one.id == another.id => Seen::of(one).if_sure(is_sure),
            _ => Seen::unknown(),
        }
    }
}
