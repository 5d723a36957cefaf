//! What kind of value an expression gives, guessed from its text: enough to know which names may follow its dot.

use regulars_plugin::Manual;

use super::names::{Column, Names, columns_of};
use super::reading::Token;
use crate::catalogue::{Catalogue, Entry, VerbGroup};
use crate::show::Value;

/// What stands before a dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A frame with these columns; none where they are not known.
    Frame(Vec<Column>),
    /// Groups of a frame.
    Groups(Vec<Column>),
    Expression,
    /// `col("x").str`, `.dt`, `.list`
    Space(&'static str),
    /// An unfinished `when(…)`.
    When,
    /// Named figures and further tables, as this function answers them; a model where it has methods.
    Record(String),
    Picture,
    /// A map of a script, with its keys.
    Map(Vec<String>),
    /// Something that has no names of ours.
    Plain,
    Unknown,
}

/// The spaces of an expression.
pub(crate) const SPACES: [(&str, &str); 3] = [
    ("str", "What is done to text: contains, replace, to_date …"),
    ("dt", "What is done to dates: year, month, truncate …"),
    ("list", "What is done to lists: len, get, sum …"),
];

impl Kind {
    /// How the signatures of its words begin.
    pub(crate) fn prefixes(&self) -> Vec<String> {
        let words: &[&str] = match self {
            Kind::Frame(_) => &["frame.", "answer."],
            Kind::Groups(_) => &["groups."],
            Kind::Expression => &["expression."],
            Kind::Space(space) => return vec![format!("expression.{space}.")],
            Kind::When => &["….", "when(condition)."],
            Kind::Record(_) => &["record.", "model."],
            Kind::Picture => &["picture."],
            Kind::Map(_) | Kind::Plain | Kind::Unknown => &[],
        };
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    /// The columns, of a frame or its groups.
    pub(crate) fn columns(&self) -> &[Column] {
        match self {
            Kind::Frame(columns) | Kind::Groups(columns) => columns,
            _ => &[],
        }
    }
}

/// Guesses kinds with the help of the catalogue and of the variables that are there.
pub(crate) struct Guess<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) names: &'a Names,
}

