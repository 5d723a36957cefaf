//! Parameters of scripts: `param("name", default, "what it is", #{choices: […], min: …, max: …})`.

use std::collections::BTreeMap;

use regulars_plugin::{Failure, Result};
use rhai::{AST, ASTNode, Array, Dynamic, Expr, FnCallExpr, Map, Stmt};

use super::convert::Day;
use super::options::Options;

/// Values given on the command line, by name.
pub type Params = BTreeMap<String, String>;

/// Options of a parameter.
pub(super) const OPTIONS: &[&str] = &["choices", "min", "max", "type"];

/// What a value of a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamKind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Flag,
    /// A day.
    Date,
}

/// The words for the kinds.
const KINDS: [(&str, ParamKind); 5] = [
    ("text", ParamKind::Text),
    ("integer", ParamKind::Integer),
    ("number", ParamKind::Number),
    ("flag", ParamKind::Flag),
    ("date", ParamKind::Date),
];

/// A parameter that a script declares.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Param {
    /// Its name: `--name` on the command line.
    pub name: String,
    /// Its default, as one would write it on the command line.
    pub default: String,
    /// What it is.
    pub meaning: String,
    /// What its values are; none where only running the script would tell.
    pub kind: Option<ParamKind>,
    /// Whether several values may be given, with commas between.
    pub is_list: bool,
    /// The values that it may have; empty: any.
    pub choices: Vec<String>,
    /// The least number or day.
    pub min: Option<String>,
    /// The greatest number or day.
    pub max: Option<String>,
}

/// The parameters that a script declares, in order, found without running it.
pub(super) fn declared(ast: &AST) -> Vec<Param> {
    let mut found: Vec<Param> = Vec::new();
    ast.walk(&mut |path| {
        let call = match path.last() {
            Some(ASTNode::Expr(Expr::FnCall(call, ..)) | ASTNode::Stmt(Stmt::FnCall(call, ..))) => call,
            _ => return true,
        };
        if let Some(param) = of_call(call).filter(|param| !found.iter().any(|one| one.name == param.name)) {
            found.push(param);
        }
        true
    });
    found
}

/// The parameter that a call declares, as far as it is written out.
fn of_call(call: &FnCallExpr) -> Option<Param> {
    let value = |place: usize| call.args.get(place).and_then(literal);
    let name = value(0).filter(|_| call.name == "param")?.into_string().ok()?;
    let meaning = value(2).and_then(|text| text.into_string().ok()).unwrap_or_default();
    let options = value(3).and_then(Dynamic::try_cast::<Map>).unwrap_or_default();
    let unknown = Param { name: name.clone(), meaning: meaning.clone(), ..Param::default() };
    // What is wrong in it is told when it runs, and before that by the check.
    Some(value(1).and_then(|default| Param::new(&name, &default, &meaning, options).ok()).unwrap_or(unknown))
}

/// A value that is written out.
fn literal(expr: &Expr) -> Option<Dynamic> {
    match expr {
        // `date("1997-09-30")`
        Expr::FnCall(call, ..) if call.name == "date" && call.args.len() == 1 => {
            let text = literal(&call.args[0])?.into_string().ok()?;
            text.parse().ok().map(|day| Dynamic::from(Day(day)))
        }
        Expr::FnCall(call, ..) if call.name == "-" && call.args.len() == 1 => {
            let number = literal(&call.args[0])?;
            let whole = number.as_int().ok().and_then(i64::checked_neg).map(Dynamic::from);
            whole.or_else(|| number.as_float().ok().map(|number| Dynamic::from(-number)))
        }
        Expr::Map(entries, ..) => {
            let entries = entries.0.iter();
            let read = entries.map(|(name, value)| literal(value).map(|value| (name.name.as_str().into(), value)));
            read.collect::<Option<Map>>().map(Dynamic::from)
        }
        Expr::Array(items, ..) => items.iter().map(literal).collect::<Option<Array>>().map(Dynamic::from),
        other => other.get_literal_value(None),
    }
}

