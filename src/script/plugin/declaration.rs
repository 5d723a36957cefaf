//! What the top level of a script plugin declares: who it is, and each function with its manual.

use regulars_plugin::{Failure, Family, Manual, StandardTable};
use rhai::{AST, ASTNode, Expr, FnCallExpr, Position, Stmt};
use serde_json::Map;

use super::comments::Comments;
use super::literal::{Entry, Literal, Value, at};
use super::parts::{is_word, no_word};

/// The word that declares a function.
pub(in crate::script) const DECLARE: &str = "declare";
/// The word that says which plugin it is.
pub(in crate::script) const PLUGIN: &str = "plugin";

/// What is to be written at the top level.
const ONLY: &str = "only `fn …`, `declare(…)` and `plugin(…)` stand at the top level of a plugin";

const FAMILIES: [Family; 11] = [
    Family::Clean,
    Family::Segment,
    Family::Value,
    Family::Keep,
    Family::Foresee,
    Family::Patterns,
    Family::Journey,
    Family::Voice,
    Family::Experiment,
    Family::Market,
    Family::Protect,
];

/// The entries of a declaration, in the order in which the guide names them.
const ENTRIES: [&str; 9] =
    ["family", "tables", "options", "columns", "keeps_columns", "figures", "further", "chart", "related"];

/// A function that is declared.
pub(super) struct Declared {
    pub(super) manual: Manual,
    /// The line of its declaration.
    pub(super) line: usize,
}

/// What a file declares, and everything that is wrong about it.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) name: Option<String>,
    pub(super) version: Option<String>,
    pub(super) functions: Vec<Declared>,
    pub(super) wrong: Vec<Failure>,
    pub(super) comments: Comments,
    /// Every function of the file and the number of its parameters.
    written: Vec<(String, usize)>,
}

/// Reads the top level of a file. Nothing of it is carried out.
pub(super) fn read(ast: &AST, source: &str) -> Reading {
    let written = ast.iter_functions().filter(|one| !one.name.starts_with("anon$"));
    let mut reading = Reading {
        comments: Comments::of(source),
        written: written.map(|one| (one.name.to_owned(), one.params.len())).collect(),
        ..Reading::default()
    };
    let mut is_told = false;
    for statement in ast.statements() {
        let call = match statement {
            Stmt::FnCall(call, _) => Some(call),
            Stmt::Expr(expr) => match expr.as_ref() {
                Expr::FnCall(call, _) => Some(call),
                _ => None,
            },
            Stmt::Noop(_) => continue,
            _ => None,
        };
        match call.map(|call| (call.name.as_str(), call)) {
            Some((DECLARE, call)) => {
                is_told = true;
                reading.declare(call, statement.position());
            }
            Some((PLUGIN, call)) => reading.plugin(call, statement.position()),
            _ => {
                let failure = Failure::new("nothing runs when a plugin is loaded, but this would");
                reading.wrong.push(at(failure.help(ONLY), statement.position()));
            }
        }
    }
    reading.of_scripts_only(ast);
    if !is_told && reading.wrong.is_empty() {
        let failure = Failure::new("the file declares no function").help(
            "write `declare(\"name\", #{family: \"keep\", tables: [\"transactions\"], …})` beside the `fn` of that name",
        );
        reading.wrong.push(failure);
    }
    reading
}

impl Reading {
    /// Words that speak of the script that runs, which is not this file.
    fn of_scripts_only(&mut self, ast: &AST) {
        ast.walk(&mut |path| {
            let (call, position) = match path.last() {
                Some(ASTNode::Expr(Expr::FnCall(call, position)) | ASTNode::Stmt(Stmt::FnCall(call, position))) => {
                    (call, *position)
                }
                _ => return true,
            };
            let advice = match call.name.as_str() {
                "param" => "a function is given what it asks for as an option: declare it under `options`",
                "exit" => "leave a function with `return`, or stop with `throw \"why\"`",
                _ => return true,
            };
            self.tell(Failure::new(format!("`{}` belongs to a script that runs", call.name)).help(advice), position);
            true
        });
    }

    /// `plugin(#{name: "team", version: "1.0.0"})`
    fn plugin(&mut self, call: &FnCallExpr, position: Position) {
        let example = "write it once: `plugin(#{name: \"team\", version: \"1.0.0\"});`";
        let [told] = call.args.as_slice() else {
            return self.tell(Failure::new("`plugin` takes one map").help(example), position);
        };
        if self.name.is_some() || self.version.is_some() {
            return self.tell(Failure::new("`plugin` stands here a second time").help(example), position);
        }
        let Some(entries) = self.map(told, example) else { return };
        self.known(&entries, &[PLUGIN_NAME, "version"], "`plugin`");
        for entry in entries {
            let Value::Text(text) = &entry.value.value else {
                self.wrong.push(entry.value.refuse("text").help(example));
                continue;
            };
            match entry.name.as_str() {
                PLUGIN_NAME if !is_word(text) => self.tell(no_word("plugin", text), entry.at),
                PLUGIN_NAME => self.name = Some(text.clone()),
                _ => self.version = Some(text.clone()),
            }
        }
    }

