//! What can be typed at a place: functions and words that fit the value before the dot, options, choices, columns,
//! variables and files.

use regulars_plugin::{Manual, OptionKind, OptionManual, StandardTable};
use serde_json::Value as Json;

use super::kind::{Guess, Kind, SPACES};
use super::modules;
use super::names::{Column, Names};
use super::reading::{Call, Ending, Options, Reading};
use super::values;
use crate::catalogue::{Catalogue, Entry, Verb, VerbGroup};
use crate::files;
use crate::files::samples::SAMPLES;

/// Something that can be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offer {
    /// How it is listed.
    pub(crate) name: String,
    /// What is put into the line.
    pub(crate) text: String,
    /// One line about it.
    pub(crate) about: String,
}

impl Offer {
    pub(crate) fn new(name: &str, text: String, about: &str) -> Offer {
        Offer { name: name.to_owned(), text, about: about.to_owned() }
    }
}

/// Offers, and the byte from which on they replace the line.
pub(crate) struct Offers {
    pub(crate) start: usize,
    pub(crate) typed: String,
    pub(crate) all: Vec<Offer>,
}

impl Offers {
    /// Offers in place of the last letters of a line.
    pub(crate) fn behind(before: &str, typed: &str, all: Vec<Offer>) -> Offers {
        Offers { start: before.len() - typed.len(), typed: typed.to_owned(), all }
    }

    /// Those that begin as typed; where there are none, those that hold it somewhere (`retention`).
    pub(crate) fn fitting(self) -> Vec<Offer> {
        let typed = self.typed.to_lowercase();
        let name = |offer: &Offer| offer.name.trim_matches('"').to_lowercase();
        let (begin, others): (Vec<Offer>, Vec<Offer>) =
            self.all.into_iter().partition(|offer| name(offer).starts_with(&typed) || offer.name.starts_with(&typed));
        if !begin.is_empty() || typed.chars().count() < 3 {
            return begin;
        }
        others.into_iter().filter(|offer| name(offer).contains(&typed)).collect()
    }
}

/// What can be offered behind `before`, with `after` behind the cursor.
pub(crate) fn offers(catalogue: &Catalogue, names: &Names, before: &str, after: &str) -> Offers {
    if let Some(topic) = before.trim_start().strip_prefix("help ") {
        return Offers::behind(before, topic.trim_start(), topics(catalogue));
    }
    if let Some(found) = modules::members(&names.modules(), before, after) {
        return found;
    }
    let reading = Reading::of(before);
    let desk = Desk { guess: Guess { catalogue, names }, reading: &reading, after };
    let all = match reading.ending {
        Ending::Closed => Vec::new(),
        Ending::Quotes => desk.in_quotes(),
        Ending::Word => desk.word(),
    };
    Offers { start: reading.start, typed: reading.typed.to_owned(), all }
}

fn topics(catalogue: &Catalogue) -> Vec<Offer> {
    let plain = |name: &str, about: &str| Offer::new(name, name.to_owned(), about);
    let mut all: Vec<Offer> =
        catalogue.entries().iter().map(|entry| plain(&entry.manual().name, &entry.manual().summary)).collect();
    all.push(plain("words", "Every word of the language, group by group"));
    all.extend(VerbGroup::ALL.iter().map(|group| plain(group.word(), "A group of words")));
    all.extend(catalogue.by_family().iter().map(|(family, _)| plain(family.word(), family.question())));
    all.extend(catalogue.verbs().iter().map(|verb| plain(verb.name, verb.summary)));
    once(all)
}

/// The line being typed, and all that is known around it.
struct Desk<'a> {
    guess: Guess<'a>,
    reading: &'a Reading<'a>,
    after: &'a str,
}

