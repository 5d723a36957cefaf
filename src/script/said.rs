//! What a call was given, as the script might write it: for the lineage of its answer.

use rhai::{Array, Dynamic, ImmutableString, Map, Position};

use super::World;
use super::convert::{Day, Moment};
use crate::catalogue::Record;
use crate::files::without_secrets;
use crate::table::{Call, Expression, Frame};

/// Letters that are kept, and entries of a list.
const LONGEST: usize = 200;
const MOST: usize = 6;

/// The answer of a call, known to be that: a frame, or the frames of a record. Any other value is left as it is.
pub(super) fn answered(
    value: Dynamic,
    word: &str,
    given: impl Iterator<Item = Dynamic>,
    position: Position,
    world: &World,
) -> Dynamic {
    let is_list = value.read_lock::<Array>().is_some_and(|list| list.first().is_some_and(is_frame));
    if !is_list && !is_frame(&value) {
        return value;
    }
    let place = position.line().map(|line| world.texts.place(line, position.position().unwrap_or(1).max(1)));
    let (mut frames, mut arguments) = (Vec::new(), Said(String::new()));
    for (at, one) in given.enumerate() {
        let is_before_the_dot = at == 0 && is_frame(&one);
        collect(&one, &mut frames);
        if !is_before_the_dot {
            arguments.entry();
            arguments.add(&one);
        }
    }
    let call = Call { word: word.to_owned(), arguments: arguments.0, place };
    known(value, &call, &frames)
}

fn known(value: Dynamic, call: &Call, frames: &[Frame]) -> Dynamic {
    let of_call = |frame: Frame| frame.called(call.clone(), frames);
    let value = match value.try_cast_result::<Frame>() {
        Ok(frame) => {
            let frame = of_call(frame);
            return Dynamic::from(match &call.place {
                Some(place) => frame.placed(place.clone()),
                None => frame,
            });
        }
        Err(other) => other,
    };
    let value = match value.try_cast_result::<Record>() {
        Ok(record) => {
            let further = record.further.into_iter().map(|(name, table)| (name, of_call(table))).collect();
            return Dynamic::from(Record { table: record.table.map(of_call), further, ..record });
        }
        Err(other) => other,
    };
    match value.try_cast_result::<Array>() {
        Ok(list) => Dynamic::from(list.into_iter().map(|one| known(one, call, frames)).collect::<Array>()),
        Err(other) => other,
    }
}

fn is_frame(value: &Dynamic) -> bool {
    value.read_lock::<Frame>().is_some() || value.read_lock::<Record>().is_some()
}

/// The frames of an argument, those in lists and maps among them.
fn collect(value: &Dynamic, frames: &mut Vec<Frame>) {
    if let Some(frame) = value.read_lock::<Frame>() {
        frames.push(frame.clone());
    } else if let Some(record) = value.read_lock::<Record>() {
        frames.extend(record.table.clone().or_else(|| record.further.first().map(|(_, table)| table.clone())));
    } else if let Some(list) = value.read_lock::<Array>() {
        // Lists of plain values may be long.
        list.iter().take_while(|one| is_frame(one) || one.is_map()).for_each(|one| collect(one, frames));
    } else if let Some(map) = value.read_lock::<Map>() {
        map.values().for_each(|one| collect(one, frames));
    }
}

/// A text in the making, no longer than it may be.
struct Said(String);

impl Said {
    fn push(&mut self, text: &str) {
        if self.0.len() < LONGEST {
            self.0.extend(text.chars().take(LONGEST));
        } else if !self.0.ends_with('…') {
            self.0.push('…');
        }
    }

    fn entry(&mut self) {
        if !self.0.is_empty() {
            self.push(", ");
        }
    }

    fn add(&mut self, value: &Dynamic) {
        if let Some(text) = value.read_lock::<ImmutableString>() {
            let beginning = text.char_indices().nth(LONGEST).map_or(text.as_str(), |(end, _)| &text[..end]);
            self.push(&format!("{:?}", without_secrets(beginning)));
        } else if let Some(list) = value.read_lock::<Array>() {
            self.push("[");
            for (at, one) in list.iter().take(MOST).enumerate() {
                if at > 0 {
                    self.push(", ");
                }
                self.add(one);
            }
            if list.len() > MOST {
                self.push(&format!(", … {} more", list.len() - MOST));
            }
            self.push("]");
        } else if let Some(map) = value.read_lock::<Map>() {
            self.push("#{");
            for (at, (name, one)) in map.iter().enumerate() {
                self.push(if at > 0 { ", " } else { "" });
                self.push(name);
                self.push(": ");
                self.add(one);
            }
            self.push("}");
        } else if let Some(day) = value.read_lock::<Day>() {
            self.push(&format!("date(\"{}\")", day.0));
        } else if let Some(moment) = value.read_lock::<Moment>() {
            self.push(&format!("datetime(\"{}\")", moment.0));
        } else if let Some(expression) = value.read_lock::<Expression>() {
            self.push(&expression.in_words());
        } else if is_frame(value) {
            self.push("frame");
        } else if value.is_unit() {
            self.push("()");
        } else if value.is_int() || value.is_float() || value.is_bool() || value.is_char() {
            self.push(&value.to_string());
        } else {
            self.push("…");
        }
    }
}
