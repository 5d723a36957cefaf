//! What became of the tests as JUnit XML, as systems that build and test read it.

use super::{Done, Outcome};

/// The whole file.
pub(super) fn xml(done: &[Done]) -> String {
    let mut files: Vec<&str> = Vec::new();
    for one in done {
        if !files.contains(&one.file.as_str()) {
            files.push(&one.file);
        }
    }
    let all: Vec<&Done> = done.iter().collect();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.push_str(&format!("<testsuites {}>\n", counts("regulars", &all)));
    for file in files {
        let own: Vec<&Done> = done.iter().filter(|one| one.file == file).collect();
        xml.push_str(&format!("  <testsuite {}>\n", counts(file, &own)));
        for one in own {
            xml.push_str(&case(one));
        }
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn counts(name: &str, done: &[&Done]) -> String {
    let count = |fits: fn(&Outcome) -> bool| done.iter().filter(|one| fits(&one.outcome)).count();
    let time: f64 = done.iter().map(|one| one.took.as_secs_f64()).sum();
    format!(
        "name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{time:.3}\"",
        escaped(name),
        done.len(),
        count(|outcome| matches!(outcome, Outcome::Failed(_))),
        count(|outcome| matches!(outcome, Outcome::LeftOut)),
    )
}

fn case(one: &Done) -> String {
    let begin = format!(
        "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3}\"",
        escaped(&one.file),
        escaped(&one.test),
        one.took.as_secs_f64()
    );
    match &one.outcome {
        Outcome::Passed => format!("{begin}/>\n"),
        Outcome::LeftOut => format!("{begin}>\n      <skipped/>\n    </testcase>\n"),
        Outcome::Failed(failure) => {
            let within: String = failure.within.iter().map(|name| format!("{name}: ")).collect();
            let message = format!("{within}{}", failure.message);
            let place = failure.place.as_ref().map(|place| {
                let file = place.source.as_deref().unwrap_or(&one.file);
                format!("{file}, line {}, column {}\n", place.line, place.column)
            });
            let text = format!("{message}\n{}{}", place.unwrap_or_default(), failure.help.join("\n"));
            let said = match one.said.is_empty() {
                true => String::new(),
                false => format!("      <system-out>{}</system-out>\n", escaped(&one.said)),
            };
            format!(
                "{begin}>\n      <failure message=\"{}\" type=\"failure\">{}</failure>\n{said}    </testcase>\n",
                escaped(&message),
                escaped(&text)
            )
        }
    }
}

/// Text for XML 1.0, also in an attribute: what may not stand there at all becomes a replacement sign.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}' => out.push(letter),
            _ => out.push('\u{fffd}'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_taken_for_markup() {
        assert_eq!(
            escaped("<a b=\"c\">&'\n\t\u{1b}[31m\u{0}\u{fffe}客"),
            "&lt;a b=&quot;c&quot;&gt;&amp;&apos;&#10;&#9;\u{fffd}[31m\u{fffd}\u{fffd}客"
        );
    }
}
