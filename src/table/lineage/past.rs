//! Steps that are not kept one by one any more: what they came to.

use std::collections::HashMap;
use std::sync::Arc;

use super::Lineage;
use super::told::{Does, Told, Walk};

/// Steps of a column that are kept: all sources up to a bound, and the first others.
const MOST_SOURCES: usize = 100;
const MOST_STEPS: usize = 20;

/// The steps of each column up to here; those of the rows as such stand under no name.
pub(super) struct Past(HashMap<Option<String>, Arc<Vec<Told>>>);

impl Past {
    pub(super) fn of(lineage: &Lineage) -> Past {
        let walk = Walk::of(lineage);
        let columns = lineage.names().map(|name| Some(name.to_owned())).chain([None]);
        let kept = columns.map(|column| {
            let told = walk.steps_of(column.clone());
            (column, Arc::new(shortened(told)))
        });
        Past(kept.collect())
    }

    pub(super) fn steps_of(&self, column: &Option<String>) -> &[Told] {
        self.0.get(column).map_or(&[], |steps| steps.as_slice())
    }
}

/// The sources and the first steps, and how many there were besides.
fn shortened(steps: Vec<Told>) -> Vec<Told> {
    let (mut sources, mut others, mut left_out) = (0, 0, 0);
    let mut kept: Vec<Told> = Vec::new();
    for step in steps {
        let (count, most) = match step.does {
            Does::LeftOut(more) => {
                left_out += more;
                continue;
            }
            Does::Source => (&mut sources, MOST_SOURCES),
            _ => (&mut others, MOST_STEPS),
        };
        *count += 1;
        match *count <= most {
            true => kept.push(step),
            false => left_out += 1,
        }
    }
    if left_out > 0 {
        kept.push(Told::left_out(left_out));
    }
    kept
}
