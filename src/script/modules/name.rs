//! What a module may be called: its file below one of the folders of modules, and no way out of them.

use regulars_plugin::{Failure, Result};

/// Letters of a name, folders included.
const LONGEST: usize = 200;

/// Names that some systems keep for devices, whatever ending they have: a script is to work on all.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Refuses what is no name of a module: parts of letters, digits, `_` and `-`, with `/` between them.
pub(super) fn allow(name: &str) -> Result<()> {
    let wanted = "a module is named without its folder and without `.rhai`: `import \"cohorts\" as c;`";
    let shown: String = name.chars().take(60).map(|letter| if letter.is_control() { '·' } else { letter }).collect();
    let refused = |what: &str| Failure::new(format!("`{shown}` is no name of a module: {what}")).help(wanted);
    if name.is_empty() {
        return Err(Failure::new("a module has to be named").help(wanted));
    }
    if name.chars().count() > LONGEST {
        return Err(refused(&format!("it is longer than {LONGEST} letters")));
    }
    let has_drive = name.len() > 1 && name.as_bytes()[0].is_ascii_alphabetic() && name.as_bytes()[1] == b':';
    if name.starts_with(['/', '\\', '~']) || has_drive || name.contains("://") {
        let advice = "modules lie beside the script, in the project's `lib` or `scripts/lib`, or in your own `lib`";
        return Err(refused("it says a place").help(advice));
    }
    let parts = || name.split(['/', '\\']);
    if parts().any(|part| part == ".." || part == ".") {
        let advice = "what several folders share lies in the `lib` of the project, and is imported by its name alone";
        return Err(refused("it leads out of the folders of modules").help(advice));
    }
    if name.contains('\\') {
        return Err(refused("folders are divided by `/`"));
    }
    if name.to_lowercase().ends_with(".rhai") {
        let short = &name[..name.len() - ".rhai".len()];
        return Err(Failure::new(format!("`{shown}` is a file, and a module is named without `.rhai`"))
            .help(format!("`import \"{short}\" as …;`")));
    }
    let is_part = |part: &str| {
        part.starts_with(|first: char| first.is_alphanumeric() || first == '_')
            && part.chars().all(|letter| letter.is_alphanumeric() || letter == '_' || letter == '-')
    };
    if !parts().all(is_part) {
        return Err(refused("it holds letters, digits, `_` and `-`, and `/` between folders"));
    }
    let is_device = |part: &str| {
        let small = part.to_lowercase();
        let numbered = |word: &str| {
            small
                .strip_prefix(word)
                .is_some_and(|rest| rest.len() == 1 && rest.starts_with(|one: char| one.is_ascii_digit()))
        };
        DEVICES.contains(&small.as_str()) || numbered("com") || numbered("lpt")
    };
    if parts().any(is_device) {
        return Err(refused("some systems keep it for a device"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere_else() {
        for good in ["cohorts", "shop/orders", "年度", "a-b_c", "_own", "console"] {
            assert!(allow(good).is_ok(), "{good}");
        }
        let long = "a".repeat(201);
        for bad in [
            "",
            "/etc/passwd",
            "../cohorts",
            "lib/../../x",
            "./x",
            "..",
            "a/..",
            "a//b",
            "a/",
            "/",
            "\\x",
            "a\\b",
            "C:x",
            "c:/x",
            "c:\\x",
            "\\\\server\\share",
            "~/x",
            "x\0y",
            "x\ny",
            "x.rhai",
            "x.RHAI",
            ".hidden",
            "a/.b",
            "a.b",
            "a b",
            "con",
            "NUL",
            "shop/com1",
            "file:///etc/passwd",
            "https://x.org/a",
            "a:b",
            "x ",
            "…",
            "a*",
            "%2e%2e",
            "\u{202e}x",
            &long,
        ] {
            assert!(allow(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let told = |name: &str| allow(name).err().map(|failure| failure.to_string()).unwrap_or_default();
        assert!(told("../x").contains("leads out"), "{}", told("../x"));
        assert!(told("x.rhai").contains("`import \"x\" as …;`"), "{}", told("x.rhai"));
        assert!(told("x\0").contains("`x·`"), "{}", told("x\0"));
    }
}
