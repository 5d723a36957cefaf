//! What a contract can say.

use regulars_plugin::{ColumnName, GivenTable, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What must be true of a column.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ColumnRules {
    /// What it holds; text is asked whether it writes such a value.
    pub r#type: Option<ColumnType>,
    /// Whether every row has a value.
    pub required: bool,
    /// Largest share of rows that may lack a value.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub missing_share: Option<f64>,
    /// Whether no value may come twice.
    pub unique: bool,
    /// Least value: a number or a day.
    pub min: Option<Value>,
    /// Greatest value: a number or a day.
    pub max: Option<Value>,
    /// The values that it may have.
    pub values: Option<Vec<Value>>,
    /// Regular expression that must be found in its text.
    pub pattern: Option<String>,
    /// Least and greatest number of letters, `[2, 40]`; one number asks for just so many.
    pub length: Vec<u32>,
    /// What its text must be.
    pub format: Option<Format>,
    /// Whether the day comes first in `3/4/2024`. Left out: as the other values of the column say.
    pub day_first: Option<bool>,
    /// Whether the comma is the decimal sign in `1,234`. Left out: as the other values of the column say.
    pub decimal_comma: Option<bool>,
    /// Whether days may lie in the future.
    pub future: Option<bool>,
    /// Whether the column may be left out altogether.
    pub optional: bool,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// Text.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Number,
    /// Days, with or without a time.
    Date,
    /// Yes or no.
    Flag,
}

impl ColumnType {
    pub(super) fn word(self) -> &'static str {
        match self {
            ColumnType::Text => "text",
            ColumnType::Integer => "integer",
            ColumnType::Number => "number",
            ColumnType::Date => "date",
            ColumnType::Flag => "flag",
        }
    }
}

/// What a text must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A bank account whose check digits hold.
    Iban,
    /// An address of the web.
    Url,
    /// Text without white space at its ends, invisible or damaged letters, or formulas.
    Clean,
}

impl Format {
    pub(super) fn word(self) -> &'static str {
        match self {
            Format::Email => "email",
            Format::Phone => "phone",
            Format::Iban => "iban",
            Format::Url => "url",
            Format::Clean => "clean",
        }
    }
}

/// Where the values of a column must be found.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The table.
    pub table: GivenTable,
    /// Its column. Left out: the one of the same name.
    pub column: Option<String>,
}

/// How old the latest day may be.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fresh {
    /// Column of days.
    pub column: ColumnName,
    /// Greatest age of the latest of them.
    pub within: Span,
}

/// How far columns may have moved.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DriftRule {
    /// The bins of a profile: `profile.bins`, also of one that was saved and loaded.
    pub against: GivenTable,
    /// Index of population stability from which on a column has moved too far; .2 unless told.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub psi: Option<f64>,
    /// Greatest difference of the distribution functions that is allowed. Left out: any.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub ks: Option<f64>,
    /// Columns that are compared. Left out: all that both have.
    #[serde(default)]
    pub columns: Vec<ColumnName>,
}
