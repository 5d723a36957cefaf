//! The gallery of `scripts/`: its pictures are those that its script draws, and its page shows each beside its code.
#![allow(clippy::unwrap_used, reason = "a test stops where it finds something else")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::program::{names_in, run};

/// Pixels that may differ, of a thousand, and by how much of 255: sums of decimals may end differently on another
/// processor, which moves an edge by a part of a shade, but no line and no letter.
const MAY_DIFFER: (usize, i16) = (1, 16);

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts")
}

/// The page: the cells of the script, each under its title and above the pictures that it writes.
fn page(script: &str) -> String {
    let (opening, cells) = script.split_once("// %% ").unwrap();
    let mut page = String::from("# Gallery\n\n");
    for line in opening.lines().filter(|line| !line.is_empty()) {
        writeln!(page, "{}", line.trim_start_matches("// ")).unwrap();
    }
    page.push_str("\n`regulars run scripts/gallery.rhai` draws them. A test redraws and compares them.\n");
    for cell in cells.split("// %% ") {
        let (title, code) = cell.split_once('\n').unwrap();
        write!(page, "\n## {title}\n\n```rhai\n{}\n```\n", code.trim_end()).unwrap();
        for picture in pictures(code) {
            write!(page, "\n![{title}](gallery/{picture})\n").unwrap();
        }
    }
    page
}

/// The pictures that a piece of the script writes.
fn pictures(code: &str) -> impl Iterator<Item = &str> {
    code.split(".save(\"").skip(1).filter_map(|rest| rest.split_once('"')).map(|(name, _)| name)
}

/// Width, height and bytes of the pixels of a PNG file.
fn pixels(path: &Path) -> (u32, u32, Vec<u8>) {
    let file = std::fs::File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    (info.width, info.height, bytes)
}

#[test]
fn the_gallery_is_what_its_script_draws() {
    let script = std::fs::read_to_string(scripts().join("gallery.rhai")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = scripts().join("gallery.rhai");
    let ran = run(folder.path(), &["run", path.to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let drawn: Vec<&str> = pictures(&script).collect();
    assert!(drawn.len() > 20, "{drawn:?}");
    let rewrite = std::env::var_os("REWRITE_GALLERY").is_some();
    let kept = scripts().join("gallery");
    if rewrite {
        std::fs::write(scripts().join("GALLERY.md"), page(&script)).unwrap();
        for name in &drawn {
            std::fs::copy(folder.path().join(name), kept.join(name)).unwrap();
        }
    }
    let told = "draw it anew with `REWRITE_GALLERY=1 cargo test --test all gallery::`, and look at it";
    assert_eq!(
        std::fs::read_to_string(scripts().join("GALLERY.md")).unwrap(),
        page(&script),
        "the page is stale: {told}"
    );
    let mut names = drawn.clone();
    names.sort_unstable();
    assert_eq!(names_in(&kept), names, "pictures that no cell draws, or that are missing: {told}");
    for name in drawn {
        let (new, old) = (pixels(&folder.path().join(name)), pixels(&kept.join(name)));
        assert_eq!((new.0, new.1), (old.0, old.1), "{name} has another size: {told}");
        let pairs = new.2.chunks_exact(3).zip(old.2.chunks_exact(3));
        let differs = |(new, old): &(&[u8], &[u8])| {
            new.iter().zip(*old).any(|(new, old)| (i16::from(*new) - i16::from(*old)).abs() > MAY_DIFFER.1)
        };
        let different = pairs.filter(differs).count();
        assert!(different * 1000 <= MAY_DIFFER.0 * new.2.len() / 3, "{name}: {different} pixels differ: {told}");
    }
}
