//! What may stand at the outermost level of a module: functions, constants and imports. So an import never does anything but
//! declare, whoever wrote the module.

use regulars_plugin::Failure;
use rhai::{AST, ASTFlags, Expr, FnCallExpr, Position, Stmt};

use super::super::check::{is_known, only_computes};
use super::super::plugin::compiled;
use super::super::tokens::{Highlight, highlight};
use crate::script::bind::Bound;
use crate::script::last::Places;
use crate::script::plugin::{DECLARE, PLUGIN};

/// An `import` of a module.
pub(super) struct Import {
    pub(super) name: String,
    pub(super) alias: String,
    pub(super) position: Position,
}

const ONLY: &str = "a module declares `fn`, `const` and `import` only, so that importing it does nothing else";

/// The imports of a module, or what else stands at its outermost level.
pub(super) fn imports(ast: &AST, words: &[Bound]) -> Result<Vec<Import>, Failure> {
    let mut imports: Vec<Import> = Vec::new();
    for statement in ast.statements() {
        match statement {
            Stmt::Noop(_) => {}
            Stmt::Var(parts, options, position) if options.contains(ASTFlags::CONSTANT) => {
                constant(parts.0.as_str(), &parts.1, words).map_err(|failure| at(failure, *position))?;
            }
            Stmt::Import(parts, position) => {
                let import = import(&parts.0, parts.1.name.as_str(), *position)?;
                if imports.iter().any(|known| known.alias == import.alias) {
                    let failure = Failure::new(format!("two modules are imported as `{}`", import.alias));
                    return Err(at(failure.help("give one of them another name"), *position));
                }
                imports.push(import);
            }
            other => return Err(at(refused(other), other.position())),
        }
    }
    Ok(imports)
}

fn import(path: &Expr, alias: &str, position: Position) -> Result<Import, Failure> {
    let Expr::StringConstant(name, at_name) = path else {
        let failure = Failure::new("a module says itself what it imports: the name is text in double quotes");
        return Err(at(failure.help("`import \"dates\" as d;`"), position));
    };
    if alias.is_empty() {
        return Err(at(without_alias(name), position));
    }
    Ok(Import { name: name.to_string(), alias: alias.to_owned(), position: *at_name })
}

/// An import whose module has no name to be called by.
pub(in crate::script) fn without_alias(name: &str) -> Failure {
    let short = name.rsplit('/').next().unwrap_or(name);
    Failure::new("the module is given no name, so nothing of it can be called")
        .help(format!("`import \"{name}\" as {short};`, then `{short}::name(…)`"))
}

fn refused(statement: &Stmt) -> Failure {
    let call = match statement {
        Stmt::FnCall(call, _) => Some(call.name.as_str()),
        Stmt::Expr(expr) => match expr.as_ref() {
            Expr::FnCall(call, _) => Some(call.name.as_str()),
            _ => None,
        },
        _ => None,
    };
    match (call, statement) {
        (Some(DECLARE | PLUGIN), _) => Failure::new("this is the file of a plugin, not a module")
            .help("it is loaded beside the script: `regulars --plugin FILE`"),
        (_, Stmt::Var(parts, ..)) => {
            Failure::new(format!("`let {}` stands at the outermost level of a module", parts.0.as_str()))
                .help(format!("what does not change is a constant: `const {} = …;`", parts.0.as_str()))
                .help(ONLY)
        }
        (_, Stmt::Export(..)) => {
            Failure::new("`export` has no use here: the functions and constants of a module are seen from outside")
                .help("`private fn` is seen in the module only")
        }
        _ => Failure::new("this would run when the module is imported").help(ONLY).help("put it into a function"),
    }
}

