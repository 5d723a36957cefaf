//! Every manual, wherever it comes from: search, suggest, call.

mod answer;
mod entry;
mod made_of;
mod models;
mod scripted;
mod verb;

use std::collections::HashMap;
use std::sync::Arc;

use regulars_plugin::{Failure, Family, Manual, Result, StandardTable, nearest};

pub use answer::{Answer, Record};
pub use entry::Entry;
pub use scripted::Scripted;
pub use verb::{Choices, Verb, VerbGroup};

use crate::analytics;
use crate::plugin::Plugin;

/// A function in a list: its name, its summary, and where it comes from.
pub type Listed = (String, String, String);

/// Every function that a script can call, built in or loaded, and every verb of the language around them.
pub struct Catalogue {
    entries: Vec<Entry>,
    verbs: Vec<Verb>,
    places: HashMap<String, usize>,
    own_tables: Vec<StandardTable>,
}

impl Catalogue {
    /// The built-in functions, and the verbs of the language.
    pub fn new(verbs: Vec<Verb>) -> Catalogue {
        let entries: Vec<Entry> = analytics::functions().into_iter().map(Entry::built_in).collect();
        let places = entries.iter().enumerate().map(|(place, entry)| (entry.name().to_owned(), place)).collect();
        Catalogue { entries, verbs, places, own_tables: Vec::new() }
    }

    /// Adds the functions of a plugin. A name that is taken is refused: nobody's script may change its meaning.
    pub fn add(&mut self, plugin: &Plugin) -> Result<()> {
        self.are_free(plugin.name(), plugin.manuals())?;
        for table in plugin.manuals().iter().flat_map(|manual| &manual.tables) {
            self.add_table(*table).map_err(|failure| failure.within(format!("plugin {}", plugin.name())))?;
        }
        for (index, manual) in plugin.manuals().iter().enumerate() {
            self.places.insert(manual.name.clone(), self.entries.len());
            self.entries.push(Entry::of_plugin(plugin, index));
        }
        Ok(())
    }

    /// Adds a standard table of a plugin's own. Two plugins may share one, where they say the same of it.
    fn add_table(&mut self, table: StandardTable) -> Result<()> {
        let known = self.own_tables.iter().find(|known| known.word() == table.word());
        if !matches!(table, StandardTable::Own(_)) || known == Some(&table) {
            return Ok(());
        }
        let taken = self.get(table.word()).is_some() || self.verb(table.word()).is_some();
        if taken || known.is_some() {
            return Err(Failure::new(format!("the name of its table `{}` is taken", table.word()))
                .help("ask its author for another name"));
        }
        self.own_tables.push(table);
        Ok(())
    }

    /// The standard tables that plugins declare.
    pub fn own_tables(&self) -> &[StandardTable] {
        &self.own_tables
    }

    /// Puts other verbs in the place of those it has.
    pub fn set_verbs(&mut self, verbs: Vec<Verb>) {
        self.verbs = verbs;
    }

    /// Adds the functions of a plugin of scripts, in the same way.
    pub fn add_scripted(&mut self, plugin: &Arc<dyn Scripted>) -> Result<()> {
        self.are_free(plugin.name(), plugin.manuals())?;
        for (index, manual) in plugin.manuals().iter().enumerate() {
            self.places.insert(manual.name.clone(), self.entries.len());
            self.entries.push(Entry::scripted(plugin, index));
        }
        Ok(())
    }

    /// Whether nobody else has the names of these functions.
    fn are_free(&self, plugin: &str, manuals: &[Manual]) -> Result<()> {
        manuals.iter().try_for_each(|manual| match self.owner(&manual.name) {
            Some(by) => Err(Failure::new(format!("the function `{}` is there already: {by}", manual.name))
                .help("load one of the two plugins only, or ask its author for another name")
                .within(format!("plugin {plugin}"))),
            None => Ok(()),
        })
    }

    /// Whose name it is, in words.
    pub fn owner(&self, name: &str) -> Option<String> {
        let entry = self.get(name).map(Entry::origin);
        entry.or_else(|| self.verb(name).map(|verb| format!("a word of the {}", verb.group.word())))
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
        self.entries.iter().map(|entry| entry.name()).chain(self.verbs.iter().map(|verb| verb.name))
    }

    /// The name that was most likely meant.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        nearest(name, self.names())
    }

    /// Names whose manual holds all of the words: those with the words in name or summary first.
    pub fn search(&self, words: &str) -> Vec<(String, String)> {
        let lower = words.to_lowercase();
        let words = lower.split_whitespace().map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric()));
        let words: Vec<String> = words.filter(|word| !word.is_empty()).map(stem).collect();
        // What a function says of itself first, then the question that its family answers, then all the rest.
        let score = |name: &str, summary: &str, question: &str, rest: &str| {
            let (head, question) = (format!("{name} {summary}").to_lowercase(), question.to_lowercase());
            let whole = format!("{head} {question} {}", rest.to_lowercase());
            let all = !words.is_empty() && words.iter().all(|word| whole.contains(word.as_str()));
            let found = |text: &str| words.iter().filter(|word| text.contains(word.as_str())).count();
            all.then(|| 2 * found(&head) + found(&question))
        };
        let functions = self.entries.iter().map(|entry| {
            let manual = entry.manual();
            let (question, rest) = (manual.family.question(), format!("{} {}", manual.description, manual.choices));
            (score(&manual.name, &manual.summary, question, &rest), manual.name.clone(), manual.summary.clone())
        });
        let verbs = self
            .verbs
            .iter()
            .map(|verb| (score(verb.name, verb.summary, "", ""), verb.name.to_owned(), verb.summary.to_owned()));
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
        assert_eq!(catalogue.search("who leaves").first().map(|(name, _)| name.as_str()), Some("churn_model"));
        assert_eq!(catalogue.search("Who leaves?"), catalogue.search("who leaves"));
        // The family that asks who leaves stands before those that only use the words.
        let found = catalogue.search("who leaves");
        let place = |wanted: &str| found.iter().position(|(name, _)| name == wanted).unwrap_or(usize::MAX);
        assert!(place("churn_rate") < place("standardize") && place("survival") < place("simulate"), "{found:?}");
        assert!(catalogue.search("who comes back").iter().any(|(name, _)| name == "cohort_retention"));
        assert!(catalogue.search("").is_empty());
    }

    #[test]
    fn what_is_known_before_a_manual_is_read_is_what_it_says() {
        for entry in Catalogue::new(Vec::new()).entries() {
            let manual = entry.manual();
            assert_eq!(entry.name(), manual.name);
            assert_eq!(entry.tables(), manual.tables);
            let methods: Vec<&str> = manual.methods.iter().map(|method| method.name.as_str()).collect();
            assert_eq!(entry.method_names(), methods);
            // Scripts read all of them as properties of the answer.
            let figures = manual.figures.iter().map(|figure| figure.name.as_str());
            let mut names: Vec<&str> = figures.chain(manual.further.iter().map(|table| table.name.as_str())).collect();
            names.extend(methods);
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count, "{}: a name stands for two things", manual.name);
        }
    }

    #[test]
    fn near_names_are_offered() {
        assert_eq!(Catalogue::new(Vec::new()).nearest("rmf"), Some("rfm"));
    }
}