impl Guess<'_> {
    /// The kind of the expression that ends before the token at `end`.
    pub(crate) fn before(&self, tokens: &[Token<'_>], end: usize) -> Kind {
        let Some(last) = end.checked_sub(1) else { return Kind::Unknown };
        match tokens[last].text {
            ")" => {
                let Some(open) = opening(tokens, last) else { return Kind::Unknown };
                match open.checked_sub(1).filter(|name| tokens[*name].word().is_some()) {
                    Some(name) => self.member(tokens, name, Some(open + 1)),
                    None => self.first(tokens, open + 1, last),
                }
            }
            "]" => match opening(tokens, last) {
                // `tx["amount"]` is a column; any other index gives who knows what.
                Some(open) if matches!(self.before(tokens, open), Kind::Frame(_)) => Kind::Expression,
                _ => Kind::Plain,
            },
            "}" => Kind::Plain,
            _ if tokens[last].word().is_some() => self.member(tokens, last, None),
            _ => Kind::Plain,
        }
    }

    /// The kind of what a pair of parentheses holds: that of its first operand, as an operator keeps it.
    fn first(&self, tokens: &[Token<'_>], from: usize, to: usize) -> Kind {
        let operators = ["+", "-", "*", "/", "%", "<", ">", "=", "!", "&", "|"];
        let mut depth = 0;
        for place in from..to {
            match tokens[place].text {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth -= 1,
                sign if depth == 0 && place > from && operators.contains(&sign) => return self.before(tokens, place),
                _ => {}
            }
        }
        self.before(tokens, to)
    }

    /// The kind of a variable, a call or a property, by the place of its name.
    fn member(&self, tokens: &[Token<'_>], name: usize, arguments: Option<usize>) -> Kind {
        let word = tokens[name].text;
        let dot = name.checked_sub(1).filter(|dot| tokens[*dot].is("."));
        match (dot, arguments) {
            (Some(dot), _) => self.answer(&self.before(tokens, dot), word),
            // The first argument stands where the value before a dot would.
            (None, Some(from)) => {
                let first = tokens.get(from).filter(|token| token.word().is_some()).map(|_| from + 1);
                let receiver = first.map_or(Kind::Unknown, |end| self.before(tokens, end));
                self.answer(&receiver, word)
            }
            (None, None) => self.names.find(word).map_or(Kind::Unknown, |value| kind_of(&value)),
        }
    }

    /// What a word answers when it is called on a value of this kind.
    fn answer(&self, receiver: &Kind, word: &str) -> Kind {
        if let Some(entry) = self.catalogue.get(word) {
            let manual = entry.manual();
            return kind_of_answer(manual, receiver);
        }
        if let Kind::Record(function) = receiver
            && let Some(manual) = self.catalogue.get(function).map(Entry::manual)
        {
            if let Some(table) = manual.further.iter().find(|table| table.name == word) {
                return Kind::Frame(columns_of(&table.columns));
            }
            if let Some(method) = manual.methods.iter().find(|method| method.name == word) {
                return kind_of_answer(method, &Kind::Unknown);
            }
            if manual.figures.iter().any(|figure| figure.name == word) {
                return Kind::Plain;
            }
            if word == "table" {
                return Kind::Frame(columns_of(&manual.columns));
            }
        }
        let columns = receiver.columns().to_vec();
        if let Some((space, _)) = SPACES.iter().find(|(space, _)| *space == word) {
            return Kind::Space(space);
        }
        match (receiver, word) {
            (_, "group_by" | "group_by_dynamic" | "rolling") => Kind::Groups(columns),
            // Their columns are known only when they have run.
            (Kind::Frame(_), "pivot" | "unpivot" | "transpose" | "map_rows" | "value_counts" | "glimpse" | "sql") => {
                Kind::Frame(Vec::new())
            }
            (Kind::Frame(known), "row") => Kind::Map(known.iter().map(|column| column.name.clone()).collect()),
            (Kind::Frame(_), "rows" | "item" | "is_empty" | "equals" | "n_unique" | "explain" | "partition_by") => {
                Kind::Plain
            }
            (_, "pipe") => Kind::Unknown,
            (_, "agg" | "table" | "sample" | "read" | "frame" | "import_report") => Kind::Frame(columns),
            (_, word) if word.starts_with("read_") => Kind::Frame(columns),
            (Kind::Picture, "save") => Kind::Plain,
            (_, "col" | "lit" | "otherwise") => Kind::Expression,
            (_, "when" | "then") => Kind::When,
            (Kind::Expression | Kind::Space(_), _) => Kind::Expression,
            (Kind::Frame(_), "height" | "width" | "columns" | "schema" | "to_list" | "save") => Kind::Plain,
            (Kind::Frame(known), _) if known.iter().any(|column| column.name == word) => Kind::Expression,
            _ => match self.catalogue.verb(word).map(|verb| verb.group) {
                Some(VerbGroup::Frames | VerbGroup::Tables) => Kind::Frame(columns),
                Some(VerbGroup::Expressions) => Kind::Expression,
                Some(VerbGroup::Charts) => Kind::Picture,
                Some(_) => Kind::Plain,
                None => Kind::Unknown,
            },
        }
    }
}

fn kind_of_answer(manual: &Manual, receiver: &Kind) -> Kind {
    if manual.is_record() {
        return Kind::Record(manual.name.clone());
    }
    let own = columns_of(&manual.columns);
    let is_own = |name: &str| own.iter().any(|column| column.name == name);
    let kept = receiver.columns().iter().filter(|column| manual.keeps_columns && !is_own(&column.name)).cloned();
    Kind::Frame(kept.chain(own.iter().cloned()).collect())
}

fn kind_of(value: &Value) -> Kind {
    match value {
        Value::Frame(frame) => Kind::Frame(super::names::columns(frame)),
        Value::Record(record) => Kind::Record(record.function.clone()),
        Value::Picture { .. } => Kind::Picture,
        Value::Map(entries) => Kind::Map(entries.iter().map(|(name, _)| name.clone()).collect()),
        Value::Other(_) => Kind::Unknown,
        _ => Kind::Plain,
    }
}

/// Where the bracket opens that is closed at `close`.
fn opening(tokens: &[Token<'_>], close: usize) -> Option<usize> {
    let mut depth = 0;
    for place in (0..=close).rev() {
        match tokens[place].text {
            ")" | "]" | "}" => depth += 1,
            "(" | "[" | "{" => {
                depth -= 1;
                if depth == 0 {
                    return Some(place);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assist::reading::tokens;

    #[test]
    fn kinds_follow_the_chain() {
        let catalogue = crate::script::catalogue(&[]).unwrap();
        let names = Names::default();
        if let Ok(frame) = crate::files::samples::sample("cdnow") {
            names.set(vec![("tx".to_owned(), Value::Frame(frame))], Vec::new());
        }
        let guess = Guess { catalogue: &catalogue, names: &names };
        let kind = |line: &str| {
            let tokens = tokens(line);
            guess.before(&tokens, tokens.len())
        };
        let columns = |line: &str| kind(line).columns().iter().map(|column| column.name.clone()).collect::<Vec<_>>();
        assert_eq!(columns("tx"), ["customer", "date", "quantity", "amount"]);
        assert_eq!(columns("x = tx.filter(col(\"amount\") > 1).head(3)"), columns("tx"));
        assert_eq!(columns("tx.rfm(#{bins: 5})")[..2], ["customer", "recency"]);
        assert_eq!(columns("rfm(tx)"), columns("tx.rfm()"));
        assert!(matches!(kind("tx.group_by(\"customer\")"), Kind::Groups(_)));
        assert!(matches!(kind("tx.rolling(\"date\", #{period: \"3d\"})"), Kind::Groups(_)));
        assert_eq!(kind("tx.pivot(#{on: \"date\"})"), Kind::Frame(Vec::new()));
        assert_eq!(kind("frame(#{}).row(0)"), Kind::Map(Vec::new()));
        assert!(matches!(kind("tx.pareto_share()"), Kind::Record(_)));
        for (line, wanted) in [
            ("col(\"x\")", Kind::Expression),
            ("tx[\"amount\"]", Kind::Expression),
            ("(col(\"x\") + 1)", Kind::Expression),
            ("col(\"x\").str", Kind::Space("str")),
            ("col(\"x\").str.to_date()", Kind::Expression),
            ("when(col(\"x\") > 1)", Kind::When),
            ("tx.rfm().chart()", Kind::Picture),
            ("tx.height", Kind::Plain),
            ("\"text\"", Kind::Plain),
            ("nobody", Kind::Unknown),
        ] {
            assert_eq!(kind(line), wanted, "{line}");
        }
    }
}