/// A constant computes its value from what stands in the text, and touches nothing else.
fn constant(name: &str, expr: &Expr, words: &[Bound]) -> Result<(), Failure> {
    let inside = |expr: &Expr| constant(name, expr, words);
    let all = |exprs: &[Expr]| exprs.iter().try_for_each(inside);
    match expr {
        Expr::BoolConstant(..)
        | Expr::IntegerConstant(..)
        | Expr::FloatConstant(..)
        | Expr::CharConstant(..)
        | Expr::StringConstant(..)
        | Expr::Unit(..)
        | Expr::Variable(..)
        | Expr::Property(..) => Ok(()),
        Expr::DynamicConstant(value, _) if !value.is_fnptr() => Ok(()),
        Expr::InterpolatedString(parts, _) => all(parts),
        // `${A}` in a text.
        Expr::Stmt(block) => match block.statements() {
            [Stmt::Expr(inner)] => inside(inner),
            [Stmt::FnCall(call, position)] => inside(&Expr::FnCall(call.clone(), *position)),
            _ => Err(decides(name)),
        },
        Expr::Array(items, _) => all(items),
        Expr::Map(entries, _) => entries.0.iter().try_for_each(|(_, value)| inside(value)),
        Expr::And(sides, _) | Expr::Or(sides, _) | Expr::Coalesce(sides, _) => all(sides),
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => inside(&parts.lhs).and_then(|()| inside(&parts.rhs)),
        // A word of expressions may bear the name of a function of Rhai that does more than compute.
        Expr::FnCall(call, _) if is_known(&call.name) && !only_computes(&call.name) => {
            Err(refused_call(name, &call.name))
        }
        Expr::FnCall(call, _) | Expr::MethodCall(call, _) => called(name, call, words).and_then(|()| all(&call.args)),
        Expr::DynamicConstant(..) => Err(Failure::new(format!("the constant `{name}` is a function"))
            .help(format!("declare it as one: `fn {}(x) {{ … }}`", name.to_lowercase()))),
        _ => Err(decides(name)),
    }
}

fn decides(name: &str) -> Failure {
    Failure::new(format!("the constant `{name}` decides something, and a module only declares"))
        .help(format!("make it a function: `fn {}() {{ … }}`", name.to_lowercase()))
}

fn called(constant: &str, call: &FnCallExpr, words: &[Bound]) -> Result<(), Failure> {
    let name = call.name.as_str();
    let is_own = call.namespace.is_empty() && name != "param";
    let mut own = words.iter().filter(|word| word.verb.name == name).peekable();
    let is_harmless = match own.peek() {
        // A table of values that stand in the text.
        _ if name == "frame" => true,
        Some(_) => own.all(Bound::only_plans),
        None => only_computes(name),
    };
    if is_own && is_harmless {
        return Ok(());
    }
    Err(refused_call(constant, name))
}

fn refused_call(constant: &str, name: &str) -> Failure {
    let made = constant.to_lowercase();
    Failure::new(format!("the constant `{constant}` calls `{name}`, but importing a module only declares"))
        .help(format!("make it a function, which runs when it is called: `fn {made}() {{ … }}`"))
}

fn at(failure: Failure, position: Position) -> Failure {
    match position.line() {
        Some(line) => failure.at(line, position.position().unwrap_or(1).max(1)),
        None => failure,
    }
}

/// Whether a text declares functions or constants and does nothing else, as far as its grammar tells.
pub(in crate::script) fn is_module(text: &str) -> bool {
    let Ok(ast) = compiled(text, &Places::default()) else { return false };
    let declares = |statement: &Stmt| match statement {
        Stmt::Noop(_) | Stmt::Import(..) => true,
        Stmt::Var(_, options, _) => options.contains(ASTFlags::CONSTANT),
        _ => false,
    };
    let has_any = ast.shared_lib().iter_script_fn_info().next().is_some() || !ast.statements().is_empty();
    has_any && ast.statements().iter().all(declares)
}

/// What the comment says with which a text begins, in one line.
pub(super) fn about(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for (kind, part) in highlight(text) {
        match kind {
            Highlight::Comment if part.starts_with("//") && !part.starts_with("///") && !part.starts_with("// %%") => {
                lines.push(part.trim_start_matches('/').trim_start_matches('!').trim());
            }
            _ if part.trim().is_empty() && !part.contains("\n\n") => {}
            _ => break,
        }
    }
    lines.join(" ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_told_from_a_script() {
        assert!(is_module("// Dates.\nconst A = 1;\nfn f() { A }\n"));
        assert!(is_module("import \"b\" as b;\nfn f() {}"));
        for script in ["let a = 1;\nfn f() {}", "fn f() {}\nf()", "", "// nothing", "fn f( {"] {
            assert!(!is_module(script), "{script}");
        }
        assert_eq!(about("// Periods of a\n// fiscal year.\n\nfn f() {}\n// no"), "Periods of a fiscal year.");
        assert_eq!(about("/// One.\nfn f() {}"), "");
        assert_eq!(about("fn f() {}"), "");
    }
}