    /// `declare("name", #{…})`
    fn declare(&mut self, call: &FnCallExpr, position: Position) {
        let example = "write `declare(\"name\", #{family: \"keep\", tables: [\"transactions\"], …});`";
        let (name, told) = match call.args.as_slice() {
            [Expr::StringConstant(name, _), told] => (name.to_string(), told),
            _ => return self.tell(Failure::new("`declare` takes a name and a map").help(example), position),
        };
        let before = self.wrong.len();
        match self.functions.iter().find(|one| one.manual.name == name).map(|one| one.line) {
            Some(line) => {
                let failure = Failure::new(format!("the function `{name}` is declared twice"));
                self.tell(failure.help(format!("the other declaration stands in line {line}")), position);
            }
            None => {
                if let Some(entries) = self.map(told, example) {
                    self.function(&name, &entries, position);
                }
            }
        }
        for failure in &mut self.wrong[before..] {
            if failure.within.first() != Some(&name) {
                failure.within.insert(0, name.clone());
            }
        }
    }

    fn function(&mut self, name: &str, entries: &[Entry], position: Position) {
        let before = self.wrong.len();
        self.known(entries, &ENTRIES, "a declaration");
        let find = |name: &str| entries.iter().find(|entry| entry.name == name).map(|entry| &entry.value);
        let manual = Manual {
            name: name.to_owned(),
            family: self.family(find("family"), position),
            summary: String::new(),
            description: String::new(),
            choices: String::new(),
            source: String::new(),
            examples: Vec::new(),
            tables: self.tables(find("tables"), position),
            options: self.entries(find("options")).into_iter().filter_map(|entry| self.option(entry)).collect(),
            columns: self.columns(find("columns")),
            keeps_columns: self.flag(find("keeps_columns")),
            changes_types: false,
            draws: false,
            carries: None,
            figures: self.columns(find("figures")),
            further: self.entries(find("further")).into_iter().filter_map(|entry| self.further(entry)).collect(),
            methods: Vec::new(),
            related: self.texts(find("related"), "related: [\"rfm\"]"),
            chart: None,
        };
        let columns: Vec<&str> = manual.columns.iter().map(|column| column.name.as_str()).collect();
        let chart = find("chart").and_then(|told| self.chart(told, &columns, manual.keeps_columns));
        let manual = Manual { chart, ..manual };
        self.defaults(&manual, find("options"));
        // What follows from another mistake is not told as well.
        let is_whole = self.wrong.len() == before;
        if is_whole {
            self.answers(&manual, position);
        }
        self.written(&manual, position, is_whole);
        let line = self.comments.line_of(name);
        let comment = line.and_then(|line| self.comments.above(line)).unwrap_or_default();
        let manual = manual.with_words(&comment);
        self.words(&manual, line);
        self.functions.push(Declared { manual, line: position.line().unwrap_or(1) });
    }

    fn family(&mut self, told: Option<&Literal>, position: Position) -> Family {
        let words = || FAMILIES.iter().map(|family| family.word());
        match told.map(|told| (&told.value, told.at)) {
            Some((Value::Text(word), place)) => match FAMILIES.into_iter().find(|family| family.word() == word) {
                Some(family) => return family,
                None => {
                    let failure = Failure::new(format!("there is no family `{word}`")).near(word, words());
                    self.tell(failure, place);
                }
            },
            Some((_, place)) => self.tell(Failure::new("a family is a word in quotes").near("", words()), place),
            None => {
                let failure = Failure::new("`family` is left out: under which heading is it listed?");
                self.tell(failure.near("", words()), position);
            }
        }
        Family::Clean
    }

    fn tables(&mut self, told: Option<&Literal>, position: Position) -> Vec<StandardTable> {
        let example = "write `tables: [\"transactions\"]`, or `tables: [\"frame\"]` for any table";
        let Some(told) = told else {
            self.tell(Failure::new("`tables` is left out: what does it work on?").help(example), position);
            return Vec::new();
        };
        let known = [&[StandardTable::Frame][..], &StandardTable::DECLARED[..]].concat();
        let mut tables = Vec::new();
        for word in self.texts(Some(told), "tables: [\"transactions\"]") {
            match known.iter().find(|table| table.word() == word) {
                Some(table) => tables.push(*table),
                None => {
                    let failure = Failure::new(format!("there is no standard table `{word}`"));
                    self.tell(failure.near(&word, known.iter().map(|table| table.word())), told.at);
                }
            }
        }
        tables
    }

