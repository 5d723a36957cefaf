//! Every manual, wherever it comes from: search, suggest, call.

mod answer;
mod verb;

use std::collections::HashMap;

use regulars_plugin::{Context, Failure, Family, Manual, Output, Result, StandardTable, nearest};
use serde_json::{Map, Value};

pub use answer::{Answer, Record};
pub use verb::{Verb, VerbGroup};

use crate::analytics::{self, BuiltIn};
use crate::plugin::Plugin;
use crate::table::{About, Frame, Mapping, columns_of, foresee};

/// A function in a list: its name, its summary, and where it comes from.
pub type Listed = (String, String, String);

/// Every function that a script can call, built in or loaded, and every verb of the language around them.
pub struct Catalogue {
    entries: Vec<Entry>,
    verbs: Vec<Verb>,
    places: HashMap<String, usize>,
}

/// A function.
pub struct Entry {
    source: Source,
}

enum Source {
    BuiltIn(Box<BuiltIn>),
    Plugin(Plugin, usize),
}

impl Entry {
    /// Its manual.
    pub fn manual(&self) -> &Manual {
        match &self.source {
            Source::BuiltIn(function) => function.manual(),
            Source::Plugin(plugin, index) => &plugin.manuals()[*index],
        }
    }

    /// Where it comes from: `built in`, or the plugin's name and version.
    pub fn origin(&self) -> String {
        match &self.source {
            Source::BuiltIn(_) => "built in".to_owned(),
            Source::Plugin(plugin, _) => format!("plugin {} {}", plugin.name(), plugin.version()),
        }
    }

    /// Calls it. The answer carries the meaning of its columns, its notes and its picture.
    pub fn call(&self, tables: Vec<Frame>, options: &Map<String, Value>, context: &Context<'_>) -> Result<Answer> {
        let manual = self.manual();
        for frame in tables.iter().filter(|frame| !frame.reads_files()) {
            // The table is checked where no one can stop it, so what leads to it is computed here, where Ctrl-C can.
            frame.data(context.host()).map_err(|failure| failure.within(&manual.name))?;
        }
        let output = match &self.source {
            Source::BuiltIn(function) => function.run(options, tables, context),
            Source::Plugin(plugin, index) => plugin.call(*index, &tables, options, context).map(|reply| Output {
                table: reply.table,
                figures: reply.figures,
                notes: reply.notes,
            }),
        };
        answer(manual, output.map_err(|failure| failure.within(&manual.name))?)
    }

    /// What a call will answer, without running it: the declared columns without rows, the declared figures without
    /// values. It fails where the call would fail whatever the rows hold; none where the types of the answer depend on
    /// more than the manual says.
    pub fn foresee(&self, tables: &[Frame], options: &Map<String, Value>) -> Result<Option<Answer>> {
        let manual = self.manual();
        let within = |failure: Failure| failure.within(&manual.name);
        manual.check_options(options).map_err(within)?;
        let mut ready = Vec::new();
        for (frame, wanted) in tables.iter().zip(&manual.tables) {
            let is_ready = *wanted == StandardTable::Frame || frame.about().standard == Some(*wanted);
            ready.push(if is_ready {
                frame.clone()
            } else {
                foresee(frame, *wanted, &Mapping::default()).map_err(within)?.frame
            });
        }
        let described = |frame: Frame| {
            let columns = manual.columns.clone();
            frame.with_about(About { columns, chart: manual.chart.clone(), ..About::default() })
        };
        let table = Frame::promised(&manual.columns, &ready).map(described);
        if manual.figures.is_empty() {
            return Ok(table.map(Answer::Frame));
        }
        let has_table = !manual.columns.is_empty();
        if has_table && table.is_none() {
            return Ok(None);
        }
        Ok(Some(Answer::Record(Box::new(Record {
            function: manual.name.clone(),
            figures: manual.figures.iter().map(|figure| (figure.name.clone(), Value::Null)).collect(),
            meanings: manual.figures.clone(),
            table: table.filter(|_| has_table),
            notes: Vec::new(),
            chart: manual.chart.clone(),
        }))))
    }
}

fn answer(manual: &Manual, output: Output<Frame, Map<String, Value>>) -> Result<Answer> {
    let described = |frame: Frame, notes: Vec<String>| -> Result<Frame> {
        columns_of(&manual.columns, &frame.kinds()).map_err(|failure| failure.within(&manual.name))?;
        let columns = manual.columns.clone();
        Ok(frame.with_about(About { columns, notes, chart: manual.chart.clone(), ..About::default() }))
    };
    if manual.figures.is_empty() {
        let table = output.table.ok_or_else(|| Failure::new("the function answered nothing").within(&manual.name))?;
        return described(table, output.notes).map(Answer::Frame);
    }
    Ok(Answer::Record(Box::new(Record {
        function: manual.name.clone(),
        figures: output.figures,
        meanings: manual.figures.clone(),
        table: output.table.map(|table| described(table, Vec::new())).transpose()?,
        notes: output.notes,
        chart: manual.chart.clone(),
    })))
}

