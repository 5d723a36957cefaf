//! The file of a plugin: what it declares, and what its functions do with tables and options of which the kinds are known.

use std::path::Path;

use regulars_plugin::{Failure, Manual};
use rhai::{ASTNode, Expr, Map, Position, Shared};

use super::functions::{self, Function};
use super::modules::Imports;
use super::seen::Seen;
use super::{Checker, Finding, Severity, rehearsal};
use crate::script::bind::Kind;
use crate::script::plugin::{KEPT, ScriptPlugin, parameters};
use crate::script::{Script, verbs};
use crate::table::Frame;

impl Script {
    /// The mistakes in the text of a plugin's file, in the order of their places. Nothing of it runs.
    ///
    /// Its functions are looked at with what this session knows: it should have loaded the plugin, where it can be loaded.
    pub fn check_plugin(&self, path: &Path, source: &str) -> Vec<Finding> {
        let is_readable = self.compile(source).is_ok();
        let code = if is_readable { "declaration" } else { "syntax" };
        let wrong = |failure: Failure| Finding { severity: Severity::Error, code, failure };
        let plugin = match ScriptPlugin::of(path, source) {
            Ok(plugin) => plugin,
            Err(failures) => return failures.into_iter().map(wrong).collect(),
        };
        let taken: Vec<Finding> = self.taken(&plugin).into_iter().map(wrong).collect();
        if !taken.is_empty() {
            return taken;
        }
        let bounds = verbs::all(self.world().catalogue.own_tables());
        let engine = rehearsal::engine(self.world(), &bounds, &[source]);
        let imports = Imports::default();
        let mut checker = Checker::new(&engine, self.world(), &bounds, &imports, false);
        checker.plugin(&plugin, source);
        checker.findings.extend(self.unrelated(&plugin));
        checker.findings
    }

    /// The functions to which manuals point and which are not there.
    fn unrelated(&self, plugin: &ScriptPlugin) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (place, manual) in plugin.manuals().iter().enumerate() {
            for name in manual.related.iter().filter(|name| self.world().catalogue.get(name).is_none()) {
                let known = self.world().catalogue.entries().iter().map(|entry| entry.name());
                let failure = match regulars_plugin::nearest(name, known) {
                    Some(near) => Failure::new(format!("`related` names `{name}`, which is no function"))
                        .help(format!("did you mean `{near}`?")),
                    None => Failure::new(format!("`related` names `{name}`, which is no function"))
                        .help("leave it out, or load the plugin that has it"),
                };
                let failure = failure.at(plugin.line(place), 1).within(&manual.name);
                findings.push(Finding { severity: Severity::Warning, code: "unknown-function", failure });
            }
        }
        findings
    }

    /// The functions of a plugin whose names are those of others.
    fn taken(&self, plugin: &ScriptPlugin) -> Vec<Failure> {
        let own = format!("plugin {} {}", plugin.name(), plugin.version());
        let taken = plugin.manuals().iter().enumerate().filter_map(|(place, manual)| {
            let by = self.world().catalogue.owner(&manual.name).filter(|by| by != own.trim_end())?;
            let failure = Failure::new(format!("the function `{}` is there already: {by}", manual.name));
            Some(failure.help("give it another name").at(plugin.line(place), 1))
        });
        taken.collect()
    }
}

impl<'a> Checker<'a> {
    fn plugin(&mut self, plugin: &ScriptPlugin, source: &'a str) {
        self.source = source;
        self.cells.push(source);
        self.functions = functions::of(plugin.functions(), 0);
        for function in self.functions.clone().iter().filter(|function| !function.is_closure) {
            let manual = function.name.strip_suffix(KEPT).and_then(|name| {
                plugin.manuals().iter().find(|one| one.name == name && parameters(one) == function.arguments.len())
            });
            match manual {
                Some(manual) => self.declared(function, manual),
                None => self.function_alone(function),
            }
        }
        let place = |finding: &Finding| finding.failure.place.as_ref().map(|place| (place.line, place.column));
        self.findings.sort_by_key(|finding| (place(finding), finding.severity));
    }

    /// Walks through a function of which the manual tells what it is given.
    fn declared(&mut self, function: &Shared<Function>, manual: &Manual) {
        let mut arguments = vec![Seen::of(Kind::of::<Frame>()); manual.tables.len()];
        if let Some(options) = function.arguments.get(manual.tables.len()) {
            arguments.push(Seen::of(Kind::of::<Map>()));
            if !function.assigned.contains(options) {
                self.options(function, options, manual);
            }
        }
        self.may_have_left = false;
        self.is_certain = true;
        self.enter(function, &arguments);
    }

    /// Tells every option that the function reads and does not declare.
    fn options(&mut self, function: &Function, options: &str, manual: &Manual) {
        let mut read: Vec<(String, Position)> = Vec::new();
        for statement in &function.body {
            statement.walk(&mut Vec::new(), &mut |path: &[ASTNode<'_>]| {
                if let Some(ASTNode::Expr(Expr::Dot(parts, ..))) = path.last()
                    && matches!(&parts.lhs, Expr::Variable(variable, ..) if variable.1 == options)
                {
                    let next = match &parts.rhs {
                        Expr::Dot(next, ..) | Expr::Index(next, ..) => &next.lhs,
                        last => last,
                    };
                    if let Expr::Property(names, position) = next {
                        read.push((names.2.to_string(), *position));
                    }
                }
                true
            });
        }
        for (name, position) in read {
            if manual.options.iter().any(|option| option.name == name) {
                continue;
            }
            let failure = Failure::new(format!("no option `{name}` is declared"))
                .near(&name, manual.options.iter().map(|option| option.name.as_str()))
                .within(&manual.name);
            let failure = match position.line() {
                Some(line) => failure.at(line, position.position().unwrap_or(1).max(1)),
                None => failure,
            };
            self.findings.push(Finding { severity: Severity::Error, code: "unknown-option", failure });
        }
    }
}