impl Desk<'_> {
    fn word(&self) -> Vec<Offer> {
        let tokens = &self.reading.tokens;
        if tokens.last().is_some_and(|token| token.is(".")) {
            return self.members(&self.guess.before(tokens, tokens.len() - 1));
        }
        if let Some(options) = self.reading.options() {
            return match options.value_of {
                Some(option) => self.values(&options, option, true),
                None => self.option_names(&options.call, &options.given, ""),
            };
        }
        let mut all = Vec::new();
        let begins = tokens.last().is_some_and(|token| token.is("(") || token.is(",") || token.is("["));
        if let Some(call) = self.reading.calls().next().filter(|_| begins) {
            all.extend(self.option_names(&call, &[], "#{"));
            all.extend(self.words_for(&call).into_iter().map(|(name, about)| self.in_new_quotes(name, about)));
            if self.takes_columns(&call) {
                all.extend(self.columns().iter().map(|column| self.in_new_quotes(&column.name, &column.about)));
            }
        }
        all.extend(
            self.guess.names.variables().into_iter().map(|(name, about)| Offer::new(&name, name.clone(), &about)),
        );
        let modules = self.guess.names.modules();
        all.extend(modules.iter().map(|one| Offer::new(&one.alias, format!("{}::", one.alias), &one.about)));
        all.extend(self.functions());
        all.extend(self.words(|verb| verb.signature.starts_with(&format!("{}(", verb.name))));
        once(all)
    }

    /// What may follow the dot of a value.
    fn members(&self, kind: &Kind) -> Vec<Offer> {
        let mut all = Vec::new();
        match kind {
            Kind::Plain => return all,
            Kind::Map(keys) => return keys.iter().map(|key| Offer::new(key, key.clone(), "")).collect(),
            Kind::Record(function) => all.extend(self.parts_of(function)),
            Kind::Frame(_) | Kind::Unknown => all.extend(self.functions()),
            Kind::Expression => {
                all.extend(SPACES.iter().map(|(space, about)| Offer::new(space, format!("{space}."), about)));
            }
            _ => {}
        }
        let prefixes = kind.prefixes();
        all.extend(self.words(|verb| match kind {
            Kind::Unknown => !verb.signature.starts_with(&format!("{}(", verb.name)),
            _ => prefixes.iter().any(|prefix| {
                verb.signature.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.starts_with(verb.name))
                    || verb.signature.starts_with("when(") && prefix.starts_with("when(") && verb.name != "when"
            }),
        }));
        // A column is a property of its frame; the functions are what one looks for first.
        all.extend(kind.columns().iter().filter(|column| is_name(&column.name)).map(plain));
        once(all)
    }

    /// What an answer of a function holds: the methods of a model, its further tables, its figures.
    fn parts_of(&self, function: &str) -> Vec<Offer> {
        let Some(manual) = self.guess.catalogue.get(function).map(Entry::manual) else { return Vec::new() };
        let methods = manual.methods.iter().map(|method| {
            Offer::new(&method.name, self.called(&method.name, !method.options.is_empty()), &method.summary)
        });
        let tables = manual.further.iter().map(|table| Offer::new(&table.name, table.name.clone(), &table.meaning));
        let figures =
            manual.figures.iter().map(|figure| Offer::new(&figure.name, figure.name.clone(), &figure.meaning));
        methods.chain(tables).chain(figures).collect()
    }

    /// The manual of the function, or of the method of a model, that is called.
    fn manual_of(&self, call: &Call<'_>) -> Option<&Manual> {
        let function = self.guess.catalogue.get(call.name).map(Entry::manual);
        function.or_else(|| match self.guess.before(&self.reading.tokens, call.receiver?) {
            Kind::Record(model) => {
                let manual = self.guess.catalogue.get(&model)?.manual();
                manual.methods.iter().find(|method| method.name == call.name)
            }
            _ => None,
        })
    }

    /// The functions of the catalogue, in the order of the families.
    fn functions(&self) -> impl Iterator<Item = Offer> + '_ {
        let manuals = self.guess.catalogue.entries().iter().map(|entry| entry.manual());
        manuals.map(|manual| Offer::new(&manual.name, self.called(&manual.name, true), &manual.summary))
    }

    fn words(&self, fits: impl Fn(&Verb) -> bool) -> Vec<Offer> {
        let verbs = self.guess.catalogue.verbs().iter().filter(|verb| fits(verb));
        verbs
            .map(|verb| {
                let rest =
                    verb.signature.find(&format!("{}(", verb.name)).map(|at| &verb.signature[at + verb.name.len()..]);
                let text = match rest {
                    None => verb.name.to_owned(),
                    Some(rest) => self.called(verb.name, !rest.starts_with("()")),
                };
                Offer::new(verb.name, text, verb.summary)
            })
            .collect()
    }

    /// The text of a call: closed at once where there is nothing to say inside.
    fn called(&self, name: &str, takes_arguments: bool) -> String {
        let end = match takes_arguments {
            _ if self.after.starts_with('(') => "",
            true => "(",
            false => "()",
        };
        format!("{name}{end}")
    }

    /// Names of options that are not given yet. `open` is written before them.
    fn option_names(&self, call: &Call<'_>, given: &[&str], open: &str) -> Vec<Offer> {
        let offer = |name: &str, about: &str| Offer::new(name, format!("{open}{name}: "), about);
        let mut all: Vec<Offer> = match self.manual_of(call) {
            Some(manual) => options_of(manual).map(|option| offer(&option.name, &about_option(option))).collect(),
            None => match standard_table(self.guess.catalogue, call.name) {
                Some(table) => {
                    let columns = table.needed().iter().chain(table.known());
                    columns.map(|column| offer(column.name, column.meaning)).collect()
                }
                None => declared_options(self.guess.catalogue, call.name).iter().map(|name| offer(name, "")).collect(),
            },
        };
        all.retain(|offer| !given.contains(&offer.name.as_str()));
        all
    }

    /// What an option may be. `fresh` where no quotes are open yet.
    fn values(&self, options: &Options<'_>, option: &str, fresh: bool) -> Vec<Offer> {
        let quote = |name: &str, about: &str| {
            if fresh { self.in_new_quotes(name, about) } else { self.closing_quotes(name, about) }
        };
        if let Some(manual) = self.manual_of(&options.call) {
            let kind = options_of(manual).find(|known| known.name == option).map(|known| &known.kind);
            return match kind {
                Some(OptionKind::Choice(choices)) => choices.iter().map(|(name, about)| quote(name, about)).collect(),
                Some(OptionKind::Flag) if fresh => flags(),
                Some(OptionKind::Column | OptionKind::Text | OptionKind::Any | OptionKind::List(_)) => {
                    self.columns().iter().map(|column| quote(&column.name, &column.about)).collect()
                }
                _ => Vec::new(),
            };
        }
        if let Some(words) = self.choices(options.call.name, |verb| verb.choices(option)) {
            return words.iter().map(|(word, about)| quote(word, about)).collect();
        }
        if matches!(option, "descending" | "header") {
            return if fresh { flags() } else { Vec::new() };
        }
        self.columns().iter().map(|column| quote(&column.name, &column.about)).collect()
    }

    /// Fixed words that the argument of a call may be which is being typed.
    fn words_for(&self, call: &Call<'_>) -> Vec<(&'static str, &'static str)> {
        let argument = self.reading.argument(call);
        let declared = self.choices(call.name, |verb| {
            // `chart(tx, "bar")`: the value before the dot may stand as the first argument.
            let is_first = call.receiver.is_none() && !verb.signature.starts_with(verb.name);
            verb.choices(verb.argument(argument.checked_sub(usize::from(is_first))?)?)
        });
        declared.map_or_else(|| usual_words(call.name, argument), <[_]>::to_vec)
    }

    /// What words of the language of this name declare of one of their arguments or options.
    fn choices<'b, T>(&'b self, word: &str, of: impl Fn(&'b Verb) -> Option<T>) -> Option<T> {
        self.guess.catalogue.verbs().iter().filter(|verb| verb.name == word).find_map(of)
    }

    /// What may stand between the quotes that are open.
    fn in_quotes(&self) -> Vec<Offer> {
        if let Some(column) = values::compared(self.reading) {
            let held = values::values(self.guess.names, self.reading, column);
            return held.iter().map(|value| self.closing_quotes(value, "")).collect();
        }
        if let Some(options) = self.reading.options()
            && let Some(option) = options.value_of
        {
            return self.values(&options, option, false);
        }
        if let Some(call) = self.reading.calls().next() {
            let is_first = self.reading.tokens.len() == call.arguments;
            let of_files = |word: &str| {
                matches!(word, "read" | "write" | "save") || word.starts_with("read_") || word.starts_with("write_")
            };
            if is_first && of_files(call.name) {
                return paths(self.reading.typed, self.quote());
            }
            if matches!(call.name, "help" | "has_function") {
                let functions = self.guess.catalogue.entries().iter().map(|entry| entry.manual());
                return functions.map(|manual| self.closing_quotes(&manual.name, &manual.summary)).collect();
            }
            let words = self.words_for(&call);
            if !words.is_empty() {
                return words.into_iter().map(|(name, about)| self.closing_quotes(name, about)).collect();
            }
            if matches!(call.name, "param" | "print" | "date" | "lit" | "alias") {
                return Vec::new();
            }
        }
        self.columns().iter().map(|column| self.closing_quotes(&column.name, &column.about)).collect()
    }

    /// The columns of the frame that the calls around the cursor work on, or of every frame.
    fn columns(&self) -> Vec<Column> {
        let tokens = &self.reading.tokens;
        for call in self.reading.calls() {
            let end = match call.receiver {
                Some(end) => end,
                // `rfm(tx, …)`: the first argument stands where the value before a dot would.
                None if tokens.get(call.arguments).is_some_and(|token| token.word().is_some()) => call.arguments + 1,
                None => continue,
            };
            let kind = self.guess.before(tokens, end);
            if !kind.columns().is_empty() {
                return kind.columns().to_vec();
            }
        }
        self.guess.names.columns()
    }

    /// Whether the arguments of a call may be columns.
    fn takes_columns(&self, call: &Call<'_>) -> bool {
        let verbs = self.guess.catalogue.verbs().iter().filter(|verb| verb.name == call.name);
        let mut signatures = verbs.map(|verb| verb.signature.as_str());
        call.name == "col" || signatures.any(|signature| signature.contains("columns") || signature.contains("keys…"))
    }

    fn quote(&self) -> &'static str {
        if self.after.starts_with('"') { "" } else { "\"" }
    }

    fn closing_quotes(&self, name: &str, about: &str) -> Offer {
        Offer::new(name, format!("{}{}", escaped(name), self.quote()), about)
    }

    fn in_new_quotes(&self, name: &str, about: &str) -> Offer {
        Offer::new(&format!("\"{name}\""), format!("\"{}\"", escaped(name)), about)
    }
}