impl Param {
    /// A parameter as it is declared.
    pub(super) fn new(name: &str, default: &Dynamic, meaning: &str, options: Map) -> Result<Param> {
        let options = Options::new("param", options, OPTIONS)?;
        let wrong = |message: String| Failure::new(message).within("param");
        let items = default.read_lock::<Array>().map(|items| items.clone());
        let sample = items.as_ref().map_or_else(|| Some(default.clone()), |items| items.first().cloned());
        let of_default = match &sample {
            Some(value) if !value.is_unit() => Some(kind_of(value).ok_or_else(|| {
                wrong(format!("the default of `{name}` is {}", super::convert::kind(value)))
                    .help("a parameter is text, a number, `true` or `false`, a date, or a list of them")
            })?),
            _ => None,
        };
        let of_option = options.text("type")?.map(|word| {
            let known = KINDS.iter().find(|(name, _)| *name == word).map(|(_, kind)| *kind);
            let failure =
                || wrong(format!("there is no type `{word}`")).near(&word, KINDS.iter().map(|(name, _)| *name));
            known.ok_or_else(failure)
        });
        let kind = match (of_default, of_option.transpose()?) {
            (Some(found), Some(told))
                if found != told && !(found == ParamKind::Integer && told == ParamKind::Number) =>
            {
                let failure =
                    wrong(format!("the default of `{name}` is {}, and its type {}", found.word(), told.word()));
                return Err(failure.help("leave `type` out: the default tells it"));
            }
            (found, told) => told.or(found).unwrap_or(ParamKind::Text),
        };
        let mut param = Param {
            name: name.to_owned(),
            default: written(default),
            meaning: meaning.to_owned(),
            kind: Some(kind),
            is_list: items.is_some(),
            ..Param::default()
        };
        if let Some(choices) = options.value("choices") {
            let choices = choices.read_lock::<Array>().map(|choices| choices.iter().map(written).collect::<Vec<_>>());
            let example = "`choices: [\"north\", \"south\"]`";
            param.choices = choices.ok_or_else(|| options.wrong("choices", "a list").help(example))?;
            if param.choices.is_empty() {
                return Err(wrong(format!("`choices` of `{name}` is empty, so it could have no value")).help(example));
            }
        }
        for (word, bound) in [("min", &mut param.min), ("max", &mut param.max)] {
            let Some(value) = options.value(word) else { continue };
            if !matches!(kind, ParamKind::Integer | ParamKind::Number | ParamKind::Date) {
                return Err(wrong(format!("`{word}` bounds numbers and dates, and `{name}` is {}", kind.word()))
                    .help("`choices: […]` lists the values that text may have"));
            }
            *bound = Some(written(value));
        }
        for text in param.choices.iter().chain(&param.min).chain(&param.max) {
            let _ = param.value(text).map_err(|failure| Failure { help: Vec::new(), ..failure }.within("param"))?;
        }
        let is_empty = default.is_unit() || items.is_some_and(|items| items.is_empty());
        if !is_empty {
            let _ = param
                .read(&param.default)
                .map_err(|failure| wrong(format!("the default of `{name}` does not fit: {}", failure.message)))?;
        }
        Ok(param)
    }

    /// Reads a value as it is written on the command line.
    pub(super) fn read(&self, text: &str) -> Result<Dynamic> {
        let one = |text: &str| self.within_bounds(text.trim());
        if !self.is_list {
            return if self.kind == Some(ParamKind::Text) { self.within_bounds(text) } else { one(text) };
        }
        let items = text.split(',').filter(|item| !item.trim().is_empty());
        items.map(one).collect::<Result<Array>>().map(Dynamic::from)
    }

    /// What is wrong with a value as it is written on the command line.
    pub fn check(&self, text: &str) -> Result<()> {
        match self.kind {
            Some(_) => self.read(text).map(|_| ()),
            None => Ok(()),
        }
    }

