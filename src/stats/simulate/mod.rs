//! Made-up histories from known parameters: streams of random numbers, processes of buying, choices by weight.

mod buying;
mod choice;
mod stream;

pub use buying::{Buying, Life};
pub use choice::Weights;
pub use stream::Stream;