fn plain(column: &Column) -> Offer {
    Offer::new(&column.name, column.name.clone(), &column.about)
}

fn flags() -> Vec<Offer> {
    ["true", "false"].map(|flag| Offer::new(flag, flag.to_owned(), "")).to_vec()
}

fn options_of(manual: &Manual) -> impl Iterator<Item = &OptionManual> {
    manual.options.iter()
}

fn about_option(option: &OptionManual) -> String {
    let default = match &option.default {
        Json::Null => String::new(),
        default => format!("{default} unless told · "),
    };
    format!("{} · {default}{}", first_sentence(&option.meaning), option.kind.words())
}

fn standard_table(catalogue: &Catalogue, word: &str) -> Option<StandardTable> {
    StandardTable::DECLARED.iter().chain(catalogue.own_tables()).copied().find(|table| table.word() == word)
}

/// The options of a word of the language, as its signature tells them.
fn declared_options(catalogue: &Catalogue, word: &str) -> Vec<String> {
    let signature = catalogue.verbs().iter().filter(|verb| verb.name == word).find_map(|verb| {
        let (_, options) = verb.signature.split_once("#{")?;
        options.split_once('}').map(|(options, _)| options)
    });
    let names = signature.into_iter().flat_map(|options| options.split(',')).map(str::trim);
    names.filter(|name| is_name(name)).map(str::to_owned).collect()
}

