//! Addresses outside this machine: nothing is fetched unless the person who started the program allows it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use polars::prelude::*;
use regulars_plugin::{Failure, Result};

static ALLOWED: AtomicBool = AtomicBool::new(false);

/// Allows addresses outside this machine, for the whole program: said on the command line, never by a script.
pub fn allow_net() {
    ALLOWED.store(true, Ordering::Relaxed);
}

/// The failure for an address, unless addresses are allowed.
pub(super) fn permitted(shown: &str) -> Result<()> {
    if ALLOWED.load(Ordering::Relaxed) {
        return Ok(());
    }
    Err(Failure::new(format!("`{shown}` lies outside this machine, and nothing is fetched from there unasked"))
        .help("allow it where the program is started: `regulars --allow-net …`"))
}

/// Whether a path is an address.
pub(super) fn is_address(path: &str) -> bool {
    path.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    })
}

/// An address that Parquet can be read from, as it may be told: without a password. None where the path is a file.
pub(super) fn address(path: &str) -> Result<Option<String>> {
    if !is_address(path) {
        return Ok(None);
    }
    let shown = without_password(path);
    let (scheme, rest) = path.split_once("://").unwrap_or_default();
    if !matches!(scheme, "http" | "https" | "s3" | "s3a") {
        return Err(Failure::new(format!("`{shown}`: addresses that begin with `{scheme}://` are not known"))
            .help("there are `https://`, `http://` and `s3://bucket/key`"));
    }
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let key = rest.get(host.len() + 1..).unwrap_or_default();
    if host.is_empty() || key.is_empty() {
        let wanted =
            if scheme.starts_with("s3") { "s3://bucket/path/file.parquet" } else { "https://host/file.parquet" };
        return Err(Failure::new(format!("`{shown}` names no file")).help(format!("write it as `{wanted}`")));
    }
    permitted(&shown).map_err(|failure| failure.help("or download the file first, then read it"))?;
    Ok(Some(shown))
}

/// An address as it may be shown: what stands before `@` is secret.
pub(super) fn without_password(path: &str) -> String {
    let Some((scheme, rest)) = path.split_once("://") else { return path.to_owned() };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (place, tail) = rest.split_at(end);
    // A query may hold a signature.
    let tail = tail.split('?').next().unwrap_or_default();
    match place.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://…@{host}{tail}"),
        None => format!("{scheme}://{place}{tail}"),
    }
}

/// Opens what lies at an address.
pub(super) fn open(shown: &str, open: impl FnOnce() -> PolarsResult<LazyFrame>) -> Result<LazyFrame> {
    let opened = catch_unwind(AssertUnwindSafe(|| {
        let mut plan = open()?;
        plan.collect_schema().map(|_| plan)
    }));
    let error = match opened {
        Ok(Ok(plan)) => return Ok(plan),
        Ok(Err(error)) => error.to_string().to_ascii_lowercase(),
        Err(_) => String::new(),
    };
    let has = |words: &[&str]| words.iter().any(|word| error.contains(word));
    let failure = |why: &str| Failure::new(format!("`{shown}` cannot be read: {why}"));
    Err(if has(&["404", "not found", "no such key"]) {
        failure("there is no such file").help("look at the address: is a letter wrong in it?")
    } else if has(&["401", "403", "forbidden", "unauthorized", "access denied", "credential"]) {
        failure("the server refuses it")
            .help("a right to it is wanted; for S3 the usual AWS_… variables of the shell are read")
    } else if has(&["dns", "connect", "timed out", "error sending request", "connection"]) {
        failure("the server does not answer").help("is the name of the server right, and the network up?")
    } else if has(&["parquet", "magic", "out-of-spec", "footer", "thrift"]) {
        failure("it is no Parquet file, or a damaged one")
            .help("only Parquet is read from the web: download other files first")
    } else {
        failure("the server did not send what was asked for")
            .help("it must be able to send parts of a file (ranges): download it first if it is not")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_files_and_hide_their_secrets() {
        assert!(is_address("https://example.org/x.parquet") && is_address("s3://b/k"));
        assert!(!is_address("data/x.parquet") && !is_address("odd://".trim_start_matches("odd")));
        assert_eq!(without_password("https://ann:secret@example.org/x?token=1"), "https://…@example.org/x");
        assert_eq!(without_password("s3://bucket/a/b.parquet"), "s3://bucket/a/b.parquet");
    }

    #[test]
    fn an_address_is_refused_unless_it_is_allowed() {
        for (path, words) in [
            ("https://example.org/x.parquet", "unasked"),
            ("s3://bucket/x.parquet", "unasked"),
            ("s3://bucket", "names no file"),
            ("s3:///x", "names no file"),
            ("ftp://example.org/x", "are not known"),
        ] {
            let failure = address(path).err().unwrap();
            assert!(failure.message.contains(words), "{path}: {failure}");
        }
        assert_eq!(address("plain.parquet").unwrap(), None);
    }
}
