//! Scripts as documents: cells between `// %%` lines, of code or of prose; playing them; notebooks of Jupyter; the
//! examples of manuals; the reference.

mod document;
mod examples;
mod ipynb;
mod marker;
mod play;
mod reference;
pub mod report;

pub use document::{Cell, CellKind, Document, Hide};
pub use examples::{Side, Wrong, difference, examples, session, shown, try_out};
pub use ipynb::{Left, from_ipynb, to_ipynb};
pub use play::{Audience, Played, play};
pub use reference::reference;
