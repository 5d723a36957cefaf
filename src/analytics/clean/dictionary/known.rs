//! What is known of a table: which standard table it is, what its columns hold, where they come from.

use regulars_plugin::{Context, Result, StandardTable};

use super::Data;
use crate::analytics::clean::profile::findings::{self, Finding};
use crate::analytics::clean::profile::roles::{self, Proposal};
use crate::analytics::clean::profile::rules::{sounds_like_key, there};
use crate::table::{Frame, Profiled, ProfiledColumn, Way};

/// A table.
pub(super) struct Known {
    pub(super) name: String,
    pub(super) frame: Frame,
    pub(super) data: Data,
    /// The standard table that it was declared as, or is taken for.
    pub(super) standard: Option<StandardTable>,
    pub(super) is_declared: bool,
    pub(super) reason: String,
    pub(super) found: Profiled,
    pub(super) ways: Vec<Way>,
    proposal: Proposal,
    findings: Vec<Finding>,
}

impl Known {
    pub(super) fn of(name: &str, frame: &Frame, context: &Context<'_>) -> Result<Known> {
        let found =
            frame.profiled(&frame.names(), context.today, context.host()).map_err(|failure| failure.within(name))?;
        context.check()?;
        let (proposal, findings) = (roles::propose(&found), findings::of(&found, context.today));
        let declared = frame.about().standard.filter(|table| *table != StandardTable::Frame);
        let standard = declared.or(proposal.table);
        let mut known = Known {
            name: name.to_owned(),
            frame: frame.clone(),
            data: Data::Dynamic,
            standard,
            is_declared: declared.is_some(),
            reason: String::new(),
            found,
            ways: frame.ways(),
            proposal,
            findings,
        };
        (known.data, known.reason) = known.kind();
        Ok(known)
    }

    /// Whether it says who customers are or what they do, and why.
    fn kind(&self) -> (Data, String) {
        if let Some(table) = self.standard {
            let data = if table == StandardTable::Customers { Data::Static } else { Data::Dynamic };
            let how = if self.is_declared { "declared as" } else { "it has all that is needed for" };
            return (data, format!("{how} `{}`", table.word()));
        }
        let has_days = |column: &&ProfiledColumn| {
            column.found.days.as_ref().is_some_and(|days| days.count * 2 >= there(&column.found).max(1))
        };
        match (self.key(), self.found.columns.iter().find(has_days)) {
            (Some(key), _) => (Data::Static, format!("no standard table; `{key}` names its rows")),
            (None, Some(day)) => {
                (Data::Dynamic, format!("no standard table; `{}` says when, and no column names its rows", day.name))
            }
            (None, None) => (Data::Static, "no standard table, and no column with days".to_owned()),
        }
    }

    /// The standard column that a column is.
    pub(super) fn role_of(&self, column: &str) -> Option<&'static str> {
        let table = self.standard?;
        if self.is_declared {
            let mut all = table.needed().iter().chain(table.known());
            return all.find(|one| one.name == column).map(|one| one.name);
        }
        self.proposal.role_of(column)
    }

    /// Whether a column names the rows: no value twice, none missing.
    pub(super) fn names_rows(&self, column: &ProfiledColumn) -> bool {
        let found = &column.found;
        found.rows > 0 && found.missing == 0 && !found.has_repeats && there(found) == found.rows
    }

    /// The column that names its rows: the key of the standard table, else the first that sounds like one.
    pub(super) fn key(&self) -> Option<&str> {
        let own = match self.standard {
            Some(StandardTable::Customers) => Some("customer"),
            Some(StandardTable::Tickets) => Some("ticket"),
            Some(StandardTable::Deals) => Some("deal"),
            _ => None,
        };
        let mut naming = self.found.columns.iter().filter(|column| self.names_rows(column));
        let by_role = own.and_then(|own| naming.clone().find(|column| self.role_of(&column.name) == Some(own)));
        let is_measure = |column: &ProfiledColumn| column.found.numbers.is_some() && column.found.texts.is_none();
        let found = by_role.or_else(|| {
            naming.find(|column| {
                sounds_like_key(&column.name)
                    || !is_measure(column) && column.found.days.is_none() && self.found.rows > 1
            })
        });
        found.map(|column| column.name.as_str())
    }

    /// Whether a column holds personal data.
    pub(super) fn is_personal(&self, column: &str) -> bool {
        const OTHERS: [&str; 2] = ["card_numbers", "bank_accounts"];
        const ROLES: [&str; 4] = ["name", "email", "phone", "birth_date"];
        let is_told = |one: &&Finding| one.finding.starts_with("personal_") || OTHERS.contains(&one.finding);
        self.findings.iter().filter(is_told).any(|one| one.column.as_deref() == Some(column))
            || self.role_of(column).is_some_and(|role| ROLES.contains(&role))
    }
}