    /// Whether the function answers anything, under names that can be asked for.
    fn answers(&mut self, manual: &Manual, position: Position) {
        let has_table = manual.keeps_columns || !manual.columns.is_empty();
        if !has_table && manual.figures.is_empty() && manual.further.is_empty() {
            let failure = Failure::new("what it answers is not declared");
            let advice = "write `columns: #{…}` for a table, `figures: #{…}` for named figures, or both";
            self.tell(failure.help(advice), position);
        }
        let further = manual.further.iter().map(|table| &table.name);
        let mut names: Vec<&String> = Vec::new();
        for name in manual.figures.iter().map(|figure| &figure.name).chain(further) {
            let failure = match name.as_str() {
                "table" | "notes" => Failure::new(format!("`{name}` of an answer has a meaning of its own"))
                    .help("choose another name for the figure"),
                word if !is_word(word) => no_word("figure", name),
                _ if names.contains(&name) => Failure::new(format!("a figure and a further table are called `{name}`"))
                    .help("give one of them another name"),
                _ => {
                    names.push(name);
                    continue;
                }
            };
            self.tell(failure, position);
        }
    }

    /// Whether each default may stand where it stands.
    fn defaults(&mut self, manual: &Manual, told: Option<&Literal>) {
        for option in manual.options.iter().filter(|option| !option.default.is_null()) {
            let default = Map::from_iter([(option.name.clone(), option.default.clone())]);
            if let Err(failure) = manual.check_options(&default) {
                let entries = told.map(|told| &told.value);
                let place = match entries {
                    Some(Value::Map(entries)) => entries.iter().find(|entry| entry.name == option.name),
                    _ => None,
                };
                let message = failure.message.replacen("option", "the default of option", 1);
                let failure = Failure { message, help: Vec::new(), within: Vec::new(), ..failure };
                let failure = failure.help("change the default, or what the option may be");
                self.tell(failure, place.map_or(Position::NONE, |entry| entry.at));
            }
        }
    }

    /// Whether the function is there, with the parameters that its declaration speaks of.
    fn written(&mut self, manual: &Manual, position: Position, is_whole: bool) {
        let name = &manual.name;
        if !is_word(name) {
            return self.tell(no_word("function", name), position);
        }
        let counts: Vec<usize> = self.written.iter().filter(|one| one.0 == *name).map(|one| one.1).collect();
        let [first, ..] = counts[..] else {
            let failure = Failure::new(format!("there is no `fn {name}(…)` in the file"));
            let written: Vec<String> = self.written.iter().map(|one| one.0.clone()).collect();
            return self.tell(failure.near(name, written.iter().map(String::as_str)), position);
        };
        if is_whole && !counts.contains(&parameters(manual)) {
            let tables = counted(manual.tables.len(), "table");
            let mut wanted: Vec<String> = manual.tables.iter().map(|table| table.word().to_owned()).collect();
            let options = if manual.options.is_empty() {
                "no options"
            } else {
                wanted.push("options".to_owned());
                "options"
            };
            let has = counted(first, "parameter");
            let failure =
                Failure::new(format!("`fn {name}` has {has}, but its declaration has {tables} and {options}"));
            self.tell(failure.help(format!("write `fn {name}({}) {{ … }}`", wanted.join(", "))), position);
        }
    }

    /// Whether the comment says what a manual says.
    fn words(&mut self, manual: &Manual, line: Option<usize>) {
        let Some(line) = line else { return };
        let name = &manual.name;
        if manual.summary.is_empty() || manual.summary.trim_start().starts_with('#') {
            let failure = Failure::new(format!("`fn {name}` has no comment above it, which would be its manual"));
            self.wrong.push(failure.help("write what it answers in a sentence: `/// Share of …`").at(line, 1));
        } else if manual.examples.is_empty() {
            let failure = Failure::new(format!("the comment of `fn {name}` has no example"));
            let advice = "add the heading `/// # Example` and below it the code, in a block that begins with ```rhai";
            self.wrong.push(failure.help(advice).at(line, 1));
        }
    }
}

const PLUGIN_NAME: &str = "name";

/// How many parameters the function of a manual has: its tables, and its options in a map.
pub(in crate::script) fn parameters(manual: &Manual) -> usize {
    manual.tables.len() + usize::from(!manual.options.is_empty())
}

fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}"),
        1 => format!("one {what}"),
        many => format!("{many} {what}s"),
    }
}