    fn within_bounds(&self, text: &str) -> Result<Dynamic> {
        let value = self.value(text)?;
        let name = &self.name;
        if !self.choices.is_empty() {
            let chosen = written(&value);
            return match self.choices.contains(&chosen) {
                true => Ok(value),
                false => Err(Failure::new(format!("parameter `{name}` is `{text}`, which is none of its choices"))
                    .near(text, self.choices.iter().map(String::as_str))),
            };
        }
        let beyond = |bound: &Option<String>, is_less: bool| match bound {
            Some(bound) => self.value(bound).is_ok_and(|bound| {
                let order = super::engine::order(&value, &bound)
                    .flatten()
                    .or_else(|| Some(value.read_lock::<Day>()?.0.cmp(&bound.read_lock::<Day>()?.0)));
                // What has no order, such as NaN, is beyond any bound.
                order.is_none_or(|order| if is_less { order.is_lt() } else { order.is_gt() })
            }),
            None => false,
        };
        if beyond(&self.min, true) || beyond(&self.max, false) {
            let failure = Failure::new(format!("parameter `{name}` is `{text}`, and it must be {}", self.range()));
            return Err(failure.help(format!("write it as in `--{name} {}`", self.default)));
        }
        Ok(value)
    }

    /// Its bounds in words: `from 2 to 100`; empty where there are none.
    pub fn range(&self) -> String {
        match (&self.min, &self.max) {
            (Some(min), Some(max)) => format!("from {min} to {max}"),
            (Some(min), None) => format!("{min} or more"),
            (None, Some(max)) => format!("{max} or less"),
            (None, None) => String::new(),
        }
    }

    /// One value of its kind.
    fn value(&self, text: &str) -> Result<Dynamic> {
        let kind = self.kind.unwrap_or(ParamKind::Text);
        let wanted = || {
            let (name, example) = (&self.name, if self.default.is_empty() { kind.example() } else { &self.default });
            Failure::new(format!("parameter `{name}` is `{text}`, but {} is wanted", kind.word()))
                .help(format!("write it as in `--{name} {example}`"))
        };
        match kind {
            ParamKind::Text => Some(text.to_owned().into()),
            ParamKind::Integer => text.parse::<i64>().ok().map(Dynamic::from),
            ParamKind::Number => text.parse::<f64>().ok().map(Dynamic::from),
            ParamKind::Date => text.parse().ok().map(|day| Dynamic::from(Day(day))),
            ParamKind::Flag => match text {
                "true" | "yes" | "" => Some(true.into()),
                "false" | "no" => Some(false.into()),
                _ => None,
            },
        }
        .ok_or_else(wanted)
    }
}

impl ParamKind {
    /// What a value is, in words.
    pub fn word(self) -> &'static str {
        match self {
            ParamKind::Text => "text",
            ParamKind::Integer => "a whole number",
            ParamKind::Number => "a number",
            ParamKind::Flag => "true or false",
            ParamKind::Date => "a date",
        }
    }

    fn example(self) -> &'static str {
        match self {
            ParamKind::Text => "text",
            ParamKind::Integer => "5",
            ParamKind::Number => "0.5",
            ParamKind::Flag => "true",
            ParamKind::Date => "2024-12-31",
        }
    }
}

fn kind_of(value: &Dynamic) -> Option<ParamKind> {
    match value {
        value if value.is::<Day>() => Some(ParamKind::Date),
        value if value.is_int() => Some(ParamKind::Integer),
        value if value.is_float() => Some(ParamKind::Number),
        value if value.is_bool() => Some(ParamKind::Flag),
        value if value.is_string() || value.is_char() => Some(ParamKind::Text),
        _ => None,
    }
}

/// A value as one would write it on the command line.
fn written(value: &Dynamic) -> String {
    if let Some(items) = value.read_lock::<Array>() {
        return items.iter().map(written).collect::<Vec<_>>().join(",");
    }
    match value.read_lock::<Day>() {
        Some(day) => day.0.to_string(),
        None if value.is_unit() => String::new(),
        None => value.to_string(),
    }
}

/// The value of a parameter: the one given, or the default.
pub(super) fn value(given: &Params, param: &Param, default: &Dynamic) -> Result<Dynamic> {
    let is_real = param.kind == Some(ParamKind::Number) && default.is_int();
    match given.get(&param.name) {
        Some(text) => param.read(text),
        // `type: "number"` behind a whole default.
        None if is_real => Ok(Dynamic::from(default.as_int().unwrap_or_default() as f64)),
        None => Ok(default.clone()),
    }
}