/// Words that an argument often is, where any other text would do as well.
fn usual_words(word: &str, argument: usize) -> Vec<(&'static str, &'static str)> {
    match (word, argument) {
        ("sample", 0) => SAMPLES.iter().map(|sample| (sample.name, sample.about)).collect(),
        ("cast", 0) => vec![
            ("int", "Whole numbers"),
            ("float", "Numbers"),
            ("string", "Text"),
            ("bool", "true or false"),
            ("date", "Days"),
            ("datetime", "Days with a time"),
        ],
        ("truncate", 0) => {
            vec![("1d", "Days"), ("1w", "Weeks"), ("1mo", "Months"), ("1q", "Quarters"), ("1y", "Years")]
        }
        _ => Vec::new(),
    }
}

/// Files and folders; a folder is left open for more.
pub(crate) fn paths(typed: &str, quote: &str) -> Vec<Offer> {
    let found = files::paths(typed).into_iter();
    found
        .map(|path| {
            let end = if path.ends_with('/') { "" } else { quote };
            Offer::new(&path, format!("{path}{end}"), "")
        })
        .collect()
}

fn escaped(name: &str) -> String {
    name.replace('\\', "\\\\").replace('"', "\\\"")
}

fn is_name(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// The text up to the end of its first sentence.
pub(crate) fn first_sentence(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default();
    line.find(". ").map_or(line, |end| &line[..end]).trim_end_matches('.')
}

/// Each name once, where it comes first.
fn once(mut all: Vec<Offer>) -> Vec<Offer> {
    let mut seen = std::collections::HashSet::new();
    all.retain(|offer| seen.insert(offer.name.clone()));
    all
}
