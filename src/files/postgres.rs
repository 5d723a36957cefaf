//! PostgreSQL: what a query answers, read over the server's own protocol.

use std::borrow::Cow;
use std::error::Error as Cause;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use postgres::config::{Host as Place, SslMode};
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{FromSql, Type};
use postgres::{Client, Config, NoTls};
use regulars_plugin::{Failure, Host, Result};

use super::gather::{Found, Gather};
use super::{net, sqlite};
use crate::table::{Frame, Import};

/// How long a server may take to answer the first call.
const PATIENCE: Duration = Duration::from_secs(10);

/// Reads what a query answers, or a whole table. A server outside this machine has to be allowed.
pub fn read_postgres(url: &str, what: &str, host: &dyn Host) -> Result<Frame> {
    let shown = shown(url);
    let no_address = || {
        Failure::new(format!("`{shown}` is no address of a PostgreSQL server"))
            .help("write it as `postgres://user:password@host:5432/database`")
    };
    let mut config = Config::from_str(url).map_err(|_| no_address())?;
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        return Err(no_address());
    }
    if !is_here(&config) {
        net::permitted(&shown)?;
    }
    if config.get_ssl_mode() == SslMode::Require {
        return Err(Failure::new(format!("`{shown}` asks for an encrypted line, which this version does not speak"))
            .help("go through a tunnel (`ssh -L 5432:localhost:5432 host`), and leave `sslmode` out"));
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(PATIENCE);
    }
    let mut client = config.connect(NoTls).map_err(|error| refused(&shown, &error))?;
    let query = if sqlite::is_query(what) {
        what.to_owned()
    } else {
        let parts: Vec<String> = what.split('.').map(|part| format!("\"{}\"", part.replace('"', "\"\""))).collect();
        format!("select * from {}", parts.join("."))
    };
    rows(&mut client, &query, &shown, what, host)
}

fn rows(client: &mut Client, query: &str, shown: &str, what: &str, host: &dyn Host) -> Result<Frame> {
    let wrong = |error: postgres::Error| refused(shown, &error);
    // A script that reads must not change anything, whatever the query says.
    let mut reading = client.build_transaction().read_only(true).start().map_err(wrong)?;
    let statement = reading.prepare(query).map_err(wrong)?;
    let names: Vec<String> = statement.columns().iter().map(|column| column.name().to_owned()).collect();
    if let Some((_, name)) = names.iter().enumerate().find(|(place, name)| names[..*place].contains(name)) {
        return Err(Failure::new(format!("the query answers two columns called `{name}`"))
            .help("give one of them another name: `select a.id, b.id as other_id …`"));
    }
    let mut import = Import { source: format!("{shown}: {what}"), ..Import::default() };
    for column in statement.columns() {
        let kind = column.type_();
        if !Read::accepts(kind) {
            return Err(Failure::new(format!(
                "column `{}` is of type {}, which cannot be read",
                column.name(),
                kind.name()
            ))
            .help(format!("make it text in the query: `select {}::text …`", column.name())));
        }
        if *kind == Type::TIMESTAMPTZ {
            import.chosen.push(format!("the times of `{}` are those of UTC", column.name()));
        }
        if *kind == Type::NUMERIC {
            import
                .chosen
                .push(format!("`{}` is an exact decimal; the functions compute with it as a number", column.name()));
        }
    }
    let mut gather = Gather::new(names.clone());
    let none: [&str; 0] = [];
    let mut rows = reading.query_raw(&statement, none).map_err(wrong)?;
    while let Some(row) = rows.next().map_err(wrong)? {
        for place in 0..names.len() {
            let Read(found) = row.try_get(place).map_err(wrong)?;
            gather.set(place, found);
        }
        gather.end_row();
        if gather.rows().is_multiple_of(1024) && host.is_cancelled() {
            return Err(Failure::interrupted());
        }
    }
    gather.frame(import)
}

/// Whether the server runs on this machine.
fn is_here(config: &Config) -> bool {
    let hosts = config.get_hosts().iter().all(|place| match place {
        Place::Unix(_) => true,
        Place::Tcp(name) => name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()),
    });
    hosts && config.get_hostaddrs().iter().all(IpAddr::is_loopback)
}

/// The address without what is secret in it.
fn shown(url: &str) -> String {
    if net::is_address(url) {
        return net::without_password(url);
    }
    // `host=… user=… password=…`
    let parts = url.split_whitespace().filter(|part| part.starts_with("host=") || part.starts_with("dbname="));
    let parts: Vec<&str> = parts.collect();
    if parts.is_empty() { "…".to_owned() } else { parts.join(" ") }
}

/// A path, an address or the parts of one, without what is secret in it.
pub fn without_secrets(text: &str) -> Cow<'_, str> {
    match text.contains("://") || text.contains("password=") {
        true => Cow::Owned(shown(text)),
        false => Cow::Borrowed(text),
    }
}

fn refused(shown: &str, error: &postgres::Error) -> Failure {
    let Some(told) = error.as_db_error() else {
        let cause = error.source().map(ToString::to_string).unwrap_or_else(|| error.to_string());
        let failure = Failure::new(format!("`{shown}` does not answer: {cause}"));
        return failure.help("is the server running, and are host and port right?");
    };
    let words = told.message();
    let code = told.code().code();
    let failure = Failure::new(match code {
        "28P01" | "28000" => format!("`{shown}` does not let this user in: {words}"),
        "3D000" => format!("`{shown}`: {words}"),
        "25006" => "the query would change the database, but `read_postgres` only reads".to_owned(),
        _ => format!("the query is refused: {words}"),
    });
    match (told.hint(), code) {
        (_, "28P01" | "28000") => failure.help("look at user and password in the address"),
        (Some(hint), _) => failure.help(hint.to_owned()),
        (None, "42P01") => failure.help("`select table_name from information_schema.tables` lists the tables"),
        (None, "3D000") => failure.help("`select datname from pg_database` lists the databases"),
        _ => failure.help("it is SQL as PostgreSQL speaks it: `select customer, amount from orders`"),
    }
}