impl Catalogue {
    /// The built-in functions, and the verbs of the language.
    pub fn new(verbs: Vec<Verb>) -> Catalogue {
        let entries: Vec<Entry> = analytics::functions()
            .into_iter()
            .map(|function| Entry { source: Source::BuiltIn(Box::new(function)) })
            .collect();
        let places = entries.iter().enumerate().map(|(place, entry)| (entry.manual().name.clone(), place)).collect();
        Catalogue { entries, verbs, places }
    }

    /// Adds the functions of a plugin. A name that is taken is refused: nobody's script may change its meaning.
    pub fn add(&mut self, plugin: &Plugin) -> Result<()> {
        for manual in plugin.manuals() {
            let taken = self.get(&manual.name).map(Entry::origin);
            let taken =
                taken.or_else(|| self.verb(&manual.name).map(|verb| format!("a word of the {}", verb.group.word())));
            if let Some(by) = taken {
                return Err(Failure::new(format!("the function `{}` is there already: {by}", manual.name))
                    .help("load one of the two plugins only, or ask its author for another name")
                    .within(format!("plugin {}", plugin.name())));
            }
        }
        for (index, manual) in plugin.manuals().iter().enumerate() {
            self.places.insert(manual.name.clone(), self.entries.len());
            self.entries.push(Entry { source: Source::Plugin(plugin.clone(), index) });
        }
        Ok(())
    }

    /// The function of that name.
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.places.get(name).map(|place| &self.entries[*place])
    }

    /// Every function, built-in ones first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Every verb of the language, in the order in which help lists them.
    pub fn verbs(&self) -> &[Verb] {
        &self.verbs
    }

    /// The first verb of that name.
    pub fn verb(&self, name: &str) -> Option<&Verb> {
        self.verbs.iter().find(|verb| verb.name == name)
    }

    /// Functions by family, families in the order in which help lists them: name, summary, origin.
    pub fn by_family(&self) -> Vec<(Family, Vec<Listed>)> {
        let mut families: Vec<(Family, Vec<Listed>)> = Vec::new();
        for entry in &self.entries {
            let manual = entry.manual();
            let line = (manual.name.clone(), manual.summary.clone(), entry.origin());
            match families.iter_mut().find(|(family, _)| *family == manual.family) {
                Some((_, lines)) => lines.push(line),
                None => families.push((manual.family, vec![line])),
            }
        }
        families.sort_by_key(|(family, _)| *family);
        families
    }

    /// Every name that can be called.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.manual().name.as_str()).chain(self.verbs.iter().map(|verb| verb.name))
    }

    /// The name that was most likely meant.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        nearest(name, self.names())
    }

    /// Names whose manual holds all of the words: those with the words in name or summary first.
    pub fn search(&self, words: &str) -> Vec<(String, String)> {
        let words: Vec<String> = words.to_lowercase().split_whitespace().map(stem).collect();
        let score = |name: &str, summary: &str, rest: &str| {
            let head = format!("{name} {summary}").to_lowercase();
            let whole = format!("{head} {}", rest.to_lowercase());
            let all = !words.is_empty() && words.iter().all(|word| whole.contains(word.as_str()));
            all.then(|| words.iter().filter(|word| head.contains(word.as_str())).count())
        };
        let functions = self.entries.iter().map(|entry| {
            let manual = entry.manual();
            let rest = format!("{} {} {}", manual.description, manual.choices, manual.family.question());
            (score(&manual.name, &manual.summary, &rest), manual.name.clone(), manual.summary.clone())
        });
        let verbs = self
            .verbs
            .iter()
            .map(|verb| (score(verb.name, verb.summary, ""), verb.name.to_owned(), verb.summary.to_owned()));
        let mut found: Vec<(usize, String, String)> =
            functions.chain(verbs).filter_map(|(score, name, summary)| Some((score?, name, summary))).collect();
        found.sort_by_key(|(score, _, _)| std::cmp::Reverse(*score));
        found.into_iter().map(|(_, name, summary)| (name, summary)).collect()
    }
}

/// A word without its commonest endings, so that "leaves" finds "leave".
fn stem(word: &str) -> String {
    ["ing", "es", "s"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending).filter(|rest| rest.len() > 3))
        .unwrap_or(word)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_find_functions() {
        let catalogue = Catalogue::new(Vec::new());
        assert_eq!(catalogue.search("who leaves").first().map(|(name, _)| name.as_str()), Some("cohort_retention"));
        assert!(catalogue.search("").is_empty());
    }

    #[test]
    fn near_names_are_offered() {
        assert_eq!(Catalogue::new(Vec::new()).nearest("rmf"), Some("rfm"));
    }
}
