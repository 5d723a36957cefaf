//! A picture that is shown: in the terminal, and as a file that is told.

use std::io::Write;
use std::path::PathBuf;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use regulars_plugin::{Failure, PictureTheme, Result};

use super::images::{Images, Screen, drawn};
use super::{Console, Value};
use crate::chart::Picture;
use crate::files;
use crate::show::{self, Page, Role};

/// Pixels for each unit of a picture in a file: enough for most screens and documents.
const DENSITY: f64 = 2.0;

/// Where pictures that were shown lie as files.
#[derive(Default)]
pub(super) struct Shown {
    folder: Option<PathBuf>,
    count: usize,
}

impl Shown {
    /// Writes a picture into a file of its own; answers with its path.
    fn write(&mut self, picture: &Picture) -> Result<String> {
        let folder = match &self.folder {
            Some(folder) => folder.clone(),
            None => self.folder.insert(files::temporary_folder()?).clone(),
        };
        let path = folder.join(format!("picture-{}.png", self.count + 1)).display().to_string();
        let bytes = picture.png(DENSITY)?;
        files::write(&path, |file| {
            file.write_all(&bytes).map_err(|error| Failure::new(format!("`{path}` cannot be written: {error}")))
        })?;
        self.count += 1;
        Ok(path)
    }
}

impl Console {
    /// Shows a picture in the terminal of standard output and says where it lies as a file.
    pub(super) fn show_picture(&self, value: &Value, picture: &Picture) -> Result<()> {
        let images = if self.manner.plain { Images::None } else { self.settings().images };
        let width = self.width();
        // On a dark ground a light picture would dazzle; the file stays as it was made.
        let turned =
            (self.shade() == Some(show::Shade::Dark)).then(|| picture.with_theme(PictureTheme::Dark)).transpose()?;
        let drawn = drawn(
            turned.as_ref().unwrap_or(picture),
            images,
            Screen::of(width),
            self.converses.load(Ordering::Relaxed),
        )?;
        // A picture that is seen says what it says itself.
        match &drawn {
            Some(drawn) => self.write_out(&drawn.text),
            None => self.print(&show::page(value, self, width, self.manner.rows)?),
        }
        match self.pictures.lock().unwrap_or_else(PoisonError::into_inner).write(picture) {
            Ok(path) => {
                let mut page = Page::new();
                let sharper = if drawn.as_ref().is_some_and(|drawn| drawn.is_coarse) { "sharper " } else { "" };
                page.role(Role::Note, &format!("{sharper}as a file: {path}")).line();
                self.print(&page);
            }
            // What is seen needs no file.
            Err(failure) if drawn.is_some() => self.note(&failure.to_string()),
            Err(failure) => return Err(failure),
        }
        Ok(())
    }
}