/// A value of any type that has a place in a frame.
struct Read(Found);

/// Types that travel as their text.
const TEXTS: [Type; 7] = [Type::TEXT, Type::VARCHAR, Type::BPCHAR, Type::NAME, Type::CHAR, Type::JSON, Type::UNKNOWN];

impl<'a> FromSql<'a> for Read {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> std::result::Result<Self, Box<dyn Cause + Sync + Send>> {
        let found = match *kind {
            Type::BOOL => Found::Flag(bool::from_sql(kind, raw)?),
            Type::INT2 => Found::Whole(i16::from_sql(kind, raw)?.into()),
            Type::INT4 => Found::Whole(i32::from_sql(kind, raw)?.into()),
            Type::OID => Found::Whole(u32::from_sql(kind, raw)?.into()),
            Type::INT8 => Found::Whole(i64::from_sql(kind, raw)?),
            Type::FLOAT4 => Found::Number(f32::from_sql(kind, raw)?.into()),
            Type::FLOAT8 => Found::Number(f64::from_sql(kind, raw)?),
            Type::NUMERIC => numeric(raw).ok_or("a number of an unknown kind")?,
            Type::DATE => Found::Day(NaiveDate::from_sql(kind, raw)?),
            Type::TIMESTAMP => Found::Moment(NaiveDateTime::from_sql(kind, raw)?),
            Type::TIMESTAMPTZ => Found::Moment(DateTime::<Utc>::from_sql(kind, raw)?.naive_utc()),
            Type::TIME => Found::Clock(NaiveTime::from_sql(kind, raw)?),
            Type::UUID => Found::Text(uuid(raw)),
            // The first byte is the version of the format.
            Type::JSONB => Found::Text(String::from_utf8_lossy(raw.get(1..).unwrap_or_default()).into_owned()),
            _ => Found::Text(std::str::from_utf8(raw)?.to_owned()),
        };
        Ok(Read(found))
    }

    fn from_sql_null(_: &Type) -> std::result::Result<Self, Box<dyn Cause + Sync + Send>> {
        Ok(Read(Found::Missing))
    }

    fn accepts(kind: &Type) -> bool {
        use postgres::types::Kind;
        TEXTS.contains(kind)
            || matches!(kind.kind(), Kind::Enum(_))
            || [
                Type::BOOL,
                Type::INT2,
                Type::INT4,
                Type::OID,
                Type::INT8,
                Type::FLOAT4,
                Type::FLOAT8,
                Type::NUMERIC,
                Type::DATE,
                Type::TIMESTAMP,
                Type::TIMESTAMPTZ,
                Type::TIME,
                Type::UUID,
                Type::JSONB,
            ]
            .contains(kind)
    }
}

/// The digits of a `numeric`: groups of four, the place of the first group, a sign, and how many stand behind the point.
fn numeric(raw: &[u8]) -> Option<Found> {
    let word = |place: usize| Some(u16::from_be_bytes([*raw.get(place * 2)?, *raw.get(place * 2 + 1)?]));
    let (count, weight, sign, scale) = (word(0)? as usize, word(1)? as i16, word(2)?, word(3)? as usize);
    match sign {
        0xc000 => return Some(Found::Number(f64::NAN)),
        0xd000 => return Some(Found::Number(f64::INFINITY)),
        0xf000 => return Some(Found::Number(f64::NEG_INFINITY)),
        _ => {}
    }
    let group = |place: i32| -> Option<u16> {
        let index = i32::from(weight) - place;
        if (0..count as i32).contains(&index) { word(4 + index as usize) } else { Some(0) }
    };
    let mut text = String::new();
    for place in (0..=i32::from(weight).max(0)).rev() {
        text.push_str(&format!("{:04}", group(place)?));
    }
    let whole = text.trim_start_matches('0');
    let mut said = String::from(if sign == 0x4000 { "-" } else { "" });
    said.push_str(if whole.is_empty() { "0" } else { whole });
    if scale > 0 {
        let mut behind = String::new();
        for place in 1..=scale.div_ceil(4) as i32 {
            behind.push_str(&format!("{:04}", group(-place)?));
        }
        behind.truncate(scale);
        said.push('.');
        said.push_str(&behind);
    }
    Some(Found::Exact(said))
}

fn uuid(raw: &[u8]) -> String {
    let digits: String = raw.iter().map(|byte| format!("{byte:02x}")).collect();
    match digits.len() {
        32 => [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-"),
        _ => digits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_every_digit() {
        let raw = |words: &[u16]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
        for (words, wanted) in [
            (&[2, 0, 0, 2, 12, 5000][..], "12.50"),
            (&[2, 1, 0x4000, 0, 1, 2345], "-12345"),
            (&[0, 0, 0, 2], "0.00"),
            (&[1, u16::MAX, 0, 4, 7], "0.0007"),
            (&[1, 1, 0, 0, 3], "30000"),
        ] {
            assert_eq!(numeric(&raw(words)), Some(Found::Exact(wanted.to_owned())), "{wanted}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        assert_eq!(shown("postgres://ann:secret@db/shop"), "postgres://…@db/shop");
        assert_eq!(shown("host=db user=ann password=secret dbname=shop"), "host=db dbname=shop");
        assert_eq!(shown("password=secret"), "…");
    }
}
