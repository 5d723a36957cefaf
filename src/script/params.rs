//! Parameters of scripts: `param("name", default, "what it is")`.

use std::collections::BTreeMap;

use regulars_plugin::{Failure, Result};
use rhai::{AST, ASTNode, Dynamic, Expr, Stmt};

use super::convert::Day;

/// Values given on the command line, by name.
pub type Params = BTreeMap<String, String>;

/// A parameter that a script declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// Its name: `--name` on the command line.
    pub name: String,
    /// Its default, as it is written in the script.
    pub default: String,
    /// What it is.
    pub meaning: String,
}

/// The parameters that a script declares, in order, found without running it.
pub(super) fn declared(ast: &AST) -> Vec<Param> {
    let mut found: Vec<Param> = Vec::new();
    ast.walk(&mut |path| {
        let call = match path.last() {
            Some(ASTNode::Expr(Expr::FnCall(call, ..)) | ASTNode::Stmt(Stmt::FnCall(call, ..))) => call,
            _ => return true,
        };
        if call.name != "param" {
            return true;
        }
        if let Some(Expr::StringConstant(name, ..)) = call.args.first() {
            let default = call.args.get(1).and_then(literal).unwrap_or_default();
            let meaning = call.args.get(2).and_then(|argument| match argument {
                Expr::StringConstant(text, ..) => Some(text.to_string()),
                _ => None,
            });
            if !found.iter().any(|one| one.name == name.as_str()) {
                found.push(Param { name: name.to_string(), default, meaning: meaning.unwrap_or_default() });
            }
        }
        true
    });
    found
}

fn literal(expr: &Expr) -> Option<String> {
    match expr {
        Expr::StringConstant(text, ..) => Some(text.to_string()),
        Expr::IntegerConstant(number, ..) => Some(number.to_string()),
        Expr::FloatConstant(number, ..) => Some(number.to_string()),
        Expr::BoolConstant(flag, ..) => Some(flag.to_string()),
        Expr::Unit(..) => Some(String::new()),
        // `date("1997-09-30")`
        Expr::FnCall(call, ..) if call.name == "date" => call.args.first().and_then(literal),
        _ => None,
    }
}

/// The value of a parameter: the one given, read as the kind of the default, or the default.
pub(super) fn read(given: &Params, name: &str, default: &Dynamic) -> Result<Dynamic> {
    let Some(text) = given.get(name) else { return Ok(default.clone()) };
    let wanted = |kind: &str| {
        let example = default.read_lock::<Day>().map_or_else(|| default.to_string(), |day| day.0.to_string());
        Failure::new(format!("parameter `{name}` is `{text}`, but {kind} is wanted"))
            .help(format!("write it as in `--{name} {example}`"))
    };
    if default.is::<Day>() {
        return text.parse().map(|day| Dynamic::from(Day(day))).map_err(|_| wanted("a date"));
    }
    if default.is_int() {
        return text.parse::<i64>().map(Dynamic::from).map_err(|_| wanted("a whole number"));
    }
    if default.is_float() {
        return text.parse::<f64>().map(Dynamic::from).map_err(|_| wanted("a number"));
    }
    if default.is_bool() {
        return match text.as_str() {
            "true" | "yes" | "" => Ok(true.into()),
            "false" | "no" => Ok(false.into()),
            _ => Err(wanted("true or false")),
        };
    }
    Ok(text.clone().into())
}
